/*
 * shadow_carry.c
 *		What hangs on a table and is made anew when another one takes its place: foreign keys, of
 *		the table and to it, and triggers.
 *
 * Foreign keys are on the table that is written, alone: each turn drops them and makes them anew,
 * for the other table.  That their rows satisfy them is known, since both tables have the same; so
 * they are marked as valid without a scan.  Likewise triggers: the one that follows is written by
 * zdm alone, and TRUNCATE would fire those that it has.
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/indexing.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_trigger.h"
#include "commands/comment.h"
#include "commands/trigger.h"
#include "nodes/makefuncs.h"
#include "nodes/parsenodes.h"
#include "parser/parser.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "base/names.h"
#include "base/owner.h"
#include "base/query.h"
#include "base/triggers.h"
#include "change/carry_over.h"
#include "change/catalog_changes.h"
#include "change/own_trigger.h"
#include "change/shadow.h"

/* A foreign key that is made anew. */
typedef struct ForeignKey
{
	Oid constraint;
	Oid table; /* that has it */
	Oid other; /* that it refers to */
	char *name;
	char *definition;
	char *comment;
} ForeignKey;

/* Adds the foreign keys for which a column of pg_constraint has the table. */
static List *
add_foreign_keys(List *keys, Oid table, AttrNumber column)
{
	Relation catalog = table_open(ConstraintRelationId, AccessShareLock);
	ScanKeyData key;
	SysScanDesc scan;
	HeapTuple tuple;

	ScanKeyInit(&key, column, BTEqualStrategyNumber, F_OIDEQ, ObjectIdGetDatum(table));
	scan = systable_beginscan(catalog, InvalidOid, false, NULL, 1, &key);
	while (HeapTupleIsValid(tuple = systable_getnext(scan)))
	{
		Form_pg_constraint form = (Form_pg_constraint) GETSTRUCT(tuple);
		ForeignKey *found;

		if (form->contype != CONSTRAINT_FOREIGN || OidIsValid(form->conparentid) ||
			(column == Anum_pg_constraint_confrelid && form->conrelid == table))
			continue;
		found = palloc0(sizeof(ForeignKey));
		found->constraint = form->oid;
		found->table = form->conrelid;
		found->other = form->confrelid;
		found->name = pstrdup(NameStr(form->conname));
		found->comment = GetComment(form->oid, ConstraintRelationId, 0);
		keys = lappend(keys, found);
	}
	systable_endscan(scan);
	table_close(catalog, AccessShareLock);
	return keys;
}

/* Lists the foreign keys of a table and to it (ForeignKey *). */
static List *
foreign_keys(Oid table)
{
	List *keys = add_foreign_keys(NIL, table, Anum_pg_constraint_conrelid);
	int level = zdm_pin_search_path();
	ListCell *lc;

	keys = add_foreign_keys(keys, table, Anum_pg_constraint_confrelid);
	foreach (lc, keys)
	{
		ForeignKey *key = lfirst(lc);

		key->definition = TextDatumGetCString(
			DirectFunctionCall1(pg_get_constraintdef, ObjectIdGetDatum(key->constraint)));
	}
	AtEOXact_GUC(false, level);
	return keys;
}

/* Lists the tables at the other ends of a table's foreign keys (of Oid). */
List *
zdm_shadow_other_tables(Oid table)
{
	List *tables = NIL;
	ListCell *lc;

	foreach (lc, foreign_keys(table))
	{
		ForeignKey *key = lfirst(lc);

		if (key->table != key->other)
			tables = list_append_unique_oid(tables, key->table == table ? key->other : key->table);
	}
	return tables;
}

/* Drops the foreign keys of a table and to it, and returns what zdm_shadow_add_keys() takes. */
List *
zdm_shadow_drop_keys(Oid table)
{
	List *keys = foreign_keys(table);
	ListCell *lc;

	foreach (lc, keys)
	{
		ForeignKey *key = lfirst(lc);

		zdm_carried_lock(key->table == table ? key->other : key->table);
		zdm_shadow_run(zdm_relation_owner(key->table),
					   psprintf("ALTER TABLE %s DROP CONSTRAINT %s", zdm_qualified_name(key->table),
								quote_identifier(key->name)));
	}
	return keys;
}

/* Makes a foreign key for a table, and marks it as valid, unless its rows are to prove it. */
static void
add_key(const ForeignKey *key, Oid table, bool proven)
{
	zdm_shadow_run(zdm_relation_owner(table),
				   psprintf("ALTER TABLE %s ADD CONSTRAINT %s %s NOT VALID",
							zdm_qualified_name(table), quote_identifier(key->name),
							key->definition));
	CommandCounterIncrement();
	if (proven)
		zdm_mark_constraint_valid(get_relation_constraint_oid(table, key->name, false));
	else
		zdm_shadow_run(zdm_relation_owner(table),
					   psprintf("ALTER TABLE %s VALIDATE CONSTRAINT %s", zdm_qualified_name(table),
								quote_identifier(key->name)));
	CommandCounterIncrement();
}

/*
 * Likewise for a partitioned table, which takes only valid ones before 18: those of its partitions
 * are there already when it gets its own, and become parts of that.
 */
static void
add_key_of_partitioned(const ForeignKey *key, Oid table)
{
	ListCell *lc;

	foreach (lc, zdm_shadow_leaves(table))
		add_key(key, lfirst_oid(lc), true);
	zdm_shadow_run(zdm_relation_owner(table),
				   psprintf("ALTER TABLE %s ADD CONSTRAINT %s %s", zdm_qualified_name(table),
							quote_identifier(key->name), key->definition));
	CommandCounterIncrement();
}

/*
 * Makes foreign keys anew that a table had, or that referred to it, for the one that has its name
 * by now; proven: its rows are those of the other one.
 */
void
zdm_shadow_add_keys(List *keys, Oid from, Oid to, bool proven)
{
	ListCell *lc;

	foreach (lc, keys)
	{
		ForeignKey *key = lfirst(lc);
		Oid table = key->table == from ? to : key->table;
		Oid constraint;

		if (get_rel_relkind(table) == RELKIND_PARTITIONED_TABLE)
			add_key_of_partitioned(key, table);
		else
			add_key(key, table, proven);
		constraint = get_relation_constraint_oid(table, key->name, false);
		if (key->comment)
			CreateComments(constraint, ConstraintRelationId, 0, key->comment);
		CommandCounterIncrement();
	}
}

/* Lists the triggers of users that a table has (of Oid), in the order of their names. */
static List *
user_triggers(Relation rel)
{
	TriggerDesc *triggers = zdm_triggers(rel);
	List *result = NIL;

	for (int i = 0; i < triggers->numtriggers; i++)
		if (!triggers->triggers[i].tgisinternal &&
			!zdm_is_sync_trigger(triggers->triggers[i].tgoid))
			result = lappend_oid(result, triggers->triggers[i].tgoid);
	return result;
}

/* Returns what the catalog says of a trigger, which is there. */
static Form_pg_trigger
trigger_form(Oid trigger)
{
	HeapTuple tuple = zdm_trigger_row(trigger);

	if (!HeapTupleIsValid(tuple))
		elog(ERROR, "could not find trigger %u", trigger);
	return (Form_pg_trigger) GETSTRUCT(tuple);
}

/* Returns what ALTER TABLE says of when a trigger fires. */
static const char *
firing_text(char enabled)
{
	switch (enabled)
	{
		case TRIGGER_FIRES_ALWAYS:
			return "ENABLE ALWAYS";
		case TRIGGER_FIRES_ON_REPLICA:
			return "ENABLE REPLICA";
		case TRIGGER_DISABLED:
			return "DISABLE";
		default:
			return "ENABLE";
	}
}

/* Returns the statement that makes a trigger, for another table. */
static char *
trigger_text(Oid trigger, Oid from, Oid to)
{
	char *sql = TextDatumGetCString(
		DirectFunctionCall2(pg_get_triggerdef_ext, ObjectIdGetDatum(trigger), BoolGetDatum(false)));
	char *on = psprintf(" ON %s ", zdm_qualified_name(from));
	char *at = strstr(sql, on);

	if (at == NULL || strstr(at + 1, on) != NULL)
		ereport(ERROR, (errcode(ERRCODE_FEATURE_NOT_SUPPORTED),
						errmsg("cannot read the definition of a trigger: %s", sql),
						errhint("Drop it before, and make it again after zdm.finalize().")));
	return psprintf("%.*s ON %s %s", (int) (at - sql), sql, zdm_qualified_name(to),
					at + strlen(on));
}

/* Drops triggers of a table (of Oid). */
static void
drop_triggers(List *triggers, Oid table)
{
	ListCell *lc;

	foreach (lc, triggers)
	{
		Form_pg_trigger form = trigger_form(lfirst_oid(lc));

		zdm_shadow_run(zdm_relation_owner(table),
					   psprintf("DROP TRIGGER %s ON %s", quote_identifier(NameStr(form->tgname)),
								zdm_qualified_name(table)));
	}
}

/* Gives a table the triggers of another one, which has none then. */
void
zdm_shadow_move_triggers(Oid from, Oid to)
{
	Relation from_rel = table_open(from, NoLock);
	Relation to_rel = table_open(to, NoLock);
	List *have = user_triggers(from_rel);
	List *stale = user_triggers(to_rel);
	Oid owner = to_rel->rd_rel->relowner;
	ListCell *lc;

	table_close(from_rel, NoLock);
	table_close(to_rel, NoLock);
	drop_triggers(stale, to);
	foreach (lc, have)
	{
		Form_pg_trigger form = trigger_form(lfirst_oid(lc));
		int level = zdm_pin_search_path();
		char *text = trigger_text(lfirst_oid(lc), from, to);

		AtEOXact_GUC(false, level);
		zdm_shadow_run(owner, text);
		zdm_shadow_run(owner, psprintf("ALTER TABLE %s %s TRIGGER %s", zdm_qualified_name(to),
									   firing_text(form->tgenabled),
									   quote_identifier(NameStr(form->tgname))));
		CreateComments(get_trigger_oid(to, NameStr(form->tgname), false), TriggerRelationId, 0,
					   GetComment(lfirst_oid(lc), TriggerRelationId, 0));
	}
	drop_triggers(have, from);
}
