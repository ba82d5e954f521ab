-- Tables of every shape.
SET client_min_messages = warning;
CREATE FUNCTION migrate(tbl regclass, col text) RETURNS text LANGUAGE sql AS
    $$ SELECT zdm.expand_rename(tbl, col, col || '_new', name => tbl::text) $$;

-- no primary key, TOASTed values, dropped and added columns
CREATE TABLE odd (a int, gone text, doc text, b int);
ALTER TABLE odd ALTER doc SET STORAGE EXTERNAL;
INSERT INTO odd SELECT g, 'x', CASE WHEN g % 10 = 0 THEN repeat(g::text, 3000) ELSE g::text END, g
  FROM generate_series(1, 200) g;
ALTER TABLE odd DROP COLUMN gone;
ALTER TABLE odd ADD COLUMN fast text DEFAULT 'fast';
SELECT migrate('odd', 'doc');
CALL zdm.wait('odd');
SELECT rows, mismatches FROM zdm.verify('odd');
SELECT count(*), bool_and(doc = doc_new), bool_and(fast = 'fast'), sum(length(doc_new)) FROM odd;
SELECT attname, attstorage FROM pg_attribute WHERE attrelid = 'odd'::regclass AND attname LIKE 'doc%' ORDER BY attnum;
UPDATE odd SET b = b + 1 WHERE a = 10;
UPDATE odd SET doc_new = doc_new || 'tail' WHERE a = 20;
UPDATE odd SET doc = NULL WHERE a = 30;
SELECT rows, mismatches FROM zdm.verify('odd');
SELECT zdm.contract('odd');
SELECT zdm.finalize('odd');
SELECT count(*), sum(length(doc_new)) FROM odd;

-- partitions, with columns in another order, one attached later
CREATE TABLE part (id int, val int, region text) PARTITION BY LIST (region);
CREATE TABLE part_eu PARTITION OF part FOR VALUES IN ('eu');
CREATE TABLE part_us (region text, junk int, val int, id int);
ALTER TABLE part_us DROP COLUMN junk;
ALTER TABLE part ATTACH PARTITION part_us FOR VALUES IN ('us');
INSERT INTO part SELECT g, g, CASE WHEN g % 2 = 0 THEN 'eu' ELSE 'us' END FROM generate_series(1, 500) g;
-- before the backfill is through, whose worker begins with the commit
BEGIN;
SELECT migrate('part', 'val');
CREATE TABLE part_as (region text, val int, id int, val_new int);
INSERT INTO part_as SELECT 'as', g, g FROM generate_series(501, 600) g;
ALTER TABLE part ATTACH PARTITION part_as FOR VALUES IN ('as');
COMMIT;
CALL zdm.wait('part');
SELECT rows, mismatches FROM zdm.verify('part');
SELECT count(*), count(val_new) FROM part;
UPDATE part SET region = 'us', val = 1000 WHERE id = 2;
UPDATE part SET region = 'eu', val_new = 3000 WHERE id = 3;
INSERT INTO part (id, val_new, region) VALUES (601, 7, 'as');
SELECT tableoid::regclass, id, val, val_new FROM part WHERE id IN (2, 3, 601) ORDER BY id;
SELECT zdm.contract('part');
UPDATE part SET region = 'as' WHERE id = 2;
UPDATE part SET val_new = 4 WHERE id = 3;
SELECT rows, mismatches FROM zdm.verify('part');
SELECT zdm.reopen('part');
SELECT zdm.rollback('part');
SELECT count(*) FROM pg_trigger WHERE tgrelid::regclass::text LIKE 'part%' AND NOT tgisinternal;
SELECT attname FROM pg_attribute WHERE attrelid = 'part_as'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum;

-- inheritance
CREATE TABLE parent (id int, val int);
CREATE TABLE child (extra text) INHERITS (parent);
INSERT INTO parent SELECT g, g FROM generate_series(1, 50) g;
INSERT INTO child SELECT g, g, 'x' FROM generate_series(51, 100) g;
SELECT migrate('parent', 'val');
CALL zdm.wait('parent');
INSERT INTO child (id, val) VALUES (101, 1);
UPDATE parent SET val_new = 2 WHERE id = 60;
SELECT rows, mismatches FROM zdm.verify('parent');
SELECT count(*), count(val_new) FROM parent;
SELECT zdm.contract('parent');
SELECT zdm.finalize('parent');
SELECT attname, format_type(atttypid, atttypmod), attinhcount FROM pg_attribute
  WHERE attrelid = 'child'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attnum;

-- unlogged, fillfactor, identity, generated column on the old one, check, row security
CREATE UNLOGGED TABLE mixed (
    id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    val int NOT NULL CHECK (val < 100000),
    twice int GENERATED ALWAYS AS (val * 2) STORED,
    UNIQUE (val) DEFERRABLE INITIALLY DEFERRED
) WITH (fillfactor = 60);
INSERT INTO mixed (val) SELECT g FROM generate_series(1, 300) g;
ALTER TABLE mixed ADD CONSTRAINT unchecked CHECK (val <> 5) NOT VALID;
ALTER TABLE mixed ENABLE ROW LEVEL SECURITY;
ALTER TABLE mixed FORCE ROW LEVEL SECURITY;
CREATE POLICY nobody ON mixed USING (false);
SELECT migrate('mixed', 'val');
CALL zdm.wait('mixed');
SELECT rows, mismatches FROM zdm.verify('mixed');
INSERT INTO mixed (val_new) VALUES (777) RETURNING id, val, twice, val_new;
INSERT INTO mixed (val_new) VALUES (100000);
INSERT INTO mixed (val_new) VALUES (NULL);
UPDATE mixed SET val_new = 778 WHERE val = 777 RETURNING val, twice, val_new;
SELECT zdm.contract('mixed');
\d mixed
SELECT zdm.rollback('mixed');

-- the identity column itself
SELECT zdm.expand_rename('mixed', 'id', 'number', name => 'identity');
CALL zdm.wait('identity');
INSERT INTO mixed (val) VALUES (2001) RETURNING id IS NOT NULL AND id = number AS same;
INSERT INTO mixed (number, val) VALUES (5000, 2002) RETURNING id, number;
SELECT zdm.contract('identity');
SELECT zdm.finalize('identity');

-- domains
CREATE DOMAIN small AS int DEFAULT 3 CHECK (VALUE < 10);
CREATE TABLE dom (id int PRIMARY KEY, val small);
INSERT INTO dom SELECT g, g FROM generate_series(1, 9) g;
SELECT migrate('dom', 'val');
CALL zdm.wait('dom');
INSERT INTO dom (id) VALUES (10) RETURNING val, val_new;
INSERT INTO dom (id, val_new) VALUES (11, 4) RETURNING val, val_new;
INSERT INTO dom (id, val_new) VALUES (12, 11);
SELECT zdm.contract('dom');
INSERT INTO dom (id, val_new) VALUES (12, 11);
INSERT INTO dom (id) VALUES (13);
SELECT rows, mismatches FROM zdm.verify('dom');
SELECT zdm.rollback('dom');

-- user triggers: they fire for the application, not for the backfill, and before the sync
CREATE TABLE log (n int);
CREATE TABLE trig (id int PRIMARY KEY, val int, changes int DEFAULT 0);
INSERT INTO trig SELECT g, g FROM generate_series(1, 100) g;
CREATE FUNCTION count_change() RETURNS trigger LANGUAGE plpgsql AS
    'BEGIN NEW.changes := NEW.changes + 1; IF NEW.id = 7 THEN NEW.val := 70; END IF; RETURN NEW; END';
CREATE FUNCTION note() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO log VALUES (NEW.id); RETURN NULL; END';
CREATE TRIGGER zz_count BEFORE UPDATE ON trig FOR EACH ROW EXECUTE FUNCTION count_change();
CREATE TRIGGER note AFTER UPDATE ON trig FOR EACH ROW EXECUTE FUNCTION note();
SELECT migrate('trig', 'val');
CALL zdm.wait('trig');
SELECT count(*) FILTER (WHERE changes > 0) AS changed, (SELECT count(*) FROM log) AS logged FROM trig;
UPDATE trig SET val = 1 WHERE id IN (7, 8) RETURNING id, val, val_new, changes;
SELECT rows, mismatches FROM zdm.verify('trig');
SELECT zdm.rollback('trig');

-- foreign keys in both directions, a view, and indexes follow the rename
CREATE TABLE ref (code int PRIMARY KEY);
INSERT INTO ref SELECT generate_series(1, 10);
CREATE TABLE fk (id int PRIMARY KEY, code int NOT NULL UNIQUE REFERENCES ref);
INSERT INTO fk SELECT g, g FROM generate_series(1, 10) g;
CREATE TABLE pointing (code int REFERENCES fk (code));
INSERT INTO pointing SELECT generate_series(1, 10);
CREATE VIEW fk_view AS SELECT id, code FROM fk;
SELECT migrate('fk', 'code');
CALL zdm.wait('fk');
UPDATE fk SET code_new = 99 WHERE id = 1;
DELETE FROM pointing;
UPDATE fk SET code_new = 99 WHERE id = 1;
DELETE FROM fk WHERE id = 10;
UPDATE fk SET code_new = 10 WHERE id = 1;
SELECT zdm.contract('fk');
SELECT zdm.finalize('fk');
\d fk
SELECT * FROM fk_view WHERE id = 1;

-- rewritten, truncated and grown in mid-run
CREATE TABLE moving (id int PRIMARY KEY, val int);
INSERT INTO moving SELECT g, g FROM generate_series(1, 5000) g;
SET zdm.start_worker = off;
SELECT migrate('moving', 'val');
SELECT zdm.pause('moving');
VACUUM FULL moving;
SELECT zdm.resume('moving');
CALL zdm.run('moving');
SELECT rows, mismatches FROM zdm.verify('moving');
SELECT zdm.rollback('moving');
SELECT migrate('moving', 'val');
TRUNCATE moving;
INSERT INTO moving (id, val) SELECT g, g FROM generate_series(1, 100) g;
CALL zdm.run('moving');
SELECT rows, mismatches FROM zdm.verify('moving');
SELECT zdm.rollback('moving');
RESET zdm.start_worker;

-- several migrations of one table at once
SELECT zdm.expand_rename('moving', 'val', 'wert', name => 'm1');
SELECT zdm.expand_rename('moving', 'id', 'nummer', name => 'm2');
SELECT zdm.expand_add_column('moving', 'extra', 'uuid', default_value => 'gen_random_uuid()', name => 'm3');
CALL zdm.wait('m1');
CALL zdm.wait('m2');
CALL zdm.wait('m3');
INSERT INTO moving (nummer, val) VALUES (101, 7) RETURNING id, nummer, val, wert, extra IS NOT NULL AS extra;
SELECT zdm.contract('m2');
INSERT INTO moving (nummer, wert) VALUES (102, 8) RETURNING nummer, val, wert;
SELECT zdm.rollback('m1');
SELECT zdm.finalize('m2');
SELECT zdm.contract('m3');
\d moving
SELECT count(*), count(extra) FROM moving;

DROP FUNCTION migrate;
DROP TABLE odd, part, child, parent, mixed, dom, log, trig, ref, fk, pointing, moving CASCADE;
DROP DOMAIN small;
DROP FUNCTION count_change, note;

-- rows for which there is nothing to write, and behind them, in pages that have room
-- for a few, rows for which there is
CREATE TABLE sparse (id int PRIMARY KEY, val int) WITH (fillfactor = 90);
INSERT INTO sparse SELECT g, CASE WHEN g % 100 > 95 THEN g END FROM generate_series(1, 5000) g;
SELECT zdm.expand_rename('sparse', 'val', 'val_new', name => 'sparse');
CALL zdm.wait('sparse', '20 s');
SELECT count(val), count(val_new) FROM sparse;
SELECT zdm.rollback('sparse');
DROP TABLE sparse;
