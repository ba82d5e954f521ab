/*
 * guard.c
 *		The record: zdm.guard.
 */
#include "postgres.h"

#include "catalog/pg_type.h"

#include "base/query.h"
#include "record/guard.h"

const char *const zdm_guard_action_names[] = {"warn", "pause", "reopen", "rollback"};

/* Finds an action by its name; false: there is none of that name. */
bool
zdm_guard_find_action(const char *name, ZdmGuardAction *action)
{
	for (int i = 0; i < lengthof(zdm_guard_action_names); i++)
		if (strcmp(zdm_guard_action_names[i], name) == 0)
		{
			*action = i;
			return true;
		}
	return false;
}

/* Adds a guard; an error if its migration has so many already. */
void
zdm_guard_add(const ZdmGuard *guard, int most)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};
	bool added;

	zdm_record_begin(&scope);
	zdm_arg_int8(&args, guard->migration);
	zdm_arg_text(&args, guard->metric);
	zdm_arg_datum(&args, FLOAT8OID, Float8GetDatum(guard->threshold), false);
	zdm_arg_text(&args, zdm_guard_action_names[guard->action]);
	zdm_arg_usec(&args, guard->every_usec);
	zdm_arg_int4(&args, guard->samples);
	zdm_arg_int4(&args, most);
	added =
		zdm_query(
			"INSERT INTO zdm.guard_row (migration_id, metric, threshold, action, every, samples)"
			" SELECT $1, $2, $3, $4, $5, $6"
			"  WHERE (SELECT count(*) FROM zdm.guard_row WHERE migration_id = $1) < $7",
			&args) > 0;
	zdm_record_end(&scope);
	if (!added)
		ereport(ERROR, (errcode(ERRCODE_CONFIGURATION_LIMIT_EXCEEDED),
						errmsg("the migration has %d guards already", most),
						errhint("SELECT zdm.drop_guard(name, id) takes one away.")));
}

/* Removes a guard of a migration, or with 0 all of them; returns how many. */
int64
zdm_guard_remove(int64 migration, int64 guard)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};
	uint64 n;

	zdm_record_begin(&scope);
	zdm_arg_int8(&args, migration);
	zdm_arg_int8(&args, guard);
	n = zdm_query("DELETE FROM zdm.guard_row WHERE migration_id = $1 AND ($2 = 0 OR id = $2)",
				  &args);
	zdm_record_end(&scope);
	return (int64) n;
}

/* Tells whether some migration under way has a guard. */
bool
zdm_guards_are_there(void)
{
	ZdmRecordScope scope;
	bool found;

	zdm_record_begin(&scope);
	found =
		zdm_query("SELECT FROM zdm.guard_row g JOIN zdm.migration_row m ON m.id = g.migration_id"
				  " WHERE m.status NOT IN ('finalized', 'rolled_back') LIMIT 1",
				  NULL) > 0;
	zdm_record_end(&scope);
	return found;
}

bool
zdm_guard_is_on(int64 migration)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};
	bool found;

	zdm_record_begin(&scope);
	zdm_arg_int8(&args, migration);
	found = zdm_query("SELECT FROM zdm.guard_row WHERE migration_id = $1 LIMIT 1", &args) > 0;
	zdm_record_end(&scope);
	return found;
}

/* Lists the guards (ZdmGuard *) of migrations under way that are to be measured now. */
List *
zdm_guards_due(void)
{
	MemoryContext caller = CurrentMemoryContext;
	ZdmRecordScope scope;
	List *result = NIL;
	uint64 n;

	zdm_record_begin(&scope);
	n = zdm_query("SELECT g.id, g.migration_id, g.metric, g.threshold::text AS threshold,"
				  "       (extract(epoch FROM g.every) * 1000000)::bigint AS every_usec,"
				  "       g.action, g.samples::bigint AS samples, g.in_a_row::bigint AS in_a_row"
				  "  FROM zdm.guard_row g JOIN zdm.migration_row m ON m.id = g.migration_id"
				  " WHERE m.status NOT IN ('finalized', 'rolled_back')"
				  "   AND coalesce(g.measured_at + g.every, '-infinity') <= clock_timestamp()"
				  "   AND coalesce(g.put_off_to, '-infinity') <= clock_timestamp()"
				  " ORDER BY g.measured_at NULLS FIRST, g.id",
				  NULL);
	for (uint64 i = 0; i < n; i++)
	{
		MemoryContext record = MemoryContextSwitchTo(caller);
		ZdmGuard *guard = palloc0(sizeof(ZdmGuard));

		guard->id = zdm_result_int8(i, "id");
		guard->migration = zdm_result_int8(i, "migration_id");
		guard->metric = pstrdup(zdm_result_text(i, "metric"));
		guard->threshold = strtod(zdm_result_text(i, "threshold"), NULL);
		guard->action =
			zdm_result_word(i, "action", zdm_guard_action_names, lengthof(zdm_guard_action_names));
		guard->every_usec = zdm_result_int8(i, "every_usec");
		guard->samples = (int) zdm_result_int8(i, "samples");
		guard->over = (int) zdm_result_int8(i, "in_a_row");
		result = lappend(result, guard);
		MemoryContextSwitchTo(record);
	}
	zdm_record_end(&scope);
	return result;
}

/* Takes a guard's row for the transaction; false: it is gone, or another transaction has it. */
bool
zdm_guard_claim(const ZdmGuard *guard)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};
	bool found;

	zdm_record_begin(&scope);
	zdm_arg_int8(&args, guard->id);
	found = zdm_query("SELECT FROM zdm.guard_row WHERE id = $1 FOR UPDATE SKIP LOCKED", &args) > 0;
	zdm_record_end(&scope);
	return found;
}

/* Notes a measurement; value: NULL where there is none. */
void
zdm_guard_measured(const ZdmGuard *guard, const double *value, int over, const char *error)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};

	zdm_record_begin(&scope);
	zdm_arg_int8(&args, guard->id);
	zdm_arg_datum(&args, FLOAT8OID, Float8GetDatum(value ? *value : 0), value == NULL);
	zdm_arg_int4(&args, over);
	zdm_arg_text(&args, error);
	zdm_query("UPDATE zdm.guard_row SET value = $2, in_a_row = $3, error = $4,"
			  "       measured_at = clock_timestamp() WHERE id = $1",
			  &args);
	zdm_record_end(&scope);
}

/* Notes why there was no measurement, and that there is none again for so many seconds. */
void
zdm_guard_put_off(const ZdmGuard *guard, const char *error, int seconds)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};

	zdm_guard_measured(guard, NULL, 0, error);
	zdm_record_begin(&scope);
	zdm_arg_int8(&args, guard->id);
	zdm_arg_usec(&args, seconds * USECS_PER_SEC);
	zdm_query("UPDATE zdm.guard_row SET put_off_to = clock_timestamp() + $2 WHERE id = $1", &args);
	zdm_record_end(&scope);
}

/* Notes that a guard has acted on a value. */
void
zdm_guard_acted(const ZdmGuard *guard, double value)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};

	zdm_record_begin(&scope);
	zdm_arg_int8(&args, guard->id);
	zdm_arg_datum(&args, FLOAT8OID, Float8GetDatum(value), false);
	zdm_query(
		"UPDATE zdm.guard_row SET acted_at = clock_timestamp(), acted_value = $2 WHERE id = $1",
		&args);
	zdm_record_end(&scope);
}
