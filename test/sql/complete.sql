-- complete => true: contracted and finalized as soon as it is ready.
\set state '\\echo SQLSTATE :SQLSTATE'
SET zdm.at_once = off;
SET client_min_messages = warning;
CREATE TABLE c_a (id int PRIMARY KEY, a int, b int, c int, d text);
CREATE TABLE c_b (id int PRIMARY KEY, a int, n int);
INSERT INTO c_a SELECT g, g, g, g, 'x' FROM generate_series(1, 500) g;
INSERT INTO c_b SELECT g, g, g FROM generate_series(1, 500) g;
CREATE VIEW c_status AS SELECT name, status, waiting_for, split_part(last_error, ' (SQLSTATE', 1) AS last_error
  FROM zdm.status WHERE name ~ '^c\d' ORDER BY id;

-- one of each kind, by the worker; CALL zdm.wait waits for the completion
CREATE TABLE calls (n serial, call text);
INSERT INTO calls (call) VALUES
    ($$zdm.expand_index('CREATE INDEX c_idx ON c_a (a)', name => 'c1', complete => true)$$),
    ($$zdm.expand_check('c_a', 'c_check', 'a > 0', name => 'c2', complete => true)$$),
    ($$zdm.expand_foreign_key('c_b', '{a}', 'c_a', name => 'c3', complete => true)$$),
    ($$zdm.expand_unique('c_a', '{b}', name => 'c4', complete => true)$$),
    ($$zdm.expand_not_null('c_a', 'c', name => 'c5', complete => true)$$),
    ($$zdm.expand_not_null('c_a', 'd', fill => '''none''', name => 'c6', complete => true)$$),
    ($$zdm.expand_rename('c_b', 'n', 'number', name => 'c7', complete => true)$$),
    ($$zdm.expand_change_type('c_a', 'b', 'bigint', name => 'c8', complete => true)$$),
    ($$zdm.expand_add_column('c_a', 'e', 'int', backfill => 'a + 1', name => 'c9', complete => true)$$),
    ($$zdm.expand_transform('c_a', '{e}', '{"f": {"type": "text", "forward": "e::text"}}', '{"e": "f::int"}', name => 'c10', complete => true)$$),
    ($$zdm.expand_drop_column('c_a', 'f', name => 'c11', complete => true)$$),
    ($$zdm.drop_index('c_idx', name => 'c12', complete => true)$$),
    ($$zdm.reindex('c_a_pkey', name => 'c13', complete => true)$$),
    ($$zdm.expand_change_type('c_a', 'd', 'varchar', name => 'c14', complete => true)$$);
SELECT unnest(ARRAY['SELECT ' || call, format('CALL zdm.wait(%L)', 'c' || n)]) FROM calls ORDER BY n \gexec
SELECT name, status FROM c_status WHERE status <> 'finalized';
SELECT count(*) FROM c_status;
\d c_a
\d c_b
SELECT count(*) FROM c_a JOIN c_b USING (id) WHERE c_a.b = c_a.id AND number = id;

-- recorded with the migration: neither a repeated call nor the session's setting changes it
SET zdm.complete = on;
SELECT zdm.expand_rename('c_b', 'number', 'n', name => 'c20', complete => false);
CALL zdm.wait('c20');
SELECT status, settings FROM zdm.migration WHERE name = 'c20';
SET client_min_messages = notice;
SELECT zdm.expand_rename('c_b', 'number', 'n', name => 'c20');
SET client_min_messages = warning;
SELECT status, settings FROM zdm.migration WHERE name = 'c20';

-- it can be changed later
SELECT zdm.alter_backfill('c20', complete => true);
CALL zdm.wait('c20');
SELECT * FROM c_status WHERE name = 'c20';
-- the setting; NULL stands for it, too
SELECT zdm.expand_rename('c_b', 'n', 'm', name => 'c21', workers => 2, complete => NULL);
RESET zdm.complete;
CALL zdm.wait('c21');
SELECT status, settings FROM zdm.migration WHERE name = 'c21';
SELECT zdm.alter_backfill('c21', reset => '{complete}');
SELECT zdm.alter_backfill('c21', reset => '{compleat}');
:state

-- contracted by hand, then completed; reopen takes that back
SELECT zdm.expand_rename('c_b', 'm', 'n', name => 'c22');
CALL zdm.wait('c22');
SELECT zdm.contract('c22');
SET zdm.start_worker = off;
SELECT zdm.alter_backfill('c22', complete => true);
SELECT * FROM c_status WHERE name = 'c22';
SET client_min_messages = notice;
SELECT zdm.reopen('c22');
SET client_min_messages = warning;
SELECT * FROM c_status WHERE name = 'c22';
SELECT zdm.alter_backfill('c22', complete => true);
-- zdm.run completes, too
CALL zdm.run('c22');
SELECT * FROM c_status WHERE name = 'c22';
RESET zdm.start_worker;

-- a contract that is refused: ready, and the error is to be seen, until somebody resumes it
SELECT zdm.expand_add_column('c_a', 'g', 'int', backfill => '100 / (a - 1)', not_null => true,
                             on_error => 'null', name => 'c30', complete => true);
\set VERBOSITY terse
CALL zdm.wait('c30');
:state
SELECT * FROM c_status WHERE name = 'c30';
SELECT event FROM zdm.event WHERE migration_id = (SELECT id FROM zdm.migration WHERE name = 'c30') ORDER BY id;
CALL zdm.run('c30');
:state
\set VERBOSITY default
SELECT count(*) FROM c_a WHERE g IS NULL;
UPDATE c_a SET g = 0 WHERE g IS NULL;
SELECT zdm.resume('c30');
CALL zdm.wait('c30');
SELECT * FROM c_status WHERE name = 'c30';

-- a release is completed when the last of it is ready, all in one
SET zdm.start_worker = off;
SET zdm.release = 'c_v1';
SET zdm.complete = on;
SELECT zdm.expand_index('CREATE INDEX c_idx ON c_b (n)', name => 'c40');
SELECT zdm.expand_rename('c_b', 'a', 'a2', name => 'c41');
SELECT zdm.expand_check('c_a', 'c_check2', 'a > 1', name => 'c42');
RESET zdm.complete;
SELECT zdm.expand_check('c_a', 'c_check3', 'a > 0', name => 'c43');
RESET zdm.release;
RESET zdm.start_worker;
SELECT zdm.resume('c_v1');
CALL zdm.wait('c42');
:state
CALL zdm.wait('c_v1');
:state
DO $$
BEGIN
    FOR i IN 1 .. 600 LOOP
        PERFORM pg_sleep(0.1);
        COMMIT;
        EXIT WHEN (SELECT count(*) = 3 FROM zdm.status WHERE name IN ('c40', 'c41', 'c43') AND status = 'ready');
    END LOOP;
END $$;
SELECT * FROM c_status WHERE name ~ 'c4.';
UPDATE c_a SET a = 2 WHERE a = 1;
SELECT zdm.resume('c_v1');
-- one of it is for somebody to contract: then all are
CALL zdm.wait('c_v1');
SELECT name, status, waiting_for FROM c_status WHERE name ~ 'c4.';
SELECT zdm.alter_backfill('c_v1', complete => true);
CALL zdm.wait('c_v1');
SELECT * FROM c_status WHERE name ~ 'c4.';
SELECT count(DISTINCT e.xmin::text) AS transactions FROM zdm.event_row e JOIN zdm.migration m ON m.id = migration_id
 WHERE m.name ~ 'c4.' AND event IN ('contracted', 'finalized');

-- the same release of somebody else is no part of it
CREATE ROLE c_other;
CREATE SCHEMA c_theirs AUTHORIZATION c_other;
SET SESSION AUTHORIZATION c_other;
CREATE TABLE c_theirs.t (id int PRIMARY KEY, a int);
INSERT INTO c_theirs.t VALUES (1, 1), (2, 1);
SET zdm.release = 'c_v2';
SELECT zdm.expand_unique('c_theirs.t', '{a}', name => 'c50', complete => true);
CALL zdm.wait('c50');
:state
RESET SESSION AUTHORIZATION;
SET zdm.release = 'c_v2';
SELECT zdm.expand_rename('c_b', 'a2', 'a', name => 'c51', complete => true);
RESET zdm.release;
CALL zdm.wait('c51');
SELECT name, status FROM c_status WHERE name ~ 'c5.';
SET ROLE c_other;
SELECT name, status FROM zdm.status;
DELETE FROM c_theirs.t WHERE id = 2;
SELECT zdm.resume('c50');
CALL zdm.wait('c50');
SELECT name, status FROM zdm.status;
RESET ROLE;
SELECT actor = current_user AS by_the_worker, event FROM zdm.event
 WHERE migration_id = (SELECT id FROM zdm.migration WHERE name = 'c50') AND event IN ('contracted', 'finalized') ORDER BY event;

-- a table that is empty, or new in the transaction: in the call
SET zdm.at_once = on;
SET zdm.start_worker = off;
TRUNCATE c_a, c_b;
SELECT zdm.expand_rename('c_b', 'a', 'a2', name => 'c60', complete => true);
SELECT zdm.expand_drop_column('c_b', 'n', name => 'c61', complete => true);
SELECT zdm.expand_check('c_b', 'c_b_check', 'a2 > 0', name => 'c62', complete => true);
SELECT name, status FROM c_status WHERE name ~ 'c6.';
SET zdm.release = 'c_v3';
SET zdm.complete = on;
BEGIN;
CREATE TABLE c_c (id int PRIMARY KEY, a int, b int);
INSERT INTO c_c SELECT g, g, g FROM generate_series(1, 300) g;
SELECT zdm.expand_change_type('c_c', 'a', 'bigint', name => 'c63');
SELECT zdm.expand_rename('c_c', 'b', 'c', name => 'c64');
-- as a file would go on that does not know of it
SET LOCAL client_min_messages = notice;
SELECT zdm.contract('c64'), zdm.finalize('c64');
SET LOCAL client_min_messages = warning;
COMMIT;
RESET zdm.release;
SELECT name, status FROM c_status WHERE name ~ 'c6.';
\d c_c
INSERT INTO c_a (id, a, b, c, d, g) VALUES (1, 2, 1, 1, 'x', 1);
-- not empty: left to the worker
SELECT zdm.expand_rename('c_a', 'a', 'a2', name => 'c65');
SELECT zdm.expand_drop_column('c_a', 'c', name => 'c66');
SELECT name, status, waiting_for FROM c_status WHERE name IN ('c65', 'c66');
RESET zdm.start_worker;
CALL zdm.wait('c65');
CALL zdm.wait('c66');
SELECT name, status FROM c_status WHERE name IN ('c65', 'c66');
RESET zdm.complete;
DROP TABLE c_a, c_b, c_c, calls CASCADE;
DROP VIEW c_status;
DROP SCHEMA c_theirs CASCADE;
DROP ROLE c_other;
