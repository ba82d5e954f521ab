-- Which part of an application's users or tenants is to use the new form already.

CREATE TABLE zdm.rollout_row (
    migration_id  bigint PRIMARY KEY,
    percent       int NOT NULL CHECK (percent BETWEEN 0 AND 100),
    include       text[] NOT NULL DEFAULT '{}',
    exclude       text[] NOT NULL DEFAULT '{}',
    require       text[] NOT NULL DEFAULT '{}',
    steps         int[],
    every         interval,
    next_at       timestamptz,
    reason        text,
    changed_at    timestamptz NOT NULL DEFAULT clock_timestamp()
) WITH (fillfactor = 70);

CREATE VIEW zdm.rollout WITH (security_barrier = true) AS
SELECT m.id AS migration_id, m.name, m.relation, m.status, r.percent, r.include, r.exclude, r.steps,
       r.every, r.require, r.next_at, r.reason, r.changed_at
  FROM zdm.rollout_row r JOIN zdm.migration_row m ON m.id = r.migration_id
 WHERE zdm.may_see(m.relation, m.created_by)
 ORDER BY m.id;

CREATE FUNCTION zdm.rollout(
        name text, percent int DEFAULT NULL, steps int[] DEFAULT NULL, every interval DEFAULT '5 min',
        include text[] DEFAULT NULL, exclude text[] DEFAULT NULL, require text[] DEFAULT NULL)
    RETURNS void
    AS 'MODULE_PATHNAME', 'zdm_rollout' LANGUAGE C VOLATILE;

CREATE FUNCTION zdm.use_new(name text, key text, tbl regclass DEFAULT NULL) RETURNS boolean
    AS 'MODULE_PATHNAME', 'zdm_use_new' LANGUAGE C STABLE;

GRANT SELECT ON zdm.rollout TO PUBLIC;
GRANT SELECT ON zdm.rollout_row TO pg_database_owner;
SELECT pg_catalog.pg_extension_config_dump('zdm.rollout_row', '');

COMMENT ON TABLE zdm.rollout_row IS 'the rows of zdm.rollout, for zdm itself and pg_dump';
COMMENT ON FUNCTION zdm.rollout(text, int, int[], interval, text[], text[], text[]) IS 'says for which share of keys, and for which, zdm.use_new is true; by hand, or in steps by itself';
COMMENT ON FUNCTION zdm.use_new(text, text, regclass) IS 'whether an application is to use the new form of a migration for this user or tenant; tbl: of that table, whatever others have called so';
COMMENT ON VIEW zdm.rollout IS 'for which share of its keys an application uses the new form';
COMMENT ON COLUMN zdm.rollout.migration_id IS 'number of the migration';
COMMENT ON COLUMN zdm.rollout.name IS 'the migration';
COMMENT ON COLUMN zdm.rollout.relation IS 'the table';
COMMENT ON COLUMN zdm.rollout.status IS 'its status: the rollout counts while it is ready';
COMMENT ON COLUMN zdm.rollout.percent IS 'the share of keys';
COMMENT ON COLUMN zdm.rollout.include IS 'keys that use the new form, whatever the share is';
COMMENT ON COLUMN zdm.rollout.exclude IS 'keys that do not';
COMMENT ON COLUMN zdm.rollout.steps IS 'the shares that it is to have, one after the other; null: by hand';
COMMENT ON COLUMN zdm.rollout.every IS 'time between two steps';
COMMENT ON COLUMN zdm.rollout.require IS 'queries of the owner, each of which must say true before a step is taken';
COMMENT ON COLUMN zdm.rollout.next_at IS 'when the next step is tried; null: there is none';
COMMENT ON COLUMN zdm.rollout.reason IS 'why the last step was not taken, or the rollout taken back';
COMMENT ON COLUMN zdm.rollout.changed_at IS 'when the share changed last';
