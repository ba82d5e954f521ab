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
#include "miscadmin.h"
#include "storage/bufmgr.h"
#include "storage/bufpage.h"
#include "utils/memutils.h"
#include "utils/rel.h"

#include "base/compat.h"
#include "base/stop_point.h"
#include "fill/copy.h"
#include "sync/leaves.h"

/* One row of the page. */
typedef struct CopiedRow
{
	HeapTupleData tuple; /* in the page */
	ZdmLeaf *leaf;       /* where it goes */
	TupleTableSlot *slot;
	bool conflict; /* the target may have its key already */
	bool ended;    /* it is not to be copied any more, or not yet */
} CopiedRow;

/* What it takes to copy to one table of the target. */
typedef struct CopyLeaf
{
	BulkInsertState bulk;
	int nslots; /* that have been made */
	TupleTableSlot *slots[MaxHeapTuplesPerPage];
	int nrows; /* of the page */
	CopiedRow *rows[MaxHeapTuplesPerPage];
	TupleTableSlot *row_slots[MaxHeapTuplesPerPage]; /* theirs */
} CopyLeaf;

struct ZdmCopy
{
	ZdmLeaves leaves;
	TupleTableSlot *from;
	MemoryContext per_page;
	int nrows;
	CopiedRow rows[MaxHeapTuplesPerPage];
	bool busy; /* the page has to be visited again */
};

/* Makes ready to copy, as the source's owner; the caller has an active snapshot and holds ROW
 * EXCLUSIVE on the source. */
ZdmCopy *
zdm_copy_open(Relation source, Oid target)
{
	ZdmCopy *copy = palloc0(sizeof(ZdmCopy));
	Relation rel = table_open(target, RowExclusiveLock);
	ZdmFollower *follower = zdm_follower_make(source, rel);

	zdm_follower_require_owner(rel, GetUserId());
	if (!zdm_follower_is_complete(follower, source, rel))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("table \"%s\" has other columns, or another key, than when the migration "
						"began",
						RelationGetRelationName(source)),
				 errhint("Roll the migration back, and begin it anew.")));
	if (follower->narrow)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("rows of table \"%s\" may be told apart by the new primary key alone",
						RelationGetRelationName(source)),
				 errdetail("They have come with it since contract, and the old table has not room "
						   "for two of the same key."),
				 errhint("Detach it, or finalize the migration.")));
	zdm_leaves_make(&copy->leaves, follower, source, rel, RowExclusiveLock);
	copy->from = table_slot_create(source, NULL);
	copy->per_page =
		AllocSetContextCreate(CurrentMemoryContext, "zdm copy", ALLOCSET_DEFAULT_SIZES);
	return copy;
}

/* Returns what it takes to copy to a table of the target, made if need be. */
static CopyLeaf *
copy_leaf(ZdmCopy *copy, ZdmLeaf *leaf)
{
	MemoryContext caller;
	CopyLeaf *own = leaf->extra;

	if (own)
		return own;
	caller = MemoryContextSwitchTo(copy->leaves.context);
	own = palloc0(sizeof(CopyLeaf));
	own->bulk = GetBulkInsertState();
	leaf->extra = own;
	MemoryContextSwitchTo(caller);
	return own;
}

/* Releases everything; the source stays open. */
void
zdm_copy_close(ZdmCopy *copy)
{
	Relation target = copy->leaves.target;
	ListCell *lc;

	foreach (lc, copy->leaves.leaves)
	{
		ZdmLeaf *leaf = lfirst(lc);
		CopyLeaf *own = copy_leaf(copy, leaf);

		table_finish_bulk_insert(leaf->rel, 0);
		FreeBulkInsertState(own->bulk);
		for (int i = 0; i < own->nslots; i++)
			ExecDropSingleTupleTableSlot(own->slots[i]);
	}
	ExecDropSingleTupleTableSlot(copy->from);
	zdm_leaves_close(&copy->leaves);
	table_close(target, NoLock);
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
		row->tuple.t_tableOid = RelationGetRelid(copy->leaves.source);
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
		if (zdm_following_wants(&zdm_leaves_of_row(&copy->leaves, copy->from)->following,
								copy->from))
			copy->rows[n++].tuple = copy->rows[i].tuple;
	}
	copy->nrows = n;
}

/* Returns a slot for one more row of a table of the target. */
static TupleTableSlot *
next_slot(ZdmCopy *copy, Relation rel, CopyLeaf *own)
{
	if (own->nrows == own->nslots)
	{
		MemoryContext caller = MemoryContextSwitchTo(copy->leaves.context);

		own->slots[own->nslots++] =
			MakeSingleTupleTableSlot(RelationGetDescr(rel), table_slot_callbacks(rel));
		MemoryContextSwitchTo(caller);
	}
	return own->slots[own->nrows];
}

/* Puts the rows into slots of the layouts of the tables that they go to. */
static void
form_rows(ZdmCopy *copy, Buffer buffer)
{
	ListCell *lc;

	foreach (lc, copy->leaves.leaves)
		copy_leaf(copy, lfirst(lc))->nrows = 0;
	for (int i = 0; i < copy->nrows; i++)
	{
		CopiedRow *row = &copy->rows[i];
		CopyLeaf *own;

		ExecStoreBufferHeapTuple(&row->tuple, copy->from, buffer);
		row->leaf = zdm_leaves_of_row(&copy->leaves, copy->from);
		own = copy_leaf(copy, row->leaf);
		row->slot = next_slot(copy, row->leaf->rel, own);
		row->conflict = row->ended = false;
		zdm_following_map(&row->leaf->following, copy->from, row->slot);
		own->rows[own->nrows] = row;
		own->row_slots[own->nrows++] = row->slot;
	}
}

/* Inserts the rows of one table of the target, with their index entries. */
static void
insert_into(ZdmLeaf *leaf)
{
	ZdmFollowing *f = &leaf->following;
	CopyLeaf *own = leaf->extra;

	if (own->nrows == 0)
		return;
	for (int i = 0; i < own->nrows; i++)
		zdm_following_require(f, own->row_slots[i]);
	table_multi_insert(f->target, own->row_slots, own->nrows, GetCurrentCommandId(true), 0,
					   own->bulk);
	zdm_stop_point("copy in heap");
	for (int i = 0; i < own->nrows; i++)
	{
		CopiedRow *row = own->rows[i];

		row->conflict = !zdm_following_insert_entries(f, row->slot, UNIQUE_CHECK_PARTIAL,
													  ZDM_ALL_INDEXES, NULL);
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
	TM_FailureData failure;
	int taken = 0;

	CommandCounterIncrement(); /* or they could not be seen */
	for (int i = 0; i < copy->nrows; i++)
	{
		CopiedRow *row = &copy->rows[i];
		ZdmFollowing *f = &row->leaf->following;

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
	ListCell *lc;

	copy->nrows = 0;
	copy->busy = false;
	list_rows(copy, buffer, snapshot);
	if (zdm_follower_chooses(copy->leaves.follower))
		leave_out(copy, buffer);
	if (copy->nrows > 0)
	{
		form_rows(copy, buffer);
		zdm_stop_point("copy listed");
		foreach (lc, copy->leaves.leaves)
			insert_into(lfirst(lc));
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
