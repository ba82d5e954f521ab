-- Who writes both tables of a merge, in one statement or by a trigger: what is another from the turn on has been said before.
\set VERBOSITY terse
\pset null '-'
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS zdm;
CREATE SCHEMA merge_both;
SET search_path = merge_both;
CREATE TABLE a (id int PRIMARY KEY, n text);
CREATE TABLE b (id int PRIMARY KEY REFERENCES a ON DELETE CASCADE, x int NOT NULL);
INSERT INTO a SELECT g, 'a' FROM generate_series(1, 9) AS g;
INSERT INTO b SELECT g, 0 FROM generate_series(1, 8) AS g;
-- A trigger of the table that writes the part's row of the same key.
CREATE FUNCTION writes_b() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_LEVEL = 'STATEMENT' THEN
        UPDATE b SET x = x + 1;
    ELSIF TG_OP = 'DELETE' THEN
        DELETE FROM b WHERE id = OLD.id;
        RETURN OLD;
    ELSE
        UPDATE b SET x = x + 1 WHERE id = NEW.id;
    END IF;
    RETURN NEW;
END $$;
CREATE TABLE made (trigger text, definition text);
INSERT INTO made
SELECT format('%s_%s_%s', timing, event, level), format('CREATE TRIGGER %1$s_%2$s_%3$s %1$s %2$s ON a FOR EACH %3$s EXECUTE FUNCTION writes_b()', timing, event, level)
  FROM unnest('{before,after}'::text[]) AS timing, unnest('{insert,update,delete}'::text[]) AS event, unnest('{row,statement}'::text[]) AS level;
INSERT INTO made VALUES
    ('before_column', 'CREATE TRIGGER before_column BEFORE UPDATE OF n ON a FOR EACH ROW EXECUTE FUNCTION writes_b()'),
    ('switched_off', 'CREATE TRIGGER switched_off BEFORE UPDATE ON a FOR EACH ROW EXECUTE FUNCTION writes_b(); ALTER TABLE a DISABLE TRIGGER switched_off'),
    ('on_replica', 'CREATE TRIGGER on_replica BEFORE UPDATE ON a FOR EACH ROW EXECUTE FUNCTION writes_b(); ALTER TABLE a ENABLE REPLICA TRIGGER on_replica; SET LOCAL session_replication_role = replica');
-- What the documents say to do instead.
INSERT INTO made VALUES ('after_column', 'CREATE TRIGGER after_column AFTER UPDATE OF n ON a FOR EACH ROW EXECUTE FUNCTION writes_b()');
CREATE TABLE statements (n int GENERATED ALWAYS AS IDENTITY, sql text);
INSERT INTO statements (sql) VALUES
    ($$INSERT INTO a VALUES (1, 'one') ON CONFLICT (id) DO UPDATE SET n = excluded.n$$),
    ($$INSERT INTO a VALUES (20, 'twenty')$$),
    ($$UPDATE a SET n = 'two' WHERE id = 2$$),
    ($$DELETE FROM a WHERE id = 3$$);
CREATE FUNCTION outcome(sql text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE said text;
BEGIN
    BEGIN
        EXECUTE sql;
        SELECT md5(string_agg(format('%s %s %s', id, n, x), ', ' ORDER BY id)) INTO said FROM (SELECT a.id, a.n, b.x FROM a LEFT JOIN b USING (id)) AS r;
        RAISE 'done';
    EXCEPTION WHEN raise_exception THEN NULL;
              WHEN OTHERS THEN said := SQLSTATE;
    END;
    RETURN said;
END $$;
-- What becomes of each statement with each of the triggers, and whether the plan names that.
CREATE TABLE outcomes (merged bool, trigger text, named bool, sql text, said text);
CREATE FUNCTION try_all(merged bool) RETURNS void LANGUAGE plpgsql AS $$
DECLARE m record; s record; named bool; said text[];
BEGIN
    FOR m IN SELECT * FROM made LOOP
        BEGIN
            EXECUTE m.definition;
            IF NOT merged THEN
                SELECT coalesce(bool_or(note ~ ('"' || m.trigger || '"')), false) INTO named FROM zdm.plan($c$zdm.expand_merge_tables('a', '{b}')$c$, full => true);
            END IF;
            said := ARRAY(SELECT outcome(sql) FROM statements ORDER BY n);
            RAISE 'done';
        EXCEPTION WHEN raise_exception THEN NULL;
        END;
        INSERT INTO outcomes SELECT merged, m.trigger, named, sql, said[n] FROM statements;
    END LOOP;
END $$;
SELECT try_all(false);
-- Statements that write both.
CREATE TABLE statements_both (n int GENERATED ALWAYS AS IDENTITY, sql text, plain text);
INSERT INTO statements_both (sql) VALUES
    ($$WITH u AS (UPDATE a SET n = 'with' WHERE id = 1) UPDATE b SET x = 7 WHERE id = 1$$),
    ($$WITH u AS (UPDATE b SET x = 7 WHERE id = 1) UPDATE a SET n = 'main' WHERE id = 1$$),
    ($$WITH u AS (UPDATE b SET x = 7 WHERE id = 1) UPDATE a SET n = 'main' WHERE id = 2$$),
    ($$WITH u AS (DELETE FROM b WHERE id = 1) UPDATE a SET n = 'main' WHERE id = 1$$),
    ($$WITH u AS (INSERT INTO a VALUES (20, 'with')) INSERT INTO b VALUES (20, 7)$$);
UPDATE statements_both SET plain = outcome(sql);
SET client_min_messages = notice;
CREATE TRIGGER first_of_all BEFORE UPDATE ON a FOR EACH ROW WHEN (NEW.n = 'never') EXECUTE FUNCTION writes_b();
SELECT zdm.expand_merge_tables('a', '{b}', name => 'both_names');
SET client_min_messages = warning;
DROP TRIGGER first_of_all ON a;
CALL zdm.wait('both_names');
SELECT try_all(true);
SELECT trigger, p.named, p.sql, CASE WHEN p.said ~ '^[0-9]{5}$' THEN p.said ELSE 'done' END AS before, CASE WHEN m.said ~ '^[0-9A-Z]{5}$' THEN m.said ELSE 'done' END AS behind
  FROM outcomes AS p JOIN outcomes AS m USING (trigger, sql) WHERE NOT p.merged AND m.merged AND p.said <> m.said ORDER BY trigger COLLATE "C", p.sql COLLATE "C";
-- Named are these, and no others.
SELECT trigger, bool_or(p.named) AS named, bool_or(p.said <> m.said) AS is_another FROM outcomes AS p JOIN outcomes AS m USING (trigger, sql) WHERE NOT p.merged AND m.merged GROUP BY trigger HAVING bool_or(p.named) <> bool_or(p.said <> m.said);
SELECT count(DISTINCT trigger) FILTER (WHERE named) AS named, count(DISTINCT trigger) FROM outcomes;
SELECT sql, CASE WHEN plain ~ '^[0-9]{5}$' THEN plain ELSE 'done' END AS before, CASE WHEN outcome(sql) ~ '^[0-9]{5}$' THEN outcome(sql) WHEN plain = outcome(sql) THEN 'same' ELSE 'one change alone' END AS behind FROM statements_both ORDER BY n;
SELECT zdm.rollback('both_names');
DROP SCHEMA merge_both CASCADE;
