/*
 * carry_check.c
 *		What was made on an old column, or dropped from it, after its migration had been
 *		planned.
 *
 * Contract hands on what the plan knows.  An index or a constraint that somebody has
 * made meanwhile would stay on the hidden column, fail writes there, and vanish with
 * it at finalize.  One that somebody has dropped can't be handed on; the new column
 * has its twin, which was not dropped.
 */
#include "postgres.h"

#include "access/table.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_class.h"
#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/rel.h"

#include "carry.h"
#include "catalog_changes.h"
#include "dependents.h"
#include "names.h"
#include "query.h"

PG_FUNCTION_INFO_V1(zdm_require_known);

/* Tells whether a list of strings has one. */
static bool
has_string(List *strings, const char *string)
{
	ListCell *lc;

	foreach (lc, strings)
		if (strcmp(lfirst(lc), string) == 0)
			return true;
	return false;
}

/* Lists the identities of the objects that depend on a column, and "<column> not null" if it is
 * that. */
List *
zdm_column_dependents(Relation rel, AttrNumber attnum)
{
	List *result = NIL;
	ListCell *lc;

	foreach (lc, zdm_objects_on(RelationRelationId, RelationGetRelid(rel), attnum))
	{
		char *identity = getObjectIdentity(lfirst(lc), true);

		/* A check depends on its column twice. */
		if (identity && !has_string(result, identity))
			result = lappend(result, identity);
	}
	if (TupleDescAttr(RelationGetDescr(rel), attnum - 1)->attnotnull)
		result = lappend(
			result, psprintf("%s not null",
							 NameStr(TupleDescAttr(RelationGetDescr(rel), attnum - 1)->attname)));
	return result;
}

/* Returns, in one text, what of a list is not in the other, and is not `allowed`. */
static char *
list_others(List *list, List *known, const char *allowed)
{
	StringInfoData buf;
	ListCell *lc;

	initStringInfo(&buf);
	foreach (lc, list)
		if (!has_string(known, lfirst(lc)) && strcmp(lfirst(lc), allowed) != 0)
			appendStringInfo(&buf, "%s%s", buf.len > 0 ? ", " : "", (char *) lfirst(lc));
	return buf.data;
}

/*
 * zdm.require_known(tbl, columns, known, guard): an error unless just what is known
 * depends on the columns, and perhaps the guard index.
 */
Datum
zdm_require_known(PG_FUNCTION_ARGS)
{
	Relation rel = zdm_open_for_change(PG_GETARG_OID(0));
	List *known = zdm_text_list(PG_GETARG_ARRAYTYPE_P(2));
	const char *guard = text_to_cstring(PG_GETARG_TEXT_PP(3));
	List *present = NIL;
	char *others;
	ListCell *column;

	foreach (column, zdm_text_list(PG_GETARG_ARRAYTYPE_P(1)))
		present =
			list_concat(present, zdm_column_dependents(rel, zdm_find_column(rel, lfirst(column))));
	others = list_others(present, known, guard);
	if (others[0] != '\0')
		ereport(
			ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("cannot contract: something was made on an old column of \"%s\" since expand",
					RelationGetRelationName(rel)),
			 errdetail("It would be hidden with the column, and lost at finalize: %s.", others),
			 errhint("Drop it and make it again after contract, or roll back and start again.")));
	others = list_others(known, present, guard);
	if (others[0] != '\0')
		ereport(
			ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("cannot contract: something on an old column of \"%s\" is gone since expand",
					RelationGetRelationName(rel)),
			 errdetail("The new column would have it all the same: %s.", others),
			 errhint("Make it again and drop it after contract, or roll back and start again.")));
	table_close(rel, NoLock);
	PG_RETURN_VOID();
}
