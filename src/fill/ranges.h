/*
 * ranges.h
 *		The record of a backfill: zdm.backfill and zdm.backfill_range.
 *
 * Each table that has to be filled has a row in zdm.backfill: how many blocks it
 * had when the sync trigger was in place, and the first block that nobody has
 * taken yet.  Each worker takes ranges from there; a range that is under way, or
 * holds rows that were busy, has a row in zdm.backfill_range.  So a crash loses
 * no more than the batch that was not committed.
 */
#ifndef ZDM_RANGES_H
#define ZDM_RANGES_H

#include "postgres.h"

#include "nodes/pg_list.h"
#include "storage/block.h"
#include "utils/rel.h"

#include "fill/batch.h"
#include "record/migration.h"
#include "sync/sync_gap.h"

/* One row of zdm.backfill. */
typedef struct ZdmBackfillTable
{
	Oid relation;
	int64 total_blocks;
	int64 next_block;
	ZdmSyncGap gap; /* not NONE: its rows are compared, too */
} ZdmBackfillTable;

/* One row of zdm.backfill_range. */
typedef struct ZdmRange
{
	int64 id;
	Oid relation;
	BlockNumber first;
	BlockNumber end;
	BlockNumber position; /* block to go on with in this wave */
	int wave;             /* waves that are done */
	int waves;            /* waves that it is expected to take */
	bool busy;            /* only rows that were busy are left */
} ZdmRange;

extern List *zdm_backfill_tables(int64 migration);
extern bool zdm_has_backfill(int64 migration);
extern bool zdm_is_in_backfill(int64 migration, Oid relation);
extern ZdmSyncGap zdm_backfill_gap(int64 migration, Oid relation);
extern bool zdm_backfill_register(const ZdmMigration *m, Relation rel, bool late);
extern void zdm_backfill_restart(const ZdmMigration *m, Relation rel, ZdmSyncGap gap);
extern bool zdm_backfill_is_current(int64 migration, Relation rel);
extern void zdm_backfill_finish(int64 migration, Oid relation);
extern bool zdm_backfill_has_other(int64 migration, List *tables);
extern void zdm_backfill_leave(int64 migration, Oid relation);
extern void zdm_backfill_forget(int64 migration, Oid relation);

extern void zdm_range_release_all(int64 migration, int worker);
extern void zdm_range_release_dead(int64 migration, bool leader_is_new);
extern int64 zdm_range_count(int64 migration);
extern ZdmRange *zdm_range_take_over(int64 migration, int worker, bool busy);
extern ZdmRange *zdm_range_claim(int64 migration, Oid relation, int worker, int64 blocks,
								 int waves);
extern bool zdm_range_save(const ZdmRange *range, const ZdmBatchResult *result);
extern void zdm_range_finish(int64 migration, const ZdmRange *range, const ZdmBatchResult *result);

#endif /* ZDM_RANGES_H */
