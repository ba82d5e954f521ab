/*
 * control.h
 *		How fast a backfill goes beside clients: up slowly while nothing suffers, down at
 *		once when something does.
 */
#ifndef ZDM_CONTROL_H
#define ZDM_CONTROL_H

#include "postgres.h"

/* Shares of their time that all workers of a backfill work, together. */
#define ZDM_PACE_GENTLE 0.08
#define ZDM_PACE_MOST 0.9 /* for each of them */
/* On two processors 0.9 of a worker's time costs short transactions 1.5 to 2 times their p99. */
#define ZDM_PACE_OF_PROCESSORS 0.25

/* What may suffer.  The order is that of preference where several do. */
typedef enum ZdmSignal
{
	ZDM_SIGNAL_LAG,     /* of a standby or slot, as a share of its limit */
	ZDM_SIGNAL_MEMORY,  /* share of time in which a process waits for it (PSI) */
	ZDM_SIGNAL_CPU,     /* likewise */
	ZDM_SIGNAL_RUNNING, /* processes that run or could, for each processor */
	ZDM_SIGNAL_IO,      /* share of time, as above */
	ZDM_SIGNAL_WAL,     /* clients that wait for it, at any moment */
	ZDM_SIGNAL_LOCKS,   /* likewise */
	ZDM_SIGNAL_READS,   /* likewise, for files other than WAL */
	ZDM_SIGNAL_BUFFERS, /* likewise */
	ZDM_SIGNAL_STEPS,   /* time that a page takes, against the best seen */
} ZdmSignal;

#define ZDM_SIGNALS (ZDM_SIGNAL_STEPS + 1)

/* What was seen since the last one.  Negative: not known. */
typedef struct ZdmSample
{
	double value[ZDM_SIGNALS];
	bool probe; /* all workers of the server are gentle now, to see what is so without them */
} ZdmSample;

/* One worker's controller.  All zero is where it begins. */
typedef struct ZdmControl
{
	double pace;              /* share of time, of all workers together; 0: not begun */
	double sum[ZDM_SIGNALS];  /* of the samples of the probe under way */
	double base[ZDM_SIGNALS]; /* what is so while the backfill is gentle */
	double level[ZDM_SIGNALS];
	int probed; /* samples in the sum */
	bool has_base;
	int rest;         /* samples for which the pace stays, after it went down */
	const char *held; /* what keeps it from going up, in words; NULL: nothing */
} ZdmControl;

extern double zdm_control_step(ZdmControl *control, const ZdmSample *sample, int workers,
							   int processors);
extern const char *zdm_signal_name(ZdmSignal signal);

#endif /* ZDM_CONTROL_H */
