-- What can't be done to exclusion constraints, and to what 18 has brought: keys WITHOUT OVERLAPS, foreign keys
-- with a PERIOD, virtual generated columns.  It is refused by the plan, before anything has changed.
\set SHOW_CONTEXT never
SELECT current_setting('server_version_num')::int >= 180000 AS newer \gset
CREATE TABLE ex (id int, r int4range, EXCLUDE USING gist (r WITH &&));
INSERT INTO ex VALUES (1, '[1,2)');
SELECT zdm.reindex('ex_r_excl');
SELECT zdm.expand_change_type('ex', 'r', 'text');
SELECT zdm.reindex('ex', name => 'ex');
SET client_min_messages = warning;
CALL zdm.wait('ex');
RESET client_min_messages;
SELECT zdm.contract('ex'), zdm.finalize('ex');
DROP TABLE ex;

\if :newer
CREATE TABLE era (id int4range, during daterange, n int, CONSTRAINT era_pkey PRIMARY KEY (id, during WITHOUT OVERLAPS));
CREATE TABLE era_part (cid int, id int4range, during daterange,
                   CONSTRAINT era_part_fkey FOREIGN KEY (id, PERIOD during) REFERENCES era (id, PERIOD during));
INSERT INTO era VALUES ('[1,2)', '[2020-01-01,2021-01-01)', 1), ('[1,2)', '[2021-01-01,2022-01-01)', 2);
INSERT INTO era_part VALUES (1, '[1,2)', '[2020-06-01,2021-06-01)');
-- both ends, and each column
SELECT zdm.expand_change_type('era', 'id', 'int8range', forward => 'int8range(lower(id), upper(id))', reverse => 'int4range(lower(id)::int, upper(id)::int)');
SELECT zdm.expand_change_type('era', 'during', 'text');
SELECT zdm.expand_change_type('era_part', 'id', 'text');
SELECT zdm.expand_change_type('era_part', 'during', 'text');
SELECT zdm.expand_transform('era_part', '{during}', '{"since": {"type": "date", "forward": "lower(during)"}}', '{"during": "daterange(since, NULL)"}');
SELECT zdm.expand_foreign_key('era_part', '{id,during}', 'era');
SELECT zdm.expand_foreign_key('era_part', '{id,during}', 'era', '{during,id}');
SELECT zdm.reindex('era_pkey');
SELECT zdm.drop_index('era_pkey');
SELECT zdm.expand_drop_column('era', 'during');
-- what works: a rename, and other columns
SELECT zdm.expand_rename('era', 'during', 'valid_at', name => 'era'), zdm.expand_change_type('era', 'n', 'bigint', name => 'era_n');
SET client_min_messages = warning;
CALL zdm.wait('era');
CALL zdm.wait('era_n');
RESET client_min_messages;
INSERT INTO era (id, valid_at, n) VALUES ('[1,2)', '[2021-06-01,2023-01-01)', 3);
INSERT INTO era (id, valid_at, n) VALUES ('[1,2)', '[2022-01-01,2023-01-01)', 3);
SELECT zdm.contract('era'), zdm.contract('era_n');
INSERT INTO era_part VALUES (2, '[1,2)', '[2022-06-01,2023-06-01)');
SELECT zdm.finalize('era'), zdm.finalize('era_n');
SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conrelid IN ('era'::regclass, 'era_part'::regclass) AND contype IN ('p', 'f') ORDER BY conname;
DROP TABLE era_part, era;

-- a virtual column has no index, nor what needs one
CREATE TABLE vi (id int, a int, va int GENERATED ALWAYS AS (a * 2) VIRTUAL);
CREATE TABLE vr (id int PRIMARY KEY);
INSERT INTO vi SELECT g, g FROM generate_series(1, 10) g;
SELECT zdm.expand_index('CREATE INDEX ON vi (va)');
SELECT zdm.expand_index('CREATE INDEX ON vi ((va + 1))');
SELECT zdm.expand_index('CREATE INDEX ON vi (id) INCLUDE (va)');
SELECT zdm.expand_index('CREATE INDEX ON vi (id) WHERE va > 1');
SELECT zdm.expand_unique('vi', '{id,va}');
SELECT zdm.expand_primary_key('vi', '{va}');
SELECT zdm.expand_foreign_key('vi', '{va}', 'vr');
SELECT zdm.expand_change_type('vi', 'va', 'bigint');
SELECT count(*) FROM zdm.status WHERE relation IN ('vi'::regclass);
-- what it is made from may change: its expression goes along
SET client_min_messages = warning;
SELECT zdm.expand_change_type('vi', 'a', 'numeric', name => 'vi_a');
CALL zdm.wait('vi_a');
SELECT zdm.contract('vi_a');
UPDATE vi SET a = 2.5 WHERE id = 2;
SELECT id, a, va FROM vi WHERE id IN (1, 2) ORDER BY id;
SELECT zdm.reopen('vi_a'), zdm.rollback('vi_a');
SELECT * FROM vi WHERE id IN (1, 2) ORDER BY id;
RESET client_min_messages;
-- it can be dropped
SELECT zdm.expand_drop_column('vi', 'va', name => 'vi_va');
SELECT zdm.contract('vi_va'), zdm.reopen('vi_va'), zdm.contract('vi_va'), zdm.finalize('vi_va');
SELECT * FROM vi WHERE id = 1;
DROP TABLE vi, vr;
\endif
