/*
 * compare_tables.h
 *		Compares a table with the one that follows it, row by row.
 */
#ifndef ZDM_COMPARE_TABLES_H
#define ZDM_COMPARE_TABLES_H

#include "postgres.h"

#include "fill/compare.h"

extern void zdm_compare_tables(const ZdmMigration *m, double percent, ZdmComparison *found);

#endif /* ZDM_COMPARE_TABLES_H */
