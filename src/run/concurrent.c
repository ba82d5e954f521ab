/*
 * concurrent.c
 *		Steps that run outside any transaction block: CREATE INDEX CONCURRENTLY
 *		and REINDEX CONCURRENTLY.
 *
 * Such a command commits several times, so it can't be committed together with
 * the note that it is done, and a crash or an error leaves an invalid index
 * behind.  What became of it is therefore judged by the catalog, before it runs
 * and after (judge.c): it is done, or there is a leftover that must be dropped first.  An
 * invalid unique index that is left lying would go on refusing writes (manual, CREATE INDEX,
 * "Building Indexes Concurrently"), so a leftover is also dropped where the step won't be
 * tried again.
 *
 * While it judges and builds, the worker holds SHARE UPDATE EXCLUSIVE on the
 * table as a session lock.  It gets that one without a snapshot: a session that
 * waits for it with one would be waited for by the build that holds it
 * (indexcmds.c, WaitForOlderSnapshots).
 */
#include "postgres.h"

#include "access/table.h"
#include "access/xact.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "optimizer/paths.h"
#include "pgstat.h"
#include "storage/bufmgr.h"
#include "storage/lmgr.h"
#include "tcop/pquery.h"
#include "tcop/tcopprot.h"
#include "tcop/utility.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/portal.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "base/compat.h"
#include "base/extension.h"
#include "base/give_way.h"
#include "base/lock.h"
#include "base/query.h"
#include "base/transaction.h"
#include "change/concurrent_index.h"
#include "change/event_scope.h"
#include "change/follow.h"
#include "fill/pacing.h"
#include "fill/push_out.h"
#include "record/target.h"
#include "run/actions.h"
#include "run/concurrent.h"

#define STOP_POLL_MSEC 20

/* A step at work; also what runs in zdm_try(). */
typedef struct Concurrent
{
	const ZdmAction *action;
	int64 migration;
	const ZdmStep *step;
	Jsonb *resolved; /* what the names in its expressions stand for */
	List *targets;   /* and those of relations in its text */
	char *names;     /* what these were called when they were looked at */
	ZdmJudgement judgement;
	ZdmTuning tuning;
	bool large;     /* the table is one that the server would scan with several processes */
	bool may_start; /* in: note that the step begins; out: it has */
	bool stop;      /* out: the migration does not run any more */
	bool gives_way; /* out: to a call that waits for the table */
} Concurrent;

/* Returns the parse tree of a command of zdm's own, its names as they are now. */
static RawStmt *
parse_command(const char *command, List *targets)
{
	RawStmt *raw = linitial_node(RawStmt, zdm_parse(command));

	(void) zdm_follow_names(targets, raw->stmt);
	return raw;
}

/* Tells whether there is nothing to do, as far as it was looked at. */
static bool
is_done(const Concurrent *c)
{
	return c->judgement.done && c->judgement.leftovers == NIL;
}

/* Tells whether the server would have several processes scan a table (plan_create_index_workers).
 */
static bool
is_large(Oid table)
{
	Relation rel = try_table_open(table, AccessShareLock);
	bool large = rel != NULL && RELKIND_HAS_STORAGE(rel->rd_rel->relkind) &&
				 RelationGetNumberOfBlocks(rel) >= (BlockNumber) min_parallel_table_scan_size;

	if (rel)
		table_close(rel, AccessShareLock);
	return large;
}

/*
 * Looks at migration and catalog (zdm_try); with may_start, notes in the same
 * transaction that the step begins, or that it is done already.
 */
static void
look_at_step(void *arg)
{
	Concurrent *c = arg;
	ZdmMigration *m = zdm_migration_by_id(c->migration);
	ZdmStepCost cost = {0};

	zdm_work_check_stop(c->migration);
	c->targets = zdm_targets(c->migration);
	c->names = zdm_names_now(c->targets);
	c->action->judge(c->step, c->targets, &c->judgement);
	if (!c->may_start)
		return;
	m = zdm_migration_lock(c->migration);
	if (m == NULL || m->status != ZDM_RUNNING)
	{
		c->stop = true;
		return;
	}
	c->resolved = m->resolved;
	zdm_tuning_read(m->settings, &c->tuning);
	c->large = is_large(c->judgement.table);
	zdm_migration_set_waiting(c->migration, NULL);
	if (is_done(c))
		zdm_step_done(c->migration, c->step, &cost);
	else
		zdm_step_started(c->migration, c->step, c->judgement.before);
}

/* Begins a transaction; false, and none is open, if the extension is gone. */
static bool
begin_transaction(void)
{
	zdm_tx_begin();
	if (zdm_extension_lock())
		return true;
	zdm_tx_commit();
	return false;
}

/* Runs one command as a client's top-level command would be (postgres.c, exec_simple_query). */
static void
execute_command(RawStmt *raw, const char *command)
{
	List *queries = pg_analyze_and_rewrite_fixedparams(raw, command, NULL, 0, NULL);
	List *plans = pg_plan_queries(queries, command, 0, NULL);
	Portal portal = CreatePortal("", true, true);

	portal->visible = false;
	PortalDefineQuery(portal, NULL, command, CreateCommandTag(raw->stmt), plans, NULL);
	PortalStart(portal, NULL, 0, InvalidSnapshot);
	zdm_portal_run(portal, true);
	PortalDrop(portal, false);
}

/* What run_as() runs in a transaction of its own, which may be ended and begun anew. */
typedef void (*Command)(Concurrent *c, const char *text);

/*
 * Runs a command of the worker as a role, outside any transaction block, in one
 * or more transactions.  Returns NULL or a copy of its error; then all
 * transactions are ended and table locks of the session are released
 * (proc.c, ProcReleaseLocks).  A cancel request ends it.
 *
 * The role is set outside the transaction, so that it lasts over the commits
 * inside the command; a security context may not (xact.c, StartTransaction).  Code of users
 * runs security-restricted all the same: see concurrent_index.c, and index.c, index_build.
 */
static ErrorData *
run_as(Concurrent *c, Oid role, Command command, const char *text)
{
	MemoryContext caller = CurrentMemoryContext;
	ErrorData *volatile error = NULL;
	Oid save_user;
	int save_context;
	ZdmEventScope events;

	GetUserIdAndSecContext(&save_user, &save_context);
	zdm_event_scope_begin(&events, zdm_event_search_path(), true);
	zdm_tx_cancellable(true);
	PG_TRY();
	{
		SetCurrentStatementStartTimestamp();
		if (text)
		{
			debug_query_string = text;
			pgstat_report_activity(STATE_RUNNING, text);
		}
		SetUserIdAndSecContext(role, 0);
		StartTransactionCommand();
		MemoryContextSwitchTo(caller);
		zdm_work_check_stop(c->migration);
		command(c, text);
		CommitTransactionCommand();
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(caller);
		error = CopyErrorData();
		/* Before the abort, which lets the call have its lock, and so come to its end. */
		c->gives_way = error->sqlerrcode == ERRCODE_QUERY_CANCELED &&
					   zdm_call_waits(c->judgement.table) &&
					   !zdm_session_lock_is_held(ZDM_LOCK_STOP, c->migration);
		AbortCurrentTransaction();
		FlushErrorState();
	}
	PG_END_TRY();
	zdm_tx_cancellable(false);
	zdm_event_scope_end(&events);
	SetUserIdAndSecContext(save_user, save_context);
	MemoryContextSwitchTo(caller);
	debug_query_string = NULL;
	return error;
}

/* Raises an error if a call waits for the table: see give_way.c. */
static void
require_way(const Concurrent *c)
{
	if (zdm_call_waits(c->judgement.table))
		ereport(ERROR, (errcode(ERRCODE_QUERY_CANCELED),
						errmsg("the step was not begun: a call waits for the table")));
}

/* Tells whether the step is about a table that only follows another one. */
static bool
table_is_hidden(const Concurrent *c)
{
	ListCell *lc;

	foreach (lc, c->targets)
	{
		const ZdmTarget *target = lfirst(lc);

		if (target->relation == c->judgement.table && target->role == ZDM_TARGET_SHADOW)
			return true;
	}
	return false;
}

/*
 * The command of a step.  Of REINDEX and DROP INDEX the server runs nothing of a user's
 * unrestricted (indexcmds.c, ReindexRelationConcurrently).
 */
static void
run_step(Concurrent *c, const char *text)
{
	RawStmt *raw = parse_command(text, c->targets);

	require_way(c);
	if (IsA(raw->stmt, IndexStmt))
		zdm_create_index_concurrently(c->judgement.table, (IndexStmt *) raw->stmt, text,
									  c->resolved, table_is_hidden(c));
	else
		execute_command(raw, text);
}

/* A command with the names of now. */
static void
run_command(Concurrent *c, const char *text)
{
	require_way(c);
	execute_command(parse_command(text, NIL), text);
}

/* Fills in what names a relation's lock. */
static void
lock_id(LockRelId *id, Oid relation)
{
	id->dbId = MyDatabaseId;
	id->relId = relation;
}

/* Locks the table for the session, without a snapshot; waits as long as it takes. */
static void
hold_table(Concurrent *c, const char *text)
{
	LockRelId id;

	require_way(c);
	lock_id(&id, c->judgement.table);
	InvalidateCatalogSnapshot();
	LockRelationIdForSession(&id, ShareUpdateExclusiveLock);
}

/* Gives back what hold_table() took; a failed command has done so by itself. */
static void
release_table(Concurrent *c, const char *text)
{
	LockRelId id;

	lock_id(&id, c->judgement.table);
	UnlockRelationIdForSession(&id, ShareUpdateExclusiveLock);
}

/* Looks in a transaction of its own.  NULL, or the error. */
static ErrorData *
look_and_commit(Concurrent *c)
{
	ErrorData *error;

	if (!begin_transaction())
	{
		c->stop = true;
		return NULL;
	}
	error = zdm_try(look_at_step, c);
	zdm_tx_commit();
	return error;
}

/* Drops the leftovers that were found.  NULL, or the error. */
static ErrorData *
drop_leftovers(Concurrent *c)
{
	ListCell *lc;
	ErrorData *error = NULL;

	foreach (lc, c->judgement.leftovers)
	{
		char *command = psprintf("DROP INDEX CONCURRENTLY IF EXISTS %s", (char *) lfirst(lc));

		ereport(LOG, (errmsg("zdm: dropping invalid index %s, which an interrupted build has left",
							 (char *) lfirst(lc))));
		error = run_as(c, c->judgement.owner, run_command, command);
		if (error)
			break;
	}
	return error;
}

/* Has builds of this session take so many processes besides its own at most. */
static void
set_build_helpers(int helpers)
{
	SetConfigOption("max_parallel_maintenance_workers", psprintf("%d", helpers), PGC_USERSET,
					PGC_S_SESSION);
}

/*
 * The command itself, with the processes that clients leave room for.  In a worker alone: who runs
 * a migration in his own session has said there how many he wants.
 */
static ErrorData *
run_paced(Concurrent *c)
{
	int helpers = max_parallel_maintenance_workers;
	bool paced = MyBackendType == B_BG_WORKER && c->large;
	ErrorData *error;

	if (paced)
	{
		set_build_helpers(zdm_pace_build_helpers(&c->tuning));
		zdm_push_out_begin();
	}
	error = run_as(c, c->judgement.owner, run_step, c->step->command.text);
	if (paced)
	{
		zdm_push_out_end();
		set_build_helpers(helpers);
	}
	return error;
}

/*
 * Tells who wants to know it that the step begins.  Not where a call keeps it from that, until its
 * transaction has ended: then it is looked at again and again.
 */
static void
tell_begins(Concurrent *c)
{
	c->gives_way = zdm_call_waits(c->judgement.table);
	if (c->gives_way)
		return;
	c->stop = !begin_transaction();
	if (c->stop)
		return;
	zdm_work_tell_begins();
	zdm_tx_commit();
}

/* Everything that may fail: locking, judging, dropping leftovers, the command itself. */
static ErrorData *
attempt_step(Concurrent *c)
{
	ErrorData *error = look_and_commit(c); /* which table? */

	if (error || c->stop)
		return error;
	tell_begins(c);
	if (c->gives_way || c->stop)
		return NULL;
	error = run_as(c, GetUserId(), hold_table, NULL);
	if (error)
		return error;
	c->may_start = true;
	error = look_and_commit(c);
	if (error == NULL && !c->stop && c->judgement.leftovers != NIL)
	{
		error = drop_leftovers(c);
		if (error)
			return error;
		error = look_and_commit(c); /* what is left may have been all that was to be done */
	}
	if (error == NULL && !c->stop && !is_done(c))
	{
		error = run_paced(c);
		if (error)
			return error;
	}
	(void) run_as(c, GetUserId(), release_table, NULL);
	return error;
}

/* Tells whether an error may come from names that have changed since they were looked at. */
static bool
names_have_changed(const Concurrent *c, const ErrorData *error)
{
	bool changed;

	if ((error->sqlerrcode != ERRCODE_UNDEFINED_TABLE &&
		 error->sqlerrcode != ERRCODE_UNDEFINED_SCHEMA) ||
		c->names == NULL || !begin_transaction())
		return false;
	changed = strcmp(zdm_names_now(c->targets), c->names) != 0;
	zdm_tx_commit();
	return changed;
}

/* Notes that the command came through, with the time that it took. */
static ZdmWork
note_done(Concurrent *c, TimestampTz start)
{
	ZdmStepCost cost = {0};
	ZdmMigration *m;

	if (!begin_transaction())
		return ZDM_WORK_STOP;
	m = zdm_migration_lock(c->migration);
	if (m == NULL || m->status == ZDM_ROLLED_BACK)
	{
		zdm_tx_commit();
		return ZDM_WORK_STOP;
	}
	cost.run_usec = GetCurrentTimestamp() - start;
	zdm_step_done(c->migration, c->step, &cost);
	zdm_work_succeeded(c->migration);
	zdm_tx_commit();
	return m->status == ZDM_RUNNING ? ZDM_WORK_DONE : ZDM_WORK_STOP;
}

/*
 * Notes an error, then clears up behind a failed build.  Somebody who stops the
 * migration holds its row until he commits, so by the time that the error is
 * noted it is decided whether the step has a future; a rollback has dropped the
 * index itself.
 */
static ZdmWork
note_error(Concurrent *c, const ErrorData *error)
{
	ZdmWork work;
	ZdmMigration *m;
	bool clear;

	if (!begin_transaction())
		return ZDM_WORK_STOP;
	work = zdm_work_error(c->migration, c->step, error, NULL);
	zdm_tx_commit();

	for (;;)
	{
		bool stopping;

		if (!begin_transaction())
			return ZDM_WORK_STOP;
		stopping = zdm_session_lock_is_held(ZDM_LOCK_STOP, c->migration);
		m = zdm_migration_by_id(c->migration);
		clear = m != NULL && m->status != ZDM_ROLLED_BACK;
		zdm_tx_commit();
		if (!stopping)
			break;
		zdm_sleep(STOP_POLL_MSEC);
	}
	if (!clear)
		return ZDM_WORK_STOP;
	c->may_start = false;
	do
	{
		while (zdm_call_waits(c->judgement.table))
			zdm_sleep(STOP_POLL_MSEC);
		c->gives_way = false;
		error = look_and_commit(c);
		if (error == NULL && !c->stop)
			error = drop_leftovers(c);
	} while (error && c->gives_way);
	if (error)
		ereport(LOG,
				(errmsg("zdm: could not drop what a build has left: %s", zdm_error_text(error)),
				 errhint("The migration drops it when it is resumed or rolled back.")));
	return work;
}

/*
 * Leaves the step for later: a call wants the table, and nothing may be built there before it
 * has ended.  What is left of the build is dropped then, at the next attempt.
 */
static ZdmWork
give_way(Concurrent *c)
{
	if (!begin_transaction())
		return ZDM_WORK_STOP;
	zdm_migration_set_waiting(c->migration, "the end of a call that changes the same table");
	zdm_tx_commit();
	return ZDM_WORK_BLOCKED;
}

/* An error for zdm.run(), which is always inside a transaction, unless the step is done. */
static ZdmWork
run_in_procedure(Concurrent *c)
{
	StringInfoData commands;
	ZdmMigration *m;
	ListCell *lc;

	if (!begin_transaction())
		return ZDM_WORK_STOP;
	c->may_start = false;
	look_at_step(c);
	m = zdm_migration_lock(c->migration);
	if (m == NULL || m->status != ZDM_RUNNING)
	{
		zdm_tx_commit();
		return ZDM_WORK_STOP;
	}
	if (is_done(c))
	{
		ZdmStepCost cost = {0};

		zdm_step_done(c->migration, c->step, &cost);
		zdm_tx_commit();
		return ZDM_WORK_DONE;
	}
	initStringInfo(&commands);
	foreach (lc, c->judgement.leftovers)
		appendStringInfo(&commands, "DROP INDEX CONCURRENTLY %s; ", (char *) lfirst(lc));
	appendStringInfo(&commands, "%s;", c->step->command.text);
	ereport(
		ERROR,
		(errcode(ERRCODE_ACTIVE_SQL_TRANSACTION),
		 errmsg("zdm.run() cannot do step %d of migration \"%s\"", c->step->seq, m->name),
		 errdetail("The step runs outside of any transaction, and a procedure is always "
				   "inside one."),
		 IsA(parse_command(c->step->command.text, NIL)->stmt, ReindexStmt) ||
				 !zdm_names_stand(c->targets)
			 ? errhint("SELECT zdm.resume(%s) gives it a background worker, which can.",
					   quote_literal_cstr(m->name))
			 : errhint("Run it by yourself: %s Then CALL zdm.run(%s) finds it done and goes "
					   "on. Or SELECT zdm.resume(%s) for a background worker.",
					   commands.data, quote_literal_cstr(m->name), quote_literal_cstr(m->name))));
	return ZDM_WORK_STOP; /* keep the compiler quiet */
}

/*
 * Does a concurrent step of a migration and notes what became of it.  No
 * transaction is open before and after (in a procedure: an empty one).
 */
ZdmWork
zdm_concurrent_run(const ZdmAction *action, int64 migration, const ZdmStep *step)
{
	Concurrent c = {.action = action, .migration = migration, .step = step};
	TimestampTz start = GetCurrentTimestamp();
	ErrorData *error;

	if (zdm_tx_is_procedure())
		return run_in_procedure(&c);
	error = attempt_step(&c);
	while (error && names_have_changed(&c, error))
	{
		c.may_start = false;
		error = attempt_step(&c);
	}
	if (c.gives_way)
		return give_way(&c);
	if (error)
		return note_error(&c, error);
	if (c.stop)
		return ZDM_WORK_STOP;
	return is_done(&c) ? ZDM_WORK_DONE : note_done(&c, start);
}
