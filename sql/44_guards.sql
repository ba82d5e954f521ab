-- What is watched while a migration is under way, and what is done about it.

CREATE TABLE zdm.guard_row (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    migration_id  bigint NOT NULL,
    metric        text NOT NULL,
    threshold     double precision NOT NULL,
    action        text NOT NULL CHECK (action IN ('warn', 'pause', 'reopen', 'rollback')),
    every         interval NOT NULL,
    samples       int NOT NULL,
    created_by    name NOT NULL DEFAULT session_user,
    created_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    value         double precision,
    measured_at   timestamptz,
    in_a_row      int NOT NULL DEFAULT 0,
    error         text,
    acted_at      timestamptz,
    acted_value   double precision,
    put_off_to    timestamptz
) WITH (fillfactor = 50);
CREATE INDEX guard_row_migration_idx ON zdm.guard_row (migration_id);

CREATE VIEW zdm.guard WITH (security_barrier = true) AS
SELECT r.id, r.migration_id, r.metric, r.threshold, r.action, r.every, r.samples, r.created_by,
       r.created_at, r.value, r.measured_at, r.in_a_row, r.error, r.acted_at, r.acted_value,
       r.put_off_to
  FROM zdm.guard_row r
 WHERE EXISTS (SELECT FROM zdm.migration_row m
                WHERE m.id = r.migration_id AND zdm.may_see(m.relation, m.created_by));

CREATE FUNCTION zdm.guard(
        name text, metric text, threshold double precision, action text, every interval DEFAULT '30 s',
        samples int DEFAULT 3)
    RETURNS int
    AS 'MODULE_PATHNAME', 'zdm_guard' LANGUAGE C VOLATILE STRICT;

CREATE FUNCTION zdm.drop_guard(name text, guard bigint DEFAULT NULL) RETURNS int
    AS 'MODULE_PATHNAME', 'zdm_drop_guard' LANGUAGE C VOLATILE;

-- Numbers of the server at this moment; null: there is nothing to measure.  As much as the current
-- user may see.
CREATE FUNCTION zdm.server_metrics(names text[], OUT name text, OUT value double precision)
    RETURNS SETOF record
    LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT m.name, m.value
      FROM (SELECT 'lock_waiters' AS name,
                   (SELECT count(*) FROM pg_catalog.pg_stat_activity
                     WHERE wait_event_type = 'Lock'
                       AND datname = pg_catalog.current_database())::double precision AS value
            UNION ALL
            SELECT 'active_sessions',
                   (SELECT count(*) FROM pg_catalog.pg_stat_activity
                     WHERE state = 'active' AND backend_type = 'client backend'
                       AND pid <> pg_catalog.pg_backend_pid()
                       AND datname = pg_catalog.current_database())
            UNION ALL
            SELECT 'longest_transaction',
                   (SELECT coalesce(max(extract(epoch FROM pg_catalog.clock_timestamp() - xact_start)), 0)
                      FROM pg_catalog.pg_stat_activity
                     WHERE backend_type = 'client backend' AND pid <> pg_catalog.pg_backend_pid()
                       AND datname = pg_catalog.current_database())
            UNION ALL
            SELECT 'replica_lag_bytes',
                   (SELECT max(pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_insert_lsn(),
                                                          coalesce(replay_lsn, '0/0')))
                      FROM pg_catalog.pg_stat_replication WHERE state IN ('streaming', 'catchup'))
            UNION ALL
            SELECT 'slot_wal',
                   (SELECT max(pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_insert_lsn(), restart_lsn))
                      FROM pg_catalog.pg_replication_slots
                     WHERE wal_status IS DISTINCT FROM 'lost' AND restart_lsn IS NOT NULL)) AS m
     WHERE m.name = ANY (names);
END;

CREATE VIEW zdm.guards WITH (security_invoker = true) AS
SELECT g.id, m.name, m.relation, m.status, g.metric, g.threshold, g.action, g.every, g.samples,
       g.value, g.measured_at, g.in_a_row, g.error, g.acted_at, g.acted_value
  FROM zdm.guard g JOIN zdm.migration m ON m.id = g.migration_id
 ORDER BY g.id;

GRANT SELECT ON zdm.guard, zdm.guards TO PUBLIC;
GRANT SELECT ON zdm.guard_row TO pg_database_owner;
GRANT SELECT ON SEQUENCE zdm.guard_row_id_seq TO pg_database_owner;
SELECT pg_catalog.pg_extension_config_dump('zdm.guard_row', '');
SELECT pg_catalog.pg_extension_config_dump('zdm.guard_row_id_seq', '');

COMMENT ON TABLE zdm.guard_row IS 'the rows of zdm.guard, for zdm itself and pg_dump';
COMMENT ON VIEW zdm.guard IS 'what is watched while a migration is under way: see zdm.guards';
COMMENT ON SEQUENCE zdm.guard_row_id_seq IS 'numbers of zdm.guard';
COMMENT ON COLUMN zdm.guard.id IS 'number of the guard';
COMMENT ON COLUMN zdm.guard.migration_id IS 'the migration';
COMMENT ON COLUMN zdm.guard.metric IS 'what is measured: a word, or a query that returns a number';
COMMENT ON COLUMN zdm.guard.threshold IS 'what it must not be above';
COMMENT ON COLUMN zdm.guard.action IS 'what is done then: warn, pause, reopen or rollback';
COMMENT ON COLUMN zdm.guard.every IS 'time between two measurements';
COMMENT ON COLUMN zdm.guard.samples IS 'so many in a row must be above the threshold';
COMMENT ON COLUMN zdm.guard.created_by IS 'the session user who has set it';
COMMENT ON COLUMN zdm.guard.created_at IS 'when it was set';
COMMENT ON COLUMN zdm.guard.value IS 'what was measured last; null: there was nothing to measure';
COMMENT ON COLUMN zdm.guard.measured_at IS 'when that was';
COMMENT ON COLUMN zdm.guard.in_a_row IS 'so many measurements in a row were above the threshold';
COMMENT ON COLUMN zdm.guard.error IS 'why the last measurement, or the action, failed';
COMMENT ON COLUMN zdm.guard.acted_at IS 'when it acted last';
COMMENT ON COLUMN zdm.guard.acted_value IS 'on what value';
COMMENT ON FUNCTION zdm.guard(text, text, double precision, text, interval, int) IS 'watches a number until finalize, and warns, pauses, reopens or rolls back where it is above a threshold';
COMMENT ON FUNCTION zdm.drop_guard(text, bigint) IS 'takes one guard away, or all of them; returns how many';
COMMENT ON FUNCTION zdm.server_metrics(text[]) IS 'numbers of the server at this moment, as far as the current user may see them';
COMMENT ON COLUMN zdm.guard.put_off_to IS 'when it is measured again, after a measurement that had to be ended';
COMMENT ON VIEW zdm.guards IS 'what is watched while migrations are under way, and what was measured last';
COMMENT ON COLUMN zdm.guards.id IS 'number of the guard';
COMMENT ON COLUMN zdm.guards.name IS 'the migration';
COMMENT ON COLUMN zdm.guards.relation IS 'the table';
COMMENT ON COLUMN zdm.guards.status IS 'its status';
COMMENT ON COLUMN zdm.guards.metric IS 'what is measured: a word, or a query that returns a number';
COMMENT ON COLUMN zdm.guards.threshold IS 'what it must not be above';
COMMENT ON COLUMN zdm.guards.action IS 'what is done then: warn, pause, reopen or rollback';
COMMENT ON COLUMN zdm.guards.every IS 'time between two measurements';
COMMENT ON COLUMN zdm.guards.samples IS 'so many in a row must be above the threshold';
COMMENT ON COLUMN zdm.guards.value IS 'what was measured last; null: there was nothing to measure';
COMMENT ON COLUMN zdm.guards.measured_at IS 'when that was';
COMMENT ON COLUMN zdm.guards.in_a_row IS 'so many measurements in a row were above the threshold';
COMMENT ON COLUMN zdm.guards.error IS 'why the last measurement, or the action, failed';
COMMENT ON COLUMN zdm.guards.acted_at IS 'when it acted last';
COMMENT ON COLUMN zdm.guards.acted_value IS 'on what value';
