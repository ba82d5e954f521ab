/*
 * circle.c
 *		Waits for a migration that the waiting session itself holds up.
 *
 * A worker that builds an index waits for sessions with older snapshots, a backfill is
 * left with rows that somebody holds (backfill_news.c, what_is_waited_for), and a copy
 * waits for snapshots that are older than itself (backfill.c, is_too_new).  Such a session
 * may itself wait for a lock of the one that waits for the worker, as replicas of a
 * migration tool do that take an advisory lock; or its client may be the one that waits,
 * as where a tool keeps a second connection in a transaction. zdm.wait() stands in no lock
 * queue, so the server's deadlock check sees no circle.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "utils/builtins.h"

#include "base/query.h"
#include "run/circle.h"

/* Looks in a row, a second apart: somebody's lock_timeout may end it, or the client come back. */
#define OWN_LOOKS 3
#define CLIENT_LOOKS 5

/*
 * Finds out what the worker waits for, directly or through others: *now.pid is a session that waits
 * for this one, or one of the same client - same user, application and address - that has been
 * idle in a transaction since before this wait began.  Of a migration that nobody works on, all
 * workers have to wait for such sessions: one that does not may come to it.  Returns a description,
 * as much as the current user may see.
 */
static char *
find_blocker(const ZdmMigration *m, TimestampTz since, bool worked_on, ZdmCircle *now)
{
	ZdmRecordScope scope;
	ZdmArgs of_row = {0};
	ZdmArgs args = {0};
	char *holder = NULL;
	char *text = NULL;

	zdm_record_begin(&scope);
	zdm_arg_int8(&of_row, m->id);
	if (zdm_query("SELECT coalesce(substring(waiting_for FROM '^rows that process ([0-9]+) '),"
				  "           substring(waiting_for FROM '^the end of an old snapshot, process"
				  " ([0-9]+) .*, which does not see the copied rows$')) AS pid"
				  "  FROM zdm.migration_row WHERE id = $1",
				  &of_row) > 0)
		holder = zdm_result_text(0, "pid");
	SetUserIdAndSecContext(scope.save_user, scope.save_context | SECURITY_LOCAL_USERID_CHANGE);
	zdm_arg_int8(&args, m->id);
	zdm_arg_int4(&args, MyProcPid);
	zdm_arg_datum(&args, TIMESTAMPTZOID, TimestampTzGetDatum(since), false);
	zdm_arg_text(&args, holder);
	zdm_arg_bool(&args, worked_on);
	if (zdm_query(
			"WITH RECURSIVE worker (pid) AS ("
			"    SELECT l.pid FROM pg_locks l"
			"     WHERE l.locktype = 'advisory' AND l.objsubid = 31332 AND l.granted"
			"       AND l.mode = 'ExclusiveLock'"
			"       AND l.database = (SELECT oid FROM pg_database"
			"                          WHERE datname = current_database())"
			"       AND ((l.classid::bigint << 32) | l.objid::bigint = $1 OR NOT $5)"
			"), blocker (worker, first, pid) AS ("
			"    SELECT w.pid, b, b FROM worker w, unnest(pg_blocking_pids(w.pid) || $4::int) b"
			"     WHERE b <> 0"
			"    UNION"
			"    SELECT w.worker, w.first, b FROM blocker w, unnest(pg_blocking_pids(w.pid)) b"
			"     WHERE b <> 0 AND w.pid <> $2"
			"), found AS ("
			"    SELECT b.worker, b.first, b.pid = $2 AS own"
			"      FROM blocker b LEFT JOIN pg_stat_activity a ON a.pid = b.pid"
			"           LEFT JOIN pg_stat_activity me ON me.pid = $2"
			"     WHERE b.pid = $2 OR (a.state LIKE 'idle in transaction%' AND a.state_change < $3"
			"           AND a.usesysid = me.usesysid AND a.application_name = me.application_name"
			"           AND a.client_addr IS NOT DISTINCT FROM me.client_addr))"
			"SELECT first::bigint AS pid, own, zdm.session_text(first) AS text FROM found"
			" WHERE (SELECT count(DISTINCT worker) FROM found) = (SELECT count(*) FROM worker)"
			" ORDER BY own DESC, first LIMIT 1",
			&args) > 0)
	{
		now->pid = zdm_result_int8(0, "pid");
		now->own = zdm_result_bool(0, "own");
		text = zdm_result_text(0, "text");
	}
	zdm_record_end(&scope);
	return text;
}

/*
 * Raises an error if the migration's worker waits, several looks in a row, for what ends only when
 * this session does not wait any more; or where nobody works on it, if all do who could come to it.
 * `since`: when it began to wait.
 */
void
zdm_refuse_circle(ZdmCircle *circle, const ZdmMigration *m, TimestampTz since, bool worked_on)
{
	ZdmCircle now = {0};
	char *text = find_blocker(m, since, worked_on, &now);
	const char *worker = worked_on ? "Its worker" : "It waits for a worker, which";

	now.looks = now.pid == circle->pid && now.own == circle->own ? circle->looks + 1 : 1;
	*circle = now;
	if (now.pid == 0)
		return;
	if (now.own && now.looks >= OWN_LOOKS)
		ereport(ERROR,
				(errcode(ERRCODE_T_R_DEADLOCK_DETECTED),
				 errmsg("zdm.wait() would never end: migration \"%s\" waits for a session that "
						"waits for this one",
						m->name),
				 errdetail("%s waits for %s.", worker, text),
				 errhint("This session holds a lock that the other one wants, as a migration tool "
						 "does to keep its other replicas out: let only one of them run, or call "
						 "zdm.wait() outside of it. The migration goes on in the background.")));
	if (!now.own && now.looks >= CLIENT_LOOKS)
		ereport(
			ERROR,
			(errcode(ERRCODE_OBJECT_IN_USE),
			 errmsg("zdm.wait() would never end: migration \"%s\" waits for a transaction of "
					"the same client",
					m->name),
			 errdetail("%s waits for %s.", worker, text),
			 errhint("A migration tool that keeps a second connection in a transaction has to be "
					 "told not to; for Flyway: flyway.postgresql.transactional.lock=false. Or "
					 "call zdm.wait() outside of it. The migration goes on in the background.")));
}
