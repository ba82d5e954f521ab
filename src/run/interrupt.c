/*
 * interrupt.c
 *		Background workers: how what they do is interrupted.
 */
#include "postgres.h"

#include "utils/timestamp.h"

#include "base/lock.h"
#include "base/query.h"
#include "base/transaction.h"
#include "record/migration.h"
#include "run/actions.h"
#include "run/interrupt.h"
#include "run/worker.h"

#define STOP_POLL_MSEC 10
#define CANCEL_MSEC 3000 /* for a cancelled command to end */

/*
 * Returns the virtual transactions that workers and helpers of a migration are in, as an
 * array in its text form; NULL if they are in none.  Not those of a worker that only looks who
 * has the lock: it shares that for a moment.
 */
static char *
transactions_of(int64 migration)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};
	char *result;

	zdm_record_begin(&scope);
	zdm_arg_int8(&args, migration);
	(void) zdm_query("SELECT array_agg(v.virtualxid)::text AS transactions"
					 "  FROM pg_catalog.pg_locks l"
					 "  JOIN pg_catalog.pg_locks v ON v.pid = l.pid AND v.locktype = 'virtualxid'"
					 "                            AND v.granted"
					 "  JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid"
					 " WHERE l.locktype = 'advisory' AND l.granted AND l.mode = 'ExclusiveLock'"
					 "   AND a.backend_type = 'zdm worker'"
					 "   AND l.database = (SELECT oid FROM pg_catalog.pg_database"
					 "                      WHERE datname = pg_catalog.current_database())"
					 "   AND (l.classid::bigint << 32 | l.objid::bigint)"
					 "       / CASE l.objsubid WHEN 31333 THEN 256 ELSE 1 END = $1"
					 "   AND l.objsubid IN (31332, 31333)",
					 &args);
	result = zdm_result_text(0, "transactions");
	zdm_record_end(&scope);
	return result;
}

/* What is done to the processes that are in some transactions. */
typedef enum Blow
{
	LOOK,
	CANCEL,
	TERMINATE,
} Blow;

/* Does it; tells whether any of them was still there. */
static bool
strike_at(const char *transactions, Blow blow)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};
	bool found;

	zdm_record_begin(&scope);
	zdm_record_hush();
	zdm_arg_text(&args, transactions);
	zdm_arg_int4(&args, blow);
	found = zdm_query("SELECT CASE $2 WHEN 1 THEN pg_catalog.pg_cancel_backend(pid)"
					  "               WHEN 2 THEN pg_catalog.pg_terminate_backend(pid) END"
					  "  FROM pg_catalog.pg_locks"
					  " WHERE locktype = 'virtualxid' AND granted AND virtualxid = ANY ($1::text[])"
					  /* Who waits for this transaction does nothing meanwhile. */
					  "   AND ($2 = 1 OR pg_catalog.pg_backend_pid()"
					  "                  <> ALL (pg_catalog.pg_blocking_pids(pid)))",
					  &args) > 0;
	zdm_record_end(&scope);
	return found;
}

/* Waits for these transactions to end, for so long at most; tells whether they have. */
static bool
have_ended(const char *transactions, int msec)
{
	TimestampTz start = GetCurrentTimestamp();

	while (strike_at(transactions, LOOK))
	{
		if (TimestampDifferenceExceeds(start, GetCurrentTimestamp(), msec))
			return false;
		zdm_sleep(STOP_POLL_MSEC);
	}
	return true;
}

/*
 * Ends what a migration's workers are doing, so that a build which takes hours, or an
 * expression that never ends, holds up nobody who wants to stop the migration; and keeps
 * them from beginning anything else until the end of the transaction.  What
 * ends soon by itself has the time for it.  Where cancelling does not help, because code of a
 * user catches it, the process is ended: what it has committed is recorded.
 */
void
zdm_worker_interrupt(int64 migration)
{
	ZdmStep *step = zdm_next_worker_step(zdm_steps(migration));
	const ZdmAction *action;
	char *transactions;

	if (step == NULL)
		return;
	action = zdm_action(step->command.action);
	zdm_transaction_lock(ZDM_LOCK_STOP, migration);
	transactions = transactions_of(migration);
	if (transactions == NULL ||
		(action->grace_msec > 0 && have_ended(transactions, action->grace_msec)))
		return;
	(void) strike_at(transactions, CANCEL);
	if (have_ended(transactions, CANCEL_MSEC))
		return;
	ereport(LOG, (errmsg("zdm: ending a worker that does not end when it is cancelled"),
				  errdetail("It works on migration " INT64_FORMAT ".", migration)));
	(void) strike_at(transactions, TERMINATE);
	(void) have_ended(transactions, CANCEL_MSEC);
	zdm_worker_request_again(); /* the worker served the queue */
}
