-- A table that gets another owner in mid-flight takes along what zdm has made beside it: each kind, by each
-- command, before each call.  Its new owner goes on with the migration, or ends it, as the former one would have.
SET client_min_messages = warning;
\set VERBOSITY terse
CREATE ROLE oo_first;
CREATE ROLE oo_second;
CREATE SCHEMA oo;
CREATE SCHEMA oo_tables;
GRANT ALL ON SCHEMA oo, oo_tables TO oo_first, oo_second;
SET search_path = oo, oo_tables;
CREATE TABLE kinds (kind text, call text);
INSERT INTO kinds VALUES
    ('rename', $$expand_rename('t', 'v', 'w')$$),
    ('change_type', $$expand_change_type('t', 'v', 'bigint')$$),
    ('transform', $$expand_transform('t', '{c}', '{"u": {"type": "text", "forward": "upper(c)"}}', '{"c": "lower(u)"}')$$),
    ('add_column', $$expand_add_column('t', 'n', 'int')$$),
    ('drop_column', $$expand_drop_column('t', 'v')$$),
    ('not_null', $$expand_not_null('t', 'c')$$),
    ('check', $$expand_check('t', 'sane', 'x < 1000')$$),
    ('unique', $$expand_unique('t', '{v}')$$),
    ('foreign_key', $$expand_foreign_key('t', '{x}', 'other')$$),
    ('index', $$expand_index('CREATE INDEX t_c ON t (c)')$$),
    ('rename_table', $$expand_rename_table('t', 't_too')$$),
    ('compact', $$expand_compact('t')$$),
    ('shadow_table', $$expand_shadow_table('t', '(c text, x int, v int, id int)')$$),
    ('partition', $$expand_partition('t', 'HASH (id)', partitions => 2)$$),
    ('extract', $$expand_extract('t', '{c}', 't_c')$$),
    ('merge', $$expand_merge_tables('t', '{other}')$$);
-- by a command for the table, and where a kind is about two, for the other one; by one for all that the first
-- owner has; by a script that goes through his statistics, tables and views, the hidden ones first
CREATE TABLE ways (way text);
INSERT INTO ways VALUES ('alter'), ('reassign'), ('script');
CREATE TABLE ends (ending text, before text, behind text);
INSERT INTO ends VALUES ('contract', NULL, 'contract,reopen,rollback'), ('contracted', 'contract', 'reopen,contract,finalize'), ('back', 'contract', 'rollback'),
    ('rollback', NULL, 'rollback');
SET search_path = oo_tables, oo;
CREATE TABLE oo.seen (kind text, way text, ending text, left_behind text, said text, again text);
CREATE FUNCTION oo.make() RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    CREATE TABLE t (id int PRIMARY KEY, v int NOT NULL DEFAULT 1, c text, x int CONSTRAINT positive CHECK (x > 0));
    CREATE INDEX t_v ON t (v);
    CREATE STATISTICS t_statistics ON v, x FROM t;
    CREATE TABLE other (id int PRIMARY KEY REFERENCES t ON DELETE CASCADE, y int NOT NULL);
    INSERT INTO t SELECT g, g, 'c' || g, g FROM generate_series(1, 100) g;
    INSERT INTO other SELECT g, g FROM generate_series(1, 100) g;
END $$;
CREATE FUNCTION oo.clear() RETURNS void LANGUAGE plpgsql SET client_min_messages = error AS $$
DECLARE
    r record;
BEGIN
    FOR r IN SELECT oid::regclass::text AS name, CASE relkind WHEN 'v' THEN 'VIEW' ELSE 'TABLE' END AS kind FROM pg_class
              WHERE relnamespace = 'oo_tables'::regnamespace AND relkind IN ('r', 'p', 'v') AND NOT relispartition LOOP
        EXECUTE format('DROP %s IF EXISTS %s CASCADE', r.kind, r.name);
    END LOOP;
END $$;
CREATE FUNCTION oo.hand_over(way text, migration text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    r record;
BEGIN
    IF way = 'reassign' THEN
        REASSIGN OWNED BY oo_first TO oo_second;
    END IF;
    IF way = 'script' THEN
        FOR r IN SELECT stxname AS name FROM pg_statistic_ext WHERE stxnamespace = 'oo_tables'::regnamespace LOOP
            EXECUTE format('ALTER STATISTICS %I OWNER TO oo_second', r.name);
        END LOOP;
    END IF;
    FOR r IN SELECT c.oid::regclass AS name FROM pg_class c
              WHERE relnamespace = 'oo_tables'::regnamespace AND relkind IN ('r', 'p', 'v')
                AND CASE way WHEN 'alter'
                       THEN c.oid = (SELECT relation FROM zdm.status WHERE name IN (migration, migration || '_other'))
                            OR (relname = 'other' AND migration ~ '^(foreign_key|merge)') ELSE way = 'script' END
              ORDER BY relname LIKE 'zdm%' DESC, relname LOOP
        EXECUTE format('ALTER TABLE %s OWNER TO oo_second', r.name);
    END LOOP;
END $$;
-- gives the rest, which is no doing of zdm's: statistics of the first owner, the other table, partitions
CREATE FUNCTION oo.give_rest() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    r record;
BEGIN
    FOR r IN SELECT 'STATISTICS' AS kind, format('%I', stxname) AS name FROM pg_statistic_ext WHERE stxname = 't_statistics'
              UNION ALL SELECT 'TABLE', oid::regclass::text FROM pg_class WHERE relnamespace = 'oo_tables'::regnamespace AND relkind IN ('r', 'p') LOOP
        EXECUTE format('ALTER %s %s OWNER TO oo_second', r.kind, r.name);
    END LOOP;
END $$;
-- what zdm has made and what does not belong to the second owner now
CREATE FUNCTION oo.left_behind(way text) RETURNS text LANGUAGE sql AS $$
    SELECT string_agg(name, ', ' ORDER BY name)
      FROM (SELECT relname::text, relowner FROM pg_class WHERE relnamespace = 'oo_tables'::regnamespace AND relkind IN ('r', 'p', 'v')
             UNION ALL SELECT stxname, stxowner FROM pg_statistic_ext WHERE stxname LIKE 'zdm%') AS o (name, owner)
     WHERE owner = 'oo_first'::regrole AND name NOT IN ('other') $$;
CREATE FUNCTION oo.try(calls text, migration text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    call text;
    help text;
BEGIN
    FOREACH call IN ARRAY string_to_array(calls, ',') LOOP
        EXECUTE format('SELECT zdm.%I(%L)', call, migration);
    END LOOP;
    RETURN 'done';
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS help = PG_EXCEPTION_HINT;
    RETURN format('%s: %s %s', call, SQLERRM, help);
END $$;
GRANT ALL ON ALL TABLES IN SCHEMA oo TO oo_first, oo_second;
SELECT unnest(ARRAY['RESET ROLE', 'SELECT clear()', 'SET ROLE oo_first', 'SELECT make()', format('SELECT zdm.%s, name => %L)', left(call, -1), m), 'RESET ROLE',
       format('CALL zdm.wait(%L)', m), 'SET ROLE oo_first', format('SELECT try(%L, %L)', before, m), 'RESET ROLE',
       format('SELECT hand_over(%L, %L)', way, m), format('INSERT INTO seen SELECT %L, %L, %L, left_behind(%2$L)', kind, way, ending), 'SET ROLE oo_second',
       format('UPDATE seen SET said = try(%L, %L) WHERE kind = %L AND way = %L AND ending = %L', behind, m, kind, way, ending),
       'RESET ROLE', 'SELECT give_rest()', 'SET ROLE oo_second', -- which is what the hints say
       format('UPDATE seen SET again = try(%L, %L) WHERE kind = %L AND way = %L AND ending = %L AND said <> %L', behind, m, kind, way, ending, 'done')])
  FROM kinds, ways, ends, concat_ws('_', kind, way, ending) AS m
 WHERE way = 'alter'
    OR ending LIKE CASE way WHEN 'script' THEN 'contract%' ELSE 'contracted' END AND kind IN ('change_type', 'rename_table', 'compact', 'shadow_table', 'partition', 'extract', 'merge') ORDER BY kind, way, ending
\set ECHO none
\o /dev/null
\gexec
\o
\set ECHO all
RESET ROLE;
SELECT clear();
SELECT kind, way, ending, left_behind, said, again FROM seen WHERE left_behind IS NOT NULL OR said <> 'done' ORDER BY 1, 2, 3;
SELECT kind, count(*) FROM seen GROUP BY 1 ORDER BY 1;

-- A view that somebody has made another thing of does not go along: it would show what is the new owner's.
CREATE FUNCTION oo.owners() RETURNS TABLE (name name, owner text) LANGUAGE sql AS $$
    SELECT relname, relowner::regrole::text FROM pg_class WHERE relnamespace = 'oo_tables'::regnamespace AND relkind IN ('r', 'v') ORDER BY relname COLLATE "C" $$;
SET ROLE oo_first;
SELECT make();
SELECT zdm.expand_extract('t', '{c}', 't_c', name => 'replaced');
CALL zdm.wait('replaced');
ALTER VIEW t_c SET (security_invoker = false);
RESET ROLE;
\set VERBOSITY default
ALTER TABLE t OWNER TO oo_second;
SELECT * FROM owners();
ALTER VIEW t_c SET (security_invoker = true);
-- which comes along when it is done once more; and the hidden one alone is told of
ALTER TABLE t OWNER TO oo_second;
ALTER TABLE zdm_new_t_c OWNER TO oo_first;
SELECT zdm.rollback('replaced');
SELECT clear();

-- Until its turn a merge is of two tables of users, each to be given by itself; the log goes along with the whole.
SET ROLE oo_first;
SELECT make();
BEGIN;
SELECT zdm.expand_merge_tables('t', '{other}', name => 'merged');
SELECT zdm.pause('merged');
COMMIT;
RESET ROLE;
ALTER TABLE t OWNER TO oo_second;
SELECT * FROM owners();
SELECT zdm.resume('merged');
DO $$ BEGIN FOR i IN 1..600 LOOP COMMIT; EXIT WHEN EXISTS (SELECT FROM zdm.status WHERE status = 'failed'); PERFORM pg_sleep(0.1); END LOOP; END $$;
SELECT status, last_error FROM zdm.status WHERE name LIKE 'merged%';
ALTER TABLE other OWNER TO oo_second;
SELECT * FROM owners();
SET ROLE oo_second;
UPDATE other SET y = 1000 WHERE id = 1;
SELECT zdm.resume('merged');
CALL zdm.wait('merged');
SELECT id, y FROM t WHERE id < 3 ORDER BY id;
RESET ROLE;
ALTER TABLE t OWNER TO oo_first;
SELECT * FROM owners();
SET ROLE oo_first;
SELECT zdm.rollback('merged');
SELECT * FROM owners();
RESET ROLE;
SELECT clear();

-- While they are of two both can be had back as they were.
SET ROLE oo_first;
SELECT make();
ALTER TABLE other ALTER y DROP NOT NULL;
BEGIN;
SELECT zdm.expand_merge_tables('t', '{other}', name => 'halved');
SELECT zdm.pause('halved');
COMMIT;
RESET ROLE;
\set VERBOSITY terse
ALTER TABLE t OWNER TO oo_second;
SET ROLE oo_second;
BEGIN;
SELECT zdm.rollback('halved');
ROLLBACK;
SELECT zdm.forget('halved');
RESET ROLE;
SELECT conrelid::regclass, conname FROM pg_constraint WHERE conname LIKE 'zdm%' AND connamespace = 'oo_tables'::regnamespace;
SELECT * FROM owners();
SELECT clear();

-- A table under two names is given away by the name that it has by now, the other one is a view.
SET ROLE oo_first;
SELECT make();
SELECT zdm.expand_rename_table('t', 't_too', name => 'renamed'), zdm.contract('renamed');
RESET ROLE;
ALTER TABLE t OWNER TO oo_second;
ALTER TABLE t_too OWNER TO oo_second;
SELECT zdm.rollback('renamed');
SELECT clear();
-- Nothing is left under way, for whoever comes behind.
SELECT name, status FROM zdm.status
 WHERE status NOT IN ('finalized', 'rolled_back')
   AND (name ~ '^(replaced|merged|halved|renamed)' OR name ~ ANY (SELECT '^' || kind || '_(alter|reassign|script)_' FROM kinds)) ORDER BY name;
SET search_path = public;
DROP SCHEMA oo, oo_tables CASCADE;
DROP ROLE oo_first, oo_second;
