-- What zdm has made or hidden is dropped by hand, every single thing of it, in every kind of
-- migration, before every call: no write fails, and the migration can be ended.
SET client_min_messages = warning;
CREATE SCHEMA gone;
SET search_path = gone;
\set SHOW_CONTEXT never
\set VERBOSITY terse
CREATE FUNCTION plus(x bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT x + 1';

CREATE TABLE kinds (kind text, tbl text, migration text);
INSERT INTO kinds VALUES
    ('rename',      '(id int PRIMARY KEY, a int)', $$zdm.expand_rename(%L, 'a', 'b', name => %L)$$),
    ('add',         '(id int PRIMARY KEY, a int)',
                    $$zdm.expand_add_column(%L, 'b', 'bigint', backfill => 'plus(id)', not_null => true, index => true, name => %L)$$),
    ('add_late',    '(id int PRIMARY KEY, a int)',
                    $$zdm.expand_add_column(%L, 'b', 'bigint', backfill => 'plus(id)', not_null => true, on_error => 'null', name => %L)$$),
    ('type',        '(id int PRIMARY KEY, a int UNIQUE CHECK (a > 0) DEFAULT 7)', $$zdm.expand_change_type(%L, 'a', 'bigint', name => %L)$$),
    ('key',         '(id serial PRIMARY KEY, a int)', $$zdm.expand_change_type(%L, 'id', 'bigint', name => %L)$$),
    ('text',        '(id int PRIMARY KEY, a int NOT NULL CHECK (a IS NOT NULL)); CREATE INDEX ON text (a)', $$zdm.expand_change_type(%L, 'a', 'text', name => %L)$$),
    ('transform',   '(id int PRIMARY KEY, a int)',
                    $$zdm.expand_transform(%L, '{a}', '{"b": {"type": "int", "forward": "a * 2", "not_null": false}}', '{"a": "b / 2"}', name => %L)$$),
    ('drop',        '(id int PRIMARY KEY, a int NOT NULL)', $$zdm.expand_drop_column(%L, 'a', name => %L)$$),
    ('drop_filled', '(id int PRIMARY KEY, a int NOT NULL)', $$zdm.expand_drop_column(%L, 'a', reverse => 'plus(id)', name => %L)$$),
    ('fill',        '(id int PRIMARY KEY, a int)', $$zdm.expand_not_null(%L, 'a', fill => '7', name => %L)$$),
    ('not_null',    '(id int PRIMARY KEY, a int DEFAULT 7)', $$zdm.expand_not_null(%L, 'a', name => %L)$$),
    ('check',       '(id int PRIMARY KEY, a int DEFAULT 7)', $$zdm.expand_check(%L, 'c', 'a > 0', name => %L)$$),
    ('foreign_key', '(id int PRIMARY KEY, a int)', $$zdm.expand_foreign_key(%L, '{a}', 'other', constraint_name => 'f', name => %L)$$),
    ('unique',      '(id int PRIMARY KEY, a int)', $$zdm.expand_unique(%L, '{a}', name => %L)$$),
    ('compact',     '(id int PRIMARY KEY, a int UNIQUE); CREATE INDEX ON compact (a)', $$zdm.expand_compact(%L, name => %L)$$),
    ('shadow',      '(id int PRIMARY KEY, a int NOT NULL CHECK (a > 0))', $$zdm.expand_shadow_table(%L, '(a int, id int)', name => %L)$$),
    ('parts',       '(id int PRIMARY KEY, a int)', $$zdm.expand_partition(%L, 'HASH (id)', partitions => 2, name => %L)$$),
    ('extract',     '(id int PRIMARY KEY, a int UNIQUE)', $$zdm.expand_extract(%L, '{a}', 'extracted', name => %L)$$),
    ('table_name',  '(id int PRIMARY KEY, a int)', $$zdm.expand_rename_table(%L, 'renamed', name => %L)$$),
    ('drop_index',  '(id int PRIMARY KEY, a int); CREATE INDEX drop_index_a ON drop_index (a)', $$zdm.drop_index(%L || '_a', name => %L)$$);
CREATE TABLE other (id int PRIMARY KEY);
CREATE TABLE before (oid oid, attnum int);

SELECT format('CREATE TABLE %I %s', kind, tbl) FROM kinds \gexec
SELECT format('INSERT INTO %I (id, a) SELECT g, CASE WHEN %L = ''foreign_key'' THEN NULL ELSE g END FROM generate_series(1, 20) g',
              kind, kind) FROM kinds \gexec
CREATE INDEX ON key (id, a);
CREATE STATISTICS key_stat ON id, a FROM key;
CREATE STATISTICS type_stat ON id, a FROM type;
CREATE INDEX ON type (a) WHERE a > 3;
INSERT INTO before SELECT attrelid, attnum FROM pg_attribute WHERE attrelid IN (SELECT kind::regclass FROM kinds);
INSERT INTO before SELECT oid, 0 FROM pg_constraint WHERE conrelid IN (SELECT kind::regclass FROM kinds)
    UNION ALL SELECT indexrelid, 0 FROM pg_index WHERE indrelid IN (SELECT kind::regclass FROM kinds)
    UNION ALL SELECT oid, 0 FROM pg_statistic_ext WHERE stxrelid IN (SELECT kind::regclass FROM kinds);
SELECT format('SELECT ' || migration, kind, kind) FROM kinds \gexec
SELECT format('CALL zdm.wait(%L)', kind) FROM kinds \gexec
SELECT count(*) FROM zdm.status JOIN kinds ON kind = name WHERE status <> 'ready';

-- What is new in a table, or has a name of zdm's, and how one would drop it.
CREATE FUNCTION parts(tbl regclass) RETURNS TABLE (part text, how text) LANGUAGE sql AS $$
    SELECT 'column ' || attname, format('ALTER TABLE %s DROP COLUMN %I', tbl, attname) FROM pg_attribute
     WHERE attrelid = tbl AND attnum > 0 AND NOT attisdropped
       AND (attname ~ '^~?zdm_' OR (attrelid, attnum) NOT IN (SELECT oid, attnum FROM before))
    UNION ALL
    SELECT 'constraint ' || conname, format('ALTER TABLE %s DROP CONSTRAINT %I', tbl, conname) FROM pg_constraint
     WHERE conrelid = tbl AND (conname ~ '^~?zdm_' OR oid NOT IN (SELECT oid FROM before))
    UNION ALL
    SELECT 'index ' || relname, format('DROP INDEX %I', relname) FROM pg_index JOIN pg_class c ON c.oid = indexrelid
     WHERE indrelid = tbl AND (relname ~ '^~?zdm_' OR NOT indisvalid OR c.oid NOT IN (SELECT oid FROM before))
       AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
    UNION ALL
    SELECT 'statistics ' || stxname, format('DROP STATISTICS %I', stxname) FROM pg_statistic_ext
     WHERE stxrelid = tbl AND (stxname ~ '^~?zdm_' OR oid NOT IN (SELECT oid FROM before))
    UNION ALL
    SELECT what || ' ' || relname, format('DROP %s %I', what, relname)
      FROM zdm.target JOIN zdm.migration m ON m.id = migration_id JOIN pg_class c ON c.oid = target.relation,
           LATERAL (SELECT CASE relkind WHEN 'v' THEN 'view' ELSE 'table' END AS what) AS w
     WHERE m.name = (SELECT relname FROM pg_class WHERE oid = tbl) AND target.relation <> tbl AND (relname ~ '^zdm_' OR relkind = 'v')
    UNION ALL
    SELECT 'hidden ' || what, format('ALTER TABLE %I DROP %s', relname, what)
      FROM zdm.target JOIN zdm.migration m ON m.id = migration_id JOIN pg_class c ON c.oid = target.relation,
           LATERAL (SELECT 'COLUMN ' || attname FROM pg_attribute WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped
                    UNION ALL SELECT 'CONSTRAINT ' || conname FROM pg_constraint WHERE conrelid = c.oid) AS w (what)
     WHERE m.name = (SELECT relname FROM pg_class WHERE oid = tbl) AND target.relation <> tbl AND relname ~ '^zdm_'
    UNION ALL
    SELECT 'trigger', format('DROP TRIGGER %I ON %s', tgname, tbl) FROM pg_trigger WHERE tgrelid = tbl AND tgname ~ '^~zdm_'
$$;

-- Which statement fails in the caller's stead, and how; NULL: none.
CREATE FUNCTION failure(sql text, OUT state text, OUT hint text) LANGUAGE plpgsql AS $$
    BEGIN EXECUTE sql;
    EXCEPTION WHEN OTHERS THEN GET STACKED DIAGNOSTICS state = RETURNED_SQLSTATE, hint = PG_EXCEPTION_HINT; state := state || ' ' || sqlerrm;
    END $$;

CREATE TABLE outcome (kind text, status text, part text, plain text, call text, result text, ended text, writers text);
CREATE SEQUENCE ids START 1000;

-- The writers of both schemas: of the old one until contract, of the new one from ready on.
CREATE FUNCTION writers(kind text, contracted boolean, what text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    id int := nextval('ids');
    has_a boolean := EXISTS (SELECT FROM pg_attribute WHERE attrelid = kind::regclass AND attname = 'a' AND NOT attisdropped);
    has_b boolean := EXISTS (SELECT FROM pg_attribute WHERE attrelid = kind::regclass AND attname = 'b' AND NOT attisdropped);
    has_id boolean := EXISTS (SELECT FROM pg_attribute WHERE attrelid = kind::regclass AND attname = 'id' AND NOT attisdropped);
    f record;
BEGIN
    IF NOT has_id THEN RETURN NULL; END IF;
    f := failure(CASE WHEN has_b AND contracted AND kind LIKE 'add%' THEN format('INSERT INTO %I (id, b) VALUES (%s, %s)', kind, id, id)
                      WHEN has_a AND kind <> 'foreign_key' THEN format('INSERT INTO %I (id, a) VALUES (%s, %s)', kind, id, id)
                      ELSE format('INSERT INTO %I (id) VALUES (%s)', kind, id) END);
    IF f.state IS NULL THEN f := failure(format('UPDATE %I SET id = id + 10000 WHERE id IN (1, 2)', kind)); END IF;
    RETURN what || f.state;
END $$;

CREATE FUNCTION try_all(calls text[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    m record; p record; c text; f record; is_plain text; outcome text; ended text; w text; way text; contracted boolean;
BEGIN
    FOR m IN SELECT name, status FROM zdm.status JOIN kinds k ON k.kind = name WHERE status IN ('ready', 'contracted') LOOP
        contracted := m.status = 'contracted';
        FOR p IN SELECT * FROM parts(m.name::regclass) LOOP
            FOREACH c IN ARRAY calls LOOP
                BEGIN
                    w := NULL; ended := NULL; outcome := NULL; is_plain := NULL;
                    f := failure(p.how);
                    is_plain := CASE WHEN f.state IS NULL THEN 'dropped' WHEN f.state ~ '^2BP01' THEN 'refused' ELSE f.state END;
                    CONTINUE WHEN is_plain NOT IN ('dropped', 'refused'); -- NOT NULL of a key, from 18 on
                    IF is_plain = 'refused' THEN EXECUTE p.how || ' CASCADE'; END IF;
                    w := writers(m.name, contracted, 'after the drop: ');
                    f := failure(format('SELECT zdm.%I(%L)', c, m.name));
                    outcome := coalesce(f.state, 'done');
                    way := c;
                    IF f.state IS NOT NULL THEN
                        way := substring(f.hint from 'zdm\.(rollback|finalize|forget)\(');
                        f := failure(format('SELECT zdm.%I(%L)', coalesce(way, 'forget'), m.name));
                        outcome := 'refused; ' || coalesce(way, 'no way named: ' || outcome) || coalesce(' fails: ' || f.state, ' ends it');
                    END IF;
                    ended := (SELECT x.status FROM zdm.migration x WHERE x.name = m.name);
                    w := coalesce(w, writers(m.name, ended IN ('contracted', 'finalized'), 'at the end: '));
                    IF ended IN ('rolled_back', 'finalized') AND way <> 'forget' THEN
                        w := coalesce(w, (SELECT 'left: ' || string_agg(part, ', ') FROM parts(m.name::regclass)
                                           WHERE part ~ '^trigger| ~?zdm_' AND part NOT LIKE 'hidden %' AND part <> 'constraint zdm_a_not_null'));
                    END IF;
                    RAISE EXCEPTION 'undo' USING ERRCODE = 'ZZ000';
                EXCEPTION WHEN SQLSTATE 'ZZ000' THEN
                    INSERT INTO outcome VALUES (m.name, m.status, p.part, is_plain, c, outcome, ended, w);
                END;
            END LOOP;
        END LOOP;
    END LOOP;
END $$;

SET client_min_messages = error;
SELECT try_all('{contract,rollback,forget}') \g /dev/null
-- a plain DROP of what is in sync is refused
SELECT kind, part, plain FROM outcome WHERE call = 'forget' AND part ~ '^column' ORDER BY 1, 2;
-- whoever looks at it is told whose it is
SELECT kind, part FROM kinds, parts(kind::regclass), LATERAL (SELECT part ~ '^column' AS is_column, split_part(part, ' ', 2) AS called) p
 WHERE called ~ '^~?zdm_' AND NOT EXISTS (
    SELECT FROM pg_description d WHERE description LIKE 'zdm migration ''' || kind || ''' %'
       AND CASE WHEN is_column THEN (objoid, objsubid) = (SELECT attrelid, attnum FROM pg_attribute WHERE attrelid = kind::regclass AND attname = called)
                ELSE objoid IN (SELECT oid FROM pg_constraint WHERE conname = called UNION ALL SELECT oid FROM pg_class WHERE relname = called
                                UNION ALL SELECT oid FROM pg_statistic_ext WHERE stxname = called) END);
SELECT format('SELECT zdm.contract(%L)', kind) FROM kinds \gexec
SELECT try_all('{reopen,rollback,finalize,forget}') \g /dev/null
SELECT kind, part, plain FROM outcome WHERE call = 'finalize' AND part ~ '^column' ORDER BY 1, 2;

-- what is not hidden any more has no mark of zdm's
SELECT kind, coalesce(c.relname, o.conname, a.attname, t.tgname, x.stxname) AS marked
  FROM pg_description d
  LEFT JOIN pg_class c ON classoid = 'pg_class'::regclass AND objoid = c.oid AND objsubid = 0
  LEFT JOIN pg_attribute a ON classoid = 'pg_class'::regclass AND objoid = attrelid AND objsubid = attnum
  LEFT JOIN pg_constraint o ON classoid = 'pg_constraint'::regclass AND objoid = o.oid
  LEFT JOIN pg_trigger t ON classoid = 'pg_trigger'::regclass AND objoid = t.oid
  LEFT JOIN pg_statistic_ext x ON classoid = 'pg_statistic_ext'::regclass AND objoid = x.oid
  JOIN kinds ON starts_with(description, format('zdm migration %L ', kind))
 WHERE kind <> 'drop_index' AND c.relkind IS DISTINCT FROM 'v' AND NOT coalesce(c.relname, o.conname, a.attname, t.tgname, x.stxname) ~ '^~?zdm_';

-- every call is done, or refused by one that names another, which is
SELECT * FROM outcome WHERE result IS NULL OR NOT result ~ '^(done|refused; [a-z]+ ends it)$' OR writers IS NOT NULL
    OR ended NOT IN ('ready', 'contracted', 'rolled_back', 'finalized') ORDER BY kind, status, part, call;
SELECT DISTINCT status, call, result FROM outcome ORDER BY 1, 2, 3;
SELECT count(*) > 150 AS many FROM outcome;


\set VERBOSITY default
RESET client_min_messages;
-- what an expression uses is held, too; CASCADE says what it means
CREATE TABLE uses (id int PRIMARY KEY, a int);
INSERT INTO uses VALUES (1, 1);
CREATE FUNCTION twice(x int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT x * 2';
SELECT zdm.expand_add_column('uses', 'b', 'int', backfill => 'twice(a)', not_null => true, name => 'gone_uses') \g /dev/null
DROP FUNCTION twice(int);
\set VERBOSITY terse
ALTER TABLE uses ALTER a TYPE bigint;
\set VERBOSITY default
DROP FUNCTION twice(int) CASCADE;
INSERT INTO uses (id, a) VALUES (2, 2);
\d uses
SELECT event FROM zdm.event e JOIN zdm.migration m ON m.id = migration_id WHERE name = 'gone_uses' AND event LIKE 'trigger%';
SELECT zdm.rollback('gone_uses') \g /dev/null
INSERT INTO uses (id, a) VALUES (3, 3);

-- partitions and children
CREATE TABLE parted (id int, a int) PARTITION BY RANGE (id);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES FROM (0) TO (100);
CREATE TABLE parent (id int, a int);
CREATE TABLE child () INHERITS (parent);
SELECT zdm.expand_add_column('parted', 'b', 'int', backfill => 'a', not_null => true, name => 'gone_parted') \g /dev/null
SELECT zdm.expand_add_column('parent', 'b', 'int', backfill => 'a', not_null => true, name => 'gone_parent') \g /dev/null
SET client_min_messages = warning;
CALL zdm.wait('gone_parted');
CALL zdm.wait('gone_parent');
CREATE TABLE parted_2 PARTITION OF parted FOR VALUES FROM (100) TO (200);
ALTER TABLE parted DROP COLUMN b;
ALTER TABLE parent DROP COLUMN b;
ALTER TABLE parted DROP COLUMN a CASCADE;
INSERT INTO parted_1 (id) VALUES (1);
INSERT INTO parted (id) VALUES (150);
ALTER TABLE parent DROP COLUMN a CASCADE;
INSERT INTO child (id) VALUES (1);
SELECT zdm.rollback('gone_parted'), zdm.rollback('gone_parent') \g /dev/null
SELECT attrelid::regclass, attname FROM pg_attribute
 WHERE attrelid IN ('parted'::regclass, 'parted_1'::regclass, 'parent'::regclass, 'child'::regclass) AND attnum > 0 AND NOT attisdropped;
RESET client_min_messages;

-- forgotten: it says what stays, and that nobody waits for it
CREATE ROLE regress_zdm_nobody;
CREATE TABLE kept (id serial PRIMARY KEY, a int CHECK (a > 0), gone int CHECK (gone IS NOT NULL));
INSERT INTO kept (a, gone) VALUES (1, 1), (2, 2);
CREATE INDEX kept_a ON kept (a);
SELECT zdm.expand_change_type('kept', 'id', 'bigint', name => 'kept_id') \g /dev/null
SELECT zdm.expand_drop_column('kept', 'gone', name => 'kept_gone') \g /dev/null
SELECT zdm.drop_index('kept_a', name => 'kept_a');
SELECT zdm.contract('kept_a'), zdm.contract('kept_gone') \g /dev/null
SET client_min_messages = warning;
CALL zdm.wait('kept_id');
RESET client_min_messages;
SET ROLE regress_zdm_nobody;
SELECT zdm.forget('kept_id');
RESET ROLE;
SELECT zdm.forget('kept_id');
SELECT zdm.forget('kept_id');
SELECT zdm.forget('kept_gone');
SELECT zdm.forget('kept_a');
SELECT attname, attnotnull, col_description(attrelid, attnum) FROM pg_attribute
 WHERE attrelid = 'kept'::regclass AND attnum > 0 AND NOT attisdropped;
SELECT indexrelid::regclass, indisvalid FROM pg_index WHERE indrelid = 'kept'::regclass ORDER BY indexrelid::regclass::text COLLATE "C";
INSERT INTO kept (a) VALUES (3);
SELECT name, status, detail FROM zdm.migration m JOIN zdm.event e ON migration_id = m.id
 WHERE name LIKE 'kept%' AND event = status ORDER BY name;
SELECT zdm.expand_rename('kept', 'a', 'b', name => 'kept_id');
SELECT zdm.forget('kept_id');
INSERT INTO kept (a) VALUES (4);
SELECT zdm.forget('no such');
DROP ROLE regress_zdm_nobody;

-- an index that is to go and a column of it share that column
CREATE TABLE shared (id int PRIMARY KEY, a int, b int);
CREATE INDEX shared_a ON shared (b) WHERE a > 0;
SELECT zdm.drop_index('shared_a', name => 'shared_index');
SELECT zdm.expand_drop_column('shared', 'a');
SELECT zdm.expand_rename('shared', 'b', 'c');
SELECT zdm.rollback('shared_index');
SELECT zdm.expand_drop_column('shared', 'a', name => 'shared_column');
SELECT zdm.drop_index('shared_a');
SELECT zdm.contract('shared_column');
SELECT zdm.drop_index('shared_a');
SELECT zdm.rollback('shared_column');

SET client_min_messages = error;
\o /dev/null
SELECT format('SELECT zdm.rollback(%L)', name) FROM zdm.migration JOIN pg_class c ON c.oid = relation
 WHERE relnamespace = 'gone'::regnamespace AND status NOT IN ('rolled_back', 'finalized') ORDER BY id \gexec
\o
DROP SCHEMA gone CASCADE;

-- NOT NULL of the new column, which from 18 on has a name that goes back and forth, may be dropped since contract: the column
-- takes nulls, and the calls go on. The old one has its own again, if the rows let it.
RESET search_path;
SET client_min_messages = warning;
\set VERBOSITY terse
CREATE TABLE nulls (id int PRIMARY KEY, a int NOT NULL);
INSERT INTO nulls SELECT g, g FROM generate_series(1, 10) g;
SELECT zdm.expand_change_type('nulls', 'a', 'bigint', name => 'nulls');
CALL zdm.wait('nulls');
SELECT zdm.contract('nulls');
ALTER TABLE nulls ALTER a DROP NOT NULL;
SELECT zdm.reopen('nulls');
SELECT zdm.contract('nulls');
INSERT INTO nulls VALUES (11, NULL);
SELECT zdm.reopen('nulls');
DELETE FROM nulls WHERE id = 11;
SELECT zdm.reopen('nulls');
SELECT attname, attnotnull, format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'nulls'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attname;
INSERT INTO nulls VALUES (11, NULL);
SELECT zdm.contract('nulls');
SELECT zdm.finalize('nulls');
SELECT attname, attnotnull, format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'nulls'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attname;
DROP TABLE nulls;
