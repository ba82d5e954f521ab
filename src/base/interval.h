/*
 * interval.h
 *		Intervals that stand for a span of time.
 */
#ifndef ZDM_INTERVAL_H
#define ZDM_INTERVAL_H

#include "postgres.h"

#include "utils/timestamp.h"

extern int64 zdm_interval_usec(const Interval *interval, const char *argument);

#endif /* ZDM_INTERVAL_H */
