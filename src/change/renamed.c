/*
 * renamed.c
 *		Whether something is what a plan has written of it, by names of then.
 *
 * A plan writes down the identity and the definition of what hangs on a column, as the
 * server prints them, with the names of tables in them.  Such an identity can be made anew
 * with the names of then.  Definitions are compared as parse trees, after the names in the
 * one of then were followed.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/namespace.h"
#include "catalog/pg_attrdef.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_statistic_ext.h"
#include "catalog/pg_trigger.h"
#include "nodes/parsenodes.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "base/names.h"
#include "base/query.h"
#include "change/carry.h"
#include "change/constraint.h"
#include "change/follow.h"
#include "change/renamed.h"
#include "record/target.h"

static const ZdmTarget *
find_target(List *targets, Oid relation)
{
	ListCell *lc;

	foreach (lc, targets)
		if (((ZdmTarget *) lfirst(lc))->relation == relation)
			return lfirst(lc);
	return NULL;
}

/* Returns what a schema was called in which some target is now, else what it is called. */
static char *
schema_then(List *targets, Oid schema)
{
	ListCell *lc;

	foreach (lc, targets)
	{
		ZdmTarget *target = lfirst(lc);

		if (get_rel_namespace(target->relation) == schema)
			return target->schema;
	}
	return get_namespace_name(schema);
}

/* Returns the qualified name that a relation had. */
static char *
relation_then(List *targets, Oid relation)
{
	const ZdmTarget *target = find_target(targets, relation);
	const ZdmTarget *table;

	if (target)
		return quote_qualified_identifier(target->schema, target->name);
	table = find_target(targets, zdm_table_of_index(relation));
	return quote_qualified_identifier(table ? table->schema
											: schema_then(targets, get_rel_namespace(relation)),
									  get_rel_name(relation));
}

/* Returns the identity that a constraint had. */
static char *
constraint_then(List *targets, Oid constraint)
{
	HeapTuple tuple = zdm_constraint_row(constraint);
	Form_pg_constraint form = (Form_pg_constraint) GETSTRUCT(tuple);
	char *result = NULL;

	if (OidIsValid(form->conrelid))
		result = psprintf("%s on %s", quote_identifier(NameStr(form->conname)),
						  relation_then(targets, form->conrelid));
	ReleaseSysCache(tuple);
	return result;
}

/* Returns the identity that extended statistics had. */
static char *
statistics_then(List *targets, Oid statistics)
{
	HeapTuple tuple = SearchSysCache1(STATEXTOID, ObjectIdGetDatum(statistics));
	Form_pg_statistic_ext form;
	char *result;

	if (!HeapTupleIsValid(tuple))
		return NULL;
	form = (Form_pg_statistic_ext) GETSTRUCT(tuple);
	result = quote_qualified_identifier(schema_then(targets, form->stxnamespace),
										NameStr(form->stxname));
	ReleaseSysCache(tuple);
	return result;
}

/* Returns a name of one part of a relation, as getObjectIdentity() writes it. */
static char *
part_then(List *targets, const ObjectAddress *object)
{
	List *names = NIL;
	List *arguments = NIL;
	char *identity = getObjectIdentityParts(object, &names, &arguments, true);
	Oid schema = list_length(names) == 3 ? get_namespace_oid(linitial(names), true) : InvalidOid;
	Oid relation = OidIsValid(schema) ? get_relname_relid(lsecond(names), schema) : InvalidOid;

	if (identity == NULL || !OidIsValid(relation))
		return identity;
	return psprintf("%s on %s", quote_identifier(lthird(names)), relation_then(targets, relation));
}

/* Returns what getObjectIdentity() would have said of an object when the migration began. */
char *
zdm_identity_then(List *targets, const ObjectAddress *object)
{
	ObjectAddress column;

	if (targets == NIL)
		return getObjectIdentity(object, true);
	switch (object->classId)
	{
		case RelationRelationId:
			if (object->objectSubId != 0 || get_rel_name(object->objectId) == NULL)
				break;
			return relation_then(targets, object->objectId);
		case ConstraintRelationId:
			return constraint_then(targets, object->objectId);
		case AttrDefaultRelationId:
			column = GetAttrDefaultColumnAddress(object->objectId);
			return psprintf("for %s.%s", relation_then(targets, column.objectId),
							quote_identifier(get_attname(column.objectId,
														 (AttrNumber) column.objectSubId, false)));
		case StatisticExtRelationId:
			return statistics_then(targets, object->objectId);
		case TriggerRelationId:
			return part_then(targets, object);
		default:
			break;
	}
	return getObjectIdentity(object, true);
}

/* Parses a definition as the server prints it; `table` is the qualified name in it. */
static Node *
parse_definition(Oid class_id, const char *table, const char *text)
{
	const char *command = text;

	if (class_id == ConstraintRelationId)
		command = psprintf("ALTER TABLE %s ADD CONSTRAINT c %s", table, text);
	else if (class_id == AttrDefaultRelationId)
		command = psprintf("ALTER TABLE %s ALTER COLUMN c SET DEFAULT %s", table, text);
	return linitial_node(RawStmt, zdm_parse(command))->stmt;
}

/* Tells whether two definitions differ in nothing but names that have changed. */
bool
zdm_same_definition(List *targets, Relation rel, Oid class_id, const char *then, const char *now)
{
	Node *tree;

	if (strcmp(then, now) == 0)
		return true;
	if (targets == NIL)
		return false;
	tree = parse_definition(class_id, relation_then(targets, RelationGetRelid(rel)), then);
	(void) zdm_follow_names(targets, tree);
	return equal(tree, parse_definition(class_id, zdm_qualified_name(RelationGetRelid(rel)), now));
}
