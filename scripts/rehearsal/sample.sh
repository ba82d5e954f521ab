# shellcheck shell=bash
# A copy with the schema and a sample of the rows.  Keys come last, so rows are loaded in any order; then
# what they refer to is fetched until nothing is missing, and the keys prove it.  Everything is read in one
# snapshot, and nothing is written to the database.

# Keeps a snapshot until descriptor 9 is closed; its name is in $W/snapshot.
hold_snapshot() {
    mkfifo "$W/hold"
    exec 9<>"$W/hold"
    "${PROGRAMS[0]}" -X -q -A -t -v ON_ERROR_STOP=1 -d "$SOURCE" -f <(sample_settings) -c 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY' \
        -c 'SELECT pg_export_snapshot()' -f "$W/hold" 9>&- >"$W/snapshot" 2>"$W/hold.err" </dev/null &
    HOLDER=$!
    until [ -s "$W/snapshot" ]; do
        kill -0 "$HOLDER" 2>/dev/null || { cp "$W/hold.err" "$W/err"; return 1; }
        pause 0.05
    done
}
release_snapshot() {
    exec 9>&-
    wait "$HOLDER" || return
    HOLDER=
}

# Values mean the same on both sides, as in pg_dump.
sample_settings() {
    cat <<'SQL'
SET datestyle = iso;
SET intervalstyle = postgres;
SET extra_float_digits = 3;
SET bytea_output = hex;
SET xmloption = content;
SET row_security = off;
SET search_path = '';
SELECT count(set_config(name, '0', false)) AS zdm_ignored FROM pg_settings
 WHERE name IN ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout', 'transaction_timeout') \gset
SQL
}

snapshot_sql() {
    sample_settings
    echo 'BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;'
    echo "SET TRANSACTION SNAPSHOT '$(cat "$W/snapshot")';"
    cat
}
# Runs SQL of the standard input in the snapshot.
in_snapshot() {
    snapshot_sql >"$W/source.sql"
    psql_on "$SOURCE" -f "$W/source.sql"
}

# The same, for SQL whose output is a script that the copy runs.
from_snapshot() {
    snapshot_sql >"$W/source.sql"
    sample_settings >"$W/settings.sql"
    # shellcheck disable=SC2016  # it is the other shell's
    patiently bash -c 'set -o pipefail
        "$1" -X -q -A -t -v ON_ERROR_STOP=1 -d "$2" -f "$3" | "$1" -X -q -v ON_ERROR_STOP=1 -d "$4" -f "$5" -f -' \
        copy "${PROGRAMS[0]}" "$SOURCE" "$W/source.sql" "$COPY" "$W/settings.sql"
}

# What is to be taken of each table: statements that write a script with COPY and its data.  Small tables
# are counted and drawn from row by row, of large ones some blocks are read.
sample_tables() {
    local blocks of_large of_small
    if [ -n "$SAMPLE_SHARE" ]; then
        blocks="greatest($SAMPLE_SHARE, 100000 / reltuples)" of_large="''"
        of_small="format('(SELECT greatest(1000, ceil(count(*) * $SAMPLE_SHARE / 100))::bigint FROM ONLY %s)', name)"
    else
        # Some more, as blocks are drawn by chance.
        blocks="150.0 * $SAMPLE_ROWS / reltuples + 2000.0 * 8192 / size" of_large="' LIMIT $SAMPLE_ROWS'" of_small="'$SAMPLE_ROWS'"
    fi
    in_snapshot <<SQL
SELECT format(E'SELECT %L;\nCOPY (SELECT %s FROM ONLY %s %s) TO STDOUT;\nSELECT %L;', format('COPY %s (%s) FROM STDIN;', name, columns), columns, name,
              CASE WHEN condition IS NOT NULL THEN condition
                   WHEN size >= 8388608 AND reltuples > 0 THEN format('TABLESAMPLE SYSTEM (%s)', least(100, $blocks)) || $of_large
                   ELSE 'ORDER BY random() LIMIT ' || $of_small END, '\\.')
  FROM (SELECT c.oid, format('%I.%I', nspname, relname) AS name, reltuples::numeric, pg_relation_size(c.oid) AS size,
               (SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) FROM pg_attribute
                 WHERE attrelid = c.oid AND attnum > 0 AND NOT attisdropped AND attgenerated = '') AS columns,
               -- An extension says what of its tables belongs to the database.  A key with PERIOD
               -- refers to several rows at once.
               coalesce(e.condition, CASE WHEN EXISTS (SELECT FROM pg_constraint k WHERE contype = 'f' AND confrelid = c.oid
                                                          AND to_jsonb(k)->>'conperiod' = 'true') THEN '' END) AS condition,
               e.relation IS NOT NULL OR NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND deptype = 'e') AS dumped
          FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
               LEFT JOIN (pg_extension x CROSS JOIN unnest(x.extconfig, x.extcondition) AS e (relation, condition)) ON e.relation = c.oid
         WHERE relkind = 'r' AND relpersistence <> 't' AND nspname <> 'information_schema' AND nspname !~ '^pg_') t
 WHERE dumped AND columns IS NOT NULL ORDER BY oid;
SQL
}

# For each foreign key the query that looks in the copy for rows that are missing, and writes the
# statements that fetch them.  A partition's key is that of its table, but for one that it has alone.
# Values are equal as the key's own operators and collations say.
sample_keys() {
    in_snapshot <<'SQL'
COPY (
SELECT row_number() OVER (ORDER BY k.oid),
       format('SELECT %L || string_agg(v, '', '' ORDER BY i) || %L FROM (SELECT format(%L, %s) AS v, row_number() OVER (ORDER BY %4$s) AS i FROM (SELECT DISTINCT %s FROM %s c WHERE %s AND NOT EXISTS (SELECT FROM %s p WHERE %s)) m) v GROUP BY i / 5000 ORDER BY i / 5000',
              format(E'SELECT %L;\nCOPY (SELECT %s FROM %s p JOIN (VALUES ', format('COPY %s (%s) FROM STDIN;', pr.name, columns), p_columns, pr.only_name),
              format(E') x (%s) ON %s) TO STDOUT;\nSELECT %L;', keys, fetches, '\.'),
              '(' || literals || ')', keys, values, cr.only_name, known, pr.only_name, meets)
  FROM pg_constraint k,
       LATERAL (SELECT CASE relkind WHEN 'r' THEN 'ONLY ' ELSE '' END || format('%I.%I', nspname, relname) AS only_name
                  FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE c.oid = conrelid) cr,
       LATERAL (SELECT CASE relkind WHEN 'r' THEN 'ONLY ' ELSE '' END || format('%I.%I', nspname, relname) AS only_name, format('%I.%I', nspname, relname) AS name
                  FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE c.oid = confrelid) pr,
       LATERAL (SELECT string_agg(quote_ident(attname), ', ' ORDER BY attnum) AS columns, string_agg('p.' || quote_ident(attname), ', ' ORDER BY attnum) AS p_columns
                  FROM pg_attribute WHERE attrelid = confrelid AND attnum > 0 AND NOT attisdropped AND attgenerated = '') a,
       LATERAL (SELECT string_agg('k' || i, ', ' ORDER BY i) AS keys,
                       string_agg('%L::' || replace(format_type(ca.atttypid, NULL), '%', '%%'), ', ' ORDER BY i) AS literals,
                       string_agg(format('c.%I%s AS k%s', ca.attname, coll, i), ', ' ORDER BY i) AS values,
                       string_agg(format('c.%I IS NOT NULL', ca.attname), ' AND ' ORDER BY i) AS known,
                       string_agg(format('p.%I OPERATOR(%I.%s) c.%I%s', pa.attname, opn.nspname, oprname, ca.attname, coll), ' AND ' ORDER BY i) AS meets,
                       string_agg(format('p.%I OPERATOR(%I.%s) x.k%s%s', pa.attname, opn.nspname, oprname, i, coll), ' AND ' ORDER BY i) AS fetches
                  FROM unnest(conkey, confkey, conpfeqop) WITH ORDINALITY u (ck, pk, op, i)
                       JOIN pg_attribute ca ON ca.attrelid = conrelid AND ca.attnum = ck
                       JOIN pg_attribute pa ON pa.attrelid = confrelid AND pa.attnum = pk
                       JOIN pg_operator o ON o.oid = op JOIN pg_namespace opn ON opn.oid = oprnamespace,
                       LATERAL (SELECT coalesce((SELECT format(' COLLATE %I.%I', nspname, collname) FROM pg_collation l JOIN pg_namespace n ON n.oid = collnamespace
                                                  WHERE l.oid = pa.attcollation), '') AS coll) l) b
 WHERE contype = 'f' AND conparentid = 0 AND coalesce(to_jsonb(k)->>'conperiod', 'false') = 'false'
   AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid IN (conrelid, confrelid) AND deptype = 'e')
) TO STDOUT;
SQL
}

# Fetches what rows refer to, and what that refers to.  A key that is not valid may refer to nothing, so
# it ends where the same rows are missing as before.
fetch_parents() {
    local n keys more=1
    sample_keys || return
    mv "$W/out" "$W/keys"
    in_copy <<SQL || return
CREATE SCHEMA zdm_rehearsal;
CREATE TABLE zdm_rehearsal.sample_key (n int, query text);
\\copy zdm_rehearsal.sample_key FROM '$W/keys'
SELECT count(*) FROM zdm_rehearsal.sample_key;
SQL
    keys=$(cat "$W/out")
    while [ -n "$more" ]; do
        more=
        for ((n = 1; n <= keys; n++)); do
            { sample_settings; echo "SELECT query FROM zdm_rehearsal.sample_key WHERE n = $n \\gexec"; } | in_copy || return
            if [ ! -s "$W/out" ] || cmp -s "$W/out" "$W/missing.$n"; then continue; fi
            mv "$W/out" "$W/missing.$n"
            from_snapshot <"$W/missing.$n" || return
            more=1
        done
    done
}

copy_by_sample() {
    local section
    create_empty || return
    hold_snapshot || return
    for section in pre post; do
        patiently "${PROGRAMS[1]}" --section=$section-data --no-subscriptions -B --snapshot="$(cat "$W/snapshot")" -d "$SOURCE" || return
        mv "$W/out" "$W/$section.sql"
    done
    psql_on "$COPY" -f "$W/pre.sql" || return
    sample_tables || return
    mv "$W/out" "$W/tables.sql"
    from_snapshot <"$W/tables.sql" || return
    fetch_parents || return
    in_snapshot <<'SQL' || return
SELECT format('SELECT setval(%L, %s);', format('%I.%I', schemaname, sequencename), last_value)
  FROM pg_sequences WHERE last_value IS NOT NULL AND schemaname !~ '^pg_';
SQL
    mv "$W/out" "$W/sequences.sql"
    release_snapshot || return
    psql_on "$COPY" -f "$W/sequences.sql" -f "$W/post.sql" -c ANALYZE
}
