/*
 * sync_program.h
 *		What keeps the old and the new columns of a row true to each other.
 *
 * A sync spec is the text form: the argument of a sync trigger, a JSON object
 *
 *		{"old": [column, ...], "new": [column, ...],
 *		 "forward": [expression or null, ...],		one for each new column
 *		 "reverse": [expression or null, ...],		one for each old column
 *		 "not_null": true,							the backfill must leave no NULL
 *		 "exact": true,								see ZdmSyncSpec
 *		 "on_error": "null",						where forward fails, new is NULL
 *		 "retires": true,							new is a column that is going away
 *		 "filled": true,							every row has been filled: a NULL is meant
 *		 "settings": {name: value, ...},			of the session, while expressions are evaluated
 *		 "authority": "both" | "new" | "fill"}
 *
 * with column names and canonical expressions.  A null expression copies the
 * column of the same position.  Without "reverse" nothing flows back.  With
 * authority "new" (after contract) the new columns are the truth.  With "fill"
 * the only new column is one that was always there: where a write leaves it
 * NULL it gets the expression's value, and what is there is never changed.
 *
 * A column that is going away is on the receiving side, so it stands under
 * "new", computed for writers who do not know it any more; but it is the old
 * application that writes it, and what it has put there before stays.
 *
 * A sync program is the compiled form, for one relation in one backend.
 */
#ifndef ZDM_SYNC_PROGRAM_H
#define ZDM_SYNC_PROGRAM_H

#include "postgres.h"

#include "access/htup_details.h"
#include "access/transam.h"
#include "commands/trigger.h"
#include "executor/executor.h"
#include "executor/tuptable.h"
#include "nodes/execnodes.h"
#include "utils/jsonb.h"
#include "utils/rel.h"

#include "base/direct_call.h"
#include "base/patch.h"

typedef struct ZdmSyncSpec
{
	List *old_columns;  /* of char * */
	List *new_columns;  /* of char * */
	List *forward;      /* of char *, NULL for a copy; as long as new_columns */
	List *reverse;      /* likewise, as long as old_columns; NIL: no way back */
	bool not_null;      /* the backfill must leave no NULL */
	bool contracted;    /* the new columns are the truth */
	bool null_on_error; /* where forward fails, the new columns are NULL */
	bool retires;       /* the new column is going away: only fill it for who omits it */
	bool exact;         /* contracted: an old value that does not give the new one back is NULL */
	bool fill_only;     /* authority "fill" */
	bool filled;        /* every row has been filled: a NULL is meant */
	List *settings;     /* of ZdmFormatting *: hold while expressions are evaluated */
} ZdmSyncSpec;

/* One column of a program, and how its value is made from the other side. */
typedef struct ZdmSyncColumn
{
	AttrNumber attnum;
	bool byval;
	int16 len;
	AttrNumber copy_from; /* if expression is NULL; 0: has no source */
	ExprState *expression;
	ZdmDirectCall *call; /* does the same, if not NULL */
} ZdmSyncColumn;

typedef struct ZdmSyncProgram
{
	Oid trigger; /* cache key; InvalidOid if not cached */
	Oid relid;
	bool valid;        /* false once the catalog has changed */
	int busy;          /* evaluations under way, see zdm_sync_forward() */
	bool user_code;    /* evaluates functions that did not come with the server */
	bool large_values; /* forward reads or makes values of any length */
	bool fill_once;    /* a volatile forward expression: only fills what is NULL */
	bool has_reverse;
	bool no_return; /* reverse only marks rows that were written since contract: it gives NULL */
	bool not_null;
	bool contracted;
	bool exact;
	bool null_on_error; /* a forward expression that fails leaves NULL */
	bool retires;
	bool fill_only;
	bool filled;            /* a NULL is meant */
	TransactionId since;    /* a NULL that it or a later one wrote is meant; invalid: none is */
	bool old_not_null;      /* some old column is NOT NULL */
	ExprState *old_default; /* of the only old column, if that is NOT NULL; NULL: none */
	bool fills_last;        /* an INSERT that leaves the last column NULL wants forward there ... */
	bool fills_directly;    /* ... which is a direct call and needs neither sandbox nor try */
	AttrNumber last_not_null; /* NOT NULL column, but for the relation's last one */
	Oid root;                 /* the migration's own table, if anything is parsed */
	Oid owner;                /* of that; runs user_code */
	Jsonb *resolved;          /* likewise: what names in it stand for */
	List *settings;           /* of ZdmFormatting *: hold while it evaluates */
	int nold;
	int nnew;
	ZdmSyncColumn *old_columns;
	ZdmSyncColumn *new_columns;
	Datum *values; /* room for the values of one side */
	bool *isnull;
	ZdmLastColumn last;    /* of the relation */
	ExprContext *econtext; /* of its expressions; NULL if there are none */
	MemoryContext context; /* owns everything here */
} ZdmSyncProgram;

/* What a row needs so that both sides agree. */
typedef enum ZdmSyncAction
{
	ZDM_SYNC_KEEP,    /* nothing */
	ZDM_SYNC_FORWARD, /* new := forward(old) */
	ZDM_SYNC_REVERSE, /* old := reverse(new) */
} ZdmSyncAction;

/* How a table came to have rows that were written without its trigger. */
typedef enum ZdmSyncGap
{
	ZDM_GAP_NONE,  /* it has none but those that were there before the trigger */
	ZDM_GAP_LATE,  /* attached after the others were noted: somebody has brought its rows */
	ZDM_GAP_AGAIN, /* detached for a while */
	ZDM_GAP_OFF,   /* the trigger was disabled, or replaced, for a while */
} ZdmSyncGap;

extern char *zdm_sync_spec_text(const ZdmSyncSpec *spec);
extern ZdmSyncSpec *zdm_sync_spec_parse(const char *text);

/* Frees what evaluating for the last row has allocated; most of the time that is nothing. */
static inline void
zdm_sync_reset(ZdmSyncProgram *program)
{
	MemoryContext context;

	if (program->econtext == NULL)
		return;
	context = program->econtext->ecxt_per_tuple_memory;
	if (!context->isReset || context->firstchild)
		MemoryContextReset(context);
}

/*
 * Evaluates a column's expression over the row in the slot; raises what it raises.  The
 * result lives until the next zdm_sync_reset(), or as long as the slot's tuple.
 */
static inline Datum
zdm_sync_evaluate(ZdmSyncProgram *program, const ZdmSyncColumn *column, TupleTableSlot *slot,
				  bool *isnull)
{
	MemoryContext caller;
	Datum value;

	if (column->call == NULL)
	{
		program->econtext->ecxt_scantuple = slot;
		return ExecEvalExprSwitchContext(column->expression, program->econtext, isnull);
	}
	caller = MemoryContextSwitchTo(program->econtext->ecxt_per_tuple_memory);
	value = zdm_direct_call(column->call, slot, isnull);
	MemoryContextSwitchTo(caller);
	return value;
}

extern Trigger *zdm_sync_trigger(TriggerDesc *triggers, const char *name);
extern ZdmSyncProgram *zdm_sync_find_program(Relation rel, Trigger *trigger);
extern ZdmSyncProgram *zdm_sync_last_program;

/*
 * Returns the compiled program of a sync trigger.  The caller holds a lock on the
 * relation, which keeps the program true; it belongs to the cache.
 */
static inline ZdmSyncProgram *
zdm_sync_program(Relation rel, Trigger *trigger)
{
	ZdmSyncProgram *last = zdm_sync_last_program;

	if (last && last->trigger == trigger->tgoid && last->valid && !last->busy)
		return last;
	return zdm_sync_find_program(rel, trigger);
}

extern void zdm_sync_forward(ZdmSyncProgram *program, TupleTableSlot *slot, Datum *values,
							 bool *isnull);
extern void zdm_sync_reverse(ZdmSyncProgram *program, TupleTableSlot *slot, Datum *values,
							 bool *isnull);
extern bool zdm_sync_try_forward(ZdmSyncProgram *program, TupleTableSlot *slot, Datum *values,
								 bool *isnull, ErrorData **error);
extern bool zdm_sync_try_reverse(ZdmSyncProgram *program, TupleTableSlot *slot, Datum *values,
								 bool *isnull, ErrorData **error);
extern Datum zdm_sync_old_default(ZdmSyncProgram *program, bool *isnull);
extern bool zdm_sync_is_copy(ZdmSyncProgram *program);
extern bool zdm_sync_side_equals(const ZdmSyncColumn *columns, int n, TupleTableSlot *slot,
								 const Datum *values, const bool *isnull);
extern bool zdm_sync_is_consistent(ZdmSyncProgram *program, TupleTableSlot *slot);
extern ZdmSyncAction zdm_sync_judge_apart(ZdmSyncProgram *program, TupleTableSlot *row,
										  ZdmSyncGap gap);
extern void zdm_sync_compute(ZdmSyncProgram *program, TupleTableSlot *row, ZdmSyncAction action,
							 Datum *values, bool *isnull);
extern bool zdm_sync_same_image(const ZdmSyncColumn *column, Datum a, Datum b);

/* Tells whether no new column of the row has a value yet. */
static inline bool
zdm_sync_is_unfilled(ZdmSyncProgram *program, TupleTableSlot *slot)
{
	for (int i = 0; i < program->nnew; i++)
		if (!zdm_attisnull(slot, program->new_columns[i].attnum))
			return false;
	return true;
}

/*
 * Tells whether a version of a row has been written through the trigger, so that a NULL in it
 * is meant; false if that is not known.
 */
static inline bool
zdm_sync_passed_trigger(const ZdmSyncProgram *program, HeapTupleHeader row)
{
	return TransactionIdIsValid(program->since) &&
		   TransactionIdFollowsOrEquals(HeapTupleHeaderGetXmin(row), program->since);
}

/*
 * Tells whether two values of a column are the same, bit by bit once detoasted.
 * A value that an UPDATE does not touch keeps its toast pointer, so the common
 * case compares a few bytes and fetches nothing.
 */
static inline bool
zdm_sync_same(const ZdmSyncColumn *column, Datum a, bool a_null, Datum b, bool b_null)
{
	if (a_null || b_null)
		return a_null && b_null;
	if (!column->byval)
		return zdm_sync_same_image(column, a, b);
	/* An oid comes sign-extended out of a row, and zero-extended out of a function. */
	switch (column->len)
	{
		case sizeof(int32):
			return DatumGetUInt32(a) == DatumGetUInt32(b);
		case sizeof(int16):
			return DatumGetUInt16(a) == DatumGetUInt16(b);
		case sizeof(char):
			return DatumGetUInt8(a) == DatumGetUInt8(b);
		default:
			return a == b;
	}
}

#endif /* ZDM_SYNC_PROGRAM_H */
