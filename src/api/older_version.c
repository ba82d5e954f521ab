/*
 * older_version.c
 *		What is left of 0.1.0: how its steps become those of today, and its functions that
 *		are gone.
 *
 * Steps of 0.1.0 were SQL alone, and called functions of zdm for what are actions now.  The
 * script that updates the extension has zdm_update_deed() read them: by the server's parser,
 * since an argument may hold anything.  The functions are here, because a database whose
 * extension was not updated yet still names them.
 */
#include "postgres.h"

#include "fmgr.h"
#include "nodes/parsenodes.h"
#include "nodes/value.h"
#include "utils/builtins.h"

#include "base/compat.h"
#include "base/json.h"
#include "base/query.h"
#include "change/catalog_changes.h"

PG_FUNCTION_INFO_V1(zdm_update_deed);

/* Returns a constant as text; what planners have written is nothing else. */
static char *
constant_text(Node *node)
{
	A_Const *constant;

	if (IsA(node, TypeCast))
		node = ((TypeCast *) node)->arg;
	constant = castNode(A_Const, node);
	switch (nodeTag(&constant->val))
	{
		case T_String:
			return strVal(&constant->val);
		case T_Boolean:
			return boolVal(&constant->val) ? "true" : "false";
		default:
			elog(ERROR, "unexpected constant in a step of version 0.1.0");
			return NULL; /* keep the compiler quiet */
	}
}

static char *
text_argument(FuncCall *call, int n)
{
	return constant_text(list_nth(call->args, n));
}

/* Returns an argument that is true or false. */
static bool
bool_argument(FuncCall *call, int n)
{
	return strcmp(text_argument(call, n), "true") == 0;
}

/* Returns an argument that is an array of strings as a list. */
static List *
list_argument(FuncCall *call, int n)
{
	Node *node = list_nth(call->args, n);
	List *result = NIL;
	ListCell *lc;

	if (IsA(node, TypeCast))
		node = ((TypeCast *) node)->arg;
	foreach (lc, castNode(A_ArrayExpr, node)->elements)
		result = lappend(result, constant_text(lfirst(lc)));
	return result;
}

/* Returns the function of zdm that a statement calls and does nothing else; NULL: it does. */
static FuncCall *
called_part(RawStmt *raw)
{
	SelectStmt *select = (SelectStmt *) raw->stmt;
	FuncCall *call;

	if (!IsA(select, SelectStmt) || list_length(select->targetList) != 1 || select->fromClause)
		return NULL;
	call = (FuncCall *) linitial_node(ResTarget, select->targetList)->val;
	if (!IsA(call, FuncCall) || list_length(call->funcname) != 2 ||
		strcmp(strVal(linitial(call->funcname)), "zdm") != 0)
		return NULL;
	return call;
}

static ZdmDeed *
deed_of_call(FuncCall *call)
{
	const char *name = strVal(lsecond(call->funcname));

	if (strcmp(name, ZDM_ACTION_SET_UNIQUE) == 0)
		return zdm_deed_set_unique(text_argument(call, 0), bool_argument(call, 1),
								   bool_argument(call, 2), false);
	if (strcmp(name, ZDM_ACTION_SET_INDEX_VISIBLE) == 0)
		return zdm_deed_set_index_visible(text_argument(call, 0), bool_argument(call, 1));
	if (strcmp(name, ZDM_ACTION_RELEASE_CONSTRAINT) == 0)
		return zdm_deed_release_constraint(text_argument(call, 0), text_argument(call, 1));
	if (strcmp(name, ZDM_ACTION_TRUST_CONSTRAINT) == 0)
		return zdm_deed_trust_constraint(text_argument(call, 0), text_argument(call, 1));
	if (strcmp(name, ZDM_ACTION_TRUST_NOT_NULL) == 0)
		return zdm_deed_trust_not_null(text_argument(call, 0), text_argument(call, 1),
									   text_argument(call, 2), text_argument(call, 3));
	if (strcmp(name, ZDM_ACTION_MOVE_IDENTITY) == 0)
		return zdm_deed_move_identity(text_argument(call, 0), text_argument(call, 1),
									  text_argument(call, 2));
	if (strcmp(name, ZDM_ACTION_REQUIRE_KNOWN) == 0)
		return zdm_deed_require_known(text_argument(call, 0), list_argument(call, 1),
									  list_argument(call, 2), text_argument(call, 3));
	if (strcmp(name, ZDM_ACTION_REFUSE_LOSSY) == 0)
		return zdm_deed_refuse_lossy(text_argument(call, 1), text_argument(call, 3),
									 list_argument(call, 4), bool_argument(call, 5));
	if (strcmp(name, ZDM_ACTION_REFUSE_SEQUENCE) == 0)
		return zdm_deed_refuse_sequence(text_argument(call, 1), text_argument(call, 2));
	elog(ERROR, "a step calls zdm.%s()", name);
	return NULL; /* keep the compiler quiet */
}

static bool
makes_sync_trigger(RawStmt *raw)
{
	CreateTrigStmt *stmt = (CreateTrigStmt *) raw->stmt;

	return IsA(stmt, CreateTrigStmt) && list_length(stmt->funcname) == 2 &&
		   strcmp(strVal(linitial(stmt->funcname)), "zdm") == 0 &&
		   strcmp(strVal(lsecond(stmt->funcname)), "sync_columns") == 0;
}

/* Returns the action that runs a statement. */
static const char *
action_of(RawStmt *raw)
{
	switch (nodeTag(raw->stmt))
	{
		case T_CreateTrigStmt:
			return makes_sync_trigger(raw) ? ZDM_ACTION_SYNC_TRIGGER : ZDM_ACTION_SQL;
		case T_VacuumStmt:
			return ZDM_ACTION_ANALYZE;
		case T_ReindexStmt:
			return ZDM_ACTION_REINDEX;
		case T_IndexStmt:
			return ((IndexStmt *) raw->stmt)->concurrent ? ZDM_ACTION_CREATE_INDEX : ZDM_ACTION_SQL;
		default:
			return ZDM_ACTION_SQL;
	}
}

/* Adds the deed of statements that are SQL, from one place in a text to another. */
static List *
add_text(List *deeds, const char *action, const char *text, int from, int to)
{
	return action == NULL
			   ? deeds
			   : lappend(deeds, zdm_deed_of_text(action, pnstrdup(text + from, to - from)));
}

/* Makes the deed of a step's text: what is SQL stays together. */
static ZdmDeed *
deed_of_text(const char *text)
{
	List *deeds = NIL;
	const char *action = NULL; /* that runs the statements from `from` to `to` */
	int from = 0;
	int to = 0;
	ListCell *lc;

	foreach (lc, zdm_parse(text))
	{
		RawStmt *raw = lfirst_node(RawStmt, lc);
		FuncCall *call = called_part(raw);

		if (call)
		{
			deeds = add_text(deeds, action, text, from, to);
			deeds = lappend(deeds, deed_of_call(call));
			action = NULL;
			continue;
		}
		if (action == NULL)
		{
			from = raw->stmt_location;
			while (isspace((unsigned char) text[from]))
				from++;
			action = action_of(raw);
		}
		to = raw->stmt_len > 0 ? raw->stmt_location + raw->stmt_len : (int) strlen(text);
	}
	return zdm_deed_series(add_text(deeds, action, text, from, to));
}

/*
 * zdm.update_deed(text): what a text of a step of 0.1.0 does, as an object of action, arguments
 * and command.
 */
Datum
zdm_update_deed(PG_FUNCTION_ARGS)
{
	ZdmDeed *deed = deed_of_text(text_to_cstring(PG_GETARG_TEXT_PP(0)));
	StringInfoData buf;

	initStringInfo(&buf);
	appendStringInfoChar(&buf, '{');
	zdm_json_add_string(&buf, "action", deed->action);
	if (deed->arguments)
	{
		zdm_json_add_key(&buf, "arguments");
		appendStringInfoString(&buf, zdm_json_text(deed->arguments));
	}
	zdm_json_add_string(&buf, "command", deed->text);
	appendStringInfoChar(&buf, '}');
	PG_RETURN_POINTER(zdm_json_parse(buf.data));
}

/* A function of 0.1.0 that is gone. */
#define GONE(function)                                                          \
	PG_FUNCTION_INFO_V1(function);                                              \
	Datum function(PG_FUNCTION_ARGS)                                            \
	{                                                                           \
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),      \
						errmsg("this function is one of version 0.1.0 of zdm"), \
						errhint("ALTER EXTENSION zdm UPDATE.")));               \
		PG_RETURN_NULL();                                                       \
	}

GONE(zdm_move_identity)
GONE(zdm_refuse_lossy)
GONE(zdm_refuse_sequence)
GONE(zdm_release_constraint)
GONE(zdm_require_known)
GONE(zdm_set_index_visible)
GONE(zdm_set_unique)
GONE(zdm_trust_constraint)
GONE(zdm_trust_not_null)
