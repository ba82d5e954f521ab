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
