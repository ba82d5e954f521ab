/*
 * backfill.h
 *		The backfill: fills the new columns of rows that were there before the trigger.
 */
#ifndef ZDM_BACKFILL_H
#define ZDM_BACKFILL_H

#include "postgres.h"

#include "record/migration.h"
#include "run/work_outcome.h"

struct ZdmAction;

extern ZdmWork zdm_backfill_run(const struct ZdmAction *action, int64 migration,
								const ZdmStep *step);
extern void zdm_backfill_help(int64 migration, int helper);

#endif /* ZDM_BACKFILL_H */
