/*
 * executor.c
 *		Runs steps.  No other code of zdm issues DDL.
 *
 * A step of the caller runs in the caller's transaction, with the caller's
 * rights.  A step of the worker runs in a transaction of its own, as the owner
 * of the table.  Undo runs the undo commands of what was done, in reverse.
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_class.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"

#include "base/compat.h"
#include "base/lock.h"
#include "base/owner.h"
#include "base/query.h"
#include "base/stop_point.h"
#include "base/transaction.h"
#include "change/change.h"
#include "change/event_scope.h"
#include "change/follow.h"
#include "change/merge.h"
#include "change/name_targets.h"
#include "change/stand_in.h"
#include "change/step_text.h"
#include "change/ties.h"
#include "fill/synced.h"
#include "record/shadow.h"
#include "record/target.h"
#include "run/actions.h"
#include "run/executor.h"

/*
 * Does what a step does, or undoes, with names resolved in
 * pg_catalog alone: a step names everything in full.  Where it works under a strong lock, waiting
 * for any other lock is cut short.  quiet keeps "does not exist, skipping" from the user.
 */
static void
run_deed(const ZdmMigration *m, List *targets, const ZdmDeed *deed, LOCKMODE lock, bool quiet)
{
	const char *event_search_path = zdm_event_search_path();
	ZdmEventScope events;
	ZdmStepScope step;
	int level = zdm_pin_search_path();

	if (quiet)
		zdm_hush_notices();
	if (lock >= ShareUpdateExclusiveLock)
		(void) set_config_option("lock_timeout", psprintf("%d", zdm_held_lock_msec()), PGC_USERSET,
								 PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
	zdm_step_scope_begin(&step, targets);
	zdm_event_scope_begin(&events, event_search_path, false);
	PG_TRY();
	{
		zdm_run_deed(m, deed);
	}
	PG_FINALLY();
	{
		zdm_event_scope_end(&events);
		zdm_step_scope_end(&step);
	}
	PG_END_TRY();
	AtEOXact_GUC(false, level);
}

typedef struct DeedRequest
{
	const ZdmMigration *migration;
	List *targets;
	const ZdmDeed *deed;
	LOCKMODE lock;
	bool quiet;
} DeedRequest;

/* See run_deed(). */
static void
run_request(void *arg)
{
	DeedRequest *request = arg;

	run_deed(request->migration, request->targets, request->deed, request->lock, request->quiet);
}

/* What runs in zdm_try() for one step of the caller. */
static void
run_steadily(void *arg)
{
	DeedRequest *request = arg;
	char *names = zdm_names_now(request->targets);

	zdm_stop_point("step named");
	run_request(arg);
	if (!zdm_change_kind(request->migration->kind)->whole_table && /* its own steps rename */
		!zdm_action(request->deed->action)->renames &&
		strcmp(zdm_names_now(request->targets), names) != 0)
		ereport(ERROR, (errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
						errmsg("a table of migration \"%s\" got another name at this moment",
							   request->migration->name),
						errhint("Call it again.")));
}

/*
 * Does a deed in a subtransaction, and once more where a name that it uses has changed
 * meanwhile: nothing keeps a schema from being renamed.  Returns the error; NULL: none.
 */
static ErrorData *
try_request(DeedRequest *request, ZdmTryFunction function)
{
	for (int attempt = 1;; attempt++)
	{
		char *names = zdm_names_now(request->targets);
		ErrorData *error = zdm_try(function, request);

		if (error == NULL || attempt == ZDM_NAME_ATTEMPTS ||
			strcmp(zdm_names_now(request->targets), names) == 0)
			return error;
		FreeErrorData(error);
	}
}

/* What an error says is gone. */
typedef enum Gone
{
	GONE_NOTHING, /* the error is about something else */
	GONE_COLUMN,  /* which may have held values */
	GONE_OTHER,   /* a table, an index, a constraint, a trigger ... */
} Gone;

#define ANYTHING ((1 << GONE_COLUMN) | (1 << GONE_OTHER))

static Gone
what_is_gone(const ErrorData *error)
{
	switch (error->sqlerrcode)
	{
		case ERRCODE_UNDEFINED_COLUMN:
			return GONE_COLUMN;
		case ERRCODE_UNDEFINED_TABLE:
		case ERRCODE_UNDEFINED_OBJECT:
			return GONE_OTHER;
		default:
			return GONE_NOTHING;
	}
}

/* Says in words of zdm what keeps a call from dropping a column; the server would have it drop all.
 */
static void
rethrow_dependents(const ZdmMigration *m, const ErrorData *error, const char *call)
{
	ereport(
		ERROR,
		(errcode(ERRCODE_DEPENDENT_OBJECTS_STILL_EXIST),
		 errmsg("cannot %s migration \"%s\": something that goes is used by others", call, m->name),
		 errdetail("The server says: %s: %s", error->message, error->detail ? error->detail : ""),
		 errhint("Drop what uses it, or make that anew without, and call this again. A "
				 "view of SELECT * uses hidden columns, too.")));
}

/*
 * Does a deed in a subtransaction.  Where something that it names was dropped by hand,
 * it is left out with a NOTICE if that is one of `harmless` (a bit for each Gone), and else is
 * an error that says how the migration can be ended.
 */
static void
run_standing_gaps(const DeedRequest *request, int harmless, const char *call, const char *way_out)
{
	const ZdmMigration *m = request->migration;
	ErrorData *error;
	Gone gone;

	zdm_event_failure_forget();
	error = try_request(unconstify(DeedRequest *, request), run_steadily);
	if (error == NULL)
		return;
	if (error->sqlerrcode == ERRCODE_DEPENDENT_OBJECTS_STILL_EXIST &&
		strcmp(request->deed->action, ZDM_ACTION_SQL) == 0 && !zdm_event_trigger_failed())
		rethrow_dependents(m, error, call);
	gone = zdm_event_trigger_failed() ? GONE_NOTHING : what_is_gone(error);
	if (gone == GONE_NOTHING)
		ReThrowError(error);
	if ((harmless & (1 << gone)) == 0)
		ereport(ERROR, (errcode(error->sqlerrcode),
						errmsg("cannot %s migration \"%s\": something that it needs was dropped",
							   call, m->name),
						errdetail("The server says: %s.", error->message),
						errhint("SELECT zdm.%s(%s) ends the migration.",
								strcmp(m->kind, "extract") == 0 ? "forget" : way_out,
								quote_literal_cstr(m->name))));
	ereport(NOTICE, (errmsg("a part of migration \"%s\" was dropped by hand: %s", m->name,
							error->message)));
	FreeErrorData(error);
}

/* Lists the locks (ZdmTableLock *) that the caller's steps of these phases want. */
List *
zdm_steps_locks(List *steps, ZdmPhase first, ZdmPhase last)
{
	List *locks = NIL;
	ListCell *lc;

	foreach (lc, steps)
	{
		ZdmStep *step = lfirst(lc);

		if (step->phase >= first && step->phase <= last && step->runs == ZDM_RUNS_CALLER)
			locks = zdm_add_locks(locks, zdm_step_locks(step));
	}
	return locks;
}

/* Refuses to run steps on a table that is gone. */
static void
check_table_stands(const ZdmMigration *m)
{
	if (!SearchSysCacheExists1(RELOID, ObjectIdGetDatum(m->relation)))
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE),
						errmsg("the table of migration \"%s\" does not exist any more", m->name),
						errdetail("It was %s.", m->relation_name),
						errhint("SELECT zdm.rollback(%s) ends the migration.",
								quote_literal_cstr(m->name))));
}

/* Returns the other migration that has a view over the table of this one; NULL: there is none. */
static ZdmMigration *
find_stand_in(const ZdmMigration *m, Oid *view)
{
	ZdmMigration *other = zdm_migration_renaming(m->relation, false);

	if (other == NULL || other->id == m->id)
		return NULL;
	*view = zdm_stand_in(other);
	return OidIsValid(*view) ? other : NULL;
}

/*
 * Adds to the locks that steps want those on what they can't name: the other table of a migration
 * of a whole table, and a view by which the table has another name, since columns may come or go.
 * Where the migration's table is gone, that other one is all that there is to be cleaned up; it is
 * somebody else's, if nobody has the right to.
 */
List *
zdm_all_locks(const ZdmMigration *m, List *locks)
{
	Oid follower = zdm_change_kind(m->kind)->whole_table ? zdm_shadow_follower(m) : InvalidOid;
	bool has_follower = OidIsValid(follower) && get_rel_name(follower);
	Oid view;

	if (locks == NIL)
		return NIL;
	if (get_rel_name(m->relation) == NULL)
		return has_follower && zdm_owns_relation(follower, GetUserId())
				   ? zdm_add_lock(NIL, follower, AccessExclusiveLock)
				   : NIL;
	if (has_follower)
	{
		LOCKMODE mode = Max(zdm_lock_of(locks, m->relation), zdm_lock_of(locks, follower));

		locks = zdm_add_lock(zdm_add_lock(locks, m->relation, mode), follower, mode);
	}
	if (zdm_lock_of(locks, m->relation) == AccessExclusiveLock && find_stand_in(m, &view))
		locks = zdm_add_lock(locks, view, AccessExclusiveLock);
	return locks;
}

/*
 * Takes the locks that a run of steps wants, politely, and notes in *m what it cost; nothing if
 * the steps want none.
 */
void
zdm_lock_for_steps(ZdmMigration *m, List *locks)
{
	ZdmLockReport report;

	locks = zdm_all_locks(m, locks);
	if (locks == NIL)
		return;
	zdm_lock_politely(locks, &report);
	m->lock_wait_usec = report.waited_usec;
	m->locked_at = report.acquired_at;
}

/* Notes in *m which table is the migration's own by now: a step may have exchanged it. */
static void
look_at_relation(ZdmMigration *m)
{
	if (zdm_change_kind(m->kind)->whole_table)
		m->relation = zdm_migration_by_id(m->id)->relation;
}

/* Notes that a step was done that began at `start`. */
static void
note_done(const ZdmMigration *m, const ZdmStep *step, TimestampTz start)
{
	TimestampTz now = GetCurrentTimestamp();
	ZdmStepCost cost = {0};

	cost.run_usec = now - start;
	if (m->locked_at != 0 && step->lock != NoLock)
	{
		cost.lock_wait_usec = m->lock_wait_usec;
		cost.lock_held_usec = now - m->locked_at;
	}
	zdm_step_done(m->id, step, &cost);
}

/* Does a deed that is no step, under ACCESS EXCLUSIVE, which the caller has taken. */
void
zdm_run_for_caller(const ZdmMigration *m, const ZdmDeed *deed)
{
	ErrorData *error = try_request(
		&(DeedRequest){m, zdm_targets(m->id), deed, AccessExclusiveLock, false}, run_steadily);

	if (error)
		ReThrowError(error);
	CommandCounterIncrement();
}

/* Has a view over the table of a migration show what columns the table has got. */
static void
show_new_columns(const ZdmMigration *m)
{
	Oid view;
	ZdmMigration *other = find_stand_in(m, &view);

	if (other)
		zdm_run_for_caller(other, zdm_deed_refresh_stand_in(other));
}

/* Tells whether columns may come or go by the caller's steps of a phase. */
static bool
changes_columns(List *steps, ZdmPhase phase)
{
	ListCell *lc;

	foreach (lc, zdm_steps_locks(steps, phase, phase))
		if (((ZdmTableLock *) lfirst(lc))->mode == AccessExclusiveLock)
			return true;
	return false;
}

/*
 * Runs all steps of a phase that belong to the caller, in its transaction.  The
 * caller has taken the lock that they want (zdm_lock_for_steps).  What finalize wants to
 * drop may be gone; what contract hands on must be there.
 */
void
zdm_run_caller_steps(ZdmMigration *m, List *steps, ZdmPhase phase)
{
	List *targets = zdm_named_targets(m);
	List *synced;
	ListCell *lc;

	check_table_stands(m);
	synced = zdm_synced_tables(m);
	foreach (lc, steps)
	{
		ZdmStep *step = lfirst(lc);
		DeedRequest request = {m, targets, &step->command, step->lock, false};
		ErrorData *error;
		TimestampTz start = GetCurrentTimestamp();

		if (step->phase != phase || step->runs != ZDM_RUNS_CALLER || step->status == ZDM_STEP_DONE)
			continue;
		if (phase != ZDM_PHASE_EXPAND)
			run_standing_gaps(&request, phase == ZDM_PHASE_FINALIZE ? ANYTHING : 0,
							  phase == ZDM_PHASE_FINALIZE ? "finalize" : "contract", "rollback");
		else if ((error = try_request(&request, run_steadily)) != NULL)
			ReThrowError(error);
		CommandCounterIncrement();
		note_done(m, step, start);
		step->status = ZDM_STEP_DONE;
	}
	look_at_relation(m);
	zdm_note_sync_triggers(m, synced);
	zdm_tie_triggers(m);
	if (changes_columns(steps, phase))
		show_new_columns(m);
}

/* Tells whether a step was done, or may have left something behind. */
static bool
has_traces(const ZdmStep *step)
{
	return step->status == ZDM_STEP_DONE ||
		   (step->runs == ZDM_RUNS_CONCURRENT &&
			(step->status == ZDM_STEP_RUNNING || step->status == ZDM_STEP_FAILED));
}

/*
 * Returns the lock that undoing a step wants of a relation that doing it locks so; NoLock if it has
 * no undo.  What the worker did under a weak lock is undone by the caller under a strong one, for a
 * short time; and a view that expand has made goes.
 */
static LOCKMODE
undo_lock(const ZdmStep *step, Oid relation, LOCKMODE lock)
{
	if (step->undo.action == NULL)
		return NoLock;
	if (step->phase == ZDM_PHASE_EXPAND && get_rel_relkind(relation) == RELKIND_VIEW)
		return AccessExclusiveLock;
	if (step->runs == ZDM_RUNS_CALLER && lock < ShareRowExclusiveLock)
		return lock;
	return AccessExclusiveLock; /* dropping takes that, whatever creating took */
}

/*
 * Lists the locks (ZdmTableLock *) that undoing these steps may want: what the worker has not
 * done yet it may have done before they are held.
 */
List *
zdm_undo_locks(List *steps)
{
	List *locks = NIL;
	ListCell *lc;
	ListCell *also;

	foreach (lc, steps)
	{
		ZdmStep *step = lfirst(lc);

		if (!has_traces(step) && step->runs == ZDM_RUNS_CALLER)
			continue;
		locks = zdm_add_lock(locks, step->target, undo_lock(step, step->target, step->lock));
		foreach (also, step->also_locks)
		{
			ZdmTableLock *lock = lfirst(also);

			locks =
				zdm_add_lock(locks, lock->relation, undo_lock(step, lock->relation, lock->mode));
		}
	}
	return locks;
}

/* Tells whether to undo steps is to drop columns. */
static bool
drops_columns(List *steps)
{
	ListCell *lc;

	foreach (lc, steps)
	{
		const ZdmStep *step = lfirst(lc);

		if (has_traces(step) && step->undo.action &&
			(strcmp(step->undo.action, ZDM_ACTION_DROP_MERGE) == 0 ||
			 (step->undo.text && strstr(step->undo.text, " DROP COLUMN "))))
			return true;
	}
	return false;
}

/*
 * Drops a view over the table of a migration that would keep columns from being dropped; *put_back
 * makes it anew.  NULL: nothing is in the way.
 */
static ZdmMigration *
lift_stand_in(const ZdmMigration *m, List *steps, ZdmDeed **put_back)
{
	Oid view;
	ZdmMigration *other = drops_columns(steps) ? find_stand_in(m, &view) : NULL;

	if (other == NULL)
		return NULL;
	zdm_run_for_caller(other, zdm_deed_refresh_stand_in(other));
	*put_back = zdm_deed_make_stand_in(
		other->relation_name, get_namespace_name(get_rel_namespace(view)), get_rel_name(view));
	zdm_run_for_caller(other, zdm_deed_drop_stand_in(other->relation_name));
	return other;
}

/*
 * Undoes what was done, from the last step back to the first one of phase
 * `first`, in the caller's transaction, which has taken the lock that they
 * want.  A table that is gone took everything with it.  Steps of contract may be done again later.
 *
 * What was dropped by hand need not be removed, and indexes and constraints of the old schema
 * can't be brought back; but a column that contract has hidden has the values of the old
 * schema, and reopen wants all of it.
 */
void
zdm_undo_steps(ZdmMigration *m, List *steps, ZdmPhase first)
{
	bool gone = !SearchSysCacheExists1(RELOID, ObjectIdGetDatum(m->relation));
	List *targets = zdm_named_targets(m);
	List *synced = gone ? NIL : zdm_synced_tables(m);
	ZdmDeed *put_back = NULL;
	ZdmMigration *other =
		gone || first != ZDM_PHASE_EXPAND ? NULL : lift_stand_in(m, steps, &put_back);

	for (int i = list_length(steps) - 1; i >= 0; i--)
	{
		ZdmStep *step = list_nth(steps, i);

		if (step->phase < first || !has_traces(step))
			continue;
		if (step->undo.action && !gone)
		{
			run_standing_gaps(&(DeedRequest){m, targets, &step->undo,
											 undo_lock(step, step->target, step->lock), true},
							  first == ZDM_PHASE_CONTRACT         ? 0
							  : step->phase == ZDM_PHASE_CONTRACT ? 1 << GONE_OTHER
																  : ANYTHING,
							  first == ZDM_PHASE_CONTRACT ? "reopen" : "roll back", "finalize");
			CommandCounterIncrement();
		}
		zdm_step_undone(m->id, step, first == ZDM_PHASE_CONTRACT);
	}
	look_at_relation(m);
	if (other)
		zdm_run_for_caller(other, put_back);
	zdm_note_sync_triggers(m, synced);
	if (first == ZDM_PHASE_CONTRACT)
		zdm_tie_triggers(m);
}

/*
 * Runs one step of the worker in the current transaction, as the owner of
 * the table and security-restricted: what the step evaluates is the owner's.
 */
void
zdm_run_worker_step(ZdmMigration *m, ZdmStep *step)
{
	TimestampTz start;
	ZdmOwnerScope scope;
	ErrorData *error;
	List *synced = NIL;

	check_table_stands(m);
	/* As the owner, too, who reads the error where the lock is not to be had. */
	zdm_owner_begin(&scope, zdm_relation_owner(m->relation));
	zdm_lock_for_steps(m, zdm_step_locks(step));
	zdm_owner_end(&scope);
	check_table_stands(m); /* it may have been dropped before we had the lock */
	if (step->lock != NoLock)
		synced = zdm_synced_tables(m);
	start = GetCurrentTimestamp();
	zdm_owner_begin(&scope, zdm_relation_owner(m->relation));
	error = try_request(&(DeedRequest){m, zdm_targets(m->id), &step->command, step->lock, false},
						run_request);
	if (error)
		ReThrowError(error);
	CommandCounterIncrement();
	if (step->lock == AccessExclusiveLock)
		show_new_columns(m);
	zdm_owner_end(&scope);
	zdm_note_sync_triggers(m, synced);
	zdm_tie_triggers(m);
	note_done(m, step, start);
}

/*
 * Runs statements that are no step of a migration, none perhaps, as the owner of a table and
 * security-restricted.  The caller has the lock that they want.
 */
void
zdm_run_as_owner(const ZdmMigration *m, Oid owner, const char *command)
{
	ZdmDeed deed = {.action = ZDM_ACTION_SQL, .text = pstrdup(command)};
	ZdmOwnerScope scope;

	if (command[0] == '\0')
		return;
	zdm_owner_begin(&scope, owner);
	run_deed(m, NIL, &deed, AccessExclusiveLock, false);
	zdm_owner_end(&scope);
	CommandCounterIncrement();
}
