/*
 * lost_copy.h
 *		A copy that a crash has emptied, or left with rows that the emptied table had.
 */
#ifndef ZDM_LOST_COPY_H
#define ZDM_LOST_COPY_H

#include "postgres.h"

#include "record/migration.h"

extern bool zdm_copy_is_lost(const ZdmMigration *m);
extern void zdm_repeat_backfill(ZdmMigration *m, const char *why);
extern bool zdm_repeat_lost_copy(int64 migration);
extern void zdm_repeat_lost_copies(void);
extern bool zdm_begin_lost_copy(ZdmMigration *m);

#endif /* ZDM_LOST_COPY_H */
