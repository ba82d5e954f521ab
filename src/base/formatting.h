/*
 * formatting.h
 *		Settings of a session that the value of an expression may depend on.
 */
#ifndef ZDM_FORMATTING_H
#define ZDM_FORMATTING_H

#include "postgres.h"

#include "lib/stringinfo.h"
#include "nodes/nodes.h"
#include "nodes/pg_list.h"
#include "utils/jsonb.h"

/* A setting and its value. */
typedef struct ZdmFormatting
{
	const char *name; /* of the list in formatting.c */
	char *value;
} ZdmFormatting;

/* Which settings an expression depends on: bits of formatting.c. */
typedef struct ZdmDependence
{
	uint32 known; /* these, by the types that it converts */
	bool unknown; /* any: it runs code of a user, or what nothing is known about */
	bool stable;  /* what is unknown does not say that it is immutable */
	bool seen;    /* something that is not immutable was found */
} ZdmDependence;

extern void zdm_formatting_of(Node *expr, ZdmDependence *dependence);
extern List *zdm_formatting_now(const ZdmDependence *dependence);
extern char *zdm_formatting_note(const ZdmDependence *dependence);
extern void zdm_formatting_add(StringInfo buf, List *settings);
extern List *zdm_formatting_parse(Jsonb *json, bool *valid);
extern bool zdm_formatting_differs(List *settings);
extern void zdm_formatting_apply(List *settings);

#endif /* ZDM_FORMATTING_H */
