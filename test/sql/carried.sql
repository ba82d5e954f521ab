-- what uses a column goes along, whoever has made it and whenever; what can't is named
SET client_min_messages = warning;
CREATE SCHEMA carried;
SET search_path = carried;
CREATE TABLE item (id int PRIMARY KEY, a int, b text);
INSERT INTO item SELECT g, g, g FROM generate_series(1, 5) g;
CREATE VIEW plain AS SELECT id, a::bigint AS a FROM item;
CREATE VIEW upon AS SELECT a + 1 AS next FROM plain;
CREATE FUNCTION halve(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 / 2';
CREATE VIEW halves AS SELECT id, halve(a) AS half FROM item;

-- tried before anything has changed
\set VERBOSITY sqlstate
SELECT zdm.expand_change_type('item', 'a', 'bigint', name => 'wide');
SELECT command FROM zdm.plan($$zdm.expand_change_type('item', 'a', 'bigint')$$, full => true) WHERE command LIKE '%carry%';
\set VERBOSITY default
CREATE FUNCTION halve(bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT $1 / 2';
CREATE TABLE row_of_view (v halves);
SELECT zdm.expand_change_type('item', 'a', 'bigint', name => 'wide');
DROP TABLE row_of_view;
SELECT count(*) FROM pg_attribute WHERE attrelid = 'item'::regclass AND attnum > 0;
SELECT zdm.expand_change_type('item', 'a', 'bigint', name => 'wide');
CALL zdm.wait('wide');

-- functions with a text: a guess
CREATE FUNCTION guess() RETURNS void LANGUAGE plpgsql AS 'BEGIN UPDATE item SET b = a WHERE b = $$x$$; END';
CREATE FUNCTION other() RETURNS void LANGUAGE plpgsql AS 'BEGIN UPDATE items SET b = a; END';
CREATE FUNCTION fires() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN new.b := 1; RETURN new; END';
CREATE TRIGGER fires BEFORE INSERT ON item FOR EACH ROW WHEN (false) EXECUTE FUNCTION fires();
CREATE PROCEDURE proc() LANGUAGE plpgsql AS 'BEGIN DELETE FROM carried.item WHERE(b)is NULL; END';
CREATE FUNCTION sql_text() RETURNS text LANGUAGE sql AS 'SELECT item.b FROM item LIMIT 1';
CREATE FUNCTION sql_text(int) RETURNS text LANGUAGE sql AS 'SELECT "b" FROM "item" WHERE id = $1';
CREATE FUNCTION "Dynamic"() RETURNS void LANGUAGE plpgsql AS $f$BEGIN EXECUTE 'UPDATE item SET b = 1'; END$f$;
CREATE FUNCTION capitals() RETURNS void LANGUAGE plpgsql AS 'BEGIN PERFORM B FROM ITEM; END';
CREATE FUNCTION parsed() RETURNS bigint LANGUAGE sql RETURN (SELECT count(b) FROM item);
CREATE FUNCTION other_column() RETURNS void LANGUAGE plpgsql AS 'BEGIN UPDATE item SET bb = item_b; END';
SELECT note FROM zdm.plan($$zdm.expand_change_type('item', 'b', 'int', 'b::int', 'b::text')$$, full => true) WHERE note LIKE '%search%';
SELECT zdm.expand_transform('item', '{b}', '{"c": {"type": "int", "forward": "b::int"}}', '{"b": "c::text"}');
DROP FUNCTION parsed;
SELECT note FROM zdm.plan($$zdm.expand_transform('item', '{b}', '{"c": {"type": "int", "forward": "b::int"}}', '{"b": "c::text"}')$$, full => true) WHERE note LIKE '%search%';
DROP TRIGGER fires ON item;
DROP FUNCTION sql_text(), sql_text(int), "Dynamic", other_column, capitals;
DROP PROCEDURE proc;

-- made, changed and dropped while both columns live
CREATE VIEW later AS SELECT max(a) FROM item;
CREATE OR REPLACE VIEW halves AS SELECT id, halve(a) + 1 AS half FROM item;
CREATE VIEW gone AS SELECT a FROM item;
DROP VIEW gone;
SELECT zdm.contract('wide');
SELECT attrelid::regclass, attname, format_type(atttypid, atttypmod) FROM pg_attribute
 WHERE attrelid IN ('plain'::regclass, 'upon'::regclass, 'halves'::regclass, 'later'::regclass) AND attnum > 0 ORDER BY attrelid, attnum;
INSERT INTO plain VALUES (6, 3000000000);
SELECT * FROM upon ORDER BY 1 DESC LIMIT 1;
DELETE FROM plain WHERE id = 6;

-- after contract: what was changed is carried over, what was not gets its old text back
CREATE OR REPLACE VIEW later AS SELECT min(a) AS max FROM item;
CREATE VIEW new AS SELECT a FROM item;
CREATE VIEW fits AS SELECT 3000000000 > a AS small FROM item;
SELECT zdm.reopen('wide');
SELECT attrelid::regclass, attname, format_type(atttypid, atttypmod) FROM pg_attribute
 WHERE attrelid IN ('plain'::regclass, 'upon'::regclass, 'halves'::regclass, 'later'::regclass, 'new'::regclass) AND attnum > 0 ORDER BY attrelid, attnum;
SELECT pg_get_viewdef('plain') ~ '::bigint' AS plain, pg_get_viewdef('later') ~ 'min' AS later;
SELECT zdm.contract('wide');
CREATE FUNCTION wide_only(bigint) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE FUNCTION wide_only(text) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE VIEW needs AS SELECT wide_only(a) FROM item;
CREATE TABLE row_of_view (v new);
SELECT zdm.rollback('wide');
DROP TABLE row_of_view;
SELECT zdm.rollback('wide');
SELECT pg_get_viewdef('needs') ~ '::bigint' AS needs, pg_get_viewdef('plain') ~ '::bigint' AS plain;
SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'item'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum;

-- a view of somebody else, and code of somebody else
CREATE ROLE carried_other;
CREATE ROLE carried_owner;
GRANT USAGE, CREATE ON SCHEMA carried TO carried_other, carried_owner;
ALTER TABLE item OWNER TO carried_owner;
ALTER VIEW new OWNER TO carried_other;
SET ROLE carried_owner;
SELECT zdm.expand_change_type('item', 'a', 'bigint', name => 'wide');
RESET ROLE;
ALTER VIEW new OWNER TO carried_owner;
ALTER VIEW needs OWNER TO carried_owner;
DROP FUNCTION wide_only(bigint) CASCADE;
CREATE FUNCTION code(int) RETURNS int LANGUAGE sql AS 'SELECT 1';
CREATE VIEW calls AS SELECT code(a) FROM item;
ALTER FUNCTION code OWNER TO carried_owner;
ALTER VIEW plain OWNER TO carried_owner;
ALTER VIEW upon OWNER TO carried_owner;
ALTER VIEW halves OWNER TO carried_owner;
ALTER VIEW later OWNER TO carried_owner;
ALTER VIEW fits OWNER TO carried_owner;
ALTER VIEW calls OWNER TO carried_owner;
SET ROLE carried_owner;
\set VERBOSITY sqlstate
SELECT zdm.expand_change_type('item', 'a', 'bigint', name => 'wide');
\set VERBOSITY default
DROP VIEW calls;
SELECT zdm.expand_change_type('item', 'a', 'bigint', name => 'wide');
CALL zdm.wait('wide');
RESET ROLE;
SET ROLE carried_other;
CREATE FUNCTION code(bigint) RETURNS int LANGUAGE sql AS 'SELECT 2';
RESET ROLE;
CREATE VIEW calls AS SELECT code(a) FROM item; -- the one for int
ALTER VIEW calls OWNER TO carried_owner;
SET ROLE carried_owner;
SELECT zdm.contract('wide');
RESET ROLE;
DROP FUNCTION code(bigint);
SET ROLE carried_owner;
\set VERBOSITY sqlstate
SELECT zdm.contract('wide');
\set VERBOSITY default
RESET ROLE;
ALTER VIEW new OWNER TO carried_other;
SET ROLE carried_owner;
SELECT zdm.contract('wide');
RESET ROLE;
DROP VIEW new, calls;
SET ROLE carried_owner;
SELECT zdm.contract('wide');
SELECT zdm.finalize('wide');
RESET ROLE;
RESET search_path;
DROP SCHEMA carried CASCADE;
DROP OWNED BY carried_owner, carried_other;
DROP ROLE carried_owner, carried_other;

-- columns named by position
SET client_min_messages = warning;
CREATE TABLE ca_positions (id int PRIMARY KEY, a int, z text);
INSERT INTO ca_positions VALUES (1, 10, 'x');
CREATE VIEW ca_alias AS SELECT x.q FROM ca_positions AS x (p, q);
CREATE VIEW ca_join AS SELECT y.a, z.b FROM ca_positions y JOIN (SELECT id, a AS b FROM ca_positions) z USING (id);
CREATE VIEW ca_joined AS SELECT j.r, j.q, j.s FROM (ca_positions x JOIN ca_positions y USING (id)) AS j (p, q, r, s);
CREATE VIEW ca_merged AS SELECT k.m, k.o FROM (ca_positions x (i, j) JOIN ca_positions y (g, j) USING (j)) AS k (m, n, o, p, q);
CREATE FUNCTION ca_rows() RETURNS SETOF ca_positions LANGUAGE sql STABLE AS 'SELECT * FROM ca_positions';
CREATE VIEW ca_numbered AS SELECT f.a, f.n FROM ca_rows() WITH ORDINALITY AS f (id, a, z, n);
SELECT zdm.expand_change_type('ca_positions', 'a', 'bigint', name => 'positions');
DROP VIEW ca_numbered;
CREATE VIEW ca_called AS SELECT f.q, f.z FROM ca_rows() AS f (p, q);
SELECT zdm.expand_change_type('ca_positions', 'a', 'bigint', name => 'positions');
CALL zdm.wait('positions');
SELECT zdm.contract('positions');
UPDATE ca_positions SET a = 5000000000;
SELECT q, pg_typeof(q) FROM ca_alias;
SELECT * FROM ca_join;
SELECT * FROM ca_joined;
SELECT * FROM ca_merged;
SELECT * FROM ca_called;
SELECT pg_get_viewdef('ca_joined');
UPDATE ca_positions SET a = 20;
CREATE OR REPLACE VIEW ca_alias AS SELECT x.q2 AS q FROM ca_positions AS x (p, q, y, q2);
CREATE VIEW ca_later AS SELECT x.r FROM ca_positions AS x (p, q, y, r);
CREATE OR REPLACE VIEW ca_joined AS SELECT j.r, j.q, j.s FROM (ca_positions x JOIN ca_positions y USING (id)) AS j (p, o, r, q, u, v, s) WHERE j.s > 0;
SELECT zdm.reopen('positions');
SELECT r, pg_typeof(r) FROM ca_later;
SELECT * FROM ca_joined;
SELECT zdm.contract('positions');
SELECT zdm.finalize('positions');
SELECT * FROM ca_joined;
SELECT * FROM ca_called;
SELECT pg_get_viewdef('ca_joined');
DROP FUNCTION ca_rows() CASCADE;
DROP TABLE ca_positions CASCADE;
RESET client_min_messages;

-- transforms: whoever uses a name that stays goes along; what decides who sees which rows does not
SET client_min_messages = warning;
CREATE TABLE ca_price (id int PRIMARY KEY, price numeric, full_name text);
INSERT INTO ca_price VALUES (1, 12.5, 'a b');
CREATE VIEW ca_cheap AS SELECT id, price FROM ca_price WHERE price < 100;
CREATE MATERIALIZED VIEW ca_sum AS SELECT sum(price) FROM ca_cheap;
CREATE VIEW ca_name AS SELECT full_name FROM ca_price;
CREATE POLICY ca_policy ON ca_price USING (price < 50);
SELECT zdm.expand_transform('ca_price', '{price}', '{"price": {"type": "int", "forward": "price * 100"}}', '{"price": "price / 100.0"}', name => 'cents');
DROP POLICY ca_policy ON ca_price;
CREATE FUNCTION ca_takes(numeric) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT 1';
CREATE VIEW ca_text AS SELECT ca_takes(price) FROM ca_price;
\set VERBOSITY sqlstate
SELECT zdm.expand_transform('ca_price', '{price}', '{"price": {"type": "text", "forward": "price::text"}}', '{"price": "price::numeric"}', name => 'cents');
\set VERBOSITY default
SELECT zdm.expand_transform('ca_price', '{full_name}', '{"first": {"type": "text", "forward": "full_name"}}', name => 'name');
DROP VIEW ca_text;
SELECT note FROM zdm.plan($$zdm.expand_transform('ca_price', '{price}', '{"price": {"type": "int", "forward": "price * 100"}}', '{"price": "price / 100.0"}')$$, full => true) WHERE note ~ 'whose name stays';
SELECT zdm.expand_transform('ca_price', '{price}', '{"price": {"type": "int", "forward": "price * 100"}}', '{"price": "price / 100.0"}', name => 'cents');
CALL zdm.wait('cents');
SELECT zdm.contract('cents');
INSERT INTO ca_price (id, price) VALUES (2, 60);
SELECT * FROM ca_cheap;
SELECT * FROM ca_sum;
SELECT zdm.reopen('cents');
SELECT * FROM ca_cheap;
SELECT * FROM ca_sum;
SELECT zdm.contract('cents');
SELECT zdm.finalize('cents');
REFRESH MATERIALIZED VIEW ca_sum;
SELECT * FROM ca_sum;
SELECT pg_get_viewdef('ca_cheap') ~ 'price' AS cheap;
DROP TABLE ca_price CASCADE;
RESET client_min_messages;

-- a view that was made since expand is locked with the table: who waits for one lets the others go on
SET client_min_messages = warning;
CREATE TABLE ca_since (id int PRIMARY KEY, a int);
INSERT INTO ca_since VALUES (1, 10);
SELECT zdm.expand_change_type('ca_since', 'a', 'bigint', name => 'since');
CALL zdm.wait('since');
CREATE VIEW ca_made AS SELECT a FROM ca_since;
CREATE TABLE ca_ruled (a int);
CREATE RULE ca_rule AS ON DELETE TO ca_ruled DO ALSO UPDATE ca_since SET a = old.a;
BEGIN;
COMMENT ON VIEW ca_made IS 'in use';
PREPARE TRANSACTION 'ca_made';
SET zdm.lock_retries = 1;
SET zdm.lock_timeout = 5;
SET statement_timeout = '30s';
SELECT zdm.contract('since');
COMMIT PREPARED 'ca_made';
SELECT zdm.contract('since');
CREATE VIEW ca_newer AS SELECT a FROM ca_since;
BEGIN;
COMMENT ON RULE ca_rule ON ca_ruled IS 'in use';
COMMENT ON VIEW ca_newer IS 'in use';
PREPARE TRANSACTION 'ca_newer';
SELECT zdm.reopen('since');
SELECT zdm.rollback('since');
COMMIT PREPARED 'ca_newer';
SELECT zdm.rollback('since');
-- one of somebody else is refused, and not locked for that
DROP TABLE ca_ruled;
CREATE ROLE ca_owner;
CREATE ROLE ca_other;
GRANT CREATE ON SCHEMA public TO ca_owner, ca_other;
GRANT SELECT ON ca_since TO ca_other;
ALTER TABLE ca_since OWNER TO ca_owner;
ALTER VIEW ca_made OWNER TO ca_owner;
ALTER VIEW ca_newer OWNER TO ca_owner;
SET ROLE ca_owner;
SELECT zdm.expand_change_type('ca_since', 'a', 'bigint', name => 'since');
CALL zdm.wait('since');
RESET ROLE;
CREATE VIEW ca_others AS SELECT a FROM ca_since;
ALTER VIEW ca_others OWNER TO ca_other;
BEGIN;
COMMENT ON VIEW ca_others IS 'in use';
PREPARE TRANSACTION 'ca_others';
SET ROLE ca_owner;
SELECT zdm.contract('since');
SELECT zdm.rollback('since');
RESET ROLE;
COMMIT PREPARED 'ca_others';
RESET statement_timeout;
RESET zdm.lock_timeout;
RESET zdm.lock_retries;
SELECT pg_typeof(a) FROM ca_newer;
DROP TABLE ca_since CASCADE;
REVOKE CREATE ON SCHEMA public FROM ca_owner, ca_other;
DROP ROLE ca_owner, ca_other;
RESET client_min_messages;

-- exclusion constraints, among integers: what is kept apart on either side at every time
SET client_min_messages = warning;
CREATE TABLE ca_apart (id int PRIMARY KEY, a int, b int);
ALTER TABLE ca_apart ADD CONSTRAINT ca_apart_a EXCLUDE USING btree (a WITH =) WHERE (b > 0);
ALTER TABLE ca_apart ADD CONSTRAINT ca_apart_box EXCLUDE USING gist (box(point(a, b), point(a, b)) WITH &&) DEFERRABLE;
INSERT INTO ca_apart (id, a, b) VALUES (1, 10, 1), (2, 20, 2);
SELECT zdm.expand_change_type('ca_apart', 'a', 'bigint', name => 'apart');
CALL zdm.wait('apart');
INSERT INTO ca_apart (id, a, b) VALUES (3, 10, 3);
INSERT INTO ca_apart (id, a, b) VALUES (3, 10, -1), (4, 10, -1);
SELECT zdm.contract('apart');
INSERT INTO ca_apart (id, a, b) VALUES (3, 10, 3);
INSERT INTO ca_apart (id, a, b) VALUES (3, 10, -1), (4, 10, -1);
INSERT INTO ca_apart (id, a, b) VALUES (3, 5000000000, 3), (4, 5000000000, 3);
BEGIN;
SET CONSTRAINTS ca_apart_box DEFERRED;
INSERT INTO ca_apart (id, a, b) VALUES (3, 10, -1), (4, 10, -1);
UPDATE ca_apart SET b = -2 WHERE id = 4;
COMMIT;
\d ca_apart
SELECT zdm.reopen('apart');
INSERT INTO ca_apart (id, a, b) VALUES (5, 10, 3);
INSERT INTO ca_apart (id, a, b) VALUES (5, 10, -2);
SELECT zdm.contract('apart');
SELECT zdm.finalize('apart');
INSERT INTO ca_apart (id, a, b) VALUES (5, 10, 3);
SELECT zdm.expand_change_type('ca_apart', 'a', 'int', name => 'back');
CALL zdm.wait('back');
SELECT zdm.contract('back');
SELECT zdm.rollback('back');
INSERT INTO ca_apart (id, a, b) VALUES (5, 10, 3);
\d ca_apart
DROP TABLE ca_apart;
RESET client_min_messages;

-- stored generated columns where the server changes the type at once: they stay, as long as their expression does
SET client_min_messages = warning;
CREATE FUNCTION ca_of(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT $1';
CREATE FUNCTION ca_of(varchar) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT lower($1)';
CREATE TABLE ca_text (id int PRIMARY KEY, a varchar(10), n numeric(6,2),
	up text GENERATED ALWAYS AS (upper(a)) STORED, more text GENERATED ALWAYS AS (coalesce(a, 'none') || '!') STORED,
	words tsvector GENERATED ALWAYS AS (to_tsvector('simple', a)) STORED, cut varchar(10) GENERATED ALWAYS AS (a) STORED,
	of_both text GENERATED ALWAYS AS (ca_of(a)) STORED, twice numeric GENERATED ALWAYS AS (n * 2) STORED);
INSERT INTO ca_text (id, a, n) VALUES (1, 'One', 1.5), (2, NULL, 2);
CREATE INDEX ca_up ON ca_text (up) WHERE more IS NOT NULL;
CREATE VIEW ca_ups AS SELECT a, up, more, words FROM ca_text;
SELECT pg_relation_filenode('ca_text') AS file \gset
SELECT zdm.expand_change_type('ca_text', 'a', 'text', name => 'longer');
ALTER TABLE ca_text DROP COLUMN cut;
SELECT zdm.expand_change_type('ca_text', 'a', 'text', name => 'longer');
ALTER TABLE ca_text DROP COLUMN of_both;
SELECT zdm.expand_change_type('ca_text', 'a', 'text', name => 'longer');
SELECT zdm.expand_change_type('ca_text', 'n', 'numeric(10,2)', name => 'digits');
\d ca_text
SELECT pg_relation_filenode('ca_text') = :file AS same_file;
SELECT * FROM ca_ups ORDER BY a;
UPDATE ca_text SET a = 'longer than ten characters', n = 1234567.25 WHERE id = 2;
SELECT up, more, twice FROM ca_text ORDER BY id;
-- 19 says in other words which function is meant
CREATE PROCEDURE no_function(call text) LANGUAGE plpgsql AS $f$
DECLARE context text;
BEGIN
    EXECUTE 'SELECT ' || call;
    RAISE EXCEPTION 'not refused: %', call;
EXCEPTION WHEN undefined_function THEN
    GET STACKED DIAGNOSTICS context = PG_EXCEPTION_CONTEXT;
    RAISE WARNING E'%\n%', SQLERRM, substring(context FROM E'^[^\n]*\n[^\n]*');
END $f$;
CALL no_function($$zdm.expand_change_type('ca_text', 'a', 'int', 'length(a)', 'a::text', name => 'int')$$);
SELECT zdm.contract(name), zdm.finalize(name) FROM unnest('{longer,digits}'::text[]) name;
DROP TABLE ca_text CASCADE;
DROP FUNCTION ca_of(text), ca_of(varchar);
RESET client_min_messages;

-- stored generated columns that have other values by the new type: a second one beside, which contract exchanges with it
SET client_min_messages = warning;
CREATE TABLE ca_made (id int PRIMARY KEY, a int, z int DEFAULT 1,
	shown text GENERATED ALWAYS AS (coalesce(a::text, 'none') || '/' || z::text) STORED,
	product bigint GENERATED ALWAYS AS (a * z) STORED);
INSERT INTO ca_made (id, a, z) VALUES (1, 10, 2), (2, NULL, 3), (3, 30, NULL), (4, 40, 4);
CREATE UNIQUE INDEX ca_made_a ON ca_made (a);
CREATE INDEX ca_shown ON ca_made (shown text_pattern_ops) WHERE product IS NOT NULL;
ALTER TABLE ca_made ADD CONSTRAINT ca_positive CHECK (product >= 0);
COMMENT ON COLUMN ca_made.product IS 'what it comes to';
CREATE VIEW ca_products AS SELECT id, a, shown, product FROM ca_made;
CREATE FUNCTION ca_total() RETURNS numeric LANGUAGE sql BEGIN ATOMIC SELECT sum(product) FROM ca_made; END;
SELECT pg_relation_filenode('ca_made') AS file \gset
SELECT zdm.expand_change_type('ca_made', 'a', 'numeric(14,2)', name => 'ca_made');
INSERT INTO ca_made (id, a, z) VALUES (5, 50, 5);
UPDATE ca_made SET z = 7 WHERE id = 1;
UPDATE ca_made SET a = 41 WHERE id = 4;
CALL zdm.wait('ca_made');
SELECT id, shown, zdm_new_shown, product, zdm_new_product FROM ca_made ORDER BY id;
SELECT mismatches FROM zdm.verify('ca_made');
-- what the other columns that it is made from are needed for
SELECT zdm.expand_change_type('ca_made', 'z', 'bigint', name => 'ca_other');
SELECT zdm.contract('ca_made');
SELECT pg_relation_filenode('ca_made') = :file AS same_file;
\d ca_made
SELECT * FROM ca_products ORDER BY id;
SELECT ca_total();
SELECT col_description('ca_made'::regclass, attnum) FROM pg_attribute WHERE attrelid = 'ca_made'::regclass AND attname = 'product';
INSERT INTO ca_made (id, a, z) VALUES (6, 1.25, 4), (7, NULL, 7);
UPDATE ca_made SET a = 11, z = 8 WHERE id = 1;
INSERT INTO ca_made (id, a, z) VALUES (8, 1, -1);
SELECT id, shown, zdm_old_shown, product, zdm_old_product FROM ca_made ORDER BY id;
-- what the old expression can't do fails no write, and keeps it from going back
INSERT INTO ca_made (id, a, z) VALUES (8, 2000000000, 3);
UPDATE ca_made SET z = 2000000000 WHERE id = 5;
SELECT id, a, z, product, zdm_old_a, zdm_old_product FROM ca_made WHERE id IN (5, 8) ORDER BY id;
\set VERBOSITY terse
SELECT zdm.reopen('ca_made');
\set VERBOSITY default
UPDATE ca_made SET z = 9 WHERE id = 5;
DELETE FROM ca_made WHERE id = 8;
UPDATE ca_made SET a = 2 WHERE id = 6;
SELECT zdm.reopen('ca_made');
\d ca_made
SELECT * FROM ca_products ORDER BY id;
SELECT zdm.contract('ca_made');
SELECT zdm.rollback('ca_made');
\d ca_made
SELECT * FROM ca_products ORDER BY id;
ALTER TABLE ca_made VALIDATE CONSTRAINT ca_positive;
-- one made since expand is nobody's, by whatever type
SELECT zdm.expand_change_type('ca_made', 'a', 'bigint', name => 'ca_wider');
CALL zdm.wait('ca_wider');
ALTER TABLE ca_made ADD COLUMN late text GENERATED ALWAYS AS (a::text) STORED;
SELECT zdm.contract('ca_wider');
ALTER TABLE ca_made DROP COLUMN late;
SELECT zdm.contract('ca_wider');
ALTER TABLE ca_made ADD COLUMN late text GENERATED ALWAYS AS (a::text) STORED;
SELECT zdm.reopen('ca_wider');
SELECT zdm.finalize('ca_wider');
ALTER TABLE ca_made DROP COLUMN late;
-- to the end
CALL no_function($$zdm.expand_change_type('ca_made', 'a', 'text', 'a::text', 'a::bigint', name => 'ca_as_text')$$);
ALTER TABLE ca_made DROP CONSTRAINT ca_positive, DROP COLUMN product CASCADE;
SELECT zdm.expand_change_type('ca_made', 'a', 'text', 'a::text', 'a::bigint', name => 'ca_as_text');
CALL zdm.wait('ca_as_text');
INSERT INTO ca_made (id, a) VALUES (9, 90);
SELECT zdm.contract('ca_as_text');
SELECT zdm.finalize('ca_as_text');
\d ca_made
SELECT id, a, shown FROM ca_made ORDER BY id;
-- what can't be
CREATE DOMAIN ca_short AS text CHECK (length(value) < 100);
CREATE TABLE ca_unmade (id int PRIMARY KEY, a int, t timestamp, k int GENERATED ALWAYS AS (a % 10) STORED, s ca_short GENERATED ALWAYS AS (a::text) STORED,
	h double precision GENERATED ALWAYS AS (date_part('hour', t)) STORED) PARTITION BY RANGE (id);
SELECT zdm.expand_change_type('ca_unmade', 'a', 'numeric');
CREATE TABLE ca_unmade_1 PARTITION OF ca_unmade DEFAULT;
ALTER TABLE ca_unmade DETACH PARTITION ca_unmade_1;
CREATE UNIQUE INDEX ca_unmade_k ON ca_unmade_1 (k);
SELECT zdm.expand_change_type('ca_unmade_1', 'a', 'numeric');
ALTER TABLE ca_unmade_1 DROP COLUMN s;
SELECT zdm.expand_change_type('ca_unmade_1', 'a', 'numeric');
SELECT zdm.expand_change_type('ca_unmade_1', 't', 'timestamptz');
SELECT zdm.expand_transform('ca_unmade_1', '{a}', '{"a": {"type": "numeric", "forward": "a"}}', '{"a": "a::int"}');
SELECT count(*) FROM pg_attribute WHERE attrelid = 'ca_unmade_1'::regclass AND attname LIKE 'zdm%';
DROP TABLE ca_made CASCADE;
DROP TABLE ca_unmade, ca_unmade_1;
DROP DOMAIN ca_short;
RESET client_min_messages;
