/*
 * change_foreign_key.c
 *		expand_foreign_key: a reference that holds for new writes at once, and is
 *		validated for the rows that are there under traffic.
 *
 * Adding the key as NOT VALID takes SHARE ROW EXCLUSIVE on both tables, for a
 * short time and both or none.  VALIDATE CONSTRAINT lets everybody write.  A
 * partitioned table takes no such key before 18: there each partition gets its
 * own, and once all of them are valid the parent's takes them over without a
 * scan (tablecmds.c, tryAttachPartitionForeignKey).
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/relation.h"
#include "access/sysattr.h"
#include "catalog/namespace.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_inherits.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "base/compat.h"
#include "base/json.h"
#include "base/names.h"
#include "change/carry.h"
#include "change/change.h"
#include "change/constraint.h"

/* What the arguments of the call come to. */
typedef struct ForeignKey
{
	List *columns;
	Oid ref_table;
	char *name;
	char *definition; /* FOREIGN KEY ... and all that follows, but for NOT VALID */
} ForeignKey;

/* foreign_key_<table>_<columns> */
static char *
derive_name(Relation rel, Jsonb *arguments)
{
	return psprintf("foreign_key_%s_%s", RelationGetRelationName(rel),
					zdm_join(zdm_json_list(arguments, "columns"), "_"));
}

/*
 * Returns one of the words that the grammar takes in a place, as SQL has it; an
 * error for any other.  `words` ends with NULL.
 */
static const char *
choose_word(Jsonb *arguments, const char *key, const char *const *words)
{
	char *value = zdm_json_string(arguments, key);
	StringInfoData list;

	if (value == NULL)
		return words[0];
	initStringInfo(&list);
	for (int i = 0; words[i]; i++)
	{
		if (pg_strcasecmp(value, words[i]) == 0)
			return words[i];
		appendStringInfo(&list, "%s%s", i > 0 ? ", " : "", words[i]);
	}
	ereport(ERROR,
			(errcode(ERRCODE_INVALID_PARAMETER_VALUE), errmsg("invalid %s: \"%s\"", key, value),
			 errhint("It is one of: %s.", list.data)));
	return NULL; /* keep the compiler quiet */
}

/* Writes FOREIGN KEY (...) REFERENCES ... and its options. */
static char *
foreign_key_sql(ForeignKey *key, List *ref_columns, Jsonb *arguments)
{
	static const char *const actions[] = {"NO ACTION", "RESTRICT",    "CASCADE",
										  "SET NULL",  "SET DEFAULT", NULL};
	static const char *const matches[] = {"SIMPLE", "FULL", NULL};
	StringInfoData buf;

	initStringInfo(&buf);
	appendStringInfo(&buf, "FOREIGN KEY (%s) REFERENCES %s", zdm_quoted_list(key->columns),
					 zdm_qualified_name(key->ref_table));
	if (ref_columns)
		appendStringInfo(&buf, " (%s)", zdm_quoted_list(ref_columns));
	appendStringInfo(&buf, " MATCH %s ON DELETE %s ON UPDATE %s%s",
					 choose_word(arguments, "match", matches),
					 choose_word(arguments, "on_delete", actions),
					 choose_word(arguments, "on_update", actions), zdm_deferrable_sql(arguments));
	return buf.data;
}

/* Returns the attribute numbers of the columns; of the primary key, if none are given. */
static Bitmapset *
referenced_columns(Oid table, List *columns)
{
	Bitmapset *result = NULL;
	Oid constraint;
	ListCell *lc;

	if (columns == NIL)
		return get_primary_key_attnos(table, true, &constraint);
	foreach (lc, columns)
	{
		AttrNumber attnum = get_attnum(table, lfirst(lc));

		if (attnum == InvalidAttrNumber)
			return NULL;
		result = bms_add_member(result, attnum - FirstLowInvalidHeapAttributeNumber);
	}
	return result;
}

/*
 * Refuses to refer to a table without the right to, as the server does, but before any lock
 * on it is waited for.
 */
static void
check_references_right(Oid table, List *columns)
{
	AclResult result = pg_class_aclcheck(table, GetUserId(), ACL_REFERENCES);
	Bitmapset *attnums;
	int member = -1;

	if (result == ACLCHECK_OK)
		return;
	attnums = referenced_columns(table, columns);
	while ((member = bms_next_member(attnums, member)) >= 0)
	{
		result = pg_attribute_aclcheck(table, member + FirstLowInvalidHeapAttributeNumber,
									   GetUserId(), ACL_REFERENCES);
		if (result != ACLCHECK_OK)
			break;
	}
	if (result != ACLCHECK_OK)
		aclcheck_error(result, OBJECT_TABLE, get_rel_name(table));
}

/* Returns the columns of an index as referenced_columns() does; NULL if it has expressions. */
static Bitmapset *
index_columns(Form_pg_index index)
{
	Bitmapset *result = NULL;

	for (int i = 0; i < index->indnkeyatts; i++)
		result =
			bms_add_member(result, index->indkey.values[i] - FirstLowInvalidHeapAttributeNumber);
	return result;
}

/* Refuses to refer to a key that holds WITHOUT OVERLAPS: that takes a PERIOD. */
static void
check_not_temporal(Relation rel, List *columns)
{
	Bitmapset *referenced = referenced_columns(RelationGetRelid(rel), columns);
	ListCell *lc;

	foreach (lc, RelationGetIndexList(rel))
	{
		Oid constraint = get_index_constraint(lfirst_oid(lc));
		Relation index;
		HeapTuple tuple;

		if (!OidIsValid(constraint))
			continue;
		index = index_open(lfirst_oid(lc), AccessShareLock);
		tuple = zdm_constraint_row(constraint);
		if (zdm_constraint_is_temporal((Form_pg_constraint) GETSTRUCT(tuple)) &&
			bms_equal(index_columns(index->rd_index), referenced))
			ereport(ERROR,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("cannot refer to key \"%s\" of %s", RelationGetRelationName(index),
							zdm_qualified_name(RelationGetRelid(rel))),
					 errdetail("It is WITHOUT OVERLAPS, and a foreign key to it has a PERIOD."),
					 errhint("ALTER TABLE ... ADD FOREIGN KEY (..., PERIOD ...) REFERENCES ... NOT "
							 "VALID, then VALIDATE CONSTRAINT, keep nobody out for long.")));
		ReleaseSysCache(tuple);
		index_close(index, AccessShareLock);
	}
}

/* Checks the referenced side; its columns must exist. */
static void
check_referenced(ZdmPlan *plan, ForeignKey *key, List *ref_columns)
{
	Relation rel;
	ListCell *lc;

	if (get_rel_relkind(key->ref_table) != RELKIND_RELATION &&
		get_rel_relkind(key->ref_table) != RELKIND_PARTITIONED_TABLE)
		ereport(ERROR,
				(errcode(ERRCODE_WRONG_OBJECT_TYPE), errmsg("referenced relation %s is not a table",
															zdm_qualified_name(key->ref_table))));
	check_references_right(key->ref_table, ref_columns);
	rel = relation_open(key->ref_table, AccessShareLock);
	foreach (lc, ref_columns)
		(void) zdm_find_column(rel, lfirst(lc));
	check_not_temporal(rel, ref_columns);
	relation_close(rel, AccessShareLock);
	if (ref_columns && list_length(ref_columns) != list_length(key->columns))
		ereport(ERROR, (errcode(ERRCODE_INVALID_FOREIGN_KEY),
						errmsg("number of referencing and referenced columns disagree")));
	if (key->ref_table != RelationGetRelid(plan->rel))
		plan->migration->also_locks = list_make1_oid(key->ref_table);
}

/* Reads and checks the arguments of the call. */
static void
read_arguments(ZdmPlan *plan, Jsonb *arguments, ForeignKey *key)
{
	List *ref_columns = zdm_json_list(arguments, "ref_columns");
	char *ref_table = zdm_plan_argument(plan, arguments, "ref_table");
	ListCell *lc;

	key->columns = zdm_columns_argument(plan, arguments, "columns");
	foreach (lc, key->columns)
		zdm_check_not_virtual(plan->rel, lfirst(lc), "a foreign key");
	key->ref_table =
		RangeVarGetRelid(makeRangeVarFromNameList(zdm_name_list(ref_table)), NoLock, false);
	check_referenced(plan, key, ref_columns);
	key->name = zdm_json_string(arguments, "constraint_name");
	if (key->name)
		zdm_check_constraint_free(plan, key->name);
	else
		key->name =
			ChooseConstraintName(RelationGetRelationName(plan->rel), zdm_join(key->columns, "_"),
								 "fkey", RelationGetNamespace(plan->rel), NIL);
	key->definition = foreign_key_sql(key, ref_columns, arguments);
}

/* Appends the step that adds the key to a table, not valid yet. */
static ZdmStep *
plan_add(ZdmPlan *plan, const ForeignKey *key, Oid table)
{
	const char *name = quote_identifier(key->name);
	char *qualified = zdm_qualified_name(table);
	ZdmStep *step = zdm_plan_step(
		plan, ZDM_PHASE_EXPAND, ZDM_RUNS_CALLER, ShareRowExclusiveLock,
		psprintf("ALTER TABLE %s ADD CONSTRAINT %s %s NOT VALID", qualified, name, key->definition),
		psprintf("ALTER TABLE %s DROP CONSTRAINT IF EXISTS %s", qualified, name));

	zdm_step_also_lock(step, list_make1_oid(key->ref_table));
	return step;
}

/* Appends the step that checks the rows of a table. */
static void
plan_validate(ZdmPlan *plan, const ForeignKey *key, Oid table)
{
	zdm_plan_step(plan, ZDM_PHASE_VALIDATE, ZDM_RUNS_WORKER, ShareUpdateExclusiveLock,
				  psprintf("ALTER TABLE %s VALIDATE CONSTRAINT %s", zdm_qualified_name(table),
						   quote_identifier(key->name)),
				  NULL);
}

/* Lists the tables that get a key of their own first. */
static List *
tables_with_own_key(ZdmPlan *plan)
{
	List *result = NIL;
	ListCell *lc;

	if (plan->rel->rd_rel->relkind != RELKIND_PARTITIONED_TABLE || ZDM_PARTITIONED_FOREIGN_KEY)
		return list_make1_oid(RelationGetRelid(plan->rel));
	foreach (lc, find_all_inheritors(RelationGetRelid(plan->rel), NoLock, NULL))
		if (get_rel_relkind(lfirst_oid(lc)) == RELKIND_RELATION)
			result = lappend_oid(result, lfirst_oid(lc));
	return result;
}

/*
 * Appends the step in which the parent's key takes over those of the partitions.
 * Its undo drops them all, so it comes before theirs.
 */
static void
plan_parent(ZdmPlan *plan, const ForeignKey *key)
{
	const char *name = quote_identifier(key->name);
	ZdmStep *step = zdm_plan_step(
		plan, ZDM_PHASE_VALIDATE, ZDM_RUNS_WORKER, ShareRowExclusiveLock,
		psprintf("ALTER TABLE %s ADD CONSTRAINT %s %s", plan->table, name, key->definition),
		psprintf("ALTER TABLE %s DROP CONSTRAINT IF EXISTS %s", plan->table, name));

	zdm_step_also_lock(step, list_make1_oid(key->ref_table));
	zdm_step_note(step, "A partition that is attached before this step has no key of its own: its "
						"rows are checked under the lock.");
}

/* See ZdmChangeKind. */
static void
plan_foreign_key(ZdmPlan *plan, Jsonb *arguments)
{
	ForeignKey key = {0};
	List *tables;
	ListCell *lc;
	ZdmStep *first = NULL;

	read_arguments(plan, arguments, &key);
	plan->migration->reads_columns = key.columns;
	tables = tables_with_own_key(plan);
	foreach (lc, tables)
	{
		ZdmStep *step = plan_add(plan, &key, lfirst_oid(lc));

		if (first == NULL)
			first = step;
	}
	if (first)
		zdm_step_note(first, "From expand on every write of a reference to a row that does not "
							 "exist fails, and so does deleting a row that is referenced.");
	foreach (lc, tables)
		plan_validate(plan, &key, lfirst_oid(lc));
	if (plan->rel->rd_rel->relkind == RELKIND_PARTITIONED_TABLE && !ZDM_PARTITIONED_FOREIGN_KEY)
		plan_parent(plan, &key);
}

const ZdmChangeKind zdm_change_foreign_key = {.name = "foreign_key",
											  .constrains = true,
											  .derive_name = derive_name,
											  .plan = plan_foreign_key};
