/*
 * fresh.h
 *		The worker's part of a migration in the transaction of its call.
 */
#ifndef ZDM_FRESH_H
#define ZDM_FRESH_H

#include "postgres.h"

#include "record/migration.h"

extern bool zdm_is_fresh(const ZdmMigration *m);
extern bool zdm_work_at_once(ZdmMigration *m, List *steps);

#endif /* ZDM_FRESH_H */
