/*
 * concurrent_index.c
 *		CREATE INDEX CONCURRENTLY in a session that belongs to a superuser.
 *
 * The server analyses the expressions of CREATE INDEX before it restricts what they may do
 * (utility.c, ProcessUtilitySlow; indexcmds.c, DefineIndex): analysing runs code already, and
 * for a client that is code with its own rights.  A worker's session is the bootstrap
 * superuser's, whom the owner of the table would get back by RESET ROLE.  So the worker
 * takes the two parts of the command one by one, the first one inside an owner scope.  It can't
 * hold the scope open around both: between its transactions the command needs to be outside
 * of any (xact.c, StartTransaction).
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/objectaddress.h"
#include "commands/event_trigger.h"
#include "miscadmin.h"
#include "parser/parse_utilcmd.h"
#include "storage/lmgr.h"
#include "utils/snapmgr.h"

#include "base/compat.h"
#include "base/names.h"
#include "base/owner.h"
#include "base/resolved.h"
#include "change/concurrent_index.h"

/* Analyses the statement as the owner of the table, security-restricted. */
static IndexStmt *
analyse_as_owner(Oid table, IndexStmt *stmt, const char *command, Jsonb *resolved)
{
	ZdmOwnerScope scope;
	ListCell *lc;

	zdm_owner_begin(&scope, GetUserId());
	PushActiveSnapshot(GetTransactionSnapshot());
	zdm_resolved_check(resolved, command, GetUserId());
	stmt = transformIndexStmt(table, stmt, command);
	foreach (lc, stmt->indexParams)
		zdm_resolved_require(resolved, lfirst_node(IndexElem, lc)->expr);
	zdm_resolved_require(resolved, stmt->whereClause);
	PopActiveSnapshot();
	zdm_owner_end(&scope);
	return stmt;
}

/*
 * Builds the index, between the event triggers that the command fires.  It takes off the
 * snapshot that it is called with, and commits: the triggers behind it need another.
 */
static void
define_with_events(Oid table, IndexStmt *stmt, bool hidden)
{
	ObjectAddress address;

	PushActiveSnapshot(GetTransactionSnapshot());
	EventTriggerDDLCommandStart((Node *) stmt);
	address = hidden ? zdm_define_hidden_index(table, stmt) : zdm_define_index(table, stmt, false);
	if (!ActiveSnapshotSet())
		PushActiveSnapshot(GetTransactionSnapshot());
	EventTriggerCollectSimpleCommand(address, InvalidObjectAddress, (Node *) stmt);
	EventTriggerSQLDrop((Node *) stmt);
	EventTriggerDDLCommandEnd((Node *) stmt);
	PopActiveSnapshot();
}

/*
 * Runs CREATE INDEX CONCURRENTLY on a table, as a client's top-level command would be, in the
 * current transaction and others.  The current user must be the owner of the table still. `hidden`:
 * nobody writes the table but a trigger of zdm.
 */
void
zdm_create_index_concurrently(Oid table, IndexStmt *stmt, const char *command, Jsonb *resolved,
							  bool hidden)
{
	bool outermost;

	PreventInTransactionBlock(true, "CREATE INDEX CONCURRENTLY");
	LockRelationOid(table, ShareUpdateExclusiveLock);
	if (zdm_relation_owner(table) != GetUserId())
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
						errmsg("the owner of table %s has changed", zdm_qualified_name(table)),
						errhint("Resume the migration.")));
	stmt = analyse_as_owner(table, stmt, command, resolved);

	outermost = EventTriggerBeginCompleteQuery();
	PG_TRY();
	{
		define_with_events(table, stmt, hidden);
	}
	PG_FINALLY();
	{
		if (outermost)
			EventTriggerEndCompleteQuery();
	}
	PG_END_TRY();
}
