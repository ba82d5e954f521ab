/*
 * closest.h
 *		"Did you mean": the name among others that is closest to one that does not exist.
 */
#ifndef ZDM_CLOSEST_H
#define ZDM_CLOSEST_H

#include "postgres.h"

#include "nodes/pg_list.h"

extern char *zdm_closest(const char *name, List *names);

#endif /* ZDM_CLOSEST_H */
