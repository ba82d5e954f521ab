/*
 * shadow_shape.c
 *		The shape that a table is to have: the definition that a user gives, and the CREATE
 *		TABLE that is made of it.
 *
 * A definition says what is to be otherwise: the order of columns, storage parameters,
 * the tablespace, the primary key. All else is taken from the table, so that nothing
 * can be forgotten; what could be changed by it, but is not what this change is for, is
 * refused by name.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/reloptions.h"
#include "access/relation.h"
#include "catalog/namespace.h"
#include "catalog/pg_attrdef.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "commands/defrem.h"
#include "commands/tablespace.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "parser/parse_type.h"
#include "parser/parser.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/ruleutils.h"
#include "utils/syscache.h"

#include "base/compat.h"
#include "base/expression.h"
#include "base/names.h"
#include "base/query.h"
#include "change/dependents.h"
#include "change/shadow.h"

/* Refuses something of a definition. */
static void
refuse_clause(const char *what, const char *hint)
{
	ereport(ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED), errmsg("a definition can't have %s", what),
			 errdetail("It says how the table is to be stored, and in which order its "
					   "columns are. All else is taken over from the table."),
			 errhint("%s", hint)));
}

/* Takes up the primary key of a definition. */
static void
take_primary_key(Relation rel, ZdmShape *shape, const Constraint *constraint,
				 const ColumnDef *column)
{
	List *names = NIL;
	ListCell *lc;

	if (constraint->indexname || constraint->including || constraint->deferrable ||
		constraint->options || constraint->indexspace)
		refuse_clause("options of the primary key",
					  "Leave them out; the table's own are taken over.");
	foreach (lc, constraint->keys)
		names = lappend(names, strVal(lfirst(lc)));
	shape->key = zdm_shape_key(rel, column ? list_make1(column->colname) : names, NIL);
}

/* Refuses a constraint that is not as the table has it, but for the primary key. */
static void
check_constraint(Relation rel, ZdmShape *shape, const Constraint *constraint,
				 const ColumnDef *column)
{
	AttrNumber attnum = column ? get_attnum(RelationGetRelid(rel), column->colname) : 0;
	bool not_null = attnum > 0 && TupleDescAttr(RelationGetDescr(rel), attnum - 1)->attnotnull;

	switch (constraint->contype)
	{
		case CONSTR_PRIMARY:
			take_primary_key(rel, shape, constraint, column);
			break;
		case CONSTR_NOTNULL:
			if (column && !not_null)
				refuse_clause("NOT NULL for a column that is not",
							  "zdm.expand_not_null() makes it so.");
			break;
		case CONSTR_NULL:
			if (not_null)
				refuse_clause("NULL for a column that is NOT NULL",
							  "ALTER TABLE ... ALTER COLUMN ... DROP NOT NULL is short.");
			break;
		default:
			refuse_clause("defaults and constraints",
						  "Leave them out; the table's own are taken over.");
	}
}

/* Refuses a column that is not one of the table's, with its type. */
static void
check_column(Relation rel, ZdmShape *shape, const ColumnDef *column)
{
	AttrNumber attnum = zdm_find_column(rel, column->colname);
	Form_pg_attribute att = TupleDescAttr(RelationGetDescr(rel), attnum - 1);
	Oid type;
	int32 typmod;
	ListCell *lc;

	typenameTypeIdAndMod(NULL, column->typeName, &type, &typmod);
	if (type != att->atttypid || typmod != att->atttypmod)
		refuse_clause(psprintf("another type for column \"%s\", which is %s", column->colname,
							   format_type_with_typemod(att->atttypid, att->atttypmod)),
					  "zdm.expand_change_type() changes the type of a column.");
	if (column->collClause &&
		get_collation_oid(column->collClause->collname, false) != att->attcollation)
		refuse_clause(psprintf("another collation for column \"%s\"", column->colname),
					  "zdm.expand_change_type() changes the collation of a column, too.");
	if (column->fdwoptions || column->storage || column->compression)
		refuse_clause("options of columns", "Leave them out; the table's own are taken over.");
	foreach (lc, column->constraints)
		check_constraint(rel, shape, lfirst_node(Constraint, lc), column);
}

/* Writes storage parameters (DefElem *), in parentheses. */
static char *
options_text(List *options)
{
	StringInfoData buf;
	ListCell *lc;

	initStringInfo(&buf);
	foreach (lc, options)
	{
		DefElem *option = lfirst_node(DefElem, lc);

		appendStringInfo(&buf, "%s%s%s%s", buf.len > 0 ? ", " : "(",
						 option->defnamespace ? quote_identifier(option->defnamespace) : "",
						 option->defnamespace ? "." : "", quote_identifier(option->defname));
		if (option->arg)
			appendStringInfo(&buf, " = %s", quote_literal_cstr(defGetString(option)));
	}
	return options == NIL ? "" : psprintf("%s)", buf.data);
}

/* Refuses what makes another kind of table. */
static void
check_kind(const CreateStmt *stmt)
{
	if (stmt->inhRelations || stmt->partbound || stmt->ofTypename)
		refuse_clause("parents or a type", "Leave them out.");
	if (stmt->partspec)
		refuse_clause("PARTITION BY", "zdm.expand_partition() partitions a table.");
	if (stmt->accessMethod && strcmp(stmt->accessMethod, "heap") != 0)
		refuse_clause(psprintf("access method %s", stmt->accessMethod),
					  "Only heap tables can be kept in sync.");
	if (stmt->oncommit != ONCOMMIT_NOOP)
		refuse_clause("ON COMMIT", "Leave it out.");
}

/* Refuses columns that are given twice, or not all. */
static void
check_all_columns(Relation rel, List *columns)
{
	TupleDesc desc = RelationGetDescr(rel);

	for (int i = 0; columns != NIL && i < desc->natts; i++)
	{
		const char *name = NameStr(TupleDescAttr(desc, i)->attname);
		int n = 0;
		ListCell *lc;

		if (TupleDescAttr(desc, i)->attisdropped)
			continue;
		foreach (lc, columns)
			n += strcmp(lfirst(lc), name) == 0;
		if (n != 1)
			ereport(ERROR, (errcode(ERRCODE_INVALID_TABLE_DEFINITION),
							errmsg("the definition has column \"%s\" %s", name,
								   n == 0 ? "not at all" : "more than once"),
							errhint("Give all columns of the table, or none: () leaves them as "
									"they are.")));
	}
}

/*
 * Reads a definition: what stands behind the name in CREATE TABLE.  NULL: as the table is.
 * Types are looked up as in any other statement of the caller's.
 */
ZdmShape *
zdm_shape_parse(Relation rel, const char *definition)
{
	ZdmShape *shape = palloc0(sizeof(ZdmShape));
	char *text = psprintf("CREATE TABLE zdm_new %s", definition ? definition : "()");
	ErrorContextCallback callback;
	List *parsed;
	CreateStmt *stmt;
	ListCell *lc;

	zdm_expression_enter(&callback, text);
	parsed = raw_parser(text, RAW_PARSE_DEFAULT);
	zdm_expression_leave(&callback);
	if (list_length(parsed) != 1 || !IsA(linitial_node(RawStmt, parsed)->stmt, CreateStmt))
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR),
				 errmsg("definition must be what stands behind the name in one CREATE TABLE"),
				 errdetail("It is \"%s\".", definition),
				 errhint("For example: '() WITH (fillfactor = 80)', or '(b int, a text)'.")));
	stmt = castNode(CreateStmt, linitial_node(RawStmt, parsed)->stmt);
	check_kind(stmt);
	foreach (lc, stmt->tableElts)
	{
		Node *element = lfirst(lc);

		if (IsA(element, TableLikeClause))
			refuse_clause("LIKE", "Leave it out.");
		if (IsA(element, Constraint))
		{
			check_constraint(rel, shape, (Constraint *) element, NULL);
			continue;
		}
		check_column(rel, shape, castNode(ColumnDef, element));
		shape->columns = lappend(shape->columns, ((ColumnDef *) element)->colname);
	}
	check_all_columns(rel, shape->columns);
	if (stmt->options)
		shape->options = options_text(stmt->options);
	shape->tablespace = stmt->tablespacename;
	shape->unlogged = rel->rd_rel->relpersistence == RELPERSISTENCE_UNLOGGED;
	return shape;
}

/* Tells whether a table is to become UNLOGGED, or to be so no more. */
bool
zdm_shape_changes_persistence(Relation rel, const ZdmShape *shape)
{
	return shape->unlogged != (rel->rd_rel->relpersistence == RELPERSISTENCE_UNLOGGED);
}

/* Lists the storage parameters of a relation; those of a toast table with its prefix. */
static List *
options_of(Oid relid, char *prefix)
{
	HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	bool isnull;
	Datum datum;
	List *options = NIL;
	ListCell *lc;

	if (!HeapTupleIsValid(tuple))
		return NIL;
	datum = SysCacheGetAttr(RELOID, tuple, Anum_pg_class_reloptions, &isnull);
	if (!isnull)
		options = untransformRelOptions(datum);
	foreach (lc, options)
		lfirst_node(DefElem, lc)->defnamespace = prefix;
	ReleaseSysCache(tuple);
	return options;
}

/* Writes a default or what a column is generated from. */
static char *
expression_text(Relation rel, const char *adbin)
{
	return deparse_expression(
		stringToNode(adbin),
		deparse_context_for(RelationGetRelationName(rel), RelationGetRelid(rel)), false, false);
}

/* Writes one column, with all that a CREATE TABLE can say of it but for constraints. */
static void
add_column(StringInfo buf, Relation rel, Form_pg_attribute att)
{
	TupleConstr *constr = RelationGetDescr(rel)->constr;

	appendStringInfo(buf, "%s %s", quote_identifier(NameStr(att->attname)),
					 zdm_qualified_type(att->atttypid, att->atttypmod));
	if (OidIsValid(att->attcollation) && att->attcollation != get_typcollation(att->atttypid))
		appendStringInfo(buf, " COLLATE %s", zdm_qualified_collation(att->attcollation));
	for (int i = 0; constr && i < constr->num_defval; i++)
	{
		char *text;

		if (constr->defval[i].adnum != att->attnum)
			continue;
		text = expression_text(rel, constr->defval[i].adbin);
		if (att->attgenerated)
			appendStringInfo(buf, " GENERATED ALWAYS AS (%s) %s", text,
							 att->attgenerated == ATTRIBUTE_GENERATED_STORED ? "STORED"
																			 : "VIRTUAL");
		else
			appendStringInfo(buf, " DEFAULT %s", text);
	}
	if (att->attnotnull && !OidIsValid(zdm_not_null_constraint(RelationGetRelid(rel), att->attnum)))
		appendStringInfoString(buf, " NOT NULL");
}

/* Writes a list of columns. */
static char *
column_list(List *columns)
{
	List *quoted = NIL;
	ListCell *lc;

	foreach (lc, columns)
		quoted = lappend(quoted, pstrdup(quote_identifier(lfirst(lc))));
	return zdm_join(quoted, ", ");
}

/*
 * Writes a constraint.  Those that have an index get another name, since that is one of the
 * schema.
 */
static void
add_constraint(StringInfo buf, Relation rel, const ZdmShape *shape, HeapTuple tuple)
{
	Form_pg_constraint form = (Form_pg_constraint) GETSTRUCT(tuple);
	bool has_index = OidIsValid(form->conindid);
	char *name = NameStr(form->conname);
	char *prefix = psprintf("ALTER TABLE %s ADD CONSTRAINT %s ",
							zdm_qualified_name(RelationGetRelid(rel)), quote_identifier(name));
	char *command = pg_get_constraintdef_command(form->oid);

	if (strncmp(command, prefix, strlen(prefix)) != 0)
		elog(ERROR, "unexpected definition of constraint \"%s\": %s", name, command);
	if (has_index)
		name =
			zdm_choose_relation_name(RelationGetNamespace(rel), "zdm_new_", name, form->conindid);
	command += strlen(prefix);
	if (form->contype == CONSTRAINT_PRIMARY && shape->key != NIL)
	{
		char *present = psprintf("PRIMARY KEY (%s)", column_list(zdm_shadow_key_columns(rel)));

		if (strncmp(command, present, strlen(present)) != 0)
			elog(ERROR, "unexpected definition of the primary key: %s", command);
		command =
			psprintf("PRIMARY KEY (%s)%s", column_list(shape->key), command + strlen(present));
	}
	appendStringInfo(buf, ", CONSTRAINT %s %s", quote_identifier(name), command);
}

/* Writes the constraints of the table, but for foreign keys and those of triggers. */
static void
add_constraints(StringInfo buf, Relation rel, const ZdmShape *shape)
{
	ListCell *lc;

	foreach (lc, zdm_constraints_of(RelationGetRelid(rel)))
	{
		char contype = ((Form_pg_constraint) GETSTRUCT((HeapTuple) lfirst(lc)))->contype;

		if (contype != CONSTRAINT_FOREIGN && contype != CONSTRAINT_TRIGGER)
			add_constraint(buf, rel, shape, lfirst(lc));
	}
}

/* Writes how and where a table is stored. */
static void
add_storage(StringInfo buf, Relation rel, const ZdmShape *shape)
{
	Oid tablespace = rel->rd_rel->reltablespace;
	List *options = options_of(RelationGetRelid(rel), NULL);
	const char *options_sql = shape->options;

	if (options_sql == NULL)
	{
		if (OidIsValid(rel->rd_rel->reltoastrelid))
			options = list_concat(options, options_of(rel->rd_rel->reltoastrelid, "toast"));
		options_sql = options_text(options);
	}
	appendStringInfo(buf, " USING heap%s%s", options_sql[0] ? " WITH " : "", options_sql);
	appendStringInfo(
		buf, " TABLESPACE %s",
		quote_identifier(
			shape->tablespace
				? shape->tablespace
				: get_tablespace_name(OidIsValid(tablespace) ? tablespace : MyDatabaseTableSpace)));
}

/* Writes the CREATE TABLE of a table in another shape, under a name in the same schema. */
char *
zdm_shape_sql(Relation rel, const ZdmShape *shape, const char *name)
{
	TupleDesc desc = RelationGetDescr(rel);
	StringInfoData buf;
	int level = zdm_pin_search_path();
	ListCell *lc;
	int n = 0;

	initStringInfo(&buf);
	appendStringInfo(
		&buf, "CREATE %sTABLE %s (", shape->unlogged ? "UNLOGGED " : "",
		quote_qualified_identifier(get_namespace_name(RelationGetNamespace(rel)), name));
	foreach (lc, shape->columns)
	{
		appendStringInfoString(&buf, n++ > 0 ? ", " : "");
		add_column(&buf, rel, TupleDescAttr(desc, zdm_find_column(rel, lfirst(lc)) - 1));
	}
	for (int i = 0; shape->columns == NIL && i < desc->natts; i++)
	{
		if (TupleDescAttr(desc, i)->attisdropped)
			continue;
		appendStringInfoString(&buf, n++ > 0 ? ", " : "");
		add_column(&buf, rel, TupleDescAttr(desc, i));
	}
	add_constraints(&buf, rel, shape);
	appendStringInfoChar(&buf, ')');
	if (shape->partition_by)
		appendStringInfo(&buf, " PARTITION BY %s", shape->partition_by);
	else
		add_storage(&buf, rel, shape);
	AtEOXact_GUC(false, level);
	return buf.data;
}

/*
 * Writes the statements that make the partitions of a table, and the indexes that no constraint
 * has: made while there are no rows, each has its counterpart in every partition at once.  NULL:
 * it is one table.
 */
char *
zdm_shape_partitions_sql(Relation rel, const ZdmShape *shape, const char *name)
{
	Oid schema = RelationGetNamespace(rel);
	char *schema_name = get_namespace_name(schema);
	char *table = quote_qualified_identifier(schema_name, name);
	StringInfoData buf;
	int level;
	ListCell *lc;

	if (shape->partition_by == NULL)
		return NULL;
	level = zdm_pin_search_path();
	initStringInfo(&buf);
	foreach (lc, shape->partitions)
	{
		const ZdmShapePartition *partition = lfirst(lc);

		appendStringInfo(&buf, "CREATE TABLE %s PARTITION OF %s %s",
						 quote_qualified_identifier(schema_name, partition->name), table,
						 partition->bound);
		add_storage(&buf, rel, shape);
		appendStringInfoString(&buf, ";\n");
	}
	foreach (lc, zdm_shadow_indexes(rel))
	{
		ZdmShadowIndex *index = lfirst(lc);

		if (index->contype == '\0')
			appendStringInfo(&buf, "CREATE INDEX %s ON %s %s;\n",
							 quote_identifier(zdm_choose_relation_name(schema, "zdm_new_",
																	   index->name, index->index)),
							 table, index->tail);
	}
	AtEOXact_GUC(false, level);
	return buf.data;
}
