/*
 * merge_log.c
 *		The record: the log of a table that is being merged into another one.
 *
 * The log is a target of the migration, from expand to the turn: as long as there is one, the
 * table that it is of is the truth.
 */
#include "postgres.h"

#include "base/query.h"
#include "record/merge_log.h"
#include "record/shadow.h"
#include "record/target.h"

/* Tells whether a migration merges a table into its own. */
bool
zdm_merges(const ZdmMigration *m)
{
	return strcmp(m->kind, "merge") == 0;
}

/* Returns the log; InvalidOid: there is none, or no more. */
Oid
zdm_merge_log(const ZdmMigration *m)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};
	Oid log = InvalidOid;

	zdm_record_begin(&scope);
	zdm_arg_int8(&args, m->id);
	if (zdm_query("SELECT relation::oid AS relation FROM zdm.target_row"
				  " WHERE migration_id = $1 AND role = 'log'",
				  &args) > 0)
		log = zdm_result_oid(0, "relation");
	zdm_record_end(&scope);
	return log;
}

/* Notes what the view of the part's name is called: contract gives it another name. */
void
zdm_merge_note_view(const ZdmMigration *m, Oid view)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};

	zdm_record_begin(&scope);
	zdm_arg_int8(&args, m->id);
	zdm_arg_oid(&args, view);
	zdm_query("UPDATE zdm.target_row t SET name_then = c.relname FROM pg_catalog.pg_class c"
			  " WHERE t.migration_id = $1 AND t.relation = $2 AND c.oid = $2",
			  &args);
	zdm_record_end(&scope);
}

/* Returns what it was called then. */
char *
zdm_merge_view_name(const ZdmMigration *m, Oid view)
{
	ListCell *lc;

	foreach (lc, zdm_targets(m->id))
		if (((ZdmTarget *) lfirst(lc))->relation == view)
			return ((ZdmTarget *) lfirst(lc))->name;
	elog(ERROR, "view %u is no target", view);
	return NULL; /* keep the compiler quiet */
}

/*
 * Returns the table whose rows a migration goes through to fill its own: another one, as long as
 * that is the truth which is merged; else its own.
 */
Oid
zdm_merge_source(const ZdmMigration *m)
{
	Oid part = zdm_merges(m) && OidIsValid(zdm_merge_log(m)) ? zdm_shadow_follower(m) : InvalidOid;

	return OidIsValid(part) ? part : m->relation;
}

/* Tells whether a relation is the log of a migration that is under way. */
bool
zdm_merge_is_log(int64 migration, Oid relation)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};
	bool result;

	zdm_record_begin(&scope);
	zdm_arg_int8(&args, migration);
	zdm_arg_oid(&args, relation);
	result = zdm_query("SELECT FROM zdm.migration_row m"
					   "  JOIN zdm.target_row l ON l.migration_id = m.id AND l.role = 'log'"
					   " WHERE m.id = $1 AND l.relation = $2"
					   "   AND m.status NOT IN ('finalized', 'rolled_back')",
					   &args) > 0;
	zdm_record_end(&scope);
	return result;
}

/*
 * Looks up what a trigger is to log, by the migration that its argument names; nothing if the
 * record knows of no such trigger on that table.
 */
void
zdm_merge_look_up_trigger(Oid relation, const char *trigger, const char *argument,
						  ZdmMergeTrigger *found)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};
	char *end;
	int64 migration = strtoll(argument, &end, 10);
	List *columns;

	memset(found, 0, sizeof(ZdmMergeTrigger));
	if (end == argument || *end != '\0')
		return;
	zdm_record_begin(&scope);
	zdm_arg_int8(&args, migration);
	zdm_arg_oid(&args, relation);
	zdm_arg_text(&args, zdm_shadow_row_trigger(trigger));
	if (zdm_query("SELECT l.relation::oid AS log, m.relation::oid AS whole"
				  "  FROM zdm.migration_row m"
				  "  JOIN zdm.target_row t ON t.migration_id = m.id AND t.role <> 'log'"
				  "  JOIN zdm.target_row l ON l.migration_id = m.id AND l.role = 'log'"
				  " WHERE m.id = $1 AND m.kind = 'merge' AND t.relation = $2"
				  "   AND t.trigger_name = $3 AND m.status NOT IN ('finalized', 'rolled_back')",
				  &args) > 0)
	{
		found->log = zdm_result_oid(0, "log");
		found->whole = zdm_result_oid(0, "whole");
	}
	zdm_record_end(&scope);
	if (!OidIsValid(found->log))
		return;
	columns = zdm_migration_columns(migration);
	found->hidden = list_copy_tail(columns, list_length(columns) / 2);
}
