/*
 * expand.h
 *		How one migration begins, and what it would be.
 */
#ifndef ZDM_EXPAND_H
#define ZDM_EXPAND_H

#include "postgres.h"

#include "record/migration.h"
#include "run/lifecycle.h"

extern bool zdm_is_begun(const ZdmCall *call);
extern void zdm_lock_names(List *calls);
extern List *zdm_plan_one(const ZdmCall *call, ZdmMigration *m, bool try_rows);
extern bool zdm_expand_one(const ZdmCall *call, ZdmMigration *m);

#endif /* ZDM_EXPAND_H */
