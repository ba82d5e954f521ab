/*
 * lock_set.h
 *		Sets of table locks, as lists: what a call is going to lock, and how.
 */
#ifndef ZDM_LOCK_SET_H
#define ZDM_LOCK_SET_H

#include "postgres.h"

#include "nodes/pg_list.h"
#include "storage/lock.h"

/* A lock that is wanted on a table, or on a table and all that inherit from it. */
typedef struct ZdmTableLock
{
	Oid relation;
	LOCKMODE mode;
} ZdmTableLock;

extern LOCKMODE zdm_lock_mode_from_name(const char *name);
extern const char *zdm_lock_mode_name(LOCKMODE mode);

extern List *zdm_add_lock(List *locks, Oid relation, LOCKMODE mode);
extern List *zdm_add_locks(List *locks, List *others);
extern List *zdm_locks_on_trees(List *roots);
extern List *zdm_locks_missing(List *locks, List *others);
extern bool zdm_locks_cover(List *locks, List *others);
extern LOCKMODE zdm_lock_of(List *locks, Oid relation);

#endif /* ZDM_LOCK_SET_H */
