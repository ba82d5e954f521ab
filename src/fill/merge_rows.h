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

/*
 * Where a worker is in the log, and what it has found there.  It goes through it in passes, each
 * from the first entry to the last one.
 */
typedef struct ZdmDrain
{
	ItemPointerData from; /* the last entry seen in this pass; invalid: none yet */
	int64 taken;          /* entries that the last look has taken out */
	int64 left;           /* those that this pass has left: somebody has the row */
	bool acted;           /* this pass has taken some out */
	bool locked;          /* nobody can use the tables meanwhile: no entry may take long */
	bool too_much;        /* ... which one would have */
	bool passed;          /* the last look has come to the end */
	bool caught_up;       /* ... and in all of the pass there was none that it could take */
} ZdmDrain;

extern ZdmMerge *zdm_merge_open(Relation part, Oid whole);
extern ZdmPageState zdm_merge_page(ZdmMerge *merge, Buffer buffer, Snapshot snapshot,
								   ZdmBatchResult *result);
extern void zdm_merge_close(ZdmMerge *merge);
extern void zdm_merge_drain(const ZdmMigration *m, Oid part, Oid log, int limit, ZdmDrain *drain);

#endif /* ZDM_MERGE_ROWS_H */
