/*
 * sync_state.c
 *		What tells the sync trigger of a table from every other one.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/xlog.h"
#include "catalog/indexing.h"
#include "catalog/pg_trigger.h"
#include "commands/trigger.h"
#include "utils/fmgroids.h"

#include "fill/sync_state.h"
#include "record/shadow.h"

/* Returns the transaction that has written a trigger's row in the catalog. */
TransactionId
zdm_trigger_writer(Oid trigger)
{
	Relation catalog = table_open(TriggerRelationId, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple tuple;
	TransactionId writer = InvalidTransactionId;

	ScanKeyInit(&key, Anum_pg_trigger_oid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(trigger));
	scan = systable_beginscan(catalog, TriggerOidIndexId, true, NULL, 1, &key);
	tuple = systable_getnext(scan);
	if (HeapTupleIsValid(tuple))
		writer = HeapTupleHeaderGetRawXmin(tuple->t_data);
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	return writer;
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
