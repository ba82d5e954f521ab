/*
 * target.h
 *		The record: zdm.target, the relations that a migration is about, and that its steps name.
 */
#ifndef ZDM_TARGET_H
#define ZDM_TARGET_H

#include "postgres.h"

#include "nodes/pg_list.h"

typedef enum ZdmTargetRole
{
	ZDM_TARGET_TABLE,  /* the migration's own table */
	ZDM_TARGET_LOCKED, /* some steps lock it, too: the other end of a foreign key, a view */
	ZDM_TARGET_NAMED,  /* a partition, a child or a sequence that steps name */
	ZDM_TARGET_SHADOW, /* a hidden table that follows the migration's own, or is followed by it */
	ZDM_TARGET_LOG,    /* of writes to a table that is merged into the migration's own */
} ZdmTargetRole;

/* One row of zdm.target. */
typedef struct ZdmTarget
{
	Oid relation;
	ZdmTargetRole role;
	char *schema; /* as the steps' text has them: what they were at expand */
	char *name;
	List *columns; /* only for insert; of char *: that the migration creates, writes or renames */
	List *reads_columns; /* only for insert; of char *: that it needs as they are */
	char *trigger_name;  /* its sync trigger; NULL: it needs none */
} ZdmTarget;

extern ZdmTarget *zdm_target_make(Oid relation, ZdmTargetRole role);
extern List *zdm_add_target(List *targets, Oid relation, ZdmTargetRole role);
extern int zdm_target_number(List *targets, Oid relation);
extern List *zdm_targets(int64 migration);
extern void zdm_target_add_locked(int64 migration, Oid relation);
extern void zdm_targets_insert(int64 migration, List *targets);
extern void zdm_target_insert(int64 migration, Oid relation, ZdmTargetRole role,
							  char *trigger_name);
extern void zdm_targets_delete(int64 migration, ZdmTargetRole role);

#endif /* ZDM_TARGET_H */
