-- Columns move to a table of their own: docs/extract.md
CREATE TABLE person (
    id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name   text NOT NULL,
    street text,
    town   text NOT NULL DEFAULT '',
    phone  text UNIQUE
);
CREATE INDEX person_town_idx ON person (town);
INSERT INTO person (name, street, town, phone)
SELECT 'person ' || g, 'street ' || g, 'town ' || g % 100, g FROM generate_series(1, 5000) g;

-- What would happen?  Nothing is run.
SELECT phase, runs, lock_mode, command, note
  FROM zdm.plan($$zdm.expand_extract('person', '{street,town,phone}', 'address')$$);

-- Before the new application is deployed: from here on the columns have both names.
SELECT zdm.expand_extract('person', '{street,town,phone}', 'address', name => 'address');
CALL zdm.wait('address');

-- Both applications are at work, on the same rows.
UPDATE person SET street = 'new street 1' WHERE id = 1;
UPDATE address SET town = 'new town' WHERE id = 1;
SELECT street, town FROM person WHERE id = 1;
WITH new AS (INSERT INTO person (name) VALUES ('new') RETURNING id) SELECT id FROM new;
INSERT INTO address (id, street) SELECT id, 'somewhere' FROM person WHERE name = 'new' RETURNING *;
SELECT rows, mismatches FROM zdm.verify('address');

-- Once the new application is everywhere: the old columns are hidden.
SELECT zdm.contract('address');
UPDATE address SET street = 'after contract' WHERE id = 2;

-- The old application comes back, with what was written since ...
SELECT zdm.reopen('address');
SELECT street FROM person WHERE id = 2;

-- ... and now for good: the new table is one, and the columns are gone.
SELECT zdm.contract('address');
SELECT zdm.finalize('address');
\d person
\d address
DELETE FROM person WHERE id = 2;
SELECT count(*) FROM address WHERE id = 2;
