/*
 * expand.c
 *		How one migration begins, and what it would be.
 *
 * Works in the caller's transaction, in the order of lifecycle.c: extension, table,
 * record.
 */
#include "postgres.h"

#include "access/relation.h"
#include "catalog/namespace.h"
#include "miscadmin.h"
#include "utils/builtins.h"
#include "utils/guc.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"
#include "utils/rel.h"

#include "base/json.h"
#include "base/names.h"
#include "base/owner.h"
#include "base/query.h"
#include "base/resolved.h"
#include "base/stop_point.h"
#include "change/change.h"
#include "change/follow.h"
#include "change/marks.h"
#include "change/merge.h"
#include "change/name_targets.h"
#include "change/references.h"
#include "change/standing.h"
#include "record/merge_log.h"
#include "record/named.h"
#include "record/target.h"
#include "run/executor.h"
#include "run/expand.h"
#include "run/forget.h"
#include "run/fresh.h"
#include "run/interrupt.h"
#include "run/lifecycle.h"
#include "run/release.h"
#include "run/worker.h"

/* The schema that zdm.expand_each() is at; NULL: it is not. */
static const char *tenant_schema = NULL;
static List **tenant_migrations = NULL; /* what its calls are about (int64 *) */

/*
 * From here on, calls must be about tables of one schema, and the names of their migrations begin
 * with its name: the others have tables of the same names.  *migrations gets their ids (int64 *).
 * NULL: no more.
 */
void
zdm_expand_in_schema(const char *schema, List **migrations)
{
	tenant_schema = schema;
	tenant_migrations = migrations;
}

/* Notes for zdm.expand_each() which migration a call is about. */
static void
note_for_tenant(int64 migration)
{
	MemoryContext caller;
	int64 *id;

	if (tenant_migrations == NULL)
		return;
	caller = MemoryContextSwitchTo(CurTransactionContext);
	id = palloc(sizeof(int64));
	*id = migration;
	*tenant_migrations = lappend(*tenant_migrations, id);
	MemoryContextSwitchTo(caller);
}

/* Says what a repeated call finds, with the command that leads on. */
static void
notice_existing(const ZdmMigration *m)
{
	ereport(NOTICE,
			(errmsg("migration \"%s\" exists already and is %s, nothing to do", m->name,
					zdm_status_name(m->status)),
			 m->status == ZDM_FAILED || m->status == ZDM_PAUSED
				 ? errhint("SELECT zdm.resume(%s) goes on with it.", quote_literal_cstr(m->name))
				 : 0));
}

/*
 * Ends a migration whose table is gone.  Nothing is left of it that anybody could have, but for a
 * table that was to be merged into it, which is there, with triggers.
 */
static void
end_without_table(ZdmMigration *m)
{
	zdm_worker_interrupt(m->id);
	zdm_lock_for_steps(m, zdm_forget_lock(m));
	m = zdm_migration_lock(m->id);
	if (m == NULL || m->status == ZDM_FINALIZED || m->status == ZDM_ROLLED_BACK)
		return;
	zdm_undo_steps(m, zdm_steps(m->id), ZDM_PHASE_EXPAND);
	zdm_migration_set_status(m, ZDM_ROLLED_BACK, "its table is gone, and its name was wanted");
	if (zdm_merges(m))
		zdm_merge_rolled_back(m);
	ereport(NOTICE, (errmsg("migration \"%s\" of table %s, which is gone, is ended: its name is "
							"used again",
							m->name, m->relation_name)));
}

/* Ends what the caller has of a name whose table is gone: the record alone still has it. */
static void
end_those_without_table(const char *name)
{
	ListCell *lc;

	foreach (lc, zdm_migration_without_table(name))
	{
		ZdmMigration *m = zdm_migration_by_id(*(int64 *) lfirst(lc));

		if (m && (zdm_owns_migration(m) || zdm_has_begun(m)))
			end_without_table(m);
	}
}

/* Rolls a migration back whose result is gone (*undone), so that its call can be made again. */
static bool
is_gone(ZdmMigration *m, bool *undone)
{
	if (zdm_result_stands(m))
		return false;
	*undone = true;
	if (m->status != ZDM_FINALIZED)
		zdm_rollback_call(m, false);
	return true;
}

/* Returns the migration that has the name of a call, of the same owner; NULL: there is none. */
static ZdmMigration *
find_namesake(const ZdmMigration *call)
{
	return zdm_migration_of_owner(call->name, zdm_relation_owner(call->relation), call->relation,
								  call->arguments);
}

/*
 * Tells whether the call has been made before, with the same arguments, and what it has made
 * is there; *undone tells that it was, and is not any more.  The same name with other arguments
 * is an error, unless nothing is left of that one.
 */
static bool
is_repeated(const ZdmMigration *call, bool *undone)
{
	ZdmMigration *m = find_namesake(call);

	if (m == NULL || m->status == ZDM_ROLLED_BACK || is_gone(m, undone))
		return false;
	if (m->relation != call->relation || strcmp(m->kind, call->kind) != 0 || !m->same_arguments)
		ereport(ERROR,
				(errcode(ERRCODE_DUPLICATE_OBJECT),
				 errmsg("migration \"%s\" already exists with other arguments", call->name),
				 errdetail("It is expand_%s on %s with %s, and is %s.", m->kind, m->relation_name,
						   zdm_json_text(m->arguments), zdm_status_name(m->status)),
				 errhint("Give this one another name: name => '...'.")));
	notice_existing(m);
	note_for_tenant(m->id);
	return true;
}

/* The same, once nobody else begins anything of that name for that owner any more. */
static bool
is_repeated_alone(const ZdmMigration *call, bool *undone)
{
	zdm_name_lock(call->name, zdm_relation_owner(call->relation));
	return is_repeated(call, undone);
}

/* Says how to call a migration of which the caller does not have the name to itself. */
static void
notice_name(const ZdmMigration *m)
{
	if (zdm_name_is_clear(m))
		return;
	ereport(NOTICE,
			(errmsg("a table of another owner has a migration \"%s\", too", m->name),
			 errhint("Calls find this one as role %s (SET ROLE), or as '#" INT64_FORMAT "'.",
					 quote_identifier(GetUserNameFromId(zdm_relation_owner(m->relation), false)),
					 m->id)));
}

/* Has the kind's planner make the steps; *m gets what the planner finds out. */
static List *
make_plan(const ZdmChangeKind *kind, ZdmMigration *m, bool try_rows)
{
	ZdmPlan plan = {0};
	ZdmResolved resolved = {0};
	ZdmResolved *outer;
	int level;

	plan.migration = m;
	plan.try_rows = try_rows;
	plan.rel = zdm_change_open(m->relation, kind);
	plan.table = zdm_qualified_name(m->relation);
	m->relation_name = plan.table;
	m->targets = NIL;
	level = zdm_pin_quoting();
	outer = zdm_resolved_collect(&resolved);
	PG_TRY();
	{
		kind->plan(&plan, m->arguments);
	}
	PG_FINALLY();
	{
		(void) zdm_resolved_collect(outer);
	}
	PG_END_TRY();
	m->resolved = zdm_resolved_json(&resolved);
	AtEOXact_GUC(false, level);
	relation_close(plan.rel, AccessShareLock);
	return plan.steps;
}

/*
 * Plans, and lists in m->targets what the steps name, so that both are of one moment: no lock on a
 * table keeps its schema from being renamed, and another table may get the name that the plan was
 * made with.  `watched` is what the plan is about, as far as it is known.
 */
static List *
plan_with_names(const ZdmChangeKind *kind, ZdmMigration *m, List *watched)
{
	for (int attempt = 1; attempt <= ZDM_NAME_ATTEMPTS; attempt++)
	{
		char *names = zdm_names_now(watched);
		List *steps = make_plan(kind, m, false);

		zdm_stop_point("expand planned");
		m->targets = zdm_name_targets(m, steps);
		if (strcmp(zdm_names_now(watched), names) == 0)
			return steps;
	}
	ereport(ERROR, (errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
					errmsg("tables of migration \"%s\" get other names all the time", m->name),
					errhint("Call it again.")));
}

/* Makes the name of a migration that of its schema's. */
static char *
name_in_schema(Oid relation, const char *name)
{
	if (get_rel_namespace(relation) != get_namespace_oid(tenant_schema, true))
		ereport(
			ERROR,
			(errcode(ERRCODE_UNDEFINED_TABLE),
			 errmsg("the call is about %s, which is not in schema \"%s\"",
					zdm_qualified_name(relation), tenant_schema),
			 errdetail("In the call, names without a schema are looked for there first, then in "
					   "the rest of search_path.")));
	return psprintf("%s.%s", tenant_schema, name);
}

/* Fills in a migration that is about to be; the name is derived if none is given. */
static void
init_migration(ZdmMigration *m, const ZdmChangeKind *kind, const ZdmCall *call)
{
	Relation rel = zdm_change_open(call->relation, kind);

	memset(m, 0, sizeof(*m));
	m->kind = pstrdup(kind->name);
	m->relation = call->relation;
	m->arguments = call->arguments;
	m->settings = call->settings;
	m->complete = zdm_json_bool(call->settings, "complete", false);
	m->name = call->name ? pstrdup(call->name) : kind->derive_name(rel, call->arguments);
	m->created_by = GetUserNameFromId(zdm_acting_role(), false);
	m->status = ZDM_RUNNING;
	m->phase = ZDM_PHASE_EXPAND;
	if (call->release[0] != '\0')
		m->release = pstrdup(call->release);
	if (m->name[0] == '\0')
		ereport(ERROR, (errcode(ERRCODE_INVALID_NAME), errmsg("name must not be empty")));
	if (tenant_schema)
		m->name = name_in_schema(call->relation, m->name);
	relation_close(rel, AccessShareLock);
}

/* Refuses a change of a column that another migration is at work on. */
static void
check_in_the_way(const ZdmMigration *m)
{
	char *columns = NULL;
	ZdmMigration *other = zdm_migration_in_the_way(m, zdm_changes_along(m), &columns);
	char *name = other ? quote_literal_cstr(other->name) : NULL;

	if (other == NULL)
		return;
	ereport(
		ERROR,
		(errcode(ERRCODE_OBJECT_IN_USE),
		 columns ? errmsg("migration \"%s\", which is %s, uses a column of this one: %s of %s",
						  other->name, zdm_status_name(other->status), columns, m->relation_name)
				 : errmsg("migration \"%s\" of %s, which is %s, locks the table of this one, and "
						  "this one its table",
						  other->name, other->relation_name, zdm_status_name(other->status)),
		 columns ? errdetail("Two migrations cannot change the same column of a table at a time, "
							 "nor two columns that share an index or a constraint. It is a %s.",
							 other->kind)
				 : errdetail("A foreign key is between the two, and each would change one end."),
		 errhint("End the other one first: zdm.rollback(%s) undoes it; zdm.contract(%s) and "
				 "zdm.finalize(%s) complete it.%s",
				 name, name, name,
				 columns ? ""
						 : " Both ends at once: expand_change_type of the key with referencing => "
						   "true.")));
}

/* Tells whether a migration of a call's name has begun, and is not rolled back. */
bool
zdm_is_begun(const ZdmCall *call)
{
	ZdmMigration m;
	ZdmMigration *found;

	init_migration(&m, zdm_change_kind(call->kind), call);
	found = find_namesake(&m);
	return found && found->status != ZDM_ROLLED_BACK;
}

/* Orders migrations by owner and name. */
static int
compare_names(const ListCell *a, const ListCell *b)
{
	const ZdmMigration *first = lfirst(a);
	const ZdmMigration *second = lfirst(b);
	Oid first_owner = zdm_relation_owner(first->relation);
	Oid second_owner = zdm_relation_owner(second->relation);

	if (first_owner != second_owner)
		return first_owner < second_owner ? -1 : 1;
	return strcmp(first->name, second->name);
}

/*
 * Keeps others from beginning anything under the names of calls (ZdmCall *), which are locked in
 * the same order whatever that of the calls is.
 */
void
zdm_lock_names(List *calls)
{
	List *all = NIL;
	ListCell *lc;

	foreach (lc, calls)
	{
		const ZdmCall *call = lfirst(lc);
		ZdmMigration *m = palloc(sizeof(ZdmMigration));

		init_migration(m, zdm_change_kind(call->kind), call);
		all = lappend(all, m);
	}
	list_sort(all, compare_names);
	foreach (lc, all)
	{
		const ZdmMigration *m = lfirst(lc);

		zdm_name_lock(m->name, zdm_relation_owner(m->relation));
	}
}

/* Returns the steps of one migration; *m gets what its planner finds out.  Changes nothing. */
List *
zdm_plan_one(const ZdmCall *call, ZdmMigration *m, bool try_rows)
{
	const ZdmChangeKind *kind = zdm_change_kind(call->kind);
	List *steps;

	init_migration(m, kind, call);
	steps = make_plan(kind, m, try_rows);
	check_in_the_way(m);
	return steps;
}

/*
 * Starts a migration: plans it, takes the locks, records it, runs the steps of
 * the caller, and asks for a worker if there is work for one.  *m is the migration; false if the
 * call is a repeated one.
 */
bool
zdm_expand_one(const ZdmCall *call, ZdmMigration *m)
{
	const ZdmChangeKind *kind = zdm_change_kind(call->kind);
	List *steps;
	List *locks;
	bool undone = false;

	init_migration(m, kind, call);
	/* Waits with no lock on a table: clients of that would wait, too. */
	if (is_repeated(m, &undone) || is_repeated_alone(m, &undone))
		return false;

	/* Plan once to know the lock and to fail early, and again under the lock. */
	steps = plan_with_names(kind, m, zdm_add_target(NIL, m->relation, ZDM_TARGET_TABLE));
	locks = zdm_steps_locks(steps, ZDM_PHASE_EXPAND, ZDM_PHASE_EXPAND);
	if (locks != NIL)
	{
		zdm_lock_for_steps(m, locks);
		if (is_repeated_alone(m, &undone)) /* the table may have changed its owner meanwhile */
			return false;
		steps = plan_with_names(kind, m, m->targets);
	}
	check_in_the_way(m);
	zdm_release_refuse_name(m);
	if (undone)
		ereport(NOTICE, (errmsg("what migration \"%s\" had made is not there any more: it is begun "
								"anew",
								m->name)));

	end_those_without_table(m->name);
	zdm_migration_insert(m, steps);
	notice_name(m);
	note_for_tenant(m->id);
	zdm_notice_notes(steps, ZDM_PHASE_EXPAND);
	zdm_run_caller_steps(m, steps, ZDM_PHASE_EXPAND);
	zdm_migration_event(m, "created", NULL);
	if (zdm_next_worker_step(steps) && !zdm_work_at_once(m, steps))
		zdm_worker_request(m->id);
	else
	{
		zdm_migration_set_phase(m, ZDM_PHASE_CONTRACT);
		zdm_migration_set_status(m, ZDM_READY, NULL);
	}
	zdm_mark_parts(m);
	return true;
}
