/*
 * shadow_owner.c
 *		A table that is given to somebody else, and what a migration keeps beside it.
 *
 * What follows a table has its rows, and whoever owns it may read them, and has code run by each
 * write: so it goes where the table goes (ALTER TABLE ... OWNER TO; REASSIGN OWNED takes it along
 * by itself).  The view by which applications know a table is left to the calls that make it be
 * what it was (stand_in.c), since who reads it has it locked before the table.
 */
#include "postgres.h"

#include "catalog/pg_inherits.h"
#include "commands/tablecmds.h"
#include "utils/lsyscache.h"

#include "base/owner.h"
#include "change/shadow.h"
#include "record/merge_log.h"
#include "record/shadow.h"

/* Gives a table, with its partitions, to a role, if it is there and somebody else's. */
static void
give(Oid table, Oid owner)
{
	ListCell *lc;

	if (!OidIsValid(table) || get_rel_name(table) == NULL)
		return;
	foreach (lc, find_all_inheritors(table, AccessExclusiveLock, NULL))
		if (zdm_relation_owner(lfirst_oid(lc)) != owner)
			ATExecChangeOwner(lfirst_oid(lc), owner, true, AccessExclusiveLock);
}

/*
 * Gives what follows a migration's table, or is its log, to the owner of that, who has become
 * another one.  A table that is still to be merged is one that applications know, and stays.
 */
void
zdm_shadow_give_along(const ZdmMigration *m)
{
	Oid owner = zdm_relation_owner(m->relation);
	Oid log = zdm_merges(m) ? zdm_merge_log(m) : InvalidOid;

	give(OidIsValid(log) ? log : zdm_shadow_follower(m), owner);
}
