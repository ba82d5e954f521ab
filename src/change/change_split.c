/*
 * change_split.c
 *		expand_split_table: one table becomes several with the same key, as a release.
 *
 * Each part that leaves is a migration of its own, which moves columns to a new table
 * (change_extract.c): the old table's rows are the truth of all parts until finalize, so the parts
 * know nothing of each other.  What they have in common is their release: one call plans, begins,
 * contracts, reopens, rolls back or finalizes all of them in one transaction, or none.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "base/compat.h"
#include "base/json.h"
#include "base/names.h"
#include "change/change.h"
#include "change/extract.h"

/* A part of the table, as the caller describes it. */
typedef struct Part
{
	Jsonb *given;
	char *schema;
	char *name;
	List *columns; /* of char * */
	bool stays;    /* it is the table itself, with what is left of it */
} Part;

static const char example[] =
	"For example '[{\"table\": \"address\", \"columns\": [\"street\", \"town\"]}, {\"table\": "
	"\"login\", \"columns\": [\"secret\"], \"only_when\": \"secret IS NOT NULL\"}]'.";

/* Refuses what is no description of parts. */
static void
refuse(const char *what, const char *detail)
{
	ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("%s", what),
					detail ? errdetail("%s", detail) : 0, errhint("%s", example)));
}

/* split_<table> */
static char *
derive_name(Relation rel, Jsonb *arguments)
{
	return psprintf("split_%s", RelationGetRelationName(rel));
}

/* Refuses what a part has that means nothing, or means it in another type. */
static void
check_keys(Jsonb *given, int n)
{
	static const struct
	{
		const char *key;
		enum jbvType type;
		const char *is;
	} known[] = {{"table", jbvString, "a string"},
				 {"columns", jbvBinary, "an array of strings"},
				 {"key", jbvBinary, "an array of strings"},
				 {"only_when", jbvString, "a string"}};
	ListCell *lc;

	if (!JB_ROOT_IS_OBJECT(given))
		refuse(psprintf("part %d is no object", n), NULL);
	foreach (lc, zdm_json_keys(given))
	{
		int i = 0;

		while (i < lengthof(known) && strcmp(known[i].key, lfirst(lc)) != 0)
			i++;
		if (i == lengthof(known))
			refuse(psprintf("part %d has \"%s\", which means nothing", n, (char *) lfirst(lc)),
				   "A part has table, columns, and, where need be, key and only_when.");
		if (zdm_json_has(given, lfirst(lc)) &&
			(!zdm_json_is(given, lfirst(lc), known[i].type) ||
			 (known[i].type == jbvBinary && zdm_json_object(given, lfirst(lc)))))
			refuse(psprintf("\"%s\" of part %d is not %s", known[i].key, n, known[i].is), NULL);
	}
}

/* Returns an array of strings. */
static List *
strings_of(Jsonb *given, const char *key, int n)
{
	List *result = zdm_json_list(given, key);
	ListCell *lc;

	foreach (lc, result)
		if (lfirst(lc) == NULL)
			refuse(psprintf("\"%s\" of part %d is not an array of strings", key, n), NULL);
	return result;
}

/* Reads the n-th part, counted from 1. */
static Part *
read_part(Relation rel, Jsonb *given, int n)
{
	Part *part = palloc0(sizeof(Part));
	List *names;
	char *table;

	check_keys(given, n);
	table = zdm_json_string(given, "table");
	if (table == NULL)
		refuse(psprintf("part %d has no table", n), NULL);
	names = zdm_name_list(table);
	if (list_length(names) > 2)
		ereport(ERROR, (errcode(ERRCODE_INVALID_NAME),
						errmsg("table of part %d must be a name, or a schema and a name", n),
						errhint("For example \"address\", or \"app.address\".")));
	part->given = given;
	part->name = strVal(llast(names));
	part->schema = list_length(names) == 2 ? strVal(linitial(names))
										   : get_namespace_name(RelationGetNamespace(rel));
	part->columns = strings_of(given, "columns", n);
	(void) strings_of(given, "key", n);
	part->stays = strcmp(part->name, RelationGetRelationName(rel)) == 0 &&
				  get_namespace_oid(part->schema, true) == RelationGetNamespace(rel);
	if (part->stays && (zdm_json_has(given, "key") || zdm_json_has(given, "only_when")))
		refuse(psprintf("part %d is the table itself, and can have no key and only_when", n),
			   "It keeps its key, and all of its rows.");
	if (!part->stays && part->columns == NIL)
		refuse(psprintf("part %d has no columns", n), NULL);
	return part;
}

/* Refuses parts that are of the same name, or have a column in common. */
static void
check_apart(const Part *a, const Part *b)
{
	ListCell *lc;

	if (strcmp(a->name, b->name) == 0 && strcmp(a->schema, b->schema) == 0)
		ereport(ERROR,
				(errcode(ERRCODE_DUPLICATE_TABLE),
				 errmsg("two parts are called %s", quote_qualified_identifier(a->schema, a->name)),
				 errhint("Each part is a table of its own.")));
	foreach (lc, a->columns)
		if (zdm_has_string(b->columns, lfirst(lc)))
			ereport(ERROR,
					(errcode(ERRCODE_DUPLICATE_COLUMN),
					 errmsg("column \"%s\" is in two parts: %s and %s", (char *) lfirst(lc),
							quote_qualified_identifier(a->schema, a->name),
							quote_qualified_identifier(b->schema, b->name)),
					 errdetail("From finalize on nothing would keep the two true to each other."),
					 errhint("Name each column once. The key is in all parts by itself.")));
}

/* Reads what a call says of the parts (Part *). */
static List *
read_parts(Relation rel, Jsonb *arguments)
{
	List *parts = NIL;
	bool any = false;
	ListCell *lc;

	if (!zdm_json_is(arguments, "parts", jbvBinary) || zdm_json_object(arguments, "parts"))
		refuse("parts must be an array of objects", NULL);
	foreach (lc, zdm_json_objects(arguments, "parts"))
	{
		Part *part = read_part(rel, lfirst(lc), foreach_current_index(lc) + 1);
		ListCell *other;

		foreach (other, parts)
			check_apart(lfirst(other), part);
		any |= !part->stays;
		parts = lappend(parts, part);
	}
	if (!any)
		refuse("parts must have at least one that is not the table itself", NULL);
	return parts;
}

/* Lists the columns of all other parts; *complete: they say where each column is to be. */
static List *
columns_elsewhere(List *parts, const Part *part, bool *complete)
{
	List *columns = NIL;
	ListCell *lc;

	*complete = false;
	foreach (lc, parts)
	{
		const Part *other = lfirst(lc);

		*complete |= other->stays;
		if (other != part)
			columns = list_concat(columns, other->columns);
	}
	return columns;
}

/* Returns the arguments of the migration that a part is. */
static Jsonb *
member_arguments(List *parts, const Part *part)
{
	StringInfoData buf;
	bool complete;
	List *elsewhere = columns_elsewhere(parts, part, &complete);

	initStringInfo(&buf);
	appendStringInfoChar(&buf, '{');
	zdm_json_add_list(&buf, "columns", part->columns);
	zdm_json_add_string(&buf, "new_table", quote_qualified_identifier(part->schema, part->name));
	if (zdm_json_has(part->given, "key"))
		zdm_json_add_list(&buf, "key", zdm_json_list(part->given, "key"));
	if (zdm_json_has(part->given, "only_when"))
		zdm_json_add_string(&buf, "only_when", zdm_json_string(part->given, "only_when"));
	if (complete)
		zdm_json_add_list(&buf, ZDM_EXTRACT_ELSEWHERE, elsewhere);
	appendStringInfoChar(&buf, '}');
	return zdm_json_parse(buf.data);
}

/*
 * Names the migration of a part, whatever the order of the parts is: with the schema, where another
 * one of that name leaves for another schema, unless it is the table's.
 */
static char *
member_name(Relation rel, const char *release, List *parts, const Part *part)
{
	bool alone = get_namespace_oid(part->schema, true) == RelationGetNamespace(rel);
	bool namesake = false;
	ListCell *lc;

	foreach (lc, parts)
	{
		const Part *other = lfirst(lc);

		namesake |= other != part && !other->stays && strcmp(other->name, part->name) == 0;
	}
	return namesake && !alone ? psprintf("%s_%s_%s", release, part->schema, part->name)
							  : psprintf("%s_%s", release, part->name);
}

/* See ZdmChangeKind: the parts that leave the table, in the order in which they are given. */
static List *
split_members(Relation rel, const char *release, Jsonb *arguments)
{
	List *parts = read_parts(rel, arguments);
	List *members = NIL;
	ListCell *lc;

	foreach (lc, parts)
	{
		const Part *part = lfirst(lc);

		if (!part->stays)
			members =
				zdm_add_part(members, &zdm_change_extract, rel,
							 member_name(rel, release, parts, part), member_arguments(parts, part));
	}
	return members;
}

/* See ZdmChangeKind; never called, since each part is a migration of another kind. */
static void
plan_split(ZdmPlan *plan, Jsonb *arguments)
{
	elog(ERROR, "a split is planned part by part");
}

const ZdmChangeKind zdm_change_split_table = {.name = "split_table",
											  .derive_name = derive_name,
											  .members = split_members,
											  .plan = plan_split};
