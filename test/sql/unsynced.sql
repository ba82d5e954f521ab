-- Rows that were written while no sync trigger looked: in a partition that was away, or while the trigger
-- was off.  The next contract, and the way back, are refused by name; resume compares and corrects.
SET client_min_messages = warning;
\set VERBOSITY terse
CREATE FUNCTION attempt(call text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE 'SELECT ' || call;
    RETURN 'done';
EXCEPTION WHEN object_not_in_prerequisite_state THEN
    RETURN SQLERRM;
END $$;
CREATE VIEW standing AS SELECT name, m.status, count(b) FILTER (WHERE sync_gap IS NOT NULL) AS open_gaps
    FROM zdm.migration m LEFT JOIN zdm.backfill b ON b.migration_id = m.id WHERE name LIKE 'u\_%' GROUP BY m.id, m.name, m.status ORDER BY m.id;

-- A partition is detached and attached again while its migrations are ready.
CREATE TABLE away (id int, v text, k int, n int DEFAULT 1) PARTITION BY LIST (k);
CREATE TABLE away_1 PARTITION OF away FOR VALUES IN (1);
CREATE TABLE away_2 (n int DEFAULT 1, k int, id int, v text);
ALTER TABLE away ATTACH PARTITION away_2 FOR VALUES IN (2);
CREATE INDEX ON away (v);
INSERT INTO away SELECT g, 'v' || g, 1 + g % 2 FROM generate_series(1, 20) g;
SELECT zdm.expand_rename('away', 'v', 'w', name => 'u_rename');
SELECT zdm.expand_add_column('away', 'd', 'int', backfill => 'id * 2', name => 'u_add');
SELECT zdm.expand_add_column('away', 'r', 'text', default_value => 'clock_timestamp()::text', name => 'u_once');
CALL zdm.wait('u_rename');
CALL zdm.wait('u_add');
CALL zdm.wait('u_once');
UPDATE away SET d = -1 WHERE id = 2;      -- what the new application has set, in the partition that stays
CREATE TABLE once AS SELECT id, r FROM away;
ALTER TABLE away DETACH PARTITION away_2;
UPDATE away_2 SET v = 'old' WHERE id = 1;
UPDATE away_2 SET w = 'new' WHERE id = 3;
UPDATE away_2 SET v = NULL, w = 'only new' WHERE id = 5;
UPDATE away_2 SET v = 'both', w = 'other' WHERE id = 7;
UPDATE away_2 SET v = NULL WHERE id = 9;
UPDATE away_2 SET id = id + 1000 WHERE id = 11;
UPDATE away_2 SET d = NULL, r = NULL WHERE id = 13;
INSERT INTO away_2 (id, v, k) VALUES (21, 'inserted', 2);
ALTER TABLE away ATTACH PARTITION away_2 FOR VALUES IN (2);
SELECT attempt(format('zdm.contract(%L)', name)) FROM zdm.migration WHERE name LIKE 'u\_%' ORDER BY id;
-- an UPDATE of something else corrects nothing, and may move a row
UPDATE away SET n = n + 1 WHERE k = 2;
SELECT zdm.resume('u_rename'), zdm.resume('u_add'), zdm.resume('u_once');
CALL zdm.wait('u_rename');
CALL zdm.wait('u_add');
CALL zdm.wait('u_once');
SELECT * FROM standing;
SELECT id, v, w, d FROM away WHERE k = 2 OR id = 2 ORDER BY id;
SELECT a.id, o.r IS NOT DISTINCT FROM a.r AS same, a.r IS NULL AS nulled FROM away a LEFT JOIN once o USING (id)
 WHERE o.r IS DISTINCT FROM a.r ORDER BY 1;
SELECT rows, mismatches FROM zdm.verify('u_rename');
SELECT attempt('zdm.resume(''u_rename'')');

-- While it is contracted; the way back is the old names with all that was written by the new.
SELECT zdm.contract('u_rename'), zdm.contract('u_add');
ALTER TABLE away DETACH PARTITION away_2;
UPDATE away_2 SET w = 'since contract' WHERE id = 1;
INSERT INTO away_2 (id, w, k) VALUES (23, 'inserted since', 2);
ALTER TABLE away ATTACH PARTITION away_2 FOR VALUES IN (2);
SELECT attempt('zdm.reopen(''u_rename'')'), attempt('zdm.reopen(''u_add'')');
-- the worker that is still there may have come to its end, or go on with what is resumed now
DO $$ BEGIN
    WHILE EXISTS (SELECT FROM pg_stat_activity WHERE backend_type = 'zdm worker' AND datname = current_database()) LOOP
        PERFORM pg_sleep(0.01), pg_stat_clear_snapshot();
    END LOOP;
END $$;
SET zdm.start_worker = off;
SELECT zdm.resume('u_rename');
SELECT attempt('zdm.cancel(''u_rename'')'), attempt('zdm.contract(''u_rename'')');
SELECT zdm.ensure_ready('u_rename');
SELECT zdm.pause('u_rename'), zdm.resume('u_rename');
CALL zdm.run('u_rename');
RESET zdm.start_worker;
SELECT * FROM standing;
SELECT id, w, zdm_old_v FROM away WHERE k = 2 ORDER BY id;
SELECT rows, mismatches FROM zdm.verify('u_rename');
-- After reopen, whose triggers are others, too.
SELECT zdm.reopen('u_rename');
SELECT attempt('zdm.resume(''u_rename'')');
SELECT zdm.contract('u_rename'), zdm.reopen('u_rename');
ALTER TABLE away DETACH PARTITION away_2;
UPDATE away_2 SET v = 'after reopen' WHERE id = 1;
ALTER TABLE away ATTACH PARTITION away_2 FOR VALUES IN (2);
SELECT attempt('zdm.contract(''u_rename'')');
SELECT zdm.resume('u_rename');
CALL zdm.wait('u_rename');
SELECT id, v, w FROM away WHERE id IN (1, 23) ORDER BY id;
SELECT zdm.contract('u_rename'), zdm.finalize('u_rename'), zdm.rollback('u_add'), zdm.rollback('u_once');
DROP TABLE away, once;

-- Detached while the backfill runs, and a partition that somebody has filled and attached.
SET zdm.start_worker = off;
CREATE TABLE late (id int, v text, k int) PARTITION BY LIST (k);
CREATE TABLE late_1 PARTITION OF late FOR VALUES IN (1);
CREATE TABLE late_2 PARTITION OF late FOR VALUES IN (2);
INSERT INTO late SELECT g, 'v' || g, 1 + g % 2 FROM generate_series(1, 6) g;
SELECT zdm.expand_rename('late', 'v', 'w', name => 'u_late');
SELECT zdm.expand_add_column('late', 'd', 'int', backfill => 'id * 2', name => 'u_late_add');
ALTER TABLE late DETACH PARTITION late_2;
CALL zdm.run('u_late');
CALL zdm.run('u_late_add');
UPDATE late_2 SET w = 'filled' WHERE id = 1;
UPDATE late_2 SET v = NULL, w = 'only new', d = -3 WHERE id = 3;
ALTER TABLE late ATTACH PARTITION late_2 FOR VALUES IN (2);
SELECT attempt('zdm.contract(''u_late'')'), attempt('zdm.contract(''u_late_add'')');
SELECT zdm.resume('u_late'), zdm.resume('u_late_add');
ALTER TABLE late DETACH PARTITION late_1;
CALL zdm.run('u_late');
CALL zdm.run('u_late_add');
UPDATE late_1 SET v = 'away' WHERE id = 2;
UPDATE late_1 SET id = 104 WHERE id = 4;
ALTER TABLE late ATTACH PARTITION late_1 FOR VALUES IN (1);
SELECT zdm.resume('u_late'), zdm.resume('u_late_add');
CALL zdm.run('u_late');
CALL zdm.run('u_late_add');
SELECT id, v, w, d FROM late ORDER BY id;
SELECT zdm.rollback('u_late'), zdm.rollback('u_late_add');
DROP TABLE late;
RESET zdm.start_worker;

-- The trigger was off.  What contract and the way back take for unique or valid must be so.
CREATE TABLE off_parent (id int PRIMARY KEY);
INSERT INTO off_parent SELECT generate_series(1, 1000);
CREATE TABLE off (id int PRIMARY KEY, u int UNIQUE, f int REFERENCES off_parent, s text, n int DEFAULT 0);
INSERT INTO off SELECT g, g, g, g::text FROM generate_series(1, 10) g;
SELECT zdm.expand_change_type('off', 'u', 'bigint', name => 'u_unique'), zdm.expand_change_type('off', 'f', 'bigint', name => 'u_key'),
       zdm.expand_change_type('off', 's', 'int', 's::int', 's::text', name => 'u_cast');
CALL zdm.wait('u_unique');
CALL zdm.wait('u_key');
CALL zdm.wait('u_cast');
CREATE FUNCTION indexed() RETURNS TABLE (what text, broken bigint) LANGUAGE plpgsql AS $$
BEGIN
    RETURN QUERY EXECUTE 'SELECT ''duplicates'', count(*) - count(DISTINCT u) FROM off';
    RETURN QUERY EXECUTE 'SELECT ''orphans'', count(*) FROM off WHERE f NOT IN (SELECT id FROM off_parent)';
END $$;
ALTER TABLE off DISABLE TRIGGER USER;
UPDATE off SET u = 101, f = 101, s = '101' WHERE id = 1;
INSERT INTO off (id, u, f, s) VALUES (11, 1, NULL, '1');
DELETE FROM off_parent WHERE id = 1;
SELECT attempt('zdm.contract(''u_unique'')');
ALTER TABLE off ENABLE TRIGGER USER;
SELECT attempt('zdm.contract(''u_unique'')');
SELECT format('ALTER TABLE off ENABLE ALWAYS TRIGGER %I', tgname) FROM pg_trigger WHERE tgrelid = 'off'::regclass AND NOT tgisinternal ORDER BY tgname
\gexec
UPDATE off SET n = n + 1 WHERE id = 11;
SELECT attempt(format('zdm.contract(%L)', name)) FROM zdm.migration WHERE name LIKE 'u\_%' AND status = 'ready' ORDER BY id;
SELECT zdm.resume('u_unique'), zdm.resume('u_key'), zdm.resume('u_cast');
CALL zdm.wait('u_unique');
CALL zdm.wait('u_key');
CALL zdm.wait('u_cast');
SELECT zdm.contract('u_unique'), zdm.contract('u_key'), zdm.contract('u_cast');
SELECT id, u, f, s FROM off WHERE id IN (1, 2, 11) ORDER BY id;
SELECT * FROM indexed();
SELECT conname, convalidated FROM pg_constraint WHERE conrelid = 'off'::regclass AND contype IN ('f', 'u') ORDER BY 1;
-- from contract on the new columns are the truth; what the old type can't express is found by the way back
ALTER TABLE off DISABLE TRIGGER USER;
UPDATE off SET u = 102, f = 102, s = 102 WHERE id = 2;
UPDATE off SET u = 2 WHERE id = 3;
UPDATE off SET s = 7 WHERE id = 7;
SELECT format('ALTER TABLE off ENABLE ALWAYS TRIGGER %I', tgname) FROM pg_trigger WHERE tgrelid = 'off'::regclass AND NOT tgisinternal ORDER BY tgname
\gexec
DELETE FROM off_parent WHERE id = 2;
SELECT attempt(format('zdm.%s(%L)', call, name)) FROM zdm.migration, unnest('{reopen,rollback}'::text[]) call WHERE name LIKE 'u\_%' AND status = 'contracted' ORDER BY id, call;
SELECT zdm.resume('u_unique'), zdm.resume('u_key'), zdm.resume('u_cast');
CALL zdm.wait('u_unique');
CALL zdm.wait('u_key');
CALL zdm.wait('u_cast');
SELECT * FROM standing WHERE status = 'contracted';
SELECT zdm.reopen('u_unique'), zdm.rollback('u_key'), zdm.rollback('u_cast');
SELECT id, u, f, s FROM off WHERE id IN (1, 2, 3, 11) ORDER BY id;
SELECT * FROM indexed();
SELECT conname, convalidated FROM pg_constraint WHERE conrelid = 'off'::regclass AND contype IN ('f', 'u') ORDER BY 1;
-- another trigger of that name is no better than none
SELECT zdm.contract('u_unique');
SELECT zdm.reopen('u_unique');
SELECT pg_get_triggerdef(oid) AS made, format('DROP TRIGGER %I ON off', tgname) AS dropped, tgname FROM pg_trigger
 WHERE tgrelid = 'off'::regclass AND NOT tgisinternal \gset
:dropped;
UPDATE off SET u = 201 WHERE id = 3;
INSERT INTO off (id, u) VALUES (12, 2);
:made;
ALTER TABLE off ENABLE ALWAYS TRIGGER :"tgname";
UPDATE off SET n = n + 1 WHERE id = 12;
SELECT attempt('zdm.contract(''u_unique'')');
SELECT zdm.resume('u_unique');
CALL zdm.wait('u_unique');
SELECT zdm.contract('u_unique');
SELECT * FROM indexed();
SELECT zdm.finalize('u_unique');
DROP TABLE off, off_parent;
DROP FUNCTION indexed;

-- Where nothing flows back, rows that were written without the trigger are filled; what the new
-- application has set stays.
CREATE TABLE one_way (id int PRIMARY KEY, v int);
INSERT INTO one_way SELECT g, g FROM generate_series(1, 3) g;
SELECT zdm.expand_add_column('one_way', 'd', 'int', backfill => 'v * 2', name => 'u_one_way');
CALL zdm.wait('u_one_way');
UPDATE one_way SET d = -2 WHERE id = 2;
ALTER TABLE one_way DISABLE TRIGGER USER;
INSERT INTO one_way VALUES (4, 4);
SELECT format('ALTER TABLE one_way ENABLE ALWAYS TRIGGER %I', tgname) FROM pg_trigger WHERE tgrelid = 'one_way'::regclass ORDER BY tgname
\gexec
SELECT attempt('zdm.contract(''u_one_way'')');
SELECT zdm.resume('u_one_way');
CALL zdm.wait('u_one_way');
SELECT zdm.contract('u_one_way');
SELECT * FROM one_way ORDER BY id;
SELECT zdm.finalize('u_one_way');

-- A child by plain inheritance keeps its trigger while it is no child.
CREATE TABLE heir () INHERITS (one_way);
INSERT INTO heir SELECT g, g FROM generate_series(11, 13) g;
SELECT zdm.expand_rename('one_way', 'v', 'w', name => 'u_heir');
CALL zdm.wait('u_heir');
ALTER TABLE heir NO INHERIT one_way;
UPDATE heir SET v = 111 WHERE id = 11;
ALTER TABLE heir INHERIT one_way;
SELECT zdm.contract('u_heir');
SELECT id, w, zdm_old_v FROM heir ORDER BY id;
SELECT zdm.finalize('u_heir');
DROP TABLE one_way CASCADE;
DROP VIEW standing;
DROP FUNCTION attempt;
