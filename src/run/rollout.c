/*
 * rollout.c
 *		Rollouts: for which keys an application uses the new form, step by step.
 *
 * The worker that measures what guards are about (guard.c) takes the steps, too.  One is taken
 * where all guards hold, what its owner requires is true, and both sides of a sample agree; a
 * guard that acts takes all of them back.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/array.h"
#include "utils/builtins.h"

#include "base/extension.h"
#include "base/names.h"
#include "base/owner.h"
#include "base/transaction.h"
#include "run/in_time.h"
#include "run/metric.h"
#include "run/release.h"
#include "run/rollout.h"
#include "run/worker.h"

#define ASK_MSEC 5000 /* for one requirement */
#define COMPARE_MSEC 30000
#define QUOTED_BYTES 60 /* of a query, in reasons */
#define MOST_REQUIRED 20

/* Refuses requirements that can't be asked. */
static void
check_requirements(const ZdmMigration *m, ArrayType *require)
{
	Datum *queries;
	int n;

	deconstruct_array(require, TEXTOID, -1, false, TYPALIGN_INT, &queries, NULL, &n);
	if (n > MOST_REQUIRED)
		ereport(ERROR, (errcode(ERRCODE_CONFIGURATION_LIMIT_EXCEEDED),
						errmsg("a rollout may require %d things", MOST_REQUIRED),
						errhint("Join some of them with AND.")));
	for (int i = 0; i < n; i++)
		zdm_requirement_check(m, TextDatumGetCString(queries[i]));
}

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
		if (rollout->require)
			check_requirements(m, rollout->require);
		zdm_rollout_set(m->id, rollout);
		if (rollout->percent >= 0)
			zdm_migration_event(m, "rollout", psprintf("%d %%, by hand", rollout->percent));
		if (rollout->steps)
			zdm_worker_request_keeper();
	}
}

/* What runs in zdm_try_in_time() for one step. */
typedef struct Step
{
	ZdmMigration *m;
	const char *query;
	bool met;
	double mismatches;
} Step;

/* ZdmTryFunction. */
static void
ask_requirement(void *arg)
{
	Step *step = arg;

	step->met = zdm_requirement_is_met(step->m, step->query);
}

/* ZdmTryFunction. */
static void
compare_sample(void *arg)
{
	Step *step = arg;

	(void) zdm_measure_mismatches(step->m, &step->mismatches);
}

/* ZdmPutOff. */
static void
put_off(const void *what, const char *why, int seconds)
{
	const Step *step = what;
	const char *text = step->query ? step->query : "the comparison of both sides";

	ereport(
		LOG,
		(errmsg(
			"zdm: ended the process that takes steps of rollouts: that of migration " INT64_FORMAT
			" %s",
			step->m->id, why)));
	zdm_rollout_put_off(step->m->id, psprintf("%s %s", zdm_clip_text(text, QUOTED_BYTES), why),
						seconds);
}

/* Tells why what its owner requires keeps a step from being taken; NULL: it does not. */
static char *
ask_requirements(Step *step)
{
	ListCell *lc;

	foreach (lc, zdm_rollout_requires(step->m->id))
	{
		ErrorData *error;

		step->query = lfirst(lc);
		error = zdm_try_in_time(ask_requirement, step, ASK_MSEC, put_off, step);
		if (error)
			return psprintf("%s fails: %s", zdm_clip_text(step->query, QUOTED_BYTES),
							zdm_error_text(error));
		if (!step->met)
			return psprintf("%s is not true", zdm_clip_text(step->query, QUOTED_BYTES));
	}
	step->query = NULL;
	return NULL;
}

/* Tells why the next step can't be taken; NULL: it can. */
static char *
find_obstacle(Step *step)
{
	ErrorData *error;
	char *reason = NULL;

	if (!zdm_rollout_may_go_on(step->m->id, &reason))
		return reason;
	if (!OidIsValid(zdm_relation_owner(step->m->relation)))
		return "the table is gone";
	reason = ask_requirements(step);
	if (reason)
		return reason;
	error = zdm_try_in_time(compare_sample, step, COMPARE_MSEC, put_off, step);
	if (error)
		return psprintf("both sides could not be compared: %s", zdm_error_text(error));
	if (step->mismatches > 0)
		return psprintf("both sides disagree in %.0f rows of a sample", step->mismatches);
	return NULL;
}

/* Takes the next step of one rollout, or notes why not, in a transaction of its own. */
static void
step_one(int64 migration)
{
	Step step = {0};
	char *reason;

	zdm_tx_begin();
	step.m = zdm_extension_lock() ? zdm_migration_by_id(migration) : NULL;
	if (step.m != NULL && step.m->status == ZDM_READY && zdm_rollout_claim(migration))
	{
		reason = find_obstacle(&step);
		if (reason)
			zdm_rollout_hold(migration, reason);
		else
			zdm_migration_event(step.m, "rollout", psprintf("%d %%", zdm_rollout_step(migration)));
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
