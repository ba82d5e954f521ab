/*
 * rollout.c
 *		The record: zdm.rollout.
 *
 * Sessions keep what they have read of it (api/use_new.c).  Whatever changes it invalidates the
 * relation, as a change of its definition would, so that they read it anew.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "base/json.h"
#include "base/query.h"
#include "record/rollout.h"

/* Tells all sessions to read it anew. */
void
zdm_rollout_changed(void)
{
	Oid relation = get_relname_relid("rollout_row", get_namespace_oid("zdm", true));

	if (OidIsValid(relation))
		CacheInvalidateRelcacheByRelid(relation);
}

/* Sets a rollout as far as it is given; steps begin now. */
void
zdm_rollout_set(int64 migration, const ZdmRollout *rollout)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};

	zdm_record_begin(&scope);
	zdm_arg_int8(&args, migration);
	zdm_arg_datum(&args, INT4OID, Int32GetDatum(rollout->percent), rollout->percent < 0);
	zdm_arg_datum(&args, INT4ARRAYOID, PointerGetDatum(rollout->steps), rollout->steps == NULL);
	zdm_arg_usec(&args, rollout->every_usec);
	zdm_arg_datum(&args, TEXTARRAYOID, PointerGetDatum(rollout->include), rollout->include == NULL);
	zdm_arg_datum(&args, TEXTARRAYOID, PointerGetDatum(rollout->exclude), rollout->exclude == NULL);
	zdm_query("INSERT INTO zdm.rollout_row AS r (migration_id, percent, steps, every, next_at,"
			  "                                  include, exclude)"
			  " VALUES ($1, coalesce($2, 0), $3, CASE WHEN $3 IS NOT NULL THEN $4 END,"
			  "         CASE WHEN $3 IS NOT NULL THEN clock_timestamp() END,"
			  "         coalesce($5, '{}'), coalesce($6, '{}'))"
			  " ON CONFLICT (migration_id) DO UPDATE"
			  "    SET percent = coalesce($2, CASE WHEN $3 IS NOT NULL THEN 0 ELSE r.percent END),"
			  "        steps = CASE WHEN $2 IS NULL AND $3 IS NULL THEN r.steps ELSE $3 END,"
			  "        every = CASE WHEN $2 IS NULL AND $3 IS NULL THEN r.every"
			  "                     ELSE excluded.every END,"
			  "        next_at = CASE WHEN $2 IS NULL AND $3 IS NULL THEN r.next_at"
			  "                       ELSE excluded.next_at END,"
			  "        include = coalesce($5, r.include), exclude = coalesce($6, r.exclude),"
			  "        reason = NULL, changed_at = clock_timestamp()",
			  &args);
	zdm_record_end(&scope);
	zdm_rollout_changed();
}

/* Tells whether some rollout goes on by itself. */
bool
zdm_rollouts_are_there(void)
{
	ZdmRecordScope scope;
	bool found;

	zdm_record_begin(&scope);
	found =
		zdm_query("SELECT FROM zdm.rollout_row r JOIN zdm.migration_row m ON m.id = r.migration_id"
				  " WHERE r.next_at IS NOT NULL"
				  "   AND m.status NOT IN ('contracted', 'finalized', 'rolled_back') LIMIT 1",
				  NULL) > 0;
	zdm_record_end(&scope);
	return found;
}

/* Lists the migrations (int64 *) that are ready and whose next step is due. */
List *
zdm_rollouts_due(void)
{
	MemoryContext caller = CurrentMemoryContext;
	ZdmRecordScope scope;
	List *result = NIL;
	uint64 n;

	zdm_record_begin(&scope);
	n = zdm_query(
		"SELECT m.id FROM zdm.rollout_row r JOIN zdm.migration_row m ON m.id = r.migration_id"
		" WHERE r.next_at <= clock_timestamp() AND m.status = 'ready' ORDER BY m.id",
		NULL);
	for (uint64 i = 0; i < n; i++)
	{
		MemoryContext record = MemoryContextSwitchTo(caller);
		int64 *id = palloc(sizeof(int64));

		*id = zdm_result_int8(i, "id");
		result = lappend(result, id);
		MemoryContextSwitchTo(record);
	}
	zdm_record_end(&scope);
	return result;
}

/* Tells whether all guards of a migration hold; else why not. */
bool
zdm_rollout_may_go_on(int64 migration, char **reason)
{
	MemoryContext caller = CurrentMemoryContext;
	ZdmRecordScope scope;
	ZdmArgs args = {0};
	bool hold;

	zdm_record_begin(&scope);
	zdm_arg_int8(&args, migration);
	hold =
		zdm_query("SELECT CASE WHEN error IS NOT NULL THEN format('guard %s fails', id)"
				  "            WHEN in_a_row > 0 THEN format('guard %s: %s is %s, above %s', id,"
				  "                                         left(metric, 60), value, threshold)"
				  "            ELSE format('guard %s has measured nothing yet', id) END AS reason"
				  "  FROM zdm.guard_row WHERE migration_id = $1"
				  "   AND (error IS NOT NULL OR in_a_row > 0 OR measured_at IS NULL)"
				  " ORDER BY id LIMIT 1",
				  &args) == 0;
	if (!hold)
		*reason = MemoryContextStrdup(caller, zdm_result_text(0, "reason"));
	zdm_record_end(&scope);
	return hold;
}

/* Takes a rollout's row for the transaction; false: it is gone, or another transaction has it. */
bool
zdm_rollout_claim(int64 migration)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};
	bool found;

	zdm_record_begin(&scope);
	zdm_arg_int8(&args, migration);
	found = zdm_query("SELECT FROM zdm.rollout_row WHERE migration_id = $1 FOR UPDATE SKIP LOCKED",
					  &args) > 0;
	zdm_record_end(&scope);
	return found;
}

/* Takes the next step; returns the share that it has then. */
int
zdm_rollout_step(int64 migration)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};
	int percent = 0;

	zdm_record_begin(&scope);
	zdm_arg_int8(&args, migration);
	if (zdm_query("UPDATE zdm.rollout_row r"
				  "   SET percent = n.step, reason = NULL, changed_at = clock_timestamp(),"
				  "       next_at = CASE WHEN n.step < n.last THEN clock_timestamp() + r.every END"
				  "  FROM (SELECT coalesce(min(s) FILTER (WHERE s > o.percent), o.percent) AS step,"
				  "               max(s) AS last"
				  "          FROM zdm.rollout_row o, unnest(o.steps) s"
				  "         WHERE o.migration_id = $1 GROUP BY o.percent) n"
				  " WHERE r.migration_id = $1 RETURNING r.percent::bigint AS percent",
				  &args) > 0)
		percent = (int) zdm_result_int8(0, "percent");
	zdm_record_end(&scope);
	zdm_rollout_changed();
	return percent;
}

/* Notes why the next step is not taken yet. */
void
zdm_rollout_hold(int64 migration, const char *reason)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};

	zdm_record_begin(&scope);
	zdm_arg_int8(&args, migration);
	zdm_arg_text(&args, reason);
	zdm_query("UPDATE zdm.rollout_row SET reason = $2,"
			  "       next_at = clock_timestamp() + least(every, interval '10 s')"
			  " WHERE migration_id = $1",
			  &args);
	zdm_record_end(&scope);
}

/* Takes a rollout back to nothing, and ends its steps; false: it was there already. */
bool
zdm_rollout_take_back(int64 migration, const char *reason)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};
	bool done;

	zdm_record_begin(&scope);
	zdm_arg_int8(&args, migration);
	zdm_arg_text(&args, reason);
	done = zdm_query("UPDATE zdm.rollout_row SET percent = 0, next_at = NULL, reason = $2,"
					 "       changed_at = clock_timestamp()"
					 " WHERE migration_id = $1 AND (percent > 0 OR next_at IS NOT NULL)",
					 &args) > 0;
	zdm_record_end(&scope);
	if (done)
		zdm_rollout_changed();
	return done;
}

/*
 * Reads what a role is to see of the last migration of a name, of a table that it may use; false
 * if there is none.  The lists are allocated in the given memory.
 */
bool
zdm_rollout_look(const char *name, Oid role, MemoryContext memory, ZdmRolloutState *state)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};
	Jsonb *lists;
	bool found;

	zdm_record_begin(&scope);
	zdm_arg_text(&args, name);
	zdm_arg_oid(&args, role);
	found =
		zdm_query("SELECT m.relation::oid AS relation, m.status IN ('contracted', 'finalized') AS "
				  "all_new,"
				  "       m.status = 'ready' AS open, coalesce(r.percent, 0)::bigint AS percent,"
				  "       jsonb_build_object('include', r.include, 'exclude', r.exclude) AS lists"
				  "  FROM zdm.migration_row m LEFT JOIN zdm.rollout_row r ON r.migration_id = m.id"
				  " WHERE m.name = $1"
				  "   AND (pg_catalog.has_table_privilege($2, m.relation::oid, 'SELECT, INSERT, "
				  "UPDATE, DELETE')"
				  "        OR pg_catalog.has_any_column_privilege($2, m.relation::oid, 'SELECT, "
				  "INSERT, UPDATE'))"
				  " ORDER BY m.id DESC LIMIT 1",
				  &args) > 0;
	if (found)
	{
		MemoryContext record = MemoryContextSwitchTo(memory);

		state->relation = zdm_result_oid(0, "relation");
		state->all = zdm_result_bool(0, "all_new");
		state->open = zdm_result_bool(0, "open");
		state->percent = (int) zdm_result_int8(0, "percent");
		lists = zdm_result_jsonb(0, "lists");
		state->include = zdm_json_list(lists, "include");
		state->exclude = zdm_json_list(lists, "exclude");
		MemoryContextSwitchTo(record);
	}
	zdm_record_end(&scope);
	return found;
}
