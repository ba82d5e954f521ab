/*
 * narrow.c
 *		A table that follows another one by a key that lets in fewer rows.
 *
 * After a contract that has given a table more columns in its primary key, the old table follows
 * by the old key, which all rows still have to be told apart by: else there would be no way back.
 * Two rows that are the same to it are refused, as the old table would have refused them.  Who is
 * first is decided by its primary key's index, as ever; what the source has is looked at only
 * where the old table has a row of that key already, which may be one that is on its way out.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/table.h"
#include "access/tableam.h"
#include "catalog/partition.h"
#include "catalog/pg_class.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

#include "base/compat.h"
#include "base/tree.h"
#include "sync/narrow.h"

/* What the source has for a key. */
typedef struct Found
{
	int rows;
	TransactionId wait_for; /* a transaction that is ending one of them; invalid: none */
} Found;

/* Makes the keys of a scan of a source's primary key by the target's key. */
static int
make_keys(const ZdmFollower *follower, Relation index, TupleTableSlot *row, ScanKey keys)
{
	int n = 0;

	for (int i = 0; i < index->rd_index->indnkeyatts; i++)
		for (int j = 0; j < INDEX_MAX_KEYS && follower->target_atts[j] != 0; j++)
		{
			AttrNumber attnum = follower->target_atts[j];
			Oid type = index->rd_opcintype[i];

			if (follower->from[attnum - 1] != index->rd_index->indkey.values[i])
				continue;
			ScanKeyEntryInitialize(&keys[n++], 0, i + 1, BTEqualStrategyNumber, InvalidOid,
								   index->rd_indcollation[i],
								   get_opcode(get_opfamily_member(index->rd_opfamily[i], type, type,
																  BTEqualStrategyNumber)),
								   row->tts_values[attnum - 1]);
		}
	return n;
}

/*
 * Counts the rows of one table with the key of a row of the target's layout, and puts one of them
 * into `into`.  What others are inserting is left to the target's index.
 */
static void
look_in_table(ZdmFollowing *f, Relation rel, TupleTableSlot *key, TupleTableSlot *into,
			  Found *found)
{
	ZdmFollower *follower = zdm_follower_make(rel, f->target);
	Relation index = index_open(zdm_primary_key_index(rel), AccessShareLock);
	TupleTableSlot *slot = table_slot_create(rel, NULL);
	ScanKeyData keys[INDEX_MAX_KEYS];
	int nkeys = make_keys(follower, index, key, keys);
	SnapshotData dirty;
	IndexScanDesc scan;

	InitDirtySnapshot(dirty);
	scan = zdm_index_beginscan(rel, index, &dirty, nkeys);
	index_rescan(scan, keys, nkeys, NULL, 0);
	while (index_getnext_slot(scan, ForwardScanDirection, slot))
	{
		if (TransactionIdIsValid(dirty.xmin))
			continue;
		if (TransactionIdIsValid(dirty.xmax))
		{
			found->wait_for = dirty.xmax;
			continue;
		}
		found->rows++;
		zdm_follower_map(follower, slot, into);
		ExecMaterializeSlot(into);
	}
	index_endscan(scan);
	ExecDropSingleTupleTableSlot(slot);
	index_close(index, AccessShareLock);
}

/* Counts the source's rows with the key of f->row; it becomes one of them. */
static Found
look_in_source(ZdmFollowing *f)
{
	TupleTableSlot *key = MakeSingleTupleTableSlot(f->row->tts_tupleDescriptor, &TTSOpsHeapTuple);
	Oid root = RelationGetRelid(f->source);
	Found found = {0};
	ZdmTree tree;

	if (f->source->rd_rel->relispartition)
		root = llast_oid(get_partition_ancestors(root));
	ExecCopySlot(key, f->row);
	slot_getallattrs(key);
	tree = zdm_tree(root);
	while (zdm_tree_next(&tree))
		if (tree.rel->rd_rel->relkind == RELKIND_RELATION)
			look_in_table(f, tree.rel, key, f->row, &found);
	ExecDropSingleTupleTableSlot(key);
	return found;
}

/* Refuses a row whose key, as it was before contract, another row has. */
static void
refuse_second(ZdmFollowing *f)
{
	ereport(ERROR,
			(errcode(ERRCODE_UNIQUE_VIOLATION),
			 errmsg("duplicate key value violates the primary key that table \"%s\" had before "
					"contract",
					get_rel_name(
						f->source->rd_rel->relispartition
							? (Oid) llast_oid(get_partition_ancestors(RelationGetRelid(f->source)))
							: RelationGetRelid(f->source))),
			 errdetail("Table \"%s\" follows by that key, so that there is a way back.",
					   RelationGetRelationName(f->target)),
			 errhint("After zdm.finalize() the new key alone decides.")));
}

/* Makes the target have for the key of f->row what the source has by now. */
void
zdm_narrow_follow(ZdmFollowing *f)
{
	MemoryContext per_row =
		AllocSetContextCreate(CurrentMemoryContext, "zdm narrow key", ALLOCSET_SMALL_SIZES);
	MemoryContext caller = MemoryContextSwitchTo(per_row);

	for (;;)
	{
		bool there = zdm_following_await(f);
		Found found = look_in_source(f);

		if (TransactionIdIsValid(found.wait_for))
		{
			XactLockTableWait(found.wait_for, NULL, NULL, XLTW_None);
			continue;
		}
		if (found.rows > 1)
			refuse_second(f);
		if (found.rows == 0)
			zdm_following_remove(f, NULL);
		else if (!there)
			zdm_following_insert(f);
		else if (zdm_following_replace(f) != TM_Ok)
			continue;
		break;
	}
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(per_row);
}

/* Makes f->row, which is new in the source, a row of the target. */
void
zdm_narrow_insert(ZdmFollowing *f)
{
	if (zdm_following_await(f))
		zdm_narrow_follow(f);
	else
		zdm_following_insert(f);
}
