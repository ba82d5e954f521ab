-- UNIQUE and PRIMARY KEY: an index built beside the traffic becomes a constraint.
\set SHOW_CONTEXT never
CREATE TABLE un (id int, a int, b text, at int NOT NULL);
INSERT INTO un SELECT g, g % 100, nullif('b' || g % 10, 'b1'), g FROM generate_series(1, 100) g;

SELECT phase, runs, lock_mode, command, undo, note FROM zdm.plan($$zdm.expand_unique('un', '{a,b}', nulls_not_distinct => true, is_deferrable => true)$$, full => true);
SELECT zdm.expand_unique('un', '{a}', initially_deferred => true);
SET client_min_messages = warning;
CALL zdm.wait('unique_un_a');
RESET client_min_messages;
INSERT INTO un VALUES (1001, 1, 'x', 1);
BEGIN;
INSERT INTO un VALUES (1001, 1, 'x', 1);
DELETE FROM un WHERE id = 1001;
COMMIT;
SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid = 'un'::regclass AND contype = 'u';
SELECT zdm.contract('unique_un_a'), zdm.reopen('unique_un_a'), zdm.rollback('unique_un_a');
\d un

-- duplicates: which one stays is the caller's to say
SELECT zdm.expand_unique('un', '{b}', constraint_name => 'un_b', name => 'un_b');
\set VERBOSITY terse
SET client_min_messages = error;
CALL zdm.wait('un_b');
RESET client_min_messages;
\set VERBOSITY default
SELECT tbl, contents->'id' AS id, reason FROM zdm.violations('un_b', 2);
SELECT count(*) FROM zdm.violations('un_b', 1000);
\set VERBOSITY terse
CALL zdm.fix_violations('un_b', set => '{"b": "''x''"}');
CALL zdm.fix_violations('un_b', keep => 'nothing');
CALL zdm.fix_violations('un_b', keep => 'at LIMIT 1');
CALL zdm.fix_violations('un_b', keep => 'at; DROP TABLE un');
\set VERBOSITY default
CALL zdm.fix_violations('un_b', keep => 'at > 50, at DESC NULLS LAST', batch_rows => 7);
SELECT id, b FROM un WHERE b IS NOT NULL ORDER BY id;
SELECT count(*) FROM un WHERE b IS NULL;
SELECT zdm.resume('un_b');
SET client_min_messages = warning;
CALL zdm.wait('un_b');
RESET client_min_messages;
SELECT zdm.contract('un_b'), zdm.finalize('un_b');

-- a primary key makes its columns NOT NULL first
UPDATE un SET id = NULL WHERE id = 50;
UPDATE un SET id = 42 WHERE id = 43;
SELECT phase, runs, lock_mode, command FROM zdm.plan($$zdm.expand_primary_key('un', '{id}')$$, full => true) WHERE runs = 'concurrent';
SELECT zdm.expand_primary_key('un', '{id}');
INSERT INTO un VALUES (NULL, 1, NULL, 1);
SELECT contents->'id' AS id, reason FROM zdm.violations('primary_key_un');
SET client_min_messages = error;
\set VERBOSITY terse
CALL zdm.wait('primary_key_un');
\set VERBOSITY default
RESET client_min_messages;
CALL zdm.fix_violations('primary_key_un', set => '{"id": "-at"}');
CALL zdm.fix_violations('primary_key_un', keep => 'at');
SELECT zdm.resume('primary_key_un');
SET client_min_messages = warning;
CALL zdm.wait('primary_key_un');
RESET client_min_messages;
\d un
SELECT zdm.rollback('primary_key_un');
\d un

-- partitions, at two levels
CREATE TABLE unp (id int, a int, r text NOT NULL) PARTITION BY LIST (r);
CREATE TABLE unp_eu PARTITION OF unp FOR VALUES IN ('eu') PARTITION BY RANGE (a);
CREATE TABLE unp_eu_1 PARTITION OF unp_eu FOR VALUES FROM (0) TO (1000);
CREATE TABLE unp_us PARTITION OF unp FOR VALUES IN ('us');
INSERT INTO unp SELECT g, g % 1000, CASE WHEN g % 2 = 0 THEN 'eu' ELSE 'us' END FROM generate_series(1, 500) g;
SELECT zdm.expand_primary_key('unp', '{id,a,r}');
SET client_min_messages = warning;
CALL zdm.wait('primary_key_unp');
RESET client_min_messages;
CREATE TABLE unp_new PARTITION OF unp FOR VALUES IN ('new');
SELECT conrelid::regclass, conname, contype, conparentid <> 0 AS inherited FROM pg_constraint
 WHERE contype = 'p' AND conrelid::regclass::text LIKE 'unp%' ORDER BY 1;
SELECT indexrelid::regclass FROM pg_index WHERE indrelid::regclass::text LIKE 'unp%' AND NOT indisvalid;
SELECT zdm.rollback('primary_key_unp');
\d unp
SELECT count(*) FROM pg_index WHERE indrelid::regclass::text LIKE 'unp%';
SELECT zdm.expand_unique('unp', '{id}', name => 'unp');
SELECT zdm.expand_unique('unp', '{id,r}', name => 'unp');

-- what it refuses
SELECT zdm.expand_unique('un', '{nothing}');
SELECT zdm.expand_unique('un', '{a,a}');
SELECT zdm.expand_unique('un', NULL);
SELECT zdm.expand_unique('un', '{a}', constraint_name => 'un_b');
SELECT zdm.expand_unique('un', '{a}', constraint_name => 'unp');
ALTER TABLE un ADD PRIMARY KEY (at);
SELECT zdm.expand_primary_key('un', '{id}');
SELECT zdm.violations(zdm.expand_rename('un', 'a', 'aa', name => 'un_rename'));
SELECT zdm.rollback('un_rename');
DROP TABLE un, unp;
