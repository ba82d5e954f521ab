/*
 * stand_in_grants.c
 *		Who may do what by the two names of a table.
 *
 * A security_invoker view asks for rights on itself and on its table.  It begins with those of the
 * table, columns included; GRANT and REVOKE that name one of the two are made good on the other at
 * the next call: the record has what both had when they agreed last, so what either has more or
 * less since was given or taken.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/relation.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/dependency.h"
#include "catalog/indexing.h"
#include "catalog/pg_class.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "base/json.h"
#include "base/names.h"
#include "base/owner.h"
#include "change/catalog_changes.h"
#include "change/stand_in.h"
#include "record/carried.h"

/* Returns the grants of a relation, or of a column of it, with those that there are by default. */
static Acl *
effective_acl(Oid relation, AttrNumber attnum)
{
	Acl *acl = zdm_acl_of(relation, attnum);

	return acl ? acl
			   : acldefault(attnum == 0 ? OBJECT_TABLE : OBJECT_COLUMN,
							zdm_relation_owner(relation));
}

/* Sets the grants of a relation itself, as GRANT does (aclchk.c, ExecGrant_Relation). */
static void
set_relation_acl(Relation rel, Acl *acl)
{
	Relation catalog = table_open(RelationRelationId, RowExclusiveLock);
	HeapTuple tuple = SearchSysCacheCopy1(RELOID, ObjectIdGetDatum(RelationGetRelid(rel)));
	Acl *had = zdm_acl_of(RelationGetRelid(rel), 0);
	Datum values[Natts_pg_class] = {0};
	bool nulls[Natts_pg_class] = {0};
	bool replaces[Natts_pg_class] = {0};
	Oid *roles = NULL;
	Oid *had_roles = NULL;
	int n = acl ? aclmembers(acl, &roles) : 0;
	int n_had = had ? aclmembers(had, &had_roles) : 0;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for relation %u", RelationGetRelid(rel));
	values[Anum_pg_class_relacl - 1] = PointerGetDatum(acl);
	nulls[Anum_pg_class_relacl - 1] = acl == NULL;
	replaces[Anum_pg_class_relacl - 1] = true;
	tuple = heap_modify_tuple(tuple, RelationGetDescr(catalog), values, nulls, replaces);
	CatalogTupleUpdate(catalog, &tuple->t_self, tuple);
	updateAclDependencies(RelationRelationId, RelationGetRelid(rel), 0, rel->rd_rel->relowner,
						  n_had, had_roles, n, roles);
	table_close(catalog, RowExclusiveLock);
}

/* Sets grants that are not these already.  The caller has ACCESS EXCLUSIVE on the relation. */
static void
set_acl(Oid relation, AttrNumber attnum, Acl *acl)
{
	Acl *has = zdm_acl_of(relation, attnum);
	Relation rel;

	if (has == acl || (has && acl && aclequal(has, acl)))
		return;
	rel = relation_open(relation, NoLock);
	if (attnum == 0)
		set_relation_acl(rel, acl);
	else
		zdm_set_column_acl(rel, attnum, acl);
	relation_close(rel, NoLock);
	CommandCounterIncrement();
}

/* Grants, of a list in the catalog or in the record. */
typedef struct Grants
{
	AclItem *items;
	int n;
} Grants;

static Grants
grants_of(const Acl *acl)
{
	return (Grants){(AclItem *) ACL_DAT(acl), ACL_NUM(acl)};
}

/* Returns which of an item's rights the same roles have in a list. */
static AclMode
rights_in(Grants grants, const AclItem *item)
{
	AclMode rights = 0;

	for (int i = 0; i < grants.n; i++)
		if (grants.items[i].ai_grantee == item->ai_grantee &&
			grants.items[i].ai_grantor == item->ai_grantor)
			rights |= ACLITEM_GET_RIGHTS(grants.items[i]);
	return rights & ACLITEM_GET_RIGHTS(*item);
}

/* Takes from `acl` what was there before and is not now: it was revoked. */
static Acl *
take_revoked(Acl *acl, Grants before, Grants now, Oid owner)
{
	for (int i = 0; i < before.n; i++)
	{
		AclItem item = before.items[i];

		ACLITEM_SET_RIGHTS(item, ACLITEM_GET_RIGHTS(item) & ~rights_in(now, &item));
		if (rights_in(grants_of(acl), &item) != 0)
			acl = aclupdate(acl, &item, ACL_MODECHG_DEL, owner, DROP_CASCADE);
	}
	return acl;
}

/* Adds to `acl` what is there now and was not before, from whoever may still grant it. */
static Acl *
add_granted(Acl *acl, Grants before, Grants now, Oid owner)
{
	bool again = true;

	while (again)
	{
		again = false;
		for (int i = 0; i < now.n; i++)
		{
			AclItem item = now.items[i];
			AclMode options;

			ACLITEM_SET_RIGHTS(item, ACLITEM_GET_RIGHTS(item) & ~rights_in(before, &item));
			ACLITEM_SET_RIGHTS(item, ACLITEM_GET_RIGHTS(item) & ~rights_in(grants_of(acl), &item));
			options = ACL_GRANT_OPTION_FOR(ACLITEM_GET_PRIVS(item) | ACLITEM_GET_GOPTIONS(item));
			if (ACLITEM_GET_RIGHTS(item) == 0 ||
				aclmask(acl, item.ai_grantor, owner, options, ACLMASK_ALL) != options)
				continue;
			acl = aclupdate(acl, &item, ACL_MODECHG_ADD, owner, DROP_RESTRICT);
			again = true;
		}
	}
	return acl;
}

/*
 * Reads what both had of a column when they agreed last, "": of the relation itself.  What was
 * the owner's then is the owner's of now.
 */
static Grants
recorded_grants(List *recorded, const char *column, Oid owner_then, Oid owner)
{
	Grants grants = {palloc0(sizeof(AclItem) * (list_length(recorded) + 1)), 0};
	ListCell *lc;

	foreach (lc, recorded)
	{
		const char *to = zdm_json_string(lfirst(lc), "to");
		AclItem item = {0};

		if (strcmp(zdm_json_string(lfirst(lc), "column"), column) != 0)
			continue;
		item.ai_grantee = to[0] == '\0' ? ACL_ID_PUBLIC : get_role_oid(to, true);
		item.ai_grantor = get_role_oid(zdm_json_string(lfirst(lc), "by"), true);
		if ((to[0] != '\0' && !OidIsValid(item.ai_grantee)) || !OidIsValid(item.ai_grantor))
			continue; /* a role that is gone has no rights left */
		if (item.ai_grantee == owner_then)
			item.ai_grantee = owner;
		if (item.ai_grantor == owner_then)
			item.ai_grantor = owner;
		ACLITEM_SET_RIGHTS(item, strtou64(zdm_json_string(lfirst(lc), "rights"), NULL, 10));
		grants.items[grants.n++] = item;
	}
	return grants;
}

/* Adds what a relation has, or a column of it, to what is recorded. */
static void
add_items(StringInfo json, Oid relation, AttrNumber attnum)
{
	Grants grants = grants_of(effective_acl(relation, attnum));

	for (int i = 0; i < grants.n; i++)
	{
		const AclItem *item = &grants.items[i];

		appendStringInfoString(json, json->len > 1 ? ", {" : "{");
		zdm_json_add_string(json, "column",
							attnum == 0 ? "" : get_attname(relation, attnum, false));
		zdm_json_add_string(
			json, "to",
			item->ai_grantee == ACL_ID_PUBLIC ? "" : GetUserNameFromId(item->ai_grantee, false));
		zdm_json_add_string(json, "by", GetUserNameFromId(item->ai_grantor, false));
		zdm_json_add_string(json, "rights",
							psprintf(UINT64_FORMAT, (uint64) ACLITEM_GET_RIGHTS(*item)));
		appendStringInfoChar(json, '}');
	}
}

/* Records what the table has now, and so the view. */
static void
record_grants(const ZdmMigration *m, Relation table)
{
	StringInfoData json;

	initStringInfo(&json);
	appendStringInfoChar(&json, '[');
	add_items(&json, RelationGetRelid(table), 0);
	for (int i = 0; i < RelationGetDescr(table)->natts; i++)
		if (!TupleDescAttr(RelationGetDescr(table), i)->attisdropped)
			add_items(&json, RelationGetRelid(table), i + 1);
	appendStringInfoChar(&json, ']');
	zdm_carried_set(m->id, "grants", json.data);
}

/* Notes who may do what on a table, for zdm_stand_in_take_revoked(). */
void
zdm_stand_in_note_grants(const ZdmMigration *m, Relation table)
{
	record_grants(m, table);
}

/* Returns what somebody may do, whoever has granted it. */
static AclMode
privileges_of(Grants grants, Oid grantee)
{
	AclMode privileges = 0;

	for (int i = 0; i < grants.n; i++)
		if (grants.items[i].ai_grantee == grantee)
			privileges |= ACLITEM_GET_PRIVS(grants.items[i]);
	return privileges;
}

/* Takes from what a view has what somebody may do no more on the table, or on its column. */
static void
take_lost(Grants before, Oid table, AttrNumber of_table, Oid view, AttrNumber of_view)
{
	Acl *acl = effective_acl(view, of_view);
	Acl *left = acl;
	Grants has = grants_of(acl);
	Grants now = grants_of(effective_acl(table, of_table));

	for (int i = 0; i < has.n; i++)
	{
		AclItem item = has.items[i];
		AclMode lost =
			privileges_of(before, item.ai_grantee) & ~privileges_of(now, item.ai_grantee);

		ACLITEM_SET_PRIVS_GOPTIONS(item, lost, lost);
		if (rights_in(grants_of(left), &item) != 0)
			left = aclupdate(left, &item, ACL_MODECHG_DEL, zdm_relation_owner(view), DROP_CASCADE);
	}
	if (!aclequal(left, acl))
		set_acl(view, of_view, left);
}

/*
 * Takes from a view what was revoked on its table since that was noted: it had no effect any more
 * as long as the view asks for rights on both.  `columns` of the view are called `now` in the
 * table. The caller has ACCESS EXCLUSIVE on both.
 */
void
zdm_stand_in_take_revoked(const ZdmMigration *m, Oid table, Oid view, List *columns, List *now)
{
	List *recorded = zdm_json_objects(zdm_carried_get(m->id), "grants");
	Oid owner = zdm_relation_owner(table);
	ListCell *column;
	ListCell *name;

	take_lost(recorded_grants(recorded, "", owner, owner), table, 0, view, 0);
	forboth (column, columns, name, now)
		take_lost(recorded_grants(recorded, lfirst(column), owner, owner), table,
				  get_attnum(table, lfirst(name)), view, get_attnum(view, lfirst(column)));
}

/*
 * Gives what somebody may do since then on the table, or on its column, to what a view has. Returns
 * who that is, with those that are known.
 */
static List *
give_gained(List *who, Grants before, Oid table, AttrNumber of_table, Oid view, AttrNumber of_view)
{
	Acl *acl = effective_acl(view, of_view);
	Grants now = grants_of(effective_acl(table, of_table));
	Acl *agreed;

	for (int i = 0; i < now.n; i++)
	{
		AclItem *item = &now.items[i];
		AclMode had = 0;

		for (int j = 0; j < before.n; j++)
			if (before.items[j].ai_grantee == item->ai_grantee)
				had |= ACLITEM_GET_RIGHTS(before.items[j]);
		ACLITEM_SET_RIGHTS(*item, ACLITEM_GET_RIGHTS(*item) & ~had);
	}
	agreed = add_granted(acl, (Grants){0}, now, zdm_relation_owner(view));
	for (int i = 0; i < now.n; i++)
		if (rights_in(grants_of(agreed), &now.items[i]) != rights_in(grants_of(acl), &now.items[i]))
			who = list_append_unique_oid(who, now.items[i].ai_grantee);
	if (!aclequal(agreed, acl))
		set_acl(view, of_view, agreed);
	return who;
}

/* Tells to whom a view was given what was granted on its table. */
static void
tell_gained(Oid table, Oid view, List *who)
{
	List *names = NIL;
	ListCell *lc;

	foreach (lc, who)
		names = lappend(names,
						lfirst_oid(lc) == ACL_ID_PUBLIC
							? "PUBLIC"
							: pstrdup(quote_identifier(GetUserNameFromId(lfirst_oid(lc), false))));
	if (names != NIL)
		ereport(NOTICE, (errmsg("what was granted on %s since expand is granted on %s, too",
								zdm_qualified_name(table), zdm_qualified_name(view)),
						 errdetail("It was granted to %s.", zdm_join(names, ", "))));
}

/*
 * Gives a view what was granted on its table since that was noted, takes from it what was revoked,
 * and notes it anew.  `columns` are called the same in both.  What was done by the view's name
 * alone stays.  The caller has ACCESS EXCLUSIVE on both.
 */
void
zdm_stand_in_follow_grants(const ZdmMigration *m, Relation table, Oid view, List *columns)
{
	List *recorded = zdm_json_objects(zdm_carried_get(m->id), "grants");
	Oid owner = table->rd_rel->relowner;
	Oid relid = RelationGetRelid(table);
	List *who;
	ListCell *lc;

	zdm_stand_in_take_revoked(m, relid, view, columns, columns);
	who = give_gained(NIL, recorded_grants(recorded, "", owner, owner), relid, 0, view, 0);
	foreach (lc, columns)
		who = give_gained(who, recorded_grants(recorded, lfirst(lc), owner, owner), relid,
						  get_attnum(relid, lfirst(lc)), view, get_attnum(view, lfirst(lc)));
	record_grants(m, table);
	tell_gained(relid, view, who);
}

/* A table and its view. */
typedef struct Pair
{
	Relation table;
	Oid view;
	Oid owner_then; /* InvalidOid: the view has nothing of its own yet */
	List *recorded; /* of Jsonb *: what both had when they agreed last */
} Pair;

/* Has table and view agree on who may do what, on a column or on all: "". */
static void
agree_on(const Pair *pair, AttrNumber of_table, AttrNumber of_view, const char *column)
{
	Oid table = RelationGetRelid(pair->table);
	Oid owner = pair->table->rd_rel->relowner;

	if (OidIsValid(pair->owner_then))
	{
		Acl *acl = effective_acl(table, of_table);
		Grants before = recorded_grants(pair->recorded, column, pair->owner_then, owner);
		Grants now = grants_of(effective_acl(pair->view, of_view));
		Acl *agreed = add_granted(take_revoked(acl, before, now, owner), before, now, owner);

		if (!aclequal(agreed, acl))
			set_acl(table, of_table, agreed);
	}
	set_acl(pair->view, of_view, zdm_acl_of(table, of_table));
}

static void
agree_on_all(const ZdmMigration *m, const Pair *pair)
{
	TupleDesc desc = RelationGetDescr(pair->table);

	agree_on(pair, 0, 0, "");
	for (int i = 0; i < desc->natts; i++)
	{
		const char *column = NameStr(TupleDescAttr(desc, i)->attname);

		if (!TupleDescAttr(desc, i)->attisdropped)
			agree_on(pair, i + 1, get_attnum(pair->view, column), column);
	}
	record_grants(m, pair->table);
}

/* Gives a new view the grants of its table, and no others: not those of default privileges. */
void
zdm_stand_in_copy_grants(const ZdmMigration *m, Oid table, Oid view)
{
	Pair pair = {.table = relation_open(table, NoLock), .view = view};

	agree_on_all(m, &pair);
	relation_close(pair.table, NoLock);
}

/*
 * Makes GRANT and REVOKE good on both that have named one since they agreed last, when the view
 * was owner_then's.  The caller has ACCESS EXCLUSIVE on both.
 */
void
zdm_stand_in_agree_grants(const ZdmMigration *m, Oid table, Oid view, Oid owner_then)
{
	Pair pair = {.table = relation_open(table, NoLock), .view = view, .owner_then = owner_then};

	pair.recorded = zdm_json_objects(zdm_carried_get(m->id), "grants");
	agree_on_all(m, &pair);
	relation_close(pair.table, NoLock);
}

/* Tells whether a role, or everybody, may read all of a relation. */
static bool
may_read_all(Oid relation, Oid role)
{
	Grants grants = grants_of(effective_acl(relation, 0));

	if (role != ACL_ID_PUBLIC)
		return pg_class_aclcheck(relation, role, ACL_SELECT) == ACLCHECK_OK;
	for (int i = 0; i < grants.n; i++)
		if (grants.items[i].ai_grantee == ACL_ID_PUBLIC &&
			(ACLITEM_GET_PRIVS(grants.items[i]) & ACL_SELECT) != 0)
			return true;
	return false;
}

/*
 * Refuses a table of which some role may read some columns only: of what is below a view the server
 * wants rights on all columns that the view shows, whichever of them are asked for
 * (rewriteHandler.c, rewriteTargetView).
 */
void
zdm_stand_in_check_readers(Oid table)
{
	Relation rel = relation_open(table, AccessShareLock);
	AttrNumber n = RelationGetNumberOfAttributes(rel);

	for (AttrNumber attnum = 1; attnum <= n; attnum++)
	{
		char *column = get_attname(table, attnum, true);
		Grants grants = grants_of(column ? effective_acl(table, attnum) : make_empty_acl());

		for (int i = 0; i < grants.n; i++)
		{
			Oid role = grants.items[i].ai_grantee;

			if ((ACLITEM_GET_PRIVS(grants.items[i]) & ACL_SELECT) == 0 || may_read_all(table, role))
				continue;
			ereport(
				ERROR,
				(errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
				 errmsg("%s may read some columns of %s only, and could not read them by a view",
						role == ACL_ID_PUBLIC ? "PUBLIC"
											  : quote_identifier(GetUserNameFromId(role, false)),
						zdm_qualified_name(table)),
				 errdetail("It has SELECT on column \"%s\" and not on the table. Of a table "
						   "below a view the server wants SELECT on all columns that the view "
						   "shows.",
						   column),
				 errhint("Give it SELECT on the table until finalize, or rename the table with "
						 "ALTER TABLE in a pause of that application.")));
		}
	}
	relation_close(rel, AccessShareLock);
}
