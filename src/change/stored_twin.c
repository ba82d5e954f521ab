/*
 * stored_twin.c
 *		The materialized view that is made beside another one, for a column's other type.
 *
 * Contract has no time to refresh one.  So a step of the worker makes its twin, hidden: with the
 * query that it is to have, over the new column, and the same indexes and statistics.  Views
 * between it and the table still have the old type, so for the time of that transaction each of
 * them has a double, of the same owner, options and grants.  When it is filled the twin gets a
 * query that uses nothing, so it keeps nobody from dropping anything.
 *
 * Of a pair, whoever is hidden depends on the other (pg_depend, DEPENDENCY_AUTO): DROP of the one
 * that has the name takes the hidden one along, and by that the pair is known.  Likewise each index
 * and each statistics object.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/reloptions.h"
#include "access/relation.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/dependency.h"
#include "catalog/indexing.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_am.h"
#include "catalog/pg_class.h"
#include "catalog/pg_rewrite.h"
#include "catalog/pg_statistic_ext.h"
#include "catalog/namespace.h"
#include "commands/comment.h"
#include "commands/defrem.h"
#include "commands/tablespace.h"
#include "commands/view.h"
#include "nodes/makefuncs.h"
#include "nodes/nodeFuncs.h"
#include "nodes/parsenodes.h"
#include "parser/analyze.h"
#include "storage/lmgr.h"
#include "tcop/dest.h"
#include "tcop/utility.h"
#include "utils/builtins.h"
#include "utils/fmgrprotos.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

#include "base/expression.h"
#include "base/json.h"
#include "base/names.h"
#include "base/owner.h"
#include "base/query.h"
#include "base/transaction.h"
#include "change/catalog_changes.h"
#include "change/dependents.h"
#include "change/stored_view.h"

/* What stands in the query of one that is set aside. */

/* Returns what of the same kind is hidden for an object; InvalidOid: nothing. */
Oid
zdm_pair_of(Oid classid, Oid oid)
{
	ListCell *lc;

	foreach (lc, zdm_objects_on(classid, oid, 0))
	{
		const ObjectAddress *object = lfirst(lc);

		if (object->classId == classid && object->objectSubId == 0 &&
			(classid != RelationRelationId ||
			 get_rel_relkind(object->objectId) == get_rel_relkind(oid)))
			return object->objectId;
	}
	return InvalidOid;
}

/* Returns the hidden materialized view of a pair; InvalidOid if there is none. */
Oid
zdm_twin_of(Oid view)
{
	return zdm_pair_of(RelationRelationId, view);
}

void
zdm_pair_make(Oid classid, Oid visible, Oid hidden)
{
	ObjectAddress object;
	ObjectAddress other;

	ObjectAddressSet(object, classid, hidden);
	ObjectAddressSet(other, classid, visible);
	recordDependencyOn(&object, &other, DEPENDENCY_AUTO);
	CommandCounterIncrement();
}

/* Returns what lies below a materialized view and is carried over with it, itself at the end. */
List *
zdm_twin_chain(List *list, ZdmCarried *stored)
{
	List *chain = list_make1(stored);

	for (int i = list_length(list) - 1; i >= 0; i--)
	{
		ZdmCarried *candidate = list_nth(list, i);
		bool is_used = false;
		ListCell *lc;
		ListCell *used;

		if (!zdm_carried_is_query(candidate->class) || candidate == stored)
			continue;
		foreach (lc, chain)
		{
			ZdmCarried *user = lfirst(lc);

			if (user != stored && user->class == &zdm_carried_stored)
				continue;
			foreach (used, zdm_objects_of(RewriteRelationId, user->oid))
			{
				const ObjectAddress *object = lfirst(used);

				is_used |= object->classId == RelationRelationId &&
						   object->objectId == zdm_carried_relation(candidate);
			}
		}
		if (is_used)
			chain = lcons(candidate, chain);
	}
	return chain;
}

/* Returns what tells whether a twin is still of the same definitions. */
static char *
fingerprint(List *list, ZdmCarried *stored)
{
	StringInfoData buf;
	ListCell *lc;

	initStringInfo(&buf);
	foreach (lc, zdm_twin_chain(list, stored))
	{
		ZdmCarried *carried = lfirst(lc);

		appendStringInfo(&buf, "%s: %s\n", carried->identity,
						 carried->was ? carried->was : carried->class->print(carried->oid));
	}
	return TextDatumGetCString(DirectFunctionCall1(md5_text, CStringGetTextDatum(buf.data)));
}

/* Returns who wrote a relation's row of pg_class: REFRESH does, whichever way. */
static TransactionId
written_by(Oid relid)
{
	HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	TransactionId xid;

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "cache lookup failed for relation %u", relid);
	xid = HeapTupleHeaderGetXmin(tuple->t_data);
	ReleaseSysCache(tuple);
	return xid;
}

/* Returns what stands in the query of a twin that is made now. */
char *
zdm_twin_mark(List *list, ZdmCarried *stored)
{
	return psprintf(ZDM_MARK_MADE "%s %u", fingerprint(list, stored),
					written_by(zdm_carried_relation(stored)));
}

/* Analyses a statement, whose names are those that it is meant to have. */
Query *
zdm_twin_query(RawStmt *raw, const char *text)
{
	ErrorContextCallback callback;
	Query *query;

	zdm_expression_enter(&callback, text);
	query = parse_analyze_fixedparams(raw, text, NULL, 0, NULL);
	zdm_expression_leave(&callback);
	return query;
}

/* Gives a materialized view a query that uses nothing, and that says what it is. */
void
zdm_twin_set_aside(Oid view, const char *mark)
{
	Relation rel = relation_open(view, NoLock);
	TupleDesc desc = RelationGetDescr(rel);
	StringInfoData buf;

	initStringInfo(&buf);
	appendStringInfoString(&buf, "SELECT ");
	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute att = TupleDescAttr(desc, i);

		appendStringInfo(&buf, "%sNULL::%s AS %s", i > 0 ? ", " : "",
						 zdm_type_definition(att->atttypid, att->atttypmod, att->attcollation),
						 quote_identifier(NameStr(att->attname)));
	}
	appendStringInfo(&buf, " WHERE %s IS NULL", quote_literal_cstr(mark));
	relation_close(rel, NoLock);
	StoreViewQuery(view, zdm_twin_query(linitial_node(RawStmt, zdm_parse(buf.data)), buf.data),
				   true);
	CommandCounterIncrement();
}

/*
 * Raises an error unless a materialized view has a twin that was made for what it is now; tells
 * where its rows are older than the last REFRESH.
 */
void
zdm_twin_require(List *list, ZdmCarried *carried)
{
	Oid view = zdm_carried_relation(carried);
	Oid twin = zdm_twin_of(view);
	char *query;
	char *made;
	bool is_same = true;
	ListCell *lc;

	if (!OidIsValid(twin))
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
						errmsg("materialized view %s was made since expand", carried->identity),
						errdetail("It has no twin with the other type, and making one takes as "
								  "long as a REFRESH."),
						errhint("Drop it and make it again afterwards, or roll back and start "
								"again.")));
	query = TextDatumGetCString(DirectFunctionCall1(pg_get_viewdef, ObjectIdGetDatum(twin)));
	if (strstr(query, ZDM_MARK_AGAIN))
		foreach (lc, zdm_twin_chain(list, carried))
			is_same &= ((ZdmCarried *) lfirst(lc))->apply != NULL;
	else if ((made = strstr(query, ZDM_MARK_MADE)) != NULL)
	{
		is_same = strncmp(made + strlen(ZDM_MARK_MADE), fingerprint(list, carried), 32) == 0;
		if (is_same && strtoul(made + strlen(ZDM_MARK_MADE) + 33, NULL, 10) !=
						   (unsigned long) written_by(view))
			ereport(NOTICE,
					(errmsg("the rows of materialized view %s are those of when its twin was made",
							carried->identity),
					 errhint("It was refreshed, or altered, since then: REFRESH it again.")));
	}
	if (!is_same)
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
						errmsg("materialized view %s, or a view that it uses, was changed since "
							   "its twin was made",
							   carried->identity),
						errhint("Drop it and make it again afterwards, or roll back and start "
								"again.")));
	LockRelationOid(twin, AccessExclusiveLock);
}
