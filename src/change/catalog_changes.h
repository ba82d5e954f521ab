/*
 * catalog_changes.h
 *		What steps do to the catalog, and what they look at before.
 */
#ifndef ZDM_CATALOG_CHANGES_H
#define ZDM_CATALOG_CHANGES_H

#include "postgres.h"

#include "utils/rel.h"

extern Relation zdm_open_for_change(Oid relid);
extern bool zdm_has_labels(Oid relid, AttrNumber attnum);

#endif /* ZDM_CATALOG_CHANGES_H */
