/*
 * batch.c
 *		One batch of the backfill: the rows of a block range.
 *
 * Rows are updated straight on the table access method, as the apply worker of
 * logical replication does (execReplication.c, ExecSimpleRelationUpdate), with
 * three differences: no user's trigger fires, because the backfill is not the
 * application; only constraints on the filled columns are checked, because a
 * row that violates another one has been there before; and no lock is waited
 * for, because a writer who holds a row will bring it through the sync trigger.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/heapam.h"
#include "access/sysattr.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/index.h"
#include "executor/executor.h"
#include "executor/nodeModifyTable.h"
#include "miscadmin.h"
#include "nodes/execnodes.h"
#include "optimizer/optimizer.h"
#include "storage/bufmgr.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "batch.h"
#include "compat.h"
#include "names.h"

/* One sync program of the table, and the values that it gives for the row at work. */
typedef struct BatchProgram
{
	ZdmSyncProgram *program;
	Datum *values;
	bool *isnull;
	bool fills; /* it has a value for the row at work */
} BatchProgram;

/* What a batch needs while it runs; lives in the executor state's memory. */
typedef struct BatchState
{
	Relation rel;
	ZdmSyncProgram *program; /* whose columns are being filled: programs[0] */
	int nprograms;
	BatchProgram *programs;
	EState *estate;
	ResultRelInfo *rri;
	Snapshot snapshot;
	TupleTableSlot *row;    /* as it is */
	TupleTableSlot *filled; /* as it will be */
	bool has_generated;
	int nchecks; /* CHECK constraints on the new columns */
	ExprState **checks;
	char **check_names;
} BatchState;

/* Adds a program to those that a written row passes. */
static void
add_program(BatchState *state, ZdmSyncProgram *program)
{
	BatchProgram *entry = &state->programs[state->nprograms++];

	entry->program = program;
	entry->values = palloc(sizeof(Datum) * program->nnew);
	entry->isnull = palloc(sizeof(bool) * program->nnew);
}

/*
 * Collects the sync programs of the table, the one whose columns are being
 * filled first.  That whatever is written passes all sync programs is what
 * every backfill relies on, and it holds for the writes of another backfill
 * only because they do it here.
 */
static void
collect_programs(BatchState *state, const char *trigger_name)
{
	TriggerDesc *triggers = state->rri->ri_TrigDesc; /* a copy */
	Trigger *own = zdm_sync_trigger(triggers, trigger_name);

	if (own == NULL)
		elog(ERROR, "sync trigger \"%s\" vanished", trigger_name);
	state->programs = palloc0(sizeof(BatchProgram) * triggers->numtriggers);
	state->program = zdm_sync_program(state->rel, own);
	add_program(state, state->program);
	for (int i = 0; i < triggers->numtriggers; i++)
	{
		Trigger *trigger = &triggers->triggers[i];

		if (trigger->tgfoid == own->tgfoid && trigger != own &&
			zdm_sync_trigger(triggers, trigger->tgname) == trigger)
		{
			ZdmSyncProgram *program = zdm_sync_program(state->rel, trigger);

			if (!program->contracted)
				add_program(state, program);
		}
	}
}

/* Returns the new columns of all programs as a set, offset as in pull_varattnos(). */
static Bitmapset *
new_column_set(BatchState *state)
{
	Bitmapset *set = NULL;

	for (int p = 0; p < state->nprograms; p++)
	{
		ZdmSyncProgram *program = state->programs[p].program;

		for (int i = 0; i < program->nnew; i++)
			set = bms_add_member(set, program->new_columns[i].attnum -
										  FirstLowInvalidHeapAttributeNumber);
	}
	return set;
}

/* Prepares those CHECK constraints that read a new column. */
static void
prepare_checks(BatchState *state, Bitmapset *columns)
{
	TupleConstr *constr = RelationGetDescr(state->rel)->constr;

	if (constr == NULL || constr->num_check == 0)
		return;
	state->checks = palloc(sizeof(ExprState *) * constr->num_check);
	state->check_names = palloc(sizeof(char *) * constr->num_check);
	for (int i = 0; i < constr->num_check; i++)
	{
		Node *expr = stringToNode(constr->check[i].ccbin);
		Bitmapset *used = NULL;

		pull_varattnos(expr, 1, &used);
		if (!bms_overlap(used, columns) &&
			!bms_is_member(0 - FirstLowInvalidHeapAttributeNumber, used))
			continue;
		state->checks[state->nchecks] = ExecPrepareExpr((Expr *) expr, state->estate);
		state->check_names[state->nchecks] = constr->check[i].ccname;
		state->nchecks++;
	}
}

/* Opens what a batch needs.  The caller has locked the relation and set a snapshot. */
static BatchState *
open_batch(Relation rel, const char *trigger)
{
	EState *estate = CreateExecutorState();
	MemoryContext caller = MemoryContextSwitchTo(estate->es_query_cxt);
	BatchState *state = palloc0(sizeof(BatchState));
	TupleConstr *constr = RelationGetDescr(rel)->constr;
	Bitmapset *columns;

	CheckCmdReplicaIdentity(rel, CMD_UPDATE);
	state->rel = rel;
	state->estate = estate;
	state->rri = makeNode(ResultRelInfo);
	InitResultRelInfo(state->rri, rel, 1, NULL, 0);
	collect_programs(state, trigger);
	columns = new_column_set(state);
	estate->es_output_cid = GetCurrentCommandId(true);
	zdm_init_range_table(estate, rel, columns);
	ExecOpenIndices(state->rri, false);
	state->snapshot = GetActiveSnapshot();
	state->row = table_slot_create(rel, NULL);
	state->filled = MakeSingleTupleTableSlot(RelationGetDescr(rel), &TTSOpsVirtual);
	state->has_generated = constr != NULL && constr->has_generated_stored;
	prepare_checks(state, columns);
	MemoryContextSwitchTo(caller);
	return state;
}

/* Closes a batch; the relation stays open. */
static void
close_batch(BatchState *state)
{
	ExecDropSingleTupleTableSlot(state->row);
	ExecDropSingleTupleTableSlot(state->filled);
	ExecCloseIndices(state->rri);
	FreeExecutorState(state->estate);
}

/* Raises an error if a column that must not be NULL was filled with NULL. */
static void
check_not_null(BatchState *state, const BatchProgram *entry)
{
	for (int i = 0; i < entry->program->nnew; i++)
	{
		Form_pg_attribute att =
			TupleDescAttr(RelationGetDescr(state->rel), entry->program->new_columns[i].attnum - 1);

		if (entry->isnull[i] &&
			(att->attnotnull || (entry->program == state->program && state->program->not_null)))
			ereport(ERROR, (errcode(ERRCODE_NOT_NULL_VIOLATION),
							errmsg("the expression for column \"%s\" of \"%s\" gives null",
								   NameStr(att->attname), RelationGetRelationName(state->rel)),
							errdetail("The column is to be NOT NULL."),
							errhint("Correct the row, or start again with another expression.")));
	}
}

/* Raises an error if the filled row violates a constraint on a new column. */
static void
check_constraints(BatchState *state)
{
	ExprContext *econtext = GetPerTupleExprContext(state->estate);

	for (int p = 0; p < state->nprograms; p++)
		if (state->programs[p].fills)
			check_not_null(state, &state->programs[p]);
	econtext->ecxt_scantuple = state->filled;
	for (int i = 0; i < state->nchecks; i++)
		if (!ExecCheck(state->checks[i], econtext))
			ereport(ERROR, (errcode(ERRCODE_CHECK_VIOLATION),
							errmsg("the row would violate check constraint \"%s\" of \"%s\"",
								   state->check_names[i], RelationGetRelationName(state->rel)),
							errhint("Correct the row, or start again with another expression.")));
}

/* Computes the new columns of one program; entry->fills tells whether there is a value to write. */
static void
compute_columns(BatchState *state, BatchProgram *entry)
{
	entry->fills = false;
	zdm_sync_reset(entry->program);
	if (!zdm_sync_is_unfilled(entry->program, state->row))
		return;
	zdm_sync_forward(entry->program, state->row, entry->values, entry->isnull);
	for (int i = 0; i < entry->program->nnew; i++)
		if (!entry->isnull[i])
			entry->fills = true;
	if (entry->program == state->program && state->program->not_null)
		entry->fills = true; /* or complain */
}

/*
 * Computes the row as it will be.  False if there is nothing to write: it is
 * filled, or the expression gives NULL, and nobody wants it otherwise.
 */
static bool
fill_row(BatchState *state)
{
	TupleDesc desc = RelationGetDescr(state->rel);
	TupleTableSlot *row = state->row;
	TupleTableSlot *filled = state->filled;

	compute_columns(state, &state->programs[0]);
	if (!state->programs[0].fills)
		return false;
	for (int p = 1; p < state->nprograms; p++)
		compute_columns(state, &state->programs[p]);

	slot_getallattrs(row);
	ExecClearTuple(filled);
	memcpy(filled->tts_values, row->tts_values, sizeof(Datum) * desc->natts);
	memcpy(filled->tts_isnull, row->tts_isnull, sizeof(bool) * desc->natts);
	for (int i = 0; i < desc->natts; i++)
		if (TupleDescAttr(desc, i)->attisdropped)
			filled->tts_isnull[i] = true;
	for (int p = 0; p < state->nprograms; p++)
	{
		BatchProgram *entry = &state->programs[p];

		for (int i = 0; entry->fills && i < entry->program->nnew; i++)
		{
			AttrNumber attnum = entry->program->new_columns[i].attnum;

			filled->tts_values[attnum - 1] = entry->values[i];
			filled->tts_isnull[attnum - 1] = entry->isnull[i];
		}
	}
	filled->tts_tableOid = RelationGetRelid(state->rel);
	ExecStoreVirtualTuple(filled);
	if (state->has_generated)
		ExecComputeStoredGenerated(state->rri, state->estate, filled, CMD_UPDATE);
	check_constraints(state);
	return true;
}

/*
 * Tells whether a transaction that is under way has locked or changed the row.
 *
 * heap_update() answers that itself when told not to wait, but asserts that it
 * never has to ("see below about the no wait case", heapam.c): no caller in the
 * server uses that.  The branch behind the assertion is sound, so only builds
 * with assertions ask beforehand, and wait in the short moment between.
 */
static bool
row_is_busy(BatchState *state)
{
#ifdef USE_ASSERT_CHECKING
	BufferHeapTupleTableSlot *slot = (BufferHeapTupleTableSlot *) state->row;
	TM_Result result;

	LockBuffer(slot->buffer, BUFFER_LOCK_SHARE);
	result = HeapTupleSatisfiesUpdate(slot->base.tuple, state->estate->es_output_cid, slot->buffer);
	LockBuffer(slot->buffer, BUFFER_LOCK_UNLOCK);
	return result == TM_BeingModified;
#else
	return false;
#endif
}

/* Writes the filled row in place of the one at work. */
static TM_Result
update_row(BatchState *state, bool *hot)
{
	TM_FailureData failure;
	LockTupleMode lockmode;
	ZdmUpdateIndexes update_indexes;
	TM_Result result;
	bool wait = false;

	if (row_is_busy(state))
		return TM_BeingModified;
#ifdef USE_ASSERT_CHECKING
	wait = true;
#endif
	result = zdm_table_tuple_update(state->rel, &state->row->tts_tid, state->filled,
									state->estate->es_output_cid, state->snapshot, wait, &failure,
									&lockmode, &update_indexes);
	if (result == TM_Ok)
	{
		*hot = zdm_update_is_hot(update_indexes);
		if (zdm_update_needs_indexes(update_indexes) && state->rri->ri_NumIndices > 0)
			list_free(
				zdm_insert_index_tuples(state->rri, state->filled, state->estate, update_indexes));
	}
	return result;
}

/* Notes that the row at work has to be looked at again. */
static void
note_busy(ZdmBatchResult *result)
{
	BlockNumber block = ItemPointerGetBlockNumber(&result->current);

	if (result->busy == 0)
		result->busy_first = block;
	result->busy_end = block + 1;
	result->busy++;
}

/* Fills the row at work, if it needs it. */
static void
process_row(BatchState *state, ZdmBatchResult *result)
{
	bool hot = false;

	result->seen++;
	if (!fill_row(state))
		return;
	switch (update_row(state, &hot))
	{
		case TM_Ok:
			result->written++;
			if (hot)
				result->hot++;
			break;
		case TM_BeingModified:
			note_busy(result);
			break;
		case TM_Updated:
		case TM_Deleted:
			/* Whoever did it came through the sync trigger, or through our fill_row(). */
			break;
		default:
			elog(ERROR, "unexpected state of row (%u,%u)",
				 ItemPointerGetBlockNumber(&result->current),
				 ItemPointerGetOffsetNumber(&result->current));
	}
}

/*
 * Fills the rows of a range whose new columns are all NULL, by the program of
 * the sync trigger of that name, which the caller has seen in place.  The caller holds
 * ROW EXCLUSIVE on the relation and has an active snapshot; counts are added to
 * *result.  Raises whatever the expressions and constraints raise; then
 * result->current is the row that did it.
 */
void
zdm_batch_run(Relation rel, const char *trigger, const ZdmBatchRange *range, ZdmBatchResult *result)
{
	BatchState *state;
	TableScanDesc scan;
	ItemPointerData low;
	ItemPointerData high;
	bool last_wave = range->wave >= range->waves - 1;

	if (range->end <= range->first)
		return;
	state = open_batch(rel, trigger);
	ItemPointerSet(&low, range->first, FirstOffsetNumber);
	ItemPointerSet(&high, range->end - 1, MaxOffsetNumber);
	scan = zdm_beginscan_tidrange(rel, state->snapshot, &low, &high);
	while (table_scan_getnextslot_tidrange(scan, ForwardScanDirection, state->row))
	{
		result->current = state->row->tts_tid;
		if (last_wave || ItemPointerGetOffsetNumber(&result->current) % range->waves == range->wave)
			process_row(state, result);
		ResetPerTupleExprContext(state->estate);
		CHECK_FOR_INTERRUPTS();
	}
	table_endscan(scan);
	ItemPointerSetInvalid(&result->current);
	close_batch(state);
}

/*
 * Names a row for an error message: its ctid, and its primary key if it has
 * one.  NULL if the row is gone.  The caller has opened the relation and has an
 * active snapshot.
 */
char *
zdm_batch_describe_row(Relation rel, ItemPointer tid)
{
	TupleTableSlot *slot = table_slot_create(rel, NULL);
	char *key = NULL;
	char *text;

	if (!table_tuple_fetch_row_version(rel, tid, GetActiveSnapshot(), slot))
	{
		ExecDropSingleTupleTableSlot(slot);
		return NULL;
	}
	list_free(RelationGetIndexList(rel));
	if (OidIsValid(rel->rd_pkindex))
	{
		Relation index = index_open(rel->rd_pkindex, AccessShareLock);
		Datum values[INDEX_MAX_KEYS];
		bool isnull[INDEX_MAX_KEYS];
		IndexInfo *info = BuildIndexInfo(index);
		EState *estate = CreateExecutorState();

		FormIndexDatum(info, slot, estate, values, isnull);
		key = BuildIndexValueDescription(index, values, isnull);
		FreeExecutorState(estate);
		index_close(index, AccessShareLock);
	}
	text = psprintf("row (%u,%u) of %s%s%s", ItemPointerGetBlockNumber(tid),
					ItemPointerGetOffsetNumber(tid), zdm_qualified_name(RelationGetRelid(rel)),
					key ? ", key " : "", key ? key : "");
	ExecDropSingleTupleTableSlot(slot);
	return text;
}
