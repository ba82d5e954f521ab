/*
 * lifecycle.c
 *		What happens to a migration after its expand, to its end.
 *
 * Every call here works in the caller's transaction: a rollback undoes it
 * whole.  Locks are taken in the order extension, table, row of the record; a
 * status is judged only once all three are held.
 */
#include "postgres.h"

#include "access/relation.h"
#include "access/xlog.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "base/extension.h"
#include "base/json.h"
#include "base/owner.h"
#include "base/query.h"
#include "base/tree.h"
#include "change/carry_not_null.h"
#include "change/carry_over.h"
#include "change/change.h"
#include "change/hand_over.h"
#include "change/made_meanwhile.h"
#include "change/marks.h"
#include "change/standing.h"
#include "change/ties.h"
#include "fill/synced.h"
#include "record/named.h"
#include "record/tuning.h"
#include "run/executor.h"
#include "run/identities.h"
#include "run/interrupt.h"
#include "run/lifecycle.h"
#include "run/lost_copy.h"
#include "run/not_ready.h"
#include "run/restore_point.h"
#include "run/worker.h"

static const char finalized_hint[] =
	"What it had kept of the old schema is gone. A migration in the other direction leads back.";

/* Refuses a call on a server that only follows another one. */
void
zdm_refuse_standby(const char *what)
{
	if (RecoveryInProgress())
		ereport(ERROR, (errcode(ERRCODE_READ_ONLY_SQL_TRANSACTION),
						errmsg("cannot execute zdm.%s() during recovery", what),
						errdetail("This server is a standby."),
						errhint("Call it on the primary; the change is replicated.")));
}

/* Tells the caller what the notes of steps say, from one phase on. */
void
zdm_notice_notes(List *steps, ZdmPhase first)
{
	ListCell *lc;

	foreach (lc, steps)
	{
		ZdmStep *step = lfirst(lc);

		if (step->note && step->phase >= first)
			ereport(NOTICE, (errmsg_internal("%s", step->note)));
	}
}

/* Returns the caller's migration of that name; an error if there is none. */
ZdmMigration *
zdm_own_migration(const char *name)
{
	zdm_require_extension();
	return zdm_migration_get(name);
}

/* Returns a migration, which must be one of the caller's, as it is now. */
ZdmMigration *
zdm_own_again(int64 id)
{
	ZdmMigration *m;

	zdm_require_extension();
	m = zdm_migration_by_id(id);
	if (m == NULL)
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT),
						errmsg("migration " INT64_FORMAT " was removed in the meantime", id)));
	if (zdm_owns_migration(m))
		return m;
	if (OidIsValid(zdm_relation_owner(m->relation)))
		aclcheck_error(ACLCHECK_NOT_OWNER, OBJECT_TABLE, get_rel_name(m->relation));
	ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
					errmsg("permission denied for migration \"%s\"", m->name),
					errdetail("Its table does not exist any more, and it was begun by %s.",
							  m->created_by)));
	return NULL; /* keep the compiler quiet */
}

/*
 * An error about a call that does not fit the migration's status.  A hint that begins with a
 * call becomes part of the message: many a tool shows nothing else.
 */
static void
wrong_status(const ZdmMigration *m, const char *call, const char *hint)
{
	zdm_refuse_own_expand(m, psprintf("cannot %s migration \"%s\"", call, m->name));
	if (hint && (strncmp(hint, "CALL ", 5) == 0 || strncmp(hint, "SELECT ", 7) == 0))
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
						errmsg("cannot %s migration \"%s\": it is %s; %s", call, m->name,
							   zdm_status_name(m->status), hint),
						m->last_error ? errdetail("Its last error: %s", m->last_error) : 0));
	ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
					errmsg("cannot %s migration \"%s\": it is %s", call, m->name,
						   zdm_status_name(m->status)),
					m->last_error ? errdetail("Its last error: %s", m->last_error) : 0,
					hint ? errhint("%s", hint) : 0));
}

/*
 * Takes locks on the migration's tables politely, then its row, and returns it as
 * it is now.  NIL leaves the tables alone.
 */
ZdmMigration *
zdm_lock_migration(ZdmMigration *m, List *locks)
{
	ZdmMigration *now;

	zdm_lock_for_steps(m, locks);
	now = zdm_migration_lock(m->id);
	if (now == NULL)
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT),
						errmsg("migration \"%s\" was removed in the meantime", m->name)));
	now->lock_wait_usec = m->lock_wait_usec;
	now->locked_at = m->locked_at;
	return now;
}

/* Tells whether a migration waits for nothing but contract or finalize. */
static bool
is_ready(const ZdmMigration *m)
{
	return m->status == ZDM_READY || m->status == ZDM_CONTRACTED;
}

/* Has a migration completed that is ready, whatever was in the way before. */
static void
complete_again(ZdmMigration *m)
{
	zdm_migration_clear_error(m);
	zdm_worker_request(m->id);
}

/*
 * Changes the settings of a backfill: adds what is given, takes away what is to
 * be reset.  Raises an error, and changes nothing, where one is out of its range.
 */
Jsonb *
zdm_alter_backfill_call(const ZdmMigration *given, Jsonb *settings, Jsonb *workers,
						ArrayType *reset)
{
	ZdmMigration *m = zdm_lock_migration(zdm_own_again(given->id), NIL);
	Jsonb *shown;

	if (reset)
		zdm_tuning_check_names(zdm_text_list(reset));
	zdm_tuning_check_pace(settings);
	settings = zdm_migration_alter_settings(m, settings, workers, reset, &shown);
	zdm_tuning_check(settings);
	if (is_ready(m) && zdm_json_bool(settings, "complete", false))
		complete_again(m);
	return shown;
}

/* Pauses every running migration that the caller may pause; returns how many. */
int
zdm_pause_all_call(void)
{
	int paused = 0;
	ListCell *lc;

	zdm_require_extension();
	foreach (lc, zdm_migration_unfinished())
	{
		ZdmMigration *m = zdm_migration_by_id(*(int64 *) lfirst(lc));

		if (m == NULL || !zdm_owns_migration(m))
			continue;
		zdm_worker_interrupt(m->id);
		m = zdm_migration_lock(m->id);
		if (m == NULL || m->status != ZDM_RUNNING)
			continue;
		zdm_migration_set_status(m, ZDM_PAUSED, "pause_all");
		paused++;
	}
	return paused;
}

/* running -> paused.  The worker stops after its batch, or is stopped: zdm_worker_interrupt(). */
void
zdm_pause_call(const ZdmMigration *given)
{
	ZdmMigration *m = zdm_own_again(given->id);

	zdm_worker_interrupt(m->id);
	m = zdm_lock_migration(m, NIL);
	if (m->status == ZDM_PAUSED)
	{
		ereport(NOTICE, (errmsg("migration \"%s\" is paused already", m->name)));
		return;
	}
	if (m->status != ZDM_RUNNING)
		wrong_status(m, "pause", "Only a running migration can be paused.");
	zdm_migration_set_status(m, ZDM_PAUSED, NULL);
}

/* Tells whether a migration has something to fill or to compare, although it was ready before. */
static bool
has_unsynced_table(const ZdmMigration *m)
{
	return !zdm_change_kind(m->kind)->follower_goes &&
		   (m->status == ZDM_READY ||
			(m->status == ZDM_CONTRACTED && zdm_change_kind(m->kind)->stays_synced)) &&
		   OidIsValid(zdm_unsynced_table(m));
}

/* Tells whether a migration that was ready has lost its copy in a crash. */
static bool
has_lost_copy(const ZdmMigration *m)
{
	return is_ready(m) && zdm_copy_is_lost(m);
}

/* Tells whether what a migration keeps beside its table is to take up changes of that. */
static bool
can_refresh(const ZdmMigration *m)
{
	return is_ready(m) && !m->complete && zdm_change_kind(m->kind)->refresh != NULL;
}

/* Tells whether something is left to do of a migration that has been ready, so that it runs again.
 */
bool
zdm_resume_concerns(const ZdmMigration *m)
{
	return m->refused || has_unsynced_table(m) || has_lost_copy(m);
}

/*
 * paused or failed -> running; also gives a running one a worker if it has none.  One that is
 * ready or contracted runs again for a table that was attached, or without its trigger, or is
 * completed.
 */
void
zdm_resume_call(const ZdmMigration *given)
{
	ZdmMigration *m = zdm_own_again(given->id);

	zdm_tie_triggers(m);
	zdm_guards_request(m);
	m = zdm_lock_migration(m, can_refresh(m) ? zdm_contract_lock(m) : NIL);
	if (can_refresh(m))
	{
		zdm_run_for_caller(m, zdm_change_kind(m->kind)->refresh(m));
		return;
	}
	if (m->status == ZDM_RUNNING)
	{
		if (zdm_worker_is_there(m->id))
		{
			ereport(NOTICE, (errmsg("migration \"%s\" is running already", m->name)));
			return;
		}
	}
	else if (m->status == ZDM_PAUSED || m->status == ZDM_FAILED)
		zdm_migration_set_status(m, ZDM_RUNNING, "resumed");
	else if (has_lost_copy(m))
		(void) zdm_repeat_lost_copy(m->id);
	else if (has_unsynced_table(m))
		zdm_repeat_backfill(m, "resumed for a table that was not synced");
	else if (is_ready(m) && m->complete)
		zdm_migration_clear_error(m);
	else
		wrong_status(m, "resume", "Only a paused or failed migration can be resumed.");
	zdm_worker_request(m->id);
}

/* The lock that zdm_contract_call() and zdm_reopen_call() want; of none if they do nothing. */
List *
zdm_contract_lock(const ZdmMigration *m)
{
	List *steps;

	if (m->status != ZDM_READY && m->status != ZDM_CONTRACTED)
		return NIL;
	steps = zdm_steps(m->id);
	return zdm_carried_locks(m, steps,
							 zdm_steps_locks(steps, ZDM_PHASE_CONTRACT, ZDM_PHASE_CONTRACT));
}

static List *
rollback_locks(const ZdmMigration *m, List *steps)
{
	List *locks = zdm_undo_locks(steps);

	return m->status == ZDM_CONTRACTED ? zdm_carried_locks(m, steps, locks) : locks;
}

/* The lock that zdm_rollback_call() wants. */
List *
zdm_rollback_lock(const ZdmMigration *m)
{
	if (m->status == ZDM_FINALIZED || m->status == ZDM_ROLLED_BACK)
		return NIL;
	return rollback_locks(m, zdm_steps(m->id));
}

/* The lock that zdm_finalize_call() wants. */
List *
zdm_finalize_lock(const ZdmMigration *m)
{
	if (m->status != ZDM_CONTRACTED)
		return NIL;
	return zdm_steps_locks(zdm_steps(m->id), ZDM_PHASE_FINALIZE, ZDM_PHASE_FINALIZE);
}

/* Refuses to contract where a trigger that was made since expand fires after the sync trigger. */
static void
require_last(const ZdmMigration *m)
{
	ZdmTree tree = zdm_tree(m->relation);

	if (m->trigger_name == NULL || get_rel_name(m->relation) == NULL)
		return;
	while (zdm_tree_next(&tree))
	{
		Relation rel = tree.rel;

		zdm_check_trigger_order(rel, m->trigger_name);
	}
}

/* Hides once more an index that was built anew since contract, and so is visible again. */
static void
hide_again(ZdmMigration *m, const char *index)
{
	List *steps = zdm_steps(m->id);
	ListCell *lc;

	foreach (lc, steps)
	{
		ZdmStep *step = lfirst(lc);

		if (step->phase == ZDM_PHASE_CONTRACT)
			step->status = ZDM_STEP_PENDING;
	}
	zdm_run_caller_steps(m, steps, ZDM_PHASE_CONTRACT);
	zdm_migration_event(m, "hidden again", index);
	ereport(NOTICE, (errmsg("index %s was visible again, and is hidden now", index),
					 errdetail("REINDEX, VACUUM FULL, CLUSTER and TRUNCATE bring it back.")));
}

/* Raises an error if the rows do not allow a contract; may read all of them, so without a lock. */
void
zdm_contract_check(ZdmMigration *m)
{
	if (m->status == ZDM_READY && zdm_change_kind(m->kind)->check_contract)
		zdm_change_kind(m->kind)->check_contract(m);
}

/*
 * ready -> contracted: only the new schema is visible.  One short transaction.  The caller has
 * called zdm_contract_check().
 */
void
zdm_contract_call(const ZdmMigration *given)
{
	ZdmMigration *m = zdm_own_again(given->id);
	char *shown;

	if (m->status == ZDM_READY || zdm_hidden_index_shown(m))
		m = zdm_lock_migration(m, zdm_contract_lock(m));
	shown = zdm_hidden_index_shown(m);
	if (shown)
	{
		hide_again(m, shown);
		return;
	}
	if (m->status == ZDM_CONTRACTED || m->status == ZDM_FINALIZED)
	{
		ereport(NOTICE, (errmsg("migration \"%s\" is %s already, nothing to do", m->name,
								zdm_status_name(m->status))));
		return;
	}
	if (m->status != ZDM_READY)
		wrong_status(m, "contract", zdm_hint_not_ready(m));
	if (!zdm_change_kind(m->kind)->follower_goes)
		zdm_require_synced(m, "contract");
	require_last(m);
	zdm_require_nothing_left(m);
	zdm_require_statistics_owned(m, "contract");
	zdm_restore_point_before(m, ZDM_PHASE_CONTRACT);
	zdm_run_caller_steps(m, zdm_steps(m->id), ZDM_PHASE_CONTRACT);
	zdm_settle_not_null_names(m);
	zdm_note_contracted(m);
	zdm_migration_set_phase(m, ZDM_PHASE_FINALIZE);
	zdm_migration_set_status(m, ZDM_CONTRACTED, NULL);
	zdm_mark_parts(m);
	zdm_guards_request(m);
}

/* Who reopens a migration wants both schemas, not to have it contracted at once. */
static void
complete_no_more(ZdmMigration *m)
{
	Jsonb *shown;

	(void) zdm_migration_alter_settings(m, zdm_json_parse("{\"complete\": false}"), NULL, NULL,
										&shown);
	ereport(NOTICE, (errmsg("migration \"%s\" is not completed by itself any more", m->name),
					 errhint("SELECT zdm.alter_backfill(%s, complete => true) changes that.",
							 quote_literal_cstr(m->name))));
}

/* contracted -> ready: both schemas are visible again, at once. */
void
zdm_reopen_call(const ZdmMigration *given)
{
	ZdmMigration *m = zdm_own_again(given->id);

	if (m->status == ZDM_CONTRACTED)
		m = zdm_lock_migration(m, zdm_contract_lock(m));
	if (m->status == ZDM_READY)
	{
		ereport(NOTICE, (errmsg("migration \"%s\" is open already, nothing to do", m->name)));
		return;
	}
	if (m->status != ZDM_CONTRACTED)
		wrong_status(m, "reopen",
					 m->status == ZDM_FINALIZED ? finalized_hint
												: "Only a contracted migration can be reopened.");
	if (zdm_change_kind(m->kind)->stays_synced)
		zdm_require_synced(m, "reopen");
	zdm_require_nothing_made(m, "reopen");
	zdm_require_statistics_owned(m, "reopen");
	zdm_undo_steps(m, zdm_steps(m->id), ZDM_PHASE_CONTRACT);
	zdm_settle_not_null_names(m);
	if (zdm_change_kind(m->kind)->reopened)
		zdm_change_kind(m->kind)->reopened(m);
	zdm_migration_set_phase(m, ZDM_PHASE_CONTRACT);
	zdm_migration_set_status(m, ZDM_READY, "reopened");
	zdm_mark_parts(m);
	zdm_guards_request(m);
	if (m->complete)
		complete_no_more(m);
	/* What a crash has emptied follows by now, and is no copy to be contracted to. */
	if (zdm_repeat_lost_copy(m->id))
		zdm_worker_request(m->id);
}

/*
 * To the old schema alone, from any status but finalized.  With
 * `only_unfinished` (zdm.cancel) only a migration that was never ready.
 */
void
zdm_rollback_call(const ZdmMigration *given, bool only_unfinished)
{
	ZdmMigration *m = zdm_own_again(given->id);
	List *steps = zdm_steps(m->id);
	const char *call = only_unfinished ? "cancel" : "roll back";
	List *identified;

	if (m->status != ZDM_FINALIZED && m->status != ZDM_ROLLED_BACK)
	{
		List *locks = rollback_locks(m, steps);

		zdm_worker_interrupt(m->id);
		m = zdm_lock_migration(m, locks);
		if (!zdm_locks_cover(locks, zdm_undo_locks(zdm_steps(m->id))))
			ereport(ERROR, (errcode(ERRCODE_OBJECT_IN_USE),
							errmsg("migration \"%s\" was contracted in the meantime", m->name),
							errhint("Call it again.")));
	}
	if (m->status == ZDM_ROLLED_BACK)
	{
		ereport(NOTICE,
				(errmsg("migration \"%s\" is rolled back already, nothing to do", m->name)));
		return;
	}
	if (m->status == ZDM_FINALIZED)
		wrong_status(m, call, finalized_hint);
	steps = zdm_steps(m->id);
	if (only_unfinished &&
		(m->status == ZDM_READY || m->status == ZDM_CONTRACTED || zdm_contract_is_done(steps)))
		wrong_status(m, call,
					 psprintf("SELECT zdm.rollback(%s) undoes it at this point",
							  quote_literal_cstr(m->name)));
	if (zdm_contract_is_done(steps) && zdm_change_kind(m->kind)->trusts_sync &&
		get_rel_name(m->relation) != NULL)
		zdm_require_synced(m, "roll back");
	if (zdm_contract_is_done(steps))
	{
		zdm_require_nothing_made(m, "roll back");
		zdm_require_statistics_owned(m, "roll back");
	}
	identified = zdm_identified_tables(m);
	zdm_undo_steps(m, steps, ZDM_PHASE_EXPAND);
	zdm_require_identified(m, identified, call);
	zdm_settle_not_null_names(m);
	zdm_migration_set_status(m, ZDM_ROLLED_BACK, NULL);
	zdm_unmark_parts(m, false);
	if (zdm_change_kind(m->kind)->rolled_back)
		zdm_change_kind(m->kind)->rolled_back(m);
}

/* contracted -> finalized: drops what was kept for a rollback. */
void
zdm_finalize_call(const ZdmMigration *given)
{
	ZdmMigration *m = zdm_own_again(given->id);
	List *steps = zdm_steps(m->id);
	List *identified;

	if (m->status == ZDM_CONTRACTED)
		m = zdm_lock_migration(m, zdm_finalize_lock(m));
	if (m->status == ZDM_FINALIZED)
	{
		ereport(NOTICE, (errmsg("migration \"%s\" is finalized already, nothing to do", m->name)));
		return;
	}
	if (m->status != ZDM_CONTRACTED)
		wrong_status(m, "finalize",
					 m->status == ZDM_READY ? psprintf("SELECT zdm.contract(%s) comes first",
													   quote_literal_cstr(m->name))
											: zdm_hint_not_ready(m));
	zdm_restore_point_before(m, ZDM_PHASE_FINALIZE);
	identified = zdm_identified_tables(m);
	zdm_run_caller_steps(m, zdm_steps(m->id), ZDM_PHASE_FINALIZE);
	zdm_require_identified(m, identified, "finalize");
	zdm_notice_notes(steps, ZDM_PHASE_FINALIZE);
	zdm_migration_set_status(m, ZDM_FINALIZED, NULL);
	zdm_unmark_parts(m, false);
}
