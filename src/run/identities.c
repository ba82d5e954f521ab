/*
 * identities.c
 *		The replica identities of a migration's tables.
 *
 * Somebody may choose an index as replica identity that a step is going to drop, with its
 * column or by itself.  The server drops it without a word, and from then on refuses every
 * UPDATE and DELETE of a table that is published.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/relation.h"
#include "catalog/pg_class.h"
#include "catalog/pg_index.h"
#include "executor/executor.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/relcache.h"
#include "utils/syscache.h"

#include "base/names.h"
#include "base/transaction.h"
#include "base/tree.h"
#include "run/identities.h"

/* Tells whether rows of a table are identified by an index. */
static bool
has_identity(Relation rel)
{
	ListCell *lc;

	if (rel->rd_rel->relreplident != REPLICA_IDENTITY_INDEX)
		return OidIsValid(RelationGetReplicaIndex(rel));
	foreach (lc, RelationGetIndexList(rel))
	{
		HeapTuple tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(lfirst_oid(lc)));
		bool chosen = HeapTupleIsValid(tuple) && ((Form_pg_index) GETSTRUCT(tuple))->indisreplident;

		if (HeapTupleIsValid(tuple))
			ReleaseSysCache(tuple);
		if (chosen)
			return true;
	}
	return false;
}

/* Lists the tables (by OID) whose rows are identified by an index. */
List *
zdm_identified_tables(const ZdmMigration *m)
{
	ZdmTree tree = zdm_tree(m->relation);
	List *result = NIL;

	while (zdm_tree_next(&tree))
		if (tree.rel->rd_rel->relkind == RELKIND_RELATION && has_identity(tree.rel))
			result = lappend_oid(result, RelationGetRelid(tree.rel));
	return result;
}

/* ZdmTryFunction: the server's error where an UPDATE of a published table could not be sent. */
static void
run_check(void *arg)
{
	CheckCmdReplicaIdentity(arg, CMD_UPDATE);
}

/* Fails if one of the tables that zdm_identified_tables() has listed has lost what it was by. */
void
zdm_require_identified(const ZdmMigration *m, List *tables, const char *call)
{
	ListCell *lc;

	foreach (lc, tables)
	{
		Relation rel = try_relation_open(lfirst_oid(lc), AccessShareLock);
		bool lost =
			rel && !has_identity(rel) &&
			(rel->rd_rel->relreplident == REPLICA_IDENTITY_INDEX || zdm_try(run_check, rel));

		if (lost)
			ereport(
				ERROR,
				(errcode(ERRCODE_DEPENDENT_OBJECTS_STILL_EXIST),
				 errmsg("cannot %s migration \"%s\": that would drop the replica identity of %s",
						call, m->name, zdm_qualified_name(lfirst_oid(lc))),
				 errdetail("An index that goes with it identifies the table's rows for "
						   "logical replication."),
				 errhint("ALTER TABLE %s REPLICA IDENTITY ... chooses another one.",
						 zdm_qualified_name(lfirst_oid(lc)))));
		if (rel)
			relation_close(rel, NoLock);
	}
}
