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

/* A table's last column, and what of it can be known before a row is seen. */
typedef struct ZdmLastColumn
{
	AttrNumber attnum;
	int16 len;
	bool byval;
	uint8 align;    /* in bytes; 1 for a value of any length, which is only set if it is short */
	uint8 rest;     /* in the null bitmap: the columns before it in its byte ... */
	int full_bytes; /* ... and the bytes before that */
} ZdmLastColumn;

extern void zdm_last_column(TupleDesc desc, ZdmLastColumn *last);
extern HeapTuple zdm_patch_last(const ZdmLastColumn *last, TupleTableSlot *slot, HeapTuple tuple,
								Datum value);

/* Tells whether the tuple says itself that its column `attnum`, the last one, is NULL. */
static inline bool
zdm_last_is_null(HeapTuple tuple, AttrNumber attnum)
{
	return HeapTupleHasNulls(tuple) && HeapTupleHeaderGetNatts(tuple->t_data) == attnum &&
		   att_isnull(attnum - 1, tuple->t_data->t_bits);
}

/*
 * slot_getattr(), but that the last column of a table, where a new one stands, is read
 * without going through all that come before it.
 */
static inline Datum
zdm_getattr(TupleTableSlot *slot, AttrNumber attnum, bool *isnull)
{
	TupleDesc desc = slot->tts_tupleDescriptor;
	HeapTuple tuple;
	Form_pg_attribute att;

	if (slot->tts_nvalid >= attnum || attnum != desc->natts ||
		!(TTS_IS_BUFFERTUPLE(slot) || TTS_IS_HEAPTUPLE(slot)))
		return slot_getattr(slot, attnum, isnull);
	tuple = ((HeapTupleTableSlot *) slot)->tuple;
	if (tuple == NULL || HeapTupleHeaderGetNatts(tuple->t_data) != attnum)
		return slot_getattr(slot, attnum, isnull);
	*isnull = HeapTupleHasNulls(tuple) && att_isnull(attnum - 1, tuple->t_data->t_bits);
	if (*isnull)
		return (Datum) 0;
	att = TupleDescAttr(desc, attnum - 1);
	if (att->attlen <= 0)
		return slot_getattr(slot, attnum, isnull);
	return fetchatt(att, (char *) tuple->t_data + tuple->t_len - att->attlen);
}

#endif /* ZDM_PATCH_H */
