/*
 * launcher.c
 *		Resumes unfinished migrations after a restart, a crash or a promotion.
 *
 * Runs only where zdm is in shared_preload_libraries.  At its start and then
 * every zdm.launcher_interval it sends a worker into each database, one after
 * the other, which starts what is unfinished there (worker.c, resume_all).
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/pg_database.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "postmaster/interrupt.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "tcop/tcopprot.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/wait_event.h"

#include "base/settings.h"
#include "base/transaction.h"
#include "run/worker.h"

#define VISIT_MSEC 5000
#define VISIT_POLL_MSEC 100

/* Registers the launcher; from _PG_init while the server preloads its libraries. */
void
zdm_launcher_init(void)
{
	BackgroundWorker worker = {0};

	worker.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION;
	worker.bgw_start_time = BgWorkerStart_RecoveryFinished;
	worker.bgw_restart_time = 10;
	snprintf(worker.bgw_library_name, sizeof(worker.bgw_library_name), "zdm");
	snprintf(worker.bgw_function_name, sizeof(worker.bgw_function_name), "zdm_launcher_main");
	snprintf(worker.bgw_name, sizeof(worker.bgw_name), "zdm launcher");
	snprintf(worker.bgw_type, sizeof(worker.bgw_type), "zdm launcher");
	RegisterBackgroundWorker(&worker);
}

/* Lists the databases that can be connected to, in the current memory context. */
static List *
list_databases(void)
{
	List *result = NIL;
	Relation rel;
	TableScanDesc scan;
	HeapTuple tuple;

	zdm_tx_begin();
	rel = table_open(DatabaseRelationId, AccessShareLock);
	scan = table_beginscan_catalog(rel, 0, NULL);
	while (HeapTupleIsValid(tuple = heap_getnext(scan, ForwardScanDirection)))
	{
		Form_pg_database database = (Form_pg_database) GETSTRUCT(tuple);

		if (!database->datallowconn || database->datistemplate ||
			database->datconnlimit == DATCONNLIMIT_INVALID_DB)
			continue;
		result = lappend_oid(result, database->oid);
	}
	table_endscan(scan);
	table_close(rel, AccessShareLock);
	zdm_tx_commit();
	return result;
}

/* Waits until a visit has ended; not for one that takes long, which others must not wait for. */
static void
wait_for_visit(BackgroundWorkerHandle *handle)
{
	pid_t pid;

	for (long waited = 0; waited < VISIT_MSEC; waited += VISIT_POLL_MSEC)
	{
		if (GetBackgroundWorkerPid(handle, &pid) == BGWH_STOPPED)
			return;
		(void) WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, VISIT_POLL_MSEC,
						 PG_WAIT_EXTENSION);
		ResetLatch(MyLatch);
		CHECK_FOR_INTERRUPTS();
	}
}

/* Sends a worker into each database, one after the other. */
static void
visit_databases(void)
{
	ListCell *lc;

	foreach (lc, list_databases())
	{
		BackgroundWorkerHandle *handle;

		CHECK_FOR_INTERRUPTS();
		if (!zdm_worker_start_visitor(lfirst_oid(lc), &handle))
		{
			ereport(LOG, (errmsg("zdm launcher found no free background worker slot"),
						  errhint("Raise max_worker_processes.")));
			return;
		}
		wait_for_visit(handle);
	}
}

/* Entry point of the launcher. */
void
zdm_launcher_main(Datum arg)
{
	MemoryContext memory;

	pqsignal(SIGHUP, SignalHandlerForConfigReload);
	pqsignal(SIGTERM, die);
	BackgroundWorkerUnblockSignals();
	BackgroundWorkerInitializeConnection(NULL, NULL, 0);
	memory = AllocSetContextCreate(TopMemoryContext, "zdm launcher", ALLOCSET_DEFAULT_SIZES);
	MemoryContextSwitchTo(memory);
	for (;;)
	{
		visit_databases();
		MemoryContextReset(memory);
		pgstat_report_activity(STATE_IDLE, NULL);
		(void) WaitLatch(MyLatch,
						 WL_LATCH_SET | WL_EXIT_ON_PM_DEATH |
							 (zdm_launcher_interval > 0 ? WL_TIMEOUT : 0),
						 zdm_launcher_interval * 1000L, PG_WAIT_EXTENSION);
		ResetLatch(MyLatch);
		CHECK_FOR_INTERRUPTS();
		if (ConfigReloadPending)
		{
			ConfigReloadPending = false;
			ProcessConfigFile(PGC_SIGHUP);
		}
	}
}
