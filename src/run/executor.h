/*
 * executor.h
 *		Runs steps.  No other code of zdm issues DDL.
 */
#ifndef ZDM_EXECUTOR_H
#define ZDM_EXECUTOR_H

#include "postgres.h"

#include "record/migration.h"

/* How often something is done again because a name has changed meanwhile. */
#define ZDM_NAME_ATTEMPTS 100

extern List *zdm_steps_locks(List *steps, ZdmPhase first, ZdmPhase last);
extern List *zdm_undo_locks(List *steps);
extern List *zdm_all_locks(const ZdmMigration *migration, List *locks);
extern void zdm_lock_for_steps(ZdmMigration *migration, List *locks);
extern void zdm_run_caller_steps(ZdmMigration *migration, List *steps, ZdmPhase phase);
extern void zdm_run_for_caller(const ZdmMigration *migration, const ZdmDeed *deed);
extern void zdm_undo_steps(ZdmMigration *migration, List *steps, ZdmPhase first);
extern void zdm_run_worker_step(ZdmMigration *migration, ZdmStep *step);
extern void zdm_run_as_owner(const ZdmMigration *migration, Oid owner, const char *command);

#endif /* ZDM_EXECUTOR_H */
