/*
 * guard.c
 *		Guards: what is measured while a migration is under way, and what is done about it.
 *
 * One worker of a database, the keeper, measures what is due, once a second at most.  It
 * counts against no limit of zdm's, since it does nothing most of the time.  It ends when no
 * migration under way has a guard any more.  Whoever sets a guard starts one, which ends at once
 * where there is another; the keeper looks once more after it has given its lock back.  So it
 * can't end while somebody counts on it.
 */
#include "postgres.h"

#include <math.h>

#include "executor/spi.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "utils/guc.h"
#include "utils/memutils.h"

#include "base/extension.h"
#include "base/lock.h"
#include "base/names.h"
#include "base/owner.h"
#include "base/settings.h"
#include "base/transaction.h"
#include "run/guard.h"
#include "run/in_time.h"
#include "run/limits.h"
#include "run/lifecycle.h"
#include "run/metric.h"
#include "run/release.h"
#include "run/restore_slot.h"
#include "run/rollout.h"
#include "run/worker.h"

#define MOST_GUARDS 20 /* of a migration */
#define LOOK_MSEC 1000
#define QUOTED_BYTES 60   /* of a query, in events */
#define MEASURE_MSEC 5000 /* for one measurement */
#define ACT_MSEC 30000    /* for what is done about it */
#define LOCK_RETRIES 10   /* to act, before the other guards have their turn */

/* What runs in zdm_try() for one guard. */
typedef struct Watch
{
	ZdmMigration *m;
	const ZdmGuard *guard;
	double value;
	bool measured;
} Watch;

/* Sets a guard for what a name stands for: each migration has one of its own.  Returns how many.
 */
int
zdm_guard_set(const char *name, ZdmGuard *guard)
{
	List *members = zdm_release_members(name);
	ListCell *lc;

	foreach (lc, members)
	{
		ZdmMigration *m = lfirst(lc);

		if (m->status == ZDM_FINALIZED || m->status == ZDM_ROLLED_BACK)
			ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
							errmsg("cannot guard migration \"%s\": it is %s", m->name,
								   zdm_status_name(m->status))));
		zdm_metric_check(m, guard->metric);
		guard->migration = m->id;
		zdm_guard_add(guard, MOST_GUARDS);
		zdm_worker_request_keeper();
	}
	return list_length(members);
}

/* Takes guards away from what a name stands for: that one, or with 0 all; returns how many. */
int
zdm_guard_drop(const char *name, int64 guard)
{
	int64 n = 0;
	ListCell *lc;

	foreach (lc, zdm_release_members(name))
		n += zdm_guard_remove(((ZdmMigration *) lfirst(lc))->id, guard);
	if (n == 0 && guard != 0)
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT),
						errmsg("migration \"%s\" has no guard " INT64_FORMAT, name, guard),
						errhint("SELECT id, metric FROM zdm.guards lists them.")));
	return (int) n;
}

/* ZdmTryFunction. */
static void
measure_metric(void *arg)
{
	Watch *watch = arg;

	watch->measured =
		zdm_metric_measure(watch->m, watch->guard, &watch->value) && !isnan(watch->value);
}

/* Tells whether there is something that the action would do. */
static bool
action_applies(const ZdmMigration *m, const ZdmGuard *guard)
{
	switch (guard->action)
	{
		case ZDM_GUARD_WARN:
			return guard->over + 1 == guard->samples; /* once, until it is below again */
		case ZDM_GUARD_PAUSE:
			return m->status == ZDM_RUNNING;
		case ZDM_GUARD_REOPEN:
			return m->status == ZDM_CONTRACTED;
		case ZDM_GUARD_ROLLBACK:
			return m->status != ZDM_FINALIZED && m->status != ZDM_ROLLED_BACK;
	}
	return false;
}

/* ZdmTryFunction: does what the guard is there for, as the owner of the table. */
static void
take_action(void *arg)
{
	Watch *watch = arg;
	const ZdmGuard *guard = watch->guard;
	ZdmMigration *m = watch->m;
	ZdmOwnerScope scope;

	zdm_guard_acted(guard, watch->value);
	zdm_migration_event(m, "guard",
						psprintf("%s: %s was %g, above %g, %d times",
								 zdm_guard_action_names[guard->action],
								 zdm_clip_text(guard->metric, QUOTED_BYTES), watch->value,
								 guard->threshold, guard->samples));
	zdm_owner_begin(&scope, zdm_relation_owner(m->relation));
	(void) set_config_option("zdm.lock_retries",
							 psprintf("%d", Min(zdm_lock_retries, LOCK_RETRIES)), PGC_USERSET,
							 PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
	switch (guard->action)
	{
		case ZDM_GUARD_WARN:
			break;
		case ZDM_GUARD_PAUSE:
			zdm_pause_call(m);
			break;
		case ZDM_GUARD_REOPEN:
			zdm_reopen_call(m);
			break;
		case ZDM_GUARD_ROLLBACK:
			zdm_rollback_call(m, false);
			break;
	}
	zdm_owner_end(&scope);
}

/* ZdmTryFunction. */
static void
take_rollout_back(void *arg)
{
	Watch *watch = arg;

	zdm_rollout_tripped(watch->m, psprintf("%s was %g, above %g",
										   zdm_clip_text(watch->guard->metric, QUOTED_BYTES),
										   watch->value, watch->guard->threshold));
}

/* ZdmPutOff. */
static void
put_off(const void *what, const char *why, int seconds)
{
	const ZdmGuard *guard = what;

	ereport(LOG, (errmsg("zdm: ended the process that measures: guard " INT64_FORMAT " %s",
						 guard->id, why)));
	zdm_guard_put_off(guard, why, seconds);
}

/* The other guards of the database wait for this one. */
static ErrorData *
try_in_time(ZdmTryFunction function, Watch *watch, int msec)
{
	return zdm_try_in_time(function, watch, msec, put_off, watch->guard);
}

/* Does what is due when a guard has been above its threshold often enough. */
static void
trip_guard(Watch *watch, int over)
{
	const ZdmGuard *guard = watch->guard;
	ErrorData *error = NULL;

	if (guard->action != ZDM_GUARD_WARN)
		error = try_in_time(take_rollout_back, watch, ACT_MSEC);
	if (error == NULL && action_applies(watch->m, guard))
		error = try_in_time(take_action, watch, ACT_MSEC);
	if (error)
		zdm_guard_measured(guard, &watch->value, over, zdm_error_text(error));
}

/* Measures what one guard is about, in the transaction that is open, and acts where that is due. */
static void
watch_guard(Watch *watch)
{
	const ZdmGuard *guard = watch->guard;
	ErrorData *error;
	int over;

	if (!OidIsValid(zdm_relation_owner(watch->m->relation)))
	{
		zdm_guard_measured(guard, NULL, 0, "the table is gone");
		return;
	}
	error = try_in_time(measure_metric, watch, MEASURE_MSEC);
	over = watch->measured && watch->value > guard->threshold ? guard->over + 1 : 0;
	zdm_guard_measured(guard, watch->measured ? &watch->value : NULL, over,
					   error ? zdm_error_text(error) : NULL);
	if (over >= guard->samples)
		trip_guard(watch, over);
}

/* The same, in a transaction of its own; not for a guard that somebody is just taking away. */
static void
watch_one(const ZdmGuard *guard)
{
	Watch watch = {.guard = guard};

	zdm_tx_begin();
	if (zdm_extension_lock() && zdm_guard_claim(guard))
		watch.m = zdm_migration_by_id(guard->migration);
	if (watch.m)
		watch_guard(&watch);
	zdm_tx_commit();
}

/* Lists what is to be measured now, in the current memory context; *any: something ever is. */
static List *
list_due(bool *any)
{
	List *due = NIL;

	zdm_tx_begin();
	*any = zdm_extension_lock() &&
		   (zdm_guards_are_there() || zdm_rollouts_are_there() || zdm_restore_slots_are_there());
	if (*any)
		due = zdm_guards_due();
	zdm_tx_commit();
	return due;
}

/* Measures what is due, for as long as there are guards.  The caller has the keeper's lock. */
static void
keep_measuring(MemoryContext memory)
{
	bool any = true;

	while (any)
	{
		ListCell *lc;

		MemoryContextReset(memory);
		MemoryContextSwitchTo(memory);
		foreach (lc, list_due(&any))
			watch_one(lfirst(lc));
		zdm_rollouts_step();
		zdm_restore_slots_step();
		pgstat_report_activity(STATE_IDLE, NULL);
		if (any)
			zdm_sleep(LOOK_MSEC);
	}
}

/* What the keeper does. */
void
zdm_guards_keep(void)
{
	MemoryContext memory =
		AllocSetContextCreate(CurrentMemoryContext, "zdm guards", ALLOCSET_DEFAULT_SIZES);
	bool any = true;

	zdm_in_time_begin();
	while (any)
	{
		bool mine;

		zdm_tx_begin();
		mine = zdm_session_lock(ZDM_LOCK_KEEPER, 0);
		zdm_tx_commit();
		if (!mine)
			return;
		if (!zdm_place_take(true))
		{
			ereport(LOG, (errmsg("zdm: guards of database %u are not measured", MyDatabaseId),
						  errdetail("As many processes stand by as may."),
						  errhint("Raise max_worker_processes.")));
			zdm_session_unlock(ZDM_LOCK_KEEPER, 0);
			return;
		}
		keep_measuring(memory);
		zdm_place_release();
		zdm_session_unlock(ZDM_LOCK_KEEPER, 0);
		(void) list_due(&any); /* somebody may have come and ended for our sake */
	}
}

/* Starts a keeper where there are guards and nobody measures: from the launcher's visit. */
void
zdm_guards_visit(void)
{
	bool any;

	zdm_restore_slots_forget();
	(void) list_due(&any);
	if (any && !zdm_session_lock_is_held(ZDM_LOCK_KEEPER, 0))
		(void) zdm_worker_start_keeper(InvalidTransactionId);
}
