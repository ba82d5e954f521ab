/*
 * pacing.h
 *		Holding a backfill back where the server has better things to do.
 */
#ifndef ZDM_PACING_H
#define ZDM_PACING_H

#include "postgres.h"

#include "access/xlogdefs.h"
#include "utils/timestamp.h"

#include "fill/control.h"
#include "fill/pressure.h"
#include "record/migration.h"
#include "record/tuning.h"

/* In how many portions what a standby may be behind is written, with a look before each. */
#define ZDM_WAL_PORTIONS 8

/* Where the WAL was at a time. */
typedef struct ZdmWalMark
{
	TimestampTz at;
	XLogRecPtr position;
} ZdmWalMark;

/* How a backfill works beside clients.  Half of its pauses are in visits, half between them. */
#define ZDM_BURST_MSEC 0.15        /* work, then it pauses */
#define ZDM_VISIT_MSEC 30          /* that rows may stay locked, pauses included */
#define ZDM_UNDIVIDED_MSEC 3       /* a shorter batch is not interrupted by pauses */
#define ZDM_WAL_BYTES (256 * 1024) /* written at full pace between two flushes, less at a lower */
#define ZDM_LEAST_WAL_BYTES (32 * 1024)

#define ZDM_WAL_MARKS 8

/* One worker's pace. */
typedef struct ZdmPace
{
	TimestampTz checked_at;      /* when the limits were looked at last */
	XLogRecPtr checked_position; /* and where the WAL was then */
	TimestampTz wal_since;       /* start of the WAL budget that runs */
	int64 wal_bytes;             /* written since */
	TimestampTz began_at;        /* when it was first asked */
	TimestampTz looked_at;       /* when it looked for clients at work last */
	TimestampTz busy_since;      /* when a client was first seen at work, without a break */
	TimestampTz busy_at;         /* ... and last */
	bool beside;                 /* clients are at work */
	double share;                /* of its time that this worker works: 0 .. 1 */
	int workers;                 /* that fill the same columns */
	TimestampTz stepped_at;      /* when the controller took a sample last */
	ZdmControl control;
	ZdmPressure pressure;
	double page_msec;      /* time that pages took since the last sample */
	int pages;             /* how many */
	double best_page_msec; /* least average of a sample; 0: not known yet */
	bool lag_is_close;     /* half of what a standby or slot may be behind is reached */
	int marks;             /* how many are set, oldest first */
	ZdmWalMark mark[ZDM_WAL_MARKS];
} ZdmPace;

extern double zdm_pace_share(ZdmPace *pace, const ZdmTuning *tuning);
extern int zdm_pace_workers(const ZdmPace *pace, const ZdmTuning *tuning);
extern int zdm_pace_build_helpers(const ZdmTuning *tuning);
extern bool zdm_pace_is_for_one(const ZdmPace *pace, const ZdmTuning *tuning);
extern double zdm_pace_pause(double share, double msec);
extern void zdm_pace_flush(XLogRecPtr end);
extern void zdm_pace_page(ZdmPace *pace, double msec);
extern char *zdm_pace_words(const ZdmPace *pace);
extern void zdm_pace_after(ZdmPace *pace, const ZdmTuning *tuning, double msec, int64 wal_bytes);
extern char *zdm_pace_reason(ZdmPace *pace, ZdmMigration *migration, const ZdmTuning *tuning);

#endif /* ZDM_PACING_H */
