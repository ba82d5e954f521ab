/*
 * guard_scan.c
 *		Looks at the rows that a guard index has: those that the way back can't carry.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/index.h"
#include "catalog/pg_class.h"
#include "executor/tuptable.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "optimizer/optimizer.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

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

/*
 * Goes through the rows that the guard index has, by a snapshot taken now: the
 * statement's own is older than its lock.  It is there for those in which column attnum
 * is NULL (0: for all that may be lossy); else all rows are looked at.
 */
void
zdm_scan_guard(Relation rel, const char *guard, AttrNumber attnum, ZdmGuardRow function, void *arg)
{
	Oid index = get_relname_relid(guard, RelationGetNamespace(rel));
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
}

/* ZdmGuardRow: an error if the column, whose number arg points to, is NULL. */
static bool
refuse_null(Relation rel, TupleTableSlot *row, void *arg)
{
	AttrNumber attnum = *(AttrNumber *) arg;

	if (slot_attisnull(row, attnum))
		ereport(ERROR, (errcode(ERRCODE_NOT_NULL_VIOLATION),
						errmsg("column \"%s\" of \"%s\" contains null values",
							   get_attname(RelationGetRelid(rel), attnum, false),
							   RelationGetRelationName(rel))));
	return true;
}

/* Raises an error if a column that the guard index watches has a NULL. */
void
zdm_require_no_null(Relation rel, AttrNumber attnum, const char *guard)
{
	zdm_scan_guard(rel, guard, attnum, refuse_null, &attnum);
}
