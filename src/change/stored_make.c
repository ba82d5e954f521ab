/*
 * stored_make.c
 *		The step that makes a twin of a materialized view, and the one that drops it: see
 *		stored_twin.c.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/reloptions.h"
#include "access/relation.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/dependency.h"
#include "catalog/indexing.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_am.h"
#include "catalog/pg_class.h"
#include "catalog/pg_rewrite.h"
#include "catalog/pg_statistic_ext.h"
#include "catalog/namespace.h"
#include "commands/comment.h"
#include "commands/defrem.h"
#include "commands/tablespace.h"
#include "commands/view.h"
#include "executor/spi.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "nodes/parsenodes.h"
#include "parser/analyze.h"
#include "rewrite/rewriteSupport.h"
#include "storage/lmgr.h"
#include "tcop/dest.h"
#include "tcop/utility.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

#include "base/compat.h"
#include "base/expression.h"
#include "base/json.h"
#include "base/names.h"
#include "base/owner.h"
#include "base/query.h"
#include "base/transaction.h"
#include "change/catalog_changes.h"
#include "change/dependents.h"
#include "change/settings.h"
#include "change/stored_view.h"

/* Runs a utility statement, as the current user. */
static void
run_utility(Node *statement, const char *text)
{
	PlannedStmt *planned = makeNode(PlannedStmt);

	planned->commandType = CMD_UTILITY;
	planned->utilityStmt = statement;
	planned->stmt_location = -1;
	CommandCounterIncrement();
	ProcessUtility(planned, text, false, PROCESS_UTILITY_SUBCOMMAND, NULL, NULL, None_Receiver,
				   NULL);
	CommandCounterIncrement();
}

/* A relation that stands for another one in a query. */
typedef struct Double
{
	Oid relid;
	char *schema;
	char *name;
} Double;

/* Has a statement use the doubles; raw_expression_tree_walker() callback. */
static bool
use_doubles(Node *node, void *context)
{
	if (node == NULL)
		return false;
	if (IsA(node, RangeVar) && castNode(RangeVar, node)->schemaname)
	{
		RangeVar *item = castNode(RangeVar, node);
		Oid relid = RangeVarGetRelid(item, NoLock, false);
		ListCell *lc;

		foreach (lc, (List *) context)
		{
			Double *other = lfirst(lc);

			if (other->relid != relid)
				continue;
			if (item->alias == NULL)
				item->alias = makeAlias(item->relname, NIL);
			item->schemaname = other->schema;
			item->relname = other->name;
			break;
		}
	}
	return raw_expression_tree_walker(node, use_doubles, context);
}

/* Returns the parsed text of a definition, over the new column and the doubles. */
static RawStmt *
moved_statement(ZdmCarry *carry, const char *text, List *doubles)
{
	RawStmt *raw = linitial_node(RawStmt, zdm_parse(text));

	carry->by_position = true;
	zdm_reorder_aliases(carry, raw->stmt);
	(void) use_doubles(raw->stmt, doubles);
	return raw;
}

static List *
options_of(Oid relid)
{
	HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	bool isnull;
	Datum value;
	List *options;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for relation %u", relid);
	value = SysCacheGetAttr(RELOID, tuple, Anum_pg_class_reloptions, &isnull);
	options = isnull ? NIL : untransformRelOptions(value);
	ReleaseSysCache(tuple);
	return options;
}

static Double *
make_double(Oid relid, const char *prefix)
{
	Double *result = palloc(sizeof(Double));

	result->relid = relid;
	result->schema = get_namespace_name(get_rel_namespace(relid));
	result->name =
		zdm_choose_relation_name(get_rel_namespace(relid), prefix, get_rel_name(relid), relid);
	return result;
}

static Oid
double_relid(const Double *other)
{
	return get_relname_relid(other->name, get_namespace_oid(other->schema, false));
}

/* Refuses a query that means code of somebody else than the one that it was made from. */
static void
require_same_query(const ZdmCarried *carried, Oid made)
{
	zdm_require_same_code(RewriteRelationId, carried->oid,
						  get_rewrite_oid(made, ViewSelectRuleName, false),
						  carried->class->owner(carried->oid));
}

/* Makes the double of a view. */
static Double *
double_view(ZdmCarry *carry, ZdmCarried *carried, const char *text, List *doubles)
{
	Oid view = zdm_carried_relation(carried);
	Double *result = make_double(view, "zdm_view_");
	ViewStmt *statement = makeNode(ViewStmt);
	ZdmOwnerScope scope;
	ListCell *lc;

	zdm_owner_begin(&scope, carried->class->owner(carried->oid));
	statement->view = makeRangeVar(result->schema, result->name, -1);
	statement->query = moved_statement(carry, text, doubles)->stmt;
	foreach (lc, options_of(view))
		if (strcmp(lfirst_node(DefElem, lc)->defname, "check_option") != 0)
			statement->options = lappend(statement->options, lfirst(lc));
	run_utility((Node *) statement, text);
	zdm_copy_relation_grants(view, double_relid(result));
	require_same_query(carried, double_relid(result));
	zdm_owner_end(&scope);
	return result;
}

/* Makes the index that a twin has for one of the materialized view. */
static void
make_index(Oid oid, const Double *twin, Oid owner)
{
	char *definition =
		TextDatumGetCString(DirectFunctionCall1(pg_get_indexdef, ObjectIdGetDatum(oid)));
	IndexStmt *statement = castNode(IndexStmt, linitial_node(RawStmt, zdm_parse(definition))->stmt);
	Double *index = make_double(oid, "zdm_new_");
	Relation rel = relation_open(oid, AccessShareLock);
	bool is_clustered = rel->rd_index->indisclustered;
	Oid tablespace = rel->rd_rel->reltablespace;
	char *comment = GetComment(oid, RelationRelationId, 0);

	relation_close(rel, NoLock);
	statement->relation = makeRangeVar(twin->schema, twin->name, -1);
	statement->idxname = index->name;
	if (OidIsValid(tablespace))
		statement->tableSpace = get_tablespace_name(tablespace);
	run_utility((Node *) statement, definition);
	zdm_pair_make(RelationRelationId, oid, double_relid(index));
	zdm_require_same_code(RelationRelationId, oid, double_relid(index), owner);
	zdm_copy_index_targets(oid, double_relid(index));
	if (comment)
		CreateComments(double_relid(index), RelationRelationId, 0, comment);
	if (is_clustered)
	{
		rel = table_open(double_relid(twin), AccessExclusiveLock);
		mark_index_clustered(rel, double_relid(index), true);
		table_close(rel, NoLock);
	}
}

/* Makes the statistics object that a twin has for one of the materialized view. */
static void
make_statistics(Oid oid, const Double *twin, Oid owner)
{
	char *definition =
		TextDatumGetCString(DirectFunctionCall1(pg_get_statisticsobjdef, ObjectIdGetDatum(oid)));
	CreateStatsStmt *statement =
		castNode(CreateStatsStmt, linitial_node(RawStmt, zdm_parse(definition))->stmt);
	char *comment = GetComment(oid, StatisticExtRelationId, 0);
	Oid made;

	statement->defnames =
		list_make2(makeString(twin->schema),
				   makeString(zdm_join_name("zdm_new_", strVal(llast(statement->defnames)), oid)));
	statement->relations = list_make1(makeRangeVar(twin->schema, twin->name, -1));
	run_utility((Node *) statement, definition);
	made = get_statistics_object_oid(statement->defnames, false);
	zdm_pair_make(StatisticExtRelationId, oid, made);
	zdm_require_same_code(StatisticExtRelationId, oid, made, owner);
	zdm_copy_statistics_target(oid, made);
	if (comment)
		CreateComments(made, StatisticExtRelationId, 0, comment);
}

/* Makes the twin itself, empty. */
static Double *
make_twin(ZdmCarry *carry, Oid view, const char *text, List *doubles)
{
	Double *twin = make_double(view, "zdm_new_");
	CreateTableAsStmt *statement = makeNode(CreateTableAsStmt);
	RawStmt *raw = moved_statement(carry, text, doubles);
	Relation rel = relation_open(view, AccessShareLock);

	statement->query = raw->stmt;
	statement->objtype = OBJECT_MATVIEW;
	statement->into = makeNode(IntoClause);
	statement->into->rel = makeRangeVar(twin->schema, twin->name, -1);
	statement->into->accessMethod = get_am_name(rel->rd_rel->relam);
	statement->into->options = options_of(view);
	statement->into->onCommit = ONCOMMIT_NOOP;
	statement->into->skipData = true;
	if (OidIsValid(rel->rd_rel->reltablespace))
		statement->into->tableSpaceName = get_tablespace_name(rel->rd_rel->reltablespace);
	relation_close(rel, NoLock);
	raw->stmt = (Node *) statement;
	run_utility(zdm_twin_query(raw, text)->utilityStmt, text);
	return twin;
}

static void
analyze_twin(const Double *twin)
{
	char *command = psprintf("ANALYZE %s", quote_qualified_identifier(twin->schema, twin->name));

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	if (SPI_execute(command, false, 0) != SPI_OK_UTILITY)
		elog(ERROR, "ANALYZE failed");
	SPI_finish();
}

/*
 * Makes what hangs on a twin, and fills it where the other one is filled: last, when it is known
 * whose code its query and its indexes use.
 */
static void
fill_twin(Oid view, const Double *twin)
{
	RefreshMatViewStmt *refresh = makeNode(RefreshMatViewStmt);
	Relation rel = relation_open(view, AccessShareLock);
	List *indexes = RelationGetIndexList(rel);
	List *statistics = RelationGetStatExtList(rel);
	bool is_populated = RelationIsPopulated(rel);
	Oid owner = rel->rd_rel->relowner;
	ListCell *lc;

	relation_close(rel, NoLock);
	zdm_copy_view_settings(view, double_relid(twin));
	foreach (lc, indexes)
		make_index(lfirst_oid(lc), twin, owner);
	foreach (lc, statistics)
		make_statistics(lfirst_oid(lc), twin, owner);
	if (!is_populated)
		return;
	refresh->relation = makeRangeVar(twin->schema, twin->name, -1);
	run_utility((Node *) refresh, "REFRESH MATERIALIZED VIEW");
	analyze_twin(twin);
}

/* What is printed in a subtransaction that is undone. */
typedef struct Print
{
	ZdmCarry *carry;
	List *chain;
	List *texts; /* of char * */
	MemoryContext context;
} Print;

static void
print_chain(void *arg)
{
	Print *print = arg;
	int level = zdm_pin_search_path();
	ListCell *lc;

	foreach (lc, print->chain)
	{
		char *text = zdm_carried_print_moved(print->carry, lfirst(lc));
		MemoryContext before = MemoryContextSwitchTo(print->context);

		print->texts = lappend(print->texts, pstrdup(text));
		MemoryContextSwitchTo(before);
	}
	AtEOXact_GUC(false, level);
}

static ZdmCarried *
find_stored(List *list, Oid view)
{
	ListCell *lc;

	foreach (lc, list)
	{
		ZdmCarried *carried = lfirst(lc);

		if (carried->class == &zdm_carried_stored && zdm_carried_relation(carried) == view)
			return carried;
	}
	return NULL;
}

/* See zdm_run_make_twin(). */
ZdmDeed *
zdm_deed_make_twin(const char *table, List *from, List *to, const char *view)
{
	StringInfoData arguments;

	zdm_deed_begin(&arguments);
	zdm_json_add_string(&arguments, "table", table);
	zdm_json_add_list(&arguments, "from", from);
	zdm_json_add_list(&arguments, "to", to);
	zdm_json_add_string(&arguments, "view", view);
	return zdm_deed_end(ZDM_ACTION_MAKE_TWIN, &arguments);
}

/* Makes the twin of a materialized view, over other columns of the table. */
void
zdm_run_make_twin(const ZdmMigration *m, const ZdmDeed *deed)
{
	Relation rel =
		zdm_open_for_change(m, zdm_deed_relation(deed, "table"), ShareUpdateExclusiveLock);
	Oid view = zdm_deed_find_relation(deed, "view");
	List *from = zdm_carried_columns(rel, deed, "from");
	ZdmCarry carry = {.moved = zdm_carried_moved(rel, from, zdm_carried_columns(rel, deed, "to"))};
	Print print = {.carry = &carry, .context = CurrentMemoryContext};
	StringInfoData unknown;
	List *doubles = NIL;
	List *list;
	ZdmCarried *stored;
	Double *twin = NULL;
	ZdmOwnerScope scope;
	ListCell *lc;

	initStringInfo(&unknown);
	list = zdm_carried_collect(RelationGetRelid(rel), from, &unknown);
	stored = find_stored(list, view);
	if (stored == NULL) /* dropped since expand, or it does not use the column any more */
	{
		table_close(rel, NoLock);
		return;
	}
	LockRelationOid(view, ShareUpdateExclusiveLock);
	print.chain = zdm_twin_chain(list, stored);
	zdm_try_and_undo(print_chain, &print);
	foreach (lc, print.chain)
	{
		ZdmCarried *carried = lfirst(lc);
		char *text = list_nth(print.texts, foreach_current_index(lc));
		Oid relid = zdm_carried_relation(carried);

		if (carried == stored)
		{
			zdm_owner_begin(&scope, carried->class->owner(carried->oid));
			twin = make_twin(&carry, view, text, doubles);
			require_same_query(carried, double_relid(twin));
			fill_twin(view, twin);
			zdm_twin_set_aside(double_relid(twin), zdm_twin_mark(list, stored));
			zdm_owner_end(&scope);
		}
		else if (carried->class == &zdm_carried_stored)
		{
			Double *below = palloc(sizeof(Double));
			Oid other = zdm_twin_of(relid);

			below->relid = relid;
			below->schema = get_namespace_name(get_rel_namespace(other));
			below->name = get_rel_name(other);
			doubles = lappend(doubles, below);
		}
		else
			doubles = lcons(double_view(&carry, carried, text, doubles), doubles);
	}
	zdm_pair_make(RelationRelationId, view, double_relid(twin));
	CreateComments(
		double_relid(twin), RelationRelationId, 0,
		psprintf("zdm migration %s: takes the place of %s at contract", m->name, stored->identity));
	foreach (lc, doubles)
	{
		ObjectAddress object;

		ObjectAddressSet(object, RelationRelationId, double_relid(lfirst(lc)));
		if (get_rel_relkind(object.objectId) == RELKIND_VIEW)
			performDeletion(&object, DROP_RESTRICT, PERFORM_DELETION_INTERNAL);
	}
	table_close(rel, NoLock);
}

/* See zdm_run_drop_stored(). */
ZdmDeed *
zdm_deed_drop_stored(const char *view)
{
	StringInfoData arguments;

	zdm_deed_begin(&arguments);
	zdm_json_add_string(&arguments, "view", view);
	return zdm_deed_end(ZDM_ACTION_DROP_STORED, &arguments);
}

/* Tells whether a materialized view is the hidden one of a pair. */
static bool
is_hidden(Oid view)
{
	ListCell *lc;

	foreach (lc, zdm_objects_of(RelationRelationId, view))
	{
		const ObjectAddress *object = lfirst(lc);

		if (object->classId == RelationRelationId &&
			get_rel_relkind(object->objectId) == RELKIND_MATVIEW)
			return true;
	}
	return false;
}

/*
 * Drops what nobody sees of a pair, of which one is named: before contract and after the way back
 * its twin, else itself.
 */
void
zdm_run_drop_stored(const ZdmMigration *m, const ZdmDeed *deed)
{
	Oid view = zdm_deed_find_relation(deed, "view");
	ObjectAddress object;

	if (OidIsValid(view) && !is_hidden(view))
		view = zdm_twin_of(view);
	if (!OidIsValid(view))
		return;
	LockRelationOid(view, AccessExclusiveLock);
	ObjectAddressSet(object, RelationRelationId, view);
	performDeletion(&object, DROP_RESTRICT, PERFORM_DELETION_INTERNAL);
}
