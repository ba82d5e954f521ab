-- CHECK constraints: NOT VALID, then validated under traffic.
\set SHOW_CONTEXT never
CREATE SCHEMA ck_s;
CREATE FUNCTION ck_s.fine(int) RETURNS boolean LANGUAGE sql IMMUTABLE AS 'SELECT $1 >= 0';
CREATE TABLE ck (id int PRIMARY KEY, price int, gen int GENERATED ALWAYS AS (price * 2) STORED);
INSERT INTO ck SELECT g, g - 3 FROM generate_series(1, 500) g;
SET search_path = public, ck_s;
SELECT phase, runs, lock_mode, command, undo, note FROM zdm.plan($$zdm.expand_check('ck', 'positive', 'fine(price) AND gen < 100000')$$, full => true);
SELECT zdm.expand_check('ck', 'positive', 'fine(price) AND gen < 100000');
RESET search_path;
INSERT INTO ck VALUES (1001, -1);
INSERT INTO ck VALUES (1002, NULL);
\set VERBOSITY terse
SET client_min_messages = error;
CALL zdm.wait('check_ck_positive');
RESET client_min_messages;
\set VERBOSITY default
SELECT last_error FROM zdm.status WHERE name = 'check_ck_positive';
SELECT tbl, contents->'id' AS id, reason FROM zdm.violations('check_ck_positive', 1);
SELECT count(*) FROM zdm.violations('check_ck_positive');
CALL zdm.fix_violations('check_ck_positive', set => '{"price": "abs(price)"}', batch_rows => 1);
SELECT zdm.resume('check_ck_positive');
SET client_min_messages = warning;
CALL zdm.wait('check_ck_positive');
RESET client_min_messages;
SELECT convalidated FROM pg_constraint WHERE conname = 'positive';
SELECT zdm.contract('check_ck_positive'), zdm.reopen('check_ck_positive'), zdm.contract('check_ck_positive');
SELECT zdm.rollback('check_ck_positive');
SELECT count(*) FROM pg_constraint WHERE conname = 'positive';
SELECT zdm.violations('check_ck_positive');
SELECT zdm.expand_check('ck', 'positive', 'price >= 0');
SET client_min_messages = warning;
CALL zdm.wait('check_ck_positive');
RESET client_min_messages;
SELECT zdm.contract('check_ck_positive'), zdm.finalize('check_ck_positive');
\d ck

-- what a fix can't do stops it; what was committed before stays
SELECT zdm.expand_check('ck', 'small', 'price < 490', name => 'ck_small');
\set VERBOSITY terse
CALL zdm.fix_violations('ck_small', set => '{"price": "price - 6"}', batch_rows => 2);
CALL zdm.fix_violations('ck_small', set => '{"nothing": "1"}');
CALL zdm.fix_violations('ck_small', set => '{}');
CALL zdm.fix_violations('ck_small', set => '{"price": null}');
CALL zdm.fix_violations('ck_small', keep => 'id');
CALL zdm.fix_violations('ck_small', set => '{"price": "(SELECT 1)"}');
CALL zdm.fix_violations('ck_small', set => '{"price": "1"}', batch_rows => 0);
CALL zdm.fix_violations('nobody');
BEGIN;
CALL zdm.fix_violations('ck_small', set => '{"price": "1"}');
ROLLBACK;
SELECT zdm.violations('ck_small', -1);
\set VERBOSITY default
SELECT count(*) FROM ck WHERE price >= 490;
SELECT zdm.rollback('ck_small');

-- partitions: the parent's check holds for all
CREATE TABLE ckp (id int, a int) PARTITION BY RANGE (id);
CREATE TABLE ckp_1 PARTITION OF ckp FOR VALUES FROM (0) TO (100);
INSERT INTO ckp SELECT g, -g FROM generate_series(1, 20) g;
SET zdm.start_worker = off;
SELECT zdm.expand_check('ckp', 'a_pos', 'a > 0', name => 'ckp');
CALL zdm.fix_violations('ckp', set => '{"a": "1"}');
CALL zdm.run('ckp');
RESET zdm.start_worker;
SELECT conrelid::regclass, convalidated FROM pg_constraint WHERE conname = 'a_pos' ORDER BY 1;
SELECT zdm.rollback('ckp');
SELECT count(*) FROM pg_constraint WHERE conname = 'a_pos';

-- what it refuses
SELECT zdm.expand_check('ck', 'positive', 'price > 0', name => 'x');
SELECT zdm.expand_check('ck', 'c', 'price');
SELECT zdm.expand_check('ck', 'c', 'price > (SELECT 1)');
SELECT zdm.expand_check('ck', 'c', 'price > 0) NOT VALID, DROP COLUMN price, ADD CHECK (true');
SELECT zdm.expand_check('ck', 'c', NULL);
SELECT zdm.expand_check('ck', '', 'price > 0');
SELECT zdm.expand_check('ck', repeat('x', 64), 'price > 0');
SELECT zdm.violations('nobody');
DROP TABLE ck, ckp;
DROP SCHEMA ck_s CASCADE;
