-- What an owner changes by hand while tables are merged into one: refused where rows that would be
-- taken for kept may not be, and as it was after the way back.
\set VERBOSITY terse
\pset null '-'
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS zdm;
CREATE ROLE merge_owner;
CREATE SCHEMA changed AUTHORIZATION merge_owner;
SET ROLE merge_owner;
SET search_path = changed;
CREATE TABLE t (id int PRIMARY KEY);
INSERT INTO t VALUES (1), (2);
CREATE TABLE other_t (id int PRIMARY KEY);
INSERT INTO other_t VALUES (1), (2), (99);
CREATE TABLE a (id bigint PRIMARY KEY, name text);
CREATE TABLE b (
    id bigint PRIMARY KEY CONSTRAINT b_id_fkey REFERENCES a ON DELETE CASCADE,
    x int NOT NULL CONSTRAINT b_x_check CHECK (x >= 0),
    y int CONSTRAINT b_y_key UNIQUE,
    t int CONSTRAINT b_t_fkey REFERENCES t,
    z text NOT NULL DEFAULT 'z');
CREATE INDEX b_z_idx ON b (z);
COMMENT ON CONSTRAINT b_id_fkey ON b IS 'of the key';
COMMENT ON CONSTRAINT b_x_check ON b IS 'of the check';
COMMENT ON CONSTRAINT b_t_fkey ON b IS 'of the foreign key';
COMMENT ON CONSTRAINT b_y_key ON b IS 'of the unique constraint';
COMMENT ON INDEX b_z_idx IS 'of the index';
INSERT INTO a SELECT g, 'n' FROM generate_series(1, 10) g;
INSERT INTO b SELECT g, g, g, g % 2 + 1, 'z' FROM generate_series(1, 8) g;

CREATE FUNCTION refused(change text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE 'SELECT ' || change;
    RAISE 'taken';
EXCEPTION WHEN OTHERS THEN RETURN SQLSTATE || ' ' || SQLERRM;
END $$;

-- The log is the owner's, and a value of one type is none of another one.
BEGIN; SELECT zdm.expand_merge_tables('a', '{b}', name => 'm'); SELECT zdm.pause('m'); COMMIT;
ALTER TABLE zdm_log_b ALTER id TYPE text;
UPDATE b SET x = 70 WHERE id = 7;
TRUNCATE b;
ALTER TABLE zdm_log_b ALTER id TYPE bigint USING id::bigint, ADD more text;
UPDATE b SET x = 70 WHERE id = 7;
ALTER TABLE zdm_log_b DROP more;
UPDATE b SET x = 70 WHERE id = 7;
SELECT * FROM zdm_log_b;
-- Nor is an entry his to take away, whose row would be left as it was: a trigger says so, and where it can't see it,
-- the worker does.
\set VERBOSITY default
DELETE FROM zdm_log_b WHERE id = 7;
TRUNCATE zdm_log_b;
\set VERBOSITY terse
UPDATE zdm_log_b SET id = 6;
SELECT * FROM zdm_log_b;
CREATE FUNCTION leave_it() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;
CREATE TRIGGER leave_it BEFORE DELETE ON zdm_log_b FOR EACH ROW EXECUTE FUNCTION leave_it();
SELECT zdm.resume('m');
CALL zdm.wait('m');
SELECT status, last_error FROM zdm.status;
DROP TRIGGER leave_it ON zdm_log_b;
DROP FUNCTION leave_it;
-- Nor is it a table to migrate.
SELECT change, refused(change) FROM unnest(ARRAY[
    $$zdm.expand_rename('zdm_log_b', 'id', 'key')$$, $$zdm.expand_add_column('zdm_log_b', 'more', 'text')$$,
    $$zdm.expand_index('CREATE INDEX CONCURRENTLY log_idx ON zdm_log_b (id)')$$,
    $$zdm.expand_rename_table('zdm_log_b', 'log')$$, $$zdm.expand_shadow_table('zdm_log_b', '(id bigint)')$$]) AS change;
ALTER TABLE zdm_log_b RENAME TO zdm_log_c;
UPDATE b SET x = 71 WHERE id = 7;
SELECT zdm.resume('m');
CALL zdm.wait('m');
SELECT x FROM a WHERE id = 7;
SELECT zdm.rollback('m');
SELECT to_regclass('zdm_log_c');

-- Another constraint, or another index, of the same name.
CREATE FUNCTION merge_it(change text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    PERFORM zdm.expand_merge_tables('a', '{b}', name => 'm');
    PERFORM zdm.pause('m');
    EXECUTE change;
    PERFORM zdm.resume('m');
END $$;
SELECT merge_it('ALTER TABLE b DROP CONSTRAINT b_x_check, ADD CONSTRAINT b_x_check CHECK (x < 1000)');
UPDATE b SET x = -5 WHERE id = 1;
CALL zdm.wait('m');
SELECT zdm.rollback('m');
UPDATE b SET x = 5 WHERE id = 1;
ALTER TABLE b DROP CONSTRAINT b_x_check, ADD CONSTRAINT b_x_check CHECK (x >= 0);
SELECT merge_it('ALTER TABLE b DROP CONSTRAINT b_y_key; CREATE INDEX b_y_key ON b (y); ALTER TABLE b ADD CONSTRAINT more UNIQUE (id, y)');
UPDATE b SET y = 3;
CALL zdm.wait('m');
SELECT zdm.rollback('m');
UPDATE b SET y = id;
ALTER TABLE b DROP CONSTRAINT more;
SELECT merge_it('DROP INDEX b_z_idx; CREATE UNIQUE INDEX b_z_idx ON b (z, id)');
CALL zdm.wait('m');
SELECT zdm.rollback('m');
DROP INDEX b_z_idx, b_y_key;
CREATE INDEX b_z_idx ON b (z);
ALTER TABLE b ADD CONSTRAINT b_y_key UNIQUE (y);
COMMENT ON CONSTRAINT b_x_check ON b IS 'of the check';
COMMENT ON CONSTRAINT b_y_key ON b IS 'of the unique constraint';
COMMENT ON INDEX b_z_idx IS 'of the index';
-- The same, under other names for the tables that are in it.
SELECT merge_it('ALTER TABLE b RENAME TO c; ALTER TABLE t RENAME TO u');
RESET ROLE;
ALTER SCHEMA changed RENAME TO changed_2;
SET ROLE merge_owner;
SET search_path = changed_2;
CALL zdm.wait('m');
\d c
SELECT zdm.rollback('m');
\d c
RESET ROLE;
ALTER SCHEMA changed_2 RENAME TO changed;
SET ROLE merge_owner;
SET search_path = changed;
ALTER TABLE c RENAME TO b;
ALTER TABLE u RENAME TO t;

-- Comments go along, and come back.
CREATE VIEW comments AS
    SELECT 'constraint' AS of, conrelid::regclass AS "table", conname AS name, d.description
      FROM pg_constraint c JOIN pg_description d ON d.classoid = 'pg_constraint'::regclass AND d.objoid = c.oid
     WHERE connamespace = 'changed'::regnamespace AND d.description !~ '^zdm'
    UNION ALL SELECT 'index', indrelid::regclass, indexrelid::regclass::name, d.description
      FROM pg_index i JOIN pg_description d ON d.classoid = 'pg_class'::regclass AND d.objoid = i.indexrelid
     WHERE indrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'changed'::regnamespace);
SELECT * FROM comments ORDER BY 1, 2, 3;
SELECT zdm.expand_merge_tables('a', '{b}', name => 'm');
CALL zdm.wait('m');
SELECT * FROM comments WHERE "table" = 'a'::regclass ORDER BY 1, 2, 3;

-- The hidden table, likewise.
SELECT change, refused(change) FROM unnest(ARRAY[
    $$zdm.expand_rename('zdm_old_b', 'x', 'y2')$$, $$zdm.expand_add_column('zdm_old_b', 'more', 'text')$$,
    $$zdm.expand_index('CREATE INDEX CONCURRENTLY old_idx ON zdm_old_b (x)')$$,
    $$zdm.expand_rename_table('zdm_old_b', 'other')$$]) AS change;

-- From the turn on the constraints of the table keep what the part may have.
CREATE FUNCTION without(change text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE change;
    PERFORM zdm.rollback('m');
    RETURN 'taken back';
EXCEPTION WHEN OTHERS THEN RETURN SQLSTATE || ' ' || SQLERRM;
END $$;
SELECT change, without(change) FROM unnest(ARRAY[
    'ALTER TABLE a DROP CONSTRAINT a_x_check; UPDATE a SET x = -1 WHERE id = 1',
    'ALTER TABLE a DROP CONSTRAINT a_y_key; UPDATE a SET y = 1 WHERE id = 2',
    'ALTER TABLE a DROP CONSTRAINT a_t_fkey; UPDATE a SET t = 99 WHERE id = 2',
    'ALTER TABLE a DROP CONSTRAINT zdm_null_b; UPDATE a SET x = 1 WHERE id = 9',
    'ALTER TABLE a DROP CONSTRAINT a_x_check; UPDATE a SET x = -1 WHERE id = 1; ALTER TABLE a ADD CONSTRAINT a_x_check CHECK (x >= 0) NOT VALID',
    -- By the same name, and not what it was.
    'ALTER TABLE a DROP CONSTRAINT a_x_check, ADD CONSTRAINT a_x_check CHECK (x > -10); UPDATE a SET x = -1 WHERE id = 1',
    'ALTER TABLE a DROP CONSTRAINT a_y_key, ADD CONSTRAINT a_y_key UNIQUE (id, y); UPDATE a SET y = 1 WHERE id = 2',
    'ALTER TABLE a DROP CONSTRAINT a_y_key; CREATE UNIQUE INDEX a_y_key ON a (y)',
    'ALTER TABLE a DROP CONSTRAINT a_t_fkey; ALTER TABLE a ADD CONSTRAINT a_t_fkey FOREIGN KEY (t) REFERENCES other_t; UPDATE a SET t = 99 WHERE id = 2',
    'ALTER TABLE a DROP CONSTRAINT zdm_null_b, ADD CONSTRAINT zdm_null_b CHECK (true); UPDATE a SET x = 1 WHERE id = 9']) AS change;
-- Just what it was; and what ALTER TYPE makes anew, or is of tables that have other names by now.
BEGIN;
ALTER TABLE a DROP CONSTRAINT a_x_check, ADD CONSTRAINT a_x_check CHECK (x >= 0), DROP CONSTRAINT a_y_key, ADD CONSTRAINT a_y_key UNIQUE (y);
ALTER TABLE a ALTER name TYPE varchar(100);
ALTER TABLE t RENAME TO t_by_now;
ALTER TABLE a RENAME TO a_by_now;
SELECT zdm.rollback('m');
SELECT conname, pg_get_constraintdef(oid) AS definition FROM pg_constraint WHERE conrelid = 'b'::regclass AND contype <> 'n' ORDER BY 1;
ROLLBACK;
-- A default there is none of rows that have nothing.
ALTER TABLE a ALTER z SET DEFAULT 'default';
DELETE FROM b WHERE id = 5;
INSERT INTO b (id, x) VALUES (9, 9);
SELECT id, x, z FROM b WHERE id IN (5, 9);
SELECT id, x, z FROM zdm_old_b WHERE id IN (5, 9);
ALTER TABLE a ALTER z DROP DEFAULT;
SELECT zdm.rollback('m');
SELECT * FROM comments ORDER BY 1, 2, 3;
DROP VIEW comments;

-- Where one of the tables has another owner by now, the other one's does not get to see what is in it.
BEGIN; SELECT zdm.expand_merge_tables('a', '{b}', name => 'm'); SELECT zdm.pause('m'); COMMIT;
RESET ROLE;
CREATE ROLE merge_heir;
ALTER TABLE b OWNER TO merge_heir;
UPDATE b SET z = 'of the heir' WHERE id = 1;
SET ROLE merge_owner;
SELECT zdm.resume('m');
CALL zdm.wait('m');
SELECT count(zdm_new_z) FROM a;
RESET ROLE;
ALTER TABLE b OWNER TO merge_owner;
SET ROLE merge_owner;
SELECT zdm.resume('m');
CALL zdm.wait('m');
SELECT z FROM a WHERE id = 1;
SELECT zdm.rollback('m');
UPDATE b SET z = 'z' WHERE id = 1;

-- The table has another name, too, by a view, which shows the columns that it has by then, whoever goes first.
SELECT zdm.expand_rename_table('a', 'renamed', name => 'named');
CALL zdm.wait('named');
CREATE FUNCTION shown() RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(c.relname || ' ' || c.relkind::text || ' ' || (SELECT string_agg(attname, ',' ORDER BY attnum) FROM pg_attribute a WHERE a.attrelid = c.oid AND attnum > 0 AND NOT attisdropped), '; ' ORDER BY c.relname COLLATE "C")
      FROM pg_class c WHERE relnamespace = 'changed'::regnamespace AND relname IN ('a', 'renamed', 'b') $$;
BEGIN; SELECT zdm.expand_merge_tables('a', '{b}', name => 'm'); SELECT zdm.pause('m'); COMMIT;
SELECT shown();
SELECT zdm.rollback('m');
SELECT shown();
SELECT zdm.expand_merge_tables('a', '{b}', name => 'm');
CALL zdm.wait('m');
SELECT shown();
UPDATE renamed SET x = 50 WHERE id = 6;
SELECT x FROM b WHERE id = 6;
SELECT zdm.rollback('m');
SELECT shown();
SELECT zdm.contract('named');
SELECT zdm.expand_merge_tables('renamed', '{b}', name => 'm');
CALL zdm.wait('m');
SELECT shown();
SELECT zdm.contract('m');
SELECT zdm.reopen('named');
SELECT zdm.rollback('m');
SELECT shown();
SELECT zdm.rollback('named');
SELECT shown();
UPDATE b SET x = 6 WHERE id = 6;
DROP FUNCTION shown;

-- What was merged before by the same name, which is the name by default, is none of the release's calls any more.
CREATE TABLE whole (id int PRIMARY KEY);
CREATE TABLE first_part (id int PRIMARY KEY REFERENCES whole ON DELETE CASCADE, x int);
CREATE TABLE next_part (id int PRIMARY KEY REFERENCES whole ON DELETE CASCADE, y int);
INSERT INTO whole VALUES (1);
INSERT INTO first_part VALUES (1, 1);
INSERT INTO next_part VALUES (1, 1);
SELECT zdm.expand_merge_tables('whole', '{first_part}');
CALL zdm.wait('merge_whole');
SELECT zdm.contract('merge_whole');
SELECT zdm.finalize('merge_whole');
SELECT zdm.rollback('merge_whole');
SELECT zdm.expand_merge_tables('whole', '{next_part}');
CALL zdm.wait('merge_whole');
SELECT zdm.contract('merge_whole');
SELECT zdm.reopen('merge_whole');
SELECT zdm.rollback('merge_whole');
SELECT * FROM next_part;
-- One that is finalized alone, of those that were begun together, is.
SELECT zdm.expand_merge_tables('whole', '{next_part}', name => 'together');
SET zdm.release = 'together';
SELECT zdm.expand_rename('whole', 'x', 'z');
RESET zdm.release;
CALL zdm.wait('together');
SELECT zdm.contract('together_next_part');
SELECT zdm.finalize('together_next_part');
SELECT zdm.rollback('together');
SELECT zdm.contract('together');
SELECT zdm.finalize('together');
DROP TABLE whole;

-- Of a domain, there and back.
CREATE DOMAIN plain AS int;
CREATE DOMAIN with_default AS int DEFAULT 7;
CREATE TABLE d (id bigint PRIMARY KEY REFERENCES a ON DELETE CASCADE, p plain, w with_default);
INSERT INTO d VALUES (1, 1), (2, NULL);
SELECT zdm.expand_merge_tables('a', '{d}', name => 'm');
CALL zdm.wait('m');
SELECT attname, atttypid::regtype, pg_get_expr(adbin, adrelid) FROM pg_attribute LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum WHERE attrelid = 'a'::regclass AND attname IN ('p', 'w') ORDER BY 1;
INSERT INTO d (id, p) VALUES (3, 3) RETURNING *;
SELECT zdm.rollback('m');
TABLE d;

-- Of an expression in an index there is a statistics target.
CREATE TABLE i (id bigint PRIMARY KEY REFERENCES a ON DELETE CASCADE, p text, q text);
CREATE INDEX i_p_idx ON i (p, lower(q), (p || q));
ALTER INDEX i_p_idx ALTER COLUMN 2 SET STATISTICS 77;
ALTER INDEX i_p_idx ALTER COLUMN 3 SET STATISTICS 0;
CREATE FUNCTION targets() RETURNS SETOF text LANGUAGE sql AS $$
    SELECT attrelid::regclass || ' ' || attnum || ' ' || attstattarget FROM pg_attribute JOIN pg_index ON indexrelid = attrelid JOIN pg_class c ON c.oid = attrelid
     WHERE relnamespace = 'changed'::regnamespace AND attstattarget >= 0 ORDER BY 1 $$;
SELECT command FROM zdm.plan($$zdm.expand_merge_tables('a', '{i}')$$, full => true) WHERE command ~ 'ALTER INDEX';
SELECT zdm.expand_merge_tables('a', '{i}', name => 'i');
CALL zdm.wait('i');
SELECT targets();
SELECT zdm.rollback('i');
SELECT targets();
-- What is set between expand and the turn goes along, and what is set since goes back.
CREATE FUNCTION settings(name text) RETURNS SETOF text LANGUAGE sql AS $$
    SELECT concat_ws(' ', attrelid::regclass, attname, nullif(attstattarget, -1), (SELECT string_agg(o, ' ') FROM unnest(attoptions) o WHERE o !~ '^pg_'), attstorage) FROM pg_attribute WHERE attrelid = name::regclass AND attname IN ('p', 'q') ORDER BY 1 $$;
BEGIN; SELECT zdm.expand_merge_tables('a', '{i}', name => 'i');
ALTER INDEX i_p_idx ALTER COLUMN 2 SET STATISTICS 78;
ALTER INDEX i_p_idx ALTER COLUMN 3 SET STATISTICS -1;
ALTER TABLE i ALTER p SET STATISTICS 79, ALTER p SET (n_distinct = 5), ALTER q SET STORAGE EXTERNAL;
COMMIT;
CALL zdm.wait('i');
SELECT targets();
SELECT settings('a');
ALTER INDEX a_p_idx ALTER COLUMN 3 SET STATISTICS 80;
ALTER TABLE a ALTER p SET STATISTICS -1, ALTER p RESET (n_distinct), ALTER q SET STATISTICS 81;
SELECT zdm.contract('i');
SELECT zdm.rollback('i');
SELECT targets();
SELECT settings('i');
SELECT zdm.expand_merge_tables('a', '{i}', name => 'i');
CALL zdm.wait('i');
SELECT zdm.contract('i');
SELECT zdm.finalize('i');
SELECT targets();
ALTER TABLE a DROP p, DROP q;

-- What is gone: there is always a way out, and nothing of it stays on the part.
DROP TABLE d;
CREATE TABLE d (id bigint PRIMARY KEY REFERENCES a ON DELETE CASCADE, p text);
INSERT INTO d VALUES (1, 'one'), (2, 'two');
BEGIN; SELECT zdm.expand_merge_tables('a', '{d}', name => 'm'); SELECT zdm.pause('m'); COMMIT;
ALTER TABLE d DROP CONSTRAINT d_id_fkey;
UPDATE d SET p = 'key lost' WHERE id = 1;
SELECT zdm.resume('m');
CALL zdm.wait('m');
ALTER TABLE d ADD CONSTRAINT d_id_fkey FOREIGN KEY (id) REFERENCES a ON DELETE CASCADE;
SELECT zdm.resume('m');
CALL zdm.wait('m');
DROP VIEW d;
SELECT zdm.contract('m');
SELECT zdm.reopen('m');
SELECT zdm.rollback('m');
TABLE d;
SELECT zdm.expand_merge_tables('a', '{d}', name => 'm');
CALL zdm.wait('m');
ALTER TABLE a DROP COLUMN p CASCADE;
SELECT zdm.rollback('m');
SELECT zdm.contract('m');
SELECT zdm.finalize('m');
CREATE TABLE a2 (id bigint PRIMARY KEY);
CREATE TABLE d (id bigint PRIMARY KEY REFERENCES a2 ON DELETE CASCADE, p text);
BEGIN; INSERT INTO a2 VALUES (1); SELECT zdm.expand_merge_tables('a2', '{d}', name => 'n'); SELECT zdm.pause('n'); COMMIT;
DROP TABLE a2 CASCADE;
INSERT INTO d VALUES (2, 'two');
RESET ROLE;
SELECT zdm.rollback('n');
SET ROLE merge_owner;
\d d
INSERT INTO d VALUES (2, NULL);
SELECT relname FROM pg_class WHERE relnamespace = 'changed'::regnamespace AND relname ~ '^zdm_';
-- Likewise where it is forgotten, or its name is wanted.
DROP TABLE d;
CREATE FUNCTION make_pair() RETURNS void LANGUAGE sql AS $$
    CREATE TABLE a2 (id bigint PRIMARY KEY);
    CREATE TABLE d (id bigint PRIMARY KEY REFERENCES a2 ON DELETE CASCADE, p text) $$;
CREATE FUNCTION drop_whole() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO a2 VALUES (1);
    PERFORM zdm.expand_merge_tables('a2', '{d}', name => 'n');
    PERFORM zdm.pause('n');
    DROP TABLE a2 CASCADE;
END $$;
SELECT make_pair();
SELECT drop_whole();
RESET ROLE;
SELECT zdm.forget('n');
SET ROLE merge_owner;
\d d
INSERT INTO d VALUES (2, NULL);
SELECT relname FROM pg_class WHERE relnamespace = 'changed'::regnamespace AND relname ~ '^zdm_';
DROP TABLE d;
SELECT make_pair();
SELECT drop_whole();
CREATE TABLE a2 (id bigint PRIMARY KEY);
SELECT zdm.expand_add_column('a2', 'more', 'int', name => 'n_d');
\d d
INSERT INTO d VALUES (2, NULL);
SELECT relname FROM pg_class WHERE relnamespace = 'changed'::regnamespace AND relname ~ '^zdm_';
SELECT zdm.rollback('n_d');
DROP TABLE a2;

-- A key that is written otherwise in the part.
DROP TABLE d;
CREATE TABLE numbers (n numeric PRIMARY KEY);
CREATE TABLE d (n numeric PRIMARY KEY REFERENCES numbers ON DELETE CASCADE, p text NOT NULL);
INSERT INTO numbers VALUES (1), (2);
INSERT INTO d VALUES (1.00, 'one'), (2, 'two');
SELECT zdm.expand_merge_tables('numbers', '{d}', name => 'o');
CALL zdm.wait('o');
SELECT rows, mismatches FROM zdm.verify('o');
TABLE d ORDER BY n;
SELECT zdm.rollback('o');
TABLE d ORDER BY n;

-- A foreign key to a table of somebody else, where a superuser calls: the worker makes it as the owner.
RESET ROLE;
CREATE ROLE merge_elsewhere;
CREATE TABLE elsewhere (id int PRIMARY KEY);
ALTER TABLE elsewhere OWNER TO merge_elsewhere;
GRANT REFERENCES ON elsewhere TO merge_owner;
ALTER TABLE d ADD e int, ADD FOREIGN KEY (e) REFERENCES elsewhere;
SELECT zdm.expand_merge_tables('numbers', '{d}', name => 'o');
DROP TABLE elsewhere CASCADE;
DROP ROLE merge_elsewhere;
SET ROLE merge_owner;

-- Who may see and write what he could not.
CREATE TABLE h (id bigint PRIMARY KEY REFERENCES a ON DELETE CASCADE, secret text NOT NULL);
RESET ROLE;
CREATE ROLE merge_all;
CREATE ROLE merge_both;
CREATE ROLE merge_some;
SET ROLE merge_owner;
GRANT SELECT, UPDATE ON a TO merge_all;
GRANT SELECT ON a TO PUBLIC;
GRANT ALL ON a, h TO merge_both;
GRANT SELECT (id, name), UPDATE (name) ON a TO merge_some;
SELECT regexp_replace(note, '^.*(Who may read.*)$', '\1') AS note FROM zdm.plan($$zdm.expand_merge_tables('a', '{h}')$$) WHERE note ~ 'Who may';
-- Who could add rows, or take them away, and is to update the columns: who gets it is whom the plan names.
GRANT USAGE ON SCHEMA changed TO PUBLIC;
CREATE TABLE whole (id bigint PRIMARY KEY);
CREATE TABLE k (id bigint PRIMARY KEY REFERENCES whole ON DELETE CASCADE, secret text NOT NULL, more int);
RESET ROLE;
CREATE TABLE roles AS SELECT 'merge_' || role AS role FROM unnest('{insert,delete,insert_one,insert_update,insert_update_one,insert_update_each,whole}'::text[]) AS role;
SELECT format('CREATE ROLE %s', role) FROM roles
\gexec
GRANT SELECT ON whole, k TO PUBLIC;
GRANT INSERT ON k TO merge_insert, merge_insert_update, merge_insert_update_one, merge_insert_update_each, merge_whole;
GRANT DELETE ON k TO merge_delete;
GRANT UPDATE ON k TO merge_insert_update;
GRANT UPDATE (secret) ON k TO merge_insert_update_one;
GRANT INSERT (id, secret), UPDATE (secret, more) ON k TO merge_insert_one;
GRANT UPDATE (secret, more) ON k TO merge_insert_update_each;
GRANT UPDATE ON whole TO merge_whole;
CREATE VIEW updaters AS SELECT attname, role FROM roles, pg_attribute WHERE attrelid IN (to_regclass('whole'), to_regclass('k')) AND attname IN ('secret', 'more') AND has_column_privilege(role, attrelid, attnum, 'UPDATE');
CREATE TABLE updated AS TABLE updaters;
SET ROLE merge_owner;
SELECT substring(note FROM '(Who may insert.*)$') AS note FROM zdm.plan($$zdm.expand_merge_tables('whole', '{k}')$$, full => true) WHERE note ~ 'Who may insert';
SELECT zdm.expand_merge_tables('whole', '{k}', name => 'p');
CALL zdm.wait('p');
RESET ROLE;
SELECT role, string_agg(attname, ', ' ORDER BY attname) FROM (SELECT DISTINCT * FROM updaters EXCEPT TABLE updated) AS u (attname, role) GROUP BY role ORDER BY role COLLATE "C";
INSERT INTO whole SELECT generate_series(1, 3);
SET ROLE merge_insert;
INSERT INTO k VALUES (1, 'inserted');
SET ROLE merge_insert_one;
INSERT INTO k (id, secret) VALUES (2, 'inserted');
SET ROLE merge_delete;
DELETE FROM k WHERE id = 1;
SET ROLE merge_owner;
TABLE k;
SELECT zdm.rollback('p');
RESET ROLE;
GRANT INSERT ON k TO PUBLIC;
SET ROLE merge_owner;
SELECT substring(note FROM '(Who may insert.*)$') AS note FROM zdm.plan($$zdm.expand_merge_tables('whole', '{k}')$$, full => true) WHERE note ~ 'Who may insert';
DROP TABLE k, whole;
RESET ROLE;
DROP VIEW updaters;
SELECT format('DROP ROLE %s', role) FROM roles
\gexec
DROP TABLE roles, updated;
SET ROLE merge_owner;
-- Who has granted it, and may grant it on, stays so.
REVOKE ALL ON a FROM merge_all, merge_both, merge_some, PUBLIC;
REVOKE ALL (id, name) ON a FROM merge_some;
REVOKE ALL ON h FROM merge_both;
GRANT SELECT (id) ON a TO PUBLIC;
ALTER TABLE h ADD more int;
GRANT SELECT (secret) ON h TO merge_some;
GRANT SELECT, INSERT ON h TO merge_all WITH GRANT OPTION;
GRANT TRIGGER ON h TO merge_some;
SET ROLE merge_all;
GRANT SELECT ON h TO merge_both WITH GRANT OPTION;
GRANT INSERT ON h TO merge_some;
SET ROLE merge_both;
GRANT SELECT ON h TO merge_some, PUBLIC;
GRANT SELECT (more) ON h TO merge_some;
SET ROLE merge_owner;
CREATE FUNCTION grants(tbl regclass) RETURNS TABLE (of text, who regrole, has text, by regrole) LANGUAGE sql AS $$
    SELECT of, CASE WHEN grantee > 0 THEN grantee END, string_agg(privilege_type || CASE WHEN is_grantable THEN '*' ELSE '' END, ', ' ORDER BY privilege_type), grantor
      FROM (SELECT attname::text AS of, attacl FROM pg_attribute WHERE attrelid = tbl AND attname IN ('secret', 'more') UNION ALL SELECT 'the table', relacl FROM pg_class WHERE oid = tbl) AS r, aclexplode(attacl)
     WHERE grantee <> 'merge_owner'::regrole GROUP BY of, grantee, grantor ORDER BY of, CASE WHEN grantee > 0 THEN grantee END::regrole::text, grantor::regrole::text $$;
SELECT * FROM grants('h');
GRANT DELETE ON h TO merge_some;
SET zdm.start_worker = off;
SELECT zdm.expand_merge_tables('a', '{h}', name => 'p');
RESET zdm.start_worker;
-- Until the turn the values are read by the part's name, and what is revoked there is revoked.
SELECT attname, attacl FROM pg_attribute WHERE attrelid = 'a'::regclass AND (attname LIKE 'zdm\_new\_%' OR attacl IS NOT NULL) ORDER BY attnum;
REVOKE DELETE ON h FROM merge_some;
CALL zdm.wait('p');
SELECT * FROM grants('a');
SELECT * FROM grants('h');
SELECT zdm.rollback('p');
SELECT * FROM grants('h');
SELECT zdm.expand_merge_tables('a', '{h}', name => 'p');
CALL zdm.wait('p');
SELECT zdm.contract('p');
SELECT zdm.finalize('p');
-- What somebody takes back goes where he has granted it, and with it what was granted on.
SET ROLE merge_all;
REVOKE SELECT (secret) ON a FROM merge_both CASCADE;
SET ROLE merge_owner;
SELECT * FROM grants('a');
REVOKE ALL (id) ON a FROM PUBLIC;
ALTER TABLE a DROP secret, DROP more;
DROP FUNCTION grants;
REVOKE USAGE ON SCHEMA changed FROM PUBLIC;
RESET ROLE;
DROP ROLE merge_all, merge_both, merge_some;
SET ROLE merge_owner;

-- What can't be one table's.
CREATE TABLE e (id bigint GENERATED ALWAYS AS (x * 2) STORED PRIMARY KEY REFERENCES a ON DELETE CASCADE, x bigint);
SELECT zdm.expand_merge_tables('a', '{e}');
CREATE TABLE f (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY REFERENCES a ON DELETE CASCADE, x bigint);
SELECT zdm.expand_merge_tables('a', '{f}');
CREATE TABLE g (id bigint PRIMARY KEY REFERENCES a ON DELETE CASCADE, x bigint, v text);
CREATE UNIQUE INDEX g_idx ON g ((id / 10)) INCLUDE (x);
SELECT zdm.expand_merge_tables('a', '{g}');
DROP INDEX g_idx;
CREATE UNIQUE INDEX g_idx ON g ((id / 10)) WHERE x IS NULL;
SELECT zdm.expand_merge_tables('a', '{g}');
RESET ROLE;
DROP INDEX changed.g_idx;
SET client_min_messages = error;
CREATE SUBSCRIPTION merge_s CONNECTION 'dbname=nowhere' PUBLICATION p WITH (connect = false, slot_name = NONE);
INSERT INTO pg_subscription_rel SELECT oid, 'changed.g'::regclass, 'r' FROM pg_subscription WHERE subname = 'merge_s';
SELECT zdm.expand_merge_tables('changed.a', '{changed.g}');
DELETE FROM pg_subscription_rel WHERE srrelid = 'changed.g'::regclass;
DROP SUBSCRIPTION merge_s;
RESET search_path;
DROP SCHEMA changed CASCADE;
DROP ROLE merge_owner, merge_heir;
