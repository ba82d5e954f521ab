-- Text of a table's owner is parsed as the owner, whoever looks at the owner's migrations,
-- or plans one of his table: parsing a constant of a domain runs its checks.
SET client_min_messages = error;
CREATE SCHEMA parsing AUTHORIZATION zdm_owner;
GRANT USAGE ON SCHEMA parsing TO PUBLIC;
\o /dev/null
\c - zdm_owner
SET client_min_messages = error;
CREATE TABLE parsing.ran (who name);
GRANT INSERT ON parsing.ran TO PUBLIC;
CREATE SEQUENCE parsing.elsewhere; -- which no rollback sets back
CREATE FUNCTION parsing.note() RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    IF current_user <> 'zdm_owner' THEN PERFORM nextval('parsing.elsewhere'); END IF;
    INSERT INTO parsing.ran VALUES (current_user);
    RETURN true;
END $$;
CREATE FUNCTION parsing.checks(int) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS 'BEGIN RETURN parsing.note(); END';
CREATE DOMAIN parsing.d AS int CHECK (parsing.checks(VALUE));
CREATE TYPE parsing.c AS (x parsing.d);
CREATE FUNCTION parsing.f(bigint, parsing.c) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1::int';
CREATE TABLE parsing.t (id int PRIMARY KEY, a int, b int CHECK (parsing.f(b, '(1)') > 0), c int);
INSERT INTO parsing.t SELECT g, 1, 1, 1 FROM generate_series(1, 3) g;
CREATE TABLE parsing.whole (id int PRIMARY KEY, d int DEFAULT parsing.f(7, '(4)'), e int CHECK (parsing.f(e, '(5)') > 0),
                            g int GENERATED ALWAYS AS (id + parsing.f(1, '(6)')) STORED, h int);
CREATE INDEX whole_i ON parsing.whole (parsing.f(h, '(7)')) WHERE parsing.f(h, '(8)') > 0;
CREATE STATISTICS parsing.whole_s ON (parsing.f(h, '(9)')), id FROM parsing.whole;
CREATE VIEW parsing.whole_v AS SELECT id, parsing.f(h, '(10)') AS h FROM parsing.whole;
CREATE POLICY p ON parsing.whole USING (parsing.f(h, '(11)') > 0);
CREATE FUNCTION parsing.nothing() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER whole_t BEFORE UPDATE ON parsing.whole FOR EACH ROW WHEN (parsing.f(NEW.h, '(12)') > 0) EXECUTE FUNCTION parsing.nothing();
CREATE RULE whole_r AS ON DELETE TO parsing.whole WHERE parsing.f(OLD.h, '(13)') = 5 DO ALSO SELECT 1;
INSERT INTO parsing.whole SELECT g, 1, 1 FROM generate_series(1, 3) g;
CREATE INDEX j ON parsing.t (parsing.f(c, '(1)')) WHERE parsing.f(c, '(2)') > 0;
CREATE STATISTICS parsing.s ON (parsing.f(c, '(3)')), id FROM parsing.t;
SELECT zdm.expand_index($$CREATE UNIQUE INDEX i ON parsing.t (parsing.f(a, '(1)'::parsing.c))$$, 'parsing_i');
SELECT zdm.expand_check('parsing.t', 'k', 'parsing.f(a, ''(1)'') > 1', name => 'parsing_k');
\set ON_ERROR_STOP off
CALL zdm.wait('parsing_i', '1 min');
CALL zdm.wait('parsing_k', '1 min');
\set ON_ERROR_STOP on
\c - postgres
\o
SET client_min_messages = error;
SELECT no_plan();
CREATE FUNCTION pg_temp.runs(call text) RETURNS text LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM parsing.ran;
    PERFORM setval('parsing.elsewhere', 1, false);
    BEGIN EXECUTE call; EXCEPTION WHEN OTHERS THEN RETURN SQLERRM; END;
    IF (SELECT is_called FROM parsing.elsewhere) THEN RETURN 'somebody else'; END IF;
    RETURN (SELECT string_agg(DISTINCT who, ' ') FROM parsing.ran);
END $$;
SELECT is(coalesce(pg_temp.runs(call), 'zdm_owner'), 'zdm_owner', 'a superuser who calls ' || call)
  FROM unnest(ARRAY[$$SELECT * FROM zdm.violations('parsing_i')$$,
                    $$SELECT * FROM zdm.violations('parsing_k')$$,
                    $$SELECT * FROM zdm.plan('zdm.expand_change_type(''parsing.t'', ''c'', ''bigint'')')$$,
                    $$SELECT * FROM zdm.plan('zdm.expand_change_type(''parsing.t'', ''b'', ''bigint'')')$$,
                    $$SELECT * FROM zdm.plan('zdm.expand_drop_column(''parsing.t'', ''c'')')$$,
                    $$SELECT * FROM zdm.plan('zdm.reindex(''parsing.j'')')$$,
                    $$SELECT * FROM zdm.plan('zdm.drop_index(''parsing.j'')')$$]) call;
SELECT is(coalesce(pg_temp.runs(format('SELECT * FROM zdm.plan(%L)', call)), 'zdm_owner'), 'zdm_owner', 'a superuser who plans ' || call)
  FROM unnest(ARRAY[$$zdm.expand_change_type('parsing.whole', 'd', 'bigint')$$, $$zdm.expand_change_type('parsing.whole', 'e', 'bigint')$$,
                    $$zdm.expand_change_type('parsing.whole', 'h', 'bigint')$$, $$zdm.expand_transform('parsing.whole', '{d}', '{"d": {"type": "bigint", "forward": "d"}}', '{"d": "d"}')$$,
                    $$zdm.expand_rename('parsing.whole', 'd', 'dd')$$, $$zdm.expand_rename('parsing.whole', 'h', 'hh')$$,
                    $$zdm.expand_drop_column('parsing.whole', 'd')$$, $$zdm.expand_not_null('parsing.whole', 'd')$$, $$zdm.expand_unique('parsing.whole', '{h}')$$,
                    $$zdm.expand_add_column('parsing.whole', 'n', 'int')$$,
                    $$zdm.expand_compact('parsing.whole')$$, $$zdm.expand_shadow_table('parsing.whole', '() WITH (fillfactor = 50)')$$,
                    $$zdm.expand_partition('parsing.whole', 'HASH (id)', partitions => 2)$$,
                    $$zdm.expand_rename_table('parsing.whole', 'wholly')$$, $$zdm.expand_move_table('parsing.whole', 'public')$$,
                    $$zdm.expand_extract('parsing.whole', '{d}', 'parsing.apart')$$,
                    $$zdm.expand_extract('parsing.whole', '{e}', 'parsing.apart')$$]) call;
SELECT * FROM finish();
