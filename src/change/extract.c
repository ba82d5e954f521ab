/*
 * extract.c
 *		Columns of a table and the table that they move to: made, watched, and handed over.
 *
 * There is one truth until finalize, the old table's columns.  The new table's name is a view over
 * them, in which UPDATE and SELECT ... FOR UPDATE are the server's own, on the old table's rows;
 * INSERT and DELETE, which set columns there, are a trigger's (sync/extracted.c).  So whichever
 * name applications use, and in which order, they lock the same rows.  A second truth, in the new
 * table from contract on, would have to be written back: who has updated a row of the new table
 * would want the old one's, and meet who has updated them in the other order.
 *
 * The hidden table follows by the trigger for rows (sync_rows.c), filled by a copy (fill/copy.c).
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "commands/comment.h"
#include "commands/tablecmds.h"
#include "commands/trigger.h"
#include "utils/builtins.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "base/compat.h"
#include "base/json.h"
#include "base/names.h"
#include "base/owner.h"
#include "base/triggers.h"
#include "change/carry_not_null.h"
#include "change/catalog_changes.h"
#include "change/dependents.h"
#include "change/extract.h"
#include "change/follow.h"
#include "change/marks.h"
#include "change/settings.h"
#include "change/shadow.h"
#include "change/stand_in.h"
#include "fill/synced.h"
#include "record/shadow.h"
#include "record/target.h"
#include "sync/follower.h"

/*
 * See zdm_run_make_extract(); create, view, require: statements that make the table, the view, and
 * the trigger for values that are required; NULL: none are.
 */
ZdmDeed *
zdm_deed_make_extract(const char *table, const ZdmExtract *extract, const char *create, List *view,
					  const char *require)
{
	StringInfoData arguments;

	zdm_deed_begin(&arguments);
	zdm_json_add_string(&arguments, "table", table);
	zdm_json_add_string(&arguments, "schema", get_namespace_name(extract->schema));
	zdm_json_add_string(&arguments, "name", extract->name);
	zdm_json_add_string(&arguments, "shadow", extract->shadow);
	zdm_json_add_string(&arguments, "create", create);
	zdm_json_add_list(&arguments, "make_view", view);
	if (require)
		zdm_json_add_string(&arguments, "require", require);
	return zdm_deed_end(ZDM_ACTION_MAKE_EXTRACT, &arguments);
}

/* See zdm_run_drop_extract(). */
ZdmDeed *
zdm_deed_drop_extract(const char *table)
{
	return zdm_deed_of_table(ZDM_ACTION_DROP_EXTRACT, table);
}

/* See zdm_run_check_extract(). */
ZdmDeed *
zdm_deed_check_extract(const char *table)
{
	return zdm_deed_of_table(ZDM_ACTION_CHECK_EXTRACT, table);
}

/* See zdm_run_finish_extract(); unique: indexes, each with "c" in front for a constraint, or "i".
 */
ZdmDeed *
zdm_deed_finish_extract(const char *table, List *unique)
{
	StringInfoData arguments;

	zdm_deed_begin(&arguments);
	zdm_json_add_string(&arguments, "table", table);
	if (unique != NIL)
		zdm_json_add_list(&arguments, "unique", unique);
	return zdm_deed_end(ZDM_ACTION_FINISH_EXTRACT, &arguments);
}

/* Makes the hidden table; it belongs to the table's owner, and nobody else has a right on it. */
static void
make_hidden(const ZdmMigration *m, const ZdmDeed *deed, Relation rel)
{
	Oid hidden;

	zdm_shadow_run(rel->rd_rel->relowner, zdm_deed_string(deed, "create"));
	hidden = get_relname_relid(zdm_deed_string(deed, "shadow"),
							   get_namespace_oid(zdm_deed_string(deed, "schema"), false));
	if (!OidIsValid(hidden) || zdm_relation_owner(hidden) != rel->rd_rel->relowner)
		elog(ERROR, "the hidden table was not made");
	zdm_shadow_set_acl(hidden, 0, NULL);
	zdm_shadow_copy_columns(rel, hidden);
	zdm_extract_note_marks(rel, hidden);
	zdm_shadow_mark(m, hidden);
	zdm_target_insert(m->id, hidden, ZDM_TARGET_SHADOW, m->trigger_name);
}

/* Makes the view, with the grants of the table. */
static void
make_view(const ZdmMigration *m, const ZdmDeed *deed, Relation rel)
{
	Oid owner = rel->rd_rel->relowner;
	char *name = quote_literal_cstr(m->name);
	Oid view;
	ListCell *lc;

	foreach (lc, zdm_deed_list(deed, "make_view"))
		zdm_shadow_run(owner, lfirst(lc));
	view = get_relname_relid(zdm_deed_string(deed, "name"),
							 get_namespace_oid(zdm_deed_string(deed, "schema"), false));
	if (!OidIsValid(view) || zdm_relation_owner(view) != owner)
		elog(ERROR, "the view was not made");
	zdm_extract_copy_marks(RelationGetRelid(rel), view);
	zdm_shadow_run(owner, psprintf("CREATE TRIGGER %s INSTEAD OF INSERT OR DELETE ON %s"
								   " FOR EACH ROW EXECUTE FUNCTION zdm.write_extracted()",
								   quote_identifier(m->trigger_name), zdm_qualified_name(view)));
	CreateComments(view, RelationRelationId, 0,
				   psprintf("zdm migration %s has made this, a view over columns of table %s that "
							"move here: not to be dropped by hand. SELECT zdm.finalize(%s) has "
							"the table take its place, zdm.rollback(%s) removes it.",
							name, zdm_qualified_name(RelationGetRelid(rel)), name, name));
	zdm_target_add_locked(m->id, view);
	CommandCounterIncrement();
}

/* Makes the new table under its hidden name, the view, and the triggers by which it follows. */
void
zdm_run_make_extract(const ZdmMigration *m, const ZdmDeed *deed)
{
	Relation rel = zdm_open_for_change(m, zdm_deed_relation(deed, "table"), ShareRowExclusiveLock);

	make_hidden(m, deed, rel);
	make_view(m, deed, rel);
	zdm_stand_in_note_grants(m, rel);
	table_close(rel, NoLock);
	if (zdm_json_has(deed->arguments, "require"))
		zdm_shadow_run(zdm_relation_owner(m->relation), zdm_deed_string(deed, "require"));
	zdm_shadow_create_triggers(m, m->relation);
}

/* Drops the triggers that zdm_run_make_extract() has made on the old table. */
static void
drop_triggers(const ZdmMigration *m)
{
	zdm_shadow_drop_triggers(m, m->relation);
	zdm_shadow_drop_trigger(m->relation, zdm_shadow_required_trigger(m->trigger_name));
}

/* Drops what zdm_run_make_extract() has made. */
void
zdm_run_drop_extract(const ZdmMigration *m, const ZdmDeed *deed)
{
	Oid hidden = zdm_shadow_follower(m);
	Oid view = zdm_stand_in(m);

	drop_triggers(m);
	if (OidIsValid(view))
		zdm_shadow_run(zdm_relation_owner(view),
					   psprintf("DROP VIEW %s", zdm_qualified_name(view)));
	if (OidIsValid(hidden) && get_rel_name(hidden) != NULL)
		zdm_shadow_run(zdm_relation_owner(hidden),
					   psprintf("DROP TABLE %s", zdm_qualified_name(hidden)));
	zdm_targets_delete(m->id, ZDM_TARGET_SHADOW);
}

/* Notes which columns are required, as the hidden table says, if there is one. */
static void
read_required(const ZdmMigration *m, ZdmExtract *extract)
{
	Oid hidden = zdm_shadow_follower(m);
	Relation rel = OidIsValid(hidden) ? try_table_open(hidden, AccessShareLock) : NULL;
	ListCell *lc;

	foreach (lc, rel ? extract->columns : NIL)
	{
		AttrNumber attnum = get_attnum(hidden, lfirst(lc));

		if (attnum > 0 && zdm_extract_requires(rel, attnum))
			extract->required = lappend(extract->required, lfirst(lc));
	}
	if (rel)
		table_close(rel, NoLock);
}

/* Returns what a migration moves; its columns are in the record, those that are hidden behind. */
ZdmExtract *
zdm_extract_of(const ZdmMigration *m)
{
	ZdmExtract *extract = palloc0(sizeof(ZdmExtract));
	List *columns = zdm_migration_columns(m->id);
	Relation rel = table_open(m->relation, NoLock);
	Oid index = zdm_primary_key_index(rel);
	int n = list_length(columns) / 2;

	extract->columns = list_truncate(list_copy(columns), n);
	extract->hidden = list_copy_tail(columns, n);
	if (OidIsValid(index))
	{
		Relation key = index_open(index, AccessShareLock);

		for (int i = 0; i < key->rd_index->indnkeyatts; i++)
			extract->key = lappend(
				extract->key, get_attname(m->relation, key->rd_index->indkey.values[i], false));
		index_close(key, AccessShareLock);
	}
	table_close(rel, NoLock);
	read_required(m, extract);
	return extract;
}

/* Refuses to go on with a migration that is not in a state to. */
static void
refuse_state(const ZdmMigration *m, const char *what, const char *detail)
{
	ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
					errmsg("cannot go on with migration \"%s\": %s", m->name, what),
					detail ? errdetail("%s", detail) : 0,
					errhint("SELECT zdm.rollback(%s) ends the migration; nothing is lost.",
							quote_literal_cstr(m->name))));
}

/* Tells whether a table has a trigger that fires for everybody. */
static bool
fires_always(Relation rel, const char *name)
{
	Trigger *trigger = zdm_find_trigger(rel, name);

	return trigger && trigger->tgenabled == TRIGGER_FIRES_ALWAYS;
}

/* Refuses to go on without one of the columns: only the hidden table has its values, if at all. */
static void
refuse_lost_columns(const ZdmMigration *m, const ZdmExtract *extract)
{
	ListCell *lc;

	foreach (lc, extract->hidden)
		if (get_attnum(m->relation, lfirst(lc)) == InvalidAttrNumber)
			ereport(ERROR,
					(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
					 errmsg("cannot go on with migration \"%s\": column \"%s\" was dropped",
							m->name, (char *) lfirst(lc)),
					 errhint("SELECT zdm.forget(%s) ends the migration, and leaves the hidden "
							 "table.",
							 quote_literal_cstr(m->name))));
}

/* Lists the indexes of the hidden table that finalize makes unique (char *). */
static List *
unique_at_finalize(const ZdmMigration *m)
{
	List *names = NIL;
	ListCell *step;
	ListCell *lc;

	foreach (step, zdm_steps(m->id))
	{
		const ZdmDeed *deed = &((ZdmStep *) lfirst(step))->command;

		if (deed->action == NULL || strcmp(deed->action, ZDM_ACTION_FINISH_EXTRACT) != 0)
			continue;
		foreach (lc, zdm_deed_list(deed, "unique"))
			names = lappend(names, (char *) lfirst(lc) + 1);
	}
	return names;
}

/* Refuses to go on where the old table has let in rows that the new one is to refuse. */
static void
refuse_not_kept(const ZdmMigration *m, Relation rel, Relation hidden, const ZdmExtract *extract)
{
	const char *what = zdm_extract_not_kept(rel, hidden, extract, unique_at_finalize(m));

	if (what)
		refuse_state(
			m,
			psprintf("table %s does not keep %s", zdm_qualified_name(RelationGetRelid(rel)), what),
			"Make it again as it was when the migration began.");
}

/* Raises an error unless everything is what it was made to be; the caller has the locks. */
static void
check(const ZdmMigration *m, Relation rel, const ZdmExtract *extract, Oid view)
{
	Oid hidden = zdm_shadow_follower(m);
	char *required = zdm_shadow_required_trigger(m->trigger_name);
	Relation hidden_rel;
	ZdmFollower *follower;

	if (!OidIsValid(hidden) || get_rel_name(hidden) == NULL)
		refuse_state(m, "its hidden table does not exist any more", NULL);
	if (!OidIsValid(view))
		refuse_state(m, "the view of the new table's name does not exist any more", NULL);
	if (zdm_relation_owner(hidden) != rel->rd_rel->relowner ||
		zdm_relation_owner(view) != rel->rd_rel->relowner)
		refuse_state(m,
					 psprintf("table %s has not the same owner as %s and %s",
							  zdm_qualified_name(RelationGetRelid(rel)), zdm_qualified_name(hidden),
							  zdm_qualified_name(view)),
					 "ALTER TABLE ... OWNER TO makes that so.");
	zdm_extract_refuse_dependents(rel, extract, view, required);
	if (extract->required != NIL && !fires_always(rel, required))
		refuse_state(m,
					 "its trigger for values that are required does not exist any more, or is "
					 "disabled",
					 "Rows may be without them.");
	hidden_rel = table_open(hidden, AccessExclusiveLock);
	zdm_extract_refuse_other(rel, hidden_rel, extract);
	refuse_not_kept(m, rel, hidden_rel, extract);
	follower = zdm_follower_make(rel, hidden_rel);
	if (!zdm_follower_is_complete(follower, rel, hidden_rel))
		refuse_state(m, "the columns or the primary key are not what they were", NULL);
	table_close(hidden_rel, NoLock);
	if (!zdm_shadow_sees_truncate(m, RelationGetRelid(rel)))
		refuse_state(m, "its trigger for TRUNCATE is gone, or was off for a while",
					 "The hidden table may have missed one.");
}

/* Looks whether what contract hides can be given up at finalize, and takes over what was said of it
 * since expand. */
void
zdm_run_check_extract(const ZdmMigration *m, const ZdmDeed *deed)
{
	Relation rel = zdm_open_for_change(m, zdm_deed_relation(deed, "table"), AccessExclusiveLock);
	ZdmExtract *extract = zdm_extract_of(m);

	check(m, rel, extract, zdm_stand_in(m));
	zdm_extract_follow_marks(m, rel, extract);
	table_close(rel, NoLock);
}

/* Has the hidden table take the name of the view, with its grants and comments. */
void
zdm_extract_take_name(const ZdmMigration *m, Oid hidden, Oid view)
{
	Oid owner = zdm_relation_owner(hidden);
	char *name = get_rel_name(view);
	char *former = get_rel_name(hidden);
	Oid schema = get_rel_namespace(view);
	char *comment = zdm_own_comment(view, RelationRelationId, 0);

	zdm_extract_copy_marks(view, hidden);
	zdm_shadow_run(owner, psprintf("DROP VIEW %s", zdm_qualified_name(view)));
	if (get_rel_namespace(hidden) != schema)
	{
		RenameRelationInternal(hidden,
							   zdm_choose_passing_name(get_rel_namespace(hidden), schema, hidden),
							   true, false);
		CommandCounterIncrement();
		zdm_shadow_run(owner, psprintf("ALTER TABLE %s SET SCHEMA %s", zdm_qualified_name(hidden),
									   quote_identifier(get_namespace_name(schema))));
	}
	RenameRelationInternal(hidden, name, false, false);
	CommandCounterIncrement();
	zdm_rename_not_nulls(hidden, former);
	CreateComments(hidden, RelationRelationId, 0, comment);
}

/* Has unique indexes refuse equal keys: those of the old table have kept them apart. */
static void
make_unique(const ZdmDeed *deed, Oid table)
{
	ListCell *lc;

	foreach (lc, zdm_deed_list(deed, "unique"))
	{
		char *entry = lfirst(lc);
		Oid index = get_relname_relid(entry + 1, get_rel_namespace(table));

		if (!OidIsValid(index) || zdm_table_of_index(index) != table)
			ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
							errmsg("index \"%s\" is not there any more", entry + 1),
							errhint("Give it back the name that it had.")));
		zdm_set_index_flags(index, true, false);
		CacheInvalidateRelcacheByRelid(table);
		CacheInvalidateRelcacheByRelid(index);
		CommandCounterIncrement();
		if (entry[0] == 'c')
			zdm_shadow_run(zdm_relation_owner(table),
						   psprintf("ALTER TABLE %s ADD CONSTRAINT %s UNIQUE USING INDEX %s",
									zdm_qualified_name(table), quote_identifier(entry + 1),
									quote_identifier(entry + 1)));
	}
}

/* Makes the foreign keys, which the old table has kept, or its rows prove. */
static void
add_keys(Oid table, List *names, List *definitions)
{
	ListCell *name;
	ListCell *definition;

	forboth (name, names, definition, definitions)
	{
		zdm_shadow_run(zdm_relation_owner(table),
					   psprintf("ALTER TABLE %s ADD CONSTRAINT %s %s NOT VALID",
								zdm_qualified_name(table), quote_identifier(lfirst(name)),
								(char *) lfirst(definition)));
		zdm_mark_constraint_valid(get_relation_constraint_oid(table, lfirst(name), false));
		CacheInvalidateRelcacheByRelid(table);
		CommandCounterIncrement();
	}
}

/* Gives a constraint or an index the comment of another one, if that has one. */
void
zdm_extract_copy_comment(Oid class_id, Oid from, Oid to)
{
	char *comment = zdm_own_comment(from, class_id, 0);

	if (comment && OidIsValid(to))
		CreateComments(to, class_id, 0, comment);
}

/*
 * Gives what the new table has of the old one's indexes the comments of these, and the statistics
 * targets of their expressions.  They go by name: their columns have other names by now, and an
 * index that had to get another one does without.
 */
static void
copy_index_marks(Relation rel, const ZdmExtract *extract, const List *old_names, Relation table)
{
	ListCell *lc;

	foreach (lc, zdm_extract_indexes(rel, extract))
	{
		const ZdmExtractIndex *from = lfirst(lc);
		Oid to = get_relname_relid(
			zdm_extract_name_of(old_names, RelationGetRelationName(table), from->name),
			RelationGetNamespace(table));

		if (!list_member_oid(RelationGetIndexList(table), to))
			continue;
		zdm_extract_copy_comment(RelationRelationId, from->index, to);
		zdm_copy_index_targets(from->index, to);
		if (from->constraint)
			zdm_extract_copy_comment(ConstraintRelationId, get_index_constraint(from->index),
									 get_index_constraint(to));
	}
}

/* Gives the new table's columns what was set of the old one's, which are hidden by now. */
static void
copy_settings(const ZdmMigration *m, const ZdmExtract *extract, Oid table)
{
	ListCell *column;
	ListCell *hidden;

	forboth (column, extract->columns, hidden, extract->hidden)
		zdm_copy_column_settings(m->relation, get_attnum(m->relation, lfirst(hidden)), table,
								 get_attnum(table, lfirst(column)));
}

/* Gives the new table's constraints and indexes the comments that those of the old one have. */
static void
copy_comments(const ZdmMigration *m, const ZdmExtract *extract, Oid table)
{
	Relation rel = table_open(m->relation, NoLock);
	Relation new = table_open(table, NoLock);
	List *old_names = list_make2(RelationGetRelationName(rel), zdm_bare_name_then(m));
	ListCell *lc;

	foreach (lc, zdm_constraints_of(m->relation))
	{
		Form_pg_constraint form = (Form_pg_constraint) GETSTRUCT((HeapTuple) lfirst(lc));
		const char *name = NameStr(form->conname);

		if ((form->contype != CONSTRAINT_CHECK && form->contype != CONSTRAINT_FOREIGN) ||
			!zdm_extract_moves(rel, extract, lfirst(lc)))
			continue;
		if (form->contype == CONSTRAINT_FOREIGN)
			name = zdm_extract_constraint_name(old_names, RelationGetRelationName(new), name);
		zdm_extract_copy_comment(ConstraintRelationId, form->oid,
								 get_relation_constraint_oid(table, name, true));
	}
	copy_index_marks(rel, extract, old_names, new);
	table_close(new, NoLock);
	table_close(rel, NoLock);
}

/*
 * Has the new table take over for good.  The columns are dropped by the next step.  The caller has
 * ACCESS EXCLUSIVE on all of them.
 */
void
zdm_run_finish_extract(const ZdmMigration *m, const ZdmDeed *deed)
{
	Relation rel = zdm_open_for_change(m, zdm_deed_relation(deed, "table"), AccessExclusiveLock);
	ZdmExtract *extract = zdm_extract_of(m);
	Oid hidden = zdm_shadow_follower(m);
	Oid view = zdm_stand_in(m);
	List *names;
	List *definitions;

	refuse_lost_columns(m, extract);
	if (!list_member_oid(zdm_synced_tables(m), m->relation))
		refuse_state(m,
					 psprintf("table %s was without its sync trigger for a while",
							  zdm_qualified_name(m->relation)),
					 "The new table may have missed writes.");
	check(m, rel, extract, view);
	definitions = zdm_extract_keys_sql(
		rel, extract, list_make2(RelationGetRelationName(rel), zdm_bare_name_then(m)),
		get_rel_name(view), &names);
	table_close(rel, NoLock);
	drop_triggers(m);
	zdm_stand_in_take_revoked(m, m->relation, view,
							  list_concat_copy(extract->key, extract->columns),
							  list_concat_copy(extract->key, extract->hidden));
	zdm_extract_take_name(m, hidden, view);
	make_unique(deed, hidden);
	add_keys(hidden, names, definitions);
	copy_settings(m, extract, hidden);
	copy_comments(m, extract, hidden);
	zdm_targets_delete(m->id, ZDM_TARGET_SHADOW);
}
