/*
 * direct_call.c
 *		An expression that is one call of the server's own code, made without the
 *		executor's interpreter.
 *
 * `price * 100`, `lower(name)`, the cast from int to bigint: entering the interpreter for
 * one row takes several times as long as the function that it is to call.
 */
#include "postgres.h"

#include "nodes/nodeFuncs.h"
#include "nodes/primnodes.h"
#include "pgstat.h"

#include "base/direct_call.h"

/* Takes off what changes an expression's type but not its value. */
static Node *
strip_relabel(Node *expr)
{
	while (IsA(expr, RelabelType))
		expr = (Node *) castNode(RelabelType, expr)->arg;
	return expr;
}

/* Fills in one argument; false if it is neither a column nor a constant. */
static bool
prepare_argument(ZdmDirectCall *call, Node *expr, NullableDatum *arg)
{
	if (IsA(expr, Const))
	{
		arg->value = castNode(Const, expr)->constvalue;
		arg->isnull = castNode(Const, expr)->constisnull;
		return !arg->isnull; /* a strict function of NULL was replaced when it was planned */
	}
	if (!IsA(expr, Var) || castNode(Var, expr)->varattno <= 0)
		return false;
	call->columns[call->ncolumns].attnum = castNode(Var, expr)->varattno;
	call->columns[call->ncolumns].arg = arg;
	call->ncolumns++;
	return true;
}

/*
 * Returns how an expression can be called directly; NULL if it can't.  The expression has
 * gone through expression_planner() and ExecInitExpr(), which checks the right to call the
 * function, and must live as long as the result, which is allocated in the current memory
 * context.
 *
 * Only functions in language internal: track_functions never counts them (fmgr.c,
 * fmgr_info_cxt_security), nor have they settings of their own.
 */
ZdmDirectCall *
zdm_direct_call_prepare(Node *expr)
{
	ZdmDirectCall *call;
	Oid function;
	Oid collation;
	List *args;
	ListCell *lc;

	expr = strip_relabel(expr);
	if (IsA(expr, OpExpr))
	{
		function = castNode(OpExpr, expr)->opfuncid;
		collation = castNode(OpExpr, expr)->inputcollid;
		args = castNode(OpExpr, expr)->args;
	}
	else if (IsA(expr, FuncExpr))
	{
		function = castNode(FuncExpr, expr)->funcid;
		collation = castNode(FuncExpr, expr)->inputcollid;
		args = castNode(FuncExpr, expr)->args;
	}
	else
		return NULL;

	call = palloc0(offsetof(ZdmDirectCall, columns) + sizeof(ZdmDirectColumn) * list_length(args));
	fmgr_info(function, &call->flinfo);
	if (!call->flinfo.fn_strict || call->flinfo.fn_stats != TRACK_FUNC_ALL)
		return NULL;
	fmgr_info_set_expr(expr, &call->flinfo);
	call->fcinfo = palloc0(SizeForFunctionCallInfo(list_length(args)));
	InitFunctionCallInfoData(*call->fcinfo, &call->flinfo, list_length(args), collation, NULL,
							 NULL);
	foreach (lc, args)
		if (!prepare_argument(call, strip_relabel(lfirst(lc)),
							  &call->fcinfo->args[foreach_current_index(lc)]))
			return NULL;
	return call;
}
