/*
 * deadline.c
 *		Deadlines for waits in lock queues that a cancel request is never taken for.
 *
 * lock_timeout is reported by the same flag as a cancel request (postgres.c,
 * ProcessInterrupts): where both come before the flag is looked at, the server speaks of the
 * timeout alone.  That is right for a statement that fails with it, but whoever catches the
 * timeout and tries again has swallowed the cancel.  So the deadline has a timer of its own, and
 * while it runs, what comes as SIGINT - a cancel request, or statement_timeout - is noted.
 *
 * Where the server's lock_timeout is used all the same - around statements, and for the single rows
 * of a backfill, where a timer of one's own is too dear - a watch notes cancel requests and
 * raises them again where a lock timeout has swallowed one.
 */
#include "postgres.h"

#include <signal.h>

#include "miscadmin.h"
#include "storage/latch.h"
#include "storage/proc.h"
#include "utils/timeout.h"
#include "utils/timestamp.h"

#include "base/deadline.h"

/* Registered at the first use in a process. */
static TimeoutId timer = MAX_TIMEOUTS;
static TimeoutId look_timer = MAX_TIMEOUTS;
static volatile sig_atomic_t is_over = false;
static volatile sig_atomic_t was_interrupted = false;
static struct sigaction next_action; /* what SIGINT does without us */

/* Timeout handler: ends the wait as a cancel request would. */
static void
deadline_handler(void)
{
	is_over = true;
	InterruptPending = true;
	QueryCancelPending = true;
	SetLatch(MyLatch);
}

/* Signal handler of SIGINT: notes it, and does what is done without us. */
static void
interrupt_handler(int signo, siginfo_t *info, void *context)
{
	was_interrupted = true;
	if (next_action.sa_flags & SA_SIGINFO)
		next_action.sa_sigaction(signo, info, context);
	else if (next_action.sa_handler != SIG_IGN && next_action.sa_handler != SIG_DFL)
		next_action.sa_handler(signo);
}

/*
 * From now on a wait for a lock ends after so many milliseconds in a query_canceled error.  The
 * session's lock_timeout does not count meanwhile.  There is one deadline at a time; to be
 * ended by zdm_deadline_end(), also after an error.
 *
 * `look_every`: the server looks for a deadlock once, deadlock_timeout after the wait began, and
 * leaves one that is there only later to those who complete it (proc.c, ProcSleep).  Once that
 * look is over, another one is had after each so many milliseconds; 0: none.
 */
void
zdm_deadline_begin(ZdmDeadline *deadline, int msec, int look_every)
{
	struct sigaction action;

	if (timer == MAX_TIMEOUTS)
	{
		timer = RegisterTimeout(USER_TIMEOUT, deadline_handler);
		look_timer = RegisterTimeout(USER_TIMEOUT, CheckDeadLockAlert);
	}
	deadline->save_lock_timeout = LockTimeout;
	LockTimeout = 0;
	is_over = false;
	was_interrupted = false;
	memset(&action, 0, sizeof(action));
	(void) sigaction(SIGINT, NULL, &next_action);
	action.sa_sigaction = interrupt_handler;
	action.sa_flags = next_action.sa_flags | SA_SIGINFO;
	action.sa_mask = next_action.sa_mask;
	(void) sigaction(SIGINT, &action, NULL);
	enable_timeout_after(timer, Max(msec, 1));
	if (look_every > 0)
		enable_timeout_every(
			look_timer, TimestampTzPlusMilliseconds(GetCurrentTimestamp(), look_every), look_every);
}

/*
 * Ends the deadline.  sqlerrcode: of the error that is being handled, 0 if there is none.  True
 * if that error tells of nothing but the deadline.  An interrupt that is still to be served
 * stays pending, the deadline's own does not.
 */
bool
zdm_deadline_end(ZdmDeadline *deadline, int sqlerrcode)
{
	bool interrupted = was_interrupted;
	bool result = false;

	disable_timeout(timer, false);
	disable_timeout(look_timer, false);
	if (is_over)
	{
		/* Raised once for two reasons, unless the other one is pending still. */
		result = sqlerrcode == ERRCODE_QUERY_CANCELED && (!interrupted || QueryCancelPending);
		if (!interrupted)
		{
			QueryCancelPending = false;
			if (was_interrupted) /* it came this very moment */
			{
				QueryCancelPending = true;
				InterruptPending = true;
			}
		}
	}
	(void) sigaction(SIGINT, &next_action, NULL);
	LockTimeout = deadline->save_lock_timeout;
	return result;
}

static volatile sig_atomic_t cancels_seen = 0;
static struct sigaction watched_action; /* what SIGINT does without the watch */

/* Signal handler of SIGINT: counts what others have sent; timeouts are sent by this process. */
static void
watch_handler(int signo, siginfo_t *info, void *context)
{
	if (info->si_pid != MyProcPid)
		cancels_seen++;
	if (watched_action.sa_flags & SA_SIGINFO)
		watched_action.sa_sigaction(signo, info, context);
	else if (watched_action.sa_handler != SIG_IGN && watched_action.sa_handler != SIG_DFL)
		watched_action.sa_handler(signo);
}

/* From now on cancel requests are noted; to be ended by zdm_watch_end(), also after an error. */
void
zdm_watch_begin(ZdmWatch *watch)
{
	struct sigaction action;

	watch->seen = cancels_seen;
	watch->statement_timer = get_timeout_active(STATEMENT_TIMEOUT);
	(void) sigaction(SIGINT, NULL, &action);
	watch->installed = !(action.sa_flags & SA_SIGINFO) || action.sa_sigaction != watch_handler;
	if (!watch->installed)
		return;
	watched_action = action;
	action.sa_sigaction = watch_handler;
	action.sa_flags |= SA_SIGINFO;
	(void) sigaction(SIGINT, &action, NULL);
}

/*
 * Ends the watch.  sqlerrcode: of an error that was caught, 0 if there was none.  If it is that of
 * a lock timeout, and the statement was cancelled meanwhile, raises the error of that.
 */
void
zdm_watch_end(ZdmWatch *watch, int sqlerrcode)
{
	bool timed_out = watch->statement_timer && !get_timeout_active(STATEMENT_TIMEOUT);
	bool cancelled = cancels_seen != watch->seen || timed_out;

	if (watch->installed)
		(void) sigaction(SIGINT, &watched_action, NULL);
	if (sqlerrcode != ERRCODE_LOCK_NOT_AVAILABLE || !cancelled)
		return;
	QueryCancelPending = false;
	ereport(ERROR, (errcode(ERRCODE_QUERY_CANCELED),
					timed_out ? errmsg("canceling statement due to statement timeout")
							  : errmsg("canceling statement due to user request")));
}
