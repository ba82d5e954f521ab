/*
 * synced.c
 *		Whether the sync trigger has seen every write to the tables of a migration.
 *
 * A table that is detached loses its trigger, and gets another one when it is attached
 * again; ALTER TABLE ... DISABLE TRIGGER and everything else that keeps a trigger from
 * firing writes its row in pg_trigger.  So zdm.backfill has, for each table, what the
 * trigger was when zdm itself had left it there: whatever it is now if not that, rows may
 * have been written without it, and have to be compared.
 */
#include "postgres.h"

#include "access/relation.h"
#include "catalog/pg_class.h"
#include "catalog/pg_trigger.h"
#include "commands/trigger.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "base/names.h"
#include "base/query.h"
#include "base/tree.h"
#include "fill/ranges.h"
#include "fill/sync_state.h"
#include "fill/synced.h"
#include "record/shadow.h"
#include "sync/sync_program.h"

/*
 * Tells whether the trigger for TRUNCATE of a table, which was made with its sync trigger, was
 * written after that, which is as it was noted.  A restore makes each by itself: then the note says
 * who has written that one.  Where the sync trigger is not as noted, others say so.
 */
bool
zdm_written_apart(const ZdmMigration *m, Oid relation, Oid trigger)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};
	bool as_noted;
	TransactionId expected = InvalidTransactionId;

	zdm_record_begin(&scope);
	zdm_arg_int8(&args, m->id);
	zdm_arg_oid(&args, relation);
	zdm_arg_text(&args, zdm_sync_state(m, relation));
	as_noted = zdm_query("SELECT split_part(sync_trigger, '+', 2) AS writer FROM zdm.backfill_row"
						 " WHERE migration_id = $1 AND relation = $2"
						 "   AND split_part(sync_trigger, '+', 1) = $3",
						 &args) > 0;
	if (as_noted)
		expected = (TransactionId) strtoul(zdm_result_text(0, "writer"), NULL, 10);
	zdm_record_end(&scope);
	if (as_noted && !TransactionIdIsValid(expected))
		expected = zdm_trigger_writer(get_trigger_oid(relation, m->trigger_name, false));
	return as_noted && zdm_trigger_writer(trigger) != expected;
}

/* The same in SQL, for many tables at once: $2 is the trigger's name, $3 zdm_life_of_tables(). */
#define SYNC_STATE "$3 || coalesce(t.oid, 0) || '/' || coalesce(t.xmin::text, '0')"

/* What is noted of it, less what is noted of another trigger. */
#define NOTED_STATE "split_part(b.sync_trigger, '+', 1)"

/* Tells whether two states are of the same trigger, whoever has written it. */
static bool
same_trigger(const char *a, const char *b)
{
	int until = (int) (strrchr(a, '/') - a);

	return strncmp(a, b, until + 1) == 0;
}

/*
 * Lists the tables that the backfill has noted and that have been synced ever since, or
 * were restored.
 */
List *
zdm_synced_tables(const ZdmMigration *m)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};
	List *result = NIL;
	MemoryContext caller = CurrentMemoryContext;
	uint64 n;

	zdm_record_begin(&scope);
	zdm_arg_int8(&args, m->id);
	zdm_arg_text(&args, m->trigger_name);
	zdm_arg_text(&args, zdm_life_of_tables(m));
	n = zdm_query("SELECT b.relation::oid AS relation"
				  "  FROM zdm.backfill_row b LEFT JOIN pg_catalog.pg_trigger t"
				  "       ON t.tgrelid = b.relation AND t.tgname = $2"
				  " WHERE b.migration_id = $1 AND (" NOTED_STATE " = " SYNC_STATE
				  "       OR NOT starts_with(b.sync_trigger, $3))",
				  &args);
	for (uint64 i = 0; i < n; i++)
	{
		MemoryContext spi = MemoryContextSwitchTo(caller);

		result = lappend_oid(result, zdm_result_oid(i, "relation"));
		MemoryContextSwitchTo(spi);
	}
	zdm_record_end(&scope);
	return result;
}

/* Tells how a table that was noted, and is not among zdm_synced_tables(), went without its trigger.
 */
ZdmSyncGap
zdm_sync_gap(const ZdmMigration *m, Oid relation)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};
	ZdmSyncGap gap = ZDM_GAP_AGAIN;
	char *now = zdm_sync_state(m, relation);

	zdm_record_begin(&scope);
	zdm_arg_int8(&args, m->id);
	zdm_arg_oid(&args, relation);
	if (zdm_query(
			"SELECT sync_trigger FROM zdm.backfill_row WHERE migration_id = $1 AND relation = $2",
			&args) > 0 &&
		same_trigger(now, zdm_result_text(0, "sync_trigger")))
		gap = ZDM_GAP_OFF;
	zdm_record_end(&scope);
	return gap;
}

/*
 * Notes the triggers of these tables as they are: a step of ours may have made them anew,
 * and the caller has seen before that they were synced.  Of a table that was restored also who has
 * written its trigger for TRUNCATE, behind a "+".
 */
void
zdm_note_sync_triggers(const ZdmMigration *m, List *tables)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};
	List *relations = NIL;
	ListCell *lc;

	if (tables == NIL)
		return;
	foreach (lc, tables)
		relations = lappend(relations, psprintf("%u", lfirst_oid(lc)));
	zdm_record_begin(&scope);
	zdm_arg_int8(&args, m->id);
	zdm_arg_text(&args, m->trigger_name);
	zdm_arg_text(&args, zdm_life_of_tables(m));
	zdm_arg_text_list(&args, relations);
	zdm_arg_text(&args, m->trigger_name ? zdm_shadow_truncate_trigger(m->trigger_name) : NULL);
	zdm_query("UPDATE zdm.backfill_row b"
			  "   SET sync_trigger = n.state || CASE WHEN starts_with(b.sync_trigger, $3) THEN ''"
			  "                                 ELSE coalesce('+' || n.other, '') END"
			  "  FROM (SELECT c.relation, " SYNC_STATE " AS state, o.xmin::text AS other"
			  "          FROM unnest($4::text[]::oid[]) AS c (relation)"
			  "               LEFT JOIN pg_catalog.pg_trigger t"
			  "               ON t.tgrelid = c.relation AND t.tgname = $2"
			  "               LEFT JOIN pg_catalog.pg_trigger o"
			  "               ON o.tgrelid = c.relation AND o.tgname = $5) AS n"
			  " WHERE b.migration_id = $1 AND b.relation = n.relation"
			  "   AND " NOTED_STATE " <> n.state",
			  &args);
	zdm_record_end(&scope);
}

/*
 * Returns a table of the tree that the backfill has not seen, or that has been without its
 * trigger since; InvalidOid if there is none, or no backfill.
 */
Oid
zdm_unsynced_table(const ZdmMigration *m)
{
	List *synced = zdm_synced_tables(m);
	ListCell *lc;

	if (m->trigger_name == NULL || !zdm_has_backfill(m->id))
		return InvalidOid;
	foreach (lc, zdm_relation_tree(m->relation))
		if (get_rel_relkind(lfirst_oid(lc)) == RELKIND_RELATION &&
			!list_member_oid(synced, lfirst_oid(lc)))
			return lfirst_oid(lc);
	return InvalidOid;
}

/* Refuses a call because of a table that has no trigger, or one that does not fire always. */
static void
refuse_disabled(const ZdmMigration *m, const char *call, Oid relation)
{
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("cannot %s migration \"%s\": table %s has no sync trigger \"%s\", or it "
					"is disabled",
					call, m->name, zdm_qualified_name(relation), m->trigger_name),
			 errdetail("What was written meanwhile may be missing on the other side."),
			 errhint("If it is disabled, ALTER TABLE ... ENABLE ALWAYS TRIGGER restores it, and "
					 "SELECT zdm.resume(%s) then brings the rows up to date; else SELECT "
					 "zdm.%s(%s) ends the migration.",
					 quote_literal_cstr(m->name),
					 strcmp(call, "contract") == 0 ? "rollback" : "finalize",
					 quote_literal_cstr(m->name))));
}

/* Refuses a call because of a table whose rows have to be filled or compared first. */
static void
refuse_unsynced(const ZdmMigration *m, const char *call, Oid relation)
{
	bool noted = zdm_is_in_backfill(m->id, relation);
	const char *what = "was attached after the backfill";

	if (noted && zdm_sync_gap(m, relation) == ZDM_GAP_OFF)
		what = "was without its sync trigger for a while";
	else if (noted)
		what = "was attached, or got another sync trigger, after the backfill";
	ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
					errmsg("cannot %s migration \"%s\": table %s %s", call, m->name,
						   zdm_qualified_name(relation), what),
					noted ? errdetail("Rows that were written meanwhile may have stale values.")
						  : errdetail("Its rows have not been filled."),
					errhint("SELECT zdm.resume(%s) fills and compares them.",
							quote_literal_cstr(m->name))));
}

/*
 * Refuses a call where a table's sync trigger is missing or disabled, or was for a while, or
 * a table was attached whose rows nobody has filled: what was written there may be missing
 * on the other side.  The caller holds the lock of the call.
 */
void
zdm_require_synced(const ZdmMigration *m, const char *call)
{
	Oid unsynced;
	ZdmTree tree = zdm_tree(m->relation);

	if (m->trigger_name == NULL)
		return;
	while (zdm_tree_next(&tree))
	{
		Relation rel = tree.rel;

		if (rel->rd_rel->relkind == RELKIND_RELATION &&
			zdm_sync_trigger(rel, m->trigger_name) == NULL)
			refuse_disabled(m, call, RelationGetRelid(rel));
	}
	unsynced = zdm_unsynced_table(m);
	if (OidIsValid(unsynced))
		refuse_unsynced(m, call, unsynced);
}
