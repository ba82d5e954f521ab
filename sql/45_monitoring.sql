-- For monitoring: index builds, and how tables grow.

-- The index builds of workers, by what the server says of them; no more than that of other sessions.
CREATE VIEW zdm.build WITH (security_invoker = true) AS
SELECT m.name, m.relation, b.doing, round((b.fraction * 100)::numeric, 1) AS percent, b.waiting_for
  FROM zdm.migration m, LATERAL zdm.build_progress(CASE WHEN m.status = 'running' THEN m.id END) b
 WHERE b.doing IS NOT NULL
 ORDER BY m.id;

-- The size of a table and those that inherit from it, and of their indexes; null: it is gone.
CREATE FUNCTION zdm.tree_size(tbl oid, OUT table_bytes bigint, OUT index_bytes bigint)
    LANGUAGE sql STABLE STRICT
BEGIN ATOMIC
    WITH RECURSIVE tree AS (
        SELECT c.oid AS relation FROM pg_catalog.pg_class c WHERE c.oid = tbl
        UNION
        SELECT i.inhrelid FROM pg_catalog.pg_inherits i JOIN tree ON i.inhparent = tree.relation
    )
    SELECT sum(pg_catalog.pg_table_size(relation))::bigint, sum(pg_catalog.pg_indexes_size(relation))::bigint
      FROM tree;
END;

-- What a backfill has to fill was so many blocks when the sync trigger was in place.
CREATE VIEW zdm.size WITH (security_invoker = true) AS
SELECT m.name, m.relation, m.status, s.table_bytes, s.index_bytes, b.bytes_at_begin,
       s.main_bytes - b.bytes_at_begin AS growth
  FROM zdm.migration m,
       LATERAL (SELECT t.table_bytes, t.index_bytes,
                       (SELECT sum(pg_catalog.pg_relation_size(f.relation))::bigint FROM zdm.backfill f
                         WHERE f.migration_id = m.id
                           AND EXISTS (SELECT FROM pg_catalog.pg_class c WHERE c.oid = f.relation)) AS main_bytes
                  FROM zdm.tree_size(m.relation) t) s,
       LATERAL (SELECT sum(f.total_blocks * pg_catalog.current_setting('block_size')::bigint)::bigint
                           AS bytes_at_begin
                  FROM zdm.backfill f WHERE f.migration_id = m.id) b
 WHERE m.status NOT IN ('finalized', 'rolled_back')
 ORDER BY m.id;

-- What keeps WAL, or has not replayed it: as much as the server shows to the current user.
CREATE VIEW zdm.lag WITH (security_invoker = true) AS
WITH here AS (
    SELECT CASE WHEN pg_catalog.pg_is_in_recovery() THEN pg_catalog.pg_last_wal_replay_lsn()
                ELSE pg_catalog.pg_current_wal_insert_lsn() END AS lsn
)
SELECT 'standby' AS kind, r.application_name::text AS name, r.state, r.sync_state IN ('sync', 'quorum') AS synchronous,
       pg_catalog.pg_wal_lsn_diff(here.lsn, r.replay_lsn)::bigint AS bytes, r.replay_lag AS delay
  FROM here, pg_catalog.pg_stat_replication r WHERE r.state IS DISTINCT FROM 'backup'
UNION ALL
SELECT 'slot', s.slot_name::text, coalesce(s.wal_status, 'unused'), NULL,
       pg_catalog.pg_wal_lsn_diff(here.lsn, s.restart_lsn)::bigint, NULL
  FROM here, pg_catalog.pg_replication_slots s
 ORDER BY bytes DESC NULLS LAST, name;

-- What the locks of a migration's calls and steps have cost clients at most: in the queue, and held.
CREATE VIEW zdm.lock_cost WITH (security_invoker = true) AS
SELECT m.name, m.relation, m.status, l.locks, l.longest_wait, l.longest_held, l.held
  FROM zdm.migration m,
       LATERAL (SELECT count(*) AS locks, max(c.lock_wait) AS longest_wait, max(c.lock_held) AS longest_held,
                       sum(c.lock_held) AS held
                  FROM (SELECT e.lock_wait, e.lock_held FROM zdm.event e WHERE e.migration_id = m.id
                        UNION ALL
                        SELECT s.lock_wait, s.lock_held FROM zdm.step s
                         WHERE s.migration_id = m.id AND s.runs <> 'caller') c
                 WHERE c.lock_held IS NOT NULL) l
 ORDER BY m.id;

GRANT SELECT ON zdm.build, zdm.size, zdm.lag, zdm.lock_cost TO PUBLIC;

COMMENT ON FUNCTION zdm.tree_size(oid) IS 'the size of a table and its children, and of their indexes';
COMMENT ON VIEW zdm.build IS 'index builds that workers are at';
COMMENT ON COLUMN zdm.build.name IS 'the migration';
COMMENT ON COLUMN zdm.build.relation IS 'the table';
COMMENT ON COLUMN zdm.build.doing IS 'what the build is at';
COMMENT ON COLUMN zdm.build.percent IS 'how far it is, roughly';
COMMENT ON COLUMN zdm.build.waiting_for IS 'the session that it waits for; null: none';
COMMENT ON VIEW zdm.size IS 'how large the tables of migrations under way are, and how they grow';
COMMENT ON COLUMN zdm.size.name IS 'the migration';
COMMENT ON COLUMN zdm.size.relation IS 'the table';
COMMENT ON COLUMN zdm.size.status IS 'its status';
COMMENT ON COLUMN zdm.size.table_bytes IS 'its size, with partitions, children and TOAST';
COMMENT ON COLUMN zdm.size.index_bytes IS 'the size of its indexes';
COMMENT ON COLUMN zdm.size.bytes_at_begin IS 'its size without TOAST when the sync trigger was in place; null: there is no backfill';
COMMENT ON COLUMN zdm.size.growth IS 'by how much that has grown since; null: there is no backfill';
COMMENT ON VIEW zdm.lag IS 'standbys that have not replayed all, and replication slots that keep WAL';
COMMENT ON COLUMN zdm.lag.kind IS 'standby or slot';
COMMENT ON COLUMN zdm.lag.name IS 'how the standby calls itself, or the slot''s name';
COMMENT ON COLUMN zdm.lag.state IS 'of a standby whether it streams, of a slot how safe its WAL is';
COMMENT ON COLUMN zdm.lag.synchronous IS 'whether commits wait for it; null: a slot';
COMMENT ON COLUMN zdm.lag.bytes IS 'WAL that it has not replayed, or keeps';
COMMENT ON COLUMN zdm.lag.delay IS 'time between commit and replay, as it was measured last; null: a slot, or not known';
COMMENT ON VIEW zdm.lock_cost IS 'what the table locks of migrations have cost';
COMMENT ON COLUMN zdm.lock_cost.name IS 'the migration';
COMMENT ON COLUMN zdm.lock_cost.relation IS 'the table';
COMMENT ON COLUMN zdm.lock_cost.status IS 'its status';
COMMENT ON COLUMN zdm.lock_cost.locks IS 'calls and steps that took a lock';
COMMENT ON COLUMN zdm.lock_cost.longest_wait IS 'the longest time in which one tried to get it, pauses included';
COMMENT ON COLUMN zdm.lock_cost.longest_held IS 'the longest time for which one held it';
COMMENT ON COLUMN zdm.lock_cost.held IS 'all of them together';
