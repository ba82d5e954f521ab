-- Who may do and see what: a table's owner, a member of the owning role, and others.
\set ON_ERROR_STOP on
\set QUIET on
SELECT no_plan();
BEGIN;
SET LOCAL zdm.start_worker = off;
SET LOCAL zdm.at_once = off;

-- zdm_alice owns a table, zdm_team another, zdm_carol is a member of zdm_team, zdm_mallory is anybody.
CREATE ROLE zdm_alice;
CREATE ROLE zdm_team;
CREATE ROLE zdm_carol IN ROLE zdm_team;
CREATE ROLE zdm_mallory;
CREATE SCHEMA work;
GRANT USAGE, CREATE ON SCHEMA work TO zdm_alice, zdm_team, zdm_mallory;
CREATE TABLE work.hers (id int PRIMARY KEY, old int);
ALTER TABLE work.hers OWNER TO zdm_alice;
CREATE TABLE work.theirs (id int PRIMARY KEY, old int);
ALTER TABLE work.theirs OWNER TO zdm_team;
CREATE TABLE work.his (id int PRIMARY KEY, old int);
ALTER TABLE work.his OWNER TO zdm_mallory;
GRANT ALL ON work.hers, work.theirs TO zdm_mallory;
INSERT INTO work.hers VALUES (1, 10);

-- Runs a statement as a role: its first value as text, 'null', or the SQLSTATE of its error.
CREATE FUNCTION pg_temp.as_role(who name, statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    result text;
BEGIN
    PERFORM set_config('role', who, true);
    BEGIN
        EXECUTE statement INTO result;
        IF result IS NULL THEN result := 'null'; END IF;
    EXCEPTION WHEN OTHERS THEN
        result := SQLSTATE;
    END;
    PERFORM set_config('role', 'none', true);
    RETURN result;
END $$;

-- The error message, detail and hint that a role gets; null: none.
CREATE FUNCTION pg_temp.error_of(who name, statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    message text;
    detail text;
    hint text;
BEGIN
    PERFORM set_config('role', who, true);
    BEGIN
        EXECUTE statement;
    EXCEPTION WHEN OTHERS THEN
        GET STACKED DIAGNOSTICS message = MESSAGE_TEXT, detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
    END;
    PERFORM set_config('role', 'none', true);
    RETURN concat_ws(' ', message, detail, hint);
END $$;

-- PUBLIC may use the schema, call the functions and read; nothing else.
SELECT schema_privs_are('zdm', 'zdm_mallory', '{USAGE}', 'anybody may use schema zdm, and create nothing in it');
SELECT table_privs_are('zdm', relname, 'zdm_mallory', '{SELECT}', 'anybody may read zdm.' || relname || ', and write nothing')
  FROM pg_class WHERE relnamespace = 'zdm'::regnamespace AND relkind = 'v' AND relname <> 'progress_of_all' ORDER BY relname;
SELECT table_privs_are('zdm', 'progress_of_all', 'zdm_mallory', '{}', 'but for the one that does not ask who reads');
SELECT table_privs_are('zdm', relname, 'zdm_mallory', '{}', 'nobody may do anything with zdm.' || relname)
  FROM pg_class WHERE relnamespace = 'zdm'::regnamespace AND relkind = 'r' ORDER BY relname;
SELECT table_privs_are('zdm', relname, 'pg_database_owner', '{SELECT}', 'but for the owner of the database, who may read zdm.' || relname || ', as a dump does')
  FROM pg_class WHERE relnamespace = 'zdm'::regnamespace AND relkind = 'r' ORDER BY relname;
SELECT sequence_privs_are('zdm', relname, 'zdm_mallory', '{}', 'nor with zdm.' || relname)
  FROM pg_class WHERE relnamespace = 'zdm'::regnamespace AND relkind = 'S' ORDER BY relname;
SELECT sequence_privs_are('zdm', relname, 'pg_database_owner', '{SELECT}', 'and zdm.' || relname || ', and advance nothing')
  FROM pg_class WHERE relnamespace = 'zdm'::regnamespace AND relkind = 'S' ORDER BY relname;
SELECT is_empty($$SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = 'zdm'::regnamespace
                     AND NOT has_function_privilege('zdm_mallory', oid, 'EXECUTE')$$, 'anybody may call every function');
SELECT is_empty($$SELECT oid::regclass FROM pg_class WHERE relnamespace = 'zdm'::regnamespace AND relkind = 'r'
                     AND relrowsecurity$$, 'no table of the record has row level security, which would stop pg_dump');
SELECT is(pg_temp.as_role('zdm_mallory', statement), '42501', 'a plain user cannot: ' || statement)
  FROM (VALUES ('INSERT INTO zdm.event (migration_id, event) VALUES (1, ''x'')'),
               ('UPDATE zdm.migration SET status = ''ready'''),
               ('UPDATE zdm.step SET command = ''DROP TABLE work.hers'''),
               ('DELETE FROM zdm.migration'),
               ('DELETE FROM zdm.backfill'),
               ('DELETE FROM zdm.backfill_range'),
               ('TRUNCATE zdm.event_row'),
               ('SELECT nextval(''zdm.migration_row_id_seq'')'),
               ('CREATE TABLE zdm.mine (a int)'),
               ('DROP FUNCTION zdm.contract(text, text, interval)'),
               ('SELECT * FROM zdm.migration_row'),
               ('SELECT * FROM zdm.step_row'),
               ('UPDATE zdm.migration_row SET status = ''ready'''),
               ('ALTER VIEW zdm.migration SET (security_barrier = false)'),
               ('DROP VIEW zdm.migration')) AS v (statement);

-- The owner of a table may migrate it, from the plan to the end.
SELECT is(pg_temp.as_role('zdm_alice', $$SELECT count(*) FROM zdm.plan('zdm.expand_rename(''work.hers'', ''old'', ''new'')')$$), '10', 'an owner can plan');
SELECT is(pg_temp.as_role('zdm_alice', $$SELECT zdm.expand_rename('work.hers', 'old', 'new', name => 'hers')$$), 'hers', 'an owner can expand');
SELECT has_column('work', 'hers', 'new', 'the column is there');
UPDATE zdm.migration SET release = 'of hers' WHERE name = 'hers';
CREATE FUNCTION work.tells(text) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS 'BEGIN RAISE ''it is %'', $1; END';
SELECT is(pg_temp.as_role('zdm_alice', statement), result, 'an owner: ' || statement)
  FROM (VALUES (1, $$SELECT status FROM zdm.status WHERE name = 'hers'$$, 'running'),
               (2, $$SELECT zdm.pause('hers')$$, ''),
               (3, $$SELECT status FROM zdm.status WHERE name = 'hers'$$, 'paused'),
               (4, $$SELECT zdm.resume('hers')$$, ''),
               (5, $$SELECT zdm.alter_backfill('hers', nice => 0.5) ->> 'nice'$$, '0.5'),
               (6, $$SELECT rows FROM zdm.verify('hers')$$, '1'),
               (7, $$SELECT count(*) FROM zdm.step$$, '10'),
               (8, $$SELECT count(*) > 0 FROM zdm.event$$, 'true'),
               (9, $$SELECT zdm.ensure_ready('hers')$$, '55000'),
               (10, $$INSERT INTO work.hers (id, new) VALUES (2, 20) RETURNING old$$, '20'),
               (11, $$UPDATE work.hers SET old = 11 WHERE id = 1 RETURNING new$$, '11')) AS v (n, statement, result)
 ORDER BY n;

-- A writer needs no right on zdm at all.
GRANT INSERT, UPDATE, SELECT ON work.hers TO zdm_carol;
GRANT USAGE ON SCHEMA work TO zdm_carol;
REVOKE USAGE ON SCHEMA zdm FROM PUBLIC;
SELECT is(pg_temp.as_role('zdm_carol', $$INSERT INTO work.hers (id, old) VALUES (3, 30) RETURNING new$$), '30', 'a writer needs no right on schema zdm');
GRANT USAGE ON SCHEMA zdm TO PUBLIC;

-- Others can neither touch it nor see it, whatever rights they have on the table itself: for them there is
-- nothing of that name.
SELECT is(pg_temp.as_role('zdm_mallory', statement), CASE WHEN statement ~ '(expand|TRIGGER)' THEN '42501' ELSE '42704' END, 'others cannot: ' || statement)
  FROM (VALUES ($$SELECT zdm.expand_rename('work.hers', 'old', 'mine')$$),
               ($$SELECT zdm.expand_add_column('work.hers', 'mine', 'int')$$),
               ($$SELECT * FROM zdm.plan('zdm.expand_rename(''work.hers'', ''old'', ''mine'')')$$),
               ($$SELECT zdm.pause('hers')$$),
               ($$SELECT zdm.resume('hers')$$),
               ($$SELECT zdm.contract('hers')$$),
               ($$SELECT zdm.reopen('hers')$$),
               ($$SELECT zdm.rollback('hers')$$),
               ($$SELECT zdm.cancel('hers')$$),
               ($$SELECT zdm.finalize('hers')$$),
               ($$SELECT zdm.ensure_ready('hers')$$),
               ($$SELECT zdm.verify('hers')$$),
               ($$SELECT zdm.alter_backfill('hers', nice => 0)$$),
               ($$DROP TRIGGER "~zdm_hers" ON work.hers$$)) AS v (statement);
SELECT is(pg_temp.as_role('zdm_mallory', 'SELECT count(*) FROM zdm.' || relname), '0', 'others see nothing in zdm.' || relname)
  FROM (VALUES ('migration'), ('target'), ('step'), ('backfill'), ('backfill_range'), ('event'), ('status'), ('progress'), ('release'), ('blocking')) AS v (relname);
SELECT is(pg_temp.as_role('zdm_mallory', 'SELECT count(*) FROM zdm.' || relname || ' WHERE work.tells(name)'), '0', 'a condition of theirs is not asked about what they may not see in zdm.' || relname)
  FROM (VALUES ('migration'), ('status'), ('progress'), ('release')) AS v (relname);
SELECT is(pg_temp.as_role('zdm_alice', 'SELECT count(*) FROM zdm.' || relname || ' WHERE work.tells(name)'), 'P0001', 'but about what they see, in zdm.' || relname)
  FROM (VALUES ('migration'), ('status'), ('progress'), ('release')) AS v (relname);
UPDATE zdm.migration SET release = NULL WHERE name = 'hers';
SELECT is(pg_temp.as_role('zdm_mallory', $$SELECT zdm.progress_line(id) FROM generate_series(1, 100000) id WHERE zdm.progress_line(id) IS NOT NULL$$), 'null', 'nor through the helpers of the views');
SELECT is(pg_temp.as_role('zdm_mallory', 'SELECT zdm.pause_all()'), '0', 'pause_all pauses none of others');
SELECT is(status, 'running', 'and nothing has changed') FROM zdm.migration WHERE name = 'hers';
SELECT is((SELECT count(*) FROM zdm.step s JOIN zdm.migration m ON m.id = migration_id WHERE m.name = 'hers'), 10::bigint, 'its steps are there');

SELECT is(pg_temp.error_of('zdm_mallory', $$SELECT zdm.contract('hers')$$), 'migration "hers" does not exist  Table "hers" has one, which only its owner can call.',
    'who has rights on the table is told why');
SELECT is(pg_temp.error_of('zdm_carol', $$SELECT zdm.contract('herss')$$), 'migration "herss" does not exist  SELECT name, status FROM zdm.status lists the migrations.',
    'nobody is offered a name of somebody else');

-- Names are those of each owner, so others learn nothing by taking one.
SELECT is(pg_temp.as_role('zdm_mallory', $$SELECT zdm.expand_rename('work.his', 'old', 'new', name => 'hers')$$), 'hers', 'a name that somebody else uses is free');
SELECT is(pg_temp.as_role('zdm_mallory', $$SELECT zdm.rollback('hers')$$), '', 'and stands for his own');
SELECT is(status, 'running', 'not for hers') FROM zdm.migration WHERE name = 'hers' AND relation = 'work.hers'::regclass;

-- A member of the owning role is an owner.
SELECT is(pg_temp.as_role('zdm_carol', $$SELECT zdm.expand_add_column('work.theirs', 'more', 'int', default_value => '1', name => 'theirs')$$), 'theirs', 'a member of the owning role can expand');
SELECT is(pg_temp.as_role('zdm_carol', $$SELECT string_agg(name, ',') FROM zdm.status$$), 'theirs', 'sees this migration and no other');
SELECT is(pg_temp.as_role('zdm_team', $$SELECT string_agg(name, ',') FROM zdm.status$$), 'theirs', 'and so does the role itself');
SELECT is(pg_temp.as_role('zdm_alice', $$SELECT string_agg(name, ',') FROM zdm.status$$), 'hers', 'an owner of another table does not');
SELECT is(pg_temp.as_role('zdm_carol', $$SELECT zdm.contract('theirs')$$), '', 'a member can contract');
SELECT is(pg_temp.as_role('zdm_mallory', $$SELECT zdm.finalize('theirs')$$), '42704', 'others cannot finalize');
SELECT is(pg_temp.as_role('zdm_carol', $$SELECT zdm.rollback('theirs')$$), '', 'a member can roll back');
SELECT hasnt_column('work', 'theirs', 'more', 'and then the column is gone');
REVOKE zdm_team FROM zdm_carol;
SELECT is(pg_temp.as_role('zdm_carol', 'SELECT count(*) FROM zdm.status'), '0', 'who is not a member any more sees nothing');

-- pause_all reaches what the caller owns, and a superuser everything.
SELECT is(pg_temp.as_role('zdm_alice', 'SELECT zdm.pause_all()'), '1', 'an owner pauses all of its own');
SELECT is(status, 'paused', 'which are paused then') FROM zdm.migration WHERE name = 'hers' AND relation = 'work.hers'::regclass;
SELECT ok((SELECT count(*) FROM zdm.status) >= 2, 'a superuser sees the migrations of everybody');
SELECT throws_ok($$SELECT zdm.rollback('hers')$$, '42P08', NULL, 'and has to say whose');
SELECT is(pg_temp.as_role('zdm_alice', $$SELECT zdm.rollback('hers')$$), '', 'by SET ROLE');
SELECT hasnt_column('work', 'hers', 'new', 'the new column is gone');

-- pause_all is for emergencies: a table of somebody else's that is gone must not stop it.
CREATE TABLE work.gone (id int PRIMARY KEY, old int);
SELECT lives_ok($$SELECT zdm.expand_rename('work.gone', 'old', 'new', name => 'gone')$$, 'a migration');
DROP TABLE work.gone;
SELECT is(pg_temp.as_role('zdm_mallory', 'SELECT zdm.pause_all()'), '0', 'pause_all after its table was dropped');
SELECT lives_ok($$SELECT zdm.rollback('gone')$$, 'end of it');

-- Expressions run as the owner of the table, not as whoever writes, and may not escape.
CREATE FUNCTION work.who(int) RETURNS text LANGUAGE plpgsql AS 'BEGIN RETURN current_user || '' '' || current_setting(''search_path''); END';
SELECT is(pg_temp.as_role('zdm_alice', $$SELECT zdm.expand_add_column('work.hers', 'filled_by', 'text', backfill => 'work.who(old)', name => 'who')$$), 'who', 'an expression with a function of a user');
SELECT is(pg_temp.as_role('zdm_carol', $$INSERT INTO work.hers (id, old) VALUES (4, 40) RETURNING filled_by$$), 'zdm_alice pg_catalog, pg_temp', 'is run as the owner, with a pinned search_path');
CREATE FUNCTION work.escape(int) RETURNS text LANGUAGE plpgsql AS 'BEGIN EXECUTE ''SET ROLE zdm_mallory''; RETURN current_user; END';
SELECT is(pg_temp.as_role('zdm_alice', $$SELECT zdm.expand_add_column('work.hers', 'escaped', 'text', backfill => 'work.escape(old)', name => 'escape')$$), 'escape', 'one that tries to become somebody else');
SELECT is(pg_temp.as_role('zdm_carol', $$INSERT INTO work.hers (id, old) VALUES (5, 50) RETURNING escaped$$), '42501', 'is refused');

ROLLBACK;

-- What a superuser's session, or a worker, evaluates for an owner's table is evaluated
-- as the owner.  An immutable function counts by whom it was called.
SET zdm.start_worker = off;
SET zdm.at_once = off;
SET client_min_messages = warning;
CREATE ROLE zdm_eve;
CREATE SCHEMA zdm_rights AUTHORIZATION zdm_eve;
SET ROLE zdm_eve;
CREATE SEQUENCE zdm_rights.by_owner;
CREATE SEQUENCE zdm_rights.by_others;
CREATE FUNCTION zdm_rights.mark(x int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    PERFORM nextval(CASE current_user WHEN 'zdm_eve' THEN 'zdm_rights.by_owner' ELSE 'zdm_rights.by_others' END::regclass);
    RETURN x;
END $$;
CREATE FUNCTION zdm_rights.who() RETURNS text LANGUAGE sql AS 'SELECT current_user::text';
CREATE TABLE zdm_rights.filled (id int PRIMARY KEY, old int);
INSERT INTO zdm_rights.filled VALUES (1, 1);
RESET ROLE;

SELECT lives_ok($$SELECT zdm.expand_add_column('zdm_rights.filled', 'new', 'int', backfill => 'zdm_rights.mark(old)', name => 'marked')$$, 'an expression with a function of the owner');
CALL zdm.run('marked');
SELECT is((SELECT is_called FROM zdm_rights.by_owner), true, 'is evaluated');
SELECT is((SELECT is_called FROM zdm_rights.by_others), false, 'by nobody but the owner');
SELECT lives_ok($$SELECT zdm.rollback('marked')$$, 'end of it');

SELECT lives_ok($$SELECT zdm.expand_rename('zdm_rights.filled', 'old', 'new', name => 'marked')$$, 'a rename');
SET ROLE zdm_eve;
CREATE INDEX ON zdm_rights.filled (zdm_rights.mark(new));
RESET ROLE;
CALL zdm.run('marked');
SELECT is((SELECT is_called FROM zdm_rights.by_others), false, 'an index expression is evaluated by nobody but the owner');
SELECT lives_ok($$SELECT zdm.rollback('marked')$$, 'end of it');

SELECT lives_ok($$SELECT zdm.expand_add_column('zdm_rights.filled', 'who', 'text', backfill => 'query_to_xml(''SELECT zdm_rights.who()'', true, true, '''')::text', name => 'marked')$$, 'a function of the server that runs SQL');
CALL zdm.run('marked');
SELECT matches((SELECT who FROM zdm_rights.filled), 'zdm_eve', 'runs it as the owner');
SELECT lives_ok($$SELECT zdm.rollback('marked')$$, 'end of it');

SELECT * FROM finish();
DROP SCHEMA zdm_rights CASCADE;
DELETE FROM zdm.step WHERE migration_id IN (SELECT id FROM zdm.migration WHERE name = 'marked');
DELETE FROM zdm.event WHERE migration_id IN (SELECT id FROM zdm.migration WHERE name = 'marked');
DELETE FROM zdm.migration WHERE name = 'marked';
DROP ROLE zdm_eve;
