/*
 * interval.c
 *		Intervals that stand for a span of time.
 */
#include "postgres.h"

#include "base/interval.h"

#define MAX_DAYS 36500

/* Returns an interval in microseconds; an error if it is none of a certain length. */
int64
zdm_interval_usec(const Interval *interval, const char *argument)
{
	if (interval->month != 0 || interval->day < 0 || interval->day > MAX_DAYS ||
		interval->time < 0 || interval->time > MAX_DAYS * USECS_PER_DAY)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s must be a number of days, hours, minutes or seconds", argument),
						errhint("At most %d days.", MAX_DAYS)));
	return interval->day * USECS_PER_DAY + interval->time;
}
