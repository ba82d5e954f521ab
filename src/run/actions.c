/*
 * actions.c
 *		The table of what a step can do, and how one of them is done.
 *
 * Nothing of it can be called from SQL: an action gets its arguments from a step, which
 * planners alone write.
 */
#include "postgres.h"

#include "access/xact.h"
#include "commands/defrem.h"
#include "nodes/makefuncs.h"
#include "nodes/parsenodes.h"
#include "tcop/dest.h"
#include "tcop/utility.h"
#include "utils/snapmgr.h"

#include "base/names.h"
#include "base/owner.h"
#include "base/query.h"
#include "base/resolved.h"
#include "change/catalog_changes.h"
#include "change/extract.h"
#include "change/follow.h"
#include "change/merge.h"
#include "change/shadow.h"
#include "change/stand_in.h"
#include "change/step_text.h"
#include "run/actions.h"
#include "run/backfill.h"
#include "run/concurrent.h"
#include "run/merge_work.h"

#define VISIT_MSEC 1000 /* for a visit of the backfill to come to its end */

/* Refuses to run a text in which a name stands for something else than it did. */
static void
check_names(const ZdmMigration *m, const ZdmDeed *deed)
{
	zdm_resolved_check(m->resolved, deed->text, zdm_relation_owner(m->relation));
}

static void
run_sql(const ZdmMigration *m, const ZdmDeed *deed)
{
	check_names(m, deed);
	zdm_run_step_text(deed->text);
}

/*
 * Creates sync triggers, or gives them another spec.  Names in a spec are compared when it is
 * compiled: nothing runs by replacing it, and the way back does.
 */
static void
run_sync_trigger(const ZdmMigration *m, const ZdmDeed *deed)
{
	zdm_run_step_text(deed->text);
}

/* Several deeds, one after the other. */
static void
run_series(const ZdmMigration *m, const ZdmDeed *deed)
{
	ListCell *lc;

	foreach (lc, zdm_deed_parts(deed))
		zdm_run_deed(m, lfirst(lc));
}

/* What is done to a partition, unless it has been detached or dropped. */
static void
run_in_partition(const ZdmMigration *m, const ZdmDeed *deed)
{
	if (OidIsValid(zdm_deed_partition(deed, m->relation)))
		run_series(m, deed);
}

/* Makes an index or REINDEX statement one that does not run concurrently. */
static void
make_plain(Node *stmt)
{
	ListCell *lc;

	if (IsA(stmt, IndexStmt))
	{
		((IndexStmt *) stmt)->concurrent = false;
		return;
	}
	foreach (lc, castNode(ReindexStmt, stmt)->params)
		if (strcmp(lfirst_node(DefElem, lc)->defname, "concurrently") == 0)
			((ReindexStmt *) stmt)->params =
				foreach_delete_current (((ReindexStmt *) stmt)->params, lc);
}

/* What a concurrent step does outside of transactions, in one: where nobody can be held up. */
static void
run_plainly(const ZdmMigration *m, const ZdmDeed *deed)
{
	RawStmt *raw = linitial_node(RawStmt, zdm_parse(deed->text));
	PlannedStmt *planned = makeNode(PlannedStmt);

	check_names(m, deed);
	(void) zdm_follow_names(zdm_step_targets(), raw->stmt);
	make_plain(raw->stmt);
	planned->commandType = CMD_UTILITY;
	planned->utilityStmt = raw->stmt;
	planned->stmt_location = raw->stmt_location;
	planned->stmt_len = raw->stmt_len;
	ProcessUtility(planned, deed->text, false, PROCESS_UTILITY_QUERY, NULL, NULL, None_Receiver,
				   NULL);
}

static const ZdmAction actions[] = {
	{.name = ZDM_ACTION_SQL, .run = run_sql},
	{.name = ZDM_ACTION_SERIES, .run = run_series},
	{.name = ZDM_ACTION_IN_PARTITION, .run = run_in_partition},
	{.name = ZDM_ACTION_SYNC_TRIGGER, .run = run_sync_trigger},
	{.name = ZDM_ACTION_ANALYZE, .run = run_sql, .about_rows = true},
	{.name = ZDM_ACTION_BACKFILL, .work = zdm_backfill_run, .grace_msec = VISIT_MSEC},
	{.name = ZDM_ACTION_COPY, .work = zdm_backfill_run, .grace_msec = VISIT_MSEC},
	{.name = ZDM_ACTION_CREATE_INDEX,
	 .run = run_plainly,
	 .work = zdm_concurrent_run,
	 .judge = zdm_judge_create_index},
	{.name = ZDM_ACTION_REINDEX,
	 .run = run_plainly,
	 .work = zdm_concurrent_run,
	 .judge = zdm_judge_reindex},
	{.name = ZDM_ACTION_ADD_FOREIGN_KEY, .run = zdm_run_add_foreign_key},
	{.name = ZDM_ACTION_CARRY_OVER, .run = zdm_run_carry_over},
	{.name = ZDM_ACTION_CARRY_PREPARE, .run = zdm_run_carry_prepare},
	{.name = ZDM_ACTION_CHECK_EXTRACT, .run = zdm_run_check_extract},
	{.name = ZDM_ACTION_COPY_GRANTS, .run = zdm_run_copy_grants},
	{.name = ZDM_ACTION_COPY_TARGET, .run = zdm_run_copy_target},
	{.name = ZDM_ACTION_CREATE_SHADOW, .run = zdm_run_create_shadow},
	{.name = ZDM_ACTION_DROP_MERGE, .run = zdm_run_drop_merge},
	{.name = ZDM_ACTION_DROP_EXTRACT, .run = zdm_run_drop_extract, .renames = true},
	{.name = ZDM_ACTION_DROP_SHADOW, .run = zdm_run_drop_shadow},
	{.name = ZDM_ACTION_DROP_STORED, .run = zdm_run_drop_stored},
	{.name = ZDM_ACTION_FINISH_EXTRACT, .run = zdm_run_finish_extract, .renames = true},
	{.name = ZDM_ACTION_FINISH_MERGE, .run = zdm_run_finish_merge, .renames = true},
	{.name = ZDM_ACTION_HIDE_PART, .run = zdm_run_hide_part, .renames = true},
	{.name = ZDM_ACTION_MAKE_EXCLUSION, .run = zdm_run_make_exclusion},
	{.name = ZDM_ACTION_MAKE_EXTRACT, .run = zdm_run_make_extract},
	{.name = ZDM_ACTION_MAKE_MERGE, .run = zdm_run_make_merge},
	{.name = ZDM_ACTION_MAKE_TWIN, .run = zdm_run_make_twin},
	{.name = ZDM_ACTION_DROP_STAND_IN, .run = zdm_run_drop_stand_in, .renames = true},
	{.name = ZDM_ACTION_EXCHANGE_NAMES, .run = zdm_run_exchange_names, .renames = true},
	{.name = ZDM_ACTION_MAKE_STAND_IN, .run = zdm_run_make_stand_in},
	{.name = ZDM_ACTION_MERGE_GRANTS, .run = zdm_run_merge_grants},
	{.name = ZDM_ACTION_MOVE_IDENTITY, .run = zdm_run_move_identity},
	{.name = ZDM_ACTION_REFRESH_STAND_IN, .run = zdm_run_refresh_stand_in},
	{.name = ZDM_ACTION_MOVE_INDEX_MARKS, .run = zdm_run_move_index_marks},
	{.name = ZDM_ACTION_REFUSE_LOSSY, .run = zdm_run_refuse_lossy},
	{.name = ZDM_ACTION_REFUSE_SEQUENCE, .run = zdm_run_refuse_sequence},
	{.name = ZDM_ACTION_REQUIRE_APART, .run = zdm_run_require_apart, .about_rows = true},
	{.name = ZDM_ACTION_RELEASE_CONSTRAINT, .run = zdm_run_release_constraint},
	{.name = ZDM_ACTION_RENAME_OBJECTS, .run = zdm_run_rename_objects, .renames = true},
	{.name = ZDM_ACTION_RENAME_NOT_NULL, .run = zdm_run_rename_not_null},
	{.name = ZDM_ACTION_REQUIRE_KNOWN, .run = zdm_run_require_known},
	{.name = ZDM_ACTION_SET_GENERATED, .run = zdm_run_set_generated},
	{.name = ZDM_ACTION_SET_INDEX_VISIBLE, .run = zdm_run_set_index_visible},
	{.name = ZDM_ACTION_SET_UNIQUE, .run = zdm_run_set_unique},
	{.name = ZDM_ACTION_SHOW_PART, .run = zdm_run_show_part, .renames = true},
	{.name = ZDM_ACTION_SWAP_INDEXES, .run = zdm_run_swap_indexes},
	{.name = ZDM_ACTION_TURN_MERGE,
	 .run = zdm_run_turn_merge,
	 .before = zdm_merge_drain_log,
	 .grace_msec = VISIT_MSEC,
	 .renames = true},
	{.name = ZDM_ACTION_TURN_MERGE_BACK, .run = zdm_run_turn_merge_back, .renames = true},
	{.name = ZDM_ACTION_TURN_SHADOW, .run = zdm_run_turn_shadow},
	{.name = ZDM_ACTION_TRUST_CONSTRAINT, .run = zdm_run_trust_constraint},
	{.name = ZDM_ACTION_TRUST_NOT_NULL, .run = zdm_run_trust_not_null},
};

/* Returns the action of that name; an internal error if there is none. */
const ZdmAction *
zdm_action(const char *name)
{
	for (int i = 0; i < lengthof(actions); i++)
		if (strcmp(actions[i].name, name) == 0)
			return &actions[i];
	elog(ERROR, "unknown action \"%s\"", name);
	return NULL; /* keep the compiler quiet */
}

/* Does what a step does, or undoes, in the current transaction. */
void
zdm_run_deed(const ZdmMigration *m, const ZdmDeed *deed)
{
	const ZdmAction *action = zdm_action(deed->action);

	Assert(action->run != NULL);
	CommandCounterIncrement();
	PushActiveSnapshot(GetTransactionSnapshot());
	action->run(m, deed);
	PopActiveSnapshot();
	CommandCounterIncrement();
}
