/*
 * complete.h
 *		Migrations that are contracted and finalized as soon as they are ready.
 */
#ifndef ZDM_COMPLETE_H
#define ZDM_COMPLETE_H

#include "postgres.h"

#include "record/migration.h"
#include "run/work_outcome.h"

extern ZdmMigration *zdm_completion_blocker(const ZdmMigration *m);
extern bool zdm_completion_is_due(const ZdmMigration *m);
extern ZdmWork zdm_complete_in_worker(const ZdmMigration *m);
extern bool zdm_complete_at_once(const ZdmMigration *m);

#endif /* ZDM_COMPLETE_H */
