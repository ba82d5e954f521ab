-- TRIGGER and INSERT on somebody's table, and UPDATE, are no way to run code as its owner:
-- whatever stands in the argument of a sync trigger, nothing of it is run, not even by parsing it.
\set ON_ERROR_STOP off
\set ON_ERROR_ROLLBACK off
\o /dev/null
SET client_min_messages = error;
CREATE SCHEMA attack AUTHORIZATION zdm_trigger;
CREATE SCHEMA prey AUTHORIZATION zdm_victim;
GRANT USAGE ON SCHEMA attack, prey TO PUBLIC;
-- By a superuser, who has tables, too.
CREATE TABLE prey.of_superuser (id int, a int, c text);
GRANT SELECT, INSERT, UPDATE, TRIGGER ON prey.of_superuser TO zdm_trigger;

\c - zdm_victim
SET client_min_messages = error;
CREATE TABLE prey.plain (id int, a int, c text);
CREATE TABLE prey.migrated (id int, a int, c text);
CREATE TABLE prey.parted (id int, a int, c text) PARTITION BY RANGE (id);
CREATE TABLE prey.part PARTITION OF prey.parted DEFAULT;
CREATE FUNCTION prey.harmless(int) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT $1::text';
SELECT zdm.expand_add_column(t::regclass, 'b', 'text', backfill => 'prey.harmless(a) || ''{"old": ["a"]}''', name => 'prey_' || t)
  FROM unnest('{prey.migrated, prey.parted}'::text[]) t;
GRANT SELECT, INSERT, UPDATE, TRIGGER ON prey.plain, prey.migrated, prey.parted, prey.part TO zdm_trigger;

\c - zdm_trigger
SET client_min_messages = error;
-- What has run is told by a sequence: no error undoes that.
CREATE SEQUENCE attack.ran;
GRANT USAGE ON SEQUENCE attack.ran TO PUBLIC;
CREATE FUNCTION attack.run(int) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF current_user <> 'zdm_trigger' THEN PERFORM nextval('attack.ran'); END IF;
    RETURN true;
END $$;
CREATE FUNCTION attack.text(int) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN PERFORM attack.run(1); RETURN 'x'; END $$;
CREATE FUNCTION attack.sql(int) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT attack.text($1)';
CREATE DOMAIN attack.dom AS int CHECK (attack.run(VALUE));
CREATE DOMAIN attack.dom_text AS text CHECK (attack.run(length(VALUE)));
CREATE TYPE attack.composite AS (x attack.dom);
CREATE DOMAIN attack.over_composite AS attack.composite CHECK (attack.run((VALUE).x));
CREATE FUNCTION attack.less(attack.composite, attack.composite) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN PERFORM attack.run(1); RETURN true; END $$;
CREATE OPERATOR attack.<<< (LEFTARG = attack.composite, RIGHTARG = attack.composite, FUNCTION = attack.less);
CREATE FUNCTION attack.cast(attack.composite) RETURNS text LANGUAGE sql IMMUTABLE AS 'SELECT attack.text(1)';
CREATE CAST (attack.composite AS text) WITH FUNCTION attack.cast(attack.composite) AS ASSIGNMENT;
CREATE TABLE attack.expressions (e text);
INSERT INTO attack.expressions VALUES
    ($$('(1)'::attack.composite)::text$$), ($$('{"(1)"}'::attack.composite[])::text$$), ($$('(1)'::attack.over_composite)::text$$),
    ($$('1'::attack.dom)::text$$), ($$1::attack.dom::text$$), ($$'x'::attack.dom_text$$), ($$CAST('{1}' AS attack.dom[])::text$$),
    ($$attack.text(1)$$), ($$attack.text(a)$$), ($$attack.sql(1)$$), ($$attack.sql(id)$$),
    ($$('(1)'::attack.composite OPERATOR(attack.<<<) '(1)'::attack.composite)::text$$), ($$ROW(1)::attack.composite$$),
    ($$CASE WHEN false THEN ('(1)'::attack.composite)::text END$$), ($$query_to_xml('SELECT attack.run(1)', true, true, '')::text$$),
    ($$xmlserialize(content xmlelement(name x, attack.text(1)) AS text)$$), ($$coalesce(c, ('(1)'::attack.composite)::text)$$);

CREATE PROCEDURE attack.try(target text, spec json, trigger_name text DEFAULT '~attack') LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE OR REPLACE TRIGGER %I BEFORE INSERT OR UPDATE ON %s FOR EACH ROW'
                   ' EXECUTE FUNCTION zdm.sync_columns(%L)', trigger_name, target, spec);
    BEGIN EXECUTE format('INSERT INTO %s (id, a) VALUES (1, 1)', target); EXCEPTION WHEN OTHERS THEN END;
    BEGIN EXECUTE format('INSERT INTO %s (id, c) VALUES (1, ''c'')', target); EXCEPTION WHEN OTHERS THEN END;
    BEGIN EXECUTE format('UPDATE %s SET c = c || 1, a = a + 1', target); EXCEPTION WHEN OTHERS THEN END;
    RAISE EXCEPTION 'enough'; -- which undoes the trigger
EXCEPTION WHEN raise_exception THEN
END $$;
\o
CREATE TABLE attack.tried (n int);
DO $$
DECLARE
    r record;
    n int := 0;
BEGIN
    FOR r IN SELECT t.target, s.spec, x.trigger_name, w.writer
               FROM attack.expressions, unnest('{prey.of_superuser, prey.plain, prey.migrated, prey.parted, prey.part}'::text[]) AS t(target),
                    LATERAL (VALUES (json_build_object('old', '{a}'::text[], 'new', '{c}'::text[], 'forward', ARRAY[e])),
                                    (json_build_object('old', '{a}'::text[], 'new', '{c}'::text[], 'forward', ARRAY[e], 'on_error', 'null')),
                                    (json_build_object('old', '{a}'::text[], 'new', '{c}'::text[], 'forward', ARRAY[e], 'authority', 'fill')),
                                    (json_build_object('old', '{c}'::text[], 'new', '{a}'::text[], 'forward', ARRAY[NULL], 'reverse', ARRAY[e])),
                                    (json_build_object('old', '{c}'::text[], 'new', '{a}'::text[], 'forward', ARRAY[NULL], 'reverse', ARRAY[e], 'authority', 'new'))) AS s(spec),
                    unnest('{auto, new}'::text[]) AS w(writer),
                    LATERAL (SELECT '~attack' UNION SELECT tgname FROM pg_trigger
                              WHERE tgrelid = t.target::regclass AND tgparentid = 0) AS x(trigger_name)
    LOOP
        PERFORM set_config('zdm.writer', r.writer, false);
        CALL attack.try(r.target, r.spec, r.trigger_name);
        n := n + 1;
    END LOOP;
    INSERT INTO attack.tried VALUES (n);
END $$;
-- A part of what the victim has written is not what he has written.
CALL attack.try('prey.migrated', '{"old": ["a"]}', '~zdm_prey_prey.migrated');
SELECT no_plan();
SELECT cmp_ok((SELECT n FROM attack.tried), '>', 800, 'specs were tried');
SELECT is((SELECT is_called FROM attack.ran), false, 'TRIGGER and INSERT run no code as the owner of a table');
SELECT * FROM finish();
