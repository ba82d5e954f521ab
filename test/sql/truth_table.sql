-- Who wins: every line of the table in docs/internals.md, "Sync".
CREATE TABLE t (id int PRIMARY KEY, old int, other text);
SET zdm.start_worker = off;
SET zdm.at_once = off;
SELECT zdm.expand_rename('t', 'old', 'new', name => 'truth');
-- a row that was there before the trigger: made by hand, without it
ALTER TABLE t DISABLE TRIGGER ALL;
INSERT INTO t (id, old) VALUES (1, 10), (2, 20), (3, 30), (4, NULL);
ALTER TABLE t ENABLE ALWAYS TRIGGER "~zdm_truth";

CREATE FUNCTION show(wanted int[]) RETURNS SETOF text LANGUAGE sql AS
    $$ SELECT format('%s: old %s, new %s', id, coalesce(old::text, 'null'), coalesce(new::text, 'null'))
         FROM t WHERE id = ANY (wanted) ORDER BY id $$;

-- not backfilled, neither changed: filled for free
UPDATE t SET other = 'x' WHERE id = 1;
UPDATE t SET other = 'x' WHERE id = 4;
SELECT show('{1,2,4}');
-- not backfilled, old changed
UPDATE t SET old = 21 WHERE id = 2;
-- not backfilled, new changed
UPDATE t SET new = 31 WHERE id = 3;
SELECT show('{2,3}');

-- INSERT of an old writer, of a new writer, of neither
INSERT INTO t (id, old) VALUES (11, 1);
INSERT INTO t (id, new) VALUES (12, 2);
INSERT INTO t (id) VALUES (13);
-- both, consistent; both, in conflict: the new schema wins
INSERT INTO t (id, old, new) VALUES (14, 4, 4), (15, 5, 50);
SELECT show('{11,12,13,14,15}');

-- UPDATE of old, of new, of both consistent, of both in conflict
UPDATE t SET old = 101 WHERE id = 11;
UPDATE t SET new = 102 WHERE id = 12;
UPDATE t SET old = 104, new = 104 WHERE id = 14;
UPDATE t SET old = 105, new = 1050 WHERE id = 15;
SELECT show('{11,12,14,15}');
-- to null and back, from both sides
UPDATE t SET old = NULL WHERE id = 11;
UPDATE t SET new = NULL WHERE id = 12;
SELECT show('{11,12}');
UPDATE t SET new = 1 WHERE id = 11;
UPDATE t SET old = 2 WHERE id = 12;
SELECT show('{11,12}');

-- a session that says it is old
SET zdm.writer = 'old';
INSERT INTO t (id, old) VALUES (21, 1);
INSERT INTO t (id, old, new) VALUES (22, 2, 20);
UPDATE t SET old = 105, new = 1050 WHERE id = 14;
UPDATE t SET new = 7 WHERE id = 15;
SELECT show('{14,15,21,22}');
-- a session that says it is new: its NULL is meant
SET zdm.writer = 'new';
INSERT INTO t (id, new) VALUES (31, 1);
INSERT INTO t (id, old, new) VALUES (32, 2, 20), (33, 3, NULL);
UPDATE t SET old = 5, new = 50 WHERE id = 14;
UPDATE t SET old = 7 WHERE id = 15;
SELECT show('{14,15,31,32,33}');
RESET zdm.writer;
SET zdm.writer = 'both';
RESET zdm.writer;

-- COPY, ON CONFLICT, MERGE, RETURNING
COPY t (id, old) FROM stdin;
41	1
42	\N
\.
COPY t (id, new) FROM stdin;
43	3
\.
INSERT INTO t (id, old) VALUES (41, 9) ON CONFLICT (id) DO UPDATE SET old = EXCLUDED.old + 1 RETURNING id, old, new;
INSERT INTO t (id, new) VALUES (42, 8) ON CONFLICT (id) DO UPDATE SET new = EXCLUDED.new + 1 RETURNING id, old, new;
INSERT INTO t (id, new) VALUES (43, 8) ON CONFLICT DO NOTHING RETURNING id, old, new;
MERGE INTO t USING (VALUES (41, 100), (44, 400)) AS s (id, v) ON t.id = s.id
    WHEN MATCHED THEN UPDATE SET new = s.v
    WHEN NOT MATCHED THEN INSERT (id, old) VALUES (s.id, s.v);
SELECT show('{41,42,43,44}');

-- replicated changes pass the trigger too
SET session_replication_role = replica;
INSERT INTO t (id, old) VALUES (51, 1);
UPDATE t SET old = 2 WHERE id = 51;
RESET session_replication_role;
SELECT show('{51}');

CALL zdm.run('truth');
SELECT rows, mismatches FROM zdm.verify('truth');

-- after contract the new schema is the truth, whoever writes
SELECT zdm.contract('truth');
INSERT INTO t (id, new) VALUES (61, 1);
INSERT INTO t (id, zdm_old_old, new) VALUES (62, 5, 2);
INSERT INTO t (id) VALUES (63);
UPDATE t SET zdm_old_old = 77 WHERE id = 61;
UPDATE t SET new = 22 WHERE id = 62;
SET zdm.writer = 'old';
UPDATE t SET new = 3, zdm_old_old = 33 WHERE id = 63;
RESET zdm.writer;
SELECT id, zdm_old_old, new FROM t WHERE id > 60 ORDER BY id;
SELECT rows, mismatches FROM zdm.verify('truth');

-- the trigger function can't be abused
CREATE TABLE u (a int);
CREATE TRIGGER bad AFTER INSERT ON u FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('{}');
INSERT INTO u VALUES (1);
DROP TRIGGER bad ON u;
CREATE TRIGGER bad BEFORE INSERT ON u FOR EACH ROW EXECUTE FUNCTION zdm.sync_columns('not json');
INSERT INTO u VALUES (1);
DROP TRIGGER bad ON u;
CREATE TRIGGER bad BEFORE INSERT ON u FOR EACH ROW
    EXECUTE FUNCTION zdm.sync_columns('{"old": ["x"], "new": ["a"], "forward": [null], "authority": "both"}');
INSERT INTO u VALUES (1);
SELECT zdm.sync_columns();

DROP TABLE t, u;
DROP FUNCTION show;
RESET zdm.start_worker;
