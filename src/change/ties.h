/*
 * ties.h
 *		What a sync trigger depends on, in the server's own catalog of dependencies.
 */
#ifndef ZDM_TIES_H
#define ZDM_TIES_H

#include "postgres.h"

#include "record/migration.h"

extern void zdm_tie_triggers(const ZdmMigration *m);

#endif /* ZDM_TIES_H */
