/*
 * patch.h
 *		The last column of a tuple: reading it without the others, and setting it.
 */
#ifndef ZDM_PATCH_H
#define ZDM_PATCH_H

#include "postgres.h"

#include "access/htup_details.h"
#include "access/tupmacs.h"
#include "access/tupdesc.h"
#include "executor/tuptable.h"

/* Where the data of a row without NULLs begins. */
#define ZDM_PLAIN_HOFF MAXALIGN(SizeofHeapTupleHeader)

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
extern bool zdm_set_last(const ZdmLastColumn *last, TupleTableSlot *slot, HeapTuple tuple,
						 Datum value, bool was_null);

/* Tells whether the tuple says itself that its last column is NULL. */
static inline bool
zdm_last_is_null(const ZdmLastColumn *last, HeapTuple tuple)
{
	return HeapTupleHasNulls(tuple) && HeapTupleHeaderGetNatts(tuple->t_data) == last->attnum &&
		   (tuple->t_data->t_bits[last->full_bytes] & last->bit) == 0;
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
