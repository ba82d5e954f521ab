/*
 * sync_defaults.h
 *		What DEFAULT means for a new column.
 */
#ifndef ZDM_SYNC_DEFAULTS_H
#define ZDM_SYNC_DEFAULTS_H

#include "postgres.h"

#include "access/htup.h"
#include "commands/trigger.h"

#include "sync/sync_program.h"

extern bool zdm_sync_take_defaults(ZdmSyncProgram *program, TupleTableSlot *row);
extern bool zdm_sync_knows_defaults(const ZdmSyncProgram *program, bool declared);
extern TupleTableSlot *zdm_sync_copy_row(TupleTableSlot *row);
extern HeapTuple zdm_sync_set_defaults(ZdmSyncProgram *program, const TriggerData *data,
									   HeapTuple tuple, TupleTableSlot *row);

#endif /* ZDM_SYNC_DEFAULTS_H */
