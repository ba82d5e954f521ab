/*
 * status.c
 *		The words that the record has for where a migration stands, and which may follow which.
 */
#include "postgres.h"

#include "record/status.h"

const char *const zdm_status_names[ZDM_STATUSES] = {
	"running", "paused", "failed", "ready", "contracted", "finalized", "rolled_back"};
const char *const zdm_phase_names[ZDM_PHASES] = {"expand", "backfill", "validate", "contract",
												 "finalize"};

/* Which status may follow which: the whole life of a migration (docs/internals.md, "Words"). */
static const bool may_follow[ZDM_STATUSES][ZDM_STATUSES] = {
	[ZDM_RUNNING] = {[ZDM_PAUSED] = true,
					 [ZDM_FAILED] = true,
					 [ZDM_READY] = true,
					 [ZDM_CONTRACTED] = true,
					 [ZDM_FINALIZED] = true,
					 [ZDM_ROLLED_BACK] = true},
	[ZDM_PAUSED] = {[ZDM_RUNNING] = true, [ZDM_FINALIZED] = true, [ZDM_ROLLED_BACK] = true},
	[ZDM_FAILED] = {[ZDM_RUNNING] = true, [ZDM_FINALIZED] = true, [ZDM_ROLLED_BACK] = true},
	[ZDM_READY] = {[ZDM_RUNNING] = true, [ZDM_CONTRACTED] = true, [ZDM_ROLLED_BACK] = true},
	[ZDM_CONTRACTED] = {[ZDM_RUNNING] = true,
						[ZDM_READY] = true,
						[ZDM_FINALIZED] = true,
						[ZDM_ROLLED_BACK] = true},
};

const char *
zdm_status_name(ZdmStatus status)
{
	return zdm_status_names[status];
}

const char *
zdm_phase_name(ZdmPhase phase)
{
	return zdm_phase_names[phase];
}

/* Tells whether a migration may move from one status to another. */
bool
zdm_status_may_follow(ZdmStatus from, ZdmStatus to)
{
	return may_follow[from][to];
}

/* Tells whether a status, as the record has it, is one that a migration does not leave. */
bool
zdm_status_is_end(const char *status)
{
	return strcmp(status, zdm_status_names[ZDM_FINALIZED]) == 0 ||
		   strcmp(status, zdm_status_names[ZDM_ROLLED_BACK]) == 0;
}
