/*
 * ensure.c
 *		zdm.ensure_ready().
 *
 * Migration files call it in a transaction, whose snapshot holds the horizon that the
 * backfill's waves need, and which an index build waits for.  So it is no place to wait: a
 * timeout is for the race with a migration that is nearly ready.
 */
#include "postgres.h"

#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "base/lock.h"
#include "base/query.h"
#include "record/progress.h"
#include "run/executor.h"
#include "run/lifecycle.h"
#include "run/not_ready.h"
#include "run/release.h"

PG_FUNCTION_INFO_V1(zdm_ensure_ready);

#define MAX_WAIT_USEC (10 * USECS_PER_SEC)
#define POLL_MSEC 50

/* Tells whether the worker waits for this very session: its build, or its lock. */
static bool
worker_waits_for_us(const ZdmMigration *m)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};
	bool waits;

	zdm_record_begin(&scope);
	zdm_arg_int8(&args, m->id);
	waits =
		zdm_query("SELECT 1 FROM (SELECT zdm.worker_pid($1)) AS w (pid)"
				  "       LEFT JOIN pg_catalog.pg_stat_progress_create_index p USING (pid)"
				  " WHERE p.current_locker_pid = pg_catalog.pg_backend_pid()"
				  "    OR pg_catalog.pg_backend_pid() = ANY (pg_catalog.pg_blocking_pids(w.pid))",
				  &args) > 0;
	zdm_record_end(&scope);
	return waits;
}

/* Returns if the new schema can be used by then; else an error that says what is missing.
 */
static void
ensure_ready(const ZdmMigration *given, TimestampTz end)
{
	const char *name = given->name;

	for (;;)
	{
		ZdmMigration *m = zdm_own_again(given->id);
		TimestampTz now = GetCurrentTimestamp();

		if (m->status == ZDM_READY || m->status == ZDM_CONTRACTED || m->status == ZDM_FINALIZED ||
			zdm_contract_is_done(zdm_steps(m->id)))
			return;
		zdm_refuse_own_expand(m, psprintf("migration \"%s\" is not ready", name));
		if (m->status != ZDM_RUNNING || now >= end)
			ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
							errmsg("migration \"%s\" is not ready: it is %s%s%s", name,
								   zdm_status_name(m->status), zdm_hint_not_ready(m) ? "; " : "",
								   zdm_hint_not_ready(m) ? zdm_hint_not_ready(m) : ""),
							errdetail("%s", zdm_migration_progress(m->id))));
		if (worker_waits_for_us(m))
			ereport(
				ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("migration \"%s\" is not ready, and will not be before this transaction "
						"ends: its worker waits for it",
						name),
				 errdetail("An index build waits for all older snapshots, and this transaction "
						   "has one."),
				 errhint("End the transaction and try again.")));
		zdm_sleep((long) Min(POLL_MSEC, (end - now) / 1000 + 1));
	}
}

/* zdm.ensure_ready(name, timeout): an error unless the new schema can be used. */
Datum
zdm_ensure_ready(PG_FUNCTION_ARGS)
{
	Interval *timeout;
	int64 usec;
	TimestampTz end;
	ListCell *lc;

	zdm_refuse_older_record();
	timeout = PG_GETARG_INTERVAL_P(1);
	usec = timeout->time + (timeout->day + timeout->month * (int64) DAYS_PER_MONTH) * USECS_PER_DAY;
	end = GetCurrentTimestamp() + usec;
	if (usec < 0 || usec > MAX_WAIT_USEC)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("timeout must be between 0 and 10 s"),
						errdetail("The transaction would hold back what it waits for."),
						errhint("CALL zdm.wait(name), outside of a transaction, waits for as long "
								"as it takes.")));
	foreach (lc, zdm_release_members(text_to_cstring(PG_GETARG_TEXT_PP(0))))
		ensure_ready(lfirst(lc), end);
	PG_RETURN_VOID();
}
