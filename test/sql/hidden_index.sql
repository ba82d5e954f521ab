-- An index that drop_index has hidden is visible again when something builds it anew: zdm.status says
-- so, contract hides it again, and every way out of the migration stays right.
\set SHOW_CONTEXT never
CREATE TABLE hi (id int PRIMARY KEY, a int);
INSERT INTO hi SELECT g, g FROM generate_series(1, 100) g;
CREATE SCHEMA "Odd";
CREATE TABLE "Odd"."T" (a int);
CREATE INDEX hi_a ON hi (a);
CREATE INDEX "Odd ""i" ON "Odd"."T" (a) WHERE a > 3;
SELECT zdm.drop_index('hi_a', name => 'hi');
SELECT zdm.drop_index('"Odd"."Odd ""i"', name => 'hi odd');
SELECT zdm.contract('hi'), zdm.contract('hi odd');
SELECT name, waiting_for FROM zdm.status WHERE name ~ '^hi';
SELECT way, regexp_replace(way, '.*', 'SELECT waiting_for IS NOT NULL AS seen, (SELECT indisvalid FROM pg_index WHERE indexrelid = ''hi_a''::regclass) AS visible FROM zdm.status WHERE name = ''hi'''),
       regexp_replace(way, '.*', 'SELECT zdm.contract(''hi'')')
  FROM (VALUES (1, 'VACUUM FULL hi'), (2, 'CLUSTER hi USING hi_pkey'), (3, 'REINDEX INDEX hi_a'), (4, 'REINDEX TABLE hi'), (5, 'REINDEX INDEX CONCURRENTLY hi_a'),
               (6, 'TRUNCATE hi')) w (n, way) ORDER BY n \gexec
SET client_min_messages = error;
REINDEX TABLE CONCURRENTLY hi; -- leaves it alone
RESET client_min_messages;
SELECT waiting_for FROM zdm.status WHERE name = 'hi';
ALTER TABLE hi SET WITHOUT CLUSTER;
REINDEX INDEX "Odd"."Odd ""i";
SELECT name, waiting_for FROM zdm.status WHERE name ~ '^hi';
SELECT event, detail FROM zdm.event e JOIN zdm.migration m ON m.id = migration_id WHERE name = 'hi' AND event = 'hidden again' ORDER BY e.id LIMIT 1;

-- the ways out, from an index that is visible again
REINDEX INDEX hi_a;
SELECT zdm.reopen('hi');
SELECT zdm.contract('hi');
REINDEX INDEX hi_a;
SELECT zdm.rollback('hi');
SELECT indisvalid FROM pg_index WHERE indexrelid = 'hi_a'::regclass;
SELECT zdm.drop_index('hi_a', name => 'hi');
SELECT zdm.contract('hi');
REINDEX INDEX hi_a;
SELECT zdm.finalize('hi'), zdm.finalize('hi odd');
SELECT to_regclass('hi_a'), to_regclass('"Odd"."Odd ""i"');
SELECT name, waiting_for FROM zdm.status WHERE name ~ '^hi';

-- a dump leaves a hidden index out: where it is gone, a rollback says how to build it
CREATE INDEX hi_a ON hi (a) WHERE a > 3;
SELECT zdm.drop_index('hi_a', name => 'hi');
SELECT zdm.contract('hi');
DROP INDEX hi_a;
SELECT name, waiting_for FROM zdm.status WHERE name ~ '^hi';
SELECT zdm.rollback('hi');
SELECT zdm.expand_index('CREATE INDEX hi_a ON public.hi USING btree (a) WHERE (a > 3)');
\d hi
DROP TABLE hi;
DROP SCHEMA "Odd" CASCADE;
