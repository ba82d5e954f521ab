/*
 * merge_shape.c
 *		What a table gets of one that is merged into it, in SQL.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_constraint.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "base/compat.h"
#include "base/expression.h"
#include "base/names.h"
#include "base/query.h"
#include "change/dependents.h"
#include "change/extract.h"
#include "change/merge.h"

/* Returns what a column of the part is called in the whole. */
static char *
name_of(const ZdmMerging *merging, AttrNumber attnum, bool hidden)
{
	const char *name = NameStr(TupleDescAttr(RelationGetDescr(merging->part), attnum - 1)->attname);
	ListCell *lc;

	for (int i = 0; i < merging->nkeys; i++)
		if (merging->part_keys[i] == attnum)
			return get_attname(RelationGetRelid(merging->whole), merging->whole_keys[i], false);
	foreach (lc, merging->columns)
		if (strcmp(lfirst(lc), name) == 0)
			return hidden ? list_nth(merging->hidden, foreach_current_index(lc)) : pstrdup(name);
	return pstrdup(name); /* dropped */
}

/* Lists what the part's columns are called in the whole (char *), one for each. */
List *
zdm_merge_names(const ZdmMerging *merging, bool hidden)
{
	List *names = NIL;

	for (int i = 0; i < RelationGetNumberOfAttributes(merging->part); i++)
		names = lappend(names, name_of(merging, i + 1, hidden));
	return names;
}

/* Lists the columns that are NOT NULL in the part, but for the key (of char *). */
List *
zdm_merge_required_columns(const ZdmMerging *merging)
{
	TupleDesc desc = RelationGetDescr(merging->part);
	List *result = NIL;
	ListCell *lc;

	foreach (lc, merging->columns)
		if (TupleDescAttr(desc, zdm_find_column(merging->part, lfirst(lc)) - 1)->attnotnull)
			result = lappend(result, lfirst(lc));
	return result;
}

/* Returns what a name of the part's is in the whole, which has its own names. */
char *
zdm_merge_name(const ZdmMerging *merging, const char *name)
{
	return zdm_extract_constraint_name(list_make1(RelationGetRelationName(merging->part)),
									   RelationGetRelationName(merging->whole), name);
}

/* Lists the statements that add the columns, by their hidden names (of char *). */
List *
zdm_merge_columns_sql(const ZdmMerging *merging)
{
	TupleDesc desc = RelationGetDescr(merging->part);
	int level = zdm_pin_search_path();
	List *result = NIL;
	ListCell *column;
	ListCell *hidden;

	forboth (column, merging->columns, hidden, merging->hidden)
	{
		Form_pg_attribute att =
			TupleDescAttr(desc, zdm_find_column(merging->part, lfirst(column)) - 1);

		result =
			lappend(result, psprintf("ALTER TABLE %s ADD COLUMN %s %s", merging->whole_table,
									 quote_identifier(lfirst(hidden)), zdm_column_definition(att)));
	}
	AtEOXact_GUC(false, level);
	return result;
}

/* Writes the CREATE TABLE of the log: the part's key, without what keeps it from being NULL. */
char *
zdm_merge_log_sql(const ZdmMerging *merging, const char *name)
{
	TupleDesc desc = RelationGetDescr(merging->part);
	int level = zdm_pin_search_path();
	StringInfoData buf;

	initStringInfo(&buf);
	appendStringInfo(
		&buf, "CREATE %sTABLE %s (",
		merging->part->rd_rel->relpersistence == RELPERSISTENCE_UNLOGGED ? "UNLOGGED " : "",
		quote_qualified_identifier(get_namespace_name(RelationGetNamespace(merging->part)), name));
	for (int i = 0; i < merging->nkeys; i++)
	{
		Form_pg_attribute att = TupleDescAttr(desc, merging->part_keys[i] - 1);

		appendStringInfo(&buf, "%s%s %s", i > 0 ? ", " : "",
						 quote_identifier(NameStr(att->attname)),
						 zdm_type_definition(getBaseType(att->atttypid), -1, att->attcollation));
	}
	appendStringInfoString(&buf, ") USING heap");
	AtEOXact_GUC(false, level);
	return buf.data;
}

/* Lists a constraint. */
static List *
add_constraint(List *list, const char *table, const char *name, const char *of,
			   const char *definition)
{
	ZdmMergeConstraint *constraint = palloc(sizeof(ZdmMergeConstraint));

	constraint->name = pstrdup(name);
	constraint->of = of ? pstrdup(of) : NULL;
	constraint->sql = psprintf("ALTER TABLE %s ADD CONSTRAINT %s %s NOT VALID", table,
							   quote_identifier(name), definition);
	return lappend(list, constraint);
}

/* Quotes the names of columns, separated by commas. */
static char *
quoted_list(List *names, const int16 *columns, int n)
{
	List *quoted = NIL;

	for (int i = 0; i < n; i++)
		quoted = lappend(quoted, pstrdup(quote_identifier(list_nth(names, columns[i] - 1))));
	return zdm_join(quoted, ", ");
}

/* Writes a foreign key of the part with other names for its columns. */
static char *
key_definition(HeapTuple tuple, List *own_names, List *names)
{
	Form_pg_constraint form = (Form_pg_constraint) GETSTRUCT(tuple);
	char *definition =
		TextDatumGetCString(DirectFunctionCall1(pg_get_constraintdef, ObjectIdGetDatum(form->oid)));
	int n;
	int16 *columns = zdm_constraint_columns(tuple, Anum_pg_constraint_conkey, &n);
	char *begin = psprintf("FOREIGN KEY (%s)", quoted_list(own_names, columns, n));
	char *behind = definition + strlen(begin);
	int ndeleted;
	int16 *deleted = zdm_constraint_columns(tuple, Anum_pg_constraint_confdelsetcols, &ndeleted);

	if (strncmp(definition, begin, strlen(begin)) != 0)
		elog(ERROR, "unexpected definition of a foreign key: %s", definition);
	if (ndeleted > 0) /* which comes last, since it is not deferrable */
	{
		char *end = psprintf(" (%s)", quoted_list(own_names, deleted, ndeleted));

		if (strlen(behind) < strlen(end) || strcmp(behind + strlen(behind) - strlen(end), end) != 0)
			elog(ERROR, "unexpected definition of a foreign key: %s", definition);
		behind = psprintf("%.*s (%s)", (int) (strlen(behind) - strlen(end)), behind,
						  quoted_list(names, deleted, ndeleted));
	}
	return psprintf("FOREIGN KEY (%s)%s", quoted_list(names, columns, n), behind);
}

/* Writes the condition that a row of the whole has one of the part: some value. */
static char *
any_value(const ZdmMerging *merging, bool is)
{
	List *tests = NIL;
	ListCell *lc;

	foreach (lc, merging->columns)
		tests = lappend(tests, psprintf("%s IS %sDISTINCT FROM NULL", quote_identifier(lfirst(lc)),
										is ? "" : "NOT "));
	return zdm_join(tests, is ? " OR " : " AND ");
}

/*
 * Writes the CHECK by which a row of the whole has all that one of the part needs, or nothing;
 * NULL: nothing is needed.
 */
static char *
group_definition(const ZdmMerging *merging)
{
	List *tests = NIL;
	ListCell *lc;

	if (!merging->required)
		return NULL;
	foreach (lc, zdm_merge_required_columns(merging))
		tests = lappend(tests, psprintf("%s IS DISTINCT FROM NULL", quote_identifier(lfirst(lc))));
	return psprintf("CHECK (%s OR %s)", zdm_join(tests, " AND "), any_value(merging, false));
}

/* Returns a name for a constraint that neither the whole has, nor one of a list. */
static char *
free_name(const ZdmMerging *merging, List *list, const char *wanted, Oid id)
{
	char *name = zdm_choose_constraint_name(RelationGetRelid(merging->whole), "", wanted, id);
	ListCell *lc;

	foreach (lc, list)
		if (strcmp(((ZdmMergeConstraint *) lfirst(lc))->name, name) == 0)
			name = psprintf("%s_%u", zdm_clip_name("", wanted, 11), id);
	return name;
}

/*
 * Lists the constraints (ZdmMergeConstraint *) that the whole gets at the turn, by which time the
 * columns have their names, but for those that an index keeps; the part's rows have kept them.
 */
List *
zdm_merge_constraints(const ZdmMerging *merging, const char *group_check)
{
	List *own_names = NIL;
	List *names = zdm_merge_names(merging, false);
	int level = zdm_pin_search_path();
	List *result = NIL;
	TupleConstr *constr = RelationGetDescr(merging->part)->constr;
	ListCell *lc;

	for (int i = 0; i < RelationGetNumberOfAttributes(merging->part); i++)
		own_names =
			lappend(own_names,
					pstrdup(NameStr(TupleDescAttr(RelationGetDescr(merging->part), i)->attname)));
	foreach (lc, zdm_constraints_of(RelationGetRelid(merging->part)))
	{
		HeapTuple tuple = lfirst(lc);
		Form_pg_constraint form = (Form_pg_constraint) GETSTRUCT(tuple);
		bool is_blank_check =
			merging->blank_check && strcmp(NameStr(form->conname), merging->blank_check) == 0;
		char *name =
			free_name(merging, result, zdm_merge_name(merging, NameStr(form->conname)), form->oid);

		if (form->contype == CONSTRAINT_FOREIGN && form->oid != merging->key)
			result = add_constraint(result, merging->whole_table, name, NameStr(form->conname),
									key_definition(tuple, own_names, names));
		for (int i = 0;
			 form->contype == CONSTRAINT_CHECK && !is_blank_check && i < constr->num_check; i++)
			if (strcmp(constr->check[i].ccname, NameStr(form->conname)) == 0)
				result = add_constraint(result, merging->whole_table, name, NameStr(form->conname),
										psprintf("CHECK (%s)%s",
												 zdm_expression_canonical_row(
													 names, stringToNode(constr->check[i].ccbin)),
												 form->connoinherit ? " NO INHERIT" : ""));
	}
	if (merging->required)
		result = add_constraint(result, merging->whole_table, group_check, NULL,
								group_definition(merging));
	AtEOXact_GUC(false, level);
	return result;
}

/* Lists the foreign keys of the part (ZdmMergeConstraint *), as they are, to be made again. */
List *
zdm_merge_part_keys_sql(const ZdmMerging *merging)
{
	int level = zdm_pin_search_path();
	List *result = NIL;
	ListCell *lc;

	foreach (lc, zdm_constraints_of(RelationGetRelid(merging->part)))
	{
		Form_pg_constraint form = (Form_pg_constraint) GETSTRUCT((HeapTuple) lfirst(lc));

		if (form->contype == CONSTRAINT_FOREIGN)
			result = add_constraint(result, merging->part_table, NameStr(form->conname), NULL,
									TextDatumGetCString(DirectFunctionCall1(
										pg_get_constraintdef, ObjectIdGetDatum(form->oid))));
	}
	AtEOXact_GUC(false, level);
	return result;
}

/* Lists the tables that the part's foreign keys refer to, but for the whole (of Oid). */
List *
zdm_merge_other_tables(const ZdmMerging *merging)
{
	List *tables = NIL;
	ListCell *lc;

	foreach (lc, zdm_constraints_of(RelationGetRelid(merging->part)))
	{
		Form_pg_constraint form = (Form_pg_constraint) GETSTRUCT((HeapTuple) lfirst(lc));

		if (form->contype == CONSTRAINT_FOREIGN &&
			form->confrelid != RelationGetRelid(merging->whole))
			tables = list_append_unique_oid(tables, form->confrelid);
	}
	return tables;
}

/*
 * Writes the statement by which no row of the part has nothing but its key from now on; NULL: none
 * can.
 */
char *
zdm_merge_blank_sql(const ZdmMerging *merging, const char *constraint)
{
	if (merging->required)
		return NULL;
	return psprintf("ALTER TABLE %s ADD CONSTRAINT %s CHECK (%s) NOT VALID", merging->part_table,
					quote_identifier(constraint), any_value(merging, true));
}
