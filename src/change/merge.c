/*
 * merge.c
 *		A table that is to be merged into another one, up to the turn: made ready, and taken back.
 *
 * Until the turn the part is the truth.  The whole has its columns by hidden names, which the
 * worker fills (fill/merge_rows.c), and whoever writes the part notes its key in a log
 * (sync/merge_trigger.c).
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/namespace.h"
#include "catalog/pg_constraint.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "base/compat.h"
#include "base/json.h"
#include "base/names.h"
#include "base/owner.h"
#include "change/catalog_changes.h"
#include "change/dependents.h"
#include "change/merge.h"
#include "change/shadow.h"
#include "fill/sync_state.h"
#include "record/carried.h"
#include "record/merge_log.h"
#include "record/shadow.h"
#include "record/target.h"
#include "sync/merge_keys.h"

/* In zdm.migration.carried: the whole's trigger. */
#define WHOLE_TRIGGER "whole_trigger"

/* Returns the foreign key of the part that is its primary key, to the whole; InvalidOid: none is.
 */
static Oid
find_key(const ZdmMerging *merging)
{
	ListCell *lc;

	foreach (lc, zdm_constraints_of(RelationGetRelid(merging->part)))
	{
		HeapTuple tuple = lfirst(lc);
		Form_pg_constraint form = (Form_pg_constraint) GETSTRUCT(tuple);
		bool same;
		int16 *columns;
		int n;

		if (form->contype != CONSTRAINT_FOREIGN ||
			form->confrelid != RelationGetRelid(merging->whole))
			continue;
		columns = zdm_constraint_columns(tuple, Anum_pg_constraint_conkey, &n);
		same = n > 0 && n == merging->nkeys;
		for (int i = 0; same && i < n; i++)
		{
			bool found = false;

			for (int j = 0; j < n; j++)
				found |= merging->part_keys[j] == columns[i];
			same = found;
		}
		if (same)
			return form->oid;
	}
	return InvalidOid;
}

/* Finds out how two tables, which are open, meet, and which columns are to be merged. */
static void
read_tables(Relation whole, Relation part, ZdmMerging *merging)
{
	TupleDesc desc = RelationGetDescr(part);

	memset(merging, 0, sizeof(ZdmMerging));
	merging->whole = whole;
	merging->part = part;
	merging->whole_table = zdm_qualified_name(RelationGetRelid(whole));
	merging->part_table = zdm_qualified_name(RelationGetRelid(part));
	merging->nkeys = zdm_merge_part_keys(part, RelationGetRelid(whole), merging->part_keys);
	merging->key = find_key(merging);
	if (zdm_merge_whole_keys(whole, merging->whole_keys) != merging->nkeys)
		merging->key = InvalidOid;
	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute att = TupleDescAttr(desc, i);
		bool is_key = false;

		for (int k = 0; k < merging->nkeys; k++)
			is_key |= merging->part_keys[k] == i + 1;
		if (att->attisdropped || is_key)
			continue;
		merging->columns = lappend(merging->columns, pstrdup(NameStr(att->attname)));
		merging->required |= att->attnotnull;
	}
}

/* The same, and what is known of a migration that has begun; NULL: none has. */
void
zdm_merging_of(const ZdmMigration *m, Relation whole, Relation part, ZdmMerging *merging)
{
	List *columns = m ? zdm_migration_columns(m->id) : NIL;

	read_tables(whole, part, merging);
	if (m)
	{
		merging->columns = list_truncate(list_copy(columns), list_length(columns) / 2);
		merging->hidden = list_copy_tail(columns, list_length(columns) / 2);
	}
}

/* Makes the triggers that log; the one for TRUNCATE where the part can be emptied. */
static void
create_triggers(const ZdmMigration *m, Oid table, bool truncate)
{
	char *name = zdm_qualified_name(table);
	char *rows = pstrdup(quote_identifier(m->trigger_name));
	char *all = pstrdup(quote_identifier(zdm_shadow_truncate_trigger(m->trigger_name)));
	Oid owner = zdm_relation_owner(table);

	zdm_shadow_run(owner,
				   psprintf("CREATE TRIGGER %s AFTER INSERT OR UPDATE OR DELETE ON %s"
							" FOR EACH ROW EXECUTE FUNCTION zdm.log_merged('" INT64_FORMAT "');\n"
							"ALTER TABLE %s ENABLE ALWAYS TRIGGER %s",
							rows, name, m->id, name, rows));
	if (truncate)
		zdm_shadow_run(owner, psprintf("CREATE TRIGGER %s AFTER TRUNCATE ON %s FOR EACH STATEMENT"
									   " EXECUTE FUNCTION zdm.log_merged('" INT64_FORMAT "');\n"
									   "ALTER TABLE %s ENABLE ALWAYS TRIGGER %s",
									   all, name, m->id, name, all));
}

/* Makes the log; it belongs to the owner of both tables, and nobody else has a right on it. */
static void
make_log(const ZdmMigration *m, const ZdmDeed *deed, Relation part)
{
	Oid owner = part->rd_rel->relowner;
	Oid log;

	zdm_shadow_run(owner, zdm_deed_string(deed, "create_log"));
	log = get_relname_relid(zdm_deed_string(deed, "log"), RelationGetNamespace(part));
	if (!OidIsValid(log) || zdm_relation_owner(log) != owner)
		elog(ERROR, "the log was not made");
	zdm_shadow_set_acl(log, 0, NULL);
	zdm_shadow_mark(m, log);
	zdm_target_insert(m->id, log, ZDM_TARGET_LOG, NULL);
	zdm_shadow_run(owner,
				   psprintf("CREATE TRIGGER %s BEFORE UPDATE OR DELETE OR TRUNCATE ON %s"
							" FOR EACH STATEMENT EXECUTE FUNCTION zdm.log_merged('" INT64_FORMAT
							"');\nALTER TABLE %s ENABLE ALWAYS TRIGGER %s",
							quote_identifier(m->trigger_name), zdm_qualified_name(log), m->id,
							zdm_qualified_name(log), quote_identifier(m->trigger_name)));
}

/* Notes which trigger the whole has, as the backfill does of the part's. */
static void
note_whole(const ZdmMigration *m)
{
	zdm_carried_set(m->id, WHOLE_TRIGGER,
					psprintf("\"%s\"", zdm_sync_state(m, m->relation))); /* digits and slashes */
}

/* Adds the columns to the whole, and has writes to the part be logged. */
void
zdm_run_make_merge(const ZdmMigration *m, const ZdmDeed *deed)
{
	Relation whole = zdm_open_for_change(m, zdm_deed_relation(deed, "table"), AccessExclusiveLock);
	Relation part = table_open(zdm_deed_relation(deed, "part"), AccessExclusiveLock);
	Oid owner = whole->rd_rel->relowner;
	Oid whole_id = RelationGetRelid(whole);
	Oid part_id = RelationGetRelid(part);
	ZdmMerging merging;
	ListCell *lc;

	make_log(m, deed, part);
	table_close(whole, NoLock);
	table_close(part, NoLock);
	foreach (lc, zdm_deed_list(deed, "add"))
		zdm_shadow_run(owner, lfirst(lc));
	if (zdm_json_has(deed->arguments, "check"))
		zdm_shadow_run(owner, zdm_deed_string(deed, "check"));
	create_triggers(m, part_id, true);
	create_triggers(m, whole_id, false);
	whole = table_open(whole_id, NoLock);
	part = table_open(part_id, NoLock);
	zdm_merging_of(m, whole, part, &merging);
	zdm_merge_copy_marks(&merging, false);
	table_close(part, NoLock);
	table_close(whole, NoLock);
	note_whole(m);
}

/*
 * Tells whether the whole's trigger has been as it was made ever since; a restore makes it anew,
 * and lets nobody write meanwhile.
 */
bool
zdm_merge_whole_is_logged(const ZdmMigration *m)
{
	char *noted = zdm_json_string(zdm_carried_get(m->id), WHOLE_TRIGGER);
	char *now = zdm_sync_state(m, m->relation);
	char *table = strchr(now, '/');
	int life = (int) (strchr(table + 1, '/') - now); /* cluster and table */

	return noted == NULL || strncmp(noted, now, life + 1) != 0 || strcmp(noted, now) == 0;
}

/* Drops the log, and the triggers that write it; part: InvalidOid, or the one that is there. */
void
zdm_merge_drop_log(const ZdmMigration *m, Oid part)
{
	Oid log = zdm_merge_log(m);

	zdm_shadow_drop_trigger(m->relation, m->trigger_name);
	if (OidIsValid(part))
	{
		zdm_shadow_drop_trigger(part, m->trigger_name);
		zdm_shadow_drop_trigger(part, zdm_shadow_truncate_trigger(m->trigger_name));
	}
	if (OidIsValid(log) && get_rel_name(log) != NULL)
		zdm_shadow_run(zdm_relation_owner(log), psprintf("DROP TABLE %s", zdm_qualified_name(log)));
	zdm_targets_delete(m->id, ZDM_TARGET_LOG);
	if (get_rel_name(m->relation) != NULL)
		CacheInvalidateRelcacheByRelid(m->relation);
	if (OidIsValid(part))
		CacheInvalidateRelcacheByRelid(part);
	CommandCounterIncrement();
}

/* Drops a constraint, if it is there. */
void
zdm_merge_drop_constraint(Oid table, const char *name)
{
	if (OidIsValid(get_relation_constraint_oid(table, name, true)))
		zdm_shadow_run(zdm_relation_owner(table),
					   psprintf("ALTER TABLE %s DROP CONSTRAINT %s", zdm_qualified_name(table),
								quote_identifier(name)));
}

/* Returns the statement that lets the part have rows with nothing but their key again; "": it may.
 */
char *
zdm_merge_relax_sql(const ZdmMigration *m, List *steps)
{
	Oid part = zdm_shadow_follower(m);
	ListCell *lc;

	foreach (lc, OidIsValid(part) && get_rel_name(part) ? steps : NIL)
	{
		const ZdmDeed *undo = &((ZdmStep *) lfirst(lc))->undo;
		char *check = undo->action && strcmp(undo->action, ZDM_ACTION_DROP_MERGE) == 0
						  ? zdm_json_string(undo->arguments, "check")
						  : NULL;

		if (check && OidIsValid(get_relation_constraint_oid(part, check, true)))
			return psprintf("ALTER TABLE %s DROP CONSTRAINT %s", zdm_qualified_name(part),
							quote_identifier(check));
	}
	return "";
}

/*
 * See ZdmChangeKind.  Where the whole was dropped there was nothing to undo on it; but the part is
 * there, with the triggers that log, and with a CHECK, or hidden, with all that it had.
 */
void
zdm_merge_rolled_back(const ZdmMigration *m)
{
	Oid part = zdm_shadow_follower(m);
	char *relax;

	if (get_rel_name(m->relation) != NULL || !OidIsValid(part) || get_rel_name(part) == NULL ||
		!zdm_owns_relation(part, GetUserId()))
		return;
	if (!OidIsValid(zdm_merge_log(m)))
	{
		ereport(NOTICE, (errmsg("migration \"%s\" leaves behind: table %s", m->name,
								zdm_qualified_name(part))));
		return;
	}
	relax = zdm_merge_relax_sql(m, zdm_steps(m->id));
	zdm_merge_drop_log(m, part);
	if (relax[0] != '\0')
		zdm_shadow_run(zdm_relation_owner(part), relax);
}

/* Drops what zdm_run_make_merge() has made. */
void
zdm_run_drop_merge(const ZdmMigration *m, const ZdmDeed *deed)
{
	Oid part = zdm_shadow_follower(m);
	Oid owner = zdm_relation_owner(m->relation);
	char *check = zdm_json_string(deed->arguments, "check");
	List *drops = NIL;
	ListCell *lc;

	if (!OidIsValid(part) || get_rel_name(part) == NULL)
		part = InvalidOid;
	zdm_merge_drop_log(m, part);
	if (check && OidIsValid(part))
		zdm_merge_drop_constraint(part, check);
	foreach (lc, zdm_deed_list(deed, "hidden"))
		if (get_attnum(m->relation, lfirst(lc)) != InvalidAttrNumber)
			drops = lappend(drops, psprintf("DROP COLUMN %s", quote_identifier(lfirst(lc))));
	if (drops != NIL)
		zdm_shadow_run(owner, psprintf("ALTER TABLE %s %s", zdm_qualified_name(m->relation),
									   zdm_join(drops, ", ")));
	zdm_targets_delete(m->id, ZDM_TARGET_SHADOW);
}
