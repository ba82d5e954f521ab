/*
 * use_new.c
 *		zdm.use_new() and zdm.rollout(): which form an application is to use for a key.
 *
 * An application asks for each request, so the answer comes out of the session's own memory.
 * Nothing of it is stored for a key: its hash decides, so it is the same in each session, and
 * whoever is in is still in when the share grows.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "common/hashfn.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/timestamp.h"

#include "base/interval.h"
#include "record/rollout.h"
#include "run/lifecycle.h"
#include "run/rollout.h"

PG_FUNCTION_INFO_V1(zdm_rollout);
PG_FUNCTION_INFO_V1(zdm_use_new);

#define MOST_KNOWN 100 /* names that a session remembers */

/* What is known of a name, for a role; in `memory`. */
typedef struct Known
{
	char *name;
	int len;
	Oid role;
	Oid table;  /* InvalidOid: not given */
	char *path; /* the search_path that has decided; NULL: it has not */
	bool found;
	ZdmRolloutState state;
} Known;

static MemoryContext memory = NULL;
static List *known = NIL;
static bool stale = false; /* something has changed since it was read */
static Oid rollout_relation = InvalidOid;

/*
 * Marks what is known as stale if a rollout, or the rights on a table, have changed; where there
 * was no migration, or no right, whatever has.
 */
static void
relcache_callback(Datum arg, Oid relid)
{
	ListCell *lc;

	if (stale || known == NIL)
		return;
	stale = !OidIsValid(relid) || relid == rollout_relation;
	foreach (lc, known)
		stale |= !((Known *) lfirst(lc))->found ||
				 list_member_oid(((Known *) lfirst(lc))->state.relations, relid);
}

static void
forget_all(void)
{
	if (memory == NULL)
	{
		memory = AllocSetContextCreate(TopMemoryContext, "zdm use_new", ALLOCSET_SMALL_SIZES);
		CacheRegisterRelcacheCallback(relcache_callback, (Datum) 0);
	}
	known = NIL;
	stale = false;
	MemoryContextReset(memory);
	rollout_relation = zdm_rollout_relation();
}

/* Reads what the record has of a name.  What changes meanwhile makes it stale at once. */
static Known *
read_known(const char *name, int len, Oid role, Oid table)
{
	MemoryContext caller;
	Known *entry;

	if (memory == NULL || stale || list_length(known) >= MOST_KNOWN)
		forget_all();
	caller = MemoryContextSwitchTo(memory);
	entry = palloc0(sizeof(Known));
	entry->name = pnstrdup(name, len);
	entry->len = len;
	entry->role = role;
	entry->table = table;
	known = lappend(known, entry);
	MemoryContextSwitchTo(caller);
	PG_TRY();
	{
		entry->found = zdm_rollout_look(entry->name, role, table, memory, &entry->state);
		if (entry->state.by_path)
			entry->path = MemoryContextStrdup(memory, namespace_search_path);
	}
	PG_CATCH();
	{
		stale = true;
		PG_RE_THROW();
	}
	PG_END_TRY();
	return entry;
}

/* Returns what is known of a name. */
static const Known *
find_known(const char *name, int len, Oid table)
{
	Oid role = GetUserId();
	ListCell *lc;

	if (!stale)
		foreach (lc, known)
		{
			const Known *entry = lfirst(lc);

			if (entry->role == role && entry->table == table && entry->len == len &&
				memcmp(entry->name, name, len) == 0 &&
				(entry->path == NULL || strcmp(entry->path, namespace_search_path) == 0))
				return entry;
		}
	return read_known(name, len, role, table);
}

static bool
is_listed(List *list, const char *key, int len)
{
	ListCell *lc;

	foreach (lc, list)
		if (strlen(lfirst(lc)) == len && memcmp(lfirst(lc), key, len) == 0)
			return true;
	return false;
}

/* Tells whether the share of a rollout has a key: the same for each session and server. */
static bool
is_in_share(const Known *entry, const char *key, int len)
{
	uint32 seed = DatumGetUInt32(hash_any((const unsigned char *) entry->name, entry->len));
	uint32 hash = DatumGetUInt32(hash_any((const unsigned char *) key, len)) ^ murmurhash32(seed);

	return murmurhash32(hash) % 100 < entry->state.percent;
}

/* zdm.use_new(name, key, tbl): false where there is no such migration. */
Datum
zdm_use_new(PG_FUNCTION_ARGS)
{
	text *name;
	text *key;
	const Known *entry;
	const ZdmRolloutState *state;

	if (PG_ARGISNULL(0) || PG_ARGISNULL(1))
		PG_RETURN_NULL();
	name = PG_GETARG_TEXT_PP(0);
	key = PG_GETARG_TEXT_PP(1);
	entry = find_known(VARDATA_ANY(name), VARSIZE_ANY_EXHDR(name),
					   PG_ARGISNULL(2) ? InvalidOid : PG_GETARG_OID(2));
	state = &entry->state;
	if (!entry->found || state->all || !state->open)
		PG_RETURN_BOOL(entry->found && state->all);
	if (is_listed(state->exclude, VARDATA_ANY(key), VARSIZE_ANY_EXHDR(key)))
		PG_RETURN_BOOL(false);
	PG_RETURN_BOOL(is_listed(state->include, VARDATA_ANY(key), VARSIZE_ANY_EXHDR(key)) ||
				   is_in_share(entry, VARDATA_ANY(key), VARSIZE_ANY_EXHDR(key)));
}

/* Reads an argument that is a list; NULL: it is not given. */
static ArrayType *
list_argument(FunctionCallInfo fcinfo, int argument, const char *name)
{
	ArrayType *array;

	if (PG_ARGISNULL(argument))
		return NULL;
	array = PG_GETARG_ARRAYTYPE_P(argument);
	if (ARR_NDIM(array) > 1 || array_contains_nulls(array))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s must be an array of one dimension without nulls", name)));
	return array;
}

/* Refuses shares that are none, or do not grow. */
static void
check_steps(ArrayType *steps)
{
	int n = ArrayGetNItems(ARR_NDIM(steps), ARR_DIMS(steps));
	const int32 *values = (const int32 *) ARR_DATA_PTR(steps);

	for (int i = 0; i < n; i++)
		if (values[i] < 1 || values[i] > 100 || (i > 0 && values[i] <= values[i - 1]))
			n = 0;
	if (n == 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("steps must be percentages from 1 to 100 that grow")));
}

/* zdm.rollout(name, percent, steps, every, include, exclude, require). */
Datum
zdm_rollout(PG_FUNCTION_ARGS)
{
	ZdmRollout rollout = {.percent = -1};

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	zdm_refuse_standby("rollout");
	if (!PG_ARGISNULL(1))
	{
		rollout.percent = PG_GETARG_INT32(1);
		if (rollout.percent < 0 || rollout.percent > 100)
			ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
							errmsg("percent must be between 0 and 100")));
	}
	rollout.steps = list_argument(fcinfo, 2, "steps");
	if (rollout.steps)
		check_steps(rollout.steps);
	if (rollout.steps && rollout.percent >= 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("a rollout has either percent or steps")));
	if (PG_ARGISNULL(3))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("every must not be null")));
	rollout.every_usec = zdm_interval_usec(PG_GETARG_INTERVAL_P(3), "every");
	if (rollout.every_usec < USECS_PER_SEC)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("every must be at least 1 s")));
	rollout.include = list_argument(fcinfo, 4, "include");
	rollout.exclude = list_argument(fcinfo, 5, "exclude");
	rollout.require = list_argument(fcinfo, 6, "require");
	zdm_rollout_call(text_to_cstring(PG_GETARG_TEXT_PP(0)), &rollout);
	PG_RETURN_VOID();
}
