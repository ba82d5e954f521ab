/*
 * shadow_schema.c
 *		Takes a hidden table to where the table is by now that it follows.
 *
 * Either of the two may have been moved.  The hidden one comes along when it takes the name, with
 * its indexes; its partitions, which have names of their own, stay where they are, as those of any
 * table do.  What is called otherwise on the way gets the right name when it takes over.
 */
#include "postgres.h"

#include "access/xact.h"
#include "catalog/dependency.h"
#include "commands/tablecmds.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "base/names.h"
#include "change/shadow.h"

/* Gives a relation another name if something in the schema that it is to go to has its own. */
static void
make_way(Oid relation, Oid schema, bool is_index)
{
	if (!OidIsValid(get_relname_relid(get_rel_name(relation), schema)))
		return;
	RenameRelationInternal(relation,
						   zdm_choose_passing_name(get_rel_namespace(relation), schema, relation),
						   true, is_index);
	CommandCounterIncrement();
}

/* The caller has ACCESS EXCLUSIVE. */
void
zdm_shadow_join_schema(Relation rel, Oid schema)
{
	ObjectAddresses *moved;
	ListCell *lc;

	if (RelationGetNamespace(rel) == schema)
		return;
	make_way(RelationGetRelid(rel), schema, false);
	foreach (lc, RelationGetIndexList(rel))
		make_way(lfirst_oid(lc), schema, true);
	moved = new_object_addresses();
	AlterTableNamespaceInternal(rel, RelationGetNamespace(rel), schema, moved);
	free_object_addresses(moved);
	CommandCounterIncrement();
}
