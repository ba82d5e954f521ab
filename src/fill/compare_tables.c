/*
 * compare_tables.c
 *		Compares a table with the one that follows it, row by row.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/stratnum.h"
#include "access/table.h"
#include "access/tableam.h"
#include "catalog/pg_type.h"
#include "common/pg_prng.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "base/compat.h"
#include "base/json.h"
#include "base/names.h"
#include "base/owner.h"
#include "base/tree.h"
#include "fill/compare_tables.h"
#include "fill/row.h"
#include "record/shadow.h"
#include "sync/leaves.h"
#include "sync/sync_evaluate.h"

#define MAX_EXAMPLES 10

/*
 * Tells whether two rows of the follower's layout, which have met by their key, have the same
 * values, bit by bit.  A table that is merged has the key as it was written there: 1.0 is 1.00.
 */
static bool
rows_are_same(const ZdmFollower *follower, TupleTableSlot *a, TupleTableSlot *b)
{
	TupleDesc desc = a->tts_tupleDescriptor;

	slot_getallattrs(a);
	slot_getallattrs(b);
	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute att = TupleDescAttr(desc, i);
		ZdmSyncColumn column = {.attnum = i + 1, .byval = att->attbyval, .len = att->attlen};

		if (follower->projects && zdm_follower_is_key(follower, i + 1))
			continue;
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

/* Adds a row that one of the tables does not have as it is in the other. */
static void
add_example(ZdmComparison *found, Relation rel, ItemPointer tid)
{
	if (found->examples >= MAX_EXAMPLES)
		return;
	appendStringInfoString(&found->json, found->examples > 0 ? ", {" : "{");
	zdm_json_add_string(&found->json, "row", zdm_describe_row(rel, tid));
	appendStringInfoChar(&found->json, '}');
	found->examples++;
}

/* Writes the query for rows of the follower of whose key the source has none; $1: how many. */
static char *
alone_query(Relation source, Relation target)
{
	ZdmFollower *follower = zdm_follower_make(source, target);
	Relation key = index_open(follower->target_key, AccessShareLock);
	StringInfoData buf;

	initStringInfo(&buf);
	appendStringInfo(
		&buf, "SELECT t.tableoid, t.ctid FROM %s t WHERE NOT EXISTS (SELECT FROM %s s WHERE ",
		zdm_qualified_name(RelationGetRelid(target)), zdm_qualified_name(RelationGetRelid(source)));
	for (int i = 0; i < IndexRelationGetNumberOfKeyAttributes(key); i++)
	{
		AttrNumber attnum = follower->target_atts[i];
		Oid type = key->rd_opcintype[i];
		Oid equal = get_opfamily_member(key->rd_opfamily[i], type, type, BTEqualStrategyNumber);

		appendStringInfo(&buf, "%ss.%s %s t.%s", i > 0 ? " AND " : "",
						 quote_identifier(get_attname(RelationGetRelid(source),
													  follower->from[attnum - 1], false)),
						 zdm_operator_sql(equal),
						 quote_identifier(get_attname(RelationGetRelid(target), attnum, false)));
	}
	appendStringInfoString(&buf, ") LIMIT $1");
	index_close(key, AccessShareLock);
	return buf.data;
}

/*
 * Adds rows that the follower alone has, as the owner of both tables: operators of a key may run
 * his code.  By the snapshot of the comparison.  All of them, as it does, whatever policies say of
 * the one table: no row of the other is there alone because of them.
 */
static void
add_alone(ZdmComparison *found, Relation source, Relation target)
{
	Oid types[] = {INT4OID};
	Datum args[] = {Int32GetDatum(MAX_EXAMPLES - found->examples)};
	MemoryContext caller = CurrentMemoryContext;
	ZdmOwnerScope scope;
	Oid owner;
	int context;

	zdm_owner_begin(&scope, source->rd_rel->relowner);
	GetUserIdAndSecContext(&owner, &context);
	SetUserIdAndSecContext(owner, context | SECURITY_NOFORCE_RLS);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	if (SPI_execute_with_args(alone_query(source, target), 1, types, args, NULL, true, 0) !=
		SPI_OK_SELECT)
		elog(ERROR, "could not list rows of table \"%s\"", RelationGetRelationName(target));
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		MemoryContext spi = MemoryContextSwitchTo(caller);
		bool isnull;
		Datum table = SPI_getbinval(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 1, &isnull);
		Datum tid = SPI_getbinval(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 2, &isnull);
		Relation rel = table_open(DatumGetObjectId(table), AccessShareLock);

		add_example(found, rel, (ItemPointer) DatumGetPointer(tid));
		table_close(rel, NoLock);
		MemoryContextSwitchTo(spi);
	}
	SPI_finish();
	zdm_owner_end(&scope);
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
	same = there ? wanted && rows_are_same(f->follower, f->row, f->found) : !wanted;
	MemoryContextSwitchTo(caller);
	found->rows++;
	f->met += there;
	if (!same)
	{
		found->mismatches++;
		add_example(found, l->source, &slot->tts_tid);
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
	ZdmTree tree;
	int64 met = 0;
	int64 alone = 0;

	if (found->repairs)
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("cannot repair a table that follows another one"),
						errhint("SELECT zdm.rollback(%s), and begin it anew.",
								quote_literal_cstr(m->name))));
	if (rel == NULL)
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE),
						errmsg("the hidden table of migration \"%s\" does not exist", m->name)));
	if (get_rel_name(m->relation) == NULL)
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE),
						errmsg("table %s does not exist any more", m->relation_name),
						errhint("SELECT zdm.forget(%s) ends the migration.",
								quote_literal_cstr(m->name))));
	tree = zdm_tree(m->relation);
	while (zdm_tree_next(&tree))
		if (tree.rel->rd_rel->relkind == RELKIND_RELATION)
			met += compare_source(tree.rel, rel, percent, found);
	if (percent >= 100)
		alone = count_tree(target, GetActiveSnapshot()) - met;
	found->mismatches += alone;
	found->alone += alone;
	if (alone > 0 && found->examples < MAX_EXAMPLES)
	{
		Relation source = table_open(m->relation, AccessShareLock);

		add_alone(found, source, rel);
		table_close(source, AccessShareLock);
	}
	table_close(rel, AccessShareLock);
}
