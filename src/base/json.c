/*
 * json.c
 *		Reading and writing the small JSON objects that zdm keeps.
 *
 * Writing makes JSON text with the server's own escaping and lets the server
 * parse it: the binary builder differs between server versions, the text does not.
 */
#include "postgres.h"

#include "utils/builtins.h"
#include "utils/json.h"

#include "base/json.h"

/* Parses JSON text; the server's error if it is malformed. */
Jsonb *
zdm_json_parse(const char *text)
{
	return DatumGetJsonbP(DirectFunctionCall1(jsonb_in, CStringGetDatum(text)));
}

/* Returns the text form of a JSON value. */
char *
zdm_json_text(Jsonb *json)
{
	return JsonbToCString(NULL, &json->root, VARSIZE(json));
}

/* Looks a key up in an object; NULL if it is missing or JSON null. */
static JsonbValue *
find_value(Jsonb *json, const char *key)
{
	JsonbValue *value;

	if (json == NULL || !JB_ROOT_IS_OBJECT(json))
		return NULL;
	value = getKeyJsonValueFromContainer(&json->root, key, strlen(key), NULL);
	return value == NULL || value->type == jbvNull ? NULL : value;
}

/* Tells whether an object has a value other than null under the key. */
bool
zdm_json_has(Jsonb *json, const char *key)
{
	return find_value(json, key) != NULL;
}

/* Tells whether an object has a value of a type under the key; an array or object is jbvBinary. */
bool
zdm_json_is(Jsonb *json, const char *key, enum jbvType type)
{
	JsonbValue *value = find_value(json, key);

	return value != NULL && value->type == type;
}

/* Returns a scalar as text; NULL if the key is missing, null or not a scalar. */
char *
zdm_json_string(Jsonb *json, const char *key)
{
	JsonbValue *value = find_value(json, key);

	if (value == NULL)
		return NULL;
	switch (value->type)
	{
		case jbvString:
			return pnstrdup(value->val.string.val, value->val.string.len);
		case jbvBool:
			return pstrdup(value->val.boolean ? "true" : "false");
		case jbvNumeric:
			return DatumGetCString(
				DirectFunctionCall1(numeric_out, NumericGetDatum(value->val.numeric)));
		default:
			return NULL;
	}
}

/* Returns a boolean, or `if_missing`. */
bool
zdm_json_bool(Jsonb *json, const char *key, bool if_missing)
{
	JsonbValue *value = find_value(json, key);

	return value != NULL && value->type == jbvBool ? value->val.boolean : if_missing;
}

/*
 * Returns an array of strings as a list of C strings, NULL pointers for nulls;
 * an empty list if the key is missing.
 */
List *
zdm_json_list(Jsonb *json, const char *key)
{
	JsonbValue *value = find_value(json, key);
	List *result = NIL;

	if (value == NULL || value->type != jbvBinary || !JsonContainerIsArray(value->val.binary.data))
		return NIL;
	for (uint32 i = 0; i < JsonContainerSize(value->val.binary.data); i++)
	{
		JsonbValue *elem = getIthJsonbValueFromContainer(value->val.binary.data, i);

		result = lappend(result, elem->type == jbvString
									 ? pnstrdup(elem->val.string.val, elem->val.string.len)
									 : NULL);
	}
	return result;
}

/* Returns a nested object; NULL if the key is missing or no object. */
Jsonb *
zdm_json_object(Jsonb *json, const char *key)
{
	JsonbValue *value = find_value(json, key);

	if (value == NULL || value->type != jbvBinary || !JsonContainerIsObject(value->val.binary.data))
		return NULL;
	return JsonbValueToJsonb(value);
}

/* Lists the objects in an array (Jsonb *). */
List *
zdm_json_objects(Jsonb *json, const char *key)
{
	JsonbValue *value = find_value(json, key);
	List *result = NIL;

	if (value == NULL || value->type != jbvBinary || !JsonContainerIsArray(value->val.binary.data))
		return NIL;
	for (uint32 i = 0; i < JsonContainerSize(value->val.binary.data); i++)
		result = lappend(
			result, JsonbValueToJsonb(getIthJsonbValueFromContainer(value->val.binary.data, i)));
	return result;
}

/* Lists the keys of an object. */
List *
zdm_json_keys(Jsonb *json)
{
	List *result = NIL;
	JsonbIterator *it;
	JsonbIteratorToken token;
	JsonbValue value;

	if (json == NULL || !JB_ROOT_IS_OBJECT(json))
		return NIL;
	it = JsonbIteratorInit(&json->root);
	while ((token = JsonbIteratorNext(&it, &value, true)) != WJB_DONE)
		if (token == WJB_KEY)
			result = lappend(result, pnstrdup(value.val.string.val, value.val.string.len));
	return result;
}

/* Starts a member of the object that is being written: comma, key, colon. */
void
zdm_json_add_key(StringInfo buf, const char *key)
{
	if (buf->len > 0 && buf->data[buf->len - 1] != '{')
		appendStringInfoString(buf, ", ");
	escape_json(buf, key);
	appendStringInfoString(buf, ": ");
}

/* Adds a member that is a string, or null for a NULL pointer. */
void
zdm_json_add_string(StringInfo buf, const char *key, const char *value)
{
	zdm_json_add_key(buf, key);
	if (value)
		escape_json(buf, value);
	else
		appendStringInfoString(buf, "null");
}

/* Adds a member that is true or false. */
void
zdm_json_add_bool(StringInfo buf, const char *key, bool value)
{
	zdm_json_add_key(buf, key);
	appendStringInfoString(buf, value ? "true" : "false");
}

/* Adds a member that is an array of strings; a NULL pointer in the list becomes null. */
void
zdm_json_add_list(StringInfo buf, const char *key, List *strings)
{
	ListCell *lc;
	const char *separator = "";

	zdm_json_add_key(buf, key);
	appendStringInfoChar(buf, '[');
	foreach (lc, strings)
	{
		appendStringInfoString(buf, separator);
		if (lfirst(lc))
			escape_json(buf, lfirst(lc));
		else
			appendStringInfoString(buf, "null");
		separator = ", ";
	}
	appendStringInfoChar(buf, ']');
}
