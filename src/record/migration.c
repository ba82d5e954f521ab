/*
 * migration.c
 *		The record: zdm.migration and zdm.event.
 *
 * Lock order (docs/internals.md, "Locks"): the extension, then the user's table,
 * then rows of the record.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "utils/builtins.h"
#include "utils/memutils.h"

#include "base/json.h"
#include "base/lock.h"
#include "base/query.h"
#include "record/announce.h"
#include "record/migration.h"
#include "record/rollout.h"
#include "record/target.h"

/* How fast the mean speed of a backfill forgets: the time constant of an exponential mean. */
#define RATE_SECONDS 10.0

/* Reads a list of OIDs, written with blanks between them. */
static List *
oid_list(const char *text)
{
	List *result = NIL;
	char *end;

	while (text && *text != '\0')
	{
		result = lappend_oid(result, (Oid) strtoul(text, &end, 10));
		text = *end == ' ' ? end + 1 : end;
	}
	return result;
}

/* Writes a list of OIDs as a list of C strings. */
List *
zdm_oid_texts(List *oids)
{
	List *texts = NIL;
	ListCell *lc;

	foreach (lc, oids)
		texts = lappend(texts, psprintf("%u", lfirst_oid(lc)));
	return texts;
}

/* Makes a ZdmMigration of a row of the last result, in the context that opened the scope. */
static ZdmMigration *
migration_from_row(uint64 row)
{
	ZdmMigration *m = SPI_palloc(sizeof(ZdmMigration));

	memset(m, 0, sizeof(*m));
	m->id = zdm_result_int8(row, "id");
	m->name = zdm_result_text(row, "name");
	m->kind = zdm_result_text(row, "kind");
	m->relation = zdm_result_oid(row, "relation");
	m->relation_name = zdm_result_text(row, "relation_name");
	m->arguments = zdm_result_jsonb(row, "arguments");
	m->settings = zdm_result_jsonb(row, "settings");
	m->complete = zdm_result_bool(row, "complete");
	m->refused = zdm_result_bool(row, "refused");
	m->resolved = zdm_result_jsonb(row, "resolved");
	m->trigger_name = zdm_result_text(row, "trigger_name");
	m->status = zdm_result_word(row, "status", zdm_status_names, ZDM_STATUSES);
	m->phase = zdm_result_word(row, "phase", zdm_phase_names, ZDM_PHASES);
	m->attempts = (int) zdm_result_int8(row, "attempts");
	m->last_error = zdm_result_text(row, "last_error");
	m->created_by = zdm_result_text(row, "created_by");
	m->release = zdm_result_text(row, "release");
	m->same_arguments = zdm_result_bool(row, "same_arguments");
	return m;
}

#define MIGRATION_COLUMNS                                                                 \
	"id, name, kind, relation::oid AS relation, arguments, settings,"                     \
	" coalesce(settings->'complete' = 'true', false) AS complete,"                        \
	" coalesce(status IN ('ready', 'contracted') AND last_error IS NOT NULL"              \
	"          AND retry_at IS NULL, false) AS refused,"                                  \
	" resolved, status, phase, attempts::bigint AS attempts, last_error, created_by,"     \
	" release, (SELECT format('%I.%I', t.schema_then, t.name_then) FROM zdm.target_row t" \
	"            WHERE t.migration_id = id AND t.n = 1) AS relation_name,"                \
	" (SELECT t.trigger_name FROM zdm.target_row t"                                       \
	"   WHERE t.migration_id = id AND t.n = 1) AS trigger_name,"                          \
	" (SELECT string_agg(t.relation::oid::text, ' ' ORDER BY t.n) FROM zdm.target_row t"  \
	"   WHERE t.migration_id = id AND t.role = 'locked') AS also_locks"

/* Runs a query that yields at most one migration; NULL if it yields none. */
static ZdmMigration *
query_migration(const char *sql, ZdmArgs *args)
{
	ZdmRecordScope scope;
	ZdmMigration *m = NULL;
	char *also_locks = NULL;

	zdm_record_begin(&scope);
	if (zdm_query(sql, args) > 0)
	{
		m = migration_from_row(0);
		also_locks = zdm_result_text(0, "also_locks");
	}
	zdm_record_end(&scope);
	if (m)
		m->also_locks = oid_list(also_locks); /* in the caller's memory */
	return m;
}

/*
 * Returns the migration of that name that an owner has: the one that is not over, and of the table
 * if there are two, or the last; NULL if there is none.  With arguments given, same_arguments
 * tells whether it was called with these.
 */
ZdmMigration *
zdm_migration_of_owner(const char *name, Oid owner, Oid relation, Jsonb *arguments)
{
	ZdmArgs args = {0};

	zdm_arg_text(&args, name);
	zdm_arg_datum(&args, JSONBOID, JsonbPGetDatum(arguments), arguments == NULL);
	zdm_arg_oid(&args, owner);
	zdm_arg_oid(&args, relation);
	return query_migration("SELECT " MIGRATION_COLUMNS
						   ", coalesce(arguments = $2, false) AS same_arguments"
						   "  FROM zdm.migration_row WHERE name = $1"
						   "   AND (SELECT c.relowner FROM pg_catalog.pg_class c"
						   "         WHERE c.oid = relation) = $3"
						   " ORDER BY status IN ('finalized', 'rolled_back'),"
						   "          status NOT IN ('finalized', 'rolled_back')"
						   "          AND relation = $4::oid::regclass DESC, id DESC LIMIT 1",
						   &args);
}

/* Returns a migration by its id; NULL if it does not exist. */
ZdmMigration *
zdm_migration_by_id(int64 id)
{
	ZdmArgs args = {0};

	zdm_arg_int8(&args, id);
	return query_migration("SELECT " MIGRATION_COLUMNS ", false AS same_arguments"
						   "  FROM zdm.migration_row WHERE id = $1",
						   &args);
}

/*
 * Returns a migration as it is now and keeps others from changing its status
 * until the end of the transaction.  NULL if it does not exist any more.
 */
ZdmMigration *
zdm_migration_lock(int64 id)
{
	ZdmArgs args = {0};

	zdm_arg_int8(&args, id);
	return query_migration("SELECT " MIGRATION_COLUMNS ", false AS same_arguments"
						   "  FROM zdm.migration_row WHERE id = $1 FOR NO KEY UPDATE",
						   &args);
}

/* Lists the ids (int64 *) of a release's migrations on tables of an owner, oldest first. */
List *
zdm_migration_of_release(const char *release, Oid owner)
{
	ZdmArgs args = {0};

	zdm_arg_text(&args, release);
	zdm_arg_oid(&args, owner);
	return zdm_query_ids("SELECT m.id FROM zdm.migration_row m JOIN pg_catalog.pg_class c"
						 "    ON c.oid = m.relation"
						 " WHERE m.release = $1 AND c.relowner = $2 ORDER BY m.id",
						 &args);
}

/* Lists the ids (int64 *) of migrations under way of that name whose tables are gone. */
List *
zdm_migration_without_table(const char *name)
{
	ZdmArgs args = {0};

	zdm_arg_text(&args, name);
	return zdm_query_ids(
		"SELECT m.id FROM zdm.migration_row m"
		" WHERE m.name = $1 AND m.status NOT IN ('finalized', 'rolled_back')"
		"   AND NOT EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.oid = m.relation)"
		" ORDER BY m.id",
		&args);
}

/* Lists the ids (int64 *) of the migrations that were contracted longer ago than that. */
List *
zdm_migration_kept_longer(int seconds)
{
	ZdmArgs args = {0};

	zdm_arg_int4(&args, seconds);
	return zdm_query_ids("SELECT id FROM zdm.migration_row WHERE status = 'contracted'"
						 "   AND changed_at < clock_timestamp() - $1 * interval '1 second'"
						 " ORDER BY id",
						 &args);
}

/*
 * Lists the ids (int64 *) of the migrations under way that are completed together with one: those
 * of its release that the same role has begun.
 */
List *
zdm_migration_completed_with(int64 id)
{
	ZdmArgs args = {0};

	zdm_arg_int8(&args, id);
	return zdm_query_ids(
		"SELECT o.id FROM zdm.migration_row m JOIN zdm.migration_row o"
		"    ON o.id = m.id OR o.release = m.release AND o.created_by = m.created_by"
		" WHERE m.id = $1 AND o.status NOT IN ('finalized', 'rolled_back')"
		" ORDER BY o.id",
		&args);
}

/*
 * Returns the oldest of these that keeps them from being completed, by its id, which may be the one
 * that is given; 0: none.
 */
int64
zdm_migration_kept_by(int64 id)
{
	ZdmArgs args = {0};
	List *ids;

	zdm_arg_int8(&args, id);
	ids = zdm_query_ids(
		"SELECT o.id FROM zdm.migration_row m JOIN zdm.migration_row o"
		"    ON o.id = m.id OR o.release = m.release AND o.created_by = m.created_by"
		" WHERE m.id = $1 AND o.status NOT IN ('finalized', 'rolled_back')"
		"   AND NOT coalesce(o.status IN ('ready', 'contracted') AND o.settings->'complete' = "
		"'true'"
		"                    AND (o.last_error IS NULL OR o.retry_at IS NOT NULL), false)"
		" ORDER BY o.id LIMIT 1",
		&args);
	return ids ? *(int64 *) linitial(ids) : 0;
}

/* Lists the ids (int64 *) of migrations that a worker can go on with, oldest first. */
List *
zdm_migration_unfinished(void)
{
	return zdm_query_ids("SELECT id FROM zdm.migration_row WHERE status = 'running' ORDER BY id",
						 NULL);
}

/* Returns the migration under way that has made a sync trigger of that name on a table, or NULL. */
ZdmMigration *
zdm_migration_of_trigger(Oid relation, const char *trigger)
{
	ZdmArgs args = {0};

	zdm_arg_oid(&args, relation);
	zdm_arg_text(&args, trigger);
	return query_migration("SELECT " MIGRATION_COLUMNS ", false AS same_arguments"
						   "  FROM zdm.migration_row"
						   " WHERE id IN (SELECT t.migration_id FROM zdm.target_row t"
						   "               WHERE t.relation = $1 AND t.trigger_name = $2)"
						   "   AND status NOT IN ('finalized', 'rolled_back')"
						   " ORDER BY id DESC LIMIT 1",
						   &args);
}

/* Lists the ids (int64 *) of the migrations under way whose tables are there. */
List *
zdm_migration_open(void)
{
	return zdm_query_ids("SELECT m.id FROM zdm.migration_row m JOIN pg_catalog.pg_class c"
						 "    ON c.oid = m.relation"
						 " WHERE m.status NOT IN ('finalized', 'rolled_back') ORDER BY m.id",
						 NULL);
}

/* Adds a deed's action, arguments and text. */
static void
add_deed(ZdmArgs *args, const ZdmDeed *deed)
{
	zdm_arg_text(args, deed->action);
	zdm_arg_datum(args, JSONBOID, JsonbPGetDatum(deed->arguments), deed->arguments == NULL);
	zdm_arg_text(args, deed->text);
}

/*
 * Writes a new migration and its steps, and sets its id.  The caller has its name locked
 * (zdm_name_lock), and there is none of it.
 */
void
zdm_migration_insert(ZdmMigration *m, List *steps)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};
	ListCell *lc;

	zdm_record_begin(&scope);
	zdm_arg_text(&args, m->name);
	zdm_arg_text(&args, m->kind);
	zdm_arg_oid(&args, m->relation);
	zdm_arg_datum(&args, JSONBOID, JsonbPGetDatum(m->arguments), false);
	zdm_arg_datum(&args, JSONBOID, JsonbPGetDatum(m->settings), m->settings == NULL);
	zdm_arg_datum(&args, JSONBOID, JsonbPGetDatum(m->resolved), false);
	zdm_arg_text(&args, m->release);
	zdm_arg_text(&args, m->created_by);
	zdm_query("INSERT INTO zdm.migration_row (name, kind, relation, arguments, settings, resolved,"
			  "                               release, created_by, written_by)"
			  "VALUES ($1, $2, $3::oid::regclass, $4, coalesce($5, '{}'), $6, nullif($7, ''),"
			  "        $8, '" ZDM_VERSION "') RETURNING id",
			  &args);
	m->id = zdm_result_int8(0, "id");

	foreach (lc, steps)
	{
		ZdmStep *step = lfirst(lc);

		args.count = 0;
		zdm_arg_int8(&args, m->id);
		zdm_arg_int4(&args, step->seq);
		zdm_arg_text(&args, zdm_phase_name(step->phase));
		zdm_arg_text(&args, zdm_runs_name(step->runs));
		add_deed(&args, &step->command);
		add_deed(&args, &step->undo);
		zdm_arg_text(&args, step->note);
		zdm_arg_int4(&args, zdm_target_number(m->targets, step->target));
		zdm_arg_datum(&args, JSONBOID, JsonbPGetDatum(zdm_step_locks_json(step, m->targets)),
					  false);
		zdm_query("INSERT INTO zdm.step_row (migration_id, seq, phase, runs, action, arguments,"
				  "                          command, undo_action, undo_arguments, undo, note,"
				  "                          target, locks)"
				  "VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
				  &args);
	}
	zdm_record_end(&scope);
	zdm_targets_insert(m->id, m->targets);
	zdm_rollout_changed();
}

/*
 * Moves a migration to another status.  A move that its life does not allow is
 * refused.  An error is forgotten when work goes on.  The caller holds the
 * migration's row (zdm_migration_lock).
 */
void
zdm_migration_set_status(ZdmMigration *m, ZdmStatus status, const char *detail)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};

	if (!zdm_status_may_follow(m->status, status))
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
						errmsg("migration \"%s\" is %s and cannot become %s", m->name,
							   zdm_status_name(m->status), zdm_status_name(status)),
						errhint("SELECT * FROM zdm.status shows where each migration stands.")));
	zdm_record_begin(&scope);
	zdm_arg_int8(&args, m->id);
	zdm_arg_text(&args, zdm_status_name(status));
	if (zdm_query("UPDATE zdm.migration_row SET status = $2, changed_at = clock_timestamp(),"
				  "       waiting_for = NULL, rows_per_second = NULL, retry_at = NULL,"
				  "       attempts = CASE WHEN $2 = 'failed' THEN attempts ELSE 0 END,"
				  "       last_error = CASE WHEN $2 = 'failed' THEN last_error END"
				  " WHERE id = $1",
				  &args) != 1)
		elog(ERROR, "migration \"%s\" vanished", m->name);
	zdm_record_end(&scope);
	m->status = status;
	zdm_rollout_changed();
	zdm_migration_event(m, zdm_status_name(status), detail);
}

/*
 * Adds settings, takes away those named in `reset`, and returns what there is
 * now; *shown: with units, for people.  Intervals and sizes become numbers: milliseconds,
 * seconds, bytes.
 */
Jsonb *
zdm_migration_alter_settings(ZdmMigration *m, Jsonb *settings, Jsonb *workers, ArrayType *reset,
							 Jsonb **shown)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};

	zdm_record_begin(&scope);
	zdm_arg_int8(&args, m->id);
	zdm_arg_datum(&args, JSONBOID, JsonbPGetDatum(settings), settings == NULL);
	zdm_arg_datum(&args, JSONBOID, JsonbPGetDatum(workers), workers == NULL);
	zdm_arg_datum(&args, TEXTARRAYOID, PointerGetDatum(reset), reset == NULL);
	zdm_query(
		"UPDATE zdm.migration_row SET settings = (settings"
		"         - CASE WHEN $2 ? 'pace' THEN 'nice' WHEN $2 ? 'nice' THEN 'pace' ELSE '' END"
		"         || zdm.normal_settings($2) || coalesce($3, '{}')) - coalesce($4, '{}')"
		" WHERE id = $1 RETURNING settings, zdm.shown_settings(settings) AS shown",
		&args);
	m->settings = zdm_result_jsonb(0, "settings");
	*shown = zdm_result_jsonb(0, "shown");
	zdm_record_end(&scope);
	return m->settings;
}

void
zdm_migration_set_phase(ZdmMigration *m, ZdmPhase phase)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};

	if (m->phase == phase)
		return;
	zdm_record_begin(&scope);
	zdm_arg_int8(&args, m->id);
	zdm_arg_text(&args, zdm_phase_name(phase));
	zdm_query(
		"UPDATE zdm.migration_row SET phase = $2, changed_at = clock_timestamp() WHERE id = $1",
		&args);
	zdm_record_end(&scope);
	m->phase = phase;
}

/*
 * Notes an error, how many attempts have failed in a row, and when the next one may be,
 * in milliseconds from now; below 0: never by itself.
 */
void
zdm_migration_set_error(ZdmMigration *m, int attempts, const char *error, double retry_msec)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};

	zdm_record_begin(&scope);
	zdm_arg_int8(&args, m->id);
	zdm_arg_int4(&args, attempts);
	zdm_arg_text(&args, error);
	if (retry_msec < 0)
		zdm_arg_datum(&args, INTERVALOID, (Datum) 0, true);
	else
		zdm_arg_usec(&args, (int64) (retry_msec * 1000));
	zdm_query("UPDATE zdm.migration_row SET attempts = $2, last_error = $3,"
			  "       retry_at = clock_timestamp() + $4 WHERE id = $1",
			  &args);
	zdm_record_end(&scope);
	m->attempts = attempts;
}

/*
 * Forgets the last error, now that work has succeeded.  Rows of the user are locked
 * meanwhile, so it does nothing where somebody is changing the migration at this moment.
 */
void
zdm_migration_clear_error(ZdmMigration *m)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};

	zdm_record_begin(&scope);
	zdm_arg_int8(&args, m->id);
	if (zdm_query("UPDATE zdm.migration_row SET attempts = 0, last_error = NULL, retry_at = NULL"
				  " WHERE id IN"
				  " (SELECT id FROM zdm.migration_row WHERE id = $1 FOR NO KEY UPDATE SKIP LOCKED)",
				  &args) > 0)
		m->attempts = 0;
	zdm_record_end(&scope);
}

/*
 * Notes what migrations (a list of char *: their numbers) wait for, in words; NULL: for nothing.
 * Passes over those that somebody is changing at this moment.  False: it was so of all others.
 */
bool
zdm_migrations_set_waiting(List *migrations, const char *waiting_for)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};
	bool changed;

	zdm_record_begin(&scope);
	zdm_arg_text_list(&args, migrations);
	zdm_arg_text(&args, waiting_for);
	changed = zdm_query("UPDATE zdm.migration_row SET waiting_for = $2 WHERE id IN"
						" (SELECT id FROM zdm.migration_row WHERE id = ANY ($1::text[]::bigint[])"
						"     AND waiting_for IS DISTINCT FROM $2 FOR NO KEY UPDATE SKIP LOCKED)",
						&args) > 0;
	zdm_record_end(&scope);
	return changed;
}

/* Likewise of one. */
bool
zdm_migration_set_waiting(int64 id, const char *waiting_for)
{
	return zdm_migrations_set_waiting(list_make1(psprintf(INT64_FORMAT, id)), waiting_for);
}

/*
 * Notes the speed of a backfill in the seconds that have just passed, as a mean that forgets
 * what is older than RATE_SECONDS, or than the backfill: the time that is left is computed from
 * it, and must not jump with each portion of work.  And for what share of its time a worker works
 * now.  Not while somebody holds the row.
 */
void
zdm_migration_add_rate(int64 id, double rows_per_second, double seconds, double pace)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};

	zdm_record_begin(&scope);
	zdm_arg_int8(&args, id);
	zdm_arg_datum(&args, FLOAT8OID, Float8GetDatum(rows_per_second), false);
	zdm_arg_datum(&args, FLOAT8OID, Float8GetDatum(seconds), false);
	zdm_arg_datum(&args, FLOAT8OID, Float8GetDatum(RATE_SECONDS), false);
	zdm_arg_datum(&args, FLOAT8OID, Float8GetDatum(pace), false);
	zdm_query("UPDATE zdm.migration_row SET rows_per_second = coalesce(rows_per_second +"
			  "       ($2 - rows_per_second) * least(0.5, $3 / greatest($3, least($4,"
			  "           (SELECT extract(epoch FROM clock_timestamp() - min(started_at))::float8"
			  "              FROM zdm.backfill_row WHERE migration_id = $1)))), $2), pace = $5"
			  " WHERE id ="
			  " (SELECT id FROM zdm.migration_row WHERE id = $1 FOR NO KEY UPDATE SKIP LOCKED)",
			  &args);
	zdm_record_end(&scope);
}

/* Adds a line to a migration's log, with what the table lock of this call has cost so far. */
void
zdm_migration_event(const ZdmMigration *m, const char *event, const char *detail)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};

	zdm_record_begin(&scope);
	zdm_arg_int8(&args, m->id);
	zdm_arg_text(&args, event);
	zdm_arg_text(&args, detail);
	if (m->locked_at != 0)
	{
		zdm_arg_usec(&args, m->lock_wait_usec);
		zdm_arg_usec(&args, GetCurrentTimestamp() - m->locked_at);
	}
	else
	{
		zdm_arg_datum(&args, INTERVALOID, (Datum) 0, true);
		zdm_arg_datum(&args, INTERVALOID, (Datum) 0, true);
	}
	zdm_query("INSERT INTO zdm.event_row (migration_id, event, detail, lock_wait, lock_held)"
			  "VALUES ($1, $2, $3, $4, $5)",
			  &args);
	zdm_record_end(&scope);
	zdm_announce(m, event);
}
