/*
 * restore_point.c
 *		Named restore points before what can't be undone by a call, or only with effort.
 *
 * With zdm.restore_point on, contract and finalize write one to the WAL, once they have their
 * locks and before they change anything, so that a point-in-time recovery has a target
 * (recovery_target_name) at which the migration is where it was.  The row that tells of it is
 * committed with the change; after a recovery to the point itself it is not there.
 */
#include "postgres.h"

#include "access/xact.h"
#include "access/xlog.h"
#include "access/xlog_internal.h"
#include "catalog/pg_type.h"
#include "mb/pg_wchar.h"
#include "utils/pg_lsn.h"

#include "base/query.h"
#include "base/settings.h"
#include "run/restore_point.h"
#include "run/restore_slot.h"
#include "run/worker.h"

/* The restore point of the current transaction: calls on a release share one for each phase. */
static TransactionId made_in = InvalidTransactionId;
static ZdmPhase made_for;
static char made_name[MAXFNAMELEN];
static XLogRecPtr made_at;

/* Writes the restore point.  Its name has the WAL position: recovery ends at the first of a name.
 */
static void
make_restore_point(const ZdmMigration *m, ZdmPhase phase)
{
	const char *label = m->release ? m->release : m->name;
	const char *phase_name = zdm_phase_name(phase);
	char position[MAXFNAMELEN];
	int room;

	if (!XLogIsNeeded())
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("cannot make a restore point before %s: wal_level is minimal", phase_name),
				 errdetail("zdm.restore_point is on, and nothing could be restored to it."),
				 errhint("Set wal_level to replica, or zdm.restore_point off.")));
	made_at = GetXLogInsertRecPtr();
	snprintf(position, sizeof(position), "_%X_%X", LSN_FORMAT_ARGS(made_at));
	room = MAXFNAMELEN - 1 - (int) (strlen("zdm__") + strlen(phase_name) + strlen(position));
	snprintf(made_name, sizeof(made_name), "zdm_%s_%.*s%s", phase_name,
			 pg_mbcliplen(label, (int) strlen(label), room), label, position);
	made_at = XLogRestorePoint(made_name);
	made_for = phase;
	made_in = GetTopTransactionId();
}

/*
 * Makes a restore point before the steps of a phase, and records it, where zdm.restore_point is on.
 * The caller holds the migration's locks.  Raises object_not_in_prerequisite_state where the WAL
 * has too little for one.
 */
void
zdm_restore_point_before(const ZdmMigration *m, ZdmPhase phase)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};
	TimeLineID timeline;
	XLogSegNo segment;
	char file[MAXFNAMELEN];

	if (!zdm_restore_point)
		return;
	if (made_in != GetTopTransactionId() || made_for != phase)
		make_restore_point(m, phase);
	timeline = GetWALInsertionTimeLine();
	XLByteToPrevSeg(made_at, segment, wal_segment_size); /* it ends there */
	XLogFileName(file, timeline, segment, wal_segment_size);

	zdm_record_begin(&scope);
	zdm_arg_int8(&args, m->id);
	zdm_arg_text(&args, made_name);
	zdm_arg_text(&args, zdm_phase_name(phase));
	zdm_arg_datum(&args, PG_LSNOID, LSNGetDatum(made_at), false);
	zdm_arg_text(&args, file);
	zdm_arg_int8(&args, (int64) timeline);
	zdm_arg_text(&args, phase == ZDM_PHASE_CONTRACT ? zdm_restore_slot_made() : NULL);
	zdm_query("INSERT INTO zdm.restore_point_row"
			  " (migration_id, name, before, lsn, wal_file, timeline, slot)"
			  " VALUES ($1, $2, $3, $4, $5, $6, $7)",
			  &args);
	zdm_record_end(&scope);
	if (zdm_restore_slot_made())
		zdm_worker_request_keeper();
	ereport(NOTICE, (errmsg("restore point \"%s\" was made", made_name)));
}
