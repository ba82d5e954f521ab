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
            FOR part IN SELECT tgrelid::regclass FROM pg_trigger JOIN pg_class c ON c.oid = tgrelid
                         WHERE relkind <> 'v' AND tgname = '~zdm_' || (SELECT relname FROM pg_class WHERE oid = tbl) LOOP
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

-- Likewise tables that follow another one: @ is the one that is written, # the one that follows, in
-- which rows are missing, too many, or have other values.  `same` is what rows meet by.
CREATE TABLE copied (n int GENERATED ALWAYS AS IDENTITY, title text, made text DEFAULT '', change text, at text, truth text DEFAULT 'SELECT * FROM @',
                     hidden text, same text DEFAULT 'id', spoils text[]);
INSERT INTO copied (title, made, change, at, hidden, same)
SELECT title || CASE at WHEN 'ready' THEN '' ELSE ', contracted' END, made, change, at, CASE at WHEN 'ready' THEN 'zdm_new_@' ELSE 'zdm_old_@' END, CASE at WHEN 'ready' THEN same ELSE 'id' END
  FROM (VALUES
    (1, 'another order', '', $$shadow_table('@', '(c int, b text, grp int, id int)'$$, 'id'),
    (2, 'compact', '', $$compact('@'$$, 'id'),
    (3, 'by hash', '', $$partition('@', 'HASH (id)', partitions => 3$$, 'id'),
    (4, 'by list, with another key', '', $$partition('@', 'LIST (grp)', primary_key => '{grp,id}'$$, 'grp, id'),
    (5, 'back to one table', 'PARTITION BY HASH (id)', $$shadow_table('@', '()'$$, 'id')) AS t (i, title, made, change, same), (VALUES ('ready'), ('contracted')) AS w (at)
 ORDER BY i, at DESC;
UPDATE copied SET spoils = ARRAY['DELETE FROM @ WHERE id % 16 = 1', 'INSERT INTO @ (id, grp, b, c) SELECT i, 1, ''new'', 1 FROM generate_series(2001, 2020) i',
                                 'UPDATE @ SET b = b || ''x'' WHERE id % 16 = 3', 'UPDATE @ SET c = NULL WHERE id % 16 = 5', 'UPDATE @ SET id = -id WHERE id % 16 = 7',
                                 'UPDATE @ SET grp = (grp + 1) % 4 WHERE id % 16 = 9', 'DELETE FROM # WHERE id % 16 = 11', 'UPDATE # SET c = coalesce(c, 0) + 1 WHERE id % 16 = 13',
                                 'INSERT INTO # (id, grp, b, c) SELECT i, 1, ''alone'', 1 FROM generate_series(3001, 3007) i'];
INSERT INTO copied (title, change, at, hidden, spoils) VALUES
    ('too many rows alone', $$compact('@'$$, 'ready', 'zdm_new_@', ARRAY['DELETE FROM @ WHERE id % 16 = 1', 'INSERT INTO # (id, grp) VALUES (3001, 1)']),
    ('nothing', $$compact('@'$$, 'ready', 'zdm_new_@', '{}');
INSERT INTO copied (title, change, at, truth, hidden, spoils) VALUES
    ('extracted', $$extract('@', '{b,c}', '@_own'$$, 'ready', 'SELECT id, b, c FROM @', 'zdm_new_@_own',
     ARRAY['DELETE FROM @ WHERE id % 16 = 1', 'INSERT INTO @ (id, grp, b) SELECT i, 1, ''new'' FROM generate_series(2001, 2020) i', 'UPDATE @ SET b = b || ''x'' WHERE id % 16 = 3',
           'UPDATE @ SET grp = -1 WHERE id % 16 = 5', 'DELETE FROM # WHERE id % 16 = 11', 'UPDATE # SET c = coalesce(c, 0) + 1 WHERE id % 16 = 13', 'INSERT INTO # (id, c) VALUES (3001, 1)']),
    ('extracted, contracted', $$extract('@', '{b,c}', '@_own'$$, 'contracted', 'SELECT id, b, c FROM @_own', 'zdm_new_@_own',
     ARRAY['DELETE FROM @ WHERE id % 16 = 1', 'INSERT INTO @ (id, grp) SELECT i, 1 FROM generate_series(2001, 2020) i', 'UPDATE @_own SET b = b || ''x'' WHERE id % 16 = 3',
           'DELETE FROM # WHERE id % 16 = 11', 'UPDATE # SET c = coalesce(c, 0) + 1 WHERE id % 16 = 13', 'INSERT INTO # (id, c) VALUES (3001, 1)']),
    ('extracted, some of them', $$extract('@', '{b,c}', '@_own', only_when => 'grp = 0'$$, 'ready', 'SELECT id, b, c FROM @ WHERE grp = 0 OR b IS NOT NULL OR c IS NOT NULL', 'zdm_new_@_own',
     ARRAY['DELETE FROM @ WHERE id % 16 = 1', 'UPDATE @ SET b = NULL, c = NULL, grp = 1 WHERE id % 16 = 3', 'UPDATE @ SET c = 5 WHERE id % 16 = 9', 'DELETE FROM # WHERE id % 16 = 11',
           'INSERT INTO # (id, c) SELECT id, 7 FROM @ WHERE b IS NULL AND c IS NULL AND grp > 0 AND id % 16 = 15', 'INSERT INTO # (id, c) VALUES (3001, 1)']);
CREATE TABLE compared (n int, clean bigint, rows bigint, mismatches bigint, lossy bigint, examples bigint, right_examples bigint, some_rows boolean,
                       real_rows bigint, wrong bigint, wrong_here bigint);
\o /dev/null
SELECT unnest(ARRAY[
       format('CREATE TABLE %s (id int PRIMARY KEY, grp int NOT NULL, b text, c int) %s', t, made),
       CASE WHEN made <> '' THEN format('CREATE TABLE %s_even PARTITION OF %1$s FOR VALUES WITH (MODULUS 2, REMAINDER 0); '
                                        'CREATE TABLE %1$s_odd PARTITION OF %1$s FOR VALUES WITH (MODULUS 2, REMAINDER 1)', t) END,
       format('INSERT INTO %s SELECT i, i %% 4, CASE WHEN i %% 10 < 7 THEN ''b'' || i END, CASE WHEN i %% 10 < 8 THEN i END FROM generate_series(1, 1000) AS i', t),
       'SET zdm.start_worker = on',
       format('SELECT zdm.expand_%s, name => %L)', replace(change, '@', t), t),
       format('CALL zdm.wait(%L)', t),
       CASE WHEN at = 'contracted' THEN format('SELECT zdm.contract(%L)', t) END,
       format('INSERT INTO compared (n, clean) SELECT %s, mismatches FROM zdm.verify(%L)', n, t),
       format('CALL spoil(%L, %L)', t, (SELECT coalesce(array_agg(replace(replace(s, '#', hidden), '@', t) ORDER BY k), '{}') FROM unnest(spoils) WITH ORDINALITY AS u (s, k))),
       format('WITH pair AS MATERIALIZED (SELECT to_jsonb(truth) AS t, to_jsonb(hidden) AS h FROM (%s) AS truth FULL JOIN %s AS hidden USING (%s)), '
              'wrong AS (SELECT DISTINCT coalesce(t->>''id'', h->>''id'')::int AS id FROM pair WHERE t IS DISTINCT FROM h), '
              'v AS (SELECT * FROM zdm.verify(%L)) '
              'UPDATE compared SET (rows, mismatches, lossy, examples, right_examples, some_rows, real_rows, wrong, wrong_here) = (SELECT v.rows, v.mismatches, v.lossy, jsonb_array_length(v.examples), '
              '(SELECT count(*) FROM jsonb_array_elements(v.examples) e JOIN (SELECT tableoid, ctid, id FROM %5$s UNION ALL SELECT tableoid, ctid, id FROM %2$s) x ON e->>''row'' LIKE format(''row %%s of verify.%%I, key (%%%%'', x.ctid, (SELECT relname FROM pg_class WHERE oid = x.tableoid)) JOIN wrong USING (id)), '
              '(SELECT s.rows <= v.rows AND s.mismatches <= v.mismatches FROM zdm.verify(%4$L, 50) s), '
              '(SELECT count(*) FROM %5$s), (SELECT count(*) FROM pair WHERE t IS DISTINCT FROM h), (SELECT count(*) FROM %5$s JOIN wrong USING (id)) FROM v) WHERE n = %6$s',
              replace(truth, '@', t), hidden, same, t, t, n)])
  FROM (SELECT n, made, change, at, truth, replace(hidden, '@', 'c_' || n) AS hidden, same, spoils, 'c_' || n AS t FROM copied) AS c ORDER BY n
\gexec
\o
-- Nothing.
SELECT title, compared.* FROM compared JOIN copied USING (n)
 WHERE (clean, rows, mismatches, lossy) IS DISTINCT FROM (0, real_rows, wrong, 0)
    OR examples <> least(10, wrong) OR right_examples <> examples OR NOT some_rows ORDER BY n;
-- What there is.
SELECT title, real_rows AS rows, wrong, wrong - wrong_here AS too_many FROM copied LEFT JOIN compared USING (n) ORDER BY n;
SET client_min_messages = error;
SELECT count(zdm.rollback(name)) FROM zdm.status WHERE name ~ '^[vc]_[0-9]+$' AND status <> 'contracted';
DROP SCHEMA verify CASCADE;
