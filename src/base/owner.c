/*
 * owner.c
 *		Running what a table's owner has written as nobody else than that owner.
 *
 * A worker has the rights of a superuser, and a writer has rights that the owner of
 * a table may not have.  What the owner brings - expressions, and the functions
 * behind indexes, checks and generated columns - gets neither, as in the server's
 * own maintenance commands (index.c, index_build; vacuum.c).
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "catalog/pg_class.h"
#include "miscadmin.h"
#include "utils/guc.h"
#include "utils/syscache.h"

#include "base/owner.h"
#include "base/query.h"

/* Returns the owner of a relation; InvalidOid if it does not exist. */
Oid
zdm_relation_owner(Oid relid)
{
	HeapTuple tuple = SearchSysCache1(RELOID, ObjectIdGetDatum(relid));
	Oid owner;

	if (!HeapTupleIsValid(tuple))
		return InvalidOid;
	owner = ((Form_pg_class) GETSTRUCT(tuple))->relowner;
	ReleaseSysCache(tuple);
	return owner;
}

/*
 * Becomes the owner, security-restricted, with a pinned search_path.  InvalidOid, as
 * zdm_relation_owner() gives it for a table that was dropped, is an error.
 */
void
zdm_owner_begin(ZdmOwnerScope *scope, Oid owner)
{
	if (!OidIsValid(owner))
		ereport(ERROR, (errcode(ERRCODE_UNDEFINED_TABLE),
						errmsg("the table of the migration does not exist any more")));
	GetUserIdAndSecContext(&scope->save_user, &scope->save_context);
	SetUserIdAndSecContext(owner, scope->save_context | SECURITY_LOCAL_USERID_CHANGE |
									  SECURITY_RESTRICTED_OPERATION);
	scope->guc_level = zdm_pin_search_path();
}

/*
 * Undoes zdm_owner_begin(); after an error the abort of the (sub)transaction does.  No
 * setting that the owner's code has made outlives it: the session is somebody else's.
 */
void
zdm_owner_end(ZdmOwnerScope *scope)
{
	AtEOXact_GUC(false, scope->guc_level);
	SetUserIdAndSecContext(scope->save_user, scope->save_context);
}
