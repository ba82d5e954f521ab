/*
 * window.c
 *		The ranges that one worker has in hand, and when each may have its next wave.
 *
 * The old versions that a wave leaves behind can be pruned once no snapshot can
 * see them.  So before a range gets its next wave, the xmin horizon has to pass
 * the transaction of its last one; meanwhile the worker begins with other ranges.
 * How many it has in hand follows from how fast the horizon moves.  If it does
 * not move at all, because somebody keeps an old snapshot, the ranges are filled
 * in plain passes rather than waited for.
 */
#include "postgres.h"

#include "access/transam.h"
#include "miscadmin.h"
#include "utils/memutils.h"

#include "base/compat.h"
#include "fill/window.h"

#define FIRST_WINDOW_BLOCKS 32
#define MAX_WINDOW_BLOCKS 512
#define MIN_TOTAL_BLOCKS 256
#define MAX_TOTAL_BLOCKS 32768
#define STUCK_USEC (500 * 1000)

/* Begins with no ranges; whatever is added is allocated below `memory`. */
void
zdm_windows_init(ZdmWindows *windows, MemoryContext memory)
{
	memset(windows, 0, sizeof(*windows));
	windows->memory = memory;
	windows->next_blocks = FIRST_WINDOW_BLOCKS;
	windows->max_blocks = Min(Max(NBuffers / 4, MIN_TOTAL_BLOCKS), MAX_TOTAL_BLOCKS);
}

/* Takes a range in hand; its pages are all open. */
ZdmWindow *
zdm_window_add(ZdmWindows *windows, const ZdmRange *range, Relation rel, ZdmSyncGap gap)
{
	MemoryContext memory =
		AllocSetContextCreate(windows->memory, "zdm window", ALLOCSET_SMALL_SIZES);
	ZdmWindow *window = MemoryContextAllocZero(memory, sizeof(ZdmWindow));

	Assert(windows->count < ZDM_MAX_WINDOWS);
	window->memory = memory;
	window->range = *range;
	window->gap = gap;
	window->filenode = zdm_relation_filenode(rel);
	window->pages = MemoryContextAllocZero(memory, range->end - range->first);
	window->buffers = MemoryContextAllocZero(memory, sizeof(Buffer) * (range->end - range->first));
	windows->window[windows->count++] = window;
	windows->blocks += range->end - range->first;
	return window;
}

/* Lets go of a range. */
void
zdm_window_remove(ZdmWindows *windows, ZdmWindow *window)
{
	int kept = 0;

	for (int i = 0; i < windows->count; i++)
		if (windows->window[i] != window)
			windows->window[kept++] = windows->window[i];
	windows->count = kept;
	windows->blocks -= window->range.end - window->range.first;
	MemoryContextDelete(window->memory);
}

/* Lets go of all ranges. */
void
zdm_windows_clear(ZdmWindows *windows)
{
	while (windows->count > 0)
		zdm_window_remove(windows, windows->window[0]);
	windows->blocks = 0;
}

/* Notes a visit by a transaction that is about to commit: the range goes to the end of the queue.
 */
void
zdm_window_visited(ZdmWindows *windows, ZdmWindow *window, TransactionId xid)
{
	int kept = 0;

	for (int i = 0; i < windows->count; i++)
		if (windows->window[i] != window)
			windows->window[kept++] = windows->window[i];
	windows->window[kept] = window;
	if (!TransactionIdIsValid(xid))
		return;
	window->last_xid = xid;
	if (!TransactionIdIsValid(windows->sample_xid))
	{
		windows->sample_xid = xid;
		windows->sample_at = GetCurrentTimestamp();
	}
}

/* Tells whether another range can be taken in hand. */
bool
zdm_windows_have_room(const ZdmWindows *windows)
{
	return windows->count < ZDM_MAX_WINDOWS &&
		   windows->blocks + windows->next_blocks <= windows->max_blocks;
}

/* Notes where the horizon is: does it move? */
void
zdm_windows_horizon(ZdmWindows *windows, TransactionId horizon)
{
	if (!TransactionIdIsValid(windows->sample_xid))
		return;
	if (TransactionIdPrecedes(windows->sample_xid, horizon))
	{
		windows->sample_xid = InvalidTransactionId;
		windows->stuck = false;
	}
	else if (GetCurrentTimestamp() - windows->sample_at > STUCK_USEC)
		windows->stuck = true;
}

/* Tells whether a range may have its next visit. */
static bool
is_due(const ZdmWindows *windows, const ZdmWindow *window, TransactionId horizon)
{
	return windows->stuck || window->range.busy || window->range.position > window->range.first ||
		   !TransactionIdIsValid(window->last_xid) ||
		   TransactionIdPrecedes(window->last_xid, horizon);
}

/* Returns the range that was visited longest ago of those that may be visited now, or NULL. */
ZdmWindow *
zdm_windows_due(const ZdmWindows *windows, TransactionId horizon)
{
	for (int i = 0; i < windows->count; i++)
		if (is_due(windows, windows->window[i], horizon))
			return windows->window[i];
	return NULL;
}

/*
 * Chooses the size of the next range, after a wave over `blocks` has taken
 * `msec`: a wave should take as long as a batch aims at.  Half or double at most.
 */
void
zdm_windows_adapt(ZdmWindows *windows, BlockNumber blocks, double msec, double target_msec)
{
	double wanted = msec > 0 ? blocks * target_msec / msec : blocks * 2.0;
	int64 limit = Min(windows->max_blocks / 4, MAX_WINDOW_BLOCKS);

	wanted = Min(Max(wanted, windows->next_blocks * 0.5), windows->next_blocks * 2.0);
	windows->next_blocks = Min(Max((int64) wanted, 1), limit);
}

/* Counts the pages of a range that are in a state; *bounds, if not NULL, gets where they are. */
BlockNumber
zdm_window_count_pages(const ZdmWindow *window, ZdmPageState state, BlockNumber *first,
					   BlockNumber *end)
{
	BlockNumber n = 0;

	for (BlockNumber block = window->range.first; block < window->range.end; block++)
	{
		if (window->pages[block - window->range.first] != state)
			continue;
		if (n++ == 0)
			*first = block;
		*end = block + 1;
	}
	return n;
}
