-- NOT NULL without a scan under a strong lock.
\set SHOW_CONTEXT never
CREATE TABLE nn (id int PRIMARY KEY, a int, b text, gen int GENERATED ALWAYS AS (a + 1) STORED);
INSERT INTO nn SELECT g, nullif(g % 10, 0), 'b' FROM generate_series(1, 1000) g;

-- with fill: old applications go on writing nulls
SELECT phase, runs, lock_mode, command, undo, note FROM zdm.plan($$zdm.expand_not_null('nn', 'a', fill => 'id * 2')$$, full => true)
 WHERE command NOT LIKE 'ALTER TABLE % VALIDATE%';
SELECT zdm.expand_not_null('nn', 'a', fill => 'id * 2', name => 'nn_a');
INSERT INTO nn (id) VALUES (2001);
INSERT INTO nn VALUES (2002, 7);
UPDATE nn SET a = NULL WHERE id = 1;
UPDATE nn SET id = 3002 WHERE id = 2002;
COPY nn (id, a) FROM stdin;
2003	\N
2004	8
\.
SET client_min_messages = warning;
CALL zdm.wait('nn_a');
RESET client_min_messages;
SELECT id, a FROM nn WHERE id IN (1, 2, 10) OR id > 2000 ORDER BY id;
SELECT count(*) FROM nn WHERE a IS NULL;
SELECT count(*) FROM zdm.violations('nn_a');
SELECT rows, mismatches FROM zdm.verify('nn_a');
SELECT attnotnull FROM pg_attribute WHERE attrelid = 'nn'::regclass AND attname = 'a';
SELECT conname FROM pg_constraint WHERE conrelid = 'nn'::regclass AND contype = 'c';
UPDATE nn SET a = NULL WHERE id = 2;
SELECT a FROM nn WHERE id = 2;
SELECT zdm.contract('nn_a');
UPDATE nn SET a = NULL WHERE id = 2;
SELECT zdm.reopen('nn_a');
UPDATE nn SET a = NULL WHERE id = 2;
SELECT zdm.contract('nn_a'), zdm.rollback('nn_a');
UPDATE nn SET a = NULL WHERE id = 2;
\d nn

-- without: nulls are refused from expand on, and what is there must be corrected
SELECT zdm.expand_not_null('nn', 'a', name => 'nn_a');
INSERT INTO nn (id) VALUES (2010);
\set VERBOSITY terse
SET client_min_messages = error;
CALL zdm.wait('nn_a');
RESET client_min_messages;
\set VERBOSITY default
SELECT contents->'id' AS id, reason FROM zdm.violations('nn_a');
CALL zdm.fix_violations('nn_a');
CALL zdm.fix_violations('nn_a', set => '{"a": "-id"}');
SELECT zdm.resume('nn_a');
SET client_min_messages = warning;
CALL zdm.wait('nn_a');
RESET client_min_messages;
SELECT zdm.contract('nn_a'), zdm.finalize('nn_a');
SELECT zdm.expand_not_null('nn', 'a', name => 'nn_again');
SELECT zdm.rollback('nn_again');

-- a fill that gives null itself
SELECT zdm.expand_not_null('nn', 'b', fill => 'NULL', name => 'nn_b');
SET client_min_messages = error;
\set VERBOSITY terse
CALL zdm.wait('nn_b');
UPDATE nn SET b = NULL WHERE id = 1;
\set VERBOSITY default
RESET client_min_messages;
SELECT zdm.rollback('nn_b');

-- partitions and inheritance
CREATE TABLE nnp (id int, a int) PARTITION BY RANGE (id);
CREATE TABLE nnp_1 PARTITION OF nnp FOR VALUES FROM (0) TO (100);
CREATE TABLE nnp_2 PARTITION OF nnp FOR VALUES FROM (100) TO (1000);
INSERT INTO nnp SELECT g, NULL FROM generate_series(1, 200) g;
SELECT zdm.expand_not_null('nnp', 'a', fill => 'id');
SET client_min_messages = warning;
CALL zdm.wait('not_null_nnp_a');
RESET client_min_messages;
SELECT count(*), count(a) FROM nnp;
SELECT attrelid::regclass, attnotnull FROM pg_attribute WHERE attrelid::regclass::text LIKE 'nnp%' AND attname = 'a' ORDER BY 1;
SELECT zdm.contract('not_null_nnp_a');
INSERT INTO nnp VALUES (1, NULL);
SELECT zdm.finalize('not_null_nnp_a');
SELECT zdm.expand_not_null('nnp', 'id', fill => '1');

-- what it refuses
SELECT zdm.expand_not_null('nn', 'nothing');
SELECT zdm.expand_not_null('nn', 'gen', fill => '1');
SELECT zdm.expand_not_null('nn', 'b', fill => 'nothing');
SELECT zdm.expand_not_null('nn', NULL);
DROP TABLE nn, nnp;
