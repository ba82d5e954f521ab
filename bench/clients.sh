# shellcheck shell=bash
# What clients of bench/traffic and bench/compare do.  Source it after ways.sh.

# Scripts for pgbench: they want $ROWS.
write_scripts() {
    as_user mkdir "$W/log"
    as_user tee "$W/select.sql" >/dev/null <<SQL
\\set id random(1, $ROWS)
SELECT price, name FROM items WHERE id = :id;
SQL
    as_user tee "$W/update.sql" >/dev/null <<SQL
\\set id random(1, $ROWS)
\\set price random(0, 100000)
UPDATE items SET price = :price WHERE id = :id;
SQL
    as_user tee "$W/insert.sql" >/dev/null <<SQL
\\set price random(0, 100000)
INSERT INTO items (price) VALUES (:price);
SQL
}

now_us() { echo $(($(date +%s%N) / 1000)); }
