/*
 * ties.c
 *		What a sync trigger depends on, in the server's own catalog of dependencies.
 *
 * A trigger's argument is a text, of which the server knows nothing.  A tool that compares
 * a schema with its model would drop the columns in it, since it does not know them; then
 * every write fails.  So once a step has made a sync trigger, it is made to depend on its
 * columns and on what its expressions use, as one with a list of columns or a condition does
 * (trigger.c, CreateTriggerFiringOn): DROP is refused, and DROP ... CASCADE takes the trigger
 * along.  The clones that partitions have go with their parent's.  Likewise the trigger by which
 * a hidden table follows depends on both tables' columns, and on the keys by which rows meet.
 *
 * No dump has it: in a restored database a trigger is tied again when a step makes it
 * anew, or by zdm.resume().
 */
#include "postgres.h"

#include "access/genam.h"
#include "access/htup_details.h"
#include "access/relation.h"
#include "access/table.h"
#include "access/xact.h"
#include "catalog/dependency.h"
#include "catalog/indexing.h"
#include "catalog/pg_class.h"
#include "catalog/pg_constraint.h"
#include "catalog/pg_trigger.h"
#include "commands/trigger.h"
#include "utils/builtins.h"
#include "utils/fmgroids.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"
#include "utils/syscache.h"

#include "base/expression.h"
#include "base/owner.h"
#include "base/resolved.h"
#include "base/tree.h"
#include "change/dependents.h"
#include "change/own_trigger.h"
#include "change/ties.h"
#include "record/shadow.h"
#include "sync/follower.h"
#include "sync/sync_program.h"
#include "sync/sync_spec.h"
#include "sync/sync_trust.h"

/* Tells whether a trigger depends on a column of its table already. */
static bool
is_tied(Relation rel, Oid trigger)
{
	ListCell *lc;

	foreach (lc, zdm_objects_of(TriggerRelationId, trigger))
	{
		const ObjectAddress *object = lfirst(lc);

		if (object->classId == RelationRelationId && object->objectId == RelationGetRelid(rel) &&
			object->objectSubId != 0)
			return true;
	}
	return false;
}

/* What a trigger is being tied by. */
typedef struct Ties
{
	const ZdmMigration *migration;
	Relation rel;
	ObjectAddress trigger;
	Oid owner;       /* of the migration's table */
	Jsonb *resolved; /* what names in its expressions stand for */
} Ties;

/* Ties a trigger to what an expression uses, which gives a column its value. */
static void
tie_expression(const Ties *ties, const char *text, AttrNumber attnum)
{
	Node *expr;

	zdm_resolved_check(ties->resolved, text, ties->owner);
	expr = zdm_expression_parse(ties->rel, text, attnum, "expression");
	zdm_resolved_require(ties->resolved, expr);
	recordDependencyOnSingleRelExpr(&ties->trigger, expr, RelationGetRelid(ties->rel),
									DEPENDENCY_NORMAL, DEPENDENCY_NORMAL, false);
}

/* Ties a trigger to what expressions use, one for each column or NULL; NIL: there are none. */
static void
tie_expressions(const Ties *ties, List *columns, List *expressions)
{
	ListCell *column;
	ListCell *text;

	forboth (column, columns, text, expressions)
		if (lfirst(text))
			tie_expression(ties, lfirst(text),
						   get_attnum(RelationGetRelid(ties->rel), lfirst(column)));
}

/* Ties a trigger to the columns of one side. */
static void
tie_columns(const Ties *ties, List *columns)
{
	ListCell *lc;

	foreach (lc, columns)
	{
		AttrNumber attnum = get_attnum(RelationGetRelid(ties->rel), lfirst(lc));
		ObjectAddress column;

		if (attnum <= 0)
			ereport(ERROR, (errcode(ERRCODE_UNDEFINED_COLUMN),
							errmsg("column \"%s\" of relation \"%s\" does not exist",
								   (char *) lfirst(lc), RelationGetRelationName(ties->rel)),
							errdetail("Migration \"%s\" keeps it in sync.", ties->migration->name),
							errhint("SELECT zdm.rollback(%s) ends the migration.",
									quote_literal_cstr(ties->migration->name))));
		ObjectAddressSubSet(column, RelationRelationId, RelationGetRelid(ties->rel), attnum);
		recordDependencyOn(&ties->trigger, &column, DEPENDENCY_NORMAL);
	}
}

/* Ties the trigger of one table.  Whatever its spec says is parsed as the migration's owner. */
static void
tie_trigger(const ZdmMigration *m, Relation rel, Trigger *trigger)
{
	ZdmSyncSpec *spec = zdm_sync_spec_parse(trigger->tgargs[0]);
	Ties ties = {.migration = m, .rel = rel};
	ZdmOwnerScope scope;

	ObjectAddressSet(ties.trigger, TriggerRelationId, trigger->tgoid);
	ties.owner = zdm_relation_owner(zdm_require_recorded_spec(rel, trigger, &ties.resolved, NULL));
	zdm_owner_begin(&scope, ties.owner);
	tie_columns(&ties, spec->old_columns);
	tie_columns(&ties, spec->new_columns);
	tie_expressions(&ties, spec->old_columns, spec->reverse);
	tie_expressions(&ties, spec->new_columns, spec->forward);
	tie_expressions(&ties, spec->new_columns, spec->defaults);
	zdm_owner_end(&scope);
}

/* Tells whether a trigger depends on a table. */
static bool
is_tied_to_table(Oid trigger, Oid table)
{
	ListCell *lc;

	foreach (lc, zdm_objects_of(TriggerRelationId, trigger))
	{
		const ObjectAddress *object = lfirst(lc);

		if (object->classId == RelationRelationId && object->objectId == table)
			return true;
	}
	return false;
}

/* Ties a trigger to an object, or to a column of it. */
static void
tie_to(Oid trigger, Oid class_id, Oid object_id, AttrNumber attnum)
{
	ObjectAddress from;
	ObjectAddress to;

	ObjectAddressSet(from, TriggerRelationId, trigger);
	ObjectAddressSubSet(to, class_id, object_id, attnum);
	recordDependencyOn(&from, &to, DEPENDENCY_NORMAL);
}

/*
 * Ties the trigger by which a table is followed to the hidden one, which contract may have turned
 * round: to the columns and the keys by which rows meet, of both.
 */
static void
tie_follower(const ZdmMigration *given)
{
	const ZdmMigration *m = zdm_migration_by_id(given->id);
	Oid hidden = m ? zdm_shadow_follower(m) : InvalidOid;
	Oid trigger = OidIsValid(hidden) && get_rel_name(hidden)
					  ? get_trigger_oid(m->relation, m->trigger_name, true)
					  : InvalidOid;
	Relation source;
	Relation target;
	ZdmFollower *follower;

	if (!OidIsValid(trigger) || !zdm_is_sync_trigger(trigger) || is_tied_to_table(trigger, hidden))
		return;
	source = relation_open(m->relation, AccessShareLock);
	target = relation_open(hidden, AccessShareLock);
	follower = zdm_follower_make(source, target);
	for (int i = 0; i < follower->natts; i++)
		if (follower->from[i] != 0)
		{
			tie_to(trigger, RelationRelationId, m->relation, follower->from[i]);
			tie_to(trigger, RelationRelationId, hidden, i + 1);
		}
	if (OidIsValid(get_index_constraint(follower->target_key)))
		tie_to(trigger, ConstraintRelationId, get_index_constraint(follower->target_key), 0);
	if (OidIsValid(follower->source_key) && OidIsValid(get_index_constraint(follower->source_key)))
		tie_to(trigger, ConstraintRelationId, get_index_constraint(follower->source_key), 0);
	relation_close(target, AccessShareLock);
	relation_close(source, AccessShareLock);
}

/*
 * Ties the sync triggers of a migration that are not tied yet.
 */
void
zdm_tie_triggers(const ZdmMigration *m)
{
	ZdmTree tree = zdm_tree(m->relation);

	if (m->trigger_name == NULL || !SearchSysCacheExists1(RELOID, ObjectIdGetDatum(m->relation)))
		return;
	while (zdm_tree_next(&tree))
	{
		Relation rel = tree.rel;
		Trigger *trigger = zdm_sync_trigger(rel, m->trigger_name);

		if (trigger && !trigger->tgisclone &&
			zdm_is_own_function(trigger->tgfoid, "sync_columns") && !is_tied(rel, trigger->tgoid))
			tie_trigger(m, rel, trigger);
	}
	tie_follower(m);
	CommandCounterIncrement();
}
