/*
 * route.c
 *		In which partition a row lives.
 *
 * The executor's own way (execPartition.c) keeps tables open from one row to the next, and a
 * trigger can't: it has nothing that would close them where its query ends in an error.  So the
 * bounds in the relation cache are searched, by the functions that the server has for it.
 */
#include "postgres.h"

#include "access/table.h"
#include "catalog/partition.h"
#include "nodes/parsenodes.h"
#include "partitioning/partbounds.h"
#include "partitioning/partdesc.h"
#include "utils/lsyscache.h"
#include "utils/partcache.h"
#include "utils/rel.h"

#include "sync/route.h"

/* What a row has in the columns of a partition key. */
typedef struct KeyValues
{
	int n;
	bool any_null;
	Datum values[PARTITION_MAX_KEYS];
	bool isnull[PARTITION_MAX_KEYS];
} KeyValues;

/* Reads the key of a partitioned table from a row of the root's layout. */
static void
read_key(Relation root, Relation rel, TupleTableSlot *row, KeyValues *key)
{
	PartitionKey definition = RelationGetPartitionKey(rel);

	key->n = definition->partnatts;
	key->any_null = false;
	for (int i = 0; i < key->n; i++)
	{
		AttrNumber attnum = definition->partattrs[i];

		if (attnum == 0)
			ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
							errmsg("table \"%s\" is partitioned by an expression",
								   RelationGetRelationName(rel)),
							errdetail("Its rows can't be found by their primary key.")));
		if (rel != root)
			attnum = get_attnum(RelationGetRelid(root),
								get_attname(RelationGetRelid(rel), attnum, false));
		key->values[i] = slot_getattr(row, attnum, &key->isnull[i]);
		key->any_null |= key->isnull[i];
	}
}

static int
search_list(PartitionKey definition, PartitionBoundInfo bounds, KeyValues *key)
{
	bool is_equal = false;
	int at;

	if (key->isnull[0])
		return bounds->null_index;
	at = partition_list_bsearch(definition->partsupfunc, definition->partcollation, bounds,
								key->values[0], &is_equal);
	return at >= 0 && is_equal ? bounds->indexes[at] : -1;
}

static int
search_range(PartitionKey definition, PartitionBoundInfo bounds, KeyValues *key)
{
	bool is_equal;

	if (key->any_null)
		return -1;
	return bounds
		->indexes[partition_range_datum_bsearch(definition->partsupfunc, definition->partcollation,
												bounds, key->n, key->values, &is_equal) +
				  1];
}

/* Returns the place of a row's partition among those of a partitioned table; -1: there is none. */
static int
search_bounds(Relation rel, PartitionDesc partitions, KeyValues *key)
{
	PartitionKey definition = RelationGetPartitionKey(rel);
	PartitionBoundInfo bounds = partitions->boundinfo;
	int index = -1;

	if (partitions->nparts == 0)
		return -1;
	switch (definition->strategy)
	{
		case PARTITION_STRATEGY_HASH:
			return bounds->indexes[compute_partition_hash_value(key->n, definition->partsupfunc,
																definition->partcollation,
																key->values, key->isnull) %
								   bounds->nindexes];
		case PARTITION_STRATEGY_LIST:
			index = search_list(definition, bounds, key);
			break;
		case PARTITION_STRATEGY_RANGE:
			index = search_range(definition, bounds, key);
			break;
		default:
			elog(ERROR, "unexpected partition strategy: %d", (int) definition->strategy);
	}
	return index >= 0 ? index : bounds->default_index;
}

/*
 * Returns the partition, at the lowest level, in which a row of a partitioned table lives, or
 * would; InvalidOid: none.  The table is open, and the row has its layout.
 */
Oid
zdm_route(Relation root, TupleTableSlot *row)
{
	Relation rel = root;

	for (;;)
	{
		PartitionDesc partitions = RelationGetPartitionDesc(rel, false);
		KeyValues key;
		int index;
		Oid partition;
		bool is_leaf;

		read_key(root, rel, row, &key);
		index = search_bounds(rel, partitions, &key);
		partition = index < 0 ? InvalidOid : partitions->oids[index];
		is_leaf = index < 0 || partitions->is_leaf[index];
		if (rel != root)
			table_close(rel, NoLock);
		if (is_leaf)
			return partition;
		rel = table_open(partition, RowExclusiveLock);
	}
}
