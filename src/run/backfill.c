/*
 * backfill.c
 *		The backfill: fills the new columns of rows that were there before the trigger.
 *
 * Rows that are written after the sync trigger is in place pass through it, so
 * only blocks that the table had at that moment need a visit.  Each visit is a
 * transaction of its own that fills some pages of a block range and notes it in
 * the record; whatever happens, the next worker goes on behind the last commit.
 *
 * One worker, the leader, begins and ends the step; helpers take ranges from the
 * same record.  Lock order: extension, table, record.
 */
#include "postgres.h"

#include "access/relation.h"
#include "access/xact.h"
#include "catalog/pg_class.h"
#include "executor/instrument.h"
#include "miscadmin.h"
#include "storage/bufmgr.h"
#include "storage/procarray.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/timestamp.h"

#include "base/compat.h"
#include "base/extension.h"
#include "base/lock.h"
#include "base/owner.h"
#include "base/transaction.h"
#include "base/tree.h"
#include "fill/batch.h"
#include "fill/pacing.h"
#include "fill/ranges.h"
#include "fill/row.h"
#include "fill/window.h"
#include "record/merge_log.h"
#include "record/progress.h"
#include "record/tuning.h"
#include "run/backfill.h"
#include "run/backfill_news.h"
#include "run/backfill_tables.h"

#define BUSY_RETRY_MSEC 200
#define EXPECTED_WAVES 12 /* for the progress bar */
#define HORIZON_RETRY_MSEC 1
#define THROTTLED_RETRY_MSEC 500

/* What one transaction of the backfill did. */
typedef enum TurnResult
{
	TURN_VISITED,   /* filled something */
	TURN_TOOK,      /* took a range in hand, or let go of one that was of no use any more */
	TURN_NOTHING,   /* nothing can be taken: finished, or others are at it */
	TURN_WAIT,      /* the horizon has to move first */
	TURN_THROTTLED, /* pacing says no */
	TURN_HELD_UP,   /* somebody is about to stop the migration */
	TURN_STOP,      /* the migration does not run any more */
} TurnResult;

/* Arguments and results of what runs in zdm_try(). */
typedef struct Turn
{
	ZdmBackfill *backfill;
	ZdmMigration *migration;
	ZdmWindow *window; /* that was worked on; NULL: none */
	TurnResult result;
	ZdmBatchResult rows;
	double msec;
	int64 wal_bytes;
} Turn;

/*
 * Begins a transaction for the backfill.  NULL, and none is open, if there is
 * nothing to do any more because the extension is gone or the migration is not
 * running.
 */
static ZdmMigration *
begin_turn(ZdmBackfill *b)
{
	ZdmMigration *m = NULL;

	MemoryContextReset(b->memory);
	MemoryContextSwitchTo(b->memory);
	zdm_tx_begin();
	zdm_tx_relax();
	b->waiting_for = NULL;
	if (zdm_extension_lock())
		m = zdm_migration_by_id(b->migration);
	if (m && m->status == ZDM_RUNNING)
	{
		zdm_tuning_read(m->settings, &b->tuning);
		return m;
	}
	zdm_tx_commit();
	return NULL;
}

/*
 * Takes another range in hand: one that a worker left behind, then blocks that
 * nobody has taken yet, then busy rows.  False: there is none.  The transaction
 * has to end soon: others wait for it before they can take theirs.
 */
static bool
take_range(ZdmBackfill *b, ZdmMigration *m)
{
	ZdmRange *range = zdm_range_take_over(b->migration, b->worker, false);
	Relation rel;
	ListCell *lc;

	if (range == NULL)
	{
		foreach (lc, zdm_backfill_tables(b->migration))
		{
			ZdmBackfillTable *table = lfirst(lc);

			if (table->next_block >= table->total_blocks)
				continue;
			rel = zdm_backfill_open(m, table->relation);
			if (rel == NULL)
				return true; /* look again */
			range = zdm_range_claim(b->migration, table->relation, b->worker,
									b->windows.next_blocks, b->copies ? 1 : EXPECTED_WAVES);
			if (range)
				(void) zdm_window_add(&b->windows, range, rel, table->gap);
			relation_close(rel, NoLock);
			if (range)
				return true;
		}
		if (b->worker == 0 && b->windows.count == 0)
			range = zdm_range_take_over(b->migration, b->worker, true);
	}
	if (range == NULL)
		return false;
	rel = zdm_backfill_open(m, range->relation);
	if (rel != NULL)
	{
		(void) zdm_window_add(&b->windows, range, rel,
							  zdm_backfill_gap(b->migration, range->relation));
		relation_close(rel, NoLock);
	}
	return true;
}

/*
 * Opens the table of a range in hand.  If it was dropped or rewritten, lets go
 * of the range and returns NULL.
 */
static Relation
open_window(ZdmBackfill *b, ZdmMigration *m, ZdmWindow *window)
{
	Relation rel = try_relation_open(window->range.relation, RowExclusiveLock);

	if (rel != NULL && zdm_relation_filenode(rel) == window->filenode)
		return rel;
	if (rel != NULL)
		relation_close(rel, NoLock);
	rel = zdm_backfill_open(m, window->range.relation);
	if (rel != NULL)
		relation_close(rel, NoLock);
	zdm_window_remove(&b->windows, window);
	return NULL;
}

/*
 * Chooses what to visit: of the ranges whose last visit the horizon has passed,
 * the one that was visited longest ago.  *rel is its table, opened.  NULL:
 * *result says what happened instead; where no range is due, another one is
 * taken in hand.
 */
static ZdmWindow *
choose_window(ZdmBackfill *b, ZdmMigration *m, Relation *rel, TurnResult *result)
{
	*result = TURN_TOOK;
	if (b->windows.count > 0)
	{
		ZdmWindow *first = b->windows.window[0];
		ZdmWindow *window;
		TransactionId horizon;

		*rel = open_window(b, m, first);
		if (*rel == NULL)
			return NULL;
		horizon = GetOldestNonRemovableTransactionId(*rel);
		zdm_windows_horizon(&b->windows, horizon);
		window = zdm_windows_due(&b->windows, horizon);
		if (window == first)
			return window;
		relation_close(*rel, NoLock);
		if (window != NULL)
		{
			*rel = open_window(b, m, window);
			return *rel ? window : NULL;
		}
		if (!b->claims_are_out && zdm_windows_have_room(&b->windows))
		{
			if (take_range(b, m))
				return NULL;
			b->claims_are_out = true;
		}
		*result = TURN_WAIT;
		return NULL;
	}
	b->claims_are_out = false;
	if (!take_range(b, m))
		*result = TURN_NOTHING;
	return NULL;
}

/* Notes what became of a range that was visited, in the transaction that did it. */
static void
note_visit(ZdmBackfill *b, ZdmWindow *window, const ZdmVisit *visit, const ZdmBatchResult *rows)
{
	ZdmRange *range = &window->range;
	BlockNumber first;
	BlockNumber end;
	bool was_busy = range->busy;

	b->stuck_on_busy = false;
	zdm_window_visited(&b->windows, window,
					   b->copies ? InvalidTransactionId : GetCurrentTransactionIdIfAny());
	range->position = visit->position;
	if (visit->position < range->end)
	{
		if (!zdm_range_save(range, rows))
			zdm_window_remove(&b->windows, window);
		return;
	}
	range->wave++;
	range->position = range->first;
	if (zdm_window_count_pages(window, ZDM_PAGE_OPEN, &first, &end) > 0)
	{
		if (!zdm_range_save(range, rows))
			zdm_window_remove(&b->windows, window);
		return;
	}
	if (zdm_window_count_pages(window, ZDM_PAGE_BUSY, &first, &end) > 0)
	{
		ZdmRange left = *range;

		/* Somebody else's transaction: put it aside until everything else is done. */
		left.busy = true;
		left.first = left.position = first;
		left.end = end;
		(void) zdm_range_save(&left, rows);
		b->stuck_on_busy = was_busy;
		b->busy_xid = rows->busy_xid;
	}
	else
		zdm_range_finish(b->migration, range, rows);
	zdm_window_remove(&b->windows, window);
}

/* Tells whether somebody is about to stop the migration, and has ended a visit for that. */
static bool
is_held_up(const ZdmBackfill *b)
{
	return !zdm_tx_is_procedure() && zdm_session_lock_is_held(ZDM_LOCK_STOP, b->migration);
}

/* One visit, from choosing the range to noting what became of it. */
static void
visit_window(void *arg)
{
	Turn *turn = arg;
	ZdmBackfill *b = turn->backfill;
	ZdmMigration *m = turn->migration;
	Relation rel;
	ZdmVisit visit = {0};
	int64 wal_before = pgWalUsage.wal_bytes;
	BlockNumber begun_at;
	ZdmOwnerScope scope;

	/* The cancel request that comes behind that lock may have found nothing to cancel. */
	if (is_held_up(b))
	{
		turn->result = TURN_HELD_UP;
		return;
	}
	turn->window = choose_window(b, m, &rel, &turn->result);
	if (turn->window == NULL)
		return;

	/* Whoever ends or undoes a migration does it under a lock that excludes ours. */
	m = zdm_migration_by_id(b->migration);
	if (m == NULL || m->status != ZDM_RUNNING)
	{
		turn->result = TURN_STOP;
		relation_close(rel, NoLock);
		return;
	}
	zdm_backfill_require_trigger(m, rel);
	visit.first = turn->window->range.first;
	visit.end = Min(turn->window->range.end, Max(RelationGetNumberOfBlocks(rel), visit.first));
	visit.position = Min(turn->window->range.position, visit.end);
	visit.pages = turn->window->pages;
	visit.buffers = turn->window->buffers;
	visit.share = b->tuning.share;
	visit.gap = turn->window->gap;
	visit.plain = b->windows.stuck || turn->window->range.busy || b->copies;
	visit.merges = zdm_merges(m);
	visit.msec = b->tuning.batch_msec * 2;
	visit.wal_bytes = b->tuning.max_behind / ZDM_WAL_PORTIONS;
	visit.pace = &b->pace;
	visit.tuning = &b->tuning;
	begun_at = visit.position;
	/*
	 * Indexes, checks and generated columns may call functions of the owner: of the
	 * migration's own table, who has no right that the owner of a partition lacks.
	 */
	zdm_owner_begin(&scope, zdm_relation_owner(m->relation));
	zdm_batch_run(rel, m->trigger_name, b->copies ? zdm_copy_target(m) : InvalidOid, &visit,
				  &turn->rows);
	zdm_owner_end(&scope);
	relation_close(rel, NoLock);

	turn->result = TURN_VISITED;
	turn->msec = visit.msec;
	if ((b->copies ? !turn->window->range.busy : !visit.plain) && turn->window->range.wave == 0 &&
		visit.position > begun_at)
		zdm_windows_adapt(&b->windows, visit.position - begun_at, visit.msec, b->tuning.batch_msec);
	if (visit.position == visit.end)
	{
		/* Blocks that were cut off the table's end meanwhile are done, too. */
		memset(visit.pages + (visit.end - visit.first), ZDM_PAGE_DONE,
			   turn->window->range.end - visit.end);
		visit.position = turn->window->range.end;
	}
	note_visit(b, turn->window, &visit, &turn->rows);
	turn->wal_bytes = (int64) (pgWalUsage.wal_bytes - wal_before);
}

/*
 * Lets go of all ranges after an error: what is known of their pages came in part from
 * the visit that is undone.  The record still has them as they were before it; whoever
 * takes them next looks at every page.
 */
static void
forget_windows(ZdmBackfill *b)
{
	zdm_windows_clear(&b->windows);
	zdm_range_release_all(b->migration, b->worker);
}

/*
 * Notes an error, with the row that it came from.  Where that row was changed while it
 * was being computed, or taken while it was being written, the error tells of nothing
 * that is still there.
 */
static ZdmWork
note_error(ZdmBackfill *b, const ErrorData *error, Turn *turn)
{
	char *row = NULL;
	bool obsolete =
		turn->rows.collided || (error->sqlerrcode == ERRCODE_QUERY_CANCELED && is_held_up(b));

	if (!obsolete && turn->window && ItemPointerIsValid(&turn->rows.current))
	{
		Relation rel = try_relation_open(turn->window->range.relation, AccessShareLock);

		if (rel)
		{
			obsolete =
				!zdm_error_is_transient(error) && zdm_row_was_changed(rel, &turn->rows.current);
			row = zdm_describe_row(rel, &turn->rows.current);
			relation_close(rel, NoLock);
		}
	}
	return obsolete ? ZDM_WORK_DONE : zdm_work_error(b->migration, b->step, error, row);
}

/* One transaction: a visit, or finding out that none can be made.  Sleeps afterwards. */
static ZdmWork
run_turn(ZdmBackfill *b, TurnResult *result)
{
	Turn turn = {.backfill = b, .migration = begin_turn(b)};
	ErrorData *error;

	*result = TURN_STOP;
	if (turn.migration == NULL)
		return ZDM_WORK_STOP;
	zdm_backfill_count_workers(b);
	b->waiting_for = zdm_pace_reason(&b->pace, turn.migration, &b->tuning);
	if (b->waiting_for)
		turn.result = TURN_THROTTLED;
	else
	{
		error = zdm_try(visit_window, &turn);
		if (error)
		{
			ZdmWork work = note_error(b, error, &turn);

			forget_windows(b);
			zdm_tx_commit();
			return work;
		}
	}
	*result = turn.result;
	if (turn.migration->attempts > 0 && turn.result == TURN_VISITED)
		zdm_work_succeeded(b->migration);
	if (turn.result != TURN_STOP && turn.result != TURN_NOTHING) /* then finish_step() knows more */
		zdm_backfill_write_news(b);
	zdm_tx_commit();

	if (turn.result == TURN_VISITED)
		zdm_pace_after(&b->pace, &b->tuning, turn.msec, turn.wal_bytes);
	if (turn.result == TURN_WAIT || turn.result == TURN_HELD_UP)
		zdm_sleep(HORIZON_RETRY_MSEC);
	if (turn.result == TURN_THROTTLED)
		zdm_sleep(THROTTLED_RETRY_MSEC);
	if (b->stuck_on_busy && turn.result == TURN_VISITED)
		zdm_sleep(BUSY_RETRY_MSEC);
	return turn.result == TURN_STOP ? ZDM_WORK_STOP : ZDM_WORK_DONE;
}

/*
 * Opens a table that rows of a relation are in; NULL: there is none.  A partitioned table has none
 * itself, and no horizon (procarray.c, GetOldestNonRemovableTransactionId).
 */
static Relation
open_one_with_rows(Oid relid)
{
	Relation rel = NULL;
	ListCell *lc;

	foreach (lc, zdm_relation_tree(relid))
		if (rel == NULL && get_rel_relkind(lfirst_oid(lc)) == RELKIND_RELATION)
			rel = try_relation_open(lfirst_oid(lc), AccessShareLock); /* it may be gone by now */
	return rel;
}

/*
 * Tells whether somebody has a snapshot that is older than the copies: to him, the table would
 * be without their rows from contract on.  Then says so.
 */
static bool
is_too_new(ZdmBackfill *b, ZdmMigration *m)
{
	Relation rel;
	TransactionId horizon;
	char *holder;

	if (!b->copies)
		return false;
	rel = open_one_with_rows(m->relation);
	if (rel == NULL)
		return false;
	if (!TransactionIdIsValid(b->ended_at))
		b->ended_at = ReadNextTransactionId();
	horizon = zdm_tx_horizon(rel);
	relation_close(rel, NoLock);
	if (TransactionIdFollowsOrEquals(horizon, b->ended_at))
		return false;
	b->too_new_msec = Min(Max(b->too_new_msec * 2, 1), BUSY_RETRY_MSEC);
	if (b->too_new_msec < BUSY_RETRY_MSEC)
		return true; /* most snapshots are gone in a moment, this transaction's own one above all */
	holder = zdm_oldest_snapshot();
	b->waiting_for = psprintf("the end of an old snapshot, %s, which does not see the copied rows",
							  holder ? holder : "somebody's");
	zdm_backfill_write_news(b);
	return true;
}

/*
 * The leader found nothing to take.  Ends the step if nothing is left at all
 * (*done), else waits a little for the helpers, and takes over from dead ones.
 */
static ZdmWork
finish_step(ZdmBackfill *b, bool *done)
{
	ZdmMigration *m = begin_turn(b);
	int added = 0;
	int again = 0;
	ErrorData *error;
	ZdmStepCost cost = {0};
	ZdmWork work = ZDM_WORK_DONE;

	if (m == NULL)
		return ZDM_WORK_STOP;
	if (zdm_range_count(b->migration) > 0)
	{
		zdm_range_release_dead(b->migration, false);
		zdm_backfill_write_news(b);
		zdm_tx_commit();
		zdm_sleep(HORIZON_RETRY_MSEC);
		return ZDM_WORK_DONE;
	}
	error = zdm_backfill_settle(m, b->passes, &again);
	b->passes += again > 0;
	/* Partitions may have been attached meanwhile, and a helper may have begun a table anew. */
	if (error == NULL)
		error = zdm_backfill_register_all(m, &added);
	if (error)
		work = zdm_work_error(b->migration, b->step, error, NULL);
	else if (added == 0 && again == 0 && zdm_backfill_tables(b->migration) == NIL &&
			 !is_too_new(b, m))
	{
		zdm_migration_set_waiting(b->migration, NULL);
		zdm_step_done(b->migration, b->step, &cost);
		*done = true;
	}
	zdm_tx_commit();
	if (work == ZDM_WORK_DONE && !*done && b->too_new_msec > 0)
		zdm_sleep(b->too_new_msec);
	return work;
}

/* The leader begins, or takes up again, where the last one has left off. */
static ZdmWork
begin_step(ZdmBackfill *b)
{
	ZdmMigration *m = begin_turn(b);
	int added;
	ErrorData *error;
	ZdmWork work = ZDM_WORK_DONE;

	if (m == NULL)
		return ZDM_WORK_STOP;
	zdm_range_release_dead(b->migration, true);
	error = zdm_backfill_register_all(m, &added);
	if (error)
		work = zdm_work_error(b->migration, b->step, error, NULL);
	zdm_tx_commit(); /* helpers, which come in later turns, see what there is to do */
	return work;
}

/*
 * Does the backfill step of a migration, as its leader.  No transaction is open
 * before and after; in a procedure, an empty one is.  Returns when the step is
 * done, when the migration is not running any more, or with an error that has
 * been noted.
 */
ZdmWork
zdm_backfill_run(const struct ZdmAction *action, int64 migration, const ZdmStep *step)
{
	MemoryContext caller = CurrentMemoryContext;
	ZdmBackfill b = {.migration = migration, .step = step, .copies = zdm_step_copies(step)};
	ZdmWork work;
	bool done = false;

	b.memory = AllocSetContextCreate(caller, "zdm backfill", ALLOCSET_DEFAULT_SIZES);
	zdm_windows_init(&b.windows, caller);
	work = begin_step(&b);
	while (work == ZDM_WORK_DONE && !done)
	{
		TurnResult result;

		CHECK_FOR_INTERRUPTS();
		work = run_turn(&b, &result);
		if (work == ZDM_WORK_DONE && result == TURN_NOTHING)
			work = finish_step(&b, &done);
	}
	zdm_windows_clear(&b.windows);
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(b.memory);
	return work;
}

/*
 * Takes ranges until there are none, as a helper.  Holds the helper's session
 * lock; if it dies, the leader takes over what it had.
 */
void
zdm_backfill_help(int64 migration, int helper)
{
	MemoryContext caller = CurrentMemoryContext;
	ZdmBackfill b = {.migration = migration, .worker = helper};
	TurnResult result = TURN_VISITED;

	b.memory = AllocSetContextCreate(caller, "zdm backfill", ALLOCSET_DEFAULT_SIZES);
	zdm_windows_init(&b.windows, caller);
	b.step = zdm_work_backfill_step(migration);
	b.copies = b.step != NULL && zdm_step_copies(b.step);
	while (b.step != NULL && result != TURN_NOTHING)
	{
		CHECK_FOR_INTERRUPTS();
		if (run_turn(&b, &result) != ZDM_WORK_DONE)
			break;
		/* Fewer workers are wanted now: finish what is in hand, take no more. */
		if (helper >= b.tuning.workers || zdm_pace_is_for_one(&b.pace, &b.tuning))
		{
			b.claims_are_out = true;
			if (b.windows.count == 0)
				break;
		}
	}
	zdm_windows_clear(&b.windows);
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(b.memory);
}
