/*
 * triggers.c
 *		The triggers of a table.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "catalog/indexing.h"
#include "catalog/pg_trigger.h"
#include "commands/trigger.h"
#include "utils/fmgroids.h"
#include "utils/rel.h"

#include "base/triggers.h"

/* Returns the triggers of a table; numtriggers is 0 if it has none. */
TriggerDesc *
zdm_triggers(Relation rel)
{
	return rel->trigdesc ? CopyTriggerDesc(rel->trigdesc) : palloc0(sizeof(TriggerDesc));
}

/* Returns the trigger of a table that has a name; NULL if there is none. */
Trigger *
zdm_find_trigger(Relation rel, const char *name)
{
	for (int i = 0; rel->trigdesc && i < rel->trigdesc->numtriggers; i++)
	{
		TriggerDesc found = {.triggers = &rel->trigdesc->triggers[i], .numtriggers = 1};

		if (strcmp(found.triggers->tgname, name) == 0)
			return CopyTriggerDesc(&found)->triggers;
	}
	return NULL;
}

/* Says in which sessions a trigger fires, behind that word; "": in all; NULL: it is disabled. */
const char *
zdm_trigger_fires(const Trigger *trigger)
{
	switch (trigger->tgenabled)
	{
		case TRIGGER_DISABLED:
			return NULL;
		case TRIGGER_FIRES_ON_REPLICA:
			return ", where session_replication_role is replica,";
		default:
			return "";
	}
}

/* Returns the row of the catalog that a trigger has (a copy); NULL: there is no such trigger. */
HeapTuple
zdm_trigger_row(Oid trigger)
{
	Relation catalog = table_open(TriggerRelationId, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple tuple;

	ScanKeyInit(&key, Anum_pg_trigger_oid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(trigger));
	scan = systable_beginscan(catalog, TriggerOidIndexId, true, NULL, 1, &key);
	tuple = heap_copytuple(systable_getnext(scan));
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	return tuple;
}
