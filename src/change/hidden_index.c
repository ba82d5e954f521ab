/*
 * hidden_index.c
 *		CREATE INDEX CONCURRENTLY on a table that follows another one.
 *
 * It is what the server does (indexcmds.c, DefineIndex): an index that is not ready, a wait for all
 * who may not know of it, the build, a wait for all who have not kept it, another pass over table
 * and index for what they have written, a wait for all who may see less than it has.  On a
 * quiet server that other pass takes a third of the time and finds nothing.  So it is left out
 * where nobody has written the table: that can be seen by its pages, each of which has the place in
 * the WAL of its last change.
 *
 * For that, the index is made under a lock that no writer has, so that whoever writes later knows
 * of it, and whatever he writes is behind that moment in the WAL.  The lock is not waited for, and
 * goes with the transaction that enters the index into the catalog; where it can't be had, the
 * server's command does it all.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/transam.h"
#include "access/xact.h"
#include "access/xlog.h"
#include "catalog/index.h"
#include "catalog/indexing.h"
#include "catalog/pg_index.h"
#include "commands/progress.h"
#include "miscadmin.h"
#include "pgstat.h"
#include "storage/bufmgr.h"
#include "storage/lmgr.h"
#include "storage/lwlock.h"
#include "storage/proc.h"
#include "storage/procarray.h"
#include "utils/backend_progress.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

#include "base/compat.h"
#include "base/stop_point.h"
#include "base/transaction.h"
#include "change/concurrent_index.h"

/* An index on its way. */
typedef struct HiddenIndex
{
	Oid table;
	Oid index;
	bool plain;           /* it runs no code of a user */
	XLogRecPtr made_at;   /* whatever was written later is behind that */
	TransactionId before; /* whatever was written earlier is of this transaction or of one before */
} HiddenIndex;

/* Has writers neither keep an index nor queries use it, before anybody can see it. */
static void
mark_unbuilt(Oid index)
{
	Relation catalog = table_open(IndexRelationId, RowExclusiveLock);
	HeapTuple tuple = SearchSysCacheCopy1(INDEXRELID, ObjectIdGetDatum(index));
	Form_pg_index form;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for index %u", index);
	form = (Form_pg_index) GETSTRUCT(tuple);
	form->indisready = false;
	form->indisvalid = false;
	CatalogTupleUpdate(catalog, &tuple->t_self, tuple);
	heap_freetuple(tuple);
	table_close(catalog, RowExclusiveLock);
	CommandCounterIncrement();
}

/* Ends the transaction and begins another, which has no snapshot. */
static void
next_transaction(void)
{
	CommitTransactionCommand();
	StartTransactionCommand();
}

/* Waits until all have ended that may have written the table without knowing its indexes of now. */
static void
await_writers(Oid table)
{
	LOCKTAG tag;

	SET_LOCKTAG_RELATION(tag, MyDatabaseId, table);
	WaitForLockers(tag, ShareLock, true);
}

/* Waits until nobody has a snapshot any more to whom a transaction before `limit` is under way. */
static void
await_snapshots(TransactionId limit)
{
	for (;;)
	{
		int n;
		VirtualTransactionId *holders = GetCurrentVirtualXIDs(
			limit, true, false, PROC_IS_AUTOVACUUM | PROC_IN_VACUUM | PROC_IN_SAFE_IC, &n);

		if (n == 0)
			return;
		VirtualXactLock(holders[0], true);
		pfree(holders);
	}
}

/* Tells whether a page of the table was changed behind a place in the WAL. */
static bool
was_written(Oid table, XLogRecPtr since)
{
	Relation rel = table_open(table, AccessShareLock);
	BufferAccessStrategy strategy = GetAccessStrategy(BAS_BULKREAD);
	BlockNumber blocks = RelationGetNumberOfBlocks(rel);
	bool written = !RelationNeedsWAL(rel);

	for (BlockNumber block = 0; block < blocks && !written; block++)
	{
		Buffer buffer = ReadBufferExtended(rel, MAIN_FORKNUM, block, RBM_NORMAL, strategy);

		written = BufferGetLSNAtomic(buffer) > since;
		ReleaseBuffer(buffer);
		CHECK_FOR_INTERRUPTS();
	}
	FreeAccessStrategy(strategy);
	table_close(rel, NoLock);
	return written;
}

/* Tells whether an index has neither expressions nor a predicate. */
static bool
is_plain(const IndexStmt *stmt)
{
	ListCell *lc;

	foreach (lc, stmt->indexParams)
		if (lfirst_node(IndexElem, lc)->expr)
			return false;
	return stmt->whereClause == NULL;
}

/*
 * Has builds of other tables not wait for this transaction, which has no snapshot yet, and looks at
 * no table but this one.
 */
static void
keep_from_hindering(void)
{
	LWLockAcquire(ProcArrayLock, LW_EXCLUSIVE);
	MyProc->statusFlags |= PROC_IN_SAFE_IC;
	ProcGlobal->statusFlags[MyProc->pgxactoff] = MyProc->statusFlags;
	LWLockRelease(ProcArrayLock);
}

/* Builds it, from what a snapshot sees.  From then on, writers keep it. */
static void
build_hidden(const HiddenIndex *index)
{
	if (index->plain)
		keep_from_hindering();
	PushActiveSnapshot(GetTransactionSnapshot());
	index_concurrently_build(index->table, index->index);
	PopActiveSnapshot();
	next_transaction();
}

/* Adds what it lacks; returns the transaction that limits the snapshots that may see more. */
static TransactionId
validate_hidden(const HiddenIndex *index)
{
	Snapshot snapshot;
	TransactionId limit;

	if (index->plain)
		keep_from_hindering();
	snapshot = RegisterSnapshot(GetTransactionSnapshot());
	limit = snapshot->xmin;
	PushActiveSnapshot(snapshot);
	validate_index(index->table, index->index, snapshot);
	PopActiveSnapshot();
	UnregisterSnapshot(snapshot);
	InvalidateCatalogSnapshot();
	next_transaction();
	return limit;
}

/* Lets queries use it. */
static void
set_valid(const HiddenIndex *index)
{
	PushActiveSnapshot(GetTransactionSnapshot());
	index_set_state_flags(index->index, INDEX_CREATE_SET_VALID);
	CacheInvalidateRelcacheByRelid(index->table);
	PopActiveSnapshot();
}

/*
 * Makes an index on a table that the session has locked, in the current transaction, which may
 * write nothing else, and others.  The snapshot is taken off.
 */
ObjectAddress
zdm_define_hidden_index(Oid table, IndexStmt *stmt)
{
	HiddenIndex index = {.table = table, .plain = is_plain(stmt)};
	IndexStmt *plain;
	ObjectAddress address;
	TransactionId limit;
	bool written;

	zdm_stop_point("index wanted");
	if (!ConditionalLockRelationOid(table, ShareLock))
		return zdm_define_index(table, stmt, false);
	zdm_tx_relax(); /* the lock is held until the commit is through */
	index.made_at = GetXLogInsertRecPtr();
	index.before = ReadNextTransactionId();
	TransactionIdRetreat(index.before);
	plain = copyObject(stmt);
	plain->concurrent = false;
	address = zdm_define_index(table, plain, true);
	index.index = address.objectId;
	mark_unbuilt(index.index);
	PopActiveSnapshot();
	next_transaction();

	pgstat_progress_start_command(PROGRESS_COMMAND_CREATE_INDEX, table);
	pgstat_progress_update_param(PROGRESS_CREATEIDX_COMMAND,
								 PROGRESS_CREATEIDX_COMMAND_CREATE_CONCURRENTLY);
	pgstat_progress_update_param(PROGRESS_CREATEIDX_INDEX_OID, index.index);
	zdm_stop_point("index made");
	next_transaction();
	build_hidden(&index);
	zdm_stop_point("index built");
	await_writers(table);
	limit = index.before;
	written = was_written(table, index.made_at);
	next_transaction();
	if (written)
		limit = validate_hidden(&index);
	await_snapshots(limit);
	set_valid(&index);
	pgstat_progress_end_command();
	return address;
}
