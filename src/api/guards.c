/*
 * guards.c
 *		zdm.guard() and zdm.drop_guard().
 */
#include "postgres.h"

#include <math.h>

#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"

#include "base/interval.h"
#include "run/guard.h"
#include "run/lifecycle.h"

PG_FUNCTION_INFO_V1(zdm_guard);
PG_FUNCTION_INFO_V1(zdm_drop_guard);

#define MOST_SAMPLES 1000

/* zdm.guard(name, metric, threshold, action, every, samples): returns how many were set. */
Datum
zdm_guard(PG_FUNCTION_ARGS)
{
	char *name = text_to_cstring(PG_GETARG_TEXT_PP(0));
	char *action = text_to_cstring(PG_GETARG_TEXT_PP(3));
	ZdmGuard guard = {.metric = text_to_cstring(PG_GETARG_TEXT_PP(1)),
					  .threshold = PG_GETARG_FLOAT8(2),
					  .every_usec = zdm_interval_usec(PG_GETARG_INTERVAL_P(4), "every"),
					  .samples = PG_GETARG_INT32(5)};

	zdm_refuse_standby("guard");
	if (!zdm_guard_find_action(action, &guard.action))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("unknown action: \"%s\"", action),
				 errhint("It is warn, pause, reopen or rollback.")));
	if (isnan(guard.threshold))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("threshold must be a number")));
	if (guard.every_usec < USECS_PER_SEC)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("every must be at least 1 s")));
	if (guard.samples < 1 || guard.samples > MOST_SAMPLES)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("samples must be between 1 and %d", MOST_SAMPLES)));
	PG_RETURN_INT32(zdm_guard_set(name, &guard));
}

/* zdm.drop_guard(name, guard): returns how many were taken away. */
Datum
zdm_drop_guard(PG_FUNCTION_ARGS)
{
	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	zdm_refuse_standby("drop_guard");
	PG_RETURN_INT32(zdm_guard_drop(text_to_cstring(PG_GETARG_TEXT_PP(0)),
								   PG_ARGISNULL(1) ? 0 : PG_GETARG_INT64(1)));
}
