/*
 * shadow_run.c
 *		Statements on a table that takes another one's place, and the tables that have its rows.
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_class.h"
#include "commands/trigger.h"
#include "executor/spi.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "base/names.h"
#include "base/owner.h"
#include "base/tree.h"
#include "change/shadow.h"

/* Runs statements as the owner of a table. */
void
zdm_shadow_run(Oid owner, const char *sql)
{
	ZdmOwnerScope scope;

	zdm_owner_begin(&scope, owner);
	if (SPI_connect() != SPI_OK_CONNECT)
		elog(ERROR, "SPI_connect failed");
	if (SPI_execute(sql, false, 0) < 0)
		elog(ERROR, "could not execute: %s", sql);
	SPI_finish();
	zdm_owner_end(&scope);
	CommandCounterIncrement();
}

/* Drops a trigger, if it is there: IF EXISTS would tell everybody that it is not. */
void
zdm_shadow_drop_trigger(Oid table, const char *name)
{
	if (OidIsValid(get_trigger_oid(table, name, true)))
		zdm_shadow_run(
			zdm_relation_owner(table),
			psprintf("DROP TRIGGER %s ON %s", quote_identifier(name), zdm_qualified_name(table)));
}

/* Lists the tables that have the rows of a table (of Oid): itself, or its partitions. */
List *
zdm_shadow_leaves(Oid table)
{
	List *leaves = NIL;
	ListCell *lc;

	foreach (lc, zdm_relation_tree(table))
		if (get_rel_relkind(lfirst_oid(lc)) == RELKIND_RELATION)
			leaves = lappend_oid(leaves, lfirst_oid(lc));
	return leaves;
}
