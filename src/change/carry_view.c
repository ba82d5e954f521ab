/*
 * carry_view.c
 *		Views and rules on another column, or on a column of another type.
 *
 * A view keeps its row of pg_class: CREATE OR REPLACE VIEW takes no other types, and a view that
 * is dropped loses its grants, its triggers and what uses it.  A view has no values, so the type of
 * one of its columns is its row of pg_attribute and nothing else.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/relation.h"
#include "access/table.h"
#include "catalog/indexing.h"
#include "catalog/pg_class.h"
#include "catalog/pg_rewrite.h"
#include "commands/tablecmds.h"
#include "commands/view.h"
#include "executor/spi.h"
#include "nodes/nodeFuncs.h"
#include "nodes/parsenodes.h"
#include "parser/analyze.h"
#include "parser/parse_utilcmd.h"
#include "rewrite/rewriteDefine.h"
#include "rewrite/rewriteSupport.h"
#include "storage/lmgr.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "base/expression.h"
#include "base/names.h"
#include "base/owner.h"
#include "base/query.h"
#include "change/carry_over.h"
#include "change/stored_view.h"

/* Returns a copy of a rule's row, or an internal error. */
static HeapTuple
rule_row(Relation catalog, Oid rule)
{
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple tuple;

	ScanKeyInit(&key, Anum_pg_rewrite_oid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(rule));
	scan = systable_beginscan(catalog, RewriteOidIndexId, true, NULL, 1, &key);
	tuple = systable_getnext(scan);
	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "could not find tuple for rule %u", rule);
	tuple = heap_copytuple(tuple);
	systable_endscan(scan);
	return tuple;
}

/* Returns the relation that a rule belongs to, and whether the rule makes it a view. */
static Oid
rule_relation(Oid rule, bool *is_view)
{
	Relation catalog = table_open(RewriteRelationId, AccessShareLock);
	HeapTuple tuple = rule_row(catalog, rule);
	Form_pg_rewrite form = (Form_pg_rewrite) GETSTRUCT(tuple);
	Oid relation = form->ev_class;

	*is_view = strcmp(NameStr(form->rulename), ViewSelectRuleName) == 0;
	table_close(catalog, AccessShareLock);
	return relation;
}

/* Returns what a rule is: a view, a materialized one, or one that somebody has made as a rule. */
const ZdmCarriedClass *
zdm_rule_class(Oid rule, Oid *relation)
{
	bool is_view;

	*relation = rule_relation(rule, &is_view);
	if (!is_view)
		return &zdm_carried_rule;
	return get_rel_relkind(*relation) == RELKIND_MATVIEW ? &zdm_carried_stored : &zdm_carried_view;
}

static Oid
relation_of(Oid rule)
{
	bool is_view;

	return rule_relation(rule, &is_view);
}

static Oid
owner_of(Oid rule)
{
	return zdm_relation_owner(relation_of(rule));
}

/* Returns how many columns a view has. */
int
zdm_view_width(Oid view)
{
	HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(view));
	int width;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for relation %u", view);
	width = ((Form_pg_class) GETSTRUCT(tuple))->relnatts;
	ReleaseSysCache(tuple);
	return width;
}

static char *
print_view(Oid rule)
{
	return TextDatumGetCString(
		DirectFunctionCall1(pg_get_viewdef, ObjectIdGetDatum(relation_of(rule))));
}

static char *
print_rule(Oid rule)
{
	return TextDatumGetCString(DirectFunctionCall1(pg_get_ruledef, ObjectIdGetDatum(rule)));
}

/* Replaces the columns in what is stored of a rule, or of a view. */
static void
move_rule(ZdmCarry *carry, Oid rule)
{
	static const AttrNumber trees[] = {Anum_pg_rewrite_ev_qual, Anum_pg_rewrite_ev_action};
	Relation catalog = table_open(RewriteRelationId, RowExclusiveLock);
	HeapTuple tuple = rule_row(catalog, rule);
	Oid relation = ((Form_pg_rewrite) GETSTRUCT(tuple))->ev_class;
	Datum values[Natts_pg_rewrite] = {0};
	bool nulls[Natts_pg_rewrite] = {0};
	bool replaces[Natts_pg_rewrite] = {0};
	bool is_other = false;

	for (int i = 0; i < lengthof(trees); i++)
	{
		bool isnull;
		Datum value = heap_getattr(tuple, trees[i], RelationGetDescr(catalog), &isnull);
		Node *tree = isnull ? NULL : stringToNode(TextDatumGetCString(value));
		Node *before = copyObject(tree);

		if (tree == NULL)
			continue;
		zdm_move_columns(carry, tree, relation);
		if (equal(tree, before))
			continue;
		values[trees[i] - 1] = CStringGetTextDatum(nodeToString(tree));
		replaces[trees[i] - 1] = true;
		is_other = true;
	}
	if (!is_other)
	{
		table_close(catalog, RowExclusiveLock);
		return;
	}
	tuple = heap_modify_tuple(tuple, RelationGetDescr(catalog), values, nulls, replaces);
	CatalogTupleUpdate(catalog, &tuple->t_self, tuple);
	table_close(catalog, RowExclusiveLock);
}

/* Sets a view's default anew, which was made for the column's type of then. */
static void
apply_default(ZdmCarry *carry, Oid view, AttrNumber attnum, const char *text)
{
	const char *column = quote_identifier(get_attname(view, attnum, false));

	if (carry->trial)
	{
		Relation rel = relation_open(view, AccessShareLock);

		(void) zdm_expression_parse(rel, text, attnum, "the view's default");
		relation_close(rel, AccessShareLock);
		return;
	}
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	if (SPI_execute(psprintf("ALTER VIEW %s ALTER COLUMN %s SET DEFAULT %s",
							 zdm_qualified_name(view), column, text),
					false, 0) != SPI_OK_UTILITY)
		elog(ERROR, "setting the default failed");
	SPI_finish();
}

/* Returns a column's default as text; NULL if there is none. */
static char *
default_text(Relation view, AttrNumber attnum)
{
	TupleConstr *constr = RelationGetDescr(view)->constr;

	for (int i = 0; constr != NULL && i < constr->num_defval; i++)
		if (constr->defval[i].adnum == attnum)
			return zdm_expression_canonical(view, stringToNode(constr->defval[i].adbin));
	return NULL;
}

/* Gives a column of a view the type of what it shows. */
static void
apply_column(ZdmCarry *carry, Oid view, TargetEntry *target)
{
	Relation rel = relation_open(view, NoLock);
	Form_pg_attribute att = TupleDescAttr(RelationGetDescr(rel), target->resno - 1);
	Node *expr = (Node *) target->expr;
	ZdmMovedColumn *moved;
	char *text;

	target->resname = pstrdup(NameStr(att->attname));
	if (att->atttypid == exprType(expr) && att->atttypmod == exprTypmod(expr) &&
		att->attcollation == exprCollation(expr))
	{
		relation_close(rel, NoLock);
		return;
	}
	if (type_is_collatable(exprType(expr)) && !OidIsValid(exprCollation(expr)))
		ereport(ERROR, (errcode(ERRCODE_INDETERMINATE_COLLATION),
						errmsg("could not determine which collation to use for view column \"%s\"",
							   target->resname),
						errhint("Use the COLLATE clause to set the collation explicitly.")));
	find_composite_type_dependencies(rel->rd_rel->reltype, rel, NULL);
	text = default_text(rel, target->resno);
	relation_close(rel, NoLock);
	zdm_set_column_type(view, target->resno, exprType(expr), exprTypmod(expr), exprCollation(expr));
	moved = palloc(sizeof(ZdmMovedColumn));
	*moved = (ZdmMovedColumn){view, target->resno, target->resno};
	carry->moved = lappend(carry->moved, moved);
	if (text)
		apply_default(carry, view, target->resno, text);
}

static Query *
query_of(ZdmCarry *carry, Oid view, const char *text)
{
	RawStmt *raw = linitial_node(RawStmt, zdm_parse(text));

	if (carry->trial)
		LockRelationOid(view, AccessShareLock);
	zdm_reorder_aliases(carry, raw->stmt);
	return zdm_twin_query(raw, text);
}

/* Notes that a materialized view has another one in its place. */
static void
note_swapped(ZdmCarry *carry, Oid view, Oid twin)
{
	for (int i = 0; i <= zdm_view_width(view); i++)
	{
		ZdmMovedColumn *moved = palloc(sizeof(ZdmMovedColumn));

		*moved = (ZdmMovedColumn){view, i, i};
		carry->moved = lappend(carry->moved, moved);
	}
	carry->swapped = lappend(carry->swapped, list_make2_oid(view, twin));
	carry->became = get_rewrite_oid(twin, ViewSelectRuleName, false);
}

/* Puts the twin of a materialized view into its place, with a query. */
static void
apply_stored(ZdmCarry *carry, Oid rule, const char *text)
{
	Oid view = relation_of(rule);
	Query *query = query_of(carry, view, text);
	Oid twin = carry->trial ? InvalidOid : zdm_twin_of(view);
	ListCell *lc;

	foreach (lc, query->targetList)
	{
		TargetEntry *target = lfirst_node(TargetEntry, lc);

		if (target->resjunk)
			continue;
		if (carry->trial)
			apply_column(carry, view, target);
		else if (get_atttype(twin, target->resno) != exprType((Node *) target->expr))
			ereport(ERROR,
					(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
					 errmsg("column \"%s\" of materialized view %s would be of type %s, and "
							"its twin was made with %s",
							get_attname(view, target->resno, false), zdm_qualified_name(view),
							format_type_be(exprType((Node *) target->expr)),
							format_type_be(get_atttype(twin, target->resno))),
					 errhint("Roll back and start again.")));
		else
			target->resname = get_attname(view, target->resno, false);
	}
	if (carry->trial)
		return;
	StoreViewQuery(twin, query, true);
	CommandCounterIncrement();
	zdm_twin_set_aside(view, zdm_twin_is_new(twin) ? ZDM_MARK_LEFT : ZDM_MARK_AGAIN);
	zdm_stored_swap(view, twin);
	note_swapped(carry, view, twin);
}

/*
 * Has the server understand what a view is to show, by the names that its columns have, and gives
 * these the types that they have by that.
 */
Query *
zdm_view_query(ZdmCarry *carry, Oid view, const char *text)
{
	Query *query = query_of(carry, view, text);
	int n = 0;
	ListCell *lc;

	foreach (lc, query->targetList)
		n += lfirst_node(TargetEntry, lc)->resjunk ? 0 : 1;
	if (n != zdm_view_width(view))
		elog(ERROR, "view %u has %d columns, and its query %d", view, zdm_view_width(view), n);
	foreach (lc, query->targetList)
		if (!lfirst_node(TargetEntry, lc)->resjunk)
			apply_column(carry, view, lfirst(lc));
	return query;
}

static void
apply_view(ZdmCarry *carry, Oid rule, const char *text)
{
	Oid view = relation_of(rule);
	Query *query = zdm_view_query(carry, view, text);

	if (!carry->trial)
		StoreViewQuery(view, query, true);
}

/* Has a rule do what CREATE RULE says. */
static void
apply_rule(ZdmCarry *carry, Oid rule, const char *text)
{
	RawStmt *raw = linitial_node(RawStmt, zdm_parse(text));
	RuleStmt *statement = castNode(RuleStmt, raw->stmt);
	List *actions;
	Node *condition;

	zdm_reorder_aliases(carry, (Node *) statement->actions);
	zdm_reorder_aliases(carry, statement->whereClause);
	statement->replace = true;
	if (!carry->trial)
		(void) DefineRule(statement, text);
	else if (ConditionalLockRelationOid(relation_of(rule), AccessExclusiveLock))
		transformRuleStmt(statement, text, &actions, &condition);
}

const ZdmCarriedClass zdm_carried_view = {.name = "view",
										  .classid = RewriteRelationId,
										  .relation = relation_of,
										  .owner = owner_of,
										  .is_query = true,
										  .by_name = true,
										  .print = print_view,
										  .move = move_rule,
										  .apply = apply_view};
const ZdmCarriedClass zdm_carried_stored = {.name = "materialized view",
											.classid = RewriteRelationId,
											.relation = relation_of,
											.owner = owner_of,
											.is_query = true,
											.by_name = true,
											.print = print_view,
											.move = move_rule,
											.apply = apply_stored};
const ZdmCarriedClass zdm_carried_rule = {.name = "rule",
										  .classid = RewriteRelationId,
										  .relation = relation_of,
										  .owner = owner_of,
										  .by_name = true,
										  .print = print_rule,
										  .move = move_rule,
										  .apply = apply_rule};
