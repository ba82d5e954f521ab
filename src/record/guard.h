/*
 * guard.h
 *		The record: zdm.guard, what is watched while a migration is under way.
 */
#ifndef ZDM_GUARD_H
#define ZDM_GUARD_H

#include "postgres.h"

#include "nodes/pg_list.h"

#include "record/migration.h"

typedef enum ZdmGuardAction
{
	ZDM_GUARD_WARN,
	ZDM_GUARD_PAUSE,
	ZDM_GUARD_REOPEN,
	ZDM_GUARD_ROLLBACK,
} ZdmGuardAction;

/* A row of zdm.guard. */
typedef struct ZdmGuard
{
	int64 id;
	int64 migration;
	char *metric; /* a word of run/metric.c, or a query of the owner */
	double threshold;
	ZdmGuardAction action;
	int64 every_usec;
	int samples; /* so many measurements in a row must be above the threshold */
	int over;    /* so many are */
} ZdmGuard;

extern const char *const zdm_guard_action_names[];

extern bool zdm_guard_find_action(const char *name, ZdmGuardAction *action);
extern void zdm_guard_add(const ZdmGuard *guard, int most);
extern int64 zdm_guard_remove(int64 migration, int64 guard);
extern bool zdm_guards_are_there(void);
extern bool zdm_guard_is_on(int64 migration);
extern List *zdm_guards_due(void);
extern bool zdm_guard_claim(const ZdmGuard *guard);
extern void zdm_guard_measured(const ZdmGuard *guard, const double *value, int over,
							   const char *error);
extern void zdm_guard_put_off(const ZdmGuard *guard, const char *error, int seconds);
extern void zdm_guard_acted(const ZdmGuard *guard, double value);

#endif /* ZDM_GUARD_H */
