/*
 * patch.c
 *		Setting the last column of a tuple.
 *
 * A new column stands last in its table, so most of what the sync trigger does is to
 * set the last column of a row.  heap_modify_tuple() takes the row to pieces and
 * builds it anew; here the pieces stay together.  heaptuple.c (heap_form_tuple,
 * heap_fill_tuple) has the rules that the result follows.
 */
#include "postgres.h"

#include "utils/memutils.h"

#include "patch.h"

/* Where the data of a row without NULLs begins. */
#define PLAIN_HOFF MAXALIGN(SizeofHeapTupleHeader)

/*
 * What a chunk of memory has beside the bytes that can be used, at most: its header, and
 * in a build that checks memory the size asked for and a sentinel (aset.c,
 * memutils_memorychunk.h).
 */
#ifdef MEMORY_CONTEXT_CHECKING
#define CHUNK_OVERHEAD 24
#else
#define CHUNK_OVERHEAD 16
#endif

/* Chunks above this size may move when they grow (aset.c, AllocSetRealloc). */
#define MAX_CHUNK 4096

/* Describes the last column of a table, for as long as its descriptor stays the same. */
void
zdm_last_column(TupleDesc desc, ZdmLastColumn *last)
{
	Form_pg_attribute att = TupleDescAttr(desc, desc->natts - 1);
	int others = desc->natts - 1;

	last->attnum = desc->natts;
	last->len = att->attlen;
	last->byval = att->attbyval;
	last->align = att->attlen > 0 ? att_align_nominal(1, att->attalign) : 1;
	last->full_bytes = others / 8;
	last->rest = (1 << (others % 8)) - 1;
}

/* Tells whether another column than the last one is NULL. */
static inline bool
has_other_null(const ZdmLastColumn *last, HeapTupleHeader header)
{
	for (int i = 0; i < last->full_bytes; i++)
		if (header->t_bits[i] != 0xff)
			return true;
	return (header->t_bits[last->full_bytes] & last->rest) != last->rest;
}

/* Returns the length that a value takes in a tuple; 0 if it would have to be packed first. */
static inline Size
value_length(const ZdmLastColumn *last, Datum value)
{
	if (last->len > 0)
		return last->len;
	if (last->len == -1 && !VARATT_IS_EXTERNAL(DatumGetPointer(value)) &&
		VARATT_IS_SHORT(DatumGetPointer(value))) /* a toast pointer counts as short, too */
		return VARSIZE_SHORT(DatumGetPointer(value));
	return 0;
}

/*
 * Tells whether the slot owns the tuple, in a chunk of memory that has room for one of
 * `length` bytes.  A row that a BEFORE trigger is given is such a copy
 * (ExecFetchSlotHeapTuple, materialized), unless its slot is of another kind.
 */
static inline bool
has_room(TupleTableSlot *slot, HeapTuple tuple, Size length)
{
	Size space;

	if (!(TTS_IS_BUFFERTUPLE(slot) || TTS_IS_HEAPTUPLE(slot)) || !TTS_SHOULDFREE(slot) ||
		((HeapTupleTableSlot *) slot)->tuple != tuple ||
		(char *) tuple->t_data != (char *) tuple + HEAPTUPLESIZE)
		return false;
	if (length <= tuple->t_len)
		return true;
	space = GetMemoryChunkSpace(tuple);
	return space <= MAX_CHUNK && HEAPTUPLESIZE + length + CHUNK_OVERHEAD <= space;
}

/* Stretches a tuple that has room for it to `length` bytes, with its data at `hoff`. */
static inline void
stretch(TupleTableSlot *slot, HeapTuple tuple, Size length, uint8 hoff, Size data_len)
{
	HeapTupleHeader header = tuple->t_data;

#ifdef MEMORY_CONTEXT_CHECKING
	if (length > tuple->t_len && repalloc(tuple, HEAPTUPLESIZE + length) != tuple)
		elog(ERROR, "a tuple has moved where it had room");
#endif
	if (hoff != header->t_hoff)
	{
		memmove((char *) header + hoff, (char *) header + header->t_hoff, data_len);
		slot->tts_nvalid = 0; /* its pointers show to where the data was */
	}
}

/*
 * Returns a copy of a tuple with `length` bytes, of which the header and the first
 * `data_len` behind `hoff` are set; allocated in the current memory context.
 */
static HeapTuple
copy_tuple(HeapTuple tuple, Size length, uint8 hoff, Size data_len)
{
	HeapTupleHeader header = tuple->t_data;
	HeapTuple copy = palloc(HEAPTUPLESIZE + length);

	copy->t_self = tuple->t_self;
	copy->t_tableOid = tuple->t_tableOid;
	copy->t_data = (HeapTupleHeader) ((char *) copy + HEAPTUPLESIZE);
	memcpy(copy->t_data, header, hoff); /* with the null bitmap, or as much as there is room for */
	memcpy((char *) copy->t_data + hoff, (char *) header + header->t_hoff, data_len);
	return copy;
}

/*
 * Sets the last column of a slot's tuple to a value that is not NULL.  Memory comes in
 * powers of two, so a new column mostly fits into what is left behind the row: then the
 * same tuple is returned, and the server, which sees it come back, copies nothing.
 * Else the result is a copy in the current memory context.  NULL, and nothing has
 * changed, if the row is shorter than its table or the value would have to be packed.
 */
HeapTuple
zdm_patch_last(const ZdmLastColumn *last, TupleTableSlot *slot, HeapTuple tuple, Datum value)
{
	const uint64 padding = 0; /* at most MAXIMUM_ALIGNOF - 1 bytes */
	HeapTupleHeader header = tuple->t_data;
	bool was_null = zdm_last_is_null(tuple, last->attnum);
	Size value_len = value_length(last, value);
	Size data_len = tuple->t_len - header->t_hoff;
	Size start;
	Size space;
	bool keep_bitmap;
	bool in_place;
	uint8 hoff;
	char *data;

	if (HeapTupleHeaderGetNatts(header) != last->attnum || value_len == 0 ||
		(!was_null && last->len < 0))
		return NULL;
	if (!was_null)
		data_len -= value_len;
	keep_bitmap = HeapTupleHasNulls(tuple) && has_other_null(last, header);
	hoff = keep_bitmap ? header->t_hoff : PLAIN_HOFF;
	start = TYPEALIGN(last->align, data_len);
	/* The padding is written as one word, whatever its length. */
	space = hoff + start + (start > data_len ? Max(value_len, sizeof(padding)) : value_len);
	/* A value that is passed by reference may stand in what would have to move. */
	in_place = has_room(slot, tuple, space) && (hoff == header->t_hoff || last->byval);
	if (in_place)
		stretch(slot, tuple, space, hoff, data_len);
	else
		tuple = copy_tuple(tuple, space, hoff, data_len);

	header = tuple->t_data;
	data = (char *) header + hoff;
	if (start > data_len)
		memcpy(data + data_len, &padding, sizeof(padding));
	if (last->byval)
		store_att_byval(data + start, value, last->len);
	else
		memcpy(data + start, DatumGetPointer(value), value_len);
	if (keep_bitmap)
		header->t_bits[last->full_bytes] |= last->rest + 1;
	else
	{
		header->t_infomask &= ~HEAP_HASNULL;
		memset(header->t_bits, 0, PLAIN_HOFF - SizeofHeapTupleHeader);
	}
	if (last->len == -1)
		header->t_infomask |= HEAP_HASVARWIDTH;
	header->t_hoff = hoff;
	tuple->t_len = hoff + start + value_len;
	if (in_place && slot->tts_nvalid >= last->attnum)
	{
		slot->tts_values[last->attnum - 1] = last->byval ? value : PointerGetDatum(data + start);
		slot->tts_isnull[last->attnum - 1] = false;
	}
	return tuple;
}
