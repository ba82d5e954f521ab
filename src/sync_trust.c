/*
 * sync_trust.c
 *		Who has written the spec of a sync trigger.
 *
 * Code of a user in a spec runs as the owner of the table.  But a trigger can be made,
 * or replaced, by anybody who has the privilege TRIGGER on the table (CREATE TRIGGER,
 * "Notes"), with any argument; and the EXECUTE privilege of the trigger function cannot
 * tell them apart, since whoever attaches a partition needs it, too (tablecmds.c,
 * CloneRowTriggersToPartition).  What only the owner of a table can bring about is a
 * migration of it, and the record has the SQL of its steps.
 */
#include "postgres.h"

#include "catalog/pg_type.h"
#include "utils/builtins.h"

#include "names.h"
#include "query.h"
#include "sync_trust.h"

/*
 * Raises insufficient_privilege unless a migration of this table, or of one above it, has
 * made a trigger of this name with this argument.  Reads the record as its owner, in a
 * snapshot of its own: the migration may be younger than the caller's transaction.
 */
void
zdm_require_recorded_spec(Relation rel, const Trigger *trigger)
{
	ZdmArgs args = {0};
	ZdmRecordScope scope;
	bool found;

	zdm_record_begin(&scope);
	zdm_arg_oid(&args, RelationGetRelid(rel));
	zdm_arg_text(&args, trigger->tgname);
	zdm_arg_text(&args, quote_literal_cstr(trigger->tgargs[0]));
	found = zdm_query("WITH RECURSIVE above(relid) AS ("
					  "    SELECT $1 UNION SELECT i.inhparent"
					  "      FROM pg_catalog.pg_inherits i JOIN above a ON i.inhrelid = a.relid)"
					  " SELECT 1 FROM zdm.migration m JOIN zdm.step s ON s.migration_id = m.id"
					  "  WHERE m.relation IN (SELECT relid FROM above)"
					  "    AND m.trigger_name = $2 AND m.status <> 'rolled_back'"
					  "    AND (strpos(s.command, $3) > 0 OR strpos(s.undo, $3) > 0)"
					  "  LIMIT 1",
					  &args) > 0;
	zdm_record_end(&scope);
	if (!found)
		ereport(
			ERROR,
			(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
			 errmsg("trigger \"%s\" of table %s was not made by a migration of zdm",
					trigger->tgname, zdm_qualified_name(RelationGetRelid(rel))),
			 errdetail("Functions in its argument would run with the rights of the table's owner."),
			 errhint("Drop it with DROP TRIGGER.")));
}
