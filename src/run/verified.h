/*
 * verified.h
 *		Both sides are compared before contract.
 */
#ifndef ZDM_VERIFIED_H
#define ZDM_VERIFIED_H

#include "postgres.h"

#include "base/settings.h"
#include "record/migration.h"

extern void zdm_verify_as_set(ZdmMigration *m);
extern void zdm_verify_before_contract(const char *name, ZdmVerifyMode mode);

#endif /* ZDM_VERIFIED_H */
