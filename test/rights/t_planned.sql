-- zdm.plan() runs nothing of the owner as somebody else, whatever the table's columns are: each kind, by a superuser,
-- on a table of types and defaults of the owner's.  What the server knows of a domain is kept by the session, so each
-- table has its own.
\set ON_ERROR_STOP off
\set ON_ERROR_ROLLBACK off
SET client_min_messages = error;
\o /dev/null
CREATE SCHEMA planned_all AUTHORIZATION zdm_owner;
GRANT CREATE, USAGE ON SCHEMA planned_all TO PUBLIC;
SET SESSION AUTHORIZATION zdm_owner;
SET client_min_messages = error;
CREATE SEQUENCE planned_all.ran;
GRANT USAGE ON SEQUENCE planned_all.ran TO PUBLIC;
CREATE FUNCTION planned_all.run(text) RETURNS boolean LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF current_user <> 'zdm_owner' THEN PERFORM nextval('planned_all.ran'); END IF;
    RETURN true;
END $$;
CREATE TABLE planned_all.tried AS
    SELECT row_number() OVER () AS n, k.*, format('planned_all.p%s', row_number() OVER ()) AS tbl, format('planned_all.d%s', row_number() OVER ()) AS domain, shape
      FROM (VALUES ('rename', $$zdm.expand_rename('%1$s', 'v', 'w')$$), ('change_type', $$zdm.expand_change_type('%1$s', 'v', 'varchar(50)')$$),
                   ('type_of_other', $$zdm.expand_change_type('%1$s', 'k', 'bigint')$$), ('transform', $$zdm.expand_transform('%1$s', '{v}', '{w text}', '{v}', '{w}')$$),
                   ('drop_column', $$zdm.expand_drop_column('%1$s', 'v')$$), ('not_null', $$zdm.expand_not_null('%1$s', 'v')$$),
                   ('add_column', $$zdm.expand_add_column('%1$s', 'w', 'text', backfill => 'v')$$), ('of_domain', $$zdm.expand_add_column('%1$s', 'w', '%2$s')$$),
                   ('unique', $$zdm.expand_unique('%1$s', '{v}')$$), ('check', $$zdm.expand_check('%1$s', 'c', 'v <> ''x''')$$), ('index', $$zdm.expand_index('CREATE INDEX c ON %1$s (v)')$$),
                   ('shadow_table', $$zdm.expand_shadow_table('%1$s', '(k int, v %3$s, id int)')$$), ('compact', $$zdm.expand_compact('%1$s')$$),
                   ('partition', $$zdm.expand_partition('%1$s', 'HASH (id)', partitions => 2)$$), ('rename_table', $$zdm.expand_rename_table('%1$s', 'other')$$),
                   ('extract', $$zdm.expand_extract('%1$s', '{v}', '%1$s_2')$$), ('extract_when', $$zdm.expand_extract('%1$s', '{k}', '%1$s_2', only_when => 'k > 1')$$),
                   ('merge', $$zdm.expand_merge_tables('%1$s', '{%1$s_3}')$$), ('tidy', $$zdm.expand_drop_column('%1$s', 'k')$$)) AS k (kind, call),
           unnest('{domain,over,not null,default,array,check}'::text[]) shape;
SELECT format('CREATE DOMAIN %s AS text %s', domain, CASE WHEN shape IN ('default', 'check') THEN '' WHEN shape = 'not null' THEN format('NOT NULL CHECK (planned_all.run(%L))', tbl) ELSE format('CHECK (planned_all.run(%L))', tbl) END),
       format('CREATE DOMAIN %s_over AS %1$s', domain),
       format('CREATE TABLE %s (id int PRIMARY KEY, v %s%s%s, k int)', tbl, domain, CASE shape WHEN 'over' THEN '_over' WHEN 'array' THEN '[]' END,
              CASE shape WHEN 'default' THEN ' DEFAULT planned_all.run(''default'')::text' WHEN 'check' THEN ' CHECK (planned_all.run(v))' END),
       CASE kind WHEN 'merge' THEN format('CREATE TABLE %1$s_3 (id int PRIMARY KEY REFERENCES %1$s ON DELETE CASCADE, x %2$s%3$s)', tbl, domain, CASE shape WHEN 'over' THEN '_over' END) ELSE 'SELECT' END,
       CASE WHEN shape = 'array' OR shape = 'not null' THEN format('INSERT INTO %s SELECT g, ''{v}'', g FROM generate_series(1, 20) g', tbl) ELSE format('INSERT INTO %s SELECT g, g, g FROM generate_series(1, 20) g', tbl) END
  FROM planned_all.tried ORDER BY n \gexec
RESET SESSION AUTHORIZATION;
SET client_min_messages = error;
ALTER TABLE planned_all.tried ADD COLUMN ran boolean, ADD COLUMN planned boolean;
CREATE PROCEDURE planned_all.try(no int) LANGUAGE plpgsql AS $$
DECLARE
    t planned_all.tried;
    before bigint := (SELECT last_value FROM planned_all.ran);
    done boolean := false;
BEGIN
    SELECT * INTO t FROM planned_all.tried WHERE n = no;
    BEGIN
        PERFORM count(*) FROM zdm.plan('SELECT ' || format(t.call, t.tbl, t.domain, t.domain || CASE t.shape WHEN 'over' THEN '_over' WHEN 'array' THEN '[]' ELSE '' END));
        done := true;
    EXCEPTION WHEN OTHERS THEN
    END;
    UPDATE planned_all.tried SET ran = (SELECT last_value FROM planned_all.ran) > before, planned = done WHERE n = no;
END $$;
SELECT nextval('planned_all.ran');
\c -
SET client_min_messages = error;
SELECT format('CALL planned_all.try(%s)', n) FROM planned_all.tried ORDER BY n \gexec
\o
SELECT no_plan();
SELECT cmp_ok((SELECT count(*)::int FROM planned_all.tried WHERE planned), '>', 70, 'plans were made');
SELECT is(ran, false, format('%s, %s: nothing ran as the superuser', kind, shape)) FROM planned_all.tried ORDER BY n;
SELECT * FROM finish();
