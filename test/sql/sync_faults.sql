-- What must not lead the sync trigger astray: changes of types and domains in
-- mid-migration, errors under savepoints, values that nobody has meant, foreign specs.
SET client_min_messages = warning;
SET zdm.start_worker = off;
\set VERBOSITY default

-- A restored trigger depends on no column, as no dump tells of that.
CREATE FUNCTION untie(tbl regclass) RETURNS void LANGUAGE sql AS $$
    DELETE FROM pg_depend WHERE classid = 'pg_trigger'::regclass AND deptype = 'n' AND refobjid = tbl AND refobjsubid > 0
       AND objid IN (SELECT oid FROM pg_trigger WHERE tgrelid = tbl); $$;

-- A column gets another type in mid-migration: its values are assigned, or refused.
CREATE TABLE retyped (id int PRIMARY KEY, a int);
SELECT zdm.expand_rename('retyped', 'a', 'b', name => 'retyped') \g /dev/null
\set VERBOSITY terse
ALTER TABLE retyped ALTER a TYPE bigint;
\set VERBOSITY default
SELECT untie('retyped') \g /dev/null
ALTER TABLE retyped ALTER a TYPE bigint;
INSERT INTO retyped (id, a) VALUES (1, 5);
INSERT INTO retyped (id, b) VALUES (2, 6);
INSERT INTO retyped (id, a) VALUES (3, 5000000000);
SELECT * FROM retyped ORDER BY id;
ALTER TABLE retyped ALTER a TYPE text;
INSERT INTO retyped (id, a) VALUES (4, 'hello');
INSERT INTO retyped (id, b) VALUES (5, 7);
SELECT zdm.rollback('retyped') \g /dev/null
SELECT * FROM retyped ORDER BY id;

CREATE TABLE widened (id int PRIMARY KEY, a varchar(5));
SELECT zdm.expand_rename('widened', 'a', 'b', name => 'widened') \g /dev/null
SELECT untie('widened') \g /dev/null
ALTER TABLE widened ALTER a TYPE varchar(50);
INSERT INTO widened (id, a) VALUES (1, 'short');
INSERT INTO widened (id, a) VALUES (2, 'too long for b');
SELECT * FROM widened;

-- A function in SQL that has failed under a savepoint starts afresh.
CREATE FUNCTION inverse(x int) RETURNS int LANGUAGE sql IMMUTABLE SECURITY DEFINER AS $$ SELECT 100 / x $$;
CREATE TABLE saved (id int PRIMARY KEY, a int);
SELECT zdm.expand_transform('saved', '{a}', '{"b": {"type": "int", "forward": "inverse(a)"}}', name => 'saved')
    \g /dev/null
BEGIN;
INSERT INTO saved VALUES (1, 10);
SAVEPOINT s;
INSERT INTO saved VALUES (2, 0);
ROLLBACK TO s;
INSERT INTO saved VALUES (3, 20);
COMMIT;
SELECT * FROM saved;

-- A writer who has set one side does not fail on account of the other.
CREATE TABLE unmeant (id int PRIMARY KEY, a text NOT NULL DEFAULT '');
SELECT zdm.expand_transform('unmeant', '{a}', '{"b": {"type": "int", "forward": "a::int"}}', '{"a": "b::text"}',
                            name => 'unmeant') \g /dev/null
INSERT INTO unmeant (id, b) VALUES (1, 5);
SET zdm.writer = new;
INSERT INTO unmeant (id, b) VALUES (2, 6);
RESET zdm.writer;
UPDATE unmeant SET a = 'x', b = 7 WHERE id = 2;
INSERT INTO unmeant (id, a) VALUES (3, 'x');
SELECT * FROM unmeant ORDER BY id;

CREATE TABLE unmeant_old (id int PRIMARY KEY, a int);
SELECT zdm.expand_transform('unmeant_old', '{a}', '{"b": {"type": "text", "forward": "a::text"}}',
                            '{"a": "b::int"}', name => 'unmeant_old') \g /dev/null
SET zdm.writer = old;
INSERT INTO unmeant_old (id, a, b) VALUES (1, 10, 'junk');
RESET zdm.writer;
SELECT * FROM unmeant_old;

-- A domain's constraints are those of today.
CREATE DOMAIN positive AS int CHECK (value > 0);
CREATE TABLE domains (id int PRIMARY KEY, a positive);
SELECT zdm.expand_rename('domains', 'a', 'b', name => 'domains') \g /dev/null
INSERT INTO domains (id, b) VALUES (1, 1);
ALTER DOMAIN positive ADD CONSTRAINT small CHECK (value < 100);
INSERT INTO domains (id, b) VALUES (2, 1000);
ALTER DOMAIN positive DROP CONSTRAINT small;
ALTER DOMAIN positive DROP CONSTRAINT positive_check;
INSERT INTO domains (id, b) VALUES (3, -5);
SELECT * FROM domains ORDER BY id;

-- The upper half of the oids is as good as the lower one.
CREATE TABLE oids (id int PRIMARY KEY, k text);
SELECT zdm.expand_transform('oids', '{k}', '{"n": {"type": "oid", "forward": "k::oid"}}', '{"k": "n::text"}',
                            name => 'oids') \g /dev/null
INSERT INTO oids (id, k, n) VALUES (1, '  1000000000', 1000000000), (2, '  3000000000', 3000000000);
SELECT * FROM oids ORDER BY id;

-- A cancel request that arrives while an expression is tried is not lost.
CREATE TABLE cancelled (id int, old int);
INSERT INTO cancelled VALUES (0, 0);
SELECT zdm.expand_add_column('cancelled', 'n', 'int', on_error => 'null', name => 'cancelled',
    backfill => $$CASE WHEN current_setting('application_name') = 'cancel'
                       THEN pg_cancel_backend(pg_backend_pid())::int END$$) \g /dev/null
INSERT INTO cancelled SELECT i, i FROM generate_series(1, 1000) i;
SET application_name = cancel;
INSERT INTO cancelled SELECT i, i FROM generate_series(1, 1000) i;
-- Nor does it leave the session of zdm.run() in a transaction that nobody began.
CALL zdm.run('cancelled');
SELECT 'alive';
RESET application_name;
SELECT status, waiting_for FROM zdm.progress WHERE name = 'cancelled';
CALL zdm.run('cancelled');
SELECT status FROM zdm.progress WHERE name = 'cancelled';

-- Nor does a go_if switch off the client's statement_timeout.
CREATE TABLE held (id int, old int);
INSERT INTO held VALUES (1, 1);
SELECT zdm.expand_add_column('held', 'n', 'int', backfill => 'id', name => 'held') \g /dev/null
SELECT zdm.alter_backfill('held', go_if => 'SELECT false') \g /dev/null
SELECT zdm.alter_backfill('held', nice => -0.5);
SELECT zdm.alter_backfill('held', standbys => '{}');
SELECT zdm.alter_backfill('held', standbys => '{NULL}');
SET statement_timeout = '1s';
CALL zdm.run('held');
RESET statement_timeout;
SELECT 'alive';

-- The new column is gone: there is a way back nevertheless.
CREATE TABLE bereft (id int, old int);
SELECT zdm.expand_add_column('bereft', 'n', 'int', backfill => 'id', name => 'bereft') \g /dev/null
SELECT zdm.expand_rename('bereft', 'old', 'new', name => 'bereft_renamed') \g /dev/null
ALTER TABLE bereft DROP COLUMN n;
ALTER TABLE bereft DROP COLUMN new;
SELECT untie('bereft') \g /dev/null
ALTER TABLE bereft DROP COLUMN n, DROP COLUMN new;
SELECT zdm.rollback('bereft'), zdm.rollback('bereft_renamed') \g /dev/null
INSERT INTO bereft VALUES (1, 1);

-- A row that one migration cannot fill stops that one alone.
CREATE TABLE neighbours (a int, b text);
INSERT INTO neighbours SELECT i, CASE i WHEN 500 THEN 'x' ELSE '7' END FROM generate_series(1, 1000) i;
SELECT zdm.expand_add_column('neighbours', 'n1', 'int', backfill => 'a + 1', name => 'good') \g /dev/null
SELECT zdm.expand_add_column('neighbours', 'n2', 'int', backfill => 'b::int', name => 'bad') \g /dev/null
CALL zdm.run('good');
\set VERBOSITY terse
CALL zdm.run('bad');
\set VERBOSITY default
SELECT name, status, replace(last_error, (SELECT ctid::text FROM neighbours WHERE a = 500), 'at its place') AS last_error FROM zdm.status WHERE name IN ('good', 'bad') ORDER BY name;
SELECT count(n1), count(n2) > 500 AS n2 FROM neighbours;

-- A partition that was away for a while is filled again; one that left is forgotten.
CREATE TABLE parted (id int, old int) PARTITION BY RANGE (id);
CREATE TABLE parted_a PARTITION OF parted FOR VALUES FROM (1) TO (1000);
CREATE TABLE parted_b PARTITION OF parted FOR VALUES FROM (1000) TO (2000);
INSERT INTO parted SELECT i, i FROM generate_series(1, 1500) i;
SELECT zdm.expand_rename('parted', 'old', 'new', name => 'parted') \g /dev/null
CALL zdm.run('parted');
ALTER TABLE parted DETACH PARTITION parted_a;
INSERT INTO parted_a SELECT i, i FROM generate_series(1, 100) i;
ALTER TABLE parted ATTACH PARTITION parted_a FOR VALUES FROM (1) TO (1000);
SELECT zdm.contract('parted');
SELECT zdm.resume('parted') \g /dev/null
CALL zdm.run('parted');
SELECT * FROM zdm.verify('parted');
SELECT zdm.contract('parted'), zdm.reopen('parted'), zdm.contract('parted'), zdm.rollback('parted') \g /dev/null
SELECT zdm.expand_add_column('parted', 'n', 'int', backfill => 'old + 1', name => 'parted_n') \g /dev/null
ALTER TABLE parted DETACH PARTITION parted_a;
CALL zdm.run('parted_n');
SELECT status FROM zdm.status WHERE name = 'parted_n';
SELECT zdm.contract('parted_n'), zdm.reopen('parted_n'), zdm.contract('parted_n') \g /dev/null
SELECT count(*) FROM parted WHERE n IS NULL;

-- A spec that no migration has made does not run code as the owner of the table.
CREATE ROLE zdm_intruder;
CREATE SCHEMA intruder AUTHORIZATION zdm_intruder;
CREATE TABLE victim (id int, a int, b int);
GRANT SELECT, INSERT, TRIGGER ON victim TO zdm_intruder;
SELECT zdm.expand_transform('victim', '{a}', '{"c": {"type": "int", "forward": "inverse(a)"}}', name => 'victim')
    \g /dev/null
SET ROLE zdm_intruder;
CREATE FUNCTION intruder.evil(int) RETURNS int LANGUAGE plpgsql AS
    $$ BEGIN RAISE WARNING 'I am %', current_user; RETURN $1; END $$;
CREATE TRIGGER "~x" BEFORE INSERT ON victim FOR EACH ROW EXECUTE FUNCTION
    zdm.sync_columns('{"old": ["a"], "new": ["b"], "forward": ["intruder.evil(a)"], "authority": "both"}');
INSERT INTO victim (id, a) VALUES (1, 1);
RESET ROLE;
DROP TRIGGER "~x" ON victim;
INSERT INTO victim (id, a) VALUES (1, 1);
SET ROLE zdm_intruder;
CREATE OR REPLACE TRIGGER "~zdm_victim" BEFORE INSERT OR UPDATE ON victim FOR EACH ROW EXECUTE FUNCTION
    zdm.sync_columns('{"old": ["a"], "new": ["c"], "forward": ["intruder.evil(a)"], "authority": "both"}');
INSERT INTO victim (id, a) VALUES (1, 1);

-- Nor does any spec make the server look where there is nothing.
CREATE TABLE intruder.own (id int, s text, p bigint, u uuid);
CREATE TRIGGER "~x" BEFORE INSERT ON intruder.own FOR EACH ROW EXECUTE FUNCTION
    zdm.sync_columns('{"old": ["s"], "new": ["p"], "forward": [null], "authority": "both"}');
INSERT INTO intruder.own (id, s) VALUES (1, 'abc');
CREATE OR REPLACE TRIGGER "~x" BEFORE INSERT ON intruder.own FOR EACH ROW EXECUTE FUNCTION
    zdm.sync_columns('{"old": [null], "new": ["p"], "forward": [null], "authority": "both"}');
INSERT INTO intruder.own (id, s) VALUES (1, 'abc');
DO $$ BEGIN
    EXECUTE (SELECT format('CREATE OR REPLACE TRIGGER "~x" BEFORE INSERT ON intruder.own FOR EACH ROW
                            EXECUTE FUNCTION zdm.sync_columns(%L)',
                           json_build_object('old', '{p}'::text[], 'reverse', '{null}'::text[],
                                             'new', array_agg('p'::text), 'forward', array_agg(null::text),
                                             'authority', 'both'))
               FROM generate_series(1, 3500));
END $$;
\set VERBOSITY terse
INSERT INTO intruder.own (id, p) VALUES (1, 1);
\set VERBOSITY default
RESET ROLE;
DROP TABLE victim CASCADE;
DROP SCHEMA intruder CASCADE;
DROP ROLE zdm_intruder;
