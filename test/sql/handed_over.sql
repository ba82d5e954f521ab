-- What a change of type hands over at contract is what hangs on the column then, by definition, not
-- what had that name at expand: carried on, or refused by name.
SET client_min_messages = warning;
\set VERBOSITY terse
CREATE ROLE ho_given;
CREATE ROLE ho_taken;

-- column grants and the comment: as they are at contract, and back again
CREATE TABLE granted (id int PRIMARY KEY, v int);
INSERT INTO granted VALUES (1, 1);
GRANT SELECT (v), UPDATE (v) ON granted TO ho_taken;
COMMENT ON COLUMN granted.v IS 'at expand';
CREATE VIEW granted_now AS
    SELECT r.rolname, has_column_privilege(r.oid, 'granted'::regclass, 'v', 'SELECT') AS sel,
           has_column_privilege(r.oid, 'granted'::regclass, 'v', 'UPDATE') AS upd,
           has_column_privilege(r.oid, 'granted'::regclass, 'v', 'SELECT WITH GRANT OPTION') AS opt,
           col_description('granted'::regclass, attnum) AS comment
      FROM pg_roles r, pg_attribute WHERE rolname LIKE 'ho\_%' AND attrelid = 'granted'::regclass AND attname = 'v' ORDER BY 1;
SELECT zdm.expand_change_type('granted', 'v', 'bigint', name => 'h_granted');
CALL zdm.wait('h_granted');
GRANT SELECT (v) ON granted TO ho_given WITH GRANT OPTION;
REVOKE SELECT (v) ON granted FROM ho_taken;
COMMENT ON COLUMN granted.v IS 'since expand';
SELECT zdm.contract('h_granted');
SELECT * FROM granted_now;
-- the server knows whose grants these are
DROP ROLE ho_given;
REVOKE SELECT (v) ON granted FROM ho_given CASCADE;
GRANT SELECT (v) ON granted TO ho_taken;
COMMENT ON COLUMN granted.v IS NULL;
SELECT zdm.reopen('h_granted');
SELECT * FROM granted_now;
SELECT zdm.rollback('h_granted');
SELECT * FROM granted_now;
DROP ROLE ho_given;

-- what is made again under its name with another definition is not what was planned
CREATE TABLE other_parent (id int PRIMARY KEY);
INSERT INTO other_parent SELECT generate_series(1, 10);
CREATE TABLE again (id int PRIMARY KEY, v int DEFAULT 1, w int,
    CONSTRAINT again_check CHECK (v > 0), CONSTRAINT again_fk FOREIGN KEY (v) REFERENCES other_parent);
CREATE INDEX again_index ON again (v);
CREATE STATISTICS again_statistics ON v, w FROM again;
INSERT INTO again SELECT g, g, g FROM generate_series(1, 10) g;
SELECT zdm.expand_change_type('again', 'v', 'bigint', name => 'h_again');
CALL zdm.wait('h_again');
CREATE FUNCTION try_contract() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    lost text;
BEGIN
    PERFORM zdm.contract('h_again');
    RETURN 'contracted';
EXCEPTION WHEN object_not_in_prerequisite_state THEN
    GET STACKED DIAGNOSTICS lost = PG_EXCEPTION_DETAIL;
    RETURN format('%s: %s', SQLERRM, lost);
END $$;
CREATE TABLE changes (n int, made text, undone text);
INSERT INTO changes VALUES
    (1, 'DROP CONSTRAINT again_check, ADD CONSTRAINT again_check CHECK (v > -100)',
        'DROP CONSTRAINT again_check, ADD CONSTRAINT again_check CHECK (v > 0)'),
    (2, 'DROP CONSTRAINT again_check, ADD CONSTRAINT again_check CHECK (v > 0) NOT VALID',
        'VALIDATE CONSTRAINT again_check'),
    (3, 'DROP CONSTRAINT again_check, ADD CONSTRAINT again_check CHECK (v > 0) NO INHERIT',
        'DROP CONSTRAINT again_check, ADD CONSTRAINT again_check CHECK (v > 0)'),
    (4, 'DROP CONSTRAINT again_fk, ADD CONSTRAINT again_fk FOREIGN KEY (v) REFERENCES other_parent ON DELETE CASCADE',
        'DROP CONSTRAINT again_fk, ADD CONSTRAINT again_fk FOREIGN KEY (v) REFERENCES other_parent'),
    (5, 'ALTER CONSTRAINT again_fk DEFERRABLE INITIALLY DEFERRED', 'ALTER CONSTRAINT again_fk NOT DEFERRABLE'),
    (6, 'ALTER v SET DEFAULT 2', 'ALTER v SET DEFAULT 1');
SELECT unnest(ARRAY['ALTER TABLE again ' || made, 'SELECT try_contract()', 'ALTER TABLE again ' || undone])
  FROM changes ORDER BY n
\gexec
DROP INDEX again_index;
CREATE INDEX again_index ON again (v) WHERE v > 5;
SELECT try_contract();
DROP INDEX again_index;
CREATE INDEX again_index ON again (v);
DROP STATISTICS again_statistics;
CREATE STATISTICS again_statistics (ndistinct) ON v, w FROM again;
SELECT try_contract();
DROP STATISTICS again_statistics;
CREATE STATISTICS again_statistics ON v, w FROM again;
-- it does not matter how the session that contracts prints it
SET search_path = zdm, pg_catalog;
SELECT public.try_contract();
RESET search_path;
SELECT zdm.rollback('h_again');
DROP TABLE granted, again, other_parent, changes CASCADE;
DROP FUNCTION try_contract;
DROP ROLE ho_taken;

-- A foreign key to a partitioned table is one key, with a row for each partition in the catalog.
CREATE TABLE tall (id int PRIMARY KEY) PARTITION BY RANGE (id);
CREATE TABLE tall_1 PARTITION OF tall FOR VALUES FROM (0) TO (100);
CREATE TABLE tall_2 PARTITION OF tall FOR VALUES FROM (100) TO (200) PARTITION BY RANGE (id);
CREATE TABLE tall_3 PARTITION OF tall_2 FOR VALUES FROM (100) TO (200);
INSERT INTO tall VALUES (1), (101);
CREATE TABLE low (id int PRIMARY KEY, p int REFERENCES tall ON DELETE CASCADE);
INSERT INTO low VALUES (1, 1), (2, 101);
-- the same with text, where the key on the new column is made before contract
CREATE TABLE tall_text (id varchar(20) PRIMARY KEY) PARTITION BY RANGE (id);
CREATE TABLE tall_text_1 PARTITION OF tall_text FOR VALUES FROM ('0') TO ('100');
CREATE TABLE tall_text_2 PARTITION OF tall_text FOR VALUES FROM ('100') TO ('200');
INSERT INTO tall_text VALUES ('1'), ('101');
CREATE TABLE low_text (id int PRIMARY KEY, p varchar(20) REFERENCES tall_text ON DELETE CASCADE);
INSERT INTO low_text VALUES (1, '1'), (2, '101');
CREATE VIEW low_keys AS
    SELECT conrelid::regclass AS tbl, count(*) AS keys, bool_and(convalidated) AS valid FROM pg_constraint
     WHERE conrelid IN ('low'::regclass, 'low_text'::regclass) AND contype = 'f' AND conparentid = 0 GROUP BY 1 ORDER BY 1;
SELECT * FROM low_keys;
CREATE TABLE types (suffix text, type text);
INSERT INTO types VALUES ('', 'bigint'), ('_text', 'varchar(10)');
SELECT unnest(ARRAY[
       format('SELECT zdm.expand_change_type(%L, %L, %L, name => %L)', 'low' || suffix, 'p', type, 'h_low' || suffix),
       format('CALL zdm.wait(%L)', 'h_low' || suffix),
       format('INSERT INTO low%s VALUES (3, %L), (4, %L)', suffix, 1, 101),
       format('INSERT INTO low%s VALUES (5, %L)', suffix, 17),
       format('CREATE TABLE tall%1$s_4 PARTITION OF tall%1$s FOR VALUES FROM (%2$L) TO (%3$L)', suffix, 200, 300),
       format('SELECT zdm.contract(%L)', 'h_low' || suffix),
       'SELECT * FROM low_keys',
       format('INSERT INTO low%s VALUES (5, %L)', suffix, 107),
       format('DELETE FROM tall%s WHERE id = %L', suffix, 101),
       format('INSERT INTO tall%s VALUES (%L), (%L)', suffix, 101, 201),
       format('INSERT INTO low%s VALUES (6, %L)', suffix, 201),
       format('SELECT zdm.reopen(%L)', 'h_low' || suffix),
       format('SELECT zdm.rollback(%L)', 'h_low' || suffix),
       format('INSERT INTO low%s VALUES (5, %L)', suffix, 107),
       'SELECT * FROM low_keys',
       format('SELECT * FROM low%s ORDER BY id', suffix)])
  FROM types ORDER BY type
\gexec
DROP TABLE low, tall, low_text, tall_text, types CASCADE;

-- NOT ENFORCED, which 18 knows, stays so on the new column, at contract, and on the way back; one that
-- becomes so in mid-flight is another one.
SELECT current_setting('server_version_num')::int >= 180000 AS has_not_enforced \gset
CREATE TABLE slack_parent (id int PRIMARY KEY);
CREATE TABLE slack (id int PRIMARY KEY, v int, w varchar(20));
CREATE TABLE slack_seen (definitions text);
CREATE FUNCTION see_slack() RETURNS void LANGUAGE sql AS $$
    INSERT INTO slack_seen SELECT coalesce(string_agg(conname || pg_get_constraintdef(oid), ', ' ORDER BY conname), 'none')
      FROM pg_constraint WHERE conrelid = 'slack'::regclass AND contype IN ('c', 'f') $$;
INSERT INTO slack VALUES (1, -1, 'x');
\if :has_not_enforced
ALTER TABLE slack ADD CONSTRAINT slack_check CHECK (v > 0) NOT ENFORCED,
    ADD CONSTRAINT slack_fk FOREIGN KEY (v) REFERENCES slack_parent NOT ENFORCED;
\endif
SELECT see_slack();
SELECT zdm.expand_change_type('slack', 'v', 'bigint', name => 'h_slack');
CALL zdm.wait('h_slack');
INSERT INTO slack VALUES (2, -2, 'x');
SELECT zdm.contract('h_slack');
SELECT see_slack();
INSERT INTO slack VALUES (3, -3, 'x');
SELECT zdm.reopen('h_slack');
INSERT INTO slack VALUES (4, -4, 'x');
SELECT zdm.rollback('h_slack');
SELECT see_slack();
INSERT INTO slack VALUES (5, -5, 'x');
-- a column that goes away is refused by none of them: they stay as they are, and nothing is said
SELECT zdm.expand_drop_column('slack', 'v', name => 'h_slack_drop');
INSERT INTO slack (id) VALUES (6);
SELECT see_slack();
SELECT zdm.rollback('h_slack_drop');
SELECT see_slack();
INSERT INTO slack VALUES (7, -7, 'x');
SELECT count(*), count(DISTINCT definitions) FROM slack_seen;
DELETE FROM slack;
CREATE TABLE eager (id int PRIMARY KEY, v int, CONSTRAINT eager_fk FOREIGN KEY (v) REFERENCES slack_parent);
SELECT zdm.expand_change_type('eager', 'v', 'bigint', name => 'h_eager');
CALL zdm.wait('h_eager');
\if :has_not_enforced
ALTER TABLE eager ALTER CONSTRAINT eager_fk NOT ENFORCED;
\else
ALTER TABLE eager DROP CONSTRAINT eager_fk;
ALTER TABLE eager ADD CONSTRAINT eager_fk FOREIGN KEY (v) REFERENCES slack_parent NOT VALID;
\endif
SELECT zdm.contract('h_eager');
SELECT zdm.rollback('h_eager');
DROP TABLE slack, eager, slack_parent, slack_seen CASCADE;
DROP FUNCTION see_slack;

-- A check that the way back has made NOT VALID is the same one to the next contract, which has a valid one
-- on the new column; one that somebody else has made so is not, and no foreign key is.
CREATE TABLE back_parent (id varchar(20) PRIMARY KEY);
INSERT INTO back_parent VALUES ('1'), ('2');
CREATE TABLE back (id int PRIMARY KEY, p varchar(20), n int, CONSTRAINT back_check CHECK (p <> ''), CONSTRAINT back_slack CHECK (p <> 'never') NO INHERIT,
    CONSTRAINT back_fk FOREIGN KEY (p) REFERENCES back_parent);
ALTER TABLE back ADD CONSTRAINT back_not_valid CHECK (p <> 'x') NOT VALID;
INSERT INTO back VALUES (1, '1'), (2, '2');
CREATE VIEW back_constraints AS SELECT conname, convalidated FROM pg_constraint WHERE conrelid = 'back'::regclass AND contype IN ('c', 'f') ORDER BY 1;
CREATE FUNCTION try_contract() RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    lost text;
    help text;
BEGIN
    PERFORM zdm.contract('h_back');
    RETURN 'contracted';
EXCEPTION WHEN object_not_in_prerequisite_state THEN
    GET STACKED DIAGNOSTICS lost = PG_EXCEPTION_DETAIL, help = PG_EXCEPTION_HINT;
    RETURN format(E'%s: %s\n%s', SQLERRM, lost, help);
END $$;
SELECT zdm.expand_change_type('back', 'p', 'varchar(10)', name => 'h_back');
CALL zdm.wait('h_back');
SELECT try_contract();
SELECT zdm.reopen('h_back');
SELECT * FROM back_constraints;
SELECT try_contract();
ALTER TABLE back VALIDATE CONSTRAINT back_fk;
SELECT try_contract();
SELECT zdm.reopen('h_back');
ALTER TABLE back VALIDATE CONSTRAINT back_fk;
ALTER TABLE back DROP CONSTRAINT back_check;
SELECT try_contract();
ALTER TABLE back ADD CONSTRAINT back_check CHECK (p <> '') NOT VALID;
SELECT try_contract();
ALTER TABLE back VALIDATE CONSTRAINT back_check;
CREATE INDEX back_made ON back (p);
SELECT try_contract();
DROP INDEX back_made;
SELECT try_contract();
SELECT * FROM back_constraints;
SELECT zdm.finalize('h_back');
DROP TABLE back, back_parent CASCADE;
DROP FUNCTION try_contract;

-- A rename has two names until contract, with grants of their own.  Then whoever has had either has the
-- one that is left; what was revoked by both is gone.
CREATE ROLE ho_before;
CREATE ROLE ho_old;
CREATE ROLE ho_new;
CREATE ROLE ho_gone;
CREATE TABLE twice (id int PRIMARY KEY, v int);
GRANT SELECT (v) ON twice TO ho_before, ho_gone;
COMMENT ON COLUMN twice.v IS 'at expand';
CREATE FUNCTION readers(name text) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(rolname || CASE WHEN has_column_privilege(oid, 'twice', name, 'UPDATE') THEN '+' ELSE '' END, ' ' ORDER BY rolname)
      FROM pg_roles WHERE rolname LIKE 'ho\_%' AND has_column_privilege(oid, 'twice', name, 'SELECT') $$;
CREATE FUNCTION note(name text) RETURNS text LANGUAGE sql AS $$
    SELECT coalesce(col_description('twice'::regclass, attnum), 'none') FROM pg_attribute WHERE attrelid = 'twice'::regclass AND attname = name $$;
SELECT zdm.expand_rename('twice', 'v', 'w', name => 'h_twice');
CALL zdm.wait('h_twice');
GRANT SELECT (v) ON twice TO ho_old;
GRANT SELECT (w), UPDATE (w) ON twice TO ho_new WITH GRANT OPTION;
SET ROLE ho_new;
GRANT UPDATE (w) ON twice TO ho_before;
RESET ROLE;
REVOKE SELECT (v), SELECT (w) ON twice FROM ho_gone;
SELECT readers('v') AS v, readers('w') AS w, note('v'), note('w');
SELECT zdm.contract('h_twice');
SELECT readers('w') AS w, note('w');
SELECT zdm.reopen('h_twice');
SELECT readers('v') AS v, readers('w') AS w, note('v'), note('w');
COMMENT ON COLUMN twice.w IS 'by the new name';
SELECT zdm.contract('h_twice');
SELECT readers('w') AS w, note('w');
DROP ROLE ho_new;
SELECT zdm.finalize('h_twice');
REVOKE SELECT (w), UPDATE (w) ON twice FROM ho_new CASCADE;
DROP ROLE ho_new;

-- Security labels: no provider is here to make any.
SET allow_system_table_mods = on;
CREATE FUNCTION labelled(name text, provider text, label text) RETURNS void LANGUAGE sql AS $$
    INSERT INTO pg_seclabel SELECT attrelid, 'pg_class'::regclass, attnum, provider, label FROM pg_attribute
     WHERE attrelid = 'twice'::regclass AND attname = name $$;
CREATE VIEW labels AS SELECT attname, provider, label FROM pg_seclabel JOIN pg_attribute ON attrelid = objoid AND attnum = objsubid
     WHERE objoid = 'twice'::regclass AND classoid = 'pg_class'::regclass ORDER BY attname, provider;
SELECT labelled('w', 'mask', 'at expand');
SELECT zdm.expand_change_type('twice', 'w', 'bigint', name => 'h_labels'), zdm.expand_rename('twice', 'id', 'nr', name => 'h_renamed_labels');
CALL zdm.wait('h_labels');
CALL zdm.wait('h_renamed_labels');
SELECT * FROM labels;
UPDATE pg_seclabel SET label = 'since expand' FROM pg_attribute
 WHERE objoid = 'twice'::regclass AND attrelid = objoid AND attnum = objsubid AND attname = 'w';
SELECT labelled('w', 'other', 'since expand'), labelled('nr', 'mask', 'by the new name');
SELECT zdm.contract('h_labels'), zdm.contract('h_renamed_labels');
SELECT * FROM labels WHERE attname NOT LIKE 'zdm%';
DELETE FROM pg_seclabel WHERE provider = 'mask' AND objoid = 'twice'::regclass;
SELECT zdm.reopen('h_labels');
SELECT * FROM labels WHERE attname NOT LIKE 'zdm%';
SELECT zdm.rollback('h_labels'), zdm.finalize('h_renamed_labels');
SELECT zdm.expand_rename('twice', 'w', 'x', name => 'h_label_copied');
SELECT * FROM labels;
SELECT zdm.rollback('h_label_copied');
DELETE FROM pg_seclabel WHERE objoid = 'twice'::regclass;
RESET allow_system_table_mods;
DROP TABLE twice CASCADE;
DROP FUNCTION readers, note, labelled;
DROP ROLE ho_before, ho_old, ho_gone;
