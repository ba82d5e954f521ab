/*
 * ranges.c
 *		The record of a backfill: zdm.backfill and zdm.backfill_range.
 */
#include "postgres.h"

#include "access/transam.h"
#include "access/xlog.h"
#include "commands/trigger.h"
#include "executor/spi.h"
#include "optimizer/plancat.h"
#include "storage/bufmgr.h"
#include "utils/inval.h"

#include "base/compat.h"
#include "base/lock.h"
#include "base/query.h"
#include "fill/ranges.h"
#include "fill/sync_state.h"

static const char *const gap_names[] = {"none", "late", "again", "off"};

/*
 * A table's file is told by the cluster and the file's number: after VACUUM
 * FULL, CLUSTER, TRUNCATE, or a restore from a dump, block numbers mean nothing.
 */
static void
arg_file(ZdmArgs *args, Relation rel)
{
	zdm_arg_int8(args, (int64) GetSystemIdentifier());
	zdm_arg_oid(args, zdm_relation_filenode(rel));
}

/* Returns the first transaction that has not begun yet, as a number that never comes again. */
static int64
next_transaction(void)
{
	return (int64) U64FromFullTransactionId(ReadNextFullTransactionId());
}

/* Estimates the number of rows, as the planner does where there is a page at least. */
static int64
estimate_rows(Relation rel)
{
	BlockNumber pages;
	double tuples;
	double all_visible;

	if (RelationGetNumberOfBlocks(rel) == 0)
		return 0;
	estimate_rel_size(rel, NULL, &pages, &tuples, &all_visible);
	return (int64) tuples;
}

/* Runs a query about one table of a backfill, or about all of them; tells whether there is a row.
 */
static bool
backfill_row_exists(const char *sql, int64 migration, Oid relation)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};
	bool exists;

	zdm_record_begin(&scope);
	zdm_arg_int8(&args, migration);
	zdm_arg_oid(&args, relation);
	exists = zdm_query(sql, &args) > 0;
	zdm_record_end(&scope);
	return exists;
}

/* Tells whether the migration's backfill has noted any table. */
bool
zdm_has_backfill(int64 migration)
{
	return backfill_row_exists(
		"SELECT 1 FROM zdm.backfill_row WHERE migration_id = $1 AND $2 = 0::oid LIMIT 1", migration,
		InvalidOid);
}

/* Tells whether the migration's backfill has noted this table. */
bool
zdm_is_in_backfill(int64 migration, Oid relation)
{
	return backfill_row_exists(
		"SELECT 1 FROM zdm.backfill_row WHERE migration_id = $1 AND relation = $2", migration,
		relation);
}

/* Tells how a table of a backfill went without its trigger, if rows have to be compared for that.
 */
ZdmSyncGap
zdm_backfill_gap(int64 migration, Oid relation)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};
	ZdmSyncGap gap = ZDM_GAP_NONE;

	zdm_record_begin(&scope);
	zdm_arg_int8(&args, migration);
	zdm_arg_oid(&args, relation);
	if (zdm_query("SELECT coalesce(sync_gap, 'none') AS gap FROM zdm.backfill_row"
				  " WHERE migration_id = $1 AND relation = $2",
				  &args) > 0)
		gap = zdm_result_word(0, "gap", gap_names, lengthof(gap_names));
	zdm_record_end(&scope);
	return gap;
}

/* Lists the tables of a backfill that are not finished (ZdmBackfillTable *). */
List *
zdm_backfill_tables(int64 migration)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};
	List *result = NIL;
	ZdmBackfillTable *tables;
	uint64 n;

	zdm_record_begin(&scope);
	zdm_arg_int8(&args, migration);
	n = zdm_query("SELECT relation::oid AS relation, total_blocks, next_block,"
				  "       coalesce(sync_gap, 'none') AS gap FROM zdm.backfill_row"
				  " WHERE migration_id = $1 AND finished_at IS NULL ORDER BY relation::oid",
				  &args);
	tables = SPI_palloc(sizeof(ZdmBackfillTable) * (n + 1));
	for (uint64 i = 0; i < n; i++)
	{
		tables[i].relation = zdm_result_oid(i, "relation");
		tables[i].total_blocks = zdm_result_int8(i, "total_blocks");
		tables[i].next_block = zdm_result_int8(i, "next_block");
		tables[i].gap = zdm_result_word(i, "gap", gap_names, lengthof(gap_names));
	}
	zdm_record_end(&scope);
	for (uint64 i = 0; i < n; i++)
		result = lappend(result, &tables[i]);
	return result;
}

/* Tells whether a migration's backfill has noted a table that is none of these. */
bool
zdm_backfill_has_other(int64 migration, List *tables)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};
	List *texts = NIL;
	ListCell *lc;
	bool has_other;

	foreach (lc, tables)
		texts = lappend(texts, psprintf("%u", lfirst_oid(lc)));
	zdm_record_begin(&scope);
	zdm_arg_int8(&args, migration);
	zdm_arg_text_list(&args, texts);
	has_other = zdm_query("SELECT 1 FROM zdm.backfill_row WHERE migration_id = $1"
						  "   AND relation::oid <> ALL ($2::text[]::oid[]) LIMIT 1",
						  &args) > 0;
	zdm_record_end(&scope);
	return has_other;
}

/*
 * Notes a table that has to be filled, with all blocks that it has now: what
 * comes later passes the sync trigger, which the caller has seen in place.  late: others
 * were noted before it, so it was attached.  False if it was noted before.
 */
bool
zdm_backfill_register(const ZdmMigration *m, Relation rel, bool late)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};
	uint64 n;

	zdm_record_begin(&scope);
	zdm_arg_int8(&args, m->id);
	zdm_arg_oid(&args, RelationGetRelid(rel));
	arg_file(&args, rel);
	zdm_arg_int8(&args, RelationGetNumberOfBlocks(rel));
	zdm_arg_int8(&args, estimate_rows(rel));
	zdm_arg_text(&args, zdm_sync_state_at_first(m, RelationGetRelid(rel)));
	zdm_arg_text(&args, late ? gap_names[ZDM_GAP_LATE] : NULL);
	zdm_arg_int8(&args, next_transaction());
	n = zdm_query(
		"INSERT INTO zdm.backfill_row (migration_id, relation, system_id, filenode,"
		"    total_blocks, rows_expected, sync_trigger, sync_gap, since_xid)"
		" VALUES ($1, $2::oid::regclass, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING",
		&args);
	zdm_record_end(&scope);
	if (n > 0)
		CacheInvalidateRelcache(rel); /* programs have since_xid */
	return n > 0;
}

/*
 * Starts a table over, since its rows have moved to another file, or it has been without its
 * trigger (`gap`); what is filled stays so.
 */
void
zdm_backfill_restart(const ZdmMigration *m, Relation rel, ZdmSyncGap gap)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};

	zdm_record_begin(&scope);
	zdm_arg_int8(&args, m->id);
	zdm_arg_oid(&args, RelationGetRelid(rel));
	zdm_query("DELETE FROM zdm.backfill_range_row WHERE migration_id = $1 AND relation = $2",
			  &args);
	arg_file(&args, rel);
	zdm_arg_int8(&args, RelationGetNumberOfBlocks(rel));
	zdm_arg_int8(&args, estimate_rows(rel));
	zdm_arg_text(&args, gap == ZDM_GAP_NONE ? NULL : zdm_sync_state(m, RelationGetRelid(rel)));
	zdm_arg_text(&args, gap == ZDM_GAP_NONE ? NULL : gap_names[gap]);
	zdm_arg_int8(&args, next_transaction());
	zdm_query("UPDATE zdm.backfill_row SET system_id = $3, filenode = $4, total_blocks = $5,"
			  "       next_block = 0, rows_expected = $6, rows_written = 0, rows_hot = 0,"
			  "       restarts = restarts + 1, finished_at = NULL, since_xid = $9,"
			  "       sync_trigger = coalesce($7, sync_trigger),"
			  "       sync_gap = CASE WHEN sync_gap = 'again' THEN sync_gap"
			  "                  ELSE coalesce($8, sync_gap) END"
			  " WHERE migration_id = $1 AND relation = $2",
			  &args);
	zdm_record_end(&scope);
	CacheInvalidateRelcache(rel);
}

/* Tells whether the recorded block numbers are still those of the table's file. */
bool
zdm_backfill_is_current(int64 migration, Relation rel)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};
	bool current;

	zdm_record_begin(&scope);
	zdm_arg_int8(&args, migration);
	zdm_arg_oid(&args, RelationGetRelid(rel));
	arg_file(&args, rel);
	current = zdm_query("SELECT 1 FROM zdm.backfill_row WHERE migration_id = $1 AND relation = $2"
						"   AND system_id = $3 AND filenode = $4",
						&args) > 0;
	zdm_record_end(&scope);
	return current;
}

/*
 * Notes that a table is filled: all of its blocks were taken, and the caller has seen that
 * no range is left.  Not if somebody has begun it anew since then.
 */
void
zdm_backfill_finish(int64 migration, Oid relation)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};

	zdm_record_begin(&scope);
	zdm_arg_int8(&args, migration);
	zdm_arg_oid(&args, relation);
	zdm_query("UPDATE zdm.backfill_row SET finished_at = clock_timestamp(), sync_gap = NULL"
			  " WHERE migration_id = $1 AND relation = $2 AND finished_at IS NULL"
			  "   AND next_block >= total_blocks",
			  &args);
	zdm_record_end(&scope);
}

/*
 * Lets go of a table that does not belong to the migration's table any more.  It stays noted:
 * if it comes back, that tells that it was away.
 */
void
zdm_backfill_leave(int64 migration, Oid relation)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};

	zdm_record_begin(&scope);
	zdm_arg_int8(&args, migration);
	zdm_arg_oid(&args, relation);
	zdm_query("DELETE FROM zdm.backfill_range_row WHERE migration_id = $1 AND relation = $2",
			  &args);
	zdm_query(
		"UPDATE zdm.backfill_row SET finished_at = clock_timestamp(), next_block = total_blocks,"
		"       rows_expected = rows_written,"
		"       sync_trigger = regexp_replace(sync_trigger, '/[0-9]+/[0-9]+([+][0-9]+)?$', '/0/0')"
		" WHERE migration_id = $1 AND relation = $2",
		&args);
	zdm_record_end(&scope);
}

/* Forgets a table that was dropped. */
void
zdm_backfill_forget(int64 migration, Oid relation)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};

	zdm_record_begin(&scope);
	zdm_arg_int8(&args, migration);
	zdm_arg_oid(&args, relation);
	zdm_query("DELETE FROM zdm.backfill_range_row WHERE migration_id = $1 AND relation = $2",
			  &args);
	zdm_query("DELETE FROM zdm.backfill_row WHERE migration_id = $1 AND relation = $2", &args);
	zdm_record_end(&scope);
}

/* Makes a ZdmRange of the last result's only row. */
static ZdmRange *
range_from_result(void)
{
	ZdmRange *range = SPI_palloc(sizeof(ZdmRange));

	memset(range, 0, sizeof(*range));
	range->id = zdm_result_int8(0, "id");
	range->relation = zdm_result_oid(0, "relation");
	range->first = (BlockNumber) zdm_result_int8(0, "first_block");
	range->end = (BlockNumber) zdm_result_int8(0, "end_block");
	range->position = (BlockNumber) zdm_result_int8(0, "position");
	range->wave = (int) zdm_result_int8(0, "wave");
	range->waves = (int) zdm_result_int8(0, "waves");
	range->busy = zdm_result_bool(0, "busy");
	return range;
}

#define RANGE_COLUMNS                                                                        \
	"id, relation::oid AS relation, first_block, end_block, position, wave::bigint AS wave," \
	" waves::bigint AS waves, busy"

/*
 * Sets free what workers left behind that are gone: a helper whose session lock
 * nobody holds, and the leader if this one has just begun.
 */
void
zdm_range_release_dead(int64 migration, bool leader_is_new)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};
	List *dead = NIL;
	ListCell *lc;
	uint64 n;

	zdm_record_begin(&scope);
	zdm_arg_int8(&args, migration);
	n = zdm_query("SELECT DISTINCT worker::bigint AS worker FROM zdm.backfill_range_row"
				  " WHERE migration_id = $1 AND worker IS NOT NULL",
				  &args);
	for (uint64 i = 0; i < n; i++)
	{
		int worker = (int) zdm_result_int8(i, "worker");

		if (worker == 0
				? leader_is_new
				: !zdm_session_lock_is_held(ZDM_LOCK_HELPER, zdm_helper_key(migration, worker)))
			dead = lappend_int(dead, worker);
	}
	foreach (lc, dead)
	{
		args.count = 1;
		zdm_arg_int4(&args, lfirst_int(lc));
		zdm_query("UPDATE zdm.backfill_range_row SET worker = NULL"
				  " WHERE migration_id = $1 AND worker = $2",
				  &args);
	}
	zdm_record_end(&scope);
}

/* Gives back whatever a worker has, for anybody to take. */
void
zdm_range_release_all(int64 migration, int worker)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};

	zdm_record_begin(&scope);
	zdm_arg_int8(&args, migration);
	zdm_arg_int4(&args, worker);
	zdm_query(
		"UPDATE zdm.backfill_range_row SET worker = NULL WHERE migration_id = $1 AND worker = $2",
		&args);
	zdm_record_end(&scope);
}

/* Counts the ranges that are not done. */
int64
zdm_range_count(int64 migration)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};
	int64 count;

	zdm_record_begin(&scope);
	zdm_arg_int8(&args, migration);
	zdm_query("SELECT count(*) AS count FROM zdm.backfill_range_row WHERE migration_id = $1",
			  &args);
	count = zdm_result_int8(0, "count");
	zdm_record_end(&scope);
	return count;
}

/*
 * Takes a range that nobody works on: one that a worker left behind, or one
 * with busy rows, those that were tried least often first.  NULL if there is none.
 */
ZdmRange *
zdm_range_take_over(int64 migration, int worker, bool busy)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};
	ZdmRange *range = NULL;

	zdm_record_begin(&scope);
	zdm_arg_int8(&args, migration);
	zdm_arg_int4(&args, worker);
	zdm_arg_bool(&args, busy);
	if (zdm_query("UPDATE zdm.backfill_range_row SET worker = $2 WHERE id ="
				  " (SELECT id FROM zdm.backfill_range_row"
				  "   WHERE migration_id = $1 AND worker IS NULL AND busy = $3"
				  "   ORDER BY attempts, id LIMIT 1 FOR UPDATE SKIP LOCKED)"
				  " RETURNING " RANGE_COLUMNS,
				  &args) > 0)
		range = range_from_result();
	zdm_record_end(&scope);
	return range;
}

/* Takes the next blocks of a table that nobody has taken yet; NULL if there are none. */
ZdmRange *
zdm_range_claim(int64 migration, Oid relation, int worker, int64 blocks, int waves)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};
	ZdmRange *range = NULL;
	int64 first;
	int64 end;

	zdm_record_begin(&scope);
	zdm_arg_int8(&args, migration);
	zdm_arg_oid(&args, relation);
	if (zdm_query("SELECT next_block, total_blocks FROM zdm.backfill_row"
				  " WHERE migration_id = $1 AND relation = $2 FOR NO KEY UPDATE",
				  &args) > 0)
	{
		first = zdm_result_int8(0, "next_block");
		end = Min(first + blocks, zdm_result_int8(0, "total_blocks"));
		if (first < end)
		{
			zdm_arg_int8(&args, end);
			zdm_query("UPDATE zdm.backfill_row SET next_block = $3"
					  " WHERE migration_id = $1 AND relation = $2",
					  &args);
			zdm_arg_int8(&args, first);
			zdm_arg_int4(&args, worker);
			zdm_arg_int4(&args, waves);
			zdm_query("INSERT INTO zdm.backfill_range_row (migration_id, relation, worker,"
					  "                                first_block, end_block, position, waves)"
					  "VALUES ($1, $2::oid::regclass, $5, $4, $3, $4, $6) RETURNING " RANGE_COLUMNS,
					  &args);
			range = range_from_result();
		}
	}
	zdm_record_end(&scope);
	return range;
}

/*
 * Notes how far a range has come, and the rows since the last note; a busy one is
 * given back.  False if the range does not exist any more: its table was
 * rewritten, or dropped.
 */
bool
zdm_range_save(const ZdmRange *range, const ZdmBatchResult *result)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};
	uint64 n;

	zdm_record_begin(&scope);
	zdm_arg_int8(&args, range->id);
	zdm_arg_int8(&args, range->first);
	zdm_arg_int8(&args, range->end);
	zdm_arg_int8(&args, range->position);
	zdm_arg_int4(&args, range->wave);
	zdm_arg_bool(&args, range->busy);
	zdm_arg_int8(&args, result->written);
	zdm_arg_int8(&args, result->hot);
	n = zdm_query(
		"UPDATE zdm.backfill_range_row SET first_block = $2, end_block = $3, position = $4,"
		"       wave = $5, busy = $6, worker = CASE WHEN $6 THEN NULL ELSE worker END,"
		"       attempts = attempts + $6::int, rows_written = rows_written + $7,"
		"       rows_hot = rows_hot + $8"
		" WHERE id = $1",
		&args);
	zdm_record_end(&scope);
	return n > 0;
}

/* Adds a range's rows to those of its table, and forgets the range. */
void
zdm_range_finish(int64 migration, const ZdmRange *range, const ZdmBatchResult *result)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};

	zdm_record_begin(&scope);
	zdm_arg_int8(&args, range->id);
	zdm_arg_int8(&args, migration);
	zdm_arg_oid(&args, range->relation);
	zdm_arg_int8(&args, result->written);
	zdm_arg_int8(&args, result->hot);
	zdm_query("WITH r AS (DELETE FROM zdm.backfill_range_row WHERE id = $1"
			  "           RETURNING rows_written, rows_hot)"
			  "UPDATE zdm.backfill_row b SET rows_written = b.rows_written + r.rows_written + $4,"
			  "       rows_hot = b.rows_hot + r.rows_hot + $5"
			  "  FROM r WHERE b.migration_id = $2 AND b.relation = $3",
			  &args);
	zdm_record_end(&scope);
}
