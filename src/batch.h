/*
 * batch.h
 *		One batch of the backfill: the rows of a block range.
 */
#ifndef ZDM_BATCH_H
#define ZDM_BATCH_H

#include "postgres.h"

#include "storage/block.h"
#include "storage/itemptr.h"
#include "utils/rel.h"

#include "sync_program.h"

/* Which rows: blocks first .. end - 1; of them, in waves, those of one wave. */
typedef struct ZdmBatchRange
{
	BlockNumber first;
	BlockNumber end;
	int wave;
	int waves;
} ZdmBatchRange;

typedef struct ZdmBatchResult
{
	int64 seen;             /* rows that were looked at */
	int64 written;          /* rows that were filled */
	int64 hot;              /* of these, without new index entries */
	int64 busy;             /* rows that another transaction has locked or changed */
	BlockNumber busy_first; /* the blocks that hold them; valid if busy > 0 */
	BlockNumber busy_end;
	ItemPointerData current; /* the row at work: the culprit after an error */
} ZdmBatchResult;

extern void zdm_batch_run(Relation rel, const char *trigger, const ZdmBatchRange *range,
						  ZdmBatchResult *result);
extern char *zdm_batch_describe_row(Relation rel, ItemPointer tid);

#endif /* ZDM_BATCH_H */
