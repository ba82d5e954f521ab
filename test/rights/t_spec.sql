-- Specs that no planner has written, on a table of one's own: they work, or they are refused,
-- but none leads to an internal error, to a crash, or to memory that is not the row's.
\set ON_ERROR_STOP off
\set ON_ERROR_ROLLBACK off
\o /dev/null
SET client_min_messages = error;
CREATE SCHEMA fuzz AUTHORIZATION zdm_nobody;
\c - zdm_nobody
\o
SET client_min_messages = error;
SELECT no_plan();

CREATE FUNCTION fuzz.refusal(spec text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    CREATE TEMP TABLE leak (id int, n bigint, m bigint, t text, f float8, g int GENERATED ALWAYS AS (id) STORED);
    EXECUTE format('CREATE TRIGGER z BEFORE INSERT OR UPDATE ON pg_temp.leak FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns(%L)', spec);
    INSERT INTO leak (id, n, t) VALUES (1, 1, 'x');
    INSERT INTO leak (id, f) VALUES (1, 1);
    UPDATE leak SET id = 2;
    RAISE EXCEPTION 'taken' USING ERRCODE = 'ZD000';
EXCEPTION WHEN OTHERS THEN RETURN SQLSTATE;
END $$;

-- One fault each: refused as a whole, whatever the writer calls himself.
CREATE TABLE fuzz.faults (spec text);
INSERT INTO fuzz.faults VALUES
    ('{}'), ('[]'), ('5'), ('null'), ('{"old": [], "new": [], "forward": []}'),
    ('{"old": ["n"], "new": ["t"], "forward": ["''x''"], "reverse": ["1"], "retires": true}'),
    ('{"old": ["n"], "new": ["t"], "forward": ["''x''"], "reverse": [null], "retires": true, "authority": "new"}'),
    ('{"old": ["n"], "new": ["t"], "forward": ["''x''"], "retires": true, "not_null": true}'),
    ('{"old": ["n"], "new": ["t", "f"], "forward": ["''x''", "1"], "retires": true}'),
    ('{"old": ["n"], "new": ["f"], "forward": [null], "retires": true}'),
    ('{"old": ["n"], "new": ["f"], "forward": [null], "authority": "fill"}'),
    ('{"old": ["n"], "new": ["f"], "forward": ["n"], "reverse": ["f"], "authority": "fill"}'),
    ('{"old": ["n"], "new": ["f"], "forward": ["n"], "retires": true, "authority": "fill"}'),
    ('{"old": ["n"], "new": ["f"], "forward": ["n"], "exact": true}'),
    ('{"old": ["n"], "new": ["f"], "forward": ["n"], "authority": "new"}'),
    ('{"old": ["n"], "new": ["f"], "forward": ["n"], "reverse": ["f"], "on_error": "null"}'),
    ('{"old": ["n"], "new": ["f", "t"], "forward": [null, null]}'),
    ('{"old": ["n", "f"], "new": ["t"], "forward": ["''x''"], "reverse": [null, null]}'),
    ('{"old": ["n", "n"], "new": ["t"], "forward": ["''x''"]}'),
    ('{"old": ["n"], "new": ["t", "t"], "forward": ["''x''", "''y''"]}'),
    ('{"old": ["n"], "new": ["n"], "forward": [null]}'),
    ('{"old": ["n"], "new": ["f"], "forward": []}'), ('{"old": ["n"], "new": ["f"], "forward": [null, null]}'),
    ('{"old": ["n"], "new": ["f"], "forward": [null], "reverse": [null, null]}'),
    ('{"old": ["n"], "new": ["f"], "forward": [5]}'), ('{"old": ["n"], "new": ["f"], "forward": [{"a": 1}]}'),
    ('{"old": ["n"], "new": ["f"], "forward": {"a": null}}'), ('{"old": "n", "new": ["f"], "forward": [null]}'),
    ('{"old": [null], "new": ["f"], "forward": [null]}'), ('{"old": ["n"], "new": [null], "forward": [null]}'),
    ('{"old": ["n"], "new": ["f"], "forward": [null], "authority": "x"}'), ('{"old": ["n"], "new": ["f"], "forward": [null], "authority": 5}'),
    ('{"old": ["n"], "new": ["f"], "forward": [null], "exact": "yes"}'), ('{"old": ["n"], "new": ["f"], "forward": [null], "retires": 1}'),
    ('{"old": ["n"], "new": ["f"], "forward": [null], "on_error": "zero"}'), ('{"old": ["n"], "new": ["f"], "forward": [null], "more": true}'),
    ('{"old": ["n"], "new": ["f"], "forward": ["n"], "filled": true, "retires": true}'), ('{"old": ["n"], "new": ["f"], "forward": [null], "filled": 1}'),
    ('{"old": ["n"], "new": ["f"], "forward": ["n"], "filled": true, "authority": "fill"}'), ('{"old": ["n"], "new": ["f"], "forward": [null], "reverse": [null], "filled": true, "authority": "new"}'),
    ('{"old": ["n"], "new": ["m"], "forward": [null], "defaults": "1"}'), ('{"old": ["n"], "new": ["m"], "forward": [null], "defaults": ["1", "2"]}'),
    ('{"old": ["n"], "new": ["m"], "forward": [null], "defaults": [1]}'), ('{"old": ["n"], "new": ["f"], "forward": ["n"], "defaults": ["1"], "authority": "fill"}'),
    ('{"old": ["n"], "new": ["m"], "forward": [null], "reverse": [null], "defaults": ["1"], "authority": "new"}'),
    ('{"old": ["id"], "new": ["g"], "forward": [null], "reverse": [null], "generated": ["g"]}'), ('{"old": ["id"], "new": ["m", "g"], "forward": [null, "id"], "generated": ["g"]}'),
    ('{"old": ["id"], "new": ["m", "g"], "forward": [null, "id"], "reverse": ["m"], "generated": ["n"]}'), ('{"old": ["id"], "new": ["m", "g"], "forward": [null, "id"], "reverse": ["m"], "generated": "g"}'),
    ('{"old": ["n"], "new": ["m"], "forward": [null], "settings": 5}'), ('{"old": ["n"], "new": ["m"], "forward": [null], "settings": ["TimeZone"]}'),
    ('{"old": ["n"], "new": ["m"], "forward": [null], "settings": {"TimeZone": null}}'),
    ('{"old": ["n"], "new": ["m"], "forward": [null], "settings": {"session_replication_role": "replica"}}');
SELECT is(fuzz.refusal(spec), '22023', writer || ' is refused ' || spec)
  FROM fuzz.faults, unnest('{auto, new, old}'::text[]) writer, LATERAL set_config('zdm.writer', writer, false);
RESET zdm.writer;
SELECT is(fuzz.refusal('{"old": ["id"], "new": ["g"], "forward": [null]}'), '428C9', 'a generated column is not set');
SELECT is(fuzz.refusal('{"old": ["id"], "new": ["ctid"], "forward": [null]}'), '42703', 'nor one of the system');
SELECT is(fuzz.refusal('{"old": ["n"], "new": ["m"], "forward": [null]}'), 'ZD000', 'two columns may be copied');

-- Any members, of any kinds: whatever is taken gives rows that can be read.
CREATE FUNCTION fuzz.pick(VARIADIC of text[]) RETURNS text LANGUAGE sql VOLATILE AS 'SELECT of[1 + floor(random() * array_length(of, 1))::int]';
CREATE FUNCTION fuzz.list(n int, odd float8, VARIADIC of text[]) RETURNS text LANGUAGE sql VOLATILE AS $$
    SELECT '[' || coalesce(string_agg(CASE WHEN random() < odd THEN fuzz.pick('null', '5', '""', '"nope"', '{}', '[]', '"ctid"', '"tableoid"', '"gone"')
                                           ELSE fuzz.pick(VARIADIC of) END, ', '), '') || ']' FROM generate_series(1, n)
$$;
CREATE FUNCTION fuzz.spec() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    columns text[] := '{"\"i\"", "\"k\"", "\"m\"", "\"i\"", "\"j\"", "\"k\"", "\"m\"", "\"t\"", "\"u\"", "\"d\"", "\"n\"", "\"b\"", "\"l\"", "\"g\""}';
    nnew int := 1 + floor(random() * random() * 3);
    nold int := CASE WHEN random() < 0.8 THEN nnew ELSE floor(random() * 3) END;
    odd float8 := CASE WHEN random() < 0.8 THEN 0 ELSE 0.2 END;
    spec text;
BEGIN
    spec := format('{"old": %s, "new": %s, "forward": %s', fuzz.list(nold, odd, VARIADIC columns), fuzz.list(nnew, odd, VARIADIC columns),
                   fuzz.list(nnew, odd, VARIADIC CASE WHEN random() < 0.7 THEN '{"null"}' ELSE '{"null", "\"i\"", "\"t\"", "\"NULL\""}'::text[] END));
    IF random() < 0.5 THEN spec := spec || ', "reverse": ' || fuzz.list(nold, odd, 'null', 'null', 'null', 'null', 'null', '"l"'); END IF;
    IF random() < 0.8 THEN spec := spec || ', "authority": ' || fuzz.pick('"both"', '"both"', '"both"', '"new"', '"new"', '"new"', '"fill"', 'null', '"x"'); END IF;
    IF random() < 0.1 THEN spec := spec || ', "exact": ' || fuzz.pick('true', 'false', '"yes"'); END IF;
    IF random() < 0.1 THEN spec := spec || ', "retires": ' || fuzz.pick('true', 'false', '1'); END IF;
    IF random() < 0.1 THEN spec := spec || ', "not_null": true'; END IF;
    IF random() < 0.2 THEN spec := spec || ', "generated": ' || fuzz.list(1, odd, '"g"', '"m"'); END IF;
    IF random() < 0.1 THEN spec := spec || ', "on_error": ' || fuzz.pick('"null"', '5'); END IF;
    spec := spec || '}';
    RETURN CASE WHEN random() < 0.02 THEN left(spec, floor(random() * length(spec))::int) ELSE spec END;
END $$;
CREATE TABLE fuzz.seen (state text, message text, spec text);
CREATE FUNCTION fuzz.try(command text, spec text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE command;
    RETURN true;
EXCEPTION WHEN OTHERS THEN
    INSERT INTO fuzz.seen VALUES (SQLSTATE, SQLERRM, spec);
    RETURN false;
END $$;
DO $$
DECLARE
    spec text;
    taken int := 0;
BEGIN
    PERFORM setseed(0.42);
    FOR i IN 1..3000 LOOP
        IF i % 100 = 1 THEN
            DROP TABLE IF EXISTS fuzz.t;
            CREATE TABLE fuzz.t (i int, j bigint NOT NULL DEFAULT 1, t text, gone int, k int, m int, u text, d text,
                                 g int GENERATED ALWAYS AS (i * 2) STORED, n name, b bytea);
            INSERT INTO fuzz.t (i, j, t, gone) VALUES (1, 2, repeat('abc', 2000), 3), (NULL, 3, NULL, NULL);
            ALTER TABLE fuzz.t DROP COLUMN gone;
            EXECUTE 'ALTER TABLE fuzz.t ADD COLUMN l ' || fuzz.pick('text', 'int DEFAULT 7', 'bigint', 'name', 'bytea');
        END IF;
        spec := fuzz.spec();
        EXECUTE format('CREATE OR REPLACE TRIGGER "~z" BEFORE INSERT OR UPDATE ON fuzz.t FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns(%L)', spec);
        PERFORM set_config('zdm.writer', (ARRAY['auto', 'old', 'new'])[1 + i % 3], false);
        taken := taken + fuzz.try($q$INSERT INTO fuzz.t (i, j, t, u, d, n, b) VALUES (1, 2, 'x', NULL, '1.5', 'nm', '\x01'),
                                     (NULL, 1, repeat('u', 200), 'u', NULL, NULL, NULL)$q$, spec)::int;
        PERFORM fuzz.try($q$INSERT INTO fuzz.t (j, l) VALUES (2, '5'), (3, NULL)$q$, spec),
                fuzz.try('UPDATE fuzz.t SET j = j + 1, i = NULL', spec), fuzz.try('UPDATE fuzz.t SET l = ''8''', spec),
                fuzz.try('DO $d$ BEGIN PERFORM sum(length(r::text)) FROM fuzz.t r; END $d$', spec);
        IF i % 10 = 0 THEN DELETE FROM fuzz.t WHERE ctid NOT IN (SELECT ctid FROM fuzz.t LIMIT 3); END IF;
    END LOOP;
    INSERT INTO fuzz.seen VALUES ('taken', taken, NULL);
END $$;
RESET zdm.writer;
SELECT is_empty($$SELECT DISTINCT ON (message) state, message, spec FROM fuzz.seen WHERE state LIKE 'XX%'$$, 'no internal error');
SELECT cmp_ok((SELECT message::int FROM fuzz.seen WHERE state = 'taken'), '>', 50, 'specs were taken');
SELECT cmp_ok((SELECT count(*)::int FROM fuzz.seen WHERE state = '22023'), '>', 1000, 'specs were refused');
SELECT * FROM finish();
