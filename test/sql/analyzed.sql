-- Statistics of expressions in indexes, and extended ones, are there for all that a worker has built, in every kind of change, when it is ready.
\set VERBOSITY terse
SET client_min_messages = warning;
CREATE EXTENSION IF NOT EXISTS zdm;
CREATE SCHEMA analyzed;
SET search_path = analyzed;
CREATE TABLE kinds (kind text, call text);
INSERT INTO kinds VALUES
    ('change_type', $$zdm.expand_change_type('t', 'a', 'bigint')$$),
    ('change_type with statistics', $$zdm.expand_change_type('s', 'a', 'bigint')$$), ('change_type of partitions with statistics', $$zdm.expand_change_type('p', 'a', 'bigint')$$),
    ('change_type of partitions', $$zdm.expand_change_type('q', 'a', 'bigint')$$), ('change_type of a partition''s own', $$zdm.expand_change_type('o', 'a', 'bigint')$$),
    ('transform', $$zdm.expand_transform('t', '{a}', '{"a": {"type": "bigint", "forward": "a"}}', '{"a": "a::int"}')$$),
    ('rename', $$zdm.expand_rename('t', 'a', 'b', indexed => true)$$),
    ('compact', $$zdm.expand_compact('t')$$), ('shadow_table', $$zdm.expand_shadow_table('t', '(a int, id int, t text)')$$),
    ('partition', $$zdm.expand_partition('t', 'HASH (id)', partitions => 2)$$), ('no partitions', $$zdm.expand_shadow_table('h', '()')$$),
    ('extract', $$zdm.expand_extract('e', '{a}', 'e_too')$$), ('merge', $$zdm.expand_merge_tables('whole', '{part}')$$),
    ('index', $$zdm.expand_index('CREATE INDEX made ON t (id, (a * 3))')$$), ('index of partitions', $$zdm.expand_index('CREATE INDEX made ON q ((a * 3))')$$), ('reindex', $$zdm.reindex('t')$$);
CREATE PROCEDURE make() LANGUAGE plpgsql AS $$
DECLARE t text;
BEGIN
    CREATE TABLE t (id int PRIMARY KEY, a int, t text);
    CREATE TABLE e (LIKE t INCLUDING ALL);
    CREATE TABLE s (LIKE t INCLUDING ALL);
    CREATE TABLE p (id int PRIMARY KEY, a int, t text) PARTITION BY RANGE (id);
    CREATE TABLE p_1 PARTITION OF p FOR VALUES FROM (0) TO (50);
    CREATE TABLE p_2 PARTITION OF p FOR VALUES FROM (50) TO (1000);
    CREATE TABLE q (id int PRIMARY KEY, a int, t text) PARTITION BY RANGE (id);
    CREATE TABLE q_1 PARTITION OF q FOR VALUES FROM (0) TO (50);
    CREATE TABLE q_2 PARTITION OF q FOR VALUES FROM (50) TO (1000) PARTITION BY RANGE (id);
    CREATE TABLE q_3 PARTITION OF q_2 FOR VALUES FROM (50) TO (1000);
    CREATE TABLE h (id int PRIMARY KEY, a int, t text) PARTITION BY HASH (id);
    CREATE TABLE h_1 PARTITION OF h FOR VALUES WITH (MODULUS 1, REMAINDER 0);
    CREATE TABLE o (id int PRIMARY KEY, a int, t text) PARTITION BY RANGE (id);
    CREATE TABLE o_1 PARTITION OF o FOR VALUES FROM (0) TO (50);
    CREATE TABLE o_2 PARTITION OF o FOR VALUES FROM (50) TO (1000);
    CREATE INDEX ON o_2 ((a + 1));
    CREATE TABLE whole (id int PRIMARY KEY, w int);
    CREATE TABLE part (id int PRIMARY KEY REFERENCES whole ON DELETE CASCADE, a int NOT NULL);
    INSERT INTO whole SELECT g, g FROM generate_series(1, 100) AS g;
    INSERT INTO part SELECT g, g FROM generate_series(1, 100) AS g;
    FOREACH t IN ARRAY '{t,s,e,p,q,h,o}'::text[] LOOP
        EXECUTE format('INSERT INTO %I SELECT g, g, g FROM generate_series(1, 100) AS g', t);
        IF t IN ('s', 'p') THEN EXECUTE format('CREATE STATISTICS %1$s_s ON id, a FROM %1$I', t); END IF;
    END LOOP;
    CREATE INDEX ON t ((a + 1), lower(t)); CREATE INDEX ON p ((a + 1)); CREATE INDEX ON h ((a + 1)); CREATE INDEX ON q ((a + 1)); CREATE INDEX ON s ((a + 1)); CREATE INDEX ON e ((a + 1)); CREATE INDEX ON part ((a + 1));
    FOR t IN SELECT relname FROM pg_class WHERE relnamespace = 'analyzed'::regnamespace AND relkind IN ('r', 'p') AND relname <> 'kinds' LOOP
        EXECUTE format('ANALYZE %I', t);
    END LOOP;
END $$;
-- What has no statistics and ought to: indexes with expressions of tables with rows, and extended statistics of what is no parent.
CREATE VIEW without AS
SELECT i.indrelid::regclass || ': ' || pg_get_indexdef(i.indexrelid, x.n, false) AS what
  FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid AND c.relkind = 'i' AND c.relnamespace = 'analyzed'::regnamespace,
       LATERAL generate_series(1, i.indnatts) AS x (n)
 WHERE i.indkey[x.n - 1] = 0 AND pg_get_indexdef(i.indexrelid, x.n, false) <> '(true)' /* a guard, which contract drops */ AND NOT EXISTS (SELECT FROM pg_statistic s WHERE s.starelid = i.indexrelid AND s.staattnum = x.n) AND EXISTS (SELECT FROM pg_statistic s WHERE s.starelid = i.indrelid)
UNION ALL
SELECT e.stxname FROM pg_statistic_ext e WHERE e.stxnamespace = 'analyzed'::regnamespace AND NOT EXISTS (SELECT FROM pg_statistic_ext_data d WHERE d.stxoid = e.oid);
CREATE PROCEDURE try(k kinds) LANGUAGE plpgsql AS $$
BEGIN
    CALL make();
    COMMIT;
    IF EXISTS (SELECT FROM without) THEN
        RAISE 'before %: %', k.kind, (SELECT string_agg(what, ', ') FROM without);
    END IF;
    EXECUTE format('SELECT %s', regexp_replace(k.call, '\)$', ', name => ''it'')'));
END $$;
SELECT format('CALL try(ROW(%L, %L)::kinds)', kind, call),
       $$CALL zdm.wait('it')$$,
       format($$SELECT %L AS kind, coalesce(string_agg(what, ', ' ORDER BY what COLLATE "C"), 'nothing') AS without FROM without$$, kind),
       $$SELECT zdm.contract('it')$$, $$SELECT zdm.finalize('it')$$,
       $$SELECT coalesce(string_agg(what, ', ' ORDER BY what COLLATE "C"), 'nothing') AS in_the_end FROM without$$,
       'DROP TABLE IF EXISTS t, s, p, q, h, e, e_too, o, whole, part'
  FROM kinds \gexec
DROP SCHEMA analyzed CASCADE;
