/*
 * carry_not_null.h
 *		What NOT NULL is called from 18 on.
 */
#ifndef ZDM_CARRY_NOT_NULL_H
#define ZDM_CARRY_NOT_NULL_H

#include "postgres.h"

#include "utils/rel.h"

#include "record/migration.h"

extern void zdm_share_not_null_names(Relation from, Relation to);
extern void zdm_rename_not_nulls(Oid table, const char *former);
extern void zdm_settle_not_null_names(const ZdmMigration *m);

#endif /* ZDM_CARRY_NOT_NULL_H */
