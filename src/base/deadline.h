/*
 * deadline.h
 *		Deadlines for waits in lock queues that a cancel request is never taken for.
 */
#ifndef ZDM_DEADLINE_H
#define ZDM_DEADLINE_H

#include "postgres.h"

/* What zdm_deadline_begin() saved and zdm_deadline_end() puts back. */
typedef struct ZdmDeadline
{
	int save_lock_timeout;
} ZdmDeadline;

/* What zdm_watch_begin() saved and zdm_watch_end() puts back. */
typedef struct ZdmWatch
{
	bool installed;       /* by this one, not by one around it */
	int seen;             /* cancel requests so far */
	bool statement_timer; /* statement_timeout was running */
} ZdmWatch;

extern void zdm_watch_begin(ZdmWatch *watch);
extern void zdm_watch_end(ZdmWatch *watch, int sqlerrcode);

extern void zdm_deadline_begin(ZdmDeadline *deadline, int msec, int look_every);
extern bool zdm_deadline_end(ZdmDeadline *deadline, int sqlerrcode);

#endif /* ZDM_DEADLINE_H */
