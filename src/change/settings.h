/*
 * settings.h
 *		What ALTER TABLE ... ALTER COLUMN has set of a column, and its like of indexes and
 *statistics.
 */
#ifndef ZDM_SETTINGS_H
#define ZDM_SETTINGS_H

#include "postgres.h"

#include "access/attnum.h"
#include "nodes/pg_list.h"

extern List *zdm_column_options(Datum options);
extern bool zdm_same_column_settings(Oid a, AttrNumber a_attnum, Oid b, AttrNumber b_attnum);
extern void zdm_copy_column_settings(Oid from_relid, AttrNumber from, Oid relid, AttrNumber to);
extern void zdm_copy_view_settings(Oid from, Oid to);
extern void zdm_add_column_estimates(Oid relid, AttrNumber from, AttrNumber to);
extern bool zdm_same_index_targets(Oid a, Oid b);
extern void zdm_copy_index_targets(Oid from, Oid to);
extern void zdm_copy_statistics_target(Oid from, Oid to);

#endif /* ZDM_SETTINGS_H */
