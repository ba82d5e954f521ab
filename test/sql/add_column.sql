-- Columns that the old application does not know.
CREATE TABLE item (id int PRIMARY KEY, price int NOT NULL, qty int);
INSERT INTO item SELECT g, g, 2 FROM generate_series(1, 500) g;

-- a constant default: the server's fast default, ready at once, no trigger
SELECT zdm.expand_add_column('item', 'currency', 'text', default_value => '''EUR''', not_null => true, name => 'a1');
SELECT status, phase FROM zdm.status WHERE name = 'a1';
SELECT zdm.ensure_ready('a1');
SELECT count(*) FROM item WHERE currency = 'EUR';
SELECT atthasmissing, attnotnull FROM pg_attribute WHERE attrelid = 'item'::regclass AND attname = 'currency';
SELECT rows, mismatches FROM zdm.verify('a1');
SELECT zdm.contract('a1');
SELECT zdm.finalize('a1');

-- no default at all
SELECT zdm.expand_add_column('item', 'remark', 'varchar(40)');
SELECT name, status FROM zdm.status WHERE name LIKE 'add_%';
SELECT zdm.rollback('add_item_remark');

-- an expression over the row: follows old writers, leaves new ones alone
SELECT zdm.expand_add_column('item', 'total', 'numeric(12,2)', backfill => 'price * coalesce(qty, 1)',
                             not_null => true, name => 'a2');
SET client_min_messages = warning;
CALL zdm.wait('a2');
RESET client_min_messages;
SELECT rows, mismatches, examples FROM zdm.verify('a2');
SELECT count(*), count(total), sum(total) FROM item;
INSERT INTO item (id, price, qty) VALUES (1001, 10, 3);
INSERT INTO item (id, price, qty, total) VALUES (1002, 10, 3, 99);
UPDATE item SET qty = 5 WHERE id = 1001;
UPDATE item SET price = price WHERE id = 1002;
SELECT id, price, qty, total FROM item WHERE id > 1000 ORDER BY id;
UPDATE item SET total = NULL WHERE id = 1001;
\d item
SELECT zdm.contract('a2');
INSERT INTO item (id, price) VALUES (1003, 1);
INSERT INTO item (id, price, total) VALUES (1003, 1, 5);
SELECT zdm.reopen('a2');
INSERT INTO item (id, price) VALUES (1004, 4);
SELECT id, price, qty, total FROM item WHERE id > 1000 ORDER BY id;
SELECT zdm.contract('a2');
SELECT zdm.finalize('a2');

-- a volatile default: each row its own
SELECT zdm.expand_add_column('item', 'token', 'uuid', default_value => 'gen_random_uuid()', name => 'a3');
SET client_min_messages = warning;
CALL zdm.wait('a3');
RESET client_min_messages;
SELECT count(*) = count(DISTINCT token) AS all_differ, count(*) FILTER (WHERE token IS NULL) AS missing FROM item;
SELECT token AS before FROM item WHERE id = 1 \gset
UPDATE item SET price = price + 1 WHERE id = 1;
SELECT token = :'before' AS kept FROM item WHERE id = 1;
SELECT column_default FROM information_schema.columns WHERE table_name = 'item' AND column_name = 'token';
SELECT zdm.contract('a3');
SELECT column_default FROM information_schema.columns WHERE table_name = 'item' AND column_name = 'token';
SELECT zdm.rollback('a3');
SELECT count(*) FROM information_schema.columns WHERE table_name = 'item' AND column_name = 'token';

-- the function of an expression need not be in the search_path of a writer, nor may he need a right on it
CREATE SCHEMA app;
CREATE FUNCTION app.helper(int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1 + 1';
CREATE FUNCTION app.next(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN app.helper($1); END';
REVOKE EXECUTE ON FUNCTION app.next FROM PUBLIC;
CREATE ROLE zdm_writer;
GRANT SELECT, INSERT, UPDATE ON item TO zdm_writer;
SET search_path = app, public;
SELECT zdm.expand_add_column('item', 'follower', 'int', backfill => 'next(price)', name => 'a4');
RESET search_path;
SET client_min_messages = warning;
CALL zdm.wait('a4');
RESET client_min_messages;
SELECT pg_get_triggerdef(oid) LIKE '%app.next(price)%' AS qualified FROM pg_trigger WHERE tgname = '~zdm_a4';
SET ROLE zdm_writer;
INSERT INTO item (id, price, total) VALUES (2001, 41, 0);
UPDATE item SET price = 51 WHERE id = 1;
SELECT id, price, follower FROM item WHERE id IN (1, 2001) ORDER BY id;
RESET ROLE;
-- a replaced function counts at once
CREATE OR REPLACE FUNCTION app.next(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN -$1; END';
INSERT INTO item (id, price, total) VALUES (2002, 41, 0) RETURNING follower;
SELECT zdm.rollback('a4');

-- a row whose expression fails stops that migration, and is named
INSERT INTO item (id, price, qty, total) VALUES (3000, 1, 0, 0);
SELECT zdm.expand_add_column('item', 'share', 'int', backfill => '100 / qty', name => 'a5');
SET client_min_messages = warning;
\set VERBOSITY terse
CALL zdm.wait('a5');
SELECT zdm.ensure_ready('a5');
\set VERBOSITY default
RESET client_min_messages;
SELECT status, regexp_replace(last_error, '\(\d+,\d+\)', '(ctid)') AS last_error FROM zdm.status WHERE name = 'a5';
UPDATE item SET qty = 1 WHERE id = 3000;
SELECT zdm.resume('a5');
SET client_min_messages = warning;
CALL zdm.wait('a5');
RESET client_min_messages;
SELECT rows, mismatches FROM zdm.verify('a5');
SELECT zdm.rollback('a5');

-- NOT NULL, but the expression gives null for a row
SELECT zdm.expand_add_column('item', 'n', 'int', backfill => 'nullif(price, 100)', not_null => true, name => 'a6');
SET client_min_messages = warning;
\set VERBOSITY terse
CALL zdm.wait('a6');
\set VERBOSITY default
RESET client_min_messages;
SELECT regexp_replace(last_error, '\(\d+,\d+\)', '(ctid)') AS last_error FROM zdm.status WHERE name = 'a6';
SELECT zdm.cancel('a6');
SELECT conname FROM pg_constraint WHERE conrelid = 'item'::regclass AND contype = 'c';

DROP TABLE item;
DROP SCHEMA app CASCADE;
DROP ROLE zdm_writer;

-- what it is and looks like: comment, collation
CREATE TABLE part_of (id int PRIMARY KEY, code text, size text);
INSERT INTO part_of SELECT g, 'c' || g, CASE g % 4 WHEN 0 THEN 'big' ELSE g::text END FROM generate_series(1, 20) g;
SELECT zdm.expand_add_column('part_of', 'label', 'text', collation => 'C', comment => 'it''s a "label"', name => 'a10');
SET zdm.start_worker = off;
SELECT zdm.expand_add_column('part_of', 'key', 'varchar(9)', backfill => 'upper(code)', collation => 'pg_catalog."POSIX"',
                             comment => 'in capitals', not_null => true, name => 'a11');
SELECT zdm.expand_add_column('part_of', 'n', 'int', collation => 'C');
SELECT zdm.expand_add_column('part_of', 'n', 'text', collation => 'nowhere');
-- NOT NULL holds from the start, and rows that are not filled yet can be written
INSERT INTO part_of (id, code, size, key) VALUES (21, 'c21', '1', NULL), (22, 'c22', '1', 'mine');
UPDATE part_of SET key = NULL WHERE id = 22;
INSERT INTO part_of (id) VALUES (23);
RESET zdm.start_worker;
SELECT zdm.resume('a11');
SET client_min_messages = warning;
CALL zdm.wait('a11');
RESET client_min_messages;
SELECT id, key FROM part_of WHERE id IN (1, 21, 22, 23) ORDER BY id;
SELECT zdm.contract('a10'), zdm.contract('a11');
SELECT zdm.finalize('a10'), zdm.finalize('a11');
\d part_of
SELECT attname, col_description(attrelid, attnum) FROM pg_attribute WHERE attrelid = 'part_of'::regclass AND attnum > 3;

-- an expression that fails: no writer and no row is stopped, but contract is
SELECT seq, note FROM zdm.plan($$zdm.expand_add_column('part_of', 'inches', 'int', backfill => 'size::int')$$, full => true) WHERE note IS NOT NULL;
SELECT zdm.expand_add_column('part_of', 'inches', 'int', backfill => 'size::int', not_null => true, on_error => 'null', name => 'a12');
SELECT zdm.expand_add_column('part_of', 'x', 'int', backfill => 'size::int', on_error => 'ignore');
INSERT INTO part_of (id, size, key) VALUES (24, 'huge', ''), (25, '25', '');
UPDATE part_of SET size = 'giant' WHERE id = 25;
UPDATE part_of SET size = 'gigantic' WHERE id = 3;
SET client_min_messages = warning;
CALL zdm.wait('a12');
RESET client_min_messages;
SELECT id, size, inches FROM part_of ORDER BY id;
SELECT rows, mismatches, jsonb_array_length(examples), examples -> 0 -> 'old' AS first FROM zdm.verify('a12');
\set VERBOSITY terse
SELECT zdm.contract('a12');
\set VERBOSITY default
UPDATE part_of SET inches = 0 WHERE inches IS NULL AND id < 20;
UPDATE part_of SET size = '9' WHERE inches IS NULL;
SELECT rows, mismatches FROM zdm.verify('a12');
SELECT zdm.contract('a12');
INSERT INTO part_of (id, size, key) VALUES (26, '26', '');
SELECT zdm.reopen('a12');
INSERT INTO part_of (id, size, key) VALUES (26, 'wide', '');
\set VERBOSITY terse
SELECT zdm.contract('a12');
\set VERBOSITY default
DELETE FROM part_of WHERE id = 26;
SELECT zdm.contract('a12');
SELECT zdm.finalize('a12');
\d part_of
-- without NOT NULL, nulls are no reason to stop
SELECT zdm.expand_add_column('part_of', 'feet', 'int', backfill => 'size::int / 12', on_error => 'null', name => 'a13');
SET client_min_messages = warning;
CALL zdm.wait('a13');
RESET client_min_messages;
SELECT rows, mismatches FROM zdm.verify('a13');
SELECT zdm.contract('a13');
SELECT zdm.rollback('a13');
-- errors that say nothing about the value are no values: a function of the user's is rolled back, not a cancel
CREATE FUNCTION strange(size text) RETURNS int LANGUAGE plpgsql IMMUTABLE AS
    $$ BEGIN IF size = 'big' THEN RAISE EXCEPTION 'too big'; ELSIF size = '1' THEN PERFORM pg_sleep(60); END IF; RETURN 1; END $$;
SELECT zdm.expand_add_column('part_of', 'odd', 'int', backfill => 'strange(nullif(size, ''1''))', on_error => 'null', name => 'a14');
SET client_min_messages = warning;
CALL zdm.wait('a14');
RESET client_min_messages;
SELECT odd, count(*) FROM part_of GROUP BY odd ORDER BY odd;
INSERT INTO part_of (id, size, key, inches) VALUES (31, 'big', '', 1), (32, '2', '', 1) RETURNING id, odd;
SELECT zdm.rollback('a14');
SET zdm.start_worker = off;
SELECT zdm.expand_add_column('part_of', 'odd', 'int', backfill => 'strange(nullif(size, ''1''))', on_error => 'null', name => 'a14');
CREATE OR REPLACE FUNCTION strange(size text) RETURNS int LANGUAGE plpgsql IMMUTABLE AS 'BEGIN PERFORM pg_sleep(60); RETURN 1; END';
SET statement_timeout = '200ms';
INSERT INTO part_of (id, size, key, inches) VALUES (33, '2', '', 1);
RESET statement_timeout;
RESET zdm.start_worker;
SELECT zdm.rollback('a14');

-- a sequence's numbers, given by the table's owner to writers without a right on it
CREATE SEQUENCE part_seq;
CREATE ROLE zdm_writer;
GRANT SELECT, INSERT ON part_of TO zdm_writer;
SELECT zdm.expand_add_column('part_of', 'number', 'bigint', default_value => 'nextval(''part_seq'')', not_null => true, name => 'a15');
SET client_min_messages = warning;
CALL zdm.wait('a15');
RESET client_min_messages;
SET ROLE zdm_writer;
INSERT INTO part_of (id, key, inches) VALUES (40, 'k', 1) RETURNING number > 20 AS numbered;
RESET ROLE;
SELECT count(*) = count(DISTINCT number) AS all_differ FROM part_of;
SELECT zdm.contract('a15'), zdm.finalize('a15');
\d part_of

-- with an index, built once the column is filled
SELECT phase, runs, command FROM zdm.plan($$zdm.expand_add_column('part_of', 'area', 'int', backfill => 'id * 2', index => true)$$, full => true);
SELECT zdm.expand_add_column('part_of', 'area', 'int', backfill => 'id * 2', index => true, not_null => true, name => 'a16');
SELECT zdm.expand_add_column('part_of', 'volume', 'int', default_value => '1', index => true, name => 'a17');
SET client_min_messages = warning;
CALL zdm.wait('a16');
CALL zdm.wait('a17');
RESET client_min_messages;
SELECT indexrelid::regclass, indisvalid FROM pg_index WHERE indrelid = 'part_of'::regclass ORDER BY indexrelid::regclass::text;
SELECT zdm.rollback('a17');
SELECT zdm.contract('a16'), zdm.finalize('a16');
SELECT indexrelid::regclass, indisvalid FROM pg_index WHERE indrelid = 'part_of'::regclass ORDER BY indexrelid::regclass::text;
CREATE TABLE pieces (id int, kind text) PARTITION BY LIST (kind);
CREATE TABLE pieces_a PARTITION OF pieces FOR VALUES IN ('a');
CREATE TABLE pieces_b PARTITION OF pieces FOR VALUES IN ('b');
INSERT INTO pieces VALUES (1, 'a'), (2, 'b');
SELECT zdm.expand_add_column('pieces', 'area', 'int', backfill => 'id * 2', index => true, not_null => true, name => 'a18');
SET client_min_messages = warning;
CALL zdm.wait('a18');
RESET client_min_messages;
SELECT indexrelid::regclass, indisvalid FROM pg_index WHERE indrelid::regclass::text LIKE 'pieces%' ORDER BY indexrelid::regclass::text;
SELECT zdm.contract('a18'), zdm.finalize('a18');
\d pieces
DROP TABLE pieces;
-- generated columns: natively where the server can add one without rewriting the table
DO $$
DECLARE
    doubled int;
BEGIN
    PERFORM zdm.expand_add_column('part_of', 'twice', 'int', generated => 'id * 2', name => 'a19');
    ASSERT current_setting('server_version_num')::int >= 180000;
    EXECUTE 'SELECT twice FROM part_of WHERE id = 1' INTO doubled;
    ASSERT doubled = 2;
    PERFORM zdm.rollback('a19');
EXCEPTION WHEN feature_not_supported THEN
    ASSERT current_setting('server_version_num')::int < 180000;
END $$;

DROP TABLE part_of;
DROP FUNCTION strange;
DROP SEQUENCE part_seq;
DROP ROLE zdm_writer;
