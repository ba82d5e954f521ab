-- A foreign key between two busy tables: docs/foreign_key.md
CREATE TABLE customer (id bigint PRIMARY KEY);
INSERT INTO customer SELECT generate_series(1, 1000);
CREATE TABLE invoice (id bigint PRIMARY KEY, customer_id bigint);
INSERT INTO invoice SELECT g, 1 + g % 1001 FROM generate_series(1, 10000) g;

SELECT phase, lock_mode, command
  FROM zdm.plan($$zdm.expand_foreign_key('invoice', ARRAY['customer_id'], 'customer', on_delete => 'set null')$$);
SELECT zdm.expand_foreign_key('invoice', ARRAY['customer_id'], 'customer', on_delete => 'set null', name => 'fk');

-- Invoices of a customer who does not exist.
\set ON_ERROR_STOP off
CALL zdm.wait('fk');
\set ON_ERROR_STOP on
SELECT contents, reason FROM zdm.violations('fk', 3);
CALL zdm.fix_violations('fk', set => '{"customer_id": "NULL"}');
SELECT zdm.resume('fk');
CALL zdm.wait('fk');

SELECT zdm.contract('fk');
SELECT zdm.finalize('fk');
\d invoice
DROP TABLE invoice, customer;
