/*
 * settings.c
 *		Definition of zdm's configuration parameters.
 */
#include "postgres.h"

#include <limits.h>

#include "miscadmin.h"
#include "utils/guc.h"

#include "base/settings.h"
#include "base/stop_point.h"

bool zdm_preloaded = false;
int zdm_writer = ZDM_WRITER_AUTO;
int zdm_lock_timeout = 200;
int zdm_lock_retries = 100;
int zdm_batch_time = 50;
double zdm_nice = -1;
int zdm_pace = ZDM_PACE_AUTO;
char *zdm_pressure_path = NULL;
int zdm_verify_mode = ZDM_VERIFY_AUTO;
int zdm_verify_size = 1024;
int zdm_quiet = 0;
int zdm_usage_entries = 2000;
int zdm_keep_for = 0;
int zdm_keep_record = 0;
bool zdm_restore_point = false;
char *zdm_restore_slot = NULL;
int zdm_restore_slot_limit = 1024;
int zdm_restore_slot_keep_for = 86400;
bool zdm_notify = true;
int zdm_log_level = LOG;
int zdm_max_workers = 4;
int zdm_max_workers_per_database = -1;
int zdm_max_workers_per_role = -1;
int zdm_max_builds = 1;
int zdm_max_retries = 10;
int zdm_launcher_interval = 60;
bool zdm_start_worker = true;
char *zdm_release = NULL;
bool zdm_at_once = true;
bool zdm_complete = false;

static const struct config_enum_entry writer_options[] = {{"auto", ZDM_WRITER_AUTO, false},
														  {"old", ZDM_WRITER_OLD, false},
														  {"new", ZDM_WRITER_NEW, false},
														  {NULL, 0, false}};

static const struct config_enum_entry log_options[] = {
	{"off", ZDM_LOG_OFF, false}, {"debug1", DEBUG1, false}, {"log", LOG, false}, {NULL, 0, false}};

static const struct config_enum_entry pace_options[] = {{"auto", ZDM_PACE_AUTO, false},
														{"gentle", ZDM_PACE_GENTLY, false},
														{"full", ZDM_PACE_FULL, false},
														{NULL, 0, false}};

static const struct config_enum_entry verify_options[] = {{"auto", ZDM_VERIFY_AUTO, false},
														  {"full", ZDM_VERIFY_FULL, false},
														  {"sample", ZDM_VERIFY_SAMPLE, false},
														  {"none", ZDM_VERIFY_NONE, false},
														  {NULL, 0, false}};

/* Finds a word among those of a setting.  False: it is none of them. */
static bool
find_option(const struct config_enum_entry *options, const char *name, int *value)
{
	for (const struct config_enum_entry *option = options; option->name; option++)
		if (strcmp(option->name, name) == 0)
		{
			*value = option->val;
			return true;
		}
	return false;
}

/* Finds a pace by its name.  False: there is none of that name. */
bool
zdm_find_pace(const char *name, ZdmPaceMode *pace)
{
	int value;

	if (!find_option(pace_options, name, &value))
		return false;
	*pace = value;
	return true;
}

/* Finds a way to verify by its name.  False: there is none of that name. */
bool
zdm_find_verify_mode(const char *name, ZdmVerifyMode *mode)
{
	int value;

	if (!find_option(verify_options, name, &value))
		return false;
	*mode = value;
	return true;
}

/* Who writes, how locks are taken, how hard a backfill works. */
static void
define_for_writes(void)
{
	DefineCustomEnumVariable(
		"zdm.writer", "Which schema this session's application was written for.",
		"With auto, zdm judges each write by the columns that it sets.  With old or new, that side "
		"wins where both were written and contradict each other.",
		&zdm_writer, ZDM_WRITER_AUTO, writer_options, PGC_USERSET, 0, NULL, NULL, NULL);
	DefineCustomIntVariable(
		"zdm.lock_timeout", "Longest time that a schema change may stand in a lock queue.",
		"Nobody who queues behind zdm is held up for longer than this.", &zdm_lock_timeout, 200, 1,
		INT_MAX, PGC_USERSET, GUC_UNIT_MS, NULL, NULL, NULL);
	DefineCustomIntVariable("zdm.lock_retries", "How often a schema change tries to get its lock.",
							NULL, &zdm_lock_retries, 100, 0, INT_MAX, PGC_USERSET, 0, NULL, NULL,
							NULL);
	DefineCustomIntVariable("zdm.batch_time", "Execution time that a backfill batch aims at.", NULL,
							&zdm_batch_time, 50, 1, 60000, PGC_USERSET, GUC_UNIT_MS, NULL, NULL,
							NULL);
	DefineCustomRealVariable("zdm.nice", "Share of its time that a backfill sleeps.",
							 "With -1 it is zdm.pace that counts.", &zdm_nice, -1, -1, 0.99,
							 PGC_USERSET, 0, NULL, NULL, NULL);
	DefineCustomEnumVariable(
		"zdm.pace", "How hard a backfill works beside clients.",
		"With auto as hard as leaves them room, with gentle as little as can be, with full as if "
		"there were none.",
		&zdm_pace, ZDM_PACE_AUTO, pace_options, PGC_USERSET, 0, NULL, NULL, NULL);
	DefineCustomStringVariable(
		"zdm.pressure_path", "Directory whose files tell of pressure, for tests.",
		"It has cpu, io and memory, as /proc/pressure does, or loadavg.", &zdm_pressure_path, "",
		PGC_SUSET, GUC_SUPERUSER_ONLY | GUC_NOT_IN_SAMPLE, NULL, NULL, NULL);
}

/* How many workers there are, and what they do. */
static void
define_for_workers(void)
{
	DefineCustomIntVariable("zdm.max_workers",
							"Most background workers of zdm that work at the same time.",
							"It counts over all databases of the server.", &zdm_max_workers, 4, 1,
							256, PGC_SIGHUP, 0, NULL, NULL, NULL);
	DefineCustomIntVariable(
		"zdm.max_workers_per_database", "Most of them that work in one database.",
		"-1 leaves one to others of those that there can be, by zdm.max_workers and "
		"max_worker_processes; 0 is no limit.",
		&zdm_max_workers_per_database, -1, -1, 256, PGC_SIGHUP, 0, NULL, NULL, NULL);
	DefineCustomIntVariable(
		"zdm.max_workers_per_role", "Most of them that work on tables of one role.",
		"-1 leaves one to others of those that one database may have, 0 is no "
		"limit.",
		&zdm_max_workers_per_role, -1, -1, 256, PGC_SIGHUP, 0, NULL, NULL, NULL);
	DefineCustomIntVariable("zdm.max_builds", "Most index builds of zdm that run at the same time.",
							"It counts over all databases of the server.  The others queue.",
							&zdm_max_builds, 1, 1, 256, PGC_SIGHUP, 0, NULL, NULL, NULL);
	DefineCustomIntVariable("zdm.max_retries",
							"How often a worker tries again before a migration counts as failed.",
							NULL, &zdm_max_retries, 10, 0, 1000, PGC_SIGHUP, 0, NULL, NULL, NULL);
	DefineCustomIntVariable("zdm.launcher_interval",
							"Time between two looks of the launcher for unfinished migrations.",
							"With zero it looks only when the server starts.  The launcher runs "
							"only where zdm is in shared_preload_libraries.",
							&zdm_launcher_interval, 60, 0, INT_MAX / 1000, PGC_SIGHUP, GUC_UNIT_S,
							NULL, NULL, NULL);
}

/* What helps to go back further than by a call. */
static void
define_for_restore(void)
{
	DefineCustomBoolVariable(
		"zdm.restore_point", "Make a named restore point before contract and finalize.",
		"zdm.restore_point, the table, tells its name for recovery_target_name.",
		&zdm_restore_point, false, PGC_SUSET, 0, NULL, NULL, NULL);
	DefineCustomStringVariable(
		"zdm.restore_slot", "Output plugin of a logical slot that is made with a restore point.",
		"What is written after contract can be read from it.  With '' none is made.  It needs "
		"wal_level = logical, and zdm in shared_preload_libraries.",
		&zdm_restore_slot, "", PGC_SUSET, 0, NULL, NULL, NULL);
	DefineCustomIntVariable(
		"zdm.restore_slot_limit", "WAL that such a slot may retain before it is dropped.", NULL,
		&zdm_restore_slot_limit, 1024, 1, INT_MAX, PGC_SIGHUP, GUC_UNIT_MB, NULL, NULL, NULL);
	DefineCustomIntVariable("zdm.restore_slot_keep_for",
							"How long such a slot is kept before it is dropped.", NULL,
							&zdm_restore_slot_keep_for, 86400, 1, INT_MAX / 1000, PGC_SIGHUP,
							GUC_UNIT_S, NULL, NULL, NULL);
}

/* What comes with contract, what is kept, who is told. */
static void
define_for_life(void)
{
	DefineCustomEnumVariable(
		"zdm.verify", "How rows are compared before contract.",
		"With auto all of them in tables of up to zdm.verify_size, in larger ones a random sample "
		"of that size.",
		&zdm_verify_mode, ZDM_VERIFY_AUTO, verify_options, PGC_USERSET, 0, NULL, NULL, NULL);
	DefineCustomIntVariable(
		"zdm.verify_size", "Size up to which all rows of a table are compared before contract.",
		NULL, &zdm_verify_size, 1024, 1, INT_MAX, PGC_USERSET, GUC_UNIT_MB, NULL, NULL, NULL);
	DefineCustomIntVariable(
		"zdm.quiet", "How long the old form must not have been used before contract.",
		"With zero that is not asked.  It is known only where zdm is in shared_preload_libraries.",
		&zdm_quiet, 0, 0, INT_MAX / 1000, PGC_USERSET, GUC_UNIT_S, NULL, NULL, NULL);
	DefineCustomIntVariable(
		"zdm.usage_entries", "Lines that zdm.usage has room for, over all databases.",
		"With zero it is not kept who uses which form.", &zdm_usage_entries, 2000, 0, 1000000,
		process_shared_preload_libraries_in_progress ? PGC_POSTMASTER : PGC_SIGHUP, 0, NULL, NULL,
		NULL);
	DefineCustomIntVariable(
		"zdm.keep_for", "How long the old schema is kept after contract.",
		"Then the launcher finalizes the migration.  With zero it is kept until zdm.finalize().  "
		"The launcher runs only where zdm is in shared_preload_libraries.",
		&zdm_keep_for, 0, 0, INT_MAX / 1000, PGC_SIGHUP, GUC_UNIT_S, NULL, NULL, NULL);
	DefineCustomIntVariable(
		"zdm.keep_record", "How long the details of ended migrations are kept in the record.",
		"Then the launcher removes their steps, the state of their backfills and their events; the "
		"migrations themselves stay.  With zero all is kept.  The launcher runs only where zdm is "
		"in shared_preload_libraries.",
		&zdm_keep_record, 0, 0, INT_MAX / 1000, PGC_SIGHUP, GUC_UNIT_S, NULL, NULL, NULL);
	DefineCustomBoolVariable("zdm.notify", "Tell by NOTIFY zdm what happens to migrations.",
							 "The payload is a JSON object.", &zdm_notify, true, PGC_SUSET, 0, NULL,
							 NULL, NULL);
	DefineCustomEnumVariable(
		"zdm.log_level", "Level at which the server's log tells what happens to migrations.", NULL,
		&zdm_log_level, LOG, log_options, PGC_SUSET, 0, NULL, NULL, NULL);
}

/* What a call does in this session. */
static void
define_for_calls(void)
{
	DefineCustomStringVariable("zdm.release",
							   "Name of the release that the changes of this session belong to.",
							   "Control calls take it like the name of a migration.", &zdm_release,
							   "", PGC_USERSET, 0, NULL, NULL, NULL);
	DefineCustomBoolVariable(
		"zdm.start_worker", "Start a background worker for a migration that needs one.",
		"Turn it off on a server with no free worker slot and do the work with "
		"CALL zdm.run(name).",
		&zdm_start_worker, true, PGC_USERSET, 0, NULL, NULL, NULL);
	DefineCustomBoolVariable(
		"zdm.at_once", "Do the worker's part in the call where the table is empty or new.",
		"Turn it off to have a rehearsal on empty tables go the way of any other table.",
		&zdm_at_once, true, PGC_USERSET, 0, NULL, NULL, NULL);
	DefineCustomBoolVariable(
		"zdm.complete",
		"Contract and finalize the changes of this session as soon as they are ready.",
		"The worker does it, for all changes of a release together.", &zdm_complete, false,
		PGC_USERSET, 0, NULL, NULL, NULL);
}

/*
 * Defines every parameter and reserves the prefix, so that a misspelt one is an
 * error.  Called once, from _PG_init.
 */
void
zdm_settings_init(void)
{
	zdm_preloaded = process_shared_preload_libraries_in_progress;
	define_for_writes();
	define_for_workers();
	define_for_life();
	define_for_restore();
	define_for_calls();
	zdm_stop_points_init();
	MarkGUCPrefixReserved("zdm");
}
