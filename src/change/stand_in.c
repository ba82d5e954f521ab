/*
 * stand_in.c
 *		A view by which a table has a second name.
 *
 * Until contract the view has the new name and the table the old one; contract exchanges the two,
 * and the way back exchanges them again.  There is one truth: the server turns what is written to
 * the view into a statement on the table (rewriteHandler.c, rewriteTargetView), so the two names
 * lock the same rows in the same order.
 *
 * Names are those of the moment: what is exchanged is wherever table and view are by then.  The
 * view is a target of the migration that is locked together with the table.
 */
#include "postgres.h"

#include <stdarg.h>

#include "access/relation.h"
#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "commands/comment.h"
#include "commands/tablecmds.h"
#include "miscadmin.h"
#include "nodes/primnodes.h"
#include "parser/parsetree.h"
#include "rewrite/rewriteHandler.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "base/compat.h"
#include "base/json.h"
#include "base/names.h"
#include "base/owner.h"
#include "change/catalog_changes.h"
#include "change/stand_in.h"
#include "change/step_text.h"
#include "record/target.h"

/* Where a relation is. */
typedef struct Place
{
	const char *schema;
	const char *name;
} Place;

static ZdmDeed *
deed_at(const char *action, const char *table, const char *schema, const char *name)
{
	StringInfoData arguments;

	zdm_deed_begin(&arguments);
	zdm_json_add_string(&arguments, "table", table);
	zdm_json_add_string(&arguments, "schema", schema);
	zdm_json_add_string(&arguments, "name", name);
	return zdm_deed_end(action, &arguments);
}

/* See zdm_run_make_stand_in(). */
ZdmDeed *
zdm_deed_make_stand_in(const char *table, const char *schema, const char *name)
{
	return deed_at(ZDM_ACTION_MAKE_STAND_IN, table, schema, name);
}

/* See zdm_run_exchange_names(). */
ZdmDeed *
zdm_deed_exchange_names(const char *table, const char *schema, const char *name)
{
	return deed_at(ZDM_ACTION_EXCHANGE_NAMES, table, schema, name);
}

/* See zdm_run_drop_stand_in(). */
ZdmDeed *
zdm_deed_drop_stand_in(const char *table)
{
	return zdm_deed_of_table(ZDM_ACTION_DROP_STAND_IN, table);
}

/* See zdm_run_refresh_stand_in(). */
ZdmDeed *
zdm_deed_refresh_stand_in(const ZdmMigration *m)
{
	return zdm_deed_of_table(ZDM_ACTION_REFRESH_STAND_IN, m->relation_name);
}

/* Returns the view of a migration; InvalidOid if it is not there. */
Oid
zdm_stand_in(const ZdmMigration *m)
{
	ListCell *lc;

	foreach (lc, zdm_targets(m->id))
	{
		ZdmTarget *target = lfirst(lc);

		if (target->role == ZDM_TARGET_LOCKED && get_rel_relkind(target->relation) == RELKIND_VIEW)
			return target->relation;
	}
	return InvalidOid;
}

/* Runs a statement that has the names of now. */
void
zdm_stand_in_ddl(const char *format, ...)
{
	StringInfoData sql;
	ZdmStepScope scope;
	va_list args;
	int needed;

	initStringInfo(&sql);
	for (;;)
	{
		va_start(args, format);
		needed = appendStringInfoVA(&sql, format, args);
		va_end(args);
		if (needed == 0)
			break;
		enlargeStringInfo(&sql, needed);
	}
	zdm_step_scope_begin(&scope, NIL);
	PG_TRY();
	{
		zdm_run_step_text(sql.data);
	}
	PG_FINALLY();
	{
		zdm_step_scope_end(&scope);
	}
	PG_END_TRY();
	CommandCounterIncrement();
}

static Place
place_of(Oid relation)
{
	Place place = {get_namespace_name(get_rel_namespace(relation)), get_rel_name(relation)};

	return place;
}

/* Says on the view whose it is. */
static void
set_comment(const ZdmMigration *m, Oid view)
{
	char *name = quote_literal_cstr(m->name);

	CreateComments(view, RelationRelationId, 0,
				   psprintf("zdm migration %s has made this, the other name of table %s: not to be "
							"dropped by hand. SELECT zdm.finalize(%s) or zdm.rollback(%s) removes "
							"it.",
							name, zdm_qualified_name(m->relation), name, name));
}

/* Lists the columns of a table, as a SELECT does; *n: how many. */
static char *
column_list(Relation table, int *n)
{
	StringInfoData columns;

	initStringInfo(&columns);
	*n = 0;
	for (int i = 0; i < RelationGetDescr(table)->natts; i++)
	{
		Form_pg_attribute att = TupleDescAttr(RelationGetDescr(table), i);

		if (att->attisdropped)
			continue;
		appendStringInfo(&columns, "%s%s", *n > 0 ? ", " : "",
						 quote_identifier(NameStr(att->attname)));
		(*n)++;
	}
	return columns.data;
}

/* Makes the view, with all columns of the table, its owner and its grants. */
static Oid
make_view(const ZdmMigration *m, Place place)
{
	Relation rel = relation_open(m->relation, AccessShareLock);
	Oid view;
	int n;

	zdm_stand_in_ddl("CREATE VIEW %s WITH (security_invoker = true) AS SELECT %s FROM %s",
					 quote_qualified_identifier(place.schema, place.name), column_list(rel, &n),
					 zdm_qualified_name(m->relation));
	view = get_relname_relid(place.name, get_namespace_oid(place.schema, false));
	if (zdm_relation_owner(view) != rel->rd_rel->relowner)
		ATExecChangeOwner(view, rel->rd_rel->relowner, true, AccessExclusiveLock);
	CommandCounterIncrement();
	zdm_stand_in_copy_defaults(m->relation, view);
	zdm_stand_in_copy_grants(m, m->relation, view);
	set_comment(m, view);
	zdm_target_add_locked(m->id, view);
	CommandCounterIncrement();
	relation_close(rel, NoLock);
	return view;
}

/* Gives the table its second name. */
void
zdm_run_make_stand_in(const ZdmMigration *m, const ZdmDeed *deed)
{
	(void) make_view(m, (Place){zdm_deed_string(deed, "schema"), zdm_deed_string(deed, "name")});
}

/*
 * Refuses a view that is not as it was made: it is about to be given to the owner of the table, or
 * to get the name that writers know.
 */
static void
require_own_making(const ZdmMigration *m, Relation view)
{
	Query *query = get_view_query(view);
	bool is_ours = RelationHasSecurityInvoker(view) && list_length(query->rtable) >= 1 &&
				   view_query_is_auto_updatable(query, true) == NULL &&
				   query->jointree->quals == NULL && list_length(query->jointree->fromlist) == 1;

	if (is_ours)
	{
		RangeTblRef *ref = linitial(query->jointree->fromlist);
		ListCell *lc;

		is_ours = rt_fetch(ref->rtindex, query->rtable)->relid == m->relation;
		foreach (lc, query->targetList)
			is_ours &= IsA(lfirst_node(TargetEntry, lc)->expr, Var);
	}
	if (!is_ours)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("view %s is not what migration \"%s\" has made: somebody has replaced it",
						zdm_qualified_name(RelationGetRelid(view)), m->name),
				 errdetail("It is to show all columns of %s, and nothing else.",
						   zdm_qualified_name(m->relation)),
				 errhint("DROP VIEW %s; it is made anew.",
						 zdm_qualified_name(RelationGetRelid(view)))));
}

/* Gives columns of the view the names that the table's have now. */
static void
rename_columns(Relation table, Relation view)
{
	List *targets = copyObject(get_view_query(view)->targetList);
	ListCell *lc;

	foreach (lc, targets)
	{
		TargetEntry *target = lfirst_node(TargetEntry, lc);
		const char *name =
			get_attname(RelationGetRelid(table), castNode(Var, target->expr)->varattno, false);
		const char *has =
			NameStr(TupleDescAttr(RelationGetDescr(view), target->resno - 1)->attname);

		if (strcmp(name, has) != 0)
			zdm_stand_in_ddl("ALTER VIEW %s RENAME COLUMN %s TO %s",
							 zdm_qualified_name(RelationGetRelid(view)), quote_identifier(has),
							 quote_identifier(name));
	}
}

/* Gives the view the columns that the table has got since. */
static void
add_columns(Relation table, Oid view, int has)
{
	int n;
	char *columns = column_list(table, &n);

	if (n > has)
		zdm_stand_in_ddl("CREATE OR REPLACE VIEW %s WITH (security_invoker = true)"
						 " AS SELECT %s FROM %s",
						 zdm_qualified_name(view), columns,
						 zdm_qualified_name(RelationGetRelid(table)));
}

/*
 * Has the view be what it would be if it were made now: its owner, its columns and its grants may
 * have become others.  The caller has ACCESS EXCLUSIVE on both.
 */
static void
bring_up_to_date(const ZdmMigration *m, Oid view_oid)
{
	Relation table = relation_open(m->relation, NoLock);
	Relation view = relation_open(view_oid, AccessExclusiveLock);
	Oid owner_then = view->rd_rel->relowner;
	int columns = RelationGetNumberOfAttributes(view);

	require_own_making(m, view);
	if (owner_then != table->rd_rel->relowner)
		ATExecChangeOwner(view_oid, table->rd_rel->relowner, true, AccessExclusiveLock);
	CommandCounterIncrement();
	rename_columns(table, view);
	relation_close(view, NoLock);
	add_columns(table, view_oid, columns);
	zdm_stand_in_copy_defaults(m->relation, view_oid);
	zdm_stand_in_agree_grants(m, m->relation, view_oid, owner_then);
	relation_close(table, NoLock);
}

/* Takes a relation to another place by way of a name that is free in both schemas. */
static void
move_to_place(const char *kind, Oid relation, const char *by_way_of, Place to)
{
	Place from = place_of(relation);
	bool other_schema = strcmp(from.schema, to.schema) != 0;

	if (other_schema && strcmp(from.name, to.name) != 0 && strcmp(from.name, by_way_of) != 0)
		zdm_stand_in_ddl("ALTER %s %s RENAME TO %s", kind, zdm_qualified_name(relation),
						 quote_identifier(by_way_of));
	if (other_schema)
		zdm_stand_in_ddl("ALTER %s %s SET SCHEMA %s", kind, zdm_qualified_name(relation),
						 quote_identifier(to.schema));
	if (strcmp(get_rel_name(relation), to.name) != 0)
		zdm_stand_in_ddl("ALTER %s %s RENAME TO %s", kind, zdm_qualified_name(relation),
						 quote_identifier(to.name));
}

/*
 * Has the table and the view exchange their names and schemas.  A view that was dropped is made
 * anew before: at the place where the table is to go.
 */
void
zdm_run_exchange_names(const ZdmMigration *m, const ZdmDeed *deed)
{
	Relation rel = zdm_open_for_change(m, m->relation, AccessExclusiveLock);
	Oid view = zdm_stand_in(m);
	Oid table_schema;
	Oid view_schema;
	char *free;
	Place table_at;
	Place view_at;

	if (OidIsValid(view))
		bring_up_to_date(m, view);
	else
		view =
			make_view(m, (Place){zdm_deed_string(deed, "schema"), zdm_deed_string(deed, "name")});
	table_at = place_of(m->relation);
	view_at = place_of(view);
	table_schema = get_namespace_oid(table_at.schema, false);
	view_schema = get_namespace_oid(view_at.schema, false);
	free = zdm_choose_passing_name(table_schema, view_schema, view);
	relation_close(rel, NoLock);
	zdm_stand_in_ddl("ALTER VIEW %s RENAME TO %s", zdm_qualified_name(view),
					 quote_identifier(free));
	move_to_place("TABLE", m->relation,
				  zdm_choose_passing_name(table_schema, view_schema, m->relation), view_at);
	move_to_place("VIEW", view, free, table_at);
	set_comment(m, view);
}

void
zdm_run_drop_stand_in(const ZdmMigration *m, const ZdmDeed *deed)
{
	Oid view = zdm_stand_in(m);

	if (!OidIsValid(view))
		return;
	bring_up_to_date(m, view);
	zdm_stand_in_ddl("DROP VIEW %s", zdm_qualified_name(view));
}

/* Has the view take up what was changed on the table since it was made. */
void
zdm_run_refresh_stand_in(const ZdmMigration *m, const ZdmDeed *deed)
{
	Oid view = zdm_stand_in(m);

	if (!OidIsValid(view))
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE),
						errmsg("the view of migration \"%s\" does not exist any more", m->name),
						errhint("zdm.contract() and zdm.reopen() make it anew.")));
	bring_up_to_date(m, view);
}
