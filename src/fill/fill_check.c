/*
 * fill_check.c
 *		The constraints that a row keeps which the backfill fills.
 *
 * All that the server would keep, if they read a column that is written, or one that
 * is computed from it: what else a row may violate has been there before.  CHECK, NOT
 * NULL and the bounds of a partition are looked at before the row is written, unique
 * and exclusion constraints by the insertion into their indexes.  What the server keeps
 * by its own triggers - foreign keys in both directions, and the second look at
 * DEFERRABLE constraints - is queued as for an UPDATE, and done at the end of the
 * visit, deferred or not: at the transaction's end nobody would be the owner any more.
 * A user's trigger is never queued, because the backfill is not the application.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/sysattr.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_trigger.h"
#include "commands/trigger.h"
#include "executor/executor.h"
#include "nodes/makefuncs.h"
#include "optimizer/optimizer.h"
#include "storage/proc.h"
#include "utils/fmgroids.h"
#include "utils/partcache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "base/compat.h"
#include "base/lock.h"
#include "base/names.h"
#include "base/settings.h"
#include "fill/fill_check.h"

#define COLUMN(attnum) ((attnum) -FirstLowInvalidHeapAttributeNumber)

/* Lives in the executor state's memory. */
struct ZdmFillCheck
{
	ResultRelInfo *rri;
	EState *estate;
	bool changes_key; /* a written column is part of a key that may be referred to */
	int nchecks;      /* CHECK constraints, behind them NOT NULL of virtual columns */
	int first_not_null;
	ExprState **checks;
	char **check_names;
	Bitmapset *not_null; /* stored generated columns, by attnum */
	bool partition;      /* its bounds read a written column */
	bool foreign_keys;   /* some read a written column */
	bool queue;          /* events may be queued: the server's AFTER triggers have been begun */
};

/* Tells whether an expression reads a column of the set, or the whole row. */
static bool
reads_column_of(Node *expr, const Bitmapset *columns)
{
	Bitmapset *used = NULL;

	pull_varattnos(expr, 1, &used);
	return bms_overlap(used, columns) || bms_is_member(COLUMN(InvalidAttrNumber), used);
}

/* Adds the stored generated columns that are computed from a column of the set. */
static Bitmapset *
add_generated_columns(Relation rel, Bitmapset *columns)
{
	TupleDesc desc = RelationGetDescr(rel);
	TupleConstr *constr = desc->constr;
	Bitmapset *generated = NULL;

	if (constr == NULL || !constr->has_generated_stored)
		return columns;
	for (int i = 0; i < constr->num_defval; i++)
	{
		AttrNumber attnum = constr->defval[i].adnum;

		if (TupleDescAttr(desc, attnum - 1)->attgenerated == ATTRIBUTE_GENERATED_STORED &&
			reads_column_of(stringToNode(constr->defval[i].adbin), columns))
			generated = bms_add_member(generated, COLUMN(attnum));
	}
	return bms_join(columns, generated);
}

/* Adds an expression that must not give false. */
static void
add_check(ZdmFillCheck *check, Node *expr, char *name)
{
	check->checks[check->nchecks] = ExecPrepareExpr((Expr *) expr, check->estate);
	check->check_names[check->nchecks] = name;
	check->nchecks++;
}

/* Prepares those CHECK and NOT NULL constraints that read a written column. */
static void
prepare_checks(ZdmFillCheck *check, const Bitmapset *columns)
{
	Relation rel = check->rri->ri_RelationDesc;
	TupleDesc desc = RelationGetDescr(rel);
	TupleConstr *constr = desc->constr;

	if (constr == NULL)
		return;
	check->checks = palloc(sizeof(ExprState *) * (constr->num_check + desc->natts));
	check->check_names = palloc(sizeof(char *) * (constr->num_check + desc->natts));
	for (int i = 0; i < constr->num_check; i++)
	{
		Node *expr = zdm_check_expression(rel, &constr->check[i]);

		if (expr != NULL && reads_column_of(expr, columns))
			add_check(check, expr, constr->check[i].ccname);
	}
	check->first_not_null = check->nchecks;
	for (AttrNumber attnum = 1; attnum <= desc->natts; attnum++)
	{
		Form_pg_attribute att = TupleDescAttr(desc, attnum - 1);
		Node *expr;

		if (!att->attnotnull || !att->attgenerated)
			continue;
		expr = zdm_virtual_expression(rel, attnum);
		if (expr == NULL)
		{
			if (bms_is_member(COLUMN(attnum), columns))
				check->not_null = bms_add_member(check->not_null, attnum);
		}
		else if (reads_column_of(expr, columns))
		{
			NullTest *test = makeNode(NullTest);

			test->arg = (Expr *) expr;
			test->nulltesttype = IS_NOT_NULL;
			test->location = -1;
			add_check(check, (Node *) test, NameStr(att->attname));
		}
	}
}

/* Tells whether one of a foreign key's columns in this table is written. */
static bool
foreign_key_is_written(Oid constraint, bool referenced, const Bitmapset *columns)
{
	HeapTuple tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(constraint));
	AttrNumber conkey[INDEX_MAX_KEYS];
	AttrNumber confkey[INDEX_MAX_KEYS];
	AttrNumber *keys = referenced ? confkey : conkey;
	int n;
	bool written = false;

	if (!HeapTupleIsValid(tuple))
		return false;
	DeconstructFkConstraintRow(tuple, &n, conkey, confkey, NULL, NULL, NULL, NULL, NULL);
	ReleaseSysCache(tuple);
	for (int i = 0; i < n; i++)
		if (bms_is_member(COLUMN(keys[i]), columns))
			written = true;
	return written;
}

/*
 * Leaves only those triggers in the executor's list that keep constraints which a fill may
 * touch.  They fire whatever the session's replication role is, and none is deferred.
 */
static void
prepare_triggers(ZdmFillCheck *check, const Bitmapset *columns)
{
	TriggerDesc *all = check->rri->ri_TrigDesc; /* a copy */
	TriggerDesc *kept;

	if (all == NULL)
		return;
	kept = palloc0(sizeof(TriggerDesc));
	kept->triggers = palloc(sizeof(Trigger) * all->numtriggers);
	for (int i = 0; i < all->numtriggers; i++)
	{
		Trigger *trigger = &all->triggers[i];
		int type = RI_FKey_trigger_type(trigger->tgfoid);

		if (!trigger->tgisinternal || !OidIsValid(trigger->tgconstraint) ||
			trigger->tgenabled == TRIGGER_DISABLED || !TRIGGER_FOR_UPDATE(trigger->tgtype))
			continue;
		if (type != RI_TRIGGER_NONE &&
			foreign_key_is_written(trigger->tgconstraint, type == RI_TRIGGER_PK, columns))
			check->foreign_keys = true;
		else if (trigger->tgfoid != F_UNIQUE_KEY_RECHECK)
			continue;
		kept->triggers[kept->numtriggers] = *trigger;
		kept->triggers[kept->numtriggers].tgenabled = TRIGGER_FIRES_ALWAYS;
		kept->triggers[kept->numtriggers].tgdeferrable = false;
		kept->triggers[kept->numtriggers].tginitdeferred = false;
		kept->numtriggers++;
	}
	kept->trig_update_after_row = kept->numtriggers > 0;
	check->rri->ri_TrigDesc = kept;
	check->queue = kept->numtriggers > 0;
}

/*
 * Makes ready to check rows whose columns of the set (offset as in pull_varattnos()) are
 * written.  From now on the relation's triggers are those that keep its constraints.
 */
ZdmFillCheck *
zdm_fill_check_open(ResultRelInfo *rri, EState *estate, Bitmapset *columns)
{
	ZdmFillCheck *check = palloc0(sizeof(ZdmFillCheck));
	Relation rel = rri->ri_RelationDesc;

	check->rri = rri;
	check->estate = estate;
	columns = add_generated_columns(rel, columns);
	check->changes_key =
		bms_overlap(columns, RelationGetIndexAttrBitmap(rel, INDEX_ATTR_BITMAP_KEY));
	check->partition = rel->rd_rel->relispartition &&
					   reads_column_of((Node *) RelationGetPartitionQual(rel), columns);
	prepare_checks(check, columns);
	prepare_triggers(check, columns);
	if (check->queue)
		AfterTriggerBeginQuery();
	return check;
}

/* Tells whether a written column is part of a key that may be referred to. */
bool
zdm_fill_changes_key(const ZdmFillCheck *check)
{
	return check->changes_key;
}

/* Raises the error that a generated column that must not be NULL would be. */
static void
raise_null(Relation rel, const char *column)
{
	ereport(ERROR, (errcode(ERRCODE_NOT_NULL_VIOLATION),
					errmsg("the generated column \"%s\" of \"%s\" would be null", column,
						   RelationGetRelationName(rel)),
					errhint("Correct the row, or start again with another expression.")));
}

/* Raises an error if the row as it will be violates a constraint. */
void
zdm_fill_check_row(ZdmFillCheck *check, TupleTableSlot *filled)
{
	ExprContext *econtext = GetPerTupleExprContext(check->estate);
	Relation rel = check->rri->ri_RelationDesc;
	int attnum = -1;

	while ((attnum = bms_next_member(check->not_null, attnum)) >= 0)
		if (slot_attisnull(filled, attnum))
			raise_null(rel, NameStr(TupleDescAttr(RelationGetDescr(rel), attnum - 1)->attname));
	econtext->ecxt_scantuple = filled;
	for (int i = 0; i < check->nchecks; i++)
	{
		if (ExecCheck(check->checks[i], econtext))
			continue;
		if (i >= check->first_not_null)
			raise_null(rel, check->check_names[i]);
		ereport(ERROR, (errcode(ERRCODE_CHECK_VIOLATION),
						errmsg("the row would violate check constraint \"%s\" of \"%s\"",
							   check->check_names[i], RelationGetRelationName(rel)),
						errhint("Correct the row, or start again with another expression.")));
	}
	if (check->partition && !ExecPartitionCheck(check->rri, filled, check->estate, false))
		ereport(ERROR,
				(errcode(ERRCODE_CHECK_VIOLATION),
				 errmsg("the row would violate the partition constraint of \"%s\"",
						RelationGetRelationName(rel)),
				 errdetail("A fill does not move rows to other partitions."),
				 errhint("Correct the row with an UPDATE of the partitioned table, or start again "
						 "with another expression.")));
}

/* Queues what is to be checked of a row that was written; `recheck` as its indexes gave it. */
void
zdm_fill_check_written(ZdmFillCheck *check, ItemPointer old, TupleTableSlot *filled, List *recheck)
{
	if (check->foreign_keys || (recheck != NIL && check->queue))
		ExecARUpdateTriggers(check->estate, check->rri, NULL, NULL, old, NULL, filled, recheck,
							 NULL, false);
}

/* Says what was done when a queued check found a violation. */
static void
finish_context(void *arg)
{
	errcontext("check of the rows that were filled in %s", (char *) arg);
}

/*
 * Does what was queued.  It looks at rows of other tables, too, and who holds these may
 * wait for us: so no longer than a schema change that holds other tables would.
 */
void
zdm_fill_check_finish(ZdmFillCheck *check)
{
	int save_timeout = LockTimeout;
	ErrorContextCallback callback = {.callback = finish_context};

	if (!check->queue)
		return;
	callback.arg = zdm_qualified_name(RelationGetRelid(check->rri->ri_RelationDesc));
	callback.previous = error_context_stack;
	error_context_stack = &callback;
	LockTimeout = zdm_held_lock_msec();
	PG_TRY();
	{
		AfterTriggerEndQuery(check->estate);
	}
	PG_FINALLY();
	{
		LockTimeout = save_timeout;
	}
	PG_END_TRY();
	error_context_stack = callback.previous;
	ExecCloseResultRelations(check->estate);
	ExecResetTupleTable(check->estate->es_tupleTable, false);
	check->queue = false;
}
