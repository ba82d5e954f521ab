/*
 * plan_cost.h
 *		What the steps of a plan will read, write and need.
 */
#ifndef ZDM_PLAN_COST_H
#define ZDM_PLAN_COST_H

#include "postgres.h"

#include "nodes/pg_list.h"

extern void zdm_plan_add_costs(List *steps, Oid relation);

#endif /* ZDM_PLAN_COST_H */
