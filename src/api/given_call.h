/*
 * given_call.h
 *		Calls of expand functions that are given as text.
 */
#ifndef ZDM_GIVEN_CALL_H
#define ZDM_GIVEN_CALL_H

#include "postgres.h"

extern void zdm_given_call_check(const char *call);
extern void zdm_given_call_run(const char *call);

#endif /* ZDM_GIVEN_CALL_H */
