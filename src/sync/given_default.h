/*
 * given_default.h
 *		DEFAULT told from NULL in a new column.
 */
#ifndef ZDM_GIVEN_DEFAULT_H
#define ZDM_GIVEN_DEFAULT_H

#include "postgres.h"

#include "executor/tuptable.h"

/* How many places of running statements have given a default that no trigger has taken. */
extern int zdm_given_defaults;

extern bool zdm_take_given_default(const char *column, TupleTableSlot *row);

#endif /* ZDM_GIVEN_DEFAULT_H */
