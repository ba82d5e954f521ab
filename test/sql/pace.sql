-- The controller of the pace, by samples alone: no clock, no server.  And the settings around it.
SET client_min_messages = warning;

-- Samples: so many of the first, then of the second, and so on.
CREATE FUNCTION samples(VARIADIC parts text[]) RETURNS jsonb LANGUAGE sql AS $$
    SELECT jsonb_agg(split_part(part, '*', 2)::jsonb ORDER BY place, i)
      FROM unnest(parts) WITH ORDINALITY AS p (part, place),
           generate_series(1, split_part(part, '*', 1)::int) AS i
$$;
-- Only where something changes.
CREATE FUNCTION paces(samples jsonb, workers int DEFAULT 1, processors int DEFAULT 64)
    RETURNS TABLE (n int, pace numeric, held_by text) LANGUAGE sql AS $$
    SELECT r.n, r.pace, r.held_by FROM (
        SELECT p.*, lag((p.pace - s.before > 0, p.held_by)) OVER w IS DISTINCT FROM (p.pace - s.before > 0, p.held_by)
                    OR p.pace < s.before OR p.n = count(*) OVER () AS news
          FROM zdm.rehearse_pace(samples, workers, processors) p,
               LATERAL (SELECT coalesce((SELECT b.pace FROM zdm.rehearse_pace(samples, workers, processors) b WHERE b.n = p.n - 1), 0)) AS s (before)
        WINDOW w AS (ORDER BY p.n)) r
     WHERE news ORDER BY r.n
$$;

-- up slowly while nothing suffers, no further than the most; 0.9 for each worker
SELECT * FROM paces(samples('60*{"cpu": 0.1}'));
SELECT max(pace) FROM zdm.rehearse_pace(samples('300*{"cpu": 0.1}'), 4);
-- ... and a quarter of the processors for all of them, and says so
SELECT * FROM paces(samples('60*{"cpu": 0.1}'), 1, 2);
SELECT n, max(pace) FROM unnest('{1,2,3,8,64}'::int[]) AS w (n), LATERAL (SELECT pace FROM zdm.rehearse_pace(samples('300*{"cpu": 0.1}'), 4, n)) p GROUP BY n ORDER BY n;
-- no word on the processors: gently, whatever else is known
SELECT * FROM paces(samples('60*{"wal": 0, "io": 0}'));
SELECT * FROM paces(samples('30*{"cpu": 0}', '3*{"wal": 0}', '3*{"cpu": 0}'));
-- running processes where there is no pressure
SELECT * FROM paces(samples('30*{"running": 0.5}', '20*{"running": 2}'));
-- down at once, by halves, and not below gentle
SELECT * FROM paces(samples('40*{"cpu": 0.1}', '20*{"cpu": 0.9}'));
-- in between it stays, and says for what
SELECT * FROM paces(samples('20*{"cpu": 0.1}', '10*{"cpu": 0.25}', '3*{"cpu": 0.1}'));
-- each signal alone
SELECT s.signal, r.pace < 0.4 AS down, r.held_by
  FROM (VALUES ('lag', 1), ('memory', 0.2), ('cpu', 0.5), ('io', 0.5), ('wal', 1), ('locks', 1), ('reads', 1), ('buffers', 1),
               ('steps', 9)) AS s (signal, value),
       zdm.rehearse_pace(samples('30*{"cpu": 0.1}', '4*' || (jsonb_build_object('cpu', 0.1) || jsonb_build_object(s.signal, s.value))::text)) r
 WHERE r.n = 34;
-- what clients wait for anyway is no suffering, ...
SELECT * FROM paces(samples('40*{"cpu": 0.1, "wal": 2, "io": 0.6}'));
-- ... but more than that is
SELECT * FROM paces(samples('20*{"cpu": 0.1, "wal": 2}', '12*{"cpu": 0.1, "wal": 4}'));
-- a probe is gentle, learns, and goes on as before
SELECT * FROM paces(samples('30*{"cpu": 0.1, "wal": 1}', '5*{"cpu": 0.1, "wal": 4, "probe": true}', '10*{"cpu": 0.1, "wal": 4}'));
-- one that was too short to tell is no news
SELECT * FROM paces(samples('30*{"cpu": 0.1, "wal": 1}', '2*{"cpu": 0.1, "wal": 9, "probe": true}', '10*{"cpu": 0.1, "wal": 1}'));
-- more workers take no more of what there is not: at the bottom, all together take what one does
SELECT n, (SELECT pace FROM zdm.rehearse_pace(samples('40*{"cpu": 0.9}'), n) ORDER BY n DESC LIMIT 1) FROM unnest('{1,4}'::int[]) AS w (n);

-- no samples are none; what is no sample is refused
SELECT * FROM zdm.rehearse_pace('[]');
SELECT * FROM zdm.rehearse_pace('[1]');
SELECT * FROM zdm.rehearse_pace('{}');
SELECT * FROM zdm.rehearse_pace('[]', 0);
SELECT * FROM zdm.rehearse_pace('[]', 1, 0);

-- settings: pace and nice take each other's place
CREATE TABLE paced (id int PRIMARY KEY, old int);
INSERT INTO paced VALUES (1, 1);
SET zdm.start_worker = off;
SET zdm.at_once = off;
SELECT zdm.expand_add_column('paced', 'new', 'int', backfill => 'old', name => 'paced');
SELECT zdm.alter_backfill('paced', pace => 'gentle');
SELECT zdm.alter_backfill('paced', nice => 0.5);
SELECT zdm.alter_backfill('paced', pace => 'full', workers => 2);
SELECT zdm.alter_backfill('paced', reset => '{pace}');
\set VERBOSITY default
\set SHOW_CONTEXT never
SELECT zdm.alter_backfill('paced', pace => 'fast');
SELECT zdm.alter_backfill('paced', pace => 'auto', nice => 0);
SELECT zdm.alter_backfill('paced', pace => '');
SET zdm.pace = 'fast';
SELECT settings FROM zdm.migration WHERE name = 'paced';
-- half of the limits
SELECT zdm.half_of_limits('{"max_replica_lag": 5, "max_slot_wal": 1000, "standbys": ["a"], "workers": 4, "go_if": "SELECT true"}');
SELECT zdm.half_of_limits('{}');
-- where the kernel's word comes from, only a superuser says
CREATE ROLE pace_nobody;
SET ROLE pace_nobody;
SET zdm.pressure_path = '/tmp';
SELECT count(*) AS "its word" FROM pg_settings WHERE name = 'zdm.pressure_path';
RESET ROLE;
DROP ROLE pace_nobody;
SELECT zdm.rollback('paced');
DROP TABLE paced;

-- a batch ends as soon as its time is up: a page alone where one row takes longer than that, on which no
-- other row waits for it
CREATE TABLE queue (id int PRIMARY KEY, pad text) WITH (autovacuum_enabled = off);
ALTER TABLE queue ALTER pad SET STORAGE PLAIN;
INSERT INTO queue SELECT i, repeat('x', 5000) FROM generate_series(1, 20) i;
CREATE FUNCTION slowly(id int) RETURNS int LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(0.005); RETURN id; END';
SELECT zdm.expand_add_column('queue', 'new', 'int', backfill => 'slowly(id)', name => 'queue');
SELECT zdm.alter_backfill('queue', batch_time => '1 ms', nice => 0.5);
CALL zdm.run('queue');
SELECT count(*) AS rows, count(DISTINCT xmin::text) AS transactions, count(new) AS filled FROM queue;
SELECT zdm.rollback('queue');
DROP TABLE queue;
DROP FUNCTION slowly;
DROP FUNCTION samples, paces;
