/*
 * carried.c
 *		The record: what a migration has found and has to find again, zdm.migration.carried.
 */
#include "postgres.h"

#include "utils/memutils.h"

#include "base/json.h"
#include "base/query.h"
#include "record/carried.h"

/* Returns all of it, an object. */
Jsonb *
zdm_carried_get(int64 migration)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};
	MemoryContext context = CurrentMemoryContext;
	char *text;

	zdm_record_begin(&scope);
	zdm_arg_int8(&args, migration);
	if (zdm_query("SELECT carried::text AS carried FROM zdm.migration_row WHERE id = $1", &args) !=
		1)
		elog(ERROR, "migration " INT64_FORMAT " is not in the record", migration);
	text = MemoryContextStrdup(context, zdm_result_text(0, "carried"));
	zdm_record_end(&scope);
	return zdm_json_parse(text);
}

/* Replaces one member. */
void
zdm_carried_set(int64 migration, const char *key, const char *json)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};

	zdm_record_begin(&scope);
	zdm_arg_int8(&args, migration);
	zdm_arg_text(&args, key);
	zdm_arg_text(&args, json);
	zdm_query("UPDATE zdm.migration_row SET carried = carried || jsonb_build_object($2, $3::jsonb)"
			  " WHERE id = $1",
			  &args);
	zdm_record_end(&scope);
}
