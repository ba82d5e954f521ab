/*
 * names.c
 *		Names of SQL objects: quoting, length, and the names that zdm itself makes.
 */
#include "postgres.h"

#include <ctype.h>

#include "access/htup_details.h"
#include "catalog/heap.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_operator.h"
#include "commands/defrem.h"
#include "commands/trigger.h"
#include "mb/pg_wchar.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "base/closest.h"
#include "base/compat.h"
#include "base/names.h"
#include "base/query.h"

/* Tells whether a list of strings (char *) has one. */
bool
zdm_has_string(const List *strings, const char *string)
{
	ListCell *lc;

	foreach (lc, strings)
		if (strcmp(lfirst(lc), string) == 0)
			return true;
	return false;
}

/* Joins texts (char *) into one; a NULL is empty. */
char *
zdm_join(List *texts, const char *between)
{
	StringInfoData buf;
	ListCell *lc;

	initStringInfo(&buf);
	foreach (lc, texts)
		appendStringInfo(&buf, "%s%s", buf.len > 0 ? between : "",
						 lfirst(lc) ? (char *) lfirst(lc) : "");
	return buf.data;
}

/* Returns the relation's schema-qualified, quoted name; NULL if it does not exist. */
char *
zdm_qualified_name(Oid relid)
{
	char *relname = get_rel_name(relid);
	int level;

	if (relname == NULL)
		return NULL;
	level = quote_all_identifiers ? zdm_pin_quoting() : 0;
	relname = quote_qualified_identifier(get_namespace_name(get_rel_namespace(relid)), relname);
	if (level > 0)
		AtEOXact_GUC(false, level);
	return relname;
}

/*
 * Returns the type's name with its modifier, in a form that means the same
 * under every search_path.
 */
char *
zdm_qualified_type(Oid typid, int32 typmod)
{
	return format_type_extended(typid, typmod,
								FORMAT_TYPE_TYPEMOD_GIVEN | FORMAT_TYPE_FORCE_QUALIFY);
}

/* Returns a collation's schema-qualified, quoted name. */
char *
zdm_qualified_collation(Oid collation)
{
	HeapTuple tuple = SearchSysCache1(COLLOID, ObjectIdGetDatum(collation));
	Form_pg_collation form;
	char *name;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for collation %u", collation);
	form = (Form_pg_collation) GETSTRUCT(tuple);
	name = quote_qualified_identifier(get_namespace_name(form->collnamespace),
									  NameStr(form->collname));
	ReleaseSysCache(tuple);
	return name;
}

/* Appends storage parameters, or options of a column or an operator class: (name = value, ...). */
void
zdm_add_options(StringInfo buf, List *options)
{
	ListCell *lc;

	appendStringInfoChar(buf, '(');
	foreach (lc, options)
	{
		DefElem *option = lfirst_node(DefElem, lc);

		appendStringInfo(buf, "%s%s", foreach_current_index(lc) > 0 ? ", " : "",
						 quote_identifier(option->defname));
		if (option->arg)
			appendStringInfo(buf, " = %s", quote_literal_cstr(defGetString(option)));
	}
	appendStringInfoChar(buf, ')');
}

/*
 * Refuses a name that the server would cut (identifiers are NAMEDATALEN - 1
 * bytes at most, manual section 4.1.1) or that is empty.  `argument` names the
 * parameter in the message.
 */
void
zdm_check_name(const char *argument, const char *name)
{
	if (name[0] == '\0')
		ereport(ERROR, (errcode(ERRCODE_INVALID_NAME), errmsg("%s must not be empty", argument)));
	if (strlen(name) >= NAMEDATALEN)
		ereport(ERROR,
				(errcode(ERRCODE_NAME_TOO_LONG), errmsg("%s \"%s\" is too long", argument, name),
				 errdetail("It has %zu bytes; the server keeps %d.", strlen(name), NAMEDATALEN - 1),
				 errhint("Choose a shorter name: the server would cut this one silently.")));
}

/*
 * Reads the name of a type.  serial and its kin are no types, but what CREATE TABLE makes of them
 * (parse_utilcmd.c, transformColumnDefinition).
 */
void
zdm_parse_type(const char *text, Oid *type, int32 *typmod)
{
	static const char *const serials[][2] = {{"smallserial", "smallint"}, {"serial2", "smallint"},
											 {"serial", "int"},           {"serial4", "int"},
											 {"bigserial", "bigint"},     {"serial8", "bigint"}};

	for (int i = 0; i < lengthof(serials); i++)
		if (pg_strcasecmp(text, serials[i][0]) == 0)
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_OBJECT),
					 errmsg("%s is not a type, but %s with a default from a sequence",
							serials[i][0], serials[i][1]),
					 errhint("CREATE SEQUENCE s, then give %s as the type, and nextval('s') as the "
							 "default_value of a new column; ALTER SEQUENCE s OWNED BY ties it to "
							 "the column.",
							 serials[i][1])));
	parseTypeString(text, type, typmod, 0);
}

/* Returns an operator as it stands between its operands, in full. */
char *
zdm_operator_sql(Oid oid)
{
	HeapTuple tuple = SearchSysCache1(OPEROID, ObjectIdGetDatum(oid));
	Form_pg_operator form;
	char *text;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for operator %u", oid);
	form = (Form_pg_operator) GETSTRUCT(tuple);
	text = psprintf("OPERATOR(%s.%s)", quote_identifier(get_namespace_name(form->oprnamespace)),
					NameStr(form->oprname));
	ReleaseSysCache(tuple);
	return text;
}

/* Lists the names of a table's columns (char *). */
static List *
column_names(Relation rel)
{
	List *names = NIL;

	for (int i = 0; i < RelationGetDescr(rel)->natts; i++)
		if (!TupleDescAttr(RelationGetDescr(rel), i)->attisdropped)
			names = lappend(names, NameStr(TupleDescAttr(RelationGetDescr(rel), i)->attname));
	return names;
}

/* Returns the number of a user column, or an undefined_column error. */
AttrNumber
zdm_find_column(Relation rel, const char *column)
{
	AttrNumber attnum = get_attnum(RelationGetRelid(rel), column);
	char *closest = attnum == InvalidAttrNumber ? zdm_closest(column, column_names(rel)) : NULL;

	if (closest)
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_COLUMN),
						errmsg("column \"%s\" of relation \"%s\" does not exist", column,
							   RelationGetRelationName(rel)),
						errhint("Did you mean \"%s\"?", closest)));
	if (attnum == InvalidAttrNumber)
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_COLUMN),
						errmsg("column \"%s\" of relation \"%s\" does not exist", column,
							   RelationGetRelationName(rel)),
						errhint("\"\\d %s\" in psql shows the table's columns.",
								zdm_qualified_name(RelationGetRelid(rel)))));
	if (attnum < 0)
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("column \"%s\" is a system column", column),
						errhint("Only columns that the table itself defines can be migrated.")));
	return attnum;
}

/* Refuses a virtual generated column for what the server wants stored values for. */
void
zdm_check_not_virtual(Relation rel, const char *column, const char *use)
{
	if (zdm_virtual_expression(rel, zdm_find_column(rel, column)) != NULL)
		ereport(
			ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg("virtual generated column \"%s\" of %s can't be part of %s", column,
					zdm_qualified_name(RelationGetRelid(rel)), use),
			 errdetail("Its values are not stored."),
			 errhint("Index the expression that it is generated from, or fill a column with it: "
					 "zdm.expand_add_column() with backfill.")));
}

/*
 * Refuses a name for a new column that the table has already, on itself or as
 * a system column (heap.c, CheckAttributeNamesTypes).
 */
void
zdm_check_column_free(Relation rel, const char *column)
{
	if (get_attnum(RelationGetRelid(rel), column) != InvalidAttrNumber)
		ereport(ERROR, (errcode(ERRCODE_DUPLICATE_COLUMN),
						errmsg("column \"%s\" of relation \"%s\" already exists", column,
							   RelationGetRelationName(rel)),
						errhint("Choose a name that the table does not use yet.")));
}

/* Returns the beginning of a text: so many bytes at most, and whole characters. */
char *
zdm_clip_text(const char *text, int bytes)
{
	return pnstrdup(text, pg_mbcliplen(text, (int) strlen(text), bytes));
}

/*
 * Joins prefix and name, cut at a character boundary so that the result fits an
 * identifier with `reserve` bytes to spare.
 */
char *
zdm_clip_name(const char *prefix, const char *name, int reserve)
{
	int room = NAMEDATALEN - 1 - reserve - (int) strlen(prefix);
	int len = pg_mbcliplen(name, strlen(name), room);

	return psprintf("%s%.*s", prefix, len, name);
}

/*
 * Joins prefix and name.  A name that has to be cut gets `id` behind it: two names that
 * begin alike must not become one, and what a plan has chosen is not in the catalog yet.
 */
char *
zdm_join_name(const char *prefix, const char *name, Oid id)
{
	if (strlen(prefix) + strlen(name) < NAMEDATALEN)
		return psprintf("%s%s", prefix, name);
	return psprintf("%s_%u", zdm_clip_name(prefix, name, 11), id);
}

/*
 * Makes a column name out of prefix and column that the table does not use yet:
 * the joined name, or that with a number behind it.
 */
char *
zdm_choose_column_name(Relation rel, const char *prefix, const char *column)
{
	char *name = zdm_join_name(prefix, column, get_attnum(RelationGetRelid(rel), column));

	for (int n = 1; get_attnum(RelationGetRelid(rel), name) != InvalidAttrNumber; n++)
		name = psprintf("%s_%d", zdm_clip_name(prefix, column, 6), n);
	return name;
}

/*
 * Makes the name of a migration's sync trigger.  BEFORE triggers fire in the
 * byte order of their names (trigger.c, RelationBuildTriggers) and the sync
 * trigger must be the last: "~" stands behind every other ASCII character.
 */
char *
zdm_choose_trigger_name(Relation rel, const char *migration)
{
	char *name = zdm_clip_name("~zdm_", migration, 0);

	for (int n = 1; OidIsValid(get_trigger_oid(RelationGetRelid(rel), name, true)); n++)
		name = psprintf("%s_%d", zdm_clip_name("~zdm_", migration, 6), n);
	return name;
}

/* Makes a name for an index out of prefix and name that its schema does not use yet. */
char *
zdm_choose_relation_name(Oid schema, const char *prefix, const char *name, Oid id)
{
	char *chosen = zdm_join_name(prefix, name, id);

	for (int n = 1; OidIsValid(get_relname_relid(chosen, schema)); n++)
		chosen = psprintf("%s_%d", zdm_clip_name(prefix, name, 6), n);
	return chosen;
}

/* Makes a name for a relation on its way from one schema to another, which neither uses yet. */
char *
zdm_choose_passing_name(Oid from, Oid to, Oid id)
{
	char *name = psprintf("zdm_old_%u", id);

	for (int n = 1;
		 OidIsValid(get_relname_relid(name, from)) || OidIsValid(get_relname_relid(name, to)); n++)
		name = psprintf("zdm_old_%u_%d", id, n);
	return name;
}

/* Makes a name for a constraint out of prefix and name that its table does not use yet. */
char *
zdm_choose_constraint_name(Oid relid, const char *prefix, const char *name, Oid id)
{
	char *chosen = zdm_join_name(prefix, name, id);

	for (int n = 1; ConstraintNameIsUsed(CONSTRAINT_RELATION, relid, chosen); n++)
		chosen = psprintf("%s_%d", zdm_clip_name(prefix, name, 6), n);
	return chosen;
}

/* Returns what stands behind one of these names and an underscore; NULL: it begins with none. */
const char *
zdm_behind_name(const char *name, const List *names)
{
	ListCell *lc;

	foreach (lc, names)
	{
		size_t length = strlen(lfirst(lc));

		if (strncmp(name, lfirst(lc), length) == 0 && name[length] == '_')
			return name + length + 1;
	}
	return NULL;
}

/* Tells whether a text holds a name as a word of its own. */
bool
zdm_mentions(const char *text, const char *name)
{
	size_t length = strlen(name);

	for (const char *at = strstr(text, name); at; at = strstr(at + 1, name))
	{
		bool begins = at == text || !(isalnum((unsigned char) at[-1]) || at[-1] == '_');
		bool ends = !(isalnum((unsigned char) at[length]) || at[length] == '_');

		if (begins && ends)
			return true;
	}
	return false;
}
