/*
 * carry_plan.c
 *		The steps that make indexes and constraints for a new column, and hand on the
 *		rest at contract.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/relation.h"
#include "catalog/pg_attrdef.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_index.h"
#include "catalog/pg_sequence.h"
#include "catalog/pg_statistic_ext.h"
#include "catalog/pg_type.h"
#include "commands/comment.h"
#include "nodes/nodes.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "base/compat.h"
#include "base/names.h"
#include "change/carry.h"
#include "change/catalog_changes.h"
#include "change/plan_sync.h"

/* Returns a name with the schema of the table. */
static char *
in_schema(ZdmSwap *swap, const char *name)
{
	return quote_qualified_identifier(get_namespace_name(RelationGetNamespace(swap->plan->rel)),
									  name);
}

/* Returns "COMMENT ON ..." if the object has a comment, else NULL. */
static char *
set_comment_sql(Oid oid, Oid classid, const char *what)
{
	char *comment = GetComment(oid, classid, 0);

	return comment ? psprintf("COMMENT ON %s IS %s", what, quote_literal_cstr(comment)) : NULL;
}

/* Returns the same with ";\n" before it, else "". */
static char *
comment_sql(Oid oid, Oid classid, const char *what)
{
	char *sql = set_comment_sql(oid, classid, what);

	return sql ? psprintf(";\n%s", sql) : "";
}

/* Has a step lock the other end of a foreign key, too. */
static void
lock_other_end(ZdmStep *step, const ZdmDependent *dependent)
{
	HeapTuple tuple = zdm_constraint_row(dependent->oid);
	Form_pg_constraint form = (Form_pg_constraint) GETSTRUCT(tuple);

	zdm_step_also_lock(step, list_make2_oid(form->conrelid, form->confrelid));
	ReleaseSysCache(tuple);
}

/* Makes the deed that has an index refuse equal keys, or not; look: those that are there, too. */
static ZdmDeed *
set_unique(ZdmSwap *swap, ZdmDependent *dependent, const char *index, bool unique, bool look)
{
	return zdm_deed_set_unique(in_schema(swap, index), unique, dependent->nulls_not_distinct, look);
}

/* Tells whether an index is one of a partitioned table, or part of such a one. */
static bool
is_tree(const ZdmDependent *dependent)
{
	return dependent->above != NULL ||
		   get_rel_relkind(dependent->index) == RELKIND_PARTITIONED_INDEX;
}

/*
 * Appends the steps that build an index on a table.  One of a partitioned table is made on that
 * alone, before there is anything to build, so that a partition that comes later gets its part
 * of it from the server.  `parent` is the qualified name of the index that it is part of, `top` of
 * the one above all; NULL: it is part of none.
 */
void
zdm_carry_plan_build(ZdmSwap *swap, const char *name, char *sql, const char *parent,
					 const char *top)
{
	Relation rel = swap->plan->rel;
	char *index = in_schema(swap, name);
	char *attach = parent ? psprintf("ALTER INDEX %s ATTACH PARTITION %s", parent, index) : NULL;

	if (rel->rd_rel->relkind != RELKIND_PARTITIONED_TABLE)
	{
		zdm_plan_create_index(swap->plan, ZDM_PHASE_VALIDATE, RelationGetRelid(rel), name, sql);
		/* What is joined can only be dropped together: so the undo of a join drops all of it. */
		if (parent)
			zdm_plan_step(swap->plan, ZDM_PHASE_VALIDATE, ZDM_RUNS_WORKER, ShareUpdateExclusiveLock,
						  attach, psprintf("DROP INDEX IF EXISTS %s", top));
		return;
	}
	zdm_plan_step(swap->plan, ZDM_PHASE_EXPAND, ZDM_RUNS_CALLER, ShareRowExclusiveLock, sql,
				  parent ? NULL : psprintf("DROP INDEX IF EXISTS %s", index));
	if (parent)
		zdm_plan_step(swap->plan, ZDM_PHASE_EXPAND, ZDM_RUNS_CALLER, ShareRowExclusiveLock, attach,
					  NULL);
}

/* Returns the qualified name of the index on the new column of which this one is part, at the top.
 */
static char *
top_index(ZdmSwap *swap, const ZdmDependent *dependent)
{
	for (; dependent->above; dependent = dependent->above)
		swap = swap->above;
	return in_schema(swap, dependent->shadow);
}

/* The index on the new column, built beside the traffic. */
static void
plan_index(ZdmSwap *swap, ZdmDependent *dependent)
{
	char *name = in_schema(swap, dependent->shadow);
	char *comment = GetComment(dependent->index, RelationRelationId, 0);

	zdm_carry_plan_build(swap, dependent->shadow,
						 zdm_carry_index_sql(swap, dependent->index, dependent->shadow),
						 dependent->above ? in_schema(swap->above, dependent->above->shadow) : NULL,
						 top_index(swap, dependent));
	if (comment && !is_tree(dependent))
		zdm_plan_step(swap->plan, ZDM_PHASE_VALIDATE, ZDM_RUNS_WORKER, NoLock,
					  psprintf("COMMENT ON INDEX %s IS %s", name, quote_literal_cstr(comment)),
					  NULL);
	if (zdm_carry_excludes_beside(swap, dependent))
		zdm_carry_plan_exclusion(swap, dependent, name);
}

/* Returns the qualified name of a statistics object that is called `name`. */
static char *
statistics_identity(ZdmDependent *dependent, const char *name)
{
	return quote_qualified_identifier(get_namespace_name(dependent->schema), name);
}

/* Extended statistics, which zdm_carry_plan_analyze() has gathered. */
static void
plan_statistics(ZdmSwap *swap, ZdmDependent *dependent)
{
	char *name = statistics_identity(dependent, dependent->shadow);

	zdm_plan_step(swap->plan, ZDM_PHASE_VALIDATE, ZDM_RUNS_WORKER, ShareUpdateExclusiveLock,
				  psprintf("%s%s", zdm_carry_statistics_sql(swap, dependent->oid, name),
						   comment_sql(dependent->oid, StatisticExtRelationId,
									   psprintf("STATISTICS %s", name))),
				  psprintf("DROP STATISTICS IF EXISTS %s", name));
}

/* Makes the deed that renames statistics. */
static ZdmDeed *
rename_statistics(ZdmDependent *dependent, const char *from, const char *to)
{
	return zdm_deed_sql(psprintf("ALTER STATISTICS %s RENAME TO %s",
								 statistics_identity(dependent, from), quote_identifier(to)));
}

/* Likewise, and gives those that get the name the target of the other ones. */
static ZdmDeed *
establish_statistics(ZdmSwap *swap, ZdmDependent *dependent, const char *from, const char *other)
{
	return zdm_deed_series(
		list_make2(rename_statistics(dependent, from, dependent->name),
				   zdm_deed_copy_target(swap->plan->table, other, dependent->name)));
}

/* Old and new statistics swap names. */
static void
contract_statistics(ZdmSwap *swap, ZdmDependent *dependent)
{
	zdm_carry_contract_step(
		swap, rename_statistics(dependent, dependent->name, dependent->hidden),
		establish_statistics(swap, dependent, dependent->hidden, dependent->shadow));
	zdm_carry_contract_step(
		swap, establish_statistics(swap, dependent, dependent->shadow, dependent->hidden),
		rename_statistics(dependent, dependent->name, dependent->shadow));
}

/* A check on the new column, enforced at once and validated beside the traffic. */
static void
plan_check(ZdmSwap *swap, ZdmDependent *dependent)
{
	HeapTuple tuple = zdm_constraint_row(dependent->oid);
	const char *name = quote_identifier(dependent->shadow);

	zdm_plan_step(swap->plan, ZDM_PHASE_VALIDATE, ZDM_RUNS_WORKER, AccessExclusiveLock,
				  psprintf("ALTER TABLE %s ADD CONSTRAINT %s %s NOT VALID%s", swap->plan->table,
						   name, zdm_carry_check_sql(swap, tuple, ZDM_NAMES_SHADOW),
						   comment_sql(dependent->oid, ConstraintRelationId,
									   psprintf("CONSTRAINT %s ON %s", name, swap->plan->table))),
				  psprintf("ALTER TABLE %s DROP CONSTRAINT IF EXISTS %s", swap->plan->table, name));
	if (dependent->validated)
		zdm_plan_step(swap->plan, ZDM_PHASE_VALIDATE, ZDM_RUNS_WORKER, ShareUpdateExclusiveLock,
					  psprintf("ALTER TABLE %s VALIDATE CONSTRAINT %s", swap->plan->table, name),
					  NULL);
	ReleaseSysCache(tuple);
}

/*
 * A foreign key from or to the new column, beside that of the old one.  Where both
 * columns hold equal values there is no need: contract makes it, and knows it valid.
 */
static void
plan_foreign_key(ZdmSwap *swap, ZdmDependent *dependent)
{
	HeapTuple tuple = zdm_constraint_row(dependent->oid);
	char *table = zdm_qualified_name(dependent->relid);
	const char *name = quote_identifier(dependent->shadow);

	lock_other_end(
		zdm_plan_step(swap->plan, ZDM_PHASE_VALIDATE, ZDM_RUNS_WORKER, ShareRowExclusiveLock,
					  psprintf("ALTER TABLE %s ADD CONSTRAINT %s %s NOT VALID%s", table, name,
							   zdm_carry_foreign_key_sql(swap, tuple, ZDM_NAMES_SHADOW),
							   comment_sql(dependent->oid, ConstraintRelationId,
										   psprintf("CONSTRAINT %s ON %s", name, table))),
					  psprintf("ALTER TABLE %s DROP CONSTRAINT IF EXISTS %s", table, name)),
		dependent);
	if (dependent->validated)
		zdm_plan_step(swap->plan, ZDM_PHASE_VALIDATE, ZDM_RUNS_WORKER, ShareUpdateExclusiveLock,
					  psprintf("ALTER TABLE %s VALIDATE CONSTRAINT %s", table, name), NULL);
	ReleaseSysCache(tuple);
}

/* Appends the steps that make all of one kind for a table. */
static void
plan_kind(ZdmSwap *swap, ZdmDependentKind kind)
{
	ListCell *lc;

	foreach (lc, swap->dependents)
	{
		ZdmDependent *dependent = lfirst(lc);

		if (dependent->kind != kind)
			continue;
		if (OidIsValid(dependent->index))
		{
			if (swap->plan->rel->rd_rel->relkind == RELKIND_RELATION)
				plan_index(swap, dependent);
		}
		else if (dependent->kind == ZDM_DEP_STATISTICS)
			plan_statistics(swap, dependent);
		else if (dependent->kind == ZDM_DEP_CHECK)
			plan_check(swap, dependent);
		else if (!swap->same_value)
			plan_foreign_key(swap, dependent);
	}
}

/* Appends the steps that make indexes of partitioned tables alone. */
void
zdm_carry_plan_expand(ZdmSwap *swap)
{
	ListCell *table;
	ListCell *lc;

	if (!swap->replaces)
		return;
	foreach (table, zdm_swap_tables(swap))
	{
		ZdmSwap *part = lfirst(table);

		if (part->plan->rel->rd_rel->relkind == RELKIND_PARTITIONED_TABLE)
			foreach (lc, part->dependents)
				if (OidIsValid(((ZdmDependent *) lfirst(lc))->index))
					plan_index(part, lfirst(lc));
	}
}

/* Appends the steps that make what the new column needs before it can take over. */
void
zdm_carry_plan_validate(ZdmSwap *swap)
{
	static const ZdmDependentKind order[] = {ZDM_DEP_INDEX,     ZDM_DEP_KEY,
											 ZDM_DEP_CHECK,     ZDM_DEP_FOREIGN_KEY,
											 ZDM_DEP_REFERENCE, ZDM_DEP_STATISTICS};

	if (!swap->replaces)
		return;
	for (int i = 0; i < lengthof(order); i++)
	{
		ListCell *table;

		foreach (table, zdm_swap_tables(swap))
			plan_kind(lfirst(table), order[i]);
	}
}

/*
 * Makes the deed that makes a check or a foreign key anew, by the names of a time: valid where
 * both columns hold equal values and it was, for the other one is proof of it.
 */
static ZdmDeed *
make_constraint(ZdmSwap *swap, ZdmDependent *dependent, ZdmNaming naming)
{
	HeapTuple tuple = zdm_constraint_row(dependent->oid);
	char *table = zdm_qualified_name(dependent->relid);
	const char *name = quote_identifier(dependent->name);
	char *definition = dependent->kind == ZDM_DEP_CHECK
						   ? zdm_carry_check_sql(swap, tuple, naming)
						   : zdm_carry_foreign_key_sql(swap, tuple, naming);
	char *add = psprintf("ALTER TABLE %s ADD CONSTRAINT %s %s NOT VALID", table, name, definition);
	char *comment = set_comment_sql(dependent->oid, ConstraintRelationId,
									psprintf("CONSTRAINT %s ON %s", name, table));

	ReleaseSysCache(tuple);
	if (dependent->kind != ZDM_DEP_CHECK && !ZDM_PARTITIONED_FOREIGN_KEY &&
		get_rel_relkind(dependent->relid) == RELKIND_PARTITIONED_TABLE)
		return zdm_deed_series(
			list_make2(zdm_deed_add_foreign_key(table, dependent->name, definition),
					   comment ? zdm_deed_sql(comment) : NULL));
	if (!swap->same_value || !dependent->validated)
		return zdm_deed_sql(comment ? psprintf("%s;\n%s", add, comment) : add);
	return zdm_deed_series(list_make3(zdm_deed_sql(add),
									  zdm_deed_trust_constraint(table, dependent->name),
									  comment ? zdm_deed_sql(comment) : NULL));
}

/*
 * A check or a foreign key goes from the old column, and its twin takes the name.  On
 * the way back it is made anew; where both columns hold equal values, the twin is
 * proof enough of it.
 */
static void
contract_constraint(ZdmSwap *swap, ZdmDependent *dependent)
{
	char *table = zdm_qualified_name(dependent->relid);
	const char *name = quote_identifier(dependent->name);
	const char *shadow = quote_identifier(dependent->shadow);

	bool is_key = dependent->kind != ZDM_DEP_CHECK;
	ZdmStep *step = zdm_carry_contract_step(
		swap, zdm_deed_sql(psprintf("ALTER TABLE %s DROP CONSTRAINT %s", table, name)),
		make_constraint(swap, dependent, ZDM_NAMES_HIDDEN));

	if (is_key)
		lock_other_end(step, dependent);
	if (!swap->replaces || (is_key && swap->same_value))
		return;
	step = zdm_carry_contract_sql(
		swap, psprintf("ALTER TABLE %s RENAME CONSTRAINT %s TO %s", table, shadow, name),
		psprintf("ALTER TABLE %s RENAME CONSTRAINT %s TO %s", table, name, shadow));
	zdm_step_also_lock(step, list_make1_oid(dependent->relid));
}

/*
 * A foreign key where both columns hold equal values: made when the new key is there.
 * By now the new column has the old one's name.
 */
static void
contract_foreign_key(ZdmSwap *swap, ZdmDependent *dependent)
{
	char *undo = psprintf("ALTER TABLE %s DROP CONSTRAINT %s", zdm_qualified_name(dependent->relid),
						  quote_identifier(dependent->name));

	lock_other_end(zdm_carry_contract_step(swap, make_constraint(swap, dependent, ZDM_NAMES_NOW),
										   zdm_deed_sql(undo)),
				   dependent);
}

/* Makes the deed that renames an index. */
static ZdmDeed *
rename_index(ZdmSwap *swap, const char *from, const char *to)
{
	return zdm_deed_sql(
		psprintf("ALTER INDEX %s RENAME TO %s", in_schema(swap, from), quote_identifier(to)));
}

/* Returns the command that makes an index the table's constraint. */
static char *
add_key_sql(ZdmSwap *swap, ZdmDependent *dependent, const char *index)
{
	const char *name = quote_identifier(dependent->name);

	return psprintf("ALTER TABLE %s ADD CONSTRAINT %s %s USING INDEX %s%s%s%s", swap->plan->table,
					name, dependent->primary ? "PRIMARY KEY" : "UNIQUE", quote_identifier(index),
					dependent->deferrable ? " DEFERRABLE" : "",
					dependent->deferred ? " INITIALLY DEFERRED" : "",
					comment_sql(dependent->oid, ConstraintRelationId,
								psprintf("CONSTRAINT %s ON %s", name, swap->plan->table)));
}

/* Makes the deed that makes an index the table's constraint; look: rows are to be looked at. */
static ZdmDeed *
add_key(ZdmSwap *swap, ZdmDependent *dependent, bool look)
{
	const char *name = quote_identifier(dependent->name);
	char *comment;

	if (!dependent->exclusion)
		return zdm_deed_sql(add_key_sql(swap, dependent, dependent->name));
	comment = set_comment_sql(dependent->oid, ConstraintRelationId,
							  psprintf("CONSTRAINT %s ON %s", name, swap->plan->table));
	return zdm_deed_series(list_make2(zdm_carry_exclusion(swap, dependent, look),
									  comment ? zdm_deed_sql(comment) : NULL));
}

/*
 * Makes the deed that renames an index, then makes it the table's key where it is to be that, and
 * all that the table says about the other one.
 */
static ZdmDeed *
establish_index(ZdmSwap *swap, ZdmDependent *dependent, const char *from, const char *other,
				bool look)
{
	bool is_key = dependent->kind == ZDM_DEP_KEY;

	return zdm_deed_series(list_make3(
		rename_index(swap, from, dependent->name), is_key ? add_key(swap, dependent, look) : NULL,
		zdm_deed_move_index_marks(in_schema(swap, other), in_schema(swap, dependent->name))));
}

/* Makes the deed that takes a constraint off an index where it has one, and renames it. */
static ZdmDeed *
release_index(ZdmSwap *swap, ZdmDependent *dependent, const char *to)
{
	ZdmDeed *rename = rename_index(swap, dependent->name, to);

	if (dependent->kind != ZDM_DEP_KEY)
		return rename;
	return zdm_deed_series(
		list_make2(zdm_deed_release_constraint(swap->plan->table, dependent->name), rename));
}

/*
 * The new index takes the name, and the constraint where there is one.  The old one
 * stays for the way back; it does not refuse a key from now on.  In steps such that
 * the way back meets every name free.
 */
static void
contract_index(ZdmSwap *swap, ZdmDependent *dependent)
{
	bool beside = zdm_carry_excludes_beside(swap, dependent);
	bool look = (dependent->unique || dependent->exclusion) && !zdm_carry_is_apart(swap, dependent);
	ZdmStep *step = zdm_carry_contract_step(
		swap, release_index(swap, dependent, dependent->hidden),
		establish_index(swap, dependent, dependent->hidden, dependent->shadow, look));

	zdm_carry_note_apart(step, dependent, look);
	if (dependent->unique)
		zdm_carry_contract_step(swap, set_unique(swap, dependent, dependent->hidden, false, false),
								set_unique(swap, dependent, dependent->hidden, true, look));
	if (dependent->unique && swap->same_value)
		zdm_carry_contract_step(swap, set_unique(swap, dependent, dependent->shadow, true, false),
								set_unique(swap, dependent, dependent->shadow, false, false));
	zdm_carry_contract_step(
		swap,
		zdm_deed_series(list_make2(
			beside ? zdm_deed_release_constraint(swap->plan->table, dependent->shadow) : NULL,
			establish_index(swap, dependent, dependent->shadow, dependent->hidden, false))),
		zdm_deed_series(list_make2(release_index(swap, dependent, dependent->shadow),
								   beside ? zdm_carry_exclusion_beside(swap, dependent) : NULL)));
}

/*
 * Likewise where each partition has its part of the index, also one that was attached after the
 * plan was made.
 */
static void
contract_index_tree(ZdmSwap *swap, ZdmDependent *dependent)
{
	bool unique = dependent->unique && !swap->same_value;
	ZdmIndexSwap there = {.table = swap->plan->table,
						  .index = in_schema(swap, dependent->name),
						  .by = dependent->shadow,
						  .hidden = dependent->hidden,
						  .prefix = "zdm_old_",
						  .key = dependent->kind != ZDM_DEP_KEY ? ""
								 : dependent->primary           ? "primary"
								 : dependent->exclusion         ? "exclusion"
																: "unique",
						  .strategies = dependent->strategies,
						  .unique = dependent->unique,
						  .nulls_not_distinct = dependent->nulls_not_distinct,
						  .deferrable = dependent->deferrable,
						  .deferred = dependent->deferred};
	ZdmIndexSwap back = there;

	back.by = dependent->hidden;
	back.hidden = dependent->shadow;
	back.prefix = "zdm_new_";
	back.stays_unique = unique;
	back.look = dependent->unique && !zdm_carry_is_apart(swap, dependent);
	zdm_carry_note_apart(
		zdm_carry_contract_step(swap, zdm_deed_swap_indexes(&there), zdm_deed_swap_indexes(&back)),
		dependent, back.look);
}

/* Appends the steps of contract for all of one kind that a table has. */
static void
contract_kind(ZdmSwap *swap, ZdmDependentKind kind)
{
	ListCell *lc;

	foreach (lc, swap->dependents)
	{
		ZdmDependent *dependent = lfirst(lc);

		if (dependent->kind != kind)
			continue;
		switch (dependent->kind)
		{
			case ZDM_DEP_INDEX:
			case ZDM_DEP_KEY:
				if (swap->replaces && !is_tree(dependent))
					contract_index(swap, dependent);
				else if (swap->replaces && dependent->above == NULL)
					contract_index_tree(swap, dependent);
				break;
			case ZDM_DEP_STATISTICS:
				if (swap->replaces)
					contract_statistics(swap, dependent);
				break;
			case ZDM_DEP_DEFAULT:
				break;
			case ZDM_DEP_SEQUENCE:
			case ZDM_DEP_IDENTITY:
				zdm_carry_contract_sequence(swap, dependent);
				break;
			default:
				contract_constraint(swap, dependent);
		}
	}
}

/* Appends the steps of contract for what hangs on the old columns. */
void
zdm_carry_plan_contract(ZdmSwap *swap)
{
	static const ZdmDependentKind order[] = {
		ZDM_DEP_REFERENCE, ZDM_DEP_FOREIGN_KEY, ZDM_DEP_CHECK,    ZDM_DEP_INDEX,     ZDM_DEP_KEY,
		ZDM_DEP_DEFAULT,   ZDM_DEP_SEQUENCE,    ZDM_DEP_IDENTITY, ZDM_DEP_STATISTICS};
	List *tables = zdm_swap_tables(swap);
	ListCell *table;
	ListCell *lc;

	for (int i = 0; i < lengthof(order); i++)
	{
		if (order[i] == ZDM_DEP_DEFAULT)
			zdm_carry_contract_defaults(swap);
		else
			foreach (table, tables)
				contract_kind(lfirst(table), order[i]);
	}
	foreach (table, tables)
		foreach (lc, ((ZdmSwap *) lfirst(table))->dependents)
		{
			ZdmDependent *dependent = lfirst(lc);

			if (swap->replaces && swap->same_value &&
				(dependent->kind == ZDM_DEP_FOREIGN_KEY || dependent->kind == ZDM_DEP_REFERENCE))
				contract_foreign_key(lfirst(table), dependent);
		}
}
