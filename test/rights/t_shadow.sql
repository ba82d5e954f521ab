-- A hidden table beside the named one: nobody reads or writes it who may not, nobody has it follow what is
-- his, and nobody's code runs as somebody else when it is made, filled, or takes over.
\set ON_ERROR_STOP off
\set ON_ERROR_ROLLBACK off
SET client_min_messages = error;
\o /dev/null
CREATE SCHEMA hidden;
GRANT USAGE, CREATE ON SCHEMA hidden TO PUBLIC;
\c - zdm_victim
SET client_min_messages = error;
ALTER DEFAULT PRIVILEGES IN SCHEMA hidden GRANT ALL ON TABLES TO zdm_nobody, PUBLIC;
CREATE TABLE hidden.theirs (id int PRIMARY KEY, secret text);
CREATE TABLE hidden.quiet (id int PRIMARY KEY, secret text);
ALTER DEFAULT PRIVILEGES IN SCHEMA hidden REVOKE ALL ON TABLES FROM zdm_nobody, PUBLIC;
REVOKE ALL ON hidden.theirs, hidden.quiet FROM zdm_nobody, PUBLIC;
INSERT INTO hidden.theirs SELECT i, 'secret' FROM generate_series(1, 100) i;
GRANT INSERT, TRIGGER ON hidden.theirs TO zdm_trigger;
CREATE TABLE hidden.parent (id int PRIMARY KEY);
GRANT REFERENCES ON hidden.parent TO zdm_owner;
\c - zdm_owner
SET client_min_messages = error;
CREATE SEQUENCE hidden.ran; -- what has run as somebody else is told by a sequence: no error undoes that
GRANT USAGE ON SEQUENCE hidden.ran TO PUBLIC;
CREATE FUNCTION hidden.run(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF current_user NOT IN ('zdm_owner', 'zdm_trigger') THEN PERFORM nextval('hidden.ran'); END IF;
    RETURN $1;
END $$;
CREATE TABLE hidden.mine (id int PRIMARY KEY, a int CHECK (hidden.run(a) > 0), b int DEFAULT hidden.run(1), g int GENERATED ALWAYS AS (hidden.run(a)) STORED);
CREATE INDEX mine_a ON hidden.mine (hidden.run(a));
CREATE UNIQUE INDEX mine_b ON hidden.mine (a) WHERE hidden.run(b) > 0;
CREATE TABLE hidden.referring (id int PRIMARY KEY, parent int CONSTRAINT to_parent REFERENCES hidden.parent);
INSERT INTO hidden.mine (id, a) SELECT i, i FROM generate_series(1, 100) i;
\c - zdm_trigger
SET client_min_messages = error;
CREATE TABLE hidden.of_trigger (id int PRIMARY KEY, secret text);
CREATE FUNCTION hidden.closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF current_user <> session_user THEN PERFORM nextval('hidden.ran'); END IF;
    RETURN NULL;
END $$;
\c - zdm_victim
SET client_min_messages = error;
SELECT zdm.expand_shadow_table('hidden.theirs', '(secret text, id int)', name => 'hidden_theirs');
CALL zdm.wait('hidden_theirs', '1 min');
\c - postgres
SET client_min_messages = error;
\o
SELECT no_plan();

-- The hidden table is its owner's alone, whatever default privileges there are.
SELECT is((SELECT relowner::regrole::text || coalesce(relacl::text, '') FROM pg_class WHERE oid = 'hidden.zdm_new_theirs'::regclass), 'zdm_victim', 'nobody else has a right on it');
SET SESSION AUTHORIZATION zdm_nobody;
SELECT throws_ok('SELECT count(*) FROM hidden.zdm_new_theirs', '42501', NULL, 'nobody reads it');
SELECT throws_ok('DROP TABLE hidden.zdm_new_theirs', '42501', NULL, 'nor drops it');
SELECT throws_ok(c, '42501', NULL, c) FROM unnest(ARRAY[
    $$SELECT zdm.expand_shadow_table('hidden.quiet', '()')$$, $$SELECT zdm.expand_compact('hidden.quiet')$$,
    $$SELECT zdm.expand_compact('hidden.zdm_new_theirs')$$]) c;
SELECT throws_ok(c, '42704', NULL, c) FROM unnest(ARRAY[
    $$SELECT zdm.contract('hidden_theirs')$$, $$SELECT zdm.reopen('hidden_theirs')$$, $$SELECT zdm.rollback('hidden_theirs')$$,
    $$SELECT zdm.finalize('hidden_theirs')$$, $$SELECT zdm.resume('hidden_theirs')$$, $$SELECT * FROM zdm.verify('hidden_theirs')$$,
    $$SELECT zdm.forget('hidden_theirs')$$]) c;
SELECT is_empty($$SELECT FROM zdm.migration WHERE name = 'hidden_theirs'$$, 'nor hears of it');

-- Who may write the table has it followed, and has no right on what follows.
SET SESSION AUTHORIZATION zdm_trigger;
SELECT lives_ok($$INSERT INTO hidden.theirs VALUES (101, 'written')$$, 'who may insert does, and the hidden table follows');
SELECT throws_ok($$INSERT INTO hidden.zdm_new_theirs (id) VALUES (102)$$, '42501', NULL, 'he can''t insert there himself');
SELECT throws_ok('SELECT count(*) FROM hidden.zdm_new_theirs', '42501', NULL, 'nor read it');
SELECT throws_ok('CREATE TRIGGER t AFTER INSERT ON hidden.zdm_new_theirs FOR EACH ROW EXECUTE FUNCTION hidden.closed()', '42501', NULL, 'nor have a trigger on it');

-- Triggers that were not made by a migration write nothing: by name, by number, on his table or on theirs.
RESET SESSION AUTHORIZATION;
CREATE FUNCTION hidden.forge(target text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE m record;
BEGIN
    FOR m IN SELECT id, trigger_name AS t FROM zdm.migration WHERE name = 'hidden_theirs' LOOP
        EXECUTE format('SET LOCAL ROLE zdm_trigger');
        BEGIN EXECUTE format('CREATE TRIGGER %I AFTER INSERT OR DELETE ON %s FOR EACH ROW EXECUTE FUNCTION zdm.sync_rows(%L)', m.t, target, m.id);
        EXCEPTION WHEN duplicate_object THEN
            EXECUTE format('CREATE TRIGGER %I AFTER INSERT ON %s FOR EACH ROW EXECUTE FUNCTION zdm.sync_rows(%L)', m.t || '~', target, m.id);
        END;
        EXECUTE format('CREATE TRIGGER %I AFTER INSERT ON %s FOR EACH ROW EXECUTE FUNCTION zdm.sync_rows(%L)', '~forged', target, m.id);
        BEGIN EXECUTE format('CREATE TRIGGER %I AFTER TRUNCATE ON %s EXECUTE FUNCTION zdm.sync_rows(%L)', '~zdt_' || substr(m.t, 6), target, m.id);
        EXCEPTION WHEN duplicate_object THEN
        END;
    END LOOP;
    RESET ROLE;
END $$;
SELECT lives_ok($$SELECT hidden.forge('hidden.of_trigger')$$, 'he makes triggers on a table of his');
SELECT lives_ok($$SELECT hidden.forge('hidden.theirs')$$, 'and on theirs');
SET SESSION AUTHORIZATION zdm_trigger;
SELECT lives_ok($$INSERT INTO hidden.of_trigger VALUES (500, 'forged'); DELETE FROM hidden.of_trigger; TRUNCATE hidden.of_trigger$$, 'and writes his table');
SELECT lives_ok($$INSERT INTO hidden.theirs VALUES (103, 'once')$$, 'and theirs');
SELECT throws_ok($$SELECT zdm.sync_rows()$$, '39P01', NULL, 'without a table there is no trigger');
SELECT lives_ok(format('CREATE TRIGGER odd_%s AFTER INSERT ON hidden.of_trigger FOR EACH ROW EXECUTE FUNCTION zdm.sync_rows(%L)', n, a), 'argument ' || a)
  FROM unnest('{"",x,-1,99999999999999999999,1; DROP TABLE hidden.theirs}'::text[]) WITH ORDINALITY AS x (a, n);
SELECT lives_ok($$INSERT INTO hidden.of_trigger VALUES (501, 'odd')$$, 'odd arguments name no migration');
RESET SESSION AUTHORIZATION;
SELECT results_eq('SELECT id FROM hidden.zdm_new_theirs WHERE id > 100 ORDER BY id', 'VALUES (101), (103)', 'it has what the table has');
SELECT is((SELECT count(*)::int FROM hidden.zdm_new_theirs), 102, 'and nothing else');

-- What triggers of others there are goes along, and fires as the one who writes.
SET SESSION AUTHORIZATION zdm_trigger;
SELECT lives_ok('CREATE TRIGGER of_other AFTER INSERT ON hidden.theirs FOR EACH ROW EXECUTE FUNCTION hidden.closed()', 'he has a trigger with code of his');
RESET SESSION AUTHORIZATION;
SET SESSION AUTHORIZATION zdm_victim;
SELECT lives_ok($$SELECT zdm.contract('hidden_theirs')$$, 'contract');
SELECT is((SELECT count(*)::int FROM pg_trigger WHERE tgrelid = 'hidden.theirs'::regclass AND tgname = 'of_other'), 1, 'the trigger is there');
SET SESSION AUTHORIZATION zdm_trigger;
SELECT lives_ok($$INSERT INTO hidden.theirs (id, secret) VALUES (104, 'after')$$, 'who might insert still may');
SELECT throws_ok('SELECT count(*) FROM hidden.zdm_old_theirs', '42501', NULL, 'the old table is hidden from him');
SELECT throws_ok('INSERT INTO hidden.zdm_old_theirs VALUES (105)', '42501', NULL, 'nor can he write it any more');
SET SESSION AUTHORIZATION zdm_victim;
SELECT results_eq('SELECT id FROM hidden.zdm_old_theirs WHERE id > 103', 'VALUES (104)', 'it follows');
SELECT lives_ok($$SELECT zdm.reopen('hidden_theirs')$$, 'reopen');
SELECT throws_ok('SET ROLE zdm_trigger', '42501', NULL, 'the owner is nobody else meanwhile');
RESET SESSION AUTHORIZATION;
SELECT is((SELECT relacl::text FROM pg_class WHERE oid = 'hidden.zdm_new_theirs'::regclass), NULL, 'and the hidden one is closed again');

-- A superuser does it with somebody's table: whatever of the owner's code runs, runs as him.
\o /dev/null
SELECT zdm.expand_shadow_table('hidden.mine', '(g int, b int, a int, id int)', name => 'hidden_mine');
CALL zdm.wait('hidden_mine', '1 min');
\o
SELECT is((SELECT status FROM zdm.status WHERE name = 'hidden_mine'), 'ready', 'a superuser may call for the owner');
SELECT is((SELECT relowner::regrole::text FROM pg_class WHERE oid = 'hidden.zdm_new_mine'::regclass), 'zdm_owner', 'the hidden table is the owner''s');
SELECT is((SELECT is_called FROM hidden.ran), false, 'building and filling it have run nothing as somebody else');
SELECT lives_ok($$SELECT zdm.contract('hidden_mine')$$, 'contract by a superuser');
SELECT lives_ok($$SELECT zdm.reopen('hidden_mine')$$, 'reopen by a superuser');
SELECT is((SELECT is_called FROM hidden.ran), false, 'neither has run anything as somebody else');
-- The owner puts something else where the hidden table was.
SET SESSION AUTHORIZATION zdm_owner;
SELECT lives_ok('ALTER TABLE hidden.zdm_new_mine RENAME TO elsewhere; CREATE TABLE hidden.zdm_new_mine (id int PRIMARY KEY)', 'the owner gives another table its name');
RESET SESSION AUTHORIZATION;
SELECT lives_ok($$SELECT zdm.contract('hidden_mine')$$, 'it is the table that counts, not the name');
SELECT is((SELECT count(*)::int FROM hidden.mine), 100, 'and nothing else');
SELECT lives_ok($$SELECT zdm.rollback('hidden_mine')$$, 'and the way back');
SELECT lives_ok($$DROP TABLE hidden.zdm_new_mine$$, 'the other one was left alone');

-- What somebody else has defined upon a table is his: the owner of the table can't have it changed, and a
-- superuser has it understood as its owner, by the code that it used.
\o /dev/null
SET SESSION AUTHORIZATION zdm_victim;
GRANT SELECT ON hidden.quiet TO zdm_owner;
SET SESSION AUTHORIZATION zdm_owner;
CREATE FUNCTION hidden.seen(anyelement) RETURNS text LANGUAGE sql IMMUTABLE AS $$SELECT 'his'$$;
CREATE VIEW hidden.his_view AS SELECT id, hidden.seen(secret) AS s, hidden.run(id) AS r FROM hidden.quiet;
RESET SESSION AUTHORIZATION;
\o
SET SESSION AUTHORIZATION zdm_victim;
SELECT throws_ok($$SELECT zdm.expand_compact('hidden.quiet')$$, '42501', NULL, 'a view of somebody else is not changed by the owner of the table');
RESET SESSION AUTHORIZATION;
SELECT lives_ok($$SELECT zdm.expand_compact('hidden.quiet', name => 'hidden_quiet')$$, 'a superuser may');
SET SESSION AUTHORIZATION zdm_trigger;
SELECT lives_ok($$CREATE FUNCTION hidden.seen(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT 1::text'$$, 'somebody makes a better match');
RESET SESSION AUTHORIZATION;
SELECT throws_like($$SELECT zdm.contract('hidden_quiet')$$, '%would use other code than before%', 'which no view comes to use');
SET SESSION AUTHORIZATION zdm_victim;
SELECT lives_ok($$CREATE TABLE hidden.made (id int PRIMARY KEY, a int, g text GENERATED ALWAYS AS (hidden.seen(a)) STORED)$$, 'a generated column uses it, too');
SELECT throws_like($$SELECT zdm.expand_change_type('hidden.made', 'a', 'text', 'a::text', 'a::int')$$, '%would use other code than before%', 'its pair does not come to use the match');
SELECT lives_ok($$SELECT zdm.expand_change_type('hidden.made', 'a', 'numeric', name => 'hidden_made')$$, 'where it means the same it has one');
SELECT lives_ok($$SELECT zdm.rollback('hidden_made')$$, 'and the way back');
SELECT lives_ok($$DROP TABLE hidden.made$$, 'which leaves nothing behind');
RESET SESSION AUTHORIZATION;
SELECT lives_ok('DROP FUNCTION hidden.seen(text)', 'it is gone');
SELECT lives_ok($$SELECT zdm.contract('hidden_quiet')$$, 'the view goes along');
SELECT is((SELECT relowner::regrole::text FROM pg_class WHERE oid = 'hidden.his_view'::regclass), 'zdm_owner', 'and is his as before');
SELECT is((SELECT is_called FROM hidden.ran), false, 'nothing of it has run');
SELECT lives_ok($$SELECT zdm.finalize('hidden_quiet')$$, 'the old table goes');

-- A right that was taken away does not come back with a superuser's call.
\o /dev/null
SELECT zdm.expand_compact('hidden.referring', name => 'hidden_referring');
CALL zdm.wait('hidden_referring', '1 min');
\o
REVOKE REFERENCES ON hidden.parent FROM zdm_owner;
SELECT throws_ok($$SELECT zdm.contract('hidden_referring')$$, '42501', NULL, 'a foreign key is made by the owner''s rights');
SELECT is((SELECT count(*)::int FROM pg_constraint WHERE conname = 'to_parent' AND conrelid = 'hidden.referring'::regclass), 1, 'and stays, if he has them no more');
SET SESSION AUTHORIZATION zdm_owner;
SELECT throws_ok($$SELECT zdm.expand_shadow_table('hidden.referring', '() TABLESPACE pg_global')$$, NULL, NULL, 'nor does a definition get a tablespace that he has no right on');
SELECT lives_ok($$SELECT zdm.rollback('hidden_referring')$$, 'the owner takes it back');
RESET SESSION AUTHORIZATION;
SELECT * FROM finish();
