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
#include "access/relation.h"
#include "access/sysattr.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_type.h"
#include "commands/comment.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "rewrite/rewriteHandler.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/ruleutils.h"
#include "utils/syscache.h"

#include "change.h"
#include "column_uses.h"
#include "compat.h"
#include "expression.h"
#include "json.h"
#include "lock.h"
#include "names.h"
#include "query.h"
#include "sync_safe.h"

/* What the call is about. */
typedef struct Drop
{
	char *column;
	char *hidden;  /* its name after contract */
	char *reverse; /* canonical; NULL: none */
	List *sources; /* of char *: the columns that it reads */
	bool relaxed;  /* something was */
} Drop;

/* drop_<table>_<column> */
static char *
derive_name(Relation rel, Jsonb *arguments)
{
	char *column = zdm_json_string(arguments, "column_name");

	return psprintf("drop_%s_%s", RelationGetRelationName(rel), column ? column : "");
}

/* Returns the column in one table of the tree; NULL if that has none of this name. */
static Form_pg_attribute
find_attribute(Relation rel, const char *column)
{
	AttrNumber attnum = get_attnum(RelationGetRelid(rel), column);

	return attnum > 0 ? TupleDescAttr(RelationGetDescr(rel), attnum - 1) : NULL;
}

/*
 * Returns what the column of a row holds whose writer leaves it out: the default,
 * simplified, or a NULL.  Not for generated columns.
 */
static Node *
omitted_value(Relation rel, Form_pg_attribute att)
{
	Node *value = build_column_default(rel, att->attnum);

	if (value == NULL)
		return (Node *) makeNullConst(att->atttypid, att->atttypmod, att->attcollation);
	return zdm_expression_calls_user_code(value) ? value : eval_const_expressions(NULL, value);
}

/* Tells whether an expression is NULL for sure. */
static bool
is_null_const(Node *value)
{
	return IsA(value, Const) && castNode(Const, value)->constisnull;
}

/* What replaces a column in an expression. */
typedef struct Substitution
{
	AttrNumber attnum;
	Node *value;
} Substitution;

/* expression_tree_mutator() callback: the value instead of the column. */
static Node *
substitute(Node *node, void *context)
{
	const Substitution *s = context;

	if (node == NULL)
		return NULL;
	if (IsA(node, Var) && castNode(Var, node)->varattno == s->attnum)
		return copyObject(s->value);
	return expression_tree_mutator(node, substitute, context);
}

/* A constraint's expression on its way through zdm_sync_try(). */
typedef struct Simplification
{
	Node *expression;
	Substitution substitution;
} Simplification;

/* ZdmTryFunction: puts the value in and computes what can be computed. */
static void
simplify(void *arg)
{
	Simplification *s = arg;

	s->expression = substitute(s->expression, &s->substitution);
	s->expression = eval_const_expressions(NULL, s->expression);
}

/*
 * Tells whether a CHECK accepts every row that has this value in the column.
 * What can't be told - it depends on the rest of the row, calls functions of
 * users, or fails - counts as no.
 */
static bool
check_accepts(Node *expression, AttrNumber attnum, Node *value)
{
	Simplification s = {expression, {attnum, value}};
	Const *result;

	if (zdm_expression_calls_user_code(expression) || zdm_expression_calls_user_code(value))
		return false;
	if (!zdm_sync_try(simplify, &s, NULL) || !IsA(s.expression, Const))
		return false;
	result = castNode(Const, s.expression);
	return result->constisnull || DatumGetBool(result->constvalue);
}

/* Tells whether a table has a constraint only because its parent has it. */
static bool
is_inherited(Oid constraint)
{
	HeapTuple tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(constraint));
	Form_pg_constraint form;
	bool result;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for constraint %u", constraint);
	form = (Form_pg_constraint) GETSTRUCT(tuple);
	result = form->coninhcount > 0 && !form->conislocal;
	ReleaseSysCache(tuple);
	return result;
}

/* The name of the CHECK that stands for a NOT NULL until the rows are known to agree. */
static char *
not_null_check(const char *column)
{
	return psprintf("%s_not_null", zdm_clip_name("zdm_", column, strlen("_not_null")));
}

/* The command that puts a table's CHECK back as it was, but for a scan of the table. */
static char *
restore_check_command(Oid constraint, bool valid)
{
	int level = zdm_pin_search_path();
	char *command = pg_get_constraintdef_command(constraint);
	char *comment = GetComment(constraint, ConstraintRelationId, 0);
	HeapTuple tuple;

	AtEOXact_GUC(true, level);
	if (valid)
		command = psprintf("%s NOT VALID", command);
	if (comment == NULL)
		return command;
	tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(constraint));
	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for constraint %u", constraint);
	command = psprintf("%s;\nCOMMENT ON CONSTRAINT %s ON %s IS %s", command,
					   quote_identifier(NameStr(((Form_pg_constraint) GETSTRUCT(tuple))->conname)),
					   zdm_qualified_name(((Form_pg_constraint) GETSTRUCT(tuple))->conrelid),
					   quote_literal_cstr(comment));
	ReleaseSysCache(tuple);
	return command;
}

/* Relaxes the CHECKs of one table that rows without the column might violate. */
static void
plan_relax_checks(ZdmPlan *plan, Drop *drop, Relation rel, Form_pg_attribute att)
{
	TupleConstr *constr = RelationGetDescr(rel)->constr;
	const char *table = zdm_qualified_name(RelationGetRelid(rel));
	Node *omitted = omitted_value(rel, att);

	for (int i = 0; constr && i < constr->num_check; i++)
	{
		ConstrCheck *check = &constr->check[i];
		Node *expression = stringToNode(check->ccbin);
		Oid oid = get_relation_constraint_oid(RelationGetRelid(rel), check->ccname, false);
		ZdmStep *step;

		if (!bms_is_member(att->attnum - FirstLowInvalidHeapAttributeNumber,
						   zdm_expression_columns(expression)) ||
			(!drop->reverse && check_accepts(expression, att->attnum, omitted)) ||
			is_inherited(oid))
			continue;
		step = zdm_plan_step(
			plan, ZDM_PHASE_EXPAND, ZDM_RUNS_CALLER, AccessExclusiveLock,
			psprintf("ALTER TABLE %s DROP CONSTRAINT %s", table, quote_identifier(check->ccname)),
			restore_check_command(oid, check->ccvalid));
		zdm_step_note(step,
					  "Check \"%s\" of %s could refuse a row without \"%s\" and is not enforced "
					  "any more; a rollback brings it back as NOT VALID.",
					  check->ccname, table, drop->column);
		drop->relaxed = true;
	}
}

/* Relaxes NOT NULL in one table, where a writer who leaves the column out would get a NULL. */
static void
plan_relax_not_null(ZdmPlan *plan, Drop *drop, Relation rel, Form_pg_attribute att)
{
	const char *table = zdm_qualified_name(RelationGetRelid(rel));
	const char *name = quote_identifier(drop->column);
	const char *check = quote_identifier(not_null_check(drop->column));
	ZdmStep *step;

	if (!att->attnotnull || (!drop->reverse && !is_null_const(omitted_value(rel, att))))
		return;
	if (rel != plan->rel && find_attribute(plan->rel, drop->column)->attnotnull)
		return; /* the parent's step does it */
	step =
		zdm_plan_step(plan, ZDM_PHASE_EXPAND, ZDM_RUNS_CALLER, AccessExclusiveLock,
					  psprintf("ALTER TABLE %s ALTER COLUMN %s DROP NOT NULL", table, name),
					  psprintf("ALTER TABLE %s ADD CONSTRAINT %s CHECK (%s IS NOT NULL) NOT VALID",
							   table, check, name));
	zdm_step_note(step,
				  "\"%s\" of %s is not NOT NULL any more; a rollback brings that back as a CHECK "
				  "that is NOT VALID.",
				  drop->column, table);
	drop->relaxed = true;
}

/*
 * With a reverse expression, takes the default away: a value that is there must
 * come from somebody who knows the column.
 */
static void
plan_drop_default(ZdmPlan *plan, Drop *drop, Relation rel, Form_pg_attribute att)
{
	const char *table = zdm_qualified_name(RelationGetRelid(rel));
	const char *name = quote_identifier(drop->column);
	bool domain = get_typtype(att->atttypid) == TYPTYPE_DOMAIN;
	Node *value;
	char *undo;

	if (!drop->reverse || (!att->atthasdef && !domain))
		return;
	if (att->atthasdef)
	{
		value = build_column_default(rel, att->attnum);
		undo = psprintf("ALTER TABLE %s ALTER COLUMN %s SET DEFAULT %s", table, name,
						zdm_expression_canonical(rel, value));
	}
	else
		undo = psprintf("ALTER TABLE %s ALTER COLUMN %s DROP DEFAULT", table, name);
	zdm_plan_step(plan, ZDM_PHASE_EXPAND, ZDM_RUNS_CALLER, AccessExclusiveLock,
				  psprintf("ALTER TABLE %s ALTER COLUMN %s %s", table, name,
						   domain ? "SET DEFAULT NULL" : "DROP DEFAULT"),
				  undo);
}

/* Joins texts into one. */
static char *
join(List *texts)
{
	StringInfoData buf;
	ListCell *lc;

	initStringInfo(&buf);
	foreach (lc, texts)
		appendStringInfo(&buf, "%s%s", buf.len > 0 ? ", " : "", (char *) lfirst(lc));
	return buf.data;
}

/* Refuses a column that other objects need. */
static void
refuse_blockers(ZdmPlan *plan, const Drop *drop, const ZdmColumnUses *uses)
{
	if (uses->blockers == NIL)
		return;
	ereport(ERROR, (errcode(ERRCODE_DEPENDENT_OBJECTS_STILL_EXIST),
					errmsg("cannot drop column \"%s\" of %s: other objects use it", drop->column,
						   plan->table),
					errdetail("These use it: %s.", join(uses->blockers)),
					errhint("Change or drop them first, so that they do without the column.")));
}

/* Refuses constraints that a row without the column would violate and that can't be relaxed. */
static void
refuse_clashes(ZdmPlan *plan, const Drop *drop, Form_pg_attribute att, const ZdmColumnUses *uses)
{
	Node *omitted = omitted_value(plan->rel, att);
	bool is_null = is_null_const(omitted);

	if (drop->reverse && (uses->uniques || uses->foreign))
		ereport(ERROR,
				(errcode(ERRCODE_DEPENDENT_OBJECTS_STILL_EXIST),
				 errmsg("reverse cannot fill column \"%s\" of %s", drop->column, plan->table),
				 errdetail("A value that it computes could violate %s, and fail a write of an "
						   "application that does not know the column.",
						   join(list_concat_copy(uses->uniques, uses->foreign))),
				 errhint("Drop the constraint first, or leave reverse out.")));
	if (uses->uniques && (is_null ? uses->nulls_clash : IsA(omitted, Const)))
		ereport(ERROR,
				(errcode(ERRCODE_DEPENDENT_OBJECTS_STILL_EXIST),
				 errmsg("writers cannot leave out column \"%s\" of %s", drop->column, plan->table),
				 errdetail("It would have the same value in all their rows, which %s may refuse.",
						   join(uses->uniques)),
				 errhint("Drop the constraint or index first, or the column's default.")));
	if (uses->match_full && is_null)
		ereport(ERROR,
				(errcode(ERRCODE_DEPENDENT_OBJECTS_STILL_EXIST),
				 errmsg("writers cannot leave out column \"%s\" of %s", drop->column, plan->table),
				 errdetail("It would be null in their rows, and MATCH FULL in %s refuses a key "
						   "that is null in part.",
						   join(uses->foreign)),
				 errhint("Drop the foreign key first.")));
}

/* A domain's verdict on a NULL, on its way through zdm_sync_try(). */
static void
check_domain_null(void *arg)
{
	domain_check((Datum) 0, true, *(Oid *) arg, NULL, NULL);
}

/* Refuses a column of a domain that accepts no NULL, where a row could get one. */
static void
check_domain(ZdmPlan *plan, const Drop *drop, Form_pg_attribute att)
{
	Oid type = att->atttypid;

	if (get_typtype(type) != TYPTYPE_DOMAIN ||
		(!drop->reverse && !is_null_const(omitted_value(plan->rel, att))) ||
		zdm_sync_try(check_domain_null, &type, NULL))
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
check_inheritance(ZdmPlan *plan, const Drop *drop, Relation rel)
{
	Form_pg_attribute att = find_attribute(rel, drop->column);

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
read_reverse(ZdmPlan *plan, Drop *drop, Form_pg_attribute att, const char *text)
{
	Node *expr;
	Bitmapset *columns;
	int member = -1;

	if (att->attgenerated || att->attidentity)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("column \"%s\" needs no reverse", drop->column),
						errdetail("The server gives it a value in every row."),
						errhint("Leave reverse out.")));
	expr = zdm_expression_parse(plan->rel, text, att->attnum, "reverse");
	columns = zdm_expression_columns(expr);
	while ((member = bms_next_member(columns, member)) >= 0)
	{
		AttrNumber attnum = member + FirstLowInvalidHeapAttributeNumber;

		if (attnum == att->attnum)
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("reverse must not refer to column \"%s\"", drop->column),
							errdetail("It is for rows whose writer does not know the column."),
							errhint("Compute it from the columns that stay.")));
		drop->sources = lappend(drop->sources, get_attname(att->attrelid, attnum, false));
	}
	drop->reverse = zdm_expression_canonical(plan->rel, expr);
}

/* Appends what relaxes one table of the tree. */
static void
plan_relax(ZdmPlan *plan, Drop *drop, Relation rel)
{
	Form_pg_attribute att = find_attribute(rel, drop->column);

	if (att->attgenerated)
		return;
	plan_relax_not_null(plan, drop, rel, att);
	plan_relax_checks(plan, drop, rel, att);
	plan_drop_default(plan, drop, rel, att);
}

/* Appends the steps of expand.  There is at least one, so that the plan is made under a lock. */
static void
plan_expand(ZdmPlan *plan, Drop *drop)
{
	ListCell *lc;

	foreach (lc, zdm_relation_tree(RelationGetRelid(plan->rel)))
	{
		Relation rel = lfirst_oid(lc) == RelationGetRelid(plan->rel)
						   ? plan->rel
						   : relation_open(lfirst_oid(lc), AccessShareLock);

		plan_relax(plan, drop, rel);
		if (rel != plan->rel)
			relation_close(rel, AccessShareLock);
	}
	if (plan->steps == NIL && !drop->reverse)
		zdm_plan_step(plan, ZDM_PHASE_EXPAND, ZDM_RUNS_CALLER, ShareUpdateExclusiveLock,
					  psprintf("LOCK TABLE ONLY %s IN SHARE UPDATE EXCLUSIVE MODE", plan->table),
					  NULL);
}

/* Appends the steps from contract on. */
static void
plan_contract(ZdmPlan *plan, Drop *drop, const ZdmColumnUses *uses)
{
	const char *name = quote_identifier(drop->column);
	const char *hidden = quote_identifier(drop->hidden);
	ZdmSyncSpec open = {0};
	ZdmSyncSpec contracted;
	ZdmStep *step;
	ListCell *lc;

	open.old_columns = drop->sources;
	open.new_columns = list_make1(drop->column);
	open.forward = list_make1(drop->reverse);
	open.retires = true;
	contracted = open;
	contracted.new_columns = list_make1(drop->hidden);

	if (drop->reverse)
		zdm_plan_step(plan, ZDM_PHASE_EXPAND, ZDM_RUNS_CALLER, AccessExclusiveLock,
					  zdm_plan_trigger_sql(plan, &open), zdm_plan_drop_trigger_sql(plan));
	step =
		zdm_plan_step(plan, ZDM_PHASE_CONTRACT, ZDM_RUNS_CALLER, AccessExclusiveLock,
					  psprintf("ALTER TABLE %s RENAME COLUMN %s TO %s", plan->table, name, hidden),
					  psprintf("ALTER TABLE %s RENAME COLUMN %s TO %s", plan->table, hidden, name));
	foreach (lc, zdm_triggers_mentioning(plan->rel, drop->column))
		zdm_step_note(step,
					  "The function of trigger \"%s\" has the word \"%s\" in it: if it means this "
					  "column, it fails from contract on.",
					  (char *) lfirst(lc), drop->column);
	if (drop->reverse)
		zdm_plan_step(plan, ZDM_PHASE_CONTRACT, ZDM_RUNS_CALLER, AccessExclusiveLock,
					  zdm_plan_trigger_sql(plan, &contracted), zdm_plan_trigger_sql(plan, &open));
	if (uses->foreign)
		zdm_step_note(step,
					  "Until finalize rows that it points at can't be deleted, though the column "
					  "is hidden: %s.",
					  join(uses->foreign));
	if (drop->reverse)
		zdm_plan_step(plan, ZDM_PHASE_FINALIZE, ZDM_RUNS_CALLER, AccessExclusiveLock,
					  zdm_plan_drop_trigger_sql(plan), NULL);
	step = zdm_plan_step(plan, ZDM_PHASE_FINALIZE, ZDM_RUNS_CALLER, AccessExclusiveLock,
						 psprintf("ALTER TABLE %s DROP COLUMN %s", plan->table, hidden), NULL);
	if (uses->companions)
		zdm_step_note(step, "With the column go: %s.", join(uses->companions));
}

/* See ZdmChangeKind. */
static void
plan_drop_column(ZdmPlan *plan, Jsonb *arguments)
{
	Drop drop = {0};
	ZdmColumnUses uses = {0};
	char *reverse = zdm_json_string(arguments, "reverse");
	Form_pg_attribute att;
	ListCell *lc;

	drop.column = zdm_plan_argument(plan, arguments, "column_name");
	att = TupleDescAttr(RelationGetDescr(plan->rel), zdm_find_column(plan->rel, drop.column) - 1);
	zdm_plan_check_not_partition_key(plan, att->attnum);
	foreach (lc, zdm_relation_tree(RelationGetRelid(plan->rel)))
	{
		Relation rel = relation_open(lfirst_oid(lc), AccessShareLock);

		check_inheritance(plan, &drop, rel->rd_id == plan->rel->rd_id ? plan->rel : rel);
		zdm_column_uses(rel, drop.column, &uses);
		relation_close(rel, AccessShareLock);
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
	plan->migration->columns = list_make1(drop.column);
	plan->migration->reads_columns = drop.sources;
	plan_expand(plan, &drop);
	plan_contract(plan, &drop, &uses);
}

/* Says which of one table's CHECKs on the column are not valid, and how to make them so. */
static void
notice_not_valid(Relation rel, const char *column)
{
	TupleConstr *constr = RelationGetDescr(rel)->constr;
	const char *table = zdm_qualified_name(RelationGetRelid(rel));
	AttrNumber attnum = get_attnum(RelationGetRelid(rel), column);

	for (int i = 0; constr && i < constr->num_check; i++)
	{
		ConstrCheck *check = &constr->check[i];
		const char *name = quote_identifier(check->ccname);
		char *finish = psprintf("ALTER TABLE %s VALIDATE CONSTRAINT %s", table, name);

		if (check->ccvalid ||
			!bms_is_member(attnum - FirstLowInvalidHeapAttributeNumber,
						   zdm_expression_columns(stringToNode(check->ccbin))) ||
			is_inherited(get_relation_constraint_oid(RelationGetRelid(rel), check->ccname, false)))
			continue;
		if (strcmp(check->ccname, not_null_check(column)) == 0)
			finish = psprintf("%s; then ALTER TABLE %s ALTER COLUMN %s SET NOT NULL, "
							  "DROP CONSTRAINT %s",
							  finish, table, quote_identifier(column), name);
		ereport(NOTICE, (errmsg("constraint \"%s\" of %s holds for new rows and is not validated",
								check->ccname, table),
						 errdetail("Rows that were written meanwhile may violate it."),
						 errhint("Correct such rows, then: %s.", finish)));
	}
}

/* See ZdmChangeKind: constraints that were relaxed are back, but nobody has looked at the rows. */
static void
rolled_back(const ZdmMigration *m)
{
	char *column = zdm_json_string(m->arguments, "column_name");
	ListCell *lc;

	if (!SearchSysCacheExists1(RELOID, ObjectIdGetDatum(m->relation)))
		return;
	foreach (lc, zdm_relation_tree(m->relation))
	{
		Relation rel = relation_open(lfirst_oid(lc), AccessShareLock);

		notice_not_valid(rel, column);
		relation_close(rel, AccessShareLock);
	}
}

const ZdmChangeKind zdm_change_drop_column = {.name = "drop_column",
											  .derive_name = derive_name,
											  .plan = plan_drop_column,
											  .rolled_back = rolled_back};
