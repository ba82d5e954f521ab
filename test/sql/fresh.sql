-- A fresh database runs the whole chain in one transaction: on a table that is empty, or was
-- created in this transaction, the caller does the worker's steps.
\set state '\\echo SQLSTATE :SQLSTATE'
SET zdm.start_worker = off;
CREATE TABLE call (n serial, name text, sql text);
INSERT INTO call (name, sql) VALUES
    ('f1', $$zdm.expand_rename('f', 'a', 'a2', name => 'f1')$$),
    ('f2', $$zdm.expand_add_column('f', 'extra', 'int', backfill => 'k + 1', not_null => true, index => true, name => 'f2')$$),
    ('f3', $$zdm.expand_drop_column('f', 'b', reverse => '''gone''', name => 'f3')$$),
    ('f4', $$zdm.expand_change_type('f', 'd', 'bigint', name => 'f4')$$),
    ('f5', $$zdm.expand_transform('f', '{e}', '{"e2": {"type": "text", "forward": "e::text"}}', '{"e": "e2::int"}', name => 'f5')$$),
    ('f6', $$zdm.expand_not_null('f', 'c', fill => '0', name => 'f6')$$),
    ('f7', $$zdm.expand_check('f', 'f_g', 'g <> ''x''', name => 'f7')$$),
    ('f8', $$zdm.expand_foreign_key('f', '{r}', 'ref', name => 'f8')$$),
    ('f9', $$zdm.expand_unique('f', '{k,g}', name => 'f9')$$),
    ('f10', $$zdm.expand_primary_key('f', '{id}', name => 'f10')$$),
    ('f11', $$zdm.expand_index('CREATE INDEX ON f (k)', name => 'f11')$$),
    ('f12', $$zdm.drop_index('f_c_idx', name => 'f12')$$),
    ('f13', $$zdm.reindex('f_k_idx', name => 'f13')$$);
-- What a migration file does.
CREATE FUNCTION run_chain() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    c call;
BEGIN
    FOR c IN SELECT * FROM call ORDER BY n LOOP
        EXECUTE 'SELECT ' || c.sql;
        PERFORM zdm.ensure_ready(c.name);
        PERFORM zdm.contract(c.name);
        PERFORM zdm.finalize(c.name);
    END LOOP;
END $$;
CREATE FUNCTION statuses() RETURNS TABLE (status text, n bigint) BEGIN ATOMIC
    SELECT status, count(*) FROM zdm.status WHERE name ~ '^f\d' GROUP BY status ORDER BY status;
END;
CREATE TABLE ref (id int PRIMARY KEY);
INSERT INTO ref VALUES (1), (2);

-- in the transaction that creates the table, with rows
BEGIN;
CREATE TABLE f (id int NOT NULL, a int, b text, c int, d int, e int, g text, k int, r int);
CREATE INDEX f_c_idx ON f (c);
INSERT INTO f SELECT g, g, 'b', nullif(g, 2), g, g, g, g, 1 + g % 2 FROM generate_series(1, 1000) g;
SET LOCAL client_min_messages = warning;
SELECT run_chain();
SELECT * FROM statuses();
SELECT * FROM f WHERE id < 4 ORDER BY id;
SELECT count(*), count(extra), count(e2), count(a2), count(c) FROM f;
INSERT INTO f (id, a2, extra, d, e2, c, g, k, r) VALUES (1001, 1, 1, 1e12, 'x', 1, 'y', 1, 1);
\d f
SELECT relname, reltuples FROM pg_class WHERE relname = 'f';
COMMIT;
SELECT rows_written, finished_at IS NOT NULL AS finished, next_block = total_blocks AS all_blocks
  FROM zdm.backfill WHERE migration_id IN (SELECT id FROM zdm.migration WHERE name ~ '^f\d') ORDER BY migration_id;
SELECT DISTINCT status FROM zdm.step
 WHERE migration_id IN (SELECT id FROM zdm.migration WHERE name ~ '^f\d');
DROP TABLE f;

-- a table that is empty, and one of which all rows are deleted; each call by itself
CREATE TABLE f (id int NOT NULL, a int, b text, c int, d int, e int, g text, k int, r int);
CREATE INDEX f_c_idx ON f (c);
INSERT INTO f SELECT g, g, 'b', nullif(g, 2), g, g, g, g, 1 + g % 2 FROM generate_series(1, 10) g;
DELETE FROM f;
SET client_min_messages = warning;
SELECT run_chain();
RESET client_min_messages;
SELECT * FROM statuses();
\d f
-- of no rows there are no statistics: the server's guess for new tables stays
SELECT relname, reltuples FROM pg_class WHERE relname = 'f';
DROP TABLE f;

-- partitions: some created now, others empty; the parent's indexes are valid
CREATE TABLE p (id int NOT NULL, a int, k int) PARTITION BY RANGE (id);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (10);
BEGIN;
CREATE TABLE p2 PARTITION OF p FOR VALUES FROM (10) TO (20) PARTITION BY RANGE (id);
CREATE TABLE p21 PARTITION OF p2 FOR VALUES FROM (10) TO (20);
INSERT INTO p VALUES (10, 1, 1), (11, 2, 2);
SELECT zdm.expand_rename('p', 'a', 'a2', name => 'p1');
SELECT zdm.expand_index('CREATE INDEX ON p (k)', name => 'p2');
SELECT zdm.expand_unique('p', '{id}', name => 'p3');
SELECT zdm.contract('p1');
SELECT zdm.finalize('p1');
COMMIT;
SELECT * FROM p ORDER BY id;
SELECT c.relname, i.indisvalid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE c.relname ~ '^p\d*_' ORDER BY 1;
SELECT name, status FROM zdm.status WHERE name ~ '^p\d' ORDER BY id;
-- one that is attached later has rows that nobody has filled
SELECT zdm.expand_add_column('p', 'b', 'int', backfill => 'k', name => 'p4');
TRUNCATE p;
SELECT zdm.rollback('p4');
SELECT zdm.expand_add_column('p', 'b', 'int', backfill => 'k', name => 'p4');
CREATE TABLE p3 (LIKE p);
INSERT INTO p3 (id, k) VALUES (20, 5);
ALTER TABLE p ATTACH PARTITION p3 FOR VALUES FROM (20) TO (30);
SELECT zdm.contract('p4');
:state
DROP TABLE p;

-- what the rows don't satisfy is an error of the call
BEGIN;
CREATE TABLE bad (id int, t text);
INSERT INTO bad VALUES (1, 'x'), (1, 'y');
SAVEPOINT s;
SELECT zdm.expand_unique('bad', '{id}', name => 'b1');
:state
ROLLBACK TO s;
SELECT zdm.expand_change_type('bad', 't', 'int', forward => 't::int', reverse => 't::text', name => 'b2');
:state
ROLLBACK TO s;
SELECT zdm.expand_check('bad', 'c', 'id > 1', name => 'b3');
:state
ROLLBACK;

-- rows of others: the worker's part is left to the worker
CREATE TABLE used (id int, a int, b int);
INSERT INTO used VALUES (1, 1);
SELECT zdm.expand_rename('used', 'a', 'a2', name => 'u1');
SELECT zdm.expand_index('CREATE INDEX ON used (id)', name => 'u2');
SELECT name, status FROM zdm.status WHERE name ~ '^u' ORDER BY id;
BEGIN;
SELECT zdm.expand_rename('used', 'b', 'b2', name => 'u3');
-- its own transaction can't wait for it
SELECT zdm.ensure_ready('u3');
:state
ROLLBACK;
BEGIN;
SELECT zdm.expand_rename('used', 'b', 'b2', name => 'u3');
SELECT zdm.contract('u3');
:state
ROLLBACK;
SELECT zdm.ensure_ready('u1');
:state
SELECT zdm.ensure_ready('u1', '11 s');
:state
SELECT zdm.ensure_ready('u1', '-1 s');
:state
SELECT zdm.rollback('u1');
SELECT zdm.rollback('u2');
DROP TABLE used, ref, call CASCADE;
DROP FUNCTION statuses;
