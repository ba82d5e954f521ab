/*
 * pacing.c
 *		Holding a backfill back where the server has better things to do.
 *
 * Two kinds of brake.  After each batch a worker sleeps for its share of niceness
 * and for what it is ahead of its WAL budget.  And now and then it looks at the
 * limits that its migration sets (zdm.throttle_reason, and a query of the user's
 * own): while one is exceeded, or can't be determined, it does nothing.
 */
#include "postgres.h"

#include "access/xact.h"
#include "access/xlog.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "storage/proc.h"
#include "storage/procarray.h"
#include "utils/guc.h"
#include "utils/pg_lsn.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"
#include "utils/timeout.h"
#include "utils/wait_event.h"

#include "base/compat.h"
#include "base/lock.h"
#include "base/owner.h"
#include "base/query.h"
#include "base/transaction.h"
#include "fill/pacing.h"

#define CHECK_MSEC 500
#define LOOK_USEC 500
#define PROBATION_USEC (50 * 1000)
#define SPELL_USEC (20 * 1000)
#define GENTLE_USEC (250 * 1000)
#define GO_IF_TIMEOUT_MSEC 5000
#define MAX_SLEEP_MSEC 1000

/*
 * Tells whether a client is at work: its process runs, or waits for something else
 * than its client.  One that waits for a migration does not count.  Read without locks, as
 * pg_stat_activity reads it: a glance is enough.  A process that has ended leaves its
 * slot as it was until another takes it (proc.c, ProcKill), so who seems to be at work
 * is looked up among those that live.
 */
static bool
client_is_at_work(void)
{
	for (int i = 0; i < MaxBackends; i++)
	{
		PGPROC *proc = GetPGProcByNumber(i);
		uint32 wait = *(volatile uint32 *) &proc->wait_event_info;

		if (proc->pid != 0 && proc != MyProc && zdm_is_client(proc) &&
			wait != WAIT_EVENT_CLIENT_READ && (wait & 0xFF000000) != PG_WAIT_EXTENSION &&
			!zdm_session_lock_is_held(ZDM_LOCK_WAITER, proc->pid) &&
			BackendPidGetProc(proc->pid) == proc)
			return true;
	}
	return false;
}

/*
 * Tells whether the backfill should step back behind clients.  If nobody has said how
 * nice it is to be, it goes at full speed on a server that is idle, and gently where
 * a client was seen at work a moment ago, or before it can know.  Short transactions
 * are seen by looking often: called after every page.
 */
bool
zdm_pace_is_gentle(ZdmPace *pace, const ZdmTuning *tuning)
{
	TimestampTz now;

	pace->gentle = false;
	if (tuning->nice >= 0)
		return false;
	now = GetCurrentTimestamp();
	if (pace->began_at == 0)
		pace->began_at = now;
	if (now - pace->looked_at >= LOOK_USEC)
	{
		pace->looked_at = now;
		if (client_is_at_work())
		{
			if (now - pace->busy_at >= GENTLE_USEC)
				pace->busy_since = now;
			pace->busy_at = now;
		}
	}
	/* Who has just begun the migration, or looks how far it is, does not make it gentle. */
	pace->gentle =
		pace->busy_at - pace->busy_since >= SPELL_USEC && now - pace->busy_at < GENTLE_USEC;
	return pace->gentle || now - pace->began_at < PROBATION_USEC;
}

/*
 * Sleeps after a batch that took `msec` and wrote so much WAL.  No transaction is
 * open.  Longer sleeps are cut short: what is left is slept off next time.
 */
void
zdm_pace_after(ZdmPace *pace, const ZdmTuning *tuning, double msec, int64 wal_bytes)
{
	double sleep_msec = 0;
	bool gentle = zdm_pace_is_gentle(pace, tuning);

	if (tuning->nice > 0 || gentle)
	{
		double nice = gentle ? ZDM_GENTLE_NICE : tuning->nice;

		sleep_msec = msec * nice / (1 - nice);
	}
	/* Little by little: a client's commit would have to wait for all that lies about. */
	if (gentle)
		XLogFlush(XactLastCommitEnd);
	if (tuning->max_wal_rate > 0)
	{
		TimestampTz now = GetCurrentTimestamp();
		double budget = (double) tuning->max_wal_rate / tuning->workers;
		double due_msec;

		if (pace->wal_since == 0 || pace->wal_bytes == 0)
			pace->wal_since = now - (int64) (msec * 1000);
		pace->wal_bytes += wal_bytes;
		due_msec = pace->wal_bytes / budget * 1000 - (now - pace->wal_since) / 1000.0;
		if (due_msec <= 0)
			pace->wal_bytes = 0; /* a fresh budget, no credit for idle time */
		sleep_msec = Max(sleep_msec, due_msec);
	}
	if (sleep_msec >= 1)
		zdm_sleep((long) Min(sleep_msec, MAX_SLEEP_MSEC));
}

/* What runs in zdm_try() for a user's query. */
typedef struct GoIf
{
	const char *query;
	Oid relation;
	bool go;
} GoIf;

/* Runs the user's query as the owner of the table, for a limited time. */
static void
run_go_if(void *arg)
{
	GoIf *request = arg;
	Oid owner = zdm_relation_owner(request->relation);
	ZdmOwnerScope scope;
	bool isnull = true;

	request->go = !OidIsValid(owner); /* the table is gone, which the backfill has to find out */
	if (request->go)
		return;
	zdm_owner_begin(&scope, owner);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	if (SPI_execute(request->query, true, 1) == SPI_OK_SELECT && SPI_processed == 1 &&
		SPI_gettypeid(SPI_tuptable->tupdesc, 1) == BOOLOID)
	{
		Datum value = SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1, &isnull);

		request->go = !isnull && DatumGetBool(value);
	}
	else
		ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
						errmsg("the query does not return one boolean")));
	SPI_finish();
	zdm_owner_end(&scope);
}

/*
 * Returns why the user's query holds the backfill back; NULL if it does not.  In a
 * procedure the client's own statement_timeout, of which there is one timer, stays as it is.
 */
static char *
go_if_reason(ZdmMigration *m, const ZdmTuning *tuning)
{
	GoIf request = {.query = tuning->go_if, .relation = m->relation};
	ErrorData *error;

	if (!zdm_tx_is_procedure())
		enable_timeout_after(STATEMENT_TIMEOUT, GO_IF_TIMEOUT_MSEC);
	error = zdm_try(run_go_if, &request);
	if (!zdm_tx_is_procedure())
		disable_timeout(STATEMENT_TIMEOUT, false);
	if (error)
		return psprintf("go_if, which fails: %s", error->message);
	return request.go ? NULL : psprintf("go_if to return true");
}

/*
 * Returns the WAL position that a standby must have replayed to be less than
 * `limit_sec` behind: where the WAL was so long ago.  pg_stat_replication.replay_lag
 * does not tell: it is measured when something is replayed, and stays what it was
 * while nothing is (walsender.c, LagTrackerRead).  A worker that has just begun
 * takes the position of its beginning, and so waits until standbys have got there.
 */
static XLogRecPtr
wal_position_before(ZdmPace *pace, TimestampTz now, double limit_sec)
{
	int64 limit_usec = (int64) (limit_sec * USECS_PER_SEC);
	XLogRecPtr position;

	if (pace->marks == 0 ||
		now - pace->mark[pace->marks - 1].at >= limit_usec / (ZDM_WAL_MARKS - 2))
	{
		ZdmWalMark mark = {.at = now, .position = GetFlushRecPtr(NULL)};

		if (pace->marks == ZDM_WAL_MARKS)
			memmove(pace->mark, pace->mark + 1, --pace->marks * sizeof(ZdmWalMark));
		pace->mark[pace->marks++] = mark;
	}
	position = pace->mark[0].position;
	for (int i = 1; i < pace->marks && now - pace->mark[i].at >= limit_usec; i++)
		position = pace->mark[i].position;
	return position;
}

/*
 * Returns what holds the backfill back, in words that follow "waiting for"; NULL
 * if nothing does.  Looks twice a second, and before each portion of the WAL that a standby
 * may be behind, in the transaction that is open.  Fails closed: a limit that can't be determined
 * holds back.
 */
char *
zdm_pace_reason(ZdmPace *pace, ZdmMigration *m, const ZdmTuning *tuning)
{
	TimestampTz now = GetCurrentTimestamp();
	bool in_time = TimestampDifferenceExceeds(pace->checked_at, now, CHECK_MSEC);
	XLogRecPtr position = InvalidXLogRecPtr;
	char *reason = NULL;

	if (!tuning->has_limits && tuning->go_if == NULL)
		return NULL;
	if (tuning->max_behind > 0)
		position = GetXLogInsertRecPtr();
	if (!in_time &&
		(tuning->max_behind == 0 ||
		 position - pace->checked_position < (uint64) (tuning->max_behind / ZDM_WAL_PORTIONS)))
		return NULL;
	if (tuning->has_limits)
	{
		ZdmRecordScope scope;
		ZdmArgs args = {0};

		zdm_record_begin(&scope);
		zdm_arg_datum(&args, JSONBOID, JsonbPGetDatum(m->settings), false);
		zdm_arg_datum(&args, LSNOID,
					  LSNGetDatum(wal_position_before(pace, now, tuning->max_lag_sec)), false);
		zdm_query("SELECT zdm.throttle_reason($1, $2) AS reason", &args);
		reason = zdm_result_text(0, "reason");
		zdm_record_end(&scope);
	}
	if (reason == NULL && tuning->go_if && in_time)
		reason = go_if_reason(m, tuning);
	if (reason == NULL)
		pace->checked_position = position;
	if (reason == NULL && in_time)
		pace->checked_at = now;
	return reason;
}
