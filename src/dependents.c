/*
 * dependents.c
 *		What hangs on a column, and how it is carried over to another.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/relation.h"
#include "access/toast_compression.h"
#include "catalog/pg_collation.h"
#include "catalog/pg_type.h"
#include "miscadmin.h"
#include "optimizer/optimizer.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "compat.h"
#include "dependents.h"
#include "names.h"

/* Returns a column's type and, where it is not the type's own, its collation, as ADD COLUMN wants
 * them. */
char *
zdm_type_definition(Oid type, int32 typmod, Oid collation)
{
	char *text = zdm_qualified_type(type, typmod);
	HeapTuple tuple;
	Form_pg_collation form;

	if (!OidIsValid(collation) || collation == get_typcollation(type))
		return text;
	tuple = SearchSysCache1(COLLOID, ObjectIdGetDatum(collation));
	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for collation %u", collation);
	form = (Form_pg_collation) GETSTRUCT(tuple);
	text = psprintf("%s COLLATE %s", text,
					quote_qualified_identifier(get_namespace_name(form->collnamespace),
											   NameStr(form->collname)));
	ReleaseSysCache(tuple);
	return text;
}

/*
 * Returns type and collation for a column that is to hold the values of `att`, without
 * a default, not even a domain's.  A domain that has constraints is replaced by its
 * base type: a column of it can't be added without rewriting the table (tablecmds.c,
 * ATExecAddColumn).
 */
char *
zdm_column_definition(Form_pg_attribute att)
{
	int32 typmod = att->atttypmod;
	Oid base = getBaseTypeAndTypmod(att->atttypid, &typmod);

	if (base == att->atttypid)
		return zdm_type_definition(base, typmod, att->attcollation);
	if (zdm_domain_has_constraints(att->atttypid))
		return zdm_type_definition(base, typmod, att->attcollation);
	return psprintf("%s DEFAULT NULL",
					zdm_type_definition(att->atttypid, att->atttypmod, att->attcollation));
}

/* Appends the steps that give a new column the storage and compression of another. */
void
zdm_plan_copy_storage(ZdmPlan *plan, Form_pg_attribute att, const char *to)
{
	const char *storage = att->attstorage == TYPSTORAGE_PLAIN      ? "PLAIN"
						  : att->attstorage == TYPSTORAGE_EXTERNAL ? "EXTERNAL"
						  : att->attstorage == TYPSTORAGE_MAIN     ? "MAIN"
																   : "EXTENDED";

	if (att->attstorage != get_typstorage(getBaseType(att->atttypid)))
		zdm_plan_step(plan, ZDM_PHASE_EXPAND, ZDM_RUNS_CALLER, AccessExclusiveLock,
					  psprintf("ALTER TABLE %s ALTER COLUMN %s SET STORAGE %s", plan->table,
							   quote_identifier(to), storage),
					  NULL);
	if (CompressionMethodIsValid(att->attcompression))
		zdm_plan_step(plan, ZDM_PHASE_EXPAND, ZDM_RUNS_CALLER, AccessExclusiveLock,
					  psprintf("ALTER TABLE %s ALTER COLUMN %s SET COMPRESSION %s", plan->table,
							   quote_identifier(to), GetCompressionMethodName(att->attcompression)),
					  NULL);
}

/* Appends the step that gives a new column the statistics target of another. */
void
zdm_plan_copy_statistics_target(ZdmPlan *plan, Form_pg_attribute att, const char *to)
{
	HeapTuple tuple =
		SearchSysCache2(ATTNUM, ObjectIdGetDatum(att->attrelid), Int16GetDatum(att->attnum));
	bool isnull;
	Datum value;
	int target;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for column %d of relation %u", att->attnum, att->attrelid);
	value = SysCacheGetAttr(ATTNUM, tuple, Anum_pg_attribute_attstattarget, &isnull);
#if PG_VERSION_NUM >= 170000
	target = isnull ? -1 : DatumGetInt16(value);
#else
	target = DatumGetInt32(value);
#endif
	ReleaseSysCache(tuple);
	if (target >= 0)
		zdm_plan_step(plan, ZDM_PHASE_EXPAND, ZDM_RUNS_CALLER, AccessExclusiveLock,
					  psprintf("ALTER TABLE %s ALTER COLUMN %s SET STATISTICS %d", plan->table,
							   quote_identifier(to), target),
					  NULL);
}

/* Appends the step that grants one role's column privileges, as one AclItem holds them. */
static void
plan_grant(ZdmPlan *plan, const AclItem *item, AclMode modes, const char *to, const char *option)
{
	static const struct
	{
		AclMode mode;
		const char *name;
	} privileges[] = {{ACL_SELECT, "SELECT"},
					  {ACL_INSERT, "INSERT"},
					  {ACL_UPDATE, "UPDATE"},
					  {ACL_REFERENCES, "REFERENCES"}};
	StringInfoData list;
	const char *grantee = item->ai_grantee == ACL_ID_PUBLIC
							  ? "PUBLIC"
							  : quote_identifier(GetUserNameFromId(item->ai_grantee, false));

	if (modes == 0)
		return;
	initStringInfo(&list);
	for (int i = 0; i < lengthof(privileges); i++)
		if (modes & privileges[i].mode)
			appendStringInfo(&list, "%s%s (%s)", list.len > 0 ? ", " : "", privileges[i].name,
							 quote_identifier(to));
	zdm_plan_step(plan, ZDM_PHASE_EXPAND, ZDM_RUNS_CALLER, NoLock,
				  psprintf("GRANT %s ON %s TO %s%s", list.data, plan->table, grantee, option),
				  NULL);
}

/* Appends the steps that give everybody the rights on a new column that they have on another. */
void
zdm_plan_copy_grants(ZdmPlan *plan, Form_pg_attribute att, const char *to)
{
	HeapTuple tuple =
		SearchSysCache2(ATTNUM, ObjectIdGetDatum(att->attrelid), Int16GetDatum(att->attnum));
	Datum value;
	bool isnull;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for column %d of relation %u", att->attnum, att->attrelid);
	value = SysCacheGetAttr(ATTNUM, tuple, Anum_pg_attribute_attacl, &isnull);
	if (!isnull)
	{
		Acl *acl = DatumGetAclPCopy(value);

		for (int i = 0; i < ACL_NUM(acl); i++)
		{
			AclItem *item = &ACL_DAT(acl)[i];
			AclMode with_option = ACLITEM_GET_GOPTIONS(*item);

			plan_grant(plan, item, ACLITEM_GET_PRIVS(*item) & ~with_option, to, "");
			plan_grant(plan, item, with_option, to, " WITH GRANT OPTION");
		}
	}
	ReleaseSysCache(tuple);
}

/* Lists the names of the table's indexes that use a column as key, in an expression or predicate.
 */
List *
zdm_indexes_on(Relation rel, AttrNumber attnum)
{
	List *result = NIL;
	ListCell *lc;
	int member = attnum - FirstLowInvalidHeapAttributeNumber;

	foreach (lc, RelationGetIndexList(rel))
	{
		Relation index = index_open(lfirst_oid(lc), AccessShareLock);
		Bitmapset *columns = NULL;

		for (int i = 0; i < index->rd_index->indnatts; i++)
			columns = bms_add_member(columns, index->rd_index->indkey.values[i] -
												  FirstLowInvalidHeapAttributeNumber);
		pull_varattnos((Node *) RelationGetIndexExpressions(index), 1, &columns);
		pull_varattnos((Node *) RelationGetIndexPredicate(index), 1, &columns);
		if (bms_is_member(member, columns))
			result = lappend(result, pstrdup(RelationGetRelationName(index)));
		index_close(index, AccessShareLock);
	}
	return result;
}
