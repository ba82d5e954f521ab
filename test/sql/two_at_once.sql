-- Two migrations of one table: a row that one of them writes is filled for both, so each is written once.
SET client_min_messages = warning;
SET zdm.start_worker = off;
SET zdm.at_once = off;
CREATE TABLE twice (id int PRIMARY KEY, price int, name text, pad text DEFAULT repeat('x', 60));
INSERT INTO twice SELECT i, i, 'name ' || i FROM generate_series(1, 3000) i;
VACUUM ANALYZE twice;
SELECT zdm.expand_add_column('twice', 'price_new', 'bigint', backfill => 'price', name => 'first');
SELECT zdm.expand_rename('twice', 'name', 'title', name => 'second');
CALL zdm.run('first');
SELECT count(*) FROM twice WHERE price_new IS DISTINCT FROM price OR title IS DISTINCT FROM name;
CALL zdm.run('second');
SELECT m.name, m.status, sum(b.rows_written) AS written
  FROM zdm.migration m JOIN zdm.backfill b ON b.migration_id = m.id WHERE m.name IN ('first', 'second')
 GROUP BY m.id, m.name, m.status ORDER BY m.id;
SELECT name, v.mismatches FROM unnest('{first,second}'::text[]) AS name, zdm.verify(name) v;
-- one that comes later writes them again
SELECT zdm.expand_add_column('twice', 'double', 'int', backfill => 'price * 2', name => 'third');
CALL zdm.run('third');
SELECT p.rows_written FROM zdm.progress p WHERE p.name = 'third';
SELECT zdm.rollback(name) FROM unnest('{third,second,first}'::text[]) AS name;
DROP TABLE twice;

-- Two that choose a name for what is built later choose two.
CREATE TABLE twice (id int PRIMARY KEY, a int);
SELECT zdm.expand_unique('twice', '{a}', name => 'first_key');
SELECT zdm.expand_unique('twice', '{a}', is_deferrable => true, name => 'second_key');
SELECT zdm.expand_index('CREATE INDEX ON twice (a)', name => 'first_index');
SELECT zdm.expand_index('CREATE INDEX ON twice (a) WHERE a > 0', name => 'second_index');
RESET zdm.start_worker;
CALL zdm.wait('second_key');
CALL zdm.wait('first_key');
CALL zdm.wait('second_index');
CALL zdm.wait('first_index');
\d twice
SELECT zdm.rollback(name) FROM unnest('{first_key,second_key,first_index,second_index}'::text[]) AS name;
\d twice
DROP TABLE twice;
