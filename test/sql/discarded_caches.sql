-- The relation cache may forget a table that is open and locked at any look into the catalog.  A server with
-- assertions forgets it at each one where that is set; elsewhere this tests no more than other files do.
SET client_min_messages = warning;
CREATE TABLE forgotten (id int PRIMARY KEY, v int, w text);
INSERT INTO forgotten SELECT g, g, g::text FROM generate_series(1, 3) g;
SELECT zdm.expand_change_type('forgotten', 'v', 'bigint', name => 'f_type');
CALL zdm.wait('f_type');
SELECT count(set_config('debug_discard_caches', least(1, max_val::int)::text, false)) FROM pg_settings WHERE name = 'debug_discard_caches';
SELECT rows, mismatches FROM zdm.verify('f_type');
UPDATE forgotten SET v = 4 WHERE id = 1;
RESET debug_discard_caches;
SELECT zdm.rollback('f_type');
SELECT * FROM forgotten ORDER BY id;
DROP TABLE forgotten;
