/*
 * verify.c
 *		zdm.verify(): compares the old with the new columns, row by row.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "fmgr.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"

#include "base/json.h"
#include "fill/compare.h"
#include "run/release.h"

PG_FUNCTION_INFO_V1(zdm_verify);

/* Refuses to compare where there is nothing to compare. */
static void
check_comparable(const ZdmMigration *m)
{
	if (m->status == ZDM_FINALIZED || m->status == ZDM_ROLLED_BACK)
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
						errmsg("cannot verify migration \"%s\": it is %s", m->name,
							   zdm_status_name(m->status)),
						errdetail("There is only one schema left.")));
}

/*
 * zdm.verify(name text, percent double precision): rows compared, rows in which
 * the sides disagree, those that are lossy, and examples.  Reads under ACCESS SHARE with one
 * snapshot.
 */
Datum
zdm_verify(PG_FUNCTION_ARGS)
{
	char *name = text_to_cstring(PG_GETARG_TEXT_PP(0));
	double percent = PG_GETARG_FLOAT8(1);
	List *members = zdm_release_members(name);
	ZdmComparison found = {0};
	TupleDesc desc;
	ListCell *lc;
	Datum values[4];
	bool nulls[4] = {false};

	if (percent <= 0 || percent > 100)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("percent must be greater than 0 and at most 100")));
	foreach (lc, members)
		check_comparable(lfirst(lc));
	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	zdm_compare(members, percent, &found);
	values[0] = Int64GetDatum(found.rows);
	values[1] = Int64GetDatum(found.mismatches);
	values[2] = Int64GetDatum(found.lossy);
	values[3] = JsonbPGetDatum(zdm_json_parse(found.json.data));
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(desc, values, nulls)));
}
