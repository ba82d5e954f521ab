/*
 * carry_step.c
 *		The steps of contract that hand something on.
 */
#include "postgres.h"

#include "change/carry.h"
#include "change/deed.h"

/* Appends a step of contract and its way back. */
ZdmStep *
zdm_carry_contract_step(ZdmSwap *swap, const ZdmDeed *command, const ZdmDeed *undo)
{
	return zdm_plan_deed(swap->plan, ZDM_PHASE_CONTRACT, ZDM_RUNS_CALLER, AccessExclusiveLock,
						 command, undo);
}

/* Likewise, where both are SQL. */
ZdmStep *
zdm_carry_contract_sql(ZdmSwap *swap, char *command, char *undo)
{
	return zdm_carry_contract_step(swap, zdm_deed_sql(command), zdm_deed_sql(undo));
}
