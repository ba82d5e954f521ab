/*
 * following_index.c
 *		The indexes of a table that follows another one, and their entries.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/sysattr.h"
#include "catalog/index.h"
#include "nodes/bitmapset.h"
#include "optimizer/optimizer.h"
#include "storage/lmgr.h"

#include "base/compat.h"
#include "sync/follower.h"

/*
 * Returns the columns that an index's keys are made of, counted as pull_varattnos() does: from
 * FirstLowInvalidHeapAttributeNumber on.
 */
static Bitmapset *
key_columns(IndexInfo *info)
{
	Bitmapset *columns = NULL;

	for (int i = 0; i < info->ii_NumIndexKeyAttrs; i++)
		if (info->ii_IndexAttrNumbers[i] != 0)
			columns = bms_add_member(columns, info->ii_IndexAttrNumbers[i] -
												  FirstLowInvalidHeapAttributeNumber);
	pull_varattnos((Node *) info->ii_Expressions, 1, &columns);
	return columns;
}

/* Notes an index of the target, which is open. */
static void
add_index(ZdmFollowing *f, Relation rel)
{
	ZdmFollowingIndex *index = &f->indexes[f->nindexes++];

	index->oid = RelationGetRelid(rel);
	index->is_key = index->oid == f->follower->target_key;
	index->info = BuildIndexInfo(rel);
	index->info->ii_Context = f->index_caches;
	index->columns = key_columns(index->info);
	f->runs_code |= index->info->ii_Expressions != NIL || index->info->ii_Predicate != NIL;
}

/* Notes the target's indexes, with what describes them; that of the key is the first one. */
static void
make_indexes(ZdmFollowing *f)
{
	MemoryContext caller = MemoryContextSwitchTo(f->context);
	List *list = RelationGetIndexList(f->target);
	ListCell *lc;

	list = list_delete_oid(list, f->follower->target_key);
	list = lcons_oid(f->follower->target_key, list);
	f->indexes = palloc0(sizeof(ZdmFollowingIndex) * list_length(list));
	foreach (lc, list)
	{
		Relation rel = index_open(lfirst_oid(lc), RowExclusiveLock);

		add_index(f, rel);
		index_close(rel, NoLock);
	}
	MemoryContextSwitchTo(caller);
}

/* Opens the target's indexes for writing, unless they are open. */
void
zdm_following_open_indexes(ZdmFollowing *f)
{
	LOCKMODE mode;

	if (f->indexes_open)
		return;
	if (f->indexes == NULL)
		make_indexes(f);
	mode = zdm_lock_once(&f->indexes_locked_by, RowExclusiveLock);
	for (int i = 0; i < f->nindexes; i++)
		f->indexes[i].rel = index_open(f->indexes[i].oid, mode);
	f->indexes_open = true;
}

/* Closes the target's indexes, with what their access methods keep; their locks stay. */
void
zdm_following_close_indexes(ZdmFollowing *f)
{
	bool cached = false;

	for (int i = 0; f->indexes_open && i < f->nindexes; i++)
	{
		ZdmFollowingIndex *index = &f->indexes[i];

		zdm_index_insert_cleanup(index->rel, index->info);
		cached |= index->info->ii_AmCache != NULL;
		index->info->ii_AmCache = NULL;
		index_close(index->rel, NoLock);
	}
	f->indexes_open = false;
	if (cached)
		MemoryContextReset(f->index_caches);
}

/*
 * Tells whether an index has an entry of the same key for the row that another one replaces, as
 * far as bits tell.  An included column is no key's (index_unchanged_by_update() in
 * execIndexing.c).
 */
static bool
has_same_key(const ZdmFollowingIndex *index, TupleTableSlot *old, TupleTableSlot *new)
{
	int member = -1;

	while ((member = bms_next_member(index->columns, member)) >= 0)
	{
		AttrNumber attnum = member + FirstLowInvalidHeapAttributeNumber;

		if (attnum <= 0)
			return false; /* the row as a whole, or what differs in any case */
		if (!zdm_same_value(old, attnum, new, attnum,
							TupleDescAttr(old->tts_tupleDescriptor, attnum - 1)))
			return false;
	}
	return true;
}

/*
 * Inserts the index entries of a row of the target; `only` those that an update has left to be
 * made.  `unique`: what the key's index does about an equal key.  With UNIQUE_CHECK_PARTIAL nobody
 * is waited for, and false tells that there may be one; then other entries may be missing.
 *
 * `churned`: the row that this one replaces, if that had replaced another one itself; else NULL.
 * Then an index whose key is the same hears of it: nbtree looks for entries of versions that nobody
 * sees any more before it splits a page, which is what keeps the table that a client writes from
 * growing.  Where the version before is the first one the search would be in vain, and costs more
 * than the entry.
 */
bool
zdm_following_insert_entries(ZdmFollowing *f, TupleTableSlot *row, IndexUniqueCheck unique,
							 ZdmUpdateIndexes only, TupleTableSlot *churned)
{
	Datum values[INDEX_MAX_KEYS];
	bool isnull[INDEX_MAX_KEYS];

	zdm_following_open_indexes(f);
	GetPerTupleExprContext(f->estate)->ecxt_scantuple = row;
	for (int i = 0; i < f->nindexes; i++)
	{
		ZdmFollowingIndex *index = &f->indexes[i];
		IndexInfo *info = index->info;
		IndexUniqueCheck check = UNIQUE_CHECK_NO;

		if (!index->rel->rd_index->indisready || !zdm_update_needs_index(only, info))
			continue;
		if (info->ii_Predicate != NIL)
		{
			if (info->ii_PredicateState == NULL)
				info->ii_PredicateState = ExecPrepareQual(info->ii_Predicate, f->estate);
			if (!ExecQual(info->ii_PredicateState, GetPerTupleExprContext(f->estate)))
				continue;
		}
		FormIndexDatum(info, row, f->estate, values, isnull);
		if (index->rel->rd_index->indisunique && (index->is_key || !f->follower->projects))
			check = index->is_key || unique == UNIQUE_CHECK_PARTIAL ? unique : UNIQUE_CHECK_YES;
		if (!index_insert(index->rel, values, isnull, &row->tts_tid, f->target, check,
						  churned != NULL && has_same_key(index, churned, row), info) &&
			check == UNIQUE_CHECK_PARTIAL)
			return false;
	}
	return true;
}
