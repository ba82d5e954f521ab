/*
 * triggers.h
 *		The triggers of a table.
 *
 * They are copies, in the current memory context.  The relation cache frees its own, whoever has
 * the table open and locked, when it takes in that the table's entry has changed (relcache.c,
 * RelationClearRelation), and any look into the catalog may have it do so: VACUUM, ANALYZE and
 * foreign keys of other tables change the entry.
 */
#ifndef ZDM_TRIGGERS_H
#define ZDM_TRIGGERS_H

#include "postgres.h"

#include "access/htup.h"
#include "utils/relcache.h"
#include "utils/reltrigger.h"

extern TriggerDesc *zdm_triggers(Relation rel);
extern Trigger *zdm_find_trigger(Relation rel, const char *name);
extern const char *zdm_trigger_fires(const Trigger *trigger);
extern HeapTuple zdm_trigger_row(Oid trigger);

#endif /* ZDM_TRIGGERS_H */
