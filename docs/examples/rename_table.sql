-- A table under two names, and then in another schema: docs/rename_table.md
CREATE TABLE customer (id bigserial PRIMARY KEY, email text NOT NULL UNIQUE, score int NOT NULL DEFAULT 0);
INSERT INTO customer (email) SELECT 'c' || g || '@example.com' FROM generate_series(1, 1000) g;

-- What would happen?  Nothing is run.
SELECT phase, runs, lock_mode, command FROM zdm.plan($$zdm.expand_rename_table('customer', 'client')$$);

-- Before the new application is deployed: from here on the table has both names.
SELECT zdm.expand_rename_table('customer', 'client', name => 'client', rename_objects => true);

-- Both applications are at work, on the same rows.
UPDATE customer SET score = score + 10 WHERE id = 1;
UPDATE client SET score = score + 5 WHERE id = 1;
INSERT INTO client (email) VALUES ('new@example.com') RETURNING id, score;
INSERT INTO client (email, score) VALUES ('new@example.com', 1)
    ON CONFLICT (email) DO UPDATE SET score = client.score + excluded.score;
SELECT id, email, score FROM customer WHERE email = 'new@example.com';

-- Once the new application is everywhere: the table gets the new name, and a view the old one.
SELECT zdm.contract('client');
UPDATE customer SET score = score + 1 WHERE id = 1;

-- The old application comes back, and the new one takes over again.  Both names work all the time.
SELECT zdm.reopen('client');
SELECT zdm.contract('client');

-- Once the old application is gone: only the new name is left.
SELECT zdm.finalize('client');
\d client

-- The same with a schema.
CREATE SCHEMA sales;
SELECT zdm.expand_move_table('client', 'sales', name => 'to_sales');
UPDATE sales.client SET score = 0 WHERE id = 1;
UPDATE client SET score = score + 1 WHERE id = 1;
SELECT zdm.contract('to_sales');
SELECT zdm.finalize('to_sales');
SELECT count(*) FROM sales.client;
