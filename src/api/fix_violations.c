/*
 * fix_violations.c
 *		CALL zdm.fix_violations(): corrects the rows that violate a constraint.
 *
 * Each pass lists the rows once, in a cursor that outlives commits, and works
 * through them in small transactions.  By then a ctid of the list proves nothing: its line
 * pointer may have been pruned and taken by another row, and a scan by ctid that has waited
 * for a lock goes on to the row's newest version (nodeTidscan.c, TidRecheck).  So a row is
 * corrected only if it still violates the constraint, and a duplicate deleted only if it and
 * the row that stays are just what was listed; what has changed is left to the next pass.  Nor
 * does a name prove anything: the table may get another one, and another table that one, so each
 * pass is written anew, and a table is locked before it is called by the name that it has.  It is
 * an application like any other: it runs with the caller's rights, and all triggers fire.
 */
#include "postgres.h"

#include "access/relation.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "storage/itemptr.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"

#include "api/violations.h"
#include "api/wait.h"
#include "base/expression.h"
#include "base/json.h"
#include "base/names.h"
#include "base/query.h"
#include "base/transaction.h"
#include "run/lifecycle.h"

PG_FUNCTION_INFO_V1(zdm_fix_violations);

/* A row of the list: where it is, and for a duplicate, a digest of all of its columns. */
typedef struct FixRow
{
	Oid relation;
	ItemPointerData id;
	char *digest;
} FixRow;

/* A row to correct, and for a duplicate, the one that stays. */
typedef struct FixPair
{
	FixRow row;
	FixRow kept;
} FixPair;

/* What the call is to do, and in `texts`, how a pass does it. */
typedef struct Fix
{
	char *name;
	int64 migration; /* 0: not looked for yet */
	MemoryContext texts;
	Jsonb *set;
	char *keep;
	int batch_rows;
	char *list;        /* query that lists the rows */
	char *assignments; /* SET ...; NULL: duplicates are deleted */
	char *condition;   /* which rows still want it */
	char *digest;      /* expression over a row t: what makes it the one that was listed */
} Fix;

/* Writes the assignments of `set`, each parsed as an expression over the row. */
static char *
write_assignments(Relation rel, Jsonb *set)
{
	StringInfoData buf;
	ListCell *lc;

	initStringInfo(&buf);
	foreach (lc, zdm_json_keys(set))
	{
		char *column = lfirst(lc);
		AttrNumber attnum = zdm_find_column(rel, column);
		char *text = zdm_json_string(set, column);

		if (text == NULL)
			ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
							errmsg("the expression for column \"%s\" must not be null", column),
							errhint("Write the word: {\"%s\": \"NULL\"}.", column)));
		appendStringInfo(
			&buf, "%s%s = %s", buf.len > 0 ? ", " : "", quote_identifier(column),
			zdm_expression_canonical(rel, zdm_expression_parse(rel, text, attnum, "set")));
	}
	if (buf.len == 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("set must name at least one column"),
						errhint("For instance set => '{\"price\": \"greatest(price, 0)\"}'.")));
	return buf.data;
}

/*
 * Writes the digest of a row t.  It names the columns of the migration's own table, since
 * those of a child may stand in another order.
 */
static char *
write_digest(Relation rel)
{
	StringInfoData buf;

	initStringInfo(&buf);
	for (int i = 0; i < RelationGetDescr(rel)->natts; i++)
	{
		Form_pg_attribute att = TupleDescAttr(RelationGetDescr(rel), i);

		if (!att->attisdropped)
			appendStringInfo(&buf, "%st.%s", buf.len > 0 ? ", " : "",
							 quote_identifier(NameStr(att->attname)));
	}
	return psprintf("md5(ROW(%s)::text)", buf.data);
}

/* Writes the query that lists duplicates, but for the first one by `keep`. */
static char *
duplicates_query(Relation rel, const ZdmViolations *v, const char *keep, const char *row_digest)
{
	char *keys = zdm_violations_key_list(v);

	return psprintf("SELECT d.rel, d.id, d.digest, d.kept_rel, d.kept_id, d.kept_digest FROM ("
					"SELECT t.tableoid AS rel, t.ctid AS id, %s AS digest,"
					" row_number() OVER w AS n, first_value(t.tableoid) OVER w AS kept_rel,"
					" first_value(t.ctid) OVER w AS kept_id, first_value(%s) OVER w AS kept_digest"
					" FROM %s t%s%s"
					" WINDOW w AS (PARTITION BY %s ORDER BY %s, t.tableoid, t.ctid)) d"
					" WHERE d.n > 1",
					row_digest, row_digest, v->table, v->among ? " WHERE " : "",
					v->among ? v->among : "", keys, zdm_expression_order(rel, keep, "keep"));
}

/* Decides what to do, from the kind of the constraint and what the call gives. */
static void
choose_fix(Fix *fix, ZdmMigration *m, Relation rel)
{
	ZdmViolations v;

	zdm_violations_of(m, rel, &v);
	if (fix->set && v.condition)
	{
		fix->assignments = write_assignments(rel, fix->set);
		fix->condition = v.condition;
		fix->list = psprintf("SELECT t.tableoid, t.ctid, NULL::text, NULL::oid, NULL::tid,"
							 " NULL::text FROM %s t WHERE %s",
							 v.table, v.condition);
	}
	else if (fix->keep && v.keys)
	{
		fix->digest = write_digest(rel);
		fix->list = duplicates_query(rel, &v, fix->keep, fix->digest);
	}
	else
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
				 errmsg("zdm.fix_violations() is not told what to do"),
				 v.keys ? errhint("keep => 'created_at DESC' says by its order which of several "
								  "duplicates stays; the others are deleted.")
						: errhint("set => '{\"column\": \"expression\"}' gives the rows "
								  "new values.")));
}

/* Writes what one pass does, and keeps the lock by which the table keeps its name until then. */
static void
write_pass(Fix *fix)
{
	MemoryContext caller = CurrentMemoryContext;
	ZdmMigration *m = fix->migration ? zdm_own_again(fix->migration) : zdm_own_migration(fix->name);
	Relation rel = relation_open(m->relation, RowExclusiveLock);

	fix->migration = m->id;
	MemoryContextReset(fix->texts);
	MemoryContextSwitchTo(fix->texts);
	choose_fix(fix, m, rel);
	MemoryContextSwitchTo(caller);
	relation_close(rel, NoLock);
}

/* Opens the cursor over the rows of one pass. */
static Portal
open_pass(Fix *fix)
{
	SPIPlanPtr plan =
		SPI_prepare_cursor(fix->list, 0, NULL, CURSOR_OPT_HOLD | CURSOR_OPT_NO_SCROLL);
	Portal portal;

	if (plan == NULL)
		elog(ERROR, "could not prepare \"%s\": %s", fix->list, SPI_result_code_string(SPI_result));
	portal = SPI_cursor_open(NULL, plan, NULL, NULL, true);
	SPI_freeplan(plan);
	return portal;
}

/* Reads one row of the list out of three columns, from `column` on; all zeroes where they are NULL.
 */
static void
read_row(HeapTuple tuple, TupleDesc desc, int column, FixRow *row)
{
	bool isnull;
	Datum value = SPI_getbinval(tuple, desc, column, &isnull);

	if (isnull)
		return;
	row->relation = DatumGetObjectId(value);
	row->id = *(ItemPointer) DatumGetPointer(SPI_getbinval(tuple, desc, column + 1, &isnull));
	value = SPI_getbinval(tuple, desc, column + 2, &isnull);
	row->digest = isnull ? NULL : TextDatumGetCString(value);
}

/* Fetches the next rows; *n 0: there are none.  Allocated in the current memory context. */
static FixPair *
fetch_pairs(Portal portal, int batch_rows, int *n)
{
	MemoryContext context = CurrentMemoryContext;
	FixPair *pairs;

	SPI_cursor_fetch(portal, true, batch_rows);
	*n = (int) SPI_processed;
	MemoryContextSwitchTo(context);
	pairs = palloc0(sizeof(FixPair) * Max(*n, 1));
	for (int i = 0; i < *n; i++)
	{
		read_row(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 1, &pairs[i].row);
		read_row(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, 4, &pairs[i].kept);
	}
	SPI_freetuptable(SPI_tuptable);
	return pairs;
}

/* Runs a statement whose parameters are a row's ctid and digest; returns how many rows it hit. */
static uint64
run_on_row(const char *sql, FixRow *row)
{
	Oid types[] = {TIDOID, TEXTOID};
	Datum args[] = {PointerGetDatum(&row->id),
					row->digest ? CStringGetTextDatum(row->digest) : (Datum) 0};
	int code = SPI_execute_with_args(sql, row->digest ? 2 : 1, types, args, NULL, false, 0);

	if (code < 0)
		elog(ERROR, "\"%s\" failed: %s", sql, SPI_result_code_string(code));
	return SPI_processed;
}

/* Returns the name of a table, which it keeps to the end of the transaction; NULL if it is gone. */
static char *
keep_name(Oid relation)
{
	LockRelationOid(relation, RowExclusiveLock);
	return zdm_qualified_name(relation);
}

/*
 * Corrects one row; false if it, or the one that stays, is not what was listed any more.  A
 * duplicate is deleted only while the one that stays is locked, or both might go.
 */
static bool
fix_row(Fix *fix, FixPair *pair)
{
	char *table = keep_name(pair->row.relation);
	char *kept;

	if (table == NULL)
		return false;
	if (fix->assignments)
		return run_on_row(psprintf("UPDATE ONLY %s t SET %s WHERE t.ctid = $1 AND (%s)", table,
								   fix->assignments, fix->condition),
						  &pair->row) > 0;
	kept = keep_name(pair->kept.relation);
	return kept &&
		   run_on_row(psprintf("SELECT 1 FROM ONLY %s t WHERE t.ctid = $1 AND %s = $2"
							   " FOR NO KEY UPDATE",
							   kept, fix->digest),
					  &pair->kept) > 0 &&
		   run_on_row(
			   psprintf("DELETE FROM ONLY %s t WHERE t.ctid = $1 AND %s = $2", table, fix->digest),
			   &pair->row) > 0;
}

/* Goes once through the rows, with a commit for each batch; returns how many it corrected. */
static int64
run_pass(Fix *fix)
{
	MemoryContext context = CurrentMemoryContext;
	MemoryContext memory = AllocSetContextCreate(context, "zdm fix", ALLOCSET_DEFAULT_SIZES);
	char *cursor = NULL;
	int64 fixed = 0;
	int n;

	do
	{
		int level;
		FixPair *pairs;
		Portal portal;

		MemoryContextReset(memory);
		zdm_tx_begin();
		if (cursor == NULL)
			write_pass(fix);
		level = zdm_pin_search_path();
		portal = cursor ? SPI_cursor_find(cursor) : open_pass(fix);
		if (portal == NULL)
			elog(ERROR, "cursor \"%s\" vanished", cursor);
		if (cursor == NULL)
			cursor = MemoryContextStrdup(context, portal->name);
		MemoryContextSwitchTo(memory);
		pairs = fetch_pairs(portal, fix->batch_rows, &n);
		for (int i = 0; i < n; i++)
		{
			if (fix_row(fix, &pairs[i]))
				fixed++;
			CHECK_FOR_INTERRUPTS();
		}
		if (n == 0)
			SPI_cursor_close(portal);
		AtEOXact_GUC(false, level);
		zdm_tx_commit();
	} while (n > 0);
	MemoryContextSwitchTo(context);
	MemoryContextDelete(memory);
	return fixed;
}

/* Corrects until a pass finds nothing that it could correct. */
static void
fix_all(Fix *fix)
{
	int64 total = 0;
	int64 fixed;

	fix->texts = AllocSetContextCreate(CurrentMemoryContext, "zdm fix texts", ALLOCSET_SMALL_SIZES);
	do
	{
		fixed = run_pass(fix);
		total += fixed;
	} while (fixed > 0);
	ereport(NOTICE,
			(fix->assignments ? errmsg_plural("%lld row corrected", "%lld rows corrected", total,
											  (long long) total)
							  : errmsg_plural("%lld duplicate deleted", "%lld duplicates deleted",
											  total, (long long) total),
			 errhint("SELECT zdm.resume(%s) goes on with a migration that has failed.",
					 quote_literal_cstr(fix->name))));
}

/*
 * CALL zdm.fix_violations(name text, set jsonb, keep text, batch_rows int): gives
 * rows that violate the migration's constraint new values, or deletes duplicates.
 * What is committed stays, also if a later row raises an error.
 */
Datum
zdm_fix_violations(PG_FUNCTION_ARGS)
{
	Fix fix = {0};

	zdm_enter_procedure(fcinfo, "fix_violations");
	PG_TRY();
	{
		fix.name = text_to_cstring(PG_GETARG_TEXT_PP(0));
		fix.set = PG_ARGISNULL(1) ? NULL : PG_GETARG_JSONB_P_COPY(1);
		fix.keep = PG_ARGISNULL(2) ? NULL : text_to_cstring(PG_GETARG_TEXT_PP(2));
		fix.batch_rows = PG_ARGISNULL(3) ? 1000 : PG_GETARG_INT32(3);
		if (fix.batch_rows < 1)
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("batch_rows must be greater than 0")));
		fix_all(&fix);
	}
	PG_FINALLY();
	{
		zdm_leave_procedure();
	}
	PG_END_TRY();
	SPI_finish();
	PG_RETURN_VOID();
}
