/*
 * metric.h
 *		What guards measure, and what steps of a rollout require.
 */
#ifndef ZDM_METRIC_H
#define ZDM_METRIC_H

#include "postgres.h"

#include "record/guard.h"

extern void zdm_metric_check(const ZdmMigration *m, const char *metric);
extern bool zdm_requirement_is_met(const ZdmMigration *m, const char *query);
extern void zdm_requirement_check(const ZdmMigration *m, const char *query);
extern bool zdm_measure_mismatches(const ZdmMigration *m, double *value);
extern bool zdm_metric_measure(const ZdmMigration *m, const ZdmGuard *guard, double *value);

#endif /* ZDM_METRIC_H */
