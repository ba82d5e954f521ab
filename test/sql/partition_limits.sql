-- What keeps a table from being partitioned, and from going back; odd columns, and what there is in
-- the middle of it.
SET client_min_messages = warning;
CREATE SCHEMA part_limits;
SET search_path = part_limits;
\set VERBOSITY default
CREATE TABLE t (id int PRIMARY KEY, at timestamptz NOT NULL, day date, n int NOT NULL, up int GENERATED ALWAYS AS (id + 1) STORED);
-- arguments
SELECT zdm.expand_partition('t', 'at');
SELECT zdm.expand_partition('t', 'RANGE (at) WITH (fillfactor = 3)', every => '1 day');
SELECT zdm.expand_partition('t', 'SOME (at)');
SELECT zdm.expand_partition('t', 'RANGE (date(at))', every => '1 day');
SELECT zdm.expand_partition('t', 'RANGE (none)', every => '1 day');
SELECT zdm.expand_partition('t', 'RANGE (at, id)', every => '1 day');
SELECT zdm.expand_partition('t', 'RANGE (at)');
SELECT zdm.expand_partition('t', 'RANGE (n)', every => '1 day');
CREATE TABLE words (w text PRIMARY KEY);
SELECT zdm.expand_partition('words', 'RANGE (w)', width => 5);
SELECT zdm.expand_partition('t', 'RANGE (n)');
SELECT zdm.expand_partition('t', 'RANGE (n)', width => 0);
SELECT zdm.expand_partition('t', 'RANGE (at)', every => '1 day', width => 5);
SELECT zdm.expand_partition('t', 'HASH (id)', partitions => 2, width => 5);
SELECT zdm.expand_partition('t', 'RANGE (at)', every => '1 month 1 day');
SELECT zdm.expand_partition('t', 'RANGE (at)', every => '-1 day');
SELECT zdm.expand_partition('t', 'RANGE (day)', every => '1 hour');
SELECT zdm.expand_partition('t', 'RANGE (at)', every => '1 day', ahead => 10000);
SELECT zdm.expand_partition('t', 'HASH (id)');
SELECT zdm.expand_partition('t', 'HASH (id)', partitions => 0);
SELECT zdm.expand_partition('t', 'HASH (id)', partitions => 2, every => '1 day');
SELECT zdm.expand_partition('t', 'LIST (n)', partitions => 2);
SELECT zdm.expand_partition('t', 'HASH (up)', partitions => 2, primary_key => '{id,up}');
SELECT zdm.expand_partition('t', NULL);
-- the key
SELECT zdm.expand_partition('t', 'RANGE (at)', every => '1 day');
SELECT zdm.expand_partition('t', 'RANGE (at)', every => '1 day', primary_key => '{at}');
SELECT zdm.expand_partition('t', 'RANGE (at)', every => '1 day', primary_key => '{id,at,at}');
SELECT zdm.expand_partition('t', 'RANGE (day)', every => '1 day', primary_key => '{id,day}');
SELECT zdm.expand_partition('t', 'RANGE (at)', every => '1 day', primary_key => '{id,at,none}');
-- what the table has
CREATE PROCEDURE refused(ddl text) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE ddl;
    PERFORM zdm.expand_partition('t', 'RANGE (at)', every => '1 month', primary_key => '{id,at}', name => 'refused');
    RAISE EXCEPTION 'not refused: %', ddl;
EXCEPTION WHEN feature_not_supported THEN
    RAISE WARNING '%', SQLERRM;
END $$;
CREATE FUNCTION sets_at() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.AT := now(); RETURN new; END $$;
CALL refused('CREATE TABLE other (id int CONSTRAINT to_t REFERENCES t)');
CALL refused('ALTER TABLE t ADD CONSTRAINT self FOREIGN KEY (n) REFERENCES t');
CALL refused('CREATE UNIQUE INDEX t_n ON t (n)');
CALL refused('ALTER TABLE t ADD UNIQUE (n)');
CALL refused('ALTER TABLE t CLUSTER ON t_pkey');
CALL refused('ALTER TABLE t REPLICA IDENTITY USING INDEX t_pkey');
CALL refused('ALTER TABLE t ADD CONSTRAINT c CHECK (n > 0) NO INHERIT');
CALL refused('CREATE TRIGGER tr BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION sets_at()');
CALL refused('CREATE TRIGGER tr AFTER INSERT ON t REFERENCING NEW TABLE AS x FOR EACH ROW EXECUTE FUNCTION sets_at()');
CALL refused('CREATE PUBLICATION parts_pub FOR TABLE t');
CALL refused('ALTER TABLE t SET UNLOGGED');
CREATE TABLE t_default (id int);
SELECT zdm.expand_partition('t', 'RANGE (at)', every => '1 month', primary_key => '{id,at}');
DROP TABLE t_default;
CREATE TABLE parted (id int PRIMARY KEY) PARTITION BY HASH (id);
SELECT zdm.expand_partition('parted', 'HASH (id)', partitions => 2);

-- A trigger that changes a whole row is not seen: the plan names it. The rows are followed as they were stored, to the partition
-- that is theirs, and from contract on the server refuses those that are sent to another one.
CREATE TABLE moved (id int, region text, n int, PRIMARY KEY (id, region));
CREATE FUNCTION moves_row() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN jsonb_populate_record(new, jsonb_build_object(TG_ARGV[0] || 'ion', upper(to_jsonb(new) ->> (TG_ARGV[0] || 'ion')), 'n', coalesce(new.n, 0) + 1)); END $$;
CREATE TRIGGER moves BEFORE INSERT OR UPDATE ON moved FOR EACH ROW EXECUTE FUNCTION moves_row('reg');
CREATE TRIGGER stays BEFORE UPDATE ON moved FOR EACH ROW EXECUTE FUNCTION moves_row('n');
INSERT INTO moved VALUES (1, 'eu'), (2, 'us');
SELECT note FROM zdm.plan($$zdm.expand_partition('moved', 'LIST (region)')$$) WHERE note ~ 'Trigger';
-- One that is disabled does not fire.
CREATE FUNCTION note_of(state text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE result text;
BEGIN
    EXECUTE format('ALTER TABLE moved %s TRIGGER moves', state);
    SELECT substring(note, 'Trigger.*? inserted') INTO result FROM zdm.plan($plan$zdm.expand_partition('moved', 'LIST (region)')$plan$, full => true) WHERE phase = 'contract';
    RETURN result;
END $$;
SELECT state, note_of(state) FROM unnest('{DISABLE,ENABLE REPLICA,ENABLE ALWAYS,ENABLE}'::text[]) WITH ORDINALITY AS s (state, n) ORDER BY n;
DROP FUNCTION note_of;
SELECT zdm.expand_partition('moved', 'LIST (region)', name => 'moved');
CALL zdm.wait('moved');
INSERT INTO moved VALUES (3, 'eu'), (4, 'cn');
UPDATE moved SET region = 'us' WHERE id = 1;
UPDATE moved SET id = 12, region = 'cn' WHERE id = 2;
SELECT tableoid::regclass, * FROM zdm_new_moved ORDER BY id;
SELECT mismatches FROM zdm.verify('moved');
SELECT zdm.contract('moved');
INSERT INTO moved VALUES (5, 'eu');
INSERT INTO moved VALUES (5, 'EU');
UPDATE moved SET region = 'eu' WHERE id = 5;
SELECT tableoid::regclass, * FROM moved ORDER BY id;
SELECT mismatches FROM zdm.verify('moved');
SELECT zdm.rollback('moved');
INSERT INTO moved VALUES (6, 'eu');
TABLE moved ORDER BY id;
DROP TABLE moved;

-- The same whatever the session's settings are.
INSERT INTO t (id, at, day, n) SELECT i, '2024-01-01 00:30+00'::timestamptz + i * interval '1 hour', '2024-01-01'::date + i, i FROM generate_series(0, 30) i;
SET TimeZone = 'Asia/Tokyo'; SET IntervalStyle = 'iso_8601'; SET DateStyle = 'German';
SELECT zdm.expand_partition('t', 'RANGE (at)', every => '6 hours', ahead => 0, primary_key => '{at,id}', name => 'hours');
RESET TimeZone; RESET IntervalStyle; RESET DateStyle;
SET client_min_messages = notice;
SELECT zdm.expand_partition('t', 'RANGE (at)', every => '6 hours', ahead => 0, primary_key => '{at,id}', name => 'hours');
SET client_min_messages = warning;
CALL zdm.wait('hours');
SET TimeZone = 'UTC';
SELECT relid::regclass, pg_get_expr(relpartbound, oid) FROM pg_partition_tree('zdm_new_t') JOIN pg_class ON oid = relid WHERE level = 1 AND relname < 't_2025' ORDER BY relname COLLATE "C";
-- Made meanwhile, by hand.
CREATE UNIQUE INDEX t_n ON t (n);
SELECT zdm.contract('hours');
DROP INDEX t_n;
SELECT zdm.contract('hours');
-- A partition that is dropped or detached since contract would come back with the old table.
CREATE VIEW of_a_partition AS SELECT id FROM t_2024_01_01_0000;
SELECT zdm.reopen('hours');
DROP VIEW of_a_partition;
BEGIN;
DROP TABLE t_2024_01_01_0000;
SELECT zdm.reopen('hours');
ROLLBACK;
BEGIN;
ALTER TABLE t DETACH PARTITION t_2024_01_01_0000;
SELECT zdm.rollback('hours');
ROLLBACK;
-- One that is attached with rows, too: the old table does not have them.
BEGIN;
CREATE TABLE full_one AS SELECT 1000 AS id, '2020-02-02'::timestamptz AS at, NULL::date AS day, 1 AS n;
ALTER TABLE full_one ADD up int GENERATED ALWAYS AS (id + 1) STORED;
ALTER TABLE full_one ALTER id SET NOT NULL, ALTER at SET NOT NULL, ALTER n SET NOT NULL;
ALTER TABLE t ATTACH PARTITION full_one FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
SELECT zdm.reopen('hours');
ROLLBACK;
-- An empty one, with its columns in another order, follows.
CREATE TABLE odd_one (n int NOT NULL, x int, at timestamptz NOT NULL, id int NOT NULL, up int GENERATED ALWAYS AS (id + 1) STORED, day date);
ALTER TABLE odd_one DROP COLUMN x;
ALTER TABLE t ATTACH PARTITION odd_one FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
INSERT INTO t (id, at, n) VALUES (2000, '2020-05-05', 1), (2001, '2020-06-06', 2);
UPDATE t SET n = n + 1 WHERE id = 2000;
UPDATE t SET at = '2024-01-01 01:00+00' WHERE id = 2001;
SELECT id, at, n, up FROM zdm_old_t WHERE id >= 2000 ORDER BY id;
SELECT mismatches FROM zdm.verify('hours');
SELECT zdm.reopen('hours');
UPDATE t SET at = '2020-07-07' WHERE id = 2001;
SELECT tableoid::regclass, id, n, up FROM zdm_new_t WHERE id >= 2000 ORDER BY id;
SELECT zdm.rollback('hours');
SELECT count(*) FROM t;
SELECT relname FROM pg_class WHERE relnamespace = 'part_limits'::regnamespace AND (relname ~ 'zdm_(old|new)_' OR relispartition) AND relkind IN ('r', 'p') ORDER BY 1;
-- Integers, up to where they end, and a type of one's own.
CREATE DOMAIN "my int" AS bigint CHECK (value <> 7);
CREATE PROCEDURE by_width(type text, width bigint, ahead int, VARIADIC list bigint[]) LANGUAGE plpgsql AS $$
DECLARE p record;
BEGIN
    EXECUTE format('CREATE TABLE n ("odd ""id" %s PRIMARY KEY)', type);
    INSERT INTO n SELECT unnest(list);
    PERFORM zdm.expand_partition('n', 'RANGE ("odd ""id")', width => width, ahead => ahead, name => 'n');
    FOR p IN SELECT relname, pg_get_expr(relpartbound, oid) AS bound FROM pg_partition_tree('zdm_new_n') JOIN pg_class ON oid = relid WHERE level = 1 ORDER BY oid LOOP
        RAISE WARNING '%: %', p.relname, p.bound;
    END LOOP;
    PERFORM zdm.rollback('n');
    DROP TABLE n;
END $$;
\set VERBOSITY terse
CALL by_width('smallint', 10000, 9, -32768, -1, 0, 10000, 32767);
CALL by_width('int', 2000000000, 1, -2147483648, 2147483647);
CALL by_width('"my int"', 1, 0, -2, 0, 2);
CALL by_width('bigint', 9223372036854775807, 1, -9223372036854775808, 9223372036854775807);
CALL by_width('bigint', 4611686018427387905, 0, -9223372036854775808, -4611686018427387906, -4611686018427387905, 4611686018427387905);
CALL by_width('bigint', 10, 2, VARIADIC '{}'::bigint[]);
CREATE TABLE n (id int PRIMARY KEY);
INSERT INTO n SELECT generate_series(1, 2000);
SELECT zdm.expand_partition('n', 'RANGE (id)', width => 1);
DROP TABLE n;
\set VERBOSITY default
-- Dates, and at once where a table is empty.
SELECT zdm.expand_partition('t', 'LIST (n)', primary_key => '{id,n}', name => 'values');
CALL zdm.wait('values');
SELECT zdm.rollback('values');
TRUNCATE t;
ALTER TABLE t ALTER day SET NOT NULL;
SELECT zdm.expand_partition('t', 'RANGE (day)', every => '1 year', ahead => 0, primary_key => '{id,day}', name => 'fresh');
SELECT status FROM zdm.status WHERE name = 'fresh';
INSERT INTO t (id, at, day, n) VALUES (1, now(), '2001-01-01', 1);
SELECT zdm.contract('fresh');
SELECT tableoid::regclass, id FROM t;
BEGIN;
SELECT zdm.forget('fresh');
ROLLBACK;
SELECT zdm.rollback('fresh');
DROP SCHEMA part_limits CASCADE;
