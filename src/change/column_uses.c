/*
 * column_uses.c
 *		What uses a column that is to be dropped: what goes with it, and what forbids it.
 *
 * The catalog of dependencies (pg_depend) knows every object that names a column;
 * the server drops some of them with it (manual, ALTER TABLE, DROP COLUMN) and
 * refuses for others, which the user has to see before anything changes.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/transam.h"
#include "catalog/dependency.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_attrdef.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_index.h"
#include "catalog/pg_language.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_statistic_ext.h"
#include "commands/trigger.h"
#include "utils/builtins.h"
#include "utils/formatting.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "base/compat.h"
#include "base/lock.h"
#include "base/names.h"
#include "base/triggers.h"
#include "change/column_uses.h"
#include "change/dependents.h"

/* list_sort() comparator for strings. */
static int
compare_strings(const ListCell *a, const ListCell *b)
{
	return strcmp(lfirst(a), lfirst(b));
}

/* Adds a text to a list that stays sorted and free of repetitions. */
static List *
add_once(List *list, char *text)
{
	if (zdm_has_string(list, text))
		return list;
	list = lappend(list, text);
	list_sort(list, compare_strings);
	return list;
}

/* Tells whether this is the default (or generation expression) of just this column. */
static bool
is_own_default(const ObjectAddress *object, Oid relid, AttrNumber attnum)
{
	ObjectAddress column;

	if (object->classId != AttrDefaultRelationId)
		return false;
	column = GetAttrDefaultColumnAddress(object->objectId);
	return column.objectId == relid && column.objectSubId == attnum;
}

/*
 * Sorts in a constraint: those of the table itself go with the column, but for a
 * primary key; those of other tables that point at the column forbid the drop.
 * Copies that partitions have of their parent's are not worth a word.
 */
static void
sort_in_constraint(Relation rel, AttrNumber attnum, const ObjectAddress *object,
				   ZdmColumnUses *uses)
{
	HeapTuple tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(object->objectId));
	Form_pg_constraint form;
	char *text;
	int length;
	bool own;

	if (!HeapTupleIsValid(tuple))
		return; /* dropped in the meantime */
	form = (Form_pg_constraint) GETSTRUCT(tuple);
	text = getObjectDescription(object, true);
	own = form->conrelid == RelationGetRelid(rel) &&
		  (form->contype != CONSTRAINT_FOREIGN ||
		   zdm_constraint_has_column(tuple, Anum_pg_constraint_conkey, attnum, &length));
	if (OidIsValid(form->conparentid) || text == NULL)
		own = true;
	else if (!own || form->contype == CONSTRAINT_PRIMARY)
		uses->blockers = add_once(uses->blockers, text);
	else if (form->contype == CONSTRAINT_FOREIGN)
	{
		bool enforced = zdm_constraint_enforced(form);

		if (form->confrelid != form->conrelid)
			uses->referenced = list_append_unique_oid(uses->referenced, form->confrelid);
		if (enforced)
			uses->foreign = add_once(uses->foreign, text);
		if (enforced && length > 1)
			uses->composite = add_once(uses->composite, text);
		if (enforced && form->confmatchtype == FKCONSTR_MATCH_FULL && length > 1)
			uses->match_full = true;
	}
	else if (form->contype == CONSTRAINT_CHECK && form->coninhcount == 0)
	{
		(void) zdm_constraint_has_column(tuple, Anum_pg_constraint_conkey, attnum, &length);
		if (length > 1)
			uses->companions = add_once(uses->companions, text);
	}
	ReleaseSysCache(tuple);
}

/* Sorts in a relation that uses the column: an index, a sequence, or something unknown. */
static void
sort_in_relation(Relation rel, AttrNumber attnum, const ObjectAddress *object, ZdmColumnUses *uses)
{
	char relkind = get_rel_relkind(object->objectId);
	ListCell *lc;

	if (relkind == '\0' || relkind == RELKIND_INDEX || relkind == RELKIND_PARTITIONED_INDEX)
		return; /* see sort_in_indexes() */
	if (relkind != RELKIND_SEQUENCE)
	{
		uses->blockers = add_once(uses->blockers, getObjectDescription(object, false));
		return;
	}
	foreach (lc, zdm_objects_on(RelationRelationId, object->objectId, 0))
	{
		const ObjectAddress *user = lfirst(lc);
		char *text;

		if (is_own_default(user, RelationGetRelid(rel), attnum) ||
			(user->classId == RelationRelationId && user->objectId == RelationGetRelid(rel)))
			continue;
		text = getObjectDescription(user, true);
		if (text)
			uses->blockers =
				add_once(uses->blockers, psprintf("%s (uses the column's sequence)", text));
	}
}

/* Sorts in the table's indexes that have the column as key, in an expression or predicate. */
static void
sort_in_indexes(Relation rel, AttrNumber attnum, ZdmColumnUses *uses)
{
	List *dependents = zdm_objects_on(RelationRelationId, RelationGetRelid(rel), attnum);
	ListCell *lc;

	foreach (lc, RelationGetIndexList(rel))
	{
		Relation index = index_open(lfirst_oid(lc), AccessShareLock);
		Form_pg_index form = index->rd_index;
		Oid constraint = get_index_constraint(RelationGetRelid(index));
		ObjectAddress address;
		bool uses_column = false;
		char *text;
		ListCell *dependent;

		foreach (dependent, dependents)
		{
			const ObjectAddress *object = lfirst(dependent);

			if (object->objectId == RelationGetRelid(index) ||
				(OidIsValid(constraint) && object->objectId == constraint))
				uses_column = true;
		}
		ObjectAddressSet(address, RelationRelationId, RelationGetRelid(index));
		text = getObjectDescription(&address, false);
		if (uses_column && form->indisreplident)
			uses->blockers =
				add_once(uses->blockers, psprintf("%s (the table's replica identity)", text));
		if (uses_column && (form->indisunique || form->indisexclusion))
		{
			uses->uniques = add_once(uses->uniques, text);
			if (form->indnkeyatts > 1)
				uses->composite = add_once(uses->composite, text);
			if (form->indnullsnotdistinct)
				uses->nulls_clash = true;
		}
		if (uses_column && !index->rd_rel->relispartition &&
			(form->indnatts > 1 || form->indisunique || form->indisexclusion ||
			 form->indkey.values[0] != attnum))
			uses->companions = add_once(uses->companions, text);
		index_close(index, AccessShareLock);
	}
}

/*
 * Finds what uses a column of one table, and adds it to *uses.  Objects that only
 * describe the column - its default, comment, grants, a sequence that nobody else
 * uses, an index on it alone - are not listed: who would miss them?
 */
void
zdm_column_uses(Relation rel, const char *column, ZdmColumnUses *uses)
{
	Oid relid = RelationGetRelid(rel);
	AttrNumber attnum = get_attnum(relid, column);
	ListCell *lc;

	foreach (lc, zdm_objects_on(RelationRelationId, relid, attnum))
	{
		const ObjectAddress *object = lfirst(lc);
		char *text;

		if (is_own_default(object, relid, attnum))
			continue;
		if (object->classId == ConstraintRelationId)
			sort_in_constraint(rel, attnum, object, uses);
		else if (object->classId == RelationRelationId && object->objectSubId == 0)
			sort_in_relation(rel, attnum, object, uses);
		else if ((text = getObjectDescription(object, true)) == NULL)
			continue;
		else if (object->classId == StatisticExtRelationId)
			uses->companions = add_once(uses->companions, text);
		else
			uses->blockers = add_once(uses->blockers, text);
	}
	sort_in_indexes(rel, attnum, uses);
}

/* Tells whether a text of SQL holds a name, also in capitals that the server would fold. */
static bool
text_mentions(const char *text, const char *name)
{
	return zdm_mentions(text, name) || zdm_mentions(asc_tolower(text, strlen(text)), name);
}

/*
 * Lists the table's triggers whose function's text holds the column's name.  The
 * server knows nothing of what such a text refers to, so this is a guess, for a
 * warning and nothing else.
 */
List *
zdm_triggers_mentioning(Relation rel, const char *column)
{
	TriggerDesc *triggers = zdm_triggers(rel);
	List *result = NIL;

	for (int i = 0; i < triggers->numtriggers; i++)
	{
		Trigger *trigger = &triggers->triggers[i];
		HeapTuple tuple = SearchSysCache1(PROCOID, ObjectIdGetDatum(trigger->tgfoid));
		bool isnull = true;
		Datum source = (Datum) 0;

		if (HeapTupleIsValid(tuple))
			source = SysCacheGetAttr(PROCOID, tuple, Anum_pg_proc_prosrc, &isnull);
		if (!trigger->tgisinternal && !isnull && text_mentions(TextDatumGetCString(source), column))
			result = add_once(result, pstrdup(trigger->tgname));
		if (HeapTupleIsValid(tuple))
			ReleaseSysCache(tuple);
	}
	return result;
}

/* Tells whether the table has a trigger that calls a function. */
static bool
is_trigger_function(Relation rel, Oid function)
{
	TriggerDesc *triggers = zdm_triggers(rel);

	for (int i = 0; i < triggers->numtriggers; i++)
		if (triggers->triggers[i].tgfoid == function)
			return true;
	return false;
}

static int
compare_texts(const ListCell *a, const ListCell *b)
{
	return strcmp(lfirst(a), lfirst(b));
}

/*
 * Lists the functions whose text holds the column's name and that of its table, or, where the
 * table's triggers call them, the column's name alone.  Likewise a guess.
 */
List *
zdm_functions_mentioning(Relation rel, const char *column)
{
	Relation catalog = table_open(ProcedureRelationId, AccessShareLock);
	SysScanDesc scan = systable_beginscan(catalog, InvalidOid, false, NULL, 0, NULL);
	List *result = NIL;
	HeapTuple tuple;

	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_proc form = (Form_pg_proc) GETSTRUCT(tuple);
		bool isnull;
		Datum source = heap_getattr(tuple, Anum_pg_proc_prosrc, RelationGetDescr(catalog), &isnull);
		char *body;

		if (isnull || form->oid < FirstNormalObjectId || form->prolang == INTERNALlanguageId ||
			form->prolang == ClanguageId)
			continue;
		body = TextDatumGetCString(source);
		if (text_mentions(body, column) && (is_trigger_function(rel, form->oid) ||
											text_mentions(body, RelationGetRelationName(rel))))
			result = add_once(result, format_procedure_qualified(form->oid));
		pfree(body);
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	list_sort(result, compare_texts);
	return result;
}
