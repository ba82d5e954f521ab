/*
 * restore_slot.c
 *		Logical slots beside restore points: what is written after contract can be read again.
 *
 * A slot is no part of a transaction: it is made before the calling transaction has written
 * anything or locked a table, since making one waits for all that is under way, and it stays where
 * the transaction comes to nothing.  So whoever makes one shares ZDM_LOCK_RESTORE_SLOT to the end
 * of his transaction, and a slot that no row of the record names while nobody has the lock is
 * nobody's.
 *
 * Slots keep WAL.  The keeper (guard.c) looks after them once a second, and the launcher after the
 * keeper; where there is no launcher none is made.
 */
#include "postgres.h"

#include "access/xact.h"
#include "access/xlog.h"
#include "executor/spi.h"
#include "replication/slot.h"
#include "utils/guc.h"

#include "base/compat.h"
#include "base/extension.h"
#include "base/lock.h"
#include "base/query.h"
#include "base/settings.h"
#include "base/transaction.h"
#include "record/migration.h"
#include "run/release.h"
#include "run/restore_slot.h"

#define WAIT_MSEC 30000 /* for one transaction that is under way */

/* A slot that is to go. */
typedef struct Doomed
{
	char *name;
	int pid; /* of who reads it; 0: nobody */
	char *why;
} Doomed;

static char made[NAMEDATALEN] = ""; /* in the current transaction */

/* Returns the slot that was made in the current transaction; NULL: none. */
const char *
zdm_restore_slot_made(void)
{
	return made[0] ? made : NULL;
}

/* Refuses where a slot can't be made, or would not be looked after. */
static void
check_makable(void)
{
	if (!zdm_preloaded || zdm_launcher_interval == 0)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("cannot make a logical slot before contract: nobody would drop it in time"),
				 errdetail("%s", zdm_preloaded ? "zdm.launcher_interval is 0."
											   : "zdm is not in shared_preload_libraries, so there "
												 "is no launcher."),
				 errhint("Change that, or set zdm.restore_slot to ''.")));
	if (!zdm_wal_can_be_decoded())
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("cannot make a logical slot before contract: wal_level is not logical"),
				 errhint("Set wal_level to logical and restart the server, or set zdm.restore_slot "
						 "to ''.")));
	if (TransactionIdIsValid(GetTopTransactionIdIfAny()))
		ereport(
			ERROR,
			(errcode(ERRCODE_ACTIVE_SQL_TRANSACTION),
			 errmsg("cannot make a logical slot before contract: the transaction has written"),
			 errhint("Call contract in a transaction of its own, or set zdm.restore_slot to ''.")));
}

/* Error context: which slot, and why that may take time. */
static void
tell_what_is_made(void *arg)
{
	errcontext("making the logical slot \"%s\", which waits for the transactions under way", made);
}

static void
make_slot(void)
{
	ErrorContextCallback callback = {error_context_stack, tell_what_is_made, NULL};
	ZdmRecordScope scope;
	ZdmArgs args = {0};

	zdm_record_begin(&scope);
	(void) set_config_option("lock_timeout", psprintf("%d", WAIT_MSEC), PGC_USERSET, PGC_S_SESSION,
							 GUC_ACTION_SAVE, true, 0, false);
	zdm_arg_text(&args, made);
	zdm_arg_text(&args, zdm_restore_slot);
	error_context_stack = &callback;
	PG_TRY();
	{
		zdm_query("SELECT FROM pg_catalog.pg_create_logical_replication_slot($1, $2)", &args);
	}
	PG_CATCH();
	{
		made[0] = '\0';
		if (MyReplicationSlot) /* else whoever catches the error can make no other one */
			ReplicationSlotRelease();
		PG_RE_THROW();
	}
	PG_END_TRY();
	error_context_stack = callback.previous;
	zdm_record_end(&scope);
}

/*
 * Makes a slot where zdm.restore_slot asks for one and something of what a name stands for is to be
 * contracted.  Before anything is written or locked.
 */
void
zdm_restore_slot_make(const char *name)
{
	XLogRecPtr at = GetXLogInsertRecPtr();
	bool any = false;
	ListCell *lc;

	if (!zdm_restore_point || zdm_restore_slot[0] == '\0' || made[0])
		return;
	foreach (lc, zdm_release_members(name))
	{
		ZdmStatus status = ((ZdmMigration *) lfirst(lc))->status;

		if (status != ZDM_READY && status != ZDM_CONTRACTED && status != ZDM_FINALIZED)
			return; /* contract will refuse */
		any |= status == ZDM_READY;
	}
	if (!any)
		return;
	check_makable();
	while (!zdm_transaction_lock_shared(ZDM_LOCK_RESTORE_SLOT, 0))
		zdm_sleep(1); /* the keeper has it for a moment */
	snprintf(made, sizeof(made), "zdm_restore_%x_%x_%d", LSN_FORMAT_ARGS(at), MyProcPid);
	make_slot();
	ereport(NOTICE, (errmsg("logical slot \"%s\" was made", made)));
}

/* Tells whether there is such a slot in this database. */
bool
zdm_restore_slots_are_there(void)
{
	ZdmRecordScope scope;
	bool found;

	zdm_record_begin(&scope);
	found = zdm_query("SELECT FROM pg_catalog.pg_replication_slots"
					  " WHERE database = pg_catalog.current_database()"
					  "   AND slot_name LIKE 'zdm\\_restore\\_%'",
					  NULL) > 0;
	zdm_record_end(&scope);
	return found;
}

/* Lists the slots that are to go (Doomed *), in the current memory context. */
static List *
list_doomed(void)
{
	MemoryContext caller = CurrentMemoryContext;
	bool alone = zdm_session_lock(ZDM_LOCK_RESTORE_SLOT, 0);
	ZdmRecordScope scope;
	ZdmArgs args = {0};
	List *result = NIL;
	uint64 n;

	zdm_record_begin(&scope);
	zdm_arg_int8(&args, (int64) zdm_restore_slot_limit * 1024 * 1024);
	zdm_arg_usec(&args, zdm_restore_slot_keep_for * USECS_PER_SEC);
	zdm_arg_bool(&args, alone);
	n = zdm_query(
		"SELECT name, pid, why"
		"  FROM (SELECT s.slot_name::text AS name, s.active_pid::bigint AS pid,"
		"               CASE WHEN s.wal_status = 'lost' OR pg_catalog.pg_wal_lsn_diff("
		"                             pg_catalog.pg_current_wal_insert_lsn(), s.restart_lsn) > $1"
		"                    THEN 'zdm.restore_slot_limit'"
		"                    WHEN p.at < pg_catalog.clock_timestamp() - $2"
		"                    THEN 'zdm.restore_slot_keep_for'"
		"                    WHEN NOT p.contracted THEN 'nothing is contracted any more'"
		"                    WHEN p.contracted IS NULL AND $3 THEN 'the contract was undone'"
		"               END AS why"
		"          FROM pg_catalog.pg_replication_slots s,"
		"               LATERAL (SELECT min(r.at) AS at, bool_or(m.status = 'contracted') AS "
		"contracted"
		"                          FROM zdm.restore_point_row r"
		"                               JOIN zdm.migration_row m ON m.id = r.migration_id"
		"                         WHERE r.slot = s.slot_name) p"
		"         WHERE s.database = pg_catalog.current_database()"
		"           AND s.slot_name LIKE 'zdm\\_restore\\_%') AS s"
		" WHERE why IS NOT NULL",
		&args);
	for (uint64 i = 0; i < n; i++)
	{
		MemoryContext record = MemoryContextSwitchTo(caller);
		Doomed *doomed = palloc(sizeof(Doomed));

		doomed->name = pstrdup(zdm_result_text(i, "name"));
		doomed->why = pstrdup(zdm_result_text(i, "why"));
		doomed->pid = zdm_result_isnull(i, "pid") ? 0 : (int) zdm_result_int8(i, "pid");
		result = lappend(result, doomed);
		MemoryContextSwitchTo(record);
	}
	zdm_record_end(&scope);
	if (alone)
		zdm_session_unlock(ZDM_LOCK_RESTORE_SLOT, 0);
	return result;
}

/* ZdmTryFunction: drops a slot; ends whoever reads it, and then it is dropped the next time. */
static void
drop_slot(void *arg)
{
	const Doomed *doomed = arg;
	ZdmRecordScope scope;
	ZdmArgs args = {0};
	List *ids;
	ListCell *lc;

	zdm_record_begin(&scope);
	if (doomed->pid != 0)
	{
		zdm_arg_int4(&args, doomed->pid);
		zdm_query("SELECT pg_catalog.pg_terminate_backend($1)", &args);
		zdm_record_end(&scope);
		return;
	}
	zdm_arg_text(&args, doomed->name);
	zdm_query("SELECT pg_catalog.pg_drop_replication_slot($1)", &args);
	zdm_record_end(&scope);
	zdm_arg_text(&args, doomed->why);
	ids = zdm_query_ids("UPDATE zdm.restore_point_row SET slot_dropped = $2 WHERE slot = $1"
						" RETURNING migration_id AS id",
						&args);
	foreach (lc, ids)
	{
		ZdmMigration *m = zdm_migration_by_id(*(int64 *) lfirst(lc));

		if (m)
			zdm_migration_event(m, "slot dropped", psprintf("%s: %s", doomed->name, doomed->why));
	}
}

/* Drops what has come to its end.  Errors are logged, and it is tried again. */
void
zdm_restore_slots_step(void)
{
	List *doomed = NIL;
	ListCell *lc;

	zdm_tx_begin();
	if (zdm_extension_lock() && zdm_restore_slots_are_there())
		doomed = list_doomed();
	zdm_tx_commit();
	foreach (lc, doomed)
	{
		Doomed *slot = lfirst(lc);
		ErrorData *error;

		zdm_tx_begin();
		error = zdm_extension_lock() ? zdm_try(drop_slot, slot) : NULL;
		if (error)
			ereport(LOG, (errmsg("zdm: could not drop the logical slot \"%s\": %s", slot->name,
								 zdm_error_text(error))));
		zdm_tx_commit();
	}
}

/* Drops all of them in a database from which the extension has gone. */
void
zdm_restore_slots_forget(void)
{
	zdm_tx_begin();
	if (!OidIsValid(zdm_extension_oid()))
	{
		if (SPI_connect() != SPI_OK_CONNECT)
			elog(ERROR, "SPI_connect failed");
		(void) SPI_execute("SELECT pg_catalog.pg_drop_replication_slot(slot_name)"
						   "  FROM pg_catalog.pg_replication_slots"
						   " WHERE database = pg_catalog.current_database() AND NOT active"
						   "   AND slot_name LIKE 'zdm\\_restore\\_%'",
						   false, 0);
		SPI_finish();
	}
	zdm_tx_commit();
}

static void
xact_callback(XactEvent event, void *arg)
{
	if (event == XACT_EVENT_COMMIT || event == XACT_EVENT_ABORT || event == XACT_EVENT_PREPARE)
		made[0] = '\0';
}

/* Called once, from _PG_init. */
void
zdm_restore_slot_init(void)
{
	RegisterXactCallback(xact_callback, NULL);
}
