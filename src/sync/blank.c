/*
 * blank.c
 *		What a row has in a column for which nobody has given a value.
 */
#include "postgres.h"

#include "optimizer/optimizer.h"
#include "rewrite/rewriteHandler.h"
#include "utils/rel.h"

#include "base/owner.h"
#include "sync/extracted.h"

/*
 * Returns a column's default as a constant; an expression that is none comes back as it is.  What
 * it calls is the owner's, and runs as nobody else.
 */
static Node *
default_of(Relation rel, AttrNumber attnum)
{
	Node *expr = build_column_default(rel, attnum);
	ZdmOwnerScope scope;

	if (expr == NULL || IsA(expr, Const))
		return expr;
	zdm_owner_begin(&scope, rel->rd_rel->relowner);
	expr = eval_const_expressions(NULL, expr);
	zdm_owner_end(&scope);
	return expr;
}

/* Tells whether the value is known that a column has which nothing was given for. */
bool
zdm_blank_is_known(Relation rel, AttrNumber attnum)
{
	Node *expr = default_of(rel, attnum);

	return expr == NULL || IsA(expr, Const);
}

/* Returns it; NULL: a null. */
Const *
zdm_blank(Relation rel, AttrNumber attnum)
{
	Node *expr = default_of(rel, attnum);

	if (expr == NULL || !IsA(expr, Const) || ((Const *) expr)->constisnull)
		return NULL;
	return (Const *) expr;
}
