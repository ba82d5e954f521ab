/*
 * merge_keys.h
 *		The key by which rows of a table that is merged meet those of the other one.
 */
#ifndef ZDM_MERGE_KEYS_H
#define ZDM_MERGE_KEYS_H

#include "postgres.h"

#include "access/attnum.h"
#include "access/tupdesc.h"
#include "utils/rel.h"

extern int zdm_merge_whole_keys(Relation whole, AttrNumber *keys);
extern int zdm_merge_part_keys(Relation part, Oid whole, AttrNumber *keys);
extern void zdm_merge_require_log(Relation log, TupleDesc desc, const AttrNumber *keys, int nkeys);
extern void zdm_merge_takes_entries(bool takes);

#endif /* ZDM_MERGE_KEYS_H */
