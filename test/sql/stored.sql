-- materialized views on a column that gets another type
SET client_min_messages = warning;
CREATE ROLE stored_reader;
CREATE TABLE st_item (id int PRIMARY KEY, a int, z text);
INSERT INTO st_item SELECT g, g * 10, 'x' FROM generate_series(1, 5) g;
CREATE VIEW st_view WITH (security_barrier = true) AS SELECT id, a + 1 AS b, z FROM st_item;
CREATE MATERIALIZED VIEW st_one WITH (fillfactor = 70) AS SELECT z, b, id FROM st_view WHERE b > 0;
CREATE UNIQUE INDEX st_one_id ON st_one (id) INCLUDE (b);
CREATE INDEX st_one_b ON st_one ((b * 2)) WHERE b > 5;
COMMENT ON INDEX st_one_b IS 'index';
CREATE STATISTICS st_one_s ON b, z FROM st_one;
COMMENT ON STATISTICS st_one_s IS 'statistics';
ALTER MATERIALIZED VIEW st_one CLUSTER ON st_one_id;
ALTER MATERIALIZED VIEW st_one ALTER COLUMN b SET STATISTICS 77, ALTER COLUMN b SET (n_distinct = 5);
COMMENT ON MATERIALIZED VIEW st_one IS 'one';
COMMENT ON COLUMN st_one.b IS 'b';
GRANT SELECT ON st_one TO stored_reader;
GRANT SELECT (b) ON st_one TO PUBLIC;
CREATE MATERIALIZED VIEW st_two AS SELECT o.b, count(*) AS n FROM st_one o JOIN st_item i (p, q) ON i.q = o.b - 1 GROUP BY o.b;
CREATE MATERIALIZED VIEW st_empty AS SELECT a FROM st_item WITH NO DATA;
CREATE VIEW st_upon AS SELECT b, n FROM st_two;
CREATE VIEW st_counted AS SELECT count(*) AS n FROM st_one;
SELECT phase, regexp_replace(note, 'about \d+ rows in ', '') AS note FROM zdm.plan($$zdm.expand_change_type('st_item', 'a', 'bigint')$$, full => true) WHERE command LIKE '%twin%' OR command LIKE '%drop_stored%';
SELECT zdm.expand_change_type('st_item', 'a', 'bigint', name => 'st');
CALL zdm.wait('st');
SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'zdm_new_st_one'::regclass AND attnum > 0 ORDER BY attnum;
SELECT pg_get_indexdef(indexrelid), indisclustered FROM pg_index WHERE indrelid = 'zdm_new_st_one'::regclass ORDER BY 1;
SELECT * FROM zdm_new_st_one;
SELECT relname, relkind, reloptions, relispopulated, replace(relacl::text, 'xtm', 'xt') AS relacl FROM pg_class WHERE relname LIKE 'zdm%' AND relkind IN ('m', 'i', 'v') ORDER BY 1;
SELECT zdm.contract('st');
\d st_one
\d st_upon
\d st_empty
SELECT * FROM st_one;
SELECT * FROM st_upon ORDER BY 1;
SELECT * FROM st_counted;
SELECT relname, relkind, reloptions, relispopulated, replace(relacl::text, 'xtm', 'xt') AS relacl FROM pg_class WHERE relname ~ '^(zdm|st)_' AND relkind IN ('m', 'i', 'v') ORDER BY 1;
SELECT obj_description('st_one'::regclass), col_description('st_one'::regclass, 2), obj_description('st_one_b'::regclass), attacl FROM pg_attribute WHERE attrelid = 'st_one'::regclass AND attname = 'b';
UPDATE st_item SET a = 5000000000 WHERE id = 1;
REFRESH MATERIALIZED VIEW CONCURRENTLY st_one;
REFRESH MATERIALIZED VIEW st_two;
SELECT * FROM st_upon ORDER BY 1;
UPDATE st_item SET a = 10 WHERE id = 1;
SELECT zdm.reopen('st');
\d st_one
\d st_upon
SELECT * FROM st_upon ORDER BY 1;
SELECT zdm.contract('st');
REFRESH MATERIALIZED VIEW st_two;
SELECT * FROM st_upon ORDER BY 1;
SELECT zdm.rollback('st');
\d st_one
SELECT relname FROM pg_class WHERE relname LIKE 'zdm%';
REFRESH MATERIALIZED VIEW CONCURRENTLY st_one;
REFRESH MATERIALIZED VIEW st_two;
SELECT * FROM st_upon ORDER BY 1;

-- what happens meanwhile
CREATE MATERIALIZED VIEW st_gone AS SELECT a FROM st_item;
BEGIN;
SELECT zdm.expand_change_type('st_item', 'a', 'bigint', name => 'st');
DROP MATERIALIZED VIEW st_gone;
COMMIT;
CALL zdm.wait('st');
CREATE MATERIALIZED VIEW st_late AS SELECT a FROM st_item;
SELECT zdm.contract('st');
DROP MATERIALIZED VIEW st_late;
CREATE INDEX st_late ON st_one (z);
SELECT zdm.contract('st');
DROP INDEX st_late;
DROP INDEX st_one_b;
CREATE OR REPLACE VIEW st_view AS SELECT id, a + 2 AS b, z FROM st_item;
SELECT zdm.contract('st');
CREATE OR REPLACE VIEW st_view WITH (security_barrier = true) AS SELECT id, a + 1 AS b, z FROM st_item;
DROP MATERIALIZED VIEW st_empty;
REFRESH MATERIALIZED VIEW CONCURRENTLY st_one;
SET client_min_messages = notice;
SELECT zdm.contract('st');
SET client_min_messages = warning;
DROP MATERIALIZED VIEW st_two CASCADE;
SELECT zdm.finalize('st');
\d st_one
SELECT relname FROM pg_class WHERE relname LIKE 'zdm%';
DROP TABLE st_item CASCADE;

-- refused
CREATE TABLE st_key (id int PRIMARY KEY, a varchar(5));
CREATE MATERIALIZED VIEW st_grouped AS SELECT id, a FROM st_key GROUP BY id;
SELECT zdm.expand_change_type('st_key', 'id', 'bigint', name => 'st');
CREATE FUNCTION st_takes(st_grouped) RETURNS int LANGUAGE sql AS 'SELECT 1';
SELECT zdm.expand_change_type('st_key', 'a', 'int', 'a::int', 'a::text', name => 'st');
DROP TABLE st_key CASCADE;

-- what the server would do at once
CREATE TABLE st_wider (id int PRIMARY KEY, a varchar(5));
INSERT INTO st_wider VALUES (1, 'one');
SELECT phase, runs, note FROM zdm.plan($$zdm.expand_change_type('st_wider', 'a', 'varchar(20)')$$, full => true);
CREATE VIEW st_narrow AS SELECT id, a AS b FROM st_wider;
CREATE MATERIALIZED VIEW st_upon AS SELECT b FROM st_narrow;
SELECT substring(note FROM 'The server would.*') AS note FROM zdm.plan($$zdm.expand_change_type('st_wider', 'a', 'varchar(20)')$$, full => true) WHERE note ~ 'touching a row';
SELECT zdm.expand_change_type('st_wider', 'a', 'varchar(20)', name => 'st');
CALL zdm.wait('st');
SELECT zdm.contract('st');
INSERT INTO st_wider (id, a) VALUES (2, 'longer than five');
SELECT zdm.rollback('st');
DELETE FROM st_wider WHERE id = 2;
SELECT zdm.rollback('st');
SELECT * FROM st_upon;
\d st_upon
SELECT zdm.expand_change_type('st_wider', 'a', 'varchar(20)', name => 'st');
CALL zdm.wait('st');
SELECT zdm.contract('st');
SELECT zdm.finalize('st');
INSERT INTO st_wider (id, a) VALUES (2, 'longer than five');
REFRESH MATERIALIZED VIEW st_upon;
SELECT * FROM st_upon;
\d st_upon
DROP TABLE st_wider CASCADE;

-- what belongs to others, and a better match of somebody else's: not one row is made with it
CREATE ROLE stored_owner;
CREATE ROLE stored_other;
CREATE SCHEMA stored;
GRANT USAGE, CREATE ON SCHEMA stored TO stored_owner, stored_other;
SET ROLE stored_owner;
CREATE TABLE stored.item (id int PRIMARY KEY, a int);
INSERT INTO stored.item VALUES (1, 1);
CREATE FUNCTION stored.code(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE FUNCTION stored.code(numeric) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 2';
CREATE MATERIALIZED VIEW stored.query AS SELECT id, stored.code(a) FROM stored.item;
RESET ROLE;
ALTER MATERIALIZED VIEW stored.query OWNER TO stored_other;
SET ROLE stored_owner;
SELECT zdm.expand_change_type('stored.item', 'a', 'bigint', name => 'st');
RESET ROLE;
ALTER MATERIALIZED VIEW stored.query OWNER TO stored_owner;
REVOKE CREATE ON SCHEMA stored FROM stored_owner;
SET ROLE stored_owner;
SELECT zdm.expand_change_type('stored.item', 'a', 'bigint', name => 'st');
RESET ROLE;
GRANT CREATE ON SCHEMA stored TO stored_owner;
SET ROLE stored_owner;
BEGIN;
SELECT zdm.expand_change_type('stored.item', 'a', 'bigint', name => 'st');
SET ROLE stored_other;
CREATE FUNCTION stored.code(bigint) RETURNS int LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RAISE EXCEPTION ''run by %'', current_user; END';
COMMIT;
SET ROLE stored_owner;
CALL zdm.wait('st');
SELECT zdm.rollback('st');
RESET ROLE;
DROP FUNCTION stored.code(bigint);
SET ROLE stored_owner;
DROP MATERIALIZED VIEW stored.query;
CREATE MATERIALIZED VIEW stored.query AS SELECT id, a FROM stored.item;
CREATE INDEX ON stored.query (stored.code(a));
BEGIN;
SELECT zdm.expand_change_type('stored.item', 'a', 'bigint', name => 'st');
SET ROLE stored_other;
CREATE FUNCTION stored.code(bigint) RETURNS int LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RAISE EXCEPTION ''run by %'', current_user; END';
COMMIT;
SET ROLE stored_owner;
CALL zdm.wait('st');
SELECT zdm.rollback('st');
RESET ROLE;
DROP SCHEMA stored CASCADE;
DROP OWNED BY stored_owner, stored_other;
DROP ROLE stored_owner, stored_other;
DROP ROLE stored_reader;
