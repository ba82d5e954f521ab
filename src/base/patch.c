/*
 * patch.c
 *		Setting the last column of a tuple.
 *
 * A new column stands last in its table, so most of what the sync trigger does is to
 * set the last column of a row.  heap_modify_tuple() takes the row to pieces and
 * builds it anew; here the pieces stay together.
 */
#include "postgres.h"

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
	zdm_append_last(last, tuple, value, value_len);
	if (last->len == -1)
		tuple->t_data->t_infomask |= HEAP_HASVARWIDTH;
	return tuple;
}
