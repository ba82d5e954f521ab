/*
 * shadow_statistics.c
 *		Extended statistics of a table, and of the one that takes its name.
 *
 * The hidden table gets its own at once, under other names, so that the ANALYZE before contract
 * fills them.  Those of both tables are paired by what they are on.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_statistic_ext.h"
#include "commands/comment.h"
#include "nodes/parsenodes.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/ruleutils.h"
#include "utils/syscache.h"

#include "base/names.h"
#include "base/query.h"
#include "change/settings.h"
#include "change/shadow.h"

/* Statistics of a table. */
typedef struct Statistics
{
	Oid oid;
	Oid owner;
	char *schema;
	char *name;
	char *tail; /* what stands between the name and FROM */
	CreateStatsStmt *parsed;
	bool paired;
} Statistics;

/* Returns the full name of statistics, whatever it is called. */
static char *
statistics_name(const Statistics *statistics, const char *name)
{
	return quote_qualified_identifier(statistics->schema, name);
}

/* Cuts a definition down to what stands between the name and FROM. */
static char *
definition_tail(const Statistics *statistics, Relation rel)
{
	char *sql = pg_get_statisticsobjdef_string(statistics->oid);
	char *prefix = psprintf("CREATE STATISTICS %s", statistics_name(statistics, statistics->name));
	char *suffix = psprintf(" FROM %s", zdm_qualified_name(RelationGetRelid(rel)));
	int length = (int) strlen(sql) - (int) strlen(suffix);

	if (strncmp(sql, prefix, strlen(prefix)) != 0 || length < 0 ||
		strcmp(sql + length, suffix) != 0)
		elog(ERROR, "unexpected definition of statistics: %s", sql);
	return pnstrdup(sql + strlen(prefix), length - strlen(prefix));
}

/* Lists the statistics of a table (Statistics *). */
static List *
list_statistics(Relation rel)
{
	List *result = NIL;
	int level = zdm_pin_search_path();
	ListCell *lc;

	foreach (lc, RelationGetStatExtList(rel))
	{
		Statistics *statistics = palloc0(sizeof(Statistics));
		HeapTuple tuple = SearchSysCache1(STATEXTOID, ObjectIdGetDatum(lfirst_oid(lc)));
		Form_pg_statistic_ext form;

		if (!HeapTupleIsValid(tuple))
			elog(ERROR, "cache lookup failed for statistics object %u", lfirst_oid(lc));
		form = (Form_pg_statistic_ext) GETSTRUCT(tuple);
		statistics->oid = form->oid;
		statistics->owner = form->stxowner;
		statistics->schema = get_namespace_name(form->stxnamespace);
		statistics->name = pstrdup(NameStr(form->stxname));
		statistics->tail = definition_tail(statistics, rel);
		statistics->parsed = castNode(
			CreateStatsStmt,
			linitial_node(RawStmt, zdm_parse(pg_get_statisticsobjdef_string(form->oid)))->stmt);
		ReleaseSysCache(tuple);
		result = lappend(result, statistics);
	}
	AtEOXact_GUC(false, level);
	return result;
}

/* Returns statistics of a table that belong to somebody else; NULL: there are none. */
const char *
zdm_shadow_foreign_statistics(Relation rel)
{
	ListCell *lc;

	foreach (lc, list_statistics(rel))
		if (((Statistics *) lfirst(lc))->owner != rel->rd_rel->relowner)
			return ((Statistics *) lfirst(lc))->name;
	return NULL;
}

/* Makes for the hidden table the statistics that the named one has. */
void
zdm_shadow_create_statistics(Relation rel, Oid shadow)
{
	ListCell *lc;

	foreach (lc, list_statistics(rel))
	{
		const Statistics *statistics = lfirst(lc);
		char *name = psprintf("zdm_new_%u", statistics->oid);
		List *names = list_make2(makeString(statistics->schema), makeString(name));

		zdm_shadow_run(statistics->owner,
					   psprintf("CREATE STATISTICS %s%s FROM %s", statistics_name(statistics, name),
								statistics->tail, zdm_qualified_name(shadow)));
		zdm_copy_statistics_target(statistics->oid, get_statistics_object_oid(names, false));
	}
}

/* Tells whether all elements of statistics are among those of others. */
static bool
are_among(List *elements, List *others)
{
	ListCell *lc;

	foreach (lc, elements)
		if (!list_member(others, lfirst(lc)))
			return false;
	return true;
}

/* Tells whether two statistics are of the same, whatever the order of the columns. */
static bool
are_same(const Statistics *a, const Statistics *b)
{
	return strcmp(a->schema, b->schema) == 0 &&
		   equal(a->parsed->stat_types, b->parsed->stat_types) &&
		   list_length(a->parsed->exprs) == list_length(b->parsed->exprs) &&
		   are_among(a->parsed->exprs, b->parsed->exprs);
}

/* Finds the statistics on the same columns; NULL: there are none. */
static Statistics *
find_pair(List *list, const Statistics *wanted)
{
	ListCell *lc;

	foreach (lc, list)
	{
		Statistics *statistics = lfirst(lc);

		if (!statistics->paired && are_same(statistics, wanted))
		{
			statistics->paired = true;
			return statistics;
		}
	}
	return NULL;
}

/* Has statistics exchange their names. */
static void
exchange_names(const Statistics *from, const Statistics *to)
{
	char *between = psprintf("zdm_name_%u", from->oid);

	zdm_shadow_run(from->owner, psprintf("ALTER STATISTICS %s RENAME TO %s",
										 statistics_name(from, from->name), between));
	zdm_shadow_run(to->owner,
				   psprintf("ALTER STATISTICS %s RENAME TO %s", statistics_name(to, to->name),
							quote_identifier(from->name)));
	zdm_shadow_run(from->owner,
				   psprintf("ALTER STATISTICS %s RENAME TO %s", statistics_name(from, between),
							quote_identifier(to->name)));
}

/* Hands over the statistics; what the other table does not have is refused, or stays. */
void
zdm_shadow_hand_over_statistics(Relation from, Relation to, bool back)
{
	List *have = list_statistics(from);
	List *want = list_statistics(to);
	ListCell *lc;

	foreach (lc, have)
	{
		const Statistics *statistics = lfirst(lc);
		const Statistics *pair = find_pair(want, statistics);

		if (pair)
		{
			exchange_names(statistics, pair);
			zdm_copy_statistics_target(statistics->oid, pair->oid);
			CreateComments(pair->oid, StatisticExtRelationId, 0,
						   GetComment(statistics->oid, StatisticExtRelationId, 0));
		}
		else if (back)
			ereport(WARNING,
					(errmsg("statistics \"%s\" were made since contract, and are not on the table "
							"that comes back",
							statistics->name)));
		else
			ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
							errmsg("statistics \"%s\" were made or changed since the migration "
								   "began",
								   statistics->name),
							errhint("Drop them, and make them again after zdm.finalize(); or roll "
									"the migration back.")));
	}
}
