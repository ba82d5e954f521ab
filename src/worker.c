/*
 * worker.c
 *		Background workers: what they do.
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

/* Works on one migration, as soon as zdm.max_workers allows, unless it has a worker. */
static void
work_in_slot(int64 migration)
{
	int slot;
	bool wanted;

	zdm_tx_begin();
	wanted = zdm_session_lock(ZDM_LOCK_WORKER, migration);
	zdm_tx_commit();
	if (!wanted)
		return;
	while ((slot = take_slot()) == 0)
	{
		wanted = still_wanted(migration);
		if (!wanted)
			break;
		zdm_sleep(SLOT_RETRY_MSEC);
	}
	if (wanted)
		(void) zdm_work_on(migration);
	zdm_tx_begin();
	if (slot != 0)
		zdm_session_unlock(ZDM_LOCK_SLOT, slot);
	zdm_session_unlock(ZDM_LOCK_WORKER, migration);
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
		if (zdm_worker_is_there(*(int64 *) lfirst(lc)))
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
	ZdmWorkerArgs args;

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
