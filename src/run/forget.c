/*
 * forget.c
 *		Ending a migration without undoing or finishing it.
 *
 * For one that neither rollback nor finalize can end any more.  No value is lost and no
 * write fails: the sync triggers go, which nobody would answer for; columns that writers of
 * the old schema don't know may be NULL; an index that was hidden is seen again.  All else
 * stays as it is, and is named.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/relation.h"
#include "access/xact.h"
#include "catalog/index.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_index.h"
#include "catalog/pg_trigger.h"
#include "commands/trigger.h"
#include "rewrite/rewriteHandler.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "base/json.h"
#include "base/names.h"
#include "base/owner.h"
#include "base/query.h"
#include "base/transaction.h"
#include "base/tree.h"
#include "base/triggers.h"
#include "change/change.h"
#include "change/marks.h"
#include "change/merge.h"
#include "change/own_trigger.h"
#include "change/shadow.h"
#include "change/stand_in.h"
#include "change/ties.h"
#include "record/merge_log.h"
#include "record/shadow.h"
#include "record/unlogged.h"
#include "run/executor.h"
#include "run/forget.h"
#include "run/interrupt.h"
#include "run/lifecycle.h"
#include "sync/given_default.h"

/* Tells whether a step of the migration has made a column: to undo it is to drop that. */
static bool
has_created(const ZdmMigration *m, List *steps, const char *column)
{
	char *undo = psprintf("ALTER TABLE %s DROP COLUMN IF EXISTS %s", m->relation_name,
						  quote_identifier(column));
	ListCell *lc;

	foreach (lc, steps)
	{
		ZdmStep *step = lfirst(lc);

		if (step->undo.text && strcmp(step->undo.text, undo) == 0)
			return true;
	}
	return false;
}

/* Tells whether it is this column that the migration makes NOT NULL. */
static bool
is_filled_column(const ZdmMigration *m, const char *column)
{
	char *filled =
		strcmp(m->kind, "not_null") == 0 ? zdm_json_string(m->arguments, "column_name") : NULL;

	return filled && strcmp(filled, column) == 0;
}

/*
 * Tells whether a NULL in a column that the migration has made could violate this: a check, or
 * an index in which one NULL equals another.  Of all that is hidden nobody misses it.
 */
static bool
may_refuse_null(const ZdmPart *part)
{
	Oid oid = part->address.objectId;
	HeapTuple tuple;
	bool result = false;

	if (!part->hidden)
		return false;
	if (part->address.classId == ConstraintRelationId)
	{
		tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(oid));
		if (!HeapTupleIsValid(tuple))
			return false;
		result = ((Form_pg_constraint) GETSTRUCT(tuple))->contype == CONSTRAINT_CHECK;
	}
	else
	{
		if (part->address.classId != RelationRelationId || part->address.objectSubId != 0)
			return false;
		tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(oid));
		if (!HeapTupleIsValid(tuple))
			return false;
		result = ((Form_pg_index) GETSTRUCT(tuple))->indnullsnotdistinct;
	}
	ReleaseSysCache(tuple);
	return result;
}

/* What runs in zdm_try(): statements as the owner of the migration's table. */
typedef struct Relaxing
{
	const ZdmMigration *migration;
	const char *sql;
} Relaxing;

static void
run_relaxing(void *arg)
{
	Relaxing *request = arg;
	const ZdmMigration *m = request->migration;

	zdm_run_as_owner(m, zdm_relation_owner(m->relation), request->sql);
}

/* Runs what lets NULLs in; a table below may be somebody else's, to whom that is left. */
static void
relax_as_owner(const ZdmMigration *m, const char *sql)
{
	Relaxing request = {m, sql};
	ErrorData *error = zdm_try(run_relaxing, &request);

	if (error && error->sqlerrcode != ERRCODE_INSUFFICIENT_PRIVILEGE)
		ReThrowError(error);
	if (error)
		ereport(WARNING,
				(errmsg("migration \"%s\" leaves columns that take no null behind", m->name),
				 errdetail("Its table's owner can't change that: %s.", error->message),
				 errhint("This changes it: %s", sql)));
}

/* Adds the statement that takes a default away which only a sync trigger understands. */
static void
append_drop_default(StringInfo sql, const char *table, const char *column)
{
	appendStringInfo(sql, "ALTER TABLE %s ALTER COLUMN %s SET DEFAULT NULL;\n", table,
					 quote_identifier(column));
}

/*
 * Lets NULLs into the columns that the sync trigger has filled for writers of the old schema;
 * for a migration that has not been contracted and has lost its trigger.
 */
void
zdm_relax_created(const ZdmMigration *m, List *steps)
{
	char *table = zdm_qualified_name(m->relation);
	int level = zdm_pin_quoting();
	Relation rel = relation_open(m->relation, AccessShareLock);
	TupleDesc desc = RelationGetDescr(rel);
	StringInfoData sql;
	ListCell *lc;

	initStringInfo(&sql);
	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute att = TupleDescAttr(desc, i);
		Node *expr;

		if (att->attisdropped || att->attidentity ||
			!(has_created(m, steps, NameStr(att->attname)) ||
			  is_filled_column(m, NameStr(att->attname))))
			continue;
		expr = att->atthasdef ? build_column_default(rel, att->attnum) : NULL;
		if (zdm_is_given_default(expr))
			append_drop_default(&sql, table, NameStr(att->attname));
		if (att->attnotnull && (!att->atthasdef || zdm_is_given_default(expr)))
			appendStringInfo(&sql, "ALTER TABLE %s ALTER COLUMN %s DROP NOT NULL;\n", table,
							 quote_identifier(NameStr(att->attname)));
	}
	foreach (lc, zdm_parts(m, steps))
	{
		ZdmPart *part = lfirst(lc);

		if (!may_refuse_null(part))
			continue;
		if (part->address.classId == ConstraintRelationId)
			appendStringInfo(&sql, "ALTER TABLE %s DROP CONSTRAINT %s;\n", table,
							 quote_identifier(part->name));
		else
			appendStringInfo(&sql, "DROP INDEX %s;\n", zdm_qualified_name(part->address.objectId));
	}
	relation_close(rel, NoLock);
	AtEOXact_GUC(false, level);
	relax_as_owner(m, sql.data);
}

/* Tells whether a trigger has the name of a migration's sync trigger, or of one that goes with it.
 */
static bool
is_named(const Trigger *trigger, const char *name)
{
	return strcmp(trigger->tgname, name) == 0 ||
		   strcmp(trigger->tgname, zdm_shadow_truncate_trigger(name)) == 0 ||
		   strcmp(trigger->tgname, zdm_shadow_required_trigger(name)) == 0;
}

/* Returns the view by which other columns of the table are seen, with a trigger; or InvalidOid. */
static Oid
view_with_trigger(const ZdmMigration *m)
{
	return strcmp(m->kind, "extract") == 0 || zdm_merges(m) ? zdm_stand_in(m) : InvalidOid;
}

/* Drops the triggers of a migration that a table has which is none of its own tree. */
static void
drop_other_triggers(const ZdmMigration *m, Oid relation)
{
	const char *names[] = {m->trigger_name, zdm_shadow_truncate_trigger(m->trigger_name)};

	for (int i = 0; i < lengthof(names); i++)
		if (OidIsValid(relation) && get_rel_name(relation) &&
			OidIsValid(get_trigger_oid(relation, names[i], true)))
			zdm_run_as_owner(m, zdm_relation_owner(relation),
							 psprintf("DROP TRIGGER %s ON %s", quote_identifier(names[i]),
									  zdm_qualified_name(relation)));
}

/*
 * Drops the sync triggers of a migration, each as the owner of its table, but for clones,
 * which go with their parent's.
 */
static void
drop_triggers(const ZdmMigration *m)
{
	ZdmTree tree = zdm_tree(m->relation);
	List *owners = NIL;
	List *commands = NIL; /* for each of them */
	ListCell *owner;
	ListCell *command;

	while (m->trigger_name && zdm_tree_next(&tree))
	{
		TriggerDesc *triggers = zdm_triggers(tree.rel);
		const char *sql = "";

		for (int i = 0; i < triggers->numtriggers; i++)
		{
			Trigger *trigger = &triggers->triggers[i];

			if (is_named(trigger, m->trigger_name) && !trigger->tgisclone &&
				zdm_is_own_trigger(trigger->tgoid))
				sql = psprintf("%sDROP TRIGGER %s ON %s;\n", sql, quote_identifier(trigger->tgname),
							   zdm_qualified_name(RelationGetRelid(tree.rel)));
		}
		owners = lappend_oid(owners, tree.rel->rd_rel->relowner);
		commands = lappend(commands, unconstify(char *, sql));
	}
	forboth (owner, owners, command, commands)
		zdm_run_as_owner(m, lfirst_oid(owner), lfirst(command));
	if (OidIsValid(view_with_trigger(m)))
		drop_other_triggers(m, view_with_trigger(m));
	if (zdm_merges(m))
		drop_other_triggers(m, zdm_shadow_follower(m));
}

/* Takes the defaults away that only a sync trigger understands; DROP EXTENSION would meet them. */
static void
drop_given_defaults(const ZdmMigration *m)
{
	char *table = zdm_qualified_name(m->relation);
	Relation rel = relation_open(m->relation, AccessShareLock);
	StringInfoData sql;
	ListCell *lc;

	initStringInfo(&sql);
	foreach (lc, zdm_migration_columns(m->id))
	{
		AttrNumber attnum = get_attnum(m->relation, lfirst(lc));

		if (attnum != InvalidAttrNumber && zdm_is_given_default(build_column_default(rel, attnum)))
			append_drop_default(&sql, table, lfirst(lc));
	}
	relation_close(rel, NoLock);
	zdm_run_as_owner(m, zdm_relation_owner(m->relation), sql.data);
}

/* Lets the planner see an index again that contract has hidden; writes have kept it. */
static void
show_index(const ZdmMigration *m, List *parts)
{
	ListCell *lc;

	foreach (lc, parts)
	{
		const ObjectAddress *address = &((ZdmPart *) lfirst(lc))->address;
		HeapTuple tuple;
		Form_pg_index form;
		bool hidden;

		if (address->classId != RelationRelationId || address->objectSubId != 0)
			continue;
		tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(address->objectId));
		if (!HeapTupleIsValid(tuple))
			continue;
		form = (Form_pg_index) GETSTRUCT(tuple);
		hidden = !form->indisvalid && form->indisready && form->indislive;
		ReleaseSysCache(tuple);
		if (hidden)
			index_set_state_flags(address->objectId, INDEX_CREATE_SET_VALID);
	}
	CacheInvalidateRelcacheByRelid(m->relation);
}

/* Tells whether undoing a step would only remove something. */
static bool
undo_removes(const ZdmStep *step)
{
	return strcmp(step->undo.action, ZDM_ACTION_DROP_SHADOW) == 0 ||
		   strcmp(step->undo.action, ZDM_ACTION_DROP_MERGE) == 0 ||
		   (strstr(step->undo.text, "DROP ") != NULL && strstr(step->undo.text, "ADD ") == NULL);
}

/* Tells whether an object would have gone with the steps that are not run any more. */
static bool
is_left_behind(const ZdmMigration *m, List *steps, const ZdmPart *part)
{
	bool is_column = part->address.classId == RelationRelationId && part->address.objectSubId != 0;
	ListCell *lc;

	if (part->address.classId == RelationRelationId && !is_column &&
		OidIsValid(get_index_constraint(part->address.objectId)))
		return false; /* the constraint is named */
	if (part->hidden)
		return true;
	if (zdm_contract_is_done(steps))
		return false;
	if (is_column)
		return has_created(m, steps, part->name);
	foreach (lc, steps)
	{
		ZdmStep *step = lfirst(lc);

		if (step->undo.text && step->status == ZDM_STEP_DONE && undo_removes(step) &&
			zdm_mentions(step->undo.text, part->name))
			return true;
	}
	return false;
}

/* Says what stays, and what of the old schema is not brought back. */
static void
notice_leftovers(const ZdmMigration *m, List *steps)
{
	int level = zdm_pin_quoting();
	ListCell *lc;

	foreach (lc, zdm_parts(m, steps))
	{
		ZdmPart *part = lfirst(lc);

		if (is_left_behind(m, steps, part))
			ereport(NOTICE, (errmsg("migration \"%s\" leaves behind: %s", m->name,
									getObjectDescription(&part->address, false))));
	}
	if ((zdm_change_kind(m->kind)->refresh || strcmp(m->kind, "extract") == 0 || zdm_merges(m)) &&
		OidIsValid(zdm_stand_in(m)))
	{
		ereport(NOTICE, (errmsg("migration \"%s\" leaves behind: view %s", m->name,
								zdm_qualified_name(zdm_stand_in(m)))));
		AtEOXact_GUC(false, level);
		return;
	}
	foreach (lc, steps)
	{
		ZdmStep *step = lfirst(lc);

		if (step->phase <= ZDM_PHASE_VALIDATE && step->status == ZDM_STEP_DONE && step->undo.text &&
			!undo_removes(step))
			ereport(NOTICE,
					(errmsg("migration \"%s\" does not bring back: %s", m->name, step->undo.text)));
	}
	AtEOXact_GUC(false, level);
}

/* Says which table stays that followed another one, and does so no more. */
static void
notice_hidden_table(const ZdmMigration *m)
{
	Oid log = zdm_merges(m) ? zdm_merge_log(m) : InvalidOid;
	char *name = zdm_qualified_name(OidIsValid(log) ? log : zdm_shadow_follower(m));

	if (name)
		ereport(NOTICE, (errmsg("migration \"%s\" leaves behind: table %s", m->name, name)));
}

/*
 * Ends a migration: finalized where only its new schema was visible, else rolled back.  The
 * caller has the lock on its tables and its row, and has the right to.
 */
void
zdm_forget(ZdmMigration *m)
{
	List *steps = zdm_steps(m->id);
	bool contracted = zdm_contract_is_done(steps) && strcmp(m->kind, "drop_index") != 0;

	if (SearchSysCacheExists1(RELOID, ObjectIdGetDatum(m->relation)))
	{
		drop_triggers(m);
		drop_given_defaults(m);
		if (!contracted && m->trigger_name)
			zdm_relax_created(m, steps);
		if (zdm_merges(m))
			zdm_run_as_owner(m, zdm_relation_owner(zdm_shadow_follower(m)),
							 zdm_merge_relax_sql(m, steps));
		if (strcmp(m->kind, "drop_index") == 0)
			show_index(m, zdm_parts(m, steps));
		CommandCounterIncrement();
		notice_leftovers(m, steps);
		notice_hidden_table(m);
	}
	zdm_unlogged_unmark(m->id);
	zdm_migration_set_status(m, contracted ? ZDM_FINALIZED : ZDM_ROLLED_BACK, "forgotten");
	zdm_unmark_parts(m, true);
	if (zdm_merges(m))
		zdm_merge_rolled_back(m);
}

/* Tells whether a migration has ended. */
static bool
is_over(const ZdmMigration *m)
{
	return m->status == ZDM_FINALIZED || m->status == ZDM_ROLLED_BACK;
}

/* Stops the worker of a migration that is to be forgotten, before any lock is waited for. */
void
zdm_forget_check(ZdmMigration *m)
{
	if (!is_over(m))
		zdm_worker_interrupt(m->id);
}

/* The locks that zdm_forget_call() wants. */
List *
zdm_forget_lock(const ZdmMigration *m)
{
	List *locks = is_over(m) ? NIL : zdm_add_lock(NIL, m->relation, AccessExclusiveLock);
	Oid view = view_with_trigger(m);

	return locks != NIL && OidIsValid(view) ? zdm_add_lock(locks, view, AccessExclusiveLock)
											: locks;
}

/* From any status to the end.  The caller has called zdm_forget_check(). */
void
zdm_forget_call(const ZdmMigration *given)
{
	ZdmMigration *m = zdm_own_again(given->id);

	if (!is_over(m))
		m = zdm_lock_migration(m, zdm_forget_lock(m));
	if (is_over(m))
		ereport(NOTICE, (errmsg("migration \"%s\" is %s already, nothing to do", m->name,
								zdm_status_name(m->status))));
	else
		zdm_forget(m);
}
