/*
 * shadow.c
 *		The record: the hidden table that a migration builds beside its own.
 *
 * zdm.target has both tables; which of them applications write is zdm.migration.relation: before
 * contract the one that the migration began with, from then on the other one.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"

#include "base/names.h"
#include "base/query.h"
#include "base/record_scan.h"
#include "record/shadow.h"
#include "record/status.h"

/* The name of a trigger for TRUNCATE begins with this, that of the one for rows with "~zdm_". */
#define TRUNCATE_PREFIX "~zdt_"
#define REQUIRED_PREFIX "~zdr_"

/* Returns the name of the trigger for TRUNCATE that goes with the one for rows. */
char *
zdm_shadow_truncate_trigger(const char *trigger)
{
	return psprintf("%s%s", TRUNCATE_PREFIX, trigger + strlen(TRUNCATE_PREFIX));
}

/* Returns the name of the trigger for values that are required when a transaction ends. */
char *
zdm_shadow_required_trigger(const char *trigger)
{
	return psprintf("%s%s", REQUIRED_PREFIX, trigger + strlen(REQUIRED_PREFIX));
}

/* Returns the name of the trigger for rows that goes with a trigger. */
char *
zdm_shadow_row_trigger(const char *trigger)
{
	if (strncmp(trigger, TRUNCATE_PREFIX, strlen(TRUNCATE_PREFIX)) == 0)
		return psprintf("~zdm_%s", trigger + strlen(TRUNCATE_PREFIX));
	return pstrdup(trigger);
}

/* Returns an OID that a query yields; InvalidOid for none. */
static Oid
query_oid(const char *sql, ZdmArgs *args)
{
	ZdmRecordScope scope;
	Oid result = InvalidOid;

	zdm_record_begin(&scope);
	if (zdm_query(sql, args) > 0)
		result = zdm_result_oid(0, "relation");
	zdm_record_end(&scope);
	return result;
}

/* Returns the table that follows the one that is written; InvalidOid: there is none. */
Oid
zdm_shadow_follower(const ZdmMigration *m)
{
	ZdmArgs args = {0};

	zdm_arg_int8(&args, m->id);
	return query_oid("SELECT t.relation::oid AS relation FROM zdm.migration_row m"
					 "  JOIN zdm.target_row t ON t.migration_id = m.id AND t.relation <> m.relation"
					 "       AND t.role IN ('table', 'shadow')"
					 " WHERE m.id = $1",
					 &args);
}

/* Has a scan stand on the row of a migration that has not ended; false: there is none. */
static bool
begin_unfinished(ZdmRecordScan *scan, int64 migration)
{
	ZdmRecordKey key = {"id", INT8OID, Int64GetDatum(migration)};

	zdm_record_scan_begin(scan, "migration_row", "migration_row_pkey", &key, 1);
	if (zdm_record_scan_next(scan) && !zdm_status_is_end(zdm_record_scan_text(scan, "status")))
		return true;
	zdm_record_scan_end(scan);
	return false;
}

/* Returns the other one of the two tables of a migration, if it has a trigger of that name. */
static Oid
other_table(int64 migration, Oid table, const char *trigger)
{
	ZdmRecordKey key = {"migration_id", INT8OID, Int64GetDatum(migration)};
	ZdmRecordScan scan;
	Oid other = InvalidOid;

	zdm_record_scan_begin(&scan, "target_row", "target_row_pkey", &key, 1);
	while (!OidIsValid(other) && zdm_record_scan_next(&scan))
	{
		char *role = zdm_record_scan_text(&scan, "role");
		char *its = zdm_record_scan_text(&scan, "trigger_name");

		if ((strcmp(role, "table") == 0 || strcmp(role, "shadow") == 0) && its &&
			strcmp(its, trigger) == 0 && zdm_record_scan_oid(&scan, "relation") != table)
			other = zdm_record_scan_oid(&scan, "relation");
	}
	zdm_record_scan_end(&scan);
	return other;
}

/*
 * Returns the table that follows that of a trigger, by the migration that its argument names;
 * InvalidOid if the record knows of no such trigger.
 */
Oid
zdm_shadow_of_trigger(Oid relation, const char *trigger, const char *argument)
{
	ZdmRecordScan scan;
	char *end;
	int64 migration = strtoll(argument, &end, 10);
	bool found;

	if (end == argument || *end != '\0')
		return InvalidOid;
	zdm_refuse_older_record();
	zdm_require_record();
	if (!begin_unfinished(&scan, migration))
		return InvalidOid;
	found = zdm_record_scan_oid(&scan, "relation") == relation;
	zdm_record_scan_end(&scan);
	return found ? other_table(migration, relation, zdm_shadow_row_trigger(trigger)) : InvalidOid;
}

/* Tells whether a table is one that columns move to, or come from, by an unfinished migration. */
static bool
is_part(Oid table)
{
	ZdmRecordKey key = {"relation", OIDOID, ObjectIdGetDatum(table)};
	ZdmRecordScan scan;
	bool found = false;

	zdm_refuse_older_record();
	zdm_require_record();
	zdm_record_scan_begin(&scan, "target_row", "target_row_relation_idx", &key, 1);
	while (!found && zdm_record_scan_next(&scan))
	{
		ZdmRecordScan migration;

		if (strcmp(zdm_record_scan_text(&scan, "role"), "shadow") != 0 ||
			!begin_unfinished(&migration, zdm_record_scan_int8(&scan, "migration_id")))
			continue;
		found = strcmp(zdm_record_scan_text(&migration, "kind"), "extract") == 0 ||
				strcmp(zdm_record_scan_text(&migration, "kind"), "merge") == 0;
		zdm_record_scan_end(&migration);
	}
	zdm_record_scan_end(&scan);
	return found;
}

/*
 * Returns the columns of which a table is the other place (of char *), and behind these what they
 * are called where they come from, once contract has hidden them, or as long as they are hidden
 * there; NIL: it is no such table.  One that is merged may have another name for a column of the
 * key: then both are among these.
 */
List *
zdm_shadow_extracted(Oid table)
{
	ZdmArgs args = {0};

	if (!is_part(table))
		return NIL;
	zdm_arg_oid(&args, table);
	return zdm_query_names(
		"SELECT c.name FROM zdm.target_row t JOIN zdm.migration_row m ON m.id = t.migration_id"
		"       JOIN zdm.target_row o ON o.migration_id = m.id AND o.n = 1,"
		"       LATERAL (SELECT u.name, u.n > array_length(o.columns, 1) / 2 AS hidden, u.n"
		"                  FROM unnest(o.columns) WITH ORDINALITY AS u (name, n)"
		"                UNION ALL SELECT u.name, false, u.n + 10000"
		"                  FROM unnest(t.reads_columns) WITH ORDINALITY AS u (name, n)"
		"                 WHERE m.kind = 'merge'"
		"                UNION ALL SELECT u.name, true, u.n + 10000"
		"                  FROM unnest(o.reads_columns) WITH ORDINALITY AS u (name, n)"
		"                 WHERE m.kind = 'merge') AS c"
		" WHERE t.relation = $1 AND t.role = 'shadow' AND m.kind IN ('extract', 'merge')"
		"   AND m.status NOT IN ('finalized', 'rolled_back') ORDER BY c.hidden, c.n",
		&args);
}

/*
 * Returns the view whose condition says of which rows a table has its columns; InvalidOid: of all.
 * To be asked of a table that zdm_shadow_extracted() knows, and of no other one: whoever writes for
 * the first time waits for each look at the record.
 */
Oid
zdm_shadow_condition(Oid table)
{
	ZdmArgs args = {0};

	zdm_arg_oid(&args, table);
	return query_oid("SELECT v.relation::oid AS relation FROM zdm.target_row t"
					 "  JOIN zdm.migration_row m ON m.id = t.migration_id"
					 "  JOIN zdm.target_row v ON v.migration_id = m.id AND v.role = 'locked'"
					 "  JOIN pg_catalog.pg_class c ON c.oid = v.relation AND c.relkind = 'v'"
					 " WHERE t.relation = $1 AND t.role = 'shadow' AND m.kind = 'extract'"
					 "   AND m.arguments ->> 'only_when' IS NOT NULL"
					 "   AND m.status NOT IN ('finalized', 'rolled_back')",
					 &args);
}

/* Tells whether a table is one that is merged into another one. */
bool
zdm_shadow_is_merged(Oid table)
{
	ZdmArgs args = {0};

	zdm_arg_oid(&args, table);
	return OidIsValid(query_oid("SELECT t.relation::oid AS relation FROM zdm.target_row t"
								"  JOIN zdm.migration_row m ON m.id = t.migration_id"
								" WHERE t.relation = $1 AND t.role = 'shadow' AND m.kind = 'merge'"
								"   AND m.status NOT IN ('finalized', 'rolled_back')",
								&args));
}

/* Notes which of the two tables applications write from now on. */
void
zdm_shadow_turn(const ZdmMigration *m, Oid truth)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};

	zdm_record_begin(&scope);
	zdm_arg_int8(&args, m->id);
	zdm_arg_oid(&args, truth);
	zdm_query("UPDATE zdm.migration_row SET relation = $2::oid::regclass WHERE id = $1", &args);
	zdm_record_end(&scope);
}
