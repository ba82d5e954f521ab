/*
 * step_text.h
 *		Runs the SQL text of a step, and knows while it does.
 */
#ifndef ZDM_STEP_TEXT_H
#define ZDM_STEP_TEXT_H

#include "postgres.h"

#include "record/migration.h"

extern void zdm_run_step_text(const ZdmMigration *migration, List *targets, const char *command,
							  const char *event_search_path);
extern List *zdm_step_targets(void);
extern bool zdm_step_enters_part(Oid relid);
extern const ZdmMigration *zdm_step_migration(void);
extern bool zdm_runs_ddl(void);

#endif /* ZDM_STEP_TEXT_H */
