/*
 * step.c
 *		The record: zdm.step.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "utils/builtins.h"

#include "base/json.h"
#include "base/query.h"
#include "record/migration.h"
#include "record/target.h"

static const char *const runs_names[] = {"caller", "worker", "concurrent"};
static const char *const status_names[] = {"pending", "done", "failed", "undone", "running"};

/* Returns the word for who runs a step. */
const char *
zdm_runs_name(ZdmRuns runs)
{
	return runs_names[runs];
}

/* Tells whether a step copies rows into another table, in visits. */
bool
zdm_step_copies(const ZdmStep *step)
{
	return strcmp(step->command.action, ZDM_ACTION_COPY) == 0;
}

/* Tells whether a step goes through all rows of the table in visits: fills columns, or copies. */
bool
zdm_step_is_backfill(const ZdmStep *step)
{
	return strcmp(step->command.action, ZDM_ACTION_BACKFILL) == 0 || zdm_step_copies(step);
}

/* Reads a deed out of the current result; without an action it is none. */
static void
read_deed(ZdmDeed *deed, uint64 row, const char *action, const char *arguments, const char *text)
{
	deed->action = zdm_result_text(row, action);
	deed->arguments = zdm_result_jsonb(row, arguments);
	deed->text = zdm_result_text(row, text);
}

/* Reads locks (ZdmTableLock *) that are written as OID and mode, with commas between them. */
static List *
read_locks(char *text)
{
	List *locks = NIL;
	char *end;

	for (; text; text = end)
	{
		Oid relation = (Oid) strtoul(text, &text, 10);

		end = strchr(text, ',');
		if (end)
			*end++ = '\0';
		locks = zdm_add_lock(locks, relation, zdm_lock_mode_from_name(text + 1));
	}
	return locks;
}

/* Writes which targets a step locks, and how: a JSON object, by their numbers. */
Jsonb *
zdm_step_locks_json(const ZdmStep *step, List *targets)
{
	List *locks = zdm_step_locks(step);
	StringInfoData json;
	ListCell *lc;

	initStringInfo(&json);
	foreach (lc, locks)
	{
		ZdmTableLock *lock = lfirst(lc);

		appendStringInfo(&json, "%s\"%d\": \"%s\"", foreach_current_index(lc) > 0 ? ", " : "{",
						 zdm_target_number(targets, lock->relation),
						 zdm_lock_mode_name(lock->mode));
	}
	appendStringInfoString(&json, locks == NIL ? "{}" : "}");
	return zdm_json_parse(json.data);
}

/* Lists all locks that a step wants (ZdmTableLock *), that on its own target first. */
List *
zdm_step_locks(const ZdmStep *step)
{
	return zdm_add_locks(zdm_add_lock(NIL, step->target, step->lock), step->also_locks);
}

/* Has a step lock other tables (Oid), too, in the mode that it wants of its own. */
void
zdm_step_also_lock(ZdmStep *step, List *relations)
{
	ListCell *lc;

	foreach (lc, relations)
		if (lfirst_oid(lc) != step->target)
			step->also_locks = zdm_add_lock(step->also_locks, lfirst_oid(lc), step->lock);
}

/* Lists a migration's steps (ZdmStep *) in their order. */
List *
zdm_steps(int64 migration)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};
	List *result = NIL;
	ZdmStep *steps;
	char **also_locks;
	uint64 n;

	zdm_record_begin(&scope);
	zdm_arg_int8(&args, migration);
	n = zdm_query(
		"SELECT seq::bigint AS seq, phase, runs, action, arguments,"
		"       command, undo_action, undo_arguments, undo, note, status,"
		"       attempts::bigint AS attempts, before, locks ->> target::text AS lock_mode,"
		"       (SELECT t.relation::oid FROM zdm.target_row t"
		"         WHERE t.migration_id = s.migration_id AND t.n = s.target) AS target,"
		"       CASE WHEN s.locks - s.target::text <> '{}' THEN"
		"       (SELECT string_agg(t.relation::oid || ' ' || l.value, ',' ORDER BY t.n)"
		"          FROM jsonb_each_text(s.locks) l JOIN zdm.target_row t"
		"               ON t.migration_id = s.migration_id AND t.n = l.key::int"
		"         WHERE t.n <> s.target) END AS also_locks"
		"  FROM zdm.step_row s WHERE migration_id = $1 ORDER BY seq",
		&args);
	steps = SPI_palloc(sizeof(ZdmStep) * (n + 1));
	also_locks = SPI_palloc(sizeof(char *) * (n + 1));
	memset(steps, 0, sizeof(ZdmStep) * n);
	for (uint64 i = 0; i < n; i++)
	{
		ZdmStep *step = &steps[i];

		step->seq = (int) zdm_result_int8(i, "seq");
		step->phase = zdm_result_word(i, "phase", zdm_phase_names, ZDM_PHASES);
		step->runs = zdm_result_word(i, "runs", runs_names, lengthof(runs_names));
		step->lock = zdm_lock_mode_from_name(zdm_result_text(i, "lock_mode"));
		step->target = zdm_result_oid(i, "target");
		also_locks[i] = zdm_result_text(i, "also_locks");
		read_deed(&step->command, i, "action", "arguments", "command");
		read_deed(&step->undo, i, "undo_action", "undo_arguments", "undo");
		step->note = zdm_result_text(i, "note");
		step->status = zdm_result_word(i, "status", status_names, lengthof(status_names));
		step->attempts = (int) zdm_result_int8(i, "attempts");
		step->before = zdm_result_jsonb(i, "before");
	}
	zdm_record_end(&scope);
	for (uint64 i = 0; i < n; i++)
	{
		steps[i].also_locks = read_locks(also_locks[i]);
		result = lappend(result, &steps[i]);
	}
	return result;
}

/* Returns the parameters $1 and $2 that tell a step; others follow. */
static ZdmArgs
step_args(int64 migration, const ZdmStep *step)
{
	ZdmArgs args = {0};

	zdm_arg_int8(&args, migration);
	zdm_arg_int4(&args, step->seq);
	return args;
}

/* Runs a statement that writes a step. */
static void
write_step(const char *sql, ZdmArgs *args)
{
	ZdmRecordScope scope;

	zdm_record_begin(&scope);
	zdm_query(sql, args);
	zdm_record_end(&scope);
}

/*
 * Notes that a step begins whose work is not part of a transaction, and the first time what there
 * was `before`; NULL: nothing.
 */
void
zdm_step_started(int64 migration, const ZdmStep *step, Jsonb *before)
{
	ZdmArgs args = step_args(migration, step);

	zdm_arg_datum(&args, JSONBOID, JsonbPGetDatum(before), before == NULL);
	write_step("UPDATE zdm.step_row SET status = 'running', before = coalesce(before, $3)"
			   " WHERE migration_id = $1 AND seq = $2",
			   &args);
}

/* Notes that a step was done and what it cost. */
void
zdm_step_done(int64 migration, const ZdmStep *step, const ZdmStepCost *cost)
{
	ZdmArgs args = step_args(migration, step);

	zdm_arg_usec(&args, cost->lock_wait_usec);
	zdm_arg_usec(&args, cost->lock_held_usec);
	zdm_arg_usec(&args, cost->run_usec);
	write_step("UPDATE zdm.step_row SET status = 'done', error = NULL, attempts = attempts + 1,"
			   "       lock_wait = $3, lock_held = $4, run_time = $5,"
			   "       finished_at = clock_timestamp()"
			   " WHERE migration_id = $1 AND seq = $2",
			   &args);
}

/* Notes that a step was undone: for good, or to be done again by another contract. */
void
zdm_step_undone(int64 migration, const ZdmStep *step, bool again)
{
	ZdmArgs args = step_args(migration, step);

	zdm_arg_bool(&args, again);
	write_step("UPDATE zdm.step_row SET status = CASE WHEN $3 THEN 'pending' ELSE 'undone' END,"
			   "       finished_at = clock_timestamp()"
			   " WHERE migration_id = $1 AND seq = $2",
			   &args);
}

/* Notes that a step failed; it stays to be tried again. */
void
zdm_step_failed(int64 migration, const ZdmStep *step, const char *error)
{
	ZdmArgs args = step_args(migration, step);

	zdm_arg_text(&args, error);
	write_step("UPDATE zdm.step_row SET status = 'failed', attempts = attempts + 1, error = $3"
			   " WHERE migration_id = $1 AND seq = $2",
			   &args);
}

/* Tells whether the steps of contract were done, whatever has become of the migration since. */
bool
zdm_contract_is_done(List *steps)
{
	ListCell *lc;

	foreach (lc, steps)
	{
		ZdmStep *step = lfirst(lc);

		if (step->phase == ZDM_PHASE_CONTRACT && step->status == ZDM_STEP_DONE)
			return true;
	}
	return false;
}

/* Returns the first step that waits for the worker; NULL if there is none. */
ZdmStep *
zdm_next_worker_step(List *steps)
{
	ListCell *lc;

	foreach (lc, steps)
	{
		ZdmStep *step = lfirst(lc);

		if (step->phase <= ZDM_PHASE_VALIDATE && step->runs != ZDM_RUNS_CALLER &&
			(step->status == ZDM_STEP_PENDING || step->status == ZDM_STEP_FAILED ||
			 step->status == ZDM_STEP_RUNNING))
			return step;
	}
	return NULL;
}

/*
 * Lists the commands (of char *) that workers are still to run in migrations under way of tables of
 * this schema, and that have a word in them; but for what fills columns, which is no SQL.
 */
List *
zdm_step_commands_to_run(Oid schema, const char *word)
{
	ZdmArgs args = {0};

	zdm_arg_oid(&args, schema);
	zdm_arg_text(&args, word);
	return zdm_query_names(
		"SELECT s.command AS name"
		"  FROM zdm.migration_row m JOIN zdm.step_row s ON s.migration_id = m.id"
		" WHERE EXISTS (SELECT FROM zdm.target_row t JOIN pg_class c ON c.oid = t.relation"
		"                WHERE t.migration_id = m.id AND c.relnamespace = $1::oid)"
		"   AND m.status NOT IN ('finalized', 'rolled_back')"
		"   AND s.status <> 'done' AND s.runs <> 'caller' AND s.action <> '" ZDM_ACTION_BACKFILL "'"
		"   AND position($2 IN s.command) > 0",
		&args);
}
