/*
 * worker_start.c
 *		Background workers: how they are asked for and started.
 *
 * A call that needs a worker asks for it, and it is started when the call's
 * transaction is about to commit.  The worker waits for that transaction to
 * end, and if it was rolled back finds nothing to do.  A server without a free
 * slot gives a warning, and the work waits until somebody asks for it again.
 *
 * A worker that dies is not restarted by the postmaster, which would try for
 * ever to enter a database that was dropped.  The launcher, zdm.wait(),
 * zdm.resume() and zdm.run() start one where there is none.
 */
#include "postgres.h"

#include "access/xact.h"
#include "miscadmin.h"
#include "postmaster/bgworker.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "base/lock.h"
#include "base/settings.h"
#include "record/guard.h"
#include "record/migration.h"
#include "record/queue.h"
#include "run/limits.h"
#include "run/worker.h"

#define START_TRIES 10
#define START_POLL_MSEC 5
#define SEAT_MSEC 1000 /* for a worker to come up, on a busy machine */

/* Whether the transaction has put something into the queue. */
static bool requested = false;

/* Whether it needs somebody who measures what guards are about. */
static bool keeper_requested = false;

/* The worker that this session has asked for last; NULL: none. */
static BackgroundWorkerHandle *asked = NULL;

/* Says that the server has no free slot, and who starts the work later. */
static void
warn_no_slot(void)
{
	ereport(WARNING,
			(errcode(ERRCODE_CONFIGURATION_LIMIT_EXCEEDED),
			 errmsg("no free background worker slot for zdm: the work waits"),
			 errdetail("All %d slots of max_worker_processes are in use.", max_worker_processes),
			 errhint("CALL zdm.wait(name), zdm.resume(name) or zdm's launcher starts it as soon as "
					 "a slot is free, CALL zdm.run(name) does it in a session of your own. Raise "
					 "max_worker_processes where this happens often.")));
}

/* Says that guards are not measured. */
static void
warn_no_keeper(bool place)
{
	ereport(
		WARNING,
		(errcode(ERRCODE_CONFIGURATION_LIMIT_EXCEEDED),
		 errmsg("no free background worker slot for zdm: guards are not measured"),
		 place ? errdetail("All %d slots of max_worker_processes are in use.", max_worker_processes)
			   : errdetail("Of max_worker_processes, %d, so many are taken by guards of other "
						   "databases and by what waits there that the rest is kept for work.",
						   max_worker_processes),
		 errhint("zdm.guard(), contract(), reopen() and resume() of the migration, or "
				 "zdm's launcher, start it as soon as a slot is free.")));
}

/* Tells whether somebody in this database looks at the queue before he ends. */
static bool
has_pool(void)
{
	return zdm_session_lock_is_shared(ZDM_LOCK_POOL, 0);
}

/*
 * Tells whether the worker that this session has asked for last has not begun.  One that has
 * begun and is not in the pool may have looked at the queue for the last time.
 */
static bool
has_asked(void)
{
	pid_t pid;

	return asked != NULL && GetBackgroundWorkerPid(asked, &pid) == BGWH_NOT_YET_STARTED;
}

/*
 * Starts a worker before the transaction commits that has put something into the queue, unless
 * somebody has to come to it: one who was asked for and has not begun yet, or a member of
 * the pool where there is no room for more.  Whoever ends takes a lock alone that such a
 * transaction shares, then looks again.  False if nobody comes.
 */
static bool
start_requested(void)
{
	bool shares = zdm_transaction_lock_shared(ZDM_LOCK_REQUEST, 0);
	BackgroundWorkerHandle *handle;
	MemoryContext caller;
	bool done;

	if (shares && (has_asked() || (has_pool() && !zdm_limits_leave_room())))
		return true;
	caller = MemoryContextSwitchTo(TopMemoryContext);
	done = zdm_worker_start(MyDatabaseId, GetTopTransactionIdIfAny(), &handle);
	MemoryContextSwitchTo(caller);
	if (!done)
		return shares && has_pool();
	if (asked)
		pfree(asked);
	asked = handle;
	return true;
}

/* Starts a worker, and says so where there is none for some time. */
static void
serve_request(void)
{
	for (int i = 0; i < START_TRIES; i++)
	{
		if (i > 0)
			pg_usleep(START_POLL_MSEC * 1000); /* others are being started, perhaps */
		if (start_requested())
			return;
	}
	warn_no_slot();
}

/* Has guards measured, and says so where they are not. */
static void
serve_guards(void)
{
	bool place = zdm_session_lock_is_held(ZDM_LOCK_KEEPER, 0) || zdm_place_is_free();

	if (!place || !zdm_worker_start_keeper(GetTopTransactionIdIfAny()))
		warn_no_keeper(place);
}

/*
 * Says who starts the work of a transaction that is being prepared.  A worker that waited
 * for the second phase, which may never come, would keep a process from others.
 */
static void
tell_prepared(void)
{
	ereport(NOTICE, (errmsg("the work of a prepared transaction is not begun by itself"),
					 errhint("After COMMIT PREPARED, CALL zdm.wait(name), zdm.resume(name) or "
							 "zdm's launcher begins it.")));
}

/* Serves what the transaction has asked for, before it commits. */
static pg_noinline void
serve_at(XactEvent event)
{
	bool start = requested;
	bool start_keeper = keeper_requested;

	if (event != XACT_EVENT_PRE_COMMIT && event != XACT_EVENT_PRE_PREPARE &&
		event != XACT_EVENT_COMMIT && event != XACT_EVENT_ABORT && event != XACT_EVENT_PREPARE)
		return; /* a parallel worker */
	requested = false;
	keeper_requested = false;
	if (start && event == XACT_EVENT_PRE_COMMIT)
		serve_request();
	if (start_keeper && event == XACT_EVENT_PRE_COMMIT)
		serve_guards();
	if (start && event == XACT_EVENT_PRE_PREPARE)
		tell_prepared();
}

/* Every transaction comes by. */
static void
xact_callback(XactEvent event, void *arg)
{
	if (requested || keeper_requested)
		serve_at(event);
}

/* Registers the callback; once, from _PG_init. */
void
zdm_worker_init(void)
{
	RegisterXactCallback(xact_callback, NULL);
}

/*
 * Puts a migration into the queue, and sees to it when the transaction commits that somebody
 * comes to it.  Nothing happens on a rollback, or with zdm.start_worker off.
 */
void
zdm_worker_request(int64 migration)
{
	if (!zdm_start_worker)
		return;
	zdm_queue_add(migration);
	requested = true;
}

/* Likewise for what is in the queue already. */
void
zdm_worker_request_again(void)
{
	requested = true;
}

/* Tells whether somebody works on a migration, or the pool will come to it. */
bool
zdm_worker_is_there(int64 migration)
{
	return zdm_session_lock_is_held(ZDM_LOCK_MIGRATION, migration) ||
		   (has_pool() && zdm_queue_has(migration));
}

/* Registers a worker; false if the server has no free slot. */
static bool
register_worker(const ZdmWorkerArgs *args, BackgroundWorkerHandle **handle)
{
	BackgroundWorker worker = {0};

	worker.bgw_flags = BGWORKER_SHMEM_ACCESS | BGWORKER_BACKEND_DATABASE_CONNECTION;
	worker.bgw_start_time = BgWorkerStart_RecoveryFinished;
	worker.bgw_restart_time = BGW_NEVER_RESTART;
	snprintf(worker.bgw_library_name, sizeof(worker.bgw_library_name), "zdm");
	snprintf(worker.bgw_function_name, sizeof(worker.bgw_function_name), "zdm_worker_main");
	snprintf(worker.bgw_type, sizeof(worker.bgw_type), "zdm worker");
	if (args->keeps)
		snprintf(worker.bgw_name, sizeof(worker.bgw_name), "zdm keeper for database %u",
				 args->database);
	else if (args->helper == 0)
		snprintf(worker.bgw_name, sizeof(worker.bgw_name), "zdm worker for database %u",
				 args->database);
	else
		snprintf(worker.bgw_name, sizeof(worker.bgw_name),
				 "zdm worker %d for migration " INT64_FORMAT, args->helper, args->migration);
	worker.bgw_notify_pid = handle ? MyProcPid : 0;
	StaticAssertStmt(sizeof(ZdmWorkerArgs) <= BGW_EXTRALEN, "worker arguments too large");
	memcpy(worker.bgw_extra, args, sizeof(*args));
	return RegisterDynamicBackgroundWorker(&worker, handle);
}

/*
 * Starts a worker for the queue of a database; false if the server has no free slot.  With
 * `handle`, the caller may wait for it and owns the handle.
 */
bool
zdm_worker_start(Oid database, TransactionId creator, BackgroundWorkerHandle **handle)
{
	ZdmWorkerArgs args = {.database = database, .creator = creator};

	return register_worker(&args, handle);
}

/* Starts a worker in a database that goes through all that is unfinished there. */
bool
zdm_worker_start_visitor(Oid database, BackgroundWorkerHandle **handle)
{
	ZdmWorkerArgs args = {.database = database, .visits = true};

	return register_worker(&args, handle);
}

/* Starts a worker of this database that measures what guards are about; false: no free slot. */
bool
zdm_worker_start_keeper(TransactionId creator)
{
	ZdmWorkerArgs args = {.database = MyDatabaseId, .creator = creator, .keeps = true};

	return register_worker(&args, NULL);
}

/* Has one started when the transaction commits. */
void
zdm_worker_request_keeper(void)
{
	keeper_requested = zdm_start_worker;
}

/* Sees to it, from the commit on, that the guards of a migration are measured. */
void
zdm_guards_request(const ZdmMigration *m)
{
	if (zdm_guard_is_on(m->id))
		zdm_worker_request_keeper();
}

/*
 * Starts a worker of this database where work waits that nobody comes to: there is no pool, or
 * room for more and nobody who waits for it.  False if the server has no free slot.
 * Needs no transaction.  `starts` remembers it, in the current memory context, and then no other
 * one is started before the last one has ended.
 */
bool
zdm_worker_keep(ZdmStarts *starts)
{
	pid_t pid;

	if (!zdm_start_worker ||
		(has_pool() && (zdm_session_lock_is_held(ZDM_LOCK_RUNNER, 0) || !zdm_limits_leave_room())))
		return true;
	if (starts && starts->last)
	{
		if (GetBackgroundWorkerPid(starts->last, &pid) != BGWH_STOPPED)
			return true;
		pfree(starts->last);
		starts->last = NULL;
		starts->ended++;
	}
	return zdm_worker_start(MyDatabaseId, InvalidTransactionId, starts ? &starts->last : NULL);
}

/*
 * Starts another worker for what else is in the queue, if there is room.  The one that this worker
 * has started before is given the time to take its seat.  True if one was started.
 */
bool
zdm_worker_start_another(void)
{
	static BackgroundWorkerHandle *last = NULL;
	static TimestampTz started_at = 0;
	TimestampTz now = GetCurrentTimestamp();
	MemoryContext caller;
	pid_t pid;

	if ((last && !TimestampDifferenceExceeds(started_at, now, SEAT_MSEC) &&
		 GetBackgroundWorkerPid(last, &pid) != BGWH_STOPPED) ||
		!zdm_limits_leave_room())
		return false;
	caller = MemoryContextSwitchTo(TopMemoryContext);
	if (last)
		pfree(last);
	last = NULL;
	started_at = now;
	(void) zdm_worker_start(MyDatabaseId, InvalidTransactionId, &last);
	MemoryContextSwitchTo(caller);
	return last != NULL;
}

/*
 * Starts the helpers that a migration on a table of that role wants and that are not there, and
 * no more than the limits leave room for: each would take a process, if for a moment.  Without a
 * free slot there are fewer, that is all.
 */
void
zdm_worker_start_helpers(int64 migration, Oid role, int workers)
{
	int left = zdm_slots_left(role);

	for (int helper = 1; helper < workers && left > 0; helper++)
	{
		ZdmWorkerArgs args = {.database = MyDatabaseId, .migration = migration, .helper = helper};

		if (zdm_session_lock_is_held(ZDM_LOCK_HELPER, zdm_helper_key(migration, helper)))
			continue;
		if (!register_worker(&args, NULL))
			return;
		left--;
	}
}
