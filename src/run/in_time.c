/*
 * in_time.c
 *		Calls what may run code of a user, in the process that others wait for.
 *
 * It ends after so long.  Code that catches its own cancellation ends the process, which sees to
 * it that another one goes on without it.
 */
#include "postgres.h"

#include <signal.h>

#include "access/xact.h"
#include "miscadmin.h"
#include "storage/ipc.h"
#include "utils/timeout.h"

#include "base/extension.h"
#include "base/lock.h"
#include "run/in_time.h"
#include "run/limits.h"
#include "run/worker.h"

#define DEAF_MSEC 3000     /* for what is cancelled to end */
#define DEAF_RETRY_SEC 300 /* until it is tried again if it did not */

/* What runs now; NULL: nothing. */
static const void *current = NULL;
static ZdmPutOff put_off_current = NULL;

/* It has not ended when it was cancelled. */
static volatile sig_atomic_t is_deaf = false;

static TimeoutId deaf_timer = MAX_TIMEOUTS;

/* Timeout handler: ends this process, which code of a user can't catch. */
static void
deaf_handler(void)
{
	is_deaf = true;
	kill(MyProcPid, SIGTERM);
}

/*
 * At the end of a process that such code has held up: notes it, and has another one go on.  The
 * callback that ends the process's transaction comes after this one.
 */
static void
hand_over(int code, Datum arg)
{
	const void *what = current;

	if (!is_deaf)
		return;
	AbortOutOfAnyTransaction();
	if (what) /* else it has ended at the last moment */
	{
		zdm_tx_begin();
		if (zdm_extension_lock())
			put_off_current(what, "did not end when it was cancelled", DEAF_RETRY_SEC);
		zdm_tx_commit();
	}
	zdm_place_release();
	zdm_session_unlock(ZDM_LOCK_KEEPER, 0);
	(void) zdm_worker_start_keeper(InvalidTransactionId);
}

/* To be called once by the process. */
void
zdm_in_time_begin(void)
{
	deaf_timer = RegisterTimeout(USER_TIMEOUT, deaf_handler);
	before_shmem_exit(hand_over, (Datum) 0);
}

/*
 * Calls a function in a subtransaction that ends after so long, whatever it waits for.  Where it
 * does not, this process ends, and put_off is called for what it was about.
 */
ErrorData *
zdm_try_in_time(ZdmTryFunction function, void *arg, int msec, ZdmPutOff put_off, const void *what)
{
	ErrorData *error;

	put_off_current = put_off;
	current = what;
	enable_timeout_after(STATEMENT_TIMEOUT, msec);
	enable_timeout_after(deaf_timer, msec + DEAF_MSEC);
	error = zdm_try(function, arg);
	disable_timeout(deaf_timer, false);
	disable_timeout(STATEMENT_TIMEOUT, false);
	current = NULL;
	return error;
}
