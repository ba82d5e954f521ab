/*
 * carry_ready_write.c
 *		What was made of views before the lock is written under it, if it is good still.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/dependency.h"
#include "catalog/indexing.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_class.h"
#include "catalog/pg_rewrite.h"
#include "catalog/pg_type.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "base/owner.h"
#include "change/carry_ready.h"
#include "change/dependents.h"

/* Tells whether an object that a definition has come to use is there still. */
static bool
is_there(const ObjectAddress *object)
{
	if (object->classId == RelationRelationId && object->objectSubId != 0)
	{
		char *name = get_attname(object->objectId, object->objectSubId, true);

		return name && SearchSysCacheExistsAttName(object->objectId, name);
	}
	return SearchSysCacheExists1(get_object_catcache_oid(object->classId),
								 ObjectIdGetDatum(object->objectId));
}

/* Tells whether a column of a view is what it was when its other type was looked for. */
static bool
is_same_column(Oid view, const ZdmReadyColumn *column)
{
	HeapTuple tuple =
		SearchSysCache2(ATTNUM, ObjectIdGetDatum(view), Int16GetDatum(column->attnum));
	bool result;

	if (!HeapTupleIsValid(tuple))
		return false;
	result = ((Form_pg_attribute) GETSTRUCT(tuple))->atttypid == column->before &&
			 !((Form_pg_attribute) GETSTRUCT(tuple))->atthasdef;
	ReleaseSysCache(tuple);
	return result;
}

/* Tells whether something uses the type of a view's rows: the server looks into it then. */
static bool
is_type_used(Oid view)
{
	Oid type = get_rel_type_id(view);
	Oid array = get_array_type(type);

	return list_length(zdm_objects_on(TypeRelationId, type, 0)) > (OidIsValid(array) ? 1 : 0) ||
		   (OidIsValid(array) && zdm_objects_on(TypeRelationId, array, 0) != NIL);
}

/* Tells whether all is as it was when a view was made ready. */
static bool
is_as_it_was(ZdmReadyView *ready)
{
	Relation catalog;
	HeapTuple tuple = zdm_rule_row(ready->carried.oid, &catalog);
	bool is_same = HeapTupleHeaderGetRawXmin(tuple->t_data) == ready->xmin &&
				   ItemPointerEquals(&tuple->t_self, &ready->tid);
	ListCell *lc;

	table_close(catalog, RowExclusiveLock);
	ready->row = tuple;
	if (!is_same || zdm_relation_owner(ready->view) != ready->owner)
		return false;
	foreach (lc, ready->below)
		if (!((ZdmReadyView *) lfirst(lc))->is_good)
			return false;
	foreach (lc, ready->will_use)
		if (!zdm_has_object(ready->uses, lfirst(lc)) && !is_there(lfirst(lc)))
			return false;
	foreach (lc, ready->columns)
		if (!is_same_column(ready->view, lfirst(lc)))
			return false;
	return ready->columns == NIL || !is_type_used(ready->view);
}

/*
 * Under the lock: whether an object was made ready, and all is as it was then.  If so, *carried
 * gets what is known of it.  Those that it uses have been asked for before.
 */
bool
zdm_ready_take(const ZdmMigration *m, ZdmCarried *carried)
{
	ZdmReadySet *set = zdm_ready_set(m);
	ZdmReadyView *ready;

	if (carried->class != &zdm_carried_view || set == NULL || !set->is_done)
		return false;
	ready = zdm_ready_view(set, zdm_carried_relation(carried));
	if (ready == NULL || ready->refused || ready->carried.oid != carried->oid ||
		!is_as_it_was(ready))
		return false;
	ready->is_good = true;
	carried->ready = ready;
	carried->was = ready->carried.was;
	carried->uses = ready->carried.uses;
	carried->apply = ready->carried.apply;
	carried->used = ready->carried.used;
	return true;
}

/* Leaves all to carry_over.c if other columns have moved than those that was made ready for. */
void
zdm_ready_check(const ZdmMigration *m, List *moved, List *list)
{
	ZdmReadySet *set = zdm_ready_set(m);
	bool is_same = set && list_length(set->moved) == list_length(moved);
	ListCell *lc;
	ListCell *other;
	ListCell *type;
	ListCell *typmod;

	if (is_same)
		forfour(lc, moved, other, set->moved, type, set->types, typmod, set->typmods)
		{
			ZdmMovedColumn *a = lfirst(lc);
			ZdmMovedColumn *b = lfirst(other);
			Oid now;
			Oid collation;
			int32 now_typmod;

			get_atttypetypmodcoll(a->relid, a->to, &now, &now_typmod, &collation);
			is_same &= a->relid == b->relid && a->from == b->from && a->to == b->to &&
					   now == lfirst_oid(type) && now_typmod == lfirst_int(typmod);
		}
	if (!is_same)
		foreach (lc, list)
			((ZdmCarried *) lfirst(lc))->ready = NULL;
}

/* Tells whether all objects of a list are in the other one. */
static bool
has_objects(List *objects, List *wanted)
{
	ListCell *lc;

	foreach (lc, wanted)
		if (!zdm_has_object(objects, lfirst(lc)))
			return false;
	return true;
}

/* Has a rule depend on what its new definition uses, and on nothing else. */
static void
write_uses(const ZdmReadyView *ready)
{
	ObjectAddress *added = palloc(sizeof(ObjectAddress) * (list_length(ready->will_use) + 1));
	ObjectAddress rule;
	int n = 0;
	List *before;
	ListCell *lc;

	if (!ready->in_place && has_objects(ready->uses, ready->will_use) &&
		has_objects(ready->will_use, ready->uses))
		return;
	before = zdm_definition_uses(ready->carried.oid, true, ready->will_use);

	foreach (lc, ready->will_use)
		if (!zdm_has_object(before, lfirst(lc)))
			added[n++] = *(ObjectAddress *) lfirst(lc);
	ObjectAddressSet(rule, RewriteRelationId, ready->carried.oid);
	recordMultipleDependencies(&rule, added, n, DEPENDENCY_NORMAL);
}

/* The catalogs of rules and of columns, open for all that is written. */
typedef struct Catalogs
{
	Relation rules;
	Relation columns;
	CatalogIndexState rule_indexes;
	CatalogIndexState column_indexes;
} Catalogs;

static void
open_catalogs(Catalogs *catalogs)
{
	catalogs->rules = table_open(RewriteRelationId, RowExclusiveLock);
	catalogs->columns = table_open(AttributeRelationId, RowExclusiveLock);
	catalogs->rule_indexes = CatalogOpenIndexes(catalogs->rules);
	catalogs->column_indexes = CatalogOpenIndexes(catalogs->columns);
}

static void
close_catalogs(Catalogs *catalogs)
{
	CatalogCloseIndexes(catalogs->rule_indexes);
	CatalogCloseIndexes(catalogs->column_indexes);
	table_close(catalogs->rules, RowExclusiveLock);
	table_close(catalogs->columns, RowExclusiveLock);
}

/* Tells whether a view is made ready for columns that get other types themselves. */
bool
zdm_ready_in_place(const ZdmCarried *carried)
{
	return carried->ready && carried->ready->in_place;
}

/* Writes what was made ready of one view. */
static void
write_view(ZdmCarry *carry, Catalogs *catalogs, const ZdmReadyView *ready)
{
	HeapTuple tuple = zdm_ready_row(ready, catalogs->rules, ready->row);
	ListCell *lc;

	CatalogTupleUpdateWithInfo(catalogs->rules, &tuple->t_self, tuple, catalogs->rule_indexes);
	write_uses(ready);
	foreach (lc, ready->columns)
	{
		ZdmReadyColumn *column = lfirst(lc);
		ZdmMovedColumn *moved = palloc(sizeof(ZdmMovedColumn));

		zdm_write_column_type(catalogs->columns, catalogs->column_indexes, ready->view,
							  column->attnum, column->type, column->typmod, column->collation);
		*moved = (ZdmMovedColumn){ready->view, column->attnum, column->attnum};
		carry->moved = lappend(carry->moved, moved);
	}
	CacheInvalidateRelcacheByRelid(ready->view);
}

/* Writes what was made ready: nothing of a view is understood anew. */
void
zdm_ready_write(ZdmCarry *carry, List *list)
{
	int written = 0;
	Catalogs catalogs;
	ListCell *lc;

	open_catalogs(&catalogs);
	foreach (lc, list)
	{
		ZdmCarried *carried = lfirst(lc);

		if (carried->ready == NULL)
			continue;
		written++;
		carried->left = carried->ready->carried.left;
		if (carried->ready->changes)
			write_view(carry, &catalogs, carried->ready);
	}
	close_catalogs(&catalogs);
	CommandCounterIncrement();
	ereport(DEBUG1, (errmsg_internal("%d of %d definitions were made before the lock", written,
									 list_length(list))));
}
