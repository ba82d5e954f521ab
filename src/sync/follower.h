/*
 * follower.h
 *		A table that follows another one, row by row: finding and writing its rows.
 */
#ifndef ZDM_FOLLOWER_H
#define ZDM_FOLLOWER_H

#include "postgres.h"

#include "access/attnum.h"
#include "access/genam.h"
#include "access/htup.h"
#include "access/skey.h"
#include "access/tableam.h"
#include "executor/executor.h"
#include "executor/tuptable.h"
#include "nodes/bitmapset.h"
#include "nodes/execnodes.h"
#include "pg_config_manual.h"
#include "storage/lock.h"
#include "utils/datum.h"
#include "utils/rel.h"

#include "base/compat.h"

/* How the columns of a table follow those of another one, and by which key their rows meet. */
typedef struct ZdmFollower
{
	Oid source;
	Oid target;
	Oid source_key; /* index of the source on the columns of the key; InvalidOid: there is none */
	Oid target_key; /* the target's primary key */
	bool projects;  /* the target has some of the source's columns alone */
	Node *only;     /* a condition on the source's rows; NULL: the target has all of them */
	int nrequired;  /* columns of the source without which the target has no row */
	AttrNumber *required;
	bool some;    /* it has a row for each of the source that has some value besides its key */
	bool partial; /* source_key has only some of the key's columns; they tell rows apart alone */
	bool narrow;  /* source_key has more columns than the key, so it lets in more rows */
	bool same_layout; /* a stored row of the source is one of the target as it is */
	int natts;        /* of the target */
	AttrNumber
		*from; /* the source's column for each of the target's; 0: none of that name and type */
	AttrNumber target_atts[INDEX_MAX_KEYS]; /* the target's column for each of target_key */
	AttrNumber source_atts[INDEX_MAX_KEYS]; /* likewise for each of source_key */
} ZdmFollower;

/* The subtransaction that has taken a lock and not given it back. */
typedef struct ZdmLockedBy
{
	LocalTransactionId lxid;
	SubTransactionId subid;
} ZdmLockedBy;

/* An index by which rows are looked up. */
typedef struct ZdmLookup
{
	Oid index;
	ZdmLockedBy locked_by;
	Relation rel; /* NULL: it is not open */
	const AttrNumber
		*atts; /* the columns, in the target's layout, that its keys are compared with */
	int nkeys;
	ScanKeyData keys[INDEX_MAX_KEYS]; /* but for the values */
} ZdmLookup;

/* An index of the target. */
typedef struct ZdmFollowingIndex
{
	Oid oid;
	bool is_key;
	Bitmapset *columns; /* of its keys, those that expressions read, too; see key_columns() */
	IndexInfo *info;
	Relation rel;
} ZdmFollowingIndex;

/*
 * What it takes to write a target.  Made once and for many rows; of the server's resources it has
 * only what is open between zdm_following_attach() and zdm_following_rest(), so that it may
 * outlive subtransactions, and its memory context may just be deleted.
 */
typedef struct ZdmFollowing
{
	const ZdmFollower *follower;
	Relation source;
	Relation target;
	MemoryContext context; /* has all of it */
	EState *estate;
	int nindexes;
	ZdmFollowingIndex *indexes; /* of the target; NULL: not known yet */
	ZdmLockedBy indexes_locked_by;
	bool indexes_open;
	bool runs_code;             /* they have expressions or predicates */
	MemoryContext index_caches; /* what index access methods keep while they are */
	ZdmLookup by_target;        /* of the target, by the key */
	ZdmLookup by_source;        /* of the source */
	TupleTableSlot *row;        /* what is to be written, in the target's layout */
	TupleTableSlot *found;      /* what the target has for its key */
	TupleTableSlot *source_row; /* what the source has */
	ExprState *only;            /* of the follower; NULL: none */
	int64 met;                  /* rows of the target that a comparison has found */
	ItemPointerData last;       /* where the target's row was that was found last */
	LocalTransactionId last_in; /* the transaction that has found it */
	bool in_order;              /* it was behind the one before it */
} ZdmFollowing;

/* What a look at the target has found. */
typedef enum ZdmCopyState
{
	ZDM_COPY_NONE,
	ZDM_COPY_THERE,     /* decided: whoever has made it has committed, and nobody is ending it */
	ZDM_COPY_UNDER_WAY, /* a transaction under way is making or ending it */
} ZdmCopyState;

/* Tells whether two rows have the same value in a column each, bit by bit, or NULL both. */
static inline bool
zdm_same_value(TupleTableSlot *a, AttrNumber of_a, TupleTableSlot *b, AttrNumber of_b,
			   Form_pg_attribute att)
{
	bool null_a;
	bool null_b;
	Datum value_a = slot_getattr(a, of_a, &null_a);
	Datum value_b = slot_getattr(b, of_b, &null_b);

	return null_a == null_b &&
		   (null_a || datumIsEqual(value_a, value_b, att->attbyval, att->attlen));
}

extern LOCKMODE zdm_lock_once(ZdmLockedBy *by, LOCKMODE mode);
extern ZdmFollower *zdm_follower_make(Relation source, Relation target);
extern bool zdm_follower_is_complete(const ZdmFollower *follower, Relation source, Relation target);
extern void zdm_follower_require_owner(Relation target, Oid owner);
extern bool zdm_follower_is_key(const ZdmFollower *follower, AttrNumber attnum);
extern ZdmFollower *zdm_follower_copy(const ZdmFollower *follower);
extern void zdm_following_make(ZdmFollowing *f, const ZdmFollower *follower, Relation source,
							   Relation target);
extern void zdm_following_attach(ZdmFollowing *f, Relation source, Relation target);
extern void zdm_following_rest(ZdmFollowing *f);
extern void zdm_following_open_indexes(ZdmFollowing *f);
extern void zdm_following_close_indexes(ZdmFollowing *f);
extern void zdm_following_close(ZdmFollowing *f);
extern void zdm_follower_map(const ZdmFollower *follower, TupleTableSlot *from, TupleTableSlot *to);
extern bool zdm_following_take(const ZdmFollowing *f, HeapTuple tuple, TupleTableSlot *to);
extern void zdm_following_map(const ZdmFollowing *f, TupleTableSlot *from, TupleTableSlot *to);
extern void zdm_follower_empty(Relation rel);
extern bool zdm_follower_chooses(const ZdmFollower *follower);
extern bool zdm_following_wants(ZdmFollowing *f, TupleTableSlot *source_row);
extern ZdmCopyState zdm_following_look(ZdmFollowing *f, TupleTableSlot *row);
extern bool zdm_following_insert_entries(ZdmFollowing *f, TupleTableSlot *row,
										 IndexUniqueCheck unique, ZdmUpdateIndexes only,
										 TupleTableSlot *churned);
extern void zdm_following_require(const ZdmFollowing *f, TupleTableSlot *row);
extern bool zdm_following_await(ZdmFollowing *f);
extern void zdm_following_insert(ZdmFollowing *f);
extern TM_Result zdm_following_replace(ZdmFollowing *f);
extern void zdm_following_put(ZdmFollowing *f);
extern void zdm_following_put_new(ZdmFollowing *f);
extern void zdm_following_remove(ZdmFollowing *f, bool *is_own);
extern bool zdm_following_find(ZdmFollowing *f, Snapshot snapshot);
extern bool zdm_following_find_source(ZdmFollowing *f, Snapshot snapshot, TupleTableSlot *into);
extern bool zdm_following_refresh(ZdmFollowing *f);

#endif /* ZDM_FOLLOWER_H */
