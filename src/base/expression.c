/*
 * expression.c
 *		User expressions over a row: parsing, checking, canonical text.
 *
 * An expression is parsed once with the caller's search_path and stored as the
 * server's own deparse functions print it under a pinned one; that text means
 * the same in every session, and pg_dump carries it.
 */
#include "postgres.h"

#include "access/sysattr.h"
#include "access/transam.h"
#include "catalog/pg_proc.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "nodes/plannodes.h"
#include "optimizer/optimizer.h"
#include "parser/parse_coerce.h"
#include "parser/parse_collate.h"
#include "parser/parse_expr.h"
#include "parser/parse_relation.h"
#include "parser/parser.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/ruleutils.h"

#include "base/expression.h"
#include "base/names.h"
#include "base/query.h"
#include "base/resolved.h"

/*
 * Error context: a position in the user's expression must not be taken for one
 * in the SQL that carries it, so the expression goes along as an internal query
 * (spi.c, _SPI_error_callback).
 */
static void
expression_error_callback(void *arg)
{
	int position = geterrposition();

	if (position > 0)
	{
		errposition(0);
		internalerrposition(position);
		internalerrquery((const char *) arg);
	}
	else
		errcontext("expression \"%s\"", (const char *) arg);
}

/* Puts an expression, or a statement, into the error context; zdm_expression_leave() takes it out.
 */
void
zdm_expression_enter(ErrorContextCallback *callback, const char *text)
{
	callback->callback = expression_error_callback;
	callback->arg = unconstify(char *, text);
	callback->previous = error_context_stack;
	error_context_stack = callback;
}

/* Ends what zdm_expression_enter() has begun. */
void
zdm_expression_leave(ErrorContextCallback *callback)
{
	error_context_stack = callback->previous;
}

/*
 * Parses text as one bare expression, by the grammar that PL/pgSQL uses for its
 * own (RAW_PARSE_PLPGSQL_EXPR: a SELECT without the word).  Whatever else that
 * grammar takes is refused.
 */
static Node *
raw_expression(const char *text, const char *argument)
{
	List *parsed = raw_parser(text, RAW_PARSE_PLPGSQL_EXPR);
	SelectStmt *select;
	ResTarget *target;

	select = castNode(SelectStmt, linitial_node(RawStmt, parsed)->stmt);
	if (list_length(select->targetList) != 1 || select->distinctClause || select->intoClause ||
		select->fromClause || select->whereClause || select->groupClause || select->havingClause ||
		select->windowClause || select->valuesLists || select->sortClause || select->limitOffset ||
		select->limitCount || select->lockingClause || select->withClause ||
		select->op != SETOP_NONE)
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR), errmsg("%s must be one expression", argument),
				 errdetail("It is \"%s\".", text),
				 errhint("Write it as in a column's DEFAULT or CHECK, without FROM or WHERE.")));
	target = linitial_node(ResTarget, select->targetList);
	if (target->name != NULL || target->indirection != NIL)
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR), errmsg("%s must be one expression", argument),
				 errdetail("It is \"%s\".", text), errhint("Leave out the alias.")));
	return target->val;
}

/* Refuses what can't be computed from one row alone.  desc: NULL, or tells what is generated. */
static void
check_row_expression(TupleDesc desc, ParseState *pstate, Node *expr, const char *argument)
{
	const char *what = NULL;
	Bitmapset *columns;
	int member = -1;

	if (pstate->p_hasSubLinks)
		what = "a subquery";
	else if (pstate->p_hasAggs)
		what = "an aggregate function";
	else if (pstate->p_hasWindowFuncs)
		what = "a window function";
	else if (expression_returns_set(expr))
		what = "a set-returning function";
	if (what)
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("%s must not use %s", argument, what),
						errhint("It is computed for each row from that row's own columns.")));

	columns = zdm_expression_columns(expr);
	while ((member = bms_next_member(columns, member)) >= 0)
	{
		AttrNumber attnum = member + FirstLowInvalidHeapAttributeNumber;

		if (attnum == 0)
			ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
							errmsg("%s must not use the whole row", argument),
							errhint("Name the columns that it needs.")));
		if (attnum < 0)
			ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
							errmsg("%s must not use a system column", argument),
							errhint("Its value is not known before the row is written.")));
		if (desc && TupleDescAttr(desc, attnum - 1)->attgenerated)
			ereport(ERROR,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("%s must not use generated column \"%s\"", argument,
							NameStr(TupleDescAttr(desc, attnum - 1)->attname)),
					 errdetail("A generated column is computed after the sync trigger has run."),
					 errhint("Use the expression that the column is generated from.")));
	}
}

/*
 * Transforms an expression and coerces it to a type (unless it is invalid) as an
 * assignment would, where pstate knows what columns there are.
 */
static Node *
transform_text(ParseState *pstate, TupleDesc desc, const char *text, Oid type, int32 typmod,
			   const char *argument)
{
	Node *expr = transformExpr(pstate, raw_expression(text, argument), EXPR_KIND_OTHER);
	Node *coerced;

	check_row_expression(desc, pstate, expr, argument);
	if (!OidIsValid(type))
	{
		assign_expr_collations(pstate, expr);
		zdm_resolved_note(expr);
		return expr;
	}
	coerced = coerce_to_target_type(pstate, expr, exprType(expr), type, typmod, COERCION_ASSIGNMENT,
									COERCE_IMPLICIT_CAST, -1);
	if (coerced == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_DATATYPE_MISMATCH),
				 errmsg("%s is of type %s and cannot be assigned to type %s", argument,
						format_type_be(exprType(expr)), format_type_with_typemod(type, typmod)),
				 errhint("Add a cast, or an expression that makes one out of the other.")));
	assign_expr_collations(pstate, coerced);
	zdm_resolved_note(coerced);
	return coerced;
}

/*
 * Parses an expression over the rows of rel and coerces it to a type as an
 * assignment would.  `argument` names the parameter in messages.  The tree is
 * allocated in the current memory context; names are looked up along the
 * current search_path.
 */
Node *
zdm_expression_parse_type(Relation rel, const char *text, Oid type, int32 typmod,
						  const char *argument)
{
	ParseState *pstate = make_parsestate(NULL);
	ParseNamespaceItem *item;
	ErrorContextCallback callback;
	Node *coerced;

	zdm_expression_enter(&callback, text);

	item = addRangeTableEntryForRelation(pstate, rel, AccessShareLock, NULL, false, true);
	addNSItemToQuery(pstate, item, false, true, true);
	coerced = transform_text(pstate, RelationGetDescr(rel), text, type, typmod, argument);

	zdm_expression_leave(&callback);
	free_parsestate(pstate);
	return coerced;
}

/* p_pre_columnref_hook: finds a column of the row that is being made up. */
static Node *
find_row_column(ParseState *pstate, ColumnRef *ref)
{
	List *columns = pstate->p_ref_hook_state;
	ListCell *lc;

	if (list_length(ref->fields) != 1 || !IsA(linitial(ref->fields), String))
		return NULL;
	foreach (lc, columns)
	{
		ZdmRowColumn *column = lfirst(lc);

		if (OidIsValid(column->type) && strcmp(column->name, strVal(linitial(ref->fields))) == 0)
			return (Node *) makeVar(1, foreach_current_index(lc) + 1, column->type, column->typmod,
									column->collation, 0);
	}
	return NULL;
}

/*
 * Like zdm_expression_parse_type(), over rows that no table has yet: `columns` lists
 * ZdmRowColumn; one without a type can't be used.
 */
Node *
zdm_expression_parse_row(List *columns, const char *text, Oid type, int32 typmod,
						 const char *argument)
{
	ParseState *pstate = make_parsestate(NULL);
	ErrorContextCallback callback;
	Node *coerced;

	zdm_expression_enter(&callback, text);
	pstate->p_pre_columnref_hook = find_row_column;
	pstate->p_ref_hook_state = columns;
	coerced = transform_text(pstate, NULL, text, type, typmod, argument);
	zdm_expression_leave(&callback);
	free_parsestate(pstate);
	return coerced;
}

/* Parses an expression whose value goes into a column of rel. */
Node *
zdm_expression_parse(Relation rel, const char *text, AttrNumber target, const char *argument)
{
	Form_pg_attribute att = TupleDescAttr(RelationGetDescr(rel), target - 1);

	return zdm_expression_parse_type(rel, text, att->atttypid, att->atttypmod, argument);
}

/* Returns the expression's text as it means the same under every search_path. */
char *
zdm_expression_canonical(Relation rel, Node *expr)
{
	int level = zdm_pin_search_path();
	List *context = deparse_context_for(RelationGetRelationName(rel), RelationGetRelid(rel));
	char *text = deparse_expression(expr, context, false, false);

	zdm_resolved_note(expr);
	AtEOXact_GUC(false, level);
	return text;
}

/*
 * Returns the canonical text of an expression that zdm_expression_parse_row() has
 * made, with the columns under other names: `names` lists char *, one for each.
 * The server deparses by the names of a range table entry; this one belongs to no
 * relation (ruleutils.c, set_relation_column_names).
 */
char *
zdm_expression_canonical_row(List *names, Node *expr)
{
	int level = zdm_pin_search_path();
	PlannedStmt *statement = makeNode(PlannedStmt);
	RangeTblEntry *rte = makeNode(RangeTblEntry);
	List *strings = NIL;
	ListCell *lc;
	char *text;

	foreach (lc, names)
		strings = lappend(strings, makeString(lfirst(lc)));
	rte->rtekind = RTE_VALUES;
	rte->eref = makeAlias("row", strings);
	statement->rtable = list_make1(rte);
	text = deparse_expression(
		expr, deparse_context_for_plan_tree(statement, list_make1(pstrdup("row"))), false, false);
	zdm_resolved_note(expr);
	AtEOXact_GUC(false, level);
	return text;
}

/* Returns the columns that the expression reads, offset as in pull_varattnos(). */
Bitmapset *
zdm_expression_columns(Node *expr)
{
	Bitmapset *columns = NULL;

	pull_varattnos(expr, 1, &columns);
	return columns;
}

/* Tells whether the expression reads a column whose values may be of any length. */
bool
zdm_expression_reads_any_length(Relation rel, Node *expr)
{
	Bitmapset *columns = zdm_expression_columns(expr);
	int member = -1;

	while ((member = bms_next_member(columns, member)) >= 0)
	{
		AttrNumber attnum = member + FirstLowInvalidHeapAttributeNumber;

		if (attnum > 0 && TupleDescAttr(RelationGetDescr(rel), attnum - 1)->attlen == -1)
			return true;
	}
	return false;
}

/* Tells whether two evaluations over the same row may differ within one statement. */
bool
zdm_expression_is_volatile(Node *expr)
{
	return contain_volatile_functions(expr);
}

/* check_functions_in_node() callback: a function that may raise an error. */
static bool
may_fail(Oid funcid, void *context)
{
	return !get_func_leakproof(funcid);
}

/*
 * Tells whether all that a node does by itself is seen by check_functions_in_node(), and
 * by the types that go in and come out.  Whatever is not listed here, like the SQL/JSON
 * and XML expressions, calls functions that no walker sees.  test/t/021_nodes.pl has
 * all node types of the server.
 */
static bool
is_transparent(Node *node)
{
	switch (nodeTag(node))
	{
		case T_Var:
		case T_Const:
		case T_SubscriptingRef:
		case T_FuncExpr:
		case T_NamedArgExpr:
		case T_OpExpr:
		case T_DistinctExpr:
		case T_NullIfExpr:
		case T_ScalarArrayOpExpr:
		case T_BoolExpr:
		case T_FieldSelect:
		case T_RelabelType:
		case T_CoerceViaIO:
		case T_ArrayCoerceExpr:
		case T_CollateExpr:
		case T_CaseExpr:
		case T_CaseWhen:
		case T_CaseTestExpr:
		case T_ArrayExpr:
		case T_RowExpr:
		case T_RowCompareExpr:
		case T_CoalesceExpr:
		case T_MinMaxExpr:
		case T_NullTest:
		case T_BooleanTest:
		case T_CoerceToDomain:
		case T_List:
			return true;
		case T_SQLValueFunction: /* who is asked, and for what schema, is another matter */
			return castNode(SQLValueFunction, node)->op <= SVFOP_LOCALTIMESTAMP_N;
		default:
			return false;
	}
}

/* Walker behind zdm_expression_can_fail(). */
static bool
can_fail_walker(Node *node, void *context)
{
	if (node == NULL)
		return false;
	if (!is_transparent(node) || check_functions_in_node(node, may_fail, context))
		return true;
	if (IsA(node, CoerceToDomain) || IsA(node, CoerceViaIO) || IsA(node, SubscriptingRef) ||
		IsA(node, MinMaxExpr))
		return true;
	return expression_tree_walker(node, can_fail_walker, context);
}

/*
 * Tells whether the expression may raise an error on account of a row's values:
 * functions that the server calls leakproof do not (manual, CREATE FUNCTION).
 */
bool
zdm_expression_can_fail(Node *expr)
{
	return can_fail_walker(expr, NULL);
}

/*
 * check_functions_in_node() callback: a function that a user wrote, or one of the
 * server's that may run a user's code (query_to_xml, json_populate_record): none of
 * those is immutable.
 */
static bool
may_run_user_code(Oid funcid, void *context)
{
	return funcid >= FirstNormalObjectId || func_volatile(funcid) != PROVOLATILE_IMMUTABLE;
}

/* Walker behind zdm_expression_calls_user_code(). */
static bool
user_code_walker(Node *node, void *context)
{
	if (node == NULL)
		return false;
	if (!is_transparent(node) || check_functions_in_node(node, may_run_user_code, context))
		return true;
	if (!IsA(node, List) && !IsA(node, CaseWhen) && exprType(node) >= FirstNormalObjectId)
		return true;
	return expression_tree_walker(node, user_code_walker, context);
}

/*
 * Tells whether the expression may run code that somebody else than the server
 * brought: such an expression is run as the owner of the table, with a pinned
 * search_path and as a security-restricted operation.
 */
bool
zdm_expression_calls_user_code(Node *expr)
{
	return user_code_walker(expr, NULL);
}

/*
 * Parses a condition for a CHECK constraint on rel, by the server's own rules for
 * those (heap.c, cookConstraint).  Allocated in the current memory context.
 */
Node *
zdm_expression_parse_check(Relation rel, const char *text, const char *argument)
{
	ParseState *pstate = make_parsestate(NULL);
	ParseNamespaceItem *item;
	ErrorContextCallback callback;
	Node *expr;

	zdm_expression_enter(&callback, text);

	item = addRangeTableEntryForRelation(pstate, rel, AccessShareLock, NULL, false, true);
	addNSItemToQuery(pstate, item, false, true, true);
	expr = transformExpr(pstate, raw_expression(text, argument), EXPR_KIND_CHECK_CONSTRAINT);
	expr = coerce_to_boolean(pstate, expr, "CHECK");
	assign_expr_collations(pstate, expr);

	zdm_expression_leave(&callback);
	free_parsestate(pstate);
	return expr;
}

/* Lists the names of the columns that an expression over rel reads. */
List *
zdm_expression_column_names(Relation rel, Node *expr)
{
	Bitmapset *columns = zdm_expression_columns(expr);
	List *result = NIL;
	int member = -1;

	while ((member = bms_next_member(columns, member)) >= 0)
	{
		AttrNumber attnum = member + FirstLowInvalidHeapAttributeNumber;

		if (attnum > 0)
			result = lappend(result, get_attname(RelationGetRelid(rel), attnum, false));
	}
	return result;
}

/*
 * Parses what stands behind ORDER BY, over the rows of rel, and returns it in its
 * canonical form.
 */
char *
zdm_expression_order(Relation rel, const char *text, const char *argument)
{
	char *query = psprintf("NULL ORDER BY %s", text);
	ErrorContextCallback callback;
	SelectStmt *select;
	ParseState *pstate = make_parsestate(NULL);
	StringInfoData buf;
	ListCell *lc;

	zdm_expression_enter(&callback, query);
	select = castNode(SelectStmt,
					  linitial_node(RawStmt, raw_parser(query, RAW_PARSE_PLPGSQL_EXPR))->stmt);
	if (list_length(select->targetList) != 1 || select->limitOffset || select->limitCount ||
		select->lockingClause || select->op != SETOP_NONE)
		ereport(ERROR, (errcode(ERRCODE_SYNTAX_ERROR),
						errmsg("%s must be what stands behind ORDER BY", argument),
						errdetail("It is \"%s\".", text)));
	addNSItemToQuery(pstate,
					 addRangeTableEntryForRelation(pstate, rel, AccessShareLock, NULL, false, true),
					 false, true, true);
	initStringInfo(&buf);
	foreach (lc, select->sortClause)
	{
		SortBy *item = lfirst_node(SortBy, lc);
		Node *expr = transformExpr(pstate, item->node, EXPR_KIND_OTHER);

		check_row_expression(NULL, pstate, expr, argument);
		if (item->sortby_dir == SORTBY_USING)
			ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
							errmsg("%s must not say USING", argument)));
		assign_expr_collations(pstate, expr);
		appendStringInfo(&buf, "%s(%s)%s%s", buf.len > 0 ? ", " : "",
						 zdm_expression_canonical(rel, expr),
						 item->sortby_dir == SORTBY_DESC ? " DESC" : "",
						 item->sortby_nulls == SORTBY_NULLS_FIRST  ? " NULLS FIRST"
						 : item->sortby_nulls == SORTBY_NULLS_LAST ? " NULLS LAST"
																   : "");
	}
	zdm_expression_leave(&callback);
	free_parsestate(pstate);
	return buf.data;
}
