/*
 * deadline.h
 *		A deadline for waits in lock queues that a cancel request is never taken for.
 */
#ifndef ZDM_DEADLINE_H
#define ZDM_DEADLINE_H

#include "postgres.h"

/* What zdm_deadline_begin() saved and zdm_deadline_end() puts back. */
typedef struct ZdmDeadline
{
	int save_lock_timeout;
} ZdmDeadline;

extern void zdm_deadline_begin(ZdmDeadline *deadline, int msec);
extern bool zdm_deadline_end(ZdmDeadline *deadline, int sqlerrcode);

#endif /* ZDM_DEADLINE_H */
