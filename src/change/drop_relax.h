/*
 * drop_relax.h
 *		Constraints that could refuse a row whose writer leaves a column out.
 */
#ifndef ZDM_DROP_RELAX_H
#define ZDM_DROP_RELAX_H

#include "postgres.h"

#include "catalog/pg_attribute.h"

#include "change/change.h"

/* What the call is about. */
typedef struct ZdmDrop
{
	char *column;
	char *hidden;     /* its name after contract */
	char *reverse;    /* canonical; NULL: none */
	Node *expression; /* what reverse is the text of */
	List *sources;    /* of char *: the columns that it reads */
	List *others;     /* of char *: columns of CHECKs that a rollback brings back */
} ZdmDrop;

extern Form_pg_attribute zdm_drop_attribute(Relation rel, const char *column);
extern Node *zdm_omitted_value(Relation rel, Form_pg_attribute att);
extern bool zdm_is_null_const(Node *value);
extern List *zdm_other_columns(Relation rel, Node *expr, AttrNumber but);
extern void zdm_plan_relax(ZdmPlan *plan, ZdmDrop *drop, Relation rel);
extern void zdm_plan_relax_null(ZdmPlan *plan, char *column);
extern void zdm_notice_null(Relation rel, const char *column);
extern void zdm_notice_not_valid(const ZdmMigration *m);

#endif /* ZDM_DROP_RELAX_H */
