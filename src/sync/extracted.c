/*
 * extracted.c
 *		zdm.write_extracted(): INSERT and DELETE by the name of a table that columns move to.
 *
 * Until the new table is there its name is a view over the old one's columns.  UPDATE is the
 * server's own.  An INSERT sets the columns of a row that is there, a DELETE sets them back to
 * their defaults: they are blank then, which is what a row of the old table has that nobody has
 * given values for.  Where a table is merged, and the trigger has an argument, they are null
 * then: whatever default they have by now is none of rows that have nothing there.
 *
 * Everything that is done is what the caller could do by hand, with his rights, on the table that
 * the view is over: so it does not matter who has made the trigger, and on which view.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/nbtree.h"
#include "access/table.h"
#include "catalog/pg_class.h"
#include "catalog/pg_operator.h"
#include "commands/trigger.h"
#include "executor/spi.h"
#include "nodes/makefuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parsetree.h"
#include "rewrite/rewriteHandler.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/syscache.h"

#include "base/compat.h"
#include "base/names.h"
#include "base/query.h"
#include "sync/extracted.h"
#include "sync/sync_evaluate.h"

PG_FUNCTION_INFO_V1(zdm_write_extracted);
PG_FUNCTION_INFO_V1(zdm_inspect_extracted);

typedef enum Statement
{
	STATEMENT_LOCK,  /* the row, and return its columns */
	STATEMENT_SET,   /* the columns */
	STATEMENT_BLANK, /* set them back to their defaults */
	STATEMENT_SEE,   /* whether the view has the row */
	STATEMENTS,
} Statement;

/* Prepared statements on the table below a view; they stay as long as their texts are the same. */
typedef struct CacheEntry
{
	Oid view; /* key */
	char *texts[STATEMENTS];
	SPIPlanPtr plans[STATEMENTS];
	uint64 seen[STATEMENTS]; /* `invalidations` when the text was written last */
	LocalTransactionId used_in[STATEMENTS];
} CacheEntry;

static HTAB *cache = NULL;

/* Counts what may have changed a name in a text: from 1 on. */
static uint64 invalidations = 1;

/* A view, and where its columns come from. */
typedef struct Extracted
{
	Oid table;
	char *name; /* of the view */
	TupleDesc desc;
	int nkeys;
	AttrNumber keys[INDEX_MAX_KEYS]; /* columns of the view */
	AttrNumber *table_atts;          /* of the table, for each column of the view */
	int ncolumns;
	AttrNumber *columns; /* of the view, but for the key */
	Const **blanks;      /* for each of these; NULL: a null */
	bool *required;      /* for each of these: the view has no row without */
	Oid condition_of;    /* the view, if it has not all rows */
	bool nulls;          /* blank is NULL, whatever the defaults are */
	CacheEntry *entry;
} Extracted;

/* Raises an error for a call that is none of zdm's own triggers. */
static pg_noinline void
refuse_call(void)
{
	ereport(ERROR, (errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
					errmsg("zdm.write_extracted must be fired INSTEAD OF INSERT OR DELETE on a "
						   "view that zdm.expand_extract() has made"),
					errhint("zdm itself creates its triggers.")));
}

/* Returns the column of the table that an expression of the view stands for; *is_key: of the key.
 */
static AttrNumber
column_of(Node *expr, bool *is_key)
{
	*is_key = IsA(expr, CaseExpr);
	if (*is_key)
		expr = (Node *) linitial_node(CaseWhen, ((CaseExpr *) expr)->args)->result;
	if (!IsA(expr, Var) || ((Var *) expr)->varattno <= 0)
		refuse_call();
	return ((Var *) expr)->varattno;
}

/* Tells whether a view's condition is, among others, that a column of the table is not NULL. */
static bool requires(Node *condition, AttrNumber attnum)
{
	NullTest *test = (NullTest *) condition;
	ListCell *lc;

	if (condition && IsA(condition, BoolExpr) && ((BoolExpr *) condition)->boolop == AND_EXPR)
		foreach (lc, ((BoolExpr *) condition)->args)
			if (requires(lfirst(lc), attnum))
				return true;
	return condition && IsA(condition, NullTest) && test->nulltesttype == IS_NOT_NULL &&
		   IsA(test->arg, Var) && ((Var *) test->arg)->varattno == attnum;
}

/* Reads what a view is over. */
static void
read_view(Extracted *e, Relation view)
{
	Query *query = get_view_query(view);
	Relation rel;
	ListCell *lc;

	if (list_length(query->jointree->fromlist) != 1 ||
		!IsA(linitial(query->jointree->fromlist), RangeTblRef))
		refuse_call();
	e->table =
		rt_fetch(linitial_node(RangeTblRef, query->jointree->fromlist)->rtindex, query->rtable)
			->relid;
	if (!OidIsValid(e->table) || get_rel_relkind(e->table) != RELKIND_RELATION)
		refuse_call();
	e->name = pstrdup(RelationGetRelationName(view));
	if (query->jointree->quals)
		e->condition_of = RelationGetRelid(view);
	e->desc = CreateTupleDescCopy(RelationGetDescr(view));
	e->table_atts = palloc0(sizeof(AttrNumber) * (e->desc->natts + 1));
	e->columns = palloc0(sizeof(AttrNumber) * (e->desc->natts + 1));
	e->blanks = palloc0(sizeof(Const *) * (e->desc->natts + 1));
	e->required = palloc0(sizeof(bool) * (e->desc->natts + 1));
	rel = table_open(e->table, AccessShareLock);
	foreach (lc, query->targetList)
	{
		TargetEntry *target = lfirst_node(TargetEntry, lc);
		bool is_key;

		if (target->resjunk || target->resno > e->desc->natts)
			continue;
		e->table_atts[target->resno - 1] = column_of((Node *) target->expr, &is_key);
		if (is_key && e->nkeys < INDEX_MAX_KEYS)
			e->keys[e->nkeys++] = target->resno;
		if (is_key)
			continue;
		e->required[e->ncolumns] =
			requires(query->jointree->quals, e->table_atts[target->resno - 1]);
		if (!e->nulls)
			e->blanks[e->ncolumns] = zdm_blank(rel, e->table_atts[target->resno - 1]);
		e->columns[e->ncolumns++] = target->resno;
	}
	table_close(rel, NoLock);
	if (e->nkeys == 0 || e->ncolumns == 0)
		refuse_call();
}

/* Returns the name of a column of the table. */
static const char *
table_column(const Extracted *e, AttrNumber attnum)
{
	return quote_identifier(get_attname(e->table, e->table_atts[attnum - 1], false));
}

/* Returns that of the view. */
static const char *
view_column(const Extracted *e, AttrNumber attnum)
{
	return quote_identifier(NameStr(TupleDescAttr(e->desc, attnum - 1)->attname));
}

/* Returns the operator by which values of a type are equal, in full. */
static char *
equal_operator(Oid type)
{
	TypeCacheEntry *entry = lookup_type_cache(type, TYPECACHE_EQ_OPR);

	if (!OidIsValid(entry->eq_opr))
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_FUNCTION),
						errmsg("could not identify an equality operator for type %s",
							   format_type_be(type))));
	return zdm_operator_sql(entry->eq_opr);
}

/* Writes the condition that finds the row; its parameters are $1 and so on. */
static void
add_condition(StringInfo buf, const Extracted *e, bool in_view)
{
	for (int i = 0; i < e->nkeys; i++)
		appendStringInfo(buf, "%s%s %s $%d", i > 0 ? " AND " : " WHERE ",
						 in_view ? view_column(e, e->keys[i]) : table_column(e, e->keys[i]),
						 equal_operator(TupleDescAttr(e->desc, e->keys[i] - 1)->atttypid), i + 1);
}

/* Writes a statement. */
static char *
statement_text(const Extracted *e, Statement statement)
{
	StringInfoData buf;
	char *table = zdm_qualified_name(e->table);

	initStringInfo(&buf);
	if (statement == STATEMENT_SEE)
	{
		appendStringInfo(&buf, "SELECT FROM %s", zdm_qualified_name(e->condition_of));
		add_condition(&buf, e, true);
		return buf.data;
	}
	if (statement == STATEMENT_LOCK)
		appendStringInfoString(&buf, "SELECT ");
	else
		appendStringInfo(&buf, "UPDATE %s SET ", table);
	for (int i = 0; i < e->ncolumns; i++)
	{
		appendStringInfo(&buf, "%s%s", i > 0 ? ", " : "", table_column(e, e->columns[i]));
		if (statement == STATEMENT_SET)
			appendStringInfo(&buf, " = $%d", e->nkeys + i + 1);
		else if (statement == STATEMENT_BLANK)
			appendStringInfoString(&buf, e->nulls ? " = NULL" : " = DEFAULT");
	}
	if (statement == STATEMENT_LOCK)
		appendStringInfo(&buf, " FROM %s", table);
	add_condition(&buf, e, false);
	if (statement == STATEMENT_LOCK)
		appendStringInfoString(&buf, " FOR NO KEY UPDATE");
	return buf.data;
}

/* Returns the types of the parameters: of the key, then of the columns. */
static Oid *
parameter_types(const Extracted *e)
{
	Oid *types = palloc(sizeof(Oid) * (e->nkeys + e->ncolumns));

	for (int i = 0; i < e->nkeys; i++)
		types[i] = TupleDescAttr(e->desc, e->keys[i] - 1)->atttypid;
	for (int i = 0; i < e->ncolumns; i++)
		types[e->nkeys + i] = TupleDescAttr(e->desc, e->columns[i] - 1)->atttypid;
	return types;
}

/* Has texts be written again: the name of a table or column may be another one. */
static void
relcache_callback(Datum arg, Oid relid)
{
	invalidations++;
}

/* Likewise the name of a schema or operator. */
static void
syscache_callback(Datum arg, int cache_id, uint32 hash_value)
{
	invalidations++;
}

/* Returns the cache's entry of a view, made if need be. */
static CacheEntry *
cache_entry(Oid view)
{
	CacheEntry *entry;
	bool found;

	if (cache == NULL)
	{
		HASHCTL ctl = {.keysize = sizeof(Oid), .entrysize = sizeof(CacheEntry)};

		cache = hash_create("zdm extracted", 16, &ctl, HASH_ELEM | HASH_BLOBS);
		CacheRegisterRelcacheCallback(relcache_callback, (Datum) 0);
		CacheRegisterSyscacheCallback(NAMESPACEOID, syscache_callback, (Datum) 0);
		CacheRegisterSyscacheCallback(OPEROID, syscache_callback, (Datum) 0);
	}
	entry = hash_search(cache, &view, HASH_ENTER, &found);
	if (!found)
		memset((char *) entry + offsetof(CacheEntry, texts), 0,
			   sizeof(CacheEntry) - offsetof(CacheEntry, texts));
	return entry;
}

/*
 * Prepares a statement.  The one in whose place it comes may be at work, with a trigger that has
 * changed a name and led back here: if it was used in this transaction it is not freed.
 */
static void
prepare(const Extracted *e, Statement statement, const char *text)
{
	CacheEntry *entry = e->entry;
	int level = zdm_pin_search_path();
	SPIPlanPtr plan;

	plan = SPI_prepare(text, e->nkeys + (statement == STATEMENT_SET ? e->ncolumns : 0),
					   parameter_types(e));
	if (plan == NULL || SPI_keepplan(plan) != 0)
		elog(ERROR, "could not prepare: %s", text);
	AtEOXact_GUC(false, level);
	if (entry->plans[statement] && entry->used_in[statement] != zdm_current_lxid())
		SPI_freeplan(entry->plans[statement]);
	if (entry->texts[statement])
		pfree(entry->texts[statement]);
	entry->plans[statement] = plan;
	entry->texts[statement] = MemoryContextStrdup(TopMemoryContext, text);
}

/*
 * Returns a statement, prepared; the caller is connected to SPI.  One that is stale is planned anew
 * by the server, and prepared anew only where its text is another one.
 */
static SPIPlanPtr
prepared(const Extracted *e, Statement statement)
{
	CacheEntry *entry = e->entry;
	uint64 now = invalidations;

	if (entry->seen[statement] != now)
	{
		char *text = statement_text(e, statement);

		if (entry->plans[statement] == NULL || strcmp(entry->texts[statement], text) != 0)
			prepare(e, statement, text);
		entry->seen[statement] = now;
	}
	entry->used_in[statement] = zdm_current_lxid();
	return entry->plans[statement];
}

/* Runs a statement with the values of a row; returns how many rows it was about. */
static uint64
run(const Extracted *e, Statement statement, HeapTuple row)
{
	int n = e->nkeys + e->ncolumns;
	Datum *values = palloc0(sizeof(Datum) * n);
	char *nulls = palloc0(n + 1);
	int result;

	for (int i = 0; i < n; i++)
	{
		AttrNumber attnum = i < e->nkeys ? e->keys[i] : e->columns[i - e->nkeys];
		bool isnull;

		values[i] = heap_getattr(row, attnum, e->desc, &isnull);
		nulls[i] = isnull ? 'n' : ' ';
	}
	result = SPI_execute_plan(prepared(e, statement), values, nulls, false, 0);
	if (result < 0)
		elog(ERROR, "SPI_execute_plan failed: %s", SPI_result_code_string(result));
	return SPI_processed;
}

/* Tells whether two values of a column of the view are the same. */
static bool
same_value(const Extracted *e, AttrNumber attnum, Datum a, bool a_null, Datum b, bool b_null)
{
	Form_pg_attribute att = TupleDescAttr(e->desc, attnum - 1);
	ZdmSyncColumn column = {.attnum = attnum, .byval = att->attbyval, .len = att->attlen};

	return zdm_sync_same(&column, a, a_null, b, b_null);
}

/* Tells whether the row that was locked is blank; with a row, whether it is that one. */
static bool
is_row(const Extracted *e, HeapTuple row)
{
	for (int i = 0; i < e->ncolumns; i++)
	{
		Const *blank = e->blanks[i];
		bool null_there;
		bool null_here = blank == NULL;
		Datum there =
			SPI_getbinval(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, i + 1, &null_there);
		Datum here = blank ? blank->constvalue : (Datum) 0;

		if (row)
			here = heap_getattr(row, e->columns[i], e->desc, &null_here);
		if (!same_value(e, e->columns[i], here, null_here, there, null_there))
			return false;
	}
	return true;
}

/* Describes the key of a row: "(id)=(1)". */
static char *
describe_key(const Extracted *e, HeapTuple row)
{
	StringInfoData names;
	StringInfoData values;

	initStringInfo(&names);
	initStringInfo(&values);
	for (int i = 0; i < e->nkeys; i++)
	{
		char *value = SPI_getvalue(row, e->desc, e->keys[i]);

		appendStringInfo(&names, "%s%s", i > 0 ? ", " : "",
						 NameStr(TupleDescAttr(e->desc, e->keys[i] - 1)->attname));
		appendStringInfo(&values, "%s%s", i > 0 ? ", " : "", value ? value : "null");
	}
	return psprintf("(%s)=(%s)", names.data, values.data);
}

/* Refuses a row without its key. */
static void
require_key(const Extracted *e, HeapTuple row)
{
	for (int i = 0; i < e->nkeys; i++)
		if (heap_attisnull(row, e->keys[i], e->desc))
			ereport(ERROR,
					(errcode(ERRCODE_NOT_NULL_VIOLATION),
					 errmsg("null value in column \"%s\" of relation \"%s\" violates not-null "
							"constraint",
							NameStr(TupleDescAttr(e->desc, e->keys[i] - 1)->attname), e->name),
					 errhint("It is the key of the row in table \"%s\".", get_rel_name(e->table))));
}

/* Refuses a row without a value that it needs. */
static void
require_values(const Extracted *e, HeapTuple row)
{
	for (int i = 0; i < e->ncolumns; i++)
		if (e->required[i] && heap_attisnull(row, e->columns[i], e->desc))
			ereport(ERROR,
					(errcode(ERRCODE_NOT_NULL_VIOLATION),
					 errmsg("null value in column \"%s\" of relation \"%s\" violates not-null "
							"constraint",
							NameStr(TupleDescAttr(e->desc, e->columns[i] - 1)->attname), e->name)));
}

/* A row is inserted: the columns of the row that is there get its values. */
static bool
insert_row(const Extracted *e, HeapTuple row)
{
	require_key(e, row);
	require_values(e, row);
	if (run(e, STATEMENT_LOCK, row) == 0)
		ereport(ERROR, (errcode(ERRCODE_FOREIGN_KEY_VIOLATION),
						errmsg("insert on \"%s\" violates its foreign key to table \"%s\"", e->name,
							   get_rel_name(e->table)),
						errdetail("Key %s is not present in table \"%s\".", describe_key(e, row),
								  get_rel_name(e->table)),
						errhint("Insert the row of that table first.")));
	if (!is_row(e, NULL))
		ereport(ERROR, (errcode(ERRCODE_UNIQUE_VIOLATION),
						errmsg("duplicate key value violates the primary key of \"%s\"", e->name),
						errdetail("Key %s already exists.", describe_key(e, row)),
						errhint("A row that is there is changed by UPDATE.")));
	if (run(e, STATEMENT_SET, row) == 0)
		return false;
	if (OidIsValid(e->condition_of) && run(e, STATEMENT_SEE, row) == 0)
		ereport(ERROR, (errcode(ERRCODE_WITH_CHECK_OPTION_VIOLATION),
						errmsg("a row of \"%s\" needs some value that is not a default", e->name),
						errdetail("Key %s.", describe_key(e, row)),
						errhint("Until finalize it could not be told from no row at all.")));
	return true;
}

/* A row is deleted: its columns are set back. */
static bool
delete_row(const Extracted *e, HeapTuple row)
{
	if (run(e, STATEMENT_LOCK, row) == 0)
		return false;
	if (!is_row(e, row))
		ereport(ERROR,
				(errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
				 errmsg("could not serialize access due to concurrent update"),
				 errdetail("Row %s of \"%s\" was changed by somebody else meanwhile.",
						   describe_key(e, row), e->name),
				 errhint("Repeat the transaction, or lock the row first: SELECT ... FOR UPDATE.")));
	return run(e, STATEMENT_BLANK, row) > 0;
}

/* zdm.write_extracted(): see above. */
Datum
zdm_write_extracted(PG_FUNCTION_ARGS)
{
	TriggerData *data = (TriggerData *) fcinfo->context;
	Extracted *e = fcinfo->flinfo->fn_extra;
	bool done;

	if (!CALLED_AS_TRIGGER(fcinfo) || !TRIGGER_FIRED_INSTEAD(data->tg_event) ||
		!TRIGGER_FIRED_FOR_ROW(data->tg_event) || TRIGGER_FIRED_BY_UPDATE(data->tg_event))
		refuse_call();
	if (e == NULL)
	{
		MemoryContext caller = MemoryContextSwitchTo(fcinfo->flinfo->fn_mcxt);

		e = palloc0(sizeof(Extracted));
		e->nulls = data->tg_trigger->tgnargs > 0;
		read_view(e, data->tg_relation);
		e->entry = cache_entry(RelationGetRelid(data->tg_relation));
		fcinfo->flinfo->fn_extra = e;
		MemoryContextSwitchTo(caller);
	}
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	if (TRIGGER_FIRED_BY_INSERT(data->tg_event))
		done = insert_row(e, data->tg_trigtuple);
	else
		done = delete_row(e, data->tg_trigtuple);
	SPI_finish();
	return PointerGetDatum(done ? data->tg_trigtuple : NULL);
}

/* Returns a column of those that a trigger looks at which is NULL in a row; 0: none is. */
static AttrNumber
null_column(const Trigger *trigger, TupleTableSlot *row)
{
	ListCell *lc;

	foreach (lc, pull_var_clause(stringToNode(trigger->tgqual), 0))
	{
		AttrNumber attnum = lfirst_node(Var, lc)->varattno;

		if (attnum > 0 && slot_attisnull(row, attnum))
			return attnum;
	}
	return 0;
}

/*
 * Constraint trigger, deferred, behind INSERT and UPDATE of a row that is without a value in a
 * column which moves, and was NOT NULL: whoever knows the new table has the transaction in which to
 * give it one there.  If the row was written again, or is gone, that event tells.
 */
Datum
zdm_inspect_extracted(PG_FUNCTION_ARGS)
{
	TriggerData *data = (TriggerData *) fcinfo->context;
	TupleTableSlot *row;
	AttrNumber attnum;
	Relation rel;

	if (!CALLED_AS_TRIGGER(fcinfo) || !TRIGGER_FIRED_AFTER(data->tg_event) ||
		!TRIGGER_FIRED_FOR_ROW(data->tg_event) || TRIGGER_FIRED_BY_DELETE(data->tg_event) ||
		data->tg_trigger->tgqual == NULL)
		ereport(ERROR, (errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
						errmsg("zdm.inspect_extracted must be fired AFTER INSERT OR UPDATE, on a "
							   "condition, for each row"),
						errhint("zdm itself creates its triggers.")));
	rel = data->tg_relation;
	row = TRIGGER_FIRED_BY_UPDATE(data->tg_event) ? data->tg_newslot : data->tg_trigslot;
	attnum = table_tuple_satisfies_snapshot(rel, row, SnapshotSelf)
				 ? null_column(data->tg_trigger, row)
				 : 0;
	if (attnum > 0)
		ereport(ERROR,
				(errcode(ERRCODE_NOT_NULL_VIOLATION),
				 errmsg("null value in column \"%s\" of relation \"%s\" violates not-null "
						"constraint",
						NameStr(TupleDescAttr(RelationGetDescr(rel), attnum - 1)->attname),
						RelationGetRelationName(rel)),
				 errdetail("The column moves to a table of its own: each row has a value here, or "
						   "by the new table's name, when its transaction ends."),
				 errtablecol(rel, attnum)));
	return PointerGetDatum(NULL);
}
