/*
 * name_by_hand.h
 *		Names that a sync trigger lives by, and that nobody else may change.
 */
#ifndef ZDM_NAME_BY_HAND_H
#define ZDM_NAME_BY_HAND_H

#include "postgres.h"

#include "nodes/parsenodes.h"

extern void zdm_refuse_name_by_hand(const RenameStmt *stmt);

#endif /* ZDM_NAME_BY_HAND_H */
