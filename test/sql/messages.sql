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
-- of every kind of change: zdm.plan says so, or the whole of it goes through without
CREATE TABLE msg_closed.parent (id int PRIMARY KEY);
CREATE TABLE msg_closed.whole (id int PRIMARY KEY, a int NOT NULL DEFAULT 0, b text, c int, parent int REFERENCES msg_closed.parent);
CREATE INDEX whole_a ON msg_closed.whole (a);
CREATE TABLE msg_closed.loose (id int NOT NULL, a int);
ALTER TABLE msg_closed.parent OWNER TO zdm_no_create;
ALTER TABLE msg_closed.whole OWNER TO zdm_no_create;
ALTER TABLE msg_closed.loose OWNER TO zdm_no_create;
CREATE FUNCTION msg_without_create(call text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE at text := 'plan';
BEGIN
    PERFORM * FROM zdm.plan(call);
    at := 'too late';
    EXECUTE 'SELECT ' || call;
    PERFORM zdm.contract('m10');
    PERFORM zdm.reopen('m10');
    PERFORM zdm.contract('m10');
    PERFORM zdm.finalize('m10');
    RAISE EXCEPTION 'goes through';
EXCEPTION WHEN insufficient_privilege THEN
    RETURN at || ': ' || SQLERRM;
WHEN raise_exception THEN
    RETURN SQLERRM;
END $$;
SET client_min_messages = warning;
SET ROLE zdm_no_create;
SELECT call, msg_without_create(format('zdm.%s, name => ''m10'')', call)) FROM unnest(ARRAY[
    $$expand_rename('msg_closed.whole', 'a', 'd'$$, $$expand_rename('msg_closed.whole', 'a', 'd', indexed => true$$,
    $$expand_add_column('msg_closed.whole', 'd', 'int', backfill => 'a', not_null => true$$, $$expand_add_column('msg_closed.whole', 'd', 'int', index => true$$,
    $$expand_drop_column('msg_closed.whole', 'c'$$, $$expand_change_type('msg_closed.whole', 'c', 'bigint'$$, $$expand_change_type('msg_closed.whole', 'a', 'bigint'$$,
    $$expand_change_type('msg_closed.parent', 'id', 'bigint', referencing => true$$,
    $$expand_transform('msg_closed.whole', '{c}', '{"d": {"type": "int", "forward": "c"}}', '{"c": "d"}'$$,
    $$expand_not_null('msg_closed.whole', 'c', fill => '0'$$, $$expand_check('msg_closed.whole', 'c_pos', 'c > 0'$$, $$expand_foreign_key('msg_closed.loose', '{a}', 'msg_closed.parent'$$,
    $$expand_unique('msg_closed.loose', '{a}'$$, $$expand_primary_key('msg_closed.loose', '{id}'$$, $$expand_index('CREATE INDEX ON msg_closed.loose (a)'$$,
    $$drop_index('msg_closed.whole_a'$$, $$reindex('msg_closed.whole'$$, $$expand_shadow_table('msg_closed.whole', '(b text, a int, id int, c int, parent int)'$$,
    $$expand_compact('msg_closed.whole'$$, $$expand_partition('msg_closed.whole', 'HASH (id)', partitions => 2$$, $$expand_extract('msg_closed.whole', '{b}', 'whole_b'$$,
    $$expand_rename_table('msg_closed.whole', 'other'$$, $$expand_move_table('msg_closed.whole', 'public'$$]) WITH ORDINALITY AS c (call, n) ORDER BY n;
RESET ROLE;
DROP FUNCTION msg_without_create;
DROP SCHEMA msg_closed CASCADE;
RESET client_min_messages;
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
