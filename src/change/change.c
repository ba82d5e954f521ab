/*
 * change.c
 *		The list of change kinds, and what their planners share.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/relation.h"
#include "access/sysattr.h"
#include "access/table.h"
#include "access/tableam.h"
#include "catalog/catalog.h"
#include "catalog/namespace.h"
#include "catalog/partition.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_subscription_rel.h"
#include "catalog/pg_trigger.h"
#include "commands/trigger.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "base/compat.h"
#include "base/json.h"
#include "base/names.h"
#include "base/owner.h"
#include "base/tree.h"
#include "base/triggers.h"
#include "change/change.h"

static const ZdmChangeKind *const kinds[] = {
	&zdm_change_rename,       &zdm_change_add_column,   &zdm_change_type,
	&zdm_change_transform,    &zdm_change_drop_column,  &zdm_change_index,
	&zdm_change_drop_index,   &zdm_change_reindex,      &zdm_change_not_null,
	&zdm_change_check,        &zdm_change_foreign_key,  &zdm_change_unique,
	&zdm_change_primary_key,  &zdm_change_shadow_table, &zdm_change_compact,
	&zdm_change_rename_table, &zdm_change_move_table,   &zdm_change_extract,
	&zdm_change_split_table,  &zdm_change_partition,    &zdm_change_merge,
	&zdm_change_merge_tables};

/* Returns the change kind of that name; an internal error if there is none. */
const ZdmChangeKind *
zdm_change_kind(const char *name)
{
	for (int i = 0; i < lengthof(kinds); i++)
		if (strcmp(kinds[i]->name, name) == 0)
			return kinds[i];
	elog(ERROR, "unknown change kind \"%s\"", name);
	return NULL; /* keep the compiler quiet */
}

/* Returns the change kind that an SQL function makes; NULL if it makes none. */
const ZdmChangeKind *
zdm_change_kind_of_function(const char *function)
{
	if (strncmp(function, "expand_", 7) == 0)
		function += 7;
	for (int i = 0; i < lengthof(kinds); i++)
		if (strcmp(kinds[i]->name, function) == 0)
			return kinds[i];
	return NULL;
}

/* Refuses a relation that is no ordinary or partitioned table; one that is gone passes. */
static void
check_relkind(Oid relid)
{
	const char *is = NULL;

	switch (get_rel_relkind(relid))
	{
		case '\0':
		case RELKIND_RELATION:
		case RELKIND_PARTITIONED_TABLE:
			return;
		case RELKIND_VIEW:
			is = "a view";
			break;
		case RELKIND_MATVIEW:
			is = "a materialized view";
			break;
		case RELKIND_FOREIGN_TABLE:
			is = "a foreign table";
			break;
		case RELKIND_INDEX:
		case RELKIND_PARTITIONED_INDEX:
			is = "an index";
			break;
		case RELKIND_SEQUENCE:
			is = "a sequence";
			break;
		case RELKIND_COMPOSITE_TYPE:
			is = "a composite type";
			break;
		default:
			is = "not a table";
	}
	ereport(ERROR,
			(errcode(ERRCODE_WRONG_OBJECT_TYPE),
			 errmsg("cannot migrate \"%s\"", get_rel_name(relid)), errdetail("It is %s.", is),
			 errhint("zdm migrates ordinary and partitioned tables. For a view, migrate the tables "
					 "below it and replace the view.")));
}

/*
 * Refuses a table that is not the caller's to migrate, before any lock on it is waited for.  One
 * that is gone passes.
 */
static void
check_right(Oid relid)
{
	const char *name = get_rel_name(relid);

	if (name == NULL)
		return;
	if (IsCatalogRelationOid(relid))
		ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
						errmsg("permission denied: \"%s\" is a system table", name),
						errhint("Only tables of your own can be migrated.")));
	if (get_rel_namespace(relid) == get_namespace_oid("zdm", true))
		ereport(ERROR,
				(errcode(ERRCODE_RESERVED_NAME),
				 errmsg("cannot migrate \"%s\": schema \"zdm\" belongs to the extension", name),
				 errhint("Only tables of your own can be migrated.")));
	if (!zdm_owns_relation(relid, GetUserId()))
		aclcheck_error(ACLCHECK_NOT_OWNER, OBJECT_TABLE, name);
}

/* Refuses a table that zdm can't keep in sync for reasons of its own. */
static void
check_table(Relation rel, const ZdmChangeKind *kind)
{
	const char *name = RelationGetRelationName(rel);

	if (rel->rd_rel->relpersistence == RELPERSISTENCE_TEMP)
		ereport(ERROR, (errcode(ERRCODE_INVALID_TABLE_DEFINITION),
						errmsg("cannot migrate temporary table \"%s\"", name),
						errdetail("No other session can see it, so no worker can fill it."),
						errhint("Change it with ALTER TABLE: nobody else is using it.")));
	if (rel->rd_rel->relispartition && !kind->on_partition)
		ereport(ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("cannot migrate partition \"%s\" by itself", name),
				 errdetail("A partition has the columns of its parent."),
				 errhint("Migrate %s; all its partitions follow.",
						 zdm_qualified_name(get_partition_parent(RelationGetRelid(rel), true)))));
	if (OidIsValid(rel->rd_rel->reloftype))
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("cannot migrate typed table \"%s\"", name),
						errdetail("Its columns are those of type %s.",
								  format_type_be(rel->rd_rel->reloftype)),
						errhint("ALTER TABLE ... NOT OF makes it an ordinary table.")));
}

/*
 * Opens a table that a migration of some kind is asked for, after all checks that
 * do not depend on the arguments.  Takes ACCESS SHARE; the caller closes it.
 */
Relation
zdm_change_open(Oid relid, const ZdmChangeKind *kind)
{
	Relation rel;

	check_relkind(relid);
	check_right(relid);
	rel = try_relation_open(relid, AccessShareLock);
	if (rel == NULL)
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE),
						errmsg("table with OID %u does not exist", relid),
						errdetail("It may have been dropped in the meantime."),
						errhint("Nothing was changed.")));
	check_table(rel, kind);
	return rel;
}

/*
 * Adds the migration of a part of the table to those of a release, as ZdmChangeKind.members lists
 * them.  Refuses one whose name another one has.
 */
List *
zdm_add_part(List *members, const ZdmChangeKind *kind, Relation rel, char *name, Jsonb *arguments)
{
	ZdmMember *member = palloc0(sizeof(ZdmMember));
	ListCell *lc;

	foreach (lc, members)
		if (strcmp(((ZdmMember *) lfirst(lc))->name, name) == 0)
			ereport(ERROR, (errcode(ERRCODE_DUPLICATE_OBJECT),
							errmsg("two parts would be migrations of one name: \"%s\"", name),
							errhint("Name one of them in a call of its own, with another name.")));
	member->kind = kind->name;
	member->relation = RelationGetRelid(rel);
	member->name = name;
	member->arguments = arguments;
	return lappend(members, member);
}

/*
 * Appends a step.  command and undo are not copied; undo NULL: goes with another step's undo.  What
 * is done to a partition when it may have left its parent is only done if it has not.
 */
ZdmStep *
zdm_plan_deed(ZdmPlan *plan, ZdmPhase phase, ZdmRuns runs, LOCKMODE lock, const ZdmDeed *command,
			  const ZdmDeed *undo)
{
	ZdmStep *step = palloc0(sizeof(ZdmStep));

	if (plan->whole != NULL)
	{
		bool alone = phase >= ZDM_PHASE_VALIDATE && runs != ZDM_RUNS_CONCURRENT;

		if (alone)
			command = zdm_deed_in_partition(plan->table, command);
		if (alone && undo)
			undo = zdm_deed_in_partition(plan->table, undo);
		plan = plan->whole;
	}
	step->seq = list_length(plan->steps) + 1;
	step->phase = phase;
	step->runs = runs;
	step->target = RelationGetRelid(plan->rel);
	step->lock = lock;
	step->command = *command;
	if (undo)
		step->undo = *undo;
	plan->steps = lappend(plan->steps, step);
	return step;
}

/* Appends a step of which command and undo are SQL; see zdm_plan_deed(). */
ZdmStep *
zdm_plan_step(ZdmPlan *plan, ZdmPhase phase, ZdmRuns runs, LOCKMODE lock, char *command, char *undo)
{
	return zdm_plan_deed(plan, phase, runs, lock, zdm_deed_sql(command), zdm_deed_sql(undo));
}

/*
 * Refuses to plan an index in a schema where the owner of the table, as whom the worker builds
 * it, may not create any.
 */
static void
check_schema(Oid table)
{
	Oid schema = get_rel_namespace(table);
	Oid owner = zdm_relation_owner(table);

	if (OidIsValid(owner) && !zdm_may_create_in(schema, owner))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("role %s may not create an index in schema %s",
						quote_identifier(GetUserNameFromId(owner, false)),
						quote_identifier(get_namespace_name(schema))),
				 errdetail("It owns table %s, and the worker builds the index as the owner.",
						   zdm_qualified_name(table)),
				 errhint("GRANT CREATE ON SCHEMA %s TO %s, at least until the index is there.",
						 quote_identifier(get_namespace_name(schema)),
						 quote_identifier(GetUserNameFromId(owner, false)))));
}

/*
 * Appends the step in which the worker builds an index: `command` is CREATE
 * INDEX CONCURRENTLY with the names of index and table in full.  A rollback
 * drops the index, also a half-built one, under a lock that is held for a short
 * time.
 */
ZdmStep *
zdm_plan_create_index(ZdmPlan *plan, ZdmPhase phase, Oid table, const char *index_name,
					  char *command)
{
	char *schema = get_namespace_name(get_rel_namespace(table));

	check_schema(table);
	return zdm_plan_deed(plan, phase, ZDM_RUNS_CONCURRENT, ShareUpdateExclusiveLock,
						 zdm_deed_of_text(ZDM_ACTION_CREATE_INDEX, command),
						 zdm_deed_sql(psprintf("DROP INDEX IF EXISTS %s",
											   quote_qualified_identifier(schema, index_name))));
}

/* Adds a sentence to a step's note. */
void
zdm_step_note(ZdmStep *step, const char *format, ...)
{
	StringInfoData buf;
	va_list args;
	int needed;

	initStringInfo(&buf);
	if (step->note)
		appendStringInfo(&buf, "%s ", step->note);
	for (;;)
	{
		va_start(args, format);
		needed = appendStringInfoVA(&buf, format, args);
		va_end(args);
		if (needed == 0)
			break;
		enlargeStringInfo(&buf, needed);
	}
	step->note = buf.data;
}

/* Returns an argument that must be given. */
char *
zdm_plan_argument(ZdmPlan *plan, Jsonb *arguments, const char *key)
{
	char *value = zdm_json_string(arguments, key);

	if (value == NULL)
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED), errmsg("%s must not be null", key),
						errhint("\"\\df+ zdm.expand_%s\" in psql shows what the function takes.",
								plan->migration->kind)));
	return value;
}

/* Refuses a name for a new column that a table of the tree has already. */
void
zdm_plan_check_column_free(ZdmPlan *plan, const char *column)
{
	ZdmTree tree = zdm_tree(RelationGetRelid(plan->rel));

	while (zdm_tree_next(&tree))
	{
		Relation rel = tree.rel;

		zdm_check_column_free(rel, column);
	}
}

/*
 * Refuses a column that decides in which partition a row lives, at any level
 * of the tree: rows are routed before the sync trigger runs.
 */
void
zdm_plan_check_not_partition_key(ZdmPlan *plan, AttrNumber attnum)
{
	char *column = get_attname(RelationGetRelid(plan->rel), attnum, false);
	ZdmTree tree = zdm_tree(RelationGetRelid(plan->rel));

	while (zdm_tree_next(&tree))
	{
		Relation rel = tree.rel;
		bool in_expression;
		Bitmapset *columns = bms_make_singleton(get_attnum(RelationGetRelid(rel), column) -
												FirstLowInvalidHeapAttributeNumber);

		if (rel->rd_rel->relkind == RELKIND_PARTITIONED_TABLE &&
			has_partition_attrs(rel, columns, &in_expression))
			ereport(ERROR,
					(errcode(ERRCODE_INVALID_OBJECT_DEFINITION),
					 errmsg("column \"%s\" is part of the partition key of \"%s\"", column,
							RelationGetRelationName(rel)),
					 errdetail("A row is routed to its partition before any trigger can fill in "
							   "the other column."),
					 errhint("Make it one table by zdm.expand_shadow_table(table, '()'), change "
							 "the column, and partition it again by zdm.expand_partition().")));
	}
}

/* Tells whether a subscription writes into the relation. */
bool
zdm_is_subscribed(Oid relid)
{
	Relation catalog = table_open(SubscriptionRelRelationId, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	bool found;

	ScanKeyInit(&key, Anum_pg_subscription_rel_srrelid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(relid));
	scan = systable_beginscan(catalog, SubscriptionRelSrrelidSrsubidIndexId, true, NULL, 1, &key);
	found = HeapTupleIsValid(systable_getnext(scan));
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	return found;
}

/*
 * Refuses a subscribed table in which the apply worker finds rows by comparing all of
 * their columns, since it has no key: what it is sent would not have the value that zdm
 * gives to a column, and an update or delete of a row that is not found is passed over
 * without an error (execReplication.c, tuples_equal; worker.c, apply_handle_update_internal).
 */
void
zdm_plan_check_subscription(ZdmPlan *plan)
{
	ZdmTree tree = zdm_tree(RelationGetRelid(plan->rel));
	bool subscribed = false;
	ListCell *lc;

	foreach (lc, tree.relations)
		subscribed = subscribed || zdm_is_subscribed(lfirst_oid(lc));
	while (subscribed && zdm_tree_next(&tree))
	{
		Relation rel = tree.rel;

		if (rel->rd_rel->relkind == RELKIND_RELATION && !OidIsValid(RelationGetReplicaIndex(rel)) &&
			!OidIsValid(zdm_primary_key_index(rel)))
			ereport(ERROR,
					(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
					 errmsg("subscribed table \"%s\" has neither a primary key nor a replica "
							"identity index",
							RelationGetRelationName(rel)),
					 errdetail("Logical replication finds its rows by comparing all columns, and "
							   "the publisher does not send what zdm would write: updates and "
							   "deletes would be lost without an error."),
					 errhint("Give it a primary key, or a unique index and ALTER TABLE %s REPLICA "
							 "IDENTITY USING INDEX.",
							 zdm_qualified_name(RelationGetRelid(rel)))));
	}
}

/*
 * Refuses a table whose rows the backfill could not update: one of its tables
 * is foreign, is no heap, or is
 * published without a replica identity (execReplication.c,
 * CheckCmdReplicaIdentity).
 */
void
zdm_plan_check_backfill(ZdmPlan *plan)
{
	ZdmTree tree = zdm_tree(RelationGetRelid(plan->rel));

	zdm_plan_check_subscription(plan);
	while (zdm_tree_next(&tree))
	{
		Relation rel = tree.rel;

		if (rel->rd_rel->relkind == RELKIND_FOREIGN_TABLE)
			ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE),
							errmsg("cannot migrate \"%s\"", RelationGetRelationName(plan->rel)),
							errdetail("Its child \"%s\" is a foreign table, whose rows zdm cannot "
									  "keep in sync.",
									  RelationGetRelationName(rel)),
							errhint("Detach the foreign table first.")));
		if (rel->rd_rel->relkind == RELKIND_RELATION)
		{
			if (rel->rd_tableam->scan_set_tidrange == NULL)
				ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
								errmsg("cannot backfill \"%s\"", RelationGetRelationName(rel)),
								errdetail("Its table access method is not heap."),
								errhint("zdm fills the pages of heap tables in place.")));
			CheckCmdReplicaIdentity(rel, CMD_UPDATE);
		}
	}
}

/* Refuses a table with a user's BEFORE row trigger that would fire after the sync trigger. */
void
zdm_check_trigger_order(Relation rel, const char *sync_trigger)
{
	TriggerDesc *triggers = zdm_triggers(rel);

	for (int i = 0; i < triggers->numtriggers; i++)
	{
		Trigger *trigger = &triggers->triggers[i];

		if (!TRIGGER_FOR_ROW(trigger->tgtype) || !TRIGGER_FOR_BEFORE(trigger->tgtype) ||
			!(TRIGGER_FOR_INSERT(trigger->tgtype) || TRIGGER_FOR_UPDATE(trigger->tgtype)))
			continue;
		if (strncmp(trigger->tgname, "~zdm_", 5) == 0 || strcmp(trigger->tgname, sync_trigger) < 0)
			continue;
		ereport(ERROR,
				(errcode(ERRCODE_DEPENDENT_OBJECTS_STILL_EXIST),
				 errmsg("trigger \"%s\" on \"%s\" would fire after zdm's sync trigger",
						trigger->tgname, RelationGetRelationName(rel)),
				 errdetail("BEFORE triggers fire in the order of their names, and one that fires "
						   "after the sync trigger could change a column behind its back."),
				 errhint("Give it a name that begins with a letter from a to z: ALTER TRIGGER %s "
						 "ON %s RENAME TO ...",
						 quote_identifier(trigger->tgname),
						 zdm_qualified_name(RelationGetRelid(rel)))));
	}
}
