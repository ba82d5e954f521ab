-- What comparisons of both sides have found.

CREATE TABLE zdm.verification_row (
    id              bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    migration_id    bigint NOT NULL,
    at              timestamptz NOT NULL DEFAULT clock_timestamp(),
    actor           name NOT NULL DEFAULT session_user,
    mode            text NOT NULL CHECK (mode IN ('full', 'sample', 'none')),
    before_contract boolean NOT NULL,
    percent         double precision NOT NULL,
    rows            bigint NOT NULL,
    mismatches      bigint NOT NULL,
    lossy           bigint NOT NULL,
    repaired        bigint NOT NULL,
    writes          bigint NOT NULL
);
CREATE INDEX verification_row_migration_idx ON zdm.verification_row (migration_id, id);

CREATE VIEW zdm.verification WITH (security_barrier = true) AS
SELECT r.id, r.migration_id, r.at, r.actor, r.mode, r.before_contract, r.percent, r.rows,
       r.mismatches, r.lossy, r.repaired, r.writes
  FROM zdm.verification_row r
 WHERE EXISTS (SELECT FROM zdm.migration_row m
                WHERE m.id = r.migration_id AND zdm.may_see(m.relation, m.created_by));

-- Rows written to a table and those that inherit from it, as the server has counted them.
CREATE FUNCTION zdm.rows_written_to(tbl oid) RETURNS bigint
    LANGUAGE sql STABLE
BEGIN ATOMIC
    WITH RECURSIVE tree AS (
        SELECT tbl AS relation
        UNION
        SELECT i.inhrelid FROM pg_catalog.pg_inherits i JOIN tree ON i.inhparent = tree.relation
    )
    SELECT coalesce(sum(pg_catalog.pg_stat_get_tuples_inserted(relation)
                        + pg_catalog.pg_stat_get_tuples_updated(relation)
                        + pg_catalog.pg_stat_get_tuples_deleted(relation)), 0)::bigint
      FROM tree;
END;

-- The last comparison of each migration, of either kind.
CREATE VIEW zdm.verified WITH (security_invoker = true) AS
SELECT m.id, m.name, m.relation, m.status, v.at, v.actor, v.mode, v.before_contract, v.percent, v.rows,
       v.mismatches, v.lossy, v.repaired,
       -- Less than by then: the server has begun to count anew.
       CASE WHEN w.writes >= v.writes THEN w.writes - v.writes END AS writes_since
  FROM zdm.migration m,
       LATERAL (SELECT * FROM zdm.verification WHERE migration_id = m.id ORDER BY id DESC LIMIT 1) v,
       LATERAL zdm.rows_written_to(m.relation) w (writes)
 ORDER BY m.id;

GRANT SELECT ON zdm.verification, zdm.verified TO PUBLIC;
GRANT SELECT ON zdm.verification_row TO pg_database_owner;
GRANT SELECT ON SEQUENCE zdm.verification_row_id_seq TO pg_database_owner;
SELECT pg_catalog.pg_extension_config_dump('zdm.verification_row', '');
SELECT pg_catalog.pg_extension_config_dump('zdm.verification_row_id_seq', '');

COMMENT ON TABLE zdm.verification_row IS 'the rows of zdm.verification, for zdm itself and pg_dump';
COMMENT ON VIEW zdm.verification IS 'comparisons of the two sides of a migration, and what they found';
COMMENT ON SEQUENCE zdm.verification_row_id_seq IS 'numbers of zdm.verification';
COMMENT ON COLUMN zdm.verification.id IS 'their order';
COMMENT ON COLUMN zdm.verification.migration_id IS 'the migration';
COMMENT ON COLUMN zdm.verification.at IS 'when it was over';
COMMENT ON COLUMN zdm.verification.actor IS 'the session user';
COMMENT ON COLUMN zdm.verification.mode IS 'full, sample, or none: contract was told to do without';
COMMENT ON COLUMN zdm.verification.before_contract IS 'whether it was part of contract';
COMMENT ON COLUMN zdm.verification.percent IS 'share of the blocks that were read';
COMMENT ON COLUMN zdm.verification.rows IS 'rows that were compared';
COMMENT ON COLUMN zdm.verification.mismatches IS 'rows in which the sides disagreed';
COMMENT ON COLUMN zdm.verification.lossy IS 'rows that agreed, but one side does not give the other one back';
COMMENT ON COLUMN zdm.verification.repaired IS 'rows that were made to agree';
COMMENT ON COLUMN zdm.verification.writes IS 'rows written to the tables by then, as the server counts them';
COMMENT ON FUNCTION zdm.rows_written_to(oid) IS 'rows written to a table and its children, as the server has counted them';
COMMENT ON VIEW zdm.verified IS 'the last comparison of the two sides of each migration';
COMMENT ON COLUMN zdm.verified.id IS 'number of the migration';
COMMENT ON COLUMN zdm.verified.name IS 'the migration';
COMMENT ON COLUMN zdm.verified.relation IS 'the table';
COMMENT ON COLUMN zdm.verified.status IS 'its status';
COMMENT ON COLUMN zdm.verified.at IS 'when it was compared';
COMMENT ON COLUMN zdm.verified.actor IS 'by whom';
COMMENT ON COLUMN zdm.verified.mode IS 'full, sample, or none: contract was told to do without';
COMMENT ON COLUMN zdm.verified.before_contract IS 'whether that was part of contract';
COMMENT ON COLUMN zdm.verified.percent IS 'share of the blocks that were read';
COMMENT ON COLUMN zdm.verified.rows IS 'rows that were compared';
COMMENT ON COLUMN zdm.verified.mismatches IS 'rows in which the sides disagreed';
COMMENT ON COLUMN zdm.verified.lossy IS 'rows that agreed, but one side does not give the other one back';
COMMENT ON COLUMN zdm.verified.repaired IS 'rows that were made to agree';
COMMENT ON COLUMN zdm.verified.writes_since IS 'rows written to the tables since, as the server counts them, which may be a second late; null: it has begun to count anew';
