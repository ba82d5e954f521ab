/*
 * patch.h
 *		Tuples that differ from another one in their last column.
 */
#ifndef ZDM_PATCH_H
#define ZDM_PATCH_H

#include "postgres.h"

#include "access/htup.h"
#include "access/tupdesc.h"
#include "executor/tuptable.h"

extern bool zdm_patch_in_place(TupleTableSlot *slot, HeapTuple tuple, AttrNumber attnum,
							   Datum value);
extern HeapTuple zdm_patch_last(HeapTuple tuple, TupleDesc desc, AttrNumber attnum, Datum value);

#endif /* ZDM_PATCH_H */
