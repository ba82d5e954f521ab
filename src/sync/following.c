/*
 * following.c
 *		Finding and writing the rows of a table that follows another one.
 *
 * The target is written as the apply worker of logical replication writes (execReplication.c):
 * straight on the table access method, so that no trigger fires and nothing is checked that the
 * source has been checked for; but for its key, of which no two rows may be the same.
 *
 * Rows meet by the primary key.  The target is looked at with a dirty snapshot: what others are
 * making or ending is seen, too.  The trigger waits for them, which can only be a visit of the
 * copy: any other writer of a key has the source's row, and the trigger fires after that.  The
 * copy waits for nobody.  test/model has the protocol.
 *
 * A client pays for each row that its table is followed.  So what can be is kept from one row to
 * the next: locks that this transaction has are not asked for again; a row that is stored alike in
 * both tables is copied as it is; and where a row replaces the one of its key, or is new in the
 * source, the key is not looked up twice.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/relscan.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/partition.h"
#include "storage/bufmgr.h"
#include "storage/bufpage.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/snapmgr.h"

#include "base/compat.h"
#include "base/names.h"
#include "sync/follower.h"

/* Opens an index by which rows are looked up, unless it is open. */
static void
open_lookup(ZdmLookup *lookup)
{
	if (lookup->rel == NULL)
		lookup->rel = index_open(lookup->index, zdm_lock_once(&lookup->locked_by, AccessShareLock));
}

/* Closes it; its lock stays, so that the next time is cheap. */
static void
close_lookup(ZdmLookup *lookup)
{
	if (lookup->rel)
		index_close(lookup->rel, NoLock);
	lookup->rel = NULL;
}

/* Makes ready to look rows up by an index. */
static void
make_lookup(ZdmLookup *lookup, Oid index, const AttrNumber *atts)
{
	memset(lookup, 0, sizeof(ZdmLookup));
	lookup->index = index;
	lookup->atts = atts;
	if (!OidIsValid(index))
		return;
	open_lookup(lookup);
	lookup->nkeys = lookup->rel->rd_index->indnkeyatts;
	for (int i = 0; i < lookup->nkeys; i++)
	{
		Oid type = lookup->rel->rd_opcintype[i];
		Oid equal =
			get_opfamily_member(lookup->rel->rd_opfamily[i], type, type, BTEqualStrategyNumber);

		ScanKeyEntryInitialize(&lookup->keys[i], 0, i + 1, BTEqualStrategyNumber, InvalidOid,
							   lookup->rel->rd_indcollation[i], get_opcode(equal), (Datum) 0);
	}
	close_lookup(lookup);
}

/* Makes a slot for rows of a table, which does not pin the table's descriptor. */
static TupleTableSlot *
make_slot(Relation rel)
{
	return MakeSingleTupleTableSlot(CreateTupleDescCopyConstr(RelationGetDescr(rel)),
									table_slot_callbacks(rel));
}

/*
 * Makes what is needed to write the target, in the current memory context; both tables are open,
 * and locked for it.
 */
void
zdm_following_make(ZdmFollowing *f, const ZdmFollower *follower, Relation source, Relation target)
{
	memset(f, 0, sizeof(ZdmFollowing));
	f->follower = follower;
	f->context = CurrentMemoryContext;
	f->estate = CreateExecutorState();
	f->index_caches =
		AllocSetContextCreate(CurrentMemoryContext, "zdm index caches", ALLOCSET_SMALL_SIZES);
	make_lookup(&f->by_target, follower->target_key, follower->target_atts);
	make_lookup(&f->by_source, follower->narrow ? InvalidOid : follower->source_key,
				follower->source_atts);
	f->row = make_slot(target);
	f->found = make_slot(target);
	f->source_row = make_slot(source);
	f->only = follower->only ? ExecInitExpr((Expr *) follower->only, NULL) : NULL;
	zdm_following_attach(f, source, target);
}

/* Has it work on tables that are open. */
void
zdm_following_attach(ZdmFollowing *f, Relation source, Relation target)
{
	f->source = source;
	f->target = target;
}

/* Gives back all that it has open; the tables stay open. */
void
zdm_following_rest(ZdmFollowing *f)
{
	ExecClearTuple(f->row);
	ExecClearTuple(f->found);
	ExecClearTuple(f->source_row);
	close_lookup(&f->by_target);
	close_lookup(&f->by_source);
	zdm_following_close_indexes(f);
	ResetPerTupleExprContext(f->estate);
}

/* Frees it all; the tables stay open. */
void
zdm_following_close(ZdmFollowing *f)
{
	zdm_following_rest(f);
	ExecDropSingleTupleTableSlot(f->row);
	ExecDropSingleTupleTableSlot(f->found);
	ExecDropSingleTupleTableSlot(f->source_row);
	FreeExecutorState(f->estate);
	MemoryContextDelete(f->index_caches);
}

/* Puts a row of the source into a slot of the target's layout; its values may stay where they are.
 */
void
zdm_following_map(const ZdmFollowing *f, TupleTableSlot *from, TupleTableSlot *to)
{
	if (TTS_IS_BUFFERTUPLE(from) && ((HeapTupleTableSlot *) from)->tuple != NULL &&
		zdm_following_take(f, ((HeapTupleTableSlot *) from)->tuple, to))
		return;
	zdm_follower_map(f->follower, from, to);
}

/* Finds a row by the key that a row in the target's layout has. */
static bool
find_by_key(Relation rel, ZdmLookup *lookup, TupleTableSlot *row, Snapshot snapshot,
			TupleTableSlot *into)
{
	IndexScanDesc scan;
	bool found;

	open_lookup(lookup);
	for (int i = 0; i < lookup->nkeys; i++)
	{
		bool isnull; /* never: it is a primary key's */

		lookup->keys[i].sk_argument = slot_getattr(row, lookup->atts[i], &isnull);
	}
	scan = zdm_index_beginscan(rel, lookup->rel, snapshot, lookup->nkeys);
	index_rescan(scan, lookup->keys, lookup->nkeys, NULL, 0);
	found = index_getnext_slot(scan, ForwardScanDirection, into);
	index_endscan(scan);
	return found;
}

/* Looks at the target's row of a key with a dirty snapshot; what it finds is in f->found. */
static ZdmCopyState
look_for_row(ZdmFollowing *f, TupleTableSlot *row, TransactionId *holder)
{
	SnapshotData dirty;

	InitDirtySnapshot(dirty);
	*holder = InvalidTransactionId;
	if (!find_by_key(f->target, &f->by_target, row, &dirty, f->found))
		return ZDM_COPY_NONE;
	*holder = TransactionIdIsValid(dirty.xmin) ? dirty.xmin : dirty.xmax;
	return TransactionIdIsValid(*holder) ? ZDM_COPY_UNDER_WAY : ZDM_COPY_THERE;
}

/* Tells what the target has for the key of a row in its layout, without waiting for anybody. */
ZdmCopyState
zdm_following_look(ZdmFollowing *f, TupleTableSlot *row)
{
	TransactionId holder;

	return look_for_row(f, row, &holder);
}

/* Tells whether f->found has the key of f->row, bit by bit. */
static bool
found_has_key(ZdmFollowing *f)
{
	for (int i = 0; i < f->by_target.nkeys; i++)
	{
		AttrNumber attnum = f->by_target.atts[i];

		if (!zdm_same_value(f->found, attnum, f->row, attnum,
							TupleDescAttr(f->found->tts_tupleDescriptor, attnum - 1)))
			return false;
	}
	return true;
}

/* Finds the first row of a page behind `offset`, which the caller has locked; false: there is none.
 */
static bool
next_row_of_page(Page page, OffsetNumber offset, HeapTuple tuple)
{
	while (++offset <= PageGetMaxOffsetNumber(page))
	{
		ItemId item = PageGetItemId(page, offset);

		if (!ItemIdIsNormal(item))
			continue;
		tuple->t_data = (HeapTupleHeader) PageGetItem(page, item);
		tuple->t_len = ItemIdGetLength(item);
		ItemPointerSetOffsetNumber(&tuple->t_self, offset);
		return true;
	}
	return false;
}

/*
 * Looks at the row behind the one that was found last, if that was behind the one before it: a
 * statement over many rows goes through both tables in the same order, as a rule.  True if that
 * row has the key of f->row, and it is decided that it is there; then no other one has it.
 * The target's lock, which this transaction has, keeps the page from being cut off.
 */
static bool
found_next_row(ZdmFollowing *f)
{
	HeapTuple tuple = &((BufferHeapTupleTableSlot *) f->found)->base.tupdata;
	SnapshotData dirty;
	Buffer buffer;
	bool there;

	if (!f->in_order || f->last_in != zdm_current_lxid())
		return false;
	f->in_order = false;
	InitDirtySnapshot(dirty);
	tuple->t_self = f->last;
	tuple->t_tableOid = f->follower->target;
	buffer = ReadBuffer(f->target, ItemPointerGetBlockNumber(&f->last));
	LockBuffer(buffer, BUFFER_LOCK_SHARE);
	there = next_row_of_page(BufferGetPage(buffer), ItemPointerGetOffsetNumber(&f->last), tuple) &&
			HeapTupleSatisfiesVisibility(tuple, &dirty, buffer) &&
			!TransactionIdIsValid(dirty.xmin) && !TransactionIdIsValid(dirty.xmax);
	LockBuffer(buffer, BUFFER_LOCK_UNLOCK);
	if (!there)
	{
		ReleaseBuffer(buffer);
		return false;
	}
	ExecStorePinnedBufferHeapTuple(tuple, f->found, buffer);
	f->in_order = found_has_key(f);
	return f->in_order;
}

/* Finds the target's row for the key of f->row; waits until that is decided. */
static bool
find_row(ZdmFollowing *f)
{
	for (;;)
	{
		TransactionId holder;
		ZdmCopyState state = look_for_row(f, f->row, &holder);

		if (state != ZDM_COPY_UNDER_WAY)
			return state == ZDM_COPY_THERE;
		ExecClearTuple(f->found);
		XactLockTableWait(holder, NULL, NULL, XLTW_None);
	}
}

/* The same, after a glance at where it is likely to be; notes where it was. */
bool
zdm_following_await(ZdmFollowing *f)
{
	ItemPointerData *tid = &f->found->tts_tid;

	if (!found_next_row(f))
	{
		if (!find_row(f))
			return false;
		f->in_order =
			ItemPointerGetBlockNumber(tid) == ItemPointerGetBlockNumberNoCheck(&f->last) &&
			ItemPointerGetOffsetNumber(tid) == ItemPointerGetOffsetNumberNoCheck(&f->last) + 1;
	}
	f->last = *tid;
	f->last_in = zdm_current_lxid();
	return true;
}

/* Tells whether this transaction has written the row that was found. */
static bool
found_is_own(ZdmFollowing *f)
{
	bool isnull;
	Datum xmin = slot_getsysattr(f->found, MinTransactionIdAttributeNumber, &isnull);

	return TransactionIdIsCurrentTransactionId(DatumGetTransactionId(xmin));
}

/* Tells whether the row that was found has replaced another one. */
static bool
found_is_update(const ZdmFollowing *f)
{
	HeapTupleTableSlot *slot = (HeapTupleTableSlot *) f->found;

	return (slot->tuple->t_data->t_infomask & HEAP_UPDATED) != 0;
}

/* Refuses to go on where the target is written by somebody else. */
static void
unexpected(ZdmFollowing *f, TM_Result result)
{
	ereport(ERROR, (errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
					errmsg("a row of table \"%s\" is written by somebody else (%d)",
						   RelationGetRelationName(f->target), (int) result),
					errdetail("It follows table \"%s\", and nobody but zdm is to write it.",
							  RelationGetRelationName(f->source))));
}

/*
 * Refuses a row without a value in a column that is NOT NULL in the target, whoever has made it so:
 * the server reads such a column without a look at what a row says of NULLs, and takes whatever
 * memory there is for a value.
 */
void
zdm_following_require(const ZdmFollowing *f, TupleTableSlot *row)
{
	TupleDesc desc = RelationGetDescr(f->target);

	if (desc->constr == NULL || !desc->constr->has_not_null)
		return;
	if ((TTS_IS_HEAPTUPLE(row) || TTS_IS_BUFFERTUPLE(row)) &&
		((HeapTupleTableSlot *) row)->tuple != NULL &&
		!HeapTupleHasNulls(((HeapTupleTableSlot *) row)->tuple))
		return;
	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute att = TupleDescAttr(desc, i);

		if (!att->attnotnull || att->attisdropped || zdm_is_virtual(att) ||
			!slot_attisnull(row, i + 1))
			continue;
		ereport(ERROR, (errcode(ERRCODE_NOT_NULL_VIOLATION),
						errmsg("null value in column \"%s\" of relation \"%s\" violates not-null "
							   "constraint",
							   NameStr(att->attname), RelationGetRelationName(f->target)),
						errdetail("It follows table \"%s\", which lets NULL in.",
								  RelationGetRelationName(f->source)),
						errhint("ALTER TABLE %s ALTER COLUMN %s DROP NOT NULL lets it in, too.",
								zdm_qualified_name(f->target->rd_rel->relispartition
													   ? (Oid) llast_oid(get_partition_ancestors(
															 RelationGetRelid(f->target)))
													   : RelationGetRelid(f->target)),
								quote_identifier(NameStr(att->attname))),
						errtablecol(f->target, i + 1)));
	}
}

/*
 * Makes f->row a row of the target, in the place of f->found, which has its key.  What this very
 * command has written can be written again only by another one.
 */
TM_Result
zdm_following_replace(ZdmFollowing *f)
{
	TM_FailureData failure;
	LockTupleMode lockmode;
	ZdmUpdateIndexes update_indexes;
	TM_Result result;

	zdm_following_require(f, f->row);
	if (found_is_own(f))
		CommandCounterIncrement();
	result =
		zdm_table_tuple_update(f->target, &f->found->tts_tid, f->row, GetCurrentCommandId(true),
							   GetActiveSnapshot(), true, &failure, &lockmode, &update_indexes);
	if (result == TM_Ok && zdm_update_needs_indexes(update_indexes))
		(void) zdm_following_insert_entries(f, f->row, UNIQUE_CHECK_NO, update_indexes,
											found_is_update(f) ? f->found : NULL);
	return result;
}

/* Makes f->row a new row of the target; an equal key is waited for, and is an error. */
void
zdm_following_insert(ZdmFollowing *f)
{
	zdm_following_require(f, f->row);
	table_tuple_insert(f->target, f->row, GetCurrentCommandId(true), 0, NULL);
	(void) zdm_following_insert_entries(f, f->row, UNIQUE_CHECK_YES, ZDM_ALL_INDEXES, NULL);
}

/* Makes the target have f->row, whatever it has for its key. */
void
zdm_following_put(ZdmFollowing *f)
{
	TM_Result result;

	if (!zdm_following_await(f))
	{
		zdm_following_insert(f);
		return;
	}
	result = zdm_following_replace(f);
	if (result != TM_Ok)
		unexpected(f, result);
}

/*
 * The same for a row that is new in the source, so that the target hardly has it: that is seen
 * when it gets its index entry, which waits for nobody.
 */
void
zdm_following_put_new(ZdmFollowing *f)
{
	TM_FailureData failure;

	zdm_following_require(f, f->row);
	table_tuple_insert(f->target, f->row, GetCurrentCommandId(true), 0, NULL);
	if (zdm_following_insert_entries(f, f->row, UNIQUE_CHECK_PARTIAL, ZDM_ALL_INDEXES, NULL))
		return;
	CommandCounterIncrement();
	if (zdm_table_tuple_delete(f->target, &f->row->tts_tid, GetCurrentCommandId(true), false,
							   &failure) != TM_Ok)
		elog(ERROR, "could not take a row out of \"%s\"", RelationGetRelationName(f->target));
	zdm_following_put(f);
}

/*
 * Takes the row with the key of f->row out of the target, if there is one.  With is_own, a row
 * that this transaction has written is left alone, and that is noted.
 */
void
zdm_following_remove(ZdmFollowing *f, bool *is_own)
{
	TM_FailureData failure;
	TM_Result result;
	bool own;

	if (!zdm_following_await(f))
		return;
	own = found_is_own(f);
	if (is_own && own)
	{
		*is_own = true;
		return;
	}
	if (own)
		CommandCounterIncrement();
	result = zdm_table_tuple_delete(f->target, &f->found->tts_tid, GetCurrentCommandId(true), true,
									&failure);
	if (result != TM_Ok)
		unexpected(f, result);
}

/* Finds the target's row with the key of f->row that a snapshot sees. */
bool
zdm_following_find(ZdmFollowing *f, Snapshot snapshot)
{
	return find_by_key(f->target, &f->by_target, f->row, snapshot, f->found);
}

/* Likewise the source's row, into a slot of that. */
bool
zdm_following_find_source(ZdmFollowing *f, Snapshot snapshot, TupleTableSlot *into)
{
	return find_by_key(f->source, &f->by_source, f->row, snapshot, into);
}

/* Tells whether the row that was found in the source has all of the key of f->row. */
static bool
source_has_key(ZdmFollowing *f)
{
	const ZdmFollower *follower = f->follower;

	for (int i = 0; i < f->by_target.nkeys; i++)
	{
		ScanKey key = &f->by_target.keys[i];
		AttrNumber attnum = follower->target_atts[i];
		bool isnull;
		bool key_isnull; /* never: it is a primary key's */
		Datum wanted = slot_getattr(f->row, attnum, &key_isnull);
		Datum value = slot_getattr(f->source_row, follower->from[attnum - 1], &isnull);

		if (isnull ||
			!DatumGetBool(FunctionCall2Coll(&key->sk_func, key->sk_collation, value, wanted)))
			return false;
	}
	return true;
}

/*
 * Has f->row be what the source has for its key, as this transaction has left it by now; false:
 * it has nothing.
 */
bool
zdm_following_refresh(ZdmFollowing *f)
{
	if (!OidIsValid(f->by_source.index))
		ereport(
			ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("table \"%s\" has lost its primary key", RelationGetRelationName(f->source)),
			 errdetail("Table \"%s\" follows it by that.", RelationGetRelationName(f->target))));
	if (!find_by_key(f->source, &f->by_source, f->row, SnapshotSelf, f->source_row) ||
		(f->follower->partial && !source_has_key(f)) || !zdm_following_wants(f, f->source_row))
		return false;
	zdm_following_map(f, f->source_row, f->row);
	return true;
}
