/*
 * expand_call.c
 *		What a call of an expand function begins: a migration, or several as a release.
 *
 * Several are planned before any of them begins, and all of their locks are taken in one
 * attempt: what is in the way of one is said before anything has changed.
 */
#include "postgres.h"

#include "access/relation.h"
#include "utils/builtins.h"
#include "utils/rel.h"

#include "base/extension.h"
#include "base/json.h"
#include "base/lock.h"
#include "base/names.h"
#include "base/owner.h"
#include "base/settings.h"
#include "change/change.h"
#include "record/named.h"
#include "run/complete.h"
#include "run/executor.h"
#include "run/expand.h"
#include "run/lifecycle.h"
#include "run/worker.h"

/* Adds to what a call says of itself what its session says of all. */
static Jsonb *
with_session_defaults(Jsonb *settings)
{
	char *text = zdm_json_text(settings);
	int end = (int) strlen(text) - 1;

	if (!zdm_complete || zdm_json_has(settings, "complete"))
		return settings;
	return zdm_json_parse(psprintf("%.*s%s\"complete\": true}", end, text, end > 1 ? ", " : ""));
}

/*
 * Lists the calls (ZdmCall *) of the members that a call is made of, each by its own name; NIL if
 * it makes one migration.
 */
static List *
member_calls(const ZdmCall *call)
{
	const ZdmChangeKind *kind = zdm_change_kind(call->kind);
	List *calls = NIL;
	List *members;
	const char *name;
	Relation rel;
	ListCell *lc;

	if (kind->members == NULL)
		return NIL;
	rel = zdm_change_open(call->relation, kind);
	name = call->name ? call->name : kind->derive_name(rel, call->arguments);
	members = kind->members(rel, name, call->arguments);
	foreach (lc, members)
	{
		const ZdmMember *member = lfirst(lc);
		ZdmCall *one = palloc(sizeof(ZdmCall));

		*one = *call;
		one->name = member->name;
		if (member->kind)
			one->kind = member->kind;
		one->relation = member->relation;
		one->arguments = member->arguments;
		if (call->release[0] == '\0')
			one->release = name;
		calls = lappend(calls, one);
	}
	relation_close(rel, AccessShareLock);
	return calls;
}

/* Plans all members that have not begun.  Returns their steps, numbered through. */
static List *
plan_members(List *calls, bool try_rows)
{
	List *all = NIL;
	ListCell *lc;
	ListCell *step;

	foreach (lc, calls)
	{
		const ZdmCall *call = lfirst(lc);
		ZdmMigration *m;

		if (zdm_is_begun(call))
			continue;
		m = palloc(sizeof(ZdmMigration));
		all = list_concat(all, zdm_plan_one(call, m, try_rows));
	}
	foreach (step, all)
		((ZdmStep *) lfirst(step))->seq = foreach_current_index(step) + 1;
	return all;
}

/* Returns the steps that a call would run.  Changes nothing. */
List *
zdm_plan_call(const ZdmCall *call)
{
	List *calls;
	ZdmMigration m;

	zdm_require_extension();
	calls = member_calls(call);
	return calls == NIL ? zdm_plan_one(call, &m, true) : plan_members(calls, true);
}

/*
 * Has what was begun completed, if it is to be and is ready already: at once, or by a worker.
 * Not before all of it has begun: it is completed together.
 */
static void
complete_begun(List *begun)
{
	ListCell *lc;

	if (begun == NIL || !((ZdmMigration *) llast(begun))->complete ||
		zdm_complete_at_once(llast(begun)))
		return;
	foreach (lc, begun)
		if (((ZdmMigration *) lfirst(lc))->status == ZDM_READY)
			zdm_worker_request(((ZdmMigration *) lfirst(lc))->id);
}

/* Tells whether one of the calls has the name of a migration. */
static bool
is_called(List *calls, const char *name)
{
	ListCell *lc;

	foreach (lc, calls)
		if (strcmp(((ZdmCall *) lfirst(lc))->name, name) == 0)
			return true;
	return false;
}

/*
 * Refuses the name of a release that something else of the owner has.  What refers to a key may
 * have become another since the call was made before, so there the last one decides, the key; in
 * another release it has to be about the same migrations, or about none.
 */
static void
check_release_name(const char *release, const ZdmCall *call, List *calls)
{
	const ZdmCall *last = llast(calls);
	Oid owner = zdm_relation_owner(last->relation);
	bool of_key = strcmp(call->kind, last->kind) == 0;
	ZdmMigration *other = NULL;
	List *names = NIL; /* of its migrations, also of those that are rolled back */
	bool live = false;
	bool more = false;
	ListCell *lc;

	if (zdm_migration_of_owner(release, owner, InvalidOid, NULL))
		ereport(ERROR, (errcode(ERRCODE_DUPLICATE_OBJECT),
						errmsg("release \"%s\" has the name of a migration", release),
						of_key ? errdetail("A key and what refers to it are changed as a release.")
							   : errdetail("The parts of a table are moved as a release."),
						errhint("Give this one another name: name => '...'.")));
	foreach (lc, zdm_migration_of_release(release, owner))
	{
		ZdmMigration *m = zdm_migration_by_id(*(int64 *) lfirst(lc));
		bool called = m && is_called(calls, m->name);

		if (m)
			names = lappend(names, m->name);
		if (m == NULL || m->status == ZDM_ROLLED_BACK || (m->status == ZDM_FINALIZED && !called))
			continue;
		if (of_key && m->status != ZDM_FINALIZED && strcmp(m->name, last->name) == 0)
			return; /* a repeated call */
		if (of_key ? m->status != ZDM_FINALIZED : !called)
			other = m;
		live |= called;
	}
	foreach (lc, calls)
		more |= !zdm_has_string(names, ((ZdmCall *) lfirst(lc))->name);
	if (other || (!of_key && live && more))
		ereport(ERROR, (errcode(ERRCODE_DUPLICATE_OBJECT),
						other ? errmsg("release \"%s\" exists already: migration \"%s\" is in it",
									   release, other->name)
							  : errmsg("release \"%s\" exists already, with other parts", release),
						errhint("Give this one another name: name => '...'.")));
}

/* Begins all members of a release, or none. */
static char *
expand_members(const ZdmCall *call, List *calls)
{
	const char *release = ((ZdmCall *) llast(calls))->release;
	List *begun = NIL;
	List *locks;
	ZdmLockReport report;
	ListCell *lc;

	if (call->release[0] == '\0')
		check_release_name(release, call, calls);
	zdm_lock_names(calls); /* before tables are locked */
	locks = zdm_steps_locks(plan_members(calls, false), ZDM_PHASE_EXPAND, ZDM_PHASE_EXPAND);
	if (locks != NIL)
		zdm_lock_politely(locks, &report);
	if (list_length(member_calls(call)) != list_length(calls))
		ereport(ERROR, (errcode(ERRCODE_T_R_SERIALIZATION_FAILURE),
						errmsg("what release \"%s\" is about has changed meanwhile", release),
						errhint("Call it again.")));
	foreach (lc, calls)
	{
		ZdmMigration *m = palloc(sizeof(ZdmMigration));

		if (zdm_expand_one(lfirst(lc), m))
			begun = lappend(begun, m);
	}
	complete_begun(begun);
	return pstrdup(release);
}

/* Begins what a call asks for; returns the name of the migration, or of the release. */
char *
zdm_expand_call(const ZdmCall *given)
{
	ZdmCall call = *given;
	ZdmMigration m;
	List *calls;

	zdm_require_extension();
	call.settings = with_session_defaults(given->settings);
	calls = member_calls(&call);
	if (calls != NIL)
		return expand_members(&call, calls);
	if (zdm_expand_one(&call, &m))
		complete_begun(list_make1(&m));
	return m.name;
}
