/*
 * usage.c
 *		zdm.usage_entries(): what is known of who uses which form.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/timestamp.h"
#include "utils/tuplestore.h"

#include "base/compat.h"
#include "base/lock.h"
#include "run/quiet.h"
#include "sync/usage.h"

PG_FUNCTION_INFO_V1(zdm_usage_entries_list);

/* Adds a line to the result. */
static void
put_usage(ReturnSetInfo *rsinfo, const ZdmUsage *usage)
{
	Datum values[9];
	bool nulls[9] = {false};

	values[0] = ObjectIdGetDatum(usage->trigger);
	values[1] = CStringGetTextDatum(zdm_side_names[usage->side]);
	values[2] = CStringGetTextDatum(usage->application);
	values[3] = ObjectIdGetDatum(usage->role);
	values[4] = Int64GetDatum(usage->reads);
	values[5] = Int64GetDatum(usage->writes);
	values[6] = TimestampTzGetDatum(usage->last_read);
	nulls[6] = usage->last_read == 0;
	values[7] = TimestampTzGetDatum(usage->last_write);
	nulls[7] = usage->last_write == 0;
	values[8] = Int64GetDatum((int64) usage->query_id);
	nulls[8] = usage->query_id == 0;
	tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
}

/*
 * zdm.usage_entries(): of the tables that the caller owns, or that belong to a table that he owns.
 * Says so where nothing is known.
 */
Datum
zdm_usage_entries_list(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	ZdmUsage *list;
	int n;

	InitMaterializedSRF(fcinfo, 0);
	if (!zdm_usage_is_kept())
	{
		ereport(NOTICE, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
						 errmsg("who uses which form is not known"),
						 errdetail("%s", zdm_usage_unknown_detail()),
						 errhint("%s", zdm_usage_unknown_hint())));
		return (Datum) 0;
	}
	list = zdm_usage_list(&n);
	for (int i = 0; i < n; i++)
		if (zdm_usage_is_shown(&list[i]))
			put_usage(rsinfo, &list[i]);
	return (Datum) 0;
}
