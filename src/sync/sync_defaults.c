/*
 * sync_defaults.c
 *		What DEFAULT means for a new column while both schemas live.
 *
 * For one that was declared to have a default it is that.  Any other one stands for old columns,
 * so it is what forward makes of their defaults: the value that an INSERT of the old application
 * gives it which leaves them out.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "executor/executor.h"
#include "utils/rel.h"

#include "sync/given_default.h"
#include "sync/sync_defaults.h"
#include "sync/sync_evaluate.h"

/*
 * Notes which new columns of a row its statement has left to their defaults, and nobody has given
 * a value since; tells whether there are any.  To be called once for each row.
 */
bool
zdm_sync_take_defaults(ZdmSyncProgram *program, TupleTableSlot *row)
{
	bool any = false;

	for (int i = 0; i < program->nnew; i++)
	{
		const ZdmSyncColumn *column = &program->new_columns[i];

		program->left[i] = column->marked_as && zdm_take_given_default(column->marked_as, row) &&
						   zdm_attisnull(row, column->attnum);
		any |= program->left[i];
	}
	return any;
}

/* Tells whether a default is known for some column that was left to it; `declared`: one of its own.
 */
bool
zdm_sync_knows_defaults(const ZdmSyncProgram *program, bool declared)
{
	for (int i = 0; i < program->nnew; i++)
		if (program->left[i] &&
			(program->new_columns[i].has_default || (!declared && program->old_has_default)))
			return true;
	return false;
}

/* Returns a copy of a row that can be changed; its values are those of the row. */
TupleTableSlot *
zdm_sync_copy_row(TupleTableSlot *row)
{
	TupleTableSlot *copy = MakeSingleTupleTableSlot(row->tts_tupleDescriptor, &TTSOpsVirtual);

	slot_getallattrs(row);
	memcpy(copy->tts_values, row->tts_values, sizeof(Datum) * row->tts_nvalid);
	memcpy(copy->tts_isnull, row->tts_isnull, sizeof(bool) * row->tts_nvalid);
	return ExecStoreVirtualTuple(copy);
}

/* Sets one value of such a copy. */
static void
set_value(TupleTableSlot *copy, AttrNumber attnum, Datum value, bool isnull)
{
	copy->tts_values[attnum - 1] = value;
	copy->tts_isnull[attnum - 1] = isnull;
}

/*
 * Puts a column's default into a copy of the row, NULL where it has none.  It is evaluated for the
 * writer, as the server does; busy, since user code may come back to this trigger.  The value lives
 * until the next zdm_sync_reset().
 */
static void
set_default(ZdmSyncProgram *program, const TriggerData *data, ZdmSyncColumn *column,
			TupleTableSlot *copy)
{
	Datum value = (Datum) 0;
	bool isnull = true;

	if (column->has_default)
	{
		program->busy++;
		PG_TRY();
		{
			if (column->standard == NULL)
				zdm_sync_compile_default(program, data->tg_relation, data->tg_trigger, column);
			value = ExecEvalExprSwitchContext(column->standard, program->econtext, &isnull);
		}
		PG_CATCH();
		{
			program->busy--;
			program->valid = false;
			PG_RE_THROW();
		}
		PG_END_TRY();
		program->busy--;
	}
	set_value(copy, column->attnum, value, isnull);
}

/* Tells whether all new columns were left to what the old ones' defaults come to. */
static bool
stands_for_old(const ZdmSyncProgram *program)
{
	for (int i = 0; i < program->nnew; i++)
		if (!program->left[i] || program->new_columns[i].has_default)
			return false;
	return true;
}

/*
 * Gives columns that were left, and have no default of their own, what forward makes of the old
 * columns' defaults, which an INSERT has in its row already.  `source` gets these defaults.
 */
static void
set_derived(ZdmSyncProgram *program, const TriggerData *data, TupleTableSlot *source,
			TupleTableSlot *copy, bool insert)
{
	for (int i = 0; i < program->nold && !insert; i++)
		set_default(program, data, &program->old_columns[i], source);
	zdm_sync_forward(program, source, program->values, program->isnull);
	for (int i = 0; i < program->nnew; i++)
		if (program->left[i] && !program->new_columns[i].has_default)
			set_value(copy, program->new_columns[i].attnum, program->values[i], program->isnull[i]);
}

/* Returns the tuple with what a copy of it has in the columns that were left, and in old ones. */
static HeapTuple
store_copy(ZdmSyncProgram *program, Relation rel, HeapTuple tuple, TupleTableSlot *copy)
{
	int size = program->nold + program->nnew;
	int *attnums = palloc(sizeof(int) * size);
	Datum *values = palloc(sizeof(Datum) * size);
	bool *isnull = palloc(sizeof(bool) * size);
	int n = 0;

	for (int i = 0; i < program->nnew; i++)
		if (program->left[i])
			attnums[n++] = program->new_columns[i].attnum;
	for (int i = 0; i < program->nold && zdm_sync_flows_back(program->state); i++)
		attnums[n++] = program->old_columns[i].attnum;
	for (int i = 0; i < n; i++)
		values[i] = slot_getattr(copy, attnums[i], &isnull[i]);
	return heap_modify_tuple_by_cols(tuple, RelationGetDescr(rel), n, attnums, values, isnull);
}

/*
 * Gives the new columns that were left their defaults, and has the old ones follow; those of an
 * UPDATE that has left all of them take their own defaults, which reverse may not give back.
 */
HeapTuple
zdm_sync_set_defaults(ZdmSyncProgram *program, const TriggerData *data, HeapTuple tuple,
					  TupleTableSlot *row)
{
	TupleTableSlot *copy = zdm_sync_copy_row(row);
	TupleTableSlot *source = zdm_sync_copy_row(row);
	bool insert = TRIGGER_FIRED_BY_INSERT(data->tg_event);
	bool derived = false;

	for (int i = 0; i < program->nnew; i++)
	{
		ZdmSyncColumn *column = &program->new_columns[i];

		if (program->left[i] && column->has_default)
			set_default(program, data, column, copy);
		derived |= program->left[i] && !column->has_default && program->old_has_default;
	}
	if (derived)
		set_derived(program, data, source, copy, insert);
	if (zdm_sync_flows_back(program->state))
	{
		if (!insert && stands_for_old(program))
			for (int i = 0; i < program->nold; i++)
			{
				int attnum = program->old_columns[i].attnum;

				set_value(copy, attnum, source->tts_values[attnum - 1],
						  source->tts_isnull[attnum - 1]);
			}
		else if (!zdm_sync_is_consistent(program, copy))
		{
			zdm_sync_reverse(program, copy, program->values, program->isnull);
			for (int i = 0; i < program->nold; i++)
				set_value(copy, program->old_columns[i].attnum, program->values[i],
						  program->isnull[i]);
		}
	}
	tuple = store_copy(program, data->tg_relation, tuple, copy);
	ExecDropSingleTupleTableSlot(source);
	ExecDropSingleTupleTableSlot(copy);
	return tuple;
}
