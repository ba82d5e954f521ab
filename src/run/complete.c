/*
 * complete.c
 *		Migrations that are contracted and finalized as soon as they are ready.
 *
 * Those of a release that one role has begun are completed together, in one transaction, once
 * all of them are ready.  A worker does it, with the rights of each table's owner; a lock that it
 * can't get is tried again later, without end.  Any other error refuses: the migration stays as
 * it is, and shows it, until somebody resumes it.
 */
#include "postgres.h"

#include "utils/guc.h"
#include "utils/syscache.h"

#include "base/lock.h"
#include "base/owner.h"
#include "base/settings.h"
#include "base/stop_point.h"
#include "base/transaction.h"
#include "change/change.h"
#include "record/named.h"
#include "run/complete.h"
#include "run/executor.h"
#include "run/fresh.h"
#include "run/lifecycle.h"
#include "run/quiet.h"
#include "run/release.h"
#include "run/verified.h"

/* Attempts to get the locks before others have their turn with the worker. */
#define LOCK_RETRIES 10

/* What is completed in one transaction. */
typedef struct Completion
{
	List *members;     /* of ZdmMigration *, oldest first */
	ZdmMigration *at;  /* the one that is being worked on */
	bool done;         /* false: something has changed meanwhile, and nothing was done */
	bool as_the_owner; /* else as whoever calls */
	List *turns;       /* of Oid: the tables on which no other worker does anything meanwhile */
} Completion;

/* Lists what is completed together with a migration (ZdmMigration *), oldest first. */
static List *
members_of(int64 migration)
{
	List *result = NIL;
	ListCell *lc;

	foreach (lc, zdm_migration_completed_with(migration))
	{
		ZdmMigration *m = zdm_migration_by_id(*(int64 *) lfirst(lc));

		if (m)
			result = lappend(result, m);
	}
	return result;
}

/* Tells whether a migration keeps neither itself nor others from being completed. */
static bool
can_be_completed(const ZdmMigration *m)
{
	return (m->status == ZDM_READY || m->status == ZDM_CONTRACTED) && m->complete && !m->refused;
}

/*
 * Returns the one that keeps a migration from being completed, which may be itself; NULL if all
 * that are completed together can be.
 */
ZdmMigration *
zdm_completion_blocker(const ZdmMigration *m)
{
	int64 blocker = zdm_migration_kept_by(m->id);

	return blocker ? zdm_migration_by_id(blocker) : NULL;
}

/* Tells whether a migration is to be completed now. */
bool
zdm_completion_is_due(const ZdmMigration *m)
{
	return can_be_completed(m) && zdm_completion_blocker(m) == NULL;
}

/* The locks that contract and finalize together want. */
static List *
completion_lock(const ZdmMigration *m)
{
	return zdm_steps_locks(zdm_steps(m->id),
						   m->status == ZDM_READY ? ZDM_PHASE_CONTRACT : ZDM_PHASE_FINALIZE,
						   ZDM_PHASE_FINALIZE);
}

/* Makes one call for each member that has one of these statuses. */
static void
call_members(Completion *completion, int statuses, void (*call)(ZdmMigration *m))
{
	ListCell *lc;

	foreach (lc, completion->members)
	{
		ZdmMigration *m = completion->at = lfirst(lc);
		ZdmOwnerScope scope;

		if ((ZDM_IN(m->status) & statuses) == 0)
			continue;
		if (completion->as_the_owner)
			zdm_owner_begin(&scope, zdm_relation_owner(m->relation));
		call(m);
		if (completion->as_the_owner)
			zdm_owner_end(&scope);
	}
}

static void
contract_member(ZdmMigration *m)
{
	zdm_contract_call(m);
}

static void
finalize_member(ZdmMigration *m)
{
	zdm_finalize_call(m);
}

/* Takes the locks of all members, as the owner of the first, who reads the error if it fails. */
static void
lock_all(Completion *completion)
{
	ZdmOwnerScope scope;

	completion->at = linitial(completion->members);
	zdm_owner_begin(&scope, zdm_relation_owner(completion->at->relation));
	(void) set_config_option("zdm.lock_retries",
							 psprintf("%d", Min(zdm_lock_retries, LOCK_RETRIES)), PGC_USERSET,
							 PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
	zdm_release_lock(completion->members, completion_lock);
	zdm_owner_end(&scope);
}

/* Tells, under the locks, whether all is as it was. */
static bool
is_unchanged(const Completion *completion)
{
	ListCell *lc;

	foreach (lc, completion->members)
	{
		const ZdmMigration *m = lfirst(lc);
		ZdmMigration *now = zdm_migration_lock(m->id);

		if (now == NULL || now->status != m->status || !can_be_completed(now))
			return false;
	}
	return list_length(members_of(((ZdmMigration *) linitial(completion->members))->id)) ==
		   list_length(completion->members);
}

/* ZdmTryFunction: contracts and finalizes; the caller's locks are held already. */
static void
complete_members(void *arg)
{
	Completion *completion = arg;

	zdm_stop_point("completion begun");
	call_members(completion, ZDM_IN(ZDM_READY), zdm_contract_check);
	if (completion->as_the_owner) /* else they are new, or empty */
		call_members(completion, ZDM_IN(ZDM_READY), zdm_require_quiet_as_set);
	call_members(completion, ZDM_IN(ZDM_READY), zdm_verify_as_set);
	if (completion->as_the_owner)
		lock_all(completion);
	if (!is_unchanged(completion))
		return;
	call_members(completion, ZDM_IN(ZDM_READY), contract_member);
	call_members(completion, ZDM_IN(ZDM_READY) | ZDM_IN(ZDM_CONTRACTED), finalize_member);
	completion->done = true;
}

/*
 * Notes an error: with the first, who is in the queue for all, where it is tried again; else
 * with the one that was refused.
 */
static void
note_error(const Completion *completion, const ErrorData *error)
{
	bool again = zdm_error_is_transient(error);
	ZdmMigration *first = linitial(completion->members);
	ZdmMigration *m = zdm_migration_lock(again ? first->id : completion->at->id);
	char *text = zdm_error_text(error);

	if (m == NULL || !can_be_completed(m))
		return;
	zdm_migration_set_error(m, m->attempts + 1, text, again ? zdm_retry_msec(m->attempts + 1) : -1);
	zdm_migration_set_waiting(m->id, again ? psprintf("its turn to be completed: %s%s%s",
													  error->message, error->detail ? ". " : "",
													  error->detail ? error->detail : "")
										   : NULL);
	if (!again)
		zdm_migration_event(m, "refused", text);
	ereport(LOG, (errmsg("zdm: could not complete migration \"%s\": %s", m->name, text)));
}

/*
 * Takes the turn on all tables, as a step of the worker does (work.c); false if another
 * migration's worker has it on one of them.
 */
static bool
take_turns(Completion *completion)
{
	ListCell *lc;

	foreach (lc, completion->members)
	{
		Oid relation = ((ZdmMigration *) lfirst(lc))->relation;

		if (list_member_oid(completion->turns, relation))
			continue;
		if (!zdm_session_lock(ZDM_LOCK_TABLE, relation))
			return false;
		completion->turns = lappend_oid(completion->turns, relation);
	}
	return true;
}

/*
 * Completes a migration and those that go with it, in the transaction that is open, and ends
 * that.  There may be none left: another worker, or a call, has completed them since they were due.
 */
ZdmWork
zdm_complete_in_worker(const ZdmMigration *m)
{
	Completion *completion = palloc0(sizeof(Completion));
	ZdmWork volatile work = ZDM_WORK_DONE;
	ListCell *lc;

	zdm_stop_point("completion due");
	completion->members = members_of(m->id);
	completion->as_the_owner = true;
	if (completion->members == NIL)
	{
		zdm_tx_commit();
		return ZDM_WORK_DONE;
	}
	PG_TRY(); /* zdm.run() may raise an error, and its session goes on */
	{
		if (!take_turns(completion))
		{
			zdm_migration_set_waiting(m->id, "another migration's worker on the same table");
			work = ZDM_WORK_BLOCKED;
		}
		else
		{
			ErrorData *error;

			zdm_work_tell_begins(); /* both sides are compared, and locks waited for */
			error = zdm_try(complete_members, completion);
			if (error)
				note_error(completion, error);
			if (!completion->done)
				work = ZDM_WORK_FAILED;
		}
		zdm_tx_commit();
	}
	PG_FINALLY();
	{
		foreach (lc, completion->turns)
			zdm_session_unlock(ZDM_LOCK_TABLE, lfirst_oid(lc));
	}
	PG_END_TRY();
	return work;
}

/*
 * Completes a migration in the transaction of its call, with the rights of the caller, where that
 * can hold up nobody (fresh.c): all tables are empty or new, and their locks to be had at once.
 * False if it is left to the worker.
 */
bool
zdm_complete_at_once(const ZdmMigration *m)
{
	Completion completion = {.members = members_of(m->id)};
	List *locks;
	ErrorData *error;
	ListCell *lc;

	if (!zdm_at_once || !zdm_completion_is_due(m))
		return false;
	foreach (lc, completion.members)
		if (!zdm_owns_migration(lfirst(lc)) || !zdm_is_fresh(lfirst(lc)))
			return false;
	locks = zdm_release_locks(completion.members, completion_lock);
	if (locks != NIL && !zdm_lock_at_once(locks))
		return false;
	foreach (lc, completion.members)
		if (!zdm_is_fresh(lfirst(lc)))
			return false;
	error = zdm_try(complete_members, &completion);
	if (error && zdm_error_is_transient(error))
		ReThrowError(error);
	if (error)
	{
		note_error(&completion, error);
		ereport(WARNING, (errmsg("migration \"%s\" is ready, but could not be completed: %s",
								 completion.at->name, error->message)));
	}
	return true;
}
