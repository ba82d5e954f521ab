/*
 * given_default.c
 *		zdm.given_default(): the default of a new column while both schemas live.
 *
 * A new column must be NULL where an INSERT does not name it, so it can't have the old one's
 * default, and a row has nothing that tells SET new = DEFAULT from SET new = NULL.  So its
 * default is a function that gives NULL and notes that it was evaluated; the server
 * evaluates it for the rows of statements that leave the value to it, and for no others.
 *
 * What a note is about follows from memory: a statement's expressions and its slots are
 * allocated below the same context, those of a statement that runs in between, in a trigger or a
 * function, are not.  A note ends with the memory of its expression, so none outlives
 * a statement that was not finished.
 */
#include "postgres.h"

#include "fmgr.h"
#include "catalog/namespace.h"
#include "lib/ilist.h"
#include "nodes/nodeFuncs.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "base/names.h"
#include "sync/given_default.h"

PG_FUNCTION_INFO_V1(zdm_given_default);

/* A place of a statement that evaluates zdm.given_default(). */
typedef struct GivenDefault
{
	dlist_node node;
	MemoryContext context; /* its expression's */
	MemoryContextCallback end;
	char *column;
	bool given; /* for a row that the trigger has not seen */
} GivenDefault;

int zdm_given_defaults = 0;

static dlist_head places = DLIST_STATIC_INIT(places);

/* MemoryContextCallbackFunction: the expression is gone. */
static void
forget_place(void *arg)
{
	GivenDefault *place = arg;

	dlist_delete(&place->node);
	if (place->given)
		zdm_given_defaults--;
}

/* Makes the place of a call, which has the same column each time. */
static pg_noinline GivenDefault *
add_place(FunctionCallInfo fcinfo)
{
	MemoryContext context = fcinfo->flinfo->fn_mcxt;
	GivenDefault *place;

	if (PG_ARGISNULL(1))
		ereport(ERROR, (errcode(ERRCODE_NULL_VALUE_NOT_ALLOWED),
						errmsg("zdm.given_default wants the name of a column")));
	place = MemoryContextAllocZero(context, sizeof(GivenDefault));
	place->context = context;
	place->column = MemoryContextStrdup(context, text_to_cstring(PG_GETARG_TEXT_PP(1)));
	place->end.func = forget_place;
	place->end.arg = place;
	MemoryContextRegisterResetCallback(context, &place->end);
	dlist_push_head(&places, &place->node);
	fcinfo->flinfo->fn_extra = place;
	return place;
}

/* zdm.given_default(value of the type, column): NULL, and a note of it. */
Datum
zdm_given_default(PG_FUNCTION_ARGS)
{
	GivenDefault *place = fcinfo->flinfo->fn_extra;

	if (place == NULL)
		place = add_place(fcinfo);
	if (!place->given)
	{
		place->given = true;
		zdm_given_defaults++;
	}
	PG_RETURN_NULL();
}

/* Tells whether a context is another one, or below it. */
static bool
is_below(MemoryContext context, MemoryContext above)
{
	for (; context; context = context->parent)
		if (context == above)
			return true;
	return false;
}

/*
 * Tells whether the statement whose row is in the slot has left this column's value to its
 * default; each row is asked about once, before the next one is made.
 */
bool
zdm_take_given_default(const char *column, TupleTableSlot *row)
{
	bool given = false;
	dlist_iter iter;

	dlist_foreach(iter, &places)
	{
		GivenDefault *place = dlist_container(GivenDefault, node, iter.cur);

		if (!place->given || !is_below(place->context, row->tts_mcxt) ||
			strcmp(place->column, column) != 0)
			continue;
		place->given = false;
		zdm_given_defaults--;
		given = true;
	}
	return given;
}

/* Returns the text of the default by which the trigger hears that a column was left to it. */
char *
zdm_given_default_text(Oid type, int32 typmod, const char *column)
{
	return psprintf("zdm.given_default(NULL::%s, %s)", zdm_qualified_type(type, typmod),
					quote_literal_cstr(column));
}

/* Walker: tells whether an expression calls zdm.given_default(). */
static bool
calls_given_default(Node *node, void *context)
{
	if (node == NULL)
		return false;
	if (IsA(node, FuncExpr))
	{
		Oid function = ((FuncExpr *) node)->funcid;
		char *name = get_func_name(function);

		if (name && strcmp(name, "given_default") == 0 &&
			get_func_namespace(function) == get_namespace_oid("zdm", true))
			return true;
	}
	return expression_tree_walker(node, calls_given_default, context);
}

/* Tells whether a column's default (NULL: none) tells the trigger that it was asked for. */
bool
zdm_is_given_default(Node *expr)
{
	return calls_given_default(expr, NULL);
}
