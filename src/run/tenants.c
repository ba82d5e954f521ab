/*
 * tenants.c
 *		The same change in many schemas, some at a time.
 *
 * zdm.expand_each() notes all schemas first.  Then it takes a few, makes the call in each - a
 * transaction for each, since no table may stay locked while the next one is waited for - and
 * waits until the workers have done their part; what is ready is verified.  Where a schema
 * fails, its own migrations are rolled back.  Everything is in the record, so the same call goes on
 * where a session was cut off.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "miscadmin.h"
#include "nodes/pg_list.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

#include "base/lock.h"
#include "base/query.h"
#include "base/settings.h"
#include "base/transaction.h"
#include "fill/compare.h"
#include "record/queue.h"
#include "run/lifecycle.h"
#include "run/tenants.h"
#include "run/work.h"
#include "run/worker.h"

#define POLL_MSEC 100
#define LOOKS_PER_REQUEST 10 /* how often a worker is asked for that is not there */

/* What a subtransaction is to do for one schema. */
typedef struct Task
{
	const ZdmTenants *tenants;
	const ZdmTenant *tenant;
	void (*run_call)(const char *call);
} Task;

/* ZdmTryFunction: makes the call with the schema first in search_path, and notes what it made. */
static void
make_call(void *arg)
{
	Task *task = arg;
	const ZdmTenants *tenants = task->tenants;
	char *schema = task->tenant->schema;
	int level = NewGUCNestLevel();
	List *migrations = NIL;
	char *path = psprintf("%s, %s", quote_identifier(schema), namespace_search_path);

	(void) set_config_option("search_path", path, PGC_USERSET, PGC_S_SESSION, GUC_ACTION_SAVE, true,
							 0, false);
	(void) set_config_option("zdm.release", tenants->release, PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);
	zdm_hush_notices();
	zdm_expand_in_schema(schema, &migrations);
	PG_TRY();
	{
		task->run_call(tenants->call);
	}
	PG_FINALLY();
	{
		zdm_expand_in_schema(NULL, NULL);
	}
	PG_END_TRY();
	AtEOXact_GUC(false, level);
	zdm_tenant_set(tenants, schema, ZDM_TENANT_STARTED, NULL);
	zdm_tenant_set_migrations(tenants, schema, migrations);
}

/* ZdmTryFunction: rolls back what the call has made in the schema, the last first. */
static void
undo_call(void *arg)
{
	Task *task = arg;

	for (int i = list_length(task->tenant->migrations); i-- > 0;)
	{
		ZdmMigration *m = zdm_migration_by_id(*(int64 *) list_nth(task->tenant->migrations, i));

		if (m && m->status != ZDM_ROLLED_BACK)
			zdm_rollback_call(m, false);
	}
}

/* Rolls a schema back, and notes why (NULL: because of others), in a transaction. */
static void
give_up(Task *task, char *why)
{
	ErrorData *error;

	zdm_tx_begin();
	error = zdm_try(undo_call, task);
	if (error)
		why = psprintf("%s\nIt could not be rolled back: %s", why ? why : "another schema failed",
					   zdm_error_text(error));
	zdm_tenant_set(task->tenants, task->tenant->schema,
				   error ? task->tenant->state : ZDM_TENANT_ROLLED_BACK, why);
	zdm_tx_commit();
	if (error)
		ereport(ERROR, (errcode(error->sqlerrcode),
						errmsg("could not roll back schema \"%s\": %s", task->tenant->schema,
							   error->message),
						errdetail("%s", why)));
}

/* Begins in a schema; false if that fails. */
static bool
begin_schema(Task *task)
{
	ErrorData *error;

	zdm_tx_begin();
	error = zdm_try(make_call, task);
	if (error)
	{
		error->context = NULL; /* the call, which stands beside it */
		zdm_tenant_set(task->tenants, task->tenant->schema, ZDM_TENANT_ROLLED_BACK,
					   zdm_error_text(error));
	}
	zdm_tx_commit();
	return error == NULL;
}

/* How far the migrations of a schema are. */
typedef enum Progress
{
	IS_RUNNING,
	IS_READY,
	HAS_FAILED,
} Progress;

/*
 * Looks at a schema's migrations, in a transaction of its own.  *why: the error of one that has
 * failed.  With `request`, asks for a worker where none is there.  *idle: one that nobody
 * works on, 0: none.
 */
static Progress
look_at(const ZdmTenant *tenant, bool request, int64 *idle, char **why)
{
	Progress progress = IS_READY;
	ListCell *lc;

	*idle = 0;
	zdm_tx_begin();
	foreach (lc, tenant->migrations)
	{
		ZdmMigration *m = zdm_migration_by_id(*(int64 *) lfirst(lc));

		if (m == NULL || m->status == ZDM_ROLLED_BACK || m->status == ZDM_FAILED)
		{
			progress = HAS_FAILED;
			*why = m == NULL ? pstrdup("its migration is gone")
				   : m->last_error
					   ? pstrdup(m->last_error)
					   : psprintf("migration \"%s\" is %s", m->name, zdm_status_name(m->status));
			break;
		}
		if (m->status != ZDM_RUNNING && m->status != ZDM_PAUSED)
			continue;
		progress = IS_RUNNING;
		if (m->status == ZDM_PAUSED || zdm_session_lock_is_held(ZDM_LOCK_MIGRATION, m->id))
			continue;
		if (zdm_start_worker && request)
			zdm_queue_add(m->id);
		*idle = m->id;
	}
	if (request && *idle != 0)
		(void) zdm_worker_keep(NULL);
	zdm_tx_commit();
	return progress;
}

/* Waits until a schema's migrations are ready; false and *why if one fails. */
static bool
wait_for(const ZdmTenant *tenant, char **why)
{
	for (int looks = 1;; looks++)
	{
		int64 idle;
		Progress progress = look_at(tenant, looks % LOOKS_PER_REQUEST == 0, &idle, why);

		if (progress != IS_RUNNING)
			return progress == IS_READY;
		if (idle != 0 && !zdm_start_worker)
			(void) zdm_work_on(idle, NULL);
		else
			zdm_sleep(POLL_MSEC);
	}
}

/* ZdmTryFunction: raises an error where the two sides of a row do not agree. */
static void
verify_schema(void *arg)
{
	Task *task = arg;
	ZdmComparison found = {0};
	List *migrations = NIL;
	ListCell *lc;

	foreach (lc, task->tenant->migrations)
	{
		ZdmMigration *m = zdm_migration_by_id(*(int64 *) lfirst(lc));

		if (m && (m->status == ZDM_READY || m->status == ZDM_CONTRACTED))
			migrations = lappend(migrations, m);
	}
	if (migrations == NIL)
		return;
	zdm_compare_begin(&found);
	foreach (lc, migrations)
		zdm_compare_migration(lfirst(lc), 100, &found);
	if (found.mismatches > 0)
		ereport(ERROR, (errcode(ERRCODE_DATA_EXCEPTION),
						errmsg(INT64_FORMAT " rows do not agree in schema \"%s\"", found.mismatches,
							   task->tenant->schema),
						errdetail_internal("%s]", found.json.data)));
}

/* Sees a schema that has begun through to its end; false if it failed, and is rolled back. */
static bool
complete_schema(Task *task)
{
	char *why = NULL;
	ErrorData *error;

	if (!wait_for(task->tenant, &why))
	{
		give_up(task, why);
		return false;
	}
	zdm_tx_begin();
	zdm_tenant_set(task->tenants, task->tenant->schema, ZDM_TENANT_VALIDATING, NULL);
	zdm_tx_commit();
	zdm_tx_begin();
	error = zdm_try(verify_schema, task);
	if (error == NULL)
		zdm_tenant_set(task->tenants, task->tenant->schema, ZDM_TENANT_COMPLETE, NULL);
	zdm_tx_commit();
	if (error == NULL)
		return true;
	give_up(task, zdm_error_text(error));
	return false;
}

/* Reads the tenants that are next, for memory that outlives the transaction. */
static List *
next_batch(const ZdmTenants *tenants, int batch)
{
	List *result;

	zdm_tx_begin();
	result = zdm_tenant_unfinished(tenants, batch);
	zdm_tx_commit();
	return result;
}

/* Does one batch; returns how many schemas failed. */
static int
do_batch(Task *task, List *batch)
{
	int failed = 0;
	List *begun = NIL;
	ListCell *lc;

	foreach (lc, batch)
	{
		ZdmTenant *tenant = lfirst(lc);

		CHECK_FOR_INTERRUPTS();
		task->tenant = tenant;
		if (tenant->state != ZDM_TENANT_PENDING || begin_schema(task))
			begun = lappend(begun, tenant->schema);
		else
			failed++;
	}
	/* With their migrations, which the record has now. */
	foreach (lc, next_batch(task->tenants, list_length(batch)))
	{
		task->tenant = lfirst(lc);
		if (task->tenant->state != ZDM_TENANT_PENDING && !complete_schema(task))
			failed++;
	}
	return failed;
}

/* Rolls back all schemas that are through. */
static void
roll_back_all(Task *task)
{
	List *tenants;
	ListCell *lc;

	zdm_tx_begin();
	tenants = zdm_tenant_complete(task->tenants);
	zdm_tx_commit();
	foreach (lc, tenants)
	{
		task->tenant = lfirst(lc);
		give_up(task, NULL);
	}
}

/* Says what came of it: an error where the failure of one schema has ended it. */
static void
report_schemas(const ZdmTenants *tenants, int failed, ZdmOnFailure on_failure)
{
	int64 complete;
	int64 all;
	char *error;
	const char *release = quote_literal_cstr(tenants->release);

	zdm_tx_begin();
	zdm_tenant_count(tenants, &complete, &all, &error);
	zdm_tx_commit();
	if (failed == 0)
		ereport(NOTICE,
				(errmsg("release \"%s\": " INT64_FORMAT " of " INT64_FORMAT " schemas are complete",
						tenants->release, complete, all)));
	else
		ereport(
			on_failure == ZDM_FAILURE_SKIP ? WARNING : ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("release \"%s\": " INT64_FORMAT " of " INT64_FORMAT
					" schemas are complete, %d failed",
					tenants->release, complete, all, failed),
			 error ? errdetail("%s", error) : 0,
			 errhint("SELECT * FROM zdm.tenant shows each. The same call goes on with those that "
					 "are not complete; SELECT zdm.rollback(%s) undoes all.",
					 release)));
}

/*
 * Makes a call in all schemas, `batch` of them at a time.  Ends transactions.  run_call evaluates
 * the text of the call, as the current user.
 */
void
zdm_tenants_run(const ZdmTenants *tenants, List *schemas, int batch, ZdmOnFailure on_failure,
				void (*run_call)(const char *call))
{
	MemoryContext caller = CurrentMemoryContext;
	MemoryContext memory = AllocSetContextCreate(caller, "zdm tenants", ALLOCSET_DEFAULT_SIZES);
	Task task = {.tenants = tenants, .run_call = run_call};
	int failed = 0;

	zdm_tx_begin();
	zdm_tenant_add(tenants, schemas);
	zdm_tx_commit();
	for (;;)
	{
		List *next;

		MemoryContextReset(memory);
		MemoryContextSwitchTo(memory);
		next = next_batch(tenants, batch);
		if (next == NIL)
			break;
		failed += do_batch(&task, next);
		if (failed > 0 && on_failure != ZDM_FAILURE_SKIP)
			break;
	}
	if (failed > 0 && on_failure == ZDM_FAILURE_ROLLBACK)
		roll_back_all(&task);
	MemoryContextSwitchTo(caller);
	MemoryContextDelete(memory);
	report_schemas(tenants, failed, on_failure);
}

/* Rolls back what a release has changed in one schema; an error if that is nothing. */
void
zdm_tenants_rollback(const char *release, const char *schema)
{
	const char *role = GetUserNameFromId(GetUserId(), false);
	List *migrations = zdm_tenant_migrations(release, schema, role);
	ListCell *lc;

	if (migrations == NIL)
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT),
						errmsg("release \"%s\" has no migration in schema \"%s\"", release, schema),
						errhint("SELECT release, schema_name, state FROM zdm.tenant lists them.")));
	foreach (lc, migrations)
		zdm_rollback_call(zdm_own_again(*(int64 *) lfirst(lc)), false);
}
