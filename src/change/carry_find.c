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
#include "base/tree.h"
#include "change/carry_over.h"
#include "change/dependents.h"

static const ZdmCarriedClass *const classes[] = {
	&zdm_carried_view,    &zdm_carried_stored,   &zdm_carried_rule,        &zdm_carried_policy,
	&zdm_carried_trigger, &zdm_carried_function, &zdm_carried_publication, &zdm_carried_generated};

static const ZdmCarriedClass *
class_of(const ObjectAddress *object)
{
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
	return class_of(object) != NULL;
}

/* Returns the relation that an object belongs to; InvalidOid: none. */
Oid
zdm_carried_relation(ZdmCarried *carried)
{
	if (!OidIsValid(carried->relation))
		carried->relation = carried->class->relation(carried->oid);
	return carried->relation;
}

/* Makes what describes an object of a known class. */
ZdmCarried *
zdm_carried_of(const ObjectAddress *object)
{
	ZdmCarried *carried = palloc0(sizeof(ZdmCarried));

	carried->class = class_of(object);
	carried->oid = object->objectId;
	carried->identity = zdm_carried_is_query(carried->class)
							? zdm_qualified_name(zdm_carried_relation(carried))
							: getObjectIdentity(object, false);
	return carried;
}

static ZdmCarried *
find_carried(List *list, const ZdmCarriedClass *class, Oid oid)
{
	ListCell *lc;

	foreach (lc, list)
	{
		ZdmCarried *carried = lfirst(lc);

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

/* Notes that an object uses a column of a table. */
static void
add_table(ZdmCarried *carried, Oid relid, bool direct)
{
	if (direct)
		carried->tables = list_append_unique_oid(carried->tables, relid);
}

/*
 * Collects what uses a column, and what uses a view that does: its columns may get other types.
 * What is of no known class is described in *unknown, but for what uses the column itself:
 * that is somebody else's business.
 */
static List *
collect_uses(List *list, Oid relid, AttrNumber attnum, bool direct, StringInfo unknown)
{
	ListCell *lc;

	foreach (lc, zdm_objects_on(RelationRelationId, relid, attnum))
	{
		const ObjectAddress *object = lfirst(lc);
		const ZdmCarriedClass *class = class_of(object);
		ZdmCarried *carried = class ? find_carried(list, class, object->objectId) : NULL;

		check_stack_depth();
		if (class == NULL)
		{
			/*
			 * The default of a view's column goes with the view; what is part of a materialized
			 * view has its twin with that.
			 */
			if (!direct && object->classId != AttrDefaultRelationId && attnum != 0 &&
				!(get_rel_relkind(relid) == RELKIND_MATVIEW &&
				  (object->classId == RelationRelationId ||
				   object->classId == StatisticExtRelationId)))
				add_unknown(unknown, object);
			continue;
		}
		if (carried)
		{
			carried->direct |= direct;
			add_table(carried, relid, direct);
			continue;
		}
		carried = zdm_carried_of(object);
		carried->direct = direct;
		add_table(carried, relid, direct);
		list = lappend(list, carried);
		if (zdm_carried_is_query(class))
		{
			Oid view = zdm_carried_relation(carried);

			/* What uses none of the columns of a materialized view uses the other one, too. */
			for (int i = class == &zdm_carried_stored ? 0 : 1; i <= zdm_view_width(view); i++)
				list = collect_uses(list, view, i, false, unknown);
		}
	}
	return list;
}

/* Appends a view behind the views that it uses. */
static List *
add_in_order(List *result, List *list, ZdmCarried *view)
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
			ZdmCarried *used = lfirst(other);

			if (used != view && zdm_carried_is_query(used->class) &&
				zdm_carried_relation(used) == object->objectId)
				result = add_in_order(result, list, used);
		}
	}
	return lappend(result, view);
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
		foreach (lc, attnums)
			list = collect_uses(
				list, lfirst_oid(table),
				get_attnum(lfirst_oid(table), get_attname(relid, lfirst_int(lc), false)), true,
				unknown);
	foreach (lc, list)
		if (zdm_carried_is_query(((ZdmCarried *) lfirst(lc))->class))
			result = add_in_order(result, list, lfirst(lc));
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
