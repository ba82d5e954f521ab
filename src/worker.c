/*
 * worker.c
 *		Background workers: how they are asked for, started, and what they do.
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
#include "executor/spi.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "postmaster/interrupt.h"
#include "storage/ipc.h"
#include "storage/lmgr.h"
#include "storage/procsignal.h"
#include "tcop/tcopprot.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

#include "backfill.h"
#include "executor.h"
#include "lifecycle.h"
#include "lock.h"
#include "migration.h"
#include "owner.h"
#include "query.h"
#include "settings.h"
#include "transaction.h"
#include "work.h"
#include "worker.h"

#define SLOT_RETRY_MSEC 1000

/* What a worker is told, in bgw_extra. */
typedef struct WorkerArgs
{
	Oid database;
	int64 migration;       /* 0: look for all that are unfinished */
	TransactionId creator; /* wait for it to end first; may be invalid */
	int helper;            /* not 0: helps the worker of the migration */
} WorkerArgs;

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

/* Registers a worker; false if the server has no free slot. */
static bool
register_worker(const WorkerArgs *args, BackgroundWorkerHandle **handle)
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
	StaticAssertStmt(sizeof(WorkerArgs) <= BGW_EXTRALEN, "worker arguments too large");
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
	WorkerArgs args = {.database = database, .migration = migration, .creator = creator};

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
		WorkerArgs args = {.database = MyDatabaseId, .migration = migration, .helper = helper};

		if (!zdm_session_lock_is_held(ZDM_LOCK_HELPER, zdm_helper_key(migration, helper)) &&
			!register_worker(&args, NULL))
			return;
	}
}

/* Waits for the transaction that has asked for this worker to end. */
static void
wait_for_creator(TransactionId creator)
{
	if (!TransactionIdIsValid(creator))
		return;
	zdm_tx_begin();
	XactLockTableWait(creator, NULL, NULL, XLTW_None);
	zdm_tx_commit();
}

/* Tries to take one of the slots that zdm.max_workers allows; 0 if all are taken. */
static int
take_slot(void)
{
	int slot = 0;

	zdm_tx_begin();
	for (int i = 1; i <= zdm_max_workers && slot == 0; i++)
		if (zdm_session_lock(ZDM_LOCK_SLOT, i))
			slot = i;
	zdm_tx_commit();
	return slot;
}

/* Tells whether a migration still waits for a worker; says in the record for what it waits. */
static bool
still_wanted(int64 migration)
{
	ZdmMigration *m;
	bool wanted;

	zdm_tx_begin();
	m = zdm_extension_lock() ? zdm_migration_by_id(migration) : NULL;
	wanted = m != NULL && m->status == ZDM_RUNNING;
	if (wanted)
		zdm_migration_set_waiting(
			migration, psprintf("a free worker: zdm.max_workers is %d", zdm_max_workers));
	zdm_tx_commit();
	return wanted;
}

/* Works on one migration, as soon as zdm.max_workers allows. */
static void
work_in_slot(int64 migration)
{
	int slot;

	while ((slot = take_slot()) == 0)
	{
		if (!still_wanted(migration))
			return;
		zdm_sleep(SLOT_RETRY_MSEC);
	}
	(void) zdm_work_on(migration);
	zdm_tx_begin();
	zdm_session_unlock(ZDM_LOCK_SLOT, slot);
	zdm_tx_commit();
}

/* Helps with a migration, if zdm.max_workers leaves room and nobody else is this helper. */
static void
help(int64 migration, int helper)
{
	int slot = take_slot();
	bool mine;

	if (slot == 0)
		return;
	zdm_tx_begin();
	mine = zdm_session_lock(ZDM_LOCK_HELPER, zdm_helper_key(migration, helper));
	zdm_tx_commit();
	if (mine)
		zdm_backfill_help(migration, helper);
}

/* ZdmTryFunction: finalizes the migration of that name, as the owner of its table. */
static void
finalize(void *arg)
{
	ZdmMigration *m = zdm_migration_get(arg);
	Oid owner = zdm_relation_owner(m->relation);
	ZdmOwnerScope scope;

	if (!OidIsValid(owner))
		return;
	zdm_owner_begin(&scope, owner);
	zdm_finalize_call(arg);
	zdm_owner_end(&scope);
}

/* Finalizes what has been kept for as long as zdm.keep_for says.  Errors are logged. */
static void
finalize_kept(void)
{
	List *names = NIL;
	ListCell *lc;

	if (zdm_keep_for == 0)
		return;
	zdm_tx_begin();
	if (zdm_extension_lock())
		names = zdm_migration_kept_longer(zdm_keep_for);
	zdm_tx_commit();
	foreach (lc, names)
	{
		ErrorData *error;

		zdm_tx_begin();
		error = zdm_extension_lock() ? zdm_try(finalize, lfirst(lc)) : NULL;
		if (error)
			ereport(LOG, (errmsg("zdm: could not finalize migration \"%s\": %s",
								 (char *) lfirst(lc), zdm_error_text(error))));
		zdm_tx_commit();
	}
}

/*
 * Starts a worker for every migration of this database that nobody works on.
 * Without a free slot for one, this worker goes through them itself.
 */
static void
resume_all(void)
{
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext memory = AllocSetContextCreate(caller, "zdm resume", ALLOCSET_DEFAULT_SIZES);
	List *migrations = NIL;
	ListCell *lc;

	MemoryContextSwitchTo(memory);
	finalize_kept();
	zdm_tx_begin();
	if (zdm_extension_lock())
		migrations = zdm_migration_unfinished();
	foreach (lc, migrations)
		if (zdm_session_lock_is_held(ZDM_LOCK_MIGRATION, *(int64 *) lfirst(lc)))
			migrations = foreach_delete_current (migrations, lc);
	zdm_tx_commit();
	foreach (lc, migrations)
		if (!zdm_worker_start(MyDatabaseId, *(int64 *) lfirst(lc), InvalidTransactionId, NULL))
			work_in_slot(*(int64 *) lfirst(lc));
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(memory);
}

/*
 * Entry point of a worker.  It connects as the bootstrap superuser and does
 * everything that touches the user's data as the owner of the table.  Ends when
 * there is nothing to do.
 */
void
zdm_worker_main(Datum arg)
{
	WorkerArgs args;

	memcpy(&args, MyBgworkerEntry->bgw_extra, sizeof(args));
	pqsignal(SIGHUP, SignalHandlerForConfigReload);
	pqsignal(SIGTERM, die);
	zdm_tx_begin_worker();
	BackgroundWorkerUnblockSignals();
	BackgroundWorkerInitializeConnectionByOid(args.database, InvalidOid, 0);
	MemoryContextSwitchTo(
		AllocSetContextCreate(TopMemoryContext, "zdm worker", ALLOCSET_DEFAULT_SIZES));

	/* Whatever the database's defaults are, this is what the engine is written for. */
	SetConfigOption("default_transaction_isolation", "read committed", PGC_SUSET, PGC_S_OVERRIDE);
	SetConfigOption("default_transaction_read_only", "off", PGC_SUSET, PGC_S_OVERRIDE);
	SetConfigOption("statement_timeout", "0", PGC_SUSET, PGC_S_OVERRIDE);
	SetConfigOption("lock_timeout", "0", PGC_SUSET, PGC_S_OVERRIDE);
	SetConfigOption("idle_in_transaction_session_timeout", "0", PGC_SUSET, PGC_S_OVERRIDE);
	if (GetConfigOption("transaction_timeout", true, false)) /* since 17 */
		SetConfigOption("transaction_timeout", "0", PGC_SUSET, PGC_S_OVERRIDE);
	SetConfigOption("session_replication_role", "origin", PGC_SUSET, PGC_S_OVERRIDE);
	zdm_pin_session();

	wait_for_creator(args.creator);
	if (args.helper != 0)
		help(args.migration, args.helper);
	else if (args.migration != 0)
		work_in_slot(args.migration);
	else
		resume_all();
	proc_exit(0);
}
