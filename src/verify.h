/*
 * verify.h
 *		Comparing the old with the new columns, row by row.
 */
#ifndef ZDM_VERIFY_H
#define ZDM_VERIFY_H

#include "postgres.h"

#include "migration.h"

extern int64 zdm_verify_rows(ZdmMigration *m, char **examples);

#endif /* ZDM_VERIFY_H */
