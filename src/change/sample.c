/*
 * sample.c
 *		Trying a conversion on a sample of rows before anything is changed.
 *
 * What fails here would fail a write of the old application, or the backfill after an
 * hour; what does not come back as it was is lossy.  Both are said in the plan.
 */
#include "postgres.h"

#include "catalog/pg_class.h"
#include "executor/spi.h"
#include "utils/builtins.h"
#include "utils/rel.h"
#include "utils/typcache.h"

#include "base/expression.h"
#include "base/names.h"
#include "base/owner.h"
#include "base/transaction.h"
#include "change/sample.h"

#define SAMPLE_ROWS 1000

#define SAMPLE_MAX_RESULTS 3

/* What runs in zdm_try(). */
typedef struct Sample
{
	const char *sql;
	char **results; /* in the memory of the caller */
	MemoryContext memory;
} Sample;

/* ZdmTryFunction: runs the query, and keeps the columns of its row as text. */
static void
run_sample(void *arg)
{
	Sample *sample = arg;

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	if (SPI_execute(sample->sql, true, 1) != SPI_OK_SELECT || SPI_processed != 1 ||
		SPI_tuptable->tupdesc->natts > SAMPLE_MAX_RESULTS)
		elog(ERROR, "trying an expression on a sample failed");
	for (int i = 0; i < SPI_tuptable->tupdesc->natts; i++)
	{
		char *value = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, i + 1);

		sample->results[i] = value ? MemoryContextStrdup(sample->memory, value) : NULL;
	}
	SPI_finish();
}

/*
 * Computes aggregates over about a thousand rows of the plan's table, each with further
 * columns (", expression AS name ...", or ""), as the owner of the table.  Returns the
 * error, or NULL and one text per aggregate.  Changes nothing.
 */
static ErrorData *
query_sample(ZdmPlan *plan, const char *aggregates, const char *columns, char **results)
{
	float4 rows = plan->rel->rd_rel->reltuples;
	double percent = rows > SAMPLE_ROWS ? 100.0 * SAMPLE_ROWS / rows : 100;
	Sample sample = {.results = results, .memory = CurrentMemoryContext};
	ZdmOwnerScope scope;
	ErrorData *error;

	sample.sql = psprintf("SELECT %s FROM (SELECT s.*%s"
						  " FROM (SELECT * FROM %s TABLESAMPLE SYSTEM (%g) LIMIT %d) AS s) AS t",
						  aggregates, columns, plan->table, percent, SAMPLE_ROWS);
	zdm_owner_begin(&scope, plan->rel->rd_rel->relowner);
	error = zdm_try(run_sample, &sample);
	zdm_owner_end(&scope);
	return error;
}

/*
 * Tries an expression over the columns, in its canonical form.  Returns the error, or
 * NULL; *gives_null: it is null for one of the rows at least.
 */
ErrorData *
zdm_sample_expression(ZdmPlan *plan, const char *expression, bool *gives_null)
{
	char *results[SAMPLE_MAX_RESULTS];
	ErrorData *error =
		query_sample(plan, psprintf("count(*) > count(%s)", expression), "", results);

	*gives_null = error == NULL && strcmp(results[0], "t") == 0;
	return error;
}

/* Appends "expression AS name, ..." for the new columns. */
static void
add_forward(StringInfo buf, ZdmSwap *swap)
{
	List *names = zdm_swap_names(swap, ZDM_NAMES_NOW);
	ListCell *lc;

	foreach (lc, swap->new)
	{
		ZdmNewColumn *new = lfirst(lc);

		appendStringInfo(buf, ", CAST(%s AS %s) AS %s",
						 zdm_expression_canonical_row(names, new->forward),
						 zdm_qualified_type(new->type, new->typmod), quote_identifier(new->shadow));
	}
}

/*
 * Returns a condition that tells whether an expression, assigned to a column of a
 * type, differs from the column's value: by the type's own equality, or by their
 * bytes where it has none (manual, section 9.24.6).
 */
static char *
differs_sql(Oid type, int32 typmod, const char *expression, const char *column)
{
	const char *cast = psprintf("CAST(%s AS %s)", expression, zdm_qualified_type(type, typmod));

	if (OidIsValid(lookup_type_cache(type, TYPECACHE_EQ_OPR)->eq_opr))
		return psprintf("%s IS DISTINCT FROM %s", cast, quote_identifier(column));
	return psprintf("pg_catalog.record_image_ne(ROW(%s), ROW(%s))", cast, quote_identifier(column));
}

/* Appends a condition that holds for a row that does not come back as it was. */
static void
add_lossy(StringInfo buf, ZdmSwap *swap)
{
	List *names = zdm_swap_names(swap, ZDM_NAMES_NOW);
	ListCell *lc;
	ListCell *reverse;

	foreach (lc, swap->new)
		names = lappend(names, ((ZdmNewColumn *) lfirst(lc))->shadow);
	forboth (lc, swap->old, reverse, swap->reverse)
	{
		ZdmOldColumn *old = lfirst(lc);

		appendStringInfo(buf, "%s%s", foreach_current_index(lc) > 0 ? " OR " : "",
						 differs_sql(old->att->atttypid, old->att->atttypmod,
									 zdm_expression_canonical_row(names, lfirst(reverse)),
									 old->name));
	}
	if (swap->reverse == NIL)
		appendStringInfoString(buf, "false");
}

/*
 * Tries forward and reverse, and notes in the step what fails and what is lossy.  Only
 * for zdm.plan(), since an expression may take any time.
 */
void
zdm_sample_note(ZdmSwap *swap, ZdmStep *step)
{
	const char *old = quote_identifier(((ZdmOldColumn *) linitial(swap->old))->name);
	char *results[SAMPLE_MAX_RESULTS];
	StringInfoData columns;
	StringInfoData lossy;
	ErrorData *error;

	if (!swap->plan->try_rows)
		return;

	initStringInfo(&columns);
	add_forward(&columns, swap);
	initStringInfo(&lossy);
	add_lossy(&lossy, swap);
	error = query_sample(swap->plan,
						 psprintf("count(*), count(*) FILTER (WHERE %s),"
								  " min(%s::text) FILTER (WHERE %s)",
								  lossy.data, old, lossy.data),
						 columns.data, results);
	if (error)
		zdm_step_note(step,
					  "The conversion fails for a row that is there: %s. Such a row stops the "
					  "backfill, and such a write of the old application fails.",
					  error->message);
	else if (strcmp(results[1], "0") != 0)
		zdm_step_note(
			step,
			"The conversion is lossy: of %s rows tried, %s do not come back as they were, "
			"for example %s. What is written on one side is kept there.",
			results[0], results[1], results[2] ? quote_literal_cstr(results[2]) : "NULL");
}
