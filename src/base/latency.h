/*
 * latency.h
 *		How long statements of clients take: counted where zdm is preloaded, while somebody asks.
 */
#ifndef ZDM_LATENCY_H
#define ZDM_LATENCY_H

#include "postgres.h"

#include "utils/timestamp.h"

/* 16 for each power of two, up to 2^32 microseconds, which is more than an hour. */
#define ZDM_LATENCY_BUCKETS (16 * 29)

/* What was counted in a database up to a moment. */
typedef struct ZdmLatencies
{
	int slot;
	uint32 claim; /* of the slot: another one has begun anew */
	uint32 counts[ZDM_LATENCY_BUCKETS];
} ZdmLatencies;

extern void zdm_latency_init(void);
extern bool zdm_latency_is_kept(void);
extern bool zdm_latency_read(ZdmLatencies *latencies, TimestampTz until);
extern bool zdm_latency_percentile(const ZdmLatencies *from, const ZdmLatencies *to, double share,
								   double *msec);

#endif /* ZDM_LATENCY_H */
