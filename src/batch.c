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

/* What a batch needs while it runs; lives in the executor state's memory. */
typedef struct BatchState
{
	Relation rel;
	ZdmSyncProgram *program;
	EState *estate;
	ResultRelInfo *rri;
	Snapshot snapshot;
	TupleTableSlot *row;    /* as it is */
	TupleTableSlot *filled; /* as it will be */
	Datum *values;          /* of the new columns */
	bool *isnull;
	bool has_generated;
	int nchecks; /* CHECK constraints on the new columns */
	ExprState **checks;
	char **check_names;
} BatchState;

/* Returns the new columns as a set, offset as in pull_varattnos(). */
static Bitmapset *
new_column_set(ZdmSyncProgram *program)
{
	Bitmapset *set = NULL;

	for (int i = 0; i < program->nnew; i++)
		set = bms_add_member(set,
							 program->new_columns[i].attnum - FirstLowInvalidHeapAttributeNumber);
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
open_batch(Relation rel, ZdmSyncProgram *program)
{
	EState *estate = CreateExecutorState();
	MemoryContext caller = MemoryContextSwitchTo(estate->es_query_cxt);
	BatchState *state = palloc0(sizeof(BatchState));
	Bitmapset *columns = new_column_set(program);
	TupleConstr *constr = RelationGetDescr(rel)->constr;

	CheckCmdReplicaIdentity(rel, CMD_UPDATE);
	state->rel = rel;
	state->program = program;
	state->estate = estate;
	estate->es_output_cid = GetCurrentCommandId(true);
	zdm_init_range_table(estate, rel, columns);
	state->rri = makeNode(ResultRelInfo);
	InitResultRelInfo(state->rri, rel, 1, NULL, 0);
	ExecOpenIndices(state->rri, false);
	state->snapshot = GetActiveSnapshot();
	state->row = table_slot_create(rel, NULL);
	state->filled = MakeSingleTupleTableSlot(RelationGetDescr(rel), &TTSOpsVirtual);
	state->values = palloc(sizeof(Datum) * program->nnew);
	state->isnull = palloc(sizeof(bool) * program->nnew);
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

/* Raises an error if the filled row violates a constraint on a new column. */
static void
check_constraints(BatchState *state)
{
	ExprContext *econtext = GetPerTupleExprContext(state->estate);

	for (int i = 0; i < state->program->nnew; i++)
	{
		Form_pg_attribute att =
			TupleDescAttr(RelationGetDescr(state->rel), state->program->new_columns[i].attnum - 1);

		if (state->isnull[i] && (att->attnotnull || state->program->not_null))
			ereport(ERROR, (errcode(ERRCODE_NOT_NULL_VIOLATION),
							errmsg("the expression for column \"%s\" of \"%s\" gives null",
								   NameStr(att->attname), RelationGetRelationName(state->rel)),
							errdetail("The column is to be NOT NULL."),
							errhint("Correct the row, or start again with another expression.")));
	}
	econtext->ecxt_scantuple = state->filled;
	for (int i = 0; i < state->nchecks; i++)
		if (!ExecCheck(state->checks[i], econtext))
			ereport(ERROR, (errcode(ERRCODE_CHECK_VIOLATION),
							errmsg("the row would violate check constraint \"%s\" of \"%s\"",
								   state->check_names[i], RelationGetRelationName(state->rel)),
							errhint("Correct the row, or start again with another expression.")));
}

/*
 * Computes the row as it will be.  False if there is nothing to write: the
 * expression gives NULL, and nobody wants it otherwise.
 */
static bool
fill_row(BatchState *state)
{
	ZdmSyncProgram *program = state->program;
	TupleDesc desc = RelationGetDescr(state->rel);
	TupleTableSlot *row = state->row;
	TupleTableSlot *filled = state->filled;
	bool all_null = true;

	zdm_sync_forward(program, row, state->values, state->isnull);
	for (int i = 0; i < program->nnew; i++)
		if (!state->isnull[i])
			all_null = false;
	if (all_null && !program->not_null)
		return false;

	slot_getallattrs(row);
	ExecClearTuple(filled);
	memcpy(filled->tts_values, row->tts_values, sizeof(Datum) * desc->natts);
	memcpy(filled->tts_isnull, row->tts_isnull, sizeof(bool) * desc->natts);
	for (int i = 0; i < desc->natts; i++)
		if (TupleDescAttr(desc, i)->attisdropped)
			filled->tts_isnull[i] = true;
	for (int i = 0; i < program->nnew; i++)
	{
		AttrNumber attnum = program->new_columns[i].attnum;

		filled->tts_values[attnum - 1] = state->values[i];
		filled->tts_isnull[attnum - 1] = state->isnull[i];
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
	if (!zdm_sync_is_unfilled(state->program, state->row))
		return;
	zdm_sync_reset(state->program);
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
			/* Whoever did it came through the sync trigger. */
			break;
		default:
			elog(ERROR, "unexpected state of row (%u,%u)",
				 ItemPointerGetBlockNumber(&result->current),
				 ItemPointerGetOffsetNumber(&result->current));
	}
}

/*
 * Fills the rows of a range whose new columns are all NULL.  The caller holds
 * ROW EXCLUSIVE on the relation and has an active snapshot; counts are added to
 * *result.  Raises whatever the expressions and constraints raise; then
 * result->current is the row that did it.
 */
void
zdm_batch_run(Relation rel, ZdmSyncProgram *program, const ZdmBatchRange *range,
			  ZdmBatchResult *result)
{
	BatchState *state;
	TableScanDesc scan;
	ItemPointerData low;
	ItemPointerData high;
	bool last_wave = range->wave >= range->waves - 1;

	if (range->end <= range->first)
		return;
	state = open_batch(rel, program);
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
