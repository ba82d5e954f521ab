/*
 * sync_columns.h
 *		What a row needs so that its old and its new columns agree.
 */
#ifndef ZDM_SYNC_COLUMNS_H
#define ZDM_SYNC_COLUMNS_H

#include "postgres.h"

#include "executor/tuptable.h"

#include "sync/sync_gap.h"
#include "sync/sync_program.h"

typedef enum ZdmSyncAction
{
	ZDM_SYNC_KEEP,    /* nothing */
	ZDM_SYNC_FORWARD, /* new := forward(old) */
	ZDM_SYNC_REVERSE, /* old := reverse(new) */
	ZDM_SYNC_DEFAULT, /* what was left to its default := that, and old := reverse(new) */
} ZdmSyncAction;

extern ZdmSyncAction zdm_sync_judge_apart(ZdmSyncProgram *program, TupleTableSlot *row,
										  ZdmSyncGap gap);
extern void zdm_sync_compute(ZdmSyncProgram *program, TupleTableSlot *row, ZdmSyncAction action,
							 Datum *values, bool *isnull);

#endif /* ZDM_SYNC_COLUMNS_H */
