/*
 * merge_rows.c
 *		Giving rows of a table the values that those of another one have which is merged.
 *
 * The part is the truth until the turn, and nobody but the worker writes the columns that the
 * whole gets from it.  First the worker goes through the part's pages, then it takes the keys that
 * the trigger has logged (sync/merge_trigger.c), and gives the whole's rows what the part has by
 * then.  An entry is seen when the write is that it is of, and the part is read by the same
 * snapshot or a later one: so what was read can't be older than any entry that was taken, and
 * whatever is written after it has an entry that is still to come.
 *
 * A row of the whole that somebody has is left alone: it comes again, with its page or with its
 * entry, which stays.
 */
#include "postgres.h"

#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/tableam.h"
#include "access/xact.h"
#include "executor/spi.h"
#include "catalog/pg_type.h"
#include "storage/bufmgr.h"
#include "storage/bufpage.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "base/compat.h"
#include "base/names.h"
#include "base/owner.h"
#include "base/query.h"
#include "base/stop_point.h"
#include "fill/fill.h"
#include "fill/merge_rows.h"
#include "fill/row.h"
#include "sync/follower.h"
#include "sync/merge_keys.h"

struct ZdmMerge
{
	Relation part;
	Relation whole;
	ZdmFollower *follower; /* the part, as if it followed the whole: which column is which */
	ZdmFollowing following;
	ZdmFill *fill;    /* of the whole */
	int n;            /* columns that it gets */
	AttrNumber *from; /* of the part */
	AttrNumber *to;   /* of the whole */
	int nkeys;
	AttrNumber keys[INDEX_MAX_KEYS]; /* of the part, in the log's order */
	bool required; /* each row of the part has some value: one of the columns is NOT NULL */
	MemoryContext per_row;
};

/* Lists which columns of the part go where; the key's are there. */
static void
pair_columns(ZdmMerge *merge)
{
	TupleDesc desc = RelationGetDescr(merge->part);
	const ZdmFollower *follower = merge->follower;

	merge->from = palloc(sizeof(AttrNumber) * desc->natts);
	merge->to = palloc(sizeof(AttrNumber) * desc->natts);
	for (int i = 0; i < desc->natts; i++)
	{
		if (TupleDescAttr(desc, i)->attisdropped || zdm_follower_is_key(follower, i + 1))
			continue;
		merge->from[merge->n] = i + 1;
		merge->to[merge->n++] = follower->from[i];
		merge->required |= TupleDescAttr(desc, i)->attnotnull;
	}
}

/* Refuses tables of two owners: what one of them has is not for the other one to read. */
static void
refuse_two_owners(Relation part, Relation whole)
{
	if (part->rd_rel->relowner != whole->rd_rel->relowner)
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
						errmsg("tables \"%s\" and \"%s\" have not the same owner any more",
							   RelationGetRelationName(part), RelationGetRelationName(whole)),
						errhint("ALTER TABLE ... OWNER TO makes that so, then zdm.resume(); or "
								"zdm.rollback().")));
}

/* Makes ready to merge; the caller has an active snapshot and ROW EXCLUSIVE on the part. */
ZdmMerge *
zdm_merge_open(Relation part, Oid whole)
{
	ZdmMerge *merge = palloc0(sizeof(ZdmMerge));

	merge->part = part;
	merge->whole = table_open(whole, RowExclusiveLock);
	refuse_two_owners(part, merge->whole);
	merge->follower = zdm_follower_make(merge->whole, part);
	if (!zdm_follower_is_complete(merge->follower, merge->whole, part))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("table \"%s\" or \"%s\" has other columns, or another key, than when the "
						"migration began",
						RelationGetRelationName(part), RelationGetRelationName(merge->whole)),
				 errhint("Roll the migration back, and begin it anew.")));
	pair_columns(merge);
	merge->nkeys = zdm_merge_part_keys(part, whole, merge->keys);
	zdm_following_make(&merge->following, merge->follower, merge->whole, part);
	merge->fill = zdm_fill_open_given(merge->whole, merge->to, merge->n);
	merge->per_row =
		AllocSetContextCreate(CurrentMemoryContext, "zdm merge", ALLOCSET_DEFAULT_SIZES);
	return merge;
}

/* Releases everything; the part stays open. */
void
zdm_merge_close(ZdmMerge *merge)
{
	zdm_fill_finish(merge->fill);
	zdm_fill_close(merge->fill);
	zdm_following_close(&merge->following);
	table_close(merge->whole, NoLock);
	MemoryContextDelete(merge->per_row);
}

/* Refuses a row of the part of which the whole has no row. */
static void
refuse_orphan(ZdmMerge *merge, TupleTableSlot *row)
{
	ereport(ERROR,
			(errcode(ERRCODE_FOREIGN_KEY_VIOLATION),
			 errmsg("%s has no row in table \"%s\"", zdm_describe_row(merge->part, &row->tts_tid),
					RelationGetRelationName(merge->whole)),
			 errdetail("Its foreign key was not looked at when it was written, or when that "
					   "one was deleted: session_replication_role was replica."),
			 errhint("Delete it, or insert the other one, then zdm.resume().")));
}

/* Refuses a row of the part that has nothing but its key: it would be none. */
static void
refuse_blank(ZdmMerge *merge, TupleTableSlot *row)
{
	for (int i = 0; i < merge->n; i++)
		if (!slot_attisnull(row, merge->from[i]))
			return;
	ereport(ERROR,
			(errcode(ERRCODE_CHECK_VIOLATION),
			 errmsg("%s has nothing but its key", zdm_describe_row(merge->part, &row->tts_tid)),
			 errdetail("In one table it could not be told from no row at all."),
			 errhint("Give it a value, or delete it, then zdm.resume().")));
}

/*
 * Gives the whole's row with the key of following.row what the part's row has; NULL: the part has
 * none.  TM_Ok: it has it.
 */
static TM_Result
merge_row(ZdmMerge *merge, TupleTableSlot *part_row, Snapshot snapshot, bool *written,
		  bool *collided)
{
	bool *isnull;
	Datum *values = zdm_fill_given(merge->fill, &isnull);
	TM_Result result = TM_Ok;
	bool hot;

	*written = false;
	if (part_row && !merge->required)
		refuse_blank(merge, part_row);
	if (!zdm_following_find_source(&merge->following, snapshot, zdm_fill_slot(merge->fill)))
	{
		if (part_row)
			refuse_orphan(merge, part_row);
		return TM_Ok;
	}
	for (int i = 0; i < merge->n; i++)
	{
		isnull[i] = part_row == NULL;
		values[i] = part_row ? slot_getattr(part_row, merge->from[i], &isnull[i]) : (Datum) 0;
	}
	if (zdm_fill_compute(merge->fill))
	{
		zdm_stop_point("merge computed");
		result = zdm_fill_write(merge->fill, &hot, collided);
		*written = result == TM_Ok;
	}
	zdm_fill_reset(merge->fill);
	ExecClearTuple(zdm_fill_slot(merge->fill));
	return result;
}

/* Lists the rows of a page that a snapshot sees; returns how many. */
static int
list_rows(ZdmMerge *merge, Buffer buffer, Snapshot snapshot, HeapTupleData *rows)
{
	Page page = BufferGetPage(buffer);
	OffsetNumber last;
	int n = 0;

	LockBuffer(buffer, BUFFER_LOCK_SHARE);
	last = PageGetMaxOffsetNumber(page);
	for (OffsetNumber offset = FirstOffsetNumber; offset <= last; offset++)
	{
		ItemId item = PageGetItemId(page, offset);
		HeapTuple tuple = &rows[n];

		if (!ItemIdIsNormal(item))
			continue;
		tuple->t_data = (HeapTupleHeader) PageGetItem(page, item);
		tuple->t_len = ItemIdGetLength(item);
		tuple->t_tableOid = RelationGetRelid(merge->part);
		ItemPointerSet(&tuple->t_self, BufferGetBlockNumber(buffer), offset);
		if (HeapTupleSatisfiesVisibility(tuple, snapshot, buffer))
			n++;
	}
	LockBuffer(buffer, BUFFER_LOCK_UNLOCK);
	return n;
}

/*
 * Merges the rows of a page of the part, which the caller has pinned.  Counts are added to
 * *result; the state of the page afterwards is returned.
 */
ZdmPageState
zdm_merge_page(ZdmMerge *merge, Buffer buffer, Snapshot snapshot, ZdmBatchResult *result)
{
	HeapTupleData *rows = palloc(sizeof(HeapTupleData) * MaxHeapTuplesPerPage);
	int n = list_rows(merge, buffer, snapshot, rows);
	TupleTableSlot *row = merge->following.row;
	bool busy = false;

	for (int i = 0; i < n; i++)
	{
		MemoryContext caller = MemoryContextSwitchTo(merge->per_row);
		bool written;

		result->current = rows[i].t_self;
		ExecStoreBufferHeapTuple(&rows[i], row, buffer);
		if (merge_row(merge, row, snapshot, &written, &result->collided) != TM_Ok)
		{
			result->busy++;
			busy = true;
		}
		result->written += written;
		ExecClearTuple(row);
		MemoryContextSwitchTo(caller);
		MemoryContextReset(merge->per_row);
	}
	pfree(rows);
	return busy ? ZDM_PAGE_BUSY : ZDM_PAGE_DONE;
}

/* Puts the key that an entry of the log has into following.row. */
static void
take_key(ZdmMerge *merge, TupleDesc desc, HeapTuple entry)
{
	TupleTableSlot *row = merge->following.row;

	if (merge->nkeys == 0)
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
						errmsg("table \"%s\" has lost the key by which it is merged",
							   RelationGetRelationName(merge->part)),
						errhint("Make it again, then zdm.resume().")));
	ExecClearTuple(row);
	memset(row->tts_isnull, true, sizeof(bool) * row->tts_tupleDescriptor->natts);
	for (int i = 0; i < merge->nkeys; i++)
	{
		AttrNumber attnum = merge->keys[i];

		row->tts_values[attnum - 1] =
			heap_getattr(entry, i + 1, desc, &row->tts_isnull[attnum - 1]);
	}
	ExecStoreVirtualTuple(row);
}

/* Brings the row of an entry up to date; false if somebody has it. */
static bool
apply_entry(ZdmMerge *merge, TupleDesc desc, HeapTuple entry)
{
	MemoryContext caller = MemoryContextSwitchTo(merge->per_row);
	ZdmFollowing *f = &merge->following;
	Snapshot snapshot;
	TM_Result result;
	bool written;
	bool collided = false;

	CommandCounterIncrement(); /* the same row may have been written by an entry before */
	snapshot = RegisterSnapshot(GetLatestSnapshot());
	PushActiveSnapshot(snapshot);
	zdm_fill_renew(merge->fill, snapshot);
	take_key(merge, desc, entry);
	result = merge_row(merge, zdm_following_find(f, snapshot) ? f->found : NULL, snapshot, &written,
					   &collided);
	ExecClearTuple(f->found);
	ExecClearTuple(f->row);
	PopActiveSnapshot();
	UnregisterSnapshot(snapshot);
	MemoryContextSwitchTo(caller);
	MemoryContextReset(merge->per_row);
	return result == TM_Ok;
}

/*
 * Has all rows of the whole that have a value looked at once more, since the part was emptied: puts
 * their keys into the log.
 */
static void
log_all(ZdmMerge *merge, Oid log)
{
	AttrNumber keys[INDEX_MAX_KEYS];
	Oid whole = RelationGetRelid(merge->whole);
	int n = zdm_merge_whole_keys(merge->whole, keys);
	StringInfoData sql;

	initStringInfo(&sql);
	appendStringInfo(&sql, "INSERT INTO %s SELECT ", zdm_qualified_name(log));
	for (int i = 0; i < n; i++)
		appendStringInfo(&sql, "%s%s", i > 0 ? ", " : "",
						 quote_identifier(get_attname(whole, keys[i], false)));
	appendStringInfo(&sql, " FROM %s", zdm_qualified_name(whole));
	for (int i = 0; i < merge->n; i++)
		appendStringInfo(&sql, "%s %s IS DISTINCT FROM NULL", i > 0 ? " OR" : " WHERE",
						 quote_identifier(get_attname(whole, merge->to[i], false)));
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	if (SPI_execute(sql.data, false, 0) != SPI_OK_INSERT)
		elog(ERROR, "could not execute: %s", sql.data);
	SPI_finish();
}

/*
 * Reads entries of the log, behind a place; returns copies of them (HeapTuple), with where they are
 * behind their key.
 */
static List *
read_entries(Oid log, int limit, ItemPointer behind, TupleDesc *desc)
{
	MemoryContext caller = CurrentMemoryContext;
	Oid types[] = {TIDOID, INT4OID};
	Datum args[] = {PointerGetDatum(behind), Int32GetDatum(limit)};
	List *entries = NIL;
	char *sql =
		psprintf("SELECT *, ctid FROM %s WHERE ctid > $1 LIMIT $2", zdm_qualified_name(log));
	MemoryContext spi;

	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	/* No read-only statement: it is to see what this transaction has done, too. */
	if (SPI_execute_with_args(sql, 2, types, args, NULL, false, 0) != SPI_OK_SELECT)
		elog(ERROR, "could not execute: %s", sql);
	spi = MemoryContextSwitchTo(caller);
	*desc = CreateTupleDescCopy(SPI_tuptable->tupdesc);
	for (uint64 i = 0; i < SPI_processed; i++)
		entries = lappend(entries, heap_copytuple(SPI_tuptable->vals[i]));
	MemoryContextSwitchTo(spi);
	SPI_finish();
	return entries;
}

/* Returns where an entry is. */
static Datum
place_of(HeapTuple entry, TupleDesc desc)
{
	bool isnull;

	return heap_getattr(entry, desc->natts, desc, &isnull);
}

/* Takes entries out of the log (HeapTuple). */
static void
delete_entries(Oid log, List *entries, TupleDesc desc)
{
	Datum *places = palloc(sizeof(Datum) * (list_length(entries) + 1));
	Oid types[] = {get_array_type(TIDOID)};
	Datum args[1];
	char *sql = psprintf("DELETE FROM %s WHERE ctid = ANY ($1)", zdm_qualified_name(log));
	ListCell *lc;

	if (entries == NIL)
		return;
	foreach (lc, entries)
		places[foreach_current_index(lc)] = place_of(lfirst(lc), desc);
	args[0] = PointerGetDatum(construct_array(places, list_length(entries), TIDOID,
											  sizeof(ItemPointerData), false, TYPALIGN_SHORT));
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	zdm_merge_takes_entries(true);
	PG_TRY();
	{
		if (SPI_execute_with_args(sql, 1, types, args, NULL, false, 0) != SPI_OK_DELETE)
			elog(ERROR, "could not execute: %s", sql);
	}
	PG_FINALLY();
	{
		zdm_merge_takes_entries(false);
	}
	PG_END_TRY();
	if (SPI_processed != (uint64) list_length(entries))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("somebody changes table \"%s\" by hand", get_rel_name(log)),
				 errdetail("It has the keys of rows that are still to be merged: of those that "
						   "were taken out of it, the whole may have what the part had before."),
				 errhint("Roll the migration back, and begin it anew.")));
	SPI_finish();
}

/*
 * Does what entries ask for; returns those that are done.  An entry whose row somebody has stays
 * where it is, untouched: there may be many, and he may take his time.
 */
static List *
apply_entries(const ZdmMigration *m, Relation part, Relation log, List *entries, TupleDesc desc,
			  ZdmDrain *drain)
{
	ZdmMerge *merge;
	List *done = NIL;
	ListCell *lc;

	PushActiveSnapshot(GetLatestSnapshot());
	merge = zdm_merge_open(part, m->relation);
	if (merge->nkeys > 0) /* else take_key() says so */
		zdm_merge_require_log(log, RelationGetDescr(part), merge->keys, merge->nkeys);
	foreach (lc, entries)
	{
		HeapTuple entry = lfirst(lc);
		bool of_all = heap_attisnull(entry, 1, desc);

		if (of_all && drain->locked)
			drain->too_much = true; /* all rows of the whole would be read */
		else if (of_all)
			log_all(merge, RelationGetRelid(log));
		if (of_all || apply_entry(merge, desc, entry))
			done = lappend(done, entry);
		CHECK_FOR_INTERRUPTS();
	}
	zdm_merge_close(merge);
	PopActiveSnapshot();
	return done;
}

/* Notes how far the pass has come. */
static void
note_pass(ZdmDrain *drain, List *entries, TupleDesc desc, int limit, int done)
{
	drain->taken = done;
	drain->left += list_length(entries) - done;
	drain->acted |= done > 0;
	drain->passed = list_length(entries) < limit;
	drain->caught_up = drain->passed && !drain->acted;
	if (drain->passed)
		ItemPointerSetInvalid(&drain->from);
	else
		drain->from = *(ItemPointer) DatumGetPointer(place_of(llast(entries), desc));
}

/*
 * Takes some entries of the log that are committed, and gives the whole's rows what the part has
 * by now, as the owner of both.  What is taken and what is written is committed together.
 */
void
zdm_merge_drain(const ZdmMigration *m, Oid part, Oid log, int limit, ZdmDrain *drain)
{
	Relation part_rel = table_open(part, RowExclusiveLock);
	Relation log_rel = table_open(log, RowExclusiveLock);
	int level = zdm_pin_search_path();
	ItemPointerData behind = drain->from;
	ZdmOwnerScope scope;
	TupleDesc desc;
	List *entries;
	List *done = NIL;

	if (!ItemPointerIsValid(&behind))
	{
		ItemPointerSet(&behind, 0, InvalidOffsetNumber);
		drain->left = 0;
		drain->acted = false;
	}
	zdm_owner_begin(&scope, zdm_relation_owner(m->relation));
	entries = read_entries(log, limit, &behind, &desc);
	zdm_stop_point("log taken");
	if (entries != NIL)
		done = apply_entries(m, part_rel, log_rel, entries, desc, drain);
	delete_entries(log, done, desc);
	zdm_owner_end(&scope);
	note_pass(drain, entries, desc, limit, list_length(done));
	AtEOXact_GUC(false, level);
	table_close(log_rel, NoLock);
	table_close(part_rel, NoLock);
}
