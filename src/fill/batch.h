/*
 * batch.h
 *		One batch of the backfill: a visit to the pages of a block range.
 */
#ifndef ZDM_BATCH_H
#define ZDM_BATCH_H

#include "postgres.h"

#include "storage/block.h"
#include "storage/buf.h"
#include "storage/itemptr.h"
#include "utils/rel.h"

#include "fill/pacing.h"
#include "sync/sync_gap.h"

/* What is left to do in a page. */
typedef enum ZdmPageState
{
	ZDM_PAGE_OPEN = 0, /* rows that were left for a later wave */
	ZDM_PAGE_BUSY,     /* only rows that other transactions hold */
	ZDM_PAGE_DONE,     /* nothing */
} ZdmPageState;

/* A visit: which pages, and how. */
typedef struct ZdmVisit
{
	BlockNumber first; /* the range */
	BlockNumber end;
	BlockNumber position; /* where to begin, and afterwards where to go on; end: all were visited */
	uint8 *pages;         /* a ZdmPageState for each block of the range; read and written */
	Buffer *buffers;      /* where each block was found last; InvalidBuffer: not known */
	int share;            /* a page gives one of so many rows away per wave; 0: what is best */
	ZdmSyncGap gap;       /* not NONE: rows are compared, too */
	bool plain;           /* no waves: fill every row, wherever it goes */
	bool merges;          /* rows are not copied, but merged into those that are there */
	int64 wal_bytes;      /* stop when so much WAL was written; 0: no matter */
	double msec;          /* stop when so much time was worked; in: budget, out: time taken */
	ZdmPace *pace;        /* pauses between pages, so that clients get at the processors */
	const ZdmTuning *tuning;
} ZdmVisit;

typedef struct ZdmBatchResult
{
	int64 written;           /* rows that were filled */
	int64 hot;               /* of these, without new index entries */
	int64 busy;              /* rows that another transaction holds */
	TransactionId busy_xid;  /* one of these transactions */
	ItemPointerData current; /* the row at work: the culprit after an error */
	bool collided;           /* the error only says that somebody took that row meanwhile */
} ZdmBatchResult;

extern void zdm_batch_run(Relation rel, const char *trigger, Oid copy_to, ZdmVisit *visit,
						  ZdmBatchResult *result);

#endif /* ZDM_BATCH_H */
