/*
 * renamed.h
 *		Whether something is what a plan has written of it, by names of then.
 */
#ifndef ZDM_RENAMED_H
#define ZDM_RENAMED_H

#include "postgres.h"

#include "catalog/objectaddress.h"
#include "nodes/pg_list.h"
#include "utils/rel.h"

extern char *zdm_identity_then(List *targets, const ObjectAddress *object);
extern bool zdm_same_definition(List *targets, Relation rel, Oid class_id, const char *then,
								const char *now);

#endif /* ZDM_RENAMED_H */
