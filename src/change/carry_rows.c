/*
 * carry_rows.c
 *		Rows of catalogs that hold definitions, and what they depend on.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/dependency.h"
#include "catalog/indexing.h"
#include "catalog/pg_depend.h"
#include "nodes/nodes.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/rel.h"

#include "change/carry_rows.h"

/* Opens a catalog and copies the row of one object; an internal error if there is none. */
HeapTuple
zdm_catalog_row(Oid classid, Oid index, AttrNumber key_column, Oid oid, Relation *catalog)
{
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple tuple;

	*catalog = table_open(classid, RowExclusiveLock);
	ScanKeyInit(&key, key_column, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(oid));
	scan = systable_beginscan(*catalog, index, true, NULL, 1, &key);
	tuple = systable_getnext(scan);
	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "could not find tuple for object %u of class %u", oid, classid);
	tuple = heap_copytuple(tuple);
	systable_endscan(scan);
	return tuple;
}

/* Returns a tree that a row has in a column; NULL if it has none. */
static Node *
tree_of(HeapTuple tuple, Relation catalog, AttrNumber column)
{
	bool isnull;
	Datum value = heap_getattr(tuple, column, RelationGetDescr(catalog), &isnull);

	return isnull ? NULL : stringToNode(TextDatumGetCString(value));
}

void
zdm_set_value(ZdmRowChanges *changes, AttrNumber column, Datum value)
{
	changes->values[column - 1] = value;
	changes->nulls[column - 1] = false;
	changes->replaces[column - 1] = true;
}

/* Sets a tree in a column of a row; NULL: leaves the column alone. */
void
zdm_set_tree(ZdmRowChanges *changes, AttrNumber column, Node *tree)
{
	if (tree)
		zdm_set_value(changes, column, CStringGetTextDatum(nodeToString(tree)));
}

void
zdm_update_row(Relation catalog, HeapTuple tuple, ZdmRowChanges *changes)
{
	tuple = heap_modify_tuple(tuple, RelationGetDescr(catalog), changes->values, changes->nulls,
							  changes->replaces);
	CatalogTupleUpdate(catalog, &tuple->t_self, tuple);
	table_close(catalog, RowExclusiveLock);
	CommandCounterIncrement();
}

/* Replaces columns in the trees of a row. */
void
zdm_move_trees(ZdmCarry *carry, HeapTuple tuple, Relation catalog, Oid relid,
			   ZdmRowChanges *changes, const AttrNumber *columns, int n)
{
	for (int i = 0; i < n; i++)
	{
		Node *tree = tree_of(tuple, catalog, columns[i]);

		if (tree)
			zdm_move_columns(carry, tree, relid);
		zdm_set_tree(changes, columns[i], tree);
	}
}

/* Deletes the plain dependencies of an object on what is of another class than its own function's.
 */
void
zdm_forget_uses(Oid classid, Oid oid, Oid except)
{
	Relation catalog = table_open(DependRelationId, RowExclusiveLock);
	ScanKeyData keys[2];
	SysScanDesc scan;
	HeapTuple tuple;

	ScanKeyInit(&keys[0], Anum_pg_depend_classid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(classid));
	ScanKeyInit(&keys[1], Anum_pg_depend_objid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(oid));
	scan = systable_beginscan(catalog, DependDependerIndexId, true, NULL, 2, keys);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_depend form = (Form_pg_depend) GETSTRUCT(tuple);

		if (form->deptype == DEPENDENCY_NORMAL && form->refobjid != except)
			CatalogTupleDelete(catalog, &tuple->t_self);
	}
	systable_endscan(scan);
	table_close(catalog, RowExclusiveLock);
}
