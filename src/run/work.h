/*
 * work.h
 *		The worker's part of a migration, wherever it runs.
 */
#ifndef ZDM_WORK_H
#define ZDM_WORK_H

#include "postgres.h"

/* Called in a transaction, before a step that may take long. */
typedef void (*ZdmWorkBegins)(void);

extern bool zdm_work_on(int64 migration, ZdmWorkBegins begins);

#endif /* ZDM_WORK_H */
