/*
 * metric.c
 *		What guards measure, and what steps of a rollout require.
 *
 * What is a number of the server at this moment is asked of it in SQL; what counts since the last
 * measurement is kept in the memory of the process that measures, so that the first one after
 * its start has no value.  A metric that is none of these words is a query of the table's owner.
 */
#include "postgres.h"

#include "access/xlog.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "nodes/parsenodes.h"
#include "utils/builtins.h"
#include "utils/float.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

#include "base/latency.h"
#include "base/lock.h"
#include "base/owner.h"
#include "base/query.h"
#include "fill/compare.h"
#include "fill/pressure.h"
#include "run/metric.h"

#define SAMPLE_BYTES (8.0 * 1024 * 1024) /* that are compared for "mismatches" */
#define POSITIONS 600                    /* of the WAL that are remembered, one a second */
#define LATE_USEC (60 * USECS_PER_SEC)   /* that a measurement may come too late */

/* What a guard knows of its last measurement. */
typedef struct Memory
{
	int64 guard; /* key */
	bool known;
	int64 commits;
	int64 rollbacks;
	int64 deadlocks;
	ZdmPressure pressure;
	ZdmLatencies *latencies; /* NULL: not known */
} Memory;

/* Where the WAL was when. */
typedef struct Position
{
	TimestampTz at;
	int64 lsn;
} Position;

static HTAB *memories = NULL;
static Position positions[POSITIONS];
static int npositions = 0; /* so many were noted, the last ones are kept */

/* Returns what a guard remembers. */
static Memory *
memory_of(const ZdmGuard *guard)
{
	Memory *memory;
	bool found;

	if (memories == NULL)
	{
		HASHCTL info = {.keysize = sizeof(int64), .entrysize = sizeof(Memory)};

		memories = hash_create("zdm guards", 16, &info, HASH_ELEM | HASH_BLOBS);
	}
	memory = hash_search(memories, &guard->id, HASH_ENTER, &found);
	if (!found)
		memset((char *) memory + sizeof(int64), 0, sizeof(Memory) - sizeof(int64));
	return memory;
}

/* Shares of transactions that ended in an error, or deadlocks, since the last measurement. */
static bool
measure_counts(const ZdmGuard *guard, double *value)
{
	Memory *memory = memory_of(guard);
	Memory before = *memory;
	ZdmRecordScope scope;
	int64 ended;

	zdm_record_begin(&scope);
	if (zdm_query("SELECT xact_commit AS commits, xact_rollback AS rollbacks, deadlocks"
				  "  FROM pg_catalog.pg_stat_database"
				  " WHERE datname = pg_catalog.current_database()",
				  NULL) == 0)
		elog(ERROR, "the server counts nothing for this database");
	memory->commits = zdm_result_int8(0, "commits");
	memory->rollbacks = zdm_result_int8(0, "rollbacks");
	memory->deadlocks = zdm_result_int8(0, "deadlocks");
	zdm_record_end(&scope);
	memory->known = true;
	ended = memory->commits - before.commits + memory->rollbacks - before.rollbacks;
	if (!before.known || ended < 0 || memory->deadlocks < before.deadlocks)
		return false; /* also where the statistics were reset */
	if (strcmp(guard->metric, "deadlocks") == 0)
		*value = (double) (memory->deadlocks - before.deadlocks);
	else
		*value = ended > 0 ? (double) (memory->rollbacks - before.rollbacks) / ended : 0;
	return true;
}

/* The share of the time that some process had to wait for a processor, or for storage. */
static bool
measure_pressure(const ZdmGuard *guard, double *value)
{
	Memory *memory = memory_of(guard);
	bool first = memory->pressure.read_at == 0;
	ZdmSample sample;

	zdm_pressure_sample(&memory->pressure, &sample);
	*value =
		sample.value[strcmp(guard->metric, "cpu_pressure") == 0 ? ZDM_SIGNAL_CPU : ZDM_SIGNAL_IO];
	if (*value < 0)
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("the system does not tell its pressure"),
						errdetail("It is read from /proc/pressure, or from the server's cgroup.")));
	return !first;
}

/* Refuses to measure what is not counted here. */
static void
require_latency(const char *metric)
{
	if (!zdm_latency_is_kept())
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("\"%s\" can't be measured: zdm is not preloaded", metric),
				 errdetail("How long statements of clients take is counted in shared memory."),
				 errhint("Set shared_preload_libraries = 'zdm' and restart the server.")));
}

/* The time that 95 or 99 of 100 statements since the last measurement did not exceed. */
static bool
measure_latency(const ZdmGuard *guard, double *value)
{
	Memory *memory = memory_of(guard);
	ZdmLatencies *now;
	bool known;

	require_latency(guard->metric);
	now = MemoryContextAlloc(TopMemoryContext, sizeof(ZdmLatencies));
	if (!zdm_latency_read(now, GetCurrentTimestamp() + 2 * guard->every_usec + LATE_USEC))
	{
		pfree(now);
		ereport(ERROR, (errcode(ERRCODE_CONFIGURATION_LIMIT_EXCEEDED),
						errmsg("\"%s\" can't be measured: it is measured in too many databases",
							   guard->metric)));
	}
	known = memory->latencies != NULL &&
			zdm_latency_percentile(memory->latencies, now,
								   strcmp(guard->metric, "p95_ms") == 0 ? 0.95 : 0.99, value);
	if (memory->latencies)
		pfree(memory->latencies);
	memory->latencies = now;
	return known;
}

/* Notes where the WAL is, once a second at most. */
static void
note_position(TimestampTz now)
{
	Position *last = &positions[(npositions + POSITIONS - 1) % POSITIONS];

	if (npositions > 0 && now - last->at < USECS_PER_SEC)
		return;
	positions[npositions % POSITIONS] = (Position){now, (int64) GetXLogInsertRecPtr()};
	npositions++;
}

/* For how many seconds the standby that is farthest behind has not replayed all, by a second. */
static bool
measure_lag(double *value)
{
	TimestampTz now = GetCurrentTimestamp();
	ZdmRecordScope scope;
	int64 replayed;
	int kept;

	note_position(now);
	zdm_record_begin(&scope);
	(void) zdm_query(
		"SELECT pg_catalog.min(pg_catalog.pg_wal_lsn_diff("
		"           coalesce(replay_lsn, '0/0'), '0/0'))::bigint AS replayed"
		"  FROM pg_catalog.pg_stat_replication WHERE state IN ('streaming', 'catchup')",
		NULL);
	replayed = zdm_result_isnull(0, "replayed") ? -1 : zdm_result_int8(0, "replayed");
	zdm_record_end(&scope);
	if (replayed < 0)
		return false; /* there is no standby */
	kept = Min(npositions, POSITIONS);
	*value = 0;
	for (int i = 1; i <= kept; i++)
	{
		const Position *position = &positions[(npositions - i) % POSITIONS];

		if (position->lsn <= replayed)
			break;
		*value = (double) (now - position->at) / USECS_PER_SEC;
	}
	return true;
}

/* Rows in which both sides disagree, of a sample. */
bool
zdm_measure_mismatches(const ZdmMigration *m, double *value)
{
	ZdmComparison found = {0};
	double size = zdm_tree_size(m->relation);

	PushActiveSnapshot(GetLatestSnapshot());
	zdm_compare_begin(&found);
	zdm_compare_migration((ZdmMigration *) m, size > SAMPLE_BYTES ? 100 * SAMPLE_BYTES / size : 100,
						  &found);
	PopActiveSnapshot();
	*value = (double) found.mismatches;
	return true;
}

/*
 * Runs a query of the owner of a table, as that role.  The first value of its first row is
 * *result, NULL where there is none; its type is returned, 0 where it is no query.
 */
static Oid
run_query(const ZdmMigration *m, const char *query, char **result)
{
	MemoryContext caller = CurrentMemoryContext;
	ZdmOwnerScope scope;
	Oid type = InvalidOid;

	*result = NULL;
	zdm_owner_begin(&scope, zdm_relation_owner(m->relation));
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	if (SPI_execute(query, true, 1) == SPI_OK_SELECT && SPI_tuptable->tupdesc->natts > 0)
	{
		type = SPI_gettypeid(SPI_tuptable->tupdesc, 1);
		if (SPI_processed == 1)
			*result = SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1);
		if (*result)
			*result = MemoryContextStrdup(caller, *result);
	}
	SPI_finish();
	zdm_owner_end(&scope);
	return type;
}

/* What the query of an owner returns, as a number; false: nothing. */
static bool
measure_query(const ZdmMigration *m, const char *query, double *value)
{
	char *text;

	if (!OidIsValid(run_query(m, query, &text)))
		ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
						errmsg("the query of a guard must return a number")));
	if (text)
		*value = DatumGetFloat8(DirectFunctionCall1(float8in, CStringGetDatum(text)));
	return text != NULL;
}

/* Whether what the owner requires is so: a query that returns nothing, or NULL, says no. */
bool
zdm_requirement_is_met(const ZdmMigration *m, const char *query)
{
	char *text;

	if (run_query(m, query, &text) != BOOLOID)
		ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
						errmsg("a requirement must be a query that returns a boolean"),
						errdetail("It is: %s", query)));
	return text != NULL && strcmp(text, "t") == 0;
}

/* Refuses a requirement that is no such query. */
void
zdm_requirement_check(const ZdmMigration *m, const char *query)
{
	if (list_length(zdm_parse(query)) != 1)
		ereport(ERROR,
				(errcode(ERRCODE_SYNTAX_ERROR), errmsg("a requirement must be one statement"),
				 errdetail("It is: %s", query)));
	(void) zdm_requirement_is_met(m, query);
}

/* A number of the server at this moment; *known: there is such a metric. */
static bool
measure_server(const char *metric, double *value, bool *known)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};
	bool found;

	zdm_record_begin(&scope);
	zdm_arg_text(&args, metric);
	*known = zdm_query("SELECT value::text AS value FROM zdm.server_metrics(ARRAY[$1])", &args) > 0;
	found = *known && !zdm_result_isnull(0, "value");
	if (found)
		*value = strtod(zdm_result_text(0, "value"), NULL);
	zdm_record_end(&scope);
	return found;
}

static const char *const counted[] = {"error_rate",  "deadlocks",  "cpu_pressure", "io_pressure",
									  "replica_lag", "mismatches", "p95_ms",       "p99_ms"};
static const char *const latencies[] = {"p95_ms", "p99_ms"};
static const char *const asked[] = {"lock_waiters", "active_sessions", "longest_transaction",
									"replica_lag_bytes", "slot_wal"};

static bool
is_listed(const char *const *list, int n, const char *word)
{
	for (int i = 0; i < n; i++)
		if (strcmp(list[i], word) == 0)
			return true;
	return false;
}

/* Measures; false if there is no value.  Raises what goes wrong with it. */
bool
zdm_metric_measure(const ZdmMigration *m, const ZdmGuard *guard, double *value)
{
	const char *metric = guard->metric;
	bool known;

	if (is_listed(asked, lengthof(asked), metric))
		return measure_server(metric, value, &known);
	if (!is_listed(counted, lengthof(counted), metric))
		return measure_query(m, metric, value);
	if (strcmp(metric, "replica_lag") == 0)
		return measure_lag(value);
	if (strcmp(metric, "mismatches") == 0)
		return zdm_measure_mismatches(m, value);
	if (is_listed(latencies, lengthof(latencies), metric))
		return measure_latency(guard, value);
	if (strstr(metric, "_pressure"))
		return measure_pressure(guard, value);
	return measure_counts(guard, value);
}

/* Refuses a metric that is neither one of the words nor a query, and tries a query. */
void
zdm_metric_check(const ZdmMigration *m, const char *metric)
{
	double value;

	if (is_listed(latencies, lengthof(latencies), metric))
		require_latency(metric);
	if (is_listed(asked, lengthof(asked), metric) || is_listed(counted, lengthof(counted), metric))
		return;
	if (strpbrk(metric, " \t\n(") == NULL)
		ereport(
			ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("unknown metric: \"%s\"", metric),
			 errhint("It is error_rate, p95_ms, p99_ms, deadlocks, lock_waiters, active_sessions, "
					 "longest_transaction, replica_lag, replica_lag_bytes, slot_wal, mismatches, "
					 "cpu_pressure, io_pressure, or a query that returns a number.")));
	if (list_length(zdm_parse(metric)) != 1)
		ereport(ERROR, (errcode(ERRCODE_SYNTAX_ERROR),
						errmsg("the query of a guard must be one statement")));
	(void) measure_query(m, metric, &value);
}
