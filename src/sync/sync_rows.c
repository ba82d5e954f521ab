/*
 * sync_rows.c
 *		zdm.sync_rows(): the trigger by which one table follows another.
 *
 * It fires after the rows of the named table have changed, and makes the hidden one have what
 * that has.  A trigger's argument is a migration; which table follows is in the record alone, so
 * that nobody can make one that writes what is not his.
 *
 * What an event says is not always what is so by the time it is handled: a trigger that fired
 * before this one may have written the row again, and those events were handled first.  So a row
 * that its own transaction has changed since, or a key that has moved, is looked up in the source.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/partition.h"
#include "catalog/pg_class.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_trigger.h"
#include "commands/trigger.h"
#include "miscadmin.h"
#include "storage/bufmgr.h"
#include "utils/datum.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/memutils.h"
#include "utils/snapmgr.h"

#include "base/compat.h"
#include "base/owner.h"
#include "record/shadow.h"
#include "sync/leaves.h"
#include "sync/narrow.h"
#include "sync/route.h"

PG_FUNCTION_INFO_V1(zdm_sync_rows);

/*
 * What it takes to write the target.  Nothing of it has to be given back: if it is of no use any
 * more, its memory is freed, and that is all.
 */
typedef struct Writer
{
	uint64 generation; /* of the entry that it is for; 0: it is not made */
	MemoryContext context;
	ZdmLeaves leaves;
} Writer;

/* What a trigger does, once it has been looked up. */
typedef struct CacheEntry
{
	Oid trigger; /* key */
	bool valid;
	uint64 generation; /* counts how often it was looked up */
	Oid source;
	ZdmFollower *follower; /* NULL: nothing */
	MemoryContext context; /* has it */
	ZdmLockedBy target_locked_by;
	Writer writer;
	LocalTransactionId busy_in; /* transaction in which the writer is at work, or met an error */
} CacheEntry;

static HTAB *cache = NULL;

/* What a trigger keeps from one row of a query to the next one. */
typedef struct QueryState
{
	CacheEntry *entry;
	Writer own; /* for this query alone */
} QueryState;

/* Counts what the callback was told: what is being looked up is not in the cache yet. */
static uint64 invalidations = 0;

/* Marks what is known of a table's triggers as stale; of all, for InvalidOid. */
static void
relcache_callback(Datum arg, Oid relid)
{
	HASH_SEQ_STATUS status;
	CacheEntry *entry;

	invalidations++;
	hash_seq_init(&status, cache);
	while ((entry = hash_seq_search(&status)) != NULL)
		if (!OidIsValid(relid) || entry->source == relid ||
			(entry->follower && entry->follower->target == relid))
			entry->valid = false;
}

/* Returns the entry of a trigger, made if need be. */
static CacheEntry *
cache_entry(Oid trigger)
{
	CacheEntry *entry;
	bool found;

	if (cache == NULL)
	{
		HASHCTL ctl = {.keysize = sizeof(Oid), .entrysize = sizeof(CacheEntry)};

		cache = hash_create("zdm followers", 16, &ctl, HASH_ELEM | HASH_BLOBS);
		CacheRegisterRelcacheCallback(relcache_callback, (Datum) 0);
	}
	entry = hash_search(cache, &trigger, HASH_ENTER, &found);
	if (!found)
	{
		memset((char *) entry + sizeof(Oid), 0, sizeof(CacheEntry) - sizeof(Oid));
		entry->busy_in = InvalidLocalTransactionId;
	}
	return entry;
}

/*
 * Returns the table that the record knows the trigger of: a partition's own is a clone of that of
 * the table above; InvalidOid: it is somebody else's doing.
 */
static Oid
followed_table(Relation rel, const Trigger *trigger)
{
	if (!rel->rd_rel->relispartition)
		return RelationGetRelid(rel);
	if (TRIGGER_FOR_ROW(trigger->tgtype) && !trigger->tgisclone)
		return InvalidOid;
	return llast_oid(get_partition_ancestors(RelationGetRelid(rel)));
}

/*
 * Refuses to go on where the source has not a column any more that its follower has, by the name
 * that it had: what is written now would be missing there, and nothing would tell of that once it
 * has its name again.
 */
static void
require_columns(const ZdmFollower *follower, Relation source, Relation target)
{
	for (int i = 0; follower->projects && i < follower->natts; i++)
	{
		Form_pg_attribute att = TupleDescAttr(RelationGetDescr(target), i);

		if (!att->attisdropped && follower->from[i] == 0)
			ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
							errmsg("column \"%s\" of \"%s\" has no counterpart in \"%s\" any more",
								   NameStr(att->attname), RelationGetRelationName(target),
								   RelationGetRelationName(source)),
							errdetail("One of the two was given another name or type by hand."),
							errhint("Give it back what it had.")));
	}
}

/* Finds out which table follows; NULL: none. */
static ZdmFollower *
make_follower(Relation rel, const Trigger *trigger, MemoryContext context)
{
	Oid source = followed_table(rel, trigger);
	Oid target = zdm_shadow_of_trigger(source, trigger->tgname, trigger->tgargs[0]);
	Relation target_rel = OidIsValid(target) ? try_table_open(target, RowExclusiveLock) : NULL;
	MemoryContext caller = MemoryContextSwitchTo(context);
	ZdmFollower *follower = NULL;

	if (target_rel)
	{
		zdm_follower_require_owner(target_rel, zdm_relation_owner(source));
		follower = zdm_follower_make(rel, target_rel);
		require_columns(follower, rel, target_rel);
		table_close(target_rel, NoLock);
	}
	MemoryContextSwitchTo(caller);
	return follower;
}

/*
 * Looks up how the table of a trigger is followed, unless that is known.  It is not, if the
 * migration is over, or somebody has dropped the hidden table, which contract then refuses.
 */
static void
look_up_follower(CacheEntry *entry, Relation rel, const Trigger *trigger)
{
	uint64 seen;

	if (entry->valid)
		return;
	entry->source = RelationGetRelid(rel);
	entry->generation++;
	entry->follower = NULL;
	memset(&entry->target_locked_by, 0, sizeof(ZdmLockedBy));
	if (entry->context)
		MemoryContextReset(entry->context);
	else
		entry->context =
			AllocSetContextCreate(CacheMemoryContext, "zdm follower", ALLOCSET_SMALL_SIZES);
	seen = invalidations;
	entry->follower = make_follower(rel, trigger, entry->context);
	entry->valid = seen == invalidations;
}

/* Returns what the trigger keeps through a query; it goes with the query's memory. */
static QueryState *
query_state(FmgrInfo *function, Oid trigger)
{
	QueryState *state = function->fn_extra;

	if (state == NULL)
	{
		state = MemoryContextAllocZero(function->fn_mcxt, sizeof(QueryState));
		state->entry = cache_entry(trigger);
		function->fn_extra = state;
	}
	return state;
}

/* Has a writer be one for the follower that is known by now; the target is open. */
static ZdmLeaves *
prepare_writer(Writer *writer, MemoryContext parent, CacheEntry *entry, Relation source,
			   Relation target)
{
	ZdmLeaves *l = &writer->leaves;

	if (writer->context == NULL)
		writer->context = AllocSetContextCreate(parent, "zdm following", ALLOCSET_SMALL_SIZES);
	if (writer->generation != entry->generation)
	{
		MemoryContext caller = MemoryContextSwitchTo(writer->context);

		writer->generation = 0;
		MemoryContextReset(writer->context);
		zdm_leaves_make(l, zdm_follower_copy(entry->follower), source, target, RowExclusiveLock);
		writer->generation = entry->generation;
		MemoryContextSwitchTo(caller);
	}
	zdm_leaves_attach(l, source, target);
	return l;
}

/* Tells whether its own transaction has changed a row once more since an event. */
static bool
is_superseded(TupleTableSlot *slot)
{
	BufferHeapTupleTableSlot *buffered = (BufferHeapTupleTableSlot *) slot;
	HeapTupleHeader header;
	bool superseded = false;

	if (!TTS_IS_BUFFERTUPLE(slot) || !BufferIsValid(buffered->buffer))
		return true; /* not known */
	header = buffered->base.tuple->t_data;
	LockBuffer(buffered->buffer, BUFFER_LOCK_SHARE);
	if (!(header->t_infomask & HEAP_XMAX_INVALID) && !HEAP_XMAX_IS_LOCKED_ONLY(header->t_infomask))
		superseded = TransactionIdIsCurrentTransactionId(HeapTupleHeaderGetUpdateXid(header));
	LockBuffer(buffered->buffer, BUFFER_LOCK_UNLOCK);
	return superseded;
}

/* Makes the target have for the key of a row what the source has by now. */
static void
follow_key(ZdmLeaves *l, TupleTableSlot *row)
{
	ZdmFollowing *f = &zdm_leaves_of_row(l, row)->following;

	zdm_following_map(f, row, f->row);
	if (l->follower->narrow)
		zdm_narrow_follow(f);
	else if (zdm_following_refresh(f))
		zdm_following_put(f);
	else
		zdm_following_remove(f, NULL);
	ExecClearTuple(f->row);
	ExecClearTuple(f->source_row);
}

/* Tells whether two versions of a row have the same key, bit by bit. */
static bool
same_key(const ZdmLeaves *l, TupleTableSlot *a, TupleTableSlot *b)
{
	const ZdmFollower *follower = l->follower;
	TupleDesc desc = RelationGetDescr(l->target);

	for (int i = 0; i < INDEX_MAX_KEYS && follower->target_atts[i] != 0; i++)
	{
		AttrNumber attnum = follower->target_atts[i];
		Form_pg_attribute att = TupleDescAttr(desc, attnum - 1);
		bool null_a;
		bool null_b;
		Datum value_a = slot_getattr(a, follower->from[attnum - 1], &null_a);
		Datum value_b = slot_getattr(b, follower->from[attnum - 1], &null_b);

		if (null_a || null_b || !datumIsEqual(value_a, value_b, att->attbyval, att->attlen))
			return false;
	}
	return true;
}

/* Tells whether an update has left the columns alone that the target has, bit by bit. */
static bool
is_untouched(const ZdmFollowing *f, TupleTableSlot *old, TupleTableSlot *new)
{
	const ZdmFollower *follower = f->follower;
	TupleDesc desc = RelationGetDescr(f->target);

	for (int i = 0; i < follower->natts; i++)
	{
		AttrNumber from = follower->from[i];

		if (from != 0 && !zdm_same_value(old, from, new, from, TupleDescAttr(desc, i)))
			return false;
	}
	return true;
}

/* Makes the target have a row as it was written; old: what was updated, or NULL. */
static bool
write_row(ZdmLeaves *l, TupleTableSlot *old, TupleTableSlot *new)
{
	ZdmFollowing *f = &zdm_leaves_of_row(l, new)->following;
	bool look_up = false;

	zdm_following_map(f, new, f->row);
	if (!zdm_following_wants(f, new))
		zdm_following_remove(f, &look_up);
	else if (old == NULL && l->follower->narrow)
		zdm_narrow_insert(f);
	else if (old == NULL)
		zdm_following_put_new(f);
	/* What the target has was copied from a row with these very values. */
	else if (!l->follower->projects || !is_untouched(f, old, new) || !zdm_following_await(f))
		zdm_following_put(f);
	return !look_up;
}

/* Takes a row out; false if that is to be looked up. */
static bool
remove_row(ZdmLeaves *l, TupleTableSlot *row)
{
	ZdmFollowing *f = &zdm_leaves_of_row(l, row)->following;
	bool look_up = false;

	zdm_following_map(f, row, f->row);
	zdm_following_remove(f, &look_up);
	return !look_up;
}

/* Does what one event asks for. */
static void
follow_event(ZdmLeaves *l, const TriggerData *data)
{
	TupleTableSlot *old = TRIGGER_FIRED_BY_INSERT(data->tg_event) ? NULL : data->tg_trigslot;
	TupleTableSlot *new = TRIGGER_FIRED_BY_INSERT(data->tg_event)   ? data->tg_trigslot
						  : TRIGGER_FIRED_BY_UPDATE(data->tg_event) ? data->tg_newslot
																	: NULL;

	if (new == NULL)
	{
		if (remove_row(l, old))
			return;
	}
	else if (!is_superseded(new) && (old == NULL || same_key(l, old, new)))
	{
		if (write_row(l, old, new))
			return;
	}
	if (old != NULL)
		follow_key(l, old);
	if (new != NULL)
		follow_key(l, new);
}

/*
 * Does what one event asks for, with the writer that the session keeps, or with one for this
 * query.  The latter if the other one is at work, further down in the stack, or an error has
 * ended that; if code of users is kept with it, which must not outlive a query; and if the target
 * has partitions, of which there may be many.
 */
static void
follow(const FmgrInfo *function, const TriggerData *data, Relation target)
{
	QueryState *state = function->fn_extra;
	CacheEntry *entry = state->entry;
	LocalTransactionId now = zdm_current_lxid();
	bool done = false;
	ZdmLeaves *l;

	if (entry->busy_in != now && target->rd_rel->relkind == RELKIND_RELATION)
	{
		if (LocalTransactionIdIsValid(entry->busy_in))
			entry->writer.generation = 0; /* that transaction has met an error */
		entry->busy_in = now;
		l = prepare_writer(&entry->writer, CacheMemoryContext, entry, data->tg_relation, target);
		done = !zdm_leaves_run_code(l);
		if (done)
			follow_event(l, data);
		zdm_leaves_rest(l);
		entry->busy_in = InvalidLocalTransactionId;
	}
	if (done)
		return;
	l = prepare_writer(&state->own, function->fn_mcxt, entry, data->tg_relation, target);
	follow_event(l, data);
	zdm_leaves_rest(l);
}

/*
 * Takes the rows of a partition that was emptied out of the target.  Nobody else has written any
 * of them: whoever did had locked the partition.
 */
static void
remove_partition(Relation partition, Relation target)
{
	Oid root_id = llast_oid(get_partition_ancestors(RelationGetRelid(partition)));
	Relation root = table_open(root_id, AccessShareLock);
	ZdmFollower *back = zdm_follower_make(target, root);
	TupleTableSlot *row = table_slot_create(target, NULL);
	TupleTableSlot *routed =
		MakeSingleTupleTableSlot(CreateTupleDescCopyConstr(RelationGetDescr(root)), &TTSOpsVirtual);
	Snapshot snapshot = RegisterSnapshot(GetLatestSnapshot());
	TableScanDesc scan = zdm_beginscan(target, snapshot);
	TM_FailureData failure;

	while (table_scan_getnextslot(scan, ForwardScanDirection, row))
	{
		CHECK_FOR_INTERRUPTS();
		zdm_follower_map(back, row, routed);
		if (zdm_route(root, routed) == RelationGetRelid(partition) &&
			zdm_table_tuple_delete(target, &row->tts_tid, GetCurrentCommandId(true), true,
								   &failure) != TM_Ok)
			elog(ERROR, "could not delete a row of \"%s\"", RelationGetRelationName(target));
	}
	table_endscan(scan);
	UnregisterSnapshot(snapshot);
	ExecDropSingleTupleTableSlot(row);
	ExecDropSingleTupleTableSlot(routed);
	table_close(root, NoLock);
}

/* Empties a table that follows, with its partitions; the caller has ACCESS EXCLUSIVE on it. */
void
zdm_follower_empty(Relation rel)
{
	List *relids = find_all_inheritors(RelationGetRelid(rel), AccessExclusiveLock, NULL);
	List *rels = NIL;
	ListCell *lc;

	foreach (lc, relids)
		rels = lappend(rels, table_open(lfirst_oid(lc), NoLock));
	zdm_truncate(rels, relids);
	foreach (lc, rels)
		table_close(lfirst(lc), NoLock);
}

/* Empties the target: its source was. */
static void
truncate_target(Relation source, Oid target)
{
	bool partition = source->rd_rel->relispartition;
	Relation rel = try_table_open(target, partition ? RowExclusiveLock : AccessExclusiveLock);

	if (rel == NULL)
		return;
	if (partition)
		remove_partition(source, rel);
	else
		zdm_follower_empty(rel);
	table_close(rel, NoLock);
}

/* Raises an error for a call that is none of zdm's own triggers. */
static pg_noinline void
refuse_call(void)
{
	ereport(ERROR, (errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
					errmsg("zdm.sync_rows must be fired AFTER INSERT OR UPDATE OR DELETE FOR EACH "
						   "ROW, or AFTER TRUNCATE"),
					errhint("zdm itself creates its triggers.")));
}

/*
 * Opens the target; NULL if it is gone.  What is known of the trigger is looked up again where the
 * lock may have told of changes.
 */
static Relation
open_target(CacheEntry *entry, const TriggerData *data)
{
	Oid oid = entry->follower->target;
	Relation target;

	if (zdm_lock_once(&entry->target_locked_by, RowExclusiveLock) == NoLock)
		return table_open(oid, NoLock);
	target = try_table_open(oid, RowExclusiveLock);
	if (target != NULL)
		look_up_follower(entry, data->tg_relation, data->tg_trigger);
	if (target != NULL && entry->follower != NULL && entry->follower->target == oid)
		return target;
	memset(&entry->target_locked_by, 0, sizeof(ZdmLockedBy));
	if (target != NULL)
		table_close(target, NoLock);
	return NULL;
}

/* zdm.sync_rows(migration): see above. */
Datum
zdm_sync_rows(PG_FUNCTION_ARGS)
{
	TriggerData *data = (TriggerData *) fcinfo->context;
	QueryState *state;
	CacheEntry *entry;
	Relation target;

	if (!CALLED_AS_TRIGGER(fcinfo) || data->tg_trigger->tgnargs != 1 ||
		!TRIGGER_FIRED_AFTER(data->tg_event) ||
		TRIGGER_FIRED_FOR_ROW(data->tg_event) == TRIGGER_FIRED_BY_TRUNCATE(data->tg_event))
		refuse_call();
	state = query_state(fcinfo->flinfo, data->tg_trigger->tgoid);
	entry = state->entry;
	look_up_follower(entry, data->tg_relation, data->tg_trigger);
	if (entry->follower == NULL)
		return PointerGetDatum(NULL);
	if (TRIGGER_FIRED_BY_TRUNCATE(data->tg_event))
	{
		truncate_target(data->tg_relation, entry->follower->target);
		entry->writer.generation = 0; /* it knows where rows were */
		return PointerGetDatum(NULL);
	}
	target = open_target(entry, data);
	if (target == NULL)
		return PointerGetDatum(NULL);
	follow(fcinfo->flinfo, data, target);
	table_close(target, NoLock);
	return PointerGetDatum(NULL);
}
