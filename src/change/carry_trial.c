/*
 * carry_trial.c
 *		Whether the new column can bear what hangs on the old one.
 *
 * A change of type may leave a check, an index or a foreign key without an operator, or
 * without an operator class.  The server would say so when the step that makes it
 * runs, after the backfill; here it is found before anything has changed, by the
 * functions that the server itself uses for these commands.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/stratnum.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_am.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_statistic_ext.h"
#include "catalog/pg_type.h"
#include "commands/defrem.h"
#include "nodes/nodeFuncs.h"
#include "parser/parse_coerce.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "base/expression.h"
#include "base/names.h"
#include "base/owner.h"
#include "change/carry.h"
#include "change/carry_over.h"
#include "change/dependents.h"

/* Error context: which object is tried. */
static void
trial_error_callback(void *arg)
{
	errcontext("%s, carried over to the new column", (char *) arg);
}

/* Lists the columns as they will be named and typed beside the old one. */
List *
zdm_swap_shadow_row(ZdmSwap *swap)
{
	TupleDesc desc = RelationGetDescr(swap->plan->rel);
	List *names = zdm_swap_names(swap, ZDM_NAMES_SHADOW);
	List *row = NIL;

	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute att = TupleDescAttr(desc, i);
		ZdmRowColumn *column = palloc0(sizeof(ZdmRowColumn));
		ListCell *lc;

		column->name = list_nth(names, i);
		column->type = att->attisdropped ? InvalidOid : att->atttypid;
		column->typmod = att->atttypmod;
		column->collation = att->attcollation;
		foreach (lc, swap->new)
		{
			const ZdmNewColumn *new = lfirst(lc);

			if (att->attisdropped || strcmp(column->name, new->shadow) != 0)
				continue;
			column->type = new->type;
			column->typmod = new->typmod;
			column->collation = new->collation;
		}
		row = lappend(row, column);
	}
	return row;
}

/* Parses one expression over the new row, and gives its type; type: what it must be, or invalid. */
static Oid
try_expression(ZdmSwap *swap, List *row, Node *expr, Oid type)
{
	char *text = zdm_expression_canonical_row(zdm_swap_names(swap, ZDM_NAMES_SHADOW), expr);

	return exprType(zdm_expression_parse_row(row, text, type, -1, "what hangs on the column"));
}

/* A check, by its own expression. */
static void
try_check(ZdmSwap *swap, List *row, Oid constraint)
{
	HeapTuple tuple = zdm_constraint_row(constraint);
	bool isnull;
	Datum value = SysCacheGetAttr(CONSTROID, tuple, Anum_pg_constraint_conbin, &isnull);

	if (isnull)
		elog(ERROR, "null conbin of a check constraint");
	(void) try_expression(swap, row, stringToNode(TextDatumGetCString(value)), BOOLOID);
	ReleaseSysCache(tuple);
}

/*
 * An operator of an exclusion constraint: the new type's operator class has one for its strategy,
 * by the same name.
 */
static void
try_operator(Relation index, int key, const Oid *operators, Oid opclass, Oid type)
{
	Oid input = get_opclass_input_type(opclass);
	char *name = get_opname(operators[key]);
	int strategy = get_op_opfamily_strategy(operators[key], index->rd_opfamily[key]);
	Oid other = get_opfamily_member(get_opclass_family(opclass), input, input, (int16) strategy);

	if (!OidIsValid(other) || strcmp(get_opname(other), name) != 0)
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_FUNCTION),
						errmsg("no operator %s for type %s in an operator class of %s", name,
							   format_type_be(type), get_am_name(index->rd_rel->relam)),
						errhint("Drop the constraint, and make another one after contract.")));
}

/* An index: its expressions, its predicate, and an operator class for each key. */
static void
try_index(ZdmSwap *swap, List *row, Oid oid)
{
	Relation index = index_open(oid, AccessShareLock);
	IndexStmt *statement = zdm_carry_index_statement(swap->plan->rel, index);
	Oid *operators = NULL;
	Oid *functions;
	uint16 *strategies;
	ListCell *lc;

	if (index->rd_index->indisexclusion)
		RelationGetExclusionInfo(index, &operators, &functions, &strategies);
	foreach (lc, statement->indexParams)
	{
		Oid opclass;
		IndexElem *key = lfirst_node(IndexElem, lc);
		AttrNumber attnum = index->rd_index->indkey.values[foreach_current_index(lc)];
		Oid type = attnum == 0 ? try_expression(swap, row, key->expr, InvalidOid)
							   : ((ZdmRowColumn *) list_nth(row, attnum - 1))->type;

		if (key->collation && !type_is_collatable(type))
			ereport(ERROR, (errcode(ERRCODE_DATATYPE_MISMATCH),
							errmsg("collations are not supported by type %s", format_type_be(type)),
							errhint("Drop the index, and make another one after contract.")));
		opclass = ResolveOpClass(key->opclass, type, statement->accessMethod, index->rd_rel->relam);
		if (operators)
			try_operator(index, foreach_current_index(lc), operators, opclass, type);
	}
	if (statement->whereClause)
		(void) try_expression(swap, row, statement->whereClause, BOOLOID);
	index_close(index, AccessShareLock);
}

/* Extended statistics, by their expressions. */
static void
try_statistics(ZdmSwap *swap, List *row, Oid oid)
{
	HeapTuple tuple = SearchSysCache1(STATEXTOID, ObjectIdGetDatum(oid));
	bool isnull;
	Datum value;
	ListCell *lc;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for statistics object %u", oid);
	value = SysCacheGetAttr(STATEXTOID, tuple, Anum_pg_statistic_ext_stxexprs, &isnull);
	foreach (lc, isnull ? NIL : castNode(List, stringToNode(TextDatumGetCString(value))))
		(void) try_expression(swap, row, lfirst(lc), InvalidOid);
	ReleaseSysCache(tuple);
}

/* Returns the type that a column of a table has once contracted. */
static Oid
type_of(ZdmSwap *swap, List *row, Oid relid, AttrNumber attnum)
{
	if (relid != RelationGetRelid(swap->plan->rel))
		return get_atttype(relid, attnum);
	return ((ZdmRowColumn *) list_nth(row, attnum - 1))->type;
}

/*
 * A foreign key: the referenced key's operator family must have an equality for both
 * types, or the referencing one must fit without a cast (tablecmds.c,
 * ATAddForeignKeyConstraint).
 */
static void
try_foreign_key(ZdmSwap *swap, List *row, Oid constraint)
{
	HeapTuple tuple = zdm_constraint_row(constraint);
	Form_pg_constraint form = (Form_pg_constraint) GETSTRUCT(tuple);
	int n;
	int16 *referencing = zdm_constraint_columns(tuple, Anum_pg_constraint_conkey, &n);
	int16 *referenced = zdm_constraint_columns(tuple, Anum_pg_constraint_confkey, &n);

	for (int i = 0; i < n; i++)
	{
		Oid from = type_of(swap, row, form->conrelid, referencing[i]);
		Oid to = type_of(swap, row, form->confrelid, referenced[i]);
		Oid opclass = GetDefaultOpClass(to, BTREE_AM_OID);
		Oid family = OidIsValid(opclass) ? get_opclass_family(opclass) : InvalidOid;
		Oid input = OidIsValid(opclass) ? get_opclass_input_type(opclass) : InvalidOid;

		if (!OidIsValid(opclass) ||
			(!OidIsValid(
				 get_opfamily_member(family, input, getBaseType(from), BTEqualStrategyNumber)) &&
			 !can_coerce_type(1, &from, &input, COERCION_IMPLICIT)))
			ereport(ERROR,
					(errcode(ERRCODE_DATATYPE_MISMATCH),
					 errmsg("foreign key constraint \"%s\" cannot be implemented",
							NameStr(form->conname)),
					 errdetail("Key columns would be of incompatible types: %s and %s.",
							   format_type_be(from), format_type_be(to)),
					 errhint("Drop the foreign key, change both columns, and make it again by "
							 "zdm.expand_foreign_key().")));
	}
	ReleaseSysCache(tuple);
}

/* Tries what hangs on the column in one table. */
static void
try_dependents(ZdmSwap *swap)
{
	List *row = zdm_swap_shadow_row(swap);
	ListCell *lc;

	foreach (lc, swap->dependents)
	{
		ZdmDependent *dependent = lfirst(lc);
		bool is_constraint = OidIsValid(dependent->relid);
		ErrorContextCallback callback = {.callback = trial_error_callback,
										 .previous = error_context_stack};
		ObjectAddress address;

		if (dependent->name == NULL || dependent->above != NULL)
			continue;
		ObjectAddressSet(address,
						 dependent->kind == ZDM_DEP_STATISTICS ? StatisticExtRelationId
						 : is_constraint                       ? ConstraintRelationId
															   : RelationRelationId,
						 dependent->oid);
		callback.arg = getObjectDescription(&address, false);
		error_context_stack = &callback;
		if (OidIsValid(dependent->index))
			try_index(swap, row, dependent->index);
		else if (dependent->kind == ZDM_DEP_CHECK)
			try_check(swap, row, dependent->oid);
		else if (dependent->kind == ZDM_DEP_STATISTICS)
			try_statistics(swap, row, dependent->oid);
		else
			try_foreign_key(swap, row, dependent->oid);
		error_context_stack = callback.previous;
	}
}

/*
 * Tries all that is carried over to a column that replaces one.  Raises what would fail.
 * As the owner of the table, whose texts are parsed: that may run a domain's checks.
 */
void
zdm_carry_try(ZdmSwap *swap)
{
	List *successors;
	List *taken_over = zdm_column_numbers(zdm_swap_taken_over(swap, &successors));
	ZdmOwnerScope scope;
	ListCell *lc;

	zdm_carry_over_try(swap->plan, taken_over, successors, false);
	if (!swap->replaces)
		return;
	foreach (lc, zdm_swap_tables(swap))
	{
		ZdmSwap *table = lfirst(lc);

		zdm_owner_begin(&scope, table->plan->rel->rd_rel->relowner);
		try_dependents(table);
		zdm_owner_end(&scope);
	}
}
