/*
 * repair.h
 *		Makes the sides of a row agree again that were written apart.
 */
#ifndef ZDM_REPAIR_H
#define ZDM_REPAIR_H

#include "postgres.h"

#include "lib/stringinfo.h"
#include "storage/itemptr.h"
#include "utils/rel.h"

#include "record/migration.h"

extern bool zdm_repair_row(const ZdmMigration *m, Relation rel, ItemPointer tid, StringInfo json);

#endif /* ZDM_REPAIR_H */
