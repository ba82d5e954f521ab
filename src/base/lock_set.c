/*
 * lock_set.c
 *		Sets of table locks: what a call is going to lock, and how.
 */
#include "postgres.h"

#include "storage/lockdefs.h"

#include "base/lock_set.h"
#include "base/tree.h"

/* Table lock modes by the names that the manual gives them (section 13.3.1). */
static const struct
{
	LOCKMODE mode;
	const char *name;
} lock_modes[] = {{AccessShareLock, "ACCESS SHARE"},
				  {RowExclusiveLock, "ROW EXCLUSIVE"},
				  {ShareUpdateExclusiveLock, "SHARE UPDATE EXCLUSIVE"},
				  {ShareRowExclusiveLock, "SHARE ROW EXCLUSIVE"},
				  {AccessExclusiveLock, "ACCESS EXCLUSIVE"}};

/* Returns the lock mode of that name; NoLock for NULL. */
LOCKMODE
zdm_lock_mode_from_name(const char *name)
{
	if (name == NULL)
		return NoLock;
	for (int i = 0; i < lengthof(lock_modes); i++)
		if (strcmp(lock_modes[i].name, name) == 0)
			return lock_modes[i].mode;
	elog(ERROR, "unknown lock mode \"%s\"", name);
	return NoLock; /* keep the compiler quiet */
}

/* Returns the name of a lock mode; NULL for NoLock. */
const char *
zdm_lock_mode_name(LOCKMODE mode)
{
	for (int i = 0; i < lengthof(lock_modes); i++)
		if (lock_modes[i].mode == mode)
			return lock_modes[i].name;
	return NULL;
}

/* Adds a lock to those that are wanted; of two on a table the stronger one.  NoLock adds none. */
List *
zdm_add_lock(List *locks, Oid relation, LOCKMODE mode)
{
	ZdmTableLock *lock;
	ListCell *lc;

	if (mode == NoLock)
		return locks;
	foreach (lc, locks)
	{
		lock = lfirst(lc);
		if (lock->relation == relation)
		{
			lock->mode = Max(lock->mode, mode);
			return locks;
		}
	}
	lock = palloc(sizeof(ZdmTableLock));
	lock->relation = relation;
	lock->mode = mode;
	return lappend(locks, lock);
}

/* Adds all locks of another list. */
List *
zdm_add_locks(List *locks, List *others)
{
	ListCell *lc;

	foreach (lc, others)
	{
		ZdmTableLock *lock = lfirst(lc);

		locks = zdm_add_lock(locks, lock->relation, lock->mode);
	}
	return locks;
}

/* Returns the mode in which a table is locked by those of a list; NoLock: it is not. */
LOCKMODE
zdm_lock_of(List *locks, Oid relation)
{
	ListCell *lc;

	foreach (lc, locks)
		if (((ZdmTableLock *) lfirst(lc))->relation == relation)
			return ((ZdmTableLock *) lfirst(lc))->mode;
	return NoLock;
}

/* Orders locks by the OIDs of their tables. */
static int
compare_locks(const ListCell *a, const ListCell *b)
{
	Oid first = ((ZdmTableLock *) lfirst(a))->relation;
	Oid second = ((ZdmTableLock *) lfirst(b))->relation;

	return first < second ? -1 : first > second;
}

/* Lists the locks on all relations of several trees, in the order of their roots' OIDs. */
List *
zdm_locks_on_trees(List *roots)
{
	List *sorted = list_copy(roots);
	List *result = NIL;
	ListCell *lc;
	ListCell *relation;

	list_sort(sorted, compare_locks);
	foreach (lc, sorted)
	{
		ZdmTableLock *root = lfirst(lc);

		foreach (relation, zdm_relation_tree(root->relation))
			result = zdm_add_lock(result, lfirst_oid(relation), root->mode);
	}
	return result;
}

/* Lists those of the locks that the others don't have, nor a stronger one. */
List *
zdm_locks_missing(List *locks, List *others)
{
	List *result = NIL;
	ListCell *lc;

	foreach (lc, locks)
	{
		ZdmTableLock *lock = lfirst(lc);

		if (zdm_lock_of(others, lock->relation) < lock->mode)
			result = lappend(result, lock);
	}
	return result;
}

/* Tells whether locks are as good as others, or better. */
bool
zdm_locks_cover(List *locks, List *others)
{
	return zdm_locks_missing(others, locks) == NIL;
}
