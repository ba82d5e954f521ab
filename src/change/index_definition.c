/*
 * index_definition.c
 *		The text of a CREATE INDEX, read by the server's parser and written anew.
 *
 * The user's text means what it means under his search_path and defaults; the
 * worker has others.  So the statement is analysed as the server would
 * (parse_utilcmd.c, transformIndexStmt) and written with every name in full, in
 * the shape of pg_get_indexdef() (ruleutils.c), but without what is a default.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/relation.h"
#include "access/reloptions.h"
#include "access/sysattr.h"
#include "catalog/namespace.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_opclass.h"
#include "commands/defrem.h"
#include "commands/tablespace.h"
#include "common/hashfn.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "parser/parse_target.h"
#include "parser/parse_utilcmd.h"
#include "parser/parser.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/ruleutils.h"
#include "utils/syscache.h"

#include "base/expression.h"
#include "base/lock.h"
#include "base/names.h"
#include "base/query.h"
#include "change/index_definition.h"
#include "record/migration.h"

/* Parses text that must be one CREATE INDEX; syntax errors are raised as the server words them. */
IndexStmt *
zdm_index_parse(const char *text)
{
	ErrorContextCallback callback;
	List *parsed;

	zdm_expression_enter(&callback, text);
	parsed = raw_parser(text, RAW_PARSE_DEFAULT);
	zdm_expression_leave(&callback);

	if (list_length(parsed) != 1 || !IsA(linitial_node(RawStmt, parsed)->stmt, IndexStmt))
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR), errmsg("definition must be one CREATE INDEX"),
				 errdetail("It is \"%s\".", text),
				 errhint("Give the statement as you would run it: "
						 "zdm.expand_index('CREATE INDEX ON tbl (column_name)').")));
	return (IndexStmt *) linitial_node(RawStmt, parsed)->stmt;
}

/* Returns a qualified operator class name. */
static char *
opclass_name(Oid opclass)
{
	HeapTuple tuple = SearchSysCache1(CLAOID, ObjectIdGetDatum(opclass));
	Form_pg_opclass form;
	char *name;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for operator class %u", opclass);
	form = (Form_pg_opclass) GETSTRUCT(tuple);
	name =
		quote_qualified_identifier(get_namespace_name(form->opcnamespace), NameStr(form->opcname));
	ReleaseSysCache(tuple);
	return name;
}

/* Returns the text of a column or expression of the index. */
static char *
key_text(Relation rel, IndexElem *elem)
{
	if (elem->expr)
		return psprintf("(%s)", zdm_expression_canonical(rel, elem->expr));
	return pstrdup(quote_identifier(elem->name));
}

/* Refuses an expression or predicate that is not the same for the same row, always. */
static void
check_immutable(Node *expr, const char *what)
{
	if (contain_mutable_functions((Node *) expression_planner((Expr *) expr)))
		ereport(ERROR, (errcode(ERRCODE_INVALID_OBJECT_DEFINITION),
						errmsg("functions in an index %s must be marked IMMUTABLE", what)));
}

/* Returns the type of an index element, and appends the element itself. */
static Oid
add_key(StringInfo buf, Relation rel, IndexElem *elem)
{
	AttrNumber attnum;

	if (elem->expr)
	{
		check_immutable(elem->expr, "expression");
		appendStringInfoString(buf, key_text(rel, elem));
		return exprType(elem->expr);
	}
	attnum = zdm_find_column(rel, elem->name);
	appendStringInfoString(buf, key_text(rel, elem));
	return TupleDescAttr(RelationGetDescr(rel), attnum - 1)->atttypid;
}

/* Appends one key column: what it is, collation, operator class, order. */
static void
add_element(StringInfo buf, Relation rel, IndexElem *elem, const char *access_method, Oid am)
{
	Oid type = add_key(buf, rel, elem);
	Oid opclass;

	if (elem->collation)
		appendStringInfo(buf, " COLLATE %s",
						 zdm_qualified_collation(get_collation_oid(elem->collation, false)));
	opclass = ResolveOpClass(elem->opclass, type, access_method, am);
	if (elem->opclass || elem->opclassopts)
		appendStringInfo(buf, " %s", opclass_name(opclass));
	if (elem->opclassopts)
	{
		appendStringInfoChar(buf, ' ');
		zdm_add_options(buf, elem->opclassopts);
	}
	if (elem->ordering == SORTBY_DESC)
		appendStringInfoString(buf, " DESC");
	else if (elem->ordering == SORTBY_ASC)
		appendStringInfoString(buf, " ASC");
	if (elem->nulls_ordering == SORTBY_NULLS_FIRST)
		appendStringInfoString(buf, " NULLS FIRST");
	else if (elem->nulls_ordering == SORTBY_NULLS_LAST)
		appendStringInfoString(buf, " NULLS LAST");
}

/* Returns the tablespace that a session of the caller would use; NULL for the database's own. */
static const char *
tablespace_name(Relation rel, IndexStmt *stmt)
{
	Oid tablespace;

	if (stmt->tableSpace)
		return stmt->tableSpace;
	tablespace = GetDefaultTablespace(rel->rd_rel->relpersistence,
									  rel->rd_rel->relkind == RELKIND_PARTITIONED_TABLE);
	return OidIsValid(tablespace) ? get_tablespace_name(tablespace) : NULL;
}

/* Writes all that stands behind the name of the table. */
static char *
tail_text(Relation rel, IndexStmt *stmt)
{
	StringInfoData buf;
	Oid am = get_index_am_oid(stmt->accessMethod, false);
	const char *tablespace = tablespace_name(rel, stmt);
	ListCell *lc;

	initStringInfo(&buf);
	appendStringInfo(&buf, "USING %s (", quote_identifier(stmt->accessMethod));
	foreach (lc, stmt->indexParams)
	{
		if (lc != list_head(stmt->indexParams))
			appendStringInfoString(&buf, ", ");
		add_element(&buf, rel, lfirst(lc), stmt->accessMethod, am);
	}
	appendStringInfoChar(&buf, ')');
	foreach (lc, stmt->indexIncludingParams)
	{
		appendStringInfoString(&buf,
							   lc == list_head(stmt->indexIncludingParams) ? " INCLUDE (" : ", ");
		(void) add_key(&buf, rel, lfirst(lc));
	}
	if (stmt->indexIncludingParams)
		appendStringInfoChar(&buf, ')');
	if (stmt->nulls_not_distinct)
		appendStringInfoString(&buf, " NULLS NOT DISTINCT");
	if (stmt->options)
	{
		appendStringInfoString(&buf, " WITH ");
		zdm_add_options(&buf, stmt->options);
	}
	if (tablespace)
		appendStringInfo(&buf, " TABLESPACE %s", quote_identifier(tablespace));
	if (stmt->whereClause)
	{
		check_immutable(stmt->whereClause, "predicate");
		appendStringInfo(&buf, " WHERE %s", zdm_expression_canonical(rel, stmt->whereClause));
	}
	return buf.data;
}

/* Lists the names of the columns that the index reads. */
static List *
column_list(Relation rel, IndexStmt *stmt)
{
	Bitmapset *columns = NULL;
	List *result = NIL;
	List *elements = list_concat_copy(stmt->indexParams, stmt->indexIncludingParams);
	ListCell *lc;
	int member = -1;

	foreach (lc, elements)
	{
		IndexElem *elem = lfirst(lc);

		if (elem->expr)
			pull_varattnos(elem->expr, 1, &columns);
		else
			columns = bms_add_member(columns, zdm_find_column(rel, elem->name) -
												  FirstLowInvalidHeapAttributeNumber);
	}
	pull_varattnos(stmt->whereClause, 1, &columns);
	while ((member = bms_next_member(columns, member)) >= 0)
	{
		AttrNumber attnum = member + FirstLowInvalidHeapAttributeNumber;

		if (attnum > 0)
			result = lappend(result, get_attname(RelationGetRelid(rel), attnum, false));
	}
	foreach (lc, result)
		zdm_check_not_virtual(rel, lfirst(lc), "an index");
	return result;
}

/*
 * Returns what the server puts between the table's name and "idx" in the name of
 * an index that has none (indexcmds.c, ChooseIndexNameAddition).
 */
static char *
name_addition(IndexStmt *stmt)
{
	StringInfoData buf;
	List *elements = list_concat_copy(stmt->indexParams, stmt->indexIncludingParams);
	ListCell *lc;

	initStringInfo(&buf);
	foreach (lc, elements)
	{
		IndexElem *elem = lfirst(lc);
		const char *name = elem->indexcolname ? elem->indexcolname : elem->name;

		if (name == NULL && elem->expr)
			name = FigureIndexColname(elem->expr);
		appendStringInfo(&buf, "%s%s", buf.len > 0 ? "_" : "", name ? name : "expr");
	}
	return buf.data;
}

/* Returns the name that an index has if none is given and none is in the way. */
char *
zdm_index_default_name(const char *table, IndexStmt *stmt)
{
	return stmt->idxname ? stmt->idxname : makeObjectName(table, name_addition(stmt), "idx");
}

/*
 * Analyses the statement over its table, which the caller has open, and writes
 * it down.  Raises what the server would raise for names that don't exist,
 * operator classes that don't fit and functions that aren't immutable.
 */
ZdmIndexDefinition *
zdm_index_definition(Relation rel, IndexStmt *stmt, const char *text)
{
	ZdmIndexDefinition *definition = palloc0(sizeof(ZdmIndexDefinition));
	ErrorContextCallback callback;
	ListCell *lc;

	definition->name = stmt->idxname;
	definition->unique = stmt->unique;
	definition->if_not_exists = stmt->if_not_exists;
	definition->addition = name_addition(stmt);
	zdm_expression_enter(&callback, text);
	stmt = transformIndexStmt(RelationGetRelid(rel), stmt, text);
	zdm_expression_leave(&callback);
	definition->tail = tail_text(rel, stmt);
	definition->columns = column_list(rel, stmt);
	definition->nulls_not_distinct = stmt->nulls_not_distinct;
	foreach (lc, stmt->indexParams)
	{
		definition->keys = lappend(definition->keys, key_text(rel, lfirst(lc)));
		definition->expressions |= lfirst_node(IndexElem, lc)->expr != NULL;
	}
	if (stmt->whereClause)
		definition->predicate = zdm_expression_canonical(rel, stmt->whereClause);
	return definition;
}

/*
 * Returns the statement that makes the index on a table: concurrently, or only
 * on a partitioned table itself.
 */
char *
zdm_index_sql(const ZdmIndexDefinition *definition, const char *name, Oid table, bool only)
{
	return psprintf("CREATE %sINDEX %s%s ON %s%s %s", definition->unique ? "UNIQUE " : "",
					only ? "" : "CONCURRENTLY ", quote_identifier(name), only ? "ONLY " : "",
					zdm_qualified_name(table), definition->tail);
}

/*
 * Keeps others from choosing a name for an index in a schema until the end of the transaction;
 * false if another session has chosen it, and may yet commit.
 */
static bool
take_name(Oid schema, const char *name)
{
	uint32 hash = DatumGetUInt32(hash_any((const unsigned char *) name, (int) strlen(name)));

	return zdm_transaction_lock_at_once(ZDM_LOCK_INDEX_NAME,
										(int64) (((uint64) schema << 32) | hash));
}

/* Tells whether a statement makes an index or a constraint of that name. */
static bool
makes_name(const Node *stmt, const char *name)
{
	ListCell *lc;

	if (IsA(stmt, IndexStmt))
		return ((const IndexStmt *) stmt)->idxname &&
			   strcmp(((const IndexStmt *) stmt)->idxname, name) == 0;
	if (!IsA(stmt, AlterTableStmt))
		return false;
	foreach (lc, ((const AlterTableStmt *) stmt)->cmds)
	{
		const AlterTableCmd *cmd = lfirst_node(AlterTableCmd, lc);

		if (cmd->subtype == AT_AddConstraint && castNode(Constraint, cmd->def)->conname &&
			strcmp(castNode(Constraint, cmd->def)->conname, name) == 0)
			return true;
	}
	return false;
}

/*
 * Tells whether a migration under way of a table of this schema is going to make an index or a
 * constraint of that name: nothing has the name yet, but will.
 */
static bool
is_to_be_made(Oid schema, const char *name)
{
	ListCell *command;
	ListCell *stmt;

	foreach (command, zdm_step_commands_to_run(schema, quote_identifier(name)))
		foreach (stmt, zdm_parse(lfirst(command)))
			if (makes_name(lfirst_node(RawStmt, stmt)->stmt, name))
				return true;
	return false;
}

/*
 * Chooses the name of an index, and of its constraint if it is to have one, as
 * the server does (indexcmds.c, ChooseRelationName), but also free among those
 * that the plan has chosen before: *names, of char *; those that other migrations of the table
 * are going to make; and those that a plan of another session has just chosen.
 */
char *
zdm_choose_index_name(List **names, Oid table, const char *addition, const char *label)
{
	Oid schema = get_rel_namespace(table);
	const char *try_label = label;

	for (int n = 1;; n++)
	{
		char *name = makeObjectName(get_rel_name(table), addition, try_label);
		char *key = psprintf("%u.%s", schema, name);
		/* Taken first: what was chosen by a plan that has committed meanwhile is found then. */
		bool taken = !take_name(schema, name) || OidIsValid(get_relname_relid(name, schema)) ||
					 ConstraintNameExists(name, schema) || is_to_be_made(schema, name) ||
					 zdm_has_string(*names, key);

		if (!taken)
		{
			*names = lappend(*names, key);
			return name;
		}
		try_label = psprintf("%s%d", label, n);
	}
}
