/*
 * carry_trees.c
 *		Other columns in the trees that the server keeps of views, rules and expressions.
 *
 * Columns are numbers there.  In an expression over one row the number is all that is replaced:
 * types, functions and operators are left as they are, and are wrong until the server has printed
 * the tree and understood what it printed.  A query keeps its numbers (ZdmCarriedClass.by_name).
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/catalog.h"
#include "catalog/dependency.h"
#include "catalog/indexing.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_class.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_type.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "nodes/parsenodes.h"
#include "parser/parsetree.h"
#include "utils/fmgroids.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "change/carry_over.h"

typedef struct MoveContext
{
	List *rtables; /* of List *: that of the innermost query first */
	List *moved;
	bool hide;
	bool by_name;
	bool hidden;
} MoveContext;

/* Returns the number that a column has now: its own, if it has not moved. */
AttrNumber
zdm_moved_to(List *moved, Oid relid, AttrNumber attnum)
{
	ListCell *lc;

	foreach (lc, moved)
	{
		ZdmMovedColumn *column = lfirst(lc);

		if (column->relid == relid && column->from == attnum)
			return column->to;
	}
	return attnum;
}

/* Likewise, of a column of an entry of the range table. */
static AttrNumber
moved_in(MoveContext *context, List *rtable, int varno, AttrNumber attnum)
{
	RangeTblEntry *rte;

	if (varno <= 0 || varno > list_length(rtable))
		return attnum;
	rte = rt_fetch(varno, rtable);
	return rte->rtekind == RTE_RELATION ? zdm_moved_to(context->moved, rte->relid, attnum) : attnum;
}

/* Tells whether a column of a table has moved, or has another type. */
static bool
has_moved(List *moved, Oid relid, AttrNumber attnum)
{
	ListCell *lc;

	foreach (lc, moved)
	{
		ZdmMovedColumn *column = lfirst(lc);

		if (column->relid == relid && column->from == attnum)
			return true;
	}
	return false;
}

/* Tells whether an expression is NULL, made fit for a column's type and length. */
static bool
is_plain_null(Node *expr)
{
	for (;;)
	{
		if (IsA(expr, FuncExpr) && castNode(FuncExpr, expr)->funcformat == COERCE_IMPLICIT_CAST)
			expr = linitial(castNode(FuncExpr, expr)->args);
		else if (IsA(expr, RelabelType) &&
				 castNode(RelabelType, expr)->relabelformat == COERCE_IMPLICIT_CAST)
			expr = (Node *) castNode(RelabelType, expr)->arg;
		else
			return IsA(expr, Const) && castNode(Const, expr)->constisnull;
	}
}

/* A plain NULL that a statement writes has the type of its column. */
static void
free_nulls(MoveContext *context, Query *query, List *targets)
{
	Oid relid = rt_fetch(query->resultRelation, query->rtable)->relid;
	ListCell *lc;

	foreach (lc, targets)
	{
		TargetEntry *target = lfirst_node(TargetEntry, lc);

		if (target->resjunk || !has_moved(context->moved, relid, target->resno))
			continue;
		if (is_plain_null((Node *) target->expr))
			target->expr = (Expr *) makeNullConst(UNKNOWNOID, -1, InvalidOid);
	}
}

/*
 * EXCLUDED has all columns that the table had, also those that nobody uses, and by that depends on
 * them.  One that is to be dropped becomes what one is that was dropped (parse_clause.c,
 * BuildOnConflictExcludedTargetlist).
 */
static void
hide_excluded(MoveContext *context, Query *query)
{
	Oid relid = rt_fetch(query->resultRelation, query->rtable)->relid;
	ListCell *lc;

	foreach (lc, query->onConflict->exclRelTlist)
	{
		TargetEntry *target = lfirst_node(TargetEntry, lc);

		if (has_moved(context->moved, relid, target->resno) &&
			zdm_moved_to(context->moved, relid, target->resno) != target->resno)
		{
			target->expr = (Expr *) makeNullConst(INT4OID, -1, InvalidOid);
			context->hidden = true;
		}
	}
}

static bool move_walker(Node *node, void *arg);

static void
move_query(MoveContext *context, Query *query)
{
	ListCell *lc;

	if (context->hide && query->onConflict)
		hide_excluded(context, query);
	if (!context->hide)
	{
		if (context->by_name)
			zdm_mark_functions(context->moved, query->rtable);
		if (query->commandType == CMD_INSERT || query->commandType == CMD_UPDATE)
			free_nulls(context, query, query->targetList);
		if (query->onConflict)
			free_nulls(context, query, query->onConflict->onConflictSet);
		foreach (lc, query->mergeActionList)
			free_nulls(context, query, lfirst_node(MergeAction, lc)->targetList);
	}
	context->rtables = lcons(query->rtable, context->rtables);
	(void) query_tree_walker(query, move_walker, context, 0);
	context->rtables = list_delete_first(context->rtables);
}

static bool
move_walker(Node *node, void *arg)
{
	MoveContext *context = arg;

	if (node == NULL)
		return false;
	if (IsA(node, Query))
	{
		move_query(context, castNode(Query, node));
		return false;
	}
	if (IsA(node, Var) && !context->hide && !context->by_name)
	{
		Var *var = castNode(Var, node);

		if (var->varlevelsup < list_length(context->rtables))
		{
			List *rtable = list_nth(context->rtables, var->varlevelsup);

			var->varattno = moved_in(context, rtable, var->varno, var->varattno);
			var->varattnosyn = moved_in(context, rtable, var->varnosyn, var->varattnosyn);
		}
		return false;
	}
	return expression_tree_walker(node, move_walker, context);
}

/*
 * Replaces columns in place: in a query, a list of queries, or an expression over rows of `relid`,
 * which may be there twice (OLD and NEW).  With carry->hide it only takes columns that nobody uses
 * out of EXCLUDED, with carry->by_name it only frees a plain NULL from the type of its column.
 */
void
zdm_move_columns(ZdmCarry *carry, Node *tree, Oid relid)
{
	RangeTblEntry *rte = makeNode(RangeTblEntry);
	MoveContext context = {.moved = carry->moved, .hide = carry->hide, .by_name = carry->by_name};

	rte->rtekind = RTE_RELATION;
	rte->relid = relid;
	context.rtables = list_make1(list_make2(rte, rte));
	(void) move_walker(tree, &context);
	carry->hidden = carry->hidden || context.hidden;
}

/* Has a column depend on its type and collation, as pg_class has it (tablecmds.c). */
static void
depend_on_type(Oid relid, AttrNumber attnum, Oid type, Oid collation)
{
	Relation catalog = table_open(DependRelationId, RowExclusiveLock);
	ObjectAddress column;
	ObjectAddress other;
	ScanKeyData keys[3];
	SysScanDesc scan;
	HeapTuple tuple;

	ScanKeyInit(&keys[0], Anum_pg_depend_classid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(RelationRelationId));
	ScanKeyInit(&keys[1], Anum_pg_depend_objid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(relid));
	ScanKeyInit(&keys[2], Anum_pg_depend_objsubid, BTEqualStrategyNumber, F_INT4EQ,
				Int32GetDatum(attnum));
	scan = systable_beginscan(catalog, DependDependerIndexId, true, NULL, 3, keys);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Oid class = ((Form_pg_depend) GETSTRUCT(tuple))->refclassid;

		if (class == TypeRelationId || class == CollationRelationId)
			CatalogTupleDelete(catalog, &tuple->t_self);
	}
	systable_endscan(scan);
	table_close(catalog, RowExclusiveLock);
	ObjectAddressSubSet(column, RelationRelationId, relid, attnum);
	ObjectAddressSet(other, TypeRelationId, type);
	recordDependencyOn(&column, &other, DEPENDENCY_NORMAL);
	if (OidIsValid(collation) && collation != DEFAULT_COLLATION_OID)
	{
		ObjectAddressSet(other, CollationRelationId, collation);
		recordDependencyOn(&column, &other, DEPENDENCY_NORMAL);
	}
}

/* Tells whether nothing need depend on a type and a collation, which nobody can drop. */
static bool
is_pinned(Oid type, Oid collation)
{
	return IsPinnedObject(TypeRelationId, type) &&
		   (!OidIsValid(collation) || IsPinnedObject(CollationRelationId, collation));
}

/* Writes the type of a column that has no values; catalog is that of columns. */
void
zdm_write_column_type(Relation catalog, CatalogIndexState indexes, Oid relid, AttrNumber attnum,
					  Oid type, int32 typmod, Oid collation)
{
	HeapTuple tuple = SearchSysCacheCopy2(ATTNUM, ObjectIdGetDatum(relid), Int16GetDatum(attnum));
	HeapTuple type_tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
	Form_pg_attribute att;
	Form_pg_type form;
	bool depends;

	if (!HeapTupleIsValid(tuple) || !HeapTupleIsValid(type_tuple))
		elog(ERROR, "cache lookup failed for column %d of relation %u", attnum, relid);
	att = (Form_pg_attribute) GETSTRUCT(tuple);
	depends = !is_pinned(att->atttypid, att->attcollation) || !is_pinned(type, collation);
	form = (Form_pg_type) GETSTRUCT(type_tuple);
	att->atttypid = type;
	att->atttypmod = typmod;
	att->attcollation = collation;
	att->attndims = 0;
	att->attlen = form->typlen;
	att->attbyval = form->typbyval;
	att->attalign = form->typalign;
	att->attstorage = form->typstorage;
	CatalogTupleUpdateWithInfo(catalog, &tuple->t_self, tuple, indexes);
	ReleaseSysCache(type_tuple);
	heap_freetuple(tuple);
	if (depends)
		depend_on_type(relid, attnum, type, collation);
}

/*
 * Sets the type of a column that has no values: one of a view, or, for a trial that is undone, of
 * a table.
 */
void
zdm_set_column_type(Oid relid, AttrNumber attnum, Oid type, int32 typmod, Oid collation)
{
	Relation catalog = table_open(AttributeRelationId, RowExclusiveLock);
	CatalogIndexState indexes = CatalogOpenIndexes(catalog);

	zdm_write_column_type(catalog, indexes, relid, attnum, type, typmod, collation);
	CatalogCloseIndexes(indexes);
	table_close(catalog, RowExclusiveLock);
	CommandCounterIncrement();
}

/* Gives a column another name, for as long as nobody else can see it. */
void
zdm_set_column_name(Relation catalog, Oid relid, AttrNumber attnum, const char *name)
{
	HeapTuple tuple = SearchSysCacheCopy2(ATTNUM, ObjectIdGetDatum(relid), Int16GetDatum(attnum));

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for attribute %d of relation %u", attnum, relid);
	namestrcpy(&((Form_pg_attribute) GETSTRUCT(tuple))->attname, name);
	CatalogTupleUpdate(catalog, &tuple->t_self, tuple);
	CommandCounterIncrement();
}
