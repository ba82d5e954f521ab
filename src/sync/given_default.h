/*
 * given_default.h
 *		DEFAULT told from NULL in a new column.
 */
#ifndef ZDM_GIVEN_DEFAULT_H
#define ZDM_GIVEN_DEFAULT_H

#include "postgres.h"

#include "executor/tuptable.h"
#include "nodes/nodes.h"

/* How many places of running statements have given a default that no trigger has taken. */
extern int zdm_given_defaults;

extern bool zdm_take_given_default(const char *column, TupleTableSlot *row);
extern char *zdm_given_default_text(Oid type, int32 typmod, const char *column);
extern bool zdm_is_given_default(Node *expr);

#endif /* ZDM_GIVEN_DEFAULT_H */
