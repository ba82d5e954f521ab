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

#include "expression.h"
#include "names.h"
#include "owner.h"
#include "sample.h"
#include "transaction.h"

#define SAMPLE_ROWS 1000

/* What runs in zdm_try(). */
typedef struct Sample
{
	ZdmSwap *swap;
	int64 rows;
	int64 lossy;
	char *example; /* in the memory of the caller; NULL: none */
	MemoryContext memory;
} Sample;

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

/* Runs both expressions over the sample. */
static void
try_sample(void *arg)
{
	Sample *sample = arg;
	Relation rel = sample->swap->plan->rel;
	float4 rows = rel->rd_rel->reltuples;
	double percent = rows > SAMPLE_ROWS ? 100.0 * SAMPLE_ROWS / rows : 100;
	ZdmOldColumn *old = linitial(sample->swap->old);
	StringInfoData sql;
	StringInfoData lossy;
	char *example;

	initStringInfo(&lossy);
	add_lossy(&lossy, sample->swap);
	initStringInfo(&sql);
	appendStringInfo(&sql,
					 "SELECT count(*)::text AS rows, (count(*) FILTER (WHERE %s))::text AS lossy,"
					 " min(%s::text) FILTER (WHERE %s) AS example"
					 " FROM (SELECT s.*",
					 lossy.data, quote_identifier(old->name), lossy.data);
	add_forward(&sql, sample->swap);
	appendStringInfo(&sql, " FROM (SELECT * FROM %s TABLESAMPLE SYSTEM (%g) LIMIT %d) AS s) AS t",
					 sample->swap->plan->table, percent, SAMPLE_ROWS);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	if (SPI_execute(sql.data, true, 1) != SPI_OK_SELECT || SPI_processed != 1)
		elog(ERROR, "trying the conversion on a sample failed");
	sample->rows = strtoll(SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1), NULL, 10);
	sample->lossy =
		strtoll(SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 2), NULL, 10);
	example = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 3);
	sample->example = example ? MemoryContextStrdup(sample->memory, example) : NULL;
	SPI_finish();
}

/*
 * Tries forward and reverse on about a thousand rows, as the owner of the table, and
 * notes in the step what fails and what is lossy.  Changes nothing; only for
 * zdm.plan(), since an expression may take any time.
 */
void
zdm_sample_note(ZdmSwap *swap, ZdmStep *step)
{
	Sample sample = {.swap = swap, .memory = CurrentMemoryContext};
	ZdmOwnerScope scope;
	ErrorData *error;

	if (!swap->plan->try_rows)
		return;

	zdm_owner_begin(&scope, swap->plan->rel->rd_rel->relowner);
	error = zdm_try(try_sample, &sample);
	zdm_owner_end(&scope);
	if (error)
		zdm_step_note(step,
					  "The conversion fails for a row that is there: %s. Such a row stops the "
					  "backfill, and such a write of the old application fails.",
					  error->message);
	else if (sample.lossy > 0)
		zdm_step_note(step,
					  "The conversion is lossy: of " INT64_FORMAT " rows tried, " INT64_FORMAT
					  " do not come back as they were, for example %s. What is written on one "
					  "side is kept there.",
					  sample.rows, sample.lossy,
					  sample.example ? quote_literal_cstr(sample.example) : "NULL");
}
