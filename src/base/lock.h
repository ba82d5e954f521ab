/*
 * lock.h
 *		Polite table locks, and the session locks that tell who works on what.
 */
#ifndef ZDM_LOCK_H
#define ZDM_LOCK_H

#include "postgres.h"

#include "nodes/pg_list.h"
#include "storage/lock.h"
#include "utils/timestamp.h"

#include "base/lock_set.h"

/* What taking a polite lock cost. */
typedef struct ZdmLockReport
{
	int attempts;
	int64 waited_usec;       /* from the first attempt until the lock was held */
	TimestampTz acquired_at; /* when it was held */
} ZdmLockReport;

extern int zdm_held_lock_msec(void);
extern void zdm_lock_politely(List *roots, ZdmLockReport *report);
extern bool zdm_lock_at_once(List *roots);

/* Classes of session locks: the fourth field of an advisory lock tag. */
typedef enum ZdmSessionLock
{
	ZDM_LOCK_MIGRATION = 0x7A64, /* key: migration; its holder does the worker's part */
	ZDM_LOCK_HELPER,             /* key: migration and helper number */
	ZDM_LOCK_SLOT,               /* key: 1 .. zdm.max_workers; over all databases */
	ZDM_LOCK_STOP,               /* key: migration; its holder is about to stop it */
	ZDM_LOCK_WAITER,             /* key: pid; its holder is in zdm.wait() */
	ZDM_LOCK_TABLE,              /* key: relation; its holder runs a validate step there */
	ZDM_LOCK_POOL,               /* key: 0; shared by those who look at the queue before they end */
	ZDM_LOCK_RUNNER,             /* key: 0; the one of them that waits for a slot */
	ZDM_LOCK_REQUEST,            /* key: 0; shared by those who commit and count on the pool */
	ZDM_LOCK_VISIT,              /* key: 0; its holder is sent by the launcher */
	ZDM_LOCK_BUILD,              /* key: 1 .. zdm.max_builds; over all databases */
	ZDM_LOCK_WAIT,               /* key: relation; shared by those who wait for a lock on it */
	ZDM_LOCK_DATABASE_SLOT,      /* key: 1 .. zdm.max_workers_per_database */
	ZDM_LOCK_ROLE_SLOT,          /* key: role and 1 .. zdm.max_workers_per_role; everywhere */
	ZDM_LOCK_KEEPER,             /* key: 0; its holder measures what guards are about */
	ZDM_LOCK_CALL,               /* key: relation; shared by calls to which builds give way */
	ZDM_LOCK_NAME,               /* key: owner and hash of a name; its holder begins what has it */
	ZDM_LOCK_RESTORE_SLOT,       /* key: 0; shared by those who have just made one */
	ZDM_LOCK_INDEX_NAME, /* key: schema and hash of a name; its holder's plan has chosen it */
	ZDM_LOCK_PLACE,      /* key: 1 ..; over all databases; its holder only stands by */
	ZDM_LOCK_SEAT, /* key: 1 .. what may be at work in a database; its holder is in the pool */
} ZdmSessionLock;

extern void zdm_session_lock_tag(LOCKTAG *tag, ZdmSessionLock class, int64 key);
extern bool zdm_session_lock(ZdmSessionLock class, int64 key);
extern int zdm_session_lock_any(ZdmSessionLock class, int keys);
extern bool zdm_session_lock_all_held(ZdmSessionLock class, int keys);
extern void zdm_transaction_lock(ZdmSessionLock class, int64 key);
extern bool zdm_transaction_lock_at_once(ZdmSessionLock class, int64 key);
extern bool zdm_transaction_lock_shared(ZdmSessionLock class, int64 key);
extern void zdm_session_lock_soon(ZdmSessionLock class, int64 key);
extern void zdm_session_lock_shared(ZdmSessionLock class, int64 key);
extern void zdm_session_unlock_shared(ZdmSessionLock class, int64 key);
extern bool zdm_session_lock_is_shared(ZdmSessionLock class, int64 key);
extern void zdm_session_unlock(ZdmSessionLock class, int64 key);
extern bool zdm_session_lock_is_held(ZdmSessionLock class, int64 key);

/* The key of a helper's session lock. */
static inline int64
zdm_helper_key(int64 migration, int helper)
{
	return migration * 256 + helper;
}

extern void zdm_sleep(long msec);

#endif /* ZDM_LOCK_H */
