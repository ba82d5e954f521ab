/*
 * deed.c
 *		What a step does and what undoes it: an action with its arguments.
 *
 * The arguments of an action that is no SQL are JSON.  What one reads of it, in zdm.plan() and
 * in the record, is a comment: its name and its arguments.  JSON text has no line breaks, so
 * nothing of an argument can stand outside of the comment.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "catalog/partition.h"
#include "nodes/makefuncs.h"
#include "utils/lsyscache.h"

#include "base/compat.h"
#include "base/json.h"
#include "change/deed.h"
#include "change/follow.h"
#include "change/step_text.h"

/* Makes a deed that its text says all of; NULL for none. */
ZdmDeed *
zdm_deed_of_text(const char *action, char *text)
{
	ZdmDeed *deed;

	if (text == NULL)
		return NULL;
	deed = palloc0(sizeof(ZdmDeed));
	deed->action = action;
	deed->text = text;
	return deed;
}

/* Makes a deed of one or more SQL statements; NULL for none. */
ZdmDeed *
zdm_deed_sql(char *text)
{
	return zdm_deed_of_text(ZDM_ACTION_SQL, text);
}

/* Begins the arguments of an action, which zdm_json_add_*() then adds. */
void
zdm_deed_begin(StringInfo arguments)
{
	initStringInfo(arguments);
	appendStringInfoChar(arguments, '{');
}

/* Ends the arguments, and makes the deed. */
ZdmDeed *
zdm_deed_end(const char *action, StringInfo arguments)
{
	ZdmDeed *deed = palloc0(sizeof(ZdmDeed));

	appendStringInfoChar(arguments, '}');
	deed->action = action;
	deed->arguments = zdm_json_parse(arguments->data);
	deed->text = psprintf("-- %s %s", action, arguments->data);
	return deed;
}

/* An action that needs to know its table alone. */
ZdmDeed *
zdm_deed_of_table(const char *action, const char *table)
{
	StringInfoData arguments;

	zdm_deed_begin(&arguments);
	zdm_json_add_string(&arguments, "table", table);
	return zdm_deed_end(action, &arguments);
}

/* Makes a deed of what goes from one column of a table to another. */
ZdmDeed *
zdm_deed_columns(const char *action, const char *table, const char *from, const char *to)
{
	StringInfoData arguments;

	zdm_deed_begin(&arguments);
	zdm_json_add_string(&arguments, "table", table);
	zdm_json_add_string(&arguments, "from", from);
	zdm_json_add_string(&arguments, "to", to);
	return zdm_deed_end(action, &arguments);
}

/* Tells whether a deed's text is a comment. */
static bool
is_comment(const ZdmDeed *deed)
{
	return deed->arguments != NULL;
}

/* Adds deeds (ZdmDeed *) to the arguments of one that is made of them. */
static void
add_parts(StringInfo arguments, List *deeds)
{
	ListCell *lc;

	zdm_json_add_key(arguments, "parts");
	appendStringInfoChar(arguments, '[');
	foreach (lc, deeds)
	{
		const ZdmDeed *deed = lfirst(lc);

		appendStringInfo(arguments, "%s{", foreach_current_index(lc) > 0 ? ", " : "");
		zdm_json_add_string(arguments, "action", deed->action);
		if (is_comment(deed))
		{
			zdm_json_add_key(arguments, "arguments");
			appendStringInfoString(arguments, zdm_json_text(deed->arguments));
		}
		else
			zdm_json_add_string(arguments, "command", deed->text);
		appendStringInfoChar(arguments, '}');
	}
	appendStringInfoChar(arguments, ']');
}

/*
 * Makes one deed of several (ZdmDeed *, NULL is left out), which are done one after the other; one
 * alone is enough.
 */
ZdmDeed *
zdm_deed_series(List *deeds)
{
	StringInfoData arguments;
	StringInfoData text;
	const ZdmDeed *before = NULL;
	ZdmDeed *series;
	ListCell *lc;

	foreach (lc, deeds)
		if (lfirst(lc) == NULL)
			deeds = foreach_delete_current (deeds, lc);
	if (list_length(deeds) == 1)
		return linitial(deeds);
	initStringInfo(&text);
	zdm_deed_begin(&arguments);
	add_parts(&arguments, deeds);
	foreach (lc, deeds)
	{
		ZdmDeed *deed = lfirst(lc);

		appendStringInfo(&text, "%s%s",
						 !before              ? ""
						 : is_comment(before) ? "\n"
											  : ";\n",
						 deed->text);
		before = deed;
	}
	series = zdm_deed_end(ZDM_ACTION_SERIES, &arguments);
	series->text = text.data;
	return series;
}

/* Makes a deed that is done only as long as a table is a partition of the migration's table. */
ZdmDeed *
zdm_deed_in_partition(const char *table, const ZdmDeed *deed)
{
	StringInfoData arguments;
	ZdmDeed *result;

	zdm_deed_begin(&arguments);
	zdm_json_add_string(&arguments, "table", table);
	add_parts(&arguments, list_make1(unconstify(ZdmDeed *, deed)));
	result = zdm_deed_end(ZDM_ACTION_IN_PARTITION, &arguments);
	result->text = deed->text;
	return result;
}

/* Lists the parts of a series (ZdmDeed *); those that have arguments have no text. */
List *
zdm_deed_parts(const ZdmDeed *deed)
{
	List *parts = NIL;
	ListCell *lc;

	foreach (lc, zdm_json_objects(deed->arguments, "parts"))
	{
		ZdmDeed *part = palloc0(sizeof(ZdmDeed));

		part->action = zdm_json_string(lfirst(lc), "action");
		part->arguments = zdm_json_object(lfirst(lc), "arguments");
		part->text = zdm_json_string(lfirst(lc), "command");
		parts = lappend(parts, part);
	}
	return parts;
}

/* Returns an argument, which planners always give. */
char *
zdm_deed_string(const ZdmDeed *deed, const char *key)
{
	char *value = zdm_json_string(deed->arguments, key);

	if (value == NULL)
		elog(ERROR, "action %s has no argument \"%s\"", deed->action, key);
	return value;
}

/* Returns an argument that is true or false. */
bool
zdm_deed_bool(const ZdmDeed *deed, const char *key)
{
	return strcmp(zdm_deed_string(deed, key), "true") == 0;
}

/* Tells whether an argument is true that planners, and those of older versions, may leave out. */
bool
zdm_deed_flag(const ZdmDeed *deed, const char *key)
{
	return zdm_json_bool(deed->arguments, key, false);
}

/* Returns an argument that is a list of strings. */
List *
zdm_deed_list(const ZdmDeed *deed, const char *key)
{
	return zdm_json_list(deed->arguments, key);
}

/* Returns the relation that an argument names in full, by what that is called now; or InvalidOid.
 */
Oid
zdm_deed_find_relation(const ZdmDeed *deed, const char *key)
{
	List *names = zdm_name_list(zdm_deed_string(deed, key));
	char *schema = strVal(linitial(names));
	char *name = strVal(llast(names));

	if (list_length(names) != 2)
		elog(ERROR, "argument \"%s\" of action %s has no schema", key, deed->action);
	if (!zdm_follow_name(zdm_step_targets(), &schema, &name))
		return InvalidOid;
	return RangeVarGetRelid(makeRangeVar(schema, name, -1), NoLock, true);
}

/* Likewise; an error if it is gone. */
Oid
zdm_deed_relation(const ZdmDeed *deed, const char *key)
{
	Oid relation = zdm_deed_find_relation(deed, key);

	if (!OidIsValid(relation))
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE),
						errmsg("relation \"%s\" does not exist",
							   NameListToString(zdm_name_list(zdm_deed_string(deed, key))))));
	return relation;
}

/*
 * Returns the partition that a deed is about, by what it is called now; InvalidOid if it is gone,
 * or no partition of `root` any more.
 */
Oid
zdm_deed_partition(const ZdmDeed *deed, Oid root)
{
	List *names = zdm_name_list(zdm_deed_string(deed, "table"));
	char *schema = strVal(linitial(names));
	char *name = strVal(llast(names));
	Oid relid;

	if (!zdm_follow_name(zdm_step_targets(), &schema, &name))
		return InvalidOid;
	relid = RangeVarGetRelid(makeRangeVar(schema, name, -1), NoLock, true);
	if (!OidIsValid(relid) || !get_rel_relispartition(relid) ||
		!list_member_oid(get_partition_ancestors(relid), root))
		return InvalidOid;
	return relid;
}
