/*
 * merge.h
 *		A table that is merged into another one of the same key.
 */
#ifndef ZDM_CHANGE_MERGE_H
#define ZDM_CHANGE_MERGE_H

#include "postgres.h"

#include "access/attnum.h"
#include "nodes/pg_list.h"
#include "utils/acl.h"
#include "utils/rel.h"

#include "change/change.h"
#include "change/deed.h"
#include "record/migration.h"

#define ZDM_ACTION_MAKE_MERGE "make_merge"
#define ZDM_ACTION_DROP_MERGE "drop_merge"
#define ZDM_ACTION_TURN_MERGE "turn_merge"
#define ZDM_ACTION_TURN_MERGE_BACK "turn_merge_back"
#define ZDM_ACTION_HIDE_PART "hide_part"
#define ZDM_ACTION_SHOW_PART "show_part"
#define ZDM_ACTION_FINISH_MERGE "finish_merge"

/* An argument of a member: the part. */
#define ZDM_MERGE_PART "part"

/* Entries of the log that the turn takes under its lock; more, and the worker goes on before. */
#define ZDM_MERGE_LAST_ENTRIES 1000

/* Says so to the worker, and to nobody else. */
#define ZDM_ERRCODE_MUCH_LOGGED MAKE_SQLSTATE('Z', 'D', '0', '0', '1')

/* What is merged into what. */
typedef struct ZdmMerging
{
	Relation whole;
	Relation part;
	char *whole_table; /* their names in full */
	char *part_table;
	int nkeys;
	AttrNumber whole_keys[INDEX_MAX_KEYS];
	AttrNumber part_keys[INDEX_MAX_KEYS]; /* each for the one of the same place */
	List *columns;                        /* of char *: the part's, but for the key */
	List *hidden;                         /* what each is called in the whole until the turn */
	bool required;                        /* one of them is NOT NULL: each row has some value */
	Oid key;                              /* the foreign key of the part to the whole */
	char *blank_check; /* of the part, from expand to the turn: see zdm_merge_blank_sql() */
} ZdmMerging;

/* A constraint that the whole gets, or the part gets back. */
typedef struct ZdmMergeConstraint
{
	char *name;
	char *of;  /* what it is called in the part; NULL: that has it not */
	char *sql; /* ALTER TABLE ... ADD CONSTRAINT ... NOT VALID, with the names of expand */
} ZdmMergeConstraint;

/* merge_checks.c */
extern void zdm_merge_refuse(const ZdmMerging *merging);
extern void zdm_merge_refuse_hanging(const ZdmMerging *merging);
extern void zdm_merge_refuse_part(const ZdmMerging *merging, const char *what, const char *hint);

/* merge_grants.c */
extern void zdm_merge_refuse_grants(const ZdmMerging *merging);
extern void zdm_merge_copy_marks(const ZdmMerging *merging, bool with_grants);
extern char *zdm_merge_who_gains(const ZdmMerging *merging, AclMode mode);
extern char *zdm_merge_who_updates(const ZdmMerging *merging);

/* merge_shape.c */
extern List *zdm_merge_names(const ZdmMerging *merging, bool hidden);
extern List *zdm_merge_required_columns(const ZdmMerging *merging);
extern List *zdm_merge_columns_sql(const ZdmMerging *merging);
extern char *zdm_merge_log_sql(const ZdmMerging *merging, const char *name);
extern List *zdm_merge_constraints(const ZdmMerging *merging, const char *group_check);
extern List *zdm_merge_part_keys_sql(const ZdmMerging *merging);
extern List *zdm_merge_other_tables(const ZdmMerging *merging);
extern char *zdm_merge_blank_sql(const ZdmMerging *merging, const char *constraint);
extern char *zdm_merge_name(const ZdmMerging *merging, const char *name);

/* merge_plan_turn.c */
extern void zdm_merge_plan_turn(ZdmPlan *plan, const ZdmMerging *merging, const char *group_check,
								const char *check);

/* merge_known.c */
extern List *zdm_merge_known_constraints(const ZdmMerging *merging);
extern List *zdm_merge_known_indexes(const ZdmMerging *merging);

/* merge_comments.c */
extern List *zdm_merge_key_comments(const ZdmMerging *merging, List *keys);
extern void zdm_merge_copy_comments(const ZdmMigration *m, const ZdmDeed *deed, Oid part);
extern void zdm_merge_copy_back(const ZdmMigration *m, const ZdmDeed *deed, Oid part);
extern void zdm_merge_restore_comments(const ZdmDeed *deed, Oid part);
extern const char *zdm_merge_unknown(const ZdmMerging *merging, const ZdmDeed *deed);
extern void zdm_merge_note_kept(const ZdmMigration *m, List *constraints, List *unique);
extern void zdm_merge_require_kept(const ZdmMigration *m, List *constraints, List *unique);

/* merge.c */
extern void zdm_run_make_merge(const ZdmMigration *m, const ZdmDeed *deed);
extern void zdm_run_drop_merge(const ZdmMigration *m, const ZdmDeed *deed);
extern void zdm_merging_of(const ZdmMigration *m, Relation whole, Relation part,
						   ZdmMerging *merging);
extern char *zdm_merge_relax_sql(const ZdmMigration *m, List *steps);
extern bool zdm_merge_whole_is_logged(const ZdmMigration *m);
extern void zdm_merge_rolled_back(const ZdmMigration *m);
extern void zdm_merge_drop_constraint(Oid table, const char *name);
extern void zdm_merge_drop_log(const ZdmMigration *m, Oid part);

/* merge_turn.c */
extern void zdm_run_turn_merge(const ZdmMigration *m, const ZdmDeed *deed);
extern void zdm_run_turn_merge_back(const ZdmMigration *m, const ZdmDeed *deed);
extern void zdm_run_hide_part(const ZdmMigration *m, const ZdmDeed *deed);
extern void zdm_run_show_part(const ZdmMigration *m, const ZdmDeed *deed);
extern void zdm_run_finish_merge(const ZdmMigration *m, const ZdmDeed *deed);

#endif /* ZDM_CHANGE_MERGE_H */
