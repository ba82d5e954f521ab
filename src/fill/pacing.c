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
#include "utils/guc.h"
#include "utils/pg_lsn.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"
#include "utils/timeout.h"

#include "base/lock.h"
#include "base/owner.h"
#include "base/query.h"
#include "base/transaction.h"
#include "fill/pacing.h"

#define CHECK_MSEC 500
#define LOOK_USEC 500
#define PROBATION_USEC (50 * 1000)
#define SPELL_USEC (20 * 1000)
#define BUSY_USEC (250 * 1000)
#define STEP_USEC (50 * 1000)
#define GAP_USEC (5 * USECS_PER_SEC)
#define PROBE_USEC (300 * 1000)
#define PROBE_EVERY_USEC (10 * USECS_PER_SEC)
#define FEW_PAGES 5
#define GO_IF_TIMEOUT_MSEC 5000
#define MAX_SLEEP_MSEC 1000

/* Tells how slow a page is to what pages can take; negative: too few to tell. */
static double
slowness_of_pages(ZdmPace *pace)
{
	double msec;

	if (pace->pages < FEW_PAGES)
		return -1;
	msec = pace->page_msec / pace->pages;
	pace->pages = 0;
	pace->page_msec = 0;
	/* Pages may become larger work for good: the best is forgotten little by little. */
	pace->best_page_msec = pace->best_page_msec > 0 ? Min(pace->best_page_msec * 1.01, msec) : msec;
	return pace->best_page_msec > 0 ? msec / pace->best_page_msec : -1;
}

/* Notes what a page took, pauses left out. */
void
zdm_pace_page(ZdmPace *pace, double msec)
{
	pace->pages++;
	pace->page_msec += msec;
}

/*
 * Sets the share from what was seen since the last time.  All workers of the server probe
 * at the same time, by the clock: each sees what is so without any of them.
 */
static void
adjust_share(ZdmPace *pace, const ZdmTuning *tuning, TimestampTz now)
{
	ZdmSample sample = {.probe = now % PROBE_EVERY_USEC < PROBE_USEC};
	int workers = Max(pace->workers, 1);
	bool gap = now - pace->stepped_at > GAP_USEC;

	if (now - pace->stepped_at < STEP_USEC)
		return;
	pace->stepped_at = now;
	zdm_pressure_sample(&pace->pressure, &sample);
	if (gap)
		return; /* a sample over so long a time, or of none at all, tells nothing */
	sample.value[ZDM_SIGNAL_STEPS] = slowness_of_pages(pace);
	sample.value[ZDM_SIGNAL_LAG] =
		tuning->max_lag_sec > 0 || tuning->max_behind > 0 ? pace->lag_is_close : -1;
	pace->share =
		Min(zdm_control_step(&pace->control, &sample, workers, zdm_processors()) / workers,
			ZDM_PACE_MOST);
}

/* Tells whether clients are at work.  Short transactions are seen by looking often. */
static bool
is_beside_clients(ZdmPace *pace, TimestampTz now)
{
	if (now - pace->looked_at >= LOOK_USEC)
	{
		pace->looked_at = now;
		if (zdm_pressure_glance(&pace->pressure))
		{
			if (now - pace->busy_at >= BUSY_USEC)
				pace->busy_since = now;
			pace->busy_at = now;
		}
	}
	/* Who has just begun the migration, or looks how far it is, is no client at work. */
	return pace->busy_at - pace->busy_since >= SPELL_USEC && now - pace->busy_at < BUSY_USEC;
}

/*
 * Returns the share of its time that the worker is to work: called after every page.  If
 * nobody has said how nice it is to be, it goes at full speed on a server that is idle, and
 * steps back where a client was seen at work a moment ago, or before it can know.
 */
double
zdm_pace_share(ZdmPace *pace, const ZdmTuning *tuning)
{
	TimestampTz now;
	bool beside;

	if (tuning->nice >= 0)
	{
		pace->beside = false;
		pace->share = 1 - tuning->nice;
		return pace->share;
	}
	now = GetCurrentTimestamp();
	if (pace->began_at == 0)
		pace->began_at = now;
	beside = is_beside_clients(pace, now);
	if (!beside)
		pace->share = now - pace->began_at < PROBATION_USEC ? ZDM_PACE_GENTLE : 1;
	else if (!pace->beside || tuning->pace == ZDM_PACE_GENTLY)
	{
		memset(&pace->control, 0, sizeof(pace->control));
		pace->stepped_at = 0;
		pace->share = ZDM_PACE_GENTLE / Max(pace->workers, 1);
	}
	else
		adjust_share(pace, tuning, now);
	pace->beside = beside;
	return pace->share;
}

/*
 * Tells how many workers there is room for, as far as this one knows: beside clients the leader
 * alone takes what there is, until that is more than its time.  Another process would take from
 * clients what it costs to start it, and a part of the pauses.
 */
int
zdm_pace_workers(const ZdmPace *pace, const ZdmTuning *tuning)
{
	if (tuning->nice >= 0 || (!pace->beside && pace->share >= 1))
		return tuning->workers;
	if (!pace->beside) /* it has just begun */
		return 1;
	return Min(1 + (int) (pace->control.pace / ZDM_PACE_MOST + 0.01), tuning->workers);
}

/* Tells whether what is left for all workers beside clients is no more than one of them needs. */
bool
zdm_pace_is_for_one(const ZdmPace *pace, const ZdmTuning *tuning)
{
	if (tuning->nice >= 0 || !pace->beside)
		return false;
	return tuning->pace == ZDM_PACE_GENTLY ||
		   (pace->control.held != NULL && pace->control.pace <= ZDM_PACE_GENTLE);
}

/* Tells whether clients are at work, by looking for a while: for what has no pages to look after.
 */
static bool
clients_are_seen(void)
{
	ZdmPace pace = {0};
	TimestampTz now = GetCurrentTimestamp();

	for (TimestampTz end = now + BUSY_USEC; now < end; now = GetCurrentTimestamp())
	{
		if (is_beside_clients(&pace, now))
			return true;
		zdm_sleep(1);
	}
	return false;
}

/*
 * Returns how many processes may help to build an index, of those that the server has for it.  A
 * build can't pause, so beside clients it is as many processes, itself included, as all workers of
 * a backfill could keep at work: each more is one that clients wait for.  It looks for clients for
 * up to 250 ms, and is to be called without a snapshot.
 */
int
zdm_pace_build_helpers(const ZdmTuning *tuning)
{
	int room = ZDM_PACE_OF_PROCESSORS * zdm_processors();

	if (tuning->nice >= 0 || tuning->pace == ZDM_PACE_FULL ||
		max_parallel_maintenance_workers == 0 || !clients_are_seen())
		return max_parallel_maintenance_workers;
	return tuning->pace == ZDM_PACE_GENTLY
			   ? 0
			   : Min(Max(room - 1, 0), max_parallel_maintenance_workers);
}

/* Returns for how long to pause, at such a share, after so much work; once in a visit and once
 * after. */
double
zdm_pace_pause(double share, double msec)
{
	return msec * (1 - share) / share / 2;
}

/* Tells in words, which follow "waiting for", what keeps it from full speed; NULL: nothing. */
char *
zdm_pace_words(const ZdmPace *pace)
{
	if (!pace->beside)
		return NULL;
	return psprintf("its turn, %.0f %% of the time: %s", (1 - pace->share) * 100,
					pace->control.held ? pace->control.held : "clients are at work");
}

/*
 * Flushes WAL up to `end` if much of it has not gone to disk yet: a client's commit would have to
 * write it.  Where clients commit all the time they have flushed nearly all of it already, and one
 * more flush would only keep the next of them waiting.
 */
void
zdm_pace_flush(XLogRecPtr end)
{
	if (end > GetFlushRecPtr(NULL) + ZDM_LEAST_WAL_BYTES)
		XLogFlush(end);
}

/*
 * Sleeps after a batch that took `msec` and wrote so much WAL.  No transaction is
 * open.  Longer sleeps are cut short: what is left is slept off next time.
 */
void
zdm_pace_after(ZdmPace *pace, const ZdmTuning *tuning, double msec, int64 wal_bytes)
{
	double share = zdm_pace_share(pace, tuning);
	double sleep_msec = share < 1 ? zdm_pace_pause(share, msec) : 0;

	if (share < 1)
		zdm_pace_flush(XactLastCommitEnd);
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
	if (share < 1 && sleep_msec > 0 && sleep_msec < 1)
		pg_usleep((long) (sleep_msec * 1000));
	else if (sleep_msec >= 1)
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
wal_position_before(const ZdmPace *pace, TimestampTz now, double limit_sec)
{
	XLogRecPtr position = pace->mark[0].position;

	for (int i = 1; i < pace->marks && now - pace->mark[i].at >= limit_sec * USECS_PER_SEC; i++)
		position = pace->mark[i].position;
	return position;
}

/* Notes where the WAL is now, as often as looking back as far as `limit_sec` needs it. */
static void
mark_wal_position(ZdmPace *pace, TimestampTz now, double limit_sec)
{
	int64 limit_usec = (int64) (limit_sec * USECS_PER_SEC);

	if (pace->marks == 0 ||
		now - pace->mark[pace->marks - 1].at >= limit_usec / (ZDM_WAL_MARKS - 2))
	{
		ZdmWalMark mark = {.at = now, .position = GetFlushRecPtr(NULL)};

		if (pace->marks == ZDM_WAL_MARKS)
			memmove(pace->mark, pace->mark + 1, --pace->marks * sizeof(ZdmWalMark));
		pace->mark[pace->marks++] = mark;
	}
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

		mark_wal_position(pace, now, tuning->max_lag_sec);
		zdm_record_begin(&scope);
		zdm_arg_datum(&args, JSONBOID, JsonbPGetDatum(m->settings), false);
		zdm_arg_datum(&args, LSNOID,
					  LSNGetDatum(wal_position_before(pace, now, tuning->max_lag_sec)), false);
		zdm_arg_datum(&args, LSNOID,
					  LSNGetDatum(wal_position_before(pace, now, tuning->max_lag_sec / 2)), false);
		zdm_query("SELECT zdm.throttle_reason($1, $2) AS reason,"
				  " zdm.throttle_reason(zdm.half_of_limits($1), $3) AS half",
				  &args);
		reason = zdm_result_text(0, "reason");
		pace->lag_is_close = zdm_result_text(0, "half") != NULL;
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
