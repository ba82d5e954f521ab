/*
 * follower.c
 *		A table that follows another one, row by row: finding and writing its rows.
 *
 * The target is written as the apply worker of logical replication writes (execReplication.c):
 * straight on the table access method, so that no trigger fires and nothing is checked that the
 * source has been checked for; but for its key, of which no two rows may be the same.
 *
 * Rows meet by the primary key.  The target is looked at with a dirty snapshot: what others are
 * making or ending is seen, too.  The trigger waits for them, which can only be a visit of the
 * copy: any other writer of a key has the source's row, and the trigger fires after that.  The
 * copy waits for nobody.  test/model has the protocol.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/relscan.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "storage/lmgr.h"
#include "utils/lsyscache.h"
#include "utils/snapmgr.h"

#include "base/compat.h"
#include "sync/follower.h"

/* Returns the source's column of a target's column: of the same name and type; 0: none. */
static AttrNumber
source_column(Relation source, Form_pg_attribute att)
{
	TupleDesc desc = RelationGetDescr(source);

	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute other = TupleDescAttr(desc, i);

		if (!other->attisdropped && strcmp(NameStr(other->attname), NameStr(att->attname)) == 0)
			return other->atttypid == att->atttypid && other->atttypmod == att->atttypmod
					   ? other->attnum
					   : 0;
	}
	return 0;
}

/*
 * Tells whether an index of the source can find the target's keys: unique, on just these columns.
 * Notes the target's column for each of its own.
 */
static bool
index_is_on_key(ZdmFollower *follower, Relation index, int nkeys)
{
	Form_pg_index form = index->rd_index;

	if (!form->indisunique || !form->indisvalid || form->indnkeyatts != nkeys ||
		RelationGetIndexPredicate(index) != NIL)
		return false;
	for (int i = 0; i < nkeys; i++)
	{
		follower->source_atts[i] = 0;
		for (int j = 0; j < nkeys; j++)
		{
			AttrNumber attnum = follower->target_atts[j];

			if (form->indkey.values[i] != 0 && follower->from[attnum - 1] == form->indkey.values[i])
				follower->source_atts[i] = attnum;
		}
		if (follower->source_atts[i] == 0)
			return false;
	}
	return true;
}

/* Finds the index by which the source is looked up. */
static void
find_source_key(ZdmFollower *follower, Relation source, int nkeys)
{
	ListCell *lc;

	foreach (lc, RelationGetIndexList(source))
	{
		Relation index = index_open(lfirst_oid(lc), AccessShareLock);

		if (index_is_on_key(follower, index, nkeys))
			follower->source_key = RelationGetRelid(index);
		index_close(index, AccessShareLock);
		if (OidIsValid(follower->source_key))
			return;
	}
}

/* Finds out how a table follows another one, in the current memory context; both are open. */
ZdmFollower *
zdm_follower_make(Relation source, Relation target)
{
	ZdmFollower *follower = palloc0(sizeof(ZdmFollower));
	TupleDesc desc = RelationGetDescr(target);
	Relation key;
	int nkeys;

	follower->source = RelationGetRelid(source);
	follower->target = RelationGetRelid(target);
	follower->natts = desc->natts;
	follower->from = palloc0(sizeof(AttrNumber) * desc->natts);
	for (int i = 0; i < desc->natts; i++)
		if (!TupleDescAttr(desc, i)->attisdropped)
			follower->from[i] = source_column(source, TupleDescAttr(desc, i));
	follower->target_key = zdm_primary_key_index(target);
	if (!OidIsValid(follower->target_key))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("table \"%s\" has lost its primary key", RelationGetRelationName(target)),
				 errdetail("It follows \"%s\" by it.", RelationGetRelationName(source))));
	key = index_open(follower->target_key, AccessShareLock);
	nkeys = key->rd_index->indnkeyatts;
	for (int i = 0; i < nkeys; i++)
		follower->target_atts[i] = key->rd_index->indkey.values[i];
	index_close(key, AccessShareLock);
	find_source_key(follower, source, nkeys);
	return follower;
}

/* Tells whether both tables have the same columns, and a key to meet by. */
bool
zdm_follower_is_complete(const ZdmFollower *follower, Relation source, Relation target)
{
	TupleDesc desc = RelationGetDescr(source);
	int of_source = 0;
	int of_target = 0;

	for (int i = 0; i < desc->natts; i++)
		of_source += !TupleDescAttr(desc, i)->attisdropped;
	for (int i = 0; i < follower->natts; i++)
	{
		if (TupleDescAttr(RelationGetDescr(target), i)->attisdropped)
			continue;
		if (follower->from[i] == 0)
			return false;
		of_target++;
	}
	return of_source == of_target && OidIsValid(follower->source_key);
}

/* Copies it into the current memory context. */
ZdmFollower *
zdm_follower_copy(const ZdmFollower *follower)
{
	ZdmFollower *copy = palloc(sizeof(ZdmFollower));

	*copy = *follower;
	copy->from = palloc(sizeof(AttrNumber) * copy->natts);
	memcpy(copy->from, follower->from, sizeof(AttrNumber) * copy->natts);
	return copy;
}

/* Opens an index by which rows are looked up, unless it is open. */
static void
open_lookup(ZdmLookup *lookup)
{
	if (lookup->rel == NULL)
		lookup->rel = index_open(lookup->index, AccessShareLock);
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
	f->rri = makeNode(ResultRelInfo);
	InitResultRelInfo(f->rri, target, 0, NULL, 0);
	f->index_caches =
		AllocSetContextCreate(CurrentMemoryContext, "zdm index caches", ALLOCSET_SMALL_SIZES);
	make_lookup(&f->by_target, follower->target_key, follower->target_atts);
	make_lookup(&f->by_source, follower->source_key, follower->source_atts);
	f->row = make_slot(target);
	f->found = make_slot(target);
	f->source_row = make_slot(source);
	zdm_following_attach(f, source, target);
}

/* Has it work on tables that are open. */
void
zdm_following_attach(ZdmFollowing *f, Relation source, Relation target)
{
	f->source = source;
	f->target = target;
	f->rri->ri_RelationDesc = target;
}

/* Opens the target's indexes for the first time, with what describes them. */
static void
make_indexes(ZdmFollowing *f)
{
	MemoryContext caller = MemoryContextSwitchTo(f->context);
	ResultRelInfo *rri = f->rri;

	ExecOpenIndices(rri, false);
	f->indexes = palloc(sizeof(Oid) * Max(rri->ri_NumIndices, 1));
	for (int i = 0; i < rri->ri_NumIndices; i++)
	{
		f->indexes[i] = RelationGetRelid(rri->ri_IndexRelationDescs[i]);
		rri->ri_IndexRelationInfo[i]->ii_Context = f->index_caches;
	}
	MemoryContextSwitchTo(caller);
}

/* Opens the target's indexes for writing, unless they are open. */
void
zdm_following_open_indexes(ZdmFollowing *f)
{
	ResultRelInfo *rri = f->rri;

	if (f->indexes == NULL)
		make_indexes(f);
	else
		for (int i = 0; !f->indexes_open && i < rri->ri_NumIndices; i++)
			rri->ri_IndexRelationDescs[i] = index_open(f->indexes[i], RowExclusiveLock);
	f->indexes_open = true;
}

/* Closes the target's indexes, with what their access methods keep. */
static void
close_indexes(ZdmFollowing *f)
{
	ResultRelInfo *rri = f->rri;
	bool cached = false;

	for (int i = 0; f->indexes_open && i < rri->ri_NumIndices; i++)
	{
		IndexInfo *info = rri->ri_IndexRelationInfo[i];

		zdm_index_insert_cleanup(rri->ri_IndexRelationDescs[i], info);
		cached |= info->ii_AmCache != NULL;
		info->ii_AmCache = NULL;
		index_close(rri->ri_IndexRelationDescs[i], NoLock);
	}
	f->indexes_open = false;
	if (cached)
		MemoryContextReset(f->index_caches);
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
	close_indexes(f);
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

/* Puts a row of the source into a slot of the target's layout.  Its values stay where they are. */
void
zdm_following_map(const ZdmFollowing *f, TupleTableSlot *from, TupleTableSlot *to)
{
	const ZdmFollower *follower = f->follower;

	slot_getallattrs(from);
	ExecClearTuple(to);
	for (int i = 0; i < follower->natts; i++)
	{
		AttrNumber attnum = follower->from[i];

		to->tts_isnull[i] = attnum == 0 || from->tts_isnull[attnum - 1];
		to->tts_values[i] = to->tts_isnull[i] ? (Datum) 0 : from->tts_values[attnum - 1];
	}
	ExecStoreVirtualTuple(to);
	to->tts_tableOid = follower->target;
}

/* Finds a row by the key that a row in the target's layout has. */
static bool
find_by_key(Relation rel, ZdmLookup *lookup, TupleTableSlot *row, Snapshot snapshot,
			TupleTableSlot *into)
{
	IndexScanDesc scan;
	bool found;

	open_lookup(lookup);
	slot_getallattrs(row);
	for (int i = 0; i < lookup->nkeys; i++)
		lookup->keys[i].sk_argument = row->tts_values[lookup->atts[i] - 1];
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

/* Finds the target's row for the key of f->row; waits until that is decided. */
static bool
await_row(ZdmFollowing *f)
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

/* Tells whether this transaction has written the row that was found. */
static bool
found_is_own(ZdmFollowing *f)
{
	bool isnull;
	Datum xmin = slot_getsysattr(f->found, MinTransactionIdAttributeNumber, &isnull);

	return TransactionIdIsCurrentTransactionId(DatumGetTransactionId(xmin));
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

/* Makes f->row a new row of the target. */
static void
insert_row(ZdmFollowing *f)
{
	zdm_following_open_indexes(f);
	table_tuple_insert(f->target, f->row, GetCurrentCommandId(true), 0, NULL);
	zdm_insert_new_index_tuples(f->rri, f->row, f->estate, NULL);
}

/*
 * Makes the target have f->row, whatever it has for its key.  What this very command has written
 * can be written again only by another one.
 */
void
zdm_following_put(ZdmFollowing *f)
{
	TM_FailureData failure;
	LockTupleMode lockmode;
	ZdmUpdateIndexes update_indexes;
	TM_Result result;

	if (!await_row(f))
	{
		insert_row(f);
		return;
	}
	if (found_is_own(f))
		CommandCounterIncrement();
	result =
		zdm_table_tuple_update(f->target, &f->found->tts_tid, f->row, GetCurrentCommandId(true),
							   GetActiveSnapshot(), true, &failure, &lockmode, &update_indexes);
	if (result != TM_Ok)
		unexpected(f, result);
	if (!zdm_update_needs_indexes(update_indexes))
		return;
	zdm_following_open_indexes(f);
	(void) zdm_insert_index_tuples(f->rri, f->row, f->estate, update_indexes);
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

	if (!await_row(f))
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

/*
 * Finds the source's row with the key of f->row as this transaction has left it by now; it is in
 * f->source_row.
 */
bool
zdm_following_find_source(ZdmFollowing *f)
{
	if (!OidIsValid(f->by_source.index))
		ereport(
			ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("table \"%s\" has lost its primary key", RelationGetRelationName(f->source)),
			 errdetail("Table \"%s\" follows it by that.", RelationGetRelationName(f->target))));
	return find_by_key(f->source, &f->by_source, f->row, SnapshotSelf, f->source_row);
}
