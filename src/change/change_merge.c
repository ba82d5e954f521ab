/*
 * change_merge.c
 *		expand_merge_tables: tables whose key is that of another one become columns of it.
 *
 * Each part is a migration of its own, of kind "merge", and all of them are a release, as the parts
 * of a split are (change_split.c).
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/relation.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_trigger.h"
#include "miscadmin.h"
#include "nodes/makefuncs.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "base/compat.h"
#include "base/json.h"
#include "base/names.h"
#include "base/query.h"
#include "base/triggers.h"
#include "change/carry.h"
#include "change/change.h"
#include "change/dependents.h"
#include "change/merge.h"
#include "change/own_trigger.h"
#include "record/shadow.h"
#include "record/target.h"

/* A part, as the caller names it. */
typedef struct Part
{
	Oid relation; /* InvalidOid: there is none of that name, or no more */
	char *schema;
	char *name;
} Part;

/* merge_<table> */
static char *
derive_name(Relation rel, Jsonb *arguments)
{
	return psprintf("merge_%s", RelationGetRelationName(rel));
}

/*
 * Finds a part by its name.  Once the merge is contracted there is none of it: then it is that of
 * the table's schema, so that a repeated call finds the migration.
 */
static Part *
read_part(Relation rel, char *text)
{
	Part *part = palloc0(sizeof(Part));
	List *names = zdm_name_list(text);

	if (list_length(names) > 2)
		ereport(ERROR, (errcode(ERRCODE_INVALID_NAME),
						errmsg("\"%s\" must be a name, or a schema and a name", text),
						errhint("For example 'address', or 'app.address'.")));
	part->name = strVal(llast(names));
	if (list_length(names) == 2)
		part->schema = strVal(linitial(names));
	part->relation = RangeVarGetRelid(makeRangeVar(part->schema, part->name, -1), NoLock, true);
	if (part->schema == NULL)
		part->schema =
			get_namespace_name(OidIsValid(part->relation) ? get_rel_namespace(part->relation)
														  : RelationGetNamespace(rel));
	return part;
}

/* Refuses two parts that are the same, or have a column of the same name besides their keys. */
static void
check_apart(Relation whole, const Part *a, const Part *b)
{
	ZdmMerging of_a;
	ZdmMerging of_b;
	Relation rel_a;
	Relation rel_b;
	ListCell *lc;

	if (strcmp(a->name, b->name) == 0 && strcmp(a->schema, b->schema) == 0)
		ereport(ERROR, (errcode(ERRCODE_DUPLICATE_TABLE),
						errmsg("part %s is given more than once",
							   quote_qualified_identifier(a->schema, a->name)),
						errhint("Name each table once.")));
	if (get_rel_relkind(a->relation) != RELKIND_RELATION ||
		get_rel_relkind(b->relation) != RELKIND_RELATION ||
		!zdm_owns_relation(a->relation, GetUserId()) ||
		!zdm_owns_relation(b->relation, GetUserId()))
		return; /* which is refused, or the call is a repeated one */
	rel_a = relation_open(a->relation, AccessShareLock);
	rel_b = relation_open(b->relation, AccessShareLock);
	zdm_merging_of(NULL, whole, rel_a, &of_a);
	zdm_merging_of(NULL, whole, rel_b, &of_b);
	foreach (lc, OidIsValid(of_a.key) && OidIsValid(of_b.key) ? of_a.columns : NIL)
		if (zdm_has_string(of_b.columns, lfirst(lc)))
			ereport(ERROR, (errcode(ERRCODE_DUPLICATE_COLUMN),
							errmsg("parts %s and %s both have a column \"%s\"", of_a.part_table,
								   of_b.part_table, (char *) lfirst(lc)),
							errhint("zdm.expand_rename() gives one of them another name.")));
	relation_close(rel_b, AccessShareLock);
	relation_close(rel_a, AccessShareLock);
}

/* Reads what a call names (Part *). */
static List *
read_parts(Relation rel, Jsonb *arguments)
{
	List *parts = NIL;
	ListCell *lc;

	foreach (lc, zdm_json_list(arguments, "parts"))
	{
		Part *part = read_part(rel, lfirst(lc));
		ListCell *other;

		foreach (other, parts)
			check_apart(rel, lfirst(other), part);
		parts = lappend(parts, part);
	}
	if (parts == NIL)
		ereport(ERROR,
				(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("parts must not be empty"),
				 errhint("Name the tables that are to be merged, for example '{address}'.")));
	return parts;
}

/* Names the migration of a part: with the schema, where another one has the same name. */
static char *
member_name(const char *release, List *parts, const Part *part)
{
	bool namesake = false;
	ListCell *lc;

	foreach (lc, parts)
		namesake |= lfirst(lc) != part && strcmp(((Part *) lfirst(lc))->name, part->name) == 0;
	return namesake ? psprintf("%s_%s_%s", release, part->schema, part->name)
					: psprintf("%s_%s", release, part->name);
}

/* Returns the arguments of the migration that a part is. */
static Jsonb *
member_arguments(const Part *part)
{
	StringInfoData buf;

	initStringInfo(&buf);
	appendStringInfoChar(&buf, '{');
	zdm_json_add_string(&buf, ZDM_MERGE_PART, quote_qualified_identifier(part->schema, part->name));
	appendStringInfoChar(&buf, '}');
	return zdm_json_parse(buf.data);
}

/* See ZdmChangeKind: a migration for each part, in the order in which they are given. */
static List *
merge_members(Relation rel, const char *release, Jsonb *arguments)
{
	List *parts = read_parts(rel, arguments);
	List *members = NIL;
	ListCell *lc;

	foreach (lc, parts)
		members =
			zdm_add_part(members, &zdm_change_merge, rel, member_name(release, parts, lfirst(lc)),
						 member_arguments(lfirst(lc)));
	return members;
}

/* See ZdmChangeKind; never called, since each part is a migration of another kind. */
static void
plan_merge_tables(ZdmPlan *plan, Jsonb *arguments)
{
	elog(ERROR, "tables are merged one by one");
}

/* Opens the part. */
static Relation
open_part(ZdmPlan *plan, Jsonb *arguments)
{
	char *text = zdm_plan_argument(plan, arguments, ZDM_MERGE_PART);
	List *names = zdm_name_list(text);
	RangeVar *name = makeRangeVar(list_length(names) == 2 ? strVal(linitial(names)) : NULL,
								  strVal(llast(names)), -1);

	return zdm_change_open(RangeVarGetRelid(name, NoLock, false), &zdm_change_merge);
}

/* Chooses the names that the columns have until the turn. */
static void
choose_hidden(ZdmMerging *merging)
{
	ListCell *lc;

	foreach (lc, merging->columns)
	{
		char *name = zdm_choose_column_name(merging->whole, "zdm_new_", lfirst(lc));

		for (int n = 1; zdm_has_string(merging->hidden, name); n++)
			name = psprintf("%s_%d", zdm_clip_name("zdm_new_", lfirst(lc), 6), n);
		merging->hidden = lappend(merging->hidden, name);
	}
}

/* Lists the names of columns, or what each is called (of char *), in the order of the keys. */
static List *
key_names(Oid table, const AttrNumber *keys, int n)
{
	List *names = NIL;

	for (int i = 0; i < n; i++)
		names = lappend(names, get_attname(table, keys[i], false));
	return names;
}

/* Says of which columns and tables the migration is. */
static void
note_targets(ZdmPlan *plan, const ZdmMerging *merging)
{
	ZdmMigration *m = plan->migration;
	ZdmTarget *target = zdm_target_make(RelationGetRelid(merging->part), ZDM_TARGET_SHADOW);

	m->columns = list_concat_copy(merging->columns, merging->hidden);
	m->reads_columns =
		key_names(RelationGetRelid(merging->whole), merging->whole_keys, merging->nkeys);
	m->also_locks = zdm_merge_other_tables(merging);
	target->columns = merging->columns;
	target->reads_columns =
		key_names(RelationGetRelid(merging->part), merging->part_keys, merging->nkeys);
	target->trigger_name = m->trigger_name;
	m->targets = lappend(m->targets, target);
}

/* Says what is to be known of the name that becomes a view. */
static void
note_view(const ZdmMerging *merging, ZdmStep *step)
{
	zdm_step_note(
		step,
		"From ready on %s is a view over the columns. It takes SELECT, INSERT, UPDATE of all but "
		"its key, and DELETE, but no COPY TO (COPY (SELECT ...) TO does), TRUNCATE, ON CONFLICT, "
		"MERGE, nor foreign keys to it.",
		merging->part_table);
	zdm_step_note(
		step, "From ready on both have the columns: a statement that joins them, and does not "
			  "say whose column it means, fails with 42702; NATURAL JOIN joins by all of them.");
	zdm_step_note(
		step,
		"From ready on one statement (WITH ...) can't write the same key by both names: of "
		"two changes the server makes one, and says nothing of the other, and an INSERT by "
		"the name %s does not find a row of %s that is inserted beside it (23503).",
		merging->part_table, merging->whole_table);
	if (!merging->required)
		zdm_step_note(step, "None of its columns is NOT NULL, so a row that has nothing but its "
							"key could not be told from no row, and is refused from now on.");
}

/* Tells whether a trigger of the whole is a user's, and may fire. */
static bool
is_of_user(const Trigger *trigger)
{
	return !trigger->tgisinternal && !zdm_is_own_trigger(trigger->tgoid) &&
		   zdm_trigger_fires(trigger);
}

/*
 * Says what triggers of the whole see that they did not see before: whoever writes the part writes
 * the whole from the turn on, and they themselves may.
 */
static void
note_triggers(const ZdmMerging *merging, ZdmStep *step)
{
	TriggerDesc *triggers = zdm_triggers(merging->whole);

	for (int i = 0; i < triggers->numtriggers; i++)
	{
		const Trigger *trigger = &triggers->triggers[i];

		if (is_of_user(trigger) && TRIGGER_FOR_UPDATE(trigger->tgtype) && trigger->tgnattr == 0)
			zdm_step_note(
				step,
				"Trigger \"%s\" of %s fires%s from then on for what is written by the "
				"name %s, too; where it writes by that name itself, for its own write, and "
				"again (54001).",
				trigger->tgname, merging->whole_table, zdm_trigger_fires(trigger),
				merging->part_table);
	}
}

/*
 * Says which triggers of the whole may be in the way of the write that they fire for.  What their
 * functions do is not to be seen.  The row that they write is the one that the statement, which has
 * its snapshot from before, is about to write.
 */
static void
note_triggers_before(const ZdmMerging *merging, ZdmStep *step)
{
	TriggerDesc *triggers = zdm_triggers(merging->whole);
	List *names = NIL;

	for (int i = 0; i < triggers->numtriggers; i++)
	{
		const Trigger *trigger = &triggers->triggers[i];

		if (is_of_user(trigger) && TRIGGER_FOR_BEFORE(trigger->tgtype) &&
			!TRIGGER_FOR_TRUNCATE(trigger->tgtype))
			names = lappend(names, psprintf("\"%s\"", trigger->tgname));
	}
	if (names != NIL)
		zdm_step_note(
			step,
			"A write of %s fails from ready on with 27000 (ON CONFLICT: 21000) if a trigger "
			"that fires before it has written the row of its key by the name %s. What may "
			"do so: %s.",
			merging->whole_table, merging->part_table, zdm_join(names, ", "));
}

/* Says who may read or write what he could not before, since it is of the whole from now on. */
static void
note_rights(const ZdmMerging *merging, ZdmStep *step)
{
	char *readers = zdm_merge_who_gains(merging, ACL_SELECT);
	char *writers = zdm_merge_who_gains(merging, ACL_UPDATE);
	char *updaters = zdm_merge_who_updates(merging);

	if (readers)
		zdm_step_note(
			step,
			"Who may read all of %s, and not all of %s, can read its columns from now on: "
			"%s. GRANT on columns, in place of the table, before this, keeps them out.",
			merging->whole_table, merging->part_table, readers);
	if (writers)
		zdm_step_note(step,
					  "Who may update all of %s, and not all of %s, can update its columns from "
					  "ready on: %s.",
					  merging->whole_table, merging->part_table, writers);
	if (updaters)
		zdm_step_note(
			step,
			"Who may insert into or delete from %s, and not update it, gets UPDATE of the "
			"columns in %s at the turn, of any row, until that is revoked: %s.",
			merging->part_table, merging->whole_table, updaters);
}

/* Says what is lost of defaults at finalize. */
static void
note_defaults(const ZdmMerging *merging, ZdmStep *step)
{
	TupleDesc desc = RelationGetDescr(merging->part);
	List *names = NIL;
	ListCell *lc;

	foreach (lc, merging->columns)
		if (TupleDescAttr(desc, zdm_find_column(merging->part, lfirst(lc)) - 1)->atthasdef)
			names = lappend(names, pstrdup(quote_identifier(lfirst(lc))));
	if (names != NIL)
		zdm_step_note(step,
					  "The defaults of %s are not those of the columns in %s, whose rows have no "
					  "value there where there was no row: ALTER TABLE ... SET DEFAULT afterwards, "
					  "where each new row is to have one.",
					  zdm_join(names, ", "), merging->whole_table);
}

/* Appends the step that makes all ready, and those that give the columns their settings. */
static void
plan_expand(ZdmPlan *plan, const ZdmMerging *merging, const char *log, const char *check)
{
	TupleDesc desc = RelationGetDescr(merging->part);
	StringInfoData make;
	StringInfoData drop;
	ZdmStep *step;
	ListCell *column;
	ListCell *hidden;
	char *blank = zdm_merge_blank_sql(merging, check);

	zdm_deed_begin(&make);
	zdm_json_add_string(&make, "table", merging->whole_table);
	zdm_json_add_string(&make, "part", merging->part_table);
	zdm_json_add_list(&make, "add", zdm_merge_columns_sql(merging));
	zdm_json_add_string(&make, "log", log);
	zdm_json_add_string(&make, "create_log", zdm_merge_log_sql(merging, log));
	if (blank)
		zdm_json_add_string(&make, "check", blank);
	zdm_deed_begin(&drop);
	zdm_json_add_string(&drop, "table", merging->whole_table);
	zdm_json_add_list(&drop, "hidden", merging->hidden);
	if (blank)
		zdm_json_add_string(&drop, "check", check);
	step = zdm_plan_deed(plan, ZDM_PHASE_EXPAND, ZDM_RUNS_CALLER, AccessExclusiveLock,
						 zdm_deed_end(ZDM_ACTION_MAKE_MERGE, &make),
						 zdm_deed_end(ZDM_ACTION_DROP_MERGE, &drop));
	zdm_step_also_lock(step, list_make1_oid(RelationGetRelid(merging->part)));
	note_view(merging, step);
	note_triggers(merging, step);
	note_triggers_before(merging, step);
	note_rights(merging, step);
	forboth (column, merging->columns, hidden, merging->hidden)
	{
		Form_pg_attribute att =
			TupleDescAttr(desc, zdm_find_column(merging->part, lfirst(column)) - 1);

		zdm_plan_copy_storage(plan, att, NULL, lfirst(hidden));
		zdm_plan_copy_statistics_target(plan, att, NULL, lfirst(hidden));
	}
}

/* Appends the fill. */
static void
plan_fill(ZdmPlan *plan, const ZdmMerging *merging)
{
	StringInfoData copy;
	ZdmStep *step;

	zdm_deed_begin(&copy);
	zdm_json_add_string(&copy, "table", merging->part_table);
	zdm_json_add_string(&copy, "into", merging->whole_table);
	step = zdm_plan_deed(plan, ZDM_PHASE_BACKFILL, ZDM_RUNS_WORKER, RowExclusiveLock,
						 zdm_deed_end(ZDM_ACTION_COPY, &copy), NULL);
	zdm_step_also_lock(step, list_make1_oid(RelationGetRelid(merging->part)));
}

/* Appends the steps of contract and finalize. */
static void
plan_contract(ZdmPlan *plan, const ZdmMerging *merging, const char *group_check)
{
	StringInfoData finish;
	ZdmStep *step;

	step = zdm_plan_deed(plan, ZDM_PHASE_CONTRACT, ZDM_RUNS_CALLER, AccessExclusiveLock,
						 zdm_deed_of_table(ZDM_ACTION_HIDE_PART, plan->table),
						 zdm_deed_of_table(ZDM_ACTION_SHOW_PART, plan->table));
	zdm_step_also_lock(step, list_make1_oid(RelationGetRelid(merging->part)));
	zdm_deed_begin(&finish);
	zdm_json_add_string(&finish, "table", merging->whole_table);
	zdm_json_add_list(&finish, "drop",
					  merging->required ? list_make1(unconstify(char *, group_check)) : NIL);
	step = zdm_plan_deed(plan, ZDM_PHASE_FINALIZE, ZDM_RUNS_CALLER, AccessExclusiveLock,
						 zdm_deed_end(ZDM_ACTION_FINISH_MERGE, &finish), NULL);
	zdm_step_also_lock(step, list_make1_oid(RelationGetRelid(merging->part)));
	note_defaults(merging, step);
}

/* See ZdmChangeKind. */
static void
plan_merge(ZdmPlan *plan, Jsonb *arguments)
{
	ZdmMigration *m = plan->migration;
	Relation part = open_part(plan, arguments);
	ZdmMerging merging;
	char *log;
	char *check;
	char *group_check;

	zdm_merging_of(NULL, plan->rel, part, &merging);
	zdm_merge_refuse(&merging);
	zdm_merge_refuse_grants(&merging);
	zdm_plan_check_backfill(plan);
	choose_hidden(&merging);
	m->trigger_name = zdm_choose_trigger_name(plan->rel, m->name);
	note_targets(plan, &merging);
	log = zdm_choose_relation_name(RelationGetNamespace(part), "zdm_log_",
								   RelationGetRelationName(part), RelationGetRelid(part));
	check = zdm_choose_constraint_name(RelationGetRelid(part), "zdm_null_",
									   RelationGetRelationName(part), RelationGetRelid(part));
	group_check = zdm_choose_constraint_name(RelationGetRelid(plan->rel), "zdm_null_",
											 RelationGetRelationName(part), RelationGetRelid(part));
	plan_expand(plan, &merging, log, check);
	plan_fill(plan, &merging);
	zdm_merge_plan_turn(plan, &merging, group_check, check);
	plan_contract(plan, &merging, group_check);
	relation_close(part, AccessShareLock);
}

const ZdmChangeKind zdm_change_merge = {.name = "merge",
										.whole_table = true,
										.follower_goes = true,
										.derive_name = derive_name,
										.plan = plan_merge,
										.rolled_back = zdm_merge_rolled_back};

const ZdmChangeKind zdm_change_merge_tables = {.name = "merge_tables",
											   .derive_name = derive_name,
											   .members = merge_members,
											   .plan = plan_merge_tables};
