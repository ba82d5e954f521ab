/*
 * queue.h
 *		The queue: migrations of this database that wait for a worker, or have one.
 */
#ifndef ZDM_QUEUE_H
#define ZDM_QUEUE_H

#include "postgres.h"

#include "nodes/pg_list.h"

/* A migration in the queue. */
typedef struct ZdmQueued
{
	int64 migration;
	Oid relation;
	bool due; /* else its next attempt after an error is later */
} ZdmQueued;

extern void zdm_queue_add(int64 migration);
extern void zdm_queue_add_all(void);
extern bool zdm_queue_has(int64 migration);
extern List *zdm_queue_unclaimed(void);
extern long zdm_queue_retry_msec(int64 migration);

#endif /* ZDM_QUEUE_H */
