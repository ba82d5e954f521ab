/*
 * tenants.h
 *		The same change in many schemas, some at a time.
 */
#ifndef ZDM_TENANTS_H
#define ZDM_TENANTS_H

#include "postgres.h"

#include "record/tenant.h"

/* What becomes of the others where one schema fails. */
typedef enum ZdmOnFailure
{
	ZDM_FAILURE_STOP,     /* those that have not begun do not begin */
	ZDM_FAILURE_SKIP,     /* they go on */
	ZDM_FAILURE_ROLLBACK, /* all are rolled back */
} ZdmOnFailure;

extern void zdm_tenants_run(const ZdmTenants *tenants, List *schemas, int batch,
							ZdmOnFailure on_failure, void (*run_call)(const char *call));
extern void zdm_tenants_rollback(const char *release, const char *schema);

#endif /* ZDM_TENANTS_H */
