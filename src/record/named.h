/*
 * named.h
 *		What a name stands for, to whom.
 */
#ifndef ZDM_NAMED_H
#define ZDM_NAMED_H

#include "postgres.h"

#include "nodes/pg_list.h"

#include "record/migration.h"

extern Oid zdm_acting_role(void);
extern bool zdm_owns_migration(const ZdmMigration *m);
extern bool zdm_has_begun(const ZdmMigration *m);
extern ZdmMigration *zdm_migration_named(const char *name);
extern ZdmMigration *zdm_migration_get(const char *name);
extern List *zdm_members_named(const char *name);
extern bool zdm_name_is_clear(const ZdmMigration *m);
extern void zdm_name_lock(const char *name, Oid owner);

#endif /* ZDM_NAMED_H */
