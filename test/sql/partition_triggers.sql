-- BEFORE triggers of a table that becomes a partitioned one: what the server refuses with them has been said before, and nothing else.
\set VERBOSITY terse
\pset null '-'
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS zdm;
CREATE SCHEMA part_triggers;
SET search_path = part_triggers;
CREATE TABLE plain (id int, k int, n int, PRIMARY KEY (id, k));
CREATE TABLE parted (LIKE plain INCLUDING ALL) PARTITION BY LIST (k);
CREATE TABLE parted_1 PARTITION OF parted FOR VALUES IN (1);
CREATE TABLE parted_2 PARTITION OF parted FOR VALUES IN (2);
INSERT INTO plain VALUES (1, 1, 0), (2, 2, 0);
INSERT INTO parted TABLE plain;
-- One sends rows elsewhere by the column's name, one without it.
CREATE FUNCTION named() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN new.k := 2; RETURN new; END $$;
CREATE FUNCTION whole() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN jsonb_populate_record(new, jsonb_build_object(chr(107), 2)); END $$;
CREATE TABLE made (t text, events text, state text, f text);
INSERT INTO made
SELECT concat_ws('_', f, lower(replace(events, ' OR ', '_')), lower(replace(state, 'ENABLE ', ''))), events, state, f
  FROM unnest('{INSERT,UPDATE,INSERT OR UPDATE,DELETE}'::text[]) AS events, unnest('{ENABLE,DISABLE,ENABLE REPLICA,ENABLE ALWAYS}'::text[]) AS state, unnest('{named,whole}'::text[]) AS f;
CREATE PROCEDURE make(m made, tbl text) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TRIGGER %1$s BEFORE %2$s ON %3$s FOR EACH ROW EXECUTE FUNCTION %4$s(); ALTER TABLE %3$s %5$s TRIGGER %1$s', m.t, m.events, tbl, m.f, m.state);
END $$;
CREATE FUNCTION outcome(sql text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE said text;
BEGIN
    BEGIN
        EXECUTE sql;
        RAISE 'done';
    EXCEPTION WHEN raise_exception THEN said := 'done';
              WHEN OTHERS THEN said := SQLSTATE || ' ' || SQLERRM;
    END;
    RETURN said;
END $$;
CREATE TABLE statements (n int GENERATED ALWAYS AS IDENTITY, sql text);
INSERT INTO statements (sql) VALUES
    ('INSERT INTO parted VALUES (3, 1)'), ('UPDATE parted SET n = 1 WHERE id = 1'), ('DELETE FROM parted'),
    ('INSERT INTO parted VALUES (1, 1, 7) ON CONFLICT (id, k) DO UPDATE SET n = excluded.n'),
    ('MERGE INTO parted USING (VALUES (1)) AS v (i) ON id = i WHEN MATCHED THEN UPDATE SET n = 7'),
    ('UPDATE parted SET k = 1 WHERE id = 2');
CREATE TABLE outcomes (t text, role text, sql text, said text);
CREATE TABLE plans (t text, says text);
CREATE FUNCTION try_all() RETURNS void LANGUAGE plpgsql AS $$
DECLARE m made; said text[]; role text; says text;
BEGIN
    FOR m IN SELECT * FROM made LOOP
        FOREACH role IN ARRAY '{origin,replica}'::text[] LOOP
            BEGIN
                CALL make(m, 'parted');
                EXECUTE 'SET LOCAL session_replication_role = ' || role;
                said := ARRAY(SELECT outcome(sql) FROM statements ORDER BY n);
                RAISE 'done';
            EXCEPTION WHEN raise_exception THEN NULL;
            END;
            INSERT INTO outcomes SELECT m.t, role, sql, said[n] FROM statements;
        END LOOP;
        BEGIN
            CALL make(m, 'plain');
            SELECT CASE WHEN bool_or(note ~ ('"' || m.t || '"')) THEN 'named' ELSE 'nothing' END INTO says FROM zdm.plan($c$zdm.expand_partition('plain', 'LIST (k)')$c$, full => true);
            RAISE 'done';
        EXCEPTION WHEN raise_exception THEN NULL;
                  WHEN feature_not_supported THEN says := 'refused';
        END;
        INSERT INTO plans VALUES (m.t, says);
    END LOOP;
END $$;
SELECT try_all();
-- What the server does, whichever it is.
SELECT events, said, sql FROM (SELECT DISTINCT events, left(said, 60) AS said, sql FROM outcomes JOIN made USING (t) WHERE said <> 'done') AS d ORDER BY events COLLATE "C", said COLLATE "C", sql COLLATE "C";
-- What has a statement refused, and is neither refused nor named, or the other way round; then all of them.
SELECT t, says, count(*) FILTER (WHERE said <> 'done') AS refused_statements FROM plans JOIN outcomes USING (t) GROUP BY t, says HAVING (says = 'nothing') <> (count(*) FILTER (WHERE said <> 'done') = 0) ORDER BY t COLLATE "C";
SELECT says, string_agg(t, ' ' ORDER BY t COLLATE "C") FROM plans GROUP BY says ORDER BY says COLLATE "C";

-- Rows that a trigger has moved: there, back, and there again.
CREATE FUNCTION moves() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN new.k := 3 - old.k; RETURN new; END $$;
CREATE TRIGGER moves BEFORE UPDATE ON plain FOR EACH ROW EXECUTE FUNCTION moves();
CREATE TRIGGER off BEFORE INSERT ON plain FOR EACH ROW EXECUTE FUNCTION named();
ALTER TABLE plain DISABLE TRIGGER off;
INSERT INTO plain SELECT g, 1 + g % 2, 0 FROM generate_series(3, 20) AS g;
SET client_min_messages = notice;
SELECT zdm.expand_partition('plain', 'LIST (k)', name => 'moves');
SET client_min_messages = warning;
UPDATE plain SET n = 1 WHERE id % 2 = 0;
CALL zdm.wait('moves');
UPDATE plain SET n = n + 1 WHERE id % 3 = 0;
SELECT rows, mismatches FROM zdm.verify('moves');
-- What fires by then is seen.
ALTER TABLE plain ENABLE TRIGGER off;
SELECT zdm.contract('moves');
ALTER TABLE plain DISABLE TRIGGER off;
SELECT zdm.contract('moves');
SELECT tgname, tgenabled FROM pg_trigger WHERE tgrelid = 'plain'::regclass AND tgname !~ '^~' ORDER BY tgname;
UPDATE plain SET n = n + 1 WHERE id % 5 = 0;
INSERT INTO plain VALUES (30, 1, 0);
INSERT INTO plain VALUES (30, 1, 0) ON CONFLICT (id, k) DO UPDATE SET n = 1;
SELECT tableoid::regclass, count(*), sum(k), sum(n) FROM plain GROUP BY 1 ORDER BY 1;
SELECT rows, mismatches FROM zdm.verify('moves');
SELECT zdm.rollback('moves');
INSERT INTO plain VALUES (30, 1, 0) ON CONFLICT (id, k) DO UPDATE SET n = 1;
SELECT k, count(*), sum(n) FROM plain GROUP BY k ORDER BY k;
DROP SCHEMA part_triggers CASCADE;
