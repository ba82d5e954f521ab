/*
 * plan_sync.c
 *		What planners of columns share: the sync trigger, the backfill, statistics.
 */
#include "postgres.h"

#include "access/relation.h"
#include "catalog/pg_class.h"
#include "utils/builtins.h"
#include "utils/rel.h"

#include "base/formatting.h"
#include "base/names.h"
#include "base/tree.h"
#include "change/plan_sync.h"

/*
 * Chooses the name of the migration's sync trigger and checks, for every table
 * of the tree, that it will fire last.
 */
void
zdm_plan_name_trigger(ZdmPlan *plan)
{
	ZdmTree tree = zdm_tree(RelationGetRelid(plan->rel));

	plan->migration->trigger_name = zdm_choose_trigger_name(plan->rel, plan->migration->name);
	while (zdm_tree_next(&tree))
	{
		Relation rel = tree.rel;

		zdm_check_trigger_order(rel, plan->migration->trigger_name);
	}
}

/*
 * Lists the tables that need a trigger of their own.  Partitions get theirs
 * from the parent; children by plain inheritance do not.
 */
static List *
tables_to_trigger(ZdmPlan *plan)
{
	if (plan->rel->rd_rel->relkind == RELKIND_PARTITIONED_TABLE)
		return list_make1_oid(RelationGetRelid(plan->rel));
	return zdm_relation_tree(RelationGetRelid(plan->rel));
}

/*
 * Makes the deed that creates the sync trigger or replaces its spec.  It fires
 * also in sessions that apply replicated changes (ENABLE ALWAYS): the other
 * end of the replication may not know the new column.
 */
ZdmDeed *
zdm_deed_sync_trigger(ZdmPlan *plan, const ZdmSyncSpec *spec)
{
	const char *trigger = quote_identifier(plan->migration->trigger_name);
	char *argument = quote_literal_cstr(zdm_sync_spec_text(spec));
	StringInfoData buf;
	ListCell *lc;

	initStringInfo(&buf);
	foreach (lc, tables_to_trigger(plan))
	{
		char *table = zdm_qualified_name(lfirst_oid(lc));

		appendStringInfo(&buf,
						 "%sCREATE OR REPLACE TRIGGER %s BEFORE INSERT OR UPDATE ON %s"
						 " FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns(%s);\n"
						 "ALTER TABLE %s ENABLE ALWAYS TRIGGER %s",
						 buf.len > 0 ? ";\n" : "", trigger, table, argument, table, trigger);
	}
	return zdm_deed_of_text(ZDM_ACTION_SYNC_TRIGGER, buf.data);
}

/* Makes the deed that drops the sync trigger. */
ZdmDeed *
zdm_deed_drop_trigger(ZdmPlan *plan)
{
	const char *trigger = quote_identifier(plan->migration->trigger_name);
	StringInfoData buf;
	ListCell *lc;

	initStringInfo(&buf);
	foreach (lc, tables_to_trigger(plan))
		appendStringInfo(&buf, "%sDROP TRIGGER IF EXISTS %s ON %s", buf.len > 0 ? ";\n" : "",
						 trigger, zdm_qualified_name(lfirst_oid(lc)));
	return zdm_deed_sql(buf.data);
}

/* What these expressions (Node *) together take from the settings of a session. */
static ZdmDependence
dependence_of(List *expressions)
{
	ZdmDependence dependence = {0};
	ListCell *lc;

	foreach (lc, expressions)
		zdm_formatting_of(lfirst(lc), &dependence);
	return dependence;
}

/* Pins in a spec the settings that its expressions (Node *) depend on, as they are now. */
void
zdm_plan_pin_settings(ZdmSyncSpec *spec, List *expressions)
{
	ZdmDependence dependence = dependence_of(expressions);

	spec->settings = zdm_formatting_now(&dependence);
}

/* Says in a step which settings of this session are pinned for these expressions (Node *). */
void
zdm_plan_note_settings(ZdmStep *step, List *expressions)
{
	ZdmDependence dependence = dependence_of(expressions);
	char *note = zdm_formatting_note(&dependence);

	if (note)
		zdm_step_note(step, "%s", note);
}

/* Appends the step that gathers statistics, for some columns (a list in SQL) or all: NULL. */
void
zdm_plan_analyze(ZdmPlan *plan, const char *columns)
{
	char *command = columns ? psprintf("ANALYZE %s (%s)", plan->table, columns)
							: psprintf("ANALYZE %s", plan->table);

	zdm_plan_deed(plan, ZDM_PHASE_VALIDATE, ZDM_RUNS_WORKER, ShareUpdateExclusiveLock,
				  zdm_deed_of_text(ZDM_ACTION_ANALYZE, command), NULL);
}

/*
 * Appends the steps that fill the new columns of rows that were there before,
 * and gather statistics for them: until contract, queries that use a new name
 * are planned with those of the new column.
 */
void
zdm_plan_backfill(ZdmPlan *plan, const ZdmSyncSpec *spec)
{
	StringInfoData fill;
	StringInfoData columns;
	ListCell *new_column;
	ListCell *forward;
	int n = 0;

	initStringInfo(&fill);
	initStringInfo(&columns);
	forboth (new_column, spec->new_columns, forward, spec->forward)
	{
		const char *name = quote_identifier(lfirst(new_column));
		const char *source =
			lfirst(forward) ? lfirst(forward) : quote_identifier(list_nth(spec->old_columns, n));

		appendStringInfo(&fill, "%s%s := %s", n > 0 ? ", " : "", name, source);
		appendStringInfo(&columns, "%s%s", n > 0 ? ", " : "", name);
		n++;
	}
	zdm_plan_deed(plan, ZDM_PHASE_BACKFILL, ZDM_RUNS_WORKER, RowExclusiveLock,
				  zdm_deed_of_text(ZDM_ACTION_BACKFILL, fill.data), NULL);
	/* Extended statistics warn where one of their columns is left out. */
	zdm_plan_analyze(plan, RelationGetStatExtList(plan->rel) == NIL ? columns.data : NULL);
}

/*
 * Appends the step behind the backfill that says in the spec that there is no row left to
 * fill, where forward could take a NULL that the new application has meant for one: from
 * then on an UPDATE of something else leaves it alone.  The rows of a table that is attached
 * later wait for zdm.resume().
 */
void
zdm_plan_filled(ZdmPlan *plan, ZdmSyncSpec *spec)
{
	spec->filled = true;
	zdm_plan_deed(plan, ZDM_PHASE_VALIDATE, ZDM_RUNS_WORKER, ShareRowExclusiveLock,
				  zdm_deed_sync_trigger(plan, spec), NULL);
}
