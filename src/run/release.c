/*
 * release.c
 *		Control calls on all migrations of a release.
 *
 * A release is a name that migrations have in common: zdm.release when they were begun.
 * Which of them are in it for a role says named.c: nobody can put something into a release of
 * somebody else.  A call on it is one transaction: all or none.
 */
#include "postgres.h"

#include "utils/builtins.h"

#include "base/extension.h"
#include "base/lock.h"
#include "base/owner.h"
#include "record/named.h"
#include "run/release.h"

/* Returns a migration of a release that an owner has and that is not rolled back; NULL: none. */
static ZdmMigration *
some_member(const char *release, Oid owner)
{
	ListCell *lc;

	foreach (lc, zdm_migration_of_release(release, owner))
	{
		ZdmMigration *m = zdm_migration_by_id(*(int64 *) lfirst(lc));

		if (m && m->status != ZDM_ROLLED_BACK)
			return m;
	}
	return NULL;
}

/* Refuses a release and a migration of one name and one owner: calls take either. */
void
zdm_release_refuse_name(const ZdmMigration *m)
{
	Oid owner = zdm_relation_owner(m->relation);

	if (m->release && zdm_migration_of_owner(m->release, owner, InvalidOid, NULL))
		ereport(ERROR, (errcode(ERRCODE_DUPLICATE_OBJECT),
						errmsg("release \"%s\" has the name of a migration", m->release),
						errdetail("Calls take the name of either."),
						errhint("SET zdm.release to another name.")));
	if (some_member(m->name, owner))
		ereport(ERROR, (errcode(ERRCODE_DUPLICATE_OBJECT),
						errmsg("migration \"%s\" has the name of a release", m->name),
						errdetail("Calls take the name of either."),
						errhint("Give this one another name: name => '...'.")));
}

/* Lists what a name stands for (zdm_members_named()), and keeps the extension in place. */
List *
zdm_release_members(const char *name)
{
	zdm_require_extension();
	return zdm_members_named(name);
}

/* Lists the locks (ZdmTableLock *) that a call on several migrations wants. */
List *
zdm_release_locks(List *members, List *(*wanted)(const ZdmMigration *) )
{
	List *locks = NIL;
	ListCell *lc;

	foreach (lc, members)
	{
		ZdmMigration *m = lfirst(lc);

		locks = zdm_add_locks(locks, zdm_all_locks(m, wanted(m)));
	}
	return locks;
}

/*
 * Takes at once what a call wants on the tables of several migrations: to queue for one of
 * them with the lock on another would hold up who waits for that.
 */
void
zdm_release_lock(List *members, List *(*wanted)(const ZdmMigration *) )
{
	List *locks = zdm_release_locks(members, wanted);
	ZdmLockReport report;

	if (locks != NIL)
		zdm_lock_politely(locks, &report);
}

/* Tells whether a call leaves a member alone. */
static bool
is_left_out(const ZdmControl *control, const ZdmMigration *m)
{
	return (ZDM_IN(m->status) & control->leaves_out) != 0 &&
		   !(control->concerns && control->concerns(m));
}

/* Makes a control call on what a name stands for: a migration, or all members of a release. */
void
zdm_release_control(const char *name, const ZdmControl *control)
{
	List *members = zdm_release_members(name);
	int n = list_length(members);
	ListCell *lc;

	foreach (lc, members)
		if (control->check)
			control->check(lfirst(lc));
	if (n == 1)
	{
		control->call(linitial(members));
		return;
	}
	if (n == 0)
	{
		ereport(control->leaves_out & ZDM_IN(ZDM_ROLLED_BACK) ? NOTICE : ERROR,
				(errcode(ERRCODE_OBJECT_NOT_IN_PREREQUISITE_STATE),
				 errmsg("all migrations of release \"%s\" are rolled back", name)));
		return;
	}
	foreach (lc, members)
	{
		ZdmMigration *m = lfirst(lc);

		if ((ZDM_IN(m->status) & (control->takes | control->leaves_out)) == 0)
			control->call(m); /* says why not */
	}
	if (control->lock)
		zdm_release_lock(members, control->lock);
	for (int i = 0; i < n; i++)
	{
		ZdmMigration *m = list_nth(members, control->backwards ? n - 1 - i : i);

		if (!is_left_out(control, m))
			control->call(m);
	}
}
