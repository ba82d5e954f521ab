/*
 * events.c
 *		What is dropped by hand: event triggers.
 *
 * DROP EXTENSION would take the record of migrations under way along, and what they have
 * hidden would stay hidden for ever.  So it is refused as long as there are any, and with
 * CASCADE they are forgotten first.
 *
 * A sync trigger that goes with a column or a function (DROP ... CASCADE), or by itself,
 * must not leave a column behind that writers of the old schema can't leave NULL any more.
 *
 * A default that an old column gets in mid-flight is one that DEFAULT means by the new name, too.
 *
 * A partition that is empty when it comes, with its sync trigger, has nothing to be filled.
 *
 * One of two tables that follow each other can't become UNLOGGED or LOGGED.
 *
 * What zdm has made beside a table goes to whom the table is given.
 *
 * Columns that are kept in sync, and sync triggers, keep their names.
 */
#include "postgres.h"

#include "access/relation.h"
#include "catalog/namespace.h"
#include "catalog/partition.h"
#include "catalog/pg_extension.h"
#include "catalog/pg_type.h"
#include "commands/event_trigger.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "nodes/parsenodes.h"
#include "nodes/primnodes.h"
#include "rewrite/rewriteHandler.h"
#include "storage/bufmgr.h"
#include "storage/lmgr.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "base/compat.h"
#include "base/extension.h"
#include "base/names.h"
#include "base/owner.h"
#include "base/query.h"
#include "base/tree.h"
#include "base/triggers.h"
#include "change/change.h"
#include "change/hand_over.h"
#include "change/own_trigger.h"
#include "change/shadow.h"
#include "change/step_text.h"
#include "change/ties.h"
#include "fill/ranges.h"
#include "record/named.h"
#include "run/executor.h"
#include "run/forget.h"
#include "run/interrupt.h"
#include "run/name_by_hand.h"
#include "sync/given_default.h"
#include "sync/sync_spec.h"

PG_FUNCTION_INFO_V1(zdm_before_drop_extension);
PG_FUNCTION_INFO_V1(zdm_on_drop);
PG_FUNCTION_INFO_V1(zdm_on_alter);

/* Refuses to be called by anything but an event trigger. */
static EventTriggerData *
event_data(FunctionCallInfo fcinfo)
{
	if (!CALLED_AS_EVENT_TRIGGER(fcinfo))
		ereport(ERROR, (errcode(ERRCODE_E_R_I_E_EVENT_TRIGGER_PROTOCOL_VIOLATED),
						errmsg("this function is for zdm's event triggers")));
	return (EventTriggerData *) fcinfo->context;
}

/* Tells whether a statement drops extension zdm. */
static bool
drops_extension(const DropStmt *stmt)
{
	ListCell *lc;

	if (!IsA(stmt, DropStmt) || stmt->removeType != OBJECT_EXTENSION)
		return false;
	foreach (lc, stmt->objects)
		if (strcmp(strVal(lfirst(lc)), "zdm") == 0)
			return true;
	return false;
}

/* Refuses to drop the extension under migrations that are under way. */
static void
refuse_open(List *ids)
{
	StringInfoData names;
	int others = 0;
	ListCell *lc;

	initStringInfo(&names);
	foreach (lc, ids)
	{
		ZdmMigration *m = zdm_migration_by_id(*(int64 *) lfirst(lc));

		if (m && zdm_owns_migration(m))
			appendStringInfo(&names, "%s\"%s\" is %s", names.len > 0 ? ", " : "", m->name,
							 zdm_status_name(m->status));
		else
			others++;
	}
	if (others > 0)
		appendStringInfo(&names, "%s%d of other owners", names.len > 0 ? ", " : "", others);
	if (names.len > 0)
		ereport(ERROR, (errcode(ERRCODE_DEPENDENT_OBJECTS_STILL_EXIST),
						errmsg("cannot drop extension zdm: migrations are under way"),
						errdetail("There are: %s.", names.data),
						errhint("End them with zdm.finalize() or zdm.rollback(). DROP EXTENSION "
								"zdm CASCADE forgets them, as zdm.forget() does.")));
}

/* Takes the lock under which a migration is forgotten, as the owner of its table, if it has one. */
static void
lock_to_forget(ZdmMigration *m)
{
	Oid owner = zdm_relation_owner(m->relation);
	ZdmOwnerScope scope;

	if (OidIsValid(owner))
		zdm_owner_begin(&scope, owner);
	zdm_lock_for_steps(m, zdm_forget_lock(m));
	if (OidIsValid(owner))
		zdm_owner_end(&scope);
}

/*
 * Event trigger before DROP EXTENSION.  Takes the lock that the command itself would take
 * next, so that nothing begins meanwhile.  Who may not drop it hears so from the server.
 */
Datum
zdm_before_drop_extension(PG_FUNCTION_ARGS)
{
	const DropStmt *stmt = (const DropStmt *) event_data(fcinfo)->parsetree;
	Oid extension = zdm_extension_oid();
	List *ids;
	ListCell *lc;

	if (!drops_extension(stmt) || !OidIsValid(extension) ||
		!zdm_owns_extension(extension, GetUserId()))
		PG_RETURN_NULL();
	LockDatabaseObject(ExtensionRelationId, extension, 0, AccessExclusiveLock);
	ids = zdm_migration_open();
	if (stmt->behavior != DROP_CASCADE)
		refuse_open(ids);
	foreach (lc, ids)
	{
		ZdmMigration *m = zdm_migration_by_id(*(int64 *) lfirst(lc));

		if (m == NULL)
			continue;
		zdm_worker_interrupt(m->id);
		lock_to_forget(m);
		m = zdm_migration_lock(m->id);
		if (m && m->status != ZDM_FINALIZED && m->status != ZDM_ROLLED_BACK)
			zdm_forget(m);
	}
	PG_RETURN_NULL();
}

/* A migration has lost its sync trigger; old and new columns go their own ways. */
static void
lost_trigger(Oid relation, const char *trigger)
{
	ZdmMigration *m = zdm_migration_of_trigger(relation, trigger);
	List *steps;
	bool contracted;

	if (m == NULL)
		return;
	steps = zdm_steps(m->id);
	contracted = zdm_contract_is_done(steps);
	if (!contracted)
		zdm_relax_created(m, steps);
	zdm_migration_event(m, "trigger dropped", NULL);
	ereport(WARNING, (errmsg("migration \"%s\" has lost its sync trigger", m->name),
					  errdetail("What is written from now on is missing on the other side."),
					  errhint("SELECT zdm.%s(%s) ends the migration.",
							  contracted ? "finalize" : "rollback", quote_literal_cstr(m->name))));
}

/* A sync trigger that was dropped. */
typedef struct DroppedTrigger
{
	char *schema; /* of its table */
	char *table;
	char *name;
} DroppedTrigger;

/* Lists the sync triggers (DroppedTrigger *) that the command has dropped. */
static List *
dropped_triggers(void)
{
	MemoryContext caller = CurrentMemoryContext;
	ZdmRecordScope scope;
	List *result = NIL;
	uint64 n;

	zdm_record_begin(&scope);
	n = zdm_query("SELECT address_names[1] AS schema, address_names[2] AS \"table\","
				  "       address_names[3] AS name"
				  "  FROM pg_catalog.pg_event_trigger_dropped_objects()"
				  " WHERE classid = 'pg_catalog.pg_trigger'::pg_catalog.regclass"
				  "   AND pg_catalog.starts_with(address_names[3], '~zdm_')",
				  NULL);
	for (uint64 i = 0; i < n; i++)
	{
		MemoryContext record = MemoryContextSwitchTo(caller);
		DroppedTrigger *trigger = palloc(sizeof(DroppedTrigger));

		trigger->schema = zdm_result_text(i, "schema");
		trigger->table = zdm_result_text(i, "table");
		trigger->name = zdm_result_text(i, "name");
		result = lappend(result, trigger);
		MemoryContextSwitchTo(record);
	}
	zdm_record_end(&scope);
	return result;
}

/* Event trigger behind every command that drops something: looks for sync triggers. */
Datum
zdm_on_drop(PG_FUNCTION_ARGS)
{
	ListCell *lc;

	(void) event_data(fcinfo);
	if (zdm_runs_ddl() || !zdm_migration_any_open())
		PG_RETURN_NULL();
	foreach (lc, dropped_triggers())
	{
		DroppedTrigger *trigger = lfirst(lc);
		Oid namespace = get_namespace_oid(trigger->schema, true);
		Oid relation =
			OidIsValid(namespace) ? get_relname_relid(trigger->table, namespace) : InvalidOid;

		if (OidIsValid(relation))
			lost_trigger(relation, trigger->name);
	}
	PG_RETURN_NULL();
}

/* Tells whether a statement gives a column a default. */
static bool
sets_default(const AlterTableStmt *stmt)
{
	ListCell *lc;

	if (!IsA(stmt, AlterTableStmt))
		return false;
	foreach (lc, stmt->cmds)
	{
		const AlterTableCmd *cmd = lfirst_node(AlterTableCmd, lc);

		if ((cmd->subtype == AT_ColumnDefault && cmd->def) || cmd->subtype == AT_AddIdentity)
			return true;
	}
	return false;
}

/* Tells whether one of these columns has a default. */
static bool
has_default(Relation rel, List *columns)
{
	ListCell *lc;

	foreach (lc, columns)
	{
		AttrNumber attnum = get_attnum(RelationGetRelid(rel), lfirst(lc));

		if (attnum != InvalidAttrNumber && build_column_default(rel, attnum))
			return true;
	}
	return false;
}

/* Tells whether a default (NULL: none) is NULL. */
static bool
gives_null(Node *expr)
{
	while (expr && (IsA(expr, CoerceToDomain) || IsA(expr, RelabelType)))
		expr = IsA(expr, CoerceToDomain) ? (Node *) ((CoerceToDomain *) expr)->arg
										 : (Node *) ((RelabelType *) expr)->arg;
	return expr == NULL || (IsA(expr, Const) && ((Const *) expr)->constisnull);
}

/* Tells whether a migration has a column, by a name that its applications may know. */
static bool
is_known_column(const ZdmMigration *m, const char *name)
{
	return strncmp(name, "zdm_new_", 8) != 0 && zdm_has_string(zdm_migration_columns(m->id), name);
}

/*
 * Returns the statements that have new columns tell the trigger who leaves them to their default,
 * now that an old one has one.
 */
static char *
tell_defaults_sql(Relation rel, const ZdmMigration *m, const ZdmSyncSpec *spec)
{
	StringInfoData sql;
	ListCell *lc;

	initStringInfo(&sql);
	foreach (lc, spec->new_columns)
	{
		const char *name = lfirst(lc);
		AttrNumber attnum = get_attnum(RelationGetRelid(rel), name);
		Form_pg_attribute att;

		if (attnum == InvalidAttrNumber || !is_known_column(m, name) ||
			!gives_null(build_column_default(rel, attnum)))
			continue;
		att = TupleDescAttr(RelationGetDescr(rel), attnum - 1);
		appendStringInfo(&sql, "ALTER TABLE %s ALTER COLUMN %s SET DEFAULT %s;\n",
						 zdm_qualified_name(RelationGetRelid(rel)), quote_identifier(name),
						 zdm_given_default_text(att->atttypid, att->atttypmod, name));
	}
	return sql.data;
}

/* Sees to the new columns of one sync trigger's migration. */
static void
tell_defaults(Oid relid, const Trigger *trigger)
{
	ZdmMigration *m = zdm_migration_of_trigger(relid, trigger->tgname);
	ZdmSyncSpec *spec;
	char *sql = "";
	Relation rel;

	if (m == NULL || !zdm_change_kind(m->kind)->stays_synced || trigger->tgnargs != 1)
		return;
	spec = zdm_sync_spec_parse(trigger->tgargs[0]);
	rel = relation_open(relid, AccessShareLock);
	if (zdm_sync_both_live(spec->state) && has_default(rel, spec->old_columns))
		sql = tell_defaults_sql(rel, m, spec);
	relation_close(rel, AccessShareLock); /* which ALTER TABLE wants nobody to have open */
	zdm_run_as_owner(m, zdm_relation_owner(relid), sql);
}

/* Sees to the new columns of all migrations of a table. */
static void
tell_all_defaults(Oid relid)
{
	Relation rel = relation_open(relid, AccessShareLock);
	TriggerDesc *triggers = zdm_triggers(rel);

	relation_close(rel, AccessShareLock);
	for (int i = 0; i < triggers->numtriggers; i++)
		if (zdm_is_sync_trigger(triggers->triggers[i].tgoid))
			tell_defaults(relid, &triggers->triggers[i]);
}

/* Returns the table that a statement has made a partition; NULL if it has not. */
static const RangeVar *
new_partition(const Node *stmt)
{
	ListCell *lc;

	if (IsA(stmt, CreateStmt) && ((const CreateStmt *) stmt)->partbound)
		return ((const CreateStmt *) stmt)->relation;
	if (IsA(stmt, AlterTableStmt))
		foreach (lc, ((const AlterTableStmt *) stmt)->cmds)
		{
			const AlterTableCmd *cmd = lfirst_node(AlterTableCmd, lc);

			if (cmd->subtype == AT_AttachPartition && IsA(cmd->def, PartitionCmd))
				return castNode(PartitionCmd, cmd->def)->name;
		}
	return NULL;
}

/* Returns the migration of a table above a partition that has made a sync trigger of that name. */
static ZdmMigration *
migration_above(Oid partition, const char *trigger)
{
	ZdmMigration *m = NULL;
	ListCell *lc;

	foreach (lc, get_partition_ancestors(partition))
		if (m == NULL)
			m = zdm_migration_of_trigger(lfirst_oid(lc), trigger);
	return m;
}

/*
 * Notes that a backfill that has been at a table's siblings has nothing to do in it, if it is
 * empty: whatever comes passes the sync trigger, which is there.  Else zdm.resume() has to look at
 * it.  Returns the migration in which another table follows it; NULL: there is none.
 */
static ZdmMigration *
note_if_empty(Relation rel)
{
	TriggerDesc *triggers = zdm_triggers(rel);
	ZdmMigration *followed = NULL;

	if (rel->rd_rel->relkind != RELKIND_RELATION)
		return NULL;
	for (int i = 0; i < triggers->numtriggers; i++)
	{
		ZdmMigration *m = NULL;

		if (zdm_is_sync_trigger(triggers->triggers[i].tgoid))
			m = migration_above(RelationGetRelid(rel), triggers->triggers[i].tgname);
		if (m == NULL)
			continue;
		if (zdm_change_kind(m->kind)->whole_table)
			followed = m;
		if (RelationGetNumberOfBlocks(rel) == 0 && zdm_has_backfill(m->id) &&
			zdm_backfill_register(m, rel, false))
			zdm_backfill_finish(m->id, RelationGetRelid(rel));
	}
	return followed;
}

/*
 * Notes what is empty of a new partition, has another table that follows learn when it is emptied,
 * and refuses one of which a crash would empty a part.  Where one was there already (IF NOT
 * EXISTS), the server has locked nothing, and it may be somebody else's.
 */
static void
note_empty_partition(const RangeVar *partition)
{
	Oid relid = RangeVarGetRelid(partition, NoLock, true);
	ListCell *lc;

	if (!OidIsValid(relid) || !zdm_owns_relation(relid, GetUserId()))
		return;
	foreach (lc, zdm_relation_tree(relid))
	{
		Relation rel = try_relation_open(lfirst_oid(lc), AccessShareLock);
		ZdmMigration *m;

		if (rel == NULL)
			continue;
		zdm_shadow_refuse_by_hand(lfirst_oid(lc));
		m = note_if_empty(rel);
		relation_close(rel, AccessShareLock);
		if (m)
			zdm_shadow_watch_truncate(m, lfirst_oid(lc)); /* anew, where it was one before */
	}
}

/* Tells whether a statement gives a table to somebody. */
static bool
changes_owner(const AlterTableStmt *stmt)
{
	ListCell *lc;

	if (!IsA(stmt, AlterTableStmt))
		return false;
	foreach (lc, stmt->cmds)
		if (lfirst_node(AlterTableCmd, lc)->subtype == AT_ChangeOwner)
			return true;
	return false;
}

/* Tells whether a statement makes a table LOGGED or UNLOGGED. */
static bool
sets_persistence(const AlterTableStmt *stmt)
{
	ListCell *lc;

	if (!IsA(stmt, AlterTableStmt))
		return false;
	foreach (lc, stmt->cmds)
	{
		const AlterTableCmd *cmd = lfirst_node(AlterTableCmd, lc);

		if (cmd->subtype == AT_SetLogged || cmd->subtype == AT_SetUnLogged)
			return true;
	}
	return false;
}

/*
 * Event trigger behind CREATE TABLE, ALTER TABLE and ALTER TRIGGER, which have their locks: looks
 * for defaults that columns have got, for partitions, for new owners, for what a crash would
 * empty, and for names that have to stay.
 */
Datum
zdm_on_alter(PG_FUNCTION_ARGS)
{
	const Node *stmt = event_data(fcinfo)->parsetree;
	const AlterTableStmt *alter = (const AlterTableStmt *) stmt;
	const RangeVar *partition = new_partition(stmt);
	Oid relid;

	if (zdm_runs_ddl() || !zdm_migration_any_open())
		PG_RETURN_NULL();
	if (IsA(stmt, RenameStmt))
		zdm_refuse_name_by_hand((const RenameStmt *) stmt);
	if (partition)
		note_empty_partition(partition);
	if (!sets_default(alter) && !sets_persistence(alter) && !changes_owner(alter))
		PG_RETURN_NULL();
	relid = RangeVarGetRelid(alter->relation, NoLock, true);
	if (OidIsValid(relid) && sets_default(alter))
		tell_all_defaults(relid);
	if (OidIsValid(relid) && sets_persistence(alter))
		zdm_shadow_refuse_by_hand(relid);
	if (OidIsValid(relid) && changes_owner(alter))
		zdm_hand_over(relid);
	PG_RETURN_NULL();
}
