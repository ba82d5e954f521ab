/*
 * usage.c
 *		Who still uses which form of what changes: kept in shared memory, where zdm is preloaded.
 *
 * Writers are seen by the sync trigger, which knows what was given; readers by a hook of the
 * executor, which compares the columns that a statement selects with those of the trigger's spec.
 * A backend counts by itself and tells others of a side once a second at most, so that the lock is
 * taken rarely: where a use is newer by that than the last one of which they know.  So what others
 * see is late by a second at most, whatever the session does then.
 *
 * Nothing of it survives a restart: zdm_usage_since() tells how far back it goes.  Where there was
 * no room for an entry, everything from before counts as not known.
 */
#include "postgres.h"

#include "access/parallel.h"
#include "access/xact.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "nodes/plannodes.h"
#include "storage/ipc.h"
#include "storage/lwlock.h"
#include "storage/shmem.h"
#include "utils/guc.h"
#include "utils/inval.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/relcache.h"

#include "base/compat.h"
#include "base/settings.h"
#include "base/triggers.h"
#include "sync/sync_spec.h"
#include "sync/usage.h"

#define TELL_USEC INT64CONST(1000000)
#define FORGET_USEC (INT64CONST(86400) * 1000000) /* an entry that makes room is older */
#define WATCH_SLOTS 256
#define SHADOW "zdm_new_"

const char *const zdm_side_names[] = {"old", "new", "all columns"};

/* Who uses what; unused bytes are zero. */
typedef struct UsageKey
{
	Oid database;
	Oid trigger;
	Oid relid;
	Oid role;
	ZdmSide side;
	char application[NAMEDATALEN];
} UsageKey;

/* An entry of the shared table; under the lock. */
typedef struct UsageEntry
{
	UsageKey key;
	int64 reads;
	int64 writes;
	TimestampTz last_read;
	TimestampTz last_write;
	uint64 query_id;
} UsageEntry;

typedef struct UsageShared
{
	LWLock *lock;
	TimestampTz since; /* under the lock */
} UsageShared;

/* The columns of a table that tell which form a statement reads. */
typedef struct Watch
{
	ZdmUse *use;           /* NULL: in a process that does not count */
	Bitmapset *columns[2]; /* of the old and the new side, offset as in selectedCols */
} Watch;

/* What this backend knows of a table: one slot for all whose OIDs share the last bits. */
typedef struct WatchSlot
{
	Oid relid; /* InvalidOid: nothing is known */
	int n;
	Watch *watches;
	Bitmapset *all; /* columns */
	bool narrow;    /* they fit into one word, as those of most tables do */
	MemoryContext context;
} WatchSlot;

static UsageShared *shared = NULL; /* NULL: zdm is not preloaded */
static HTAB *shared_usage = NULL;

static HTAB *uses = NULL; /* ZdmUse, by trigger; never removed, so pointers stay good */
static List *pending = NIL;
static WatchSlot slots[WATCH_SLOTS];

static shmem_startup_hook_type next_shmem_startup = NULL;
static shmem_request_hook_type next_shmem_request = NULL;
static ExecutorStart_hook_type next_executor_start = NULL;

/* Tells whether usage is kept at all. */
bool
zdm_usage_is_kept(void)
{
	return shared != NULL;
}

/* Returns from when on all usage is known. */
TimestampTz
zdm_usage_since(void)
{
	TimestampTz since;

	LWLockAcquire(shared->lock, LW_SHARED);
	since = shared->since;
	LWLockRelease(shared->lock);
	return since;
}

static void
request_shmem(void)
{
	if (next_shmem_request)
		next_shmem_request();
	RequestAddinShmemSpace(MAXALIGN(sizeof(UsageShared)) +
						   hash_estimate_size(zdm_usage_entries, sizeof(UsageEntry)));
	RequestNamedLWLockTranche("zdm", 1);
}

static void
startup_shmem(void)
{
	HASHCTL info = {.keysize = sizeof(UsageKey), .entrysize = sizeof(UsageEntry)};
	bool found;

	if (next_shmem_startup)
		next_shmem_startup();
	LWLockAcquire(AddinShmemInitLock, LW_EXCLUSIVE);
	shared = ShmemInitStruct("zdm usage", sizeof(UsageShared), &found);
	if (!found)
	{
		shared->lock = &GetNamedLWLockTranche("zdm")->lock;
		shared->since = GetCurrentTimestamp();
	}
	shared_usage =
		zdm_shmem_hash("zdm usage entries", zdm_usage_entries, &info, HASH_ELEM | HASH_BLOBS);
	LWLockRelease(AddinShmemInitLock);
}

/* Makes room by removing the entry that was not used for the longest time, if that was long ago. */
static bool
make_room(TimestampTz now)
{
	HASH_SEQ_STATUS status;
	UsageEntry *entry;
	UsageEntry *oldest = NULL;

	hash_seq_init(&status, shared_usage);
	while ((entry = hash_seq_search(&status)) != NULL)
		if (oldest == NULL ||
			Max(entry->last_read, entry->last_write) < Max(oldest->last_read, oldest->last_write))
			oldest = entry;
	if (oldest == NULL || now - Max(oldest->last_read, oldest->last_write) < FORGET_USEC)
		return false;
	(void) hash_search(shared_usage, &oldest->key, HASH_REMOVE, NULL);
	return true;
}

/* Finds or makes an entry; NULL: there is no room.  The caller holds the lock. */
static UsageEntry *
find_entry(const UsageKey *key, TimestampTz now)
{
	bool found;
	UsageEntry *entry = hash_search(shared_usage, key, HASH_FIND, NULL);

	if (entry)
		return entry;
	if (hash_get_num_entries(shared_usage) >= zdm_usage_entries && !make_room(now))
		return NULL;
	entry = hash_search(shared_usage, key, HASH_ENTER_NULL, &found);
	if (entry)
		memset((char *) entry + sizeof(UsageKey), 0, sizeof(UsageEntry) - sizeof(UsageKey));
	return entry;
}

/* Tells others what this backend has seen of a trigger. */
static void
share_use(ZdmUse *use)
{
	TimestampTz now = GetCurrentTimestamp();
	UsageKey key;

	memset(&key, 0, sizeof(key));
	key.database = MyDatabaseId;
	key.trigger = use->trigger;
	key.relid = use->relid;
	key.role = GetOuterUserId();
	strlcpy(key.application, application_name ? application_name : "", NAMEDATALEN);
	LWLockAcquire(shared->lock, LW_EXCLUSIVE);
	for (key.side = 0; key.side < ZDM_SIDES; key.side++)
	{
		UsageEntry *entry;

		if (use->reads[key.side] == 0 && use->writes[key.side] == 0)
			continue;
		entry = find_entry(&key, now);
		if (entry == NULL)
			shared->since = now;
		else
		{
			entry->reads += use->reads[key.side];
			entry->writes += use->writes[key.side];
			entry->last_read = Max(entry->last_read, use->read_at[key.side]);
			entry->last_write = Max(entry->last_write, use->written_at[key.side]);
			if (use->query_id[key.side] != 0)
				entry->query_id = use->query_id[key.side];
		}
		use->reads[key.side] = use->writes[key.side] = 0;
		use->told_at[key.side] = Max(use->read_at[key.side], use->written_at[key.side]);
	}
	LWLockRelease(shared->lock);
	use->due = false;
}

/* Tells others what is pending and newer by a second than what they know (at_once: all of it). */
static void
tell_pending(bool at_once)
{
	ListCell *lc;

	foreach (lc, pending)
	{
		ZdmUse *use = lfirst(lc);

		for (int side = 0; side < ZDM_SIDES; side++)
		{
			if (use->writes[side] == 0)
				continue;
			use->written_at[side] = GetCurrentTimestamp();
			use->due |= use->written_at[side] - use->told_at[side] >= TELL_USEC;
		}
		if (!at_once && !use->due)
			continue;
		share_use(use);
		use->pending = false;
		pending = foreach_delete_current (pending, lc);
	}
}

static void
tell_before_exit(int code, Datum arg)
{
	if (pending != NIL)
		tell_pending(true);
}

static void
xact_callback(XactEvent event, void *arg)
{
	if (pending != NIL &&
		(event == XACT_EVENT_COMMIT || event == XACT_EVENT_ABORT || event == XACT_EVENT_PREPARE))
		tell_pending(false);
}

/* Puts a use on the list of what others are to be told. */
void
zdm_usage_pend(ZdmUse *use)
{
	MemoryContext caller = MemoryContextSwitchTo(TopMemoryContext);

	pending = lappend(pending, use);
	use->pending = true;
	MemoryContextSwitchTo(caller);
}

/* Returns what is counted for a trigger in this backend; NULL: usage is not kept. */
ZdmUse *
zdm_usage_of_trigger(Oid trigger, Oid relid)
{
	ZdmUse *use;
	bool found;

	if (shared == NULL || IsParallelWorker())
		return NULL;
	if (uses == NULL)
	{
		HASHCTL info = {.keysize = sizeof(Oid), .entrysize = sizeof(ZdmUse)};

		uses = hash_create("zdm uses", 16, &info, HASH_ELEM | HASH_BLOBS);
		before_shmem_exit(tell_before_exit, (Datum) 0);
	}
	use = hash_search(uses, &trigger, HASH_ENTER, &found);
	if (!found)
		memset((char *) use + sizeof(Oid), 0, sizeof(ZdmUse) - sizeof(Oid));
	use->relid = relid;
	return use;
}

/* Forgets what is known of a table, or of all. */
static void
relcache_callback(Datum arg, Oid relid)
{
	if (OidIsValid(relid))
	{
		WatchSlot *slot = &slots[relid % WATCH_SLOTS];

		if (slot->relid == relid)
			slot->relid = InvalidOid;
		return;
	}
	for (int i = 0; i < WATCH_SLOTS; i++)
		slots[i].relid = InvalidOid;
}

/* Reads a spec; NULL if it is none: whoever may make triggers may write anything there. */
static ZdmSyncSpec *
read_spec(const char *text)
{
	MemoryContext context = CurrentMemoryContext;
	ZdmSyncSpec *volatile spec = NULL;

	PG_TRY(); /* nothing but memory is touched in between */
	{
		spec = zdm_sync_spec_parse(text);
	}
	PG_CATCH();
	{
		int sqlerrcode = geterrcode();

		if (ERRCODE_TO_CATEGORY(sqlerrcode) != ERRCODE_DATA_EXCEPTION)
			PG_RE_THROW();
		MemoryContextSwitchTo(context);
		FlushErrorState();
	}
	PG_END_TRY();
	return spec;
}

/* Tells whether a new column has a name for the time until contract only. */
static bool
is_shadow(const char *name)
{
	return strncmp(name, SHADOW, strlen(SHADOW)) == 0;
}

/* Tells whether a new column is to have the name of an old one. */
static bool
is_shadowed(const ZdmSyncSpec *spec, const char *name)
{
	ListCell *lc;

	foreach (lc, spec->state == ZDM_SYNC_RETIRING ? NIL : spec->new_columns)
		if (is_shadow(lfirst(lc)) && strcmp((char *) lfirst(lc) + strlen(SHADOW), name) == 0)
			return true;
	return false;
}

/* Tells whether what is written tells which form an application uses. */
bool
zdm_usage_has_forms(const ZdmSyncSpec *spec)
{
	ListCell *lc;

	if (spec->state == ZDM_SYNC_CONTRACTED)
		return false;
	foreach (lc, spec->new_columns)
		if (spec->state == ZDM_SYNC_FILLING || spec->state == ZDM_SYNC_RETIRING ||
			!is_shadow(lfirst(lc)))
			return true;
	return false;
}

/* Adds the columns of these names, as far as there are any. */
static Bitmapset *
column_set(Relation rel, List *names)
{
	TupleDesc desc = RelationGetDescr(rel);
	Bitmapset *set = NULL;

	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute att = TupleDescAttr(desc, i);
		ListCell *lc;

		foreach (lc, names)
			if (!att->attisdropped && strcmp(NameStr(att->attname), lfirst(lc)) == 0)
				set = bms_add_member(set, att->attnum - FirstLowInvalidHeapAttributeNumber);
	}
	return set;
}

/*
 * Finds the columns that tell the forms apart; false: none do.  There is one form alone after
 * contract, and a new column under a shadow name will have that of an old one.
 */
static bool
watch_spec(Relation rel, const Trigger *trigger, const ZdmSyncSpec *spec, Watch *watch)
{
	List *old = NIL;
	List *new = NIL;
	ListCell *lc;

	if (spec->state == ZDM_SYNC_CONTRACTED || spec->state == ZDM_SYNC_FILLING)
		return false;
	foreach (lc, spec->state == ZDM_SYNC_RETIRING ? spec->new_columns : spec->old_columns)
		if (!is_shadowed(spec, lfirst(lc)))
			old = lappend(old, lfirst(lc));
	foreach (lc, spec->state == ZDM_SYNC_RETIRING ? NIL : spec->new_columns)
		if (!is_shadow(lfirst(lc)))
			new = lappend(new, lfirst(lc));
	watch->use = zdm_usage_of_trigger(trigger->tgoid, RelationGetRelid(rel));
	watch->columns[ZDM_SIDE_OLD] = column_set(rel, old);
	watch->columns[ZDM_SIDE_NEW] = column_set(rel, new);
	return old != NIL || new != NIL;
}

/* Learns which columns of a table are watched, in the slot's own memory. */
static void
learn_columns(WatchSlot *slot, Relation rel)
{
	TriggerDesc *triggers = zdm_triggers(rel);
	TupleDesc desc = RelationGetDescr(rel);

	slot->n = 0;
	for (int i = 0; i < triggers->numtriggers; i++)
	{
		const Trigger *trigger = &triggers->triggers[i];
		ZdmSyncSpec *spec;

		if (strncmp(trigger->tgname, "~zdm_", 5) != 0 || trigger->tgnargs != 1)
			continue;
		spec = read_spec(trigger->tgargs[0]);
		if (slot->n == 0)
			slot->watches = palloc(sizeof(Watch) * triggers->numtriggers);
		if (spec && watch_spec(rel, trigger, spec, &slot->watches[slot->n]))
			slot->n++;
	}
	slot->all = NULL;
	for (int i = 0; slot->n > 0 && i < desc->natts; i++)
		if (!TupleDescAttr(desc, i)->attisdropped)
			slot->all = bms_add_member(slot->all, i + 1 - FirstLowInvalidHeapAttributeNumber);
	slot->narrow = slot->all == NULL || slot->all->nwords == 1;
}

/* Returns what is watched of a table that the statement has locked. */
static WatchSlot *
find_slot(Oid relid)
{
	WatchSlot *slot = &slots[relid % WATCH_SLOTS];
	MemoryContext caller;
	Relation rel;

	if (slot->relid == relid)
		return slot;
	if (slot->context == NULL)
		slot->context = AllocSetContextCreate(TopMemoryContext, "zdm usage", ALLOCSET_SMALL_SIZES);
	MemoryContextReset(slot->context);
	slot->relid = InvalidOid;
	slot->n = 0;
	rel = RelationIdGetRelation(relid);
	if (rel == NULL)
		return slot;
	caller = MemoryContextSwitchTo(slot->context);
	learn_columns(slot, rel);
	MemoryContextSwitchTo(caller);
	RelationClose(rel);
	slot->relid = relid;
	return slot;
}

/* Returns the first word of a set, which is all of it where the slot is narrow. */
static bitmapword
first_word(const Bitmapset *set)
{
	return set ? set->words[0] : 0;
}

/* Tells which sides (1 << ZdmSide) a statement reads; of all columns, or the row, that alone. */
static int
sides_of(const WatchSlot *slot, const Watch *watch, const Bitmapset *selected)
{
	const int row = InvalidAttrNumber - FirstLowInvalidHeapAttributeNumber;
	bool narrow = slot->narrow && selected->nwords == 1;
	bitmapword word = selected->words[0];
	int sides = 0;

	if (narrow ? (word & ((bitmapword) 1 << row)) != 0 || (first_word(slot->all) & ~word) == 0
			   : bms_is_member(row, selected) || bms_is_subset(slot->all, selected))
		return 1 << ZDM_SIDE_ALL;
	for (ZdmSide side = ZDM_SIDE_OLD; side <= ZDM_SIDE_NEW; side++)
		if (narrow ? (first_word(watch->columns[side]) & word) != 0
				   : bms_overlap(watch->columns[side], selected))
			sides |= 1 << side;
	return sides;
}

/* Notes that a statement reads a side. */
static void
note_read(ZdmUse *use, ZdmSide side, uint64 query_id)
{
	use->reads[side]++;
	use->read_at[side] = GetCurrentStatementStartTimestamp();
	use->query_id[side] = query_id;
	use->due |= use->read_at[side] - use->told_at[side] >= TELL_USEC;
	if (!use->pending)
		zdm_usage_pend(use);
}

/* Notes which forms a statement reads of a table. */
static void
note_selected(Oid relid, const Bitmapset *selected, uint64 query_id)
{
	const WatchSlot *slot = find_slot(relid);

	/* Not what the server itself asks for, as for foreign keys, nor what zdm does as an owner. */
	if (slot->n == 0 || InNoForceRLSOperation() || InSecurityRestrictedOperation())
		return;
	for (int i = 0; i < slot->n; i++)
	{
		const Watch *watch = &slot->watches[i];
		int sides = watch->use ? sides_of(slot, watch, selected) : 0;

		for (ZdmSide side = 0; sides != 0; side++, sides >>= 1)
			if (sides & 1)
				note_read(watch->use, side, query_id);
	}
}

/* Sees what statements of clients read. */
static void
executor_start(QueryDesc *desc, int eflags)
{
	PlannedStmt *statement = desc->plannedstmt;
	ListCell *lc;

	if (next_executor_start)
		next_executor_start(desc, eflags);
	else
		standard_ExecutorStart(desc, eflags);
	if (MyBackendType != B_BACKEND || (eflags & EXEC_FLAG_EXPLAIN_ONLY) != 0)
		return;
	foreach (lc, zdm_statement_tables(statement))
	{
		const Bitmapset *selected;
		Oid relid = zdm_selected_columns(lfirst(lc), &selected);

		if (OidIsValid(relid) && selected != NULL)
			note_selected(relid, selected, (uint64) statement->queryId);
	}
}

/* Registers everything; from _PG_init while the server preloads its libraries. */
void
zdm_usage_init(void)
{
	if (zdm_usage_entries == 0)
		return;
	next_shmem_request = shmem_request_hook;
	shmem_request_hook = request_shmem;
	next_shmem_startup = shmem_startup_hook;
	shmem_startup_hook = startup_shmem;
	next_executor_start = ExecutorStart_hook;
	ExecutorStart_hook = executor_start;
	RegisterXactCallback(xact_callback, NULL);
	CacheRegisterRelcacheCallback(relcache_callback, (Datum) 0);
}

/* Lists what is known of this database. */
ZdmUsage *
zdm_usage_list(int *n)
{
	HASH_SEQ_STATUS status;
	UsageEntry *entry;
	ZdmUsage *list;

	*n = 0;
	LWLockAcquire(shared->lock, LW_SHARED);
	list = palloc0(sizeof(ZdmUsage) * Max(hash_get_num_entries(shared_usage), 1));
	hash_seq_init(&status, shared_usage);
	while ((entry = hash_seq_search(&status)) != NULL)
	{
		ZdmUsage *usage = &list[*n];

		if (entry->key.database != MyDatabaseId)
			continue;
		usage->trigger = entry->key.trigger;
		usage->relid = entry->key.relid;
		usage->role = entry->key.role;
		usage->side = entry->key.side;
		memcpy(usage->application, entry->key.application, NAMEDATALEN);
		usage->reads = entry->reads;
		usage->writes = entry->writes;
		usage->last_read = entry->last_read;
		usage->last_write = entry->last_write;
		usage->query_id = entry->query_id;
		(*n)++;
	}
	LWLockRelease(shared->lock);
	return list;
}
