/*
 * follow.c
 *		What the relations that a migration's steps name are called now.
 *
 * The text of a step is written when the migration begins.  A table or a sequence may get
 * another name or schema until the step runs, and something else may get the old name.  So
 * the record has the relation that each name stood for (zdm.target), and before a statement
 * runs the names in its parse tree are replaced by those of now.
 *
 * Indexes and extended statistics are another matter: steps make and rename them.  They are
 * what has the name on one of these tables; an index goes with its table into another schema.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/index.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_index.h"
#include "catalog/pg_statistic_ext.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "base/compat.h"
#include "base/names.h"
#include "change/follow.h"
#include "change/statement_names.h"
#include "record/target.h"

/* Returns the table of an index; InvalidOid if the relation is none. */
Oid
zdm_table_of_index(Oid relation)
{
	HeapTuple tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(relation));
	Oid table;

	if (!HeapTupleIsValid(tuple))
		return InvalidOid;
	table = ((Form_pg_index) GETSTRUCT(tuple))->indrelid;
	ReleaseSysCache(tuple);
	return table;
}

/* Finds an index of a table by its name; InvalidOid if there is none. */
static Oid
index_of_table(Oid table, const char *name)
{
	Oid relation = get_relname_relid(name, get_rel_namespace(table));

	return OidIsValid(relation) && zdm_table_of_index(relation) == table ? relation : InvalidOid;
}

/* Puts the name in the place of another. */
static void
rename_to(Oid relation, char **schema, char **name)
{
	*schema = get_namespace_name(get_rel_namespace(relation));
	*name = get_rel_name(relation);
}

/*
 * Follows the name of an index, which its table takes along into another schema; false if
 * there is none of these tables that has it, but something else has its name.  One that is
 * not there is left to the statement to miss, in the schema where it would be.
 */
static bool
follow_index(List *targets, char **schema, char **name)
{
	Oid would_be_in = InvalidOid;
	ListCell *lc;

	foreach (lc, targets)
	{
		ZdmTarget *target = lfirst(lc);
		Oid namespace = get_rel_namespace(target->relation);
		Oid index;

		if (strcmp(target->schema, *schema) != 0 || !OidIsValid(namespace))
			continue;
		index = index_of_table(target->relation, *name);
		if (OidIsValid(index))
		{
			rename_to(index, schema, name);
			return true;
		}
		if (!OidIsValid(would_be_in))
			would_be_in = namespace;
	}
	if (!OidIsValid(would_be_in))
		return true;
	*schema = get_namespace_name(would_be_in);
	return !OidIsValid(get_relname_relid(*name, would_be_in));
}

/* Follows the name of a relation; false if it is gone. */
bool
zdm_follow_name(List *targets, char **schema, char **name)
{
	ListCell *lc;

	foreach (lc, targets)
	{
		ZdmTarget *target = lfirst(lc);

		if (strcmp(target->schema, *schema) != 0 || strcmp(target->name, *name) != 0)
			continue;
		if (get_rel_name(target->relation) == NULL)
			return false;
		rename_to(target->relation, schema, name);
		return true;
	}
	return follow_index(targets, schema, name);
}

/*
 * Returns the relation that a statement names by its name of then; InvalidOid if it is gone.
 * Unlike a name, it stays what it is.
 */
Oid
zdm_follow_relation(List *targets, const RangeVar *relation)
{
	char *schema = relation->schemaname;
	char *name = relation->relname;
	ListCell *lc;

	foreach (lc, targets)
	{
		ZdmTarget *target = lfirst(lc);

		if (strcmp(target->schema, schema) != 0)
			continue;
		if (strcmp(target->name, name) == 0)
			return get_rel_name(target->relation) ? target->relation : InvalidOid;
	}
	foreach (lc, targets)
	{
		ZdmTarget *target = lfirst(lc);
		Oid index = strcmp(target->schema, schema) == 0 ? index_of_table(target->relation, name)
														: InvalidOid;

		if (OidIsValid(index))
			return index;
	}
	return InvalidOid;
}

/*
 * Returns what all targets are called now: whoever has just looked compares.  But for materialized
 * views: those change places with others, in a step, which has them locked.
 */
char *
zdm_names_now(List *targets)
{
	StringInfoData buf;
	ListCell *lc;

	AcceptInvalidationMessages();
	initStringInfo(&buf);
	foreach (lc, targets)
	{
		Oid relation = ((ZdmTarget *) lfirst(lc))->relation;
		char *name =
			get_rel_relkind(relation) == RELKIND_MATVIEW ? NULL : zdm_qualified_name(relation);

		appendStringInfo(&buf, "%s\n", name ? name : "");
	}
	return buf.data;
}

/* Returns the name that a migration's table had then, without its schema. */
char *
zdm_bare_name_then(const ZdmMigration *m)
{
	return strVal(llast(zdm_name_list(m->relation_name)));
}

/* Tells whether all targets are called what they were called then. */
bool
zdm_names_stand(List *targets)
{
	ListCell *lc;

	foreach (lc, targets)
	{
		ZdmTarget *target = lfirst(lc);
		ZdmTarget *now = zdm_target_make(target->relation, target->role);

		if (now == NULL || strcmp(now->schema, target->schema) != 0 ||
			strcmp(now->name, target->name) != 0)
			return false;
	}
	return true;
}

/* Looks for extended statistics of a table; false if it has none of that name. */
static bool
find_statistics(Oid table, const char *name, char **schema)
{
	Relation catalog = table_open(StatisticExtRelationId, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple tuple;
	bool found = false;

	ScanKeyInit(&key, Anum_pg_statistic_ext_stxrelid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(table));
	scan = systable_beginscan(catalog, StatisticExtRelidIndexId, true, NULL, 1, &key);
	while (!found && HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_statistic_ext form = (Form_pg_statistic_ext) GETSTRUCT(tuple);

		found = strcmp(NameStr(form->stxname), name) == 0;
		if (found)
			*schema = get_namespace_name(form->stxnamespace);
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	return found;
}

/*
 * Follows the name of extended statistics, which stay in their schema when their table
 * moves.  Those that are to be made come where the table is, if there is no such schema any
 * more.
 */
static void
follow_statistics(List *targets, char **schema, const char *name)
{
	ListCell *lc;

	foreach (lc, targets)
		if (find_statistics(((ZdmTarget *) lfirst(lc))->relation, name, schema))
			return;
	if (OidIsValid(get_namespace_oid(*schema, true)))
		return;
	foreach (lc, targets)
	{
		ZdmTarget *target = lfirst(lc);
		Oid namespace = get_rel_namespace(target->relation);

		if (strcmp(target->schema, *schema) == 0 && OidIsValid(namespace))
		{
			*schema = get_namespace_name(namespace);
			return;
		}
	}
}

/* A statement whose names are being followed. */
typedef struct Following
{
	List *targets;
	bool may_be_gone; /* what it names: DROP ... IF EXISTS */
	bool is_gone;
} Following;

/* ZdmNameVisitor: puts the name of now in the place of that of then. */
static void
follow_name(ZdmNameKind kind, char **schema, char **name, void *context)
{
	Following *following = context;

	if (kind == ZDM_NAME_STATISTICS)
		follow_statistics(following->targets, schema, *name);
	else if (zdm_follow_name(following->targets, schema, name))
		return;
	else if (following->may_be_gone)
		following->is_gone = true;
	else
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE),
						errmsg("relation \"%s.%s\" does not exist", *schema, *name)));
}

/*
 * Replaces the names in a statement's parse tree by those of now; false if it only drops
 * what is gone, and must not be run: something else may have the name.
 */
bool
zdm_follow_names(List *targets, Node *statement)
{
	Following following = {.targets = targets};

	if (targets == NIL)
		return true;
	following.may_be_gone = IsA(statement, DropStmt) && ((DropStmt *) statement)->missing_ok;
	zdm_visit_names(statement, follow_name, &following);
	return !following.is_gone;
}
