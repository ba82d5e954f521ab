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
add_key(StringInfo buf, List *names, IndexElem *key, AttrNumber attnum)
{
	if (attnum != 0)
		appendStringInfoString(buf, quote_identifier(list_nth(names, attnum - 1)));
	else
		appendStringInfo(buf, "(%s)", zdm_expression_canonical_row(names, key->expr));
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
add_columns(StringInfo buf, List *names, IndexStmt *statement, Form_pg_index form)
{
	ListCell *lc;
	int n = 0;

	appendStringInfoString(buf, " (");
	foreach (lc, statement->indexParams)
	{
		appendStringInfoString(buf, n > 0 ? ", " : "");
		add_key(buf, names, lfirst(lc), form->indkey.values[n]);
		n++;
	}
	appendStringInfoChar(buf, ')');
	foreach (lc, statement->indexIncludingParams)
	{
		appendStringInfo(buf, "%s%s", foreach_current_index(lc) > 0 ? ", " : " INCLUDE (",
						 quote_identifier(list_nth(names, form->indkey.values[n] - 1)));
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
zdm_carry_index_statement(Relation rel, Relation index)
{
	TupleDesc desc = RelationGetDescr(rel);
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
 * Returns the command that builds an index by a statement that zdm_carry_index_statement() has made
 * of `index`, concurrently, called `name`, on a table whose columns have these names, one for each
 * column of the index's own; of a partitioned table, on that alone.
 */
char *
zdm_carry_index_text(Relation index, IndexStmt *statement, List *names, const char *table,
					 const char *name, bool unique)
{
	bool whole = index->rd_rel->relkind == RELKIND_PARTITIONED_INDEX;
	StringInfoData buf;

	initStringInfo(&buf);
	appendStringInfo(&buf, "CREATE %sINDEX %s%s ON %s%s USING %s", unique ? "UNIQUE " : "",
					 whole ? "" : "CONCURRENTLY ", quote_identifier(name), whole ? "ONLY " : "",
					 table, quote_identifier(statement->accessMethod));
	add_columns(&buf, names, statement, index->rd_index);
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
						 zdm_expression_canonical_row(names, statement->whereClause));
	return buf.data;
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
	IndexStmt *statement = zdm_carry_index_statement(swap->plan->rel, rel);
	char *text =
		zdm_carry_index_text(rel, statement, zdm_swap_names(swap, ZDM_NAMES_SHADOW),
							 swap->plan->table, name, statement->unique && !swap->same_value);

	index_close(rel, AccessShareLock);
	return text;
}
