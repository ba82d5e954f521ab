# shellcheck shell=bash
# The table that bench/backfill and bench/traffic fill, and the ways to fill it.
# Source it after lib.sh.
#
#   plain    one UPDATE
#   keyset   batches of 1000 by primary key that fire a PL/pgSQL trigger
#   pgroll   pgroll itself, where it is on PATH
#   guide    UPDATE ... WHERE price_new IS NULL LIMIT 1000 until nothing is left
#   alter    ALTER TABLE ... TYPE: offline, nobody can read or write meanwhile
#   zdm1     zdm with one worker
#   zdm2     zdm with two workers

# Rows to copy from, and the procedures.  Argument: how many rows.
create_ways() {
    sql -v rows="$1" <<'SQL'
SET client_min_messages = error;
CREATE UNLOGGED TABLE seed AS
    SELECT i::bigint AS id, (random() * 100000)::int AS price, md5(random()::text) AS name,
           repeat('x', 80) AS pad, now() + i * interval '1 ms' AS created_at
      FROM generate_series(1, :rows) i;
VACUUM ANALYZE seed;

-- What pgroll 0.16 sends for each batch, as one statement and one transaction:
-- lock 1000 rows above the last key that are still marked, set their key to
-- itself so that the trigger fires, return the last key.
CREATE PROCEDURE fill_by_key() LANGUAGE plpgsql AS $$
DECLARE
    last bigint;
    above text := '';
BEGIN
    LOOP
        EXECUTE format('
            WITH batch AS (
                SELECT id FROM items WHERE needs_backfill = true %s
                 ORDER BY id LIMIT 1000 FOR NO KEY UPDATE
            ), filled AS (
                UPDATE items SET id = items.id FROM batch WHERE items.id = batch.id RETURNING items.id
            )
            SELECT max(id) FROM filled', above) INTO last;
        COMMIT;
        EXIT WHEN last IS NULL;
        above := format('AND (id) > (%L)', last);
    END LOOP;
END $$;

-- The trigger of the shape that pgroll generates: every column into a variable,
-- search_path read by a query, the new column and the mark set.
CREATE FUNCTION fill_row() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    id bigint := NEW.id;
    price int := NEW.price;
    name text := NEW.name;
    pad text := NEW.pad;
    created_at timestamptz := NEW.created_at;
    version_schema text;
    search_path text;
BEGIN
    SELECT current_setting INTO search_path FROM current_setting('search_path');
    IF search_path != 'public_new_version' THEN
        NEW.price_new = (price);
        NEW.needs_backfill = false;
    END IF;
    RETURN NEW;
END $$;

CREATE PROCEDURE fill_by_limit() LANGUAGE plpgsql AS $$
BEGIN
    LOOP
        UPDATE items SET price_new = price
         WHERE id IN (SELECT id FROM items WHERE price_new IS NULL LIMIT 1000);
        EXIT WHEN NOT FOUND;
        COMMIT;
    END LOOP;
END $$;
SQL
}

# A fresh table.  Arguments: rows, indexes (1 or 5).
fresh_items() {
    local indexes=
    [ "$2" -ne 5 ] || indexes='CREATE INDEX ON items (price); CREATE INDEX ON items (name);
        CREATE INDEX ON items (created_at); CREATE INDEX ON items (price, name)'
    sql -o /dev/null -c 'SET client_min_messages = error; DROP TABLE IF EXISTS items CASCADE' \
        -c "CREATE TABLE items (
                id bigserial PRIMARY KEY,
                price int NOT NULL,
                name text NOT NULL DEFAULT md5(random()::text),
                pad text NOT NULL DEFAULT repeat('x', 80),
                created_at timestamptz DEFAULT now())" \
        -c "INSERT INTO items SELECT * FROM seed LIMIT $1" \
        -c "SELECT setval('items_id_seq', $1)" \
        -c "$indexes" -c 'VACUUM ANALYZE items' -c 'CHECKPOINT'
}

# How many rows a variant of the table has, of so many of the plain one: its size counts.
variant_rows() {
    case $1 in
        wide) echo $(($2 * 3 / 10)) ;;
        toast) echo $(($2 / 10)) ;;
        large) echo $(($2 * 10)) ;;
        *) echo "$2" ;;
    esac
}

# A fresh table of other rows or another shape, with one index.  Arguments: variant, rows.
#   wide      rows of 2 kB, four to a page
#   toast     a value of 20 kB in each row, out of line
#   ff70      fillfactor 70
#   hash100   a hundred hash partitions
#   large     ten times as many rows
fresh_variant() {
    local pad="repeat('x', 80)" options='' storage='' of=''
    case $1 in
        wide) pad="repeat('x', 1900)" storage='ALTER TABLE items ALTER COLUMN pad SET STORAGE PLAIN' ;;
        toast) pad="repeat(md5(i::text), 625)"
               storage='ALTER TABLE items ALTER COLUMN pad SET STORAGE EXTERNAL' ;;
        ff70) options='WITH (fillfactor = 70)' ;;
        hash100) options='PARTITION BY HASH (id)'
                 of="SELECT format('CREATE TABLE items_%s PARTITION OF items FOR VALUES WITH (MODULUS 100, REMAINDER %s)', n, n)
                       FROM generate_series(0, 99) n \\gexec" ;;
    esac
    sql -o /dev/null <<SQL
SET client_min_messages = error;
DROP TABLE IF EXISTS items CASCADE;
CREATE TABLE items (id bigint PRIMARY KEY, price int NOT NULL, name text NOT NULL, pad text NOT NULL,
                    created_at timestamptz) $options;
$storage;
$of
INSERT INTO items SELECT i, i % 100000, md5(i::text), $pad, now() FROM generate_series(1, $2) i;
VACUUM ANALYZE items;
CHECKPOINT;
SQL
}

# SQL that comes before the clock starts: what adds the column and the trigger.
# Arguments: way, name of the migration.
prepare_sql() {
    case $1 in
        plain | guide) echo 'ALTER TABLE items ADD COLUMN price_new bigint;' ;;
        keyset) echo 'ALTER TABLE items ADD COLUMN price_new bigint,
                          ADD COLUMN needs_backfill boolean DEFAULT true;
                      CREATE TRIGGER fill BEFORE UPDATE OR INSERT ON items
                          FOR EACH ROW EXECUTE FUNCTION fill_row();' ;;
        zdm*) echo "SELECT zdm.expand_add_column('items', 'price_new', 'bigint', backfill => 'price',
                                                 name => '$2', workers => ${1#zdm});" ;;
    esac
}

# SQL that does the work.
fill_sql() {
    case $1 in
        plain) echo 'UPDATE items SET price_new = price;' ;;
        keyset) echo 'CALL fill_by_key();' ;;
        guide) echo 'CALL fill_by_limit();' ;;
        alter) echo 'ALTER TABLE items ALTER COLUMN price TYPE bigint;' ;;
        zdm*) echo "CALL zdm.wait('$2');" ;;
    esac
}

# The real pgroll.  Before the clock: its own schema, and a history that starts here.
pgroll_prepare() {
    mkdir -p "$W/baseline"
    pgroll_run init && pgroll_run baseline --yes start_of_history "$W/baseline"
}

# On the clock: adds the column, the trigger and a view, and fills.
pgroll_start() {
    cat >"$W/$1.yaml" <<'YAML'
operations:
  - add_column:
      table: items
      up: price
      column:
        name: price_new
        type: bigint
        nullable: true
YAML
    pgroll_run start "$W/$1.yaml"
}

pgroll_run() {
    pgroll "$@" --postgres-url "postgres://postgres@/postgres?host=$W/sock&sslmode=disable" \
        >>"$W/pgroll.log" 2>&1 || { cat "$W/pgroll.log" >&2; die "pgroll $1 failed"; }
}

# Every way must have filled every row; then its traces go.
check_way() {
    local wrong column=price_new
    case $1 in
        alter) return ;;
        pgroll) column=_pgroll_new_price_new ;;
        zdm*) wrong=$(sql -A -t -c "SELECT mismatches FROM zdm.verify('$2')")
              [ "$wrong" -eq 0 ] || die "zdm.verify found $wrong mismatches" ;;
    esac
    wrong=$(sql -A -t -c "SELECT count(*) FROM items WHERE $column IS DISTINCT FROM price")
    [ "$wrong" -eq 0 ] || die "$1 left $wrong rows unfilled"
    case $1 in
        pgroll) pgroll_run rollback
                sql -c 'SET client_min_messages = error; DROP SCHEMA pgroll CASCADE' ;;
        zdm*) sql -o /dev/null -c "SELECT zdm.rollback('$2')" ;;
    esac
}
