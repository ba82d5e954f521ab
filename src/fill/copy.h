/*
 * copy.h
 *		Copying the rows of a page into the table that follows.
 */
#ifndef ZDM_COPY_H
#define ZDM_COPY_H

#include "postgres.h"

#include "storage/buf.h"
#include "utils/rel.h"
#include "utils/snapshot.h"

#include "fill/batch.h"

typedef struct ZdmCopy ZdmCopy;

extern ZdmCopy *zdm_copy_open(Relation source, Oid target);
extern ZdmPageState zdm_copy_page(ZdmCopy *copy, Buffer buffer, Snapshot snapshot,
								  ZdmBatchResult *result);
extern void zdm_copy_close(ZdmCopy *copy);

#endif /* ZDM_COPY_H */
