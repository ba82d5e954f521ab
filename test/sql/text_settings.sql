-- Stored text of SQL means the same whatever settings the sessions have that print it,
-- parse it, and run it: a migration that begins under one of them, and writers under all.
SET client_min_messages = error;
SET zdm.start_worker = off;
CREATE FUNCTION ts_plus(x float8, y float8) RETURNS float8 LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN x + y; END';
CREATE TABLE ts_settings (n serial, name text, value text);
INSERT INTO ts_settings (name, value) VALUES
    ('search_path', 'public'), ('standard_conforming_strings', 'off'), ('DateStyle', 'SQL, DMY'), ('DateStyle', 'German'),
    ('DateStyle', 'Postgres, YMD'), ('IntervalStyle', 'sql_standard'), ('IntervalStyle', 'iso_8601'),
    ('extra_float_digits', '-15'), ('extra_float_digits', '3'), ('array_nulls', 'off'), ('transform_null_equals', 'on'),
    ('quote_all_identifiers', 'on'), ('bytea_output', 'escape'), ('TimeZone', 'Asia/Kathmandu');
-- 19 knows no other strings
DELETE FROM ts_settings WHERE name = 'standard_conforming_strings' AND current_setting('server_version_num')::int >= 190000;
CREATE TABLE ts_wrong (began text, wrote text, n int);

DO $do$
DECLARE
    began record;
    wrote record;
    want text;
    kinds text[] := ARRAY['text', 'date', 'timestamptz', 'interval', 'float8', 'text[]', 'boolean', 'bytea', 'float8'];
    exprs text[] := ARRAY[$$t || 'a\b''c"d'$$, $$date '2024-02-03' + id * 0$$, $$timestamptz '2024-02-03 04:05:06.789+02' + id * interval '0'$$,
        $$interval '-1 year 2 mons -3 days 04:05:06.7' * id / id$$, $$id * 0 + 0.1234567890123456::float8$$,
        $$ARRAY[t, NULL] || '{NULL,"NULL",x}'::text[]$$, $$nullif(t, 'x') = NULL$$, $$E'\\x0001ff5c'::bytea || convert_to(t, 'UTF8')$$,
        $$public.ts_plus(id * 0, '0.1234567890123456'::float8)$$];
    names text := (SELECT string_agg('c' || i, ', ' ORDER BY i) FROM generate_subscripts(exprs, 1) i);
BEGIN
    FOR began IN SELECT * FROM ts_settings ORDER BY n LOOP
        CREATE TABLE ts (id int PRIMARY KEY, t text);
        FOR i IN 1 .. cardinality(exprs) LOOP
            PERFORM set_config(began.name, began.value, true);
            PERFORM zdm.expand_add_column('public.ts', 'c' || i, kinds[i], backfill => exprs[i], name => 'ts' || i);
            PERFORM zdm.plan(format('zdm.expand_check(''public.ts'', ''k%s'', %L)', i, '(' || exprs[i] || ') IS NOT NULL'));
            EXECUTE format('SET LOCAL %s TO DEFAULT', began.name);
        END LOOP;
        FOR wrote IN SELECT * FROM ts_settings ORDER BY n LOOP
            PERFORM set_config(wrote.name, wrote.value, true);
            -- Compiled under the setting, too.
            COMMENT ON TABLE public.ts IS 'invalidates';
            ALTER TABLE public.ts SET (fillfactor = 99);
            INSERT INTO public.ts (id, t) VALUES (wrote.n, 't');
            EXECUTE format('SET LOCAL %s TO DEFAULT', wrote.name);
        END LOOP;
        -- What the caller of expand has meant.
        PERFORM set_config(began.name, began.value, true);
        EXECUTE 'CREATE TABLE public.ts_wanted AS SELECT '
                || (SELECT string_agg(format('(%s)::%s AS c%s', exprs[i], kinds[i], i), ', ' ORDER BY i) FROM generate_subscripts(exprs, 1) i)
                || ' FROM (SELECT 1 AS id, ''t'' AS t) AS v';
        EXECUTE format('SET LOCAL %s TO DEFAULT', began.name);
        SELECT w::text FROM public.ts_wanted w INTO want;
        DROP TABLE public.ts_wanted;
        EXECUTE format('INSERT INTO public.ts_wrong SELECT %L, s.name || '' = '' || s.value || '': '' || ROW(%s)::text, id
                          FROM public.ts JOIN public.ts_settings s ON s.n = id WHERE ROW(%2$s)::text <> %L',
                       began.name || ' = ' || began.value, names, want);
        FOR i IN 1 .. cardinality(exprs) LOOP
            PERFORM zdm.rollback('ts' || i);
        END LOOP;
        DROP TABLE ts;
    END LOOP;
END $do$;
SELECT began, wrote FROM ts_wrong ORDER BY began, n;
SELECT count(*) >= 13 AS all_tried FROM ts_settings;
DROP TABLE ts_settings, ts_wrong;
DROP FUNCTION ts_plus(float8, float8);
