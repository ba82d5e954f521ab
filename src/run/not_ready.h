/*
 * not_ready.h
 *		What to do about a migration that is not ready.
 */
#ifndef ZDM_NOT_READY_H
#define ZDM_NOT_READY_H

#include "postgres.h"

#include "record/migration.h"

extern const char *zdm_hint_not_ready(const ZdmMigration *m);
extern void zdm_refuse_own_expand(const ZdmMigration *m, const char *what);

#endif /* ZDM_NOT_READY_H */
