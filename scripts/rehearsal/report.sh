# shellcheck shell=bash
# What was measured goes into the copy, where SQL makes the report of it.
load() {
    local n
    [ "$PHASE" -eq 0 ] || now >>"$W/phases"
    # pgbench: client, transaction, microseconds or the reason of a failure, script, second, microsecond
    find "$W/log" -type f -exec cat {} + |
        awk '{ bad = $3 !~ /^[0-9.]+$/; printf "%s.%06d\t%s\t%s\n", $5, $6, bad ? "\\N" : $3, bad ? "t" : "f" }' >"$W/txn"
    touch "$W/calls" "$W/problems" "$W/errors.0"
    cat "$W"/errors.* | cut -f 1,3 >"$W/all_errors"
    WHAT="load what was measured"
    must in_copy -v source="$NAME" -v file="$MIGRATION" -v copied="$COPY_BY${SAMPLE_SHARE:+ of $SAMPLE_SHARE %}${SAMPLE_ROWS:+ of $SAMPLE_ROWS rows of each table}" <<SQL
\\copy zdm_rehearsal.phase FROM '$W/phases'
\\copy zdm_rehearsal.call FROM '$W/calls'
\\copy zdm_rehearsal.txn FROM '$W/txn'
\\copy zdm_rehearsal.error FROM '$W/all_errors'
\\copy zdm_rehearsal.problem FROM '$W/problems'
INSERT INTO zdm_rehearsal.problem SELECT format('%s: %s', name, last_error) FROM zdm.status WHERE id > $MARK AND status = 'failed';
INSERT INTO zdm_rehearsal.fact VALUES ('max_stall', $MAX_STALL), ('max_failed', $MAX_FAILED), ('wanted_rows', $ROWS);
CREATE VIEW zdm_rehearsal.phases AS
    SELECT p.*, round((p.ended - p.began)::numeric, 1) AS seconds, t.transactions, t.failed + (SELECT count(*) FROM zdm_rehearsal.error e WHERE e.ended >= p.began AND e.ended < p.ended) AS failed,
           round((t.ms[1])::numeric, 1) AS p50_ms, round((t.ms[2])::numeric, 1) AS p95_ms, round((t.ms[3])::numeric, 1) AS p99_ms, round(t.longest::numeric, 1) AS longest_ms
      FROM zdm_rehearsal.phase p,
           LATERAL (SELECT count(*) AS transactions, count(*) FILTER (WHERE x.failed) AS failed,
                           percentile_disc('{0.5,0.95,0.99}'::float8[]) WITHIN GROUP (ORDER BY us / 1000) AS ms, max(us / 1000) AS longest
                      FROM zdm_rehearsal.txn x WHERE x.ended >= p.began AND x.ended < p.ended) t;
CREATE VIEW zdm_rehearsal.facts AS
    SELECT (SELECT jsonb_object_agg(key, value) FROM zdm_rehearsal.fact) ||
           jsonb_build_object('rows_compared', coalesce(sum(rows), 0), 'comparisons', count(*), 'mismatches', coalesce(sum(mismatches), 0)) AS f FROM zdm_rehearsal.verified;
CREATE VIEW zdm_rehearsal.locks AS
    SELECT m.name AS migration, CASE e.event WHEN 'created' THEN 'expand' ELSE coalesce(e.detail, e.event) END AS event,
           round((extract(epoch FROM e.lock_wait) * 1000)::numeric, 2) AS waited_ms, round((extract(epoch FROM e.lock_held) * 1000)::numeric, 2) AS held_ms
      FROM zdm.event e JOIN zdm.migration m ON m.id = e.migration_id WHERE m.id > $MARK AND e.lock_held IS NOT NULL ORDER BY e.id;
CREATE VIEW zdm_rehearsal.calls AS
    SELECT n, name, round(((ended - began) * 1000)::numeric, 1) AS ms FROM zdm_rehearsal.call ORDER BY began;
-- In proportion to the rows; WAL less what traffic alone had written in that time.
CREATE VIEW zdm_rehearsal.needs AS
    SELECT rows, round(seconds * factor, 1) AS seconds, round(bytes * factor) AS bytes, round(wal * factor) AS wal_bytes
      FROM zdm_rehearsal.facts,
           LATERAL (SELECT extract(epoch FROM make_interval(secs => e.ended - e.began)) AS seconds, (f->>'size_ready')::numeric - (f->>'size_before')::numeric AS bytes,
                           greatest(0, (f->>'wal_ready')::numeric - (f->>'wal_before')::numeric - ((f->>'wal_before')::numeric - (f->>'wal_start')::numeric) * ((e.ended - e.began) / (b.ended - b.began))::numeric) AS wal
                      FROM zdm_rehearsal.phase b, zdm_rehearsal.phase e WHERE b.n = 1 AND e.n = 2 AND f ? 'size_ready') m,
           LATERAL (SELECT (f->>'rows')::numeric AS rows, 1.0 AS factor
                    UNION ALL SELECT (f->>'wanted_rows')::numeric, (f->>'wanted_rows')::numeric / nullif((f->>'rows')::numeric, 0) WHERE (f->>'wanted_rows')::numeric > 0) r;
CREATE VIEW zdm_rehearsal.checks AS
    SELECT c.* FROM zdm_rehearsal.facts,
        LATERAL (SELECT coalesce(max(longest_ms), 0) AS longest, sum(failed) AS failed FROM zdm_rehearsal.phases WHERE n > 1) p,
        LATERAL (VALUES
            (1, 'longest stall of a client', longest || ' ms', 'at most ' || (f->>'max_stall') || ' ms', longest <= (f->>'max_stall')::numeric),
            (2, 'failed transactions', failed::text, 'at most ' || (f->>'max_failed'), failed <= (f->>'max_failed')::numeric),
            (3, 'rows that disagree', (f->>'mismatches') || ' of ' || (f->>'rows_compared') || ' compared', 'none', (f->>'mismatches')::numeric = 0),
            (4, 'schema after rollback', CASE f->>'same_schema' WHEN '1' THEN 'the same' WHEN '0' THEN 'another' ELSE 'not compared' END, 'the same', coalesce(f->>'same_schema' = '1', false)),
            (5, 'every call went through', CASE WHEN (f->>'finished') = '1' THEN 'yes' ELSE 'no' END, 'yes', coalesce(f->>'finished' = '1', false))) c(n, what, measured, wanted, ok);
CREATE VIEW zdm_rehearsal.traffic AS
    SELECT n, calls, weight, CASE kind WHEN 'all' THEN 'all the time' ELSE kind || ' form' END AS runs, what FROM zdm_rehearsal.script;
CREATE VIEW zdm_rehearsal.report AS
    SELECT jsonb_build_object('database', :'source', 'migration', :'file', 'copy', :'copied', 'ok', (SELECT bool_and(ok) FROM zdm_rehearsal.checks),
        'checks', (SELECT jsonb_agg(to_jsonb(c) - 'n' ORDER BY n) FROM zdm_rehearsal.checks c),
        'problems', (SELECT coalesce(jsonb_agg(message), '[]') FROM zdm_rehearsal.problem),
        'errors', (SELECT coalesce(jsonb_agg(e ORDER BY times DESC), '[]') FROM (SELECT message, count(*) AS times FROM zdm_rehearsal.error GROUP BY 1) e),
        'phases', (SELECT jsonb_agg(to_jsonb(p) - 'began' - 'ended' ORDER BY n) FROM zdm_rehearsal.phases p),
        'calls', (SELECT coalesce(jsonb_agg(c), '[]') FROM zdm_rehearsal.calls c),
        'locks', (SELECT coalesce(jsonb_agg(l), '[]') FROM zdm_rehearsal.locks l),
        'traffic', (SELECT coalesce(jsonb_agg(to_jsonb(t) - 'n' ORDER BY n), '[]') FROM zdm_rehearsal.traffic t),
        'left_out', (SELECT coalesce(jsonb_agg(l ORDER BY calls DESC, what), '[]') FROM zdm_rehearsal.left_out l),
        'expand_needs', (SELECT coalesce(jsonb_agg(n), '[]') FROM zdm_rehearsal.needs n), 'facts', f) AS report FROM zdm_rehearsal.facts;
SQL
}

text_report() {
    in_copy -P footer=off -P format=aligned -P tuples_only=off -P null= <<'SQL'
SELECT report->>'database' AS database, report->>'migration' AS migration, report->>'copy' AS copy, CASE WHEN (report->>'ok')::boolean THEN 'passed' ELSE 'FAILED' END AS rehearsal FROM zdm_rehearsal.report;
SELECT what AS " ", measured, wanted, CASE WHEN ok THEN '' ELSE 'BROKEN' END AS "  " FROM zdm_rehearsal.checks ORDER BY n;
SELECT EXISTS (SELECT FROM zdm_rehearsal.problem) AS problems, EXISTS (SELECT FROM zdm_rehearsal.error) AS errors, EXISTS (SELECT FROM zdm_rehearsal.left_out) AS left_out \gset
\if :problems
SELECT message AS "What did not go through" FROM zdm_rehearsal.problem;
\endif
\if :errors
SELECT count(*) AS times, message AS "Errors that clients saw" FROM zdm_rehearsal.error GROUP BY 2 ORDER BY 1 DESC LIMIT 10;
\endif
\echo Clients
SELECT name AS phase, seconds AS s, transactions, failed, p50_ms AS "p50 ms", p95_ms AS "p95 ms", p99_ms AS "p99 ms", longest_ms AS "longest ms" FROM zdm_rehearsal.phases ORDER BY n;
\echo Traffic
SELECT runs, weight, calls, CASE WHEN length(what) > 100 THEN left(what, 97) || '...' ELSE what END AS " " FROM zdm_rehearsal.traffic ORDER BY weight DESC, n;
\if :left_out
SELECT calls, left(reason, 60) AS "left out, because", CASE WHEN length(what) > 60 THEN left(what, 57) || '...' ELSE what END AS " " FROM zdm_rehearsal.left_out ORDER BY calls DESC, what LIMIT 20;
\endif
\echo Locks
SELECT migration, event, waited_ms AS "waited ms", held_ms AS "held ms" FROM zdm_rehearsal.locks;
\echo Expand until ready, beside this traffic
SELECT rows, seconds AS s, pg_size_pretty(bytes) AS growth, pg_size_pretty(wal_bytes) AS "WAL", CASE WHEN row_number() OVER () > 1 THEN 'forecast, in proportion' ELSE 'measured' END AS " " FROM zdm_rehearsal.needs;
SQL
}
json_report() { in_copy <<<'SELECT jsonb_pretty(report) FROM zdm_rehearsal.report'; }
