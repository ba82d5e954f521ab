/*
 * verification.h
 *		The record: zdm.verification, what comparisons of both sides have found.
 */
#ifndef ZDM_VERIFICATION_H
#define ZDM_VERIFICATION_H

#include "postgres.h"

#include "record/migration.h"

/* A row of zdm.verification; migration, time and actor are added. */
typedef struct ZdmVerification
{
	const char *mode; /* full, sample, none */
	bool before_contract;
	double percent; /* of the blocks */
	int64 rows;
	int64 mismatches;
	int64 lossy;
	int64 repaired;
} ZdmVerification;

extern void zdm_verification_add(const ZdmMigration *m, const ZdmVerification *found);

#endif /* ZDM_VERIFICATION_H */
