/*
 * carry_code.c
 *		Which code of users a definition uses, before and after it was carried over.
 *
 * A definition that is understood anew has its functions and operators looked up by their names,
 * for another type.  It is the same text that somebody with the rights of its owner would
 * write; but he would look at what it means.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/relation.h"
#include "access/table.h"
#include "access/transam.h"
#include "access/xact.h"
#include "catalog/indexing.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_class.h"
#include "catalog/pg_language.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/acl.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "base/names.h"
#include "base/tree.h"
#include "base/triggers.h"
#include "change/carry_over.h"
#include "change/carry_ready.h"
#include "change/dependents.h"

/* Returns who owns an object. */
static Oid
owner_of(const ObjectAddress *object)
{
	int cache = get_object_catcache_oid(object->classId);
	HeapTuple tuple = SearchSysCache1(cache, ObjectIdGetDatum(object->objectId));
	Oid owner;
	bool isnull;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for object %u of class %u", object->objectId,
			 object->classId);
	owner = DatumGetObjectId(
		SysCacheGetAttr(cache, tuple, get_object_attnum_owner(object->classId), &isnull));
	ReleaseSysCache(tuple);
	return owner;
}

/* Lists those of some objects that are functions, operators and types that did not come with the
 * server. */
static List *
only_code(List *objects)
{
	List *result = NIL;
	ListCell *lc;

	foreach (lc, objects)
	{
		const ObjectAddress *object = lfirst(lc);

		if ((object->classId == ProcedureRelationId || object->classId == OperatorRelationId ||
			 object->classId == TypeRelationId) &&
			object->objectId >= FirstNormalObjectId)
			result = lappend(result, lfirst(lc));
	}
	return result;
}

/* Lists those that a definition uses. */
static List *
code_of(Oid classid, Oid oid)
{
	return only_code(zdm_objects_of(classid, oid));
}

/* Returns what the record says of such an object. */
static char *
code_text(const ObjectAddress *object)
{
	return psprintf("%s of %s", getObjectDescription(object, false),
					GetUserNameFromId(owner_of(object), false));
}

/* Refuses code of somebody without the rights of the owner of what uses it now. */
static void
refuse_code(const char *user, const char *code, Oid owner)
{
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("%s would use other code than before", user),
			 errdetail("With the column's other type it means %s, who has not the rights of role "
					   "\"%s\".",
					   code, GetUserNameFromId(owner, false)),
			 errhint("Drop the object and make it again afterwards, if that is meant.")));
}

/*
 * Refuses a definition that has come to use code which it did not use before, and which is of
 * somebody without the rights of the object's owner: whoever may create functions in a schema could
 * make a better match for the new type, and would have it run by all who use the view.
 */
void
zdm_carried_require_known_code(const ZdmCarried *carried)
{
	List *uses = carried->ready ? zdm_ready_uses(carried->ready)
								: zdm_objects_of(carried->class->classid, carried->oid);
	ListCell *lc;

	foreach (lc, only_code(uses))
	{
		const ObjectAddress *object = lfirst(lc);
		Oid owner = carried->class->owner(carried->oid);
		char *text = code_text(object);

		if (!zdm_has_string(carried->uses, text) && !zdm_has_string(carried->used, text) &&
			!has_privs_of_role(owner_of(object), owner))
			refuse_code(psprintf("%s %s", carried->class->name, carried->identity), text, owner);
	}
}

/* Likewise, an object that was made like another one of its class. */
void
zdm_require_same_code(Oid classid, Oid before, Oid after, Oid owner)
{
	List *uses = code_of(classid, before);
	ObjectAddress object;
	ListCell *lc;
	ListCell *known;

	ObjectAddressSet(object, classid, before);
	foreach (lc, code_of(classid, after))
	{
		const ObjectAddress *code = lfirst(lc);
		bool is_known = has_privs_of_role(owner_of(code), owner);

		foreach (known, uses)
			is_known |= ((ObjectAddress *) lfirst(known))->classId == code->classId &&
						((ObjectAddress *) lfirst(known))->objectId == code->objectId;
		if (!is_known)
			refuse_code(getObjectDescription(&object, false), code_text(code), owner);
	}
}

/* Lists all of them, as the record has them. */
List *
zdm_carried_code(const ZdmCarried *carried)
{
	List *texts = NIL;
	ListCell *lc;

	foreach (lc, code_of(carried->class->classid, carried->oid))
		texts = lappend(texts, code_text(lfirst(lc)));
	return texts;
}

static Oid
language_of(Oid function)
{
	HeapTuple tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(function));
	Oid language;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for function %u", function);
	language = ((Form_pg_proc) GETSTRUCT(tuple))->prolang;
	ReleaseSysCache(tuple);
	return language;
}

/* Writes a function's row anew as it is. */
static void
touch_function(Oid function)
{
	Relation catalog = table_open(ProcedureRelationId, RowExclusiveLock);
	HeapTuple tuple;

	/* Tables may share a function, and be contracted at the same time. */
	LockDatabaseObject(ProcedureRelationId, function, 0, ExclusiveLock);
	tuple = SearchSysCacheCopy1(PROCOID, ObjectIdGetDatum(function));
	if (HeapTupleIsValid(tuple))
		CatalogTupleUpdate(catalog, &tuple->t_self, tuple);
	table_close(catalog, RowExclusiveLock);
	CommandCounterIncrement();
}

/* Tells whether a relation has, or has had, triggers: few views do. */
static bool
may_have_triggers(Oid relid)
{
	HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	bool result;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for relation %u", relid);
	result = ((Form_pg_class) GETSTRUCT(tuple))->relhastriggers;
	ReleaseSysCache(tuple);
	return result;
}

/* Adds the trigger functions of a table that other sessions may have compiled. */
static List *
add_functions(List *functions, Oid relid)
{
	Relation rel = relation_open(relid, NoLock);
	TriggerDesc *triggers = zdm_triggers(rel);

	for (int i = 0; i < triggers->numtriggers; i++)
	{
		Oid function = triggers->triggers[i].tgfoid;

		if (function >= FirstNormalObjectId && language_of(function) != ClanguageId)
			functions = list_append_unique_oid(functions, function);
	}
	relation_close(rel, NoLock);
	return functions;
}

/*
 * Has every session compile the trigger functions of a table, and of those below, anew.  PL/pgSQL
 * keeps the types that NEW and OLD had when it first came to a statement, and fails where they are
 * others, until the row of the function is another one.
 */
void
zdm_touch_trigger_functions(Oid relid)
{
	List *functions = NIL;
	ListCell *lc;

	foreach (lc, zdm_relation_tree(relid))
		if (may_have_triggers(lfirst_oid(lc)))
			functions = add_functions(functions, lfirst_oid(lc));
	list_sort(functions, list_oid_cmp);
	foreach (lc, functions)
		touch_function(lfirst_oid(lc));
}
