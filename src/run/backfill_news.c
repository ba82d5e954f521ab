/*
 * backfill_news.c
 *		What the workers of a backfill tell others, and know of each other.
 */
#include "postgres.h"

#include "utils/timestamp.h"

#include "base/lock.h"
#include "base/owner.h"
#include "base/settings.h"
#include "record/progress.h"
#include "run/backfill_news.h"
#include "run/worker.h"

#define NEWS_USEC USECS_PER_SEC

/* Tells in words what this worker waits for; NULL: for nothing. */
static char *
what_is_waited_for(ZdmBackfill *b)
{
	if (b->waiting_for)
		return b->waiting_for;
	if (b->stuck_on_busy)
	{
		char *holder = zdm_transaction_holder(b->busy_xid);

		return psprintf("rows that %s holds", holder ? holder : "a transaction");
	}
	if (b->windows.stuck)
	{
		char *holder = zdm_oldest_snapshot();

		return psprintf("the end of an old snapshot, %s, which keeps pages from being pruned; "
						"meanwhile it goes on without HOT updates",
						holder ? holder : "somebody's");
	}
	return zdm_pace_words(&b->pace);
}

/*
 * Starts helpers as far as there is room for them: as soon as there is more, and once a second in
 * case that some have ended.
 */
static void
start_helpers(ZdmBackfill *b, bool again)
{
	int wanted = zdm_pace_workers(&b->pace, &b->tuning);

	if (zdm_start_worker && !b->claims_are_out && wanted > 1 && (again || wanted > b->asked))
	{
		ZdmMigration *m = zdm_migration_by_id(b->migration);

		if (m)
			zdm_worker_start_helpers(b->migration, zdm_relation_owner(m->relation), wanted);
	}
	b->asked = wanted;
}

/* Once a second, the leader writes the rate and what it waits for to the record. */
void
zdm_backfill_write_news(ZdmBackfill *b)
{
	TimestampTz now;
	double done;

	if (b->worker != 0)
		return;
	now = GetCurrentTimestamp();
	start_helpers(b, now - b->news_at >= NEWS_USEC);
	if (now - b->news_at < NEWS_USEC)
		return;
	done = zdm_migration_rows_done(b->migration);
	if (b->news_at != 0)
	{
		double seconds = (double) (now - b->news_at) / USECS_PER_SEC;

		zdm_migration_add_rate(b->migration, Max(done - b->news_done, 0) / seconds, seconds,
							   b->waiting_for ? 0 : b->pace.share);
	}
	zdm_migration_set_waiting(b->migration, what_is_waited_for(b));
	b->news_at = now;
	b->news_done = done;
}

/* Once a second, counts the workers that share what there is room for beside clients. */
void
zdm_backfill_count_workers(ZdmBackfill *b)
{
	TimestampTz now = GetCurrentTimestamp();

	if (now - b->counted_at < NEWS_USEC)
		return;
	b->counted_at = now;
	b->pace.workers = 1;
	for (int helper = 1; helper < b->tuning.workers; helper++)
		b->pace.workers +=
			helper == b->worker ||
			zdm_session_lock_is_held(ZDM_LOCK_HELPER, zdm_helper_key(b->migration, helper));
}
