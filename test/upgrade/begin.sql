-- Begins migrations of every kind and leaves them in every state.  Version 0.1.0 has run this to make
-- begun_by_0.1.0.sql; test/t/072_mid_flight.pl runs it with the present one, to know what must come out,
-- test/t/073_other_major.pl on an older server; more_kinds: a file with further kinds.
--
-- kind: of a migration; its table has the name of both, as "rename_ready".  %1$s stands for it.
\set ON_ERROR_STOP on
\set QUIET on
SET client_min_messages = warning;
SELECT 'CREATE ROLE upgrade_reader' WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'upgrade_reader') \gexec
CREATE SCHEMA "Odd schema";
CREATE FUNCTION label(v int) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'no ' || v $$;
CREATE FUNCTION label(v text) RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT 'text ' || v $$;
CREATE FUNCTION "Odd schema"."Twice it's"(v int) RETURNS int LANGUAGE sql IMMUTABLE AS $$ SELECT 2 * v $$;
CREATE TABLE ref (id int PRIMARY KEY);
INSERT INTO ref SELECT generate_series(1, 5);
CREATE TABLE step_of (kind text, state text, PRIMARY KEY (kind, state));
CREATE TABLE kind (n int GENERATED ALWAYS AS IDENTITY, kind text PRIMARY KEY, make text, call text,
                   broken text, mended text, old_app text, new_app text);

INSERT INTO kind (kind, make, call) VALUES
('rename',
 $$CREATE TABLE %1$s (id int PRIMARY KEY, v int NOT NULL CHECK (v > 0), "Odd name" text);
   CREATE INDEX ON %1$s (v); COMMENT ON COLUMN %1$s.v IS 'its v'; GRANT SELECT (v) ON %1$s TO upgrade_reader;
   INSERT INTO %1$s SELECT g, g, 'row ' || g FROM generate_series(1, 20) g$$,
 $$zdm.expand_rename('%1$s', 'v', 'w', name => '%1$s')$$),
('rename_odd',
 $$CREATE TABLE %1$s (id int PRIMARY KEY, "Odd name" text);
   INSERT INTO %1$s SELECT g, 'row ' || g FROM generate_series(1, 20) g$$,
 $$zdm.expand_rename('%1$s', 'Odd name', 'it''s "new"', name => '%1$s')$$),
('rename_parts',
 $$CREATE TABLE %1$s (id int PRIMARY KEY, v int) PARTITION BY RANGE (id);
   CREATE TABLE %1$s_1 PARTITION OF %1$s FOR VALUES FROM (1) TO (11);
   CREATE TABLE %1$s_2 PARTITION OF %1$s FOR VALUES FROM (11) TO (100000);
   INSERT INTO %1$s SELECT g, g FROM generate_series(1, 20) g$$,
 $$zdm.expand_rename('%1$s', 'v', 'w', name => '%1$s')$$),
('add_constant',
 $$CREATE TABLE %1$s (id int PRIMARY KEY);
   INSERT INTO %1$s SELECT g FROM generate_series(1, 20) g$$,
 $$zdm.expand_add_column('%1$s', 'd', 'int', default_value => '7', not_null => true, name => '%1$s')$$),
('drop_column',
 $$CREATE TABLE %1$s (id int PRIMARY KEY, v int NOT NULL DEFAULT 3, n text);
   CREATE INDEX ON %1$s (v);
   INSERT INTO %1$s SELECT g, g, 'row ' || g FROM generate_series(1, 20) g$$,
 $$zdm.expand_drop_column('%1$s', 'v', name => '%1$s')$$),
('drop_reversible',
 $$CREATE TABLE %1$s (id int PRIMARY KEY, v int NOT NULL, n text);
   INSERT INTO %1$s SELECT g, g, 'row ' || g FROM generate_series(1, 20) g$$,
 $$zdm.expand_drop_column('%1$s', 'v', reverse => 'length(n)', name => '%1$s')$$),
('not_null',
 $$CREATE TABLE %1$s (id int PRIMARY KEY, v int);
   INSERT INTO %1$s SELECT g, g FROM generate_series(1, 20) g$$,
 $$zdm.expand_not_null('%1$s', 'v', name => '%1$s')$$),
('check_it',
 $$CREATE TABLE %1$s (id int PRIMARY KEY, v int);
   INSERT INTO %1$s SELECT g, g FROM generate_series(1, 20) g$$,
 $$zdm.expand_check('%1$s', 'positive', 'label(v) <> ''no 0''', name => '%1$s')$$),
('foreign_key',
 $$CREATE TABLE %1$s (id int PRIMARY KEY, r int);
   INSERT INTO %1$s SELECT g, 1 + g %% 5 FROM generate_series(1, 20) g$$,
 $$zdm.expand_foreign_key('%1$s', '{r}', 'ref', on_delete => 'cascade', name => '%1$s')$$),
('unique_one',
 $$CREATE TABLE %1$s (id int PRIMARY KEY, v int);
   INSERT INTO %1$s SELECT g, g FROM generate_series(1, 20) g$$,
 $$zdm.expand_unique('%1$s', '{v}', name => '%1$s')$$),
('primary_key',
 $$CREATE TABLE %1$s (id int, v int);
   INSERT INTO %1$s SELECT g, g FROM generate_series(1, 20) g$$,
 $$zdm.expand_primary_key('%1$s', '{id}', name => '%1$s')$$),
('index_it',
 $$CREATE TABLE %1$s (id int PRIMARY KEY, v int);
   INSERT INTO %1$s SELECT g, g FROM generate_series(1, 20) g$$,
 $$zdm.expand_index('CREATE INDEX %1$s_idx ON %1$s ((label(v)), v DESC) WHERE v > 3', name => '%1$s')$$),
('index_parts',
 $$CREATE TABLE %1$s (id int PRIMARY KEY, v int) PARTITION BY RANGE (id);
   CREATE TABLE %1$s_1 PARTITION OF %1$s FOR VALUES FROM (1) TO (11);
   CREATE TABLE %1$s_2 PARTITION OF %1$s FOR VALUES FROM (11) TO (100000);
   INSERT INTO %1$s SELECT g, g FROM generate_series(1, 20) g$$,
 $$zdm.expand_index('CREATE INDEX %1$s_idx ON %1$s (v)', name => '%1$s')$$),
('drop_index',
 $$CREATE TABLE %1$s (id int PRIMARY KEY, v int);
   CREATE INDEX %1$s_idx ON %1$s (v);
   INSERT INTO %1$s SELECT g, g FROM generate_series(1, 20) g$$,
 $$zdm.drop_index('%1$s_idx', name => '%1$s')$$),
('catalog_type',
 $$CREATE TABLE %1$s (id int PRIMARY KEY, v varchar(20));
   INSERT INTO %1$s SELECT g, 'row ' || g FROM generate_series(1, 20) g$$,
 $$zdm.expand_change_type('%1$s', 'v', 'varchar(40)', name => '%1$s')$$),
('key_type',
 $$CREATE TABLE %1$s (id int GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, parent int REFERENCES %1$s ON UPDATE CASCADE, n text);
   CREATE TABLE %1$s_child (id int PRIMARY KEY, %1$s_id int NOT NULL REFERENCES %1$s ON UPDATE CASCADE ON DELETE CASCADE);
   CREATE INDEX %1$s_n ON %1$s (n, id); COMMENT ON COLUMN %1$s.id IS 'the key'; GRANT SELECT (id) ON %1$s TO upgrade_reader;
   CREATE STATISTICS %1$s_stat ON id, n FROM %1$s;
   INSERT INTO %1$s (parent, n) SELECT nullif(g - 1, 0), 'row ' || g FROM generate_series(1, 20) g;
   INSERT INTO %1$s_child SELECT g, g FROM generate_series(1, 20) g$$,
 $$zdm.expand_change_type('%1$s', 'id', 'bigint', name => '%1$s')$$),
('serial_type',
 $$CREATE TABLE %1$s (id serial PRIMARY KEY, n text);
   INSERT INTO %1$s (n) SELECT 'row ' || g FROM generate_series(1, 20) g$$,
 $$zdm.expand_change_type('%1$s', 'id', 'bigint', name => '%1$s')$$);

-- Those with a backfill that fails in the middle, at a row that is mended before it goes on.
INSERT INTO kind (kind, make, call, broken, mended) VALUES
('add_computed',
 $$CREATE TABLE %1$s (id int PRIMARY KEY, v int);
   INSERT INTO %1$s SELECT g, g FROM generate_series(1, 20) g$$,
 $$zdm.expand_add_column('%1$s', 'c', 'text', backfill => 'label("Odd schema"."Twice it''s"(v) / v * v)', not_null => true, index => true,
                        comment => 'computed', name => '%1$s')$$,
 'INSERT INTO %1$s SELECT g, g FROM generate_series(21, 1500) g; UPDATE %1$s SET v = 0 WHERE id = 1400',
 'UPDATE %1$s SET v = 1400 WHERE id = 1400'),
('fill_nulls',
 $$CREATE TABLE %1$s (id int PRIMARY KEY, v int, n int);
   INSERT INTO %1$s SELECT g, nullif(g %% 3, 0), g FROM generate_series(1, 20) g$$,
 $$zdm.expand_not_null('%1$s', 'v', fill => '100 / n', name => '%1$s')$$,
 'INSERT INTO %1$s SELECT g, nullif(g %% 3, 0), g FROM generate_series(21, 1500) g; UPDATE %1$s SET n = 0 WHERE id = 1398',
 'UPDATE %1$s SET n = 1398 WHERE id = 1398'),
('change_type',
 $$CREATE TABLE %1$s (id int PRIMARY KEY, v text NOT NULL CHECK (v IS NOT NULL), k text);
   CREATE UNIQUE INDEX %1$s_v ON %1$s (v, id); COMMENT ON COLUMN %1$s.v IS 'its v'; GRANT UPDATE (v) ON %1$s TO upgrade_reader;
   INSERT INTO %1$s SELECT g, g::text FROM generate_series(1, 20) g$$,
 $$zdm.expand_change_type('%1$s', 'v', 'int', forward => 'v::int', name => '%1$s')$$,
 'INSERT INTO %1$s SELECT g, g::text FROM generate_series(21, 1500) g; UPDATE %1$s SET v = ''broken'' WHERE id = 1400',
 'UPDATE %1$s SET v = ''1400'' WHERE id = 1400'),
('lossy_type',
 $$CREATE TABLE %1$s (id int PRIMARY KEY, v numeric(10,2) DEFAULT 7);
   INSERT INTO %1$s SELECT g, g FROM generate_series(1, 20) g$$,
 $$zdm.expand_change_type('%1$s', 'v', 'smallint', name => '%1$s')$$,
 'INSERT INTO %1$s SELECT g, g FROM generate_series(21, 1500) g; UPDATE %1$s SET v = 70000 WHERE id = 1400',
 'UPDATE %1$s SET v = 1400 WHERE id = 1400'),
('transform',
 $$CREATE TABLE %1$s (id int PRIMARY KEY, a int NOT NULL, b int NOT NULL);
   INSERT INTO %1$s SELECT g, g, 1 + g %% 9 FROM generate_series(1, 20) g$$,
 $$zdm.expand_transform('%1$s', '{a,b}', '{"p": {"type": "int", "forward": "a / b"}, "q": {"type": "int", "forward": "a %% b"}, "r": {"type": "int", "forward": "b"}}',
                       '{"a": "p * r + q", "b": "r"}', name => '%1$s')$$,
 'INSERT INTO %1$s SELECT g, g, 1 + g %% 9 FROM generate_series(21, 1500) g; UPDATE %1$s SET b = 0 WHERE id = 1400',
 'UPDATE %1$s SET b = 5 WHERE id = 1400');

-- What both applications write, which know only their own schema; %2$s is another number each time.
UPDATE kind SET old_app = a.old_app, new_app = a.new_app FROM (VALUES
('rename', $$INSERT INTO %1$s (id, v) VALUES (%2$s, 8); UPDATE %1$s SET v = v + %2$s WHERE id = 3$$,
 $$INSERT INTO %1$s (id, w) VALUES (%2$s, 9); UPDATE %1$s SET w = w + %2$s WHERE id = 4$$),
('rename_odd', $$INSERT INTO %1$s (id, "Odd name") VALUES (%2$s, 'old'); UPDATE %1$s SET "Odd name" = 'old %2$s' WHERE id = 3$$,
 $$INSERT INTO %1$s (id, "it's ""new""") VALUES (%2$s, 'new'); UPDATE %1$s SET "it's ""new""" = 'new %2$s' WHERE id = 4$$),
('rename_parts', $$INSERT INTO %1$s (id, v) VALUES (%2$s, 8); UPDATE %1$s SET v = v + %2$s WHERE id = 3$$,
 $$INSERT INTO %1$s (id, w) VALUES (%2$s, 9); UPDATE %1$s SET w = w + %2$s WHERE id = 14$$),
('add_constant', $$INSERT INTO %1$s (id) VALUES (%2$s)$$,
 $$INSERT INTO %1$s (id, d) VALUES (%2$s, 9); UPDATE %1$s SET d = %2$s WHERE id = 4$$),
('drop_column', $$INSERT INTO %1$s (id, v, n) VALUES (%2$s, 8, 'old')$$,
 $$INSERT INTO %1$s (id, n) VALUES (%2$s, 'new')$$),
('drop_reversible', $$INSERT INTO %1$s (id, v, n) VALUES (%2$s, 8, 'old')$$,
 $$INSERT INTO %1$s (id, n) VALUES (%2$s, 'new')$$),
('not_null', $$INSERT INTO %1$s (id, v) VALUES (%2$s, 8)$$,
 $$INSERT INTO %1$s (id, v) VALUES (%2$s, 8)$$),
('check_it', $$INSERT INTO %1$s (id, v) VALUES (%2$s, 8)$$,
 $$INSERT INTO %1$s (id, v) VALUES (%2$s, 8)$$),
('foreign_key', $$INSERT INTO %1$s (id, r) VALUES (%2$s, 2)$$,
 $$INSERT INTO %1$s (id, r) VALUES (%2$s, 2)$$),
('unique_one', $$INSERT INTO %1$s (id, v) VALUES (%2$s, %2$s)$$,
 $$INSERT INTO %1$s (id, v) VALUES (%2$s, %2$s)$$),
('primary_key', $$INSERT INTO %1$s (id, v) VALUES (%2$s, %2$s)$$,
 $$INSERT INTO %1$s (id, v) VALUES (%2$s, %2$s)$$),
('index_it', $$INSERT INTO %1$s (id, v) VALUES (%2$s, %2$s)$$,
 $$INSERT INTO %1$s (id, v) VALUES (%2$s, %2$s)$$),
('index_parts', $$INSERT INTO %1$s (id, v) VALUES (%2$s, %2$s)$$,
 $$INSERT INTO %1$s (id, v) VALUES (%2$s, %2$s)$$),
('drop_index', $$INSERT INTO %1$s (id, v) VALUES (%2$s, %2$s)$$,
 $$INSERT INTO %1$s (id, v) VALUES (%2$s, %2$s)$$),
('catalog_type', $$INSERT INTO %1$s (id, v) VALUES (%2$s, 'twenty at the most')$$,
 $$INSERT INTO %1$s (id, v) VALUES (%2$s, 'more than twenty')$$),
('key_type', $$INSERT INTO %1$s (parent, n) VALUES (5, 'old'); UPDATE %1$s SET id = %2$s WHERE id = 20; INSERT INTO %1$s_child VALUES (%2$s, 7)$$,
 $$INSERT INTO %1$s (id, parent, n) VALUES (%2$s, 6, 'new')$$),
('serial_type', $$INSERT INTO %1$s (n) VALUES ('old')$$,
 $$INSERT INTO %1$s (n) VALUES ('new'); UPDATE %1$s SET id = %2$s WHERE id = 1$$),
('add_computed', $$INSERT INTO %1$s (id, v) VALUES (%2$s, 8); UPDATE %1$s SET v = %2$s WHERE id = 3$$,
 $$INSERT INTO %1$s (id, v, c) VALUES (%2$s, 9, 'new'); UPDATE %1$s SET c = 'new %2$s' WHERE id = 4$$),
('fill_nulls', $$INSERT INTO %1$s (id, n) VALUES (%2$s, 8); UPDATE %1$s SET n = %2$s WHERE id = 3$$,
 $$INSERT INTO %1$s (id, v, n) VALUES (%2$s, 9, 9)$$),
('change_type', $$INSERT INTO %1$s (id, v) VALUES (%2$s, '8'); UPDATE %1$s SET v = '%2$s' WHERE id = 3$$,
 $$INSERT INTO %1$s (id, v) VALUES (%2$s, '9'); UPDATE %1$s SET v = '%2$s' WHERE id = 4$$),
('lossy_type', $$INSERT INTO %1$s (id, v) VALUES (%2$s, 8.5); UPDATE %1$s SET v = %2$s WHERE id = 3$$,
 $$INSERT INTO %1$s (id, v) VALUES (%2$s, 9); UPDATE %1$s SET v = %2$s WHERE id = 4$$),
('transform', $$INSERT INTO %1$s (id, a, b) VALUES (%2$s, 8, 3); UPDATE %1$s SET a = %2$s WHERE id = 3$$,
 $$INSERT INTO %1$s (id, p, q, r) VALUES (%2$s, 2, 1, 4); UPDATE %1$s SET p = %2$s WHERE id = 4$$)
) AS a (kind, old_app, new_app) WHERE a.kind = kind.kind;

\if :{?more_kinds}
\i :more_kinds
\endif

INSERT INTO step_of SELECT kind, state FROM kind, unnest('{running,paused,ready,contracted}'::text[]) AS state;
INSERT INTO step_of SELECT kind, 'failed' FROM kind WHERE broken IS NOT NULL;
INSERT INTO step_of VALUES ('rename', 'finalized'), ('lossy_type', 'rolled_back');
-- These are ready at once.
DELETE FROM step_of WHERE state IN ('running', 'paused')
   AND kind IN ('add_constant', 'drop_column', 'drop_reversible', 'drop_index', 'catalog_type', 'rename_table', 'move_table');

-- Tables, in the order of kinds; what is ready or more gets its worker.
SELECT format(k.make, s.kind || '_' || s.state) FROM kind k JOIN step_of s USING (kind) ORDER BY n, state \gexec
SELECT format(k.broken, s.kind || '_' || s.state) FROM kind k JOIN step_of s USING (kind) WHERE state = 'failed' ORDER BY n \gexec
\o /dev/null
SET zdm.start_worker = off;
SELECT 'SELECT ' || format(k.call, s.kind || '_' || s.state) FROM kind k JOIN step_of s USING (kind) ORDER BY n, state \gexec
RESET zdm.start_worker;
SELECT format('CALL zdm.wait(%L)', m.name) FROM zdm.migration m WHERE name ~ '_(ready|contracted|finalized)$' ORDER BY id \gexec
SELECT format('SELECT zdm.pause(%L)', m.name) FROM zdm.migration m WHERE name ~ '_paused$' AND status = 'running' ORDER BY id \gexec
SELECT format('SELECT zdm.contract(%L)', m.name) FROM zdm.migration m WHERE name ~ '_(contracted|finalized)$' ORDER BY id \gexec
SELECT zdm.finalize('rename_finalized'), zdm.rollback('lossy_type_rolled_back');
\set ON_ERROR_STOP off
SELECT format('SELECT zdm.alter_backfill(%L, batch_time => ''1 ms'')', m.name) FROM zdm.migration m WHERE name ~ '_failed$' ORDER BY id \gexec
SELECT format('CALL zdm.wait(%L)', m.name) FROM zdm.migration m WHERE name ~ '_failed$' ORDER BY id \gexec
\set ON_ERROR_STOP on
\o
SELECT format(k.mended, s.kind || '_' || s.state) FROM kind k JOIN step_of s USING (kind) WHERE state = 'failed' ORDER BY n \gexec
