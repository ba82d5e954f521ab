/*
 * made_meanwhile.h
 *		What was made on a column that a migration has brought.
 */
#ifndef ZDM_MADE_MEANWHILE_H
#define ZDM_MADE_MEANWHILE_H

#include "postgres.h"

#include "change/change.h"

extern void zdm_require_nothing_left(const ZdmMigration *m);
extern void zdm_note_contracted(const ZdmMigration *m);
extern void zdm_require_nothing_made(const ZdmMigration *m, const char *call);

#endif /* ZDM_MADE_MEANWHILE_H */
