-- Text of a table's owner is parsed as the owner, whoever looks at the owner's migrations,
-- or plans one of his table: parsing a constant of a domain runs its checks.
SET client_min_messages = error;
CREATE SCHEMA parsing AUTHORIZATION zdm_owner;
GRANT USAGE ON SCHEMA parsing TO PUBLIC;
\o /dev/null
\c - zdm_owner
SET client_min_messages = error;
CREATE TABLE parsing.ran (who name);
GRANT INSERT ON parsing.ran TO PUBLIC;
CREATE FUNCTION parsing.note() RETURNS boolean LANGUAGE sql AS 'INSERT INTO parsing.ran VALUES (current_user) RETURNING true';
CREATE FUNCTION parsing.checks(int) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN parsing.note(); END';
CREATE DOMAIN parsing.d AS int CHECK (parsing.checks(VALUE));
CREATE TYPE parsing.c AS (x parsing.d);
CREATE FUNCTION parsing.f(bigint, parsing.c) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1::int';
CREATE TABLE parsing.t (id int PRIMARY KEY, a int, b int CHECK (parsing.f(b, '(1)') > 0), c int);
INSERT INTO parsing.t SELECT g, 1, 1, 1 FROM generate_series(1, 3) g;
CREATE INDEX j ON parsing.t (parsing.f(c, '(1)')) WHERE parsing.f(c, '(2)') > 0;
CREATE STATISTICS parsing.s ON (parsing.f(c, '(3)')), id FROM parsing.t;
SELECT zdm.expand_index($$CREATE UNIQUE INDEX i ON parsing.t (parsing.f(a, '(1)'::parsing.c))$$, 'parsing_i');
SELECT zdm.expand_check('parsing.t', 'k', 'parsing.f(a, ''(1)'') > 1', name => 'parsing_k');
\set ON_ERROR_STOP off
CALL zdm.wait('parsing_i', '1 min');
CALL zdm.wait('parsing_k', '1 min');
\set ON_ERROR_STOP on
\c - postgres
\o
SET client_min_messages = error;
SELECT no_plan();
CREATE FUNCTION pg_temp.runs(call text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM parsing.ran;
    BEGIN EXECUTE call; EXCEPTION WHEN OTHERS THEN RETURN SQLERRM; END;
    RETURN (SELECT string_agg(DISTINCT who, ' ') FROM parsing.ran);
END $$;
SELECT is(coalesce(pg_temp.runs(call), 'zdm_owner'), 'zdm_owner', 'a superuser who calls ' || call)
  FROM unnest(ARRAY[$$SELECT * FROM zdm.violations('parsing_i')$$,
                    $$SELECT * FROM zdm.violations('parsing_k')$$,
                    $$SELECT * FROM zdm.plan('zdm.expand_change_type(''parsing.t'', ''c'', ''bigint'')')$$,
                    $$SELECT * FROM zdm.plan('zdm.expand_change_type(''parsing.t'', ''b'', ''bigint'')')$$,
                    $$SELECT * FROM zdm.plan('zdm.expand_drop_column(''parsing.t'', ''c'')')$$,
                    $$SELECT * FROM zdm.plan('zdm.reindex(''parsing.j'')')$$,
                    $$SELECT * FROM zdm.plan('zdm.drop_index(''parsing.j'')')$$]) call;
SELECT * FROM finish();
