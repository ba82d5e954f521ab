/*
 * deed.h
 *		What a step does and what undoes it, as planners write it.
 */
#ifndef ZDM_DEED_H
#define ZDM_DEED_H

#include "postgres.h"

#include "lib/stringinfo.h"
#include "nodes/pg_list.h"

#include "record/migration.h"

/* Actions that are SQL, but for how it is run. */
#define ZDM_ACTION_ANALYZE "analyze"
#define ZDM_ACTION_CREATE_INDEX "create_index"
#define ZDM_ACTION_IN_PARTITION "in_partition"
#define ZDM_ACTION_REINDEX "reindex"
#define ZDM_ACTION_SYNC_TRIGGER "sync_trigger"

extern ZdmDeed *zdm_deed_of_text(const char *action, char *text);
extern ZdmDeed *zdm_deed_sql(char *text);
extern ZdmDeed *zdm_deed_series(List *deeds);
extern ZdmDeed *zdm_deed_in_partition(const char *table, const ZdmDeed *deed);
extern List *zdm_deed_parts(const ZdmDeed *deed);

extern void zdm_deed_begin(StringInfo arguments);
extern ZdmDeed *zdm_deed_end(const char *action, StringInfo arguments);
extern ZdmDeed *zdm_deed_of_table(const char *action, const char *table);
extern ZdmDeed *zdm_deed_columns(const char *action, const char *table, const char *from,
								 const char *to);

extern char *zdm_deed_string(const ZdmDeed *deed, const char *key);
extern bool zdm_deed_bool(const ZdmDeed *deed, const char *key);
extern bool zdm_deed_flag(const ZdmDeed *deed, const char *key);
extern List *zdm_deed_list(const ZdmDeed *deed, const char *key);
extern Oid zdm_deed_find_relation(const ZdmDeed *deed, const char *key);
extern Oid zdm_deed_relation(const ZdmDeed *deed, const char *key);
extern Oid zdm_deed_partition(const ZdmDeed *deed, Oid root);

#endif /* ZDM_DEED_H */
