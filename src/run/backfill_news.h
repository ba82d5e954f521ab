/*
 * backfill_news.h
 *		What a worker knows of its backfill, and what it tells others of it.
 */
#ifndef ZDM_BACKFILL_NEWS_H
#define ZDM_BACKFILL_NEWS_H

#include "postgres.h"

#include "fill/pacing.h"
#include "fill/window.h"
#include "record/migration.h"
#include "record/tuning.h"

/* One worker's view of a backfill. */
typedef struct ZdmBackfill
{
	int64 migration;
	const ZdmStep *step;
	int worker;  /* 0: the leader */
	bool copies; /* rows into another table, in one wave */
	ZdmWindows windows;
	ZdmTuning tuning;
	ZdmPace pace;
	bool stuck_on_busy;     /* the last visit of busy rows found them still busy */
	TransactionId busy_xid; /* of a transaction that holds one of them */
	TransactionId ended_at; /* all was copied before it; invalid: not yet */
	int too_new_msec;       /* to sleep before the next look whether snapshots are older */
	int passes;             /* that found rows to compare once more */
	bool claims_are_out;    /* the last look found nothing to take */
	double news_done;       /* rows done at news_at */
	TimestampTz news_at;    /* when news was written to the record last */
	TimestampTz counted_at; /* when the workers were counted last */
	int asked;              /* how many workers were wanted last, with the leader */
	char *waiting_for;      /* in the transaction's memory; NULL: for nothing */
	MemoryContext memory;   /* reset for each transaction */
} ZdmBackfill;

extern void zdm_backfill_write_news(ZdmBackfill *b);
extern void zdm_backfill_count_workers(ZdmBackfill *b);

#endif /* ZDM_BACKFILL_NEWS_H */
