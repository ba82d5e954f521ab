-- zdm.plan() runs nothing, whatever stands in the call.
SET client_min_messages = error;
\o /dev/null
CREATE SCHEMA planned AUTHORIZATION zdm_owner;
SET SESSION AUTHORIZATION zdm_owner;
CREATE TABLE planned.t (a int);
CREATE FUNCTION planned.name(caught boolean) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    PERFORM count(*) FROM zdm.plan('zdm.expand_rename(''planned.t'', ''a'', ''c'')');
    RETURN 'b';
EXCEPTION WHEN OTHERS THEN
    IF NOT caught THEN RAISE; END IF;
    RETURN 'b';
END $$;
\o
SELECT no_plan();
SELECT throws_ok($$SELECT * FROM zdm.plan('zdm.expand_rename(''planned.t'', ''a'', (SELECT ''b'' FROM zdm.plan(''zdm.expand_rename(planned.t, a, c)'') LIMIT 1))')$$,
                 '0A000', 'zdm.plan() cannot be called within the call that it plans', 'a plan in a plan is refused');
SELECT throws_ok($$SELECT * FROM zdm.plan('zdm.expand_rename(''planned.t'', ''a'', planned.name(false))')$$, '0A000', NULL, 'in a function, too');
SELECT lives_ok($$SELECT * FROM zdm.plan('zdm.expand_rename(''planned.t'', ''a'', planned.name(true))')$$, 'where the error is caught, the call is planned');
SELECT is((SELECT count(*) FROM zdm.migration WHERE relation = 'planned.t'::regclass), 0::bigint, 'and nothing was begun');
SELECT is((SELECT string_agg(attname, ' ') FROM pg_attribute WHERE attrelid = 'planned.t'::regclass AND attnum > 0), 'a', 'nor changed');
SELECT lives_ok($$SELECT * FROM zdm.plan('zdm.expand_rename(''planned.t'', ''a'', ''b'')')$$, 'the next plan is made');
SELECT * FROM finish();
