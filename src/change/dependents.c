/*
 * dependents.c
 *		What hangs on a column, and how it is carried over to another.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/relation.h"
#include "access/table.h"
#include "access/toast_compression.h"
#include "catalog/dependency.h"
#include "catalog/indexing.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_class.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "optimizer/optimizer.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "base/compat.h"
#include "base/domain.h"
#include "base/names.h"
#include "change/catalog_changes.h"
#include "change/dependents.h"
#include "change/own_trigger.h"
#include "change/settings.h"

/* Returns a column's type and, where it is not the type's own, its collation, as ADD COLUMN wants
 * them. */
char *
zdm_type_definition(Oid type, int32 typmod, Oid collation)
{
	char *text = zdm_qualified_type(type, typmod);

	if (!OidIsValid(collation) || collation == get_typcollation(type))
		return text;
	return psprintf("%s COLLATE %s", text, zdm_qualified_collation(collation));
}

/*
 * Returns type and collation for a column that is to hold the values of `att`, without
 * a default, not even a domain's.  A domain that has constraints is replaced by its
 * base type: a column of it can't be added without rewriting the table (tablecmds.c,
 * ATExecAddColumn).
 */
char *
zdm_column_definition(Form_pg_attribute att)
{
	int32 typmod = att->atttypmod;
	Oid base = getBaseTypeAndTypmod(att->atttypid, &typmod);

	if (base == att->atttypid)
		return zdm_type_definition(base, typmod, att->attcollation);
	if (zdm_domain_has_constraints(att->atttypid))
		return zdm_type_definition(base, typmod, att->attcollation);
	return psprintf("%s%s", zdm_type_definition(att->atttypid, att->atttypmod, att->attcollation),
					get_typdefault(att->atttypid) ? " DEFAULT NULL" : "");
}

/*
 * Appends the steps that give a new column the storage and compression of another.  `above` is
 * that one in the parent of a partition, whose storage comes down to it; else NULL.
 */
void
zdm_plan_copy_storage(ZdmPlan *plan, Form_pg_attribute att, Form_pg_attribute above, const char *to)
{
	char given = above ? above->attstorage : get_typstorage(getBaseType(att->atttypid));
	const char *storage = att->attstorage == TYPSTORAGE_PLAIN      ? "PLAIN"
						  : att->attstorage == TYPSTORAGE_EXTERNAL ? "EXTERNAL"
						  : att->attstorage == TYPSTORAGE_MAIN     ? "MAIN"
																   : "EXTENDED";

	if (att->attstorage != given)
		zdm_plan_step(plan, ZDM_PHASE_EXPAND, ZDM_RUNS_CALLER, AccessExclusiveLock,
					  psprintf("ALTER TABLE %s ALTER COLUMN %s SET STORAGE %s", plan->table,
							   quote_identifier(to), storage),
					  NULL);
	if (CompressionMethodIsValid(att->attcompression))
		zdm_plan_step(plan, ZDM_PHASE_EXPAND, ZDM_RUNS_CALLER, AccessExclusiveLock,
					  psprintf("ALTER TABLE %s ALTER COLUMN %s SET COMPRESSION %s", plan->table,
							   quote_identifier(to), GetCompressionMethodName(att->attcompression)),
					  NULL);
}

/* Appends the step that gives a new column the options of another. */
static void
plan_options(ZdmPlan *plan, List *options, const char *to)
{
	StringInfoData buf;

	if (options == NIL)
		return;
	initStringInfo(&buf);
	zdm_add_options(&buf, options);
	zdm_plan_step(plan, ZDM_PHASE_EXPAND, ZDM_RUNS_CALLER, AccessExclusiveLock,
				  psprintf("ALTER TABLE %s ALTER COLUMN %s SET %s", plan->table,
						   quote_identifier(to), buf.data),
				  NULL);
}

/* Returns the statistics target of a column; -1: it has none. */
static int
statistics_target(HeapTuple tuple)
{
	bool isnull;
	Datum value = SysCacheGetAttr(ATTNUM, tuple, Anum_pg_attribute_attstattarget, &isnull);

#if PG_VERSION_NUM >= 170000
	return isnull ? -1 : DatumGetInt16(value);
#else
	return DatumGetInt32(value);
#endif
}

/* Returns the row of a column, or an internal error. */
static HeapTuple
column_row(Form_pg_attribute att)
{
	HeapTuple tuple =
		SearchSysCache2(ATTNUM, ObjectIdGetDatum(att->attrelid), Int16GetDatum(att->attnum));

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for column %d of relation %u", att->attnum, att->attrelid);
	return tuple;
}

/*
 * Appends the steps that give a new column the statistics target and the options of another; above:
 * see zdm_plan_copy_storage().
 */
void
zdm_plan_copy_statistics_target(ZdmPlan *plan, Form_pg_attribute att, Form_pg_attribute above,
								const char *to)
{
	HeapTuple tuple = column_row(att);
	bool no_options;
	Datum options = SysCacheGetAttr(ATTNUM, tuple, Anum_pg_attribute_attoptions, &no_options);
	int target = statistics_target(tuple);
	int given = -1;

	if (!no_options)
		plan_options(plan, zdm_column_options(options), to);
	ReleaseSysCache(tuple);
	if (above)
	{
		tuple = column_row(above);
		given = statistics_target(tuple);
		ReleaseSysCache(tuple);
	}
	if (target != given)
		zdm_plan_step(plan, ZDM_PHASE_EXPAND, ZDM_RUNS_CALLER, AccessExclusiveLock,
					  psprintf("ALTER TABLE %s ALTER COLUMN %s SET STATISTICS %d", plan->table,
							   quote_identifier(to), target),
					  NULL);
}

/*
 * Appends the steps that give an index, of this name in full, the statistics targets of another
 * one: of expressions, since a plain column has its own.
 */
void
zdm_plan_copy_index_targets(ZdmPlan *plan, Oid from, const char *to)
{
	Relation index = index_open(from, AccessShareLock);
	TupleDesc desc = RelationGetDescr(index);

	for (int i = 0; i < desc->natts; i++)
	{
		HeapTuple tuple = column_row(TupleDescAttr(desc, i));
		int target = statistics_target(tuple);

		ReleaseSysCache(tuple);
		if (target != -1)
			zdm_plan_step(
				plan, ZDM_PHASE_VALIDATE, ZDM_RUNS_WORKER, NoLock,
				psprintf("ALTER INDEX %s ALTER COLUMN %d SET STATISTICS %d", to, i + 1, target),
				NULL);
	}
	index_close(index, AccessShareLock);
}

/* Appends the step that grants one role's column privileges, as one AclItem holds them. */
static void
plan_grant(ZdmPlan *plan, const AclItem *item, AclMode modes, const char *to, const char *option)
{
	static const struct
	{
		AclMode mode;
		const char *name;
	} privileges[] = {{ACL_SELECT, "SELECT"},
					  {ACL_INSERT, "INSERT"},
					  {ACL_UPDATE, "UPDATE"},
					  {ACL_REFERENCES, "REFERENCES"}};
	StringInfoData list;
	const char *grantee = item->ai_grantee == ACL_ID_PUBLIC
							  ? "PUBLIC"
							  : quote_identifier(GetUserNameFromId(item->ai_grantee, false));

	if (modes == 0)
		return;
	initStringInfo(&list);
	for (int i = 0; i < lengthof(privileges); i++)
		if (modes & privileges[i].mode)
			appendStringInfo(&list, "%s%s (%s)", list.len > 0 ? ", " : "", privileges[i].name,
							 quote_identifier(to));
	zdm_plan_step(plan, ZDM_PHASE_EXPAND, ZDM_RUNS_CALLER, NoLock,
				  psprintf("GRANT %s ON %s TO %s%s", list.data, plan->table, grantee, option),
				  NULL);
}

/* Appends the steps that give everybody the rights on a new column that they have on another, and
 * its labels. */
void
zdm_plan_copy_grants(ZdmPlan *plan, Form_pg_attribute att, const char *to)
{
	HeapTuple tuple =
		SearchSysCache2(ATTNUM, ObjectIdGetDatum(att->attrelid), Int16GetDatum(att->attnum));
	Datum value;
	bool isnull;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for column %d of relation %u", att->attnum, att->attrelid);
	value = SysCacheGetAttr(ATTNUM, tuple, Anum_pg_attribute_attacl, &isnull);
	if (!isnull)
	{
		Acl *acl = DatumGetAclPCopy(value);

		for (int i = 0; i < ACL_NUM(acl); i++)
		{
			AclItem *item = &ACL_DAT(acl)[i];
			AclMode with_option = ACLITEM_GET_GOPTIONS(*item);

			plan_grant(plan, item, ACLITEM_GET_PRIVS(*item) & ~with_option, to, "");
			plan_grant(plan, item, with_option, to, " WITH GRANT OPTION");
		}
	}
	ReleaseSysCache(tuple);
	if (zdm_has_labels(att->attrelid, att->attnum))
		zdm_plan_deed(plan, ZDM_PHASE_EXPAND, ZDM_RUNS_CALLER, AccessExclusiveLock,
					  zdm_deed_copy_only_grants(plan->table, NameStr(att->attname), to), NULL);
}

/* Returns the columns that an index has as key, in an expression or predicate, as a set. */
static Bitmapset *
index_columns(Relation index)
{
	Bitmapset *columns = NULL;

	for (int i = 0; i < index->rd_index->indnatts; i++)
		columns = bms_add_member(columns, index->rd_index->indkey.values[i] -
											  FirstLowInvalidHeapAttributeNumber);
	pull_varattnos((Node *) RelationGetIndexExpressions(index), 1, &columns);
	pull_varattnos((Node *) RelationGetIndexPredicate(index), 1, &columns);
	return columns;
}

/* Lists the names of the columns that an index uses. */
List *
zdm_index_columns(Oid oid)
{
	Relation index = index_open(oid, AccessShareLock);
	Bitmapset *columns = index_columns(index);
	List *names = NIL;
	int member = -1;

	while ((member = bms_next_member(columns, member)) >= 0)
	{
		AttrNumber attnum = member + FirstLowInvalidHeapAttributeNumber;

		if (attnum > 0)
			names = lappend(names, get_attname(index->rd_index->indrelid, attnum, false));
	}
	index_close(index, AccessShareLock);
	return names;
}

/* Tells whether an index has expressions as keys, of which ANALYZE alone makes statistics. */
bool
zdm_index_has_expressions(Oid oid)
{
	Relation index = index_open(oid, AccessShareLock);
	bool result = RelationGetIndexExpressions(index) != NIL;

	index_close(index, AccessShareLock);
	return result;
}

/* Lists the names of the table's indexes that use a column as key, in an expression or predicate.
 */
List *
zdm_indexes_on(Relation rel, AttrNumber attnum)
{
	List *result = NIL;
	ListCell *lc;
	int member = attnum - FirstLowInvalidHeapAttributeNumber;

	foreach (lc, RelationGetIndexList(rel))
	{
		Relation index = index_open(lfirst_oid(lc), AccessShareLock);

		if (bms_is_member(member, index_columns(index)))
			result = lappend(result, pstrdup(RelationGetRelationName(index)));
		index_close(index, AccessShareLock);
	}
	return result;
}

/* Orders objects by their OIDs: in the order in which they were made. */
static int
compare_objects(const ListCell *a, const ListCell *b)
{
	const ObjectAddress *first = lfirst(a);
	const ObjectAddress *second = lfirst(b);

	if (first->objectId != second->objectId)
		return first->objectId < second->objectId ? -1 : 1;
	return first->objectSubId - second->objectSubId;
}

/*
 * Lists the objects that depend on an object: on a column of it (with three keys), or on any.  In
 * an order that is theirs: that of the catalog is by what space there was.
 */
static List *
scan_dependents(Oid classid, Oid objid, int nkeys, AttrNumber attnum)
{
	Relation depend = table_open(DependRelationId, AccessShareLock);
	ScanKeyData keys[3];
	SysScanDesc scan;
	HeapTuple tuple;
	List *result = NIL;

	ScanKeyInit(&keys[0], Anum_pg_depend_refclassid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(classid));
	ScanKeyInit(&keys[1], Anum_pg_depend_refobjid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(objid));
	ScanKeyInit(&keys[2], Anum_pg_depend_refobjsubid, BTEqualStrategyNumber, F_INT4EQ,
				Int32GetDatum(attnum));
	scan = systable_beginscan(depend, DependReferenceIndexId, true, NULL, nkeys, keys);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_depend form = (Form_pg_depend) GETSTRUCT(tuple);
		ObjectAddress *object;

		if (nkeys < lengthof(keys) && form->refobjsubid <= 0)
			continue;
		if (form->classid == TriggerRelationId && zdm_is_sync_trigger(form->objid))
			continue;
		object = palloc(sizeof(ObjectAddress));
		ObjectAddressSubSet(*object, form->classid, form->objid, form->objsubid);
		result = lappend(result, object);
	}
	systable_endscan(scan);
	table_close(depend, AccessShareLock);
	list_sort(result, compare_objects);
	return result;
}

/*
 * Lists the objects (ObjectAddress *) that depend on an object, or a column of it, but for
 * sync triggers: those end before anything becomes of the column, and the migrations that
 * they belong to stand in the way by name.  In the order in which they were made.
 */
List *
zdm_objects_on(Oid classid, Oid objid, AttrNumber attnum)
{
	return scan_dependents(classid, objid, 3, attnum);
}

/* Lists likewise what depends on any column of a relation, once for each column. */
List *
zdm_objects_on_columns(Oid relid)
{
	return scan_dependents(RelationRelationId, relid, 2, 0);
}

/* Lists the objects (ObjectAddress *) that an object depends on. */
List *
zdm_objects_of(Oid classid, Oid objid)
{
	Relation depend = table_open(DependRelationId, AccessShareLock);
	ScanKeyData keys[2];
	SysScanDesc scan;
	HeapTuple tuple;
	List *result = NIL;

	ScanKeyInit(&keys[0], Anum_pg_depend_classid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(classid));
	ScanKeyInit(&keys[1], Anum_pg_depend_objid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(objid));
	scan = systable_beginscan(depend, DependDependerIndexId, true, NULL, 2, keys);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_depend form = (Form_pg_depend) GETSTRUCT(tuple);
		ObjectAddress *object = palloc(sizeof(ObjectAddress));

		ObjectAddressSubSet(*object, form->refclassid, form->refobjid, form->refobjsubid);
		result = lappend(result, object);
	}
	systable_endscan(scan);
	table_close(depend, AccessShareLock);
	return result;
}

/* Lists the constraints of a table, by name: copies of their rows (HeapTuple). */
List *
zdm_constraints_of(Oid relid)
{
	Relation catalog = table_open(ConstraintRelationId, AccessShareLock);
	List *result = NIL;
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple tuple;

	ScanKeyInit(&key, Anum_pg_constraint_conrelid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(relid));
	scan = systable_beginscan(catalog, ConstraintRelidTypidNameIndexId, true, NULL, 1, &key);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
		result = lappend(result, heap_copytuple(tuple));
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	return result;
}

/*
 * Returns the column numbers in an array of a pg_constraint row (conkey, confkey), in the
 * tuple or in the current memory context; NULL if there is none.  *n: how many.
 */
int16 *
zdm_constraint_columns(HeapTuple tuple, AttrNumber array_column, int *n)
{
	bool isnull;
	Datum value = SysCacheGetAttr(CONSTROID, tuple, array_column, &isnull);
	ArrayType *array = isnull ? NULL : DatumGetArrayTypeP(value);

	*n = array ? ARR_DIMS(array)[0] : 0;
	return array ? (int16 *) ARR_DATA_PTR(array) : NULL;
}

/* Tells whether an array of a pg_constraint row holds a column.  *length: of the array. */
bool
zdm_constraint_has_column(HeapTuple tuple, AttrNumber array_column, AttrNumber attnum, int *length)
{
	int16 *columns = zdm_constraint_columns(tuple, array_column, length);

	for (int i = 0; i < *length; i++)
		if (columns[i] == attnum)
			return true;
	return false;
}

/* Tells whether a type is an integer: those cast to each other exactly, or with an error. */
bool
zdm_is_integer(Oid type)
{
	return type == INT2OID || type == INT4OID || type == INT8OID;
}
