/*
 * not_ready.c
 *		What to do about a migration that is not ready.
 */
#include "postgres.h"

#include "access/xact.h"
#include "utils/builtins.h"

#include "base/query.h"
#include "run/not_ready.h"

/* Says what to do about a migration that is not ready yet; part of a message, so without a stop. */
const char *
zdm_hint_not_ready(const ZdmMigration *m)
{
	char *name = quote_literal_cstr(m->name);

	switch (m->status)
	{
		case ZDM_RUNNING:
			return psprintf("CALL zdm.wait(%s) waits until it is ready, outside of a transaction",
							name);
		case ZDM_PAUSED:
		case ZDM_FAILED:
			return psprintf(
				"SELECT zdm.resume(%s) goes on with it, SELECT zdm.rollback(%s) undoes it", name,
				name);
		case ZDM_CONTRACTED:
			return psprintf("SELECT zdm.finalize(%s) ends it, SELECT zdm.reopen(%s) shows both "
							"schemas again",
							name, name);
		default:
			return NULL;
	}
}

/* Tells whether a migration was begun in the transaction that is under way. */
static bool
is_begun_here(const ZdmMigration *m)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};
	bool here = false;

	zdm_record_begin(&scope);
	zdm_arg_int8(&args, m->id);
	/* This row is never updated. */
	if (zdm_query("SELECT xmin::text::bigint AS xmin FROM zdm.event_row"
				  " WHERE migration_id = $1 AND event = 'created'",
				  &args) > 0)
		here = TransactionIdIsCurrentTransactionId((TransactionId) zdm_result_int8(0, "xmin"));
	zdm_record_end(&scope);
	return here;
}

/* An error, which begins with `what`, if a running migration was begun in this transaction. */
void
zdm_refuse_own_expand(const ZdmMigration *m, const char *what)
{
	if (m->status == ZDM_RUNNING && is_begun_here(m))
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("%s: it was begun in this transaction, and its worker starts when that "
						"commits",
						what),
				 errdetail("Only where the table is empty, or was created in this transaction, the "
						   "call does the worker's part itself."),
				 errhint("Commit first: what needs the new schema belongs in another migration "
						 "file, or behind CALL zdm.wait(%s).",
						 quote_literal_cstr(m->name))));
}
