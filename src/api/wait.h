/*
 * wait.h
 *		Procedures that end transactions.
 */
#ifndef ZDM_WAIT_H
#define ZDM_WAIT_H

#include "postgres.h"

#include "fmgr.h"

extern void zdm_enter_procedure(FunctionCallInfo fcinfo, const char *procedure);
extern void zdm_leave_procedure(void);

#endif /* ZDM_WAIT_H */
