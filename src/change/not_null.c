/*
 * not_null.c
 *		NOT NULL in a tree of tables: what is there, and the steps that make it.
 *
 * A column becomes NOT NULL by way of a valid CHECK, which spares the server its
 * own scan (tablecmds.c, NotNullImpliedByRelConstraints).  From 18 on NOT NULL is a
 * constraint, which can be added as NOT VALID and validated like others; and so
 * what is there may bind new rows alone (NOT VALID), or not the children (NO INHERIT).
 * Before 18 the children of a table may take NULLs all the same.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_attribute.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "base/compat.h"
#include "base/names.h"
#include "base/tree.h"
#include "change/constraint.h"

/* What one table says about NULLs in a column. */
typedef struct NullState
{
	bool refused;    /* no write may leave one */
	bool valid;      /* ... and no row has one */
	bool no_inherit; /* ... but children may have them */
	char *constraint;
} NullState;

/* Returns what a table says about NULLs in a column that it has. */
static NullState
null_state(Oid relid, const char *column)
{
	AttrNumber attnum = get_attnum(relid, column);
	HeapTuple tuple = SearchSysCache2(ATTNUM, ObjectIdGetDatum(relid), Int16GetDatum(attnum));
	Oid constraint = zdm_not_null_constraint(relid, attnum);
	NullState state = {0};

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for column \"%s\" of relation %u", column, relid);
	state.refused = state.valid = ((Form_pg_attribute) GETSTRUCT(tuple))->attnotnull;
	ReleaseSysCache(tuple);
	if (!OidIsValid(constraint))
		return state;
	tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(constraint));
	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for constraint %u", constraint);
	state.valid = ((Form_pg_constraint) GETSTRUCT(tuple))->convalidated;
	state.no_inherit = ((Form_pg_constraint) GETSTRUCT(tuple))->connoinherit;
	state.constraint = pstrdup(NameStr(((Form_pg_constraint) GETSTRUCT(tuple))->conname));
	ReleaseSysCache(tuple);
	return state;
}

/* Tells whether rows of the table itself may hold NULL in a column, though no write leaves one. */
bool
zdm_null_is_not_valid(Oid relid, const char *column)
{
	NullState state = null_state(relid, column);

	return state.refused && !state.valid;
}

/* Refuses NOT NULL that children need not keep, where it has to be inherited. */
static void
refuse_no_inherit(ZdmPlan *plan, Oid relid, const char *column, const char *constraint)
{
	const char *table = zdm_qualified_name(relid);
	bool has_children = list_length(zdm_relation_tree(relid)) > 1;

	ereport(
		ERROR,
		(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
		 errmsg("cannot make column \"%s\" of %s NOT NULL: constraint \"%s\" of %s is NO INHERIT",
				column, plan->table, constraint, table),
		 has_children ? errdetail("The tables that inherit from it may hold nulls.")
					  : errdetail("The server can't make another one beside it."),
		 has_children ? errhint("Call zdm.expand_not_null() for each of these first, then: ALTER "
								"TABLE %s ALTER CONSTRAINT %s INHERIT;",
								table, quote_identifier(constraint))
					  : errhint("First: ALTER TABLE %s ALTER CONSTRAINT %s INHERIT;", table,
								quote_identifier(constraint))));
}

/*
 * Tells whether a column is NOT NULL in every row of the tree already.  Raises an error
 * where it can't become so; a primary key can't do with NO INHERIT even on a table
 * without children.
 */
bool
zdm_null_is_settled(ZdmPlan *plan, const char *column, bool for_key)
{
	List *tree = zdm_relation_tree(RelationGetRelid(plan->rel));
	bool settled = true;
	ListCell *lc;

	foreach (lc, tree)
	{
		NullState state = null_state(lfirst_oid(lc), column);

		if (state.no_inherit && (for_key || list_length(tree) > 1))
			refuse_no_inherit(plan, lfirst_oid(lc), column, state.constraint);
		settled = settled && state.valid;
	}
	return settled;
}

/* Lists the tables of the tree whose column takes NULLs, or those whose column takes none. */
static List *
tables_by_null(ZdmPlan *plan, const char *column, bool refused)
{
	List *result = NIL;
	ListCell *lc;

	foreach (lc, zdm_relation_tree(RelationGetRelid(plan->rel)))
		if (null_state(lfirst_oid(lc), column).refused == refused)
			result = lappend(result, zdm_qualified_name(lfirst_oid(lc)));
	return result;
}

/*
 * Returns the SQL that undoes SET NOT NULL before 18: the table and its children take NULLs
 * again, but for the children that have NOT NULL of their own.  A partitioned table takes
 * those along; *taken_along lists them.  NULL: the column is new, and goes.
 */
static char *
drop_not_null_sql(ZdmPlan *plan, const char *column, List **taken_along)
{
	const char *name = quote_identifier(column);
	List *keep;
	StringInfoData buf;
	ListCell *lc;

	if (get_attnum(RelationGetRelid(plan->rel), column) == InvalidAttrNumber)
		return NULL;
	keep = tables_by_null(plan, column, true);
	*taken_along = plan->rel->rd_rel->relkind == RELKIND_PARTITIONED_TABLE ? keep : NIL;
	if (keep == NIL || *taken_along != NIL)
		return psprintf("ALTER TABLE %s ALTER COLUMN %s DROP NOT NULL", plan->table, name);
	initStringInfo(&buf);
	foreach (lc, tables_by_null(plan, column, false))
		appendStringInfo(&buf, "%sALTER TABLE IF EXISTS ONLY %s ALTER COLUMN %s DROP NOT NULL",
						 buf.len > 0 ? ";\n" : "", (char *) lfirst(lc), name);
	return buf.data;
}

/*
 * Returns the SQL by which partitions take NULLs in a column again that do so now, as the
 * table itself does, each with ";\n" before it.  A primary key that is made on a partition makes
 * the NOT NULL that it has inherited its own, from 18 on, so that it outlives the parent's.
 */
char *
zdm_partitions_drop_not_null_sql(ZdmPlan *plan, const char *column)
{
	StringInfoData buf;
	ListCell *lc;

	initStringInfo(&buf);
	if (!ZDM_NATIVE_NOT_NULL || plan->rel->rd_rel->relkind != RELKIND_PARTITIONED_TABLE)
		return buf.data;
	foreach (lc, list_delete_first(tables_by_null(plan, column, false)))
		appendStringInfo(&buf, ";\nALTER TABLE IF EXISTS %s ALTER COLUMN %s DROP NOT NULL",
						 (char *) lfirst(lc), quote_identifier(column));
	return buf.data;
}

/*
 * Appends the step from which on no write may leave a column NULL, and returns it; NULL
 * if that is so already.  *constraint is what zdm_plan_null_validated() has to be told; NULL, or
 * before 18 the name of a CHECK.
 */
ZdmStep *
zdm_plan_null_refused(ZdmPlan *plan, const char *column, ZdmPhase phase, ZdmRuns runs,
					  const char *words, char **constraint)
{
	bool is_new = get_attnum(RelationGetRelid(plan->rel), column) == InvalidAttrNumber;
	const char *name = quote_identifier(column);
	char *condition;
	char *undo = NULL; /* of a new column, whose drop takes it along */

	if (ZDM_NATIVE_NOT_NULL)
	{
		if (!is_new)
		{
			*constraint = null_state(RelationGetRelid(plan->rel), column).constraint;
			if (*constraint)
				return NULL;
		}
		*constraint = ChooseConstraintName(RelationGetRelationName(plan->rel), column, "not_null",
										   RelationGetNamespace(plan->rel), NIL);
		condition = psprintf("NOT NULL %s%s", name, words);
	}
	else
	{
		if (*constraint == NULL)
			*constraint = zdm_clip_name("~zdm_not_null_", column, 0);
		condition = psprintf("CHECK (%s IS NOT NULL)", name);
	}
	if (!is_new || phase == ZDM_PHASE_CONTRACT)
		undo = psprintf("ALTER TABLE %s DROP CONSTRAINT IF EXISTS %s", plan->table,
						quote_identifier(*constraint));
	return zdm_plan_step(plan, phase, runs, AccessExclusiveLock,
						 psprintf("ALTER TABLE %s ADD CONSTRAINT %s %s NOT VALID", plan->table,
								  quote_identifier(*constraint), condition),
						 undo);
}

/* Appends the steps that check the rows and make the column NOT NULL. */
void
zdm_plan_null_validated(ZdmPlan *plan, const char *column, const char *constraint)
{
	List *taken_along = NIL;
	ZdmStep *step;
	ListCell *lc;

	zdm_plan_step(plan, ZDM_PHASE_VALIDATE, ZDM_RUNS_WORKER, ShareUpdateExclusiveLock,
				  psprintf("ALTER TABLE %s VALIDATE CONSTRAINT %s", plan->table,
						   quote_identifier(constraint)),
				  NULL);
	if (ZDM_NATIVE_NOT_NULL)
		return;
	step = zdm_plan_step(plan, ZDM_PHASE_VALIDATE, ZDM_RUNS_WORKER, AccessExclusiveLock,
						 psprintf("ALTER TABLE %s ALTER COLUMN %s SET NOT NULL;\n"
								  "ALTER TABLE %s DROP CONSTRAINT %s",
								  plan->table, quote_identifier(column), plan->table,
								  quote_identifier(constraint)),
						 drop_not_null_sql(plan, column, &taken_along));
	foreach (lc, taken_along)
		zdm_step_note(step,
					  "Partition %s has NOT NULL of its own, which a rollback takes away with that "
					  "of its parent.",
					  (char *) lfirst(lc));
}

/*
 * Appends the steps of NOT NULL where rows could be left without a value until contract: it lets
 * no more in, and finalize looks at all rows, under a lock that hinders no writer.  Before 18 what
 * is left is the CHECK: NOT NULL would take a strong lock, in the transaction of that scan.
 */
void
zdm_plan_null_late(ZdmPlan *plan, const char *column)
{
	Oid relid = RelationGetRelid(plan->rel);
	char *constraint = zdm_choose_constraint_name(
		relid, "", psprintf("%s_not_null", zdm_clip_name("", column, 9)), relid);
	ZdmStep *step;

	zdm_plan_null_refused(plan, column, ZDM_PHASE_CONTRACT, ZDM_RUNS_CALLER, "", &constraint);
	step = zdm_plan_step(plan, ZDM_PHASE_FINALIZE, ZDM_RUNS_CALLER, ShareUpdateExclusiveLock,
						 psprintf("ALTER TABLE %s VALIDATE CONSTRAINT %s", plan->table,
								  quote_identifier(constraint)),
						 NULL);
	if (!ZDM_NATIVE_NOT_NULL)
		zdm_step_note(step,
					  "\"%s\" ends with a valid CHECK instead of NOT NULL. ALTER TABLE %s ALTER "
					  "COLUMN %s SET NOT NULL, DROP CONSTRAINT %s; turns it into that without a "
					  "scan.",
					  column, plan->table, quote_identifier(column), quote_identifier(constraint));
}

/* Returns the name that the server would give to NOT NULL of a column. */
char *
zdm_not_null_name(Oid relid, const char *column)
{
	return ChooseConstraintName(get_rel_name(relid), column, "not_null", get_rel_namespace(relid),
								NIL);
}
