/*
 * shadow.h
 *		A hidden table beside the named one, in another shape.
 */
#ifndef ZDM_CHANGE_SHADOW_H
#define ZDM_CHANGE_SHADOW_H

#include "postgres.h"

#include "catalog/objectaddress.h"
#include "nodes/pg_list.h"
#include "utils/acl.h"
#include "utils/rel.h"

#include "change/deed.h"
#include "record/migration.h"

#define ZDM_ACTION_CREATE_SHADOW "create_shadow"
#define ZDM_ACTION_DROP_SHADOW "drop_shadow"
#define ZDM_ACTION_TURN_SHADOW "turn_shadow"

/* The shape that a table is to have; what is NULL is as it was. */
typedef struct ZdmShape
{
	List *columns;      /* of char *: all of them, in their order; NIL: as they are */
	char *options;      /* storage parameters, in parentheses */
	char *tablespace;   /* its name */
	List *key;          /* of char *: the columns of its primary key; NIL: as it is */
	char *partition_by; /* what stands behind PARTITION BY; NULL: it is one table */
	List *partitions;   /* of ZdmShapePartition * */
	bool unlogged;      /* what it is to be */
} ZdmShape;

/* A partition that a table is to have. */
typedef struct ZdmShapePartition
{
	char *name;
	char *bound; /* FOR VALUES ..., or DEFAULT */
} ZdmShapePartition;

/* An index of a table, without what belongs to its name. */
typedef struct ZdmShadowIndex
{
	Oid index;
	char *name;
	char *tail;   /* all that stands behind the table's name */
	char contype; /* of its constraint; '\0': none */
	Oid constraint;
	bool primary;
	bool paired;
} ZdmShadowIndex;

/* What is defined upon a table, printed (shadow_users.c). */
typedef struct ZdmShadowUsers
{
	List *others; /* of ZdmCarried *: what belongs to something else */
	List *own;    /* what belongs to the table */
} ZdmShadowUsers;

extern void zdm_plan_note_index(Oid index);
extern ZdmShape *zdm_shape_parse(Relation rel, const char *definition);
extern bool zdm_shape_changes_persistence(Relation rel, const ZdmShape *shape);
extern List *zdm_shape_key(Relation rel, List *columns, List *must_have);
extern void zdm_shadow_refuse_partitioned(Relation rel);
extern char *zdm_shape_sql(Relation rel, const ZdmShape *shape, const char *name);
extern char *zdm_shadow_index_tail(Relation rel, Oid index);
extern char *zdm_shape_partitions_sql(Relation rel, const ZdmShape *shape, const char *name);
extern List *zdm_shadow_indexes(Relation rel);
extern void zdm_shadow_refuse(Relation rel);
extern void zdm_shadow_refuse_table(Relation rel, const char *what, const char *hint);
extern void zdm_shadow_refuse_partitioning(Relation rel, List *columns);
extern void zdm_shadow_refuse_parts(Relation rel);
extern void zdm_shadow_refuse_other_key(Relation rel);
extern bool zdm_shadow_same_names(List *a, List *b);
extern List *zdm_partition_columns(Relation rel);
extern List *zdm_shadow_key_columns(Relation rel);
extern bool zdm_shadow_sees_truncate(const ZdmMigration *m, Oid table);
extern void zdm_shadow_refuse_other(Relation truth, Relation follower, bool back);
extern void zdm_shadow_refuse_change(Relation truth, const char *what, const char *was, bool back);

extern void zdm_shadow_refuse_persistence(Relation rel, bool unlogged);
extern void zdm_shadow_check_persistence(Relation from, Relation to, const ZdmDeed *turn,
										 bool back);
extern void zdm_shadow_refuse_by_hand(Oid relation);
extern bool zdm_shadow_check_loss(const ZdmMigration *m, bool back);
extern void zdm_shadow_check_contract(ZdmMigration *m);
extern void zdm_shadow_prove_unique(Oid table);
extern void zdm_shadow_turn_sequences(Oid truth, const ZdmDeed *turn, bool back);
extern void zdm_shadow_finish_unlogged(const ZdmMigration *m, Oid truth);

extern List *zdm_shadow_other_tables(Oid table);
extern List *zdm_shadow_drop_keys(Oid table);
extern void zdm_shadow_add_keys(List *keys, Oid from, Oid to, bool proven);
extern void zdm_shadow_move_triggers(Oid from, Oid to);
extern bool zdm_shadow_takes_along(const ObjectAddress *object);
extern List *zdm_shadow_list_users(Relation rel);
extern List *zdm_shadow_using_relations(Relation rel);
extern void zdm_shadow_refuse_users(Relation rel, bool reordered);
extern ZdmShadowUsers *zdm_shadow_print_users(Relation rel);
extern void zdm_shadow_take_users(const ZdmShadowUsers *users, Oid from, Oid to);
extern const char *zdm_shadow_foreign_statistics(Relation rel);
extern void zdm_shadow_create_statistics(Relation rel, Oid shadow);
extern void zdm_shadow_hand_over_statistics(Relation from, Relation to, bool back);
extern void zdm_shadow_run(Oid owner, const char *sql);
extern void zdm_shadow_drop_trigger(Oid table, const char *name);
extern void zdm_shadow_create_triggers(const ZdmMigration *m, Oid table);
extern void zdm_shadow_drop_triggers(const ZdmMigration *m, Oid table);

extern void zdm_shadow_set_acl(Oid relid, AttrNumber attnum, Acl *acl);
extern void zdm_shadow_copy_columns(Relation from, Oid to);
extern void zdm_shadow_copy_targets(Relation rel, Oid shadow);
extern void zdm_shadow_relax(Oid table);
extern void zdm_shadow_mark(const ZdmMigration *m, Oid table);
extern void zdm_shadow_hand_over(const ZdmMigration *m, Relation from, Relation to, bool back);
extern void zdm_shadow_join_schema(Relation rel, Oid schema);
extern void zdm_shadow_hand_over_sequences(Oid from, Oid to);
extern void zdm_shadow_hand_over_subscriptions(Oid from, Oid to);
extern void zdm_shadow_copy_options(Oid from, Oid to);

extern void zdm_shadow_watch_truncate(const ZdmMigration *m, Oid table);
extern List *zdm_shadow_leaves(Oid table);
extern ZdmDeed *zdm_deed_create_shadow(const char *table, const char *shadow, const char *create,
									   const char *partitions);
extern ZdmDeed *zdm_deed_drop_shadow(const char *table);
extern ZdmDeed *zdm_deed_turn_shadow(Relation rel, const char *shadow, const ZdmShape *shape);

extern void zdm_run_create_shadow(const ZdmMigration *m, const ZdmDeed *deed);
extern void zdm_run_drop_shadow(const ZdmMigration *m, const ZdmDeed *deed);
extern void zdm_run_turn_shadow(const ZdmMigration *m, const ZdmDeed *deed);

#endif /* ZDM_CHANGE_SHADOW_H */
