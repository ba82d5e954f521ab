-- What verify counts and shows, beside what plain SQL says of the same rows: tables of each kind
-- whose rows were spoiled behind the back of the trigger.  `wrong` and `lossy` are written here by
-- hand, not taken from the migration.
SET client_min_messages = warning;
CREATE SCHEMA verify;
SET search_path = verify, public;
CREATE FUNCTION gives_int(t text, i int) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    RETURN i IS NOT DISTINCT FROM t::int;
EXCEPTION WHEN invalid_text_representation THEN
    RETURN false;
END $$;
CREATE FUNCTION gives_price(money text, price numeric(12, 2), currency text) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
    RETURN price IS NOT DISTINCT FROM split_part(money, ' ', 1)::numeric(12, 2) AND currency IS NOT DISTINCT FROM split_part(money, ' ', 2);
EXCEPTION WHEN invalid_text_representation THEN
    RETURN false;
END $$;
CREATE FUNCTION size_in_cm(size text) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT size::int * 2';
-- Switches the trigger off in the whole tree, runs statements, and switches it on again.
CREATE PROCEDURE spoil(tbl regclass, statements text[]) LANGUAGE plpgsql AS $$
DECLARE
    what text;
    part regclass;
    statement text;
BEGIN
    FOREACH what IN ARRAY ARRAY['DISABLE', '', 'ENABLE ALWAYS'] LOOP
        IF what = '' THEN
            FOREACH statement IN ARRAY statements LOOP EXECUTE statement; END LOOP;
        ELSE
            FOR part IN SELECT tgrelid::regclass FROM pg_trigger
                         WHERE tgname = '~zdm_' || (SELECT relname FROM pg_class WHERE oid = tbl) LOOP
                EXECUTE format('ALTER TABLE ONLY %s %s TRIGGER %I', part, what, '~zdm_' || (SELECT relname FROM pg_class WHERE oid = tbl));
            END LOOP;
        END IF;
    END LOOP;
END $$;
-- Each: the table, what fills it from i, the call, where the migration is when it is spoiled and
-- looked at, the assignments that spoil every so many rows, which rows are wrong, and which of the
-- others are lossy.
CREATE TABLE cases (n int GENERATED ALWAYS AS IDENTITY, title text, columns text, vals text, change text, arguments text,
                    at text, spoils text[], wrong text, lossy text DEFAULT 'false', partitioned boolean DEFAULT false);
INSERT INTO cases (title, columns, vals, change, arguments, at, spoils, wrong) VALUES
    ('rename', 'a int', 'nullif(i % 10, 9)', 'rename', $$'a', 'b'$$, 'ready',
     '{b = NULL,b = a + 1,a = 5,a = NULL,"a = NULL, b = NULL"}', 'a IS DISTINCT FROM b'),
    ('rename, not filled', 'a int', 'nullif(i % 10, 9)', 'rename', $$'a', 'b'$$, 'running', '{b = a,b = a - 1}', 'a IS DISTINCT FROM b'),
    ('rename, contracted', 'a text', 'nullif(i % 10, 9)::text', 'rename', $$'a', 'b'$$, 'contracted',
     '{b = NULL,"b = b || ''x''",zdm_old_a = NULL}', 'zdm_old_a IS DISTINCT FROM b'),
    ('type', 'a int', 'nullif(i % 10, 9)', 'change_type', $$'a', 'bigint'$$, 'ready',
     '{zdm_new_a = NULL,zdm_new_a = a + 4294967296,a = -a}', 'a IS DISTINCT FROM zdm_new_a'),
    ('type, contracted', 'a int', 'nullif(i % 10, 9)', 'change_type', $$'a', 'bigint'$$, 'contracted',
     '{a = NULL,a = a + 4294967296,zdm_old_a = -1}', 'zdm_old_a IS DISTINCT FROM a');
INSERT INTO cases (title, columns, vals, change, arguments, at, spoils, wrong, lossy) VALUES
    ('lossy type', 'a text', $$CASE WHEN i % 10 < 9 THEN i::text END$$, 'change_type', $$'a', 'int', forward => 'a::int', reverse => 'a::text'$$, 'ready',
     '{zdm_new_a = NULL,zdm_new_a = 5,"a = ''00'' || a","a = ''many''",a = zdm_new_a || '' ''}',
     'NOT (gives_int(a, zdm_new_a) OR a IS NOT DISTINCT FROM zdm_new_a::text)',
     'NOT (gives_int(a, zdm_new_a) AND a IS NOT DISTINCT FROM zdm_new_a::text)'),
    ('transform', 'price numeric(12, 2), currency text', $$i / 4.0, 'EUR'$$, 'transform',
     $$'{price, currency}', '{"money": {"type": "text", "forward": "price || '' '' || currency"}}',
       '{"price": "split_part(money, '' '', 1)::numeric", "currency": "split_part(money, '' '', 2)"}'$$, 'ready',
     '{money = NULL,"money = ''free''","money = rtrim(price::text, ''0'') || '' EUR''","money = ''7.5 EUR'', price = 7.50",price = 1}',
     $$NOT (money IS NOT DISTINCT FROM price || ' ' || currency OR gives_price(money, price, currency))$$,
     $$NOT (money IS NOT DISTINCT FROM price || ' ' || currency AND gives_price(money, price, currency))$$);
INSERT INTO cases (title, columns, vals, change, arguments, at, spoils, wrong) VALUES
    ('transform, one way', 'price numeric, pieces int', 'i / 4.0, nullif(i % 10, 9)', 'transform',
     $$'{price, pieces}', '{"total": {"type": "numeric", "forward": "price * pieces"}}'$$, 'ready',
     '{total = NULL,total = -1,price = 0}', 'total IS NULL AND price * pieces IS NOT NULL'),
    ('added column', 'a int', 'nullif(i % 10, 9)', 'add_column', $$'b', 'bigint', backfill => 'a * 2'$$, 'ready',
     '{b = NULL,b = 7,a = a + 1}', 'b IS NULL AND a * 2 IS NOT NULL'),
    ('added column, not filled', 'a int', 'i', 'add_column', $$'b', 'bigint', backfill => 'a * 2', not_null => true$$, 'running',
     '{b = a * 2}', 'b IS NULL'),
    ('added column, expression fails', 'size text', $$CASE i % 10 WHEN 9 THEN 'big' ELSE i::text END$$, 'add_column',
     $$'cm', 'int', backfill => 'size_in_cm(size)', on_error => 'null'$$, 'ready', '{cm = NULL,"size = ''big''"}',
     'cm IS NULL'),
    ('dropped column', 'a int, b int', 'i, i * 2', 'drop_column', $$'b', reverse => 'a * 2'$$, 'ready', '{b = NULL,b = 7,a = a + 1}', 'false');
INSERT INTO cases (title, columns, vals, change, arguments, at, spoils, wrong, partitioned) VALUES
    ('rename of a partitioned table', 'a int', 'nullif(i % 10, 9)', 'rename', $$'a', 'b'$$, 'ready',
     '{b = NULL,b = a + 1,a = 5}', 'a IS DISTINCT FROM b', true);
CREATE TABLE counted (n int, rows bigint, mismatches bigint, lossy bigint, examples bigint, right_examples bigint,
                      some_rows boolean, real_rows bigint, wrong bigint, real_lossy bigint);
\o /dev/null
SELECT unnest(ARRAY[
       format('CREATE TABLE v_%s (id int PRIMARY KEY, %s) %s', n, columns, CASE WHEN partitioned THEN 'PARTITION BY RANGE (id)' END),
       CASE WHEN partitioned THEN format('CREATE TABLE v_%s_low PARTITION OF v_%1$s FOR VALUES FROM (0) TO (300); '
                                         'CREATE TABLE v_%1$s_high PARTITION OF v_%1$s FOR VALUES FROM (300) TO (2000)', n) END,
       format('INSERT INTO v_%s SELECT i, %s FROM generate_series(1, 1000) AS i', n, vals),
       format('SET zdm.start_worker = %L', at <> 'running'),
       format('SELECT zdm.expand_%s(''v_%s'', %s, name => ''v_%2$s'')', change, n, arguments),
       CASE WHEN at <> 'running' THEN format('CALL zdm.wait(''v_%s'')', n) END,
       CASE WHEN at = 'contracted' THEN format('SELECT zdm.contract(''v_%s'')', n) END,
       format('CALL spoil(''v_%s'', %L)', n,
              (SELECT array_agg(format('UPDATE v_%s SET %s WHERE id %% 16 = %s', n, s, 2 * k + 1)) FROM unnest(spoils) WITH ORDINALITY AS u (s, k))),
       format('WITH t AS (SELECT t.*, t.ctid AS row_id, t.tableoid AS part, coalesce(%s, true) AS wrong, coalesce(%s, true) AS lossy FROM v_%s t), '
              'v AS (SELECT * FROM zdm.verify(''v_%3$s'')) '
              'INSERT INTO counted SELECT %3$s, v.rows, v.mismatches, v.lossy, jsonb_array_length(v.examples), '
              '(SELECT count(*) FROM jsonb_array_elements(v.examples) e JOIN t ON wrong AND '
              ' e->>''row'' = format(''row %%s of verify.%%I, key (id)=(%%s)'', row_id, (SELECT relname FROM pg_class WHERE oid = part), id) '
              ' WHERE NOT EXISTS (SELECT FROM jsonb_each_text((e->''old'') || (e->''new'')) AS shown WHERE shown.value IS DISTINCT FROM to_jsonb(t)->>shown.key)), '
              '(SELECT s.rows <= v.rows AND s.mismatches <= v.mismatches AND s.lossy <= v.lossy FROM zdm.verify(''v_%3$s'', 50) s), '
              '(SELECT count(*) FROM t), (SELECT count(*) FROM t WHERE wrong), (SELECT count(*) FROM t WHERE lossy AND NOT wrong) FROM v',
              wrong, lossy, n)])
  FROM cases ORDER BY n
\gexec
\o
-- Nothing: verify counts what there is, and what it shows is there.
SELECT title, counted.* FROM counted JOIN cases USING (n)
 WHERE (rows, mismatches, counted.lossy) IS DISTINCT FROM (real_rows, counted.wrong, real_lossy)
    OR examples <> least(10, mismatches) OR right_examples <> examples OR NOT some_rows ORDER BY n;
-- What there is.
SELECT title, real_rows AS rows, counted.wrong, real_lossy AS lossy FROM cases LEFT JOIN counted USING (n) ORDER BY n;
SET client_min_messages = error;
SELECT count(zdm.rollback(name)) FROM zdm.status WHERE name ~ '^v_[0-9]+$' AND status <> 'contracted';
DROP SCHEMA verify CASCADE;
