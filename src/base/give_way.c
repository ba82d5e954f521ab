/*
 * give_way.c
 *		Calls and index builds on the same table: which of them comes first.
 *
 * A migration file makes one call after the other, and each build that a call has left to a
 * worker keeps the next call from its lock.  Waiting does not help where the build waits for
 * the snapshot of that very call.  So a call asks the worker to give way: it takes an advisory
 * lock that stands for the table, shared, and then cancels the command; the worker makes itself
 * cancellable, and then looks whether somebody has that lock.  So one of the two sees the other,
 * and nothing is built there until the call's transaction ends.
 *
 * Only a build that has just begun is asked: what has taken long is not thrown away.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "storage/lock.h"

#include "base/compat.h"
#include "base/give_way.h"
#include "base/lock.h"
#include "base/query.h"
#include "base/tree.h"

/* Which workers do so that have begun less than a minute ago: $1 are the tables. */
#define BUILDS                                                                   \
	" FROM pg_catalog.pg_locks l JOIN pg_catalog.pg_stat_activity a USING (pid)" \
	" WHERE l.locktype = 'relation' AND l.relation = ANY ($1::oid[])"            \
	"   AND l.mode = 'ShareUpdateExclusiveLock' AND l.granted"                   \
	"   AND l.database = (SELECT oid FROM pg_catalog.pg_database"                \
	"                      WHERE datname = pg_catalog.current_database())"       \
	"   AND a.backend_type = 'zdm worker'"                                       \
	"   AND a.query_start > pg_catalog.clock_timestamp() - interval '1 min'"     \
	"   AND EXISTS (SELECT FROM pg_catalog.pg_locks b" /* ZDM_LOCK_BUILD */      \
	"                WHERE b.pid = l.pid AND b.granted"                          \
	"                  AND b.locktype = 'advisory' AND b.objsubid = 31342)"

/* Lists the tables on which they do; with `cancel`, ends that. */
static List *
find_builds(List *tables, bool cancel)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};
	List *found = NIL;
	List *texts = NIL;
	ListCell *lc;
	uint64 n;

	foreach (lc, tables)
		texts = lappend(texts, psprintf("%u", lfirst_oid(lc)));
	zdm_record_begin(&scope);
	zdm_record_hush();
	zdm_arg_text_list(&args, texts);
	n = cancel ? zdm_query("SELECT l.relation, pg_catalog.pg_cancel_backend(a.pid)" BUILDS, &args)
			   : zdm_query("SELECT l.relation" BUILDS, &args);
	for (uint64 i = 0; i < n; i++)
		found = lappend_oid(found, zdm_result_oid(i, "relation"));
	zdm_record_end(&scope);
	return found;
}

/*
 * Asks zdm's builds on tables (ZdmTableLock) of the current user, and on all below them, to give
 * way to this transaction; tells whether there is one that has to.  It may have to be asked again:
 * one that was about to begin may have been neither found nor kept from it.
 */
bool
zdm_ask_builds(List *roots)
{
	List *tables = NIL;
	List *builds;
	ListCell *lc;

	foreach (lc, roots)
	{
		Oid root = ((ZdmTableLock *) lfirst(lc))->relation;

		if (zdm_owns_relation(root, GetUserId()))
			tables = list_concat_unique_oid(tables, zdm_relation_tree(root));
	}
	builds = find_builds(tables, false);
	foreach (lc, builds)
	{
		LOCKTAG tag;

		zdm_session_lock_tag(&tag, ZDM_LOCK_CALL, lfirst_oid(lc));
		(void) LockAcquire(&tag, ShareLock, false, false);
	}
	return builds != NIL && find_builds(builds, true) != NIL;
}

/* Tells whether a call has asked builds on the table to give way, and has not ended. */
bool
zdm_call_waits(Oid table)
{
	return zdm_session_lock_is_shared(ZDM_LOCK_CALL, table);
}
