/*
 * worker.c
 *		Background workers: what they do.
 */
#include "postgres.h"

#include "access/xact.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "postmaster/bgworker.h"
#include "postmaster/interrupt.h"
#include "storage/ipc.h"
#include "storage/lmgr.h"
#include "storage/procsignal.h"
#include "tcop/tcopprot.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"
#include "utils/timestamp.h"

#include "base/extension.h"
#include "base/lock.h"
#include "base/owner.h"
#include "base/query.h"
#include "base/settings.h"
#include "base/stop_point.h"
#include "base/transaction.h"
#include "record/migration.h"
#include "record/queue.h"
#include "run/backfill.h"
#include "run/guard.h"
#include "run/lifecycle.h"
#include "run/limits.h"
#include "run/lost_copy.h"
#include "run/work.h"
#include "run/worker.h"

#define SLOT_RETRY_MSEC 500
#define ASIDE_RETRY_MSEC 50
#define DUE_RETRY_MSEC 100
#define RUNNER_TRIES 10
#define SEAT_TRIES 10

/* Waits for the transaction that has asked for this worker to end. */
static void
wait_for_creator(TransactionId creator)
{
	if (!TransactionIdIsValid(creator))
		return;
	zdm_tx_begin();
	XactLockTableWait(creator, NULL, NULL, XLTW_None);
	zdm_tx_commit();
}

/* What a worker sees in the queue. */
typedef struct QueueLook
{
	int64 next;  /* the first that is due and was not put aside; 0: none */
	Oid role;    /* whose table it is about */
	bool others; /* more of that kind */
	bool empty;  /* nothing that nobody works on, due or not */
} QueueLook;

/* Looks at the queue, but for tables of some roles, in the transaction that is open. */
static QueueLook
look_at_queue(List *put_aside, List *limited)
{
	QueueLook look = {0, InvalidOid, false, true};
	ListCell *lc;

	if (!zdm_extension_lock())
		return look;
	foreach (lc, zdm_queue_unclaimed())
	{
		ZdmQueued *queued = lfirst(lc);
		Oid role = zdm_relation_owner(queued->relation);
		bool aside = list_member_oid(limited, role);
		ListCell *a;

		look.empty = false;
		foreach (a, put_aside)
			aside |= *(int64 *) lfirst(a) == queued->migration;
		if (!queued->due || aside)
			continue;
		if (look.next == 0)
		{
			look.next = queued->migration;
			look.role = role;
		}
		else
			look.others = true;
	}
	return look;
}

/*
 * Tells whether this worker may end: nothing has come into the queue.  It has a lock from then
 * on, to its very end, that whoever commits and counts on it shares until others can
 * see what he has done.
 */
static bool
may_end(int seat)
{
	bool empty;

	zdm_session_lock_soon(ZDM_LOCK_REQUEST, 0);
	zdm_tx_begin();
	empty = look_at_queue(NIL, NIL).empty;
	zdm_stop_point("last look");
	zdm_tx_commit();
	if (empty) /* before that lock, which goes with the process */
	{
		zdm_session_unlock(ZDM_LOCK_SEAT, seat);
		zdm_session_unlock_shared(ZDM_LOCK_POOL, 0);
	}
	else
		zdm_session_unlock(ZDM_LOCK_REQUEST, 0);
	return empty;
}

/*
 * Tries to become the one worker of the database that waits for a slot, or for the time of what
 * was put aside.  Who only looks whether there is one has the lock for a moment.  It is none where
 * as many processes of the server stand by as may.
 */
static bool
become_runner(bool for_slot)
{
	bool mine = false;
	bool lacks_place = false;

	for (int i = 0; i < RUNNER_TRIES && !mine; i++)
	{
		if (i > 0)
			zdm_sleep(1);
		zdm_tx_begin();
		mine = zdm_session_lock(ZDM_LOCK_RUNNER, 0);
		lacks_place = mine && !zdm_place_take(!for_slot);
		if (lacks_place)
		{
			zdm_session_unlock(ZDM_LOCK_RUNNER, 0);
			mine = false;
		}
		zdm_tx_commit();
	}
	if (lacks_place && !for_slot)
		ereport(LOG,
				(errmsg("zdm: nobody waits for the next attempts in database %u", MyDatabaseId),
				 errdetail("As many processes stand by as may."),
				 errhint("CALL zdm.wait(name), zdm.resume(name) or zdm's launcher goes on with a "
						 "migration. Raise max_worker_processes where this happens often.")));
	return mine;
}

/* Whether this worker is the one that waits, and whether it has just started another one. */
static bool waits = false;
static bool has_started = false;

/*
 * ZdmWorkBegins: waits no longer, which others have counted on; so it looks, after that, whether
 * somebody has to do it instead.  What is not due yet, or was put aside, would be left until this
 * work has ended, which may be never.  One that was started while this one waited may have gone,
 * because it did.
 *
 * It needs no brake, though those who are started may start others: what begins gets on, or fails,
 * and then its next attempt is later each time (zdm_retry_msec).  What comes back at once
 * (ZDM_WORK_BLOCKED) has not begun, or is a build that has given way to a call, once for each call.
 */
static void
stop_waiting(void)
{
	bool waited = waits;

	if (waited)
	{
		zdm_place_release();
		zdm_session_unlock(ZDM_LOCK_RUNNER, 0);
	}
	waits = false;
	if ((waited || !has_started) && !zdm_session_lock_is_held(ZDM_LOCK_RUNNER, 0) &&
		zdm_limits_leave_room() && !look_at_queue(NIL, NIL).empty)
		(void) zdm_worker_start(MyDatabaseId, InvalidTransactionId, NULL);
}

/* Takes a seat in the pool, in a transaction of its own; 0: all are taken. */
static int
try_seat(void)
{
	int seat;

	zdm_tx_begin();
	seat = zdm_seat_take();
	zdm_tx_commit();
	return seat;
}

/*
 * Takes a seat in the pool; 0: all are taken, and whoever has one looks at the queue before he
 * gives it back.  One who is about to leave may have looked for the last time: he has a lock, to
 * his very end, for which whoever finds no seat waits.  He shares it, as whoever commits does: who
 * found it taken would start one more worker, which finds no seat either, and takes it in turn.
 */
static int
take_seat(void)
{
	int seat = try_seat();

	for (int i = 1; i < SEAT_TRIES && seat == 0; i++)
	{
		zdm_sleep(1);
		seat = try_seat();
	}
	if (seat == 0)
	{
		zdm_session_lock_shared(ZDM_LOCK_REQUEST, 0);
		seat = try_seat();
		zdm_session_unlock_shared(ZDM_LOCK_REQUEST, 0);
	}
	return seat;
}

/* Remembers a migration as put aside: the others come first. */
static List *
note_put_aside(List *put_aside, int64 migration)
{
	int64 *copy = palloc(sizeof(int64));

	*copy = migration;
	return lappend(put_aside, copy);
}

/*
 * Says in the record which limit those wait for that are due, of a role (InvalidOid: of all), but
 * for one.
 */
static void
note_limit(Oid role, ZdmWorkerLimit reached, int64 but_for)
{
	List *migrations = NIL;
	ListCell *lc;

	zdm_tx_begin();
	foreach (lc, zdm_extension_lock() ? zdm_queue_unclaimed() : NIL)
	{
		ZdmQueued *queued = lfirst(lc);

		if (queued->due && queued->migration != but_for &&
			(!OidIsValid(role) || zdm_relation_owner(queued->relation) == role))
			migrations = lappend(migrations, psprintf(INT64_FORMAT, queued->migration));
	}
	if (migrations != NIL)
		zdm_migrations_set_waiting(migrations,
								   psprintf("a free worker: %s", zdm_limit_text(reached)));
	zdm_tx_commit();
}

/*
 * Where this worker is the last one that the database may have at work, nobody else comes by to say
 * what the others wait for.  As often as one who waits for a slot would.
 */
static void
note_full_database(int64 next)
{
	static TimestampTz noted_at = 0;
	TimestampTz now = GetCurrentTimestamp();

	if (!TimestampDifferenceExceeds(noted_at, now, SLOT_RETRY_MSEC) || !zdm_database_is_full())
		return;
	noted_at = now;
	note_limit(InvalidOid, ZDM_LIMIT_DATABASE, next);
}

static void
work_in_slots(const QueueLook *look, const ZdmSlots *slots)
{
	has_started = false;
	if (look->others)
	{
		zdm_tx_begin();
		has_started = zdm_worker_start_another();
		zdm_tx_commit();
		note_full_database(look->next);
	}
	(void) zdm_work_on(look->next, stop_waiting);
	zdm_slots_release(slots);
}

/*
 * Works on what is in the queue of this database, until nothing is left that nobody works
 * on.  A worker without a slot ends where another one waits already, or too many of the
 * server: then zdm.wait(), zdm.resume() and the launcher have one come back.  One without a seat
 * ends: no process stands about beyond what may be at work.
 */
static void
serve_queue(void)
{
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext memory = AllocSetContextCreate(caller, "zdm queue", ALLOCSET_SMALL_SIZES);
	List *put_aside = NIL;
	List *limited = NIL; /* roles that have reached their limit */
	bool worked = false; /* something may have been put aside for something else */
	int seat = take_seat();

	if (seat == 0)
		return;
	zdm_session_lock_shared(ZDM_LOCK_POOL, 0);
	for (;;)
	{
		QueueLook look;
		ZdmSlots slots;
		ZdmWorkerLimit reached = ZDM_LIMIT_SERVER;
		long msec;
		bool for_slot;

		MemoryContextSwitchTo(memory);
		zdm_tx_begin();
		look = look_at_queue(put_aside, limited);
		zdm_tx_commit();
		if (look.empty && may_end(seat))
			break;
		if (look.next != 0 && zdm_slots_take(look.role, &slots, &reached))
		{
			work_in_slots(&look, &slots);
			worked = true;
			put_aside = note_put_aside(put_aside, look.next); /* whatever became of it */
			continue;
		}
		if (look.next != 0 && reached != ZDM_LIMIT_SERVER)
			note_limit(reached == ZDM_LIMIT_ROLE ? look.role : InvalidOid, reached, 0);
		if (look.next != 0 && reached == ZDM_LIMIT_ROLE)
		{
			limited = lappend_oid(limited, look.role);
			continue;
		}
		msec = look.next != 0 || limited ? SLOT_RETRY_MSEC
			   : put_aside               ? ASIDE_RETRY_MSEC
										 : DUE_RETRY_MSEC;
		for_slot = (look.next != 0 || limited) && !worked;
		put_aside = NIL;
		limited = NIL;
		worked = false;
		MemoryContextReset(memory);
		if (!waits && !(waits = become_runner(for_slot)))
			break;
		zdm_sleep(msec);
	}
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(memory);
}

/* Helps with a migration, if the limits leave room and nobody else is this helper. */
static void
help_migration(int64 migration, int helper)
{
	ZdmMigration *m;
	ZdmSlots slots;
	ZdmWorkerLimit reached;
	Oid role = InvalidOid;
	bool mine;

	zdm_tx_begin();
	m = zdm_extension_lock() ? zdm_migration_by_id(migration) : NULL;
	if (m)
		role = zdm_relation_owner(m->relation);
	mine = m != NULL && zdm_session_lock(ZDM_LOCK_HELPER, zdm_helper_key(migration, helper));
	zdm_tx_commit();
	if (mine && zdm_slots_take(role, &slots, &reached))
		zdm_backfill_help(migration, helper);
}

/* ZdmTryFunction: finalizes a migration, as the owner of its table. */
static void
finalize_as_owner(void *arg)
{
	const ZdmMigration *m = arg;
	Oid owner = zdm_relation_owner(m->relation);
	ZdmOwnerScope scope;

	if (!OidIsValid(owner))
		return;
	zdm_owner_begin(&scope, owner);
	zdm_finalize_call(m);
	zdm_owner_end(&scope);
}

/* Finalizes what has been kept for as long as zdm.keep_for says.  Errors are logged. */
static void
finalize_kept(void)
{
	List *ids = NIL;
	ListCell *lc;

	if (zdm_keep_for == 0)
		return;
	zdm_tx_begin();
	if (zdm_extension_lock())
		ids = zdm_migration_kept_longer(zdm_keep_for);
	zdm_tx_commit();
	foreach (lc, ids)
	{
		ZdmMigration *m;
		ErrorData *error;

		zdm_tx_begin();
		m = zdm_extension_lock() ? zdm_migration_by_id(*(int64 *) lfirst(lc)) : NULL;
		error = m ? zdm_try(finalize_as_owner, m) : NULL;
		if (error)
			ereport(LOG, (errmsg("zdm: could not finalize migration \"%s\": %s", m->name,
								 zdm_error_text(error))));
		zdm_tx_commit();
	}
}

/* ZdmTryFunction: removes what is older than zdm.keep_record says. */
static void
age_out(void *arg)
{
	zdm_record_age_out(zdm_keep_record);
}

/* Has the record forget the details of what ended long ago.  An error is logged. */
static void
forget_details(void)
{
	ErrorData *error;

	if (zdm_keep_record == 0)
		return;
	zdm_tx_begin();
	error = zdm_extension_lock() ? zdm_try(age_out, NULL) : NULL;
	if (error)
		ereport(LOG, (errmsg("zdm: could not remove old rows of the record: %s",
							 zdm_error_text(error))));
	zdm_tx_commit();
}

/*
 * Finalizes what has been kept long enough, and puts all that is unfinished in this database
 * into the queue.  Where the server has no free slot, this worker serves it itself.
 */
static void
visit_database(void)
{
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext memory = AllocSetContextCreate(caller, "zdm visit", ALLOCSET_DEFAULT_SIZES);
	bool empty = true;
	bool mine;

	MemoryContextSwitchTo(memory);
	zdm_tx_begin();
	mine = zdm_session_lock(ZDM_LOCK_VISIT, 0);
	zdm_tx_commit();
	if (!mine)
		return; /* the visit before this one has not ended */
	finalize_kept();
	forget_details();
	zdm_guards_visit();
	zdm_tx_begin();
	if (zdm_extension_lock())
	{
		zdm_repeat_lost_copies();
		zdm_queue_add_all();
		empty = look_at_queue(NIL, NIL).empty;
	}
	zdm_tx_commit();
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(memory);
	if (!empty && !zdm_worker_keep(NULL))
		serve_queue();
}

/*
 * Entry point of a worker.  It connects as the bootstrap superuser and does
 * everything that touches the user's data as the owner of the table.  Ends when
 * there is nothing to do.
 */
void
zdm_worker_main(Datum arg)
{
	ZdmWorkerArgs args;

	memcpy(&args, MyBgworkerEntry->bgw_extra, sizeof(args));
	pqsignal(SIGHUP, SignalHandlerForConfigReload);
	pqsignal(SIGTERM, die);
	zdm_tx_begin_worker();
	BackgroundWorkerUnblockSignals();
	BackgroundWorkerInitializeConnectionByOid(args.database, InvalidOid, 0);
	MemoryContextSwitchTo(
		AllocSetContextCreate(TopMemoryContext, "zdm worker", ALLOCSET_DEFAULT_SIZES));

	/* Whatever the database's defaults are, this is what the engine is written for. */
	SetConfigOption("default_transaction_isolation", "read committed", PGC_SUSET, PGC_S_OVERRIDE);
	SetConfigOption("default_transaction_read_only", "off", PGC_SUSET, PGC_S_OVERRIDE);
	SetConfigOption("statement_timeout", "0", PGC_SUSET, PGC_S_OVERRIDE);
	SetConfigOption("lock_timeout", "0", PGC_SUSET, PGC_S_OVERRIDE);
	SetConfigOption("idle_in_transaction_session_timeout", "0", PGC_SUSET, PGC_S_OVERRIDE);
	if (GetConfigOption("transaction_timeout", true, false)) /* since 17 */
		SetConfigOption("transaction_timeout", "0", PGC_SUSET, PGC_S_OVERRIDE);
	SetConfigOption("session_replication_role", "origin", PGC_SUSET, PGC_S_OVERRIDE);
	zdm_pin_session();

	wait_for_creator(args.creator);
	if (args.helper != 0)
		help_migration(args.migration, args.helper);
	else if (args.keeps)
		zdm_guards_keep();
	else if (args.visits)
		visit_database();
	else
		serve_queue();
	proc_exit(0);
}
