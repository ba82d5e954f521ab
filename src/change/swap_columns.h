/*
 * swap_columns.h
 *		New columns that take over from old ones, and what they are called when.
 *
 * While both schemas live, the new columns stand beside the old ones.  A new column
 * whose name an old one still has stands there under a hidden name ("shadow").
 * Contract renames, and hands on what hangs on the old column.
 */
#ifndef ZDM_SWAP_COLUMNS_H
#define ZDM_SWAP_COLUMNS_H

#include "postgres.h"

#include "catalog/pg_attribute.h"
#include "nodes/nodes.h"
#include "nodes/pg_list.h"

#include "change/change.h"

/* A column of the old schema. */
typedef struct ZdmOldColumn
{
	Form_pg_attribute att;
	char *name;
	char *hidden; /* its name from contract on */
} ZdmOldColumn;

/* A column of the new schema. */
typedef struct ZdmNewColumn
{
	char *name;   /* from contract on */
	char *shadow; /* while both schemas live; often the same */
	Oid type;
	int32 typmod;
	Oid collation;
	char *definition;   /* type and collation, as ADD COLUMN wants them */
	Node *forward;      /* over the table as it is before expand */
	char *generated;    /* what the server computes it by, while both live; NULL: it does not */
	char *default_text; /* from contract on; NULL: none, or the old column's */
	bool not_null;
	char *not_null_name; /* of the constraint that is behind it, from 18 on for good */
} ZdmNewColumn;

/* What a name stands for depends on the time. */
typedef enum ZdmNaming
{
	ZDM_NAMES_NOW,    /* before expand */
	ZDM_NAMES_SHADOW, /* open, and old columns read as the new ones in their place */
	ZDM_NAMES_HIDDEN, /* contracted, by the old columns' hidden names */
} ZdmNaming;

typedef struct ZdmSwap
{
	ZdmPlan *plan;
	List *old;          /* of ZdmOldColumn *; generated ones come last */
	List *new;          /* of ZdmNewColumn * */
	List *reverse;      /* of Node *, over zdm_swap_row(); one for each old column that is not
						 * generated; NIL: none */
	bool replaces;      /* each new column takes the place of the old one at its position */
	char *may_lose;     /* the types of a cast that may not give back what it was given; or NULL */
	bool plain_forward; /* an assignment cast, which gives NULL for NULL */
	bool same_value;    /* by the server's own casts: equal values stay equal, others different */
	bool unique;        /* the old column is in a unique index that is carried over */
	List *dependents;   /* see carry.c */
	List *below;        /* of struct ZdmSwap *: of each partition, parents first */
	struct ZdmSwap *above; /* in that of a partition: that of its parent; else NULL */
	char *guard;           /* name of the index on rows that may be lossy */
} ZdmSwap;

extern List *zdm_column_numbers(List *old);
extern ZdmNewColumn *zdm_swap_namesake(ZdmSwap *swap, const ZdmOldColumn *column);
extern List *zdm_swap_taken_over(ZdmSwap *swap, List **successors);
extern void zdm_swap_open_partitions(ZdmSwap *swap);
extern void zdm_swap_close_partitions(ZdmSwap *swap);
extern ZdmSwap *zdm_swap_whole(ZdmSwap *swap);
extern List *zdm_swap_tables(ZdmSwap *swap);
extern ZdmNewColumn *zdm_swap_replacement(ZdmSwap *swap, const ZdmOldColumn *column);
extern void zdm_swap_add_old(ZdmSwap *swap, const char *column);
extern void zdm_swap_add_new(ZdmSwap *swap, ZdmNewColumn *column, const char *forward);
extern void zdm_swap_add_generated(ZdmSwap *swap, AttrNumber attnum, ZdmNewColumn *new);
extern List *zdm_swap_row(ZdmSwap *swap);
extern List *zdm_swap_names(ZdmSwap *swap, ZdmNaming naming);
extern char *zdm_swap_name(ZdmSwap *swap, Oid relid, AttrNumber attnum, ZdmNaming naming);

#endif /* ZDM_SWAP_COLUMNS_H */
