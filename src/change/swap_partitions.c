/*
 * swap_partitions.c
 *		A plan's view of each partition of a partitioned table.
 *
 * A partition has the columns of its parent by other numbers, and besides what it has from the
 * parent things of its own: indexes, checks, defaults, grants.
 */
#include "postgres.h"

#include "access/table.h"
#include "catalog/partition.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "base/names.h"
#include "base/tree.h"
#include "change/swap_columns.h"

/* Returns the part of a plan that is about a table. */
static ZdmSwap *
find_table(ZdmSwap *swap, Oid relid)
{
	ListCell *lc;

	foreach (lc, zdm_swap_tables(swap))
		if (RelationGetRelid(((ZdmSwap *) lfirst(lc))->plan->rel) == relid)
			return lfirst(lc);
	elog(ERROR, "table %u is not in the plan", relid);
}

/* Returns the old columns as a partition has them. */
static List *
columns_of(Relation rel, List *columns)
{
	List *result = NIL;
	ListCell *lc;

	foreach (lc, columns)
	{
		ZdmOldColumn *column = palloc(sizeof(ZdmOldColumn));

		*column = *(ZdmOldColumn *) lfirst(lc);
		/* See zdm_swap_add_old(). */
		column->att = palloc(ATTRIBUTE_FIXED_PART_SIZE);
		memcpy(column->att,
			   TupleDescAttr(RelationGetDescr(rel), zdm_find_column(rel, column->name) - 1),
			   ATTRIBUTE_FIXED_PART_SIZE);
		result = lappend(result, column);
	}
	return result;
}

/* Adds a view of each partition, which stays open until zdm_swap_close_partitions(). */
void
zdm_swap_open_partitions(ZdmSwap *swap)
{
	ListCell *lc;

	if (swap->plan->rel->rd_rel->relkind != RELKIND_PARTITIONED_TABLE)
		return;
	foreach (lc, list_delete_first(zdm_relation_tree(RelationGetRelid(swap->plan->rel))))
	{
		ZdmSwap *part = palloc(sizeof(ZdmSwap));

		*part = *swap;
		part->below = NIL;
		part->plan = palloc(sizeof(ZdmPlan));
		*part->plan = *swap->plan;
		part->plan->whole = swap->plan;
		part->plan->rel = table_open(lfirst_oid(lc), AccessShareLock);
		part->plan->table = zdm_qualified_name(lfirst_oid(lc));
		part->above = find_table(swap, get_partition_parent(lfirst_oid(lc), false));
		part->old = columns_of(part->plan->rel, swap->old);
		swap->below = lappend(swap->below, part);
	}
}

void
zdm_swap_close_partitions(ZdmSwap *swap)
{
	ListCell *lc;

	foreach (lc, swap->below)
		table_close(((ZdmSwap *) lfirst(lc))->plan->rel, NoLock);
}

/* Returns that of the migration's own table. */
ZdmSwap *
zdm_swap_whole(ZdmSwap *swap)
{
	while (swap->above)
		swap = swap->above;
	return swap;
}

/* Lists those of all tables (ZdmSwap *), parents first. */
List *
zdm_swap_tables(ZdmSwap *swap)
{
	return lcons(swap, list_copy(swap->below));
}
