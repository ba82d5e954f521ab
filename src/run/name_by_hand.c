/*
 * name_by_hand.c
 *		Names that a sync trigger lives by, and that nobody else may change.
 *
 * A sync trigger finds its columns by their names, and its migration by its own.  The server knows
 * that the trigger depends on them, refuses to drop them, and lets anybody rename them: then every
 * write to the table failed, also those of applications that know the column by another name.
 */
#include "postgres.h"

#include "access/relation.h"
#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "catalog/pg_trigger.h"
#include "commands/trigger.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"
#include "utils/rel.h"

#include "base/names.h"
#include "base/tree.h"
#include "base/triggers.h"
#include "change/dependents.h"
#include "change/own_trigger.h"
#include "record/migration.h"
#include "run/name_by_hand.h"
#include "sync/sync_program.h"
#include "sync/sync_spec.h"

/* Raises the error about a name: what has it, and what ends the migration that needs it. */
static void
refuse_name(const ZdmMigration *m, const char *what, const char *name, Oid relid,
			const char *detail)
{
	ereport(ERROR, (errcode(ERRCODE_OBJECT_IN_USE),
					errmsg("%s \"%s\" of %s keeps its name while migration \"%s\" is under way",
						   what, name, zdm_qualified_name(relid), m->name),
					errdetail("%s", detail),
					errhint("End the migration first: zdm.finalize(%s), or zdm.rollback(%s).",
							quote_literal_cstr(m->name), quote_literal_cstr(m->name))));
}

/* Tells whether a trigger depends on a column. */
static bool
is_tied_to(const Trigger *trigger, Oid relid, AttrNumber attnum)
{
	ListCell *lc;

	foreach (lc, zdm_objects_of(TriggerRelationId, trigger->tgoid))
	{
		const ObjectAddress *object = lfirst(lc);

		if (object->classId == RelationRelationId && object->objectId == relid &&
			object->objectSubId == attnum)
			return true;
	}
	return false;
}

/* Tells whether a trigger syncs a column that had this name; in a restored database it is not tied.
 */
static bool
syncs_column(const Trigger *trigger, const char *name)
{
	ZdmSyncSpec *spec = zdm_sync_spec_parse(trigger->tgargs[0]);

	return zdm_has_string(spec->old_columns, name) || zdm_has_string(spec->new_columns, name);
}

/* Refuses that a column of one table has got another name, if a sync trigger of it uses it. */
static void
refuse_column(Oid relid, const char *former, const char *name)
{
	Relation rel = relation_open(relid, AccessShareLock);
	TriggerDesc *triggers = zdm_triggers(rel);
	AttrNumber attnum = get_attnum(relid, name);

	relation_close(rel, AccessShareLock);
	for (int i = 0; i < triggers->numtriggers; i++)
	{
		const Trigger *trigger = &triggers->triggers[i];
		ZdmMigration *m;

		if (trigger->tgfoid != zdm_sync_function() || trigger->tgnargs != 1 ||
			(m = zdm_migration_of_trigger(relid, trigger->tgname)) == NULL)
			continue;
		if (syncs_column(trigger, former) || is_tied_to(trigger, relid, attnum))
			refuse_name(m, "column", former, relid,
						"Its sync trigger finds the column by that; without it every write would "
						"fail.");
	}
}

/*
 * Refuses a command behind which a sync trigger would not find its columns, or its migration. It
 * has the table locked.
 */
void
zdm_refuse_name_by_hand(const RenameStmt *stmt)
{
	Oid relid;
	ListCell *lc;
	ZdmMigration *m;

	if (stmt->relation == NULL ||
		(stmt->renameType != OBJECT_COLUMN && stmt->renameType != OBJECT_TRIGGER))
		return;
	relid = RangeVarGetRelid(stmt->relation, NoLock, true);
	if (!OidIsValid(relid))
		return;
	if (stmt->renameType == OBJECT_COLUMN)
		foreach (lc, zdm_relation_tree(relid))
			refuse_column(lfirst_oid(lc), stmt->subname, stmt->newname);
	else if ((m = zdm_migration_of_trigger(relid, stmt->subname)) != NULL &&
			 zdm_is_sync_trigger(get_trigger_oid(relid, stmt->newname, true)))
		refuse_name(m, "trigger", stmt->subname, relid,
					"By that the trigger finds its migration; without it every write would fail.");
}
