/*
 * unlogged.c
 *		The record: whether a crash has emptied one of two tables, which is UNLOGGED.
 *
 * The server empties UNLOGGED tables in crash recovery, all of them, and no trigger tells of it. So
 * each migration of which one table is UNLOGGED and the other not has a row in zdm.unlogged_mark,
 * which is UNLOGGED itself: as long as that is there, so is what the table has had since.  It is
 * not there on a standby that was promoted, nor after the restore of a base backup, where the table
 * has no rows either.
 */
#include "postgres.h"

#include "base/query.h"
#include "record/unlogged.h"

/* Migrations that have two tables of which one is UNLOGGED, and no mark. */
#define LOST                                                                                 \
	"  FROM zdm.migration_row m"                                                             \
	"       JOIN zdm.target_row t ON t.migration_id = m.id AND t.relation <> m.relation"     \
	"            AND t.role IN ('table', 'shadow')"                                          \
	"       JOIN pg_catalog.pg_class f ON f.oid = t.relation"                                \
	"       JOIN pg_catalog.pg_class c ON c.oid = m.relation"                                \
	" WHERE m.arguments ->> 'unlogged' IS NOT NULL AND f.relpersistence <> c.relpersistence" \
	"   AND m.status NOT IN ('finalized', 'rolled_back')"                                    \
	"   AND NOT EXISTS (SELECT FROM zdm.unlogged_mark u WHERE u.migration_id = m.id)"

/* Notes that both tables of a migration have what they are to have by now. */
void
zdm_unlogged_mark(int64 migration)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};

	zdm_record_begin(&scope);
	zdm_arg_int8(&args, migration);
	zdm_query("INSERT INTO zdm.unlogged_mark (migration_id) VALUES ($1) ON CONFLICT DO NOTHING",
			  &args);
	zdm_record_end(&scope);
}

/* Forgets it. */
void
zdm_unlogged_unmark(int64 migration)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};

	zdm_record_begin(&scope);
	zdm_arg_int8(&args, migration);
	zdm_query("DELETE FROM zdm.unlogged_mark WHERE migration_id = $1", &args);
	zdm_record_end(&scope);
}

/* Tells which table of a migration was emptied. */
ZdmLoss
zdm_unlogged_loss(int64 migration)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};
	ZdmLoss loss = ZDM_LOSS_OF_NONE;

	zdm_record_begin(&scope);
	zdm_arg_int8(&args, migration);
	if (zdm_query("SELECT f.relpersistence = 'u' AS of_follower" LOST " AND m.id = $1", &args) > 0)
		loss = zdm_result_bool(0, "of_follower") ? ZDM_LOSS_OF_FOLLOWER : ZDM_LOSS_OF_TRUTH;
	zdm_record_end(&scope);
	return loss;
}

/*
 * Returns the migration that has two tables, of which one, or one above, is `relation`, that is not
 * LOGGED or UNLOGGED as it is to be beside the other one by now; 0: there is none.
 */
int64
zdm_unlogged_by_hand(Oid relation, List *above)
{
	ZdmArgs args = {0};
	List *oids = list_make1(psprintf("%u", relation));
	List *found;
	ListCell *lc;

	foreach (lc, above)
		oids = lappend(oids, psprintf("%u", lfirst_oid(lc)));
	zdm_arg_oid(&args, relation);
	zdm_arg_text_list(&args, oids);
	found = zdm_query_ids(
		"SELECT m.id FROM zdm.migration_row m"
		"       JOIN zdm.target_row t ON t.migration_id = m.id AND t.role IN ('table', 'shadow')"
		"       JOIN zdm.target_row o ON o.migration_id = m.id AND o.role IN ('table', 'shadow')"
		"            AND o.role <> t.role"
		"       JOIN pg_catalog.pg_class oc ON oc.oid = o.relation"
		"       JOIN pg_catalog.pg_class c ON c.oid = $1"
		" WHERE t.relation::oid = ANY ($2::text[]::oid[])"
		"   AND m.status NOT IN ('finalized', 'rolled_back')"
		"   AND (c.relpersistence <> oc.relpersistence) <>"
		"       EXISTS (SELECT FROM zdm.step_row s WHERE s.migration_id = m.id"
		"                      AND s.action = 'turn_shadow' AND s.arguments ? 'unlogged')"
		" ORDER BY m.id LIMIT 1",
		&args);
	return found == NIL ? 0 : *(int64 *) linitial(found);
}

/* Lists the migrations (int64 *) of which a table was emptied. */
List *
zdm_unlogged_lost(void)
{
	return zdm_query_ids("SELECT m.id" LOST " ORDER BY m.id", NULL);
}
