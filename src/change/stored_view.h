/*
 * stored_view.h
 *		Materialized views on a column that another one takes over from: a second one beside each,
 *		with the other's types, that takes its place at contract.
 */
#ifndef ZDM_STORED_VIEW_H
#define ZDM_STORED_VIEW_H

#include "postgres.h"

#include "nodes/parsenodes.h"

#include "change/carry_over.h"
#include "change/swap_columns.h"

#define ZDM_MARK_LEFT "zdm left"
#define ZDM_MARK_AGAIN "zdm made again"

#define ZDM_MARK_MADE "zdm made "

/* stored_twin.c: pairs. */
extern List *zdm_twin_chain(List *list, ZdmCarried *stored);
extern char *zdm_twin_mark(List *list, ZdmCarried *stored);
extern void zdm_pair_make(Oid classid, Oid visible, Oid hidden);
extern Oid zdm_pair_of(Oid classid, Oid oid);
extern Oid zdm_twin_of(Oid view);
extern void zdm_twin_require(List *list, ZdmCarried *carried);
extern void zdm_twin_set_aside(Oid view, const char *mark);
extern Query *zdm_twin_query(RawStmt *raw, const char *text);

/* stored_swap.c: takes the place. */
extern bool zdm_twin_is_new(Oid twin);
extern void zdm_stored_swap(Oid view, Oid twin);
extern void zdm_copy_relation_grants(Oid from, Oid to);

/* stored_plan.c: what is planned. */
extern void zdm_stored_plan(ZdmSwap *swap, ZdmPhase phase);
extern char *zdm_stored_user(ZdmPlan *plan, List *attnums);

#endif /* ZDM_STORED_VIEW_H */
