/*
 * change.h
 *		Change kinds: each is a planner that turns a call's arguments into steps.
 *
 * To add a kind, write its planner in a change_*.c, list it in change.c, and
 * declare its SQL function expand_<kind>, or <kind> where nothing is expanded:
 * api.c passes the arguments of that function on by name (docs/internals.md, "A new
 * change kind").
 */
#ifndef ZDM_CHANGE_H
#define ZDM_CHANGE_H

#include "postgres.h"

#include "change/deed.h"
#include "record/migration.h"
#include "utils/jsonb.h"
#include "utils/rel.h"

/* What a planner fills in. */
typedef struct ZdmPlan
{
	Relation rel; /* the table, open while the planner runs */
	char *table;  /* its qualified, quoted name */
	ZdmMigration
		*migration; /* name, kind, relation, arguments are set; columns, trigger_name not */
	List *steps;    /* of ZdmStep * */
	List *carried;  /* of Oid: relations of what is carried over: a step that does so locks them */
	bool try_rows;  /* zdm.plan(): expressions may be tried on rows, which takes its time */
	struct ZdmPlan *whole; /* of a partition: the plan of the migration's table, which gets the
							* steps; else NULL */
} ZdmPlan;

/* One of several migrations that a call makes. */
typedef struct ZdmMember
{
	char *name;
	const char *kind; /* NULL: that of the call */
	Oid relation;
	Jsonb *arguments;
} ZdmMember;

typedef struct ZdmChangeKind
{
	const char *name; /* expand_<name> or <name> in SQL, kind in zdm.migration */

	/* Makes a migration's name out of a call's arguments, where it gives none. */
	char *(*derive_name)(Relation rel, Jsonb *arguments);

	bool on_partition;  /* may be done to one partition alone */
	bool constrains;    /* rows may violate it: zdm.violations() lists them */
	bool stays_synced;  /* the trigger keeps both sides true to each other from contract on, too */
	bool hides_parts;   /* of partitions, until contract gives them the names of others */
	bool whole_table;   /* another table takes its place: nothing else may change it meanwhile */
	bool follower_goes; /* what follows is the old form, which contract needs nothing of */
	bool trusts_sync;   /* and the way back takes constraints for valid because of that */

	/*
	 * Finds the table of a call that has no argument tbl; NULL: the kind wants
	 * one.  `name` is the migration's, NULL if the call gives none.
	 */
	Oid (*find_relation)(const char *name, Jsonb *arguments);

	/*
	 * Has the arguments of a call say the same whatever it calls its table, which find_relation
	 * has found; NULL: they do.
	 */
	Jsonb *(*canonical)(Jsonb *arguments);

	/*
	 * Lists the migrations (ZdmMember *) that a call makes as a release, in their order; NIL, or
	 * no such function: it makes one, and no release.  Raises an error for what can't work.
	 */
	List *(*members)(Relation rel, const char *release, Jsonb *arguments);

	/*
	 * Checks the arguments against the catalog, raises an error for what can't
	 * work, and appends the steps.  Changes nothing; may run twice, the second
	 * time under the lock that the first pass's steps ask for.
	 */
	void (*plan)(ZdmPlan *plan, Jsonb *arguments);

	/*
	 * Raises an error if the data do not allow a contract; NULL: they always do.
	 * Called before any lock is taken, so it may read the whole table.
	 */
	void (*check_contract)(ZdmMigration *m);

	/*
	 * Makes the deed that has what a migration keeps beside its table take up what was changed on
	 * that, for zdm.resume(); NULL: there is nothing.
	 */
	ZdmDeed *(*refresh)(const ZdmMigration *m);

	/* Notes what reopen has made otherwise than it was before contract; NULL: nothing. */
	void (*reopened)(const ZdmMigration *m);

	/*
	 * Tells the user what a rollback has left to do; NULL: never anything.
	 * Called in the transaction of the rollback, once all is undone.
	 */
	void (*rolled_back)(const ZdmMigration *m);
} ZdmChangeKind;

extern const ZdmChangeKind *zdm_change_kind(const char *name);
extern const ZdmChangeKind *zdm_change_kind_of_function(const char *function);

/* Helpers for planners. */
extern Relation zdm_change_open(Oid relid, const ZdmChangeKind *kind);
extern List *zdm_add_part(List *members, const ZdmChangeKind *kind, Relation rel, char *name,
						  Jsonb *arguments);
extern ZdmStep *zdm_plan_step(ZdmPlan *plan, ZdmPhase phase, ZdmRuns runs, LOCKMODE lock,
							  char *command, char *undo);
extern ZdmStep *zdm_plan_deed(ZdmPlan *plan, ZdmPhase phase, ZdmRuns runs, LOCKMODE lock,
							  const ZdmDeed *command, const ZdmDeed *undo);
extern ZdmStep *zdm_plan_create_index(ZdmPlan *plan, ZdmPhase phase, Oid table,
									  const char *index_name, char *command);
extern void zdm_step_note(ZdmStep *step, const char *format, ...) pg_attribute_printf(2, 3);
extern char *zdm_plan_argument(ZdmPlan *plan, Jsonb *arguments, const char *key);
extern void zdm_plan_check_column_free(ZdmPlan *plan, const char *column);
extern void zdm_plan_check_not_partition_key(ZdmPlan *plan, AttrNumber attnum);
extern bool zdm_is_subscribed(Oid relid);
extern void zdm_plan_check_subscription(ZdmPlan *plan);
extern void zdm_plan_check_backfill(ZdmPlan *plan);
struct ZdmShape;

extern void zdm_plan_shape(ZdmPlan *plan, struct ZdmShape *shape);
extern void zdm_shape_rolled_back(const ZdmMigration *m);
extern void zdm_check_trigger_order(Relation rel, const char *sync_trigger);

extern const ZdmChangeKind zdm_change_rename;
extern const ZdmChangeKind zdm_change_add_column;
extern const ZdmChangeKind zdm_change_type;
extern const ZdmChangeKind zdm_change_transform;
extern const ZdmChangeKind zdm_change_drop_column;
extern const ZdmChangeKind zdm_change_index;
extern const ZdmChangeKind zdm_change_drop_index;
extern const ZdmChangeKind zdm_change_reindex;
extern const ZdmChangeKind zdm_change_not_null;
extern const ZdmChangeKind zdm_change_check;
extern const ZdmChangeKind zdm_change_foreign_key;
extern const ZdmChangeKind zdm_change_unique;
extern const ZdmChangeKind zdm_change_primary_key;
extern const ZdmChangeKind zdm_change_shadow_table;
extern const ZdmChangeKind zdm_change_compact;
extern const ZdmChangeKind zdm_change_partition;
extern const ZdmChangeKind zdm_change_rename_table;
extern const ZdmChangeKind zdm_change_move_table;
extern const ZdmChangeKind zdm_change_extract;
extern const ZdmChangeKind zdm_change_split_table;
extern const ZdmChangeKind zdm_change_merge;
extern const ZdmChangeKind zdm_change_merge_tables;

#endif /* ZDM_CHANGE_H */
