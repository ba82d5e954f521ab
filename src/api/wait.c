/*
 * wait.c
 *		The procedures zdm.wait() and zdm.run().
 *
 * Both end transactions, so that they keep no snapshot while they wait and see
 * what others commit: they can't be called inside a transaction block.
 */
#include "postgres.h"

#include "access/xact.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "parser/parser.h"
#include "storage/procarray.h"
#include "tcop/tcopprot.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "api/wait.h"
#include "base/lock.h"
#include "base/owner.h"
#include "base/query.h"
#include "base/settings.h"
#include "base/transaction.h"
#include "record/migration.h"
#include "record/progress.h"
#include "record/queue.h"
#include "run/circle.h"
#include "run/complete.h"
#include "run/lifecycle.h"
#include "run/limits.h"
#include "run/release.h"
#include "run/work.h"
#include "run/work_outcome.h"
#include "run/worker.h"

PG_FUNCTION_INFO_V1(zdm_wait);
PG_FUNCTION_INFO_V1(zdm_run);

#define POLL_MSEC 100
#define NOTICE_USEC USECS_PER_SEC
#define IDLE_LOOKS 3
#define MAX_ENDED 5

/*
 * Tells whether the client has sent several statements in one query string, which the server
 * takes for one transaction (postgres.c, exec_simple_query).
 */
static bool
is_one_of_several_statements(void)
{
	List *statements;
	ListCell *lc;

	if (debug_query_string == NULL)
		return false;
	statements = raw_parser(debug_query_string, RAW_PARSE_DEFAULT);
	foreach (lc, statements)
		if (IsA(lfirst_node(RawStmt, lc)->stmt, TransactionStmt))
			return false;
	return list_length(statements) > 1;
}

/* An error where a procedure is called in a transaction that it can't end. */
static void
refuse_transaction(const char *procedure)
{
	if (is_one_of_several_statements())
		ereport(ERROR,
				(errcode(ERRCODE_ACTIVE_SQL_TRANSACTION),
				 errmsg("zdm.%s() cannot run in a query string of several statements: send CALL "
						"zdm.%s(...) by itself",
						procedure, procedure),
				 errdetail("The server makes one transaction of such a string, and this call has "
						   "to see what others commit meanwhile.")));
	ereport(ERROR,
			(errcode(ERRCODE_ACTIVE_SQL_TRANSACTION),
			 errmsg("zdm.%s() cannot run inside a transaction block: CALL it outside of one%s",
					procedure,
					strcmp(procedure, "wait") == 0 ? ", or use SELECT zdm.ensure_ready(name) there"
												   : ""),
			 errdetail("It has to see what others commit meanwhile, and must keep no snapshot."),
			 errhint("Most migration tools can be told to run a file without a transaction.")));
}

/* Refuses to run where transactions can't be ended; connects to SPI as non-atomic. */
void
zdm_enter_procedure(FunctionCallInfo fcinfo, const char *procedure)
{
	bool atomic = fcinfo->context == NULL || !IsA(fcinfo->context, CallContext) ||
				  castNode(CallContext, fcinfo->context)->atomic;

	if (PG_ARGISNULL(0))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("name must not be null")));
	if (atomic)
		refuse_transaction(procedure);
	zdm_refuse_standby(procedure);
	if (SPI_connect_ext(SPI_OPT_NONATOMIC) != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	zdm_tx_in_procedure(true);
}

/* Leaves a procedure, on success and on error. */
void
zdm_leave_procedure(void)
{
	zdm_tx_in_procedure(false);
}

static char *
first_line(const char *text)
{
	return pnstrdup(text, strcspn(text, "\n"));
}

/*
 * An error for a migration that will not become ready by waiting.  The message alone has to
 * do: many a tool shows nothing else.
 */
static void
refuse_to_wait(const ZdmMigration *m)
{
	char *name = quote_literal_cstr(m->name);
	char *error = m->last_error;
	char *violations = error ? strstr(error, "\nHINT: SELECT * FROM zdm.violations(") : NULL;

	if (m->status == ZDM_ROLLED_BACK)
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
						errmsg("migration \"%s\" is rolled_back", m->name),
						errhint("Start it again with the same expand call.")));
	if (error == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("migration \"%s\" is %s; SELECT zdm.resume(%s) goes on with it, SELECT "
						"zdm.rollback(%s) undoes it",
						m->name, zdm_status_name(m->status), name, name)));
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("migration \"%s\" is %s: %s", m->name, zdm_status_name(m->status),
					first_line(error)),
			 errdetail("%s", violations ? pnstrdup(error, violations - error) : error),
			 violations ? errhint("%s SELECT zdm.rollback(%s) undoes the migration.",
								  zdm_violations_hint(m), name)
						: errhint("SELECT zdm.resume(%s) goes on with it, SELECT zdm.rollback(%s) "
								  "undoes it.",
								  name, name)));
}

/* An error where nobody will begin the work. */
static void
refuse_without_worker(const char *name)
{
	char *quoted = quote_literal_cstr(name);

	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("nobody works on migration \"%s\"", name),
			 errdetail("zdm.start_worker is off in this session."),
			 errhint("CALL zdm.run(%s) does the work in a session. With zdm.start_worker on, "
					 "CALL zdm.wait(%s) starts a background worker.",
					 quoted, quoted)));
}

/* An error for a migration that is ready, but was refused to be completed. */
static void
refuse_to_complete(const ZdmMigration *m)
{
	char *name = quote_literal_cstr(m->name);

	ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
					errmsg("migration \"%s\" is %s, but could not be completed: %s", m->name,
						   zdm_status_name(m->status), first_line(m->last_error)),
					errdetail("%s", m->last_error),
					errhint("SELECT zdm.resume(%s) tries again, SELECT zdm.contract(%s) shows what "
							"is in the way.",
							name, name)));
}

/* One migration that zdm.wait() waits for, from one look to the next. */
typedef struct Awaited
{
	char *name;
	int64 id;
	bool done;
	int64 idle;     /* the one that nobody works on, although somebody should; 0: none */
	int idle_looks; /* in a row, in which nobody was to come to it; a second apart */
	int worker;     /* the process that was last seen to work on it; 0: none */
	ZdmCircle circle;
} Awaited;

/* What zdm.wait() waits for. */
typedef struct Waiting
{
	const char *name; /* of the migration, or of the release */
	List *members;    /* of Awaited * */
	TimestampTz since;
	ZdmStarts starts; /* of workers, which may all die */
} Waiting;

/*
 * Returns what has to be worked on for a migration that is ready: one that is to be
 * completed with it; NULL if nothing is left to wait for.  An error if it never will be.
 */
static ZdmMigration *
left_to_complete(ZdmMigration *m)
{
	ZdmMigration *blocker = m->complete ? zdm_completion_blocker(m) : NULL;

	if (!m->complete)
		return NULL;
	if (blocker == NULL)
		return m;
	if (blocker->refused)
		refuse_to_complete(blocker);
	if (blocker->status == ZDM_PAUSED || blocker->status == ZDM_FAILED)
		refuse_to_wait(blocker);
	return blocker->complete ? blocker : NULL; /* else somebody contracts the release */
}

/* Returns the process that works on a migration; 0: none. */
static int
worker_of(const ZdmMigration *m)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};
	int64 worker;

	zdm_record_begin(&scope);
	zdm_arg_int8(&args, m->id);
	zdm_query("SELECT coalesce(zdm.worker_pid($1), 0)::bigint AS worker", &args);
	worker = zdm_result_int8(0, "worker");
	zdm_record_end(&scope);
	return (int) worker;
}

/*
 * Tells that the process that was seen to work on a migration is gone, although the migration is
 * under way: once for each.  Who comes to it instead is known here, or sees keep_worker() to.
 */
static void
tell_of_lost_worker(Awaited *member, const ZdmMigration *m)
{
	int worker = worker_of(m);

	if (member->worker != 0 && worker != member->worker &&
		BackendPidGetProc(member->worker) == NULL)
	{
		ereport(NOTICE,
				(errmsg("process %d, which worked on migration \"%s\", has ended: %s",
						member->worker, m->name,
						worker != 0        ? psprintf("process %d goes on", worker)
						: zdm_start_worker ? "the next free background worker goes on"
										   : "nobody goes on, zdm.start_worker is off"),
				 errdetail("What it had committed stays, and the work goes on from there.")));
		member->worker = 0;
	}
	if (worker != 0)
		member->worker = worker;
}

/* Sees to it that somebody works on a migration; `first` asks for a worker if none is to come. */
static void
look_after(Waiting *waiting, Awaited *member, const ZdmMigration *m, bool first, bool tell)
{
	bool worked_on = zdm_session_lock_is_held(ZDM_LOCK_MIGRATION, m->id);

	if (tell)
		tell_of_lost_worker(member, m);
	if (!worked_on)
	{
		/* Not at once: this may be the transaction that has made the migration. */
		if (first && !zdm_worker_is_there(m->id))
			zdm_worker_request(m->id);
		member->idle = m->id;
	}
	if (tell && !first)
		zdm_refuse_circle(&member->circle, m, waiting->since, worked_on);
}

/* Looks at one migration. */
static void
look_at_member(Waiting *waiting, Awaited *member, bool first, bool tell)
{
	ZdmMigration *m = zdm_own_again(member->id);

	member->idle = 0;
	switch (m->status)
	{
		case ZDM_READY:
		case ZDM_CONTRACTED:
			m = left_to_complete(m);
			member->done = m == NULL;
			if (m)
				look_after(waiting, member, m, first, tell);
			break;
		case ZDM_FINALIZED:
			member->done = true;
			break;
		case ZDM_RUNNING:
			look_after(waiting, member, m, first, tell);
			break;
		default:
			refuse_to_wait(m);
	}
}

/* Returns the progress of what is waited for, in one line. */
static char *
progress_line(Waiting *waiting)
{
	int n = list_length(waiting->members);
	int64 *ids = palloc(sizeof(int64) * n);

	for (int i = 0; i < n; i++)
		ids[i] = ((Awaited *) list_nth(waiting->members, i))->id;
	return n == 1 ? zdm_migration_progress(ids[0]) : zdm_release_progress(waiting->name, ids, n);
}

/*
 * Looks once; true if all is ready.  `first` asks for a worker where none is to come.  *line is
 * the progress if `tell` or if all is ready, else NULL: it takes milliseconds, which clients would
 * notice beside a gentle backfill.
 */
static bool
look_at_members(Waiting *waiting, bool first, bool tell, char **line)
{
	bool ready = true;
	ListCell *lc;

	zdm_tx_begin();
	foreach (lc, waiting->members)
	{
		Awaited *member = lfirst(lc);

		if (!member->done)
			look_at_member(waiting, member, first, tell);
		ready &= member->done;
	}
	*line = tell || ready ? progress_line(waiting) : NULL;
	zdm_tx_commit();
	return ready;
}

/* An error where one worker after the other has ended, and nobody has come to the migration. */
static void
refuse_without_end(const Awaited *member, int ended)
{
	char *name = quote_literal_cstr(member->name);
	ZdmMigration *m = zdm_own_again(member->id);

	ereport(
		ERROR,
		(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
		 errmsg("nobody works on migration \"%s\": %d background workers ended before they came "
				"to it",
				member->name, ended),
		 m->last_error ? errdetail("Its last error: %s", m->last_error)
					   : errdetail("The server's log says why each of them ended."),
		 errhint("See the server's log for \"zdm worker\". CALL zdm.wait(%s) tries again, CALL "
				 "zdm.run(%s) does the work in a session.",
				 name, name)));
}

/* Tells whether the limits leave no room for work on a migration, whoever might come. */
static bool
waits_for_slot(int64 migration)
{
	ZdmMigration *m = zdm_migration_by_id(migration);

	return m != NULL && zdm_slots_left(zdm_relation_owner(m->relation)) == 0;
}

/*
 * Sees to it, about once a second, that somebody comes to a migration that nobody works on: a
 * worker may die, or find no slot.  Gives up where one after the other dies before that.
 */
static void
keep_worker(Waiting *waiting, Awaited *member)
{
	MemoryContext caller;
	bool there;
	bool limited;

	if (member->done)
		return;
	if (member->idle == 0)
	{
		member->idle_looks = 0;
		waiting->starts.ended = 0;
		return;
	}
	zdm_tx_begin();
	if (zdm_start_worker)
		zdm_queue_add(member->idle);
	limited = waits_for_slot(member->idle);
	there = limited || zdm_worker_is_there(member->idle);
	zdm_tx_commit();
	if (!limited)
	{
		caller = MemoryContextSwitchTo(GetMemoryChunkContext(waiting->members));
		(void) zdm_worker_keep(&waiting->starts);
		MemoryContextSwitchTo(caller);
	}
	if (there)
		waiting->starts.ended = 0;
	else if (waiting->starts.ended >= MAX_ENDED)
		refuse_without_end(member, waiting->starts.ended);
	if (there || zdm_start_worker)
		member->idle_looks = 0;
	else if (++member->idle_looks == IDLE_LOOKS)
		refuse_without_worker(member->name);
}

/* Gives up: the timeout has passed. */
static void
refuse_to_wait_longer(const Waiting *waiting, const char *line)
{
	ereport(ERROR,
			(errcode(ERRCODE_QUERY_CANCELED),
			 errmsg("%s \"%s\" was not ready in time",
					list_length(waiting->members) == 1 ? "migration" : "release", waiting->name),
			 errdetail("%s", line),
			 errhint("It goes on in the background; CALL zdm.wait(%s) waits again.",
					 quote_literal_cstr(waiting->name))));
}

/* Waits until all is ready, showing progress; see zdm_wait(). */
static void
wait_until_ready(Waiting *waiting, int64 timeout_usec)
{
	TimestampTz told_at = 0;
	char *shown = NULL;
	MemoryContext procedure = CurrentMemoryContext;
	MemoryContext memory = AllocSetContextCreate(procedure, "zdm wait", ALLOCSET_SMALL_SIZES);
	ListCell *lc;

	for (;;)
	{
		TimestampTz now = GetCurrentTimestamp();
		bool timed_out = timeout_usec > 0 && now - waiting->since >= timeout_usec;
		bool tell = now - told_at >= NOTICE_USEC;
		char *line;
		bool ready;

		MemoryContextReset(memory);
		MemoryContextSwitchTo(memory);
		ready = look_at_members(waiting, told_at == 0, tell || timed_out, &line);
		if (tell && told_at != 0)
			foreach (lc, waiting->members)
				keep_worker(waiting, lfirst(lc));
		if (tell)
			told_at = now;
		if ((tell || ready) && (shown == NULL || strcmp(line, shown) != 0))
		{
			ereport(NOTICE, (errmsg_internal("%s", line)));
			if (shown)
				pfree(shown);
			shown = MemoryContextStrdup(procedure, line);
		}
		if (ready)
			break;
		if (timed_out)
			refuse_to_wait_longer(waiting, line);
		/* A hundredth of the time waited so far: nobody notices that. */
		zdm_sleep((long) Min(POLL_MSEC, 10 + (now - waiting->since) / 1000 / 100));
	}
	MemoryContextSwitchTo(procedure);
	MemoryContextDelete(memory);
}

/* Waits for a migration, or for all of a release. */
static void
wait_for_members(const char *name, int64 timeout_usec)
{
	Waiting waiting = {.name = name, .since = GetCurrentTimestamp()};
	MemoryContext procedure = CurrentMemoryContext;
	ListCell *lc;

	zdm_tx_begin();
	foreach (lc, zdm_release_members(name))
	{
		MemoryContext transaction = MemoryContextSwitchTo(procedure);
		Awaited *member = palloc0(sizeof(Awaited));

		member->name = pstrdup(((ZdmMigration *) lfirst(lc))->name);
		member->id = ((ZdmMigration *) lfirst(lc))->id;
		waiting.members = lappend(waiting.members, member);
		MemoryContextSwitchTo(transaction);
	}
	zdm_tx_commit();
	if (list_length(waiting.members) == 1)
		waiting.name = ((Awaited *) linitial(waiting.members))->name;
	if (waiting.members != NIL)
		wait_until_ready(&waiting, timeout_usec);
}

/*
 * CALL zdm.wait(name text, timeout interval): blocks until the migration, or each of a release, is
 * ready, or completed where it is to be, with a progress bar as NOTICE about once a second, one
 * for all.  An error if one fails, is paused or rolled back, or if the timeout passes first.
 */
Datum
zdm_wait(PG_FUNCTION_ARGS)
{
	char *name;
	int64 timeout_usec = 0;

	zdm_enter_procedure(fcinfo, "wait");
	name = text_to_cstring(PG_GETARG_TEXT_PP(0));
	if (!PG_ARGISNULL(1))
	{
		Interval *timeout = PG_GETARG_INTERVAL_P(1);

		timeout_usec = timeout->time +
					   (timeout->day + timeout->month * (int64) DAYS_PER_MONTH) * USECS_PER_DAY;
		timeout_usec = Max(timeout_usec, 1);
	}
	/* So that a backfill does not take this for a client at work (pacing.c). */
	zdm_session_lock_soon(ZDM_LOCK_WAITER, MyProcPid);
	PG_TRY();
	{
		wait_for_members(name, timeout_usec);
	}
	PG_FINALLY();
	{
		zdm_session_unlock(ZDM_LOCK_WAITER, MyProcPid);
		zdm_leave_procedure();
	}
	PG_END_TRY();
	SPI_finish();
	PG_RETURN_VOID();
}

/*
 * Lets somebody see the worker's errors in a session that does its part: the
 * migration's own, or that another session works on it.
 */
static void
report_run(int64 id, bool worked)
{
	ZdmMigration *m;

	zdm_tx_begin();
	m = zdm_own_again(id);
	if (!worked && m->status == ZDM_RUNNING)
		ereport(ERROR, (errcode(ERRCODE_OBJECT_IN_USE),
						errmsg("another session works on migration \"%s\"", m->name),
						errhint("CALL zdm.wait(%s) waits for it.", quote_literal_cstr(m->name))));
	if (m->status == ZDM_FAILED || m->status == ZDM_PAUSED || m->status == ZDM_ROLLED_BACK)
		refuse_to_wait(m);
	if (m->refused)
		refuse_to_complete(m);
	zdm_tx_commit();
}

/*
 * CALL zdm.run(name text): does the worker's part of a migration in this
 * session.  What it does is done with the rights of the extension's owner and
 * of the table's owner, as in a worker.
 */
Datum
zdm_run(PG_FUNCTION_ARGS)
{
	char *name;

	zdm_enter_procedure(fcinfo, "run");
	name = text_to_cstring(PG_GETARG_TEXT_PP(0));
	PG_TRY();
	{
		ZdmMigration *m;
		int64 id;

		zdm_tx_begin();
		m = zdm_own_migration(name);
		id = m->id;
		zdm_tx_commit();
		report_run(id, zdm_work_on(id, NULL));
	}
	PG_FINALLY();
	{
		zdm_leave_procedure();
	}
	PG_END_TRY();
	SPI_finish();
	PG_RETURN_VOID();
}
