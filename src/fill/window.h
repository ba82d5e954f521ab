/*
 * window.h
 *		The ranges that one worker has in hand, and when each may have its next wave.
 */
#ifndef ZDM_WINDOW_H
#define ZDM_WINDOW_H

#include "postgres.h"

#include "utils/timestamp.h"

#include "fill/batch.h"
#include "fill/ranges.h"

#define ZDM_MAX_WINDOWS 64

/* One range in hand. */
typedef struct ZdmWindow
{
	ZdmRange range;
	ZdmSyncGap gap;         /* of the table */
	Oid filenode;           /* the file that its block numbers belong to */
	uint8 *pages;           /* a ZdmPageState for each block */
	Buffer *buffers;        /* where each block was found last */
	TransactionId last_xid; /* of the last visit; invalid: none yet */
	MemoryContext memory;   /* owns this */
} ZdmWindow;

/* All of them, and what is known of the xmin horizon. */
typedef struct ZdmWindows
{
	int count;
	ZdmWindow *window[ZDM_MAX_WINDOWS]; /* the one that was visited longest ago first */
	int64 blocks;                       /* in all of them */
	int64 max_blocks;                   /* how many there may be, to stay in shared buffers */
	int64 next_blocks;                  /* size of the next one */
	TransactionId sample_xid;           /* of a visit, which the horizon has not passed yet */
	TimestampTz sample_at;
	bool stuck; /* an old snapshot holds the horizon: waves are wasted work */
	MemoryContext memory;
} ZdmWindows;

extern void zdm_windows_init(ZdmWindows *windows, MemoryContext memory);
extern void zdm_windows_clear(ZdmWindows *windows);
extern ZdmWindow *zdm_window_add(ZdmWindows *windows, const ZdmRange *range, Relation rel,
								 ZdmSyncGap gap);
extern void zdm_window_remove(ZdmWindows *windows, ZdmWindow *window);
extern void zdm_window_visited(ZdmWindows *windows, ZdmWindow *window, TransactionId xid);
extern BlockNumber zdm_window_count_pages(const ZdmWindow *window, ZdmPageState state,
										  BlockNumber *first, BlockNumber *end);
extern bool zdm_windows_have_room(const ZdmWindows *windows);
extern void zdm_windows_horizon(ZdmWindows *windows, TransactionId horizon);
extern ZdmWindow *zdm_windows_due(const ZdmWindows *windows, TransactionId horizon);
extern void zdm_windows_adapt(ZdmWindows *windows, BlockNumber blocks, double msec,
							  double target_msec);

#endif /* ZDM_WINDOW_H */
