/*
 * shadow_subscribed.c
 *		Has subscriptions that write a table write the one that takes its name.
 *
 * The apply worker finds a table by its name, and whether it is to write it by its OID, in
 * pg_subscription_rel: what that does not know is passed over without a word (worker.c,
 * should_apply_changes_for_rel).  A worker that has found a table before goes on, so the loss would
 * begin with the next one.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/indexing.h"
#include "catalog/pg_subscription.h"
#include "catalog/pg_subscription_rel.h"
#include "storage/lmgr.h"
#include "storage/lock.h"
#include "utils/fmgroids.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "base/names.h"
#include "change/shadow.h"

/* Refuses to wait, with the locks of a turn, for a command that changes a subscription. */
static void
refuse_busy(Oid table)
{
	ereport(ERROR, (errcode(ERRCODE_LOCK_NOT_AVAILABLE),
					errmsg("a subscription is being altered, which may be one that writes table %s",
						   zdm_qualified_name(table)),
					errhint("Nothing was changed. Repeat the call when that has ended.")));
}

/* Begins to read pg_subscription_rel about a table. */
static SysScanDesc
begin_scan(Relation catalog, Oid table)
{
	ScanKeyData key;

	ScanKeyInit(&key, Anum_pg_subscription_rel_srrelid, BTEqualStrategyNumber, F_OIDEQ,
				ObjectIdGetDatum(table));
	return systable_beginscan(catalog, SubscriptionRelSrrelidSrsubidIndexId, true, NULL, 1, &key);
}

/* Keeps a subscription as it is till the end of the transaction. */
static void
lock_subscription(Oid subscription, Oid table)
{
	LOCKTAG tag;

	SET_LOCKTAG_OBJECT(tag, InvalidOid, SubscriptionRelationId, subscription, 0);
	if (LockAcquire(&tag, AccessShareLock, false, true) == LOCKACQUIRE_NOT_AVAIL)
		refuse_busy(table);
	AcceptInvalidationMessages();
}

/* Has one subscription write the other table. */
static void
move(Relation catalog, HeapTuple tuple, Oid to)
{
	Form_pg_subscription_rel form = (Form_pg_subscription_rel) GETSTRUCT(tuple);
	HeapTuple moved;

	if (form->srsubstate != SUBREL_STATE_READY)
		ereport(ERROR, (errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
						errmsg("subscription \"%s\" has not copied table %s yet",
							   get_subscription_name(form->srsubid, false), zdm_qualified_name(to)),
						errdetail("What copies it goes by the table that it has begun with."),
						errhint("Nothing was changed. Repeat the call when srsubstate is 'r' in "
								"pg_subscription_rel.")));
	moved = heap_copytuple(tuple);
	((Form_pg_subscription_rel) GETSTRUCT(moved))->srrelid = to;
	CatalogTupleUpdate(catalog, &tuple->t_self, moved);
	heap_freetuple(moved);
}

/*
 * to: has the name by now.  The caller has ACCESS EXCLUSIVE on both tables: none comes to be
 * subscribed meanwhile.  Who alters a subscription may wait for another server, or for one of the
 * two tables.
 */
void
zdm_shadow_hand_over_subscriptions(Oid from, Oid to)
{
	List *subscriptions = NIL;
	Relation catalog;
	HeapTuple tuple;
	SysScanDesc scan;
	ListCell *lc;

	if (!ConditionalLockRelationOid(SubscriptionRelRelationId, RowExclusiveLock))
		refuse_busy(to);
	catalog = table_open(SubscriptionRelRelationId, NoLock);
	scan = begin_scan(catalog, from);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
		subscriptions =
			lappend_oid(subscriptions, ((Form_pg_subscription_rel) GETSTRUCT(tuple))->srsubid);
	systable_endscan(scan);
	foreach (lc, subscriptions)
		lock_subscription(lfirst_oid(lc), to);
	scan = begin_scan(catalog, from);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
		move(catalog, tuple, to);
	systable_endscan(scan);
	table_close(catalog, NoLock);
	CommandCounterIncrement();
}
