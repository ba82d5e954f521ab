/*
 * copy_grants.c
 *		What a column has that is no object of its own: grants and comment.
 *
 * Expand gives them to the new column.  GRANT, REVOKE and COMMENT of the time between
 * then and contract mean the column of that name, whichever that is; so contract copies
 * them as they are, and so does the way back.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/dependency.h"
#include "catalog/indexing.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_class.h"
#include "commands/comment.h"
#include "fmgr.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "catalog_changes.h"
#include "names.h"

PG_FUNCTION_INFO_V1(zdm_copy_grants);

/* Returns a copy of a column's row of pg_attribute, and its grants: NULL if there are none. */
static HeapTuple
column_row(Relation rel, AttrNumber attnum, Acl **acl)
{
	HeapTuple tuple =
		SearchSysCacheCopy2(ATTNUM, ObjectIdGetDatum(RelationGetRelid(rel)), Int16GetDatum(attnum));
	bool isnull;
	Datum value;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for column %d", attnum);
	value = SysCacheGetAttr(ATTNUM, tuple, Anum_pg_attribute_attacl, &isnull);
	*acl = isnull ? NULL : DatumGetAclPCopy(value);
	return tuple;
}

/* Lists the roles that grants name; none for no grants. */
static int
members(Acl *acl, Oid **roles)
{
	*roles = NULL;
	return acl ? aclmembers(acl, roles) : 0;
}

/* Sets a column's grants to those of another, as GRANT does (aclchk.c, ExecGrant_Attribute). */
static void
copy_acl(Relation rel, AttrNumber from, AttrNumber to)
{
	Relation catalog = table_open(AttributeRelationId, RowExclusiveLock);
	Datum values[Natts_pg_attribute] = {0};
	bool nulls[Natts_pg_attribute] = {0};
	bool replaces[Natts_pg_attribute] = {0};
	Acl *acl;
	Acl *had;
	Oid *roles;
	Oid *had_roles;
	int n;
	int n_had;
	HeapTuple tuple;

	(void) column_row(rel, from, &acl);
	tuple = column_row(rel, to, &had);
	n = members(acl, &roles);
	n_had = members(had, &had_roles);
	values[Anum_pg_attribute_attacl - 1] = PointerGetDatum(acl);
	nulls[Anum_pg_attribute_attacl - 1] = acl == NULL;
	replaces[Anum_pg_attribute_attacl - 1] = true;
	tuple = heap_modify_tuple(tuple, RelationGetDescr(catalog), values, nulls, replaces);
	CatalogTupleUpdate(catalog, &tuple->t_self, tuple);
	updateAclDependencies(RelationRelationId, RelationGetRelid(rel), to, rel->rd_rel->relowner,
						  n_had, had_roles, n, roles);
	table_close(catalog, RowExclusiveLock);
}

/*
 * zdm.copy_grants(tbl, from_column, to_column): gives a column the grants and the comment of
 * another one, and takes what it had itself.
 */
Datum
zdm_copy_grants(PG_FUNCTION_ARGS)
{
	Relation rel = zdm_open_for_change(PG_GETARG_OID(0));
	AttrNumber from = zdm_find_column(rel, text_to_cstring(PG_GETARG_TEXT_PP(1)));
	AttrNumber to = zdm_find_column(rel, text_to_cstring(PG_GETARG_TEXT_PP(2)));

	copy_acl(rel, from, to);
	CreateComments(RelationGetRelid(rel), RelationRelationId, to,
				   GetComment(RelationGetRelid(rel), RelationRelationId, from));
	CommandCounterIncrement();
	table_close(rel, NoLock);
	PG_RETURN_VOID();
}
