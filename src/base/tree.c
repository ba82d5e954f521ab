/*
 * tree.c
 *		A loop over a table and all that inherit from it.
 */
#include "postgres.h"

#include "access/relation.h"
#include "utils/rel.h"

#include "base/lock.h"
#include "base/tree.h"

/* Makes ready for a loop over a table and all that inherit from it (partitions too). */
ZdmTree
zdm_tree(Oid root)
{
	ZdmTree tree = {.relations = zdm_relation_tree(root)};

	return tree;
}

/* Closes the table that it is at and opens the next one; false if there is none. */
bool
zdm_tree_next(ZdmTree *tree)
{
	if (tree->rel)
		relation_close(tree->rel, AccessShareLock);
	tree->rel = NULL;
	while (tree->rel == NULL && tree->next < list_length(tree->relations))
		tree->rel = try_relation_open(list_nth_oid(tree->relations, tree->next++), AccessShareLock);
	return tree->rel != NULL;
}
