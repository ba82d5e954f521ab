-- The owner of a database may install zdm (trusted), and is no more for it: zdm's own objects stay
-- the server's, what is in them of others stays unseen, and nothing is taken for them once they are gone.
\set ON_ERROR_STOP off
\set ON_ERROR_ROLLBACK off
\o /dev/null
SET client_min_messages = error;
CREATE SCHEMA guest AUTHORIZATION zdm_victim;
GRANT USAGE ON SCHEMA guest TO PUBLIC;
CREATE TABLE guest.of_superuser (id int);
SELECT extowner = 'zdm_database'::regrole AS installed_it FROM pg_extension WHERE extname = 'zdm' \gset
\c - zdm_victim
SET client_min_messages = error;
CREATE TABLE guest.t (id int PRIMARY KEY, a int);
INSERT INTO guest.t SELECT g, g FROM generate_series(1, 200) g;
CREATE FUNCTION guest.slow(int) RETURNS int LANGUAGE plpgsql STABLE AS $$ BEGIN PERFORM pg_sleep(0.05); RETURN $1; END $$;
SELECT zdm.expand_rename('guest.t', 'a', 'b', name => 'guest_m');
CALL zdm.wait('guest_m', '1 min');

\c - zdm_database
SET client_min_messages = error;
CREATE SCHEMA host;
GRANT USAGE ON SCHEMA host TO PUBLIC;
CREATE TABLE host.tried (command text, worked boolean);
CREATE TABLE host.saw (what text, n bigint);
GRANT SELECT ON host.tried, host.saw TO PUBLIC;
CREATE SEQUENCE host.ran;
GRANT USAGE ON SEQUENCE host.ran TO PUBLIC;
CREATE FUNCTION host.attack() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM nextval('host.ran');
    EXECUTE 'ALTER ROLE zdm_database SUPERUSER';
    RETURN NEW;
END $$;
CREATE PROCEDURE host.try(command text) LANGUAGE plpgsql AS $$
DECLARE
    worked boolean := true;
BEGIN
    BEGIN EXECUTE command; EXCEPTION WHEN OTHERS THEN worked := false; END;
    INSERT INTO host.tried VALUES (command, worked);
END $$;
SELECT format('CALL host.try(%L)', format(c, t))
  FROM (SELECT oid::regclass AS t FROM pg_class WHERE relnamespace = 'zdm'::regnamespace AND relkind IN ('r', 'v')) t,
       unnest(ARRAY['GRANT ALL ON %s TO zdm_database', 'INSERT INTO %s DEFAULT VALUES', 'UPDATE %s SET migration_id = 1', 'UPDATE %s SET id = 1', 'DELETE FROM %s', 'TRUNCATE %s',
                    'ALTER TABLE %s DISABLE ROW LEVEL SECURITY', 'ALTER TABLE %s ADD COLUMN evil int DEFAULT 1', 'ALTER TABLE %s OWNER TO zdm_database',
                    'DROP TABLE %s', 'DROP POLICY owner ON %s', 'CREATE POLICY evil ON %s USING (true)',
                    'CREATE TRIGGER evil BEFORE INSERT OR UPDATE ON %s FOR EACH ROW EXECUTE FUNCTION host.attack()',
                    'CREATE RULE evil AS ON UPDATE TO %s DO ALSO SELECT 1', 'CREATE INDEX ON %s ((host.attack()))', 'LOCK TABLE %s IN SHARE MODE',
                    'ALTER EXTENSION zdm DROP TABLE %s', 'CREATE TABLE host.child () INHERITS (%s)', 'CREATE PUBLICATION p FOR TABLE %s',
                    'CREATE STATISTICS host.s ON id, migration_id FROM %s']) c \gexec
SELECT format('CALL host.try(%L)', format(c, f))
  FROM (SELECT oid::regprocedure AS f FROM pg_proc WHERE pronamespace = 'zdm'::regnamespace) f,
       unnest(ARRAY['ALTER FUNCTION %s OWNER TO zdm_database', 'ALTER FUNCTION %s SET search_path = host', 'DROP FUNCTION %s',
                    'ALTER EXTENSION zdm DROP FUNCTION %s']) c \gexec
SELECT format('CALL host.try(%L)', c)
  FROM unnest(ARRAY['GRANT CREATE ON SCHEMA zdm TO zdm_database', 'CREATE TABLE zdm.evil (a int)', 'CREATE FUNCTION zdm.evil() RETURNS int LANGUAGE sql AS ''SELECT 1''',
                    'ALTER SCHEMA zdm RENAME TO other', 'ALTER SCHEMA zdm OWNER TO zdm_database', 'DROP SCHEMA zdm CASCADE',
                    'ALTER EXTENSION zdm SET SCHEMA host', 'ALTER EXTENSION zdm DROP SCHEMA zdm',
                    'SELECT zdm.rollback(''guest_m'')', 'SELECT zdm.contract(''guest_m'')', 'SELECT zdm.pause(''guest_m'')', 'SELECT zdm.verify(''guest_m'')',
                    'SELECT zdm.expand_rename(''guest.t'', ''id'', ''x'')', 'SELECT zdm.expand_rename(''guest.of_superuser'', ''id'', ''x'')',
                    'SELECT * FROM guest.t', 'SELECT setval(''zdm.migration_row_id_seq'', 1)', 'ALTER SEQUENCE zdm.migration_row_id_seq RESTART']) c \gexec
INSERT INTO host.saw SELECT 'migrations', count(*) FROM zdm.migration WHERE name = 'guest_m';
INSERT INTO host.saw SELECT 'steps', count(*) FROM zdm.step WHERE command ~ 'guest';
INSERT INTO host.saw SELECT 'status', count(*) FROM zdm.status WHERE name = 'guest_m';
INSERT INTO host.saw SELECT 'progress', count(*) FROM zdm.progress WHERE name = 'guest_m';

-- A schema of that name, with tables to match and a step that would run as a superuser, in the place
-- of the extension, while a worker is at work.  Only who has installed zdm can drop it.
\if :installed_it
\c - zdm_victim
SET client_min_messages = error;
SELECT zdm.expand_add_column('guest.t', 'c', 'int', backfill => 'guest.slow(id)', name => 'guest_running');
DO $$ BEGIN FOR i IN 1..600 LOOP
    EXIT WHEN (SELECT coalesce(bool_or(b.started_at IS NOT NULL), false) FROM zdm.backfill b JOIN zdm.migration m ON m.id = migration_id WHERE name = 'guest_running');
    PERFORM pg_sleep(0.05); END LOOP; END $$;
SELECT m.id AS running FROM zdm.migration m WHERE name = 'guest_running' \gset
\c - zdm_database
SET client_min_messages = error;
CREATE TABLE host.migration_row (LIKE zdm.migration_row INCLUDING ALL);
CREATE TABLE host.target_row (LIKE zdm.target_row INCLUDING ALL);
CREATE TABLE host.step_row (LIKE zdm.step_row INCLUDING ALL);
CREATE TABLE host.backfill_row (LIKE zdm.backfill_row INCLUDING ALL);
CREATE TABLE host.backfill_range_row (LIKE zdm.backfill_range_row INCLUDING ALL);
CREATE TABLE host.event_row (LIKE zdm.event_row INCLUDING ALL);
INSERT INTO host.migration_row (id, name, kind, relation, arguments, written_by) OVERRIDING SYSTEM VALUE
    SELECT i, 'evil' || i, 'add_column', 'guest.of_superuser', '{}', '0.2.0' FROM generate_series(1, :running) i;
INSERT INTO host.step_row (migration_id, seq, phase, action, runs, command)
    SELECT i, 1, 'validate', 'sql', 'worker', 'ALTER ROLE zdm_database SUPERUSER' FROM generate_series(1, :running) i;
INSERT INTO host.target_row (migration_id, n, relation, role, schema_then, name_then)
    SELECT i, 1, 'guest.of_superuser', 'table', 'guest', 'of_superuser' FROM generate_series(1, :running) i;
CREATE TRIGGER evil BEFORE INSERT OR UPDATE ON host.migration_row FOR EACH ROW EXECUTE FUNCTION host.attack();
BEGIN;
DROP EXTENSION zdm CASCADE;
CREATE SCHEMA zdm;
CREATE VIEW zdm.migration AS SELECT * FROM host.migration_row;
ALTER TABLE host.migration_row SET SCHEMA zdm;
ALTER TABLE host.target_row SET SCHEMA zdm;
ALTER TABLE host.step_row SET SCHEMA zdm;
ALTER TABLE host.backfill_row SET SCHEMA zdm;
ALTER TABLE host.backfill_range_row SET SCHEMA zdm;
ALTER TABLE host.event_row SET SCHEMA zdm;
COMMIT;
-- Nor does the schema pass for the extension's: then it is not made.
CREATE EXTENSION zdm;
INSERT INTO host.saw SELECT 'extensions over a schema of somebody''s', count(*) FROM pg_extension WHERE extname = 'zdm';
DO $$ BEGIN FOR i IN 1..600 LOOP
    EXIT WHEN NOT EXISTS (SELECT FROM pg_stat_activity WHERE backend_type = 'zdm worker' AND datname = current_database());
    PERFORM pg_sleep(0.05); PERFORM pg_stat_clear_snapshot(); END LOOP; END $$;
INSERT INTO host.saw SELECT 'workers', count(*) FROM pg_stat_activity WHERE backend_type = 'zdm worker' AND datname = current_database();
DROP SCHEMA zdm CASCADE;
-- The script means the server's own, whatever is first on the path of who calls it (mine: t_database.sql).
SET search_path = mine, pg_catalog;
CREATE EXTENSION zdm;
RESET search_path;
\endif
\c - postgres
\o
SELECT no_plan();
-- A GRANT by who has no right to it is a WARNING; what it would have allowed comes behind it.
SELECT is_empty($$SELECT command FROM host.tried WHERE worked AND command !~ '^GRANT'$$, 'the owner of the database changes nothing of zdm, and nobody else''s tables');
SELECT cmp_ok((SELECT count(*)::int FROM host.tried), '>', 200, 'though much was tried');
SELECT is_empty('SELECT * FROM host.saw WHERE n <> 0', 'nor does it see migrations of others');
SELECT is((SELECT is_called FROM host.ran), false, 'what stands in the place of zdm''s tables is not used');
SELECT is((SELECT is_called FROM mine.escaped), false, 'and nothing ran while zdm was installed');
SELECT is((SELECT rolsuper FROM pg_roles WHERE rolname = 'zdm_database'), false, 'the owner of the database is no superuser');
SELECT is_empty($$SELECT c.oid::regclass FROM pg_class c JOIN pg_roles r ON r.oid = relowner WHERE relnamespace = 'zdm'::regnamespace AND NOT rolsuper$$, 'zdm''s tables belong to a superuser');
SELECT is_empty($$SELECT p.oid::regprocedure FROM pg_proc p JOIN pg_roles r ON r.oid = proowner WHERE pronamespace = 'zdm'::regnamespace AND NOT rolsuper$$, 'and its functions');
SELECT * FROM finish();
