/*
 * backfill_tables.c
 *		The tables of a backfill: those that hang together in one tree, each with the
 *		sync trigger in place.
 */
#include "postgres.h"

#include "access/relation.h"
#include "catalog/pg_class.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "backfill.h"
#include "lock.h"
#include "names.h"
#include "ranges.h"
#include "sync_program.h"
#include "transaction.h"

typedef struct RegisterRequest
{
	ZdmMigration *migration;
	int added;
} RegisterRequest;

/* Raises an error unless the migration's sync trigger is in place on one of its tables. */
void
zdm_backfill_require_trigger(ZdmMigration *m, Relation rel)
{
	if (zdm_sync_trigger(rel->trigdesc, m->trigger_name) == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("table %s has no sync trigger \"%s\", or it is disabled",
						zdm_qualified_name(RelationGetRelid(rel)), m->trigger_name),
				 errdetail("Rows that are written without it would never be filled."),
				 errhint("Restore the trigger (ENABLE ALWAYS) and call zdm.resume(%s), or undo the "
						 "migration with zdm.rollback(%s).",
						 quote_literal_cstr(m->name), quote_literal_cstr(m->name))));
}

/* ZdmTryFunction: see zdm_backfill_register_all(). */
static void
register_tables(void *arg)
{
	RegisterRequest *request = arg;
	ZdmMigration *m = request->migration;
	List *tree = zdm_relation_tree(m->relation);
	List *seen = zdm_backfill_seen(m);
	ListCell *lc;

	if (get_rel_name(m->relation) == NULL)
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE),
						errmsg("table %s does not exist any more", m->relation_name),
						errhint("SELECT zdm.cancel(%s) ends the migration.",
								quote_literal_cstr(m->name))));
	foreach (lc, tree)
	{
		Relation rel = try_relation_open(lfirst_oid(lc), AccessShareLock);

		if (rel == NULL)
			continue;
		if (rel->rd_rel->relkind == RELKIND_RELATION)
		{
			zdm_backfill_require_trigger(m, rel);
			if (zdm_backfill_register(m, rel))
				request->added++;
			else if (!list_member_oid(seen, RelationGetRelid(rel)))
			{
				zdm_backfill_restart(m, rel); /* it was detached, and is back */
				request->added++;
			}
		}
		relation_close(rel, NoLock);
	}
	foreach (lc, zdm_backfill_tables(m->id))
	{
		ZdmBackfillTable *table = lfirst(lc);

		if (!list_member_oid(tree, table->relation))
			zdm_backfill_forget(m->id, table->relation);
	}
}

/*
 * Notes every table of the migration that is not noted yet, counts them, and
 * forgets those that are gone.  Returns the error that it met; NULL: none.
 */
ErrorData *
zdm_backfill_register_all(ZdmMigration *m, int *added)
{
	RegisterRequest request = {.migration = m};
	ErrorData *error = zdm_try(register_tables, &request);

	*added = request.added;
	return error;
}

/*
 * Opens a table for filling.  NULL if it was dropped or detached, which it then forgets,
 * or rewritten, which it then begins anew.
 */
Relation
zdm_backfill_open(ZdmMigration *m, Oid relation)
{
	Relation rel = try_relation_open(relation, RowExclusiveLock);

	if (rel == NULL)
	{
		zdm_backfill_forget(m->id, relation);
		return NULL;
	}
	if (zdm_sync_trigger(rel->trigdesc, m->trigger_name) == NULL &&
		!list_member_oid(zdm_relation_tree(m->relation), relation))
	{
		zdm_backfill_forget(m->id, relation); /* it was detached, and took no trigger along */
		relation_close(rel, NoLock);
		return NULL;
	}
	zdm_backfill_require_trigger(m, rel);
	if (!zdm_backfill_is_current(m->id, rel))
	{
		zdm_backfill_restart(m, rel);
		zdm_migration_event(m, "restarted",
							psprintf("%s was rewritten; all its blocks are visited again.",
									 zdm_qualified_name(RelationGetRelid(rel))));
		relation_close(rel, NoLock);
		return NULL;
	}
	return rel;
}
