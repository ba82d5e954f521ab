-- The names in an expression mean what they meant when the migration began.  Whoever may create
-- functions where one of a table's expressions lives makes better matches, and the owner of a
-- schema replaces what others have in it: neither runs as the owner of the table, anywhere.
\set ON_ERROR_STOP off
\set ON_ERROR_ROLLBACK off
\o /dev/null
SET client_min_messages = error;
CREATE SCHEMA lib;                             -- where anybody may create
GRANT USAGE, CREATE ON SCHEMA lib TO PUBLIC;
CREATE SCHEMA theirs AUTHORIZATION zdm_nobody; -- whose owner replaces what is in it
GRANT USAGE, CREATE ON SCHEMA theirs TO PUBLIC;
CREATE SCHEMA named AUTHORIZATION zdm_victim;
GRANT USAGE ON SCHEMA named TO PUBLIC;

\c - zdm_victim
SET client_min_messages = error;
SET search_path = lib, named, public;
SET zdm.start_worker = off;
SET zdm.at_once = off;
CREATE TYPE lib.pair AS (x int, y int);
CREATE FUNCTION lib.any(anyelement, suffix text DEFAULT '!') RETURNS text LANGUAGE sql IMMUTABLE AS $$SELECT $1::text || $2$$;
CREATE FUNCTION lib.wide(bigint) RETURNS text LANGUAGE sql IMMUTABLE AS $$SELECT $1::text$$;
CREATE FUNCTION lib.less(numeric, numeric) RETURNS boolean LANGUAGE sql IMMUTABLE AS $$SELECT $1 < $2$$;
CREATE OPERATOR lib.<<< (LEFTARG = numeric, RIGHTARG = numeric, FUNCTION = lib.less);
CREATE FUNCTION theirs.gone(int) RETURNS text LANGUAGE sql IMMUTABLE AS $$SELECT $1::text$$;
CREATE TYPE theirs.kind AS ENUM ('a', 'b');
CREATE FUNCTION named.of_kind(theirs.kind, int) RETURNS text LANGUAGE sql IMMUTABLE AS $$SELECT $2::text$$;
-- Each expression, wherever one can be: a table for each pair.
CREATE TABLE named.texts (n int PRIMARY KEY, e text);
INSERT INTO named.texts VALUES
    (1, 'lib.any(a)'), (2, 'lib.wide(a)'), (3, '(a <<< 7)::text'), (4, 'lib.any(a, ''?'')'),
    (5, 'theirs.gone(a)'), (6, 'lower(lib.any(a) || ''x'')'), (7, 'CASE WHEN a <<< 2 THEN ''x'' ELSE lib.wide(a) END');
CREATE TABLE named.uses (name text PRIMARY KEY, n int, use text, before text, at_end text);
CREATE PROCEDURE named.prepare(n int, e text, use text) LANGUAGE plpgsql AS $$
DECLARE
    t text := format('named.t_%s_%s', use, n);
BEGIN
    EXECUTE format('CREATE TABLE %s (id int PRIMARY KEY, a int, k text)', t);
    EXECUTE format('INSERT INTO %s SELECT g, g FROM generate_series(1, 5) g', t);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE ON %s TO zdm_trigger', t);
    INSERT INTO named.uses VALUES (use || n, n, use);
    CASE use
        WHEN 'add' THEN PERFORM zdm.expand_add_column(t::regclass, 'b', 'text', backfill => e, name => use || n);
        WHEN 'fill' THEN PERFORM zdm.expand_not_null(t::regclass, 'k', fill => e, name => use || n);
        WHEN 'index' THEN PERFORM zdm.expand_index(format('CREATE INDEX ON %s ((%s))', t, e), name => use || n);
        WHEN 'partial' THEN PERFORM zdm.expand_index(format('CREATE INDEX ON %s (id) WHERE %s > ''''', t, e), name => use || n);
        WHEN 'twin' THEN
            EXECUTE format('CREATE INDEX ON %s ((%s))', t, e);
            PERFORM zdm.expand_change_type(t::regclass, 'a', 'bigint', name => use || n);
        WHEN 'checked' THEN
            EXECUTE format('ALTER TABLE %s ADD CHECK (%s > '''')', t, e);
            PERFORM zdm.expand_drop_column(t::regclass, 'a', name => use || n);
        WHEN 'check' THEN PERFORM zdm.expand_check(t::regclass, 'ck', e || ' > ''1''', name => use || n);
    END CASE;
EXCEPTION WHEN OTHERS THEN
    INSERT INTO named.uses VALUES (use || n, n, use, SQLERRM);
END $$;
SELECT format('CALL named.prepare(%s, %L, %L)', n, e, use)
  FROM named.texts, unnest('{add, fill, index, partial, checked, check}'::text[]) use ORDER BY 1 \gexec
CALL named.prepare(1, 'lib.any(a)', 'twin');
CALL named.prepare(8, 'named.of_kind(''a''::theirs.kind, a)', 'add');
CALL named.prepare(8, 'named.of_kind(''a''::theirs.kind, a)', 'index');
-- What the owner of the table adds is no attack, where something else is meant by it.
CREATE FUNCTION named.own(int) RETURNS text LANGUAGE sql IMMUTABLE AS $$SELECT $1::text$$;
CALL named.prepare(9, 'named.own(a)', 'add');
CREATE FUNCTION named.own(text, text) RETURNS text LANGUAGE sql IMMUTABLE AS $$SELECT $1$$;
-- One may be replaced by its owner, as in the server's own expressions.
CREATE FUNCTION named.replaced(int) RETURNS text LANGUAGE sql IMMUTABLE AS $$SELECT $1::text$$;
CALL named.prepare(10, 'named.replaced(a)', 'add');
CREATE OR REPLACE FUNCTION named.replaced(int) RETURNS text LANGUAGE sql IMMUTABLE AS $$SELECT 'new ' || $1$$;
-- A better match of the owner's own is another function still.
CREATE FUNCTION named.better(anyelement) RETURNS text LANGUAGE sql IMMUTABLE AS $$SELECT $1::text$$;
CALL named.prepare(12, 'named.better(a)', 'add');
CALL named.prepare(12, 'named.better(a)', 'index');
CREATE FUNCTION named.better(int) RETURNS text LANGUAGE sql IMMUTABLE AS $$SELECT 'x'$$;
-- One of somebody else that was there is not new.
\c - zdm_trigger
SET client_min_messages = error;
CREATE FUNCTION lib.there(text) RETURNS text LANGUAGE sql IMMUTABLE AS $$SELECT $1$$;
\c - zdm_victim
SET client_min_messages = error;
SET zdm.start_worker = off;
SET zdm.at_once = off;
SET zdm.at_once = off;
CREATE FUNCTION lib.there(int) RETURNS text LANGUAGE sql IMMUTABLE AS $$SELECT $1::text$$;
CALL named.prepare(11, 'lib.there(a)', 'add');

-- The attack: by whoever may create in a schema, and by the owner of one.
\c - zdm_nobody
SET client_min_messages = error;
CREATE SEQUENCE theirs.ran;
GRANT USAGE ON SEQUENCE theirs.ran TO PUBLIC;
CREATE FUNCTION theirs.attack() RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    IF current_user <> 'zdm_nobody' THEN PERFORM nextval('theirs.ran'); END IF;
    RETURN true;
END $$;
CREATE FUNCTION lib.any(int, suffix text DEFAULT '!') RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN PERFORM theirs.attack(); RETURN 'x'; END $$;
CREATE FUNCTION lib.any(bigint, suffix text DEFAULT '!') RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN PERFORM theirs.attack(); RETURN 'x'; END $$;
CREATE FUNCTION lib.wide(int) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN PERFORM theirs.attack(); RETURN 'x'; END $$;
CREATE FUNCTION lib.less(int, int) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN RETURN theirs.attack(); END $$;
CREATE OPERATOR lib.<<< (LEFTARG = int, RIGHTARG = int, FUNCTION = lib.less);
DROP FUNCTION theirs.gone(int) CASCADE;
CREATE FUNCTION theirs.gone(int) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN PERFORM theirs.attack(); RETURN 'x'; END $$;
DROP TYPE theirs.kind CASCADE;
CREATE FUNCTION theirs.checks(text) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN RETURN theirs.attack(); END $$;
CREATE DOMAIN theirs.kind AS text CHECK (theirs.checks(VALUE));

\c - zdm_victim
SET client_min_messages = error;
CREATE FUNCTION named.of_kind(theirs.kind, int) RETURNS text LANGUAGE sql IMMUTABLE AS $$SELECT $2::text$$;
\c - zdm_trigger
SET client_min_messages = error;
SELECT format('INSERT INTO named.t_%s_%s (id, a) VALUES (6, 6)', use, n), format('UPDATE named.t_%s_%s SET a = a + 1', use, n)
  FROM unnest('{add, fill}'::text[]) use, generate_series(1, 8) n \gexec
\c - zdm_victim
SET client_min_messages = error;
-- The worker, and whoever looks.
SELECT format('SELECT zdm.resume(%L)', name), format('CALL zdm.wait(%L, ''1 min'')', name),
       format('SELECT zdm.violations(%L)', name), format('SELECT zdm.verify(%L)', name), format('SELECT zdm.contract(%L)', name)
  FROM named.uses WHERE before IS NULL ORDER BY name \gexec
UPDATE named.uses u SET at_end = m.status || coalesce(': ' || (SELECT string_agg(l, ' ') FROM regexp_split_to_table(m.last_error, E'\n') l WHERE l ~ '^(an expr|DETAIL)'), '') FROM zdm.migration m WHERE m.name = u.name;
-- All of them can be given up.
SELECT format('SELECT zdm.rollback(%L)', name) FROM named.uses WHERE before IS NULL AND n <= 8 \gexec
\c - postgres
\o
SELECT no_plan();
SELECT is((SELECT is_called FROM theirs.ran), false, 'no better match, and nothing that was put in the place of another, has run');
SELECT is_empty('SELECT name, before FROM named.uses WHERE before IS NOT NULL', 'every use was tried');
-- The trigger goes with what its expression uses (DROP ... CASCADE): then the backfill misses it.
SELECT matches(at_end, CASE WHEN use IN ('add', 'fill') AND n IN (5, 8) THEN '^failed: DETAIL: Rows that are written without it'
                            ELSE '^failed: an expression does not mean any more what it meant' END, name || ' says so')
  FROM named.uses WHERE use IN ('add', 'fill', 'index', 'partial', 'twin') AND n NOT IN (9, 10, 11) ORDER BY name;
SELECT matches(at_end, '^contracted', name || ' goes on') FROM named.uses WHERE n IN (9, 10, 11);
SELECT is((SELECT string_agg(m.name || ' ' || m.status, ', ') FROM zdm.migration m JOIN named.uses USING (name)
            WHERE n <= 8 AND use <> 'checked' AND m.status <> 'rolled_back'), NULL, 'and can be rolled back');
SELECT * FROM finish();
