/*
 * carry.c
 *		What hangs on an old column, and how it gets to the new one.
 *
 * Everything that depends on a column stands in pg_depend.  What this file knows is
 * carried over exactly; whatever else is found makes expand refuse before anything
 * has changed (docs/change_type.md, "What hangs on a column").
 *
 * Indexes and constraints of the new column are made before contract, under names
 * of their own.  Contract swaps names.  What remains on the old column must never
 * fail a write of the new application: so contract drops its checks and foreign
 * keys, which the way back restores, and its unique indexes are unique no more.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "catalog/dependency.h"
#include "catalog/objectaddress.h"
#include "catalog/partition.h"
#include "catalog/pg_attrdef.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_statistic_ext.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "base/compat.h"
#include "base/names.h"
#include "base/tree.h"
#include "change/carry.h"
#include "change/carry_over.h"
#include "change/catalog_changes.h"
#include "change/dependents.h"

/* Returns the constraint's row, or an internal error. */
HeapTuple
zdm_constraint_row(Oid constraint)
{
	HeapTuple tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(constraint));

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for constraint %u", constraint);
	return tuple;
}

/* Adds a dependent, unless it is there: one object may depend on several columns. */
static ZdmDependent *
add_dependent(ZdmSwap *swap, ZdmDependentKind kind, Oid oid, ZdmOldColumn *column)
{
	ZdmDependent *dependent;
	ListCell *lc;

	foreach (lc, swap->dependents)
	{
		dependent = lfirst(lc);
		if (dependent->kind == kind && dependent->oid == oid)
			return NULL;
	}
	dependent = palloc0(sizeof(ZdmDependent));
	dependent->kind = kind;
	dependent->oid = oid;
	dependent->column = column;
	swap->dependents = lappend(swap->dependents, dependent);
	return dependent;
}

/* Notes that the migration needs a column of its table as it is: an index or a constraint has it.
 */
static void
note_name(ZdmSwap *swap, char *name)
{
	ZdmMigration *m = swap->plan->migration;

	if (!zdm_has_string(m->reads_columns, name))
		m->reads_columns = lappend(m->reads_columns, name);
}

/* Likewise, by the column's number. */
static void
note_column(ZdmSwap *swap, AttrNumber attnum)
{
	if (attnum > 0)
		note_name(swap, get_attname(RelationGetRelid(swap->plan->rel), attnum, false));
}

/* Notes all columns of an index. */
static void
note_index_columns(ZdmSwap *swap, Oid oid)
{
	ListCell *lc;

	foreach (lc, zdm_index_columns(oid))
		note_name(swap, lfirst(lc));
}

/* Notes the columns that a constraint has in this table, on either side. */
static void
note_constraint_columns(ZdmSwap *swap, HeapTuple tuple)
{
	Form_pg_constraint form = (Form_pg_constraint) GETSTRUCT(tuple);
	Oid relid = RelationGetRelid(swap->plan->rel);
	int n;
	int16 *columns = zdm_constraint_columns(tuple, Anum_pg_constraint_conkey, &n);

	for (int i = 0; i < n && form->conrelid == relid; i++)
		note_column(swap, columns[i]);
	columns = zdm_constraint_columns(tuple, Anum_pg_constraint_confkey, &n);
	for (int i = 0; i < n && form->confrelid == relid; i++)
		note_column(swap, columns[i]);
}

/* Tells whether a foreign key has one of the old columns among those that refer. */
static bool
refers_from_old(ZdmSwap *swap, HeapTuple tuple)
{
	ListCell *lc;
	int n;

	if (((Form_pg_constraint) GETSTRUCT(tuple))->conrelid != RelationGetRelid(swap->plan->rel))
		return false;
	foreach (lc, swap->old)
		if (zdm_constraint_has_column(tuple, Anum_pg_constraint_conkey,
									  ((ZdmOldColumn *) lfirst(lc))->att->attnum, &n))
			return true;
	return false;
}

/* Finds the parent's index that an index of a partition is part of; NULL: it is none's. */
static ZdmDependent *
find_above(ZdmSwap *swap, Oid index)
{
	Oid parent = swap->above && get_rel_relispartition(index) ? get_partition_parent(index, false)
															  : InvalidOid;
	ListCell *lc;

	if (!OidIsValid(parent))
		return NULL;
	foreach (lc, swap->above->dependents)
		if (((ZdmDependent *) lfirst(lc))->index == parent)
			return lfirst(lc);
	elog(ERROR, "index %u is not in the plan", parent);
}

/* An index that no constraint owns. */
static bool
add_index(ZdmSwap *swap, Oid oid, ZdmOldColumn *column)
{
	Relation index = index_open(oid, AccessShareLock);
	ZdmDependent *dependent;
	bool known =
		index->rd_index->indisvalid &&
		((swap->replaces && !column->att->attgenerated) || !index->rd_index->indisunique) &&
		!index->rd_index->indisexclusion;

	dependent = known ? add_dependent(swap, ZDM_DEP_INDEX, oid, column) : NULL;
	if (dependent)
	{
		dependent->index = oid;
		dependent->above = find_above(swap, oid);
		dependent->unique = index->rd_index->indisunique;
		dependent->name = pstrdup(RelationGetRelationName(index));
		note_index_columns(swap, oid);
	}
	index_close(index, AccessShareLock);
	return known;
}

/* Tells whether a foreign key joins two tables of the migration, but for one with itself. */
static bool
is_within_tree(ZdmSwap *swap, Form_pg_constraint form)
{
	int n = 0;
	ListCell *lc;

	if (form->contype != CONSTRAINT_FOREIGN || form->conrelid == form->confrelid)
		return false;
	foreach (lc, zdm_swap_tables(zdm_swap_whole(swap)))
	{
		Oid relid = RelationGetRelid(((ZdmSwap *) lfirst(lc))->plan->rel);

		n += (form->conrelid == relid) + (form->confrelid == relid);
	}
	return n > 1;
}

/* A check, a key, or a foreign key on either side. */
static bool
add_constraint(ZdmSwap *swap, Oid oid, ZdmOldColumn *column)
{
	HeapTuple tuple = zdm_constraint_row(oid);
	Form_pg_constraint form = (Form_pg_constraint) GETSTRUCT(tuple);
	Oid relid = RelationGetRelid(swap->plan->rel);
	ZdmDependent *dependent = NULL;
	bool known = true;

	if (zdm_is_part_of_key(form))
		known = true; /* goes where its parent goes */
	else if (is_within_tree(swap, form))
		known = false;
	else if (form->contype == CONSTRAINT_CHECK && form->coninhcount > 0 && swap->above != NULL)
		known = true;
	else if (zdm_constraint_is_temporal(form))
		known = false; /* no index that is built beside the traffic can become one */
	else if (form->contype == CONSTRAINT_CHECK && form->coninhcount == 0)
		dependent = add_dependent(swap, ZDM_DEP_CHECK, oid, column);
	else if (form->contype == CONSTRAINT_FOREIGN && !swap->same_value &&
			 !ZDM_PARTITIONED_FOREIGN_KEY &&
			 get_rel_relkind(form->conrelid) == RELKIND_PARTITIONED_TABLE)
		known = false; /* none can be made beside it without a scan under a strong lock */
	else if (form->contype == CONSTRAINT_FOREIGN && swap->replaces && refers_from_old(swap, tuple))
		dependent = add_dependent(swap, ZDM_DEP_FOREIGN_KEY, oid, column);
	else if (form->contype == CONSTRAINT_FOREIGN && swap->replaces &&
			 (get_rel_relkind(form->conrelid) == RELKIND_RELATION ||
			  get_rel_relkind(form->conrelid) == RELKIND_PARTITIONED_TABLE) &&
			 zdm_owns_relation(form->conrelid, swap->plan->rel->rd_rel->relowner) &&
			 !OidIsValid(form->conparentid))
		dependent = add_dependent(swap, ZDM_DEP_REFERENCE, oid, column);
	else if ((form->contype == CONSTRAINT_PRIMARY || form->contype == CONSTRAINT_UNIQUE) &&
			 swap->replaces && !column->att->attgenerated)
		dependent = add_dependent(swap, ZDM_DEP_KEY, oid, column);
	else if (form->contype == CONSTRAINT_EXCLUSION && swap->replaces &&
			 (swap->same_value || (get_rel_relkind(form->conindid) == RELKIND_INDEX &&
								   !get_rel_relispartition(form->conindid))))
		dependent = add_dependent(swap, ZDM_DEP_KEY, oid, column);
	else
		known = form->contype == 'n'; /* NOT NULL, from 18 on */
	if (dependent)
		note_constraint_columns(swap, tuple);
	if (dependent && dependent->kind == ZDM_DEP_KEY)
	{
		dependent->above = find_above(swap, form->conindid);
		/* A partition's key may be part of an index that is no key. */
		known = dependent->above == NULL || dependent->above->kind == ZDM_DEP_KEY;
	}
	if (dependent && form->contype == CONSTRAINT_FOREIGN)
	{
		ZdmMigration *m = swap->plan->migration;
		Oid other = form->conrelid == relid ? form->confrelid : form->conrelid;

		if (other != relid)
			m->also_locks = list_append_unique_oid(m->also_locks, other);
	}
	if (dependent)
	{
		dependent->name = pstrdup(NameStr(form->conname));
		dependent->index = form->contype == CONSTRAINT_FOREIGN ? InvalidOid : form->conindid;
		dependent->relid = form->conrelid;
		dependent->exclusion = form->contype == CONSTRAINT_EXCLUSION;
		dependent->unique = dependent->kind == ZDM_DEP_KEY && !dependent->exclusion;
		dependent->primary = form->contype == CONSTRAINT_PRIMARY;
		dependent->deferrable = form->condeferrable;
		dependent->deferred = form->condeferred;
		dependent->validated = form->convalidated;
	}
	if (dependent && dependent->exclusion)
	{
		dependent->strategies = zdm_exclusion_strategies(dependent->index);
		note_index_columns(swap, dependent->index);
	}
	ReleaseSysCache(tuple);
	return known;
}

/* A relation that depends on the column: an index, or a sequence that it owns. */
static bool
add_relation(ZdmSwap *swap, Oid oid, ZdmOldColumn *column)
{
	Oid owner;
	int32 attnum;
	bool identity;
	Oid constraint;

	switch (get_rel_relkind(oid))
	{
		case RELKIND_INDEX:
		case RELKIND_PARTITIONED_INDEX:
			/* By its expressions one that is a constraint's depends on columns itself. */
			constraint = get_index_constraint(oid);
			return OidIsValid(constraint) ? add_constraint(swap, constraint, column)
										  : add_index(swap, oid, column);
		case RELKIND_SEQUENCE:
			identity = sequenceIsOwned(oid, DEPENDENCY_INTERNAL, &owner, &attnum);
			if (swap->replaces)
				(void) add_dependent(swap, identity ? ZDM_DEP_IDENTITY : ZDM_DEP_SEQUENCE, oid,
									 column);
			return swap->replaces || !identity;
		default:
			return false;
	}
}

/* Extended statistics. */
static void
add_statistics(ZdmSwap *swap, Oid oid, ZdmOldColumn *column)
{
	ZdmDependent *dependent = add_dependent(swap, ZDM_DEP_STATISTICS, oid, column);
	HeapTuple tuple = SearchSysCache1(STATEXTOID, ObjectIdGetDatum(oid));
	Form_pg_statistic_ext form;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for statistics object %u", oid);
	form = (Form_pg_statistic_ext) GETSTRUCT(tuple);
	if (dependent)
	{
		dependent->name = pstrdup(NameStr(form->stxname));
		dependent->schema = form->stxnamespace;
	}
	ReleaseSysCache(tuple);
}

/* Sorts one object that depends on the column into what is known; false if it is not. */
static bool
add_object(ZdmSwap *swap, const ObjectAddress *object, ZdmOldColumn *column)
{
	switch (object->classId)
	{
		case RelationRelationId:
			return add_relation(swap, object->objectId, column);
		case ConstraintRelationId:
			return add_constraint(swap, object->objectId, column);
		case AttrDefaultRelationId:
			if (GetAttrDefaultColumnAddress(object->objectId).objectSubId != column->att->attnum)
				return swap->replaces; /* a generated column: see carry_over.c */
			if (column->att->attgenerated)
				return true; /* so is this one: see carry_computed.c */
			(void) add_dependent(swap, ZDM_DEP_DEFAULT, object->objectId, column);
			return true;
		case StatisticExtRelationId:
			add_statistics(swap, object->objectId, column);
			return true;
		default:
			/* Objects that are no part of the table itself: see carry_over.c. */
			return zdm_swap_namesake(swap, column) && zdm_is_carried_over(object);
	}
}

/* Goes through what depends on one column; what is not known is described in *unknown. */
static void
find_dependents(ZdmSwap *swap, ZdmOldColumn *column, StringInfo unknown)
{
	ListCell *lc;

	foreach (lc, zdm_objects_on(RelationRelationId, RelationGetRelid(swap->plan->rel),
								column->att->attnum))
		if (!add_object(swap, lfirst(lc), column))
			appendStringInfo(unknown, "%s%s", unknown->len > 0 ? ", " : "",
							 getObjectDescription(lfirst(lc), false));
}

/*
 * Refuses a table that others inherit from without being its partitions, and partitions that
 * say about NULL what their parent does not.
 */
static void
check_tree(ZdmSwap *swap)
{
	ListCell *lc;
	ListCell *column;

	if (swap->plan->rel->rd_rel->relkind == RELKIND_RELATION &&
		list_length(zdm_relation_tree(RelationGetRelid(swap->plan->rel))) > 1)
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("cannot change columns of %s under traffic", swap->plan->table),
						errdetail("Other tables inherit from it."),
						errhint("Add a column with zdm.expand_add_column(), and drop the old one "
								"with zdm.expand_drop_column().")));
	foreach (lc, swap->below)
	{
		ZdmSwap *part = lfirst(lc);

		foreach (column, part->old)
		{
			ZdmOldColumn *whole = list_nth(swap->old, foreach_current_index(column));
			ZdmOldColumn *old = lfirst(column);

			if (old->att->attnotnull && !whole->att->attnotnull)
				ereport(
					ERROR,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("cannot change column \"%s\" of %s under traffic: it is NOT NULL in "
							"partition %s alone",
							old->name, swap->plan->table, part->plan->table),
					 errhint("SELECT zdm.expand_not_null(%s, %s) makes it NOT NULL in all of "
							 "them.",
							 quote_literal_cstr(swap->plan->table),
							 quote_literal_cstr(old->name))));
		}
	}
}

/* Makes a name for a statistics object out of prefix and another's name, in its schema. */
static char *
choose_statistics_name(ZdmDependent *dependent, const char *prefix)
{
	char *name = zdm_join_name(prefix, dependent->name, dependent->oid);

	for (int n = 1; SearchSysCacheExists2(STATEXTNAMENSP, PointerGetDatum(name),
										  ObjectIdGetDatum(dependent->schema));
		 n++)
		name = psprintf("%s_%d", zdm_clip_name(prefix, dependent->name, 6), n);
	return name;
}

/* Chooses the names that indexes and constraints have before and after the swap. */
static void
choose_names(ZdmSwap *swap)
{
	Oid schema = RelationGetNamespace(swap->plan->rel);
	ListCell *lc;

	foreach (lc, swap->dependents)
	{
		ZdmDependent *dependent = lfirst(lc);

		if (OidIsValid(dependent->index))
		{
			char *name = get_rel_name(dependent->index);

			dependent->shadow =
				zdm_choose_relation_name(schema, "zdm_new_", name, dependent->index);
			dependent->hidden =
				zdm_choose_relation_name(schema, "zdm_old_", name, dependent->index);
		}
		else if (dependent->name && OidIsValid(dependent->relid))
			dependent->shadow = zdm_choose_constraint_name(dependent->relid, "zdm_new_",
														   dependent->name, dependent->oid);
		else if (dependent->kind == ZDM_DEP_STATISTICS)
		{
			dependent->shadow = choose_statistics_name(dependent, "zdm_new_");
			dependent->hidden = choose_statistics_name(dependent, "zdm_old_");
		}
		if (dependent->unique)
		{
			Relation index = index_open(dependent->index, AccessShareLock);

			dependent->nulls_not_distinct = index->rd_index->indnullsnotdistinct;
			index_close(index, AccessShareLock);
			zdm_swap_whole(swap)->unique = true;
		}
	}
}

/*
 * Finds all that hangs on the old columns.  Raises an error that names what can't be
 * carried over.
 */
void
zdm_carry_find(ZdmSwap *swap)
{
	List *tables = zdm_swap_tables(swap);
	StringInfoData unknown;
	List *successors;
	ListCell *table;
	ListCell *lc;

	initStringInfo(&unknown);
	swap->plan->migration->also_locks = NIL;
	swap->plan->migration->reads_columns = NIL;
	check_tree(swap);
	foreach (table, tables)
		foreach (lc, ((ZdmSwap *) lfirst(table))->old)
			find_dependents(lfirst(table), lfirst(lc), &unknown);
	if (unknown.len > 0)
		ereport(ERROR,
				(errcode(ERRCODE_DEPENDENT_OBJECTS_STILL_EXIST),
				 errmsg("cannot change \"%s\" of %s under traffic: other objects depend on it",
						((ZdmOldColumn *) linitial(swap->old))->name, swap->plan->table),
				 errdetail("zdm can't carry these over: %s.", unknown.data),
				 errhint("Drop them first and create them again after contract, or have them use "
						 "other columns.")));
	foreach (table, tables)
		choose_names(lfirst(table));
	(void) zdm_carry_over_find(swap->plan,
							   zdm_column_numbers(zdm_swap_taken_over(swap, &successors)),
							   swap->same_value, !swap->replaces);
}
