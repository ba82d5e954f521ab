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

#include "base/lock.h"
#include "base/query.h"
#include "record/queue.h"

PG_FUNCTION_INFO_V1(zdm_queue_place);

/* The order: the highest priority first, then that of the calls. */
#define QUEUE                                                                                    \
	"SELECT id, relation::oid AS relation, coalesce(retry_at <= clock_timestamp(), true) AS due" \
	"  FROM zdm.migration_row m WHERE status IN ('running', 'ready', 'contracted') AND queued"   \
	"   AND (status = 'running' OR settings->'complete' = 'true'"                                \
	"        AND zdm.completion_waits_for(id) IS NULL"                                           \
	"        AND NOT EXISTS (SELECT FROM zdm.migration_row o"                                    \
	"                         WHERE o.release = m.release AND o.created_by = m.created_by"       \
	"                           AND o.id < m.id AND o.status IN ('ready', 'contracted')))"       \
	" ORDER BY coalesce((settings->>'priority')::float8, 0) DESC, id"

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
 * zdm.queue_place(migration): how many stand before it in the queue; NULL where it does not stand
 * there, or no worker of this database is at hand or at work.
 */
Datum
zdm_queue_place(PG_FUNCTION_ARGS)
{
	int64 migration = PG_GETARG_INT64(0);
	int place = 0;
	ListCell *lc;

	if (!zdm_session_lock_is_shared(ZDM_LOCK_POOL, 0))
		PG_RETURN_NULL();
	foreach (lc, zdm_queue_unclaimed())
	{
		if (((ZdmQueued *) lfirst(lc))->migration == migration)
			PG_RETURN_INT32(place);
		place++;
	}
	PG_RETURN_NULL();
}
