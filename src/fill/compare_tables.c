/*
 * compare_tables.c
 *		Compares a table with the one that follows it, row by row.
 */
#include "postgres.h"

#include "access/table.h"
#include "access/tableam.h"
#include "common/pg_prng.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "base/compat.h"
#include "base/json.h"
#include "base/names.h"
#include "base/tree.h"
#include "fill/compare_tables.h"
#include "fill/row.h"
#include "record/shadow.h"
#include "sync/leaves.h"
#include "sync/sync_evaluate.h"

#define MAX_EXAMPLES 10

/* Tells whether two rows of the follower's layout have the same values, bit by bit. */
static bool
rows_are_same(TupleTableSlot *a, TupleTableSlot *b)
{
	TupleDesc desc = a->tts_tupleDescriptor;

	slot_getallattrs(a);
	slot_getallattrs(b);
	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute att = TupleDescAttr(desc, i);
		ZdmSyncColumn column = {.attnum = i + 1, .byval = att->attbyval, .len = att->attlen};

		if (!att->attisdropped && !zdm_sync_same(&column, a->tts_values[i], a->tts_isnull[i],
												 b->tts_values[i], b->tts_isnull[i]))
			return false;
	}
	return true;
}

/* Counts the rows that a snapshot sees. */
static int64
count_rows(Relation rel, Snapshot snapshot)
{
	TupleTableSlot *slot = table_slot_create(rel, NULL);
	TableScanDesc scan = zdm_beginscan(rel, snapshot);
	int64 rows = 0;

	while (table_scan_getnextslot(scan, ForwardScanDirection, slot))
	{
		rows++;
		CHECK_FOR_INTERRUPTS();
	}
	table_endscan(scan);
	ExecDropSingleTupleTableSlot(slot);
	return rows;
}

/* Adds a row that the follower does not have as it is. */
static void
add_example(ZdmComparison *found, Relation rel, TupleTableSlot *slot)
{
	if (found->examples >= MAX_EXAMPLES)
		return;
	appendStringInfoString(&found->json, found->examples > 0 ? ", {" : "{");
	zdm_json_add_string(&found->json, "row", zdm_describe_row(rel, &slot->tts_tid));
	appendStringInfoChar(&found->json, '}');
	found->examples++;
}

/* Counts the rows of a table and of its partitions. */
static int64
count_tree(Oid root, Snapshot snapshot)
{
	ZdmTree tree = zdm_tree(root);
	int64 rows = 0;

	while (zdm_tree_next(&tree))
		if (tree.rel->rd_rel->relkind == RELKIND_RELATION)
			rows += count_rows(tree.rel, snapshot);
	return rows;
}

/* Compares a row of the source with that of the same key. */
static void
compare_row(ZdmLeaves *l, TupleTableSlot *slot, Snapshot snapshot, MemoryContext per_row,
			ZdmComparison *found)
{
	ZdmFollowing *f = &zdm_leaves_of_row(l, slot)->following;
	MemoryContext caller = MemoryContextSwitchTo(per_row);
	bool same;
	bool wanted;
	bool there;

	wanted = zdm_following_wants(f, slot);
	zdm_following_map(f, slot, f->row);
	there = zdm_following_find(f, snapshot);
	same = there ? wanted && rows_are_same(f->row, f->found) : !wanted;
	MemoryContextSwitchTo(caller);
	found->rows++;
	f->met += there;
	if (!same)
	{
		found->mismatches++;
		add_example(found, l->source, slot);
	}
	MemoryContextReset(per_row);
	CHECK_FOR_INTERRUPTS();
}

/* Compares the rows of the source's blocks first .. end - 1. */
static void
compare_blocks(ZdmLeaves *l, BlockNumber first, BlockNumber end, TupleTableSlot *slot,
			   MemoryContext per_row, ZdmComparison *found)
{
	Snapshot snapshot = GetActiveSnapshot();
	ItemPointerData low;
	ItemPointerData high;
	TableScanDesc scan;

	ItemPointerSet(&low, first, FirstOffsetNumber);
	ItemPointerSet(&high, end - 1, MaxOffsetNumber);
	scan = zdm_beginscan_tidrange(l->source, snapshot, &low, &high);
	while (table_scan_getnextslot_tidrange(scan, ForwardScanDirection, slot))
		compare_row(l, slot, snapshot, per_row, found);
	table_endscan(scan);
}

/*
 * Compares a source, or a share of its blocks picked at random, with what follows it.  Returns how
 * many rows of that one it has met, right or wrong.
 */
static int64
compare_source(Relation source, Relation target, double percent, ZdmComparison *found)
{
	MemoryContext per_row =
		AllocSetContextCreate(CurrentMemoryContext, "zdm verify", ALLOCSET_SMALL_SIZES);
	TupleTableSlot *slot = table_slot_create(source, NULL);
	BlockNumber blocks = RelationGetNumberOfBlocks(source);
	int64 met = 0;
	ZdmLeaves l;
	ListCell *lc;

	zdm_leaves_make(&l, zdm_follower_make(source, target), source, target, AccessShareLock);
	if (percent >= 100 && blocks > 0)
		compare_blocks(&l, 0, blocks, slot, per_row, found);
	else
		for (BlockNumber block = 0; block < blocks; block++)
			if (pg_prng_double(&pg_global_prng_state) * 100 < percent)
				compare_blocks(&l, block, block + 1, slot, per_row, found);
	foreach (lc, l.leaves)
		met += ((ZdmLeaf *) lfirst(lc))->following.met;
	zdm_leaves_close(&l);
	ExecDropSingleTupleTableSlot(slot);
	MemoryContextDelete(per_row);
	return met;
}

/*
 * Compares the table of a migration with the one that follows it.  A row that the follower alone
 * has is a mismatch, too; these are counted where all rows are compared.
 */
void
zdm_compare_tables(const ZdmMigration *m, double percent, ZdmComparison *found)
{
	Oid target = zdm_shadow_follower(m);
	Relation rel = OidIsValid(target) ? try_table_open(target, AccessShareLock) : NULL;
	ZdmTree tree = zdm_tree(m->relation);
	int64 met = 0;

	if (found->repairs)
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("cannot repair a table that follows another one"),
						errhint("SELECT zdm.rollback(%s), and begin it anew.",
								quote_literal_cstr(m->name))));
	if (rel == NULL)
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE),
						errmsg("the hidden table of migration \"%s\" does not exist", m->name)));
	while (zdm_tree_next(&tree))
		if (tree.rel->rd_rel->relkind == RELKIND_RELATION)
			met += compare_source(tree.rel, rel, percent, found);
	if (percent >= 100)
		found->mismatches += count_tree(target, GetActiveSnapshot()) - met;
	table_close(rel, AccessShareLock);
}
