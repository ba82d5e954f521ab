/*
 * change_type.c
 *		expand_change_type: a column of another type under the same name; and
 *		expand_transform: any set of columns into any other.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/primnodes.h"
#include "optimizer/optimizer.h"
#include "parser/parse_coerce.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/typcache.h"

#include "base/compat.h"
#include "base/domain.h"
#include "base/expression.h"
#include "base/json.h"
#include "base/lock.h"
#include "base/names.h"
#include "change/carry.h"
#include "change/carry_over.h"
#include "change/catalog_changes.h"
#include "change/dependents.h"
#include "change/lossless.h"
#include "change/references.h"
#include "change/sample.h"
#include "change/stored_view.h"
#include "change/swap.h"

/* change_type_<table>_<column> */
static char *
derive_type_name(Relation rel, Jsonb *arguments)
{
	char *column = zdm_json_string(arguments, "column_name");

	return psprintf("change_type_%s_%s", RelationGetRelationName(rel), column ? column : "");
}

/* Reads a type; refuses one that ADD COLUMN would rewrite the table for. */
static void
read_type(const char *text, Oid *type, int32 *typmod)
{
	zdm_parse_type(text, type, typmod);
	if (get_typtype(*type) == TYPTYPE_PSEUDO)
		ereport(ERROR, (errcode(ERRCODE_INVALID_TABLE_DEFINITION),
						errmsg("a column cannot have pseudo-type %s", format_type_be(*type)),
						errhint("Name a type that values can have.")));
	if (zdm_domain_has_constraints(*type))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("cannot add a column of domain %s under traffic", format_type_be(*type)),
				 errdetail("The domain has constraints, and the server would rewrite the table to "
						   "check them."),
				 errhint("Change the column to %s.", format_type_be(getBaseType(*type)))));
}

/*
 * Tells whether ALTER TABLE ... TYPE would only change the catalog: the cast from the
 * old to the new type does nothing to a value (tablecmds.c,
 * ATColumnChangeRequiresRewrite), and no index has to be built anew, which text and
 * varchar share (CheckIndexCompatible) and two lengths of one type.
 */
static bool
is_catalog_change(Form_pg_attribute att, Oid type, int32 typmod)
{
	Node *expr =
		(Node *) makeVar(1, att->attnum, att->atttypid, att->atttypmod, att->attcollation, 0);

	if (att->atttypid != type && !((att->atttypid == VARCHAROID && type == TEXTOID) ||
								   (att->atttypid == TEXTOID && type == VARCHAROID)))
		return false;
	expr = coerce_to_target_type(NULL, expr, att->atttypid, type, typmod, COERCION_ASSIGNMENT,
								 COERCE_IMPLICIT_CAST, -1);
	if (expr == NULL)
		return false;
	expr = eval_const_expressions(NULL, expr);
	while (IsA(expr, RelabelType))
		expr = (Node *) ((RelabelType *) expr)->arg;
	return IsA(expr, Var);
}

/* What the server does in no time itself: one step, at once, good for both applications. */
static void
plan_catalog_change(ZdmPlan *plan, Form_pg_attribute att, Oid type, int32 typmod, Oid collation)
{
	char *column = pstrdup(NameStr(att->attname));
	ZdmDeed *command =
		zdm_deed_sql(psprintf("ALTER TABLE %s ALTER COLUMN %s TYPE %s", plan->table,
							  quote_identifier(column), zdm_qualified_type(type, typmod)));
	ZdmNewColumn new = {.type = type, .typmod = typmod, .collation = collation};
	bool is_used;
	ZdmStep *step;

	plan->migration->columns = list_make1(column);
	plan->migration->also_locks = NIL;
	is_used = zdm_carry_over_find(plan, list_make1_int(att->attnum), true, false);
	if (is_used)
	{
		zdm_carry_over_try(plan, list_make1_int(att->attnum), list_make1(&new), true);
		command = zdm_deed_series(
			list_make3(zdm_deed_carry_prepare(plan->table, list_make1(column), false, NIL), command,
					   zdm_deed_carry_over(plan->table, list_make1(column), list_make1(column))));
	}
	step =
		zdm_plan_deed(plan, ZDM_PHASE_EXPAND, ZDM_RUNS_CALLER, AccessExclusiveLock, command, NULL);
	zdm_step_also_lock(step, plan->carried);
	zdm_step_note(step,
				  "The server changes this type without touching a row. A rollback leaves the "
				  "wider type in place: it takes every value that the old one takes.");
}

/* Reads "reverse" of a change of type; the default is the assignment cast back, or any cast. */
static Node *
type_reverse(ZdmSwap *swap, ZdmOldColumn *old, const char *text)
{
	ZdmNewColumn *new = zdm_swap_replacement(swap, old);

	if (text == NULL)
	{
		text = quote_identifier(new->name);
		if (!can_coerce_type(1, &new->type, &old->att->atttypid, COERCION_ASSIGNMENT))
			text = psprintf("CAST(%s AS %s)", text,
							zdm_qualified_type(old->att->atttypid, old->att->atttypmod));
	}
	return zdm_expression_parse_row(zdm_swap_row(swap), text, old->att->atttypid,
									old->att->atttypmod, "reverse");
}

/* Returns the collation of the new column: the old one's, where its type can have one. */
static Oid
carried_collation(Form_pg_attribute att, Oid type)
{
	if (!type_is_collatable(type))
		return InvalidOid;
	if (OidIsValid(att->attcollation) && att->attcollation != get_typcollation(att->atttypid))
		return att->attcollation;
	return get_typcollation(type);
}

/* Refuses a cast that the server does not have, with what helps. */
static void
check_cast(Form_pg_attribute att, Oid type)
{
	if (!can_coerce_type(1, &att->atttypid, &type, COERCION_ASSIGNMENT))
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("column \"%s\" cannot be cast automatically to type %s",
						NameStr(att->attname), format_type_be(type)),
				 errhint("Say how: forward => '...' makes a new value out of the row, reverse => "
						 "'...' an old one.")));
}

/* Adds a column and the one of another type that takes its place. */
static void
add_pair(ZdmSwap *swap, char *name, Oid type, int32 typmod, const char *forward)
{
	ZdmNewColumn *new = palloc0(sizeof(ZdmNewColumn));
	Form_pg_attribute att;

	zdm_swap_add_old(swap, name);
	att = ((ZdmOldColumn *) llast(swap->old))->att;
	if (forward == NULL)
		check_cast(att, type);
	new->name = name;
	new->type = type;
	new->typmod = typmod;
	new->collation = carried_collation(att, type);
	new->not_null = att->attnotnull;
	zdm_swap_add_new(swap, new, forward ? forward : quote_identifier(name));
}

/* Appends the steps of a change for which rows have to be written: one column, or several. */
static void
plan_pairs(ZdmPlan *plan, List *columns, Oid type, int32 typmod, const char *forward,
		   const char *reverse)
{
	ZdmSwap swap = {.plan = plan, .replaces = true, .plain_forward = forward == NULL};
	bool plain = forward == NULL && reverse == NULL;
	StringInfoData names;
	ListCell *lc;

	initStringInfo(&names);
	swap.same_value = plain && zdm_is_integer(type);
	foreach (lc, columns)
		add_pair(&swap, lfirst(lc), type, typmod, forward);
	foreach (lc, swap.old)
	{
		ZdmOldColumn *old = lfirst(lc);
		Form_pg_attribute att = old->att;

		swap.same_value &= zdm_is_integer(att->atttypid);
		if (plain && !zdm_cast_is_lossless(att->atttypid, att->atttypmod, type, typmod))
			swap.may_lose =
				psprintf("%s to %s", format_type_with_typemod(att->atttypid, att->atttypmod),
						 format_type_with_typemod(type, typmod));
		swap.reverse = lappend(swap.reverse, type_reverse(&swap, old, reverse));
		appendStringInfo(&names, "%s\"%s\"", names.len > 0 ? ", " : "", old->name);
	}
	if (!swap.same_value)
		zdm_computed_add(&swap);
	for (int i = list_length(columns); i < list_length(swap.old); i++)
		appendStringInfo(&names, ", \"%s\"", ((ZdmOldColumn *) list_nth(swap.old, i))->name);
	zdm_swap_plan(&swap);
	zdm_sample_note(&swap, linitial(plan->steps));
	if (zdm_changes_along(plan->migration))
		zdm_step_note(linitial(plan->steps), "Migration \"%s\" changes %s of %s.",
					  plan->migration->name, names.data, plan->table);
	else
		zdm_note_references(linitial(plan->steps), plan->rel,
							((ZdmOldColumn *) linitial(swap.old))->att->attnum, type);
	if (list_length(swap.old) == 1)
		zdm_step_note(linitial(plan->steps),
					  "From contract on %s is the last column of its table: an INSERT without a "
					  "column list and SELECT * see that.",
					  names.data);
	else
		zdm_step_note(
			linitial(plan->steps),
			"From contract on %s are the last columns of their table: an INSERT without a "
			"column list and SELECT * see that.",
			names.data);
}

/* See ZdmChangeKind. */
static void
plan_change_type(ZdmPlan *plan, Jsonb *arguments)
{
	char *name = zdm_plan_argument(plan, arguments, "column_name");
	char *forward = zdm_json_string(arguments, "forward");
	char *reverse = zdm_json_string(arguments, "reverse");
	List *columns = zdm_referencing_columns(plan->rel, arguments);
	Form_pg_attribute att =
		TupleDescAttr(RelationGetDescr(plan->rel), zdm_find_column(plan->rel, name) - 1);
	char *stored = NULL;
	bool at_once;
	Oid type;
	int32 typmod;

	read_type(zdm_plan_argument(plan, arguments, "new_type"), &type, &typmod);
	if (forward == NULL && att->atttypid == type && att->atttypmod == typmod)
	{
		ereport(NOTICE,
				(errmsg("column \"%s\" of \"%s\" is of type %s already, nothing to do", name,
						RelationGetRelationName(plan->rel), zdm_qualified_type(type, typmod))));
		return;
	}
	at_once = columns == NIL && forward == NULL && reverse == NULL &&
			  is_catalog_change(att, type, typmod);
	if (at_once)
		stored = zdm_stored_user(plan, list_make1_int(att->attnum));
	if (at_once && stored == NULL)
	{
		ZdmSwap swap = {.plan = plan, .replaces = true};

		zdm_swap_add_old(&swap, name); /* refuses what can't be changed */
		plan_catalog_change(plan, att, type, typmod, carried_collation(att, type));
		return;
	}
	plan_pairs(plan, columns != NIL ? columns : list_make1(name), type, typmod, forward, reverse);
	if (stored)
		zdm_step_note(linitial(plan->steps),
					  "The server would change this type without touching a row, but not that of "
					  "materialized view %s: so there is another column, and another view.",
					  stored);
}

/* transform_<table>_<old columns>_to_<new columns> */
static char *
derive_transform_name(Relation rel, Jsonb *arguments)
{
	StringInfoData buf;
	ListCell *lc;

	initStringInfo(&buf);
	appendStringInfo(&buf, "transform_%s", RelationGetRelationName(rel));
	foreach (lc, zdm_json_list(arguments, "old_columns"))
		appendStringInfo(&buf, "_%s", lfirst(lc) ? (char *) lfirst(lc) : "");
	appendStringInfoString(&buf, "_to");
	foreach (lc, zdm_json_keys(zdm_json_object(arguments, "new_columns")))
		appendStringInfo(&buf, "_%s", (char *) lfirst(lc));
	return buf.data;
}

/* Reads one member of new_columns: {"type", "forward", "not_null", "default"}. */
static void
read_new_column(ZdmSwap *swap, char *name, Jsonb *spec)
{
	ZdmNewColumn *new = palloc0(sizeof(ZdmNewColumn));
	static const char *const known[] = {"type", "forward", "not_null", "default"};
	char *type = spec ? zdm_json_string(spec, "type") : NULL;
	char *forward = spec ? zdm_json_string(spec, "forward") : NULL;
	char *default_value = spec ? zdm_json_string(spec, "default") : NULL;
	ListCell *lc;

	foreach (lc, zdm_json_keys(spec))
	{
		bool is_known = false;

		for (int i = 0; i < lengthof(known); i++)
			is_known |= strcmp(known[i], lfirst(lc)) == 0;
		if (!is_known)
			type = NULL;
	}
	if (type == NULL || forward == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("new column \"%s\" wants a type and a forward expression", name),
				 errhint("Write {\"%s\": {\"type\": \"text\", \"forward\": \"...\"}}; \"not_null\" "
						 "and \"default\" may be given, too.",
						 name)));
	new->name = name;
	read_type(type, &new->type, &new->typmod);
	new->collation = get_typcollation(new->type);
	new->not_null = zdm_json_bool(spec, "not_null", false);
	if (default_value)
		new->default_text = zdm_expression_canonical(
			swap->plan->rel, zdm_expression_parse_type(swap->plan->rel, default_value, new->type,
													   new->typmod, "default"));
	zdm_swap_add_new(swap, new, forward);
}

/* Reads reverse: an expression for each old column. */
static void
read_reverse(ZdmSwap *swap, Jsonb *reverse)
{
	List *keys = zdm_json_keys(reverse);
	ListCell *lc;

	foreach (lc, swap->old)
	{
		ZdmOldColumn *old = lfirst(lc);
		char *text = zdm_json_string(reverse, old->name);

		if (text == NULL)
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("reverse does not say how to make old column \"%s\"", old->name),
					 errhint("Write {\"%s\": \"expression over the new columns\", ...}, or leave "
							 "reverse out: then nothing flows back.",
							 old->name)));
		swap->reverse = lappend(
			swap->reverse, zdm_expression_parse_row(zdm_swap_row(swap), text, old->att->atttypid,
													old->att->atttypmod, "reverse"));
	}
	if (list_length(keys) != list_length(swap->old))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("reverse has an expression for a column that is not an old one"),
						errhint("Name just the columns that old_columns lists.")));
}

/*
 * Notes when writers that leave the old columns to their defaults would have to begin to
 * name the new ones: what they omit after contract is NULL, and the old schema may not
 * take what the reverse makes of that.
 */
static void
note_missing_defaults(ZdmSwap *swap, ZdmStep *step)
{
	bool old_default = false;
	StringInfoData names;
	ListCell *lc;

	foreach (lc, swap->old)
		old_default |= ((ZdmOldColumn *) lfirst(lc))->att->atthasdef;
	initStringInfo(&names);
	foreach (lc, swap->new)
	{
		ZdmNewColumn *new = lfirst(lc);

		if (new->default_text == NULL)
			appendStringInfo(&names, "%s\"%s\"", names.len > 0 ? ", " : "", new->name);
	}
	if (old_default && names.len > 0)
		zdm_step_note(step,
					  "An old column has a default, these new ones have none: %s. After contract "
					  "an INSERT that omits them stores NULL; give them a \"default\" if "
					  "writers do so.",
					  names.data);
}

/* Notes what goes along with a name that will mean something else. */
static void
note_other_meaning(ZdmSwap *swap, ZdmStep *step)
{
	List *successors;
	List *attnums = zdm_column_numbers(zdm_swap_taken_over(swap, &successors));
	StringInfoData unknown;
	StringInfoData names;
	ListCell *lc;

	initStringInfo(&unknown);
	initStringInfo(&names);
	foreach (lc, zdm_carried_collect(RelationGetRelid(swap->plan->rel), attnums, &unknown))
	{
		ZdmCarried *carried = lfirst(lc);

		appendStringInfo(&names, "%s%s %s", names.len > 0 ? ", " : "", carried->class->name,
						 carried->identity);
	}
	if (names.len > 0)
		zdm_step_note(step,
					  "These use a column whose name stays, and from contract on mean the new one "
					  "by it: %s.",
					  names.data);
}

/* See ZdmChangeKind. */
static void
plan_transform(ZdmPlan *plan, Jsonb *arguments)
{
	Jsonb *new_columns = zdm_json_object(arguments, "new_columns");
	Jsonb *reverse = zdm_json_object(arguments, "reverse");
	ZdmSwap swap = {.plan = plan};
	ListCell *lc;

	foreach (lc, zdm_json_list(arguments, "old_columns"))
		zdm_swap_add_old(&swap, lfirst(lc));
	foreach (lc, zdm_json_keys(new_columns))
		read_new_column(&swap, lfirst(lc), zdm_json_object(new_columns, lfirst(lc)));
	if (swap.old == NIL || swap.new == NIL)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("old_columns and new_columns must not be empty"),
						errhint("For a column that is made from nothing there is "
								"zdm.expand_add_column(), for one that goes "
								"zdm.expand_drop_column().")));
	if (reverse)
		read_reverse(&swap, reverse);
	zdm_swap_plan(&swap);
	zdm_sample_note(&swap, linitial(plan->steps));
	note_other_meaning(&swap, linitial(plan->steps));
	note_missing_defaults(&swap, linitial(plan->steps));
	if (!reverse)
		zdm_step_note(linitial(plan->steps),
					  "Nothing flows back: what the new application writes, the old one does not "
					  "see, and rows written after contract keep it from going back.");
}

const ZdmChangeKind zdm_change_type = {.name = "change_type",
									   .stays_synced = true,
									   .hides_parts = true,
									   .trusts_sync = true,
									   .reopened = zdm_note_unvalidated,
									   .derive_name = derive_type_name,
									   .members = zdm_reference_members,
									   .plan = plan_change_type};
const ZdmChangeKind zdm_change_transform = {.name = "transform",
											.stays_synced = true,
											.hides_parts = true,
											.trusts_sync = true,
											.reopened = zdm_note_unvalidated,
											.derive_name = derive_transform_name,
											.plan = plan_transform};
