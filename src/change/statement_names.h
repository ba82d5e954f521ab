/*
 * statement_names.h
 *		The names of relations in the parse tree of a step's statement.
 */
#ifndef ZDM_STATEMENT_NAMES_H
#define ZDM_STATEMENT_NAMES_H

#include "postgres.h"

#include "nodes/nodes.h"

typedef enum ZdmNameKind
{
	ZDM_NAME_RELATION,
	ZDM_NAME_STATISTICS,
} ZdmNameKind;

/* Called for each name that is given with its schema; may put others in their place. */
typedef void (*ZdmNameVisitor)(ZdmNameKind kind, char **schema, char **name, void *context);

extern void zdm_visit_names(Node *statement, ZdmNameVisitor visitor, void *context);

#endif /* ZDM_STATEMENT_NAMES_H */
