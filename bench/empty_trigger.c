/*
 * empty_trigger.c
 *		A BEFORE row trigger that does nothing: what any trigger in C costs at
 *		least.  bench/trigger builds it and compares zdm's trigger with it.
 */
#include "postgres.h"

#include "commands/trigger.h"
#include "fmgr.h"

PG_MODULE_MAGIC;
PG_FUNCTION_INFO_V1(empty_trigger);

/* Returns the row as it came. */
Datum
empty_trigger(PG_FUNCTION_ARGS)
{
	TriggerData *data = (TriggerData *) fcinfo->context;

	return PointerGetDatum(TRIGGER_FIRED_BY_UPDATE(data->tg_event) ? data->tg_newtuple
																   : data->tg_trigtuple);
}
