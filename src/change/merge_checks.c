/*
 * merge_checks.c
 *		What keeps a table from being merged into another one.
 *
 * Whatever hangs on the part, by the catalog of dependencies, is carried or refused by name.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/sysattr.h"
#include "catalog/dependency.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_attrdef.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_index.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_type.h"
#include "executor/spi.h"
#include "optimizer/clauses.h"
#include "optimizer/optimizer.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "base/compat.h"
#include "base/domain.h"
#include "base/expression.h"
#include "base/names.h"
#include "base/owner.h"
#include "base/query.h"
#include "base/triggers.h"
#include "change/change.h"
#include "change/dependents.h"
#include "change/extract.h"
#include "change/merge.h"
#include "change/own_trigger.h"
#include "sync/merge_keys.h"

static const char drop_hint[] = "Drop it before, and make it again after zdm.finalize().";

/* Refuses the part. */
void
zdm_merge_refuse_part(const ZdmMerging *merging, const char *what, const char *hint)
{
	ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					errmsg("cannot merge table %s into %s: %s", merging->part_table,
						   merging->whole_table, what),
					errhint("%s", hint)));
}

/* Refuses a table that is part of something larger, or that others may not see all of. */
static void
refuse_table(const ZdmMerging *merging, Relation rel)
{
	Oid relid = RelationGetRelid(rel);
	char *name = zdm_qualified_name(relid);

	if (rel->rd_rel->relkind != RELKIND_RELATION)
		zdm_merge_refuse_part(merging, psprintf("%s is partitioned", name),
							  "Only plain tables can be merged.");
	if (has_superclass(relid) || find_inheritance_children(relid, NoLock) != NIL)
		zdm_merge_refuse_part(merging, psprintf("%s inherits, or is inherited from", name),
							  "End that with ALTER TABLE ... NO INHERIT.");
	if (OidIsValid(getExtensionOfObject(RelationRelationId, relid)))
		zdm_merge_refuse_part(merging, psprintf("%s belongs to an extension", name),
							  "The extension's own script changes it.");
	if (rel->rd_tableam != GetHeapamTableAmRoutine())
		zdm_merge_refuse_part(merging, psprintf("the access method of %s is not heap", name),
							  "Only heap tables can be kept in sync.");
	if (rel->rd_rel->relrowsecurity || rel->rd_rel->relforcerowsecurity)
		zdm_merge_refuse_part(merging, psprintf("%s has row level security", name),
							  "What the policies of one table are to be, zdm can't know.");
	if (!OidIsValid(zdm_primary_key_index(rel)))
		zdm_merge_refuse_part(merging, psprintf("%s has no primary key, by which rows meet", name),
							  "zdm.expand_primary_key() gives it one. It must not be deferrable.");
}

/* Refuses two tables that are not of the same owner, or not kept alike. */
static void
refuse_pair(const ZdmMerging *merging)
{
	if (RelationGetRelid(merging->part) == RelationGetRelid(merging->whole))
		zdm_merge_refuse_part(merging, "it is the same table", "Name another table.");
	if (merging->part->rd_rel->relowner != merging->whole->rd_rel->relowner)
		zdm_merge_refuse_part(merging, "they have not the same owner",
							  "ALTER TABLE ... OWNER TO makes that so.");
	if (merging->part->rd_rel->relpersistence != merging->whole->rd_rel->relpersistence)
		zdm_merge_refuse_part(merging, "one of them is UNLOGGED, and the other one is not",
							  "ALTER TABLE ... SET LOGGED makes them alike.");
}

/* Refuses a part whose primary key is not its foreign key to the whole's. */
static void
refuse_key(const ZdmMerging *merging)
{
	AttrNumber keys[INDEX_MAX_KEYS];
	HeapTuple tuple = OidIsValid(merging->key)
						  ? SearchSysCache1(CONSTROID, ObjectIdGetDatum(merging->key))
						  : NULL;
	Form_pg_constraint form;
	const char *what = NULL;
	static const char hint[] =
		"ALTER TABLE ... ADD FOREIGN KEY (...) REFERENCES ... ON DELETE CASCADE, or "
		"zdm.expand_foreign_key(), makes it one.";

	if (!HeapTupleIsValid(tuple) || zdm_merge_whole_keys(merging->whole, keys) != merging->nkeys ||
		memcmp(keys, merging->whole_keys, sizeof(AttrNumber) * merging->nkeys) != 0)
		zdm_merge_refuse_part(merging,
							  "its primary key is no foreign key to the primary key of that", hint);
	form = (Form_pg_constraint) GETSTRUCT(tuple);
	if (form->condeferrable)
		what = "is deferrable";
	else if (!form->convalidated || !zdm_constraint_enforced(form))
		what = "is not valid";
	else if (form->confdeltype != FKCONSTR_ACTION_CASCADE)
		what = "is not ON DELETE CASCADE, and in one table a row takes all of it along";
	if (what)
		zdm_merge_refuse_part(
			merging, psprintf("its foreign key \"%s\" %s", NameStr(form->conname), what), hint);
	ReleaseSysCache(tuple);
	for (int i = 0; i < merging->nkeys; i++)
	{
		Form_pg_attribute a =
			TupleDescAttr(RelationGetDescr(merging->whole), merging->whole_keys[i] - 1);
		Form_pg_attribute b =
			TupleDescAttr(RelationGetDescr(merging->part), merging->part_keys[i] - 1);

		if (a->atttypid != b->atttypid || a->atttypmod != b->atttypmod ||
			a->attcollation != b->attcollation)
			zdm_merge_refuse_part(
				merging,
				psprintf("column \"%s\" of its key is of another type than \"%s\"",
						 NameStr(b->attname), NameStr(a->attname)),
				"zdm.expand_change_type() gives it the same one.");
	}
}

/* Refuses a column that has its values from the server, which a view's has not. */
static void
refuse_computed(const ZdmMerging *merging, Form_pg_attribute att)
{
	const char *name = NameStr(att->attname);

	if (att->attgenerated)
		zdm_merge_refuse_part(merging, psprintf("column \"%s\" is generated", name), drop_hint);
	if (att->attidentity)
		zdm_merge_refuse_part(merging, psprintf("column \"%s\" is an identity", name),
							  psprintf("ALTER TABLE %s ALTER COLUMN %s DROP IDENTITY takes that "
									   "away.",
									   merging->part_table, quote_identifier(name)));
}

/* Refuses a column that can't be one of the whole. */
static void
refuse_column(const ZdmMerging *merging, Form_pg_attribute att)
{
	const char *name = NameStr(att->attname);

	if (getBaseType(att->atttypid) != att->atttypid && zdm_domain_has_constraints(att->atttypid))
		zdm_merge_refuse_part(
			merging, psprintf("the type of column \"%s\" is a domain with constraints", name),
			"zdm.expand_change_type() gives it the type below, and CHECK what "
			"the domain refuses.");
	if (get_attnum(RelationGetRelid(merging->whole), name) != InvalidAttrNumber)
		ereport(ERROR, (errcode(ERRCODE_DUPLICATE_COLUMN),
						errmsg("cannot merge table %s into %s: both have a column \"%s\"",
							   merging->part_table, merging->whole_table, name),
						errhint("zdm.expand_rename() gives one of them another name.")));
}

/* Tells whether a column of the part is one of the key. */
static bool
is_key(const ZdmMerging *merging, AttrNumber attnum)
{
	for (int i = 0; i < merging->nkeys; i++)
		if (merging->part_keys[i] == attnum)
			return true;
	return false;
}

/* Tells whether one of these columns is none of the key; *any_key: whether one is. */
static bool
has_other(const ZdmMerging *merging, const int16 *columns, int n, bool *any_key)
{
	bool other = false;

	*any_key = false;
	for (int i = 0; i < n; i++)
	{
		*any_key |= is_key(merging, columns[i]);
		other |= columns[i] > 0 && !is_key(merging, columns[i]);
	}
	return other;
}

/* Returns why a foreign key of the part to some other table can't be one of the whole; NULL: it
 * can.
 */
static const char *
why_not_key(const ZdmMerging *merging, Form_pg_constraint form, int n)
{
	if (form->condeferrable)
		return "is deferrable";
	if (form->confrelid == form->conrelid)
		return "is to the table itself, which is to go";
	if (get_rel_relkind(form->confrelid) != RELKIND_RELATION ||
		get_rel_relispartition(form->confrelid))
		return "is to a partitioned table, or a partition";
	if (!zdm_owns_relation(form->confrelid, merging->part->rd_rel->relowner))
		return "is to a table of somebody else";
	if (form->confdeltype == FKCONSTR_ACTION_CASCADE)
		return "is ON DELETE CASCADE, which would delete the row of the whole";
	if (form->confdeltype == FKCONSTR_ACTION_SETDEFAULT ||
		form->confupdtype == FKCONSTR_ACTION_SETDEFAULT)
		return "sets its columns to their defaults, which they have not in one table";
	if (form->confmatchtype == FKCONSTR_MATCH_FULL && n > 1)
		return "is MATCH FULL, and a row that has nothing of the part would violate it";
	return NULL;
}

/* Tells whether a CHECK says of a row that has nothing in these columns that it is wrong. */
static bool
refuses_nothing(const ZdmMerging *merging, Node *expr)
{
	TupleDesc desc = RelationGetDescr(merging->part);
	int level = zdm_pin_search_path();
	StringInfoData row;
	List *names = NIL;
	bool refused;

	initStringInfo(&row);
	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute att = TupleDescAttr(desc, i);

		names = lappend(names, pstrdup(NameStr(att->attname)));
		if (!att->attisdropped)
			appendStringInfo(&row, "%sNULL::%s AS %s", row.len > 0 ? ", " : "",
							 zdm_qualified_type(getBaseType(att->atttypid), -1),
							 quote_identifier(NameStr(att->attname)));
	}
	refused = zdm_owner_refuses(merging->part->rd_rel->relowner,
								zdm_expression_canonical_row(names, expr), row.data, "r");
	AtEOXact_GUC(false, level);
	return refused;
}

/* Returns why a CHECK of the part can't be one of the whole; NULL: it can. */
static const char *
why_not_check(const ZdmMerging *merging, Form_pg_constraint form, bool other, bool any_key)
{
	TupleConstr *constr = RelationGetDescr(merging->part)->constr;

	if (!other || any_key)
		return "uses the key, and would be asked of rows that have nothing of the part";
	for (int i = 0; constr && i < constr->num_check; i++)
	{
		Node *expr;
		Bitmapset *columns;

		if (strcmp(constr->check[i].ccname, NameStr(form->conname)) != 0)
			continue;
		expr = stringToNode(constr->check[i].ccbin);
		columns = zdm_expression_columns(expr);
		if (bms_next_member(columns, -1) >= 0 &&
			bms_next_member(columns, -1) <= -FirstLowInvalidHeapAttributeNumber)
			return "uses the whole row, or a system column";
		if (refuses_nothing(merging, expr))
			return "refuses a row that has nothing in these columns";
	}
	return NULL;
}

/* Refuses a constraint of the part that can't be one of the whole. */
static void
refuse_constraint(const ZdmMerging *merging, HeapTuple tuple)
{
	Form_pg_constraint form = (Form_pg_constraint) GETSTRUCT(tuple);
	int n;
	int16 *columns = zdm_constraint_columns(tuple, Anum_pg_constraint_conkey, &n);
	bool any_key;
	bool other = has_other(merging, columns, n, &any_key);
	const char *what = NULL;

	if (form->oid == merging->key || form->contype == CONSTRAINT_PRIMARY || form->contype == 'n' ||
		(merging->blank_check && strcmp(NameStr(form->conname), merging->blank_check) == 0))
		return;
	if (!form->convalidated || !zdm_constraint_enforced(form) || zdm_constraint_is_temporal(form))
		what = "is not valid, or of a kind that is not known here";
	else if (form->contype == CONSTRAINT_EXCLUSION)
		what = "is an exclusion constraint";
	else if (form->contype == CONSTRAINT_TRIGGER)
		what = "is a trigger";
	else if (form->contype == CONSTRAINT_UNIQUE && form->condeferrable)
		what = "is deferrable";
	else if (form->contype == CONSTRAINT_FOREIGN && !other)
		what = "uses no other column than the key, and would be asked of every row";
	else if (form->contype == CONSTRAINT_FOREIGN)
		what = why_not_key(merging, form, n);
	else if (form->contype == CONSTRAINT_CHECK)
		what = why_not_check(merging, form, other, any_key);
	if (what)
		zdm_merge_refuse_part(
			merging, psprintf("constraint \"%s\" %s", NameStr(form->conname), what), drop_hint);
}

/* Tells whether an expression of an index is NULL where all columns but the key are. */
static bool
is_null_of_nulls(const ZdmMerging *merging, Node *expr)
{
	Bitmapset *columns = zdm_expression_columns(expr);
	int member = -1;
	bool other = false;

	while ((member = bms_next_member(columns, member)) >= 0)
		other |= !is_key(merging, member + FirstLowInvalidHeapAttributeNumber);
	return other && !contain_nonstrict_functions(expr);
}

/* Tells whether a unique index lets in rows that have nothing of the part. */
static bool
lets_in_nothing(const ZdmMerging *merging, Relation index)
{
	Form_pg_index form = index->rd_index;
	List *expressions = RelationGetIndexExpressions(index);
	int keys = 0;
	int at = 0;

	for (int i = 0; i < form->indnkeyatts; i++)
	{
		AttrNumber attnum = form->indkey.values[i];

		if (attnum == 0 ? is_null_of_nulls(merging, list_nth(expressions, at++))
						: !is_key(merging, attnum))
			return !form->indnullsnotdistinct;
		keys += attnum != 0 && is_key(merging, attnum);
	}
	return keys == merging->nkeys; /* which is unique by itself */
}

/* Refuses an index of the part that can't be one of the whole. */
static void
refuse_index(const ZdmMerging *merging, Oid oid)
{
	Relation index = index_open(oid, AccessShareLock);
	Form_pg_index form = index->rd_index;
	const char *what = NULL;
	bool any_key;
	Bitmapset *read = NULL;
	int member = -1;
	bool other = false;
	int16 columns[INDEX_MAX_KEYS];

	for (int i = 0; i < form->indnatts; i++)
		columns[i] = form->indkey.values[i];
	other = has_other(merging, columns, form->indnatts, &any_key);
	pull_varattnos((Node *) RelationGetIndexExpressions(index), 1, &read);
	pull_varattnos((Node *) RelationGetIndexPredicate(index), 1, &read);
	while ((member = bms_next_member(read, member)) >= 0)
		other |= !is_key(merging, member + FirstLowInvalidHeapAttributeNumber);
	if (!form->indisvalid || !form->indisready)
		what = "is not valid";
	else if (bms_next_member(read, -1) >= 0 &&
			 bms_next_member(read, -1) <= -FirstLowInvalidHeapAttributeNumber)
		what = "uses the whole row, or a system column";
	else if (form->indisreplident && !form->indisprimary)
		what = "is the replica identity";
	else if (form->indisprimary)
		what = NULL;
	else if (!other)
		what = "uses no other column than the key, which has an index in the other table";
	else if (form->indisunique && !lets_in_nothing(merging, index))
		what = "is unique, and rows that have nothing of the part would be the same to it";
	index_close(index, AccessShareLock);
	if (what)
		zdm_merge_refuse_part(merging, psprintf("index \"%s\" %s", get_rel_name(oid), what),
							  drop_hint);
}

/* Tells whether something that depends on the part, or a column of it, goes along or with it. */
static bool
is_carried(const ZdmMerging *merging, const ObjectAddress *object)
{
	Oid part = RelationGetRelid(merging->part);
	HeapTuple tuple;
	bool carried;
	char relkind;

	switch (object->classId)
	{
		case AttrDefaultRelationId:
			return GetAttrDefaultColumnAddress(object->objectId).objectId == part;
		case ConstraintRelationId:
			tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(object->objectId));
			carried = HeapTupleIsValid(tuple) &&
					  ((Form_pg_constraint) GETSTRUCT(tuple))->conrelid == part;
			if (HeapTupleIsValid(tuple))
				ReleaseSysCache(tuple);
			return carried;
		case RelationRelationId:
			relkind = get_rel_relkind(object->objectId);
			return object->objectId == part || relkind == RELKIND_INDEX ||
				   relkind == RELKIND_TOASTVALUE;
		case TypeRelationId:
			return get_typ_typrelid(object->objectId) == part ||
				   object->objectId == get_array_type(merging->part->rd_rel->reltype);
		case TriggerRelationId:
			return false; /* those of constraints depend on these; zdm's are left out */
		default:
			return false;
	}
}

/* Refuses what hangs on an object and is not carried. */
static void
refuse_objects(const ZdmMerging *merging, List *objects)
{
	ListCell *lc;

	foreach (lc, objects)
	{
		const ObjectAddress *object = lfirst(lc);

		if (!is_carried(merging, object) &&
			!(object->classId == TriggerRelationId && zdm_is_own_trigger(object->objectId)))
			zdm_merge_refuse_part(merging,
								  psprintf("%s depends on it", getObjectDescription(object, false)),
								  drop_hint);
	}
}

/* Refuses a part that a subscription writes. */
static void
refuse_subscribed(const ZdmMerging *merging)
{
	if (zdm_is_subscribed(RelationGetRelid(merging->part)))
		zdm_merge_refuse_part(merging, "a subscription writes it, which can't write a view",
							  "Merge the tables on the publisher, and let the subscription have "
							  "one.");
}

/* Refuses triggers of users, which would not fire any more. */
static void
refuse_triggers(const ZdmMerging *merging)
{
	TriggerDesc *triggers = zdm_triggers(merging->part);

	for (int i = 0; i < triggers->numtriggers; i++)
		if (!triggers->triggers[i].tgisinternal && !zdm_is_own_trigger(triggers->triggers[i].tgoid))
			zdm_merge_refuse_part(
				merging, psprintf("it has trigger \"%s\"", triggers->triggers[i].tgname),
				"Drop it before; after zdm.finalize() a trigger of the other table can do what "
				"it did.");
}

/* Refuses what hangs on the part and can't go along. */
void
zdm_merge_refuse_hanging(const ZdmMerging *merging)
{
	Oid part = RelationGetRelid(merging->part);
	Oid type = merging->part->rd_rel->reltype;
	ListCell *lc;

	refuse_table(merging, merging->whole);
	refuse_table(merging, merging->part);
	refuse_pair(merging);
	refuse_key(merging);
	refuse_subscribed(merging);
	refuse_triggers(merging);
	refuse_objects(merging, zdm_objects_on(RelationRelationId, part, 0));
	refuse_objects(merging, zdm_objects_on_columns(part));
	refuse_objects(merging, zdm_objects_on(TypeRelationId, type, 0));
	refuse_objects(merging, zdm_objects_on(TypeRelationId, get_array_type(type), 0));
	foreach (lc, zdm_constraints_of(part))
		refuse_constraint(merging, lfirst(lc));
	foreach (lc, RelationGetIndexList(merging->part))
		refuse_index(merging, lfirst_oid(lc));
}

/* Refuses what can't be merged, or not without losing something. */
void
zdm_merge_refuse(const ZdmMerging *merging)
{
	TupleDesc desc = RelationGetDescr(merging->part);
	char *publication;

	refuse_table(merging, merging->whole);
	refuse_table(merging, merging->part);
	refuse_pair(merging);
	refuse_key(merging);
	if (merging->columns == NIL)
		zdm_merge_refuse_part(merging, "it has no other columns than its key",
							  "There is nothing to merge; a boolean column would tell its rows "
							  "from no rows.");
	if (RelationGetNumberOfAttributes(merging->whole) + list_length(merging->columns) >
		MaxHeapAttributeNumber)
		ereport(ERROR,
				(errcode(ERRCODE_TOO_MANY_COLUMNS),
				 errmsg("cannot merge table %s into %s: together they have more than %d columns",
						merging->part_table, merging->whole_table, MaxHeapAttributeNumber),
				 errhint("Columns that were dropped count, too. zdm.expand_compact() takes them "
						 "away.")));
	for (int i = 0; i < desc->natts; i++)
	{
		if (TupleDescAttr(desc, i)->attisdropped)
			continue;
		refuse_computed(merging, TupleDescAttr(desc, i));
		if (!is_key(merging, i + 1))
			refuse_column(merging, TupleDescAttr(desc, i));
	}
	publication = zdm_extract_publication(RelationGetNamespace(merging->part));
	if (publication)
		zdm_merge_refuse_part(
			merging,
			psprintf("publication \"%s\" publishes every table of its schema or database",
					 publication),
			"Its log would be published, too. Publish tables by name.");
	zdm_merge_refuse_hanging(merging);
}
