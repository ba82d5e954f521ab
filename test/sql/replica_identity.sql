-- REPLICA IDENTITY and CLUSTER that are chosen before or in the middle of a migration stay what they are, by the index's
-- name, through every call, and a published table goes on taking UPDATEs.
SET client_min_messages = error;
CREATE TABLE kinds (kind text, call text, index text, columns text);
INSERT INTO kinds VALUES
    ('rename', 'expand_rename(''identified'', ''a'', ''a2'', name => ''i'')', 'identified_a', 'a int NOT NULL, b int'),
    ('int to bigint', 'expand_change_type(''identified'', ''a'', ''bigint'', name => ''i'')', 'identified_a', 'a int NOT NULL, b int'),
    ('int to text', 'expand_change_type(''identified'', ''a'', ''text'', name => ''i'')', 'identified_a', 'a int NOT NULL, b int'),
    ('constraint', 'expand_change_type(''identified'', ''a'', ''bigint'', name => ''i'')', 'identified_key', 'a int NOT NULL CONSTRAINT identified_key UNIQUE, b int'),
    ('primary key', 'expand_change_type(''identified'', ''id'', ''bigint'', name => ''i'')', 'identified_pkey', 'a int NOT NULL, b int'),
    ('beside', 'expand_change_type(''identified'', ''b'', ''bigint'', name => ''i'')', 'identified_a', 'a int NOT NULL, b int'),
    ('transform', 'expand_transform(''identified'', ''{b}'', ''{"c": {"type": "int", "forward": "b"}}'', ''{"b": "c"}'', name => ''i'')',
        'identified_a', 'a int NOT NULL, b int');
CREATE TABLE chosen (identity text);
INSERT INTO chosen VALUES ('DEFAULT'), ('FULL'), ('NOTHING'), ('USING INDEX %s');
CREATE TABLE courses (course text[]);
INSERT INTO courses VALUES ('{expand,contract,reopen,contract,finalize}'), ('{expand,rollback}'), ('{expand,contract,rollback}');

CREATE FUNCTION state() RETURNS text LANGUAGE plpgsql AS $$
DECLARE result text;
BEGIN
    SELECT relreplident::text || coalesce(' ' || (SELECT string_agg(format('%s unique %s identity %s clustered %s', indexrelid::regclass, indisunique, indisreplident, indisclustered), ', ')
                                              FROM pg_index WHERE indrelid = c.oid AND (indisreplident OR indisclustered)), '')
      INTO result FROM pg_class c WHERE oid = 'identified'::regclass;
    BEGIN
        UPDATE identified SET note = 'x';
        result := result || ', updates';
    EXCEPTION WHEN object_not_in_prerequisite_state THEN
        result := result || ', refused';
    END;
    RETURN result;
END $$;

CREATE FUNCTION try_all(OUT kind text, OUT identity text, OUT chosen_before text, OUT call text, OUT was text, OUT has text)
    RETURNS SETOF record LANGUAGE plpgsql AS $$
DECLARE k kinds; i text; c courses; n int; done int; total int := 0;
BEGIN
    FOR k IN SELECT * FROM kinds LOOP
        FOR i IN SELECT chosen.identity FROM chosen LOOP
            FOR c IN SELECT * FROM courses LOOP
                -- chosen before the n-th call
                FOR n IN 1 .. cardinality(c.course) LOOP
                    CONTINUE WHEN n = 1 AND i = 'NOTHING'; -- expand refuses it
                    CONTINUE WHEN i IN ('FULL', 'NOTHING') AND k.kind NOT IN ('rename', 'int to bigint', 'int to text');
                    EXECUTE format('CREATE TABLE identified (id int PRIMARY KEY, %s, note text)', k.columns);
                    CREATE UNIQUE INDEX identified_a ON identified (a);
                    CREATE PUBLICATION identified FOR TABLE identified;
                    FOR done IN 1 .. cardinality(c.course) LOOP
                        IF done = n THEN
                            EXECUTE 'ALTER TABLE identified REPLICA IDENTITY ' || format(i, k.index);
                            EXECUTE CASE WHEN i LIKE 'USING%' THEN 'ALTER TABLE identified CLUSTER ON ' || k.index ELSE 'ALTER TABLE identified SET WITHOUT CLUSTER' END;
                        END IF;
                        was := state();
                        EXECUTE CASE c.course[done] WHEN 'expand' THEN 'SELECT zdm.' || k.call ELSE format('SELECT zdm.%s(''i'')', c.course[done]) END;
                        has := state();
                        total := total + 1;
                        IF was <> has THEN
                            kind := k.kind;
                            identity := i;
                            chosen_before := format('%s. %s', n, c.course[n]);
                            call := format('%s. %s', done, c.course[done]);
                            RETURN NEXT;
                        END IF;
                    END LOOP;
                    DROP PUBLICATION identified;
                    DROP TABLE identified;
                END LOOP;
            END LOOP;
        END LOOP;
    END LOOP;
    kind := 'calls';
    identity := total;
    chosen_before := NULL;
    call := NULL;
    was := NULL;
    has := NULL;
    RETURN NEXT;
END $$;
SELECT * FROM try_all();

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
DROP TABLE goes, kinds, chosen, courses;
DROP FUNCTION state, try_all;
