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
