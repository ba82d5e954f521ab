/*
 * sync_spec.c
 *		The text of a sync spec, which is the argument of its trigger.
 */
#include "postgres.h"

#include "base/formatting.h"
#include "base/json.h"
#include "sync/sync_check.h"
#include "sync/sync_spec.h"

/* Who has the say, in words, in each state. */
static const char *const authorities[ZDM_SYNC_STATES] = {
	[ZDM_SYNC_TWO_WAY] = "both",  [ZDM_SYNC_ONE_WAY] = "both",   [ZDM_SYNC_FILLING] = "fill",
	[ZDM_SYNC_RETIRING] = "both", [ZDM_SYNC_CONTRACTED] = "new",
};

/* Adds a member that is there only where it is true. */
static void
add_flag(StringInfo buf, const char *key, bool value)
{
	if (!value)
		return;
	zdm_json_add_key(buf, key);
	appendStringInfoString(buf, "true");
}

/* Returns the state that the members stand for; that they go together is for sync_check.c to see.
 */
static ZdmSyncState
read_state(Jsonb *json, bool has_reverse)
{
	char *authority = zdm_json_string(json, "authority");

	if (authority && strcmp(authority, "new") == 0)
		return ZDM_SYNC_CONTRACTED;
	if (authority && strcmp(authority, "fill") == 0)
		return ZDM_SYNC_FILLING;
	if (zdm_json_bool(json, "retires", false))
		return ZDM_SYNC_RETIRING;
	return has_reverse ? ZDM_SYNC_TWO_WAY : ZDM_SYNC_ONE_WAY;
}

/* Tells whether a new column is declared to have a default. */
static bool
has_defaults(const ZdmSyncSpec *spec)
{
	ListCell *lc;

	foreach (lc, spec->defaults)
		if (lfirst(lc))
			return true;
	return false;
}

/* Writes a spec as the text that becomes the trigger's argument. */
char *
zdm_sync_spec_text(const ZdmSyncSpec *spec)
{
	StringInfoData buf;

	Assert((spec->reverse != NIL) == zdm_sync_flows_back(spec->state));
	initStringInfo(&buf);
	appendStringInfoChar(&buf, '{');
	zdm_json_add_list(&buf, "old", spec->old_columns);
	zdm_json_add_list(&buf, "new", spec->new_columns);
	zdm_json_add_list(&buf, "forward", spec->forward);
	if (spec->reverse != NIL)
		zdm_json_add_list(&buf, "reverse", spec->reverse);
	if (has_defaults(spec))
		zdm_json_add_list(&buf, "defaults", spec->defaults);
	add_flag(&buf, "not_null", spec->not_null);
	add_flag(&buf, "exact", spec->exact);
	if (spec->null_on_error)
		zdm_json_add_string(&buf, "on_error", "null");
	add_flag(&buf, "retires", spec->state == ZDM_SYNC_RETIRING);
	add_flag(&buf, "filled", spec->filled);
	if (spec->generated != NIL)
		zdm_json_add_list(&buf, "generated", spec->generated);
	zdm_formatting_add(&buf, spec->settings);
	zdm_json_add_string(&buf, "authority", authorities[spec->state]);
	appendStringInfoChar(&buf, '}');
	return buf.data;
}

/* Reads a spec back, in the current memory context; refuses what no planner writes. */
ZdmSyncSpec *
zdm_sync_spec_parse(const char *text)
{
	Jsonb *json = zdm_json_parse(text);
	ZdmSyncSpec *spec = palloc0(sizeof(ZdmSyncSpec));
	char *on_error = zdm_json_string(json, "on_error");
	bool valid_settings;

	spec->old_columns = zdm_json_list(json, "old");
	spec->new_columns = zdm_json_list(json, "new");
	spec->forward = zdm_json_list(json, "forward");
	spec->reverse = zdm_json_list(json, "reverse");
	spec->defaults = zdm_json_list(json, "defaults");
	spec->state = read_state(json, spec->reverse != NIL);
	spec->not_null = zdm_json_bool(json, "not_null", false);
	spec->exact = zdm_json_bool(json, "exact", false);
	spec->null_on_error = on_error != NULL && strcmp(on_error, "null") == 0;
	spec->filled = zdm_json_bool(json, "filled", false);
	spec->generated = zdm_json_list(json, "generated");
	spec->settings = zdm_formatting_parse(json, &valid_settings);
	if (!valid_settings || !zdm_sync_spec_is_good(json, spec))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("malformed argument of a zdm sync trigger"),
						errdetail("It is \"%s\".", text),
						errhint("Only zdm's own functions should create such a trigger.")));
	return spec;
}
