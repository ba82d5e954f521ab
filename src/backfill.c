/*
 * backfill.c
 *		The backfill: fills the new columns of rows that were there before the trigger.
 *
 * Rows that are written after the sync trigger is in place pass through it, so
 * only blocks that the table had at that moment need a visit.  Each batch is a
 * transaction of its own that fills a block range and notes it in the record;
 * whatever happens, the next worker goes on behind the last commit.
 *
 * Lock order: extension, table, record.
 */
#include "postgres.h"

#include "access/relation.h"
#include "miscadmin.h"
#include "portability/instr_time.h"
#include "storage/bufmgr.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/timestamp.h"

#include "backfill.h"
#include "batch.h"
#include "lock.h"
#include "names.h"
#include "query.h"
#include "ranges.h"
#include "settings.h"
#include "transaction.h"

#define FIRST_BATCH_BLOCKS 32
#define MAX_BATCH_BLOCKS 8192
#define BUSY_RETRY_MSEC 200

/* One worker's view of a backfill. */
typedef struct Backfill
{
	int64 migration;
	const ZdmStep *step;
	int worker;
	ZdmRange range; /* valid if range.id is not 0 */
	int64 batch_blocks;
	bool stuck;         /* the last visit of busy rows found them still busy */
	int64 sampled_rows; /* since the last note of the rate */
	TimestampTz sampled_at;
	MemoryContext memory; /* reset for each transaction */
} Backfill;

/* Arguments and results of what runs in zdm_try(). */
typedef struct RegisterRequest
{
	ZdmMigration *migration;
	int added;
} RegisterRequest;

typedef struct VisitRequest
{
	Backfill *backfill;
	ZdmMigration *migration;
	ZdmBatchResult result;
	double msec;
	bool visited;
	bool stop;
} VisitRequest;

/*
 * Begins a transaction for the backfill.  NULL, and none is open, if there is
 * nothing to do any more because the extension is gone or the migration is not
 * running.
 */
static ZdmMigration *
begin(Backfill *b)
{
	ZdmMigration *m = NULL;

	MemoryContextReset(b->memory);
	MemoryContextSwitchTo(b->memory);
	zdm_tx_begin();
	zdm_tx_relax();
	if (zdm_extension_lock())
		m = zdm_migration_by_id(b->migration);
	if (m && m->status == ZDM_RUNNING)
		return m;
	zdm_tx_commit();
	return NULL;
}

/* Raises an error unless the migration's sync trigger is in place on one of its tables. */
static void
require_trigger(ZdmMigration *m, Relation rel)
{
	if (zdm_sync_trigger(rel->trigdesc, m->trigger_name) == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("table %s has no sync trigger \"%s\", or it is disabled",
						zdm_qualified_name(RelationGetRelid(rel)), m->trigger_name),
				 errdetail("Rows that are written without it would never be filled."),
				 errhint("Restore the trigger (ENABLE ALWAYS) and call zdm.resume(%s), or undo the "
						 "migration with zdm.rollback(%s).",
						 quote_literal_cstr(m->name), quote_literal_cstr(m->name))));
}

/*
 * Notes every table of the migration that is not noted yet, counts them, and
 * forgets those that are gone.
 */
static void
register_tables(void *arg)
{
	RegisterRequest *request = arg;
	ZdmMigration *m = request->migration;
	List *tree = zdm_relation_tree(m->relation);
	ListCell *lc;

	if (get_rel_name(m->relation) == NULL)
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE),
						errmsg("table %s does not exist any more", m->relation_name),
						errhint("SELECT zdm.cancel(%s) ends the migration.",
								quote_literal_cstr(m->name))));
	foreach (lc, tree)
	{
		Relation rel = try_relation_open(lfirst_oid(lc), AccessShareLock);

		if (rel == NULL)
			continue;
		if (rel->rd_rel->relkind == RELKIND_RELATION)
		{
			require_trigger(m, rel);
			if (zdm_backfill_register(m->id, rel))
				request->added++;
		}
		relation_close(rel, NoLock);
	}
	foreach (lc, zdm_backfill_tables(m->id))
	{
		ZdmBackfillTable *table = lfirst(lc);

		if (!list_member_oid(tree, table->relation))
			zdm_backfill_forget(m->id, table->relation);
	}
}

/* Gets the next range to work on into b->range; false if there is none to be had now. */
static bool
next_range(Backfill *b)
{
	ZdmRange *range = zdm_range_take_over(b->migration, b->worker);
	ListCell *lc;

	/* New blocks first; busy rows are likely to be free later. */
	if (range == NULL || range->busy)
	{
		foreach (lc, zdm_backfill_tables(b->migration))
		{
			ZdmBackfillTable *table = lfirst(lc);
			ZdmRange *fresh =
				zdm_range_claim(b->migration, table->relation, b->worker, b->batch_blocks, 1);

			if (fresh == NULL)
				continue;
			if (range)
				zdm_range_release(range->id);
			range = fresh;
			break;
		}
	}
	if (range == NULL)
		return false;
	b->range = *range;
	return true;
}

/* Aims at batches that take as long as they should, changing by half or double at most. */
static void
adapt_batch_size(Backfill *b, double msec)
{
	double factor = msec > 0 ? zdm_batch_time / msec : 2;

	factor = Min(Max(factor, 0.5), 2);
	b->batch_blocks = (int64) (b->batch_blocks * factor);
	b->batch_blocks = Min(Max(b->batch_blocks, 1), MAX_BATCH_BLOCKS);
}

/* Notes what became of a range that was visited, in the transaction that did it. */
static void
note_range(Backfill *b, const ZdmBatchResult *result)
{
	b->sampled_rows += result->seen;
	if (result->busy > 0)
	{
		b->range.busy = true;
		b->range.blocks.first = result->busy_first;
		b->range.blocks.end = result->busy_end;
		zdm_range_save(&b->range, result);
	}
	else
		zdm_range_finish(b->migration, &b->range, result);
}

/* Writes the rate of the last second to the record, where a second is over. */
static void
note_rate(Backfill *b)
{
	TimestampTz now = GetCurrentTimestamp();
	int64 usec = now - b->sampled_at;

	if (usec < USECS_PER_SEC)
		return;
	if (b->sampled_at != 0)
		zdm_migration_set_rate(b->migration, b->sampled_rows * (double) USECS_PER_SEC / usec);
	b->sampled_at = now;
	b->sampled_rows = 0;
}

/* Opens the range's table and sees to it that its block numbers still hold; NULL if not. */
static Relation
open_table(Backfill *b, ZdmMigration *m)
{
	Relation rel = try_relation_open(b->range.relation, RowExclusiveLock);

	if (rel == NULL)
	{
		/* Dropped: register_tables() says whether that is an error. */
		zdm_backfill_forget(b->migration, b->range.relation);
		return NULL;
	}
	if (!zdm_backfill_is_current(b->migration, rel))
	{
		require_trigger(m, rel);
		zdm_backfill_restart(b->migration, rel);
		zdm_migration_event(m, "restarted",
							psprintf("%s was rewritten; all its blocks are visited again.",
									 zdm_qualified_name(RelationGetRelid(rel))));
		relation_close(rel, NoLock);
		return NULL;
	}
	return rel;
}

/* Fills the rows of b->range and notes what became of it. */
static void
visit_range(void *arg)
{
	VisitRequest *request = arg;
	Backfill *b = request->backfill;
	Relation rel = open_table(b, request->migration);
	ZdmMigration *m;
	ZdmBatchRange blocks = b->range.blocks;
	instr_time start;
	instr_time elapsed;

	if (rel == NULL)
		return;
	/* Whoever ends or undoes a migration does it under a lock that excludes ours. */
	m = zdm_migration_by_id(b->migration);
	if (m == NULL || m->status != ZDM_RUNNING)
		request->stop = true;
	else
	{
		blocks.end = Min(blocks.end, RelationGetNumberOfBlocks(rel));
		INSTR_TIME_SET_CURRENT(start);
		require_trigger(m, rel);
		zdm_batch_run(rel, m->trigger_name, &blocks, &request->result);
		INSTR_TIME_SET_CURRENT(elapsed);
		INSTR_TIME_SUBTRACT(elapsed, start);
		request->msec = INSTR_TIME_GET_MILLISEC(elapsed);
		request->visited = true;
		note_range(b, &request->result);
	}
	relation_close(rel, NoLock);
}

/* Notes an error, with the row that it came from. */
static ZdmWork
note_error(Backfill *b, const ErrorData *error, ZdmBatchResult *result)
{
	char *row = NULL;

	if (ItemPointerIsValid(&result->current))
	{
		Relation rel = try_relation_open(b->range.relation, AccessShareLock);

		if (rel)
		{
			row = zdm_batch_describe_row(rel, &result->current);
			relation_close(rel, NoLock);
		}
	}
	return zdm_work_error(b->migration, b->step, error, row);
}

/* Visits b->range in one transaction. */
static ZdmWork
visit(Backfill *b)
{
	VisitRequest request = {.backfill = b, .migration = begin(b)};
	ErrorData *error;
	ZdmWork work = ZDM_WORK_DONE;
	bool busy = b->range.busy;

	if (request.migration == NULL)
		return ZDM_WORK_STOP;
	error = zdm_try(visit_range, &request);
	if (error)
		work = note_error(b, error, &request.result);
	else if (request.stop)
		work = ZDM_WORK_STOP;
	else if (request.visited && !busy)
		adapt_batch_size(b, request.msec);
	if (request.visited && !error && request.migration->attempts > 0)
		zdm_work_succeeded(b->migration);
	b->stuck = busy && request.result.busy > 0;
	b->range.id = 0;
	note_rate(b);
	zdm_tx_commit();
	return work;
}

/*
 * No range is to be had.  Ends the step if none is left at all; *done tells.
 */
static ZdmWork
finish(Backfill *b, ZdmMigration *m, bool *done)
{
	RegisterRequest request = {.migration = m};
	ErrorData *error;
	ListCell *lc;
	ZdmStepCost cost = {0};
	int64 ranges;
	int64 busy;

	zdm_range_count(b->migration, &ranges, &busy);
	if (ranges > 0)
		return ZDM_WORK_DONE;
	foreach (lc, zdm_backfill_tables(b->migration))
		zdm_backfill_finish(b->migration, ((ZdmBackfillTable *) lfirst(lc))->relation);
	/* Partitions may have been attached meanwhile. */
	error = zdm_try(register_tables, &request);
	if (error)
		return zdm_work_error(b->migration, b->step, error, NULL);
	if (request.added > 0)
		return ZDM_WORK_DONE;
	zdm_step_done(b->migration, b->step, &cost);
	*done = true;
	return ZDM_WORK_DONE;
}

/* Finds work: takes a range into b->range, or finds that the step is done. */
static ZdmWork
find_work(Backfill *b, bool *done)
{
	ZdmMigration *m = begin(b);
	ZdmWork work = ZDM_WORK_DONE;

	if (m == NULL)
		return ZDM_WORK_STOP;
	if (!next_range(b))
		work = finish(b, m, done);
	zdm_migration_set_waiting(b->migration,
							  b->stuck ? "rows that other transactions have locked" : NULL);
	zdm_tx_commit();
	if (b->stuck)
		zdm_sleep(BUSY_RETRY_MSEC);
	return work;
}

/* Begins, or takes up again, where the last worker has left off. */
static ZdmWork
start(Backfill *b)
{
	ZdmMigration *m = begin(b);
	RegisterRequest request = {.migration = m};
	ErrorData *error;
	ZdmWork work = ZDM_WORK_DONE;

	if (m == NULL)
		return ZDM_WORK_STOP;
	zdm_range_release_all(b->migration);
	error = zdm_try(register_tables, &request);
	if (error)
		work = zdm_work_error(b->migration, b->step, error, NULL);
	zdm_tx_commit();
	return work;
}

/*
 * Does the backfill step of a migration.  No transaction is open before and
 * after; in a procedure, an empty one is.  Returns when the step is done, when
 * the migration is not running any more, or with an error that has been noted.
 */
ZdmWork
zdm_backfill_run(int64 migration, const ZdmStep *step)
{
	MemoryContext caller = CurrentMemoryContext;
	Backfill b = {
		.migration = migration, .step = step, .worker = 0, .batch_blocks = FIRST_BATCH_BLOCKS};
	ZdmWork work;
	bool done = false;

	b.memory = AllocSetContextCreate(caller, "zdm backfill", ALLOCSET_DEFAULT_SIZES);
	work = start(&b);
	while (work == ZDM_WORK_DONE && !done)
	{
		CHECK_FOR_INTERRUPTS();
		work = find_work(&b, &done);
		if (work == ZDM_WORK_DONE && b.range.id != 0)
			work = visit(&b);
	}
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(b.memory);
	return work;
}
