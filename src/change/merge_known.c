/*
 * merge_known.c
 *		Whether a table that is merged, and the other one, have what their rows are taken to keep.
 *
 * The turn takes constraints of the whole for valid because the part has had the same ones, and the
 * way back those of the part because the whole has.  So each of them looks whether that is so: who
 * has dropped one, or made another one of the same name, has let in rows that it refuses.  The turn
 * notes what the whole has then: a name alone does not tell what it is of.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "base/compat.h"
#include "base/json.h"
#include "base/names.h"
#include "base/owner.h"
#include "base/query.h"
#include "change/dependents.h"
#include "change/follow.h"
#include "change/merge.h"
#include "change/renamed.h"
#include "change/step_text.h"
#include "record/carried.h"

/* In zdm.migration.carried: what keeps the whole's rows since the turn, name and definition. */
#define KEPT "kept"

/* Lists what hangs on the part, constraints or indexes: name and definition, in turn (char *). */
static List *
definitions(const ZdmMerging *merging, bool indexes)
{
	int level = zdm_pin_search_path();
	List *result = NIL;
	ListCell *lc;

	foreach (lc, indexes ? RelationGetIndexList(merging->part) : NIL)
	{
		result = lappend(result, get_rel_name(lfirst_oid(lc)));
		result = lappend(result, TextDatumGetCString(DirectFunctionCall1(
									 pg_get_indexdef, ObjectIdGetDatum(lfirst_oid(lc)))));
	}
	foreach (lc, indexes ? NIL : zdm_constraints_of(RelationGetRelid(merging->part)))
	{
		Form_pg_constraint form = (Form_pg_constraint) GETSTRUCT((HeapTuple) lfirst(lc));

		if (form->contype == 'n' ||
			(merging->blank_check && strcmp(NameStr(form->conname), merging->blank_check) == 0))
			continue;
		result = lappend(result, pstrdup(NameStr(form->conname)));
		result = lappend(result, TextDatumGetCString(DirectFunctionCall1(
									 pg_get_constraintdef, ObjectIdGetDatum(form->oid))));
	}
	AtEOXact_GUC(false, level);
	return result;
}

/* Lists the part's constraints as they are when the migration begins. */
List *
zdm_merge_known_constraints(const ZdmMerging *merging)
{
	return definitions(merging, false);
}

/* Likewise its indexes, the primary key's among them. */
List *
zdm_merge_known_indexes(const ZdmMerging *merging)
{
	return definitions(merging, true);
}

/* Tells whether a list has an object of that name and definition. */
static bool
is_known(const ZdmMerging *merging, Oid class_id, List *known, const char *name,
		 const char *definition)
{
	for (int i = 0; i + 1 < list_length(known); i += 2)
		if (strcmp(list_nth(known, i), name) == 0)
			return zdm_same_definition(zdm_step_targets(), merging->part, class_id,
									   list_nth(known, i + 1), definition);
	return false;
}

/* Tells whether the part has just the objects that are known. */
static bool
are_known(const ZdmMerging *merging, Oid class_id, List *known)
{
	List *now = definitions(merging, class_id == RelationRelationId);

	if (list_length(now) != list_length(known))
		return false;
	for (int i = 0; i < list_length(now); i += 2)
		if (!is_known(merging, class_id, known, list_nth(now, i), list_nth(now, i + 1)))
			return false;
	return true;
}

/* Returns what the part has otherwise than when the migration began; NULL: nothing. */
const char *
zdm_merge_unknown(const ZdmMerging *merging, const ZdmDeed *deed)
{
	if (!are_known(merging, ConstraintRelationId, zdm_deed_list(deed, "known_constraints")))
		return "its constraints are not what they were";
	if (!are_known(merging, RelationRelationId, zdm_deed_list(deed, "known_indexes")))
		return "its indexes are not what they were";
	return NULL;
}

/* Returns the definition of a constraint of the whole that is valid; NULL: it has none. */
static char *
valid_constraint(Oid whole, const char *name)
{
	ListCell *lc;

	foreach (lc, zdm_constraints_of(whole))
	{
		Form_pg_constraint form = (Form_pg_constraint) GETSTRUCT((HeapTuple) lfirst(lc));

		if (strcmp(NameStr(form->conname), name) == 0)
			return form->convalidated && zdm_constraint_enforced(form)
					   ? TextDatumGetCString(
							 DirectFunctionCall1(pg_get_constraintdef, ObjectIdGetDatum(form->oid)))
					   : NULL;
	}
	return NULL;
}

/* Returns the definition of a unique index of the whole that is valid; NULL: it has none. */
static char *
unique_index(Oid whole, const char *name)
{
	Oid oid = get_relname_relid(name, get_rel_namespace(whole));
	Relation index;
	bool result;

	if (!OidIsValid(oid) || zdm_table_of_index(oid) != whole)
		return NULL;
	index = index_open(oid, AccessShareLock);
	result = index->rd_index->indisunique && index->rd_index->indisvalid;
	index_close(index, AccessShareLock);
	return result ? TextDatumGetCString(DirectFunctionCall1(pg_get_indexdef, ObjectIdGetDatum(oid)))
				  : NULL;
}

/* Notes, at the turn, what it has taken over of the part: constraints and unique indexes. */
void
zdm_merge_note_kept(const ZdmMigration *m, List *constraints, List *unique)
{
	int level = zdm_pin_search_path();
	List *kept = NIL;
	StringInfoData json;
	ListCell *lc;

	foreach (lc, constraints)
	{
		kept = lappend(kept, lfirst(lc));
		kept = lappend(kept, valid_constraint(m->relation, lfirst(lc)));
	}
	foreach (lc, unique)
	{
		kept = lappend(kept, (char *) lfirst(lc) + 1);
		kept = lappend(kept, unique_index(m->relation, (char *) lfirst(lc) + 1));
	}
	AtEOXact_GUC(false, level);
	initStringInfo(&json);
	appendStringInfoChar(&json, '{');
	zdm_json_add_list(&json, KEPT, kept);
	appendStringInfoChar(&json, '}');
	zdm_carried_set(m->id, KEPT, json.data);
}

/* Tells whether something is what it was at the turn; now: its definition, NULL where it is gone.
 */
static bool
is_kept(List *kept, Relation whole, Oid class_id, const char *name, const char *now)
{
	for (int i = 0; now && i + 1 < list_length(kept); i += 2)
		if (strcmp(list_nth(kept, i), name) == 0 &&
			zdm_same_definition(zdm_step_targets(), whole, class_id, list_nth(kept, i + 1), now))
			return true;
	return false;
}

/* Refuses to go back where the whole has not what kept its rows such as the part may have. */
void
zdm_merge_require_kept(const ZdmMigration *m, List *constraints, List *unique)
{
	List *kept = zdm_json_list(zdm_json_object(zdm_carried_get(m->id), KEPT), KEPT);
	Relation whole = table_open(m->relation, NoLock);
	int level = zdm_pin_search_path();
	const char *gone = NULL;
	ListCell *lc;

	foreach (lc, unique)
		if (gone == NULL && !is_kept(kept, whole, RelationRelationId, lfirst(lc),
									 unique_index(m->relation, lfirst(lc))))
			gone = psprintf("unique index \"%s\"", (char *) lfirst(lc));
	foreach (lc, constraints)
		if (gone == NULL && (zdm_has_string(unique, lfirst(lc)) /* which was looked at above */
								 ? valid_constraint(m->relation, lfirst(lc)) == NULL
								 : !is_kept(kept, whole, ConstraintRelationId, lfirst(lc),
											valid_constraint(m->relation, lfirst(lc)))))
			gone = psprintf("constraint \"%s\"", (char *) lfirst(lc));
	AtEOXact_GUC(false, level);
	table_close(whole, NoLock);
	if (gone)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("cannot go on with migration \"%s\": %s of table %s is gone, not valid, or "
						"another one than at the turn",
						m->name, gone, zdm_qualified_name(m->relation)),
				 errdetail("The table that would come back may not have what was written since."),
				 errhint("Make it again as it was, by that name; or SELECT zdm.finalize(%s) ends "
						 "the migration.",
						 quote_literal_cstr(m->name))));
}
