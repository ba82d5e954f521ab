-- Names that need quoting, reserved words, 63 bytes, and what zdm makes of them.
CREATE SCHEMA "Ünï "" sch";
CREATE TABLE "Ünï "" sch"."select" ("Ünï "" code" int, "from" text, id int PRIMARY KEY);
INSERT INTO "Ünï "" sch"."select" SELECT g, g::text, g FROM generate_series(1, 100) g;
GRANT SELECT ("Ünï "" code"), UPDATE ("Ünï "" code") ON "Ünï "" sch"."select" TO PUBLIC;
CREATE ROLE "Grand ""tee";
GRANT UPDATE ("Ünï "" code") ON "Ünï "" sch"."select" TO "Grand ""tee" WITH GRANT OPTION;

SELECT zdm.expand_rename('"Ünï "" sch"."select"', 'Ünï " code', 'order', name => 'it''s "one" \ ünï');
SELECT zdm.expand_rename('"Ünï "" sch"."select"', 'from', repeat('ü', 31));
SET client_min_messages = warning;
CALL zdm.wait('it''s "one" \ ünï');
CALL zdm.wait('rename_select_from_to_' || repeat('ü', 31));
RESET client_min_messages;
\d "Ünï "" sch"."select"
SELECT attname, attacl FROM pg_attribute
 WHERE attrelid = '"Ünï "" sch"."select"'::regclass AND attacl IS NOT NULL ORDER BY attnum;
UPDATE "Ünï "" sch"."select" SET "order" = 1000 WHERE id = 1;
UPDATE "Ünï "" sch"."select" SET "Ünï "" code" = 2000 WHERE id = 2;
UPDATE "Ünï "" sch"."select" SET "from" = 'x' WHERE id = 3;
SELECT * FROM "Ünï "" sch"."select" WHERE id < 4 ORDER BY id;
SELECT rows, mismatches FROM zdm.verify('it''s "one" \ ünï');

SELECT zdm.contract('it''s "one" \ ünï');
SELECT zdm.contract('rename_select_from_to_' || repeat('ü', 31));
\d "Ünï "" sch"."select"
SELECT zdm.finalize('it''s "one" \ ünï');
SELECT zdm.rollback('rename_select_from_to_' || repeat('ü', 31));
\d "Ünï "" sch"."select"

-- zdm's own names make way for what is there
CREATE TABLE taken (a int, zdm_old_a int, "zdm_old_a_1" text);
SELECT zdm.expand_rename('taken', 'a', 'b', name => 'taken');
SET client_min_messages = warning;
CALL zdm.wait('taken');
RESET client_min_messages;
SELECT zdm.contract('taken');
SELECT attname FROM pg_attribute WHERE attrelid = 'taken'::regclass AND attnum > 0 ORDER BY attnum;
SELECT zdm.rollback('taken');

-- a search_path with traps: nothing of it is used
CREATE SCHEMA trap;
CREATE TABLE trap.migration (name text);
CREATE FUNCTION trap.now() RETURNS timestamptz LANGUAGE plpgsql AS 'BEGIN RAISE ''trapped''; END';
CREATE FUNCTION trap.eq(text, text) RETURNS bool LANGUAGE plpgsql AS 'BEGIN RAISE ''trapped''; END';
CREATE OPERATOR trap.= (FUNCTION = trap.eq, LEFTARG = text, RIGHTARG = text);
SET search_path = trap, pg_catalog, public;
SELECT zdm.expand_rename('taken', 'a', 'b', name => 'taken');
SET client_min_messages = warning;
CALL zdm.wait('taken');
RESET client_min_messages;
SELECT status FROM zdm.status WHERE name OPERATOR(pg_catalog.=) 'taken' AND status OPERATOR(pg_catalog.=) 'ready';
SELECT zdm.contract('taken');
SELECT zdm.reopen('taken');
INSERT INTO taken (a) VALUES (1);
INSERT INTO taken (b) VALUES (2);
SELECT a, b FROM taken;
SELECT zdm.rollback('taken');
RESET search_path;

DROP SCHEMA trap CASCADE;
DROP TABLE taken;
DROP SCHEMA "Ünï "" sch" CASCADE;
DROP ROLE "Grand ""tee";
