/*
 * rollout.c
 *		The record: zdm.rollout.
 *
 * Sessions keep what they have read of it (api/use_new.c).  Whatever changes it invalidates the
 * relation, as a change of its definition would, so that they read it anew.
 */
#include "postgres.h"

#include "catalog/namespace.h"
#include "catalog/pg_type.h"
#include "utils/inval.h"
#include "utils/lsyscache.h"
#include "utils/memutils.h"

#include "base/json.h"
#include "base/names.h"
#include "base/query.h"
#include "record/rollout.h"

/* Returns the relation that is invalidated. */
Oid
zdm_rollout_relation(void)
{
	return get_relname_relid("rollout_row", get_namespace_oid("zdm", true));
}

/* Tells all sessions to read it anew, and that a migration has begun or got another status. */
void
zdm_rollout_changed(void)
{
	Oid relation = zdm_rollout_relation();

	if (OidIsValid(relation))
		CacheInvalidateRelcacheByRelid(relation);
}

/* Sets a rollout as far as it is given; steps begin now. */
void
zdm_rollout_set(int64 migration, const ZdmRollout *rollout)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};

	zdm_record_begin(&scope);
	zdm_arg_int8(&args, migration);
	zdm_arg_datum(&args, INT4OID, Int32GetDatum(rollout->percent), rollout->percent < 0);
	zdm_arg_datum(&args, INT4ARRAYOID, PointerGetDatum(rollout->steps), rollout->steps == NULL);
	zdm_arg_usec(&args, rollout->every_usec);
	zdm_arg_datum(&args, TEXTARRAYOID, PointerGetDatum(rollout->include), rollout->include == NULL);
	zdm_arg_datum(&args, TEXTARRAYOID, PointerGetDatum(rollout->exclude), rollout->exclude == NULL);
	zdm_arg_datum(&args, TEXTARRAYOID, PointerGetDatum(rollout->require), rollout->require == NULL);
	zdm_query("INSERT INTO zdm.rollout_row AS r (migration_id, percent, steps, every, next_at,"
			  "                                  include, exclude, require)"
			  " VALUES ($1, coalesce($2, 0), $3, CASE WHEN $3 IS NOT NULL THEN $4 END,"
			  "         CASE WHEN $3 IS NOT NULL THEN clock_timestamp() END,"
			  "         coalesce($5, '{}'), coalesce($6, '{}'), coalesce($7, '{}'))"
			  " ON CONFLICT (migration_id) DO UPDATE"
			  "    SET percent = coalesce($2, CASE WHEN $3 IS NOT NULL THEN 0 ELSE r.percent END),"
			  "        steps = CASE WHEN $2 IS NULL AND $3 IS NULL THEN r.steps ELSE $3 END,"
			  "        every = CASE WHEN $2 IS NULL AND $3 IS NULL THEN r.every"
			  "                     ELSE excluded.every END,"
			  "        next_at = CASE WHEN $2 IS NULL AND $3 IS NULL THEN r.next_at"
			  "                       ELSE excluded.next_at END,"
			  "        include = coalesce($5, r.include), exclude = coalesce($6, r.exclude),"
			  "        require = coalesce($7, r.require),"
			  "        reason = NULL, changed_at = clock_timestamp()",
			  &args);
	zdm_record_end(&scope);
	zdm_rollout_changed();
}

/* Tells whether some rollout goes on by itself. */
bool
zdm_rollouts_are_there(void)
{
	ZdmRecordScope scope;
	bool found;

	zdm_record_begin(&scope);
	found =
		zdm_query("SELECT FROM zdm.rollout_row r JOIN zdm.migration_row m ON m.id = r.migration_id"
				  " WHERE r.next_at IS NOT NULL"
				  "   AND m.status NOT IN ('contracted', 'finalized', 'rolled_back') LIMIT 1",
				  NULL) > 0;
	zdm_record_end(&scope);
	return found;
}

/* Lists the migrations (int64 *) that are ready and whose next step is due. */
List *
zdm_rollouts_due(void)
{
	MemoryContext caller = CurrentMemoryContext;
	ZdmRecordScope scope;
	List *result = NIL;
	uint64 n;

	zdm_record_begin(&scope);
	n = zdm_query(
		"SELECT m.id FROM zdm.rollout_row r JOIN zdm.migration_row m ON m.id = r.migration_id"
		" WHERE r.next_at <= clock_timestamp() AND m.status = 'ready' ORDER BY m.id",
		NULL);
	for (uint64 i = 0; i < n; i++)
	{
		MemoryContext record = MemoryContextSwitchTo(caller);
		int64 *id = palloc(sizeof(int64));

		*id = zdm_result_int8(i, "id");
		result = lappend(result, id);
		MemoryContextSwitchTo(record);
	}
	zdm_record_end(&scope);
	return result;
}

/* Tells whether all guards of a migration hold; else why not. */
bool
zdm_rollout_may_go_on(int64 migration, char **reason)
{
	MemoryContext caller = CurrentMemoryContext;
	ZdmRecordScope scope;
	ZdmArgs args = {0};
	bool hold;

	zdm_record_begin(&scope);
	zdm_arg_int8(&args, migration);
	hold =
		zdm_query("SELECT CASE WHEN error IS NOT NULL THEN format('guard %s fails', id)"
				  "            WHEN in_a_row > 0 THEN format('guard %s: %s is %s, above %s', id,"
				  "                                         left(metric, 60), value, threshold)"
				  "            ELSE format('guard %s has measured nothing yet', id) END AS reason"
				  "  FROM zdm.guard_row WHERE migration_id = $1"
				  "   AND (error IS NOT NULL OR in_a_row > 0 OR measured_at IS NULL)"
				  " ORDER BY id LIMIT 1",
				  &args) == 0;
	if (!hold)
		*reason = MemoryContextStrdup(caller, zdm_result_text(0, "reason"));
	zdm_record_end(&scope);
	return hold;
}

/* Takes a rollout's row for the transaction; false: it is gone, or another transaction has it. */
bool
zdm_rollout_claim(int64 migration)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};
	bool found;

	zdm_record_begin(&scope);
	zdm_arg_int8(&args, migration);
	found = zdm_query("SELECT FROM zdm.rollout_row WHERE migration_id = $1 FOR UPDATE SKIP LOCKED",
					  &args) > 0;
	zdm_record_end(&scope);
	return found;
}

/* Takes the next step; returns the share that it has then. */
int
zdm_rollout_step(int64 migration)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};
	int percent = 0;

	zdm_record_begin(&scope);
	zdm_arg_int8(&args, migration);
	if (zdm_query("UPDATE zdm.rollout_row r"
				  "   SET percent = n.step, reason = NULL, changed_at = clock_timestamp(),"
				  "       next_at = CASE WHEN n.step < n.last THEN clock_timestamp() + r.every END"
				  "  FROM (SELECT coalesce(min(s) FILTER (WHERE s > o.percent), o.percent) AS step,"
				  "               max(s) AS last"
				  "          FROM zdm.rollout_row o, unnest(o.steps) s"
				  "         WHERE o.migration_id = $1 GROUP BY o.percent) n"
				  " WHERE r.migration_id = $1 RETURNING r.percent::bigint AS percent",
				  &args) > 0)
		percent = (int) zdm_result_int8(0, "percent");
	zdm_record_end(&scope);
	zdm_rollout_changed();
	return percent;
}

/* Lists the queries (char *) that a step requires to be true. */
List *
zdm_rollout_requires(int64 migration)
{
	ZdmArgs args = {0};

	zdm_arg_int8(&args, migration);
	return zdm_query_names("SELECT q.query AS name"
						   "  FROM zdm.rollout_row r,"
						   "       unnest(r.require) WITH ORDINALITY q (query, place)"
						   " WHERE r.migration_id = $1 ORDER BY q.place",
						   &args);
}

/* Notes why the next step is not taken yet. */
void
zdm_rollout_hold(int64 migration, const char *reason)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};

	zdm_record_begin(&scope);
	zdm_arg_int8(&args, migration);
	zdm_arg_text(&args, reason);
	zdm_query("UPDATE zdm.rollout_row SET reason = $2,"
			  "       next_at = clock_timestamp() + least(every, interval '10 s')"
			  " WHERE migration_id = $1",
			  &args);
	zdm_record_end(&scope);
}

/* Notes why the next step is not taken, and that it is not tried again for so many seconds. */
void
zdm_rollout_put_off(int64 migration, const char *reason, int seconds)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};

	zdm_record_begin(&scope);
	zdm_arg_int8(&args, migration);
	zdm_arg_text(&args, reason);
	zdm_arg_usec(&args, seconds * USECS_PER_SEC);
	zdm_query("UPDATE zdm.rollout_row SET reason = $2, next_at = clock_timestamp() + $3"
			  " WHERE migration_id = $1 AND next_at IS NOT NULL",
			  &args);
	zdm_record_end(&scope);
}

/* Takes a rollout back to nothing, and ends its steps; false: it was there already. */
bool
zdm_rollout_take_back(int64 migration, const char *reason)
{
	ZdmRecordScope scope;
	ZdmArgs args = {0};
	bool done;

	zdm_record_begin(&scope);
	zdm_arg_int8(&args, migration);
	zdm_arg_text(&args, reason);
	done = zdm_query("UPDATE zdm.rollout_row SET percent = 0, next_at = NULL, reason = $2,"
					 "       changed_at = clock_timestamp()"
					 " WHERE migration_id = $1 AND (percent > 0 OR next_at IS NOT NULL)",
					 &args) > 0;
	zdm_record_end(&scope);
	if (done)
		zdm_rollout_changed();
	return done;
}

/* A table that has a migration of a name, and may be used. */
typedef struct Found
{
	uint64 row; /* of the result: that of its last migration */
	Oid relation;
	Oid owner;
	int nearness;
} Found;

/* How near a table is to a role: its own, one of a role that it is a member of, in its search_path.
 */
#define NEAR_OWN 4
#define NEAR_MEMBER 2
#define NEAR_VISIBLE 1

/* Refuses a name that is as near with another owner's table. */
static void
refuse_ambiguous(const char *name, const Found *one, const Found *other)
{
	ereport(ERROR, (errcode(ERRCODE_AMBIGUOUS_PARAMETER),
					errmsg("the name \"%s\" is ambiguous: tables of several owners have one", name),
					errdetail("It is of %s, and of %s.", zdm_qualified_name(one->relation),
							  zdm_qualified_name(other->relation)),
					errhint("Name the table: zdm.use_new(name, key, 'schema.table').")));
}

/* Chooses the nearest table; *by_path tells whether the search_path has decided.  NULL: none. */
static const Found *
choose_table(const char *name, List *all, bool *by_path)
{
	const Found *chosen = NULL;
	ListCell *lc;

	*by_path = false;
	foreach (lc, all)
	{
		Found *found = lfirst(lc);

		found->nearness += RelationIsVisible(found->relation) ? NEAR_VISIBLE : 0;
		if (chosen == NULL || found->nearness > chosen->nearness)
			chosen = found;
	}
	foreach (lc, all)
	{
		const Found *found = lfirst(lc);

		if (found->owner == chosen->owner)
			continue;
		if (found->nearness == chosen->nearness)
			refuse_ambiguous(name, chosen, found);
		*by_path |= (found->nearness | NEAR_VISIBLE) == (chosen->nearness | NEAR_VISIBLE);
	}
	return chosen;
}

/* Reads one row of what zdm_rollout_look() has asked for; the lists into the given memory. */
static void
read_state(uint64 row, MemoryContext memory, ZdmRolloutState *state)
{
	MemoryContext record = MemoryContextSwitchTo(memory);
	Jsonb *lists;

	state->all = zdm_result_bool(row, "all_new");
	state->open = zdm_result_bool(row, "open");
	state->percent = (int) zdm_result_int8(row, "percent");
	lists = zdm_result_jsonb(row, "lists");
	state->include = zdm_json_list(lists, "include");
	state->exclude = zdm_json_list(lists, "exclude");
	MemoryContextSwitchTo(record);
}

/*
 * Reads what a role is to see of the last migration of a name, of a table that it may use, or of
 * the one that is given (InvalidOid: none is); false if there is none.  Of tables of several owners
 * the nearest counts: who may use what is theirs can't be told by rights, which anybody may grant.
 * The lists are allocated in the given memory.
 */
bool
zdm_rollout_look(const char *name, Oid role, Oid table, MemoryContext memory,
				 ZdmRolloutState *state)
{
	MemoryContext caller = CurrentMemoryContext;
	ZdmArgs args = {0};
	ZdmRecordScope scope;
	List *all = NIL;
	const Found *chosen;
	ZdmRolloutState *states;
	uint64 n;

	zdm_record_begin(&scope);
	zdm_arg_text(&args, name);
	zdm_arg_oid(&args, role);
	zdm_arg_oid(&args, table);
	n = zdm_query(
		"SELECT m.relation::oid AS relation, c.relowner AS owner,"
		"       pg_catalog.has_table_privilege($2, m.relation::oid,"
		"                                      'SELECT, INSERT, UPDATE, DELETE')"
		"       OR pg_catalog.has_any_column_privilege($2, m.relation::oid,"
		"                                              'SELECT, INSERT, UPDATE') AS usable,"
		"       CASE WHEN c.relowner = $2 THEN 4"
		"            WHEN pg_catalog.pg_has_role($2, c.relowner, 'USAGE') THEN 2"
		"            ELSE 0 END::bigint AS nearness,"
		"       m.status IN ('contracted', 'finalized') AS all_new,"
		"       m.status = 'ready' AS open, coalesce(r.percent, 0)::bigint AS percent,"
		"       jsonb_build_object('include', r.include, 'exclude', r.exclude) AS lists"
		"  FROM zdm.migration_row m JOIN pg_catalog.pg_class c ON c.oid = m.relation"
		"       LEFT JOIN zdm.rollout_row r ON r.migration_id = m.id"
		" WHERE m.name = $1 AND ($3 = 0::oid OR m.relation = $3::oid::regclass)"
		" ORDER BY m.id DESC",
		&args);
	states = MemoryContextAllocZero(caller, sizeof(ZdmRolloutState) * (n + 1));
	for (uint64 row = 0; row < n; row++)
	{
		Oid relation = zdm_result_oid(row, "relation");
		MemoryContext record = MemoryContextSwitchTo(memory);

		state->relations = list_append_unique_oid(state->relations, relation);
		MemoryContextSwitchTo(caller);
		if (zdm_result_bool(row, "usable"))
		{
			Found *found = palloc(sizeof(Found));

			*found = (Found){.row = row,
							 .relation = relation,
							 .owner = zdm_result_oid(row, "owner"),
							 .nearness = (int) zdm_result_int8(row, "nearness")};
			all = lappend(all, found);
			read_state(row, memory, &states[row]);
		}
		MemoryContextSwitchTo(record);
	}
	zdm_record_end(&scope);
	/* By the caller's search_path. */
	chosen = choose_table(name, all, &state->by_path);
	if (chosen == NULL)
		return false;
	states[chosen->row].relations = state->relations;
	states[chosen->row].by_path = state->by_path;
	*state = states[chosen->row];
	return true;
}
