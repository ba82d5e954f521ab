/*
 * api.c
 *		The SQL functions: arguments in, one call, results out.
 */
#include "postgres.h"

#include <math.h>

#include "access/htup_details.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "fmgr.h"
#include "funcapi.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "parser/parser.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/json.h"
#include "utils/jsonb.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"
#include "utils/timestamp.h"
#include "utils/tuplestore.h"

#include "api/given_call.h"
#include "base/expression.h"
#include "base/fold.h"
#include "base/interval.h"
#include "base/json.h"
#include "base/lock.h"
#include "base/names.h"
#include "base/query.h"
#include "base/settings.h"
#include "change/change.h"
#include "change/plan_cost.h"
#include "record/tuning.h"
#include "run/forget.h"
#include "run/lifecycle.h"
#include "run/quiet.h"
#include "run/release.h"
#include "run/restore_slot.h"
#include "run/verified.h"

PG_FUNCTION_INFO_V1(zdm_expand);
PG_FUNCTION_INFO_V1(zdm_plan);
PG_FUNCTION_INFO_V1(zdm_alter_backfill);
PG_FUNCTION_INFO_V1(zdm_pause_all);
PG_FUNCTION_INFO_V1(zdm_pause);
PG_FUNCTION_INFO_V1(zdm_resume);
PG_FUNCTION_INFO_V1(zdm_cancel);
PG_FUNCTION_INFO_V1(zdm_contract);
PG_FUNCTION_INFO_V1(zdm_reopen);
PG_FUNCTION_INFO_V1(zdm_rollback);
PG_FUNCTION_INFO_V1(zdm_finalize);
PG_FUNCTION_INFO_V1(zdm_forget_migration);

/*
 * While zdm.plan() runs a call: where the steps go that it would run, and the
 * memory for them.  Set and reset by zdm_plan() alone.
 */
static MemoryContext planning = NULL;
static List *planned_steps = NIL;
static bool planned_cost = false;

/* The arguments of a call, by name. */
typedef struct NamedArguments
{
	char *function;  /* its own name */
	Oid relation;    /* tbl; InvalidOid: not given */
	char *name;      /* name; NULL: not given */
	Jsonb *settings; /* workers and complete; NULL: neither */
	ArrayType *reset;
	Jsonb *others; /* the rest, without those that are null */
} NamedArguments;

/* Refuses an array that is no list of words: one of them could go unseen. */
static void
check_list(const char *name, ArrayType *array)
{
	if (ARR_NDIM(array) > 1)
		ereport(ERROR, (errcode(ERRCODE_ARRAY_SUBSCRIPT_ERROR),
						errmsg("%s must be an array of one dimension", name)));
	if (array_contains_nulls(array))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
						errmsg("%s must not contain a null", name)));
}

/* Refuses JSON that is neither an object nor, as the parts of a table are, an array. */
static void
check_json(const char *name, Jsonb *json)
{
	bool wants_array = strcmp(name, "parts") == 0;

	if (JB_ROOT_IS_SCALAR(json) ||
		(wants_array ? !JB_ROOT_IS_ARRAY(json) : !JB_ROOT_IS_OBJECT(json)))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("%s must be a JSON %s", name, wants_array ? "array" : "object"),
						errdetail("It is %s.", zdm_json_text(json))));
}

/* Adds one argument to the JSON object that stands for all of them. */
static void
add_argument(StringInfo buf, const char *name, Oid type, Datum value)
{
	Oid output;
	bool is_varlena;
	int level;

	switch (type)
	{
		case BOOLOID:
			zdm_json_add_key(buf, name);
			appendStringInfoString(buf, DatumGetBool(value) ? "true" : "false");
			break;
		case INT4OID:
			zdm_json_add_key(buf, name);
			appendStringInfo(buf, "%d", DatumGetInt32(value));
			break;
		case FLOAT8OID:
			zdm_json_add_key(buf, name);
			appendStringInfo(buf, isfinite(DatumGetFloat8(value)) ? "%g" : "\"%g\"",
							 DatumGetFloat8(value));
			break;
		case JSONBOID:
			zdm_json_add_key(buf, name);
			check_json(name, DatumGetJsonbP(value));
			appendStringInfoString(buf, zdm_json_text(DatumGetJsonbP(value)));
			break;
		case REGCLASSOID: /* its own text would depend on search_path */
			zdm_json_add_string(buf, name, zdm_qualified_name(DatumGetObjectId(value)));
			break;
		case TEXTARRAYOID:
			check_list(name, DatumGetArrayTypeP(value));
			zdm_json_add_list(buf, name, zdm_text_list(DatumGetArrayTypeP(value)));
			break;
		case INTERVALOID: /* its text depends on IntervalStyle */
			level = zdm_pin_search_path();
			zdm_json_add_string(buf, name,
								DatumGetCString(DirectFunctionCall1(interval_out, value)));
			AtEOXact_GUC(false, level);
			break;
		default:
			getTypeOutputInfo(type, &output, &is_varlena);
			zdm_json_add_string(buf, name, OidOutputFunctionCall(output, value));
	}
}

/*
 * Collects the arguments of the call that is under way by the names that the
 * catalog gives them.
 */
static void
collect_arguments(FunctionCallInfo fcinfo, NamedArguments *arguments)
{
	HeapTuple tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(fcinfo->flinfo->fn_oid));
	Oid *types;
	char **names;
	char *modes;
	int n;
	StringInfoData others;
	StringInfoData settings;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for function %u", fcinfo->flinfo->fn_oid);
	memset(arguments, 0, sizeof(*arguments));
	arguments->function = pstrdup(NameStr(((Form_pg_proc) GETSTRUCT(tuple))->proname));
	n = get_func_arg_info(tuple, &types, &names, &modes);
	ReleaseSysCache(tuple);
	zdm_refuse_standby(arguments->function);

	initStringInfo(&others);
	initStringInfo(&settings);
	appendStringInfoChar(&others, '{');
	appendStringInfoChar(&settings, '{');
	for (int i = 0; i < n; i++)
	{
		if (PG_ARGISNULL(i))
			continue;
		if (strcmp(names[i], "tbl") == 0 && types[i] == REGCLASSOID)
			arguments->relation = PG_GETARG_OID(i);
		else if (strcmp(names[i], "name") == 0)
			arguments->name = text_to_cstring(PG_GETARG_TEXT_PP(i));
		else if (strcmp(names[i], "reset") == 0)
			arguments->reset = PG_GETARG_ARRAYTYPE_P(i);
		else if (strcmp(names[i], "workers") == 0 || strcmp(names[i], "complete") == 0)
			add_argument(&settings, names[i], types[i], PG_GETARG_DATUM(i));
		else
			add_argument(&others, names[i], types[i], PG_GETARG_DATUM(i));
	}
	appendStringInfoChar(&others, '}');
	appendStringInfoChar(&settings, '}');
	arguments->others = zdm_json_parse(others.data);
	arguments->settings = zdm_json_parse(settings.data);
}

/*
 * zdm.expand_<kind>(tbl regclass, ..., name text): all of them are this
 * function.  It takes the kind from its own name in the catalog and passes its
 * arguments on by theirs, so a new kind needs a declaration and a planner.  A
 * kind without tbl finds the table by itself.
 */
Datum
zdm_expand(PG_FUNCTION_ARGS)
{
	NamedArguments arguments;
	const ZdmChangeKind *kind;
	ZdmCall call;

	collect_arguments(fcinfo, &arguments);
	kind = zdm_change_kind_of_function(arguments.function);
	if (kind == NULL)
		elog(ERROR, "function %s makes no change that zdm knows", arguments.function);
	if (kind->find_relation)
		arguments.relation = kind->find_relation(arguments.name, arguments.others);
	if (kind->canonical)
		arguments.others = kind->canonical(arguments.others);
	if (!OidIsValid(arguments.relation))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("tbl must not be null"),
						errhint("Name the table that is to be migrated.")));
	zdm_tuning_check(arguments.settings);

	call = (ZdmCall){.kind = kind->name,
					 .relation = arguments.relation,
					 .name = arguments.name,
					 .arguments = arguments.others,
					 .settings = arguments.settings,
					 .release = zdm_release};
	if (planning)
	{
		MemoryContext caller = MemoryContextSwitchTo(planning);

		planned_steps = zdm_plan_call(&call);
		if (planned_cost)
			zdm_plan_add_costs(planned_steps, arguments.relation);
		MemoryContextSwitchTo(caller);
		PG_RETURN_NULL();
	}
	PG_RETURN_TEXT_P(cstring_to_text(zdm_expand_call(&call)));
}

/*
 * zdm.alter_backfill(name, ...): changes the settings of a migration's backfill,
 * which takes them up with its next batch.  Returns all of them; for a release those of its last
 * migration.
 */
Datum
zdm_alter_backfill(PG_FUNCTION_ARGS)
{
	NamedArguments arguments;
	Jsonb *settings = NULL;
	ListCell *lc;

	collect_arguments(fcinfo, &arguments);
	if (arguments.name == NULL)
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("name must not be null")));
	foreach (lc, zdm_release_members(arguments.name))
		settings = zdm_alter_backfill_call(lfirst(lc), arguments.others, arguments.settings,
										   arguments.reset);
	if (settings == NULL)
		PG_RETURN_NULL(); /* all of the release are rolled back */
	PG_RETURN_JSONB_P(settings);
}

/* zdm.pause_all(): pauses every running migration of the caller. */
Datum
zdm_pause_all(PG_FUNCTION_ARGS)
{
	zdm_refuse_standby("pause_all");
	PG_RETURN_INT32(zdm_pause_all_call());
}

/* Widths of a plan's texts that with the other columns make 120 in psql. */
#define COMMAND_WIDTH 23
#define UNDO_WIDTH 12
#define NOTE_WIDTH 22
#define LOCK_WIDTH 22

/* Makes a step fit into a table. */
static void
abbreviate_step(ZdmStep *step)
{
	step->command.text = zdm_fold(step->command.text, COMMAND_WIDTH, 3);
	step->undo.text = step->undo.text ? zdm_fold(step->undo.text, UNDO_WIDTH, 2) : NULL;
	step->note = step->note ? zdm_fold(step->note, NOTE_WIDTH, 0) : NULL;
}

/*
 * Says which tables a step locks, and how; the name of the one that it is about is left out.  The
 * hidden table that is to follow it is not there yet, so no step can name it.
 */
static char *
locks_in_words(const ZdmStep *step)
{
	StringInfoData words;
	ListCell *lc;

	if (step->lock == NoLock && strcmp(step->command.action, ZDM_ACTION_ANALYZE) == 0)
		return psprintf("%s of the hidden table", zdm_lock_mode_name(ShareUpdateExclusiveLock));
	initStringInfo(&words);
	foreach (lc, zdm_step_locks(step))
	{
		ZdmTableLock *lock = lfirst(lc);

		appendStringInfo(&words, "%s%s", words.len > 0 ? ", " : "", zdm_lock_mode_name(lock->mode));
		if (lock->relation != step->target)
			appendStringInfo(&words, " of %s", zdm_qualified_name(lock->relation));
	}
	return words.len > 0 ? words.data : NULL;
}

/* Adds a step to the result of a function; in full, its locks stand in one line. */
static void
put_step(ReturnSetInfo *rsinfo, const ZdmStep *step, bool full)
{
	char *locks = locks_in_words(step);
	const char *fields[] = {zdm_phase_name(step->phase),
							zdm_runs_name(step->runs),
							locks && !full ? zdm_fold(locks, LOCK_WIDTH, 0) : locks,
							step->command.text,
							step->undo.text,
							step->note};
	Datum values[1 + lengthof(fields)];
	bool nulls[1 + lengthof(fields)] = {false};

	values[0] = Int32GetDatum(step->seq);
	for (int i = 0; i < lengthof(fields); i++)
	{
		nulls[i + 1] = fields[i] == NULL;
		values[i + 1] = fields[i] ? CStringGetTextDatum(fields[i]) : (Datum) 0;
	}
	tuplestore_putvalues(rsinfo->setResult, rsinfo->setDesc, values, nulls);
}

/*
 * zdm.plan(call, full): the steps that an expand call would run; runs nothing.  In full, texts are
 * as zdm.step would have them; else they fit into a table, and notes say what steps will cost.
 */
Datum
zdm_plan(PG_FUNCTION_ARGS)
{
	ReturnSetInfo *rsinfo = (ReturnSetInfo *) fcinfo->resultinfo;
	char *call;
	bool full;
	ListCell *lc;

	zdm_refuse_older_record();
	call = text_to_cstring(PG_GETARG_TEXT_PP(0));
	full = PG_GETARG_BOOL(1);
	if (planning)
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("zdm.plan() cannot be called within the call that it plans"),
						errhint("Plan one call at a time.")));
	zdm_given_call_check(call);
	planned_steps = NIL;
	planning = CurrentMemoryContext;
	PG_TRY();
	{
		planned_cost = !full;
		zdm_given_call_run(call);
	}
	PG_FINALLY();
	{
		planning = NULL;
	}
	PG_END_TRY();

	InitMaterializedSRF(fcinfo, 0);
	foreach (lc, planned_steps)
	{
		if (!full)
			abbreviate_step(lfirst(lc));
		put_step(rsinfo, lfirst(lc), full);
	}
	planned_steps = NIL;
	return (Datum) 0;
}

/* Reads the name that every control function takes, and refuses a standby. */
static char *
name_argument(FunctionCallInfo fcinfo, const char *function)
{
	zdm_refuse_standby(function);
	return text_to_cstring(PG_GETARG_TEXT_PP(0));
}

/* Makes a control call on what its first argument names. */
static void
control_named(FunctionCallInfo fcinfo, const char *function, const ZdmControl *call)
{
	zdm_release_control(name_argument(fcinfo, function), call);
}

#define BEFORE_READY (ZDM_IN(ZDM_RUNNING) | ZDM_IN(ZDM_PAUSED) | ZDM_IN(ZDM_FAILED))
#define FROM_READY (ZDM_IN(ZDM_READY) | ZDM_IN(ZDM_CONTRACTED) | ZDM_IN(ZDM_FINALIZED))

/* zdm.pause(name): the worker stops after its batch. */
Datum
zdm_pause(PG_FUNCTION_ARGS)
{
	static const ZdmControl call = {.call = zdm_pause_call,
									.takes = BEFORE_READY,
									.leaves_out = FROM_READY | ZDM_IN(ZDM_FAILED)};

	control_named(fcinfo, "pause", &call);
	PG_RETURN_VOID();
}

/* zdm.resume(name): goes on with a paused or failed migration. */
Datum
zdm_resume(PG_FUNCTION_ARGS)
{
	static const ZdmControl call = {.call = zdm_resume_call,
									.takes = BEFORE_READY,
									.leaves_out = FROM_READY,
									.concerns = zdm_resume_concerns};

	control_named(fcinfo, "resume", &call);
	PG_RETURN_VOID();
}

/* zdm.cancel(name): undoes a migration that was never ready. */
Datum
zdm_cancel(PG_FUNCTION_ARGS)
{
	zdm_rollback_call(zdm_own_migration(name_argument(fcinfo, "cancel")), true);
	PG_RETURN_VOID();
}

/* zdm.forget(name): ends what can't be ended otherwise. */
Datum
zdm_forget_migration(PG_FUNCTION_ARGS)
{
	static const ZdmControl call = {.call = zdm_forget_call,
									.check = zdm_forget_check,
									.lock = zdm_forget_lock,
									.takes = BEFORE_READY | ZDM_IN(ZDM_READY) |
											 ZDM_IN(ZDM_CONTRACTED) | ZDM_IN(ZDM_FINALIZED),
									.leaves_out = ZDM_IN(ZDM_ROLLED_BACK),
									.backwards = true};

	control_named(fcinfo, "forget", &call);
	PG_RETURN_VOID();
}

/* Reads how rows are to be compared; as zdm.verify says where the argument is null. */
static ZdmVerifyMode
verify_argument(FunctionCallInfo fcinfo, int argument)
{
	ZdmVerifyMode mode = zdm_verify_mode;
	char *word;

	if (PG_ARGISNULL(argument))
		return mode;
	word = text_to_cstring(PG_GETARG_TEXT_PP(argument));
	if (!zdm_find_verify_mode(word, &mode))
		ereport(ERROR, (errcode(ERRCODE_INVALID_PARAMETER_VALUE),
						errmsg("unknown way to verify: \"%s\"", word),
						errhint("It is auto, full, sample or none.")));
	return mode;
}

/* Refuses where the old form was used of late of what a name stands for. */
static void
require_quiet(FunctionCallInfo fcinfo, int argument, const char *name)
{
	ListCell *lc;

	foreach (lc, zdm_release_members(name))
	{
		if (PG_ARGISNULL(argument))
			zdm_require_quiet_as_set(lfirst(lc));
		else
			zdm_require_quiet(lfirst(lc),
							  zdm_interval_usec(PG_GETARG_INTERVAL_P(argument), "quiet"));
	}
}

/* zdm.contract(name, verify, quiet): to the new schema alone. */
Datum
zdm_contract(PG_FUNCTION_ARGS)
{
	static const ZdmControl call = {.call = zdm_contract_call,
									.check = zdm_contract_check,
									.lock = zdm_contract_lock,
									.takes = FROM_READY};
	ZdmVerifyMode mode;
	char *name;

	if (PG_ARGISNULL(0))
		PG_RETURN_NULL();
	zdm_refuse_older_record();
	mode = verify_argument(fcinfo, 1);
	name = name_argument(fcinfo, "contract");
	require_quiet(fcinfo, 2, name);
	zdm_restore_slot_make(name);
	zdm_verify_before_contract(name, mode);
	zdm_release_control(name, &call);
	PG_RETURN_VOID();
}

/* zdm.reopen(name): after contract, both schemas again. */
Datum
zdm_reopen(PG_FUNCTION_ARGS)
{
	static const ZdmControl call = {.call = zdm_reopen_call,
									.lock = zdm_contract_lock,
									.takes = ZDM_IN(ZDM_READY) | ZDM_IN(ZDM_CONTRACTED),
									.backwards = true};

	control_named(fcinfo, "reopen", &call);
	PG_RETURN_VOID();
}

/* Rolls a migration back, whatever its status. */
static void
roll_back(const ZdmMigration *m)
{
	zdm_rollback_call(m, false);
}

/* zdm.rollback(name): to the old schema alone. */
Datum
zdm_rollback(PG_FUNCTION_ARGS)
{
	static const ZdmControl call = {.call = roll_back,
									.lock = zdm_rollback_lock,
									.takes =
										BEFORE_READY | ZDM_IN(ZDM_READY) | ZDM_IN(ZDM_CONTRACTED),
									.leaves_out = ZDM_IN(ZDM_ROLLED_BACK),
									.backwards = true};

	control_named(fcinfo, "rollback", &call);
	PG_RETURN_VOID();
}

/* zdm.finalize(name): drops what was kept for a rollback. */
Datum
zdm_finalize(PG_FUNCTION_ARGS)
{
	static const ZdmControl call = {.call = zdm_finalize_call,
									.lock = zdm_finalize_lock,
									.takes = ZDM_IN(ZDM_CONTRACTED) | ZDM_IN(ZDM_FINALIZED)};

	control_named(fcinfo, "finalize", &call);
	PG_RETURN_VOID();
}
