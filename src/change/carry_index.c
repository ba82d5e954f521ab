/*
 * carry_index.c
 *		The index on a new column that does what one on the old column does.
 */
#include "postgres.h"

#include "access/attmap.h"
#include "access/genam.h"
#include "access/relation.h"
#include "catalog/namespace.h"
#include "commands/defrem.h"
#include "nodes/parsenodes.h"
#include "parser/parse_utilcmd.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "base/expression.h"
#include "base/names.h"
#include "change/carry.h"

/* Appends a qualified name. */
static void
add_name(StringInfo buf, List *name)
{
	appendStringInfoString(buf, NameListToQuotedString(name));
}

/* Appends one key of the index; `attnum` 0 for an expression. */
static void
add_key(StringInfo buf, ZdmSwap *swap, IndexElem *key, AttrNumber attnum)
{
	if (attnum != 0)
		appendStringInfoString(
			buf, quote_identifier(zdm_swap_name(swap, RelationGetRelid(swap->plan->rel), attnum,
												ZDM_NAMES_SHADOW)));
	else
		appendStringInfo(
			buf, "(%s)",
			zdm_expression_canonical_row(zdm_swap_names(swap, ZDM_NAMES_SHADOW), key->expr));
	if (key->collation)
	{
		appendStringInfoString(buf, " COLLATE ");
		add_name(buf, key->collation);
	}
	if (key->opclass)
	{
		appendStringInfoChar(buf, ' ');
		add_name(buf, key->opclass);
		if (key->opclassopts)
			zdm_add_options(buf, key->opclassopts);
	}
	if (key->ordering == SORTBY_DESC)
		appendStringInfoString(buf, " DESC");
	if (key->nulls_ordering != SORTBY_NULLS_DEFAULT)
		appendStringInfoString(buf, key->nulls_ordering == SORTBY_NULLS_FIRST ? " NULLS FIRST"
																			  : " NULLS LAST");
}

/* Appends the keys and the included columns. */
static void
add_columns(StringInfo buf, ZdmSwap *swap, IndexStmt *statement, Form_pg_index form)
{
	ListCell *lc;
	int n = 0;

	appendStringInfoString(buf, " (");
	foreach (lc, statement->indexParams)
	{
		appendStringInfoString(buf, n > 0 ? ", " : "");
		add_key(buf, swap, lfirst(lc), form->indkey.values[n]);
		n++;
	}
	appendStringInfoChar(buf, ')');
	foreach (lc, statement->indexIncludingParams)
	{
		appendStringInfo(buf, "%s%s", foreach_current_index(lc) > 0 ? ", " : " INCLUDE (",
						 quote_identifier(zdm_swap_name(swap, form->indrelid,
														form->indkey.values[n], ZDM_NAMES_SHADOW)));
		n++;
	}
	if (statement->indexIncludingParams != NIL)
		appendStringInfoChar(buf, ')');
}

/*
 * Returns what would make an index like `index`.  The collation of a key that is the
 * column's own goes without saying: the new column may have another one.
 */
IndexStmt *
zdm_carry_index_statement(ZdmSwap *swap, Relation index)
{
	TupleDesc desc = RelationGetDescr(swap->plan->rel);
	AttrMap *map = make_attrmap(desc->natts);
	IndexStmt *statement;
	ListCell *lc;

	for (int i = 0; i < desc->natts; i++)
		map->attnums[i] = i + 1;
	statement = generateClonedIndexStmt(NULL, index, map, NULL);
	free_attrmap(map);
	foreach (lc, statement->indexParams)
	{
		int i = foreach_current_index(lc);
		AttrNumber attnum = index->rd_index->indkey.values[i];

		if (attnum != 0 &&
			index->rd_indcollation[i] == TupleDescAttr(desc, attnum - 1)->attcollation)
			lfirst_node(IndexElem, lc)->collation = NIL;
	}
	return statement;
}

/*
 * Returns the command that builds an index like `index` concurrently, called `name`,
 * on the new column in place of the old one; on a partitioned table, on that alone.  What an
 * operator class or a collation defaults to is left to the new column's type (parse_utilcmd.c,
 * generateClonedIndexStmt, as CREATE TABLE ... LIKE does).  Where both columns hold
 * equal values it is not unique before contract: see zdm.set_unique().
 */
char *
zdm_carry_index_sql(ZdmSwap *swap, Oid index, const char *name)
{
	Relation rel = index_open(index, AccessShareLock);
	IndexStmt *statement = zdm_carry_index_statement(swap, rel);
	bool whole = rel->rd_rel->relkind == RELKIND_PARTITIONED_INDEX;
	bool unique;
	StringInfoData buf;

	unique = statement->unique && !swap->same_value;
	initStringInfo(&buf);
	appendStringInfo(&buf, "CREATE %sINDEX %s%s ON %s%s USING %s", unique ? "UNIQUE " : "",
					 whole ? "" : "CONCURRENTLY ", quote_identifier(name), whole ? "ONLY " : "",
					 swap->plan->table, quote_identifier(statement->accessMethod));
	add_columns(&buf, swap, statement, rel->rd_index);
	if (unique && statement->nulls_not_distinct)
		appendStringInfoString(&buf, " NULLS NOT DISTINCT");
	if (statement->options)
	{
		appendStringInfoString(&buf, " WITH ");
		zdm_add_options(&buf, statement->options);
	}
	if (statement->tableSpace)
		appendStringInfo(&buf, " TABLESPACE %s", quote_identifier(statement->tableSpace));
	if (statement->whereClause)
		appendStringInfo(&buf, " WHERE %s",
						 zdm_expression_canonical_row(zdm_swap_names(swap, ZDM_NAMES_SHADOW),
													  statement->whereClause));
	index_close(rel, AccessShareLock);
	return buf.data;
}
