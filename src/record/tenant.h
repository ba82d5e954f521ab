/*
 * tenant.h
 *		The record: zdm.tenant_schema, the schemas that get the same change one after another.
 */
#ifndef ZDM_TENANT_H
#define ZDM_TENANT_H

#include "postgres.h"

#include "nodes/pg_list.h"

#include "record/migration.h"

typedef enum ZdmTenantState
{
	ZDM_TENANT_PENDING,
	ZDM_TENANT_STARTED,
	ZDM_TENANT_VALIDATING,
	ZDM_TENANT_COMPLETE,
	ZDM_TENANT_ROLLED_BACK,
} ZdmTenantState;

/* A change of many schemas, which stand in zdm.tenant_schema under these three. */
typedef struct ZdmTenants
{
	const char *release;
	const char *call;
	const char *role; /* who makes it: nobody's rows get into somebody else's way */
} ZdmTenants;

/* One of these schemas. */
typedef struct ZdmTenant
{
	char *schema;
	ZdmTenantState state;
	List *migrations; /* ids, of int64 * */
} ZdmTenant;

extern List *zdm_tenant_schemas(const char *pattern, List *names, const char *role, char **unknown);
extern void zdm_tenant_add(const ZdmTenants *tenants, List *schemas);
extern List *zdm_tenant_unfinished(const ZdmTenants *tenants, int limit);
extern List *zdm_tenant_complete(const ZdmTenants *tenants);
extern void zdm_tenant_set(const ZdmTenants *tenants, const char *schema, ZdmTenantState state,
						   const char *error);
extern void zdm_tenant_set_migrations(const ZdmTenants *tenants, const char *schema,
									  List *migrations);
extern void zdm_tenant_count(const ZdmTenants *tenants, int64 *complete, int64 *all, char **error);
extern List *zdm_tenant_migrations(const char *release, const char *schema, const char *role);
extern char *zdm_tenant_version(const char *schema, const char *role);

#endif /* ZDM_TENANT_H */
