/*
 * sync_evaluate.h
 *		What a sync program gives for a row, and whether the row has it.
 */
#ifndef ZDM_SYNC_EVALUATE_H
#define ZDM_SYNC_EVALUATE_H

#include "postgres.h"

#include "access/htup_details.h"
#include "access/transam.h"
#include "executor/executor.h"
#include "executor/tuptable.h"

#include "sync/sync_program.h"

/* Frees what evaluating for the last row has allocated; most of the time that is nothing. */
static inline void
zdm_sync_reset(ZdmSyncProgram *program)
{
	MemoryContext context;

	if (program->econtext == NULL)
		return;
	context = program->econtext->ecxt_per_tuple_memory;
	if (!context->isReset || context->firstchild)
		MemoryContextReset(context);
}

/*
 * Evaluates a column's expression over the row in the slot; raises what it raises.  The
 * result lives until the next zdm_sync_reset(), or as long as the slot's tuple.
 */
static inline Datum
zdm_sync_evaluate(ZdmSyncProgram *program, const ZdmSyncColumn *column, TupleTableSlot *slot,
				  bool *isnull)
{
	MemoryContext caller;
	Datum value;

	if (column->call == NULL)
	{
		program->econtext->ecxt_scantuple = slot;
		return ExecEvalExprSwitchContext(column->expression, program->econtext, isnull);
	}
	caller = MemoryContextSwitchTo(program->econtext->ecxt_per_tuple_memory);
	value = zdm_direct_call(column->call, slot, isnull);
	MemoryContextSwitchTo(caller);
	return value;
}

extern void zdm_sync_forward(ZdmSyncProgram *program, TupleTableSlot *slot, Datum *values,
							 bool *isnull);
extern void zdm_sync_reverse(ZdmSyncProgram *program, TupleTableSlot *slot, Datum *values,
							 bool *isnull);
extern bool zdm_sync_try_forward(ZdmSyncProgram *program, TupleTableSlot *slot, Datum *values,
								 bool *isnull, ErrorData **error);
extern bool zdm_sync_try_reverse(ZdmSyncProgram *program, TupleTableSlot *slot, Datum *values,
								 bool *isnull, ErrorData **error);
extern bool zdm_sync_is_copy(ZdmSyncProgram *program);
extern bool zdm_sync_side_equals(const ZdmSyncColumn *columns, int n, TupleTableSlot *slot,
								 const Datum *values, const bool *isnull);
extern bool zdm_sync_is_consistent(ZdmSyncProgram *program, TupleTableSlot *slot);
extern bool zdm_sync_same_image(const ZdmSyncColumn *column, Datum a, Datum b);

/* Tells whether no new column of the row has a value yet. */
static inline bool
zdm_sync_is_unfilled(ZdmSyncProgram *program, TupleTableSlot *slot)
{
	for (int i = 0; i < program->nnew; i++)
		if (!zdm_attisnull(slot, program->new_columns[i].attnum))
			return false;
	return true;
}

/*
 * Tells whether a version of a row has been written through the trigger, so that a NULL in it
 * is meant; false if that is not known.
 */
static inline bool
zdm_sync_passed_trigger(const ZdmSyncProgram *program, HeapTupleHeader row)
{
	return TransactionIdIsValid(program->since) &&
		   TransactionIdFollowsOrEquals(HeapTupleHeaderGetXmin(row), program->since);
}

/*
 * Tells whether two values of a column are the same, bit by bit once detoasted.
 * A value that an UPDATE does not touch keeps its toast pointer, so the common
 * case compares a few bytes and fetches nothing.
 */
static inline bool
zdm_sync_same(const ZdmSyncColumn *column, Datum a, bool a_null, Datum b, bool b_null)
{
	if (a_null || b_null)
		return a_null && b_null;
	if (!column->byval)
		return zdm_sync_same_image(column, a, b);
	/* An oid comes sign-extended out of a row, and zero-extended out of a function. */
	switch (column->len)
	{
		case sizeof(int32):
			return DatumGetUInt32(a) == DatumGetUInt32(b);
		case sizeof(int16):
			return DatumGetUInt16(a) == DatumGetUInt16(b);
		case sizeof(char):
			return DatumGetUInt8(a) == DatumGetUInt8(b);
		default:
			return a == b;
	}
}

#endif /* ZDM_SYNC_EVALUATE_H */
