/*
 * violations.c
 *		zdm.violations(): the rows that violate the constraint of a migration.
 *
 * What a violation is comes from the arguments of the expand call, and from
 * the catalog where their text would depend on a search_path.
 */
#include "postgres.h"

#include "access/relation.h"
#include "catalog/namespace.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "funcapi.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"
#include "utils/tuplestore.h"

#include "api/violations.h"
#include "base/compat.h"
#include "base/expression.h"
#include "base/json.h"
#include "base/names.h"
#include "base/owner.h"
#include "base/resolved.h"
#include "change/follow.h"
#include "change/index_definition.h"
#include "record/target.h"
#include "run/lifecycle.h"

PG_FUNCTION_INFO_V1(zdm_violations);

/* Writes the list of the keys with commas. */
char *
zdm_violations_key_list(const ZdmViolations *v)
{
	return zdm_join(v->keys, ", ");
}

/* Writes a test, IS NULL or IS NOT NULL, of each of some expressions, joined by AND or OR. */
static char *
null_tests(List *expressions, const char *join, const char *test)
{
	StringInfoData buf;
	ListCell *lc;

	initStringInfo(&buf);
	foreach (lc, expressions)
		appendStringInfo(&buf, "%s%s %s", buf.len > 0 ? join : "", (char *) lfirst(lc), test);
	return buf.data;
}

/* Returns column names, quoted, with the table's alias. */
static List *
add_alias(List *columns)
{
	List *result = NIL;
	ListCell *lc;

	foreach (lc, columns)
		result = lappend(result, psprintf("t.%s", quote_identifier(lfirst(lc))));
	return result;
}

/* Lists the columns of a table's primary key. */
static List *
primary_key_columns(Oid table)
{
	Relation rel = relation_open(table, AccessShareLock);
	List *result = NIL;
	Relation index;

	list_free(RelationGetIndexList(rel));
	if (!OidIsValid(rel->rd_pkindex))
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT),
						errmsg("there is no primary key for referenced table \"%s\"",
							   RelationGetRelationName(rel))));
	index = relation_open(rel->rd_pkindex, AccessShareLock);
	for (int i = 0; i < index->rd_index->indnkeyatts; i++)
		result = lappend(result, get_attname(table, index->rd_index->indkey.values[i], false));
	relation_close(index, AccessShareLock);
	relation_close(rel, AccessShareLock);
	return result;
}

/* Rows that refer to nothing (ri_triggers.c, RI_Initial_Check). */
static void
foreign_key_violations(const ZdmMigration *m, ZdmViolations *v)
{
	Jsonb *arguments = m->arguments;
	List *columns = add_alias(zdm_json_list(arguments, "columns"));
	List *ref_columns = zdm_json_list(arguments, "ref_columns");
	char *match = zdm_json_string(arguments, "match");
	Oid referenced = m->also_locks != NIL ? linitial_oid(m->also_locks) : m->relation;
	StringInfoData missing;
	ListCell *column;
	ListCell *ref_column;

	if (ref_columns == NIL)
		ref_columns = primary_key_columns(referenced);
	initStringInfo(&missing);
	appendStringInfo(&missing, "NOT EXISTS (SELECT 1 FROM %s r WHERE ",
					 zdm_qualified_name(referenced));
	forboth (column, columns, ref_column, ref_columns)
		appendStringInfo(&missing, "%sr.%s = %s", column == list_head(columns) ? "" : " AND ",
						 quote_identifier(lfirst(ref_column)), (char *) lfirst(column));
	appendStringInfoChar(&missing, ')');
	if (match && pg_strcasecmp(match, "full") == 0)
		v->condition = psprintf("(%s) AND (%s OR %s)", null_tests(columns, " OR ", "IS NOT NULL"),
								null_tests(columns, " OR ", "IS NULL"), missing.data);
	else
		v->condition =
			psprintf("%s AND %s", null_tests(columns, " AND ", "IS NOT NULL"), missing.data);
	v->reason = psprintf("refers to no row of %s", zdm_qualified_name(referenced));
}

/* Rows with the same keys. */
static void
unique_violations(Jsonb *arguments, ZdmViolations *v)
{
	ListCell *lc;

	v->keys = NIL;
	foreach (lc, zdm_json_list(arguments, "columns"))
		v->keys = lappend(v->keys, pstrdup(quote_identifier(lfirst(lc))));
	if (!zdm_json_bool(arguments, "nulls_not_distinct", false))
		v->among = null_tests(v->keys, " AND ", "IS NOT NULL");
}

/*
 * Rows with the same keys in a unique index, which may be partial and on
 * expressions.  The first step names everything in full; its text is the owner's, and
 * parsing it may run a domain's checks.
 */
static void
index_violations(Relation rel, const ZdmMigration *m, ZdmViolations *v)
{
	List *steps = zdm_steps(m->id);
	ZdmIndexDefinition *definition;
	IndexStmt *stmt;
	ZdmOwnerScope scope;
	char *not_null;
	char *text;

	if (steps == NIL)
		return;
	text = ((ZdmStep *) linitial(steps))->command.text;
	zdm_owner_begin(&scope, rel->rd_rel->relowner);
	zdm_resolved_check(m->resolved, text, rel->rd_rel->relowner);
	stmt = zdm_index_parse(text);
	(void) zdm_follow_names(zdm_targets(m->id), (Node *) stmt);
	definition = zdm_index_definition(rel, stmt, text);
	zdm_owner_end(&scope);
	if (!definition->unique)
		return;
	v->keys = definition->keys;
	not_null = definition->nulls_not_distinct ? NULL : null_tests(v->keys, " AND ", "IS NOT NULL");
	v->among = definition->predicate;
	if (not_null)
		v->among = v->among ? psprintf("(%s) AND %s", v->among, not_null) : not_null;
}

/* Returns the expression of a CHECK constraint, as the catalog has it. */
static char *
check_expression(Relation rel, const char *constraint)
{
	Oid oid = get_relation_constraint_oid(RelationGetRelid(rel), constraint, true);
	HeapTuple tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(oid));
	Datum value;
	bool isnull;
	char *expr;

	if (!HeapTupleIsValid(tuple))
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT),
						errmsg("constraint \"%s\" for table \"%s\" does not exist", constraint,
							   RelationGetRelationName(rel)),
						errdetail("It was dropped, or the migration was rolled back.")));
	value = SysCacheGetAttr(CONSTROID, tuple, Anum_pg_constraint_conbin, &isnull);
	if (isnull)
		elog(ERROR, "constraint \"%s\" is no check", constraint);
	expr = zdm_expression_canonical(rel, stringToNode(TextDatumGetCString(value)));
	ReleaseSysCache(tuple);
	return expr;
}

/*
 * Finds out what violates the constraint of a migration; nothing may.  The
 * caller has the table open.
 */
void
zdm_violations_of(const ZdmMigration *m, Relation rel, ZdmViolations *v)
{
	memset(v, 0, sizeof(*v));
	v->table = zdm_qualified_name(RelationGetRelid(rel));
	if (strcmp(m->kind, "not_null") == 0)
	{
		char *column = zdm_json_string(m->arguments, "column_name");

		v->condition = psprintf("t.%s IS NULL", quote_identifier(column));
		v->reason = psprintf("%s is null", quote_identifier(column));
	}
	else if (strcmp(m->kind, "check") == 0)
	{
		char *expr = check_expression(rel, zdm_json_string(m->arguments, "constraint_name"));

		zdm_resolved_check(m->resolved, expr, rel->rd_rel->relowner);
		v->condition = psprintf("(%s) IS FALSE", expr);
		v->reason = psprintf("not %s", expr);
	}
	else if (strcmp(m->kind, "foreign_key") == 0)
		foreign_key_violations(m, v);
	else if (strcmp(m->kind, "unique") == 0 || strcmp(m->kind, "primary_key") == 0)
	{
		unique_violations(m->arguments, v);
		if (strcmp(m->kind, "primary_key") == 0)
		{
			v->condition = null_tests(v->keys, " OR ", "IS NULL");
			v->reason = "part of the key is null";
		}
	}
	else if (strcmp(m->kind, "index") == 0)
		index_violations(rel, m, v);
	else
		ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE),
						errmsg("migration \"%s\" adds no constraint", m->name),
						errdetail("It is a %s.", m->kind),
						errhint("SELECT * FROM zdm.verify(%s) compares old with new columns.",
								quote_literal_cstr(m->name))));
}

/* Writes the query that lists the violations; $1 is the most rows that are wanted. */
static char *
list_query(const ZdmViolations *v)
{
	StringInfoData buf;

	initStringInfo(&buf);
	if (v->condition)
		appendStringInfo(&buf,
						 "(SELECT t.tableoid AS rel, t.ctid AS id, to_jsonb(t) AS contents,"
						 " %s::text AS reason FROM %s t WHERE %s LIMIT $1)",
						 quote_literal_cstr(v->reason), v->table, v->condition);
	if (v->keys)
	{
		char *keys = zdm_violations_key_list(v);

		appendStringInfo(
			&buf,
			"%s(SELECT w.tableoid, w.ctid, to_jsonb(w), format('one of %%s rows with the same %%s',"
			" d.n, %s) FROM %s w JOIN (SELECT t.tableoid AS rel, t.ctid AS id,"
			" count(*) OVER (PARTITION BY %s) AS n, dense_rank() OVER (ORDER BY %s) AS r"
			" FROM %s t%s%s) d ON d.rel = w.tableoid AND d.id = w.ctid"
			" WHERE d.n > 1 ORDER BY d.r, w.tableoid, w.ctid LIMIT $1)",
			buf.len > 0 ? " UNION ALL " : "", quote_literal_cstr(keys), v->table, keys, keys,
			v->table, v->among ? " WHERE " : "", v->among ? v->among : "");
	}
	return psprintf("SELECT * FROM (%s) AS v LIMIT $1", buf.data);
}

/* Runs the query as the owner of the table, whose expressions it evaluates, and keeps its rows. */
static void
list_rows(FunctionCallInfo fcinfo, Relation rel, const char *query, int max_rows)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	Oid types[] = {INT8OID};
	Datum args[] = {Int64GetDatum(max_rows)};
	ZdmOwnerScope scope;

	zdm_owner_begin(&scope, rel->rd_rel->relowner);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	if (SPI_execute_with_args(query, 1, types, args, NULL, true, 0) != SPI_OK_SELECT)
		elog(ERROR, "could not list the violations");
	for (uint64 i = 0; i < SPI_processed; i++)
	{
		Datum values[4];
		bool nulls[4];

		for (int column = 0; column < 4; column++)
			values[column] = SPI_getbinval(SPI_tuptable->vals[i], SPI_tuptable->tupdesc, column + 1,
										   &nulls[column]);
		tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
	}
	SPI_finish();
	zdm_owner_end(&scope);
}

/*
 * zdm.violations(name text, max_rows int): rows that violate the constraint of a
 * migration, and why.  Reads the whole table under ACCESS SHARE.
 */
Datum
zdm_violations(PG_FUNCTION_ARGS)
{
	ZdmMigration *m = zdm_own_migration(text_to_cstring(PG_GETARG_TEXT_PP(0)));
	int max_rows = PG_GETARG_INT32(1);
	Relation rel = relation_open(m->relation, AccessShareLock);
	ZdmViolations v;

	if (max_rows < 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("max_rows must not be negative")));
	zdm_violations_of(m, rel, &v);
	InitMaterializedSRF(fcinfo, 0);
	if (v.condition || v.keys)
		list_rows(fcinfo, rel, list_query(&v), max_rows);
	relation_close(rel, NoLock);
	return (Datum) 0;
}
