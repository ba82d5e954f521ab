/*
 * plan_sync.h
 *		What planners of columns share: the sync trigger, the backfill, statistics.
 */
#ifndef ZDM_PLAN_SYNC_H
#define ZDM_PLAN_SYNC_H

#include "postgres.h"

#include "change/change.h"
#include "sync/sync_spec.h"

extern void zdm_plan_name_trigger(ZdmPlan *plan);
extern ZdmDeed *zdm_deed_sync_trigger(ZdmPlan *plan, const ZdmSyncSpec *spec);
extern ZdmDeed *zdm_deed_drop_trigger(ZdmPlan *plan);
extern void zdm_plan_pin_settings(ZdmSyncSpec *spec, List *expressions);
extern void zdm_plan_note_settings(ZdmStep *step, List *expressions);
extern void zdm_plan_analyze(ZdmPlan *plan, const char *columns);
extern void zdm_plan_filled(ZdmPlan *plan, ZdmSyncSpec *spec);
extern void zdm_plan_backfill(ZdmPlan *plan, const ZdmSyncSpec *spec);

#endif /* ZDM_PLAN_SYNC_H */
