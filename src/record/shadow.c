/*
 * shadow.c
 *		The record: the hidden table that a migration builds beside its own.
 *
 * zdm.target has both tables; which of them applications write is zdm.migration.relation: before
 * contract the one that the migration began with, from then on the other one.
 */
#include "postgres.h"

#include "base/names.h"
#include "base/query.h"
#include "record/shadow.h"

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

/*
 * Returns the table that follows that of a trigger, by the migration that its argument names;
 * InvalidOid if the record knows of no such trigger.
 */
Oid
zdm_shadow_of_trigger(Oid relation, const char *trigger, const char *argument)
{
	ZdmArgs args = {0};
	char *end;
	int64 migration = strtoll(argument, &end, 10);

	if (end == argument || *end != '\0')
		return InvalidOid;
	zdm_arg_int8(&args, migration);
	zdm_arg_oid(&args, relation);
	zdm_arg_text(&args, zdm_shadow_row_trigger(trigger));
	return query_oid("SELECT t.relation::oid AS relation FROM zdm.migration_row m"
					 "  JOIN zdm.target_row t ON t.migration_id = m.id AND t.relation <> m.relation"
					 "       AND t.role IN ('table', 'shadow')"
					 " WHERE m.id = $1 AND m.relation = $2 AND t.trigger_name = $3"
					 "   AND m.status NOT IN ('finalized', 'rolled_back')",
					 &args);
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
 * Returns the view whose condition says of which rows a table has its columns; InvalidOid: of all,
 * or it is no table that columns move to.
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
