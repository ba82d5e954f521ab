/*
 * change_rename.c
 *		expand_rename: a column under two names.
 *
 * While both schemas live, a copy of the column carries the new name.  Both
 * hold the same value, so at contract the original itself takes the new name
 * and the copy is hidden: indexes, foreign keys, views, grants and statistics
 * hang on the original and follow by themselves.  finalize drops the copy.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "catalog/pg_class.h"
#include "catalog/pg_index.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_type.h"
#include "rewrite/rewriteHandler.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "base/compat.h"
#include "base/domain.h"
#include "base/json.h"
#include "base/names.h"
#include "change/carry.h"
#include "change/catalog_changes.h"
#include "change/change.h"
#include "change/dependents.h"
#include "change/plan_sync.h"
#include "sync/given_default.h"

/* rename_<table>_<old>_to_<new> */
static char *
derive_name(Relation rel, Jsonb *arguments)
{
	char *old_column = zdm_json_string(arguments, "old_column");
	char *new_column = zdm_json_string(arguments, "new_column");

	return psprintf("rename_%s_%s_to_%s", RelationGetRelationName(rel),
					old_column ? old_column : "", new_column ? new_column : "");
}

/* Refuses columns that can't be kept under two names. */
static void
check_column(ZdmPlan *plan, Form_pg_attribute att)
{
	const char *column = NameStr(att->attname);

	if (att->attgenerated)
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("cannot rename generated column \"%s\" under traffic", column),
						errdetail("No application writes it, and a trigger cannot see its value."),
						errhint("Add a second generated column with the new name, and drop the old "
								"one when no application reads it any more.")));
	if (att->attinhcount > 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_TABLE_DEFINITION),
						errmsg("cannot rename inherited column \"%s\"", column),
						errhint("Rename it in the table that this one inherits it from.")));
	zdm_plan_check_not_partition_key(plan, att->attnum);
}

/*
 * Refuses a column that a table of the tree has from a parent outside of it, too: the server
 * would not rename it there (tablecmds.c, renameatt_internal).
 */
static void
check_parents(ZdmPlan *plan, const char *column)
{
	List *parents;
	ListCell *relid;
	ListCell *expected;

	forboth (relid, find_all_inheritors(RelationGetRelid(plan->rel), AccessShareLock, &parents),
			 expected, parents)
	{
		AttrNumber attnum = get_attnum(lfirst_oid(relid), column);
		HeapTuple tuple =
			SearchSysCache2(ATTNUM, ObjectIdGetDatum(lfirst_oid(relid)), Int16GetDatum(attnum));
		bool elsewhere;

		if (!HeapTupleIsValid(tuple))
			elog(ERROR, "cache lookup failed for column \"%s\"", column);
		elsewhere = ((Form_pg_attribute) GETSTRUCT(tuple))->attinhcount > lfirst_int(expected);
		ReleaseSysCache(tuple);
		if (elsewhere && lfirst_oid(relid) != RelationGetRelid(plan->rel))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_TABLE_DEFINITION),
					 errmsg("cannot rename column \"%s\" of %s", column, plan->table),
					 errdetail("Table %s inherits it from another table, too.",
							   zdm_qualified_name(lfirst_oid(relid))),
					 errhint("End that inheritance with ALTER TABLE ... NO INHERIT first.")));
	}
}

/* Notes what queries by the new name have to do without until contract. */
static void
note_indexes(ZdmPlan *plan, ZdmStep *step, Form_pg_attribute att, const char *new_column)
{
	ListCell *lc;

	foreach (lc, zdm_indexes_on(plan->rel, att->attnum))
		zdm_step_note(
			step, "Index \"%s\" is on \"%s\": until contract no query by the name \"%s\" uses it.",
			(char *) lfirst(lc), NameStr(att->attname), new_column);
}

/* Tells whether an index can have its like for the copy. */
static bool
can_be_copied(Oid oid)
{
	Relation index = index_open(oid, AccessShareLock);
	bool result = index->rd_index->indisvalid && !index->rd_index->indisexclusion;

	index_close(index, AccessShareLock);
	return result;
}

/* Appends the steps that build for the copy what indexes the original has, for its readers until
 * contract.  They are not unique: ON CONFLICT can have one arbiter, which is that of the original.
 */
static void
plan_indexes(ZdmPlan *plan, Form_pg_attribute att, char *new_column)
{
	ZdmOldColumn old = {.att = att, .name = pstrdup(NameStr(att->attname))};
	ZdmNewColumn new = {.name = new_column, .shadow = new_column};
	ZdmSwap swap = {.plan = plan,
					.old = list_make1(&old),
					.new = list_make1(&new),
					.replaces = true,
					.same_value = true};
	Oid relid = RelationGetRelid(plan->rel);
	bool expressions = false;
	ListCell *lc;
	ListCell *column;

	if (plan->rel->rd_rel->relkind != RELKIND_RELATION || has_subclass(relid))
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("cannot build indexes for the new name on %s", plan->table),
						errdetail("It is partitioned, or other tables inherit from it."),
						errhint("Leave indexed out, and build what is needed with "
								"zdm.expand_index().")));
	foreach (lc, zdm_indexes_on(plan->rel, att->attnum))
	{
		char *name = lfirst(lc);
		Oid oid = get_relname_relid(name, RelationGetNamespace(plan->rel));
		char *copy;

		if (!can_be_copied(oid))
			continue;
		copy = zdm_choose_relation_name(RelationGetNamespace(plan->rel), "zdm_new_", name, oid);
		zdm_plan_create_index(plan, ZDM_PHASE_VALIDATE, relid, copy,
							  zdm_carry_index_sql(&swap, oid, copy));
		expressions |= zdm_index_has_expressions(oid);
		foreach (column, zdm_index_columns(oid))
			if (strcmp(lfirst(column), old.name) != 0)
				plan->migration->reads_columns =
					lappend(plan->migration->reads_columns, lfirst(column));
	}
	if (expressions)
		zdm_plan_analyze(plan, NULL);
}

/*
 * Returns "ALTER TABLE ... SET DEFAULT ...", by which the trigger hears that a statement has left
 * the copy to its default; NULL where the column has none.
 */
static char *
given_default_sql(ZdmPlan *plan, Form_pg_attribute att, const char *new_column)
{
	int32 typmod = att->atttypmod;
	Oid type = att->atttypid;

	if (build_column_default(plan->rel, att->attnum) == NULL)
		return NULL;
	if (zdm_domain_has_constraints(type))
		type = getBaseTypeAndTypmod(type, &typmod);
	return psprintf("ALTER TABLE %s ALTER COLUMN %s SET DEFAULT %s", plan->table,
					quote_identifier(new_column), zdm_given_default_text(type, typmod, new_column));
}

/* Plans that contract gives a column another name. */
static void
plan_column_name(ZdmPlan *plan, const char *from, const char *to)
{
	zdm_plan_step(plan, ZDM_PHASE_CONTRACT, ZDM_RUNS_CALLER, AccessExclusiveLock,
				  psprintf("ALTER TABLE %s RENAME COLUMN %s TO %s", plan->table, from, to),
				  psprintf("ALTER TABLE %s RENAME COLUMN %s TO %s", plan->table, to, from));
}

/* See ZdmChangeKind. */
static void
plan_rename(ZdmPlan *plan, Jsonb *arguments)
{
	ZdmMigration *m = plan->migration;
	char *old_column = zdm_plan_argument(plan, arguments, "old_column");
	char *new_column = zdm_plan_argument(plan, arguments, "new_column");
	bool indexed = zdm_json_bool(arguments, "indexed", false);
	Form_pg_attribute att;
	char *hidden;
	const char *old_name;
	const char *new_name;
	const char *hidden_name;
	char *default_sql;
	ZdmSyncSpec both = {0};
	ZdmSyncSpec contracted = {0};
	ZdmStep *add;

	zdm_check_name("new_column", new_column);
	att = TupleDescAttr(RelationGetDescr(plan->rel), zdm_find_column(plan->rel, old_column) - 1);
	zdm_plan_check_column_free(plan, new_column);
	check_column(plan, att);
	check_parents(plan, old_column);
	zdm_plan_check_backfill(plan);
	zdm_plan_name_trigger(plan);
	hidden = zdm_choose_column_name(plan->rel, "zdm_old_", old_column);
	m->columns = list_make3(old_column, new_column, hidden);
	m->reads_columns = NIL;
	old_name = quote_identifier(old_column);
	new_name = quote_identifier(new_column);
	hidden_name = quote_identifier(hidden);

	/* A copy both ways; back into a domain by assignment, so that it is checked. */
	both.old_columns = list_make1(old_column);
	both.new_columns = list_make1(new_column);
	both.forward = list_make1(NULL);
	both.reverse =
		list_make1(get_typtype(att->atttypid) == TYPTYPE_DOMAIN ? pstrdup(new_name) : NULL);
	contracted.old_columns = list_make1(hidden);
	contracted.new_columns = list_make1(new_column);
	contracted.forward = list_make1(NULL);
	contracted.reverse = list_make1(NULL);
	contracted.state = ZDM_SYNC_CONTRACTED;

	add = zdm_plan_step(plan, ZDM_PHASE_EXPAND, ZDM_RUNS_CALLER, AccessExclusiveLock,
						psprintf("ALTER TABLE %s ADD COLUMN %s %s", plan->table, new_name,
								 zdm_column_definition(att)),
						psprintf("ALTER TABLE %s DROP COLUMN IF EXISTS %s", plan->table, new_name));
	if (!indexed)
		note_indexes(plan, add, att, new_column);
	zdm_plan_copy_storage(plan, att, NULL, new_column);
	default_sql = given_default_sql(plan, att, new_column);
	if (default_sql)
		zdm_plan_step(plan, ZDM_PHASE_EXPAND, ZDM_RUNS_CALLER, AccessExclusiveLock, default_sql,
					  NULL);
	zdm_plan_copy_grants(plan, att, new_column);
	zdm_plan_deed(plan, ZDM_PHASE_EXPAND, ZDM_RUNS_CALLER, AccessExclusiveLock,
				  zdm_deed_sync_trigger(plan, &both), zdm_deed_drop_trigger(plan));
	zdm_plan_backfill(plan, &both);
	if (indexed)
		plan_indexes(plan, att, new_column);

	zdm_plan_deed(plan, ZDM_PHASE_CONTRACT, ZDM_RUNS_CALLER, AccessExclusiveLock,
				  zdm_deed_merge_grants(plan->table, new_column, old_column), NULL);
	if (default_sql) /* what a domain has for one would be taken for a writer's value */
		zdm_plan_step(plan, ZDM_PHASE_CONTRACT, ZDM_RUNS_CALLER, AccessExclusiveLock,
					  psprintf("ALTER TABLE %s ALTER COLUMN %s %s", plan->table, new_name,
							   get_typtype(att->atttypid) == TYPTYPE_DOMAIN ? "SET DEFAULT NULL"
																			: "DROP DEFAULT"),
					  default_sql);
	plan_column_name(plan, new_name, hidden_name);
	plan_column_name(plan, old_name, new_name);
	zdm_plan_deed(plan, ZDM_PHASE_CONTRACT, ZDM_RUNS_CALLER, AccessExclusiveLock,
				  zdm_deed_sync_trigger(plan, &contracted), zdm_deed_sync_trigger(plan, &both));
	zdm_plan_deed(plan, ZDM_PHASE_FINALIZE, ZDM_RUNS_CALLER, AccessExclusiveLock,
				  zdm_deed_drop_trigger(plan), NULL);
	zdm_plan_step(plan, ZDM_PHASE_FINALIZE, ZDM_RUNS_CALLER, AccessExclusiveLock,
				  psprintf("ALTER TABLE %s DROP COLUMN %s", plan->table, hidden_name), NULL);
}

const ZdmChangeKind zdm_change_rename = {
	.name = "rename", .stays_synced = true, .derive_name = derive_name, .plan = plan_rename};
