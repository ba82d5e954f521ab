/*
 * tree.c
 *		A loop over a table and all that inherit from it.
 */
#include "postgres.h"

#include "access/relation.h"
#include "catalog/pg_inherits.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "base/tree.h"

/*
 * Lists the table and all that inherit from it (partitions too), in the order
 * in which the server locks them.  Takes no lock, so the list may be out of
 * date as soon as it is made; under a strong lock on the root it is not.
 */
List *
zdm_relation_tree(Oid relid)
{
	if (!SearchSysCacheExists1(RELOID, ObjectIdGetDatum(relid)))
		return list_make1_oid(relid);
	return find_all_inheritors(relid, NoLock, NULL);
}

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
