/*
 * limits.c
 *		How many workers may be at work, on the server, in a database, for a role.
 *
 * An expression may take for ever, and its worker with it, so nobody may have them all.  Each
 * worker at work holds a session lock for each limit.
 */
#include "postgres.h"

#include "base/lock.h"
#include "base/settings.h"
#include "base/transaction.h"
#include "run/limits.h"

static const struct
{
	ZdmSessionLock class;
	const char *setting;
	const int *value;
} limits[ZDM_LIMITS] = {
	{ZDM_LOCK_ROLE_SLOT, "zdm.max_workers_per_role", &zdm_max_workers_per_role},
	{ZDM_LOCK_DATABASE_SLOT, "zdm.max_workers_per_database", &zdm_max_workers_per_database},
	{ZDM_LOCK_SLOT, "zdm.max_workers", &zdm_max_workers}};

/* Returns what a limit comes to; 0: there is none. */
static int
limit_value(ZdmWorkerLimit limit)
{
	int value = *limits[limit].value;

	return value >= 0 ? value : Max(zdm_max_workers - 1, 1);
}

/* Names a limit and what it comes to. */
char *
zdm_limit_text(ZdmWorkerLimit limit)
{
	return psprintf("%s is %d", limits[limit].setting, limit_value(limit));
}

/* Gives slots back. */
void
zdm_slots_release(const ZdmSlots *slots)
{
	zdm_tx_begin();
	for (int limit = 0; limit < ZDM_LIMITS; limit++)
		if (slots->keys[limit] != 0)
			zdm_session_unlock(limits[limit].class, slots->keys[limit]);
	zdm_tx_commit();
}

/* Takes the first slot of a limit that is free; returns its key, 0 if there is none. */
static int64
take_slot(ZdmWorkerLimit limit, Oid role)
{
	int64 base = limit == ZDM_LIMIT_ROLE ? (int64) role * 512 : 0;

	for (int i = 1; i <= limit_value(limit); i++)
		if (zdm_session_lock(limits[limit].class, base + i))
			return base + i;
	return 0;
}

/*
 * Tries to take a slot of each limit, for work on a table of that role.  False if one is
 * reached, *reached; then none is taken.
 */
bool
zdm_slots_take(Oid role, ZdmSlots *slots, ZdmWorkerLimit *reached)
{
	bool free = true;

	memset(slots, 0, sizeof(*slots));
	zdm_tx_begin();
	for (int limit = 0; limit < ZDM_LIMITS && free; limit++)
	{
		*reached = limit;
		if (limit_value(limit) == 0)
			continue;
		slots->keys[limit] = take_slot(limit, role);
		free = slots->keys[limit] != 0;
	}
	zdm_tx_commit();
	if (!free)
		zdm_slots_release(slots);
	return free;
}
