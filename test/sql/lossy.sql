-- Casts that do not give back what they were given: expand, plan and finalize say so, and verify
-- counts the rows.  Pairs of types, each with values that could be cut; what is lossy is found by
-- casting there and back.
SET client_min_messages = warning;
SET TimeZone = 'Europe/Berlin';
CREATE SCHEMA lossy;
SET search_path = lossy, public;
CREATE TYPE mood AS ENUM ('low', 'high');
CREATE TABLE pairs (n int GENERATED ALWAYS AS IDENTITY, old_type text, new_type text, vals text[],
                    lossy bigint, counted bigint, said text, mismatches bigint);
INSERT INTO pairs (old_type, new_type, vals) VALUES
    ('numeric(10,2)', 'bigint', '{1.25,2,3.99}'), ('numeric(10,2)', 'int', '{1.25,2}'), ('numeric(10,2)', 'numeric(10,1)', '{1.25,2}'),
    ('numeric(10,2)', 'numeric(12,4)', '{1.25,2}'), ('numeric', 'float8', '{1.12345678901234567890,2}'), ('numeric', 'text', '{1.250}'),
    ('float8', 'float4', '{1.123456789,2}'), ('float4', 'float8', '{1.25,0.1}'), ('float8', 'numeric', '{0.30000000000000004,2}'),
    ('float8', 'int', '{1.5,2}'), ('int', 'bigint', '{1,-1}'), ('bigint', 'int', '{1,-1}'), ('int', 'numeric', '{7}'), ('int', 'text', '{7}'),
    ('int', 'float8', '{2147483647}'), ('int', 'float4', '{16777217}'), ('bigint', 'float8', '{9007199254740993,1}'), ('smallint', 'float4', '{32767}'),
    ('text', 'varchar(20)', '{abc,def}'), ('varchar(5)', 'text', '{abc}'), ('char(5)', 'text', '{abc}'),
    ('date', 'timestamp', '{2026-01-01}'), ('timestamp', 'date', '{2026-01-01 12:00,2026-01-01}'), ('timestamp', 'timestamp(0)', '{2026-01-01 12:00:00.5}'),
    ('timestamptz', 'timestamp', '{2026-10-25 00:30+00,2026-10-25 01:30+00}'), ('timestamp', 'timestamptz', '{2026-03-29 02:30,2026-01-01}'),
    ('timestamptz', 'date', '{2026-10-25 00:30+00}'), ('timestamptz', 'text', '{2026-01-01 00:30+00}'), ('interval', 'interval(0)', '{1.5 s}'),
    ('uuid', 'text', '{00000000-0000-0000-0000-000000000001}'), ('mood', 'text', '{low,high}'), ('cidr', 'inet', '{10.0.0.0/8}'),
    ('numeric[]', 'int[]', '{"{1.5}"}'), ('int[]', 'bigint[]', '{"{1}"}'), ('jsonb', 'text', '{"{}"}'), ('bit(8)', 'bit varying(8)', '{10101010}'),
    ('text', 'name', '{abc}'), ('timestamptz', 'timestamptz(0)', '{2026-01-01 12:00:00.5}');
SELECT unnest(ARRAY[
       format('CREATE TABLE l_%s (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, v %s)', n, old_type),
       format('INSERT INTO l_%s (v) SELECT unnest(vals)::%s FROM pairs WHERE n = %1$s', n, old_type),
       format('UPDATE pairs SET lossy = (SELECT count(*) FROM l_%s WHERE v::%s::%s IS DISTINCT FROM v) WHERE n = %1$s', n, new_type, old_type),
       format('UPDATE pairs SET said = (SELECT note FROM zdm.plan(%L, full => true) WHERE note ~ ''lossy: what'') WHERE n = %s',
              format('zdm.expand_change_type(''l_%s'', ''v'', %L, name => ''l_%1$s'')', n, new_type), n),
       format('SELECT zdm.expand_change_type(''l_%s'', ''v'', %L, name => ''l_%1$s'')', n, new_type),
       format('CALL zdm.wait(''l_%s'')', n),
       format('UPDATE pairs SET (counted, mismatches) = (SELECT v.lossy, v.mismatches FROM zdm.verify(''l_%s'') v) WHERE n = %1$s '
              'AND EXISTS (SELECT FROM zdm.migration WHERE name = ''l_%1$s'' AND trigger_name IS NOT NULL)', n)])
  FROM pairs ORDER BY n
\o /dev/null
\gexec
\o
-- Nothing: whoever loses something was told, and it was counted.
SELECT * FROM pairs WHERE (lossy > 0 AND said IS NULL) OR lossy <> counted OR mismatches <> 0 ORDER BY n;
-- What is said without need, or just because of values that are not here.
SELECT old_type, new_type, lossy FROM pairs WHERE lossy = 0 AND said IS NOT NULL ORDER BY n;
SELECT old_type, new_type, lossy FROM pairs WHERE lossy > 0 ORDER BY n;
SELECT rows, mismatches, lossy FROM zdm.verify('l_1');
SELECT zdm.contract('l_1');
INSERT INTO l_1 (v) VALUES (9);
SELECT rows, mismatches, lossy FROM zdm.verify('l_1');
SET client_min_messages = notice;
SELECT zdm.finalize('l_1');
SET client_min_messages = warning;
-- Expand says it.
CREATE TABLE told (id int PRIMARY KEY, v numeric(10,2));
INSERT INTO told VALUES (1, 1.25);
SET client_min_messages = notice;
SELECT zdm.expand_change_type('told', 'v', 'bigint', name => 'l_told');
SET client_min_messages = warning;
-- A pair of one's own is counted, a way without return is not.
CREATE TABLE own (id int PRIMARY KEY, price numeric, name text);
INSERT INTO own VALUES (1, 1.255, 'A B'), (2, 1.25, 'C D');
SELECT zdm.expand_transform('own', '{price}', '{"cents": {"type": "bigint", "forward": "(price * 100)::bigint"}}', '{"price": "cents / 100.0"}', name => 'l_own');
SELECT zdm.expand_transform('own', '{name}', '{"initial": {"type": "text", "forward": "left(name, 1)"}}', name => 'l_one_way');
CALL zdm.wait('l_own');
CALL zdm.wait('l_one_way');
SELECT rows, mismatches, lossy FROM zdm.verify('l_own') UNION ALL SELECT rows, mismatches, lossy FROM zdm.verify('l_one_way');
SET client_min_messages = error;
SELECT count(zdm.rollback(name)) FROM zdm.status WHERE name ~ '^l_' AND status <> 'finalized';
DROP SCHEMA lossy CASCADE;
