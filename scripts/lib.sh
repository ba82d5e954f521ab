# shellcheck shell=bash
# What scripts/demo, scripts/test and the benchmarks share: packages, a build in
# a scratch directory, a throwaway cluster.  Nothing is installed into the
# server's own directories, and the checkout stays as it is.
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

# Runs a command as root: directly, or through sudo.
as_root() {
    if [ "$(id -u)" -eq 0 ]; then "$@"; else sudo "$@"; fi
}

# Installs the packages that are missing; none if all are there.
need_packages() {
    local missing=()
    for package in "$@"; do
        dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q '^install ok installed' ||
            missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] && return 0
    command -v apt-get >/dev/null || die "please install: ${missing[*]}"
    say "Installing ${missing[*]} ..."
    # A cluster of Debian's own is not wanted.
    if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
        as_root mkdir -p /etc/postgresql-common
        echo 'create_main_cluster = false' |
            as_root tee /etc/postgresql-common/createcluster.conf >/dev/null
    fi
    local log
    log=$(mktemp)
    if ! { as_root apt-get update &&
           as_root env DEBIAN_FRONTEND=noninteractive \
               apt-get install -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
        cat "$log" >&2
        rm -f "$log"
        die "could not install ${missing[*]}"
    fi
    rm -f "$log"
}

# Packages that building and running zdm takes.
need_server() {
    if [ -z "${PG_CONFIG:-}" ]; then
        need_packages "postgresql-$PG_MAJOR" "postgresql-client-$PG_MAJOR" \
            "postgresql-server-dev-$PG_MAJOR" gcc make libc6-dev "$@"
        PG_CONFIG=/usr/lib/postgresql/$PG_MAJOR/bin/pg_config
    fi
    [ -x "$PG_CONFIG" ] || die "no pg_config at $PG_CONFIG"
    PG_BIN=$("$PG_CONFIG" --bindir)
    export PG_CONFIG PG_BIN PATH="$PG_BIN:$PATH"
}

# The server refuses to run as root: then everything runs as user postgres.
as_user() {
    if [ "$(id -u)" -eq 0 ]; then runuser -u postgres -- "$@"; else "$@"; fi
}

# Makes a scratch directory $W with a copy of the sources in $W/src.
make_scratch() {
    W=$(mktemp -d "${TMPDIR:-/tmp}/zdm.XXXXXX")
    mkdir "$W/src" "$W/sock"
    tar -C "$ROOT" --exclude=./.git --exclude='*.o' --exclude='*.so' --exclude='*.bc' \
        --exclude='./zdm--*.sql' -cf - . | tar -C "$W/src" -xf -
    chmod 755 "$W"
    [ "$(id -u)" -ne 0 ] || chown -R postgres "$W"
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

# Builds in $W/src and installs below $W/inst.  Extra arguments go to make.
build() {
    local log=$W/build.log
    if ! { as_user make -C "$W/src" -s -j"$(nproc)" PG_CONFIG="$PG_CONFIG" with_llvm=no "$@" &&
           as_user make -C "$W/src" -s PG_CONFIG="$PG_CONFIG" with_llvm=no \
               DESTDIR="$W/inst" "$@" install; } >"$log" 2>&1; then
        cat "$log" >&2
        die "the build failed"
    fi
}

# Settings that let a server find what build() has installed.
server_settings() {
    local share lib
    share=$("$PG_CONFIG" --sharedir)
    lib=$("$PG_CONFIG" --pkglibdir)
    if [ "$("$PG_CONFIG" --version | sed 's/[^0-9]*\([0-9]*\).*/\1/')" -ge 18 ]; then
        echo "extension_control_path = '$W/inst$share:\$system'"
    else
        echo "extension_destdir = '$W/inst'"
    fi
    echo "dynamic_library_path = '$W/inst$lib:\$libdir'"
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
