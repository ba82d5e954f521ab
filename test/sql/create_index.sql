-- Indexes: built by the worker, beside the traffic.
\set SHOW_CONTEXT never
CREATE TABLE ci (id int PRIMARY KEY, a int, b text, c text);
INSERT INTO ci SELECT g, g % 100, 'b' || g, 'c' FROM generate_series(1, 2000) g;

-- every clause, written with all names in full
SELECT runs, lock_mode, command, undo FROM zdm.plan($$zdm.expand_index(
    'create unique index on ci (a, lower(b) collate "C" text_pattern_ops desc nulls last, id)
     include (c) nulls not distinct with (fillfactor = 80) where a > 5')$$, full => true);
SELECT command FROM zdm.plan($$zdm.expand_index('CREATE INDEX CONCURRENTLY "Odd ""name" ON ci USING hash (b)')$$, full => true);
SELECT command FROM zdm.plan($$zdm.expand_index('CREATE INDEX ON ci USING gin (to_tsvector(''english'', b)) TABLESPACE pg_default')$$, full => true);
SELECT command FROM zdm.plan($$zdm.expand_index('CREATE INDEX ON ci USING gist (int4range(id, a) range_ops, b)')$$, full => true);
SELECT command FROM zdm.plan($$zdm.expand_index('CREATE INDEX ON ci USING btree (b varchar_ops ASC NULLS FIRST, (a + id) DESC)')$$, full => true);

-- built, used, kept
SELECT zdm.expand_index('create unique index on ci (a, lower(b) collate "C" text_pattern_ops desc nulls last, id)
                         include (c) nulls not distinct with (fillfactor = 80) where a > 5');
SET client_min_messages = warning;
CALL zdm.wait('index_ci_a_lower_id_c_idx');
RESET client_min_messages;
SELECT pg_get_indexdef('ci_a_lower_id_c_idx'::regclass);
SELECT indisvalid FROM pg_index WHERE indexrelid = 'ci_a_lower_id_c_idx'::regclass;
SELECT status, percent, doing FROM zdm.progress WHERE name = 'index_ci_a_lower_id_c_idx';
SELECT zdm.expand_index('create unique index on ci (a, lower(b) collate "C" text_pattern_ops desc nulls last, id)
                         include (c) nulls not distinct with (fillfactor = 80) where a > 5');
SELECT zdm.contract('index_ci_a_lower_id_c_idx');
SELECT zdm.reopen('index_ci_a_lower_id_c_idx');
SELECT zdm.rollback('index_ci_a_lower_id_c_idx');
SELECT count(*) FROM pg_class WHERE relname = 'ci_a_lower_id_c_idx';

-- IF NOT EXISTS, and names that are taken
SELECT zdm.expand_index('CREATE INDEX ci_b ON ci (b)');
SET client_min_messages = warning;
CALL zdm.wait('index_ci_b');
RESET client_min_messages;
SELECT zdm.contract('index_ci_b'), zdm.finalize('index_ci_b');
SELECT zdm.expand_index('CREATE INDEX ci_b ON ci (b)', name => 'ci_again');
SELECT zdm.expand_index('CREATE INDEX IF NOT EXISTS ci_b ON ci (b)', name => 'ci_again');
SELECT status FROM zdm.status WHERE name = 'ci_again';
SELECT zdm.rollback('ci_again');
\d ci

-- what it refuses
SELECT zdm.expand_index('CREATE INDEX ON ci (b); DROP TABLE ci');
SELECT zdm.expand_index('SELECT 1');
SELECT zdm.expand_index('CREATE INDEX ON');
SELECT zdm.expand_index('CREATE INDEX ON nowhere (b)');
SELECT zdm.expand_index('CREATE INDEX ON ci (nothing)');
SELECT zdm.expand_index('CREATE INDEX ON ci ((random()))');
SELECT zdm.expand_index('CREATE INDEX ON ci (b) WHERE now() > ''2020-01-01''');
SELECT zdm.expand_index('CREATE INDEX ON ci (b int4_ops)');
SELECT zdm.expand_index('CREATE INDEX ON ci USING nothing (b)');
SELECT zdm.expand_index(NULL);
SELECT zdm.expand_index('CREATE INDEX ON pg_class (relname)');

-- in a session of one's own: the command to run is in the hint
SET zdm.start_worker = off;
SELECT zdm.expand_index('CREATE INDEX ci_c ON ci (c)');
CALL zdm.run('index_ci_c');
CREATE INDEX CONCURRENTLY ci_c ON public.ci USING btree (c);
CALL zdm.run('index_ci_c');
SELECT status FROM zdm.status WHERE name = 'index_ci_c';
SELECT zdm.rollback('index_ci_c');
-- a stranger of that name
CREATE VIEW ci_d AS SELECT 1 AS one;
SELECT zdm.expand_index('CREATE INDEX IF NOT EXISTS ci_e ON ci (c)');
ALTER VIEW ci_d RENAME TO ci_e;
CALL zdm.run('index_ci_e');
SELECT zdm.cancel('index_ci_e');
SELECT count(*) FROM ci_e;
DROP VIEW ci_e;
RESET zdm.start_worker;

-- duplicates: failed, with nothing left that would refuse writes
INSERT INTO ci SELECT 3000 + g, 5, 'same', 'c' FROM generate_series(1, 3) g;
SELECT zdm.expand_index('CREATE UNIQUE INDEX ci_u ON ci (lower(b)) WHERE id > 5');
\set VERBOSITY terse
SET client_min_messages = error;
CALL zdm.wait('index_ci_u');
RESET client_min_messages;
\set VERBOSITY default
SELECT last_error FROM zdm.status WHERE name = 'index_ci_u';
SELECT contents->>'id' AS id, reason FROM zdm.violations('index_ci_u');
INSERT INTO ci VALUES (3004, 5, 'SAME', 'c');
CALL zdm.fix_violations('index_ci_u', keep => 'id DESC');
SELECT id, b FROM ci WHERE lower(b) = 'same';
SELECT zdm.resume('index_ci_u');
SET client_min_messages = warning;
CALL zdm.wait('index_ci_u');
RESET client_min_messages;
SELECT zdm.rollback('index_ci_u');

-- partitions, at two levels
CREATE TABLE cip (id int, a int, r text) PARTITION BY LIST (r);
CREATE TABLE cip_eu PARTITION OF cip FOR VALUES IN ('eu') PARTITION BY RANGE (a);
CREATE TABLE cip_eu_1 PARTITION OF cip_eu FOR VALUES FROM (0) TO (100);
CREATE TABLE cip_eu_2 PARTITION OF cip_eu FOR VALUES FROM (100) TO (1000);
CREATE TABLE cip_us PARTITION OF cip FOR VALUES IN ('us');
INSERT INTO cip SELECT g, g % 1000, CASE WHEN g % 2 = 0 THEN 'eu' ELSE 'us' END FROM generate_series(1, 2000) g;
SELECT zdm.expand_index('CREATE INDEX ON ONLY cip (a)');
SELECT seq, phase, runs, lock_mode, command, undo FROM zdm.plan($$zdm.expand_index('CREATE INDEX cip_a ON cip (a)')$$, full => true);
SELECT zdm.expand_index('CREATE INDEX cip_a ON cip (a)');
CREATE TABLE cip_new PARTITION OF cip FOR VALUES IN ('new');
SET client_min_messages = warning;
CALL zdm.wait('index_cip_a');
RESET client_min_messages;
SELECT indexrelid::regclass, indrelid::regclass, indisvalid FROM pg_index
 WHERE indrelid::regclass::text LIKE 'cip%' ORDER BY indexrelid::regclass::text COLLATE "C";
SELECT count(*) FROM pg_inherits WHERE inhparent = 'cip_a'::regclass;
SELECT zdm.rollback('index_cip_a');
SELECT count(*) FROM pg_index WHERE indrelid::regclass::text LIKE 'cip%';
-- half way
SET zdm.start_worker = off;
SELECT zdm.expand_index('CREATE INDEX cip_a ON cip (a)');
CREATE INDEX CONCURRENTLY cip_eu_1_a_idx ON public.cip_eu_1 USING btree (a);
SET client_min_messages = error;
CALL zdm.run('index_cip_a');
RESET client_min_messages;
SELECT seq, status FROM zdm.step WHERE migration_id = (SELECT max(id) FROM zdm.migration) ORDER BY seq;
SELECT zdm.cancel('index_cip_a');
SELECT count(*) FROM pg_index WHERE indrelid::regclass::text LIKE 'cip%';
RESET zdm.start_worker;

-- one partition alone
SELECT zdm.expand_index('CREATE INDEX cip_us_only ON cip_us (id)');
SET client_min_messages = warning;
CALL zdm.wait('index_cip_us_only');
RESET client_min_messages;
SELECT zdm.contract('index_cip_us_only'), zdm.finalize('index_cip_us_only');
SELECT zdm.drop_index('cip_us_only');
SELECT zdm.contract('drop_index_cip_us_only'), zdm.finalize('drop_index_cip_us_only');
\d cip_us

-- dropping an index: hidden at contract, gone at finalize
CREATE INDEX ci_gone ON ci (a);
SELECT * FROM zdm.plan($$zdm.drop_index('ci_gone')$$, full => true);
SELECT zdm.drop_index('ci_gone');
ANALYZE ci;
SELECT zdm.contract('drop_index_ci_gone');
EXPLAIN (costs off) SELECT * FROM ci WHERE a = 1;
INSERT INTO ci VALUES (5000, -1, 'b', 'c');
SELECT zdm.reopen('drop_index_ci_gone');
EXPLAIN (costs off) SELECT id FROM ci WHERE a = -1;
SELECT id FROM ci WHERE a = -1;
SELECT zdm.contract('drop_index_ci_gone');
SELECT zdm.rollback('drop_index_ci_gone');
SELECT indisvalid FROM pg_index WHERE indexrelid = 'ci_gone'::regclass;
SELECT zdm.drop_index('public.ci_gone');
SELECT zdm.contract('drop_index_ci_gone');
SELECT zdm.finalize('drop_index_ci_gone');
SELECT to_regclass('ci_gone');
SELECT zdm.drop_index('public.ci_gone');
SELECT zdm.drop_index('ci_pkey');
SELECT zdm.drop_index('ci');
SELECT zdm.drop_index('nothing');

-- building anew
SELECT oid AS before FROM pg_class WHERE relname = 'ci_b' \gset
SELECT runs, command FROM zdm.plan($$zdm.reindex('ci_b')$$, full => true);
SELECT runs, command FROM zdm.plan($$zdm.reindex('ci')$$, full => true);
SELECT zdm.reindex('ci');
SET client_min_messages = warning;
CALL zdm.wait('reindex_ci');
RESET client_min_messages;
SELECT relfilenode <> :before FROM pg_class WHERE relname = 'ci_b';
SELECT zdm.contract('reindex_ci'), zdm.finalize('reindex_ci');
SELECT zdm.reindex('ci_b', name => 'ci_reindex');
SET client_min_messages = warning;
CALL zdm.wait('ci_reindex');
RESET client_min_messages;
SET zdm.start_worker = off;
SELECT zdm.reindex('ci');
CALL zdm.run('reindex_ci_2');
SELECT zdm.rollback('reindex_ci_2'), zdm.rollback('ci_reindex');
SELECT zdm.reindex('nothing');
RESET zdm.start_worker;
\d ci
DROP TABLE ci, cip;
