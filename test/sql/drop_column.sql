-- A column that the new application does not know.
\set SHOW_CONTEXT never
\set state '\\echo SQLSTATE :SQLSTATE'
CREATE TABLE good (id int PRIMARY KEY, price int NOT NULL, region text NOT NULL CHECK (region <> ''),
                   weight int NOT NULL DEFAULT 1 CHECK (weight > 0), remark text);
INSERT INTO good SELECT g, g * 10, 'eu', g, 'r' || g FROM generate_series(1, 5) g;

-- NOT NULL without a default: relaxed, and the plan says so; the CHECK takes a NULL
SELECT seq, phase, runs, lock_mode, command, undo, note FROM zdm.plan($$zdm.expand_drop_column('good', 'region')$$, full => true);
SELECT zdm.expand_drop_column('good', 'region', name => 'd1');
SELECT zdm.expand_drop_column('good', 'region', name => 'd1');
SELECT status, phase FROM zdm.status WHERE name = 'd1';
SELECT zdm.ensure_ready('d1');
INSERT INTO good (id, price, region) VALUES (10, 100, 'us');
INSERT INTO good (id, price) VALUES (11, 110);
INSERT INTO good (id, price, region) VALUES (12, 120, '');
COPY good (id, price) FROM STDIN WITH (DELIMITER ',');
12,120
\.
UPDATE good SET region = 'za' WHERE id = 1;
SELECT id, price, region FROM good WHERE id IN (1, 2) OR id > 9 ORDER BY id;
-- contract hides it, with all that is in it
SELECT zdm.contract('d1');
SELECT region FROM good;
:state
\d good
INSERT INTO good (id, price) VALUES (13, 130);
INSERT INTO good (id, price) VALUES (1, 0) ON CONFLICT (id) DO UPDATE SET price = 11 RETURNING id, price;
MERGE INTO good g USING (VALUES (2, 22), (14, 140)) v (id, price) ON g.id = v.id
 WHEN MATCHED THEN UPDATE SET price = v.price WHEN NOT MATCHED THEN INSERT (id, price) VALUES (v.id, v.price);
DELETE FROM good WHERE id = 3;
SELECT * FROM zdm.verify('d1');
SELECT zdm.reopen('d1');
SELECT id, price, region FROM good ORDER BY id;
INSERT INTO good (id, price, region) VALUES (15, 150, 'as');
SELECT zdm.contract('d1');
-- rollback never fails: what was relaxed holds for new rows, and the way on is shown
SELECT zdm.rollback('d1');
SELECT zdm.rollback('d1');
INSERT INTO good (id, price) VALUES (16, 160);
:state
UPDATE good SET region = 'eu' WHERE region IS NULL;
SELECT current_setting('server_version_num')::int >= 180000 AS native \gset
\if :native
ALTER TABLE good VALIDATE CONSTRAINT good_region_not_null;
\else
ALTER TABLE good VALIDATE CONSTRAINT zdm_region_not_null;
ALTER TABLE good ALTER COLUMN region SET NOT NULL;
\endif
-- once more, before 18 with the check still there
SELECT zdm.expand_drop_column('good', 'region', name => 'd1');
SELECT zdm.rollback('d1');
\if :native
ALTER TABLE good VALIDATE CONSTRAINT good_region_not_null;
\else
ALTER TABLE good ALTER COLUMN region SET NOT NULL, DROP CONSTRAINT zdm_region_not_null, DROP CONSTRAINT zdm_region_not_null_1;
\endif
\d good

-- a default that the constraints accept: nothing is relaxed, rollback leaves nothing to do
SELECT zdm.expand_drop_column('good', 'weight');
SELECT seq, s.phase, command, undo FROM zdm.step s JOIN zdm.migration m ON m.id = migration_id
 WHERE name = 'drop_good_weight' ORDER BY seq;
SELECT zdm.contract('drop_good_weight');
INSERT INTO good (id, price, region) VALUES (20, 200, 'eu');
SELECT zdm.rollback('drop_good_weight');
SELECT id, weight FROM good WHERE id IN (2, 20) ORDER BY id;
\d good

-- a CHECK that the default does not satisfy, or that depends on other columns
CREATE TABLE span (id int PRIMARY KEY, low int, high int DEFAULT 0,
                   CONSTRAINT positive CHECK (high > 0),
                   CONSTRAINT ordered CHECK (low <= high) NOT VALID,
                   CONSTRAINT one_of CHECK (low IS NOT NULL OR high IS NOT NULL),
                   CONSTRAINT other CHECK (low < 1000));
COMMENT ON CONSTRAINT positive ON span IS 'no nothing';
INSERT INTO span VALUES (1, 1, 2);
SELECT zdm.expand_drop_column('span', 'high', name => 'd2');
INSERT INTO span (id, low) VALUES (2, 5);
UPDATE span SET low = 9 WHERE id = 1;
-- a check that rollback brings back must find its other columns under their names
SELECT zdm.expand_drop_column('span', 'low');
\d span
SELECT zdm.contract('d2');
INSERT INTO span (id, low) VALUES (3, 6);
SELECT zdm.rollback('d2');
SELECT obj_description(oid, 'pg_constraint') FROM pg_constraint WHERE conname = 'positive';
\d span
SELECT * FROM span ORDER BY id;
SELECT zdm.expand_drop_column('span', 'high', name => 'd2');
SELECT zdm.contract('d2');
SELECT zdm.finalize('d2');
\d span
DROP TABLE span;

-- reverse computes it from the columns that stay, for whoever leaves it out
CREATE TABLE person (id int PRIMARY KEY, first text, last text, full_name text NOT NULL DEFAULT 'nobody');
INSERT INTO person VALUES (1, 'Ada', 'Lovelace', 'Ada King, Countess of Lovelace'), (2, 'Alan', 'Turing', 'Alan Turing');
ALTER TABLE person ADD COLUMN initials text;
SELECT zdm.expand_drop_column('person', 'full_name', reverse => $$first || ' ' || last$$, name => 'd3');
SELECT zdm.expand_drop_column('person', 'initials', reverse => $$left(first, 1 / length(last))$$, name => 'd4');
INSERT INTO person (id, first, last) VALUES (3, 'Grace', 'Hopper');
INSERT INTO person (id, first, last, full_name) VALUES (4, 'Donald', 'Knuth', 'Donald E. Knuth');
INSERT INTO person (id, first) VALUES (5, 'Plato');
-- an expression that fails is no reason to refuse a write
INSERT INTO person (id, first, last) VALUES (6, 'Plato', '');
UPDATE person SET last = 'Byron' WHERE id = 1;
UPDATE person SET first = first WHERE id = 2;
UPDATE person SET last = 'T', full_name = 'A. T.' WHERE id = 2;
UPDATE person SET full_name = 'Grace M. Hopper' WHERE id = 3;
UPDATE person SET initials = 'P', last = '' WHERE id = 5;
UPDATE person SET last = '', first = 'plato' WHERE id = 6;
SELECT * FROM person ORDER BY id;
SET zdm.writer = 'old';
UPDATE person SET last = 'L' WHERE id = 1;
SET zdm.writer = 'new';
UPDATE person SET last = 'K', full_name = 'unknown' WHERE id = 4;
RESET zdm.writer;
SELECT * FROM person WHERE id IN (1, 4) ORDER BY id;
SELECT rows, mismatches FROM zdm.verify('d3');
-- another migration's backfill leaves alone what is going away
SELECT zdm.expand_add_column('person', 'born', 'int', backfill => 'id + 1800', name => 'd5');
SET client_min_messages = warning;
CALL zdm.wait('d5');
RESET client_min_messages;
SELECT id, initials, born FROM person ORDER BY id;
SELECT zdm.rollback('d5');
SELECT zdm.contract('d3');
INSERT INTO person (id, first, last) VALUES (7, 'Emmy', 'Noether');
UPDATE person SET last = 'Lamport', first = 'Leslie' WHERE id = 4;
SELECT rows, mismatches FROM zdm.verify('d3');
SELECT zdm.reopen('d3');
INSERT INTO person (id, first, last) VALUES (8, 'Kurt', 'Gödel');
SELECT zdm.contract('d3');
SELECT zdm.rollback('d3');
SELECT zdm.rollback('d4');
SELECT id, full_name FROM person ORDER BY id;
\d person

-- what hangs on a column and goes with it
CREATE TABLE region (code text PRIMARY KEY);
INSERT INTO region VALUES ('eu'), ('us');
CREATE TABLE shop (id int PRIMARY KEY, code text REFERENCES region, seats int, doors serial,
                   UNIQUE (code), UNIQUE (doors, id), CHECK (seats > doors));
CREATE INDEX shop_code_idx ON shop (code);
CREATE INDEX shop_seats_idx ON shop (seats) WHERE code IS NOT NULL;
CREATE STATISTICS shop_stats ON code, seats FROM shop;
COMMENT ON COLUMN shop.code IS 'where';
CREATE ROLE zdm_clerk;
GRANT UPDATE (code) ON shop TO zdm_clerk;
CREATE FUNCTION shop_trigger() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN IF NEW.code = 'xx' THEN NEW.seats := 0; END IF; RETURN NEW; END $$;
CREATE TRIGGER shop_trigger BEFORE INSERT ON shop FOR EACH ROW EXECUTE FUNCTION shop_trigger();
SELECT zdm.expand_drop_column('shop', 'code', name => 'd6');
DROP TRIGGER shop_trigger ON shop;
SELECT zdm.expand_drop_column('shop', 'doors', name => 'd7');
INSERT INTO shop (id, code) VALUES (1, 'eu');
INSERT INTO shop (id) VALUES (2), (3);
SELECT zdm.contract('d6');
INSERT INTO shop (id) VALUES (4);
SELECT zdm.rollback('d6');
SELECT col_description('shop'::regclass, 2), has_column_privilege('zdm_clerk', 'shop', 'code', 'UPDATE');
\d shop
SELECT zdm.expand_drop_column('shop', 'code', name => 'd6');
SELECT zdm.contract('d6'), zdm.contract('d7');
SELECT zdm.finalize('d6'), zdm.finalize('d7');
\d shop
SELECT to_regclass('shop_doors_seq');

-- what forbids it: all of it is named, and nothing has changed
CREATE TABLE busy (id int PRIMARY KEY, a int NOT NULL UNIQUE, b int GENERATED ALWAYS AS (a * 2) STORED, c int,
                   d text NOT NULL DEFAULT 'x', e int, f int, g int, UNIQUE (d), UNIQUE NULLS NOT DISTINCT (e));
CREATE VIEW busy_view AS SELECT a FROM busy;
CREATE MATERIALIZED VIEW busy_matview AS SELECT a + 1 FROM busy;
CREATE POLICY busy_policy ON busy USING (a > 0);
CREATE TRIGGER busy_trigger BEFORE UPDATE OF a ON busy FOR EACH ROW EXECUTE FUNCTION shop_trigger();
CREATE FUNCTION busy_function() RETURNS bigint LANGUAGE sql BEGIN ATOMIC SELECT sum(a) FROM busy; END;
CREATE TABLE busy_child (a int REFERENCES busy (a));
SET client_min_messages = error;
CREATE PUBLICATION busy_publication FOR TABLE busy (id, a);
RESET client_min_messages;
SELECT zdm.expand_drop_column('busy', 'a');
:state
DROP PUBLICATION busy_publication;
SELECT zdm.expand_drop_column('busy', 'id');
:state
SELECT zdm.expand_drop_column('busy', 'd');
:state
SELECT zdm.expand_drop_column('busy', 'e');
:state
SELECT zdm.expand_drop_column('busy', 'd', reverse => 'c::text');
:state
SELECT zdm.expand_drop_column('busy', 'c', reverse => 'c + 1');
:state
SELECT zdm.expand_drop_column('busy', 'b', reverse => 'c');
:state
SELECT zdm.expand_drop_column('busy', 'nothing');
:state
SELECT zdm.expand_drop_column('busy', NULL);
:state
SELECT zdm.expand_drop_column('busy', 'ctid');
:state
ALTER TABLE busy ADD UNIQUE (id, c);
CREATE TABLE replicated (id int NOT NULL UNIQUE, v int);
ALTER TABLE replicated REPLICA IDENTITY USING INDEX replicated_id_key;
CREATE PUBLICATION busy_publication FOR TABLE replicated;
CREATE TABLE pair (id int PRIMARY KEY, x int, y int, FOREIGN KEY (x, y) REFERENCES busy (id, c) MATCH FULL);
SELECT zdm.expand_drop_column('pair', 'x');
:state
ALTER TABLE pair DROP CONSTRAINT pair_x_y_fkey, ADD FOREIGN KEY (x, y) REFERENCES busy (id, c);
BEGIN;
SELECT zdm.expand_drop_column('pair', 'x');
ROLLBACK;
SELECT note FROM zdm.plan($$zdm.expand_drop_column('replicated', 'v')$$, full => true) WHERE note IS NOT NULL;
CREATE DOMAIN filled AS int NOT NULL;
CREATE TABLE strict (id int, v filled, w filled DEFAULT 1);
SELECT zdm.expand_drop_column('strict', 'v');
:state
SELECT zdm.expand_drop_column('strict', 'w');
SELECT zdm.expand_drop_column('replicated', 'id');
:state
SELECT zdm.expand_drop_column('busy', 'g', reverse => 'f');
SELECT zdm.expand_drop_column('busy', 'f');
:state
SELECT zdm.rollback('drop_busy_g');
SELECT zdm.rollback('drop_strict_w');

-- a generated column, and an identity
CREATE TABLE given (id int, doubled int GENERATED ALWAYS AS (id * 2) STORED NOT NULL, n int GENERATED BY DEFAULT AS IDENTITY);
INSERT INTO given VALUES (1);
SELECT zdm.expand_drop_column('given', 'doubled'), zdm.expand_drop_column('given', 'n');
SELECT zdm.contract('drop_given_doubled'), zdm.contract('drop_given_n');
INSERT INTO given VALUES (2);
SELECT zdm.rollback('drop_given_doubled'), zdm.rollback('drop_given_n');
SELECT * FROM given ORDER BY id;

-- partitions and children
CREATE TABLE parted (id int, region text, v int NOT NULL CHECK (v > 0)) PARTITION BY LIST (region);
CREATE TABLE parted_eu PARTITION OF parted (CHECK (v < 100), CHECK (v IS NOT NULL)) FOR VALUES IN ('eu');
CREATE TABLE parted_us PARTITION OF parted FOR VALUES IN ('us');
CREATE INDEX ON parted (v);
INSERT INTO parted VALUES (1, 'eu', 1), (2, 'us', 2);
SELECT zdm.expand_drop_column('parted', 'region');
:state
CREATE VIEW parted_view AS SELECT v FROM parted_us;
SELECT zdm.expand_drop_column('parted', 'v');
:state
DROP VIEW parted_view;
SELECT zdm.expand_drop_column('parted', 'v', name => 'd8');
INSERT INTO parted (id, region) VALUES (3, 'eu'), (4, 'us');
CREATE TABLE parted_as PARTITION OF parted FOR VALUES IN ('as');
INSERT INTO parted (id, region) VALUES (5, 'as');
SELECT zdm.contract('d8');
INSERT INTO parted (id, region) VALUES (6, 'as');
SELECT zdm.rollback('d8');
\d parted_eu
\d parted_as
SELECT * FROM parted ORDER BY id;
DELETE FROM parted WHERE v IS NULL;
SELECT zdm.expand_drop_column('parted', 'v', reverse => 'id * 2', name => 'd8');
INSERT INTO parted (id, region) VALUES (3, 'eu'), (4, 'us');
SELECT zdm.contract('d8');
INSERT INTO parted (id, region) VALUES (6, 'as');
SELECT zdm.reopen('d8');
SELECT * FROM parted ORDER BY id;
SELECT zdm.contract('d8');
SELECT zdm.finalize('d8');
\d parted
CREATE TABLE elder (id int, v int);
CREATE TABLE younger (v int) INHERITS (elder);
SELECT zdm.expand_drop_column('elder', 'v');
:state
SELECT zdm.expand_drop_column('younger', 'id');
:state

-- in a transaction that is rolled back: no trace
BEGIN;
SELECT zdm.expand_drop_column('person', 'full_name', reverse => 'first', name => 'd9');
ROLLBACK;
\d person
SELECT name, status FROM zdm.migration WHERE status NOT IN ('finalized', 'rolled_back');
DROP TABLE younger, elder, parted, given, replicated, strict, pair, busy_child, busy, shop, region, person, good CASCADE;
DROP PUBLICATION busy_publication;
DROP FUNCTION shop_trigger;
DROP DOMAIN filled;
DROP ROLE zdm_clerk;
