/*
 * carried.c
 *		An object that is carried over, by itself: see ZdmCarriedClass.
 */
#include "postgres.h"

#include "access/xact.h"
#include "storage/lmgr.h"
#include "utils/snapmgr.h"

#include "base/names.h"
#include "change/carry_over.h"

/* Returns the relation that an object belongs to; InvalidOid: none. */
Oid
zdm_carried_relation(ZdmCarried *carried)
{
	if (!OidIsValid(carried->relation))
		carried->relation = carried->class->relation(carried->oid);
	return carried->relation;
}

/* Tells whether objects of a class are what a relation shows, so that others may use its columns.
 */
bool
zdm_carried_is_query(const ZdmCarriedClass *class)
{
	return class->is_query;
}

/* Prints a definition as it is now, whatever snapshot the caller has. */
char *
zdm_carried_print(const ZdmCarried *carried)
{
	char *text;

	CommandCounterIncrement();
	PushActiveSnapshot(GetLatestSnapshot());
	text = carried->class->print(carried->oid);
	PopActiveSnapshot();
	return text;
}

/* Locks what has come to use the column, or the table, since zdm_carried_locks() has looked. */
void
zdm_carried_lock(Oid relation)
{
	if (!ConditionalLockRelationOid(relation, AccessExclusiveLock))
		ereport(ERROR, (errcode(ERRCODE_LOCK_NOT_AVAILABLE),
						errmsg("could not get ACCESS EXCLUSIVE lock on %s at once",
							   zdm_qualified_name(relation)),
						errdetail("It has come to use what changes only now, and clients of the "
								  "table would wait, too."),
						errhint("Nothing was changed. Call it again.")));
}
