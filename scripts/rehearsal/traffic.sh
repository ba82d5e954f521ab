# shellcheck shell=bash
# What the rehearsal itself has in the copy: how traffic is made, and what was measured.
prepare_copy() {
    WHAT="prepare the copy"
    must in_copy <<'SQL'
CREATE SCHEMA IF NOT EXISTS zdm_rehearsal;
CREATE TABLE zdm_rehearsal.target (relation oid, renamed boolean, goes text[], changes text[], rows bigint);
CREATE TABLE zdm_rehearsal.script (n int GENERATED ALWAYS AS IDENTITY, kind text, weight int, calls bigint, what text, uses oid[], text text);
CREATE FUNCTION zdm_rehearsal.root(rel oid) RETURNS oid LANGUAGE sql AS $$ SELECT coalesce(pg_partition_root(rel), rel) $$;
CREATE TABLE zdm_rehearsal.left_out (calls bigint, what text, reason text);
CREATE TABLE zdm_rehearsal.phase (n int, name text, began float8, ended float8);
CREATE TABLE zdm_rehearsal.call (n int, name text, began float8, ended float8);
CREATE TABLE zdm_rehearsal.txn (ended float8, us float8, failed boolean);
CREATE TABLE zdm_rehearsal.error (ended float8, message text);
CREATE TABLE zdm_rehearsal.fact (key text PRIMARY KEY, value numeric);
CREATE TABLE zdm_rehearsal.verified (rows bigint, mismatches bigint);
CREATE TABLE zdm_rehearsal.problem (message text);
-- Of all tables but zdm's and the rehearsal's: a migration may exchange them.
CREATE FUNCTION zdm_rehearsal.size() RETURNS numeric LANGUAGE sql AS $$
    SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)
      FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace
     WHERE relkind IN ('r', 'm') AND nspname NOT IN ('zdm', 'zdm_rehearsal', 'information_schema') AND nspname !~ '^pg_'
$$;
-- A script for pgbench that reads rows by a key that stays, and gives a column that stays the value of
-- another row.
CREATE FUNCTION zdm_rehearsal.traffic(rel regclass, n int, goes text[], changes text[]) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    target text := (SELECT format('%I.%I', nspname, relname) FROM pg_class c JOIN pg_namespace s ON s.oid = relnamespace WHERE c.oid = rel);
    keys text[];
    key text;
    given text;
    taken text;
    col text;
    found bigint;
    row_of text;
BEGIN
    SELECT array_agg(attname ORDER BY k) INTO keys
      FROM (SELECT indkey FROM pg_index i
             WHERE indrelid = rel AND indisunique AND indisvalid AND indimmediate AND indpred IS NULL AND indexprs IS NULL
               AND NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = rel AND attnum = ANY (indkey) AND (NOT attnotnull OR attname = ANY (goes)))
             ORDER BY indisprimary DESC, indnkeyatts LIMIT 1) i,
           LATERAL unnest(indkey) WITH ORDINALITY u(attnum, k) JOIN pg_attribute a ON a.attrelid = rel AND a.attnum = u.attnum;
    IF keys IS NULL THEN
        RETURN format('SELECT * FROM %s LIMIT 1;', target);
    END IF;
    SELECT string_agg(format('%I', k), ', ' ORDER BY o), string_agg(format('%I AS zdm_key%s', k, o), ', ' ORDER BY o), string_agg('zdm_key' || o, ', ' ORDER BY o)
      INTO key, given, taken FROM unnest(keys) WITH ORDINALITY u(k, o);
    SELECT attname INTO col FROM pg_attribute a
     WHERE attrelid = rel AND attnum > 0 AND NOT attisdropped AND attgenerated = '' AND attidentity = ''
       AND attname <> ALL (keys) AND attname <> ALL (goes)
       AND NOT EXISTS (SELECT FROM pg_index WHERE indrelid = rel AND indisunique AND attnum = ANY (indkey))
       AND (attname <> ALL (changes) OR (SELECT typcategory = 'N' FROM pg_type WHERE oid = atttypid))
     ORDER BY attname = ANY (changes) DESC, EXISTS (SELECT FROM pg_constraint WHERE conrelid = rel AND attnum = ANY (conkey)), attnum LIMIT 1;
    EXECUTE format('CREATE TABLE zdm_rehearsal.key%s AS SELECT row_number() OVER ()::int AS zdm_row, * FROM (SELECT %s, %s AS zdm_value FROM %s ORDER BY random() LIMIT 10000) s',
                   n, given, coalesce(quote_ident(col), 'NULL::int'), target);
    GET DIAGNOSTICS found = ROW_COUNT;
    EXECUTE format('ALTER TABLE zdm_rehearsal.key%s ADD PRIMARY KEY (zdm_row)', n);
    row_of := format('(%s) = (SELECT %s FROM zdm_rehearsal.key%s WHERE zdm_row = :zdm_row)', key, taken, n);
    RETURN format(E'\\set zdm_row random(1, %s)\n\\set zdm_other random(1, %1$s)\nSELECT * FROM %s WHERE %s;\n', greatest(found, 1), target, row_of) ||
        CASE WHEN col IS NULL THEN '' ELSE format(E'UPDATE %s SET %I = (SELECT zdm_value FROM zdm_rehearsal.key%s WHERE zdm_row = :zdm_other) WHERE %s;\n', target, col, n, row_of) END;
END $$;
SQL
    set_mark
}

# Traffic: clients that run pgbench for a second, again and again, so that a script whose statement
# fails is counted and goes on, and so that scripts come and go with the forms that they use.

client() {
    local n=$1 generation files round=0 began message
    while [ ! -e "$W/stop" ]; do
        { read -r generation; mapfile -t files; } <"$W/active"
        printf '%s\n' "$generation" >"$W/client.$n.new"
        mv "$W/client.$n.new" "$W/client.$n"
        if [ ${#files[@]} -eq 0 ]; then sleep 0.1; continue; fi
        round=$((round + 1))
        began=$(now)
        if ! "${PROGRAMS[2]}" -n -c 1 -T 1 -l --log-prefix="$W/log/$n.$round" --failures-detailed "${files[@]}" "$COPY" \
            </dev/null >/dev/null 2>"$W/client.$n.err"; then
            [ ! -e "$W/stop" ] || break
            message=$(grep -m 1 -oE '(ERROR|FATAL|PANIC): .*' "$W/client.$n.err" || tail -n 1 "$W/client.$n.err")
            printf '%s\t%s\t%s\n' "$(now)" "$began" "${message//[$'\t\\']/ }" >>"$W/errors.$n"
            sleep 0.05
        fi
    done
}

# Has the scripts of these kinds run from now on, and those of others not any more.
traffic_of() {
    local entry kind n
    GENERATION=$((GENERATION + 1))
    {
        echo $GENERATION
        for entry in "${TRAFFIC[@]}"; do
            for kind in "$@"; do [ "${entry%%:*}" != "$kind" ] || printf '%s\n' "--file=${entry#*:}"; done
        done
    } >"$W/active.new"
    mv "$W/active.new" "$W/active"
    [ ${#CLIENT_JOBS[@]} -gt 0 ] || for ((n = 1; n <= CLIENTS; n++)); do client "$n" & CLIENT_JOBS+=($!); done
    for ((n = 1; n <= CLIENTS; n++)); do
        until [ "$(cat "$W/client.$n" 2>/dev/null)" = "$GENERATION" ]; do
            kill -0 "${CLIENT_JOBS[n - 1]}" 2>/dev/null || die "a client of the traffic has ended"
            pause 0.05
        done
    done
}
pause() { patiently sleep "$1" || true; }

# A script of the user's that can't be run at all is no result.
check_traffic() {
    local i entry kind
    for i in "${!TRAFFIC[@]}"; do
        entry=${TRAFFIC[i]}
        case $entry in
            old:*|new:*|all:*) ;;
            *) entry=all:$entry ;;
        esac
        kind=${entry%%:*} entry=${entry#*:}
        [ -f "$entry" ] && [ -r "$entry" ] || die "can't read \"$entry\""
        # As often as the statement that is called most.
        TRAFFIC[i]=$kind:$entry@100
        WHAT="run the traffic of \"$entry\""
        [ "$kind" = new ] || must try_script "$entry@100"
        must in_copy -v kind="$kind" -v what="$entry" <<<"INSERT INTO zdm_rehearsal.script (kind, weight, what) VALUES (:'kind', 100, :'what')"
    done
}
try_script() { patiently "${PROGRAMS[2]}" -n -c 1 -t 1 --file="$1" "$COPY"; }

# Scripts out of the statements that clients run, and for those tables of the migration that none of
# them uses while both forms come and go; or for all of its tables.
make_traffic() {
    local n kind
    [ "$MAKE_TRAFFIC" != none ] || return 0
    [ "$MAKE_TRAFFIC" = tables ] || take_statements
    WHAT="make traffic"
    must in_copy <<SQL
INSERT INTO zdm_rehearsal.script (kind, weight, what, text)
SELECT CASE WHEN renamed THEN 'old' ELSE 'all' END, 100, 'rows of ' || relation::regclass,
       zdm_rehearsal.traffic(relation, (row_number() OVER (ORDER BY relation))::int, goes, changes)
  FROM zdm_rehearsal.target
 WHERE '$MAKE_TRAFFIC' <> 'statements' AND NOT EXISTS (SELECT FROM zdm_rehearsal.script, unnest(uses) u
                                                       WHERE kind = 'all' AND zdm_rehearsal.root(u) = zdm_rehearsal.root(relation));
SELECT n, kind || ':' || weight FROM zdm_rehearsal.script WHERE text IS NOT NULL ORDER BY n;
SQL
    mv "$W/out" "$W/made"
    while IFS='|' read -r n kind; do
        must in_copy <<<"SELECT text FROM zdm_rehearsal.script WHERE n = $n"
        mv "$W/out" "$W/made$n.sql"
        must try_script "$W/made$n.sql@1"
        TRAFFIC+=("${kind%%:*}:$W/made$n.sql@${kind#*:}")
    done <"$W/made"
    [ "$MAKE_TRAFFIC" != statements ] || [ -s "$W/made" ] || die "none of the statements of pg_stat_statements can be run"
}
