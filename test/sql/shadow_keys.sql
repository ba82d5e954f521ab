-- Foreign keys both ways and triggers go along with a table that takes another shape.
SET client_min_messages = warning;
CREATE SCHEMA shadow_keys;
SET search_path = shadow_keys;
CREATE TABLE parent (id int PRIMARY KEY); INSERT INTO parent SELECT generate_series(1,20);
CREATE TABLE c (pad text, id int PRIMARY KEY, p int CONSTRAINT c_parent REFERENCES parent ON DELETE CASCADE DEFERRABLE, n int NOT NULL DEFAULT 0, u int UNIQUE);
COMMENT ON CONSTRAINT c_parent ON c IS 'to the parent';
CREATE TABLE child (id int PRIMARY KEY, c int CONSTRAINT child_c REFERENCES c ON DELETE SET NULL, cu int REFERENCES c (u) ON DELETE SET NULL);
INSERT INTO c SELECT 'x', g, g % 20 + 1, 0, g FROM generate_series(1, 100) g;
INSERT INTO child SELECT g, g, g FROM generate_series(1, 100) g;
CREATE TABLE log (t text);
CREATE FUNCTION before_c() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN new.n := new.n + 1; RETURN new; END $$;
CREATE FUNCTION after_c() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
  INSERT INTO log VALUES (TG_NAME || TG_OP || TG_TABLE_NAME);
  IF TG_OP = 'UPDATE' AND new.n < 3 THEN UPDATE c SET n = n WHERE id = new.id; END IF;
  IF TG_OP = 'DELETE' AND old.id = 7 THEN INSERT INTO c (pad, id, p) VALUES ('again', 7, 1); UPDATE c SET pad = 'again and again' WHERE id = 7; END IF;
  RETURN NULL; END $$;
CREATE TRIGGER a_before BEFORE INSERT OR UPDATE OF n, p ON c FOR EACH ROW WHEN (new.n < 10) EXECUTE FUNCTION before_c();
CREATE TRIGGER b_after AFTER INSERT OR UPDATE OR DELETE ON c FOR EACH ROW EXECUTE FUNCTION after_c();
CREATE TRIGGER c_disabled AFTER INSERT ON c FOR EACH ROW EXECUTE FUNCTION after_c();
ALTER TABLE c DISABLE TRIGGER c_disabled;
COMMENT ON TRIGGER a_before ON c IS 'the first';
CREATE FUNCTION same(h text) RETURNS bigint LANGUAGE plpgsql AS $$ DECLARE n bigint; BEGIN
 EXECUTE format('SELECT count(*) FROM ((SELECT id, p, n, u, pad FROM c EXCEPT ALL SELECT id,p,n,u,pad FROM %1$s) UNION ALL (SELECT id,p,n,u,pad FROM %1$s EXCEPT ALL SELECT id,p,n,u,pad FROM c)) x', h) INTO n; RETURN n; END $$;
CREATE PROCEDURE w(k int) LANGUAGE plpgsql AS $$ BEGIN
  UPDATE c SET n = 0 WHERE id % 10 = k;
  INSERT INTO c (pad, id, p) VALUES ('new', 1000 + k, 1);
  DELETE FROM c WHERE id = 7;
  DELETE FROM parent WHERE id = 5 + k;
  DELETE FROM c WHERE id IN (SELECT id FROM c WHERE id % 13 = k AND u IS NULL);
  UPDATE c SET id = id + 2000 WHERE id IN (1000 + k);
END $$;
CREATE FUNCTION hangs_on(relation regclass) RETURNS SETOF text LANGUAGE sql AS $$
    SELECT conrelid::regclass::text || ' ' || conname || ' ' || convalidated || ' ' || pg_get_constraintdef(oid) FROM pg_constraint
     WHERE contype = 'f' AND (conrelid = relation OR confrelid = relation)
    UNION ALL
    SELECT tgenabled::text || ' ' || pg_get_triggerdef(oid) FROM pg_trigger WHERE tgrelid = relation AND NOT tgisinternal AND tgname !~ '^~zd'
    ORDER BY 1 $$;
SELECT hangs_on('c');
SELECT zdm.expand_shadow_table('c', '(id int, p int, n int, u int, pad text)', name => 'keys');
CALL w(1); CALL zdm.wait('keys'); SELECT same('zdm_new_c'); CALL w(2); SELECT same('zdm_new_c');
SELECT hangs_on('c');
SELECT zdm.contract('keys');
SELECT hangs_on('c');
SELECT hangs_on('child');
SELECT hangs_on('zdm_old_c');
SELECT obj_description(oid, 'pg_constraint') FROM pg_constraint WHERE conname='c_parent'; SELECT obj_description(oid,'pg_trigger') FROM pg_trigger WHERE tgname='a_before' AND tgrelid='c'::regclass;
CALL w(3); SELECT same('zdm_old_c');
INSERT INTO child VALUES (5000, 999999);
INSERT INTO c (id, p) VALUES (9999, 9999);
DROP TRIGGER c_disabled ON c;
SELECT zdm.reopen('keys');
SELECT hangs_on('c');
SELECT hangs_on('child');
CALL w(4); SELECT same('zdm_new_c');
INSERT INTO child VALUES (5000, 999999);
SELECT zdm.contract('keys'); CALL w(5);  SELECT same('zdm_old_c');
SELECT zdm.finalize('keys'); CALL w(6);
SELECT hangs_on('c');
SELECT hangs_on('parent');
SELECT convalidated FROM pg_constraint WHERE contype = 'f' AND connamespace = 'shadow_keys'::regnamespace;
SELECT count(*) FROM child WHERE c NOT IN (SELECT id FROM c); SELECT count(*) FROM c WHERE p NOT IN (SELECT id FROM parent);
ALTER TABLE c VALIDATE CONSTRAINT c_parent;
SELECT zdm.expand_compact('child', name => 'keys_child'); CALL zdm.wait('keys_child'); SELECT zdm.contract('keys_child'); SELECT zdm.finalize('keys_child');
SELECT hangs_on('child');
UPDATE child SET c = 999999 WHERE id = 1;
SELECT zdm.expand_compact('c', name => 'keys_back'); CALL zdm.wait('keys_back'); SELECT zdm.contract('keys_back'); SELECT zdm.rollback('keys_back');
SELECT hangs_on('c');
SELECT zdm.expand_compact('c', name => 'keys_gone'); CALL zdm.wait('keys_gone');
DROP TABLE c CASCADE; SELECT zdm.rollback('keys_gone');
SELECT relname FROM pg_class WHERE relname LIKE 'zdm\_new\_%';
-- A key to its own table.
CREATE TABLE self (id int PRIMARY KEY, s int REFERENCES self ON DELETE CASCADE);
INSERT INTO self VALUES (1, 1), (2, 1), (3, 2), (4, NULL);
SELECT zdm.expand_compact('self');
CALL zdm.wait('compact_self');
SELECT zdm.contract('compact_self');
INSERT INTO self VALUES (5, 6);
DELETE FROM self WHERE id = 2;
SELECT * FROM zdm_old_self ORDER BY id;
SELECT zdm.reopen('compact_self');
INSERT INTO self VALUES (5, 6);
DELETE FROM self WHERE id = 1;
SELECT * FROM zdm_new_self ORDER BY id;
SELECT conname, convalidated, confrelid::regclass FROM pg_constraint WHERE conrelid = 'self'::regclass AND contype = 'f';
SELECT zdm.rollback('compact_self');

CREATE TABLE parted (id int PRIMARY KEY) PARTITION BY RANGE (id);
CREATE TABLE of_parted (id int PRIMARY KEY REFERENCES parted);
SELECT zdm.expand_compact('of_parted');
CREATE TABLE odd (id int PRIMARY KEY);
CREATE TRIGGER odd AFTER UPDATE ON odd FOR EACH ROW WHEN (new.id::text <> ' ON shadow_keys.odd ') EXECUTE FUNCTION after_c();
SET zdm.at_once = off;
SELECT zdm.expand_compact('odd', name => 'keys_odd'); CALL zdm.wait('keys_odd');
SELECT zdm.contract('keys_odd');
SELECT zdm.rollback('keys_odd');
RESET zdm.at_once;
-- Another primary key: all rows are told apart by the present one until finalize.
CREATE TABLE wide (id int CONSTRAINT wide_id PRIMARY KEY, n int NOT NULL, x text);
COMMENT ON CONSTRAINT wide_id ON wide IS 'the key';
INSERT INTO wide SELECT g, g % 10, 'x' FROM generate_series(1, 100) g;
CREATE FUNCTION same_wide(h text) RETURNS bigint LANGUAGE plpgsql AS $$ DECLARE n bigint; BEGIN
 EXECUTE format('SELECT count(*) FROM ((SELECT id, n, x FROM wide EXCEPT ALL SELECT id, n, x FROM %1$s) UNION ALL (SELECT id, n, x FROM %1$s EXCEPT ALL SELECT id, n, x FROM wide)) x', h) INTO n; RETURN n; END $$;
CREATE PROCEDURE write_wide(k int) LANGUAGE plpgsql AS $$ BEGIN
  UPDATE wide SET n = n + 1 WHERE id % 3 = k % 3;
  UPDATE wide SET x = 'y' WHERE id % 5 = k;
  UPDATE wide SET id = -id WHERE id = 10 + k;
  UPDATE wide SET id = id + 1000 * k, n = n + 1 WHERE id % 17 = k;
  WITH d AS (DELETE FROM wide WHERE id = 20 + k RETURNING *) INSERT INTO wide SELECT id, n + 7, 'again' FROM d;
  DELETE FROM wide WHERE id = 30 + k;
  INSERT INTO wide VALUES (30 + k, 99, 'new');
  UPDATE wide SET n = 1 WHERE id = 30 + k;
END $$;
SELECT note FROM zdm.plan($$zdm.expand_shadow_table('wide', '(id int, n int, x text, PRIMARY KEY (n, id))')$$, full => true) WHERE phase = 'contract';
SELECT zdm.expand_shadow_table('wide', '(id int, n int, x text, PRIMARY KEY (n, id))', name => 'wide');
CALL zdm.wait('wide');
CALL write_wide(1); SELECT same_wide('zdm_new_wide'); SELECT mismatches FROM zdm.verify('wide');
SELECT zdm.contract('wide');
CALL write_wide(2); SELECT same_wide('zdm_old_wide'); SELECT mismatches FROM zdm.verify('wide');
INSERT INTO wide VALUES (50, -1);
UPDATE wide SET id = 50, n = -5 WHERE id = 51;
UPDATE wide SET id = id + 1 WHERE id > 40;
SELECT same_wide('zdm_old_wide');
SELECT zdm.reopen('wide');
CALL write_wide(3); SELECT same_wide('zdm_new_wide');
SELECT zdm.contract('wide');
CALL write_wide(4); SELECT same_wide('zdm_old_wide');
SELECT zdm.finalize('wide');
SELECT conname, pg_get_constraintdef(oid), obj_description(oid, 'pg_constraint') FROM pg_constraint WHERE conrelid = 'wide'::regclass AND contype = 'p';
INSERT INTO wide SELECT id, -1 FROM wide WHERE id = 53;
CREATE VIEW by_key AS SELECT id, n, x, count(*) FROM wide GROUP BY n, id;
ALTER TABLE wide ALTER x SET NOT NULL;
SELECT zdm.expand_shadow_table('wide', '(id int, n int, x text, PRIMARY KEY (n, id, x))', name => 'wider');
DROP VIEW by_key;
CREATE TABLE to_wide (n int, id int, CONSTRAINT to_wide FOREIGN KEY (n, id) REFERENCES wide);
SELECT zdm.expand_shadow_table('wide', '(id int, n int, x text, PRIMARY KEY (n, id, x))', name => 'wider');
DROP TABLE to_wide;
SELECT zdm.expand_shadow_table('wide', '(id int, n int, x text, PRIMARY KEY (n))', name => 'wider');
DROP SCHEMA shadow_keys CASCADE;
