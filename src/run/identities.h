/*
 * identities.h
 *		The replica identities of a migration's tables, which no call may take away.
 */
#ifndef ZDM_IDENTITIES_H
#define ZDM_IDENTITIES_H

#include "postgres.h"

#include "nodes/pg_list.h"

#include "record/migration.h"

extern List *zdm_identified_tables(const ZdmMigration *m);
extern void zdm_require_identified(const ZdmMigration *m, List *tables, const char *call);

#endif /* ZDM_IDENTITIES_H */
