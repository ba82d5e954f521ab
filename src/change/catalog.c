/*
 * catalog.c
 *		Changes of the catalog that no SQL command offers without a scan or a rebuild.
 *
 * Contract and its way back are one short transaction each.  Some of what they do
 * has no command of its own: to take a constraint off its index and keep the index,
 * to set NOT NULL on what is known to have no NULL, to hand an identity on from one
 * column to another.  Each action here makes the same catalog changes, by the
 * same exported functions, as the command that goes the other way; the step holds
 * ACCESS EXCLUSIVE on the table, and its user owns it.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/relation.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/dependency.h"
#include "catalog/index.h"
#include "catalog/indexing.h"
#include "catalog/partition.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_index.h"
#include "catalog/pg_inherits.h"
#include "commands/tablecmds.h"
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "base/compat.h"
#include "base/json.h"
#include "base/names.h"
#include "change/catalog_changes.h"
#include "change/constraint.h"
#include "change/guard_scan.h"
#include "change/settings.h"
#include "change/step_text.h"

/* Raises an error unless the caller owns the table; a table that is gone has no owner. */
void
zdm_require_owner(Oid relid)
{
	if (!zdm_owns_relation(relid, GetUserId()))
		aclcheck_error(ACLCHECK_NOT_OWNER, OBJECT_TABLE, get_rel_name(relid));
}

/* Refuses a table that a step has no business with: another one has its name by now. */
static void
require_table_of(const ZdmMigration *m, Oid relid)
{
	if (relid != m->relation && !list_member_oid(m->also_locks, relid) &&
		!(get_rel_relispartition(relid) &&
		  list_member_oid(get_partition_ancestors(relid), m->relation)))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("table \"%s\" is none of migration \"%s\"", get_rel_name(relid), m->name),
				 errdetail("It has the name that a table of the migration had.")));
}

/*
 * Opens a table of a migration whose catalog entries a step is to change; only for its owner,
 * who is asked before and after the wait for the lock.
 */
Relation
zdm_open_for_change(const ZdmMigration *m, Oid relid, LOCKMODE lock)
{
	Relation rel;

	require_table_of(m, relid);
	zdm_require_owner(relid);
	rel = table_open(relid, lock);
	zdm_require_owner(relid);
	return rel;
}

/* Changes the flags of an index, which is no constraint's from then on. */
void
zdm_set_index_flags(Oid index, bool unique, bool nulls_not_distinct)
{
	Relation catalog = table_open(IndexRelationId, RowExclusiveLock);
	HeapTuple tuple = SearchSysCacheCopy1(INDEXRELID, ObjectIdGetDatum(index));
	Form_pg_index form;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for index %u", index);
	form = (Form_pg_index) GETSTRUCT(tuple);
	form->indisprimary = false;
	form->indimmediate = true;
	form->indisexclusion = false;
	form->indisunique = unique;
	form->indnullsnotdistinct = unique && nulls_not_distinct;
	CatalogTupleUpdate(catalog, &tuple->t_self, tuple);
	heap_freetuple(tuple);
	table_close(catalog, RowExclusiveLock);
}

/*
 * Lists a table and those below it, which the caller has locked; an error unless the
 * caller owns them.
 */
List *
zdm_tree_of(Oid relid)
{
	List *tree = find_all_inheritors(relid, NoLock, NULL);
	ListCell *lc;

	foreach (lc, tree)
		zdm_require_owner(lfirst_oid(lc));
	return tree;
}

/*
 * Has an index depend on its columns, and on no constraint, which can be dropped then.  The reverse
 * of index_constraint_create() (catalog/index.c), which ALTER TABLE ... ADD CONSTRAINT ... USING
 * INDEX calls.
 */
void
zdm_release_index(Relation rel, Oid index)
{
	Relation index_rel = index_open(index, AccessExclusiveLock);
	ObjectAddresses *columns = new_object_addresses();
	bool is_simple = false; /* has columns as they are, and not only expressions */
	bool unique;
	bool nulls_not_distinct;
	ObjectAddress address;

	deleteDependencyRecordsForClass(RelationRelationId, index, ConstraintRelationId,
									DEPENDENCY_INTERNAL);
	for (int i = 0; i < index_rel->rd_index->indnatts; i++)
	{
		AttrNumber attnum = index_rel->rd_index->indkey.values[i];

		is_simple |= attnum != 0;
		ObjectAddressSubSet(address, RelationRelationId, RelationGetRelid(rel), attnum);
		if (attnum != 0)
			add_exact_object_address(&address, columns);
	}
	if (!is_simple)
	{
		ObjectAddressSet(address, RelationRelationId, RelationGetRelid(rel));
		add_exact_object_address(&address, columns);
	}
	ObjectAddressSet(address, RelationRelationId, index);
	record_object_address_dependencies(&address, columns, DEPENDENCY_AUTO);
	free_object_addresses(columns);
	unique = index_rel->rd_index->indisunique;
	nulls_not_distinct = index_rel->rd_index->indnullsnotdistinct;
	index_close(index_rel, NoLock);
	zdm_set_index_flags(index, unique, nulls_not_distinct);
}

/* See zdm_run_release_constraint(). */
ZdmDeed *
zdm_deed_release_constraint(const char *table, const char *constraint)
{
	StringInfoData arguments;

	zdm_deed_begin(&arguments);
	zdm_json_add_string(&arguments, "table", table);
	zdm_json_add_string(&arguments, "constraint", constraint);
	return zdm_deed_end(ZDM_ACTION_RELEASE_CONSTRAINT, &arguments);
}

/* Drops a unique, primary key or exclusion constraint and keeps its index. */
void
zdm_run_release_constraint(const ZdmMigration *m, const ZdmDeed *deed)
{
	Relation rel = zdm_open_for_change(m, zdm_deed_relation(deed, "table"), AccessExclusiveLock);
	char *name = zdm_deed_string(deed, "constraint");
	Oid constraint = get_relation_constraint_oid(RelationGetRelid(rel), name, false);
	ObjectAddress address;

	zdm_release_index(rel, get_constraint_index(constraint));
	CommandCounterIncrement();

	ObjectAddressSet(address, ConstraintRelationId, constraint);
	performDeletion(&address, DROP_RESTRICT, PERFORM_DELETION_INTERNAL);
	CacheInvalidateRelcache(rel);
	table_close(rel, NoLock);
}

/* See zdm_run_move_index_marks(). */
ZdmDeed *
zdm_deed_move_index_marks(const char *from, const char *to)
{
	StringInfoData arguments;

	zdm_deed_begin(&arguments);
	zdm_json_add_string(&arguments, "from", from);
	zdm_json_add_string(&arguments, "to", to);
	return zdm_deed_end(ZDM_ACTION_MOVE_INDEX_MARKS, &arguments);
}

/* Says of an index what ALTER TABLE can say: that it is the replica identity, or clustered on. */
static void
mark_index(Relation rel, const char *index, AlterTableType mark)
{
	AlterTableCmd *cmd = makeNode(AlterTableCmd);
	ReplicaIdentityStmt *identity = makeNode(ReplicaIdentityStmt);

	identity->identity_type = REPLICA_IDENTITY_INDEX;
	identity->name = pstrdup(index);
	cmd->subtype = mark;
	cmd->name = pstrdup(index);
	cmd->def = mark == AT_ReplicaIdentity ? (Node *) identity : NULL;
	AlterTableInternal(RelationGetRelid(rel), list_make1(cmd), false);
	CommandCounterIncrement();
}

/*
 * Hands on what the table says about an index, and the statistics targets of its expressions:
 * whoever has chosen it as replica identity, or to cluster by, or has set a target, has meant the
 * column's name, be it before the migration or since.
 */
void
zdm_run_move_index_marks(const ZdmMigration *m, const ZdmDeed *deed)
{
	Oid to = zdm_deed_relation(deed, "to");
	Oid from = zdm_deed_find_relation(deed, "from");
	Relation rel = zdm_open_for_change(m, IndexGetRelation(to, true), AccessExclusiveLock);
	HeapTuple tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(from));
	bool identity = false;
	bool clustered = false;

	if (HeapTupleIsValid(tuple)) /* else somebody has dropped it, with its marks */
	{
		identity = ((Form_pg_index) GETSTRUCT(tuple))->indisreplident;
		clustered = ((Form_pg_index) GETSTRUCT(tuple))->indisclustered;
		ReleaseSysCache(tuple);
		zdm_copy_index_targets(from, to);
	}
	if (identity)
		mark_index(rel, get_rel_name(to), AT_ReplicaIdentity);
	if (clustered)
		mark_index(rel, get_rel_name(to), AT_ClusterOn);
	table_close(rel, NoLock);
}

/*
 * Marks a constraint as valid: the caller knows that every row satisfies it.  A foreign key
 * to a partitioned table has a row below for each partition.
 */
void
zdm_mark_constraint_valid(Oid constraint)
{
	Relation catalog = table_open(ConstraintRelationId, RowExclusiveLock);
	SysScanDesc scan;
	ScanKeyData key;
	HeapTuple child;
	HeapTuple tuple = SearchSysCacheCopy1(CONSTROID, ObjectIdGetDatum(constraint));

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for constraint %u", constraint);
	((Form_pg_constraint) GETSTRUCT(tuple))->convalidated = true;
	CatalogTupleUpdate(catalog, &tuple->t_self, tuple);
	heap_freetuple(tuple);
	ScanKeyInit(&key, Anum_pg_constraint_conparentid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(constraint));
	scan = systable_beginscan(catalog, ConstraintParentIndexId, true, NULL, 1, &key);
	while (HeapTupleIsValid(child = systable_getnext(scan)))
		zdm_mark_constraint_valid(((Form_pg_constraint) GETSTRUCT(child))->oid);
	systable_endscan(scan);
	table_close(catalog, RowExclusiveLock);
}

/* Tells whether a constraint is a check that a table has from its parent. */
static bool
is_inherited_check(Oid constraint)
{
	HeapTuple tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(constraint));
	Form_pg_constraint form;
	bool result;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for constraint %u", constraint);
	form = (Form_pg_constraint) GETSTRUCT(tuple);
	result = form->contype == CONSTRAINT_CHECK && form->coninhcount > 0;
	ReleaseSysCache(tuple);
	return result;
}

/* See zdm_run_trust_constraint(). */
ZdmDeed *
zdm_deed_trust_constraint(const char *table, const char *constraint)
{
	StringInfoData arguments;

	zdm_deed_begin(&arguments);
	zdm_json_add_string(&arguments, "table", table);
	zdm_json_add_string(&arguments, "constraint", constraint);
	return zdm_deed_end(ZDM_ACTION_TRUST_CONSTRAINT, &arguments);
}

/*
 * Marks a NOT VALID constraint as valid, as VALIDATE
 * CONSTRAINT does after its scan (tablecmds.c, ATExecValidateConstraint).  For a
 * constraint on an old column that comes back: what the new column's constraint
 * holds, and that both columns agree, is proof of it.
 */
void
zdm_run_trust_constraint(const ZdmMigration *m, const ZdmDeed *deed)
{
	Relation rel = zdm_open_for_change(m, zdm_deed_relation(deed, "table"), AccessExclusiveLock);
	char *name = zdm_deed_string(deed, "constraint");
	ListCell *lc;

	zdm_mark_constraint_valid(get_relation_constraint_oid(RelationGetRelid(rel), name, false));
	CacheInvalidateRelcache(rel);
	foreach (lc, list_delete_first(zdm_tree_of(RelationGetRelid(rel))))
	{
		Oid constraint = get_relation_constraint_oid(lfirst_oid(lc), name, true);

		if (OidIsValid(constraint) && is_inherited_check(constraint))
			zdm_mark_constraint_valid(constraint);
		CacheInvalidateRelcacheByRelid(lfirst_oid(lc));
	}
	table_close(rel, NoLock);
}

/* See zdm_run_add_foreign_key(). */
ZdmDeed *
zdm_deed_add_foreign_key(const char *table, const char *constraint, const char *definition)
{
	StringInfoData arguments;

	zdm_deed_begin(&arguments);
	zdm_json_add_string(&arguments, "table", table);
	zdm_json_add_string(&arguments, "constraint", constraint);
	zdm_json_add_string(&arguments, "definition", definition);
	return zdm_deed_end(ZDM_ACTION_ADD_FOREIGN_KEY, &arguments);
}

/*
 * Makes a foreign key of a partitioned table before 18, which takes none that is NOT VALID, without
 * a scan: each partition gets one that is marked as valid, and the table's takes them over
 * (tablecmds.c, tryAttachPartitionForeignKey).
 */
void
zdm_run_add_foreign_key(const ZdmMigration *m, const ZdmDeed *deed)
{
	Relation rel = zdm_open_for_change(m, zdm_deed_relation(deed, "table"), AccessExclusiveLock);
	Oid table = RelationGetRelid(rel);
	char *name = zdm_deed_string(deed, "constraint");
	char *command = psprintf("ALTER TABLE %s ADD CONSTRAINT %s %s", zdm_deed_string(deed, "table"),
							 quote_identifier(name), zdm_deed_string(deed, "definition"));
	ListCell *lc;

	table_close(rel, NoLock);
	foreach (lc, zdm_tree_of(table))
	{
		if (get_rel_relkind(lfirst_oid(lc)) != RELKIND_RELATION)
			continue;
		zdm_run_step_text_for(psprintf("%s NOT VALID", command), lfirst_oid(lc));
		zdm_mark_constraint_valid(get_relation_constraint_oid(lfirst_oid(lc), name, false));
		CommandCounterIncrement();
	}
	zdm_run_step_text_for(command, table);
}

/* Before 18, NOT NULL is a flag of the column. */
static void
set_attnotnull(Oid relid, AttrNumber attnum)
{
	Relation catalog = table_open(AttributeRelationId, RowExclusiveLock);
	HeapTuple tuple = SearchSysCacheCopy2(ATTNUM, ObjectIdGetDatum(relid), Int16GetDatum(attnum));

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for column %d", attnum);
	((Form_pg_attribute) GETSTRUCT(tuple))->attnotnull = true;
	CatalogTupleUpdate(catalog, &tuple->t_self, tuple);
	heap_freetuple(tuple);
	table_close(catalog, RowExclusiveLock);
}

/*
 * From 18 on, it is a constraint, which can be added without a scan.  ALTER TABLE wants
 * nobody in this session to have the table open.
 */
static void
add_valid_not_null(Oid relid, const char *name, const char *column)
{
	ListCell *lc;

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	if (SPI_execute(psprintf("ALTER TABLE %s ADD CONSTRAINT %s NOT NULL %s NOT VALID",
							 zdm_qualified_name(relid), quote_identifier(name),
							 quote_identifier(column)),
					false, 0) != SPI_OK_UTILITY)
		elog(ERROR, "adding the constraint failed");
	SPI_finish();
	CommandCounterIncrement();
	foreach (lc, zdm_tree_of(relid))
		zdm_mark_constraint_valid(
			zdm_not_null_constraint(lfirst_oid(lc), get_attnum(lfirst_oid(lc), column)));
}

/* See zdm_run_trust_not_null(); constraint: its name from 18 on, "" for one like the server's. */
ZdmDeed *
zdm_deed_trust_not_null(const char *table, const char *column, const char *constraint,
						const char *guard)
{
	StringInfoData arguments;

	zdm_deed_begin(&arguments);
	zdm_json_add_string(&arguments, "table", table);
	zdm_json_add_string(&arguments, "column", column);
	zdm_json_add_string(&arguments, "constraint", constraint);
	zdm_json_add_string(&arguments, "guard", guard);
	return zdm_deed_end(ZDM_ACTION_TRUST_NOT_NULL, &arguments);
}

/*
 * Sets NOT NULL without a scan, as SET NOT NULL does
 * where a valid CHECK spares it (tablecmds.c, NotNullImpliedByRelConstraints).  Looks
 * itself, through the index that keeps an eye on NULLs in the column.
 */
void
zdm_run_trust_not_null(const ZdmMigration *m, const ZdmDeed *deed)
{
	Oid relid = zdm_deed_relation(deed, "table");
	char *column = zdm_deed_string(deed, "column");
	char *name = zdm_deed_string(deed, "constraint");
	Relation rel = zdm_open_for_change(m, relid, AccessExclusiveLock);
	List *tree = zdm_tree_of(relid);
	ListCell *lc;

	zdm_require_no_null(rel, column, zdm_deed_string(deed, "guard"));
	table_close(rel, NoLock);
	if (ZDM_NATIVE_NOT_NULL)
		add_valid_not_null(relid, name[0] ? name : zdm_not_null_name(relid, column), column);
	else
		foreach (lc, tree)
			set_attnotnull(lfirst_oid(lc), get_attnum(lfirst_oid(lc), column));
	foreach (lc, tree)
		CacheInvalidateRelcacheByRelid(lfirst_oid(lc));
}

/* Sets what kind of identity a column has; '\0': none.  Returns what it had. */
static char
set_identity(Relation rel, AttrNumber attnum, char identity)
{
	Relation catalog = table_open(AttributeRelationId, RowExclusiveLock);
	HeapTuple tuple =
		SearchSysCacheCopy2(ATTNUM, ObjectIdGetDatum(RelationGetRelid(rel)), Int16GetDatum(attnum));
	char had;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for column %d", attnum);
	had = ((Form_pg_attribute) GETSTRUCT(tuple))->attidentity;
	((Form_pg_attribute) GETSTRUCT(tuple))->attidentity = identity;
	CatalogTupleUpdate(catalog, &tuple->t_self, tuple);
	heap_freetuple(tuple);
	table_close(catalog, RowExclusiveLock);
	return had;
}

/* See zdm_run_move_identity(). */
ZdmDeed *
zdm_deed_move_identity(const char *table, const char *from, const char *to)
{
	return zdm_deed_columns(ZDM_ACTION_MOVE_IDENTITY, table, from, to);
}

/* Hands the identity of a partition on, which has its parent's sequence (17). */
static void
move_shared_identity(Oid partition, const ZdmDeed *deed)
{
	Relation rel = table_open(partition, NoLock);
	AttrNumber from = zdm_find_column(rel, zdm_deed_string(deed, "from"));
	AttrNumber to = zdm_find_column(rel, zdm_deed_string(deed, "to"));

	set_identity(rel, to, set_identity(rel, from, '\0'));
	CacheInvalidateRelcache(rel);
	table_close(rel, NoLock);
}

/*
 * Hands an identity on, with its sequence.  DROP
 * IDENTITY would drop the sequence, and ADD GENERATED make another one.  An identity
 * is the column's attidentity and the sequence's internal dependency on the column
 * (tablecmds.c, ATExecAddIdentity; sequence.c, process_owned_by).
 */
void
zdm_run_move_identity(const ZdmMigration *m, const ZdmDeed *deed)
{
	Relation rel = zdm_open_for_change(m, zdm_deed_relation(deed, "table"), AccessExclusiveLock);
	AttrNumber from = zdm_find_column(rel, zdm_deed_string(deed, "from"));
	AttrNumber to = zdm_find_column(rel, zdm_deed_string(deed, "to"));
	Oid sequence = zdm_identity_sequence(rel, from);
	ObjectAddress column;
	ObjectAddress object;
	ListCell *lc;

	if (!OidIsValid(sequence))
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
						errmsg("column is not an identity column")));
	set_identity(rel, to, set_identity(rel, from, '\0'));
	foreach (lc, ZDM_SHARED_IDENTITY ? list_delete_first(zdm_tree_of(RelationGetRelid(rel))) : NIL)
		move_shared_identity(lfirst_oid(lc), deed);
	deleteDependencyRecordsForClass(RelationRelationId, sequence, RelationRelationId,
									DEPENDENCY_INTERNAL);
	ObjectAddressSet(object, RelationRelationId, sequence);
	ObjectAddressSubSet(column, RelationRelationId, RelationGetRelid(rel), to);
	recordDependencyOn(&object, &column, DEPENDENCY_INTERNAL);
	CacheInvalidateRelcache(rel);
	table_close(rel, NoLock);
}
