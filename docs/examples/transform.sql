-- One column into two, with both applications at work: docs/transform.md
CREATE TABLE person (id int PRIMARY KEY, full_name text NOT NULL);
INSERT INTO person SELECT g, 'First' || g || ' Last' || g FROM generate_series(1, 1000) g;

SELECT zdm.expand_transform('person', '{full_name}',
    '{"first": {"type": "text", "forward": "split_part(full_name, '' '', 1)"},
      "last":  {"type": "text", "forward": "split_part(full_name, '' '', 2)"}}',
    '{"full_name": "first || '' '' || last"}', name => 'names');
CALL zdm.wait('names');
SELECT rows, mismatches FROM zdm.verify('names');

-- Each application writes its own columns and sees what the other one wrote.
INSERT INTO person (id, full_name) VALUES (1001, 'Ada Lovelace') RETURNING first, last;
INSERT INTO person (id, first, last) VALUES (1002, 'Grace', 'Hopper') RETURNING full_name;
UPDATE person SET last = 'King' WHERE id = 1001 RETURNING full_name;

-- The new application alone.
SELECT zdm.contract('names');
INSERT INTO person (id, first, last) VALUES (1003, 'Edsger', 'Dijkstra');
-- The old one is needed once more: it finds its column, with everything written since.
SELECT zdm.reopen('names');
SELECT full_name FROM person WHERE id > 1000 ORDER BY id;
SELECT zdm.contract('names');
SELECT zdm.finalize('names');
\d person
