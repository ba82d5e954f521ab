/*
 * concurrent.h
 *		Steps that run outside any transaction block.
 */
#ifndef ZDM_CONCURRENT_H
#define ZDM_CONCURRENT_H

#include "postgres.h"

#include "record/migration.h"
#include "run/work_outcome.h"

struct ZdmAction;

extern ZdmWork zdm_concurrent_run(const struct ZdmAction *action, int64 migration,
								  const ZdmStep *step);

#endif /* ZDM_CONCURRENT_H */
