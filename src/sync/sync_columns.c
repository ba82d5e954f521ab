/*
 * sync_columns.c
 *		zdm.sync_columns(): the trigger that keeps old and new columns true to each
 *		other while applications of both schemas write.
 *
 * The truth table (docs/internals.md, "Sync") is decided here and nowhere else.
 * Comparing the row before and after tells which side a writer has set; a new
 * column has no default but NULL while both schemas live, so what an INSERT carries in
 * it can only come from an application of the new schema.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/sysattr.h"
#include "commands/trigger.h"
#include "executor/executor.h"
#include "utils/rel.h"

#include "base/settings.h"
#include "sync/given_default.h"
#include "sync/sync_columns.h"
#include "sync/sync_defaults.h"
#include "sync/sync_evaluate.h"
#include "sync/usage.h"

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

/* What the trigger sees of a row, or of the two versions of it. */
typedef enum Seen
{
	ROW_EMPTY,       /* no new column has a value: an INSERT, while filling an UPDATE, too */
	ROW_LEFT,        /* likewise, and an INSERT has left them to their defaults */
	ROW_GIVEN,       /* some has */
	ROW_PARTLY_LEFT, /* likewise, and an INSERT has left others to defaults that are known */
	UPDATE_LEFT,     /* an UPDATE has set a new column to a default that is known */
	UPDATE_UNFILLED, /* no new column has or had one, and maybe nobody has filled them yet */
	UPDATE_NEITHER,  /* else, which side has changed */
	UPDATE_OLD,
	UPDATE_NEW,
	UPDATE_BOTH,
} Seen;

/* What follows from it. */
typedef enum Verdict
{
	KEEP,
	FORWARD,
	REVERSE,
	AGREE_OR_FORWARD, /* KEEP where both sides agree, also where the pair is lossy */
	AGREE_OR_REVERSE,
	GIVEN_OR_REVERSE, /* FORWARD where an old column has a value */
	DEFAULTS,         /* new columns get what they were left to, and old ones follow */
	OWN_DEFAULTS,     /* likewise, where it is one of their own; else FORWARD */
	MEANT,            /* a NULL that the writer has meant, see null_is_meant() */
	MEANT_IF_NAMED,   /* likewise, where the statement names a new column; else FORWARD */
} Verdict;

/*
 * The truth table: for each state and what is seen, the verdict where the session is of neither
 * schema, of the old one, of the new one (zdm.writer).  What is left out is KEEP.
 */
static const uint8 verdicts[ZDM_SYNC_STATES][UPDATE_BOTH + 1][ZDM_WRITER_NEW + 1] =
	{
		[ZDM_SYNC_TWO_WAY] =
			{
				[ROW_EMPTY] = {FORWARD, FORWARD, MEANT},
				[ROW_LEFT] = {FORWARD, FORWARD, OWN_DEFAULTS},
				[ROW_GIVEN] = {AGREE_OR_REVERSE, AGREE_OR_FORWARD, AGREE_OR_REVERSE},
				[ROW_PARTLY_LEFT] = {DEFAULTS, AGREE_OR_FORWARD, DEFAULTS},
				[UPDATE_LEFT] = {DEFAULTS, AGREE_OR_FORWARD, DEFAULTS},
				[UPDATE_UNFILLED] = {FORWARD, FORWARD, MEANT_IF_NAMED},
				[UPDATE_OLD] = {FORWARD, FORWARD, AGREE_OR_REVERSE},
				[UPDATE_NEW] = {REVERSE, AGREE_OR_FORWARD, REVERSE},
				[UPDATE_BOTH] = {AGREE_OR_REVERSE, AGREE_OR_FORWARD, AGREE_OR_REVERSE},
			},
		[ZDM_SYNC_ONE_WAY] =
			{
				[ROW_EMPTY] = {FORWARD, FORWARD, FORWARD},
				[ROW_LEFT] = {FORWARD, FORWARD, OWN_DEFAULTS},
				[ROW_PARTLY_LEFT] = {DEFAULTS, KEEP, DEFAULTS},
				[UPDATE_LEFT] = {DEFAULTS, KEEP, DEFAULTS},
				[UPDATE_UNFILLED] = {FORWARD, FORWARD, MEANT_IF_NAMED},
				[UPDATE_OLD] = {FORWARD, FORWARD, FORWARD},
				[UPDATE_BOTH] = {KEEP, FORWARD, KEEP},
			},
		[ZDM_SYNC_FILLING] =
			{
				[ROW_EMPTY] = {FORWARD, FORWARD, FORWARD},
			},
		/* Here it is the old application that writes the column under "new". */
		[ZDM_SYNC_RETIRING] =
			{
				[ROW_EMPTY] = {FORWARD, FORWARD, FORWARD},
				[UPDATE_OLD] = {FORWARD, KEEP, FORWARD},
				[UPDATE_BOTH] = {KEEP, KEEP, FORWARD},
			},
		/* An INSERT without a list of columns writes the old ones, and knows no better. */
		[ZDM_SYNC_CONTRACTED] =
			{
				[ROW_EMPTY] = {GIVEN_OR_REVERSE, GIVEN_OR_REVERSE, GIVEN_OR_REVERSE},
				[ROW_GIVEN] = {REVERSE, REVERSE, REVERSE},
				[UPDATE_OLD] = {REVERSE, REVERSE, REVERSE},
				[UPDATE_NEW] = {REVERSE, REVERSE, REVERSE},
				[UPDATE_BOTH] = {REVERSE, REVERSE, REVERSE},
			},
};

/* Tells what there is to see of a row alone. */
static Seen
see_row(ZdmSyncProgram *program, TupleTableSlot *row)
{
	return zdm_sync_is_unfilled(program, row) ? ROW_EMPTY : ROW_GIVEN;
}

/* Notes by which form a row was inserted: that of an old application has no new column. */
static void
count_insert(ZdmSyncProgram *program, bool new_is_given)
{
	bool retires = program->state == ZDM_SYNC_RETIRING;

	zdm_usage_wrote(program->use, new_is_given != retires ? ZDM_SIDE_NEW : ZDM_SIDE_OLD);
}

/*
 * Notes by which form a row was updated.  Where nothing flows back, a new application may write
 * what the new column was computed from, as long as it gives that, too.
 */
static void
count_update(ZdmSyncProgram *program, bool old_changed, bool new_changed)
{
	bool retires = program->state == ZDM_SYNC_RETIRING;

	if (old_changed && !retires && (program->state == ZDM_SYNC_TWO_WAY || !new_changed))
		zdm_usage_wrote(program->use, ZDM_SIDE_OLD);
	if (new_changed)
		zdm_usage_wrote(program->use, retires ? ZDM_SIDE_OLD : ZDM_SIDE_NEW);
}

/*
 * Tells what an UPDATE has changed: the trigger's old row is the row as it was, `row` as the
 * writer wants it.  What forward gives only once does not follow the old columns.
 */
static Seen
see_update(ZdmSyncProgram *program, const TriggerData *data, TupleTableSlot *row)
{
	TupleTableSlot *before = data->tg_trigslot;
	bool old_changed;
	bool new_changed;

	if (program->state == ZDM_SYNC_FILLING)
	{
		Seen seen = see_row(program, row);

		if (seen == ROW_EMPTY)
			zdm_usage_wrote(program->use, ZDM_SIDE_OLD);
		return seen;
	}
	old_changed =
		!program->fill_once && side_changed(program->old_columns, program->nold, before, row);
	new_changed = side_changed(program->new_columns, program->nnew, before, row);
	if (program->use)
		count_update(program, old_changed, new_changed);
	if (!new_changed && zdm_sync_both_live(program->state) && !program->filled &&
		zdm_sync_is_unfilled(program, row) &&
		!zdm_sync_passed_trigger(program, data->tg_trigtuple->t_data))
		return UPDATE_UNFILLED;
	if (new_changed)
		return old_changed ? UPDATE_BOTH : UPDATE_NEW;
	return old_changed ? UPDATE_OLD : UPDATE_NEITHER;
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
 * A new application sends or leaves a NULL and means it: unless an old column is NOT NULL, so
 * that only its default can have been meant, or the new one has to be.
 */
static ZdmSyncAction
null_is_meant(const ZdmSyncProgram *program)
{
	if (program->state == ZDM_SYNC_TWO_WAY)
		return program->old_not_null ? ZDM_SYNC_FORWARD : ZDM_SYNC_REVERSE;
	return program->not_null ? ZDM_SYNC_FORWARD : ZDM_SYNC_KEEP;
}

/* Returns what is to be done about a row. */
static ZdmSyncAction
judge_row(ZdmSyncProgram *program, const TriggerData *data, TupleTableSlot *row, Seen seen)
{
	switch ((Verdict) verdicts[program->state][seen][zdm_writer])
	{
		case KEEP:
			return ZDM_SYNC_KEEP;
		case FORWARD:
			return ZDM_SYNC_FORWARD;
		case REVERSE:
			return ZDM_SYNC_REVERSE;
		case AGREE_OR_FORWARD:
			return zdm_sync_is_consistent(program, row) ? ZDM_SYNC_KEEP : ZDM_SYNC_FORWARD;
		case AGREE_OR_REVERSE:
			return zdm_sync_is_consistent(program, row) ? ZDM_SYNC_KEEP : ZDM_SYNC_REVERSE;
		case GIVEN_OR_REVERSE:
			return old_is_given(program, row) ? ZDM_SYNC_FORWARD : ZDM_SYNC_REVERSE;
		case DEFAULTS:
			return ZDM_SYNC_DEFAULT;
		case OWN_DEFAULTS:
			return zdm_sync_knows_defaults(program, true) ? ZDM_SYNC_DEFAULT : ZDM_SYNC_FORWARD;
		case MEANT:
			return null_is_meant(program);
		case MEANT_IF_NAMED:
			return new_is_named(program, data->tg_updatedcols) ? null_is_meant(program)
															   : ZDM_SYNC_FORWARD;
	}
	pg_unreachable();
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
	bool stale = gap == ZDM_GAP_AGAIN && !program->fill_once;

	switch (program->state)
	{
		case ZDM_SYNC_TWO_WAY:
			if (zdm_sync_is_unfilled(program, row))
				return ZDM_SYNC_FORWARD;
			if (zdm_sync_is_consistent(program, row))
				return ZDM_SYNC_KEEP;
			return old_is_given(program, row) ? ZDM_SYNC_FORWARD : ZDM_SYNC_REVERSE;
		case ZDM_SYNC_ONE_WAY:
			return stale || zdm_sync_is_unfilled(program, row) ? ZDM_SYNC_FORWARD : ZDM_SYNC_KEEP;
		case ZDM_SYNC_FILLING:
			return zdm_sync_is_unfilled(program, row) ? ZDM_SYNC_FORWARD : ZDM_SYNC_KEEP;
		case ZDM_SYNC_RETIRING:
			return ZDM_SYNC_KEEP;
		case ZDM_SYNC_CONTRACTED:
			return zdm_sync_is_consistent(program, row) ? ZDM_SYNC_KEEP : ZDM_SYNC_REVERSE;
	}
	pg_unreachable();
}

/*
 * Tells whether these old values give the new ones of the row back.  They are put
 * into a copy of the row, since forward may read other columns, too.
 */
static bool
gives_back(ZdmSyncProgram *program, TupleTableSlot *row, const Datum *values, const bool *isnull)
{
	TupleTableSlot *copy = zdm_sync_copy_row(row);
	Datum *forward = palloc(sizeof(Datum) * program->nnew);
	bool *forward_isnull = palloc(sizeof(bool) * program->nnew);
	bool same;

	for (int i = 0; i < program->nold; i++)
	{
		copy->tts_values[program->old_columns[i].attnum - 1] = values[i];
		copy->tts_isnull[program->old_columns[i].attnum - 1] = isnull[i];
	}
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
	else if (program->state == ZDM_SYNC_CONTRACTED)
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
apply_action(ZdmSyncProgram *program, Relation rel, HeapTuple tuple, TupleTableSlot *row,
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
	else if (forward && program->state == ZDM_SYNC_RETIRING)
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
 * Tells whether an UPDATE means the old column's default by the NULL in the new one: where that
 * can't be NULL nobody can have meant that.
 */
static bool
means_default(ZdmSyncProgram *program, const TriggerData *data, TupleTableSlot *row)
{
	return program->old_not_null && program->old_has_default && program->nold == 1 &&
		   program->nnew == 1 && zdm_sync_is_unfilled(program, row) &&
		   new_is_named(program, data->tg_updatedcols);
}

/* Tells what there is to see of a row whose statement has left new columns to their defaults. */
static Seen
see_left(ZdmSyncProgram *program, bool insert, Seen seen)
{
	if (insert && seen == ROW_EMPTY)
		return ROW_LEFT;
	if (!zdm_sync_knows_defaults(program, false))
		return seen;
	return insert ? ROW_PARTLY_LEFT : UPDATE_LEFT;
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
	zdm_usage_wrote(program->use,
					program->state == ZDM_SYNC_RETIRING ? ZDM_SIDE_NEW : ZDM_SIDE_OLD);
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

/*
 * Tells what is to be done where an UPDATE has changed neither side, and the server computes an old
 * column from others that it has changed: that must not fail the write.
 */
static ZdmSyncAction
guard_computed(ZdmSyncProgram *program, TupleTableSlot *row)
{
	bool works = zdm_sync_try_reverse(program, row, program->values, program->isnull, NULL);

	return works == old_is_given(program, row) ? ZDM_SYNC_KEEP : ZDM_SYNC_REVERSE;
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
sync_row(ZdmSyncProgram *program, const TriggerData *data, bool left_to_default)
{
	bool insert = TRIGGER_FIRED_BY_INSERT(data->tg_event);
	HeapTuple tuple = insert ? data->tg_trigtuple : data->tg_newtuple;
	TupleTableSlot *row = insert ? data->tg_trigslot : data->tg_newslot;
	ZdmSyncAction action;
	Seen seen;

	zdm_sync_reset(program);
	read_ahead(program, tuple, row);
	if (insert && program->use)
		count_insert(program, !zdm_sync_is_unfilled(program, row));
	seen = insert ? see_row(program, row) : see_update(program, data, row);
	if (left_to_default)
		seen = see_left(program, insert, seen);
	action = judge_row(program, data, row, seen);
	if (program->guarded && seen == UPDATE_NEITHER)
		action = guard_computed(program, row);
	if (action == ZDM_SYNC_KEEP)
		return tuple;
	if (!insert && action == ZDM_SYNC_REVERSE && means_default(program, data, row))
	{
		program->left[0] = true;
		action = ZDM_SYNC_DEFAULT;
	}
	if (action == ZDM_SYNC_DEFAULT)
		return zdm_sync_set_defaults(program, data, tuple, row);
	return apply_action(program, data->tg_relation, tuple, row, action);
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
	bool left_to_default = false;
	bool insert;

	if (!CALLED_AS_TRIGGER(fcinfo) || data->tg_trigger->tgnargs != 1)
		refuse_call();
	insert = (data->tg_event & fired) == (TRIGGER_EVENT_INSERT | before_row);
	if (!insert && (data->tg_event & fired) != (TRIGGER_EVENT_UPDATE | before_row))
		refuse_call();

	program = zdm_sync_program(data->tg_relation, data->tg_trigger);
	if (zdm_given_defaults > 0 && program->takes_defaults)
		left_to_default =
			zdm_sync_take_defaults(program, insert ? data->tg_trigslot : data->tg_newslot);
	if (insert && program->fills_last && zdm_writer != ZDM_WRITER_NEW &&
		zdm_last_is_null(&program->last, data->tg_trigtuple))
		return PointerGetDatum(
			fill_last(program, data->tg_relation, data->tg_trigtuple, data->tg_trigslot));
	return PointerGetDatum(sync_row(program, data, left_to_default));
}
