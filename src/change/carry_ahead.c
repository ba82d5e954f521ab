/*
 * carry_ahead.c
 *		What contract and its way back carry over is looked at before they take their locks.
 *
 * What was made since expand is locked politely, too, by that: whoever reads through a view has
 * that before he waits for the table.  Views get their new definitions here (carry_ready.c); and
 * all is looked at a second time under the lock, when the server has in memory what it has read of
 * it.
 */
#include "postgres.h"

#include "access/table.h"
#include "miscadmin.h"
#include "storage/lmgr.h"
#include "storage/proc.h"
#include "utils/acl.h"
#include "utils/guc.h"
#include "utils/snapmgr.h"

#include "base/compat.h"
#include "base/lock_set.h"
#include "base/query.h"
#include "base/transaction.h"
#include "base/tree.h"
#include "change/carry_over.h"
#include "change/catalog_changes.h"
#include "change/shadow.h"

typedef struct Look
{
	const ZdmMigration *migration;
	const ZdmDeed *prepare;
	const ZdmDeed *back; /* what undoes it: it has the names of the columns that take over */
	const ZdmDeed *over; /* what carries over: it has the names that the others will have */
	bool turns;          /* a table gives its name to another one; else a column does */
	List *relations;     /* of Oid: what is carried over is part of them */
} Look;

/* Tells whether a deed is a certain action. */
static bool
is_action(const ZdmDeed *deed, const char *action)
{
	return deed->action && strcmp(deed->action, action) == 0;
}

/* Finds what a call that is to come prepares and carries over with; false: it does neither. */
static bool
find_deeds(Look *look, List *steps)
{
	bool there = look->migration->status == ZDM_READY;
	ListCell *lc;

	foreach (lc, steps)
	{
		const ZdmStep *step = lfirst(lc);
		const ZdmDeed *deed = there ? &step->command : &step->undo;

		if (step->phase != ZDM_PHASE_CONTRACT)
			continue;
		if (is_action(deed, ZDM_ACTION_CARRY_OVER))
			look->over = deed;
		if (!is_action(deed, ZDM_ACTION_CARRY_PREPARE) && !is_action(deed, ZDM_ACTION_TURN_SHADOW))
			continue;
		look->prepare = deed;
		look->back = there ? &step->undo : &step->command;
	}
	return look->prepare != NULL;
}

/* Prints a definition, unless that is to wait: nobody else is to be the victim of a deadlock. */
static void
print_if_free(ZdmCarried *carried)
{
	Oid relation = zdm_carried_relation(carried);

	if (OidIsValid(relation) && !ConditionalLockRelationOid(relation, AccessShareLock))
		return;
	(void) carried->class->print(carried->oid);
	(void) zdm_carried_code(carried);
}

static void
look_at_uses(void *arg)
{
	Look *look = arg;
	Oid relid = look->migration->relation;
	List *tree = zdm_relation_tree(relid);
	StringInfoData unknown;
	Relation rel;
	List *list;
	List *moved = NIL;
	ListCell *lc;
	int level;

	if (!ConditionalLockRelationOid(relid, AccessShareLock))
		return;
	level = zdm_pin_search_path();
	(void) set_config_option("lock_timeout", psprintf("%d", Max(DeadlockTimeout / 2, 1)),
							 PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true, 0, false);
	rel = table_open(relid, NoLock);
	initStringInfo(&unknown);
	if (look->turns)
	{
		list = zdm_shadow_list_users(rel);
		look->relations = list_concat_unique_oid(look->relations, zdm_shadow_other_tables(relid));
	}
	else
	{
		List *columns = zdm_carried_columns(rel, look->prepare, "columns");

		list = zdm_carried_collect(relid, columns, &unknown);
		moved = zdm_carried_moved(rel, columns, zdm_carried_columns(rel, look->back, "from"));
	}
	table_close(rel, NoLock);
	foreach (lc, list)
	{
		Oid relation = zdm_carried_relation(lfirst(lc));

		/* That of somebody else will be refused, and so need not be locked. */
		if (OidIsValid(relation) && !list_member_oid(tree, relation) &&
			zdm_owns_relation(relation, GetUserId()))
			look->relations = list_append_unique_oid(look->relations, relation);
	}
	PushActiveSnapshot(GetLatestSnapshot());
	foreach (lc, list)
		print_if_free(lfirst(lc));
	PopActiveSnapshot();
	if (moved != NIL)
		zdm_ready_make(look->migration, moved, zdm_deed_list(look->over, "from"), list);
	AtEOXact_GUC(false, level);
}

static void
look_and_undo(void *arg)
{
	zdm_try_and_undo(look_at_uses, arg);
}

/* Tells whether this transaction has the table's strong lock already: it is too late to look. */
static bool
is_locked(Oid relid)
{
	LOCKTAG tag;

	SET_LOCKTAG_RELATION(tag, MyDatabaseId, relid);
	return zdm_lock_is_held(&tag, AccessExclusiveLock);
}

/*
 * Adds to the locks that contract, reopen or rollback want those on what they carry over, as it is
 * now.  What goes wrong here does so again under the lock, and is told then.
 */
List *
zdm_carried_locks(const ZdmMigration *m, List *steps, List *locks)
{
	Look look = {.migration = m};
	ErrorData *error;
	ListCell *lc;

	if (m->status != ZDM_READY && m->status != ZDM_CONTRACTED)
		return locks;
	if (is_locked(m->relation) || !find_deeds(&look, steps))
		return locks;
	look.turns = strcmp(look.prepare->action, ZDM_ACTION_TURN_SHADOW) == 0;
	error = zdm_try(look_and_undo, &look);
	if (error && error->sqlerrcode == ERRCODE_QUERY_CANCELED)
		ReThrowError(error);
	foreach (lc, look.relations)
		locks = zdm_add_lock(locks, lfirst_oid(lc), AccessExclusiveLock);
	return locks;
}
