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

-- Each kind of change through its life, with all that hangs on the table: it ends as without the setting.
CREATE TABLE ts_steps (n serial, step text);
INSERT INTO ts_steps (step) VALUES
    ($$CREATE TABLE public.tl (id int PRIMARY KEY, t text DEFAULT E'd\\' CHECK (t <> E'a\\b''c'), u text, v int, w int, d date DEFAULT date '2024-02-03',
                               f float8 DEFAULT 0.1234567890123456, i interval DEFAULT interval '1 year 2 mons -3 days')$$),
    ($$INSERT INTO public.tl (id, t, u, v) SELECT 1, 'x', 'u', 1 WHERE current_setting('zdm.at_once')::boolean IS FALSE$$),
    ($$CREATE INDEX tl_t ON public.tl (t) WHERE t <> E'a\\'$$), ($$CREATE INDEX tl_e ON public.tl ((t || E'\\'))$$),
    ($$CREATE STATISTICS public.tl_s ON (t || E'\\'), id FROM public.tl$$),
    ($$CREATE VIEW public.tl_v AS SELECT id, t || E'\\''x' AS tt, date '2024-02-03' AS d, 0.1234567890123456::float8 AS f FROM public.tl WHERE t <> E'b\\'$$),
    ($$CREATE FUNCTION public.tl_f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'$$),
    ($$CREATE TRIGGER tl_w BEFORE UPDATE ON public.tl FOR EACH ROW WHEN (NEW.t = E'w\\') EXECUTE FUNCTION public.tl_f()$$),
    ($$CREATE POLICY tl_p ON public.tl USING (t <> E'p\\')$$),
    ($$COMMENT ON COLUMN public.tl.t IS E'c\\''c'$$);
INSERT INTO ts_steps (step)
SELECT unnest(ARRAY[before, 'SELECT zdm.' || call, 'CALL zdm.wait(''tl'')', 'SELECT zdm.verify(''tl'')', 'SELECT zdm.contract(''tl'')', 'SELECT zdm.reopen(''tl'')',
                    'SELECT zdm.contract(''tl'')', 'SELECT zdm.finalize(''tl'')', 'DELETE FROM zdm.migration'])
  FROM unnest(ARRAY[
    $$expand_change_type('public.tl', 't', 'varchar(99)', name => 'tl')$$,
    $$expand_transform('public.tl', '{u}', $q${"x": {"type": "text", "forward": "u || E'f\\\\'", "default": "E'e\\\\'"}}$q$, $q${"u": "rtrim(x, E'f\\\\')"}$q$, name => 'tl')$$,
    $$expand_add_column('public.tl', 'y', 'text', backfill => $q$t || E'y\\'$q$, comment => E'c\\', name => 'tl')$$,
    $$expand_rename('public.tl', 't', E'n\\', name => 'tl')$$,
    $$expand_not_null('public.tl', 'w', fill => $q$length(E'\\')$q$, name => 'tl')$$,
    $$expand_drop_column('public.tl', 'v', reverse => $q$length(E'\\')$q$, name => 'tl')$$,
    $$expand_check('public.tl', E'k\\', $q$y <> E'k\\'$q$, name => 'tl')$$,
    $$expand_unique('public.tl', '{x}', E'q\\', name => 'tl')$$,
    $$expand_index($q$CREATE INDEX "i\" ON public.tl (y) WHERE y <> E'i\\'$q$, name => 'tl')$$,
    $$drop_index('public.tl_e', name => 'tl')$$,
    $$reindex('public.tl_t', name => 'tl')$$,
    $$expand_shadow_table('public.tl', '() WITH (fillfactor = 90)', name => 'tl')$$,
    $$expand_compact('public.tl', name => 'tl')$$,
    $$expand_rename_table('public.tl', E't\\l', name => 'tl')$$,
    $$expand_extract(E'public."t\\l"', '{y}', E'public."x\\"', name => 'tl')$$,
    $$expand_partition(E'public."t\\l"', 'HASH (id)', partitions => 2, name => 'tl')$$]) WITH ORDINALITY AS c(call, n),
       LATERAL (SELECT CASE WHEN call ~ '^expand_partition' THEN $$ALTER TABLE public."t\l" DROP CONSTRAINT "q\"$$ END AS before) AS b
 ORDER BY n;
CREATE TABLE ts_lives AS SELECT row_number() OVER () AS n, * FROM (VALUES
    ('search_path', 'public', true), ('standard_conforming_strings', 'off', true), ('DateStyle', 'SQL, DMY', true), ('IntervalStyle', 'iso_8601', true),
    ('extra_float_digits', '-15', true), ('quote_all_identifiers', 'on', true),
    ('search_path', 'public', false), ('standard_conforming_strings', 'off', false)) AS l(name, value, at_once)
 WHERE name <> 'standard_conforming_strings' OR current_setting('server_version_num')::int < 190000;
CREATE TABLE ts_ended (n int, what text, def text);
SELECT set_config(name, 'off', false) AS no_warning FROM pg_settings WHERE name = 'escape_string_warning' \g /dev/null
SET zdm.start_worker = on;
\o /dev/null
\set ECHO none
SELECT unnest(l.begins || l.steps || l.ends)
  FROM (SELECT n, ARRAY[format('SET zdm.at_once = %s', at_once), format('SELECT set_config(%L, %L, false)', name, value)] AS begins,
               (SELECT array_agg(step ORDER BY s.n) FROM ts_steps s WHERE step IS NOT NULL) AS steps,
               ARRAY[format('RESET %I', name),
                     format($q$INSERT INTO ts_ended
                               SELECT %s, i.identity, coalesce(i.text, '')
                                 FROM (SELECT 'column ' || attname AS identity, format_type(atttypid, atttypmod) || ' ' || attnotnull || coalesce(pg_get_expr(adbin, adrelid), '') || coalesce(col_description(attrelid, attnum), '') AS text
                                         FROM pg_attribute a LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
                                        WHERE attrelid = E'public."t\\l"'::regclass AND attnum > 0 AND NOT attisdropped
                                       UNION ALL SELECT 'constraint ' || conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid IN (E'public."t\\l"'::regclass, E'public."x\\"'::regclass)
                                       UNION ALL SELECT 'index ' || indexname, indexdef FROM pg_indexes WHERE tablename IN (E't\\l', E'x\\')
                                       UNION ALL SELECT 'statistics', pg_get_statisticsobjdef(oid) FROM pg_statistic_ext WHERE stxname = 'tl_s'
                                       UNION ALL SELECT 'view', pg_get_viewdef('public.tl_v'::regclass)
                                       UNION ALL SELECT 'trigger', pg_get_triggerdef(oid) FROM pg_trigger WHERE tgname = 'tl_w' AND tgparentid = 0
                                       UNION ALL SELECT 'policy', pg_get_expr(polqual, polrelid) FROM pg_policy WHERE polname = 'tl_p'
                                       UNION ALL SELECT 'rows', string_agg(t::text, ' ' ORDER BY id) FROM public."t\l" t) AS i$q$, n),
                     $q$DROP VIEW public.tl_v$q$, $q$DROP TABLE IF EXISTS public."x\"$q$, $q$DROP TABLE public."t\l"$q$, 'DROP FUNCTION public.tl_f()'] AS ends
          FROM ts_lives) AS l
 ORDER BY n \gexec
\set ECHO all
\o
-- As in the first life of the same way.
SELECT l.name, l.value, l.at_once, coalesce(e.what, r.what) AS what, e.def, r.def AS wanted
  FROM ts_lives l CROSS JOIN LATERAL (SELECT what, def FROM ts_ended WHERE n = (SELECT min(f.n) FROM ts_lives f WHERE f.at_once = l.at_once)) AS r
  FULL JOIN ts_ended e ON e.n = l.n AND e.what = r.what
 WHERE e.def IS DISTINCT FROM r.def ORDER BY 1, 2, 3, 4;
SELECT count(*) > 20 AS all_there FROM ts_ended WHERE n = 1;
DROP TABLE ts_settings, ts_wrong, ts_steps, ts_lives, ts_ended;
RESET zdm.at_once;
SELECT set_config(name, reset_val, false) FROM pg_settings WHERE name = 'escape_string_warning' \g /dev/null
DROP FUNCTION ts_plus(float8, float8);
