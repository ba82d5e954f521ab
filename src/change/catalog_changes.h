/*
 * catalog_changes.h
 *		What steps do to the catalog, and what they look at before: each as an action that
 *		runs, and the deed that a planner makes of it.
 */
#ifndef ZDM_CATALOG_CHANGES_H
#define ZDM_CATALOG_CHANGES_H

#include "postgres.h"

#include "utils/acl.h"
#include "utils/rel.h"

#include "change/deed.h"

#define ZDM_ACTION_ADD_FOREIGN_KEY "add_foreign_key"
#define ZDM_ACTION_CARRY_OVER "carry_over"
#define ZDM_ACTION_CARRY_PREPARE "carry_prepare"
#define ZDM_ACTION_COPY_GRANTS "copy_grants"
#define ZDM_ACTION_COPY_TARGET "copy_target"
#define ZDM_ACTION_DROP_STORED "drop_stored"
#define ZDM_ACTION_MAKE_TWIN "make_twin"
#define ZDM_ACTION_MERGE_GRANTS "merge_grants"
#define ZDM_ACTION_MOVE_IDENTITY "move_identity"
#define ZDM_ACTION_MOVE_INDEX_MARKS "move_index_marks"
#define ZDM_ACTION_REFUSE_LOSSY "refuse_lossy"
#define ZDM_ACTION_REFUSE_SEQUENCE "refuse_sequence"
#define ZDM_ACTION_MAKE_EXCLUSION "make_exclusion"
#define ZDM_ACTION_REQUIRE_APART "require_apart"
#define ZDM_ACTION_RELEASE_CONSTRAINT "release_constraint"
#define ZDM_ACTION_RENAME_NOT_NULL "rename_not_null"
#define ZDM_ACTION_REQUIRE_KNOWN "require_known"
#define ZDM_ACTION_SET_GENERATED "set_generated"
#define ZDM_ACTION_SET_INDEX_VISIBLE "set_index_visible"
#define ZDM_ACTION_SET_UNIQUE "set_unique"
#define ZDM_ACTION_SWAP_INDEXES "swap_indexes"
#define ZDM_ACTION_TRUST_CONSTRAINT "trust_constraint"
#define ZDM_ACTION_TRUST_NOT_NULL "trust_not_null"

/* An index that takes the place of another, on a partitioned table and each of its partitions. */
typedef struct ZdmIndexSwap
{
	char *table;
	char *index; /* that goes, with its schema */
	char *by;    /* the name of that which comes */
	char *hidden;
	char *prefix;     /* of what the parts of that which goes are called */
	char *key;        /* "primary", "unique", "exclusion", or "" */
	List *strategies; /* of an exclusion constraint, as zdm_exclusion_strategies() lists them */
	bool unique;      /* what comes refuses equal keys */
	bool stays_unique;
	bool look; /* rows are to be looked at: see carry_apart.c */
	bool nulls_not_distinct;
	bool deferrable;
	bool deferred;
} ZdmIndexSwap;

extern ZdmDeed *zdm_deed_add_foreign_key(const char *table, const char *constraint,
										 const char *definition);
extern ZdmDeed *zdm_deed_carry_over(const char *table, List *from, List *to);
extern ZdmDeed *zdm_deed_carry_prepare(const char *table, List *columns, bool knows_generated,
									   List *generated);
extern ZdmDeed *zdm_deed_copy_grants(const char *table, const char *from, const char *to);
extern ZdmDeed *zdm_deed_copy_only_grants(const char *table, const char *from, const char *to);
extern ZdmDeed *zdm_deed_copy_target(const char *table, const char *from, const char *to);
extern ZdmDeed *zdm_deed_drop_stored(const char *view);
extern ZdmDeed *zdm_deed_make_twin(const char *table, List *from, List *to, const char *view);
extern ZdmDeed *zdm_deed_merge_grants(const char *table, const char *from, const char *to);
extern ZdmDeed *zdm_deed_move_identity(const char *table, const char *from, const char *to);
extern ZdmDeed *zdm_deed_move_index_marks(const char *from, const char *to);
extern ZdmDeed *zdm_deed_refuse_lossy(const char *table, const char *guard, List *not_null,
									  bool has_reverse);
extern ZdmDeed *zdm_deed_refuse_sequence(const char *sequence, const char *type);
extern ZdmDeed *zdm_deed_make_exclusion(const char *table, const char *constraint, List *strategies,
										bool deferrable, bool deferred, bool look);
extern ZdmDeed *zdm_deed_require_apart(const char *index);
extern ZdmDeed *zdm_deed_release_constraint(const char *table, const char *constraint);
extern ZdmDeed *zdm_deed_rename_not_null(const char *table, const char *from, const char *to,
										 const char *comment);
extern ZdmDeed *zdm_deed_require_known(const char *table, List *columns, List *known,
									   const char *guard);
extern ZdmDeed *zdm_deed_set_generated(const char *table, const char *column, const char *like,
									   const char *expression);
extern ZdmDeed *zdm_deed_set_index_visible(const char *index, bool visible);
extern ZdmDeed *zdm_deed_set_unique(const char *index, bool unique, bool nulls_not_distinct,
									bool look);
extern ZdmDeed *zdm_deed_swap_indexes(const ZdmIndexSwap *swap);
extern ZdmDeed *zdm_deed_trust_constraint(const char *table, const char *constraint);
extern ZdmDeed *zdm_deed_trust_not_null(const char *table, const char *column,
										const char *constraint, const char *guard);

extern void zdm_run_add_foreign_key(const ZdmMigration *m, const ZdmDeed *deed);
extern void zdm_run_carry_over(const ZdmMigration *m, const ZdmDeed *deed);
extern void zdm_run_carry_prepare(const ZdmMigration *m, const ZdmDeed *deed);
extern void zdm_run_copy_grants(const ZdmMigration *m, const ZdmDeed *deed);
extern void zdm_run_copy_target(const ZdmMigration *m, const ZdmDeed *deed);
extern void zdm_run_drop_stored(const ZdmMigration *m, const ZdmDeed *deed);
extern void zdm_run_make_twin(const ZdmMigration *m, const ZdmDeed *deed);
extern void zdm_run_merge_grants(const ZdmMigration *m, const ZdmDeed *deed);
extern void zdm_run_move_identity(const ZdmMigration *m, const ZdmDeed *deed);
extern void zdm_run_move_index_marks(const ZdmMigration *m, const ZdmDeed *deed);
extern void zdm_run_refuse_lossy(const ZdmMigration *m, const ZdmDeed *deed);
extern void zdm_run_refuse_sequence(const ZdmMigration *m, const ZdmDeed *deed);
extern void zdm_run_make_exclusion(const ZdmMigration *m, const ZdmDeed *deed);
extern void zdm_run_require_apart(const ZdmMigration *m, const ZdmDeed *deed);
extern void zdm_run_release_constraint(const ZdmMigration *m, const ZdmDeed *deed);
extern void zdm_run_rename_not_null(const ZdmMigration *m, const ZdmDeed *deed);
extern void zdm_run_require_known(const ZdmMigration *m, const ZdmDeed *deed);
extern void zdm_run_set_generated(const ZdmMigration *m, const ZdmDeed *deed);
extern void zdm_run_set_index_visible(const ZdmMigration *m, const ZdmDeed *deed);
extern void zdm_run_set_unique(const ZdmMigration *m, const ZdmDeed *deed);
extern void zdm_run_swap_indexes(const ZdmMigration *m, const ZdmDeed *deed);
extern void zdm_run_trust_constraint(const ZdmMigration *m, const ZdmDeed *deed);
extern void zdm_run_trust_not_null(const ZdmMigration *m, const ZdmDeed *deed);

extern void zdm_require_owner(Oid relid);
extern void zdm_set_index_flags(Oid index, bool unique, bool nulls_not_distinct);
extern List *zdm_exclusion_strategies(Oid index);
extern Oid zdm_make_exclusion(Relation rel, Oid oid, Oid above, List *strategies, bool deferrable,
							  bool deferred);
extern void zdm_require_apart_again(Relation rel, Oid index);
extern void zdm_release_index(Relation rel, Oid index);
extern List *zdm_tree_of(Oid relid);
extern Relation zdm_open_for_change(const ZdmMigration *m, Oid relid, LOCKMODE lock);
extern void zdm_mark_constraint_valid(Oid constraint);
extern void zdm_copy_column_marks(Relation from_rel, AttrNumber from, Relation rel, AttrNumber to);
extern Acl *zdm_acl_of(Oid relation, AttrNumber attnum);
extern void zdm_set_column_acl(Relation rel, AttrNumber attnum, Acl *acl);
extern bool zdm_has_labels(Oid relid, AttrNumber attnum);
extern bool zdm_same_labels(Oid one, AttrNumber of_one, Oid other, AttrNumber of_other);
extern void zdm_copy_labels(Oid from_relid, AttrNumber from, Oid relid, AttrNumber to,
							bool replace);

#endif /* ZDM_CATALOG_CHANGES_H */
