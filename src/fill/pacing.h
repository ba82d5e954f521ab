/*
 * pacing.h
 *		Holding a backfill back where the server has better things to do.
 */
#ifndef ZDM_PACING_H
#define ZDM_PACING_H

#include "postgres.h"

#include "access/xlogdefs.h"
#include "record/migration.h"
#include "record/tuning.h"

/* In how many portions what a standby may be behind is written, with a look before each. */
#define ZDM_WAL_PORTIONS 8
#include "utils/timestamp.h"

/* Where the WAL was at a time. */
typedef struct ZdmWalMark
{
	TimestampTz at;
	XLogRecPtr position;
} ZdmWalMark;

/* How a backfill works where clients are at work and nobody has said how nice it is to be. */
#define ZDM_GENTLE_NICE 0.9              /* share of pauses in a visit, and once more after it */
#define ZDM_GENTLE_BURST_MSEC 0.15       /* then it pauses */
#define ZDM_GENTLE_BATCH_MSEC 3          /* work in one transaction */
#define ZDM_GENTLE_WAL_BYTES (32 * 1024) /* then it flushes */

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
	bool gentle;                 /* clients are at work */
	int marks;                   /* how many are set, oldest first */
	ZdmWalMark mark[ZDM_WAL_MARKS];
} ZdmPace;

extern bool zdm_pace_is_gentle(ZdmPace *pace, const ZdmTuning *tuning);
extern void zdm_pace_after(ZdmPace *pace, const ZdmTuning *tuning, double msec, int64 wal_bytes);
extern char *zdm_pace_reason(ZdmPace *pace, ZdmMigration *migration, const ZdmTuning *tuning);

#endif /* ZDM_PACING_H */
