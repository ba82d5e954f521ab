/*
 * sync_safe.c
 *		Running what may fail without failing the write that it runs in.
 *
 * An expression may call any function, so whatever it raises can only be cleaned
 * up by a subtransaction, as PL/pgSQL's EXCEPTION clause does (pl_exec.c,
 * exec_stmt_block).  It gets no transaction id unless the function writes, and so
 * costs neither WAL nor a slot in anybody's snapshot; what it does cost is in
 * docs/internals.md, "Sync".
 */
#include "postgres.h"

#include "sync/sync_safe.h"

/*
 * Tells whether an error says something about the value at hand.  What an
 * operator, a concurrent transaction or a failing system has caused says
 * nothing about it, and what the server calls internal must not be hidden.
 */
static bool
is_about_the_value(const ErrorData *error)
{
	return !zdm_error_is_transient(error) &&
		   ERRCODE_TO_CATEGORY(error->sqlerrcode) != ERRCODE_INTERNAL_ERROR;
}

/*
 * Calls function(arg) in a subtransaction.  True if it came through.  False if
 * the value that it works on made it raise an error: what it did is undone,
 * except for what it wrote into memory, and *error is a copy of the error in
 * the current memory context (nothing if `error` is NULL).  Other errors - a
 * cancel request, a deadlock, a lack of memory - are raised again.
 *
 * The caller holds no LWLock (so no buffer's content either): the end of a failed
 * subtransaction releases all of them.  Locks on relations that the function
 * took are kept if it came through.
 */
bool
zdm_sync_try(ZdmTryFunction function, void *arg, ErrorData **error)
{
	ErrorData *raised = zdm_try(function, arg);

	if (raised == NULL)
		return true;
	if (!is_about_the_value(raised))
		ReThrowError(raised);
	if (error)
		*error = raised;
	else
		FreeErrorData(raised);
	return false;
}
