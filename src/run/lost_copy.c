/*
 * lost_copy.c
 *		A copy that a crash has emptied, or left with rows that the emptied table had.
 *
 * Of a table that becomes UNLOGGED, or is to be so no more, one of the two tables is
 * emptied by crash recovery and the other not (record/unlogged.c).  What applications
 * write is the truth, whatever it has by then; so the copy is made once more, from an
 * empty table.  There is one exception: where the table that applications write has
 * become UNLOGGED by contract, the old one has what is lost.  That is left as it is, for
 * the way back.
 */
#include "postgres.h"

#include "access/table.h"
#include "storage/lockdefs.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "base/lock.h"
#include "base/lock_set.h"
#include "fill/ranges.h"
#include "record/shadow.h"
#include "record/unlogged.h"
#include "run/executor.h"
#include "run/lost_copy.h"
#include "sync/follower.h"

/* Tells whether a migration's copy is to be made once more. */
bool
zdm_copy_is_lost(const ZdmMigration *m)
{
	switch (zdm_unlogged_loss(m->id))
	{
		case ZDM_LOSS_OF_FOLLOWER:
			return true;
		case ZDM_LOSS_OF_TRUTH:
			return !zdm_contract_is_done(zdm_steps(m->id));
		default:
			return false;
	}
}

/* Has the worker do the backfill step again, which takes what it has not seen. */
void
zdm_repeat_backfill(ZdmMigration *m, const char *why)
{
	ListCell *lc;

	foreach (lc, zdm_steps(m->id))
	{
		ZdmStep *step = lfirst(lc);

		if (zdm_step_is_backfill(step))
			zdm_step_undone(m->id, step, true);
	}
	zdm_migration_set_phase(m, ZDM_PHASE_BACKFILL);
	if (m->status == ZDM_RUNNING)
		zdm_migration_event(m, "restarted", why);
	else
		zdm_migration_set_status(m, ZDM_RUNNING, why);
}

/* Tells whether the worker is still to do a migration's backfill. */
static bool
is_before_backfill(const ZdmMigration *m)
{
	ZdmStep *step = zdm_next_worker_step(zdm_steps(m->id));

	return m->status == ZDM_RUNNING && step != NULL && zdm_step_is_backfill(step);
}

/* Has the worker copy again what was lost, unless it is about to; false: nothing was. */
bool
zdm_repeat_lost_copy(int64 migration)
{
	ZdmMigration *m = zdm_migration_by_id(migration);

	if (m == NULL || !zdm_copy_is_lost(m))
		return false;
	m = zdm_migration_lock(migration);
	if (m == NULL || is_before_backfill(m) ||
		(m->status != ZDM_RUNNING && m->status != ZDM_READY && m->status != ZDM_CONTRACTED))
		return false;
	zdm_repeat_backfill(m, "an UNLOGGED table was emptied by a crash");
	return true;
}

/* Likewise of all migrations. */
void
zdm_repeat_lost_copies(void)
{
	ListCell *lc;

	foreach (lc, zdm_unlogged_lost())
		(void) zdm_repeat_lost_copy(*(int64 *) lfirst(lc));
}

/*
 * Empties the copy, which may have rows that are not in the table any more.  Its lock waits for
 * transactions that were prepared before the crash: what they have written to the copy is gone,
 * and they come back as writers who have written it.
 */
static void
empty_copy(const ZdmMigration *m)
{
	Oid follower = zdm_shadow_follower(m);
	List *locks = zdm_add_lock(NIL, follower, AccessExclusiveLock);
	ZdmLockReport report;
	Relation rel;

	zdm_lock_politely(zdm_add_lock(locks, m->relation, AccessShareLock), &report);
	rel = table_open(follower, NoLock);
	zdm_follower_empty(rel);
	table_close(rel, NoLock);
}

/*
 * Begins a copy anew of which something was lost, so that all blocks of the table are visited
 * again; false: nothing was.  Writers who have gone on since have written both tables.
 */
bool
zdm_begin_lost_copy(ZdmMigration *m)
{
	Relation rel;

	if (!zdm_copy_is_lost(m))
		return false;
	empty_copy(m);
	rel = table_open(m->relation, AccessShareLock);
	if (zdm_is_in_backfill(m->id, m->relation))
		zdm_backfill_restart(m, rel, ZDM_GAP_NONE);
	table_close(rel, NoLock);
	zdm_unlogged_mark(m->id);
	return true;
}
