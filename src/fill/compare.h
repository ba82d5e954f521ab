/*
 * compare.h
 *		Compares the old with the new columns, row by row.
 */
#ifndef ZDM_COMPARE_H
#define ZDM_COMPARE_H

#include "postgres.h"

#include "lib/stringinfo.h"

#include "record/migration.h"
#include "sync/sync_program.h"

/* What a comparison has found so far. */
typedef struct ZdmComparison
{
	int64 rows;
	int64 mismatches;
	int64 alone;  /* of the mismatches: rows that only the table has that follows */
	int64 lossy;  /* rows that agree, but one side does not give the other back */
	bool repairs; /* rows in which the sides disagree are repaired, and listed */
	bool two_way; /* only where both sides must agree: one of them does not change freely */
	int64 repaired;
	int examples;
	StringInfoData json; /* array of examples, without its brackets */
} ZdmComparison;

extern double zdm_tree_size(Oid relid);
extern void zdm_compare_begin(ZdmComparison *found);
extern void zdm_compare_migration(ZdmMigration *m, double percent, ZdmComparison *found);
extern void zdm_compare_end(ZdmComparison *found);
extern int64 zdm_compare_rows(ZdmMigration *m, char **examples);

#endif /* ZDM_COMPARE_H */
