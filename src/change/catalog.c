/*
 * catalog.c
 *		Changes of the catalog that no SQL command offers without a scan or a rebuild.
 *
 * Contract and its way back are one short transaction each.  Some of what they do
 * has no command of its own: to take a constraint off its index and keep the index,
 * to set NOT NULL on what is known to have no NULL, to hand an identity on from one
 * column to another.  Each function here makes the same catalog changes, by the
 * same exported functions, as the command that goes the other way; the caller holds
 * ACCESS EXCLUSIVE on the table and owns it.  Only steps may call them.
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
#include "catalog/pg_attribute.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_index.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "base/compat.h"
#include "base/names.h"
#include "change/catalog_changes.h"
#include "change/guard_scan.h"
#include "change/step_text.h"

PG_FUNCTION_INFO_V1(zdm_release_constraint);
PG_FUNCTION_INFO_V1(zdm_set_unique);
PG_FUNCTION_INFO_V1(zdm_trust_constraint);
PG_FUNCTION_INFO_V1(zdm_trust_not_null);
PG_FUNCTION_INFO_V1(zdm_move_identity);

/* Raises an error unless the caller owns the table; a table that is gone has no owner. */
static void
require_owner(Oid relid)
{
	if (!zdm_owns_relation(relid, GetUserId()))
		aclcheck_error(ACLCHECK_NOT_OWNER, OBJECT_TABLE, get_rel_name(relid));
}

/*
 * Opens a table whose catalog entries are to be changed; only for steps, and only for its
 * owner, who is asked before and after the wait for the lock.
 */
Relation
zdm_open_for_change(Oid relid)
{
	Relation rel;

	if (!zdm_step_enters_part(relid))
		ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
						errmsg("this function is a part of zdm's own steps"),
						errhint("Call zdm.contract(), zdm.reopen() or zdm.rollback().")));
	require_owner(relid);
	rel = table_open(relid, AccessExclusiveLock);
	require_owner(relid);
	return rel;
}

/* Changes the flags of an index, which is not primary from then on. */
static void
update_index_flags(Oid index, bool unique, bool nulls_not_distinct)
{
	Relation catalog = table_open(IndexRelationId, RowExclusiveLock);
	HeapTuple tuple = SearchSysCacheCopy1(INDEXRELID, ObjectIdGetDatum(index));
	Form_pg_index form;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for index %u", index);
	form = (Form_pg_index) GETSTRUCT(tuple);
	form->indisprimary = false;
	form->indimmediate = true;
	form->indisunique = unique;
	form->indnullsnotdistinct = unique && nulls_not_distinct;
	CatalogTupleUpdate(catalog, &tuple->t_self, tuple);
	heap_freetuple(tuple);
	table_close(catalog, RowExclusiveLock);
}

/*
 * zdm.release_constraint(tbl, name): drops a unique or primary key constraint and
 * keeps its index.  The reverse of index_constraint_create() (catalog/index.c), which
 * ALTER TABLE ... ADD CONSTRAINT ... USING INDEX calls: the index depends on its
 * columns again, and on no constraint.
 */
Datum
zdm_release_constraint(PG_FUNCTION_ARGS)
{
	Relation rel = zdm_open_for_change(PG_GETARG_OID(0));
	char *name = text_to_cstring(PG_GETARG_TEXT_PP(1));
	Oid constraint = get_relation_constraint_oid(RelationGetRelid(rel), name, false);
	Oid index = get_constraint_index(constraint);
	Relation index_rel = index_open(index, AccessExclusiveLock);
	ObjectAddresses *columns = new_object_addresses();
	bool nulls_not_distinct;
	ObjectAddress address;

	deleteDependencyRecordsForClass(RelationRelationId, index, ConstraintRelationId,
									DEPENDENCY_INTERNAL);
	for (int i = 0; i < index_rel->rd_index->indnatts; i++)
	{
		ObjectAddressSubSet(address, RelationRelationId, RelationGetRelid(rel),
							index_rel->rd_index->indkey.values[i]);
		add_exact_object_address(&address, columns);
	}
	ObjectAddressSet(address, RelationRelationId, index);
	record_object_address_dependencies(&address, columns, DEPENDENCY_AUTO);
	free_object_addresses(columns);
	nulls_not_distinct = index_rel->rd_index->indnullsnotdistinct;
	index_close(index_rel, NoLock);
	update_index_flags(index, true, nulls_not_distinct);
	CommandCounterIncrement();

	ObjectAddressSet(address, ConstraintRelationId, constraint);
	performDeletion(&address, DROP_RESTRICT, PERFORM_DELETION_INTERNAL);
	CacheInvalidateRelcache(rel);
	table_close(rel, NoLock);
	PG_RETURN_VOID();
}

/*
 * zdm.set_unique(index, is_unique, nulls_not_distinct): whether an index that no
 * constraint owns refuses equal keys.  A unique btree has the same pages as one that
 * is not (nbtinsert.c asks the flag at each insertion), so this is the flag alone.
 *
 * Only the index on the column that applications see refuses keys.  A second unique
 * index, on a column with the same values, would refuse them as well, and ON CONFLICT
 * can't name it: two sessions that insert the same key at once would get an error
 * instead of an update.  What keeps it free of equal keys is the first.
 */
Datum
zdm_set_unique(PG_FUNCTION_ARGS)
{
	Oid index = PG_GETARG_OID(0);
	Relation rel = zdm_open_for_change(IndexGetRelation(index, true));

	if (get_rel_relkind(index) != RELKIND_INDEX)
		ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE),
						errmsg("\"%s\" is not an index", get_rel_name(index))));
	if (OidIsValid(get_index_constraint(index)))
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
						errmsg("index \"%s\" belongs to a constraint", get_rel_name(index))));
	update_index_flags(index, PG_GETARG_BOOL(1), PG_GETARG_BOOL(2));
	CacheInvalidateRelcache(rel);
	table_close(rel, NoLock);
	PG_RETURN_VOID();
}

/*
 * Marks a constraint as valid: the caller knows that every row satisfies it.  A foreign key
 * to a partitioned table has a row below for each partition.
 */
static void
mark_valid(Oid constraint)
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
		mark_valid(((Form_pg_constraint) GETSTRUCT(child))->oid);
	systable_endscan(scan);
	table_close(catalog, RowExclusiveLock);
}

/*
 * zdm.trust_constraint(tbl, name): marks a NOT VALID constraint as valid, as VALIDATE
 * CONSTRAINT does after its scan (tablecmds.c, ATExecValidateConstraint).  For a
 * constraint on an old column that comes back: what the new column's constraint
 * holds, and that both columns agree, is proof of it.
 */
Datum
zdm_trust_constraint(PG_FUNCTION_ARGS)
{
	Relation rel = zdm_open_for_change(PG_GETARG_OID(0));
	char *name = text_to_cstring(PG_GETARG_TEXT_PP(1));

	mark_valid(get_relation_constraint_oid(RelationGetRelid(rel), name, false));
	CacheInvalidateRelcache(rel);
	table_close(rel, NoLock);
	PG_RETURN_VOID();
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
add_valid_not_null(Oid relid, const char *name, const char *column, AttrNumber attnum)
{
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	if (SPI_execute(psprintf("ALTER TABLE %s ADD CONSTRAINT %s NOT NULL %s NOT VALID",
							 zdm_qualified_name(relid), quote_identifier(name),
							 quote_identifier(column)),
					false, 0) != SPI_OK_UTILITY)
		elog(ERROR, "adding the constraint failed");
	SPI_finish();
	CommandCounterIncrement();
	mark_valid(zdm_not_null_constraint(relid, attnum));
}

/*
 * Makes a name for the NOT NULL of an old column as the server would: that of a plan which an
 * older server has made has none.
 */
static char *
not_null_name(Oid relid, const char *column)
{
	if (strncmp(column, "zdm_old_", 8) == 0)
		column += 8;
	return ChooseConstraintName(get_rel_name(relid), column, "not_null", get_rel_namespace(relid),
								NIL);
}

/*
 * zdm.trust_not_null(tbl, column, name, guard): sets NOT NULL without a scan, as SET NOT NULL does
 * where a valid CHECK spares it (tablecmds.c, NotNullImpliedByRelConstraints).  Looks
 * itself, through the index that keeps an eye on NULLs in the column.
 */
Datum
zdm_trust_not_null(PG_FUNCTION_ARGS)
{
	Oid relid = PG_GETARG_OID(0);
	char *column = text_to_cstring(PG_GETARG_TEXT_PP(1));
	char *name = text_to_cstring(PG_GETARG_TEXT_PP(2));
	Relation rel = zdm_open_for_change(relid);
	AttrNumber attnum = zdm_find_column(rel, column);

	zdm_require_no_null(rel, attnum, text_to_cstring(PG_GETARG_TEXT_PP(3)));
	table_close(rel, NoLock);
	if (ZDM_NATIVE_NOT_NULL)
		add_valid_not_null(relid, name[0] ? name : not_null_name(relid, column), column, attnum);
	else
		set_attnotnull(relid, attnum);
	CacheInvalidateRelcacheByRelid(relid);
	PG_RETURN_VOID();
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

/*
 * zdm.move_identity(tbl, from, to): hands an identity on, with its sequence.  DROP
 * IDENTITY would drop the sequence, and ADD GENERATED make another one.  An identity
 * is the column's attidentity and the sequence's internal dependency on the column
 * (tablecmds.c, ATExecAddIdentity; sequence.c, process_owned_by).
 */
Datum
zdm_move_identity(PG_FUNCTION_ARGS)
{
	Relation rel = zdm_open_for_change(PG_GETARG_OID(0));
	AttrNumber from = zdm_find_column(rel, text_to_cstring(PG_GETARG_TEXT_PP(1)));
	AttrNumber to = zdm_find_column(rel, text_to_cstring(PG_GETARG_TEXT_PP(2)));
	Oid sequence = zdm_identity_sequence(rel, from);
	ObjectAddress column;
	ObjectAddress object;

	if (!OidIsValid(sequence))
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
						errmsg("column is not an identity column")));
	set_identity(rel, to, set_identity(rel, from, '\0'));
	deleteDependencyRecordsForClass(RelationRelationId, sequence, RelationRelationId,
									DEPENDENCY_INTERNAL);
	ObjectAddressSet(object, RelationRelationId, sequence);
	ObjectAddressSubSet(column, RelationRelationId, RelationGetRelid(rel), to);
	recordDependencyOn(&object, &column, DEPENDENCY_INTERNAL);
	CacheInvalidateRelcache(rel);
	table_close(rel, NoLock);
	PG_RETURN_VOID();
}
