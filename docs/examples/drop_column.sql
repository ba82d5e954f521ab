-- Dropping a column that an application still uses: docs/drop_column.md
CREATE TABLE customer (
    id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    first text NOT NULL,
    last  text NOT NULL,
    full_name text NOT NULL
);
INSERT INTO customer (first, last, full_name)
SELECT 'First' || g, 'Last' || g, 'First' || g || ' Last' || g FROM generate_series(1, 1000) g;

-- What would happen?  Nothing is run.
SELECT phase, lock_mode, command, note
  FROM zdm.plan($$zdm.expand_drop_column('customer', 'full_name', reverse => 'first || '' '' || last')$$);

-- Before the new application is deployed.
SELECT zdm.expand_drop_column('customer', 'full_name', reverse => 'first || '' '' || last', name => 'no_full_name');
SELECT zdm.ensure_ready('no_full_name');

-- Both applications are at work: the old one uses the column ...
INSERT INTO customer (first, last, full_name) VALUES ('Ada', 'Lovelace', 'Ada King, Countess of Lovelace');
-- ... the new one leaves it out, and it is computed.
INSERT INTO customer (first, last) VALUES ('Alan', 'Turing');
UPDATE customer SET last = 'Renamed' WHERE id = 1;
SELECT id, full_name FROM customer WHERE id IN (1, 1001, 1002) ORDER BY id;

-- Once the old application is gone: hide the column.
SELECT zdm.contract('no_full_name');
INSERT INTO customer (first, last) VALUES ('Grace', 'Hopper');

-- Somebody was using it after all.
SELECT zdm.reopen('no_full_name');
SELECT full_name FROM customer WHERE last = 'Hopper';

-- Now for good.  (zdm.rollback('no_full_name') would bring the old schema back, until here.)
SELECT zdm.contract('no_full_name');
SELECT zdm.finalize('no_full_name');
\d customer
