-- Who still uses which form.

-- What is known in this database of tables of the caller.
CREATE FUNCTION zdm.usage_entries(
        OUT trigger oid, OUT side text, OUT application_name text, OUT role oid, OUT reads bigint,
        OUT writes bigint, OUT last_read timestamptz, OUT last_write timestamptz, OUT query_id bigint)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'zdm_usage_entries_list' LANGUAGE C VOLATILE;

-- A change of type, or of a whole table, has one name for both forms; a column that is added is no other form to read.
CREATE FUNCTION zdm.has_two_forms(kind text, trigger_name text) RETURNS boolean
    LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
    SELECT trigger_name IS NOT NULL AND kind NOT IN ('change_type', 'shadow_table', 'compact', 'extract', 'merge', 'partition');
END;

-- What is known of one migration, or of all: its trigger is on the table and on those that inherit
-- from it.
CREATE FUNCTION zdm.usage_of(
        migration bigint, OUT migration_id bigint, OUT side text, OUT application_name text, OUT role oid, OUT reads bigint,
        OUT writes bigint, OUT last_read timestamptz, OUT last_write timestamptz, OUT query_id bigint)
    RETURNS SETOF record
    LANGUAGE sql VOLATILE
BEGIN ATOMIC
    WITH RECURSIVE tree AS (
        SELECT m.id, m.relation::oid AS relation, m.trigger_name, m.kind FROM zdm.migration m
         WHERE m.id = coalesce(migration, m.id) AND m.status NOT IN ('finalized', 'rolled_back')
           AND zdm.has_two_forms(m.kind, m.trigger_name)
        UNION
        SELECT t.id, i.inhrelid, t.trigger_name, t.kind
          FROM pg_catalog.pg_inherits i JOIN tree t ON i.inhparent = t.relation
    )
    SELECT t.id, u.side, u.application_name, u.role, nullif(sum(u.reads) FILTER (WHERE c.counts), 0)::bigint,
           nullif(sum(u.writes), 0)::bigint, max(u.last_read) FILTER (WHERE c.counts), max(u.last_write),
           (array_agg(u.query_id ORDER BY u.last_read DESC NULLS LAST) FILTER (WHERE c.counts))[1]
      FROM zdm.usage_entries() u
           JOIN pg_catalog.pg_trigger g ON g.oid = u.trigger
           JOIN tree t ON t.relation = g.tgrelid AND t.trigger_name = g.tgname,
           -- A new column's expression reads columns that stay.
           LATERAL (SELECT NOT (t.kind IN ('add_column', 'not_null') AND u.side = 'old')) AS c (counts)
     GROUP BY t.id, u.side, u.application_name, u.role
    HAVING sum(u.writes) > 0 OR bool_or(c.counts);
END;

CREATE VIEW zdm.usage WITH (security_invoker = true) AS
SELECT m.name, m.relation, u.side, u.application_name, coalesce(r.rolname, u.role::text::name) AS role,
       coalesce(u.reads, 0) AS reads, coalesce(u.writes, 0) AS writes, u.last_read, u.last_write, u.query_id
  FROM zdm.usage_of(NULL) u JOIN zdm.migration m ON m.id = u.migration_id
       LEFT JOIN pg_catalog.pg_roles r ON r.oid = u.role
 ORDER BY m.id, greatest(u.last_read, u.last_write) DESC;

GRANT SELECT ON zdm.usage TO PUBLIC;

COMMENT ON FUNCTION zdm.usage_entries() IS 'what is known of who uses which form, for each trigger; kept where zdm is preloaded';
COMMENT ON FUNCTION zdm.has_two_forms(text, text) IS 'whether the two forms of a migration can be told apart by what applications use';
COMMENT ON FUNCTION zdm.usage_of(bigint) IS 'the same for one migration; null: for all';
COMMENT ON VIEW zdm.usage IS 'who uses which form of what changes, as of a second ago; nothing where zdm is not preloaded';
COMMENT ON COLUMN zdm.usage.name IS 'the migration';
COMMENT ON COLUMN zdm.usage.relation IS 'the table';
COMMENT ON COLUMN zdm.usage.side IS 'old, new, or all columns: SELECT *, which does not tell the form';
COMMENT ON COLUMN zdm.usage.application_name IS 'the application, as it calls itself';
COMMENT ON COLUMN zdm.usage.role IS 'the role that it uses';
COMMENT ON COLUMN zdm.usage.reads IS 'statements that read columns of that side';
COMMENT ON COLUMN zdm.usage.writes IS 'rows that were written by that side';
COMMENT ON COLUMN zdm.usage.last_read IS 'when the last one began';
COMMENT ON COLUMN zdm.usage.last_write IS 'when the last transaction ended that wrote';
COMMENT ON COLUMN zdm.usage.query_id IS 'the id of such a statement, as in pg_stat_statements; null: compute_query_id is off';
