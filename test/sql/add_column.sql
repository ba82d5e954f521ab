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
