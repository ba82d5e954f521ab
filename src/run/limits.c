/*
 * limits.c
 *		How many workers may be at work, on the server, in a database, for a role; and how many
 *		processes may stand by.
 *
 * An expression may take for ever, and its worker with it, so nobody may have them all: of what the
 * server has, a database leaves one to others, and so does a role of what a database may have. Each
 * worker at work holds a session lock for each limit.
 *
 * Others stand by: in each database one that waits for a slot, or for a time, and one that measures
 * what guards are about.  A role has as many of these as it has databases, so they hold session
 * locks, too: whatever it has at work and standing by, one process is left.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "replication/logicallauncher.h"

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

/* That of this process among those who stand by; 0: none. */
static int place = 0;

/* Counts the processes that there can be for zdm: launchers stand there for ever. */
static int
processes_for_zdm(void)
{
	return Max(max_worker_processes - (max_logical_replication_workers > 0) - zdm_preloaded, 1);
}

/* Returns what a limit comes to; 0: there is none. */
static int
limit_value(ZdmWorkerLimit limit)
{
	int value = *limits[limit].value;
	int above;

	if (limit == ZDM_LIMIT_SERVER)
		return Min(value, processes_for_zdm());
	if (value >= 0)
		return value;
	above = limit_value(limit + 1);
	if (above == 0 || above > limit_value(ZDM_LIMIT_SERVER))
		above = limit_value(ZDM_LIMIT_SERVER);
	return Max(above - 1, 1);
}

/* Returns how many workers may be at work in a database, and how many look at its queue. */
static int
limit_of_database(void)
{
	int database = limit_value(ZDM_LIMIT_DATABASE);

	return database == 0 ? limit_value(ZDM_LIMIT_SERVER) : database;
}

/* Counts those that may stand by: a database that has all it may at work leaves one process. */
static int
places_to_stand_by(void)
{
	return processes_for_zdm() - limit_of_database() - 1;
}

/*
 * Takes a seat in the pool of this database, of which there are as many as workers may be at work
 * there; 0: all are taken.
 */
int
zdm_seat_take(void)
{
	return zdm_session_lock_any(ZDM_LOCK_SEAT, limit_of_database());
}

/*
 * Takes one of the places of those who stand by; false if others have them all.  What is needed
 * for others than those who wait for a slot there is one at least of, however few processes.
 */
bool
zdm_place_take(bool needed)
{
	place = zdm_session_lock_any(ZDM_LOCK_PLACE, Max(places_to_stand_by(), needed));
	return place != 0;
}

/* Gives it back, if this process has one. */
void
zdm_place_release(void)
{
	if (place != 0)
		zdm_session_unlock(ZDM_LOCK_PLACE, place);
	place = 0;
}

/* Tells whether one is free, for what is needed. */
bool
zdm_place_is_free(void)
{
	return !zdm_session_lock_all_held(ZDM_LOCK_PLACE, Max(places_to_stand_by(), 1));
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

/* Where the keys of a limit begin. */
static int64
base_of(ZdmWorkerLimit limit, Oid role)
{
	return limit == ZDM_LIMIT_ROLE ? (int64) role * 512 : 0;
}

/* Counts the slots of a limit that are free. */
static int
free_slots(ZdmWorkerLimit limit, Oid role)
{
	int result = 0;

	for (int i = 1; i <= limit_value(limit); i++)
		result += !zdm_session_lock_is_held(limits[limit].class, base_of(limit, role) + i);
	return result;
}

/*
 * Tells whether one more worker of this database would have something to do, for all that server
 * and database allow: a seat in the pool, and a slot.  Who goes from one migration to the next has
 * no slot for a moment, but keeps his seat.  Needs no transaction.
 */
bool
zdm_limits_leave_room(void)
{
	return !zdm_session_lock_all_held(ZDM_LOCK_SEAT, limit_of_database()) &&
		   !zdm_session_lock_all_held(ZDM_LOCK_DATABASE_SLOT, limit_of_database()) &&
		   !zdm_session_lock_all_held(ZDM_LOCK_SLOT, limit_value(ZDM_LIMIT_SERVER));
}

/* Tells whether as many are at work in this database as may be. */
bool
zdm_database_is_full(void)
{
	int limit = limit_value(ZDM_LIMIT_DATABASE);

	return limit != 0 && zdm_session_lock_all_held(ZDM_LOCK_DATABASE_SLOT, limit);
}

/* Counts how many more may work on tables of a role now.  Needs no transaction. */
int
zdm_slots_left(Oid role)
{
	int result = free_slots(ZDM_LIMIT_SERVER, role);

	for (int limit = 0; limit < ZDM_LIMIT_SERVER; limit++)
		if (limit_value(limit) != 0)
			result = Min(result, free_slots(limit, role));
	return result;
}

/* Takes the first slot of a limit that is free; returns its key, 0 if there is none. */
static int64
take_slot(ZdmWorkerLimit limit, Oid role)
{
	int64 base = base_of(limit, role);

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
