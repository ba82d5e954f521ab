/*
 * backfill_tables.h
 *		The tables that a backfill visits.
 */
#ifndef ZDM_BACKFILL_TABLES_H
#define ZDM_BACKFILL_TABLES_H

#include "postgres.h"

#include "utils/rel.h"

#include "record/migration.h"

extern void zdm_backfill_require_trigger(ZdmMigration *migration, Relation rel);
extern ErrorData *zdm_backfill_register_all(ZdmMigration *migration, int *added);
extern ErrorData *zdm_backfill_settle(ZdmMigration *migration, int passes, int *again);
extern Oid zdm_copy_target(const ZdmMigration *m);
extern Relation zdm_backfill_open(ZdmMigration *migration, Oid relation);

#endif /* ZDM_BACKFILL_TABLES_H */
