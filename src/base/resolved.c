/*
 * resolved.c
 *		What the names in expressions were resolved to when a migration began.
 *
 * The server keeps its own expressions by OID.  Specs and steps are text, whose names are
 * looked up anew wherever they are parsed; whoever may create a function or an operator in
 * the schema of one that is used can make a better match, and the owner of a schema can
 * replace whatever is in it.  That would run as the owner of the table.  So the record keeps,
 * for each name, what it meant, and what else was called so: by signature and owner, which
 * outlive a dump.  Before a text is parsed the catalog is compared with that
 * (zdm_resolved_check); where zdm parses it by itself, what came out of it is, too
 * (zdm_resolved_require).
 *
 *		{"function public.label": {"used": {"public.label(anyelement)": "alice"},
 *								   "others": {"public.label(text)": "bob"}}, ...}
 *
 * Of objects that came with the server there is no such thing: nobody but a superuser
 * creates any in pg_catalog.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/transam.h"
#include "catalog/pg_operator.h"
#include "catalog/pg_proc.h"
#include "catalog/pg_type.h"
#include "fmgr.h"
#include "miscadmin.h"
#include "nodes/nodeFuncs.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/catcache.h"
#include "utils/fmgrprotos.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/regproc.h"
#include "utils/syscache.h"

#include "base/json.h"
#include "base/query.h"
#include "base/resolved.h"

/* The kinds of objects, in the order of `kinds`. */
typedef enum Kind
{
	FUNCTION,
	OPERATOR,
	TYPE,
} Kind;

/* One object of the catalog. */
typedef struct Object
{
	Kind kind;
	Oid oid;
	Oid schema;
	Oid owner;
	char *name;
} Object;

static char *function_signature(Oid oid);
static char *operator_signature(Oid oid);
static char *type_signature(Oid oid);

/* How each kind is spoken of, printed, and found again. */
static const struct
{
	const char *word;
	char *(*signature)(Oid oid);
	PGFunction find; /* of its signature: NULL if there is none */
} kinds[] = {{"function", function_signature, to_regprocedure},
			 {"operator", operator_signature, to_regoperator},
			 {"type", type_signature, to_regtype}};

/* Where a plan that is being made collects; NULL: no plan is. */
static ZdmResolved *collecting = NULL;

static char *
function_signature(Oid oid)
{
	return format_procedure_qualified(oid);
}

static char *
operator_signature(Oid oid)
{
	return format_operator_qualified(oid);
}

static char *
type_signature(Oid oid)
{
	return format_type_extended(oid, -1, FORMAT_TYPE_FORCE_QUALIFY);
}

/* Looks an object up; false if there is none of this OID. */
static bool
get_object(Kind kind, Oid oid, Object *object)
{
	static const int caches[] = {PROCOID, OPEROID, TYPEOID};
	HeapTuple tuple = SearchSysCache1(caches[kind], ObjectIdGetDatum(oid));

	if (!HeapTupleIsValid(tuple))
		return false;
	object->kind = kind;
	object->oid = oid;
	if (kind == FUNCTION)
	{
		Form_pg_proc form = (Form_pg_proc) GETSTRUCT(tuple);

		object->schema = form->pronamespace;
		object->owner = form->proowner;
		object->name = pstrdup(NameStr(form->proname));
	}
	else if (kind == OPERATOR)
	{
		Form_pg_operator form = (Form_pg_operator) GETSTRUCT(tuple);

		object->schema = form->oprnamespace;
		object->owner = form->oprowner;
		object->name = pstrdup(NameStr(form->oprname));
	}
	else
	{
		Form_pg_type form = (Form_pg_type) GETSTRUCT(tuple);

		object->schema = form->typnamespace;
		object->owner = form->typowner;
		object->name = pstrdup(NameStr(form->typname));
	}
	ReleaseSysCache(tuple);
	return true;
}

/* Returns an object's name as canonical text of an expression has it. */
static char *
qualified_name(const Object *object)
{
	char *schema = get_namespace_name(object->schema);

	if (schema == NULL)
		elog(ERROR, "cache lookup failed for schema %u", object->schema);
	if (object->kind == OPERATOR)
		return psprintf("%s.%s", quote_identifier(schema), object->name);
	return quote_qualified_identifier(schema, object->name);
}

/* Lists what has the same name in the same schema, by OID; of a type that is the type alone. */
static List *
list_namesakes(const Object *object)
{
	List *result = NIL;
	CatCList *list;

	if (object->kind == TYPE)
		return list_make1_oid(object->oid);
	list = SearchSysCacheList1(object->kind == FUNCTION ? PROCNAMEARGSNSP : OPERNAMENSP,
							   CStringGetDatum(object->name));
	for (int i = 0; i < list->n_members; i++)
	{
		HeapTuple tuple = &list->members[i]->tuple;

		if (object->kind == FUNCTION)
		{
			Form_pg_proc form = (Form_pg_proc) GETSTRUCT(tuple);

			if (form->pronamespace == object->schema)
				result = lappend_oid(result, form->oid);
		}
		else
		{
			Form_pg_operator form = (Form_pg_operator) GETSTRUCT(tuple);

			if (form->oprnamespace == object->schema)
				result = lappend_oid(result, form->oid);
		}
	}
	ReleaseSysCacheList(list);
	return result;
}

/* Adds an object, once, unless it came with the server. */
static void
add_user_object(List **list, Oid oid)
{
	if (oid >= FirstNormalObjectId)
		*list = list_append_unique_oid(*list, oid);
}

/* Adds a type; of an array its element. */
static void
add_type(ZdmResolved *resolved, Oid type)
{
	Oid element = get_element_type(type);

	add_user_object(&resolved->types, OidIsValid(element) ? element : type);
}

/* check_functions_in_node() callback: adds a function. */
static bool
add_function(Oid funcid, void *context)
{
	add_user_object(&((ZdmResolved *) context)->functions, funcid);
	return false; /* look at the node's other functions, too */
}

/* Walker: adds what each node names; what a column's type is stands in the catalog. */
static bool
collect_walker(Node *node, void *context)
{
	ZdmResolved *resolved = context;
	ListCell *lc;

	if (node == NULL)
		return false;
	(void) check_functions_in_node(node, add_function, context);
	switch (nodeTag(node))
	{
		case T_OpExpr:
		case T_DistinctExpr:
		case T_NullIfExpr: /* all of them are struct OpExpr */
			add_user_object(&resolved->operators, ((OpExpr *) node)->opno);
			break;
		case T_ScalarArrayOpExpr:
			add_user_object(&resolved->operators, castNode(ScalarArrayOpExpr, node)->opno);
			break;
		case T_RowCompareExpr:
			foreach (lc, castNode(RowCompareExpr, node)->opnos)
				add_user_object(&resolved->operators, lfirst_oid(lc));
			break;
		case T_Const:
		case T_RelabelType:
		case T_CoerceViaIO:
		case T_ArrayCoerceExpr:
		case T_ConvertRowtypeExpr:
		case T_CoerceToDomain:
		case T_ArrayExpr:
		case T_RowExpr:
			add_type(resolved, exprType(node));
			break;
		default:
			break;
	}
	return expression_tree_walker(node, collect_walker, context);
}

/*
 * Has zdm_resolved_note() collect into *into, or nowhere if it is NULL, and returns where it
 * did before.
 */
ZdmResolved *
zdm_resolved_collect(ZdmResolved *into)
{
	ZdmResolved *before = collecting;

	collecting = into;
	return before;
}

/* Notes, while a plan is being made, an expression that was parsed or printed for it. */
void
zdm_resolved_note(Node *expr)
{
	if (collecting)
		(void) collect_walker(expr, collecting);
}

/* Adds a member that is an object of signatures and owners. */
static void
add_members(StringInfo buf, const char *key, Kind kind, List *oids)
{
	StringInfoData object;
	ListCell *lc;

	initStringInfo(&object);
	appendStringInfoChar(&object, '{');
	foreach (lc, oids)
	{
		Object o;

		if (get_object(kind, lfirst_oid(lc), &o))
			zdm_json_add_string(&object, kinds[kind].signature(o.oid),
								GetUserNameFromId(o.owner, false));
	}
	zdm_json_add_key(buf, key);
	appendStringInfo(buf, "%s}", object.data);
}

/* Adds what has been collected of one kind: a member for each name. */
static void
add_kind(StringInfo buf, Kind kind, List *used)
{
	while (used != NIL)
	{
		StringInfoData group;
		List *all;
		List *others;
		Object first;

		if (!get_object(kind, linitial_oid(used), &first))
			elog(ERROR, "cache lookup failed for %s %u", kinds[kind].word, linitial_oid(used));
		all = list_namesakes(&first);
		others = list_difference_oid(all, used);
		initStringInfo(&group);
		appendStringInfoChar(&group, '{');
		add_members(&group, "used", kind, list_difference_oid(all, others));
		add_members(&group, "others", kind, others);
		zdm_json_add_key(buf, psprintf("%s %s", kinds[kind].word, qualified_name(&first)));
		appendStringInfo(buf, "%s}", group.data);
		used = list_difference_oid(used, all);
	}
}

/* Returns what has been collected in the form that the record keeps. */
Jsonb *
zdm_resolved_json(const ZdmResolved *resolved)
{
	int level = zdm_pin_search_path();
	StringInfoData buf;

	initStringInfo(&buf);
	appendStringInfoChar(&buf, '{');
	add_kind(&buf, FUNCTION, resolved->functions);
	add_kind(&buf, OPERATOR, resolved->operators);
	add_kind(&buf, TYPE, resolved->types);
	appendStringInfoChar(&buf, '}');
	AtEOXact_GUC(false, level);
	return zdm_json_parse(buf.data);
}

/* Raises the error; `detail` says what is different. */
static void
raise_difference(char *detail)
{
	detail[0] = pg_toupper(detail[0]);
	ereport(ERROR,
			(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
			 errmsg("an expression does not mean any more what it meant when the migration began"),
			 errdetail("%s", detail),
			 errhint("Put it back as it was, dropping what is new, or end the migration with "
					 "zdm.rollback(name).")));
}

/*
 * Tells whether an object belongs to whom it belonged to, or to somebody who has all rights
 * of the table's owner anyway.
 */
static bool
is_trusted(Oid owner, const char *recorded, Oid table_owner)
{
	char *name = GetUserNameFromId(owner, true);

	return (recorded && name && strcmp(recorded, name) == 0) ||
		   has_privs_of_role(owner, table_owner);
}

/* Finds an object by its signature; InvalidOid if there is none. */
static Oid
find_by_signature(Kind kind, const char *signature)
{
	LOCAL_FCINFO(fcinfo, 1);
	Datum result;

	InitFunctionCallInfoData(*fcinfo, NULL, 1, InvalidOid, NULL, NULL);
	fcinfo->args[0].value = CStringGetTextDatum(signature);
	fcinfo->args[0].isnull = false;
	result = kinds[kind].find(fcinfo);
	return fcinfo->isnull ? InvalidOid : DatumGetObjectId(result);
}

/* Compares what a name is used for; returns one of these objects. */
static Object
check_used(Kind kind, Jsonb *used, Oid table_owner)
{
	Object object = {0};
	ListCell *lc;

	foreach (lc, zdm_json_keys(used))
	{
		char *signature = lfirst(lc);
		char *owner = zdm_json_string(used, signature);

		if (!get_object(kind, find_by_signature(kind, signature), &object))
			raise_difference(psprintf("%s %s is gone.", kinds[kind].word, signature));
		if (!is_trusted(object.owner, owner, table_owner))
			raise_difference(psprintf("%s %s belongs to role %s now, and belonged to %s.",
									  kinds[kind].word, signature,
									  GetUserNameFromId(object.owner, false), owner));
	}
	return object;
}

/* Compares what else has the name: something new could be a better match. */
static void
check_others(const Object *object, Jsonb *used, Jsonb *others, Oid table_owner)
{
	ListCell *lc;

	foreach (lc, list_namesakes(object))
	{
		char *signature = kinds[object->kind].signature(lfirst_oid(lc));
		Object other;

		if (zdm_json_has(used, signature) || !get_object(object->kind, lfirst_oid(lc), &other))
			continue;
		if (!is_trusted(other.owner, zdm_json_string(others, signature), table_owner))
			raise_difference(psprintf("%s %s of role %s was not there then.",
									  kinds[object->kind].word, signature,
									  GetUserNameFromId(other.owner, false)));
	}
}

/*
 * Raises an error unless the names that a text uses stand for what they did, and for nothing
 * more that somebody without the rights of the table's owner has made.  Parses nothing.
 */
void
zdm_resolved_check(Jsonb *resolved, const char *text, Oid owner)
{
	int level = zdm_pin_search_path();
	ListCell *lc;

	foreach (lc, zdm_json_keys(resolved))
	{
		char *key = lfirst(lc);
		Jsonb *group = zdm_json_object(resolved, key);
		Jsonb *used = zdm_json_object(group, "used");

		for (int kind = 0; kind < lengthof(kinds); kind++)
		{
			int len = (int) strlen(kinds[kind].word);

			if (strncmp(key, kinds[kind].word, len) == 0 && key[len] == ' ' &&
				strstr(text, key + len + 1) != NULL)
			{
				Object object = check_used(kind, used, owner);

				if (OidIsValid(object.oid))
					check_others(&object, used, zdm_json_object(group, "others"), owner);
			}
		}
	}
	AtEOXact_GUC(false, level);
}

/* Raises an error unless these objects are among those that a name was used for. */
static void
require_used(Jsonb *resolved, Kind kind, List *oids)
{
	ListCell *lc;

	foreach (lc, oids)
	{
		Object object;
		char *signature;
		Jsonb *group;

		if (!get_object(kind, lfirst_oid(lc), &object))
			elog(ERROR, "cache lookup failed for %s %u", kinds[kind].word, lfirst_oid(lc));
		signature = kinds[kind].signature(object.oid);
		group =
			zdm_json_object(resolved, psprintf("%s %s", kinds[kind].word, qualified_name(&object)));
		if (group == NULL || !zdm_json_has(zdm_json_object(group, "used"), signature))
			raise_difference(psprintf("It uses %s %s of role %s now.", kinds[kind].word, signature,
									  GetUserNameFromId(object.owner, false)));
	}
}

/* Raises an error if an expression, parsed anew, calls another function than it did. */
void
zdm_resolved_require(Jsonb *resolved, Node *expr)
{
	ZdmResolved now = {0};
	int level = zdm_pin_search_path();

	(void) collect_walker(expr, &now);
	require_used(resolved, FUNCTION, now.functions);
	require_used(resolved, OPERATOR, now.operators);
	AtEOXact_GUC(false, level);
}
