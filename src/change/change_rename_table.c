/*
 * change_rename_table.c
 *		expand_rename_table and expand_move_table: a table under two names.
 *
 * The other name is a view (stand_in.c), so there is no row to copy: both names are live as soon as
 * expand is committed, and stay so until finalize.  Contract has table and view exchange their
 * names.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/dependency.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_publication.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "base/compat.h"
#include "base/json.h"
#include "base/names.h"
#include "change/change.h"
#include "change/column_uses.h"
#include "change/stand_in.h"
#include "record/named.h"

/* Returns the last part of the name by which a call has its table. */
static char *
bare_name(Jsonb *arguments)
{
	char *text = zdm_json_string(arguments, "tbl");

	if (text == NULL)
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("tbl must not be null"),
						errhint("Name the table that is to be migrated.")));
	return strVal(llast(zdm_name_list(text)));
}

/* See ZdmChangeKind: the name without its schema. */
static Jsonb *
canonical(Jsonb *arguments)
{
	static const char *const words[] = {"new_name", "new_schema"};
	StringInfoData json;

	initStringInfo(&json);
	appendStringInfoChar(&json, '{');
	zdm_json_add_string(&json, "tbl", quote_identifier(bare_name(arguments)));
	for (int i = 0; i < lengthof(words); i++)
		if (zdm_json_has(arguments, words[i]))
			zdm_json_add_string(&json, words[i], zdm_json_string(arguments, words[i]));
	if (zdm_json_has(arguments, "rename_objects"))
		zdm_json_add_bool(&json, "rename_objects",
						  zdm_json_bool(arguments, "rename_objects", false));
	appendStringInfoChar(&json, '}');
	return zdm_json_parse(json.data);
}

/* rename_table_<table>_to_<new name> */
static char *
derive_rename_name(Relation rel, Jsonb *arguments)
{
	char *new_name = zdm_json_string(arguments, "new_name");

	return psprintf("rename_table_%s_to_%s", bare_name(arguments), new_name ? new_name : "");
}

/* move_table_<table>_to_<new schema> */
static char *
derive_move_name(Relation rel, Jsonb *arguments)
{
	char *new_schema = zdm_json_string(arguments, "new_schema");

	return psprintf("move_table_%s_to_%s", bare_name(arguments), new_schema ? new_schema : "");
}

/*
 * Finds the table of a call, which names it as it was called before: from contract on a view has
 * that name, and from finalize on nothing, but the migration knows its table.
 */
static Oid
find_table(const char *kind, const char *migration, Jsonb *arguments)
{
	List *names = zdm_name_list(zdm_json_string(arguments, "tbl"));
	Oid relation = RangeVarGetRelid(makeRangeVarFromNameList(names), NoLock, true);
	ZdmMigration *m = NULL;

	if (!OidIsValid(relation))
		m = zdm_migration_named(migration);
	else if (get_rel_relkind(relation) == RELKIND_VIEW)
		m = zdm_migration_renaming(relation, true);
	if (m && m->status != ZDM_ROLLED_BACK && strcmp(m->kind, kind) == 0 &&
		get_rel_name(m->relation) != NULL)
		return m->relation;
	if (!OidIsValid(relation))
		ereport(ERROR,
				(errcode(ERRCODE_UNDEFINED_TABLE),
				 errmsg("relation \"%s\" does not exist", zdm_json_string(arguments, "tbl"))));
	return relation;
}

static Oid
find_renamed_table(const char *name, Jsonb *arguments)
{
	(void) bare_name(arguments);
	return find_table("rename_table", name ? name : derive_rename_name(NULL, arguments), arguments);
}

static Oid
find_moved_table(const char *name, Jsonb *arguments)
{
	(void) bare_name(arguments);
	return find_table("move_table", name ? name : derive_move_name(NULL, arguments), arguments);
}

/* A table that is to get another name or schema. */
typedef struct Rename
{
	ZdmPlan *plan;
	Oid schema;
	char *schema_name;
	char *name;
	bool rename_objects;
} Rename;

/* Refuses what is not the caller's to do: the view is made, and both are renamed. */
static void
check_rights(const Rename *rename)
{
	Oid schemas[] = {RelationGetNamespace(rename->plan->rel), rename->schema};

	for (int i = 0; i < lengthof(schemas); i++)
		if (!zdm_may_create_in(schemas[i], GetUserId()))
			ereport(ERROR,
					(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
					 errmsg("permission denied for schema %s", get_namespace_name(schemas[i])),
					 errdetail("A table is renamed by whoever may create others in its schema, "
							   "and moved by whoever may do so in both."),
					 errhint("GRANT CREATE ON SCHEMA %s TO %s, at least until finalize.",
							 quote_identifier(get_namespace_name(schemas[i])),
							 quote_identifier(GetUserNameFromId(GetUserId(), false)))));
}

/* Refuses a name that something has already: a relation, or a type, which the view has one of. */
static void
check_free(const Rename *rename)
{
	Oid type = GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid, CStringGetDatum(rename->name),
							   ObjectIdGetDatum(rename->schema));

	if (OidIsValid(get_relname_relid(rename->name, rename->schema)))
		ereport(ERROR, (errcode(ERRCODE_DUPLICATE_TABLE),
						errmsg("relation \"%s\" already exists in schema \"%s\"", rename->name,
							   rename->schema_name),
						errhint("Choose another name, or give that one another name first.")));
	if (OidIsValid(type) && !OidIsValid(get_element_type(type)))
		ereport(ERROR, (errcode(ERRCODE_DUPLICATE_OBJECT),
						errmsg("type \"%s\" already exists in schema \"%s\"", rename->name,
							   rename->schema_name),
						errdetail("A table and a type can't have the same name."),
						errhint("Choose another name, or give that one another name first.")));
}

/* Refuses names that indexes, sequences and the like are to have and something has already. */
static void
check_objects(const Rename *rename)
{
	Relation rel = rename->plan->rel;
	bool moves = rename->schema != RelationGetNamespace(rel);
	List *names =
		rename->rename_objects
			? zdm_object_names(rel, list_make1(RelationGetRelationName(rel)), rename->name)
			: NIL;
	List *relations = NIL;
	ListCell *lc;

	foreach (lc, names)
	{
		ZdmObjectName *object = lfirst(lc);

		zdm_check_name("the new name of an object", object->to);
		if (strcmp(object->what, "statistics") != 0)
			relations = lappend(relations, object->to);
	}
	foreach (lc, moves ? list_concat_copy(RelationGetIndexList(rel),
										  getOwnedSequences(RelationGetRelid(rel)))
					   : NIL)
		relations = lappend(relations, get_rel_name(lfirst_oid(lc)));
	foreach (lc, relations)
		if (OidIsValid(get_relname_relid(lfirst(lc), rename->schema)))
			ereport(ERROR, (errcode(ERRCODE_DUPLICATE_TABLE),
							errmsg("relation \"%s\" already exists in schema \"%s\"",
								   (char *) lfirst(lc), rename->schema_name),
							errdetail("An index, a constraint or a sequence of %s would have that "
									  "name.",
									  rename->plan->table),
							errhint("Give one of the two another name first.")));
}

/* Refuses what two names can't be had of. */
static void
check_table(const Rename *rename)
{
	ZdmPlan *plan = rename->plan;
	Oid relid = RelationGetRelid(plan->rel);
	ZdmMigration *other = zdm_migration_renaming(relid, false);

	if (other)
		ereport(ERROR, (errcode(ERRCODE_OBJECT_IN_USE),
						errmsg("migration \"%s\", which is %s, gives table %s another name already",
							   other->name, zdm_status_name(other->status), plan->table),
						errhint("End it first: zdm.rollback(%s) undoes it; zdm.contract(%s) and "
								"zdm.finalize(%s) complete it.",
								quote_literal_cstr(other->name), quote_literal_cstr(other->name),
								quote_literal_cstr(other->name))));
	if (zdm_is_subscribed(relid))
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("cannot rename subscribed table %s under traffic", plan->table),
				 errdetail("The subscription finds it by the name that it has on the publisher, "
						   "and can't write to a view."),
				 errhint("Disable the subscription, rename the table on both servers, enable it "
						 "again: ALTER SUBSCRIPTION ... DISABLE, ENABLE.")));
}

/* Lists the columns of the table: none of them may change while the view shows it. */
static List *
all_columns(Relation rel)
{
	List *columns = NIL;

	for (int i = 0; i < RelationGetDescr(rel)->natts; i++)
		if (!TupleDescAttr(RelationGetDescr(rel), i)->attisdropped)
			columns = lappend(columns,
							  pstrdup(NameStr(TupleDescAttr(RelationGetDescr(rel), i)->attname)));
	if (columns == NIL)
		ereport(ERROR, (errcode(ERRCODE_INVALID_TABLE_DEFINITION),
						errmsg("table \"%s\" has no columns", RelationGetRelationName(rel)),
						errhint("ALTER TABLE renames it: no application uses it.")));
	return columns;
}

/* Says what can't be done by the name that is a view. */
static void
note_view(const Rename *rename, ZdmStep *step)
{
	Relation rel = rename->plan->rel;
	const char *old_name = rename->plan->table;
	const char *new_name = quote_qualified_identifier(rename->schema_name, rename->name);

	zdm_step_note(step,
				  "Until contract %s is a view, from then until finalize %s. It does not take COPY "
				  "(but COPY (SELECT ...) TO), TRUNCATE, ON CONFLICT ON CONSTRAINT, MERGE before "
				  "PostgreSQL 17, foreign keys, ALTER TABLE, nor ctid and its like.",
				  new_name, old_name);
	zdm_step_note(step,
				  "It takes up new columns, GRANT and REVOKE at contract and reopen, and by "
				  "zdm.resume(%s).",
				  quote_literal_cstr(rename->plan->migration->name));
	if (rel->rd_rel->relkind == RELKIND_RELATION && rel->rd_rel->relhassubclass)
		zdm_step_note(step, "The table has children: ONLY has no effect by the view.");
	if (rel->rd_rel->relkind == RELKIND_PARTITIONED_TABLE &&
		rename->schema != RelationGetNamespace(rel))
		zdm_step_note(step, "Its partitions stay in their schemas.");
}

/* Says what will be called otherwise. */
static void
note_contract(const Rename *rename, ZdmStep *step)
{
	PublicationDesc published;

	RelationBuildPublicationDesc(rename->plan->rel, &published);
	if (published.pubactions.pubinsert || published.pubactions.pubupdate ||
		published.pubactions.pubdelete)
		zdm_step_note(step, "The table is published: from contract on subscribers are sent its new "
							"name, and stand still until they have a table of that name.");
}

/* Says which functions may still use the name that goes. */
static void
note_finalize(const Rename *rename, ZdmStep *step)
{
	const char *name = RelationGetRelationName(rename->plan->rel);
	StringInfoData names;
	ListCell *lc;

	if (!rename->plan->try_rows)
		return;
	initStringInfo(&names);
	foreach (lc, zdm_functions_mentioning(rename->plan->rel, name))
		appendStringInfo(&names, "%s%s", names.len > 0 ? ", " : "", (char *) lfirst(lc));
	if (names.len > 0)
		zdm_step_note(step,
					  "Functions whose text has the name \"%s\", which may be this table or "
					  "something else (a search of the text; the server does not know what they "
					  "use), and which would fail from here on: %s.",
					  name, names.data);
}

/* Appends the steps. */
static void
plan_exchange(Rename *rename)
{
	ZdmPlan *plan = rename->plan;
	Relation rel = plan->rel;
	const char *old_name = RelationGetRelationName(rel);
	const char *old_schema = get_namespace_name(RelationGetNamespace(rel));
	bool moves = rename->schema != RelationGetNamespace(rel);
	ZdmStep *step;

	if (moves || rename->rename_objects)
		plan->migration->also_locks = getOwnedSequences(RelationGetRelid(rel));
	step = zdm_plan_deed(plan, ZDM_PHASE_EXPAND, ZDM_RUNS_CALLER, AccessShareLock,
						 zdm_deed_make_stand_in(plan->table, rename->schema_name, rename->name),
						 zdm_deed_drop_stand_in(plan->table));
	zdm_step_also_lock(step, plan->migration->also_locks);
	note_view(rename, step);
	step = zdm_plan_deed(plan, ZDM_PHASE_CONTRACT, ZDM_RUNS_CALLER, AccessExclusiveLock,
						 zdm_deed_exchange_names(plan->table, rename->schema_name, rename->name),
						 zdm_deed_exchange_names(plan->table, old_schema, old_name));
	zdm_step_also_lock(step, plan->migration->also_locks);
	note_contract(rename, step);
	if (rename->rename_objects)
		zdm_step_also_lock(zdm_plan_deed(plan, ZDM_PHASE_CONTRACT, ZDM_RUNS_CALLER,
										 AccessExclusiveLock,
										 zdm_deed_rename_objects(plan->table, false),
										 zdm_deed_rename_objects(plan->table, true)),
						   plan->migration->also_locks);
	step = zdm_plan_deed(plan, ZDM_PHASE_FINALIZE, ZDM_RUNS_CALLER, AccessExclusiveLock,
						 zdm_deed_drop_stand_in(plan->table), NULL);
	zdm_step_also_lock(step, plan->migration->also_locks);
	note_finalize(rename, step);
}

/* Checks all, and appends the steps. */
static void
plan_all(Rename *rename)
{
	check_rights(rename);
	check_free(rename);
	check_table(rename);
	check_objects(rename);
	zdm_stand_in_check_readers(RelationGetRelid(rename->plan->rel));
	rename->plan->migration->columns = NIL;
	rename->plan->migration->reads_columns = all_columns(rename->plan->rel);
	plan_exchange(rename);
}

/* See ZdmChangeKind: from contract on the old application reads by the view. */
static void
check_contract(ZdmMigration *m)
{
	if (get_rel_name(m->relation) != NULL)
		zdm_stand_in_check_readers(m->relation);
}

/* See ZdmChangeKind. */
static void
plan_rename_table(ZdmPlan *plan, Jsonb *arguments)
{
	Rename rename = {.plan = plan, .schema = RelationGetNamespace(plan->rel)};

	rename.name = zdm_plan_argument(plan, arguments, "new_name");
	zdm_check_name("new_name", rename.name);
	rename.schema_name = get_namespace_name(rename.schema);
	rename.rename_objects = zdm_json_bool(arguments, "rename_objects", false);
	plan_all(&rename);
}

/* See ZdmChangeKind. */
static void
plan_move_table(ZdmPlan *plan, Jsonb *arguments)
{
	Rename rename = {.plan = plan, .name = RelationGetRelationName(plan->rel)};

	rename.schema_name = zdm_plan_argument(plan, arguments, "new_schema");
	rename.schema = get_namespace_oid(rename.schema_name, false);
	CheckSetNamespace(RelationGetNamespace(plan->rel), rename.schema);
	plan_all(&rename);
}

const ZdmChangeKind zdm_change_rename_table = {.name = "rename_table",
											   .on_partition = true,
											   .derive_name = derive_rename_name,
											   .find_relation = find_renamed_table,
											   .canonical = canonical,
											   .refresh = zdm_deed_refresh_stand_in,
											   .check_contract = check_contract,
											   .plan = plan_rename_table};
const ZdmChangeKind zdm_change_move_table = {.name = "move_table",
											 .on_partition = true,
											 .derive_name = derive_move_name,
											 .find_relation = find_moved_table,
											 .canonical = canonical,
											 .refresh = zdm_deed_refresh_stand_in,
											 .check_contract = check_contract,
											 .plan = plan_move_table};
