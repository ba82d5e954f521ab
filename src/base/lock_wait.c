/*
 * lock_wait.c
 *		Who is in the way of a table lock, and letting others see who waits for one.
 *
 * A call of expand has no record that others could see before it has committed.  So whoever
 * waits for long holds an advisory lock, shared, that stands for the table: zdm.blocking
 * finds it in pg_locks.
 */
#include "postgres.h"

#include "executor/spi.h"
#include "miscadmin.h"
#include "storage/lock.h"

#include "base/lock.h"
#include "base/lock_wait.h"
#include "base/names.h"
#include "base/query.h"

/*
 * Describes who holds locks on a tree that conflict with `mode`, for an error
 * message: one line a session, at most five.  NULL if nobody does any more.  It says no more
 * about them than pg_stat_activity shows to the current user.
 */
static char *
describe_tree_holders(Oid relid, LOCKMODE mode)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};
	char *text = NULL;

	zdm_record_begin(&scope);
	SetUserIdAndSecContext(scope.save_user, scope.save_context | SECURITY_LOCAL_USERID_CHANGE);
	zdm_arg_oid(&args, relid);
	zdm_arg_text(&args, zdm_lock_mode_name(mode));
	if (zdm_query("SELECT string_agg(holder, E'\\n') AS holders"
				  "  FROM zdm.lock_holders($1, $2) WITH ORDINALITY AS h(holder, n) WHERE n <= 5",
				  &args) > 0)
		text = zdm_result_text(0, "holders");
	zdm_record_end(&scope);
	return text;
}

/* The same for several trees and modes (ZdmTableLock). */
char *
zdm_describe_holders(List *roots)
{
	char *text = NULL;
	ListCell *lc;

	foreach (lc, roots)
	{
		ZdmTableLock *lock = lfirst(lc);
		char *holders = describe_tree_holders(lock->relation, lock->mode);

		if (holders)
			text = text ? psprintf("%s\n%s", text, holders) : holders;
	}
	return text;
}

/* Tells the user for whom the call waits, and others that it does. */
void
zdm_show_wait(List *roots)
{
	const ZdmTableLock *first = linitial(roots);
	char *name = zdm_qualified_name(first->relation);
	char *holders = zdm_describe_holders(roots);
	ListCell *lc;

	foreach (lc, roots)
	{
		LOCKTAG tag;

		zdm_session_lock_tag(&tag, ZDM_LOCK_WAIT, ((ZdmTableLock *) lfirst(lc))->relation);
		(void) LockAcquire(&tag, ShareLock, false, true);
	}
	ereport(NOTICE, (errmsg("waiting for %s lock on %s%s%s", zdm_lock_mode_name(first->mode),
							name ? name : "the table", holders ? ", in the way: " : "",
							holders ? holders : "")));
}

/* Ends that; a rollback does so, too. */
void
zdm_hide_wait(List *roots)
{
	ListCell *lc;

	foreach (lc, roots)
	{
		LOCKTAG tag;

		zdm_session_lock_tag(&tag, ZDM_LOCK_WAIT, ((ZdmTableLock *) lfirst(lc))->relation);
		(void) LockRelease(&tag, ShareLock, false);
	}
}
