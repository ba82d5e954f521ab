/*
 * work.c
 *		The worker's part of a migration, wherever it runs.
 *
 * Goes through the steps that wait for the worker, one transaction each (the
 * backfill: one a batch), and notes what became of them.  An error that time
 * may cure is tried again, later and later; any other one stops the migration,
 * with everything kept that was done.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "pgstat.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "base/extension.h"
#include "base/lock.h"
#include "base/settings.h"
#include "base/transaction.h"
#include "change/marks.h"
#include "change/merge.h"
#include "record/queue.h"
#include "run/actions.h"
#include "run/complete.h"
#include "run/executor.h"
#include "run/lost_copy.h"
#include "run/work.h"
#include "run/work_outcome.h"

#define TABLE_POLL_MSEC 20
#define STOP_POLL_MSEC 20

/* What runs in zdm_try() for one SQL step. */
typedef struct StepRequest
{
	int64 migration;
	ZdmStep *step;
	bool stop;
} StepRequest;

/* Runs a SQL step, unless the migration was stopped while we waited for the lock. */
static void
run_step(void *arg)
{
	StepRequest *request = arg;
	ZdmMigration *m = zdm_migration_by_id(request->migration);

	zdm_work_check_stop(request->migration);
	zdm_run_worker_step(m, request->step);
	m = zdm_migration_lock(request->migration);
	if (m == NULL || m->status != ZDM_RUNNING)
		ereport(ERROR, (errcode(ERRCODE_LOCK_NOT_AVAILABLE),
						errmsg("the migration was stopped while the step ran")));
}

/* Runs one SQL step in the transaction that is open, and commits it. */
static ZdmWork
run_sql_step(int64 migration, ZdmStep *step)
{
	StepRequest request = {.migration = migration, .step = step};
	ErrorData *error = zdm_try(run_step, &request);
	ZdmWork work = ZDM_WORK_DONE;

	if (error == NULL)
		zdm_work_succeeded(migration);
	else if (error->sqlerrcode != ZDM_ERRCODE_MUCH_LOGGED) /* then it begins again at once */
		work = zdm_work_error(migration, step, error, NULL);
	zdm_tx_commit();
	return work;
}

/* Runs one in another transaction, behind what was committed before it. */
static ZdmWork
run_sql_step_apart(int64 migration, ZdmStep *step)
{
	zdm_tx_begin();
	if (zdm_extension_lock())
		return run_sql_step(migration, step);
	zdm_tx_commit();
	return ZDM_WORK_STOP;
}

/* Runs one that has something to be done before it. */
static ZdmWork
run_prepared_step(const ZdmAction *action, int64 migration, ZdmStep *step)
{
	ZdmWork work = action->before(action, migration, step);

	return work == ZDM_WORK_DONE ? run_sql_step_apart(migration, step) : work;
}

/* Everything that waited for the worker is done; one that was contracted before is so again. */
static void
become_ready(int64 migration)
{
	ZdmMigration *m = zdm_migration_by_id(migration);
	bool locked = m != NULL && ConditionalLockRelationOid(m->relation, AccessShareLock);

	m = zdm_migration_lock(migration);
	if (m == NULL || m->status != ZDM_RUNNING)
		return;
	if (zdm_contract_is_done(zdm_steps(migration)))
	{
		zdm_migration_set_phase(m, ZDM_PHASE_FINALIZE);
		zdm_migration_set_status(m, ZDM_CONTRACTED, "compared");
	}
	else
	{
		zdm_migration_set_phase(m, ZDM_PHASE_CONTRACT);
		zdm_migration_set_status(m, ZDM_READY, NULL);
	}
	if (locked)
		zdm_mark_parts(m); /* else the next call does */
}

/* Says what a migration waits for, and ends the transaction. */
static ZdmWork
end_blocked(int64 migration, const char *waiting_for)
{
	zdm_migration_set_waiting(migration, waiting_for);
	zdm_tx_commit();
	return ZDM_WORK_BLOCKED;
}

/*
 * Runs a step that is not the backfill, while no other migration's worker runs one on
 * the same table: most of them want a lock that excludes itself, and one that waits
 * for it with a snapshot would be waited for by a concurrent build that has it.  The
 * transaction that is open is ended.
 */
static ZdmWork
run_alone(const ZdmMigration *m, ZdmStep *step)
{
	const ZdmAction *action = zdm_action(step->command.action);
	int64 migration = m->id;
	Oid relation = m->relation;
	bool is_build = step->runs == ZDM_RUNS_CONCURRENT && !zdm_tx_is_procedure();
	int volatile build = 0;
	ZdmWork volatile work = ZDM_WORK_STOP;

	if (!zdm_session_lock(ZDM_LOCK_TABLE, relation))
		return end_blocked(migration, "another migration's worker on the same table");
	if (is_build && (build = zdm_session_lock_any(ZDM_LOCK_BUILD, zdm_max_builds)) == 0)
	{
		zdm_session_unlock(ZDM_LOCK_TABLE, relation);
		return end_blocked(migration,
						   psprintf("another index build: zdm.max_builds is %d", zdm_max_builds));
	}
	PG_TRY(); /* zdm.run() may raise an error, and its session goes on */
	{
		bool waited = false;

		if (step->runs != ZDM_RUNS_CONCURRENT) /* which a call on its table may put off */
		{
			zdm_work_tell_begins();
			waited = zdm_migration_set_waiting(migration, NULL);
		}
		if (action->work)
		{
			zdm_tx_commit();
			work = action->work(action, migration, step);
		}
		else if (action->before)
		{
			zdm_tx_commit();
			work = run_prepared_step(action, migration, step);
		}
		else if (waited) /* which nobody is to read for as long as the step takes */
		{
			zdm_tx_commit();
			work = run_sql_step_apart(migration, step);
		}
		else
			work = run_sql_step(migration, step);
	}
	PG_FINALLY();
	{
		if (build != 0)
			zdm_session_unlock(ZDM_LOCK_BUILD, build);
		zdm_session_unlock(ZDM_LOCK_TABLE, relation);
	}
	PG_END_TRY();
	return work;
}

/*
 * Does the next step.  *more tells whether there may be another one.  The
 * commit that makes a migration ready is flushed, whatever the batches before it
 * did: an application may be deployed on the strength of it.
 */
static ZdmWork
next_step(int64 migration, bool *more)
{
	ZdmMigration *m;
	ZdmStep *step;

	*more = false;
	zdm_tx_begin();
	m = zdm_extension_lock() ? zdm_migration_by_id(migration) : NULL;
	if (m != NULL && zdm_repeat_lost_copy(migration))
	{
		*more = true;
		zdm_tx_commit();
		return ZDM_WORK_DONE;
	}
	if (m != NULL && zdm_completion_is_due(m))
	{
		*more = true;
		pgstat_report_activity(STATE_RUNNING, psprintf("zdm migration %s", m->name));
		return zdm_complete_in_worker(m);
	}
	if (m == NULL || m->status != ZDM_RUNNING)
	{
		zdm_tx_commit();
		return ZDM_WORK_STOP;
	}
	pgstat_report_activity(STATE_RUNNING, psprintf("zdm migration %s", m->name));
	if (!zdm_tx_is_procedure() && zdm_session_lock_is_held(ZDM_LOCK_STOP, migration))
	{
		*more = true;
		zdm_work_tell_begins(); /* for as long as his transaction takes */
		zdm_tx_commit();
		zdm_sleep(STOP_POLL_MSEC);
		return ZDM_WORK_DONE;
	}
	step = zdm_next_worker_step(zdm_steps(migration));
	if (step == NULL)
	{
		become_ready(migration);
		*more = m->complete;
		zdm_tx_commit();
		return ZDM_WORK_DONE;
	}
	*more = true;
	if (m->phase != step->phase)
	{
		m = zdm_migration_lock(migration);
		if (m)
			zdm_migration_set_phase(m, step->phase);
	}
	if (zdm_step_is_backfill(step))
	{
		const ZdmAction *action = zdm_action(step->command.action);

		zdm_work_tell_begins();
		zdm_tx_commit();
		return action->work(action, migration, step);
	}
	return run_alone(m, step);
}

/* Sleeps before a failed step is tried again; false if it must not be. */
static bool
wait_to_retry(int64 migration)
{
	ZdmMigration *m;
	long msec = 0;
	bool retry;

	zdm_tx_begin();
	m = zdm_extension_lock() ? zdm_migration_by_id(migration) : NULL;
	retry = m != NULL && (m->status == ZDM_RUNNING || zdm_completion_is_due(m));
	if (retry)
		msec = zdm_queue_retry_msec(migration);
	zdm_tx_commit();
	if (retry)
		zdm_sleep(msec);
	return retry;
}

/* Goes through the steps; a worker up to one whose time has not come. */
static void
run_steps(int64 migration, MemoryContext memory)
{
	bool more = true;
	ZdmWork work = ZDM_WORK_DONE;

	while (more && work != ZDM_WORK_STOP)
	{
		CHECK_FOR_INTERRUPTS();
		MemoryContextReset(memory);
		MemoryContextSwitchTo(memory);
		work = next_step(migration, &more);
		if (work != ZDM_WORK_BLOCKED && work != ZDM_WORK_FAILED)
			continue;
		if (!zdm_tx_is_procedure()) /* others wait in the queue */
			return;
		if (work == ZDM_WORK_BLOCKED)
			zdm_sleep(TABLE_POLL_MSEC);
		else
			more = wait_to_retry(migration);
	}
}

/*
 * Does the worker's part of a migration: in a procedure to its end or until somebody stops
 * it, in a worker as far as it goes now.  Holds the migration's session lock meanwhile; false
 * if another session has it.  No transaction is open before and after (in a procedure: an
 * empty one).  With `begins`, that is called once, before the first work that is not put off.
 */
bool
zdm_work_on(int64 migration, ZdmWorkBegins begins)
{
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext memory;
	bool claimed;

	zdm_tx_begin();
	claimed = zdm_session_lock(ZDM_LOCK_MIGRATION, migration);
	zdm_tx_commit();
	if (!claimed)
		return false;
	memory = AllocSetContextCreate(caller, "zdm work", ALLOCSET_DEFAULT_SIZES);
	zdm_work_on_begins(begins);
	PG_TRY();
	{
		run_steps(migration, memory);
	}
	PG_FINALLY();
	{
		zdm_session_unlock(ZDM_LOCK_MIGRATION, migration);
	}
	PG_END_TRY();
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(memory);
	return true;
}
