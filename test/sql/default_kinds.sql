-- DEFAULT for a new column, in every kind of migration that has one, is what it was declared to be, else what the old
-- column's default comes to: every kind of statement is compared with the same one on a twin that has no migration.
SET client_min_messages = warning;
SET zdm.start_worker = off;
\set VERBOSITY terse
CREATE FUNCTION drawn() RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 42; END';

-- v int with a default, of which w (or v itself) is made by `call`; `later` is done once that is under way.  `left_is`
-- is what an INSERT of an application that does not know w gives it, `said_is` what DEFAULT means.
CREATE TABLE kinds (n int GENERATED ALWAYS AS IDENTITY, call text, v_is text, col text DEFAULT 'w', w_is text, was text DEFAULT '(1000 + g) * 10', later text DEFAULT 'SELECT',
    left_is text, said_is text);
INSERT INTO kinds (call, v_is, w_is, was, left_is, said_is) VALUES
    ('expand_add_column(%L, ''w'', ''int'', default_value => ''drawn()''', 'DEFAULT 7', '', '42', '42', '42');
INSERT INTO kinds (call, v_is, w_is, left_is, said_is) VALUES
    ('expand_transform(%L, ''{v}'', ''{"w": {"type": "int", "forward": "v * 10"}}'', ''{"v": "w / 10"}''', 'DEFAULT 7', '', '70', '70'),
    ('expand_transform(%L, ''{v}'', ''{"w": {"type": "int", "forward": "v * 10"}}'', ''{"v": "w / 10"}''', 'NOT NULL DEFAULT 7', 'NOT NULL', '70', '70'),
    ('expand_transform(%L, ''{v}'', ''{"w": {"type": "int", "forward": "v * 10"}}'', ''{"v": "w / 10"}''', '', '', 'NULL', 'NULL'),
    ('expand_transform(%L, ''{v}'', ''{"w": {"type": "int", "forward": "v * 10", "default": "50"}}'', ''{"v": "w / 10"}''', '', '', 'NULL', '50'),
    ('expand_transform(%L, ''{v}'', ''{"w": {"type": "int", "forward": "v * 10", "default": "50"}}'', ''{"v": "w / 10"}''', 'DEFAULT 7', '', '70', '50'),
    ('expand_transform(%L, ''{v}'', ''{"w": {"type": "int", "forward": "v * 10", "default": "drawn()", "not_null": true}}'', ''{"v": "w / 10"}''', 'NOT NULL DEFAULT 7', 'NOT NULL', '70', 'drawn()'),
    ('expand_transform(%L, ''{v}'', ''{"w": {"type": "int", "forward": "v * 10"}}''', 'DEFAULT 7', '', '70', '70'),
    ('expand_transform(%L, ''{v}'', ''{"w": {"type": "int", "forward": "v * 10", "default": "50"}}''', 'DEFAULT 7', '', '70', '50'),
    ('expand_add_column(%L, ''w'', ''int'', backfill => ''v * 10'', default_value => ''50''', 'DEFAULT 7', '', '70', '50'),
    ('expand_add_column(%L, ''w'', ''int'', backfill => ''v * 10'', default_value => ''drawn()'', not_null => true', 'NOT NULL DEFAULT 7', 'NOT NULL', '70', '42'),
    ('expand_add_column(%L, ''w'', ''int'', backfill => ''v * 10''', 'DEFAULT 7', '', '70', 'NULL');
-- defaults that come, change or go in mid-flight
INSERT INTO kinds (call, v_is, w_is, later, was, left_is, said_is) VALUES
    ('expand_rename(%L, ''v'', ''w''', '', '', 'ALTER TABLE %s ALTER v SET DEFAULT 7', '1000 + g', '7', '7'),
    ('expand_rename(%L, ''v'', ''w''', 'DEFAULT 8', '', 'ALTER TABLE %s ALTER v SET DEFAULT drawn()', '1000 + g', 'drawn()', 'drawn()'),
    ('expand_rename(%L, ''v'', ''w''', 'DEFAULT 7', '', 'ALTER TABLE %s ALTER v DROP DEFAULT', '1000 + g', 'NULL', 'NULL'),
    ('expand_rename(%L, ''v'', ''w''', 'NOT NULL', 'NOT NULL', 'ALTER TABLE %s ADD x text DEFAULT ''y'', ALTER v SET DEFAULT 7', '1000 + g', '7', '7'),
    ('expand_transform(%L, ''{v}'', ''{"w": {"type": "int", "forward": "v * 10"}}'', ''{"v": "w / 10"}''', '', '', 'ALTER TABLE %s ALTER v SET DEFAULT 7', '(1000 + g) * 10', '70', '70'),
    ('expand_transform(%L, ''{v}'', ''{"w": {"type": "int", "forward": "v * 10"}}'', ''{"v": "w / 10"}''', 'DEFAULT 8', '', 'ALTER TABLE %s ALTER v SET DEFAULT 7', '(1000 + g) * 10', '70', '70'),
    ('expand_transform(%L, ''{v}'', ''{"w": {"type": "int", "forward": "v * 10"}}'', ''{"v": "w / 10"}''', 'DEFAULT 8', '', 'ALTER TABLE %s ALTER v DROP DEFAULT', '(1000 + g) * 10', 'NULL', 'NULL'),
    ('expand_transform(%L, ''{v}'', ''{"w": {"type": "int", "forward": "v * 10", "default": "50"}}'', ''{"v": "w / 10"}''', '', '', 'ALTER TABLE %s ALTER v SET DEFAULT 7', '(1000 + g) * 10', '70', '50'),
    ('expand_add_column(%L, ''w'', ''int'', backfill => ''v * 10'', default_value => ''50''', '', '', 'ALTER TABLE %s ALTER v SET DEFAULT 7', '(1000 + g) * 10', '70', '50'),
    ('expand_add_column(%L, ''w'', ''int'', backfill => ''v * 10''', '', '', 'ALTER TABLE %s ALTER v SET DEFAULT 7', '(1000 + g) * 10', '70', 'NULL');
-- under a name that stays there is one column for all, until contract the old one
INSERT INTO kinds (call, v_is, w_is, col, was, later, left_is, said_is) VALUES
    ('expand_change_type(%L, ''v'', ''bigint''', 'DEFAULT 7', '', 'v', '1000 + g', 'SELECT', '7', '7'),
    ('expand_change_type(%L, ''v'', ''bigint''', '', '', 'v', '1000 + g', 'ALTER TABLE %s ALTER v SET DEFAULT 7', '7', '7'),
    ('expand_transform(%L, ''{v}'', ''{"v": {"type": "text", "forward": "v::text", "default": "''''5''''"}}'', ''{"v": "v::int"}''', 'DEFAULT 7', '', 'v', '1000 + g', 'SELECT', '7', '7');

DO $$
DECLARE k kinds;
BEGIN
    FOR k IN TABLE kinds LOOP
        EXECUTE format('CREATE TABLE twin_%s (id int PRIMARY KEY, w int %s, note text, was int)', k.n, k.w_is);
        EXECUTE format('INSERT INTO twin_%s SELECT g, %s, NULL, %s FROM generate_series(13, 1000) g WHERE g %% 13 < 9', k.n, k.was, k.was);
        EXECUTE format('CREATE TABLE kind_%s (id int PRIMARY KEY, v int %s, note text)', k.n, k.v_is);
        EXECUTE format('INSERT INTO kind_%s SELECT g, 1000 + g FROM generate_series(13, 1000) g WHERE g %% 13 < 9', k.n);
    END LOOP;
END $$;
DO $$
DECLARE k kinds;
BEGIN
    FOR k IN TABLE kinds LOOP
        EXECUTE format('SELECT zdm.' || k.call || ', name => %L)', 'kind_' || k.n, 'kind_' || k.n);
        EXECUTE format(k.later, 'kind_' || k.n);
    END LOOP;
END $$;

CREATE TABLE statements (n int GENERATED ALWAYS AS IDENTITY, inserts boolean, updates boolean, sql text);
INSERT INTO statements (inserts, updates, sql) VALUES
    (false, true, 'UPDATE <t> SET <c> = DEFAULT WHERE id = <i>'),
    (false, true, 'UPDATE <t> SET <c> = NULL WHERE id = <i>; UPDATE <t> SET <c> = DEFAULT WHERE id = <i>'),
    (false, true, 'UPDATE <t> SET <c> = DEFAULT WHERE id = <i>; UPDATE <t> SET <c> = NULL WHERE id = <i>'),
    (false, true, 'UPDATE <t> SET (note, <c>) = ROW (''x'', DEFAULT) WHERE id BETWEEN <i> AND <i> + 3'),
    (false, true, 'UPDATE <t> SET <c> = DEFAULT WHERE id BETWEEN <i> AND <i> + 8; UPDATE <t> SET note = ''z'' WHERE id BETWEEN <i> AND <i> + 8'),
    (false, true, 'DO $do$ BEGIN BEGIN UPDATE <t> SET <c> = DEFAULT, note = repeat(''x'', 1 / (id - <i>)) WHERE id = <i>; EXCEPTION WHEN division_by_zero THEN NULL; END;
        UPDATE <t> SET <c> = NULL WHERE id = <i>; END $do$'),
    (false, true, 'WITH one AS (UPDATE <t> SET <c> = DEFAULT WHERE id = <i>), two AS (UPDATE <t> SET <c> = NULL WHERE id = <i> + 1)
        UPDATE <t> SET <c> = DEFAULT WHERE id = <i> + 2'),
    (false, true, 'MERGE INTO <t> t USING generate_series(<i>, <i> + 3) g ON t.id = g WHEN MATCHED AND g % 2 = 0 THEN UPDATE SET <c> = DEFAULT
        WHEN MATCHED THEN UPDATE SET <c> = NULL'),
    (true, false, 'INSERT INTO <t> (id) VALUES (<i> + 9)'),
    (true, false, 'INSERT INTO <t> (id, <c>) VALUES (<i> + 9, DEFAULT)'),
    (true, false, 'INSERT INTO <t> (id, <c>) VALUES (<i> + 9, DEFAULT), (<i> + 10, 500), (<i> + 11, DEFAULT)'),
    (true, false, 'INSERT INTO <t> (id) SELECT <i> + g FROM generate_series(10, 12) g ORDER BY 1 DESC'),
    (true, false, 'INSERT INTO <t> (id) VALUES (<i> + 9); UPDATE <t> SET <c> = NULL WHERE id = <i> + 9; UPDATE <t> SET note = ''z'' WHERE id = <i> + 9'),
    (true, true, 'INSERT INTO <t> (id, <c>) VALUES (<i>, DEFAULT), (<i> + 9, DEFAULT) ON CONFLICT (id) DO UPDATE SET <c> = DEFAULT'),
    (true, true, 'MERGE INTO <t> t USING generate_series(<i> + 8, <i> + 9) g ON t.id = g WHEN MATCHED THEN UPDATE SET <c> = DEFAULT
        WHEN NOT MATCHED THEN INSERT (id, <c>) VALUES (g, DEFAULT)');

CREATE FUNCTION run(statement text, tbl text, col text, first int) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE replace(replace(replace(statement, '<t>', tbl), '<c>', col), '<i>', first::text);
    RETURN 'ok';
EXCEPTION WHEN not_null_violation THEN
    RETURN SQLSTATE;
END $$;

-- What differs: how many rows of each statement, and one of them.  In a row that is not filled a NULL counts as that, unless
-- the session is new and names the column.
CREATE FUNCTION compare(beginning int, filled boolean, OUT kind text, OUT writer text, OUT sql text, OUT rows bigint, OUT example text)
    RETURNS SETOF record LANGUAGE plpgsql AS $$
DECLARE k kinds; s record; first int; compared int := 0;
BEGIN
    FOR k IN SELECT * FROM kinds ORDER BY n LOOP
        first := beginning;
        FOR s IN SELECT st.*, w FROM statements st, unnest('{auto,new}'::text[]) w WHERE w = 'auto' OR k.col = 'w' ORDER BY st.n, w LOOP
            CONTINUE WHEN s.inserts AND s.updates AND k.left_is <> k.said_is AND (s.w = 'auto' OR k.said_is = 'NULL')
                OR NOT filled AND (s.sql LIKE '%<c> = NULL%' AND (s.w = 'auto' OR s.sql LIKE '%note = %') OR s.updates AND k.said_is = 'NULL');
            PERFORM set_config('zdm.writer', s.w, true);
            EXECUTE format('ALTER TABLE twin_%s ALTER w SET DEFAULT %s', k.n,
                CASE WHEN s.updates OR s.w = 'new' AND k.said_is <> 'NULL' THEN k.said_is ELSE k.left_is END);
            IF run(s.sql, 'twin_' || k.n, 'w', first) = 'ok' THEN
                compared := compared + 1;
                sql := run(s.sql, 'kind_' || k.n, k.col, first);
                RETURN QUERY EXECUTE format('SELECT %L, %L, %L, count(*), min(ROW (t.id, t.w, t.note)::text || m::text)
                    FROM (SELECT id, w, note, was FROM twin_%s WHERE id BETWEEN %s AND %s) t
                    FULL JOIN (SELECT id, %s AS w, note FROM kind_%s WHERE id BETWEEN %s AND %s) m USING (id)
                    WHERE t.w IS DISTINCT FROM CASE WHEN %L OR m.w IS NOT NULL OR t.w IS DISTINCT FROM was THEN m.w::int ELSE t.w END
                        OR t.note IS DISTINCT FROM m.note HAVING count(*) > 0 OR %L <> ''ok''',
                    'kind_' || k.n, s.w, s.sql || ': ' || sql, k.n, first, first + 12, k.col, k.n, first, first + 12, filled, sql);
            END IF;
            first := first + 13;
        END LOOP;
    END LOOP;
    kind := 'compared';
    writer := NULL;
    sql := NULL;
    rows := compared;
    RETURN NEXT;
END $$;
-- rows that nobody has filled, and those of a table that is ready
SELECT * FROM compare(13, false);
SET zdm.start_worker = on;
SELECT format('CALL zdm.wait(%L)', 'kind_' || n) FROM kinds ORDER BY n
\gexec
SET zdm.start_worker = off;
SELECT * FROM compare(520, true);
SELECT name, mismatches, lossy FROM kinds, LATERAL (SELECT 'kind_' || n AS name) k, zdm.verify(name) v
    WHERE v.mismatches > 0 AND (call LIKE '%"v": "w%' OR call LIKE 'expand_rename%');

-- Several columns: each has its own, or its part of what the old one's default comes to.
CREATE TABLE person (id int PRIMARY KEY, full_name text DEFAULT 'Jane Doe', born text);
INSERT INTO person SELECT g, 'First Last' FROM generate_series(1, 6) g;
SELECT zdm.expand_transform('person', '{full_name}', '{"first": {"type": "text", "forward": "split_part(full_name, '' '', 1)"},
    "last": {"type": "text", "forward": "split_part(full_name, '' '', 2)"}, "title": {"type": "varchar(3)", "forward": "''Dr''", "default": "''Mx''"}}',
    '{"full_name": "first || '' '' || last"}', name => 'names');
SELECT attname, pg_get_expr(adbin, adrelid) FROM pg_attribute LEFT JOIN pg_attrdef ON (adrelid, adnum) = (attrelid, attnum)
    WHERE attrelid = 'person'::regclass AND attnum > 3 ORDER BY attnum;
SET zdm.start_worker = on;
CALL zdm.wait('names');
SET zdm.start_worker = off;
UPDATE person SET last = DEFAULT WHERE id = 1;
UPDATE person SET last = DEFAULT, first = DEFAULT WHERE id = 2;
UPDATE person SET title = DEFAULT WHERE id = 3;
UPDATE person SET first = 'Joe', title = DEFAULT WHERE id = 4;
UPDATE person SET first = DEFAULT, last = DEFAULT, title = DEFAULT WHERE id = 5;
UPDATE person SET full_name = DEFAULT WHERE id = 6;
INSERT INTO person (id, first) VALUES (7, 'Joe');
INSERT INTO person (id, first, last, title) VALUES (8, 'Joe', NULL, DEFAULT);
INSERT INTO person (id) VALUES (9);
INSERT INTO person (id, full_name) VALUES (10, 'Ann Old');
SET zdm.writer = new;
INSERT INTO person (id, first) VALUES (11, 'Joe');
INSERT INTO person (id) VALUES (12);
SET zdm.writer = old;
UPDATE person SET last = DEFAULT WHERE id = 11;
INSERT INTO person (id, full_name, first, last) VALUES (13, 'Ann Old', 'No', DEFAULT);
RESET zdm.writer;
TABLE person ORDER BY id;
SELECT zdm.contract('names');
INSERT INTO person (id, first) VALUES (14, 'Joe');
SELECT zdm.reopen('names');
INSERT INTO person (id, first) VALUES (15, 'Joe');
SELECT first, last, title, full_name FROM person WHERE id > 13 ORDER BY id;

-- A declared default is the writer's own, as one of the server's is; one that fails fails those who ask for it.
CREATE ROLE regress_zdm_writer;
CREATE TABLE noted (id int PRIMARY KEY, v int DEFAULT 1);
INSERT INTO noted SELECT generate_series(1, 3);
SELECT zdm.expand_add_column('noted', 'by', 'name', backfill => '''nobody''', default_value => 'current_user', name => 'noted_by');
CREATE FUNCTION own_k() RETURNS int IMMUTABLE LANGUAGE plpgsql AS 'BEGIN RETURN 42; END';
REVOKE EXECUTE ON FUNCTION own_k FROM public;
SELECT zdm.expand_add_column('noted', 'o', 'int', backfill => 'id', default_value => 'own_k()', name => 'noted_o');
SELECT zdm.expand_add_column('noted', 'k', 'int', backfill => 'id', default_value => '1 / (2 - length(''ab''))', name => 'noted_k');
SELECT zdm.expand_transform('noted', '{v}', '{"w": {"type": "text", "forward": "v::text"}}', '{"v": "w::int"}', name => 'noted_v');
ALTER TABLE noted ALTER v SET DEFAULT 1 / (2 - length('ab'));
GRANT SELECT, INSERT, UPDATE ON noted TO regress_zdm_writer;
SET ROLE regress_zdm_writer;
UPDATE noted SET by = DEFAULT WHERE id = 1;
INSERT INTO noted (id, v) VALUES (4, 4);
UPDATE noted SET v = 5 WHERE id = 2;
UPDATE noted SET k = DEFAULT WHERE id = 2;
UPDATE noted SET w = DEFAULT WHERE id = 2;
UPDATE noted SET o = DEFAULT WHERE id = 2;
RESET ROLE;
DROP FUNCTION own_k;
UPDATE noted SET o = DEFAULT WHERE id = 3;
SELECT id, v, by, k, w, o FROM noted ORDER BY id;

-- Nothing of it stays where a trigger is lost, or a migration is forgotten, and NULL is let in.
CREATE DOMAIN seven AS int DEFAULT 7;
CREATE TABLE lost (id int PRIMARY KEY, v int NOT NULL DEFAULT 1);
INSERT INTO lost VALUES (1, 1);
SELECT zdm.expand_transform('lost', '{v}', '{"w": {"type": "seven", "forward": "v + 1", "not_null": true, "default": "8"}, "x": {"type": "int", "forward": "v + 2", "not_null": true}}',
    '{"v": "w - 1"}', name => 'lost');
SET zdm.start_worker = on;
CALL zdm.wait('lost');
SET zdm.start_worker = off;
SELECT format('DROP TRIGGER %I ON lost', tgname) FROM pg_trigger WHERE tgrelid = 'lost'::regclass
\gexec
INSERT INTO lost (id) VALUES (2);
TABLE lost ORDER BY id;
SELECT zdm.forget('noted_by'), zdm.forget('noted_v');
INSERT INTO noted (id, v) VALUES (5, 5);
SELECT id, v, by, k, w FROM noted ORDER BY id;
SELECT adrelid::regclass, pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE adrelid IN ('noted'::regclass, 'lost'::regclass) ORDER BY 1, adnum;

-- After contract each has what it is to have.
SELECT n, zdm.contract('kind_' || n) FROM kinds WHERE later = 'SELECT' OR call LIKE 'expand_rename%' OR call LIKE 'expand_add_column%' ORDER BY n;
SELECT n, left_is, said_is, pg_get_expr(adbin, adrelid) FROM kinds JOIN pg_attribute ON attrelid = ('kind_' || n)::regclass AND attname = col
    LEFT JOIN pg_attrdef ON (adrelid, adnum) = (attrelid, attnum) ORDER BY n;
SELECT count(zdm.reopen('kind_' || n)) FROM kinds JOIN zdm.status ON name = 'kind_' || n AND status = 'contracted';
SELECT n, left_is, said_is, pg_get_expr(adbin, adrelid) FROM kinds JOIN pg_attribute ON attrelid = ('kind_' || n)::regclass AND attname = 'w'
    LEFT JOIN pg_attrdef ON (adrelid, adnum) = (attrelid, attnum) ORDER BY n;

SELECT count(zdm.rollback(name)) FROM (SELECT name FROM zdm.status WHERE status IN ('running', 'ready', 'contracted') ORDER BY id DESC OFFSET 0) s;
SELECT count(*) FROM pg_depend WHERE refobjid = 'zdm.given_default(anyelement, text)'::regprocedure AND classid = 'pg_attrdef'::regclass;
DO $$
DECLARE o text;
BEGIN
    FOR o IN SELECT format('DROP TABLE twin_%1$s, kind_%1$s', n) FROM kinds LOOP EXECUTE o; END LOOP;
END $$;
DROP TABLE kinds, statements, person, noted, lost;
DROP FUNCTION drawn, run, compare, own_k;
DROP DOMAIN seven;
DROP ROLE regress_zdm_writer;
