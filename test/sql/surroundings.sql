-- Every kind of change comes to the same end where quote_all_identifiers is on, for the session and
-- for the whole database, and event triggers of users fire that call things by their short names.
\set SHOW_CONTEXT never
SET client_min_messages = warning;
CREATE TABLE kinds (kind text, tbl text, migration text);
INSERT INTO kinds VALUES
    ('rename',      '(id int PRIMARY KEY, a int)', $$zdm.expand_rename(%L, 'a', 'b', name => %L)$$),
    ('add',         '(id int PRIMARY KEY, a int)',
                    $$zdm.expand_add_column(%L, 'b', 'bigint', backfill => 'id + 1', not_null => true, index => true, name => %L)$$),
    ('type',        '(id int PRIMARY KEY, a int UNIQUE CHECK (a > 0) DEFAULT 7)', $$zdm.expand_change_type(%L, 'a', 'bigint', name => %L)$$),
    ('key',         '(id serial PRIMARY KEY, a int)', $$zdm.expand_change_type(%L, 'id', 'bigint', name => %L)$$),
    ('texts',       '(id int PRIMARY KEY, a int NOT NULL CHECK (a IS NOT NULL)); CREATE INDEX ON texts (a)', $$zdm.expand_change_type(%L, 'a', 'text', name => %L)$$),
    ('transform',   '(id int PRIMARY KEY, a int)',
                    $$zdm.expand_transform(%L, '{a}', '{"b": {"type": "int", "forward": "a * 2", "not_null": false}}', '{"a": "b / 2"}', name => %L)$$),
    ('gone',        '(id int PRIMARY KEY, a int NOT NULL)', $$zdm.expand_drop_column(%L, 'a', reverse => 'id', name => %L)$$),
    ('fill',        '(id int PRIMARY KEY, a int)', $$zdm.expand_not_null(%L, 'a', fill => '7', name => %L)$$),
    ('checked',     '(id int PRIMARY KEY, a int DEFAULT 7)', $$zdm.expand_check(%L, 'c', 'a > 0', name => %L)$$),
    ('referring',   '(id int PRIMARY KEY, a int)', $$zdm.expand_foreign_key(%L, '{a}', 'other', constraint_name => 'f', name => %L)$$),
    ('uniq',        '(id int PRIMARY KEY, a int)', $$zdm.expand_unique(%L, '{a}', name => %L)$$),
    ('primary_key', '(id int NOT NULL, a int)', $$zdm.expand_primary_key(%L, '{id}', name => %L)$$),
    ('indexed',     '(id int PRIMARY KEY, "a" int)', $$zdm.expand_index('CREATE INDEX indexed_a ON ' || %L || ' (a)', name => %L)$$),
    ('parted',      '(id int PRIMARY KEY, a int) PARTITION BY RANGE (id); CREATE TABLE parted_1 PARTITION OF parted DEFAULT',
                    $$zdm.expand_index('CREATE INDEX parted_a ON ' || %L || ' (a)', name => %L)$$),
    ('unindexed',   '(id int PRIMARY KEY, a int); CREATE INDEX unindexed_a ON unindexed (a)', $$zdm.drop_index(%L || '_a', name => %L)$$),
    ('rebuilt',     '(id int PRIMARY KEY, a int)', $$zdm.reindex(%L, name => %L)$$),
    ('old_name',    '(id serial PRIMARY KEY, a int DEFAULT 7 CHECK (a > 0))', $$zdm.expand_rename_table(%L, 'new_name', rename_objects => true, name => %L)$$);

-- All that one sees of the tables of a schema.
CREATE FUNCTION look_of(schema regnamespace) RETURNS SETOF text LANGUAGE sql SET quote_all_identifiers = off AS $$
    WITH t AS (SELECT oid, relname FROM pg_class WHERE relnamespace = schema AND relkind IN ('r', 'p')), seen AS (
        SELECT format('%s.%s %s %s %s', relname, attname, format_type(atttypid, atttypmod), attnotnull, pg_get_expr(adbin, adrelid)) AS text
          FROM t JOIN pg_attribute ON attrelid = t.oid AND attnum > 0 AND NOT attisdropped
               LEFT JOIN pg_attrdef ON adrelid = attrelid AND adnum = attnum
        UNION ALL
        SELECT format('%s %s %s %s', relname, conname, pg_get_constraintdef(c.oid), convalidated) FROM t JOIN pg_constraint c ON conrelid = t.oid
        UNION ALL
        SELECT format('%s %s', pg_get_indexdef(indexrelid), indisvalid) FROM t JOIN pg_index ON indrelid = t.oid
        UNION ALL
        SELECT pg_get_triggerdef(g.oid) FROM t JOIN pg_trigger g ON tgrelid = t.oid WHERE NOT tgisinternal)
    SELECT replace(text, schema::text || '.', '') FROM seen
$$;

-- Everything to its end, and everything to contract and back.
CREATE SCHEMA plain_done;
CREATE SCHEMA plain_back;
CREATE SCHEMA odd_done;
CREATE SCHEMA odd_back;
CREATE FUNCTION calls(prefix text, schema text) RETURNS SETOF text LANGUAGE sql SET search_path = public AS $$
    SELECT sql FROM (
        SELECT -2, format('SET search_path = %I, public', schema)
        UNION ALL SELECT -1, 'CREATE TABLE other (id int PRIMARY KEY)'
        UNION ALL SELECT 0, 'INSERT INTO other SELECT generate_series(1, 20)'
        UNION ALL SELECT 1, format('CREATE TABLE %I %s', kind, tbl) FROM kinds
        UNION ALL SELECT 2, format('INSERT INTO %I (id, a) SELECT g, g FROM generate_series(1, 20) g', kind) FROM kinds
        UNION ALL SELECT 3, format('SELECT ' || migration, kind, prefix || kind) FROM kinds
        UNION ALL SELECT 4, format('CALL zdm.wait(%L)', prefix || kind) FROM kinds
        UNION ALL SELECT 5, format('SELECT zdm.contract(%L)', prefix || kind) FROM kinds
        UNION ALL SELECT 6, format('SELECT zdm.reopen(%L)', prefix || kind) FROM kinds
        UNION ALL SELECT 7, format('SELECT zdm.contract(%L)', prefix || kind) FROM kinds
        UNION ALL SELECT 8, format('SELECT zdm.%s(%L)', CASE WHEN schema ~ 'done' THEN 'finalize' ELSE 'rollback' END, prefix || kind) FROM kinds
        UNION ALL SELECT 9, 'RESET search_path') c (n, sql) ORDER BY n
$$;
-- That work waits for a free slot, which is told in a warning, depends on how fast the workers are.
SET client_min_messages = error;
\o /dev/null
\set ECHO none
SELECT calls('s_pd_', 'plain_done') \gexec
SELECT calls('s_pb_', 'plain_back') \gexec
\set ECHO all
\o
SET client_min_messages = warning;

-- the same among others' event triggers, which write down what they see, by short names
ALTER DATABASE :"DBNAME" SET quote_all_identifiers = on;
CREATE TABLE ddl_log (event text, tag text);
CREATE FUNCTION log_ddl() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN INSERT INTO ddl_log VALUES (tg_event, tg_tag); END';
CREATE FUNCTION log_ddl_as_owner() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public SET work_mem = '5MB'
    AS 'BEGIN INSERT INTO ddl_log VALUES (tg_event, tg_tag); END';
CREATE EVENT TRIGGER a_start ON ddl_command_start EXECUTE FUNCTION log_ddl();
CREATE EVENT TRIGGER a_drop ON sql_drop EXECUTE FUNCTION log_ddl();
CREATE EVENT TRIGGER "~end" ON ddl_command_end EXECUTE FUNCTION log_ddl();
CREATE EVENT TRIGGER "~~end" ON ddl_command_end EXECUTE FUNCTION log_ddl_as_owner();
\c
\set SHOW_CONTEXT never
SET client_min_messages = warning;
SHOW quote_all_identifiers;
-- That work waits for a free slot, which is told in a warning, depends on how fast the workers are.
SET client_min_messages = error;
\o /dev/null
\set ECHO none
SELECT calls('s_od_', 'odd_done') \gexec
SELECT calls('s_ob_', 'odd_back') \gexec
\set ECHO all
\o
SET client_min_messages = warning;
DROP EVENT TRIGGER a_start;
DROP EVENT TRIGGER a_drop;
DROP EVENT TRIGGER "~end";
DROP EVENT TRIGGER "~~end";
SELECT status, count(*) FROM zdm.status WHERE name ~ '^s_' GROUP BY status ORDER BY status;
SELECT name, status, last_error FROM zdm.status WHERE name ~ '^s_' AND status NOT IN ('finalized', 'rolled_back');
SELECT event, count(DISTINCT tag) > 1 AS seen FROM ddl_log GROUP BY event ORDER BY event;
SELECT 'plain' AS only_there, l FROM look_of('plain_done') l EXCEPT SELECT 'plain', l FROM look_of('odd_done') l
UNION ALL (SELECT 'odd', l FROM look_of('odd_done') l EXCEPT SELECT 'odd', l FROM look_of('plain_done') l);
SELECT 'plain' AS only_there, l FROM look_of('plain_back') l EXCEPT SELECT 'plain', l FROM look_of('odd_back') l
UNION ALL (SELECT 'odd', l FROM look_of('odd_back') l EXCEPT SELECT 'odd', l FROM look_of('plain_back') l);
SELECT (SELECT count(*) FROM look_of('plain_done')) > 40 AS done, (SELECT count(*) FROM look_of('plain_back')) > 40 AS back;

-- one that refuses: the call fails by its words, and nothing of it is done
CREATE FUNCTION refuse_ddl() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM pg_event_trigger_ddl_commands() WHERE object_identity ~ 'zdm_') THEN
        RAISE undefined_table USING message = 'no names like that here';
    END IF;
END $$;
CREATE TABLE refused (id int PRIMARY KEY, a int NOT NULL);
INSERT INTO refused VALUES (1, 1);
SELECT zdm.expand_drop_column('refused', 'a', name => 's_refused');
CALL zdm.wait('s_refused');
CREATE EVENT TRIGGER refuse ON ddl_command_end EXECUTE FUNCTION refuse_ddl();
SELECT zdm.contract('s_refused');
ALTER EVENT TRIGGER refuse DISABLE;
SELECT zdm.contract('s_refused');
CREATE FUNCTION refuse_drop() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE undefined_object USING message = 'nothing is dropped here';
END $$;
CREATE EVENT TRIGGER refuse_drop ON sql_drop EXECUTE FUNCTION refuse_drop();
SELECT zdm.finalize('s_refused');
ALTER EVENT TRIGGER refuse_drop DISABLE;
SELECT attname FROM pg_attribute WHERE attrelid = 'refused'::regclass AND attnum > 0 AND NOT attisdropped;
SELECT zdm.finalize('s_refused');
SELECT attname FROM pg_attribute WHERE attrelid = 'refused'::regclass AND attnum > 0 AND NOT attisdropped;

DROP EVENT TRIGGER refuse;
DROP EVENT TRIGGER refuse_drop;
ALTER DATABASE :"DBNAME" RESET quote_all_identifiers;
DROP SCHEMA plain_done, plain_back, odd_done, odd_back CASCADE;
DROP FUNCTION log_ddl, log_ddl_as_owner, refuse_ddl, refuse_drop, look_of, calls;
DROP TABLE kinds, ddl_log, refused;
