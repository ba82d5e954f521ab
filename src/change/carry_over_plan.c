/*
 * carry_over_plan.c
 *		Whether all that uses a column can go along with another one, for a plan.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/objectaddress.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"

#include "base/query.h"
#include "base/transaction.h"
#include "base/tree.h"
#include "change/carry_over.h"
#include "change/carry_rows.h"

/*
 * Refuses a generated column whose values could become others: all of them would have to be
 * written.  Where the server changes the type at once, its expression tells (carry_generated.c).
 */
static void
require_same_value(ZdmPlan *plan, const ZdmCarried *carried, bool same_value)
{
	ObjectAddress object;

	ObjectAddressSet(object, carried->class->classid, carried->oid);
	if (!same_value && zdm_is_stored_column(&object))
		ereport(ERROR,
				(errcode(ERRCODE_DEPENDENT_OBJECTS_STILL_EXIST),
				 errmsg("cannot change a column of %s that a generated column is made from",
						plan->table),
				 errdetail("%s might have other values by the new type.",
						   getObjectDescription(&object, false)),
				 errhint("Drop the generated column first, and add it again afterwards. Among "
						 "integer types it may stay.")));
}

/*
 * Refuses what decides who sees which rows, where a column of the same name will mean something
 * else: whoever has written it has to say what it is then.
 */
static void
refuse_condition(ZdmPlan *plan, const ZdmCarried *carried)
{
	if (carried->class == &zdm_carried_policy ||
		(carried->class == &zdm_carried_publication &&
		 strstr(carried->class->print(carried->oid), " WHERE (") != NULL))
		ereport(ERROR,
				(errcode(ERRCODE_DEPENDENT_OBJECTS_STILL_EXIST),
				 errmsg("cannot transform a column of %s that %s %s decides by", plan->table,
						carried->class->name, carried->identity),
				 errdetail("It says who sees which rows, and the column of that name will mean "
						   "something else."),
				 errhint("Drop it first and create it again after contract.")));
}

/*
 * Finds what uses a column, and has the steps that want it lock the relations.  Raises an
 * error for what can't be carried over, or not by the caller.  Tells whether there is any.
 */
bool
zdm_carry_over_find(ZdmPlan *plan, List *attnums, bool same_value, bool other_meaning)
{
	Oid relid = RelationGetRelid(plan->rel);
	ZdmMigration *m = plan->migration;
	List *tree = zdm_relation_tree(relid);
	StringInfoData unknown;
	List *list;
	ListCell *lc;

	initStringInfo(&unknown);
	list = zdm_carried_collect(relid, attnums, &unknown);
	foreach (lc, list)
	{
		ZdmCarried *carried = lfirst(lc);
		Oid relation = zdm_carried_relation(carried);

		zdm_carried_require_rights(carried);
		require_same_value(plan, carried, same_value);
		if (other_meaning)
			refuse_condition(plan, carried);
		if (OidIsValid(relation) && !list_member_oid(tree, relation))
		{
			m->also_locks = list_append_unique_oid(m->also_locks, relation);
			plan->carried = list_append_unique_oid(plan->carried, relation);
		}
	}
	if (unknown.len > 0)
		ereport(
			ERROR,
			(errcode(ERRCODE_DEPENDENT_OBJECTS_STILL_EXIST),
			 errmsg("cannot change \"%s\" of %s under traffic: other objects depend on it",
					get_attname(relid, linitial_int(attnums), false), plan->table),
			 errdetail("They use views on it, and zdm can't carry them over: %s.", unknown.data),
			 errhint("Drop them first and create them again after contract.")));
	return list != NIL;
}

/* What zdm_carry_over_try() tries. */
typedef struct Trial
{
	ZdmPlan *plan;
	ZdmCarry carry;
	List *list;
	List *successors; /* of ZdmNewColumn *, for the columns of each table */
} Trial;

/* Gives the columns the types that are tried, for as long as nobody else can see it. */
static void
set_types(Trial *trial)
{
	ListCell *lc;

	foreach (lc, trial->carry.moved)
	{
		const ZdmMovedColumn *column = lfirst(lc);
		const ZdmNewColumn *new =
			list_nth(trial->successors, foreach_current_index(lc) % list_length(trial->successors));

		zdm_set_column_type(column->relid, column->from, new->type, new->typmod, new->collation);
	}
}

static void
run_trial(void *arg)
{
	Trial *trial = arg;
	int level = zdm_pin_search_path();

	set_types(trial);
	zdm_carried_run(&trial->carry, trial->list);
	AtEOXact_GUC(false, level);
}

static void
make_ready(void *arg)
{
	Trial *trial = arg;
	int level = zdm_pin_search_path();

	set_types(trial);
	zdm_ready_make(trial->plan->migration, trial->carry.moved, NIL, trial->list);
	AtEOXact_GUC(false, level);
}

static void
make_ready_and_undo(void *arg)
{
	zdm_try_and_undo(make_ready, arg);
}

/*
 * Where the server changes the type at once, the call that plans it is the one that does it: so
 * views get ready now.  What goes wrong here goes wrong there, and is told then.
 */
static void
make_ready_for_expand(ZdmPlan *plan, List *attnums, Trial *trial)
{
	StringInfoData unknown;
	ErrorData *error;

	initStringInfo(&unknown);
	trial->carry.moved = zdm_carried_moved(plan->rel, attnums, attnums);
	trial->list = zdm_carried_collect(RelationGetRelid(plan->rel), attnums, &unknown);
	error = zdm_try(make_ready_and_undo, trial);
	if (error && error->sqlerrcode == ERRCODE_QUERY_CANCELED)
		ReThrowError(error);
}

/* What was tried last in this transaction, and came through; in TopTransactionContext. */
typedef struct Tried
{
	MemoryContextCallback callback;
	char *what;
} Tried;

static Tried *last_tried = NULL;

static void
forget_tried(void *arg)
{
	if (last_tried == arg)
		last_tried = NULL;
}

static void
remember_tried(const char *what)
{
	last_tried = MemoryContextAllocZero(TopTransactionContext, sizeof(Tried));
	last_tried->what = MemoryContextStrdup(TopTransactionContext, what);
	last_tried->callback.func = forget_tried;
	last_tried->callback.arg = last_tried;
	MemoryContextRegisterResetCallback(TopTransactionContext, &last_tried->callback);
}

/* Adds which version of an object it is; of a class without a row of its own, which object. */
static void
add_version(StringInfo buf, const ZdmCarried *carried)
{
	Oid classid = carried->class->classid;
	Relation catalog;
	HeapTuple tuple;

	appendStringInfo(buf, " %u/%u", classid, carried->oid);
	if (!is_objectclass_supported(classid))
		return;
	tuple = zdm_catalog_row(classid, get_object_oid_index(classid), get_object_attnum_oid(classid),
							carried->oid, &catalog);
	appendStringInfo(buf, "=%u(%u,%u)", HeapTupleHeaderGetRawXmin(tuple->t_data),
					 ItemPointerGetBlockNumber(&tuple->t_self),
					 ItemPointerGetOffsetNumber(&tuple->t_self));
	table_close(catalog, RowExclusiveLock);
}

/* Describes a trial: columns, types, and all that uses them, each in the version that it is. */
static char *
describe_trial(const Trial *trial)
{
	StringInfoData buf;
	ListCell *lc;

	initStringInfo(&buf);
	appendStringInfo(&buf, "%d:", trial->carry.relabels);
	foreach (lc, trial->carry.moved)
		appendStringInfo(&buf, " %u.%d", ((ZdmMovedColumn *) lfirst(lc))->relid,
						 ((ZdmMovedColumn *) lfirst(lc))->from);
	foreach (lc, trial->successors)
	{
		const ZdmNewColumn *new = lfirst(lc);

		appendStringInfo(&buf, " %u,%d,%u", new->type, new->typmod, new->collation);
	}
	foreach (lc, trial->list)
		add_version(&buf, lfirst(lc));
	return buf.data;
}

/*
 * Tries, for a plan, whether all that uses columns can bear the types of others (ZdmNewColumn *).
 * To this session, in a subtransaction that is undone, they have these types.  relabels: see
 * ZdmCarry.  A plan is made a second time under the lock: what was tried before it, and is as it
 * was, is not tried again.
 */
void
zdm_carry_over_try(ZdmPlan *plan, List *attnums, List *successors, bool relabels)
{
	StringInfoData unknown;
	char *what;
	Trial trial = {.plan = plan,
				   .carry = {.trial = true,
							 .relabels = relabels,
							 .moved = zdm_carried_moved(plan->rel, attnums, attnums)},
				   .successors = successors};

	initStringInfo(&unknown);
	trial.list = zdm_carried_collect(RelationGetRelid(plan->rel), attnums, &unknown);
	if (trial.list == NIL)
		return;
	what = describe_trial(&trial);
	if (last_tried && strcmp(last_tried->what, what) == 0)
		return;
	zdm_try_and_undo(run_trial, &trial);
	remember_tried(what);
	if (relabels && !plan->try_rows)
		make_ready_for_expand(plan, attnums, &trial);
}
