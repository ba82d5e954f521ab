/*
 * leaves.c
 *		What follows a table, whether it is one table or has partitions.
 *
 * The primary key of a partitioned table has the columns of its partition key, so the key of a row
 * tells where it lives: each partition follows by itself, and never the wrong rows.
 */
#include "postgres.h"

#include "access/table.h"
#include "catalog/pg_class.h"
#include "utils/memutils.h"

#include "sync/leaves.h"
#include "sync/route.h"

/* Makes ready to follow, in the current memory context; both tables are open. */
void
zdm_leaves_make(ZdmLeaves *l, const ZdmFollower *follower, Relation source, Relation target,
				LOCKMODE lock)
{
	memset(l, 0, sizeof(ZdmLeaves));
	l->follower = follower;
	l->context = CurrentMemoryContext;
	l->lock = lock;
	if (target->rd_rel->relkind == RELKIND_PARTITIONED_TABLE)
		l->routed = MakeSingleTupleTableSlot(CreateTupleDescCopyConstr(RelationGetDescr(target)),
											 &TTSOpsVirtual);
	zdm_leaves_attach(l, source, target);
}

/* Has it work on tables that are open. */
void
zdm_leaves_attach(ZdmLeaves *l, Relation source, Relation target)
{
	l->source = source;
	l->target = target;
	l->last = NULL;
}

/* Returns the leaf of that OID, made if need be. */
static ZdmLeaf *
find_leaf(ZdmLeaves *l, Oid relid)
{
	MemoryContext caller;
	ZdmLeaf *leaf = NULL;
	ListCell *lc;

	foreach (lc, l->leaves)
		if (((ZdmLeaf *) lfirst(lc))->relid == relid)
			leaf = lfirst(lc);
	if (leaf && leaf->rel)
		return leaf;
	if (leaf)
	{
		leaf->rel = leaf->is_target ? l->target : table_open(relid, l->lock);
		zdm_following_attach(&leaf->following, l->source, leaf->rel);
		return leaf;
	}
	caller = MemoryContextSwitchTo(l->context);
	leaf = palloc0(sizeof(ZdmLeaf));
	leaf->relid = relid;
	leaf->is_target = relid == RelationGetRelid(l->target);
	leaf->rel = leaf->is_target ? l->target : table_open(relid, l->lock);
	zdm_following_make(&leaf->following,
					   leaf->is_target ? l->follower : zdm_follower_make(l->source, leaf->rel),
					   l->source, leaf->rel);
	l->leaves = lappend(l->leaves, leaf);
	MemoryContextSwitchTo(caller);
	return leaf;
}

/* Returns the leaf where a row of the source is followed, ready to be used. */
ZdmLeaf *
zdm_leaves_of_row(ZdmLeaves *l, TupleTableSlot *row)
{
	Oid relid = RelationGetRelid(l->target);

	if (l->routed)
	{
		zdm_follower_map(l->follower, row, l->routed);
		relid = zdm_route(l->target, l->routed);
		ExecClearTuple(l->routed);
		if (!OidIsValid(relid))
			ereport(ERROR,
					(errcode(ERRCODE_CHECK_VIOLATION),
					 errmsg("table \"%s\" has no partition for a row of \"%s\", which it follows",
							RelationGetRelationName(l->target), RelationGetRelationName(l->source)),
					 errhint("CREATE TABLE ... PARTITION OF makes one; DEFAULT takes all that no "
							 "other one does.")));
	}
	if (l->last == NULL || l->last->relid != relid)
		l->last = find_leaf(l, relid);
	return l->last;
}

/* Tells whether the indexes of a target without partitions have code of users. */
bool
zdm_leaves_run_code(ZdmLeaves *l)
{
	ZdmFollowing *f = &find_leaf(l, RelationGetRelid(l->target))->following;

	if (f->indexes == NULL)
		zdm_following_open_indexes(f);
	return f->runs_code;
}

/* Gives back all that it has open; source and target stay open. */
void
zdm_leaves_rest(ZdmLeaves *l)
{
	ListCell *lc;

	foreach (lc, l->leaves)
	{
		ZdmLeaf *leaf = lfirst(lc);

		if (leaf->rel == NULL)
			continue;
		zdm_following_rest(&leaf->following);
		if (!leaf->is_target)
			table_close(leaf->rel, NoLock);
		leaf->rel = NULL;
	}
	l->last = NULL;
}

/* Frees it all; source and target stay open. */
void
zdm_leaves_close(ZdmLeaves *l)
{
	ListCell *lc;

	zdm_leaves_rest(l);
	foreach (lc, l->leaves)
		zdm_following_close(&((ZdmLeaf *) lfirst(lc))->following);
	if (l->routed)
		ExecDropSingleTupleTableSlot(l->routed);
	l->leaves = NIL;
}
