-- A table's owner gets no right of whoever owns a partition or a child of it: what a
-- migration of the parent evaluates runs as the parent's owner, wherever the row is.
SET client_min_messages = error;
CREATE SCHEMA parts AUTHORIZATION zdm_owner;
GRANT USAGE, CREATE ON SCHEMA parts TO PUBLIC;
GRANT zdm_owner TO zdm_victim; -- who attaches a table owns the parent, too
\o /dev/null
\c - zdm_owner
SET client_min_messages = error;
CREATE TABLE parts.ran (who name, what text);
GRANT INSERT ON parts.ran TO PUBLIC;
CREATE FUNCTION parts.note(what text) RETURNS void LANGUAGE sql
    AS 'INSERT INTO parts.ran VALUES (current_user, what)';
CREATE FUNCTION parts.f(what text, x int) RETURNS int LANGUAGE plpgsql STABLE
    AS 'BEGIN PERFORM parts.note(what); RETURN x; END';
-- Runs while an expression is parsed, and while it is planned.
CREATE FUNCTION parts.checks(what text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE
    AS 'BEGIN PERFORM parts.note(what); RETURN true; END';
CREATE DOMAIN parts.parsed AS int CHECK (parts.checks('domain'));
CREATE TYPE parts.composite AS (x parts.parsed);
CREATE FUNCTION parts.planned(c parts.composite) RETURNS int LANGUAGE plpgsql IMMUTABLE
    AS 'BEGIN PERFORM parts.note(''planned''); RETURN 0; END';

CREATE TABLE parts.listed (id int, a int, c int, g int) PARTITION BY LIST (id);
CREATE TABLE parts.listed_1 PARTITION OF parts.listed FOR VALUES IN (1);
CREATE TABLE parts.parent (id int, a int, c int, g int);
CREATE TABLE parts.child () INHERITS (parts.parent);
INSERT INTO parts.child SELECT g, g, g, g FROM generate_series(1, 10) g;
SELECT zdm.expand_add_column('parts.' || t, 'b', 'int', name => 'parts_' || t,
           backfill => 'parts.f(''forward'', a) + parts.planned(''(1)''::parts.composite)'),
       zdm.expand_drop_column('parts.' || t, 'g', 'parts.f(''reverse'', a)', name => 'parts_drop_' || t)
  FROM unnest('{listed,parent}'::text[]) t;
CALL zdm.wait('parts_listed', '1 min');
CALL zdm.wait('parts_parent', '1 min');
\c - zdm_victim
SET client_min_messages = error;
CREATE TABLE parts.listed_2 (id int, a int, c int, g int, b int);
INSERT INTO parts.listed_2 SELECT 2, g, g, g FROM generate_series(1, 10) g;
ALTER TABLE parts.listed ATTACH PARTITION parts.listed_2 FOR VALUES IN (2);
\c - postgres
SET client_min_messages = error;
CREATE TABLE parts.listed_3 PARTITION OF parts.listed FOR VALUES IN (3);
ALTER TABLE parts.child OWNER TO zdm_victim;
GRANT INSERT, SELECT ON parts.listed, parts.child TO zdm_nobody;
\c - zdm_owner
SET client_min_messages = error;
SELECT zdm.resume('parts_listed');
CALL zdm.wait('parts_listed', '1 min');
CALL zdm.wait('parts_parent', '1 min');
INSERT INTO parts.listed (id, a) VALUES (1, 1), (2, 3), (3, 4);
UPDATE parts.listed SET a = a + 1;
UPDATE parts.parent SET a = a + 1;
SELECT zdm.verify('parts_listed');
SELECT zdm.verify('parts_parent');
\c - postgres
SELECT zdm.contract('parts_drop_listed');
\c - zdm_owner
INSERT INTO parts.listed (id, a) VALUES (1, 1), (2, 3), (3, 4);
\c - zdm_nobody
INSERT INTO parts.listed (id, a) VALUES (1, 1), (2, 3), (3, 4);
INSERT INTO parts.child (id, a) VALUES (1, 1);
\c - postgres
SELECT zdm.verify('parts_listed');
-- The backfill writes rows, over the parent's checks.  Then SET NOT NULL wants the owner
-- of all partitions, as the server does.
ALTER TABLE parts.listed ADD CHECK (parts.checks(concat('check ', c, current_query() ~ 'ADD CHECK')));
SELECT zdm.expand_not_null('parts.listed', 'c', 'parts.f(''fill'', 1)', name => 'parts_null');
\set ON_ERROR_STOP off
CALL zdm.wait('parts_null', '1 min');
\set ON_ERROR_STOP on
\o

SELECT no_plan();
SELECT is(who, 'zdm_owner', 'run by the parent''s owner: ' || what)
  FROM (SELECT DISTINCT who, what FROM parts.ran WHERE what !~ '^check') r ORDER BY what;
SELECT is((SELECT string_agg(DISTINCT what, ' ' ORDER BY what) FROM parts.ran WHERE what !~ '^check'),
          'domain fill forward planned reverse', 'each kind of code has run');
-- The server itself runs a check as the one who adds it.
SELECT is((SELECT string_agg(DISTINCT who, ' ') FROM parts.ran WHERE what = 'check 1'),
          'zdm_owner', 'a check of the parent on a row that the backfill writes');
SELECT is((SELECT count(*) FROM parts.listed WHERE c IS NULL), 0::bigint, 'every NULL is filled');
SELECT is((SELECT string_agg(name || ' ' || status, ' ' ORDER BY name) FROM zdm.status WHERE name LIKE 'parts%' AND name !~ 'drop'),
          -- Before 18 SET NOT NULL needs to own the partitions.
          'parts_listed ready parts_null ' || CASE WHEN current_setting('server_version_num')::int < 180000 THEN 'failed' ELSE 'ready' END
          || ' parts_parent ready', 'the migrations have come through');
SELECT is((SELECT count(*) FROM parts.listed WHERE b IS NULL), 0::bigint, 'every row is filled');
REVOKE zdm_owner FROM zdm_victim; -- to the other files they are strangers
SELECT * FROM finish();
