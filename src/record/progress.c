/*
 * progress.c
 *		How far a migration is, and for whom it waits, in words.
 */
#include "postgres.h"

#include "access/transam.h"
#include "catalog/pg_type.h"
#include "utils/array.h"

#include "base/query.h"
#include "record/progress.h"

/* Runs a query that yields one text; NULL if that is null, or there is no row. */
static char *
query_text(const char *sql, ZdmArgs *args)
{
	ZdmRecordScope scope;
	char *text = NULL;

	zdm_record_begin(&scope);
	if (zdm_query(sql, args) > 0)
		text = zdm_result_text(0, "text");
	zdm_record_end(&scope);
	return text;
}

/*
 * Returns a line that says how far a migration is: what zdm.wait() shows and
 * zdm.ensure_ready() complains with.
 */
char *
zdm_migration_progress(int64 id)
{
	ZdmArgs args = {0};
	char *line;

	zdm_arg_int8(&args, id);
	line = query_text("SELECT zdm.progress_line($1) AS text", &args);
	return line ? line : pstrdup("");
}

/* Likewise for several migrations together: a release. */
char *
zdm_release_progress(const char *release, const int64 *ids, int n)
{
	ZdmArgs args = {0};
	Datum *elements = palloc(sizeof(Datum) * n);
	char *line;

	for (int i = 0; i < n; i++)
		elements[i] = Int64GetDatum(ids[i]);
	zdm_arg_text(&args, release);
	zdm_arg_datum(
		&args, INT8ARRAYOID,
		PointerGetDatum(construct_array(elements, n, INT8OID, 8, FLOAT8PASSBYVAL, TYPALIGN_DOUBLE)),
		false);
	line = query_text("SELECT zdm.release_line($1, $2) AS text", &args);
	return line ? line : pstrdup("");
}

/* Returns how many rows of a migration are done, estimated. */
double
zdm_migration_rows_done(int64 id)
{
	ZdmArgs args = {0};
	char *text;

	zdm_arg_int8(&args, id);
	text = query_text("SELECT rows_done AS text FROM zdm.progress WHERE id = $1", &args);
	return text ? strtod(text, NULL) : 0;
}

/* Names the session whose transaction this is; NULL if it is gone. */
char *
zdm_transaction_holder(TransactionId xid)
{
	ZdmArgs args = {0};

	if (!TransactionIdIsValid(xid))
		return NULL;
	zdm_arg_datum(&args, XIDOID, TransactionIdGetDatum(xid), false);
	return query_text("SELECT zdm.transaction_holder($1) AS text", &args);
}

/* Names who keeps the oldest snapshot; NULL if nobody does any more. */
char *
zdm_oldest_snapshot(void)
{
	return query_text("SELECT zdm.oldest_snapshot() AS text", NULL);
}
