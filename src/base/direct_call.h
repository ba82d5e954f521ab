/*
 * direct_call.h
 *		An expression that is one call of the server's own code, made without the
 *		executor's interpreter.
 */
#ifndef ZDM_DIRECT_CALL_H
#define ZDM_DIRECT_CALL_H

#include "postgres.h"

#include "executor/tuptable.h"
#include "fmgr.h"
#include "nodes/nodes.h"

/* A column that is an argument of the call. */
typedef struct ZdmDirectColumn
{
	AttrNumber attnum;
	NullableDatum *arg;
} ZdmDirectColumn;

/* A strict function over columns and constants, ready to be called. */
typedef struct ZdmDirectCall
{
	FmgrInfo flinfo;
	FunctionCallInfo fcinfo; /* has the constants */
	int ncolumns;
	ZdmDirectColumn columns[FLEXIBLE_ARRAY_MEMBER];
} ZdmDirectCall;

extern ZdmDirectCall *zdm_direct_call_prepare(Node *expr);

/*
 * Makes the call over the row in the slot, as the interpreter would (execExprInterp.c,
 * EEOP_FUNCEXPR_STRICT); raises what the function raises.  The result is allocated in
 * the current memory context, or belongs to the slot's tuple.
 */
static pg_attribute_always_inline Datum
zdm_direct_call(ZdmDirectCall *call, TupleTableSlot *slot, bool *isnull)
{
	FunctionCallInfo fcinfo = call->fcinfo;
	Datum value;

	for (int i = 0; i < call->ncolumns; i++)
	{
		NullableDatum *arg = call->columns[i].arg;

		arg->value = slot_getattr(slot, call->columns[i].attnum, &arg->isnull);
		if (arg->isnull)
		{
			*isnull = true;
			return (Datum) 0;
		}
	}
	fcinfo->isnull = false;
	value = FunctionCallInvoke(fcinfo);
	*isnull = fcinfo->isnull;
	return value;
}

#endif /* ZDM_DIRECT_CALL_H */
