/*
 * backfill.h
 *		The backfill: fills the new columns of rows that were there before the trigger.
 */
#ifndef ZDM_BACKFILL_H
#define ZDM_BACKFILL_H

#include "postgres.h"

#include "utils/rel.h"

#include "migration.h"
#include "work_outcome.h"

extern ZdmWork zdm_backfill_run(int64 migration, const ZdmStep *step);
extern void zdm_backfill_help(int64 migration, int helper);

extern void zdm_backfill_require_trigger(ZdmMigration *migration, Relation rel);
extern ErrorData *zdm_backfill_register_all(ZdmMigration *migration, int *added);
extern ErrorData *zdm_backfill_settle(ZdmMigration *migration, int passes, int *again);
extern Relation zdm_backfill_open(ZdmMigration *migration, Oid relation);

#endif /* ZDM_BACKFILL_H */
