/*
 * step_text.h
 *		Runs the SQL text of a step, and knows while it does.
 */
#ifndef ZDM_STEP_TEXT_H
#define ZDM_STEP_TEXT_H

#include "postgres.h"

#include "nodes/pg_list.h"

/* What zdm_step_scope_begin() saved. */
typedef struct ZdmStepScope
{
	List *save_targets;
} ZdmStepScope;

extern void zdm_step_scope_begin(ZdmStepScope *scope, List *targets);
extern void zdm_step_scope_end(const ZdmStepScope *scope);
extern List *zdm_step_targets(void);
extern void zdm_run_step_text(const char *command);
extern void zdm_run_step_text_for(const char *command, Oid table);
extern bool zdm_runs_ddl(void);

#endif /* ZDM_STEP_TEXT_H */
