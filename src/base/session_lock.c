/*
 * session_lock.c
 *		Session locks, which tell who works on what: see ZdmSessionLock.
 *
 * Advisory locks with a class of their own, so that they cannot meet an application's.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "storage/lock.h"

#include "base/compat.h"
#include "base/lock.h"

/* Fills in the tag of a session lock. */
void
zdm_session_lock_tag(LOCKTAG *tag, ZdmSessionLock class, int64 key)
{
	bool shared = class == ZDM_LOCK_SLOT || class == ZDM_LOCK_BUILD ||
				  class == ZDM_LOCK_ROLE_SLOT || class == ZDM_LOCK_PLACE;
	Oid database = shared ? InvalidOid : MyDatabaseId;

	SET_LOCKTAG_ADVISORY(*tag, database, (uint32) (key >> 32), (uint32) key, (uint16) class);
}

/*
 * Takes a session lock without waiting; false if another session has it.  It
 * outlives transactions and goes with the session, however that ends: that is
 * why it, and never a stored pid, tells whether somebody works.
 */
bool
zdm_session_lock(ZdmSessionLock class, int64 key)
{
	LOCKTAG tag;

	zdm_session_lock_tag(&tag, class, key);
	return LockAcquire(&tag, ExclusiveLock, true, true) != LOCKACQUIRE_NOT_AVAIL;
}

/* Takes one of the session locks with the keys from 1 on; 0 if others have them all. */
int
zdm_session_lock_any(ZdmSessionLock class, int keys)
{
	for (int key = 1; key <= keys; key++)
		if (zdm_session_lock(class, key))
			return key;
	return 0;
}

/* Tells whether all session locks with the keys from 1 on are held. */
bool
zdm_session_lock_all_held(ZdmSessionLock class, int keys)
{
	for (int key = 1; key <= keys; key++)
		if (!zdm_session_lock_is_held(class, key))
			return false;
	return true;
}

/*
 * Takes such a lock for the rest of the transaction, waiting for others that
 * have it.
 */
void
zdm_transaction_lock(ZdmSessionLock class, int64 key)
{
	LOCKTAG tag;

	zdm_session_lock_tag(&tag, class, key);
	(void) LockAcquire(&tag, ExclusiveLock, false, false);
}

/* Takes such a lock for the rest of the transaction; false if another session has it. */
bool
zdm_transaction_lock_at_once(ZdmSessionLock class, int64 key)
{
	LOCKTAG tag;

	zdm_session_lock_tag(&tag, class, key);
	return LockAcquire(&tag, ExclusiveLock, false, true) != LOCKACQUIRE_NOT_AVAIL;
}

/* Shares such a lock for the rest of the transaction; false if another session has it. */
bool
zdm_transaction_lock_shared(ZdmSessionLock class, int64 key)
{
	LOCKTAG tag;

	zdm_session_lock_tag(&tag, class, key);
	return LockAcquire(&tag, ShareLock, false, true) != LOCKACQUIRE_NOT_AVAIL;
}

/*
 * Takes a session lock that only those hold for longer than a moment who take it this
 * way: whoever looks whether it is held has it meanwhile.
 */
void
zdm_session_lock_soon(ZdmSessionLock class, int64 key)
{
	LOCKTAG tag;

	zdm_session_lock_tag(&tag, class, key);
	(void) LockAcquire(&tag, ExclusiveLock, true, false);
}

/* Shares a session lock, which nobody else has for longer than a moment. */
void
zdm_session_lock_shared(ZdmSessionLock class, int64 key)
{
	LOCKTAG tag;

	zdm_session_lock_tag(&tag, class, key);
	(void) LockAcquire(&tag, ShareLock, true, false);
}

/* Gives a shared session lock back. */
void
zdm_session_unlock_shared(ZdmSessionLock class, int64 key)
{
	LOCKTAG tag;

	zdm_session_lock_tag(&tag, class, key);
	(void) LockRelease(&tag, ShareLock, true);
}

/* Tells whether other sessions share a session lock. */
bool
zdm_session_lock_is_shared(ZdmSessionLock class, int64 key)
{
	LOCKTAG tag;

	zdm_session_lock_tag(&tag, class, key);
	if (LockAcquire(&tag, ExclusiveLock, true, true) == LOCKACQUIRE_NOT_AVAIL)
		return true;
	(void) LockRelease(&tag, ExclusiveLock, true);
	return false;
}

/* Gives a session lock back. */
void
zdm_session_unlock(ZdmSessionLock class, int64 key)
{
	LOCKTAG tag;

	zdm_session_lock_tag(&tag, class, key);
	(void) LockRelease(&tag, ExclusiveLock, true);
}

/* Tells whether some session, this one included, holds a session lock. */
bool
zdm_session_lock_is_held(ZdmSessionLock class, int64 key)
{
	LOCKTAG tag;

	zdm_session_lock_tag(&tag, class, key);
	if (zdm_lock_is_held(&tag, ExclusiveLock))
		return true;
	/* Shared: two that look at the same time do not take each other for a holder. */
	if (LockAcquire(&tag, ShareLock, true, true) == LOCKACQUIRE_NOT_AVAIL)
		return true;
	(void) LockRelease(&tag, ShareLock, true);
	return false;
}
