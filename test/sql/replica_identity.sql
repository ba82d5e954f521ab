-- REPLICA IDENTITY and CLUSTER that are chosen before or in the middle of a migration stay what they are, by the index's
-- name, through every call, and a published table goes on taking UPDATEs.
SET client_min_messages = error;
CREATE TABLE kinds (kind text, call text, index text, columns text, tail text DEFAULT '', key text DEFAULT 'a', of_table boolean DEFAULT false);
INSERT INTO kinds VALUES
    ('rename', 'expand_rename(''identified'', ''a'', ''a2'', name => ''i'')', 'identified_a', 'a int NOT NULL, b int'),
    ('int to bigint', 'expand_change_type(''identified'', ''a'', ''bigint'', name => ''i'')', 'identified_a', 'a int NOT NULL, b int'),
    ('int to text', 'expand_change_type(''identified'', ''a'', ''text'', name => ''i'')', 'identified_a', 'a int NOT NULL, b int'),
    ('constraint', 'expand_change_type(''identified'', ''a'', ''bigint'', name => ''i'')', 'identified_key', 'a int NOT NULL CONSTRAINT identified_key UNIQUE, b int'),
    ('primary key', 'expand_change_type(''identified'', ''id'', ''bigint'', name => ''i'')', 'identified_pkey', 'a int NOT NULL, b int'),
    ('beside', 'expand_change_type(''identified'', ''b'', ''bigint'', name => ''i'')', 'identified_a', 'a int NOT NULL, b int'),
    ('transform', 'expand_transform(''identified'', ''{b}'', ''{"c": {"type": "int", "forward": "b"}}'', ''{"b": "c"}'', name => ''i'')',
        'identified_a', 'a int NOT NULL, b int');
-- those that have another table, or the table by another name; an index is no identity where one side is partitioned
INSERT INTO kinds (kind, call, index, columns, tail, key, of_table)
SELECT kind, call, index, 'a int NOT NULL, b int', tail, key, true FROM (VALUES
    ('compact', 'expand_compact(''identified'', name => ''i'')', 'identified_a', '', 'a'),
    ('shadow', 'expand_shadow_table(''identified'', ''(note text, b int, a int, id int)'', name => ''i'')', 'identified_a', '', 'a'),
    ('partition', 'expand_partition(''identified'', ''HASH (id)'', partitions => 2, name => ''i'')', NULL, '', 'a, id'),
    ('one table', 'expand_shadow_table(''identified'', ''()'', name => ''i'')', NULL, 'PARTITION BY HASH (id)', 'a, id'),
    ('extract', 'expand_extract(''identified'', ''{b}'', ''identified_b'', name => ''i'')', 'identified_a', '', 'a'),
    ('table', 'expand_rename_table(''identified'', ''renamed'', name => ''i'')', 'identified_a', '', 'a'),
    ('table with objects', 'expand_rename_table(''identified'', ''renamed'', rename_objects => true, name => ''i'')', 'identified_a', '', 'a')) AS t (kind, call, index, tail, key);
-- What is chosen before each call; NULL: nothing, so that what was chosen before is kept through one more.
CREATE TABLE courses (n serial, course text[], chosen text[]);
INSERT INTO courses (course, chosen)
SELECT course, ARRAY[identity] FROM unnest('{USING INDEX %s,DEFAULT}'::text[]) AS identity, (VALUES ('{expand,contract,reopen,contract,finalize}'::text[]), ('{expand,contract,rollback}')) AS c (course)
UNION ALL -- each before each call, but for one that expand refuses
SELECT '{expand,contract,reopen,contract,finalize}', (SELECT array_agg(CASE WHEN n = 1 AND identity = 'NOTHING' THEN 'other' ELSE identity END ORDER BY n)
    FROM generate_series(1, 5) n, LATERAL (SELECT ('{USING INDEX %s,FULL,DEFAULT,NOTHING}'::text[])[(n + begun) % 4 + 1]) AS c (identity)) FROM generate_series(1, 4) begun
UNION ALL -- before a rollback alone
SELECT course, ARRAY['other'] || array_fill(NULL::text, ARRAY[cardinality(course) - 2]) || identity
  FROM unnest('{USING INDEX %s,DEFAULT}'::text[]) AS identity, (VALUES ('{expand,rollback}'::text[]), ('{expand,contract,rollback}')) AS c (course);

-- The table, whatever it is called.
CREATE FUNCTION identified() RETURNS regclass LANGUAGE sql AS $$
    SELECT oid::regclass FROM pg_class WHERE relname IN ('identified', 'renamed') AND relkind IN ('r', 'p') $$;

CREATE FUNCTION state() RETURNS text LANGUAGE plpgsql AS $$
DECLARE result text;
BEGIN
    SELECT string_agg(DISTINCT relreplident::text, ' ') || coalesce(' ' || (SELECT string_agg(format('%s unique %s identity %s clustered %s', replace(indexrelid::regclass::text, 'renamed', 'identified'), indisunique, indisreplident, indisclustered), ', ' ORDER BY indexrelid::regclass::text)
                                              FROM pg_index WHERE indrelid = identified() AND (indisreplident OR indisclustered)), '')
      INTO result FROM pg_class c WHERE oid = identified() OR oid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = identified());
    BEGIN
        EXECUTE format('UPDATE %s SET note = %L', identified(), 'x');
        result := result || ', updates';
    EXCEPTION WHEN object_not_in_prerequisite_state THEN
        result := result || ', refused';
    END;
    RETURN result;
END $$;

CREATE PROCEDURE make(k kinds) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TABLE identified (id int PRIMARY KEY, %s, note text) %s', k.columns, k.tail);
    IF k.tail <> '' THEN
        CREATE TABLE identified_0 PARTITION OF identified FOR VALUES WITH (MODULUS 2, REMAINDER 0);
        CREATE TABLE identified_1 PARTITION OF identified FOR VALUES WITH (MODULUS 2, REMAINDER 1);
    END IF;
    EXECUTE format('CREATE UNIQUE INDEX identified_a ON identified (%s)', k.key);
    CREATE PUBLICATION identified FOR TABLE identified WITH (publish_via_partition_root = true);
END $$;

-- Of the whole table and of each partition.
CREATE PROCEDURE choose(identity text, index text) LANGUAGE plpgsql AS $$
DECLARE t regclass;
BEGIN
    FOR t IN SELECT identified() UNION ALL SELECT inhrelid FROM pg_inherits WHERE inhparent = identified() LOOP
        EXECUTE format('ALTER TABLE %s REPLICA IDENTITY ' || format(identity, index), t);
    END LOOP;
    IF (SELECT relkind FROM pg_class WHERE oid = identified()) = 'r' THEN
        EXECUTE format('ALTER TABLE %s %s', identified(), CASE WHEN identity LIKE 'USING%' THEN format(replace(identity, 'USING INDEX', 'CLUSTER ON'), index) ELSE 'SET WITHOUT CLUSTER' END);
    END IF;
END $$;

-- Each course is a transaction: what many of them leave in the catalogs makes the next ones slow.
CREATE TABLE outcome (kind text, course int, identity text, call text, was text, has text);
CREATE PROCEDURE try_all(of_kind text) LANGUAGE plpgsql AS $$
DECLARE k kinds; c courses; identity text; total int := 0; was text; has text;
BEGIN
    SELECT * INTO k FROM kinds WHERE kind = of_kind;
    FOR c IN SELECT * FROM courses ORDER BY n LOOP
        CALL make(k);
        FOR n IN 1 .. cardinality(c.course) LOOP
            identity := coalesce(c.chosen[n], identity);
            IF c.chosen[n] = 'other' THEN
                CALL choose('USING INDEX %s', CASE k.index WHEN 'identified_pkey' THEN 'identified_a' ELSE 'identified_pkey' END);
            ELSIF c.chosen[n] IS NOT NULL THEN
                CALL choose(identity, k.index);
            END IF;
            was := state();
            EXECUTE CASE n WHEN 1 THEN 'SELECT zdm.' || k.call ELSE format('SELECT zdm.%s(''i'')', c.course[n]) END;
            has := state();
            total := total + 1;
            IF was <> has THEN
                INSERT INTO outcome VALUES (of_kind, c.n, identity, format('%s. %s', n, c.course[n]), was, has);
            END IF;
        END LOOP;
        DROP PUBLICATION identified;
        DROP TABLE identified;
        COMMIT;
    END LOOP;
    INSERT INTO outcome VALUES (of_kind || ', calls', total);
END $$;
-- Another one before each call, so that each call meets each, after each.
CREATE FUNCTION try_turns(of_kind text, OUT identity text, OUT call text, OUT was text, OUT has text) RETURNS SETOF record LANGUAGE plpgsql AS $$
DECLARE
    k kinds;
    choices text[];
    course text[] := '{expand,contract,reopen,contract,finalize}';
    total int := 0;
BEGIN
    SELECT * INTO k FROM kinds WHERE kind = of_kind;
    choices := CASE WHEN k.index IS NULL THEN '{FULL,DEFAULT}' ELSE '{USING INDEX identified_pkey,FULL,USING INDEX identified_a,DEFAULT}' END;
    FOR begun IN 1 .. cardinality(choices) LOOP
        CALL make(k);
        FOR n IN 1 .. cardinality(course) LOOP
            identity := choices[(begun + n) % cardinality(choices) + 1];
            CALL choose(replace(identity, 'identified_', '%s_'), CASE WHEN to_regclass('renamed_pkey') IS NULL THEN 'identified' ELSE 'renamed' END);
            was := state();
            EXECUTE CASE n WHEN 1 THEN 'SELECT zdm.' || k.call ELSE format('SELECT zdm.%s(''i'')', course[n]) END;
            has := state();
            total := total + 1;
            IF was <> has THEN
                call := format('%s. %s', n, course[n]);
                RETURN NEXT;
            END IF;
        END LOOP;
        DROP PUBLICATION identified;
        DROP TABLE IF EXISTS identified_b;
        EXECUTE format('DROP TABLE %s', identified());
    END LOOP;
    identity := total;
    call := 'calls';
    was := NULL;
    has := NULL;
    RETURN NEXT;
END $$;
SELECT array_to_string(course, ' ') AS course, array_to_string(chosen, ', ', '-') AS chosen FROM courses ORDER BY n;
-- each in a transaction of its own
\t on
SELECT format(CASE WHEN of_table THEN 'SELECT * FROM try_turns(%L)' ELSE 'CALL try_all(%L)' END, kind) FROM kinds \gexec
TABLE outcome;
\t off

-- An index that the other side can't have, or does not have, is refused as an identity by each call that would lose it.
CREATE TABLE turned (id int PRIMARY KEY, a int NOT NULL);
CREATE UNIQUE INDEX turned_a ON turned (a, id);
SELECT zdm.expand_partition('turned', 'HASH (id)', partitions => 2, name => 'turned');
ALTER TABLE turned REPLICA IDENTITY USING INDEX turned_a;
SELECT zdm.contract('turned');
SELECT zdm.rollback('turned');
SELECT zdm.expand_partition('turned', 'HASH (id)', partitions => 2, name => 'turned');
ALTER TABLE turned REPLICA IDENTITY DEFAULT;
SELECT zdm.expand_compact('turned', name => 'turned');
SELECT zdm.contract('turned');
CREATE UNIQUE INDEX turned_late ON turned (a);
ALTER TABLE turned REPLICA IDENTITY USING INDEX turned_late;
SELECT zdm.reopen('turned');
SELECT zdm.rollback('turned');
ALTER TABLE turned REPLICA IDENTITY FULL;
DROP INDEX turned_late;
SELECT zdm.reopen('turned');
SELECT relreplident FROM pg_class WHERE oid = 'turned'::regclass;
SELECT zdm.rollback('turned');
DROP TABLE turned;
-- Partitions whose identity is not that of the whole table.
CREATE TABLE parted (id int PRIMARY KEY, a int NOT NULL) PARTITION BY HASH (id);
CREATE TABLE parted_0 PARTITION OF parted FOR VALUES WITH (MODULUS 1, REMAINDER 0);
ALTER TABLE parted_0 REPLICA IDENTITY FULL;
SELECT zdm.expand_shadow_table('parted', '()', name => 'parted');
ALTER TABLE ONLY parted REPLICA IDENTITY FULL;
SELECT zdm.expand_shadow_table('parted', '()', name => 'parted');
ALTER TABLE parted_0 REPLICA IDENTITY NOTHING;
SELECT zdm.contract('parted');
SELECT zdm.rollback('parted');
DROP TABLE parted;
-- Columns that leave take no identity along.
CREATE TABLE leaves (id int PRIMARY KEY, a int NOT NULL DEFAULT 0, b int);
SELECT zdm.expand_extract('leaves', '{a}', 'leaves_a', name => 'leaves');
CREATE UNIQUE INDEX leaves_a_id ON leaves (a, id);
ALTER TABLE leaves REPLICA IDENTITY USING INDEX leaves_a_id;
SELECT zdm.contract('leaves');
SELECT zdm.rollback('leaves');
\set SHOW_CONTEXT never
SELECT zdm.plan($$zdm.expand_extract('leaves', '{a}', 'leaves_a')$$);
\set SHOW_CONTEXT errors
DROP TABLE leaves;

-- An index that is to go is kept from being the identity, and one that has become it is not hidden.
CREATE TABLE goes (a int NOT NULL);
CREATE UNIQUE INDEX goes_a ON goes (a);
SELECT zdm.drop_index('goes_a', name => 'goes');
ALTER TABLE goes REPLICA IDENTITY USING INDEX goes_a;
SELECT zdm.contract('goes');
ALTER TABLE goes REPLICA IDENTITY DEFAULT;
SELECT zdm.contract('goes');
ALTER TABLE goes REPLICA IDENTITY USING INDEX goes_a;
SELECT zdm.finalize('goes');
ALTER TABLE goes REPLICA IDENTITY FULL;
SELECT zdm.finalize('goes');

-- An index that goes with a column, or with the key that is rolled back, is the identity by now.
CREATE TABLE comes (a int NOT NULL);
SELECT zdm.expand_add_column('comes', 'b', 'int', backfill => 'a', not_null => true, name => 'comes_b');
CREATE UNIQUE INDEX comes_b ON comes (b);
ALTER TABLE comes REPLICA IDENTITY USING INDEX comes_b;
SELECT zdm.rollback('comes_b');
ALTER TABLE comes REPLICA IDENTITY DEFAULT;
SELECT zdm.rollback('comes_b');
SELECT zdm.expand_primary_key('comes', '{a}', name => 'comes_key');
CREATE PUBLICATION comes FOR TABLE comes;
SELECT zdm.rollback('comes_key');
DROP PUBLICATION comes;
SELECT zdm.rollback('comes_key');
DROP TABLE comes;
DROP PROCEDURE choose, make, try_all;
DROP FUNCTION state, try_turns, identified;
DROP TABLE goes, kinds, courses, outcome;
