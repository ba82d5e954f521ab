/*
 * shadow_partitions.c
 *		What keeps a table from becoming a partitioned one.
 *
 * Partitions have their own indexes, so each that tells rows apart has to have the columns of the
 * partition key; and some of what a table may have is for a table that has its rows itself.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_index.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_trigger.h"
#include "commands/trigger.h"
#include "nodes/parsenodes.h"
#include "partitioning/partbounds.h"
#include "partitioning/partdesc.h"
#include "utils/builtins.h"
#include "utils/formatting.h"
#include "utils/lsyscache.h"
#include "utils/partcache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "base/compat.h"
#include "base/names.h"
#include "base/query.h"
#include "base/tree.h"
#include "base/triggers.h"
#include "change/dependents.h"
#include "change/shadow.h"

static const char finalize_hint[] = "Drop it before, and make it again after zdm.finalize().";

/* Lists the columns of a partition key (char *). */
List *
zdm_partition_columns(Relation rel)
{
	PartitionKey key = RelationGetPartitionKey(rel);
	List *columns = NIL;

	for (int i = 0; i < key->partnatts; i++)
		columns = lappend(columns, get_attname(RelationGetRelid(rel), key->partattrs[i], false));
	return columns;
}

/* Refuses a table that is partitioned already. */
void
zdm_shadow_refuse_partitioned(Relation rel)
{
	if (rel->rd_rel->relkind == RELKIND_PARTITIONED_TABLE)
		zdm_shadow_refuse_table(rel, "it is partitioned",
								"Give its partitions another shape by ALTER TABLE.");
}

/* Tells whether a partitioned table has a place for any row. */
static bool
has_place_for_all(Relation rel)
{
	PartitionBoundInfo bounds = RelationGetPartitionDesc(rel, false)->boundinfo;

	if (bounds == NULL)
		return false;
	if (bounds->strategy != PARTITION_STRATEGY_HASH)
		return bounds->default_index >= 0;
	for (int i = 0; i < bounds->nindexes; i++)
		if (bounds->indexes[i] < 0)
			return false;
	return true;
}

/* What partitions have that is not a part of what the whole table has. */
static const char parts_query[] =
	"WITH part AS (SELECT c.* FROM unnest($1::text[]::oid[]) AS l (oid)"
	"                JOIN pg_catalog.pg_class c ON c.oid = l.oid)"
	"SELECT format('index \"%s\" is one', i.relname) AS name"
	"  FROM part p JOIN pg_catalog.pg_index x ON x.indrelid = p.oid"
	"       JOIN pg_catalog.pg_class i ON i.oid = x.indexrelid WHERE NOT i.relispartition "
	"UNION ALL "
	"SELECT format('trigger \"%s\" is one', t.tgname) FROM part p"
	"  JOIN pg_catalog.pg_trigger t ON t.tgrelid = p.oid"
	" WHERE NOT t.tgisinternal AND t.tgparentid = 0 AND t.tgname !~ '^~zd' "
	"UNION ALL "
	"SELECT format('constraint \"%s\" is one', c.conname) FROM part p"
	"  JOIN pg_catalog.pg_constraint c ON c.conrelid = p.oid"
	" WHERE c.conparentid = 0 AND c.conislocal AND c.contype NOT IN ('n', 't') "
	"UNION ALL "
	"SELECT format('statistics \"%s\" is one', s.stxname) FROM part p"
	"  JOIN pg_catalog.pg_statistic_ext s ON s.stxrelid = p.oid "
	"UNION ALL "
	"SELECT format('policy \"%s\" is one', s.polname) FROM part p"
	"  JOIN pg_catalog.pg_policy s ON s.polrelid = p.oid "
	"UNION ALL "
	"SELECT format('grants on \"%s\" are such', relname) FROM part WHERE relacl IS NOT NULL "
	"UNION ALL "
	"SELECT format('\"%s\" is UNLOGGED', relname) FROM part WHERE relpersistence <> 'p' "
	"UNION ALL "
	"SELECT format('the replica identity of \"%s\" is such', relname) FROM part"
	" WHERE relreplident::text NOT IN ('d', $2)";

/*
 * Refuses a publication by which subscribers are sent the rows of partitions: in the one shape they
 * go by other names than in the other one.
 */
static void
refuse_publications(Relation rel, const char *does)
{
	ZdmArgs args = {0};
	List *names;

	zdm_arg_oid(&args, RelationGetRelid(rel));
	names = zdm_query_names("SELECT p.pubname AS name FROM pg_catalog.pg_publication p"
							"  JOIN pg_catalog.pg_publication_rel r ON r.prpubid = p.oid"
							" WHERE r.prrelid = $1 AND NOT p.pubviaroot",
							&args);
	if (names != NIL)
		zdm_shadow_refuse_table(
			rel,
			psprintf("publication \"%s\" %s each partition by its own name",
					 (char *) linitial(names), does),
			"ALTER PUBLICATION ... SET (publish_via_partition_root = true) goes by the table's.");
}

/* Refuses an index by which rows are identified, of which each partition has its own. */
static void
refuse_identity(Relation rel, Relation index)
{
	if (index->rd_index->indisreplident)
		zdm_shadow_refuse_table(
			rel, psprintf("index \"%s\" is its replica identity", RelationGetRelationName(index)),
			"ALTER TABLE ... REPLICA IDENTITY DEFAULT has that be the "
			"primary key.");
}

/*
 * Refuses a partitioned table that can't become one table: a partition has something that would
 * be lost, or the way back would not have a place for each row.
 */
void
zdm_shadow_refuse_parts(Relation rel)
{
	ZdmTree tree = zdm_tree(RelationGetRelid(rel));
	List *leaves = NIL;
	ZdmArgs args = {0};
	List *found;
	ListCell *lc;

	refuse_publications(rel, "publishes");
	foreach (lc, RelationGetIndexList(rel))
	{
		Relation index = index_open(lfirst_oid(lc), AccessShareLock);

		refuse_identity(rel, index);
		index_close(index, AccessShareLock);
	}
	while (zdm_tree_next(&tree))
		if (tree.rel->rd_rel->relkind != RELKIND_PARTITIONED_TABLE)
			leaves = lappend(leaves, psprintf("%u", RelationGetRelid(tree.rel)));
		else if (!has_place_for_all(tree.rel))
			zdm_shadow_refuse_table(rel,
									psprintf("\"%s\" has not a partition for every row",
											 RelationGetRelationName(tree.rel)),
									"One table takes rows that the partitions do not; CREATE TABLE "
									"... PARTITION OF ... DEFAULT has a place for these.");
	zdm_arg_text_list(&args, leaves);
	zdm_arg_text(&args, psprintf("%c", rel->rd_rel->relreplident));
	found = zdm_query_names(parts_query, &args);
	if (found != NIL)
		zdm_shadow_refuse_table(
			rel,
			psprintf("a partition has what the whole table does not: %s", (char *) linitial(found)),
			"Drop it before, or give it to the whole table.");
}

/* Refuses an index that tells rows apart, but not in a partitioned table. */
static void
refuse_index(Relation rel, Relation index, List *columns)
{
	Form_pg_index form = index->rd_index;
	ListCell *lc;

	foreach (lc, columns)
	{
		AttrNumber attnum = get_attnum(RelationGetRelid(rel), lfirst(lc));
		bool found = false;

		for (int i = 0; i < form->indnkeyatts; i++)
			found |= form->indkey.values[i] == attnum;
		if (!found)
			zdm_shadow_refuse_table(
				rel,
				psprintf("unique index \"%s\" does not have column \"%s\" of the partition key",
						 RelationGetRelationName(index), (char *) lfirst(lc)),
				"Each partition has an index of its own, which knows nothing of the others. Drop "
				"it before, or partition by columns that it has.");
	}
}

/* Refuses what indexes are, or are marked as, that those of a partitioned table can't be. */
static void
refuse_indexes(Relation rel, List *columns)
{
	ListCell *lc;

	foreach (lc, RelationGetIndexList(rel))
	{
		Relation index = index_open(lfirst_oid(lc), AccessShareLock);
		Form_pg_index form = index->rd_index;

		if (form->indisclustered)
			zdm_shadow_refuse_table(
				rel, psprintf("index \"%s\" is marked for CLUSTER", RelationGetRelationName(index)),
				"ALTER TABLE ... SET WITHOUT CLUSTER takes the mark away.");
		refuse_identity(rel, index);
		if (form->indisunique && !form->indisprimary)
			refuse_index(rel, index, columns);
		index_close(index, AccessShareLock);
	}
}

/* Refuses one constraint of the table. */
static void
refuse_constraint(Relation rel, Form_pg_constraint form)
{
	char *name = NameStr(form->conname);

	if (form->contype == CONSTRAINT_CHECK && form->connoinherit)
		zdm_shadow_refuse_table(rel, psprintf("constraint \"%s\" is NO INHERIT", name),
								finalize_hint);
	if (form->contype == CONSTRAINT_FOREIGN && form->confrelid == form->conrelid)
		zdm_shadow_refuse_table(
			rel, psprintf("foreign key \"%s\" refers to the table itself", name), finalize_hint);
}

/* Refuses constraints that a partitioned table can't have. */
static void
refuse_constraints(Relation rel)
{
	ListCell *lc;

	foreach (lc, zdm_constraints_of(RelationGetRelid(rel)))
		refuse_constraint(rel, (Form_pg_constraint) GETSTRUCT((HeapTuple) lfirst(lc)));
}

/* Tells whether a trigger's function, or its arguments, speak of a column. */
static bool
speaks_of(const Trigger *trigger, const char *column)
{
	HeapTuple tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(trigger->tgfoid));
	char *name = asc_tolower(column, strlen(column));
	char *source;
	bool isnull;
	bool result;

	if (!HeapTupleIsValid(tuple))
		return true;
	source = TextDatumGetCString(SysCacheGetAttr(PROCOID, tuple, Anum_pg_proc_prosrc, &isnull));
	ReleaseSysCache(tuple);
	result = zdm_mentions(asc_tolower(source, strlen(source)), name);
	for (int i = 0; i < trigger->tgnargs; i++)
		result |= zdm_mentions(asc_tolower(trigger->tgargs[i], strlen(trigger->tgargs[i])), name);
	return result;
}

/*
 * Refuses triggers that a partitioned table can't have, or that may put a row which is inserted
 * into another partition than it was sent to, which is an error there.  One that is updated is
 * moved.
 */
static void
refuse_triggers(Relation rel, List *columns)
{
	TriggerDesc *triggers = zdm_triggers(rel);
	ListCell *lc;

	for (int i = 0; i < triggers->numtriggers; i++)
	{
		const Trigger *trigger = &triggers->triggers[i];
		bool sends = TRIGGER_FOR_BEFORE(trigger->tgtype) && TRIGGER_FOR_INSERT(trigger->tgtype) &&
					 zdm_trigger_fires(trigger);

		if (trigger->tgisinternal || !TRIGGER_FOR_ROW(trigger->tgtype))
			continue;
		if (trigger->tgoldtable || trigger->tgnewtable)
			zdm_shadow_refuse_table(
				rel,
				psprintf("trigger \"%s\" fires for each row and has transition tables",
						 trigger->tgname),
				"Have it fire for each statement.");
		foreach (lc, columns)
			if (sends && speaks_of(trigger, lfirst(lc)))
				zdm_shadow_refuse_table(
					rel,
					psprintf("trigger \"%s\" fires before rows are inserted and may change \"%s\"",
							 trigger->tgname, (char *) lfirst(lc)),
					"A row can't be put into another partition by then. Use a default.");
	}
}

/* Refuses a table that can't be partitioned by these columns, or not without losing something. */
void
zdm_shadow_refuse_partitioning(Relation rel, List *columns)
{
	if (rel->rd_rel->relpersistence != RELPERSISTENCE_PERMANENT)
		zdm_shadow_refuse_table(rel, "it is UNLOGGED", "ALTER TABLE ... SET LOGGED.");
	refuse_indexes(rel, columns);
	refuse_constraints(rel);
	refuse_triggers(rel, columns);
	refuse_publications(rel, "would publish");
}
