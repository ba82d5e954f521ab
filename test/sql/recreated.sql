-- A record whose table is gone, or whose result is not there any more, does not hold its
-- name: a repeated call looks at the schema, not only at the record.
\set state '\\echo SQLSTATE :SQLSTATE'

-- A table that is dropped and made again, as CI and `schema:drop` do, from every status.
CREATE FUNCTION begin_at(status text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    CREATE TABLE again (id int PRIMARY KEY, old int);
    INSERT INTO again VALUES (1, 10);
    PERFORM zdm.expand_rename('again', 'old', 'new');
END $$;
CREATE FUNCTION go_to(status text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF status IN ('contracted', 'finalized') THEN PERFORM zdm.contract('rename_again_old_to_new'); END IF;
    IF status = 'finalized' THEN PERFORM zdm.finalize('rename_again_old_to_new'); END IF;
END $$;
SET client_min_messages = warning;
SELECT begin_at('ready'); CALL zdm.wait('rename_again_old_to_new');
DROP TABLE again;
SELECT begin_at('contracted'); CALL zdm.wait('rename_again_old_to_new'); SELECT go_to('contracted');
DROP TABLE again;
SELECT begin_at('finalized'); CALL zdm.wait('rename_again_old_to_new'); SELECT go_to('finalized');
DROP TABLE again;
RESET client_min_messages;
CREATE TABLE again (id int PRIMARY KEY, old int);
INSERT INTO again VALUES (1, 10);
SELECT zdm.expand_rename('again', 'old', 'new');
SELECT status FROM zdm.status
 WHERE name = 'rename_again_old_to_new' AND status IN ('finalized', 'rolled_back') ORDER BY id;
-- what is meant by the name is the last one
SET client_min_messages = warning;
CALL zdm.wait('rename_again_old_to_new');
RESET client_min_messages;
SELECT zdm.ensure_ready('rename_again_old_to_new');
-- with its table there it holds the name
SELECT zdm.expand_rename('again', 'old', 'new');
SELECT zdm.expand_rename('again', 'old', 'other', name => 'rename_again_old_to_new');
:state
-- and in one transaction, of which nothing stays
BEGIN;
DROP TABLE again;
CREATE TABLE again (id int PRIMARY KEY, old int);
INSERT INTO again VALUES (1, 10);
SELECT zdm.expand_rename('again', 'old', 'new');
ROLLBACK;
SELECT status, count(*) FROM zdm.status WHERE name = 'rename_again_old_to_new' GROUP BY status ORDER BY status;

-- Another role has names of its own, and DROP SCHEMA ... CASCADE leaves them
CREATE ROLE zdm_first;
CREATE ROLE zdm_second;
CREATE SCHEMA app;
GRANT ALL ON SCHEMA app TO zdm_first, zdm_second;
SET ROLE zdm_first;
CREATE TABLE app.t (id int, old int);
INSERT INTO app.t VALUES (1, 10);
SELECT zdm.expand_rename('app.t', 'old', 'new', name => 'shared');
SET ROLE zdm_second;
CREATE TABLE app.u (id int, old int);
SELECT zdm.expand_rename('app.u', 'old', 'new', name => 'shared');
:state
RESET ROLE;
DROP SCHEMA app CASCADE;
CREATE SCHEMA app;
GRANT ALL ON SCHEMA app TO zdm_first, zdm_second;
SET ROLE zdm_second;
CREATE TABLE app.t (id int, old int);
INSERT INTO app.t VALUES (1, 10);
SELECT zdm.expand_rename('app.t', 'old', 'new', name => 'shared');
RESET ROLE;

-- What every kind has made, undone by hand after finalize: the same call makes it again.
CREATE TABLE ref (id int PRIMARY KEY);
CREATE TABLE h (id int NOT NULL, a int, b text, c int, d int, e int, f int, g text, k int, r int);
INSERT INTO ref VALUES (1);
INSERT INTO h VALUES (1, 1, 'b', 1, 1, 1, 1, '1', 1, 1);
CREATE INDEX h_c_idx ON h (c);
CREATE TABLE call (n serial, sql text, name text, undo text);
INSERT INTO call (sql, name, undo) VALUES
    ($$zdm.expand_rename('h', 'a', 'a2', name => 'k1')$$, 'k1', 'ALTER TABLE h RENAME COLUMN a2 TO a'),
    ($$zdm.expand_add_column('h', 'extra', 'int', name => 'k2')$$, 'k2', 'ALTER TABLE h DROP COLUMN extra'),
    ($$zdm.expand_drop_column('h', 'b', name => 'k3')$$, 'k3', 'ALTER TABLE h ADD COLUMN b text'),
    ($$zdm.expand_change_type('h', 'd', 'bigint', name => 'k4')$$, 'k4', 'ALTER TABLE h ALTER COLUMN d TYPE int'),
    ($$zdm.expand_transform('h', '{e}', '{"e2": {"type": "text", "forward": "e::text"}}', '{"e": "e2::int"}', name => 'k5')$$, 'k5', 'ALTER TABLE h DROP COLUMN e2, ADD COLUMN e int'),
    ($$zdm.expand_not_null('h', 'f', name => 'k6')$$, 'k6', 'ALTER TABLE h ALTER COLUMN f DROP NOT NULL'),
    ($$zdm.expand_check('h', 'h_g', 'g <> ''x''', name => 'k7')$$, 'k7', 'ALTER TABLE h DROP CONSTRAINT h_g'),
    ($$zdm.expand_foreign_key('h', '{r}', 'ref', name => 'k8')$$, 'k8', 'ALTER TABLE h DROP CONSTRAINT h_r_fkey'),
    ($$zdm.expand_unique('h', '{k,g}', name => 'k9')$$, 'k9', 'ALTER TABLE h DROP CONSTRAINT h_k_g_key'),
    ($$zdm.expand_primary_key('h', '{id}', name => 'k10')$$, 'k10', 'ALTER TABLE h DROP CONSTRAINT h_pkey'),
    ($$zdm.expand_index('CREATE INDEX ON h (k)', name => 'k11')$$, 'k11', 'DROP INDEX h_k_idx'),
    ($$zdm.drop_index('h_c_idx', name => 'k12')$$, 'k12', 'CREATE INDEX h_c_idx ON h (c)');
CREATE PROCEDURE whole(call call) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE 'SELECT ' || call.sql;
    COMMIT;
    CALL zdm.wait(call.name);
    PERFORM zdm.contract(call.name);
    PERFORM zdm.finalize(call.name);
    COMMIT;
END $$;
CREATE FUNCTION begun(call call) RETURNS text LANGUAGE plpgsql AS $$
DECLARE before bigint; after bigint;
BEGIN
    SELECT max(id) INTO before FROM zdm.migration WHERE name = call.name;
    EXECUTE 'SELECT ' || call.sql;
    SELECT max(id) INTO after FROM zdm.migration WHERE name = call.name;
    RETURN CASE WHEN after = before THEN 'nothing to do' ELSE 'begun anew' END;
END $$;
SET client_min_messages = warning;
DO $$ DECLARE c call; BEGIN FOR c IN SELECT * FROM call ORDER BY n LOOP CALL whole(c); END LOOP; END $$;
SELECT c.name, begun(c) AS as_it_is FROM call c ORDER BY n;
DO $$ DECLARE c call; BEGIN FOR c IN SELECT * FROM call ORDER BY n LOOP EXECUTE c.undo; END LOOP; END $$;
SET zdm.start_worker = off;
SELECT c.name, begun(c) AS undone FROM call c ORDER BY n;
RESET client_min_messages;
SELECT format('SELECT zdm.rollback(%L)', name) FROM zdm.status
 WHERE relation = 'h'::regclass AND status NOT IN ('finalized', 'rolled_back') ORDER BY id DESC \gexec

SET zdm.start_worker = on;
-- What a later migration has had is no reason to begin anew.
CREATE TABLE chain (a int);
INSERT INTO chain VALUES (1);
INSERT INTO call (sql, name) VALUES ($$zdm.expand_rename('chain', 'a', 'b', name => 'c1')$$, 'c1'),
    ($$zdm.expand_rename('chain', 'b', 'c', name => 'c2')$$, 'c2');
SET client_min_messages = warning;
DO $$ DECLARE c call; BEGIN FOR c IN SELECT * FROM call WHERE name ~ '^c' ORDER BY n LOOP CALL whole(c); END LOOP; END $$;
RESET client_min_messages;
SELECT zdm.expand_rename('chain', 'a', 'b', name => 'c1');
ALTER TABLE chain RENAME c TO b;
SELECT zdm.expand_rename('chain', 'b', 'c', name => 'c2');
SELECT zdm.rollback('c2');

-- A table of which another one is made is dropped, and made again, after contract: what looks at both says so.
CREATE SCHEMA anew;
SET search_path = anew;
SET client_min_messages = warning;
CREATE TABLE made (sql text, name text);
INSERT INTO made VALUES ($$zdm.expand_compact('s1', name => 's1')$$, 's1'), ($$zdm.expand_shadow_table('s2', '(a int, id int)', name => 's2')$$, 's2'),
    ($$zdm.expand_partition('s3', 'HASH (id)', partitions => 2, name => 's3')$$, 's3'), ($$zdm.expand_extract('s4', '{a}', 's4_part', name => 's4')$$, 's4');
SELECT format('CREATE TABLE %I (id int PRIMARY KEY, a int)', name) FROM made \gexec
SELECT format('INSERT INTO %I VALUES (1, 1)', name) FROM made \gexec
SELECT format('SELECT %s', sql) FROM made \gexec
SELECT format('CALL zdm.wait(%L)', name) FROM made \gexec
SELECT format('SELECT zdm.contract(%L)', name) FROM made \gexec
SELECT format('DROP TABLE %I CASCADE', name) FROM made \gexec
SELECT format('CREATE TABLE %I (id int PRIMARY KEY, a int)', name) FROM made \gexec
SELECT format('SELECT zdm.verify(%L)', name) FROM made ORDER BY name \gexec
SELECT format('SELECT zdm.rollback(%L)', name) FROM made ORDER BY name \gexec
SELECT format('SELECT zdm.forget(%L)', name) FROM made ORDER BY name \gexec
SELECT name, status FROM zdm.status WHERE name IN (SELECT name FROM made) ORDER BY name;
-- And so does the way back where a key was made with more columns, under its name
CREATE TABLE keyed (id int PRIMARY KEY, a int NOT NULL);
INSERT INTO keyed VALUES (1, 1);
SELECT zdm.expand_change_type('keyed', 'id', 'bigint', name => 'keyed');
CALL zdm.wait('keyed');
SELECT zdm.contract('keyed');
ALTER TABLE keyed DROP CONSTRAINT keyed_pkey;
ALTER TABLE keyed ADD CONSTRAINT keyed_pkey PRIMARY KEY (id, a);
SELECT zdm.reopen('keyed');
:state
SELECT zdm.rollback('keyed');
:state
ALTER TABLE keyed DROP CONSTRAINT keyed_pkey;
ALTER TABLE keyed ADD CONSTRAINT keyed_pkey PRIMARY KEY (id);
SELECT zdm.reopen('keyed');
SELECT zdm.rollback('keyed');
\d keyed
RESET client_min_messages;
RESET search_path;
SET client_min_messages = warning;
DROP SCHEMA anew CASCADE;
RESET client_min_messages;

DROP TABLE again, h, ref, chain, call CASCADE;
DROP SCHEMA app CASCADE;
DROP FUNCTION begin_at, go_to;
DROP ROLE zdm_first, zdm_second;
