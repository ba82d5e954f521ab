/*
 * tenant.c
 *		The record: zdm.tenant_schema.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"

#include "base/query.h"
#include "record/tenant.h"

static const char *const state_names[] = {"pending", "started", "validating", "complete",
										  "rolled_back"};

/* Begins the arguments of a statement with what its rows are found by. */
static void
key_args(const ZdmTenants *tenants, ZdmArgs *args)
{
	zdm_arg_text(args, tenants->release);
	zdm_arg_text(args, tenants->call);
	zdm_arg_text(args, tenants->role);
}

#define KEY "release = $1 AND call = $2 AND created_by = $3"

/* Runs a statement on the record. */
static void
execute_on_record(const char *sql, ZdmArgs *args)
{
	ZdmRecordScope scope;

	zdm_record_begin(&scope);
	zdm_query(sql, args);
	zdm_record_end(&scope);
}

/*
 * Lists the schemas that a LIKE pattern, or a list, names and that the role may use, but for
 * those of the server and of zdm.  Of a list, *unknown are the names that stand for none.
 */
List *
zdm_tenant_schemas(const char *pattern, List *names, const char *role, char **unknown)
{
	ZdmArgs args = {0};
	List *missing;

	zdm_arg_text(&args, pattern);
	zdm_arg_text_list(&args, names);
	zdm_arg_text(&args, role);
#define USABLE                                                             \
	"(SELECT nspname FROM pg_catalog.pg_namespace WHERE nspname !~ '^pg_'" \
	"    AND nspname NOT IN ('information_schema', 'zdm')"                 \
	"    AND pg_catalog.has_schema_privilege($3::pg_catalog.text::pg_catalog.name, oid, 'USAGE'))"
	missing =
		zdm_query_names("SELECT pg_catalog.string_agg(pg_catalog.quote_ident(n), ', ') AS name"
						"  FROM pg_catalog.unnest($2) n"
						" WHERE $1 IS NULL AND n NOT IN " USABLE " HAVING count(*) > 0",
						&args);
	*unknown = missing ? linitial(missing) : NULL;
	return zdm_query_names(
		"SELECT nspname AS name FROM " USABLE " s"
		" WHERE CASE WHEN $1 IS NULL THEN nspname = ANY ($2) ELSE nspname LIKE $1 END"
		" ORDER BY CASE WHEN $1 IS NULL THEN pg_catalog.array_position($2, nspname) END,"
		"          nspname COLLATE \"C\"",
		&args);
}

/*
 * Adds schemas that are not there yet; one that was rolled back has another try.  Another call that
 * has made nothing there, as one with a mistake in it, is forgotten.
 */
void
zdm_tenant_add(const ZdmTenants *tenants, List *schemas)
{
	ZdmArgs args = {0};

	key_args(tenants, &args);
	zdm_arg_text_list(&args, schemas);
	execute_on_record(
		"DELETE FROM zdm.tenant_schema_row"
		" WHERE release = $1 AND call <> $2 AND created_by = $3 AND schema_name = ANY ($4)"
		"   AND state IN ('pending', 'rolled_back') AND migrations = '{}'",
		&args);
	execute_on_record(
		"INSERT INTO zdm.tenant_schema_row AS t (release, call, created_by, schema_name)"
		" SELECT $1, $2, $3, s FROM pg_catalog.unnest($4) WITH ORDINALITY u (s, n) ORDER BY n"
		" ON CONFLICT ON CONSTRAINT tenant_schema_row_pkey DO UPDATE"
		"    SET state = 'pending', error = NULL, migrations = '{}', ended_at = NULL"
		"  WHERE t.state = 'rolled_back'"
		"     OR t.state = 'complete' AND NOT EXISTS ("
		"        SELECT FROM zdm.migration_row m WHERE m.id = ANY (t.migrations)"
		"                                      AND m.status <> 'rolled_back')",
		&args);
}

/* A query for query_tenants(), of those that a condition holds for. */
#define TENANTS_WHERE(condition)                                                        \
	"SELECT schema_name AS name, state, m AS id FROM zdm.tenant_schema_row t"           \
	"       LEFT JOIN LATERAL pg_catalog.unnest(migrations) m ON true WHERE " condition \
	" ORDER BY seq, m"

/* Lists tenants (ZdmTenant *) in the order in which they were named. */
static List *
query_tenants(const char *sql, ZdmArgs *args)
{
	MemoryContext caller = CurrentMemoryContext;
	ZdmRecordScope scope;
	List *result = NIL;
	ZdmTenant *tenant = NULL;
	uint64 n;

	zdm_record_begin(&scope);
	n = zdm_query(sql, args);
	for (uint64 i = 0; i < n; i++)
	{
		char *schema = zdm_result_text(i, "name");
		MemoryContext spi = MemoryContextSwitchTo(caller);

		if (tenant == NULL || strcmp(tenant->schema, schema) != 0)
		{
			tenant = palloc0(sizeof(ZdmTenant));
			tenant->schema = schema;
			tenant->state = zdm_result_word(i, "state", state_names, lengthof(state_names));
			result = lappend(result, tenant);
		}
		if (!zdm_result_isnull(i, "id"))
		{
			int64 *id = palloc(sizeof(int64));

			*id = zdm_result_int8(i, "id");
			tenant->migrations = lappend(tenant->migrations, id);
		}
		MemoryContextSwitchTo(spi);
	}
	zdm_record_end(&scope);
	return result;
}

/* Lists the first tenants that are not through; those that have begun come first. */
List *
zdm_tenant_unfinished(const ZdmTenants *tenants, int limit)
{
	ZdmArgs args = {0};

	key_args(tenants, &args);
	zdm_arg_int4(&args, limit);
	return query_tenants(
		TENANTS_WHERE(
			KEY " AND schema_name IN (SELECT schema_name FROM zdm.tenant_schema_row WHERE " KEY
				" AND state IN ('pending', 'started', 'validating')"
				" ORDER BY state = 'pending', seq LIMIT $4)"),
		&args);
}

/* Lists the tenants that are complete. */
List *
zdm_tenant_complete(const ZdmTenants *tenants)
{
	ZdmArgs args = {0};

	key_args(tenants, &args);
	return query_tenants(TENANTS_WHERE(KEY " AND state = 'complete'"), &args);
}

/* Notes how far a schema has come; error: NULL for none. */
void
zdm_tenant_set(const ZdmTenants *tenants, const char *schema, ZdmTenantState state,
			   const char *error)
{
	ZdmArgs args = {0};

	key_args(tenants, &args);
	zdm_arg_text(&args, schema);
	zdm_arg_text(&args, state_names[state]);
	zdm_arg_text(&args, error);
	execute_on_record(
		"UPDATE zdm.tenant_schema_row SET state = $5, error = $6,"
		"       started_at = CASE WHEN $5 = 'started' THEN clock_timestamp() ELSE started_at END,"
		"       ended_at = CASE WHEN $5 IN ('complete', 'rolled_back') THEN clock_timestamp() END"
		" WHERE " KEY " AND schema_name = $4",
		&args);
}

/*
 * Notes which migrations (int64 *) the call has made in a schema, or found there; not those of
 * another call of the release.
 */
void
zdm_tenant_set_migrations(const ZdmTenants *tenants, const char *schema, List *migrations)
{
	ZdmArgs args = {0};
	List *ids = NIL;
	ListCell *lc;

	foreach (lc, migrations)
		ids = lappend(ids, psprintf(INT64_FORMAT, *(int64 *) lfirst(lc)));
	key_args(tenants, &args);
	zdm_arg_text(&args, schema);
	zdm_arg_text_list(&args, ids);
	execute_on_record(
		"UPDATE zdm.tenant_schema_row t SET migrations = ARRAY("
		"    SELECT m.id FROM zdm.migration_row m"
		"     WHERE m.release = $1 AND m.status <> 'rolled_back' AND m.id = ANY ($5::bigint[])"
		"       AND NOT EXISTS (SELECT FROM zdm.tenant_schema_row o WHERE m.id = ANY (o.migrations)"
		"                          AND o.call <> $2)"
		"     ORDER BY m.id)"
		" WHERE " KEY " AND schema_name = $4",
		&args);
}

/* Counts the schemas, and gives the error of the first that has one, with the schema's name. */
void
zdm_tenant_count(const ZdmTenants *tenants, int64 *complete, int64 *all, char **error)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};

	zdm_record_begin(&scope);
	key_args(tenants, &args);
	zdm_query("SELECT count(*) FILTER (WHERE state = 'complete') AS complete, count(*) AS all,"
			  "       (array_agg(schema_name || ': ' || error ORDER BY seq)"
			  "            FILTER (WHERE error IS NOT NULL))[1] AS error"
			  "  FROM zdm.tenant_schema_row WHERE " KEY,
			  &args);
	*complete = zdm_result_int8(0, "complete");
	*all = zdm_result_int8(0, "all");
	*error = zdm_result_text(0, "error");
	zdm_record_end(&scope);
}

/* Lists the ids (int64 *) of a release's migrations in one schema that are not over, newest first.
 */
List *
zdm_tenant_migrations(const char *release, const char *schema, const char *role)
{
	ZdmArgs args = {0};

	zdm_arg_text(&args, release);
	zdm_arg_text(&args, schema);
	zdm_arg_text(&args, role);
	return zdm_query_ids("SELECT m.id FROM zdm.migration_row m JOIN zdm.tenant_schema_row t"
						 "    ON m.id = ANY (t.migrations)"
						 " WHERE t.release = $1 AND t.schema_name = $2 AND t.created_by = $3"
						 "   AND m.status <> 'rolled_back' ORDER BY m.id DESC",
						 &args);
}

/*
 * Returns the release that was completed last in a schema which the role may use, all of its
 * calls; NULL: none was.  Those of roles that can't act for the schema's owner don't count.
 */
char *
zdm_tenant_version(const char *schema, const char *role)
{
	ZdmArgs args = {0};
	List *found;

	zdm_arg_text(&args, schema);
	zdm_arg_text(&args, role);
	found = zdm_query_names(
		"SELECT t.release AS name FROM zdm.tenant_schema_row t"
		"  JOIN pg_catalog.pg_namespace n ON n.nspname = t.schema_name"
		"  JOIN pg_catalog.pg_roles r ON r.rolname = t.created_by"
		"   AND pg_catalog.pg_has_role(r.oid, n.nspowner, 'USAGE')"
		" WHERE t.schema_name = $1"
		"   AND pg_catalog.has_schema_privilege($2::pg_catalog.text::pg_catalog.name, "
		"n.oid, 'USAGE')"
		" GROUP BY t.release, t.created_by"
		" HAVING pg_catalog.bool_and(t.state = 'complete' AND EXISTS ("
		"            SELECT FROM zdm.migration_row m WHERE m.id = ANY (t.migrations)"
		"                                          AND m.status <> 'rolled_back'))"
		" ORDER BY max(t.ended_at) DESC LIMIT 1",
		&args);
	return found ? linitial(found) : NULL;
}
