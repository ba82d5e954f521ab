/*
 * sync_spec.h
 *		What a sync trigger is to do, as text: the trigger's argument.
 *
 * It is a JSON object
 *
 *		{"old": [column, ...], "new": [column, ...],
 *		 "forward": [expression or null, ...],		one for each new column
 *		 "reverse": [expression or null, ...],		one for each old column
 *		 "defaults": [expression or null, ...],		what new columns are declared to have
 *		 "not_null": true,							the backfill must leave no NULL
 *		 "exact": true,								see ZdmSyncSpec
 *		 "on_error": "null",						where forward fails, new is NULL
 *		 "retires": true,							see ZDM_SYNC_RETIRING
 *		 "filled": true,							every row has been filled: a NULL is meant
 *		 "generated": [column, ...],				new columns that the server computes
 *		 "settings": {name: value, ...},			of the session, while expressions are evaluated
 *		 "authority": "both" | "new" | "fill"}
 *
 * with column names and canonical expressions.  A null expression copies the
 * column of the same position.
 */
#ifndef ZDM_SYNC_SPEC_H
#define ZDM_SYNC_SPEC_H

#include "postgres.h"

#include "nodes/pg_list.h"

/* How old and new columns stand to each other.  What each means for a write: sync_columns.c. */
typedef enum ZdmSyncState
{
	ZDM_SYNC_TWO_WAY,    /* both schemas live: authority "both", with "reverse" */
	ZDM_SYNC_ONE_WAY,    /* likewise, but nothing flows back: "both", without "reverse" */
	ZDM_SYNC_FILLING,    /* new is a column that was always there, and gets no NULL: "fill" */
	ZDM_SYNC_RETIRING,   /* new is a column that is going away, which the old schema writes */
	ZDM_SYNC_CONTRACTED, /* the new columns are the truth: "new" */
} ZdmSyncState;

#define ZDM_SYNC_STATES (ZDM_SYNC_CONTRACTED + 1)

typedef struct ZdmSyncSpec
{
	ZdmSyncState state;
	List *old_columns;  /* of char * */
	List *new_columns;  /* of char * */
	List *forward;      /* of char *, NULL for a copy; as long as new_columns */
	List *reverse;      /* likewise, as long as old_columns; NIL: no way back */
	List *defaults;     /* likewise, as long as new_columns, NULL for none; NIL: nowhere one */
	bool not_null;      /* the backfill must leave no NULL */
	bool null_on_error; /* where forward fails, the new columns are NULL */
	bool exact;         /* contracted: an old value that does not give the new one back is NULL */
	bool filled;        /* every row has been filled: a NULL is meant */
	List *generated;    /* of char *: stored generated ones among new_columns */
	List *settings;     /* of ZdmFormatting *: hold while expressions are evaluated */
} ZdmSyncSpec;

extern char *zdm_sync_spec_text(const ZdmSyncSpec *spec);
extern ZdmSyncSpec *zdm_sync_spec_parse(const char *text);

/* Tells whether the old columns are computed from the new ones, too. */
static inline bool
zdm_sync_flows_back(ZdmSyncState state)
{
	return state == ZDM_SYNC_TWO_WAY || state == ZDM_SYNC_CONTRACTED;
}

/* Tells whether both schemas live, so that a NULL in a new column may be one to be filled. */
static inline bool
zdm_sync_both_live(ZdmSyncState state)
{
	return state == ZDM_SYNC_TWO_WAY || state == ZDM_SYNC_ONE_WAY;
}

#endif /* ZDM_SYNC_SPEC_H */
