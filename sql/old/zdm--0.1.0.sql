\echo Use "CREATE EXTENSION zdm" to load this file. \quit

CREATE SCHEMA zdm;

-- The record: what zdm knows is in these tables and nowhere else.  Every row is
-- committed together with the work that it describes (docs/internals.md, "Record").
-- No foreign keys: a parallel pg_restore loads an extension's tables in any order.

CREATE TABLE zdm.migration (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name          text NOT NULL CHECK (name <> ''),
    kind          text NOT NULL,
    relation      regclass NOT NULL,
    relation_name text NOT NULL,
    columns       text[] NOT NULL,
    reads_columns text[] NOT NULL DEFAULT '{}',
    also_locks    regclass[] NOT NULL DEFAULT '{}',
    arguments     jsonb NOT NULL,
    settings      jsonb NOT NULL DEFAULT '{}',
    trigger_name  text,
    status        text NOT NULL DEFAULT 'running' CHECK (status IN
        ('running', 'paused', 'failed', 'ready', 'contracted', 'finalized', 'rolled_back')),
    phase         text NOT NULL DEFAULT 'expand' CHECK (phase IN
        ('expand', 'backfill', 'validate', 'contract', 'finalize')),
    attempts      int NOT NULL DEFAULT 0,
    waiting_for   text,
    rows_per_second double precision,
    last_error    text,
    created_by    name NOT NULL DEFAULT session_user,
    created_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    changed_at    timestamptz NOT NULL DEFAULT clock_timestamp()
) WITH (fillfactor = 70);

-- A name is a handle in migration files.  One that was rolled back may be used again.
CREATE UNIQUE INDEX migration_name_key ON zdm.migration (name) WHERE status <> 'rolled_back';
CREATE INDEX migration_relation_idx ON zdm.migration (relation)
    WHERE status NOT IN ('finalized', 'rolled_back');

CREATE TABLE zdm.step (
    migration_id  bigint NOT NULL,
    seq           int NOT NULL,
    phase         text NOT NULL CHECK (phase IN
        ('expand', 'backfill', 'validate', 'contract', 'finalize')),
    action        text NOT NULL CHECK (action IN ('sql', 'backfill')),
    runs          text NOT NULL CHECK (runs IN ('caller', 'worker', 'concurrent')),
    lock_mode     text,
    command       text NOT NULL,
    undo          text,
    note          text,
    status        text NOT NULL DEFAULT 'pending' CHECK (status IN
        ('pending', 'running', 'done', 'failed', 'undone')),
    attempts      int NOT NULL DEFAULT 0,
    lock_wait     interval,
    lock_held     interval,
    run_time      interval,
    error         text,
    finished_at   timestamptz,
    PRIMARY KEY (migration_id, seq)
) WITH (fillfactor = 70);

CREATE TABLE zdm.backfill (
    migration_id  bigint NOT NULL,
    relation      regclass NOT NULL,
    system_id     bigint NOT NULL,
    filenode      oid NOT NULL,
    root_trigger  oid,
    own_trigger   oid,
    total_blocks  bigint NOT NULL,
    next_block    bigint NOT NULL DEFAULT 0,
    rows_expected bigint NOT NULL,
    rows_written  bigint NOT NULL DEFAULT 0,
    rows_hot      bigint NOT NULL DEFAULT 0,
    restarts      int NOT NULL DEFAULT 0,
    started_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    finished_at   timestamptz,
    PRIMARY KEY (migration_id, relation)
) WITH (fillfactor = 50);

CREATE TABLE zdm.backfill_range (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    migration_id  bigint NOT NULL,
    relation      regclass NOT NULL,
    worker        int,
    first_block   bigint NOT NULL,
    end_block     bigint NOT NULL CHECK (end_block > first_block),
    busy          boolean NOT NULL DEFAULT false,
    position      bigint NOT NULL,
    wave          int NOT NULL DEFAULT 0,
    waves         int NOT NULL,
    attempts      int NOT NULL DEFAULT 0,
    rows_written  bigint NOT NULL DEFAULT 0,
    rows_hot      bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

CREATE INDEX backfill_range_migration_idx ON zdm.backfill_range (migration_id, relation);

CREATE TABLE zdm.event (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    migration_id  bigint NOT NULL,
    at            timestamptz NOT NULL DEFAULT clock_timestamp(),
    actor         name NOT NULL DEFAULT session_user,
    event         text NOT NULL,
    detail        text,
    lock_wait     interval,
    lock_held     interval
);

CREATE INDEX event_migration_idx ON zdm.event (migration_id, id);
-- The sync trigger.  Any writer may fire it; it reads no table.

CREATE FUNCTION zdm.sync_columns() RETURNS trigger
    AS 'MODULE_PATHNAME', 'zdm_sync_columns' LANGUAGE C;

-- Changes.  Each function's C code is the same: the kind is its name behind
-- "expand_" (if it has that), and the planner of that kind sees its arguments by name.

CREATE FUNCTION zdm.expand_rename(
        tbl regclass, old_column text, new_column text, name text DEFAULT NULL,
        workers int DEFAULT NULL)
    RETURNS text
    AS 'MODULE_PATHNAME', 'zdm_expand' LANGUAGE C VOLATILE;

CREATE FUNCTION zdm.expand_add_column(
        tbl regclass, column_name text, data_type text, backfill text DEFAULT NULL,
        default_value text DEFAULT NULL, not_null boolean DEFAULT false, name text DEFAULT NULL,
        workers int DEFAULT NULL, on_error text DEFAULT 'reject', comment text DEFAULT NULL,
        collation text DEFAULT NULL, generated text DEFAULT NULL, index boolean DEFAULT false)
    RETURNS text
    AS 'MODULE_PATHNAME', 'zdm_expand' LANGUAGE C VOLATILE;

CREATE FUNCTION zdm.expand_change_type(
        tbl regclass, column_name text, new_type text, forward text DEFAULT NULL,
        reverse text DEFAULT NULL, name text DEFAULT NULL, workers int DEFAULT NULL)
    RETURNS text
    AS 'MODULE_PATHNAME', 'zdm_expand' LANGUAGE C VOLATILE;

CREATE FUNCTION zdm.expand_transform(
        tbl regclass, old_columns text[], new_columns jsonb, reverse jsonb DEFAULT NULL,
        name text DEFAULT NULL, workers int DEFAULT NULL)
    RETURNS text
    AS 'MODULE_PATHNAME', 'zdm_expand' LANGUAGE C VOLATILE;

CREATE FUNCTION zdm.expand_drop_column(
        tbl regclass, column_name text, reverse text DEFAULT NULL, name text DEFAULT NULL)
    RETURNS text
    AS 'MODULE_PATHNAME', 'zdm_expand' LANGUAGE C VOLATILE;

CREATE FUNCTION zdm.expand_not_null(
        tbl regclass, column_name text, fill text DEFAULT NULL, name text DEFAULT NULL,
        workers int DEFAULT NULL)
    RETURNS text
    AS 'MODULE_PATHNAME', 'zdm_expand' LANGUAGE C VOLATILE;

CREATE FUNCTION zdm.expand_check(
        tbl regclass, constraint_name text, expression text, name text DEFAULT NULL)
    RETURNS text
    AS 'MODULE_PATHNAME', 'zdm_expand' LANGUAGE C VOLATILE;

CREATE FUNCTION zdm.expand_foreign_key(
        tbl regclass, columns text[], ref_table regclass, ref_columns text[] DEFAULT NULL,
        constraint_name text DEFAULT NULL, on_delete text DEFAULT 'no action',
        on_update text DEFAULT 'no action', match text DEFAULT 'simple',
        is_deferrable boolean DEFAULT false, initially_deferred boolean DEFAULT false,
        name text DEFAULT NULL)
    RETURNS text
    AS 'MODULE_PATHNAME', 'zdm_expand' LANGUAGE C VOLATILE;

CREATE FUNCTION zdm.expand_unique(
        tbl regclass, columns text[], constraint_name text DEFAULT NULL,
        nulls_not_distinct boolean DEFAULT false, is_deferrable boolean DEFAULT false,
        initially_deferred boolean DEFAULT false, name text DEFAULT NULL)
    RETURNS text
    AS 'MODULE_PATHNAME', 'zdm_expand' LANGUAGE C VOLATILE;

CREATE FUNCTION zdm.expand_primary_key(
        tbl regclass, columns text[], constraint_name text DEFAULT NULL,
        name text DEFAULT NULL)
    RETURNS text
    AS 'MODULE_PATHNAME', 'zdm_expand' LANGUAGE C VOLATILE;

CREATE FUNCTION zdm.expand_index(definition text, name text DEFAULT NULL)
    RETURNS text
    AS 'MODULE_PATHNAME', 'zdm_expand' LANGUAGE C VOLATILE;

CREATE FUNCTION zdm.drop_index(index_name text, name text DEFAULT NULL)
    RETURNS text
    AS 'MODULE_PATHNAME', 'zdm_expand' LANGUAGE C VOLATILE;

CREATE FUNCTION zdm.reindex(relation_name text, name text DEFAULT NULL)
    RETURNS text
    AS 'MODULE_PATHNAME', 'zdm_expand' LANGUAGE C VOLATILE;

-- What contract and reopen of a drop_index run.
CREATE FUNCTION zdm.set_index_visible(index regclass, visible boolean) RETURNS void
    AS 'MODULE_PATHNAME', 'zdm_set_index_visible' LANGUAGE C VOLATILE STRICT;

CREATE FUNCTION zdm.plan(
        call text, OUT seq int, OUT phase text, OUT runs text, OUT lock_mode text,
        OUT command text, OUT undo text, OUT note text)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'zdm_plan' LANGUAGE C VOLATILE STRICT;

-- Control.

CREATE PROCEDURE zdm.wait(name text, timeout interval DEFAULT NULL)
    AS 'MODULE_PATHNAME', 'zdm_wait' LANGUAGE C;

CREATE PROCEDURE zdm.run(name text)
    AS 'MODULE_PATHNAME', 'zdm_run' LANGUAGE C;

CREATE FUNCTION zdm.ensure_ready(name text) RETURNS void
    AS 'MODULE_PATHNAME', 'zdm_ensure_ready' LANGUAGE C VOLATILE STRICT;

CREATE FUNCTION zdm.pause(name text) RETURNS void
    AS 'MODULE_PATHNAME', 'zdm_pause' LANGUAGE C VOLATILE STRICT;

CREATE FUNCTION zdm.resume(name text) RETURNS void
    AS 'MODULE_PATHNAME', 'zdm_resume' LANGUAGE C VOLATILE STRICT;

CREATE FUNCTION zdm.cancel(name text) RETURNS void
    AS 'MODULE_PATHNAME', 'zdm_cancel' LANGUAGE C VOLATILE STRICT;

CREATE FUNCTION zdm.verify(
        name text, percent double precision DEFAULT 100,
        OUT rows bigint, OUT mismatches bigint, OUT examples jsonb)
    RETURNS record
    AS 'MODULE_PATHNAME', 'zdm_verify' LANGUAGE C VOLATILE STRICT;

CREATE FUNCTION zdm.violations(
        name text, max_rows int DEFAULT 100,
        OUT tbl regclass, OUT row_id tid, OUT contents jsonb, OUT reason text)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'zdm_violations' LANGUAGE C VOLATILE STRICT;

CREATE PROCEDURE zdm.fix_violations(
        name text, set jsonb DEFAULT NULL, keep text DEFAULT NULL, batch_rows int DEFAULT 1000)
    AS 'MODULE_PATHNAME', 'zdm_fix_violations' LANGUAGE C;

CREATE FUNCTION zdm.contract(name text) RETURNS void
    AS 'MODULE_PATHNAME', 'zdm_contract' LANGUAGE C VOLATILE STRICT;

CREATE FUNCTION zdm.reopen(name text) RETURNS void
    AS 'MODULE_PATHNAME', 'zdm_reopen' LANGUAGE C VOLATILE STRICT;

CREATE FUNCTION zdm.rollback(name text) RETURNS void
    AS 'MODULE_PATHNAME', 'zdm_rollback' LANGUAGE C VOLATILE STRICT;

CREATE FUNCTION zdm.finalize(name text) RETURNS void
    AS 'MODULE_PATHNAME', 'zdm_finalize' LANGUAGE C VOLATILE STRICT;

-- Parts of steps: what no SQL command offers (src/catalog.c).  They refuse every
-- other caller.

CREATE FUNCTION zdm.require_known(tbl regclass, columns text[], known text[], guard text) RETURNS void
    AS 'MODULE_PATHNAME', 'zdm_require_known' LANGUAGE C VOLATILE STRICT;

CREATE FUNCTION zdm.release_constraint(tbl regclass, constraint_name text) RETURNS void
    AS 'MODULE_PATHNAME', 'zdm_release_constraint' LANGUAGE C VOLATILE STRICT;

CREATE FUNCTION zdm.set_unique(index regclass, is_unique boolean, nulls_not_distinct boolean)
    RETURNS void
    AS 'MODULE_PATHNAME', 'zdm_set_unique' LANGUAGE C VOLATILE STRICT;

CREATE FUNCTION zdm.trust_constraint(tbl regclass, constraint_name text) RETURNS void
    AS 'MODULE_PATHNAME', 'zdm_trust_constraint' LANGUAGE C VOLATILE STRICT;

CREATE FUNCTION zdm.trust_not_null(
        tbl regclass, column_name text, constraint_name text, guard text)
    RETURNS void
    AS 'MODULE_PATHNAME', 'zdm_trust_not_null' LANGUAGE C VOLATILE STRICT;

CREATE FUNCTION zdm.move_identity(tbl regclass, from_column text, to_column text) RETURNS void
    AS 'MODULE_PATHNAME', 'zdm_move_identity' LANGUAGE C VOLATILE STRICT;

CREATE FUNCTION zdm.refuse_lossy(
        name text, tbl regclass, trigger_name text, guard text, not_null text[],
        has_reverse boolean)
    RETURNS void
    AS 'MODULE_PATHNAME', 'zdm_refuse_lossy' LANGUAGE C VOLATILE STRICT;

CREATE FUNCTION zdm.refuse_sequence(name text, sequence regclass, type regtype) RETURNS void
    AS 'MODULE_PATHNAME', 'zdm_refuse_sequence' LANGUAGE C VOLATILE STRICT;
-- Live tuning of a backfill.  Arguments that are left out stay as they are.

CREATE FUNCTION zdm.alter_backfill(
        name text,
        workers int DEFAULT NULL, batch_time interval DEFAULT NULL,
        nice double precision DEFAULT NULL, share int DEFAULT NULL,
        max_wal_rate text DEFAULT NULL,
        max_replica_lag interval DEFAULT NULL, max_replica_lag_bytes text DEFAULT NULL,
        standbys text[] DEFAULT NULL, max_slot_wal text DEFAULT NULL,
        max_archive_backlog int DEFAULT NULL, max_active_sessions int DEFAULT NULL,
        max_lock_waiters int DEFAULT NULL, go_if text DEFAULT NULL,
        reset text[] DEFAULT NULL)
    RETURNS jsonb
    AS 'MODULE_PATHNAME', 'zdm_alter_backfill' LANGUAGE C VOLATILE;

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

-- What holds a backfill with these settings back, in words that follow "waiting
-- for"; null if nothing does.  What can't be determined holds back.  "replayed" is
-- where the WAL was max_replica_lag ago: who has not replayed so much is later.
CREATE FUNCTION zdm.throttle_reason(settings jsonb, replayed pg_lsn) RETURNS text
    LANGUAGE sql STABLE
BEGIN ATOMIC
    WITH standby AS (
        SELECT s.application_name, s.replay_lsn,
               pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), s.replay_lsn) AS bytes,
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
         WHERE pg_catalog.pg_wal_lsn_diff(pg_catalog.pg_current_wal_lsn(), r.restart_lsn)
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
        SELECT pg_catalog.format('process %s (%s, %s) for %s s', a.pid,
                   coalesce(nullif(a.application_name, ''), a.backend_type), a.state,
                   extract(epoch FROM pg_catalog.clock_timestamp() - a.xact_start)::int),
               greatest(pg_catalog.age(a.backend_xmin), pg_catalog.age(a.backend_xid))
          FROM pg_catalog.pg_stat_activity a
         WHERE a.pid <> pg_catalog.pg_backend_pid()
           AND (a.datname = pg_catalog.current_database() OR a.datname IS NULL)
        UNION ALL
        SELECT pg_catalog.format('replication slot %s', r.slot_name), pg_catalog.age(r.xmin)
          FROM pg_catalog.pg_replication_slots r
        UNION ALL
        SELECT pg_catalog.format('standby %s', s.application_name), pg_catalog.age(s.backend_xmin)
          FROM pg_catalog.pg_stat_replication s
        UNION ALL
        SELECT pg_catalog.format('prepared transaction %s', p.gid), pg_catalog.age(p.transaction)
          FROM pg_catalog.pg_prepared_xacts p WHERE p.database = pg_catalog.current_database()
    ) AS h (text, age)
    WHERE h.age IS NOT NULL ORDER BY h.age DESC LIMIT 1;
END;
-- Helpers of the views.  SQL-standard bodies are parsed now, so no search_path
-- can make them mean something else.

-- Sessions that hold a lock on a table, or on one that inherits from it, which
-- conflicts with a mode (manual, table 13.2).
CREATE FUNCTION zdm.lock_holders(tbl oid, lock_mode text) RETURNS SETOF text
    LANGUAGE sql STABLE
BEGIN ATOMIC
    WITH RECURSIVE tree AS (
        SELECT tbl AS relation
        UNION
        SELECT i.inhrelid FROM pg_catalog.pg_inherits i JOIN tree ON i.inhparent = tree.relation
    ), holder AS (
        SELECT DISTINCT l.pid
          FROM pg_catalog.pg_locks l JOIN tree ON l.relation = tree.relation
         WHERE l.granted AND l.locktype = 'relation'
           AND l.database = (SELECT oid FROM pg_catalog.pg_database
                              WHERE datname = pg_catalog.current_database())
           AND l.pid IS DISTINCT FROM pg_catalog.pg_backend_pid()
           AND CASE lock_mode
                   WHEN 'ACCESS EXCLUSIVE' THEN true
                   WHEN 'SHARE ROW EXCLUSIVE' THEN l.mode NOT IN ('AccessShareLock', 'RowShareLock')
                   WHEN 'SHARE UPDATE EXCLUSIVE' THEN
                       l.mode NOT IN ('AccessShareLock', 'RowShareLock', 'RowExclusiveLock')
                   ELSE l.mode IN ('ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock',
                                   'AccessExclusiveLock')
               END
    )
    SELECT CASE WHEN h.pid IS NULL THEN 'a prepared transaction, see pg_prepared_xacts'
           ELSE pg_catalog.format(
               'process %s (%s, %s) for %s s: %s', h.pid,
               coalesce(nullif(a.application_name, ''), a.backend_type), a.state,
               extract(epoch FROM pg_catalog.clock_timestamp() - a.xact_start)::int,
               pg_catalog."left"(a.query, 80))
           END
      FROM holder h LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = h.pid
     ORDER BY a.xact_start;
END;

-- The session that does the worker's part of a migration: it holds the session
-- lock of lock.c, an advisory lock of class 0x7A64.
CREATE FUNCTION zdm.worker_pid(migration bigint) RETURNS int
    LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT l.pid FROM pg_catalog.pg_locks l
     WHERE l.locktype = 'advisory' AND l.objsubid = 31332 AND l.granted
       AND l.database = (SELECT oid FROM pg_catalog.pg_database
                          WHERE datname = pg_catalog.current_database())
       AND (l.classid::bigint << 32) | l.objid::bigint = migration;
END;

CREATE FUNCTION zdm.has_worker(migration bigint) RETURNS boolean
    LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT zdm.worker_pid(migration) IS NOT NULL;
END;

-- What the worker's index build is doing (manual, "CREATE INDEX Progress
-- Reporting"), for everybody to see.  The weights of the phases are rough.
CREATE FUNCTION zdm.build_progress(
        migration bigint, OUT doing text, OUT waiting_for text, OUT fraction double precision)
    LANGUAGE sql STABLE STRICT SECURITY DEFINER
BEGIN ATOMIC
    SELECT p.phase || coalesce(pg_catalog.format(' %s %%', (d.share * 100)::int), ''),
           CASE WHEN p.current_locker_pid <> 0
                THEN pg_catalog.format('process %s (%s)', p.current_locker_pid, p.phase) END,
           CASE WHEN p.phase LIKE 'waiting for writers before build%' THEN 0.02
                WHEN p.phase LIKE 'building index: scanning table%' THEN 0.05 + 0.35 * coalesce(d.share, 0)
                WHEN p.phase LIKE 'building index: sorting%' THEN 0.4
                WHEN p.phase LIKE 'building index: loading%' THEN 0.45 + 0.15 * coalesce(d.share, 0)
                WHEN p.phase LIKE 'building index%' THEN 0.05 + 0.5 * coalesce(d.share, 0)
                WHEN p.phase LIKE 'waiting for writers before validation%' THEN 0.6
                WHEN p.phase LIKE 'index validation: scanning index%' THEN 0.6 + 0.1 * coalesce(d.share, 0)
                WHEN p.phase LIKE 'index validation: sorting%' THEN 0.7
                WHEN p.phase LIKE 'index validation: scanning table%' THEN 0.7 + 0.25 * coalesce(d.share, 0)
                WHEN p.phase LIKE 'waiting for old snapshots%' THEN 0.95
                WHEN p.phase LIKE 'waiting for readers%' THEN 0.98
                ELSE 0
           END
      FROM pg_catalog.pg_stat_progress_create_index p,
           LATERAL (SELECT CASE WHEN p.phase LIKE '%tuples%' AND p.tuples_total > 0
                                THEN p.tuples_done::double precision / p.tuples_total
                                WHEN p.phase LIKE '%scanning%' AND p.blocks_total > 0
                                THEN p.blocks_done::double precision / p.blocks_total
                           END) AS d (share)
     WHERE p.pid = zdm.worker_pid(migration);
END;

CREATE FUNCTION zdm.bar(fraction double precision, width int DEFAULT 20) RETURNS text
    LANGUAGE sql IMMUTABLE
BEGIN ATOMIC
    SELECT '[' || pg_catalog.repeat('#', n) || pg_catalog.repeat('.', width - n) || ']'
      FROM (SELECT greatest(0, least(width, pg_catalog.floor(fraction * width)::int))) AS f (n);
END;

CREATE VIEW zdm.progress WITH (security_invoker = true) AS
WITH ranges AS (
    SELECT migration_id, relation, sum(rows_written) AS rows_written,
           sum((end_block - first_block)
               * (1 - least((wave + (position - first_block)::numeric / (end_block - first_block)) / waves, 0.95)))
               AS blocks_open
      FROM zdm.backfill_range GROUP BY migration_id, relation
), tables AS (
    SELECT b.migration_id,
           sum(b.total_blocks) AS blocks,
           sum(b.next_block - coalesce(r.blocks_open, 0)) AS blocks_done,
           sum(CASE WHEN b.finished_at IS NOT NULL AND c.reltuples >= 0
                    THEN c.reltuples ELSE b.rows_expected END) AS rows_expected,
           sum(b.rows_written + coalesce(r.rows_written, 0)) AS rows_written,
           bool_and(b.finished_at IS NOT NULL) AS finished
      FROM zdm.backfill b LEFT JOIN ranges r USING (migration_id, relation)
           LEFT JOIN pg_catalog.pg_class c ON c.oid = b.relation
     GROUP BY b.migration_id
), steps AS (
    SELECT migration_id, count(*) AS all_steps, count(*) FILTER (WHERE status = 'done') AS done
      FROM zdm.step WHERE runs <> 'caller' AND phase IN ('expand', 'backfill', 'validate')
     GROUP BY migration_id
), state AS (
    SELECT m.id, m.name, m.relation, m.status, m.phase, m.waiting_for, m.last_error, m.attempts,
           m.rows_per_second,
           -- pg_is_in_recovery() is volatile: the planner would compute this for all migrations.
           m.status = 'running' AND (zdm.has_worker(m.id)
               OR pg_catalog.current_setting('in_hot_standby')::boolean) AS has_worker,
           CASE WHEN m.status IN ('ready', 'contracted', 'finalized') THEN 1.0
                WHEN t.blocks > 0 THEN t.blocks_done / t.blocks
                WHEN t.finished THEN 1.0
                WHEN w.all_steps > 0 THEN (w.done + coalesce(b.fraction, 0)) / w.all_steps
                ELSE 0.0
           END::double precision AS fraction,
           greatest(t.rows_expected, t.rows_written)::bigint AS rows_expected,
           coalesce(t.rows_written, 0)::bigint AS rows_written,
           b.doing, b.waiting_for AS build_waits_for
      FROM zdm.migration m LEFT JOIN tables t ON t.migration_id = m.id
           LEFT JOIN steps w ON w.migration_id = m.id
           -- A strict function: not called while a table is filled, when nothing is built.
           LEFT JOIN LATERAL zdm.build_progress(
               CASE WHEN m.status = 'running' AND t.finished IS DISTINCT FROM false THEN m.id END) b ON true
)
SELECT s.id, s.name, s.relation, s.status, s.phase,
       round((s.fraction * 100)::numeric, 1) AS percent,
       zdm.bar(s.fraction) AS bar,
       round(s.rows_expected * s.fraction)::bigint AS rows_done, s.rows_expected, s.rows_written,
       CASE WHEN s.has_worker THEN round(s.rows_per_second) END AS rows_per_second,
       CASE WHEN s.has_worker AND s.rows_per_second > 0
            THEN make_interval(secs =>
                     greatest(0, round(s.rows_expected * (1 - s.fraction) / s.rows_per_second)))
       END AS time_left,
       CASE WHEN s.doing IS NOT NULL THEN s.build_waits_for
            WHEN s.status = 'running' AND NOT s.has_worker AND s.waiting_for LIKE 'a%worker%' THEN
                s.waiting_for
            WHEN s.status = 'running' AND NOT s.has_worker THEN
                'a worker: SELECT zdm.resume(' || quote_literal(s.name) || ')'
            WHEN s.status = 'running' AND s.attempts > 0 THEN 'the next attempt after an error'
            WHEN s.status = 'running' THEN s.waiting_for
       END AS waiting_for,
       s.last_error, s.doing
  FROM state s;

CREATE VIEW zdm.status WITH (security_invoker = true) AS
SELECT m.id, m.name, m.kind, m.relation, m.status, m.phase, p.percent, p.bar, p.rows_per_second,
       p.time_left, p.waiting_for, m.last_error, m.created_by, m.created_at, m.changed_at
  FROM zdm.migration m JOIN zdm.progress p ON p.id = m.id
 ORDER BY m.id;

CREATE VIEW zdm.blocking WITH (security_invoker = true) AS
SELECT m.name, m.relation, h.holder
  FROM zdm.migration m, zdm.lock_holders(m.relation::oid, 'ACCESS EXCLUSIVE') AS h (holder)
 WHERE m.status NOT IN ('finalized', 'rolled_back');

-- One line for zdm.wait() and for error messages.
CREATE FUNCTION zdm.progress_line(migration bigint) RETURNS text
    LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT pg_catalog.format('%s %s %s %% %s', m.name, p.bar, p.percent, m.status)
           || CASE WHEN m.status = 'running' THEN ', ' || m.phase ELSE '' END
           || CASE WHEN p.rows_expected > 0 THEN
                  pg_catalog.format(', %s of %s rows', p.rows_done, p.rows_expected) ELSE '' END
           || coalesce(', ' || nullif(p.rows_per_second, 0) || ' rows/s', '')
           || coalesce(', ' || p.time_left || ' left', '')
           || coalesce(', ' || p.doing, '')
           || coalesce(', waiting for ' || p.waiting_for, '')
      FROM zdm.migration m JOIN zdm.progress p ON p.id = m.id
     WHERE m.id = migration;
END;
-- Everybody may call zdm's functions, which ask for the ownership of the table.
-- A row of the record can be seen by the owner of the table that it is about.

GRANT USAGE ON SCHEMA zdm TO PUBLIC;
GRANT SELECT ON zdm.migration, zdm.step, zdm.backfill, zdm.backfill_range, zdm.event,
                zdm.progress, zdm.status, zdm.blocking TO PUBLIC;

CREATE FUNCTION zdm.may_see(relation oid, created_by name) RETURNS boolean
    LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT coalesce((SELECT pg_catalog.pg_has_role(c.relowner, 'USAGE')
                       FROM pg_catalog.pg_class c WHERE c.oid = relation),
                    created_by = current_user);
END;

ALTER TABLE zdm.migration ENABLE ROW LEVEL SECURITY;
ALTER TABLE zdm.step ENABLE ROW LEVEL SECURITY;
ALTER TABLE zdm.backfill ENABLE ROW LEVEL SECURITY;
ALTER TABLE zdm.backfill_range ENABLE ROW LEVEL SECURITY;
ALTER TABLE zdm.event ENABLE ROW LEVEL SECURITY;

CREATE POLICY owner ON zdm.migration FOR SELECT USING (zdm.may_see(relation, created_by));
CREATE POLICY owner ON zdm.step FOR SELECT
    USING (EXISTS (SELECT FROM zdm.migration m WHERE m.id = migration_id));
CREATE POLICY owner ON zdm.backfill FOR SELECT
    USING (EXISTS (SELECT FROM zdm.migration m WHERE m.id = migration_id));
CREATE POLICY owner ON zdm.backfill_range FOR SELECT
    USING (EXISTS (SELECT FROM zdm.migration m WHERE m.id = migration_id));
CREATE POLICY owner ON zdm.event FOR SELECT
    USING (EXISTS (SELECT FROM zdm.migration m WHERE m.id = migration_id));

-- The record goes along in dumps, so that a restored database can go on.
SELECT pg_catalog.pg_extension_config_dump('zdm.migration', '');
SELECT pg_catalog.pg_extension_config_dump('zdm.migration_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('zdm.step', '');
SELECT pg_catalog.pg_extension_config_dump('zdm.backfill', '');
SELECT pg_catalog.pg_extension_config_dump('zdm.backfill_range', '');
SELECT pg_catalog.pg_extension_config_dump('zdm.backfill_range_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('zdm.event', '');
SELECT pg_catalog.pg_extension_config_dump('zdm.event_id_seq', '');
-- Every object says what it is.

COMMENT ON SCHEMA zdm IS 'zero-downtime schema migrations: expand, backfill, contract';

COMMENT ON TABLE zdm.migration IS 'one named change of one table';
COMMENT ON COLUMN zdm.migration.id IS 'number of the migration';
COMMENT ON COLUMN zdm.migration.name IS 'handle in every call; unique among those not rolled back';
COMMENT ON COLUMN zdm.migration.kind IS 'what changes: the name of the function behind expand_, or all of it (drop_index, reindex)';
COMMENT ON COLUMN zdm.migration.relation IS 'the table';
COMMENT ON COLUMN zdm.migration.relation_name IS 'its qualified name when the migration began; the steps use it';
COMMENT ON COLUMN zdm.migration.columns IS 'columns that the migration creates, writes or renames';
COMMENT ON COLUMN zdm.migration.reads_columns IS 'columns that it needs as they are: its expressions, indexes or constraints read them';
COMMENT ON COLUMN zdm.migration.also_locks IS 'other tables that are locked whenever this one is';
COMMENT ON COLUMN zdm.migration.arguments IS 'arguments of the call that began it, by name';
COMMENT ON COLUMN zdm.migration.settings IS 'settings of the backfill that differ from the defaults';
COMMENT ON COLUMN zdm.migration.trigger_name IS 'its sync trigger; null: it needs none';
COMMENT ON COLUMN zdm.migration.status IS 'running, paused, failed, ready, contracted, finalized or rolled_back';
COMMENT ON COLUMN zdm.migration.phase IS 'where its next step belongs: expand, backfill, validate, contract or finalize';
COMMENT ON COLUMN zdm.migration.attempts IS 'errors in a row since the last success';
COMMENT ON COLUMN zdm.migration.waiting_for IS 'what its worker waits for; null: for nothing';
COMMENT ON COLUMN zdm.migration.rows_per_second IS 'rows that the backfill looked at in the last second of work';
COMMENT ON COLUMN zdm.migration.last_error IS 'the last error, until work succeeds again';
COMMENT ON COLUMN zdm.migration.created_by IS 'the session user who began it';
COMMENT ON COLUMN zdm.migration.created_at IS 'when it was begun';
COMMENT ON COLUMN zdm.migration.changed_at IS 'when its status or phase changed last';

COMMENT ON TABLE zdm.step IS 'the plan of a migration: what runs, in this order, and what it cost';
COMMENT ON COLUMN zdm.step.migration_id IS 'the migration';
COMMENT ON COLUMN zdm.step.seq IS 'position in the plan';
COMMENT ON COLUMN zdm.step.phase IS 'expand, backfill, validate, contract or finalize';
COMMENT ON COLUMN zdm.step.action IS 'sql: the command is SQL; backfill: the engine fills the columns';
COMMENT ON COLUMN zdm.step.runs IS 'caller: in the transaction of the call; worker: in one of the worker; concurrent: by the worker outside any transaction block';
COMMENT ON COLUMN zdm.step.lock_mode IS 'table lock: taken politely before the step; by a backfill for each batch, by a concurrent step for the whole command; null: none that blocks reads or writes';
COMMENT ON COLUMN zdm.step.command IS 'what runs';
COMMENT ON COLUMN zdm.step.undo IS 'what a rollback runs; null: it goes with another step';
COMMENT ON COLUMN zdm.step.note IS 'what the planner wants you to know';
COMMENT ON COLUMN zdm.step.status IS 'pending, running (a concurrent one), done, failed or undone';
COMMENT ON COLUMN zdm.step.attempts IS 'how often it was tried';
COMMENT ON COLUMN zdm.step.lock_wait IS 'time until the lock was held, retries included';
COMMENT ON COLUMN zdm.step.lock_held IS 'time from getting the lock to the end of the step';
COMMENT ON COLUMN zdm.step.run_time IS 'time that the command took';
COMMENT ON COLUMN zdm.step.error IS 'its last error';
COMMENT ON COLUMN zdm.step.finished_at IS 'when it was done or undone';

COMMENT ON TABLE zdm.backfill IS 'tables that a backfill has to visit, and how far it is';
COMMENT ON COLUMN zdm.backfill.migration_id IS 'the migration';
COMMENT ON COLUMN zdm.backfill.relation IS 'the table or partition';
COMMENT ON COLUMN zdm.backfill.system_id IS 'the cluster that block numbers belong to';
COMMENT ON COLUMN zdm.backfill.filenode IS 'the file that block numbers belong to; a rewritten table is visited again';
COMMENT ON COLUMN zdm.backfill.total_blocks IS 'its blocks when the sync trigger was in place';
COMMENT ON COLUMN zdm.backfill.next_block IS 'first block that no worker has taken yet';
COMMENT ON COLUMN zdm.backfill.rows_expected IS 'estimated number of rows';
COMMENT ON COLUMN zdm.backfill.rows_written IS 'rows that were filled, but for those of ranges under way';
COMMENT ON COLUMN zdm.backfill.rows_hot IS 'of these, without new index entries';
COMMENT ON COLUMN zdm.backfill.root_trigger IS 'the sync trigger of the migration''s table when this one was noted';
COMMENT ON COLUMN zdm.backfill.own_trigger IS 'this table''s own; another one later, under the same root, tells that it was detached in between';
COMMENT ON COLUMN zdm.backfill.restarts IS 'how often the table was rewritten, or attached again, meanwhile';
COMMENT ON COLUMN zdm.backfill.started_at IS 'when it was noted';
COMMENT ON COLUMN zdm.backfill.finished_at IS 'when it was filled';

COMMENT ON TABLE zdm.backfill_range IS 'block ranges under way, or with rows that were busy';
COMMENT ON COLUMN zdm.backfill_range.id IS 'number of the range';
COMMENT ON COLUMN zdm.backfill_range.migration_id IS 'the migration';
COMMENT ON COLUMN zdm.backfill_range.relation IS 'the table or partition';
COMMENT ON COLUMN zdm.backfill_range.worker IS 'which of the migration''s workers has it; null: it can be taken';
COMMENT ON COLUMN zdm.backfill_range.first_block IS 'its first block';
COMMENT ON COLUMN zdm.backfill_range.end_block IS 'the block behind its last one';
COMMENT ON COLUMN zdm.backfill_range.busy IS 'only rows are left that other transactions had locked';
COMMENT ON COLUMN zdm.backfill_range.wave IS 'waves that are done';
COMMENT ON COLUMN zdm.backfill_range.waves IS 'waves that it is expected to take';
COMMENT ON COLUMN zdm.backfill_range.position IS 'block to go on with in this wave';
COMMENT ON COLUMN zdm.backfill_range.attempts IS 'visits that found rows busy';
COMMENT ON COLUMN zdm.backfill_range.rows_written IS 'rows that were filled';
COMMENT ON COLUMN zdm.backfill_range.rows_hot IS 'of these, without new index entries';

COMMENT ON TABLE zdm.event IS 'what happened to a migration, and when';
COMMENT ON COLUMN zdm.event.id IS 'number of the event';
COMMENT ON COLUMN zdm.event.migration_id IS 'the migration';
COMMENT ON COLUMN zdm.event.at IS 'when it happened';
COMMENT ON COLUMN zdm.event.actor IS 'the session user';
COMMENT ON COLUMN zdm.event.event IS 'what happened: a new status, or a word for something else';
COMMENT ON COLUMN zdm.event.detail IS 'more about it';
COMMENT ON COLUMN zdm.event.lock_wait IS 'how long the call tried to get its table lock, retries included; null: it took none';
COMMENT ON COLUMN zdm.event.lock_held IS 'how long it held the lock when this was noted, just before its commit';

COMMENT ON SEQUENCE zdm.migration_id_seq IS 'numbers of zdm.migration';
COMMENT ON SEQUENCE zdm.backfill_range_id_seq IS 'numbers of zdm.backfill_range';
COMMENT ON SEQUENCE zdm.event_id_seq IS 'numbers of zdm.event';

COMMENT ON VIEW zdm.status IS 'one line for each migration: where it stands and what it waits for';
COMMENT ON COLUMN zdm.status.id IS 'number of the migration';
COMMENT ON COLUMN zdm.status.name IS 'the migration';
COMMENT ON COLUMN zdm.status.kind IS 'what changes';
COMMENT ON COLUMN zdm.status.relation IS 'the table';
COMMENT ON COLUMN zdm.status.status IS 'running, paused, failed, ready, contracted, finalized or rolled_back';
COMMENT ON COLUMN zdm.status.phase IS 'where its next step belongs';
COMMENT ON COLUMN zdm.status.percent IS 'share of the work that is done, see zdm.progress';
COMMENT ON COLUMN zdm.status.bar IS 'the same as a bar';
COMMENT ON COLUMN zdm.status.rows_per_second IS 'speed of the backfill in the last second of work';
COMMENT ON COLUMN zdm.status.time_left IS 'estimated time until the backfill is done';
COMMENT ON COLUMN zdm.status.waiting_for IS 'what it waits for; null: for nothing';
COMMENT ON COLUMN zdm.status.last_error IS 'the last error, until work succeeds again';
COMMENT ON COLUMN zdm.status.created_by IS 'the session user who began it';
COMMENT ON COLUMN zdm.status.created_at IS 'when it was begun';
COMMENT ON COLUMN zdm.status.changed_at IS 'when its status or phase changed last';

COMMENT ON VIEW zdm.progress IS 'how far each migration is: its backfill, or else its builds and validations';
COMMENT ON COLUMN zdm.progress.id IS 'number of the migration';
COMMENT ON COLUMN zdm.progress.name IS 'the migration';
COMMENT ON COLUMN zdm.progress.relation IS 'the table';
COMMENT ON COLUMN zdm.progress.status IS 'status of the migration';
COMMENT ON COLUMN zdm.progress.phase IS 'where its next step belongs';
COMMENT ON COLUMN zdm.progress.doing IS 'what an index build is at; null: no index is being built';
COMMENT ON COLUMN zdm.progress.percent IS 'share of the blocks that are done; where there is no backfill, of the worker''s steps';
COMMENT ON COLUMN zdm.progress.bar IS 'the same as a bar';
COMMENT ON COLUMN zdm.progress.rows_done IS 'rows that are done, estimated from the share of blocks';
COMMENT ON COLUMN zdm.progress.rows_expected IS 'rows that there are, estimated';
COMMENT ON COLUMN zdm.progress.rows_written IS 'rows that the backfill has filled; the others were filled by their writers';
COMMENT ON COLUMN zdm.progress.rows_per_second IS 'rows looked at in the last second of work';
COMMENT ON COLUMN zdm.progress.time_left IS 'estimated time until the backfill is done';
COMMENT ON COLUMN zdm.progress.waiting_for IS 'what it waits for; null: for nothing';
COMMENT ON COLUMN zdm.progress.last_error IS 'the last error, until work succeeds again';

COMMENT ON VIEW zdm.blocking IS 'sessions that hold locks on migrating tables, which contract, reopen, rollback and finalize would have to wait for';
COMMENT ON COLUMN zdm.blocking.name IS 'the migration';
COMMENT ON COLUMN zdm.blocking.relation IS 'the table';
COMMENT ON COLUMN zdm.blocking.holder IS 'who holds a lock on it, for how long, and what it is doing';

COMMENT ON FUNCTION zdm.sync_columns() IS 'trigger that keeps old and new columns true to each other; created by zdm alone';
COMMENT ON FUNCTION zdm.expand_rename(regclass, text, text, text, int) IS 'gives a column a second name; both are live and in sync until contract. Returns the name of the migration';
COMMENT ON FUNCTION zdm.expand_add_column(regclass, text, text, text, text, boolean, text, int, text, text, text, text, boolean) IS 'adds a column that the old application does not know; a trigger and a worker compute its value. Returns the name of the migration';
COMMENT ON FUNCTION zdm.expand_drop_column(regclass, text, text, text) IS 'lets writers leave a column out, hides it at contract, drops it at finalize. Returns the name of the migration';
COMMENT ON FUNCTION zdm.expand_not_null(regclass, text, text, text, int) IS 'makes a column NOT NULL without a scan under a strong lock; until contract fill takes the place of nulls. Returns the name of the migration';
COMMENT ON FUNCTION zdm.expand_check(regclass, text, text, text) IS 'adds a CHECK constraint without a scan under a strong lock. Returns the name of the migration';
COMMENT ON FUNCTION zdm.expand_foreign_key(regclass, text[], regclass, text[], text, text, text, text, boolean, boolean, text) IS 'adds a foreign key without a scan under a strong lock. Returns the name of the migration';
COMMENT ON FUNCTION zdm.expand_unique(regclass, text[], text, boolean, boolean, boolean, text) IS 'adds a UNIQUE constraint, whose index is built without holding up writes. Returns the name of the migration';
COMMENT ON FUNCTION zdm.expand_primary_key(regclass, text[], text, text) IS 'adds a PRIMARY KEY, whose index is built without holding up writes. Returns the name of the migration';
COMMENT ON FUNCTION zdm.violations(text, int) IS 'rows that violate the constraint or unique index of a migration, and why';
COMMENT ON PROCEDURE zdm.fix_violations(text, jsonb, text, int) IS 'corrects rows that violate the constraint of a migration, or deletes duplicates, in batches';
COMMENT ON FUNCTION zdm.expand_index(text, text) IS 'builds the index of a CREATE INDEX statement in the background, without holding up writes. Returns the name of the migration';
COMMENT ON FUNCTION zdm.drop_index(text, text) IS 'drops an index: contract hides it from queries, finalize drops it. Returns the name of the migration';
COMMENT ON FUNCTION zdm.reindex(text, text) IS 'builds an index, or all indexes of a table, anew in the background. Returns the name of the migration';
COMMENT ON FUNCTION zdm.set_index_visible(regclass, boolean) IS 'part of a step: hides an index from queries, or shows it again';
COMMENT ON FUNCTION zdm.plan(text) IS 'shows the steps that an expand_ call, drop_index or reindex, given as text, would run; runs none, and tries expressions on some rows';
COMMENT ON PROCEDURE zdm.wait(text, interval) IS 'waits until a migration is ready, with a progress bar';
COMMENT ON PROCEDURE zdm.run(text) IS 'does the worker''s part of a migration in this session';
COMMENT ON FUNCTION zdm.ensure_ready(text) IS 'an error unless the migration is ready, contracted or finalized; for migration files';
COMMENT ON FUNCTION zdm.pause(text) IS 'stops the worker after its batch, or cancels its command; zdm.resume goes on';
COMMENT ON FUNCTION zdm.resume(text) IS 'goes on with a paused or failed migration, gives a running one a worker, or fills a partition that was attached to the table of a ready one';
COMMENT ON FUNCTION zdm.cancel(text) IS 'undoes a migration that is not ready';
COMMENT ON FUNCTION zdm.verify(text, double precision) IS 'compares the old with the new columns in all rows, or in a percentage of the blocks';
COMMENT ON FUNCTION zdm.contract(text) IS 'shows only the new schema; zdm.reopen brings the old one back until finalize';
COMMENT ON FUNCTION zdm.reopen(text) IS 'after contract: shows both schemas again';
COMMENT ON FUNCTION zdm.rollback(text) IS 'back to the old schema alone, with everything written since; possible until finalize';
COMMENT ON FUNCTION zdm.finalize(text) IS 'drops what was kept for a rollback';
COMMENT ON FUNCTION zdm.lock_holders(oid, text) IS 'sessions that hold a lock on a table or its children which conflicts with a lock mode';
COMMENT ON FUNCTION zdm.worker_pid(bigint) IS 'the session that does the worker''s part of a migration';
COMMENT ON FUNCTION zdm.build_progress(bigint) IS 'what the worker''s index build is doing, for whom it waits, and how far it is';
COMMENT ON FUNCTION zdm.has_worker(bigint) IS 'whether some session does the worker''s part of a migration';
COMMENT ON FUNCTION zdm.bar(double precision, int) IS 'a fraction as a bar';
COMMENT ON FUNCTION zdm.progress_line(bigint) IS 'a migration''s progress in one line';
COMMENT ON FUNCTION zdm.may_see(oid, name) IS 'whether the current user may see the record of a migration of this table';

COMMENT ON POLICY owner ON zdm.migration IS 'seen by the owner of the table';
COMMENT ON POLICY owner ON zdm.step IS 'seen by the owner of the table';
COMMENT ON POLICY owner ON zdm.backfill IS 'seen by the owner of the table';
COMMENT ON POLICY owner ON zdm.backfill_range IS 'seen by the owner of the table';
COMMENT ON POLICY owner ON zdm.event IS 'seen by the owner of the table';
COMMENT ON FUNCTION zdm.alter_backfill(text, int, interval, double precision, int, text, interval, text, text[], text, int, int, int, text, text[]) IS 'changes how hard a backfill works, also while it runs. Returns the settings';
COMMENT ON FUNCTION zdm.pause_all() IS 'pauses every running migration that the caller may pause; for emergencies. Returns their number';
COMMENT ON FUNCTION zdm.throttle_reason(jsonb, pg_lsn) IS 'what holds a backfill with these settings back; null if nothing does';
COMMENT ON FUNCTION zdm.oldest_snapshot() IS 'who keeps the oldest snapshot';
COMMENT ON FUNCTION zdm.transaction_holder(xid) IS 'the session that runs a transaction, or its name if it is prepared';
COMMENT ON FUNCTION zdm.normal_settings(jsonb) IS 'settings of a backfill as zdm.migration keeps them';
COMMENT ON FUNCTION zdm.expand_change_type(regclass, text, text, text, text, text, int) IS 'gives a column another type, with all that hangs on it. Returns the name of the migration';
COMMENT ON FUNCTION zdm.expand_transform(regclass, text[], jsonb, jsonb, text, int) IS 'makes a set of columns into another one, kept in sync both ways where reverse is given. Returns the name of the migration';
COMMENT ON FUNCTION zdm.require_known(regclass, text[], text[], text) IS 'part of a step: an error unless just what the migration knows hangs on columns';
COMMENT ON FUNCTION zdm.release_constraint(regclass, text) IS 'part of a step: drops a unique or primary key constraint and keeps its index';
COMMENT ON FUNCTION zdm.set_unique(regclass, boolean, boolean) IS 'part of a step: whether an index refuses equal keys';
COMMENT ON FUNCTION zdm.trust_constraint(regclass, text) IS 'part of a step: marks a constraint as valid that is known to hold';
COMMENT ON FUNCTION zdm.trust_not_null(regclass, text, text, text) IS 'part of a step: sets NOT NULL on a column that is known to have no NULL';
COMMENT ON FUNCTION zdm.move_identity(regclass, text, text) IS 'part of a step: hands an identity on from one column to another';
COMMENT ON FUNCTION zdm.refuse_sequence(text, regclass, regtype) IS 'part of a step: an error if a sequence has gone beyond the type of the old schema';
COMMENT ON FUNCTION zdm.refuse_lossy(text, regclass, text, text, text[], boolean) IS 'part of a step: an error if there are rows that the old schema cannot express';
