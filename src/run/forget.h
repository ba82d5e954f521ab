/*
 * forget.h
 *		Ending a migration without undoing or finishing it.
 */
#ifndef ZDM_FORGET_H
#define ZDM_FORGET_H

#include "postgres.h"

#include "run/executor.h"

extern void zdm_relax_created(const ZdmMigration *m, List *steps);
extern void zdm_forget(ZdmMigration *m);
extern void zdm_forget_check(ZdmMigration *m);
extern List *zdm_forget_lock(const ZdmMigration *m);
extern void zdm_forget_call(const ZdmMigration *given);

#endif /* ZDM_FORGET_H */
