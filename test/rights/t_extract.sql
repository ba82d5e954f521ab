-- Columns that move to a table of their own: nobody gets at them by the new name who may not by the
-- old ones, nobody moves what is not his, and no trigger of zdm's writes for somebody what he may not.
SET client_min_messages = error;
CREATE SCHEMA extract;
CREATE SCHEMA extract_closed AUTHORIZATION zdm_victim;
GRANT USAGE, CREATE ON SCHEMA extract TO PUBLIC;
GRANT USAGE ON SCHEMA extract_closed TO PUBLIC;
\o /dev/null
\c - zdm_victim
SET client_min_messages = error;
CREATE TABLE extract.theirs (id int PRIMARY KEY, secret text, open text, stays text);
INSERT INTO extract.theirs SELECT g, 'secret', 'open', 'stays' FROM generate_series(1, 10) g;
GRANT SELECT (id, open), UPDATE (open) ON extract.theirs TO zdm_nobody;
GRANT INSERT ON extract.theirs TO zdm_trigger;
ALTER DEFAULT PRIVILEGES IN SCHEMA extract GRANT ALL ON TABLES TO zdm_owner;
SELECT zdm.expand_extract('extract.theirs', '{secret,open}', 'moved', name => 'extract_t');
CALL zdm.wait('extract_t');
\c - zdm_owner
SET client_min_messages = error;
CREATE TABLE extract.own (id int PRIMARY KEY, v text, w text);
CREATE FUNCTION extract.evil(t text) RETURNS text LANGUAGE plpgsql AS $$ BEGIN INSERT INTO extract.told VALUES (current_user); RETURN t; END $$;
\c - postgres
SET client_min_messages = error;
CREATE TABLE extract.told (who text);
GRANT INSERT ON extract.told TO PUBLIC;
\o
SELECT no_plan();

SELECT is((SELECT string_agg(relowner::regrole::text || relkind::text, ' ' ORDER BY relname) FROM pg_class WHERE relname IN ('moved', 'zdm_new_moved')),
    'zdm_victimv zdm_victimr', 'view and hidden table belong to the owner of the table');
SET SESSION AUTHORIZATION zdm_nobody;
SELECT throws_ok('SELECT secret FROM extract.moved', '42501', NULL, 'what may not be read of the columns may not be by the new name');
SELECT throws_ok('SELECT id, open FROM extract.moved', '42501', NULL, 'and below a view the server wants all of them to be readable');
SELECT throws_ok($$UPDATE extract.moved SET secret = 'mine'$$, '42501', NULL, 'nothing is written that may not be');
RESET SESSION AUTHORIZATION;
GRANT SELECT (secret) ON extract.theirs TO zdm_nobody;
SET SESSION AUTHORIZATION zdm_nobody;
SELECT lives_ok('SELECT id, open FROM extract.moved', 'who may read all of them reads what he may of the view');
SELECT throws_ok('SELECT secret FROM extract.moved', '42501', NULL, 'which was not granted more');
SELECT lives_ok($$UPDATE extract.moved SET open = 'mine' WHERE id = 1$$, 'likewise written');
SELECT throws_ok($$UPDATE extract.moved SET secret = 'mine'$$, '42501', NULL, 'and nothing else');
SELECT throws_ok('DELETE FROM extract.moved', '42501', NULL, 'nor deleted');
SELECT throws_ok('SELECT * FROM extract.zdm_new_moved', '42501', NULL, 'nobody reads the hidden table');
SELECT throws_ok('TRUNCATE extract.zdm_new_moved', '42501', NULL, 'nor empties it');
SELECT throws_ok('DROP VIEW extract.moved', '42501', NULL, 'nor drops the view');
SELECT throws_ok($$SELECT zdm.expand_extract('extract.theirs', '{stays}', 'mine')$$, '42501', NULL, 'nor moves what is not his');
SELECT throws_ok(c, '42704', NULL, c || ' is for the owner') FROM unnest(ARRAY[
    $$SELECT zdm.contract('extract_t')$$, $$SELECT zdm.rollback('extract_t')$$, $$SELECT zdm.finalize('extract_t')$$,
    $$SELECT * FROM zdm.verify('extract_t')$$, $$SELECT zdm.forget('extract_t')$$]) c;
SET SESSION AUTHORIZATION zdm_trigger;
SELECT throws_ok($$INSERT INTO extract.moved (id, open) VALUES (1, 'x')$$, '42501', NULL, 'who may insert into the table has to may update its columns');
SELECT lives_ok($$INSERT INTO extract.theirs VALUES (11, 'his', 'his', 'his')$$, 'what he inserts there is followed');
SET SESSION AUTHORIZATION zdm_owner;
SELECT throws_ok('SELECT id FROM extract.moved', '42501', NULL, 'default privileges are not those of the view');
SELECT throws_ok('SELECT id FROM extract.zdm_new_moved', '42501', NULL, 'nor of the hidden table');
SELECT throws_ok($$SELECT zdm.expand_extract('extract.own', '{v}', 'extract_closed.v')$$, '42501', NULL, 'a table is not made where its owner may not create');
SELECT throws_ok($$SELECT zdm.expand_extract('extract.own', '{v}', 'zdm.v')$$, '42501', NULL, 'nor in the schema of the extension');
SELECT throws_ok($$SELECT zdm.expand_extract('extract.own', '{v}', 'pg_catalog.v')$$, '42501', NULL, 'nor among system tables');

-- A view of his own, with the trigger, over a table of somebody else: it writes with the rights of who uses it.
SELECT lives_ok($$CREATE VIEW extract.trap AS SELECT CASE WHEN true THEN t.id END AS id, t.open FROM extract.theirs AS t$$, 'he makes a view over their table');
SELECT lives_ok($$CREATE TRIGGER t INSTEAD OF INSERT OR DELETE ON extract.trap FOR EACH ROW EXECUTE FUNCTION zdm.write_extracted()$$, 'with the trigger');
SELECT throws_ok($$INSERT INTO extract.trap VALUES (1, 'x')$$, '42501', NULL, 'and writes nothing by it');
SELECT throws_ok($$SELECT zdm.write_extracted()$$, '39P01', NULL, 'which is no function to call');
SELECT lives_ok($$CREATE VIEW extract.odd AS SELECT 1 AS id, 'x'::text AS open$$, 'views of other shapes');
SELECT lives_ok($$CREATE TRIGGER t INSTEAD OF INSERT ON extract.odd FOR EACH ROW EXECUTE FUNCTION zdm.write_extracted()$$, 'take it, too');
SELECT throws_ok($$INSERT INTO extract.odd VALUES (1, 'x')$$, '39P01', NULL, 'but it refuses them');

SELECT lives_ok('DROP VIEW extract.trap', 'he takes it away, which would keep the columns from being dropped');

-- What he has brought runs as himself, whoever calls.
SELECT lives_ok($$ALTER TABLE extract.own ADD CHECK (extract.evil(v) IS NOT NULL OR true)$$, 'a check with code of his');
RESET SESSION AUTHORIZATION;
TRUNCATE extract.told;
SELECT lives_ok($$SELECT * FROM zdm.plan($c$zdm.expand_extract('extract.own', '{v}', 'extract.v')$c$)$$, 'a superuser plans');
SELECT lives_ok($$SELECT zdm.expand_extract('extract.own', '{v}', 'extract.v', name => 'extract_o')$$, 'and expands');
\o /dev/null
CALL zdm.wait('extract_o');
\o
INSERT INTO extract.own VALUES (1, 'x', 'y');
SELECT is_empty($$SELECT who FROM extract.told WHERE who NOT IN ('zdm_owner', 'postgres')$$, 'nobody else ran it');
SELECT lives_ok($$SELECT zdm.contract('extract_o')$$, 'contract');
SELECT lives_ok($$SELECT zdm.finalize('extract_o')$$, 'finalize');
SELECT is((SELECT relowner::regrole::text FROM pg_class WHERE oid = 'extract.v'::regclass), 'zdm_owner', 'what is made belongs to the owner of the table');
SET SESSION AUTHORIZATION zdm_victim;
GRANT SELECT (id, secret), UPDATE (secret) ON extract.theirs TO zdm_trigger;
GRANT SELECT (stays) ON extract.theirs TO zdm_trigger;
SELECT lives_ok($$SELECT zdm.contract('extract_t')$$, 'the owner contracts');
SELECT ok(has_column_privilege('zdm_trigger', 'extract.moved', 'secret', 'SELECT, UPDATE') AND has_column_privilege('zdm_trigger', 'extract.moved', 'id', 'SELECT')
    AND NOT has_column_privilege('zdm_trigger', 'extract.moved', 'open', 'SELECT') AND NOT has_any_column_privilege('zdm_owner', 'extract.moved', 'SELECT'),
    'who was granted old columns has the new ones, nobody else, and no others');
SELECT ok(has_column_privilege('zdm_nobody', 'extract.moved', 'secret', 'SELECT'), 'also who had to have them for the view');
REVOKE SELECT (secret) ON extract.moved FROM zdm_nobody;
SELECT lives_ok($$SELECT zdm.finalize('extract_t')$$, 'and finalizes');
SET SESSION AUTHORIZATION zdm_nobody;
SELECT lives_ok('SELECT id, open FROM extract.moved', 'the new table has the grants');
SELECT throws_ok('SELECT secret FROM extract.moved', '42501', NULL, 'and no others: what was revoked by the new name stays so');
RESET SESSION AUTHORIZATION;
SELECT * FROM finish();
