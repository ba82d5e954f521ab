/*
 * extract_shape.c
 *		The table that columns move to, and the view that stands for it until then, in SQL.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/ruleutils.h"
#include "utils/syscache.h"

#include "base/names.h"
#include "base/query.h"
#include "change/dependents.h"
#include "change/extract.h"
#include "sync/extracted.h"

/* Quotes names, separated by commas. */
static char *
quoted_list(List *names)
{
	List *quoted = NIL;
	ListCell *lc;

	foreach (lc, names)
		quoted = lappend(quoted, pstrdup(quote_identifier(lfirst(lc))));
	return zdm_join(quoted, ", ");
}

/* Writes the default that a column has itself; NULL: none but that of its type. */
static char *
default_text(Relation rel, AttrNumber attnum)
{
	TupleConstr *constr = RelationGetDescr(rel)->constr;

	for (int i = 0; constr && i < constr->num_defval; i++)
		if (constr->defval[i].adnum == attnum)
			return deparse_expression(stringToNode(constr->defval[i].adbin), NIL, false, false);
	return NULL;
}

/* Writes a column. */
static void
add_column(StringInfo buf, Relation rel, const ZdmExtract *extract, const char *name, bool is_key)
{
	AttrNumber attnum = zdm_find_column(rel, name);
	Form_pg_attribute att = TupleDescAttr(RelationGetDescr(rel), attnum - 1);
	char *value = is_key ? NULL : default_text(rel, attnum);

	appendStringInfo(buf, "%s%s %s", buf->data[buf->len - 1] == '(' ? "" : ", ",
					 quote_identifier(name),
					 zdm_type_definition(att->atttypid, att->atttypmod, att->attcollation));
	if (value)
		appendStringInfo(buf, " DEFAULT %s", value);
	if (att->attnotnull)
		appendStringInfo(
			buf, " CONSTRAINT %s NOT NULL",
			quote_identifier(zdm_clip_name(
				zdm_clip_name("", psprintf("%s_%s", extract->name, name), 10), "_not_null", 0)));
}

/* Writes the checks that go along. */
static void
add_checks(StringInfo buf, Relation rel, const ZdmExtract *extract)
{
	ListCell *lc;

	foreach (lc, zdm_constraints_of(RelationGetRelid(rel)))
	{
		Form_pg_constraint form = (Form_pg_constraint) GETSTRUCT((HeapTuple) lfirst(lc));

		if (form->contype == CONSTRAINT_CHECK && zdm_extract_moves(rel, extract, lfirst(lc)))
			appendStringInfo(buf, ", CONSTRAINT %s %s", quote_identifier(NameStr(form->conname)),
							 TextDatumGetCString(DirectFunctionCall1(pg_get_constraintdef,
																	 ObjectIdGetDatum(form->oid))));
	}
}

/* Writes the CREATE TABLE of the hidden table. */
char *
zdm_extract_table_sql(Relation rel, const ZdmExtract *extract)
{
	int level = zdm_pin_search_path();
	char *pkey = zdm_choose_relation_name(
		extract->schema, "", zdm_clip_name(zdm_clip_name("", extract->name, 5), "_pkey", 0),
		RelationGetRelid(rel));
	StringInfoData buf;
	ListCell *lc;

	initStringInfo(&buf);
	appendStringInfo(
		&buf, "CREATE %sTABLE %s (",
		rel->rd_rel->relpersistence == RELPERSISTENCE_UNLOGGED ? "UNLOGGED " : "",
		quote_qualified_identifier(get_namespace_name(extract->schema), extract->shadow));
	foreach (lc, extract->key)
		add_column(&buf, rel, extract, lfirst(lc), true);
	foreach (lc, extract->columns)
		add_column(&buf, rel, extract, lfirst(lc), false);
	add_checks(&buf, rel, extract);
	appendStringInfo(&buf, ", CONSTRAINT %s PRIMARY KEY (%s)) USING heap", quote_identifier(pkey),
					 quoted_list(extract->key));
	AtEOXact_GUC(false, level);
	return buf.data;
}

/*
 * Writes which rows of the old table have one in the new one; nothing for all.  One that has not
 * got its required values yet, in a transaction under way, has none (sync/extracted.c).  Of a
 * composite type IS NULL would mean its fields, and DISTINCT FROM NULL means the value.
 */
static void
add_condition(StringInfo buf, Relation rel, const ZdmExtract *extract)
{
	ListCell *lc;

	foreach (lc, extract->required)
		appendStringInfo(buf, "%s t.%s IS DISTINCT FROM NULL",
						 foreach_current_index(lc) > 0 ? " AND" : " WHERE",
						 quote_identifier(lfirst(lc)));
	if (extract->required != NIL)
		appendStringInfoString(buf, " WITH LOCAL CHECK OPTION");
	if (extract->only_when == NULL)
		return;
	appendStringInfo(buf, " WHERE (%s)", extract->only_when);
	foreach (lc, extract->columns)
	{
		Const *blank = zdm_blank(rel, zdm_find_column(rel, lfirst(lc)));

		appendStringInfo(buf, " OR %s", quote_identifier(lfirst(lc)));
		if (blank)
			appendStringInfo(buf, " IS DISTINCT FROM %s",
							 deparse_expression((Node *) blank, NIL, false, false));
		else
			appendStringInfoString(buf, " IS DISTINCT FROM NULL");
	}
	appendStringInfoString(buf, " WITH LOCAL CHECK OPTION");
}

/* Writes the view's column for one of the key's: see zdm_extract_view_sql(). */
static void
add_key(StringInfo buf, const ZdmExtract *extract, int n)
{
	char *key = pstrdup(quote_identifier(list_nth(extract->key, n)));
	const char *there =
		extract->key_there != NIL ? quote_identifier(list_nth(extract->key_there, n)) : key;

	appendStringInfo(buf, "CASE WHEN true THEN t.%s ELSE t.%s END AS %s", key, key, there);
}

/* Writes the view's columns: the key in front, or all in the order that is given. */
static void
add_view_columns(StringInfo buf, const ZdmExtract *extract)
{
	List *order =
		extract->order != NIL ? extract->order : list_concat_copy(extract->key, extract->columns);
	List *keys = extract->key_there != NIL ? extract->key_there : extract->key;
	ListCell *lc;

	foreach (lc, order)
	{
		int at = -1;

		for (int i = 0; i < list_length(keys); i++)
			if (strcmp(list_nth(keys, i), lfirst(lc)) == 0)
				at = i;
		appendStringInfoString(buf, foreach_current_index(lc) > 0 ? ", " : "");
		if (at >= 0)
			add_key(buf, extract, at);
		else
			appendStringInfo(buf, "t.%s", quote_identifier(lfirst(lc)));
	}
}

/*
 * Lists the statements that make the view (of char *).  Its key is an expression of the column's
 * very type, so that it can't be written, which planning reduces to the column, so that indexes
 * serve it.
 */
List *
zdm_extract_view_sql(Relation rel, const ZdmExtract *extract)
{
	char *name = quote_qualified_identifier(get_namespace_name(extract->schema), extract->name);
	int level = zdm_pin_search_path();
	List *statements;
	StringInfoData buf;
	ListCell *lc;

	initStringInfo(&buf);
	appendStringInfo(&buf, "CREATE VIEW %s WITH (security_invoker = true) AS SELECT ", name);
	add_view_columns(&buf, extract);
	appendStringInfo(&buf, " FROM %s AS t", zdm_qualified_name(RelationGetRelid(rel)));
	add_condition(&buf, rel, extract);
	statements = list_make1(buf.data);
	foreach (lc, extract->columns)
	{
		Const *blank = zdm_blank(rel, zdm_find_column(rel, lfirst(lc)));

		if (blank)
			statements = lappend(statements,
								 psprintf("ALTER VIEW %s ALTER COLUMN %s SET DEFAULT %s", name,
										  quote_identifier(lfirst(lc)),
										  deparse_expression((Node *) blank, NIL, false, false)));
	}
	AtEOXact_GUC(false, level);
	return statements;
}

/*
 * Writes the statements that make the trigger by which rows have their required values when a
 * transaction ends; NULL: none are required.
 */
char *
zdm_extract_require_sql(Relation rel, const ZdmExtract *extract, const char *trigger)
{
	char *table = zdm_qualified_name(RelationGetRelid(rel));
	char *name = pstrdup(quote_identifier(trigger));
	List *tests = NIL;
	ListCell *lc;

	if (extract->required == NIL)
		return NULL;
	foreach (lc, extract->required)
		tests = lappend(tests,
						psprintf("new.%s IS NOT DISTINCT FROM NULL", quote_identifier(lfirst(lc))));
	return psprintf("CREATE CONSTRAINT TRIGGER %s AFTER INSERT OR UPDATE ON %s"
					" DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN (%s)"
					" EXECUTE FUNCTION zdm.inspect_extracted();\n"
					"ALTER TABLE %s ENABLE ALWAYS TRIGGER %s",
					name, table, zdm_join(tests, " OR "), table, name);
}

/* Returns the names that columns of the old table have in the new one. */
static List *
names_there(Relation rel, const ZdmExtract *extract, const AttrNumber *columns, int n, List **here)
{
	List *result = NIL;

	*here = NIL;
	for (int i = 0; i < n; i++)
	{
		char *name = get_attname(RelationGetRelid(rel), columns[i], false);
		char *there = name;
		ListCell *lc;

		foreach (lc, extract->hidden)
			if (strcmp(lfirst(lc), name) == 0)
				there = list_nth(extract->columns, foreach_current_index(lc));
		*here = lappend(*here, name);
		result = lappend(result, there);
	}
	return result;
}

/* Writes a foreign key of the old table for the new one. */
static char *
key_sql(Relation rel, const ZdmExtract *extract, HeapTuple tuple)
{
	Form_pg_constraint form = (Form_pg_constraint) GETSTRUCT(tuple);
	char *definition =
		TextDatumGetCString(DirectFunctionCall1(pg_get_constraintdef, ObjectIdGetDatum(form->oid)));
	int n;
	AttrNumber *columns = zdm_constraint_columns(tuple, Anum_pg_constraint_conkey, &n);
	List *here;
	List *there = names_there(rel, extract, columns, n, &here);
	char *begin = psprintf("FOREIGN KEY (%s)", quoted_list(here));

	if (strncmp(definition, begin, strlen(begin)) != 0)
		elog(ERROR, "unexpected definition of a foreign key: %s", definition);
	return psprintf("FOREIGN KEY (%s)%s", quoted_list(there), definition + strlen(begin));
}

/* Lists the foreign keys that go along (HeapTuple, of pg_constraint). */
static List *
moving_keys(Relation rel, const ZdmExtract *extract)
{
	List *result = NIL;
	ListCell *lc;

	foreach (lc, zdm_constraints_of(RelationGetRelid(rel)))
		if (((Form_pg_constraint) GETSTRUCT((HeapTuple) lfirst(lc)))->contype ==
				CONSTRAINT_FOREIGN &&
			zdm_extract_moves(rel, extract, lfirst(lc)))
			result = lappend(result, lfirst(lc));
	return result;
}

/*
 * Lists the foreign keys of the new table (of char *: name and definition in turn), that to the old
 * table first.
 */
List *
zdm_extract_keys_sql(Relation rel, const ZdmExtract *extract, const List *old_names,
					 const char *new_table, List **names)
{
	int level = zdm_pin_search_path();
	List *definitions = NIL;
	ListCell *lc;

	*names = list_make1(zdm_clip_name(
		zdm_clip_name("", psprintf("%s_%s", new_table, (char *) linitial(extract->key)), 6),
		"_fkey", 0));
	definitions = list_make1(
		psprintf("FOREIGN KEY (%s) REFERENCES %s (%s) ON UPDATE CASCADE ON DELETE CASCADE",
				 quoted_list(extract->key), zdm_qualified_name(RelationGetRelid(rel)),
				 quoted_list(extract->key)));
	foreach (lc, moving_keys(rel, extract))
	{
		HeapTuple tuple = lfirst(lc);

		*names = lappend(*names, zdm_extract_constraint_name(
									 old_names, new_table,
									 NameStr(((Form_pg_constraint) GETSTRUCT(tuple))->conname)));
		definitions = lappend(definitions, key_sql(rel, extract, tuple));
	}
	AtEOXact_GUC(false, level);
	return definitions;
}

/* Lists the tables that foreign keys which go along refer to (of Oid). */
List *
zdm_extract_other_tables(Relation rel, const ZdmExtract *extract)
{
	List *tables = NIL;
	ListCell *lc;

	foreach (lc, moving_keys(rel, extract))
	{
		Oid other = ((Form_pg_constraint) GETSTRUCT((HeapTuple) lfirst(lc)))->confrelid;

		if (other != RelationGetRelid(rel))
			tables = list_append_unique_oid(tables, other);
	}
	return tables;
}
