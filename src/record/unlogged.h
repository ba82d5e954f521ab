/*
 * unlogged.h
 *		The record: whether a crash has emptied one of two tables, which is UNLOGGED.
 */
#ifndef ZDM_RECORD_UNLOGGED_H
#define ZDM_RECORD_UNLOGGED_H

#include "postgres.h"

#include "nodes/pg_list.h"

#include "record/migration.h"

/* Which of the two tables of a migration a crash has emptied, and not the other one. */
typedef enum ZdmLoss
{
	ZDM_LOSS_OF_NONE,
	ZDM_LOSS_OF_FOLLOWER,
	ZDM_LOSS_OF_TRUTH,
} ZdmLoss;

extern void zdm_unlogged_mark(int64 migration);
extern void zdm_unlogged_unmark(int64 migration);
extern ZdmLoss zdm_unlogged_loss(int64 migration);
extern List *zdm_unlogged_lost(void);
extern int64 zdm_unlogged_by_hand(Oid relation, List *above);

#endif /* ZDM_RECORD_UNLOGGED_H */
