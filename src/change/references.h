/*
 * references.h
 *		The columns that refer to a key.
 */
#ifndef ZDM_REFERENCES_H
#define ZDM_REFERENCES_H

#include "postgres.h"

#include "nodes/pg_list.h"
#include "utils/jsonb.h"
#include "utils/rel.h"

#include "change/change.h"

extern bool zdm_changes_along(const ZdmMigration *m);
extern List *zdm_reference_members(Relation rel, const char *release, Jsonb *arguments);
extern List *zdm_referencing_columns(Relation rel, Jsonb *arguments);
extern void zdm_note_references(ZdmStep *step, Relation rel, AttrNumber attnum, Oid type);

#endif /* ZDM_REFERENCES_H */
