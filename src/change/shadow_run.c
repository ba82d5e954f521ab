/*
 * shadow_run.c
 *		Statements on a table that takes another one's place, and the tables that have its rows.
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/pg_class.h"
#include "executor/spi.h"
#include "utils/lsyscache.h"

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
