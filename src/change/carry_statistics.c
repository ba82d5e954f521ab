/*
 * carry_statistics.c
 *		Extended statistics on a new column as there are on the old one, and those of expressions.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/pg_class.h"
#include "catalog/pg_statistic_ext.h"
#include "nodes/nodes.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "base/expression.h"
#include "change/carry.h"
#include "change/catalog_changes.h"
#include "change/dependents.h"
#include "change/plan_sync.h"
#include "change/settings.h"

/* Returns the word for a kind of statistics; NULL for expressions, which have none. */
static const char *
kind_name(char kind)
{
	switch (kind)
	{
		case STATS_EXT_NDISTINCT:
			return "ndistinct";
		case STATS_EXT_DEPENDENCIES:
			return "dependencies";
		case STATS_EXT_MCV:
			return "mcv";
		default:
			return NULL;
	}
}

/* Appends "(kind, ...) "; nothing for statistics on one expression, which take no kinds. */
static void
add_kinds(StringInfo buf, HeapTuple tuple)
{
	bool isnull;
	Datum value = SysCacheGetAttr(STATEXTOID, tuple, Anum_pg_statistic_ext_stxkind, &isnull);
	ArrayType *kinds = DatumGetArrayTypeP(value);
	const char *separator = " (";

	for (int i = 0; i < ARR_DIMS(kinds)[0]; i++)
	{
		const char *name = kind_name(((char *) ARR_DATA_PTR(kinds))[i]);

		if (name == NULL)
			continue;
		appendStringInfo(buf, "%s%s", separator, name);
		separator = ", ";
	}
	if (separator[0] == ',')
		appendStringInfoChar(buf, ')');
}

/* Appends the command that sets the target of statistics, if others have one. */
static void
add_target(StringInfo buf, HeapTuple tuple, const char *name)
{
	bool isnull;
	Datum value = SysCacheGetAttr(STATEXTOID, tuple, Anum_pg_statistic_ext_stxstattarget, &isnull);

	if (!isnull && DatumGetInt32(value) >= 0)
		appendStringInfo(buf, ";\nALTER STATISTICS %s SET STATISTICS %d", name,
						 DatumGetInt32(value));
}

/*
 * Returns the commands that make statistics like `oid`, called `name` (qualified), on
 * the new column in place of the old one.
 */
char *
zdm_carry_statistics_sql(ZdmSwap *swap, Oid oid, const char *name)
{
	HeapTuple tuple = SearchSysCache1(STATEXTOID, ObjectIdGetDatum(oid));
	Form_pg_statistic_ext form;
	StringInfoData buf;
	const char *separator = " ON ";
	bool isnull;
	Datum value;
	ListCell *lc;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for statistics object %u", oid);
	form = (Form_pg_statistic_ext) GETSTRUCT(tuple);
	initStringInfo(&buf);
	appendStringInfo(&buf, "CREATE STATISTICS %s", name);
	add_kinds(&buf, tuple);
	for (int i = 0; i < form->stxkeys.dim1; i++)
	{
		appendStringInfo(&buf, "%s%s", separator,
						 quote_identifier(zdm_swap_name(
							 swap, form->stxrelid, form->stxkeys.values[i], ZDM_NAMES_SHADOW)));
		separator = ", ";
	}
	value = SysCacheGetAttr(STATEXTOID, tuple, Anum_pg_statistic_ext_stxexprs, &isnull);
	foreach (lc, isnull ? NIL : castNode(List, stringToNode(TextDatumGetCString(value))))
	{
		appendStringInfo(
			&buf, "%s(%s)", separator,
			zdm_expression_canonical_row(zdm_swap_names(swap, ZDM_NAMES_SHADOW), lfirst(lc)));
		separator = ", ";
	}
	appendStringInfo(&buf, " FROM %s", swap->plan->table);
	add_target(&buf, tuple, name);
	ReleaseSysCache(tuple);
	return buf.data;
}

/* See zdm_run_copy_target(). */
ZdmDeed *
zdm_deed_copy_target(const char *table, const char *from, const char *to)
{
	return zdm_deed_columns(ZDM_ACTION_COPY_TARGET, table, from, to);
}

/* Finds statistics of a table by their name, in whatever schema; InvalidOid: there are none. */
static Oid
find_statistics(Relation rel, const char *name)
{
	Oid result = InvalidOid;
	ListCell *lc;

	foreach (lc, RelationGetStatExtList(rel))
	{
		HeapTuple tuple = SearchSysCache1(STATEXTOID, ObjectIdGetDatum(lfirst_oid(lc)));

		if (!HeapTupleIsValid(tuple))
			elog(ERROR, "cache lookup failed for statistics object %u", lfirst_oid(lc));
		if (strcmp(NameStr(((Form_pg_statistic_ext) GETSTRUCT(tuple))->stxname), name) == 0)
			result = lfirst_oid(lc);
		ReleaseSysCache(tuple);
	}
	return result;
}

/* Gives extended statistics that have taken the name of others the target that these have. */
void
zdm_run_copy_target(const ZdmMigration *m, const ZdmDeed *deed)
{
	Relation rel = zdm_open_for_change(m, zdm_deed_relation(deed, "table"), AccessExclusiveLock);
	Oid from = find_statistics(rel, zdm_deed_string(deed, "from"));
	Oid to = find_statistics(rel, zdm_deed_string(deed, "to"));

	table_close(rel, NoLock);
	if (OidIsValid(from) && OidIsValid(to)) /* else somebody has dropped it */
		zdm_copy_statistics_target(from, to);
}

/* Tells whether a table gets what ANALYZE of its columns says nothing of. */
static bool
wants_analyze(ZdmSwap *swap)
{
	ListCell *lc;

	foreach (lc, swap->dependents)
	{
		const ZdmDependent *dependent = lfirst(lc);

		if (dependent->kind == ZDM_DEP_STATISTICS ||
			(OidIsValid(dependent->index) && zdm_index_has_expressions(dependent->index)))
			return true;
	}
	return false;
}

/*
 * Appends the steps that gather statistics of expressions in indexes, and extended ones: the first
 * ANALYZE came before there were any of these.  That of a partitioned table is of its partitions,
 * too.
 */
void
zdm_carry_plan_analyze(ZdmSwap *swap)
{
	ListCell *table;

	if (!swap->replaces)
		return;
	foreach (table, zdm_swap_tables(swap))
	{
		ZdmSwap *part = lfirst(table);

		if (!wants_analyze(part))
			continue;
		zdm_plan_analyze(part->plan, NULL);
		if (part == swap && swap->plan->rel->rd_rel->relkind == RELKIND_PARTITIONED_TABLE)
			return;
	}
}
