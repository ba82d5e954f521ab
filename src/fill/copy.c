/*
 * copy.c
 *		Copying the rows of a page into the table that follows.
 *
 * No row of the source is locked or written, and nobody is waited for.  The rows that a snapshot
 * sees are inserted with their index entries, and only then each row of the source is looked at
 * once more.  Whoever has ended that version meanwhile, or is about to, may have looked for the
 * copy before it was there; so it is taken back, in the same transaction: if he has committed,
 * his trigger has written the target, and else the page is visited again.  Whoever comes later
 * finds the copy, and waits for this transaction.
 *
 * Where the target has the key already, that is the trigger's doing, or of a visit before; if its
 * transaction is under way, the page is visited again.  test/model has all interleavings.
 */
#include "postgres.h"

#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "storage/bufmgr.h"
#include "storage/bufpage.h"
#include "utils/memutils.h"
#include "utils/rel.h"

#include "base/compat.h"
#include "base/stop_point.h"
#include "fill/copy.h"
#include "sync/follower.h"

/* One row of the page. */
typedef struct CopiedRow
{
	HeapTupleData tuple; /* in the page */
	TupleTableSlot *slot;
	bool conflict; /* the target may have its key already */
	bool ended;    /* it is not to be copied any more, or not yet */
} CopiedRow;

struct ZdmCopy
{
	ZdmFollowing following;
	TupleTableSlot *from;
	BulkInsertState bulk;
	MemoryContext per_page;
	int nslots; /* that have been made */
	TupleTableSlot *slots[MaxHeapTuplesPerPage];
	int nrows;
	CopiedRow rows[MaxHeapTuplesPerPage];
	bool busy; /* the page has to be visited again */
};

/* Makes ready to copy; the caller has an active snapshot and holds ROW EXCLUSIVE on the source. */
ZdmCopy *
zdm_copy_open(Relation source, Oid target)
{
	ZdmCopy *copy = palloc0(sizeof(ZdmCopy));
	Relation rel = table_open(target, RowExclusiveLock);
	ZdmFollower *follower = zdm_follower_make(source, rel);

	if (!zdm_follower_is_complete(follower, source, rel))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("table \"%s\" has other columns, or another key, than when the migration "
						"began",
						RelationGetRelationName(source)),
				 errhint("Roll the migration back, and begin it anew.")));
	zdm_following_make(&copy->following, follower, source, rel);
	copy->from = table_slot_create(source, NULL);
	copy->bulk = GetBulkInsertState();
	copy->per_page =
		AllocSetContextCreate(CurrentMemoryContext, "zdm copy", ALLOCSET_DEFAULT_SIZES);
	return copy;
}

/* Releases everything; the source stays open. */
void
zdm_copy_close(ZdmCopy *copy)
{
	table_finish_bulk_insert(copy->following.target, 0);
	FreeBulkInsertState(copy->bulk);
	for (int i = 0; i < copy->nslots; i++)
		ExecDropSingleTupleTableSlot(copy->slots[i]);
	ExecDropSingleTupleTableSlot(copy->from);
	zdm_following_close(&copy->following);
	table_close(copy->following.target, NoLock);
	MemoryContextDelete(copy->per_page);
}

/*
 * Tells whether a version of a row is the present one, which nobody is about to end; *decided
 * tells that it is ended for good.  The caller has the buffer locked.  Who has merely locked the
 * row has not written it: when he does, his trigger finds the copy.
 */
static bool
is_present(HeapTuple tuple, Buffer buffer, bool *decided)
{
	TM_Result result;

	*decided = false;
	if (tuple->t_data->t_infomask & HEAP_XMAX_INVALID)
		return true;
	result = HeapTupleSatisfiesUpdate(tuple, GetCurrentCommandId(false), buffer);
	if (result == TM_Ok)
		return true;
	*decided = result == TM_Updated || result == TM_Deleted;
	return result == TM_BeingModified && HEAP_XMAX_IS_LOCKED_ONLY(tuple->t_data->t_infomask);
}

/* Lists the rows of the page that the snapshot sees and nobody is about to end. */
static void
list_rows(ZdmCopy *copy, Buffer buffer, Snapshot snapshot)
{
	Page page = BufferGetPage(buffer);
	OffsetNumber last;

	LockBuffer(buffer, BUFFER_LOCK_SHARE);
	last = PageGetMaxOffsetNumber(page);
	for (OffsetNumber offset = FirstOffsetNumber; offset <= last; offset++)
	{
		CopiedRow *row = &copy->rows[copy->nrows];
		ItemId item = PageGetItemId(page, offset);
		bool decided;

		if (!ItemIdIsNormal(item))
			continue;
		row->tuple.t_data = (HeapTupleHeader) PageGetItem(page, item);
		row->tuple.t_len = ItemIdGetLength(item);
		row->tuple.t_tableOid = RelationGetRelid(copy->following.source);
		ItemPointerSet(&row->tuple.t_self, BufferGetBlockNumber(buffer), offset);
		if (!HeapTupleSatisfiesVisibility(&row->tuple, snapshot, buffer))
			continue;
		if (is_present(&row->tuple, buffer, &decided))
			copy->nrows++;
		else if (!decided)
			copy->busy = true;
	}
	LockBuffer(buffer, BUFFER_LOCK_UNLOCK);
}

/* Leaves out the rows that the target is not to have. */
static void
leave_out(ZdmCopy *copy, Buffer buffer)
{
	int n = 0;

	for (int i = 0; i < copy->nrows; i++)
	{
		ExecStoreBufferHeapTuple(&copy->rows[i].tuple, copy->from, buffer);
		if (zdm_following_wants(&copy->following, copy->from))
			copy->rows[n++].tuple = copy->rows[i].tuple;
	}
	copy->nrows = n;
}

/* Puts the rows into slots of the target's layout. */
static void
form_rows(ZdmCopy *copy, Buffer buffer)
{
	Relation target = copy->following.target;

	for (int i = 0; i < copy->nrows; i++)
	{
		CopiedRow *row = &copy->rows[i];

		if (i == copy->nslots)
		{
			MemoryContext caller = MemoryContextSwitchTo(GetMemoryChunkContext(copy));

			copy->slots[copy->nslots++] =
				MakeSingleTupleTableSlot(RelationGetDescr(target), table_slot_callbacks(target));
			MemoryContextSwitchTo(caller);
		}
		row->slot = copy->slots[i];
		row->conflict = row->ended = false;
		if (zdm_following_take(&copy->following, &row->tuple, row->slot))
			continue;
		ExecStoreBufferHeapTuple(&row->tuple, copy->from, buffer);
		zdm_following_map(&copy->following, copy->from, row->slot);
	}
}

/* Inserts the rows, with their index entries. */
static void
insert_rows(ZdmCopy *copy)
{
	ZdmFollowing *f = &copy->following;

	table_multi_insert(f->target, copy->slots, copy->nrows, GetCurrentCommandId(true), 0,
					   copy->bulk);
	zdm_stop_point("copy in heap");
	for (int i = 0; i < copy->nrows; i++)
	{
		CopiedRow *row = &copy->rows[i];

		row->conflict =
			!zdm_following_insert_entries(f, row->slot, UNIQUE_CHECK_PARTIAL, ZDM_ALL_INDEXES);
		ResetPerTupleExprContext(f->estate);
	}
}

/* Looks at the rows of the source once more; true if something has to be taken back. */
static bool
look_again(ZdmCopy *copy, Buffer buffer)
{
	bool any = false;

	LockBuffer(buffer, BUFFER_LOCK_SHARE);
	for (int i = 0; i < copy->nrows; i++)
	{
		CopiedRow *row = &copy->rows[i];
		bool decided;

		row->ended = !is_present(&row->tuple, buffer, &decided);
		copy->busy |= row->ended && !decided;
		any |= row->ended || row->conflict;
	}
	LockBuffer(buffer, BUFFER_LOCK_UNLOCK);
	return any;
}

/* Takes back the copies that are not to be; returns how many. */
static int
take_back(ZdmCopy *copy)
{
	ZdmFollowing *f = &copy->following;
	TM_FailureData failure;
	int taken = 0;

	CommandCounterIncrement(); /* or they could not be seen */
	for (int i = 0; i < copy->nrows; i++)
	{
		CopiedRow *row = &copy->rows[i];

		if (!row->conflict && !row->ended)
			continue;
		taken++;
		if (zdm_table_tuple_delete(f->target, &row->slot->tts_tid, GetCurrentCommandId(true), false,
								   &failure) != TM_Ok)
			elog(ERROR, "could not take back a copy in \"%s\"", RelationGetRelationName(f->target));
		if (row->conflict && !row->ended && zdm_following_look(f, row->slot) != ZDM_COPY_THERE)
			copy->busy = true;
	}
	return taken;
}

/*
 * Copies the rows of a page, which the caller has pinned.  Counts are added to *result; the
 * state of the page afterwards is returned.
 */
ZdmPageState
zdm_copy_page(ZdmCopy *copy, Buffer buffer, Snapshot snapshot, ZdmBatchResult *result)
{
	MemoryContext caller = MemoryContextSwitchTo(copy->per_page);

	copy->nrows = 0;
	copy->busy = false;
	list_rows(copy, buffer, snapshot);
	if (copy->following.only)
		leave_out(copy, buffer);
	if (copy->nrows > 0)
	{
		form_rows(copy, buffer);
		zdm_stop_point("copy listed");
		insert_rows(copy);
		zdm_stop_point("copy inserted");
		result->written += copy->nrows;
		if (look_again(copy, buffer))
			result->written -= take_back(copy);
		zdm_stop_point("copy looked");
		for (int i = 0; i < copy->nrows; i++)
			ExecClearTuple(copy->rows[i].slot);
	}
	ExecClearTuple(copy->from);
	MemoryContextSwitchTo(caller);
	MemoryContextReset(copy->per_page);
	return copy->busy ? ZDM_PAGE_BUSY : ZDM_PAGE_DONE;
}
