/*
 * compare.c
 *		Compares the old with the new columns, row by row.
 */
#include "postgres.h"

#include "access/tableam.h"
#include "access/transam.h"
#include "catalog/pg_type.h"
#include "common/pg_prng.h"
#include "miscadmin.h"
#include "storage/bufmgr.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/typcache.h"

#include "base/compat.h"
#include "base/json.h"
#include "base/names.h"
#include "base/tree.h"
#include "fill/compare.h"
#include "fill/compare_tables.h"
#include "fill/row.h"
#include "fill/repair.h"
#include "record/shadow.h"
#include "sync/sync_evaluate.h"

#define MAX_EXAMPLES 10
#define MAX_REPAIRS 1000 /* that are listed */

/*
 * Tells whether a row is as it should be.  Where nothing flows back, a new
 * writer may have set the new columns to anything but left them unfilled; and
 * they are if the expression fails for the row.
 */
static bool
row_is_good(ZdmSyncProgram *program, TupleTableSlot *slot)
{
	Datum *values;
	bool *isnull;

	if (program->state == ZDM_SYNC_RETIRING)
		return true; /* whatever the old application and the expression have put there */
	zdm_sync_reset(program);
	if (zdm_sync_flows_back(program->state))
		return zdm_sync_is_consistent(program, slot);
	if (!zdm_sync_is_unfilled(program, slot))
		return true;
	if (program->not_null)
		return false;
	values = palloc(sizeof(Datum) * program->nnew);
	isnull = palloc(sizeof(bool) * program->nnew);
	return zdm_sync_try_forward(program, slot, values, isnull, NULL) &&
		   zdm_sync_side_equals(program->new_columns, program->nnew, slot, values, isnull);
}

/*
 * Tells whether two values of a column, which are not NULL, are equal as the type has it: 1.25
 * and 1.2500 are.  Types that may bring code of a user are compared by their bytes.
 */
static bool
equal_by_type(Form_pg_attribute att, Datum a, Datum b)
{
	TypeCacheEntry *type;

	if (att->atttypid >= FirstNormalObjectId || OidIsValid(get_element_type(att->atttypid)) ||
		type_is_rowtype(att->atttypid) || get_typtype(att->atttypid) != TYPTYPE_BASE)
		return false;
	type = lookup_type_cache(att->atttypid, TYPECACHE_EQ_OPR_FINFO);
	return OidIsValid(type->eq_opr_finfo.fn_oid) &&
		   DatumGetBool(FunctionCall2Coll(&type->eq_opr_finfo, att->attcollation, a, b));
}

/* zdm_sync_side_equals() by equal_by_type(). */
static bool
side_is_equal(const ZdmSyncColumn *columns, int n, TupleTableSlot *slot, const Datum *values,
			  const bool *isnull)
{
	for (int i = 0; i < n; i++)
	{
		bool null;
		Datum value = slot_getattr(slot, columns[i].attnum, &null);

		if (!zdm_sync_same(&columns[i], value, null, values[i], isnull[i]) &&
			(null || isnull[i] ||
			 !equal_by_type(TupleDescAttr(slot->tts_tupleDescriptor, columns[i].attnum - 1), value,
							values[i])))
			return false;
	}
	return true;
}

/*
 * Tells whether the sides of a row agree, but one of them has something that the other one
 * can't express: what goes with it is lost.  Nothing is where nothing flows back.
 */
static bool
row_is_lossy(ZdmSyncProgram *program, TupleTableSlot *slot)
{
	Datum values[MaxHeapAttributeNumber];
	bool isnull[MaxHeapAttributeNumber];

	if (!zdm_sync_flows_back(program->state) || program->no_return || zdm_sync_is_copy(program))
		return false;
	zdm_sync_reset(program);
	if (!zdm_sync_try_forward(program, slot, values, isnull, NULL) ||
		!side_is_equal(program->new_columns, program->nnew, slot, values, isnull))
		return true;
	return !zdm_sync_try_reverse(program, slot, values, isnull, NULL) ||
		   !side_is_equal(program->old_columns, program->nold, slot, values, isnull);
}

/* Begins an example: the row as it is. */
static void
begin_example(StringInfo buf, Relation rel, ZdmSyncProgram *program, TupleTableSlot *slot)
{
	char *row = zdm_describe_row(rel, &slot->tts_tid);

	appendStringInfoChar(buf, '{');
	zdm_json_add_string(buf, "row", row);
	zdm_add_side(buf, "old", program->old_columns, program->nold, slot);
	zdm_add_side(buf, "new", program->new_columns, program->nnew, slot);
}

/* Repairs a row in which the sides disagree, if that is wanted; it becomes an example, while there
 * is room. */
static void
note_mismatch(ZdmMigration *m, Relation rel, ZdmSyncProgram *program, TupleTableSlot *slot,
			  ZdmComparison *found)
{
	bool listed = found->examples < (found->repairs ? MAX_REPAIRS : MAX_EXAMPLES);
	StringInfoData example;

	found->mismatches++;
	if (!listed && !found->repairs)
		return;
	initStringInfo(&example);
	begin_example(&example, rel, program, slot);
	if (found->repairs && zdm_repair_row(m, rel, &slot->tts_tid, &example))
		found->repaired++;
	if (!listed)
		return;
	appendStringInfo(&found->json, "%s%s}", found->examples > 0 ? ", " : "", example.data);
	found->examples++;
}

/* Compares the rows of blocks first .. end - 1. */
static void
compare_blocks(ZdmMigration *m, Relation rel, ZdmSyncProgram *program, BlockNumber first,
			   BlockNumber end, TupleTableSlot *slot, MemoryContext per_row, ZdmComparison *found)
{
	ItemPointerData low;
	ItemPointerData high;
	TableScanDesc scan;

	ItemPointerSet(&low, first, FirstOffsetNumber);
	ItemPointerSet(&high, end - 1, MaxOffsetNumber);
	scan = zdm_beginscan_tidrange(rel, GetActiveSnapshot(), &low, &high);
	while (table_scan_getnextslot_tidrange(scan, ForwardScanDirection, slot))
	{
		MemoryContext caller = MemoryContextSwitchTo(per_row);
		bool good = row_is_good(program, slot);

		if (good && row_is_lossy(program, slot))
			found->lossy++;
		found->rows++;
		if (!good)
			note_mismatch(m, rel, program, slot, found);
		MemoryContextSwitchTo(caller);
		MemoryContextReset(per_row);
		CHECK_FOR_INTERRUPTS();
	}
	table_endscan(scan);
}

/* Compares a table, or a share of its blocks picked at random. */
static void
compare_table(ZdmMigration *m, Relation rel, double percent, ZdmComparison *found)
{
	Trigger *trigger = zdm_sync_trigger(rel, m->trigger_name);
	ZdmSyncProgram *program;
	TupleTableSlot *slot;
	BlockNumber blocks = RelationGetNumberOfBlocks(rel);
	MemoryContext per_row =
		AllocSetContextCreate(CurrentMemoryContext, "zdm verify", ALLOCSET_SMALL_SIZES);

	if (trigger == NULL)
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
						errmsg("table %s has no sync trigger \"%s\", or it is disabled",
							   zdm_qualified_name(RelationGetRelid(rel)), m->trigger_name),
						m->status == ZDM_CONTRACTED && strcmp(m->kind, "rename") != 0
							? errhint("From contract on this kind of change keeps nothing in sync.")
							: errhint("Restore the trigger (ENABLE ALWAYS), or end the migration: "
									  "SELECT zdm.%s(%s).",
									  m->status == ZDM_CONTRACTED ? "finalize" : "rollback",
									  quote_literal_cstr(m->name))));
	program = zdm_sync_program(rel, trigger);
	if (found->two_way && program->state != ZDM_SYNC_TWO_WAY)
		return;
	slot = table_slot_create(rel, NULL);
	if (percent >= 100 && blocks > 0)
		compare_blocks(m, rel, program, 0, blocks, slot, per_row, found);
	else
		for (BlockNumber block = 0; block < blocks; block++)
			if (pg_prng_double(&pg_global_prng_state) * 100 < percent)
				compare_blocks(m, rel, program, block, block + 1, slot, per_row, found);
	ExecDropSingleTupleTableSlot(slot);
	MemoryContextDelete(per_row);
}

/* Compares all tables of a migration; what is found is added to what was. */
void
zdm_compare_migration(ZdmMigration *m, double percent, ZdmComparison *found)
{
	ZdmTree tree = zdm_tree(m->relation);

	if (OidIsValid(zdm_shadow_follower(m)))
	{
		zdm_compare_tables(m, percent, found);
		return;
	}
	while (m->trigger_name && zdm_tree_next(&tree))
	{
		if (tree.rel->rd_rel->relkind != RELKIND_RELATION)
			continue;
		if (found->repairs)
			LockRelationOid(RelationGetRelid(tree.rel), RowExclusiveLock); /* to the end */
		compare_table(m, tree.rel, percent, found);
	}
}

/* Returns the size of a table, with its partitions and children, in bytes. */
double
zdm_tree_size(Oid relid)
{
	ZdmTree tree = zdm_tree(relid);
	double bytes = 0;

	while (zdm_tree_next(&tree))
		if (tree.rel->rd_rel->relkind == RELKIND_RELATION)
			bytes += (double) RelationGetNumberOfBlocks(tree.rel) * BLCKSZ;
	return bytes;
}

/* Begins the list of examples. */
void
zdm_compare_begin(ZdmComparison *found)
{
	initStringInfo(&found->json);
	appendStringInfoChar(&found->json, '[');
}

/* Ends the list of examples. */
void
zdm_compare_end(ZdmComparison *found)
{
	appendStringInfoChar(&found->json, ']');
}

/* Returns the number of rows in which the sides disagree, and examples as JSON text. */
int64
zdm_compare_rows(ZdmMigration *m, char **examples)
{
	ZdmComparison found = {0};

	zdm_compare_begin(&found);
	zdm_compare_migration(m, 100, &found);
	zdm_compare_end(&found);
	*examples = found.json.data;
	return found.mismatches;
}
