-- NOT NULL in trees of tables, and the kinds of it that 18 knows: NOT VALID, NO INHERIT, with names and
-- comments.  What a rollback leaves behind is what was there before.
\set SHOW_CONTEXT never
SELECT current_setting('server_version_num')::int >= 180000 AS native \gset
SET client_min_messages = warning;
-- each table's verdict on NULL in a column, and its constraint where there is one
CREATE FUNCTION nulls_of(tables text, col text) RETURNS TABLE (tbl regclass, refuses boolean, kind text) LANGUAGE sql AS $$
    SELECT c.oid::regclass, a.attnotnull,
           (SELECT string_agg(concat_ws(', ', pg_get_constraintdef(k.oid), 'local ' || k.conislocal, 'inherited ' || k.coninhcount,
                                        obj_description(k.oid, 'pg_constraint'), k.conname), '; ')
              FROM pg_constraint k WHERE k.conrelid = c.oid AND k.contype = 'n' AND k.conkey = ARRAY[a.attnum])
      FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = col
     WHERE c.relname LIKE tables AND c.relkind IN ('r', 'p') ORDER BY c.relname $$;

-- a primary key over partitions: none of them is left with NOT NULL, but for the one that had it
CREATE TABLE nk (id int, k int) PARTITION BY RANGE (id);
CREATE TABLE nk_1 PARTITION OF nk FOR VALUES FROM (0) TO (100);
CREATE TABLE nk_2 PARTITION OF nk FOR VALUES FROM (100) TO (200) PARTITION BY RANGE (id);
CREATE TABLE nk_3 PARTITION OF nk_2 FOR VALUES FROM (100) TO (150);
CREATE TABLE nk_4 PARTITION OF nk (k NOT NULL) FOR VALUES FROM (200) TO (300);
INSERT INTO nk SELECT g, g FROM generate_series(1, 149) g;
-- before 18 the partition will lose what it had, and the plan says so
SELECT note FROM zdm.plan($$zdm.expand_not_null('nk', 'k')$$, full => true) WHERE note LIKE '%Partition%';
SELECT zdm.expand_primary_key('nk', '{id,k}', name => 'nk');
CALL zdm.wait('nk');
INSERT INTO nk VALUES (5, NULL);
INSERT INTO nk VALUES (105, NULL);
SELECT zdm.rollback('nk');
SELECT tbl, refuses FROM nulls_of('nk%', 'k') WHERE tbl <> 'nk_4'::regclass;
SELECT tbl, refuses FROM nulls_of('nk%', 'id');
INSERT INTO nk VALUES (5, NULL), (105, NULL);

-- children by inheritance that are NOT NULL themselves stay so; children that are not are not overlooked
CREATE TABLE ni (id int, a int);
CREATE TABLE ni_1 (CHECK (id < 100)) INHERITS (ni);
CREATE TABLE ni_2 () INHERITS (ni);
ALTER TABLE ni_1 ALTER a SET NOT NULL;
INSERT INTO ni VALUES (1, NULL);
INSERT INTO ni_1 VALUES (2, 2);
INSERT INTO ni_2 VALUES (3, NULL);
SELECT zdm.expand_not_null('ni', 'a', fill => '0', name => 'ni');
CALL zdm.wait('ni');
SELECT tableoid::regclass, * FROM ni ORDER BY id;
SELECT tbl, refuses FROM nulls_of('ni%', 'a');
SELECT zdm.rollback('ni');
SELECT * FROM nulls_of('ni%', 'a');
INSERT INTO ni_1 VALUES (4, NULL);
ALTER TABLE ONLY ni ALTER a SET NOT NULL;
\if :native
-- there it is NO INHERIT, see below
SELECT * FROM nulls_of('ni%', 'a');
\else
INSERT INTO ni_2 VALUES (5, NULL);
SELECT zdm.expand_not_null('ni', 'a', fill => '7', name => 'ni_again');
CALL zdm.wait('ni_again');
SELECT * FROM nulls_of('ni%', 'a');
SELECT tableoid::regclass, * FROM ni ORDER BY id;
SELECT zdm.rollback('ni_again');
SELECT * FROM nulls_of('ni%', 'a');
\endif

-- a column that goes away, where children have NOT NULL of their own: the new application can write to all
CREATE TABLE nd (id int, k int NOT NULL) PARTITION BY RANGE (id);
CREATE TABLE nd_1 PARTITION OF nd (k NOT NULL) FOR VALUES FROM (0) TO (100);
CREATE TABLE nd_2 PARTITION OF nd FOR VALUES FROM (100) TO (200);
ALTER TABLE nd_2 ALTER k SET NOT NULL;
CREATE TABLE nd_3 PARTITION OF nd FOR VALUES FROM (200) TO (300);
CREATE TABLE ne (id int, k int NOT NULL);
CREATE TABLE ne_1 () INHERITS (ne);
ALTER TABLE ne_1 ALTER k SET NOT NULL;
CREATE TABLE ne_2 () INHERITS (ne);
\if :native
COMMENT ON CONSTRAINT ne_k_not_null ON ne IS 'every one has a k';
\endif
SELECT zdm.expand_drop_column('nd', 'k', name => 'nd'), zdm.expand_drop_column('ne', 'k', name => 'ne');
INSERT INTO nd (id) VALUES (1), (101), (201);
INSERT INTO ne (id) VALUES (1);
INSERT INTO ne_1 (id) VALUES (2);
INSERT INTO ne_2 (id) VALUES (3);
SELECT zdm.contract('nd'), zdm.contract('ne');
INSERT INTO nd (id) VALUES (1), (101), (201);
RESET client_min_messages;
SELECT zdm.rollback('nd');
SELECT zdm.rollback('ne');
SET client_min_messages = warning;
INSERT INTO nd (id) VALUES (1);
INSERT INTO ne_1 (id) VALUES (1);
SELECT * FROM nulls_of('nd%', 'k');
SELECT * FROM nulls_of('ne%', 'k');

\if :native
-- NOT VALID: rows may be NULL, so there is something to do
CREATE TABLE nv (id int PRIMARY KEY, a int, b int, c int, d int);
INSERT INTO nv SELECT g, nullif(g, 7), nullif(g, 8), nullif(g, 9), g FROM generate_series(1, 10) g;
ALTER TABLE nv ADD CONSTRAINT a_filled NOT NULL a NOT VALID, ADD CONSTRAINT b_filled NOT NULL b NOT VALID,
    ADD CONSTRAINT c_filled NOT NULL c NOT VALID, ADD CONSTRAINT d_filled NOT NULL d NOT VALID;
SELECT phase, command, undo, note FROM zdm.plan($$zdm.expand_not_null('nv', 'a', fill => '0')$$, full => true);
SELECT zdm.expand_not_null('nv', 'a', fill => '0', name => 'nv_a');
INSERT INTO nv (id, b, c, d) VALUES (11, 1, 1, 11);
CALL zdm.wait('nv_a');
SELECT zdm.contract('nv_a'), zdm.finalize('nv_a');
SELECT id, a FROM nv WHERE id IN (7, 11) ORDER BY id;
SELECT zdm.expand_not_null('nv', 'b', name => 'nv_b');
\set VERBOSITY terse
CALL zdm.wait('nv_b');
\set VERBOSITY default
CALL zdm.fix_violations('nv_b', set => '{"b": "-1"}');
SELECT zdm.resume('nv_b');
CALL zdm.wait('nv_b');
SELECT zdm.rollback('nv_b');
SELECT id, b FROM nv WHERE id = 8;
-- a change of type can't tell such a row from one that is not filled; what only changes the catalog can
SELECT zdm.expand_change_type('nv', 'c', 'bigint');
ALTER TABLE nv ADD v varchar(10), ADD CONSTRAINT v_filled NOT NULL v NOT VALID;
SELECT command FROM zdm.plan($$zdm.expand_change_type('nv', 'v', 'varchar(20)')$$, full => true);
ALTER TABLE nv DROP v;
-- a primary key makes it valid first
ALTER TABLE nv DROP CONSTRAINT nv_pkey;
SELECT zdm.expand_primary_key('nv', '{d}', name => 'nv_d');
CALL zdm.wait('nv_d');
SELECT * FROM nulls_of('nv', 'a') UNION ALL SELECT * FROM nulls_of('nv', 'b') UNION ALL
SELECT * FROM nulls_of('nv', 'c') UNION ALL SELECT * FROM nulls_of('nv', 'd');

-- NO INHERIT: children may be NULL, and a primary key can't do with it
CREATE TABLE no (id int CONSTRAINT id_alone NOT NULL NO INHERIT, a int CONSTRAINT a_alone NOT NULL NO INHERIT, b int);
SELECT zdm.expand_not_null('no', 'a', name => 'no_a');
SELECT zdm.rollback('no_a');
SELECT zdm.expand_primary_key('no', '{id}');
CREATE TABLE no_1 (CONSTRAINT b_alone NOT NULL b NO INHERIT) INHERITS (no);
SELECT zdm.expand_not_null('no', 'a');
SELECT zdm.expand_not_null('no', 'b');
ALTER TABLE no_1 ALTER CONSTRAINT b_alone INHERIT;
SELECT zdm.expand_not_null('no', 'b', name => 'no_b');
SELECT zdm.expand_not_null('no_1', 'a', name => 'no_a');
CALL zdm.wait('no_a');
ALTER TABLE no ALTER CONSTRAINT a_alone INHERIT;
SELECT * FROM nulls_of('no%', 'a');

-- name, comment and NO INHERIT go along with a change of type, and come back
CREATE TABLE nt (id int, a int CONSTRAINT a_alone NOT NULL NO INHERIT, b int CONSTRAINT b_there NOT NULL);
COMMENT ON CONSTRAINT a_alone ON nt IS 'alone';
COMMENT ON CONSTRAINT b_there ON nt IS 'there';
INSERT INTO nt SELECT g, g, g FROM generate_series(1, 10) g;
CREATE TABLE nt_before AS SELECT * FROM nulls_of('nt', 'a') UNION ALL SELECT * FROM nulls_of('nt', 'b');
CREATE FUNCTION nt_differs() RETURNS SETOF text LANGUAGE sql AS $$
    SELECT b.kind || ' is ' || coalesce(n.kind, 'gone') FROM nt_before b
      LEFT JOIN (SELECT * FROM nulls_of('nt', 'a') UNION ALL SELECT * FROM nulls_of('nt', 'b')) n USING (kind)
     WHERE n.kind IS NULL $$;
SELECT zdm.expand_change_type('nt', 'a', 'bigint', name => 'nt_a'), zdm.expand_change_type('nt', 'b', 'text', name => 'nt_b');
CALL zdm.wait('nt_a');
CALL zdm.wait('nt_b');
SELECT nt_differs();
SELECT zdm.contract('nt_a'), zdm.contract('nt_b');
SELECT nt_differs();
SELECT zdm.reopen('nt_a'), zdm.reopen('nt_b');
SELECT nt_differs();
SELECT zdm.contract('nt_a'), zdm.contract('nt_b');
SELECT zdm.rollback('nt_a'), zdm.finalize('nt_b');
SELECT * FROM nt_before;
SELECT nt_differs();
SELECT zdm.contract('no_a'), zdm.finalize('no_a'), zdm.rollback('no_b'), zdm.rollback('nv_d');
DROP TABLE nv, no, nt, nt_before CASCADE;
DROP FUNCTION nt_differs;
\endif
DROP TABLE nk, ni, nd, ne CASCADE;
DROP FUNCTION nulls_of;
