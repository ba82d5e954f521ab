/*
 * merge_trigger.c
 *		zdm.log_merged(): the trigger that notes which rows of a table are to be merged.
 *
 * Until the turn the table that is merged, the part, is the truth, and its columns in the other
 * one, the whole, are filled from it.  A writer of the part does not write the whole: he would
 * want rows there that his statement does not name, and meet who has them in another order.  So
 * all that he does is to insert the key of the row into a log, which nobody waits for; the worker
 * takes it from there, once it is committed, and brings the whole up to date.
 *
 * The whole has the same trigger, for what would be wrong there without a write to the part: a row
 * that changes its key takes the values of another one's along, and one that is inserted may have
 * been copied from another one with all of its columns.
 *
 * A trigger's argument is a migration; which table is the log is in the record alone, so that
 * nobody can make one that writes what is not his.  An entry without a key says that the part was
 * emptied.
 *
 * The log has the same trigger, before each statement that takes entries out of it by hand, or
 * changes some: the rows that they are of would be as they were, and nobody would know.
 */
#include "postgres.h"

#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "catalog/pg_class.h"
#include "catalog/pg_trigger.h"
#include "commands/trigger.h"
#include "executor/tuptable.h"
#include "nodes/pg_list.h"
#include "utils/datum.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"

#include "base/compat.h"
#include "record/merge_log.h"
#include "sync/merge_keys.h"

PG_FUNCTION_INFO_V1(zdm_log_merged);

/* What a trigger does, once it has been looked up. */
typedef struct CacheEntry
{
	Oid trigger; /* key */
	bool valid;
	Oid relation; /* of the trigger */
	Oid log;      /* InvalidOid: nothing is to be done */
	bool of_whole;
	int nkeys;
	AttrNumber keys[INDEX_MAX_KEYS]; /* columns of the relation, in the log's order */
	int nhidden;
	AttrNumber hidden[MaxHeapAttributeNumber]; /* of the whole: the columns that are filled */
} CacheEntry;

static HTAB *cache = NULL;

/* Counts what the callback was told: what is being looked up is not in the cache yet. */
static uint64 invalidations = 0;

/* Orders columns by their numbers. */
static int
compare_columns(const void *a, const void *b)
{
	return *(const AttrNumber *) a - *(const AttrNumber *) b;
}

/*
 * Returns how many columns the key has, and puts them down in the order in which the log has them:
 * that of their numbers in the whole.
 */
int
zdm_merge_whole_keys(Relation whole, AttrNumber *keys)
{
	Oid oid = zdm_primary_key_index(whole);
	Relation index;
	int n;

	if (!OidIsValid(oid))
		return 0;
	index = index_open(oid, AccessShareLock);
	n = index->rd_index->indnkeyatts;
	for (int i = 0; i < n; i++)
		keys[i] = index->rd_index->indkey.values[i];
	index_close(index, AccessShareLock);
	qsort(keys, n, sizeof(AttrNumber), compare_columns);
	return n;
}

/* Tells whether the columns of a foreign key are those of the primary key. */
static bool
is_on_key(const ForeignKeyCacheInfo *key, Relation index)
{
	for (int i = 0; i < key->nkeys; i++)
	{
		bool found = false;

		for (int j = 0; j < index->rd_index->indnkeyatts; j++)
			found |= index->rd_index->indkey.values[j] == key->conkey[i];
		if (!found)
			return false;
	}
	return key->nkeys == index->rd_index->indnkeyatts;
}

/* The same for the part, by the foreign key that its primary key is; 0: it is none. */
int
zdm_merge_part_keys(Relation part, Oid whole, AttrNumber *keys)
{
	Oid oid = zdm_primary_key_index(part);
	Relation index = OidIsValid(oid) ? index_open(oid, AccessShareLock) : NULL;
	int n = 0;
	ListCell *lc;

	foreach (lc, index ? RelationGetFKeyList(part) : NIL)
	{
		const ForeignKeyCacheInfo *key = lfirst(lc);

		if (n > 0 || key->confrelid != whole || !is_on_key(key, index))
			continue;
		n = key->nkeys;
		for (int i = 0; i < n; i++)
		{
			int behind = 0;

			for (int j = 0; j < n; j++)
				behind += key->confkey[j] < key->confkey[i];
			keys[behind] = key->conkey[i];
		}
	}
	if (index)
		index_close(index, AccessShareLock);
	return n;
}

/* Marks what is known of a table's triggers as stale; of all, for InvalidOid. */
static void
relcache_callback(Datum arg, Oid relid)
{
	HASH_SEQ_STATUS status;
	CacheEntry *entry;

	invalidations++;
	hash_seq_init(&status, cache);
	while ((entry = hash_seq_search(&status)) != NULL)
		if (!OidIsValid(relid) || entry->relation == relid || entry->log == relid)
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

		cache = hash_create("zdm merged", 16, &ctl, HASH_ELEM | HASH_BLOBS);
		CacheRegisterRelcacheCallback(relcache_callback, (Datum) 0);
	}
	entry = hash_search(cache, &trigger, HASH_ENTER, &found);
	if (!found)
		memset((char *) entry + sizeof(Oid), 0, sizeof(CacheEntry) - sizeof(Oid));
	return entry;
}

/* Looks up what a trigger is to do, unless that is known. */
static void
look_up(CacheEntry *entry, Relation rel, const Trigger *trigger)
{
	uint64 seen = invalidations;
	ZdmMergeTrigger found;
	ListCell *lc;

	if (entry->valid)
		return;
	entry->relation = RelationGetRelid(rel);
	zdm_merge_look_up_trigger(RelationGetRelid(rel), trigger->tgname, trigger->tgargs[0], &found);
	entry->log = found.log;
	entry->of_whole = found.whole == RelationGetRelid(rel);
	entry->nhidden = 0;
	foreach (lc, entry->of_whole ? found.hidden : NIL)
	{
		AttrNumber attnum = get_attnum(RelationGetRelid(rel), lfirst(lc));

		if (attnum > 0)
			entry->hidden[entry->nhidden++] = attnum;
	}
	if (!OidIsValid(found.log))
		entry->nkeys = 0;
	else if (entry->of_whole)
		entry->nkeys = zdm_merge_whole_keys(rel, entry->keys);
	else
		entry->nkeys = zdm_merge_part_keys(rel, found.whole, entry->keys);
	if (OidIsValid(found.log) && entry->nkeys == 0)
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
						errmsg("table \"%s\" has lost the key by which it is merged",
							   RelationGetRelationName(rel)),
						errhint("Make it again, or end the migration by zdm.rollback().")));
	entry->valid = seen == invalidations;
}

/*
 * Refuses a log that has not just the key's columns any more: its owner may alter it, and a value
 * of one type is no value of another one, nor is a NULL one of a column that is NOT NULL.
 */
void
zdm_merge_require_log(Relation log, TupleDesc desc, const AttrNumber *keys, int nkeys)
{
	TupleDesc has = RelationGetDescr(log);
	bool fits = has->natts >= nkeys && log->rd_rel->relkind == RELKIND_RELATION;

	for (int i = 0; fits && i < nkeys; i++)
		fits = !TupleDescAttr(has, i)->attisdropped && !TupleDescAttr(has, i)->attnotnull &&
			   TupleDescAttr(has, i)->atttypid ==
				   getBaseType(TupleDescAttr(desc, keys[i] - 1)->atttypid);
	for (int i = nkeys; fits && i < has->natts; i++)
		fits = TupleDescAttr(has, i)->attisdropped;
	if (!fits)
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
						errmsg("table \"%s\" has other columns than the key whose values it logs",
							   RelationGetRelationName(log)),
						errhint("Undo what was altered, or end the migration by zdm.rollback().")));
}

/* Inserts an entry into the log: the key of a row; NULL: of no row, all of them. */
static void
insert_entry(const CacheEntry *entry, TupleDesc desc, TupleTableSlot *row)
{
	Relation log = try_table_open(entry->log, RowExclusiveLock);
	TupleTableSlot *slot;

	if (log == NULL)
		return; /* which the turn sees */
	zdm_merge_require_log(log, desc, entry->keys, entry->nkeys);
	slot = MakeSingleTupleTableSlot(RelationGetDescr(log), &TTSOpsVirtual);
	for (int i = 0; i < RelationGetNumberOfAttributes(log); i++)
	{
		slot->tts_values[i] = (Datum) 0;
		slot->tts_isnull[i] = true;
		if (row && i < entry->nkeys)
			slot->tts_values[i] = slot_getattr(row, entry->keys[i], &slot->tts_isnull[i]);
	}
	ExecStoreVirtualTuple(slot);
	table_tuple_insert(log, slot, GetCurrentCommandId(true), 0, NULL);
	ExecDropSingleTupleTableSlot(slot);
	table_close(log, NoLock);
}

/* Tells whether two versions of a row have the same values in some columns, bit by bit. */
static bool
same_values(TupleDesc desc, const AttrNumber *columns, int n, TupleTableSlot *a, TupleTableSlot *b)
{
	for (int i = 0; i < n; i++)
	{
		Form_pg_attribute att = TupleDescAttr(desc, columns[i] - 1);
		bool null_a;
		bool null_b;
		Datum value_a = slot_getattr(a, columns[i], &null_a);
		Datum value_b = slot_getattr(b, columns[i], &null_b);

		if (null_a != null_b ||
			(!null_a && !datumIsEqual(value_a, value_b, att->attbyval, att->attlen)))
			return false;
	}
	return true;
}

/* Tells whether a row of the whole has a value in a column that is filled. */
static bool
has_values(const CacheEntry *entry, TupleTableSlot *row)
{
	for (int i = 0; i < entry->nhidden; i++)
		if (!slot_attisnull(row, entry->hidden[i]))
			return true;
	return false;
}

/* Logs what is to be looked at because of a write; new, old: NULL for none. */
static void
log_write(const CacheEntry *entry, TupleDesc desc, TupleTableSlot *old, TupleTableSlot *new)
{
	bool moved = old && new && !same_values(desc, entry->keys, entry->nkeys, old, new);
	bool logs = true;

	if (entry->of_whole && old == NULL)
		logs = has_values(entry, new);
	else if (entry->of_whole && new == NULL)
		/* Else the part's row goes along, and its trigger tells. */
		logs = SessionReplicationRole == SESSION_REPLICATION_ROLE_REPLICA;
	else if (entry->of_whole)
		logs = moved || !same_values(desc, entry->hidden, entry->nhidden, old, new);
	if (!logs)
		return;
	if (moved || new == NULL)
		insert_entry(entry, desc, old);
	if (new)
		insert_entry(entry, desc, new);
}

/* The worker takes entries out of a log, and it is no hand's doing. */
static bool takes_entries = false;

/* Says whether what is taken out of a log from now on is what was merged. */
void
zdm_merge_takes_entries(bool takes)
{
	takes_entries = takes;
}

/* Refuses to take entries out of the log of a migration that is under way, or to change some. */
static void
keep_entries(const TriggerData *data)
{
	char *end;
	int64 migration = strtoll(data->tg_trigger->tgargs[0], &end, 10);

	if (takes_entries || *end != '\0' ||
		!zdm_merge_is_log(migration, RelationGetRelid(data->tg_relation)))
		return;
	ereport(
		ERROR,
		(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
		 errmsg("table \"%s\" is not to be changed by hand",
				RelationGetRelationName(data->tg_relation)),
		 errdetail("It has the keys of rows that are still to be merged: these would be left as "
				   "they were."),
		 errhint("zdm.rollback() ends the migration and drops it.")));
}

/* zdm.log_merged(migration): see above. */
Datum
zdm_log_merged(PG_FUNCTION_ARGS)
{
	TriggerData *data = (TriggerData *) fcinfo->context;
	CacheEntry *entry;

	if (CALLED_AS_TRIGGER(fcinfo) && data->tg_trigger->tgnargs == 1 &&
		TRIGGER_FIRED_BEFORE(data->tg_event) && TRIGGER_FIRED_FOR_STATEMENT(data->tg_event))
	{
		keep_entries(data);
		return PointerGetDatum(NULL);
	}
	if (!CALLED_AS_TRIGGER(fcinfo) || data->tg_trigger->tgnargs != 1 ||
		!TRIGGER_FIRED_AFTER(data->tg_event) ||
		TRIGGER_FIRED_FOR_ROW(data->tg_event) == TRIGGER_FIRED_BY_TRUNCATE(data->tg_event))
		ereport(ERROR, (errcode(ERRCODE_E_R_I_E_TRIGGER_PROTOCOL_VIOLATED),
						errmsg("zdm.log_merged must be fired AFTER INSERT OR UPDATE OR DELETE FOR "
							   "EACH ROW, or AFTER TRUNCATE"),
						errhint("zdm itself creates its triggers.")));
	entry = cache_entry(data->tg_trigger->tgoid);
	look_up(entry, data->tg_relation, data->tg_trigger);
	if (!OidIsValid(entry->log))
		return PointerGetDatum(NULL);
	if (TRIGGER_FIRED_BY_TRUNCATE(data->tg_event))
		insert_entry(entry, RelationGetDescr(data->tg_relation), NULL);
	else if (TRIGGER_FIRED_BY_UPDATE(data->tg_event))
		log_write(entry, RelationGetDescr(data->tg_relation), data->tg_trigslot, data->tg_newslot);
	else if (TRIGGER_FIRED_BY_INSERT(data->tg_event))
		log_write(entry, RelationGetDescr(data->tg_relation), NULL, data->tg_trigslot);
	else
		log_write(entry, RelationGetDescr(data->tg_relation), data->tg_trigslot, NULL);
	return PointerGetDatum(NULL);
}
