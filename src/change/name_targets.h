/*
 * name_targets.h
 *		Which relations the steps of a migration name, when it begins and when they run.
 */
#ifndef ZDM_NAME_TARGETS_H
#define ZDM_NAME_TARGETS_H

#include "postgres.h"

#include "nodes/pg_list.h"

#include "record/migration.h"

extern List *zdm_name_targets(const ZdmMigration *migration, List *steps);
extern List *zdm_named_targets(const ZdmMigration *m);

#endif /* ZDM_NAME_TARGETS_H */
