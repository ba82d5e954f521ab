/*
 * rollout.h
 *		Rollouts: for which keys an application uses the new form, step by step.
 */
#ifndef ZDM_RUN_ROLLOUT_H
#define ZDM_RUN_ROLLOUT_H

#include "postgres.h"

#include "record/rollout.h"

extern void zdm_rollout_call(const char *name, const ZdmRollout *rollout);
extern void zdm_rollouts_step(void);
extern void zdm_rollout_tripped(const ZdmMigration *m, const char *reason);

#endif /* ZDM_RUN_ROLLOUT_H */
