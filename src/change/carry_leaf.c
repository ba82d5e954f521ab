/*
 * carry_leaf.c
 *		Policies, triggers, functions and publications on another column, or on a column of another
 *		type.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/dependency.h"
#include "catalog/indexing.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_class.h"
#include "catalog/pg_policy.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_publication.h"
#include "catalog/pg_publication_rel.h"
#include "catalog/pg_trigger.h"
#include "commands/defrem.h"
#include "commands/policy.h"
#include "nodes/makefuncs.h"
#include "nodes/parsenodes.h"
#include "parser/parse_clause.h"
#include "parser/parse_collate.h"
#include "parser/parse_relation.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "base/expression.h"
#include "base/names.h"
#include "base/owner.h"
#include "base/query.h"
#include "change/carry_over.h"
#include "change/carry_rows.h"

static HeapTuple
policy_row(Oid oid, Relation *catalog)
{
	return zdm_catalog_row(PolicyRelationId, PolicyOidIndexId, Anum_pg_policy_oid, oid, catalog);
}

static HeapTuple
trigger_row(Oid oid, Relation *catalog)
{
	return zdm_catalog_row(TriggerRelationId, TriggerOidIndexId, Anum_pg_trigger_oid, oid, catalog);
}

static HeapTuple
function_row(Oid oid, Relation *catalog)
{
	return zdm_catalog_row(ProcedureRelationId, ProcedureOidIndexId, Anum_pg_proc_oid, oid,
						   catalog);
}

static HeapTuple
publication_row(Oid oid, Relation *catalog)
{
	return zdm_catalog_row(PublicationRelRelationId, PublicationRelObjectIndexId,
						   Anum_pg_publication_rel_oid, oid, catalog);
}

/* Returns the first statement of a text. */
static Node *
statement_of(const char *text)
{
	return linitial_node(RawStmt, zdm_parse(text))->stmt;
}

/* Parses a condition over a table, which is called `alias` there (NULL: by its name), and `other`.
 */
static Node *
parse_condition(Oid relid, const char *alias, const char *other, Node *raw, ParseExprKind kind,
				const char *what, List **rtable)
{
	ParseState *pstate = make_parsestate(NULL);
	Relation rel = table_open(relid, NoLock);
	Node *expr;

	for (int i = 0; i < (other ? 2 : 1); i++)
	{
		const char *name = i == 0 ? alias : other;

		addNSItemToQuery(pstate,
						 addRangeTableEntryForRelation(pstate, rel, AccessShareLock,
													   name ? makeAlias(name, NIL) : NULL, false,
													   false),
						 false, true, true);
	}
	expr = transformWhereClause(pstate, raw, kind, what);
	assign_expr_collations(pstate, expr);
	*rtable = pstate->p_rtable;
	table_close(rel, NoLock);
	free_parsestate(pstate);
	return expr;
}

/* Policies. */

static Oid
policy_relation(Oid oid)
{
	Relation catalog;
	HeapTuple tuple = policy_row(oid, &catalog);

	table_close(catalog, NoLock);
	return ((Form_pg_policy) GETSTRUCT(tuple))->polrelid;
}

static Oid
policy_owner(Oid oid)
{
	return zdm_relation_owner(policy_relation(oid));
}

/* Returns the ALTER POLICY that gives a policy what it has. */
static char *
print_policy(Oid oid)
{
	static const AttrNumber columns[] = {Anum_pg_policy_polqual, Anum_pg_policy_polwithcheck};
	static const char *const words[] = {"USING", "WITH CHECK"};
	Relation catalog;
	HeapTuple tuple = policy_row(oid, &catalog);
	Form_pg_policy form = (Form_pg_policy) GETSTRUCT(tuple);
	StringInfoData buf;

	initStringInfo(&buf);
	appendStringInfo(&buf, "ALTER POLICY %s ON %s", quote_identifier(NameStr(form->polname)),
					 zdm_qualified_name(form->polrelid));
	for (int i = 0; i < lengthof(columns); i++)
	{
		bool isnull;
		Datum value = heap_getattr(tuple, columns[i], RelationGetDescr(catalog), &isnull);

		if (!isnull)
			appendStringInfo(&buf, " %s (%s)", words[i],
							 TextDatumGetCString(DirectFunctionCall2(
								 pg_get_expr, value, ObjectIdGetDatum(form->polrelid))));
	}
	table_close(catalog, NoLock);
	return buf.data;
}

static void
move_policy(ZdmCarry *carry, Oid oid)
{
	static const AttrNumber columns[] = {Anum_pg_policy_polqual, Anum_pg_policy_polwithcheck};
	Relation catalog;
	HeapTuple tuple = policy_row(oid, &catalog);
	ZdmRowChanges changes = {0};

	zdm_move_trees(carry, tuple, catalog, ((Form_pg_policy) GETSTRUCT(tuple))->polrelid, &changes,
				   columns, lengthof(columns));
	zdm_update_row(catalog, tuple, &changes);
}

static void
apply_policy(ZdmCarry *carry, Oid oid, const char *text)
{
	AlterPolicyStmt *statement = castNode(AlterPolicyStmt, statement_of(text));
	List *rtable;

	zdm_reorder_aliases(carry, statement->qual);
	zdm_reorder_aliases(carry, statement->with_check);
	if (!carry->trial)
	{
		(void) AlterPolicy(statement);
		return;
	}
	if (statement->qual)
		(void) parse_condition(policy_relation(oid), NULL, NULL, statement->qual, EXPR_KIND_POLICY,
							   "POLICY", &rtable);
	if (statement->with_check)
		(void) parse_condition(policy_relation(oid), NULL, NULL, statement->with_check,
							   EXPR_KIND_POLICY, "POLICY", &rtable);
}

/* Triggers with a list of columns or a condition. */

static Oid
trigger_relation(Oid oid)
{
	Relation catalog;
	HeapTuple tuple = trigger_row(oid, &catalog);

	table_close(catalog, NoLock);
	return ((Form_pg_trigger) GETSTRUCT(tuple))->tgrelid;
}

static Oid
trigger_owner(Oid oid)
{
	return zdm_relation_owner(trigger_relation(oid));
}

static char *
print_trigger(Oid oid)
{
	return TextDatumGetCString(DirectFunctionCall1(pg_get_triggerdef, ObjectIdGetDatum(oid)));
}

static void
move_trigger(ZdmCarry *carry, Oid oid)
{
	static const AttrNumber columns[] = {Anum_pg_trigger_tgqual};
	Relation catalog;
	HeapTuple tuple = trigger_row(oid, &catalog);
	Form_pg_trigger form = (Form_pg_trigger) GETSTRUCT(tuple);
	ZdmRowChanges changes = {0};
	int16 *numbers = palloc(sizeof(int16) * Max(form->tgattr.dim1, 1));

	for (int i = 0; i < form->tgattr.dim1; i++)
		numbers[i] = zdm_moved_to(carry->moved, form->tgrelid, form->tgattr.values[i]);
	zdm_set_value(&changes, Anum_pg_trigger_tgattr,
				  PointerGetDatum(buildint2vector(numbers, form->tgattr.dim1)));
	zdm_move_trees(carry, tuple, catalog, form->tgrelid, &changes, columns, lengthof(columns));
	zdm_update_row(catalog, tuple, &changes);
}

/* Sorts the numbers of columns, as the server does. */
static int
compare_numbers(const void *a, const void *b)
{
	return *(const int16 *) a - *(const int16 *) b;
}

/* Gives an object its uses of some columns, by name, and of what an expression has; returns the
 * numbers. */
static int2vector *
record_uses(Oid classid, Oid oid, Oid relid, List *names, Node *expr, List *rtable)
{
	int16 *numbers = palloc(sizeof(int16) * Max(list_length(names), 1));
	ObjectAddress object;
	ObjectAddress column;
	ListCell *lc;
	int n = 0;

	ObjectAddressSet(object, classid, oid);
	foreach (lc, names)
	{
		AttrNumber attnum = get_attnum(relid, strVal(lfirst(lc)));

		if (attnum == InvalidAttrNumber)
			ereport(ERROR, (errcode(ERRCODE_UNDEFINED_COLUMN),
							errmsg("column \"%s\" of relation \"%s\" does not exist",
								   strVal(lfirst(lc)), get_rel_name(relid))));
		numbers[n++] = attnum;
		ObjectAddressSubSet(column, RelationRelationId, relid, attnum);
		recordDependencyOn(&object, &column, DEPENDENCY_NORMAL);
	}
	if (expr)
		recordDependencyOnExpr(&object, expr, rtable, DEPENDENCY_NORMAL);
	return buildint2vector(numbers, n);
}

/*
 * CREATE OR REPLACE TRIGGER takes no constraint trigger, and enables any; so the row is changed,
 * as CreateTrigger() fills it.
 */
static void
apply_trigger(ZdmCarry *carry, Oid oid, const char *text)
{
	CreateTrigStmt *statement = castNode(CreateTrigStmt, statement_of(text));
	Relation catalog;
	HeapTuple tuple;
	Form_pg_trigger form;
	ZdmRowChanges changes = {0};
	Node *condition = NULL;
	List *rtable = NIL;

	if (statement->whenClause)
		condition = parse_condition(trigger_relation(oid), "old", "new", statement->whenClause,
									EXPR_KIND_TRIGGER_WHEN, "WHEN", &rtable);
	tuple = trigger_row(oid, &catalog);
	form = (Form_pg_trigger) GETSTRUCT(tuple);
	zdm_forget_uses(TriggerRelationId, oid, form->tgfoid);
	zdm_set_value(&changes, Anum_pg_trigger_tgattr,
				  PointerGetDatum(record_uses(TriggerRelationId, oid, form->tgrelid,
											  statement->columns, condition, rtable)));
	zdm_set_tree(&changes, Anum_pg_trigger_tgqual, condition);
	zdm_update_row(catalog, tuple, &changes);
	CacheInvalidateRelcacheByRelid(form->tgrelid);
}

/* SQL functions whose body was parsed when they were made. */

static Oid
function_relation(Oid oid)
{
	return InvalidOid;
}

static Oid
function_owner(Oid oid)
{
	Relation catalog;
	HeapTuple tuple = function_row(oid, &catalog);

	table_close(catalog, NoLock);
	return ((Form_pg_proc) GETSTRUCT(tuple))->proowner;
}

static char *
print_function(Oid oid)
{
	return TextDatumGetCString(DirectFunctionCall1(pg_get_functiondef, ObjectIdGetDatum(oid)));
}

static void
move_function(ZdmCarry *carry, Oid oid)
{
	static const AttrNumber columns[] = {Anum_pg_proc_prosqlbody};
	Relation catalog;
	HeapTuple tuple = function_row(oid, &catalog);
	ZdmRowChanges changes = {0};

	zdm_move_trees(carry, tuple, catalog, InvalidOid, &changes, columns, lengthof(columns));
	zdm_update_row(catalog, tuple, &changes);
}

static void
apply_function(ZdmCarry *carry, Oid oid, const char *text)
{
	CreateFunctionStmt *statement = castNode(CreateFunctionStmt, statement_of(text));
	ParseState *pstate = make_parsestate(NULL);

	zdm_reorder_aliases(carry, statement->sql_body);
	pstate->p_sourcetext = text;
	statement->replace = true;
	(void) CreateFunction(pstate, statement);
	free_parsestate(pstate);
}

/* Publications with a list of columns or a condition. */

static Form_pg_publication_rel
publication_form(Oid oid)
{
	Relation catalog;
	HeapTuple tuple = publication_row(oid, &catalog);

	table_close(catalog, NoLock);
	return (Form_pg_publication_rel) GETSTRUCT(tuple);
}

static Oid
publication_relation(Oid oid)
{
	return publication_form(oid)->prrelid;
}

static Oid
publication_owner(Oid oid)
{
	HeapTuple tuple =
		SearchSysCache1(PUBLICATIONOID, ObjectIdGetDatum(publication_form(oid)->prpubid));
	Oid owner;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for publication of %u", oid);
	owner = ((Form_pg_publication) GETSTRUCT(tuple))->pubowner;
	ReleaseSysCache(tuple);
	return owner;
}

/* Returns a column list as an array; NULL if there is none.  *n: how many. */
static int16 *
published_columns(HeapTuple tuple, Relation catalog, int *n)
{
	bool isnull;
	Datum value =
		heap_getattr(tuple, Anum_pg_publication_rel_prattrs, RelationGetDescr(catalog), &isnull);
	int2vector *vector = isnull ? NULL : (int2vector *) DatumGetPointer(value);

	*n = vector ? vector->dim1 : 0;
	return vector ? vector->values : NULL;
}

/* Returns the ALTER PUBLICATION that would publish the table as it is published. */
static char *
print_publication(Oid oid)
{
	Relation catalog;
	HeapTuple tuple = publication_row(oid, &catalog);
	Form_pg_publication_rel form = (Form_pg_publication_rel) GETSTRUCT(tuple);
	bool isnull;
	Datum value =
		heap_getattr(tuple, Anum_pg_publication_rel_prqual, RelationGetDescr(catalog), &isnull);
	StringInfoData buf;
	int n;
	int16 *columns = published_columns(tuple, catalog, &n);

	initStringInfo(&buf);
	appendStringInfo(&buf, "ALTER PUBLICATION %s ADD TABLE ONLY %s",
					 quote_identifier(get_publication_name(form->prpubid, false)),
					 zdm_qualified_name(form->prrelid));
	for (int i = 0; i < n; i++)
		appendStringInfo(&buf, "%s%s", i == 0 ? " (" : ", ",
						 quote_identifier(get_attname(form->prrelid, columns[i], false)));
	appendStringInfoString(&buf, n > 0 ? ")" : "");
	if (!isnull)
		appendStringInfo(&buf, " WHERE (%s)",
						 TextDatumGetCString(DirectFunctionCall2(pg_get_expr, value,
																 ObjectIdGetDatum(form->prrelid))));
	table_close(catalog, NoLock);
	return buf.data;
}

static void
move_publication(ZdmCarry *carry, Oid oid)
{
	static const AttrNumber trees[] = {Anum_pg_publication_rel_prqual};
	Relation catalog;
	HeapTuple tuple = publication_row(oid, &catalog);
	Form_pg_publication_rel form = (Form_pg_publication_rel) GETSTRUCT(tuple);
	ZdmRowChanges changes = {0};
	int n;
	int16 *columns = published_columns(tuple, catalog, &n);
	int16 *numbers = palloc(sizeof(int16) * Max(n, 1));

	for (int i = 0; i < n; i++)
		numbers[i] = zdm_moved_to(carry->moved, form->prrelid, columns[i]);
	if (n > 0)
		zdm_set_value(&changes, Anum_pg_publication_rel_prattrs,
					  PointerGetDatum(buildint2vector(numbers, n)));
	zdm_move_trees(carry, tuple, catalog, form->prrelid, &changes, trees, lengthof(trees));
	zdm_update_row(catalog, tuple, &changes);
}

/* The table stays in the publication: its row is changed as publication_add_relation() fills it. */
static void
apply_publication(ZdmCarry *carry, Oid oid, const char *text)
{
	AlterPublicationStmt *statement = castNode(AlterPublicationStmt, statement_of(text));
	PublicationTable *table = linitial_node(PublicationObjSpec, statement->pubobjects)->pubtable;
	Oid relid = publication_relation(oid);
	Relation catalog;
	HeapTuple tuple;
	ZdmRowChanges changes = {0};
	Node *condition = NULL;
	List *rtable = NIL;
	int2vector *columns;

	if (table->whereClause)
		condition = parse_condition(relid, NULL, NULL, table->whereClause, EXPR_KIND_WHERE,
									"PUBLICATION WHERE", &rtable);
	if (condition && zdm_expression_calls_user_code(condition))
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("invalid publication WHERE expression"),
						errdetail("User-defined functions, operators and types are not allowed."),
						errhint("Take the WHERE out of the publication first.")));
	zdm_forget_uses(PublicationRelRelationId, oid, InvalidOid);
	columns = record_uses(PublicationRelRelationId, oid, relid, table->columns, condition, rtable);
	tuple = publication_row(oid, &catalog);
	if (columns->dim1 > 0)
	{
		qsort(columns->values, columns->dim1, sizeof(int16), compare_numbers);
		zdm_set_value(&changes, Anum_pg_publication_rel_prattrs, PointerGetDatum(columns));
	}
	zdm_set_tree(&changes, Anum_pg_publication_rel_prqual, condition);
	zdm_update_row(catalog, tuple, &changes);
	CacheInvalidateRelcacheByRelid(relid);
}

const ZdmCarriedClass zdm_carried_policy = {.name = "policy",
											.classid = PolicyRelationId,
											.relation = policy_relation,
											.owner = policy_owner,
											.by_name = true,
											.print = print_policy,
											.move = move_policy,
											.apply = apply_policy};
const ZdmCarriedClass zdm_carried_trigger = {.name = "trigger",
											 .classid = TriggerRelationId,
											 .relation = trigger_relation,
											 .owner = trigger_owner,
											 .print = print_trigger,
											 .move = move_trigger,
											 .apply = apply_trigger};
const ZdmCarriedClass zdm_carried_function = {.name = "function",
											  .classid = ProcedureRelationId,
											  .relation = function_relation,
											  .owner = function_owner,
											  .by_name = true,
											  .print = print_function,
											  .move = move_function,
											  .apply = apply_function};
const ZdmCarriedClass zdm_carried_publication = {.name = "publication of",
												 .classid = PublicationRelRelationId,
												 .relation = publication_relation,
												 .owner = publication_owner,
												 .print = print_publication,
												 .move = move_publication,
												 .apply = apply_publication};
