/*
 * busy.h
 *		Whether somebody holds a row, and who.
 */
#ifndef ZDM_BUSY_H
#define ZDM_BUSY_H

#include "postgres.h"

#include "executor/tuptable.h"

extern bool zdm_row_is_busy(TupleTableSlot *row, CommandId command, bool changes_key);
extern TransactionId zdm_row_holder(TupleTableSlot *row);

#endif /* ZDM_BUSY_H */
