-- Every kind of constraint x every kind of fill x values that keep it, or do not, on a table, and on one
-- below that of the migration: what comes of it is what comes of an UPDATE of a twin, and no trigger of a
-- user fires.
SET client_min_messages = warning;
CREATE SCHEMA fc;
SET search_path = fc, public;
CREATE TABLE parent (id int PRIMARY KEY);
INSERT INTO parent VALUES (1), (2), (3);
CREATE TABLE parent2 (a int, b int, PRIMARY KEY (a, b));
CREATE TABLE double (id int PRIMARY KEY);
INSERT INTO double VALUES (2), (4), (6);
CREATE DOMAIN positive AS int CHECK (VALUE > 0);
CREATE DOMAIN present AS int NOT NULL;
CREATE FUNCTION fired() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'fired'; END $$;
CREATE FUNCTION disable_keys(tbl regclass) RETURNS void LANGUAGE plpgsql AS $$
DECLARE trigger name;
BEGIN
    FOR trigger IN SELECT tgname FROM pg_trigger WHERE tgrelid = tbl AND tgisinternal LOOP
        EXECUTE format('ALTER TABLE %s DISABLE TRIGGER %I', tbl, trigger);
    END LOOP;
END $$;

-- %1$s is the table, with the columns id, o, and v, which is filled with o.
CREATE TABLE kind (name text PRIMARY KEY, ddl text NOT NULL, major int NOT NULL DEFAULT 15);
INSERT INTO kind VALUES
    ('none', ''),
    ('foreign key', 'ALTER TABLE %1$s ADD FOREIGN KEY (v) REFERENCES parent'),
    ('foreign key, not valid', 'ALTER TABLE %1$s ADD FOREIGN KEY (v) REFERENCES parent NOT VALID'),
    ('foreign key, deferred', 'ALTER TABLE %1$s ADD FOREIGN KEY (v) REFERENCES parent DEFERRABLE INITIALLY DEFERRED'),
    ('foreign key, full', 'ALTER TABLE %1$s ADD w int, ADD FOREIGN KEY (v, w) REFERENCES parent2 MATCH FULL'),
    ('foreign key, simple', 'ALTER TABLE %1$s ADD w int, ADD FOREIGN KEY (v, w) REFERENCES parent2'),
    ('foreign key to itself', 'ALTER TABLE %1$s ADD FOREIGN KEY (v) REFERENCES %1$s'),
    ('unique', 'ALTER TABLE %1$s ADD UNIQUE (v)'),
    ('unique, deferrable', 'ALTER TABLE %1$s ADD UNIQUE (v) DEFERRABLE'),
    ('unique, deferred', 'ALTER TABLE %1$s ADD UNIQUE (v) DEFERRABLE INITIALLY DEFERRED'),
    ('exclusion', 'ALTER TABLE %1$s ADD EXCLUDE (v WITH =)'),
    ('exclusion, deferrable', 'ALTER TABLE %1$s ADD EXCLUDE (v WITH =) DEFERRABLE'),
    ('exclusion, deferred', 'ALTER TABLE %1$s ADD EXCLUDE ((v + 0) WITH =) WHERE (v < 3) DEFERRABLE INITIALLY DEFERRED'),
    ('check', 'ALTER TABLE %1$s ADD CHECK (v > 0)'),
    ('check, not valid', 'ALTER TABLE %1$s ADD CHECK (v > 0) NOT VALID'),
    ('check of the row', 'ALTER TABLE %1$s ADD CHECK ((%1$s.*)::text !~ ''-1'') NOT VALID'),
    ('check of a generated column', 'ALTER TABLE %1$s ADD g int GENERATED ALWAYS AS (v * 2) STORED, ADD CHECK (g > 0)'),
    ('not null of a generated column', 'ALTER TABLE %1$s ADD g int GENERATED ALWAYS AS (nullif(coalesce(v, 7), -1)) STORED NOT NULL'),
    ('domain of a generated column', 'ALTER TABLE %1$s ADD g positive GENERATED ALWAYS AS (v) STORED'),
    ('not null domain of a generated column', 'ALTER TABLE %1$s ADD g present GENERATED ALWAYS AS (nullif(coalesce(v, 7), -1)) STORED'),
    ('foreign key of a generated column', 'ALTER TABLE %1$s ADD g int GENERATED ALWAYS AS (v * 2) STORED REFERENCES double'),
    ('unique generated column, deferrable', 'ALTER TABLE %1$s ADD g int GENERATED ALWAYS AS (v * 2) STORED, ADD UNIQUE (g) DEFERRABLE'),
    ('key of a generated column', 'ALTER TABLE %1$s ADD g int GENERATED ALWAYS AS (id + coalesce(v, 0) * 100) STORED UNIQUE;
        CREATE TABLE %1$s_child (g int REFERENCES %1$s (g)); INSERT INTO %1$s_child SELECT g FROM %1$s'),
    ('key of a generated column, cascade', 'ALTER TABLE %1$s ADD g int GENERATED ALWAYS AS (id + coalesce(v, 0) * 100) STORED UNIQUE;
        CREATE TABLE %1$s_child (g int REFERENCES %1$s (g) ON UPDATE CASCADE); INSERT INTO %1$s_child SELECT g FROM %1$s'),
    ('key of a generated column, deferred', 'ALTER TABLE %1$s ADD g int GENERATED ALWAYS AS (id + coalesce(v, 0) * 100) STORED UNIQUE;
        CREATE TABLE %1$s_child (g int REFERENCES %1$s (g) DEFERRABLE INITIALLY DEFERRED); INSERT INTO %1$s_child SELECT g FROM %1$s'),
    ('foreign key, disabled', 'ALTER TABLE %1$s ADD FOREIGN KEY (v) REFERENCES parent; SELECT disable_keys(''%1$s'')');
-- ... and what newer servers have
INSERT INTO kind VALUES
    ('check of a virtual column', 'ALTER TABLE %1$s ADD g int GENERATED ALWAYS AS (v * 2) VIRTUAL, ADD CHECK (g > 0)', 18),
    ('check of both', 'ALTER TABLE %1$s ADD g int GENERATED ALWAYS AS (v * 2) VIRTUAL, ADD CHECK (v + g > 0)', 18),
    ('check of a row with a virtual column', 'ALTER TABLE %1$s ADD g int GENERATED ALWAYS AS (v * 20) VIRTUAL, ADD CHECK ((%1$s.*)::text !~ ''-20'') NOT VALID', 18),
    ('not null of a virtual column', 'ALTER TABLE %1$s ADD g int GENERATED ALWAYS AS (nullif(coalesce(v, 7), -1)) VIRTUAL NOT NULL', 18),
    ('not null of a virtual column, not valid', 'ALTER TABLE %1$s ADD g int GENERATED ALWAYS AS (nullif(coalesce(v, 7), -1)) VIRTUAL, ADD NOT NULL g NOT VALID', 18),
    ('check, not enforced', 'ALTER TABLE %1$s ADD CHECK (v > 0) NOT ENFORCED', 18),
    ('check of a virtual column, not enforced', 'ALTER TABLE %1$s ADD g int GENERATED ALWAYS AS (v * 2) VIRTUAL, ADD CHECK (g > 0) NOT ENFORCED', 18),
    ('foreign key, not enforced', 'ALTER TABLE %1$s ADD FOREIGN KEY (v) REFERENCES parent NOT ENFORCED', 18);
CREATE TABLE fill (name text PRIMARY KEY, before text NOT NULL, call text NOT NULL);
INSERT INTO fill VALUES
    ('not null', 'ALTER TABLE %1$s ADD v int', 'SELECT zdm.expand_not_null(''%1$s'', ''v'', fill => ''o'', name => ''%2$s'')'),
    ('add', '', 'SELECT zdm.expand_add_column(''%1$s'', ''v'', ''int'', backfill => ''o'', name => ''%2$s'')'),
    ('rename', '', 'SELECT zdm.expand_rename(''%1$s'', ''o'', ''v'', name => ''%2$s'')'),
    ('transform', '', 'SELECT zdm.expand_transform(''%1$s'', ''{o}'', ''{"v": {"type": "int", "forward": "o"}}'', name => ''%2$s'')');
CREATE TABLE vals (name text PRIMARY KEY, o int[] NOT NULL);
INSERT INTO vals VALUES ('good', '{1,2,3}'), ('orphan', '{1,-1,3}'), ('same', '{1,2,2}');
-- %1$s has the constraint, %1$s and the suffix is the table of the migration.
CREATE TABLE shape (name text PRIMARY KEY, make text NOT NULL, suffix text NOT NULL);
INSERT INTO shape VALUES
    ('table', 'CREATE TABLE %1$s (id int PRIMARY KEY, o int%2$s)', ''),
    ('partition', 'CREATE TABLE %1$s_whole (id int PRIMARY KEY, o int%2$s) PARTITION BY RANGE (id);
        CREATE TABLE %1$s PARTITION OF %1$s_whole FOR VALUES FROM (0) TO (100)', '_whole'),
    ('child', 'CREATE TABLE %1$s_whole (id int PRIMARY KEY, o int%2$s); CREATE TABLE %1$s (PRIMARY KEY (id)) INHERITS (%1$s_whole)', '_whole');

CREATE TABLE outcome (shape text, kind text, fill text, vals text, expected text, happened text, agrees bool);
CREATE PROCEDURE try(s shape, k kind, f fill, x vals) LANGUAGE plpgsql AS $$
DECLARE
    expected text := 'ready';
    happened text;
    wrong int;
    m text := format('fc %s, %s, %s, %s', s.name, k.name, f.name, x.name);
BEGIN
    EXECUTE format(s.make, 'twin', ', v int');
    INSERT INTO twin SELECT n, o FROM unnest(x.o) WITH ORDINALITY u (o, n);
    BEGIN
        EXECUTE format(k.ddl || ';', 'twin');
    EXCEPTION WHEN wrong_object_type THEN -- no column of its own in a partition
        INSERT INTO outcome VALUES (s.name, k.name, f.name, x.name, 'refused', 'refused', true);
        EXECUTE format('DROP TABLE twin%s CASCADE', s.suffix);
        COMMIT;
        RETURN;
    END;
    EXECUTE format(s.make, 't', '');
    INSERT INTO t SELECT id, o FROM twin;
    EXECUTE format(f.before || ';', 't' || s.suffix);
    IF f.before <> '' THEN EXECUTE format(k.ddl || ';', 't'); END IF;
    COMMIT;
    BEGIN
        UPDATE twin SET v = o;
        SET CONSTRAINTS ALL IMMEDIATE;
    EXCEPTION WHEN integrity_constraint_violation THEN
        expected := SQLSTATE;
    END;
    SET LOCAL zdm.start_worker = off;
    EXECUTE format(f.call, 't' || s.suffix, m);
    IF f.before = '' THEN EXECUTE format(k.ddl || ';', 't'); END IF;
    CREATE TRIGGER fired AFTER UPDATE ON t FOR EACH ROW EXECUTE FUNCTION fired();
    CREATE CONSTRAINT TRIGGER fired2 AFTER UPDATE ON t DEFERRABLE FOR EACH ROW EXECUTE FUNCTION fired();
    COMMIT;
    PERFORM zdm.resume(m);
    LOOP
        COMMIT;
        SELECT coalesce(substring(last_error FROM 'SQLSTATE (\w+)'), status) INTO happened FROM zdm.migration WHERE name = m;
        EXIT WHEN happened <> 'running';
        PERFORM pg_sleep(0.005);
    END LOOP;
    EXECUTE 'SELECT count(*) FROM t JOIN twin USING (id) WHERE t.v IS DISTINCT FROM twin.v' INTO wrong;
    INSERT INTO outcome VALUES (s.name, k.name, f.name, x.name, expected, happened, wrong = 0);
    EXECUTE format('DROP TABLE t%1$s, twin%1$s CASCADE', s.suffix);
    DROP TABLE IF EXISTS t_child, twin_child;
    COMMIT;
END $$;
-- below the table of the migration, what is filled in one way is in the others
CREATE VIEW tried AS
    SELECT s, k, f, v FROM shape s, kind k, fill f, vals v
     WHERE k.major <= current_setting('server_version_num')::int / 10000 AND (s.suffix = '' OR f.name = 'not null' AND v.name <> 'good');
DO $$
DECLARE
    c record;
BEGIN
    FOR c IN SELECT * FROM tried LOOP
        CALL try(c.s, c.k, c.f, c.v);
    END LOOP;
END $$;
SELECT * FROM outcome WHERE happened <> expected OR NOT agrees ORDER BY 1, 2, 3, 4;
-- it is no empty test: this is what servers of all majors say
SELECT kind, string_agg(DISTINCT vals || ': ' || expected, ', ') FROM outcome JOIN kind ON kind.name = kind
WHERE major = 15 AND shape = 'table' GROUP BY 1 ORDER BY 1;
SELECT shape, kind FROM outcome JOIN kind ON kind.name = kind WHERE major = 15 AND expected = 'refused' GROUP BY 1, 2 ORDER BY 1, 2;
SELECT count(*) = (SELECT count(*) FROM tried) AS all_tried FROM outcome;
-- no setting of a session lets a fill past a foreign key, and a corrected row goes on
CREATE TABLE fc_replica (id int PRIMARY KEY, o int);
INSERT INTO fc_replica VALUES (1, 1), (2, 4);
SET zdm.start_worker = off;
SELECT zdm.expand_add_column('fc_replica', 'v', 'int', backfill => 'o', name => 'fc replica');
ALTER TABLE fc_replica ADD CONSTRAINT fc_key FOREIGN KEY (v) REFERENCES parent DEFERRABLE INITIALLY DEFERRED;
SET session_replication_role = replica;
CALL zdm.run('fc replica');
RESET session_replication_role;
SELECT * FROM fc_replica ORDER BY id;
INSERT INTO parent VALUES (4);
SELECT zdm.resume('fc replica');
CALL zdm.run('fc replica');
SELECT * FROM fc_replica ORDER BY id;
RESET zdm.start_worker;
DELETE FROM zdm.migration WHERE name LIKE 'fc %';
DROP SCHEMA fc CASCADE;
