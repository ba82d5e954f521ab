/*
 * work.h
 *		The worker's part of a migration, wherever it runs.
 */
#ifndef ZDM_WORK_H
#define ZDM_WORK_H

#include "postgres.h"

#include "run/work_outcome.h"

extern bool zdm_work_on(int64 migration, ZdmWorkBegins begins);

#endif /* ZDM_WORK_H */
