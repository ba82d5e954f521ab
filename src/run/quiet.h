/*
 * quiet.h
 *		No contract while the old form is in use.
 */
#ifndef ZDM_QUIET_H
#define ZDM_QUIET_H

#include "postgres.h"

#include "record/migration.h"
#include "sync/usage.h"

extern const char *zdm_usage_unknown_detail(void);
extern const char *zdm_usage_unknown_hint(void);
extern bool zdm_usage_is_shown(const ZdmUsage *usage);
extern void zdm_require_quiet(const ZdmMigration *m, int64 usec);
extern void zdm_require_quiet_as_set(ZdmMigration *m);

#endif /* ZDM_QUIET_H */
