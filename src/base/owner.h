/*
 * owner.h
 *		Running what a table's owner has written as nobody else than that owner.
 */
#ifndef ZDM_OWNER_H
#define ZDM_OWNER_H

#include "postgres.h"

/* What zdm_owner_begin() saved and zdm_owner_end() puts back. */
typedef struct ZdmOwnerScope
{
	Oid save_user;
	int save_context;
	int guc_level;
} ZdmOwnerScope;

extern Oid zdm_relation_owner(Oid relid);
extern void zdm_owner_begin(ZdmOwnerScope *scope, Oid owner);
extern void zdm_owner_end(ZdmOwnerScope *scope);
extern bool zdm_owner_refuses(Oid owner, const char *condition, const char *row, const char *name);

#endif /* ZDM_OWNER_H */
