/*
 * follower.h
 *		A table that follows another one, row by row: finding and writing its rows.
 */
#ifndef ZDM_FOLLOWER_H
#define ZDM_FOLLOWER_H

#include "postgres.h"

#include "access/attnum.h"
#include "access/skey.h"
#include "executor/executor.h"
#include "executor/tuptable.h"
#include "nodes/execnodes.h"
#include "pg_config_manual.h"
#include "utils/rel.h"

/* How the columns of a table follow those of another one, and by which key their rows meet. */
typedef struct ZdmFollower
{
	Oid source;
	Oid target;
	Oid source_key; /* index of the source on the columns of the key; InvalidOid: there is none */
	Oid target_key; /* the target's primary key */
	int natts;      /* of the target */
	AttrNumber
		*from; /* the source's column for each of the target's; 0: none of that name and type */
	AttrNumber target_atts[INDEX_MAX_KEYS]; /* the target's column for each of target_key */
	AttrNumber source_atts[INDEX_MAX_KEYS]; /* likewise for each of source_key */
} ZdmFollower;

/* An index by which rows are looked up. */
typedef struct ZdmLookup
{
	Oid index;
	Relation rel; /* NULL: it is not open */
	const AttrNumber
		*atts; /* the columns, in the target's layout, that its keys are compared with */
	int nkeys;
	ScanKeyData keys[INDEX_MAX_KEYS]; /* but for the values */
} ZdmLookup;

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
	ResultRelInfo *rri;
	Oid *indexes; /* those of rri */
	bool indexes_open;
	MemoryContext index_caches; /* what index access methods keep while they are */
	ZdmLookup by_target;        /* of the target, by the key */
	ZdmLookup by_source;        /* of the source */
	TupleTableSlot *row;        /* what is to be written, in the target's layout */
	TupleTableSlot *found;      /* what the target has for its key */
	TupleTableSlot *source_row; /* what the source has */
} ZdmFollowing;

/* What a look at the target has found. */
typedef enum ZdmCopyState
{
	ZDM_COPY_NONE,
	ZDM_COPY_THERE,     /* decided: whoever has made it has committed, and nobody is ending it */
	ZDM_COPY_UNDER_WAY, /* a transaction under way is making or ending it */
} ZdmCopyState;

extern ZdmFollower *zdm_follower_make(Relation source, Relation target);
extern bool zdm_follower_is_complete(const ZdmFollower *follower, Relation source, Relation target);
extern ZdmFollower *zdm_follower_copy(const ZdmFollower *follower);
extern void zdm_following_make(ZdmFollowing *f, const ZdmFollower *follower, Relation source,
							   Relation target);
extern void zdm_following_attach(ZdmFollowing *f, Relation source, Relation target);
extern void zdm_following_rest(ZdmFollowing *f);
extern void zdm_following_open_indexes(ZdmFollowing *f);
extern void zdm_following_close(ZdmFollowing *f);
extern void zdm_following_map(const ZdmFollowing *f, TupleTableSlot *from, TupleTableSlot *to);
extern ZdmCopyState zdm_following_look(ZdmFollowing *f, TupleTableSlot *row);
extern void zdm_following_put(ZdmFollowing *f);
extern void zdm_following_remove(ZdmFollowing *f, bool *is_own);
extern bool zdm_following_find(ZdmFollowing *f, Snapshot snapshot);
extern bool zdm_following_find_source(ZdmFollowing *f);

#endif /* ZDM_FOLLOWER_H */
