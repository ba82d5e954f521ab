-- A table by two names: nobody gets at it by the view who may not by the table, nobody renames
-- or moves what is not his, and nobody makes a view run code as the owner of the table.
SET client_min_messages = error;
CREATE SCHEMA stand_in;
CREATE SCHEMA stand_in_other AUTHORIZATION zdm_victim;
CREATE SCHEMA stand_in_closed AUTHORIZATION zdm_victim;
GRANT USAGE, CREATE ON SCHEMA stand_in TO PUBLIC;
GRANT USAGE ON SCHEMA stand_in_other, stand_in_closed TO PUBLIC;
\o /dev/null
\c - zdm_victim
SET client_min_messages = error;
CREATE TABLE stand_in.theirs (id int PRIMARY KEY, secret text, open text);
INSERT INTO stand_in.theirs VALUES (1, 'secret', 'open');
GRANT SELECT, UPDATE (open) ON stand_in.theirs TO zdm_nobody;
CREATE TABLE stand_in.columns (id int, secret text);
GRANT SELECT (id) ON stand_in.columns TO zdm_nobody;
GRANT INSERT ON stand_in.theirs TO zdm_trigger WITH GRANT OPTION;
ALTER TABLE stand_in.theirs ENABLE ROW LEVEL SECURITY;
CREATE POLICY few ON stand_in.theirs FOR SELECT TO zdm_nobody USING (id < 100);
CREATE POLICY upd ON stand_in.theirs FOR UPDATE USING (id < 100);
CREATE POLICY all_ins ON stand_in.theirs FOR INSERT WITH CHECK (id < 1000);
INSERT INTO stand_in.theirs VALUES (100, 'hidden', 'hidden');
ALTER DEFAULT PRIVILEGES IN SCHEMA stand_in GRANT ALL ON TABLES TO zdm_owner;
SELECT zdm.expand_rename_table('stand_in.theirs', 'renamed', name => 'stand_in_r');
\c - zdm_owner
SET client_min_messages = error;
CREATE TABLE stand_in.given (id int PRIMARY KEY, v text);
CREATE TABLE stand_in.kept (id int PRIMARY KEY, v text);
CREATE TABLE stand_in.stays (id int PRIMARY KEY, v text);
SELECT zdm.expand_rename_table('stand_in.given', 'given_2', name => 'stand_in_given');
SELECT zdm.expand_rename_table('stand_in.kept', 'kept_2', name => 'stand_in_kept');
CREATE FUNCTION stand_in.evil(t text) RETURNS text LANGUAGE sql AS 'SELECT current_user || t';
CREATE OR REPLACE VIEW stand_in.given_2 WITH (security_invoker = false) AS SELECT id, stand_in.evil(v) AS v FROM stand_in.given;
\c - postgres
SET client_min_messages = error;
ALTER TABLE stand_in.given OWNER TO zdm_victim;
ALTER TABLE stand_in.kept OWNER TO zdm_victim;
\o
SELECT no_plan();

-- By the view nobody gets at more than by the table.
SELECT is((SELECT relowner::regrole::text || relkind::text FROM pg_class WHERE oid = 'stand_in.renamed'::regclass), 'zdm_victimv', 'the view belongs to the owner of the table');
SET SESSION AUTHORIZATION zdm_nobody;
SELECT throws_ok($$UPDATE stand_in.renamed SET secret = 'mine'$$, '42501', NULL, 'a column that was not granted is not written');
SELECT lives_ok($$UPDATE stand_in.renamed SET open = 'open'$$, 'one that was is');
SELECT results_eq('SELECT open FROM stand_in.renamed', 'SELECT ''open''::text', 'row security is that of the one who asks');
SELECT throws_ok('INSERT INTO stand_in.renamed (id) VALUES (5)', '42501', NULL, 'nothing is written that may not be');
SELECT throws_ok($$SELECT zdm.expand_rename_table('stand_in.stays', 'mine')$$, '42501', NULL, 'who may create in a schema may not rename in it');
SELECT throws_ok($$SELECT zdm.expand_move_table('stand_in.stays', 'stand_in')$$, '42501', NULL, 'nor move');
SELECT throws_ok($$SELECT zdm.contract('stand_in_r')$$, '42704', NULL, 'nor contract what somebody else has begun');
SELECT throws_ok($$SELECT zdm.resume('stand_in_r')$$, '42704', NULL, 'nor refresh it');
SELECT throws_ok('DROP VIEW stand_in.renamed', '42501', NULL, 'nor drop the view');
SET SESSION AUTHORIZATION zdm_owner;
SELECT throws_ok('SELECT id FROM stand_in.renamed', '42501', NULL, 'default privileges are not those of the view');
SELECT throws_ok($$SELECT zdm.expand_rename_table('stand_in.theirs', 'mine')$$, '42501', NULL, 'the owner of another table may not rename it');
SELECT throws_ok($$SELECT zdm.expand_rename_table('stand_in.renamed', 'mine')$$, '42501', NULL, 'nor by its other name');
SELECT throws_ok($$SELECT zdm.expand_move_table('stand_in.stays', 'stand_in_closed')$$, '42501', NULL, 'a table is not moved where its owner may not create');
SELECT throws_ok($$SELECT zdm.expand_move_table('stand_in.stays', 'zdm')$$, '42501', NULL, 'nor into the schema of the extension');
SELECT throws_ok($$SELECT zdm.expand_move_table('stand_in.stays', 'pg_catalog')$$, '42501', NULL, 'nor among system tables');
SELECT throws_ok($$SELECT zdm.expand_rename_table('pg_catalog.pg_class', 'mine')$$, '42501', NULL, 'no system table is renamed');
SELECT throws_ok($$SELECT zdm.expand_rename_table('zdm.migration_row', 'mine')$$, '42939', NULL, 'nor the record');

-- What was granted and revoked by one of the names; nobody passes on what was taken from him.
SET SESSION AUTHORIZATION zdm_victim;
SELECT throws_like($$SELECT zdm.expand_rename_table('stand_in.columns', 'others')$$, 'zdm_nobody may read some columns of stand_in.columns only%', 'who may read some columns only could not do so by a view');
SELECT lives_ok('GRANT SELECT (id) ON stand_in.theirs TO zdm_owner');
SELECT throws_like($$SELECT zdm.contract('stand_in_r')$$, 'zdm_owner may read some columns of stand_in.theirs only%', 'nor from contract on');
SELECT lives_ok('REVOKE SELECT (id) ON stand_in.theirs FROM zdm_owner');
RESET SESSION AUTHORIZATION;
\o /dev/null
SET SESSION AUTHORIZATION zdm_trigger;
GRANT INSERT ON stand_in.renamed TO zdm_nobody;
SET SESSION AUTHORIZATION zdm_victim;
SET client_min_messages = error;
GRANT REFERENCES ON stand_in.renamed TO zdm_nobody;
REVOKE UPDATE (open) ON stand_in.renamed FROM zdm_nobody;
GRANT UPDATE (id) ON stand_in.renamed TO zdm_nobody;
GRANT DELETE ON stand_in.theirs TO zdm_nobody;
SELECT zdm.contract('stand_in_r');
RESET SESSION AUTHORIZATION;
\o
SELECT is((SELECT string_agg(privilege_type || ' ' || grantor, ', ' ORDER BY privilege_type) FROM information_schema.role_table_grants WHERE table_schema = 'stand_in' AND table_name = t AND grantee = 'zdm_nobody'),
          'DELETE zdm_victim, INSERT zdm_trigger, REFERENCES zdm_victim, SELECT zdm_victim', 'what either name was granted is there by ' || t) FROM unnest('{renamed,theirs}'::text[]) t;
SELECT is(has_column_privilege('zdm_nobody', 'stand_in.' || t, 'id', 'UPDATE'), true, 'also of a column, by ' || t) FROM unnest('{renamed,theirs}'::text[]) t;
SELECT is(has_column_privilege('zdm_nobody', 'stand_in.' || t, 'open', 'UPDATE'), false, 'and what was revoked by one is revoked by ' || t) FROM unnest('{renamed,theirs}'::text[]) t;
\o /dev/null
SET SESSION AUTHORIZATION zdm_victim;
REVOKE ALL ON stand_in.renamed FROM zdm_trigger CASCADE;
SET SESSION AUTHORIZATION zdm_trigger;
GRANT INSERT ON stand_in.theirs TO zdm_owner;
SET SESSION AUTHORIZATION zdm_victim;
SELECT zdm.reopen('stand_in_r');
RESET SESSION AUTHORIZATION;
\o
SELECT is(has_table_privilege(r, t, 'INSERT'), false, format('%s has no INSERT on %s that was taken from whoever granted it', r, t))
  FROM unnest('{zdm_trigger,zdm_owner,zdm_nobody}'::text[]) r, unnest('{stand_in.renamed,stand_in.theirs}'::text[]) t;

-- A table that was given away: its view goes with it, unless it is not the one that was made.
SET SESSION AUTHORIZATION zdm_victim;
SET client_min_messages = error;
SELECT throws_like($$SELECT zdm.contract('stand_in_given')$$, 'view stand_in.given_2 is not what migration "stand_in_given" has made%', 'a view with code of the former owner does not become the new one''s');
SELECT lives_ok($$SELECT zdm.contract('stand_in_kept')$$, 'one that is as it was made does');
SELECT is((SELECT string_agg(DISTINCT relowner::regrole::text, ' ') FROM pg_class WHERE oid IN ('stand_in.kept'::regclass, 'stand_in.kept_2'::regclass)), 'zdm_victim', 'both belong to the new owner');
SELECT lives_ok($$SELECT zdm.finalize('stand_in_kept')$$, 'who finalizes it');
SELECT lives_ok($$SELECT zdm.rollback('stand_in_r')$$, 'and rolls another one back');
RESET SESSION AUTHORIZATION;
SELECT is((SELECT count(*) FROM pg_class WHERE relnamespace = 'stand_in'::regnamespace AND relkind = 'v'), 1::bigint, 'one view is left: the one that was replaced');
SELECT * FROM finish();
