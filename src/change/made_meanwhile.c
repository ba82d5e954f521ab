/*
 * made_meanwhile.c
 *		What was made on a column that a migration has brought.
 *
 * Whoever makes something on a new column means the name.  Where a call gives that name to another
 * column, it would be left on the hidden one, where it fails writes that nobody understands, and
 * would vanish with it.  So contract of a rename looks at the copy, and the way back from a change
 * of type at the column of the new type, which has by itself what it had at contract.
 */
#include "postgres.h"

#include "access/attmap.h"
#include "access/genam.h"
#include "catalog/index.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_attrdef.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_rewrite.h"
#include "nodes/nodes.h"
#include "rewrite/rewriteHandler.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "base/compat.h"
#include "base/expression.h"
#include "base/json.h"
#include "base/names.h"
#include "base/tree.h"
#include "change/carry.h"
#include "change/carry_over.h"
#include "change/dependents.h"
#include "change/made_meanwhile.h"
#include "change/stand_in.h"
#include "record/carried.h"
#include "sync/given_default.h"

#define CONTRACTED "contracted"

/* Tells whether two indexes have the same entries, but for that the second one has `from` where
 * the first has `to`; a key that the second keeps unique, the first does. */
static bool
has_same_entries(Relation index, Relation other, AttrMap *map)
{
	IndexInfo *info = BuildIndexInfo(index);
	IndexInfo *other_info = BuildIndexInfo(other);

	if (other_info->ii_Unique && !info->ii_Unique)
		return false;
	other_info->ii_Unique = info->ii_Unique;
	return index->rd_index->indisvalid &&
		   CompareIndexInfo(info, other_info, index->rd_indcollation, other->rd_indcollation,
							index->rd_opfamily, other->rd_opfamily, map) &&
		   memcmp(index->rd_indoption, other->rd_indoption,
				  index->rd_index->indnkeyatts * sizeof(int16)) == 0;
}

static bool
is_index(Oid oid)
{
	char relkind = get_rel_relkind(oid);

	return relkind == RELKIND_INDEX || relkind == RELKIND_PARTITIONED_INDEX;
}

/* Tells whether the original has an index like one of the copy. */
static bool
original_has_like(Relation rel, Oid oid, AttrNumber original, AttrNumber copy)
{
	AttrMap *map = make_attrmap(RelationGetNumberOfAttributes(rel));
	Relation other = index_open(oid, AccessShareLock);
	bool result = false;
	ListCell *lc;

	for (int i = 0; i < map->maplen; i++)
		map->attnums[i] = i + 1;
	map->attnums[copy - 1] = original;
	foreach (lc, RelationGetIndexList(rel))
	{
		Relation index = index_open(lfirst_oid(lc), AccessShareLock);

		if (lfirst_oid(lc) != oid && has_same_entries(index, other, map))
			result = true;
		index_close(index, AccessShareLock);
	}
	index_close(other, AccessShareLock);
	return result;
}

/* Tells whether a column has a default of its own, and not one by which the trigger hears of it. */
static bool
has_own_default(Relation rel, AttrNumber attnum)
{
	Node *expr = build_column_default(rel, attnum);

	if (expr == NULL || zdm_is_given_default(expr))
		return false;
	if (IsA(expr, CoerceToDomain))
		expr = (Node *) ((CoerceToDomain *) expr)->arg;
	return !(IsA(expr, Const) && ((Const *) expr)->constisnull);
}

/* Tells whether a constraint is part of another one, which is found where that is. */
static bool
is_part_of_constraint(Oid oid)
{
	HeapTuple tuple = zdm_constraint_row(oid);
	Form_pg_constraint form = (Form_pg_constraint) GETSTRUCT(tuple);
	bool result = form->coninhcount > 0 || OidIsValid(form->conparentid);

	ReleaseSysCache(tuple);
	return result;
}

/* Tells whether a rule is that of the view by which the table has another name for now. */
static bool
is_of_stand_in(const ZdmMigration *m, Oid rule)
{
	ZdmMigration *other = zdm_migration_renaming(m->relation, false);
	Oid view = other ? zdm_stand_in(other) : InvalidOid;
	ListCell *lc;

	if (OidIsValid(view))
		foreach (lc, zdm_objects_of(RewriteRelationId, rule))
			if (((ObjectAddress *) lfirst(lc))->objectId == view)
				return true;
	return false;
}

/* Describes what depends on the copy, or NULL: it is the migration's, or need not be told. */
static char *
describe_left(const ZdmMigration *m, Relation rel, AttrNumber original, AttrNumber copy,
			  const ObjectAddress *object)
{
	ObjectAddress column;

	switch (object->classId)
	{
		case AttrDefaultRelationId:
			column = GetAttrDefaultColumnAddress(object->objectId);
			if (column.objectSubId != copy)
				return getObjectDescription(&column, false); /* it is generated */
			return has_own_default(rel, copy) ? getObjectDescription(object, false) : NULL;
		case RelationRelationId:
			if (object->objectSubId == 0 && is_index(object->objectId) &&
				(get_rel_relispartition(object->objectId) ||
				 strncmp(get_rel_name(object->objectId), "zdm_new_", 8) == 0 ||
				 original_has_like(rel, object->objectId, original, copy)))
				return NULL;
			break;
		case ConstraintRelationId:
			if (is_part_of_constraint(object->objectId))
				return NULL;
			break;
		case RewriteRelationId:
			if (is_of_stand_in(m, object->objectId))
				return NULL;
			break;
		default:
			break;
	}
	return getObjectDescription(object, false);
}

/* Adds what would be left on a copy in one table. */
static List *
add_left(List *left, const ZdmMigration *m, Relation rel, const char *old_column,
		 const char *new_column)
{
	AttrNumber original = get_attnum(RelationGetRelid(rel), old_column);
	AttrNumber copy = get_attnum(RelationGetRelid(rel), new_column);
	ListCell *lc;

	if (original == InvalidAttrNumber || copy == InvalidAttrNumber)
		return left;
	foreach (lc, zdm_objects_on(RelationRelationId, RelationGetRelid(rel), copy))
	{
		char *text = describe_left(m, rel, original, copy, lfirst(lc));

		if (text && !zdm_has_string(left, text))
			left = lappend(left, text);
	}
	if (TupleDescAttr(RelationGetDescr(rel), copy - 1)->attnotnull &&
		RelationGetRelid(rel) == m->relation)
		left = lappend(left, psprintf("NOT NULL of column %s", quote_identifier(new_column)));
	return left;
}

/* Refuses to contract a rename where something was made on the copy that the original lacks. */
static void
require_nothing_on_copy(const ZdmMigration *m)
{
	List *left = NIL;
	ZdmTree tree = zdm_tree(m->relation);
	char *old_column = zdm_json_string(m->arguments, "old_column");
	char *new_column = zdm_json_string(m->arguments, "new_column");

	while (zdm_tree_next(&tree))
		left = add_left(left, m, tree.rel, old_column, new_column);
	if (left != NIL)
		ereport(ERROR,
				(errcode(ERRCODE_DEPENDENT_OBJECTS_STILL_EXIST),
				 errmsg("cannot contract migration \"%s\": something was made on column \"%s\" of "
						"\"%s\" since expand",
						m->name, new_column, get_rel_name(m->relation)),
				 errdetail("It would be hidden with this copy of \"%s\", and lost at finalize: %s.",
						   old_column, zdm_join(left, ", ")),
				 errhint("Drop it, and make it on \"%s\" instead, from where it follows, or again "
						 "after contract; views with the columns of that time named.",
						 old_column)));
}

/* Lists the new columns that have their own name all the time, and get their default at contract.
 */
static List *
defaulted_names(const ZdmMigration *m)
{
	const ZdmChangeKind *kind = zdm_change_kind(m->kind);
	List *old_columns = zdm_json_list(m->arguments, "old_columns");
	List *names = NIL;
	ListCell *lc;

	if (kind == &zdm_change_add_column && m->trigger_name &&
		zdm_json_has(m->arguments, "default_value"))
		return list_make1(zdm_json_string(m->arguments, "column_name"));
	if (kind == &zdm_change_transform)
		foreach (lc, zdm_json_keys(zdm_json_object(m->arguments, "new_columns")))
			if (!zdm_has_string(old_columns, lfirst(lc)))
				names = lappend(names, lfirst(lc));
	return names;
}

/* Refuses to contract where a column that gets its default now has got another one. */
static void
require_no_defaults(const ZdmMigration *m)
{
	ZdmTree tree = zdm_tree(m->relation);
	List *names = defaulted_names(m);
	ListCell *lc;

	while (names != NIL && zdm_tree_next(&tree))
		foreach (lc, names)
		{
			AttrNumber attnum = get_attnum(RelationGetRelid(tree.rel), lfirst(lc));

			if (attnum != InvalidAttrNumber && has_own_default(tree.rel, attnum))
				ereport(ERROR,
						(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
						 errmsg("cannot contract migration \"%s\": column \"%s\" of \"%s\" got a "
								"default since expand",
								m->name, (char *) lfirst(lc), RelationGetRelationName(tree.rel)),
						 errdetail("Contract would put the one in its place that was declared, or "
								   "none."),
						 errhint("ALTER TABLE %s ALTER COLUMN %s DROP DEFAULT, and give it again "
								 "after contract.",
								 zdm_qualified_name(RelationGetRelid(tree.rel)),
								 quote_identifier(lfirst(lc)))));
		}
}

/* Refuses to contract where something that was made since expand would be lost by it.  The caller
 * has the table. */
void
zdm_require_nothing_left(const ZdmMigration *m)
{
	if (zdm_change_kind(m->kind) == &zdm_change_rename)
		require_nothing_on_copy(m);
	require_no_defaults(m);
}

/* Lists the names that contract takes from one column and gives to another. */
static List *
exchanged_names(const ZdmMigration *m)
{
	const ZdmChangeKind *kind = zdm_change_kind(m->kind);
	List *names = NIL;
	ListCell *lc;

	if (kind == &zdm_change_type)
	{
		foreach (lc, zdm_migration_columns(m->id))
			if (strncmp(lfirst(lc), "zdm_old_", 8) != 0 && strncmp(lfirst(lc), "zdm_new_", 8) != 0)
				names = lappend(names, lfirst(lc));
		return names;
	}
	if (kind != &zdm_change_transform)
		return NIL;
	foreach (lc, zdm_json_list(m->arguments, "old_columns"))
		if (zdm_json_has(zdm_json_object(m->arguments, "new_columns"), lfirst(lc)))
			names = lappend(names, lfirst(lc));
	return names;
}

/* What hangs on columns.  Whatever has another name by then is known by its OID, and what comes
 * from a dump by its name. */
typedef struct Found
{
	List *oids;
	List *identities;
} Found;

/* Tells whether a constraint is NOT NULL, which has no name before 18. */
static bool
is_not_null(Oid oid)
{
	HeapTuple tuple = zdm_constraint_row(oid);
	bool result = ((Form_pg_constraint) GETSTRUCT(tuple))->contype == 'n';

	ReleaseSysCache(tuple);
	return result;
}

/*
 * Tells whether a way back leaves an object on the column that it is on: what it carries over it
 * does not, a default is of no use to a hidden column, and a part goes with the whole.  That a
 * column is NOT NULL is noted by itself: a contract before pg_upgrade to 18 knows of no constraint.
 */
static bool
stays_behind(const ObjectAddress *object)
{
	if (zdm_is_carried_over(object) || object->classId == AttrDefaultRelationId)
		return false;
	if (object->classId == RelationRelationId && object->objectSubId == 0)
		return !get_rel_relispartition(object->objectId);
	return object->classId != ConstraintRelationId ||
		   (!is_part_of_constraint(object->objectId) && !is_not_null(object->objectId));
}

/* Adds what hangs on a column of a table. */
static void
find_on(Found *found, Relation rel, const char *column)
{
	AttrNumber attnum = get_attnum(RelationGetRelid(rel), column);
	ListCell *lc;

	if (attnum == InvalidAttrNumber)
		return;
	foreach (lc, zdm_objects_on(RelationRelationId, RelationGetRelid(rel), attnum))
	{
		const ObjectAddress *object = lfirst(lc);

		if (!stays_behind(object))
			continue;
		found->oids = lappend(found->oids, psprintf("%u %u", object->classId, object->objectId));
		found->identities = lappend(found->identities, getObjectIdentity(object, false));
	}
	if (TupleDescAttr(RelationGetDescr(rel), attnum - 1)->attnotnull)
	{
		found->oids = lappend(found->oids, psprintf("%s not null", column));
		found->identities = lappend(found->identities, psprintf("%s not null", column));
	}
}

/* Adds the default of a column, which is known by its tree, and in a dump by how it is printed. */
static void
find_default(Found *found, Relation rel, const char *column)
{
	AttrNumber attnum = get_attnum(RelationGetRelid(rel), column);
	Node *expr;
	char *text;

	if (attnum == InvalidAttrNumber ||
		TupleDescAttr(RelationGetDescr(rel), attnum - 1)->attgenerated != '\0' ||
		!has_own_default(rel, attnum))
		return;
	expr = build_column_default(rel, attnum);
	text = zdm_expression_canonical(rel, expr);
	found->oids = lappend(found->oids, psprintf("%u %d default %s", RelationGetRelid(rel), attnum,
												nodeToString(expr)));
	found->identities =
		lappend(found->identities,
				psprintf("default %s of %s.%s", text, zdm_qualified_name(RelationGetRelid(rel)),
						 quote_identifier(column)));
}

/* Finds what there is of columns, in the migration's table and those below it. */
static Found
find_in_tree(const ZdmMigration *m, List *names, void (*find)(Found *, Relation, const char *))
{
	Found found = {0};
	ZdmTree tree;
	ListCell *lc;

	if (names == NIL || get_rel_name(m->relation) == NULL)
		return found;
	tree = zdm_tree(m->relation);
	while (zdm_tree_next(&tree))
		foreach (lc, names)
			find(&found, tree.rel, lfirst(lc));
	return found;
}

/* Finds the defaults that columns have. */
static Found
find_defaults(const ZdmMigration *m, List *names)
{
	return find_in_tree(m, names, find_default);
}

/* Finds what hangs on the columns whose names others have on the way back. */
static Found
find_on_exchanged(const ZdmMigration *m)
{
	return find_in_tree(m, exchanged_names(m), find_on);
}

/* Appends what was found to what is noted. */
static void
add_found(StringInfo json, const char *oids, const char *identities, const Found *found)
{
	zdm_json_add_list(json, oids, found->oids);
	zdm_json_add_list(json, identities, found->identities);
}

/*
 * Lists the exchanged columns of which a default is not to be lost on the way back.  After a change
 * of type it is (drop_default_sql() in swap.c): the old column has the one that it had.
 */
static List *
exchanged_defaulted(const ZdmMigration *m)
{
	return zdm_change_kind(m->kind) == &zdm_change_transform ? exchanged_names(m) : NIL;
}

/*
 * Notes what hangs on the columns that have the names of others from contract on, and the defaults
 * of these and of those that get theirs now.
 */
void
zdm_note_contracted(const ZdmMigration *m)
{
	List *defaulted = defaulted_names(m);
	StringInfoData json;
	Found found;

	if (exchanged_names(m) == NIL && defaulted == NIL)
		return;
	initStringInfo(&json);
	appendStringInfoChar(&json, '{');
	found = find_on_exchanged(m);
	add_found(&json, "oids", "identities", &found);
	found = find_defaults(m, list_concat(exchanged_defaulted(m), defaulted));
	add_found(&json, "default_oids", "default_identities", &found);
	appendStringInfoChar(&json, '}');
	zdm_carried_set(m->id, CONTRACTED, json.data);
}

/* Lists of what was found that which is not noted (of char *). */
static List *
not_noted(Jsonb *noted, const char *oids_key, const char *identities_key, const Found *found)
{
	List *oids = zdm_json_list(noted, oids_key);
	List *identities = zdm_json_list(noted, identities_key);
	List *made = NIL;
	ListCell *oid;
	ListCell *identity;

	forboth (oid, found->oids, identity, found->identities)
		if (!zdm_has_string(oids, lfirst(oid)) && !zdm_has_string(identities, lfirst(identity)) &&
			!zdm_has_string(made, lfirst(identity)))
			made = lappend(made, lfirst(identity));
	return made;
}

/* Refuses to reopen where a column got another default since contract: that has no place then. */
static void
require_declared_defaults(const ZdmMigration *m, Jsonb *noted)
{
	Found found = find_defaults(m, defaulted_names(m));
	List *made = not_noted(noted, "default_oids", "default_identities", &found);

	if (made != NIL)
		ereport(ERROR,
				(errcode(ERRCODE_DEPENDENT_OBJECTS_STILL_EXIST),
				 errmsg("cannot reopen migration \"%s\": a new column of \"%s\" got a default "
						"since contract",
						m->name, get_rel_name(m->relation)),
				 errdetail("Until the next contract the column can't have it, and then it gets "
						   "what was declared: %s.",
						   zdm_join(made, ", ")),
				 errhint("ALTER TABLE ... ALTER COLUMN ... DROP DEFAULT, call this again, and "
						 "give it anew after contract.")));
}

/*
 * Refuses the way back where something was made since contract on a column whose name another one
 * has from then on: that one would not have it.  What an earlier zdm has contracted has no note, or
 * none of defaults.
 */
void
zdm_require_nothing_made(const ZdmMigration *m, const char *call)
{
	Jsonb *noted = zdm_json_object(zdm_carried_get(m->id), CONTRACTED);
	Found found;
	List *made;

	if (noted == NULL)
		return;
	found = find_on_exchanged(m);
	made = not_noted(noted, "oids", "identities", &found);
	if (zdm_json_has(noted, "default_oids"))
	{
		found = find_defaults(m, exchanged_defaulted(m));
		made = list_concat(made, not_noted(noted, "default_oids", "default_identities", &found));
		if (strcmp(call, "reopen") == 0)
			require_declared_defaults(m, noted);
	}
	if (made != NIL)
		ereport(ERROR, (errcode(ERRCODE_DEPENDENT_OBJECTS_STILL_EXIST),
						errmsg("cannot %s migration \"%s\": something was made on a new column of "
							   "\"%s\" since contract",
							   call, m->name, get_rel_name(m->relation)),
						errdetail("The old column would not have it: %s.", zdm_join(made, ", ")),
						errhint("Drop it, call this again, and make it anew behind that.")));
}
