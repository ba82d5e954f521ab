-- Foreign keys: NOT VALID under a short lock on both tables, then validated under traffic.
\set SHOW_CONTEXT never
CREATE TABLE fk_ref (id int PRIMARY KEY, x int, y int, UNIQUE (x, y));
INSERT INTO fk_ref SELECT g, g, g FROM generate_series(1, 10) g;
CREATE TABLE fk (id int PRIMARY KEY, ref int, x int, y int);
INSERT INTO fk SELECT g, 1 + g % 11, g % 9, nullif(g % 9, 0) FROM generate_series(1, 300) g;

SELECT phase, runs, lock_mode, command, undo, note FROM zdm.plan($$zdm.expand_foreign_key('fk', '{ref}', 'fk_ref',
    on_delete => 'cascade', on_update => 'Set Null', initially_deferred => true)$$, full => true);
SELECT zdm.expand_foreign_key('fk', '{ref}', 'fk_ref', on_delete => 'set null', is_deferrable => true);
SELECT also_locks FROM zdm.migration WHERE name = 'foreign_key_fk_ref';
INSERT INTO fk VALUES (1001, 11);
DELETE FROM fk_ref WHERE id = 10;
\set VERBOSITY terse
SET client_min_messages = error;
CALL zdm.wait('foreign_key_fk_ref');
RESET client_min_messages;
\set VERBOSITY default
SELECT count(*), min(reason) FROM zdm.violations('foreign_key_fk_ref', 1000);
CALL zdm.fix_violations('foreign_key_fk_ref', set => '{"ref": "NULL"}', batch_rows => 10);
SELECT zdm.resume('foreign_key_fk_ref');
SET client_min_messages = warning;
CALL zdm.wait('foreign_key_fk_ref');
RESET client_min_messages;
SELECT pg_get_constraintdef(oid), convalidated FROM pg_constraint WHERE conname = 'fk_ref_fkey';
SELECT zdm.contract('foreign_key_fk_ref'), zdm.reopen('foreign_key_fk_ref');
SELECT zdm.rollback('foreign_key_fk_ref');
SELECT count(*) FROM pg_constraint WHERE conname = 'fk_ref_fkey';

-- two columns, to a key that is not primary, and MATCH FULL
SELECT zdm.expand_foreign_key('fk', '{x,y}', 'fk_ref', '{x,y}', constraint_name => 'pair', match => 'full', name => 'fk_pair');
SELECT contents->'x' AS x, contents->'y' AS y, count(*) FROM zdm.violations('fk_pair', 1000) GROUP BY 1, 2 ORDER BY 1, 2;
SET client_min_messages = error;
\set VERBOSITY terse
CALL zdm.wait('fk_pair');
\set VERBOSITY default
RESET client_min_messages;
CALL zdm.fix_violations('fk_pair', set => '{"x": "1", "y": "1"}');
SELECT zdm.resume('fk_pair');
SET client_min_messages = warning;
CALL zdm.wait('fk_pair');
RESET client_min_messages;
SELECT zdm.contract('fk_pair'), zdm.finalize('fk_pair');
\d fk

-- to itself
SELECT zdm.expand_foreign_key('fk', '{id}', 'fk', name => 'fk_self');
SELECT also_locks FROM zdm.migration WHERE name = 'fk_self';
SET client_min_messages = warning;
CALL zdm.wait('fk_self');
RESET client_min_messages;
SELECT zdm.rollback('fk_self');

-- partitions on either side
CREATE TABLE fkp (id int, ref int) PARTITION BY RANGE (id);
CREATE TABLE fkp_1 PARTITION OF fkp FOR VALUES FROM (0) TO (100) PARTITION BY RANGE (id);
CREATE TABLE fkp_11 PARTITION OF fkp_1 FOR VALUES FROM (0) TO (50);
CREATE TABLE fkp_2 PARTITION OF fkp FOR VALUES FROM (100) TO (200);
INSERT INTO fkp SELECT g, 1 FROM generate_series(1, 40) g;
SET client_min_messages = warning;
SELECT zdm.expand_foreign_key('fkp', '{ref}', 'fk_ref', name => 'fkp');
INSERT INTO fkp VALUES (1, 77);
CALL zdm.wait('fkp');
RESET client_min_messages;
SELECT conrelid::regclass, conname, convalidated, conparentid <> 0 AS inherited FROM pg_constraint
 WHERE contype = 'f' AND conrelid::regclass::text LIKE 'fkp%' ORDER BY 1;
SELECT zdm.rollback('fkp');
SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND conrelid::regclass::text LIKE 'fkp%';
CREATE TABLE fk_pref (id int PRIMARY KEY) PARTITION BY RANGE (id);
CREATE TABLE fk_pref_1 PARTITION OF fk_pref FOR VALUES FROM (0) TO (1000);
INSERT INTO fk_pref SELECT generate_series(1, 10);
SET client_min_messages = warning;
SELECT zdm.expand_foreign_key('fkp', '{ref}', 'fk_pref', name => 'fkp2');
CALL zdm.wait('fkp2');
RESET client_min_messages;
SELECT count(*) FROM zdm.violations('fkp2');
SELECT zdm.contract('fkp2'), zdm.finalize('fkp2');
\d fkp

-- what it refuses
SELECT zdm.expand_foreign_key('fk', '{ref}', 'fk_ref', on_delete => 'explode');
SELECT zdm.expand_foreign_key('fk', '{ref}', 'fk_ref', match => 'partial');
SELECT zdm.expand_foreign_key('fk', '{nothing}', 'fk_ref');
SELECT zdm.expand_foreign_key('fk', '{ref}', 'fk_ref', '{nothing}');
SELECT zdm.expand_foreign_key('fk', '{ref}', 'fk_ref', '{x,y}');
SELECT zdm.expand_foreign_key('fk', '{ref,ref}', 'fk_ref', '{x,y}');
SELECT zdm.expand_foreign_key('fk', '{}', 'fk_ref');
SELECT zdm.expand_foreign_key('fk', '{ref}', 'fk_pkey');
SELECT zdm.expand_foreign_key('fk', '{ref}', NULL);
SELECT zdm.expand_foreign_key('fk', '{ref}', 'fk_ref', constraint_name => 'pair');
DROP TABLE fk, fkp, fk_ref, fk_pref;
