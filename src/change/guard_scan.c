/*
 * guard_scan.c
 *		Looks at the rows that a guard index has: those that the way back can't carry.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/index.h"
#include "catalog/partition.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "executor/tuptable.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "optimizer/optimizer.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "base/names.h"
#include "change/guard_scan.h"

/*
 * Tells whether an index has all the rows in which a column is NULL; column 0: whether it
 * is an index of the table at all.  It is known by its name, which another may have by now.
 */
static bool
is_guard(Relation rel, Oid index, AttrNumber attnum)
{
	Form_pg_attribute att = TupleDescAttr(RelationGetDescr(rel), Max(attnum, 1) - 1);
	NullTest *is_null = makeNode(NullTest);
	Relation index_rel;
	bool result;

	if (!OidIsValid(index) || get_rel_relkind(index) != RELKIND_INDEX ||
		!get_index_isvalid(index) || IndexGetRelation(index, false) != RelationGetRelid(rel))
		return false;
	if (attnum == 0)
		return true;
	is_null->arg = (Expr *) makeVar(1, attnum, att->atttypid, att->atttypmod, att->attcollation, 0);
	is_null->nulltesttype = IS_NULL;
	is_null->argisrow = false;
	is_null->location = -1;
	index_rel = index_open(index, AccessShareLock);
	result = predicate_implied_by(RelationGetIndexPredicate(index_rel), list_make1(is_null), false);
	index_close(index_rel, AccessShareLock);
	return result;
}

/* Goes through the rows of one table; false: no more of them are wanted. */
static bool
scan_table(Relation rel, Oid index, AttrNumber attnum, ZdmGuardRow function, void *arg)
{
	bool use_index = is_guard(rel, index, attnum);
	Snapshot snapshot = RegisterSnapshot(GetLatestSnapshot());
	SysScanDesc scan = systable_beginscan(rel, index, use_index, snapshot, 0, NULL);
	TupleTableSlot *slot = MakeSingleTupleTableSlot(RelationGetDescr(rel), &TTSOpsHeapTuple);
	MemoryContext per_row =
		AllocSetContextCreate(CurrentMemoryContext, "zdm lossy rows", ALLOCSET_SMALL_SIZES);
	HeapTuple tuple;
	bool more = true;

	while (more && HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		MemoryContext caller = MemoryContextSwitchTo(per_row);

		ExecStoreHeapTuple(tuple, slot, false);
		slot->tts_tid = tuple->t_self;
		more = function(rel, slot, arg);
		MemoryContextSwitchTo(caller);
		MemoryContextReset(per_row);
		CHECK_FOR_INTERRUPTS();
	}
	ExecDropSingleTupleTableSlot(slot);
	systable_endscan(scan);
	UnregisterSnapshot(snapshot);
	MemoryContextDelete(per_row);
	return more;
}

/* Likewise of a table and its partitions, with their parts of the index. */
static bool
scan_tree(Relation rel, Oid index, const char *column, ZdmGuardRow function, void *arg)
{
	bool more = true;
	ListCell *lc;

	check_stack_depth();
	if (rel->rd_rel->relkind != RELKIND_PARTITIONED_TABLE)
		return scan_table(rel, index, column ? zdm_find_column(rel, column) : 0, function, arg);
	foreach (lc, find_inheritance_children(RelationGetRelid(rel), NoLock))
	{
		Relation part = table_open(lfirst_oid(lc), NoLock);

		more = more && scan_tree(part, OidIsValid(index) ? index_get_partition(part, index) : index,
								 column, function, arg);
		table_close(part, NoLock);
	}
	return more;
}

/*
 * Goes through the rows that the guard index has, by a snapshot taken now: the
 * statement's own is older than its lock.  It is there for those in which the column
 * is NULL (NULL: for all that may be lossy); else all rows are looked at.  The caller has
 * locked the partitions, too.
 */
void
zdm_scan_guard(Relation rel, const char *guard, const char *column, ZdmGuardRow function, void *arg)
{
	Oid index = get_relname_relid(guard, RelationGetNamespace(rel));

	if (rel->rd_rel->relkind == RELKIND_PARTITIONED_TABLE &&
		(get_rel_relkind(index) != RELKIND_PARTITIONED_INDEX ||
		 IndexGetRelation(index, false) != RelationGetRelid(rel)))
		index = InvalidOid;
	(void) scan_tree(rel, index, column, function, arg);
}

/* ZdmGuardRow: an error if the column of that name is NULL. */
static bool
refuse_null(Relation rel, TupleTableSlot *row, void *arg)
{
	if (slot_attisnull(row, get_attnum(RelationGetRelid(rel), arg)))
		ereport(ERROR, (errcode(ERRCODE_NOT_NULL_VIOLATION),
						errmsg("column \"%s\" of \"%s\" contains null values", (char *) arg,
							   RelationGetRelationName(rel))));
	return true;
}

/* Raises an error if a column that the guard index watches has a NULL. */
void
zdm_require_no_null(Relation rel, const char *column, const char *guard)
{
	zdm_scan_guard(rel, guard, column, refuse_null, unconstify(char *, column));
}
