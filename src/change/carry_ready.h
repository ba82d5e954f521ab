/*
 * carry_ready.h
 *		What was made of views before the lock (carry_ready.c), for who writes it under the lock
 *		(carry_ready_write.c).
 */
#ifndef ZDM_CARRY_READY_H
#define ZDM_CARRY_READY_H

#include "postgres.h"

#include "access/htup.h"
#include "storage/itemptr.h"
#include "utils/relcache.h"

#include "change/carry_over.h"

/* A column of a view that gets another type. */
typedef struct ZdmReadyColumn
{
	AttrNumber attnum;
	Oid before;
	Oid type;
	int32 typmod;
	Oid collation;
} ZdmReadyColumn;

/* What is to become of one view. */
typedef struct ZdmReadyView
{
	ZdmCarried carried; /* what the record is to have of it */
	Oid view;
	Oid owner;
	TransactionId xmin; /* with the next: the row of the rule that it was made of */
	ItemPointerData tid;
	List *below; /* of ZdmReadyView *: the views that it uses, which have to be as they were, too */
	List *uses;  /* of ObjectAddress *: what its definition depends on, before and after */
	List *will_use;
	bool in_place; /* the columns themselves get other types, which they must be free for */
	bool changes;  /* it does not stay as it is */
	bool refused;  /* it is left to carry_over.c */
	Datum action;  /* what its rule is to do */
	HeapTuple row; /* of its rule, as it is under the lock */
	List *columns;
	bool is_good; /* seen to be so, under the lock */
} ZdmReadyView;

/* All of one migration. */
typedef struct ZdmReadySet
{
	int64 migration; /* 0: it is planned */
	Oid relation;
	List *moved;   /* of ZdmMovedColumn * */
	List *types;   /* of Oid: those of the columns that they have moved to */
	List *typmods; /* likewise */
	List *views;
	bool is_done; /* it came through */
} ZdmReadySet;

/* Lists what a definition depends on that was made ready. */
static inline List *
zdm_ready_uses(const ZdmReadyView *ready)
{
	return ready->changes ? ready->will_use : ready->uses;
}

extern ZdmReadySet *zdm_ready_set(const ZdmMigration *m);
extern ZdmReadyView *zdm_ready_view(ZdmReadySet *set, Oid view);
extern bool zdm_has_object(List *objects, const ObjectAddress *wanted);
extern List *zdm_definition_uses(Oid rule, bool drop, List *only);
extern HeapTuple zdm_rule_row(Oid rule, Relation *catalog);
extern HeapTuple zdm_ready_row(const ZdmReadyView *ready, Relation catalog, HeapTuple tuple);

#endif /* ZDM_CARRY_READY_H */
