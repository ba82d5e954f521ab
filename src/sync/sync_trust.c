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

#include "access/genam.h"
#include "access/table.h"
#include "access/xlog.h"
#include "catalog/pg_inherits.h"
#include "catalog/pg_type.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"

#include "base/compat.h"
#include "base/names.h"
#include "base/owner.h"
#include "base/query.h"
#include "base/record_scan.h"
#include "record/status.h"
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
 * find_recorded() in a record of version 0.1.0: writes go on between the installation of this
 * library and the update of the extension.
 */
#define OLDER_QUERY                                                                \
	"WITH RECURSIVE above(relid) AS ("                                             \
	"    SELECT $1 UNION SELECT i.inhparent"                                       \
	"      FROM pg_catalog.pg_inherits i JOIN above a ON i.inhrelid = a.relid)"    \
	" SELECT m.relation"                                                           \
	"   FROM zdm.migration m JOIN zdm.step s ON s.migration_id = m.id"             \
	"  WHERE m.trigger_name = $2 AND m.status NOT IN ('rolled_back', 'finalized')" \
	"    AND (strpos(s.command, $3) > 0 OR strpos(s.undo, $3) > 0)"                \
	"    AND (m.relation IN (SELECT relid FROM above)"                             \
	"         OR strpos(concat(s.command, ' ', s.undo), ' ON ' || $6 || $5) > 0"   \
	"            AND $4 = (SELECT c.relowner FROM pg_catalog.pg_class c"           \
	"                       WHERE c.oid = m.relation))"                            \
	"  ORDER BY m.id DESC LIMIT 1"

/* What is looked for, and what was found. */
typedef struct Search
{
	Relation rel;
	const Trigger *trigger;
	char *call; /* of the trigger's function, as steps have it */
	char *made; /* how a statement goes on that makes such a trigger on a table */
	Oid relation;
	Jsonb *resolved;
	int64 since;
} Search;

/* A target of a migration that has a trigger of that name. */
typedef struct Candidate
{
	int64 migration;
	Oid relation;
} Candidate;

/* The latest migration first. */
static int
compare_candidates(const ListCell *a, const ListCell *b)
{
	int64 x = ((Candidate *) lfirst(a))->migration;
	int64 y = ((Candidate *) lfirst(b))->migration;

	return x > y ? -1 : x < y ? 1 : 0;
}

/* Lists the targets that have a trigger of that name (Candidate *), of whatever migration. */
static List *
candidates(const char *trigger)
{
	ZdmRecordKey key = {"trigger_name", TEXTOID, CStringGetTextDatum(trigger)};
	ZdmRecordScan scan;
	List *result = NIL;

	zdm_record_scan_begin(&scan, "target_row", "target_row_trigger_idx", &key, 1);
	while (zdm_record_scan_next(&scan))
	{
		Candidate *candidate = palloc(sizeof(Candidate));

		candidate->migration = zdm_record_scan_int8(&scan, "migration_id");
		candidate->relation = zdm_record_scan_oid(&scan, "relation");
		result = lappend(result, candidate);
	}
	zdm_record_scan_end(&scan);
	list_sort(result, compare_candidates);
	return result;
}

/* Tells whether a table is another one, or below it. */
static bool
is_below(Oid table, Oid above)
{
	List *tables = list_make1_oid(table);

	for (int i = 0; i < list_length(tables); i++)
	{
		Relation catalog;
		ScanKeyData key;
		SysScanDesc scan;
		HeapTuple tuple;

		if (list_nth_oid(tables, i) == above)
			return true;
		catalog = table_open(InheritsRelationId, AccessShareLock);
		ScanKeyInit(&key, Anum_pg_inherits_inhrelid, BTEqualStrategyNumber, F_OIDEQ,
					ObjectIdGetDatum(list_nth_oid(tables, i)));
		scan = systable_beginscan(catalog, InheritsRelidSeqnoIndexId, true, NULL, 1, &key);
		while (HeapTupleIsValid(tuple = systable_getnext(scan)))
			tables =
				list_append_unique_oid(tables, ((Form_pg_inherits) GETSTRUCT(tuple))->inhparent);
		systable_endscan(scan);
		table_close(catalog, AccessShareLock);
	}
	return false;
}

/* Tells whether a step's text makes the trigger on the table by the name that it had then. */
static bool
names_table(const Search *search, int64 migration, const char *text)
{
	ZdmRecordKey key = {"migration_id", INT8OID, Int64GetDatum(migration)};
	ZdmRecordScan scan;
	bool found = false;

	zdm_record_scan_begin(&scan, "target_row", "target_row_pkey", &key, 1);
	while (!found && zdm_record_scan_next(&scan))
		found = zdm_record_scan_oid(&scan, "relation") == RelationGetRelid(search->rel) &&
				strstr(text, psprintf(" ON %s.%s%s",
									  quote_identifier(zdm_record_scan_text(&scan, "schema_then")),
									  quote_identifier(zdm_record_scan_text(&scan, "name_then")),
									  search->made)) != NULL;
	zdm_record_scan_end(&scan);
	return found;
}

/*
 * Tells whether a step of a migration of that table has made the trigger, on the table or on one
 * above it, or on one that it was below then.
 */
static bool
is_made_by(const Search *search, const Candidate *candidate, Oid relation)
{
	ZdmRecordKey key = {"migration_id", INT8OID, Int64GetDatum(candidate->migration)};
	bool below = is_below(RelationGetRelid(search->rel), candidate->relation);
	ZdmRecordScan scan;
	bool found = false;

	if (!below && zdm_relation_owner(relation) != search->rel->rd_rel->relowner)
		return false;
	zdm_record_scan_begin(&scan, "step_row", "step_row_pkey", &key, 1);
	while (!found && zdm_record_scan_next(&scan))
	{
		char *command = zdm_record_scan_text(&scan, "command");
		char *undo = zdm_record_scan_text(&scan, "undo");

		if (strstr(command, search->call) || (undo && strstr(undo, search->call)))
			found = below || names_table(search, candidate->migration,
										 psprintf("%s %s", command, undo ? undo : ""));
	}
	zdm_record_scan_end(&scan);
	return found;
}

/* Returns since when whoever wrote the table's present file wrote it through the trigger; or 0. */
static int64
written_since(Relation rel, int64 migration)
{
	ZdmRecordKey keys[] = {{"migration_id", INT8OID, Int64GetDatum(migration)},
						   {"relation", OIDOID, ObjectIdGetDatum(RelationGetRelid(rel))}};
	ZdmRecordScan scan;
	int64 since = 0;

	zdm_record_scan_begin(&scan, "backfill_row", "backfill_row_pkey", keys, 2);
	if (zdm_record_scan_next(&scan) &&
		zdm_record_scan_int8(&scan, "system_id") == (int64) GetSystemIdentifier() &&
		zdm_record_scan_oid(&scan, "filenode") == zdm_relation_filenode(rel) &&
		zdm_record_scan_text(&scan, "sync_gap") == NULL)
		since = zdm_record_scan_int8(&scan, "since_xid");
	zdm_record_scan_end(&scan);
	return since;
}

/*
 * Finds the migration, the latest one, whose steps have made the trigger and that has not ended:
 * see zdm_require_recorded_spec().
 */
static void
find_recorded(Search *search)
{
	ListCell *lc;

	foreach (lc, candidates(search->trigger->tgname))
	{
		Candidate *candidate = lfirst(lc);
		ZdmRecordKey key = {"id", INT8OID, Int64GetDatum(candidate->migration)};
		ZdmRecordScan scan;
		Oid relation = InvalidOid;

		zdm_record_scan_begin(&scan, "migration_row", "migration_row_pkey", &key, 1);
		if (zdm_record_scan_next(&scan) &&
			!zdm_status_is_end(zdm_record_scan_text(&scan, "status")))
		{
			relation = zdm_record_scan_oid(&scan, "relation");
			search->resolved = zdm_record_scan_jsonb(&scan, "resolved");
		}
		zdm_record_scan_end(&scan);
		if (!OidIsValid(relation) || !is_made_by(search, candidate, relation))
			continue;
		search->relation = relation;
		search->since = written_since(search->rel, candidate->migration);
		return;
	}
}

/* The same in a record of 0.1.0, as its owner. */
static void
find_in_older(Search *search)
{
	ZdmArgs args = {0};
	ZdmRecordScope scope;

	zdm_record_begin_any(&scope);
	zdm_arg_oid(&args, RelationGetRelid(search->rel));
	zdm_arg_text(&args, search->trigger->tgname);
	zdm_arg_text(&args, search->call);
	zdm_arg_oid(&args, search->rel->rd_rel->relowner);
	zdm_arg_text(&args, search->made);
	zdm_arg_text(&args, zdm_qualified_name(RelationGetRelid(search->rel)));
	if (zdm_query(OLDER_QUERY, &args) > 0)
		search->relation = zdm_result_oid(0, "relation");
	zdm_record_end(&scope);
}

/*
 * Returns the table whose migration has made a trigger of this name with this argument: this
 * table, or one above it; or one that it was below when the trigger was made on it, if both
 * have the same owner.  *resolved gets what names in its expressions stand for, NULL where nobody
 * knows; *since the transaction from which on whoever wrote the present file of the table wrote it
 * through this trigger, 0 where that is not known.  Raises insufficient_privilege if there is none.
 * Reads the record in a snapshot of its own: the migration may be younger than the caller's
 * transaction.
 */
Oid
zdm_require_recorded_spec(Relation rel, const Trigger *trigger, Jsonb **resolved, int64 *since)
{
	int level = zdm_pin_quoting();
	Search search = {.rel = rel, .trigger = trigger};

	search.call = psprintf("zdm.sync_columns(%s)", quote_literal_cstr(trigger->tgargs[0]));
	search.made = psprintf(" FOR EACH ROW EXECUTE FUNCTION %s", search.call);
	zdm_require_record();
	if (zdm_record_is_older())
		find_in_older(&search);
	else
		find_recorded(&search);
	AtEOXact_GUC(false, level);
	*resolved = search.resolved;
	if (since)
		*since = search.since;
	if (!OidIsValid(search.relation))
		ereport(ERROR,
				(errcode(ERRCODE_INSUFFICIENT_PRIVILEGE),
				 errmsg("trigger \"%s\" of table %s was not made by a migration of zdm",
						trigger->tgname, zdm_qualified_name(RelationGetRelid(rel))),
				 errdetail("Expressions in its argument would run with the rights of the "
						   "table's owner."),
				 errhint("%s", removal_hint(trigger, zdm_qualified_name(RelationGetRelid(rel))))));
	return search.relation;
}
