-- Releases: changes that belong together, ended together, all or none.
\set VERBOSITY terse
SET client_min_messages = warning;
CREATE TABLE r_order (id int PRIMARY KEY, total int, note text);
CREATE TABLE r_item (id int PRIMARY KEY, amount int);
CREATE TABLE r_other (id int PRIMARY KEY, v int);
INSERT INTO r_order SELECT g, g, 'n' || g FROM generate_series(1, 50) g;
INSERT INTO r_item SELECT g, g FROM generate_series(1, 50) g;
INSERT INTO r_other SELECT g, NULLIF(g, 7) FROM generate_series(1, 50) g;

SET zdm.release = 'v42';
SELECT zdm.expand_rename('r_order', 'total', 'sum', name => 'r_a');
SELECT zdm.expand_change_type('r_item', 'amount', 'bigint', name => 'r_b');
SELECT zdm.expand_index('CREATE INDEX r_note ON r_order (note)', name => 'r_c');
RESET zdm.release;
SELECT zdm.expand_rename('r_other', 'v', 'w', name => 'r_d');
CALL zdm.wait('v42');
SELECT name, migrations, status, percent, not_ready FROM zdm.release WHERE name = 'v42';
SELECT rows, mismatches FROM zdm.verify('v42');
SELECT zdm.ensure_ready('v42');

-- a member that is not ready: none is contracted, and it is named
CALL zdm.wait('r_d');
SET zdm.release = 'v42';
SELECT zdm.expand_not_null('r_other', 'id', name => 'r_nothing');
SET zdm.start_worker = off;
SELECT zdm.expand_add_column('r_other', 'extra', 'int', backfill => 'id', name => 'r_late');
RESET zdm.release;
SELECT zdm.contract('v42');
SELECT zdm.ensure_ready('v42');
CALL zdm.wait('v42', '10 ms');
-- all of it in one line
SELECT zdm.release_line('v42', array_agg(id)) FROM zdm.migration WHERE release = 'v42';
SELECT name, status FROM zdm.status WHERE name ~ '^r_' ORDER BY id;
SELECT name, migrations, status, not_ready FROM zdm.release WHERE name = 'v42';
RESET zdm.start_worker;
-- pause and resume take those that it concerns
SELECT zdm.pause('v42');
SELECT name, status FROM zdm.status WHERE name ~ '^r_' ORDER BY id;
SELECT zdm.resume('v42');
CALL zdm.wait('v42');

-- all of it, and back, and again
SELECT zdm.contract('v42');
SELECT name, status FROM zdm.status WHERE name ~ '^r_' ORDER BY id;
SET client_min_messages = notice;
SELECT zdm.contract('v42');
SET client_min_messages = warning;
INSERT INTO r_order (id, sum) VALUES (51, 51);
INSERT INTO r_item (id, amount) VALUES (51, 51);
SELECT zdm.reopen('v42');
SELECT name, status FROM zdm.status WHERE name ~ '^r_' ORDER BY id;
SELECT mismatches FROM zdm.verify('v42');
SELECT zdm.finalize('v42');
SELECT zdm.contract('v42');

-- a failure in the last one undoes all
INSERT INTO r_item (id, amount) VALUES (52, 5000000000);
SELECT zdm.reopen('v42');
SELECT zdm.rollback('v42');
SELECT name, status FROM zdm.status WHERE name ~ '^r_' ORDER BY id;
DELETE FROM r_item WHERE id = 52;
SELECT zdm.rollback('v42');
SELECT name, status FROM zdm.status WHERE name ~ '^r_' ORDER BY id;
SELECT * FROM r_order WHERE id = 51;
SET client_min_messages = notice;
SELECT zdm.rollback('v42');
SELECT zdm.contract('v42');
SET client_min_messages = warning;

-- the name may be used again, for another content
SET zdm.release = 'v42';
SELECT zdm.expand_rename('r_order', 'total', 'sum', name => 'r_a');
SELECT zdm.expand_rename('r_item', 'amount', 'number', name => 'r_b2');
RESET zdm.release;
CALL zdm.wait('v42');
SELECT zdm.contract('v42');
SELECT zdm.finalize('v42');
SELECT name, status FROM zdm.status WHERE name ~ '^r_' ORDER BY id;
SELECT name, migrations, status FROM zdm.release WHERE name = 'v42';

-- forgotten together
SET zdm.release = 'v45';
SELECT zdm.expand_rename('r_order', 'note', 'words', name => 'r_f1');
SELECT zdm.expand_not_null('r_item', 'number', name => 'r_f2');
RESET zdm.release;
CALL zdm.wait('v45');
SELECT zdm.contract('r_f1');
SELECT zdm.forget('v45');
SELECT name, status FROM zdm.status WHERE name ~ '^r_f' ORDER BY id;
SELECT zdm.forget('v45');

-- names: what is neither, and what would be both
SELECT zdm.contract('v43');
CALL zdm.wait('v43');
SELECT zdm.expand_rename('r_order', 'words', 'text', name => 'v42');
SET zdm.release = 'r_d';
SELECT zdm.expand_rename('r_order', 'words', 'text', name => 'r_e');
RESET zdm.release;

-- somebody else's release of the same name has nothing to do with it
CREATE ROLE r_stranger;
CREATE SCHEMA r_theirs AUTHORIZATION r_stranger;
SET ROLE r_stranger;
CREATE TABLE r_theirs.t (id int PRIMARY KEY, a int);
SET zdm.release = 'v44';
SELECT zdm.expand_rename('r_theirs.t', 'a', 'b', name => 'r_s');
SELECT name FROM zdm.release WHERE name ~ '^v4';
SELECT zdm.contract('v42');
-- a migration that is called like it is no matter, either
SELECT zdm.expand_rename('r_theirs.t', 'id', 'key', name => 'v42');
SELECT name, status FROM zdm.status;
SELECT zdm.rollback('v42');
RESET ROLE;
CREATE ROLE r_owner;
CREATE SCHEMA r_mine AUTHORIZATION r_owner;
SET ROLE r_owner;
CREATE TABLE r_mine.t (id int PRIMARY KEY, a int);
SELECT zdm.expand_rename('r_mine.t', 'a', 'b', name => 'r_m');
SELECT zdm.expand_rename('r_mine.t', 'id', 'key', name => 'r_m2');
SELECT zdm.contract('v44');
SELECT name, status FROM zdm.status;
SELECT zdm.finalize('v44');
RESET zdm.release;
RESET ROLE;
SELECT name, status FROM zdm.status WHERE name = 'r_s';
SELECT zdm.rollback('r_s');
SELECT zdm.rollback('r_d');
DROP SCHEMA r_theirs, r_mine CASCADE;
DROP ROLE r_stranger, r_owner;
-- a line for waiting names each member that is not ready, as far as eight
SET zdm.start_worker = off;
SET zdm.release = 'v50';
SELECT count(zdm.expand_add_column('r_order', 'c' || g, 'int', backfill => 'id', name => 'r_n' || g)) FROM generate_series(1, 8) g;
SELECT regexp_count(line, '; r_n'), regexp_count(line, '; and 1 more') FROM (SELECT zdm.release_line('v50', array_agg(id)) AS line FROM zdm.migration WHERE release = 'v50') l;
SELECT zdm.expand_add_column('r_item', 'c', 'int', backfill => 'id', name => 'r_n9');
SELECT regexp_count(line, '; r_n'), regexp_count(line, '; and 1 more') FROM (SELECT zdm.release_line('v50', array_agg(id)) AS line FROM zdm.migration WHERE release = 'v50') l;
SELECT zdm.rollback('v50');
RESET zdm.release;
RESET zdm.start_worker;
DROP TABLE r_order, r_item, r_other;

-- a failure in the last one undoes contract and finalize of the others, and names it
CREATE TABLE r_x (id int PRIMARY KEY, v int);
CREATE TABLE r_y (id int PRIMARY KEY, v int);
INSERT INTO r_x SELECT g, g FROM generate_series(1, 50) g;
INSERT INTO r_y SELECT g, g FROM generate_series(1, 50) g;
SET zdm.release = 'v45';
SELECT zdm.expand_rename('r_x', 'v', 'w', name => 'r_x1');
SELECT zdm.expand_change_type('r_y', 'v', 'bigint', name => 'r_y1');
RESET zdm.release;
CALL zdm.wait('v45');
ALTER TABLE r_y DISABLE TRIGGER USER;
UPDATE r_y SET v = v + 1 WHERE id = 7;
ALTER TABLE r_y ENABLE ALWAYS TRIGGER "~zdm_r_y1";
SELECT zdm.contract('v45');
SELECT m.name, m.status, array_agg(a.attname ORDER BY a.attnum) FROM zdm.status m JOIN pg_attribute a ON a.attrelid = m.relation AND a.attnum > 0
 WHERE m.name IN ('r_x1', 'r_y1') GROUP BY m.name, m.status ORDER BY m.name;
SELECT zdm.resume('v45');
CALL zdm.wait('v45');
SELECT zdm.contract('v45');
SELECT format('CREATE VIEW r_hangs AS SELECT %I FROM r_y', attname) FROM pg_attribute WHERE attrelid = 'r_y'::regclass AND attname LIKE 'zdm%' \gexec
SELECT zdm.finalize('v45');
SELECT m.name, m.status, array_agg(a.attname ORDER BY a.attnum) FROM zdm.status m JOIN pg_attribute a ON a.attrelid = m.relation AND a.attnum > 0
 WHERE m.name IN ('r_x1', 'r_y1') GROUP BY m.name, m.status ORDER BY m.name;
DROP VIEW r_hangs;
SELECT zdm.finalize('v45');
SELECT name, status FROM zdm.migration WHERE name IN ('r_x1', 'r_y1') ORDER BY name;
SELECT sum(w), (SELECT sum(v) FROM r_y) AS sum_y FROM r_x;
DROP TABLE r_x, r_y;
