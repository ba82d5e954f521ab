-- Many a migration tool shows the message of an error and nothing else: the decisive words are
-- in it.
\set SHOW_CONTEXT never
SET zdm.start_worker = off;
CREATE TABLE msg (id int PRIMARY KEY, total int, pair int);
INSERT INTO msg VALUES (1, 1, 1), (2, 1, 1);

-- several statements in one query string are one transaction, but no block that anybody began
SELECT zdm.expand_rename('msg', 'total', 'amount', name => 'msg_rename');
CALL zdm.wait('msg_rename')\; SELECT 1;
SELECT 1\; CALL zdm.run('msg_rename');
BEGIN;
CALL zdm.wait('msg_rename');
ROLLBACK;
BEGIN\; CALL zdm.wait('msg_rename');
ROLLBACK;
DO $$ BEGIN CALL zdm.run('msg_rename'); END $$;

-- did you mean
SELECT zdm.contract('msg_renam');
SELECT zdm.contract('msg_rename_x');
SELECT zdm.contract('nothing like it');
SELECT zdm.expand_rename('msg', 'pari', 'x', name => 'm2');
SELECT zdm.expand_rename('msg', 'zz', 'x', name => 'm2');
CREATE ROLE zdm_stranger;
SET ROLE zdm_stranger;
SELECT zdm.contract('msg_renam');
RESET ROLE;
DROP ROLE zdm_stranger;

-- in the way: which column, of which table, why, and rollback first
SELECT zdm.expand_add_column('msg', 'twice', 'int', backfill => 'amount * 2', name => 'm2');
CREATE TABLE msg_ref (id int REFERENCES msg);
INSERT INTO msg_ref VALUES (1);
SELECT zdm.expand_change_type('msg_ref', 'id', 'bigint', name => 'm3');
SELECT zdm.expand_change_type('msg', 'id', 'bigint', name => 'm4');
SELECT zdm.rollback('m3');

-- a trigger that was made later and fires last
CREATE FUNCTION msg_last() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.amount := 0; RETURN NEW; END';
CREATE TRIGGER "~~last" BEFORE UPDATE ON msg FOR EACH ROW EXECUTE FUNCTION msg_last();
SELECT zdm.contract('msg_rename');
DROP TRIGGER "~~last" ON msg;
DROP FUNCTION msg_last;

-- no right to create in the schema: said before anything has changed
CREATE ROLE zdm_no_create;
CREATE SCHEMA msg_closed;
GRANT USAGE ON SCHEMA msg_closed TO zdm_no_create;
CREATE TABLE msg_closed.t (id int, a int);
ALTER TABLE msg_closed.t OWNER TO zdm_no_create;
INSERT INTO msg_closed.t VALUES (1, 1);
SET ROLE zdm_no_create;
SELECT zdm.expand_index('CREATE INDEX ON msg_closed.t (a)', name => 'm9');
SELECT zdm.expand_change_type('msg_closed.t', 'a', 'bigint', name => 'm9');
SELECT zdm.expand_check('msg_closed.t', 'a', 'a > 0', name => 'm9');
SELECT zdm.rollback('m9');
RESET ROLE;
DROP SCHEMA msg_closed CASCADE;
DROP ROLE zdm_no_create;

-- after finalize there is no way back, by whatever name
SELECT zdm.contract('msg_rename');
SELECT zdm.finalize('msg_rename');
SELECT zdm.reopen('msg_rename');
SELECT zdm.rollback('msg_rename');

-- the way out of violations, and that it deletes
SELECT zdm.expand_unique('msg', '{pair}', name => 'm5');
SET zdm.start_worker = on;
SELECT zdm.resume('m5');
SET client_min_messages = warning;
CALL zdm.wait('m5');
RESET client_min_messages;
SELECT zdm.rollback('m5');
SELECT zdm.expand_check('msg', 'msg_pair', 'pair > 1', name => 'm6');
SET client_min_messages = warning;
CALL zdm.wait('m6');
RESET client_min_messages;
SELECT zdm.rollback('m6');

-- serial is no type
SELECT zdm.expand_add_column('msg', 'n', 'bigserial', name => 'm7');

-- a type that is there already is no error; there is nothing to do, and nothing to end
SELECT zdm.expand_change_type('msg', 'pair', 'int4', name => 'm8');
SELECT zdm.expand_change_type('msg', 'pair', 'int4', name => 'm8');
SELECT zdm.ensure_ready('m8');
SELECT zdm.finalize('m8') FROM zdm.contract('m8');
\d msg
DROP TABLE msg, msg_ref;
