/*
 * carry_positions.c
 *		Lists of column aliases, which name columns by their position, in a definition that was
 *		printed while columns had exchanged their names.
 *
 * FROM tbl AS t(p, q) calls the second column of the table q, and goes on doing so when another
 * column has its name.  So in the statement that the printed text is parsed to, each such list gets
 * the order that its columns have by their own names.  The server prints these lists complete, for
 * every column that there is; in a join that has one the columns that USING merges come first, then
 * those of either side, so its list is put in order behind those of its sides.  A function that
 * gives rows of the table has no name that tells so: zdm_mark_functions() puts a mark into its
 * list.
 */
#include "postgres.h"

#include "access/relation.h"
#include "catalog/namespace.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "nodes/parsenodes.h"
#include "parser/parse_target.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "base/compat.h"
#include "change/carry_over.h"

/* A column of an item in FROM: of which leaf, and its number there. */
typedef struct ItemColumn
{
	int leaf;
	int number;
	char *name;
} ItemColumn;

/*
 * The columns of an item in their order: by the names of when it was printed, with the numbers that
 * they have moved to; and by their own.
 */
typedef struct ItemColumns
{
	List *before;
	List *after;
} ItemColumns;

typedef struct PositionContext
{
	List *moved; /* of ZdmMovedColumn * */
	List *ctes;  /* of CommonTableExpr *, innermost first */
	int leaves;
} PositionContext;

static List *
add_column(List *columns, int leaf, int number, char *name)
{
	ItemColumn *column = palloc(sizeof(ItemColumn));

	column->leaf = leaf;
	column->number = number;
	column->name = name;
	return lappend(columns, column);
}

static ItemColumn *
find_label(List *columns, const ItemColumn *label)
{
	ListCell *lc;

	foreach (lc, columns)
	{
		ItemColumn *column = lfirst(lc);

		if (column->leaf == label->leaf && column->number == label->number)
			return column;
	}
	elog(ERROR, "column %d of leaf %d is not in the list", label->number, label->leaf);
}

/* Returns the column that a column has exchanged its name with; itself if with none. */
static AttrNumber
exchanged_with(List *moved, Oid relid, AttrNumber attnum)
{
	ListCell *lc;

	foreach (lc, moved)
	{
		ZdmMovedColumn *column = lfirst(lc);

		if (column->relid == relid && column->from == attnum)
			return column->to;
		if (column->relid == relid && column->to == attnum)
			return column->from;
	}
	return attnum;
}

/* Gives columns the names of a list of aliases, as far as it goes. */
static void
rename_columns(List *columns, Alias *alias)
{
	ListCell *column;
	ListCell *name;

	if (alias)
		forboth (column, columns, name, alias->colnames)
			((ItemColumn *) lfirst(column))->name = strVal(lfirst(name));
}

/* Puts a list of aliases in order: each goes where its column has gone. */
static void
reorder_alias(ItemColumns *columns, Alias *alias)
{
	List *names = NIL;
	ListCell *lc;

	if (alias == NULL || alias->colnames == NIL)
		return;
	if (list_length(alias->colnames) != list_length(columns->before))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("cannot carry over the list of column aliases of \"%s\"", alias->aliasname),
				 errdetail("How many columns stand before which is not known to zdm."),
				 errhint("Replace the definition by one that has no such list.")));
	rename_columns(columns->before, alias);
	foreach (lc, columns->after)
	{
		ItemColumn *column = lfirst(lc);

		column->name = find_label(columns->before, column)->name;
		names = lappend(names, makeString(column->name));
	}
	alias->colnames = names;
}

/* Lists the live columns of a relation, in either order. */
static ItemColumns
relation_columns(PositionContext *context, Oid relid)
{
	Relation rel = relation_open(relid, AccessShareLock); /* kept, as the parser does */
	TupleDesc desc = RelationGetDescr(rel);
	ItemColumns result = {0};
	int leaf = ++context->leaves;

	for (int i = 0; i < desc->natts; i++)
	{
		AttrNumber other = exchanged_with(context->moved, relid, i + 1);

		if (TupleDescAttr(desc, i)->attisdropped)
			continue;
		result.before = add_column(result.before, leaf, other,
								   pstrdup(NameStr(TupleDescAttr(desc, other - 1)->attname)));
		result.after = add_column(result.after, leaf, i + 1,
								  pstrdup(NameStr(TupleDescAttr(desc, i)->attname)));
	}
	relation_close(rel, NoLock);
	return result;
}

/* Lists columns that have not moved. */
static ItemColumns
plain_columns(PositionContext *context, List *names, Alias *alias)
{
	ItemColumns result = {0};
	int leaf = ++context->leaves;
	ListCell *lc;

	foreach (lc, names)
		result.before =
			add_column(result.before, leaf, foreach_current_index(lc), strVal(lfirst(lc)));
	rename_columns(result.before, alias);
	result.after = list_copy(result.before);
	return result;
}

/* Lists the names of what a statement gives. */
static List *
statement_names(Node *statement)
{
	List *targets = NIL;
	List *names = NIL;
	ListCell *lc;

	if (IsA(statement, SelectStmt))
	{
		SelectStmt *select = castNode(SelectStmt, statement);

		while (select->op != SETOP_NONE)
			select = select->larg;
		if (select->valuesLists != NIL)
		{
			int n = list_length(linitial_node(List, select->valuesLists));

			for (int i = 1; i <= n; i++)
				names = lappend(names, makeString(psprintf("column%d", i)));
			return names;
		}
		targets = select->targetList;
	}
	else if (IsA(statement, InsertStmt))
		targets = zdm_returned(castNode(InsertStmt, statement));
	else if (IsA(statement, UpdateStmt))
		targets = zdm_returned(castNode(UpdateStmt, statement));
	else if (IsA(statement, DeleteStmt))
		targets = zdm_returned(castNode(DeleteStmt, statement));
	foreach (lc, targets)
	{
		ResTarget *target = lfirst_node(ResTarget, lc);

		names =
			lappend(names, makeString(target->name ? target->name : FigureColname(target->val)));
	}
	return names;
}

/* Lists the columns of a common table expression. */
static ItemColumns
cte_columns(PositionContext *context, CommonTableExpr *cte, Alias *alias)
{
	List *names = statement_names(cte->ctequery);
	ListCell *lc;

	foreach (lc, cte->aliascolnames)
		lfirst(list_nth_cell(names, foreach_current_index(lc))) = lfirst(lc);
	if (cte->search_clause)
		names = lappend(names, makeString(cte->search_clause->search_seq_column));
	if (cte->cycle_clause)
		names = lappend(lappend(names, makeString(cte->cycle_clause->cycle_mark_column)),
						makeString(cte->cycle_clause->cycle_path_column));
	return plain_columns(context, names, alias);
}

static ItemColumns
named_columns(PositionContext *context, RangeVar *item)
{
	ItemColumns result;
	ListCell *lc;

	foreach (lc, context->ctes)
	{
		CommonTableExpr *cte = lfirst_node(CommonTableExpr, lc);

		if (item->schemaname == NULL && strcmp(cte->ctename, item->relname) == 0)
			return cte_columns(context, cte, item->alias);
	}
	result = relation_columns(context, RangeVarGetRelid(item, NoLock, false));
	reorder_alias(&result, item->alias);
	return result;
}

static char *
mark_of(Oid relid, AttrNumber attnum)
{
	return psprintf("zdm_position_%u_%d", relid, attnum);
}

/* Returns where a list of names has one; -1: nowhere. */
static int
position_of(List *names, const char *name)
{
	ListCell *lc;

	foreach (lc, names)
		if (strcmp(strVal(lfirst(lc)), name) == 0)
			return foreach_current_index(lc);
	return -1;
}

/* Returns part of a list of names. */
static List *
names_between(List *names, int first, int end)
{
	List *result = NIL;

	for (int i = first; i < end; i++)
		result = lappend(result, list_nth(names, i));
	return result;
}

/*
 * Puts the columns of one relation, among those that a function's entry has, in their order.
 * `marked` is one that another column has moved to.
 */
static ItemColumns
reorder_function(PositionContext *context, Alias *alias, Oid relid, AttrNumber marked)
{
	ItemColumns columns = relation_columns(context, relid);
	int n = list_length(columns.after);
	int first = position_of(alias->colnames, mark_of(relid, marked));
	Alias *part;
	ItemColumns front;
	ItemColumns rest;
	ListCell *lc;

	foreach (lc, columns.after)
		if (((ItemColumn *) lfirst(lc))->number == marked)
			first -= foreach_current_index(lc);
	if (first < 0 || first + n > list_length(alias->colnames))
		elog(ERROR, "the list of aliases of \"%s\" has not all columns of relation %u",
			 alias->aliasname, relid);
	part = makeAlias(alias->aliasname, names_between(alias->colnames, first, first + n));
	foreach (lc, context->moved)
	{
		ZdmMovedColumn *column = lfirst(lc);
		int position =
			column->relid == relid ? position_of(part->colnames, mark_of(relid, column->to)) : -1;

		if (position >= 0)
			lfirst(list_nth_cell(part->colnames, position)) =
				makeString(get_attname(relid, column->from, false));
	}
	reorder_alias(&columns, part);
	front = plain_columns(context, names_between(alias->colnames, 0, first), NULL);
	rest = plain_columns(
		context, names_between(alias->colnames, first + n, list_length(alias->colnames)), NULL);
	for (int i = 0; i < n; i++)
		lfirst(list_nth_cell(alias->colnames, first + i)) = list_nth(part->colnames, i);
	columns.before = list_concat(list_concat(front.before, columns.before), rest.before);
	columns.after = list_concat(list_concat(front.after, columns.after), rest.after);
	return columns;
}

static ItemColumns
function_columns(PositionContext *context, RangeFunction *item)
{
	List *names = NIL;
	ListCell *lc;

	foreach (lc, item->coldeflist)
		names = lappend(names, makeString(lfirst_node(ColumnDef, lc)->colname));
	if (item->alias == NULL || item->alias->colnames == NIL)
		return plain_columns(context, names, NULL);
	foreach (lc, context->moved)
	{
		ZdmMovedColumn *column = lfirst(lc);

		if (column->from != column->to &&
			position_of(item->alias->colnames, mark_of(column->relid, column->to)) >= 0)
			return reorder_function(context, item->alias, column->relid, column->to);
	}
	return plain_columns(context, item->alias->colnames, NULL);
}

/* Takes the column of that name out of a list. */
static List *
without_name(List *columns, const char *name)
{
	ListCell *lc;

	foreach (lc, columns)
		if (strcmp(((ItemColumn *) lfirst(lc))->name, name) == 0)
			return foreach_delete_current (columns, lc);
	return columns;
}

static ItemColumns item_columns(PositionContext *context, Node *item);

static ItemColumns
join_columns(PositionContext *context, JoinExpr *join)
{
	ItemColumns left = item_columns(context, join->larg);
	ItemColumns right = item_columns(context, join->rarg);
	ItemColumns result = {0};
	int leaf = ++context->leaves;
	ListCell *lc;

	foreach (lc, join->usingClause)
	{
		char *name = strVal(lfirst(lc));
		int n = foreach_current_index(lc);

		left.before = without_name(left.before, name);
		left.after = without_name(left.after, name);
		right.before = without_name(right.before, name);
		right.after = without_name(right.after, name);
		result.before = add_column(result.before, leaf, n, name);
		result.after = add_column(result.after, leaf, n, name);
	}
	result.before = list_concat(list_concat(result.before, left.before), right.before);
	result.after = list_concat(list_concat(result.after, left.after), right.after);
	reorder_alias(&result, join->alias);
	return result;
}

/* Lists the columns of an item of FROM, whose lists of aliases are put in order. */
static ItemColumns
item_columns(PositionContext *context, Node *item)
{
	List *names = NIL;
	ListCell *lc;

	check_stack_depth();
	switch (nodeTag(item))
	{
		case T_RangeVar:
			return named_columns(context, castNode(RangeVar, item));
		case T_RangeTableSample:
			return item_columns(context, castNode(RangeTableSample, item)->relation);
		case T_RangeSubselect:
			return plain_columns(context, statement_names(castNode(RangeSubselect, item)->subquery),
								 castNode(RangeSubselect, item)->alias);
		case T_RangeFunction:
			return function_columns(context, castNode(RangeFunction, item));
		case T_RangeTableFunc:
			foreach (lc, castNode(RangeTableFunc, item)->columns)
				names = lappend(names, makeString(lfirst_node(RangeTableFuncCol, lc)->colname));
			return plain_columns(context, names, castNode(RangeTableFunc, item)->alias);
		case T_JoinExpr:
			return join_columns(context, castNode(JoinExpr, item));
		default:
			/* JSON_TABLE (17) */
			return plain_columns(context, NIL, NULL);
	}
}

/* Puts the lists in one level of a statement in order; what it has below is left to the walker. */
static void
reorder_from(PositionContext *context, List *from)
{
	ListCell *lc;

	foreach (lc, from)
		(void) item_columns(context, lfirst(lc));
}

static bool
position_walker(Node *node, void *arg)
{
	PositionContext *context = arg;
	List *ctes = context->ctes;
	WithClause *with = NULL;
	List *from = NIL;
	bool result;

	if (node == NULL)
		return false;
	switch (nodeTag(node))
	{
		case T_ReturnStmt: /* not known to the server's walker */
			return position_walker(castNode(ReturnStmt, node)->returnval, arg);
		case T_SelectStmt:
			with = castNode(SelectStmt, node)->withClause;
			from = castNode(SelectStmt, node)->fromClause;
			break;
		case T_InsertStmt:
			with = castNode(InsertStmt, node)->withClause;
			break;
		case T_UpdateStmt:
			with = castNode(UpdateStmt, node)->withClause;
			from = castNode(UpdateStmt, node)->fromClause;
			break;
		case T_DeleteStmt:
			with = castNode(DeleteStmt, node)->withClause;
			from = castNode(DeleteStmt, node)->usingClause;
			break;
		case T_MergeStmt:
			with = castNode(MergeStmt, node)->withClause;
			from = list_make1(castNode(MergeStmt, node)->sourceRelation);
			break;
		default:
			break;
	}
	if (with)
		context->ctes = list_concat_copy(with->ctes, ctes);
	reorder_from(context, from);
	result = raw_expression_tree_walker(node, position_walker, context);
	context->ctes = ctes;
	return result;
}

/*
 * Puts the lists of aliases in a statement, or a list of such, in order.  It was parsed from a text
 * that has been printed while the columns had exchanged their names; they have their own now.
 */
void
zdm_reorder_aliases(ZdmCarry *carry, Node *raw)
{
	PositionContext context = {.moved = carry->moved};

	if (carry->by_position)
		(void) position_walker(raw, &context);
}

/*
 * Gives a function's entry in a range table names for all columns that its rows have now, and the
 * mark as that of the one which a column moves to.
 */
static void
mark_column(RangeTblEntry *rte, RangeTblFunction *function, int offset,
			const ZdmMovedColumn *column)
{
	List *given = rte->alias ? rte->alias->colnames : NIL;
	Relation rel = relation_open(column->relid, NoLock);
	TupleDesc desc = RelationGetDescr(rel);
	List *names = NIL;

	function->funccolcount = desc->natts;
	for (int i = 0; i < offset + desc->natts; i++)
	{
		if (i == offset + column->to - 1)
			names = lappend(names, makeString(mark_of(column->relid, column->to)));
		else if (i < list_length(given) || i < list_length(rte->eref->colnames))
			names =
				lappend(names, list_nth(i < list_length(given) ? given : rte->eref->colnames, i));
		else
			names = lappend(names,
							makeString(pstrdup(NameStr(TupleDescAttr(desc, i - offset)->attname))));
	}
	rte->alias = makeAlias(rte->eref->aliasname, names);
	relation_close(rel, NoLock);
}

/*
 * Marks, in the range table of a query that is to be printed, where functions give a column that
 * another one moves to.  What stands behind such a function in the same entry would get other
 * numbers by that.
 */
void
zdm_mark_functions(List *moved, List *rtable)
{
	ListCell *entry;
	ListCell *function;
	ListCell *lc;

	foreach (entry, rtable)
	{
		RangeTblEntry *rte = lfirst_node(RangeTblEntry, entry);
		int offset = 0;

		foreach (function, rte->rtekind == RTE_FUNCTION ? rte->functions : NIL)
		{
			RangeTblFunction *part = lfirst_node(RangeTblFunction, function);
			Oid relid = get_typ_typrelid(getBaseType(exprType(part->funcexpr)));
			int count = part->funccolcount;

			foreach (lc, moved)
			{
				ZdmMovedColumn *column = lfirst(lc);

				if (!OidIsValid(relid) || column->relid != relid)
					continue;
				if (lnext(rte->functions, function) || rte->funcordinality)
					ereport(ERROR,
							(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
							 errmsg("cannot carry over a use of a function that gives rows of "
									"\"%s\" among others",
									get_rel_name(relid)),
							 errdetail("In ROWS FROM, or WITH ORDINALITY, what stands behind such "
									   "rows is known by its position alone."),
							 errhint("Call the function by itself.")));
				if (column->from != column->to)
					mark_column(rte, part, offset, column);
			}
			offset += count;
		}
	}
}
