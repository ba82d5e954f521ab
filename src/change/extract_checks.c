/*
 * extract_checks.c
 *		What keeps columns from moving to a table of their own.
 *
 * What hangs on the columns, by the catalog of dependencies, is carried or refused by name.  An
 * index, a check or a foreign key is carried if it uses no other columns than those that move and
 * the key.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/heapam.h"
#include "access/htup_details.h"
#include "access/sysattr.h"
#include "access/table.h"
#include "catalog/dependency.h"
#include "catalog/objectaddress.h"
#include "catalog/pg_attrdef.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_index.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_rewrite.h"
#include "catalog/pg_trigger.h"
#include "catalog/pg_type.h"
#include "commands/trigger.h"
#include "executor/spi.h"
#include "nodes/makefuncs.h"
#include "optimizer/optimizer.h"
#include "rewrite/rewriteHandler.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/ruleutils.h"
#include "utils/syscache.h"
#include "utils/typcache.h"

#include "base/compat.h"
#include "base/expression.h"
#include "base/names.h"
#include "base/owner.h"
#include "base/query.h"
#include "change/dependents.h"
#include "change/extract.h"
#include "change/shadow.h"
#include "sync/extracted.h"

/* Refuses what can't go along. */
static void
refuse(Relation rel, const char *what, const char *hint)
{
	ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
					errmsg("cannot extract columns of table %s: %s",
						   zdm_qualified_name(RelationGetRelid(rel)), what),
					errhint("%s", hint)));
}

static const char drop_hint[] = "Drop it before, and make it again after zdm.finalize().";

/* Returns the number of the n-th column that moves, whatever it is called by now. */
static AttrNumber
attnum_of(Relation rel, const ZdmExtract *extract, int n)
{
	AttrNumber attnum = get_attnum(RelationGetRelid(rel), list_nth(extract->hidden, n));

	return attnum > 0 ? attnum : get_attnum(RelationGetRelid(rel), list_nth(extract->columns, n));
}

/* Tells whether a column moves. */
static bool
moves(Relation rel, const ZdmExtract *extract, AttrNumber attnum)
{
	for (int i = 0; i < list_length(extract->columns); i++)
		if (attnum_of(rel, extract, i) == attnum)
			return true;
	return false;
}

/* Tells whether the new table has a column, too. */
static bool
goes_along(Relation rel, const ZdmExtract *extract, AttrNumber attnum)
{
	return moves(rel, extract, attnum) ||
		   (attnum > 0 &&
			zdm_has_string(extract->key, get_attname(RelationGetRelid(rel), attnum, false)));
}

/*
 * Tells whether something that uses these columns uses one that moves; an error if it uses others,
 * too, which the new table does not have.
 */
static bool
uses_moving(Relation rel, const ZdmExtract *extract, const AttrNumber *columns, int n,
			const char *what)
{
	bool any = false;
	AttrNumber other = 0;

	for (int i = 0; i < n; i++)
	{
		any |= moves(rel, extract, columns[i]);
		if (!goes_along(rel, extract, columns[i]))
			other = columns[i];
	}
	if (any && other != 0)
		refuse(rel,
			   psprintf("%s uses column \"%s\", too, which does not go along", what,
						get_attname(RelationGetRelid(rel), other, false)),
			   "Drop it before, or have all of its columns move together.");
	return any;
}

/* Tells whether a constraint goes along; see uses_moving(). */
bool
zdm_extract_moves(Relation rel, const ZdmExtract *extract, HeapTuple constraint)
{
	Form_pg_constraint form = (Form_pg_constraint) GETSTRUCT(constraint);
	int n;
	AttrNumber *columns = zdm_constraint_columns(constraint, Anum_pg_constraint_conkey, &n);

	return columns != NULL && uses_moving(rel, extract, columns, n,
										  psprintf("constraint \"%s\"", NameStr(form->conname)));
}

/* Refuses a table that is part of something larger, or that others may not see all of. */
static void
refuse_table(Relation rel)
{
	Oid relid = RelationGetRelid(rel);

	if (rel->rd_rel->relkind != RELKIND_RELATION)
		refuse(rel, "it is partitioned", "Only plain tables can give columns away.");
	if (has_superclass(relid) || find_inheritance_children(relid, NoLock) != NIL)
		refuse(rel, "it inherits, or is inherited from",
			   "End that with ALTER TABLE ... NO INHERIT.");
	if (OidIsValid(getExtensionOfObject(RelationRelationId, relid)))
		refuse(rel, "it belongs to an extension", "The extension's own script changes it.");
	if (rel->rd_tableam != GetHeapamTableAmRoutine())
		refuse(rel, "its access method is not heap", "Only heap tables can be kept in sync.");
	if (rel->rd_rel->relrowsecurity || rel->rd_rel->relforcerowsecurity)
		refuse(rel, "it has row level security",
			   "The new table would be without: what its policies are to be, zdm can't know.");
	if (!OidIsValid(zdm_primary_key_index(rel)))
		refuse(rel, "it has no primary key, by which rows find each other",
			   "zdm.expand_primary_key() gives it one.");
}

/* Returns a publication that publishes whatever table is made in a schema; NULL: there is none. */
char *
zdm_extract_publication(Oid schema)
{
	ZdmArgs args = {0};
	List *names;

	zdm_arg_oid(&args, schema);
	names = zdm_query_names(
		"SELECT p.pubname AS name FROM pg_catalog.pg_publication p WHERE p.puballtables"
		"    OR EXISTS (SELECT FROM pg_catalog.pg_publication_namespace n"
		"                WHERE n.pnpubid = p.oid AND n.pnnspid = $1) ORDER BY 1",
		&args);
	return names != NIL ? linitial(names) : NULL;
}

/* Refuses a table of which the hidden one would be published, too. */
static void
refuse_published(Relation rel, Oid schema)
{
	char *publication = zdm_extract_publication(schema);

	if (publication)
		refuse(rel,
			   psprintf("publication \"%s\" publishes every table of %s", publication,
						"the new one's schema or database"),
			   "Subscribers have no such table. Publish tables by name, and the new one after "
			   "zdm.finalize().");
}

/* A domain's verdict on a NULL. */
static bool
domain_takes_null(Oid type)
{
	for (; get_typtype(type) == TYPTYPE_DOMAIN; type = getBaseType(type))
	{
		HeapTuple tuple = SearchSysCache1(TYPEOID, ObjectIdGetDatum(type));
		bool not_null = ((Form_pg_type) GETSTRUCT(tuple))->typnotnull;

		ReleaseSysCache(tuple);
		if (not_null)
			return false;
	}
	return true;
}

/* Tells whether a column is NOT NULL, and has no default that would give it a value. */
bool
zdm_extract_requires(Relation rel, AttrNumber attnum)
{
	return TupleDescAttr(RelationGetDescr(rel), attnum - 1)->attnotnull &&
		   zdm_blank_is_known(rel, attnum) && zdm_blank(rel, attnum) == NULL;
}

/* Refuses a column that can't move. */
static void
refuse_column(Relation rel, const ZdmExtract *extract, Form_pg_attribute att)
{
	const char *name = NameStr(att->attname);
	Oid relid = RelationGetRelid(rel);

	if (att->attgenerated)
		refuse(rel, psprintf("column \"%s\" is generated", name),
			   "What it is generated from stays in another table.");
	if (att->attidentity)
		refuse(rel, psprintf("column \"%s\" is an identity", name),
			   psprintf("ALTER TABLE %s ALTER COLUMN %s DROP IDENTITY takes that away.",
						zdm_qualified_name(relid), quote_identifier(name)));
	if (!zdm_blank_is_known(rel, att->attnum))
		refuse(rel, psprintf("the default of column \"%s\" is not a constant", name),
			   "A row of the old table that has nothing but its defaults counts as one without "
			   "a row in the new table. ALTER TABLE ... DROP DEFAULT takes it away.");
	if (!domain_takes_null(att->atttypid) && zdm_blank(rel, att->attnum) == NULL)
		refuse(rel, psprintf("the type of column \"%s\" is NOT NULL, and it has no default", name),
			   psprintf("Until finalize an application that knows the new table can't insert a "
						"row into the old one without it. ALTER TABLE %s ALTER COLUMN %s SET "
						"DEFAULT ... lets it.",
						zdm_qualified_name(relid), quote_identifier(name)));
	if (extract->only_when &&
		zdm_expression_calls_user_code(
			(Node *) makeVar(1, att->attnum, att->atttypid, att->atttypmod, att->attcollation, 0)))
		refuse(rel, psprintf("the type of column \"%s\" did not come with the server", name),
			   "With only_when every write would compare its values. Leave only_when out.");
	if (extract->only_when && zdm_has_string(extract->required, name))
		refuse(rel, psprintf("column \"%s\" is NOT NULL, and has no default", name),
			   "Each row has a value there, which only_when would lose. Leave only_when out.");
}

/* Returns the view or table that a rule belongs to. */
static Oid
relation_of_rule(Oid rule)
{
	Relation catalog = table_open(RewriteRelationId, AccessShareLock);
	Oid result = InvalidOid;
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple tuple;

	ScanKeyInit(&key, Anum_pg_rewrite_oid, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(rule));
	scan = systable_beginscan(catalog, RewriteOidIndexId, true, NULL, 1, &key);
	tuple = systable_getnext(scan);
	if (HeapTupleIsValid(tuple))
		result = ((Form_pg_rewrite) GETSTRUCT(tuple))->ev_class;
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	return result;
}

/* Tells whether something that depends on a column that moves goes along, or is gone with it. */
static bool
is_carried(Relation rel, const ZdmExtract *extract, const ObjectAddress *object, Oid view)
{
	HeapTuple tuple;
	Form_pg_constraint form;
	bool carried;
	char relkind;

	switch (object->classId)
	{
		case AttrDefaultRelationId:
		{
			ObjectAddress column = GetAttrDefaultColumnAddress(object->objectId);

			return column.objectId == RelationGetRelid(rel) &&
				   moves(rel, extract, column.objectSubId);
		}
		case ConstraintRelationId:
			tuple = SearchSysCache1(CONSTROID, ObjectIdGetDatum(object->objectId));
			if (!HeapTupleIsValid(tuple))
				return true;
			form = (Form_pg_constraint) GETSTRUCT(tuple);
			carried = form->conrelid == RelationGetRelid(rel) &&
					  (form->contype == CONSTRAINT_CHECK || form->contype == CONSTRAINT_UNIQUE ||
					   form->contype == CONSTRAINT_FOREIGN || form->contype == 'n') &&
					  (form->contype == 'n' || zdm_extract_moves(rel, extract, tuple));
			if (carried && (!form->convalidated || !zdm_constraint_enforced(form) ||
							zdm_constraint_is_temporal(form)))
				refuse(rel,
					   psprintf("constraint \"%s\" is not valid, or of a kind that is not known "
								"here",
								NameStr(form->conname)),
					   "ALTER TABLE ... VALIDATE CONSTRAINT, or drop it.");
			ReleaseSysCache(tuple);
			return carried;
		case RelationRelationId:
			relkind = get_rel_relkind(object->objectId);
			return relkind == RELKIND_INDEX; /* zdm_extract_indexes() looks at these */
		case RewriteRelationId:
			return OidIsValid(view) && relation_of_rule(object->objectId) == view;
		default:
			return false;
	}
}

/* Tells whether an object is a trigger of the table that has a name; NULL: none has. */
static bool
is_trigger(const ObjectAddress *object, Relation rel, const char *name)
{
	return name && object->classId == TriggerRelationId &&
		   object->objectId == get_trigger_oid(RelationGetRelid(rel), name, true);
}

/*
 * Refuses what depends on the columns and can't go along; view: the new table's own;
 * required_trigger: that of the old one, if there is any.
 */
void
zdm_extract_refuse_dependents(Relation rel, const ZdmExtract *extract, Oid view,
							  const char *required_trigger)
{
	refuse_table(rel);
	for (int i = 0; i < list_length(extract->columns); i++)
	{
		ListCell *lc;

		foreach (lc, zdm_objects_on(RelationRelationId, RelationGetRelid(rel),
									attnum_of(rel, extract, i)))
			if (!is_carried(rel, extract, lfirst(lc), view) &&
				!is_trigger(lfirst(lc), rel, required_trigger))
				refuse(rel,
					   psprintf("%s depends on column \"%s\"",
								getObjectDescription(lfirst(lc), false),
								(char *) list_nth(extract->columns, i)),
					   drop_hint);
	}
	(void) zdm_extract_indexes(rel, extract);
}

/* Refuses an index that has no like in the new table; tells whether it is unique. */
static bool
check_index(Relation rel, Oid oid)
{
	Relation index = index_open(oid, AccessShareLock);
	Form_pg_index form = index->rd_index;
	bool unique = form->indisunique;
	char *name = RelationGetRelationName(index);

	if (!form->indisvalid || !form->indisready)
		refuse(rel, psprintf("index \"%s\" is not valid", name),
			   "Drop it, or build it anew with zdm.reindex().");
	if (form->indisexclusion)
		refuse(rel, psprintf("constraint \"%s\" is an exclusion constraint", name), drop_hint);
	if (form->indisreplident)
		refuse(rel, psprintf("index \"%s\" is the replica identity", name),
			   "ALTER TABLE ... REPLICA IDENTITY DEFAULT takes the primary key for it.");
	if (form->indisunique && form->indnullsnotdistinct)
		refuse(rel, psprintf("index \"%s\" takes nulls for the same", name),
			   "Rows that have nothing in the column yet would be refused.");
	if (form->indisunique && !form->indimmediate)
		refuse(rel, psprintf("constraint \"%s\" is deferrable", name), drop_hint);
	for (int i = 0; form->indisunique && i < form->indnkeyatts; i++)
	{
		AttrNumber attnum = form->indkey.values[i];

		if (attnum > 0 && zdm_blank_is_known(rel, attnum) && zdm_blank(rel, attnum) != NULL)
			refuse(rel,
				   psprintf("index \"%s\" is unique, and column \"%s\" has a default", name,
							get_attname(RelationGetRelid(rel), attnum, false)),
				   "Rows that have nothing else in the column yet would be refused.");
	}
	index_close(index, AccessShareLock);
	return unique;
}

/* Returns what a constraint is called in the new table, whose names are its own. */
char *
zdm_extract_constraint_name(const List *old_names, const char *new_table, const char *name)
{
	return zdm_behind_name(name, old_names) ? zdm_extract_name_of(old_names, new_table, name)
											: pstrdup(name);
}

/*
 * Returns what a name of the old table, by one of the names that it has had, is called in the new
 * one: with that in front.
 */
char *
zdm_extract_name_of(const List *old_names, const char *new_table, const char *name)
{
	const char *behind = zdm_behind_name(name, old_names);
	char *prefix = psprintf("%s_", new_table);

	return zdm_clip_name(zdm_clip_name("", prefix, 20), behind ? behind : name, 0);
}

/* Lists the indexes that the new table is to have (ZdmExtractIndex *), but for its primary key. */
List *
zdm_extract_indexes(Relation rel, const ZdmExtract *extract)
{
	List *result = NIL;
	int level = zdm_pin_search_path();
	ListCell *lc;

	foreach (lc, RelationGetIndexList(rel))
	{
		Oid oid = lfirst_oid(lc);
		List *names = zdm_index_columns(oid);
		AttrNumber *columns = palloc(sizeof(AttrNumber) * (list_length(names) + 1));
		ZdmExtractIndex *index = palloc0(sizeof(ZdmExtractIndex));
		ListCell *name;

		foreach (name, names)
			columns[foreach_current_index(name)] = get_attnum(RelationGetRelid(rel), lfirst(name));
		if (!uses_moving(rel, extract, columns, list_length(names),
						 psprintf("index \"%s\"", get_rel_name(oid))))
			continue;
		index->index = oid;
		index->name = get_rel_name(oid);
		index->tail = zdm_shadow_index_tail(rel, oid);
		index->constraint = OidIsValid(get_index_constraint(oid));
		index->unique = check_index(rel, oid);
		result = lappend(result, index);
	}
	AtEOXact_GUC(false, level);
	return result;
}

/* Writes the values that a row has which nothing was given for, as a row of a query. */
static char *
blank_row(Relation rel, const ZdmExtract *extract)
{
	StringInfoData buf;
	List *names = list_concat_copy(extract->columns, extract->key);
	ListCell *lc;

	initStringInfo(&buf);
	foreach (lc, names)
	{
		AttrNumber attnum = zdm_find_column(rel, lfirst(lc));
		Form_pg_attribute att = TupleDescAttr(RelationGetDescr(rel), attnum - 1);
		Node *blank =
			zdm_has_string(extract->key, lfirst(lc)) ? NULL : (Node *) zdm_blank(rel, attnum);

		appendStringInfo(&buf, "%s(%s)::%s AS %s", buf.len > 0 ? ", " : "",
						 blank ? deparse_expression(blank, NIL, false, false) : "NULL",
						 zdm_qualified_type(getBaseType(att->atttypid), -1),
						 quote_identifier(lfirst(lc)));
	}
	return buf.data;
}

/* Refuses a check that a row of the old table violates which nothing was given for. */
static void
refuse_checks(Relation rel, const ZdmExtract *extract)
{
	TupleConstr *constr = RelationGetDescr(rel)->constr;
	int level = zdm_pin_search_path();
	char *row = blank_row(rel, extract);

	for (int i = 0; constr && i < constr->num_check; i++)
	{
		Node *expr = stringToNode(constr->check[i].ccbin);
		Bitmapset *used = NULL;
		bool all = true;
		bool any = false;
		int member = -1;

		pull_varattnos(expr, 1, &used);
		while ((member = bms_next_member(used, member)) >= 0)
		{
			any |= moves(rel, extract, member + FirstLowInvalidHeapAttributeNumber);
			all &= goes_along(rel, extract, member + FirstLowInvalidHeapAttributeNumber);
		}
		if (!any || !all)
			continue;
		if (zdm_owner_refuses(rel->rd_rel->relowner,
							  deparse_expression(expr,
												 deparse_context_for(RelationGetRelationName(rel),
																	 RelationGetRelid(rel)),
												 false, false),
							  row, RelationGetRelationName(rel)))
			refuse(rel,
				   psprintf("check \"%s\" refuses a row that has nothing in these columns",
							constr->check[i].ccname),
				   "Until finalize an application that knows the new table can't insert a row "
				   "into the old one. Drop it before, and make it again after zdm.finalize().");
	}
	AtEOXact_GUC(false, level);
}

/* Refuses what can't be extracted, or not without losing something. */
void
zdm_extract_refuse(Relation rel, const ZdmExtract *extract)
{
	ListCell *lc;

	refuse_published(rel, extract->schema);
	foreach (lc, extract->columns)
		refuse_column(rel, extract,
					  TupleDescAttr(RelationGetDescr(rel), zdm_find_column(rel, lfirst(lc)) - 1));
	zdm_extract_refuse_dependents(rel, extract, InvalidOid, NULL);
	refuse_checks(rel, extract);
}

/* Counts the constraints that go along; from: on the columns, else all of a table. */
static int
count_checks(Relation rel, const ZdmExtract *extract)
{
	ListCell *lc;
	int n = 0;

	foreach (lc, zdm_constraints_of(RelationGetRelid(rel)))
		if (((Form_pg_constraint) GETSTRUCT((HeapTuple) lfirst(lc)))->contype == CONSTRAINT_CHECK &&
			(extract == NULL || zdm_extract_moves(rel, extract, lfirst(lc))))
			n++;
	return n;
}

/* Refuses to go on where the columns are not what they were when the migration began. */
void
zdm_extract_refuse_other(Relation rel, Relation hidden, const ZdmExtract *extract)
{
	static const char hint[] = "SELECT zdm.rollback(), and begin it anew.";

	if (rel->rd_rel->relpersistence != hidden->rd_rel->relpersistence)
		refuse(rel, "it is not LOGGED or UNLOGGED as it was when the migration began", hint);
	for (int i = 0; i < list_length(extract->columns); i++)
	{
		char *name = list_nth(extract->columns, i);
		AttrNumber here = attnum_of(rel, extract, i);
		AttrNumber there = get_attnum(RelationGetRelid(hidden), name);

		if (here <= 0 || there <= 0 ||
			TupleDescAttr(RelationGetDescr(rel), here - 1)->attnotnull !=
				(TupleDescAttr(RelationGetDescr(hidden), there - 1)->attnotnull &&
				 !zdm_has_string(extract->required, name)) ||
			!zdm_blank_is_known(rel, here) ||
			!equal(zdm_blank(rel, here), zdm_blank(hidden, there)))
			refuse(rel, psprintf("column \"%s\" is not what it was when the migration began", name),
				   hint);
	}
	if (list_length(zdm_extract_indexes(rel, extract)) + 1 !=
		list_length(RelationGetIndexList(hidden)))
		refuse(rel, "an index on these columns was made or dropped since the migration began",
			   "Undo that, and do it again after zdm.finalize().");
	if (count_checks(rel, extract) != count_checks(hidden, NULL))
		refuse(rel, "a check on these columns was made or dropped since the migration began",
			   "Undo that, and do it again after zdm.finalize().");
}
