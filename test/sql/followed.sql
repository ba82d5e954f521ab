-- Tables, the other ends of their foreign keys, partitions and schemas get other names in the
-- middle of every kind of migration, and other tables take the old ones: the migration goes on
-- as one whose table stayed where it was, and what has taken a name stays as it is.
SET client_min_messages = warning;
\set SHOW_CONTEXT never
\set VERBOSITY terse
CREATE SCHEMA followed;
SET search_path = followed;
CREATE FUNCTION plus(x bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT x + 1';

-- %1$s is the table, %2$s its schema; other tables of a kind are in that schema, too.
CREATE TABLE kinds (kind text, tbl text, migration text);
INSERT INTO kinds VALUES
    ('rename',    '(id int PRIMARY KEY, a int)', $$zdm.expand_rename(%L, 'a', 'b', name => %L)$$),
    ('add',       '(id int PRIMARY KEY, a int)',
                  $$zdm.expand_add_column(%L, 'b', 'bigint', backfill => 'followed.plus(id)', not_null => true, index => true, name => %L)$$),
    ('add_late',  '(id int PRIMARY KEY, a int)',
                  $$zdm.expand_add_column(%L, 'b', 'bigint', backfill => 'followed.plus(id)', not_null => true, on_error => 'null', name => %L)$$),
    ('type',      '(id int PRIMARY KEY, a int UNIQUE CHECK (a > 0) DEFAULT 7); CREATE STATISTICS %2$s.type_stat ON id, a FROM %1$s;
                   CREATE INDEX "by a" ON %1$s (a) WHERE a > 3; CREATE INDEX ON %1$s ((a + 1)); COMMENT ON INDEX %2$s."by a" IS ''mine''',
                  $$zdm.expand_change_type(%L, 'a', 'bigint', name => %L)$$),
    ('key',       '(id serial PRIMARY KEY, a int, up int REFERENCES %1$s); CREATE TABLE %2$s.other (id int PRIMARY KEY, r int REFERENCES %1$s);
                   ALTER TABLE %1$s CLUSTER ON "T k key_pkey"',
                  $$zdm.expand_change_type(%L, 'id', 'bigint', name => %L)$$),
    ('identity',  '(id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, a int)', $$zdm.expand_change_type(%L, 'id', 'bigint', name => %L)$$),
    ('refers',    '(id int PRIMARY KEY, a int); CREATE TABLE %2$s.other (id int PRIMARY KEY); ALTER TABLE %1$s ADD FOREIGN KEY (a) REFERENCES %2$s.other',
                  $$zdm.expand_change_type(%L, 'a', 'bigint', name => %L)$$),
    ('viewed',    '(id int PRIMARY KEY, a int, c int); CREATE VIEW %2$s.other AS SELECT id, a FROM %1$s WHERE a > 0;
                   CREATE POLICY p ON %1$s USING (a > 0)',
                  $$zdm.expand_change_type(%L, 'a', 'bigint', name => %L)$$),
    ('text',      '(id int PRIMARY KEY, a int NOT NULL CHECK (a IS NOT NULL)); CREATE INDEX ON %1$s (a)', $$zdm.expand_change_type(%L, 'a', 'text', name => %L)$$),
    ('transform', '(id int PRIMARY KEY, a int)',
                  $$zdm.expand_transform(%L, '{a}', '{"b": {"type": "int", "forward": "a * 2", "not_null": false}}', '{"a": "b / 2"}', name => %L)$$),
    ('drop',      '(id int PRIMARY KEY, a int NOT NULL)', $$zdm.expand_drop_column(%L, 'a', name => %L)$$),
    ('drop_refers', '(id int PRIMARY KEY, a int); CREATE TABLE %2$s.other (id int PRIMARY KEY); ALTER TABLE %1$s ADD FOREIGN KEY (a) REFERENCES %2$s.other',
                  $$zdm.expand_drop_column(%L, 'a', name => %L)$$),
    ('drop_fill', '(id int PRIMARY KEY, a int NOT NULL)', $$zdm.expand_drop_column(%L, 'a', reverse => 'followed.plus(id)', name => %L)$$),
    ('fill',      '(id int PRIMARY KEY, a int)', $$zdm.expand_not_null(%L, 'a', fill => '7', name => %L)$$),
    ('not_null',  '(id int PRIMARY KEY, a int DEFAULT 7)', $$zdm.expand_not_null(%L, 'a', name => %L)$$),
    ('check',     '(id int PRIMARY KEY, a int DEFAULT 7)', $$zdm.expand_check(%L, 'c', 'a > 0', name => %L)$$),
    ('row_check', '(id int PRIMARY KEY, a int DEFAULT 7)', $$zdm.expand_check(%L, 'c', '"T k row_check" IS NOT NULL', name => %L)$$),
    ('foreign',   '(id int PRIMARY KEY, a int); CREATE TABLE %2$s.other (id int PRIMARY KEY)',
                  $$zdm.expand_foreign_key(%1$L, '{a}', '%3$s.other', constraint_name => 'f', name => %2$L)$$),
    ('self',      '(id int PRIMARY KEY, a int)', $$zdm.expand_foreign_key(%1$L, '{a}', %1$L, constraint_name => 'f', name => %2$L)$$),
    ('unique',    '(id int PRIMARY KEY, a int)', $$zdm.expand_unique(%L, '{a}', name => %L)$$),
    ('primary',   '(id int, a int)', $$zdm.expand_primary_key(%L, '{id}', name => %L)$$),
    ('index',     '(id int PRIMARY KEY, a int)', $$zdm.expand_index('CREATE INDEX "by A" ON %1$s ((a + 1)) WHERE a > 2', name => %2$L)$$),
    ('reindex',   '(id int PRIMARY KEY, a int)', $$zdm.reindex(%L, name => %L)$$),
    ('drop_index', '(id int PRIMARY KEY, a int); CREATE INDEX drop_index_a ON %1$s (a)', $$zdm.drop_index('%3$s.drop_index_a', name => %2$L)$$),
    ('parted',    '(id int, a int) PARTITION BY RANGE (id); CREATE TABLE %2$s.other PARTITION OF %1$s FOR VALUES FROM (0) TO (1000);
                   CREATE TABLE %2$s.more PARTITION OF %1$s FOR VALUES FROM (1000) TO (100000)',
                  $$zdm.expand_add_column(%L, 'b', 'bigint', backfill => 'a', not_null => true, index => true, name => %L)$$),
    ('parted_key', '(id int, a int) PARTITION BY RANGE (id); CREATE TABLE %2$s.other PARTITION OF %1$s FOR VALUES FROM (0) TO (100000)',
                  $$zdm.expand_primary_key(%L, '{id}', name => %L)$$),
    ('parted_index', '(id int, a int) PARTITION BY RANGE (id); CREATE TABLE %2$s.other PARTITION OF %1$s FOR VALUES FROM (0) TO (100000)',
                  $$zdm.expand_index('CREATE INDEX "by A" ON %1$s (a)', name => %2$L)$$),
    ('parted_ref', '(id int, a int) PARTITION BY RANGE (id); CREATE TABLE %2$s.other PARTITION OF %1$s FOR VALUES FROM (0) TO (100000);
                   CREATE TABLE %2$s.more (id int PRIMARY KEY)',
                  $$zdm.expand_foreign_key(%1$L, '{a}', '%3$s.more', constraint_name => 'f', name => %2$L)$$),
    ('parent',    '(id int, a int); CREATE TABLE %2$s.other () INHERITS (%1$s)', $$zdm.expand_rename(%L, 'a', 'b', name => %L)$$);

-- How the names change; %1$s and %2$s as above, %3$s the kind, %4$s the table without its schema, %5$s the migration.
CREATE TABLE moves (move text, sql text, of_other boolean);
INSERT INTO moves VALUES
    ('none',        '', false),
    ('rename',      'ALTER TABLE %1$s RENAME TO "New ""name"""', false),
    ('move',        'CREATE SCHEMA "to %5$s"; ALTER TABLE %1$s SET SCHEMA "to %5$s"', false),
    ('schema',      'ALTER SCHEMA %2$s RENAME TO "now %5$s"; CREATE SCHEMA %2$s', false),
    ('both',        'CREATE SCHEMA "to %5$s"; ALTER TABLE %1$s SET SCHEMA "to %5$s"; ALTER TABLE "to %5$s".%4$s RENAME TO "Once more %3$s"', false),
    ('other',       'ALTER TABLE %2$s.other RENAME TO "New other"', true),
    ('other_moves', 'CREATE SCHEMA "to %5$s"; ALTER TABLE %2$s.other SET SCHEMA "to %5$s"', true),
    ('swap',        'ALTER TABLE %2$s.other RENAME TO between; ALTER TABLE %1$s RENAME TO other; ALTER TABLE %2$s.between RENAME TO %4$s', true);

-- A table of its own for each kind and move: those move before they are ready.
CREATE TABLE cases AS
    SELECT kind, move, kind || ' ' || move AS name, format('%I', 'Sch ' || kind || ' ' || move) AS sch, format('%I', 'T k ' || kind) AS tbl,
           NULL::oid AS relation, NULL::oid[] AS relations
      FROM kinds, moves
     WHERE (NOT of_other OR kinds.tbl ~ 'other') AND (move NOT IN ('rename', 'move', 'other') OR kind IN ('type', 'key', 'parted'));
\set ECHO none
SELECT format('CREATE SCHEMA %s', sch) FROM cases ORDER BY name \gexec
SELECT format('SET search_path = %s, followed; ', sch) || format('CREATE TABLE %1$s ' || k.tbl, sch || '.' || c.tbl, sch)
  FROM cases c JOIN kinds k USING (kind) ORDER BY name \gexec
SET search_path = followed;
UPDATE cases SET relation = to_regclass(sch || '.' || tbl),
                 relations = ARRAY[to_regclass(sch || '.' || tbl), to_regclass(sch || '.other'), to_regclass(sch || '.more')]::oid[];
SELECT format('INSERT INTO %s SELECT g FROM generate_series(1, 2000) g', relations[CASE kind WHEN 'parted_ref' THEN 3 ELSE 2 END]::regclass)
  FROM cases WHERE kind IN ('refers', 'drop_refers', 'foreign', 'parted_ref') \gexec
SELECT format('INSERT INTO %s (id, a) OVERRIDING SYSTEM VALUE SELECT g, g FROM generate_series(1, 20) g', relation::regclass) FROM cases \gexec

\set ECHO all
-- Tables that take the names which have become free, with indexes of every name that the table's have.
CREATE FUNCTION move(c cases, move text) RETURNS void LANGUAGE plpgsql AS $$
    DECLARE called text; taker text; BEGIN
        EXECUTE (SELECT format(m.sql, c.sch || '.' || c.tbl, c.sch, c.kind, c.tbl, c.name) FROM moves m WHERE m.move = $2);
        FOREACH called IN ARRAY ARRAY[c.tbl, 'other', 'more'] LOOP
            CONTINUE WHEN to_regclass(c.sch || '.' || called) IS NOT NULL;
            EXECUTE format('CREATE TABLE %s.%s (id int, a int, b int, zdm_old_a int, zdm_new_a int, zdm_new_id int)', c.sch, called);
            taker := format('%s.%s', c.sch, called);
            EXECUTE format('COMMENT ON TABLE %s IS ''took a name''', taker);
        END LOOP;
        FOR called IN SELECT i.relname FROM pg_index JOIN pg_class i ON i.oid = indexrelid
                       WHERE indrelid = ANY (c.relations) AND to_regclass(format('%s.%I', c.sch, i.relname)) IS NULL LOOP
            EXECUTE format('CREATE INDEX %I ON %s (a)', called, taker);
        END LOOP;
    END $$;

-- What is in a table, in the order of its key.
CREATE FUNCTION rows_of(relid oid) RETURNS text LANGUAGE plpgsql AS $$
DECLARE result text;
BEGIN
    EXECUTE format('SELECT md5(string_agg(to_jsonb(t)::text, %L ORDER BY id)) FROM %s t', ' ', relid::regclass) INTO result;
    RETURN result;
END $$;

-- What tables and all that hangs on them are like, whatever they are called.
CREATE FUNCTION shape(relations oid[], name text) RETURNS text LANGUAGE sql SET search_path = pg_catalog AS $$
    SELECT replace(string_agg(what, E'\n' ORDER BY pos, what), name, 'NAME') FROM unnest(relations) WITH ORDINALITY r (relid, pos), LATERAL (
        SELECT concat_ws(' ', 'column', attname, format_type(atttypid, atttypmod), attnotnull, attidentity,
                         regexp_replace(pg_get_expr(adbin, adrelid), '''.*''', 'seq'), col_description(attrelid, attnum))
          FROM pg_attribute LEFT JOIN pg_attrdef ON (adrelid, adnum) = (attrelid, attnum) WHERE attrelid = relid AND attnum > 0 AND NOT attisdropped
        UNION ALL SELECT concat_ws(' ', 'constraint', conname, convalidated, contype, array_position(relations, confrelid), conindid = 0,
                         (SELECT string_agg(attname, ',') FROM pg_attribute WHERE attrelid = conrelid AND attnum = ANY (conkey)),
                         replace(pg_get_expr(conbin, conrelid), quote_ident(relname), 'table'), obj_description(c.oid, 'pg_constraint'))
          FROM pg_constraint c JOIN pg_class t ON t.oid = conrelid WHERE conrelid = relid
        UNION ALL SELECT concat_ws(' ', 'index', relname, indisvalid, indisunique, indisprimary, indisclustered, indkey,
                         pg_get_expr(indexprs, indrelid), pg_get_expr(indpred, indrelid), obj_description(indexrelid, 'pg_class'))
          FROM pg_index JOIN pg_class c ON c.oid = indexrelid WHERE indrelid = relid
        UNION ALL SELECT concat_ws(' ', 'trigger', tgname, tgenabled, encode(tgargs, 'escape')) FROM pg_trigger WHERE tgrelid = relid AND NOT tgisinternal
        UNION ALL SELECT concat_ws(' ', 'statistics', stxname, stxkeys) FROM pg_statistic_ext WHERE stxrelid = relid
        UNION ALL SELECT concat_ws(' ', 'sequence', relname, seqtypid::regtype, refobjsubid) FROM pg_depend JOIN pg_sequence ON seqrelid = objid JOIN pg_class s ON s.oid = objid
          WHERE classid = 'pg_class'::regclass AND refobjid = relid AND deptype IN ('a', 'i')
        UNION ALL SELECT 'rows ' || followed.rows_of(relid)
          WHERE EXISTS (SELECT FROM pg_class WHERE oid = relid)) AS w (what) $$;
CREATE FUNCTION shape_of_taken(c cases) RETURNS text LANGUAGE sql AS $$
    SELECT shape(array(SELECT k.oid FROM pg_class k JOIN pg_namespace n ON n.oid = relnamespace
                        WHERE format('%I', nspname) = c.sch AND obj_description(k.oid, 'pg_class') = 'took a name' ORDER BY k.oid), 'no name') $$;

-- A write of whoever knows the columns that are seen.
CREATE FUNCTION write(c cases, n int) RETURNS void LANGUAGE plpgsql AS $$
    DECLARE columns text := (SELECT string_agg(attname, ', ' ORDER BY attname) FROM pg_attribute
                              WHERE attrelid = c.relation AND attnum > 0 AND NOT attisdropped AND attname IN ('id', 'a', 'b')); BEGIN
        IF c.kind = 'transform' THEN columns := replace(columns, 'a, b', 'b'); END IF;
        EXECUTE format('INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE SELECT %s', c.relation::regclass, columns, regexp_replace(columns, '\w+', n::text, 'g'));
        IF c.kind NOT IN ('identity', 'self') THEN EXECUTE format('UPDATE %s SET id = id + 500 WHERE id = %s', c.relation::regclass, n - 100); END IF;
    END $$;

CREATE TABLE outcome (kind text, path text[], move text, moved text, shape text, taken text);
-- Goes through a path; 'move' in it stands for the move.
CREATE FUNCTION go(c cases, path text[], move text) RETURNS void LANGUAGE plpgsql AS $$
    DECLARE call text; n int := 100; at_end text; taken text; now_taken text; BEGIN
        taken := shape_of_taken(c);
        FOREACH call IN ARRAY path LOOP
            IF call = 'move' THEN
                PERFORM move(c, move);
                taken := shape_of_taken(c);
                CONTINUE;
            END IF;
            EXECUTE format('SELECT zdm.%I(%L)', call, c.name);
            n := n + 1;
            PERFORM write(c, n);
            SET CONSTRAINTS ALL IMMEDIATE;
        END LOOP;
        at_end := shape(c.relations, c.name);
        now_taken := shape_of_taken(c);
        RAISE EXCEPTION USING ERRCODE = 'ZZ000';
    EXCEPTION
        WHEN SQLSTATE 'ZZ000' THEN
            INSERT INTO outcome VALUES (c.kind, array_remove(path, 'move'), move, array_to_string(path, ' '), at_end, CASE WHEN taken <> now_taken THEN now_taken END);
        WHEN OTHERS THEN
            INSERT INTO outcome VALUES (c.kind, array_remove(path, 'move'), move, array_to_string(path, ' '), format('%s fails: %s', call, sqlerrm), NULL);
    END $$;

SET client_min_messages = error;
SET zdm.start_worker = off;
SET zdm.at_once = off;
\set ECHO none
\o /dev/null
SELECT format('SELECT ' || migration, sch || '.' || c.tbl, name, sch) FROM cases c JOIN kinds k USING (kind) ORDER BY name \gexec
SELECT move(cases, move) FROM cases WHERE move <> 'none' ORDER BY name;
SET zdm.start_worker = on;
SELECT zdm.resume(name) FROM cases JOIN zdm.status USING (name) WHERE status = 'running' ORDER BY name;
SELECT format('CALL zdm.wait(%L)', name) FROM cases ORDER BY name \gexec
\o
\set ECHO all
SELECT name, status, last_error FROM cases LEFT JOIN zdm.status USING (name) WHERE status IS DISTINCT FROM 'ready' ORDER BY name;

CREATE TABLE paths (path text[]);
INSERT INTO paths VALUES
    ('{move,contract,finalize}'), ('{contract,move,finalize}'), ('{move,rollback}'), ('{contract,move,reopen,contract,rollback}');
\set ECHO none
\o /dev/null
SELECT format('SELECT go(c, p, c.move) FROM cases c, (SELECT DISTINCT array_remove(path, ''move'') FROM paths) p (p) WHERE c.name = %L AND (move = ''none'' OR p = ''{contract,reopen,contract,rollback}'')', name)
  FROM cases ORDER BY name \gexec
SELECT format('SELECT go(c, path, %L) FROM cases c, paths WHERE c.name = %L', m.move, c.name) FROM cases c, moves m
 WHERE c.move = 'none' AND m.move IN ('both', 'schema', 'other_moves', 'swap') AND (NOT of_other OR c.relations[2] IS NOT NULL) ORDER BY c.name, m.move \gexec
\o
\set ECHO all
-- every path ends as it does where nothing moves
SELECT o.kind, o.move, o.moved, CASE WHEN o.shape ~ ' fails: ' THEN o.shape ELSE
       (SELECT string_agg(x, '; ') FROM (SELECT unnest(string_to_array(o.shape, E'\n')) EXCEPT SELECT unnest(string_to_array(n.shape, E'\n'))) AS d (x)) END AS differs
  FROM outcome o JOIN outcome n USING (kind, path) WHERE n.move = 'none' AND o.shape IS DISTINCT FROM n.shape ORDER BY 1, 2, 3;
SELECT kind, path, shape FROM outcome WHERE move = 'none' AND shape ~ ' fails: ' ORDER BY 1, 2;
-- and what has taken a name is as it was
SELECT kind, move, moved, taken FROM outcome WHERE taken IS NOT NULL ORDER BY 1, 2, 3;
SELECT count(*) > 400 AS many, count(DISTINCT shape) > 50 AS different FROM outcome;

\set ECHO none
\o /dev/null
SELECT format('SELECT zdm.rollback(%L)', name) FROM cases ORDER BY name \gexec
SELECT format('DROP SCHEMA %I CASCADE', nspname) FROM pg_namespace WHERE nspname ~ '^(Sch|to|now) ' ORDER BY nspname \gexec
DELETE FROM zdm.target WHERE migration_id IN (SELECT id FROM zdm.migration JOIN cases USING (name));
DELETE FROM zdm.step WHERE migration_id IN (SELECT id FROM zdm.migration JOIN cases USING (name));
DELETE FROM zdm.backfill WHERE migration_id IN (SELECT id FROM zdm.migration JOIN cases USING (name));
DELETE FROM zdm.event WHERE migration_id IN (SELECT id FROM zdm.migration JOIN cases USING (name));
DELETE FROM zdm.migration WHERE name IN (SELECT name FROM cases);
DROP SCHEMA followed CASCADE;
\o
