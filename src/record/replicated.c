/*
 * replicated.c
 *		Keeps the record of another server out of this one's.
 *
 * FOR ALL TABLES publishes zdm's tables, too; the server has no way to except some of them.  What
 * they say is of OIDs and processes of the publisher: here a worker would take up migrations of
 * other tables.  So a trigger leaves out what a worker of logical replication brings.
 */
#include "postgres.h"

#include "commands/trigger.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "replication/logicalworker.h"

PG_FUNCTION_INFO_V1(zdm_leave_out_replicated);

/*
 * The trigger of zdm's tables before each row.  What zdm itself writes there in such a worker, by a
 * sync trigger, it writes as another user (zdm_record_begin).
 */
Datum
zdm_leave_out_replicated(PG_FUNCTION_ARGS)
{
	TriggerData *data = (TriggerData *) fcinfo->context;

	if (!CALLED_AS_TRIGGER(fcinfo) || !TRIGGER_FIRED_BEFORE(data->tg_event) ||
		!TRIGGER_FIRED_FOR_ROW(data->tg_event))
		ereport(ERROR, (errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
						errmsg("zdm.leave_out_replicated must be fired BEFORE each row")));
	if (IsLogicalWorker() && !InLocalUserIdChange())
		return PointerGetDatum(NULL);
	return PointerGetDatum(TRIGGER_FIRED_BY_UPDATE(data->tg_event) ? data->tg_newtuple
																   : data->tg_trigtuple);
}
