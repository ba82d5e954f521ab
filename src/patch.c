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

/* Tells whether another column than `attnum`, the last one, is NULL. */
static inline bool
has_other_null(HeapTupleHeader header, AttrNumber attnum)
{
	int others = attnum - 1;
	int bytes = others / 8;
	uint8 rest = (1 << (others % 8)) - 1;

	for (int i = 0; i < bytes; i++)
		if (header->t_bits[i] != 0xff)
			return true;
	return (header->t_bits[bytes] & rest) != rest;
}

/*
 * What a chunk of memory has beside the bytes that were asked for, at most: its header,
 * and in a build that checks memory the size asked for and a sentinel (aset.c,
 * memutils_memorychunk.h).
 */
#define CHUNK_OVERHEAD 24

/* Chunks above this size may move when they grow (aset.c, AllocSetRealloc). */
#define MAX_CHUNK 4096

/* Returns the length that a value takes in a tuple; 0 if it would have to be packed first. */
static inline Size
value_length(Form_pg_attribute att, Datum value)
{
	if (att->attlen > 0)
		return att->attlen;
	if (att->attlen == -1 && !VARATT_IS_EXTERNAL(DatumGetPointer(value)) &&
		VARATT_IS_SHORT(DatumGetPointer(value))) /* a toast pointer counts as short, too */
		return VARSIZE_SHORT(DatumGetPointer(value));
	return 0;
}

/* Writes a value of the length to its place. */
static inline void
store_value(char *place, Form_pg_attribute att, Datum value, Size length)
{
	if (att->attbyval)
		store_att_byval(place, value, att->attlen);
	else
		memcpy(place, DatumGetPointer(value), length);
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

/*
 * Puts a value behind the last one of a slot's tuple, whose last column is NULL.
 * Returns its place; NULL, and has changed nothing, if there is no room.
 */
static char *
append_value(TupleTableSlot *slot, HeapTuple tuple, Form_pg_attribute att, Datum value,
			 Size value_len)
{
	HeapTupleHeader header = tuple->t_data;
	Size data_len = tuple->t_len - header->t_hoff;
	Size start = att->attlen > 0 ? att_align_nominal(data_len, att->attalign) : data_len;
	bool keep_bitmap = has_other_null(header, att->attnum);
	uint8 hoff = keep_bitmap ? header->t_hoff : MAXALIGN(SizeofHeapTupleHeader);
	Size length = hoff + start + value_len;
	char *data = (char *) header + hoff;

	if (hoff != header->t_hoff && !att->attbyval)
		return NULL; /* the value may stand in what has to move */
	if (!has_room(slot, tuple, length))
		return NULL;
	if (length > tuple->t_len && repalloc(tuple, HEAPTUPLESIZE + length) != tuple)
		elog(ERROR, "a tuple has moved where it had room");
	if (hoff != header->t_hoff)
	{
		memmove(data, (char *) header + header->t_hoff, data_len);
		slot->tts_nvalid = 0; /* its pointers show to where the data was */
	}
	memset(data + data_len, 0, start - data_len);
	store_value(data + start, att, value, value_len);
	if (keep_bitmap)
		header->t_bits[(att->attnum - 1) >> 3] |= 1 << ((att->attnum - 1) & 7);
	else
	{
		header->t_infomask &= ~HEAP_HASNULL;
		memset((char *) header + SizeofHeapTupleHeader, 0, hoff - SizeofHeapTupleHeader);
	}
	if (att->attlen == -1)
		header->t_infomask |= HEAP_HASVARWIDTH;
	header->t_hoff = hoff;
	tuple->t_len = length;
	return data + start;
}

/*
 * Sets the last column of a slot's tuple, number `attnum`, to a value that is not NULL,
 * in place: memory comes in powers of two, and a new column mostly fits into what is
 * left.  The server sees the same tuple come back, and copies nothing.  Returns false,
 * and has changed nothing, if it is not that simple.
 */
bool
zdm_patch_in_place(TupleTableSlot *slot, HeapTuple tuple, AttrNumber attnum, Datum value)
{
	HeapTupleHeader header = tuple->t_data;
	TupleDesc desc = slot->tts_tupleDescriptor;
	Form_pg_attribute att = TupleDescAttr(desc, attnum - 1);
	Size value_len;
	char *place;

	if (attnum != desc->natts || HeapTupleHeaderGetNatts(header) != desc->natts ||
		(value_len = value_length(att, value)) == 0)
		return false;
	if (HeapTupleHasNulls(tuple) && att_isnull(attnum - 1, header->t_bits))
	{
		place = append_value(slot, tuple, att, value, value_len);
		if (place == NULL)
			return false;
	}
	else
	{
		if (att->attlen <= 0 || !has_room(slot, tuple, tuple->t_len))
			return false;
		place = (char *) header + tuple->t_len - value_len;
		store_value(place, att, value, value_len);
	}
	if (slot->tts_nvalid >= attnum)
	{
		slot->tts_values[attnum - 1] = att->attbyval ? value : PointerGetDatum(place);
		slot->tts_isnull[attnum - 1] = false;
	}
	return true;
}

/*
 * Returns a copy of the tuple in which its last column, number `attnum`, has a value
 * that is not NULL; allocated in the current memory context.  NULL if it is not that
 * simple: the column is not the last one, or of a kind that would have to be packed,
 * or its old value can't be cut off.
 */
HeapTuple
zdm_patch_last(HeapTuple tuple, TupleDesc desc, AttrNumber attnum, Datum value)
{
	HeapTupleHeader header = tuple->t_data;
	Form_pg_attribute att = TupleDescAttr(desc, attnum - 1);
	bool is_null = HeapTupleHasNulls(tuple) && att_isnull(attnum - 1, header->t_bits);
	bool keep_bitmap;
	Size data_len = tuple->t_len - header->t_hoff;
	Size value_len;
	Size start;
	uint8 hoff;
	HeapTuple result;
	char *data;

	if (attnum != desc->natts || HeapTupleHeaderGetNatts(header) != desc->natts)
		return NULL;
	value_len = value_length(att, value);
	if (value_len == 0)
		return NULL;
	if (!is_null)
	{
		if (att->attlen <= 0)
			return NULL;
		data_len -= value_len;
	}

	keep_bitmap = HeapTupleHasNulls(tuple) && has_other_null(header, attnum);
	hoff = keep_bitmap ? header->t_hoff : MAXALIGN(SizeofHeapTupleHeader);
	start = att->attlen > 0 ? att_align_nominal(data_len, att->attalign) : data_len;
	result = palloc(HEAPTUPLESIZE + hoff + start + value_len);
	result->t_len = hoff + start + value_len;
	result->t_self = tuple->t_self;
	result->t_tableOid = tuple->t_tableOid;
	result->t_data = (HeapTupleHeader) ((char *) result + HEAPTUPLESIZE);
	memcpy(result->t_data, header,
		   keep_bitmap ? SizeofHeapTupleHeader + BITMAPLEN(desc->natts) : SizeofHeapTupleHeader);
	memset((char *) result->t_data + SizeofHeapTupleHeader +
			   (keep_bitmap ? BITMAPLEN(desc->natts) : 0),
		   0, hoff - SizeofHeapTupleHeader - (keep_bitmap ? BITMAPLEN(desc->natts) : 0));
	result->t_data->t_hoff = hoff;
	data = (char *) result->t_data + hoff;
	memcpy(data, (char *) header + header->t_hoff, data_len);
	memset(data + data_len, 0, start - data_len);
	store_value(data + start, att, value, value_len);

	if (keep_bitmap)
		result->t_data->t_bits[(attnum - 1) >> 3] |= 1 << ((attnum - 1) & 7);
	else
		result->t_data->t_infomask &= ~HEAP_HASNULL;
	if (att->attlen == -1)
		result->t_data->t_infomask |= HEAP_HASVARWIDTH;
	return result;
}
