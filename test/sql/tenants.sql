-- The same change in many schemas: some at a time, each verified, each with its own way back.
SET zdm.start_worker = off;
SET zdm.at_once = off;
\pset null '(null)'
CREATE ROLE tenant_owner;
GRANT CREATE ON DATABASE :"DBNAME" TO tenant_owner;
SET ROLE tenant_owner;
SELECT format('CREATE SCHEMA %I; CREATE TABLE %1$I.item (id int PRIMARY KEY, size text);
               INSERT INTO %1$I.item SELECT g, g::text FROM generate_series(1, 10) g', name)
  FROM unnest(ARRAY['tenant_1', 'tenant_2', 'tenant_3', 'tenant_Ünï " code', 'tenant_5', 'other']) name \gexec

-- whatever stands in search_path behind the schema is not meant
CREATE SCHEMA tenant_without;
CREATE TABLE other.lonely (id int PRIMARY KEY);
SET search_path = other;

CALL zdm.expand_each('tenant\_%', $$zdm.expand_rename('item', 'size', 'inches')$$, batch => 2, on_failure => 'skip', name => 'v1');
SELECT schema_name, state, migrations, statuses, error FROM zdm.tenant WHERE release = 'v1';
SELECT count(*) AS "in other" FROM zdm.status WHERE relation = 'other.item'::regclass;
INSERT INTO "tenant_Ünï "" code".item (id, inches) VALUES (11, 'new') RETURNING size;
SELECT schema, zdm.schema_version(schema) FROM unnest(ARRAY['tenant_1', 'tenant_without', 'other', 'nowhere']) schema;

-- the same call goes on with what is left, and finds the rest done
CREATE TABLE tenant_without.item (id int PRIMARY KEY, size text);
CALL zdm.expand_each('tenant\_%', $$zdm.expand_rename('item', 'size', 'inches')$$, batch => 2, name => 'v1');
CALL zdm.expand_each('tenant\_%', $$zdm.expand_rename('item', 'size', 'inches')$$, batch => 2, name => 'v1');
SELECT string_agg(DISTINCT state, ' '), count(*) FROM zdm.tenant WHERE release = 'v1';

-- one schema goes back, and forth again; the others stay
SELECT zdm.rollback('v1', 'tenant_2');
SELECT schema_name, state, statuses FROM zdm.tenant WHERE release = 'v1' AND schema_name IN ('tenant_2', 'tenant_3');
SELECT zdm.schema_version('tenant_2');
SELECT zdm.rollback('v1', 'tenant_2');
CALL zdm.expand_each(ARRAY['tenant_2', 'tenant_1'], $$zdm.expand_rename('item', 'size', 'inches')$$, name => 'v1');
SELECT schema_name, state, statuses FROM zdm.tenant WHERE release = 'v1' AND schema_name IN ('tenant_2', 'tenant_3');
SELECT zdm.contract('v1');
SELECT zdm.finalize('v1');
SELECT string_agg(DISTINCT state || array_to_string(statuses, ' '), ' ') FROM zdm.tenant WHERE release = 'v1';

-- a row of the third makes it fail, in the worker's part
UPDATE tenant_3.item SET inches = 'three' WHERE id = 3;
SET zdm.release = 'v2';
CALL zdm.expand_each('tenant\__', $$SELECT zdm.expand_add_column('item', 'n', 'int', backfill => 'inches::int', name => 'parse')$$, batch => 1);
SELECT schema_name, state, migrations, statuses, error ~ 'three' AS error FROM zdm.tenant WHERE release = 'v2';
CALL zdm.expand_each('tenant\__', $$SELECT zdm.expand_add_column('item', 'n', 'int', backfill => 'inches::int', name => 'parse')$$, batch => 1, on_failure => 'rollback');
SELECT schema_name, state, statuses FROM zdm.tenant WHERE release = 'v2';
SELECT count(*) FROM pg_attribute WHERE attname = 'n' AND attrelid = ANY ('{tenant_1.item,tenant_2.item,tenant_3.item}'::regclass[]);
UPDATE tenant_3.item SET inches = '3' WHERE id = 3;
CALL zdm.expand_each('tenant\__', $$SELECT zdm.expand_add_column('item', 'n', 'int', backfill => 'inches::int', name => 'parse')$$, batch => 100, on_failure => 'rollback');
SELECT schema_name, state, statuses, error FROM zdm.tenant WHERE release = 'v2';
-- two calls of a release: the schema is of that version once both are through
CALL zdm.expand_each('tenant\_1', $$zdm.expand_index('CREATE INDEX item_n ON item (nothing)')$$);
SELECT zdm.schema_version('tenant_1'), zdm.schema_version('tenant_2');
SET zdm.start_worker = on;
CALL zdm.expand_each('tenant\_1', $$zdm.expand_index('CREATE INDEX item_n ON item (n)')$$);
SELECT zdm.schema_version('tenant_1'), zdm.schema_version('tenant_2');
RESET zdm.release;
SELECT zdm.contract('v2'), zdm.finalize('v2');

-- what does not verify is not complete: a function that is not as immutable as it says
CREATE FUNCTION other.lie(text) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT random()::text';
\set VERBOSITY terse
CALL zdm.expand_each(ARRAY['tenant_5'], $$zdm.expand_change_type('item', 'inches', 'varchar', 'other.lie(inches)', 'inches')$$, name => 'v3');
\set VERBOSITY default
SELECT state, statuses, substring(error, '^[^[]*') AS error FROM zdm.tenant WHERE release = 'v3';

SET zdm.start_worker = off;

-- bad input
CALL zdm.expand_each('nothing%', $$zdm.expand_rename('item', 'size', 'inches')$$, name => 'v4');
CALL zdm.expand_each(ARRAY['tenant_1', 'nothing', 'pg_catalog', 'zdm'], $$zdm.expand_rename('item', 'size', 'inches')$$, name => 'v4');
CALL zdm.expand_each('{}'::text[], $$zdm.expand_rename('item', 'size', 'inches')$$, name => 'v4');
CALL zdm.expand_each(ARRAY['tenant_1', NULL], $$zdm.expand_rename('item', 'size', 'inches')$$, name => 'v4');
CALL zdm.expand_each('tenant%', 'DROP TABLE item', name => 'v4');
CALL zdm.expand_each('tenant%', $$zdm.expand_rename('item', 'size', 'inches')$$);
CALL zdm.expand_each('tenant%', $$zdm.expand_rename('item', 'size', 'inches')$$, batch => 0, name => 'v4');
CALL zdm.expand_each('tenant%', $$zdm.expand_rename('item', 'size', 'inches')$$, on_failure => 'ignore', name => 'v4');
CALL zdm.expand_each('tenant%', NULL, name => 'v4');
BEGIN;
CALL zdm.expand_each('tenant%', $$zdm.expand_rename('item', 'size', 'inches')$$, name => 'v4');
ROLLBACK;
SELECT zdm.rollback('v4', 'tenant_1');
SELECT count(*) FROM zdm.tenant WHERE release = 'v4';

-- somebody else neither sees nor does anything there
RESET ROLE;
CREATE ROLE tenant_stranger;
SET ROLE tenant_stranger;
SELECT count(*) FROM zdm.tenant;
CALL zdm.expand_each('tenant%', $$zdm.expand_rename('item', 'inches', 'size')$$, name => 'v1');
SELECT zdm.rollback('v1', 'tenant_1');
SELECT zdm.schema_version('tenant_1');
RESET ROLE;
GRANT USAGE ON SCHEMA tenant_1 TO tenant_stranger;
SET ROLE tenant_stranger;
SELECT zdm.schema_version('tenant_1');
CALL zdm.expand_each('tenant%', $$zdm.expand_rename('item', 'inches', 'size')$$, name => 'v1');
SELECT schema_name, state, error FROM zdm.tenant;
-- nor can he tell others of which version it is, with a table of his own there
RESET ROLE;
GRANT CREATE ON SCHEMA tenant_1 TO tenant_stranger;
SET ROLE tenant_stranger;
CREATE TABLE tenant_1.his (id int PRIMARY KEY, a text);
CALL zdm.expand_each('tenant%', $$zdm.expand_rename('his', 'a', 'b')$$, name => 'v9');
SELECT schema_name, state FROM zdm.tenant WHERE release = 'v9';
SELECT zdm.schema_version('tenant_1');
RESET ROLE;
SET client_min_messages = warning;
SELECT zdm.rollback(name) FROM zdm.status WHERE status NOT IN ('finalized', 'rolled_back') AND name ~ '^tenant_';
DROP SCHEMA tenant_1, tenant_2, tenant_3, tenant_5, tenant_without, "tenant_Ünï "" code", other CASCADE;
DELETE FROM zdm.tenant_schema;
REVOKE CREATE ON DATABASE :"DBNAME" FROM tenant_owner;
DROP ROLE tenant_owner, tenant_stranger;

