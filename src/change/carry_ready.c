/*
 * carry_ready.c
 *		Views get their new definitions before contract and its way back take their locks.
 *
 * To print a view, to understand the text anew by other types, and to print what has become of it
 * takes the server most of a millisecond, and clients would wait for all views, one after the
 * other.  So it is done before, in a subtransaction that is undone, in which the columns have
 * exchanged their names already and columns of views have got their types.  Under the lock rows are
 * written, and nothing is parsed or printed.  Where the server changes the type at once, the plan
 * has it done.
 *
 * What was made so is good for as long as the row of the view's rule is the one that it was made
 * of, likewise for the views below it.  Anything else is left to carry_over.c.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/toast_internals.h"
#include "access/xact.h"
#include "catalog/dependency.h"
#include "catalog/indexing.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_rewrite.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "rewrite/rewriteManip.h"
#include "storage/lmgr.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "base/names.h"
#include "base/owner.h"
#include "change/carry_ready.h"
#include "change/carry_rows.h"
#include "change/dependents.h"

/* What was made in this transaction, in TopTransactionContext. */
static List *ready_sets = NIL;

static void
forget_sets(void *arg)
{
	ready_sets = NIL;
}

ZdmReadySet *
zdm_ready_set(const ZdmMigration *m)
{
	ListCell *lc;

	foreach (lc, ready_sets)
	{
		ZdmReadySet *set = lfirst(lc);

		if (set->migration == m->id && set->relation == m->relation)
			return set;
	}
	return NULL;
}

/* Has what was made ready for a plan be that of the migration that it has become. */
void
zdm_ready_begin(const ZdmMigration *m)
{
	ZdmMigration planned = {.relation = m->relation};
	ZdmReadySet *set = zdm_ready_set(&planned);

	if (set)
		set->migration = m->id;
}

/* Makes the set of a migration, or makes it empty. */
static ZdmReadySet *
new_set(const ZdmMigration *m, List *moved)
{
	ZdmReadySet *set = zdm_ready_set(m);
	ListCell *lc;

	if (ready_sets == NIL)
	{
		MemoryContextCallback *callback = palloc0(sizeof(MemoryContextCallback));

		callback->func = forget_sets;
		MemoryContextRegisterResetCallback(TopTransactionContext, callback);
	}
	if (set == NULL)
	{
		set = palloc0(sizeof(ZdmReadySet));
		ready_sets = lappend(ready_sets, set);
	}
	*set = (ZdmReadySet){.migration = m->id, .relation = m->relation};
	foreach (lc, moved)
	{
		ZdmMovedColumn *column = palloc(sizeof(ZdmMovedColumn));
		Oid type;
		Oid collation;
		int32 typmod;

		*column = *(ZdmMovedColumn *) lfirst(lc);
		get_atttypetypmodcoll(column->relid, column->to, &type, &typmod, &collation);
		set->moved = lappend(set->moved, column);
		set->types = lappend_oid(set->types, type);
		set->typmods = lappend_int(set->typmods, typmod);
	}
	return set;
}

/* Opens the catalog of rules and copies the row of one. */
HeapTuple
zdm_rule_row(Oid rule, Relation *catalog)
{
	return zdm_catalog_row(RewriteRelationId, RewriteOidIndexId, Anum_pg_rewrite_oid, rule,
						   catalog);
}

/* Tells whether an object is one of a list. */
bool
zdm_has_object(List *objects, const ObjectAddress *wanted)
{
	ListCell *lc;

	foreach (lc, objects)
	{
		const ObjectAddress *object = lfirst(lc);

		if (object->classId == wanted->classId && object->objectId == wanted->objectId &&
			object->objectSubId == wanted->objectSubId)
			return true;
	}
	return false;
}

/* Tells whether one of the objects is a column that has moved, or has another type; left: a column
 * that another one stands for. */
static bool
has_moved_column(List *objects, List *moved, bool left)
{
	ListCell *lc;

	foreach (lc, moved)
	{
		ZdmMovedColumn *column = lfirst(lc);
		ObjectAddress object;

		ObjectAddressSubSet(object, RelationRelationId, column->relid, column->from);
		if ((!left || column->from != column->to) && zdm_has_object(objects, &object))
			return true;
	}
	return false;
}

/*
 * Goes through the dependencies of a rule's definition.  Lists what they are on (ObjectAddress *);
 * with `drop`, deletes those that are not on one of `only`.
 */
List *
zdm_definition_uses(Oid rule, bool drop, List *only)
{
	Relation catalog = table_open(DependRelationId, RowExclusiveLock);
	ScanKeyData keys[2];
	SysScanDesc scan;
	HeapTuple tuple;
	List *result = NIL;

	ScanKeyInit(&keys[0], Anum_pg_depend_classid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(RewriteRelationId));
	ScanKeyInit(&keys[1], Anum_pg_depend_objid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(rule));
	scan = systable_beginscan(catalog, DependDependerIndexId, true, NULL, 2, keys);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_depend form = (Form_pg_depend) GETSTRUCT(tuple);
		ObjectAddress *object;

		if (form->deptype != DEPENDENCY_NORMAL)
			continue; /* that it is part of the view */
		object = palloc(sizeof(ObjectAddress));
		ObjectAddressSubSet(*object, form->refclassid, form->refobjid, form->refobjsubid);
		result = lappend(result, object);
		if (drop && !zdm_has_object(only, object))
			CatalogTupleDelete(catalog, &tuple->t_self);
	}
	systable_endscan(scan);
	table_close(catalog, RowExclusiveLock);
	return result;
}

/* Tells whether a key has one of the columns that move: contract makes it anew. */
static bool
is_moved_key(Oid constraint, List *moved)
{
	HeapTuple tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(constraint));
	bool result = false;
	ListCell *lc;
	int n;

	if (!HeapTupleIsValid(tuple))
		return true;
	foreach (lc, moved)
	{
		const ZdmMovedColumn *column = lfirst(lc);

		result |= column->relid == ((Form_pg_constraint) GETSTRUCT(tuple))->conrelid &&
				  (zdm_constraint_has_column(tuple, Anum_pg_constraint_conkey, column->from, &n) ||
				   zdm_constraint_has_column(tuple, Anum_pg_constraint_conkey, column->to, &n));
	}
	ReleaseSysCache(tuple);
	return result;
}

/*
 * Tells whether a definition is one of those that are left to carry_over.c: it groups by a key that
 * contract makes anew, or calls a function that gives rows, whose columns go by position.
 */
static bool
is_special(List *uses, List *moved)
{
	ListCell *lc;

	foreach (lc, uses)
	{
		const ObjectAddress *object = lfirst(lc);

		if (object->classId == ConstraintRelationId && is_moved_key(object->objectId, moved))
			return true;
		if (object->classId == ProcedureRelationId &&
			OidIsValid(get_typ_typrelid(getBaseType(get_func_rettype(object->objectId)))))
			return true;
	}
	return false;
}

/* Returns what was made ready of a view; NULL: nothing. */
ZdmReadyView *
zdm_ready_view(ZdmReadySet *set, Oid view)
{
	ListCell *lc;

	foreach (lc, set->views)
		if (((ZdmReadyView *) lfirst(lc))->view == view)
			return lfirst(lc);
	return NULL;
}

/* Finds what was made ready of the views that one uses; false: of one of them that is carried over
 * nothing was. */
static bool
find_below(ZdmReadySet *set, List *list, ZdmReadyView *ready)
{
	ListCell *lc;
	ListCell *use;

	foreach (lc, list)
	{
		ZdmCarried *other = lfirst(lc);
		Oid relation = zdm_carried_relation(other);
		bool uses = false;

		if (!zdm_carried_is_query(other->class) || relation == ready->view)
			continue;
		foreach (use, ready->uses)
			uses |= ((ObjectAddress *) lfirst(use))->classId == RelationRelationId &&
					((ObjectAddress *) lfirst(use))->objectId == relation;
		if (!uses)
			continue;
		if (zdm_ready_view(set, relation) == NULL)
			return false;
		ready->below = lappend(ready->below, zdm_ready_view(set, relation));
	}
	return true;
}

/*
 * Tells whether a definition may name a column that another one moves to: in a complete list of
 * aliases, with a name that it will not have.
 */
static bool
mentions_other(List *moved, const ZdmCarried *carried)
{
	ListCell *lc;

	foreach (lc, moved)
	{
		ZdmMovedColumn *column = lfirst(lc);

		if (column->from != column->to && list_member_oid(carried->tables, column->relid) &&
			zdm_mentions(carried->was, get_attname(column->relid, column->to, false)))
			return true;
	}
	return false;
}

/* Describes a view as it is, with what it gets back if that is known; NULL: it is left to
 * carry_over.c. */
static ZdmReadyView *
describe_view(ZdmReadySet *set, List *list, List *recorded, const ZdmCarried *carried)
{
	ZdmReadyView *ready = palloc0(sizeof(ZdmReadyView));
	Relation catalog;
	HeapTuple tuple;

	ready->carried = *carried;
	ready->view = zdm_carried_relation(&ready->carried);
	ready->owner = zdm_relation_owner(ready->view);
	if (carried->class != &zdm_carried_view || !OidIsValid(ready->owner) ||
		!has_privs_of_role(GetUserId(), ready->owner) ||
		!ConditionalLockRelationOid(ready->view, AccessShareLock))
		return NULL;
	tuple = zdm_rule_row(carried->oid, &catalog);
	ready->xmin = HeapTupleHeaderGetRawXmin(tuple->t_data);
	ready->tid = tuple->t_self;
	table_close(catalog, RowExclusiveLock);
	ready->uses = zdm_definition_uses(carried->oid, false, NIL);
	if (is_special(ready->uses, set->moved) || !find_below(set, list, ready))
		return NULL;
	ready->carried.was = zdm_carried_print(carried);
	if (mentions_other(set->moved, &ready->carried))
		return NULL;
	ready->carried.uses = zdm_carried_code(carried);
	zdm_carried_restore(recorded, &ready->carried);
	return ready;
}

/*
 * Returns what a view's rule is to do.  Before 16 the first two entries in the range table of its
 * query are the view itself (view.c, UpdateRangeTableOfViewParse); they stay.
 */
static List *
rule_action(const ZdmReadyView *ready, Query *query, List *stored)
{
	List *entries = linitial_node(Query, stored)->rtable;
	RangeTblEntry *first = entries ? linitial_node(RangeTblEntry, entries) : NULL;

	if (first && first->rtekind == RTE_RELATION && first->relid == ready->view)
	{
		query->rtable =
			list_concat(list_make2(copyObject(first), copyObject(lsecond(entries))), query->rtable);
		OffsetVarNodes((Node *) query, 2, 0);
	}
	return list_make1(query);
}

/* Returns the row of its rule with what that does in the place of what it did. */
HeapTuple
zdm_ready_row(const ZdmReadyView *ready, Relation catalog, HeapTuple tuple)
{
	ZdmRowChanges changes = {0};

	zdm_set_value(&changes, Anum_pg_rewrite_ev_action, ready->action);
	return heap_modify_tuple(tuple, RelationGetDescr(catalog), changes.values, changes.nulls,
							 changes.replaces);
}

/* Copies a value to where it outlives the look. */
static Datum
keep_datum(Datum value)
{
	MemoryContext context = MemoryContextSwitchTo(TopTransactionContext);

	value = datumCopy(value, false, -1);
	MemoryContextSwitchTo(context);
	return value;
}

/* Lists what a rule's definition uses, likewise. */
static List *
keep_uses(Oid rule)
{
	MemoryContext context = MemoryContextSwitchTo(TopTransactionContext);
	List *uses = zdm_definition_uses(rule, false, NIL);

	MemoryContextSwitchTo(context);
	return uses;
}

/* Has a view show a query, in a subtransaction that is undone, and notes what that takes. */
static void
try_query(ZdmReadyView *ready, Query *query)
{
	ObjectAddress rule;
	Relation catalog;
	HeapTuple tuple = zdm_rule_row(ready->carried.oid, &catalog);
	bool isnull;
	Datum value =
		heap_getattr(tuple, Anum_pg_rewrite_ev_action, RelationGetDescr(catalog), &isnull);
	List *action =
		rule_action(ready, query, castNode(List, stringToNode(TextDatumGetCString(value))));
	Datum compressed;

	value = CStringGetTextDatum(nodeToString(action));
	compressed = toast_compress_datum(value, InvalidCompressionMethod);
	ready->action = keep_datum(DatumGetPointer(compressed) ? compressed : value);
	tuple = zdm_ready_row(ready, catalog, tuple);
	CatalogTupleUpdate(catalog, &tuple->t_self, tuple);
	table_close(catalog, RowExclusiveLock);
	(void) zdm_definition_uses(ready->carried.oid, true, NIL);
	CommandCounterIncrement();
	ObjectAddressSet(rule, RewriteRelationId, ready->carried.oid);
	recordDependencyOnExpr(&rule, (Node *) action, NIL, DEPENDENCY_NORMAL);
	CommandCounterIncrement();
	ready->will_use = keep_uses(ready->carried.oid);
}

/* Notes which columns of a view have got another type, from number `known` of those that moved. */
static void
note_columns(ZdmReadyView *ready, List *moved, int known, const Oid *before)
{
	MemoryContext context = MemoryContextSwitchTo(TopTransactionContext);
	ListCell *lc;

	for_each_from(lc, moved, known)
	{
		ZdmReadyColumn *column = palloc(sizeof(ZdmReadyColumn));

		column->attnum = ((ZdmMovedColumn *) lfirst(lc))->from;
		column->before = before[column->attnum - 1];
		get_atttypetypmodcoll(ready->view, column->attnum, &column->type, &column->typmod,
							  &column->collation);
		ready->columns = lappend(ready->columns, column);
	}
	MemoryContextSwitchTo(context);
}

/* Has a view show what it is to show, in a subtransaction that is undone. */
static void
try_view(ZdmReadySet *set, ZdmCarry *carry, ZdmReadyView *ready)
{
	int known = list_length(carry->moved);
	int width = zdm_view_width(ready->view);
	Oid *before = palloc(sizeof(Oid) * width);
	const char *text = ready->carried.apply ? ready->carried.apply : ready->carried.was;
	ZdmOwnerScope scope;
	Query *query;

	ready->carried.left = ready->carried.was;
	ready->changes = has_moved_column(ready->uses, carry->moved, false);
	if (!ready->changes)
		return;
	for (int i = 0; i < width; i++)
		before[i] = get_atttype(ready->view, i + 1);
	carry->by_position = ready->carried.apply == NULL;
	zdm_owner_begin(&scope, ready->owner);
	query = zdm_view_query(carry, ready->view, text);
	zdm_owner_end(&scope);
	try_query(ready, query);
	note_columns(ready, carry->moved, known, before);
	ready->carried.left =
		MemoryContextStrdup(TopTransactionContext, zdm_carried_print(&ready->carried));
	ready->refused = is_special(ready->will_use, set->moved) ||
					 has_moved_column(ready->will_use, set->moved, true);
}

/* Gives columns, in some tables (Oid), the names that they will have when all is carried over. */
static void
move_names(List *moved, List *hidden, List *tables)
{
	Relation catalog = table_open(AttributeRelationId, RowExclusiveLock);
	ListCell *lc;

	foreach (lc, moved)
	{
		ZdmMovedColumn *column = lfirst(lc);
		char *name = get_attname(column->relid, column->from, false);

		if (!list_member_oid(tables, column->relid))
			continue;
		zdm_set_column_name(catalog, column->relid, column->from,
							list_nth(hidden, foreach_current_index(lc) % list_length(hidden)));
		zdm_set_column_name(catalog, column->relid, column->to, name);
	}
	table_close(catalog, RowExclusiveLock);
}

/*
 * Makes ready what is to become of views of a list, as far as they need nothing but that.  In a
 * subtransaction that is undone, under locks that let everybody go on.  hidden: the names that the
 * columns will have that move; NIL: they stay, and have the other types already.
 */
void
zdm_ready_make(const ZdmMigration *m, List *moved, List *hidden, List *list)
{
	MemoryContext context = MemoryContextSwitchTo(TopTransactionContext);
	MemoryContext scratch = AllocSetContextCreate(context, "zdm views", ALLOCSET_DEFAULT_SIZES);
	ZdmCarry carry = {.trial = true};
	List *recorded = m->id ? zdm_carried_recorded(m) : NIL;
	List *tables = NIL;
	ZdmReadySet *set;
	ListCell *lc;

	set = new_set(m, moved);
	foreach (lc, list)
	{
		ZdmReadyView *ready = describe_view(set, list, recorded, lfirst(lc));

		if (ready == NULL)
			continue;
		ready->in_place = hidden == NIL;
		set->views = lappend(set->views, ready);
		tables = list_concat_unique_oid(tables, ready->carried.tables);
	}
	foreach (lc, tables)
		if (!ConditionalLockRelationOid(lfirst_oid(lc), AccessShareLock))
			set->views = NIL;
	MemoryContextSwitchTo(scratch);
	carry.moved = list_copy(moved);
	if (set->views != NIL && hidden != NIL)
		move_names(moved, hidden, tables);
	foreach (lc, set->views)
		try_view(set, &carry, lfirst(lc));
	set->is_done = true;
	MemoryContextSwitchTo(context);
	MemoryContextDelete(scratch);
}
