/*
 * formatting.c
 *		Settings of a session that the value of an expression may depend on.
 *
 * A conversion from timestamptz to text gives as many values as there are time zones and
 * date styles.  Backfill, writers and comparisons have to have the same one, so a sync
 * spec names the settings that its expressions depend on, as they were at expand, and the
 * expressions are evaluated under these.  What the server calls immutable depends on
 * nothing, but for a conversion to text, whose functions it calls immutable nonetheless
 * (float8out, byteaout, interval_out).
 *
 * A spec can be written by hand, so it may set what is on the list here and nothing else:
 * settings that anybody may change, and that change nothing but values.
 */
#include "postgres.h"

#include "access/transam.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "nodes/nodeFuncs.h"
#include "nodes/primnodes.h"
#include "optimizer/optimizer.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"

#include "base/formatting.h"
#include "base/json.h"

/* Bits, in the order of `names`. */
#define TIME_ZONE (1 << 0)
#define TIME_ZONE_ABBREVIATIONS (1 << 1)
#define DATE_STYLE (1 << 2)
#define INTERVAL_STYLE (1 << 3)
#define FLOAT_DIGITS (1 << 4)
#define BYTEA_OUTPUT (1 << 5)
#define XML_BINARY (1 << 6)
#define XML_OPTION (1 << 7)
#define ARRAY_NULLS (1 << 8)
#define LC_MONEY (1 << 9)
#define LC_NUMBER (1 << 10)
#define LC_DATE (1 << 11)
#define TEXT_SEARCH (1 << 12)

static const char *const names[] = {"TimeZone",
									"timezone_abbreviations",
									"DateStyle",
									"IntervalStyle",
									"extra_float_digits",
									"bytea_output",
									"xmlbinary",
									"xmloption",
									"array_nulls",
									"lc_monetary",
									"lc_numeric",
									"lc_time",
									"default_text_search_config"};

/* What one node converts. */
typedef struct Conversion
{
	ZdmDependence *dependence;
	Oid function; /* one that is not immutable; InvalidOid: there is none */
	bool user_function;
	bool user_stable; /* one that is not immutable */
} Conversion;

/* Returns what the value of a type depends on when it is made from or turned into text. */
static uint32
text_form_of(Oid type)
{
	switch (type)
	{
		case DATEOID:
		case TIMESTAMPOID:
			return DATE_STYLE;
		case TIMESTAMPTZOID:
		case TIMETZOID:
			return TIME_ZONE | DATE_STYLE | TIME_ZONE_ABBREVIATIONS;
		case INTERVALOID:
			return INTERVAL_STYLE;
		case FLOAT4OID:
		case FLOAT8OID:
		case POINTOID:
		case LSEGOID:
		case LINEOID:
		case BOXOID:
		case PATHOID:
		case POLYGONOID:
		case CIRCLEOID:
			return FLOAT_DIGITS;
		case BYTEAOID:
			return BYTEA_OUTPUT;
		case XMLOID:
			return XML_OPTION;
		default:
			return 0;
	}
}

/* Adds what a value of this type brings along.  as_text: it is made from or turned into text. */
static void
add_type(ZdmDependence *dependence, Oid type, bool as_text)
{
	Oid base = getBaseType(type);
	Oid element = get_element_type(base);

	if (OidIsValid(element))
	{
		if (as_text)
			dependence->known |= ARRAY_NULLS;
		add_type(dependence, element, as_text);
		return;
	}
	if (type_is_range(base))
		add_type(dependence, get_range_subtype(base), as_text);
	else if (type_is_multirange(base))
		add_type(dependence, get_range_subtype(get_multirange_range(base)), as_text);
	else if (type_is_rowtype(base) || (base >= FirstNormalObjectId && !type_is_enum(base)))
		dependence->unknown = true;
	else if (base == TIMESTAMPTZOID || base == TIMETZOID)
		dependence->known |= TIME_ZONE;
	else if (base == MONEYOID)
		dependence->known |= LC_MONEY;
	else if (base == TSVECTOROID || base == TSQUERYOID)
		dependence->known |= TEXT_SEARCH;
	if (as_text)
		dependence->known |= text_form_of(base);
}

/* check_functions_in_node() callback: notes a function that may depend on something. */
static bool
note_function(Oid funcid, void *context)
{
	Conversion *conversion = context;
	bool immutable = func_volatile(funcid) == PROVOLATILE_IMMUTABLE;

	if (funcid >= FirstNormalObjectId)
	{
		conversion->user_function = true;
		conversion->user_stable |= !immutable;
	}
	else if (!immutable)
		conversion->function = funcid;
	return false; /* look at the node's other functions, too */
}

/* expression_tree_walker() callback: adds the types of a node's arguments. */
static bool
add_argument_type(Node *node, void *context)
{
	Conversion *conversion = context;

	if (node == NULL)
		return false;
	if (IsA(node, List))
		return expression_tree_walker(node, add_argument_type, context);
	add_type(conversion->dependence, exprType(node), true);
	return false;
}

/* Tells whether values of a type are text, or are made of the text form of others. */
static bool
is_textual(Oid type)
{
	char category;
	bool preferred;

	get_type_category_preferred(type, &category, &preferred);
	return category == TYPCATEGORY_STRING || type == JSONOID || type == JSONBOID ||
		   type == XMLOID || type == CSTRINGOID || type == UNKNOWNOID;
}

/* Adds what a function that is not immutable depends on, by the types that it is called with. */
static void
add_function(ZdmDependence *dependence, Node *node, Oid function)
{
	Conversion conversion = {dependence};
	Oid result = exprType(node);
	char *name = get_func_name(function);

	if (IsA(node, FuncExpr) && castNode(FuncExpr, node)->args == NIL)
		return; /* now() and the like */
	if (is_textual(result) || IsA(node, CoerceViaIO) || IsA(node, ArrayCoerceExpr))
		(void) expression_tree_walker(node, add_argument_type, &conversion);
	else if (IsA(node, FuncExpr) || IsA(node, OpExpr) || IsA(node, ScalarArrayOpExpr))
	{
		List *args = IsA(node, FuncExpr) ? castNode(FuncExpr, node)->args
					 : IsA(node, OpExpr) ? castNode(OpExpr, node)->args
										 : castNode(ScalarArrayOpExpr, node)->args;
		ListCell *lc;

		foreach (lc, args)
			add_type(dependence, exprType(lfirst(lc)), false);
	}
	else
		dependence->unknown = true;
	add_type(dependence, result, IsA(node, CoerceViaIO));
	if (name && strncmp(name, "to_", 3) == 0 && strcmp(name + 3, "json") != 0 &&
		strcmp(name + 3, "jsonb") != 0)
		dependence->known |= LC_NUMBER | LC_DATE | LC_MONEY;
}

/* Walker behind zdm_formatting_of(). */
static bool
dependence_walker(Node *node, void *context)
{
	ZdmDependence *dependence = context;
	Conversion conversion = {dependence};

	if (node == NULL)
		return false;
	(void) check_functions_in_node(node, note_function, &conversion);
	dependence->seen |= OidIsValid(conversion.function) || IsA(node, SQLValueFunction);
	if (conversion.user_function)
	{
		dependence->stable |= conversion.user_stable;
		dependence->unknown = true;
	}
	if (IsA(node, CoerceViaIO))
	{
		add_argument_type((Node *) castNode(CoerceViaIO, node)->arg, &conversion);
		add_type(dependence, castNode(CoerceViaIO, node)->resulttype, true);
	}
	else if (OidIsValid(conversion.function))
		add_function(dependence, node, conversion.function);
	else if (IsA(node, SQLValueFunction))
		dependence->known |= castNode(SQLValueFunction, node)->op <= SVFOP_LOCALTIMESTAMP_N &&
									 castNode(SQLValueFunction, node)->type != TIMESTAMPTZOID
								 ? TIME_ZONE
								 : 0;
	else if (IsA(node, XmlExpr))
	{
		dependence->known |= XML_BINARY | XML_OPTION;
		(void) expression_tree_walker(node, add_argument_type, &conversion);
	}
	else if (IsA(node, CoerceToDomain) &&
			 castNode(CoerceToDomain, node)->resulttype >= FirstNormalObjectId)
		dependence->unknown = true;
	return expression_tree_walker(node, dependence_walker, context);
}

/* Adds to *dependence what an expression depends on; it begins as all zeroes. */
void
zdm_formatting_of(Node *expr, ZdmDependence *dependence)
{
	ZdmDependence own = {0};

	(void) dependence_walker(expr, &own);
	/* A kind of node that is not known here. */
	if (own.known == 0 && !own.unknown && !own.seen && contain_mutable_functions(expr))
		own.unknown = own.stable = true;
	dependence->known |= own.known;
	dependence->unknown |= own.unknown;
	dependence->stable |= own.stable;
}

/* Lists the settings that something depends on, ZdmFormatting, as they are now. */
List *
zdm_formatting_now(const ZdmDependence *dependence)
{
	List *result = NIL;

	for (int i = 0; i < lengthof(names); i++)
	{
		ZdmFormatting *setting;

		if (!dependence->unknown && !(dependence->known & (1 << i)))
			continue;
		setting = palloc(sizeof(ZdmFormatting));
		setting->name = names[i];
		setting->value = pstrdup(GetConfigOption(names[i], false, false));
		result = lappend(result, setting);
	}
	return result;
}

/* Returns what the user should know about it; NULL: nothing. */
char *
zdm_formatting_note(const ZdmDependence *dependence)
{
	StringInfoData buf;

	if (dependence->known == 0 && !dependence->stable)
		return NULL;
	if (dependence->known == 0)
		return pstrdup("The conversion may depend on settings of the session, such as TimeZone and "
					   "DateStyle. Those of this call hold for the backfill and for all writers.");
	initStringInfo(&buf);
	for (int i = 0; i < lengthof(names); i++)
		if (dependence->known & (1 << i))
			appendStringInfo(&buf, "%s%s = %s", buf.len > 0 ? ", " : "", names[i],
							 quote_literal_cstr(GetConfigOption(names[i], false, false)));
	return psprintf("The conversion depends on settings of the session. Those of this call hold "
					"for the backfill and for all writers: %s.",
					buf.data);
}

/* Adds settings to a spec; nothing if there are none. */
void
zdm_formatting_add(StringInfo buf, List *settings)
{
	StringInfoData object;
	ListCell *lc;

	if (settings == NIL)
		return;
	initStringInfo(&object);
	appendStringInfoChar(&object, '{');
	foreach (lc, settings)
	{
		ZdmFormatting *setting = lfirst(lc);

		zdm_json_add_string(&object, setting->name, setting->value);
	}
	zdm_json_add_key(buf, "settings");
	appendStringInfo(buf, "%s}", object.data);
}

/* Reads what zdm_formatting_add() has written; *valid is false for anything else. */
List *
zdm_formatting_parse(Jsonb *json, bool *valid)
{
	Jsonb *object = zdm_json_object(json, "settings");
	List *result = NIL;
	ListCell *lc;

	*valid = object != NULL || !zdm_json_has(json, "settings");
	foreach (lc, zdm_json_keys(object))
	{
		ZdmFormatting *setting = palloc0(sizeof(ZdmFormatting));

		setting->value = zdm_json_string(object, lfirst(lc));
		for (int i = 0; i < lengthof(names); i++)
			if (strcmp(names[i], lfirst(lc)) == 0)
				setting->name = names[i];
		if (setting->name == NULL || setting->value == NULL)
			*valid = false;
		result = lappend(result, setting);
	}
	return result;
}

/* Tells whether the session has this value of it. */
static bool
has_value(ZdmFormatting *setting)
{
	return strcmp(GetConfigOption(setting->name, false, false), setting->value) == 0;
}

/* Tells whether the session has other settings than these; most have them as they are wanted. */
bool
zdm_formatting_differs(List *settings)
{
	ListCell *lc;

	foreach (lc, settings)
		if (!has_value(lfirst(lc)))
			return true;
	return false;
}

/*
 * Makes these settings, until the caller's nest level of them (NewGUCNestLevel) is rolled
 * back by AtEOXact_GUC(false, level).
 */
void
zdm_formatting_apply(List *settings)
{
	ListCell *lc;

	foreach (lc, settings)
	{
		ZdmFormatting *setting = lfirst(lc);

		if (!has_value(setting))
			(void) set_config_option(setting->name, setting->value, PGC_USERSET, PGC_S_SESSION,
									 GUC_ACTION_SAVE, true, 0, false);
	}
}
