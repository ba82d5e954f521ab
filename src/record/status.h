/*
 * status.h
 *		The words that the record has for where a migration stands.
 */
#ifndef ZDM_STATUS_H
#define ZDM_STATUS_H

#include "postgres.h"

typedef enum ZdmStatus
{
	ZDM_RUNNING,
	ZDM_PAUSED,
	ZDM_FAILED,
	ZDM_READY,
	ZDM_CONTRACTED,
	ZDM_FINALIZED,
	ZDM_ROLLED_BACK,
} ZdmStatus;

typedef enum ZdmPhase
{
	ZDM_PHASE_EXPAND,
	ZDM_PHASE_BACKFILL,
	ZDM_PHASE_VALIDATE,
	ZDM_PHASE_CONTRACT,
	ZDM_PHASE_FINALIZE,
} ZdmPhase;

#define ZDM_PHASES (ZDM_PHASE_FINALIZE + 1)

#define ZDM_STATUSES (ZDM_ROLLED_BACK + 1)

extern const char *const zdm_status_names[ZDM_STATUSES];
extern const char *const zdm_phase_names[ZDM_PHASES];

extern const char *zdm_status_name(ZdmStatus status);
extern const char *zdm_phase_name(ZdmPhase phase);
extern bool zdm_status_is_end(const char *status);
extern bool zdm_status_may_follow(ZdmStatus from, ZdmStatus to);

#endif /* ZDM_STATUS_H */
