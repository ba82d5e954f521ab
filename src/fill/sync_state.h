/*
 * sync_state.h
 *		What tells the sync trigger of a table from every other one.
 */
#ifndef ZDM_SYNC_STATE_H
#define ZDM_SYNC_STATE_H

#include "postgres.h"

#include "record/migration.h"

extern TransactionId zdm_trigger_writer(Oid trigger);
extern char *zdm_life_of_tables(const ZdmMigration *m);
extern char *zdm_sync_state(const ZdmMigration *m, Oid relation);
extern char *zdm_sync_state_at_first(const ZdmMigration *m, Oid relation);

#endif /* ZDM_SYNC_STATE_H */
