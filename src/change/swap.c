/*
 * swap.c
 *		The plan of a migration in which new columns take over from old ones.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "parser/parse_type.h"
#include "rewrite/rewriteHandler.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "base/compat.h"
#include "base/expression.h"
#include "base/names.h"
#include "change/carry.h"
#include "change/carry_over.h"
#include "change/catalog_changes.h"
#include "change/column_uses.h"
#include "change/constraint.h"
#include "change/dependents.h"
#include "change/marks.h"
#include "change/plan_sync.h"
#include "change/stored_view.h"
#include "change/swap.h"
#include "sync/given_default.h"

/* Returns the reverse expressions as text, by the names before or after contract. */
static List *
reverse_texts(ZdmSwap *swap, bool contracted)
{
	List *names = zdm_swap_names(swap, contracted ? ZDM_NAMES_HIDDEN : ZDM_NAMES_NOW);
	List *texts = NIL;
	ListCell *lc;

	foreach (lc, swap->new)
	{
		ZdmNewColumn *new = lfirst(lc);

		names = lappend(names, contracted ? new->name : new->shadow);
	}
	foreach (lc, swap->reverse)
	{
		Node *reverse = contracted && foreach_current_index(lc) == 0
							? zdm_computed_guard(swap, lfirst(lc))
							: lfirst(lc);

		texts = lappend(texts, zdm_expression_canonical_row(names, reverse));
	}
	return texts;
}

/* Lists all expressions of the pair, forward and reverse. */
static List *
swap_expressions(ZdmSwap *swap)
{
	List *result = list_copy(swap->reverse);
	ListCell *lc;

	foreach (lc, swap->new)
		result = lappend(result, ((ZdmNewColumn *) lfirst(lc))->forward);
	return result;
}

/* Tells whether an old column has a default, or its type. */
static bool
old_has_default(ZdmSwap *swap)
{
	ListCell *lc;

	foreach (lc, swap->old)
		if (build_column_default(swap->plan->rel, ((ZdmOldColumn *) lfirst(lc))->att->attnum))
			return true;
	return false;
}

/* Tells whether DEFAULT for a new column, whose name is known before contract, means a value. */
static bool
tells_default(ZdmSwap *swap, const ZdmNewColumn *new)
{
	return strcmp(new->name, new->shadow) == 0 && (new->default_text || old_has_default(swap));
}

/* Makes the spec of the sync trigger, before or after contract. */
static void
make_spec(ZdmSwap *swap, bool contracted, ZdmSyncSpec *spec)
{
	List *names = zdm_swap_names(swap, contracted ? ZDM_NAMES_HIDDEN : ZDM_NAMES_NOW);
	ListCell *lc;

	memset(spec, 0, sizeof(*spec));
	foreach (lc, swap->old)
	{
		ZdmOldColumn *old = lfirst(lc);

		if (!old->att->attgenerated)
			spec->old_columns = lappend(spec->old_columns, contracted ? old->hidden : old->name);
	}
	foreach (lc, swap->new)
	{
		ZdmNewColumn *new = lfirst(lc);
		char *name = contracted ? new->name : new->shadow;

		spec->new_columns = lappend(spec->new_columns, name);
		if (new->generated)
			spec->generated = lappend(spec->generated, name);
		spec->forward = lappend(spec->forward, zdm_expression_canonical_row(names, new->forward));
		if (!contracted)
			spec->defaults =
				lappend(spec->defaults, tells_default(swap, new) ? new->default_text : NULL);
		if (list_length(swap->new) == 1 && new->not_null)
			spec->not_null = true;
	}
	spec->reverse = reverse_texts(swap, contracted);
	zdm_plan_pin_settings(spec, swap_expressions(swap));
	spec->exact = contracted && swap->unique && !swap->same_value;
	/* Without a way back, a row written since contract is one that the old schema can't express. */
	if (contracted && spec->reverse == NIL)
		foreach (lc, swap->old)
			spec->reverse = lappend(spec->reverse, "NULL");
	spec->state = contracted             ? ZDM_SYNC_CONTRACTED
				  : spec->reverse != NIL ? ZDM_SYNC_TWO_WAY
										 : ZDM_SYNC_ONE_WAY;
}

/* What a new column has in one table like the old one: storage, grants, a comment. */
static void
copy_attributes(ZdmSwap *swap, int number)
{
	ZdmPlan *plan = swap->plan;
	ZdmNewColumn *new = list_nth(swap->new, number);
	ZdmOldColumn *old = list_nth(swap->old, number);
	ZdmOldColumn *above = swap->above ? list_nth(swap->above->old, number) : NULL;
	char *comment = zdm_own_comment(old->att->attrelid, RelationRelationId, old->att->attnum);

	if (get_typstorage(new->type) != TYPSTORAGE_PLAIN)
		zdm_plan_copy_storage(plan, old->att, above ? above->att : NULL, new->shadow);
	zdm_plan_copy_statistics_target(plan, old->att, above ? above->att : NULL, new->shadow);
	zdm_plan_copy_grants(plan, old->att, new->shadow);
	if (comment)
		zdm_plan_step(plan, ZDM_PHASE_EXPAND, ZDM_RUNS_CALLER, NoLock,
					  psprintf("COMMENT ON COLUMN %s.%s IS %s", plan->table,
							   quote_identifier(new->shadow), quote_literal_cstr(comment)),
					  NULL);
}

/*
 * Returns the statement that gives a new column the default that it has until contract: NULL, or
 * one that tells the trigger.
 */
static char *
default_sql_until_contract(ZdmSwap *swap, const ZdmNewColumn *new)
{
	const char *text =
		get_typtype(new->type) == TYPTYPE_DOMAIN ? "SET DEFAULT NULL" : "DROP DEFAULT";

	if (tells_default(swap, new))
		text =
			psprintf("SET DEFAULT %s", zdm_given_default_text(new->type, new->typmod, new->name));
	return psprintf("ALTER TABLE %s ALTER COLUMN %s %s", swap->plan->table,
					quote_identifier(new->name), text);
}

/* The new columns, with what does not change the rows. */
static void
plan_expand(ZdmSwap *swap)
{
	ZdmPlan *plan = swap->plan;
	ListCell *lc;
	ListCell *table;

	foreach (lc, swap->new)
	{
		ZdmNewColumn *new = lfirst(lc);
		const char *name = quote_identifier(new->shadow);

		zdm_plan_step(plan, ZDM_PHASE_EXPAND, ZDM_RUNS_CALLER, AccessExclusiveLock,
					  psprintf("ALTER TABLE %s ADD COLUMN %s %s%s", plan->table, name,
							   new->definition,
							   get_typtype(new->type) == TYPTYPE_DOMAIN ? " DEFAULT NULL" : ""),
					  psprintf("ALTER TABLE %s DROP COLUMN IF EXISTS %s", plan->table, name));
		if (new->generated)
			zdm_plan_deed(
				plan, ZDM_PHASE_EXPAND, ZDM_RUNS_CALLER, AccessExclusiveLock,
				zdm_deed_set_generated(plan->table, new->shadow, new->name, new->generated), NULL);
		if (tells_default(swap, new))
			zdm_plan_step(plan, ZDM_PHASE_EXPAND, ZDM_RUNS_CALLER, AccessExclusiveLock,
						  default_sql_until_contract(swap, new), NULL);
		if (swap->replaces)
			foreach (table, zdm_swap_tables(swap))
				copy_attributes(lfirst(table), foreach_current_index(lc));
	}
}

/*
 * Tells which rows may be such that the old schema can't express them.  What the server computes
 * says nothing of that, unless it must not be NULL.
 */
static char *
lossy_condition(ZdmSwap *swap)
{
	StringInfoData buf;
	StringInfoData filled;
	ListCell *lc;

	initStringInfo(&filled);
	foreach (lc, swap->new)
		if (((ZdmNewColumn *) lfirst(lc))->generated == NULL)
			appendStringInfo(&filled, "%s%s IS NOT NULL", filled.len > 0 ? " OR " : "",
							 quote_identifier(((ZdmNewColumn *) lfirst(lc))->shadow));
	initStringInfo(&buf);
	foreach (lc, swap->old)
	{
		ZdmOldColumn *old = lfirst(lc);

		if (old->att->attgenerated && !old->att->attnotnull)
			continue;
		appendStringInfo(&buf, "%s%s IS NULL", buf.len > 0 ? " OR " : "",
						 quote_identifier(old->name));
		if (!old->att->attnotnull)
			appendStringInfo(&buf, " AND (%s)", filled.data);
	}
	return buf.data;
}

/* Chooses the name of the guard index, and what its part in each partition is called. */
static void
choose_guards(ZdmSwap *swap)
{
	ListCell *lc;

	foreach (lc, zdm_swap_tables(swap))
	{
		ZdmSwap *table = lfirst(lc);
		ZdmOldColumn *old = linitial(table->old);
		Relation rel = table->plan->rel;

		table->guard =
			zdm_choose_relation_name(RelationGetNamespace(rel), "zdm_null_",
									 psprintf("%s_%s", RelationGetRelationName(rel), old->name),
									 RelationGetRelid(rel) + old->att->attnum);
	}
}

/* Returns the guard index of a table with its schema; NULL: there is no such table. */
static char *
guard_name(ZdmSwap *swap)
{
	if (swap == NULL)
		return NULL;
	return quote_qualified_identifier(get_namespace_name(RelationGetNamespace(swap->plan->rel)),
									  swap->guard);
}

/*
 * The index through which the way back sees at once whether there is a row that the
 * old schema can't express.  It is empty as long as there is none.  `relkind`: on partitioned
 * tables, or on those that have rows.
 */
static void
plan_guard(ZdmSwap *swap, char relkind)
{
	bool partitioned = relkind == RELKIND_PARTITIONED_TABLE;
	ListCell *lc;

	foreach (lc, zdm_swap_tables(swap))
	{
		ZdmSwap *table = lfirst(lc);

		if (table->plan->rel->rd_rel->relkind == relkind)
			zdm_carry_plan_build(
				table, table->guard,
				psprintf("CREATE INDEX %s%s ON %s%s ((true)) WHERE %s",
						 partitioned ? "" : "CONCURRENTLY ", quote_identifier(table->guard),
						 partitioned ? "ONLY " : "", table->plan->table, lossy_condition(swap)),
				guard_name(table->above), guard_name(swap));
	}
}

/* Makes the deed that refuses to go back where a row is lossy. */
static ZdmDeed *
refuse_lossy(ZdmSwap *swap)
{
	List *not_null = NIL;
	ListCell *lc;

	foreach (lc, swap->old)
	{
		ZdmOldColumn *old = lfirst(lc);

		if (old->att->attnotnull)
			not_null = lappend(not_null, old->hidden);
	}
	return zdm_deed_refuse_lossy(swap->plan->table, swap->guard, not_null, swap->reverse != NIL);
}

/* Returns "ALTER TABLE ... RENAME COLUMN ...". */
static char *
rename_sql(ZdmSwap *swap, const char *from, const char *to)
{
	return psprintf("ALTER TABLE %s RENAME COLUMN %s TO %s", swap->plan->table,
					quote_identifier(from), quote_identifier(to));
}

/*
 * Returns "ALTER TABLE ... DROP DEFAULT": on the way back a new column loses whatever
 * default it has got meanwhile, because a value in it would be taken for a writer's.
 */
static char *
drop_default_sql(ZdmSwap *swap, const char *column)
{
	return psprintf("ALTER TABLE %s ALTER COLUMN %s DROP DEFAULT", swap->plan->table,
					quote_identifier(column));
}

/* Makes the deed that refuses to contract where something else hangs on an old column. */
static ZdmDeed *
require_known(ZdmSwap *swap)
{
	char *schema = get_namespace_name(RelationGetNamespace(swap->plan->rel));
	List *columns = NIL;
	List *known = NIL;
	ListCell *lc;

	foreach (lc, swap->old)
	{
		ZdmOldColumn *old = lfirst(lc);

		columns = lappend(columns, old->name);
		known =
			list_concat(known, zdm_column_dependents(swap->plan->rel, old->att->attnum, "", NIL));
	}
	return zdm_deed_require_known(swap->plan->table, columns, known,
								  quote_qualified_identifier(schema, swap->guard));
}

/* The grants and the comment of the moment go with the name, either way. */
static void
contract_column_marks(ZdmSwap *swap)
{
	const char *table = swap->plan->table;
	List *successors = swap->new;
	List *columns = swap->replaces ? swap->old : zdm_swap_taken_over(swap, &successors);
	ListCell *old_column;
	ListCell *new_column;

	forboth (old_column, columns, new_column, successors)
	{
		const char *old = ((ZdmOldColumn *) lfirst(old_column))->hidden;
		const char *new = ((ZdmNewColumn *) lfirst(new_column))->name;

		zdm_plan_deed(swap->plan, ZDM_PHASE_CONTRACT, ZDM_RUNS_CALLER, AccessExclusiveLock,
					  zdm_deed_copy_grants(table, old, new), zdm_deed_copy_grants(table, new, old));
	}
}

/*
 * What uses the column is looked at before anything else is done, and carried over when all else
 * is; the way back is the same in the other direction.
 */
static void
contract_uses(ZdmSwap *swap, bool last)
{
	List *hidden = NIL;
	List *shadows = NIL;
	List *names = NIL; /* those of the old columns are those of the new ones */
	List *successors;
	List *columns = zdm_swap_taken_over(swap, &successors);
	ListCell *old;
	ListCell *new;
	ZdmDeed *prepare;
	ZdmDeed *there;
	ZdmDeed *back;

	if (columns == NIL)
		return;
	forboth (old, columns, new, successors)
	{
		hidden = lappend(hidden, ((ZdmOldColumn *) lfirst(old))->hidden);
		names = lappend(names, ((ZdmOldColumn *) lfirst(old))->name);
		shadows = lappend(shadows, ((ZdmNewColumn *) lfirst(new))->shadow);
	}
	prepare =
		zdm_deed_carry_prepare(swap->plan->table, names, true, zdm_carry_generated_names(swap));
	there = zdm_deed_carry_over(swap->plan->table, hidden, names);
	back = zdm_deed_carry_over(swap->plan->table, shadows, names);

	zdm_step_also_lock(zdm_plan_deed(swap->plan, ZDM_PHASE_CONTRACT, ZDM_RUNS_CALLER,
									 AccessExclusiveLock, last ? there : prepare,
									 last ? prepare : back),
					   swap->plan->carried);
}

/* One short transaction: names, what hangs on them, and who is the truth. */
static void
plan_contract(ZdmSwap *swap, const ZdmSyncSpec *both, const ZdmSyncSpec *contracted)
{
	ZdmPlan *plan = swap->plan;
	ListCell *lc;

	zdm_plan_deed(plan, ZDM_PHASE_CONTRACT, ZDM_RUNS_CALLER, AccessExclusiveLock,
				  require_known(swap), NULL);
	contract_uses(swap, false);
	zdm_carry_plan_generated(swap, ZDM_PHASE_CONTRACT);
	foreach (lc, swap->old)
	{
		ZdmOldColumn *old = lfirst(lc);

		zdm_plan_step(plan, ZDM_PHASE_CONTRACT, ZDM_RUNS_CALLER, AccessExclusiveLock,
					  rename_sql(swap, old->name, old->hidden),
					  rename_sql(swap, old->hidden, old->name));
	}
	foreach (lc, swap->new)
	{
		ZdmNewColumn *new = lfirst(lc);

		if (strcmp(new->name, new->shadow) != 0)
			zdm_plan_step(plan, ZDM_PHASE_CONTRACT, ZDM_RUNS_CALLER, AccessExclusiveLock,
						  rename_sql(swap, new->shadow, new->name),
						  new->generated
							  ? rename_sql(swap, new->name, new->shadow)
							  : psprintf("%s;\n%s", default_sql_until_contract(swap, new),
										 rename_sql(swap, new->name, new->shadow)));
		else
			zdm_plan_step(plan, ZDM_PHASE_CONTRACT, ZDM_RUNS_CALLER, AccessExclusiveLock,
						  drop_default_sql(swap, new->name), default_sql_until_contract(swap, new));
		if (new->default_text)
			zdm_plan_step(plan, ZDM_PHASE_CONTRACT, ZDM_RUNS_CALLER, AccessExclusiveLock,
						  psprintf("ALTER TABLE %s ALTER COLUMN %s SET DEFAULT %s", plan->table,
								   quote_identifier(new->name), new->default_text),
						  psprintf("ALTER TABLE %s ALTER COLUMN %s DROP DEFAULT", plan->table,
								   quote_identifier(new->name)));
	}
	contract_column_marks(swap);
	zdm_carry_plan_contract(swap);
	zdm_carry_contract_not_null(swap);
	contract_uses(swap, true);
	zdm_plan_deed(
		plan, ZDM_PHASE_CONTRACT, ZDM_RUNS_CALLER, AccessExclusiveLock,
		zdm_deed_sync_trigger(plan, contracted),
		zdm_deed_series(list_make2(refuse_lossy(swap), zdm_deed_sync_trigger(plan, both))));
	zdm_plan_deed(plan, ZDM_PHASE_FINALIZE, ZDM_RUNS_CALLER, AccessExclusiveLock,
				  zdm_deed_drop_trigger(plan), NULL);
	zdm_stored_plan(swap, ZDM_PHASE_FINALIZE);
	for (int i = list_length(swap->old) - 1; i >= 0; i--) /* what is made from others comes last */
	{
		const ZdmOldColumn *old = list_nth(swap->old, i);
		ZdmStep *step = zdm_plan_step(
			plan, ZDM_PHASE_FINALIZE, ZDM_RUNS_CALLER, AccessExclusiveLock,
			psprintf("ALTER TABLE %s DROP COLUMN %s", plan->table, quote_identifier(old->hidden)),
			NULL);

		if (swap->may_lose)
			zdm_step_note(step,
						  "The cast from %s may be lossy: what the new values have not kept goes "
						  "with finalize. Before that zdm.verify(%s) counts the rows (lossy).",
						  swap->may_lose, quote_literal_cstr(plan->migration->name));
	}
}

/* Notes which columns the migration is about: by every name that they have in its course. */
static void
note_columns(ZdmSwap *swap)
{
	ZdmMigration *m = swap->plan->migration;
	ListCell *lc;

	m->columns = NIL;
	foreach (lc, swap->old)
		m->columns = lappend(lappend(m->columns, ((ZdmOldColumn *) lfirst(lc))->name),
							 ((ZdmOldColumn *) lfirst(lc))->hidden);
	foreach (lc, swap->new)
		m->columns = lappend(m->columns, ((ZdmNewColumn *) lfirst(lc))->shadow);
}

/* Refuses columns that are NOT NULL for new rows alone. */
static void
check_not_null_valid(ZdmSwap *swap)
{
	ListCell *lc;

	foreach (lc, swap->old)
	{
		const char *column = ((ZdmOldColumn *) lfirst(lc))->name;

		if (zdm_null_is_not_valid(RelationGetRelid(swap->plan->rel), column))
			ereport(ERROR,
					(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
					 errmsg("cannot change column \"%s\" under traffic: its NOT NULL is not valid",
							column),
					 errdetail("A row that is null could not be told from one that is not filled."),
					 errhint("SELECT zdm.expand_not_null(%s, %s) makes it valid.",
							 quote_literal_cstr(swap->plan->table), quote_literal_cstr(column))));
	}
}

/* Names, in a plan, the functions that seem to use an old column: the server knows none of them. */
static void
note_functions(ZdmSwap *swap, ZdmStep *step)
{
	ListCell *lc;

	foreach (lc, swap->old)
	{
		const char *column = ((ZdmOldColumn *) lfirst(lc))->name;
		List *names = zdm_functions_mentioning(swap->plan->rel, column);

		if (names != NIL)
			zdm_step_note(step,
						  "Functions whose text has the name \"%s\", which may be this column or "
						  "something else (a search of the text; the server does not know what "
						  "they use): %s.",
						  column, zdm_join(names, ", "));
	}
}

/*
 * Appends all steps.  The caller has filled in old and new columns, reverse, replaces
 * and same_value.  Raises an error for what can't be carried over.
 */
void
zdm_swap_plan(ZdmSwap *swap)
{
	ZdmSyncSpec both;
	ZdmSyncSpec contracted;
	ListCell *lc;

	check_not_null_valid(swap);
	zdm_plan_check_backfill(swap->plan);
	zdm_plan_name_trigger(swap->plan);
	zdm_swap_open_partitions(swap);
	zdm_carry_find(swap);
	zdm_computed_note_reads(swap);
	zdm_carry_try(swap);
	choose_guards(swap);
	note_columns(swap);
	make_spec(swap, false, &both);
	make_spec(swap, true, &contracted);

	plan_expand(swap);
	zdm_plan_note_settings(
		zdm_plan_deed(swap->plan, ZDM_PHASE_EXPAND, ZDM_RUNS_CALLER, AccessExclusiveLock,
					  zdm_deed_sync_trigger(swap->plan, &both), zdm_deed_drop_trigger(swap->plan)),
		swap_expressions(swap));
	zdm_carry_plan_expand(swap);
	plan_guard(swap, RELKIND_PARTITIONED_TABLE);
	zdm_plan_backfill(swap->plan, &both);
	if (!swap->plain_forward && !both.not_null)
		zdm_plan_filled(swap->plan, &both);
	foreach (lc, swap->new)
	{
		ZdmNewColumn *new = lfirst(lc);

		if (new->not_null)
		{
			(void) zdm_plan_null_refused(
				swap->plan, new->shadow, ZDM_PHASE_VALIDATE, ZDM_RUNS_WORKER,
				swap->replaces
					? zdm_carry_no_inherit(list_nth(swap->old, foreach_current_index(lc)))
					: "",
				&new->not_null_name);
			zdm_plan_null_validated(swap->plan, new->shadow, new->not_null_name);
		}
	}
	zdm_carry_plan_validate(swap);
	zdm_carry_plan_generated(swap, ZDM_PHASE_VALIDATE);
	zdm_stored_plan(swap, ZDM_PHASE_VALIDATE);
	zdm_carry_plan_analyze(swap);
	plan_guard(swap, RELKIND_RELATION);
	plan_contract(swap, &both, &contracted);
	if (swap->plan->try_rows)
		note_functions(swap, linitial(swap->plan->steps));
	zdm_swap_close_partitions(swap);
}
