/*
 * change_unique.c
 *		expand_unique and expand_primary_key: constraints that take over an index
 *		which was built beside the traffic.
 *
 * The unique index is built concurrently; as soon as writes keep it, they also
 * have to satisfy it.  Then ADD CONSTRAINT ... USING INDEX makes a constraint
 * of it, which only changes the catalog.  The columns of a primary key become
 * NOT NULL before.
 *
 * USING INDEX is not for partitioned tables.  There the constraint is made on
 * the parent alone, not valid yet, then on each partition in the way above,
 * whose index joins the parent's (as pg_dump restores such a table).
 */
#include "postgres.h"

#include "access/relation.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_inherits.h"
#include "commands/defrem.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/partcache.h"
#include "utils/rel.h"

#include "base/json.h"
#include "base/names.h"
#include "change/change.h"
#include "change/constraint.h"
#include "change/index_definition.h"

/* What the arguments of the call come to. */
typedef struct UniqueKey
{
	List *columns;
	bool primary;
	bool nulls_not_distinct;
	const char *deferrable;
	char *name;
	List *names; /* that the plan has chosen for indexes */
} UniqueKey;

/* unique_<table>_<columns> */
static char *
derive_unique_name(Relation rel, Jsonb *arguments)
{
	return psprintf("unique_%s_%s", RelationGetRelationName(rel),
					zdm_join(zdm_json_list(arguments, "columns"), "_"));
}

/* primary_key_<table> */
static char *
derive_primary_key_name(Relation rel, Jsonb *arguments)
{
	return psprintf("primary_key_%s", RelationGetRelationName(rel));
}

/* Returns the name for the constraint of a table, and its index. */
static char *
choose_name(UniqueKey *key, Oid table)
{
	return zdm_choose_index_name(&key->names, table,
								 key->primary ? NULL : zdm_join(key->columns, "_"),
								 key->primary ? "pkey" : "key");
}

/* Returns the words that define the constraint without an index. */
static char *
key_sql(const UniqueKey *key)
{
	return psprintf("%s%s (%s)%s", key->primary ? "PRIMARY KEY" : "UNIQUE",
					key->nulls_not_distinct ? " NULLS NOT DISTINCT" : "",
					zdm_quoted_list(key->columns), key->deferrable);
}

/* Returns the qualified name of the index behind a constraint. */
static char *
qualified_index(Oid table, const char *name)
{
	return quote_qualified_identifier(get_namespace_name(get_rel_namespace(table)), name);
}

/*
 * Appends the steps for a table with rows of its own: the index, the constraint,
 * and joining the parent's.  What is joined can only be dropped with all of it.
 */
static void
plan_leaf(ZdmPlan *plan, UniqueKey *key, Oid table, const char *name, const char *parent_index,
		  char *undo)
{
	char *qualified = zdm_qualified_name(table);
	const char *quoted = quote_identifier(name);

	zdm_plan_create_index(plan, ZDM_PHASE_BACKFILL, table, name,
						  psprintf("CREATE UNIQUE INDEX CONCURRENTLY %s ON %s USING btree (%s)%s",
								   quoted, qualified, zdm_quoted_list(key->columns),
								   key->nulls_not_distinct ? " NULLS NOT DISTINCT" : ""));
	zdm_plan_step(plan, ZDM_PHASE_VALIDATE, ZDM_RUNS_WORKER, AccessExclusiveLock,
				  psprintf("ALTER TABLE %s ADD CONSTRAINT %s %s USING INDEX %s%s", qualified,
						   quoted, key->primary ? "PRIMARY KEY" : "UNIQUE", quoted,
						   key->deferrable),
				  psprintf("ALTER TABLE %s DROP CONSTRAINT IF EXISTS %s", qualified, quoted));
	if (parent_index)
		zdm_plan_step(plan, ZDM_PHASE_VALIDATE, ZDM_RUNS_WORKER, ShareUpdateExclusiveLock,
					  psprintf("ALTER INDEX %s ATTACH PARTITION %s", parent_index,
							   qualified_index(table, name)),
					  undo);
}

/* Appends the steps for a partitioned table and everything below it. */
static void
plan_parent(ZdmPlan *plan, UniqueKey *key, Oid table, const char *name, const char *parent_index,
			char *undo)
{
	char *index = qualified_index(table, name);
	ListCell *lc;

	zdm_plan_step(plan, ZDM_PHASE_VALIDATE, ZDM_RUNS_WORKER, AccessExclusiveLock,
				  psprintf("ALTER TABLE ONLY %s ADD CONSTRAINT %s %s", zdm_qualified_name(table),
						   quote_identifier(name), key_sql(key)),
				  parent_index ? NULL : undo);
	if (parent_index)
		zdm_plan_step(plan, ZDM_PHASE_VALIDATE, ZDM_RUNS_WORKER, ShareUpdateExclusiveLock,
					  psprintf("ALTER INDEX %s ATTACH PARTITION %s", parent_index, index), NULL);
	foreach (lc, find_inheritance_children(table, NoLock))
	{
		Oid child = lfirst_oid(lc);
		char *child_name = choose_name(key, child);

		if (get_rel_relkind(child) == RELKIND_PARTITIONED_TABLE)
			plan_parent(plan, key, child, child_name, index, undo);
		else
			plan_leaf(plan, key, child, child_name, index, undo);
	}
}

/*
 * Refuses a key that does not hold all columns by which a table is partitioned:
 * each partition has an index of its own (indexcmds.c, DefineIndex).
 */
static void
check_partition_key(Oid table, const UniqueKey *key)
{
	Relation rel = relation_open(table, AccessShareLock);
	PartitionKey partition_key = RelationGetPartitionKey(rel);

	for (int i = 0; partition_key && i < get_partition_natts(partition_key); i++)
	{
		AttrNumber attnum = get_partition_col_attnum(partition_key, i);
		bool found = false;
		ListCell *lc;

		foreach (lc, key->columns)
			if (attnum != 0 && get_attnum(table, lfirst(lc)) == attnum)
				found = true;
		if (!found)
			ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
							errmsg("the key must hold all columns that \"%s\" is partitioned by",
								   RelationGetRelationName(rel)),
							attnum != 0 ? errdetail("Column \"%s\" is missing.",
													get_attname(table, attnum, false))
										: errdetail("It is partitioned by an expression."),
							errhint("A unique index on each partition alone can be built with "
									"CREATE UNIQUE INDEX CONCURRENTLY.")));
	}
	relation_close(rel, AccessShareLock);
}

/* Refuses what the partitions of a table can't do. */
static void
check_partitions(ZdmPlan *plan, const UniqueKey *key)
{
	ListCell *lc;

	foreach (lc, find_all_inheritors(RelationGetRelid(plan->rel), NoLock, NULL))
	{
		check_partition_key(lfirst_oid(lc), key);
		if (get_rel_relkind(lfirst_oid(lc)) == RELKIND_FOREIGN_TABLE)
			ereport(ERROR, (errcode(ERRCODE_WRONG_OBJECT_TYPE),
							errmsg("cannot add a unique constraint to \"%s\"",
								   RelationGetRelationName(plan->rel)),
							errdetail("Its partition \"%s\" is a foreign table.",
									  get_rel_name(lfirst_oid(lc))),
							errhint("Detach the foreign table first.")));
	}
}

/* Appends all steps of the key. */
static void
plan_key(ZdmPlan *plan, Jsonb *arguments, UniqueKey *key)
{
	Oid table = RelationGetRelid(plan->rel);
	char *undo;
	ListCell *lc;
	int first = list_length(plan->steps);

	foreach (lc, key->columns)
		zdm_check_not_virtual(plan->rel, lfirst(lc), "a key");
	key->name = zdm_json_string(arguments, "constraint_name");
	if (key->name)
	{
		zdm_check_constraint_free(plan, key->name);
		if (OidIsValid(get_relname_relid(key->name, get_rel_namespace(table))))
			ereport(ERROR, (errcode(ERRCODE_DUPLICATE_TABLE),
							errmsg("relation \"%s\" already exists", key->name),
							errdetail("The constraint's index has its name."),
							errhint("Choose another constraint_name.")));
	}
	else
		key->name = choose_name(key, table);
	plan->migration->reads_columns = key->columns;
	if (plan->rel->rd_rel->relkind != RELKIND_PARTITIONED_TABLE)
		plan_leaf(plan, key, table, key->name, NULL, NULL);
	else
	{
		check_partitions(plan, key);
		undo = psprintf("ALTER TABLE %s DROP CONSTRAINT IF EXISTS %s", plan->table,
						quote_identifier(key->name));
		plan_parent(plan, key, table, key->name, NULL, undo);
	}
	zdm_step_note(list_nth(plan->steps, first),
				  "While the index is being built, and from then on, a write that would make a "
				  "duplicate fails.");
}

/* See ZdmChangeKind. */
static void
plan_unique(ZdmPlan *plan, Jsonb *arguments)
{
	UniqueKey key = {0};

	key.columns = zdm_columns_argument(plan, arguments, "columns");
	key.nulls_not_distinct = zdm_json_bool(arguments, "nulls_not_distinct", false);
	key.deferrable = zdm_deferrable_sql(arguments);
	plan_key(plan, arguments, &key);
}

/* Refuses a second primary key, and columns that can't be part of one. */
static void
check_primary_key(ZdmPlan *plan)
{
	list_free(RelationGetIndexList(plan->rel));
	if (OidIsValid(plan->rel->rd_pkindex))
		ereport(ERROR, (errcode(ERRCODE_INVALID_TABLE_DEFINITION),
						errmsg("table %s has a primary key already", plan->table),
						errdetail("It is \"%s\".", get_rel_name(plan->rel->rd_pkindex)),
						errhint("expand_unique adds a second key to the table.")));
}

/* See ZdmChangeKind. */
static void
plan_primary_key(ZdmPlan *plan, Jsonb *arguments)
{
	UniqueKey key = {.primary = true, .deferrable = ""};
	List *nullable = NIL;
	List *constraints = NIL;
	ListCell *lc;
	ListCell *constraint;

	key.columns = zdm_columns_argument(plan, arguments, "columns");
	check_primary_key(plan);
	foreach (lc, key.columns)
	{
		if (!zdm_null_is_settled(plan, lfirst(lc), true))
			nullable = lappend(nullable, lfirst(lc));
	}
	foreach (lc, nullable)
	{
		char *name = NULL;
		ZdmStep *step =
			zdm_plan_null_refused(plan, lfirst(lc), ZDM_PHASE_EXPAND, ZDM_RUNS_CALLER, "", &name);

		constraints = lappend(constraints, name);
		if (step == NULL)
			continue;
		step->undo.text =
			psprintf("%s%s", step->undo.text, zdm_partitions_drop_not_null_sql(plan, lfirst(lc)));
		zdm_step_note(step,
					  "From expand on every write that leaves \"%s\" null fails. expand_not_null "
					  "with fill => '...' before it lets old applications go on.",
					  (char *) lfirst(lc));
	}
	forboth (lc, nullable, constraint, constraints)
		zdm_plan_null_validated(plan, lfirst(lc), lfirst(constraint));
	plan_key(plan, arguments, &key);
}

const ZdmChangeKind zdm_change_unique = {
	.name = "unique", .constrains = true, .derive_name = derive_unique_name, .plan = plan_unique};
const ZdmChangeKind zdm_change_primary_key = {.name = "primary_key",
											  .constrains = true,
											  .derive_name = derive_primary_key_name,
											  .plan = plan_primary_key};
