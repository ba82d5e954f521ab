-- What the code of a table's owner SETs while zdm runs it for somebody else ends with
-- that code: whoever calls zdm, or only writes the table, keeps all his settings.
\set ON_ERROR_STOP off
\set ON_ERROR_ROLLBACK off
SET client_min_messages = error;
CREATE SCHEMA settings AUTHORIZATION zdm_owner;
GRANT USAGE ON SCHEMA settings TO PUBLIC;
\o /dev/null
\c - zdm_owner
SET client_min_messages = error;
CREATE TABLE settings.t (id int PRIMARY KEY, a int, v int, p int);
INSERT INTO settings.t SELECT g, g, nullif(g % 31, 0) FROM generate_series(1, 40) g;
-- A check is the server's own to run, as whoever writes.
CREATE TABLE settings.checked AS SELECT * FROM settings.t;
CREATE FUNCTION settings.leak(int) RETURNS int LANGUAGE plpgsql STABLE AS $$
BEGIN
    PERFORM set_config('search_path', 'settings, pg_catalog', false);
    PERFORM set_config('work_mem', '1234kB', false);
    PERFORM set_config('DateStyle', 'German, YMD', false);
    PERFORM set_config('zdm.writer', 'new', false);
    PERFORM set_config('settings.leak', 'here', false);
    RETURN $1 + 1;
END $$;
CREATE FUNCTION settings.leaks(int) RETURNS boolean LANGUAGE sql VOLATILE AS 'SELECT settings.leak($1) IS NOT NULL';
SELECT zdm.expand_transform('settings.t', '{a}', '{"b": {"type": "int", "forward": "settings.leak(a)"}}',
                            '{"a": "settings.leak(b) - 2"}', name => 'settings_t');
CALL zdm.wait('settings_t', '1 min');
SELECT zdm.expand_add_column('settings.t', 'c', 'int', backfill => 'settings.leak(id)', name => 'settings_c');
SELECT zdm.expand_check('settings.checked', 'k', 'settings.leak(v) > 0', name => 'settings_k');
SELECT zdm.alter_backfill('settings_c', go_if => 'SELECT settings.leaks(1)');
SELECT zdm.expand_not_null('settings.t', 'v', name => 'settings_v');
\c - postgres
\o
SET client_min_messages = error;

SELECT no_plan();
CREATE TEMP TABLE calls (n serial, call text);
INSERT INTO calls (call) VALUES
    ($$SELECT * FROM zdm.verify('settings_t')$$),
    ($$SELECT * FROM zdm.plan('zdm.expand_add_column(''settings.t'', ''q'', ''int'', backfill => ''settings.leak(p)'')')$$),
    ($$SELECT * FROM zdm.plan('zdm.expand_check(''settings.t'', ''pk'', ''settings.leak(p) > 0'')')$$),
    ($$SELECT * FROM zdm.plan('zdm.expand_index(''CREATE INDEX i ON settings.t (p)'')')$$),
    ($$SELECT * FROM zdm.plan('zdm.expand_change_type(''settings.t'', ''p'', ''bigint'')')$$),
    ($$SELECT * FROM zdm.violations('settings_k')$$),
    ($$SELECT * FROM zdm.violations('settings_v')$$),
    ($$INSERT INTO settings.t (id, a, v) VALUES (101, 1, 1)$$),
    ($$INSERT INTO settings.t (id, b, v) VALUES (102, 1, 1)$$),
    ($$INSERT INTO settings.t (id, a, b, v) VALUES (103, 7, 1, 1)$$),
    ($$UPDATE settings.t SET a = a + 1 WHERE id < 5$$),
    ($$UPDATE settings.t SET b = b + 1 WHERE id < 5$$),
    ($$COPY settings.t (id, a, v) FROM PROGRAM 'echo 104,1,1' CSV$$),
    ($$CALL zdm.run('settings_c')$$),
    ($$SELECT zdm.rollout('settings_t', 0, require => ARRAY['SELECT settings.leaks(1)'])$$),
    ($$SELECT zdm.contract('settings_t')$$),
    ($$UPDATE settings.t SET b = b + 1 WHERE id < 5$$),
    ($$SELECT zdm.reopen('settings_t')$$),
    ($$SELECT zdm.rollback('settings_t')$$),
    ($$SELECT zdm.contract('settings_c')$$),
    ($$SELECT zdm.finalize('settings_c')$$);
LOAD 'zdm'; -- whose settings are known from here on
CREATE TEMP TABLE before AS SELECT name, setting FROM pg_settings;
CREATE TEMP TABLE leaked (n serial, call text, settings text);

-- Each call, in a command of its own as a client would send it; then what differs.
\o /dev/null
SELECT call, format('INSERT INTO pg_temp.leaked (call, settings)
               SELECT %L, pg_catalog.string_agg(s.name || ''='' || s.setting, '', '' ORDER BY s.name)
                 FROM pg_catalog.pg_settings s LEFT JOIN pg_temp.before b USING (name)
                WHERE s.setting IS DISTINCT FROM b.setting', call), 'RESET ALL; SET client_min_messages = error'
  FROM calls ORDER BY n \gexec
\o
SELECT is(settings, NULL, 'no setting is left by: ' || call) FROM leaked ORDER BY n;
SELECT is((SELECT count(*) FROM leaked), (SELECT count(*) FROM calls), 'each call was looked at');
SELECT * FROM finish();
