/*
 * work_outcome.h
 *		How a piece of a worker's part begins and ends.
 */
#ifndef ZDM_WORK_OUTCOME_H
#define ZDM_WORK_OUTCOME_H

#include "postgres.h"

#include "record/migration.h"

/* How a piece of the worker's part ended. */
typedef enum ZdmWork
{
	ZDM_WORK_DONE,    /* go on with the next step */
	ZDM_WORK_STOP,    /* the migration was paused, ended or dropped by somebody */
	ZDM_WORK_FAILED,  /* an error; it is noted, try again later or not at all */
	ZDM_WORK_BLOCKED, /* another's turn; try again soon */
} ZdmWork;

/* Called in a transaction, before work that may take long. */
typedef void (*ZdmWorkBegins)(void);

extern void zdm_work_on_begins(ZdmWorkBegins begins);
extern void zdm_work_tell_begins(void);
extern double zdm_retry_msec(int attempts);
extern ZdmStep *zdm_work_backfill_step(int64 migration);
extern void zdm_work_succeeded(int64 migration);
extern void zdm_work_check_stop(int64 migration);
extern char *zdm_violations_hint(const ZdmMigration *m);
extern ZdmWork zdm_work_error(int64 migration, const ZdmStep *step, const ErrorData *error,
							  const char *row);

#endif /* ZDM_WORK_OUTCOME_H */
