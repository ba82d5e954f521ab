-- Columns that are kept in sync, whatever an expression reads, and sync triggers get no other names by hand, in any kind of migration
-- and status: every write would fail. Other columns do, and after the end all do.
SET client_min_messages = warning;
CREATE SCHEMA keeping;
SET search_path = keeping, public;
CREATE ROLE regress_zdm_keeping;
GRANT ALL ON SCHEMA keeping TO regress_zdm_keeping;

CREATE TABLE kinds (kind text PRIMARY KEY, call text NOT NULL, shape text NOT NULL DEFAULT '');
INSERT INTO kinds VALUES
    ('named_rename', $$zdm.expand_rename(%L, 'a', 'n', name => %L)$$),
    ('named_change_type', $$zdm.expand_change_type(%L, 'a', 'bigint', name => %L)$$),
    ('named_computed', $$zdm.expand_change_type(%L, 'a', 'text', forward => '(a + 1)::text', reverse => 'a::int - 1', name => %L)$$),
    ('named_transform', $$zdm.expand_transform(%L, '{a}', '{"n": {"type": "int", "forward": "a + b"}}', '{"a": "n"}', name => %L)$$),
    ('named_add_column', $$zdm.expand_add_column(%L, 'n', 'int', backfill => 'a + b', name => %L)$$),
    ('named_drop_column', $$zdm.expand_drop_column(%L, 'a', reverse => 'b', name => %L)$$),
    ('named_not_null', $$zdm.expand_not_null(%L, 'a', fill => 'b', name => %L)$$);
INSERT INTO kinds SELECT kind || '_' || s, call, s FROM kinds, unnest('{partitioned,inherited}'::text[]) AS s WHERE kind IN ('named_rename', 'named_transform', 'named_add_column') AND kind || s <> 'named_transforminherited';

SELECT format('CREATE TABLE %I (id int DEFAULT 7, a int, b int DEFAULT 2, other int)%s', kind, CASE shape WHEN 'partitioned' THEN ' PARTITION BY RANGE (id)' ELSE '' END) FROM kinds \gexec
SELECT format('CREATE TABLE %I PARTITION OF %I FOR VALUES FROM (0) TO (1000)', 'p_' || kind, kind) FROM kinds WHERE shape = 'partitioned' \gexec
SELECT format('CREATE TABLE %I () INHERITS (%I)', 'c_' || kind, kind) FROM kinds WHERE shape = 'inherited' \gexec
SELECT format('ALTER TABLE %I OWNER TO regress_zdm_keeping', relname) FROM pg_class WHERE relnamespace = 'keeping'::regnamespace AND relkind IN ('r', 'p') AND relname <> 'kinds' ORDER BY relname COLLATE "C" \gexec
GRANT SELECT ON kinds TO regress_zdm_keeping;

-- The commands that give other names to what a sync trigger needs, by the server's own word, and what each says. They are undone.
CREATE FUNCTION try_names(now text) RETURNS TABLE (kind text, status text, what text, result text) LANGUAGE plpgsql AS $$
DECLARE r record; said text; hint text;
BEGIN
    FOR r IN SELECT k.kind, 'column ' || attname AS what, format('ALTER TABLE %I RENAME COLUMN %I TO renamed', k.kind, attname) AS sql
               FROM kinds k JOIN pg_attribute ON attrelid = to_regclass(quote_ident(k.kind)) AND attnum > 0 AND NOT attisdropped
             UNION ALL SELECT k.kind, 'trigger', format('ALTER TRIGGER %I ON %I RENAME TO renamed', tgname, k.kind)
               FROM kinds k JOIN pg_trigger ON tgrelid = to_regclass(quote_ident(k.kind)) AND tgname LIKE '~zdm%' ORDER BY 1, 2 LOOP
        BEGIN
            EXECUTE r.sql;
            EXECUTE format('INSERT INTO %I DEFAULT VALUES', r.kind);
            RAISE EXCEPTION 'done' USING ERRCODE = 'ZZ000';
        EXCEPTION WHEN OTHERS THEN
            GET STACKED DIAGNOSTICS said = MESSAGE_TEXT, hint = PG_EXCEPTION_HINT;
            kind := r.kind; status := now; what := r.what;
            result := CASE WHEN SQLSTATE = 'ZZ000' THEN 'done' ELSE SQLSTATE || ': ' || said || '; ' || hint END;
            RETURN NEXT;
        END;
    END LOOP;
END $$;

CREATE TABLE outcome AS SELECT * FROM try_names('before') WHERE false;
GRANT ALL ON outcome TO regress_zdm_keeping;
SET ROLE regress_zdm_keeping;
SET zdm.start_worker = off;
SET zdm.at_once = off;
SELECT format('SELECT ' || call, 'keeping.' || quote_ident(kind), kind) FROM kinds ORDER BY kind \gexec
INSERT INTO outcome SELECT * FROM try_names('running');
SET zdm.start_worker = on;
SELECT zdm.resume(name) FROM zdm.migration WHERE status = 'running' AND name LIKE 'named%' \g /dev/null
SELECT format('CALL zdm.wait(%L)', kind) FROM kinds \gexec
INSERT INTO outcome SELECT * FROM try_names('ready');
SELECT zdm.contract(kind) FROM kinds \g /dev/null
INSERT INTO outcome SELECT * FROM try_names('contracted');
SELECT zdm.reopen(kind) FROM kinds \g /dev/null
INSERT INTO outcome SELECT * FROM try_names('reopened');
RESET ROLE;

SELECT kind, what, string_agg(status, ', ' ORDER BY status) AS kept, min(split_part(result, ';', 1)) AS said FROM outcome WHERE result LIKE '55006: %' GROUP BY 1, 2 ORDER BY 1, 2;
SELECT result FROM outcome WHERE kind = 'named_rename' AND status = 'running' AND what = 'column a';
-- nothing fails but with this error, or because a NULL is refused since contract
SELECT * FROM outcome WHERE NOT (kind = 'named_not_null' AND status = 'contracted') AND result NOT LIKE '55006: %' AND result <> 'done';
-- what no trigger needs may have another name
SELECT kind, status, what FROM outcome WHERE what IN ('column id', 'column other') AND result LIKE '55006: %';

-- nothing is kept behind the end
SELECT zdm.rollback(kind) FROM kinds \g /dev/null
SELECT * FROM try_names('rolled back') WHERE result <> 'done';
-- a trigger of somebody else has nothing to do with it
CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
SELECT zdm.expand_rename('named_rename', 'a', 'n', name => 'named_again') \g /dev/null
CREATE TRIGGER own BEFORE INSERT ON named_rename FOR EACH ROW EXECUTE FUNCTION nothing();
ALTER TRIGGER own ON named_rename RENAME TO mine;
ALTER TABLE named_rename RENAME other TO another;
-- nor a constraint, or the table
ALTER TABLE named_rename ADD CONSTRAINT c CHECK (a > 0);
ALTER TABLE named_rename RENAME CONSTRAINT c TO d;
ALTER TABLE named_rename RENAME TO renamed;
ALTER TABLE renamed RENAME a TO b9;
ALTER TRIGGER "~zdm_named_again" ON renamed RENAME TO t9;
INSERT INTO renamed (id, a) VALUES (1, 1) RETURNING n;
SELECT zdm.rollback('named_again') \g /dev/null
DROP SCHEMA keeping CASCADE;
DROP ROLE regress_zdm_keeping;
