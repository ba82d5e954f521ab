/*
 * merge_plan_turn.c
 *		The steps up to the turn of a merge: the part's indexes on the whole, and the turn itself.
 */
#include "postgres.h"

#include "access/genam.h"
#include "catalog/index.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "base/json.h"
#include "base/names.h"
#include "base/query.h"
#include "change/carry.h"
#include "change/change.h"
#include "change/dependents.h"
#include "change/merge.h"

/* What the turn, and the way back, are to know of the part's indexes and of the whole's (char *).
 */
typedef struct Indexes
{
	List *names;      /* in the whole */
	List *part_names; /* in the part, each of the same place */
	List *unique;     /* in the whole: "c" and the name of a constraint, "i" and that of an index */
	List *part_unique; /* in the part */
} Indexes;

/* Appends the builds of the part's indexes on the whole. */
static void
plan_indexes(ZdmPlan *plan, const ZdmMerging *merging, Indexes *indexes)
{
	Oid schema = RelationGetNamespace(merging->whole);
	List *names = zdm_merge_names(merging, true);
	ListCell *lc;

	foreach (lc, RelationGetIndexList(merging->part))
	{
		Relation index = index_open(lfirst_oid(lc), AccessShareLock);
		char *name;

		if (!index->rd_index->indisprimary)
		{
			name = zdm_choose_relation_name(schema, "",
											zdm_merge_name(merging, RelationGetRelationName(index)),
											RelationGetRelid(index));
			(void) zdm_plan_create_index(
				plan, ZDM_PHASE_VALIDATE, RelationGetRelid(merging->whole), name,
				zdm_carry_index_text(index, zdm_carry_index_statement(merging->part, index), names,
									 merging->whole_table, name, false));
			zdm_plan_copy_index_targets(
				plan, RelationGetRelid(index),
				quote_qualified_identifier(get_namespace_name(schema), name));
			indexes->names = lappend(indexes->names, name);
			indexes->part_names =
				lappend(indexes->part_names, pstrdup(RelationGetRelationName(index)));
			if (index->rd_index->indisunique)
			{
				bool constraint = OidIsValid(get_index_constraint(RelationGetRelid(index)));

				indexes->unique =
					lappend(indexes->unique, psprintf("%s%s", constraint ? "c" : "i", name));
				indexes->part_unique =
					lappend(indexes->part_unique, pstrdup(RelationGetRelationName(index)));
			}
		}
		index_close(index, AccessShareLock);
	}
}

/* Lists what the names of constraints are, or the statements that make them (of char *). */
static List *
of_constraints(List *constraints, bool names)
{
	List *result = NIL;
	ListCell *lc;

	foreach (lc, constraints)
	{
		const ZdmMergeConstraint *constraint = lfirst(lc);

		result = lappend(result, names ? constraint->name : constraint->sql);
	}
	return result;
}

/* Lists what constraints are called in the part (of char *); "" for one that it has not. */
static List *
names_in_part(List *constraints)
{
	List *result = NIL;
	ListCell *lc;

	foreach (lc, constraints)
	{
		char *of = ((ZdmMergeConstraint *) lfirst(lc))->of;

		result = lappend(result, of ? of : "");
	}
	return result;
}

/* Lists the statements by which columns get their names, or go back to the hidden ones. */
static List *
renames(const ZdmMerging *merging, bool back)
{
	List *result = NIL;
	ListCell *column;
	ListCell *hidden;

	forboth (column, merging->columns, hidden, merging->hidden)
	{
		char *name = pstrdup(quote_identifier(lfirst(column)));
		char *other = pstrdup(quote_identifier(lfirst(hidden)));

		result =
			lappend(result, psprintf("ALTER TABLE %s RENAME COLUMN %s TO %s", merging->whole_table,
									 back ? name : other, back ? other : name));
	}
	return result;
}

/* Lists the statements that drop the part's foreign keys. */
static List *
key_drops(const ZdmMerging *merging, List *keys)
{
	List *result = NIL;
	ListCell *lc;

	foreach (lc, keys)
		result =
			lappend(result, psprintf("ALTER TABLE %s DROP CONSTRAINT %s", merging->part_table,
									 quote_identifier(((ZdmMergeConstraint *) lfirst(lc))->name)));
	return result;
}

/* Returns the deed that has the whole take over. */
static ZdmDeed *
turn_deed(const ZdmMerging *merging, List *constraints, List *keys, const Indexes *indexes,
		  const char *check)
{
	StringInfoData turn;
	List *drops = key_drops(merging, keys);

	if (!merging->required)
		drops = lappend(drops, psprintf("ALTER TABLE %s DROP CONSTRAINT %s", merging->part_table,
										quote_identifier(check)));
	zdm_deed_begin(&turn);
	zdm_json_add_string(&turn, "table", merging->whole_table);
	zdm_json_add_string(&turn, "part", merging->part_table);
	zdm_json_add_list(&turn, "rename", renames(merging, false));
	zdm_json_add_list(&turn, "unique", indexes->unique);
	zdm_json_add_list(&turn, "add", of_constraints(constraints, false));
	zdm_json_add_list(&turn, "constraints", of_constraints(constraints, true));
	zdm_json_add_list(&turn, "drop", drops);
	zdm_json_add_list(&turn, "required", zdm_merge_required_columns(merging));
	zdm_json_add_list(&turn, "part_constraints", names_in_part(constraints));
	zdm_json_add_list(&turn, "indexes", indexes->names);
	zdm_json_add_list(&turn, "part_indexes", indexes->part_names);
	zdm_json_add_list(&turn, "known_constraints", zdm_merge_known_constraints(merging));
	zdm_json_add_list(&turn, "known_indexes", zdm_merge_known_indexes(merging));
	if (!merging->required)
		zdm_json_add_string(&turn, "check", check);
	return zdm_deed_end(ZDM_ACTION_TURN_MERGE, &turn);
}

/* Returns the deed that has the part take over again. */
static ZdmDeed *
back_deed(const ZdmMerging *merging, List *constraints, List *keys, const Indexes *indexes)
{
	StringInfoData back;
	List *drops = of_constraints(constraints, true);
	List *kept = NIL;
	ListCell *lc;

	foreach (lc, indexes->unique)
	{
		kept = lappend(kept, (char *) lfirst(lc) + 1);
		if (*(char *) lfirst(lc) == 'c')
			drops = lappend(drops, (char *) lfirst(lc) + 1);
	}
	zdm_deed_begin(&back);
	zdm_json_add_string(&back, "table", merging->whole_table);
	zdm_json_add_string(&back, "part", merging->part_table);
	zdm_json_add_string(&back, "name", RelationGetRelationName(merging->part));
	zdm_json_add_list(&back, "drop", drops);
	zdm_json_add_list(&back, "rename", renames(merging, true));
	zdm_json_add_list(&back, "indexes", indexes->names);
	zdm_json_add_list(&back, "part_indexes", indexes->part_names);
	zdm_json_add_list(&back, "unique", indexes->part_unique);
	zdm_json_add_list(&back, "kept", kept);
	zdm_json_add_list(&back, "add", of_constraints(keys, false));
	zdm_json_add_list(&back, "constraints", of_constraints(keys, true));
	zdm_json_add_list(&back, "comments", zdm_merge_key_comments(merging, keys));
	return zdm_deed_end(ZDM_ACTION_TURN_MERGE_BACK, &back);
}

/* Appends the turn, by which the whole becomes the truth. */
void
zdm_merge_plan_turn(ZdmPlan *plan, const ZdmMerging *merging, const char *group_check,
					const char *check)
{
	List *constraints = zdm_merge_constraints(merging, group_check);
	List *keys = zdm_merge_part_keys_sql(merging);
	Indexes indexes = {0};
	ZdmStep *step;

	plan_indexes(plan, merging, &indexes);
	zdm_plan_deed(plan, ZDM_PHASE_VALIDATE, ZDM_RUNS_WORKER, ShareUpdateExclusiveLock,
				  zdm_deed_of_text(ZDM_ACTION_ANALYZE, psprintf("ANALYZE %s", plan->table)), NULL);
	step = zdm_plan_deed(plan, ZDM_PHASE_VALIDATE, ZDM_RUNS_WORKER, AccessExclusiveLock,
						 turn_deed(merging, constraints, keys, &indexes, check),
						 back_deed(merging, constraints, keys, &indexes));
	zdm_step_also_lock(step, list_concat(list_make1_oid(RelationGetRelid(merging->part)),
										 list_copy(plan->migration->also_locks)));
	zdm_step_note(step,
				  "The turn: from here on the rows of %s are the truth, and new applications may "
				  "use the columns. The worker takes it when the log is nearly empty, at whatever "
				  "time that is.",
				  merging->whole_table);
}
