/*
 * change_index.c
 *		expand_index, drop_index and reindex.
 *
 * An index is built by the worker, outside any transaction block, under a lock
 * that lets everybody read and write.  On a partitioned table, which can't be
 * indexed so, each partition gets its index by itself, and joins it to an index
 * on the parent alone that becomes valid with the last one (manual, "Table
 * Partitioning").  Old and new application can both use it: there is nothing to
 * contract.
 *
 * An index that is to go is hidden from the planner at contract, while writes
 * still keep it: what suffers without it shows, and reopen brings it back at
 * once.  finalize drops it.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/relation.h"
#include "access/table.h"
#include "catalog/index.h"
#include "catalog/namespace.h"
#include "catalog/partition.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_inherits.h"
#include "commands/defrem.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/regproc.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "base/compat.h"
#include "base/json.h"
#include "base/names.h"
#include "base/query.h"
#include "change/catalog_changes.h"
#include "change/change.h"
#include "change/dependents.h"
#include "change/index_definition.h"
#include "change/plan_sync.h"
#include "record/named.h"

/* Returns an argument of a kind that has no plan yet. */
static char *
text_argument(Jsonb *arguments, const char *key)
{
	char *value = zdm_json_string(arguments, key);

	if (value == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("%s must not be null", key)));
	return value;
}

/* index_<index>: the name that is given, or that the server would choose. */
static char *
derive_index_name(Relation rel, Jsonb *arguments)
{
	IndexStmt *stmt = zdm_index_parse(text_argument(arguments, "definition"));

	return psprintf("index_%s", zdm_index_default_name(RelationGetRelationName(rel), stmt));
}

/* The table that the definition names. */
static Oid
find_index_table(const char *name, Jsonb *arguments)
{
	IndexStmt *stmt = zdm_index_parse(text_argument(arguments, "definition"));

	return RangeVarGetRelid(stmt->relation, NoLock, false);
}

/* Refuses tables on which no index can be built in this way. */
static void
check_tree(ZdmPlan *plan, IndexStmt *stmt)
{
	ListCell *lc;

	if (plan->rel->rd_rel->relkind != RELKIND_PARTITIONED_TABLE)
		return;
	if (!stmt->relation->inh)
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("definition must not say ONLY for a partitioned table"),
						errdetail("The index would never become valid."),
						errhint("Leave ONLY out: every partition gets its index by itself.")));
	foreach (lc, find_all_inheritors(RelationGetRelid(plan->rel), NoLock, NULL))
		if (get_rel_relkind(lfirst_oid(lc)) == RELKIND_FOREIGN_TABLE)
			ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE),
							errmsg("cannot index \"%s\"", RelationGetRelationName(plan->rel)),
							errdetail("Its partition \"%s\" is a foreign table.",
									  get_rel_name(lfirst_oid(lc))),
							errhint("Detach the foreign table first.")));
}

/* Returns the qualified name of an index of a table. */
static char *
qualified_index(Oid table, const char *name)
{
	return quote_qualified_identifier(get_namespace_name(get_rel_namespace(table)), name);
}

/* Appends the steps for one leaf, and those that join it to its parent's index. */
static void
plan_leaf(ZdmPlan *plan, ZdmPhase phase, const ZdmIndexDefinition *definition, Oid leaf,
		  const char *name, const char *parent_index, const char *root_index)
{
	char *sql = zdm_index_sql(definition, name, leaf, false);

	zdm_plan_create_index(plan, phase, leaf, name, sql);
	if (parent_index == NULL)
		return;

	/* What is joined can only be dropped together: so the undo of a join drops all of it. */
	zdm_plan_step(
		plan, phase, ZDM_RUNS_WORKER, ShareUpdateExclusiveLock,
		psprintf("ALTER INDEX %s ATTACH PARTITION %s", parent_index, qualified_index(leaf, name)),
		psprintf("DROP INDEX IF EXISTS %s", root_index));
}

/* Makes the indexes on the partitioned tables alone, each joined to its parent's. */
static List *
plan_parents(ZdmPlan *plan, const ZdmIndexDefinition *definition, Oid table, const char *name,
			 const char *parent_index, List **names, List *leaves)
{
	char *index = qualified_index(table, name);
	ListCell *lc;

	zdm_plan_step(plan, ZDM_PHASE_EXPAND, ZDM_RUNS_CALLER, ShareRowExclusiveLock,
				  zdm_index_sql(definition, name, table, true),
				  parent_index ? NULL : psprintf("DROP INDEX IF EXISTS %s", index));
	if (parent_index)
		zdm_plan_step(plan, ZDM_PHASE_EXPAND, ZDM_RUNS_CALLER, ShareRowExclusiveLock,
					  psprintf("ALTER INDEX %s ATTACH PARTITION %s", parent_index, index), NULL);
	foreach (lc, find_inheritance_children(table, NoLock))
	{
		Oid child = lfirst_oid(lc);
		char *child_name = zdm_choose_index_name(names, child, definition->addition, "idx");

		if (get_rel_relkind(child) == RELKIND_PARTITIONED_TABLE)
			leaves = plan_parents(plan, definition, child, child_name, index, names, leaves);
		else
			leaves = lappend(leaves, list_make3(list_make1_oid(child), child_name, index));
	}
	return leaves;
}

/*
 * Tells whether there is an index of that name and the call says IF NOT EXISTS;
 * an error if it does not say so.  One that is not valid is built anew.
 */
static bool
exists_already(ZdmPlan *plan, const ZdmIndexDefinition *definition)
{
	Oid table = RelationGetRelid(plan->rel);
	Oid existing;

	if (definition->name == NULL)
		return false;
	existing = get_relname_relid(definition->name, get_rel_namespace(table));
	if (!OidIsValid(existing))
		return false;
	if (!definition->if_not_exists)
		ereport(ERROR, (errcode(ERRCODE_DUPLICATE_TABLE),
						errmsg("relation \"%s\" already exists", definition->name),
						errhint("Choose another name, or say CREATE INDEX IF NOT EXISTS.")));
	if (get_rel_relkind(existing) == RELKIND_INDEX && IndexGetRelation(existing, false) == table &&
		!get_index_isvalid(existing))
		return false;
	ereport(NOTICE, (errmsg("relation \"%s\" already exists, nothing to build", definition->name)));
	return true;
}

/*
 * Appends the steps that build an index in this phase, in every partition.  A name
 * is chosen if the definition has none.
 */
void
zdm_plan_index(ZdmPlan *plan, ZdmPhase phase, const ZdmIndexDefinition *definition)
{
	Oid table = RelationGetRelid(plan->rel);
	List *names = NIL;
	List *leaves;
	ListCell *lc;
	char *name;

	name = definition->name ? definition->name
							: zdm_choose_index_name(&names, table, definition->addition, "idx");
	zdm_check_name("the index's name", name);
	if (plan->rel->rd_rel->relkind != RELKIND_PARTITIONED_TABLE)
	{
		plan_leaf(plan, phase, definition, table, name, NULL, NULL);
		return;
	}
	leaves = plan_parents(plan, definition, table, name, NULL, &names, NIL);
	foreach (lc, leaves)
	{
		List *leaf = lfirst(lc);

		plan_leaf(plan, phase, definition, linitial_oid(linitial(leaf)), lsecond(leaf),
				  lthird(leaf), qualified_index(table, name));
	}
}

/* See ZdmChangeKind. */
static void
plan_index(ZdmPlan *plan, Jsonb *arguments)
{
	char *text = zdm_plan_argument(plan, arguments, "definition");
	IndexStmt *stmt = zdm_index_parse(text);
	ZdmIndexDefinition *definition;

	check_tree(plan, stmt);
	definition = zdm_index_definition(plan->rel, stmt, text);
	plan->migration->reads_columns = definition->columns;
	if (exists_already(plan, definition))
		return;
	zdm_plan_index(plan, ZDM_PHASE_BACKFILL, definition);
	if (definition->expressions) /* of which nothing else makes statistics */
		zdm_plan_analyze(plan, NULL);
}

/* Returns the relation of that name; InvalidOid if there is none. */
static Oid
relation_by_name(const char *name)
{
	return RangeVarGetRelid(makeRangeVarFromNameList(zdm_name_list(name)), NoLock, true);
}

/* drop_index_<index> */
static char *
derive_drop_name(Relation rel, Jsonb *arguments)
{
	List *names = zdm_name_list(text_argument(arguments, "index_name"));

	return psprintf("drop_index_%s", strVal(llast(names)));
}

/* The table of the index; once that is gone, of the migration that has dropped it. */
static Oid
find_dropped_table(const char *name, Jsonb *arguments)
{
	char *index_name = text_argument(arguments, "index_name");
	Oid index = relation_by_name(index_name);
	ZdmMigration *m;
	char relkind;

	if (!OidIsValid(index))
	{
		m = zdm_migration_named(name ? name : derive_drop_name(NULL, arguments));
		if (m && m->status != ZDM_ROLLED_BACK && strcmp(m->kind, "drop_index") == 0 &&
			get_rel_name(m->relation) != NULL)
			return m->relation;
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT),
						errmsg("index \"%s\" does not exist", index_name),
						errhint("\"\\di\" in psql lists the indexes.")));
	}
	relkind = get_rel_relkind(index);
	if (relkind != RELKIND_INDEX && relkind != RELKIND_PARTITIONED_INDEX)
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE), errmsg("\"%s\" is not an index", index_name)));
	return IndexGetRelation(index, false);
}

/* Returns the name of a constraint that needs the index: its own, or a foreign key's; else NULL. */
static char *
constraint_on(Oid index)
{
	Relation rel = table_open(ConstraintRelationId, AccessShareLock);
	SysScanDesc scan = systable_beginscan(rel, InvalidOid, false, NULL, 0, NULL);
	HeapTuple tuple;
	char *name = NULL;

	while (name == NULL && HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_constraint form = (Form_pg_constraint) GETSTRUCT(tuple);

		if (form->conindid == index)
			name = pstrdup(NameStr(form->conname));
	}
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
	return name;
}

/* Refuses an index that something else hangs on. */
static void
check_can_be_dropped(Oid index)
{
	char *name = zdm_qualified_name(index);
	char *constraint = constraint_on(index);
	HeapTuple tuple;
	Form_pg_index form;

	if (constraint)
		ereport(ERROR, (errcode(ERRCODE_DEPENDENT_OBJECTS_STILL_EXIST),
						errmsg("cannot drop index %s", name),
						errdetail("Constraint \"%s\" needs it.", constraint),
						errhint("Drop the constraint first.")));
	if (get_rel_relkind(index) == RELKIND_PARTITIONED_INDEX || get_rel_relispartition(index))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED), errmsg("cannot hide index %s", name),
				 errdetail("It belongs to the indexes of a partitioned table."),
				 errhint("Use DROP INDEX on the parent's index, with a short lock_timeout.")));
	tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(index));
	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for index %u", index);
	form = (Form_pg_index) GETSTRUCT(tuple);
	if (form->indisreplident || form->indisclustered)
		ereport(ERROR, (errcode(ERRCODE_DEPENDENT_OBJECTS_STILL_EXIST),
						errmsg("cannot drop index %s", name),
						errdetail("The table %s by it.",
								  form->indisreplident ? "is replicated" : "is clustered"),
						form->indisreplident
							? errhint("ALTER TABLE ... REPLICA IDENTITY chooses another one.")
							: errhint("ALTER TABLE ... SET WITHOUT CLUSTER ends that.")));
	ReleaseSysCache(tuple);
}

/* Returns the statement that makes an index, all names in full. */
static char *
index_text(Oid index)
{
	int level = zdm_pin_search_path();
	char *definition =
		TextDatumGetCString(DirectFunctionCall1(pg_get_indexdef, ObjectIdGetDatum(index)));

	AtEOXact_GUC(false, level);
	return definition;
}

/* See zdm_run_set_index_visible(). */
ZdmDeed *
zdm_deed_set_index_visible(const char *index, bool visible)
{
	StringInfoData arguments;

	zdm_deed_begin(&arguments);
	zdm_json_add_string(&arguments, "index", index);
	zdm_json_add_bool(&arguments, "visible", visible);
	return zdm_deed_end(ZDM_ACTION_SET_INDEX_VISIBLE, &arguments);
}

/* See ZdmChangeKind. */
static void
plan_drop_index(ZdmPlan *plan, Jsonb *arguments)
{
	char *index_name = zdm_plan_argument(plan, arguments, "index_name");
	Oid index = relation_by_name(index_name);
	char *name;
	ZdmStep *hide;
	ZdmStep *drop;

	if (!OidIsValid(index))
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT),
						errmsg("index \"%s\" does not exist", index_name)));
	check_can_be_dropped(index);
	name = zdm_qualified_name(index);
	plan->migration->reads_columns = zdm_index_columns(index);
	if (!get_index_isvalid(index))
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
						errmsg("index %s is not valid", name), errdetail("No query uses it."),
						errhint("DROP INDEX CONCURRENTLY %s drops it.", name)));
	hide = zdm_plan_deed(plan, ZDM_PHASE_CONTRACT, ZDM_RUNS_CALLER, ShareUpdateExclusiveLock,
						 zdm_deed_set_index_visible(name, false),
						 zdm_deed_set_index_visible(name, true));
	zdm_step_note(hide, "From contract on no query uses the index, and pg_dump leaves it out; "
						"writes keep it, so that reopen brings it back at once.");
	drop = zdm_plan_step(plan, ZDM_PHASE_FINALIZE, ZDM_RUNS_CALLER, AccessExclusiveLock,
						 psprintf("DROP INDEX %s", name), NULL);
	zdm_step_note(drop, "This builds the index again: SELECT zdm.expand_index(%s).",
				  quote_literal_cstr(index_text(index)));
}

/* A dump leaves a hidden index out: says how to build one that did not come back. */
static void
tell_missing_index(const ZdmMigration *m)
{
	char *name = strVal(llast(zdm_name_list(zdm_json_string(m->arguments, "index_name"))));
	ListCell *lc;

	if (get_rel_name(m->relation) == NULL ||
		OidIsValid(get_relname_relid(name, get_rel_namespace(m->relation))))
		return;
	foreach (lc, zdm_steps(m->id))
	{
		ZdmStep *step = lfirst(lc);

		if (step->phase == ZDM_PHASE_FINALIZE && step->note)
			ereport(NOTICE,
					(errmsg("index \"%s\" is not there", name),
					 errdetail("A dump leaves a hidden index out."), errhint("%s", step->note)));
	}
}

/* Refuses an index that writes don't keep: it could not be shown again. */
static void
check_is_kept(Oid index)
{
	HeapTuple tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(index));
	Form_pg_index form;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for index %u", index);
	form = (Form_pg_index) GETSTRUCT(tuple);
	if (!form->indisready || !form->indislive)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("index %s is not complete", zdm_qualified_name(index)),
				 errdetail("Building or dropping it was interrupted."),
				 errhint("DROP INDEX CONCURRENTLY %s ends that.", zdm_qualified_name(index))));
	ReleaseSysCache(tuple);
}

/*
 * Lets the planner see an index, or not.  Only indisvalid changes, with the server's own functions
 * for it (index.c, index_set_state_flags).
 */
void
zdm_run_set_index_visible(const ZdmMigration *m, const ZdmDeed *deed)
{
	Oid index = zdm_deed_relation(deed, "index");
	bool visible = zdm_deed_bool(deed, "visible");
	Relation rel = zdm_open_for_change(m, IndexGetRelation(index, true), ShareUpdateExclusiveLock);

	check_can_be_dropped(index);
	check_is_kept(index);
	if (visible && !get_index_isvalid(index))
		index_set_state_flags(index, INDEX_CREATE_SET_VALID);
	else if (!visible && get_index_isvalid(index))
		index_set_state_flags(index, INDEX_DROP_CLEAR_VALID);
	CacheInvalidateRelcache(rel);
	relation_close(rel, NoLock);
}

/* reindex_<what>, with a number behind it where that one has been done. */
static char *
derive_reindex_name(Relation rel, Jsonb *arguments)
{
	List *names = zdm_name_list(text_argument(arguments, "relation_name"));
	char *base = psprintf("reindex_%s", strVal(llast(names)));
	char *name = base;

	for (int n = 2;; n++)
	{
		ZdmMigration *m = zdm_migration_of_owner(name, rel->rd_rel->relowner, InvalidOid, NULL);

		if (m == NULL || m->status <= ZDM_FAILED || m->status == ZDM_ROLLED_BACK)
			return name;
		name = psprintf("%s_%d", base, n);
	}
}

/* The table, or that of the index. */
static Oid
find_reindexed_table(const char *name, Jsonb *arguments)
{
	char *relation_name = text_argument(arguments, "relation_name");
	Oid relation = relation_by_name(relation_name);
	char relkind;

	if (!OidIsValid(relation))
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE),
						errmsg("relation \"%s\" does not exist", relation_name),
						errhint("Name an index, or a table for all of its indexes.")));
	relkind = get_rel_relkind(relation);
	if (relkind == RELKIND_INDEX || relkind == RELKIND_PARTITIONED_INDEX)
		return IndexGetRelation(relation, false);
	return relation;
}

/* Tells whether an index belongs to an exclusion constraint, or to one like that. */
static bool
is_exclusion(Oid index)
{
	HeapTuple tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(index));
	bool result;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for index %u", index);
	result = ((Form_pg_index) GETSTRUCT(tuple))->indisexclusion;
	ReleaseSysCache(tuple);
	return result;
}

/* See ZdmChangeKind. */
static void
plan_reindex(ZdmPlan *plan, Jsonb *arguments)
{
	Oid relation = relation_by_name(zdm_plan_argument(plan, arguments, "relation_name"));
	char relkind = get_rel_relkind(relation);
	bool is_index = relkind == RELKIND_INDEX || relkind == RELKIND_PARTITIONED_INDEX;

	if (is_index && is_exclusion(relation))
		ereport(
			ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg("cannot rebuild index %s under traffic", zdm_qualified_name(relation)),
			 errdetail("It belongs to an exclusion constraint, or to one WITHOUT OVERLAPS, and the "
					   "server rebuilds such an index under a lock that keeps writers out."),
			 errhint("If that is short enough: REINDEX INDEX %s;", zdm_qualified_name(relation))));
	zdm_plan_deed(plan, ZDM_PHASE_BACKFILL, ZDM_RUNS_CONCURRENT, ShareUpdateExclusiveLock,
				  zdm_deed_of_text(ZDM_ACTION_REINDEX, psprintf("REINDEX %s CONCURRENTLY %s",
																is_index ? "INDEX" : "TABLE",
																zdm_qualified_name(relation))),
				  NULL);
}

const ZdmChangeKind zdm_change_index = {.name = "index",
										.on_partition = true,
										.constrains = true,
										.derive_name = derive_index_name,
										.find_relation = find_index_table,
										.plan = plan_index};
const ZdmChangeKind zdm_change_drop_index = {.name = "drop_index",
											 .on_partition = true,
											 .derive_name = derive_drop_name,
											 .find_relation = find_dropped_table,
											 .rolled_back = tell_missing_index,
											 .plan = plan_drop_index};
const ZdmChangeKind zdm_change_reindex = {.name = "reindex",
										  .on_partition = true,
										  .derive_name = derive_reindex_name,
										  .find_relation = find_reindexed_table,
										  .plan = plan_reindex};
