/*
 * stored_plan.c
 *		The steps for materialized views on a column that another one takes over from.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/relation.h"
#include "catalog/dependency.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_rewrite.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "storage/bufmgr.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "base/compat.h"
#include "base/names.h"
#include "change/carry.h"
#include "change/catalog_changes.h"
#include "change/dependents.h"
#include "change/stored_view.h"

static void
refuse_to_carry(const ZdmCarried *carried, const char *detail)
{
	ereport(ERROR, (errcode(ERRCODE_DEPENDENT_OBJECTS_STILL_EXIST),
					errmsg("cannot carry over %s %s", carried->class->name, carried->identity),
					errdetail("%s", detail),
					errhint("Drop it first and create it again after contract.")));
}

/* Tells whether a query depends on a key that has one of the columns: one that it groups by. */
static bool
uses_key(const ZdmCarried *carried, Oid relid, List *attnums)
{
	ListCell *lc;
	ListCell *attnum;

	foreach (lc, zdm_objects_of(RewriteRelationId, carried->oid))
	{
		const ObjectAddress *object = lfirst(lc);
		HeapTuple tuple;
		bool result = false;
		int length;

		if (object->classId != ConstraintRelationId)
			continue;
		tuple = zdm_constraint_row(object->objectId);
		foreach (attnum, attnums)
			result |= ((Form_pg_constraint) GETSTRUCT(tuple))->conrelid == relid &&
					  zdm_constraint_has_column(tuple, Anum_pg_constraint_conkey,
												lfirst_int(attnum), &length);
		ReleaseSysCache(tuple);
		if (result)
			return true;
	}
	return false;
}

/* Refuses what could not be made beside a materialized view, or not take its place. */
static void
check_stored(ZdmCarried *carried)
{
	Oid view = zdm_carried_relation(carried);
	Oid type = get_rel_type_id(view);
	ListCell *lc;

	if (OidIsValid(getExtensionOfObject(RelationRelationId, view)))
		refuse_to_carry(carried, "It belongs to an extension.");
	for (int i = 0; i <= zdm_view_width(view); i++)
		if (zdm_has_labels(view, i))
			refuse_to_carry(carried, "It has a security label.");
	foreach (lc, zdm_objects_on(TypeRelationId, type, 0))
		if (((ObjectAddress *) lfirst(lc))->classId != TypeRelationId)
			refuse_to_carry(carried, psprintf("The type of its rows is used by %s.",
											  getObjectDescription(lfirst(lc), false)));
}

/* Returns what a refresh may cost. */
static char *
cost_of(Oid view)
{
	Relation rel = relation_open(view, AccessShareLock);
	char *cost;

	if (!RelationIsPopulated(rel))
		cost = "it is not populated, so that takes no time";
	else
		cost = psprintf(
			"its query runs once, as for a REFRESH, and gives %s%s",
			rel->rd_rel->reltuples <= 0 ? ""
										: psprintf("about %.0f rows in ", rel->rd_rel->reltuples),
			TextDatumGetCString(DirectFunctionCall1(
				pg_size_pretty, Int64GetDatum((int64) RelationGetNumberOfBlocks(rel) * BLCKSZ))));
	relation_close(rel, AccessShareLock);
	return cost;
}

/* Appends the steps for all of them: what makes the second ones, and what drops the first. */
void
zdm_stored_plan(ZdmSwap *swap, ZdmPhase phase)
{
	Oid relid = RelationGetRelid(swap->plan->rel);
	List *successors;
	List *columns = zdm_swap_taken_over(swap, &successors);
	List *attnums = zdm_column_numbers(columns);
	StringInfoData unknown;
	List *from = NIL;
	List *to = NIL;
	List *list;
	bool any = false;
	ListCell *lc;

	initStringInfo(&unknown);
	list = zdm_carried_collect(relid, attnums, &unknown);
	foreach (lc, columns)
		from = lappend(from, ((ZdmOldColumn *) lfirst(lc))->name);
	foreach (lc, successors)
		to = lappend(to, ((ZdmNewColumn *) lfirst(lc))->shadow);
	foreach (lc, list)
		any |= ((ZdmCarried *) lfirst(lc))->class == &zdm_carried_stored;
	foreach (lc, any ? list : NIL)
	{
		ZdmCarried *carried = lfirst(lc);
		Oid view = zdm_carried_relation(carried);
		Oid owner = carried->class->owner(carried->oid);
		ZdmDeed *drop;

		if (!zdm_carried_is_query(carried->class))
			continue;
		if (!zdm_may_create_in(get_rel_namespace(view), owner))
			refuse_to_carry(carried,
							psprintf("Role \"%s\" may not create a second one in schema \"%s\".",
									 GetUserNameFromId(owner, false),
									 get_namespace_name(get_rel_namespace(view))));
		if (uses_key(carried, relid, attnums))
			refuse_to_carry(carried,
							"It groups by a key that has the column, and a materialized view is to "
							"be made before that key is the new column's.");
		if (carried->class != &zdm_carried_stored)
			continue;
		check_stored(carried);
		drop = zdm_deed_drop_stored(carried->identity);
		if (phase == ZDM_PHASE_FINALIZE)
			zdm_step_also_lock(
				zdm_plan_deed(swap->plan, phase, ZDM_RUNS_CALLER, AccessExclusiveLock, drop, NULL),
				swap->plan->carried);
		else
			zdm_step_note(
				zdm_plan_deed(swap->plan, phase, ZDM_RUNS_WORKER, ShareUpdateExclusiveLock,
							  zdm_deed_make_twin(swap->plan->table, from, to, carried->identity),
							  drop),
				"A materialized view like %s is made beside it, and takes its place at contract: "
				"%s. VACUUM of %s waits meanwhile.",
				carried->identity, cost_of(view), swap->plan->table);
	}
}

/*
 * Returns the name of a materialized view that uses columns; NULL if there is none.  Where there is
 * one the server can't change their types at once: it has rows of the old one.
 */
char *
zdm_stored_user(ZdmPlan *plan, List *attnums)
{
	StringInfoData unknown;
	ListCell *lc;

	initStringInfo(&unknown);
	foreach (lc, zdm_carried_collect(RelationGetRelid(plan->rel), attnums, &unknown))
		if (((ZdmCarried *) lfirst(lc))->class == &zdm_carried_stored)
			return ((ZdmCarried *) lfirst(lc))->identity;
	return NULL;
}
