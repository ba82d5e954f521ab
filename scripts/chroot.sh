# shellcheck shell=bash
# Chroots of Debian suites, for scripts that try zdm on other systems than this one.  Source it
# after lib.sh.
#
# Variables: MIRROR (that of the machine's own apt sources).

MIRROR=${MIRROR:-$(cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null |
    sed -nE 's/^(deb|URIs:).*(https?:\/\/[^ ]*\/debian)\/?( .*)?$/\2/p' | head -n 1 || true)}

# Runs a command in the chroot, with the checkout as /zdm, in namespaces of its own: nothing stays
# mounted, and no process outlives it.
enter() {
    local dir=$1
    shift
    # shellcheck disable=SC2016  # for the inner shell
    as_root unshare -m -p -f --kill-child bash -c '
        dir=$1 root=$2
        shift 2
        mount -t proc proc "$dir/proc" && mount --bind /dev "$dir/dev" && mount -t tmpfs tmpfs "$dir/run" &&
            mount --bind "$root" "$dir/zdm" && exec chroot "$dir" env DEBIAN_FRONTEND=noninteractive "$@"' \
        enter "$dir" "$ROOT" "$@"
}

# Writes a file as root.
put() { printf '%b' "$2" | as_root tee "$1" >/dev/null; }

# Makes a bare chroot of a suite, in which no service starts by itself.
make_chroot() {
    local dir=$1 suite=$2
    [ -n "$MIRROR" ] || { echo "there is no Debian mirror in the machine's apt sources; say which MIRROR to use"; return 1; }
    as_root rm -rf "$dir" && as_root mkdir -p "$dir" &&
        # Old debootstraps have no script for new suites; sid's serves all of them.
        as_root debootstrap --variant=minbase "$suite" "$dir" "$MIRROR" /usr/share/debootstrap/scripts/sid &&
        as_root mkdir -p "$dir/zdm" "$dir/etc/postgresql-common" &&
        put "$dir/etc/apt/apt.conf.d/99valid" 'Acquire::Check-Valid-Until "false";\n' &&
        put "$dir/usr/sbin/policy-rc.d" '#!/bin/sh\nexit 101\n' && as_root chmod 755 "$dir/usr/sbin/policy-rc.d" &&
        put "$dir/etc/postgresql-common/createcluster.conf" 'create_main_cluster = false\n'
}
