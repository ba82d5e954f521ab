/*
 * stop_point.c
 *		Named places at which a test holds a process, in builds for tests.
 *
 * Whoever comes to the place that zdm.stop_at names waits there for as long as another session
 * has the advisory lock 7064.  Released builds know neither the places nor the setting.
 */
#include "postgres.h"

#include "base/stop_point.h"

#ifdef ZDM_STOP_POINTS

#include "utils/fmgrprotos.h"
#include "utils/guc.h"

#define STOP_LOCK 7064

static char *stop_at = NULL;

/* Defines the setting. */
void
zdm_stop_points_init(void)
{
	DefineCustomStringVariable("zdm.stop_at", "Place at which a process is held, for tests.", NULL,
							   &stop_at, "", PGC_SUSET, GUC_NOT_IN_SAMPLE | GUC_NO_SHOW_ALL, NULL,
							   NULL, NULL);
}

/* Waits here, if this is the place. */
void
zdm_stop_point(const char *name)
{
	if (stop_at[0] == '\0' || strcmp(stop_at, name) != 0)
		return;
	(void) DirectFunctionCall1(pg_advisory_lock_shared_int8, Int64GetDatum(STOP_LOCK));
	(void) DirectFunctionCall1(pg_advisory_unlock_shared_int8, Int64GetDatum(STOP_LOCK));
}

#endif
