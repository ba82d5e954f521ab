/*
 * patch.c
 *		Setting the last column of a tuple.
 *
 * A new column stands last in its table, so most of what the sync trigger does is to
 * set the last column of a row.  heap_modify_tuple() takes the row to pieces and
 * builds it anew; here the pieces stay together.
 *
 * What that relies on holds in PostgreSQL 15 to 19, each where it is used below:
 *
 * heaptuple.c (heap_form_tuple, heap_fill_tuple): a row has a null bitmap only where
 *		something is NULL; its data begin at the next MAXALIGN; what is padded is zero;
 *		a row ends with its last value, so that one of fixed length can be read from the end.
 * execTuples.c (tts_heap_materialize, tts_buffer_heap_materialize), trigger.c
 *		(ExecBRInsertTriggers, ExecBRUpdateTriggers): a BEFORE trigger is given a copy of
 *		the row that its slot owns, in one chunk, and what comes back as the same pointer
 *		is taken as it is then.
 * aset.c, since 16 memutils_memorychunk.h: see ZDM_CHUNK_OVERHEAD (patch.h).
 *
 * A server with assertions compares each row with the one that heap_form_tuple() makes of
 * the same values, and looks at the end of each chunk for what was written behind it.
 */
#include "postgres.h"

#include "access/tupmacs.h"

#include "base/patch.h"

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
	last->bit = 1 << (others % 8);
	last->all_bits = last->bit | (last->bit - 1);
}

/* Takes the null bitmap out of a tuple. */
static void
drop_bitmap(HeapTuple tuple)
{
	HeapTupleHeader header = tuple->t_data;
	Size gap = header->t_hoff - ZDM_PLAIN_HOFF;

	header->t_infomask &= ~HEAP_HASNULL;
	memset(header->t_bits, 0, ZDM_PLAIN_HOFF - SizeofHeapTupleHeader);
	if (gap == 0)
		return;
	memmove((char *) header + ZDM_PLAIN_HOFF, (char *) header + header->t_hoff,
			tuple->t_len - header->t_hoff);
	header->t_hoff = ZDM_PLAIN_HOFF;
	tuple->t_len -= gap;
}

/*
 * Appends the last column to a tuple that ends before it and has room for `value_len`
 * bytes, and for one word of padding.  heaptuple.c (heap_form_tuple, heap_fill_tuple)
 * has the rules that the result follows.
 */
static void
append_last(const ZdmLastColumn *last, HeapTuple tuple, Datum value, Size value_len)
{
	HeapTupleHeader header = tuple->t_data;
	Size start;

	if (zdm_only_last_is_null(last, tuple))
		drop_bitmap(tuple);
	else if (HeapTupleHasNulls(tuple))
		header->t_bits[last->full_bytes] |= last->bit;
	if (last->byval)
	{
		zdm_put_at_end(last, tuple, value);
		return;
	}
	start = TYPEALIGN(last->align, tuple->t_len);
	memset((char *) header + tuple->t_len, 0, ZDM_PADDING);
	memcpy((char *) header + start, DatumGetPointer(value), value_len);
	tuple->t_len = start + value_len;
}

/* zdm_set_last() where there is more to do than to put the value behind the others. */
void
zdm_append_last(const ZdmLastColumn *last, HeapTuple tuple, Datum value)
{
	append_last(last, tuple, value, last->len);
}

#ifdef USE_ASSERT_CHECKING
/* Tells whether two tuples have the same columns in the same bytes. */
bool
zdm_is_same_tuple(HeapTuple a, HeapTuple b)
{
	const uint16 described = HEAP_HASNULL | HEAP_HASVARWIDTH | HEAP_HASEXTERNAL;
	Size bits = offsetof(HeapTupleHeaderData, t_bits);

	return a->t_len == b->t_len && a->t_data->t_hoff == b->t_data->t_hoff &&
		   HeapTupleHeaderGetNatts(a->t_data) == HeapTupleHeaderGetNatts(b->t_data) &&
		   (a->t_data->t_infomask & described) == (b->t_data->t_infomask & described) &&
		   memcmp((char *) a->t_data + bits, (char *) b->t_data + bits, a->t_len - bits) == 0;
}

/*
 * Returns what the server makes of the slot's row with a value in its last column; NULL where
 * the row itself is not as the server would make it now (the column's storage was changed).
 */
HeapTuple
zdm_form_by_server(TupleTableSlot *slot, HeapTuple tuple, Datum value)
{
	TupleDesc desc = slot->tts_tupleDescriptor;
	Datum *values = palloc(sizeof(Datum) * desc->natts);
	bool *isnull = palloc(sizeof(bool) * desc->natts);

	heap_deform_tuple(tuple, desc, values, isnull);
	if (!zdm_is_same_tuple(tuple, heap_form_tuple(desc, values, isnull)))
		return NULL;
	values[desc->natts - 1] = value;
	isnull[desc->natts - 1] = false;
	return heap_form_tuple(desc, values, isnull);
}
#endif

/* Returns the length that a value takes in a tuple; 0 if it would have to be packed first. */
static Size
value_length(const ZdmLastColumn *last, Datum value)
{
	if (last->len > 0)
		return last->len;
	if (last->len == -1 && !VARATT_IS_EXTERNAL(DatumGetPointer(value)) &&
		VARATT_IS_SHORT(DatumGetPointer(value))) /* a toast pointer counts as short, too */
		return VARSIZE_SHORT(DatumGetPointer(value));
	return 0;
}

/* Returns a copy of a tuple in the current memory context, with room for `length` bytes. */
static HeapTuple
copy_tuple(HeapTuple tuple, Size length)
{
	HeapTuple copy = palloc(HEAPTUPLESIZE + length);

	*copy = *tuple;
	copy->t_data = (HeapTupleHeader) ((char *) copy + HEAPTUPLESIZE);
	memcpy(copy->t_data, tuple->t_data, tuple->t_len);
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
	bool was_null = zdm_last_is_null(last, tuple);
	Size value_len = value_length(last, value);
	bool moves;
	Size end;
	Size space;
#ifdef USE_ASSERT_CHECKING
	HeapTuple expected = zdm_form_by_server(slot, tuple, value);
#endif

	if (HeapTupleHeaderGetNatts(tuple->t_data) != last->attnum || value_len == 0 ||
		(!was_null && last->len < 0))
		return NULL;
	moves = zdm_only_last_is_null(last, tuple) && tuple->t_data->t_hoff != ZDM_PLAIN_HOFF;
	end = was_null ? tuple->t_len : tuple->t_len - value_len;
	space = TYPEALIGN(last->align, end) + Max(value_len, ZDM_PADDING);
	if ((moves && !last->byval) || /* the value may stand in what would have to move */
		!zdm_owns_tuple(slot, tuple) || !zdm_make_room(tuple, space))
		tuple = copy_tuple(tuple, space);
	else if (moves || slot->tts_nvalid >= last->attnum)
		slot->tts_nvalid = 0; /* what it knows of the tuple is not true any more */
	tuple->t_len = end;
	append_last(last, tuple, value, value_len);
	if (last->len == -1)
		tuple->t_data->t_infomask |= HEAP_HASVARWIDTH;
	Assert(expected == NULL || zdm_is_same_tuple(tuple, expected));
	return tuple;
}
