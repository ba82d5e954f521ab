/*
 * fill.c
 *		Filling one row: what it will be, and writing it.
 *
 * Rows are updated straight on the table access method, as the apply worker of
 * logical replication does (execReplication.c, ExecSimpleRelationUpdate), with
 * three differences: no user's trigger fires, because the backfill is not the
 * application; only constraints on the filled columns are checked (fill_check.c),
 * because a row that violates another one has been there before; and a row that somebody
 * holds is left alone, because its writer will bring it through the sync trigger.
 */
#include "postgres.h"

#include "access/heapam.h"
#include "access/heaptoast.h"
#include "access/sysattr.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "executor/executor.h"
#include "executor/nodeModifyTable.h"
#include "miscadmin.h"
#include "nodes/execnodes.h"
#include "optimizer/optimizer.h"
#include "storage/bufmgr.h"
#include "storage/proc.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "base/compat.h"
#include "base/names.h"
#include "fill/busy.h"
#include "fill/fill.h"
#include "fill/fill_check.h"
#include "sync/sync_columns.h"
#include "sync/sync_evaluate.h"

/* How long a row that was taken at the moment of its update may be waited for. */
#define COLLISION_MSEC 100

/* One sync program of the table, and the values that it gives for the row at work. */
typedef struct FillProgram
{
	ZdmSyncProgram *program;
	const ZdmSyncColumn *columns; /* the side that the row at work gets anew */
	int ncolumns;
	Datum *values;
	bool *isnull;
	bool fills; /* it has a value for the row at work */
} FillProgram;

/* Lives in the executor state's memory. */
struct ZdmFill
{
	Relation rel;
	ZdmSyncProgram *program; /* whose columns are being filled: programs[0] */
	bool is_given;           /* ... which is none: the values come from elsewhere */
	int nprograms;
	FillProgram *programs;
	ZdmSyncGap gap; /* not NONE: rows that are filled are compared, too */
	EState *estate;
	ResultRelInfo *rri;
	Snapshot snapshot;
	TupleTableSlot *row;    /* as it is */
	TupleTableSlot *filled; /* as it will be */
	bool has_generated;
	ZdmFillCheck *check;
	bool changes_key; /* a written column is part of a key that may be referred to */
};

/* Adds a program to those that a written row passes. */
static void
add_program(ZdmFill *fill, ZdmSyncProgram *program)
{
	FillProgram *entry = &fill->programs[fill->nprograms++];

	entry->program = program;
	entry->values = palloc(sizeof(Datum) * Max(program->nnew, program->nold));
	entry->isnull = palloc(sizeof(bool) * Max(program->nnew, program->nold));
}

/* Makes what stands for a program of which the caller has the values. */
static ZdmSyncProgram *
given_program(TupleDesc desc, const AttrNumber *columns, int n)
{
	ZdmSyncProgram *program = palloc0(sizeof(ZdmSyncProgram));

	program->nnew = n;
	program->new_columns = palloc0(sizeof(ZdmSyncColumn) * n);
	for (int i = 0; i < n; i++)
	{
		Form_pg_attribute att = TupleDescAttr(desc, columns[i] - 1);

		program->new_columns[i].attnum = columns[i];
		program->new_columns[i].byval = att->attbyval;
		program->new_columns[i].len = att->attlen;
	}
	return program;
}

/*
 * Collects the sync programs of the table, the one whose columns are being
 * filled first, which is that of a trigger, or a given one.  That whatever is written passes all
 * sync programs is what every backfill relies on, and it holds for the writes of another backfill
 * only because they do it here.
 */
static void
collect_programs(ZdmFill *fill, const char *trigger_name, ZdmSyncProgram *given)
{
	TriggerDesc *triggers = fill->rri->ri_TrigDesc; /* a copy; NULL: there are none */
	Trigger *own = given ? NULL : zdm_sync_trigger(fill->rel, trigger_name);
	int n = triggers ? triggers->numtriggers : 0;
	Oid function = own ? own->tgfoid : zdm_sync_function();

	if (own == NULL && given == NULL)
		elog(ERROR, "sync trigger \"%s\" vanished", trigger_name);
	fill->programs = palloc0(sizeof(FillProgram) * (n + 1));
	fill->is_given = given != NULL;
	fill->program = given ? given : zdm_sync_program(fill->rel, own);
	add_program(fill, fill->program);
	for (int i = 0; i < n; i++)
	{
		Trigger *trigger = &triggers->triggers[i];

		if (trigger->tgfoid == function && (own == NULL || trigger->tgoid != own->tgoid) &&
			zdm_sync_fires(trigger))
		{
			ZdmSyncProgram *program = zdm_sync_program(fill->rel, trigger);

			if (zdm_sync_both_live(program->state) || program->state == ZDM_SYNC_FILLING)
				add_program(fill, program);
		}
	}
}

/* Adds columns to a set, offset as in pull_varattnos(). */
static Bitmapset *
add_columns(Bitmapset *set, const ZdmSyncColumn *columns, int n)
{
	for (int i = 0; i < n; i++)
		set = bms_add_member(set, columns[i].attnum - FirstLowInvalidHeapAttributeNumber);
	return set;
}

/* Returns the columns that may be written as a set, offset as in pull_varattnos(). */
static Bitmapset *
written_column_set(ZdmFill *fill)
{
	Bitmapset *set = NULL;

	for (int p = 0; p < fill->nprograms; p++)
		set = add_columns(set, fill->programs[p].program->new_columns,
						  fill->programs[p].program->nnew);
	if (fill->gap != ZDM_GAP_NONE && zdm_sync_flows_back(fill->program->state))
		set = add_columns(set, fill->program->old_columns, fill->program->nold);
	return set;
}

/* See zdm_fill_open(), zdm_fill_open_given(). */
static ZdmFill *
open_fill(Relation rel, const char *trigger, ZdmSyncGap gap, const AttrNumber *columns, int n)
{
	EState *estate = CreateExecutorState();
	MemoryContext caller = MemoryContextSwitchTo(estate->es_query_cxt);
	ZdmFill *fill = palloc0(sizeof(ZdmFill));
	TupleConstr *constr = RelationGetDescr(rel)->constr;

	CheckCmdReplicaIdentity(rel, CMD_UPDATE);
	fill->rel = rel;
	fill->estate = estate;
	fill->rri = makeNode(ResultRelInfo);
	InitResultRelInfo(fill->rri, rel, 0, NULL, 0); /* in no range table */
	fill->gap = gap;
	collect_programs(fill, trigger,
					 columns ? given_program(RelationGetDescr(rel), columns, n) : NULL);
	estate->es_output_cid = GetCurrentCommandId(true);
	ExecOpenIndices(fill->rri, false);
	fill->snapshot = GetActiveSnapshot();
	fill->row = table_slot_create(rel, NULL);
	fill->filled = MakeSingleTupleTableSlot(RelationGetDescr(rel), &TTSOpsHeapTuple);
	fill->has_generated = constr != NULL && constr->has_generated_stored;
	fill->check = zdm_fill_check_open(fill->rri, estate, written_column_set(fill));
	fill->changes_key = zdm_fill_changes_key(fill->check);
	MemoryContextSwitchTo(caller);
	return fill;
}

/*
 * Makes ready to fill rows of a relation by the program of its sync trigger of
 * that name, which the caller has seen in place; where there is a gap, to compare them, too.  The
 * caller holds ROW EXCLUSIVE on the relation and has an active snapshot; end with zdm_fill_close().
 */
ZdmFill *
zdm_fill_open(Relation rel, const char *trigger, ZdmSyncGap gap)
{
	return open_fill(rel, trigger, gap, NULL, 0);
}

/* The same, to fill these columns with values that zdm_fill_given() gives. */
ZdmFill *
zdm_fill_open_given(Relation rel, const AttrNumber *columns, int n)
{
	return open_fill(rel, NULL, ZDM_GAP_NONE, columns, n);
}

/* Returns where the values are to be put that the row in the slot is to have. */
Datum *
zdm_fill_given(ZdmFill *fill, bool **isnull)
{
	*isnull = fill->programs[0].isnull;
	return fill->programs[0].values;
}

/* Has rows be written as of another snapshot, and another command. */
void
zdm_fill_renew(ZdmFill *fill, Snapshot snapshot)
{
	fill->snapshot = snapshot;
	fill->estate->es_output_cid = GetCurrentCommandId(true);
}

/* Checks what can't be checked row by row.  No row is written afterwards. */
void
zdm_fill_finish(ZdmFill *fill)
{
	zdm_fill_check_finish(fill->check);
}

/* Releases everything; the relation stays open. */
void
zdm_fill_close(ZdmFill *fill)
{
	ExecDropSingleTupleTableSlot(fill->row);
	ExecDropSingleTupleTableSlot(fill->filled);
	ExecCloseIndices(fill->rri);
	FreeExecutorState(fill->estate);
}

/* Returns the slot that takes the row to be looked at. */
TupleTableSlot *
zdm_fill_slot(ZdmFill *fill)
{
	return fill->row;
}

/* Returns how many indexes the table has. */
int
zdm_fill_indexes(ZdmFill *fill)
{
	return fill->rri->ri_NumIndices;
}

/*
 * Tells whether a row may have to be written: its new columns are all NULL, which is a look at
 * its header in most cases, or it has to be compared.
 */
bool
zdm_fill_wants(ZdmFill *fill, HeapTuple tuple)
{
	if (fill->gap != ZDM_GAP_NONE)
		return true;
	for (int i = 0; i < fill->program->nnew; i++)
		if (!heap_attisnull(tuple, fill->program->new_columns[i].attnum,
							RelationGetDescr(fill->rel)))
			return false;
	return true;
}

/*
 * Tells whether computing a row may take any time: it calls functions that users wrote, or
 * works on values that may be large.
 */
bool
zdm_fill_may_be_slow(ZdmFill *fill)
{
	return fill->program->user_code || fill->program->large_values;
}

/* Raises an error if a column that must not be NULL was filled with NULL. */
static void
check_not_null(ZdmFill *fill, const FillProgram *entry)
{
	bool must = entry->program == fill->program && fill->program->not_null &&
				entry->columns == entry->program->new_columns;

	for (int i = 0; i < entry->ncolumns; i++)
	{
		Form_pg_attribute att =
			TupleDescAttr(RelationGetDescr(fill->rel), entry->columns[i].attnum - 1);

		if (entry->isnull[i] && (att->attnotnull || must))
			ereport(ERROR, (errcode(ERRCODE_NOT_NULL_VIOLATION),
							errmsg("the expression for column \"%s\" of \"%s\" gives null",
								   NameStr(att->attname), RelationGetRelationName(fill->rel)),
							errdetail("The column is to be NOT NULL."),
							errhint("Correct the row, or start again with another expression.")));
	}
}

/* Raises an error if the filled row violates a constraint on a new column. */
static void
check_constraints(ZdmFill *fill)
{
	for (int p = 0; p < fill->nprograms; p++)
		if (fill->programs[p].fills)
			check_not_null(fill, &fill->programs[p]);
	zdm_fill_check_row(fill->check, fill->filled);
}

/* Tells whether a NULL in the program's new columns is an error. */
static bool
must_be_given(const ZdmSyncProgram *program)
{
	return program->not_null && !program->null_on_error;
}

/*
 * Computes the columns of the program that the table is filled for, in a table with a gap:
 * whichever side has to follow.
 */
static void
compute_apart(ZdmFill *fill, FillProgram *entry)
{
	ZdmSyncProgram *program = entry->program;
	ZdmSyncAction action = zdm_sync_judge_apart(program, fill->row, fill->gap);

	if (action == ZDM_SYNC_KEEP)
		return;
	if (action == ZDM_SYNC_REVERSE)
	{
		entry->columns = program->old_columns;
		entry->ncolumns = program->nold;
	}
	zdm_sync_compute(program, fill->row, action, entry->values, entry->isnull);
	entry->fills = !zdm_sync_side_equals(entry->columns, entry->ncolumns, fill->row, entry->values,
										 entry->isnull) ||
				   (action == ZDM_SYNC_FORWARD && must_be_given(program)); /* or complain */
}

static HeapTupleHeader
row_header(ZdmFill *fill)
{
	return ((BufferHeapTupleTableSlot *) fill->row)->base.tuple->t_data;
}

/*
 * Computes the columns of one program; entry->fills tells whether there is a value to
 * write.  Where another migration's expression fails for the row, that is for its own
 * backfill to find and to report.
 */
static void
compute_columns(ZdmFill *fill, FillProgram *entry)
{
	ZdmSyncProgram *program = entry->program;
	bool own = program == fill->program;
	bool meant;

	entry->fills = false;
	entry->columns = program->new_columns;
	entry->ncolumns = program->nnew;
	if (own && fill->is_given)
	{
		entry->fills = !zdm_sync_side_equals(entry->columns, entry->ncolumns, fill->row,
											 entry->values, entry->isnull);
		return;
	}
	zdm_sync_reset(program);
	if (own && fill->gap != ZDM_GAP_NONE)
	{
		compute_apart(fill, entry);
		return;
	}
	if (!zdm_sync_is_unfilled(program, fill->row))
		return;
	meant = zdm_sync_passed_trigger(program, row_header(fill)) || (program->filled && !own);
	if (own) /* also where a NULL is meant: another backfill may have brought it here */
		zdm_sync_forward(program, fill->row, entry->values, entry->isnull);
	else if (!meant)
		(void) zdm_sync_try_forward(program, fill->row, entry->values, entry->isnull, NULL);
	if (meant)
		return;
	for (int i = 0; i < program->nnew; i++)
		if (!entry->isnull[i])
			entry->fills = true;
	if (own && must_be_given(program))
		entry->fills = true; /* or complain */
}

/*
 * Computes what the row in the slot will be.  False if there is nothing to
 * write: it is filled, or the expression gives NULL, and nobody wants it
 * otherwise.  Raises whatever expressions and constraints raise.
 */
bool
zdm_fill_compute(ZdmFill *fill)
{
	TupleDesc desc = RelationGetDescr(fill->rel);
	TupleTableSlot *row = fill->row;
	TupleTableSlot *filled = fill->filled;

	compute_columns(fill, &fill->programs[0]);
	if (!fill->programs[0].fills)
		return false;
	for (int p = 1; p < fill->nprograms; p++)
		compute_columns(fill, &fill->programs[p]);

	slot_getallattrs(row);
	ExecClearTuple(filled);
	memcpy(filled->tts_values, row->tts_values, sizeof(Datum) * desc->natts);
	memcpy(filled->tts_isnull, row->tts_isnull, sizeof(bool) * desc->natts);
	for (int i = 0; i < desc->natts; i++)
		if (TupleDescAttr(desc, i)->attisdropped)
			filled->tts_isnull[i] = true;
	for (int p = 0; p < fill->nprograms; p++)
	{
		FillProgram *entry = &fill->programs[p];

		for (int i = 0; entry->fills && i < entry->ncolumns; i++)
		{
			AttrNumber attnum = entry->columns[i].attnum;

			filled->tts_values[attnum - 1] = entry->values[i];
			filled->tts_isnull[attnum - 1] = entry->isnull[i];
		}
	}
	filled->tts_tableOid = RelationGetRelid(fill->rel);
	ExecStoreVirtualTuple(filled);
	if (fill->has_generated)
		ExecComputeStoredGenerated(fill->rri, fill->estate, filled, CMD_UPDATE);
	check_constraints(fill);
	return true;
}

/*
 * Tells whether no row of a table with a gap has anything left to write, as one snapshot sees
 * it.  Visits alone can't tell: an UPDATE of something else may move a row with a stale value
 * to a page that has been visited.
 */
bool
zdm_fill_is_complete(Relation rel, const char *trigger, ZdmSyncGap gap)
{
	ZdmFill *fill = zdm_fill_open(rel, trigger, gap);
	TableScanDesc scan = zdm_beginscan(rel, fill->snapshot);
	bool complete = true;

	while (complete && table_scan_getnextslot(scan, ForwardScanDirection, fill->row))
	{
		compute_columns(fill, &fill->programs[0]);
		complete = !fill->programs[0].fills;
		CHECK_FOR_INTERRUPTS();
	}
	table_endscan(scan);
	zdm_fill_finish(fill);
	zdm_fill_close(fill);
	return complete;
}

/* Returns the row as it was computed, and which columns it was computed for. */
TupleTableSlot *
zdm_fill_computed(ZdmFill *fill, const ZdmSyncColumn **columns, int *n)
{
	*columns = fill->programs[0].columns;
	*n = fill->programs[0].ncolumns;
	return fill->filled;
}

/* Returns the space that the computed row will take in its page, in bytes. */
Size
zdm_fill_size(ZdmFill *fill)
{
	bool should_free;
	HeapTuple tuple = ExecFetchSlotHeapTuple(fill->filled, true, &should_free);
	Size size = tuple->t_len;

	Assert(!should_free);
	if (size > TOAST_TUPLE_THRESHOLD)
		size = RelationGetToastTupleTarget(fill->rel, TOAST_TUPLE_TARGET);
	return MAXALIGN(size);
}

/* Frees what was allocated for the row in the slot. */
void
zdm_fill_reset(ZdmFill *fill)
{
	ExecClearTuple(fill->filled);
	ResetPerTupleExprContext(fill->estate);
}

/*
 * Updates the row in the heap.  Somebody may have taken it since zdm_row_is_busy() looked:
 * heap_update() then waits, since it does not go past a FOR KEY SHARE when told not to
 * ("see below about the no wait case", heapam.c).  Such a wait has a deadline, by which
 * *collided is set and an error raised: the batch is to be begun again.
 */
static TM_Result
update_row(ZdmFill *fill, ZdmUpdateIndexes *update_indexes, bool *collided)
{
	TM_FailureData failure;
	LockTupleMode lockmode;
	TM_Result result;
	int save_timeout = LockTimeout;

	/* Its own, shorter one: in a deadlock with a client it is never the client that is ended. */
	LockTimeout = Max(Min(COLLISION_MSEC, DeadlockTimeout / 2), 1);
	PG_TRY();
	{
		result = zdm_table_tuple_update(fill->rel, &fill->row->tts_tid, fill->filled,
										fill->estate->es_output_cid, fill->snapshot, true, &failure,
										&lockmode, update_indexes);
	}
	PG_CATCH();
	{
		LockTimeout = save_timeout;
		*collided = geterrcode() == ERRCODE_LOCK_NOT_AVAILABLE;
		PG_RE_THROW();
	}
	PG_END_TRY();
	LockTimeout = save_timeout;
	return result;
}

/*
 * Writes the computed row in place of the one in the slot.  TM_BeingModified: a
 * transaction that is under way has it.  *hot: without new index entries.  *collided: the
 * error says only that somebody took the row at this very moment.
 */
TM_Result
zdm_fill_write(ZdmFill *fill, bool *hot, bool *collided)
{
	ZdmUpdateIndexes update_indexes;
	TM_Result result;
	List *recheck = NIL;

	if (zdm_row_is_busy(fill->row, fill->estate->es_output_cid, fill->changes_key))
		return TM_BeingModified;
	result = update_row(fill, &update_indexes, collided);
	if (result == TM_Ok)
	{
		*hot = zdm_update_is_hot(update_indexes);
		if (zdm_update_needs_indexes(update_indexes) && fill->rri->ri_NumIndices > 0)
			recheck =
				zdm_insert_index_tuples(fill->rri, fill->filled, fill->estate, update_indexes);
		zdm_fill_check_written(fill->check, &fill->row->tts_tid, fill->filled, recheck);
		list_free(recheck);
	}
	return result;
}
