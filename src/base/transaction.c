/*
 * transaction.c
 *		Transactions of the worker's part, and subtransactions that catch errors.
 *
 * A background worker begins and ends transactions by itself; a procedure is
 * always inside one and ends it through SPI.  Both keep no snapshot between two
 * transactions, so that a sleeping worker holds nothing back.
 */
#include "postgres.h"

#include "access/xact.h"
#include "executor/spi.h"
#include "lib/stringinfo.h"
#include "mb/pg_wchar.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "postmaster/interrupt.h"
#include "storage/ipc.h"
#include "storage/latch.h"
#include "storage/pmsignal.h"
#include "storage/procarray.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/resowner.h"
#include "utils/snapmgr.h"

#include "base/deadline.h"
#include "base/transaction.h"

#define ERROR_PART_BYTES 2000

static bool in_procedure = false;
static bool in_worker = false;

/* How many pieces of work are under way that a cancel request ends; only in a worker. */
static volatile sig_atomic_t cancellable = 0;

/*
 * Tells whether this session runs the worker's part inside a procedure, which
 * has connected to SPI as non-atomic.
 */
void
zdm_tx_in_procedure(bool value)
{
	in_procedure = value;
}

/* Tells whether this session runs the worker's part inside a procedure. */
bool
zdm_tx_is_procedure(void)
{
	return in_procedure;
}

/* Signal handler of a worker for SIGINT: see postgres.c, StatementCancelHandler. */
static void
cancel_handler(SIGNAL_ARGS)
{
	int save_errno = errno;

	if (cancellable > 0 && !proc_exit_inprogress)
	{
		InterruptPending = true;
		QueryCancelPending = true;
	}
	SetLatch(MyLatch);
	errno = save_errno;
}

/* From now on this process is a worker, which a cancel request does not end. */
void
zdm_tx_begin_worker(void)
{
	in_worker = true;
	pqsignal(SIGINT, cancel_handler);
}

/*
 * Marks begin or end of work that a cancel request may end.  In between two
 * pieces of work it would end the worker; there it finds nothing to cancel.  A
 * client's statement is one piece of work: whatever cancels it stays pending.
 */
void
zdm_tx_cancellable(bool on)
{
	if (on)
		cancellable++;
	else if (--cancellable == 0 && in_worker)
		QueryCancelPending = false;
}

/*
 * Begins a transaction, or goes on in that of the procedure, and sets a
 * snapshot; the current memory context is kept.  A background worker reads a changed configuration
 * file here, as other sessions do between two commands.
 */
void
zdm_tx_begin(void)
{
	MemoryContext context = CurrentMemoryContext;

	if (!in_procedure)
	{
		if (ConfigReloadPending)
		{
			ConfigReloadPending = false;
			ProcessConfigFile(PGC_SIGHUP);
		}
		SetCurrentStatementStartTimestamp();
		StartTransactionCommand();
	}
	PushActiveSnapshot(GetTransactionSnapshot());
	MemoryContextSwitchTo(context);
}

/*
 * Returns the horizon of a table (procarray.c, GetOldestNonRemovableTransactionId), but for the
 * snapshot of zdm_tx_begin(), which is set anew: to it counts the oldest transaction that writes in
 * whichever database, while those of other databases do not count here by themselves.  Not to be
 * called in zdm_try().
 */
TransactionId
zdm_tx_horizon(Relation rel)
{
	TransactionId horizon;

	PopActiveSnapshot();
	InvalidateCatalogSnapshot();
	horizon = GetOldestNonRemovableTransactionId(rel);
	PushActiveSnapshot(GetTransactionSnapshot());
	return horizon;
}

/*
 * Lets the current transaction commit without waiting for its WAL to be flushed.
 * A crash may then lose it, but never what was committed after it and kept.
 */
void
zdm_tx_relax(void)
{
	(void) set_config_option("synchronous_commit", "off", PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_LOCAL, true, 0, false);
}

/* Commits what zdm_tx_begin() began.  The current memory context is kept. */
void
zdm_tx_commit(void)
{
	MemoryContext context = CurrentMemoryContext;

	PopActiveSnapshot();
	if (in_procedure)
		SPI_commit();
	else
	{
		/*
		 * Without a postmaster there is no checkpointer, for which the commit of what drops files
		 * may have to wait; a process that ends in that wait is a PANIC (sync.c,
		 * RegisterSyncRequest).
		 */
		if (!PostmasterIsAlive())
			proc_exit(1);
		CommitTransactionCommand();
		pgstat_report_stat(false);
	}
	MemoryContextSwitchTo(context);
}

/*
 * Calls a function in a subtransaction.  Returns NULL if it came through; if it
 * raised an error, undoes what it did and returns a copy of the error, in the
 * current memory context.  The end of the session is no error that could be
 * caught; outside of workers a cancel request, which is for the whole statement, is passed on.
 */
ErrorData *
zdm_try(ZdmTryFunction function, void *arg)
{
	MemoryContext context = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	ErrorData *volatile error = NULL;
	ZdmWatch watch;

	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(context);
	zdm_tx_cancellable(true);
	if (in_procedure)
		zdm_watch_begin(&watch);
	PG_TRY();
	{
		function(arg);
		ReleaseCurrentSubTransaction();
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		FlushErrorState();
		RollbackAndReleaseCurrentSubTransaction();
	}
	PG_END_TRY();
	zdm_tx_cancellable(false);
	MemoryContextSwitchTo(context);
	CurrentResourceOwner = owner;
	if (in_procedure)
		zdm_watch_end(&watch, error ? error->sqlerrcode : 0);
	if (error && !in_worker && error->sqlerrcode == ERRCODE_QUERY_CANCELED)
		ReThrowError(error);
	return error;
}

/*
 * Calls a function in a subtransaction, and undoes what it did in any case.  Its error is passed
 * on.
 */
void
zdm_try_and_undo(ZdmTryFunction function, void *arg)
{
	MemoryContext context = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	ErrorData *volatile error = NULL;

	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(context);
	PG_TRY();
	{
		function(arg);
	}
	PG_CATCH();
	{
		MemoryContextSwitchTo(context);
		error = CopyErrorData();
		FlushErrorState();
	}
	PG_END_TRY();
	RollbackAndReleaseCurrentSubTransaction();
	MemoryContextSwitchTo(context);
	CurrentResourceOwner = owner;
	if (error)
		ReThrowError(error);
}

/*
 * Tells whether trying again later may help: concurrency, resources, an
 * operator's intervention, a failing system.  Anything else would fail again.
 */
bool
zdm_error_is_transient(const ErrorData *error)
{
	switch (ERRCODE_TO_CATEGORY(error->sqlerrcode))
	{
		case ERRCODE_TRANSACTION_ROLLBACK:
		case ERRCODE_INSUFFICIENT_RESOURCES:
		case ERRCODE_OPERATOR_INTERVENTION:
		case ERRCODE_SYSTEM_ERROR:
			return true;
		default:
			return error->sqlerrcode == ERRCODE_LOCK_NOT_AVAILABLE ||
				   error->sqlerrcode == ERRCODE_OBJECT_IN_USE;
	}
}

/* Adds one part of an error, so much of it that the record stays small: a user writes it. */
static void
add_part(StringInfo buf, const char *label, const char *text)
{
	int len = pg_mbcliplen(text, strlen(text), ERROR_PART_BYTES);

	appendStringInfo(buf, "%s%.*s%s", label, len, text, text[len] != '\0' ? " ..." : "");
}

/* Returns an error as text for the record: message, SQLSTATE, detail, hint and context. */
char *
zdm_error_text(const ErrorData *error)
{
	StringInfoData buf;

	initStringInfo(&buf);
	add_part(&buf, "", error->message);
	appendStringInfo(&buf, " (SQLSTATE %s)", unpack_sql_state(error->sqlerrcode));
	if (error->detail)
		add_part(&buf, "\nDETAIL: ", error->detail);
	if (error->hint)
		add_part(&buf, "\nHINT: ", error->hint);
	if (error->context)
		add_part(&buf, "\nCONTEXT: ", error->context);
	return buf.data;
}
