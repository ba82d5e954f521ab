-- DEFAULT for a column by its second name is the first one's, and NULL is NULL: every kind of statement that can
-- say either is compared with the same one on a twin that has no migration.
SET client_min_messages = warning;
SET zdm.start_worker = off;
\set VERBOSITY terse
CREATE FUNCTION drawn() RETURNS int LANGUAGE plpgsql AS 'BEGIN RETURN 42; END';

-- Statements run between a row and its sync trigger, too, on another table with columns of these names.
CREATE TABLE beside (id int PRIMARY KEY, v int DEFAULT 9);
INSERT INTO beside SELECT generate_series(1, 9);
SELECT zdm.expand_rename('beside', 'v', 'w', name => 'given_beside');
CALL zdm.run('given_beside');
CREATE FUNCTION beside() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE beside SET w = NULL WHERE id = 1;
    UPDATE beside SET w = DEFAULT WHERE id = 2;
    DELETE FROM beside WHERE id = 3;
    INSERT INTO beside (id) VALUES (3);
    RETURN NEW;
END $$;

-- A twin and a table for each default, with NULL and without, plain and with partitions.
CREATE TABLE pairs (twin text, migrated text, series text, has_default boolean);
DO $$
DECLARE d text; n text; parted text; side text; k int := 0; names text[];
BEGIN
    FOR d, n, parted IN
        SELECT a, b, c FROM unnest('{"",7,nextval,drawn()}'::text[]) WITH ORDINALITY a(a, i), unnest('{"",NOT NULL}'::text[]) b,
            unnest('{"",PARTITION BY RANGE (part)}'::text[]) c WHERE c = '' OR a IN ('7', 'nextval') AND b = '' ORDER BY i, b, c LOOP
        k := k + 1;
        names := '{}';
        FOREACH side IN ARRAY ARRAY['twin', 'given'] LOOP
            EXECUTE format('CREATE SEQUENCE series_%s_%s', side, k);
            EXECUTE format('CREATE TABLE %s_%s (part int NOT NULL DEFAULT 1, id int, v int %s %s, note text, PRIMARY KEY (id, part)) %s', side, k, n,
                CASE d WHEN '' THEN '' WHEN 'nextval' THEN format('DEFAULT nextval(%L)', format('series_%s_%s', side, k)) ELSE 'DEFAULT ' || d END, parted);
            IF parted <> '' THEN
                EXECUTE format('CREATE TABLE %s_%s_b (note text, v int %s, id int NOT NULL, part int NOT NULL)', side, k, n);
                EXECUTE format('ALTER TABLE %1$s_%2$s ATTACH PARTITION %1$s_%2$s_b FOR VALUES FROM (2) TO (3)', side, k);
                EXECUTE format('CREATE TABLE %1$s_%2$s_a PARTITION OF %1$s_%2$s FOR VALUES FROM (0) TO (2)', side, k);
            END IF;
            EXECUTE format('INSERT INTO %s_%s (id, v) SELECT g, 1000 + g FROM generate_series(1, 2150) g', side, k);
            EXECUTE format('CREATE VIEW view_%1$s_%2$s AS SELECT * FROM %1$s_%2$s', side, k);
            EXECUTE format('CREATE TRIGGER beside BEFORE INSERT OR UPDATE ON %s_%s FOR EACH ROW EXECUTE FUNCTION beside()', side, k);
            names := names || format('%s_%s', side, k);
        END LOOP;
        INSERT INTO pairs VALUES (names[1], names[2], k, d <> '');
    END LOOP;
END $$;
DO $$
DECLARE p pairs;
BEGIN
    FOR p IN SELECT * FROM pairs ORDER BY series::int LOOP
        PERFORM zdm.expand_rename(p.migrated::regclass, 'v', 'w', name => p.migrated);
        EXECUTE format('CREATE OR REPLACE VIEW view_%1$s AS SELECT part, id, w AS v, note FROM %1$s', p.migrated);
    END LOOP;
END $$;

-- <t>: the table, <c>: the column, <i>: the first of nine rows that are there; more than one row behind them is not.
-- None names a value for the column first: that would not draw from a sequence on the twin.
CREATE TABLE statements (n int GENERATED ALWAYS AS IDENTITY, writers text[] DEFAULT '{auto,new}', sql text);
INSERT INTO statements (sql) VALUES
    ('UPDATE <t> SET <c> = DEFAULT WHERE id = <i>'),
    ('UPDATE <t> SET <c> = NULL WHERE id = <i>; UPDATE <t> SET <c> = DEFAULT WHERE id = <i>'),
    ('UPDATE <t> SET <c> = DEFAULT WHERE id = <i>; UPDATE <t> SET <c> = NULL WHERE id = <i>'),
    ('UPDATE <t> SET (note, <c>) = ROW (''x'', DEFAULT) WHERE id BETWEEN <i> AND <i> + 3'),
    ('UPDATE <t> t SET <c> = DEFAULT FROM generate_series(<i>, <i> + 2) g WHERE t.id = g AND t.note IS NULL'),
    ('UPDATE <t> SET <c> = DEFAULT, part = 2 WHERE id = <i>'),
    ('UPDATE <t> SET <c> = NULL, part = 2 WHERE id = <i>'),
    ('INSERT INTO <t> (id) VALUES (<i> + 9)'),
    ('INSERT INTO <t> (id, <c>) VALUES (<i> + 9, DEFAULT)'),
    ('DELETE FROM <t> WHERE id BETWEEN <i> AND <i> + 4; INSERT INTO <t> (id, <c>) VALUES (<i>, DEFAULT), (<i> + 2, DEFAULT), (<i> + 1, 5)'),
    ('INSERT INTO <t> (part, id) SELECT 2, <i> + g FROM generate_series(10, 12) g ORDER BY 2 DESC'),
    ('INSERT INTO <t> (id, <c>) VALUES (<i>, DEFAULT) ON CONFLICT (id, part) DO UPDATE SET <c> = DEFAULT'),
    ('INSERT INTO <t> (id) VALUES (<i>) ON CONFLICT (id, part) DO UPDATE SET <c> = NULL'),
    ('INSERT INTO <t> (id) VALUES (<i>), (<i> + 9) ON CONFLICT (id, part) DO UPDATE SET <c> = DEFAULT, note = ''y'''),
    ('INSERT INTO <t> (id) VALUES (<i>), (<i> + 9) ON CONFLICT DO NOTHING; UPDATE <t> SET <c> = NULL WHERE id = <i>'),
    ('MERGE INTO <t> t USING generate_series(<i> + 8, <i> + 9) g ON t.id = g WHEN MATCHED THEN UPDATE SET <c> = DEFAULT
        WHEN NOT MATCHED THEN INSERT (id, <c>) VALUES (g, DEFAULT)'),
    ('MERGE INTO <t> t USING generate_series(<i>, <i> + 3) g ON t.id = g WHEN MATCHED AND g % 2 = 0 THEN UPDATE SET <c> = DEFAULT
        WHEN MATCHED THEN UPDATE SET <c> = NULL'),
    ('MERGE INTO <t> t USING generate_series(<i> + 7, <i> + 9) g ON t.id = g WHEN MATCHED THEN UPDATE SET <c> = NULL
        WHEN NOT MATCHED THEN INSERT (id) VALUES (g)'),
    ('WITH one AS (UPDATE <t> SET <c> = DEFAULT WHERE id = <i>), two AS (UPDATE <t> SET <c> = NULL WHERE id = <i> + 1)
        UPDATE <t> SET <c> = DEFAULT WHERE id = <i> + 2'),
    ('DO $do$ BEGIN FOR i IN <i> .. <i> + 8 LOOP IF i % 3 = 0 THEN UPDATE <t> SET <c> = NULL WHERE id = i;
        ELSE UPDATE <t> SET <c> = DEFAULT WHERE id = i; END IF; END LOOP; END $do$'),
    ('DO $do$ BEGIN BEGIN UPDATE <t> SET <c> = DEFAULT, note = repeat(''x'', 1 / (id - <i>)) WHERE id = <i>; EXCEPTION WHEN division_by_zero THEN NULL; END;
        UPDATE <t> SET <c> = NULL WHERE id = <i>; END $do$'),
    ('INSERT INTO view_<t> (id) VALUES (<i> + 9)'),
    ('UPDATE view_<t> SET v = DEFAULT WHERE id = <i>'),
    ('UPDATE view_<t> SET v = NULL WHERE id = <i>');
INSERT INTO statements (writers, sql) VALUES ('{new}', 'INSERT INTO <t> (id, <c>) VALUES (<i> + 9, NULL)'),
    ('{new}', 'INSERT INTO <t> (id, <c>) VALUES (<i> + 9, DEFAULT), (<i> + 10, NULL)');

CREATE FUNCTION run(statement text, tbl text, col text, first int) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE replace(replace(replace(statement, '<t>', tbl), '<c>', col), '<i>', first::text);
    RETURN 'ok';
EXCEPTION WHEN not_null_violation THEN
    RETURN SQLSTATE;
END $$;

-- What differs; where the twin can't take a NULL, the other means its default.  In a row that is not filled a NULL counts as
-- that, unless the session is new.
CREATE FUNCTION compare(beginning int, filled boolean, OUT migrated text, OUT writer text, OUT sql text, OUT twin_row text, OUT migrated_row text)
    RETURNS SETOF record LANGUAGE plpgsql AS $$
DECLARE p pairs; s record; first int; compared int := 0;
BEGIN
    FOR p IN SELECT * FROM pairs ORDER BY series::int LOOP
        first := beginning;
        FOR s IN SELECT st.*, w FROM statements st, unnest(st.writers) w ORDER BY st.n, w LOOP
            writer := s.w;
            CONTINUE WHEN NOT filled AND writer = 'auto' AND (s.sql ~ 'SET (<c> = NULL|v = )' OR NOT p.has_default AND s.sql ~ 'DEFAULT');
            PERFORM set_config('zdm.writer', writer, true);
            PERFORM setval('series_twin_' || p.series, 100), setval('series_given_' || p.series, 100);
            EXECUTE format('DELETE FROM %s WHERE id BETWEEN %s AND %s', p.twin, first + 9, first + 19);
            EXECUTE format('DELETE FROM %s WHERE id BETWEEN %s AND %s', p.migrated, first + 9, first + 19);
            IF run(s.sql, p.twin, 'v', first) = 'ok' THEN
                compared := compared + 1;
                migrated := p.migrated;
                sql := run(s.sql, p.migrated, 'w', first);
                IF sql <> 'ok' THEN
                    sql := s.sql || ': ' || sql;
                    RETURN NEXT;
                END IF;
                sql := s.sql;
                RETURN QUERY EXECUTE format('SELECT %L, %L, %L, t::text, m::text
                    FROM (SELECT id, part, v, v AS w, note FROM %s WHERE id BETWEEN %s AND %s) t
                    FULL JOIN (SELECT id, part, v, CASE WHEN %L OR w IS NOT NULL OR v <> 1000 + id THEN w ELSE v END AS w, note FROM %s
                        WHERE id BETWEEN %s AND %s) m USING (id) WHERE t IS DISTINCT FROM m',
                    migrated, writer, sql, p.twin, first, first + 19, filled, p.migrated, first, first + 19);
            END IF;
            first := first + 20;
        END LOOP;
    END LOOP;
    migrated := 'compared';
    writer := compared;
    sql := NULL;
    RETURN NEXT;
END $$;
-- rows that nobody has filled
SELECT * FROM compare(20, false);
SELECT format('CALL zdm.run(%L)', migrated) FROM pairs ORDER BY series::int
\gexec
-- those of a table that is ready
SELECT * FROM compare(1080, true);
SELECT p.migrated, v.mismatches FROM pairs p, zdm.verify(p.migrated) v WHERE v.mismatches > 0;

-- COPY leaves to the default what it does not name
CREATE TABLE copied (id int, v text DEFAULT 'seven');
SELECT zdm.expand_rename('copied', 'v', 'w', name => 'given_copied');
SET zdm.writer = new;
COPY copied (id) FROM stdin;
1
2
\.
COPY copied (id, w) FROM stdin;
3	\N
4	four
\.
RESET zdm.writer;
SELECT * FROM copied ORDER BY id;

-- What the second name has for a default, in each state; and a domain's own, which it never gets.
CREATE DOMAIN seven AS int DEFAULT 7;
CREATE DOMAIN some_seven AS int DEFAULT 7 NOT NULL;
CREATE TABLE plain_seven (id int, v seven, s some_seven, a varchar(9)[] DEFAULT '{x}', n numeric(9, 2) DEFAULT 1);
INSERT INTO plain_seven VALUES (1, 1, 1, '{1}', 1);
SELECT zdm.expand_rename('plain_seven', c, c || '2', name => 'given_' || c) FROM unnest('{v,s,a,n}'::text[]) c;
CREATE VIEW their_defaults AS
    SELECT a.attname, pg_get_expr(d.adbin, d.adrelid) FROM pg_attribute a LEFT JOIN pg_attrdef d ON (adrelid, adnum) = (attrelid, attnum)
     WHERE attrelid = 'plain_seven'::regclass AND attnum > 1 AND NOT attisdropped ORDER BY attnum;
TABLE their_defaults;
CALL zdm.run('given_v');
CALL zdm.run('given_s');
CALL zdm.run('given_a');
CALL zdm.run('given_n');
UPDATE plain_seven SET v2 = DEFAULT, s2 = DEFAULT, a2 = DEFAULT, n2 = DEFAULT;
INSERT INTO plain_seven (id) VALUES (2);
TABLE plain_seven;
SELECT count(zdm.contract('given_' || c)) FROM unnest('{v,s,a,n}'::text[]) c;
TABLE their_defaults;
INSERT INTO plain_seven (id, v2, a2) VALUES (3, NULL, NULL);
SELECT count(zdm.reopen('given_' || c)) FROM unnest('{v,s,a}'::text[]) c;
TABLE their_defaults;
UPDATE plain_seven SET v2 = DEFAULT WHERE id = 3;
SELECT id, v, v2, s, s2, a, a2 FROM plain_seven ORDER BY id;
SELECT zdm.finalize('given_n'), zdm.rollback('given_s'), zdm.forget('given_v');
TABLE their_defaults;
-- one that is changed, or taken away, counts as it is
ALTER TABLE plain_seven ALTER a SET DEFAULT '{y}';
UPDATE plain_seven SET a2 = DEFAULT WHERE id = 1;
ALTER TABLE plain_seven ALTER a DROP DEFAULT;
UPDATE plain_seven SET a2 = DEFAULT WHERE id = 2;
SELECT id, a, a2 FROM plain_seven ORDER BY id;
-- by hand it says nothing
SELECT zdm.given_default(NULL::int, 'a2'), zdm.given_default(1, 'a2');
SELECT zdm.given_default(NULL::int, NULL);

-- nothing of it is left
SELECT count(*) FROM pg_depend WHERE refobjid = 'zdm.given_default(anyelement, text)'::regprocedure AND classid = 'pg_attrdef'::regclass;
SELECT format('DROP VIEW view_%s', migrated) FROM pairs
\gexec
SELECT count(zdm.rollback(name)) FROM (SELECT name FROM zdm.status WHERE name LIKE 'given\_%' AND status IN ('running', 'ready', 'contracted') ORDER BY id OFFSET 0) s;
SELECT count(*) FROM pg_depend WHERE refobjid = 'zdm.given_default(anyelement, text)'::regprocedure AND classid = 'pg_attrdef'::regclass;
DO $$
DECLARE o text;
BEGIN
    FOR o IN SELECT format('DROP TABLE %s, %s CASCADE', twin, migrated) FROM pairs LOOP EXECUTE o; END LOOP;
    FOR o IN SELECT format('DROP SEQUENCE %s', relname) FROM pg_class WHERE relkind = 'S' AND relname LIKE 'series\_%' LOOP EXECUTE o; END LOOP;
END $$;
DROP TABLE pairs, statements, beside, copied, plain_seven CASCADE;
DROP FUNCTION drawn, beside, run, compare;
DROP DOMAIN seven, some_seven;
