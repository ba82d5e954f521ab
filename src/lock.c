/*
 * lock.c
 *		Polite table locks, and the session locks that tell who works on what.
 *
 * A strong lock that waits in a queue holds up everybody who comes behind it.
 * So a schema change first tries without queueing; then it queues for a short
 * time, gives up, sleeps and tries again.  A table that is partitioned or
 * inherited from is locked with all its children or not at all, because the
 * server would lock the children one by one and wait for each.
 */
#include "postgres.h"

#include <math.h>

#include "access/xact.h"
#include "catalog/pg_inherits.h"
#include "common/pg_prng.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "storage/latch.h"
#include "storage/lmgr.h"
#include "storage/proc.h"
#include "utils/memutils.h"
#include "utils/resowner.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"
#include "utils/wait_event.h"

#include "compat.h"
#include "lock.h"
#include "names.h"
#include "query.h"
#include "settings.h"

#define FIRST_QUEUE_MSEC 20
#define MAX_SLEEP_MSEC 1000

/* Table lock modes by the names that the manual gives them (section 13.3.1). */
static const struct
{
	LOCKMODE mode;
	const char *name;
} lock_modes[] = {{AccessShareLock, "ACCESS SHARE"},
				  {RowExclusiveLock, "ROW EXCLUSIVE"},
				  {ShareUpdateExclusiveLock, "SHARE UPDATE EXCLUSIVE"},
				  {ShareRowExclusiveLock, "SHARE ROW EXCLUSIVE"},
				  {AccessExclusiveLock, "ACCESS EXCLUSIVE"}};

/* Returns the lock mode of that name; NoLock for NULL. */
LOCKMODE
zdm_lock_mode_from_name(const char *name)
{
	if (name == NULL)
		return NoLock;
	for (int i = 0; i < lengthof(lock_modes); i++)
		if (strcmp(lock_modes[i].name, name) == 0)
			return lock_modes[i].mode;
	elog(ERROR, "unknown lock mode \"%s\"", name);
	return NoLock; /* keep the compiler quiet */
}

/* Returns the name of a lock mode; NULL for NoLock. */
const char *
zdm_lock_mode_name(LOCKMODE mode)
{
	for (int i = 0; i < lengthof(lock_modes); i++)
		if (lock_modes[i].mode == mode)
			return lock_modes[i].name;
	return NULL;
}

/*
 * Lists the table and all that inherit from it (partitions too), in the order
 * in which the server locks them.  Takes no lock, so the list may be out of
 * date as soon as it is made; under a strong lock on the root it is not.
 */
List *
zdm_relation_tree(Oid relid)
{
	if (!SearchSysCacheExists1(RELOID, ObjectIdGetDatum(relid)))
		return list_make1_oid(relid);
	return find_all_inheritors(relid, NoLock, NULL);
}

/* Lists the relations of several trees, in the order of their roots' OIDs. */
static List *
relation_trees(List *roots)
{
	List *sorted = list_copy(roots);
	List *result = NIL;
	ListCell *lc;

	list_sort(sorted, list_oid_cmp);
	foreach (lc, sorted)
		result = list_concat_unique_oid(result, zdm_relation_tree(lfirst_oid(lc)));
	return result;
}

/* Locks every relation of the trees without waiting; false if one of them is taken. */
static bool
lock_trees_at_once(List *roots, LOCKMODE mode)
{
	ListCell *lc;

	foreach (lc, relation_trees(roots))
		if (!ConditionalLockRelationOid(lfirst_oid(lc), mode))
			return false;
	return true;
}

/*
 * Locks every relation of the trees, queueing for each no longer than `msec`.
 * A timeout comes as a lock_not_available error.
 *
 * The server's deadlock check is what makes autovacuum give way to a waiting
 * lock (proc.c, ProcSleep), and it runs only after deadlock_timeout: so the
 * check is brought forward to fit into our short wait.
 */
static void
lock_trees_in_queue(List *roots, LOCKMODE mode, int msec)
{
	int save_lock_timeout = LockTimeout;
	int save_deadlock_timeout = DeadlockTimeout;

	PG_TRY();
	{
		ListCell *lc;

		LockTimeout = msec;
		DeadlockTimeout = Min(DeadlockTimeout, Max(msec / 2, 1));
		foreach (lc, relation_trees(roots))
			LockRelationOid(lfirst_oid(lc), mode);
	}
	PG_FINALLY();
	{
		LockTimeout = save_lock_timeout;
		DeadlockTimeout = save_deadlock_timeout;
	}
	PG_END_TRY();
}

/*
 * One attempt, in a subtransaction so that what it got is given back if it did
 * not get all.  `msec` 0 means without queueing.  Other errors than a timeout
 * or a deadlock - a cancel request above all - are passed on, once the subtransaction is
 * gone: whoever catches them, or the end of the statement, knows nothing of it.
 */
static bool
try_lock_trees(List *roots, LOCKMODE mode, int msec)
{
	MemoryContext context = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	volatile bool locked = false;
	ErrorData *volatile error = NULL;

	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(context);
	PG_TRY();
	{
		if (msec == 0)
			locked = lock_trees_at_once(roots, mode);
		else
		{
			lock_trees_in_queue(roots, mode, msec);
			locked = true;
		}
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		FlushErrorState();
	}
	PG_END_TRY();

	if (locked)
		ReleaseCurrentSubTransaction();
	else
		RollbackAndReleaseCurrentSubTransaction();
	MemoryContextSwitchTo(context);
	CurrentResourceOwner = owner;
	if (error)
	{
		if (error->sqlerrcode != ERRCODE_LOCK_NOT_AVAILABLE &&
			error->sqlerrcode != ERRCODE_T_R_DEADLOCK_DETECTED)
			ReThrowError(error);
		FreeErrorData(error);
	}
	return locked;
}

/*
 * Describes who holds locks on a tree that conflict with `mode`, for an error
 * message: one line a session, at most five.  NULL if nobody does any more.
 */
static char *
describe_tree_holders(Oid relid, LOCKMODE mode)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};
	char *text = NULL;

	zdm_record_begin(&scope);
	zdm_arg_oid(&args, relid);
	zdm_arg_text(&args, zdm_lock_mode_name(mode));
	if (zdm_query("SELECT string_agg(holder, E'\\n') AS holders"
				  "  FROM zdm.lock_holders($1, $2) WITH ORDINALITY AS h(holder, n) WHERE n <= 5",
				  &args) > 0)
		text = zdm_result_text(0, "holders");
	zdm_record_end(&scope);
	return text;
}

/* The same for several trees. */
static char *
describe_holders(List *roots, LOCKMODE mode)
{
	char *text = NULL;
	ListCell *lc;

	foreach (lc, roots)
	{
		char *holders = describe_tree_holders(lfirst_oid(lc), mode);

		if (holders)
			text = text ? psprintf("%s\n%s", text, holders) : holders;
	}
	return text;
}

/* Milliseconds to sleep before attempt n: doubling, with jitter, so that two don't keep in step. */
static long
backoff_msec(int attempt)
{
	double ceiling = Min(FIRST_QUEUE_MSEC * pow(2, Min(attempt, 10)), MAX_SLEEP_MSEC);

	return (long) (ceiling * (0.5 + pg_prng_double(&pg_global_prng_state) / 2));
}

/*
 * Takes a lock on tables and all that inherit from them, on all or none, without
 * ever holding up others for longer than zdm.lock_timeout each.  The locks are held until the end
 * of the transaction.  Messages name the first one.  After zdm.lock_retries attempts in vain it
 * gives up with lock_not_available and names those who were in the way; nobody is killed. The
 * caller must look again whether the table still exists.
 */
void
zdm_lock_politely(List *roots, LOCKMODE mode, ZdmLockReport *report)
{
	TimestampTz start = GetCurrentTimestamp();
	int queue_msec = 0;

	memset(report, 0, sizeof(*report));
	for (;;)
	{
		report->attempts++;
		if (try_lock_trees(roots, mode, queue_msec))
			break;
		if (report->attempts > zdm_lock_retries)
		{
			char *name = zdm_qualified_name(linitial_oid(roots));
			char *holders = describe_holders(roots, mode);

			ereport(ERROR,
					(errcode(ERRCODE_LOCK_NOT_AVAILABLE),
					 errmsg("could not get %s lock on %s in %d attempts", zdm_lock_mode_name(mode),
							name ? name : "the table", report->attempts),
					 holders
						 ? errdetail("In the way: %s", holders)
						 : errdetail("Each attempt waited for %d ms at most.", zdm_lock_timeout),
					 errhint("Nothing was changed. End or wait for these transactions and try "
							 "again, or raise zdm.lock_retries.")));
		}
		zdm_sleep(backoff_msec(report->attempts));
		queue_msec = queue_msec == 0 ? FIRST_QUEUE_MSEC : Min(queue_msec * 2, INT_MAX / 2);
		queue_msec = Min(queue_msec, zdm_lock_timeout);
	}
	report->acquired_at = GetCurrentTimestamp();
	report->waited_usec = report->acquired_at - start;
}

/* Fills in the tag of a session lock. */
static void
session_lock_tag(LOCKTAG *tag, ZdmSessionLock class, int64 key)
{
	Oid database = class == ZDM_LOCK_SLOT ? InvalidOid : MyDatabaseId;

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

	session_lock_tag(&tag, class, key);
	return LockAcquire(&tag, ExclusiveLock, true, true) != LOCKACQUIRE_NOT_AVAIL;
}

/*
 * Takes such a lock for the rest of the transaction, waiting for others that
 * have it.
 */
void
zdm_transaction_lock(ZdmSessionLock class, int64 key)
{
	LOCKTAG tag;

	session_lock_tag(&tag, class, key);
	(void) LockAcquire(&tag, ExclusiveLock, false, false);
}

/*
 * Takes a session lock that only those hold for longer than a moment who take it this
 * way: whoever looks whether it is held has it meanwhile.
 */
void
zdm_session_lock_soon(ZdmSessionLock class, int64 key)
{
	LOCKTAG tag;

	session_lock_tag(&tag, class, key);
	(void) LockAcquire(&tag, ExclusiveLock, true, false);
}

/* Gives a session lock back. */
void
zdm_session_unlock(ZdmSessionLock class, int64 key)
{
	LOCKTAG tag;

	session_lock_tag(&tag, class, key);
	(void) LockRelease(&tag, ExclusiveLock, true);
}

/* Tells whether some session, this one included, holds a session lock. */
bool
zdm_session_lock_is_held(ZdmSessionLock class, int64 key)
{
	LOCKTAG tag;
	LockAcquireResult result;

	session_lock_tag(&tag, class, key);
	result = LockAcquire(&tag, ExclusiveLock, true, true);
	if (result == LOCKACQUIRE_NOT_AVAIL)
		return true;
	(void) LockRelease(&tag, ExclusiveLock, true);
	return result == LOCKACQUIRE_ALREADY_HELD;
}

/* Sleeps, or less where the latch is set.  Interrupts are served. */
void
zdm_sleep(long msec)
{
	(void) WaitLatch(MyLatch, WL_LATCH_SET | WL_TIMEOUT | WL_EXIT_ON_PM_DEATH, msec,
					 PG_WAIT_EXTENSION);
	ResetLatch(MyLatch);
	CHECK_FOR_INTERRUPTS();
}
