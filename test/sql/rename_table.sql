-- expand_rename_table and expand_move_table: every phase, both names, and back.
\set VERBOSITY terse
\pset null '-'
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS zdm;
SET client_min_messages = notice;
CREATE TABLE customer (
    id bigserial PRIMARY KEY,
    email text NOT NULL UNIQUE,
    score int DEFAULT 7 CHECK (score >= 0),
    twice int GENERATED ALWAYS AS (score * 2) STORED);
CREATE INDEX customer_score_idx ON customer (score);
INSERT INTO customer (email, score) SELECT 'c' || g, g FROM generate_series(1, 5) g;
CREATE VIEW good AS SELECT id, email FROM customer WHERE score > 2;
CREATE FUNCTION count_them() RETURNS bigint LANGUAGE sql AS 'SELECT count(*) FROM customer';

SELECT seq, phase, runs, lock_mode, command, undo FROM zdm.plan($$zdm.expand_rename_table('customer', 'client')$$, full => true);
SELECT note FROM zdm.plan($$zdm.expand_rename_table('customer', 'client')$$, full => true) WHERE note IS NOT NULL AND phase <> 'expand';
SELECT zdm.expand_rename_table('customer', 'client', name => 'r');
SELECT status, phase FROM zdm.status WHERE name = 'r';
SELECT zdm.expand_rename_table('public.customer', 'client', name => 'r');
SELECT c.relkind, c.relowner::regrole = current_user::regrole AS mine, c.reloptions FROM pg_class c WHERE relname = 'client';

-- Both names, before contract.
INSERT INTO client (email) VALUES ('new') RETURNING id, score, twice;
INSERT INTO client (email, score) VALUES ('d', DEFAULT), ('e', 1) RETURNING *;
INSERT INTO client (email) VALUES ('new') ON CONFLICT (email) DO UPDATE SET score = excluded.score + client.score RETURNING *;
INSERT INTO client (email) VALUES ('new') ON CONFLICT DO NOTHING;
INSERT INTO customer (email) VALUES ('old') RETURNING id;
UPDATE client SET score = 20 WHERE email = 'old' RETURNING twice;
UPDATE client SET score = DEFAULT WHERE email = 'e' RETURNING score, twice;
DELETE FROM client WHERE email = 'd' RETURNING email;
SELECT id FROM client WHERE email = 'old' FOR UPDATE;
BEGIN; LOCK TABLE client IN SHARE MODE; COMMIT;
INSERT INTO client (email, score) VALUES ('bad', -1);
SELECT count(*) FROM client;
-- What a view can't do.
COPY client (email) FROM PROGRAM 'true';
COPY client TO stdout;
TRUNCATE client;
INSERT INTO client (email) VALUES ('new') ON CONFLICT ON CONSTRAINT customer_email_key DO NOTHING;
CREATE TABLE child (client bigint REFERENCES client);
SELECT ctid FROM client;

-- Prepared by either name.
PREPARE by_old AS SELECT email, score FROM customer WHERE id = $1;
PREPARE by_new AS SELECT email, score FROM client WHERE id = $1;
PREPARE all_old AS SELECT * FROM customer WHERE id = $1;
PREPARE whole AS SELECT client FROM client WHERE id = $1;
EXECUTE by_old(1);
EXECUTE by_new(1);
EXECUTE all_old(1);
EXECUTE whole(1);
SELECT zdm.contract('r');
EXECUTE by_old(1);
EXECUTE by_new(1);
EXECUTE all_old(1);
EXECUTE whole(1);
SELECT relname, relkind FROM pg_class WHERE relname IN ('client', 'customer') ORDER BY 1;
SELECT zdm.expand_rename_table('customer', 'client', name => 'r');
INSERT INTO customer (email) VALUES ('after') RETURNING id, score;
INSERT INTO customer (email) VALUES ('after') ON CONFLICT (email) DO UPDATE SET score = 1 RETURNING score;
UPDATE client SET score = 2 WHERE email = 'after' RETURNING email;
SELECT count_them(), (SELECT count(*) FROM good);
COPY client (email) FROM stdin;
copied
\.
SELECT zdm.reopen('r');
SELECT relname, relkind FROM pg_class WHERE relname IN ('client', 'customer') ORDER BY 1;
SELECT mismatches FROM zdm.verify('r');
SELECT zdm.contract('r');
SELECT zdm.rollback('r');
SELECT relname, relkind FROM pg_class WHERE relname IN ('client', 'customer') ORDER BY 1;
SELECT count(*) FROM customer;
SELECT count(*) FROM zdm.target t JOIN zdm.migration m ON m.id = migration_id WHERE m.name = 'r';

-- With all that is called after it, and back.
CREATE STATISTICS customer_two ON email, score FROM customer;
SELECT zdm.expand_rename_table('customer', 'client', rename_objects => true);
SELECT zdm.contract('rename_table_customer_to_client');
\d client
SELECT zdm.reopen('rename_table_customer_to_client');
\d customer
SELECT zdm.contract('rename_table_customer_to_client');
SELECT zdm.finalize('rename_table_customer_to_client');
SELECT zdm.expand_rename_table('customer', 'client', rename_objects => true);
SELECT relname, relkind FROM pg_class WHERE relname ~ '^(client|customer)' AND relnamespace = 'public'::regnamespace ORDER BY 1;
SELECT count_them();
EXECUTE by_old(1);
EXECUTE by_new(1);
SELECT count(*) FROM good;

-- In one go, and where the old name is used again.
BEGIN;
SELECT zdm.expand_rename_table('client', 'person');
SELECT zdm.contract('rename_table_client_to_person');
SELECT zdm.finalize('rename_table_client_to_person');
COMMIT;
SELECT relname, relkind FROM pg_class WHERE relname IN ('client', 'person');
CREATE TABLE client (id int);
SELECT zdm.expand_rename_table('client', 'person');
SELECT zdm.expand_rename_table('client', 'person', name => 'again');
DROP TABLE client;

-- Refused.
SELECT zdm.expand_rename_table('person', 'person');
SELECT zdm.expand_rename_table('person', 'good');
SELECT zdm.expand_rename_table('good', 'better');
SELECT zdm.expand_rename_table('nothing', 'better');
SELECT zdm.expand_rename_table(NULL, 'better');
SELECT zdm.expand_rename_table('person', NULL);
SELECT zdm.expand_rename_table('person', '');
SELECT zdm.expand_rename_table('person', repeat('x', 64));
CREATE TYPE pair AS (a int, b int);
SELECT zdm.expand_rename_table('person', 'pair');
CREATE TABLE empty ();
SELECT zdm.expand_rename_table('empty', 'full');
CREATE TEMP TABLE passing (id int);
SELECT zdm.expand_rename_table('passing', 'staying');
CREATE TABLE person2_email_key ();
ALTER TABLE person RENAME CONSTRAINT client_email_key TO person_email_key;
SELECT zdm.expand_rename_table('person', 'person2', rename_objects => true);
DROP TABLE person2_email_key;
SELECT zdm.expand_rename_table('person', 'one', name => 'one');
SELECT zdm.expand_rename_table('person', 'two', name => 'two');
SELECT zdm.expand_rename('person', 'score', 'points');
SELECT zdm.rollback('one');

-- What happens in between: renamed by hand, columns, the view dropped or replaced.
SELECT zdm.expand_rename_table('person', 'human', name => 'h');
ALTER TABLE person RENAME TO folk;
SELECT zdm.contract('h');
SELECT relname, relkind FROM pg_class WHERE relname IN ('human', 'person', 'folk') ORDER BY 1;
SELECT zdm.reopen('h');
ALTER TABLE folk RENAME TO person;
ALTER TABLE person DROP COLUMN score;
ALTER TABLE person ALTER COLUMN email TYPE varchar;
ALTER TABLE person ADD COLUMN "Née" text DEFAULT 'x';
ALTER TABLE person RENAME COLUMN email TO mail;
SELECT * FROM human LIMIT 0;
SELECT zdm.resume('h');
SELECT * FROM human LIMIT 0;
ALTER TABLE person ADD COLUMN later int, ALTER COLUMN score DROP DEFAULT, ALTER COLUMN "Née" SET DEFAULT 'y';
SELECT zdm.contract('h');
\d person
SELECT * FROM person LIMIT 0;
INSERT INTO person (mail) VALUES ('née') RETURNING "Née";
SELECT zdm.reopen('h');
DROP VIEW human;
SELECT zdm.resume('h');
SELECT zdm.contract('h');
DROP VIEW person;
SELECT zdm.reopen('h');
SELECT relname, relkind FROM pg_class WHERE relname IN ('human', 'person', 'folk') ORDER BY 1;
SELECT zdm.contract('h');
DROP VIEW person;
SELECT zdm.rollback('h');
SELECT relname, relkind FROM pg_class WHERE relname IN ('human', 'person', 'folk') ORDER BY 1;
SELECT zdm.expand_rename_table('person', 'human', name => 'h');
CREATE OR REPLACE VIEW human AS SELECT id, mail, 3::int AS score, twice, "Née", later FROM person;
SELECT zdm.contract('h');
DROP VIEW human;
SELECT zdm.contract('h');
CREATE VIEW above AS SELECT id FROM person;
SELECT zdm.finalize('h');
DROP VIEW above;
SELECT zdm.finalize('h');

-- A column is added at the same time, and taken back.
CREATE TABLE both_at_once (id int PRIMARY KEY, v text);
INSERT INTO both_at_once VALUES (1, 'one');
SELECT zdm.expand_rename_table('both_at_once', 'renamed_too', name => 'b1');
GRANT SELECT ON renamed_too TO pg_monitor;
SELECT zdm.expand_add_column('both_at_once', 'w', 'int', default_value => '5', name => 'b2');
INSERT INTO renamed_too (id, w) VALUES (2, 2) RETURNING *;
SELECT zdm.rollback('b2');
SELECT * FROM renamed_too;
SELECT has_table_privilege('pg_monitor', 'both_at_once', 'SELECT');
SELECT zdm.expand_add_column('both_at_once', 'w', 'int', backfill => 'id * 10', name => 'b2');
SET client_min_messages = warning;
CALL zdm.wait('b2');
RESET client_min_messages;
CREATE VIEW on_it AS SELECT w FROM renamed_too;
SELECT zdm.rollback('b2');
DROP VIEW on_it;
SELECT zdm.contract('b1');
SELECT * FROM both_at_once ORDER BY id;
SELECT zdm.rollback('b2');
SELECT * FROM both_at_once ORDER BY id;
SELECT zdm.expand_add_column('renamed_too', 'w', 'int', backfill => 'id * 10', name => 'b2');
SET client_min_messages = warning;
CALL zdm.wait('b2');
RESET client_min_messages;
SELECT zdm.finalize('b1');
SELECT zdm.contract('b2');
SELECT zdm.finalize('b2');
DROP TABLE renamed_too;

-- Odd names, partitions, another schema.
CREATE SCHEMA "Other One";
CREATE TABLE "Ta""ble.x" ("Co""l" int PRIMARY KEY, "select" text DEFAULT 'd') PARTITION BY RANGE ("Co""l");
CREATE TABLE "part'1" PARTITION OF "Ta""ble.x" FOR VALUES FROM (0) TO (10);
SELECT zdm.expand_rename_table('"Ta""ble.x"', 'new "na.me''');
INSERT INTO "new ""na.me'" VALUES (1) ON CONFLICT ("Co""l") DO NOTHING RETURNING *;
SELECT zdm.contract('rename_table_Ta"ble.x_to_new "na.me''');
INSERT INTO "Ta""ble.x" VALUES (2) RETURNING *;
SELECT zdm.finalize('rename_table_Ta"ble.x_to_new "na.me''');
SELECT zdm.expand_move_table('"new ""na.me''"', 'Other One', name => 'm');
INSERT INTO "Other One"."new ""na.me'" VALUES (3) RETURNING *;
SELECT zdm.contract('m');
SELECT relnamespace::regnamespace, relname, relkind FROM pg_class WHERE relname LIKE '%na.me''%' ORDER BY 3, 2;
INSERT INTO "new ""na.me'" VALUES (4) RETURNING *;
SELECT zdm.reopen('m');
SELECT zdm.contract('m');
SELECT zdm.finalize('m');
SELECT zdm.expand_move_table('"new ""na.me''"', 'Other One', name => 'm');
SELECT count(*) FROM "Other One"."new ""na.me'";
SELECT zdm.expand_rename_table('"part''1"', 'part_one');
SELECT zdm.contract('rename_table_part''1_to_part_one');
SELECT zdm.finalize('rename_table_part''1_to_part_one');
\d part_one
SELECT zdm.expand_move_table('human', 'nowhere');
SELECT zdm.expand_move_table('human', 'public');
SELECT zdm.expand_move_table('human', 'pg_temp');
SELECT zdm.expand_move_table('human', 'Other One', name => 'mh');
SELECT zdm.contract('mh');
SELECT nextval('"Other One".client_id_seq') > 0 AS moved;
INSERT INTO human (mail) VALUES ('moved') RETURNING mail;
SELECT zdm.rollback('mh');
SELECT relnamespace::regnamespace, relname, relkind FROM pg_class WHERE relname IN ('human', 'client_id_seq') ORDER BY 3, 2;
SELECT zdm.expand_move_table('human', 'Other One', name => 'mh');
SELECT zdm.forget('mh');
DROP TABLE human CASCADE;
DROP SCHEMA "Other One" CASCADE;
DROP TABLE empty;
DROP TYPE pair;
DROP FUNCTION count_them;
