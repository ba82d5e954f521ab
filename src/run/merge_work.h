/*
 * merge_work.h
 *		The worker's way to the turn of a merge.
 */
#ifndef ZDM_MERGE_WORK_H
#define ZDM_MERGE_WORK_H

#include "postgres.h"

#include "record/migration.h"
#include "run/work_outcome.h"

struct ZdmAction;

extern ZdmWork zdm_merge_drain_log(const struct ZdmAction *action, int64 migration,
								   const ZdmStep *step);

#endif /* ZDM_MERGE_WORK_H */
