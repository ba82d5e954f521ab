/*
 * carry_exclusion.c
 *		An index that was built beside the traffic becomes that of an exclusion constraint.
 *
 * The server builds none concurrently.  But the index has the same entries with and without the
 * constraint, whose operators are asked at each insertion (execIndexing.c); so it is enough to
 * make the constraint, where another one has held the same values apart until now.  Where the
 * values are not the same, the rows are looked at after that: beside the traffic, whose writes it
 * refuses by then, for the new column; under the lock for the old one on the way back.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/dependency.h"
#include "catalog/index.h"
#include "catalog/indexing.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_index.h"
#include "nodes/execnodes.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/relcache.h"
#include "utils/syscache.h"

#include "base/json.h"
#include "change/carry.h"
#include "change/catalog_changes.h"

/* Lists the strategy numbers of the operators of an exclusion constraint's index, as texts. */
List *
zdm_exclusion_strategies(Oid index)
{
	Relation rel = index_open(index, AccessShareLock);
	List *texts = NIL;
	Oid *operators;
	Oid *functions;
	uint16 *strategies;

	RelationGetExclusionInfo(rel, &operators, &functions, &strategies);
	for (int i = 0; i < IndexRelationGetNumberOfKeyAttributes(rel); i++)
		texts = lappend(texts, psprintf("%d", strategies[i]));
	index_close(rel, AccessShareLock);
	return texts;
}

/* See zdm_run_make_exclusion(). */
ZdmDeed *
zdm_deed_make_exclusion(const char *table, const char *constraint, List *strategies,
						bool deferrable, bool deferred, bool look)
{
	StringInfoData arguments;

	zdm_deed_begin(&arguments);
	zdm_json_add_string(&arguments, "table", table);
	zdm_json_add_string(&arguments, "constraint", constraint);
	zdm_json_add_list(&arguments, "strategies", strategies);
	zdm_json_add_bool(&arguments, "deferrable", deferrable);
	zdm_json_add_bool(&arguments, "deferred", deferred);
	if (look)
		zdm_json_add_bool(&arguments, "look", true);
	return zdm_deed_end(ZDM_ACTION_MAKE_EXCLUSION, &arguments);
}

/* Tells whether the new index of a constraint has one of its own, beside that of the old one. */
bool
zdm_carry_excludes_beside(const ZdmSwap *swap, const ZdmDependent *dependent)
{
	return dependent->exclusion && !swap->same_value;
}

/* Makes the deed that makes the constraint again, of an index that has its name. */
ZdmDeed *
zdm_carry_exclusion(ZdmSwap *swap, const ZdmDependent *dependent, bool look)
{
	return zdm_deed_make_exclusion(swap->plan->table, dependent->name, dependent->strategies,
								   dependent->deferrable, dependent->deferred, look);
}

/*
 * Likewise on the new column, beside it.  A transaction that defers the constraint by its name does
 * not mean this one, so it is deferred all the time where it may be at all.
 */
ZdmDeed *
zdm_carry_exclusion_beside(ZdmSwap *swap, const ZdmDependent *dependent)
{
	return zdm_deed_make_exclusion(swap->plan->table, dependent->shadow, dependent->strategies,
								   dependent->deferrable, dependent->deferrable, false);
}

/* Appends the steps that make it, and then look at the rows beside the traffic. */
void
zdm_carry_plan_exclusion(ZdmSwap *swap, const ZdmDependent *dependent, const char *index)
{
	char *drop = psprintf("ALTER TABLE %s DROP CONSTRAINT IF EXISTS %s", swap->plan->table,
						  quote_identifier(dependent->shadow));

	zdm_plan_deed(swap->plan, ZDM_PHASE_VALIDATE, ZDM_RUNS_WORKER, AccessExclusiveLock,
				  zdm_carry_exclusion_beside(swap, dependent), zdm_deed_sql(drop));
	zdm_plan_deed(swap->plan, ZDM_PHASE_VALIDATE, ZDM_RUNS_WORKER, AccessShareLock,
				  zdm_deed_require_apart(index), NULL);
}

/* Returns the operators of these strategies for the types that an index has. */
static Oid *
operators_of(Relation index, List *strategies)
{
	Oid *operators = palloc(sizeof(Oid) * list_length(strategies));
	ListCell *lc;

	foreach (lc, strategies)
	{
		int i = foreach_current_index(lc);
		Oid type = index->rd_opcintype[i];

		operators[i] =
			get_opfamily_member(index->rd_opfamily[i], type, type, (int16) atoi(lfirst(lc)));
		if (!OidIsValid(operators[i]))
			ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT),
							errmsg("no operator of strategy %s for key %d of index \"%s\"",
								   (char *) lfirst(lc), i + 1, RelationGetRelationName(index)),
							errdetail("The exclusion constraint on the column's other type needs "
									  "one."),
							errhint("Roll back, and drop the constraint first.")));
	}
	return operators;
}

/* Takes away that an index depends on a column for having it as it is: once, not in expressions. */
static void
forget_column(Relation catalog, Oid index, Oid relid, AttrNumber attnum)
{
	ScanKeyData keys[2];
	SysScanDesc scan;
	HeapTuple tuple;

	ScanKeyInit(&keys[0], Anum_pg_depend_classid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(RelationRelationId));
	ScanKeyInit(&keys[1], Anum_pg_depend_objid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(index));
	scan = systable_beginscan(catalog, DependDependerIndexId, true, NULL, 2, keys);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_depend form = (Form_pg_depend) GETSTRUCT(tuple);

		if (form->refclassid == RelationRelationId && form->refobjid == relid &&
			form->refobjsubid == attnum && form->deptype == DEPENDENCY_AUTO)
		{
			CatalogTupleDelete(catalog, &tuple->t_self);
			break;
		}
	}
	systable_endscan(scan);
}

/* Has an index depend on its constraint, and no more on the columns that this depends on. */
static void
forget_columns(Relation index)
{
	Form_pg_index form = index->rd_index;
	Relation catalog = table_open(DependRelationId, RowExclusiveLock);
	bool is_simple = false;

	for (int i = 0; i < form->indnatts; i++)
		if (form->indkey.values[i] != 0)
		{
			forget_column(catalog, RelationGetRelid(index), form->indrelid, form->indkey.values[i]);
			is_simple = true;
		}
	if (!is_simple)
		forget_column(catalog, RelationGetRelid(index), form->indrelid, 0);
	table_close(catalog, RowExclusiveLock);
}

static void
set_exclusion(Oid index)
{
	Relation catalog = table_open(IndexRelationId, RowExclusiveLock);
	HeapTuple tuple = SearchSysCacheCopy1(INDEXRELID, ObjectIdGetDatum(index));

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for index %u", index);
	((Form_pg_index) GETSTRUCT(tuple))->indisexclusion = true;
	CatalogTupleUpdate(catalog, &tuple->t_self, tuple);
	table_close(catalog, RowExclusiveLock);
	CommandCounterIncrement();
}

/*
 * Makes an exclusion constraint of an index of a table and gives it the index's name; `above`: that
 * of the parent of which it is part, or none.  It is not looked whether the rows satisfy it.
 */
Oid
zdm_make_exclusion(Relation rel, Oid oid, Oid above, List *strategies, bool deferrable,
				   bool deferred)
{
	Relation index = index_open(oid, AccessExclusiveLock);
	IndexInfo *info = BuildIndexInfo(index);
	uint16 flags = INDEX_CONSTR_CREATE_UPDATE_INDEX;
	ObjectAddress constraint;

	info->ii_ExclusionOps = operators_of(index, strategies);
	if (deferrable)
		flags |= INDEX_CONSTR_CREATE_DEFERRABLE;
	if (deferred)
		flags |= INDEX_CONSTR_CREATE_INIT_DEFERRED;
	constraint = index_constraint_create(rel, oid, above, info, RelationGetRelationName(index),
										 CONSTRAINT_EXCLUSION, flags, false, false);
	CommandCounterIncrement();
	forget_columns(index);
	index_close(index, NoLock);
	set_exclusion(oid);
	CacheInvalidateRelcache(rel);
	return constraint.objectId;
}

/* Likewise, of an index that is known by its name. */
void
zdm_run_make_exclusion(const ZdmMigration *m, const ZdmDeed *deed)
{
	Relation rel = zdm_open_for_change(m, zdm_deed_relation(deed, "table"), AccessExclusiveLock);
	char *name = zdm_deed_string(deed, "constraint");
	Oid oid = get_relname_relid(name, RelationGetNamespace(rel));

	if (!OidIsValid(oid) || get_rel_relkind(oid) != RELKIND_INDEX ||
		IndexGetRelation(oid, false) != RelationGetRelid(rel))
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_OBJECT),
						errmsg("index \"%s\" of table \"%s\" does not exist", name,
							   RelationGetRelationName(rel))));
	(void) zdm_make_exclusion(rel, oid, InvalidOid, zdm_deed_list(deed, "strategies"),
							  zdm_deed_bool(deed, "deferrable"), zdm_deed_bool(deed, "deferred"));
	if (zdm_deed_flag(deed, "look"))
	{
		CommandCounterIncrement();
		zdm_require_apart_again(rel, oid);
	}
	table_close(rel, NoLock);
}
