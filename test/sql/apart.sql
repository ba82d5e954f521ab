-- Keys and exclusion constraints where the two types of a column do not take the same values for equal: what one of them
-- holds apart the other one may not.  Never is there a key with two equal values, on either side.
SET zdm.at_once = off;
SET client_min_messages = warning;
\set VERBOSITY terse
\set state '\\echo SQLSTATE :SQLSTATE'

-- Equal numbers that are different texts.
CREATE TABLE apart (id int PRIMARY KEY, n numeric UNIQUE);
INSERT INTO apart SELECT g, g FROM generate_series(1, 10) g;
SELECT note ~ 'reopen and rollback read the table' AS told FROM zdm.plan($$zdm.expand_change_type('apart', 'n', 'text')$$, full => true) WHERE note ~ 'apart_n_key';
SELECT zdm.expand_change_type('apart', 'n', 'text', name => 'apart');
CALL zdm.wait('apart');
SELECT zdm.contract('apart');
INSERT INTO apart VALUES (20, '20.0'), (21, '20.00');
\set VERBOSITY default
SELECT zdm.reopen('apart');
\set VERBOSITY terse
:state
SELECT zdm.rollback('apart');
SELECT n, pg_typeof(n) FROM apart WHERE id > 10 ORDER BY id;
UPDATE apart SET n = '21.00' WHERE id = 21;
SELECT zdm.reopen('apart');
INSERT INTO apart VALUES (22, 20.000);
SELECT zdm.contract('apart');
SELECT zdm.rollback('apart');
INSERT INTO apart VALUES (22, 20.000);
\d apart
-- NULLs are no keys, but where they are not distinct
ALTER TABLE apart DROP CONSTRAINT apart_n_key, ADD CONSTRAINT apart_n_key UNIQUE NULLS NOT DISTINCT (n);
SELECT zdm.expand_change_type('apart', 'n', 'text', name => 'apart');
CALL zdm.wait('apart');
SELECT zdm.contract('apart');
INSERT INTO apart VALUES (30, NULL);
INSERT INTO apart VALUES (31, NULL);
INSERT INTO apart VALUES (31, '3.10');
SELECT zdm.rollback('apart');
DROP TABLE apart;

-- An expression of the new column tells values apart that the same expression of the old one does not.
CREATE TABLE apart (id int PRIMARY KEY, n int);
CREATE UNIQUE INDEX apart_half ON apart ((n / 2));
CREATE UNIQUE INDEX apart_few ON apart (id) WHERE n > 5;
INSERT INTO apart SELECT g, 2 * g FROM generate_series(1, 10) g;
SELECT zdm.expand_change_type('apart', 'n', 'numeric', name => 'apart');
CALL zdm.wait('apart');
SELECT zdm.contract('apart');
INSERT INTO apart VALUES (20, 41), (21, 40);
SELECT zdm.reopen('apart');
DELETE FROM apart WHERE id = 20;
SELECT zdm.reopen('apart');
SELECT zdm.rollback('apart');
\d apart
DROP TABLE apart;

-- What becomes NULL is held apart by nobody, and may be one value on the way back; also where the column was NOT NULL.
CREATE TABLE apart (id int PRIMARY KEY, t text UNIQUE, u text NOT NULL, UNIQUE (id, u));
INSERT INTO apart VALUES (1, '1', '1'), (2, '', '2');
SELECT zdm.expand_change_type('apart', 't', 'int', $$nullif(t, '')::int$$, $$coalesce(t::text, '')$$, name => 'apart');
CALL zdm.wait('apart');
SELECT zdm.contract('apart');
INSERT INTO apart VALUES (3, NULL, '3');
SELECT zdm.reopen('apart');
DELETE FROM apart WHERE id = 2;
SELECT zdm.reopen('apart');
SELECT zdm.rollback('apart');
ALTER TABLE apart DROP CONSTRAINT apart_id_u_key, ADD UNIQUE (u);
SELECT zdm.expand_change_type('apart', 'u', 'int', $$nullif(u, '')::int$$, $$coalesce(u::text, '')$$, name => 'apart');
CALL zdm.wait('apart');
SELECT zdm.contract('apart');
ALTER TABLE apart ALTER u DROP NOT NULL;
INSERT INTO apart VALUES (4, '4', NULL), (5, '5', NULL);
SELECT zdm.reopen('apart');
DELETE FROM apart WHERE id = 5;
SELECT zdm.rollback('apart');
REINDEX TABLE apart;
SELECT * FROM apart ORDER BY id;
DROP TABLE apart;
-- A cast of a user may do that, too.
CREATE TYPE apart_word AS ENUM ('none', 'one');
CREATE FUNCTION apart_number(apart_word) RETURNS int IMMUTABLE LANGUAGE sql RETURN CASE WHEN $1 = 'one' THEN 1 END;
CREATE CAST (apart_word AS int) WITH FUNCTION apart_number (apart_word) AS ASSIGNMENT;
CREATE TABLE apart (id int PRIMARY KEY, w apart_word UNIQUE);
SELECT call, bool_or(undo ~ '"look"') AS looks FROM unnest(ARRAY[
	$$zdm.expand_change_type('apart', 'w', 'int', reverse => 'CASE w WHEN 1 THEN ''one''::public.apart_word ELSE ''none'' END')$$,
	$$zdm.expand_change_type('apart', 'w', 'text', reverse => 'w::public.apart_word')$$]) AS c (call), zdm.plan(call, full => true) GROUP BY call ORDER BY call;
DROP TABLE apart;
DROP TYPE apart_word CASCADE;

-- Which are looked at, and which are known.
CREATE TABLE apart (p text PRIMARY KEY, n int UNIQUE, t text UNIQUE, i text COLLATE "C", s numeric UNIQUE, d date UNIQUE);
CREATE UNIQUE INDEX apart_i ON apart (lower(i));
SELECT call, bool_or(undo ~ '"look"') AS looks FROM unnest(ARRAY[
	$$zdm.expand_change_type('apart', 'n', 'bigint')$$, $$zdm.expand_change_type('apart', 'n', 'text')$$, $$zdm.expand_change_type('apart', 'n', 'numeric')$$,
	$$zdm.expand_change_type('apart', 't', 'jsonb', 'to_jsonb(t)', 't #>> ''{}''')$$, $$zdm.expand_change_type('apart', 'p', 'jsonb', 'to_jsonb(p)', 'p #>> ''{}''')$$,
	$$zdm.expand_change_type('apart', 't', 'jsonb', 'jsonb_build_array(t, p)', 't ->> 0')$$,
	$$zdm.expand_change_type('apart', 'i', 'varchar(20)')$$, $$zdm.expand_change_type('apart', 's', 'float8')$$, $$zdm.expand_change_type('apart', 's', 'text')$$,
	$$zdm.expand_change_type('apart', 's', 'text', 's::text', 's::numeric')$$, $$zdm.expand_change_type('apart', 'd', 'timestamp')$$,
	$$zdm.expand_change_type('apart', 'd', 'timestamptz')$$]) WITH ORDINALITY AS c (call, n), zdm.plan(call, full => true) GROUP BY n, call ORDER BY n;
DROP TABLE apart;

-- In each partition.
CREATE TABLE apart (id int, n numeric, UNIQUE (id, n)) PARTITION BY HASH (id);
CREATE TABLE apart_0 PARTITION OF apart FOR VALUES WITH (MODULUS 2, REMAINDER 0);
CREATE TABLE apart_1 PARTITION OF apart FOR VALUES WITH (MODULUS 2, REMAINDER 1);
INSERT INTO apart SELECT g, g FROM generate_series(1, 10) g;
SELECT zdm.expand_change_type('apart', 'n', 'text', name => 'apart');
CALL zdm.wait('apart');
SELECT zdm.contract('apart');
INSERT INTO apart VALUES (3, '3.0'), (4, '4.1');
SELECT zdm.reopen('apart');
DELETE FROM apart WHERE n = '3';
SELECT zdm.reopen('apart');
INSERT INTO apart VALUES (3, 3);
SELECT zdm.rollback('apart');
\d apart
DROP TABLE apart;

-- Exclusion constraints: that of the new column refuses what is written before its rows are looked at.
CREATE TABLE booked (id int PRIMARY KEY, room int, during tsrange, note text);
ALTER TABLE booked ADD CONSTRAINT booked_apart EXCLUDE USING gist (box(point(room, 0), point(room, 0)) WITH &&, during WITH &&) DEFERRABLE;
COMMENT ON CONSTRAINT booked_apart ON booked IS 'one at a time';
INSERT INTO booked SELECT g, g % 3, tsrange(timestamp '2020-01-01' + g * interval '1 h', timestamp '2020-01-01' + (g + 1) * interval '1 h') FROM generate_series(1, 30) g;
SET TimeZone = 'UTC';
SELECT phase, runs, lock_mode, command FROM zdm.plan($$zdm.expand_change_type('booked', 'during', 'tstzrange',
	'tstzrange(lower(during) AT TIME ZONE ''UTC'', upper(during) AT TIME ZONE ''UTC'', ''[]'')',
	'tsrange(lower(during) AT TIME ZONE ''UTC'', upper(during) AT TIME ZONE ''UTC'')')$$, full => true) WHERE command ~ 'CREATE INDEX|make_exclusion|require_apart|release';
-- its ends belong to it now, so that neighbours meet: found beside the traffic, and nothing has changed
INSERT INTO booked VALUES (40, 5, '[2021-01-01, 2021-01-02)'), (41, 5, '[2021-01-02, 2021-01-03)');
SELECT zdm.expand_change_type('booked', 'during', 'tstzrange',
	'tstzrange(lower(during) AT TIME ZONE ''UTC'', upper(during) AT TIME ZONE ''UTC'', ''[]'')',
	'tsrange(lower(during) AT TIME ZONE ''UTC'', upper(during) AT TIME ZONE ''UTC'')', name => 'booked');
CALL zdm.wait('booked');
:state
SELECT status FROM zdm.status WHERE name = 'booked';
-- what is written is refused already
INSERT INTO booked VALUES (42, 5, '[2021-01-03, 2021-01-04)');
UPDATE booked SET during = '[2021-01-02 01:00, 2021-01-03)' WHERE id = 41;
SELECT zdm.resume('booked');
CALL zdm.wait('booked');
\d booked
INSERT INTO booked VALUES (43, 5, '[2021-01-01, 2021-01-02)');
BEGIN;
SET CONSTRAINTS booked_apart DEFERRED;
INSERT INTO booked VALUES (43, 5, '[2021-02-01, 2021-02-02)'), (44, 5, '[2021-02-01, 2021-02-03)');
UPDATE booked SET room = 6 WHERE id = 44;
COMMIT;
SELECT zdm.contract('booked');
\d booked
SELECT conname, condeferrable, condeferred, obj_description(oid, 'pg_constraint') FROM pg_constraint WHERE conrelid = 'booked'::regclass AND contype = 'x';
INSERT INTO booked (id, room, during) VALUES (45, 5, '[2021-01-01, 2021-01-01 12:00]');
INSERT INTO booked (id, room, during) VALUES (45, 5, '[2021-03-01, 2021-03-02]');
SELECT zdm.reopen('booked');
\d booked
INSERT INTO booked VALUES (46, 5, '[2021-03-01 07:00, 2021-03-01 08:00]');
SELECT zdm.contract('booked');
SELECT zdm.rollback('booked');
SELECT conname, pg_get_constraintdef(oid), obj_description(oid, 'pg_constraint') FROM pg_constraint WHERE conrelid = 'booked'::regclass AND contype <> 'n' ORDER BY 1;
SELECT count(*) FROM pg_trigger WHERE tgrelid = 'booked'::regclass;
INSERT INTO booked VALUES (47, 5, '[2021-03-01 07:00, 2021-03-01 08:00]');
DROP TABLE booked;

-- By the old type the same: the way back refuses, and nothing has changed.
CREATE TABLE booked (id int PRIMARY KEY, n numeric, EXCLUDE USING btree (n WITH =));
INSERT INTO booked SELECT g, g FROM generate_series(1, 10) g;
SELECT zdm.expand_change_type('booked', 'n', 'text', name => 'booked');
CALL zdm.wait('booked');
SELECT zdm.contract('booked');
INSERT INTO booked VALUES (20, '20.0'), (21, '20.00');
INSERT INTO booked VALUES (22, '20.0');
\set VERBOSITY default
SELECT zdm.rollback('booked');
\set VERBOSITY terse
:state
\d booked
DELETE FROM booked WHERE id = 21;
SELECT zdm.reopen('booked');
SELECT zdm.contract('booked');
SELECT zdm.finalize('booked');
INSERT INTO booked VALUES (22, '20.0');
\d booked
DROP TABLE booked;

-- The new type has no operator like it, or another one in its place.
CREATE TABLE booked (id int PRIMARY KEY, r int4range, b box);
ALTER TABLE booked ADD CONSTRAINT booked_r EXCLUDE USING gist (r WITH -|-), ADD CONSTRAINT booked_b EXCLUDE USING gist (b WITH &&);
\set VERBOSITY default
SELECT zdm.expand_change_type('booked', 'b', 'text', 'b::text', 'b::box');
\set VERBOSITY terse
SELECT zdm.plan($$zdm.expand_change_type('booked', 'b', 'text', 'b::text', 'b::box')$$);
SELECT zdm.plan($$zdm.expand_change_type('booked', 'r', 'box', 'box(point(lower(r), 0), point(upper(r), 0))', 'NULL')$$);
\set VERBOSITY default
SELECT zdm.expand_change_type('booked', 'r', 'box', 'box(point(lower(r), 0), point(upper(r), 0))', 'NULL');
\set VERBOSITY terse
DROP TABLE booked;
