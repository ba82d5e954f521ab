/*
 * rollout.c
 *		Rollouts: for which keys an application uses the new form, step by step.
 *
 * The worker that measures what guards are about (guard.c) takes the steps, too.  One is taken
 * where all guards hold and both sides of a sample agree; a guard that acts takes all of them back.
 */
#include "postgres.h"

#include "base/lock.h"
#include "base/query.h"
#include "base/transaction.h"
#include "run/lifecycle.h"
#include "run/metric.h"
#include "run/release.h"
#include "run/rollout.h"
#include "run/worker.h"

/* Sets the rollout of what a name stands for. */
void
zdm_rollout_call(const char *name, const ZdmRollout *rollout)
{
	ListCell *lc;

	foreach (lc, zdm_release_members(name))
	{
		const ZdmMigration *m = lfirst(lc);

		if (m->status == ZDM_FINALIZED || m->status == ZDM_ROLLED_BACK)
			ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
							errmsg("cannot roll out migration \"%s\": it is %s", m->name,
								   zdm_status_name(m->status))));
		zdm_rollout_set(m->id, rollout);
		if (rollout->percent >= 0)
			zdm_migration_event(m, "rollout", psprintf("%d %%, by hand", rollout->percent));
		if (rollout->steps)
			zdm_worker_request_keeper();
	}
}

/* What runs in zdm_try(). */
typedef struct Sample
{
	ZdmMigration *m;
	double mismatches;
} Sample;

/* ZdmTryFunction. */
static void
compare_sample(void *arg)
{
	Sample *sample = arg;

	(void) zdm_measure_mismatches(sample->m, &sample->mismatches);
}

/* Takes the next step of one rollout, or notes why not, in a transaction of its own. */
static void
step_one(int64 migration)
{
	Sample sample = {0};
	ErrorData *error = NULL;
	char *reason = NULL;

	zdm_tx_begin();
	sample.m = zdm_extension_lock() ? zdm_migration_by_id(migration) : NULL;
	if (sample.m != NULL && sample.m->status == ZDM_READY && zdm_rollout_claim(migration))
	{
		if (zdm_rollout_may_go_on(migration, &reason))
			error = zdm_try(compare_sample, &sample);
		if (error)
			reason = psprintf("both sides could not be compared: %s", error->message);
		else if (sample.mismatches > 0)
			reason = psprintf("both sides disagree in %.0f rows of a sample", sample.mismatches);
		if (reason)
			zdm_rollout_hold(migration, reason);
		else
			zdm_migration_event(sample.m, "rollout",
								psprintf("%d %%", zdm_rollout_step(migration)));
	}
	zdm_tx_commit();
}

/* Takes the steps that are due. */
void
zdm_rollouts_step(void)
{
	List *due = NIL;
	ListCell *lc;

	zdm_tx_begin();
	if (zdm_extension_lock())
		due = zdm_rollouts_due();
	zdm_tx_commit();
	foreach (lc, due)
		step_one(*(int64 *) lfirst(lc));
}

/* A guard has acted: nobody is to use the new form any more, as far as that is up to a rollout. */
void
zdm_rollout_tripped(const ZdmMigration *m, const char *reason)
{
	if (zdm_rollout_take_back(m->id, reason))
		zdm_migration_event(m, "rollout", psprintf("taken back to 0 %%: %s", reason));
}
