/*
 * own_trigger.c
 *		Whether a trigger is one of zdm's.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_trigger.h"
#include "utils/lsyscache.h"

#include "base/triggers.h"
#include "change/own_trigger.h"

/* Tells whether a function is one of zdm's of that name. */
bool
zdm_is_own_function(Oid function, const char *wanted)
{
	char *name = get_func_name(function);
	char *schema = name ? get_namespace_name(get_func_namespace(function)) : NULL;

	return schema && strcmp(name, wanted) == 0 && strcmp(schema, "zdm") == 0;
}

/* Returns the function of a trigger; InvalidOid: there is no such trigger. */
static Oid
trigger_function(Oid trigger)
{
	HeapTuple tuple = zdm_trigger_row(trigger);

	return HeapTupleIsValid(tuple) ? ((Form_pg_trigger) GETSTRUCT(tuple))->tgfoid : InvalidOid;
}

/* Tells whether a trigger, by its OID, is a sync trigger, of columns or of rows, or logs what is to
 * be merged. */
bool
zdm_is_sync_trigger(Oid trigger)
{
	Oid function = trigger_function(trigger);

	return zdm_is_own_function(function, "sync_columns") ||
		   zdm_is_own_function(function, "sync_rows") ||
		   zdm_is_own_function(function, "log_merged");
}

/* Tells whether a trigger is one that zdm makes on tables of users. */
bool
zdm_is_own_trigger(Oid trigger)
{
	return zdm_is_sync_trigger(trigger) ||
		   zdm_is_own_function(trigger_function(trigger), "inspect_extracted");
}
