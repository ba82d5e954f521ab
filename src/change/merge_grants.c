/*
 * merge_grants.c
 *		Who may use a table that is merged, and so has to have rights on the other one.
 *
 * From the turn on the part's name is a view over the whole, below which the server asks for the
 * rights of whoever uses it.  So the columns that come to the whole are granted to whom the part's
 * were: that goes with them where the merge is taken back.  On the key, which the whole has had
 * all along, nothing is granted; who may not read it is refused by name.
 */
#include "postgres.h"

#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "base/names.h"
#include "base/query.h"
#include "change/catalog_changes.h"
#include "change/merge.h"
#include "change/shadow.h"

#define WRITES (ACL_INSERT | ACL_UPDATE | ACL_DELETE)

/* Names a role, or everybody. */
static const char *
role_name(Oid role)
{
	return role == ACL_ID_PUBLIC ? "PUBLIC" : quote_identifier(GetUserNameFromId(role, false));
}

/* Tells whether an ACL grants everybody one of some rights. */
static bool
grants_public(Acl *acl, AclMode mode)
{
	for (int i = 0; acl && i < ACL_NUM(acl); i++)
		if (ACL_DAT(acl)[i].ai_grantee == ACL_ID_PUBLIC &&
			(ACLITEM_GET_PRIVS(ACL_DAT(acl)[i]) & mode) != 0)
			return true;
	return false;
}

/* Tells whether a role may do to a column what a right is for. */
static bool
may_do_to(Oid relid, AttrNumber attnum, Oid role, AclMode mode)
{
	if (role == ACL_ID_PUBLIC)
		return grants_public(zdm_acl_of(relid, 0), mode) ||
			   grants_public(zdm_acl_of(relid, attnum), mode);
	return pg_class_aclcheck(relid, role, mode) == ACLCHECK_OK ||
		   pg_attribute_aclcheck(relid, attnum, role, mode) == ACLCHECK_OK;
}

/* Tells whether a role may do to all of a table what a right is for. */
static bool
may_do(Oid relid, Oid role, AclMode mode)
{
	return role == ACL_ID_PUBLIC ? grants_public(zdm_acl_of(relid, 0), mode)
								 : pg_class_aclcheck(relid, role, mode) == ACLCHECK_OK;
}

/* Refuses what a role could not do any more by the part's name. */
static void
refuse_role(const ZdmMerging *merging, Oid role)
{
	Oid part = RelationGetRelid(merging->part);
	Oid whole = RelationGetRelid(merging->whole);

	if (!may_do(part, role, ACL_SELECT))
		zdm_merge_refuse_part(
			merging, psprintf("%s may use some of it, and not read all of it", role_name(role)),
			psprintf("Its name is a view later on, below which the server wants SELECT on all "
					 "columns: GRANT SELECT ON %s TO %s.",
					 merging->part_table, role_name(role)));
	for (int i = 0; i < merging->nkeys; i++)
		if (!may_do_to(whole, merging->whole_keys[i], role, ACL_SELECT))
			zdm_merge_refuse_part(
				merging,
				psprintf("%s may use it, and not read the key of %s", role_name(role),
						 merging->whole_table),
				psprintf("Its name is a view over that later on: GRANT SELECT (%s) ON %s TO %s.",
						 quote_identifier(get_attname(whole, merging->whole_keys[i], false)),
						 merging->whole_table, role_name(role)));
}

/* Tells whether a role may update all columns of the part. */
static bool
may_update_all(const ZdmMerging *merging, Oid role)
{
	ListCell *lc;

	foreach (lc, merging->columns)
		if (!may_do_to(RelationGetRelid(merging->part), zdm_find_column(merging->part, lfirst(lc)),
					   role, ACL_UPDATE))
			return false;
	return true;
}

/*
 * Refuses who may insert some columns of the part only: by its name all are set later on, for which
 * he would need UPDATE of all.
 */
static void
refuse_insert(const ZdmMerging *merging, Oid role)
{
	Oid part = RelationGetRelid(merging->part);

	if (!may_do(part, role, ACL_INSERT) && !may_do(part, role, ACL_DELETE) &&
		!may_do(RelationGetRelid(merging->whole), role, ACL_UPDATE) &&
		!may_update_all(merging, role))
		zdm_merge_refuse_part(
			merging, psprintf("%s may insert some columns of it, and not all", role_name(role)),
			psprintf("Its name is a view later on, by which an INSERT sets all columns: GRANT "
					 "INSERT ON %s TO %s, or REVOKE INSERT on the columns.",
					 merging->part_table, role_name(role)));
}

/* Refuses those who could not use the part's name as they do once it is a view over the whole. */
void
zdm_merge_refuse_grants(const ZdmMerging *merging)
{
	Oid part = RelationGetRelid(merging->part);

	for (int attnum = 0; attnum <= RelationGetNumberOfAttributes(merging->part); attnum++)
	{
		Acl *acl = zdm_acl_of(part, attnum);

		for (int i = 0; acl && i < ACL_NUM(acl); i++)
		{
			const AclItem *item = &ACL_DAT(acl)[i];

			if (item->ai_grantee == merging->part->rd_rel->relowner)
				continue;
			if ((ACLITEM_GET_PRIVS(*item) & (ACL_SELECT | WRITES)) != 0)
				refuse_role(merging, item->ai_grantee);
			if (attnum > 0 && (ACLITEM_GET_PRIVS(*item) & ACL_INSERT) != 0)
				refuse_insert(merging, item->ai_grantee);
		}
	}
}

/*
 * Names who has a right on all of the whole, and so has it on the columns that come to it, and not
 * on the part; NULL: nobody.
 */
char *
zdm_merge_who_gains(const ZdmMerging *merging, AclMode mode)
{
	Acl *acl = zdm_acl_of(RelationGetRelid(merging->whole), 0);
	List *names = NIL;

	for (int i = 0; acl && i < ACL_NUM(acl); i++)
	{
		const AclItem *item = &ACL_DAT(acl)[i];
		char *name;

		if (item->ai_grantee == merging->whole->rd_rel->relowner ||
			(ACLITEM_GET_PRIVS(*item) & mode) == 0 ||
			may_do(RelationGetRelid(merging->part), item->ai_grantee, mode))
			continue;
		name = pstrdup(role_name(item->ai_grantee));
		if (!zdm_has_string(names, name))
			names = lappend(names, name);
	}
	return names != NIL ? zdm_join(names, ", ") : NULL;
}

/*
 * Names who gets UPDATE of the columns at the turn for the INSERT or DELETE that he has on the
 * part, see rights_on_column(); NULL: nobody.  Who has it on all of the whole does so before.
 */
char *
zdm_merge_who_updates(const ZdmMerging *merging)
{
	Acl *acl = zdm_acl_of(RelationGetRelid(merging->part), 0);
	List *names = NIL;

	for (int i = 0; acl && i < ACL_NUM(acl); i++)
	{
		const AclItem *item = &ACL_DAT(acl)[i];
		char *name;

		if (item->ai_grantee == merging->part->rd_rel->relowner ||
			(ACLITEM_GET_PRIVS(*item) & (ACL_INSERT | ACL_DELETE)) == 0 ||
			may_do(RelationGetRelid(merging->whole), item->ai_grantee, ACL_UPDATE) ||
			may_update_all(merging, item->ai_grantee))
			continue;
		name = pstrdup(role_name(item->ai_grantee));
		if (!zdm_has_string(names, name))
			names = lappend(names, name);
	}
	return names != NIL ? zdm_join(names, ", ") : NULL;
}

/* Returns what the columns are called in the whole by now. */
static List *
names_now(const ZdmMerging *merging)
{
	List *names = NIL;
	ListCell *column;
	ListCell *hidden;

	forboth (column, merging->columns, hidden, merging->hidden)
		names = lappend(names, get_attnum(RelationGetRelid(merging->whole), lfirst(hidden)) > 0
								   ? lfirst(hidden)
								   : lfirst(column));
	return names;
}

/* Returns the rights on a column by which one uses the part's name as by these on the part. */
static AclMode
rights_on_column(AclMode rights)
{
	return (rights & ACL_SELECT) | ((rights & WRITES) ? ACL_UPDATE : ACL_NO_RIGHTS);
}

/* Finds what a grantor has granted a grantee among the first n items of an ACL; n: nothing. */
static int
find_item(Acl *acl, int n, const AclItem *item)
{
	int i = 0;

	while (i < n && (ACL_DAT(acl)[i].ai_grantee != item->ai_grantee ||
					 ACL_DAT(acl)[i].ai_grantor != item->ai_grantor))
		i++;
	return i;
}

/*
 * Returns the grants of a column with those that come of the part's; NULL: none.  Each stays with
 * who has granted it, and with its option: whoever may hand on a right on the part may hand on that
 * on the column, so there is for each grant what it stands on.
 */
static Acl *
column_acl(const ZdmMerging *merging, Acl *column, Acl *table)
{
	Acl *acl = column && table ? aclconcat(column, table) : table ? aclcopy(table) : column;
	int n = column ? ACL_NUM(column) : 0;

	for (int i = n; table && i < ACL_NUM(acl); i++)
	{
		AclItem item = ACL_DAT(acl)[i];
		AclMode rights = rights_on_column(ACLITEM_GET_PRIVS(item));
		AclMode options = rights_on_column(ACLITEM_GET_GOPTIONS(item));
		int at = find_item(acl, n, &item);

		if (item.ai_grantee == merging->part->rd_rel->relowner || rights == ACL_NO_RIGHTS)
			continue;
		if (at < n)
		{
			rights |= ACLITEM_GET_PRIVS(ACL_DAT(acl)[at]);
			options |= ACLITEM_GET_GOPTIONS(ACL_DAT(acl)[at]);
		}
		else
			n++;
		ACLITEM_SET_PRIVS_GOPTIONS(item, rights, options);
		ACL_DAT(acl)[at] = item;
	}
	if (n == 0)
		return NULL;
	ARR_DIMS(acl)[0] = n;
	SET_VARSIZE(acl, ACL_N_SIZE(n));
	return acl;
}

/*
 * Gives the columns in the whole the comments and labels that those of the part have, and the
 * grants once the part's name needs them: until then the part has the truth, and a right that is
 * revoked on it would be left on a copy.
 */
void
zdm_merge_copy_marks(const ZdmMerging *merging, bool with_grants)
{
	Oid part = RelationGetRelid(merging->part);
	List *names = names_now(merging);
	ListCell *column;
	ListCell *name;

	forboth (column, merging->columns, name, names)
	{
		AttrNumber from = zdm_find_column(merging->part, lfirst(column));
		AttrNumber to = zdm_find_column(merging->whole, lfirst(name));

		zdm_copy_column_marks(merging->part, from, merging->whole, to);
		zdm_shadow_set_acl(
			RelationGetRelid(merging->whole), to,
			with_grants ? column_acl(merging, zdm_acl_of(part, from), zdm_acl_of(part, 0)) : NULL);
	}
}
