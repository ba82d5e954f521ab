/*
 * carry_check.c
 *		What was made on an old column, or dropped from it, after its migration had been
 *		planned.
 *
 * Contract hands on what the plan knows, by definition: a name may have another one by
 * then.  An index or a constraint that somebody has
 * made meanwhile would stay on the hidden column, fail writes there, and vanish with
 * it at finalize.  One that somebody has dropped can't be handed on; the new column
 * has its twin, which was not dropped.
 */
#include "postgres.h"

#include "access/table.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_attrdef.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_statistic_ext.h"
#include "fmgr.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "carry.h"
#include "catalog_changes.h"
#include "dependents.h"
#include "expression.h"
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

/* Has everything printed the same way, whoever asks; ends with AtEOXact_GUC(false, level). */
static int
pin_printing(void)
{
	static const char *const settings[][2] = {{"quote_all_identifiers", "off"},
											  {"DateStyle", "ISO, YMD"},
											  {"IntervalStyle", "postgres"},
											  {"TimeZone", "UTC"},
											  {"bytea_output", "hex"},
											  {"extra_float_digits", "1"},
											  {"lc_monetary", "C"}};
	int level = zdm_pin_search_path();

	for (int i = 0; i < lengthof(settings); i++)
		(void) set_config_option(settings[i][0], settings[i][1], PGC_USERSET, PGC_S_SESSION,
								 GUC_ACTION_SAVE, true, 0, false);
	return level;
}

/* Tells whether an object is a foreign key's row for one partition: the key itself is enough. */
static bool
is_part_of_key(const ObjectAddress *object)
{
	HeapTuple tuple;
	bool result;

	if (object->classId != ConstraintRelationId)
		return false;
	tuple = zdm_constraint_row(object->objectId);
	result = zdm_is_part_of_key((Form_pg_constraint) GETSTRUCT(tuple));
	ReleaseSysCache(tuple);
	return result;
}

/* Returns an object's definition as the server prints it; NULL where its identity says all. */
static char *
definition(Relation rel, const ObjectAddress *object)
{
	Datum oid = ObjectIdGetDatum(object->objectId);
	TupleConstr *constr = RelationGetDescr(rel)->constr;
	AttrNumber attnum;

	switch (object->classId)
	{
		case ConstraintRelationId:
			return TextDatumGetCString(DirectFunctionCall1(pg_get_constraintdef, oid));
		case RelationRelationId:
			if (get_rel_relkind(object->objectId) != RELKIND_INDEX)
				return NULL;
			return TextDatumGetCString(DirectFunctionCall1(pg_get_indexdef, oid));
		case StatisticExtRelationId:
			return TextDatumGetCString(DirectFunctionCall1(pg_get_statisticsobjdef, oid));
		case AttrDefaultRelationId:
			attnum = GetAttrDefaultColumnAddress(object->objectId).objectSubId;
			for (int i = 0; constr != NULL && i < constr->num_defval; i++)
				if (constr->defval[i].adnum == attnum)
					return zdm_expression_canonical(rel, stringToNode(constr->defval[i].adbin));
			return NULL;
		default:
			return NULL;
	}
}

/*
 * Lists the objects that depend on a column, each with its definition, and "<column> not
 * null" if it is that.  Leaves out the one of the identity `except`.
 */
List *
zdm_column_dependents(Relation rel, AttrNumber attnum, const char *except)
{
	int level = pin_printing();
	List *result = NIL;
	ListCell *lc;

	foreach (lc, zdm_objects_on(RelationRelationId, RelationGetRelid(rel), attnum))
	{
		char *identity = is_part_of_key(lfirst(lc)) ? NULL : getObjectIdentity(lfirst(lc), true);
		char *text;

		if (identity == NULL || strcmp(identity, except) == 0)
			continue;
		text = definition(rel, lfirst(lc));
		if (text)
			identity = psprintf("%s: %s", identity, text);
		/* A check depends on its column twice. */
		if (!has_string(result, identity))
			result = lappend(result, identity);
	}
	if (TupleDescAttr(RelationGetDescr(rel), attnum - 1)->attnotnull)
		result = lappend(
			result, psprintf("%s not null",
							 NameStr(TupleDescAttr(RelationGetDescr(rel), attnum - 1)->attname)));
	AtEOXact_GUC(false, level);
	return result;
}

/* Returns, in one text, what of a list is not in the other. */
static char *
list_others(List *list, List *known)
{
	StringInfoData buf;
	ListCell *lc;

	initStringInfo(&buf);
	foreach (lc, list)
		if (!has_string(known, lfirst(lc)))
			appendStringInfo(&buf, "%s%s", buf.len > 0 ? ", " : "", (char *) lfirst(lc));
	return buf.data;
}

/*
 * Leaves NOT NULL constraints out, where the plan that says what is known was made by a server
 * that has none (before 18): that the column is NOT NULL stands in either list.
 */
static List *
as_known_then(List *present, List *known)
{
	List *result = NIL;
	ListCell *lc;

	foreach (lc, known)
		if (strstr(lfirst(lc), ": NOT NULL "))
			return present;
	foreach (lc, present)
		if (strstr(lfirst(lc), ": NOT NULL ") == NULL)
			result = lappend(result, lfirst(lc));
	return result;
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
		present = list_concat(
			present, zdm_column_dependents(rel, zdm_find_column(rel, lfirst(column)), guard));
	present = as_known_then(present, known);
	others = list_others(present, known);
	if (others[0] != '\0')
		ereport(
			ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("cannot contract: something was made on an old column of \"%s\" since expand",
					RelationGetRelationName(rel)),
			 errdetail("It would be hidden with the column, and lost at finalize: %s.", others),
			 errhint("Drop it and make it again after contract, or roll back and start again.")));
	others = list_others(known, present);
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
