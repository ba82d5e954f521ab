/*
 * carried.h
 *		The record: what a migration has found and has to find again, zdm.migration.carried.
 */
#ifndef ZDM_CARRIED_H
#define ZDM_CARRIED_H

#include "postgres.h"

#include "utils/jsonb.h"

extern Jsonb *zdm_carried_get(int64 migration);
extern void zdm_carried_set(int64 migration, const char *key, const char *json);

#endif /* ZDM_CARRIED_H */
