/*
 * name_targets.c
 *		Which relations the steps of a migration name, when it begins and when they run.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "catalog/pg_class.h"
#include "utils/lsyscache.h"

#include "base/json.h"
#include "base/compat.h"
#include "base/query.h"
#include "change/change.h"
#include "change/deed.h"
#include "change/follow.h"
#include "change/name_targets.h"
#include "change/statement_names.h"
#include "record/target.h"

/* ZdmNameVisitor: adds what a name stands for; of an index its table. */
static void
add_named(ZdmNameKind kind, char **schema, char **name, void *context)
{
	List **targets = context;
	Oid namespace = get_namespace_oid(*schema, true);
	Oid relation = OidIsValid(namespace) ? get_relname_relid(*name, namespace) : InvalidOid;

	if (kind != ZDM_NAME_RELATION || !OidIsValid(relation))
		return;
	switch (get_rel_relkind(relation))
	{
		case RELKIND_RELATION:
		case RELKIND_PARTITIONED_TABLE:
		case RELKIND_FOREIGN_TABLE:
		case RELKIND_SEQUENCE:
		case RELKIND_MATVIEW:
			*targets = zdm_add_target(*targets, relation, ZDM_TARGET_NAMED);
			break;
		case RELKIND_INDEX:
		case RELKIND_PARTITIONED_INDEX:
			*targets = zdm_add_target(*targets, zdm_table_of_index(relation), ZDM_TARGET_NAMED);
			break;
		default:
			break;
	}
}

/* Adds what an argument of an action names, if it has that. */
static void
add_argument(List **targets, const ZdmDeed *deed, const char *key)
{
	char *text = zdm_json_string(deed->arguments, key);
	List *names;
	char *schema;
	char *name;

	if (text == NULL)
		return;
	names = zdm_name_list(text);
	schema = strVal(linitial(names));
	name = strVal(llast(names));
	add_named(ZDM_NAME_RELATION, &schema, &name, targets);
}

/* Adds what a deed names. */
static void
add_names_of(List **targets, const ZdmDeed *deed)
{
	ListCell *lc;

	if (deed->action == NULL || strcmp(deed->action, ZDM_ACTION_BACKFILL) == 0)
		return;
	if (deed->arguments == NULL)
	{
		foreach (lc, zdm_parse(deed->text))
			zdm_visit_names(lfirst_node(RawStmt, lc)->stmt, add_named, targets);
		return;
	}
	add_argument(targets, deed, "table");
	add_argument(targets, deed, "index");
	add_argument(targets, deed, "sequence");
	add_argument(targets, deed, "view");
	foreach (lc, zdm_deed_parts(deed))
		add_names_of(targets, lfirst(lc));
}

/*
 * Lists what a migration that is about to be recorded is about, and what its steps name
 * (ZdmTarget *), its own table first.  A planner may have listed others that it is about.
 */
List *
zdm_name_targets(const ZdmMigration *m, List *steps)
{
	List *targets = zdm_add_target(NIL, m->relation, ZDM_TARGET_TABLE);
	ZdmTarget *own = linitial(targets);
	ListCell *lc;
	ListCell *lock;

	own->columns = m->columns;
	own->reads_columns = m->reads_columns;
	own->trigger_name = m->trigger_name;
	targets = list_concat(targets, m->targets);
	foreach (lc, m->also_locks)
		targets = zdm_add_target(targets, lfirst_oid(lc), ZDM_TARGET_LOCKED);
	foreach (lc, steps)
	{
		ZdmStep *step = lfirst(lc);

		targets = zdm_add_target(targets, step->target, ZDM_TARGET_LOCKED);
		foreach (lock, step->also_locks)
			targets = zdm_add_target(targets, ((ZdmTableLock *) lfirst(lock))->relation,
									 ZDM_TARGET_LOCKED);
	}
	foreach (lc, steps)
	{
		ZdmStep *step = lfirst(lc);

		add_names_of(&targets, &step->command);
		add_names_of(&targets, &step->undo);
	}
	return targets;
}

/*
 * Lists the targets that names in a caller's steps may stand for: of views only the one that a
 * migration keeps itself.  There may be many that are locked and carried over, and the names of all
 * that are listed are looked at before and after each step.
 */
List *
zdm_named_targets(const ZdmMigration *m)
{
	List *targets = zdm_targets(m->id);
	List *result = NIL;
	ListCell *lc;

	if (zdm_change_kind(m->kind)->refresh)
		return targets;
	foreach (lc, targets)
	{
		ZdmTarget *target = lfirst(lc);

		if (target->role != ZDM_TARGET_LOCKED || get_rel_relkind(target->relation) != RELKIND_VIEW)
			result = lappend(result, target);
	}
	return result;
}
