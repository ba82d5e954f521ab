/*
 * work_outcome.c
 *		How a piece of a worker's part begins and ends: who is told, what is noted of it, and who
 *		may stop it.
 */
#include "postgres.h"

#include <math.h>

#include "common/pg_prng.h"
#include "utils/builtins.h"

#include "base/extension.h"
#include "base/lock.h"
#include "base/settings.h"
#include "base/transaction.h"
#include "change/change.h"
#include "run/work_outcome.h"

#define FIRST_RETRY_MSEC 200
#define MAX_RETRY_MSEC 60000

/* Who wants to know that work begins, until he was told. */
static ZdmWorkBegins work_begins = NULL;

/* Has that called once, before the first piece of work that is not put off; NULL: nobody. */
void
zdm_work_on_begins(ZdmWorkBegins begins)
{
	work_begins = begins;
}

/* Tells whoever wants to know it that work begins which may take long. */
void
zdm_work_tell_begins(void)
{
	ZdmWorkBegins begins = work_begins;

	work_begins = NULL;
	if (begins)
		begins();
}

/* Returns the time until the next attempt, after so many that have failed in a row. */
double
zdm_retry_msec(int attempts)
{
	double msec = Min(FIRST_RETRY_MSEC * pow(2, Min(attempts, 20)), MAX_RETRY_MSEC);

	return msec * (0.5 + pg_prng_double(&pg_global_prng_state) / 2);
}

/* Says how to get on where rows violate the constraint of a migration. */
char *
zdm_violations_hint(const ZdmMigration *m)
{
	char *name = quote_literal_cstr(m->name);
	bool unique = strcmp(m->kind, "unique") == 0 || strcmp(m->kind, "index") == 0 ||
				  strcmp(m->kind, "primary_key") == 0;

	return psprintf("SELECT * FROM zdm.violations(%s) lists the rows. CALL zdm.fix_violations(%s, "
					"%s; then SELECT zdm.resume(%s) goes on.",
					name, name,
					unique ? "keep => 'column, ...') DELETES all duplicates but the first in that "
							 "order, set => '{\"column\": \"expression\"}') changes them instead"
						   : "set => '{\"column\": \"expression\"}') gives them other values",
					name);
}

/*
 * Notes an error of a step, in the current transaction: to be tried again if
 * time may cure it and it was not tried too often, else the migration has
 * failed.  `row` describes the row that raised it; NULL if none did.
 */
ZdmWork
zdm_work_error(int64 migration, const ZdmStep *step, const ErrorData *error, const char *row)
{
	ZdmMigration *m = zdm_migration_lock(migration);
	char *text = zdm_error_text(error);

	if (m == NULL || m->status != ZDM_RUNNING)
		return ZDM_WORK_STOP;
	if (row)
		text = psprintf("%s\nROW: %s", text, row);
	if (ERRCODE_TO_CATEGORY(error->sqlerrcode) == ERRCODE_INTEGRITY_CONSTRAINT_VIOLATION &&
		zdm_change_kind(m->kind)->constrains)
		text = psprintf("%s\nHINT: %s", text, zdm_violations_hint(m));
	zdm_step_failed(migration, step, text);
	zdm_migration_set_error(m, m->attempts + 1, text, zdm_retry_msec(m->attempts + 1));
	if (!zdm_error_is_transient(error) || m->attempts > zdm_max_retries)
		zdm_migration_set_status(m, ZDM_FAILED, text);
	ereport(LOG, (errmsg("zdm: migration \"%s\": %s", m->name, text)));
	return ZDM_WORK_FAILED;
}

/* Forgets earlier errors: they count only in a row. */
void
zdm_work_succeeded(int64 migration)
{
	ZdmMigration *m = zdm_migration_by_id(migration);

	if (m && m->attempts > 0)
		zdm_migration_clear_error(m);
}

/*
 * Returns the step whose backfill is under way, for a helper; NULL if there is
 * none.  Allocated in the current memory context.
 */
ZdmStep *
zdm_work_backfill_step(int64 migration)
{
	ZdmStep *step = NULL;

	zdm_tx_begin();
	if (zdm_extension_lock())
		step = zdm_next_worker_step(zdm_steps(migration));
	zdm_tx_commit();
	return step && zdm_step_is_backfill(step) ? step : NULL;
}

/*
 * Raises an error if somebody is about to stop the migration.  He takes that
 * lock, then cancels what runs; whoever begins something that may take long
 * makes it cancellable, then looks here: so one of the two sees the other.
 */
void
zdm_work_check_stop(int64 migration)
{
	if (!zdm_tx_is_procedure() && zdm_session_lock_is_held(ZDM_LOCK_STOP, migration))
		ereport(ERROR, (errcode(ERRCODE_QUERY_CANCELED),
						errmsg("the step was not begun: another session is about to stop the "
							   "migration")));
}
