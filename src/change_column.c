/*
 * change_column.c
 *		expand_add_column: a column that the old application does not know.
 *
 * A default that does not change from row to row needs no backfill: the server
 * keeps it beside the table (manual, ALTER TABLE, notes).  An expression over
 * the row, or a volatile default, is computed by the sync trigger for every
 * write and by the backfill for the rows that were there before.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_type.h"
#include "nodes/bitmapset.h"
#include "parser/parse_type.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/typcache.h"

#include "change.h"
#include "compat.h"
#include "expression.h"
#include "json.h"
#include "names.h"

/* What the arguments of the call come to. */
typedef struct NewColumn
{
	char *name;
	Oid type;
	int32 typmod;
	char *type_text;
	char *default_text;  /* canonical; NULL: none */
	bool default_moving; /* volatile: differs from row to row */
	char *forward;       /* canonical; NULL: nothing to fill */
	List *sources;       /* of char *: the columns that forward reads */
	bool not_null;
} NewColumn;

/* add_<table>_<column> */
static char *
derive_name(Relation rel, Jsonb *arguments)
{
	char *column = zdm_json_string(arguments, "column_name");

	return psprintf("add_%s_%s", RelationGetRelationName(rel), column ? column : "");
}

/* Lists the names of the columns that an expression reads. */
static List *
column_names(Relation rel, Node *expr)
{
	Bitmapset *columns = zdm_expression_columns(expr);
	List *result = NIL;
	int member = -1;

	while ((member = bms_next_member(columns, member)) >= 0)
	{
		AttrNumber attnum = member + FirstLowInvalidHeapAttributeNumber;

		result = lappend(
			result, pstrdup(NameStr(TupleDescAttr(RelationGetDescr(rel), attnum - 1)->attname)));
	}
	return result;
}

/* Reads the type; refuses one that the server would rewrite the table for. */
static void
read_type(NewColumn *column, const char *text)
{
	parseTypeString(text, &column->type, &column->typmod, 0);
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
	column->not_null = zdm_json_bool(arguments, "not_null", false);

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
			column->forward = column->default_text;
	}
	if (fill)
	{
		expr = zdm_expression_parse_type(plan->rel, fill, column->type, column->typmod, "backfill");
		column->forward = zdm_expression_canonical(plan->rel, expr);
		column->sources = column_names(plan->rel, expr);
	}
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
	if (column->not_null)
		appendStringInfoString(&command, " NOT NULL");
	zdm_plan_step(plan, ZDM_PHASE_EXPAND, ZDM_RUNS_CALLER, AccessExclusiveLock, command.data,
				  psprintf("ALTER TABLE %s DROP COLUMN %s", plan->table, name));
}

/*
 * NOT NULL without a scan under a strong lock: a valid check lets the server
 * skip it (tablecmds.c, NotNullImpliedByRelConstraints).
 */
static void
plan_not_null(ZdmPlan *plan, const NewColumn *column)
{
	const char *name = quote_identifier(column->name);
	const char *check = quote_identifier(
		psprintf("%s_not_null", zdm_clip_name("~zdm_", column->name, strlen("_not_null"))));
	char *drop = psprintf("ALTER TABLE %s DROP CONSTRAINT %s", plan->table, check);

	zdm_plan_step(plan, ZDM_PHASE_VALIDATE, ZDM_RUNS_WORKER, AccessExclusiveLock,
				  psprintf("ALTER TABLE %s ADD CONSTRAINT %s CHECK (%s IS NOT NULL) NOT VALID",
						   plan->table, check, name),
				  NULL);
	zdm_plan_step(plan, ZDM_PHASE_VALIDATE, ZDM_RUNS_WORKER, NoLock,
				  psprintf("ALTER TABLE %s VALIDATE CONSTRAINT %s", plan->table, check), NULL);
	zdm_plan_step(
		plan, ZDM_PHASE_VALIDATE, ZDM_RUNS_WORKER, AccessExclusiveLock,
		psprintf("ALTER TABLE %s ALTER COLUMN %s SET NOT NULL;\n%s", plan->table, name, drop),
		NULL);
}

/* See ZdmChangeKind. */
static void
plan_add_column(ZdmPlan *plan, Jsonb *arguments)
{
	NewColumn column;
	const char *name;
	ZdmSyncSpec spec = {0};
	char *create_trigger;
	char *drop_trigger;

	read_arguments(plan, arguments, &column);
	plan->migration->columns = list_make1(column.name);
	plan->migration->reads_columns = column.sources;
	if (column.forward == NULL)
	{
		plan_without_backfill(plan, &column);
		return;
	}

	zdm_plan_check_backfill(plan);
	zdm_plan_name_trigger(plan);
	name = quote_identifier(column.name);
	spec.old_columns = column.sources;
	spec.new_columns = list_make1(column.name);
	spec.forward = list_make1(column.forward);
	spec.not_null = column.not_null;
	create_trigger = zdm_plan_trigger_sql(plan, &spec);
	drop_trigger = zdm_plan_drop_trigger_sql(plan);

	/* No default until contract, not even a domain's: what is there, a new writer has sent. */
	zdm_plan_step(plan, ZDM_PHASE_EXPAND, ZDM_RUNS_CALLER, AccessExclusiveLock,
				  psprintf("ALTER TABLE %s ADD COLUMN %s %s%s", plan->table, name, column.type_text,
						   get_typtype(column.type) == TYPTYPE_DOMAIN ? " DEFAULT NULL" : ""),
				  psprintf("ALTER TABLE %s DROP COLUMN %s", plan->table, name));
	zdm_plan_step(plan, ZDM_PHASE_EXPAND, ZDM_RUNS_CALLER, AccessExclusiveLock, create_trigger,
				  drop_trigger);
	zdm_plan_backfill(plan, &spec);
	if (column.not_null)
		plan_not_null(plan, &column);

	zdm_plan_step(plan, ZDM_PHASE_CONTRACT, ZDM_RUNS_CALLER, AccessExclusiveLock, drop_trigger,
				  create_trigger);
	if (column.default_text)
		zdm_plan_step(plan, ZDM_PHASE_CONTRACT, ZDM_RUNS_CALLER, AccessExclusiveLock,
					  psprintf("ALTER TABLE %s ALTER COLUMN %s SET DEFAULT %s", plan->table, name,
							   column.default_text),
					  psprintf("ALTER TABLE %s ALTER COLUMN %s DROP DEFAULT", plan->table, name));
}

const ZdmChangeKind zdm_change_add_column = {
	.name = "add_column", .derive_name = derive_name, .plan = plan_add_column};
