/*
 * shadow_unlogged.c
 *		A table that becomes UNLOGGED, or LOGGED.
 *
 * A crash empties one of the two tables and not the other one. Before contract, and
 * where the old table is the UNLOGGED one, the copy is made once more
 * (run/lost_copy.c). Where the new table is that, the old one has the rows still: then
 * the way back proves its constraints instead of taking them for valid, since rows were
 * written to the emptied table that were not held against those, and finalize does not
 * drop what is nowhere else.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/relation.h"
#include "access/xact.h"
#include "catalog/dependency.h"
#include "catalog/partition.h"
#include "catalog/pg_class.h"
#include "catalog/pg_index.h"
#include "commands/sequence.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/snapmgr.h"
#include "utils/syscache.h"

#include "base/json.h"
#include "base/names.h"
#include "base/owner.h"
#include "base/query.h"
#include "change/shadow.h"
#include "fill/compare_tables.h"
#include "record/shadow.h"
#include "record/unlogged.h"

static const char lost_detail[] = "UNLOGGED tables are empty after a crash of the server.";

/* Refuses what the server does not allow of an UNLOGGED table, or of one that is not. */
static void
refuse_found(Relation rel, const char *query, const char *hint)
{
	ZdmArgs args = {0};
	List *found;

	zdm_arg_oid(&args, RelationGetRelid(rel));
	found = zdm_query_names(query, &args);
	if (found != NIL)
		zdm_shadow_refuse_table(rel, linitial(found), hint);
}

/* Refuses a table that can't become UNLOGGED, or LOGGED. */
void
zdm_shadow_refuse_persistence(Relation rel, bool unlogged)
{
	if (rel->rd_rel->relkind != RELKIND_RELATION)
		zdm_shadow_refuse_table(rel, "it is partitioned, and can't become LOGGED or UNLOGGED",
								"Give the table the shape first, and then make it so.");
	if (!unlogged)
	{
		refuse_found(
			rel,
			"SELECT format('foreign key \"%s\" refers to an UNLOGGED table', conname) AS name"
			"  FROM pg_catalog.pg_constraint k"
			"       JOIN pg_catalog.pg_class c ON c.oid = k.confrelid"
			" WHERE k.contype = 'f' AND k.conrelid = $1 AND k.confrelid <> $1"
			"   AND c.relpersistence <> 'p' ORDER BY conname",
			"Make that table LOGGED first.");
		return;
	}
	refuse_found(rel,
				 "SELECT format('foreign key \"%s\" of a table that is not UNLOGGED refers to it',"
				 "              conname) AS name"
				 "  FROM pg_catalog.pg_constraint k"
				 "       JOIN pg_catalog.pg_class c ON c.oid = k.conrelid"
				 " WHERE k.contype = 'f' AND k.confrelid = $1 AND k.conrelid <> $1"
				 "   AND c.relpersistence = 'p' ORDER BY conname",
				 "Drop it before: a crash would leave its rows alone.");
	refuse_found(rel,
				 "SELECT format('publication \"%s\" publishes it, and UNLOGGED tables can''t be',"
				 "              p.pubname) AS name"
				 "  FROM pg_catalog.pg_publication_rel r"
				 "       JOIN pg_catalog.pg_publication p ON p.oid = r.prpubid"
				 " WHERE r.prrelid = $1 ORDER BY p.pubname",
				 "ALTER PUBLICATION ... DROP TABLE before.");
}

/* Tells whether a turn makes the table UNLOGGED or LOGGED, and which. */
static bool
changes_persistence(const ZdmDeed *turn, bool *unlogged)
{
	*unlogged = zdm_json_bool(turn->arguments, "unlogged", false);
	return zdm_json_has(turn->arguments, "unlogged");
}

/* Refuses to turn where a table was made LOGGED or UNLOGGED by hand, or can't be what it is to be.
 */
void
zdm_shadow_check_persistence(Relation from, Relation to, const ZdmDeed *turn, bool back)
{
	bool unlogged;
	bool as_planned;

	if (changes_persistence(turn, &unlogged))
	{
		unlogged = unlogged != back;
		as_planned = (to->rd_rel->relpersistence == RELPERSISTENCE_UNLOGGED) == unlogged &&
					 (from->rd_rel->relpersistence == RELPERSISTENCE_UNLOGGED) != unlogged;
		if (as_planned)
			zdm_shadow_refuse_persistence(from, unlogged);
	}
	else
		as_planned = from->rd_rel->relpersistence == to->rd_rel->relpersistence;
	if (!as_planned)
		zdm_shadow_refuse_change(from, "it is", "LOGGED or UNLOGGED as it was", back);
}

/*
 * Refuses what a command has just made LOGGED or UNLOGGED, if it is one of two tables, or a part of
 * one: a crash would empty one of them and not the other one, and nothing would tell of it.
 */
void
zdm_shadow_refuse_by_hand(Oid relation)
{
	bool partition = get_rel_relispartition(relation);
	int64 id = zdm_unlogged_by_hand(relation, partition ? get_partition_ancestors(relation) : NIL);
	ZdmMigration *m = id != 0 ? zdm_migration_by_id(id) : NULL;
	bool unlogged = get_rel_persistence(relation) == RELPERSISTENCE_UNLOGGED;

	if (m)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_IN_USE),
				 errmsg("table %s can't become %s while migration \"%s\" is under way",
						zdm_qualified_name(relation), unlogged ? "UNLOGGED" : "LOGGED", m->name),
				 errdetail("One of two tables follows the other one, and a crash would empty one "
						   "of them alone."),
				 errhint("End the migration first: zdm.finalize(%s), or zdm.rollback(%s). "
						 "zdm.expand_shadow_table() makes a table LOGGED or UNLOGGED.",
						 quote_literal_cstr(m->name), quote_literal_cstr(m->name))));
}

/* Compares the tables of a migration, which the caller has locked. */
static void
compare_tables(const ZdmMigration *m, ZdmComparison *found)
{
	zdm_compare_begin(found);
	PushActiveSnapshot(GetLatestSnapshot()); /* the caller's may be older than its lock */
	zdm_compare_tables(zdm_migration_by_id(m->id), 100, found);
	PopActiveSnapshot();
}

/* Refuses to turn to a table that was emptied by hand: it is without what was written before. */
static void
refuse_to_lose(const ZdmMigration *m)
{
	ZdmComparison found = {0};

	compare_tables(m, &found);
	if (found.mismatches > found.alone)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("the old table of migration \"%s\" is without " INT64_FORMAT
						" rows that were written since a crash has emptied the named one",
						m->name, found.mismatches - found.alone),
				 errdetail("It was written by hand, or by TRUNCATE."),
				 errhint("SELECT zdm.finalize(%s) keeps them.", quote_literal_cstr(m->name))));
}

/*
 * Refuses to turn to a table that a crash has emptied, or left with rows that the emptied one had.
 * Returns whether it is the way back to a table that has more than the emptied one.
 */
bool
zdm_shadow_check_loss(const ZdmMigration *m, bool back)
{
	ZdmLoss loss = zdm_unlogged_loss(m->id);

	if (loss == ZDM_LOSS_OF_TRUTH && back)
	{
		refuse_to_lose(m);
		return true;
	}
	if (loss != ZDM_LOSS_OF_NONE)
		ereport(ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("a crash has emptied the %s table of migration \"%s\"",
						loss == ZDM_LOSS_OF_TRUTH ? "named" : "hidden", m->name),
				 errdetail("%s", lost_detail),
				 errhint("SELECT zdm.resume(%s) has the rows of the named one copied again%s.",
						 quote_literal_cstr(m->name),
						 back ? psprintf("; SELECT zdm.finalize(%s) keeps that",
										 quote_literal_cstr(m->name))
							  : "")));
	return false;
}

/* See ZdmChangeKind.check_contract. */
void
zdm_shadow_check_contract(ZdmMigration *m)
{
	(void) zdm_shadow_check_loss(m, false);
}

/* Has the unique indexes of a table be built anew, and so refuse rows that are there. */
void
zdm_shadow_prove_unique(Oid table)
{
	Relation rel = relation_open(table, AccessShareLock);
	List *indexes = RelationGetIndexList(rel);
	ListCell *lc;

	relation_close(rel, NoLock);
	foreach (lc, indexes)
	{
		HeapTuple tuple = SearchSysCache1(INDEXRELID, ObjectIdGetDatum(lfirst_oid(lc)));
		bool unique;

		if (!HeapTupleIsValid(tuple))
			elog(ERROR, "cache lookup failed for index %u", lfirst_oid(lc));
		unique = ((Form_pg_index) GETSTRUCT(tuple))->indisunique;
		ReleaseSysCache(tuple);
		if (unique)
			zdm_shadow_run(zdm_relation_owner(table),
						   psprintf("REINDEX INDEX %s", zdm_qualified_name(lfirst_oid(lc))));
	}
}

/* Makes the sequences of a table's columns LOGGED or UNLOGGED, as ALTER TABLE does. */
static void
settle_sequences(Oid table, char persistence)
{
	ListCell *lc;

	foreach (lc, getOwnedSequences(table))
		if (get_rel_persistence(lfirst_oid(lc)) != persistence)
			SequenceChangePersistence(lfirst_oid(lc), persistence);
	CommandCounterIncrement();
}

/*
 * Likewise behind a turn.  Where the table has become UNLOGGED its sequences stay as they are until
 * finalize: the rows of the old table have used up their values, whatever a crash does.
 */
void
zdm_shadow_turn_sequences(Oid truth, const ZdmDeed *turn, bool back)
{
	bool unlogged;

	if (changes_persistence(turn, &unlogged) && (back || !unlogged))
		settle_sequences(truth, get_rel_persistence(truth));
}

/* Likewise where the old table is about to go, of which nothing may be that is nowhere else. */
void
zdm_shadow_finish_unlogged(const ZdmMigration *m, Oid truth)
{
	ZdmComparison found = {0};

	if (!zdm_json_has(m->arguments, "unlogged"))
		return;
	if (zdm_unlogged_loss(m->id) == ZDM_LOSS_OF_TRUTH)
	{
		compare_tables(m, &found);
		if (found.alone > 0)
			ereport(
				ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("a crash has emptied table %s since contract, and " INT64_FORMAT
						" rows of the old one, %s, are not in it",
						zdm_qualified_name(truth), found.alone,
						zdm_qualified_name(zdm_shadow_follower(m))),
				 errdetail("%s", lost_detail),
				 errhint("SELECT zdm.reopen(%s) brings them back; TRUNCATE of the old table has "
						 "them go.",
						 quote_literal_cstr(m->name))));
	}
	if (get_rel_name(truth) != NULL)
		settle_sequences(truth, get_rel_persistence(truth));
}
