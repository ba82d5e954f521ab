/*
 * carry_tree.c
 *		An index of a partitioned table takes the place of another.
 *
 * Each partition has its part of both.  Which there are is looked at when it is done: one that
 * was attached since the plan was made has got its parts from the server.  ADD CONSTRAINT ...
 * USING INDEX is not for partitioned tables; the constraints are made by the function that it
 * calls, as ADD CONSTRAINT does it for each partition (index.c, index_create).
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/dependency.h"
#include "catalog/index.h"
#include "catalog/indexing.h"
#include "catalog/partition.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_index.h"
#include "catalog/pg_inherits.h"
#include "commands/comment.h"
#include "commands/tablecmds.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "base/compat.h"
#include "base/json.h"
#include "base/names.h"
#include "change/catalog_changes.h"
#include "change/marks.h"
#include "change/settings.h"

/* Two indexes of one table. */
typedef struct IndexPair
{
	Oid table;
	Oid goes;
	Oid comes;
	Oid constraint;           /* that the index which goes has had, then the other one's */
	char *constraint_comment; /* NULL: none */
	struct IndexPair *above;  /* NULL: that of the table itself */
} IndexPair;

/* See zdm_run_swap_indexes(). */
ZdmDeed *
zdm_deed_swap_indexes(const ZdmIndexSwap *swap)
{
	StringInfoData arguments;

	zdm_deed_begin(&arguments);
	zdm_json_add_string(&arguments, "table", swap->table);
	zdm_json_add_string(&arguments, "index", swap->index);
	zdm_json_add_string(&arguments, "by", swap->by);
	zdm_json_add_string(&arguments, "hidden", swap->hidden);
	zdm_json_add_string(&arguments, "prefix", swap->prefix);
	zdm_json_add_string(&arguments, "key", swap->key);
	if (swap->strategies != NIL)
		zdm_json_add_list(&arguments, "strategies", swap->strategies);
	zdm_json_add_bool(&arguments, "unique", swap->unique);
	zdm_json_add_bool(&arguments, "stays_unique", swap->stays_unique);
	zdm_json_add_bool(&arguments, "nulls_not_distinct", swap->nulls_not_distinct);
	zdm_json_add_bool(&arguments, "deferrable", swap->deferrable);
	zdm_json_add_bool(&arguments, "deferred", swap->deferred);
	if (swap->look)
		zdm_json_add_bool(&arguments, "look", true);
	return zdm_deed_end(ZDM_ACTION_SWAP_INDEXES, &arguments);
}

/* Refuses an index that is not complete: some partition lacks its part. */
static void
require_valid(Oid table, Oid index)
{
	if (get_index_isvalid(index))
		return;
	ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
					errmsg("index %s is not valid", zdm_qualified_name(index)),
					errdetail("Not every partition of %s has an index that is part of it.",
							  zdm_qualified_name(table)),
					errhint("Roll back and start again.")));
}

/* Lists a pair of indexes and those that are part of them, parents first. */
static List *
add_pairs(List *pairs, IndexPair *above, Oid table, Oid goes, Oid comes)
{
	IndexPair *pair = palloc0(sizeof(IndexPair));
	ListCell *lc;

	check_stack_depth();
	require_valid(table, goes);
	require_valid(table, comes);
	zdm_require_owner(table);
	pair->table = table;
	pair->goes = goes;
	pair->comes = comes;
	pair->above = above;
	pairs = lappend(pairs, pair);
	if (get_rel_relkind(table) != RELKIND_PARTITIONED_TABLE)
		return pairs;
	foreach (lc, find_inheritance_children(table, NoLock))
	{
		Relation rel = table_open(lfirst_oid(lc), NoLock);
		Oid below_goes = index_get_partition(rel, goes);
		Oid below_comes = index_get_partition(rel, comes);

		table_close(rel, NoLock);
		pairs = add_pairs(pairs, pair, lfirst_oid(lc), below_goes, below_comes);
	}
	return pairs;
}

/* Takes the constraint off the indexes that go. */
static void
release_indexes(List *pairs)
{
	ObjectAddress address;
	ListCell *lc;

	foreach (lc, pairs)
	{
		IndexPair *pair = lfirst(lc);
		Relation rel = table_open(pair->table, NoLock);

		pair->constraint = get_index_constraint(pair->goes);
		pair->constraint_comment = GetComment(pair->constraint, ConstraintRelationId, 0);
		zdm_release_index(rel, pair->goes);
		table_close(rel, NoLock);
	}
	CommandCounterIncrement();
	/* Those of the partitions go with it. */
	ObjectAddressSet(address, ConstraintRelationId, ((IndexPair *) linitial(pairs))->constraint);
	performDeletion(&address, DROP_RESTRICT, PERFORM_DELETION_INTERNAL);
}

/* Makes an index the unique or primary key of its table, part of that of the parent. */
static Oid
make_unique(Relation rel, const IndexPair *pair, const ZdmDeed *deed)
{
	Oid above = pair->above ? pair->above->constraint : InvalidOid;
	Relation index = index_open(pair->comes, AccessExclusiveLock);
	ObjectAddress constraint;
	bool primary = strcmp(zdm_deed_string(deed, "key"), "primary") == 0;
	uint16 flags = INDEX_CONSTR_CREATE_UPDATE_INDEX | INDEX_CONSTR_CREATE_REMOVE_OLD_DEPS;

	if (primary)
		flags |= INDEX_CONSTR_CREATE_MARK_AS_PRIMARY;
	if (zdm_deed_bool(deed, "deferrable"))
		flags |= INDEX_CONSTR_CREATE_DEFERRABLE;
	if (zdm_deed_bool(deed, "deferred"))
		flags |= INDEX_CONSTR_CREATE_INIT_DEFERRED;
	constraint = index_constraint_create(
		rel, pair->comes, above, BuildIndexInfo(index), RelationGetRelationName(index),
		primary ? CONSTRAINT_PRIMARY : CONSTRAINT_UNIQUE, flags, false, false);
	index_close(index, NoLock);
	return constraint.objectId;
}

/* Makes an index that comes the key of its table, or what keeps its rows apart, part of that of the
 * parent. */
static void
make_key(IndexPair *pair, const ZdmDeed *deed)
{
	Relation rel = table_open(pair->table, NoLock);

	if (strcmp(zdm_deed_string(deed, "key"), "exclusion") == 0)
		pair->constraint =
			zdm_make_exclusion(rel, pair->comes, pair->above ? pair->above->constraint : InvalidOid,
							   zdm_deed_list(deed, "strategies"), zdm_deed_bool(deed, "deferrable"),
							   zdm_deed_bool(deed, "deferred"));
	else
		pair->constraint = make_unique(rel, pair, deed);
	table_close(rel, NoLock);
	CommandCounterIncrement();
	if (pair->constraint_comment)
		CreateComments(pair->constraint, ConstraintRelationId, 0, pair->constraint_comment);
}

/* Moves what a table says about an index to another: replica identity, clustering. */
static void
move_marks(const IndexPair *pair)
{
	Relation catalog = table_open(IndexRelationId, RowExclusiveLock);
	HeapTuple goes = SearchSysCacheCopy1(INDEXRELID, ObjectIdGetDatum(pair->goes));
	HeapTuple comes = SearchSysCacheCopy1(INDEXRELID, ObjectIdGetDatum(pair->comes));
	Form_pg_index from;
	Form_pg_index to;

	if (!HeapTupleIsValid(goes) || !HeapTupleIsValid(comes))
		elog(ERROR, "cache lookup failed for index %u or %u", pair->goes, pair->comes);
	from = (Form_pg_index) GETSTRUCT(goes);
	to = (Form_pg_index) GETSTRUCT(comes);
	if (from->indisreplident || from->indisclustered)
	{
		to->indisreplident = from->indisreplident;
		to->indisclustered = from->indisclustered;
		from->indisreplident = from->indisclustered = false;
		CatalogTupleUpdate(catalog, &goes->t_self, goes);
		CatalogTupleUpdate(catalog, &comes->t_self, comes);
		CommandCounterIncrement();
	}
	table_close(catalog, RowExclusiveLock);
}

/* The index that comes gets name, comment and statistics targets of the other one, which is hidden.
 */
static void
swap_names(const IndexPair *pair, const ZdmDeed *deed)
{
	char *name = get_rel_name(pair->goes);
	char *hidden = pair->above
					   ? zdm_choose_relation_name(get_rel_namespace(pair->table),
												  zdm_deed_string(deed, "prefix"), name, pair->goes)
					   : zdm_deed_string(deed, "hidden");

	RenameRelationInternal(pair->goes, hidden, false, true);
	CommandCounterIncrement();
	RenameRelationInternal(pair->comes, name, false, true);
	CommandCounterIncrement();
	CreateComments(pair->comes, RelationRelationId, 0,
				   zdm_own_comment(pair->goes, RelationRelationId, 0));
	zdm_copy_index_targets(pair->goes, pair->comes);
}

/* Returns the index of a table that has a name, an error if there is none. */
static Oid
find_index(Relation rel, const char *name)
{
	Oid index = get_relname_relid(name, RelationGetNamespace(rel));

	if (!OidIsValid(index) || get_rel_relkind(index) != RELKIND_PARTITIONED_INDEX ||
		IndexGetRelation(index, false) != RelationGetRelid(rel))
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT),
						errmsg("index \"%s\" of table \"%s\" does not exist", name,
							   RelationGetRelationName(rel))));
	return index;
}

/* Refuses an index that comes if two rows of its table are equal by it. */
static void
look_at(const IndexPair *pair)
{
	Relation rel = table_open(pair->table, NoLock);

	CommandCounterIncrement();
	zdm_require_apart_again(rel, pair->comes);
	table_close(rel, NoLock);
}

/*
 * Gives an index of a partitioned table the place of another, with all of its parts: names and
 * comments, the key where it is one, and what the table says about it.
 */
void
zdm_run_swap_indexes(const ZdmMigration *m, const ZdmDeed *deed)
{
	Relation rel = zdm_open_for_change(m, zdm_deed_relation(deed, "table"), AccessExclusiveLock);
	Oid goes = find_index(rel, get_rel_name(zdm_deed_relation(deed, "index")));
	Oid comes = find_index(rel, zdm_deed_string(deed, "by"));
	List *pairs = add_pairs(NIL, NULL, RelationGetRelid(rel), goes, comes);
	bool is_key = zdm_deed_string(deed, "key")[0] != '\0';
	bool unique = zdm_deed_bool(deed, "unique");
	bool not_distinct = zdm_deed_bool(deed, "nulls_not_distinct");
	ListCell *lc;

	if (is_key)
		release_indexes(pairs);
	CommandCounterIncrement();
	foreach (lc, pairs)
	{
		IndexPair *pair = lfirst(lc);

		if (unique)
		{
			zdm_set_index_flags(pair->goes, zdm_deed_bool(deed, "stays_unique"), not_distinct);
			zdm_set_index_flags(pair->comes, true, not_distinct);
		}
		if (zdm_deed_flag(deed, "look") && get_rel_relkind(pair->comes) == RELKIND_INDEX)
			look_at(pair);
		CommandCounterIncrement();
		swap_names(pair, deed);
		if (is_key)
			make_key(pair, deed);
		CommandCounterIncrement();
		move_marks(pair);
		CacheInvalidateRelcacheByRelid(pair->table);
	}
	CommandCounterIncrement();
	table_close(rel, NoLock);
}
