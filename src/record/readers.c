/*
 * readers.c
 *		Who may read what of the record: the condition of the views that everybody reads
 *		(sql/15_readers.sql).
 */
#include "postgres.h"

#include "fmgr.h"
#include "miscadmin.h"
#include "utils/acl.h"

#include "base/owner.h"

PG_FUNCTION_INFO_V1(zdm_may_see);

/*
 * zdm.may_see(relation, created_by): whether the current user has the rights of the table's owner;
 * where the table is gone, of who began what is about it.
 */
Datum
zdm_may_see(PG_FUNCTION_ARGS)
{
	Oid owner;

	if (superuser())
		PG_RETURN_BOOL(true);
	owner = zdm_relation_owner(PG_GETARG_OID(0));
	if (OidIsValid(owner))
		PG_RETURN_BOOL(has_privs_of_role(GetUserId(), owner));
	PG_RETURN_BOOL(get_role_oid(NameStr(*PG_GETARG_NAME(1)), true) == GetUserId());
}
