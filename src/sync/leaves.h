/*
 * leaves.h
 *		What follows a table, whether it is one table or has partitions.
 */
#ifndef ZDM_LEAVES_H
#define ZDM_LEAVES_H

#include "postgres.h"

#include "nodes/pg_list.h"
#include "utils/rel.h"

#include "sync/follower.h"

/* One of the tables that have the rows of a target: itself, or a partition of it. */
typedef struct ZdmLeaf
{
	Oid relid;
	Relation rel;   /* NULL: it is not open */
	bool is_target; /* whoever uses it has opened it */
	ZdmFollowing following;
	void *extra; /* for who uses it; NULL at first */
} ZdmLeaf;

/* A target, with those of its partitions that have been needed so far. */
typedef struct ZdmLeaves
{
	const ZdmFollower *follower; /* of source and target themselves */
	Relation source;
	Relation target;
	LOCKMODE lock; /* that is taken on partitions */
	MemoryContext context;
	TupleTableSlot *routed; /* in the target's layout; NULL: it has no partitions */
	List *leaves;           /* of ZdmLeaf * */
	ZdmLeaf *last;          /* the one that was asked for last; NULL: none */
} ZdmLeaves;

extern void zdm_leaves_make(ZdmLeaves *l, const ZdmFollower *follower, Relation source,
							Relation target, LOCKMODE lock);
extern void zdm_leaves_attach(ZdmLeaves *l, Relation source, Relation target);
extern ZdmLeaf *zdm_leaves_of_row(ZdmLeaves *l, TupleTableSlot *row);
extern bool zdm_leaves_run_code(ZdmLeaves *l);
extern void zdm_leaves_rest(ZdmLeaves *l);
extern void zdm_leaves_close(ZdmLeaves *l);

#endif /* ZDM_LEAVES_H */
