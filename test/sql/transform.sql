-- Any set of columns into any other.
SET client_min_messages = warning;
CREATE TABLE tf_person (id int PRIMARY KEY, full_name text NOT NULL DEFAULT 'A B', price numeric NOT NULL, x int, y int,
    CONSTRAINT named CHECK (full_name <> ''));
CREATE INDEX tf_full ON tf_person (full_name);
INSERT INTO tf_person SELECT g, 'First' || g || ' Last' || g, g + 0.25, g, -g FROM generate_series(1, 50) g;

-- one into two, and back
SELECT zdm.expand_transform('tf_person', '{full_name}',
    '{"first": {"type": "text", "forward": "split_part(full_name, '' '', 1)", "not_null": true},
      "last": {"type": "text", "forward": "split_part(full_name, '' '', 2)"}}',
    '{"full_name": "first || '' '' || last"}', name => 'name');
CALL zdm.wait('name');
-- a column of another unit, two into one, one into jsonb: beside the first
SELECT zdm.expand_transform('tf_person', '{price}',
    '{"price_cents": {"type": "bigint", "forward": "(price * 100)::bigint", "not_null": true, "default": "0"}}',
    '{"price": "price_cents / 100.0"}', name => 'cents');
SELECT zdm.expand_transform('tf_person', '{x,y}',
    '{"position": {"type": "point", "forward": "point(x, y)"}}',
    '{"x": "(position[0])::int", "y": "(position[1])::int"}', name => 'point');
CALL zdm.wait('cents');
CALL zdm.wait('point');
\d tf_person
-- old and new writers
INSERT INTO tf_person (id, full_name, price, x, y) VALUES (100, 'Old Writer', 1.23, 1, 2)
    RETURNING first, last, price_cents, position;
INSERT INTO tf_person (id, first, last, price_cents, position) VALUES (101, 'New', 'Writer', 456, '(3,4)')
    RETURNING full_name, price, x, y;
UPDATE tf_person SET full_name = 'Changed Old' WHERE id = 101 RETURNING first, last;
UPDATE tf_person SET last = 'New' WHERE id = 101 RETURNING full_name;
UPDATE tf_person SET y = 9 WHERE id = 101 RETURNING position;
SELECT * FROM zdm.verify('name') UNION ALL SELECT * FROM zdm.verify('cents') UNION ALL SELECT * FROM zdm.verify('point');
SELECT zdm.contract('name'), zdm.contract('cents'), zdm.contract('point');
\d tf_person
INSERT INTO tf_person (id, first, last) VALUES (102, 'Only', 'New') RETURNING price_cents, zdm_old_price, zdm_old_full_name;
INSERT INTO tf_person (id, first, last) VALUES (103, 'No Last', NULL) RETURNING zdm_old_full_name;
\set VERBOSITY terse
SELECT zdm.reopen('name');
\set VERBOSITY default
UPDATE tf_person SET last = 'Now' WHERE id = 103;
UPDATE tf_person SET first = 'One' WHERE id = 103;
SELECT zdm.reopen('name'), zdm.reopen('cents'), zdm.reopen('point');
\d tf_person
SELECT full_name, price, x, y FROM tf_person WHERE id > 100 ORDER BY id;
SELECT zdm.rollback('name');
SELECT zdm.contract('cents'), zdm.contract('point');
SELECT zdm.finalize('cents'), zdm.finalize('point');
\d tf_person

-- without a way back
CREATE TABLE tf_one (id int PRIMARY KEY, a int);
INSERT INTO tf_one VALUES (1, 1), (2, NULL);
SELECT zdm.expand_transform('tf_one', '{a}', '{"b": {"type": "text", "forward": "a::text"}}', name => 'one');
CALL zdm.wait('one');
INSERT INTO tf_one (id, b) VALUES (3, 'three') RETURNING *;
SELECT zdm.contract('one');
SELECT zdm.reopen('one');
SELECT zdm.contract('one');
INSERT INTO tf_one (id, b) VALUES (4, 'four') RETURNING *;
\set VERBOSITY terse
SELECT zdm.rollback('one');
\set VERBOSITY default
SELECT zdm.finalize('one');
SELECT * FROM tf_one ORDER BY id;

-- text that becomes jsonb under its own name
CREATE TABLE tf_json (id int PRIMARY KEY, doc text);
INSERT INTO tf_json VALUES (1, '{"a": 1}'), (2, '[]');
SELECT zdm.expand_transform('tf_json', '{doc}', '{"doc": {"type": "jsonb", "forward": "doc::jsonb"}}', '{"doc": "doc::text"}', name => 'json');
CALL zdm.wait('json');
SELECT zdm.contract('json');
SELECT doc->'a' AS a FROM tf_json WHERE id = 1;
SELECT zdm.rollback('json');
SELECT * FROM tf_json ORDER BY id;
INSERT INTO tf_json VALUES (3, 'no json');
SELECT note FROM zdm.plan($$zdm.expand_transform('tf_json', '{doc}', '{"doc": {"type": "jsonb", "forward": "doc::jsonb"}}', '{"doc": "doc::text"}')$$, full => true) WHERE seq = 1;
-- writers that live by the old default are warned
ALTER TABLE tf_json ALTER COLUMN doc SET DEFAULT '{}';
SELECT note FROM zdm.plan($$zdm.expand_transform('tf_json', '{doc}', '{"a": {"type": "text", "forward": "doc"}, "b": {"type": "int", "forward": "length(doc)", "default": "2"}}')$$, full => true) WHERE seq = 1;
SELECT note FROM zdm.plan($$zdm.expand_transform('tf_json', '{doc}', '{"a": {"type": "text", "forward": "doc", "default": "''{}''"}}', '{"doc": "a"}')$$, full => true) WHERE seq = 1;
ALTER TABLE tf_json ALTER COLUMN doc DROP DEFAULT;

-- nonsense
SELECT zdm.expand_transform('tf_json', '{}', '{"b": {"type": "text", "forward": "doc"}}');
SELECT zdm.expand_transform('tf_json', '{doc}', '{}');
SELECT zdm.expand_transform('tf_json', '{doc}', '{"b": {"type": "text"}}');
SELECT zdm.expand_transform('tf_json', '{doc}', '{"b": {"type": "text", "forwards": "doc", "forward": "doc"}}');
SELECT zdm.expand_transform('tf_json', '{doc,doc}', '{"b": {"type": "text", "forward": "doc"}}');
SELECT zdm.expand_transform('tf_json', '{doc}', '{"id": {"type": "text", "forward": "doc"}}');
SELECT zdm.expand_transform('tf_json', '{doc}', '{"b": {"type": "text", "forward": "doc"}}', '{"id": "b"}');
SELECT zdm.expand_transform('tf_json', '{doc}', '{"b": {"type": "text", "forward": "doc"}}', '{"doc": "doc"}');
SELECT zdm.expand_transform('tf_json', '{id}', '{"b": {"type": "text", "forward": "doc"}}', '{"id": "b::int"}');
DROP TABLE tf_person, tf_one, tf_json;

-- An index on the new columns is built while both schemas live, so that the new application has
-- it from the beginning; it outlives contract, and goes with a rollback.
CREATE TABLE tr_index (id int PRIMARY KEY, full_name text);
INSERT INTO tr_index SELECT g, 'a' || g || ' b' FROM generate_series(1, 10) g;
SET client_min_messages = warning;
SELECT zdm.expand_transform('tr_index', '{full_name}',
    '{"first": {"type": "text", "forward": "split_part(full_name, '' '', 1)"}, "last": {"type": "text", "forward": "split_part(full_name, '' '', 2)"}}',
    '{"full_name": "first || '' '' || last"}', name => 'tr_names');
CALL zdm.wait('tr_names');
SELECT zdm.expand_index('CREATE INDEX tr_first ON tr_index (first, id)', name => 'tr_first');
CALL zdm.wait('tr_first');
-- not one that the old column is part of: finalize drops that
SELECT zdm.expand_index('CREATE INDEX ON tr_index (first, full_name)', name => 'tr_both');
SELECT zdm.contract('tr_names');
SELECT zdm.finalize('tr_first') FROM zdm.contract('tr_first');
SELECT zdm.finalize('tr_names');
\d tr_index
SELECT zdm.expand_add_column('tr_index', 'more', 'int', backfill => 'id', name => 'tr_more');
SELECT zdm.expand_index('CREATE INDEX tr_more_idx ON tr_index (more)', name => 'tr_more_index');
CALL zdm.wait('tr_more');
CALL zdm.wait('tr_more_index');
SELECT zdm.rollback('tr_more');
SELECT zdm.rollback('tr_more_index');
\d tr_index
RESET client_min_messages;
DROP TABLE tr_index;
