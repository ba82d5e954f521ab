/*
 * change_shadow.c
 *		expand_shadow_table, expand_compact: a table in another shape.
 *
 * A hidden table of that shape is built beside the named one, which applications go on to read
 * and write; it follows by triggers.  Rows that were there are copied, then indexes are built, and
 * contract has the hidden table take the name.  From then on the old one follows, until finalize
 * drops it: so there is a way back in which nothing is lost.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/dependency.h"
#include "catalog/namespace.h"
#include "catalog/pg_index.h"
#include "catalog/pg_trigger.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "base/compat.h"
#include "base/json.h"
#include "base/names.h"
#include "base/owner.h"
#include "base/resolved.h"
#include "base/triggers.h"
#include "change/change.h"
#include "change/dependents.h"
#include "change/shadow.h"
#include "record/shadow.h"

/* shadow_table_<table> */
static char *
derive_shadow_name(Relation rel, Jsonb *arguments)
{
	return psprintf("shadow_table_%s", RelationGetRelationName(rel));
}

/* compact_<table> */
static char *
derive_compact_name(Relation rel, Jsonb *arguments)
{
	return psprintf("compact_%s", RelationGetRelationName(rel));
}

/* Returns the names of all columns: nothing else is to change them meanwhile. */
static List *
all_columns(Relation rel)
{
	List *names = NIL;

	for (int i = 0; i < RelationGetDescr(rel)->natts; i++)
		if (!TupleDescAttr(RelationGetDescr(rel), i)->attisdropped)
			names =
				lappend(names, pstrdup(NameStr(TupleDescAttr(RelationGetDescr(rel), i)->attname)));
	return names;
}

/* Tells whether these columns, all of the table's, are in another order; NIL: they are not. */
static bool
is_reordered(Relation rel, List *columns)
{
	List *own = all_columns(rel);
	ListCell *lc;

	foreach (lc, columns)
		if (strcmp(lfirst(lc), list_nth(own, foreach_current_index(lc))) != 0)
			return true;
	return false;
}

/* Notes what the names in the expressions of an index mean, which are parsed anew when it is built.
 */
void
zdm_plan_note_index(Oid index)
{
	static const int columns[] = {Anum_pg_index_indexprs, Anum_pg_index_indpred};
	HeapTuple tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(index));

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for index %u", index);
	for (int i = 0; i < lengthof(columns); i++)
	{
		bool isnull;
		Datum value = SysCacheGetAttr(INDEXRELID, tuple, columns[i], &isnull);

		if (!isnull)
			zdm_resolved_note(stringToNode(TextDatumGetCString(value)));
	}
	ReleaseSysCache(tuple);
}

/* Appends the builds of the indexes that no constraint has; shadow NULL: they are there. */
static void
plan_indexes(ZdmPlan *plan, const char *shadow)
{
	Oid schema = RelationGetNamespace(plan->rel);
	ListCell *lc;

	foreach (lc, zdm_shadow_indexes(plan->rel))
	{
		ZdmShadowIndex *index = lfirst(lc);
		char *name;

		if (index->contype != '\0')
			continue;
		zdm_plan_note_index(index->index);
		if (shadow == NULL)
			continue;
		name = zdm_choose_relation_name(schema, "zdm_new_", index->name, index->index);
		zdm_plan_create_index(plan, ZDM_PHASE_VALIDATE, RelationGetRelid(plan->rel), name,
							  psprintf("CREATE INDEX CONCURRENTLY %s ON %s %s",
									   quote_identifier(name), shadow, index->tail));
		zdm_plan_copy_index_targets(plan, index->index,
									quote_qualified_identifier(get_namespace_name(schema), name));
	}
}

/* Refuses to plan a table in a schema where its owner may not create any. */
static void
check_schema(Relation rel)
{
	Oid schema = RelationGetNamespace(rel);

	if (!zdm_may_create_in(schema, rel->rd_rel->relowner))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("role %s may not create a table in schema %s",
						quote_identifier(GetUserNameFromId(rel->rd_rel->relowner, false)),
						quote_identifier(get_namespace_name(schema))),
				 errdetail("It owns table %s, and is to own the new one.",
						   zdm_qualified_name(RelationGetRelid(rel))),
				 errhint("GRANT CREATE ON SCHEMA %s TO %s.",
						 quote_identifier(get_namespace_name(schema)),
						 quote_identifier(GetUserNameFromId(rel->rd_rel->relowner, false)))));
}

/* Notes what another primary key means for applications. */
static void
note_other_key(ZdmStep *contract, const ZdmShape *shape)
{
	if (shape->key == NIL)
		return;
	zdm_step_note(contract,
				  "The primary key becomes (%s): ON CONFLICT has to name these columns. Until "
				  "finalize rows that are equal by the present key are refused, too.",
				  zdm_join(shape->key, ", "));
}

/* Notes what a crash does to a table that becomes UNLOGGED, or LOGGED. */
static void
note_persistence(ZdmStep *contract, const ZdmShape *shape)
{
	if (shape->unlogged)
		zdm_step_note(
			contract,
			"From contract on a crash of the server, or the promotion of a standby, leaves "
			"the table empty. Until finalize the old one has its rows, and zdm.reopen() "
			"brings them back.");
	else
		zdm_step_note(
			contract,
			"Until contract a crash of the server leaves the table empty, as it did before. "
			"The rows that it has by then are copied anew.");
}

/*
 * Notes triggers that may put a row into another partition than it was sent to, or than it is in:
 * of which it is seen that they do so to what is inserted have been refused, but what a trigger
 * does to a whole row is not to be seen.  Of updates the server takes all but those of ON CONFLICT.
 */
static void
note_triggers(ZdmStep *contract, Relation rel, const ZdmShape *shape)
{
	TriggerDesc *triggers = zdm_triggers(rel);

	for (int i = 0; shape->partition_by && i < triggers->numtriggers; i++)
	{
		const Trigger *trigger = &triggers->triggers[i];

		if (trigger->tgisinternal || !TRIGGER_FOR_ROW(trigger->tgtype) ||
			!TRIGGER_FOR_BEFORE(trigger->tgtype) || !zdm_trigger_fires(trigger))
			continue;
		if (TRIGGER_FOR_INSERT(trigger->tgtype))
			zdm_step_note(
				contract,
				"Trigger \"%s\" fires%s before rows are inserted. If it changes what they "
				"are partitioned by, %s, so that one belongs to another partition, the "
				"server refuses that row from contract on.",
				trigger->tgname, zdm_trigger_fires(trigger), shape->partition_by);
		if (TRIGGER_FOR_UPDATE(trigger->tgtype))
			zdm_step_note(
				contract,
				"Trigger \"%s\" fires%s before rows are updated. If it changes what they "
				"are partitioned by, %s, so that one belongs to another partition, that row "
				"moves there, but an INSERT ... ON CONFLICT DO UPDATE fails from contract on.",
				trigger->tgname, zdm_trigger_fires(trigger), shape->partition_by);
	}
}

/* Appends the steps that give the table another shape. */
void
zdm_plan_shape(ZdmPlan *plan, ZdmShape *shape)
{
	Relation rel = plan->rel;
	ZdmMigration *m = plan->migration;
	char *name;
	char *shadow;
	ZdmStep *contract;
	ZdmStep *finalize;
	StringInfoData copy;

	if (shape->key != NIL)
		zdm_shadow_refuse_other_key(rel);
	if (zdm_shape_changes_persistence(rel, shape))
		zdm_shadow_refuse_persistence(rel, shape->unlogged);
	zdm_plan_check_subscription(plan);
	check_schema(rel);
	m->trigger_name = zdm_choose_trigger_name(rel, m->name);
	m->columns = all_columns(rel);
	zdm_shadow_refuse_users(rel, is_reordered(rel, shape->columns));
	m->also_locks = list_concat_unique_oid(zdm_shadow_other_tables(RelationGetRelid(rel)),
										   zdm_shadow_using_relations(rel));
	if (zdm_shape_changes_persistence(rel, shape))
		m->also_locks =
			list_concat_unique_oid(m->also_locks, getOwnedSequences(RelationGetRelid(rel)));
	name = zdm_choose_relation_name(RelationGetNamespace(rel), "zdm_new_",
									RelationGetRelationName(rel), RelationGetRelid(rel));
	shadow = quote_qualified_identifier(get_namespace_name(RelationGetNamespace(rel)), name);

	zdm_plan_deed(plan, ZDM_PHASE_EXPAND, ZDM_RUNS_CALLER, ShareRowExclusiveLock,
				  zdm_deed_create_shadow(plan->table, shadow, zdm_shape_sql(rel, shape, name),
										 zdm_shape_partitions_sql(rel, shape, name)),
				  zdm_deed_drop_shadow(plan->table));
	zdm_deed_begin(&copy);
	zdm_json_add_string(&copy, "table", plan->table);
	zdm_json_add_string(&copy, "shadow", shadow);
	zdm_plan_deed(plan, ZDM_PHASE_BACKFILL, ZDM_RUNS_WORKER, RowExclusiveLock,
				  zdm_deed_end(ZDM_ACTION_COPY, &copy), NULL);
	plan_indexes(plan, shape->partition_by ? NULL : shadow);
	zdm_plan_deed(plan, ZDM_PHASE_VALIDATE, ZDM_RUNS_WORKER, NoLock,
				  zdm_deed_of_text(ZDM_ACTION_ANALYZE, psprintf("ANALYZE %s", shadow)), NULL);
	contract = zdm_plan_deed(plan, ZDM_PHASE_CONTRACT, ZDM_RUNS_CALLER, AccessExclusiveLock,
							 zdm_deed_turn_shadow(rel, shadow, shape),
							 zdm_deed_turn_shadow(rel, shadow, shape));
	zdm_step_also_lock(contract, m->also_locks);
	zdm_step_note(contract,
				  "The table gets another OID: what a session has kept of it by that, and "
				  "not by its name, means the old table.");
	note_other_key(contract, shape);
	note_triggers(contract, rel, shape);
	finalize = zdm_plan_deed(plan, ZDM_PHASE_FINALIZE, ZDM_RUNS_CALLER, AccessExclusiveLock,
							 zdm_deed_drop_shadow(plan->table), NULL);
	if (zdm_shape_changes_persistence(rel, shape))
	{
		zdm_step_also_lock(finalize, getOwnedSequences(RelationGetRelid(rel)));
		note_persistence(contract, shape);
	}
}

/* Drops a hidden table of which the named one is gone. */
void
zdm_shape_rolled_back(const ZdmMigration *m)
{
	Oid follower = zdm_shadow_follower(m);

	if (OidIsValid(follower) && get_rel_name(follower) && get_rel_name(m->relation) == NULL &&
		zdm_owns_relation(follower, GetUserId()))
		zdm_shadow_run(zdm_relation_owner(follower),
					   psprintf("DROP TABLE %s", zdm_qualified_name(follower)));
}

/* See ZdmChangeKind. */
static void
plan_shadow_table(ZdmPlan *plan, Jsonb *arguments)
{
	char *definition = zdm_plan_argument(plan, arguments, "definition");
	ZdmShape *shape;

	zdm_shadow_refuse(plan->rel);
	if (plan->rel->rd_rel->relkind == RELKIND_PARTITIONED_TABLE)
		zdm_shadow_refuse_parts(plan->rel);
	shape = zdm_shape_parse(plan->rel, definition);
	shape->unlogged = zdm_json_bool(arguments, "unlogged", shape->unlogged);
	zdm_plan_shape(plan, shape);
}

/* See ZdmChangeKind. */
static void
plan_compact(ZdmPlan *plan, Jsonb *arguments)
{
	zdm_shadow_refuse_partitioned(plan->rel);
	zdm_shadow_refuse(plan->rel);
	zdm_plan_shape(plan, zdm_shape_parse(plan->rel, NULL));
}

const ZdmChangeKind zdm_change_shadow_table = {.name = "shadow_table",
											   .whole_table = true,
											   .derive_name = derive_shadow_name,
											   .check_contract = zdm_shadow_check_contract,
											   .plan = plan_shadow_table,
											   .rolled_back = zdm_shape_rolled_back};

const ZdmChangeKind zdm_change_compact = {.name = "compact",
										  .whole_table = true,
										  .derive_name = derive_compact_name,
										  .plan = plan_compact,
										  .rolled_back = zdm_shape_rolled_back};
