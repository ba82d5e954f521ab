/*
 * follow.h
 *		What the relations that a migration's steps name are called now.
 */
#ifndef ZDM_FOLLOW_H
#define ZDM_FOLLOW_H

#include "postgres.h"

#include "nodes/pg_list.h"
#include "nodes/primnodes.h"

#include "record/migration.h"

extern bool zdm_follow_names(List *targets, Node *statement);
extern Oid zdm_follow_relation(List *targets, const RangeVar *relation);
extern char *zdm_bare_name_then(const ZdmMigration *m);
extern bool zdm_names_stand(List *targets);
extern char *zdm_names_now(List *targets);
extern Oid zdm_table_of_index(Oid relation);
extern bool zdm_follow_name(List *targets, char **schema, char **name);

#endif /* ZDM_FOLLOW_H */
