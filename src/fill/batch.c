/*
 * batch.c
 *		One batch of the backfill: a visit to the pages of a block range.
 *
 * HOT waves.  A full page has no room for a new version of its rows: filling all
 * of them at once would write every row elsewhere, every index anew, and double
 * the table.  So a wave fills only as many rows of a page as fit into it.  From
 * a page where less than a small share of them fit it gives the rest of that share
 * away to other pages; once those old versions are dead to everybody, the scan that
 * comes next prunes the page (heapam.c, heap_page_prune_opt), and the rows of the next
 * wave fit: a HOT update, with no index entry and no bloat.  Wave after wave the page
 * is filled in place.  Between two waves of a page the horizon has to move: the caller
 * sees to that (backfill.c).
 */
#include "postgres.h"

#include <float.h>

#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "access/xlog.h"
#include "executor/executor.h"
#include "executor/instrument.h"
#include "miscadmin.h"
#include "portability/instr_time.h"
#include "storage/bufmgr.h"
#include "storage/bufpage.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "base/compat.h"
#include "base/stop_point.h"
#include "fill/batch.h"
#include "fill/busy.h"
#include "fill/copy.h"
#include "fill/fill.h"
#include "fill/merge_rows.h"
#include "fill/pacing.h"

/* What things cost relative to each other, measured: only the ratios matter. */
#define COST_VISIT 3.5 /* of a page, with pruning */
#define COST_MOVE 1.0  /* of a row to another page */
#define COST_INDEX 4.5 /* of an index entry for it */

/*
 * Default fillfactors leave a tenth free in index pages, and some of the entries of
 * rows that have moved are gone by then: measured, a ninth more entries split no page.
 */
#define MIN_SHARE 9

/* A visit under way. */
typedef struct Batch
{
	Relation rel;
	ZdmFill *fill;   /* NULL: rows are copied, or merged */
	ZdmCopy *copy;   /* NULL: rows are filled, or merged */
	ZdmMerge *merge; /* NULL: they are not merged */
	ZdmVisit *visit;
	ZdmBatchResult *result;
	Snapshot snapshot;
	instr_time start;
	double paused_msec;   /* of the time since start */
	double burst_msec;    /* when the last pause ended, in time worked */
	double page_msec;     /* when the last page ended, likewise */
	uint64 flushed_bytes; /* of pgWalUsage, by the last pause that flushed */
} Batch;

/* A page at work. */
typedef struct PageWork
{
	Buffer buffer; /* pinned, so that its rows stay where they are */
	Page page;
	BlockNumber block;
	int nrows;
	OffsetNumber rows[MaxHeapTuplesPerPage]; /* visible and not filled */
	int give_away;  /* rows that may leave the page in this wave; -1: not known yet */
	bool left_over; /* a row was left for a later wave */
	int nothing;    /* rows for which there was nothing to write */
	bool busy;      /* a row is held by somebody */
} PageWork;

/* Milliseconds that the visit has worked. */
static double
elapsed_msec(Batch *batch)
{
	instr_time now;

	INSTR_TIME_SET_CURRENT(now);
	INSTR_TIME_SUBTRACT(now, batch->start);
	return INSTR_TIME_GET_MILLISEC(now) - batch->paused_msec;
}

/* Pins a block's buffer, without a look at the buffer table if it is where it was last time. */
static Buffer
pin_block(Batch *batch, BlockNumber block)
{
	Buffer *recent = &batch->visit->buffers[block - batch->visit->first];

	if (!BufferIsValid(*recent) ||
		!ReadRecentBuffer(zdm_relation_locator(batch->rel), MAIN_FORKNUM, block, *recent))
		*recent = ReadBuffer(batch->rel, block);
	return *recent;
}

/*
 * Lists the page's rows that are not filled, from behind `done` on.  In a wave it
 * stops where more rows can't be taken anyway, and returns true, unless it is not the
 * first look at the page.
 */
static bool
list_rows(Batch *batch, OffsetNumber done, PageWork *work)
{
	HeapTupleData tuple;
	OffsetNumber last;
	int limit = MaxHeapTuplesPerPage;
	bool left_over = false;

	work->nrows = 0;
	work->nothing = 0;
	LockBuffer(work->buffer, BUFFER_LOCK_SHARE);
	last = PageGetMaxOffsetNumber(work->page);
	work->give_away = -1;
	tuple.t_tableOid = RelationGetRelid(batch->rel);
	for (OffsetNumber offset = OffsetNumberNext(done); offset <= last; offset++)
	{
		ItemId item = PageGetItemId(work->page, offset);

		if (!ItemIdIsNormal(item))
			continue;
		tuple.t_data = (HeapTupleHeader) PageGetItem(work->page, item);
		tuple.t_len = ItemIdGetLength(item);
		ItemPointerSet(&tuple.t_self, work->block, offset);
		if (!zdm_fill_wants(batch->fill, &tuple) ||
			!HeapTupleSatisfiesVisibility(&tuple, batch->snapshot, work->buffer))
			continue;
		if (work->nrows == 0 && !batch->visit->plain && done == InvalidOffsetNumber)
		{
			int fit = PageGetHeapFreeSpace(work->page) / MAXALIGN(tuple.t_len);

			limit = fit > 0 ? fit : last;
		}
		if (work->nrows >= limit)
		{
			left_over = true;
			break;
		}
		work->rows[work->nrows++] = offset;
	}
	LockBuffer(work->buffer, BUFFER_LOCK_UNLOCK);
	return left_over;
}

/* Lets go of a page and notes what is left to do in it. */
static void
close_page(Batch *batch, PageWork *work)
{
	ZdmPageState state = ZDM_PAGE_DONE;

	if (work->left_over)
		state = ZDM_PAGE_OPEN;
	else if (work->busy)
		state = ZDM_PAGE_BUSY;
	batch->visit->pages[work->block - batch->visit->first] = state;
	ExecClearTuple(zdm_fill_slot(batch->fill));
	ReleaseBuffer(work->buffer);
}

/*
 * Returns how many rows a full page of n rows should give away so that the others
 * can be filled in place, wave after wave, as space becomes free.  `size` is the
 * space of a row as it will be, `growth` how much of that is new.
 *
 * Fewer rows cost fewer index entries, but more waves; and what they leave must
 * at least take the growth of all others, if that is not free already, and one row at a time.
 */
static int
rows_to_give_away(Batch *batch, Page page, int n, Size size, Size growth)
{
	int indexes = zdm_fill_indexes(batch->fill);
	int most = (n + MIN_SHARE - 1) / MIN_SHARE;
	int least = PageGetHeapFreeSpace(page) >= n * growth
					? 1 /* of few wide rows, one makes room for another */
					: (n * growth + size) / (size - growth) + 1;
	int best = Min(least, n);
	double best_cost = DBL_MAX;

	if (batch->visit->share > 0)
		return (n + batch->visit->share - 1) / batch->visit->share;
	for (int rows = least; rows <= most; rows++)
	{
		double fit = rows - (double) (n * growth) / size / 2;
		double cost = rows * (COST_MOVE + indexes * COST_INDEX) + (n - rows) / fit * COST_VISIT;

		if (cost < best_cost)
		{
			best_cost = cost;
			best = rows;
		}
	}
	return best;
}

/*
 * Tells whether the computed row may be written in this wave: it fits into its
 * page, or none does and the page gives rows away.  The page's header is read
 * without a lock: if somebody else takes the space meanwhile, the row goes
 * elsewhere, that is all.
 */
static bool
may_write(Batch *batch, PageWork *work, const HeapTupleData *old)
{
	Size size;

	if (batch->visit->plain)
		return true;
	size = zdm_fill_size(batch->fill);
	if (size <= PageGetHeapFreeSpace(work->page))
	{
		work->give_away = 0;
		return true;
	}
	if (work->give_away < 0)
	{
		Size old_size = MAXALIGN(old->t_len);

		work->give_away = rows_to_give_away(batch, work->page, PageGetMaxOffsetNumber(work->page),
											size, size > old_size ? size - old_size : 0);
	}
	return work->give_away-- > 0;
}

/* Fills one row of a page.  False if the page takes no more in this wave. */
static bool
process_row(Batch *batch, PageWork *work, OffsetNumber offset)
{
	ItemId item = PageGetItemId(work->page, offset);
	HeapTupleData tuple;
	bool hot = false;

	tuple.t_data = (HeapTupleHeader) PageGetItem(work->page, item);
	tuple.t_len = ItemIdGetLength(item);
	tuple.t_tableOid = RelationGetRelid(batch->rel);
	ItemPointerSet(&tuple.t_self, work->block, offset);
	batch->result->current = tuple.t_self;
	ExecStoreBufferHeapTuple(&tuple, zdm_fill_slot(batch->fill), work->buffer);
	if (!zdm_fill_compute(batch->fill))
	{
		work->nothing++;
		return true;
	}
	if (!may_write(batch, work, &tuple))
		return false;
	switch (zdm_fill_write(batch->fill, &hot, &batch->result->collided))
	{
		case TM_Ok:
			batch->result->written++;
			if (hot)
				batch->result->hot++;
			break;
		case TM_BeingModified:
			batch->result->busy++;
			batch->result->busy_xid = zdm_row_holder(zdm_fill_slot(batch->fill));
			work->busy = true;
			break;
		case TM_Updated:
		case TM_Deleted:
			/* Whoever did it came through the sync trigger, or through zdm_fill_compute(). */
			break;
		default:
			elog(ERROR, "unexpected state of row (%u,%u)", work->block, offset);
	}
	return true;
}

/*
 * Fills the rows that are listed.  False if it ended before the last one: the page
 * takes no more in this wave, or the time is up (*in_time).  Rows for which there is
 * nothing to write are computed anew at every visit, so the time counts only once
 * something was written.
 */
static bool
process_rows(Batch *batch, PageWork *work, bool *in_time)
{
	bool slow = zdm_fill_may_be_slow(batch->fill);
	int64 written = batch->result->written;

	for (int i = 0; i < work->nrows; i++)
	{
		bool more = process_row(batch, work, work->rows[i]);

		zdm_fill_reset(batch->fill);
		if (!more)
			return false;
		if (slow && i + 1 < work->nrows && batch->result->written > written &&
			elapsed_msec(batch) >= batch->visit->msec)
		{
			*in_time = false;
			return false;
		}
		CHECK_FOR_INTERRUPTS();
	}
	return true;
}

/*
 * Visits one page.  False if the time was up before all of its rows were looked at.
 * Rows for which there is nothing to write look like those that wait: where they
 * have taken places in the list, the rest of the page is listed, too.
 */
static bool
visit_page(Batch *batch, BlockNumber block)
{
	PageWork work = {.block = block};
	OffsetNumber done = InvalidOffsetNumber;
	bool in_time = true;

	work.buffer = pin_block(batch, block);
	work.page = BufferGetPage(work.buffer);
	zdm_heap_page_prune_opt(batch->rel, work.buffer);
	for (;;)
	{
		bool left_over = list_rows(batch, done, &work);

		if (!process_rows(batch, &work, &in_time))
			work.left_over = true;
		else if (left_over && work.nothing > 0)
		{
			done = work.rows[work.nrows - 1];
			continue;
		}
		else
			work.left_over = left_over;
		break;
	}
	close_page(batch, &work);
	return in_time;
}

/* Copies the rows of one page, or merges them. */
static void
copy_page(Batch *batch, BlockNumber block)
{
	Buffer buffer = pin_block(batch, block);

	batch->visit->pages[block - batch->visit->first] =
		batch->merge ? zdm_merge_page(batch->merge, buffer, batch->snapshot, batch->result)
					 : zdm_copy_page(batch->copy, buffer, batch->snapshot, batch->result);
	ReleaseBuffer(buffer);
}

/*
 * Pauses where a burst of work is over.  A client that wakes up while all processors
 * are busy waits until the scheduler's slice of one of them is over, which takes
 * longer than most transactions; so beside clients a visit never works as long as a slice.
 * Rows that it has written stay locked meanwhile, so its transaction is short, too.
 * And WAL goes to disk in small portions, full page images above all: a client's
 * commit has to wait for the portion that is under way.  Where a shorter batch than
 * ZDM_UNDIVIDED_MSEC was asked for, rows must be locked as briefly as can be (NOWAIT, SKIP
 * LOCKED): then there is no pause before the transaction has ended.
 */
static void
pause_between_pages(Batch *batch)
{
	ZdmVisit *visit = batch->visit;
	double worked = elapsed_msec(batch);
	double share;
	uint64 portion;
	instr_time before;
	instr_time after;

	zdm_pace_page(visit->pace, worked - batch->page_msec);
	batch->page_msec = worked;
	share = zdm_pace_share(visit->pace, visit->tuning);
	if (share >= 1 || visit->tuning->batch_msec < ZDM_UNDIVIDED_MSEC)
		return;
	visit->msec = Min(visit->msec, ZDM_VISIT_MSEC / (1 + zdm_pace_pause(share, 1)));
	if (worked - batch->burst_msec < ZDM_BURST_MSEC || worked >= visit->msec)
		return; /* where the time is up, the pause comes when no row is locked any more */
	INSTR_TIME_SET_CURRENT(before);
	portion = Max((uint64) (share * ZDM_WAL_BYTES), ZDM_LEAST_WAL_BYTES);
	if (pgWalUsage.wal_bytes - batch->flushed_bytes >= portion)
	{
		zdm_pace_flush(XactLastRecEnd);
		batch->flushed_bytes = pgWalUsage.wal_bytes;
	}
	zdm_stop_point("visit paused");
	pg_usleep((long) (zdm_pace_pause(share, worked - batch->burst_msec) * 1000));
	INSTR_TIME_SET_CURRENT(after);
	INSTR_TIME_SUBTRACT(after, before);
	batch->paused_msec += INSTR_TIME_GET_MILLISEC(after);
	batch->burst_msec = worked;
}

/*
 * Visits the range's open pages from visit->position on, until the end or until
 * the time is up.  The caller holds ROW EXCLUSIVE on the relation, has seen the
 * sync trigger in place, and has an active snapshot.  With copy_to, rows are copied or merged
 * there and not filled; the caller has a lock on it, too.  Counts are added to
 * *result.  Raises whatever expressions and constraints raise; then
 * result->current is the row that did it.
 */
void
zdm_batch_run(Relation rel, const char *trigger, Oid copy_to, ZdmVisit *visit,
			  ZdmBatchResult *result)
{
	Batch batch = {.rel = rel, .visit = visit, .result = result, .snapshot = GetActiveSnapshot()};
	uint64 wal_before = pgWalUsage.wal_bytes;
	bool begun = false;

	if (rel->rd_tableam != GetHeapamTableAmRoutine())
		elog(ERROR, "table \"%s\" is not a heap", RelationGetRelationName(rel));
	INSTR_TIME_SET_CURRENT(batch.start);
	batch.flushed_bytes = pgWalUsage.wal_bytes;
	if (OidIsValid(copy_to) && visit->merges)
		batch.merge = zdm_merge_open(rel, copy_to);
	else if (OidIsValid(copy_to))
		batch.copy = zdm_copy_open(rel, copy_to);
	else
		batch.fill = zdm_fill_open(rel, trigger, visit->gap);
	for (; visit->position < visit->end; visit->position++)
	{
		if (visit->pages[visit->position - visit->first] == ZDM_PAGE_DONE)
			continue;
		if (begun && (elapsed_msec(&batch) >= visit->msec ||
					  (visit->wal_bytes > 0 &&
					   pgWalUsage.wal_bytes - wal_before >= (uint64) visit->wal_bytes)))
			break;
		begun = true;
		if (batch.copy || batch.merge)
			copy_page(&batch, visit->position);
		else if (!visit_page(&batch, visit->position))
			break;
		pause_between_pages(&batch);
		CHECK_FOR_INTERRUPTS();
	}
	ItemPointerSetInvalid(&result->current);
	if (batch.merge)
		zdm_merge_close(batch.merge);
	else if (batch.copy)
		zdm_copy_close(batch.copy);
	else
	{
		zdm_fill_finish(batch.fill);
		zdm_fill_close(batch.fill);
	}
	visit->msec = elapsed_msec(&batch);
}
