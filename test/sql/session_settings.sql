-- Conversions that depend on settings of the session: those of the call of expand hold for the
-- backfill, for whoever writes and for whoever compares.  A table of cases, each for itself: the
-- first row is there before, and filled under other settings; the second one is written under them.
\set VERBOSITY terse
SET client_min_messages = warning;
SET zdm.start_worker = off;
CREATE SCHEMA session_settings;
SET search_path = session_settings, public;
CREATE TABLE cases (
    name text PRIMARY KEY, setting text, ours text, theirs text,
    old_type text, new_type text, forward text, value text,
    filled int, inserted int, updated int, kept bool, differs bool);
INSERT INTO cases (name, setting, ours, theirs, old_type, new_type, forward, value) VALUES
    ('zone_cast', 'TimeZone', 'UTC', 'America/New_York', 'timestamptz', 'timestamp', NULL, '2026-01-01 12:00+00'),
    ('zone_cast_back', 'TimeZone', 'UTC', 'America/New_York', 'timestamp', 'timestamptz', NULL, '2026-01-01 12:00'),
    ('zone_date', 'TimeZone', 'Asia/Tokyo', 'America/New_York', 'timestamptz', 'date', 'v::date', '2026-01-01 16:00+00'),
    ('zone_trunc', 'TimeZone', 'UTC', 'Asia/Tokyo', 'timestamptz', 'timestamptz', 'date_trunc(''day'', v)', '2026-01-01 22:00+00'),
    ('zone_text', 'TimeZone', 'UTC', 'Asia/Tokyo', 'timestamptz', 'text', NULL, '2026-01-01 22:00+00'),
    ('zone_abbrev', 'timezone_abbreviations', 'Default', 'India', 'text', 'timestamptz', 'v::timestamptz', '2026-01-01 22:00 IST'),
    ('style_in', 'DateStyle', 'ISO, MDY', 'ISO, DMY', 'text', 'date', 'v::date', '01/02/2026'),
    ('style_out', 'DateStyle', 'German', 'SQL, MDY', 'date', 'text', NULL, '2026-01-02'),
    ('style_array', 'DateStyle', 'German', 'SQL, MDY', 'date[]', 'text', NULL, '{2026-01-02}'),
    ('style_range', 'DateStyle', 'German', 'SQL, MDY', 'daterange', 'text', NULL, '[2026-01-02,2026-01-05)'),
    ('style_format', 'DateStyle', 'German', 'SQL, MDY', 'date', 'text', 'format(''%s'', v)', '2026-01-02'),
    ('style_concat', 'DateStyle', 'German', 'SQL, MDY', 'date', 'text', '''on '' || v', '2026-01-02'),
    ('interval_out', 'IntervalStyle', 'iso_8601', 'sql_standard', 'interval', 'text', NULL, '1 day 02:03:04'),
    ('interval_in', 'IntervalStyle', 'sql_standard', 'postgres', 'text', 'interval', 'v::interval', '-1 02:03:04'),
    ('float_out', 'extra_float_digits', '0', '1', 'float8', 'text', NULL, '0.30000000000000004'),
    ('float_array', 'extra_float_digits', '0', '1', 'float8[]', 'text', NULL, '{0.30000000000000004}'),
    ('point_out', 'extra_float_digits', '0', '1', 'point', 'text', NULL, '(0.30000000000000004,1)'),
    ('bytea_out', 'bytea_output', 'hex', 'escape', 'bytea', 'text', NULL, '\x6100ff'),
    ('array_nulls', 'array_nulls', 'off', 'on', 'text', 'text[]', 'v::text[]', '{NULL}'),
    ('search', 'default_text_search_config', 'pg_catalog.english', 'pg_catalog.simple', 'text', 'tsvector', 'to_tsvector(v)', 'the running horses'),
    ('json', 'TimeZone', 'UTC', 'Asia/Tokyo', 'timestamptz', 'jsonb', 'to_jsonb(v)', '2026-01-01 22:00+00'),
    ('composite', 'TimeZone', 'UTC', 'Asia/Tokyo', 'timestamptz', 'text', 'row(v, 1)::text', '2026-01-01 22:00+00'),
    ('sql_function', 'TimeZone', 'UTC', 'Asia/Tokyo', 'timestamptz', 'text', 'shown_in_sql(v)', '2026-01-01 22:00+00'),
    ('plpgsql', 'TimeZone', 'UTC', 'Asia/Tokyo', 'timestamptz', 'text', 'shown(v)', '2026-01-01 22:00+00'),
    ('said_immutable', 'TimeZone', 'UTC', 'Asia/Tokyo', 'timestamptz', 'text', 'shown_immutable(v)', '2026-01-01 22:00+00'),
    ('no_setting', 'TimeZone', 'UTC', 'Asia/Tokyo', 'timestamptz', 'timestamp', 'v AT TIME ZONE ''CET''', '2026-01-01 22:00+00'),
    ('no_setting_either', 'DateStyle', 'German', 'SQL, MDY', 'int', 'text', NULL, '7');
CREATE FUNCTION shown_in_sql(v timestamptz) RETURNS text STABLE LANGUAGE sql RETURN v::text;
CREATE FUNCTION shown(v timestamptz) RETURNS text STABLE LANGUAGE plpgsql AS 'BEGIN RETURN v::text; END';
CREATE FUNCTION shown_immutable(v timestamptz) RETURNS text IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN v::text; END';


-- A value as no setting changes it.
CREATE FUNCTION image(v anyelement) RETURNS text LANGUAGE sql
    SET TimeZone = 'UTC' SET DateStyle = 'ISO' SET IntervalStyle = 'postgres' SET extra_float_digits = 3
    SET bytea_output = 'hex' SET array_nulls = on AS 'SELECT v::text';

SELECT unnest(ARRAY[
       format('CREATE TABLE c_%1$s (id int PRIMARY KEY, v %2$s, meant text)', name, old_type),
       format('INSERT INTO c_%s (id, v) VALUES (1, %L)', name, value),
       format('SET %s TO %L', setting, ours),
       format('UPDATE c_%s SET meant = image(%s)', name, coalesce(forward, 'v::' || new_type)),
       format('SELECT zdm.expand_add_column(%L, ''w'', %L, backfill => %L, name => %1$L)', 'c_' || name, new_type,
              coalesce(forward, 'v::' || new_type)),
       format('SET %s TO %L', setting, theirs),
       format('UPDATE cases SET differs = (SELECT image(%s) IS DISTINCT FROM meant FROM c_%s) WHERE name = %L',
              coalesce(forward, 'v::' || new_type), name, name),
       format('CALL zdm.run(%L)', 'c_' || name),
       format('INSERT INTO c_%1$s (id, v, meant) SELECT 2, v, meant FROM c_%1$s WHERE id = 1', name),
       format('INSERT INTO c_%1$s (id, meant) SELECT 3, meant FROM c_%1$s WHERE id = 1', name),
       format('UPDATE c_%1$s SET v = (SELECT v FROM c_%1$s WHERE id = 1) WHERE id = 3', name),
       -- An error in mid-statement leaves the session as it was, too.
       format('DO $$ BEGIN INSERT INTO c_%1$s (id, v) SELECT 1, v FROM c_%1$s; EXCEPTION WHEN unique_violation THEN END $$', name),
       format('UPDATE cases SET kept = (current_setting(setting) = set_config(setting, theirs, false)) WHERE name = %L', name),
       format('UPDATE cases SET (filled, inserted, updated) = (SELECT count(*) FILTER (WHERE id = 1), '
              'count(*) FILTER (WHERE id = 2), count(*) FILTER (WHERE id = 3) FROM c_%s WHERE image(w) = meant) WHERE name = %L', name, name),
       format('RESET %s', setting)])
  FROM cases ORDER BY name
\o /dev/null
\gexec
\o
-- Nothing: every row has what was meant, and each session its own settings.
SELECT name, filled, inserted, updated, kept FROM cases
 WHERE (filled, inserted, updated, kept) IS DISTINCT FROM (1, 1, 1, true) ORDER BY name;
-- Each of them makes a difference; else it would prove nothing.
SELECT name FROM cases WHERE name !~ 'no_setting' AND NOT differs ORDER BY name;

-- Both ways, in mid-flight and after contract; whoever compares has settings of his own.
SET TimeZone = 'UTC';
CREATE TABLE both_ways (id int PRIMARY KEY, at timestamptz NOT NULL);
INSERT INTO both_ways SELECT g, '2026-01-01 12:00+00' FROM generate_series(1, 3) g;
SET client_min_messages = notice;
SELECT zdm.expand_change_type('both_ways', 'at', 'timestamp', name => 'session_both');
SELECT note FROM zdm.plan($$zdm.expand_change_type('cases', 'kept', 'text', forward => 'now()::text', reverse => 'true')$$, full => true) WHERE note ~ 'settings';
SET client_min_messages = warning;
SET TimeZone = 'America/New_York';
SET zdm.start_worker = on;
CALL zdm.wait('session_both');
UPDATE both_ways SET at = '2026-01-01 12:00:00.000001+00' WHERE id = 1;
INSERT INTO both_ways VALUES (10, '2026-01-01 12:00+00');
INSERT INTO both_ways (id, zdm_new_at) VALUES (11, '2026-01-01 12:00');
SELECT rows, mismatches FROM zdm.verify('session_both');
SELECT zdm.contract('session_both');
INSERT INTO both_ways (id, at) VALUES (12, '2026-01-01 12:00');
SELECT rows, mismatches FROM zdm.verify('session_both');
SHOW TimeZone;
SELECT zdm.reopen('session_both');
SET TimeZone = 'UTC';
SELECT id, at, zdm_new_at FROM both_ways ORDER BY id;
SELECT zdm.rollback('session_both');

-- Copies and immutable expressions name no setting.
SELECT count(*) FILTER (WHERE command ~ '"settings"'), count(*) FROM zdm.step s JOIN zdm.migration m ON m.id = s.migration_id
 WHERE m.name ~ 'c_no_setting' AND command ~ 'CREATE OR REPLACE TRIGGER';

-- A spec can be written by anybody with the privilege TRIGGER: it sets nothing but these.
CREATE TABLE written (v int, w int);
\set settings '{"old": ["v"], "new": ["w"], "forward": ["v + 1"], "authority": "both", "settings": '
SELECT format('CREATE OR REPLACE TRIGGER "~zdm_x" BEFORE INSERT ON written FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns(%L)',
              :'settings' || wrong || '}') AS make, 'INSERT INTO written VALUES (1)' AS try
  FROM unnest(ARRAY['{"session_replication_role": "replica"}', '{"search_path": "public"}', '{"zdm.writer": "new"}', 
                    '{"TimeZone": null}', '{"TimeZone": "Nowhere/Else"}', '["TimeZone"]', '"UTC"']) AS wrong
\gexec
DROP TABLE written;
SELECT count(zdm.rollback(name)) FROM zdm.status WHERE name ~ '^c_';
SET client_min_messages = error;
DROP SCHEMA session_settings CASCADE;
