-- Arguments of wrong shapes are refused by name, and what a user writes into an error is kept in part.
\set ON_ERROR_STOP off
\o /dev/null
SET client_min_messages = error;
CREATE SCHEMA shapes AUTHORIZATION zdm_owner;
GRANT USAGE ON SCHEMA shapes TO PUBLIC;
\c - zdm_owner
SET client_min_messages = error;
CREATE TABLE shapes.t (id int PRIMARY KEY, a int, t text);
INSERT INTO shapes.t VALUES (1, 1, 'x');
CREATE FUNCTION shapes.long(int) RETURNS int LANGUAGE plpgsql STABLE AS $$
BEGIN RAISE EXCEPTION '%', repeat('é', 1000000) USING DETAIL = repeat('d', 1000000), HINT = repeat('h', 1000000); END $$;
SELECT zdm.expand_add_column('shapes.t', 'b', 'int', backfill => 'shapes.long(a)', name => 'shapes_long');
CALL zdm.wait('shapes_long', '1 min');
\o
SELECT no_plan();
SELECT throws_ok('SELECT ' || call, state, NULL, call) FROM (VALUES
    ('zdm.expand_unique(''shapes.t'', ''{NULL,a}'')', '22004'),
    ('zdm.expand_unique(''shapes.t'', ''{{a,t},{id,a}}'')', '2202E'),
    ('zdm.expand_transform(''shapes.t'', ''{NULL}'', ''{"b2": {"type": "int", "forward": "a"}}'')', '22004'),
    ('zdm.expand_transform(''shapes.t'', ''{a}'', ''{"b2": {"type": "int", "forward": "a"}}'', ''[1]'')', '22023'),
    ('zdm.expand_transform(''shapes.t'', ''{a}'', ''[]'')', '22023'),
    ('zdm.expand_transform(''shapes.t'', ''{a}'', ''5'')', '22023'),
    ('zdm.plan(''SELECT zdm.expand_rename(''''shapes.t'''', ''''a'''', ''''z'''') INTO shapes.x'')', '42601'),
    ('zdm.plan(''zdm.expand_rename(''''shapes.t'''', ''''a'''', ''''z'''') LIMIT 0'')', '42601'),
    ('zdm.plan(''zdm.expand_rename(''''shapes.t'''', ''''a'''', ''''z'''') GROUP BY 1'')', '42601'),
    ('zdm.plan(''SELECT zdm.expand_rename(''''shapes.t'''', ''''a'''', ''''z'''') FOR UPDATE'')', '42601'),
    ('zdm.plan(''SELECT DISTINCT zdm.expand_rename(''''shapes.t'''', ''''a'''', ''''z'''')'')', '42601')) AS c (call, state);
SELECT lives_ok($$SELECT zdm.plan('SELECT zdm.expand_rename(''shapes.t'', ''t'', ''z'')')$$, 'one call is planned');
SELECT matches(last_error, '^é+ \.\.\. \(SQLSTATE P0001\)\s+DETAIL: d+ \.\.\.\s+HINT: h+ \.\.\.\s+CONTEXT: ', 'of each part of an error the beginning is kept')
  FROM zdm.migration WHERE name = 'shapes_long';
SELECT cmp_ok((SELECT max(length(last_error)) FROM zdm.migration WHERE name = 'shapes_long'), '<', 10000, 'and no more');
SELECT cmp_ok((SELECT max(length(error)) FROM zdm.step WHERE error IS NOT NULL), '<', 10000, 'of steps, too');
SELECT * FROM finish();
