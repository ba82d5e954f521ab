# shellcheck shell=bash
# What the benchmarks share: the machine's description, timed SQL, medians and
# plots.  Source it instead of scripts/lib.sh, which it brings along.
#
# Variables that a user may set, beside those of scripts/lib.sh:
#   OUT        directory for the text and the picture (bench/results)
#   SETTINGS   more lines for postgresql.conf, such as "wal_compression = on"

. "$(dirname "${BASH_SOURCE[0]}")/../scripts/lib.sh"

OUT=$(mkdir -p "${OUT:-$ROOT/bench/results}" && cd "${OUT:-$ROOT/bench/results}" && pwd)
SETTINGS=${SETTINGS:-}

# A function for awk programs: median of list[1..n]; sorts the list.
# shellcheck disable=SC2034  # the scripts that source this use it
AWK_MEDIAN='
function median(list, n,    i, j, v) {
    if (n == 0) return 0
    for (i = 2; i <= n; i++) {
        v = list[i]
        for (j = i - 1; j >= 1 && list[j] > v; j--) list[j + 1] = list[j]
        list[j + 1] = v
    }
    return n % 2 ? list[(n + 1) / 2] : (list[n / 2] + list[n / 2 + 1]) / 2
}
function verdict(value, target) {
    return sprintf("%.2f, target %.2f: %s", value, target, value <= target ? "met" : "missed")
}'

# Settings of a server in production.  Autovacuum is off so that each run does
# the same work; nothing here spares a way the disk.
production_settings() {
    cat <<SETTINGS
shared_buffers = 1GB
max_wal_size = 16GB
min_wal_size = 4GB
checkpoint_timeout = 30min
autovacuum = off
zdm.max_workers_per_role = 0
$SETTINGS
SETTINGS
}

# Leaves WAL segments to be used again, as a server has that has run for a while: to make one keeps
# every commit waiting, whoever has caused it.
recycle_wal() {
    { for _ in $(seq 240); do echo "SELECT pg_logical_emit_message(false, 'bench', ''); SELECT pg_switch_wal();"; done; } |
        sql -o /dev/null
    sql -c CHECKPOINT
}

# The first lines of each text: where and with what it was measured.
describe() {
    local commit
    commit=$(git -c safe.directory="$ROOT" -C "$ROOT" rev-parse --short HEAD 2>/dev/null || echo unknown)
    echo "$1"
    echo "$(date -u +%Y-%m-%d), zdm $commit, $("$PG_CONFIG" --version)," \
        "$(nproc) x$(sed -n 's/^model name[^:]*://p' /proc/cpuinfo | head -n 1)," \
        "$(awk '/^MemTotal/ { printf "%.0f GB", $2 / 1048576 }' /proc/meminfo) of memory, Linux $(uname -r)"
    echo "Settings: $(sql -A -t -c "
        SELECT string_agg(name || ' = ' || setting, ', ' ORDER BY name) FROM (
            SELECT name, setting FROM pg_file_settings
             WHERE sourceline > (SELECT max(sourceline) FROM pg_file_settings WHERE name = 'port')
            UNION
            SELECT name, current_setting(name) FROM pg_settings
             WHERE name IN ('full_page_writes', 'synchronous_commit', 'fsync', 'maintenance_work_mem')) s")"
}

# Runs SQL from standard input and prints what it took: milliseconds, WAL bytes.
# What the SQL itself prints is dropped.  $1, if given: SQL for the session
# before the clock starts.
timed() {
    local body
    body=$(cat)
    sql -A -t -F ' ' <<SQL
SET client_min_messages = error;
\o /dev/null
${1:-}
SELECT clock_timestamp() AS t, pg_current_wal_insert_lsn() AS lsn \gset bench_
$body
\o
SELECT round(extract(epoch FROM clock_timestamp() - :'bench_t') * 1000, 3),
       pg_wal_lsn_diff(pg_current_wal_insert_lsn(), :'bench_lsn');
SQL
}

# Puts a finished file of $W into $OUT.
publish() {
    cp "$W/$1" "$OUT/$1"
    say "Wrote $OUT/$1"
}

# Draws $1.png with the gnuplot commands of standard input.
plot() {
    {
        echo "set terminal pngcairo size 1200,700 enhanced font 'DejaVu Sans,12' background rgb 'white'"
        echo "set output '$W/$1.png'"
        echo 'set datafile separator tab'
        echo "set grid ytics lc rgb '#dddddd'"
        echo "set border 3; set tics nomirror; set termoption noenhanced"
        cat
    } >"$W/$1.gp"
    gnuplot "$W/$1.gp"
    publish "$1.png"
}
