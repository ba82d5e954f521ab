/*
 * carry_over.c
 *		Objects whose definitions use a column go along when another one takes over: views and
 *		what hangs on them, rules, policies, triggers, SQL functions, publications.
 *
 * They stay the objects that they are, with owner, grants, comments and all; what changes is
 * the definition that the server has stored.  In it the column is replaced by number
 * (carry_trees.c), the server prints the result, and understands it anew as the object's owner,
 * by the new types.  Where that gives columns of a view other types, what hangs on these
 * follows, view by view.
 *
 * Contract begins with carry_prepare() and ends with carry_over(); the way back is the same the
 * other way round.  Each direction notes what was there before and what it has left.  What nobody
 * has changed since is put back as it was, to the letter; a definition that somebody has made or
 * changed meanwhile is carried over like any other, or refused by name.  What could be done before
 * the lock was (carry_ready.c).
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/relation.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/dependency.h"
#include "catalog/indexing.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_rewrite.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

#include "base/json.h"
#include "base/names.h"
#include "base/owner.h"
#include "base/tree.h"
#include "change/carry_over.h"
#include "change/catalog_changes.h"
#include "change/dependents.h"
#include "change/stored_view.h"

/* Error context: which object is being carried over. */
static void
carried_error_callback(void *arg)
{
	const ZdmCarried *carried = arg;

	errcontext("%s %s, carried over to the new column", carried->class->name, carried->identity);
}

/* Tells whether an object uses a column that has moved. */
static bool
uses_moved(const ZdmCarried *carried, List *moved)
{
	ListCell *lc;
	ListCell *column;

	foreach (lc, zdm_objects_of(carried->class->classid, carried->oid))
	{
		const ObjectAddress *object = lfirst(lc);

		foreach (column, moved)
			if (object->classId == RelationRelationId &&
				object->objectId == ((ZdmMovedColumn *) lfirst(column))->relid &&
				object->objectSubId == ((ZdmMovedColumn *) lfirst(column))->from)
				return true;
	}
	return false;
}

/* Likewise, a relation. */
static void
set_relation_name(Oid relid, const char *name)
{
	Relation catalog = table_open(RelationRelationId, RowExclusiveLock);
	HeapTuple tuple = SearchSysCacheCopy1(RELOID, ObjectIdGetDatum(relid));

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for relation %u", relid);
	namestrcpy(&((Form_pg_class) GETSTRUCT(tuple))->relname, name);
	CatalogTupleUpdate(catalog, &tuple->t_self, tuple);
	table_close(catalog, RowExclusiveLock);
	CommandCounterIncrement();
}

/*
 * Has columns and those that they have moved to exchange their names, in some tables (Oid), and
 * relations likewise.  Every exchange has the tables looked up anew, with all that uses them.
 */
static void
exchange_names(ZdmCarry *carry, List *tables)
{
	Relation catalog = table_open(AttributeRelationId, RowExclusiveLock);
	ListCell *lc;

	foreach (lc, carry->swapped)
	{
		List *pair = lfirst(lc);
		char *one = get_rel_name(linitial_oid(pair));
		char *other = get_rel_name(lsecond_oid(pair));

		set_relation_name(linitial_oid(pair), psprintf("zdm_name_%u", linitial_oid(pair)));
		set_relation_name(lsecond_oid(pair), one);
		set_relation_name(linitial_oid(pair), other);
	}
	foreach (lc, carry->moved)
	{
		ZdmMovedColumn *column = lfirst(lc);
		char *from;
		char *to;

		if (column->from == column->to || !list_member_oid(tables, column->relid))
			continue;
		from = get_attname(column->relid, column->from, false);
		to = get_attname(column->relid, column->to, false);
		zdm_set_column_name(catalog, column->relid, column->from,
							psprintf("zdm_name_%d", column->from));
		zdm_set_column_name(catalog, column->relid, column->to, from);
		zdm_set_column_name(catalog, column->relid, column->from, to);
	}
	table_close(catalog, RowExclusiveLock);
}

/* Prints a definition as it is to be: with the columns that its own have moved to. */
char *
zdm_carried_print_moved(ZdmCarry *carry, ZdmCarried *carried)
{
	char *text;

	carry->by_name = carried->class->by_name;
	carried->class->move(carry, carried->oid);
	carry->by_name = false;
	if (!carried->class->by_name)
		return zdm_carried_print(carried);
	exchange_names(carry, carried->tables);
	text = zdm_carried_print(carried);
	exchange_names(carry, carried->tables);
	return text;
}

/* Tells whether a definition is one that the names of columns are exchanged for. */
static bool
is_printed_ahead(const ZdmCarried *carried)
{
	return carried->class->by_name && carried->tables != NIL && carried->apply == NULL &&
		   carried->ready == NULL;
}

/* Prints all that uses the columns themselves, for which their names are exchanged just once. */
static void
print_ahead(ZdmCarry *carry, List *list)
{
	ErrorContextCallback callback = {.callback = carried_error_callback,
									 .previous = error_context_stack};
	List *tables = NIL;
	ListCell *lc;

	foreach (lc, list)
		if (is_printed_ahead(lfirst(lc)))
			tables = list_concat_unique_oid(tables, ((ZdmCarried *) lfirst(lc))->tables);
	exchange_names(carry, tables);
	error_context_stack = &callback;
	foreach (lc, list)
	{
		ZdmCarried *carried = lfirst(lc);

		callback.arg = carried;
		if (!is_printed_ahead(carried))
			continue;
		carry->by_name = true;
		carried->class->move(carry, carried->oid);
		carry->by_name = false;
		carried->text = zdm_carried_print(carried);
	}
	error_context_stack = callback.previous;
	exchange_names(carry, tables);
}

/*
 * Tells whether what was printed ahead is to be printed again: something else that it uses has been
 * carried over since, and it may write that (zdm_move_columns).
 */
static bool
has_followed(const ZdmCarry *carry, const ZdmCarried *carried)
{
	return !zdm_carried_is_query(carried->class) &&
		   uses_moved(carried, list_copy_tail(carry->moved, carry->first));
}

/* Tells whether an object depends on one of the columns by this. */
static bool
is_one_of(List *columns, Form_pg_depend form)
{
	ListCell *lc;

	foreach (lc, columns)
	{
		const ZdmMovedColumn *column = lfirst(lc);

		if (form->refclassid == RelationRelationId && form->refobjid == column->relid &&
			form->refobjsubid == column->from)
			return true;
	}
	return false;
}

/*
 * Takes from an object what keeps the column, its constraints and its type from being changed:
 * that it depends on them.  carry_over() records all dependencies anew.
 */
static void
set_free(const ZdmCarried *carried, List *columns, bool constraints)
{
	Relation catalog = table_open(DependRelationId, RowExclusiveLock);
	ScanKeyData keys[2];
	SysScanDesc scan;
	HeapTuple tuple;

	ScanKeyInit(&keys[0], Anum_pg_depend_classid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(carried->class->classid));
	ScanKeyInit(&keys[1], Anum_pg_depend_objid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(carried->oid));
	scan = systable_beginscan(catalog, DependDependerIndexId, true, NULL, 2, keys);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_depend form = (Form_pg_depend) GETSTRUCT(tuple);
		bool is_column = is_one_of(columns, form);
		bool is_key = constraints && carried->class->classid == RewriteRelationId &&
					  form->refclassid == ConstraintRelationId;

		if (is_column || is_key)
			CatalogTupleDelete(catalog, &tuple->t_self);
	}
	systable_endscan(scan);
	table_close(catalog, RowExclusiveLock);
}

/*
 * Refuses an object that still uses the column which has been left.  That one must not be taken for
 * carried over, or finalize would drop what it reads.
 */
static void
refuse_left(const ZdmCarried *carried)
{
	ObjectAddress object;

	ObjectAddressSet(object, carried->class->classid, carried->oid);
	ereport(ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg("cannot carry over %s: it goes on using the old column",
					getObjectDescription(&object, false)),
			 errhint("Drop it, or replace it by a definition that names the column in another "
					 "way, and call this again.")));
}

/* Takes the columns that are not used any more out of what has them without using them. */
static void
hide_moved(ZdmCarry *carry, ZdmCarried *carried)
{
	ListCell *lc;

	if (!uses_moved(carried, carry->moved))
		return;
	foreach (lc, carry->moved)
	{
		ZdmMovedColumn *moved = lfirst(lc);

		if (moved->from == moved->to || !uses_moved(carried, list_make1(moved)))
			continue;
		carry->hide = true;
		carry->hidden = false;
		carried->class->move(carry, carried->oid);
		carry->hide = false;
		if (!carry->hidden)
			refuse_left(carried);
		set_free(carried, list_make1(moved), false);
	}
}

/* Carries one object over. */
static void
carry_one(ZdmCarry *carry, ZdmCarried *carried)
{
	ErrorContextCallback callback = {
		.callback = carried_error_callback, .previous = error_context_stack, .arg = carried};
	char *text = carried->apply;
	ZdmOwnerScope scope;

	error_context_stack = &callback;
	if (text == NULL)
		text = carried->text && !has_followed(carry, carried)
				   ? carried->text
				   : zdm_carried_print_moved(carry, carried);
	carry->by_position = carried->apply == NULL;
	zdm_owner_begin(&scope, carried->class->owner(carried->oid));
	carry->became = carried->oid;
	carried->class->apply(carry, carried->oid, text);
	if (carried->oid != carry->became)
		carried->relation = InvalidOid;
	carried->oid = carry->became;
	zdm_owner_end(&scope);
	if (!carry->trial)
	{
		CommandCounterIncrement();
		hide_moved(carry, carried);
		zdm_carried_require_known_code(carried);
		carried->left = zdm_carried_print(carried);
	}
	error_context_stack = callback.previous;
}

/* Writes what was made before the lock, and looks at it as carry_one() does. */
static void
carry_ready(ZdmCarry *carry, List *list)
{
	ErrorContextCallback callback = {.callback = carried_error_callback,
									 .previous = error_context_stack};
	ListCell *lc;

	zdm_ready_write(carry, list);
	error_context_stack = &callback;
	foreach (lc, list)
	{
		callback.arg = lfirst(lc);
		if (((ZdmCarried *) lfirst(lc))->ready)
			zdm_carried_require_known_code(lfirst(lc));
	}
	error_context_stack = callback.previous;
}

/* Carries all of a list over, behind a column that has moved or whose type has changed. */
void
zdm_carried_run(ZdmCarry *carry, List *list)
{
	ListCell *lc;

	carry->first = list_length(carry->moved);
	print_ahead(carry, list);
	carry_ready(carry, list);
	foreach (lc, list)
	{
		ZdmCarried *carried = lfirst(lc);

		if (carried->ready)
			continue;
		if (carried->direct || uses_moved(carried, carry->moved))
			carry_one(carry, carried);
		else
			carried->left = carried->was;
	}
}

/*
 * Lists columns (ZdmMovedColumn *) that have moved, each to the one at its place in the other list,
 * or have another type: by their names those of a table and of all below it.
 */
List *
zdm_carried_moved(Relation rel, List *from, List *to)
{
	Oid relid = RelationGetRelid(rel);
	List *result = NIL;
	ListCell *table;
	ListCell *old;
	ListCell *new;

	foreach (table, zdm_relation_tree(relid))
		forboth (old, from, new, to)
		{
			ZdmMovedColumn *moved = palloc(sizeof(ZdmMovedColumn));

			moved->relid = lfirst_oid(table);
			moved->from = get_attnum(moved->relid, get_attname(relid, lfirst_int(old), false));
			moved->to = get_attnum(moved->relid, get_attname(relid, lfirst_int(new), false));
			result = lappend(result, moved);
		}
	return result;
}

/*
 * See zdm_run_carry_prepare().  generated: the stored generated columns that may stay; without
 * `knows_generated` that is not asked.
 */
ZdmDeed *
zdm_deed_carry_prepare(const char *table, List *columns, bool knows_generated, List *generated)
{
	StringInfoData arguments;

	zdm_deed_begin(&arguments);
	zdm_json_add_string(&arguments, "table", table);
	zdm_json_add_list(&arguments, "columns", columns);
	if (knows_generated)
		zdm_json_add_list(&arguments, "generated", generated);
	return zdm_deed_end(ZDM_ACTION_CARRY_PREPARE, &arguments);
}

/* See zdm_run_carry_over(). */
ZdmDeed *
zdm_deed_carry_over(const char *table, List *from, List *to)
{
	StringInfoData arguments;

	zdm_deed_begin(&arguments);
	zdm_json_add_string(&arguments, "table", table);
	zdm_json_add_list(&arguments, "from", from);
	zdm_json_add_list(&arguments, "to", to);
	return zdm_deed_end(ZDM_ACTION_CARRY_OVER, &arguments);
}

/* Lists the numbers of columns. */
List *
zdm_carried_columns(Relation rel, const ZdmDeed *deed, const char *key)
{
	List *result = NIL;
	ListCell *lc;

	foreach (lc, zdm_deed_list(deed, key))
		result = lappend_int(result, zdm_find_column(rel, lfirst(lc)));
	return result;
}

/*
 * Tells whether a definition calls a function that gives rows of the table.  The server prints
 * such a call with the columns that there were when it was made, and understands one with those
 * that there are: where a list of aliases follows a join that is not the same.
 */
static bool
calls_for_rows(const ZdmCarried *carried, Oid relid)
{
	ListCell *lc;

	foreach (lc, zdm_objects_of(carried->class->classid, carried->oid))
	{
		const ObjectAddress *object = lfirst(lc);

		if (object->classId == ProcedureRelationId &&
			get_func_rettype(object->objectId) == get_rel_type_id(relid))
			return true;
	}
	return false;
}

/*
 * Notes the definitions of all that uses one of the columns, and sets them
 * free of these, so that they can be changed.
 */
void
zdm_run_carry_prepare(const ZdmMigration *m, const ZdmDeed *deed)
{
	Relation rel = zdm_open_for_change(m, zdm_deed_relation(deed, "table"), AccessExclusiveLock);
	MemoryContext context = MemoryContextSwitchTo(TopTransactionContext);
	List *attnums = zdm_carried_columns(rel, deed, "columns");
	bool asks_proof = zdm_json_has(deed->arguments, "generated");
	List *proved = zdm_deed_list(deed, "generated");
	List *recorded = NIL;
	bool is_read = false; /* the record: what was made ready has its part of it */
	List *tree = zdm_relation_tree(RelationGetRelid(rel));
	StringInfoData unknown;
	List *list;
	List *moved;
	ListCell *lc;

	if (m->phase == ZDM_PHASE_EXPAND)
		zdm_ready_begin(m);
	initStringInfo(&unknown);
	list = zdm_carried_collect(RelationGetRelid(rel), attnums, &unknown);
	if (unknown.len > 0)
		ereport(ERROR, (errcode(ERRCODE_DEPENDENT_OBJECTS_STILL_EXIST),
						errmsg("cannot carry over what uses column \"%s\" of \"%s\"",
							   get_attname(RelationGetRelid(rel), linitial_int(attnums), false),
							   RelationGetRelationName(rel)),
						errdetail("These use views on it: %s.", unknown.data),
						errhint("Drop them and call this again.")));
	foreach (lc, list)
	{
		ZdmCarried *carried = lfirst(lc);
		Oid relation = zdm_carried_relation(carried);

		zdm_carried_require_rights(carried);
		if (asks_proof)
			zdm_carried_require_proof(carried, proved);
		if (OidIsValid(relation) && !list_member_oid(tree, relation))
			zdm_carried_lock(relation);
		if (zdm_ready_take(m, carried))
			continue;
		if (!is_read)
			recorded = zdm_carried_recorded(m);
		is_read = true;
		carried->was = zdm_carried_print(carried);
		carried->uses = zdm_carried_code(carried);
		if (!calls_for_rows(carried, RelationGetRelid(rel)))
			zdm_carried_restore(recorded, carried);
		if (carried->class == &zdm_carried_stored)
			zdm_twin_require(list, carried);
	}
	moved = zdm_carried_moved(rel, attnums, attnums);
	foreach (lc, list)
	{
		ZdmCarried *carried = lfirst(lc);

		if (carried->direct && (carried->ready == NULL || zdm_ready_in_place(carried)))
			set_free(carried, moved, true);
	}
	zdm_carried_hand_on(m, list);
	MemoryContextSwitchTo(context);
	CommandCounterIncrement();
	table_close(rel, NoLock);
}

/*
 * Gives all that zdm_run_carry_prepare() has noted its
 * definition on the other column.
 */
void
zdm_run_carry_over(const ZdmMigration *m, const ZdmDeed *deed)
{
	Relation rel = zdm_open_for_change(m, zdm_deed_relation(deed, "table"), AccessExclusiveLock);
	List *from = zdm_carried_columns(rel, deed, "from");
	List *to = zdm_carried_columns(rel, deed, "to");
	ZdmCarry carry = {.moved = zdm_carried_moved(rel, from, to)};
	ListCell *lc;
	List *list = zdm_carried_handed_on(m);

	zdm_ready_check(m, carry.moved, list);
	zdm_carried_run(&carry, list);
	zdm_carried_record(m, list);
	zdm_touch_trigger_functions(RelationGetRelid(rel));
	foreach (lc, list)
	{
		ZdmCarried *carried = lfirst(lc);

		if (carried->class == &zdm_carried_view)
			zdm_touch_trigger_functions(zdm_carried_relation(carried));
	}
	CommandCounterIncrement();
	table_close(rel, NoLock);
}
