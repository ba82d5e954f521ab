/*
 * resolved.h
 *		What the names in expressions were resolved to when a migration began.
 */
#ifndef ZDM_RESOLVED_H
#define ZDM_RESOLVED_H

#include "postgres.h"

#include "nodes/nodes.h"
#include "nodes/pg_list.h"
#include "utils/jsonb.h"

/* Objects that did not come with the server, by OID; begins as all zeroes. */
typedef struct ZdmResolved
{
	List *functions;
	List *operators;
	List *types;
} ZdmResolved;

extern ZdmResolved *zdm_resolved_collect(ZdmResolved *into);
extern void zdm_resolved_note(Node *expr);
extern Jsonb *zdm_resolved_json(const ZdmResolved *resolved);
extern void zdm_resolved_check(Jsonb *resolved, const char *text, Oid owner);
extern void zdm_resolved_require(Jsonb *resolved, Node *expr);

#endif /* ZDM_RESOLVED_H */
