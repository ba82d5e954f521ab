/*
 * limits.h
 *		How many workers may be at work, on the server, in a database, for a role, and stand by.
 */
#ifndef ZDM_LIMITS_H
#define ZDM_LIMITS_H

#include "postgres.h"

typedef enum ZdmWorkerLimit
{
	ZDM_LIMIT_ROLE,
	ZDM_LIMIT_DATABASE,
	ZDM_LIMIT_SERVER,
} ZdmWorkerLimit;

#define ZDM_LIMITS (ZDM_LIMIT_SERVER + 1)

/* The slots that a worker has taken, one for each limit that there is. */
typedef struct ZdmSlots
{
	int64 keys[ZDM_LIMITS]; /* of their session locks; 0: none */
} ZdmSlots;

extern bool zdm_slots_take(Oid role, ZdmSlots *slots, ZdmWorkerLimit *reached);
extern void zdm_slots_release(const ZdmSlots *slots);
extern int zdm_seat_take(void);
extern bool zdm_limits_leave_room(void);
extern bool zdm_database_is_full(void);
extern int zdm_slots_left(Oid role);
extern char *zdm_limit_text(ZdmWorkerLimit limit);
extern bool zdm_place_take(bool needed);
extern void zdm_place_release(void);
extern bool zdm_place_is_free(void);

#endif /* ZDM_LIMITS_H */
