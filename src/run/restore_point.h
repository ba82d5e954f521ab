/*
 * restore_point.h
 *		Named restore points before what can't be undone by a call, or only with effort.
 */
#ifndef ZDM_RESTORE_POINT_H
#define ZDM_RESTORE_POINT_H

#include "postgres.h"

#include "record/migration.h"

extern void zdm_restore_point_before(const ZdmMigration *m, ZdmPhase phase);

#endif /* ZDM_RESTORE_POINT_H */
