-- Expressions of every shape have the server's value in every row: in those that the
-- backfill fills, and in those that an INSERT or an UPDATE of the old application writes.
SET client_min_messages = warning;

CREATE DOMAIN short_text AS varchar(20);
CREATE TYPE mood AS ENUM ('low', 'high');
CREATE FUNCTION strict_sql(x int) RETURNS int LANGUAGE sql IMMUTABLE STRICT AS 'SELECT x + 1';
CREATE FUNCTION strict_plpgsql(x int) RETURNS int LANGUAGE plpgsql IMMUTABLE STRICT AS 'BEGIN RETURN x + 1; END';

CREATE TABLE rows (id int PRIMARY KEY, i int, j int, v varchar(20), c char(8), s short_text, t text COLLATE "C",
                   n numeric(12, 2), a int[], b bytea, ts timestamptz, d date, m mood, o oid, r float8, js jsonb);
INSERT INTO rows VALUES
    (1, 7, 3, 'Größe', 'x', 'S', 'Some Text', 12.34, '{1,2,3}', '\x00ff', '2026-01-02 03:04:05.678+00', '2026-01-31', 'low', 4294967295, 1.5, '{"k": 1}'),
    (2, -2147483648, 2147483647, '', '', '', '', 0, '{}', '', '-infinity', 'infinity', 'high', 0, '-0', 'null'),
    (3, 0, 1, repeat('v', 20), 'full8888', 'ÄÖ', repeat('Text that is long. ', 5000), -0.01, '{NULL,5}', decode(repeat('ab', 9000), 'hex'), 'epoch', 'epoch', 'low', 1, 'NaN', '[1, {"a": "b"}]'),
    (4, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
    (5, NULL, 5, 'v', NULL, 's', 't', NULL, NULL, '\x01', NULL, '2026-02-28', NULL, 7, NULL, NULL),
    (6, 5, NULL, NULL, 'c', NULL, NULL, 1, '{9}', NULL, '2026-06-01', NULL, 'high', NULL, 0, '{}');

CREATE TABLE cases (n int GENERATED ALWAYS AS IDENTITY, type text, expression text);
INSERT INTO cases (type, expression) VALUES
    -- One call of the server's own: over a column and a constant, two columns, a column twice, none.
    ('bigint', 'i::bigint'), ('bigint', 'i::bigint * 100'), ('int', 'i % 10'), ('int', '10 - (i % 5)'),
    ('float8', 'r * 2'), ('float8', 'j / 2'), ('bigint', 'int8larger(i, j)'), ('bool', 'i < j'), ('bool', 'i = i'),
    ('numeric', 'n * n'), ('numeric(20, 4)', 'n'), ('numeric', 'round(n, 1)'), ('text', 'lower(t)'), ('text', 'upper(v)'),
    ('varchar(40)', 'lower(v)'), ('text', 'c'), ('text', 'lower(s)'), ('text', 's'), ('bool', 'v < t COLLATE "C"'),
    ('text', 't || ''!'''), ('text', '''!'' || v'), ('text', 'substr(t, 3, 5)'), ('text', 'substr(t, i % 3 + 3, 2)'),
    ('text', 'replace(t, v, s)'), ('text', 'overlay(t PLACING v FROM 1)'), ('int', 'length(t)'), ('int', 'octet_length(b)'),
    ('bytea', 'sha256(b)'), ('text', 'encode(b, ''hex'')'), ('text', 'array_to_string(a, ''-'')'), ('int', 'array_upper(a, 1)'),
    ('int[]', 'array_append(a, i)'), ('int[]', 'a || 1'), ('jsonb', 'to_jsonb(v)'), ('jsonb', 'to_jsonb(a)'), ('jsonb', 'js -> ''k'''),
    ('timestamp', 'ts AT TIME ZONE ''UTC'''), ('date', 'd + 1'), ('timestamptz', 'date_trunc(''hour'', ts)'),
    ('text', 'enum_last(m)::text'), ('mood', 'enum_first(m)'), ('bigint', 'o'), ('oid', 'o'), ('float4', 'r'), ('float8', 'pi()'),
    -- What is none.
    ('int', 'i'), ('int', '5'), ('text', 'NULL'), ('int', 'abs(i / 2) + j % 3'), ('text', 'coalesce(v, ''none'')'),
    ('text', 'CASE WHEN i > 0 THEN v ELSE t END'), ('text', 'concat(v, t)'), ('text', 'format(''%s %s'', i, j)'), ('text', 'm'),
    ('bool', 'm IS NULL'), ('bool', 'i IS DISTINCT FROM j'), ('int', 'nullif(i, 7)'), ('int', 'a[1]'), ('text', 'i::text'),
    ('bool', 'i = ANY (a)'), ('int', 'strict_sql(i % 100)'), ('int', 'strict_plpgsql(i % 100)'), ('short_text', 'lower(v)');

ALTER TABLE cases ADD filled bigint, ADD wrong bigint;

-- Fills a table in all these ways under an expression's trigger, and counts the rows that have a
-- value, and those that have another one than the server's.
CREATE PROCEDURE try(c cases) LANGUAGE plpgsql AS $$
DECLARE
    tbl text := format('case_%s', c.n);
    columns text := 'i, j, v, c, s, t, n, a, b, ts, d, m, o, r, js';
    found bigint;
    differing bigint;
BEGIN
    EXECUTE format('CREATE TABLE %s (LIKE rows INCLUDING ALL)', tbl);
    EXECUTE format('INSERT INTO %s SELECT * FROM rows', tbl);
    PERFORM zdm.expand_add_column(tbl::regclass, 'x', c.type, backfill => c.expression, name => tbl);
    EXECUTE format('INSERT INTO %s (id, %s) SELECT id + 100, %2$s FROM rows', tbl, columns);
    EXECUTE format('INSERT INTO %s (id) SELECT id + 200 FROM rows', tbl);
    EXECUTE format('UPDATE %s u SET (%s) = (SELECT %2$s FROM rows WHERE rows.id = u.id - 200) WHERE u.id > 200',
                   tbl, columns);
    CALL zdm.wait(tbl);
    EXECUTE format('SELECT count(x), count(*) FILTER (WHERE x IS DISTINCT FROM (%s)::%s) FROM %s',
                   c.expression, c.type, tbl) INTO found, differing;
    UPDATE cases SET filled = found, wrong = differing WHERE cases.n = c.n;
END $$;

DO $$
DECLARE
    c cases;
BEGIN
    FOR c IN SELECT * FROM cases ORDER BY n LOOP
        CALL try(c);
    END LOOP;
END $$;
SELECT type, expression, filled, wrong FROM cases ORDER BY n;

-- A call that fails fails the write, and the next one is as any other.
CREATE TABLE doubled (id int PRIMARY KEY, i int);
SELECT zdm.expand_add_column('doubled', 'x', 'int', backfill => 'i * 2', name => 'doubled') \g /dev/null
BEGIN;
INSERT INTO doubled VALUES (1, 1);
SAVEPOINT s;
INSERT INTO doubled VALUES (2, 1), (3, 1073741824);
ROLLBACK TO s;
INSERT INTO doubled VALUES (2, NULL), (3, 1073741823);
COMMIT;
UPDATE doubled SET i = 1073741824;
UPDATE doubled SET i = i + 1 WHERE id < 3;
SELECT * FROM doubled ORDER BY id;

-- Or leaves NULL, where that was asked for.
CREATE TABLE forgiven (id int PRIMARY KEY, i int);
SELECT zdm.expand_add_column('forgiven', 'x', 'int', backfill => 'i * 2', on_error => 'null', name => 'forgiven')
    \g /dev/null
INSERT INTO forgiven VALUES (1, 1), (2, 1073741824), (3, 3);
SELECT * FROM forgiven ORDER BY id;
