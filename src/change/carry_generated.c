/*
 * carry_generated.c
 *		Generated columns whose expression uses the old column.
 *
 * The column itself stays, with its type and its values, and with it whatever hangs on it;
 * contract has its expression read the new column.  That its values are right all the same is
 * known from a check that is validated beside the traffic: each equals what the expression gives
 * over the new column.  A virtual one has no values.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/dependency.h"
#include "catalog/indexing.h"
#include "catalog/pg_attrdef.h"
#include "catalog/pg_class.h"
#include "catalog/pg_type.h"
#include "nodes/nodeFuncs.h"
#include "optimizer/optimizer.h"
#include "utils/builtins.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "base/compat.h"
#include "base/expression.h"
#include "base/names.h"
#include "base/owner.h"
#include "change/carry.h"
#include "change/carry_over.h"
#include "change/carry_rows.h"
#include "change/dependents.h"

static HeapTuple
default_row(Oid oid, Relation *catalog)
{
	return zdm_catalog_row(AttrDefaultRelationId, AttrDefaultOidIndexId, Anum_pg_attrdef_oid, oid,
						   catalog);
}

/* Returns how the column of a default is generated; '\0': it is not. */
static char
generated_kind(Oid oid)
{
	ObjectAddress column = GetAttrDefaultColumnAddress(oid);
	HeapTuple tuple = SearchSysCache2(ATTNUM, ObjectIdGetDatum(column.objectId),
									  Int16GetDatum(column.objectSubId));
	char result;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for the column of default %u", oid);
	result = ((Form_pg_attribute) GETSTRUCT(tuple))->attgenerated;
	ReleaseSysCache(tuple);
	return result;
}

static bool
is_generated(Oid oid)
{
	return generated_kind(oid) != '\0';
}

static Oid
default_relation(Oid oid)
{
	return GetAttrDefaultColumnAddress(oid).objectId;
}

static Oid
default_owner(Oid oid)
{
	return zdm_relation_owner(default_relation(oid));
}

/* Returns the expression as it is stored. */
static Node *
default_tree(Oid oid)
{
	Relation catalog;
	HeapTuple tuple = default_row(oid, &catalog);
	bool isnull;
	Datum value = heap_getattr(tuple, Anum_pg_attrdef_adbin, RelationGetDescr(catalog), &isnull);
	Node *tree = stringToNode(TextDatumGetCString(value));

	table_close(catalog, NoLock);
	return tree;
}

static char *
print_default(Oid oid)
{
	Relation rel = table_open(default_relation(oid), NoLock);
	char *text = zdm_expression_canonical(rel, default_tree(oid));

	table_close(rel, NoLock);
	return text;
}

static void
move_default(ZdmCarry *carry, Oid oid)
{
	static const AttrNumber columns[] = {Anum_pg_attrdef_adbin};
	Relation catalog;
	HeapTuple tuple = default_row(oid, &catalog);
	ZdmRowChanges changes = {0};

	zdm_move_trees(carry, tuple, catalog, default_relation(oid), &changes, columns,
				   lengthof(columns));
	zdm_update_row(catalog, tuple, &changes);
}

/*
 * Makes an expression the same as one that differs from it in nothing but what the server calls a
 * value: varchar or text, of whatever length.
 */
static Node *
without_labels(Node *node, void *context)
{
	if (node == NULL)
		return NULL;
	if (IsA(node, RelabelType))
		return without_labels((Node *) castNode(RelabelType, node)->arg, context);
	node = expression_tree_mutator(node, without_labels, context);
	if (IsA(node, Var))
	{
		castNode(Var, node)->vartype = InvalidOid;
		castNode(Var, node)->vartypmod = -1;
	}
	else if (IsA(node, Const) && castNode(Const, node)->consttype == VARCHAROID)
	{
		castNode(Const, node)->consttype = TEXTOID;
		castNode(Const, node)->consttypmod = -1;
	}
	else if (IsA(node, CoalesceExpr) && castNode(CoalesceExpr, node)->coalescetype == VARCHAROID)
		castNode(CoalesceExpr, node)->coalescetype = TEXTOID;
	return node;
}

/* Refuses an expression that the column's other type has made another one, where nobody looks at
 * the values. */
static void
require_same_expression(Relation rel, AttrNumber attnum, Node *before, Node *expr)
{
	if (!equal(without_labels(before, NULL), without_labels(expr, NULL)))
		ereport(ERROR, (errcode(ERRCODE_DEPENDENT_OBJECTS_STILL_EXIST),
						errmsg("cannot change a column of %s that a generated column is made from",
							   zdm_qualified_name(RelationGetRelid(rel))),
						errdetail("Column \"%s\" might have other values by the new type.",
								  get_attname(RelationGetRelid(rel), attnum, false)),
						errhint("Drop the generated column first, and add it again afterwards.")));
}

/* ALTER COLUMN ... SET EXPRESSION (17) would write all rows; so the row is changed as
 * StoreAttrDefault() fills it. */
static void
apply_default(ZdmCarry *carry, Oid oid, const char *text)
{
	ObjectAddress column = GetAttrDefaultColumnAddress(oid);
	Relation rel = table_open(column.objectId, NoLock);
	Node *expr =
		zdm_expression_parse(rel, text, column.objectSubId, "the expression of a generated column");
	ZdmRowChanges changes = {0};
	ObjectAddress object;
	Relation catalog;
	HeapTuple tuple;

	if (carry->relabels && generated_kind(oid) == ATTRIBUTE_GENERATED_STORED)
		require_same_expression(rel, column.objectSubId, default_tree(oid), expr);
	if (contain_mutable_functions(expr))
		ereport(ERROR, (errcode(ERRCODE_INVALID_OBJECT_DEFINITION),
						errmsg("generation expression is not immutable"),
						errdetail("Over the column's other type it is \"%s\".", text),
						errhint("Drop the generated column first, and add it again afterwards.")));
	ObjectAddressSet(object, AttrDefaultRelationId, oid);
	zdm_forget_uses(AttrDefaultRelationId, oid, InvalidOid);
	recordDependencyOnSingleRelExpr(&object, expr, column.objectId, DEPENDENCY_NORMAL,
									DEPENDENCY_NORMAL, false);
	tuple = default_row(oid, &catalog);
	zdm_set_tree(&changes, Anum_pg_attrdef_adbin, expr);
	zdm_update_row(catalog, tuple, &changes);
	CacheInvalidateRelcache(rel);
	table_close(rel, NoLock);
}

/* Tells whether an object is a generated column with values. */
bool
zdm_is_stored_column(const ObjectAddress *object)
{
	return object->classId == AttrDefaultRelationId &&
		   generated_kind(object->objectId) == ATTRIBUTE_GENERATED_STORED;
}

/* Returns the check that a generated column has the value which its expression gives over the new
 * column. */
static char *
check_sql(ZdmSwap *swap, Oid oid, const char *name)
{
	ObjectAddress column = GetAttrDefaultColumnAddress(oid);
	int32 typmod;
	Oid collation;
	Oid type;

	get_atttypetypmodcoll(column.objectId, column.objectSubId, &type, &typmod, &collation);
	return psprintf(
		"ALTER TABLE %s ADD CONSTRAINT %s CHECK (%s IS NOT DISTINCT FROM (%s)::%s) NOT VALID",
		swap->plan->table, quote_identifier(name),
		quote_identifier(get_attname(column.objectId, column.objectSubId, false)),
		zdm_expression_canonical_row(zdm_swap_names(swap, ZDM_NAMES_SHADOW), default_tree(oid)),
		zdm_qualified_type(type, typmod));
}

/* Appends the steps for one stored generated column. */
static void
plan_generated(ZdmSwap *swap, Oid oid, ZdmPhase phase)
{
	Oid relid = RelationGetRelid(swap->plan->rel);
	AttrNumber attnum = GetAttrDefaultColumnAddress(oid).objectSubId;
	char *name =
		zdm_choose_constraint_name(relid, "zdm_new_", get_attname(relid, attnum, false), oid);
	char *add = check_sql(swap, oid, name);
	char *drop = psprintf("ALTER TABLE %s DROP CONSTRAINT IF EXISTS %s", swap->plan->table,
						  quote_identifier(name));

	if (phase == ZDM_PHASE_CONTRACT)
	{
		zdm_plan_step(swap->plan, phase, ZDM_RUNS_CALLER, AccessExclusiveLock, drop, add);
		return;
	}
	zdm_plan_step(swap->plan, phase, ZDM_RUNS_WORKER, AccessExclusiveLock, add, drop);
	zdm_plan_step(swap->plan, phase, ZDM_RUNS_WORKER, ShareUpdateExclusiveLock,
				  psprintf("ALTER TABLE %s VALIDATE CONSTRAINT %s", swap->plan->table,
						   quote_identifier(name)),
				  NULL);
}

/* Appends the steps for each stored generated column of one table. */
static void
plan_table(ZdmSwap *swap, ZdmPhase phase)
{
	List *seen = NIL; /* one may use several of the columns */
	ListCell *attnum;
	ListCell *lc;

	foreach (attnum, zdm_column_numbers(swap->old))
		foreach (lc, zdm_objects_on(RelationRelationId, RelationGetRelid(swap->plan->rel),
									lfirst_int(attnum)))
		{
			const ObjectAddress *object = lfirst(lc);

			if (!zdm_is_stored_column(object) || list_member_oid(seen, object->objectId))
				continue;
			seen = lappend_oid(seen, object->objectId);
			plan_generated(swap, object->objectId, phase);
		}
}

/* Tells whether what is generated from old columns stays: else it is refused, or has a pair. */
static bool
is_proved(ZdmSwap *swap)
{
	return swap->replaces && swap->same_value;
}

/* Lists the names of stored generated columns that go along because a check proves their values. */
List *
zdm_carry_generated_names(ZdmSwap *swap)
{
	List *names = NIL;
	ListCell *table;
	ListCell *attnum;
	ListCell *lc;

	foreach (table, is_proved(swap) ? zdm_swap_tables(swap) : NIL)
	{
		ZdmSwap *part = lfirst(table);
		Oid relid = RelationGetRelid(part->plan->rel);

		foreach (attnum, zdm_column_numbers(part->old))
			foreach (lc, zdm_objects_on(RelationRelationId, relid, lfirst_int(attnum)))
			{
				const ObjectAddress *object = lfirst(lc);
				char *name;

				if (!zdm_is_stored_column(object))
					continue;
				name = get_attname(relid, GetAttrDefaultColumnAddress(object->objectId).objectSubId,
								   false);
				if (!zdm_has_string(names, name))
					names = lappend(names, name);
			}
	}
	return names;
}

/* Refuses a generated column that was made since the plan: nobody knows its values to be those that
 * its expression gives over the other column. */
void
zdm_carried_require_proof(const ZdmCarried *carried, List *proved)
{
	ObjectAddress column;
	ObjectAddress object;

	ObjectAddressSet(object, carried->class->classid, carried->oid);
	if (!zdm_is_stored_column(&object))
		return;
	column = GetAttrDefaultColumnAddress(carried->oid);
	if (zdm_has_string(proved, get_attname(column.objectId, column.objectSubId, false)))
		return;
	ereport(ERROR, (errcode(ERRCODE_DEPENDENT_OBJECTS_STILL_EXIST),
					errmsg("cannot carry over %s: it was made since expand",
						   getObjectDescription(&column, false)),
					errdetail("It might have other values by the column's other type."),
					errhint("Drop it, and add it again afterwards.")));
}

/*
 * Appends the steps for each stored generated column: the proof before contract, and its end.  Each
 * partition has expressions of its own.
 */
void
zdm_carry_plan_generated(ZdmSwap *swap, ZdmPhase phase)
{
	ListCell *lc;

	if (!is_proved(swap))
		return;
	foreach (lc, zdm_swap_tables(swap))
		if (((ZdmSwap *) lfirst(lc))->plan->rel->rd_rel->relkind == RELKIND_RELATION)
			plan_table(lfirst(lc), phase);
}

const ZdmCarriedClass zdm_carried_generated = {.name = "expression",
											   .classid = AttrDefaultRelationId,
											   .is_one = is_generated,
											   .relation = default_relation,
											   .owner = default_owner,
											   .print = print_default,
											   .move = move_default,
											   .apply = apply_default};
