/*
 * give_way.h
 *		Calls and index builds on the same table: which of them comes first.
 */
#ifndef ZDM_GIVE_WAY_H
#define ZDM_GIVE_WAY_H

#include "postgres.h"

#include "nodes/pg_list.h"

extern bool zdm_ask_builds(List *roots);
extern bool zdm_call_waits(Oid table);

#endif /* ZDM_GIVE_WAY_H */
