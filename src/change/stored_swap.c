/*
 * stored_swap.c
 *		A materialized view and its twin change places: names, grants, comments, and the query.
 *
 * The one that leaves keeps its rows for the way back; what it shows is nobody's business any more,
 * so its query uses nothing.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/relation.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/dependency.h"
#include "catalog/indexing.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_class.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_rewrite.h"
#include "catalog/pg_statistic_ext.h"
#include "commands/comment.h"
#include "commands/defrem.h"
#include "commands/tablecmds.h"
#include "commands/view.h"
#include "nodes/nodeFuncs.h"
#include "nodes/parsenodes.h"
#include "parser/parser.h"
#include "rewrite/rewriteSupport.h"
#include "storage/lmgr.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "base/names.h"
#include "change/catalog_changes.h"
#include "change/dependents.h"
#include "change/settings.h"
#include "change/stored_view.h"

static Acl *
relation_acl(HeapTuple tuple)
{
	bool isnull;
	Datum value = SysCacheGetAttr(RELOID, tuple, Anum_pg_class_relacl, &isnull);

	return isnull ? NULL : DatumGetAclPCopy(value);
}

/* Gives a relation the grants of another one, those of columns too, and takes its own. */
void
zdm_copy_relation_grants(Oid from, Oid to)
{
	Relation catalog = table_open(RelationRelationId, RowExclusiveLock);
	HeapTuple source = SearchSysCacheCopy1(RELOID, ObjectIdGetDatum(from));
	HeapTuple tuple = SearchSysCacheCopy1(RELOID, ObjectIdGetDatum(to));
	Datum values[Natts_pg_class] = {0};
	bool nulls[Natts_pg_class] = {0};
	bool replaces[Natts_pg_class] = {0};
	Acl *acl = relation_acl(source);
	Acl *had = relation_acl(tuple);
	Oid *roles = NULL;
	Oid *had_roles = NULL;
	int n = acl ? aclmembers(acl, &roles) : 0;
	int n_had = had ? aclmembers(had, &had_roles) : 0;
	Oid owner = ((Form_pg_class) GETSTRUCT(tuple))->relowner;
	Relation from_rel;
	Relation to_rel;

	values[Anum_pg_class_relacl - 1] = PointerGetDatum(acl);
	nulls[Anum_pg_class_relacl - 1] = acl == NULL;
	replaces[Anum_pg_class_relacl - 1] = true;
	tuple = heap_modify_tuple(tuple, RelationGetDescr(catalog), values, nulls, replaces);
	CatalogTupleUpdate(catalog, &tuple->t_self, tuple);
	updateAclDependencies(RelationRelationId, to, 0, owner, n_had, had_roles, n, roles);
	table_close(catalog, RowExclusiveLock);
	CommandCounterIncrement();
	from_rel = relation_open(from, AccessShareLock);
	to_rel = relation_open(to, NoLock);
	for (int i = 1; i <= RelationGetNumberOfAttributes(from_rel); i++)
		zdm_copy_column_marks(from_rel, i, to_rel, i);
	relation_close(to_rel, NoLock);
	relation_close(from_rel, NoLock);
}

static char *
name_of(Oid classid, Oid oid)
{
	HeapTuple tuple;
	char *name;

	if (classid == RelationRelationId)
		return get_rel_name(oid);
	tuple = SearchSysCache1(STATEXTOID, ObjectIdGetDatum(oid));
	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for statistics object %u", oid);
	name = pstrdup(NameStr(((Form_pg_statistic_ext) GETSTRUCT(tuple))->stxname));
	ReleaseSysCache(tuple);
	return name;
}

static void
set_name(Oid classid, Oid oid, const char *name)
{
	Relation catalog;
	HeapTuple tuple;

	if (classid == RelationRelationId)
		RenameRelationInternal(oid, name, true, get_rel_relkind(oid) == RELKIND_INDEX);
	else
	{
		catalog = table_open(StatisticExtRelationId, RowExclusiveLock);
		tuple = SearchSysCacheCopy1(STATEXTOID, ObjectIdGetDatum(oid));
		namestrcpy(&((Form_pg_statistic_ext) GETSTRUCT(tuple))->stxname, name);
		CatalogTupleUpdate(catalog, &tuple->t_self, tuple);
		table_close(catalog, RowExclusiveLock);
	}
	CommandCounterIncrement();
}

/* Gives an object of a pair what is set of the other one. */
static void
copy_settings(Oid classid, Oid from, Oid to)
{
	if (classid == StatisticExtRelationId)
		zdm_copy_statistics_target(from, to);
	else if (get_rel_relkind(from) == RELKIND_INDEX)
		zdm_copy_index_targets(from, to);
	else
		zdm_copy_view_settings(from, to);
}

/*
 * The hidden object of a pair takes the name, the comment and the settings of the other one, which
 * is hidden.
 */
static void
swap_pair(Oid classid, Oid leaving, Oid coming, Oid schema)
{
	char *name = name_of(classid, leaving);
	const char *prefix =
		strncmp(name_of(classid, coming), "zdm_new_", 8) == 0 ? "zdm_old_" : "zdm_new_";
	ObjectAddress object;
	ObjectAddress other;

	set_name(classid, leaving,
			 classid == RelationRelationId ? zdm_choose_relation_name(schema, prefix, name, leaving)
										   : zdm_join_name(prefix, name, leaving));
	set_name(classid, coming, name);
	CreateComments(coming, classid, 0, GetComment(leaving, classid, 0));
	copy_settings(classid, leaving, coming);
	if (deleteDependencyRecordsForSpecific(classid, coming, DEPENDENCY_AUTO, classid, leaving) != 1)
		elog(ERROR, "object %u of class %u is not hidden behind %u", coming, classid, leaving);
	ObjectAddressSet(object, classid, leaving);
	ObjectAddressSet(other, classid, coming);
	recordDependencyOn(&object, &other, DEPENDENCY_AUTO);
	CommandCounterIncrement();
}

/* Refuses an index or a statistics object that the other one of a pair has not. */
static void
refuse_lone(Oid classid, Oid oid)
{
	ObjectAddress object;

	ObjectAddressSet(object, classid, oid);
	ereport(
		ERROR,
		(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
		 errmsg("cannot contract: %s was made since expand", getObjectDescription(&object, false)),
		 errdetail("The materialized view that takes over would not have it."),
		 errhint("Drop it and make it again after contract, or roll back and start again.")));
}

static void
swap_parts(Oid classid, List *parts, Oid schema, bool back)
{
	ListCell *lc;

	foreach (lc, parts)
	{
		Oid pair = zdm_pair_of(classid, lfirst_oid(lc));

		if (OidIsValid(pair))
			swap_pair(classid, lfirst_oid(lc), pair, schema);
		else if (!back)
			refuse_lone(classid, lfirst_oid(lc));
	}
}

/* Tells whether one has been made for contract, and has not contracted yet. */
bool
zdm_twin_is_new(Oid twin)
{
	return strncmp(get_rel_name(twin), "zdm_new_", 8) == 0;
}

/*
 * The hidden one of a pair takes the place of the other one.  On the way back what was made
 * meanwhile stays where it is, and is hidden with that.
 */
void
zdm_stored_swap(Oid view, Oid twin)
{
	Relation rel = relation_open(view, AccessExclusiveLock);
	Oid schema = RelationGetNamespace(rel);
	List *indexes = RelationGetIndexList(rel);
	List *statistics = RelationGetStatExtList(rel);
	Oid owner = rel->rd_rel->relowner;
	bool back = !zdm_twin_is_new(twin);

	relation_close(rel, NoLock);
	ATExecChangeOwner(twin, owner, true, AccessExclusiveLock);
	CommandCounterIncrement();
	zdm_copy_relation_grants(view, twin);
	swap_parts(RelationRelationId, indexes, schema, back);
	swap_parts(StatisticExtRelationId, statistics, schema, back);
	swap_pair(RelationRelationId, view, twin, schema);
}
