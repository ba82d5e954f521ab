/*
 * patch.c
 *		Tuples that differ from another one in their last column.
 *
 * A new column stands last in its table, so most of what the sync trigger does is to
 * set the last column of a row.  heap_modify_tuple() takes the row to pieces and
 * builds it anew; here the pieces stay together.  heaptuple.c (heap_form_tuple,
 * heap_fill_tuple) has the rules that the result follows.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/tupmacs.h"

#include "patch.h"

/* Tells whether another column than `attnum` is NULL. */
static bool
has_other_null(HeapTupleHeader header, AttrNumber attnum)
{
	for (int i = 0; i < attnum - 1; i++)
		if (att_isnull(i, header->t_bits))
			return true;
	return false;
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
	if (att->attlen > 0)
		value_len = att->attlen;
	else if (att->attlen == -1 && !VARATT_IS_EXTERNAL(DatumGetPointer(value)) &&
			 VARATT_IS_SHORT(DatumGetPointer(value))) /* a toast pointer counts as short, too */
		value_len = VARSIZE_SHORT(DatumGetPointer(value));
	else
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
	if (att->attbyval)
		store_att_byval(data + start, value, att->attlen);
	else
		memcpy(data + start, DatumGetPointer(value), value_len);

	if (keep_bitmap)
		result->t_data->t_bits[(attnum - 1) >> 3] |= 1 << ((attnum - 1) & 7);
	else
		result->t_data->t_infomask &= ~HEAP_HASNULL;
	if (att->attlen == -1)
		result->t_data->t_infomask |= HEAP_HASVARWIDTH;
	return result;
}
