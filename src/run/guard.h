/*
 * guard.h
 *		Guards: what is measured while a migration is under way, and what is done about it.
 */
#ifndef ZDM_RUN_GUARD_H
#define ZDM_RUN_GUARD_H

#include "postgres.h"

#include "record/guard.h"

extern int zdm_guard_set(const char *name, ZdmGuard *guard);
extern int zdm_guard_drop(const char *name, int64 guard);
extern void zdm_guards_visit(void);
extern void zdm_guards_keep(void);

#endif /* ZDM_RUN_GUARD_H */
