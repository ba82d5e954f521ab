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

#include "base/names.h"
#include "base/owner.h"
#include "base/transaction.h"
#include "base/tree.h"
#include "fill/fill.h"
#include "fill/ranges.h"
#include "fill/synced.h"
#include "record/merge_log.h"
#include "record/shadow.h"
#include "run/backfill_tables.h"
#include "run/lost_copy.h"
#include "run/work_outcome.h"
#include "sync/sync_program.h"

/* How often the rows of a table are compared that never agree. */
#define MAX_PASSES 5

typedef struct RegisterRequest
{
	ZdmMigration *migration;
	int added;
} RegisterRequest;

/* Raises an error unless the migration's sync trigger is in place on one of its tables. */
void
zdm_backfill_require_trigger(ZdmMigration *m, Relation rel)
{
	if (zdm_sync_trigger(rel, m->trigger_name) == NULL)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("table %s has no sync trigger \"%s\", or it is disabled",
						zdm_qualified_name(RelationGetRelid(rel)), m->trigger_name),
				 errdetail("Rows that are written without it would never be filled."),
				 errhint("Restore the trigger (ENABLE ALWAYS) and call zdm.resume(%s), or undo the "
						 "migration with zdm.rollback(%s).",
						 quote_literal_cstr(m->name), quote_literal_cstr(m->name))));
}

/* Refuses to go on with a copy that has missed writes: what was deleted would stay in it. */
static void
refuse_gap_in_copy(const ZdmMigration *m, Relation rel)
{
	if (!OidIsValid(zdm_shadow_follower(m)))
		return;
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("table %s was without its sync trigger for a while",
					zdm_qualified_name(RelationGetRelid(rel))),
			 errdetail("The table that follows it may have missed writes."),
			 errhint("SELECT zdm.rollback(%s), and begin it anew.", quote_literal_cstr(m->name))));
}

/* Returns the table that a migration's rows are copied to, or merged into. */
Oid
zdm_copy_target(const ZdmMigration *m)
{
	Oid target = zdm_merges(m) ? m->relation : zdm_shadow_follower(m);

	if (!OidIsValid(target) || get_rel_name(target) == NULL)
		ereport(
			ERROR,
			(errcode(ERRCODE_UNDEFINED_TABLE),
			 errmsg("the table that migration \"%s\" copies to does not exist any more", m->name),
			 errhint("SELECT zdm.rollback(%s), and begin it anew.", quote_literal_cstr(m->name))));
	return target;
}

/* ZdmTryFunction: see zdm_backfill_register_all(). */
static void
register_tables(void *arg)
{
	RegisterRequest *request = arg;
	ZdmMigration *m = request->migration;
	List *tree = zdm_relation_tree(zdm_merge_source(m));
	List *synced = zdm_synced_tables(m);
	/* A copy has nothing to be compared with: what comes later is copied as all else. */
	bool late = zdm_has_backfill(m->id) && !OidIsValid(zdm_shadow_follower(m));
	ListCell *lc;

	if (get_rel_name(m->relation) == NULL)
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE),
						errmsg("table %s does not exist any more", m->relation_name),
						errhint("SELECT zdm.cancel(%s) ends the migration.",
								quote_literal_cstr(m->name))));
	if (zdm_begin_lost_copy(m))
		request->added++;
	foreach (lc, tree)
	{
		Relation rel = try_relation_open(lfirst_oid(lc), AccessShareLock);

		if (rel == NULL)
			continue;
		if (rel->rd_rel->relkind == RELKIND_RELATION)
		{
			zdm_backfill_require_trigger(m, rel);
			if (zdm_backfill_register(m, rel, late))
				request->added++;
			else if (!list_member_oid(synced, RelationGetRelid(rel)))
			{
				refuse_gap_in_copy(m, rel);
				zdm_backfill_restart(m, rel, zdm_sync_gap(m, RelationGetRelid(rel)));
				request->added++;
			}
		}
		relation_close(rel, NoLock);
	}
	foreach (lc, zdm_backfill_tables(m->id))
	{
		ZdmBackfillTable *table = lfirst(lc);

		if (get_rel_name(table->relation) == NULL)
			zdm_backfill_forget(m->id, table->relation);
		else if (!list_member_oid(tree, table->relation))
			zdm_backfill_leave(m->id, table->relation);
	}
}

/*
 * Notes every table of the migration that is not noted yet or was not synced all the time,
 * counts them, and lets go of those that are gone.  Returns the error that it met; NULL: none.
 */
ErrorData *
zdm_backfill_register_all(ZdmMigration *m, int *added)
{
	RegisterRequest request = {.migration = m};
	ErrorData *error = zdm_try(register_tables, &request);

	*added = request.added;
	return error;
}

typedef struct SettleRequest
{
	ZdmMigration *migration;
	int passes;
	int again;
} SettleRequest;

/* Tells whether nothing is left to write in a table that was compared; true if it is gone. */
static bool
is_complete(ZdmMigration *m, const ZdmBackfillTable *table, ZdmSyncGap gap)
{
	Relation rel = try_relation_open(table->relation, RowExclusiveLock);
	ZdmOwnerScope scope;
	bool complete;

	if (rel == NULL || zdm_sync_trigger(rel, m->trigger_name) == NULL)
	{
		if (rel)
			relation_close(rel, NoLock);
		return true; /* for zdm_backfill_register_all() to see */
	}
	zdm_owner_begin(&scope, zdm_relation_owner(m->relation));
	complete = zdm_fill_is_complete(rel, m->trigger_name, gap);
	zdm_owner_end(&scope);
	if (!complete)
		zdm_backfill_restart(m, rel, ZDM_GAP_NONE);
	relation_close(rel, NoLock);
	return complete;
}

/* ZdmTryFunction: see zdm_backfill_settle(). */
static void
settle_tables(void *arg)
{
	SettleRequest *request = arg;
	ZdmMigration *m = request->migration;
	ListCell *lc;

	zdm_work_check_stop(m->id); /* the looks below may take long */
	foreach (lc, zdm_backfill_tables(m->id))
	{
		ZdmBackfillTable *table = lfirst(lc);

		if (table->next_block < table->total_blocks)
			continue;
		/* Where nothing flows back, values that never agree are left as they are in the end. */
		if (table->gap == ZDM_GAP_NONE ||
			is_complete(m, table, request->passes < MAX_PASSES ? table->gap : ZDM_GAP_LATE))
			zdm_backfill_finish(m->id, table->relation);
		else if (request->passes < MAX_PASSES)
			request->again++;
		else
			ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
							errmsg("rows of table %s still disagree after %d passes",
								   zdm_qualified_name(table->relation), MAX_PASSES),
							errdetail("The expressions give other values each time."),
							errhint("SELECT * FROM zdm.verify(%s) shows some of the rows.",
									quote_literal_cstr(m->name))));
	}
}

/*
 * Ends the tables of which all blocks were visited.  One that was compared is begun anew where
 * a look at all of it finds rows that are still to be written; `*again` counts these.  Returns
 * the error that it met; NULL: none.
 */
ErrorData *
zdm_backfill_settle(ZdmMigration *m, int passes, int *again)
{
	SettleRequest request = {.migration = m, .passes = passes};
	ErrorData *error = zdm_try(settle_tables, &request);

	*again = request.again;
	return error;
}

/*
 * Opens a table for filling.  NULL if it was dropped or detached, and then lets go of it,
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
	if (zdm_sync_trigger(rel, m->trigger_name) == NULL &&
		!list_member_oid(zdm_relation_tree(zdm_merge_source(m)), relation))
	{
		zdm_backfill_leave(m->id, relation); /* it was detached, and took no trigger along */
		relation_close(rel, NoLock);
		return NULL;
	}
	zdm_backfill_require_trigger(m, rel);
	if (!zdm_backfill_is_current(m->id, rel))
	{
		zdm_backfill_restart(m, rel, ZDM_GAP_NONE);
		zdm_migration_event(m, "restarted",
							psprintf("%s was rewritten; all its blocks are visited again.",
									 zdm_qualified_name(RelationGetRelid(rel))));
		relation_close(rel, NoLock);
		return NULL;
	}
	return rel;
}
