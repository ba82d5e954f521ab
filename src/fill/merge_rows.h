/*
 * merge_rows.h
 *		Giving rows of a table the values that those of another one have which is merged.
 */
#ifndef ZDM_MERGE_ROWS_H
#define ZDM_MERGE_ROWS_H

#include "postgres.h"

#include "storage/buf.h"
#include "storage/itemptr.h"
#include "utils/rel.h"
#include "utils/snapshot.h"

#include "fill/batch.h"
#include "record/migration.h"

typedef struct ZdmMerge ZdmMerge;

/* Where a worker is in the log, and what it has found there. */
typedef struct ZdmDrain
{
	ItemPointerData from; /* where the next look begins; invalid: at the log's first entry */
	int64 taken;          /* entries that the last look has found */
	bool locked;          /* nobody can use the tables meanwhile: no entry may take long */
	bool too_much;        /* ... which one would have */
	bool caught_up;       /* it has seen all there were, and none was left that it could do */
} ZdmDrain;

extern ZdmMerge *zdm_merge_open(Relation part, Oid whole);
extern ZdmPageState zdm_merge_page(ZdmMerge *merge, Buffer buffer, Snapshot snapshot,
								   ZdmBatchResult *result);
extern void zdm_merge_close(ZdmMerge *merge);
extern void zdm_merge_drain(const ZdmMigration *m, Oid part, Oid log, int limit, ZdmDrain *drain);

#endif /* ZDM_MERGE_ROWS_H */
