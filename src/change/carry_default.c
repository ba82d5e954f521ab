/*
 * carry_default.c
 *		Defaults, owned sequences and identities go from old columns to new ones.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_attrdef.h"
#include "catalog/pg_class.h"
#include "catalog/pg_sequence.h"
#include "nodes/nodes.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "base/expression.h"
#include "base/names.h"
#include "base/owner.h"
#include "change/carry.h"
#include "change/catalog_changes.h"
#include "change/dependents.h"

/* Returns a column's default as canonical text; NULL if it has none. */
static char *
default_text(ZdmSwap *swap, ZdmOldColumn *column)
{
	TupleConstr *constr = RelationGetDescr(swap->plan->rel)->constr;

	for (int i = 0; constr != NULL && i < constr->num_defval; i++)
		if (constr->defval[i].adnum == column->att->attnum)
			return zdm_expression_canonical(swap->plan->rel, stringToNode(constr->defval[i].adbin));
	return NULL;
}

/* Returns the type of a sequence; InvalidOid if the relation is none. */
static Oid
sequence_type(Oid relation)
{
	HeapTuple tuple = SearchSysCache1(SEQRELID, ObjectIdGetDatum(relation));
	Oid type;

	if (!HeapTupleIsValid(tuple))
		return InvalidOid;
	type = ((Form_pg_sequence) GETSTRUCT(tuple))->seqtypid;
	ReleaseSysCache(tuple);
	return type;
}

/* Tells whether a sequence goes along with the column that owns it. */
static bool
is_carried_sequence(ZdmSwap *swap, Oid sequence)
{
	ListCell *lc;

	foreach (lc, swap->dependents)
	{
		ZdmDependent *dependent = lfirst(lc);

		if ((dependent->kind == ZDM_DEP_SEQUENCE || dependent->kind == ZDM_DEP_IDENTITY) &&
			dependent->oid == sequence)
			return true;
	}
	return false;
}

/*
 * Notes the sequences that a default uses and the column does not own: others may use them,
 * too, so their type stays, and nextval fails at its end.
 */
static void
note_shared_sequences(ZdmSwap *swap, ZdmDependent *dependent, ZdmStep *step)
{
	ZdmNewColumn *new = zdm_swap_replacement(swap, dependent->column);
	ListCell *lc;

	if (!zdm_is_integer(new->type))
		return;
	foreach (lc, zdm_objects_of(AttrDefaultRelationId, dependent->oid))
	{
		const ObjectAddress *object = lfirst(lc);
		Oid type =
			object->classId == RelationRelationId ? sequence_type(object->objectId) : InvalidOid;
		char *sequence;

		if (!OidIsValid(type) || get_typlen(type) >= get_typlen(new->type) ||
			is_carried_sequence(swap, object->objectId))
			continue;
		sequence = zdm_qualified_name(object->objectId);
		zdm_step_note(step,
					  "Sequence %s is in the default of \"%s\", but belongs to no column of this "
					  "migration: it stays %s, and nextval will fail at its end. ALTER SEQUENCE %s "
					  "AS %s; changes that.",
					  sequence, new->name, format_type_be(type), sequence,
					  format_type_be(new->type));
	}
}

/* Tells whether two texts are the same, or both are NULL. */
static bool
same_text(const char *a, const char *b)
{
	return a == b || (a && b && strcmp(a, b) == 0);
}

/* Returns the default that hangs on an old column; NULL: there is none. */
static ZdmDependent *
find_default(ZdmSwap *swap, ZdmOldColumn *column)
{
	ListCell *lc;

	foreach (lc, swap->dependents)
	{
		ZdmDependent *dependent = lfirst(lc);

		if (dependent->kind == ZDM_DEP_DEFAULT && dependent->column == column)
			return dependent;
	}
	return NULL;
}

/* Returns the statement that gives a column a default, or takes it: NULL. */
static char *
set_default_sql(const char *table, const char *column, const char *text)
{
	return psprintf("ALTER TABLE %s ALTER COLUMN %s %s%s", table, quote_identifier(column),
					text ? "SET DEFAULT " : "DROP DEFAULT", text ? text : "");
}

/* The default goes from the old column, whose value follows the new one from now on. */
static void
contract_old_default(ZdmSwap *swap, const char *table, ZdmOldColumn *column, const char *text)
{
	zdm_carry_contract_sql(swap, set_default_sql(table, column->hidden, NULL),
						   set_default_sql(table, column->hidden, text));
}

/* The new column gets the default. */
static ZdmStep *
contract_new_default(ZdmSwap *swap, const char *table, ZdmOldColumn *column, const char *text)
{
	ZdmNewColumn *new = zdm_swap_replacement(swap, column);

	/* What the new column can't take is better said now than at contract. */
	if (text)
	{
		ZdmOwnerScope scope;

		zdm_owner_begin(&scope, swap->plan->rel->rd_rel->relowner);
		(void) zdm_expression_parse_type(swap->plan->rel, text, new->type, new->typmod,
										 "the column's default");
		zdm_owner_end(&scope);
	}
	return zdm_carry_contract_sql(swap, set_default_sql(table, new->name, text),
								  set_default_sql(table, new->name, NULL));
}

/*
 * Hands defaults on: that of the table goes with those of its partitions, and those that have
 * another one, or none, get that behind it.  On the way back it is the other way round, which is
 * that of the steps.
 */
static void
contract_defaults_of(ZdmSwap *swap, ZdmOldColumn *column)
{
	int number = 0;
	ZdmDependent *dependent = find_default(swap, column);
	ZdmNewColumn *new = zdm_swap_replacement(swap, column);
	char *text = default_text(swap, column);
	bool takes_default = new != NULL &&new->default_text == NULL;
	ListCell *lc;

	foreach (lc, swap->old)
		if (lfirst(lc) == column)
			number = foreach_current_index(lc);
	foreach (lc, swap->below)
	{
		ZdmSwap *part = lfirst(lc);
		char *own = default_text(part, list_nth(part->old, number));

		if (!same_text(own, text))
			contract_old_default(part, psprintf("ONLY %s", part->plan->table), column, own);
	}
	if (dependent != NULL)
		contract_old_default(swap, swap->plan->table, column, text);
	if (!takes_default)
		return;
	if (dependent != NULL)
		note_shared_sequences(swap, dependent,
							  contract_new_default(swap, swap->plan->table, column, text));
	foreach (lc, swap->below)
	{
		ZdmSwap *part = lfirst(lc);
		ZdmOldColumn *own_column = list_nth(part->old, number);
		char *own = default_text(part, own_column);

		if (!same_text(own, text))
			contract_new_default(part, psprintf("ONLY %s", part->plan->table), own_column, own);
	}
}

/* Hands the defaults of all old columns on. */
void
zdm_carry_contract_defaults(ZdmSwap *swap)
{
	ListCell *lc;

	foreach (lc, swap->old)
		contract_defaults_of(swap, lfirst(lc));
}

/* Widens a sequence along with its column, as far as its maximum is that of its type. */
static void
contract_sequence_type(ZdmSwap *swap, ZdmDependent *dependent)
{
	ZdmNewColumn *new = zdm_swap_replacement(swap, dependent->column);
	Oid type = sequence_type(dependent->oid);
	char *sequence = zdm_qualified_name(dependent->oid);

	if (!OidIsValid(type))
		elog(ERROR, "cache lookup failed for sequence %u", dependent->oid);
	if (type == new->type || !zdm_is_integer(new->type))
		return;
	zdm_carry_contract_step(
		swap,
		zdm_deed_sql(
			psprintf("ALTER SEQUENCE %s AS %s", sequence, zdm_qualified_type(new->type, -1))),
		zdm_deed_series(list_make2(zdm_deed_refuse_sequence(sequence, zdm_qualified_type(type, -1)),
								   zdm_deed_sql(psprintf("ALTER SEQUENCE %s AS %s", sequence,
														 zdm_qualified_type(type, -1))))));
}

/* An owned sequence changes its owner; an identity's sequence stays with the identity. */
void
zdm_carry_contract_sequence(ZdmSwap *swap, ZdmDependent *dependent)
{
	const char *table = swap->plan->table;
	const char *hidden = dependent->column->hidden;
	const char *name = zdm_swap_replacement(swap, dependent->column)->name;
	char *sequence = zdm_qualified_name(dependent->oid);

	if (dependent->kind == ZDM_DEP_IDENTITY)
		zdm_carry_contract_step(swap, zdm_deed_move_identity(table, hidden, name),
								zdm_deed_move_identity(table, name, hidden));
	else
		zdm_carry_contract_sql(
			swap,
			psprintf("ALTER SEQUENCE %s OWNED BY %s.%s", sequence, table, quote_identifier(name)),
			psprintf("ALTER SEQUENCE %s OWNED BY %s.%s", sequence, table,
					 quote_identifier(hidden)));
	contract_sequence_type(swap, dependent);
}
