-- A tenant is a schema: the same change in all of them, some at a time.
-- Run it outside of a transaction block: psql -X -f tenants.sql

CREATE SCHEMA tenant_anna;
CREATE SCHEMA tenant_bert;
CREATE SCHEMA tenant_carl;
CREATE TABLE tenant_anna.orders (id int PRIMARY KEY, total text);
CREATE TABLE tenant_bert.orders (id int PRIMARY KEY, total text);
CREATE TABLE tenant_carl.orders (id int PRIMARY KEY, total text);
INSERT INTO tenant_anna.orders VALUES (1, '10'), (2, '20');
INSERT INTO tenant_bert.orders VALUES (1, '30');
INSERT INTO tenant_carl.orders VALUES (1, 'forty');

-- carl has a value that is none: he alone stays as he was, with the reason
CALL zdm.expand_each('tenant\_%', $$zdm.expand_add_column('orders', 'cents', 'int', backfill => 'total::int * 100')$$,
                     batch => 2, on_failure => 'skip', name => 'v42');
SELECT schema_name, state, statuses, error FROM zdm.tenant;

-- what an application asks for each tenant
SELECT zdm.schema_version('tenant_anna') AS anna, zdm.schema_version('tenant_carl') AS carl;

-- the value is put right; the same call goes on with who is left
UPDATE tenant_carl.orders SET total = '40';
CALL zdm.expand_each('tenant\_%', $$zdm.expand_add_column('orders', 'cents', 'int', backfill => 'total::int * 100')$$,
                     batch => 2, on_failure => 'skip', name => 'v42');

-- bert wants the old form back, the others go on together
SELECT zdm.rollback('v42', 'tenant_bert');
SELECT zdm.contract('v42');
SELECT zdm.finalize('v42');
SELECT schema_name, state, statuses FROM zdm.tenant;
