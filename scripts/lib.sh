# shellcheck shell=bash
# What scripts/demo, scripts/test and the benchmarks share: packages, a build in
# a scratch directory, a throwaway cluster.  Nothing is installed into the
# server's own directories, and the checkout stays as it is.  A server that can't look for
# extensions elsewhere is copied.
#
# Variables that a user may set:
#   PG_MAJOR   server version to use (15)
#   PG_CONFIG  pg_config of a server that did not come as a package
#   KEEP       not empty: leave the scratch directory behind

set -euo pipefail

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
PG_MAJOR=${PG_MAJOR:-15}

say() { printf '%s\n' "$*" >&2; }
die() { say "error: $*"; exit 1; }

# Reads what a run of scripts/test or scripts/matrix has come to out of its log, into RUN_PASSED, RUN_FAILED
# and RUN_SKIPPED.  One that says nothing of that has failed.
read_counts() {
    local counts
    counts=$(grep -E '^[0-9]+ passed, [0-9]+ failed$' "$1" | tail -n 1 || true)
    counts=${counts:-0 passed, 1 failed}
    RUN_PASSED=${counts%% passed*}
    counts=${counts#*, }
    RUN_FAILED=${counts%% failed*}
    RUN_SKIPPED=$(grep -c '^SKIPPED ' "$1" || true)
}

# Runs a command as root: directly, or through sudo.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

# Tells whether as_root works at all; sudo may still ask for a password.
can_be_root() { [ "$(id -u)" -eq 0 ] || command -v sudo >/dev/null; }

# Installs the packages that are missing; none if all are there.
need_packages() {
    local missing=() package log status=0 conf=/etc/postgresql-common/createcluster.d/zdm.conf
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed' ||
            missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] && return 0
    command -v apt-get >/dev/null ||
        die "please install what these packages of Debian have: ${missing[*]}"
    can_be_root || die "please have root install these packages (there is no sudo here):
    apt-get install --no-install-recommends ${missing[*]}"
    say "Installing ${missing[*]} ..."
    # A cluster of Debian's own is not wanted now; who installs a server later gets one.
    as_root mkdir -p "${conf%/*}"
    echo 'create_main_cluster = false' | as_root tee "$conf" >/dev/null
    log=$(mktemp)
    { as_root apt-get update &&
        as_root env DEBIAN_FRONTEND=noninteractive \
            apt-get install -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1 || status=$?
    as_root rm -f "$conf"
    as_root rmdir --ignore-fail-on-non-empty "${conf%/*}"
    [ "$status" -eq 0 ] || cat "$log" >&2
    rm -f "$log"
    [ "$status" -eq 0 ] || die "could not install ${missing[*]}"
}

# The server, what building zdm takes, and further packages that the caller needs.  With
# PG_CONFIG the server is there, and only tools that are missing come from packages.
need_server() {
    local package missing=()
    if [ -z "${PG_CONFIG:-}" ]; then
        need_packages "postgresql-$PG_MAJOR" "postgresql-client-$PG_MAJOR" \
            "postgresql-server-dev-$PG_MAJOR" gcc make libc6-dev "$@"
        PG_CONFIG=/usr/lib/postgresql/$PG_MAJOR/bin/pg_config
    else
        for package in gcc make "$@"; do
            case $package in
                postgresql-*) continue ;; # what goes with a packaged server
                libipc-run-perl) perl -MIPC::Run -e 1 2>/dev/null || missing+=("$package") ;;
                libtap-parser-sourcehandler-pgtap-perl) command -v pg_prove >/dev/null || missing+=("$package") ;;
                *) command -v "$package" >/dev/null || missing+=("$package") ;;
            esac
        done
        [ ${#missing[@]} -eq 0 ] || need_packages "${missing[@]}"
    fi
    [ -x "$PG_CONFIG" ] || die "no pg_config at $PG_CONFIG"
    use_server "$PG_CONFIG"
}

# Takes the programs that go with a pg_config.
use_server() {
    PG_CONFIG=$1
    PG_BIN=$("$PG_CONFIG" --bindir)
    PG_VERSION_NUM=$("$PG_CONFIG" --version | sed 's/[^0-9]*\([0-9]*\).*/\1/')
    export PG_CONFIG PG_BIN PATH="$PG_BIN:$PATH"
}

# The server refuses to run as root: then everything runs as user postgres.
as_user() {
    if [ "$(id -u)" -eq 0 ]; then runuser -u "$(server_user)" -- "$@"; else "$@"; fi
}

# A server that did not come as a package may have no user of its own here.
server_user() { if id postgres >/dev/null 2>&1; then echo postgres; else echo nobody; fi; }

# Makes a scratch directory $W with a copy of the sources in $W/src.
make_scratch() {
    W=$(mktemp -d "${TMPDIR:-/tmp}/zdm.XXXXXX")
    mkdir "$W/src" "$W/sock"
    tar -C "$ROOT" --exclude=./.git --exclude='*.o' --exclude='*.so' --exclude='*.bc' \
        --exclude='./zdm--*.sql' -cf - . | tar -C "$W/src" -xf -
    chmod 755 "$W"
    [ "$(id -u)" -ne 0 ] || chown -R "$(server_user)" "$W"
    export W
    cd "$W"
    trap cleanup EXIT
}

cleanup() {
    local status=$?
    [ -z "${CLUSTER:-}" ] || stop_cluster immediate >/dev/null 2>&1 || true
    cd /
    if [ -n "${KEEP:-}" ]; then say "Left behind: $W"; else rm -rf "$W"; fi
    exit $status
}

# Tells how the server can be made to find an extension that is not in its own directories:
# from 18 on by extension_control_path, before that by Debian's extension_destdir.
extension_setting() {
    if [ "$PG_VERSION_NUM" -ge 18 ]; then
        echo extension_control_path
    elif grep -qF extension_destdir "$PG_BIN/postgres"; then
        echo extension_destdir
    fi
}

# Goes on with a copy of the server in $W/server, for one that has neither setting.  The server
# finds its files from where its program lies, if they are all below one directory.
copy_server() {
    local prefix what dir parts=()
    prefix=$(dirname "$PG_BIN")
    for what in bindir libdir pkglibdir sharedir includedir; do
        dir=$("$PG_CONFIG" --$what)
        case "$prefix" in /|/usr|/usr/local) dir= ;; esac
        case "$dir" in
            "$prefix"/*) parts+=("${dir#"$prefix"/}") ;;
            *) die "this server ($PG_CONFIG) has neither extension_control_path nor extension_destdir," \
                "and its files are not below one directory of their own that could be copied:" \
                "zdm can't be tried without being installed into it. Do that with make install," \
                "and test with make installcheck" ;;
        esac
    done
    say "This server can't look for extensions elsewhere: going on with a copy of it in $W/server"
    mkdir "$W/server"
    tar -C "$prefix" -cf - "${parts[@]}" | tar -C "$W/server" -xf -
    [ "$(id -u)" -ne 0 ] || chown -R "$(server_user)" "$W/server"
    use_server "$W/server/${PG_BIN#"$prefix"/}/pg_config"
}

# Builds in $W/src and installs below $W/inst, or into a copy of the server.  Extra arguments go
# to make.
build() {
    local log=$W/build.log
    # pg_upgrade looks for libraries where the server was installed, whatever its settings say.
    EXTENSION_SETTING=
    [ -n "${OLD_PG_CONFIG:-}" ] || EXTENSION_SETTING=$(extension_setting)
    [ -n "$EXTENSION_SETTING" ] || copy_server
    INSTALLED=${EXTENSION_SETTING:+$W/inst}
    if ! { as_user make -C "$W/src" -s -j"$(nproc)" PG_CONFIG="$PG_CONFIG" with_llvm=no "$@" &&
           as_user make -C "$W/src" -s PG_CONFIG="$PG_CONFIG" with_llvm=no \
               DESTDIR="$INSTALLED" "$@" install; } >"$log" 2>&1; then
        cat "$log" >&2
        die "the build failed"
    fi
}

# Settings that let a server find what build() has installed.
server_settings() {
    local share lib
    share=$("$PG_CONFIG" --sharedir)
    lib=$("$PG_CONFIG" --pkglibdir)
    case $EXTENSION_SETTING in
        extension_control_path) echo "extension_control_path = '$INSTALLED$share:\$system'" ;;
        extension_destdir) echo "extension_destdir = '$INSTALLED'" ;;
        *) return 0 ;;
    esac
    echo "dynamic_library_path = '$INSTALLED$lib:\$libdir'"
}

# Creates and starts a cluster in $W/data; settings come on standard input.
start_cluster() {
    CLUSTER=$W/data
    as_user "$PG_BIN/initdb" -D "$CLUSTER" -A trust -U postgres -E UTF8 --no-locale \
        --no-sync >"$W/initdb.log"
    {
        server_settings
        echo "unix_socket_directories = '$W/sock'"
        echo "listen_addresses = ''"
        echo "port = 5432"
        cat
    } | as_user tee -a "$CLUSTER/postgresql.conf" >/dev/null
    as_user "$PG_BIN/pg_ctl" -D "$CLUSTER" -l "$W/server.log" -w start >/dev/null ||
        { cat "$W/server.log" >&2; die "the server did not start"; }
    export PGHOST=$W/sock PGPORT=5432 PGUSER=postgres PGDATABASE=postgres PGOPTIONS=
    unset PGSERVICE PGPASSWORD PGSSLMODE
}

# Stops the cluster: fast, smart or immediate.
stop_cluster() {
    as_user "$PG_BIN/pg_ctl" -D "$CLUSTER" -m "${1:-fast}" -w stop >/dev/null
    CLUSTER=
}

# psql without a user's own settings, stopping at the first error.
sql() { "$PG_BIN/psql" -X -q -v ON_ERROR_STOP=1 "$@"; }
