/*
 * sync_program.c
 *		Compiles sync specs and keeps them compiled.
 *
 * A program is compiled at a trigger's first row in a backend and kept until a
 * relcache callback says that the relation has changed.  Columns are named in the
 * spec because their numbers differ between partitions and after a restore.
 */
#include "postgres.h"

#include "access/transam.h"
#include "catalog/pg_class.h"
#include "catalog/pg_proc.h"
#include "commands/trigger.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "optimizer/optimizer.h"
#include "rewrite/rewriteHandler.h"
#include "parser/parse_func.h"
#include "utils/builtins.h"
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
#include "base/triggers.h"
#include "sync/given_default.h"
#include "sync/sync_program.h"
#include "sync/sync_trust.h"
#include "sync/usage.h"

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

/* Returns the function of the triggers that keep columns in sync. */
Oid
zdm_sync_function(void)
{
	return LookupFuncName(list_make2(makeString("zdm"), makeString("sync_columns")), 0, NULL,
						  false);
}

/* Tells whether a sync trigger fires, whoever writes. */
bool
zdm_sync_fires(const Trigger *trigger)
{
	return trigger->tgenabled == TRIGGER_FIRES_ALWAYS && trigger->tgnargs == 1;
}

/* Returns a copy of the sync trigger of that name; NULL if there is none or it is disabled. */
Trigger *
zdm_sync_trigger(Relation rel, const char *name)
{
	Trigger *trigger = zdm_find_trigger(rel, name);

	return trigger && zdm_sync_fires(trigger) ? trigger : NULL;
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
 * A function was replaced, which programs that call user code may have inlined, or the
 * default of a column; or a type was changed, and they may have the constraints of a domain.
 */
static void
syscache_callback(Datum arg, int cacheid, uint32 hashvalue)
{
	HASH_SEQ_STATUS status;
	CacheEntry *entry;

	invalidations++;
	hash_seq_init(&status, program_cache);
	while ((entry = hash_seq_search(&status)) != NULL)
		if (entry->program && (entry->program->user_code || entry->program->keeps_defaults))
			entry->program->valid = false;
}

/*
 * Resolves the columns of one side; written: the trigger may set them, but for those that the
 * server computes, which it may as well.
 */
static ZdmSyncColumn *
compile_columns(Relation rel, List *names, bool written, List *generated)
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
		columns[n].generated = att->attgenerated == ATTRIBUTE_GENERATED_STORED &&
							   zdm_has_string(generated, lfirst(lc));
		if (written && att->attgenerated && !columns[n].generated)
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
assignment_between(Relation rel, AttrNumber from, AttrNumber to)
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
		if (!program->not_null && zdm_sync_both_live(program->state))
			program->since = recent_transaction(since);
		program->owner = zdm_relation_owner(program->root);
		if (!OidIsValid(program->owner))
			elog(ERROR, "cache lookup failed for relation %u", program->root);
	}
	zdm_owner_begin(scope, program->owner);
}

/* Parses an expression of a recorded spec, as its owner; names in it mean what they meant then. */
static Node *
parse_recorded(const ZdmSyncProgram *program, Relation rel, const char *text, AttrNumber attnum)
{
	Node *expr;

	if (program->resolved)
		zdm_resolved_check(program->resolved, text, program->owner);
	expr = zdm_expression_parse(rel, text, attnum, "expression");
	if (program->resolved)
		zdm_resolved_require(program->resolved, expr);
	return expr;
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
			text = assignment_between(rel, column->copy_from, column->attnum);
		}
		if (text)
		{
			enter_owner(program, rel, trigger, &scope);
			expr = parse_recorded(program, rel, text, column->attnum);
			zdm_formatting_apply(program->settings); /* planning may evaluate some of it */
			program->user_code = program->user_code || zdm_expression_calls_user_code(expr);
			if (forward && !zdm_sync_flows_back(program->state) && zdm_expression_is_volatile(expr))
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

/*
 * Finds out what DEFAULT means: for a new column what it has been declared to have, else what the
 * old columns' defaults come to.  None is compiled before it is needed: it may fail.
 */
static void
find_defaults(ZdmSyncProgram *program, Relation rel, const ZdmSyncSpec *spec)
{
	for (int i = 0; i < program->nnew; i++)
	{
		ZdmSyncColumn *column = &program->new_columns[i];

		if (!zdm_is_given_default(build_column_default(rel, column->attnum)))
			continue;
		program->takes_defaults = true;
		column->marked_as = list_nth(spec->new_columns, i);
		if (spec->defaults != NIL)
			column->declared = list_nth(spec->defaults, i);
		column->has_default = column->declared != NULL;
	}
	for (int i = 0; i < program->nold; i++)
	{
		ZdmSyncColumn *column = &program->old_columns[i];

		column->has_default =
			!TupleDescAttr(RelationGetDescr(rel), column->attnum - 1)->attgenerated &&
			build_column_default(rel, column->attnum) != NULL;
		program->old_has_default |= column->has_default;
	}
}

/* Compiles the default of a column that has one, when it is first needed. */
void
zdm_sync_compile_default(ZdmSyncProgram *program, Relation rel, Trigger *trigger,
						 ZdmSyncColumn *column)
{
	MemoryContext caller = MemoryContextSwitchTo(program->context);
	ZdmOwnerScope scope;
	Node *expr;

	if (program->econtext == NULL)
		program->econtext = GetPerTupleExprContext(CreateExecutorState());
	if (column->declared)
	{
		enter_owner(program, rel, trigger, &scope);
		expr = parse_recorded(program, rel, column->declared, column->attnum);
		zdm_owner_end(&scope);
	}
	else
		expr = build_column_default(rel, column->attnum);
	column->standard = ExecInitExpr(expression_planner((Expr *) expr), NULL);
	program->keeps_defaults = true;
	MemoryContextSwitchTo(caller);
}

/* Finds out by which short ways the trigger may go; all columns have been compiled. */
static void
find_short_ways(ZdmSyncProgram *program)
{
	ZdmSyncColumn *new = program->new_columns;

	if (program->nnew != 1 ||
		!(zdm_sync_both_live(program->state) || program->state == ZDM_SYNC_FILLING))
		return;
	program->fills_last = new->attnum == program->last.attnum &&
						  (new->expression || new->copy_from != InvalidAttrNumber);
	program->fills_directly =
		new->call && !program->user_code && !program->settings && !program->null_on_error;
}

/*
 * Compiles a spec for a relation; `trigger` is a copy.  The program is allocated in a context of
 * its own below `parent`; free it with MemoryContextDelete(program->context).
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
	program->state = spec->state;
	program->not_null = spec->not_null;
	program->null_on_error = spec->null_on_error;
	program->exact = spec->exact;
	program->filled = spec->filled;
	program->settings = spec->settings;
	program->use = zdm_usage_has_forms(spec)
					   ? zdm_usage_of_trigger(trigger->tgoid, RelationGetRelid(rel))
					   : NULL;
	program->nold = list_length(spec->old_columns);
	program->nnew = list_length(spec->new_columns);
	program->old_columns =
		compile_columns(rel, spec->old_columns, zdm_sync_flows_back(spec->state), NIL);
	program->new_columns = compile_columns(rel, spec->new_columns, true, spec->generated);
	program->guarded = spec->generated != NIL && spec->state == ZDM_SYNC_CONTRACTED;
	program->values = palloc(sizeof(Datum) * Max(program->nold, program->nnew));
	program->isnull = palloc(sizeof(bool) * Max(program->nold, program->nnew));
	program->left = palloc0(sizeof(bool) * program->nnew);
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

	if (zdm_sync_both_live(program->state))
		find_defaults(program, rel, spec);
	find_short_ways(program);
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
