# shellcheck shell=bash
# The report as one page that stands by itself: no scripts, nothing from elsewhere.  On a narrow screen
# the rows of tables become lists, and the plot has another shape.
html_report() {
    in_copy <<'SQL'
CREATE FUNCTION pg_temp.esc(t text) RETURNS text LANGUAGE sql AS $$ SELECT replace(replace(replace(replace(coalesce(t, ''), '&', '&amp;'), '<', '&lt;'), '>', '&gt;'), '"', '&quot;') $$;
-- A table of a list of objects; the columns' names and titles by turns.
CREATE FUNCTION pg_temp.tab(list jsonb, columns text[]) RETURNS text LANGUAGE sql AS $$
    SELECT '<table><tr>' || (SELECT string_agg('<th' || CASE jsonb_typeof(list->0->columns[i]) WHEN 'number' THEN ' class="n"' ELSE '' END || '>' || pg_temp.esc(columns[i + 1]) || '</th>', '' ORDER BY i) FROM generate_series(1, cardinality(columns), 2) i) || E'</tr>\n' ||
        coalesce((SELECT string_agg('<tr' || CASE WHEN r->>'ok' = 'false' THEN ' class="broken"' ELSE '' END || '>' ||
               (SELECT string_agg('<td' || CASE WHEN jsonb_typeof(r->columns[i]) = 'number' THEN ' class="n"' WHEN i > 1 AND length(r->>columns[i]) < 25 THEN ' class="short"' ELSE '' END ||
                                  CASE WHEN i > 1 AND columns[i + 1] <> '' THEN ' data-is="' || pg_temp.esc(columns[i + 1]) || '"' ELSE '' END || '>' || pg_temp.esc(r->>columns[i]) || '</td>', '' ORDER BY i)
                  FROM generate_series(1, cardinality(columns), 2) i) || '</tr>', E'\n' ORDER BY n)
          FROM jsonb_array_elements(list) WITH ORDINALITY l(r, n)), '') || E'</table>\n' $$;
-- The slowest transaction of each moment and the middle one, on a logarithmic scale from 0.1 ms, over
-- bands of the phases.  A narrow one has the phases' numbers.
CREATE FUNCTION pg_temp.plot(wide int, named boolean) RETURNS text LANGUAGE sql AS $$
    WITH span AS (SELECT min(began) AS t0, max(ended) - min(began) AS width, greatest(3, ceil(log(greatest((SELECT max(us) FROM zdm_rehearsal.txn), 1000) / 100))) AS decades FROM zdm_rehearsal.phase),
         scale AS (SELECT *, (SELECT value FROM zdm_rehearsal.fact WHERE key = 'max_stall')::float8 AS most, 58 AS x0, (wide - CASE WHEN named THEN 110 ELSE 68 END)::float8 AS w FROM span),
         point AS (SELECT floor((ended - t0) / width * (wide / 3)) / (wide / 3) AS x, max(us) / 100 AS slowest, percentile_disc(0.5) WITHIN GROUP (ORDER BY us) / 100 AS middle
                     FROM zdm_rehearsal.txn, scale WHERE us IS NOT NULL GROUP BY 1)
    SELECT format('<svg class="%s" viewBox="0 0 %s %s" role="img" aria-label="latency of transactions over time">', CASE WHEN named THEN 'wide' ELSE 'narrow' END, wide, CASE WHEN named THEN 360 ELSE 280 END) ||
        (SELECT string_agg(format('<rect x="%s" y="10" width="%s" height="240" class="band%s"/><text transform="translate(%s 268)%s</text>',
                round((x0 + (began - t0) / width * w)::numeric, 1), round(((ended - began) / width * w)::numeric, 1), n % 2, round((x0 + ((began + ended) / 2 - t0) / width * w)::numeric, 1),
                CASE WHEN named THEN ' rotate(35)">' || pg_temp.esc(name) ELSE '" text-anchor="middle">' || n END), E'\n' ORDER BY n)
           FROM zdm_rehearsal.phase, scale) ||
        (SELECT string_agg(format('<line x1="%s" x2="%s" y1="%s" y2="%3$s" class="grid"/><text x="%s" y="%s" text-anchor="end">%s ms</text>', x0, x0 + w, round((250 - d / decades * 240)::numeric, 1), x0 - 6, round((254 - d / decades * 240)::numeric, 1),
                (10 ^ (d - 1))::numeric::float8), '') FROM scale, generate_series(0, decades::int) d) ||
        (SELECT coalesce(string_agg(format('<circle cx="%s" cy="16" r="3" class="failed"/>', round((x0 + (e.ended - t0) / width * w)::numeric, 1)), ''), '')
           FROM (SELECT ended FROM zdm_rehearsal.error UNION ALL SELECT ended FROM zdm_rehearsal.txn WHERE failed LIMIT 500) e, scale) ||
        (SELECT CASE WHEN most >= 0.1 AND log(most * 10) <= decades THEN format('<line x1="%s" x2="%s" y1="%s" y2="%3$s" class="limit"/>', x0, x0 + w, round((250 - log(most * 10) / decades * 240)::numeric, 1)) ELSE '' END FROM scale) ||
        (SELECT coalesce(format('<polyline class="middle" points="%s"/><polyline class="slowest" points="%s"/>',
                string_agg(format('%s,%s', round((x0 + x * w)::numeric, 1), round((250 - log(greatest(middle, 1)) / decades * 240)::numeric, 1)), ' ' ORDER BY x),
                string_agg(format('%s,%s', round((x0 + x * w)::numeric, 1), round((250 - log(greatest(slowest, 1)) / decades * 240)::numeric, 1)), ' ' ORDER BY x)), '') FROM point, scale) || '</svg>' $$;
SELECT '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Rehearsal of ' || pg_temp.esc(report->>'migration') || E'</title><style>
:root { color-scheme: light dark; --text: #222; --soft: #555; --page: #fff; --line: #ddd; --band: #f1f4f8; --good: #06630f; --bad: #a40000; --slow: #b3541e; --mid: #1f5fa8 }
@media (prefers-color-scheme: dark) { :root { --text: #e4e6ea; --soft: #a7adb8; --page: #16181d; --line: #3a3f4a; --band: #20242c; --good: #6fce7b; --bad: #ff8a80; --slow: #f0a36b; --mid: #7db3f2 } }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 62em; margin: 1em auto; padding: 0 1em; color: var(--text); background: var(--page); overflow-wrap: anywhere }
h1 { font-size: 1.4em } h2 { font-size: 1.1em; margin-top: 2em } p { color: var(--soft) }
table { border-collapse: collapse } th, td { text-align: left; vertical-align: top; padding: .2em 1.2em .2em 0; border-bottom: 1px solid var(--line) } th { color: var(--soft); font-weight: normal } .n { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums }
.short { white-space: nowrap }
p.verdict { font-size: 1.2em; font-weight: bold; color: var(--good) } .broken td, p.verdict.broken { color: var(--bad); font-weight: bold }
svg { width: 100%; height: auto } svg text { font-size: 12px; fill: var(--soft) } .band0 { fill: none } .band1 { fill: var(--band) } .grid { stroke: var(--line); stroke-width: .5 }
.slowest, .middle { fill: none; stroke: var(--slow); stroke-width: 1.5 } .middle { stroke: var(--mid) } .limit { stroke: var(--bad); stroke-dasharray: 6 4 } .failed { fill: var(--bad) } b.slow { color: var(--slow) } b.mid { color: var(--mid) }
.narrow { display: none }
@media (max-width: 700px) { .wide, th { display: none } .narrow, table, tbody { display: block } tr { display: grid; grid-template-columns: 1fr 1fr; column-gap: 2em; padding: .4em 0; border-bottom: 1px solid var(--line) }
td, td.n { display: flex; justify-content: space-between; gap: 1em; padding: 0; border: 0; text-align: right; white-space: normal } td:not(.n) { grid-column: span 2 } td:first-child { font-weight: bold; text-align: left } td[data-is]::before { content: attr(data-is); color: var(--soft); text-align: left; font-weight: normal; flex: none } td:empty { display: none } }
</style></head><body>
<h1>Rehearsal of ' || pg_temp.esc(report->>'migration') || ' on ' || pg_temp.esc(report->>'database') || E'</h1>\n' ||
    CASE WHEN (report->>'ok')::boolean THEN '<p class="verdict">Passed</p>' ELSE '<p class="verdict broken">Failed</p>' END ||
    pg_temp.tab(report->'checks', '{what,"",measured,measured,wanted,wanted}') ||
    coalesce((SELECT '<h2>What did not go through</h2><ul>' || string_agg('<li>' || pg_temp.esc(p) || '</li>', '') || '</ul>' FROM jsonb_array_elements_text(report->'problems') p), '') ||
    CASE WHEN report->'errors' <> '[]' THEN '<h2>Errors that clients saw</h2>' || pg_temp.tab(report->'errors', '{message,message,times,times}') ELSE '' END ||
    '<h2>Latency</h2><p>The <b class="slow">slowest</b> transaction of each moment and the <b class="mid">middle</b> one; the limit is dashed, failures are dots.</p>' || pg_temp.plot(1000, true) || pg_temp.plot(400, false) ||
    pg_temp.tab((SELECT jsonb_agg(p || jsonb_build_object('phase', format('%s. %s', p->>'n', p->>'name')) ORDER BY (p->>'n')::int) FROM jsonb_array_elements(report->'phases') p),
                '{phase,phase,seconds,s,transactions,transactions,failed,failed,p50_ms,"p50 ms",p95_ms,"p95 ms",p99_ms,"p99 ms",longest_ms,"longest ms"}') ||
    '<h2>Locks</h2>' || pg_temp.tab(report->'locks', '{event,event,migration,migration,waited_ms,"waited ms",held_ms,"held ms"}') ||
    '<h2>Expand until ready</h2><p>Beside this traffic; a forecast is in proportion to the rows.</p>' ||
    pg_temp.tab((SELECT jsonb_agg(e || jsonb_build_object('is', CASE WHEN i = 1 THEN 'measured' ELSE 'forecast' END, 'growth', pg_size_pretty((e->>'bytes')::numeric), 'wal', pg_size_pretty((e->>'wal_bytes')::numeric)) ORDER BY i)
                   FROM jsonb_array_elements(report->'expand_needs') WITH ORDINALITY n (e, i)), '{is,"",rows,rows,seconds,s,growth,growth,wal,WAL}') ||
    '<h2>Traffic</h2><p>Rows come from a copy of the database (' || pg_temp.esc(report->>'copy') || ').</p>' ||
    pg_temp.tab((SELECT jsonb_agg(t ORDER BY (t->>'weight')::int DESC, i) FROM jsonb_array_elements(report->'traffic') WITH ORDINALITY n (t, i)), '{what,"",runs,runs,weight,weight,calls,calls}') ||
    CASE WHEN report->'left_out' <> '[]' THEN '<h2>Statements that were left out</h2>' || pg_temp.tab(report->'left_out', '{what,"",reason,because,calls,calls}') ELSE '' END || '</body></html>'
  FROM zdm_rehearsal.report;
SQL
}
