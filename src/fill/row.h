/*
 * row.h
 *		One version of a row: what messages and examples have of it, and whether it is the present
 *one.
 */
#ifndef ZDM_ROW_H
#define ZDM_ROW_H

#include "postgres.h"

#include "executor/tuptable.h"
#include "lib/stringinfo.h"
#include "storage/itemptr.h"
#include "utils/relcache.h"

#include "sync/sync_program.h"

extern char *zdm_describe_row(Relation rel, ItemPointer tid);
extern bool zdm_row_was_changed(Relation rel, ItemPointer tid);
extern void zdm_add_side(StringInfo buf, const char *key, const ZdmSyncColumn *columns, int n,
						 TupleTableSlot *slot);

#endif /* ZDM_ROW_H */
