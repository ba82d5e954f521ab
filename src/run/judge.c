/*
 * judge.c
 *		What has become of a step that commits by itself, before anybody has noted it.
 *
 * CREATE INDEX and REINDEX CONCURRENTLY commit several times, so a crash may leave one done
 * and not noted, or an invalid index.  The catalog tells which: an index of that name on that
 * table is valid; or all the indexes that were to be rebuilt, as they were noted before, are
 * gone, for the new ones are others (index.c, index_concurrently_swap).  What is invalid must
 * be dropped first.  The step is judged before it runs and after an error.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/index.h"
#include "catalog/indexing.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_index.h"
#include "catalog/pg_inherits.h"
#include "nodes/parsenodes.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "base/json.h"
#include "base/names.h"
#include "base/owner.h"
#include "base/query.h"
#include "base/tree.h"
#include "change/follow.h"
#include "run/judge.h"

/* Returns the parse tree of a step's command, with the names of then. */
static Node *
parse_command(const ZdmStep *step)
{
	return linitial_node(RawStmt, zdm_parse(step->command.text))->stmt;
}

/* Finds what a step names, and not by a name, which may be another one in the next moment. */
static Oid
find_relation(List *targets, const RangeVar *relation)
{
	Oid found = targets ? zdm_follow_relation(targets, relation)
						: RangeVarGetRelid(relation, NoLock, false);

	if (!OidIsValid(found))
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE),
						errmsg("relation \"%s.%s\" does not exist", relation->schemaname,
							   relation->relname)));
	return found;
}

/* Returns the name of a relation that must be an index of `table`, else an error. */
static char *
index_of(Oid index, Oid table)
{
	char relkind = get_rel_relkind(index);

	if ((relkind != RELKIND_INDEX && relkind != RELKIND_PARTITIONED_INDEX) ||
		IndexGetRelation(index, false) != table)
		ereport(ERROR, (errcode(ERRCODE_DUPLICATE_TABLE),
						errmsg("relation %s already exists", zdm_qualified_name(index)),
						errdetail("It is not an index on %s, and was not there when the migration "
								  "began.",
								  zdm_qualified_name(table)),
						errhint("Rename or drop it, then resume the migration.")));
	return zdm_qualified_name(index);
}

/* Tells whether an index can be used by queries, and is kept by writes. */
static bool
index_is_good(Oid index)
{
	HeapTuple tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(index));
	Form_pg_index form;
	bool good;

	if (!HeapTupleIsValid(tuple))
		return false;
	form = (Form_pg_index) GETSTRUCT(tuple);
	good = form->indisvalid && form->indisready && form->indislive;
	ReleaseSysCache(tuple);
	return good;
}

/* Tells whether a name is one that REINDEX CONCURRENTLY gives to what it leaves behind. */
static bool
is_reindex_name(const char *name)
{
	int len = (int) strlen(name);

	while (len > 0 && name[len - 1] >= '0' && name[len - 1] <= '9')
		len--;
	return len > 6 &&
		   (strncmp(name + len - 6, "_ccnew", 6) == 0 || strncmp(name + len - 6, "_ccold", 6) == 0);
}

/* What a look at the indexes of a tree is for, and what it has found. */
typedef struct RebuiltIndexes
{
	List *wanted;    /* of Oid: those that are rebuilt; NIL: all */
	List *there;     /* of char *: OIDs of those that are there */
	List *leftovers; /* of char *: qualified names of what a rebuild has left */
} RebuiltIndexes;

/*
 * Looks at the indexes of a table.  REINDEX CONCURRENTLY of a table leaves out those that keep
 * an exclusion constraint, or one like it.
 */
static void
find_indexes(RebuiltIndexes *found, Oid table)
{
	Relation pg_index = table_open(IndexRelationId, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple tuple;

	ScanKeyInit(&key, Anum_pg_index_indrelid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(table));
	scan = systable_beginscan(pg_index, IndexIndrelidIndexId, true, NULL, 1, &key);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_index form = (Form_pg_index) GETSTRUCT(tuple);
		char *name = get_rel_name(form->indexrelid);

		if (name == NULL)
			continue;
		if (!form->indisvalid && is_reindex_name(name))
			found->leftovers = lappend(found->leftovers, zdm_qualified_name(form->indexrelid));
		else if (get_rel_relkind(form->indexrelid) == RELKIND_INDEX && !form->indisexclusion &&
				 (found->wanted == NIL || list_member_oid(found->wanted, form->indexrelid)))
			found->there = lappend(found->there, psprintf("%u", form->indexrelid));
	}
	systable_endscan(scan);
	table_close(pg_index, AccessShareLock);
}

/* Looks at a table, its toast table, and everything that inherits from it. */
static void
find_tree_indexes(RebuiltIndexes *found, Oid root)
{
	ListCell *lc;

	foreach (lc, zdm_relation_tree(root))
	{
		HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(lfirst_oid(lc)));
		Oid toast;

		if (!HeapTupleIsValid(tuple))
			continue;
		toast = ((Form_pg_class) GETSTRUCT(tuple))->reltoastrelid;
		ReleaseSysCache(tuple);
		if (OidIsValid(toast))
			find_indexes(found, toast);
		find_indexes(found, lfirst_oid(lc));
	}
}

/* Notes which table a step is about. */
static void
set_table(ZdmJudgement *j, Oid table)
{
	memset(j, 0, sizeof(*j));
	j->table = table;
	j->owner = zdm_relation_owner(table);
	if (!OidIsValid(j->owner))
		elog(ERROR, "cache lookup failed for relation %u", table);
}

/* See ZdmAction; takes no lock. */
void
zdm_judge_create_index(const ZdmStep *step, List *targets, ZdmJudgement *j)
{
	IndexStmt *stmt = castNode(IndexStmt, parse_command(step));
	Oid index;
	char *name;

	set_table(j, find_relation(targets, stmt->relation));
	index = get_relname_relid(stmt->idxname, get_rel_namespace(j->table));
	if (!OidIsValid(index))
		return;
	name = index_of(index, j->table);
	if (index_is_good(index))
		j->done = true;
	else
		j->leftovers = list_make1(name);
}

/* Returns what the step is to remember: which indexes there are to rebuild. */
static Jsonb *
indexes_as_json(List *indexes)
{
	StringInfoData buf;

	initStringInfo(&buf);
	appendStringInfoChar(&buf, '{');
	zdm_json_add_list(&buf, "indexes", indexes);
	appendStringInfoChar(&buf, '}');
	return zdm_json_parse(buf.data);
}

/* Tells whether none of those that were to be rebuilt is there any more. */
static bool
all_were_rebuilt(Jsonb *before, List *there)
{
	ListCell *lc;

	foreach (lc, zdm_json_list(before, "indexes"))
		if (zdm_has_string(there, lfirst(lc)))
			return false;
	return true;
}

/*
 * See ZdmAction; takes no lock.  In a database that was restored since, OIDs are others, and all
 * indexes have just been built.
 */
void
zdm_judge_reindex(const ZdmStep *step, List *targets, ZdmJudgement *j)
{
	ReindexStmt *stmt = castNode(ReindexStmt, parse_command(step));
	Oid relation = find_relation(targets, stmt->relation);
	RebuiltIndexes found = {0};

	if (stmt->kind == REINDEX_OBJECT_INDEX)
	{
		set_table(j, IndexGetRelation(relation, false));
		found.wanted = find_all_inheritors(relation, NoLock, NULL);
	}
	else
		set_table(j, relation);
	find_tree_indexes(&found, j->table);
	j->leftovers = found.leftovers;
	if (step->before)
		j->done = all_were_rebuilt(step->before, found.there);
	else
		j->before = indexes_as_json(found.there);
}
