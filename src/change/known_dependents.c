/*
 * known_dependents.c
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

#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_attrdef.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_statistic_ext.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "base/expression.h"
#include "base/json.h"
#include "base/names.h"
#include "base/query.h"
#include "base/tree.h"
#include "change/carry.h"
#include "change/carry_over.h"
#include "change/catalog_changes.h"
#include "change/dependents.h"
#include "change/renamed.h"
#include "change/step_text.h"

/*
 * Has everything printed the same way, whoever asks: also values of types whose text depends on
 * more than what text of SQL does.  Ends with AtEOXact_GUC(false, level).
 */
static int
pin_printing(void)
{
	static const char *const settings[][2] = {
		{"TimeZone", "UTC"}, {"bytea_output", "hex"}, {"lc_monetary", "C"}};
	int level = zdm_pin_search_path();

	for (int i = 0; i < lengthof(settings); i++)
		(void) set_config_option(settings[i][0], settings[i][1], PGC_USERSET, PGC_S_SESSION,
								 GUC_ACTION_SAVE, true, 0, false);
	return level;
}

/*
 * Tells whether a constraint is a foreign key's row for one partition: the key itself is enough.
 * Of a partition likewise whatever it has from its parent.
 */
static bool
is_part_of_constraint(Oid constraint, bool is_partition)
{
	HeapTuple tuple = zdm_constraint_row(constraint);
	Form_pg_constraint form = (Form_pg_constraint) GETSTRUCT(tuple);
	bool result = zdm_is_part_of_key(form) ||
				  (is_partition && (form->coninhcount > 0 || OidIsValid(form->conparentid)));

	ReleaseSysCache(tuple);
	return result;
}

/* Returns a column's default as canonical text; NULL: it has none. */
static char *
default_of(Relation rel, AttrNumber attnum)
{
	TupleConstr *constr = RelationGetDescr(rel)->constr;

	for (int i = 0; constr != NULL && i < constr->num_defval; i++)
		if (constr->defval[i].adnum == attnum)
			return zdm_expression_canonical(rel, stringToNode(constr->defval[i].adbin));
	return NULL;
}

/*
 * Tells whether an object on a partition is what the table has for all of them.  A default is, if
 * it is the same.
 */
static bool
is_of_whole(Relation whole, Relation rel, const ObjectAddress *object)
{
	bool is_partition = RelationGetRelid(whole) != RelationGetRelid(rel);
	ObjectAddress column;
	AttrNumber attnum;
	char *text;

	if (object->classId == ConstraintRelationId)
		return is_part_of_constraint(object->objectId, is_partition);
	if (!is_partition)
		return false;
	if (object->classId == RelationRelationId)
		return get_rel_relispartition(object->objectId);
	if (object->classId != AttrDefaultRelationId)
		return false;
	column = GetAttrDefaultColumnAddress(object->objectId);
	attnum = get_attnum(RelationGetRelid(whole),
						get_attname(RelationGetRelid(rel), column.objectSubId, false));
	text = default_of(whole, attnum);
	return text != NULL && strcmp(text, default_of(rel, column.objectSubId)) == 0;
}

/* Returns an object's definition as the server prints it; NULL where its identity says all. */
static char *
object_definition(Relation rel, const ObjectAddress *object)
{
	Datum oid = ObjectIdGetDatum(object->objectId);

	switch (object->classId)
	{
		case ConstraintRelationId:
			return TextDatumGetCString(DirectFunctionCall1(pg_get_constraintdef, oid));
		case RelationRelationId:
			if (get_rel_relkind(object->objectId) != RELKIND_INDEX &&
				get_rel_relkind(object->objectId) != RELKIND_PARTITIONED_INDEX)
				return NULL;
			return TextDatumGetCString(DirectFunctionCall1(pg_get_indexdef, oid));
		case StatisticExtRelationId:
			return TextDatumGetCString(DirectFunctionCall1(pg_get_statisticsobjdef, oid));
		case AttrDefaultRelationId:
			return default_of(rel, GetAttrDefaultColumnAddress(object->objectId).objectSubId);
		default:
			return NULL;
	}
}

/* Tells whether a way back to this table's old columns has made the constraint NOT VALID. */
static bool
is_unvalidated(Oid relation, Oid constraint)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};
	bool result;

	zdm_record_begin(&scope);
	zdm_arg_oid(&args, relation);
	zdm_arg_oid(&args, constraint);
	result =
		zdm_query("SELECT 1 FROM zdm.migration_row WHERE relation = $1 AND $2 = ANY (unvalidated)"
				  "   AND status NOT IN ('finalized', 'rolled_back')",
				  &args) > 0;
	zdm_record_end(&scope);
	return result;
}

/* Looks for a known entry of that identity whose definition is `text`; NULL: there is none. */
static char *
find_known(Relation rel, const ObjectAddress *object, const char *identity, const char *text,
		   List *known)
{
	char *prefix = psprintf("%s: ", identity);
	ListCell *lc;

	foreach (lc, known)
		if (strncmp(lfirst(lc), prefix, strlen(prefix)) == 0 &&
			zdm_same_definition(zdm_step_targets(), rel, object->classId,
								(char *) lfirst(lc) + strlen(prefix), text))
			return lfirst(lc);
	return NULL;
}

/*
 * Returns how an object is listed: by identity and definition, with the names of when the
 * migration began where it is as it is known.  A check that was valid until the
 * way back made it anew is listed as it is known, for the one on the new column is valid; a
 * foreign key has none there.
 */
static char *
listed_object(Oid migrated, Relation rel, const ObjectAddress *object, const char *identity,
			  List *known)
{
	const char *suffix = " NOT VALID";
	char *text = object_definition(rel, object);
	int end = text ? (int) strlen(text) - (int) strlen(suffix) : 0;
	char *as_known;

	if (text == NULL)
		return pstrdup(identity);
	as_known = find_known(rel, object, identity, text, known);
	if (as_known == NULL && object->classId == ConstraintRelationId && end > 0 &&
		strcmp(text + end, suffix) == 0 && is_unvalidated(migrated, object->objectId))
		as_known = find_known(rel, object, identity, pnstrdup(text, end), known);
	return as_known ? as_known : psprintf("%s: %s", identity, text);
}

/* Adds what depends on a column of one table: the whole, or a partition. */
static List *
add_dependents(List *list, Relation whole, Relation rel, const char *column, const char *except,
			   List *known)
{
	AttrNumber attnum = zdm_find_column(rel, column);
	ListCell *lc;

	foreach (lc, zdm_objects_on(RelationRelationId, RelationGetRelid(rel), attnum))
	{
		char *identity;
		char *entry;

		if (is_of_whole(whole, rel, lfirst(lc)) || zdm_is_carried_over(lfirst(lc)))
			continue;
		identity = zdm_identity_then(zdm_step_targets(), lfirst(lc));
		if (identity == NULL || strcmp(identity, except) == 0)
			continue;
		entry = listed_object(RelationGetRelid(whole), rel, lfirst(lc), identity, known);
		/* A check depends on its column twice. */
		if (!zdm_has_string(list, entry))
			list = lappend(list, entry);
	}
	return list;
}

/*
 * Lists the objects that depend on a column, in the partitions, too, each with its definition, and
 * "<column> not null" if it is that.  Leaves out the one of the identity `except`.  `known` is an
 * earlier such list, or NIL.
 */
List *
zdm_column_dependents(Relation rel, AttrNumber attnum, const char *except, List *known)
{
	const char *column = NameStr(TupleDescAttr(RelationGetDescr(rel), attnum - 1)->attname);
	int level = pin_printing();
	List *result = NIL;
	ZdmTree tree = zdm_tree(RelationGetRelid(rel));

	while (zdm_tree_next(&tree))
		result = add_dependents(result, rel, tree.rel, column, except, known);
	if (TupleDescAttr(RelationGetDescr(rel), attnum - 1)->attnotnull)
		result = lappend(result, psprintf("%s not null", column));
	AtEOXact_GUC(false, level);
	return result;
}

/*
 * Tells whether two entries of zdm_column_dependents() say the same.  A plan that zdm 0.1.0 has
 * made has identities alone.
 */
static bool
same_entry(const char *a, const char *b)
{
	size_t len = Min(strlen(a), strlen(b));
	const char *longer = a[len] != '\0' ? a : b;

	return strncmp(a, b, len) == 0 && (longer[len] == '\0' || strncmp(longer + len, ": ", 2) == 0);
}

/* Tells whether a list has an entry that says the same. */
static bool
has_entry(List *list, const char *entry)
{
	ListCell *lc;

	foreach (lc, list)
		if (same_entry(lfirst(lc), entry))
			return true;
	return false;
}

/* Returns what of a list is not in the other. */
static List *
list_others(List *list, List *known)
{
	List *others = NIL;
	ListCell *lc;

	foreach (lc, list)
		if (!has_entry(known, lfirst(lc)))
			others = lappend(others, lfirst(lc));
	return others;
}

/* Tells whether two entries of zdm_column_dependents() are of the same object. */
static bool
same_object(const char *a, const char *b)
{
	const char *definition = strstr(a, ": ");

	return definition != NULL && strncmp(a, b, definition + 2 - a) == 0;
}

/* Refuses an object that has another definition than was planned. */
static void
refuse_changed(Relation rel, List *made, List *gone)
{
	ListCell *now;
	ListCell *then;

	foreach (now, made)
		foreach (then, gone)
			if (same_object(lfirst(now), lfirst(then)))
				ereport(ERROR,
						(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
						 errmsg("cannot contract: something on an old column of \"%s\" was changed "
								"since expand",
								RelationGetRelationName(rel)),
						 errdetail("It is %s; the new column would have it as it was: %s.",
								   (char *) lfirst(now), strstr(lfirst(then), ": ") + 2),
						 errhint("Give it that definition back, with VALIDATE where it is only NOT "
								 "VALID, and change it after contract; or roll back and start "
								 "again.")));
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
		if (strstr(lfirst(lc), ": NOT NULL ") == NULL || has_entry(known, lfirst(lc)))
			result = lappend(result, lfirst(lc));
	return result;
}

/* See zdm_run_require_known(); known is made by zdm_column_dependents(). */
ZdmDeed *
zdm_deed_require_known(const char *table, List *columns, List *known, const char *guard)
{
	StringInfoData arguments;

	zdm_deed_begin(&arguments);
	zdm_json_add_string(&arguments, "table", table);
	zdm_json_add_list(&arguments, "columns", columns);
	zdm_json_add_list(&arguments, "known", known);
	zdm_json_add_string(&arguments, "guard", guard);
	return zdm_deed_end(ZDM_ACTION_REQUIRE_KNOWN, &arguments);
}

/* Raises an error unless just what is known depends on the columns, and perhaps the guard index. */
void
zdm_run_require_known(const ZdmMigration *m, const ZdmDeed *deed)
{
	Relation rel = zdm_open_for_change(m, zdm_deed_relation(deed, "table"), AccessExclusiveLock);
	List *known = zdm_deed_list(deed, "known");
	const char *guard = zdm_deed_string(deed, "guard");
	List *present = NIL;
	List *made;
	List *gone;
	ListCell *column;

	foreach (column, zdm_deed_list(deed, "columns"))
		present =
			list_concat(present, zdm_column_dependents(rel, zdm_find_column(rel, lfirst(column)),
													   guard, known));
	present = as_known_then(present, known);
	made = list_others(present, known);
	gone = list_others(known, present);
	refuse_changed(rel, made, gone);
	if (made != NIL)
		ereport(
			ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("cannot contract: something was made on an old column of \"%s\" since expand",
					RelationGetRelationName(rel)),
			 errdetail("It would be hidden with the column, and lost at finalize: %s.",
					   zdm_join(made, ", ")),
			 errhint("Drop it and make it again after contract, or roll back and start again.")));
	if (gone != NIL)
		ereport(
			ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("cannot contract: something on an old column of \"%s\" is gone since expand",
					RelationGetRelationName(rel)),
			 errdetail("The new column would have it all the same: %s.", zdm_join(gone, ", ")),
			 errhint("Make it again and drop it after contract, or roll back and start again.")));
	table_close(rel, NoLock);
}

/* Adds the checks of a table that this transaction has made NOT VALID. */
static List *
add_unvalidated(List *checks, Oid relid)
{
	ListCell *lc;

	foreach (lc, zdm_constraints_of(relid))
	{
		HeapTuple tuple = lfirst(lc);
		Form_pg_constraint form = (Form_pg_constraint) GETSTRUCT(tuple);

		if (form->contype == CONSTRAINT_CHECK && !form->convalidated &&
			TransactionIdIsCurrentTransactionId(HeapTupleHeaderGetXmin(tuple->t_data)))
			checks = lappend(checks, psprintf("%u", form->oid));
	}
	return checks;
}

/*
 * Notes the checks that this transaction has made NOT VALID on the migration's tables: those that
 * undoing its contract has made anew, for nobody has looked at the rows.
 */
void
zdm_note_unvalidated(const ZdmMigration *m)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};
	List *checks = NIL;
	ListCell *lc;

	foreach (lc, zdm_relation_tree(m->relation))
		checks = add_unvalidated(checks, lfirst_oid(lc));
	zdm_record_begin(&scope);
	zdm_arg_int8(&args, m->id);
	zdm_arg_text_list(&args, checks);
	zdm_query("UPDATE zdm.migration_row SET unvalidated = $2::text[]::oid[] WHERE id = $1", &args);
	zdm_record_end(&scope);
}
