-- Live tuning of a backfill.  Arguments that are left out stay as they are.

CREATE FUNCTION zdm.alter_backfill(
        name text,
        workers int DEFAULT NULL, batch_time interval DEFAULT NULL,
        nice double precision DEFAULT NULL, share int DEFAULT NULL,
        max_wal_rate text DEFAULT NULL,
        max_replica_lag interval DEFAULT NULL, max_replica_lag_bytes text DEFAULT NULL,
        standbys text[] DEFAULT NULL, max_slot_wal text DEFAULT NULL,
        max_archive_backlog int DEFAULT NULL, max_active_sessions int DEFAULT NULL,
        max_lock_waiters int DEFAULT NULL, go_if text DEFAULT NULL, priority int DEFAULT NULL,
        reset text[] DEFAULT NULL, complete boolean DEFAULT NULL,
        pace text DEFAULT NULL)
    RETURNS jsonb
    AS 'MODULE_PATHNAME', 'zdm_alter_backfill' LANGUAGE C VOLATILE;

-- What the controller of the pace makes of samples, one pace for each; for tests and for
-- whoever wants to know what it would do.
CREATE FUNCTION zdm.rehearse_pace(
        samples jsonb, workers int DEFAULT 1, processors int DEFAULT 64,
        OUT n int, OUT pace numeric, OUT held_by text)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'zdm_rehearse_pace' LANGUAGE C IMMUTABLE STRICT;

CREATE FUNCTION zdm.pause_all() RETURNS int
    AS 'MODULE_PATHNAME', 'zdm_pause_all' LANGUAGE C VOLATILE;

-- Settings as they are kept: times as numbers (batch_time in milliseconds, lag in
-- seconds), sizes in bytes.
CREATE FUNCTION zdm.normal_settings(settings jsonb) RETURNS jsonb
    LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT coalesce(pg_catalog.jsonb_object_agg(s.key, CASE
               WHEN s.key = 'batch_time' THEN
                   pg_catalog.to_jsonb(extract(epoch FROM s.value::interval) * 1000)
               WHEN s.key = 'max_replica_lag' THEN
                   pg_catalog.to_jsonb(extract(epoch FROM s.value::interval))
               WHEN s.key IN ('max_wal_rate', 'max_replica_lag_bytes', 'max_slot_wal') THEN
                   pg_catalog.to_jsonb(pg_catalog.pg_size_bytes(s.value))
               ELSE settings->s.key END), '{}')
      FROM pg_catalog.jsonb_each_text(settings) AS s (key, value);
END;

-- The same for people: with units, in a form that alter_backfill takes.
CREATE FUNCTION zdm.shown_settings(settings jsonb) RETURNS jsonb
    LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT coalesce(pg_catalog.jsonb_object_agg(s.key, CASE
               WHEN s.key = 'batch_time' THEN pg_catalog.to_jsonb(pg_catalog.trim_scale(s.value::numeric) || ' ms')
               WHEN s.key = 'max_replica_lag' THEN pg_catalog.to_jsonb(pg_catalog.trim_scale(s.value::numeric) || ' s')
               WHEN s.key IN ('max_wal_rate', 'max_replica_lag_bytes', 'max_slot_wal') THEN
                   pg_catalog.to_jsonb(CASE WHEN pg_catalog.pg_size_bytes(pg_catalog.pg_size_pretty(s.value::numeric)) = s.value::numeric
                                            THEN pg_catalog.pg_size_pretty(s.value::numeric)
                                            ELSE s.value || ' bytes' END)
               ELSE settings->s.key END), '{}')
      FROM pg_catalog.jsonb_each_text(settings) AS s (key, value);
END;

-- What holds a backfill with these settings back, in words that follow "waiting
-- for"; null if nothing does.  What can't be determined holds back.  "replayed" is
-- where the WAL was max_replica_lag ago: who has not replayed so much is later.
CREATE FUNCTION zdm.throttle_reason(settings jsonb, replayed pg_lsn) RETURNS text
    LANGUAGE sql STABLE
BEGIN ATOMIC
    WITH standby AS (
        SELECT s.application_name, s.replay_lsn,
               pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_insert_lsn(), s.replay_lsn) AS bytes,
               extract(epoch FROM pg_catalog.clock_timestamp() - s.reply_time) AS silent
          FROM pg_catalog.pg_stat_replication s
         WHERE settings->'standbys' IS NULL OR settings->'standbys' ? s.application_name
    ), reason (n, text) AS (
        SELECT 1, pg_catalog.format('standby %s, which is not connected', w.name)
          FROM pg_catalog.jsonb_array_elements_text(settings->'standbys') AS w (name)
         WHERE NOT EXISTS (SELECT FROM standby s WHERE s.application_name = w.name)
        UNION ALL
        SELECT 2, pg_catalog.format('standby %s, which is %s behind', s.application_name,
                                    coalesce(pg_catalog.pg_size_pretty(s.bytes), 'an unknown amount'))
          FROM standby s
         WHERE s.bytes > (settings->>'max_replica_lag_bytes')::numeric
            OR settings ? 'max_replica_lag_bytes' AND s.bytes IS NULL
        UNION ALL
        SELECT 3, pg_catalog.format('standby %s, which is more than %s s behind', s.application_name,
                                    (settings->>'max_replica_lag')::float8)
          FROM standby s
         WHERE settings ? 'max_replica_lag'
           AND (s.replay_lsn < replayed OR s.replay_lsn IS NULL)
        UNION ALL
        SELECT 3, pg_catalog.format('standby %s, which has not answered for %s s', s.application_name,
                                    pg_catalog.round(s.silent))
          FROM standby s
         WHERE s.silent > (settings->>'max_replica_lag')::numeric + 30
        UNION ALL
        SELECT 4, pg_catalog.format('replication slot %s, which retains %s of WAL', r.slot_name,
                                    pg_catalog.pg_size_pretty(pg_catalog.pg_wal_lsn_diff(
                                        pg_catalog.pg_current_wal_lsn(), r.restart_lsn)))
          FROM pg_catalog.pg_replication_slots r
         WHERE r.wal_status IS DISTINCT FROM 'lost' -- an invalid one retains nothing, wherever it stands
           AND pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), r.restart_lsn)
               > (settings->>'max_slot_wal')::numeric
        UNION ALL
        SELECT 5, pg_catalog.format('the archiver, which is %s files behind', a.files)
          FROM (SELECT count(*) FROM pg_catalog.pg_ls_archive_statusdir() f
                 WHERE settings ? 'max_archive_backlog' AND f.name LIKE '%.ready') AS a (files)
         WHERE a.files > (settings->>'max_archive_backlog')::bigint
        UNION ALL
        SELECT 6, pg_catalog.format('active sessions: there are %s', a.sessions)
          FROM (SELECT count(*) FROM pg_catalog.pg_stat_activity
                 WHERE state = 'active' AND backend_type = 'client backend'
                   AND pid <> pg_catalog.pg_backend_pid()) AS a (sessions)
         WHERE a.sessions > (settings->>'max_active_sessions')::bigint
        UNION ALL
        SELECT 7, pg_catalog.format('sessions that wait for locks: there are %s', a.sessions)
          FROM (SELECT count(*) FROM pg_catalog.pg_stat_activity
                 WHERE wait_event_type = 'Lock') AS a (sessions)
         WHERE a.sessions > (settings->>'max_lock_waiters')::bigint
    )
    SELECT r.text FROM reason r ORDER BY r.n, r.text LIMIT 1;
END;

-- Half of what a standby or slot may be behind: where a backfill slows down already.
CREATE FUNCTION zdm.half_of_limits(settings jsonb) RETURNS jsonb
    LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT coalesce(pg_catalog.jsonb_object_agg(s.key, CASE
               WHEN s.key = 'standbys' THEN s.value
               ELSE pg_catalog.to_jsonb(pg_catalog.trim_scale((s.value #>> '{}')::numeric / 2)) END), '{}')
      FROM pg_catalog.jsonb_each(settings) AS s (key, value)
     WHERE s.key IN ('max_replica_lag', 'max_replica_lag_bytes', 'max_slot_wal', 'standbys');
END;

-- Whose transaction this is.
CREATE FUNCTION zdm.transaction_holder(transaction xid) RETURNS text
    LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT h.text FROM (
        SELECT 1, pg_catalog.format('process %s (%s, %s) for %s s', a.pid,
                   coalesce(nullif(a.application_name, ''), a.backend_type), a.state,
                   extract(epoch FROM pg_catalog.clock_timestamp() - a.xact_start)::int)
          FROM pg_catalog.pg_stat_activity a WHERE a.backend_xid = transaction
        UNION ALL
        SELECT 2, pg_catalog.format('prepared transaction %s', p.gid)
          FROM pg_catalog.pg_prepared_xacts p WHERE p.transaction = transaction_holder.transaction
    ) AS h (n, text) ORDER BY h.n LIMIT 1;
END;

-- Who keeps the oldest snapshot, which keeps pages from being pruned.
CREATE FUNCTION zdm.oldest_snapshot() RETURNS text
    LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT h.text FROM (
        -- a standby that tells of its snapshots is a process here that has no database
        SELECT pg_catalog.format(CASE WHEN a.backend_type = 'walsender' AND a.datname IS NULL THEN 'standby %2$s'
                                      ELSE 'process %s (%s, %s) for %s s' END, a.pid,
                   coalesce(nullif(a.application_name, ''), a.backend_type), a.state,
                   extract(epoch FROM pg_catalog.clock_timestamp() - a.xact_start)::int),
               greatest(pg_catalog.age(a.backend_xmin), pg_catalog.age(a.backend_xid))
          FROM pg_catalog.pg_stat_activity a
         WHERE a.pid <> pg_catalog.pg_backend_pid()
           AND (a.datname = pg_catalog.current_database() OR a.datname IS NULL)
        UNION ALL
        SELECT pg_catalog.format('replication slot %s', r.slot_name), pg_catalog.age(r.xmin)
          FROM pg_catalog.pg_replication_slots r WHERE r.wal_status IS DISTINCT FROM 'lost'
        UNION ALL
        SELECT pg_catalog.format('prepared transaction %s', p.gid), pg_catalog.age(p.transaction)
          FROM pg_catalog.pg_prepared_xacts p WHERE p.database = pg_catalog.current_database()
    ) AS h (text, age)
    WHERE h.age IS NOT NULL ORDER BY h.age DESC LIMIT 1;
END;
