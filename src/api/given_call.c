/*
 * given_call.c
 *		Calls of expand functions that are given as text.
 */
#include "postgres.h"

#include "executor/spi.h"
#include "nodes/parsenodes.h"
#include "parser/parser.h"

#include "api/given_call.h"
#include "base/expression.h"
#include "change/change.h"

/* A call may be given bare, or as the SELECT that stands in a migration file. */
static RawParseMode
call_parse_mode(const char *call)
{
	call += strspn(call, " \t\r\n");
	return pg_strncasecmp(call, "select", 6) == 0 ? RAW_PARSE_DEFAULT : RAW_PARSE_PLPGSQL_EXPR;
}

/* Returns the function call that a statement consists of; NULL if it is anything else. */
static FuncCall *
sole_call(Node *statement)
{
	SelectStmt *select;
	Node *value;

	if (statement == NULL || !IsA(statement, SelectStmt))
		return NULL;
	select = (SelectStmt *) statement;
	if (list_length(select->targetList) != 1 || select->fromClause || select->whereClause ||
		select->intoClause || select->groupClause || select->havingClause || select->limitCount ||
		select->limitOffset || select->lockingClause || select->withClause ||
		select->distinctClause || select->sortClause || select->windowClause ||
		select->op != SETOP_NONE)
		return NULL;
	value = linitial_node(ResTarget, select->targetList)->val;
	return value && IsA(value, FuncCall) ? (FuncCall *) value : NULL;
}

/* Refuses anything but one call of one of zdm's expand functions. */
void
zdm_given_call_check(const char *call)
{
	ErrorContextCallback callback;
	List *parsed;
	FuncCall *function = NULL;

	zdm_expression_enter(&callback, call);
	parsed = raw_parser(call, call_parse_mode(call));
	zdm_expression_leave(&callback);

	if (list_length(parsed) == 1)
		function = sole_call(linitial_node(RawStmt, parsed)->stmt);
	if (function == NULL || list_length(function->funcname) != 2 ||
		strcmp(strVal(linitial(function->funcname)), "zdm") != 0 ||
		zdm_change_kind_of_function(strVal(lsecond(function->funcname))) == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR), errmsg("not a call that zdm could plan: %s", call),
				 errhint("Give one call as text: "
						 "zdm.plan($$zdm.expand_rename('tbl', 'old', 'new')$$).")));
}

/* Evaluates a call, as the current user. */
void
zdm_given_call_run(const char *call)
{
	SPIPrepareOptions options = {.parseMode = call_parse_mode(call)};
	SPIPlanPtr plan;

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	plan = SPI_prepare_extended(call, &options);
	if (plan == NULL || SPI_execute_plan(plan, NULL, NULL, false, 1) != SPI_OK_SELECT)
		elog(ERROR, "could not evaluate \"%s\"", call);
	SPI_finish();
}
