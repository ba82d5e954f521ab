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
#include "executor/spi.h"
#include "miscadmin.h"
#include "utils/builtins.h"
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

/*
 * Tells whether a condition that the owner has written is false of one row: columns, as of a
 * SELECT, of a relation that the condition knows by a name.
 */
bool
zdm_owner_refuses(Oid owner, const char *condition, const char *row, const char *name)
{
	ZdmOwnerScope scope;
	char *sql = psprintf("SELECT (%s) IS FALSE FROM (SELECT %s) AS %s", condition, row,
						 quote_identifier(name));
	bool refused;

	zdm_owner_begin(&scope, owner);
	SPI_connect();
	if (SPI_execute(sql, true, 1) != SPI_OK_SELECT || SPI_processed != 1)
		elog(ERROR, "could not execute: %s", sql);
	refused = strcmp(SPI_getvalue(SPI_tuptable->vals[0], SPI_tuptable->tupdesc, 1), "t") == 0;
	SPI_finish();
	zdm_owner_end(&scope);
	return refused;
}
