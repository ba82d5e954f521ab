/*
 * concurrent.c
 *		Steps that run outside any transaction block: CREATE INDEX CONCURRENTLY
 *		and REINDEX CONCURRENTLY.
 *
 * Such a command commits several times, so it can't be committed together with
 * the note that it is done, and a crash or an error leaves an invalid index
 * behind.  What became of it is therefore judged by the catalog, before it runs
 * and after: an index of that name on that table is valid, or it is a leftover
 * that must be dropped first.  An invalid unique index that is left lying would
 * go on refusing writes (manual, CREATE INDEX, "Building Indexes Concurrently"),
 * so a leftover is also dropped where the step won't be tried again.
 *
 * While it judges and builds, the worker holds SHARE UPDATE EXCLUSIVE on the
 * table as a session lock.  It gets that one without a snapshot: a session that
 * waits for it with one would be waited for by the build that holds it
 * (indexcmds.c, WaitForOlderSnapshots).
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/index.h"
#include "catalog/indexing.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_index.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "pgstat.h"
#include "storage/lmgr.h"
#include "tcop/pquery.h"
#include "tcop/tcopprot.h"
#include "tcop/utility.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/portal.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"

#include "base/compat.h"
#include "base/lock.h"
#include "base/names.h"
#include "base/query.h"
#include "base/transaction.h"
#include "change/concurrent_index.h"
#include "change/event_scope.h"
#include "change/follow.h"
#include "record/target.h"
#include "run/concurrent.h"

#define STOP_POLL_MSEC 20

/* What the catalog says about a step. */
typedef struct Judgement
{
	Oid table;       /* whose index it is about */
	Oid owner;       /* of the table */
	bool done;       /* there is nothing to do */
	List *leftovers; /* of char *: qualified names of invalid indexes to drop first */
} Judgement;

/* A step at work; also what runs in zdm_try(). */
typedef struct Concurrent
{
	int64 migration;
	const ZdmStep *step;
	Jsonb *resolved; /* what the names in its expressions stand for */
	List *targets;   /* and those of relations in its text */
	Judgement judgement;
	bool may_start; /* in: note that the step begins; out: it has */
	bool stop;      /* out: the migration does not run any more */
} Concurrent;

/* Returns the parse tree of a command of zdm's own, its names as they are now. */
static RawStmt *
parse(const char *command, List *targets)
{
	RawStmt *raw = linitial_node(RawStmt, pg_parse_query(command));

	(void) zdm_follow_names(targets, raw->stmt);
	return raw;
}

/* Returns the name of a relation that must be an index of `table`, else an error. */
static char *
index_of(Oid index, Oid table)
{
	char relkind = get_rel_relkind(index);

	if ((relkind != RELKIND_INDEX && relkind != RELKIND_PARTITIONED_INDEX) ||
		IndexGetRelation(index, false) != table)
		ereport(ERROR, (errcode(ERRCODE_DUPLICATE_TABLE),
						errmsg("relation %s already exists", zdm_qualified_name(index)),
						errdetail("It is not an index on %s, and was not there when the migration "
								  "began.",
								  zdm_qualified_name(table)),
						errhint("Rename or drop it, then resume the migration.")));
	return zdm_qualified_name(index);
}

/* Tells whether an index can be used by queries, and is kept by writes. */
static bool
index_is_good(Oid index)
{
	HeapTuple tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(index));
	Form_pg_index form;
	bool good;

	if (!HeapTupleIsValid(tuple))
		return false;
	form = (Form_pg_index) GETSTRUCT(tuple);
	good = form->indisvalid && form->indisready && form->indislive;
	ReleaseSysCache(tuple);
	return good;
}

/* Tells whether a name is one that REINDEX CONCURRENTLY gives to what it leaves behind. */
static bool
is_reindex_name(const char *name)
{
	int len = (int) strlen(name);

	while (len > 0 && name[len - 1] >= '0' && name[len - 1] <= '9')
		len--;
	return len > 6 &&
		   (strncmp(name + len - 6, "_ccnew", 6) == 0 || strncmp(name + len - 6, "_ccold", 6) == 0);
}

/* Adds the invalid indexes that a REINDEX CONCURRENTLY has left on a table. */
static void
find_reindex_leftovers(Judgement *j, Oid table)
{
	Relation pg_index = table_open(IndexRelationId, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple tuple;

	ScanKeyInit(&key, Anum_pg_index_indrelid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(table));
	scan = systable_beginscan(pg_index, IndexIndrelidIndexId, true, NULL, 1, &key);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_index form = (Form_pg_index) GETSTRUCT(tuple);
		char *name = get_rel_name(form->indexrelid);

		if (!form->indisvalid && name && is_reindex_name(name))
			j->leftovers = lappend(j->leftovers, zdm_qualified_name(form->indexrelid));
	}
	systable_endscan(scan);
	table_close(pg_index, AccessShareLock);
}

/* Looks for leftovers on a table, its toast table, and everything that inherits from it. */
static void
find_tree_leftovers(Judgement *j, Oid root)
{
	ListCell *lc;

	foreach (lc, zdm_relation_tree(root))
	{
		HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(lfirst_oid(lc)));

		if (!HeapTupleIsValid(tuple))
			continue;
		if (OidIsValid(((Form_pg_class) GETSTRUCT(tuple))->reltoastrelid))
			find_reindex_leftovers(j, ((Form_pg_class) GETSTRUCT(tuple))->reltoastrelid);
		ReleaseSysCache(tuple);
		find_reindex_leftovers(j, lfirst_oid(lc));
	}
}

/* Judges CREATE INDEX CONCURRENTLY: see the head of this file. */
static void
judge_create(Judgement *j, IndexStmt *stmt)
{
	Oid index;
	char *name;

	j->table = RangeVarGetRelid(stmt->relation, NoLock, false);
	index = get_relname_relid(stmt->idxname, get_rel_namespace(j->table));
	if (!OidIsValid(index))
		return;
	name = index_of(index, j->table);
	if (index_is_good(index))
		j->done = true;
	else
		j->leftovers = list_make1(name);
}

/* Judges REINDEX CONCURRENTLY: the catalog can't tell whether it has been done. */
static void
judge_reindex(Judgement *j, ReindexStmt *stmt)
{
	Oid relation = RangeVarGetRelid(stmt->relation, NoLock, false);

	j->table = stmt->kind == REINDEX_OBJECT_INDEX ? IndexGetRelation(relation, false) : relation;
	find_tree_leftovers(j, j->table);
}

/* Judges a step by the catalog.  Takes no lock. */
static void
judge(const Concurrent *c, Judgement *j)
{
	Node *stmt = parse(c->step->command, c->targets)->stmt;
	HeapTuple tuple;

	memset(j, 0, sizeof(*j));
	switch (nodeTag(stmt))
	{
		case T_IndexStmt:
			judge_create(j, (IndexStmt *) stmt);
			break;
		case T_ReindexStmt:
			judge_reindex(j, (ReindexStmt *) stmt);
			break;
		default:
			elog(ERROR, "\"%s\" is no command that could run concurrently", c->step->command);
	}
	tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(j->table));
	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for relation %u", j->table);
	j->owner = ((Form_pg_class) GETSTRUCT(tuple))->relowner;
	ReleaseSysCache(tuple);
}

/*
 * Looks at migration and catalog (zdm_try); with may_start, notes in the same
 * transaction that the step begins, or that it is done already.
 */
static void
look(void *arg)
{
	Concurrent *c = arg;
	ZdmMigration *m = zdm_migration_by_id(c->migration);
	ZdmStepCost cost = {0};

	zdm_work_check_stop(c->migration);
	c->targets = zdm_targets(c->migration);
	judge(c, &c->judgement);
	if (!c->may_start)
		return;
	m = zdm_migration_lock(c->migration);
	if (m == NULL || m->status != ZDM_RUNNING)
	{
		c->stop = true;
		return;
	}
	c->resolved = m->resolved;
	if (c->judgement.done)
		zdm_step_done(c->migration, c->step, &cost);
	else
		zdm_step_started(c->migration, c->step);
}

/* Begins a transaction for look(); false, and none is open, if the extension is gone. */
static bool
begin(void)
{
	zdm_tx_begin();
	if (zdm_extension_lock())
		return true;
	zdm_tx_commit();
	return false;
}

/* Runs one command as a client's top-level command would be (postgres.c, exec_simple_query). */
static void
execute(RawStmt *raw, const char *command)
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

/*
 * The command of a step.  Of REINDEX and DROP INDEX the server runs nothing of a user's
 * unrestricted (indexcmds.c, ReindexRelationConcurrently).
 */
static void
run_step(Concurrent *c, const char *text)
{
	RawStmt *raw = parse(text, c->targets);

	if (IsA(raw->stmt, IndexStmt))
		zdm_create_index_concurrently(c->judgement.table, (IndexStmt *) raw->stmt, text,
									  c->resolved);
	else
		execute(raw, text);
}

/* A command with the names of now. */
static void
run_command(Concurrent *c, const char *text)
{
	execute(parse(text, NIL), text);
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
look_at(Concurrent *c)
{
	ErrorData *error;

	if (!begin())
	{
		c->stop = true;
		return NULL;
	}
	error = zdm_try(look, c);
	zdm_tx_commit();
	return error;
}

/* Drops the leftovers that look() has found.  NULL, or the error. */
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

/* Everything that may fail: locking, judging, dropping leftovers, the command itself. */
static ErrorData *
attempt(Concurrent *c)
{
	ErrorData *error = look_at(c); /* which table? */

	if (error || c->stop)
		return error;
	error = run_as(c, GetUserId(), hold_table, NULL);
	if (error)
		return error;
	c->may_start = true;
	error = look_at(c);
	if (error == NULL && !c->stop && !c->judgement.done)
	{
		error = drop_leftovers(c);
		if (error == NULL)
			error = run_as(c, c->judgement.owner, run_step, c->step->command);
		if (error)
			return error;
	}
	(void) run_as(c, GetUserId(), release_table, NULL);
	return error;
}

/* Notes that the command came through, with the time that it took. */
static ZdmWork
note_done(Concurrent *c, TimestampTz start)
{
	ZdmStepCost cost = {0};
	ZdmMigration *m;

	if (!begin())
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

	if (!begin())
		return ZDM_WORK_STOP;
	work = zdm_work_error(c->migration, c->step, error, NULL);
	zdm_tx_commit();

	for (;;)
	{
		bool stopping;

		if (!begin())
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
	error = look_at(c);
	if (error == NULL && !c->stop)
		error = drop_leftovers(c);
	if (error)
		ereport(LOG,
				(errmsg("zdm: could not drop what a build has left: %s", zdm_error_text(error)),
				 errhint("The migration drops it when it is resumed or rolled back.")));
	return work;
}

/* An error for zdm.run(), which is always inside a transaction, unless the step is done. */
static ZdmWork
run_in_procedure(Concurrent *c)
{
	StringInfoData commands;
	ZdmMigration *m;
	ListCell *lc;

	if (!begin())
		return ZDM_WORK_STOP;
	c->may_start = false;
	look(c);
	m = zdm_migration_lock(c->migration);
	if (m == NULL || m->status != ZDM_RUNNING)
	{
		zdm_tx_commit();
		return ZDM_WORK_STOP;
	}
	if (c->judgement.done)
	{
		ZdmStepCost cost = {0};

		zdm_step_done(c->migration, c->step, &cost);
		zdm_tx_commit();
		return ZDM_WORK_DONE;
	}
	initStringInfo(&commands);
	foreach (lc, c->judgement.leftovers)
		appendStringInfo(&commands, "DROP INDEX CONCURRENTLY %s; ", (char *) lfirst(lc));
	appendStringInfo(&commands, "%s;", c->step->command);
	ereport(
		ERROR,
		(errcode(ERRCODE_ACTIVE_SQL_TRANSACTION),
		 errmsg("zdm.run() cannot do step %d of migration \"%s\"", c->step->seq, m->name),
		 errdetail("The step runs outside of any transaction, and a procedure is always "
				   "inside one."),
		 IsA(parse(c->step->command, NIL)->stmt, ReindexStmt)
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
zdm_concurrent_run(int64 migration, const ZdmStep *step)
{
	Concurrent c = {.migration = migration, .step = step};
	TimestampTz start = GetCurrentTimestamp();
	ErrorData *error;

	if (zdm_tx_is_procedure())
		return run_in_procedure(&c);
	error = attempt(&c);
	if (error)
		return note_error(&c, error);
	if (c.stop)
		return ZDM_WORK_STOP;
	return c.judgement.done ? ZDM_WORK_DONE : note_done(&c, start);
}
