/*
 * carry_over.h
 *		Objects whose definitions use a column, and that go along when another one takes over.
 */
#ifndef ZDM_CARRY_OVER_H
#define ZDM_CARRY_OVER_H

#include "postgres.h"

#include "catalog/objectaddress.h"
#include "nodes/nodes.h"
#include "nodes/pg_list.h"
#include "utils/rel.h"

#include "change/change.h"

/* A column that stands for another one from now on, or, if both are the same, has a new type. */
typedef struct ZdmMovedColumn
{
	Oid relid;
	AttrNumber from;
	AttrNumber to;
} ZdmMovedColumn;

typedef struct ZdmCarry
{
	List *moved; /* of ZdmMovedColumn * */
	bool trial;  /* all of it is undone: no lock is waited for */
	bool hide;   /* only what nobody uses is taken out */
} ZdmCarry;

/* How one class of objects is carried over; each function gets the object's OID. */
typedef struct ZdmCarriedClass
{
	const char *name; /* as in the record */
	Oid classid;
	bool (*is_one)(Oid oid); /* NULL: every object of the class */
	Oid (*relation)(Oid oid);
	Oid (*owner)(Oid oid);

	/* Returns the definition as the server prints it. */
	char *(*print)(Oid oid);

	/* Has the stored definition name the columns that have moved. */
	void (*move)(ZdmCarry *carry, Oid oid);

	/* Has the server understand a definition anew, and keeps that; as the object's owner. */
	void (*apply)(ZdmCarry *carry, Oid oid, const char *text);
} ZdmCarriedClass;

extern const ZdmCarriedClass zdm_carried_view;
extern const ZdmCarriedClass zdm_carried_rule;
extern const ZdmCarriedClass zdm_carried_policy;
extern const ZdmCarriedClass zdm_carried_trigger;
extern const ZdmCarriedClass zdm_carried_function;
extern const ZdmCarriedClass zdm_carried_publication;

/* carry_trees.c */
extern void zdm_move_columns(const ZdmCarry *carry, Node *tree, Oid relid);
extern AttrNumber zdm_moved_to(List *moved, Oid relid, AttrNumber attnum);
extern void zdm_set_column_type(Oid relid, AttrNumber attnum, Oid type, int32 typmod,
								Oid collation);

/* carry_view.c */
extern int zdm_view_width(Oid view);

/* carry_over.c */
extern bool zdm_is_carried_over(const ObjectAddress *object);
extern bool zdm_carry_over_find(ZdmPlan *plan, AttrNumber attnum);
extern void zdm_carry_over_try(ZdmPlan *plan, AttrNumber attnum, Oid type, int32 typmod,
							   Oid collation);
extern char *zdm_carry_prepare_sql(ZdmPlan *plan, const char *column);
extern char *zdm_carry_over_sql(ZdmPlan *plan, const char *from, const char *to);

#endif /* ZDM_CARRY_OVER_H */
