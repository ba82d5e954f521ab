-- A table becomes a partitioned one, beside its traffic: docs/partition.md
CREATE TABLE orders (
    id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    created_at  timestamptz NOT NULL DEFAULT now(),
    amount      int NOT NULL CHECK (amount > 0)
);
CREATE INDEX orders_created_at ON orders (created_at);
INSERT INTO orders (created_at, amount)
SELECT '2024-01-01 00:00+00'::timestamptz + g * interval '1 hour', g FROM generate_series(1, 5000) g;

-- What would happen?  Nothing is run.
SELECT phase, lock_mode, command, note
  FROM zdm.plan($$zdm.expand_partition('orders', 'RANGE (created_at)', every => '1 month', primary_key => '{id,created_at}')$$);

-- A partitioned table is built, and follows.
SELECT zdm.expand_partition('orders', 'RANGE (created_at)', every => '1 month', primary_key => '{id,created_at}', name => 'by_month');
CALL zdm.wait('by_month');
UPDATE orders SET created_at = created_at + interval '1 month' WHERE id <= 10;
DELETE FROM orders WHERE id = 11;
SELECT rows, mismatches FROM zdm.verify('by_month');

-- It takes the name; the old table follows from now on.
SELECT zdm.contract('by_month');
INSERT INTO orders (amount) VALUES (7);
SELECT tableoid::regclass, count(*) FROM orders GROUP BY 1 ORDER BY 1;

-- Back, with what was written since ...
SELECT zdm.reopen('by_month');
SELECT count(*) FROM orders WHERE created_at = now() OR amount = 7;

-- ... and now for good.
SELECT zdm.contract('by_month');
SELECT zdm.finalize('by_month');
\d+ orders
