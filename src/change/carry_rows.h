/*
 * carry_rows.h
 *		Rows of catalogs that hold definitions, and what they depend on.
 */
#ifndef ZDM_CARRY_ROWS_H
#define ZDM_CARRY_ROWS_H

#include "postgres.h"

#include "access/htup.h"
#include "utils/relcache.h"

#include "change/carry_over.h"

/* What is to be replaced in a row of a catalog. */
typedef struct ZdmRowChanges
{
	Datum values[64];
	bool nulls[64];
	bool replaces[64];
} ZdmRowChanges;

extern HeapTuple zdm_catalog_row(Oid classid, Oid index, AttrNumber key_column, Oid oid,
								 Relation *catalog);
extern void zdm_set_value(ZdmRowChanges *changes, AttrNumber column, Datum value);
extern void zdm_set_tree(ZdmRowChanges *changes, AttrNumber column, Node *tree);
extern void zdm_update_row(Relation catalog, HeapTuple tuple, ZdmRowChanges *changes);
extern void zdm_move_trees(ZdmCarry *carry, HeapTuple tuple, Relation catalog, Oid relid,
						   ZdmRowChanges *changes, const AttrNumber *columns, int n);
extern void zdm_forget_uses(Oid classid, Oid oid, Oid except);

#endif /* ZDM_CARRY_ROWS_H */
