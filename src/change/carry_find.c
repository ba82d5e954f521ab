/*
 * carry_find.c
 *		Which objects use a column, and in what order they can be carried over.
 */
#include "postgres.h"

#include "catalog/objectaddress.h"
#include "catalog/pg_attrdef.h"
#include "catalog/pg_class.h"
#include "catalog/pg_rewrite.h"
#include "catalog/pg_statistic_ext.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/lsyscache.h"

#include "base/names.h"
#include "base/owner.h"
#include "base/tree.h"
#include "change/carry_over.h"
#include "change/dependents.h"

static const ZdmCarriedClass *const classes[] = {
	&zdm_carried_view,    &zdm_carried_stored,   &zdm_carried_rule,        &zdm_carried_policy,
	&zdm_carried_trigger, &zdm_carried_function, &zdm_carried_publication, &zdm_carried_generated};

/* Returns the class of an object, and of a rule its relation; NULL: it is of none. */
static const ZdmCarriedClass *
class_of(const ObjectAddress *object, Oid *relation)
{
	*relation = InvalidOid;
	if (object->classId == RewriteRelationId)
		return zdm_rule_class(object->objectId, relation);
	for (int i = 0; i < lengthof(classes); i++)
		if (classes[i]->classid == object->classId &&
			(classes[i]->is_one == NULL || classes[i]->is_one(object->objectId)))
			return classes[i];
	return NULL;
}

/* Tells whether objects of a class are what a relation shows, so that others may use its columns.
 */
bool
zdm_carried_is_query(const ZdmCarriedClass *class)
{
	return class == &zdm_carried_view || class == &zdm_carried_stored;
}

/* Tells whether an object is of those that this file carries over. */
bool
zdm_is_carried_over(const ObjectAddress *object)
{
	Oid relation;

	return class_of(object, &relation) != NULL;
}

/* Returns the relation that an object belongs to; InvalidOid: none. */
Oid
zdm_carried_relation(ZdmCarried *carried)
{
	if (!OidIsValid(carried->relation))
		carried->relation = carried->class->relation(carried->oid);
	return carried->relation;
}

/* Makes what describes an object; NULL: it is of no known class. */
ZdmCarried *
zdm_carried_of(const ObjectAddress *object)
{
	ZdmCarried *carried = palloc0(sizeof(ZdmCarried));

	carried->class = class_of(object, &carried->relation);
	if (carried->class == NULL)
		return NULL;
	carried->oid = object->objectId;
	carried->identity = zdm_carried_is_query(carried->class)
							? zdm_qualified_name(zdm_carried_relation(carried))
							: getObjectIdentity(object, false);
	return carried;
}

static ZdmCarried *
find_carried(List *list, const ObjectAddress *object)
{
	ListCell *lc;

	foreach (lc, list)
	{
		ZdmCarried *carried = lfirst(lc);

		if (carried->class->classid == object->classId && carried->oid == object->objectId)
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

/* Notes that an object uses a column of a table, or of a view. */
static void
add_use(ZdmCarried *carried, Oid relid, ZdmCarried *view)
{
	carried->direct |= view == NULL;
	if (view == NULL)
		carried->tables = list_append_unique_oid(carried->tables, relid);
	else if (view != carried)
		carried->below = list_append_unique_ptr(carried->below, view);
}

/*
 * Tells whether what is of no known class goes with the view that it uses: the default of a
 * column; of a materialized view its parts, which its twin has.
 */
static bool
goes_with_view(const ObjectAddress *object, Oid view)
{
	return object->classId == AttrDefaultRelationId ||
		   (get_rel_relkind(view) == RELKIND_MATVIEW &&
			(object->classId == RelationRelationId || object->classId == StatisticExtRelationId));
}

/*
 * Collects objects that use columns of a relation, and what uses a view among them: its columns may
 * get other types.  view: whose columns they are; NULL: a table.  With `tell`, what
 * is of no known class is described in *unknown; else that is somebody else's business.
 */
static List *
collect_objects(List *list, Oid relid, List *objects, ZdmCarried *view, bool tell,
				StringInfo unknown)
{
	ListCell *lc;

	check_stack_depth();
	foreach (lc, objects)
	{
		const ObjectAddress *object = lfirst(lc);
		ZdmCarried *carried = find_carried(list, object);
		Oid shown;

		if (carried)
		{
			add_use(carried, relid, view);
			continue;
		}
		carried = zdm_carried_of(object);
		if (carried == NULL)
		{
			if (tell && !goes_with_view(object, relid))
				add_unknown(unknown, object);
			continue;
		}
		add_use(carried, relid, view);
		list = lappend(list, carried);
		if (!zdm_carried_is_query(carried->class))
			continue;
		shown = zdm_carried_relation(carried);
		/* What uses none of the columns of a materialized view uses the other one, too. */
		if (carried->class == &zdm_carried_stored)
			list = collect_objects(list, shown, zdm_objects_on(RelationRelationId, shown, 0),
								   carried, false, unknown);
		list = collect_objects(list, shown, zdm_objects_on_columns(shown), carried, true, unknown);
	}
	return list;
}

/* Appends a view behind the views that it uses. */
static List *
add_in_order(List *result, ZdmCarried *view)
{
	ListCell *lc;

	if (list_member_ptr(result, view))
		return result;
	foreach (lc, view->below)
		result = add_in_order(result, lfirst(lc));
	return lappend(result, view);
}

/* Tells whether an object is what one of the columns of these numbers is generated by. */
static bool
is_expression_of(const ObjectAddress *object, List *attnums)
{
	return object->classId == AttrDefaultRelationId &&
		   list_member_int(attnums, GetAttrDefaultColumnAddress(object->objectId).objectSubId);
}

/* Lists what uses one of the columns, but for what another of them is generated by. */
static List *
objects_on(Oid relid, List *attnums, AttrNumber attnum)
{
	List *result = NIL;
	ListCell *lc;

	foreach (lc, zdm_objects_on(RelationRelationId, relid, attnum))
		if (!is_expression_of(lfirst(lc), attnums))
			result = lappend(result, lfirst(lc));
	return result;
}

/*
 * Returns all that uses one of the columns, by their names also in the tables below, in the order
 * in which it can be carried over.
 */
List *
zdm_carried_collect(Oid relid, List *attnums, StringInfo unknown)
{
	List *list = NIL;
	List *result = NIL;
	ListCell *table;
	ListCell *lc;

	foreach (table, zdm_relation_tree(relid))
	{
		Oid below = lfirst_oid(table);
		List *numbers = NIL;

		foreach (lc, attnums)
			numbers =
				lappend_int(numbers, get_attnum(below, get_attname(relid, lfirst_int(lc), false)));
		foreach (lc, numbers)
			list = collect_objects(list, below, objects_on(below, numbers, lfirst_int(lc)), NULL,
								   false, unknown);
	}
	foreach (lc, list)
		if (zdm_carried_is_query(((ZdmCarried *) lfirst(lc))->class))
			result = add_in_order(result, lfirst(lc));
	foreach (lc, list)
		if (!zdm_carried_is_query(((ZdmCarried *) lfirst(lc))->class))
			result = lappend(result, lfirst(lc));
	return result;
}

/* Returns a class by the name that the record has. */
const ZdmCarriedClass *
zdm_carried_class(const char *name)
{
	for (int i = 0; i < lengthof(classes); i++)
		if (strcmp(classes[i]->name, name) == 0)
			return classes[i];
	elog(ERROR, "unknown class of objects: %s", name);
}

/* Refuses an object that the caller could not change himself. */
void
zdm_carried_require_rights(const ZdmCarried *carried)
{
	Oid owner = zdm_carried_is_query(carried->class) && OidIsValid(carried->relation)
					? zdm_relation_owner(carried->relation)
					: carried->class->owner(carried->oid);

	if (!has_privs_of_role(GetUserId(), owner))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("must be owner of %s %s", carried->class->name, carried->identity),
				 errdetail("It uses a column that is to be changed, and belongs to role \"%s\".",
						   GetUserNameFromId(owner, false)),
				 errhint("Have it dropped, or given to the owner of the table, or call this as a "
						 "member of both roles.")));
}
