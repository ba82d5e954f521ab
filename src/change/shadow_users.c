/*
 * shadow_users.c
 *		What is defined upon a table and goes along when another one takes its name: views, rules,
 *		policies, functions in SQL, publications.
 *
 * What belongs to something else - a view, a policy of another table - stays the object that it
 * is: it is printed while the table has its name, and understood anew when the other one has it,
 * as the object's owner (ZdmCarriedClass).  Columns have the same types, so what uses a view is not
 * concerned.  What belongs to the table itself is made on the other one, as it was printed, and
 * dropped on this.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/pg_class.h"
#include "catalog/pg_policy.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_publication_rel.h"
#include "catalog/pg_rewrite.h"
#include "commands/comment.h"
#include "commands/policy.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "nodes/parsenodes.h"
#include "rewrite/rewriteSupport.h"
#include "utils/acl.h"
#include "utils/array.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "base/names.h"
#include "base/query.h"
#include "base/owner.h"
#include "change/carry_over.h"
#include "change/carry_rows.h"
#include "change/dependents.h"
#include "change/shadow.h"

/* Something of the table itself, which is made anew. */
typedef struct OwnPart
{
	Oid classid;
	Oid oid;
	Oid owner;
	char *name;
	char *create;
	char *fires; /* how ALTER TABLE has a rule fire; NULL: as it is made */
} OwnPart;

/* Tells whether an object belongs to the table itself. */
static bool
is_own(Relation rel, ZdmCarried *carried)
{
	return zdm_carried_relation(carried) == RelationGetRelid(rel);
}

/* Tells whether a list of ZdmCarried has an object. */
static bool
has_object(List *list, const ObjectAddress *object)
{
	ListCell *lc;

	foreach (lc, list)
	{
		const ZdmCarried *carried = lfirst(lc);

		if (carried->class->classid == object->classId && carried->oid == object->objectId)
			return true;
	}
	return false;
}

/* Lists all that is defined upon a table or its columns, and goes along (ZdmCarried *). */
List *
zdm_shadow_list_users(Relation rel)
{
	List *result = NIL;
	ListCell *lc;

	for (AttrNumber attnum = 0; attnum <= RelationGetDescr(rel)->natts; attnum++)
		foreach (lc, zdm_objects_on(RelationRelationId, RelationGetRelid(rel), attnum))
		{
			const ObjectAddress *object = lfirst(lc);

			if (zdm_shadow_takes_along(object) && !has_object(result, object))
				result = lappend(result, zdm_carried_of(object));
		}
	return result;
}

/* Tells whether an object that depends on a table is one that is carried here. */
bool
zdm_shadow_takes_along(const ObjectAddress *object)
{
	return (object->classId == RewriteRelationId || object->classId == PolicyRelationId ||
			object->classId == PublicationRelRelationId ||
			object->classId == ProcedureRelationId) &&
		   zdm_is_carried_over(object);
}

/* Lists the relations that change with a table, because something of theirs is defined upon it. */
List *
zdm_shadow_using_relations(Relation rel)
{
	List *result = NIL;
	ListCell *lc;

	foreach (lc, zdm_shadow_list_users(rel))
	{
		Oid relation = zdm_carried_relation(lfirst(lc));

		if (OidIsValid(relation) && relation != RelationGetRelid(rel))
			result = list_append_unique_oid(result, relation);
	}
	return result;
}

/* Tells whether a statement has a list of column aliases for a table or a join. */
static bool
has_aliases(Node *node, void *arg)
{
	Alias *alias = NULL;

	if (node == NULL || IsA(node, NotifyStmt))
		return false;
	if (IsA(node, RangeVar))
		alias = castNode(RangeVar, node)->alias;
	else if (IsA(node, JoinExpr))
		alias = castNode(JoinExpr, node)->alias;
	if (alias && alias->colnames != NIL)
		return true;
	return raw_expression_tree_walker(node, has_aliases, arg);
}

/* Likewise, of one that defines something. */
static bool
statement_has_aliases(const char *text)
{
	Node *stmt = linitial_node(RawStmt, zdm_parse(text))->stmt;

	switch (nodeTag(stmt))
	{
		case T_RuleStmt:
			return has_aliases((Node *) castNode(RuleStmt, stmt)->actions, NULL) ||
				   has_aliases(castNode(RuleStmt, stmt)->whereClause, NULL);
		case T_AlterPolicyStmt:
			return has_aliases(castNode(AlterPolicyStmt, stmt)->qual, NULL) ||
				   has_aliases(castNode(AlterPolicyStmt, stmt)->with_check, NULL);
		case T_CreateFunctionStmt:
			return has_aliases(castNode(CreateFunctionStmt, stmt)->sql_body, NULL);
		case T_AlterPublicationStmt:
			return false;
		default:
			return has_aliases(stmt, NULL);
	}
}

/*
 * Refuses what can't go along, or not by the caller.  reordered: the columns of the other table
 * are in another order, by which lists of aliases name them.
 */
void
zdm_shadow_refuse_users(Relation rel, bool reordered)
{
	int level = zdm_pin_search_path();
	ListCell *lc;

	foreach (lc, zdm_shadow_list_users(rel))
	{
		ZdmCarried *carried = lfirst(lc);

		zdm_carried_require_rights(carried);
		if (reordered && statement_has_aliases(carried->class->print(carried->oid)))
			ereport(ERROR,
					(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					 errmsg("cannot give table %s another order of columns: %s %s has a list of "
							"column aliases",
							zdm_qualified_name(RelationGetRelid(rel)), carried->class->name,
							carried->identity),
					 errdetail("Such a list names columns by their position."),
					 errhint("Write it without the list, or leave the columns in their order.")));
	}
	AtEOXact_GUC(false, level);
}

static char *
policy_roles(Datum roles)
{
	ArrayType *array = DatumGetArrayTypeP(roles);
	Oid *oids = (Oid *) ARR_DATA_PTR(array);
	StringInfoData buf;

	initStringInfo(&buf);
	for (int i = 0; i < ARR_DIMS(array)[0]; i++)
		appendStringInfo(&buf, "%s%s", i > 0 ? ", " : "",
						 OidIsValid(oids[i]) ? quote_identifier(GetUserNameFromId(oids[i], false))
											 : "PUBLIC");
	return buf.data;
}

static const char *
policy_command(char command)
{
	switch (command)
	{
		case ACL_SELECT_CHR:
			return "SELECT";
		case ACL_INSERT_CHR:
			return "INSERT";
		case ACL_UPDATE_CHR:
			return "UPDATE";
		case ACL_DELETE_CHR:
			return "DELETE";
		default:
			return "ALL";
	}
}

/* Prints the CREATE POLICY of a policy; its conditions are those of an ALTER POLICY. */
static void
print_policy(OwnPart *part, const char *alter, Oid table)
{
	char *prefix = NULL;
	Relation catalog;
	HeapTuple tuple = zdm_catalog_row(PolicyRelationId, PolicyOidIndexId, Anum_pg_policy_oid,
									  part->oid, &catalog);
	Form_pg_policy form = (Form_pg_policy) GETSTRUCT(tuple);
	bool isnull;
	Datum roles = heap_getattr(tuple, Anum_pg_policy_polroles, RelationGetDescr(catalog), &isnull);

	part->name = pstrdup(NameStr(form->polname));
	prefix =
		psprintf("ALTER POLICY %s ON %s", quote_identifier(part->name), zdm_qualified_name(table));
	part->create =
		psprintf("CREATE POLICY %s ON %s AS %s FOR %s TO %s%s", quote_identifier(part->name),
				 zdm_qualified_name(table), form->polpermissive ? "PERMISSIVE" : "RESTRICTIVE",
				 policy_command(form->polcmd), policy_roles(roles), alter + strlen(prefix));
	table_close(catalog, NoLock);
}

/* Prints how a rule fires. */
static void
print_rule(OwnPart *part, const char *create, Oid table)
{
	Relation catalog;
	HeapTuple tuple = zdm_catalog_row(RewriteRelationId, RewriteOidIndexId, Anum_pg_rewrite_oid,
									  part->oid, &catalog);
	Form_pg_rewrite form = (Form_pg_rewrite) GETSTRUCT(tuple);

	part->name = pstrdup(NameStr(form->rulename));
	part->create = pstrdup(create);
	if (form->ev_enabled != 'O')
		part->fires = psprintf("ALTER TABLE %s %s RULE %s", zdm_qualified_name(table),
							   form->ev_enabled == 'D'   ? "DISABLE"
							   : form->ev_enabled == 'R' ? "ENABLE REPLICA"
														 : "ENABLE ALWAYS",
							   quote_identifier(part->name));
	table_close(catalog, NoLock);
}

/* Prints what belongs to the table itself. */
static OwnPart *
print_own(Relation rel, ZdmCarried *carried)
{
	OwnPart *part = palloc0(sizeof(OwnPart));
	char *text = carried->class->print(carried->oid);

	part->classid = carried->class->classid;
	part->oid = carried->oid;
	part->owner = carried->class->owner(carried->oid);
	if (part->classid == PolicyRelationId)
		print_policy(part, text, RelationGetRelid(rel));
	else if (part->classid == RewriteRelationId)
		print_rule(part, text, RelationGetRelid(rel));
	else
		part->create = text;
	return part;
}

/*
 * Prints what is to go along, while the table has its name; the relations concerned are locked.
 */
ZdmShadowUsers *
zdm_shadow_print_users(Relation rel)
{
	ZdmShadowUsers *users = palloc0(sizeof(ZdmShadowUsers));
	int level = zdm_pin_search_path();
	ListCell *lc;

	foreach (lc, zdm_shadow_list_users(rel))
	{
		ZdmCarried *carried = lfirst(lc);
		Oid relation = zdm_carried_relation(carried);

		if (is_own(rel, carried))
		{
			users->own = lappend(users->own, print_own(rel, carried));
			continue;
		}
		if (OidIsValid(relation))
			zdm_carried_lock(relation);
		carried->was = carried->class->print(carried->oid);
		carried->uses = zdm_carried_code(carried);
		users->others = lappend(users->others, carried);
	}
	AtEOXact_GUC(false, level);
	return users;
}

/* Makes on a table what another one has, and drops it there. */
static void
take_own(const OwnPart *part, Oid from, Oid to)
{
	char *old = zdm_qualified_name(from);
	Oid made = InvalidOid;

	zdm_shadow_run(part->owner, part->create);
	if (part->fires)
		zdm_shadow_run(part->owner, part->fires);
	if (part->classid == PolicyRelationId)
		made = get_relation_policy_oid(to, part->name, false);
	else if (part->classid == RewriteRelationId)
		made = get_rewrite_oid(to, part->name, false);
	if (OidIsValid(made))
	{
		zdm_require_same_code(part->classid, part->oid, made, part->owner);
		CreateComments(made, part->classid, 0, GetComment(part->oid, part->classid, 0));
		zdm_shadow_run(part->owner, psprintf("DROP %s %s ON %s",
											 part->classid == PolicyRelationId ? "POLICY" : "RULE",
											 quote_identifier(part->name), old));
	}
}

/* Takes a table out of a publication; the other one is in it. */
static void
leave_publication(const OwnPart *part, Oid from)
{
	Relation catalog;
	HeapTuple tuple = zdm_catalog_row(PublicationRelRelationId, PublicationRelObjectIndexId,
									  Anum_pg_publication_rel_oid, part->oid, &catalog);
	Oid publication = ((Form_pg_publication_rel) GETSTRUCT(tuple))->prpubid;

	table_close(catalog, NoLock);
	zdm_shadow_run(part->owner, psprintf("ALTER PUBLICATION %s DROP TABLE ONLY %s",
										 quote_identifier(get_publication_name(publication, false)),
										 zdm_qualified_name(from)));
}

/* Has all of it go along to the table that has the name by now. */
void
zdm_shadow_take_users(const ZdmShadowUsers *users, Oid from, Oid to)
{
	int level = zdm_pin_search_path();
	ZdmCarry carry = {0};
	ListCell *lc;

	CommandCounterIncrement();
	foreach (lc, users->own)
	{
		const OwnPart *part = lfirst(lc);

		if (part->classid == PublicationRelRelationId)
			leave_publication(part, from);
		take_own(part, from, to);
	}
	foreach (lc, users->others)
	{
		ZdmCarried *carried = lfirst(lc);
		const ZdmCarriedClass *class =
			carried->class == &zdm_carried_stored ? &zdm_carried_view : carried->class;
		ZdmOwnerScope scope;

		zdm_owner_begin(&scope, class->owner(carried->oid));
		class->apply(&carry, carried->oid, carried->was);
		zdm_owner_end(&scope);
		CommandCounterIncrement();
		zdm_carried_require_known_code(carried);
	}
	AtEOXact_GUC(false, level);
}
