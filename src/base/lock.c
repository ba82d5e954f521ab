/*
 * lock.c
 *		Polite table locks.
 *
 * A strong lock that waits in a queue holds up everybody who comes behind it.
 * So a schema change first tries without queueing; then it queues for a short
 * time, gives up, sleeps and tries again.  A table that is partitioned or
 * inherited from is locked with all its children or not at all, because the
 * server would lock the children one by one and wait for each.
 *
 * Whoever holds one table and queues for another waits for clients that may wait for
 * it.  Each client looks for a deadlock when it has waited for deadlock_timeout, and
 * fails if it finds itself in one: so an attempt ends well before that.
 */
#include "postgres.h"

#include <math.h>

#include "access/xact.h"
#include "common/pg_prng.h"
#include "miscadmin.h"
#include "storage/latch.h"
#include "storage/lmgr.h"
#include "storage/proc.h"
#include "utils/memutils.h"
#include "utils/resowner.h"
#include "utils/snapmgr.h"
#include "utils/wait_event.h"

#include "base/compat.h"
#include "base/deadline.h"
#include "base/give_way.h"
#include "base/lock.h"
#include "base/lock_set.h"
#include "base/lock_wait.h"
#include "base/names.h"
#include "base/query.h"
#include "base/settings.h"

#define FIRST_QUEUE_MSEC 20
#define MAX_SLEEP_MSEC 1000
#define SHOW_WAIT_MSEC 2000
#define POLL_MSEC 1
#define POLLED_PER_MSEC 16    /* relations; more of them are tried less often */
#define HELD_DEADLOCK_MSEC 10 /* a circle of those who hold something is there at once, mostly */
#define HELD_LOOKS 8          /* for one, in the time that an attempt may take */
#define BUILD_ATTEMPTS 5      /* in which a build gives way although clients wait for us */
#define CIRCLES 3             /* in a row: until then, somebody's lock_timeout may end it */

/*
 * Returns the longest time to queue for a lock while others are held: half of the time
 * after which those who wait for these look for a deadlock, and never more than
 * zdm.lock_timeout.
 */
int
zdm_held_lock_msec(void)
{
	return Max(Min(zdm_lock_timeout, DeadlockTimeout / 2), 1);
}

/*
 * Lists the locks on all relations of several trees, each in the mode that the transaction has
 * already, if that is a stronger one: the server grants that once more without a look, but
 * another mode not at once while somebody queues for the relation.
 */
static List *
locks_wanted(List *roots)
{
	static const LOCKMODE strong[] = {ShareRowExclusiveLock, ExclusiveLock, AccessExclusiveLock};
	List *locks = zdm_locks_on_trees(roots);
	ListCell *lc;

	foreach (lc, locks)
	{
		ZdmTableLock *lock = lfirst(lc);
		LOCKTAG tag;

		SET_LOCKTAG_RELATION(tag, MyDatabaseId, lock->relation);
		for (int i = 0; i < lengthof(strong); i++)
			if (strong[i] > lock->mode && zdm_lock_is_held(&tag, strong[i]))
				lock->mode = strong[i];
	}
	return locks;
}

/* One attempt to lock trees. */
typedef struct Attempt
{
	List *roots;        /* of ZdmTableLock */
	int msec;           /* longest time in queues, all of them together; 0: none */
	TimestampTz end;    /* when that is over; earlier, once something is held */
	bool holds;         /* somebody may wait for us already */
	List *taken;        /* of ZdmTableLock: relations */
	Oid first;          /* queue for this one before anything is held; InvalidOid: none */
	volatile Oid stuck; /* the relation that was not to be had in time */
	volatile bool over; /* the error tells of nothing but the end of the time */
} Attempt;

/* Notes that a relation is locked; from the first one on the time is short. */
static void
note_taken(Attempt *attempt, const ZdmTableLock *lock)
{
	attempt->taken = zdm_add_lock(attempt->taken, lock->relation, lock->mode);
	if (attempt->holds)
		return;
	attempt->holds = true;
	attempt->end =
		Min(attempt->end, TimestampTzPlusMilliseconds(GetCurrentTimestamp(), zdm_held_lock_msec()));
}

/*
 * Queues for one relation until the attempt's time is over; false if it is already.  If that
 * ends the wait, the error is one of query_canceled and attempt->over is set.
 *
 * The server's deadlock check is what makes autovacuum give way to a waiting
 * lock (proc.c, ProcSleep), and it runs only after deadlock_timeout: so the
 * check is brought forward to fit into our short wait.  Whoever holds something is waited for
 * by clients that may get what it waits for at any time, so it looks again and again.
 */
static bool
queue_for(Attempt *attempt, const ZdmTableLock *lock)
{
	int save_deadlock_timeout = DeadlockTimeout;
	long msec = TimestampDifferenceMilliseconds(GetCurrentTimestamp(), attempt->end);
	ZdmDeadline deadline;

	attempt->stuck = lock->relation;
	if (attempt->msec == 0 || msec < 1)
		return false;
	zdm_deadline_begin(&deadline, (int) msec,
					   attempt->holds ? Max((int) msec / HELD_LOOKS, HELD_DEADLOCK_MSEC) : 0);
	PG_TRY();
	{
		DeadlockTimeout = Min(DeadlockTimeout, Max((int) msec / 2, 1));
		if (attempt->holds)
			DeadlockTimeout = Min(DeadlockTimeout, HELD_DEADLOCK_MSEC);
		LockRelationOid(lock->relation, lock->mode);
	}
	PG_CATCH();
	{
		DeadlockTimeout = save_deadlock_timeout;
		attempt->over = zdm_deadline_end(&deadline, geterrcode());
		PG_RE_THROW();
	}
	PG_END_TRY();
	DeadlockTimeout = save_deadlock_timeout;
	(void) zdm_deadline_end(&deadline, 0);
	note_taken(attempt, lock);
	return true;
}

/*
 * Locks every relation of the trees; false if one of them is taken.  What is free is
 * locked at once: then no more clients begin there while we queue for the rest.
 */
static bool
lock_trees(Attempt *attempt)
{
	LOCKMODE mode = zdm_lock_of(locks_wanted(attempt->roots), attempt->first);
	bool complete = false;

	if (mode != NoLock && !queue_for(attempt, &(ZdmTableLock){attempt->first, mode}))
		return false;
	while (!complete)
	{
		ZdmTableLock *busy = NULL;
		ListCell *lc;

		/* Anew each time: only once the roots are locked they can't get more children. */
		complete = true;
		foreach (lc, zdm_locks_missing(locks_wanted(attempt->roots), attempt->taken))
		{
			ZdmTableLock *lock = lfirst(lc);

			complete = false;
			if (ConditionalLockRelationOid(lock->relation, lock->mode))
				note_taken(attempt, lock);
			else if (busy == NULL)
				busy = lock;
			if (busy && attempt->msec == 0)
				break;
		}
		if (busy && !queue_for(attempt, busy))
			return false;
	}
	return true;
}

/*
 * One attempt, in a subtransaction so that what it got is given back if it did
 * not get all; *stuck is then the relation that it failed on, with which the next one had better
 * begin.  `msec` 0 means without queueing.  Other errors than the end of its time
 * or a deadlock - a cancel request above all - are passed on, once the subtransaction is
 * gone: whoever catches them, or the end of the statement, knows nothing of it.  *circle is
 * set to what the server says of a deadlock in which the attempt itself held nothing: it is
 * there again at each attempt, because what others wait for was held before.
 */
static bool
try_lock_trees(List *roots, int msec, Oid *stuck, char **circle)
{
	MemoryContext context = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	volatile bool locked = false;
	ErrorData *volatile error = NULL;
	Attempt attempt = {.roots = roots, .msec = msec, .first = *stuck};

	attempt.end = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), msec);
	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(context);
	PG_TRY();
	{
		locked = lock_trees(&attempt);
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
		if (!attempt.over && error->sqlerrcode != ERRCODE_T_R_DEADLOCK_DETECTED)
			ReThrowError(error);
		if (!attempt.over && !attempt.holds && error->detail)
			*circle = pstrdup(error->detail);
		FreeErrorData(error);
	}
	*stuck = attempt.stuck;
	return locked;
}

/* Milliseconds to sleep before attempt n: doubling, with jitter, so that two don't keep in step. */
static long
backoff_msec(int attempt)
{
	double ceiling = Min(FIRST_QUEUE_MSEC * pow(2, Min(attempt, 10)), MAX_SLEEP_MSEC);

	return (long) (ceiling * (0.5 + pg_prng_double(&pg_global_prng_state) / 2));
}

/* Gives back the first of some locks. */
static void
unlock_first(List *locks, int n)
{
	while (--n >= 0)
	{
		ZdmTableLock *lock = list_nth(locks, n);

		UnlockRelationOid(lock->relation, lock->mode);
	}
}

/* Takes locks without waiting, all of them or none. */
static bool
lock_free(List *locks)
{
	ListCell *lc;

	foreach (lc, locks)
	{
		ZdmTableLock *lock = lfirst(lc);

		if (ConditionalLockRelationOid(lock->relation, lock->mode))
			continue;
		unlock_first(locks, foreach_current_index(lc));
		return false;
	}
	return true;
}

/* Puts the lock on a relation in front of the others. */
static List *
with_first(List *locks, Oid relation)
{
	ListCell *lc;

	foreach (lc, locks)
	{
		ZdmTableLock *lock = lfirst(lc);

		if (lock->relation == relation)
			return lcons(lock, list_delete_cell(locks, lc));
	}
	return locks;
}

/*
 * Sleeps, and tries meanwhile whether all is free at once, which holds nobody up.  Where
 * clients take the relations in every order that is the only way: whoever waits with some of
 * them waits for clients that wait for it.  `stuck`: the one to look at first.
 */
static bool
poll_trees(List *roots, Oid stuck, long msec)
{
	TimestampTz end = TimestampTzPlusMilliseconds(GetCurrentTimestamp(), msec);
	List *locks = with_first(locks_wanted(roots), stuck);
	long pause = POLL_MSEC + list_length(locks) / POLLED_PER_MSEC;

	do
	{
		zdm_sleep(pause);
		if (!lock_free(locks))
			continue;
		if (zdm_locks_missing(locks_wanted(roots), locks) == NIL)
			return true;
		unlock_first(locks, list_length(locks)); /* there are new ones */
		return false;
	} while (GetCurrentTimestamp() < end);
	return false;
}

/*
 * The roots (Oid) that were locked politely and in a mode that keeps writers out, in this
 * transaction or before; in TopMemoryContext.
 */
static List *locked_roots = NIL;

/* Notes of which tables this transaction keeps writers out. */
static void
note_locked(List *roots)
{
	MemoryContext context = MemoryContextSwitchTo(TopMemoryContext);
	ListCell *lc;

	foreach (lc, roots)
	{
		ZdmTableLock *lock = lfirst(lc);

		if (lock->mode >= ShareLock)
			locked_roots = list_append_unique_oid(locked_roots, lock->relation);
	}
	MemoryContextSwitchTo(context);
}

/*
 * Returns a table that an earlier call has locked so that its writers wait, if the transaction
 * still has that lock; InvalidOid if there is none.
 */
static Oid
locked_before(void)
{
	ListCell *lc;

	foreach (lc, locked_roots)
	{
		LOCKTAG tag;

		SET_LOCKTAG_RELATION(tag, MyDatabaseId, lfirst_oid(lc));
		if (zdm_lock_is_held(&tag, ShareRowExclusiveLock) ||
			zdm_lock_is_held(&tag, AccessExclusiveLock))
			return lfirst_oid(lc);
	}
	list_free(locked_roots);
	locked_roots = NIL;
	return InvalidOid;
}

/* Gives up at once where the wait would be that of the writers of another table, too. */
static void
refuse_to_wait_with_locks(List *roots)
{
	const ZdmTableLock *first = linitial(roots);
	Oid before = locked_before();
	char *name;
	char *before_name;

	if (!OidIsValid(before))
		return;
	name = zdm_qualified_name(first->relation);
	before_name = zdm_qualified_name(before);
	ereport(ERROR,
			(errcode(ERRCODE_LOCK_NOT_AVAILABLE),
			 errmsg("could not get %s lock on %s at once", zdm_lock_mode_name(first->mode),
					name ? name : "the table"),
			 errdetail("This transaction holds the lock of an earlier call on %s: clients of that "
					   "table would wait, too.",
					   before_name ? before_name : "another table"),
			 errhint("Nothing was changed. Make each call in a transaction of its own, or at least "
					 "those of one table.")));
}

/*
 * Gives up where whoever has the lock waits, directly or through others, for what this
 * transaction holds: a snapshot, a row, another table.  `circle`: the server's words for it.
 */
static void
refuse_circle(List *roots, const char *circle)
{
	const ZdmTableLock *first = linitial(roots);
	char *name = zdm_qualified_name(first->relation);

	ereport(ERROR,
			(errcode(ERRCODE_T_R_DEADLOCK_DETECTED),
			 errmsg("could not get %s lock on %s: who has it waits for this transaction",
					zdm_lock_mode_name(first->mode), name ? name : "the table"),
			 errdetail_internal("%s", circle),
			 errhint("Nothing was changed. End this transaction, so that the others can go on, and "
					 "make the call in one of its own; where an index is being built on the table, "
					 "once that is done: see zdm.progress and pg_stat_progress_create_index.")));
}

/* Gives up after the last attempt. */
static void
refuse_to_try_again(List *roots, int attempts)
{
	const ZdmTableLock *first = linitial(roots);
	char *name = zdm_qualified_name(first->relation);
	char *holders = zdm_describe_holders(roots);

	ereport(ERROR, (errcode(ERRCODE_LOCK_NOT_AVAILABLE),
					errmsg("could not get %s lock on %s in %d attempts",
						   zdm_lock_mode_name(first->mode), name ? name : "the table", attempts),
					holders ? errdetail("In the way: %s", holders)
							: errdetail("Each attempt waited for %d ms at most.", zdm_lock_timeout),
					errhint("Nothing was changed. End or wait for these transactions and try "
							"again, or raise zdm.lock_retries.")));
}

/*
 * Takes locks (ZdmTableLock) on tables and all that inherit from them, all or none, without
 * ever holding up others for longer than zdm.lock_timeout.  The locks are held until the end
 * of the transaction.  Messages name the first one.  After zdm.lock_retries attempts in vain it
 * gives up with lock_not_available and names those who were in the way; nobody is killed. The
 * caller must look again whether the table still exists.
 */
void
zdm_lock_politely(List *roots, ZdmLockReport *report)
{
	TimestampTz start = GetCurrentTimestamp();
	int queue_msec = 0;
	int circles = 0;
	Oid stuck = InvalidOid;
	bool shown = false;

	memset(report, 0, sizeof(*report));
	for (;;)
	{
		char *circle = NULL;
		bool asked;

		report->attempts++;
		if (try_lock_trees(roots, queue_msec, &stuck, &circle))
			break;
		asked = (report->attempts > 1 || OidIsValid(locked_before())) && zdm_ask_builds(roots);
		circles = circle && !asked ? circles + 1 : 0;
		if (circles == CIRCLES)
			refuse_circle(roots, circle);
		if (!asked || report->attempts >= BUILD_ATTEMPTS)
			refuse_to_wait_with_locks(roots);
		if (report->attempts > zdm_lock_retries)
			refuse_to_try_again(roots, report->attempts);
		if (!shown && TimestampDifferenceExceeds(start, GetCurrentTimestamp(), SHOW_WAIT_MSEC))
		{
			zdm_show_wait(roots);
			shown = true;
		}
		if (poll_trees(roots, stuck, backoff_msec(report->attempts)))
			break;
		queue_msec = queue_msec == 0 ? FIRST_QUEUE_MSEC : Min(queue_msec * 2, INT_MAX / 2);
		queue_msec = Min(queue_msec, zdm_lock_timeout);
	}
	if (shown)
		zdm_hide_wait(roots);
	note_locked(roots);
	report->acquired_at = GetCurrentTimestamp();
	report->waited_usec = report->acquired_at - start;
}

/*
 * Takes such locks if they are to be had without waiting; else it takes nothing, and is false.
 */
bool
zdm_lock_at_once(List *roots)
{
	Oid stuck = InvalidOid;
	char *circle = NULL;

	if (!try_lock_trees(roots, 0, &stuck, &circle))
		return false;
	note_locked(roots);
	return true;
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
