# shellcheck shell=bash
# The copy.

copy_by_template() {
    psql_on "$SOURCE" -c "SET statement_timeout = '${1}s'" -c "SELECT format('CREATE DATABASE $COPY_NAME TEMPLATE %I', current_database())" || return
    psql_on "$SOURCE" -c "SET statement_timeout = '${1}s'" -c "$(cat "$W/out")" || return
    COPY_BY=template
}

# A database with nothing in it that sorts and encodes as the other one does.
create_empty() {
    psql_on "$SOURCE" -c "
        SELECT format('CREATE DATABASE $COPY_NAME TEMPLATE template0 ENCODING %L LC_COLLATE %L LC_CTYPE %L LOCALE_PROVIDER %s',
                      pg_encoding_to_char(encoding), datcollate, datctype,
                      CASE datlocprovider WHEN 'i' THEN 'icu ICU_LOCALE ' || quote_literal(locale)
                                          WHEN 'b' THEN 'builtin BUILTIN_LOCALE ' || quote_literal(locale) ELSE 'libc' END)
          FROM (SELECT *, coalesce(to_jsonb(d)->>'datlocale', to_jsonb(d)->>'daticulocale') AS locale FROM pg_database d) d
         WHERE datname = current_database()" || return
    psql_on "$SOURCE" -c "$(cat "$W/out")"
}

copy_by_dump() {
    create_empty || return
    patiently bash -c 'set -o pipefail; "$1" --no-subscriptions -d "$2" | "$3" -X -q -v ON_ERROR_STOP=1 -d "$4" && "$3" -X -q -d "$4" -c ANALYZE' \
        copy "${PROGRAMS[1]}" "$SOURCE" "${PROGRAMS[0]}" "$COPY" || return
    COPY_BY=dump
}

# What ALTER DATABASE has set goes along with neither.
copy_settings() {
    psql_on "$SOURCE" -c "
        SELECT format('ALTER DATABASE $COPY_NAME SET %s = %s', split_part(s, '=', 1),
                      CASE WHEN split_part(s, '=', 1) IN ('search_path', 'temp_tablespaces', 'local_preload_libraries', 'session_preload_libraries')
                           THEN substr(s, strpos(s, '=') + 1) ELSE quote_literal(substr(s, strpos(s, '=') + 1)) END) || ';'
          FROM pg_db_role_setting r JOIN pg_database d ON d.oid = setdatabase, unnest(setconfig) s
         WHERE datname = current_database() AND setrole = 0" || return
    in_copy <"$W/out"
}

copy_database() {
    local connected
    WHAT="read the database"
    must psql_on "$SOURCE" -c "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
    connected=$(cat "$W/out")
    WHAT="make the copy"
    COPY_BEGUN=1
    case $COPY_BY in
        sample) must copy_by_sample ;;
        template) must copy_by_template 0 ;;
        dump) must copy_by_dump ;;
        auto) { [ "$connected" -eq 0 ] && copy_by_template 10; } || must copy_by_dump ;;
    esac
    must copy_settings
    WHAT="install zdm in the copy"
    must in_copy <<<'SET client_min_messages = warning; CREATE EXTENSION IF NOT EXISTS zdm;'
}
