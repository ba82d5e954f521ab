/*
 * swap_columns.c
 *		The columns of both schemas, and what they are called when.
 */
#include "postgres.h"

#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "base/expression.h"
#include "base/names.h"
#include "change/dependents.h"
#include "change/swap_columns.h"

/* Returns the old column of that number; NULL if it is none. */
static ZdmOldColumn *
old_column(ZdmSwap *swap, AttrNumber attnum)
{
	ListCell *lc;

	foreach (lc, swap->old)
	{
		ZdmOldColumn *column = lfirst(lc);

		if (column->att->attnum == attnum)
			return column;
	}
	return NULL;
}

/* Lists the numbers of old columns. */
List *
zdm_column_numbers(List *old)
{
	List *result = NIL;
	ListCell *lc;

	foreach (lc, old)
		result = lappend_int(result, ((ZdmOldColumn *) lfirst(lc))->att->attnum);
	return result;
}

/* Returns the new column that has the name of an old one from contract on; NULL where none has. */
ZdmNewColumn *
zdm_swap_namesake(ZdmSwap *swap, const ZdmOldColumn *column)
{
	ListCell *lc;

	foreach (lc, swap->new)
		if (strcmp(((ZdmNewColumn *) lfirst(lc))->name, column->name) == 0)
			return lfirst(lc);
	return NULL;
}

/*
 * Lists the old columns (ZdmOldColumn *) that a new one of the same name takes over from, and
 * these: whoever uses the name goes along.
 */
List *
zdm_swap_taken_over(ZdmSwap *swap, List **successors)
{
	List *result = NIL;
	ListCell *lc;

	*successors = NIL;
	foreach (lc, swap->old)
	{
		ZdmNewColumn *new = zdm_swap_namesake(swap, lfirst(lc));

		if (new == NULL)
			continue;
		result = lappend(result, lfirst(lc));
		*successors = lappend(*successors, new);
	}
	return result;
}

/* Returns the new column that takes the place of an old one; NULL where none does. */
ZdmNewColumn *
zdm_swap_replacement(ZdmSwap *swap, const ZdmOldColumn *column)
{
	ListCell *old;
	ListCell *new;

	if (swap->replaces)
		forboth (old, swap->old, new, swap->new)
			if (lfirst(old) == column)
				return lfirst(new);
	return NULL;
}

/* Returns what a column is called, of the migration's table or of another one. */
char *
zdm_swap_name(ZdmSwap *swap, Oid relid, AttrNumber attnum, ZdmNaming naming)
{
	ZdmOldColumn *column =
		relid == RelationGetRelid(swap->plan->rel) ? old_column(swap, attnum) : NULL;

	if (column != NULL && naming == ZDM_NAMES_HIDDEN)
		return column->hidden;
	if (column != NULL && naming == ZDM_NAMES_SHADOW && swap->replaces)
		return zdm_swap_replacement(swap, column)->shadow;
	return get_attname(relid, attnum, false);
}

/* Lists what the table's columns are called, by number; for zdm_expression_canonical_row(). */
List *
zdm_swap_names(ZdmSwap *swap, ZdmNaming naming)
{
	TupleDesc desc = RelationGetDescr(swap->plan->rel);
	List *names = NIL;

	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute att = TupleDescAttr(desc, i);

		names = lappend(names, att->attisdropped
								   ? pstrdup(NameStr(att->attname))
								   : zdm_swap_name(swap, RelationGetRelid(swap->plan->rel),
												   att->attnum, naming));
	}
	return names;
}

/*
 * Lists the columns that a reverse expression may use: those that stay, then the new
 * ones by the names that they will have.
 */
List *
zdm_swap_row(ZdmSwap *swap)
{
	TupleDesc desc = RelationGetDescr(swap->plan->rel);
	List *row = NIL;
	ListCell *lc;

	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute att = TupleDescAttr(desc, i);
		ZdmRowColumn *column = palloc0(sizeof(ZdmRowColumn));

		column->name = pstrdup(NameStr(att->attname));
		column->typmod = att->atttypmod;
		column->collation = att->attcollation;
		if (!att->attisdropped && !att->attgenerated && old_column(swap, att->attnum) == NULL)
			column->type = att->atttypid;
		row = lappend(row, column);
	}
	foreach (lc, swap->new)
	{
		ZdmNewColumn *new = lfirst(lc);
		ZdmRowColumn *column = palloc0(sizeof(ZdmRowColumn));

		column->name = new->name;
		column->type = new->type;
		column->typmod = new->typmod;
		column->collation = new->collation;
		row = lappend(row, column);
	}
	return row;
}

/* Refuses a column that can't be given up under traffic. */
static void
check_old_column(ZdmSwap *swap, Form_pg_attribute att)
{
	const char *column = NameStr(att->attname);

	if (att->attgenerated)
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("cannot change generated column \"%s\" under traffic", column),
						errdetail("No application writes it, and a trigger cannot see its value."),
						errhint("Add a second column, and drop this one when no application reads "
								"it any more.")));
	if (att->attinhcount > 0)
		ereport(ERROR, (errcode(ERRCODE_INVALID_TABLE_DEFINITION),
						errmsg("cannot change inherited column \"%s\"", column),
						errhint("Change it in the table that this one inherits it from.")));
	zdm_plan_check_not_partition_key(swap->plan, att->attnum);
}

static ZdmOldColumn *
make_old(ZdmSwap *swap, AttrNumber attnum)
{
	ZdmOldColumn *column = palloc0(sizeof(ZdmOldColumn));

	/* Its own: what is tried on the table makes its descriptor another one (zdm_carry_over_try). */
	column->att = palloc(ATTRIBUTE_FIXED_PART_SIZE);
	memcpy(column->att, TupleDescAttr(RelationGetDescr(swap->plan->rel), attnum - 1),
		   ATTRIBUTE_FIXED_PART_SIZE);
	column->name = pstrdup(NameStr(column->att->attname));
	column->hidden = zdm_choose_column_name(swap->plan->rel, "zdm_old_", column->name);
	return column;
}

/* Adds a column of the old schema. */
void
zdm_swap_add_old(ZdmSwap *swap, const char *name)
{
	AttrNumber attnum = zdm_find_column(swap->plan->rel, name);
	ZdmOldColumn *column;

	if (old_column(swap, attnum))
		ereport(ERROR, (errcode(ERRCODE_DUPLICATE_COLUMN),
						errmsg("column \"%s\" is named more than once", name)));
	column = make_old(swap, attnum);
	check_old_column(swap, column->att);
	swap->old = lappend(swap->old, column);
}

/* Adds a generated column of both schemas; of the new one all is set but what it is called. */
void
zdm_swap_add_generated(ZdmSwap *swap, AttrNumber attnum, ZdmNewColumn *new)
{
	new->shadow = zdm_choose_column_name(swap->plan->rel, "zdm_new_", new->name);
	new->definition = zdm_type_definition(new->type, new->typmod, new->collation);
	swap->old = lappend(swap->old, make_old(swap, attnum));
	swap->new = lappend(swap->new, new);
}

/*
 * Adds a column of the new schema; its name, type and collation are set.  `forward`
 * is an expression over the table as it is.
 */
void
zdm_swap_add_new(ZdmSwap *swap, ZdmNewColumn *column, const char *forward)
{
	Relation rel = swap->plan->rel;
	AttrNumber attnum;

	zdm_check_name("the name of a new column", column->name);
	attnum = get_attnum(RelationGetRelid(rel), column->name);
	if (attnum != InvalidAttrNumber && old_column(swap, attnum))
		column->shadow = zdm_choose_column_name(rel, "zdm_new_", column->name);
	else
	{
		zdm_plan_check_column_free(swap->plan, column->name);
		column->shadow = column->name;
	}
	column->definition = zdm_type_definition(column->type, column->typmod, column->collation);
	column->forward =
		zdm_expression_parse_type(rel, forward, column->type, column->typmod, "forward");
	if (zdm_expression_is_volatile(column->forward))
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("forward must not use a volatile function"),
						errdetail("The same row would give another value each time."),
						errhint("Use only immutable or stable functions of the row.")));
	swap->new = lappend(swap->new, column);
}
