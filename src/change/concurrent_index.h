/*
 * concurrent_index.h
 *		CREATE INDEX CONCURRENTLY in a session that belongs to a superuser.
 */
#ifndef ZDM_CONCURRENT_INDEX_H
#define ZDM_CONCURRENT_INDEX_H

#include "postgres.h"

#include "catalog/objectaddress.h"
#include "nodes/parsenodes.h"
#include "utils/jsonb.h"

extern void zdm_create_index_concurrently(Oid table, IndexStmt *stmt, const char *command,
										  Jsonb *resolved, bool hidden);
extern ObjectAddress zdm_define_hidden_index(Oid table, IndexStmt *stmt);

#endif /* ZDM_CONCURRENT_INDEX_H */
