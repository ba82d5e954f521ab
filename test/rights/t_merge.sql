-- Tables that are merged: nobody gets at them who could not before, nobody merges what is not his, no trigger of
-- zdm's logs or writes for somebody what he may not, and what the owner has brought along runs as nobody else.
SET client_min_messages = error;
CREATE SCHEMA merge;
GRANT USAGE, CREATE ON SCHEMA merge TO PUBLIC;
\o /dev/null
\c - zdm_victim
SET client_min_messages = error;
CREATE TABLE merge.theirs (id int PRIMARY KEY, stays text);
CREATE TABLE merge.part (id int PRIMARY KEY REFERENCES merge.theirs ON DELETE CASCADE, secret text NOT NULL, open text);
INSERT INTO merge.theirs SELECT g, 'stays' FROM generate_series(1, 10) g;
INSERT INTO merge.part SELECT g, 'secret', 'open' FROM generate_series(1, 5) g;
GRANT SELECT ON merge.part TO zdm_nobody;
GRANT SELECT (id) ON merge.theirs TO zdm_nobody, zdm_trigger;
GRANT SELECT, INSERT, UPDATE (open), DELETE ON merge.part TO zdm_trigger;
GRANT TRIGGER ON merge.theirs, merge.part TO zdm_trigger;
ALTER DEFAULT PRIVILEGES IN SCHEMA merge GRANT ALL ON TABLES TO zdm_owner;
CREATE TABLE merge.later (id int PRIMARY KEY);
CREATE TABLE merge.later_part (id int PRIMARY KEY REFERENCES merge.later ON DELETE CASCADE, secret text NOT NULL);
REVOKE ALL ON merge.later, merge.later_part FROM zdm_owner;
INSERT INTO merge.later SELECT generate_series(1, 5);
INSERT INTO merge.later_part SELECT g, 'secret' FROM generate_series(1, 5) g;
SELECT zdm.expand_merge_tables('merge.theirs', '{merge.part}', name => 'merge_t');
CALL zdm.wait('merge_t');
BEGIN;
SELECT zdm.expand_merge_tables('merge.later', '{merge.later_part}', name => 'merge_l');
SELECT zdm.pause('merge_l');
COMMIT;
\c - zdm_owner
SET client_min_messages = error;
CREATE TABLE merge.own (id int PRIMARY KEY, v text);
CREATE TABLE merge.own_part (id int PRIMARY KEY REFERENCES merge.own ON DELETE CASCADE, w text);
\c - postgres
SET client_min_messages = error;
CREATE TABLE merge.before AS SELECT (SELECT count(*) FROM merge.zdm_log_later_part) AS entries;
CREATE SEQUENCE merge.ran;
GRANT USAGE ON SEQUENCE merge.ran TO PUBLIC;
CREATE TABLE merge.ids AS SELECT id, name FROM zdm.migration WHERE name IN ('merge_t_part', 'merge_l_later_part');
GRANT SELECT ON merge.ids TO PUBLIC;
\o
SELECT no_plan();

SELECT is((SELECT string_agg(relname || ' ' || relowner::regrole::text || ' ' || relkind::text, ', ' ORDER BY relname) FROM pg_class WHERE relname IN ('part', 'zdm_old_part', 'zdm_log_later_part') AND relnamespace = 'merge'::regnamespace),
    'part zdm_victim v, zdm_log_later_part zdm_victim r, zdm_old_part zdm_victim r', 'view, hidden table and log belong to the owner of the tables');
SET SESSION AUTHORIZATION zdm_nobody;
SELECT lives_ok('SELECT secret FROM merge.part', 'who may read the part reads it by its name');
SELECT throws_ok('SELECT stays FROM merge.theirs', '42501', NULL, 'and nothing else of the table');
SELECT throws_ok($$UPDATE merge.part SET open = 'mine'$$, '42501', NULL, 'nothing is written that may not be');
SELECT throws_ok($$INSERT INTO merge.part VALUES (6, 'mine')$$, '42501', NULL, 'nor inserted');
SELECT throws_ok('DELETE FROM merge.part', '42501', NULL, 'nor deleted');
SELECT throws_ok(format(c, t), '42501', NULL, format(c, t) || ' is refused')
  FROM unnest('{zdm_old_part,zdm_log_later_part}'::text[]) t, unnest(ARRAY['SELECT * FROM merge.%s', 'INSERT INTO merge.%s (id) VALUES (1)', 'DELETE FROM merge.%s', 'TRUNCATE merge.%s', 'DROP TABLE merge.%s']) c;
SELECT throws_ok('DROP VIEW merge.part', '42501', NULL, 'nobody drops the view');
SELECT throws_ok($$SELECT zdm.expand_merge_tables('merge.later', '{merge.later_part}')$$, '42501', NULL, 'nor merges what is not his');
SELECT throws_ok(c, '42704', NULL, c || ' is for the owner') FROM unnest(ARRAY[
    $$SELECT zdm.contract('merge_t')$$, $$SELECT zdm.rollback('merge_t')$$, $$SELECT zdm.finalize('merge_t')$$, $$SELECT zdm.resume('merge_l')$$,
    $$SELECT * FROM zdm.verify('merge_t')$$, $$SELECT zdm.forget('merge_t')$$]) c;
SET SESSION AUTHORIZATION zdm_trigger;
SELECT lives_ok($$INSERT INTO merge.part (id, secret) VALUES (6, 'his')$$, 'who may insert does');
SELECT lives_ok($$UPDATE merge.part SET open = 'his' WHERE id = 6$$, 'and updates what he may');
SELECT throws_ok($$UPDATE merge.part SET secret = 'his'$$, '42501', NULL, 'and nothing else');
SELECT lives_ok('DELETE FROM merge.part WHERE id = 6', 'and deletes');
SELECT throws_ok($$UPDATE merge.theirs SET stays = 'his'$$, '42501', NULL, 'and writes no other column of the table');
SET SESSION AUTHORIZATION zdm_owner;
SELECT throws_ok(format('SELECT * FROM merge.%s', t), '42501', NULL, 'default privileges are not those of ' || t) FROM unnest('{part,zdm_old_part,zdm_log_later_part}'::text[]) t;
SELECT throws_ok($$SELECT zdm.expand_merge_tables('merge.own', '{merge.later_part}')$$, '42501', NULL, 'he merges nobody''s into his own');
SELECT throws_ok($$SELECT zdm.expand_merge_tables('merge.own', '{merge.own_part,merge.later_part}')$$, '42501', NULL, 'nor beside it');
SELECT throws_ok($$SELECT * FROM zdm.plan($c$zdm.expand_merge_tables('merge.own', '{zdm.migration_row}')$c$)$$, '42939', NULL, 'nor the record');
-- Their triggers on a table of his.
SELECT lives_ok(format('CREATE TABLE merge.forged_%1$s (id int PRIMARY KEY, secret text); CREATE TRIGGER "~zdm_%2$s" AFTER INSERT OR UPDATE OR DELETE ON merge.forged_%1$s FOR EACH ROW EXECUTE FUNCTION zdm.log_merged(%1$L);'
    ' CREATE TRIGGER "~zdt_%2$s" AFTER TRUNCATE ON merge.forged_%1$s FOR EACH STATEMENT EXECUTE FUNCTION zdm.log_merged(%1$L)', id, name), 'he makes a table with their triggers') FROM merge.ids;
SELECT lives_ok(format('INSERT INTO merge.forged_%1$s VALUES (1, ''mine''); UPDATE merge.forged_%1$s SET id = 2; DELETE FROM merge.forged_%1$s; TRUNCATE merge.forged_%1$s', id), 'and writes it') FROM merge.ids;
SELECT throws_ok($$SELECT zdm.log_merged()$$, '39P01', NULL, 'which is no function to call');
SELECT lives_ok($$CREATE TRIGGER t BEFORE INSERT ON merge.own FOR EACH ROW EXECUTE FUNCTION zdm.log_merged('1')$$, 'a trigger of another kind');
SELECT throws_ok($$INSERT INTO merge.own VALUES (1, 'x')$$, '39P01', NULL, 'refuses to be one');
SELECT lives_ok('DROP TRIGGER t ON merge.own', 'and goes');
RESET SESSION AUTHORIZATION;
SELECT is((SELECT count(*) FROM merge.zdm_log_later_part), (SELECT entries FROM merge.before), 'nothing was logged by it');
-- Who has TRIGGER on the part can make one with the name of another migration, or more of them.
SET SESSION AUTHORIZATION zdm_trigger;
SELECT lives_ok(format('CREATE TRIGGER "~zdm_merge_l_later_part" AFTER UPDATE ON merge.theirs FOR EACH ROW EXECUTE FUNCTION zdm.log_merged(%L)', id), 'a trigger of another migration on the table') FROM merge.ids WHERE name = 'merge_l_later_part';
RESET SESSION AUTHORIZATION;
UPDATE merge.theirs SET stays = 'x' WHERE id = 1;
SELECT is((SELECT count(*) FROM merge.zdm_log_later_part), (SELECT entries FROM merge.before), 'logs nothing');
DROP TRIGGER "~zdm_merge_l_later_part" ON merge.theirs;

-- What the owner has brought runs as himself, whoever calls.
SET SESSION AUTHORIZATION zdm_owner;
CREATE FUNCTION merge.run(t text) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN IF current_user <> 'zdm_owner' THEN PERFORM nextval('merge.ran'); END IF; RETURN t; END $$;
CREATE FUNCTION merge.fires() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM merge.run('x'); RETURN NEW; END $$;
INSERT INTO merge.own VALUES (1, 'v'), (2, 'v');
INSERT INTO merge.own_part VALUES (1, 'w');
ALTER TABLE merge.own_part ADD CHECK (merge.run(w) IS NOT NULL OR w IS NULL), ALTER w SET DEFAULT merge.run('w');
CREATE INDEX ON merge.own_part (merge.run(w));
CREATE INDEX ON merge.own_part (w) WHERE merge.run(w) <> 'x';
CREATE TRIGGER fires BEFORE UPDATE ON merge.own FOR EACH ROW EXECUTE FUNCTION merge.fires();
RESET SESSION AUTHORIZATION;
SELECT lives_ok($$SELECT * FROM zdm.plan($c$zdm.expand_merge_tables('merge.own', '{merge.own_part}')$c$)$$, 'a superuser plans');
SELECT lives_ok($$SELECT zdm.expand_merge_tables('merge.own', '{merge.own_part}', name => 'merge_o')$$, 'and expands');
\o /dev/null
CALL zdm.wait('merge_o');
\o
SELECT lives_ok(format('SELECT zdm.%s(''merge_o'')', c), c) FROM unnest('{verify,contract,reopen,contract,rollback}'::text[]) WITH ORDINALITY AS s (c, n) ORDER BY n;
SELECT lives_ok($$SELECT zdm.expand_merge_tables('merge.own', '{merge.own_part}', name => 'merge_o')$$, 'once more');
\o /dev/null
CALL zdm.wait('merge_o');
\o
SELECT lives_ok(format('SELECT zdm.%s(''merge_o'')', c), c) FROM unnest('{contract,finalize}'::text[]) WITH ORDINALITY AS s (c, n) ORDER BY n;
SELECT is((SELECT is_called FROM merge.ran), false, 'and nothing has run as anybody else');
SELECT is((SELECT string_agg(DISTINCT relowner::regrole::text, ' ') FROM pg_class WHERE oid IN (SELECT indexrelid FROM pg_index WHERE indrelid = 'merge.own'::regclass)), 'zdm_owner', 'what is made belongs to the owner');
SET SESSION AUTHORIZATION zdm_victim;
SELECT lives_ok($$SELECT zdm.rollback('merge_t')$$, 'the owner goes back');
RESET SESSION AUTHORIZATION;
SET SESSION AUTHORIZATION zdm_trigger;
SELECT lives_ok($$INSERT INTO merge.part (id, secret) VALUES (6, 'his')$$, 'and who could use the part can');
SELECT throws_ok($$UPDATE merge.part SET secret = 'his'$$, '42501', NULL, 'as he could');
RESET SESSION AUTHORIZATION;
SELECT is((SELECT count(*)::int FROM merge.part WHERE secret IN ('mine')), 0, 'nothing forged is there');
SET SESSION AUTHORIZATION zdm_victim;
SELECT lives_ok($$SELECT zdm.rollback('merge_l')$$, 'nor anything left to do');
RESET SESSION AUTHORIZATION;
SELECT * FROM finish();
