/*
 * migration_search.c
 *		The record: what migrations have to do with each other.
 */
#include "postgres.h"

#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"

#include "base/query.h"
#include "record/migration.h"
#include "record/rollout.h"
#include "record/target.h"

/* Lists the columns that a migration creates, writes or renames (of char *). */
List *
zdm_migration_columns(int64 id)
{
	ZdmArgs args = {0};

	zdm_arg_int8(&args, id);
	return zdm_query_names("SELECT unnest(columns) AS name FROM zdm.target_row"
						   " WHERE migration_id = $1 AND n = 1",
						   &args);
}

/*
 * Tells whether a later migration of the same table has changed what this one has made:
 * then it is no wonder that it is not there any more.  index: its name, for a migration
 * that is about one; else NULL.
 */
bool
zdm_migration_superseded(const ZdmMigration *m, const char *index)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};
	bool superseded;

	zdm_record_begin(&scope);
	zdm_arg_int8(&args, m->id);
	zdm_arg_text(&args, index);
	superseded =
		zdm_query(
			"SELECT 1 FROM zdm.target_row t JOIN zdm.target_row o ON o.relation = t.relation"
			"  JOIN zdm.migration_row later ON later.id = o.migration_id"
			" WHERE t.migration_id = $1 AND t.role IN ('table', 'shadow') AND later.id > $1"
			"   AND later.status <> 'rolled_back'"
			"   AND (o.columns && (t.columns || t.reads_columns)"
			"        OR o.n = 1 AND later.kind IN ('rename_table', 'move_table')"
			"           AND later.kind = (SELECT kind FROM zdm.migration_row WHERE id = $1)"
			"        OR o.role IN ('table', 'shadow') AND later.kind IN ('index', 'drop_index')"
			"           AND EXISTS (SELECT FROM zdm.step_row s WHERE s.migration_id = later.id"
			"                       AND position($2 IN s.command) > 0))",
			&args) > 0;
	zdm_record_end(&scope);
	return superseded;
}

/*
 * Returns the id of an unfinished migration that stands in the way of this one at one of its
 * targets: see zdm_migration_in_the_way().  0 if there is none.
 */
static int64
in_the_way_at(const ZdmMigration *m, const ZdmTarget *target, bool along, char **columns)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};
	int64 id = 0;

	zdm_record_begin(&scope);
	zdm_arg_oid(&args, target->relation);
	zdm_arg_text_list(&args, target->columns);
	zdm_arg_text_list(&args, target->reads_columns);
	zdm_arg_text_list(&args, zdm_oid_texts(m->also_locks));
	zdm_arg_text(&args, m->kind);
	zdm_arg_text(&args, along ? m->release : NULL);
	if (zdm_query(
			"SELECT m.id, CASE WHEN t.relation = $1 THEN (SELECT coalesce(string_agg(name, ', '),"
			"           'every one') FROM"
			"           (SELECT quote_ident(unnest(t.columns))"
			"             INTERSECT SELECT quote_ident(unnest($2 || $3))"
			"             UNION (SELECT quote_ident(unnest(t.reads_columns))"
			"             INTERSECT SELECT quote_ident(unnest($2)))) AS c (name)) END AS columns"
			"  FROM zdm.migration_row m JOIN zdm.target_row t ON t.migration_id = m.id"
			" WHERE (t.relation = $1 AND (t.columns && ($2 || $3) OR t.reads_columns && $2"
			/* Another table takes its place. */
			"                OR t.role IN ('table', 'shadow') AND ARRAY[kind, $5] && "
			"'{shadow_table,compact}'"
			/* It is zdm's own, or has to stay as it is. */
			"                OR t.role = 'log'"
			"                OR t.role = 'shadow' AND kind IN ('extract', 'merge'))"
			"        OR t.n = 1 AND t.relation = ANY ($4::oid[])"
			"           AND EXISTS (SELECT FROM zdm.target_row o WHERE o.migration_id = m.id"
			"                          AND o.role = 'locked' AND o.relation = $1)"
			/* A key and what refers to it, changed together. */
			"           AND coalesce(NOT (release = $6 AND (arguments ? 'references'"
			"                             OR arguments->'referencing' = 'true')), true))"
			"   AND status NOT IN ('finalized', 'rolled_back')"
			/* An index on new columns that keep place and name, and take it along when they go. */
			"   AND NOT ($5 = 'index' AND kind IN ('add_column', 'transform')"
			"       AND ARRAY(SELECT unnest(t.columns) INTERSECT SELECT unnest($3)) <@"
			"           CASE kind WHEN 'add_column' THEN ARRAY[arguments->>'column_name']"
			"           ELSE ARRAY(SELECT jsonb_object_keys(arguments->'new_columns') EXCEPT"
			"               SELECT jsonb_array_elements_text(arguments->'old_columns')) END)"
			" ORDER BY m.id LIMIT 1",
			&args) > 0)
	{
		id = zdm_result_int8(0, "id");
		*columns = zdm_result_text(0, "columns");
	}
	zdm_record_end(&scope);
	return id;
}

/* Tells whether a target is a view that is locked and nothing else: no migration is about one. */
static bool
is_view_alone(const ZdmTarget *target)
{
	return target->role == ZDM_TARGET_LOCKED && target->columns == NIL &&
		   target->reads_columns == NIL && get_rel_relkind(target->relation) == RELKIND_VIEW;
}

/*
 * Returns an unfinished migration that stands in the way of this one, which has no record yet: of
 * the same table, and one of them changes a column that the other uses (*columns: which); or each
 * locks the other's table (*columns: NULL).  NULL if there is none.  along: it changes one end of
 * foreign keys, and others of its release the other ends.
 */
ZdmMigration *
zdm_migration_in_the_way(const ZdmMigration *m, bool along, char **columns)
{
	ZdmTarget own = {
		.relation = m->relation, .columns = m->columns, .reads_columns = m->reads_columns};
	int64 id = in_the_way_at(m, &own, along, columns);
	ListCell *lc;

	foreach (lc, m->targets)
		if (id == 0 && !is_view_alone(lfirst(lc)))
			id = in_the_way_at(m, lfirst(lc), along, columns);
	return id ? zdm_migration_by_id(id) : NULL;
}

/*
 * Returns the migration under way that gives a table another name or schema; of_view: to which
 * this view belongs.  NULL if there is none.
 */
ZdmMigration *
zdm_migration_renaming(Oid relation, bool of_view)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};
	int64 id = 0;

	zdm_record_begin(&scope);
	zdm_arg_oid(&args, relation);
	zdm_arg_bool(&args, of_view);
	if (zdm_query("SELECT id FROM zdm.migration_row m WHERE kind IN ('rename_table', 'move_table')"
				  "   AND status NOT IN ('finalized', 'rolled_back')"
				  "   AND CASE WHEN $2 THEN EXISTS (SELECT FROM zdm.target_row t"
				  "            WHERE t.migration_id = m.id AND t.relation = $1)"
				  "            AND m.relation <> $1::oid::regclass ELSE relation = $1 END"
				  " ORDER BY id LIMIT 1",
				  &args) > 0)
		id = zdm_result_int8(0, "id");
	zdm_record_end(&scope);
	return id ? zdm_migration_by_id(id) : NULL;
}

/* Lists the migrations under way (int64 *) of a table, or for which it is the other one of two. */
List *
zdm_migrations_at(Oid relation)
{
	ZdmArgs args = {0};

	zdm_arg_oid(&args, relation);
	return zdm_query_ids("SELECT m.id FROM zdm.migration_row m"
						 " WHERE m.status NOT IN ('finalized', 'rolled_back')"
						 "   AND EXISTS (SELECT FROM zdm.target_row t WHERE t.migration_id = m.id"
						 "       AND t.relation = $1 AND t.role IN ('table', 'shadow'))"
						 " ORDER BY m.id",
						 &args);
}

/* Lists the names of the migrations of a role's tables (of char *). */
List *
zdm_migration_names(Oid role)
{
	ZdmArgs args = {0};

	zdm_arg_oid(&args, role);
	return zdm_query_names("SELECT DISTINCT m.name FROM zdm.migration_row m"
						   "  JOIN pg_catalog.pg_class c ON c.oid = m.relation"
						   " WHERE pg_catalog.pg_has_role($1, c.relowner, 'USAGE')",
						   &args);
}

/*
 * Removes the details of migrations that ended longer ago than that.  Steps that build an index
 * stay: a repeated call asks them for its name.
 */
void
zdm_record_age_out(int seconds)
{
#define OLD                                                           \
	" migration_id IN (SELECT id FROM zdm.migration_row"              \
	"                   WHERE status IN ('finalized', 'rolled_back')" \
	"                     AND changed_at < clock_timestamp() - $1 * interval '1 second')"
	ZdmRecordScope scope;
	ZdmArgs args = {0};

	zdm_record_begin(&scope);
	zdm_arg_int4(&args, seconds);
	zdm_query("DELETE FROM zdm.backfill_range_row WHERE" OLD, &args);
	zdm_query("DELETE FROM zdm.backfill_row WHERE" OLD, &args);
	zdm_query("DELETE FROM zdm.rollout_row WHERE" OLD, &args);
	zdm_query("DELETE FROM zdm.guard_row WHERE" OLD, &args);
	zdm_query("DELETE FROM zdm.verification_row WHERE" OLD, &args);
	zdm_query("DELETE FROM zdm.event_row WHERE" OLD, &args);
	zdm_query("DELETE FROM zdm.target_row WHERE n > 1 AND" OLD, &args);
	zdm_query("DELETE FROM zdm.step_row WHERE runs <> 'concurrent' AND" OLD, &args);
	zdm_record_end(&scope);
}

/*
 * Returns how many rows a second the last backfills in this database have filled, on the whole;
 * 0 where that is not known yet.
 */
double
zdm_backfill_speed(void)
{
	ZdmRecordScope scope;
	double speed = 0;

	zdm_record_begin(&scope);
	if (zdm_query("SELECT round(sum(rows_expected)"
				  "       / nullif(sum(extract(epoch FROM finished_at - started_at)), 0))::bigint"
				  "       AS speed"
				  "  FROM (SELECT rows_expected, started_at, finished_at FROM zdm.backfill_row"
				  "         WHERE finished_at IS NOT NULL AND rows_expected >= 10000"
				  "         ORDER BY finished_at DESC LIMIT 20) AS f"
				  " HAVING sum(extract(epoch FROM finished_at - started_at)) > 0",
				  NULL) > 0)
		speed = (double) zdm_result_int8(0, "speed");
	zdm_record_end(&scope);
	return speed;
}

/* Whether no migration is under way, as far as this session has heard. */
static bool none_is_open = false;

/* How often that may have changed, and what says so: see zdm_rollout_changed(). */
static uint64 changes = 0;
static Oid announced_by = InvalidOid;

/* RelcacheCallbackFunction. */
static void
note_change(Datum arg, Oid relid)
{
	if (OidIsValid(relid) && relid != announced_by)
		return;
	none_is_open = false;
	changes++;
}

/*
 * Tells whether some migration is under way in this database, by what has been committed and what
 * this transaction has done.  Where there is none that costs nothing, as long as none begins.
 */
bool
zdm_migration_any_open(void)
{
	static bool is_registered = false;
	ZdmRecordScope scope;
	uint64 known;
	bool found;

	if (none_is_open)
		return false;
	if (!is_registered)
		CacheRegisterRelcacheCallback(note_change, (Datum) 0);
	is_registered = true;
	announced_by = zdm_rollout_relation();
	known = changes;
	zdm_record_begin(&scope);
	found = zdm_query("SELECT FROM zdm.migration_row"
					  " WHERE status NOT IN ('finalized', 'rolled_back') LIMIT 1",
					  NULL) > 0;
	zdm_record_end(&scope);
	none_is_open = !found && known == changes && OidIsValid(announced_by);
	return found;
}
