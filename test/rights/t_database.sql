-- The owner of the database says with which settings its sessions begin, those of workers and of
-- superusers, too: nothing of zdm is looked up along his search_path.
\set ON_ERROR_STOP off
\set ON_ERROR_ROLLBACK off
\o /dev/null
\c - zdm_database
SET client_min_messages = error;
CREATE SCHEMA mine;
GRANT USAGE ON SCHEMA mine TO PUBLIC;
CREATE SEQUENCE mine.escaped;
GRANT USAGE ON SEQUENCE mine.escaped TO PUBLIC;
CREATE FUNCTION mine.attack() RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    -- What runs as the owner of a table, in his own expressions, is his to call.
    IF current_user OPERATOR(pg_catalog.=) 'postgres'::pg_catalog.name THEN
        PERFORM pg_catalog.nextval('mine.escaped');
        EXECUTE 'ALTER ROLE zdm_database SUPERUSER';
    END IF;
    RETURN true;
END $$;
-- Every operator and function of these kinds is found first where "mine" stands before pg_catalog.
DO $$
DECLARE
    r record;
BEGIN
    FOR r IN SELECT o.oprname, format_type(o.oprleft, NULL) AS l, format_type(o.oprright, NULL) AS r
               FROM pg_operator o
              WHERE o.oprresult = 'bool'::regtype AND o.oprleft <> 0 AND o.oprname IN ('=', '<>', '<', '>', '>=', '<=')
                AND o.oprleft::regtype::text IN ('name', 'text', 'oid', 'bigint', 'integer', 'boolean', 'interval', 'timestamp with time zone', 'smallint', 'double precision', 'numeric', 'pg_lsn')
    LOOP
        EXECUTE format('CREATE OR REPLACE FUNCTION mine.op(%s, %s) RETURNS boolean LANGUAGE plpgsql AS $f$ BEGIN PERFORM mine.attack(); RETURN $1 OPERATOR(pg_catalog.%s) $2; END $f$', r.l, r.r, r.oprname);
        EXECUTE format('CREATE OPERATOR mine.%s (LEFTARG = %s, RIGHTARG = %s, FUNCTION = mine.op)', r.oprname, r.l, r.r);
    END LOOP;
    FOR r IN SELECT p.oid::regprocedure AS signature, p.proname, pg_get_function_identity_arguments(p.oid) AS arguments, format_type(p.prorettype, NULL) AS result
               FROM pg_proc p
              WHERE p.pronamespace = 'pg_catalog'::regnamespace AND p.prokind = 'f' AND NOT p.proretset
                AND p.proname IN ('strpos', 'now', 'clock_timestamp', 'format', 'quote_literal', 'quote_ident', 'lower', 'length', 'pg_has_role', 'jsonb_build_object', 'left', 'nextval', 'upper')
                AND p.pronargs <= 2 AND p.provariadic = 0
    LOOP
        EXECUTE format('CREATE FUNCTION mine.%I(%s) RETURNS %s LANGUAGE plpgsql AS $f$ BEGIN PERFORM mine.attack(); RETURN NULL; END $f$', r.proname, r.arguments, r.result);
    END LOOP;
END $$;
ALTER DATABASE :"DBNAME" SET search_path = mine, pg_catalog, public;
ALTER DATABASE :"DBNAME" SET standard_conforming_strings = off;
ALTER DATABASE :"DBNAME" SET quote_all_identifiers = on;

-- A whole life, by workers.
\c - zdm_database
SET client_min_messages = error;
CREATE TABLE mine.t (id int PRIMARY KEY, a int, k int, s text);
INSERT INTO mine.t SELECT g, g, nullif(g, 50), 'x\\y' FROM generate_series(1, 60) g;
SELECT zdm.expand_transform('mine.t', '{a}', '{"b": {"type": "text", "forward": "a::text"}}', '{"a": "b::int"}', name => 'mine_transform');
SELECT zdm.expand_not_null('mine.t', 'k', fill => '7', name => 'mine_null');
SELECT zdm.expand_index('CREATE INDEX mine_i ON mine.t (s)', name => 'mine_index');
-- A check is the server's own to run, as whoever writes: it gets a table to itself.
CREATE TABLE mine.checked AS SELECT * FROM mine.t;
SELECT zdm.expand_check('mine.checked', 'long', 'length(s) < 100', name => 'mine_check');
CALL zdm.wait('mine_transform', '1 min');
CALL zdm.wait('mine_index', '1 min');
CALL zdm.wait('mine_null', '1 min');
CALL zdm.wait('mine_check', '1 min');
-- And by a superuser, who calls zdm and says nothing else.
\c - postgres
SET client_min_messages = error;
SELECT zdm.verify('mine_transform');
SELECT zdm.violations('mine_check');
SELECT zdm.plan('zdm.expand_rename(''mine.checked'', ''a'', ''a2'')');
TABLE zdm.status;
TABLE zdm.progress;
INSERT INTO mine.t (id, a, k, s) VALUES (61, 61, 61, 'y');
SELECT zdm.contract('mine_transform');
SELECT zdm.finalize('mine_transform');
ALTER DATABASE :"DBNAME" RESET ALL;
\c - postgres
\o
SELECT no_plan();
SELECT is((SELECT is_called FROM mine.escaped), false, 'nothing of the owner of the database runs as a superuser');
SELECT is((SELECT rolsuper FROM pg_roles WHERE rolname = 'zdm_database'), false, 'who is none');
SELECT is((SELECT string_agg(name || ' ' || status, ', ' ORDER BY name) FROM zdm.status WHERE name ~ '^mine_'),
          'mine_check ready, mine_index ready, mine_null ready, mine_transform finalized', 'and the migrations have come through');
SELECT * FROM finish();
