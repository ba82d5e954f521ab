/*
 * sync_trust.c
 *		Who has written the spec of a sync trigger.
 *
 * Expressions in a spec are parsed, and run, as the owner of the table.  But a trigger can be
 * made, or replaced, by anybody who has the privilege TRIGGER on the table (CREATE TRIGGER,
 * "Notes"), with any argument; and the EXECUTE privilege of the trigger function cannot
 * tell them apart, since whoever attaches a partition needs it, too (tablecmds.c,
 * CloneRowTriggersToPartition).  What only the owner of a table can bring about is a
 * migration of it, and the record has the SQL of its steps.  So the record is asked before
 * anything of an expression is looked at: to parse one may run code (a constant of a
 * composite type with a domain in it).
 */
#include "postgres.h"

#include "access/xlog.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"

#include "base/compat.h"
#include "base/names.h"
#include "base/query.h"
#include "sync/sync_spec.h"
#include "sync/sync_trust.h"

/*
 * Returns what takes away a trigger, and what the migration may have left besides.  The
 * columns are named with a condition: whoever makes a trigger by hand writes what he likes.
 */
static char *
removal_hint(const Trigger *trigger, const char *table)
{
	ZdmSyncSpec *spec = zdm_sync_spec_parse(trigger->tgargs[0]);
	List *columns = spec->state == ZDM_SYNC_CONTRACTED ? spec->old_columns : spec->new_columns;
	bool filling = spec->state == ZDM_SYNC_FILLING;
	StringInfoData buf;
	ListCell *lc;

	initStringInfo(&buf);
	appendStringInfo(&buf, "DROP TRIGGER %s ON %s; takes it away.",
					 quote_identifier(trigger->tgname), table);
	/* A column that is dropped is the old application's until it is hidden. */
	if (columns == NIL ||
		(spec->state == ZDM_SYNC_RETIRING && strncmp(linitial(columns), "zdm_old_", 8) != 0))
		return buf.data;
	appendStringInfo(&buf,
					 " Where it came with a dump that had no record, this undoes the rest of its "
					 "migration: ALTER TABLE %s",
					 table);
	foreach (lc, columns)
		appendStringInfo(&buf, "%s %s COLUMN %s%s", foreach_current_index(lc) > 0 ? "," : "",
						 filling ? "ALTER" : "DROP", quote_identifier(lfirst(lc)),
						 filling ? " DROP NOT NULL" : "");
	appendStringInfoChar(&buf, ';');
	return buf.data;
}

/*
 * Finds the migration whose steps have made a trigger: see zdm_require_recorded_spec().  From the
 * trigger's name to the migration, and from that to its steps, in this order (OFFSET 0): a plan
 * that was made when there were few steps would go through all that there are by now.
 */
#define QUERY                                                                                     \
	"WITH RECURSIVE above(relid) AS ("                                                            \
	"    SELECT $1 UNION SELECT i.inhparent"                                                      \
	"      FROM pg_catalog.pg_inherits i JOIN above a ON i.inhrelid = a.relid)"                   \
	" SELECT m.relation, m.resolved, coalesce("                                                   \
	"        (SELECT b.since_xid FROM zdm.backfill_row b"                                         \
	"          WHERE b.migration_id = m.id AND b.relation = $1 AND b.system_id = $6"              \
	"            AND b.filenode = $7 AND b.sync_gap IS NULL), 0) AS since FROM "                  \
	"(SELECT g.migration_id, g.relation FROM zdm.target_row g"                                    \
	"  WHERE g.trigger_name = $2 OFFSET 0) g, LATERAL"                                            \
	" (SELECT m.id, m.relation, m.resolved FROM zdm.migration_row m"                              \
	"  WHERE m.id = g.migration_id AND m.status NOT IN ('rolled_back', 'finalized') OFFSET 0) m," \
	" LATERAL (SELECT s.command, s.undo FROM zdm.step_row s"                                      \
	"  WHERE s.migration_id = m.id"                                                               \
	"    AND (strpos(s.command, $3) > 0 OR strpos(s.undo, $3) > 0) OFFSET 0) s"                   \
	"  WHERE (g.relation IN (SELECT relid FROM above)"                                            \
	"         OR EXISTS (SELECT FROM zdm.target_row t"                                            \
	"                     WHERE t.migration_id = m.id AND t.relation = $1"                        \
	"                       AND strpos(concat(s.command, ' ', s.undo),"                           \
	"                           format(' ON %I.%I', t.schema_then, t.name_then) || $5) > 0)"      \
	"            AND $4 = (SELECT c.relowner FROM pg_catalog.pg_class c"                          \
	"                       WHERE c.oid = m.relation))"                                           \
	"  ORDER BY m.id DESC LIMIT 1"

/*
 * The same in a record of version 0.1.0: writes go on between the installation of this library
 * and the update of the extension.
 */
#define OLDER_QUERY                                                                \
	"WITH RECURSIVE above(relid) AS ("                                             \
	"    SELECT $1 UNION SELECT i.inhparent"                                       \
	"      FROM pg_catalog.pg_inherits i JOIN above a ON i.inhrelid = a.relid)"    \
	" SELECT m.relation, NULL::jsonb AS resolved, 0::bigint AS since"              \
	"   FROM zdm.migration m JOIN zdm.step s ON s.migration_id = m.id"             \
	"  WHERE m.trigger_name = $2 AND m.status NOT IN ('rolled_back', 'finalized')" \
	"    AND (strpos(s.command, $3) > 0 OR strpos(s.undo, $3) > 0)"                \
	"    AND (m.relation IN (SELECT relid FROM above)"                             \
	"         OR strpos(concat(s.command, ' ', s.undo), ' ON ' || $8 || $5) > 0"   \
	"            AND $4 = (SELECT c.relowner FROM pg_catalog.pg_class c"           \
	"                       WHERE c.oid = m.relation))"                            \
	"  ORDER BY m.id DESC LIMIT 1"

/*
 * Returns the table whose migration has made a trigger of this name with this argument: this
 * table, or one above it; or one that it was below when the trigger was made on it, if both
 * have the same owner.  *resolved gets what names in its expressions stand for, NULL where nobody
 * knows; *since the transaction from which on whoever wrote the present file of the table wrote it
 * through this trigger, 0 where that is not known.  Raises insufficient_privilege if there is none.
 * Reads the record as its owner, in a snapshot of its own: the migration may be younger than the
 * caller's transaction.
 */
Oid
zdm_require_recorded_spec(Relation rel, const Trigger *trigger, Jsonb **resolved, int64 *since)
{
	char *call = psprintf("zdm.sync_columns(%s)", quote_literal_cstr(trigger->tgargs[0]));
	char *table = zdm_qualified_name(RelationGetRelid(rel));
	ZdmArgs args = {0};
	ZdmRecordScope scope;
	Oid relation = InvalidOid;

	zdm_record_begin_any(&scope);
	zdm_arg_oid(&args, RelationGetRelid(rel));
	zdm_arg_text(&args, trigger->tgname);
	zdm_arg_text(&args, call);
	zdm_arg_oid(&args, rel->rd_rel->relowner);
	zdm_arg_text(&args, psprintf(" FOR EACH ROW EXECUTE FUNCTION %s", call));
	zdm_arg_int8(&args, (int64) GetSystemIdentifier());
	zdm_arg_oid(&args, zdm_relation_filenode(rel));
	zdm_arg_text(&args, table);
	if (zdm_query(zdm_record_is_older() ? OLDER_QUERY : QUERY, &args) > 0)
	{
		relation = zdm_result_oid(0, "relation");
		*resolved = zdm_result_jsonb(0, "resolved");
		if (since)
			*since = zdm_result_int8(0, "since");
	}
	zdm_record_end(&scope);
	if (!OidIsValid(relation))
		ereport(ERROR, (errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
						errmsg("trigger \"%s\" of table %s was not made by a migration of zdm",
							   trigger->tgname, table),
						errdetail("Expressions in its argument would run with the rights of the "
								  "table's owner."),
						errhint("%s", removal_hint(trigger, table))));
	return relation;
}
