/*
 * batch.c
 *		One batch of the backfill: a visit to the pages of a block range.
 *
 * HOT waves.  A full page has no room for a new version of its rows: filling all
 * of them at once would write every row elsewhere, every index anew, and double
 * the table.  So a wave fills only as many rows of a page as fit into it.  From
 * a page where less than a small share of them fit it gives the rest of that share
 * away to other pages; once those old versions are dead to everybody, the scan that comes next
 *prunes the page (heapam.c, heap_page_prune_opt), and the rows of the next wave fit: a HOT update,
 *with no index entry and no bloat.  Wave after wave the page is filled in place.  Between two waves
 *of a page the horizon has to move: the caller sees to that (backfill.c).
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/tableam.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "portability/instr_time.h"
#include "storage/bufmgr.h"
#include "storage/bufpage.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "batch.h"
#include "compat.h"
#include "fill.h"

/* A visit under way. */
typedef struct Batch
{
	Relation rel;
	ZdmFill *fill;
	ZdmVisit *visit;
	ZdmBatchResult *result;
	instr_time start;
	BlockNumber block; /* the page at work; InvalidBlockNumber: none yet */
	bool left_over;    /* a row of it was left for a later wave */
	bool busy;         /* a row of it is held by somebody */
	bool closed;       /* no more rows of it in this wave */
	int quota;         /* so many rows of it are filled in a wave, even if some must go away */
} Batch;

/* Milliseconds since the visit began. */
static double
elapsed_msec(Batch *batch)
{
	instr_time now;

	INSTR_TIME_SET_CURRENT(now);
	INSTR_TIME_SUBTRACT(now, batch->start);
	return INSTR_TIME_GET_MILLISEC(now);
}

/* The space that an update in place can use in the page of the row in the slot. */
static Size
page_free_space(Batch *batch)
{
	BufferHeapTupleTableSlot *slot = (BufferHeapTupleTableSlot *) zdm_fill_slot(batch->fill);

	return PageGetHeapFreeSpace(BufferGetPage(slot->buffer));
}

/* Notes what is left to do in the page that was at work. */
static void
leave_page(Batch *batch)
{
	ZdmPageState state = ZDM_PAGE_DONE;

	if (batch->block == InvalidBlockNumber)
		return;
	if (batch->left_over)
		state = ZDM_PAGE_OPEN;
	else if (batch->busy)
		state = ZDM_PAGE_BUSY;
	batch->visit->pages[batch->block - batch->visit->first] = state;
}

/* Begins with the page of the row in the slot. */
static void
enter_page(Batch *batch, BlockNumber block)
{
	leave_page(batch);
	batch->block = block;
	batch->left_over = false;
	batch->busy = false;
	batch->closed = false;
	batch->quota = -1; /* not known yet */
}

/*
 * Tells whether the computed row may be written in this wave: it fits into its
 * page, or the page has not filled its quota yet.  The page's header is read
 * without a lock: if somebody else takes the space meanwhile, the row goes
 * elsewhere, that is all.
 */
static bool
may_write(Batch *batch)
{
	if (batch->visit->plain)
		return true;
	if (batch->quota < 0)
	{
		BufferHeapTupleTableSlot *slot = (BufferHeapTupleTableSlot *) zdm_fill_slot(batch->fill);
		int rows = PageGetMaxOffsetNumber(BufferGetPage(slot->buffer));

		batch->quota = (rows + batch->visit->share - 1) / batch->visit->share;
	}
	if (batch->quota == 0 && zdm_fill_size(batch->fill) > page_free_space(batch))
		return false;
	if (batch->quota > 0)
		batch->quota--;
	return true;
}

/* Fills the row in the slot, if it needs it and this wave takes it. */
static void
process_row(Batch *batch)
{
	bool hot = false;

	batch->result->seen++;
	if (batch->closed)
	{
		/* Not even looked at: there may be nothing to do for it. */
		batch->left_over = true;
		return;
	}
	if (!zdm_fill_compute(batch->fill))
		return;
	if (!may_write(batch))
	{
		batch->left_over = true;
		batch->closed = true;
		return;
	}
	switch (zdm_fill_write(batch->fill, &hot))
	{
		case TM_Ok:
			batch->result->written++;
			if (hot)
				batch->result->hot++;
			break;
		case TM_BeingModified:
			batch->result->busy++;
			batch->result->busy_xid = zdm_fill_holder(batch->fill);
			batch->busy = true;
			break;
		case TM_Updated:
		case TM_Deleted:
			/* Whoever did it came through the sync trigger, or through zdm_fill_compute(). */
			break;
		default:
			elog(ERROR, "unexpected state of row (%u,%u)",
				 ItemPointerGetBlockNumber(&batch->result->current),
				 ItemPointerGetOffsetNumber(&batch->result->current));
	}
}

/*
 * Visits the pages first .. end - 1, which are all open.  False if the time was
 * up before that; then visit->position is the page to go on with.
 */
static bool
visit_pages(Batch *batch, BlockNumber first, BlockNumber end)
{
	TupleTableSlot *slot = zdm_fill_slot(batch->fill);
	bool slow = zdm_fill_may_be_slow(batch->fill);
	bool in_time = true;
	ItemPointerData low;
	ItemPointerData high;
	TableScanDesc scan;

	/* What the scan finds no row in is done. */
	memset(batch->visit->pages + (first - batch->visit->first), ZDM_PAGE_DONE, end - first);
	ItemPointerSet(&low, first, FirstOffsetNumber);
	ItemPointerSet(&high, end - 1, MaxOffsetNumber);
	scan = zdm_beginscan_tidrange(batch->rel, GetActiveSnapshot(), &low, &high);
	batch->block = InvalidBlockNumber;
	while (table_scan_getnextslot_tidrange(scan, ForwardScanDirection, slot))
	{
		BlockNumber block = ItemPointerGetBlockNumber(&slot->tts_tid);
		bool new_page = block != batch->block;

		if ((new_page || slow) && elapsed_msec(batch) >= batch->visit->msec &&
			batch->result->seen > 0)
		{
			in_time = false;
			batch->visit->position = block;
			memset(batch->visit->pages + (block - batch->visit->first), ZDM_PAGE_OPEN, end - block);
			if (!new_page)
				batch->block = InvalidBlockNumber;
			break;
		}
		if (new_page)
			enter_page(batch, block);
		batch->result->current = slot->tts_tid;
		process_row(batch);
		zdm_fill_reset(batch->fill);
		CHECK_FOR_INTERRUPTS();
	}
	leave_page(batch);
	table_endscan(scan);
	return in_time;
}

/*
 * Visits the range's open pages from visit->position on, until the end or until
 * the time is up.  The caller holds ROW EXCLUSIVE on the relation, has seen the
 * sync trigger in place, and has an active snapshot.  Counts are added to
 * *result.  Raises whatever expressions and constraints raise; then
 * result->current is the row that did it.
 */
void
zdm_batch_run(Relation rel, const char *trigger, ZdmVisit *visit, ZdmBatchResult *result)
{
	Batch batch = {.rel = rel, .visit = visit, .result = result};
	BlockNumber block = visit->position;
	bool in_time = true;

	INSTR_TIME_SET_CURRENT(batch.start);
	batch.fill = zdm_fill_open(rel, trigger);
	if (!TTS_IS_BUFFERTUPLE(zdm_fill_slot(batch.fill)))
		visit->plain = true; /* not the heap: its pages are none of our business */
	while (block < visit->end && in_time)
	{
		BlockNumber first = block;

		if (visit->pages[block - visit->first] == ZDM_PAGE_DONE)
		{
			block++;
			continue;
		}
		while (block < visit->end && visit->pages[block - visit->first] != ZDM_PAGE_DONE)
			block++;
		in_time = visit_pages(&batch, first, block);
	}
	if (in_time)
		visit->position = visit->end;
	zdm_fill_close(batch.fill);
	ItemPointerSetInvalid(&result->current);
	visit->msec = elapsed_msec(&batch);
}
