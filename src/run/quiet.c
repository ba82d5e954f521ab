/*
 * quiet.c
 *		No contract while the old form is in use.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/timestamp.h"

#include "base/compat.h"
#include "base/query.h"
#include "base/settings.h"
#include "run/fresh.h"
#include "run/quiet.h"

/* Says why nothing is known. */
const char *
zdm_usage_unknown_detail(void)
{
	return zdm_usage_entries == 0 ? "zdm.usage_entries is 0."
								  : "It is kept in shared memory, and zdm is not in "
									"shared_preload_libraries.";
}

/* Says what would help. */
const char *
zdm_usage_unknown_hint(void)
{
	return "Set shared_preload_libraries = 'zdm' and restart the server.";
}

/* Tells whether the caller owns the table, or one that it belongs to. */
bool
zdm_usage_is_shown(const ZdmUsage *usage)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};
	Oid role = GetUserId();
	bool shown;

	if (superuser())
		return true;
	zdm_record_begin(&scope);
	zdm_arg_oid(&args, usage->relid);
	zdm_arg_oid(&args, role);
	shown = zdm_query("WITH RECURSIVE above(relid) AS ("
					  "    SELECT $1 UNION SELECT i.inhparent"
					  "      FROM pg_catalog.pg_inherits i JOIN above a ON i.inhrelid = a.relid)"
					  " SELECT FROM above a JOIN pg_catalog.pg_class c ON c.oid = a.relid"
					  "  WHERE pg_catalog.pg_has_role($2, c.relowner, 'USAGE') LIMIT 1",
					  &args) > 0;
	zdm_record_end(&scope);
	return shown;
}

/* Refuses because of what is known from a moment on only that is not long enough ago. */
static void
refuse_unknown(const ZdmMigration *m, int64 usec, TimestampTz since)
{
	ereport(
		ERROR,
		(errcode(ERRCODE_OBJECT_IN_USE),
		 errmsg("cannot contract migration \"%s\": it is not known who used the old form in the "
				"last " INT64_FORMAT " s",
				m->name, usec / USECS_PER_SEC),
		 errdetail("It is known since %s: since then the server runs, or the migration is "
				   "there, or zdm.usage had no room.",
				   timestamptz_to_str(since)),
		 errhint("Call it later, or with quiet => '0'.")));
}

/* Refuses because of a use of the old form: the last one. */
static void
refuse_use(const ZdmMigration *m, int64 usec)
{
	ereport(
		ERROR,
		(errcode(ERRCODE_OBJECT_IN_USE),
		 errmsg("cannot contract migration \"%s\": application \"%s\" has %s the old form %s s "
				"ago",
				m->name, zdm_result_text(0, "application_name"), zdm_result_text(0, "what"),
				zdm_result_text(0, "seconds")),
		 errdetail("It did so as role %s. The old form must not have been used for " INT64_FORMAT
				   " s.%s",
				   zdm_result_text(0, "role"), usec / USECS_PER_SEC,
				   zdm_result_isnull(0, "query_id")
					   ? ""
					   : psprintf(" The id of a query: %s.", zdm_result_text(0, "query_id"))),
		 errhint("SELECT * FROM zdm.usage WHERE name = %s shows who uses which form.",
				 quote_literal_cstr(m->name))));
}

/* The last use of the old form in so many microseconds. */
#define LAST_USE                                                                               \
	"SELECT u.application_name, coalesce(r.rolname, u.role::text) AS role,"                    \
	"       u.query_id::text AS query_id,"                                                     \
	"       CASE WHEN u.last_write > u.last_read OR u.last_read IS NULL THEN 'written'"        \
	"            ELSE 'read' END AS what,"                                                     \
	"       round(extract(epoch FROM clock_timestamp()"                                        \
	"                                - greatest(u.last_read, u.last_write)))::text AS seconds" \
	"  FROM zdm.usage_of($1) u LEFT JOIN pg_catalog.pg_roles r ON r.oid = u.role"              \
	" WHERE u.side = 'old' AND greatest(u.last_read, u.last_write)"                            \
	"                          > clock_timestamp() - $2 * interval '1 microsecond'"            \
	" ORDER BY greatest(u.last_read, u.last_write) DESC LIMIT 1"

/*
 * Refuses a migration that is ready where its old form was used in so many microseconds, or where
 * that is not known.
 */
void
zdm_require_quiet(const ZdmMigration *m, int64 usec)
{
	TimestampTz now = GetCurrentTimestamp();
	ZdmRecordScope scope;
	ZdmArgs args = {0};
	TimestampTz since;

	if (usec <= 0 || m->status != ZDM_READY)
		return;
	if (!zdm_usage_is_kept())
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("cannot contract migration \"%s\": who uses the old form is not known",
						m->name),
				 errdetail("%s", zdm_usage_unknown_detail()),
				 errhint("%s", zdm_usage_unknown_hint())));
	if (m->trigger_name == NULL && strcmp(m->kind, "drop_column") == 0)
		ereport(
			ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("cannot contract migration \"%s\": who uses the column is not known", m->name),
			 errdetail("It has no sync trigger, by whose columns that is told."),
			 errhint("Call it with quiet => '0'. A migration with reverse has a trigger.")));
	zdm_record_begin(&scope);
	zdm_arg_int8(&args, m->id);
	if (zdm_query("SELECT (extract(epoch FROM clock_timestamp() - m.created_at) * 1000000)::bigint"
				  "       AS age FROM zdm.migration_row m JOIN zdm.target_row t"
				  "    ON t.migration_id = m.id AND t.n = 1"
				  " WHERE m.id = $1 AND zdm.has_two_forms(m.kind, t.trigger_name)",
				  &args) > 0)
	{
		since = Max(now - zdm_result_int8(0, "age"), zdm_usage_since());
		if (since > now - usec)
			refuse_unknown(m, usec, since);
		zdm_arg_int8(&args, usec);
		if (zdm_query(LAST_USE, &args) > 0)
			refuse_use(m, usec);
	}
	zdm_record_end(&scope);
}

/* The same, for as long as zdm.quiet says; not where the table is empty, or new in the transaction.
 */
void
zdm_require_quiet_as_set(ZdmMigration *m)
{
	if (zdm_quiet > 0 && m->status == ZDM_READY && get_rel_name(m->relation) && !zdm_is_fresh(m))
		zdm_require_quiet(m, zdm_quiet * USECS_PER_SEC);
}
