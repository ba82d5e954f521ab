-- Changes of a whole table, each kind against each attacker: what it makes (hidden tables, partitions, views,
-- triggers) gives nobody more than the table did, no trigger that somebody else makes writes there, and what the
-- owner has brought along runs as nobody else, whoever takes the table from one form to the other.
\set ON_ERROR_STOP off
\set ON_ERROR_ROLLBACK off
SET client_min_messages = error;
\o /dev/null
CREATE SCHEMA whole;
CREATE SCHEMA whole_moved AUTHORIZATION zdm_victim;
CREATE SCHEMA whole_own AUTHORIZATION zdm_owner;
CREATE SCHEMA whole_own_moved AUTHORIZATION zdm_owner;
GRANT USAGE, CREATE ON SCHEMA whole TO PUBLIC;
GRANT USAGE ON SCHEMA whole_moved TO PUBLIC;
CREATE TABLE whole.kind (kind text, call text);
INSERT INTO whole.kind VALUES
    ('rename_table', $$zdm.expand_rename_table('%1$s.%2$s', '%2$s_2', name => '%1$s_%2$s')$$),
    ('move_table', $$zdm.expand_move_table('%1$s.%2$s', '%3$s', name => '%1$s_%2$s')$$),
    ('shadow_table', $$zdm.expand_shadow_table('%1$s.%2$s', '(w text, v text, id int)', name => '%1$s_%2$s')$$),
    ('compact', $$zdm.expand_compact('%1$s.%2$s', name => '%1$s_%2$s')$$),
    ('partition', $$zdm.expand_partition('%1$s.%2$s', 'HASH (id)', partitions => 2, name => '%1$s_%2$s')$$),
    ('extract', $$zdm.expand_extract('%1$s.%2$s', '{v,w}', '%1$s.%2$s_2', name => '%1$s_%2$s')$$),
    ('split_table', $$zdm.expand_split_table('%1$s.%2$s', '[{"table": "%1$s.%2$s_2", "columns": ["v"]}, {"table": "%1$s.%2$s_3", "columns": ["w"]}]', name => '%1$s_%2$s')$$);
CREATE TABLE whole.tried (who text DEFAULT session_user, command text, worked boolean);
CREATE SEQUENCE whole.ran; -- what has run as somebody else is told by a sequence: no error undoes that
CREATE FUNCTION whole.told(who text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF current_user <> who THEN PERFORM nextval('whole.ran'); END IF;
END $$;
CREATE FUNCTION whole.evil() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM nextval('whole.ran'); RETURN NEW; END $$;
CREATE PROCEDURE whole.try(command text) LANGUAGE plpgsql AS $$
DECLARE
    worked boolean := true;
BEGIN
    BEGIN EXECUTE command; EXCEPTION WHEN OTHERS THEN worked := false; END;
    INSERT INTO whole.tried (command, worked) VALUES (command, worked);
END $$;
GRANT SELECT ON whole.kind TO PUBLIC;
GRANT INSERT, SELECT ON whole.tried TO PUBLIC;
GRANT USAGE ON SEQUENCE whole.ran TO PUBLIC;

-- Theirs, which are ready.
\c - zdm_victim
SET client_min_messages = error;
SELECT format('CREATE TABLE whole.%1$s (id int PRIMARY KEY, v text, w text); INSERT INTO whole.%1$s SELECT g, ''secret'', ''w'' FROM generate_series(1, 20) g; '
              'GRANT INSERT, TRIGGER ON whole.%1$s TO zdm_trigger', kind) FROM whole.kind \gexec
SELECT 'SELECT ' || format(call, 'whole', kind, 'whole_moved') FROM whole.kind \gexec
SELECT format('CALL zdm.wait(%L, ''1 min'')', 'whole_' || kind) FROM whole.kind \gexec
\c - postgres
SET client_min_messages = error;
CREATE TABLE whole.made AS
    SELECT oid::regclass AS relation, relkind, CASE relkind WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END AS word FROM pg_class
     WHERE relnamespace IN ('whole'::regnamespace, 'whole_moved'::regnamespace) AND relowner = 'zdm_victim'::regrole AND relkind IN ('r', 'p', 'v')
       AND NOT (relnamespace = 'whole'::regnamespace AND relname IN (SELECT kind FROM whole.kind));
GRANT SELECT ON whole.made TO PUBLIC;
-- All that there is of theirs.
CREATE VIEW whole.state AS
    SELECT relation::text || ' ' || (xpath('/row/c/text()', query_to_xml(format('SELECT md5(coalesce(string_agg(t::text, chr(10) ORDER BY t::text), '''')) AS c FROM %s t', relation), false, true, '')))[1]::text AS state
      FROM (SELECT relation FROM whole.made UNION ALL SELECT ('whole.' || kind)::regclass FROM whole.kind) x
    UNION ALL SELECT format('%s %s %s %s', c.oid::regclass, rolname, relacl, relhasrules) FROM pg_class c JOIN pg_roles r ON r.oid = relowner
               WHERE relnamespace::regnamespace::text LIKE 'whole%' AND rolname = 'zdm_victim'
    UNION ALL SELECT format('%s %s %s', tgrelid::regclass, tgname, tgenabled) FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid JOIN pg_roles r ON r.oid = relowner
               WHERE relnamespace::regnamespace::text LIKE 'whole%' AND rolname = 'zdm_victim' AND tgname NOT LIKE 'evil%'
    UNION ALL SELECT name || ' ' || status FROM zdm.status WHERE name LIKE 'whole\_%';
CREATE TABLE whole.before AS SELECT state FROM whole.state;
CREATE VIEW whole.attack AS
    SELECT format(c, relation, word) AS command
      FROM whole.made, unnest(ARRAY['SELECT count(v) FROM %1$s', 'INSERT INTO %1$s (id) VALUES (9999)', 'UPDATE %1$s SET v = ''mine''', 'DELETE FROM %1$s', 'TRUNCATE %1$s',
               'DROP %2$s %1$s CASCADE', 'ALTER %2$s %1$s OWNER TO CURRENT_USER', 'ALTER %2$s %1$s RENAME TO evil', 'ALTER TABLE %1$s ADD COLUMN evil int',
               'CREATE TRIGGER evil BEFORE INSERT ON %1$s FOR EACH ROW EXECUTE FUNCTION whole.evil()',
               'CREATE TRIGGER evil INSTEAD OF INSERT ON %1$s FOR EACH ROW EXECUTE FUNCTION whole.evil()',
               'CREATE RULE evil AS ON INSERT TO %1$s DO ALSO SELECT 1', 'CREATE TABLE whole.child () INHERITS (%1$s)', 'CREATE TABLE whole.refers (id int REFERENCES %1$s)',
               'LOCK TABLE %1$s IN ACCESS EXCLUSIVE MODE', 'COMMENT ON %2$s %1$s IS ''mine''', 'CREATE INDEX ON %1$s (id)', 'CREATE STATISTICS whole.s ON id, v FROM %1$s',
               'ALTER TABLE %1$s DISABLE TRIGGER ALL', 'CREATE POLICY evil ON %1$s USING (true)', 'CREATE TABLE whole.copy (LIKE %1$s)',
               'SELECT zdm.expand_compact(''%1$s'')', 'SELECT zdm.expand_rename_table(''%1$s'', ''mine'')', 'SELECT zdm.expand_rename(''%1$s'', ''v'', ''mine'')']) c
    UNION ALL SELECT format('SELECT zdm.%s(%L)', c, 'whole_' || kind)
      FROM whole.kind, unnest('{contract,reopen,rollback,finalize,cancel,pause,resume,verify,forget,ensure_ready,drop_guard}'::text[]) c
    UNION ALL SELECT format(c, 'whole_' || kind)
      FROM whole.kind, unnest(ARRAY['SELECT zdm.guard(%L, ''lock_waiters'', 0, ''rollback'')', 'SELECT zdm.rollout(%L, 50)', 'SELECT zdm.alter_backfill(%L, workers => 2)']) c
    UNION ALL SELECT 'SELECT ' || format(call, 'whole', kind, 'whole') FROM whole.kind
    UNION ALL SELECT format('ALTER TABLE whole.%s DISABLE TRIGGER ALL', kind) FROM whole.kind;
GRANT SELECT ON whole.attack TO PUBLIC;
-- A table of the attacker's with the triggers of theirs: by name, function and arguments.
CREATE VIEW whole.forgery AS
    SELECT format(regexp_replace(pg_get_triggerdef(t.oid), ' ON [^ ]+ ', ' ON whole.forged_%s '), kind) AS command, kind
      FROM whole.kind, pg_trigger t WHERE NOT tgisinternal AND tgtype & 64 = 0 /* INSTEAD OF: t_extract.sql */ AND tgname LIKE '~zd%' AND tgrelid IN (('whole.' || kind)::regclass, to_regclass('whole.' || kind || '_2'));
GRANT SELECT ON whole.forgery TO PUBLIC;
\c - zdm_owner
SET client_min_messages = error;
SELECT format('CALL whole.try(%L)', command) FROM whole.attack \gexec
\c - zdm_nobody
SET client_min_messages = error;
SELECT format('CALL whole.try(%L)', command) FROM whole.attack \gexec
\c - zdm_database
SET client_min_messages = error;
SELECT format('CALL whole.try(%L)', command) FROM whole.attack \gexec
SELECT format('CREATE TABLE whole.forged_%s (id int PRIMARY KEY, v text, w text)', kind) FROM whole.kind \gexec
SELECT command FROM whole.forgery \gexec
SELECT format('INSERT INTO whole.forged_%s VALUES (7777, ''forged'', ''forged''); UPDATE whole.forged_%1$s SET id = 1, v = ''forged''; DELETE FROM whole.forged_%1$s; TRUNCATE whole.forged_%1$s', kind) FROM whole.kind \gexec
SELECT format('DROP TABLE whole.forged_%s', kind) FROM whole.kind \gexec
\c - zdm_trigger
SET client_min_messages = error;
SELECT format('CALL whole.try(%L)', command) FROM whole.attack WHERE command !~ '^INSERT INTO (whole.rename_table_2|whole_moved.move_table) ' \gexec
SELECT format('CREATE TABLE whole.forged_%s (id int PRIMARY KEY, v text, w text)', kind) FROM whole.kind \gexec
SELECT command FROM whole.forgery \gexec
SELECT format('INSERT INTO whole.forged_%s VALUES (7777, ''forged'', ''forged''); UPDATE whole.forged_%1$s SET id = 1, v = ''forged''; DELETE FROM whole.forged_%1$s; TRUNCATE whole.forged_%1$s', kind) FROM whole.kind \gexec
\c - postgres
SET client_min_messages = error;
\o
SELECT no_plan();
SELECT is((SELECT count(DISTINCT split_part(relation::text, '.', 1)) || ' ' || count(*) FROM whole.made), '2 13', 'hidden tables, partitions and views were made');
SELECT cmp_ok((SELECT count(DISTINCT kind)::int FROM whole.forgery), '=', 5, 'with triggers, which others have made, too');
SELECT cmp_ok((SELECT count(*)::int FROM whole.tried), '>', 1000, 'much was tried');
SELECT is((SELECT count(DISTINCT who)::int FROM whole.tried), 4, 'by all of them');
-- TRIGGER on a table is TRIGGER on the view that has its grants.
SELECT is_empty($$SELECT who || ': ' || command FROM whole.tried WHERE worked AND NOT (who = 'zdm_trigger' AND command ~ '^CREATE TRIGGER evil INSTEAD OF INSERT ON')$$, 'and nothing worked');
SELECT is_empty('(TABLE whole.before EXCEPT SELECT state FROM whole.state) UNION ALL (SELECT state FROM whole.state EXCEPT TABLE whole.before)', 'nothing of theirs is other than before');
SELECT is((SELECT is_called FROM whole.ran), false, 'and nothing has run');
SET SESSION AUTHORIZATION zdm_victim;
SELECT lives_ok(format('SELECT zdm.contract(%L)', 'whole_' || kind), kind || ': the owner contracts') FROM whole.kind ORDER BY kind;
SELECT lives_ok(format('SELECT zdm.finalize(%L)', 'whole_' || kind), kind || ': and finalizes') FROM whole.kind ORDER BY kind;
RESET SESSION AUTHORIZATION;
SELECT is((SELECT is_called FROM whole.ran), false, 'which runs nothing either');
SELECT is((SELECT count(*)::int FROM pg_trigger t JOIN pg_class c ON c.oid = tgrelid WHERE tgname = 'evil' AND relnamespace::regnamespace::text LIKE 'whole%'), 0, 'nor is a trigger left');

-- The owner brings code along, and a superuser takes the table through all of its life.
\o /dev/null
SET SESSION AUTHORIZATION zdm_owner;
SET client_min_messages = error;
CREATE FUNCTION whole_own.run(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF current_user <> 'zdm_owner' THEN PERFORM nextval('whole.ran'); END IF;
    RETURN $1;
END $$;
CREATE FUNCTION whole_own.fires() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN PERFORM whole_own.run(1); RETURN NEW; END $$;
SELECT format('CREATE TABLE whole_own.%1$s (id int PRIMARY KEY, v text CHECK (whole_own.run(length(v)) > 0), w text DEFAULT whole_own.run(1)::text); '
              'CREATE INDEX ON whole_own.%1$s (whole_own.run(length(v))); CREATE INDEX ON whole_own.%1$s (id) WHERE whole_own.run(length(w)) > 0; '
              'CREATE TRIGGER fires BEFORE INSERT OR UPDATE OR DELETE ON whole_own.%1$s FOR EACH ROW EXECUTE FUNCTION whole_own.fires(); '
              'INSERT INTO whole_own.%1$s (id, v) SELECT g, ''row'' FROM generate_series(1, 20) g; CREATE VIEW whole_own.upon_%1$s AS SELECT id, whole_own.run(id) AS r FROM whole_own.%1$s', kind) FROM whole.kind WHERE kind NOT IN ('extract', 'split_table') \gexec
SELECT format('CREATE TABLE whole_own.%1$s (id int PRIMARY KEY, v text CHECK (whole_own.run(length(v)) > 0), w text DEFAULT whole_own.run(1)::text); '
              'CREATE TRIGGER fires BEFORE INSERT OR UPDATE OR DELETE ON whole_own.%1$s FOR EACH ROW EXECUTE FUNCTION whole_own.fires(); '
              'INSERT INTO whole_own.%1$s SELECT g, ''row'' FROM generate_series(1, 20) g', kind) FROM whole.kind WHERE kind IN ('extract', 'split_table') \gexec
RESET SESSION AUTHORIZATION;
\o
SELECT lives_ok(format('SELECT * FROM zdm.plan(%L)', 'SELECT ' || format(call, 'whole_own', kind, 'whole_own_moved')), kind || ': a superuser plans') FROM whole.kind;
SELECT lives_ok('SELECT ' || format(call, 'whole_own', kind, 'whole_own_moved'), kind || ': a superuser expands') FROM whole.kind;
\o /dev/null
SELECT format('CALL zdm.wait(%L, ''1 min'')', 'whole_own_' || kind) FROM whole.kind \gexec
\o
SELECT is((SELECT is_called FROM whole.ran), false, 'nothing ran as somebody else');
SELECT lives_ok(format('SELECT zdm.%s(%L)', step, 'whole_own_' || kind), kind || ': ' || step)
  FROM whole.kind, unnest('{contract,reopen,contract,finalize}'::text[]) WITH ORDINALITY AS s (step, n) ORDER BY kind, n;
SELECT is((SELECT is_called FROM whole.ran), false, 'nor later');
SELECT is((SELECT string_agg(DISTINCT relowner::regrole::text, ' ') FROM pg_class WHERE relnamespace IN ('whole_own'::regnamespace, 'whole_own_moved'::regnamespace)), 'zdm_owner', 'all of it is the owner''s');
SELECT * FROM finish();
