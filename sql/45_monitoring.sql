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

GRANT SELECT ON zdm.build, zdm.size TO PUBLIC;

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
