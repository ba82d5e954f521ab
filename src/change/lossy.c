/*
 * lossy.c
 *		What the old schema can't express, found on the way back from contract: rows,
 *		and how far a sequence has got.
 *
 * Such a row has NULL in an old column.  The guard index is on just those that may be
 * one, so a look at it is short; without it the whole table is looked at.  The table
 * is read as it is, whatever row security says, and under the lock of the way back.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/index.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "executor/tuptable.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "optimizer/optimizer.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"

#include "base/json.h"
#include "base/names.h"
#include "base/query.h"
#include "change/catalog_changes.h"
#include "change/guard_scan.h"
#include "fill/row.h"
#include "sync/sync_evaluate.h"

#define MAX_ROWS 1000
#define MAX_EXAMPLES 3

/* What the search is for, and what it has found. */
typedef struct LossyRows
{
	const ZdmMigration *migration;
	List *not_null;   /* of char *: old columns that must not be NULL */
	bool has_reverse; /* else nothing that was written since can be expressed */
	int64 count;
	StringInfoData examples;
} LossyRows;

/* Returns the sync trigger of a table; an error if it has none that fires always. */
static Trigger *
require_trigger(const ZdmMigration *m, Relation rel)
{
	Trigger *trigger = zdm_sync_trigger(rel, m->trigger_name);

	if (trigger == NULL)
		ereport(
			ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("the sync trigger of migration \"%s\" is missing, or disabled", m->name),
			 errdetail("What was written meanwhile may be missing on the other side."),
			 errhint("If it is disabled, ALTER TABLE ... ENABLE ALWAYS TRIGGER restores it. SELECT "
					 "zdm.finalize(%s) ends the migration with the new schema.",
					 quote_literal_cstr(m->name))));
	return trigger;
}

/* Tells whether both sides of the row agree, or an expression says otherwise or fails. */
static bool
is_expressed(LossyRows *found, Relation rel, TupleTableSlot *row)
{
	ZdmSyncProgram *program = zdm_sync_program(rel, require_trigger(found->migration, rel));
	Datum values[MaxTupleAttributeNumber];
	bool isnull[MaxTupleAttributeNumber];

	zdm_sync_reset(program);
	if (zdm_sync_try_forward(program, row, values, isnull, NULL) &&
		zdm_sync_side_equals(program->new_columns, program->nnew, row, values, isnull))
		return true;
	return found->has_reverse && zdm_sync_try_reverse(program, row, values, isnull, NULL) &&
		   zdm_sync_side_equals(program->old_columns, program->nold, row, values, isnull);
}

/* ZdmGuardRow: counts rows that are lossy, and describes the first ones. */
static bool
count_lossy(Relation rel, TupleTableSlot *row, void *arg)
{
	LossyRows *found = arg;
	bool lossy = false;
	ListCell *lc;
	char *text;

	foreach (lc, found->not_null)
		lossy |= slot_attisnull(row, get_attnum(RelationGetRelid(rel), lfirst(lc)));
	if (!lossy && is_expressed(found, rel, row))
		return true;
	if (found->count++ < MAX_EXAMPLES)
	{
		text = zdm_describe_row(rel, &row->tts_tid);
		appendStringInfo(&found->examples, "%s%s", found->count > 1 ? "; " : "",
						 text ? text
							  : psprintf("row (%u,%u)", ItemPointerGetBlockNumber(&row->tts_tid),
										 ItemPointerGetOffsetNumber(&row->tts_tid)));
	}
	return found->count < MAX_ROWS;
}

/* See zdm_run_refuse_lossy(); not_null lists the old columns that must not be NULL. */
ZdmDeed *
zdm_deed_refuse_lossy(const char *table, const char *guard, List *not_null, bool has_reverse)
{
	StringInfoData arguments;

	zdm_deed_begin(&arguments);
	zdm_json_add_string(&arguments, "table", table);
	zdm_json_add_string(&arguments, "guard", guard);
	zdm_json_add_list(&arguments, "not_null", not_null);
	zdm_json_add_bool(&arguments, "has_reverse", has_reverse);
	return zdm_deed_end(ZDM_ACTION_REFUSE_LOSSY, &arguments);
}

/*
 * Refuses to go back
 * to the old schema where it can't express what has been written since contract.
 */
void
zdm_run_refuse_lossy(const ZdmMigration *m, const ZdmDeed *deed)
{
	Relation rel = zdm_open_for_change(m, zdm_deed_relation(deed, "table"), AccessExclusiveLock);
	LossyRows found = {.migration = m,
					   .not_null = zdm_deed_list(deed, "not_null"),
					   .has_reverse = zdm_deed_bool(deed, "has_reverse")};

	(void) require_trigger(m, rel);
	initStringInfo(&found.examples);
	zdm_scan_guard(rel, zdm_deed_string(deed, "guard"), NULL, count_lossy, &found);
	table_close(rel, NoLock);
	if (found.count == 0)
		return;
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg_plural("migration \"%s\" cannot go back: %s%lld row has a value that the old "
						   "schema cannot express",
						   "migration \"%s\" cannot go back: %s%lld rows have values that the old "
						   "schema cannot express",
						   found.count, m->name, found.count >= MAX_ROWS ? "at least " : "",
						   (long long) found.count),
			 errdetail("For example: %s.", found.examples.data),
			 errhint("Change or delete these rows and try again, or stay with the new schema: "
					 "SELECT zdm.finalize(%s).",
					 quote_literal_cstr(m->name))));
}

/* See zdm_run_refuse_sequence(). */
ZdmDeed *
zdm_deed_refuse_sequence(const char *sequence, const char *type)
{
	StringInfoData arguments;

	zdm_deed_begin(&arguments);
	zdm_json_add_string(&arguments, "sequence", sequence);
	zdm_json_add_string(&arguments, "type", type);
	return zdm_deed_end(ZDM_ACTION_REFUSE_SEQUENCE, &arguments);
}

/*
 * Refuses to go back to a type that the
 * sequence has gone beyond; ALTER SEQUENCE ... AS would speak of a RESTART value that
 * nobody has given.
 */
void
zdm_run_refuse_sequence(const ZdmMigration *m, const ZdmDeed *deed)
{
	Oid sequence = zdm_deed_relation(deed, "sequence");
	Oid type;
	int32 typmod;
	int64 most;
	FmgrInfo function;
	LOCAL_FCINFO(call, 1);
	int64 last;

	zdm_parse_type(zdm_deed_string(deed, "type"), &type, &typmod);
	most = type == INT2OID ? PG_INT16_MAX : type == INT4OID ? PG_INT32_MAX : PG_INT64_MAX;
	fmgr_info(F_PG_SEQUENCE_LAST_VALUE, &function);
	InitFunctionCallInfoData(*call, &function, 1, InvalidOid, NULL, NULL);
	call->args[0].value = ObjectIdGetDatum(sequence);
	call->args[0].isnull = false;
	last = DatumGetInt64(FunctionCallInvoke(call));
	if (call->isnull || (last <= most && last >= -most - 1))
		return;
	ereport(
		ERROR,
		(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
		 errmsg("migration \"%s\" cannot go back: sequence %s is beyond type %s", m->name,
				zdm_qualified_name(sequence), format_type_be(type)),
		 errdetail("Its last value is %lld.", (long long) last),
		 errhint("Set it to a value from which there is room, SELECT setval(%s, ...), and try "
				 "again, or stay with the new schema: SELECT zdm.finalize(%s).",
				 quote_literal_cstr(zdm_qualified_name(sequence)), quote_literal_cstr(m->name))));
}
