/*
 * sync_program.c
 *		Compiles sync specs, keeps them compiled, and evaluates them.
 *
 * A program is compiled at a trigger's first row in a backend and kept until a
 * relcache callback says that the relation has changed.  Columns are named in the
 * spec because their numbers differ between partitions and after a restore.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_class.h"
#include "catalog/pg_proc.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "optimizer/optimizer.h"
#include "rewrite/rewriteHandler.h"
#include "utils/builtins.h"
#include "utils/datum.h"
#include "utils/guc.h"
#include "utils/hsearch.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "base/expression.h"
#include "base/formatting.h"
#include "base/names.h"
#include "base/owner.h"
#include "base/query.h"
#include "base/resolved.h"
#include "sync/sync_program.h"
#include "sync/sync_safe.h"
#include "sync/sync_trust.h"

typedef struct CacheEntry
{
	Oid trigger; /* key */
	ZdmSyncProgram *program;
} CacheEntry;

static HTAB *program_cache = NULL;

/* Counts what the callbacks were told: a program that is being compiled is not in the cache. */
static uint64 invalidations = 0;

/* What the last row was synced with; NULL if it was freed. */
ZdmSyncProgram *zdm_sync_last_program = NULL;

/*
 * Returns the sync trigger of that name; NULL if there is none or it is
 * disabled.  The relation cache may free its own trigger descriptor at any
 * catalog access, so keep the result only where `triggers` is a copy.
 */
Trigger *
zdm_sync_trigger(TriggerDesc *triggers, const char *name)
{
	if (triggers == NULL)
		return NULL;
	for (int i = 0; i < triggers->numtriggers; i++)
	{
		Trigger *trigger = &triggers->triggers[i];

		if (strcmp(trigger->tgname, name) == 0 && trigger->tgenabled == TRIGGER_FIRES_ALWAYS &&
			trigger->tgnargs == 1)
			return trigger;
	}
	return NULL;
}

/* Marks programs as stale; the one in use is freed when it is looked up next. */
static void
relcache_callback(Datum arg, Oid relid)
{
	HASH_SEQ_STATUS status;
	CacheEntry *entry;

	invalidations++;
	hash_seq_init(&status, program_cache);
	while ((entry = hash_seq_search(&status)) != NULL)
		if (entry->program && (relid == InvalidOid || entry->program->relid == relid ||
							   entry->program->root == relid))
			entry->program->valid = false;
}

/*
 * A function was replaced, which programs that call user code may have inlined; or a type
 * was changed, and they may have the constraints of a domain.
 */
static void
syscache_callback(Datum arg, int cacheid, uint32 hashvalue)
{
	HASH_SEQ_STATUS status;
	CacheEntry *entry;

	invalidations++;
	hash_seq_init(&status, program_cache);
	while ((entry = hash_seq_search(&status)) != NULL)
		if (entry->program && entry->program->user_code)
			entry->program->valid = false;
}

/* Resolves the columns of one side; written: the trigger may set them. */
static ZdmSyncColumn *
compile_columns(Relation rel, List *names, bool written)
{
	ZdmSyncColumn *columns = palloc0(sizeof(ZdmSyncColumn) * Max(list_length(names), 1));
	ListCell *lc;
	int n = 0;

	foreach (lc, names)
	{
		AttrNumber attnum = get_attnum(RelationGetRelid(rel), lfirst(lc));
		Form_pg_attribute att;

		if (attnum <= 0)
			ereport(ERROR,
					(errcode(ERRCODE_UNDEFINED_COLUMN),
					 errmsg("zdm's sync trigger finds no column \"%s\" in table \"%s\"",
							(char *) lfirst(lc), RelationGetRelationName(rel)),
					 errdetail("The column was renamed or dropped while a migration was using it."),
					 errhint("Give the column its name back, or end the migration with "
							 "zdm.rollback(name).")));
		att = TupleDescAttr(RelationGetDescr(rel), attnum - 1);
		if (written && att->attgenerated)
			ereport(ERROR,
					(errcode(ERRCODE_GENERATED_ALWAYS),
					 errmsg("zdm's sync trigger cannot set generated column \"%s\" of table \"%s\"",
							NameStr(att->attname), RelationGetRelationName(rel)),
					 errhint("Only zdm's own functions should create such a trigger.")));
		columns[n].attnum = attnum;
		columns[n].byval = att->attbyval;
		columns[n].len = att->attlen;
		n++;
	}
	return columns;
}

/*
 * Returns the expression that assigns one column to another where their types differ, since
 * one was changed in mid-migration; NULL where a copy will do.
 */
static const char *
assignment(Relation rel, AttrNumber from, AttrNumber to)
{
	Form_pg_attribute source = TupleDescAttr(RelationGetDescr(rel), from - 1);
	Form_pg_attribute target = TupleDescAttr(RelationGetDescr(rel), to - 1);

	if (source->atttypid == target->atttypid && source->atttypmod == target->atttypmod)
		return NULL;
	return quote_identifier(NameStr(source->attname));
}

/*
 * Returns a transaction's number as it stands in rows; invalid where it is so long ago that
 * comparing means nothing.  Rows that are frozen count as older than any.
 */
static TransactionId
recent_transaction(int64 xid)
{
	int64 next = (int64) U64FromFullTransactionId(ReadNextFullTransactionId());

	return xid > 0 && next - xid < PG_INT32_MAX ? (TransactionId) xid : InvalidTransactionId;
}

/*
 * Becomes the owner of the table whose migration has made the trigger, for what its spec
 * says.  A partition's owner may be somebody else, with rights that the spec's author has
 * not; whoever attaches a table to another owns both.
 */
static void
enter_owner(ZdmSyncProgram *program, Relation rel, Trigger *trigger, ZdmOwnerScope *scope)
{
	if (!OidIsValid(program->root))
	{
		int64 since;

		program->root = zdm_require_recorded_spec(rel, trigger, &program->resolved, &since);
		if (!program->not_null && !program->fill_only && !program->retires && !program->contracted)
			program->since = recent_transaction(since);
		program->owner = zdm_relation_owner(program->root);
		if (!OidIsValid(program->owner))
			elog(ERROR, "cache lookup failed for relation %u", program->root);
	}
	zdm_owner_begin(scope, program->owner);
}

/*
 * Compiles how one side is made from the other.  `texts` holds one canonical
 * expression, or NULL for a copy, for each of `columns`.
 */
static void
compile_side(ZdmSyncProgram *program, Relation rel, Trigger *trigger, List *texts,
			 ZdmSyncColumn *columns, const ZdmSyncColumn *sources, int nsources, bool forward)
{
	ListCell *lc;
	int n = 0;

	foreach (lc, texts)
	{
		ZdmSyncColumn *column = &columns[n];
		const char *text = lfirst(lc);
		ZdmOwnerScope scope;
		Node *expr;

		if (text == NULL && n < nsources)
		{
			column->copy_from = sources[n].attnum;
			text = assignment(rel, column->copy_from, column->attnum);
		}
		if (text)
		{
			enter_owner(program, rel, trigger, &scope);
			if (program->resolved)
				zdm_resolved_check(program->resolved, text, program->owner);
			expr = zdm_expression_parse(rel, text, column->attnum, "expression");
			if (program->resolved)
				zdm_resolved_require(program->resolved, expr);
			zdm_formatting_apply(program->settings); /* planning may evaluate some of it */
			program->user_code = program->user_code || zdm_expression_calls_user_code(expr);
			if (forward && zdm_expression_is_volatile(expr))
				program->fill_once = true;
			if (forward && (column->len == -1 || zdm_expression_reads_any_length(rel, expr)))
				program->large_values = true;
			if (program->econtext == NULL)
				program->econtext = GetPerTupleExprContext(CreateExecutorState());
			expr = (Node *) expression_planner((Expr *) expr);
			column->expression = ExecInitExpr((Expr *) expr, NULL);
			column->call = zdm_direct_call_prepare(expr);
			zdm_owner_end(&scope);
		}
		n++;
	}
}

/* Compiles the default of the old column, which is what a DEFAULT for the new one means. */
static void
compile_default(ZdmSyncProgram *program, Relation rel)
{
	Node *expr = build_column_default(rel, program->old_columns[0].attnum);

	if (expr == NULL)
		return;
	if (program->econtext == NULL)
		program->econtext = GetPerTupleExprContext(CreateExecutorState());
	program->old_default = ExecInitExpr(expression_planner((Expr *) expr), NULL);
}

/*
 * Compiles a spec for a relation.  The program is allocated in a context of its
 * own below `parent`; free it with MemoryContextDelete(program->context).
 */
static ZdmSyncProgram *
compile_program(Relation rel, Trigger *trigger, MemoryContext parent)
{
	MemoryContext context = AllocSetContextCreate(parent, "zdm sync program", ALLOCSET_SMALL_SIZES);
	MemoryContext caller = MemoryContextSwitchTo(context);
	ZdmSyncProgram *program = palloc0(sizeof(ZdmSyncProgram));
	ZdmSyncSpec *spec = zdm_sync_spec_parse(trigger->tgargs[0]);
	uint64 known = invalidations;
	ListCell *lc;

	program->context = context;
	program->relid = RelationGetRelid(rel);
	program->not_null = spec->not_null;
	program->contracted = spec->contracted;
	program->exact = spec->exact;
	program->null_on_error = spec->null_on_error;
	program->retires = spec->retires;
	program->fill_only = spec->fill_only;
	program->filled = spec->filled;
	program->settings = spec->settings;
	program->has_reverse = spec->reverse != NIL;
	program->nold = list_length(spec->old_columns);
	program->nnew = list_length(spec->new_columns);
	program->old_columns = compile_columns(rel, spec->old_columns, program->has_reverse);
	program->new_columns = compile_columns(rel, spec->new_columns, true);
	program->values = palloc(sizeof(Datum) * Max(program->nold, program->nnew));
	program->isnull = palloc(sizeof(bool) * Max(program->nold, program->nnew));
	foreach (lc, spec->reverse)
		program->no_return |= lfirst(lc) && strcmp(lfirst(lc), "NULL") == 0;
	zdm_last_column(RelationGetDescr(rel), &program->last);
	for (AttrNumber i = 1; i < program->last.attnum; i++)
		if (TupleDescAttr(RelationGetDescr(rel), i - 1)->attnotnull)
			program->last_not_null = i;
	for (int i = 0; i < program->nold; i++)
		if (TupleDescAttr(RelationGetDescr(rel), program->old_columns[i].attnum - 1)->attnotnull)
			program->old_not_null = true;

	compile_side(program, rel, trigger, spec->forward, program->new_columns, program->old_columns,
				 program->nold, true);
	compile_side(program, rel, trigger, spec->reverse, program->old_columns, program->new_columns,
				 program->nnew, false);

	if (program->has_reverse && !program->contracted && program->nold == 1 && program->nnew == 1 &&
		program->old_not_null)
		compile_default(program, rel);
	if (program->nnew == 1 && !program->contracted && !program->retires)
	{
		ZdmSyncColumn *new = program->new_columns;

		program->fills_last = new->attnum == program->last.attnum &&
							  (new->expression || new->copy_from != InvalidAttrNumber);
		program->fills_directly =
			new->call && !program->user_code && !program->settings && !program->null_on_error;
	}
	program->valid = known == invalidations;
	MemoryContextSwitchTo(caller);
	return program;
}

/* Creates the cache and registers the callbacks that keep it true. */
static void
init_cache(void)
{
	HASHCTL ctl = {.keysize = sizeof(Oid), .entrysize = sizeof(CacheEntry)};

	program_cache = hash_create("zdm sync programs", 16, &ctl, HASH_ELEM | HASH_BLOBS);
	CacheRegisterRelcacheCallback(relcache_callback, (Datum) 0);
	CacheRegisterSyscacheCallback(PROCOID, syscache_callback, (Datum) 0);
	CacheRegisterSyscacheCallback(TYPEOID, syscache_callback, (Datum) 0);
}

/*
 * zdm_sync_program() of another program than the last one: looks into the cache, or
 * compiles.  A program whose evaluation has led back to the same trigger is compiled
 * once more, for the time of this memory context.
 */
ZdmSyncProgram *
zdm_sync_find_program(Relation rel, Trigger *trigger)
{
	Oid key = trigger->tgoid;
	CacheEntry *entry;
	bool found;

	zdm_sync_last_program = NULL;
	if (program_cache == NULL)
		init_cache();
	entry = hash_search(program_cache, &key, HASH_ENTER, &found);
	if (!found)
		entry->program = NULL;
	if (entry->program && entry->program->busy)
		return compile_program(rel, trigger, CurrentMemoryContext);
	if (entry->program && !entry->program->valid)
	{
		MemoryContext stale = entry->program->context;

		entry->program = NULL;
		MemoryContextDelete(stale);
	}
	if (entry->program == NULL)
	{
		ZdmSyncProgram *program = compile_program(rel, trigger, CurrentMemoryContext);

		/* Compiling may have failed half way, or have taken in invalidations. */
		program->trigger = key;
		MemoryContextSetParent(program->context, CacheMemoryContext);
		entry = hash_search(program_cache, &key, HASH_ENTER, &found);
		entry->program = program;
	}
	zdm_sync_last_program = entry->program;
	return entry->program;
}

/*
 * Evaluates one side.  Results live until the next evaluation of the program,
 * or as long as the slot's tuple.
 */
static void
evaluate_side(ZdmSyncProgram *program, const ZdmSyncColumn *columns, int n, TupleTableSlot *slot,
			  Datum *values, bool *isnull)
{
	for (int i = 0; i < n; i++)
	{
		const ZdmSyncColumn *column = &columns[i];

		if (column->expression)
			values[i] = zdm_sync_evaluate(program, column, slot, &isnull[i]);
		else if (column->copy_from != InvalidAttrNumber)
			values[i] = slot_getattr(slot, column->copy_from, &isnull[i]);
		else
		{
			values[i] = (Datum) 0;
			isnull[i] = true;
		}
	}
}

/*
 * Evaluates one side in the sandbox; busy, since user code may come back to this trigger.
 * After an error the program is stale: a function that was left in the middle has left
 * its state in it (functions.c, fmgr_sql), and a savepoint may lead on to the next row.
 */
static void
evaluate_user_code(ZdmSyncProgram *program, const ZdmSyncColumn *columns, int n,
				   TupleTableSlot *slot, Datum *values, bool *isnull)
{
	ZdmOwnerScope scope;

	zdm_owner_begin(&scope, program->owner);
	zdm_formatting_apply(program->settings);
	program->busy++;
	PG_TRY();
	{
		evaluate_side(program, columns, n, slot, values, isnull);
	}
	PG_CATCH();
	{
		program->busy--;
		program->valid = false;
		PG_RE_THROW();
	}
	PG_END_TRY();
	program->busy--;
	zdm_owner_end(&scope);
}

/*
 * Evaluates one side of a program without code of users under the program's settings; in an
 * error the abort of the (sub)transaction puts the session's back.
 */
static void
evaluate_with_settings(ZdmSyncProgram *program, const ZdmSyncColumn *columns, int n,
					   TupleTableSlot *slot, Datum *values, bool *isnull)
{
	int level;

	if (!zdm_formatting_differs(program->settings))
	{
		evaluate_side(program, columns, n, slot, values, isnull);
		return;
	}
	level = NewGUCNestLevel();
	zdm_formatting_apply(program->settings);
	evaluate_side(program, columns, n, slot, values, isnull);
	AtEOXact_GUC(false, level);
}

/* Evaluates one side as its code demands; raises what the expressions raise. */
static void
evaluate(ZdmSyncProgram *program, bool forward, TupleTableSlot *slot, Datum *values, bool *isnull)
{
	const ZdmSyncColumn *columns = forward ? program->new_columns : program->old_columns;
	int n = forward ? program->nnew : program->nold;

	if (program->user_code)
		evaluate_user_code(program, columns, n, slot, values, isnull);
	else if (program->settings)
		evaluate_with_settings(program, columns, n, slot, values, isnull);
	else
		evaluate_side(program, columns, n, slot, values, isnull);
}

/*
 * Evaluates the old column's default as the server would for the writer; busy, as above.  The
 * result lives until the next evaluation of the program.
 */
Datum
zdm_sync_old_default(ZdmSyncProgram *program, bool *isnull)
{
	Datum value;

	program->busy++;
	PG_TRY();
	{
		value = ExecEvalExprSwitchContext(program->old_default, program->econtext, isnull);
	}
	PG_CATCH();
	{
		program->busy--;
		program->valid = false;
		PG_RE_THROW();
	}
	PG_END_TRY();
	program->busy--;
	return value;
}

/* What runs in zdm_sync_try(). */
typedef struct Evaluation
{
	ZdmSyncProgram *program;
	bool forward;
	TupleTableSlot *slot;
	Datum *values;
	bool *isnull;
} Evaluation;

/* ZdmTryFunction: evaluates one side. */
static void
run_evaluation(void *arg)
{
	Evaluation *e = arg;

	evaluate(e->program, e->forward, e->slot, e->values, e->isnull);
}

/* Tells whether one side is made of copies alone, which cannot fail. */
static bool
is_copied(const ZdmSyncColumn *columns, int n)
{
	for (int i = 0; i < n; i++)
		if (columns[i].expression)
			return false;
	return true;
}

/*
 * Evaluates one side so that an error which the row's values cause gives NULL in
 * all its columns, and false.
 */
static bool
try_evaluate(ZdmSyncProgram *program, bool forward, TupleTableSlot *slot, Datum *values,
			 bool *isnull, ErrorData **error)
{
	Evaluation evaluation = {program, forward, slot, values, isnull};
	int n = forward ? program->nnew : program->nold;

	if (is_copied(forward ? program->new_columns : program->old_columns, n))
	{
		run_evaluation(&evaluation);
		return true;
	}
	if (zdm_sync_try(run_evaluation, &evaluation, error))
		return true;
	memset(values, 0, sizeof(Datum) * n);
	memset(isnull, true, sizeof(bool) * n);
	return false;
}

/*
 * Computes the new columns from the row in the slot.  Where the expressions
 * fail: NULL, if the program was told so, or the error.
 */
void
zdm_sync_forward(ZdmSyncProgram *program, TupleTableSlot *slot, Datum *values, bool *isnull)
{
	if (program->null_on_error)
		(void) try_evaluate(program, true, slot, values, isnull, NULL);
	else
		evaluate(program, true, slot, values, isnull);
}

/*
 * The same, but never fails on account of the row's values: then it gives NULLs,
 * a copy of the error in the current memory context (unless `error` is NULL),
 * and false.
 */
bool
zdm_sync_try_forward(ZdmSyncProgram *program, TupleTableSlot *slot, Datum *values, bool *isnull,
					 ErrorData **error)
{
	return try_evaluate(program, true, slot, values, isnull, error);
}

/* Computes the old columns from the row in the slot; only where the program has a way back. */
void
zdm_sync_reverse(ZdmSyncProgram *program, TupleTableSlot *slot, Datum *values, bool *isnull)
{
	Assert(program->has_reverse);
	evaluate(program, false, slot, values, isnull);
}

/* The same, but never fails on account of the row's values: see zdm_sync_try_forward(). */
bool
zdm_sync_try_reverse(ZdmSyncProgram *program, TupleTableSlot *slot, Datum *values, bool *isnull,
					 ErrorData **error)
{
	Assert(program->has_reverse);
	return try_evaluate(program, false, slot, values, isnull, error);
}

/* zdm_sync_same() of two values that are passed by reference. */
bool
zdm_sync_same_image(const ZdmSyncColumn *column, Datum a, Datum b)
{
	if (column->len == -1)
	{
		Size size = VARSIZE_ANY(DatumGetPointer(a));

		if (size == VARSIZE_ANY(DatumGetPointer(b)) &&
			memcmp(DatumGetPointer(a), DatumGetPointer(b), size) == 0)
			return true;
	}
	return datum_image_eq(a, b, column->byval, column->len);
}

/* Tells whether the old columns are just copies of the new ones, which cannot fail. */
bool
zdm_sync_is_copy(ZdmSyncProgram *program)
{
	return is_copied(program->old_columns, program->nold);
}

/* Tells whether one side of the row has just these values. */
bool
zdm_sync_side_equals(const ZdmSyncColumn *columns, int n, TupleTableSlot *slot, const Datum *values,
					 const bool *isnull)
{
	for (int i = 0; i < n; i++)
	{
		bool null;
		Datum value = zdm_getattr(slot, columns[i].attnum, &null);

		if (!zdm_sync_same(&columns[i], value, null, values[i], isnull[i]))
			return false;
	}
	return true;
}

/*
 * Tells whether both sides of a row agree: new = forward(old), or
 * old = reverse(new), because a lossy pair can keep only one of them.  An
 * expression that fails, maybe over values that nobody has meant, agrees with nothing.
 */
bool
zdm_sync_is_consistent(ZdmSyncProgram *program, TupleTableSlot *slot)
{
	Datum values[MaxHeapAttributeNumber];
	bool isnull[MaxHeapAttributeNumber];

	if ((zdm_sync_try_forward(program, slot, values, isnull, NULL) || program->null_on_error) &&
		zdm_sync_side_equals(program->new_columns, program->nnew, slot, values, isnull))
		return true;
	return program->has_reverse && zdm_sync_try_reverse(program, slot, values, isnull, NULL) &&
		   zdm_sync_side_equals(program->old_columns, program->nold, slot, values, isnull);
}
