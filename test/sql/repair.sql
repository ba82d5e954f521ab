-- Both sides are compared before contract, and verify makes them agree again where they don't.
SET client_min_messages = warning;
CREATE SCHEMA repair;
SET search_path = repair, public;
-- Conversions that change their minds: rows that were written before do not agree with them any more.
CREATE FUNCTION cents(a numeric) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT (a * 100)::int';
CREATE FUNCTION euros(c int) RETURNS numeric LANGUAGE sql IMMUTABLE AS 'SELECT c / 100.0';
CREATE TABLE price (id int PRIMARY KEY, euro numeric, cent_limit int DEFAULT 100000, CHECK (euro < 1000000));
INSERT INTO price SELECT i, i FROM generate_series(1, 20) i;
SELECT zdm.expand_transform('price', '{euro}', '{"cent": {"type": "int", "forward": "repair.cents(euro)"}}',
                            '{"euro": "repair.euros(cent)"}', name => 'repair_price');
CALL zdm.wait('repair_price');
-- All agree: contract notes that.
SELECT zdm.contract('repair_price');
SELECT name, status, mode, before_contract, percent, rows, mismatches, lossy, repaired FROM zdm.verified WHERE name = 'repair_price';
SELECT zdm.reopen('repair_price');
-- None does.
CREATE OR REPLACE FUNCTION cents(a numeric) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT (a * 1000)::int';
CREATE OR REPLACE FUNCTION euros(c int) RETURNS numeric LANGUAGE sql IMMUTABLE AS 'SELECT c / 1000.0';
\set VERBOSITY sqlstate
SELECT zdm.contract('repair_price');
SELECT zdm.contract('repair_price', verify => 'full');
SELECT zdm.contract('repair_price', verify => 'sample');
SELECT zdm.contract('repair_price', verify => 'some');
\set VERBOSITY terse
SELECT zdm.contract('repair_price', 'full');
\set VERBOSITY default
SELECT status FROM zdm.status WHERE name = 'repair_price';
BEGIN;
SELECT zdm.contract('repair_price', verify => 'none');
SELECT mode, before_contract, rows FROM zdm.verified WHERE name = 'repair_price';
ROLLBACK;
SET zdm.verify = 'none';
BEGIN;
SELECT zdm.contract('repair_price');
ROLLBACK;
RESET zdm.verify;
SELECT zdm.contract(NULL) IS NULL AS nothing;
-- Of a release that can't be contracted nothing is compared.
-- What verify says is in the record, too.
SELECT rows, mismatches, lossy, jsonb_array_length(examples) AS examples, repaired FROM zdm.verify('repair_price');
SELECT mode, before_contract, rows, mismatches, repaired FROM zdm.verified WHERE name = 'repair_price';
-- A constraint that a repaired row would violate is kept; the others are repaired.
ALTER TABLE price ADD CONSTRAINT few CHECK (cent < 15000) NOT VALID;
SELECT rows, mismatches, repaired FROM zdm.verify('repair_price', repair => true);
SELECT id, euro, cent FROM price ORDER BY id;
SELECT substring(e->>'row' FROM 'key.*') AS row, e->'old' AS old, e->'new' AS new, e->'set' AS set, e->>'left' AS left
  FROM zdm.verify('repair_price', repair => true), jsonb_array_elements(examples) e WHERE e->>'row' ~ '\(1[56]\)';
ALTER TABLE price DROP CONSTRAINT few;
SELECT substring(e->>'row' FROM 'key.*') AS row, e->'old' AS old, e->'new' AS new, e->'set' AS set, e->>'left' AS left
  FROM zdm.verify('repair_price', repair => true), jsonb_array_elements(examples) e WHERE e->>'row' ~ '\(1[56]\)';
SELECT bool_and(cent = euro * 1000), count(*) FROM price;
SELECT rows, mismatches, examples, repaired FROM zdm.verify('repair_price', repair => true);
SELECT zdm.contract('repair_price');
SELECT event, detail FROM zdm.event WHERE migration_id = (SELECT id FROM zdm.migration WHERE name = 'repair_price') AND event = 'repaired' ORDER BY id;
-- After contract the new side is the truth.
CREATE OR REPLACE FUNCTION cents(a numeric) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT (a * 10)::int';
CREATE OR REPLACE FUNCTION euros(c int) RETURNS numeric LANGUAGE sql IMMUTABLE AS 'SELECT c / 10.0';
SELECT rows, mismatches, repaired FROM zdm.verify('repair_price', repair => true);
SELECT bool_and(cent = zdm_old_euro * 10 AND cent = id * 1000), count(*) FROM price;
SELECT zdm.finalize('repair_price');

-- Larger tables: a sample.
CREATE TABLE large (id int PRIMARY KEY, a int, pad text DEFAULT repeat('x', 500)) WITH (autovacuum_enabled = off);
INSERT INTO large SELECT i, i FROM generate_series(1, 8000) i;
SELECT zdm.expand_rename('large', 'a', 'b', name => 'repair_large');
CALL zdm.wait('repair_large');
SET zdm.verify_size = '1MB';
SELECT zdm.contract('repair_large');
SELECT mode, percent BETWEEN 5 AND 50 AS some_blocks, rows BETWEEN 1 AND 7999 AS some_rows, mismatches FROM zdm.verified WHERE name = 'repair_large';
SELECT zdm.reopen('repair_large');
SELECT zdm.contract('repair_large', verify => 'full');
SELECT mode, percent, rows FROM zdm.verified WHERE name = 'repair_large';
SELECT zdm.reopen('repair_large');
RESET zdm.verify_size;
-- Partitions whose columns stand elsewhere, and a row that is too wide for its page as it was.
CREATE TABLE parts (id int PRIMARY KEY, a text) PARTITION BY RANGE (id);
CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (0) TO (10);
CREATE TABLE parts_2 (a text, gone int, id int NOT NULL);
ALTER TABLE parts_2 DROP COLUMN gone;
ALTER TABLE parts ATTACH PARTITION parts_2 FOR VALUES FROM (10) TO (100);
INSERT INTO parts SELECT i, repeat('x', i * 100) FROM generate_series(1, 20) i;
SELECT zdm.expand_rename('parts', 'a', 'b', name => 'repair_parts');
CALL zdm.wait('repair_parts');
ALTER TABLE ONLY parts_1 DISABLE TRIGGER "~zdm_repair_parts";
ALTER TABLE ONLY parts_2 DISABLE TRIGGER "~zdm_repair_parts";
UPDATE parts SET b = 'wrong' WHERE id % 4 = 1;
UPDATE parts SET a = NULL WHERE id % 4 = 2;
ALTER TABLE ONLY parts_1 ENABLE ALWAYS TRIGGER "~zdm_repair_parts";
ALTER TABLE ONLY parts_2 ENABLE ALWAYS TRIGGER "~zdm_repair_parts";
SELECT rows, mismatches, repaired FROM zdm.verify('repair_parts', repair => true);
SELECT bool_and(a = b AND a = repeat('x', id * 100)), count(*) FROM parts;
SELECT rows, mismatches, repaired FROM zdm.verify('repair_parts', percent => 50, repair => true) WHERE rows > 20 OR mismatches > 0;
SELECT zdm.rollback('repair_parts');
-- Completed by itself: compared, too.
CREATE FUNCTION twice(a int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT a * 2';
CREATE FUNCTION half(b int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT b / 2';
CREATE TABLE numbers (id int PRIMARY KEY, a int);
INSERT INTO numbers SELECT i, i FROM generate_series(1, 20) i;
SELECT zdm.expand_transform('numbers', '{a}', '{"b": {"type": "int", "forward": "repair.twice(a)"}}', '{"a": "repair.half(b)"}', name => 'repair_numbers');
CALL zdm.wait('repair_numbers');
CREATE OR REPLACE FUNCTION twice(a int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT a * 4';
CREATE OR REPLACE FUNCTION half(b int) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT b / 4';
SELECT zdm.alter_backfill('repair_numbers', complete => true) IS NOT NULL AS completes;
\set VERBOSITY terse
CALL zdm.wait('repair_numbers');
SELECT status, last_error ~ 'the two sides disagree in 20 of 20 rows' AS says FROM zdm.status WHERE name = 'repair_numbers';
SELECT rows, mismatches, repaired FROM zdm.verify('repair_numbers', repair => true);
SELECT zdm.resume('repair_numbers');
CALL zdm.wait('repair_numbers');
SELECT status, mode, before_contract, rows FROM zdm.verified WHERE name = 'repair_numbers';
SELECT bool_and(b = id * 4), count(*) FROM numbers;
SELECT zdm.rollback('repair_large');
DROP SCHEMA repair CASCADE;
