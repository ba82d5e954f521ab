/*
 * latency.c
 *		How long statements of clients take: counted where zdm is preloaded, while somebody asks.
 *
 * Who wants to know says until when it is to be counted, and reads the counters now and then: what
 * has come in between is the difference.  If he dies, counting ends by itself.  A statement
 * counts from the moment at which its message, or with prepared ones that of its parameters,
 * arrived, so that it has the time in which it waited for the lock of a table; to the end of its
 * execution, AFTER triggers included, whether it succeeds or not.  What it calls belongs to it.
 *
 * Utility commands do not pass the executor, and are not seen: COPY, CALL, DO, COMMIT.
 */
#include "postgres.h"

#include <math.h>

#include "access/xact.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "port/atomics.h"
#include "port/pg_bitutils.h"
#include "storage/ipc.h"
#include "storage/lwlock.h"
#include "storage/shmem.h"
#include "tcop/pquery.h"
#include "utils/timestamp.h"

#include "base/compat.h"
#include "base/latency.h"

#define DATABASES 32 /* in which it can be counted at the same time */
#define SUB_BITS 4   /* a bucket is at most 1/16 wide */
#define SUBS (1 << SUB_BITS)

typedef struct Slot
{
	pg_atomic_uint32 database; /* InvalidOid: free */
	pg_atomic_uint32 claim;
	pg_atomic_uint64 until;
	pg_atomic_uint32 counts[ZDM_LATENCY_BUCKETS];
} Slot;

typedef struct LatencyShared
{
	pg_atomic_uint32 claims; /* of all slots */
	Slot slots[DATABASES];
} LatencyShared;

static LatencyShared *shared = NULL; /* NULL: zdm is not preloaded */

static Slot *own_slot = NULL;      /* of this backend's database, as of ... */
static uint32 seen_claims = 0;     /* ... so many claims */
static int depth = 0;              /* of statements that are counted */
static TimestampTz counted_to = 0; /* the end of the last one */

static shmem_startup_hook_type next_shmem_startup = NULL;
static shmem_request_hook_type next_shmem_request = NULL;
static ExecutorRun_hook_type next_executor_run = NULL;
static ExecutorFinish_hook_type next_executor_finish = NULL;

/* Tells whether it can be counted at all. */
bool
zdm_latency_is_kept(void)
{
	return shared != NULL;
}

static void
request_shmem(void)
{
	if (next_shmem_request)
		next_shmem_request();
	RequestAddinShmemSpace(MAXALIGN(sizeof(LatencyShared)));
}

static void
startup_shmem(void)
{
	bool found;

	if (next_shmem_startup)
		next_shmem_startup();
	LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
	shared = ShmemInitStruct("zdm latencies", sizeof(LatencyShared), &found);
	if (!found)
	{
		pg_atomic_init_u32(&shared->claims, 1);
		for (int i = 0; i < DATABASES; i++)
		{
			pg_atomic_init_u32(&shared->slots[i].database, InvalidOid);
			pg_atomic_init_u32(&shared->slots[i].claim, 0);
			pg_atomic_init_u64(&shared->slots[i].until, 0);
			for (int b = 0; b < ZDM_LATENCY_BUCKETS; b++)
				pg_atomic_init_u32(&shared->slots[i].counts[b], 0);
		}
	}
	LWLockRelease(AddinShmemInitLock);
}

/* The bucket of a time: the first 32 are as wide as they can be, 1 µs. */
static int
bucket_of(int64 usec)
{
	uint64 v = (uint64) Max(usec, 0);
	int shift;

	if (v < SUBS)
		return (int) v;
	shift = pg_leftmost_one_pos64(v) - SUB_BITS;
	return Min(shift * SUBS + (int) (v >> shift), ZDM_LATENCY_BUCKETS - 1);
}

/* Where a bucket ends, in microseconds. */
static double
end_of(int bucket)
{
	int shift = Max(bucket / SUBS - 1, 0);

	return ldexp(bucket - shift * SUBS + 1, shift);
}

/* Finds the slot of this database; NULL: nobody has asked. */
static Slot *
find_slot(void)
{
	for (int i = 0; i < DATABASES; i++)
		if (pg_atomic_read_u32(&shared->slots[i].database) == MyDatabaseId)
			return &shared->slots[i];
	return NULL;
}

/* Takes a slot that is free, or that nobody has asked for any more; NULL: there is none. */
static Slot *
claim_slot(void)
{
	TimestampTz now = GetCurrentTimestamp();

	for (int i = 0; i < DATABASES; i++)
	{
		Slot *slot = &shared->slots[i];
		uint32 database = pg_atomic_read_u32(&slot->database);

		if (OidIsValid(database) && (TimestampTz) pg_atomic_read_u64(&slot->until) >= now)
			continue;
		if (!pg_atomic_compare_exchange_u32(&slot->database, &database, MyDatabaseId))
			continue;
		pg_atomic_fetch_add_u32(&slot->claim, 1);
		return slot;
	}
	return NULL;
}

/*
 * Reads what was counted in this database so far, and has it counted up to a time.  One process of
 * a database alone may do so at a time.  False: too many databases have it counted.
 */
bool
zdm_latency_read(ZdmLatencies *latencies, TimestampTz until)
{
	Slot *slot = find_slot();

	if (slot == NULL && (slot = claim_slot()) == NULL)
		return false;
	if ((TimestampTz) pg_atomic_read_u64(&slot->until) < until)
		pg_atomic_write_u64(&slot->until, (uint64) until);
	pg_atomic_fetch_add_u32(&shared->claims, 1); /* behind that: whoever sees it looks */
	latencies->slot = (int) (slot - shared->slots);
	latencies->claim = pg_atomic_read_u32(&slot->claim);
	for (int b = 0; b < ZDM_LATENCY_BUCKETS; b++)
		latencies->counts[b] = pg_atomic_read_u32(&slot->counts[b]);
	return true;
}

/*
 * The time that so large a share of the statements between two readings did not exceed: at most
 * 1/16 too much.  False: there were none, or the readings have nothing to do with each other.
 */
bool
zdm_latency_percentile(const ZdmLatencies *from, const ZdmLatencies *to, double share, double *msec)
{
	int64 total = 0;
	int64 sum = 0;

	if (from->slot != to->slot || from->claim != to->claim)
		return false;
	for (int b = 0; b < ZDM_LATENCY_BUCKETS; b++)
		total += to->counts[b] - from->counts[b];
	for (int b = 0; b < ZDM_LATENCY_BUCKETS && total > 0; b++)
	{
		sum += to->counts[b] - from->counts[b];
		*msec = end_of(b) / 1000;
		if (sum >= ceil(share * total))
			return true;
	}
	return false;
}

/*
 * Where a statement is to be counted; NULL: nowhere.  That is asked for every statement.  It is
 * one that a client has sent, not one within such a one.
 */
static Slot *
slot_for(const QueryDesc *desc)
{
	uint32 claims;

	if (MyBackendType != B_BACKEND)
		return NULL;
	claims = pg_atomic_read_u32(&shared->claims);
	if (claims != seen_claims)
	{
		seen_claims = claims;
		own_slot = find_slot();
	}
	if (own_slot == NULL || depth > 0 || pg_atomic_read_u32(&own_slot->database) != MyDatabaseId ||
		(TimestampTz) pg_atomic_read_u64(&own_slot->until) < GetCurrentStatementStartTimestamp() ||
		ActivePortal == NULL || !list_member_ptr(ActivePortal->stmts, desc->plannedstmt))
		return NULL;
	return own_slot;
}

/* Counts a statement that ends now. */
static void
count_in(Slot *slot)
{
	TimestampTz now = GetCurrentTimestamp();
	TimestampTz from = IsTransactionBlock() ? GetCurrentStatementStartTimestamp()
											: GetCurrentTransactionStartTimestamp();

	pg_atomic_fetch_add_u32(&slot->counts[bucket_of(now - Max(from, counted_to))], 1);
	counted_to = now;
}

/* Tells whether the statement is over when its rows are: else ExecutorFinish() follows. */
static bool
ends_with_rows(const QueryDesc *desc)
{
	return desc->operation == CMD_SELECT && !desc->plannedstmt->hasModifyingCTE;
}

static void
call_next_run(ZDM_EXECUTOR_RUN_PARAMETERS)
{
	if (next_executor_run)
		next_executor_run(ZDM_EXECUTOR_RUN_ARGUMENTS);
	else
		standard_ExecutorRun(ZDM_EXECUTOR_RUN_ARGUMENTS);
}

static void
executor_run(ZDM_EXECUTOR_RUN_PARAMETERS)
{
	Slot *slot = slot_for(desc);

	if (slot == NULL)
	{
		call_next_run(ZDM_EXECUTOR_RUN_ARGUMENTS);
		return;
	}
	depth++;
	PG_TRY();
	{
		call_next_run(ZDM_EXECUTOR_RUN_ARGUMENTS);
	}
	PG_CATCH();
	{
		depth--;
		count_in(slot);
		PG_RE_THROW();
	}
	PG_END_TRY();
	depth--;
	if (ends_with_rows(desc))
		count_in(slot);
}

static void
call_next_finish(QueryDesc *desc)
{
	if (next_executor_finish)
		next_executor_finish(desc);
	else
		standard_ExecutorFinish(desc);
}

static void
executor_finish(QueryDesc *desc)
{
	Slot *slot = ends_with_rows(desc) ? NULL : slot_for(desc);

	if (slot == NULL)
	{
		call_next_finish(desc);
		return;
	}
	depth++;
	PG_TRY();
	{
		call_next_finish(desc);
	}
	PG_FINALLY();
	{
		depth--;
		count_in(slot);
	}
	PG_END_TRY();
}

/* Registers everything; from _PG_init while the server preloads its libraries. */
void
zdm_latency_init(void)
{
	next_shmem_request = shmem_request_hook;
	shmem_request_hook = request_shmem;
	next_shmem_startup = shmem_startup_hook;
	shmem_startup_hook = startup_shmem;
	next_executor_run = ExecutorRun_hook;
	ExecutorRun_hook = executor_run;
	next_executor_finish = ExecutorFinish_hook;
	ExecutorFinish_hook = executor_finish;
}
