/*
 * change_drop_column.c
 *		expand_drop_column: a column that the new application does not know.
 *
 * From expand on, writers may leave the column out: what then would refuse
 * their rows - NOT NULL without a default, a CHECK that the default does not
 * satisfy for sure - is relaxed, and nothing else is touched.  Contract gives the
 * column another name, so that whoever still uses it finds out while there is a
 * way back.  Finalize drops it.
 *
 * A column keeps its default all the time.  Where there is none, or not the right
 * one, `reverse` computes the column from the others, for rows whose writer left
 * it out (sync_program.h, "retires").
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/sysattr.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "base/expression.h"
#include "base/json.h"
#include "base/names.h"
#include "base/owner.h"
#include "base/tree.h"
#include "change/change.h"
#include "change/column_uses.h"
#include "change/drop_relax.h"
#include "change/plan_sync.h"
#include "sync/sync_safe.h"

/* drop_<table>_<column> */
static char *
derive_name(Relation rel, Jsonb *arguments)
{
	char *column = zdm_json_string(arguments, "column_name");

	return psprintf("drop_%s_%s", RelationGetRelationName(rel), column ? column : "");
}

/* Refuses a column that other objects need. */
static void
refuse_blockers(ZdmPlan *plan, const ZdmDrop *drop, const ZdmColumnUses *uses)
{
	if (uses->blockers == NIL)
		return;
	ereport(ERROR, (errcode(ERRCODE_DEPENDENT_OBJECTS_STILL_EXIST),
					errmsg("cannot drop column \"%s\" of %s: other objects use it", drop->column,
						   plan->table),
					errdetail("These use it: %s.", zdm_join(uses->blockers, ", ")),
					errhint("Change or drop them first, so that they do without the column.")));
}

/* Refuses constraints that a row without the column would violate and that can't be relaxed. */
static void
refuse_clashes(ZdmPlan *plan, const ZdmDrop *drop, Form_pg_attribute att, const ZdmColumnUses *uses)
{
	Node *omitted = zdm_omitted_value(plan->rel, att);
	bool is_null = zdm_is_null_const(omitted);

	if (drop->reverse && (uses->uniques || uses->foreign))
		ereport(ERROR,
				(errcode(ERRCODE_DEPENDENT_OBJECTS_STILL_EXIST),
				 errmsg("reverse cannot fill column \"%s\" of %s", drop->column, plan->table),
				 errdetail("A value that it computes could violate %s, and fail a write of an "
						   "application that does not know the column.",
						   zdm_join(list_concat_copy(uses->uniques, uses->foreign), ", ")),
				 errhint("Drop the constraint first, or leave reverse out.")));
	if (uses->uniques && (is_null ? uses->nulls_clash : IsA(omitted, Const)))
		ereport(ERROR,
				(errcode(ERRCODE_DEPENDENT_OBJECTS_STILL_EXIST),
				 errmsg("writers cannot leave out column \"%s\" of %s", drop->column, plan->table),
				 errdetail("It would have the same value in all their rows, which %s may refuse.",
						   zdm_join(uses->uniques, ", ")),
				 errhint("Drop the constraint or index first, or the column's default.")));
	if (uses->match_full && is_null)
		ereport(ERROR,
				(errcode(ERRCODE_DEPENDENT_OBJECTS_STILL_EXIST),
				 errmsg("writers cannot leave out column \"%s\" of %s", drop->column, plan->table),
				 errdetail("It would be null in their rows, and MATCH FULL in %s refuses a key "
						   "that is null in part.",
						   zdm_join(uses->foreign, ", ")),
				 errhint("Drop the foreign key first.")));
}

/* A domain's verdict on a NULL, on its way through zdm_sync_try(). */
static void
check_domain_null(void *arg)
{
	domain_check((Datum) 0, true, *(Oid *) arg, NULL, NULL);
}

/* Tells whether a domain of a table's column takes a NULL.  Its constraints are the owner's. */
static bool
takes_null(Relation rel, Oid type)
{
	ZdmOwnerScope scope;
	bool result;

	zdm_owner_begin(&scope, rel->rd_rel->relowner);
	result = zdm_sync_try(check_domain_null, &type, NULL);
	zdm_owner_end(&scope);
	return result;
}

/* Refuses a column of a domain that accepts no NULL, where a row could get one. */
static void
check_domain(ZdmPlan *plan, const ZdmDrop *drop, Form_pg_attribute att)
{
	Oid type = att->atttypid;

	if (get_typtype(type) != TYPTYPE_DOMAIN ||
		(!drop->reverse && !zdm_is_null_const(zdm_omitted_value(plan->rel, att))) ||
		takes_null(plan->rel, type))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_DEPENDENT_OBJECTS_STILL_EXIST),
			 errmsg("writers cannot leave out column \"%s\" of %s", drop->column, plan->table),
			 errdetail("Its domain %s accepts no null.", format_type_be(type)),
			 drop->reverse ? errhint("Leave reverse out and give the column a default.")
						   : errhint("Give the column a default first: ALTER TABLE %s ALTER COLUMN "
									 "%s SET DEFAULT ...",
									 plan->table, quote_identifier(drop->column))));
}

/* Refuses a column that the table, or one that inherits from it, can't give up. */
static void
check_inheritance(ZdmPlan *plan, const ZdmDrop *drop, Relation rel)
{
	Form_pg_attribute att = zdm_drop_attribute(rel, drop->column);

	if (rel == plan->rel ? att->attinhcount == 0 : att->attinhcount == 1 && !att->attislocal)
		return;
	ereport(ERROR, (errcode(ERRCODE_INVALID_TABLE_DEFINITION),
					errmsg("cannot drop column \"%s\" of %s", drop->column, plan->table),
					rel == plan->rel
						? errdetail("It is inherited.")
						: errdetail("Table %s has it from another source too, and would keep it.",
									zdm_qualified_name(RelationGetRelid(rel))),
					rel == plan->rel
						? errhint("Drop it in the table that this one inherits it from.")
						: errhint("End the inheritance with ALTER TABLE ... NO INHERIT first.")));
}

/* Reads the reverse expression. */
static void
read_reverse(ZdmPlan *plan, ZdmDrop *drop, Form_pg_attribute att, const char *text)
{
	Node *expr;

	if (att->attgenerated || att->attidentity)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("column \"%s\" needs no reverse", drop->column),
						errdetail("The server gives it a value in every row."),
						errhint("Leave reverse out.")));
	expr = zdm_expression_parse(plan->rel, text, att->attnum, "reverse");
	if (bms_is_member(att->attnum - FirstLowInvalidHeapAttributeNumber,
					  zdm_expression_columns(expr)))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("reverse must not refer to column \"%s\"", drop->column),
						errdetail("It is for rows whose writer does not know the column."),
						errhint("Compute it from the columns that stay.")));
	drop->sources = zdm_other_columns(plan->rel, expr, att->attnum);
	drop->reverse = zdm_expression_canonical(plan->rel, expr);
	drop->expression = expr;
}

/* Appends the steps of expand.  There is at least one, so that the plan is made under a lock. */
static void
plan_expand(ZdmPlan *plan, ZdmDrop *drop)
{
	ZdmTree tree = zdm_tree(RelationGetRelid(plan->rel));

	while (zdm_tree_next(&tree))
		zdm_plan_relax(plan, drop, tree.rel);
	if (plan->steps == NIL && !drop->reverse)
		zdm_plan_step(plan, ZDM_PHASE_EXPAND, ZDM_RUNS_CALLER, ShareUpdateExclusiveLock,
					  psprintf("LOCK TABLE ONLY %s IN SHARE UPDATE EXCLUSIVE MODE", plan->table),
					  NULL);
}

/* Says what applications may run into while the column is there and hidden. */
static void
note_contract(ZdmPlan *plan, const ZdmDrop *drop, const ZdmColumnUses *uses, ZdmStep *step)
{
	PublicationDesc published;
	ListCell *lc;

	foreach (lc, zdm_triggers_mentioning(plan->rel, drop->column))
		zdm_step_note(step,
					  "The function of trigger \"%s\" has the word \"%s\" in it: if it means this "
					  "column, it fails from contract on.",
					  (char *) lfirst(lc), drop->column);
	if (uses->foreign)
		zdm_step_note(step,
					  "Until finalize rows that it points at can't be deleted, though the column "
					  "is hidden: %s.",
					  zdm_join(uses->foreign, ", "));
	if (uses->composite)
		zdm_step_note(step,
					  "Until finalize a change of their other columns alone can violate these, by "
					  "what is in the column: %s.",
					  zdm_join(uses->composite, ", "));
	RelationBuildPublicationDesc(plan->rel, &published);
	if (published.pubactions.pubinsert || published.pubactions.pubupdate)
		zdm_step_note(step,
					  "The table is published: unless a column list leaves the column out, its "
					  "subscribers see it as \"%s\" from contract until finalize.",
					  drop->hidden);
}

/* Appends the steps from contract on. */
static void
plan_contract(ZdmPlan *plan, ZdmDrop *drop, const ZdmColumnUses *uses)
{
	const char *name = quote_identifier(drop->column);
	const char *hidden = quote_identifier(drop->hidden);
	ZdmSyncSpec open = {0};
	ZdmSyncSpec contracted;
	ZdmStep *step;

	open.old_columns = drop->sources;
	open.new_columns = list_make1(drop->column);
	open.forward = list_make1(drop->reverse);
	open.state = ZDM_SYNC_RETIRING;
	if (drop->reverse)
		zdm_plan_pin_settings(&open, list_make1(drop->expression));
	contracted = open;
	contracted.new_columns = list_make1(drop->hidden);

	if (drop->reverse)
		zdm_plan_note_settings(
			zdm_plan_deed(plan, ZDM_PHASE_EXPAND, ZDM_RUNS_CALLER, AccessExclusiveLock,
						  zdm_deed_sync_trigger(plan, &open), zdm_deed_drop_trigger(plan)),
			list_make1(drop->expression));
	step =
		zdm_plan_step(plan, ZDM_PHASE_CONTRACT, ZDM_RUNS_CALLER, AccessExclusiveLock,
					  psprintf("ALTER TABLE %s RENAME COLUMN %s TO %s", plan->table, name, hidden),
					  psprintf("ALTER TABLE %s RENAME COLUMN %s TO %s", plan->table, hidden, name));
	note_contract(plan, drop, uses, step);
	if (drop->reverse)
		zdm_plan_deed(plan, ZDM_PHASE_CONTRACT, ZDM_RUNS_CALLER, AccessExclusiveLock,
					  zdm_deed_sync_trigger(plan, &contracted), zdm_deed_sync_trigger(plan, &open));
	if (drop->reverse)
		zdm_plan_deed(plan, ZDM_PHASE_FINALIZE, ZDM_RUNS_CALLER, AccessExclusiveLock,
					  zdm_deed_drop_trigger(plan), NULL);
	step = zdm_plan_step(plan, ZDM_PHASE_FINALIZE, ZDM_RUNS_CALLER, AccessExclusiveLock,
						 psprintf("ALTER TABLE %s DROP COLUMN %s", plan->table, hidden), NULL);
	zdm_step_also_lock(step, uses->referenced);
	plan->migration->also_locks = uses->referenced;
	if (uses->companions)
		zdm_step_note(step, "With the column go: %s.", zdm_join(uses->companions, ", "));
}

/* See ZdmChangeKind. */
static void
plan_drop_column(ZdmPlan *plan, Jsonb *arguments)
{
	ZdmDrop drop = {0};
	ZdmColumnUses uses = {0};
	char *reverse = zdm_json_string(arguments, "reverse");
	Form_pg_attribute att;
	ZdmTree tree = zdm_tree(RelationGetRelid(plan->rel));

	drop.column = zdm_plan_argument(plan, arguments, "column_name");
	att = TupleDescAttr(RelationGetDescr(plan->rel), zdm_find_column(plan->rel, drop.column) - 1);
	zdm_plan_check_not_partition_key(plan, att->attnum);
	while (zdm_tree_next(&tree))
	{
		check_inheritance(plan, &drop, tree.rel);
		zdm_column_uses(tree.rel, drop.column, &uses);
	}
	refuse_blockers(plan, &drop, &uses);
	if (reverse)
		read_reverse(plan, &drop, att, reverse);
	if (!att->attgenerated)
	{
		refuse_clashes(plan, &drop, att, &uses);
		check_domain(plan, &drop, att);
	}
	if (drop.reverse)
		zdm_plan_name_trigger(plan);
	drop.hidden = zdm_choose_column_name(plan->rel, "zdm_old_", drop.column);
	plan_expand(plan, &drop);
	plan->migration->columns = list_make2(drop.column, drop.hidden);
	plan->migration->reads_columns = list_concat_copy(drop.sources, drop.others);
	plan_contract(plan, &drop, &uses);
}

const ZdmChangeKind zdm_change_drop_column = {.name = "drop_column",
											  .derive_name = derive_name,
											  .plan = plan_drop_column,
											  .rolled_back = zdm_notice_not_valid};
