# shellcheck shell=bash
# Traffic out of pg_stat_statements.  The server itself types the parameters of a statement (PREPARE) and
# writes it in one form, with the names of all tables (a body of a function); from that form it is told
# to which column a parameter belongs, and so which values it may have.  What can't be run is left out, and why.

# What pg_stat_statements has of the database, into the copy.
read_statements() {
    local schema
    WHAT="look for pg_stat_statements"
    must psql_on "$SOURCE" -c "SELECT format('%I', nspname) FROM pg_extension e JOIN pg_namespace n ON n.oid = extnamespace WHERE extname = 'pg_stat_statements'"
    schema=$(cat "$W/out")
    [ -n "$schema" ] || { echo "it is not installed in the database" >"$W/err"; return 1; }
    cat >"$W/sql" <<SQL
COPY (SELECT sum(calls), query FROM $schema.pg_stat_statements
       WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database()) AND toplevel AND calls > 0
         AND query ~* '^\\s*(/[*].*?[*]/\\s*)*(select|insert|update|delete|with|merge|table|values)\\M'
       GROUP BY query ORDER BY 1 DESC LIMIT 1000) TO STDOUT;
SQL
    psql_on "$SOURCE" -f "$W/sql" || return
    mv "$W/out" "$W/statements"
}

# Makes scripts of those statements that can be run, 50 at most: those about the migration's tables
# first, then by their calls.
take_statements() {
    if ! read_statements; then
        [ "$MAKE_TRAFFIC" = auto ] || { cat "$W/err" >&2; die "there is no pg_stat_statements to make traffic of"; }
        return 0
    fi
    define_statements
    WHAT="make traffic of pg_stat_statements"
    must in_copy <<SQL
\\copy zdm_rehearsal.statement (calls, query) FROM '$W/statements'
SET client_min_messages = warning;
SET statement_timeout = $((MAX_STALL * 10 > 2000000000 ? 2000000000 : MAX_STALL * 10 + 10000));
SELECT format('SELECT zdm_rehearsal.take(%s, %s)', n, $MAX_STALL / 2.0) FROM zdm_rehearsal.statement s
 ORDER BY EXISTS (SELECT FROM zdm_rehearsal.target JOIN pg_class c ON c.oid = relation WHERE strpos(query, relname) > 0) DESC, calls DESC, n LIMIT 50 \\gexec
SELECT format('DROP TABLE %s', c.oid::regclass) FROM pg_class c WHERE relnamespace = 'zdm_rehearsal'::regnamespace AND relname LIKE 'draw\\_%' \\gexec
UPDATE zdm_rehearsal.script SET weight = greatest(1, round(100.0 * calls / (SELECT max(calls) FROM zdm_rehearsal.script))) WHERE calls IS NOT NULL;
SQL
}

define_statements() {
    WHAT="prepare the copy for statements"
    must in_copy <<'SQL'
CREATE TABLE zdm_rehearsal.statement (n int GENERATED ALWAYS AS IDENTITY, calls bigint, query text);
-- A name as the server writes it.
CREATE FUNCTION zdm_rehearsal.name() RETURNS text LANGUAGE sql IMMUTABLE AS $$ SELECT '(?:"(?:[^"]|"")+"|[a-z_][a-z0-9_]*)' $$;
CREATE FUNCTION zdm_rehearsal.plain(name text) RETURNS text LANGUAGE sql AS $$ SELECT (parse_ident(name, false))[1] $$;

-- The tables that a statement names, and by which name it goes on to speak of them.
CREATE FUNCTION zdm_rehearsal.mentioned(body text) RETURNS TABLE (i bigint, rel oid, alias text) LANGUAGE sql AS $$
    SELECT i, c.oid, coalesce(zdm_rehearsal.plain(m[2]), relname)
      FROM regexp_matches(body, format('(%1$s\.%1$s)(?: (%1$s))?', zdm_rehearsal.name()), 'g') WITH ORDINALITY r (m, i)
           JOIN pg_class c ON c.oid = to_regclass(m[1])
     WHERE relkind IN ('r', 'p', 'v', 'm')
$$;

-- Where the values of a parameter come from that is compared with a column, or assigned to one.
CREATE FUNCTION zdm_rehearsal.origin(body text, param int, OUT rel oid, OUT col text, OUT role text) LANGUAGE plpgsql AS $$
DECLARE
    name CONSTANT text := zdm_rehearsal.name();
    m text[];
BEGIN
    role := lower((regexp_match(body, format('\m(LIMIT|OFFSET) \(*\$%s(?!\d)', param)))[1]);
    IF role IS NOT NULL THEN
        RETURN;
    END IF;
    -- What is assigned has no parentheses around it, what is compared has.
    m := regexp_match(body, format('(?:SET|,) ()(%s) = \(*\$%s(?!\d)', name, param));
    role := CASE WHEN m IS NULL THEN 'where' ELSE 'set' END;
    IF m IS NULL THEN
        m := regexp_match(body, format('(?:(%1$s)\.)?(%1$s)\)*(?:::[a-z_"][a-z0-9_" .]*(?:\([0-9,]+\))?)?\)* (?:OPERATOR\(%1$s\.)?[=<>~!@#%%^&?]+\*?\)? (?:(?:ANY|ALL) )?\(*(?:ARRAY\[[^]]*)?\$%2$s(?!\d)', name, param));
    END IF;
    IF m IS NULL THEN
        m := regexp_match(body, format('\(\$%2$s\)*(?:::[a-z_"][a-z0-9_" .]*)?\)* = (?:(%1$s)\.)?(%1$s)\)', name, param));
    END IF;
    SELECT t.rel, attname INTO origin.rel, col FROM zdm_rehearsal.mentioned(body) t JOIN pg_attribute ON attrelid = t.rel AND attnum > 0 AND NOT attisdropped
     WHERE attname = zdm_rehearsal.plain(m[2]) AND (coalesce(m[1], '') = '' OR alias = zdm_rehearsal.plain(m[1])) ORDER BY i LIMIT 1;
END $$;

-- The parameters of INSERT ... VALUES and their columns.
CREATE FUNCTION zdm_rehearsal.inserted(body text) RETURNS TABLE (param int, rel oid, col text) LANGUAGE plpgsql AS $$
DECLARE
    m text[] := regexp_match(body, format('INSERT INTO (%1$s\.%1$s)(?: AS %1$s)? \(((?:%1$s(?:, )?)+)\) (?:OVERRIDING [A-Z]+ VALUE )?VALUES (.*)', zdm_rehearsal.name()));
    columns text[] := ARRAY(SELECT zdm_rehearsal.plain(x[1]) FROM regexp_matches(m[2], zdm_rehearsal.name(), 'g') WITH ORDINALITY r (x, o) ORDER BY o);
    depth int := 0;
    item int;
    quoted text;
    c text;
BEGIN
    FOR i IN 1..coalesce(length(m[3]), 0) LOOP
        c := substr(m[3], i, 1);
        IF quoted IS NOT NULL THEN
            IF c = quoted THEN quoted := NULL; END IF;
        ELSIF c IN ('''', '"') THEN quoted := c;
        ELSIF c IN ('(', '[') THEN
            depth := depth + 1;
            IF depth = 1 THEN item := 1; END IF;
        ELSIF c IN (')', ']') THEN depth := depth - 1;
        ELSIF c = ',' AND depth = 1 THEN item := item + 1;
        ELSIF c = '$' THEN
            param := (regexp_match(substr(m[3], i), '^\$(\d+)'))[1];
            rel := to_regclass(m[1]);
            col := columns[item];
            RETURN NEXT;
        ELSIF depth = 0 AND c NOT IN (' ', ',') THEN EXIT;
        END IF;
    END LOOP;
END $$;

-- An expression for values that a unique column does not have yet, enough of them; NULL if there is none.
CREATE FUNCTION zdm_rehearsal.fresh(rel oid, col text, typ regtype) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    target text := (SELECT format('%I.%I', nspname, relname) FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE c.oid = rel);
    sequence text := pg_get_serial_sequence(target, col);
    first numeric;
    a pg_attribute;
BEGIN
    SELECT * INTO a FROM pg_attribute WHERE attrelid = rel AND attname = col;
    IF a.atttypid IN ('int4'::regtype, 'int8'::regtype) OR a.atttypid = 'numeric'::regtype AND a.atttypmod < 0 THEN
        IF sequence IS NULL THEN
            sequence := format('zdm_rehearsal.fresh_%s_%s', rel, a.attnum);
            EXECUTE format('SELECT coalesce(max(%I), 0) + 1 FROM %s', col, target) INTO first;
            EXECUTE format('CREATE SEQUENCE IF NOT EXISTS %s START %s MINVALUE %2$s', sequence, ceil(first));
        END IF;
        RETURN format('nextval(%L)::%s', sequence, typ);
    ELSIF a.atttypid = 'uuid'::regtype THEN
        RETURN 'gen_random_uuid()::' || typ;
    ELSIF a.atttypid IN ('text'::regtype, 'varchar'::regtype, 'bpchar'::regtype) AND (a.atttypmod < 0 OR a.atttypmod > 4 + 12) THEN
        RETURN format('left(md5(random()::text || clock_timestamp()), %s)::%s', CASE WHEN a.atttypmod < 0 THEN 32 ELSE a.atttypmod - 4 END, typ);
    END IF;
    RETURN NULL;
END $$;

-- The columns of the new rows of a statement that need a value of their own: one of each unique index
-- whose columns are all given, rather none that refers to another table.
CREATE FUNCTION zdm_rehearsal.own_columns(rel oid, given text[]) RETURNS SETOF text LANGUAGE sql AS $$
    SELECT DISTINCT (SELECT attname FROM pg_attribute a JOIN pg_type t ON t.oid = atttypid WHERE attrelid = indrelid AND attnum = ANY (indkey)
             ORDER BY EXISTS (SELECT FROM pg_constraint WHERE contype = 'f' AND conrelid = rel AND attnum = ANY (conkey)), typcategory IN ('N', 'U') DESC, attnum LIMIT 1)::text
      FROM pg_index i WHERE indrelid = rel AND indisunique AND indisvalid
       AND NOT EXISTS (SELECT FROM pg_attribute WHERE attrelid = rel AND attnum = ANY (indkey) AND attname <> ALL (given))
$$;

-- Which row an assigned value comes from: another one, unless that might break a constraint on
-- several columns or on one that is unique.
CREATE FUNCTION zdm_rehearsal.may_vary(rel oid, col text) RETURNS boolean LANGUAGE sql AS $$
    SELECT NOT EXISTS (SELECT FROM pg_index WHERE indrelid = rel AND (indisunique OR indisexclusion) AND attnum = ANY (indkey))
       AND NOT EXISTS (SELECT FROM pg_constraint WHERE conrelid = rel AND attnum = ANY (conkey) AND cardinality(conkey) > 1)
      FROM pg_attribute WHERE attrelid = rel AND attname = col
$$;

-- Up to 1000 rows of a table, to take values from.
CREATE FUNCTION zdm_rehearsal.draw(rel oid) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
    rows bigint;
BEGIN
    IF to_regclass('zdm_rehearsal.draw_' || rel) IS NULL THEN
        EXECUTE format('CREATE TABLE zdm_rehearsal.draw_%s AS SELECT row_number() OVER ()::int AS zdm_row, t FROM (SELECT zdm_t AS t FROM %s zdm_t ORDER BY random() LIMIT 1000) s', rel, rel::regclass);
    END IF;
    EXECUTE format('SELECT count(*) FROM zdm_rehearsal.draw_%s', rel) INTO rows;
    RETURN rows;
END $$;

-- A table with 1000 rows of values for the parameters, and a function that runs the statement with one.
CREATE FUNCTION zdm_rehearsal.make_function(n int, query text, body text, types regtype[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    given text[] := ARRAY(SELECT col FROM zdm_rehearsal.inserted(body));
    draws text[] := '{}';
    taken text[] := '{}';
    used text[] := '{}';
    p record;
    source text;
    expr text;
    category "char";
BEGIN
    FOR i IN 1..cardinality(types) LOOP
        SELECT * INTO p FROM (SELECT rel, col, 'insert' AS role FROM zdm_rehearsal.inserted(body) WHERE param = i
                              UNION ALL SELECT rel, col, role FROM zdm_rehearsal.origin(body, i)) o LIMIT 1;
        category := (SELECT typcategory FROM pg_type WHERE oid = types[i]);
        expr := NULL;
        IF p.role = 'insert' AND body !~ ' ON CONFLICT ' AND p.col IN (SELECT zdm_rehearsal.own_columns(p.rel, given)) THEN
            expr := zdm_rehearsal.fresh(p.rel, p.col, types[i]);
        END IF;
        IF expr IS NOT NULL THEN
            used := used || expr;
            CONTINUE;
        ELSIF p.col IS NOT NULL THEN
            source := CASE WHEN p.role = 'set' AND zdm_rehearsal.may_vary(p.rel, p.col) THEN 'other_' ELSE 'row_' END || p.rel;
            IF source <> ALL (draws) THEN
                draws := draws || source;
            END IF;
            expr := format('(%s.t).%I', source, p.col);
            IF category = 'A' AND (SELECT typcategory <> 'A' FROM pg_attribute JOIN pg_type t ON t.oid = atttypid WHERE attrelid = p.rel AND attname = p.col) THEN
                expr := format('ARRAY[%s]', expr);
            END IF;
        ELSE
            expr := CASE WHEN p.role = 'limit' THEN '10' WHEN p.role = 'offset' THEN '0'
                         WHEN category = 'N' THEN '1 + floor(random() * 9)' WHEN category = 'S' THEN quote_literal('x')
                         WHEN category = 'B' THEN 'true' WHEN category = 'D' THEN 'now()' WHEN category = 'T' THEN quote_literal('1 hour') END;
            IF expr IS NULL THEN
                RAISE 'there is no value to be had for $% (%)', i, types[i];
            END IF;
        END IF;
        taken := taken || format('(%s)::%s AS p%s', expr, types[i], i);
        used := used || ('a.p' || i);
    END LOOP;
    EXECUTE format('CREATE TABLE zdm_rehearsal.args_%s AS SELECT %s FROM generate_series(1, 1000) g ', n, array_to_string('g AS zdm_row'::text || taken, ', ')) ||
        coalesce((SELECT string_agg(format('LEFT JOIN zdm_rehearsal.draw_%s AS %s ON %2$s.zdm_row = 1 + (g + %s) %% %s', rel, d, CASE WHEN d LIKE 'other%' THEN 1 ELSE 0 END, greatest(1, zdm_rehearsal.draw(rel::oid))), ' ')
                    FROM unnest(draws) d, substr(d, strpos(d, '_') + 1) rel), '');
    EXECUTE format('ALTER TABLE zdm_rehearsal.args_%s ADD PRIMARY KEY (zdm_row)', n);
    EXECUTE format('CREATE FUNCTION zdm_rehearsal.run_%s(int) RETURNS void LANGUAGE plpgsql AS %L', n,
        format('DECLARE a zdm_rehearsal.args_%s; BEGIN SELECT * INTO a FROM zdm_rehearsal.args_%1$s WHERE zdm_row = $1; EXECUTE %L%s; END', n, query, ' USING ' || nullif(array_to_string(used, ', '), '')));
END $$;

-- What a statement uses: tables and columns, those behind views, too.
CREATE FUNCTION zdm_rehearsal.used(body regproc) RETURNS TABLE (rel oid, attnum int) LANGUAGE sql AS $$
    WITH RECURSIVE d AS (
        SELECT refobjid, refobjsubid FROM pg_depend WHERE classid = 'pg_proc'::regclass AND objid = body AND refclassid = 'pg_class'::regclass
        UNION
        SELECT p.refobjid, p.refobjsubid
          FROM d JOIN pg_class v ON v.oid = d.refobjid AND relkind = 'v' JOIN pg_rewrite r ON ev_class = v.oid
               JOIN pg_depend p ON p.classid = 'pg_rewrite'::regclass AND p.objid = r.oid AND p.refclassid = 'pg_class'::regclass AND p.refobjid <> v.oid)
    SELECT refobjid, refobjsubid FROM d JOIN pg_class c ON c.oid = refobjid JOIN pg_namespace n ON n.oid = relnamespace
     WHERE relkind IN ('r', 'p') AND nspname NOT IN ('pg_catalog', 'information_schema', 'zdm', 'zdm_rehearsal')
$$;

-- Makes a script of a statement, or says why it does not.
CREATE FUNCTION zdm_rehearsal.take(number int, most_ms float8) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    s zdm_rehearsal.statement;
    types regtype[];
    body text;
    path text := current_setting('search_path');
    uses oid[];
    kind text;
    began timestamptz;
    ms float8;
    calls text;
BEGIN
    SELECT * INTO s FROM zdm_rehearsal.statement st WHERE st.n = number;
    BEGIN
        EXECUTE 'PREPARE zdm_statement AS ' || s.query;
        SELECT parameter_types INTO types FROM pg_prepared_statements WHERE name = 'zdm_statement';
        DEALLOCATE zdm_statement;
        EXECUTE format(E'CREATE FUNCTION zdm_rehearsal.zdm_body(%s) RETURNS void LANGUAGE sql BEGIN ATOMIC %s\n; END', array_to_string(types, ', '), s.query);
        SELECT array_agg(DISTINCT u.rel), CASE WHEN bool_or(t.renamed OR attname = ANY (t.goes)) THEN 'old' ELSE 'all' END
          INTO uses, kind
          FROM zdm_rehearsal.used(to_regproc('zdm_rehearsal.zdm_body')) u
               LEFT JOIN zdm_rehearsal.target t ON zdm_rehearsal.root(t.relation) = zdm_rehearsal.root(u.rel)
               LEFT JOIN pg_attribute a ON a.attrelid = u.rel AND a.attnum = u.attnum;
        calls := (regexp_match(s.query, '\m(pg_(?:advisory|try_advisory|sleep|terminate|cancel|reload|rotate|switch|promote|create|drop|stat_reset)\w*|lo_\w+|dblink\w*)\s*\(', 'i'))[1];
        IF uses IS NULL THEN
            RAISE SQLSTATE 'ZR001'; -- it is about no table
        ELSIF calls IS NOT NULL THEN
            RAISE 'it calls %', calls;
        END IF;
        PERFORM set_config('search_path', '', true);
        body := regexp_replace(pg_get_function_sqlbody(to_regproc('zdm_rehearsal.zdm_body')), '\s+', ' ', 'g');
        PERFORM set_config('search_path', path, true);
        DROP FUNCTION zdm_rehearsal.zdm_body;
        PERFORM zdm_rehearsal.make_function(s.n, s.query, body, types);
        INSERT INTO zdm_rehearsal.script (kind, weight, calls, what, uses, text)
        VALUES (kind, 1, s.calls, regexp_replace(s.query, '\s+', ' ', 'g'), uses,
                format(E'\\set zdm_row random(1, 1000)\nSELECT zdm_rehearsal.run_%s(:zdm_row);\n', s.n));
        BEGIN
            SET CONSTRAINTS ALL IMMEDIATE;
            FOR i IN 1..20 LOOP
                began := clock_timestamp();
                EXECUTE format('SELECT zdm_rehearsal.run_%s(%s)', s.n, i);
                ms := extract(epoch FROM clock_timestamp() - began) * 1000;
                IF ms > most_ms THEN
                    RAISE 'it takes % ms by itself', round(ms);
                END IF;
            END LOOP;
            RAISE SQLSTATE 'ZR000';
        EXCEPTION WHEN SQLSTATE 'ZR000' THEN NULL; -- so that nothing of it stays
        END;
    EXCEPTION WHEN SQLSTATE 'ZR001' THEN NULL;
    WHEN query_canceled OR others THEN
        INSERT INTO zdm_rehearsal.left_out VALUES (s.calls, regexp_replace(s.query, '\s+', ' ', 'g'), SQLERRM);
    END;
END $$;
SQL
}
