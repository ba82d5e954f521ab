/*
 * compare.h
 *		Compares the old with the new columns, row by row.
 */
#ifndef ZDM_COMPARE_H
#define ZDM_COMPARE_H

#include "postgres.h"

#include "lib/stringinfo.h"

#include "record/migration.h"

/* What a comparison has found so far. */
typedef struct ZdmComparison
{
	int64 rows;
	int64 mismatches;
	int64 lossy; /* rows that agree, but one side does not give the other back */
	int examples;
	StringInfoData json; /* array of examples, without its brackets */
} ZdmComparison;

extern void zdm_compare(List *migrations, double percent, ZdmComparison *found);
extern int64 zdm_compare_rows(ZdmMigration *m, char **examples);

#endif /* ZDM_COMPARE_H */
