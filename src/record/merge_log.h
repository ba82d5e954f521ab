/*
 * merge_log.h
 *		The record: the log of a table that is being merged into another one.
 */
#ifndef ZDM_RECORD_MERGE_LOG_H
#define ZDM_RECORD_MERGE_LOG_H

#include "postgres.h"

#include "nodes/pg_list.h"

#include "record/migration.h"

/* What a trigger that logs is to do. */
typedef struct ZdmMergeTrigger
{
	Oid log;      /* InvalidOid: nothing */
	Oid whole;    /* the table that the other one is merged into */
	List *hidden; /* of char *: what the columns are called there until the turn */
} ZdmMergeTrigger;

extern bool zdm_merges(const ZdmMigration *m);
extern Oid zdm_merge_log(const ZdmMigration *m);
extern bool zdm_merge_is_log(int64 migration, Oid relation);
extern void zdm_merge_note_view(const ZdmMigration *m, Oid view);
extern char *zdm_merge_view_name(const ZdmMigration *m, Oid view);
extern Oid zdm_merge_source(const ZdmMigration *m);
extern void zdm_merge_look_up_trigger(Oid relation, const char *trigger, const char *argument,
									  ZdmMergeTrigger *found);

#endif /* ZDM_RECORD_MERGE_LOG_H */
