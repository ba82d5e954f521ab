/*
 * rename_objects.c
 *		What bears the name of its table: indexes, constraints, sequences and statistics.
 *
 * The server names them after their table when they are made, and leaves them alone when that is
 * renamed.  What contract has renamed is noted in the record, and the way back renames just that.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/relation.h"
#include "catalog/dependency.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_statistic_ext.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "base/json.h"
#include "base/names.h"
#include "change/catalog_changes.h"
#include "change/dependents.h"
#include "change/follow.h"
#include "change/stand_in.h"
#include "record/carried.h"

#define CONSTRAINT "constraint"
#define INDEX "index"
#define SEQUENCE "sequence"
#define STATISTICS "statistics"

/*
 * Adds an object if its own name begins with one that its table has had, and an underscore; without
 * `from` any.
 */
static List *
add_name(List *names, const char *what, Oid schema, const char *name, List *from, const char *to)
{
	const char *behind = zdm_behind_name(name, from);
	ZdmObjectName *object;

	if (from != NIL && behind == NULL)
		return names;
	object = palloc(sizeof(ZdmObjectName));
	object->what = what;
	object->schema = get_namespace_name(schema);
	object->from = pstrdup(name);
	object->to =
		behind ? psprintf("%s_%s", zdm_clip_name("", to, (int) strlen(behind) + 1), behind) : NULL;
	return lappend(names, object);
}

/* Adds the constraints of a table; those that it has inherited are named by its parent. */
static List *
add_constraints(List *names, Relation rel, List *from, const char *to)
{
	ListCell *lc;

	foreach (lc, zdm_constraints_of(RelationGetRelid(rel)))
	{
		Form_pg_constraint form = (Form_pg_constraint) GETSTRUCT((HeapTuple) lfirst(lc));
		bool is_row = form->contype == CONSTRAINT_CHECK || form->contype == 'n';

		if (form->contype != CONSTRAINT_TRIGGER && !(is_row && form->coninhcount > 0))
			names = add_name(names, CONSTRAINT, RelationGetNamespace(rel), NameStr(form->conname),
							 from, to);
	}
	return names;
}

/* Adds the extended statistics of a table. */
static List *
add_statistics(List *names, Relation rel, List *from, const char *to)
{
	ListCell *lc;

	foreach (lc, RelationGetStatExtList(rel))
	{
		HeapTuple tuple = SearchSysCache1(STATEXTOID, ObjectIdGetDatum(lfirst_oid(lc)));
		Form_pg_statistic_ext form;

		if (!HeapTupleIsValid(tuple))
			continue;
		form = (Form_pg_statistic_ext) GETSTRUCT(tuple);
		names = add_name(names, STATISTICS, form->stxnamespace, NameStr(form->stxname), from, to);
		ReleaseSysCache(tuple);
	}
	return names;
}

/*
 * Lists what of a table is called after it, by names that it has had (`from`), and what it is to be
 * called (ZdmObjectName *); without `from` all that it has.
 */
List *
zdm_object_names(Relation rel, List *from, const char *to)
{
	List *names = add_constraints(NIL, rel, from, to);
	ListCell *lc;

	foreach (lc, RelationGetIndexList(rel))
		if (!OidIsValid(get_index_constraint(lfirst_oid(lc))))
			names = add_name(names, INDEX, RelationGetNamespace(rel), get_rel_name(lfirst_oid(lc)),
							 from, to);
	foreach (lc, getOwnedSequences(RelationGetRelid(rel)))
		names = add_name(names, SEQUENCE, get_rel_namespace(lfirst_oid(lc)),
						 get_rel_name(lfirst_oid(lc)), from, to);
	return add_statistics(names, rel, from, to);
}

static void
rename_object(Relation rel, const char *what, const char *schema, const char *from, const char *to)
{
	if (strcmp(what, CONSTRAINT) == 0)
		zdm_stand_in_ddl("ALTER TABLE %s RENAME CONSTRAINT %s TO %s",
						 zdm_qualified_name(RelationGetRelid(rel)), quote_identifier(from),
						 quote_identifier(to));
	else
		zdm_stand_in_ddl("ALTER %s %s RENAME TO %s", what, quote_qualified_identifier(schema, from),
						 quote_identifier(to));
}

/* Notes what was renamed, and how. */
static void
record_names(const ZdmMigration *m, List *names)
{
	StringInfoData json;
	ListCell *lc;

	initStringInfo(&json);
	appendStringInfoChar(&json, '[');
	foreach (lc, names)
	{
		ZdmObjectName *object = lfirst(lc);

		appendStringInfoString(&json, json.len > 1 ? ", {" : "{");
		zdm_json_add_string(&json, "what", object->what);
		zdm_json_add_string(&json, "from", object->from);
		zdm_json_add_string(&json, "to", object->to);
		appendStringInfoChar(&json, '}');
	}
	appendStringInfoChar(&json, ']');
	zdm_carried_set(m->id, "renamed", json.data);
}

/* Finds the recorded name that an object had; NULL: it was not renamed, or got yet another name. */
static char *
name_before(List *recorded, const ZdmObjectName *object)
{
	ListCell *lc;

	foreach (lc, recorded)
		if (strcmp(zdm_json_string(lfirst(lc), "what"), object->what) == 0 &&
			strcmp(zdm_json_string(lfirst(lc), "to"), object->from) == 0)
			return zdm_json_string(lfirst(lc), "from");
	return NULL;
}

ZdmDeed *
zdm_deed_rename_objects(const char *table, bool back)
{
	StringInfoData arguments;

	zdm_deed_begin(&arguments);
	zdm_json_add_string(&arguments, "table", table);
	zdm_json_add_bool(&arguments, "back", back);
	return zdm_deed_end(ZDM_ACTION_RENAME_OBJECTS, &arguments);
}

/*
 * Renames what is called as the table was, at expand or a moment ago, now that the table has its
 * new name and the view its old one; or gives it the names back that it had.
 */
void
zdm_run_rename_objects(const ZdmMigration *m, const ZdmDeed *deed)
{
	Relation rel = zdm_open_for_change(m, m->relation, AccessExclusiveLock);
	bool back = zdm_deed_bool(deed, "back");
	List *recorded = back ? zdm_json_objects(zdm_carried_get(m->id), "renamed") : NIL;
	List *from = back ? NIL : list_make2(get_rel_name(zdm_stand_in(m)), zdm_bare_name_then(m));
	List *names = zdm_object_names(rel, from, pstrdup(RelationGetRelationName(rel)));
	ListCell *lc;

	foreach (lc, names)
	{
		ZdmObjectName *object = lfirst(lc);
		char *to = back ? name_before(recorded, object) : object->to;

		if (to)
			rename_object(rel, object->what, object->schema, object->from, to);
	}
	if (!back)
		record_names(m, names);
	relation_close(rel, NoLock);
}
