/*
 * sync_spec.c
 *		The text of a sync spec, which is the argument of its trigger.
 */
#include "postgres.h"

#include "base/formatting.h"
#include "base/json.h"
#include "sync/sync_check.h"
#include "sync/sync_program.h"

/* Writes a spec as the text that becomes the trigger's argument. */
char *
zdm_sync_spec_text(const ZdmSyncSpec *spec)
{
	StringInfoData buf;

	initStringInfo(&buf);
	appendStringInfoChar(&buf, '{');
	zdm_json_add_list(&buf, "old", spec->old_columns);
	zdm_json_add_list(&buf, "new", spec->new_columns);
	zdm_json_add_list(&buf, "forward", spec->forward);
	if (spec->reverse != NIL)
		zdm_json_add_list(&buf, "reverse", spec->reverse);
	if (spec->not_null)
	{
		zdm_json_add_key(&buf, "not_null");
		appendStringInfoString(&buf, "true");
	}
	if (spec->exact)
	{
		zdm_json_add_key(&buf, "exact");
		appendStringInfoString(&buf, "true");
	}
	if (spec->null_on_error)
		zdm_json_add_string(&buf, "on_error", "null");
	if (spec->retires)
	{
		zdm_json_add_key(&buf, "retires");
		appendStringInfoString(&buf, "true");
	}
	if (spec->filled)
	{
		zdm_json_add_key(&buf, "filled");
		appendStringInfoString(&buf, "true");
	}
	zdm_formatting_add(&buf, spec->settings);
	zdm_json_add_string(&buf, "authority",
						spec->contracted  ? "new"
						: spec->fill_only ? "fill"
										  : "both");
	appendStringInfoChar(&buf, '}');
	return buf.data;
}

/* Reads a spec back, and refuses what no planner writes; allocated in the current memory context.
 */
ZdmSyncSpec *
zdm_sync_spec_parse(const char *text)
{
	Jsonb *json = zdm_json_parse(text);
	ZdmSyncSpec *spec = palloc0(sizeof(ZdmSyncSpec));
	char *authority = zdm_json_string(json, "authority");
	char *on_error = zdm_json_string(json, "on_error");
	bool valid_settings;

	spec->old_columns = zdm_json_list(json, "old");
	spec->new_columns = zdm_json_list(json, "new");
	spec->forward = zdm_json_list(json, "forward");
	spec->reverse = zdm_json_list(json, "reverse");
	spec->not_null = zdm_json_bool(json, "not_null", false);
	spec->exact = zdm_json_bool(json, "exact", false);
	spec->contracted = authority != NULL && strcmp(authority, "new") == 0;
	spec->retires = zdm_json_bool(json, "retires", false);
	spec->null_on_error = on_error != NULL && strcmp(on_error, "null") == 0;
	spec->fill_only = authority != NULL && strcmp(authority, "fill") == 0;
	spec->filled = zdm_json_bool(json, "filled", false);
	spec->settings = zdm_formatting_parse(json, &valid_settings);
	if (!valid_settings || !zdm_sync_spec_is_good(json, spec))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("malformed argument of a zdm sync trigger"),
						errdetail("It is \"%s\".", text),
						errhint("Only zdm's own functions should create such a trigger.")));
	return spec;
}
