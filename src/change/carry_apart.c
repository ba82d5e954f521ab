/*
 * carry_apart.c
 *		Whether rows keep to what an index is to refuse from now on.
 *
 * On the way back the index on the old column refuses again what it has not refused since
 * contract.  Mostly it is known that there is nothing of the kind: the other index has held new
 * values apart, and an old value is there only if it gives the new one back.  But what the other
 * type holds apart the old one may take for the same: numeric has 1.0 = 1.00, text has not; and of
 * what becomes NULL the new index lets in any number, which may all be one value on the way back.
 * Then the rows are looked at, under the lock, as the server looks at them that makes such an
 * index.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/nbtree.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/transam.h"
#include "catalog/index.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "nodes/execnodes.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "utils/builtins.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/tuplesort.h"

#include "base/compat.h"
#include "base/json.h"
#include "base/names.h"
#include "base/owner.h"
#include "change/carry.h"
#include "change/catalog_changes.h"
#include "change/lossless.h"

/* Tells whether values that a key of an index takes for equal are the same, bit by bit. */
static bool
equal_is_same(Relation index, int key)
{
	Oid type = index->rd_opcintype[key];
	Oid proc = get_opfamily_proc(index->rd_opfamily[key], type, type, BTEQUALIMAGE_PROC);

	return OidIsValid(proc) && DatumGetBool(OidFunctionCall1Coll(proc, index->rd_indcollation[key],
																 ObjectIdGetDatum(type)));
}

/* Tells whether expressions read some column that changes. */
static bool
read_old(ZdmSwap *swap, Node *expressions)
{
	Bitmapset *attnums = NULL;
	ListCell *lc;

	pull_varattnos(expressions, 1, &attnums);
	if (bms_is_member(-FirstLowInvalidHeapAttributeNumber, attnums))
		return true; /* the whole row */
	foreach (lc, swap->old)
		if (bms_is_member(((ZdmOldColumn *) lfirst(lc))->att->attnum -
							  FirstLowInvalidHeapAttributeNumber,
						  attnums))
			return true;
	return false;
}

/* Tells whether a new value is made of that of its old column alone. */
static bool
reads_own(const ZdmNewColumn *new, const ZdmOldColumn *old)
{
	Bitmapset *attnums = NULL;

	pull_varattnos(new->forward, 1, &attnums);
	attnums = bms_del_member(attnums, old->att->attnum - FirstLowInvalidHeapAttributeNumber);
	return bms_is_empty(attnums);
}

/* See check_functions_in_node(). */
static bool
is_of_user(Oid function, void *context)
{
	return function >= FirstNormalObjectId;
}

/* Tells whether an expression calls a function that did not come with the server. */
static bool
calls_of_user(Node *node, void *context)
{
	if (node == NULL)
		return false;
	return check_functions_in_node(node, is_of_user, context) ||
		   expression_tree_walker(node, calls_of_user, context);
}

/*
 * Tells whether the new index keeps two new values apart that are made of equal old ones.  Not
 * where they may be NULL: that a column is NOT NULL does not last, unless it is in a primary key.
 */
static bool
refuses_same(ZdmSwap *swap, Relation index, const ZdmNewColumn *new)
{
	return index->rd_index->indnullsnotdistinct || index->rd_index->indisprimary ||
		   (swap->plain_forward && !calls_of_user(new->forward, NULL));
}

/* Tells whether the new index keeps old values apart that a key takes for equal. */
static bool
key_tells_new(ZdmSwap *swap, Relation index, int key)
{
	AttrNumber attnum = index->rd_index->indkey.values[key];
	ListCell *lc;

	foreach (lc, swap->old)
	{
		const ZdmOldColumn *old = lfirst(lc);
		const ZdmNewColumn *new = zdm_swap_replacement(swap, old);
		bool numbers = swap->plain_forward && zdm_type_is_number(old->att->atttypid) &&
					   zdm_type_is_number(new->type);

		if (old->att->attnum == attnum &&
			!(reads_own(new, old) && (numbers || equal_is_same(index, key)) &&
			  refuses_same(swap, index, new)))
			return false;
	}
	return true;
}

/*
 * Tells whether keys of an old unique index that are equal mean equal keys of the new one, so that
 * the new one alone keeps the old one's rows apart.
 */
bool
zdm_carry_is_apart(ZdmSwap *swap, const ZdmDependent *dependent)
{
	Relation index;
	bool result;

	if (swap->same_value)
		return true;
	if (dependent->exclusion)
		return false;
	index = index_open(dependent->index, AccessShareLock);
	result = !read_old(swap, (Node *) RelationGetIndexExpressions(index)) &&
			 !read_old(swap, (Node *) RelationGetIndexPredicate(index));
	for (int i = 0; i < IndexRelationGetNumberOfKeyAttributes(index); i++)
		result = result && key_tells_new(swap, index, i);
	index_close(index, AccessShareLock);
	return result;
}

/* Says that the way back looks at all rows. */
void
zdm_carry_note_apart(ZdmStep *step, const ZdmDependent *dependent, bool look)
{
	if (look)
		zdm_step_note(
			step,
			"What the new type holds apart the old one may take for the same: reopen and "
			"rollback read the table under their lock, to see whether \"%s\" can have its "
			"rows again.",
			dependent->name);
}

/* What looks for equal keys. */
typedef struct Look
{
	Tuplesortstate *sort;
	Relation index;
} Look;

/* See IndexBuildCallback. */
static void
sort_row(Relation index, ItemPointer tid, Datum *values, bool *isnull, bool alive, void *state)
{
	Look *look = state;

	if (alive)
		tuplesort_putindextuplevalues(look->sort, look->index, tid, values, isnull);
}

/* Raises what CREATE UNIQUE INDEX raises of two rows with equal keys; by its own sort. */
static void
require_unique(Relation rel, Relation index)
{
	IndexInfo *info = BuildIndexInfo(index);
	Look look = {.index = index};

	look.sort = tuplesort_begin_index_btree(rel, index, true, index->rd_index->indnullsnotdistinct,
											maintenance_work_mem, NULL, TUPLESORT_NONE);
	(void) table_index_build_scan(rel, index, info, true, false, sort_row, &look, NULL);
	tuplesort_performsort(look.sort);
	tuplesort_end(look.sort);
}

/* Raises what ADD CONSTRAINT ... EXCLUDE raises of two rows (index.c, IndexCheckExclusion). */
static void
require_excluded(Relation rel, Relation index)
{
	IndexInfo *info = BuildIndexInfo(index);
	EState *estate = CreateExecutorState();
	ExprContext *context = GetPerTupleExprContext(estate);
	TupleTableSlot *slot = table_slot_create(rel, NULL);
	ExprState *predicate = ExecPrepareQual(info->ii_Predicate, estate);
	Snapshot snapshot = RegisterSnapshot(GetLatestSnapshot());
	TableScanDesc scan = zdm_beginscan(rel, snapshot);

	while (table_scan_getnextslot(scan, ForwardScanDirection, slot))
	{
		Datum values[INDEX_MAX_KEYS];
		bool isnull[INDEX_MAX_KEYS];

		CHECK_FOR_INTERRUPTS();
		ResetExprContext(context);
		context->ecxt_scantuple = slot;
		if (!ExecQual(predicate, context))
			continue;
		FormIndexDatum(info, slot, estate, values, isnull);
		check_exclusion_constraint(rel, index, info, &slot->tts_tid, values, isnull, estate, true);
	}
	table_endscan(scan);
	UnregisterSnapshot(snapshot);
	ExecDropSingleTupleTableSlot(slot);
	FreeExecutorState(estate);
}

/*
 * Raises an error if two rows of a table are such that an index would have refused one of them.  As
 * the owner, whose code an index may call.
 */
static void
require_apart(Relation rel, Oid oid)
{
	ZdmOwnerScope scope;
	Relation index;

	zdm_owner_begin(&scope, rel->rd_rel->relowner);
	index = index_open(oid, AccessShareLock);
	if (index->rd_index->indisexclusion)
		require_excluded(rel, index);
	else
		require_unique(rel, index);
	index_close(index, NoLock);
	zdm_owner_end(&scope);
}

/* Likewise, on the way back, in words that say what that means there. */
void
zdm_require_apart_again(Relation rel, Oid index)
{
	MemoryContext caller = CurrentMemoryContext;
	ErrorData *error;

	PG_TRY();
	{
		require_apart(rel, index);
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(caller);
		error = CopyErrorData();
		if (error->sqlerrcode == ERRCODE_UNIQUE_VIOLATION ||
			error->sqlerrcode == ERRCODE_EXCLUSION_VIOLATION)
		{
			error->message =
				psprintf("rows of %s that the new type holds apart are the same by the "
						 "old one: \"%s\" can't have both",
						 zdm_qualified_name(RelationGetRelid(rel)), get_rel_name(index));
			error->hint = "Correct them, or go on with the new type: finalize.";
		}
		FlushErrorState();
		ReThrowError(error);
	}
	PG_END_TRY();
}

/* See zdm_run_require_apart(). */
ZdmDeed *
zdm_deed_require_apart(const char *index)
{
	StringInfoData arguments;

	zdm_deed_begin(&arguments);
	zdm_json_add_string(&arguments, "index", index);
	return zdm_deed_end(ZDM_ACTION_REQUIRE_APART, &arguments);
}

/* Looks beside the traffic: what is written meanwhile, the index refuses. */
void
zdm_run_require_apart(const ZdmMigration *m, const ZdmDeed *deed)
{
	Oid index = zdm_deed_relation(deed, "index");
	Relation rel = zdm_open_for_change(m, IndexGetRelation(index, true), AccessShareLock);

	require_apart(rel, index);
	table_close(rel, NoLock);
}

/* See zdm_run_set_unique(). */
ZdmDeed *
zdm_deed_set_unique(const char *index, bool unique, bool nulls_not_distinct, bool look)
{
	StringInfoData arguments;

	zdm_deed_begin(&arguments);
	zdm_json_add_string(&arguments, "index", index);
	zdm_json_add_bool(&arguments, "unique", unique);
	zdm_json_add_bool(&arguments, "nulls_not_distinct", nulls_not_distinct);
	if (look)
		zdm_json_add_bool(&arguments, "look", true);
	return zdm_deed_end(ZDM_ACTION_SET_UNIQUE, &arguments);
}

/*
 * Decides whether an index that no constraint owns refuses equal keys.  A unique btree has the same
 * pages as one that is not (nbtinsert.c asks the flag at each insertion), so this is the flag
 * alone.
 *
 * Only the index on the column that applications see refuses keys.  A second unique
 * index, on a column with the same values, would refuse them as well, and ON CONFLICT
 * can't name it: two sessions that insert the same key at once would get an error
 * instead of an update.  What keeps it free of equal keys is the first; where that is not known
 * to, the step has it looked at ("look").
 */
void
zdm_run_set_unique(const ZdmMigration *m, const ZdmDeed *deed)
{
	Oid index = zdm_deed_relation(deed, "index");
	Relation rel = zdm_open_for_change(m, IndexGetRelation(index, true), AccessExclusiveLock);

	if (get_rel_relkind(index) != RELKIND_INDEX)
		ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE),
						errmsg("\"%s\" is not an index", get_rel_name(index))));
	if (OidIsValid(get_index_constraint(index)))
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
						errmsg("index \"%s\" belongs to a constraint", get_rel_name(index))));
	zdm_set_index_flags(index, zdm_deed_bool(deed, "unique"),
						zdm_deed_bool(deed, "nulls_not_distinct"));
	CacheInvalidateRelcache(rel);
	if (zdm_deed_flag(deed, "look"))
	{
		CommandCounterIncrement();
		zdm_require_apart_again(rel, index);
	}
	table_close(rel, NoLock);
}
