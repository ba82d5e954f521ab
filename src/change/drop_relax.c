/*
 * drop_relax.c
 *		Constraints that could refuse a row whose writer leaves a column out.
 *
 * They are taken away at expand and come back with a rollback.  Nobody looks at the
 * rows then: that would be a scan under a strong lock, and a rollback that one
 * row could prevent.  So they come back as NOT VALID, which binds every new row,
 * and the user is told how to finish.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/relation.h"
#include "catalog/pg_constraint.h"
#include "commands/comment.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "rewrite/rewriteHandler.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/ruleutils.h"
#include "utils/syscache.h"

#include "base/compat.h"
#include "base/expression.h"
#include "base/json.h"
#include "base/lock.h"
#include "base/names.h"
#include "base/query.h"
#include "base/resolved.h"
#include "base/tree.h"
#include "change/carry.h"
#include "change/drop_relax.h"
#include "sync/sync_safe.h"

/* Returns the column in one table of the tree; NULL if that has none of this name. */
Form_pg_attribute
zdm_drop_attribute(Relation rel, const char *column)
{
	AttrNumber attnum = get_attnum(RelationGetRelid(rel), column);

	return attnum > 0 ? TupleDescAttr(RelationGetDescr(rel), attnum - 1) : NULL;
}

/*
 * Returns what the column of a row holds whose writer leaves it out: the default,
 * simplified, or a NULL.  Not for generated columns.
 */
Node *
zdm_omitted_value(Relation rel, Form_pg_attribute att)
{
	Node *value = build_column_default(rel, att->attnum);

	if (value == NULL)
		return (Node *) makeNullConst(att->atttypid, att->atttypmod, att->attcollation);
	return zdm_expression_calls_user_code(value) ? value : eval_const_expressions(NULL, value);
}

/* Tells whether an expression is NULL for sure. */
bool
zdm_is_null_const(Node *value)
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
substitute_column(Node *node, void *context)
{
	const Substitution *s = context;

	if (node == NULL)
		return NULL;
	if (IsA(node, Var) && castNode(Var, node)->varattno == s->attnum)
		return copyObject(s->value);
	return expression_tree_mutator(node, substitute_column, context);
}

/* A constraint's expression on its way through zdm_sync_try(). */
typedef struct Simplification
{
	Node *expression;
	Substitution substitution;
} Simplification;

/* ZdmTryFunction: puts the value in and computes what can be computed. */
static void
simplify_with_null(void *arg)
{
	Simplification *s = arg;

	s->expression = substitute_column(s->expression, &s->substitution);
	s->expression = eval_const_expressions(NULL, s->expression);
}

/*
 * Tells whether a CHECK on this column alone accepts the value.  What can't be
 * told - it calls functions of users, or fails - counts as no.  So does one that
 * reads other columns too: an application that changes those without knowing
 * this one could run into what is still in it.
 */
static bool
check_accepts(Node *expression, AttrNumber attnum, Node *value)
{
	Simplification s = {expression, {attnum, value}};
	Const *result;

	if (bms_membership(zdm_expression_columns(expression)) == BMS_MULTIPLE ||
		zdm_expression_calls_user_code(expression) || zdm_expression_calls_user_code(value))
		return false;
	if (!zdm_sync_try(simplify_with_null, &s, NULL) || !IsA(s.expression, Const))
		return false;
	result = castNode(Const, s.expression);
	return result->constisnull || DatumGetBool(result->constvalue);
}

/* Tells whether a table has a constraint only because its parent has it. */
static bool
is_inherited(Oid constraint)
{
	HeapTuple tuple = zdm_constraint_row(constraint);
	Form_pg_constraint form = (Form_pg_constraint) GETSTRUCT(tuple);
	bool result;

	result = form->coninhcount > 0 && !form->conislocal;
	ReleaseSysCache(tuple);
	return result;
}

/* Makes a name for the CHECK that stands for a NOT NULL until the rows are known to agree. */
static char *
choose_not_null_check(Oid relid, const char *column)
{
	char *name = psprintf("%s_not_null", zdm_clip_name("zdm_", column, strlen("_not_null")));

	for (int n = 1; ConstraintNameIsUsed(CONSTRAINT_RELATION, relid, name); n++)
		name =
			psprintf("%s_not_null_%d", zdm_clip_name("zdm_", column, strlen("_not_null") + 6), n);
	return name;
}

static bool
is_not_null_check(const ConstrCheck *check, AttrNumber attnum)
{
	Node *expr = stringToNode(check->ccbin);
	NullTest *test;

	if (strncmp(check->ccname, "zdm_", 4) != 0 || !IsA(expr, NullTest))
		return false;
	test = castNode(NullTest, expr);
	return test->nulltesttype == IS_NOT_NULL && IsA(test->arg, Var) &&
		   castNode(Var, test->arg)->varattno == attnum;
}

/* The command that puts a table's constraint back as it was, but for a scan of the table. */
static char *
restore_command(Oid constraint, bool valid)
{
	int level = zdm_pin_search_path();
	char *command = pg_get_constraintdef_command(constraint);
	char *comment = GetComment(constraint, ConstraintRelationId, 0);
	HeapTuple tuple;

	AtEOXact_GUC(false, level);
	if (valid)
		command = psprintf("%s NOT VALID", command);
	if (comment == NULL)
		return command;
	tuple = zdm_constraint_row(constraint);
	command = psprintf("%s;\nCOMMENT ON CONSTRAINT %s ON %s IS %s", command,
					   quote_identifier(NameStr(((Form_pg_constraint) GETSTRUCT(tuple))->conname)),
					   zdm_qualified_name(((Form_pg_constraint) GETSTRUCT(tuple))->conrelid),
					   quote_literal_cstr(comment));
	ReleaseSysCache(tuple);
	return command;
}

/* Lists the names of the columns that an expression reads, but for one. */
List *
zdm_other_columns(Relation rel, Node *expr, AttrNumber but)
{
	Bitmapset *columns = zdm_expression_columns(expr);
	List *result = NIL;
	int member = -1;

	while ((member = bms_next_member(columns, member)) >= 0)
	{
		AttrNumber attnum = member + FirstLowInvalidHeapAttributeNumber;

		if (attnum > 0 && attnum != but)
			result = lappend(result, get_attname(RelationGetRelid(rel), attnum, false));
	}
	return result;
}

/* Relaxes the CHECKs of one table that rows without the column might violate. */
static void
plan_relax_checks(ZdmPlan *plan, ZdmDrop *drop, Relation rel, Form_pg_attribute att)
{
	TupleConstr *constr = RelationGetDescr(rel)->constr;
	const char *table = zdm_qualified_name(RelationGetRelid(rel));
	Node *omitted = zdm_omitted_value(rel, att);

	for (int i = 0; constr && i < constr->num_check; i++)
	{
		ConstrCheck *check = &constr->check[i];
		Node *expression = stringToNode(check->ccbin);
		Oid oid = get_relation_constraint_oid(RelationGetRelid(rel), check->ccname, false);
		ZdmStep *step;

		if (!zdm_check_enforced(check) ||
			!bms_is_member(att->attnum - FirstLowInvalidHeapAttributeNumber,
						   zdm_expression_columns(expression)) ||
			(!drop->reverse && check_accepts(expression, att->attnum, omitted)) ||
			is_inherited(oid))
			continue;
		zdm_resolved_note(expression);
		step = zdm_plan_step(
			plan, ZDM_PHASE_EXPAND, ZDM_RUNS_CALLER, AccessExclusiveLock,
			psprintf("ALTER TABLE %s DROP CONSTRAINT %s", table, quote_identifier(check->ccname)),
			restore_command(oid, check->ccvalid));
		zdm_step_note(step,
					  "Check \"%s\" of %s could refuse a row without \"%s\" and is not enforced "
					  "any more; a rollback brings it back as NOT VALID.",
					  check->ccname, table, drop->column);
		drop->others = list_concat(drop->others, zdm_other_columns(rel, expression, att->attnum));
	}
}

/* Appends the step that relaxes NOT NULL where it is a constraint: its name and all come back. */
static void
plan_relax_constraint(ZdmPlan *plan, ZdmDrop *drop, Oid relid, Oid constraint)
{
	const char *table = zdm_qualified_name(relid);
	HeapTuple tuple = zdm_constraint_row(constraint);
	bool valid = ((Form_pg_constraint) GETSTRUCT(tuple))->convalidated;

	ReleaseSysCache(tuple);
	zdm_step_note(zdm_plan_step(plan, ZDM_PHASE_EXPAND, ZDM_RUNS_CALLER, AccessExclusiveLock,
								psprintf("ALTER TABLE %s ALTER COLUMN %s DROP NOT NULL", table,
										 quote_identifier(drop->column)),
								restore_command(constraint, valid)),
				  "Column \"%s\" of %s takes nulls from now on; a rollback brings NOT NULL back as "
				  "NOT VALID.",
				  drop->column, table);
}

/*
 * Relaxes NOT NULL in one table, where a writer who leaves the column out would get a NULL.
 * Before 18 a table's step does it for its children; from then on for those that have it
 * from there alone.
 */
static void
plan_relax_not_null(ZdmPlan *plan, ZdmDrop *drop, Relation rel, Form_pg_attribute att)
{
	const char *table = zdm_qualified_name(RelationGetRelid(rel));
	const char *name = quote_identifier(drop->column);
	Oid constraint = zdm_not_null_constraint(RelationGetRelid(rel), att->attnum);
	const char *check;

	if (!att->attnotnull || (!drop->reverse && !zdm_is_null_const(zdm_omitted_value(rel, att))))
		return;
	if (OidIsValid(constraint))
	{
		if (!is_inherited(constraint))
			plan_relax_constraint(plan, drop, RelationGetRelid(rel), constraint);
		return;
	}
	if (rel != plan->rel && zdm_drop_attribute(plan->rel, drop->column)->attnotnull)
		return;
	check = quote_identifier(choose_not_null_check(RelationGetRelid(rel), drop->column));
	zdm_step_note(
		zdm_plan_step(plan, ZDM_PHASE_EXPAND, ZDM_RUNS_CALLER, AccessExclusiveLock,
					  psprintf("ALTER TABLE %s ALTER COLUMN %s DROP NOT NULL", table, name),
					  psprintf("ALTER TABLE %s ADD CONSTRAINT %s CHECK (%s IS %s NULL) NOT VALID",
							   table, check, name,
							   /* IS NOT NULL would be about its fields */
							   type_is_rowtype(att->atttypid) ? "DISTINCT FROM" : "NOT")),
		"Column \"%s\" of %s takes nulls from now on; a rollback brings NOT NULL back as a "
		"CHECK that is NOT VALID.",
		drop->column, table);
}

/* Appends the step by which a column of the table takes nulls, if it does not. */
void
zdm_plan_relax_null(ZdmPlan *plan, char *column)
{
	ZdmDrop drop = {.column = column};

	plan_relax_not_null(plan, &drop, plan->rel, zdm_drop_attribute(plan->rel, column));
}

/*
 * With a reverse expression, takes the default away: a value that is there must
 * come from somebody who knows the column.
 */
static void
plan_drop_default(ZdmPlan *plan, ZdmDrop *drop, Relation rel, Form_pg_attribute att)
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

/* Appends what relaxes one table of the tree. */
void
zdm_plan_relax(ZdmPlan *plan, ZdmDrop *drop, Relation rel)
{
	Form_pg_attribute att = zdm_drop_attribute(rel, drop->column);

	if (att->attgenerated)
		return;
	plan_relax_not_null(plan, drop, rel, att);
	plan_relax_checks(plan, drop, rel, att);
	plan_drop_default(plan, drop, rel, att);
}

/* Says that nobody has looked at the rows that were there when a constraint came back. */
static void
notice_constraint(const char *table, const char *constraint, const char *then)
{
	ereport(NOTICE, (errmsg("constraint \"%s\" of %s holds for new rows and is not validated",
							constraint, table),
					 errdetail("Rows that were written meanwhile may violate it."),
					 errhint("Correct such rows, then finish with: ALTER TABLE %s VALIDATE "
							 "CONSTRAINT %s;%s",
							 table, quote_identifier(constraint), then)));
}

/* Says which of one table's CHECKs on the column are not valid, and how to make them so. */
static void
notice_checks(Relation rel, AttrNumber attnum)
{
	TupleConstr *constr = RelationGetDescr(rel)->constr;
	const char *table = zdm_qualified_name(RelationGetRelid(rel));

	for (int i = 0; constr && i < constr->num_check; i++)
	{
		ConstrCheck *check = &constr->check[i];

		if (check->ccvalid || !zdm_check_enforced(check) ||
			!bms_is_member(attnum - FirstLowInvalidHeapAttributeNumber,
						   zdm_expression_columns(stringToNode(check->ccbin))) ||
			is_inherited(get_relation_constraint_oid(RelationGetRelid(rel), check->ccname, false)))
			continue;
		notice_constraint(
			table, check->ccname,
			is_not_null_check(check, attnum)
				? psprintf(" ALTER TABLE %s ALTER COLUMN %s SET NOT NULL, DROP CONSTRAINT %s;",
						   table,
						   quote_identifier(get_attname(RelationGetRelid(rel), attnum, false)),
						   quote_identifier(check->ccname))
				: "");
	}
}

/* Says the same of NOT NULL, where it is a constraint. */
static void
notice_not_null(Relation rel, AttrNumber attnum)
{
	Oid constraint = zdm_not_null_constraint(RelationGetRelid(rel), attnum);
	HeapTuple tuple;

	if (!OidIsValid(constraint) || is_inherited(constraint))
		return;
	tuple = zdm_constraint_row(constraint);
	if (!((Form_pg_constraint) GETSTRUCT(tuple))->convalidated)
		notice_constraint(zdm_qualified_name(RelationGetRelid(rel)),
						  NameStr(((Form_pg_constraint) GETSTRUCT(tuple))->conname), "");
	ReleaseSysCache(tuple);
}

/* Says both of a column. */
void
zdm_notice_null(Relation rel, const char *column)
{
	notice_checks(rel, get_attnum(RelationGetRelid(rel), column));
	notice_not_null(rel, get_attnum(RelationGetRelid(rel), column));
}

/* See ZdmChangeKind: constraints that were relaxed are back, but nobody has looked at the rows. */
void
zdm_notice_not_valid(const ZdmMigration *m)
{
	char *column = zdm_json_string(m->arguments, "column_name");
	ZdmTree tree = zdm_tree(m->relation);

	if (!SearchSysCacheExists1(RELOID, ObjectIdGetDatum(m->relation)))
		return;
	while (zdm_tree_next(&tree))
		zdm_notice_null(tree.rel, column);
}
