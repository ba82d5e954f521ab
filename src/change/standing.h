/*
 * standing.h
 *		Whether what a migration has made is still there.
 */
#ifndef ZDM_STANDING_H
#define ZDM_STANDING_H

#include "postgres.h"

#include "record/migration.h"

extern bool zdm_result_stands(ZdmMigration *m);
extern char *zdm_hidden_index_shown(const ZdmMigration *m);

#endif /* ZDM_STANDING_H */
