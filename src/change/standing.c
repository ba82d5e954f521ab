/*
 * standing.c
 *		Whether what a migration has made is still there.
 *
 * A record tells what was done, the catalog what is there.  Where somebody has dropped
 * the column, or made the schema anew, a call that is repeated has to do its work again:
 * the record alone would have it say that there is nothing to do.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/index.h"
#include "catalog/indexing.h"
#include "catalog/namespace.h"
#include "catalog/pg_constraint.h"
#include "fmgr.h"
#include "nodes/parsenodes.h"
#include "parser/parse_type.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "base/compat.h"
#include "base/json.h"
#include "base/names.h"
#include "base/query.h"
#include "change/standing.h"
#include "record/merge_log.h"

PG_FUNCTION_INFO_V1(zdm_shown_index);

/* Tells whether the table has a column of that name. */
static bool
has_column(Oid relation, const char *column)
{
	return column != NULL && get_attnum(relation, column) != InvalidAttrNumber;
}

/* Tells whether the table has all of these columns. */
static bool
has_columns(Oid relation, List *columns)
{
	ListCell *lc;

	foreach (lc, columns)
		if (!has_column(relation, lfirst(lc)))
			return false;
	return true;
}

/* Leaves out the names that columns have from contract on. */
static List *
before_contract(List *columns)
{
	List *result = NIL;
	ListCell *lc;

	foreach (lc, columns)
		if (strncmp(lfirst(lc), "zdm_old_", 8) != 0)
			result = lappend(result, lfirst(lc));
	return result;
}

static bool
is_not_null(Oid relation, const char *column)
{
	HeapTuple tuple = SearchSysCacheAttName(relation, column);
	bool result = HeapTupleIsValid(tuple) && ((Form_pg_attribute) GETSTRUCT(tuple))->attnotnull;

	if (HeapTupleIsValid(tuple))
		ReleaseSysCache(tuple);
	return result;
}

/* Tells whether a column has the type that the text names; not if there is no such type. */
static bool
has_type(Oid relation, const char *column, const char *text)
{
	AttrNumber attnum = get_attnum(relation, column);
	Type type;
	Oid is;
	int32 typmod;
	int32 is_typmod;
	Oid collation;
	bool result = false;

	if (attnum == InvalidAttrNumber)
		return false;
	type = LookupTypeName(NULL, zdm_type_name(text), &typmod, true);
	if (type == NULL)
		return false;
	get_atttypetypmodcoll(relation, attnum, &is, &is_typmod, &collation);
	result = is == typeTypeId(type) && is_typmod == typmod;
	ReleaseSysCache(type);
	return result;
}

/* Tells whether a constraint is on just these columns, in whatever order. */
static bool
is_on_columns(Oid relation, HeapTuple tuple, TupleDesc desc, List *columns)
{
	bool isnull;
	Datum datum = heap_getattr(tuple, Anum_pg_constraint_conkey, desc, &isnull);
	ArrayType *keys = isnull ? NULL : DatumGetArrayTypeP(datum);
	int16 *key = keys ? (int16 *) ARR_DATA_PTR(keys) : NULL;
	int n = keys ? ArrayGetNItems(ARR_NDIM(keys), ARR_DIMS(keys)) : 0;
	ListCell *lc;

	if (n != list_length(columns))
		return false;
	foreach (lc, columns)
	{
		AttrNumber attnum = get_attnum(relation, lfirst(lc));
		bool found = false;

		for (int i = 0; i < n; i++)
			found |= key[i] == attnum;
		if (!found)
			return false;
	}
	return true;
}

/*
 * Tells whether the table has a constraint of that kind: of that name or, without a name,
 * on just these columns.
 */
static bool
has_constraint(Oid relation, char contype, const char *name, List *columns)
{
	Relation rel = table_open(ConstraintRelationId, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple tuple;
	bool found = false;

	ScanKeyInit(&key, Anum_pg_constraint_conrelid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(relation));
	scan = systable_beginscan(rel, ConstraintRelidTypidNameIndexId, true, NULL, 1, &key);
	while (!found && HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_constraint form = (Form_pg_constraint) GETSTRUCT(tuple);

		found = form->contype == contype &&
				(name ? strcmp(NameStr(form->conname), name) == 0
					  : is_on_columns(relation, tuple, RelationGetDescr(rel), columns));
	}
	systable_endscan(scan);
	table_close(rel, AccessShareLock);
	return found;
}

/* Tells whether the constraint is there that the arguments ask for. */
static bool
constraint_stands(const ZdmMigration *m, char contype)
{
	return has_constraint(m->relation, contype, zdm_json_string(m->arguments, "constraint_name"),
						  zdm_json_list(m->arguments, "columns"));
}

/* Returns the name of the index that a migration is about; NULL if it is about none. */
static char *
index_name(const ZdmMigration *m)
{
	ListCell *lc;

	if (strcmp(m->kind, "drop_index") == 0)
		return strVal(llast(zdm_name_list(zdm_json_string(m->arguments, "index_name"))));
	if (strcmp(m->kind, "index") != 0)
		return NULL;
	foreach (lc, zdm_steps(m->id))
	{
		List *parsed = zdm_parse(((ZdmStep *) lfirst(lc))->command.text);
		Node *stmt = parsed ? linitial_node(RawStmt, parsed)->stmt : NULL;

		if (stmt && IsA(stmt, IndexStmt))
			return ((IndexStmt *) stmt)->idxname;
	}
	return NULL; /* there was one already */
}

/* Tells whether the schema of the table has an index of that name. */
static bool
has_index(Oid relation, const char *name)
{
	return OidIsValid(get_relname_relid(name, get_rel_namespace(relation)));
}

/* Returns the index of that name, of the table, if queries use it; else InvalidOid. */
static Oid
visible_index(Oid relation, const char *name)
{
	Oid namespace = get_rel_namespace(relation);
	Oid index = OidIsValid(namespace) ? get_relname_relid(name, namespace) : InvalidOid;

	return OidIsValid(index) && get_rel_relkind(index) == RELKIND_INDEX &&
				   IndexGetRelation(index, true) == relation && get_index_isvalid(index)
			   ? index
			   : InvalidOid;
}

/*
 * Returns the index that drop_index has hidden, if something has shown it to queries again: what
 * builds an index anew sets the flag by which it is hidden (REINDEX, VACUUM FULL, CLUSTER,
 * TRUNCATE).  NULL: it is as the migration has left it.
 */
char *
zdm_hidden_index_shown(const ZdmMigration *m)
{
	Oid index = InvalidOid;

	if (m->status == ZDM_CONTRACTED && strcmp(m->kind, "drop_index") == 0)
		index = visible_index(m->relation, index_name(m));
	return OidIsValid(index) ? zdm_qualified_name(index) : NULL;
}

/*
 * zdm.shown_index(tbl, index_name): the index of that name, in whatever schema, of that table; NULL
 * if queries don't use it.
 */
Datum
zdm_shown_index(PG_FUNCTION_ARGS)
{
	char *name = strVal(llast(zdm_name_list(text_to_cstring(PG_GETARG_TEXT_PP(1)))));
	Oid index = visible_index(PG_GETARG_OID(0), name);

	if (!OidIsValid(index))
		PG_RETURN_NULL();
	PG_RETURN_OID(index);
}

/* Tells whether there is the table that columns were to move to. */
static bool
has_new_table(const ZdmMigration *m)
{
	List *names = zdm_name_list(zdm_json_string(m->arguments, "new_table"));
	Oid schema = list_length(names) == 2 ? get_namespace_oid(strVal(linitial(names)), true)
										 : get_rel_namespace(m->relation);

	return OidIsValid(schema) && OidIsValid(get_relname_relid(strVal(llast(names)), schema));
}

/* Tells whether the columns that are merged are there, hidden or not. */
static bool
has_merged_columns(const ZdmMigration *m)
{
	List *columns = zdm_migration_columns(m->id);
	int n = list_length(columns) / 2;

	for (int i = 0; i < n; i++)
		if (!has_column(m->relation, list_nth(columns, i)) &&
			!has_column(m->relation, list_nth(columns, n + i)))
			return false;
	return true;
}

/* Tells whether the schema is as the migration leaves it. */
static bool
schema_is_new(const ZdmMigration *m)
{
	Oid relation = m->relation;
	Jsonb *arguments = m->arguments;
	char *column = zdm_json_string(arguments, "column_name");

	if (strcmp(m->kind, "rename") == 0)
		return has_column(relation, zdm_json_string(arguments, "new_column"));
	if (strcmp(m->kind, "add_column") == 0)
		return has_column(relation, column);
	if (strcmp(m->kind, "drop_column") == 0)
		return !has_column(relation, column);
	if (strcmp(m->kind, "change_type") == 0)
		return has_type(relation, column, zdm_json_string(arguments, "new_type"));
	if (strcmp(m->kind, "transform") == 0)
		return has_columns(relation, zdm_json_keys(zdm_json_object(arguments, "new_columns")));
	if (strcmp(m->kind, "not_null") == 0)
		return is_not_null(relation, column);
	if (strcmp(m->kind, "check") == 0)
		return constraint_stands(m, CONSTRAINT_CHECK);
	if (strcmp(m->kind, "foreign_key") == 0)
		return constraint_stands(m, CONSTRAINT_FOREIGN);
	if (strcmp(m->kind, "unique") == 0)
		return constraint_stands(m, CONSTRAINT_UNIQUE);
	if (strcmp(m->kind, "primary_key") == 0)
		return constraint_stands(m, CONSTRAINT_PRIMARY);
	if (strcmp(m->kind, "index") == 0)
		return index_name(m) == NULL || has_index(relation, index_name(m));
	if (strcmp(m->kind, "drop_index") == 0)
		return !has_index(relation, index_name(m));
	if (strcmp(m->kind, "extract") == 0)
		return has_new_table(m);
	if (zdm_merges(m))
		return has_merged_columns(m);
	if (strcmp(m->kind, "rename_table") == 0)
		return strcmp(get_rel_name(relation), zdm_json_string(arguments, "new_name")) == 0;
	if (strcmp(m->kind, "move_table") == 0)
		return strcmp(get_namespace_name(get_rel_namespace(relation)),
					  zdm_json_string(arguments, "new_schema")) == 0;
	return true;
}

/* Tells whether a migration gives its table another name or schema. */
static bool
renames_table(const ZdmMigration *m)
{
	return strcmp(m->kind, "rename_table") == 0 || strcmp(m->kind, "move_table") == 0;
}

/*
 * Tells whether what a migration of a table that exists has made so far is there, or a later
 * migration has had it.
 */
bool
zdm_result_stands(ZdmMigration *m)
{
	if (m->status == ZDM_FINALIZED)
		return schema_is_new(m) || zdm_migration_superseded(m, index_name(m));
	if (renames_table(m))
		return true; /* a view that is gone is made anew */
	if (m->status == ZDM_CONTRACTED)
		return strcmp(m->kind, "drop_index") == 0 || schema_is_new(m);
	if (zdm_merges(m))
		return has_merged_columns(m);
	return has_columns(m->relation, before_contract(zdm_migration_columns(m->id)));
}
