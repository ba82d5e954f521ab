-- What zdm.plan shows fits into 120 columns of psql, whatever names and expressions are in it, and
-- says what steps will cost; its full texts are what zdm.step has.
CREATE TABLE planned (id int NOT NULL, a int, b text, r int);
INSERT INTO planned SELECT g, g, repeat('é', 300), 1 FROM generate_series(1, 20000) g;
CREATE INDEX planned_a ON planned (a);
ANALYZE planned;
CREATE TABLE referenced (id int PRIMARY KEY);
CREATE TABLE "an odd name ééééééééééééééééééééééééé" ("a column of 63 bytes ééééééééééééééééééééé" int, id int PRIMARY KEY);
CREATE TABLE keyed (id int PRIMARY KEY, a int NOT NULL, b text, at timestamptz NOT NULL);
CREATE INDEX keyed_at ON keyed (a, at);
CREATE TABLE referring (r int REFERENCES referenced, note text);
INSERT INTO keyed SELECT g, g % 3, repeat('é', 300), '2026-01-01 12:00+00'::timestamptz + g % 5 * interval '1 day' FROM generate_series(1, 2000) g;
ANALYZE keyed;
CREATE TABLE parts (id int PRIMARY KEY, a int) PARTITION BY HASH (id);
CREATE TABLE parts_0 PARTITION OF parts FOR VALUES WITH (MODULUS 1, REMAINDER 0);
CREATE SCHEMA "a schema with a name that is long";
CREATE TABLE calls (n serial, call text);
INSERT INTO calls (call) VALUES
    ($$zdm.expand_rename('planned', 'a', 'a2')$$),
    ($$zdm.expand_add_column('planned', 'extra', 'int', backfill => 'a * 2 + length(b)', not_null => true, index => true)$$),
    ($$zdm.expand_drop_column('planned', 'b', reverse => '''gone, and never to come back in any form whatsoever''')$$),
    ($$zdm.expand_change_type('planned', 'a', 'bigint')$$),
    ($$zdm.expand_transform('planned', '{b}', '{"b2": {"type": "text", "forward": "upper(b)"}}', '{"b": "lower(b2)"}')$$),
    ($$zdm.expand_not_null('planned', 'a', fill => '0')$$),
    ($$zdm.expand_check('planned', 'planned_check', 'a > 0 AND length(b) < 1000000000000000 AND a <> id + 1')$$),
    ($$zdm.expand_foreign_key('planned', '{r}', 'referenced')$$),
    ($$zdm.expand_unique('planned', '{a,b}')$$),
    ($$zdm.expand_primary_key('planned', '{id}')$$),
    ($$zdm.expand_index('CREATE INDEX ON planned (a, (length(b)), b)')$$),
    ($$zdm.drop_index('planned_a')$$),
    ($$zdm.reindex('planned')$$),
    ($$zdm.reindex('planned_a')$$),
    ($$zdm.expand_rename('"an odd name ééééééééééééééééééééééééé"', 'a column of 63 bytes ééééééééééééééééééééé', 'x')$$),
    ($$zdm.expand_not_null('"an odd name ééééééééééééééééééééééééé"', 'a column of 63 bytes ééééééééééééééééééééé', fill => '0')$$),
    ($$zdm.expand_compact('keyed')$$),
    ($$zdm.expand_shadow_table('keyed', '(b text, a int, id int, at timestamptz) WITH (fillfactor = 70)')$$),
    ($$zdm.expand_partition('keyed', 'HASH (id)', partitions => 8)$$),
    ($$zdm.expand_partition('keyed', 'RANGE (at)', every => '1 day', primary_key => '{id,at}')$$),
    ($$zdm.expand_partition('keyed', 'LIST (a)', primary_key => '{id,a}')$$),
    ($$zdm.expand_shadow_table('parts', '()')$$),
    ($$zdm.expand_extract('keyed', '{b}', 'keyed_text', only_when => 'b IS NOT NULL AND b > '' '' AND b <> ''something that takes some more room''')$$),
    ($$zdm.expand_rename_table('keyed', 'keyed_under_a_name_that_is_long', rename_objects => true)$$),
    ($$zdm.expand_move_table('keyed', 'a schema with a name that is long')$$),
    ($$zdm.expand_change_type('referenced', 'id', 'bigint', referencing => true)$$),
    ($$zdm.expand_compact('"an odd name ééééééééééééééééééééééééé"')$$),
    ($$zdm.expand_shadow_table('"an odd name ééééééééééééééééééééééééé"', '(id int, "a column of 63 bytes ééééééééééééééééééééé" int)')$$),
    ($$zdm.expand_partition('"an odd name ééééééééééééééééééééééééé"', 'HASH (id)', partitions => 2)$$),
    ($$zdm.expand_extract('"an odd name ééééééééééééééééééééééééé"', '{"a column of 63 bytes ééééééééééééééééééééé"}', '"another odd name éééééééééééééééééééé"')$$),
    ($$zdm.expand_rename_table('"an odd name ééééééééééééééééééééééééé"', '"another odd name éééééééééééééééééééé"', rename_objects => true)$$),
    ($$zdm.expand_move_table('"an odd name ééééééééééééééééééééééééé"', 'a schema with a name that is long')$$);

-- How wide psql prints that.
CREATE FUNCTION width(call text) RETURNS bigint LANGUAGE sql AS $$
    SELECT sum(w) + 2 + 3 * (count(*) - 1) FROM (
        SELECT c.key, max(greatest(length(c.key), length(line))) AS w
          FROM zdm.plan(call) p, jsonb_each_text(to_jsonb(p)) c,
               regexp_split_to_table(coalesce(c.value, ''), E'\n') line
         GROUP BY c.key) columns
$$;
SELECT call, width(call) FROM calls WHERE width(call) > 120 ORDER BY n;
SELECT min(width(call)) > 60 AS widths FROM calls;
CREATE TEMP TABLE full_plans AS SELECT call, p.* FROM calls, zdm.plan(call, full => true) p;
SELECT call FROM calls
 WHERE (SELECT count(*) FROM zdm.plan(call)) <> (SELECT count(*) FROM full_plans f WHERE f.call = calls.call AND command !~ E'\n *\n');
-- every step has its lock
SELECT call, command FROM full_plans WHERE lock_mode IS NULL;
SELECT DISTINCT substring(command FROM '^ANALYZE|VALIDATE CONSTRAINT') AS command, lock_mode FROM full_plans WHERE command ~ '^ANALYZE|VALIDATE CONSTRAINT' ORDER BY 1, 2;
SELECT seq, phase, command FROM zdm.plan((SELECT call FROM calls WHERE n = 1)) WHERE phase <> 'contract' ORDER BY seq;

-- what looks at rows says how many there are, and what it needs
SELECT n, regexp_replace(translate(note, E'\n', ' '), ' (How long|At the speed) .*', '') AS note FROM calls, zdm.plan(call) WHERE note ~ 'rows\sin' AND n <= 14 ORDER BY n, seq;
INSERT INTO zdm.backfill (migration_id, relation, system_id, filenode, sync_trigger, total_blocks, rows_expected, started_at, finished_at)
    VALUES (-1, 'planned', 1, 1, '', 1, 1e6, now() - interval '100 s', now());
SELECT translate(note, E'\n', ' ') ~ 'At the speed of earlier backfills here: \d+ s\.' AS told FROM zdm.plan((SELECT call FROM calls WHERE n = 1)) WHERE phase = 'backfill';
DELETE FROM zdm.backfill WHERE migration_id = -1;

-- the texts in full are those of the record
SELECT zdm.expand_rename('planned', 'a', 'a2', name => 'planned') \g /dev/null
SELECT count(*) AS steps FROM zdm.step WHERE migration_id = (SELECT id FROM zdm.migration WHERE name = 'planned');
SELECT zdm.rollback('planned');
SELECT seq, command, undo, note FROM zdm.step WHERE migration_id = (SELECT id FROM zdm.migration WHERE name = 'planned')
EXCEPT SELECT seq, command, undo, note FROM zdm.plan($$zdm.expand_rename('planned', 'a', 'a2', name => 'planned')$$, full => true);
DROP SCHEMA "a schema with a name that is long";
DROP TABLE planned, referring, referenced, keyed, parts, calls, "an odd name ééééééééééééééééééééééééé";
DROP FUNCTION width(text);
