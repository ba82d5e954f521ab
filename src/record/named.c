/*
 * named.c
 *		What a name stands for, to whom.
 *
 * Names of migrations and releases belong to the owner of the migration's table: each has names of
 * its own, and a role sees those of owners whose rights it has.  No owner is stored, so names go
 * along with the table when ALTER TABLE gives it to somebody else.  Where a role has the rights
 * of several owners, the nearest has the name: itself, then one for whom it has begun something of
 * that name.  Who is none of these can't have any influence: neither take a name, nor hide another
 * one's, nor come into its release.
 */
#include "postgres.h"

#include "common/hashfn.h"
#include "miscadmin.h"
#include "utils/acl.h"
#include "utils/builtins.h"
#include "utils/lsyscache.h"

#include "base/closest.h"
#include "base/compat.h"
#include "base/lock.h"
#include "base/names.h"
#include "base/owner.h"
#include "base/query.h"
#include "record/named.h"

/* How near a migration is to the current role; the nearest comes last. */
typedef enum Standing
{
	IS_FOREIGN,
	IS_WITHOUT_TABLE, /* begun by the role; a superuser has them all */
	IS_PERMITTED,     /* the role has the rights of the table's owner */
	IS_BEGUN,         /* ... and has begun it */
	IS_OWN,           /* the role is the table's owner */
} Standing;

/* A migration that has the name, or whose release has it. */
typedef struct Candidate
{
	int64 id;
	Oid relation;
	Oid owner; /* InvalidOid: the table is gone */
	Standing standing;
	bool is_named;
	bool in_release;
	bool begun; /* by the current role */
	bool over;
	bool undone;
} Candidate;

/*
 * Returns the role on whose behalf a session acts: whoever has connected, but in code that runs
 * with the rights of somebody else, that one.  So nobody can begin something in another one's name.
 */
Oid
zdm_acting_role(void)
{
	return InLocalUserIdChange() ? GetUserId() : GetSessionUserId();
}

static bool
is_begun_by_us(const char *created_by)
{
	return get_role_oid(created_by, true) == zdm_acting_role();
}

/* Tells how near a migration is to the current role. */
static Standing
standing_of(Oid relation, Oid owner, const char *created_by)
{
	if (!OidIsValid(owner))
		return get_role_oid(created_by, true) == GetUserId() || superuser() ? IS_WITHOUT_TABLE
																			: IS_FOREIGN;
	if (owner == GetUserId())
		return IS_OWN;
	if (!zdm_owns_relation(relation, GetUserId()))
		return IS_FOREIGN;
	return is_begun_by_us(created_by) ? IS_BEGUN : IS_PERMITTED;
}

/*
 * Tells whether a migration is the caller's: the owner of its table, or whoever began
 * it where the table is gone.
 */
bool
zdm_owns_migration(const ZdmMigration *m)
{
	return standing_of(m->relation, zdm_relation_owner(m->relation), m->created_by) != IS_FOREIGN;
}

/* Tells whether a migration was begun by whoever the session acts for. */
bool
zdm_has_begun(const ZdmMigration *m)
{
	return is_begun_by_us(m->created_by);
}

/* Lists what has a name, or is in a release of that name (Candidate *), oldest first. */
static List *
list_candidates(const char *name)
{
	MemoryContext caller = CurrentMemoryContext;
	ZdmRecordScope scope;
	ZdmArgs args = {0};
	List *result = NIL;
	List *created_by = NIL;
	ListCell *lc;
	ListCell *role;
	uint64 n;

	zdm_record_begin(&scope);
	zdm_arg_text(&args, name);
	n = zdm_query("SELECT id, relation::oid AS relation, name = $1 AS is_named, created_by,"
				  "       coalesce(release = $1, false) AS in_release,"
				  "       status IN ('finalized', 'rolled_back') AS over,"
				  "       status = 'rolled_back' AS undone"
				  "  FROM zdm.migration_row WHERE name = $1 OR release = $1 ORDER BY id",
				  &args);
	for (uint64 i = 0; i < n; i++)
	{
		char *creator = zdm_result_text(i, "created_by");
		MemoryContext record = MemoryContextSwitchTo(caller);
		Candidate *candidate = palloc0(sizeof(Candidate));

		candidate->id = zdm_result_int8(i, "id");
		candidate->relation = zdm_result_oid(i, "relation");
		candidate->is_named = zdm_result_bool(i, "is_named");
		candidate->in_release = zdm_result_bool(i, "in_release");
		candidate->over = zdm_result_bool(i, "over");
		candidate->undone = zdm_result_bool(i, "undone");
		result = lappend(result, candidate);
		created_by = lappend(created_by, pstrdup(creator));
		MemoryContextSwitchTo(record);
	}
	zdm_record_end(&scope);
	/* As the caller, not as the owner of the record. */
	forboth (lc, result, role, created_by)
	{
		Candidate *candidate = lfirst(lc);

		candidate->owner = zdm_relation_owner(candidate->relation);
		candidate->standing = standing_of(candidate->relation, candidate->owner, lfirst(role));
		candidate->begun = is_begun_by_us(lfirst(role));
	}
	return result;
}

/* Which of the candidates a search is for. */
typedef bool (*Filter)(const Candidate *candidate);

static bool
is_named(const Candidate *candidate)
{
	return candidate->is_named;
}

static bool
is_member(const Candidate *candidate)
{
	return candidate->in_release && !candidate->undone;
}

static bool
was_member(const Candidate *candidate)
{
	return candidate->in_release;
}

/* Returns how near the nearest of them is. */
static Standing
nearest(List *candidates, Filter filter)
{
	Standing result = IS_FOREIGN;
	ListCell *lc;

	foreach (lc, candidates)
		if (filter(lfirst(lc)))
			result = Max(result, ((Candidate *) lfirst(lc))->standing);
	return result;
}

/* Lists the owners of those that are at least so near. */
static List *
owners_of(List *candidates, Filter filter, Standing from)
{
	List *result = NIL;
	ListCell *lc;

	foreach (lc, candidates)
	{
		const Candidate *candidate = lfirst(lc);

		if (filter(candidate) && candidate->standing >= from)
			result = list_append_unique_oid(result, candidate->owner);
	}
	return result;
}

/* Refuses a name that several owners have, all of them equally near. */
static void
refuse_owners(const char *name, List *owners)
{
	StringInfoData list;
	ListCell *lc;

	initStringInfo(&list);
	foreach (lc, owners)
		appendStringInfo(&list, "%s%s", list.len > 0 ? ", " : "",
						 quote_identifier(GetUserNameFromId(lfirst_oid(lc), false)));
	ereport(ERROR, (errcode(ERRCODE_AMBIGUOUS_PARAMETER),
					errmsg("the name \"%s\" is ambiguous: tables of several owners have one", name),
					errdetail("The owners: %s.", list.data),
					errhint("SET ROLE to the owner that is meant, or give a migration's number as "
							"its name: '#' and the id that zdm.status has.")));
}

/* Refuses a name that two migrations have which one owner has got with different tables. */
static void
refuse_same_owner(const char *name, const Candidate *one, const Candidate *other)
{
	ereport(ERROR, (errcode(ERRCODE_AMBIGUOUS_PARAMETER),
					errmsg("the name \"%s\" is ambiguous: two tables of one owner have one", name),
					errdetail("One of the tables has changed its owner since: %s is '#" INT64_FORMAT
							  "', %s is '#" INT64_FORMAT "'.",
							  zdm_qualified_name(one->relation), one->id,
							  zdm_qualified_name(other->relation), other->id),
					errhint("Give the number as the name.")));
}

/* Chooses the migration of a name among the nearest; NULL: there is none.  An error if several are
 * as near. */
static const Candidate *
choose_named(List *candidates, const char *name)
{
	Standing standing = nearest(candidates, is_named);
	List *owners = owners_of(candidates, is_named, standing);
	const Candidate *chosen = NULL;
	ListCell *lc;

	if (standing == IS_FOREIGN)
		return NULL;
	if (list_length(owners) > 1)
		refuse_owners(name, owners);
	foreach (lc, candidates)
	{
		const Candidate *candidate = lfirst(lc);

		if (!candidate->is_named || candidate->standing != standing)
			continue;
		if (chosen && !chosen->over && !candidate->over && standing != IS_WITHOUT_TABLE)
			refuse_same_owner(name, chosen, candidate);
		if (chosen == NULL || chosen->over || !candidate->over)
			chosen = candidate;
	}
	return chosen;
}

/* Returns the migration that a number stands for, written as '#7'; NULL: none of the caller's. */
static ZdmMigration *
numbered(const char *name)
{
	ZdmMigration *m;
	char *end;
	int64 id;

	if (name[0] != '#' || name[1] < '1' || name[1] > '9')
		return NULL;
	errno = 0;
	id = strtoll(name + 1, &end, 10);
	m = *end == '\0' && errno == 0 ? zdm_migration_by_id(id) : NULL;
	return m && zdm_owns_migration(m) ? m : NULL;
}

/* Returns the caller's migration of that name; NULL if there is none. */
ZdmMigration *
zdm_migration_named(const char *name)
{
	const Candidate *chosen = choose_named(list_candidates(name), name);

	return chosen ? zdm_migration_by_id(chosen->id) : numbered(name);
}

/* Tells whether the current role has some right on a table. */
static bool
has_some_right(Oid relation)
{
	return pg_class_aclmask(relation, GetUserId(), ACL_ALL_RIGHTS_RELATION, ACLMASK_ANY) != 0 ||
		   pg_attribute_aclcheck_all(relation, GetUserId(), ACL_ALL_RIGHTS_COLUMN, ACLMASK_ANY) ==
			   ACLCHECK_OK;
}

/*
 * An error about a name that the caller has nothing of.  It is the same whatever others have; only
 * who may use a table of theirs is told why it is not the caller's.
 */
static void
refuse_unknown(const char *name, List *candidates)
{
	char *closest = zdm_closest(name, zdm_migration_names(GetUserId()));
	char *table = NULL;
	ListCell *lc;

	foreach (lc, candidates)
	{
		const Candidate *candidate = lfirst(lc);

		if (OidIsValid(candidate->owner) && has_some_right(candidate->relation))
			table = get_rel_name(candidate->relation);
	}
	ereport(ERROR,
			(errcode(ERRCODE_UNDEFINED_OBJECT), errmsg("migration \"%s\" does not exist", name),
			 table     ? errhint("Table \"%s\" has one, which only its owner can call.", table)
			 : closest ? errhint("Did you mean \"%s\"?", closest)
					   : errhint("SELECT name, status FROM zdm.status lists the migrations.")));
}

/* Returns the caller's migration of a name, or an undefined_object error. */
static ZdmMigration *
get_named(const char *name, List *candidates)
{
	const Candidate *chosen = choose_named(candidates, name);
	ZdmMigration *m = chosen ? zdm_migration_by_id(chosen->id) : numbered(name);

	if (m == NULL)
		refuse_unknown(name, candidates);
	return m;
}

/* The same, for a name whose candidates are not known yet. */
ZdmMigration *
zdm_migration_get(const char *name)
{
	return get_named(name, list_candidates(name));
}

/*
 * Leaves out of a release what was over before the rest of it began: it was another one of the same
 * name, as of a table that others were merged into before.  Tenants come one behind the other.
 */
static List *
without_former(List *members)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};
	List *ids = NIL;
	List *result = NIL;
	MemoryContext caller = CurrentMemoryContext;
	List *former = NIL;
	ListCell *lc;
	ListCell *id;
	uint64 n;

	foreach (lc, members)
		ids = lappend(ids, psprintf(INT64_FORMAT, ((ZdmMigration *) lfirst(lc))->id));
	zdm_record_begin(&scope);
	zdm_arg_text_list(&args, ids);
	n = zdm_query(
		"WITH m AS (SELECT * FROM zdm.migration_row WHERE id = ANY ($1::text[]::bigint[]))"
		" SELECT id::text AS id FROM m WHERE status = 'finalized'"
		"    AND changed_at <= (SELECT min(created_at) FROM m WHERE status <> 'finalized')"
		"    AND id NOT IN (SELECT unnest(migrations) FROM zdm.tenant_schema_row)",
		&args);
	for (uint64 i = 0; i < n; i++)
	{
		MemoryContext record = MemoryContextSwitchTo(caller);

		former = lappend(former, pstrdup(zdm_result_text(i, "id")));
		MemoryContextSwitchTo(record);
	}
	zdm_record_end(&scope);
	forboth (lc, members, id, ids)
		if (!zdm_has_string(former, lfirst(id)))
			result = lappend(result, lfirst(lc));
	return result;
}

/*
 * Lists the members (ZdmMigration *) of the caller's release, oldest first: those on tables of the
 * owners who are near, and what he has begun whose table is gone.
 */
static List *
list_members(List *candidates, const char *name, Standing standing)
{
	Filter filter = nearest(candidates, is_member) == standing ? is_member : was_member;
	List *owners = owners_of(candidates, filter, Min(standing, IS_BEGUN));
	List *result = NIL;
	ListCell *lc;

	if (standing < IS_BEGUN && list_length(owners) > 1)
		refuse_owners(name, owners);
	foreach (lc, candidates)
	{
		const Candidate *candidate = lfirst(lc);
		ZdmMigration *m;

		if (!is_member(candidate) || candidate->standing == IS_FOREIGN)
			continue;
		if (candidate->standing == IS_WITHOUT_TABLE
				? standing != IS_WITHOUT_TABLE && !candidate->begun
				: !list_member_oid(owners, candidate->owner))
			continue;
		m = zdm_migration_by_id(candidate->id);
		if (m)
			result = lappend(result, m);
	}
	return without_former(result);
}

/*
 * Lists what a name stands for (ZdmMigration *), oldest first: the caller's migration of that name,
 * or his migrations of that release, whatever others have called so.  An error if there is
 * neither; empty if all were rolled back.
 */
List *
zdm_members_named(const char *name)
{
	List *candidates = list_candidates(name);
	Standing named = nearest(candidates, is_named);
	Standing member = nearest(candidates, is_member);
	Standing release = member != IS_FOREIGN ? member : nearest(candidates, was_member);
	List *owners = NIL;

	if (named == IS_FOREIGN && release != IS_FOREIGN)
		return list_members(candidates, name, release);
	if (named != IS_FOREIGN && member > named)
		return list_members(candidates, name, member);
	if (named != IS_FOREIGN && member == named)
		owners = list_union_oid(owners_of(candidates, is_named, named),
								owners_of(candidates, is_member, named));
	if (list_length(owners) > 1)
		refuse_owners(name, owners);
	return list_make1(get_named(name, candidates));
}

/* Tells whether the caller finds a migration, which is his, by its name. */
bool
zdm_name_is_clear(const ZdmMigration *m)
{
	List *candidates = list_candidates(m->name);
	Standing standing = nearest(candidates, is_named);
	ListCell *lc;

	foreach (lc, candidates)
	{
		const Candidate *candidate = lfirst(lc);

		if (candidate->is_named && candidate->standing == standing && candidate->id != m->id &&
			(!candidate->over || candidate->owner != zdm_relation_owner(m->relation)))
			return false;
		if (candidate->id == m->id && candidate->standing != standing)
			return false;
	}
	return true;
}

/*
 * Keeps others from beginning something of an owner's under a name until the end of the
 * transaction; whoever is just beginning it is waited for.  Only who has the owner's rights gets
 * this far, so nobody else can hold it up.
 */
void
zdm_name_lock(const char *name, Oid owner)
{
	uint32 hash = DatumGetUInt32(hash_any((const unsigned char *) name, (int) strlen(name)));

	zdm_transaction_lock(ZDM_LOCK_NAME, (int64) (((uint64) owner << 32) | hash));
}
