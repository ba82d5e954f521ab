/*
 * sync_state.c
 *		What tells the sync trigger of a table from every other one.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/xlog.h"
#include "commands/trigger.h"

#include "base/triggers.h"
#include "fill/sync_state.h"
#include "record/shadow.h"

/* Returns the transaction that has written a trigger's row in the catalog. */
TransactionId
zdm_trigger_writer(Oid trigger)
{
	HeapTuple tuple = zdm_trigger_row(trigger);

	return HeapTupleIsValid(tuple) ? HeapTupleHeaderGetRawXmin(tuple->t_data)
								   : InvalidTransactionId;
}

/* Returns what zdm_sync_state() begins with: cluster and migration's table. */
char *
zdm_life_of_tables(const ZdmMigration *m)
{
	return psprintf(UINT64_FORMAT "/%u/", GetSystemIdentifier(), m->relation);
}

/*
 * Returns what tells the sync trigger of a table from every other one: cluster and
 * migration's table, the trigger, and the transaction that wrote it.  The first two are
 * others after a restore, which makes all triggers anew and lets nobody write meanwhile.
 */
char *
zdm_sync_state(const ZdmMigration *m, Oid relation)
{
	Oid trigger = m->trigger_name ? get_trigger_oid(relation, m->trigger_name, true) : InvalidOid;

	return psprintf("%s%u/%u", zdm_life_of_tables(m), trigger,
					OidIsValid(trigger) ? zdm_trigger_writer(trigger) : InvalidTransactionId);
}

/*
 * The same for a table of which nothing was taken yet, so that it is all the same what was before;
 * with the writer of its trigger for TRUNCATE, if that is another one, behind a "+".
 */
char *
zdm_sync_state_at_first(const ZdmMigration *m, Oid relation)
{
	char *state = zdm_sync_state(m, relation);
	Oid trigger = m->trigger_name ? get_trigger_oid(relation, m->trigger_name, true) : InvalidOid;
	Oid other = OidIsValid(trigger)
					? get_trigger_oid(relation, zdm_shadow_truncate_trigger(m->trigger_name), true)
					: InvalidOid;

	if (!OidIsValid(other) || zdm_trigger_writer(other) == zdm_trigger_writer(trigger))
		return state;
	return psprintf("%s+%u", state, zdm_trigger_writer(other));
}
