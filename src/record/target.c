/*
 * target.c
 *		The record: zdm.target.
 *
 * Steps are text, and name relations as they were called when the migration began.  What
 * they mean is the relation that had the name then: known by its OID, whatever it is called
 * now, and whatever else has taken the name.
 */
#include "postgres.h"

#include "executor/spi.h"
#include "utils/lsyscache.h"

#include "base/query.h"
#include "record/target.h"

static const char *const role_names[] = {"table", "locked", "named", "shadow", "log"};

/* Makes a target of a relation as it is called now; NULL if there is none. */
ZdmTarget *
zdm_target_make(Oid relation, ZdmTargetRole role)
{
	char *name = get_rel_name(relation);
	char *schema = name ? get_namespace_name(get_rel_namespace(relation)) : NULL;
	ZdmTarget *target;

	if (schema == NULL)
		return NULL;
	target = palloc0(sizeof(ZdmTarget));
	target->relation = relation;
	target->role = role;
	target->schema = schema;
	target->name = name;
	return target;
}

/* Adds a relation to those of a list, unless it is there, or does not exist. */
List *
zdm_add_target(List *targets, Oid relation, ZdmTargetRole role)
{
	ZdmTarget *target;

	if (zdm_target_number(targets, relation) > 0)
		return targets;
	target = zdm_target_make(relation, role);
	return target ? lappend(targets, target) : targets;
}

/* Returns the number that a relation has in the record; 0: it is no target. */
int
zdm_target_number(List *targets, Oid relation)
{
	ListCell *lc;

	foreach (lc, targets)
		if (((ZdmTarget *) lfirst(lc))->relation == relation)
			return foreach_current_index(lc) + 1;
	return 0;
}

/* Lists a migration's targets (ZdmTarget *), its own table first. */
List *
zdm_targets(int64 migration)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};
	List *result = NIL;
	ZdmTarget *targets;
	uint64 n;

	zdm_record_begin(&scope);
	zdm_arg_int8(&args, migration);
	n = zdm_query("SELECT relation::oid AS relation, role, schema_then, name_then, trigger_name"
				  "  FROM zdm.target_row WHERE migration_id = $1 ORDER BY n",
				  &args);
	targets = SPI_palloc(sizeof(ZdmTarget) * (n + 1));
	memset(targets, 0, sizeof(ZdmTarget) * n);
	for (uint64 i = 0; i < n; i++)
	{
		targets[i].relation = zdm_result_oid(i, "relation");
		targets[i].role = zdm_result_word(i, "role", role_names, lengthof(role_names));
		targets[i].schema = zdm_result_text(i, "schema_then");
		targets[i].name = zdm_result_text(i, "name_then");
		targets[i].trigger_name = zdm_result_text(i, "trigger_name");
	}
	zdm_record_end(&scope);
	for (uint64 i = 0; i < n; i++)
		result = lappend(result, &targets[i]);
	return result;
}

/* Writes a target of a migration behind those that it has; within a record scope. */
static void
insert(int64 migration, const ZdmTarget *target)
{
	ZdmArgs args = {0};

	zdm_arg_int8(&args, migration);
	zdm_arg_oid(&args, target->relation);
	zdm_arg_text(&args, role_names[target->role]);
	zdm_arg_text(&args, target->schema);
	zdm_arg_text(&args, target->name);
	zdm_arg_text_list(&args, target->columns);
	zdm_arg_text_list(&args, target->reads_columns);
	zdm_arg_text(&args, target->trigger_name);
	zdm_query("INSERT INTO zdm.target_row (migration_id, n, relation, role, schema_then, name_then,"
			  "                            columns, reads_columns, trigger_name)"
			  "SELECT $1, coalesce(max(n), 0) + 1, $2::oid::regclass, $3, $4, $5, $6, $7, $8"
			  "  FROM zdm.target_row WHERE migration_id = $1",
			  &args);
}

/* Writes a new migration's targets. */
void
zdm_targets_insert(int64 migration, List *targets)
{
	ZdmRecordScope scope;
	ListCell *lc;

	zdm_record_begin(&scope);
	foreach (lc, targets)
		insert(migration, lfirst(lc));
	zdm_record_end(&scope);
}

/* Adds a relation that a step has made, by the name that it has now, and its sync trigger. */
void
zdm_target_insert(int64 migration, Oid relation, ZdmTargetRole role, char *trigger_name)
{
	ZdmTarget *target = zdm_target_make(relation, role);
	ZdmRecordScope scope;

	if (target == NULL)
		elog(ERROR, "relation %u is gone", relation);
	target->trigger_name = trigger_name;
	zdm_record_begin(&scope);
	insert(migration, target);
	zdm_record_end(&scope);
}

/* Forgets the relations that have a role. */
void
zdm_targets_delete(int64 migration, ZdmTargetRole role)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};

	zdm_record_begin(&scope);
	zdm_arg_int8(&args, migration);
	zdm_arg_text(&args, role_names[role]);
	zdm_query("DELETE FROM zdm.target_row WHERE migration_id = $1 AND role = $2", &args);
	zdm_record_end(&scope);
}

/* Takes the relations that are gone out of those that are locked together with the table. */
static void
forget_locked_that_are_gone(int64 migration)
{
	ZdmArgs args = {0};

	zdm_arg_int8(&args, migration);
	zdm_query("DELETE FROM zdm.target_row t WHERE migration_id = $1 AND role = 'locked'"
			  "   AND NOT EXISTS (SELECT FROM pg_catalog.pg_class WHERE oid = t.relation)",
			  &args);
}

/* Adds a relation that a step has made, and that all steps lock as they lock the table from now on.
 */
void
zdm_target_add_locked(int64 migration, Oid relation)
{
	ZdmTarget *target = zdm_target_make(relation, ZDM_TARGET_LOCKED);
	ZdmRecordScope scope;
	ZdmArgs args = {0};

	zdm_record_begin(&scope);
	forget_locked_that_are_gone(migration);
	insert(migration, target);
	zdm_arg_int8(&args, migration);
	zdm_arg_oid(&args, relation);
	zdm_query("UPDATE zdm.step_row s SET locks = s.locks || pg_catalog.jsonb_build_object("
			  "           t.n::text, s.locks -> s.target::text)"
			  "  FROM zdm.target_row t"
			  " WHERE s.migration_id = $1 AND t.migration_id = $1 AND t.relation = $2"
			  "   AND s.locks ? s.target::text",
			  &args);
	zdm_record_end(&scope);
}
