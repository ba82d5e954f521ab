/*
 * shadow.h
 *		The record: the hidden table that a migration builds beside its own.
 */
#ifndef ZDM_SHADOW_H
#define ZDM_SHADOW_H

#include "postgres.h"

#include "nodes/pg_list.h"

#include "record/migration.h"

extern Oid zdm_shadow_follower(const ZdmMigration *m);
extern Oid zdm_shadow_of_trigger(Oid relation, const char *trigger, const char *argument);
extern List *zdm_shadow_extracted(Oid table);
extern Oid zdm_shadow_condition(Oid table);
extern bool zdm_shadow_is_merged(Oid table);
extern void zdm_shadow_turn(const ZdmMigration *m, Oid truth);
extern char *zdm_shadow_row_trigger(const char *trigger);
extern char *zdm_shadow_truncate_trigger(const char *trigger);
extern char *zdm_shadow_required_trigger(const char *trigger);

#endif /* ZDM_SHADOW_H */
