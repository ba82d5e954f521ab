/*
 * shadow_checks.c
 *		What keeps a table from being replaced by one of another shape.
 *
 * Views, foreign keys and their kin hang on a table, not on its name, and would stay behind with
 * the old one.  What can't be taken along is refused by name, before anything has changed and
 * once more at contract: whatever the catalog of dependencies has on the table, but for that
 * which is known to be carried.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/relation.h"
#include "access/table.h"
#include "catalog/dependency.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_attrdef.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_depend.h"
#include "catalog/pg_index.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_statistic_ext.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "executor/executor.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/ruleutils.h"
#include "utils/syscache.h"

#include "base/compat.h"
#include "base/names.h"
#include "base/query.h"
#include "base/tree.h"
#include "base/triggers.h"
#include "change/catalog_changes.h"
#include "change/change.h"
#include "change/dependents.h"
#include "change/shadow.h"

/* Refuses a table for something that it is, has, or that hangs on it. */
void
zdm_shadow_refuse_table(Relation rel, const char *what, const char *hint)
{
	ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					errmsg("cannot give table %s another shape: %s",
						   zdm_qualified_name(RelationGetRelid(rel)), what),
					errdetail("It would stay behind with the old table, or not be kept."),
					errhint("%s", hint)));
}

static const char drop_hint[] = "Drop it before, and make it again after zdm.finalize().";

/* Refuses a foreign key, of the table or to it, that can't be made anew without a scan. */
static void
check_foreign_key(Relation rel, Form_pg_constraint form)
{
	bool own = form->conrelid == RelationGetRelid(rel);
	Oid other = own ? form->confrelid : form->conrelid;
	const char *why = NULL;

	if (form->conrelid == form->confrelid)
		return;
	if (get_rel_relkind(other) != RELKIND_RELATION || get_rel_relispartition(other))
		why = "is one of, or to, a partitioned table";
	else if (!own && !zdm_owns_relation(other, GetUserId()))
		why = "is of a table that belongs to somebody else";
	if (why)
		zdm_shadow_refuse_table(rel, psprintf("foreign key \"%s\" %s", NameStr(form->conname), why),
								drop_hint);
}

/* Tells whether a constraint is carried: all but those with an operator of their own. */
static bool
constraint_is_carried(Relation rel, Oid constraint)
{
	HeapTuple tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(constraint));
	Form_pg_constraint form;
	bool carried;

	if (!HeapTupleIsValid(tuple))
		return true;
	form = (Form_pg_constraint) GETSTRUCT(tuple);
	carried = form->contype == CONSTRAINT_FOREIGN ||
			  (form->conrelid == RelationGetRelid(rel) &&
			   (form->contype == CONSTRAINT_CHECK || form->contype == CONSTRAINT_UNIQUE ||
				form->contype == CONSTRAINT_PRIMARY || form->contype == CONSTRAINT_TRIGGER ||
				form->contype == 'n'));
	if (form->contype == CONSTRAINT_FOREIGN)
		check_foreign_key(rel, form);
	if (carried && form->contype == CONSTRAINT_PRIMARY && form->condeferrable)
		zdm_shadow_refuse_table(rel, "its primary key is deferrable",
								"A key that is not keeps rows apart.");
	if (carried &&
		(!form->convalidated || zdm_constraint_is_temporal(form) || !zdm_constraint_enforced(form)))
		zdm_shadow_refuse_table(
			rel,
			psprintf("constraint \"%s\" is not valid, or of a kind that is not known here",
					 NameStr(form->conname)),
			"ALTER TABLE ... VALIDATE CONSTRAINT, or drop it.");
	ReleaseSysCache(tuple);
	return carried;
}

/* Tells whether a trigger is one of the table's. */
static bool
trigger_is_carried(Relation rel, Oid trigger)
{
	TriggerDesc *triggers = zdm_triggers(rel);

	for (int i = 0; i < triggers->numtriggers; i++)
		if (triggers->triggers[i].tgoid == trigger)
			return true;
	return false;
}

/*
 * Tells whether something that depends on the table, or else on its type or an index of it, is
 * carried or goes with it.
 */
static bool
is_carried(Relation rel, const ObjectAddress *object, bool of_table)
{
	char relkind;
	bool is_partition;

	switch (object->classId)
	{
		case AttrDefaultRelationId:
			return true;
		case ConstraintRelationId:
			return constraint_is_carried(rel, object->objectId);
		case TriggerRelationId:
			return trigger_is_carried(rel, object->objectId);
		case TypeRelationId:
			return get_typ_typrelid(object->objectId) == RelationGetRelid(rel) ||
				   get_element_type(object->objectId) == rel->rd_rel->reltype;
		case RelationRelationId:
			relkind = get_rel_relkind(object->objectId);
			is_partition = rel->rd_rel->relkind == RELKIND_PARTITIONED_TABLE &&
						   relkind == RELKIND_RELATION && get_rel_relispartition(object->objectId);
			return object->objectId == RelationGetRelid(rel) || relkind == RELKIND_INDEX ||
				   relkind == RELKIND_PARTITIONED_INDEX || relkind == RELKIND_TOASTVALUE ||
				   relkind == RELKIND_SEQUENCE || is_partition;
		case StatisticExtRelationId:
			return true;
		default:
			return of_table && zdm_shadow_takes_along(object);
	}
}

/* Refuses what depends on an object and is not carried. */
static void
refuse_dependents(Relation rel, Oid class_id, Oid object_id)
{
	Relation depend = table_open(DependRelationId, AccessShareLock);
	bool of_table = object_id == RelationGetRelid(rel) && !rel->rd_rel->relispartition;
	ScanKeyData keys[2];
	SysScanDesc scan;
	HeapTuple tuple;

	ScanKeyInit(&keys[0], Anum_pg_depend_refclassid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(class_id));
	ScanKeyInit(&keys[1], Anum_pg_depend_refobjid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(object_id));
	scan = systable_beginscan(depend, DependReferenceIndexId, true, NULL, 2, keys);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_depend form = (Form_pg_depend) GETSTRUCT(tuple);
		ObjectAddress object;

		ObjectAddressSubSet(object, form->classid, form->objid, form->objsubid);
		if (!is_carried(rel, &object, of_table))
			zdm_shadow_refuse_table(
				rel, psprintf("%s depends on it", getObjectDescription(&object, false)), drop_hint);
	}
	systable_endscan(scan);
	table_close(depend, AccessShareLock);
}

/* Refuses what depends on the table's indexes: foreign keys to a unique one. */
static void
refuse_on_indexes(Relation rel)
{
	ListCell *lc;

	foreach (lc, RelationGetIndexList(rel))
	{
		HeapTuple tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(lfirst_oid(lc)));
		Form_pg_index form;

		if (!HeapTupleIsValid(tuple))
			continue;
		form = (Form_pg_index) GETSTRUCT(tuple);
		if (!form->indisvalid || !form->indisready)
			zdm_shadow_refuse_table(
				rel, psprintf("index \"%s\" is not valid", get_rel_name(lfirst_oid(lc))),
				"Drop it, or build it anew with zdm.reindex().");
		ReleaseSysCache(tuple);
		refuse_dependents(rel, RelationRelationId, lfirst_oid(lc));
	}
}

/* Refuses a table that is part of something larger. */
static void
refuse_membership(Relation rel)
{
	Oid relid = RelationGetRelid(rel);
	bool partitioned = rel->rd_rel->relkind == RELKIND_PARTITIONED_TABLE;

	if (has_superclass(relid) || (!partitioned && find_inheritance_children(relid, NoLock) != NIL))
		zdm_shadow_refuse_table(rel, "it inherits, or is inherited from",
								"End that with ALTER TABLE ... NO INHERIT.");
	if (OidIsValid(getExtensionOfObject(RelationRelationId, relid)))
		zdm_shadow_refuse_table(rel, "it belongs to an extension",
								"The extension's own script changes it.");
	if (zdm_shadow_foreign_statistics(rel))
		zdm_shadow_refuse_table(
			rel,
			psprintf("its statistics \"%s\" belong to somebody else",
					 zdm_shadow_foreign_statistics(rel)),
			"ALTER STATISTICS ... OWNER TO gives them to the owner of the table.");
}

/* Refuses a table whose copy would be published, too, to subscribers that have no such table. */
static void
refuse_published(Relation rel)
{
	ZdmArgs args = {0};
	List *names;

	zdm_arg_oid(&args, RelationGetNamespace(rel));
	names = zdm_query_names(
		"SELECT p.pubname AS name FROM pg_catalog.pg_publication p WHERE p.puballtables"
		"    OR EXISTS (SELECT FROM pg_catalog.pg_publication_namespace n"
		"                WHERE n.pnpubid = p.oid AND n.pnnspid = $1)",
		&args);
	if (names != NIL)
		zdm_shadow_refuse_table(rel,
								psprintf("publication \"%s\" publishes every table of %s",
										 (char *) linitial(names), "its schema or database"),
								"Publish tables by name, and this one again after zdm.finalize().");
}

/* Refuses a table of which a part is no heap. */
static void
refuse_other_methods(Relation rel)
{
	ZdmTree tree = zdm_tree(RelationGetRelid(rel));

	while (zdm_tree_next(&tree))
		if (tree.rel->rd_rel->relkind != RELKIND_PARTITIONED_TABLE &&
			tree.rel->rd_tableam != GetHeapamTableAmRoutine())
			zdm_shadow_refuse_table(rel, "its access method is not heap",
									"Only heap tables can be kept in sync.");
}

/* Refuses what hangs on a partition, and not on the whole table. */
static void
refuse_on_partitions(Relation rel)
{
	ZdmTree tree = zdm_tree(RelationGetRelid(rel));

	while (zdm_tree_next(&tree))
	{
		Oid relid = RelationGetRelid(tree.rel);

		if (relid == RelationGetRelid(rel))
			continue;
		refuse_dependents(tree.rel, RelationRelationId, relid);
		if (zdm_is_subscribed(relid))
			zdm_shadow_refuse_table(rel,
									psprintf("a subscription writes its partition \"%s\"",
											 RelationGetRelationName(tree.rel)),
									"A subscription finds a partition by its name. A publication "
									"with publish_via_partition_root goes by the table's.");
	}
}

/* Refuses a table that can't be given another shape, or not without losing something. */
void
zdm_shadow_refuse(Relation rel)
{
	refuse_membership(rel);
	refuse_other_methods(rel);
	refuse_dependents(rel, RelationRelationId, RelationGetRelid(rel));
	refuse_dependents(rel, TypeRelationId, rel->rd_rel->reltype);
	refuse_dependents(rel, TypeRelationId, get_array_type(rel->rd_rel->reltype));
	refuse_on_indexes(rel);
	if (rel->rd_rel->relkind == RELKIND_PARTITIONED_TABLE)
		refuse_on_partitions(rel);
	refuse_published(rel);
	if (!OidIsValid(zdm_primary_key_index(rel)))
		zdm_shadow_refuse_table(rel, "it has no primary key, by which rows find each other",
								"zdm.expand_primary_key() gives it one.");
}

/* Returns the text of an index behind its table's name, where that does not say UNIQUE. */
char *
zdm_shadow_index_tail(Relation rel, Oid index)
{
	char *sql = pg_get_indexdef_string(index);
	char *on = psprintf(" ON %s ", zdm_qualified_name(RelationGetRelid(rel)));
	char *name = psprintf("INDEX %s%s", quote_identifier(get_rel_name(index)), on);
	char *tail = strstr(sql, name);

	if (tail == NULL)
		elog(ERROR, "unexpected definition of an index: %s", sql);
	return tail + strlen(name);
}

/* Lists the indexes of a table (ZdmShadowIndex *). */
List *
zdm_shadow_indexes(Relation rel)
{
	List *result = NIL;
	int level = zdm_pin_search_path();
	ListCell *lc;

	foreach (lc, RelationGetIndexList(rel))
	{
		ZdmShadowIndex *index = palloc0(sizeof(ZdmShadowIndex));
		HeapTuple tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(lfirst_oid(lc)));

		if (!HeapTupleIsValid(tuple))
			elog(ERROR, "cache lookup failed for index %u", lfirst_oid(lc));
		index->index = lfirst_oid(lc);
		index->name = get_rel_name(index->index);
		index->primary = ((Form_pg_index) GETSTRUCT(tuple))->indisprimary;
		index->tail = zdm_shadow_index_tail(rel, index->index);
		index->constraint = get_index_constraint(index->index);
		index->contype = OidIsValid(index->constraint)
							 ? (index->primary ? CONSTRAINT_PRIMARY : CONSTRAINT_UNIQUE)
							 : '\0';
		ReleaseSysCache(tuple);
		result = lappend(result, index);
	}
	AtEOXact_GUC(false, level);
	return result;
}

/* Writes a default of a column, '\0' if there is none. */
static char *
default_text(Relation rel, AttrNumber attnum)
{
	TupleConstr *constr = RelationGetDescr(rel)->constr;

	for (int i = 0; constr && i < constr->num_defval; i++)
		if (constr->defval[i].adnum == attnum)
			return deparse_expression(stringToNode(constr->defval[i].adbin),
									  deparse_context_for("", RelationGetRelid(rel)), false, false);
	return "";
}

/* Refuses to go on where something is not what it was when the two tables were alike. */
void
zdm_shadow_refuse_change(Relation truth, const char *what, const char *was, bool back)
{
	zdm_shadow_refuse_table(
		truth,
		psprintf("%s not %s %s", what, was, back ? "at contract" : "when the migration began"),
		back ? "Undo what was changed, and do it again afterwards; SELECT zdm.finalize() keeps "
			   "this table as it is."
			 : "SELECT zdm.rollback(), and begin it anew.");
}

/* Refuses to go on where a column has got another default, or NOT NULL. */
static void
refuse_other_columns(Relation truth, Relation follower, bool back)
{
	TupleDesc desc = RelationGetDescr(truth);

	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute att = TupleDescAttr(desc, i);
		AttrNumber attnum;

		if (att->attisdropped)
			continue;
		attnum = get_attnum(RelationGetRelid(follower), NameStr(att->attname));
		if (attnum <= 0 ||
			TupleDescAttr(RelationGetDescr(follower), attnum - 1)->attnotnull != att->attnotnull ||
			strcmp(default_text(truth, att->attnum), default_text(follower, attnum)) != 0)
			zdm_shadow_refuse_change(truth, psprintf("column \"%s\" is", NameStr(att->attname)),
									 "what it was", back);
	}
}

/* Lists the constraints of a table that have no index (char *), each with its name. */
static List *
constraint_texts(Relation rel)
{
	List *result = NIL;
	ListCell *lc;

	foreach (lc, zdm_constraints_of(RelationGetRelid(rel)))
	{
		Form_pg_constraint form = (Form_pg_constraint) GETSTRUCT((HeapTuple) lfirst(lc));

		if (!OidIsValid(form->conindid) && form->contype != CONSTRAINT_TRIGGER)
			result =
				lappend(result, psprintf("%s %s", NameStr(form->conname),
										 TextDatumGetCString(DirectFunctionCall1(
											 pg_get_constraintdef, ObjectIdGetDatum(form->oid)))));
	}
	return result;
}

/*
 * Refuses to let a table take over that does not have what the other one has by now, or a table
 * that comes `back`.  Constraints come in the order of their names.
 */
void
zdm_shadow_refuse_other(Relation truth, Relation follower, bool back)
{
	int level = zdm_pin_search_path();
	List *have = constraint_texts(truth);
	List *want = constraint_texts(follower);
	bool same = list_length(have) == list_length(want);
	ListCell *a;
	ListCell *b;

	refuse_other_columns(truth, follower, back);
	forboth (a, have, b, want)
		same &= strcmp(lfirst(a), lfirst(b)) == 0;
	if (!same)
		zdm_shadow_refuse_change(truth, "its constraints are", "what they were", back);
	AtEOXact_GUC(false, level);
}
