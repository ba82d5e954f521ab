/*
 * shadow.c
 *		A hidden table beside the named one: made, given its name, and dropped.
 *
 * Applications write one of the two tables, and the other follows by triggers (sync_rows.c).
 * Contract and its way back are the same: the two turn round.  What has a name of the schema -
 * tables and indexes - exchanges it; grants, comments, sequences, identities and flags go to the
 * table that takes over.
 *
 * In the one that follows, unique indexes other than that of the primary key do not refuse equal
 * keys: rows that are equal for a moment within a statement would be an error there that they
 * are not in the table itself.  What keeps it free of them is the other one.
 */
#include "postgres.h"

#include "access/relation.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "commands/trigger.h"
#include "executor/spi.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "base/compat.h"
#include "base/json.h"
#include "base/names.h"
#include "base/owner.h"
#include "change/carry_not_null.h"
#include "change/catalog_changes.h"
#include "change/shadow.h"
#include "fill/ranges.h"
#include "fill/synced.h"
#include "record/shadow.h"
#include "record/target.h"
#include "record/unlogged.h"
#include "sync/follower.h"
#include "sync/sync_program.h"

/* See zdm_run_create_shadow(); shadow: its name in full; partitions NULL: it has none. */
ZdmDeed *
zdm_deed_create_shadow(const char *table, const char *shadow, const char *create,
					   const char *partitions)
{
	StringInfoData arguments;

	zdm_deed_begin(&arguments);
	zdm_json_add_string(&arguments, "table", table);
	zdm_json_add_string(&arguments, "shadow", shadow);
	zdm_json_add_string(&arguments, "create", create);
	if (partitions)
		zdm_json_add_string(&arguments, "partitions", partitions);
	return zdm_deed_end(ZDM_ACTION_CREATE_SHADOW, &arguments);
}

/* See zdm_run_drop_shadow(). */
ZdmDeed *
zdm_deed_drop_shadow(const char *table)
{
	return zdm_deed_of_table(ZDM_ACTION_DROP_SHADOW, table);
}

/* See zdm_run_turn_shadow(); shadow: its name in full. */
ZdmDeed *
zdm_deed_turn_shadow(Relation rel, const char *shadow, const ZdmShape *shape)
{
	StringInfoData arguments;

	zdm_deed_begin(&arguments);
	zdm_json_add_string(&arguments, "table", zdm_qualified_name(RelationGetRelid(rel)));
	zdm_json_add_string(&arguments, "shadow", shadow);
	if (shape->options != NULL || shape->partition_by != NULL)
		zdm_json_add_bool(&arguments, "own_options", true);
	if (zdm_shape_changes_persistence(rel, shape))
		zdm_json_add_bool(&arguments, "unlogged", shape->unlogged);
	return zdm_deed_end(ZDM_ACTION_TURN_SHADOW, &arguments);
}

/* Has a table tell when it is emptied, from now on. */
void
zdm_shadow_watch_truncate(const ZdmMigration *m, Oid table)
{
	char *name = zdm_qualified_name(table);
	char *trigger = pstrdup(quote_identifier(zdm_shadow_truncate_trigger(m->trigger_name)));
	const char *drop = "";

	if (OidIsValid(get_trigger_oid(table, zdm_shadow_truncate_trigger(m->trigger_name), true)))
		drop = psprintf("DROP TRIGGER %s ON %s;\n", trigger, name);
	zdm_shadow_run(zdm_relation_owner(table),
				   psprintf("%sCREATE TRIGGER %s AFTER TRUNCATE ON %s"
							" FOR EACH STATEMENT EXECUTE FUNCTION zdm.sync_rows('" INT64_FORMAT
							"');\n"
							"ALTER TABLE %s ENABLE ALWAYS TRIGGER %s",
							drop, trigger, name, m->id, name, trigger));
}

/*
 * Makes the triggers by which another table follows this one.  One for rows is in every partition
 * by that; one for TRUNCATE has to be made in each.
 */
void
zdm_shadow_create_triggers(const ZdmMigration *m, Oid table)
{
	char *name = zdm_qualified_name(table);
	char *rows = pstrdup(quote_identifier(m->trigger_name));
	ListCell *lc;

	zdm_shadow_run(zdm_relation_owner(table),
				   psprintf("CREATE TRIGGER %s AFTER INSERT OR UPDATE OR DELETE ON %s"
							" FOR EACH ROW EXECUTE FUNCTION zdm.sync_rows('" INT64_FORMAT "');\n"
							"ALTER TABLE %s ENABLE ALWAYS TRIGGER %s",
							rows, name, m->id, name, rows));
	zdm_shadow_watch_truncate(m, table);
	foreach (lc, zdm_shadow_leaves(table))
		if (lfirst_oid(lc) != table)
			zdm_shadow_watch_truncate(m, lfirst_oid(lc));
}

/* Drops them, as far as they are there. */
void
zdm_shadow_drop_triggers(const ZdmMigration *m, Oid table)
{
	char *name = zdm_qualified_name(table);
	char *truncate = zdm_shadow_truncate_trigger(m->trigger_name);
	ListCell *lc;

	zdm_shadow_run(zdm_relation_owner(table),
				   psprintf("DROP TRIGGER IF EXISTS %s ON %s;\nDROP TRIGGER IF EXISTS %s ON %s",
							quote_identifier(m->trigger_name), name, quote_identifier(truncate),
							name));
	foreach (lc, zdm_shadow_leaves(table))
		zdm_shadow_drop_trigger(lfirst_oid(lc), truncate);
}

/* Makes the partitions of the hidden table, and what they have as the table's own. */
static void
create_partitions(Relation rel, Oid shadow, const char *sql)
{
	ListCell *lc;

	zdm_shadow_run(rel->rd_rel->relowner, sql);
	foreach (lc, zdm_shadow_leaves(shadow))
	{
		zdm_shadow_set_acl(lfirst_oid(lc), 0, NULL);
		zdm_shadow_copy_columns(rel, lfirst_oid(lc));
	}
}

/*
 * Makes the hidden table, and the triggers by which it follows.  It belongs to the table's owner,
 * and nobody else has a right on it, whatever default privileges there are.
 */
void
zdm_run_create_shadow(const ZdmMigration *m, const ZdmDeed *deed)
{
	Relation rel = zdm_open_for_change(m, zdm_deed_relation(deed, "table"), ShareRowExclusiveLock);
	List *names = zdm_name_list(zdm_deed_string(deed, "shadow"));
	Oid shadow;

	zdm_shadow_run(rel->rd_rel->relowner, zdm_deed_string(deed, "create"));
	shadow =
		get_relname_relid(strVal(llast(names)), get_namespace_oid(strVal(linitial(names)), false));
	if (!OidIsValid(shadow) || zdm_relation_owner(shadow) != rel->rd_rel->relowner)
		elog(ERROR, "the hidden table was not made");
	zdm_shadow_set_acl(shadow, 0, NULL);
	zdm_shadow_copy_columns(rel, shadow);
	if (zdm_json_has(deed->arguments, "partitions"))
		create_partitions(rel, shadow, zdm_deed_string(deed, "partitions"));
	zdm_shadow_copy_targets(rel, shadow);
	zdm_shadow_create_statistics(rel, shadow);
	zdm_shadow_relax(shadow);
	zdm_shadow_mark(m, shadow);
	zdm_target_insert(m->id, shadow, ZDM_TARGET_SHADOW, m->trigger_name);
	if (zdm_json_has(m->arguments, "unlogged"))
		zdm_unlogged_mark(m->id);
	table_close(rel, NoLock);
	zdm_shadow_create_triggers(m, RelationGetRelid(rel));
}

/* Drops the table that follows, and the triggers by which it does. */
void
zdm_run_drop_shadow(const ZdmMigration *m, const ZdmDeed *deed)
{
	Oid truth = zdm_migration_by_id(m->id)->relation;
	Oid follower = zdm_shadow_follower(m);

	if (truth != zdm_deed_find_relation(deed, "table"))
		zdm_shadow_finish_unlogged(m, truth);
	zdm_shadow_drop_triggers(m, truth);
	if (OidIsValid(follower) && get_rel_name(follower) != NULL)
		zdm_shadow_run(zdm_relation_owner(follower),
					   psprintf("DROP TABLE %s", zdm_qualified_name(follower)));
	zdm_targets_delete(m->id, ZDM_TARGET_SHADOW);
	zdm_unlogged_unmark(m->id);
}

/* Tells whether the columns of two tables are not in the same order. */
static bool
is_reordered(Relation from, Relation to)
{
	TupleDesc desc = RelationGetDescr(from);
	AttrNumber last = 0;

	for (int i = 0; i < desc->natts; i++)
	{
		AttrNumber attnum;

		if (TupleDescAttr(desc, i)->attisdropped)
			continue;
		attnum = get_attnum(RelationGetRelid(to), NameStr(TupleDescAttr(desc, i)->attname));
		if (attnum < last)
			return true;
		last = attnum;
	}
	return false;
}

/* Refuses to go on without a partition that was there: its rows went without an event. */
static void
refuse_missing(const ZdmMigration *m, Relation from, Relation to, bool back)
{
	List *known = list_concat(zdm_shadow_leaves(RelationGetRelid(from)),
							  zdm_shadow_leaves(RelationGetRelid(to)));

	if (zdm_backfill_has_other(m->id, known))
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
						errmsg("a partition of table \"%s\" was dropped or detached since the "
							   "migration began",
							   RelationGetRelationName(from)),
						errdetail("The table that would take over has its rows still."),
						errhint("SELECT zdm.%s(%s) keeps this one.", back ? "finalize" : "rollback",
								quote_literal_cstr(m->name))));
}

/*
 * Tells whether a table's trigger for TRUNCATE fires always, and did so as long as that for rows
 * has been as it was noted.
 */
bool
zdm_shadow_sees_truncate(const ZdmMigration *m, Oid table)
{
	char *name = zdm_shadow_truncate_trigger(m->trigger_name);
	Relation rel = table_open(table, NoLock);
	Trigger *trigger = zdm_sync_trigger(rel, name);

	table_close(rel, NoLock);
	return trigger != NULL && !zdm_written_apart(m, table, trigger->tgoid);
}

/* Raises an error if a table may have been emptied without an event. */
static void
refuse_unseen_truncate(const ZdmMigration *m, Relation from, bool back)
{
	List *tables = zdm_shadow_leaves(RelationGetRelid(from));
	ListCell *lc;

	foreach (lc, list_append_unique_oid(tables, RelationGetRelid(from)))
		if (!zdm_shadow_sees_truncate(m, lfirst_oid(lc)))
			ereport(ERROR,
					(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
					 errmsg("table \"%s\" has lost a trigger of the migration, or was without it "
							"for a while",
							get_rel_name(lfirst_oid(lc))),
					 errhint("SELECT zdm.%s(%s) ends the migration.",
							 back ? "finalize" : "rollback", quote_literal_cstr(m->name))));
}

/* Raises an error unless the two tables are what they were made to be. */
static void
check_turn(const ZdmMigration *m, const ZdmDeed *deed, Relation from, Relation to, bool back)
{
	if (!OidIsValid(zdm_primary_key_index(to)) ||
		!zdm_follower_is_complete(zdm_follower_make(from, to), from, to))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("the columns of table \"%s\", or its primary key, were changed since "
						"the migration began",
						RelationGetRelationName(from)),
				 errhint("Nothing was changed. SELECT zdm.%s(%s) ends the migration.",
						 back ? "finalize" : "rollback", quote_literal_cstr(m->name))));
	if (from->rd_rel->relowner != to->rd_rel->relowner)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("tables \"%s\" and \"%s\" have not the same owner",
						RelationGetRelationName(from), RelationGetRelationName(to)),
				 errhint("ALTER TABLE %s OWNER TO %s makes that so.",
						 zdm_qualified_name(RelationGetRelid(to)),
						 quote_identifier(GetUserNameFromId(from->rd_rel->relowner, false)))));
	refuse_unseen_truncate(m, from, back);
	zdm_shadow_refuse(from);
	refuse_missing(m, from, to, back);
	if (!back && from->rd_rel->relkind == RELKIND_PARTITIONED_TABLE)
		zdm_shadow_refuse_parts(from);
	if (to->rd_rel->relkind == RELKIND_PARTITIONED_TABLE)
		zdm_shadow_refuse_partitioning(from, zdm_partition_columns(to));
	if (!zdm_shadow_same_names(zdm_shadow_key_columns(from), zdm_shadow_key_columns(to)))
		zdm_shadow_refuse_other_key(from);
	zdm_shadow_refuse_users(from, is_reordered(from, to));
	zdm_shadow_check_persistence(from, to, deed, back);
	zdm_shadow_refuse_other(from, to, back);
}

/* Raises an error if the table that comes back may have missed writes. */
static void
require_followed(const ZdmMigration *m, Oid truth)
{
	List *synced = zdm_synced_tables(m);
	ListCell *lc;

	foreach (lc, zdm_shadow_leaves(truth))
		if (!list_member_oid(synced, lfirst_oid(lc)))
			ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
							zdm_is_in_backfill(m->id, lfirst_oid(lc))
								? errmsg("table %s was without its sync trigger for a while",
										 zdm_qualified_name(lfirst_oid(lc)))
								: errmsg("table %s was attached with rows since contract",
										 zdm_qualified_name(lfirst_oid(lc))),
							errdetail("The table that would come back may have missed writes."),
							errhint("SELECT zdm.finalize(%s) keeps the new one.",
									quote_literal_cstr(m->name))));
}

/* Notes which table is written from now on, and by which triggers it is followed. */
static void
note_turn(const ZdmMigration *m, Oid truth, bool back)
{
	List *leaves = zdm_shadow_leaves(truth);
	ZdmMigration now = *m;
	ListCell *lc;

	now.relation = truth;
	if (back)
		foreach (lc, zdm_shadow_leaves(m->relation))
			zdm_backfill_forget(m->id, lfirst_oid(lc));
	else
		foreach (lc, leaves)
		{
			Relation rel = relation_open(lfirst_oid(lc), AccessShareLock);

			(void) zdm_backfill_register(&now, rel, false);
			zdm_backfill_leave(m->id, lfirst_oid(lc));
			relation_close(rel, NoLock);
		}
	zdm_note_sync_triggers(&now, leaves);
	zdm_shadow_turn(m, truth);
	CacheInvalidateRelcacheByRelid(truth);
	CacheInvalidateRelcacheByRelid(m->relation);
	foreach (lc, leaves)
		CacheInvalidateRelcacheByRelid(lfirst_oid(lc));
}

/*
 * Has the table that follows take over, and the other one follow.  The caller has ACCESS EXCLUSIVE
 * on both, so nobody has written since.
 */
void
zdm_run_turn_shadow(const ZdmMigration *m, const ZdmDeed *deed)
{
	Oid truth = zdm_migration_by_id(m->id)->relation;
	Oid follower = zdm_shadow_follower(m);
	bool back = truth != zdm_deed_relation(deed, "table");
	ZdmMigration of_truth = *m;
	ZdmShadowUsers *users;
	List *keys;
	Relation from;
	Relation to;
	bool after_loss;

	of_truth.relation = truth;
	if (!OidIsValid(follower) || get_rel_name(follower) == NULL)
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE),
						errmsg("the hidden table of migration \"%s\" does not exist", m->name)));
	from = zdm_open_for_change(&of_truth, truth, AccessExclusiveLock);
	to = table_open(follower, AccessExclusiveLock);
	zdm_shadow_join_schema(to, RelationGetNamespace(from));
	zdm_share_not_null_names(from, to);
	check_turn(&of_truth, deed, from, to, back);
	after_loss = zdm_shadow_check_loss(m, back);
	if (back)
		require_followed(&of_truth, truth);
	users = zdm_shadow_print_users(from);
	table_close(from, NoLock);
	table_close(to, NoLock);
	keys = zdm_shadow_drop_keys(truth);
	from = table_open(truth, NoLock);
	to = table_open(follower, NoLock);
	zdm_shadow_hand_over(m, from, to, back);
	if (!zdm_json_has(deed->arguments, "own_options"))
		zdm_shadow_copy_options(truth, follower);
	table_close(from, NoLock);
	table_close(to, NoLock);
	zdm_shadow_drop_triggers(m, truth);
	zdm_shadow_move_triggers(truth, follower);
	if (after_loss)
		zdm_shadow_prove_unique(follower);
	zdm_shadow_add_keys(keys, truth, follower, !after_loss);
	zdm_shadow_take_users(users, truth, follower);
	zdm_shadow_hand_over_subscriptions(truth, follower);
	zdm_shadow_create_triggers(m, follower);
	zdm_shadow_turn_sequences(follower, deed, back);
	note_turn(&of_truth, follower, back);
}
