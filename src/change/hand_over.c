/*
 * hand_over.c
 *		A table gets another owner in mid-flight: what zdm has made beside it goes along.
 *
 * A hidden table, its statistics, the view of a name to come, the log of a merge belong to the
 * owner of the table, who could not go on otherwise, nor go back.  It is done by the very command,
 * so that its former owner has no moment in which he can put anything into them that the new one
 * would run, or take for his own.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/relation.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_class.h"
#include "catalog/pg_statistic_ext.h"
#include "commands/tablecmds.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "base/compat.h"
#include "base/names.h"
#include "base/owner.h"
#include "base/tree.h"
#include "change/change.h"
#include "change/dependents.h"
#include "change/hand_over.h"
#include "change/marks.h"
#include "change/stand_in.h"
#include "record/merge_log.h"
#include "record/migration.h"
#include "record/shadow.h"

/* While it is changed nobody else changes it; whoever reads or writes is not in the way. */
#define GIVE_LOCK ShareUpdateExclusiveLock

/* What belongs together. */
typedef struct HandOver
{
	const ZdmMigration *m;
	Oid table; /* the one that the command has given away */
	Oid owner;
	bool has_statistics; /* zdm has made some of those that there are */
} HandOver;

/*
 * Tells whether a relation is one whose new owner can't be made to run, or to show, anything: a
 * view that somebody has made read with its owner's rights, or given rules, is none.
 */
static bool
is_own_making(Oid relation)
{
	Relation rel = relation_open(relation, NoLock);
	bool result = rel->rd_rel->relkind != RELKIND_VIEW ||
				  (rel->rd_rules->numLocks == 1 && RelationHasSecurityInvoker(rel));

	relation_close(rel, NoLock);
	return result;
}

/* Says of statistics of a user that have a counterpart whose they are to be. */
static void
tell_of_statistics(const HandOver *request, const char *name)
{
	ereport(WARNING, (errmsg("statistics %s have not the owner of table %s", name,
							 zdm_qualified_name(request->table)),
					  errdetail("Migration \"%s\" has others that are to take their place.",
								request->m->name),
					  errhint("ALTER STATISTICS %s OWNER TO %s makes that so.", name,
							  quote_identifier(GetUserNameFromId(request->owner, false)))));
}

/* Lists the extended statistics of a relation, which nobody needs to have locked. */
static List *
statistics_of(Oid relation)
{
	Relation catalog = table_open(StatisticExtRelationId, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple tuple;
	List *result = NIL;

	ScanKeyInit(&key, Anum_pg_statistic_ext_stxrelid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(relation));
	scan = systable_beginscan(catalog, StatisticExtRelidIndexId, true, NULL, 1, &key);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
		result = lappend_oid(result, ((Form_pg_statistic_ext) GETSTRUCT(tuple))->oid);
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	return result;
}

/*
 * Gives the statistics of a relation along that zdm has made: those of a hidden table, and hidden
 * ones.  The others of the table, which ALTER TABLE leaves to whom they belong, are told of.
 */
static void
give_statistics(HandOver *request, Oid relation, bool is_hidden)
{
	List *others = NIL;
	ListCell *lc;

	foreach (lc, statistics_of(relation))
	{
		HeapTuple tuple = SearchSysCache1(STATEXTOID, ObjectIdGetDatum(lfirst_oid(lc)));
		Form_pg_statistic_ext form;
		bool is_made;
		char *name;

		if (!HeapTupleIsValid(tuple))
			continue; /* dropped meanwhile */
		form = (Form_pg_statistic_ext) GETSTRUCT(tuple);
		is_made = is_hidden || zdm_is_hidden_name(NameStr(form->stxname));
		name = quote_qualified_identifier(get_namespace_name(form->stxnamespace),
										  NameStr(form->stxname));
		request->has_statistics |= is_made;
		if (form->stxowner != request->owner &&
			(!is_made || !has_privs_of_role(GetUserId(), form->stxowner)))
			others = lappend(others, name);
		else if (form->stxowner != request->owner)
			zdm_stand_in_ddl("ALTER STATISTICS %s OWNER TO %s", name,
							 quote_identifier(GetUserNameFromId(request->owner, false)));
		ReleaseSysCache(tuple);
	}
	foreach (lc, request->has_statistics ? others : NIL)
		tell_of_statistics(request, lfirst(lc));
}

/* Raises that statistics are not those of the owner of the table, who is to rename them. */
static void
refuse_statistics(const ZdmMigration *m, const char *call, Oid statistics, Oid owner)
{
	HeapTuple tuple = SearchSysCache1(STATEXTOID, ObjectIdGetDatum(statistics));
	Form_pg_statistic_ext form;

	if (!HeapTupleIsValid(tuple))
		return; /* dropped meanwhile */
	form = (Form_pg_statistic_ext) GETSTRUCT(tuple);
	if (!has_privs_of_role(owner, form->stxowner))
	{
		char *name = quote_qualified_identifier(get_namespace_name(form->stxnamespace),
												NameStr(form->stxname));

		ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
						errmsg("cannot %s migration \"%s\": statistics %s belong to somebody else",
							   call, m->name, name),
						errdetail("Others take their name, which only their owner can have done."),
						errhint("ALTER STATISTICS %s OWNER TO %s gives them to the owner of the "
								"table.",
								name, quote_identifier(GetUserNameFromId(owner, false)))));
	}
	ReleaseSysCache(tuple);
}

/* See hand_over.h. */
void
zdm_require_statistics_owned(const ZdmMigration *m, const char *call)
{
	ZdmTree tree;
	ListCell *column;
	ListCell *lc;

	if (zdm_change_kind(m->kind) != &zdm_change_type || get_rel_name(m->relation) == NULL)
		return;
	tree = zdm_tree(m->relation);
	while (zdm_tree_next(&tree))
		foreach (column, zdm_migration_columns(m->id))
		{
			Oid relid = RelationGetRelid(tree.rel);
			AttrNumber attnum = get_attnum(relid, lfirst(column));

			foreach (lc, attnum > 0 ? zdm_objects_on(RelationRelationId, relid, attnum) : NIL)
			{
				const ObjectAddress *object = lfirst(lc);

				if (object->classId == StatisticExtRelationId)
					refuse_statistics(m, call, object->objectId, zdm_relation_owner(m->relation));
			}
		}
}

/* Says what keeps the migration from going on. */
static void
require_one_owner(const HandOver *request, Oid relation)
{
	bool is_view = get_rel_relkind(relation) == RELKIND_VIEW;

	if (get_rel_name(relation) == NULL || zdm_relation_owner(relation) == request->owner)
		return;
	ereport(WARNING, (errmsg("%s of migration \"%s\" has not the owner of table %s",
							 zdm_qualified_name(relation), request->m->name,
							 zdm_qualified_name(request->table)),
					  errdetail("The migration can't go on like that."),
					  errhint("ALTER %s %s OWNER TO %s makes that so.", is_view ? "VIEW" : "TABLE",
							  zdm_qualified_name(relation),
							  quote_identifier(GetUserNameFromId(request->owner, false)))));
}

/* Gives a relation that zdm has made to the owner of the table. */
static void
give_along(HandOver *request, Oid relation)
{
	if (!OidIsValid(relation))
		return;
	LockRelationOid(relation, GIVE_LOCK);
	if (get_rel_name(relation) == NULL)
		return;
	if (zdm_relation_owner(relation) != request->owner && is_own_making(relation))
	{
		ATExecChangeOwner(relation, request->owner, true, GIVE_LOCK);
		CommandCounterIncrement();
	}
	give_statistics(request, relation, true);
	require_one_owner(request, relation);
}

/* Gives along what a migration has made beside the table that it is about. */
static void
give_beside(HandOver *request)
{
	const ZdmMigration *m = request->m;
	Oid follower = zdm_shadow_follower(m);
	ListCell *lc;

	if (OidIsValid(follower) && get_rel_name(follower))
	{
		foreach (lc, zdm_relation_tree(follower))
			give_along(request, lfirst_oid(lc));
		give_along(request, zdm_stand_in(m));
	}
	foreach (lc, zdm_relation_tree(request->table))
		give_statistics(request, lfirst_oid(lc), false);
}

/* Sees to one migration that a table belongs to, which has got another owner. */
static void
hand_over(const ZdmMigration *m, Oid table)
{
	HandOver request = {.m = m, .table = table, .owner = zdm_relation_owner(table)};
	Oid log = zdm_merge_log(m);
	Oid other = table == m->relation ? zdm_shadow_follower(m) : m->relation;

	if (OidIsValid(log))
	{
		/* Both are tables that applications know; whoever has the whole drains the log. */
		if (table == m->relation)
			give_along(&request, log);
		require_one_owner(&request, other);
	}
	else if (table == m->relation)
		give_beside(&request);
	else
		require_one_owner(&request, m->relation);
}

/* See hand_over.h. */
void
zdm_hand_over(Oid table)
{
	ZdmMigration *renaming = zdm_migration_renaming(table, true);
	ListCell *lc;

	foreach (lc, zdm_migrations_at(table))
		hand_over(zdm_migration_by_id(*(int64 *) lfirst(lc)), table);
	if (renaming)
		require_one_owner(
			&(HandOver){.m = renaming, .table = table, .owner = zdm_relation_owner(table)},
			renaming->relation);
}
