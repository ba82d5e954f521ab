/*
 * tuning.c
 *		How hard a backfill works: reading and checking a migration's settings.
 */
#include "postgres.h"

#include <math.h>

#include "utils/builtins.h"

#include "base/json.h"
#include "base/settings.h"
#include "record/tuning.h"

#define MAX_WORKERS 64

/* A numeric setting and what it may be. */
typedef struct NumberSetting
{
	const char *key;
	double low;
	double high;
	const char *unit; /* of what is kept, for messages */
} NumberSetting;

static const NumberSetting number_settings[] = {
	{"workers", 1, MAX_WORKERS, ""},
	{"priority", -1000, 1000, ""},
	{"batch_time", 1, 60000, " ms"},
	{"nice", -1, 0.99, ""},
	{"share", 2, 64, ""},
	{"max_wal_rate", 1024, 1e15, " bytes"},
	{"max_replica_lag_bytes", 0, 1e18, " bytes"},
	{"max_replica_lag", 0, 1e9, " s"},
	{"max_slot_wal", 0, 1e18, " bytes"},
	{"max_archive_backlog", 0, 1e9, ""},
	{"max_active_sessions", 0, 1e6, ""},
	{"max_lock_waiters", 0, 1e6, ""},
};

/* Settings that zdm.throttle_reason() watches. */
static const char *const limits[] = {
	"max_replica_lag_bytes", "max_replica_lag",     "standbys",        "max_slot_wal",
	"max_archive_backlog",   "max_active_sessions", "max_lock_waiters"};

/* Returns a number, or `if_missing`. */
static double
setting_number(Jsonb *settings, const char *key, double if_missing)
{
	char *text = zdm_json_string(settings, key);

	return text ? strtod(text, NULL) : if_missing;
}

/*
 * Reads how hard it is to work.  A migration has one of nice and pace at most, and what it
 * has counts more than what the server's settings say.
 */
static void
read_pace(Jsonb *settings, ZdmTuning *tuning)
{
	char *pace = zdm_json_string(settings, "pace");

	tuning->pace = zdm_pace;
	if (pace)
		(void) zdm_find_pace(pace, &tuning->pace);
	tuning->nice = pace ? -1 : setting_number(settings, "nice", zdm_nice);
	if (tuning->nice < 0 && tuning->pace == ZDM_PACE_FULL)
		tuning->nice = 0;
}

/* Fills in *tuning from a migration's settings; strings are allocated in the current context. */
void
zdm_tuning_read(Jsonb *settings, ZdmTuning *tuning)
{
	tuning->batch_msec = setting_number(settings, "batch_time", zdm_batch_time);
	read_pace(settings, tuning);
	tuning->workers = (int) setting_number(settings, "workers", 1);
	tuning->share = (int) setting_number(settings, "share", 0);
	tuning->max_wal_rate = (int64) setting_number(settings, "max_wal_rate", 0);
	tuning->max_lag_sec = setting_number(settings, "max_replica_lag", 0);
	tuning->max_behind = (int64) setting_number(settings, "max_replica_lag_bytes", 0);
	if (zdm_json_has(settings, "max_slot_wal"))
		tuning->max_behind = Min(tuning->max_behind > 0 ? tuning->max_behind : PG_INT64_MAX,
								 (int64) setting_number(settings, "max_slot_wal", 0));
	tuning->go_if = zdm_json_string(settings, "go_if");
	tuning->has_limits = false;
	for (int i = 0; i < lengthof(limits); i++)
		if (zdm_json_has(settings, limits[i]))
			tuning->has_limits = true;
}

/* Raises an error for a name that no setting has. */
void
zdm_tuning_check_names(List *names)
{
	ListCell *lc;

	foreach (lc, names)
	{
		const char *name = lfirst(lc) ? lfirst(lc) : "";
		bool known = strcmp(name, "standbys") == 0 || strcmp(name, "go_if") == 0 ||
					 strcmp(name, "complete") == 0 || strcmp(name, "pace") == 0;

		for (int i = 0; i < lengthof(number_settings); i++)
			known |= strcmp(name, number_settings[i].key) == 0;
		if (!known)
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("there is no setting \"%s\"", name),
							errhint("reset takes the names of zdm.alter_backfill()'s arguments.")));
	}
}

/* Raises an error for a pace that there is not, in what a call is given. */
void
zdm_tuning_check_pace(Jsonb *settings)
{
	char *name = zdm_json_string(settings, "pace");
	ZdmPaceMode pace;

	if (name == NULL)
		return;
	if (!zdm_find_pace(name, &pace))
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("there is no pace \"%s\"", name),
				 errhint("It can be auto, gentle or full.")));
	if (zdm_json_has(settings, "nice"))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("pace and nice can't be given together"),
						errdetail("nice is a share of time to sleep, whatever else happens.")));
}

/* Raises an error for a setting that is out of its range. */
void
zdm_tuning_check(Jsonb *settings)
{
	for (int i = 0; i < lengthof(number_settings); i++)
	{
		const NumberSetting *setting = &number_settings[i];
		double value = setting_number(settings, setting->key, setting->low);

		if (isnan(value) || value < setting->low || value > setting->high)
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("%s is out of range", setting->key),
							errdetail("It is %g%s, and can be %g to %g%s.", value, setting->unit,
									  setting->low, setting->high, setting->unit)));
	}
	if (setting_number(settings, "nice", 0) > -1 && setting_number(settings, "nice", 0) < 0)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("nice is out of range"),
				 errdetail("It can be 0 to 0.99, the share of time that the backfill sleeps, or "
						   "-1: as the pace says.")));
	if (zdm_json_has(settings, "standbys") && zdm_json_list(settings, "standbys") == NIL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("standbys names no standby"),
				 errhint("zdm.alter_backfill(name, reset => '{standbys}') watches all of them.")));
}
