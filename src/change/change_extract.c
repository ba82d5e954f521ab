/*
 * change_extract.c
 *		expand_extract: columns of a table move to a table of their own, with the same key.
 *
 * Until finalize the old table's columns are the truth, and the new table's name is a view over
 * them, which both applications may read and write: one row, one lock.  The new table itself is
 * hidden, and follows; finalize gives it the name, and drops the columns.
 */
#include "postgres.h"

#include "access/sysattr.h"
#include "access/table.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_publication.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "base/compat.h"
#include "base/expression.h"
#include "base/json.h"
#include "base/names.h"
#include "base/owner.h"
#include "change/change.h"
#include "change/column_uses.h"
#include "change/dependents.h"
#include "change/drop_relax.h"
#include "change/extract.h"
#include "change/shadow.h"
#include "record/shadow.h"

/* extract_<table>_to_<new table> */
static char *
derive_name(Relation rel, Jsonb *arguments)
{
	char *new_table = zdm_json_string(arguments, "new_table");

	return psprintf("extract_%s_to_%s", RelationGetRelationName(rel), new_table ? new_table : "");
}

/* Lists the columns of the primary key. */
static List *
key_columns(Relation rel)
{
	Oid oid = zdm_primary_key_index(rel);
	List *names = NIL;
	Relation index;

	if (!OidIsValid(oid))
		return NIL;
	index = index_open(oid, AccessShareLock);
	for (int i = 0; i < index->rd_index->indnkeyatts; i++)
		names = lappend(
			names, get_attname(RelationGetRelid(rel), index->rd_index->indkey.values[i], false));
	index_close(index, AccessShareLock);
	return names;
}

/* Refuses another key than the table's own. */
static void
check_key(ZdmPlan *plan, const ZdmExtract *extract, Jsonb *arguments)
{
	List *given = zdm_json_list(arguments, "key");
	bool same = list_length(given) == list_length(extract->key);

	for (int i = 0; same && i < list_length(given); i++)
		same = strcmp(list_nth(given, i), list_nth(extract->key, i)) == 0;
	if (given != NIL && !same && extract->key != NIL)
		ereport(
			ERROR,
			(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
			 errmsg("the new table can have no other key than the primary key of %s", plan->table),
			 errdetail("That is (%s).", zdm_join(extract->key, ", ")), errhint("Leave key out.")));
}

/* Reads the columns that are to move. */
static void
read_columns(ZdmPlan *plan, ZdmExtract *extract, Jsonb *arguments)
{
	ListCell *lc;

	foreach (lc, zdm_json_list(arguments, "columns"))
	{
		char *name = lfirst(lc);

		if (name == NULL)
			continue;
		(void) zdm_find_column(plan->rel, name);
		if (zdm_has_string(extract->columns, name))
			ereport(ERROR, (errcode(ERRCODE_DUPLICATE_COLUMN),
							errmsg("column \"%s\" is given more than once", name),
							errhint("Name each column once.")));
		if (zdm_has_string(extract->key, name))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_PARAMETER_VALUE),
					 errmsg("column \"%s\" is part of the primary key of %s", name, plan->table),
					 errdetail("Both tables have the key."), errhint("Leave it out of columns.")));
		extract->columns = lappend(extract->columns, name);
		if (zdm_extract_requires(plan->rel, zdm_find_column(plan->rel, name)))
			extract->required = lappend(extract->required, name);
		extract->hidden =
			lappend(extract->hidden, zdm_choose_column_name(plan->rel, "zdm_old_", name));
	}
	if (extract->columns == NIL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("columns must not be empty"),
				 errhint("Name the columns that are to move.")));
}

/*
 * Refuses columns of which a split that says where all of them are to be does not say it, and such
 * that it names and the table does not have.
 */
static void
check_elsewhere(ZdmPlan *plan, const ZdmExtract *extract, Jsonb *arguments)
{
	TupleDesc desc = RelationGetDescr(plan->rel);
	List *elsewhere = zdm_json_list(arguments, ZDM_EXTRACT_ELSEWHERE);
	ListCell *lc;

	if (!zdm_json_has(arguments, ZDM_EXTRACT_ELSEWHERE))
		return;
	foreach (lc, elsewhere)
		(void) zdm_find_column(plan->rel, lfirst(lc));
	for (int i = 0; i < desc->natts; i++)
	{
		char *name = NameStr(TupleDescAttr(desc, i)->attname);

		if (!TupleDescAttr(desc, i)->attisdropped && !zdm_has_string(elsewhere, name) &&
			!zdm_has_string(extract->columns, name) && !zdm_has_string(extract->key, name))
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("column \"%s\" of %s is in no part", name, plan->table),
							errdetail("One of the parts is the table itself: so each column is to "
									  "be in one of them."),
							errhint("Name it, or leave the table itself out: it keeps what no part "
									"has.")));
	}
}

/* Refuses a name that something has already: a relation, or a type. */
static void
check_free(const ZdmExtract *extract)
{
	Oid type = GetSysCacheOid2(TYPENAMENSP, Anum_pg_type_oid, CStringGetDatum(extract->name),
							   ObjectIdGetDatum(extract->schema));

	if (OidIsValid(get_relname_relid(extract->name, extract->schema)) ||
		(OidIsValid(type) && !OidIsValid(get_element_type(type))))
		ereport(ERROR, (errcode(ERRCODE_DUPLICATE_TABLE),
						errmsg("relation \"%s\" already exists in schema \"%s\"", extract->name,
							   get_namespace_name(extract->schema)),
						errhint("Choose another name, or give that one another name first.")));
}

/* Reads the name of the new table; without a schema it is in that of the old one. */
static void
read_name(ZdmPlan *plan, ZdmExtract *extract, Jsonb *arguments)
{
	List *names = zdm_name_list(zdm_plan_argument(plan, arguments, "new_table"));
	Oid owner = plan->rel->rd_rel->relowner;

	if (list_length(names) > 2)
		ereport(ERROR, (errcode(ERRCODE_INVALID_NAME),
						errmsg("new_table must be a name, or a schema and a name"),
						errhint("For example 'address', or 'app.address'.")));
	extract->name = strVal(llast(names));
	zdm_check_name("new_table", extract->name);
	extract->schema = list_length(names) == 2 ? get_namespace_oid(strVal(linitial(names)), false)
											  : RelationGetNamespace(plan->rel);
	if (!zdm_may_create_in(extract->schema, owner))
		ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
						errmsg("role %s may not create a table in schema %s",
							   quote_identifier(GetUserNameFromId(owner, false)),
							   quote_identifier(get_namespace_name(extract->schema))),
						errdetail("It owns table %s, and is to own the new one.", plan->table),
						errhint("GRANT CREATE ON SCHEMA %s TO %s.",
								quote_identifier(get_namespace_name(extract->schema)),
								quote_identifier(GetUserNameFromId(owner, false)))));
	check_free(extract);
	extract->shadow = zdm_choose_relation_name(extract->schema, "zdm_new_", extract->name,
											   RelationGetRelid(plan->rel));
}

/* Refuses a condition that could do something, or fail, when a writer's trigger evaluates it. */
static void
check_condition(const char *text, Node *expr)
{
	const char *what = NULL;

	if (zdm_expression_calls_user_code(expr))
		what = "functions, operators or types that did not come with the server, or whose results "
			   "may change";
	else if (zdm_expression_can_fail(expr))
		what = "functions that may fail";
	else if (bms_next_member(zdm_expression_columns(expr), -1) >= 0 &&
			 bms_next_member(zdm_expression_columns(expr), -1) <=
				 -FirstLowInvalidHeapAttributeNumber)
		what = "the whole row or system columns";
	if (what)
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("only_when must not use %s", what), errdetail("It is \"%s\".", text),
						errhint("Every write to the table evaluates it. Comparisons, IS NULL, AND, "
								"OR and NOT are safe.")));
}

/* Reads which rows have one in the new table. */
static void
read_condition(ZdmPlan *plan, ZdmExtract *extract, Jsonb *arguments)
{
	char *text = zdm_json_string(arguments, "only_when");
	Node *expr;

	if (text == NULL)
		return;
	expr = zdm_expression_parse_check(plan->rel, text, "only_when");
	check_condition(text, expr);
	extract->only_when = zdm_expression_canonical(plan->rel, expr);
	extract->reads = zdm_expression_column_names(plan->rel, expr);
}

/* Says what can't be done by the name that is a view. */
static void
note_view(const ZdmExtract *extract, ZdmStep *step)
{
	zdm_step_note(
		step,
		"Until finalize %s is a view over the columns. It takes SELECT, INSERT, UPDATE of all but "
		"its key, and DELETE, which sets the columns to their defaults, but no COPY TO (COPY "
		"(SELECT ...) TO does), TRUNCATE, ON CONFLICT, MERGE, nor foreign keys to it.",
		quote_qualified_identifier(get_namespace_name(extract->schema), extract->name));
	zdm_step_note(step, "Whoever uses it needs SELECT on all of these columns and the key, and "
						"what else he does there; INSERT and DELETE by it want UPDATE there.");
}

/* Says what becomes of NOT NULL. */
static void
note_required(ZdmPlan *plan, const ZdmExtract *extract, ZdmStep *step)
{
	if (extract->required == NIL)
		return;
	zdm_step_note(step,
				  "Until finalize NOT NULL of %s is looked at when a transaction ends: an "
				  "application that knows the new table inserts the rows of %s and %s in one "
				  "transaction, or it fails with 23502.",
				  zdm_join(extract->required, ", "), plan->table,
				  quote_qualified_identifier(get_namespace_name(extract->schema), extract->name));
}

/* Says what applications may run into once the columns are hidden. */
static void
note_contract(ZdmPlan *plan, const ZdmExtract *extract, ZdmStep *step)
{
	PublicationDesc published;
	ListCell *lc;
	ListCell *trigger;

	foreach (lc, extract->columns)
		foreach (trigger, zdm_triggers_mentioning(plan->rel, lfirst(lc)))
			zdm_step_note(step,
						  "The function of trigger \"%s\" has the word \"%s\" in it: if it means "
						  "this column, it fails from contract on.",
						  (char *) lfirst(trigger), (char *) lfirst(lc));
	RelationBuildPublicationDesc(plan->rel, &published);
	if (published.pubactions.pubinsert || published.pubactions.pubupdate)
		zdm_step_note(step, "The table is published: its subscribers see the columns by hidden "
							"names from contract until finalize. The new table is not published.");
}

/* Appends the builds of the indexes; returns what zdm_deed_finish_extract() wants of them. */
static List *
plan_indexes(ZdmPlan *plan, const ZdmExtract *extract, const char *shadow)
{
	List *unique = NIL;
	ListCell *lc;

	foreach (lc, zdm_extract_indexes(plan->rel, extract))
	{
		ZdmExtractIndex *index = lfirst(lc);
		char *name = zdm_choose_relation_name(
			extract->schema, "",
			zdm_extract_name_of(list_make1(RelationGetRelationName(plan->rel)), extract->name,
								index->name),
			index->index);

		zdm_plan_note_index(index->index);
		zdm_plan_deed(plan, ZDM_PHASE_VALIDATE, ZDM_RUNS_CONCURRENT, ShareUpdateExclusiveLock,
					  zdm_deed_of_text(ZDM_ACTION_CREATE_INDEX,
									   psprintf("CREATE INDEX CONCURRENTLY %s ON %s %s",
												quote_identifier(name), shadow, index->tail)),
					  zdm_deed_sql(psprintf(
						  "DROP INDEX IF EXISTS %s",
						  quote_qualified_identifier(get_namespace_name(extract->schema), name))));
		zdm_plan_copy_index_targets(
			plan, index->index,
			quote_qualified_identifier(get_namespace_name(extract->schema), name));
		if (index->unique)
			unique = lappend(unique, psprintf("%s%s", index->constraint ? "c" : "i", name));
	}
	return unique;
}

/* Appends the steps up to ready; returns the unique indexes. */
static List *
plan_until_ready(ZdmPlan *plan, const ZdmExtract *extract, const char *shadow)
{
	StringInfoData copy;
	List *unique;
	ZdmStep *step;
	ListCell *lc;

	foreach (lc, extract->required)
		zdm_plan_relax_null(plan, lfirst(lc));
	step = zdm_plan_deed(
		plan, ZDM_PHASE_EXPAND, ZDM_RUNS_CALLER, ShareRowExclusiveLock,
		zdm_deed_make_extract(
			plan->table, extract, zdm_extract_table_sql(plan->rel, extract),
			zdm_extract_view_sql(plan->rel, extract),
			zdm_extract_require_sql(plan->rel, extract,
									zdm_shadow_required_trigger(plan->migration->trigger_name))),
		zdm_deed_drop_extract(plan->table));
	note_view(extract, step);
	note_required(plan, extract, step);
	zdm_deed_begin(&copy);
	zdm_json_add_string(&copy, "table", plan->table);
	zdm_json_add_string(&copy, "shadow", shadow);
	zdm_plan_deed(plan, ZDM_PHASE_BACKFILL, ZDM_RUNS_WORKER, RowExclusiveLock,
				  zdm_deed_end(ZDM_ACTION_COPY, &copy), NULL);
	unique = plan_indexes(plan, extract, shadow);
	zdm_plan_deed(plan, ZDM_PHASE_VALIDATE, ZDM_RUNS_WORKER, NoLock,
				  zdm_deed_of_text(ZDM_ACTION_ANALYZE, psprintf("ANALYZE %s", shadow)), NULL);
	return unique;
}

/* Appends the steps from contract on. */
static void
plan_contract(ZdmPlan *plan, const ZdmExtract *extract, List *unique)
{
	ZdmMigration *m = plan->migration;
	List *drops = NIL;
	ZdmStep *step = zdm_plan_deed(plan, ZDM_PHASE_CONTRACT, ZDM_RUNS_CALLER, AccessExclusiveLock,
								  zdm_deed_check_extract(plan->table), NULL);
	ListCell *column;
	ListCell *hidden;

	note_contract(plan, extract, step);
	forboth (column, extract->columns, hidden, extract->hidden)
	{
		char *from = pstrdup(quote_identifier(lfirst(column)));
		char *to = pstrdup(quote_identifier(lfirst(hidden)));

		zdm_plan_step(plan, ZDM_PHASE_CONTRACT, ZDM_RUNS_CALLER, AccessExclusiveLock,
					  psprintf("ALTER TABLE %s RENAME COLUMN %s TO %s", plan->table, from, to),
					  psprintf("ALTER TABLE %s RENAME COLUMN %s TO %s", plan->table, to, from));
		drops = lappend(drops, psprintf("DROP COLUMN %s", to));
	}
	step = zdm_plan_deed(plan, ZDM_PHASE_FINALIZE, ZDM_RUNS_CALLER, AccessExclusiveLock,
						 zdm_deed_finish_extract(plan->table, unique), NULL);
	m->also_locks = zdm_extract_other_tables(plan->rel, extract);
	zdm_step_also_lock(step, m->also_locks);
	step = zdm_plan_step(plan, ZDM_PHASE_FINALIZE, ZDM_RUNS_CALLER, AccessExclusiveLock,
						 psprintf("ALTER TABLE %s %s", plan->table, zdm_join(drops, ", ")), NULL);
	zdm_step_also_lock(step, m->also_locks);
}

/* See ZdmChangeKind. */
static void
plan_extract(ZdmPlan *plan, Jsonb *arguments)
{
	ZdmMigration *m = plan->migration;
	ZdmExtract extract = {.key = key_columns(plan->rel)};
	char *shadow;

	read_columns(plan, &extract, arguments);
	check_elsewhere(plan, &extract, arguments);
	read_condition(plan, &extract, arguments);
	read_name(plan, &extract, arguments);
	check_key(plan, &extract, arguments);
	zdm_extract_refuse(plan->rel, &extract);
	zdm_plan_check_subscription(plan);
	m->trigger_name = zdm_choose_trigger_name(plan->rel, m->name);
	m->columns = list_concat_copy(extract.columns, extract.hidden);
	m->reads_columns = list_concat_copy(extract.key, extract.reads);
	shadow = quote_qualified_identifier(get_namespace_name(extract.schema), extract.shadow);
	plan_contract(plan, &extract, plan_until_ready(plan, &extract, shadow));
}

/* Drops a hidden table of which the old one is gone; says what of NOT NULL is back. */
static void
rolled_back(const ZdmMigration *m)
{
	Oid hidden = zdm_shadow_follower(m);
	Relation rel = try_table_open(m->relation, AccessShareLock);
	ListCell *lc;

	foreach (lc, rel ? zdm_json_list(m->arguments, "columns") : NIL)
		if (get_attnum(m->relation, lfirst(lc)) > 0)
			zdm_notice_null(rel, lfirst(lc));
	if (rel)
		table_close(rel, NoLock);

	if (OidIsValid(hidden) && get_rel_name(hidden) && get_rel_name(m->relation) == NULL &&
		zdm_owns_relation(hidden, GetUserId()))
		zdm_shadow_run(zdm_relation_owner(hidden),
					   psprintf("DROP TABLE %s", zdm_qualified_name(hidden)));
}

const ZdmChangeKind zdm_change_extract = {.name = "extract",
										  .whole_table = true,
										  .derive_name = derive_name,
										  .plan = plan_extract,
										  .rolled_back = rolled_back};
