/*
 * sync_evaluate.c
 *		Evaluates sync programs, and compares what they give with what a row has.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "utils/datum.h"
#include "utils/guc.h"

#include "base/formatting.h"
#include "base/owner.h"
#include "sync/sync_evaluate.h"
#include "sync/sync_safe.h"

/*
 * Evaluates one side.  Results live until the next evaluation of the program,
 * or as long as the slot's tuple.
 */
static void
evaluate_side(ZdmSyncProgram *program, const ZdmSyncColumn *columns, int n, TupleTableSlot *slot,
			  Datum *values, bool *isnull)
{
	for (int i = 0; i < n; i++)
	{
		const ZdmSyncColumn *column = &columns[i];

		if (column->expression)
			values[i] = zdm_sync_evaluate(program, column, slot, &isnull[i]);
		else if (column->copy_from != InvalidAttrNumber)
			values[i] = slot_getattr(slot, column->copy_from, &isnull[i]);
		else
		{
			values[i] = (Datum) 0;
			isnull[i] = true;
		}
	}
}

/*
 * Evaluates one side in the sandbox; busy, since user code may come back to this trigger.
 * After an error the program is stale: a function that was left in the middle has left
 * its state in it (functions.c, fmgr_sql), and a savepoint may lead on to the next row.
 */
static void
evaluate_user_code(ZdmSyncProgram *program, const ZdmSyncColumn *columns, int n,
				   TupleTableSlot *slot, Datum *values, bool *isnull)
{
	ZdmOwnerScope scope;

	zdm_owner_begin(&scope, program->owner);
	zdm_formatting_apply(program->settings);
	program->busy++;
	PG_TRY();
	{
		evaluate_side(program, columns, n, slot, values, isnull);
	}
	PG_CATCH();
	{
		program->busy--;
		program->valid = false;
		PG_RE_THROW();
	}
	PG_END_TRY();
	program->busy--;
	zdm_owner_end(&scope);
}

/*
 * Evaluates one side of a program without code of users under the program's settings; in an
 * error the abort of the (sub)transaction puts the session's back.
 */
static void
evaluate_with_settings(ZdmSyncProgram *program, const ZdmSyncColumn *columns, int n,
					   TupleTableSlot *slot, Datum *values, bool *isnull)
{
	int level;

	if (!zdm_formatting_differs(program->settings))
	{
		evaluate_side(program, columns, n, slot, values, isnull);
		return;
	}
	level = NewGUCNestLevel();
	zdm_formatting_apply(program->settings);
	evaluate_side(program, columns, n, slot, values, isnull);
	AtEOXact_GUC(false, level);
}

/* Evaluates one side as its code demands; raises what the expressions raise. */
static void
evaluate_by_kind(ZdmSyncProgram *program, bool forward, TupleTableSlot *slot, Datum *values,
				 bool *isnull)
{
	const ZdmSyncColumn *columns = forward ? program->new_columns : program->old_columns;
	int n = forward ? program->nnew : program->nold;

	if (program->user_code)
		evaluate_user_code(program, columns, n, slot, values, isnull);
	else if (program->settings)
		evaluate_with_settings(program, columns, n, slot, values, isnull);
	else
		evaluate_side(program, columns, n, slot, values, isnull);
}

/* What runs in zdm_sync_try(). */
typedef struct Evaluation
{
	ZdmSyncProgram *program;
	bool forward;
	TupleTableSlot *slot;
	Datum *values;
	bool *isnull;
} Evaluation;

/* ZdmTryFunction: evaluates one side. */
static void
run_evaluation(void *arg)
{
	Evaluation *e = arg;

	evaluate_by_kind(e->program, e->forward, e->slot, e->values, e->isnull);
}

/* Tells whether one side is made of copies alone, which cannot fail. */
static bool
is_copied(const ZdmSyncColumn *columns, int n)
{
	for (int i = 0; i < n; i++)
		if (columns[i].expression)
			return false;
	return true;
}

/*
 * Evaluates one side so that an error which the row's values cause gives NULL in
 * all its columns, and false.
 */
static bool
try_evaluate(ZdmSyncProgram *program, bool forward, TupleTableSlot *slot, Datum *values,
			 bool *isnull, ErrorData **error)
{
	Evaluation evaluation = {program, forward, slot, values, isnull};
	int n = forward ? program->nnew : program->nold;

	if (is_copied(forward ? program->new_columns : program->old_columns, n))
	{
		run_evaluation(&evaluation);
		return true;
	}
	if (zdm_sync_try(run_evaluation, &evaluation, error))
		return true;
	memset(values, 0, sizeof(Datum) * n);
	memset(isnull, true, sizeof(bool) * n);
	return false;
}

/*
 * Computes the new columns from the row in the slot.  Where the expressions
 * fail: NULL, if the program was told so, or the error.
 */
void
zdm_sync_forward(ZdmSyncProgram *program, TupleTableSlot *slot, Datum *values, bool *isnull)
{
	if (program->null_on_error)
		(void) try_evaluate(program, true, slot, values, isnull, NULL);
	else
		evaluate_by_kind(program, true, slot, values, isnull);
}

/*
 * The same, but never fails on account of the row's values: then it gives NULLs,
 * a copy of the error in the current memory context (unless `error` is NULL),
 * and false.
 */
bool
zdm_sync_try_forward(ZdmSyncProgram *program, TupleTableSlot *slot, Datum *values, bool *isnull,
					 ErrorData **error)
{
	return try_evaluate(program, true, slot, values, isnull, error);
}

/* Computes the old columns from the row in the slot; only where the program has a way back. */
void
zdm_sync_reverse(ZdmSyncProgram *program, TupleTableSlot *slot, Datum *values, bool *isnull)
{
	Assert(zdm_sync_flows_back(program->state));
	evaluate_by_kind(program, false, slot, values, isnull);
}

/* The same, but never fails on account of the row's values: see zdm_sync_try_forward(). */
bool
zdm_sync_try_reverse(ZdmSyncProgram *program, TupleTableSlot *slot, Datum *values, bool *isnull,
					 ErrorData **error)
{
	Assert(zdm_sync_flows_back(program->state));
	return try_evaluate(program, false, slot, values, isnull, error);
}

/* zdm_sync_same() of two values that are passed by reference. */
bool
zdm_sync_same_image(const ZdmSyncColumn *column, Datum a, Datum b)
{
	if (column->len == -1)
	{
		Size size = VARSIZE_ANY(DatumGetPointer(a));

		if (size == VARSIZE_ANY(DatumGetPointer(b)) &&
			memcmp(DatumGetPointer(a), DatumGetPointer(b), size) == 0)
			return true;
	}
	return datum_image_eq(a, b, column->byval, column->len);
}

/* Tells whether the old columns are just copies of the new ones, which cannot fail. */
bool
zdm_sync_is_copy(ZdmSyncProgram *program)
{
	return is_copied(program->old_columns, program->nold);
}

/*
 * Tells whether one side of the row has just these values, apart from what the server computes from
 * them: a trigger sees that as it was before.
 */
bool
zdm_sync_side_equals(const ZdmSyncColumn *columns, int n, TupleTableSlot *slot, const Datum *values,
					 const bool *isnull)
{
	for (int i = 0; i < n; i++)
	{
		bool null;
		Datum value = zdm_getattr(slot, columns[i].attnum, &null);

		if (!columns[i].generated && !zdm_sync_same(&columns[i], value, null, values[i], isnull[i]))
			return false;
	}
	return true;
}

/*
 * Tells whether both sides of a row agree: new = forward(old), or
 * old = reverse(new), because a lossy pair can keep only one of them.  An
 * expression that fails, maybe over values that nobody has meant, agrees with nothing.
 */
bool
zdm_sync_is_consistent(ZdmSyncProgram *program, TupleTableSlot *slot)
{
	Datum values[MaxHeapAttributeNumber];
	bool isnull[MaxHeapAttributeNumber];

	if ((zdm_sync_try_forward(program, slot, values, isnull, NULL) || program->null_on_error) &&
		zdm_sync_side_equals(program->new_columns, program->nnew, slot, values, isnull))
		return true;
	return zdm_sync_flows_back(program->state) &&
		   zdm_sync_try_reverse(program, slot, values, isnull, NULL) &&
		   zdm_sync_side_equals(program->old_columns, program->nold, slot, values, isnull);
}
