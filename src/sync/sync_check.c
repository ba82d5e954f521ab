/*
 * sync_check.c
 *		Which specs a sync trigger works by.
 *
 * Anybody may make a trigger of zdm.sync_columns on a table of his own, with an argument of
 * his own.  What the machine behind it relies on is what zdm's planners write, so nothing
 * else is taken.
 */
#include "postgres.h"

#include "access/htup_details.h"

#include "base/json.h"
#include "base/names.h"
#include "sync/sync_check.h"

typedef enum MemberType
{
	LIST,
	FLAG,
	WORD,
	OBJECT, /* of settings; formatting.c looks into it */
} MemberType;

/* The members that a spec may have, and the type of their values. */
static const struct
{
	const char *name;
	MemberType type;
} members[] = {
	{"old", LIST},       {"new", LIST},        {"forward", LIST}, {"reverse", LIST},
	{"exact", FLAG},     {"not_null", FLAG},   {"retires", FLAG}, {"on_error", WORD},
	{"authority", WORD}, {"settings", OBJECT}, {"filled", FLAG},  {"defaults", LIST},
	{"generated", LIST},
};

/* Tells whether an array holds nothing but strings and nulls. */
static bool
is_list_of_strings(const JsonbValue *value)
{
	JsonbContainer *array;

	if (value->type != jbvBinary || !JsonContainerIsArray(value->val.binary.data))
		return false;
	array = value->val.binary.data;
	for (uint32 i = 0; i < JsonContainerSize(array); i++)
	{
		JsonbValue *elem = getIthJsonbValueFromContainer(array, i);

		if (elem->type != jbvString && elem->type != jbvNull)
			return false;
	}
	return true;
}

/* Tells whether the value of a member has its type. */
static bool
has_type(const JsonbValue *value, MemberType type)
{
	switch (type)
	{
		case LIST:
			return is_list_of_strings(value);
		case FLAG:
			return value->type == jbvBool;
		case WORD:
			return value->type == jbvString;
		case OBJECT:
			return value->type == jbvBinary && JsonContainerIsObject(value->val.binary.data);
	}
	return false;
}

/* Tells whether the object has no other members, and these have values of their types. */
static bool
has_known_members(Jsonb *json)
{
	ListCell *lc;

	if (!JB_ROOT_IS_OBJECT(json))
		return false;
	foreach (lc, zdm_json_keys(json))
	{
		char *key = lfirst(lc);
		JsonbValue *value = getKeyJsonValueFromContainer(&json->root, key, (int) strlen(key), NULL);
		bool good = false;

		for (int i = 0; i < lengthof(members); i++)
			if (strcmp(members[i].name, key) == 0)
				good = has_type(value, members[i].type);
		if (!good)
			return false;
	}
	return true;
}

/* Tells whether a list of a spec can be columns of a table, each of them once. */
static bool
names_columns(List *names)
{
	if (list_length(names) > MaxHeapAttributeNumber)
		return false;
	for (int i = 0; i < list_length(names); i++)
	{
		if (list_nth(names, i) == NULL)
			return false;
		for (int j = 0; j < i; j++)
			if (strcmp(list_nth(names, i), list_nth(names, j)) == 0)
				return false;
	}
	return true;
}

/* Tells whether no column is on both sides. */
static bool
sides_are_apart(const ZdmSyncSpec *spec)
{
	ListCell *lc;

	foreach (lc, spec->old_columns)
		if (zdm_has_string(spec->new_columns, lfirst(lc)))
			return false;
	return true;
}

/* Tells whether there is one expression, or column to copy, for each of n columns. */
static bool
makes_columns(List *expressions, int n, int sources)
{
	ListCell *lc;

	if (list_length(expressions) != n)
		return false;
	foreach (lc, expressions)
		if (lfirst(lc) == NULL && foreach_current_index(lc) >= sources)
			return false;
	return true;
}

/* Tells whether what the server computes is among the new columns, beside one that it does not. */
static bool
names_generated(const ZdmSyncSpec *spec)
{
	ListCell *lc;

	if (!names_columns(spec->generated) ||
		list_length(spec->generated) >= list_length(spec->new_columns))
		return false;
	foreach (lc, spec->generated)
		if (!zdm_has_string(spec->new_columns, lfirst(lc)))
			return false;
	return spec->generated == NIL || zdm_sync_flows_back(spec->state);
}

/* Tells whether the members go together as they do in the spec's state. */
static bool
suits_state(const ZdmSyncSpec *spec)
{
	bool one_way = spec->reverse == NIL && list_length(spec->new_columns) == 1 &&
				   linitial(spec->forward) != NULL;

	if (((spec->filled || spec->defaults != NIL) && !zdm_sync_both_live(spec->state)) ||
		(spec->exact && spec->state != ZDM_SYNC_CONTRACTED) ||
		/* an expression that fills a column may read the column itself */
		(spec->state != ZDM_SYNC_FILLING && !sides_are_apart(spec)))
		return false;
	switch (spec->state)
	{
		case ZDM_SYNC_TWO_WAY:
			return !spec->null_on_error;
		case ZDM_SYNC_ONE_WAY: /* a column that is added; or a set of columns, which may not fail */
			return one_way || !spec->null_on_error;
		case ZDM_SYNC_FILLING:
			return one_way && !spec->null_on_error;
		case ZDM_SYNC_RETIRING:
			return one_way && !spec->not_null && !spec->null_on_error;
		case ZDM_SYNC_CONTRACTED:
			return spec->reverse != NIL && !spec->null_on_error;
	}
	return false;
}

/* Tells whether a spec is one that zdm's planners could have written. */
bool
zdm_sync_spec_is_good(Jsonb *json, const ZdmSyncSpec *spec)
{
	int nold = list_length(spec->old_columns);
	int nnew = list_length(spec->new_columns);
	char *authority = zdm_json_string(json, "authority");
	char *on_error = zdm_json_string(json, "on_error");

	if (!has_known_members(json) || nnew == 0 || !names_columns(spec->old_columns) ||
		!names_columns(spec->new_columns) || !names_generated(spec))
		return false;
	if (authority && strcmp(authority, "both") != 0 && strcmp(authority, "new") != 0 &&
		strcmp(authority, "fill") != 0)
		return false;
	if (on_error && strcmp(on_error, "null") != 0)
		return false;
	if (zdm_json_bool(json, "retires", false) && spec->state != ZDM_SYNC_RETIRING)
		return false;
	return makes_columns(spec->forward, nnew, nold) &&
		   (spec->defaults == NIL || list_length(spec->defaults) == nnew) &&
		   (spec->reverse == NIL || makes_columns(spec->reverse, nold, nnew)) && suits_state(spec);
}
