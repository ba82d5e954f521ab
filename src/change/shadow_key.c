/*
 * shadow_key.c
 *		Another primary key for a table that takes another shape.
 *
 * It has all columns of the present one, and more: so whatever the present key tells apart the new
 * one does, too, and until contract no write fails because of it.  From contract on the table that
 * follows keeps the old key (sync/narrow.c).
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/dependency.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_trigger.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "base/compat.h"
#include "base/names.h"
#include "change/own_trigger.h"
#include "change/shadow.h"

/* Tells whether two lists have the same names, in the same order. */
bool
zdm_shadow_same_names(List *a, List *b)
{
	ListCell *x;
	ListCell *y;

	if (list_length(a) != list_length(b))
		return false;
	forboth (x, a, y, b)
		if (strcmp(lfirst(x), lfirst(y)) != 0)
			return false;
	return true;
}

/* Lists the columns of a table's primary key (char *). */
List *
zdm_shadow_key_columns(Relation rel)
{
	Relation index = index_open(zdm_primary_key_index(rel), AccessShareLock);
	List *columns = NIL;

	for (int i = 0; i < index->rd_index->indnkeyatts; i++)
		columns = lappend(
			columns, get_attname(RelationGetRelid(rel), index->rd_index->indkey.values[i], false));
	index_close(index, AccessShareLock);
	return columns;
}

/* Refuses a column of a primary key that is to be. */
static void
check_key_column(Relation rel, List *columns, const char *column)
{
	AttrNumber attnum = zdm_find_column(rel, column);
	int n = 0;
	ListCell *lc;

	foreach (lc, columns)
		n += strcmp(lfirst(lc), column) == 0;
	if (n > 1)
		ereport(ERROR, (errcode(ERRCODE_DUPLICATE_COLUMN),
						errmsg("column \"%s\" is in the primary key more than once", column)));
	if (!TupleDescAttr(RelationGetDescr(rel), attnum - 1)->attnotnull)
		ereport(ERROR, (errcode(ERRCODE_INVALID_TABLE_DEFINITION),
						errmsg("column \"%s\" of the new primary key may be NULL", column),
						errhint("zdm.expand_not_null() makes it NOT NULL.")));
}

/* Refuses a primary key. */
static void
refuse_key(Relation rel, const char *what, const char *why, const char *hint)
{
	ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					errmsg("cannot give table %s another shape: %s",
						   zdm_qualified_name(RelationGetRelid(rel)), what),
					errdetail("%s", why), errhint("%s", hint)));
}

/*
 * Checks the columns of a primary key that is to be (char *; NIL: as it is): it has all columns of
 * the present one, by which rows go on to be told apart until finalize, and `must_have`.  Returns
 * NIL if it is the present one.
 */
List *
zdm_shape_key(Relation rel, List *columns, List *must_have)
{
	List *present = zdm_shadow_key_columns(rel);
	List *key = columns != NIL ? columns : present;
	ListCell *lc;

	foreach (lc, key)
		check_key_column(rel, key, lfirst(lc));
	foreach (lc, must_have)
		if (!zdm_has_string(key, lfirst(lc)))
			refuse_key(rel,
					   psprintf("the primary key does not have column \"%s\" of the partition key",
								(char *) lfirst(lc)),
					   "Each partition has an index of its own, which knows nothing of the others.",
					   psprintf("For example: primary_key => %s.",
								quote_literal_cstr(psprintf("{%s,%s}", zdm_join(present, ","),
															zdm_join(must_have, ",")))));
	foreach (lc, present)
		if (!zdm_has_string(key, lfirst(lc)))
			refuse_key(
				rel,
				psprintf("the new primary key does not have column \"%s\" of the present one",
						 (char *) lfirst(lc)),
				"Rows of both tables find each other by the columns of the present one.",
				"Name these columns, and others.");
	return zdm_shadow_same_names(key, present) ? NIL : key;
}

/* Refuses foreign keys to the primary key. */
static void
refuse_keys_to(Relation rel, Oid index)
{
	Relation catalog = table_open(ConstraintRelationId, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple tuple;

	ScanKeyInit(&key, Anum_pg_constraint_confrelid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(RelationGetRelid(rel)));
	scan = systable_beginscan(catalog, InvalidOid, false, NULL, 1, &key);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_constraint form = (Form_pg_constraint) GETSTRUCT(tuple);

		if (form->contype == CONSTRAINT_FOREIGN && form->conindid == index)
			zdm_shadow_refuse_table(
				rel,
				psprintf("foreign key \"%s\" refers to its primary key, which is to be another",
						 NameStr(form->conname)),
				"Drop it before.");
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
}

/* Refuses what goes by the primary key, as a view does that groups by it. */
static void
refuse_dependents_of_key(Relation rel, Oid constraint)
{
	Relation depend = table_open(DependRelationId, AccessShareLock);
	ScanKeyData keys[2];
	SysScanDesc scan;
	HeapTuple tuple;

	ScanKeyInit(&keys[0], Anum_pg_depend_refclassid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(ConstraintRelationId));
	ScanKeyInit(&keys[1], Anum_pg_depend_refobjid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(constraint));
	scan = systable_beginscan(depend, DependReferenceIndexId, true, NULL, 2, keys);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_depend form = (Form_pg_depend) GETSTRUCT(tuple);
		ObjectAddress object;

		ObjectAddressSubSet(object, form->classid, form->objid, form->objsubid);
		if (form->deptype == DEPENDENCY_NORMAL &&
			!(form->classid == TriggerRelationId && zdm_is_sync_trigger(form->objid)))
			zdm_shadow_refuse_table(
				rel,
				psprintf("%s depends on its primary key, which is to be another",
						 getObjectDescription(&object, false)),
				"Have it not, for example by GROUP BY all columns.");
	}
	systable_endscan(scan);
	table_close(depend, AccessShareLock);
}

/* Refuses what would not find the primary key any more, if that becomes another. */
void
zdm_shadow_refuse_other_key(Relation rel)
{
	Oid index = zdm_primary_key_index(rel);

	refuse_keys_to(rel, index);
	refuse_dependents_of_key(rel, get_index_constraint(index));
}
