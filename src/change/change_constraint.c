/*
 * change_constraint.c
 *		expand_not_null and expand_check, and what the planners of constraints share.
 *
 * A constraint is first added as NOT VALID, which takes a strong lock but no
 * scan: from then on every write has to satisfy it.  Then the rows that are
 * there are checked under a lock that lets everybody read and write (manual,
 * ALTER TABLE, VALIDATE CONSTRAINT).  For NOT NULL see not_null.c.
 *
 * An old application that goes on writing nulls would fail from expand on.  With
 * a fill expression it doesn't: the sync trigger puts the value in, and the
 * backfill does so for the rows that are there.
 */
#include "postgres.h"

#include "catalog/pg_constraint.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "base/compat.h"
#include "base/expression.h"
#include "base/json.h"
#include "base/names.h"
#include "change/change.h"
#include "change/constraint.h"
#include "change/plan_sync.h"

/* Refuses the name of a constraint that the table has already. */
void
zdm_check_constraint_free(ZdmPlan *plan, const char *constraint)
{
	zdm_check_name("constraint_name", constraint);
	if (OidIsValid(get_relation_constraint_oid(RelationGetRelid(plan->rel), constraint, true)))
		ereport(ERROR, (errcode(ERRCODE_DUPLICATE_OBJECT),
						errmsg("constraint \"%s\" for relation \"%s\" already exists", constraint,
							   RelationGetRelationName(plan->rel)),
						errhint("Choose a name that the table does not use yet.")));
}

/* Returns a list of columns that must be given and exist, each once. */
List *
zdm_columns_argument(ZdmPlan *plan, Jsonb *arguments, const char *key)
{
	List *columns = zdm_json_list(arguments, key);
	ListCell *lc;

	if (columns == NIL)
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
						errmsg("%s must name at least one column", key),
						errhint("Give them as an array: ARRAY['first', 'second'].")));
	foreach (lc, columns)
	{
		(void) zdm_find_column(plan->rel, lfirst(lc));
		for (int i = 0; i < foreach_current_index(lc); i++)
			if (strcmp(list_nth(columns, i), lfirst(lc)) == 0)
				ereport(ERROR, (errcode(ERRCODE_DUPLICATE_COLUMN),
								errmsg("%s names column \"%s\" twice", key, (char *) lfirst(lc))));
	}
	return columns;
}

/* Writes names as they stand in SQL, with commas between them. */
char *
zdm_quoted_list(List *names)
{
	StringInfoData buf;
	ListCell *lc;

	initStringInfo(&buf);
	foreach (lc, names)
		appendStringInfo(&buf, "%s%s", buf.len > 0 ? ", " : "", quote_identifier(lfirst(lc)));
	return buf.data;
}

/* Returns what the arguments say about when a constraint is checked, as SQL. */
const char *
zdm_deferrable_sql(Jsonb *arguments)
{
	if (zdm_json_bool(arguments, "initially_deferred", false))
		return " DEFERRABLE INITIALLY DEFERRED";
	return zdm_json_bool(arguments, "is_deferrable", false) ? " DEFERRABLE" : "";
}

/* not_null_<table>_<column> */
static char *
derive_not_null_name(Relation rel, Jsonb *arguments)
{
	char *column = zdm_json_string(arguments, "column_name");

	return psprintf("not_null_%s_%s", RelationGetRelationName(rel), column ? column : "");
}

/* Makes the spec of a trigger that fills nulls of one column. */
static void
make_fill_spec(ZdmPlan *plan, Form_pg_attribute att, const char *fill, ZdmSyncSpec *spec,
			   Node **expression)
{
	Node *expr;

	if (att->attgenerated)
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("cannot fill generated column \"%s\"", NameStr(att->attname)),
						errhint("Leave fill out, and correct the columns that it is generated "
								"from.")));
	zdm_plan_check_not_partition_key(plan, att->attnum);
	expr = zdm_expression_parse(plan->rel, fill, att->attnum, "fill");
	spec->old_columns = zdm_expression_column_names(plan->rel, expr);
	spec->new_columns = list_make1(pstrdup(NameStr(att->attname)));
	spec->forward = list_make1(zdm_expression_canonical(plan->rel, expr));
	spec->not_null = true;
	spec->state = ZDM_SYNC_FILLING;
	*expression = expr;
}

/* See ZdmChangeKind. */
static void
plan_not_null(ZdmPlan *plan, Jsonb *arguments)
{
	char *column = zdm_plan_argument(plan, arguments, "column_name");
	char *fill = zdm_json_string(arguments, "fill");
	AttrNumber attnum = zdm_find_column(plan->rel, column);
	Form_pg_attribute att = TupleDescAttr(RelationGetDescr(plan->rel), attnum - 1);
	ZdmSyncSpec spec = {0};
	Node *expression;
	char *constraint = NULL;
	ZdmStep *first;

	if (zdm_null_is_settled(plan, column, false))
	{
		ereport(NOTICE, (errmsg("column \"%s\" of \"%s\" is NOT NULL already, nothing to do",
								column, RelationGetRelationName(plan->rel))));
		return;
	}
	if (fill == NULL)
		plan->migration->reads_columns = list_make1(column);
	else
	{
		make_fill_spec(plan, att, fill, &spec, &expression);
		zdm_plan_pin_settings(&spec, list_make1(expression));
		plan->migration->columns = spec.new_columns;
		plan->migration->reads_columns = spec.old_columns;
		zdm_plan_check_backfill(plan);
		zdm_plan_name_trigger(plan);
		zdm_plan_deed(plan, ZDM_PHASE_EXPAND, ZDM_RUNS_CALLER, AccessExclusiveLock,
					  zdm_deed_sync_trigger(plan, &spec), zdm_deed_drop_trigger(plan));
	}
	first = zdm_plan_null_refused(plan, column, ZDM_PHASE_EXPAND, ZDM_RUNS_CALLER, "", &constraint);
	if (fill)
	{
		first = first ? first : linitial(plan->steps);
		zdm_plan_note_settings(first, list_make1(expression));
		zdm_step_note(first,
					  "Until contract a write that leaves \"%s\" null gets the value of fill.",
					  column);
		zdm_plan_backfill(plan, &spec);
	}
	else if (first)
		zdm_step_note(first,
					  "From expand on every write that leaves \"%s\" null fails, also an UPDATE of "
					  "a row that has null now. With fill => '...' old applications can go on.",
					  column);
	zdm_plan_null_validated(plan, column, constraint);
	if (fill)
		zdm_plan_deed(plan, ZDM_PHASE_CONTRACT, ZDM_RUNS_CALLER, AccessExclusiveLock,
					  zdm_deed_drop_trigger(plan), zdm_deed_sync_trigger(plan, &spec));
}

/* check_<table>_<constraint> */
static char *
derive_check_name(Relation rel, Jsonb *arguments)
{
	char *constraint = zdm_json_string(arguments, "constraint_name");

	return psprintf("check_%s_%s", RelationGetRelationName(rel), constraint ? constraint : "");
}

/* See ZdmChangeKind. */
static void
plan_check(ZdmPlan *plan, Jsonb *arguments)
{
	char *constraint = zdm_plan_argument(plan, arguments, "constraint_name");
	char *text = zdm_plan_argument(plan, arguments, "expression");
	const char *name = quote_identifier(constraint);
	Node *expr;
	ZdmStep *add;

	zdm_check_constraint_free(plan, constraint);
	expr = zdm_expression_parse_check(plan->rel, text, "expression");
	plan->migration->reads_columns = zdm_expression_column_names(plan->rel, expr);
	add = zdm_plan_step(plan, ZDM_PHASE_EXPAND, ZDM_RUNS_CALLER, AccessExclusiveLock,
						psprintf("ALTER TABLE %s ADD CONSTRAINT %s CHECK (%s) NOT VALID",
								 plan->table, name, zdm_expression_canonical(plan->rel, expr)),
						psprintf("ALTER TABLE %s DROP CONSTRAINT IF EXISTS %s", plan->table, name));
	zdm_step_note(add, "From expand on every write that violates the constraint fails, also an "
					   "UPDATE of a row that violates it now.");
	zdm_plan_step(plan, ZDM_PHASE_VALIDATE, ZDM_RUNS_WORKER, ShareUpdateExclusiveLock,
				  psprintf("ALTER TABLE %s VALIDATE CONSTRAINT %s", plan->table, name), NULL);
}

const ZdmChangeKind zdm_change_not_null = {.name = "not_null",
										   .constrains = true,
										   .derive_name = derive_not_null_name,
										   .plan = plan_not_null};
const ZdmChangeKind zdm_change_check = {
	.name = "check", .constrains = true, .derive_name = derive_check_name, .plan = plan_check};
