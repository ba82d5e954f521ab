/*
 * constraint.h
 *		What the planners of constraints share.
 */
#ifndef ZDM_CONSTRAINT_H
#define ZDM_CONSTRAINT_H

#include "postgres.h"

#include "change/change.h"

extern ZdmStep *zdm_plan_null_refused(ZdmPlan *plan, const char *column, ZdmPhase phase,
									  ZdmRuns runs, const char *words, char **constraint);
extern void zdm_plan_null_validated(ZdmPlan *plan, const char *column, const char *constraint);
extern void zdm_plan_null_late(ZdmPlan *plan, const char *column);
extern bool zdm_null_is_settled(ZdmPlan *plan, const char *column, bool for_key);
extern bool zdm_null_is_not_valid(Oid relid, const char *column);
extern char *zdm_not_null_name(Oid relid, const char *column);
extern char *zdm_partitions_drop_not_null_sql(ZdmPlan *plan, const char *column);
extern void zdm_check_constraint_free(ZdmPlan *plan, const char *constraint);
extern List *zdm_columns_argument(ZdmPlan *plan, Jsonb *arguments, const char *key);
extern char *zdm_quoted_list(List *names);
extern const char *zdm_deferrable_sql(Jsonb *arguments);

#endif /* ZDM_CONSTRAINT_H */
