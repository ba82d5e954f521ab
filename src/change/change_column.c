/*
 * change_column.c
 *		expand_add_column: a column that the old application does not know.
 *
 * A default that does not change from row to row needs no backfill: the server
 * keeps it beside the table (manual, ALTER TABLE, notes).  An expression over
 * the row, or a volatile default, is computed by the sync trigger for every
 * write and by the backfill for the rows that were there before.
 *
 * NOT NULL holds from expand on, and is validated once the backfill is through.  Only with
 * on_error => 'null' it can't, because rows may be left without a value; then contract makes sure
 * that there are none.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/sysattr.h"
#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "fill/compare.h"
#include "miscadmin.h"
#include "nodes/bitmapset.h"
#include "optimizer/optimizer.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/regproc.h"
#include "utils/ruleutils.h"
#include "utils/typcache.h"
#include "utils/varlena.h"

#include "base/compat.h"
#include "base/domain.h"
#include "base/expression.h"
#include "base/json.h"
#include "base/names.h"
#include "base/owner.h"
#include "base/query.h"
#include "base/transaction.h"
#include "change/change.h"
#include "change/constraint.h"
#include "change/index_definition.h"
#include "change/plan_sync.h"
#include "change/sample.h"
#include "sync/given_default.h"

/* What the arguments of the call come to. */
typedef struct NewColumn
{
	char *name;
	Oid type;
	int32 typmod;
	char *type_text;     /* with its collation, if one was asked for */
	char *default_text;  /* canonical; NULL: none */
	bool default_moving; /* volatile: differs from row to row */
	Node *expression;    /* what forward is the text of */
	char *forward;       /* canonical; NULL: nothing to fill */
	List *sources;       /* of char *: the columns that forward reads */
	char *generated;     /* canonical; NULL: not a generated column */
	char *comment;       /* NULL: none */
	bool not_null;
	bool index;         /* one on it is wanted */
	bool null_on_error; /* a row whose expression fails gets a NULL */
} NewColumn;

/* add_<table>_<column> */
static char *
derive_name(Relation rel, Jsonb *arguments)
{
	char *column = zdm_json_string(arguments, "column_name");

	return psprintf("add_%s_%s", RelationGetRelationName(rel), column ? column : "");
}

/* Reads the type; refuses one that the server would rewrite the table for. */
static void
read_type(NewColumn *column, const char *text)
{
	zdm_parse_type(text, &column->type, &column->typmod);
	column->type_text = zdm_qualified_type(column->type, column->typmod);
	if (zdm_domain_has_constraints(column->type))
		ereport(
			ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg("cannot add a column of domain %s under traffic", format_type_be(column->type)),
			 errdetail("The domain has constraints, and the server would rewrite the table to "
					   "check them."),
			 errhint("Add the column as %s.", format_type_be(getBaseType(column->type)))));
}

/* Reads the collation: its bare name, or one as in a COLLATE clause, with quotes and schema. */
static void
read_collation(NewColumn *column, const char *text)
{
	Oid collation;
	int level;

	if (text == NULL)
		return;
	collation = get_collation_oid(list_make1(makeString(pstrdup(text))), true);
	if (!OidIsValid(collation))
		collation = get_collation_oid(textToQualifiedNameList(cstring_to_text(text)), false);
	if (!OidIsValid(get_typcollation(column->type)))
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("collations are not supported by type %s", format_type_be(column->type)),
				 errhint("Leave collation out.")));
	level = zdm_pin_search_path();
	column->type_text =
		psprintf("%s COLLATE %s", column->type_text, generate_collation_name(collation));
	AtEOXact_GUC(false, level);
}

/* Reads what is to happen to rows whose expression fails. */
static void
read_on_error(NewColumn *column, const char *text)
{
	if (text == NULL || strcmp(text, "reject") == 0)
		return;
	if (strcmp(text, "null") != 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("on_error must not be \"%s\"", text),
						errhint("It is 'reject' or 'null'.")));
	column->null_on_error = true;
}

/*
 * Reads the expression of a generated column.  A stored one can only be added by
 * rewriting the table (tablecmds.c, ATExecAddColumn), and a trigger that stands
 * for it would have to stay for ever and fail at the next rename of a column.
 */
static void
read_generated(ZdmPlan *plan, NewColumn *column, const char *text)
{
	Node *expr;

	if (text == NULL)
		return;
	if (!ZDM_HAS_VIRTUAL_COLUMNS)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("cannot add generated column \"%s\" under traffic", column->name),
				 errdetail("This server knows stored generated columns only, and rewrites the "
						   "table to add one; virtual ones came with PostgreSQL 18."),
				 errhint("Give the expression as backfill: zdm keeps the column in step with it "
						 "until contract. From then on the application, or a trigger of yours, "
						 "has to.")));
	if (column->forward || column->default_text || column->null_on_error)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("generated excludes backfill, default_value and on_error"),
						errdetail("The server computes the column whenever it is read.")));
	if (column->not_null)
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("cannot add a generated column that is NOT NULL under traffic"),
						errdetail("The server would look at all rows under a strong lock."),
						errhint("Leave not_null out, and add the constraint afterwards: "
								"zdm.expand_not_null().")));
	expr = zdm_expression_parse_type(plan->rel, text, column->type, column->typmod, "generated");
	if (contain_mutable_functions(expr))
		ereport(ERROR, (errcode(ERRCODE_INVALID_OBJECT_DEFINITION),
						errmsg("generation expression is not immutable"),
						errhint("Give the expression as backfill.")));
	if (column->index)
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("virtual generated columns cannot be indexed"),
						errhint("Index the expression: zdm.expand_index().")));
	column->generated = zdm_expression_canonical(plan->rel, expr);
	column->sources = zdm_expression_column_names(plan->rel, expr);
}

/* Reads and checks the arguments of the call. */
static void
read_arguments(ZdmPlan *plan, Jsonb *arguments, NewColumn *column)
{
	char *fill = zdm_json_string(arguments, "backfill");
	char *default_value = zdm_json_string(arguments, "default_value");
	Node *expr;

	memset(column, 0, sizeof(*column));
	column->name = zdm_plan_argument(plan, arguments, "column_name");
	zdm_check_name("column_name", column->name);
	zdm_plan_check_column_free(plan, column->name);
	read_type(column, zdm_plan_argument(plan, arguments, "data_type"));
	read_collation(column, zdm_json_string(arguments, "collation"));
	column->comment = zdm_json_string(arguments, "comment");
	column->not_null = zdm_json_bool(arguments, "not_null", false);
	column->index = zdm_json_bool(arguments, "index", false);

	if (default_value)
	{
		expr = zdm_expression_parse_type(plan->rel, default_value, column->type, column->typmod,
										 "default_value");
		if (!bms_is_empty(zdm_expression_columns(expr)))
			ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
							errmsg("default_value must not refer to columns"),
							errhint("Give an expression over the row as backfill.")));
		column->default_text = zdm_expression_canonical(plan->rel, expr);
		column->default_moving = zdm_expression_is_volatile(expr);
		if (column->default_moving)
		{
			column->forward = column->default_text;
			column->expression = expr;
		}
	}
	if (fill)
	{
		expr = zdm_expression_parse_type(plan->rel, fill, column->type, column->typmod, "backfill");
		column->forward = zdm_expression_canonical(plan->rel, expr);
		column->expression = expr;
		column->sources = zdm_expression_column_names(plan->rel, expr);
	}
	read_on_error(column, zdm_json_string(arguments, "on_error"));
	read_generated(plan, column, zdm_json_string(arguments, "generated"));
	if (column->not_null && !column->forward && !column->default_text)
		ereport(ERROR, (errcode(ERRCODE_NOT_NULL_VIOLATION),
						errmsg("column \"%s\" cannot be NOT NULL without a value for the rows that "
							   "are there",
							   column->name),
						errhint("Give a default_value, or a backfill expression.")));
}

/* A default that the server keeps beside the table, or none: ready at once. */
static void
plan_without_backfill(ZdmPlan *plan, const NewColumn *column)
{
	const char *name = quote_identifier(column->name);
	StringInfoData command;

	initStringInfo(&command);
	appendStringInfo(&command, "ALTER TABLE %s ADD COLUMN %s %s", plan->table, name,
					 column->type_text);
	if (column->default_text)
		appendStringInfo(&command, " DEFAULT %s", column->default_text);
	if (column->generated)
		appendStringInfo(&command, " GENERATED ALWAYS AS (%s) VIRTUAL", column->generated);
	if (column->not_null)
		appendStringInfoString(&command, " NOT NULL");
	zdm_plan_step(plan, ZDM_PHASE_EXPAND, ZDM_RUNS_CALLER, AccessExclusiveLock, command.data,
				  psprintf("ALTER TABLE %s DROP COLUMN IF EXISTS %s", plan->table, name));
}

/* The comment goes with the column. */
static void
plan_comment(ZdmPlan *plan, const NewColumn *column)
{
	if (column->comment)
		zdm_plan_step(plan, ZDM_PHASE_EXPAND, ZDM_RUNS_CALLER, NoLock,
					  psprintf("COMMENT ON COLUMN %s.%s IS %s", plan->table,
							   quote_identifier(column->name), quote_literal_cstr(column->comment)),
					  NULL);
}

/*
 * The index on the column, built concurrently once the column is filled: rows that
 * get their value in place need no index entry as long as there is none.
 */
static void
plan_index(ZdmPlan *plan, const NewColumn *column)
{
	ZdmIndexDefinition definition = {0};

	if (!column->index)
		return;
	definition.addition = column->name;
	definition.tail = psprintf("USING btree (%s)", quote_identifier(column->name));
	zdm_plan_index(plan, ZDM_PHASE_VALIDATE, &definition);
}

/*
 * Says what becomes of rows for which the expression fails, or gives null where
 * there must be none, if either can be: only functions that the server calls
 * leakproof never raise an error on account of a value.
 */
static void
note_failures(ZdmPlan *plan, const NewColumn *column, ZdmStep *step)
{
	bool gives_null = false;
	ErrorData *error = NULL;

	if (column->sources == NIL ||
		!(column->not_null || zdm_expression_can_fail(column->expression)))
		return;
	if (plan->try_rows && !zdm_expression_is_volatile(column->expression))
		error = zdm_sample_expression(plan, column->forward, &gives_null);
	if (error)
		zdm_step_note(step, "The expression fails for a row that is there: %s.", error->message);
	if (column->not_null && gives_null)
		zdm_step_note(step, "The expression gives null for a row that is there.");
	if (column->null_on_error)
		zdm_step_note(step,
					  "A row for which the expression fails has null in \"%s\"%s; zdm.verify() "
					  "lists such rows.",
					  column->name, column->not_null ? " and blocks contract" : "");
	else
		zdm_step_note(step,
					  "A row for which the expression fails%s stops the backfill, and such a write "
					  "of an application that does not know \"%s\" fails; on_error => 'null' "
					  "leaves a null instead.",
					  column->not_null ? " or gives null" : "", column->name);
}

/* Returns the statement that gives a filled column the default that it has until contract. */
static char *
default_sql_until_contract(ZdmPlan *plan, const NewColumn *column)
{
	if (column->default_text == NULL)
		return NULL;
	return psprintf("ALTER TABLE %s ALTER COLUMN %s SET DEFAULT %s", plan->table,
					quote_identifier(column->name),
					zdm_given_default_text(column->type, column->typmod, column->name));
}

/* See ZdmChangeKind. */
static void
plan_add_column(ZdmPlan *plan, Jsonb *arguments)
{
	NewColumn column;
	const char *name;
	ZdmSyncSpec spec = {0};
	ZdmDeed *create_trigger;
	ZdmDeed *drop_trigger;
	char *constraint = NULL;
	char *default_sql;
	ZdmStep *step;

	read_arguments(plan, arguments, &column);
	plan->migration->columns = list_make1(column.name);
	plan->migration->reads_columns = column.sources;
	if (column.forward == NULL)
	{
		if (column.default_text)
			zdm_plan_check_subscription(plan);
		plan_without_backfill(plan, &column);
		plan_comment(plan, &column);
		plan_index(plan, &column);
		return;
	}

	zdm_plan_check_backfill(plan);
	zdm_plan_name_trigger(plan);
	name = quote_identifier(column.name);
	spec.state = ZDM_SYNC_ONE_WAY;
	spec.old_columns = column.sources;
	spec.new_columns = list_make1(column.name);
	spec.forward = list_make1(column.forward);
	spec.defaults = list_make1(column.default_text);
	spec.not_null = column.not_null;
	spec.null_on_error = column.null_on_error;
	zdm_plan_pin_settings(&spec, list_make1(column.expression));
	create_trigger = zdm_deed_sync_trigger(plan, &spec);
	drop_trigger = zdm_deed_drop_trigger(plan);

	/*
	 * No default until contract, not even a domain's: what is there, a new writer has sent.  One
	 * that is declared is for the trigger to give until then.
	 */
	zdm_plan_step(plan, ZDM_PHASE_EXPAND, ZDM_RUNS_CALLER, AccessExclusiveLock,
				  psprintf("ALTER TABLE %s ADD COLUMN %s %s%s", plan->table, name, column.type_text,
						   get_typtype(column.type) == TYPTYPE_DOMAIN ? " DEFAULT NULL" : ""),
				  psprintf("ALTER TABLE %s DROP COLUMN IF EXISTS %s", plan->table, name));
	plan_comment(plan, &column);
	default_sql = default_sql_until_contract(plan, &column);
	if (column.default_text)
		zdm_plan_step(plan, ZDM_PHASE_EXPAND, ZDM_RUNS_CALLER, AccessExclusiveLock, default_sql,
					  NULL);
	step = zdm_plan_deed(plan, ZDM_PHASE_EXPAND, ZDM_RUNS_CALLER, AccessExclusiveLock,
						 create_trigger, drop_trigger);
	zdm_plan_note_settings(step, list_make1(column.expression));
	note_failures(plan, &column, step);
	if (column.not_null && !column.null_on_error)
		zdm_plan_null_refused(plan, column.name, ZDM_PHASE_EXPAND, ZDM_RUNS_CALLER, "",
							  &constraint);
	zdm_plan_backfill(plan, &spec);
	if (!column.not_null)
		zdm_plan_filled(plan, &spec);
	create_trigger = zdm_deed_sync_trigger(plan, &spec);
	if (column.not_null && !column.null_on_error)
		zdm_plan_null_validated(plan, column.name, constraint);
	plan_index(plan, &column);

	zdm_plan_deed(plan, ZDM_PHASE_CONTRACT, ZDM_RUNS_CALLER, AccessExclusiveLock, drop_trigger,
				  create_trigger);
	if (column.default_text)
		zdm_plan_step(plan, ZDM_PHASE_CONTRACT, ZDM_RUNS_CALLER, AccessExclusiveLock,
					  psprintf("ALTER TABLE %s ALTER COLUMN %s SET DEFAULT %s", plan->table, name,
							   column.default_text),
					  default_sql);
	if (column.not_null && column.null_on_error)
		zdm_plan_null_late(plan, column.name);
}

/* See ZdmChangeKind: no contract while a row lacks a value that it must have. */
static void
check_contract(ZdmMigration *m)
{
	char *on_error = zdm_json_string(m->arguments, "on_error");
	char *examples;
	int64 mismatches;

	if (m->trigger_name == NULL || on_error == NULL || strcmp(on_error, "null") != 0 ||
		!zdm_json_bool(m->arguments, "not_null", false))
		return;
	mismatches = zdm_compare_rows(m, &examples);
	if (mismatches > 0)
		ereport(ERROR, (errcode(ERRCODE_NOT_NULL_VIOLATION),
						errmsg("cannot contract migration \"%s\": the new column has no value in "
							   "some rows, " INT64_FORMAT " in all",
							   m->name, mismatches),
						errdetail("Some of them: %s.", examples),
						errhint("Give them one, or correct what the expression fails for. SELECT * "
								"FROM zdm.verify(%s) counts them again.",
								quote_literal_cstr(m->name))));
}

const ZdmChangeKind zdm_change_add_column = {.name = "add_column",
											 .derive_name = derive_name,
											 .plan = plan_add_column,
											 .check_contract = check_contract};
