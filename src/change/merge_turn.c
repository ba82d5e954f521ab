/*
 * merge_turn.c
 *		A table that is merged into another one, from the turn on.
 *
 * At the turn the whole becomes the truth: its columns get their names, the part's name is a view
 * over them (extract_shape.c), and the part itself is hidden and follows by the trigger for rows.
 * That is how a table of which columns are extracted is when it is ready.  So what takes a merge
 * back is what has an extracted table take over, and the other way round.
 */
#include "postgres.h"

#include "access/table.h"
#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_attrdef.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "commands/comment.h"
#include "commands/tablecmds.h"
#include "utils/builtins.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/timestamp.h"

#include "base/compat.h"
#include "base/json.h"
#include "base/lock.h"
#include "base/names.h"
#include "base/owner.h"
#include "base/stop_point.h"
#include "change/catalog_changes.h"
#include "change/dependents.h"
#include "change/extract.h"
#include "change/follow.h"
#include "change/marks.h"
#include "change/merge.h"
#include "change/shadow.h"
#include "change/stand_in.h"
#include "change/step_text.h"
#include "fill/merge_rows.h"
#include "fill/ranges.h"
#include "fill/synced.h"
#include "record/merge_log.h"
#include "record/shadow.h"
#include "record/target.h"
#include "sync/extracted.h"
#include "sync/follower.h"
#include "sync/sync_program.h"

#define DRAIN_LIMIT 500

/* Refuses to go on with a migration that is not in a state to. */
static void
refuse_state(const ZdmMigration *m, const char *what, const char *detail, const char *way_out)
{
	ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
					errmsg("cannot go on with migration \"%s\": %s", m->name, what),
					detail ? errdetail("%s", detail) : 0,
					errhint("SELECT zdm.%s(%s) ends the migration.", way_out,
							quote_literal_cstr(m->name))));
}

/* Runs statements that have the names of expand, as the owner of both tables. */
static void
run_texts(const ZdmMigration *m, List *texts)
{
	ZdmOwnerScope scope;
	ListCell *lc;

	zdm_owner_begin(&scope, zdm_relation_owner(m->relation));
	foreach (lc, texts)
	{
		zdm_run_step_text(lfirst(lc));
		CommandCounterIncrement();
	}
	zdm_owner_end(&scope);
}

/* Returns the part, which must be there. */
static Oid
require_part(const ZdmMigration *m, const char *way_out)
{
	Oid part = zdm_shadow_follower(m);

	if (!OidIsValid(part) || get_rel_name(part) == NULL)
		refuse_state(m, "the table that it merges does not exist any more", NULL, way_out);
	return part;
}

/* Refuses the turn where a write may have gone without an entry in the log. */
static void
require_logged(const ZdmMigration *m, const ZdmMerging *merging)
{
	Oid part = RelationGetRelid(merging->part);
	Oid log = zdm_merge_log(m);

	if (!OidIsValid(log) || get_rel_name(log) == NULL)
		refuse_state(m, "its log does not exist any more", "Writes are missing.", "rollback");
	if (zdm_sync_trigger(merging->whole, m->trigger_name) == NULL || !zdm_merge_whole_is_logged(m))
		refuse_state(m,
					 psprintf("table %s has lost a trigger of the migration, or was without it for "
							  "a while",
							  merging->whole_table),
					 "Writes may be missing.", "rollback");
	if (zdm_sync_trigger(merging->part, m->trigger_name) == NULL ||
		!list_member_oid(zdm_synced_tables(m), part) || !zdm_shadow_sees_truncate(m, part))
		refuse_state(m,
					 psprintf("table %s has lost a trigger of the migration, or was without it for "
							  "a while",
							  merging->part_table),
					 "Writes may be missing.", "rollback");
}

/* Refuses the turn where the part is not what it was when the migration began. */
static void
require_same(const ZdmMigration *m, const ZdmDeed *deed, const ZdmMerging *merging)
{
	TupleDesc desc = RelationGetDescr(merging->part);
	ZdmFollower *follower = zdm_follower_make(merging->whole, merging->part);
	List *required = zdm_deed_list(deed, "required");
	const char *what = NULL;
	ListCell *lc;

	if (!zdm_follower_is_complete(follower, merging->whole, merging->part))
		what = "its columns, or its key, are not what they were";
	foreach (lc, merging->columns)
	{
		AttrNumber attnum = get_attnum(RelationGetRelid(merging->part), lfirst(lc));

		if (attnum <= 0 ||
			TupleDescAttr(desc, attnum - 1)->attnotnull != zdm_has_string(required, lfirst(lc)))
			what = psprintf("column \"%s\" is not what it was", (char *) lfirst(lc));
	}
	if (what == NULL)
		what = zdm_merge_unknown(merging, deed);
	if (what)
		zdm_merge_refuse_part(merging, psprintf("%s when the migration began", what),
							  "Undo that, then zdm.resume(), or begin anew after zdm.rollback().");
}

/*
 * Takes what is left in the log; nobody writes any more, and whoever wants to waits: so not for
 * longer than any lock is held, but a thousand entries in any case.
 */
static void
drain_rest(const ZdmMigration *m, Oid part)
{
	Oid log = zdm_merge_log(m);
	ZdmDrain drain = {.locked = true};
	TimestampTz start = GetCurrentTimestamp();
	int64 taken = 0;

	do
	{
		zdm_merge_drain(m, part, log, DRAIN_LIMIT, &drain);
		taken += drain.taken;
		CommandCounterIncrement();
		if (drain.too_much ||
			(taken > ZDM_MERGE_LAST_ENTRIES &&
			 TimestampDifferenceExceeds(start, GetCurrentTimestamp(), zdm_held_lock_msec())))
			ereport(ERROR,
					(errcode(ZDM_ERRCODE_MUCH_LOGGED),
					 errmsg("too many rows were written, or all were deleted at once, since the "
							"last look at the log"),
					 errdetail("They are merged before the table is locked again.")));
	} while (!drain.caught_up);
	if (drain.left > 0)
		elog(ERROR, "a row is held by somebody under ACCESS EXCLUSIVE");
}

/* Has the indexes that were built on the whole refuse equal keys, as the part's have done. */
static void
make_unique(const ZdmMigration *m, const ZdmDeed *deed)
{
	ListCell *lc;

	foreach (lc, zdm_deed_list(deed, "unique"))
	{
		char *entry = lfirst(lc);
		Oid index = get_relname_relid(entry + 1, get_rel_namespace(m->relation));

		if (!OidIsValid(index) || zdm_table_of_index(index) != m->relation)
			ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
							errmsg("index \"%s\" is not there any more", entry + 1),
							errhint("Give it back the name that it had.")));
		zdm_set_index_flags(index, true, false);
		CacheInvalidateRelcacheByRelid(m->relation);
		CacheInvalidateRelcacheByRelid(index);
		CommandCounterIncrement();
		if (entry[0] == 'c')
			zdm_shadow_run(zdm_relation_owner(m->relation),
						   psprintf("ALTER TABLE %s ADD CONSTRAINT %s UNIQUE USING INDEX %s",
									zdm_qualified_name(m->relation), quote_identifier(entry + 1),
									quote_identifier(entry + 1)));
	}
}

/* Makes constraints of a table that its rows have kept so far, or those that they came from. */
static void
add_constraints(const ZdmMigration *m, Oid table, List *texts, List *names)
{
	ListCell *lc;

	run_texts(m, texts);
	foreach (lc, names)
		zdm_mark_constraint_valid(get_relation_constraint_oid(table, lfirst(lc), false));
	CacheInvalidateRelcacheByRelid(table);
	CommandCounterIncrement();
}

/* Hides the part; returns the name that it had. */
static char *
hide_table(const ZdmMigration *m, Oid part)
{
	char *name = get_rel_name(part);

	RenameRelationInternal(
		part, zdm_choose_relation_name(get_rel_namespace(part), "zdm_old_", name, part), false,
		false);
	CommandCounterIncrement();
	return name;
}

/* Takes all rights on the part away: the view has them, and gives them back. */
static void
take_grants(Oid part)
{
	zdm_shadow_set_acl(part, 0, NULL);
	for (AttrNumber attnum = 1; get_attname(part, attnum, true) != NULL; attnum++)
		zdm_shadow_set_acl(part, attnum, NULL);
}

/* Says on the view whose it is, in front of what was said of the part. */
static void
set_comment(const ZdmMigration *m, Oid part, Oid view)
{
	char *name = quote_literal_cstr(m->name);
	char *own = zdm_own_comment(part, RelationRelationId, 0);

	CreateComments(view, RelationRelationId, 0,
				   psprintf("zdm migration %s has made this, a view over columns of table %s that "
							"were its own: not to be dropped by hand. SELECT zdm.finalize(%s) "
							"removes it, zdm.rollback(%s) makes it a table again.%s%s",
							name, zdm_qualified_name(m->relation), name, name, own ? "\n" : "",
							own ? own : ""));
	zdm_shadow_mark(m, part);
}

/* Makes the view of the part's name over the whole, with the part's grants and defaults. */
static void
make_view(const ZdmMigration *m, const ZdmMerging *merging, const char *name)
{
	Oid owner = merging->whole->rd_rel->relowner;
	Oid part = RelationGetRelid(merging->part);
	ZdmExtract extract = {.columns = merging->columns,
						  .schema = RelationGetNamespace(merging->part),
						  .name = pstrdup(name),
						  .only_when = merging->required ? NULL : "false"};
	Oid view;
	ListCell *lc;

	for (int i = 0; i < RelationGetNumberOfAttributes(merging->part); i++)
	{
		Form_pg_attribute att = TupleDescAttr(RelationGetDescr(merging->part), i);

		if (!att->attisdropped)
			extract.order = lappend(extract.order, pstrdup(NameStr(att->attname)));
	}
	for (int i = 0; i < merging->nkeys; i++)
	{
		extract.key = lappend(extract.key, get_attname(m->relation, merging->whole_keys[i], false));
		extract.key_there =
			lappend(extract.key_there, get_attname(part, merging->part_keys[i], false));
	}
	extract.required = zdm_merge_required_columns(merging);
	foreach (lc, zdm_extract_view_sql(merging->whole, &extract))
		zdm_shadow_run(owner, lfirst(lc));
	view = get_relname_relid(name, extract.schema);
	if (!OidIsValid(view) || zdm_relation_owner(view) != owner)
		elog(ERROR, "the view was not made");
	zdm_extract_copy_marks(part, view);
	zdm_stand_in_copy_defaults(part, view);
	take_grants(part);
	zdm_shadow_run(owner, psprintf("CREATE TRIGGER %s INSTEAD OF INSERT OR DELETE ON %s"
								   " FOR EACH ROW EXECUTE FUNCTION zdm.write_extracted('null')",
								   quote_identifier(m->trigger_name), zdm_qualified_name(view)));
	set_comment(m, part, view);
	zdm_target_add_locked(m->id, view);
	CommandCounterIncrement();
}

/* Notes that the whole is the truth from now on, and that its trigger has seen all writes. */
static void
note_turn(const ZdmMigration *m, Oid part)
{
	Relation rel = table_open(m->relation, NoLock);

	(void) zdm_backfill_register(m, rel, false);
	table_close(rel, NoLock);
	zdm_backfill_leave(m->id, m->relation);
	zdm_note_sync_triggers(m, list_make1_oid(m->relation));
	CacheInvalidateRelcacheByRelid(m->relation);
	CacheInvalidateRelcacheByRelid(part);
}

/* Looks whether all is as it must be, and takes what is left in the log; notes what is merged. */
static void
prepare_turn(const ZdmMigration *m, const ZdmDeed *deed, Oid part, ZdmMerging *merging)
{
	Relation whole = zdm_open_for_change(m, zdm_deed_relation(deed, "table"), AccessExclusiveLock);
	Relation part_rel = table_open(part, AccessExclusiveLock);

	zdm_merging_of(m, whole, part_rel, merging);
	merging->blank_check = zdm_json_string(deed->arguments, "check");
	zdm_merge_refuse_hanging(merging);
	zdm_merge_refuse_grants(merging);
	require_logged(m, merging);
	require_same(m, deed, merging);
	zdm_merge_copy_marks(merging, true);
	table_close(part_rel, NoLock);
	table_close(whole, NoLock);
	drain_rest(m, part);
}

/* Has the whole take over.  The caller has ACCESS EXCLUSIVE on both tables. */
void
zdm_run_turn_merge(const ZdmMigration *m, const ZdmDeed *deed)
{
	Oid part = require_part(m, "rollback");
	ZdmMerging merging;
	char *name;

	prepare_turn(m, deed, part, &merging);
	zdm_stop_point("turn drained");
	zdm_merge_drop_log(m, part);
	run_texts(m, zdm_deed_list(deed, "rename"));
	make_unique(m, deed);
	add_constraints(m, m->relation, zdm_deed_list(deed, "add"), zdm_deed_list(deed, "constraints"));
	zdm_merge_note_kept(m, zdm_deed_list(deed, "constraints"), zdm_deed_list(deed, "unique"));
	zdm_merge_copy_comments(m, deed, part);
	run_texts(m, zdm_deed_list(deed, "drop"));
	zdm_shadow_relax(part);
	name = hide_table(m, part);
	merging.whole = table_open(m->relation, NoLock);
	merging.part = table_open(part, NoLock);
	make_view(m, &merging, name);
	table_close(merging.part, NoLock);
	table_close(merging.whole, NoLock);
	zdm_shadow_create_triggers(m, m->relation);
	note_turn(m, part);
	zdm_stop_point("turn done");
}

/* Refuses to go back where the part may have missed writes since the turn. */
static void
require_followed(const ZdmMigration *m, Oid part)
{
	Relation whole = table_open(m->relation, NoLock);
	Relation part_rel = table_open(part, AccessExclusiveLock);
	ZdmFollower *follower = zdm_follower_make(whole, part_rel);

	if (zdm_sync_trigger(whole, m->trigger_name) == NULL ||
		!list_member_oid(zdm_synced_tables(m), m->relation) ||
		!zdm_shadow_sees_truncate(m, m->relation))
		refuse_state(m,
					 psprintf("table %s has lost a trigger of the migration, or was without it for "
							  "a while",
							  zdm_qualified_name(m->relation)),
					 "The table that would come back may have missed writes.", "finalize");
	if (!zdm_follower_is_complete(follower, whole, part_rel))
		refuse_state(m, "the columns or the primary key are not what they were at the turn",
					 "The table that would come back has not all that was written.", "finalize");
	table_close(part_rel, NoLock);
	table_close(whole, NoLock);
}

/* Takes the constraints away that the turn has made, with what keeps them. */
static void
drop_constraints(const ZdmMigration *m, List *names)
{
	ListCell *lc;

	foreach (lc, names)
		zdm_merge_drop_constraint(m->relation, lfirst(lc));
}

/* Has the part's unique indexes refuse equal keys again: the whole's have kept them apart. */
static void
restore_unique(Oid part, List *names)
{
	ListCell *lc;

	foreach (lc, names)
	{
		Oid index = get_relname_relid(lfirst(lc), get_rel_namespace(part));

		if (!OidIsValid(index) || zdm_table_of_index(index) != part)
			continue;
		zdm_set_index_flags(index, true, false);
		CacheInvalidateRelcacheByRelid(index);
	}
	CacheInvalidateRelcacheByRelid(part);
	CommandCounterIncrement();
}

/* Tells whether the default of a column of the whole is NULL. */
static bool
default_is_null(const ZdmMigration *m, AttrNumber attnum)
{
	Relation rel = table_open(m->relation, NoLock);
	bool result = zdm_blank_is_known(rel, attnum) && zdm_blank(rel, attnum) == NULL;

	table_close(rel, NoLock);
	return result;
}

/* Refuses to go back where something was made on the columns, which go: the part would not have it.
 */
static void
refuse_made_since(const ZdmMigration *m, List *indexes)
{
	List *columns = zdm_migration_columns(m->id);
	int n = list_length(columns) / 2;

	for (int i = 0; i < n; i++)
	{
		char *column = list_nth(columns, i);
		AttrNumber attnum = get_attnum(m->relation, column);
		ListCell *lc;

		foreach (lc, attnum > 0 ? zdm_objects_on(RelationRelationId, m->relation, attnum) : NIL)
		{
			const ObjectAddress *object = lfirst(lc);

			if (object->classId == AttrDefaultRelationId && default_is_null(m, attnum))
				continue; /* not a domain's: expand has made it */
			if (object->classId == RelationRelationId &&
				get_rel_relkind(object->objectId) == RELKIND_INDEX &&
				zdm_has_string(indexes, get_rel_name(object->objectId)))
				continue;
			ereport(ERROR,
					(errcode(ERRCODE_DEPENDENT_OBJECTS_STILL_EXIST),
					 errmsg("cannot roll back migration \"%s\": something was made on column "
							"\"%s\" of \"%s\" since it is ready",
							m->name, column, get_rel_name(m->relation)),
					 errdetail("The table that comes back would not have it: %s.",
							   getObjectDescription(object, false)),
					 errhint("Drop it, call this again, and make it anew behind that.")));
		}
	}
}

/* Has the part take its name back, with all that was written since the turn. */
void
zdm_run_turn_merge_back(const ZdmMigration *m, const ZdmDeed *deed)
{
	Oid part = require_part(m, "finalize");
	Oid view = zdm_stand_in(m);

	require_followed(m, part);
	zdm_merge_require_kept(m, zdm_deed_list(deed, "drop"), zdm_deed_list(deed, "kept"));
	zdm_shadow_drop_triggers(m, m->relation);
	if (OidIsValid(view))
		zdm_extract_take_name(m, part, view);
	else
	{
		RenameRelationInternal(part, zdm_deed_string(deed, "name"), false, false);
		CommandCounterIncrement();
		CreateComments(part, RelationRelationId, 0, NULL);
	}
	drop_constraints(m, zdm_deed_list(deed, "drop"));
	refuse_made_since(m, zdm_deed_list(deed, "indexes"));
	zdm_merge_copy_back(m, deed, part);
	run_texts(m, zdm_deed_list(deed, "rename"));
	restore_unique(part, zdm_deed_list(deed, "unique"));
	add_constraints(m, part, zdm_deed_list(deed, "add"), zdm_deed_list(deed, "constraints"));
	zdm_merge_restore_comments(deed, part);
	zdm_backfill_forget(m->id, m->relation);
}

/* Takes the part's name away from applications; nothing is to do where the view was dropped. */
void
zdm_run_hide_part(const ZdmMigration *m, const ZdmDeed *deed)
{
	Oid view = zdm_stand_in(m);

	if (!OidIsValid(view))
		return;
	zdm_merge_note_view(m, view);
	RenameRelationInternal(
		view,
		zdm_choose_relation_name(get_rel_namespace(view), "zdm_old_", get_rel_name(view), view),
		false, false);
	CommandCounterIncrement();
}

/* Gives it back. */
void
zdm_run_show_part(const ZdmMigration *m, const ZdmDeed *deed)
{
	Oid view = zdm_stand_in(m);

	if (!OidIsValid(view)) /* which rollback can do without, and reopen can't */
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE),
						errmsg("the view of the merged table's name does not exist any more")));
	RenameRelationInternal(view, zdm_merge_view_name(m, view), false, false);
	CommandCounterIncrement();
}

/* Drops what was kept of the part, and what kept the whole from having more than it could. */
void
zdm_run_finish_merge(const ZdmMigration *m, const ZdmDeed *deed)
{
	Oid part = zdm_shadow_follower(m);
	Oid view = zdm_stand_in(m);
	Relation whole = zdm_open_for_change(m, zdm_deed_relation(deed, "table"), AccessExclusiveLock);

	table_close(whole, NoLock);
	zdm_shadow_drop_triggers(m, m->relation);
	if (OidIsValid(view))
		zdm_shadow_run(zdm_relation_owner(view),
					   psprintf("DROP VIEW %s", zdm_qualified_name(view)));
	if (OidIsValid(part) && get_rel_name(part) != NULL)
		zdm_shadow_run(zdm_relation_owner(part),
					   psprintf("DROP TABLE %s", zdm_qualified_name(part)));
	drop_constraints(m, zdm_deed_list(deed, "drop"));
	zdm_targets_delete(m->id, ZDM_TARGET_SHADOW);
}
