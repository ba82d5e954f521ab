/*
 * worker_start.c
 *		Background workers: how they are asked for, started and interrupted.
 *
 * A call that needs a worker asks for it, and it is started when the call's
 * transaction is about to commit.  The worker waits for that transaction to
 * end, and if it was rolled back finds nothing to do.  A server without a free
 * slot gives a warning, and the work waits until somebody asks for it again.
 *
 * A worker that dies is not restarted by the postmaster, which would try for
 * ever to enter a database that was dropped.  The launcher, zdm.wait(),
 * zdm.resume() and zdm.run() start one where there is none.
 */
#include "postgres.h"

#include "access/xact.h"
#include "miscadmin.h"
#include "postmaster/bgworker.h"
#include "utils/memutils.h"

#include "executor.h"
#include "lock.h"
#include "migration.h"
#include "query.h"
#include "settings.h"
#include "worker.h"

/* Migrations (int64 *) that need a worker when the transaction commits; in TopTransactionContext.
 */
static List *requests = NIL;

/* Says that the server has no free slot, and who starts the work later. */
static void
warn_no_slot(void)
{
	ereport(WARNING,
			(errcode(ERRCODE_CONFIGURATION_LIMIT_EXCEEDED),
			 errmsg("no free background worker slot for zdm: the work waits"),
			 errdetail("All %d slots of max_worker_processes are in use.", max_worker_processes),
			 errhint("CALL zdm.wait(name), zdm.resume(name) or zdm's launcher starts it as soon as "
					 "a slot is free, CALL zdm.run(name) does it in a session of your own. Raise "
					 "max_worker_processes where this happens often.")));
}

/* Starts the workers that the transaction has asked for, before it commits. */
static void
xact_callback(XactEvent event, void *arg)
{
	ListCell *lc;

	switch (event)
	{
		case XACT_EVENT_PRE_COMMIT:
		case XACT_EVENT_PRE_PREPARE:
			foreach (lc, requests)
				if (!zdm_worker_start(MyDatabaseId, *(int64 *) lfirst(lc),
									  GetTopTransactionIdIfAny(), NULL))
				{
					warn_no_slot();
					break;
				}
			requests = NIL;
			break;
		default:
			requests = NIL;
	}
}

/* Registers the callback; once, from _PG_init. */
void
zdm_worker_init(void)
{
	RegisterXactCallback(xact_callback, NULL);
}

/*
 * Asks for a worker for a migration when the current transaction commits: one, however
 * often it is asked for.  Nothing happens on a rollback, or with zdm.start_worker off.
 */
void
zdm_worker_request(int64 migration)
{
	MemoryContext caller;
	int64 *request;
	ListCell *lc;

	if (!zdm_start_worker)
		return;
	foreach (lc, requests)
		if (*(int64 *) lfirst(lc) == migration)
			return;
	caller = MemoryContextSwitchTo(TopTransactionContext);
	request = palloc(sizeof(int64));
	*request = migration;
	requests = lappend(requests, request);
	MemoryContextSwitchTo(caller);
}

/*
 * Cancels the command that a migration's worker is running, so that a build
 * which takes hours holds up nobody who wants to stop the migration, and keeps
 * it from beginning another one until the end of the transaction.  A backfill
 * stops by itself after its batch.
 */
void
zdm_worker_interrupt(int64 migration)
{
	ZdmStep *step = zdm_next_worker_step(zdm_steps(migration));
	ZdmRecordScope scope;
	ZdmArgs args = {0};

	if (step == NULL || step->action != ZDM_ACTION_SQL)
		return;
	zdm_transaction_lock(ZDM_LOCK_STOP, migration);
	zdm_record_begin(&scope);
	zdm_arg_int8(&args, migration);
	zdm_query("SELECT pg_catalog.pg_cancel_backend(a.pid) FROM pg_catalog.pg_stat_activity a"
			  " WHERE a.pid = zdm.worker_pid($1) AND a.backend_type = 'zdm worker'",
			  &args);
	zdm_record_end(&scope);
}

/* Tells whether somebody works on a migration, or a worker waits until it may. */
bool
zdm_worker_is_there(int64 migration)
{
	return zdm_session_lock_is_held(ZDM_LOCK_MIGRATION, migration) ||
		   zdm_session_lock_is_held(ZDM_LOCK_WORKER, migration);
}

/* Registers a worker; false if the server has no free slot. */
static bool
register_worker(const ZdmWorkerArgs *args, BackgroundWorkerHandle **handle)
{
	BackgroundWorker worker = {0};

	worker.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION;
	worker.bgw_start_time = BgWorkerStart_RecoveryFinished;
	worker.bgw_restart_time = BGW_NEVER_RESTART;
	snprintf(worker.bgw_library_name, sizeof(worker.bgw_library_name), "zdm");
	snprintf(worker.bgw_function_name, sizeof(worker.bgw_function_name), "zdm_worker_main");
	snprintf(worker.bgw_type, sizeof(worker.bgw_type), "zdm worker");
	if (args->migration == 0)
		snprintf(worker.bgw_name, sizeof(worker.bgw_name), "zdm worker for database %u",
				 args->database);
	else
		snprintf(worker.bgw_name, sizeof(worker.bgw_name), "zdm worker for migration " INT64_FORMAT,
				 args->migration);
	worker.bgw_notify_pid = handle ? MyProcPid : 0;
	StaticAssertStmt(sizeof(ZdmWorkerArgs) <= BGW_EXTRALEN, "worker arguments too large");
	memcpy(worker.bgw_extra, args, sizeof(*args));
	return RegisterDynamicBackgroundWorker(&worker, handle);
}

/*
 * Starts a worker in a database; false if the server has no free slot.  With
 * `handle`, the caller may wait for it and owns the handle.
 */
bool
zdm_worker_start(Oid database, int64 migration, TransactionId creator,
				 BackgroundWorkerHandle **handle)
{
	ZdmWorkerArgs args = {.database = database, .migration = migration, .creator = creator};

	return register_worker(&args, handle);
}

/*
 * Starts a worker for a migration of this database where the one of *handle,
 * if any, has ended; false if the server has no free slot.  Needs no transaction.
 * The handle lives in the current memory context.
 */
bool
zdm_worker_keep(int64 migration, BackgroundWorkerHandle **handle)
{
	pid_t pid;

	if (!zdm_start_worker)
		return true;
	if (*handle)
	{
		if (GetBackgroundWorkerPid(*handle, &pid) != BGWH_STOPPED)
			return true;
		pfree(*handle);
		*handle = NULL;
	}
	return zdm_worker_start(MyDatabaseId, migration, InvalidTransactionId, handle);
}

/*
 * Starts the helpers that a migration wants and that are not there.  Without a
 * free slot there are fewer, that is all.
 */
void
zdm_worker_start_helpers(int64 migration, int workers)
{
	for (int helper = 1; helper < workers; helper++)
	{
		ZdmWorkerArgs args = {.database = MyDatabaseId, .migration = migration, .helper = helper};

		if (!zdm_session_lock_is_held(ZDM_LOCK_HELPER, zdm_helper_key(migration, helper)) &&
			!register_worker(&args, NULL))
			return;
	}
}
