/*
 * verification.c
 *		The record: zdm.verification, what comparisons of both sides have found.
 */
#include "postgres.h"

#include "catalog/pg_type.h"

#include "base/query.h"
#include "record/verification.h"

/* Notes a comparison, and how many rows had been written by then as the server counts them. */
void
zdm_verification_add(const ZdmMigration *m, const ZdmVerification *found)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};

	zdm_record_begin(&scope);
	zdm_arg_int8(&args, m->id);
	zdm_arg_text(&args, found->mode);
	zdm_arg_bool(&args, found->before_contract);
	zdm_arg_datum(&args, FLOAT8OID, Float8GetDatum(found->percent), false);
	zdm_arg_int8(&args, found->rows);
	zdm_arg_int8(&args, found->mismatches);
	zdm_arg_int8(&args, found->lossy);
	zdm_arg_int8(&args, found->repaired);
	zdm_arg_oid(&args, m->relation);
	zdm_query(
		"INSERT INTO zdm.verification_row (migration_id, mode, before_contract, percent, rows,"
		"                              mismatches, lossy, repaired, writes)"
		" VALUES ($1, $2, $3, $4, $5, $6, $7, $8, zdm.rows_written_to($9))",
		&args);
	zdm_record_end(&scope);
}
