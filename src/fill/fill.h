/*
 * fill.h
 *		Filling one row: what it will be, and writing it.
 */
#ifndef ZDM_FILL_H
#define ZDM_FILL_H

#include "postgres.h"

#include "access/tableam.h"
#include "executor/tuptable.h"
#include "utils/rel.h"
#include "utils/snapshot.h"

#include "sync/sync_gap.h"
#include "sync/sync_program.h"

typedef struct ZdmFill ZdmFill;

extern ZdmFill *zdm_fill_open(Relation rel, const char *trigger, ZdmSyncGap gap);
extern ZdmFill *zdm_fill_open_given(Relation rel, const AttrNumber *columns, int n);
extern Datum *zdm_fill_given(ZdmFill *fill, bool **isnull);
extern void zdm_fill_renew(ZdmFill *fill, Snapshot snapshot);
extern void zdm_fill_finish(ZdmFill *fill);
extern void zdm_fill_close(ZdmFill *fill);
extern TupleTableSlot *zdm_fill_slot(ZdmFill *fill);
extern int zdm_fill_indexes(ZdmFill *fill);
extern bool zdm_fill_may_be_slow(ZdmFill *fill);
extern bool zdm_fill_wants(ZdmFill *fill, HeapTuple tuple);
extern bool zdm_fill_compute(ZdmFill *fill);
extern TupleTableSlot *zdm_fill_computed(ZdmFill *fill, const ZdmSyncColumn **columns, int *n);
extern Size zdm_fill_size(ZdmFill *fill);
extern TM_Result zdm_fill_write(ZdmFill *fill, bool *hot, bool *collided);
extern bool zdm_fill_is_complete(Relation rel, const char *trigger, ZdmSyncGap gap);
extern void zdm_fill_reset(ZdmFill *fill);

#endif /* ZDM_FILL_H */
