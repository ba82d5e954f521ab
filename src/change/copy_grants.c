/*
 * copy_grants.c
 *		What a column has that is no object of its own: grants, comment, security labels, settings.
 *
 * Expand gives them to the new column.  GRANT, REVOKE, COMMENT, SECURITY LABEL and ALTER COLUMN
 * ... SET of the time between then and contract mean the column of that name, whichever that is; so
 * contract copies them as they are, and so does the way back.
 *
 * A column that is renamed has two names meanwhile, and statements about either; there
 * contract adds what the one that goes has to the one that stays.  Nobody gets at
 * anything that way that was not his by one of the names.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/dependency.h"
#include "catalog/indexing.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_class.h"
#include "catalog/pg_seclabel.h"
#include "commands/comment.h"
#include "commands/seclabel.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "base/json.h"
#include "base/names.h"
#include "change/catalog_changes.h"
#include "change/marks.h"
#include "change/settings.h"

/* A security label of a column. */
typedef struct Label
{
	char *provider;
	char *text;
} Label;

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
roles_of_acl(Acl *acl, Oid **roles)
{
	*roles = NULL;
	return acl ? aclmembers(acl, roles) : 0;
}

/* Returns the grants of a relation, or of a column of it; NULL: as they are by default. */
Acl *
zdm_acl_of(Oid relation, AttrNumber attnum)
{
	HeapTuple tuple =
		attnum == 0 ? SearchSysCache1(RELOID, ObjectIdGetDatum(relation))
					: SearchSysCache2(ATTNUM, ObjectIdGetDatum(relation), Int16GetDatum(attnum));
	bool isnull;
	Datum value;
	Acl *acl;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for relation %u, column %d", relation, attnum);
	value = attnum == 0 ? SysCacheGetAttr(RELOID, tuple, Anum_pg_class_relacl, &isnull)
						: SysCacheGetAttr(ATTNUM, tuple, Anum_pg_attribute_attacl, &isnull);
	acl = isnull ? NULL : DatumGetAclPCopy(value);
	ReleaseSysCache(tuple);
	return acl;
}

/* Sets a column's grants, as GRANT does (aclchk.c, ExecGrant_Attribute); NULL: none. */
void
zdm_set_column_acl(Relation rel, AttrNumber attnum, Acl *acl)
{
	Relation catalog = table_open(AttributeRelationId, RowExclusiveLock);
	Datum values[Natts_pg_attribute] = {0};
	bool nulls[Natts_pg_attribute] = {0};
	bool replaces[Natts_pg_attribute] = {0};
	Acl *had;
	Oid *roles;
	Oid *had_roles;
	int n;
	int n_had;
	HeapTuple tuple = column_row(rel, attnum, &had);

	n = roles_of_acl(acl, &roles);
	n_had = roles_of_acl(had, &had_roles);
	values[Anum_pg_attribute_attacl - 1] = PointerGetDatum(acl);
	nulls[Anum_pg_attribute_attacl - 1] = acl == NULL;
	replaces[Anum_pg_attribute_attacl - 1] = true;
	tuple = heap_modify_tuple(tuple, RelationGetDescr(catalog), values, nulls, replaces);
	CatalogTupleUpdate(catalog, &tuple->t_self, tuple);
	updateAclDependencies(RelationRelationId, RelationGetRelid(rel), attnum, rel->rd_rel->relowner,
						  n_had, had_roles, n, roles);
	table_close(catalog, RowExclusiveLock);
}

/* Lists the security labels of a column (Label *). */
static List *
column_labels(Oid relid, AttrNumber attnum)
{
	Relation catalog = table_open(SecLabelRelationId, AccessShareLock);
	TupleDesc desc = RelationGetDescr(catalog);
	ScanKeyData keys[3];
	SysScanDesc scan;
	HeapTuple tuple;
	List *labels = NIL;

	ScanKeyInit(&keys[0], Anum_pg_seclabel_objoid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(relid));
	ScanKeyInit(&keys[1], Anum_pg_seclabel_classoid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(RelationRelationId));
	ScanKeyInit(&keys[2], Anum_pg_seclabel_objsubid, BTEqualStrategyNumber, F_INT4EQ,
				Int32GetDatum(attnum));
	scan = systable_beginscan(catalog, SecLabelObjectIndexId, true, NULL, 3, keys);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Label *label = palloc(sizeof(Label));
		bool isnull;

		label->provider =
			TextDatumGetCString(heap_getattr(tuple, Anum_pg_seclabel_provider, desc, &isnull));
		label->text =
			TextDatumGetCString(heap_getattr(tuple, Anum_pg_seclabel_label, desc, &isnull));
		labels = lappend(labels, label);
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	return labels;
}

/* Tells whether a column has a security label. */
bool
zdm_has_labels(Oid relid, AttrNumber attnum)
{
	return column_labels(relid, attnum) != NIL;
}

/* Tells whether two columns have the same security labels; a column has one of each provider. */
bool
zdm_same_labels(Oid one, AttrNumber of_one, Oid other, AttrNumber of_other)
{
	List *here = column_labels(one, of_one);
	List *there = column_labels(other, of_other);
	ListCell *lc;
	ListCell *with;

	if (list_length(here) != list_length(there))
		return false;
	forboth (lc, here, with, there) /* in the order of the index: by provider */
	{
		const Label *label = lfirst(lc);
		const Label *like = lfirst(with);

		if (strcmp(label->provider, like->provider) != 0 || strcmp(label->text, like->text) != 0)
			return false;
	}
	return true;
}

/* Gives a column, or a table, the labels of another one, and takes its own if `replace`. */
void
zdm_copy_labels(Oid from_relid, AttrNumber from, Oid relid, AttrNumber to, bool replace)
{
	ObjectAddress column;
	ListCell *lc;

	ObjectAddressSubSet(column, RelationRelationId, relid, to);
	if (replace)
		foreach (lc, column_labels(relid, to))
			SetSecurityLabel(&column, ((Label *) lfirst(lc))->provider, NULL);
	CommandCounterIncrement();
	foreach (lc, column_labels(from_relid, from))
		SetSecurityLabel(&column, ((Label *) lfirst(lc))->provider, ((Label *) lfirst(lc))->text);
}

/* See zdm_run_copy_grants(). */
ZdmDeed *
zdm_deed_copy_grants(const char *table, const char *from, const char *to)
{
	return zdm_deed_columns(ZDM_ACTION_COPY_GRANTS, table, from, to);
}

/* Likewise, but for what is set of the column. */
ZdmDeed *
zdm_deed_copy_only_grants(const char *table, const char *from, const char *to)
{
	StringInfoData arguments;

	zdm_deed_begin(&arguments);
	zdm_json_add_string(&arguments, "table", table);
	zdm_json_add_string(&arguments, "from", from);
	zdm_json_add_string(&arguments, "to", to);
	zdm_json_add_bool(&arguments, "only_grants", true);
	return zdm_deed_end(ZDM_ACTION_COPY_GRANTS, &arguments);
}

/* See zdm_run_merge_grants(). */
ZdmDeed *
zdm_deed_merge_grants(const char *table, const char *from, const char *to)
{
	return zdm_deed_columns(ZDM_ACTION_MERGE_GRANTS, table, from, to);
}

/* Tells whether a column has grants, a comment or labels. */
static bool
has_marks(Relation rel, AttrNumber attnum)
{
	Acl *acl;

	(void) column_row(rel, attnum, &acl);
	return acl != NULL || column_labels(RelationGetRelid(rel), attnum) != NIL ||
		   GetComment(RelationGetRelid(rel), RelationRelationId, attnum) != NULL;
}

/*
 * Gives a column the grants, the comment and the labels of another one, and takes what it had
 * itself.
 */
void
zdm_copy_column_marks(Relation from_rel, AttrNumber from, Relation rel, AttrNumber to)
{
	Acl *acl;

	(void) column_row(from_rel, from, &acl);
	zdm_set_column_acl(rel, to, acl);
	CreateComments(RelationGetRelid(rel), RelationRelationId, to,
				   GetComment(RelationGetRelid(from_rel), RelationRelationId, from));
	zdm_copy_labels(RelationGetRelid(from_rel), from, RelationGetRelid(rel), to, true);
	CommandCounterIncrement();
}

/* Does so for two columns of the migration's table, and of its partitions. */
void
zdm_run_copy_grants(const ZdmMigration *m, const ZdmDeed *deed)
{
	Relation rel = zdm_open_for_change(m, zdm_deed_relation(deed, "table"), AccessExclusiveLock);
	ListCell *lc;

	foreach (lc, zdm_tree_of(RelationGetRelid(rel)))
	{
		Relation part = table_open(lfirst_oid(lc), NoLock);
		AttrNumber from = zdm_find_column(part, zdm_deed_string(deed, "from"));
		AttrNumber to = zdm_find_column(part, zdm_deed_string(deed, "to"));

		if (has_marks(part, from) || has_marks(part, to))
			zdm_copy_column_marks(part, from, part, to);
		if (!zdm_deed_flag(deed, "only_grants"))
			zdm_copy_column_settings(RelationGetRelid(part), from, RelationGetRelid(part), to);
		table_close(part, NoLock);
	}
	table_close(rel, NoLock);
}

/* Gives a column of each table of a tree the statistics target and options that another one has. */
static void
add_estimates(Oid relid, const ZdmDeed *deed)
{
	ListCell *lc;

	foreach (lc, zdm_tree_of(relid))
	{
		Relation part = table_open(lfirst_oid(lc), NoLock);
		AttrNumber from = zdm_find_column(part, zdm_deed_string(deed, "from"));
		AttrNumber to = zdm_find_column(part, zdm_deed_string(deed, "to"));

		table_close(part, NoLock);
		zdm_add_column_estimates(lfirst_oid(lc), from, to);
	}
}

/*
 * Gives a column the grants of another one
 * besides its own, and the comment, the labels and what else is set that the other one has.
 */
void
zdm_run_merge_grants(const ZdmMigration *m, const ZdmDeed *deed)
{
	Relation rel = zdm_open_for_change(m, zdm_deed_relation(deed, "table"), AccessExclusiveLock);
	AttrNumber from = zdm_find_column(rel, zdm_deed_string(deed, "from"));
	AttrNumber to = zdm_find_column(rel, zdm_deed_string(deed, "to"));
	char *comment = GetComment(RelationGetRelid(rel), RelationRelationId, from);
	Acl *acl;
	Acl *own;

	(void) column_row(rel, from, &acl);
	(void) column_row(rel, to, &own);
	if (acl != NULL)
		zdm_set_column_acl(rel, to, own ? aclmerge(own, acl, rel->rd_rel->relowner) : acl);
	if (comment)
		CreateComments(RelationGetRelid(rel), RelationRelationId, to, comment);
	zdm_copy_labels(RelationGetRelid(rel), from, RelationGetRelid(rel), to, false);
	CommandCounterIncrement();
	add_estimates(RelationGetRelid(rel), deed);
	table_close(rel, NoLock);
}
