/*
 * verify.c
 *		zdm.verify(): compares the old with the new columns, row by row.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "fmgr.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/jsonb.h"

#include "base/json.h"
#include "base/query.h"
#include "fill/compare.h"
#include "record/verification.h"
#include "run/lifecycle.h"
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

/* Compares one migration, and notes in the record what was found, where it can be written. */
static void
compare_and_note(ZdmMigration *m, double percent, ZdmComparison *found)
{
	ZdmComparison before = *found;
	ZdmVerification result = {.mode = percent < 100 ? "sample" : "full", .percent = percent};

	zdm_compare_migration(m, percent, found);
	if (m->trigger_name == NULL || XactReadOnly)
		return;
	result.rows = found->rows - before.rows;
	result.mismatches = found->mismatches - before.mismatches;
	result.lossy = found->lossy - before.lossy;
	result.repaired = found->repaired - before.repaired;
	zdm_verification_add(m, &result);
	if (result.repaired > 0)
		zdm_migration_event(m, "repaired", psprintf(INT64_FORMAT " rows", result.repaired));
}

/*
 * zdm.verify(name text, percent double precision, repair boolean): rows compared, rows in which
 * the sides disagree, those that are lossy, and examples; with repair, those that were made to
 * agree.  Reads under ACCESS SHARE with one snapshot.
 */
Datum
zdm_verify(PG_FUNCTION_ARGS)
{
	char *name = text_to_cstring(PG_GETARG_TEXT_PP(0));
	double percent = PG_GETARG_FLOAT8(1);
	ZdmComparison found = {0};
	List *members;
	TupleDesc desc;
	ListCell *lc;
	Datum values[5];
	bool nulls[5] = {false};

	zdm_refuse_older_record();
	members = zdm_release_members(name);
	found.repairs = PG_GETARG_BOOL(2);
	if (percent <= 0 || percent > 100)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("percent must be greater than 0 and at most 100")));
	if (found.repairs)
		zdm_refuse_standby("verify");
	foreach (lc, members)
		check_comparable(lfirst(lc));
	if (get_call_result_type(fcinfo, NULL, &desc) != TYPEFUNC_COMPOSITE)
		elog(ERROR, "return type must be a row type");
	zdm_compare_begin(&found);
	foreach (lc, members)
		compare_and_note(lfirst(lc), percent, &found);
	zdm_compare_end(&found);
	values[0] = Int64GetDatum(found.rows);
	values[1] = Int64GetDatum(found.mismatches);
	values[2] = Int64GetDatum(found.lossy);
	values[3] = JsonbPGetDatum(zdm_json_parse(found.json.data));
	values[4] = Int64GetDatum(found.repaired);
	PG_RETURN_DATUM(HeapTupleGetDatum(heap_form_tuple(desc, values, nulls)));
}
