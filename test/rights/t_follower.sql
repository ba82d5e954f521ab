-- A table that follows another one is its owner's to alter, as any other one: whatever he does to it, zdm writes
-- no row there that the server could not read.  And it is nobody's who has not the rights of the other one's owner.
\set ON_ERROR_STOP off
\set ON_ERROR_ROLLBACK off
SET client_min_messages = error;
\o /dev/null
CREATE SCHEMA follower AUTHORIZATION zdm_owner;
SET SESSION AUTHORIZATION zdm_owner;
SET client_min_messages = error;
CREATE TABLE follower.kind (kind text, call text);
INSERT INTO follower.kind VALUES
    ('shadow_table', $$zdm.expand_shadow_table('%1$s', '(id int, a int, v text)', name => %2$L)$$),
    ('compact', $$zdm.expand_compact('%1$s', name => %2$L)$$),
    ('partition', $$zdm.expand_partition('%1$s', 'HASH (id)', partitions => 2, name => %2$L)$$),
    ('extract', $$zdm.expand_extract('%1$s', '{a,v}', '%1$s_2', name => %2$L)$$);
-- How a column becomes NOT NULL, in which phase.
CREATE TABLE follower.tried AS
    SELECT row_number() OVER () AS n, k.*, phase, way, format('fo%s_%s', row_number() OVER (), kind) AS name
      FROM follower.kind k, unnest('{copying,ready,contracted}'::text[]) phase,
           unnest('{ALTER %s ALTER a SET NOT NULL,ALTER %s ADD COLUMN z text NOT NULL DEFAULT ''x'',ALTER %s ALTER a SET NOT NULL\, ALTER v SET NOT NULL}'::text[]) way
     WHERE NOT (kind = 'extract' AND phase = 'contracted');
UPDATE follower.tried SET way = replace(way, 'ALTER %s', 'ALTER TABLE %s');
ALTER TABLE follower.tried ADD COLUMN seen text, ADD COLUMN there text, ADD COLUMN has text, ADD COLUMN altered boolean DEFAULT false;
CREATE FUNCTION follower.other(tbl text) RETURNS text LANGUAGE sql AS $$
    SELECT max(oid::regclass::text) FROM pg_class
     WHERE relname IN ('zdm_new_' || tbl, 'zdm_old_' || tbl, 'zdm_new_' || tbl || '_2') AND relkind IN ('r', 'p') AND relnamespace = 'follower'::regnamespace
$$;
CREATE PROCEDURE follower.alter(tbl text) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE (SELECT format(way, follower.other(tbl)) FROM follower.tried WHERE name = tbl);
    UPDATE follower.tried SET altered = true WHERE name = tbl;
END $$;
CREATE PROCEDURE follower.try(tbl text, command text) LANGUAGE plpgsql AS $$
BEGIN
    BEGIN
        EXECUTE command;
    EXCEPTION WHEN not_null_violation OR object_not_in_prerequisite_state THEN
        UPDATE follower.tried SET seen = concat_ws(' ', seen, SQLSTATE) WHERE name = tbl;
    END;
END $$;
CREATE PROCEDURE follower.compare(tbl text) LANGUAGE plpgsql AS $$
DECLARE
    mine text;
    theirs text;
BEGIN
    EXECUTE format('SELECT string_agg(concat(id, '' '', a, '' '', v), '','' ORDER BY id) FROM %s', follower.other(tbl)) INTO theirs;
    EXECUTE format('SELECT string_agg(concat(id, '' '', a, '' '', v), '','' ORDER BY id) FROM follower.%I WHERE a IS NOT NULL', tbl) INTO mine;
    UPDATE follower.tried SET has = mine, there = theirs WHERE name = tbl;
END $$;
-- Each in commands of its own, as a client would send them.
SELECT format('CREATE TABLE follower.%I (id int PRIMARY KEY, a int, v text)', name),
       format('INSERT INTO follower.%I SELECT g, g, ''row '' || g FROM generate_series(1, 5) g', name),
       CASE phase WHEN 'copying' THEN format('INSERT INTO follower.%I VALUES (9, NULL, ''row 9'')', name) ELSE 'SELECT' END,
       CASE phase WHEN 'copying' THEN format('BEGIN; SELECT %s; SELECT zdm.pause(%L); COMMIT', format(call, 'follower.' || name, name), name)
                  ELSE 'SELECT ' || format(call, 'follower.' || name, name) END,
       CASE phase WHEN 'copying' THEN 'SELECT' ELSE format('CALL zdm.wait(%L, ''1 min'')', name) END,
       CASE phase WHEN 'contracted' THEN format('SELECT zdm.contract(%L)', name) ELSE 'SELECT' END,
       format('CALL follower.alter(%L)', name),
       format('CALL follower.try(%L, %L)', name, format('INSERT INTO follower.%I VALUES (6, NULL, ''six'')', name)),
       format('CALL follower.try(%L, %L)', name, format('UPDATE follower.%I SET a = NULL WHERE id = 2', name)),
       format('CALL follower.try(%L, %L)', name, format('UPDATE follower.%I SET id = 7, a = NULL WHERE id = 3', name)),
       format('CALL follower.try(%L, %L)', name, format('UPDATE follower.%I SET v = ''changed'' WHERE id = 4', name)),
       format('CALL follower.try(%L, %L)', name, format('DELETE FROM follower.%I WHERE id = 1', name)),
       CASE phase WHEN 'copying' THEN format('SELECT zdm.resume(%L)', name) ELSE 'SELECT' END,
       CASE phase WHEN 'copying' THEN format('CALL zdm.wait(%L, ''1 min'')', name) ELSE 'SELECT' END,
       format('CALL follower.compare(%L)', name)
  FROM follower.tried ORDER BY n \gexec
-- The log of a merge.
CREATE TABLE follower.whole (id int PRIMARY KEY, n int);
CREATE TABLE follower.part (id int PRIMARY KEY REFERENCES follower.whole ON DELETE CASCADE, x int);
INSERT INTO follower.whole SELECT g, g FROM generate_series(1, 5) g;
INSERT INTO follower.part SELECT g, g FROM generate_series(1, 5) g;
BEGIN;
SELECT zdm.expand_merge_tables('follower.whole', '{follower.part}', name => 'fo_merge');
SELECT zdm.pause('fo_merge');
COMMIT;
ALTER TABLE follower.zdm_log_part ALTER id SET NOT NULL;
RESET SESSION AUTHORIZATION;
\o
SELECT no_plan();
SELECT is((SELECT count(*)::int FROM follower.tried WHERE altered), 33, 'columns were made NOT NULL in tables that follow');
SELECT is(there, has, format('%s, %s, %s: what is there can be read', kind, phase, way)) FROM follower.tried WHERE NOT (phase = 'copying') AND way !~ 'ADD COLUMN' ORDER BY n;
SELECT isnt(seen, NULL, format('%s, %s, %s: what can''t is refused', kind, phase, way)) FROM follower.tried WHERE kind <> 'extract' OR way ~ 'ADD COLUMN' ORDER BY n;
SELECT is(last_error ~ '^null value in column "a" of relation "(zdm_new_|fo[0-9]+_partition_)', true, format('%s, %s: the copy refuses it, too', tried.kind, way))
  FROM follower.tried JOIN zdm.migration AS m USING (name) WHERE tried.phase = 'copying' AND tried.kind <> 'extract' AND way !~ 'ADD COLUMN' ORDER BY n;
SET SESSION AUTHORIZATION zdm_owner;
SELECT throws_ok('TRUNCATE follower.part', '55000', NULL, 'a log has no entry for a column that is NOT NULL');
RESET SESSION AUTHORIZATION;
SELECT is_empty($$SELECT name, there FROM follower.tried, unnest(string_to_array(there, ',')) AS r WHERE r !~ '^[0-9]+ [0-9] (row [0-9]|changed)$'$$, 'no memory of whoever is shown');

-- A table is given to somebody else: what follows it goes along, and who had it neither reads it nor has code run.
\o /dev/null
CREATE SEQUENCE follower.ran;
GRANT USAGE ON SEQUENCE follower.ran TO PUBLIC;
GRANT USAGE, CREATE ON SCHEMA follower TO zdm_victim, zdm_nobody;
SET SESSION AUTHORIZATION zdm_owner;
SET client_min_messages = error;
CREATE FUNCTION follower.run(int) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF current_user <> 'zdm_owner' THEN PERFORM nextval('follower.ran'); END IF;
    RETURN $1;
END $$;
INSERT INTO follower.kind VALUES ('merge', $$zdm.expand_merge_tables('%1$s', '{%1$s_2}', name => %2$L)$$);
CREATE TABLE follower.given AS
    SELECT row_number() OVER () AS n, k.*, phase, format('give%s_%s', row_number() OVER (), kind) AS name
      FROM follower.kind k, unnest('{copying,ready,contracted}'::text[]) phase;
SELECT format('CREATE TABLE follower.%I (id int PRIMARY KEY, a int, v text)', name),
       CASE kind WHEN 'merge' THEN format('CREATE TABLE follower.%I (id int PRIMARY KEY REFERENCES follower.%I ON DELETE CASCADE, x int)', name || '_2', name) ELSE 'SELECT' END,
       format('INSERT INTO follower.%I SELECT g, g, ''row '' || g FROM generate_series(1, 5) g', name),
       CASE phase WHEN 'copying' THEN format('BEGIN; SELECT %s; SELECT zdm.pause(%L); COMMIT', format(call, 'follower.' || name, name), name)
                  ELSE 'SELECT ' || format(call, 'follower.' || name, name) END,
       CASE phase WHEN 'copying' THEN 'SELECT' ELSE format('CALL zdm.wait(%L, ''1 min'')', name) END,
       CASE phase WHEN 'contracted' THEN format('SELECT zdm.contract(%L)', name) ELSE 'SELECT' END
  FROM follower.given ORDER BY n \gexec
RESET SESSION AUTHORIZATION;
CREATE VIEW follower.hidden AS
    SELECT g.n, g.name, g.kind, phase, c.oid::regclass AS hidden, relowner::regrole AS owner, relname LIKE 'zdm\_log\_%' AS log
      FROM follower.given g JOIN pg_class c ON relname ~ ('^zdm_(new|old|log)_' || g.name || '(_2)?$') AND relkind IN ('r', 'p') AND relnamespace = 'follower'::regnamespace;
-- Who had it makes what he can of it, before and after.
CREATE PROCEDURE follower.attack(command text) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE command;
    PERFORM nextval('follower.ran');
EXCEPTION WHEN insufficient_privilege THEN
END $$;
SELECT format('ALTER TABLE follower.%I OWNER TO zdm_victim', name) FROM follower.given ORDER BY n \gexec
GRANT SELECT ON follower.hidden, follower.given TO zdm_owner, zdm_victim;
SET SESSION AUTHORIZATION zdm_owner;
SELECT format('CALL follower.attack(%L)', format('CREATE INDEX ON %s (follower.run(id))', hidden)), format('CALL follower.attack(%L)', format('SELECT FROM %s', hidden))
  FROM follower.hidden ORDER BY n \gexec
RESET SESSION AUTHORIZATION;
\o
SELECT is((SELECT count(*)::int FROM follower.hidden), 15, 'hidden tables are there');
SELECT is(owner::text, 'zdm_victim', format('%s, %s: what follows goes along', kind, phase)) FROM follower.hidden ORDER BY n;
SET SESSION AUTHORIZATION zdm_victim;
SELECT lives_ok(format('INSERT INTO follower.%I (id) VALUES (8)', name), format('%s, %s: the new owner writes', kind, phase)) FROM follower.given ORDER BY n;
SELECT lives_ok(format('SELECT zdm.%s(%L)', CASE phase WHEN 'copying' THEN 'resume' WHEN 'ready' THEN 'contract' ELSE 'finalize' END, name), format('%s, %s: and goes on', kind, phase))
  FROM follower.given WHERE kind NOT IN ('extract', 'merge') ORDER BY n;
RESET SESSION AUTHORIZATION;
SELECT is((SELECT is_called FROM follower.ran), false, 'nothing of the former owner has run, and he has read nothing');
-- Where it is given away by itself.
\o /dev/null
SELECT format('ALTER TABLE %s OWNER TO zdm_nobody', hidden) FROM follower.hidden WHERE phase = 'ready' AND kind = 'extract' \gexec
\o
SELECT throws_ok(format('INSERT INTO follower.%I (id, a, v) VALUES (9, 9, ''nine'')', name), '55000', NULL, 'nobody else has what follows') FROM follower.hidden WHERE owner::text = 'zdm_nobody';
SELECT * FROM finish();
