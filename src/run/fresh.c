/*
 * fresh.c
 *		The worker's part of a migration in the transaction of its call, where there is
 *		nobody whom that could hold up.
 *
 * A fresh database runs all migration files one after the other, often in one
 * transaction: expand, contract and finalize, with no worker that could do anything in
 * between.  There is nothing for it to do either: the table is empty, or was created in this very
 * transaction, so that nobody else sees it.  So the caller does the worker's steps,
 * with the rights of the table's owner as the worker does, and an index is built plainly.
 *
 * That a table is empty is judged under a lock that keeps writers out, and the lock is
 * only taken if it is to be had at once: nobody waits for that.
 */
#include "postgres.h"

#include "access/relation.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/pg_class.h"
#include "executor/tuptable.h"
#include "storage/bufmgr.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "base/compat.h"
#include "base/lock.h"
#include "base/owner.h"
#include "base/settings.h"
#include "base/tree.h"
#include "fill/batch.h"
#include "fill/ranges.h"
#include "record/merge_log.h"
#include "record/target.h"
#include "run/actions.h"
#include "run/backfill_tables.h"
#include "run/executor.h"
#include "run/fresh.h"

/* A table of more blocks is not searched for rows under the lock. */
#define MAX_SEARCHED_BLOCKS 128

/* What is known of the tables of a tree. */
typedef enum Freshness
{
	EMPTY,  /* no rows */
	NEW,    /* rows that nobody else sees */
	IN_USE, /* rows of others, or more blocks than can be looked at */
} Freshness;

/* Tells whether no row of a table is visible.  The snapshot is taken under the lock. */
static bool
is_empty(Relation rel)
{
	TupleTableSlot *slot;
	TableScanDesc scan;
	bool found;

	if (RelationGetNumberOfBlocks(rel) == 0)
		return true;
	if (RelationGetNumberOfBlocks(rel) > MAX_SEARCHED_BLOCKS)
		return false;
	PushActiveSnapshot(GetLatestSnapshot());
	slot = table_slot_create(rel, NULL);
	scan = zdm_beginscan(rel, GetActiveSnapshot());
	found = table_scan_getnextslot(scan, ForwardScanDirection, slot);
	table_endscan(scan);
	ExecDropSingleTupleTableSlot(slot);
	PopActiveSnapshot();
	return !found;
}

static Freshness
freshness_of_table(Relation rel)
{
	if (rel->rd_rel->relkind == RELKIND_PARTITIONED_TABLE)
		return EMPTY;
	if (rel->rd_rel->relkind != RELKIND_RELATION)
		return IN_USE;
	if (is_empty(rel))
		return EMPTY;
	return rel->rd_createSubid != InvalidSubTransactionId ? NEW : IN_USE;
}

/* Looks at all tables of a tree. */
static Freshness
freshness_of_tree(Oid root)
{
	ZdmTree tree = zdm_tree(root);
	Freshness result = EMPTY;

	while (zdm_tree_next(&tree))
		result = Max(result, freshness_of_table(tree.rel));
	return result;
}

/* Tells whether the table is empty, or new in this transaction. */
bool
zdm_is_fresh(const ZdmMigration *m)
{
	return freshness_of_tree(m->relation) != IN_USE;
}

/*
 * Tells whether a step can be done here at all: not an index where there is one of its name,
 * or a leftover, nor REINDEX of a partitioned table, which is for the top level alone.
 */
static bool
can_be_done_here(const ZdmMigration *m, const ZdmStep *step)
{
	const ZdmAction *action = zdm_action(step->command.action);
	ZdmJudgement judgement;

	if (action->judge == NULL)
		return true;
	action->judge(step, zdm_targets(m->id), &judgement);
	return !judgement.done && judgement.leftovers == NIL &&
		   get_rel_relkind(judgement.table) != RELKIND_PARTITIONED_TABLE;
}

/* The locks that all of the worker's steps get along with, and that keep writers out. */
static List *
locks_for_worker_steps(const ZdmMigration *m, List *steps)
{
	List *locks = zdm_add_lock(NIL, m->relation, ShareRowExclusiveLock);
	ListCell *lc;

	foreach (lc, steps)
	{
		ZdmStep *step = lfirst(lc);

		if (step->phase <= ZDM_PHASE_VALIDATE && step->runs != ZDM_RUNS_CALLER)
			locks = zdm_add_locks(locks, zdm_step_locks(step));
	}
	return locks;
}

/* Fills all rows of a table that nobody else sees, in one go. */
static void
fill_table(ZdmMigration *m, const ZdmStep *step, const ZdmBackfillTable *table)
{
	Relation rel = relation_open(table->relation, RowExclusiveLock);
	BlockNumber blocks = table->total_blocks;
	ZdmTuning tuning = {0}; /* full speed */
	ZdmPace pace = {0};
	ZdmBatchResult rows = {0};
	ZdmVisit visit = {.end = blocks,
					  .plain = true,
					  .merges = zdm_merges(m),
					  .msec = 1e15,
					  .pace = &pace,
					  .tuning = &tuning};
	ZdmOwnerScope scope;
	ZdmRange *range;

	if (blocks > 0)
	{
		range = zdm_range_claim(m->id, table->relation, 0, blocks, 1);
		visit.pages = MemoryContextAllocHuge(CurrentMemoryContext, blocks * sizeof(uint8));
		visit.buffers = MemoryContextAllocHuge(CurrentMemoryContext, blocks * sizeof(Buffer));
		memset(visit.pages, ZDM_PAGE_OPEN, blocks * sizeof(uint8));
		memset(visit.buffers, 0, blocks * sizeof(Buffer));
		PushActiveSnapshot(GetLatestSnapshot());
		zdm_owner_begin(&scope, zdm_relation_owner(m->relation));
		zdm_batch_run(rel, m->trigger_name, zdm_step_copies(step) ? zdm_copy_target(m) : InvalidOid,
					  &visit, &rows);
		zdm_owner_end(&scope);
		PopActiveSnapshot();
		if (rows.busy > 0 || visit.position < visit.end)
			elog(ERROR, "could not fill table \"%s\" in one go", RelationGetRelationName(rel));
		zdm_range_finish(m->id, range, &rows);
	}
	zdm_backfill_finish(m->id, table->relation);
	relation_close(rel, NoLock);
}

/* The backfill step. */
static void
fill_tables(ZdmMigration *m, const ZdmStep *step)
{
	ZdmStepCost cost = {0};
	TimestampTz start = GetCurrentTimestamp();
	int added;
	ErrorData *error = zdm_backfill_register_all(m, &added);
	ListCell *lc;

	if (error)
		ReThrowError(error);
	CommandCounterIncrement();
	foreach (lc, zdm_backfill_tables(m->id))
		fill_table(m, step, lfirst(lc));
	cost.run_usec = GetCurrentTimestamp() - start;
	zdm_step_done(m->id, step, &cost);
}

static void
do_step(ZdmMigration *m, ZdmStep *step, Freshness freshness)
{
	ZdmStepCost cost = {0};

	if (zdm_step_is_backfill(step))
		fill_tables(m, step);
	else if (freshness == EMPTY && zdm_action(step->command.action)->about_rows)
		/* Of no rows there are no statistics, and a size of 0 would be taken for granted. */
		zdm_step_done(m->id, step, &cost);
	else
		zdm_run_worker_step(m, step);
	CommandCounterIncrement();
	step->status = ZDM_STEP_DONE;
}

/*
 * Does the worker's steps of a migration whose caller's steps are done, if the table is
 * empty, or new in this transaction.  False if something is left for the worker.
 */
bool
zdm_work_at_once(ZdmMigration *m, List *steps)
{
	Freshness freshness;
	ZdmStep *step;

	if (!zdm_at_once || freshness_of_tree(m->relation) == IN_USE ||
		!zdm_lock_at_once(locks_for_worker_steps(m, steps)))
		return false;
	freshness = freshness_of_tree(m->relation);
	if (freshness == IN_USE)
		return false;
	while ((step = zdm_next_worker_step(steps)) != NULL)
	{
		if (!can_be_done_here(m, step))
			return false;
		do_step(m, step, freshness);
	}
	return true;
}
