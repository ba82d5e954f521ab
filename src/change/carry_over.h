/*
 * carry_over.h
 *		Objects whose definitions use a column, and that go along when another one takes over.
 */
#ifndef ZDM_CARRY_OVER_H
#define ZDM_CARRY_OVER_H

#include "postgres.h"

#include "catalog/indexing.h"
#include "catalog/objectaddress.h"
#include "nodes/nodes.h"
#include "nodes/parsenodes.h"
#include "nodes/pg_list.h"
#include "utils/rel.h"

#include "change/swap_columns.h"

/* A column that stands for another one from now on, or, if both are the same, has a new type. */
typedef struct ZdmMovedColumn
{
	Oid relid;
	AttrNumber from;
	AttrNumber to;
} ZdmMovedColumn;

typedef struct ZdmCarry
{
	List *moved;      /* of ZdmMovedColumn * */
	int first;        /* so many of them have moved at first; the others have followed */
	bool trial;       /* all of it is undone: no lock is waited for */
	bool relabels;    /* values are the same bytes by the other type */
	bool hide;        /* only what nobody uses is taken out */
	bool by_name;     /* numbers stay: it is printed while the columns have other names */
	bool by_position; /* it has been printed so: lists of aliases are to be put in order */
	bool hidden;      /* set where hide has found something */
	List *swapped;    /* of list of two Oids: a relation, and the one that has its name now */
	Oid became;       /* set where another object is what one was */
} ZdmCarry;

/* How one class of objects is carried over; each function gets the object's OID. */
typedef struct ZdmCarriedClass
{
	const char *name; /* as in the record */
	Oid classid;
	bool (*is_one)(Oid oid); /* NULL: every object of the class */
	Oid (*relation)(Oid oid);
	Oid (*owner)(Oid oid);
	bool is_query; /* what a relation shows, so that others may use its columns */

	/* Returns the definition as the server prints it. */
	char *(*print)(Oid oid);

	/*
	 * Whether the definition is a tree and nothing else, so that it is enough to print it while
	 * the columns that are left have the names of those that they have moved to.  Joins in it
	 * have the columns of their sides in the order of their numbers (ruleutils.c,
	 * set_join_column_names), so to exchange numbers is not enough there.
	 */
	bool by_name;

	/* Has the stored definition name the columns that have moved. */
	void (*move)(ZdmCarry *carry, Oid oid);

	/* Has the server understand a definition anew, and keeps that; as the object's owner. */
	void (*apply)(ZdmCarry *carry, Oid oid, const char *text);
} ZdmCarriedClass;

/* One object, as the record has it. */
typedef struct ZdmCarried
{
	const ZdmCarriedClass *class;
	Oid oid;
	Oid relation; /* see zdm_carried_relation() */
	char *identity;
	bool direct;  /* it uses the column itself, and not only a view on it */
	List *tables; /* of Oid: those whose column it uses itself */
	List *below;  /* of struct ZdmCarried *: the views whose columns it uses */
	char *was;    /* its definition when it was looked at */
	char *apply;  /* the definition that it gets; NULL: its own, with the columns that have moved */
	char *text;   /* with the columns that have moved, printed before anything was carried over */
	char *left;   /* its definition afterwards */
	List *uses;   /* of char *: the functions, operators and types of users in it, with owners */
	List *used;   /* likewise, in what `apply` was */
	struct ZdmReadyView *ready; /* what is to be written, made before the lock; NULL: is not */
} ZdmCarried;

extern const ZdmCarriedClass zdm_carried_view;
extern const ZdmCarriedClass zdm_carried_stored; /* a materialized view */
extern const ZdmCarriedClass zdm_carried_rule;
extern const ZdmCarriedClass zdm_carried_policy;
extern const ZdmCarriedClass zdm_carried_trigger;
extern const ZdmCarriedClass zdm_carried_function;
extern const ZdmCarriedClass zdm_carried_publication;
extern const ZdmCarriedClass zdm_carried_generated;

/* carry_trees.c */
extern void zdm_move_columns(ZdmCarry *carry, Node *tree, Oid relid);
extern AttrNumber zdm_moved_to(List *moved, Oid relid, AttrNumber attnum);
extern void zdm_write_column_type(Relation catalog, CatalogIndexState indexes, Oid relid,
								  AttrNumber attnum, Oid type, int32 typmod, Oid collation);
extern void zdm_set_column_type(Oid relid, AttrNumber attnum, Oid type, int32 typmod,
								Oid collation);
extern void zdm_set_column_name(Relation catalog, Oid relid, AttrNumber attnum, const char *name);

/* carry_positions.c */
extern void zdm_reorder_aliases(ZdmCarry *carry, Node *raw);
extern void zdm_mark_functions(List *moved, List *rtable);

/* carry_view.c */
extern const ZdmCarriedClass *zdm_rule_class(Oid rule, Oid *relation);
extern Query *zdm_view_query(ZdmCarry *carry, Oid view, const char *text);
extern int zdm_view_width(Oid view);

/* carried.c */
extern Oid zdm_carried_relation(ZdmCarried *carried);
extern bool zdm_carried_is_query(const ZdmCarriedClass *class);
extern char *zdm_carried_print(const ZdmCarried *carried);
extern void zdm_carried_lock(Oid relation);

/* carry_find.c */
extern bool zdm_is_carried_over(const ObjectAddress *object);
extern const ZdmCarriedClass *zdm_carried_class(const char *name);
extern ZdmCarried *zdm_carried_of(const ObjectAddress *object);
extern List *zdm_carried_collect(Oid relid, List *attnums, StringInfo unknown);
extern void zdm_carried_require_rights(const ZdmCarried *carried);

/* carry_code.c */
extern List *zdm_carried_code(const ZdmCarried *carried);
extern void zdm_carried_require_known_code(const ZdmCarried *carried);
extern void zdm_require_same_code(Oid classid, Oid before, Oid after, Oid owner);
extern void zdm_touch_trigger_functions(Oid relid);

/* carry_record.c */
extern List *zdm_carried_recorded(const ZdmMigration *m);
extern void zdm_carried_record(const ZdmMigration *m, List *list);
extern void zdm_carried_restore(List *recorded, ZdmCarried *carried);
extern void zdm_carried_hand_on(const ZdmMigration *m, List *list);
extern List *zdm_carried_handed_on(const ZdmMigration *m);

/* carry_generated.c */
extern bool zdm_is_stored_column(const ObjectAddress *object);
extern void zdm_carried_require_proof(const ZdmCarried *carried, List *proved);

/* carry_ready.c, carry_ready_write.c */
extern void zdm_ready_make(const ZdmMigration *m, List *moved, List *hidden, List *list);
extern bool zdm_ready_take(const ZdmMigration *m, ZdmCarried *carried);
extern void zdm_ready_check(const ZdmMigration *m, List *moved, List *list);
extern void zdm_ready_begin(const ZdmMigration *m);
extern void zdm_ready_write(ZdmCarry *carry, List *list);
extern bool zdm_ready_in_place(const ZdmCarried *carried);

/* carry_over.c */
extern char *zdm_carried_print_moved(ZdmCarry *carry, ZdmCarried *carried);
extern List *zdm_carried_columns(Relation rel, const ZdmDeed *deed, const char *key);
extern void zdm_carried_run(ZdmCarry *carry, List *list);
extern List *zdm_carried_moved(Relation rel, List *from, List *to);

/* carry_ahead.c */
extern List *zdm_carried_locks(const ZdmMigration *m, List *steps, List *locks);

/* carry_over_plan.c */
extern bool zdm_carry_over_find(ZdmPlan *plan, List *attnums, bool same_value, bool other_meaning);
extern void zdm_carry_over_try(ZdmPlan *plan, List *attnums, List *successors, bool relabels);

#endif /* ZDM_CARRY_OVER_H */
