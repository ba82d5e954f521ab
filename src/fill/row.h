/*
 * row.h
 *		One version of a row: what messages call it, and whether it is the present one.
 */
#ifndef ZDM_ROW_H
#define ZDM_ROW_H

#include "postgres.h"

#include "storage/itemptr.h"
#include "utils/relcache.h"

extern char *zdm_describe_row(Relation rel, ItemPointer tid);
extern bool zdm_row_was_changed(Relation rel, ItemPointer tid);

#endif /* ZDM_ROW_H */
