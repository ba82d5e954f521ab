/*
 * synced.h
 *		Whether the sync trigger has seen every write to the tables of a migration.
 */
#ifndef ZDM_SYNCED_H
#define ZDM_SYNCED_H

#include "postgres.h"

#include "nodes/pg_list.h"

#include "record/migration.h"
#include "sync/sync_gap.h"

extern bool zdm_written_apart(const ZdmMigration *m, Oid relation, Oid trigger);
extern List *zdm_synced_tables(const ZdmMigration *m);
extern ZdmSyncGap zdm_sync_gap(const ZdmMigration *m, Oid relation);
extern void zdm_note_sync_triggers(const ZdmMigration *m, List *tables);
extern Oid zdm_unsynced_table(const ZdmMigration *m);
extern void zdm_require_synced(const ZdmMigration *m, const char *call);

#endif /* ZDM_SYNCED_H */
