/*
 * plan_cost.c
 *		What the steps of a plan will read, write and need.
 *
 * Estimates for people, from what the planner of queries knows.  How long a backfill takes
 * is told by those that have run in this database: servers differ by more than tables do.
 */
#include "postgres.h"

#include "access/relation.h"
#include "catalog/index.h"
#include "catalog/namespace.h"
#include "nodes/parsenodes.h"
#include "optimizer/plancat.h"
#include "storage/bufmgr.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "base/lock.h"
#include "base/query.h"
#include "base/tree.h"
#include "change/change.h"
#include "change/plan_cost.h"

#define UNKNOWN_WIDTH 16        /* of the value of an expression */
#define INDEX_TUPLE_OVERHEAD 12 /* header and line pointer */
#define INDEX_FILL 0.9
#define WAL_OVERHEAD 60 /* of the record of an update */

/* The size of a table with all that inherits from it. */
typedef struct TreeSize
{
	double rows;
	double bytes;
} TreeSize;

/* Adds up a tree, as far as it has storage. */
static TreeSize
size_of(Oid root)
{
	TreeSize size = {0};
	ZdmTree tree = zdm_tree(root);

	while (zdm_tree_next(&tree))
	{
		Relation rel = tree.rel;
		BlockNumber pages;
		double rows;
		double all_visible;

		if (rel->rd_rel->relkind == RELKIND_RELATION)
		{
			estimate_rel_size(rel, NULL, &pages, &rows, &all_visible);
			size.rows += rows;
			size.bytes += (double) RelationGetNumberOfBlocks(rel) * BLCKSZ;
		}
	}
	return size;
}

/* Returns a size as people write it. */
static char *
pretty_size(double bytes)
{
	return TextDatumGetCString(DirectFunctionCall1(pg_size_pretty, Int64GetDatum((int64) bytes)));
}

/* Says how many rows there are, in how many bytes. */
static char *
rows_text(const TreeSize *size)
{
	return psprintf("About %.0f rows in %s", size->rows, pretty_size(size->bytes));
}

/* Returns a time as people say it. */
static char *
time_text(double seconds)
{
	if (seconds < 120)
		return psprintf("%.0f s", Max(seconds, 1));
	if (seconds < 7200)
		return psprintf("%.0f min", seconds / 60);
	return psprintf("%.1f h", seconds / 3600);
}

/*
 * Every row is written once.  The first change of a page after a checkpoint logs all of it; a
 * table grows by what does not fit into the free space of its pages.
 */
static void
add_backfill(ZdmStep *step, const TreeSize *size)
{
	double speed = zdm_backfill_speed();

	zdm_step_note(step,
				  "%s: writes up to %s of WAL, and needs up to %s of disk where old snapshots "
				  "keep pages from being pruned.",
				  rows_text(size), pretty_size(size->bytes * 2 + size->rows * WAL_OVERHEAD),
				  pretty_size(size->bytes));
	if (speed > 0)
		zdm_step_note(step, "At the speed of earlier backfills here: %s.",
					  time_text(size->rows / speed));
	else
		zdm_step_note(step, "How long is not known before a first backfill in this database.");
}

/* The width of what an index has of a row. */
static double
index_width(Oid table, const IndexStmt *stmt)
{
	double width = INDEX_TUPLE_OVERHEAD;
	ListCell *lc;

	foreach (lc, stmt->indexParams)
	{
		const IndexElem *elem = lfirst_node(IndexElem, lc);
		AttrNumber attnum = elem->name ? get_attnum(table, elem->name) : InvalidAttrNumber;
		int32 known = 0;

		if (attnum != InvalidAttrNumber)
		{
			known = get_attavgwidth(table, attnum);
			if (known <= 0)
				known = get_typavgwidth(get_atttype(table, attnum), -1);
		}
		width += known > 0 ? known : UNKNOWN_WIDTH;
	}
	return width / INDEX_FILL;
}

/* Adds up the indexes of a tree. */
static double
index_bytes(Oid root)
{
	double bytes = 0;
	ZdmTree tree = zdm_tree(root);
	ListCell *li;

	while (zdm_tree_next(&tree))
	{
		Relation rel = tree.rel;

		if (rel->rd_rel->relkind == RELKIND_RELATION)
			foreach (li, RelationGetIndexList(rel))
			{
				Relation index = relation_open(lfirst_oid(li), AccessShareLock);

				bytes += (double) RelationGetNumberOfBlocks(index) * BLCKSZ;
				relation_close(index, NoLock);
			}
	}
	return bytes;
}

/* A build reads the table twice; what is built anew stands beside the old one for a while. */
static void
add_build(ZdmStep *step, Node *stmt)
{
	TreeSize size;

	if (IsA(stmt, IndexStmt))
	{
		const IndexStmt *index = (IndexStmt *) stmt;
		Oid table = RangeVarGetRelid(index->relation, NoLock, true);

		if (!OidIsValid(table))
			return;
		size = size_of(table);
		zdm_step_note(step, "%s, read twice: needs %s %s of disk, and as much for sorting.",
					  rows_text(&size), index->whereClause ? "up to" : "about",
					  pretty_size(size.rows * index_width(table, index)));
	}
	else if (IsA(stmt, ReindexStmt))
	{
		Oid relation = RangeVarGetRelid(((ReindexStmt *) stmt)->relation, NoLock, true);
		char relkind = get_rel_relkind(relation);
		bool is_index = relkind == RELKIND_INDEX || relkind == RELKIND_PARTITIONED_INDEX;

		if (!OidIsValid(relation))
			return;
		size = size_of(is_index ? IndexGetRelation(relation, false) : relation);
		if (relkind == RELKIND_INDEX)
		{
			Relation index = relation_open(relation, AccessShareLock);

			zdm_step_note(step, "%s, read twice: needs about %s of disk, and as much for sorting.",
						  rows_text(&size),
						  pretty_size((double) RelationGetNumberOfBlocks(index) * BLCKSZ));
			relation_close(index, NoLock);
		}
		else if (!is_index)
			zdm_step_note(step, "%s, read twice for each index: needs up to %s of disk.",
						  rows_text(&size), pretty_size(index_bytes(relation)));
	}
}

/* Says in the notes of a plan's steps what those that look at rows will cost. */
void
zdm_plan_add_costs(List *steps, Oid relation)
{
	ListCell *lc;

	foreach (lc, steps)
	{
		ZdmStep *step = lfirst(lc);

		if (zdm_step_is_backfill(step))
		{
			TreeSize size = size_of(relation);

			add_backfill(step, &size);
		}
		else if (step->runs == ZDM_RUNS_CONCURRENT)
			add_build(step, linitial_node(RawStmt, zdm_parse(step->command.text))->stmt);
		else if (strstr(step->command.text, " VALIDATE CONSTRAINT ") != NULL)
		{
			TreeSize size = size_of(relation);

			zdm_step_note(step, "%s, read once.", rows_text(&size));
		}
	}
}
