/*
 * expression.h
 *		User expressions over a row: parsing, checking, canonical text.
 */
#ifndef ZDM_EXPRESSION_H
#define ZDM_EXPRESSION_H

#include "postgres.h"

#include "nodes/bitmapset.h"
#include "nodes/nodes.h"
#include "nodes/pg_list.h"
#include "utils/rel.h"

/* A column of a row that an expression may use before a table has it. */
typedef struct ZdmRowColumn
{
	char *name;
	Oid type; /* InvalidOid: must not be used */
	int32 typmod;
	Oid collation;
} ZdmRowColumn;

extern void zdm_expression_enter(ErrorContextCallback *callback, const char *text);
extern void zdm_expression_leave(ErrorContextCallback *callback);
extern Node *zdm_expression_parse(Relation rel, const char *text, AttrNumber target,
								  const char *argument);
extern Node *zdm_expression_parse_type(Relation rel, const char *text, Oid type, int32 typmod,
									   const char *argument);
extern Node *zdm_expression_parse_row(List *columns, const char *text, Oid type, int32 typmod,
									  const char *argument);
extern char *zdm_expression_canonical_row(List *names, Node *expr);
extern Node *zdm_expression_parse_check(Relation rel, const char *text, const char *argument);
extern List *zdm_expression_column_names(Relation rel, Node *expr);
extern char *zdm_expression_order(Relation rel, const char *text, const char *argument);
extern char *zdm_expression_canonical(Relation rel, Node *expr);
extern Bitmapset *zdm_expression_columns(Node *expr);
extern bool zdm_expression_reads_any_length(Relation rel, Node *expr);
extern bool zdm_expression_is_volatile(Node *expr);
extern bool zdm_expression_can_fail(Node *expr);
extern bool zdm_expression_calls_user_code(Node *expr);

#endif /* ZDM_EXPRESSION_H */
