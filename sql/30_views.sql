-- Helpers of the views.  SQL-standard bodies are parsed now, so no search_path
-- can make them mean something else.

-- A session in words; what the server does not show to the current user is null, the query a
-- word for it.
CREATE FUNCTION zdm.session_text(process int) RETURNS text
    LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT pg_catalog.format('process %s (%s)', process, pg_catalog.concat_ws(', ',
               coalesce(nullif(a.application_name, ''), a.backend_type, 'of another user'), a.state))
           || coalesce(' for ' || extract(epoch FROM pg_catalog.clock_timestamp() - a.xact_start)::int
                       || ' s: ' || pg_catalog."left"(a.query, 80), '')
      FROM (SELECT) AS one LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = process;
END;

-- Sessions that hold a lock on a table, or on one that inherits from it, which
-- conflicts with a mode (manual, table 13.2); as much about them as the current user may see.
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
           ELSE zdm.session_text(h.pid) END
      FROM holder h LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = h.pid
     ORDER BY a.xact_start;
END;

-- The session that does the worker's part of a migration: it holds the session
-- lock of lock.c, an advisory lock of class 0x7A64; who only looks shares it for a moment.
CREATE FUNCTION zdm.worker_pid(migration bigint) RETURNS int
    LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT l.pid FROM pg_catalog.pg_locks l
     WHERE l.locktype = 'advisory' AND l.objsubid = 31332 AND l.granted AND l.mode = 'ExclusiveLock'
       AND l.database = (SELECT oid FROM pg_catalog.pg_database
                          WHERE datname = pg_catalog.current_database())
       AND (l.classid::bigint << 32) | l.objid::bigint = migration;
END;

CREATE FUNCTION zdm.has_worker(migration bigint) RETURNS boolean
    LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT zdm.worker_pid(migration) IS NOT NULL;
END;

-- The next three are read once by a statement, however many migrations it shows: in a view, write
-- (SELECT zdm.…()) ->> id::text.

-- The sessions that do the worker's part of migrations, by the migration's number.
CREATE FUNCTION zdm.worker_pids() RETURNS jsonb
    LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT coalesce(pg_catalog.jsonb_object_agg((l.classid::bigint << 32) | l.objid::bigint, l.pid), '{}')
      FROM pg_catalog.pg_locks l
     WHERE l.locktype = 'advisory' AND l.objsubid = 31332 AND l.granted AND l.mode = 'ExclusiveLock'
       AND l.database = (SELECT oid FROM pg_catalog.pg_database
                          WHERE datname = pg_catalog.current_database());
END;

-- How many wait before each that waits for a worker, by its number; null where no worker comes.
CREATE FUNCTION zdm.queue_places() RETURNS jsonb
    AS 'MODULE_PATHNAME', 'zdm_queue_places' LANGUAGE C STABLE STRICT;

-- What keeps those that are ready from being completed, by their number: another one that is
-- completed with it.  It has none that nothing keeps, or that is not to be completed.
CREATE FUNCTION zdm.completion_blockers() RETURNS jsonb
    LANGUAGE sql STABLE
BEGIN ATOMIC
    WITH member AS (
        SELECT m.id, m.name, m.status, m.release, m.created_by, s.is_ready, s.complete,
               s.is_ready AND s.complete AND (m.last_error IS NULL OR m.retry_at IS NOT NULL) AS may_be
          FROM zdm.migration m,
               LATERAL (SELECT m.status IN ('ready', 'contracted'),
                               coalesce(m.settings->'complete' = 'true', false)) s (is_ready, complete)
         WHERE m.status NOT IN ('finalized', 'rolled_back')
    ), beside AS (
        SELECT m.*, pg_catalog.first_value(m.may_be) OVER first AS nothing_blocks,
               pg_catalog.first_value(m.name) OVER first AS blocker,
               pg_catalog.first_value(m.status) OVER first AS blocker_status,
               pg_catalog.first_value(m.is_ready) OVER first AS blocker_is_ready,
               pg_catalog.first_value(m.complete) OVER first AS blocker_is_to_complete
          FROM member m
        WINDOW first AS (PARTITION BY m.release, m.created_by, CASE WHEN m.release IS NULL THEN m.id END
                         ORDER BY m.may_be, m.id)
    )
    SELECT coalesce(pg_catalog.jsonb_object_agg(b.id,
               CASE WHEN NOT b.may_be THEN pg_catalog.format('SELECT zdm.resume(%L): it was refused', b.name)
                    WHEN NOT b.blocker_is_ready THEN pg_catalog.format('%s, which is %s', b.blocker, b.blocker_status)
                    WHEN NOT b.blocker_is_to_complete THEN
                        pg_catalog.format('%s, which is not to be completed', b.blocker)
                    ELSE pg_catalog.format('%s, which was refused', b.blocker)
               END), '{}')
      FROM beside b
     WHERE b.is_ready AND b.complete AND NOT b.nothing_blocks;
END;

-- An index that queries use, of the table, by a name in whatever schema; else null.
CREATE FUNCTION zdm.shown_index(tbl regclass, index_name text) RETURNS regclass
    AS 'MODULE_PATHNAME', 'zdm_shown_index' LANGUAGE C STABLE STRICT;

-- What the worker's index build is doing (manual, "CREATE INDEX Progress
-- Reporting"), for everybody to see.  The weights of the phases are rough.
CREATE FUNCTION zdm.build_progress(
        migration bigint, OUT doing text, OUT waiting_for text, OUT fraction double precision)
    LANGUAGE sql STABLE STRICT SECURITY DEFINER
BEGIN ATOMIC
    SELECT p.phase || coalesce(' ' || (d.share * 100)::int || ' %', ''),
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

-- How far each is.  Nobody reads this one, but by the views behind it, which ask who reads: one
-- question for each migration, upon the tables themselves.  Views upon views upon the record take
-- longer to plan than to run.
CREATE VIEW zdm.progress_of_all AS
-- Per migration: records of those that have ended stay, and are not read for one that has not.
WITH state AS (
    SELECT m.id, m.name, m.kind, m.relation, m.release, m.status, m.phase, m.waiting_for, m.last_error,
           m.attempts, m.rows_per_second, m.pace, m.created_by, m.created_at, m.changed_at,
           m.status IN ('ready', 'contracted') AND coalesce(m.settings->'complete' = 'true', false)
               AS to_complete,
           h.has_worker,
           CASE WHEN m.status IN ('ready', 'contracted', 'finalized') THEN 1.0
                WHEN t.blocks > 0 THEN t.blocks_done / t.blocks
                WHEN t.finished THEN 1.0
                WHEN w.all_steps > 0 THEN (w.done + coalesce(b.fraction, 0)) / w.all_steps
                ELSE 0.0
           END::double precision AS fraction,
           greatest(t.rows_expected, t.rows_written)::bigint AS rows_expected,
           coalesce(t.rows_written, 0)::bigint AS rows_written,
           b.doing, b.waiting_for AS build_waits_for, t.finished,
           -- Whatever builds an index anew shows it again.
           CASE WHEN m.status = 'contracted' AND m.kind = 'drop_index'
                THEN zdm.shown_index(m.relation, m.arguments->>'index_name') END AS shown_again
      FROM zdm.migration_row m
           -- OFFSET 0: once for all that ask.  pg_is_in_recovery() is volatile: the planner would
           -- compute all of this for all migrations.
           CROSS JOIN LATERAL (
               SELECT m.status = 'running' AND ((SELECT zdm.worker_pids()) ? m.id::text
                          OR pg_catalog.current_setting('in_hot_standby')::boolean) OFFSET 0) h (has_worker)
           LEFT JOIN LATERAL (
               SELECT sum(f.total_blocks) AS blocks,
                      sum(f.next_block - coalesce(r.blocks_open, 0)) AS blocks_done,
                      sum(CASE WHEN f.finished_at IS NOT NULL AND c.reltuples >= 0
                               THEN c.reltuples ELSE f.rows_expected END) AS rows_expected,
                      sum(f.rows_written + coalesce(r.rows_written, 0)) AS rows_written,
                      bool_and(f.finished_at IS NOT NULL) AS finished
                 FROM zdm.backfill_row f
                      LEFT JOIN LATERAL (
                          SELECT sum(rows_written) AS rows_written,
                                 sum((end_block - first_block)
                                     * (1 - least((wave + (position - first_block)::numeric
                                                          / (end_block - first_block)) / waves, 0.95)))
                                     AS blocks_open
                            FROM zdm.backfill_range_row
                           WHERE migration_id = f.migration_id AND relation = f.relation) r ON true
                      LEFT JOIN pg_catalog.pg_class c ON c.oid = f.relation
                WHERE f.migration_id = m.id) t ON true
           LEFT JOIN LATERAL (
               SELECT count(*) AS all_steps, count(*) FILTER (WHERE status = 'done') AS done
                 FROM zdm.step_row
                WHERE migration_id = m.id AND runs <> 'caller'
                  AND phase IN ('expand', 'backfill', 'validate')) w ON true
           -- A strict function: not called while a table is filled, when nothing is built.
           LEFT JOIN LATERAL zdm.build_progress(
               CASE WHEN m.status = 'running' AND t.finished IS DISTINCT FROM false THEN m.id END) b ON true
)
SELECT s.id, s.name, s.kind, s.relation, s.release, s.status, s.phase,
       round((s.fraction * 100)::numeric, 1) AS percent,
       zdm.bar(s.fraction) AS bar,
       round(s.rows_expected * s.fraction)::bigint AS rows_done, s.rows_expected, s.rows_written,
       CASE WHEN s.has_worker THEN round(s.rows_per_second) END AS rows_per_second,
       CASE WHEN s.has_worker AND s.rows_per_second > 0
            THEN make_interval(secs =>
                     greatest(0, round(s.rows_expected * (1 - s.fraction) / s.rows_per_second)))
       END AS time_left,
       CASE WHEN s.doing IS NOT NULL THEN s.build_waits_for
            WHEN s.status = 'running' AND NOT s.has_worker THEN
                (SELECT CASE WHEN q.place IS NULL THEN
                                 'a worker: SELECT zdm.resume(' || quote_literal(s.name) || ')'
                             WHEN s.attempts > 0 THEN 'the next attempt after an error'
                             WHEN coalesce(s.waiting_for LIKE 'a free worker:%', true) THEN
                                 pg_catalog.format('%s, %s before it in the queue',
                                     coalesce(s.waiting_for, 'a free worker: zdm.max_workers is '
                                              || pg_catalog.current_setting('zdm.max_workers')), q.place)
                             ELSE s.waiting_for
                        END
                   FROM (SELECT (SELECT zdm.queue_places()) ->> s.id::text OFFSET 0) q (place))
            WHEN s.status = 'running' AND s.attempts > 0 THEN 'the next attempt after an error'
            WHEN s.status = 'running' THEN s.waiting_for
            WHEN s.to_complete THEN
                coalesce((SELECT zdm.completion_blockers()) ->> s.id::text, s.waiting_for, 'a worker, to complete it')
            WHEN s.shown_again IS NOT NULL THEN
                pg_catalog.format('a call that hides index %s again: SELECT zdm.contract(%L)',
                                  s.shown_again, s.name)
       END AS waiting_for,
       s.last_error, s.doing,
       CASE WHEN s.has_worker AND NOT s.finished THEN round(s.pace::numeric, 2) END AS pace,
       s.created_by, s.created_at, s.changed_at
  FROM state s;

CREATE VIEW zdm.progress WITH (security_barrier = true) AS
SELECT id, name, relation, status, phase, percent, bar, rows_done, rows_expected, rows_written,
       rows_per_second, time_left, waiting_for, last_error, doing, pace
  FROM zdm.progress_of_all
 WHERE zdm.may_see(relation, created_by);

CREATE VIEW zdm.status WITH (security_barrier = true) AS
SELECT id, name, kind, relation, status, phase, percent, bar, rows_per_second,
       time_left, waiting_for, last_error, created_by, created_at, changed_at
  FROM zdm.progress_of_all
 WHERE zdm.may_see(relation, created_by)
 ORDER BY id;

-- A line for each release of an owner: what is common to its migrations, or that of the one that is
-- least far.
CREATE VIEW zdm.release WITH (security_barrier = true) AS
SELECT m.release AS name, count(*) AS migrations,
       (ARRAY['failed', 'paused', 'running', 'ready', 'contracted', 'finalized', 'rolled_back'])[
           min(pg_catalog.array_position(
               ARRAY['failed', 'paused', 'running', 'ready', 'contracted', 'finalized', 'rolled_back'],
               m.status))] AS status,
       round(avg(m.percent), 1) AS percent,
       array_agg(m.name ORDER BY m.id) FILTER (WHERE m.status IN ('failed', 'paused', 'running')) AS not_ready,
       min(m.created_at) AS created_at, max(m.changed_at) AS changed_at,
       o.name AS owner
  FROM zdm.progress_of_all m LEFT JOIN pg_catalog.pg_class c ON c.oid = m.relation,
       LATERAL (SELECT coalesce(pg_catalog.pg_get_userbyid(c.relowner), m.created_by)) o (name)
 WHERE m.release IS NOT NULL AND zdm.may_see(m.relation, m.created_by)
 GROUP BY m.release, o.name
 ORDER BY min(m.id);

-- The calls that have waited for a lock on a table for some time; an expand has no record yet.
-- They hold a session lock of lock.c, of class ZDM_LOCK_WAIT.
CREATE VIEW zdm.blocking WITH (security_invoker = true) AS
WITH waiting AS (
    SELECT l.objid AS relation, l.pid
      FROM pg_catalog.pg_locks l
     WHERE l.locktype = 'advisory' AND l.objsubid = 31343 AND l.granted
       AND l.database = (SELECT oid FROM pg_catalog.pg_database
                          WHERE datname = pg_catalog.current_database())
), tables AS (
    SELECT m.name, m.relation::oid AS relation FROM zdm.migration m
     WHERE m.status NOT IN ('finalized', 'rolled_back')
    UNION ALL
    SELECT DISTINCT NULL, w.relation FROM waiting w
     WHERE EXISTS (SELECT FROM pg_catalog.pg_class c
                    WHERE c.oid = w.relation AND pg_catalog.pg_has_role(c.relowner, 'USAGE'))
       AND NOT EXISTS (SELECT FROM zdm.migration m WHERE m.relation = w.relation
                          AND m.status NOT IN ('finalized', 'rolled_back'))
)
SELECT t.name, t.relation::regclass AS relation, h.holder,
       (SELECT pg_catalog.string_agg(zdm.session_text(w.pid), ', ' ORDER BY w.pid) FROM waiting w
         WHERE w.relation = t.relation) AS waiter
  FROM tables t, zdm.lock_holders(t.relation, 'ACCESS EXCLUSIVE') AS h (holder)
 WHERE NOT EXISTS (SELECT FROM waiting w WHERE w.relation = t.relation
                      AND h.holder LIKE pg_catalog.format('process %s (%%', w.pid));

-- One line for zdm.wait() and for error messages.
CREATE FUNCTION zdm.progress_line(migration bigint, with_bar boolean DEFAULT true) RETURNS text
    LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT pg_catalog.concat_ws(' ', p.name, CASE WHEN with_bar THEN p.bar END, p.percent, '%', p.status)
           || CASE WHEN p.status = 'running' THEN ', ' || p.phase ELSE '' END
           || CASE WHEN p.rows_expected > 0 THEN
                  pg_catalog.format(', %s of %s rows', p.rows_done, p.rows_expected) ELSE '' END
           || coalesce(', ' || nullif(p.rows_per_second, 0) || ' rows/s', '')
           || coalesce(', ' || p.time_left || ' left', '')
           || coalesce(', ' || p.doing, '')
           || coalesce(', waiting for ' || p.waiting_for, '')
      FROM zdm.progress p
     WHERE p.id = migration;
END;

-- Likewise for several: what they have in common, and those first that are not as far as that.
CREATE FUNCTION zdm.release_line(release text, migrations bigint[]) RETURNS text
    LANGUAGE sql STABLE
BEGIN ATOMIC
    WITH member AS (
        SELECT p.id, p.percent, p.status, p.waiting_for,
               p.status NOT IN ('ready', 'contracted', 'finalized')
                   OR p.waiting_for IS NOT NULL AS is_open
          FROM zdm.progress p WHERE p.id = ANY (migrations)
    ), total AS (
        SELECT avg(m.percent) AS percent, count(*) AS all_of_it,
               count(*) FILTER (WHERE m.status IN ('ready', 'contracted', 'finalized')) AS ready,
               count(*) FILTER (WHERE m.is_open) AS open
          FROM member m
    )
    SELECT pg_catalog.format('%s %s %s %% %s of %s ready', release, zdm.bar(t.percent / 100),
                             pg_catalog.round(t.percent, 1), t.ready, t.all_of_it)
           || coalesce((SELECT pg_catalog.string_agg('; ' || zdm.progress_line(o.id, false), '' ORDER BY o.id)
                          FROM (SELECT m.id FROM member m WHERE m.is_open ORDER BY m.id LIMIT 8) o), '')
           || CASE WHEN t.open > 8 THEN pg_catalog.format('; and %s more', t.open - 8) ELSE '' END
      FROM total t;
END;

CREATE VIEW zdm.tenant WITH (security_invoker = true) AS
SELECT t.release, t.schema_name,
       CASE WHEN m.all_undone THEN 'rolled_back' ELSE t.state END AS state,
       m.migrations, m.statuses, t.error, t.started_at, t.ended_at, t.call
  FROM zdm.tenant_schema t,
       LATERAL (SELECT array_agg(name ORDER BY id) AS migrations, array_agg(status ORDER BY id) AS statuses,
                       bool_and(status = 'rolled_back') AS all_undone
                  FROM zdm.migration WHERE id = ANY (t.migrations)) m
 ORDER BY t.seq;
