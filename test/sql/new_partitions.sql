-- A partition that is empty when it comes needs no resume; one that brings rows does.
SET client_min_messages = warning;
\set VERBOSITY terse
CREATE TABLE grows (id int, v int, w text, k int) PARTITION BY LIST (k);
CREATE TABLE grows_1 PARTITION OF grows FOR VALUES IN (1);
INSERT INTO grows SELECT g, g, g::text, 1 FROM generate_series(1, 100) g;
SELECT zdm.expand_change_type('grows', 'v', 'bigint', name => 'np_type'), zdm.expand_rename('grows', 'w', 'x', name => 'np_rename');
CALL zdm.wait('np_type');
CALL zdm.wait('np_rename');
CREATE TABLE grows_2 PARTITION OF grows FOR VALUES IN (2);
CREATE TABLE grows_3 PARTITION OF grows FOR VALUES IN (3) PARTITION BY HASH (id);
CREATE TABLE grows_3_0 PARTITION OF grows_3 FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE grows_3_1 (LIKE grows);
ALTER TABLE grows_3 ATTACH PARTITION grows_3_1 FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO grows SELECT g, g, g::text, 2 + g % 2 FROM generate_series(101, 200) g;
SELECT zdm.contract('np_type'), zdm.contract('np_rename');
CREATE TABLE grows_4 PARTITION OF grows FOR VALUES IN (4);
INSERT INTO grows SELECT g, g, g::text, 4 FROM generate_series(201, 250) g;
SELECT rows, mismatches FROM zdm.verify('np_type');
SELECT rows, mismatches FROM zdm.verify('np_rename');
SELECT zdm.reopen('np_type'), zdm.reopen('np_rename');
SELECT count(*), count(w), count(x), sum(v) FROM grows;
-- with rows, also where they come in the same transaction
BEGIN;
CREATE TABLE grows_5 (LIKE grows);
INSERT INTO grows_5 (id, w, k) VALUES (300, '300', 5);
ALTER TABLE grows ATTACH PARTITION grows_5 FOR VALUES IN (5);
COMMIT;
SELECT zdm.contract('np_type');
SELECT zdm.contract('np_rename');
SELECT zdm.resume('np_type'), zdm.resume('np_rename');
CALL zdm.wait('np_type');
CALL zdm.wait('np_rename');
SELECT zdm.contract('np_type'), zdm.contract('np_rename');
SELECT id, v, x FROM grows WHERE id = 300;
SELECT zdm.finalize('np_type'), zdm.finalize('np_rename');
SELECT count(*), count(x), sum(v), pg_typeof(max(v)) FROM grows GROUP BY pg_typeof(v);
DROP TABLE grows;
