-- NULLs of the new application: once a migration is ready nothing is "not filled" any more, so an
-- UPDATE of something else leaves them alone, whoever writes; before, it fills what is NULL.
SET client_min_messages = warning;
SET zdm.start_worker = off;
CREATE TABLE nulls (id int PRIMARY KEY, price int, full_name text, at int, note text);
INSERT INTO nulls SELECT g, g * 10, 'A B', g FROM generate_series(1, 20) g;
SELECT zdm.expand_add_column('nulls', 'discount', 'int', backfill => 'price / 10', name => 'n_add');
SELECT zdm.expand_add_column('nulls', 'moving', 'text', default_value => 'clock_timestamp()::text', name => 'n_moving');
SELECT zdm.expand_transform('nulls', '{full_name}', '{"short_name": {"type": "text", "forward": "coalesce(left(full_name, 1), ''?'')"}}',
    name => 'n_one_way');
SELECT zdm.expand_transform('nulls', '{at}', '{"moment": {"type": "int", "forward": "coalesce(at, 0)"}}',
    '{"at": "coalesce(moment, -1)"}', name => 'n_both_ways');
CREATE FUNCTION nulled(wanted int) RETURNS text LANGUAGE sql AS
    $$ SELECT format('%s %s %s %s %s', discount IS NULL, moving IS NULL, short_name IS NULL, moment IS NULL, at) FROM nulls WHERE id = wanted $$;

-- before: not filled, and filled by whatever is written there
UPDATE nulls SET note = 'x' WHERE id = 1;
SELECT nulled(1), nulled(2);
SET zdm.start_worker = on;
CALL zdm.wait('n_add');
CALL zdm.wait('n_moving');
CALL zdm.wait('n_one_way');
CALL zdm.wait('n_both_ways');
SELECT count(discount), count(moving), count(short_name), count(moment) FROM nulls;

-- ready: every kind of writer makes it NULL, and every kind updates something else afterwards
SELECT unnest(ARRAY[
       format('SET zdm.writer = %L', sets),
       format('UPDATE nulls SET discount = NULL, moving = NULL, short_name = NULL, moment = NULL WHERE id = %s', n),
       format('SET zdm.writer = %L', updates),
       format('UPDATE nulls SET note = %L WHERE id = %s', updates, n),
       format('SELECT %L AS sets, %L AS updates, nulled(%s)', sets, updates, n)])
  FROM (SELECT sets, updates, 4 + row_number() OVER (ORDER BY sets, updates) AS n
          FROM unnest('{auto,new}'::text[]) sets, unnest('{auto,old,new}'::text[]) updates) c ORDER BY n
\t
\gexec
\t
RESET zdm.writer;
-- what they are computed from still counts
UPDATE nulls SET price = 770, full_name = 'X Y', at = 7 WHERE id = 5 RETURNING discount, short_name, moment;
INSERT INTO nulls (id, price, full_name, at) VALUES (30, 40, 'N', 5) RETURNING discount, short_name, moment;
-- contract and back: the trigger is the one of a migration that is filled
SELECT zdm.contract('n_add'), zdm.contract('n_one_way'), zdm.contract('n_both_ways');
UPDATE nulls SET short_name = NULL, discount = NULL WHERE id = 12;
SELECT zdm.reopen('n_add'), zdm.reopen('n_both_ways');
UPDATE nulls SET note = 'y' WHERE id IN (6, 12);
SELECT nulled(6), nulled(12);
SELECT zdm.rollback('n_add'), zdm.rollback('n_moving'), zdm.rollback('n_both_ways'), zdm.finalize('n_one_way');
DROP TABLE nulls CASCADE;

-- A session that says that it is new means the NULL that it names, in a row that is not filled, too:
-- the old column follows, unless it can't be NULL.
SET zdm.start_worker = off;
CREATE TABLE named (id int PRIMARY KEY, v int, must int NOT NULL, note text);
INSERT INTO named SELECT g, g, g FROM generate_series(1, 6) g;
SELECT zdm.expand_rename('named', 'v', 'w', name => 'n_named'), zdm.expand_rename('named', 'must', 'has_to', name => 'n_must');
UPDATE named SET w = NULL, has_to = NULL WHERE id = 1;
UPDATE named SET w = NULL, v = 2 WHERE id = 2;
SET zdm.writer = 'old';
UPDATE named SET w = NULL WHERE id = 3;
SET zdm.writer = 'new';
UPDATE named SET w = NULL, has_to = NULL WHERE id = 4;
UPDATE named SET note = 'x' WHERE id = 5;
INSERT INTO named (id, w, has_to) VALUES (7, 7, 7) ON CONFLICT (id) DO UPDATE SET w = NULL;
INSERT INTO named (id, w, has_to) VALUES (6, 7, 7) ON CONFLICT (id) DO UPDATE SET w = NULL;
RESET zdm.writer;
SELECT id, v, w, must, has_to FROM named ORDER BY id;
CALL zdm.run('n_named');
CALL zdm.run('n_must');
SELECT rows, mismatches FROM zdm.verify('n_named') UNION ALL SELECT rows, mismatches FROM zdm.verify('n_must');
SELECT zdm.rollback('n_named'), zdm.rollback('n_must');
DROP TABLE named;

-- Before it is ready, too, a NULL that was written through the trigger is told from one that nobody has
-- filled: in a table, a partition, a child; and no other migration's backfill fills it.
\set VERBOSITY terse
CREATE TABLE early_plain (id int, price int, note text);
CREATE TABLE early_parted (LIKE early_plain) PARTITION BY LIST (id);
CREATE TABLE early_parted_1 PARTITION OF early_parted FOR VALUES IN (1, 3, 5, 7, 9);
CREATE TABLE early_parted_2 PARTITION OF early_parted DEFAULT;
CREATE TABLE early_parent (LIKE early_plain);
CREATE TABLE early_child () INHERITS (early_parent);
CREATE FUNCTION discounts(shape text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    result text;
BEGIN
    EXECUTE format('SELECT string_agg(id || '':'' || coalesce(discount::text, ''-''), '' '' ORDER BY id) FROM early_%s', shape) INTO result;
    RETURN result;
END $$;
-- the backfill begins, so that the tables are noted, and ends at a row for which the expression fails
SELECT unnest(ARRAY[
       format('INSERT INTO early_%s SELECT g, g * 10 FROM generate_series(0, 7) g', target),
       format('SELECT zdm.expand_add_column(%L, %L, %L, backfill => %L, name => %L)', 'early_' || shape, 'discount', 'int', '100 / price', 'e_' || shape),
       format('CALL zdm.run(%L)', 'e_' || shape),
       format('INSERT INTO early_%s (id, price) VALUES (9, 90)', target),
       format('UPDATE early_%s SET discount = NULL WHERE id IN (1, 9)', shape),
       format('SELECT discounts(%L)', shape),
       format('UPDATE early_%s SET discount = NULL WHERE id = 1', shape),
       'SET zdm.writer = new',
       format('UPDATE early_%s SET discount = NULL WHERE id = 2', shape),
       'RESET zdm.writer',
       format('UPDATE early_%s SET note = %L WHERE id IN (1, 2, 3, 9)', shape, 'x'),
       format('SELECT discounts(%L)', shape),
       format('UPDATE early_%s SET price = 5 WHERE id = 0', shape),
       format('SELECT zdm.resume(%L)', 'e_' || shape),
       format('CALL zdm.run(%L)', 'e_' || shape),
       format('SELECT discounts(%L)', shape),
       format('UPDATE early_%s SET discount = NULL WHERE id = 4', shape),
       format('UPDATE early_%s SET note = %L', shape, 'ready'),
       format('SELECT zdm.expand_add_column(%L, %L, %L, backfill => %L, name => %L)', 'early_' || shape, 'more', 'int', 'price', 'e_more_' || shape),
       format('CALL zdm.run(%L)', 'e_more_' || shape),
       format('SELECT discounts(%L), count(more) FROM early_%s', shape, shape),
       format('SELECT zdm.contract(%L), zdm.reopen(%L)', 'e_' || shape, 'e_' || shape),
       format('UPDATE early_%s SET note = %L', shape, 'open again'),
       format('SELECT discounts(%L)', shape)])
  FROM (VALUES (1, 'plain', 'plain'), (2, 'parted', 'parted'), (3, 'parent', 'child')) v (n, shape, target) ORDER BY n
\gexec
-- What another backfill could not compute for this one is still found, and reported, by its own.
CREATE TABLE early_two (id int, price int);
INSERT INTO early_two SELECT g, g FROM generate_series(0, 3) g;
SELECT zdm.expand_add_column('early_two', 'discount', 'int', backfill => '100 / price', name => 'e_first'),
       zdm.expand_add_column('early_two', 'more', 'int', backfill => 'price', name => 'e_second');
CALL zdm.run('e_first');
CALL zdm.run('e_second');
SELECT discounts('two'), count(more) FROM early_two;
SELECT zdm.resume('e_first');
CALL zdm.run('e_first');
SELECT status FROM zdm.status WHERE name = 'e_first';
-- A file that was rewritten: who has written its rows before, nobody knows.
UPDATE early_two SET discount = NULL WHERE id = 3;
VACUUM FULL early_two;
UPDATE early_two SET id = id + 10 WHERE price > 0;
DELETE FROM early_two WHERE price = 0;
SELECT zdm.resume('e_first');
CALL zdm.run('e_first');
SELECT discounts('two');
SELECT zdm.rollback(name) FROM zdm.status WHERE name LIKE 'e\_%' AND status <> 'rolled_back';
DROP TABLE early_plain, early_parted, early_parent, early_two CASCADE;
DROP FUNCTION discounts;

-- A new column has no default of its own.  SET new = DEFAULT means that of the old one; where that can't be
-- NULL, so does a NULL.
CREATE SEQUENCE ticks;
CREATE DOMAIN seven AS int DEFAULT 7;
CREATE TABLE defaults_plain (id int, v int NOT NULL DEFAULT 7, u int DEFAULT 7, n int NOT NULL, s bigint NOT NULL DEFAULT nextval('ticks'),
    i int GENERATED BY DEFAULT AS IDENTITY, d seven NOT NULL, t text NOT NULL DEFAULT current_setting('zdm.writer'));
CREATE TABLE defaults_parted (id int, v int NOT NULL DEFAULT 7) PARTITION BY LIST (id);
CREATE TABLE defaults_parted_1 PARTITION OF defaults_parted FOR VALUES IN (1);
CREATE TABLE defaults_parent (id int, v int NOT NULL DEFAULT 7);
CREATE TABLE defaults_child () INHERITS (defaults_parent);
INSERT INTO defaults_plain (id, v, u, n) VALUES (1, 1, 1, 1);
INSERT INTO defaults_parted VALUES (1, 1);
INSERT INTO defaults_child VALUES (1, 1);
SELECT zdm.expand_rename(tbl::regclass, c, c || '2', name => 'd_' || c || tbl)
  FROM (SELECT 'defaults_plain' AS tbl, unnest('{v,u,n,s,i,d,t}'::text[]) AS c
        UNION ALL VALUES ('defaults_parted', 'v'), ('defaults_parent', 'v')) x;
SELECT format('CALL zdm.run(%L)', name) FROM zdm.migration WHERE name LIKE 'd\_%' AND status = 'running' ORDER BY id
\gexec
UPDATE defaults_plain SET v2 = DEFAULT, u2 = DEFAULT, s2 = DEFAULT, i2 = DEFAULT, d2 = DEFAULT, t2 = DEFAULT;
UPDATE defaults_plain SET n2 = DEFAULT;
SELECT * FROM defaults_plain;
UPDATE defaults_parted SET v2 = DEFAULT RETURNING *;
UPDATE defaults_parent SET v2 = DEFAULT RETURNING *;
INSERT INTO defaults_plain (id, v2, u2, n2, s2, i2, d2, t2) VALUES (2, DEFAULT, DEFAULT, 2, DEFAULT, DEFAULT, DEFAULT, DEFAULT);
UPDATE defaults_plain SET v2 = 5, n2 = 5 WHERE id = 2;
SET zdm.writer = old;
UPDATE defaults_plain SET v2 = DEFAULT WHERE id = 2;
SELECT id, v, v2 FROM defaults_plain WHERE id = 2;
SET zdm.writer = new;
UPDATE defaults_plain SET v2 = DEFAULT WHERE id = 2;
SELECT id, v, v2 FROM defaults_plain WHERE id = 2;
RESET zdm.writer;
ALTER TABLE defaults_plain ALTER v SET DEFAULT 8;
UPDATE defaults_plain SET v2 = DEFAULT WHERE id = 1;
SELECT id, v, v2 FROM defaults_plain WHERE id = 1;
SELECT rows, mismatches FROM zdm.verify('d_vdefaults_plain');
SELECT zdm.contract('d_vdefaults_plain');
UPDATE defaults_plain SET v2 = 4;
UPDATE defaults_plain SET v2 = DEFAULT WHERE id = 1;
SELECT id, v2, zdm_old_v FROM defaults_plain ORDER BY id;
SELECT count(zdm.rollback(name)) FROM (SELECT name FROM zdm.status WHERE name LIKE 'd\_%' AND status IN ('running', 'ready', 'contracted') ORDER BY id OFFSET 0) s;
DROP TABLE defaults_plain, defaults_parted, defaults_parent CASCADE;
DROP SEQUENCE ticks;
DROP DOMAIN seven;
