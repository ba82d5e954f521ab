-- Every call that can't work says so: a SQLSTATE of its own, and what helps.
\set SHOW_CONTEXT never
\set state '\\echo SQLSTATE :SQLSTATE'
SET zdm.start_worker = off;
CREATE TABLE t (id int PRIMARY KEY, old int, gen int GENERATED ALWAYS AS (old * 2) STORED);
INSERT INTO t VALUES (1, 1);

-- the table
SELECT zdm.expand_rename('nowhere', 'old', 'new');
:state
SELECT zdm.expand_rename(4294967295, 'old', 'new');
:state
SELECT zdm.expand_rename(NULL, 'old', 'new');
:state
CREATE VIEW v AS SELECT * FROM t;
SELECT zdm.expand_rename('v', 'old', 'new');
:state
SELECT zdm.expand_rename('t_pkey', 'old', 'new');
:state
CREATE MATERIALIZED VIEW mv AS SELECT 1 AS old;
SELECT zdm.expand_rename('mv', 'old', 'new');
:state
CREATE FOREIGN DATA WRAPPER dummy;
CREATE SERVER dummy FOREIGN DATA WRAPPER dummy;
CREATE FOREIGN TABLE ft (old int) SERVER dummy;
SELECT zdm.expand_rename('ft', 'old', 'new');
:state
SELECT zdm.expand_rename('pg_class', 'relname', 'new');
:state
SELECT zdm.expand_rename('zdm.migration_row', 'name', 'new');
:state
CREATE TEMP TABLE tmp (old int);
SELECT zdm.expand_rename('tmp', 'old', 'new');
:state
CREATE TYPE pair AS (old int, b int);
CREATE TABLE typed OF pair;
SELECT zdm.expand_rename('typed', 'old', 'new');
:state
CREATE TABLE part (id int, old int, region text) PARTITION BY LIST (region);
CREATE TABLE part_eu PARTITION OF part FOR VALUES IN ('eu') PARTITION BY RANGE (old);
CREATE TABLE part_eu_1 PARTITION OF part_eu FOR VALUES FROM (0) TO (10);
SELECT zdm.expand_rename('part_eu', 'id', 'new');
:state
SELECT zdm.expand_rename('part', 'region', 'new');
:state
SELECT zdm.expand_rename('part', 'old', 'new');
:state
CREATE TABLE parent (old int);
CREATE TABLE child () INHERITS (parent);
SELECT zdm.expand_rename('child', 'old', 'new');
:state
CREATE FOREIGN TABLE child2 () INHERITS (parent) SERVER dummy;
SELECT zdm.expand_rename('parent', 'old', 'new');
:state
CREATE ROLE zdm_other;
GRANT ALL ON t TO zdm_other;
SET ROLE zdm_other;
SELECT zdm.expand_rename('t', 'old', 'new');
:state
RESET ROLE;

-- the columns and their names
SELECT zdm.expand_rename('t', 'nothing', 'new');
:state
SELECT zdm.expand_rename('t', 'ctid', 'new');
:state
SELECT zdm.expand_rename('t', 'gen', 'new');
:state
SELECT zdm.expand_rename('t', 'old', 'id');
:state
SELECT zdm.expand_rename('t', 'old', 'xmin');
:state
SELECT zdm.expand_rename('t', 'old', '');
:state
SELECT zdm.expand_rename('t', 'old', repeat('x', 64));
:state
SELECT zdm.expand_rename('t', NULL, 'new');
:state
SELECT zdm.expand_rename('t', 'old', 'new', name => '');
:state
CREATE FUNCTION noop() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER "éclair" BEFORE UPDATE ON t FOR EACH ROW EXECUTE FUNCTION noop();
SELECT zdm.expand_rename('t', 'old', 'new');
:state
DROP TRIGGER "éclair" ON t;
CREATE TABLE published (old int);
CREATE PUBLICATION pub FOR TABLE published;
SELECT zdm.expand_rename('published', 'old', 'new');
:state
DROP PUBLICATION pub;

-- expressions
SELECT zdm.expand_add_column('t', 'c', 'nonsense');
:state
SELECT zdm.expand_add_column('t', 'c', 'int', backfill => 'old +');
:state
SELECT zdm.expand_add_column('t', 'c', 'int', backfill => 'old, id');
:state
SELECT zdm.expand_add_column('t', 'c', 'int', backfill => '1 FROM t');
:state
SELECT zdm.expand_add_column('t', 'c', 'int', backfill => 'nothing + 1');
:state
SELECT zdm.expand_add_column('t', 'c', 'int', backfill => '(SELECT max(old) FROM t)');
:state
SELECT zdm.expand_add_column('t', 'c', 'int', backfill => 'max(old)');
:state
SELECT zdm.expand_add_column('t', 'c', 'int', backfill => 'row_number() OVER ()');
:state
SELECT zdm.expand_add_column('t', 'c', 'int', backfill => 'generate_series(1, old)');
:state
SELECT zdm.expand_add_column('t', 'c', 'int', backfill => 'gen');
:state
SELECT zdm.expand_add_column('t', 'c', 'text', backfill => 't::text');
:state
SELECT zdm.expand_add_column('t', 'c', 'text', backfill => 'ctid::text');
:state
SELECT zdm.expand_add_column('t', 'c', 'point', backfill => 'old');
:state
SELECT zdm.expand_add_column('t', 'c', 'int', default_value => 'old');
:state
SELECT zdm.expand_add_column('t', 'c', 'int', not_null => true);
:state
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
SELECT zdm.expand_add_column('t', 'c', 'positive');
:state

-- names of migrations, and calls at the wrong time
SELECT zdm.expand_rename('t', 'old', 'new', name => 'm');
SELECT zdm.expand_rename('t', 'old', 'other', name => 'm');
:state
SELECT zdm.expand_rename('t', 'old', 'other');
:state
SELECT zdm.expand_add_column('t', 'c', 'int', backfill => 'old');
:state
SELECT zdm.expand_rename('t', 'new', 'newer');
:state
SELECT zdm.ensure_ready('m');
:state
SELECT zdm.contract('m');
:state
SELECT zdm.reopen('m');
:state
SELECT zdm.finalize('m');
:state
SELECT zdm.pause('nobody');
:state
SELECT zdm.pause('m');
SELECT zdm.pause('m');
SELECT zdm.ensure_ready('m');
:state
CALL zdm.wait('m');
:state
CALL zdm.run('m');
:state
SELECT zdm.expand_rename('t', 'old', 'new', name => 'm');
SELECT zdm.resume('m');
SET client_min_messages = warning;
CALL zdm.wait('m', '50 milliseconds');
RESET client_min_messages;
:state
BEGIN;
CALL zdm.wait('m');
:state
ROLLBACK;
BEGIN;
CALL zdm.run('m');
:state
ROLLBACK;
CALL zdm.wait(NULL);
:state
SET ROLE zdm_other;
SELECT zdm.contract('m');
:state
SELECT zdm.rollback('m');
:state
CALL zdm.run('m');
:state
SELECT count(*) FROM zdm.status;
RESET ROLE;
CALL zdm.run('m');
SELECT zdm.cancel('m');
:state
SELECT zdm.resume('m');
:state
SELECT * FROM zdm.verify('m', 0);
:state
-- the column that the new application uses has got a dependent
CREATE VIEW on_copy AS SELECT new FROM t;
SELECT zdm.rollback('m');
:state
DROP VIEW on_copy;
SELECT zdm.contract('m');
SELECT zdm.pause('m');
:state
SELECT zdm.rollback('m');
SELECT * FROM zdm.verify('m');
:state

-- plan takes one expand call and nothing else
SELECT * FROM zdm.plan('zdm.contract(''m'')');
:state
SELECT * FROM zdm.plan('1');
:state
SELECT * FROM zdm.plan('zdm.expand_rename(''t'', ''old'', ''new''), 2');
:state
SELECT * FROM zdm.plan('zdm.expand_rename(''t'', ''old'', ''id'')');
:state
SELECT * FROM zdm.plan('DROP TABLE t');
:state
SELECT * FROM zdm.plan('SELECT 1; DROP TABLE t');
:state
SELECT count(*) FROM zdm.plan(' select zdm.expand_rename(''t'', ''old'', ''new'');');
:state

-- nothing of all that has left a trace
\d t
SELECT count(*) FROM zdm.migration WHERE relation = 't'::regclass AND status NOT IN ('rolled_back', 'finalized');

-- the table was dropped in the meantime
SELECT zdm.expand_rename('t', 'old', 'new', name => 'gone');
DROP VIEW v;
DROP TABLE t;
CALL zdm.run('gone');
:state
SELECT status FROM zdm.status WHERE name = 'gone';
SELECT zdm.contract('gone');
:state
SELECT zdm.cancel('gone');
SELECT status FROM zdm.migration WHERE name = 'gone';

DROP MATERIALIZED VIEW mv;
DROP FOREIGN DATA WRAPPER dummy CASCADE;
DROP TABLE typed, part, parent, child, published;
DROP TYPE pair;
DROP DOMAIN positive;
DROP FUNCTION noop;
DROP ROLE zdm_other;
RESET zdm.start_worker;
