/*
 * references.c
 *		The columns that refer to a key, which expand_change_type(..., referencing => true)
 *		changes along with it.
 *
 * Each table has a migration, for all of its columns that change, since it has its own lock,
 * trigger and backfill; all are one release.  Whoever refers comes before what it refers to, as far
 * as there is such an order.
 * Each contract drops a foreign key on its column and makes it anew, so where both ends change it
 * is made twice: under the locks of the one transaction nobody sees the time between.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/relation.h"
#include "catalog/dependency.h"
#include "catalog/partition.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_inherits.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "base/compat.h"
#include "base/expression.h"
#include "base/json.h"
#include "base/names.h"
#include "base/owner.h"
#include "base/tree.h"
#include "change/carry.h"
#include "change/dependents.h"
#include "change/references.h"

/* A column, and what it refers to. */
typedef struct Reference
{
	Oid relation;
	AttrNumber attnum;
	Oid to;
	AttrNumber to_attnum;
} Reference;

/* Tells whether a migration is part of a change of a key with what refers to it. */
bool
zdm_changes_along(const ZdmMigration *m)
{
	return zdm_json_has(m->arguments, "references") ||
		   zdm_json_bool(m->arguments, "referencing", false);
}

/* Tells whether a column is in a list of references. */
static bool
is_listed(List *references, Oid relation, AttrNumber attnum)
{
	ListCell *lc;

	foreach (lc, references)
	{
		const Reference *reference = lfirst(lc);

		if (reference->relation == relation && reference->attnum == attnum)
			return true;
	}
	return false;
}

/*
 * Returns the reference from a column of a table to a column of a key, in the tables that change:
 * a partition changes with the whole of what it is a part of.
 */
static Reference *
make_reference(Oid relation, AttrNumber attnum, Oid to, AttrNumber to_attnum)
{
	Reference *reference = palloc(sizeof(Reference));
	List *above = get_rel_relispartition(relation) ? get_partition_ancestors(relation) : NIL;
	Oid whole = above != NIL ? llast_oid(above) : relation;

	*reference =
		(Reference){whole, get_attnum(whole, get_attname(relation, attnum, false)), to, to_attnum};
	return reference;
}

/* Adds the columns (Reference *) that refer to a key to a list, as one of its tables has them. */
static List *
add_references(List *references, Oid relation, AttrNumber attnum, Oid to, AttrNumber to_attnum)
{
	ListCell *lc;

	foreach (lc, zdm_objects_on(RelationRelationId, relation, attnum))
	{
		const ObjectAddress *object = lfirst(lc);
		HeapTuple tuple;
		Form_pg_constraint form;
		int n = 0;
		int16 *referencing = NULL;
		int16 *referenced = NULL;

		if (object->classId != ConstraintRelationId)
			continue;
		tuple = zdm_constraint_row(object->objectId);
		form = (Form_pg_constraint) GETSTRUCT(tuple);
		if (form->contype == CONSTRAINT_FOREIGN && form->confrelid == relation &&
			!zdm_is_part_of_key(form))
		{
			referencing = zdm_constraint_columns(tuple, Anum_pg_constraint_conkey, &n);
			referenced = zdm_constraint_columns(tuple, Anum_pg_constraint_confkey, &n);
		}
		for (int i = 0; i < n; i++)
		{
			Reference *reference;

			if (referenced[i] != attnum)
				continue;
			reference = make_reference(form->conrelid, referencing[i], to, to_attnum);
			if (!is_listed(references, reference->relation, reference->attnum))
				references = lappend(references, reference);
		}
		ReleaseSysCache(tuple);
	}
	return references;
}

/* Lists the columns (Reference *) of foreign keys that refer to this one, or to one partition's. */
static List *
direct_references(Oid relation, AttrNumber attnum)
{
	const char *column = get_attname(relation, attnum, false);
	ZdmTree tree = zdm_tree(relation);
	List *result = NIL;

	while (zdm_tree_next(&tree))
		result = add_references(result, RelationGetRelid(tree.rel),
								get_attnum(RelationGetRelid(tree.rel), column), relation, attnum);
	return result;
}

/* Orders the columns of a list by table and position: the catalog's order means nothing. */
static int
compare_references(const ListCell *a, const ListCell *b)
{
	const Reference *left = lfirst(a);
	const Reference *right = lfirst(b);
	int order = strcmp(zdm_qualified_name(left->relation), zdm_qualified_name(right->relation));

	return order != 0 ? order : left->attnum - right->attnum;
}

/*
 * Adds to *found all columns that refer to this one, and to those, each before what it refers
 * to.  *seen has those that are found or being looked at: keys may refer to each other.
 */
static void
find_references(Oid relation, AttrNumber attnum, List **seen, List **found)
{
	List *direct = direct_references(relation, attnum);
	ListCell *lc;

	list_sort(direct, compare_references);
	foreach (lc, direct)
	{
		Reference *reference = lfirst(lc);

		if (is_listed(*seen, reference->relation, reference->attnum))
			continue;
		*seen = lappend(*seen, reference);
		find_references(reference->relation, reference->attnum, seen, found);
		*found = lappend(*found, reference);
	}
}

/* Lists all columns (Reference *) that refer to a key, whoever refers before what it refers to. */
static List *
all_references(Oid relation, AttrNumber attnum)
{
	Reference *key = palloc(sizeof(Reference));
	List *seen = list_make1(key);
	List *found = NIL;

	*key = (Reference){relation, attnum, InvalidOid, InvalidAttrNumber};
	find_references(relation, attnum, &seen, &found);
	return found;
}

/* Returns "table (column)". */
static char *
reference_text(Oid relation, AttrNumber attnum)
{
	return psprintf("%s (%s)", zdm_qualified_name(relation),
					quote_identifier(get_attname(relation, attnum, false)));
}

/* Refuses a referencing table that can't be changed along, with the reason. */
static void
check_reference(const Reference *reference, Oid key_owner)
{
	char *what = reference_text(reference->relation, reference->attnum);
	char *key = reference_text(reference->to, reference->to_attnum);

	if (get_rel_relkind(reference->relation) != RELKIND_PARTITIONED_TABLE &&
		(list_length(zdm_relation_tree(reference->relation)) > 1 ||
		 has_superclass(reference->relation)))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("cannot change %s, which refers to %s, along with it", what, key),
				 errdetail("Its table inherits from another one, or another one from it."),
				 errhint("Drop its foreign key, and make it again by zdm.expand_foreign_key() when "
						 "the key is changed.")));
	if (!zdm_owns_relation(reference->relation, key_owner) ||
		!zdm_owns_relation(reference->relation, GetUserId()))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("cannot change %s, which refers to %s, along with it: must be owner of "
						"both tables",
						what, key),
				 errdetail("It belongs to %s, and the table of the key to %s.",
						   GetUserNameFromId(zdm_relation_owner(reference->relation), false),
						   GetUserNameFromId(key_owner, false)),
				 errhint("Have the owner drop the foreign key, and make it again when the key is "
						 "changed.")));
	if (!zdm_is_integer(get_atttype(reference->relation, reference->attnum)))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("cannot change %s, which refers to %s, along with it", what, key),
				 errdetail("It is of type %s; a key is changed along with what refers to it "
						   "among the integer types.",
						   format_type_be(get_atttype(reference->relation, reference->attnum)))));
}

/* Refuses what referencing => true can't do for a key at all. */
static void
check_key(Relation rel, AttrNumber attnum, Oid type, Jsonb *arguments)
{
	Oid old_type = get_atttype(RelationGetRelid(rel), attnum);

	if (zdm_json_has(arguments, "forward") || zdm_json_has(arguments, "reverse"))
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("referencing goes without forward and reverse"),
						errdetail("Key and references have to be converted alike: by the server's "
								  "casts.")));
	if (!zdm_is_integer(old_type) || !zdm_is_integer(type))
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("referencing goes from one integer type to another"),
						errdetail("It would be from %s to %s.", format_type_be(old_type),
								  format_type_be(type)),
						errhint("Drop the foreign keys, change all columns, and make them again by "
								"zdm.expand_foreign_key().")));
}

/* Lists the columns (Reference *) that are to change along with a key. */
static List *
changing_references(Relation rel, AttrNumber attnum, Oid type)
{
	List *result = NIL;
	ListCell *lc;

	foreach (lc, all_references(RelationGetRelid(rel), attnum))
	{
		const Reference *reference = lfirst(lc);

		if (get_atttype(reference->relation, reference->attnum) != type)
			result = lappend(result, lfirst(lc));
	}
	return result;
}

/* Lists the names of those of the columns that are in one table. */
static List *
columns_of(List *references, Oid relation)
{
	List *result = NIL;
	ListCell *lc;

	foreach (lc, references)
	{
		const Reference *reference = lfirst(lc);

		if (reference->relation == relation)
			result = lappend(result, get_attname(relation, reference->attnum, false));
	}
	return result;
}

/*
 * Lists the columns that a migration changes, where these are more than the one that its arguments
 * call column_name; NIL if they are not.
 */
List *
zdm_referencing_columns(Relation rel, Jsonb *arguments)
{
	char *column = zdm_json_string(arguments, "column_name");
	char *new_type = zdm_json_string(arguments, "new_type");
	Oid type;
	int32 typmod;

	if (!zdm_json_bool(arguments, "referencing", false) || column == NULL || new_type == NULL)
		return zdm_json_list(arguments, "columns");
	zdm_parse_type(new_type, &type, &typmod);
	return lcons(column, columns_of(changing_references(rel, zdm_find_column(rel, column), type),
									RelationGetRelid(rel)));
}

/* Makes one member of the release, called after its table. */
static ZdmMember *
make_member(const char *release, Oid relation, Jsonb *arguments, List *members)
{
	ZdmMember *member = palloc0(sizeof(ZdmMember));
	char *name = psprintf("%s_%s", release, get_rel_name(relation));
	ListCell *lc;

	member->relation = relation;
	member->arguments = arguments;
	foreach (lc, members) /* tables of one name in two schemas */
		if (strcmp(((ZdmMember *) lfirst(lc))->name, name) == 0)
			name = psprintf("%s_%s_%s", release, get_namespace_name(get_rel_namespace(relation)),
							get_rel_name(relation));
	member->name = name;
	return member;
}

/* Returns the arguments of the migration of a referencing table. */
static Jsonb *
member_arguments(List *columns, const char *new_type, const char *key)
{
	StringInfoData buf;

	initStringInfo(&buf);
	appendStringInfoChar(&buf, '{');
	zdm_json_add_string(&buf, "column_name", linitial(columns));
	zdm_json_add_list(&buf, "columns", columns);
	zdm_json_add_string(&buf, "new_type", new_type);
	zdm_json_add_string(&buf, "references", key);
	appendStringInfoChar(&buf, '}');
	return zdm_json_parse(buf.data);
}

/* See ZdmChangeKind: the tables that refer to the key, and that of the key itself. */
List *
zdm_reference_members(Relation rel, const char *release, Jsonb *arguments)
{
	char *column = zdm_json_string(arguments, "column_name");
	char *new_type = zdm_json_string(arguments, "new_type");
	Oid key_table = RelationGetRelid(rel);
	List *members = NIL;
	List *tables = list_make1_oid(key_table); /* that have their member */
	List *references;
	AttrNumber attnum;
	Oid type;
	int32 typmod;
	ListCell *lc;

	if (!zdm_json_bool(arguments, "referencing", false) || column == NULL || new_type == NULL)
		return NIL;
	attnum = zdm_find_column(rel, column);
	zdm_parse_type(new_type, &type, &typmod);
	check_key(rel, attnum, type, arguments);
	references = changing_references(rel, attnum, type);
	foreach (lc, references)
		check_reference(lfirst(lc), rel->rd_rel->relowner);
	foreach (lc, references)
	{
		Oid table = ((Reference *) lfirst(lc))->relation;

		if (list_member_oid(tables, table))
			continue;
		tables = lappend_oid(tables, table);
		members =
			lappend(members, make_member(release, table,
										 member_arguments(columns_of(references, table), new_type,
														  reference_text(key_table, attnum)),
										 members));
	}
	return lappend(members, make_member(release, key_table, arguments, members));
}

/*
 * Notes the columns that would be too narrow for what a key is going to hold, in the order in which
 * they are to be changed before it.
 */
void
zdm_note_references(ZdmStep *step, Relation rel, AttrNumber attnum, Oid type)
{
	StringInfoData list;
	ListCell *lc;

	initStringInfo(&list);
	foreach (lc, all_references(RelationGetRelid(rel), attnum))
	{
		const Reference *reference = lfirst(lc);
		Oid narrow = get_atttype(reference->relation, reference->attnum);

		if (zdm_is_integer(narrow) && get_typlen(narrow) < get_typlen(type))
			appendStringInfo(&list, "%s%s", list.len > 0 ? ", " : "",
							 reference_text(reference->relation, reference->attnum));
	}
	if (list.len > 0)
		zdm_step_note(step,
					  "What refers to \"%s\" is narrower than it will be. It is to be changed "
					  "first, in this order: %s; or all in one: referencing => true.",
					  get_attname(RelationGetRelid(rel), attnum, false), list.data);
}
