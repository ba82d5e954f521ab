/*
 * in_time.h
 *		Calls what may run code of a user, in the process that others wait for.
 */
#ifndef ZDM_IN_TIME_H
#define ZDM_IN_TIME_H

#include "postgres.h"

#include "base/transaction.h"

/* Notes why something was not done, and that it is not tried again for so many seconds. */
typedef void (*ZdmPutOff)(const void *what, const char *why, int seconds);

extern void zdm_in_time_begin(void);
extern ErrorData *zdm_try_in_time(ZdmTryFunction function, void *arg, int msec, ZdmPutOff put_off,
								  const void *what);

#endif /* ZDM_IN_TIME_H */
