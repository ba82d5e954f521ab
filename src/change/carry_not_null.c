/*
 * carry_not_null.c
 *		NOT NULL goes from an old column to a new one.  From 18 on with all that a
 *		constraint can have: its name, its comment, and NO INHERIT.
 */
#include "postgres.h"

#include "access/htup_details.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/pg_constraint.h"
#include "commands/comment.h"
#include "commands/defrem.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/syscache.h"

#include "base/compat.h"
#include "base/json.h"
#include "change/carry.h"
#include "change/carry_not_null.h"
#include "change/catalog_changes.h"
#include "change/constraint.h"
#include "change/step_text.h"

/* Returns the words that make NOT NULL of the new column one that children need not keep. */
const char *
zdm_carry_no_inherit(const ZdmOldColumn *old)
{
	Oid constraint =
		old ? zdm_not_null_constraint(old->att->attrelid, old->att->attnum) : InvalidOid;
	HeapTuple tuple;
	bool no_inherit;

	if (!OidIsValid(constraint))
		return "";
	tuple = zdm_constraint_row(constraint);
	no_inherit = ((Form_pg_constraint) GETSTRUCT(tuple))->connoinherit;
	ReleaseSysCache(tuple);
	return no_inherit ? " NO INHERIT" : "";
}

/* Returns the command that sets a constraint's comment; NULL if it has none. */
static char *
constraint_comment_sql(ZdmSwap *swap, Oid constraint, const char *name)
{
	char *comment = GetComment(constraint, ConstraintRelationId, 0);

	return comment == NULL
			   ? NULL
			   : psprintf("COMMENT ON CONSTRAINT %s ON %s IS %s", quote_identifier(name),
						  swap->plan->table, quote_literal_cstr(comment));
}

/* See zdm_run_rename_not_null(); comment: the command that sets its comment then, or NULL. */
ZdmDeed *
zdm_deed_rename_not_null(const char *table, const char *from, const char *to, const char *comment)
{
	StringInfoData arguments;

	zdm_deed_begin(&arguments);
	zdm_json_add_string(&arguments, "table", table);
	zdm_json_add_string(&arguments, "from", from);
	zdm_json_add_string(&arguments, "to", to);
	if (comment)
		zdm_json_add_string(&arguments, "comment", comment);
	return zdm_deed_end(ZDM_ACTION_RENAME_NOT_NULL, &arguments);
}

/*
 * Gives NOT NULL of a new column its name of now.  It may have been dropped, as before 18, where it
 * has no name: then the column takes NULLs from there on.
 */
void
zdm_run_rename_not_null(const ZdmMigration *m, const ZdmDeed *deed)
{
	char *table = zdm_deed_string(deed, "table");
	char *from = zdm_deed_string(deed, "from");

	if (!OidIsValid(get_relation_constraint_oid(zdm_deed_relation(deed, "table"), from, true)))
	{
		ereport(NOTICE, (errmsg("NOT NULL constraint \"%s\" of migration \"%s\" was dropped by "
								"hand: its column takes nulls",
								from, m->name)));
		return;
	}
	from = pstrdup(quote_identifier(from));
	zdm_run_step_text(psprintf("ALTER TABLE %s RENAME CONSTRAINT %s TO %s", table, from,
							   quote_identifier(zdm_deed_string(deed, "to"))));
	if (zdm_json_has(deed->arguments, "comment"))
		zdm_run_step_text(zdm_deed_string(deed, "comment"));
}

/* Makes the deed by which an old column may be NULL. */
static ZdmDeed *
drop_not_null(ZdmSwap *swap, ZdmOldColumn *old)
{
	return zdm_deed_sql(psprintf("ALTER TABLE %s ALTER COLUMN %s DROP NOT NULL", swap->plan->table,
								 quote_identifier(old->hidden)));
}

/*
 * Appends the steps by which an old column whose NOT NULL is a constraint may be NULL, and
 * the new one's takes the name and the comment.
 */
static void
contract_not_null_constraint(ZdmSwap *swap, ZdmOldColumn *old, Oid constraint)
{
	const char *table = swap->plan->table;
	ZdmNewColumn *new = zdm_swap_replacement(swap, old);
	char *name = get_constraint_name(constraint);
	char *comment = constraint_comment_sql(swap, constraint, name);
	const char *words = swap->replaces ? zdm_carry_no_inherit(old) : "";

	zdm_plan_deed(swap->plan, ZDM_PHASE_CONTRACT, ZDM_RUNS_CALLER, AccessExclusiveLock,
				  drop_not_null(swap, old),
				  zdm_deed_series(
					  list_make3(zdm_deed_trust_not_null(table, old->hidden, name, swap->guard),
								 words[0] == '\0'
									 ? NULL
									 : zdm_deed_sql(psprintf("ALTER TABLE %s ALTER CONSTRAINT %s%s",
															 table, quote_identifier(name), words)),
								 comment ? zdm_deed_sql(comment) : NULL)));
	if (new)
		zdm_plan_deed(swap->plan, ZDM_PHASE_CONTRACT, ZDM_RUNS_CALLER, AccessExclusiveLock,
					  zdm_deed_rename_not_null(table, new->not_null_name, name, comment),
					  zdm_deed_rename_not_null(table, name, new->not_null_name, NULL));
}

/* The old columns may be NULL from contract on. */
void
zdm_carry_contract_not_null(ZdmSwap *swap)
{
	const char *table = swap->plan->table;
	ListCell *lc;

	foreach (lc, swap->old)
	{
		ZdmOldColumn *old = lfirst(lc);
		Oid constraint = zdm_not_null_constraint(old->att->attrelid, old->att->attnum);

		if (OidIsValid(constraint))
			contract_not_null_constraint(swap, old, constraint);
		else if (old->att->attnotnull)
			zdm_plan_deed(swap->plan, ZDM_PHASE_CONTRACT, ZDM_RUNS_CALLER, AccessExclusiveLock,
						  drop_not_null(swap, old),
						  zdm_deed_trust_not_null(table, old->hidden, "", swap->guard));
	}
}

/* Tells whether a constraint has the name that the server gives to NOT NULL of a column of a table
 * that is called so. */
static bool
is_server_name(const char *table, const char *constraint, const char *column)
{
	char *given = makeObjectName(table, column, "not_null");
	size_t length = strlen(given);

	return strncmp(constraint, given, length) == 0 &&
		   strspn(constraint + length, "0123456789") == strlen(constraint + length);
}

static bool
is_hidden(const char *column)
{
	return strncmp(column, "zdm_new_", 8) == 0 || strncmp(column, "zdm_old_", 8) == 0;
}

/* Tells whether a name was made from what one of the columns is called while it is hidden, or not.
 */
static bool
is_name_of_other(Oid relid, const char *constraint, List *columns, bool hidden)
{
	ListCell *lc;

	foreach (lc, columns)
		if (is_hidden(lfirst(lc)) == hidden &&
			is_server_name(get_rel_name(relid), constraint, lfirst(lc)))
			return true;
	return false;
}

/*
 * Once columns have exchanged their names, gives each NOT NULL whose name was made from that of its
 * column the name that goes with it now.  What was planned before 18 knows of no such names, which
 * pg_upgrade and a restore have made from hidden ones; hidden columns come first, to give way.
 */
void
zdm_settle_not_null_names(const ZdmMigration *m)
{
	List *columns = zdm_migration_columns(m->id);
	ListCell *lc;

	for (int hidden = 1; hidden >= 0; hidden--)
		foreach (lc, columns)
		{
			char *column = lfirst(lc);
			AttrNumber attnum = get_attnum(m->relation, column);
			Oid constraint = attnum == InvalidAttrNumber || is_hidden(column) != hidden
								 ? InvalidOid
								 : zdm_not_null_constraint(m->relation, attnum);

			if (!OidIsValid(constraint) ||
				!is_name_of_other(m->relation, get_constraint_name(constraint), columns, !hidden))
				continue;
			RenameConstraintById(constraint, zdm_not_null_name(m->relation, column));
			CommandCounterIncrement();
		}
}

/*
 * Gives each NOT NULL of a table the name that it has in another one, column by column.  They have
 * the same where the one was made like the other; not where pg_upgrade or a restore has named them,
 * of tables from before 18.
 */
void
zdm_share_not_null_names(Relation from, Relation to)
{
	TupleDesc desc = RelationGetDescr(from);

	for (int i = 0; i < desc->natts; i++)
	{
		Form_pg_attribute att = TupleDescAttr(desc, i);
		AttrNumber attnum = att->attisdropped
								? InvalidAttrNumber
								: get_attnum(RelationGetRelid(to), NameStr(att->attname));
		Oid wanted = zdm_not_null_constraint(RelationGetRelid(from), att->attnum);
		Oid present;
		char *name;

		if (attnum == InvalidAttrNumber || !OidIsValid(wanted))
			continue;
		present = zdm_not_null_constraint(RelationGetRelid(to), attnum);
		name = get_constraint_name(wanted);
		if (!OidIsValid(present) || strcmp(get_constraint_name(present), name) == 0 ||
			OidIsValid(get_relation_constraint_oid(RelationGetRelid(to), name, true)))
			continue;
		RenameConstraintById(present, name);
		CommandCounterIncrement();
	}
}

/*
 * Gives each NOT NULL of a table whose name was made from what the table was called the name that
 * goes with it now.
 */
void
zdm_rename_not_nulls(Oid table, const char *former)
{
	Relation rel = table_open(table, NoLock);
	TupleDesc desc = CreateTupleDescCopy(RelationGetDescr(rel));

	table_close(rel, NoLock);
	for (int i = 0; i < desc->natts; i++)
	{
		char *column = NameStr(TupleDescAttr(desc, i)->attname);
		Oid constraint = zdm_not_null_constraint(table, i + 1);

		if (!OidIsValid(constraint) ||
			!is_server_name(former, get_constraint_name(constraint), column))
			continue;
		RenameConstraintById(constraint, zdm_not_null_name(table, column));
		CommandCounterIncrement();
	}
}
