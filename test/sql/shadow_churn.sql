-- Indexes of the table that follows grow about as those of the one that is written, where rows are
-- updated again and again: nbtree hears which entries are those of a key that is there already.
\set VERBOSITY terse
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS zdm;
CREATE SCHEMA churn;
SET search_path = churn;
CREATE PROCEDURE update_again(tbl text) LANGUAGE plpgsql AS $$
BEGIN
    FOR i IN 1..40 LOOP
        EXECUTE format('UPDATE %s SET counter = counter + 1', tbl);
        COMMIT;
    END LOOP;
END $$;
-- Pairs of indexes by what they are on, but for the one whose key changes, and whether the follower's is too large.
CREATE FUNCTION compared(source regclass, follower regclass)
RETURNS TABLE (key text, small boolean) LANGUAGE sql AS $$
    SELECT d.def, pg_relation_size(f.indexrelid) <= 2 * pg_relation_size(s.indexrelid)
      FROM pg_index s
     CROSS JOIN LATERAL (SELECT regexp_replace(pg_get_indexdef(s.indexrelid), '.* USING ', '')) d (def)
      JOIN pg_index f ON f.indrelid = follower AND regexp_replace(pg_get_indexdef(f.indexrelid), '.* USING ', '') = d.def
     WHERE s.indrelid = source AND d.def <> 'btree (counter)'
     ORDER BY 1
$$;

CREATE TABLE t (id int PRIMARY KEY, counter int, b text, c int) WITH (autovacuum_enabled = off, fillfactor = 70);
INSERT INTO t SELECT g, 0, md5(g::text), g FROM generate_series(1, 2000) g;
CREATE INDEX ON t (counter);
CREATE INDEX ON t (b);
CREATE INDEX ON t (c) INCLUDE (counter);
CREATE INDEX ON t (lower(b), (c + 1));
SELECT zdm.expand_compact('t', name => 'churn');
CALL zdm.wait('churn');
CALL update_again('t');
SELECT * FROM compared('t', 'zdm_new_t');
-- the other way round
SELECT zdm.contract('churn');
CALL update_again('t');
SELECT * FROM compared('t', 'zdm_old_t');
SELECT mismatches FROM zdm.verify('churn');
SELECT zdm.finalize('churn');
DROP SCHEMA churn CASCADE;
