/*
 * patch.h
 *		The last column of a tuple: reading it without the others, and setting it.
 *
 * Here is what has to be inline, since each write goes through it; patch.c has the rest, and
 * what all of it relies on.
 */
#ifndef ZDM_PATCH_H
#define ZDM_PATCH_H

#include "postgres.h"

#include "access/htup_details.h"
#include "access/tupmacs.h"
#include "access/tupdesc.h"
#include "executor/tuptable.h"
#include "utils/memutils.h"

/* Where the data of a row without NULLs begins. */
#define ZDM_PLAIN_HOFF MAXALIGN(SizeofHeapTupleHeader)

/*
 * What a chunk of memory has beside the bytes that can be used, at most: a header of 16 bytes in
 * 15 and of 8 since 16; and where memory is checked 8 more for the size that was asked for, and
 * since 16 a byte behind that, which the server looks at when it frees or moves the chunk.
 */
#ifdef MEMORY_CONTEXT_CHECKING
#define ZDM_CHUNK_OVERHEAD 24
#else
#define ZDM_CHUNK_OVERHEAD 16
#endif

/*
 * Chunks above this size may be blocks of their own, whose space is another (aset.c,
 * AllocSetRealloc, ALLOC_CHUNK_LIMIT: 8 kB).
 */
#define ZDM_MAX_CHUNK 4096

/* Padding is written as one word, whatever its length: as much room is needed. */
#define ZDM_PADDING sizeof(uint64)

/* A table's last column, and what of it can be known before a row is seen. */
typedef struct ZdmLastColumn
{
	AttrNumber attnum;
	int16 len;
	bool byval;
	uint8 align;    /* in bytes; 1 for a value of any length, which is only set if it is short */
	uint8 bit;      /* its bit in the last byte of a null bitmap ... */
	uint8 all_bits; /* ... that byte where nothing is NULL ... */
	int full_bytes; /* ... and the bytes before that one */
} ZdmLastColumn;

extern void zdm_last_column(TupleDesc desc, ZdmLastColumn *last);
extern HeapTuple zdm_patch_last(const ZdmLastColumn *last, TupleTableSlot *slot, HeapTuple tuple,
								Datum value);
extern void zdm_append_last(const ZdmLastColumn *last, HeapTuple tuple, Datum value);

#ifdef USE_ASSERT_CHECKING
extern HeapTuple zdm_form_by_server(TupleTableSlot *slot, HeapTuple tuple, Datum value);
extern bool zdm_is_same_tuple(HeapTuple a, HeapTuple b);
#endif

/* Tells whether the tuple says itself that its last column is NULL. */
static inline bool
zdm_last_is_null(const ZdmLastColumn *last, HeapTuple tuple)
{
	return HeapTupleHasNulls(tuple) && HeapTupleHeaderGetNatts(tuple->t_data) == last->attnum &&
		   (tuple->t_data->t_bits[last->full_bytes] & last->bit) == 0;
}

/*
 * Tells whether the slot owns the tuple, in one chunk of memory, so that it can be changed
 * in place.  A row that a BEFORE trigger is given is such a copy (ExecFetchSlotHeapTuple,
 * materialized), unless its slot is of another kind.
 */
static inline bool
zdm_owns_tuple(TupleTableSlot *slot, HeapTuple tuple)
{
	return (TTS_IS_BUFFERTUPLE(slot) || TTS_IS_HEAPTUPLE(slot)) && TTS_SHOULDFREE(slot) &&
		   ((HeapTupleTableSlot *) slot)->tuple == tuple &&
		   (char *) tuple->t_data == (char *) tuple + HEAPTUPLESIZE;
}

/* Tells whether a tuple that its slot owns has room for `length` bytes, more than it has. */
static inline bool
zdm_make_room(HeapTuple tuple, Size length)
{
	Size space = GetMemoryChunkSpace(tuple);

	if (space > ZDM_MAX_CHUNK || HEAPTUPLESIZE + length + ZDM_CHUNK_OVERHEAD > space)
		return false;
#ifdef MEMORY_CONTEXT_CHECKING
	if (repalloc(tuple, HEAPTUPLESIZE + length) != tuple)
		elog(ERROR, "a tuple has moved where it had room");
#endif
	return true;
}

/*
 * Tells whether the tuple has a null bitmap only because its last column is NULL, or
 * was until it was cut off.
 */
static inline bool
zdm_only_last_is_null(const ZdmLastColumn *last, HeapTuple tuple)
{
	HeapTupleHeader header = tuple->t_data;

	if (!HeapTupleHasNulls(tuple))
		return false;
	for (int i = 0; i < last->full_bytes; i++)
		if (header->t_bits[i] != 0xff)
			return false;
	return (header->t_bits[last->full_bytes] | last->bit) == last->all_bits;
}

/* Puts a value that is passed by value behind a tuple that ends before it. */
static pg_attribute_always_inline void
zdm_put_at_end(const ZdmLastColumn *last, HeapTuple tuple, Datum value)
{
	char *data = (char *) tuple->t_data;
	Size start = TYPEALIGN(last->align, tuple->t_len);

	memset(data + tuple->t_len, 0, ZDM_PADDING);
	store_att_byval(data + start, value, last->len);
	tuple->t_len = start + last->len;
}

/*
 * zdm_patch_last() for what is most of the cost of a write: the value is passed by value,
 * and the tuple has or can take it in place.  False, and nothing has changed, if it is not
 * so.  was_null: the tuple says itself that the column is NULL; else it has a value there.
 * As a call it took 40 to 80 of the 5,400 instructions of an INSERT (callgrind).
 */
static pg_attribute_always_inline bool
zdm_set_last(const ZdmLastColumn *last, TupleTableSlot *slot, HeapTuple tuple, Datum value,
			 bool was_null)
{
	HeapTupleHeader header = tuple->t_data;
	uint8 hoff = header->t_hoff;
#ifdef USE_ASSERT_CHECKING
	HeapTuple expected = zdm_form_by_server(slot, tuple, value);
#endif

	if (!last->byval || !zdm_owns_tuple(slot, tuple))
		return false;
	if (!was_null)
		store_att_byval((char *) header + tuple->t_len - last->len, value, last->len);
	else if (!zdm_make_room(tuple, TYPEALIGN(last->align, tuple->t_len) + ZDM_PADDING))
		return false;
	else if (hoff == ZDM_PLAIN_HOFF && zdm_only_last_is_null(last, tuple))
	{
		header->t_infomask &= ~HEAP_HASNULL;
		memset(header->t_bits, 0, ZDM_PLAIN_HOFF - SizeofHeapTupleHeader);
		zdm_put_at_end(last, tuple, value);
	}
	else
		zdm_append_last(last, tuple, value);
	if (header->t_hoff != hoff || slot->tts_nvalid >= last->attnum)
		slot->tts_nvalid = 0; /* what it knows of the tuple is not true any more */
	Assert(expected == NULL || zdm_is_same_tuple(tuple, expected));
	return true;
}

/*
 * Returns the tuple of a slot if column `attnum` is the last one of the table and of the
 * tuple, and was not taken out of it before; else NULL.
 */
static inline HeapTuple
zdm_tuple_up_to(TupleTableSlot *slot, AttrNumber attnum)
{
	HeapTuple tuple;

	if (attnum != slot->tts_tupleDescriptor->natts || slot->tts_nvalid >= attnum ||
		!(TTS_IS_BUFFERTUPLE(slot) || TTS_IS_HEAPTUPLE(slot)))
		return NULL;
	tuple = ((HeapTupleTableSlot *) slot)->tuple;
	return tuple && HeapTupleHeaderGetNatts(tuple->t_data) == attnum ? tuple : NULL;
}

/* slot_attisnull(), but that the last column's state is read without the other columns. */
static inline bool
zdm_attisnull(TupleTableSlot *slot, AttrNumber attnum)
{
	HeapTuple tuple = zdm_tuple_up_to(slot, attnum);

	if (tuple == NULL)
		return slot_attisnull(slot, attnum);
	return HeapTupleHasNulls(tuple) && att_isnull(attnum - 1, tuple->t_data->t_bits);
}

/*
 * slot_getattr(), but that the last column of a table, where a new one stands, is read
 * without going through all that come before it.
 */
static pg_attribute_always_inline Datum
zdm_getattr(TupleTableSlot *slot, AttrNumber attnum, bool *isnull)
{
	HeapTuple tuple = zdm_tuple_up_to(slot, attnum);
	Form_pg_attribute att;

	if (tuple == NULL)
		return slot_getattr(slot, attnum, isnull);
	*isnull = HeapTupleHasNulls(tuple) && att_isnull(attnum - 1, tuple->t_data->t_bits);
	if (*isnull)
		return (Datum) 0;
	att = TupleDescAttr(slot->tts_tupleDescriptor, attnum - 1);
	if (att->attlen <= 0)
		return slot_getattr(slot, attnum, isnull);
	return fetchatt(att, (char *) tuple->t_data + tuple->t_len - att->attlen);
}

#endif /* ZDM_PATCH_H */
