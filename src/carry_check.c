/*
 * carry_check.c
 *		What was made on an old column after its migration had been planned.
 *
 * Contract hands on what the plan knows.  An index or a constraint that somebody has
 * made meanwhile would stay on the hidden column, fail writes there, and vanish with
 * it at finalize.
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

/* Lists the identities of the objects that depend on a column, and "not null" if it is that. */
List *
zdm_column_dependents(Relation rel, AttrNumber attnum)
{
	List *result = NIL;
	ListCell *lc;

	foreach (lc, zdm_objects_on(RelationRelationId, RelationGetRelid(rel), attnum))
	{
		char *identity = getObjectIdentity(lfirst(lc), true);

		if (identity)
			result = lappend(result, identity);
	}
	if (TupleDescAttr(RelationGetDescr(rel), attnum - 1)->attnotnull)
		result = lappend(result, pstrdup("not null"));
	return result;
}

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

/*
 * zdm.require_known(tbl, columns, known): an error if something depends on the columns
 * that is not among the known identities.
 */
Datum
zdm_require_known(PG_FUNCTION_ARGS)
{
	Relation rel = zdm_open_for_change(PG_GETARG_OID(0));
	List *known = zdm_text_list(PG_GETARG_ARRAYTYPE_P(2));
	StringInfoData unknown;
	ListCell *column;
	ListCell *lc;

	initStringInfo(&unknown);
	foreach (column, zdm_text_list(PG_GETARG_ARRAYTYPE_P(1)))
		foreach (lc, zdm_column_dependents(rel, zdm_find_column(rel, lfirst(column))))
			if (!has_string(known, lfirst(lc)))
				appendStringInfo(&unknown, "%s%s", unknown.len > 0 ? ", " : "",
								 (char *) lfirst(lc));
	if (unknown.len > 0)
		ereport(
			ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("cannot contract: something was made on an old column of \"%s\" since expand",
					RelationGetRelationName(rel)),
			 errdetail("It would be hidden with the column, and lost at finalize: %s.",
					   unknown.data),
			 errhint("Drop it and make it again after contract, or roll back and start again.")));
	table_close(rel, NoLock);
	PG_RETURN_VOID();
}
