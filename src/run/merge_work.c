/*
 * merge_work.c
 *		The worker's way to the turn of a merge.
 *
 * While it filled the whole from the part's rows, writers have noted keys in the log.  The worker
 * takes these, in small transactions, until hardly any is left; then it takes the turn's lock,
 * under which it takes the rest.  Where there were too many meanwhile, it begins again.
 */
#include "postgres.h"

#include "access/relation.h"
#include "access/xact.h"
#include "miscadmin.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"

#include "base/lock.h"
#include "base/extension.h"
#include "base/transaction.h"
#include "fill/merge_rows.h"
#include "record/merge_log.h"
#include "record/progress.h"
#include "record/shadow.h"
#include "run/merge_work.h"

#define DRAIN_LIMIT 100 /* rows that clients may wait for */
#define BUSY_MSEC 20
#define HELD_UP_MSEC 20
#define WAITS_TO_TELL 10

/* What one transaction has to do, and has done. */
typedef struct Turn
{
	int64 migration;
	const ZdmStep *step;
	ZdmDrain drain;
	TransactionId ended_at; /* what was merged before is seen by whoever began since; or invalid */
	int waits;              /* how often somebody had an older snapshot, or rows */
	bool settled;           /* nobody had one, when the log was looked through last */
	bool stopped;           /* the migration does not run any more */
	bool held_up;           /* somebody is about to stop it */
} Turn;

/* Begins a transaction; NULL, and none is open, if there is nothing to do any more. */
static ZdmMigration *
begin(Turn *turn)
{
	ZdmMigration *m = NULL;

	zdm_tx_begin();
	if (zdm_extension_lock())
		m = zdm_migration_by_id(turn->migration);
	if (m && m->status == ZDM_RUNNING)
		return m;
	turn->stopped = true;
	zdm_tx_commit();
	return NULL;
}

/* ZdmTryFunction: takes some entries out of the log. */
static void
take_some(void *arg)
{
	Turn *turn = arg;
	ZdmMigration *m = zdm_migration_by_id(turn->migration);
	Oid part = zdm_shadow_follower(m);
	Oid log = zdm_merge_log(m);

	turn->drain.passed = turn->drain.caught_up = true;
	if (OidIsValid(part) && get_rel_name(part) && OidIsValid(log) && get_rel_name(log))
		zdm_merge_drain(m, part, log, DRAIN_LIMIT, &turn->drain); /* else the turn says so */
	m = zdm_migration_by_id(turn->migration);
	if (m == NULL || m->status != ZDM_RUNNING)
		ereport(ERROR, (errcode(ERRCODE_LOCK_NOT_AVAILABLE),
						errmsg("the migration was stopped while the log was read")));
}

/*
 * Tells whether somebody has a snapshot that is older than what was merged: to him the part would
 * be as it was before, once it is a view.
 */
static bool
is_too_new(Turn *turn, const ZdmMigration *m)
{
	Relation rel = try_relation_open(m->relation, AccessShareLock);
	TransactionId horizon;

	if (rel == NULL)
		return false;
	if (!TransactionIdIsValid(turn->ended_at))
		turn->ended_at = ReadNextTransactionId();
	horizon = zdm_tx_horizon(rel);
	relation_close(rel, NoLock);
	if (TransactionIdFollowsOrEquals(horizon, turn->ended_at))
		return false;
	if (++turn->waits == WAITS_TO_TELL) /* most snapshots are gone in a moment */
	{
		char *holder = zdm_oldest_snapshot();

		zdm_migration_set_waiting(m->id, psprintf("the end of an old snapshot, %s, which does not "
												  "see what was merged",
												  holder ? holder : "somebody's"));
	}
	return true;
}

/*
 * Tells whether somebody has so many rows that are in the log that he will not be done soon: who
 * has a row keeps the turn from its lock anyway, and one or the other is always had.
 */
static bool
has_many_rows(Turn *turn, const ZdmMigration *m)
{
	if (turn->drain.left <= DRAIN_LIMIT)
		return false;
	if (++turn->waits == WAITS_TO_TELL)
		zdm_migration_set_waiting(m->id, "rows that a transaction holds");
	return true;
}

/* Tells whether to wait for a moment before the next look at the log, or before the turn. */
static bool
has_to_wait(Turn *turn, const ZdmMigration *m)
{
	if (turn->drain.passed && has_many_rows(turn, m))
		return true;
	return turn->drain.caught_up && is_too_new(turn, m);
}

/*
 * Tells whether the log was looked through once more since nobody has an older snapshot.  Entries
 * that were taken are cleared away by who reads their pages when nobody sees them any more: the
 * turn would do so under its lock, and of millions that takes as long as a client waits for one.
 */
static bool
has_cleared_away(Turn *turn)
{
	bool settled = turn->settled;

	turn->settled = true;
	return settled;
}

/* Takes entries until none is left that can be taken now.  *ready: the turn may be tried. */
static ZdmWork
drain(Turn *turn, bool *ready)
{
	ZdmMigration *m = begin(turn);
	ErrorData *error;
	bool pause;

	*ready = false;
	if (m == NULL)
		return ZDM_WORK_STOP;
	turn->held_up =
		!zdm_tx_is_procedure() && zdm_session_lock_is_held(ZDM_LOCK_STOP, turn->migration);
	if (turn->held_up)
	{
		zdm_tx_commit();
		zdm_sleep(HELD_UP_MSEC);
		return ZDM_WORK_DONE;
	}
	zdm_tx_relax();
	error = zdm_try(take_some, turn);
	if (error && error->sqlerrcode != ERRCODE_LOCK_NOT_AVAILABLE)
	{
		ZdmWork work = zdm_work_error(turn->migration, turn->step, error, NULL);

		zdm_tx_commit();
		return work;
	}
	if (error) /* a row was taken at the moment of its update, or somebody stops us: look again */
		ItemPointerSetInvalid(&turn->drain.from);
	pause = error || has_to_wait(turn, m);
	*ready = !pause && turn->drain.caught_up && has_cleared_away(turn);
	zdm_tx_commit();
	if (pause)
		zdm_sleep(BUSY_MSEC);
	return ZDM_WORK_DONE;
}

/*
 * Takes what is in the log, up to the moment at which the turn may be tried; see ZdmAction.  Where
 * too much has come meanwhile the turn gives up, and this begins again.
 */
ZdmWork
zdm_merge_drain_log(const struct ZdmAction *action, int64 migration, const ZdmStep *step)
{
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext memory = AllocSetContextCreate(caller, "zdm merge", ALLOCSET_DEFAULT_SIZES);
	Turn turn = {.migration = migration, .step = step};
	ZdmWork work = ZDM_WORK_DONE;
	bool ready = false;

	while (work == ZDM_WORK_DONE && !ready)
	{
		CHECK_FOR_INTERRUPTS();
		MemoryContextReset(memory);
		MemoryContextSwitchTo(memory);
		work = drain(&turn, &ready);
	}
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(memory);
	return work;
}
