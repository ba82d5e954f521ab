/*
 * route.h
 *		In which partition a row lives.
 */
#ifndef ZDM_ROUTE_H
#define ZDM_ROUTE_H

#include "postgres.h"

#include "executor/tuptable.h"
#include "utils/rel.h"

extern Oid zdm_route(Relation root, TupleTableSlot *row);

#endif /* ZDM_ROUTE_H */
