-- referencing => true: a key and all that refers to it, as one release.
\set state '\\echo SQLSTATE :SQLSTATE'
SET zdm.at_once = off;
SET client_min_messages = warning;
CREATE TABLE k_parent (tenant int NOT NULL, id serial PRIMARY KEY, up int REFERENCES k_parent ON DELETE SET NULL, name text,
    UNIQUE (tenant, id));
CREATE TABLE k_one (id serial PRIMARY KEY, parent_id int NOT NULL REFERENCES k_parent ON UPDATE CASCADE ON DELETE CASCADE);
CREATE INDEX k_one_idx ON k_one (parent_id);
CREATE TABLE k_two (a int REFERENCES k_parent, b int DEFAULT 1 CONSTRAINT b_ref REFERENCES k_parent (id) DEFERRABLE INITIALLY DEFERRED);
-- its key is its reference, and is referred to itself
CREATE TABLE k_three (id int PRIMARY KEY REFERENCES k_parent);
CREATE TABLE "k Four" ("Three Id" int REFERENCES k_three MATCH FULL);
-- two references in one key, with what else hangs on both
CREATE TABLE k_six (a int REFERENCES k_parent, b int DEFAULT 7 REFERENCES k_parent, PRIMARY KEY (a, b), CHECK (a <= b));
CREATE UNIQUE INDEX k_six_idx ON k_six (b, a) WHERE a < b;
CREATE STATISTICS k_six_stat ON a, b FROM k_six;
CREATE INDEX k_parent_idx ON k_parent (up DESC, id) INCLUDE (name);
-- a composite key
CREATE TABLE k_five (tenant int, parent_id int, n int, FOREIGN KEY (tenant, parent_id) REFERENCES k_parent (tenant, id), PRIMARY KEY (tenant, n));
COMMENT ON CONSTRAINT b_ref ON k_two IS 'deferred';
CREATE VIEW kv_six AS SELECT a, b, a + b AS sum FROM k_six WHERE a <> b;
CREATE VIEW kv_all AS SELECT p.id, p.up, s.b FROM k_parent p JOIN kv_six s ON s.a = p.id;
INSERT INTO k_parent (tenant, up) SELECT g % 3, nullif(g - 1, 0) FROM generate_series(1, 300) g;
INSERT INTO k_one (parent_id) SELECT g FROM generate_series(1, 300) g;
INSERT INTO k_two SELECT g, g + 1 FROM generate_series(1, 299) g;
INSERT INTO k_three SELECT g FROM generate_series(1, 300) g;
INSERT INTO "k Four" SELECT g FROM generate_series(1, 300) g;
INSERT INTO k_six SELECT g, g + 1 FROM generate_series(1, 299) g;
INSERT INTO k_five SELECT g % 3, g, g FROM generate_series(1, 300) g;
CREATE VIEW k_types AS
SELECT attrelid::regclass AS tbl, attname, format_type(atttypid, -1) AS type FROM pg_attribute
 WHERE attrelid::regclass::text ~ 'k_|k F' AND attnum > 0 AND NOT attisdropped AND attname ~ '^(id|up|parent_id|a|b|Three Id)$'
   AND attrelid IN (SELECT oid FROM pg_class WHERE relkind = 'r') ORDER BY attrelid::regclass::text, attname;
CREATE VIEW k_keys AS
SELECT conrelid::regclass AS tbl, conname, convalidated AS valid, pg_get_constraintdef(oid) AS definition
  FROM pg_constraint WHERE contype = 'f' AND conrelid::regclass::text ~ 'k_|k F' ORDER BY conrelid::regclass::text, conname;
CREATE VIEW k_status AS SELECT name, status FROM zdm.status WHERE name ~ '^(k_key|again|change_type_k_parent)' ORDER BY id;
SELECT * FROM k_keys;

-- without it: all that is to come before, in order, in plan and notice
SELECT seq, note FROM zdm.plan($$zdm.expand_change_type('k_parent', 'id', 'bigint')$$, full => true) WHERE note ~ 'narrower';
-- the plan of all
SELECT phase, split_part(note, ' From', 1) AS note FROM zdm.plan($$zdm.expand_change_type('k_parent', 'id', 'bigint', referencing => true)$$, full => true)
 WHERE note IS NOT NULL;
SELECT DISTINCT phase, runs FROM zdm.plan($$zdm.expand_change_type('k_parent', 'id', 'bigint', referencing => true)$$) ORDER BY 1, 2;
SELECT count(*) FROM k_status;

SELECT zdm.expand_change_type('k_parent', 'id', 'bigint', name => 'k_key', referencing => true);
CALL zdm.wait('k_key');
SELECT * FROM k_status;
SELECT name, migrations, status FROM zdm.release WHERE name = 'k_key';
SET client_min_messages = notice;
SELECT zdm.expand_change_type('k_parent', 'id', 'bigint', name => 'k_key', referencing => true);
SET client_min_messages = warning;
-- another change of one end
SELECT zdm.expand_change_type('k_one', 'parent_id', 'bigint', name => 'k_other');
\set VERBOSITY terse
SELECT zdm.expand_change_type('k_parent', 'id', 'bigint', name => 'k_key2', referencing => true);
\set VERBOSITY default

INSERT INTO k_parent (tenant, name) VALUES (1, 'old') RETURNING id \gset
INSERT INTO k_one (parent_id) VALUES (:id);
SELECT zdm.contract('k_key');
SELECT * FROM k_types;
SELECT * FROM k_keys;
SELECT pg_typeof(a) AS a, pg_typeof(b) AS b, pg_typeof(sum) AS sum FROM kv_six LIMIT 1;
SELECT pg_typeof(id) AS id, pg_typeof(up) AS up, count(*) FROM kv_all GROUP BY 1, 2;
SELECT setval('k_parent_id_seq', 3000000000);
WITH new AS (INSERT INTO k_parent (tenant, name) VALUES (2, 'large') RETURNING id), three AS (INSERT INTO k_three (id) SELECT id FROM new)
INSERT INTO k_one (parent_id) SELECT id FROM new;
INSERT INTO "k Four" ("Three Id") VALUES (3000000001);
INSERT INTO k_five (tenant, parent_id, n) VALUES (2, 3000000001, 1000);
INSERT INTO k_six (a, b) VALUES (3000000001, 3000000001), (7, 8), (8, 8) ON CONFLICT (a, b) DO NOTHING;
INSERT INTO k_six (a) VALUES (5), (1), (2);
UPDATE k_parent SET up = 3000000001 WHERE id = 1;
INSERT INTO k_one (parent_id) VALUES (4000000000);
:state
-- what the old types can't express keeps it from going back
\set VERBOSITY terse
SELECT zdm.reopen('k_key');
:state
\set VERBOSITY default
SELECT setval('k_parent_id_seq', 1000);
UPDATE k_parent SET up = NULL WHERE id = 1;
DELETE FROM k_six WHERE a = 3000000001;
DELETE FROM k_five WHERE parent_id = 3000000001;
DELETE FROM "k Four" WHERE "Three Id" = 3000000001;
DELETE FROM k_three WHERE id = 3000000001;
DELETE FROM k_parent WHERE id = 3000000001;
SELECT zdm.reopen('k_key');
SELECT * FROM k_types;
SELECT * FROM k_keys;
SELECT * FROM k_status;
INSERT INTO k_parent (tenant, name) VALUES (1, 'again') RETURNING id \gset
UPDATE k_one SET parent_id = :id WHERE id = 1;
SELECT pg_typeof(a) AS a, pg_typeof(b) AS b, pg_typeof(sum) AS sum FROM kv_six LIMIT 1;
SELECT pg_typeof(id) AS id, pg_typeof(up) AS up, pg_typeof(b) AS b, count(*) FROM kv_all GROUP BY 1, 2, 3;
SELECT n.name, v.mismatches, v.lossy FROM k_status n, zdm.verify(n.name) v;
SELECT zdm.contract('k_key');
SELECT zdm.rollback('k_key');
SELECT * FROM k_types;
SELECT * FROM k_keys WHERE NOT valid;
SELECT count(*) FROM pg_attribute JOIN pg_class c ON c.oid = attrelid WHERE relkind = 'r' AND attname ~ '^zdm_' AND NOT attisdropped;

-- in the other form of a name; to the end
SELECT zdm.expand_change_type('k_parent', 'id', 'bigint', referencing => true);
CALL zdm.wait('change_type_k_parent_id');
SELECT zdm.contract('change_type_k_parent_id');
SELECT zdm.reopen('change_type_k_parent_id');
SELECT zdm.contract('change_type_k_parent_id');
SELECT zdm.finalize('change_type_k_parent_id');
SELECT name, status FROM k_status WHERE name ~ '^change';
SELECT * FROM k_types;
SELECT * FROM k_keys;
SELECT obj_description(oid, 'pg_constraint') FROM pg_constraint WHERE conname = 'b_ref';
\d k_parent
\d k_five
\d k_six
SET client_min_messages = notice;
SELECT zdm.expand_change_type('k_parent', 'id', 'bigint', referencing => true);
SET client_min_messages = warning;
-- rolled back before it is ready; no part of it is left
SET zdm.start_worker = off;
SELECT zdm.expand_change_type('k_parent', 'id', 'int', name => 'again', referencing => true);
SELECT zdm.contract('again');
SELECT zdm.rollback('again');
RESET zdm.start_worker;
SELECT count(*) FROM pg_attribute JOIN pg_class c ON c.oid = attrelid WHERE relkind = 'r' AND attname ~ '^zdm_' AND NOT attisdropped;

-- what stands in its way, before anything has changed
CREATE TABLE k_other_type (id numeric PRIMARY KEY, parent_id bigint);
SELECT zdm.expand_change_type('k_other_type', 'id', 'text', referencing => true);
:state
SELECT zdm.expand_change_type('k_parent', 'id', 'text', referencing => true);
SELECT zdm.expand_change_type('k_parent', 'id', 'int', forward => 'id', referencing => true);
SELECT zdm.expand_change_type('k_parent', 'nothing', 'int', referencing => true);
CREATE TABLE k_part (parent_id bigint REFERENCES k_parent);
CREATE TABLE k_part_1 () INHERITS (k_part);
SELECT zdm.expand_change_type('k_parent', 'id', 'int', referencing => true);
:state
DROP TABLE k_part, k_part_1;
CREATE ROLE k_role;
GRANT ALL ON SCHEMA public TO k_role;
ALTER TABLE k_parent OWNER TO k_role;
SET ROLE k_role;
SELECT zdm.expand_change_type('k_parent', 'id', 'int', referencing => true);
:state
RESET ROLE;
ALTER TABLE k_parent OWNER TO CURRENT_USER;
REVOKE ALL ON SCHEMA public FROM k_role;
DROP ROLE k_role;
SELECT zdm.expand_rename('k_one', 'parent_id', 'parent', name => 'in_the_way');
SELECT zdm.expand_change_type('k_parent', 'id', 'int', referencing => true, name => 'stopped');
:state
SELECT zdm.rollback('in_the_way');
SELECT count(*) FROM zdm.migration WHERE release = 'stopped';
-- names
SELECT zdm.expand_check('k_one', 'k_check', 'id > 0', name => 'taken');
SELECT zdm.expand_change_type('k_parent', 'id', 'int', referencing => true, name => 'taken');
CALL zdm.wait('taken');
SELECT zdm.rollback('taken');

-- in a release of the session, completed by itself; then in the transaction that creates the tables
SET zdm.release = 'k_v1';
SELECT zdm.expand_change_type('k_parent', 'id', 'int', referencing => true, name => 'again', complete => true);
RESET zdm.release;
CALL zdm.wait('k_v1');
SELECT name, migrations, status FROM zdm.release WHERE name = 'k_v1';
SELECT DISTINCT type FROM k_types WHERE tbl::text <> 'k_other_type';
SELECT * FROM k_keys WHERE NOT valid;
DROP VIEW kv_all, kv_six;
DROP TABLE k_other_type, k_six, k_five, "k Four", k_three, k_two, k_one, k_parent CASCADE;
SET zdm.at_once = on;
SET zdm.start_worker = off;
SET zdm.complete = on;
BEGIN;
CREATE TABLE k_parent (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, up int REFERENCES k_parent);
CREATE TABLE k_one (parent_id int NOT NULL REFERENCES k_parent);
INSERT INTO k_parent (up) VALUES (NULL), (1);
INSERT INTO k_one VALUES (1), (2);
SELECT zdm.expand_change_type('k_parent', 'id', 'bigint', referencing => true, name => 'k_key');
SELECT name, status FROM zdm.release WHERE name = 'k_key';
COMMIT;
SELECT tbl, attname, type FROM k_types;
SELECT * FROM k_keys;
RESET zdm.complete;
DROP TABLE k_one, k_parent CASCADE;
DROP VIEW k_types, k_keys, k_status;
