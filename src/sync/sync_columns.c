/*
 * sync_columns.c
 *		zdm.sync_columns(): the trigger that keeps old and new columns true to each
 *		other while applications of both schemas write.
 *
 * The truth table (docs/internals.md, "Sync") is decided here and nowhere else.
 * Comparing the row before and after tells which side a writer has set; a new
 * column has no default while both schemas live, so what an INSERT carries in
 * it can only come from an application of the new schema.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/sysattr.h"
#include "commands/trigger.h"
#include "executor/executor.h"
#include "utils/rel.h"

#include "base/settings.h"
#include "sync/sync_program.h"

PG_FUNCTION_INFO_V1(zdm_sync_columns);

/* Tells whether one side differs between the two versions of a row. */
static bool
side_changed(const ZdmSyncColumn *columns, int n, TupleTableSlot *before, TupleTableSlot *after)
{
	for (int i = 0; i < n; i++)
	{
		bool null_before;
		bool null_after;
		Datum value_before = zdm_getattr(before, columns[i].attnum, &null_before);
		Datum value_after = zdm_getattr(after, columns[i].attnum, &null_after);

		if (!zdm_sync_same(&columns[i], value_before, null_before, value_after, null_after))
			return true;
	}
	return false;
}

/*
 * Both sides were written, or one that the session disowns: who wins?  A row
 * that agrees already is kept, also where the pair is lossy.
 */
static ZdmSyncAction
settle(ZdmSyncProgram *program, TupleTableSlot *row, bool old_wins)
{
	if (zdm_sync_is_consistent(program, row))
		return ZDM_SYNC_KEEP;
	return old_wins ? ZDM_SYNC_FORWARD : ZDM_SYNC_REVERSE;
}

/* Tells whether an old column of the row has a value. */
static bool
old_is_given(ZdmSyncProgram *program, TupleTableSlot *row)
{
	for (int i = 0; i < program->nold; i++)
		if (!slot_attisnull(row, program->old_columns[i].attnum))
			return true;
	return false;
}

/*
 * An INSERT.  A session that calls itself new means the NULL that it sends or
 * leaves, unless an old column is NOT NULL: then only the old column's default
 * can have been meant.
 */
static ZdmSyncAction
judge_insert(ZdmSyncProgram *program, TupleTableSlot *row)
{
	if (program->fill_only)
		return zdm_sync_is_unfilled(program, row) ? ZDM_SYNC_FORWARD : ZDM_SYNC_KEEP;
	/* Only an INSERT without a list of columns writes an old one then: it knows no better. */
	if (program->contracted && program->has_reverse && zdm_sync_is_unfilled(program, row) &&
		old_is_given(program, row))
		return ZDM_SYNC_FORWARD;
	if (program->contracted)
		return program->has_reverse ? ZDM_SYNC_REVERSE : ZDM_SYNC_KEEP;
	if (zdm_sync_is_unfilled(program, row))
	{
		if (zdm_writer == ZDM_WRITER_NEW && program->has_reverse && !program->old_not_null)
			return ZDM_SYNC_REVERSE;
		return ZDM_SYNC_FORWARD;
	}
	if (!program->has_reverse)
		return ZDM_SYNC_KEEP;
	return settle(program, row, zdm_writer == ZDM_WRITER_OLD);
}

/*
 * An UPDATE of a row whose column is going away: that column follows those it is
 * computed from, unless the writer has set it himself.
 */
static ZdmSyncAction
judge_update_retiring(ZdmSyncProgram *program, bool others_changed, bool column_changed)
{
	if (!others_changed || program->fill_once || zdm_writer == ZDM_WRITER_OLD)
		return ZDM_SYNC_KEEP;
	return column_changed && zdm_writer != ZDM_WRITER_NEW ? ZDM_SYNC_KEEP : ZDM_SYNC_FORWARD;
}

/* Tells whether the statement of an UPDATE names a new column, whatever it sets it to. */
static bool
new_is_named(ZdmSyncProgram *program, const Bitmapset *updated)
{
	for (int i = 0; i < program->nnew; i++)
		if (bms_is_member(program->new_columns[i].attnum - FirstLowInvalidHeapAttributeNumber,
						  updated))
			return true;
	return false;
}

/*
 * An UPDATE of a row whose new columns were NULL and still are, and may not be filled yet.
 * A session that calls itself new means a NULL that it names, as in judge_insert().
 */
static ZdmSyncAction
judge_update_unfilled(ZdmSyncProgram *program, const Bitmapset *updated)
{
	if (zdm_writer != ZDM_WRITER_NEW || !new_is_named(program, updated))
		return ZDM_SYNC_FORWARD;
	if (!program->has_reverse)
		return program->not_null ? ZDM_SYNC_FORWARD : ZDM_SYNC_KEEP;
	return program->old_not_null ? ZDM_SYNC_FORWARD : ZDM_SYNC_REVERSE;
}

/* An UPDATE: the trigger's old row is the row as it was, `row` as the writer wants it. */
static ZdmSyncAction
judge_update(ZdmSyncProgram *program, const TriggerData *data, TupleTableSlot *row)
{
	TupleTableSlot *before = data->tg_trigslot;
	bool old_changed;
	bool new_changed;

	if (program->fill_only)
		return zdm_sync_is_unfilled(program, row) ? ZDM_SYNC_FORWARD : ZDM_SYNC_KEEP;
	old_changed = side_changed(program->old_columns, program->nold, before, row);
	new_changed = side_changed(program->new_columns, program->nnew, before, row);
	if (program->contracted)
		return program->has_reverse && (old_changed || new_changed) ? ZDM_SYNC_REVERSE
																	: ZDM_SYNC_KEEP;
	if (program->retires)
		return judge_update_retiring(program, old_changed, new_changed);
	if (!new_changed && !program->filled && zdm_sync_is_unfilled(program, row) &&
		!zdm_sync_passed_trigger(program, data->tg_trigtuple->t_data))
		return judge_update_unfilled(program, data->tg_updatedcols);
	if (!old_changed && !new_changed)
		return ZDM_SYNC_KEEP;
	if (!program->has_reverse)
	{
		if (program->fill_once || !old_changed)
			return ZDM_SYNC_KEEP;
		return new_changed && zdm_writer != ZDM_WRITER_OLD ? ZDM_SYNC_KEEP : ZDM_SYNC_FORWARD;
	}
	if (old_changed && !new_changed && zdm_writer != ZDM_WRITER_NEW)
		return ZDM_SYNC_FORWARD;
	if (new_changed && !old_changed && zdm_writer != ZDM_WRITER_OLD)
		return ZDM_SYNC_REVERSE;
	return settle(program, row, zdm_writer == ZDM_WRITER_OLD);
}

/*
 * A row whose sides may have come apart while no trigger looked.  Nobody knows which of them
 * was written then: until contract that is taken to be the old one, unless it is NULL.  Where
 * nothing flows back, what the new application has set by itself can be told from a stale
 * value least of all: so it is computed anew only in a table that was away.
 */
ZdmSyncAction
zdm_sync_judge_apart(ZdmSyncProgram *program, TupleTableSlot *row, ZdmSyncGap gap)
{
	if (program->contracted)
		return program->has_reverse && !zdm_sync_is_consistent(program, row) ? ZDM_SYNC_REVERSE
																			 : ZDM_SYNC_KEEP;
	if (program->retires)
		return ZDM_SYNC_KEEP;
	if (zdm_sync_is_unfilled(program, row))
		return ZDM_SYNC_FORWARD;
	if (!program->has_reverse)
		return gap == ZDM_GAP_AGAIN && !program->fill_only && !program->fill_once ? ZDM_SYNC_FORWARD
																				  : ZDM_SYNC_KEEP;
	if (zdm_sync_is_consistent(program, row))
		return ZDM_SYNC_KEEP;
	return old_is_given(program, row) ? ZDM_SYNC_FORWARD : ZDM_SYNC_REVERSE;
}

/*
 * Tells whether these old values give the new ones of the row back.  They are put
 * into a copy of the row, since forward may read other columns, too.
 */
static bool
gives_back(ZdmSyncProgram *program, TupleTableSlot *row, const Datum *values, const bool *isnull)
{
	TupleTableSlot *copy = MakeSingleTupleTableSlot(row->tts_tupleDescriptor, &TTSOpsVirtual);
	Datum *forward = palloc(sizeof(Datum) * program->nnew);
	bool *forward_isnull = palloc(sizeof(bool) * program->nnew);
	bool same;

	slot_getallattrs(row);
	memcpy(copy->tts_values, row->tts_values, sizeof(Datum) * row->tts_nvalid);
	memcpy(copy->tts_isnull, row->tts_isnull, sizeof(bool) * row->tts_nvalid);
	for (int i = 0; i < program->nold; i++)
	{
		copy->tts_values[program->old_columns[i].attnum - 1] = values[i];
		copy->tts_isnull[program->old_columns[i].attnum - 1] = isnull[i];
	}
	ExecStoreVirtualTuple(copy);
	same = zdm_sync_try_forward(program, copy, forward, forward_isnull, NULL) &&
		   zdm_sync_side_equals(program->new_columns, program->nnew, copy, forward, forward_isnull);
	ExecDropSingleTupleTableSlot(copy);
	return same;
}

/*
 * Computes the old columns after contract, where the new application is the truth: a
 * value that the old ones can't express must not fail its write.  They are NULL then,
 * which is what reopen and rollback look for.
 */
static void
reverse_or_null(ZdmSyncProgram *program, TupleTableSlot *row, Datum *values, bool *isnull)
{
	if (zdm_sync_is_copy(program))
		zdm_sync_reverse(program, row, values, isnull);
	else if (zdm_sync_try_reverse(program, row, values, isnull, NULL) && program->exact &&
			 !gives_back(program, row, values, isnull))
		memset(isnull, true, sizeof(bool) * program->nold);
}

/* Computes one side of a row as the trigger does; raises what its expressions raise there. */
void
zdm_sync_compute(ZdmSyncProgram *program, TupleTableSlot *row, ZdmSyncAction action, Datum *values,
				 bool *isnull)
{
	if (action == ZDM_SYNC_FORWARD)
		zdm_sync_forward(program, row, values, isnull);
	else if (program->contracted)
		reverse_or_null(program, row, values, isnull);
	else
		zdm_sync_reverse(program, row, values, isnull);
}

/*
 * Returns the tuple with the program's values in these columns; the same tuple where it
 * could be changed in place.
 */
static HeapTuple
set_columns(ZdmSyncProgram *program, Relation rel, HeapTuple tuple, TupleTableSlot *row,
			const ZdmSyncColumn *columns, int n)
{
	HeapTuple patched;
	int *attnums;

	if (n == 1 && !program->isnull[0] && columns[0].attnum == program->last.attnum)
	{
		patched = zdm_patch_last(&program->last, row, tuple, program->values[0]);
		if (patched)
			return patched;
	}
	attnums = palloc(sizeof(int) * n);
	for (int i = 0; i < n; i++)
		attnums[i] = columns[i].attnum;
	return heap_modify_tuple_by_cols(tuple, RelationGetDescr(rel), n, attnums, program->values,
									 program->isnull);
}

/*
 * Returns the tuple with one side computed anew; the same tuple if that makes no
 * difference, if it could be changed in place, or if the column is going away and has
 * no value for this row.  Else the result is allocated in the caller's (per tuple)
 * context.
 */
static HeapTuple
apply(ZdmSyncProgram *program, Relation rel, HeapTuple tuple, TupleTableSlot *row,
	  ZdmSyncAction action)
{
	bool forward = action == ZDM_SYNC_FORWARD;
	const ZdmSyncColumn *columns = forward ? program->new_columns : program->old_columns;
	int n = forward ? program->nnew : program->nold;
	Datum *values = program->values;
	bool *isnull = program->isnull;

	if (n == 1 && columns[0].expression == NULL && columns[0].copy_from != InvalidAttrNumber)
		values[0] =
			zdm_getattr(row, columns[0].copy_from, &isnull[0]); /* a rename: nothing can fail */
	else if (program->retires && forward)
	{
		if (!zdm_sync_try_forward(program, row, values, isnull, NULL))
			return tuple;
	}
	else
		zdm_sync_compute(program, row, action, values, isnull);
	/* In place, the same value once more costs less than finding out that it is there. */
	if (n == 1 && !isnull[0] && columns[0].attnum == program->last.attnum &&
		HeapTupleHeaderGetNatts(tuple->t_data) == program->last.attnum &&
		zdm_set_last(&program->last, row, tuple, values[0],
					 zdm_last_is_null(&program->last, tuple)))
		return tuple;
	if (zdm_sync_side_equals(columns, n, row, values, isnull))
		return tuple;
	return set_columns(program, rel, tuple, row, columns, n);
}

/*
 * Tells whether an UPDATE sets the new column to its default: that gives NULL, since it has
 * none, and where the old column can't be NULL nobody can have meant that.
 */
static bool
is_set_to_default(ZdmSyncProgram *program, const TriggerData *data, TupleTableSlot *row)
{
	return program->old_default && zdm_sync_is_unfilled(program, row) &&
		   new_is_named(program, data->tg_updatedcols);
}

/* Returns the tuple with the old column's default in the old column, and the new one after it. */
static HeapTuple
set_default(ZdmSyncProgram *program, Relation rel, HeapTuple tuple)
{
	int attnum = program->old_columns[0].attnum;
	TupleTableSlot *slot = MakeSingleTupleTableSlot(RelationGetDescr(rel), &TTSOpsHeapTuple);
	bool isnull;
	Datum value = zdm_sync_old_default(program, &isnull);

	tuple = heap_modify_tuple_by_cols(tuple, RelationGetDescr(rel), 1, &attnum, &value, &isnull);
	ExecStoreHeapTuple(tuple, slot, false);
	zdm_sync_forward(program, slot, program->values, program->isnull);
	attnum = program->new_columns[0].attnum;
	tuple = heap_modify_tuple_by_cols(tuple, RelationGetDescr(rel), 1, &attnum, program->values,
									  program->isnull);
	ExecDropSingleTupleTableSlot(slot);
	return tuple;
}

/*
 * Reads all columns at once that the server is going to look at one by one to see that they
 * are not NULL (execMain.c, ExecConstraints); that takes longer than much of what the trigger
 * does.  They stay read unless the row's data move.
 */
static inline void
read_ahead(ZdmSyncProgram *program, HeapTuple tuple, TupleTableSlot *row)
{
	if (tuple->t_data->t_hoff == ZDM_PLAIN_HOFF)
		slot_getsomeattrs(row, program->last_not_null);
}

/* fill_last() of a row for which the value has to be computed. */
static pg_noinline HeapTuple
fill_last_computed(ZdmSyncProgram *program, Relation rel, HeapTuple tuple, TupleTableSlot *row)
{
	const ZdmSyncColumn *column = program->new_columns;

	zdm_sync_reset(program);
	if (program->user_code || program->settings || program->null_on_error)
		zdm_sync_forward(program, row, program->values, program->isnull);
	else
		program->values[0] = zdm_sync_evaluate(program, column, row, program->isnull);
	if (program->isnull[0] || zdm_set_last(&program->last, row, tuple, program->values[0], true))
		return tuple;
	return set_columns(program, rel, tuple, row, column, 1);
}

/*
 * What INSERTs of the old application come to most of the time: the only new column is
 * the last one of the table, and has no value.
 */
static inline HeapTuple
fill_last(ZdmSyncProgram *program, Relation rel, HeapTuple tuple, TupleTableSlot *row)
{
	const ZdmSyncColumn *column = program->new_columns;
	Datum value;
	bool isnull;

	read_ahead(program, tuple, row);
	if (program->fills_directly) /* in this memory context, which is the row's own (trigger.c) */
		value = zdm_direct_call(column->call, row, &isnull);
	else if (column->expression)
		return fill_last_computed(program, rel, tuple, row);
	else
		value = slot_getattr(row, column->copy_from, &isnull);
	if (isnull || zdm_set_last(&program->last, row, tuple, value, true))
		return tuple;
	program->values[0] = value;
	program->isnull[0] = false;
	return set_columns(program, rel, tuple, row, column, 1);
}

/* Fails: the trigger is not fired as it wants to be. */
static void
refuse_call(void)
{
	ereport(ERROR, (errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
					errmsg("zdm.sync_columns must be fired BEFORE INSERT OR UPDATE FOR EACH ROW"),
					errhint("Only zdm's own functions should create such a trigger.")));
}

/* What zdm.sync_columns() does about a row that needs to be judged. */
static pg_noinline HeapTuple
sync_row(ZdmSyncProgram *program, const TriggerData *data)
{
	bool insert = TRIGGER_FIRED_BY_INSERT(data->tg_event);
	HeapTuple tuple = insert ? data->tg_trigtuple : data->tg_newtuple;
	TupleTableSlot *row = insert ? data->tg_trigslot : data->tg_newslot;
	ZdmSyncAction action;

	zdm_sync_reset(program);
	read_ahead(program, tuple, row);
	action = insert ? judge_insert(program, row) : judge_update(program, data, row);
	if (action == ZDM_SYNC_KEEP)
		return tuple;
	if (!insert && action == ZDM_SYNC_REVERSE && is_set_to_default(program, data, row))
		return set_default(program, data->tg_relation, tuple);
	return apply(program, data->tg_relation, tuple, row, action);
}

/*
 * zdm.sync_columns(spec): BEFORE INSERT OR UPDATE FOR EACH ROW.  Takes no lock and reads no
 * table, but for the record when it compiles an expression.  Raises what the spec's expressions
 * raise, and trigger_protocol_violated where it is not fired as it wants to be.
 */
Datum
zdm_sync_columns(PG_FUNCTION_ARGS)
{
	const TriggerEvent fired = TRIGGER_EVENT_OPMASK | TRIGGER_EVENT_ROW | TRIGGER_EVENT_TIMINGMASK;
	const TriggerEvent before_row = TRIGGER_EVENT_BEFORE | TRIGGER_EVENT_ROW;
	TriggerData *data = (TriggerData *) fcinfo->context;
	ZdmSyncProgram *program;
	bool insert;

	if (!CALLED_AS_TRIGGER(fcinfo) || data->tg_trigger->tgnargs != 1)
		refuse_call();
	insert = (data->tg_event & fired) == (TRIGGER_EVENT_INSERT | before_row);
	if (!insert && (data->tg_event & fired) != (TRIGGER_EVENT_UPDATE | before_row))
		refuse_call();

	program = zdm_sync_program(data->tg_relation, data->tg_trigger);
	if (insert && program->fills_last && zdm_writer != ZDM_WRITER_NEW &&
		zdm_last_is_null(&program->last, data->tg_trigtuple))
		return PointerGetDatum(
			fill_last(program, data->tg_relation, data->tg_trigtuple, data->tg_trigslot));
	return PointerGetDatum(sync_row(program, data));
}
