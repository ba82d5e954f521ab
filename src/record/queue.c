/*
 * queue.c
 *		The record: which migrations wait for a worker, and in which order.
 *
 * A migration is in the queue while it is running, or to be completed, and a worker was asked for;
 * of those that are completed together the first stands for all.  Whoever
 * works on it has its session lock (lock.c), so that the queue needs no other state.
 */
#include "postgres.h"

#include "executor/spi.h"
#include "fmgr.h"

#include "base/json.h"
#include "base/lock.h"
#include "base/query.h"
#include "record/queue.h"

PG_FUNCTION_INFO_V1(zdm_queue_places);

/*
 * The order: the highest priority first, then that of the calls.  Read at once, however long it is:
 * nothing is looked up for each migration.
 */
#define QUEUE                                                                                 \
	"SELECT id, relation, due FROM ("                                                         \
	"    SELECT id, relation::oid AS relation, status, queued, release,"                      \
	"           coalesce(retry_at <= clock_timestamp(), true) AS due,"                        \
	"           settings->'complete' = 'true' AS complete,"                                   \
	"           coalesce((settings->>'priority')::float8, 0) AS priority,"                    \
	"           min(id) FILTER (WHERE status IN ('ready', 'contracted'))"                     \
	"               OVER (PARTITION BY release, created_by) AS first_ready"                   \
	"      FROM zdm.migration_row WHERE status NOT IN ('finalized', 'rolled_back')) m"        \
	" WHERE queued AND (status = 'running' OR status IN ('ready', 'contracted') AND complete" \
	"                   AND (release IS NULL OR id = first_ready)"                            \
	"                   AND NOT (SELECT zdm.completion_blockers()) ? id::text)"               \
	" ORDER BY priority DESC, id"

/* Puts a migration into the queue. */
void
zdm_queue_add(int64 migration)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};

	zdm_record_begin(&scope);
	zdm_arg_int8(&args, migration);
	zdm_query("UPDATE zdm.migration_row SET queued = true WHERE id = $1 AND NOT queued", &args);
	zdm_record_end(&scope);
}

/* Puts all migrations into the queue that are running, or to be completed. */
void
zdm_queue_add_all(void)
{
	ZdmRecordScope scope;

	zdm_record_begin(&scope);
	zdm_query("UPDATE zdm.migration_row SET queued = true WHERE NOT queued AND (status = 'running'"
			  "     OR status IN ('ready', 'contracted') AND settings->'complete' = 'true')",
			  NULL);
	zdm_record_end(&scope);
}

/* Tells whether a worker was asked for. */
bool
zdm_queue_has(int64 migration)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};
	bool queued;

	zdm_record_begin(&scope);
	zdm_arg_int8(&args, migration);
	queued = zdm_query("SELECT FROM zdm.migration_row WHERE id = $1 AND queued", &args) > 0;
	zdm_record_end(&scope);
	return queued;
}

/* Lists the queue (ZdmQueued *), without those that a session works on. */
List *
zdm_queue_unclaimed(void)
{
	ZdmRecordScope scope;
	List *result = NIL;
	ZdmQueued *queue;
	uint64 n;

	zdm_record_begin(&scope);
	n = zdm_query(QUEUE, NULL);
	queue = SPI_palloc(sizeof(ZdmQueued) * (n + 1));
	for (uint64 i = 0; i < n; i++)
	{
		queue[i].migration = zdm_result_int8(i, "id");
		queue[i].relation = zdm_result_oid(i, "relation");
		queue[i].due = zdm_result_bool(i, "due");
	}
	zdm_record_end(&scope);
	for (uint64 i = 0; i < n; i++)
		if (!zdm_session_lock_is_held(ZDM_LOCK_MIGRATION, queue[i].migration))
			result = lappend(result, &queue[i]);
	return result;
}

/* Returns the time until a migration's next attempt, in milliseconds. */
long
zdm_queue_retry_msec(int64 migration)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};
	long msec = 0;

	zdm_record_begin(&scope);
	zdm_arg_int8(&args, migration);
	if (zdm_query(
			"SELECT ceil(extract(epoch FROM retry_at - clock_timestamp()) * 1000)::bigint"
			"       AS msec FROM zdm.migration_row WHERE id = $1 AND retry_at > clock_timestamp()",
			&args) > 0)
		msec = (long) zdm_result_int8(0, "msec");
	zdm_record_end(&scope);
	return msec;
}

/*
 * zdm.queue_places(): how many stand before each migration in the queue, by its number; NULL where
 * no worker of this database is at hand or at work.
 */
Datum
zdm_queue_places(PG_FUNCTION_ARGS)
{
	StringInfoData places;
	ListCell *lc;
	List *queue;

	if (!zdm_session_lock_is_shared(ZDM_LOCK_POOL, 0))
		PG_RETURN_NULL();
	initStringInfo(&places);
	queue = zdm_queue_unclaimed();
	foreach (lc, queue)
		appendStringInfo(&places, "%c\"" INT64_FORMAT "\":%d", places.len == 0 ? '{' : ',',
						 ((ZdmQueued *) lfirst(lc))->migration, foreach_current_index(lc));
	if (queue == NIL)
		appendStringInfoChar(&places, '{');
	appendStringInfoChar(&places, '}');
	PG_RETURN_JSONB_P(zdm_json_parse(places.data));
}
