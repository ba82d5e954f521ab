/*
 * tree.h
 *		A table and all that inherit from it: a list of them, and a loop.
 *
 *		ZdmTree tree = zdm_tree(root);
 *
 *		while (zdm_tree_next(&tree))
 *			... tree.rel ...
 *
 * Each table is open until the next one is asked for: the loop is not left early but by an error.
 * What was dropped meanwhile is passed over.
 */
#ifndef ZDM_TREE_H
#define ZDM_TREE_H

#include "postgres.h"

#include "nodes/pg_list.h"
#include "utils/relcache.h"

typedef struct ZdmTree
{
	Relation rel;    /* the table that it is at */
	List *relations; /* of Oid, as zdm_relation_tree() lists them */
	int next;
} ZdmTree;

extern List *zdm_relation_tree(Oid relid);
extern ZdmTree zdm_tree(Oid root);
extern bool zdm_tree_next(ZdmTree *tree);

#endif /* ZDM_TREE_H */
