/*
 * carry_constraint.c
 *		Check constraints and foreign keys, by the names that columns have at a time.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_constraint.h"
#include "nodes/parsenodes.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "base/compat.h"
#include "base/expression.h"
#include "base/names.h"
#include "change/carry.h"

/* Returns a check constraint without its name: CHECK (...). */
char *
zdm_carry_check_sql(ZdmSwap *swap, HeapTuple constraint, ZdmNaming naming)
{
	bool isnull;
	Datum value = SysCacheGetAttr(CONSTROID, constraint, Anum_pg_constraint_conbin, &isnull);
	Form_pg_constraint form = (Form_pg_constraint) GETSTRUCT(constraint);
	Node *expr;

	if (isnull)
		elog(ERROR, "null conbin of a check constraint");
	expr = stringToNode(TextDatumGetCString(value));
	return psprintf("CHECK (%s)%s%s",
					zdm_expression_canonical_row(zdm_swap_names(swap, naming), expr),
					form->connoinherit ? " NO INHERIT" : "",
					zdm_constraint_enforced(form) ? "" : " NOT ENFORCED");
}

/* Appends a parenthesised list of columns. */
static void
add_columns(StringInfo buf, ZdmSwap *swap, Oid relid, const AttrNumber *columns, int n,
			ZdmNaming naming)
{
	for (int i = 0; i < n; i++)
		appendStringInfo(buf, "%s%s", i > 0 ? ", " : " (",
						 quote_identifier(zdm_swap_name(swap, relid, columns[i], naming)));
	appendStringInfoChar(buf, ')');
}

/* Returns what an action of a foreign key is called; NULL for NO ACTION. */
static const char *
action_name(char action)
{
	switch (action)
	{
		case FKCONSTR_ACTION_RESTRICT:
			return "RESTRICT";
		case FKCONSTR_ACTION_CASCADE:
			return "CASCADE";
		case FKCONSTR_ACTION_SETNULL:
			return "SET NULL";
		case FKCONSTR_ACTION_SETDEFAULT:
			return "SET DEFAULT";
		default:
			return NULL;
	}
}

/* Returns a foreign key without its name: FOREIGN KEY (...) REFERENCES ... */
char *
zdm_carry_foreign_key_sql(ZdmSwap *swap, HeapTuple constraint, ZdmNaming naming)
{
	Form_pg_constraint form = (Form_pg_constraint) GETSTRUCT(constraint);
	AttrNumber keys[INDEX_MAX_KEYS];
	AttrNumber referenced[INDEX_MAX_KEYS];
	AttrNumber set_columns[INDEX_MAX_KEYS];
	Oid pf[INDEX_MAX_KEYS];
	Oid pp[INDEX_MAX_KEYS];
	Oid ff[INDEX_MAX_KEYS];
	int n;
	int nset;
	StringInfoData buf;

	DeconstructFkConstraintRow(constraint, &n, keys, referenced, pf, pp, ff, &nset, set_columns);
	initStringInfo(&buf);
	appendStringInfoString(&buf, "FOREIGN KEY");
	add_columns(&buf, swap, form->conrelid, keys, n, naming);
	appendStringInfo(&buf, " REFERENCES %s", zdm_qualified_name(form->confrelid));
	add_columns(&buf, swap, form->confrelid, referenced, n, naming);
	if (form->confmatchtype == FKCONSTR_MATCH_FULL)
		appendStringInfoString(&buf, " MATCH FULL");
	if (action_name(form->confupdtype))
		appendStringInfo(&buf, " ON UPDATE %s", action_name(form->confupdtype));
	if (action_name(form->confdeltype))
		appendStringInfo(&buf, " ON DELETE %s", action_name(form->confdeltype));
	if (nset > 0)
		add_columns(&buf, swap, form->conrelid, set_columns, nset, naming);
	if (form->condeferrable)
		appendStringInfoString(&buf, " DEFERRABLE");
	if (form->condeferred)
		appendStringInfoString(&buf, " INITIALLY DEFERRED");
	if (!zdm_constraint_enforced(form))
		appendStringInfoString(&buf, " NOT ENFORCED");
	return buf.data;
}
