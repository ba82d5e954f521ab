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
 *other way round.  Each direction notes what was there before and what it has left.  What nobody
 *has changed since is put back as it was, to the letter; a definition that somebody has made or
 *changed meanwhile is carried over like any other, or refused by name.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/dependency.h"
#include "catalog/indexing.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_attrdef.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_rewrite.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/resowner.h"
#include "utils/snapmgr.h"

#include "base/compat.h"
#include "base/json.h"
#include "base/names.h"
#include "base/owner.h"
#include "base/query.h"
#include "change/carry_over.h"
#include "change/catalog_changes.h"
#include "change/dependents.h"
#include "change/step_text.h"

PG_FUNCTION_INFO_V1(zdm_carry_prepare);
PG_FUNCTION_INFO_V1(zdm_carry_over);

static const ZdmCarriedClass *const classes[] = {&zdm_carried_view,     &zdm_carried_rule,
												 &zdm_carried_policy,   &zdm_carried_trigger,
												 &zdm_carried_function, &zdm_carried_publication};

/* One object, as the record has it. */
typedef struct Carried
{
	const ZdmCarriedClass *class;
	Oid oid;
	char *identity;
	bool direct; /* it uses the column itself, and not only a view on it */
	char *was;   /* its definition when it was looked at */
	char *apply; /* the definition that it gets; NULL: its own, with the columns that have moved */
	char *left;  /* its definition afterwards */
} Carried;

static const ZdmCarriedClass *
class_of(const ObjectAddress *object)
{
	for (int i = 0; i < lengthof(classes); i++)
		if (classes[i]->classid == object->classId &&
			(classes[i]->is_one == NULL || classes[i]->is_one(object->objectId)))
			return classes[i];
	return NULL;
}

/* Tells whether an object is of those that this file carries over. */
bool
zdm_is_carried_over(const ObjectAddress *object)
{
	return class_of(object) != NULL;
}

static Carried *
find_carried(List *list, const ZdmCarriedClass *class, Oid oid)
{
	ListCell *lc;

	foreach (lc, list)
	{
		Carried *carried = lfirst(lc);

		if (carried->class == class && carried->oid == oid)
			return carried;
	}
	return NULL;
}

/* Describes an object that can't be carried over. */
static void
add_unknown(StringInfo unknown, const ObjectAddress *object)
{
	char *text = getObjectDescription(object, false);

	if (strstr(unknown->data, text) == NULL)
		appendStringInfo(unknown, "%s%s", unknown->len > 0 ? ", " : "", text);
}

/*
 * Collects what uses a column, and what uses a view that does: its columns may get other types.
 * What is of no known class is described in *unknown, but for what uses the column itself:
 * that is somebody else's business.
 */
static List *
collect(List *list, Oid relid, AttrNumber attnum, bool direct, StringInfo unknown)
{
	ListCell *lc;

	foreach (lc, zdm_objects_on(RelationRelationId, relid, attnum))
	{
		const ObjectAddress *object = lfirst(lc);
		const ZdmCarriedClass *class = class_of(object);
		Carried *carried = class ? find_carried(list, class, object->objectId) : NULL;

		check_stack_depth();
		if (class == NULL)
		{
			/* The default of a view's column goes with the view. */
			if (!direct && object->classId != AttrDefaultRelationId)
				add_unknown(unknown, object);
			continue;
		}
		if (carried)
		{
			carried->direct |= direct;
			continue;
		}
		carried = palloc0(sizeof(Carried));
		carried->class = class;
		carried->oid = object->objectId;
		carried->direct = direct;
		carried->identity = getObjectIdentity(object, false);
		list = lappend(list, carried);
		if (class == &zdm_carried_view)
		{
			Oid view = class->relation(object->objectId);

			for (int i = 1; i <= zdm_view_width(view); i++)
				list = collect(list, view, i, false, unknown);
		}
	}
	return list;
}

/* Appends a view behind the views that it uses. */
static List *
add_in_order(List *result, List *list, Carried *view)
{
	ListCell *lc;
	ListCell *other;

	if (list_member_ptr(result, view))
		return result;
	foreach (lc, zdm_objects_of(RewriteRelationId, view->oid))
	{
		const ObjectAddress *object = lfirst(lc);

		if (object->classId != RelationRelationId)
			continue;
		foreach (other, list)
		{
			Carried *used = lfirst(other);

			if (used != view && used->class == &zdm_carried_view &&
				used->class->relation(used->oid) == object->objectId)
				result = add_in_order(result, list, used);
		}
	}
	return lappend(result, view);
}

/* Returns all that uses a column, in the order in which it can be carried over. */
static List *
collect_in_order(Oid relid, AttrNumber attnum, StringInfo unknown)
{
	List *list = collect(NIL, relid, attnum, true, unknown);
	List *result = NIL;
	ListCell *lc;

	foreach (lc, list)
		if (((Carried *) lfirst(lc))->class == &zdm_carried_view)
			result = add_in_order(result, list, lfirst(lc));
	foreach (lc, list)
		if (((Carried *) lfirst(lc))->class != &zdm_carried_view)
			result = lappend(result, lfirst(lc));
	return result;
}

/* Refuses an object that the caller could not change himself. */
static void
require_rights(const Carried *carried)
{
	Oid owner = carried->class->owner(carried->oid);

	if (!has_privs_of_role(GetUserId(), owner))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("must be owner of %s %s", carried->class->name, carried->identity),
				 errdetail("It uses a column that is to be changed, and belongs to role \"%s\".",
						   GetUserNameFromId(owner, false)),
				 errhint("Have it dropped, or given to the owner of the table, or call this as a "
						 "member of both roles.")));
}

/* Error context: which object is being carried over. */
static void
carried_error_callback(void *arg)
{
	const Carried *carried = arg;

	errcontext("%s %s, carried over to the new column", carried->class->name, carried->identity);
}

/* Tells whether an object uses a column that has moved. */
static bool
uses_moved(const Carried *carried, List *moved)
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

/* Prints a definition as it is now, whatever snapshot the caller has. */
static char *
print_now(const Carried *carried)
{
	char *text;

	CommandCounterIncrement();
	PushActiveSnapshot(GetLatestSnapshot());
	text = carried->class->print(carried->oid);
	PopActiveSnapshot();
	return text;
}

/*
 * Takes from an object what keeps the column, its constraints and its type from being changed:
 * that it depends on them.  carry_over() records all dependencies anew.
 */
static void
set_free(const Carried *carried, Oid relid, AttrNumber attnum, bool constraints)
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
		bool is_column = form->refclassid == RelationRelationId && form->refobjid == relid &&
						 form->refobjsubid == attnum;
		bool is_key = constraints && carried->class->classid == RewriteRelationId &&
					  form->refclassid == ConstraintRelationId;

		if (is_column || is_key)
			CatalogTupleDelete(catalog, &tuple->t_self);
	}
	systable_endscan(scan);
	table_close(catalog, RowExclusiveLock);
}

/* Takes the column that is not used any more out of what has it without using it. */
static void
hide_moved(ZdmCarry *carry, Carried *carried)
{
	ZdmMovedColumn *first = linitial(carry->moved);

	if (first->from == first->to || !uses_moved(carried, list_make1(first)))
		return;
	carry->hide = true;
	carried->class->move(carry, carried->oid);
	carry->hide = false;
	set_free(carried, first->relid, first->from, false);
}

/* Carries one object over. */
static void
carry_one(ZdmCarry *carry, Carried *carried)
{
	ErrorContextCallback callback = {
		.callback = carried_error_callback, .previous = error_context_stack, .arg = carried};
	char *text = carried->apply;
	ZdmOwnerScope scope;

	error_context_stack = &callback;
	if (text == NULL)
	{
		carried->class->move(carry, carried->oid);
		text = print_now(carried);
	}
	zdm_owner_begin(&scope, carried->class->owner(carried->oid));
	carried->class->apply(carry, carried->oid, text);
	zdm_owner_end(&scope);
	if (!carry->trial)
	{
		hide_moved(carry, carried);
		carried->left = print_now(carried);
	}
	error_context_stack = callback.previous;
}

/* Carries all of a list over, behind a column that has moved or whose type has changed. */
static void
carry_list(ZdmCarry *carry, List *list)
{
	ListCell *lc;

	foreach (lc, list)
	{
		Carried *carried = lfirst(lc);

		if (carried->direct || uses_moved(carried, carry->moved))
			carry_one(carry, carried);
		else
			carried->left = carried->was;
	}
}

static ZdmMovedColumn *
moved_column(Oid relid, AttrNumber from, AttrNumber to)
{
	ZdmMovedColumn *moved = palloc(sizeof(ZdmMovedColumn));

	moved->relid = relid;
	moved->from = from;
	moved->to = to;
	return moved;
}

/*
 * Finds what uses a column, and has the steps that want it lock the relations.  Raises an
 * error for what can't be carried over, or not by the caller.  Tells whether there is any.
 */
bool
zdm_carry_over_find(ZdmPlan *plan, AttrNumber attnum)
{
	Oid relid = RelationGetRelid(plan->rel);
	ZdmMigration *m = plan->migration;
	StringInfoData unknown;
	List *list;
	ListCell *lc;

	initStringInfo(&unknown);
	list = collect_in_order(relid, attnum, &unknown);
	foreach (lc, list)
	{
		Carried *carried = lfirst(lc);
		Oid relation = carried->class->relation(carried->oid);

		require_rights(carried);
		if (OidIsValid(relation) && relation != relid)
			m->also_locks = list_append_unique_oid(m->also_locks, relation);
	}
	if (unknown.len > 0)
		ereport(
			ERROR,
			(errcode(ERRCODE_DEPENDENT_OBJECTS_STILL_EXIST),
			 errmsg("cannot change \"%s\" of %s under traffic: other objects depend on it",
					get_attname(relid, attnum, false), plan->table),
			 errdetail("They use views on it, and zdm can't carry them over: %s.", unknown.data),
			 errhint("Drop them first and create them again after contract.")));
	return list != NIL;
}

/*
 * Tries, for a plan, whether all that uses a column can bear another type.  To this session,
 * in a subtransaction that is undone, the column is of that type.
 */
void
zdm_carry_over_try(ZdmPlan *plan, AttrNumber attnum, Oid type, int32 typmod, Oid collation)
{
	Oid relid = RelationGetRelid(plan->rel);
	MemoryContext context = CurrentMemoryContext;
	ResourceOwner owner = CurrentResourceOwner;
	ZdmCarry carry = {.trial = true};
	StringInfoData unknown;
	List *list;
	int level;

	initStringInfo(&unknown);
	list = collect_in_order(relid, attnum, &unknown);
	if (list == NIL)
		return;
	carry.moved = list_make1(moved_column(relid, attnum, attnum));
	BeginInternalSubTransaction(NULL);
	MemoryContextSwitchTo(context);
	level = zdm_pin_search_path();
	zdm_set_column_type(relid, attnum, type, typmod, collation);
	carry_list(&carry, list);
	AtEOXact_GUC(false, level);
	RollbackAndReleaseCurrentSubTransaction();
	MemoryContextSwitchTo(context);
	CurrentResourceOwner = owner;
}

/* Returns the call that looks at what uses a column. */
char *
zdm_carry_prepare_sql(ZdmPlan *plan, const char *column)
{
	return psprintf("SELECT zdm.carry_prepare(%s, %s)", quote_literal_cstr(plan->table),
					quote_literal_cstr(column));
}

/* Returns the call that carries that over. */
char *
zdm_carry_over_sql(ZdmPlan *plan, const char *from, const char *to)
{
	return psprintf("SELECT zdm.carry_over(%s, %s, %s)", quote_literal_cstr(plan->table),
					quote_literal_cstr(from), quote_literal_cstr(to));
}

/* Reads what the record has of a migration: members "order" and "objects". */
static Jsonb *
read_record(const ZdmMigration *m)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};
	MemoryContext context = CurrentMemoryContext;
	char *text;

	zdm_record_begin(&scope);
	zdm_arg_int8(&args, m->id);
	if (zdm_query("SELECT carried::text AS carried FROM zdm.migration WHERE id = $1", &args) != 1)
		elog(ERROR, "migration " INT64_FORMAT " is not in the record", m->id);
	text = MemoryContextStrdup(context, zdm_result_text(0, "carried"));
	zdm_record_end(&scope);
	return zdm_json_parse(text);
}

static void
write_record(const ZdmMigration *m, List *list)
{
	StringInfoData objects;
	StringInfoData record;
	ZdmRecordScope scope;
	ZdmArgs args = {0};
	List *order = NIL;
	ListCell *lc;

	initStringInfo(&objects);
	appendStringInfoChar(&objects, '{');
	foreach (lc, list)
	{
		Carried *carried = lfirst(lc);
		char *key = psprintf("%s %s", carried->class->name, carried->identity);
		StringInfoData members;

		initStringInfo(&members);
		appendStringInfoChar(&members, '{');
		zdm_json_add_string(&members, "class", carried->class->name);
		zdm_json_add_string(&members, "identity", carried->identity);
		zdm_json_add_string(&members, "oid", psprintf("%u", carried->oid));
		zdm_json_add_string(&members, "direct", carried->direct ? "yes" : "no");
		if (carried->was)
			zdm_json_add_string(&members, "was", carried->was);
		if (carried->apply)
			zdm_json_add_string(&members, "apply", carried->apply);
		if (carried->left)
			zdm_json_add_string(&members, "left", carried->left);
		zdm_json_add_key(&objects, key);
		appendStringInfo(&objects, "%s}", members.data);
		order = lappend(order, key);
	}
	appendStringInfoChar(&objects, '}');
	initStringInfo(&record);
	appendStringInfoChar(&record, '{');
	zdm_json_add_list(&record, "order", order);
	zdm_json_add_key(&record, "objects");
	appendStringInfo(&record, "%s}", objects.data);
	zdm_record_begin(&scope);
	zdm_arg_int8(&args, m->id);
	zdm_arg_text(&args, record.data);
	zdm_query("UPDATE zdm.migration SET carried = $2::jsonb WHERE id = $1", &args);
	zdm_record_end(&scope);
}

/* Lists the objects that the record has, in order. */
static List *
recorded_objects(Jsonb *record)
{
	Jsonb *objects = zdm_json_object(record, "objects");
	List *list = NIL;
	ListCell *lc;

	foreach (lc, zdm_json_list(record, "order"))
	{
		Jsonb *members = zdm_json_object(objects, lfirst(lc));
		Carried *carried = palloc0(sizeof(Carried));
		char *name = zdm_json_string(members, "class");

		for (int i = 0; i < lengthof(classes); i++)
			if (strcmp(classes[i]->name, name) == 0)
				carried->class = classes[i];
		if (carried->class == NULL)
			elog(ERROR, "unknown class of objects: %s", name);
		carried->oid = atooid(zdm_json_string(members, "oid"));
		carried->identity = zdm_json_string(members, "identity");
		carried->direct = strcmp(zdm_json_string(members, "direct"), "yes") == 0;
		carried->was = zdm_json_string(members, "was");
		carried->apply = zdm_json_string(members, "apply");
		carried->left = zdm_json_string(members, "left");
		list = lappend(list, carried);
	}
	return list;
}

/* What was there before the last time, if what that time has left is there still; else NULL. */
static char *
definition_to_restore(List *recorded, const Carried *carried)
{
	ListCell *lc;

	foreach (lc, recorded)
	{
		Carried *before = lfirst(lc);

		if (before->class == carried->class && strcmp(before->identity, carried->identity) == 0 &&
			before->left != NULL && strcmp(before->left, carried->was) == 0)
			return before->was;
	}
	return NULL;
}

/*
 * zdm.carry_prepare(tbl, column): notes the definitions of all that uses a column, and sets them
 * free of it, so that it can be changed.
 */
Datum
zdm_carry_prepare(PG_FUNCTION_ARGS)
{
	const ZdmMigration *m = zdm_step_migration();
	Relation rel = zdm_open_for_change(PG_GETARG_OID(0));
	AttrNumber attnum = zdm_find_column(rel, text_to_cstring(PG_GETARG_TEXT_PP(1)));
	List *recorded = recorded_objects(read_record(m));
	StringInfoData unknown;
	List *list;
	ListCell *lc;

	initStringInfo(&unknown);
	list = collect_in_order(RelationGetRelid(rel), attnum, &unknown);
	if (unknown.len > 0)
		ereport(ERROR, (errcode(ERRCODE_DEPENDENT_OBJECTS_STILL_EXIST),
						errmsg("cannot carry over what uses column \"%s\" of \"%s\"",
							   text_to_cstring(PG_GETARG_TEXT_PP(1)), RelationGetRelationName(rel)),
						errdetail("These use views on it: %s.", unknown.data),
						errhint("Drop them and call this again.")));
	foreach (lc, list)
	{
		Carried *carried = lfirst(lc);
		Oid relation = carried->class->relation(carried->oid);

		require_rights(carried);
		if (OidIsValid(relation) && relation != RelationGetRelid(rel))
			LockRelationOid(relation, AccessExclusiveLock);
		carried->was = print_now(carried);
		carried->apply = definition_to_restore(recorded, carried);
	}
	foreach (lc, list)
		if (((Carried *) lfirst(lc))->direct)
			set_free(lfirst(lc), RelationGetRelid(rel), attnum, true);
	write_record(m, list);
	CommandCounterIncrement();
	table_close(rel, NoLock);
	PG_RETURN_VOID();
}

/*
 * zdm.carry_over(tbl, from_column, to_column): gives all that zdm.carry_prepare() has noted its
 * definition on the other column.
 */
Datum
zdm_carry_over(PG_FUNCTION_ARGS)
{
	const ZdmMigration *m = zdm_step_migration();
	Relation rel = zdm_open_for_change(PG_GETARG_OID(0));
	AttrNumber from = zdm_find_column(rel, text_to_cstring(PG_GETARG_TEXT_PP(1)));
	AttrNumber to = zdm_find_column(rel, text_to_cstring(PG_GETARG_TEXT_PP(2)));
	ZdmCarry carry = {0};
	List *list = recorded_objects(read_record(m));

	carry.moved = list_make1(moved_column(RelationGetRelid(rel), from, to));
	carry_list(&carry, list);
	write_record(m, list);
	CommandCounterIncrement();
	table_close(rel, NoLock);
	PG_RETURN_VOID();
}
