/*
 * fill_check.h
 *		The constraints that a row keeps which the backfill fills.
 */
#ifndef ZDM_FILL_CHECK_H
#define ZDM_FILL_CHECK_H

#include "postgres.h"

#include "nodes/bitmapset.h"
#include "nodes/execnodes.h"

typedef struct ZdmFillCheck ZdmFillCheck;

extern ZdmFillCheck *zdm_fill_check_open(ResultRelInfo *rri, EState *estate, Bitmapset *columns);
extern bool zdm_fill_changes_key(const ZdmFillCheck *check);
extern void zdm_fill_check_row(ZdmFillCheck *check, TupleTableSlot *filled);
extern void zdm_fill_check_written(ZdmFillCheck *check, ItemPointer old, TupleTableSlot *filled,
								   List *recheck);
extern void zdm_fill_check_finish(ZdmFillCheck *check);

#endif /* ZDM_FILL_CHECK_H */
