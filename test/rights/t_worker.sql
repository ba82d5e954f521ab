-- The owner of a table runs code in a worker, whose session is that of the bootstrap superuser:
-- wherever the server parses, plans or evaluates what he has written, there is no way back to it.
\set ON_ERROR_STOP off
\set ON_ERROR_ROLLBACK off
\o /dev/null
SET client_min_messages = error;
CREATE SCHEMA worker AUTHORIZATION zdm_owner;
-- Event triggers see what a worker does, as they see a client.
CREATE TABLE public.seen (event text, tag text, object text);
CREATE FUNCTION public.see() RETURNS event_trigger LANGUAGE plpgsql SECURITY DEFINER AS $$
BEGIN
    IF TG_EVENT = 'ddl_command_start' THEN
        INSERT INTO public.seen VALUES (TG_EVENT, TG_TAG, NULL);
    ELSE
        INSERT INTO public.seen SELECT TG_EVENT, TG_TAG, object_identity FROM pg_event_trigger_ddl_commands();
    END IF;
END $$;
CREATE EVENT TRIGGER see_start ON ddl_command_start WHEN TAG IN ('CREATE INDEX') EXECUTE FUNCTION public.see();
CREATE EVENT TRIGGER see_end ON ddl_command_end WHEN TAG IN ('CREATE INDEX') EXECUTE FUNCTION public.see();
-- One that calls a function by its short name gets that of the schema named like the owner.
CREATE FUNCTION public.see_short() RETURNS event_trigger LANGUAGE plpgsql AS $$
BEGIN
    IF session_user <> 'zdm_owner' AND current_user = 'zdm_owner' THEN PERFORM short(1); END IF;
END $$;
CREATE SCHEMA zdm_owner AUTHORIZATION zdm_owner;
CREATE SEQUENCE public.short_ran;
GRANT USAGE ON SEQUENCE public.short_ran TO zdm_owner;
CREATE EVENT TRIGGER short_start ON ddl_command_start WHEN TAG IN ('CREATE INDEX', 'ALTER TABLE', 'CREATE TRIGGER') EXECUTE FUNCTION public.see_short();
CREATE EVENT TRIGGER short_end ON ddl_command_end WHEN TAG IN ('CREATE INDEX', 'ALTER TABLE', 'CREATE TRIGGER') EXECUTE FUNCTION public.see_short();
\c - zdm_owner
SET client_min_messages = error;
-- Sequences tell what has happened: no error undoes that.
CREATE SEQUENCE worker.ran;
CREATE SEQUENCE worker.escaped;
CREATE TABLE worker.deferred (a int);
CREATE FUNCTION worker.late() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN PERFORM nextval('worker.escaped'); RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER late AFTER INSERT ON worker.deferred DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION worker.late();
CREATE FUNCTION worker.attack(int) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
    command text;
BEGIN
    IF session_user = 'zdm_owner' THEN RETURN true; END IF;
    PERFORM nextval('worker.ran');
    IF current_user <> 'zdm_owner' THEN PERFORM nextval('worker.escaped'); END IF;
    FOREACH command IN ARRAY ARRAY['SET ROLE NONE', 'RESET ROLE', 'SET LOCAL ROLE postgres', 'SET SESSION AUTHORIZATION DEFAULT',
        'SET SESSION AUTHORIZATION postgres', 'RESET SESSION AUTHORIZATION', $c$SELECT set_config('role', 'postgres', true)$c$,
        'ALTER ROLE zdm_owner SUPERUSER', 'CREATE TEMP TABLE x (a int)', 'DECLARE c CURSOR WITH HOLD FOR SELECT 1',
        'SET session_replication_role = replica', $c$COPY (SELECT 1) TO PROGRAM 'true'$c$, 'INSERT INTO worker.deferred VALUES (1)',
        $c$UPDATE zdm.migration SET status = 'ready'$c$]
    LOOP
        BEGIN
            EXECUTE command;
            PERFORM nextval('worker.escaped');
        EXCEPTION WHEN OTHERS THEN
        END;
    END LOOP;
    RETURN true;
END $$;
CREATE FUNCTION zdm_owner.short(int) RETURNS boolean LANGUAGE plpgsql AS $$ BEGIN PERFORM nextval('public.short_ran'); RETURN worker.attack($1); END $$;
CREATE FUNCTION worker.run(bigint) RETURNS int LANGUAGE plpgsql IMMUTABLE AS $$ BEGIN PERFORM worker.attack(1); RETURN $1; END $$;
CREATE FUNCTION worker.sql(bigint) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT worker.run($1)';
CREATE DOMAIN worker.dom AS int CHECK (worker.attack(VALUE));
CREATE TYPE worker.composite AS (x worker.dom);
CREATE FUNCTION worker.first(bigint, worker.composite) RETURNS int LANGUAGE sql IMMUTABLE AS 'SELECT $1::int';
CREATE TABLE worker.texts (n serial, e text);
INSERT INTO worker.texts (e) VALUES
    ($$worker.first(%s, '(1)'::worker.composite)$$), ($$worker.first(%s, ('{"(1)"}'::worker.composite[])[1])$$),
    ($$worker.run(%s)$$), ($$worker.sql(%s)$$), ($$%s + worker.run(1)$$), ($$%s + worker.sql(1)$$), ($$%s + 1::worker.dom$$);

-- Each expression, in each kind of step of a worker; a table for each pair.
CREATE TABLE worker.counts (call text, ran bigint, escaped bigint);
CREATE PROCEDURE worker.prepare(n int, kind text) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TABLE worker.%I (id int PRIMARY KEY, a int, k int)', kind || n);
    EXECUTE format('INSERT INTO worker.%I SELECT g, g, nullif(g %% 50, 0) FROM generate_series(1, 60) g', kind || n);
END $$;
SELECT format('CALL worker.prepare(%s, %L)', n, kind),
       CASE WHEN kind IN ('twin', 'complete_twin') THEN format('CREATE INDEX %I ON worker.%I ((%s))', kind || n || '_i', kind || n, format(e, 'a'))
                 WHEN kind = 'reindex' THEN format('CREATE INDEX %I ON worker.%I (id) WHERE %s > 0', kind || n || '_i', kind || n, format(e, 'a'))
                 WHEN kind = 'reindex_table' THEN format('CREATE INDEX ON worker.%I ((%s))', kind || n, format(e, 'k')) END,
       format(CASE kind WHEN 'index' THEN 'SELECT zdm.expand_index(%1$L, name => %3$L)'
                        WHEN 'predicate' THEN 'SELECT zdm.expand_index(%2$L, name => %3$L)'
                        WHEN 'twin' THEN 'SELECT zdm.expand_change_type(%4$L, ''a'', ''bigint'', name => %3$L)'
                        WHEN 'reindex' THEN 'SELECT zdm.reindex(%6$L, name => %3$L)'
                        WHEN 'reindex_table' THEN 'SELECT zdm.reindex(%4$L, name => %3$L)'
                        WHEN 'check' THEN 'SELECT zdm.expand_check(%4$L, ''ck'', %7$L, name => %3$L)'
                        WHEN 'fill' THEN 'SELECT zdm.expand_not_null(%4$L, ''k'', fill => %5$L, name => %3$L)'
                        WHEN 'add' THEN 'SELECT zdm.expand_add_column(%4$L, ''b'', ''int'', backfill => %5$L, name => %3$L)'
                        WHEN 'complete' THEN 'SELECT zdm.expand_add_column(%4$L, ''b'', ''int'', backfill => %5$L, not_null => true, on_error => ''null'', name => %3$L, complete => true)'
                        WHEN 'complete_twin' THEN 'SELECT zdm.expand_change_type(%4$L, ''a'', ''bigint'', name => %3$L, complete => true)'
                        END,
              format('CREATE INDEX %I ON worker.%I ((%s))', kind || n || '_x', kind || n, format(e, 'a')),
              format('CREATE INDEX %I ON worker.%I (id) WHERE %s > 0', kind || n || '_x', kind || n, format(e, 'a')),
              kind || n, 'worker.' || kind || n, format(e, 'id'), 'worker.' || kind || n || '_i', format(e, 'id') || ' IS NOT NULL'),
       format('CALL zdm.wait(%L, ''1 min'')', kind || n),
       format('INSERT INTO worker.counts SELECT %L, r.last_value, CASE WHEN e.is_called THEN e.last_value ELSE 0 END
                 FROM worker.ran r, worker.escaped e', kind || ': ' || e)
  FROM worker.texts, unnest('{index, predicate, twin, reindex, reindex_table, check, fill, add, complete, complete_twin}'::text[]) kind
 ORDER BY kind, n \gexec
\c - postgres
\o
SELECT no_plan();
SELECT is(escaped - lag(escaped, 1, 0::bigint) OVER (ORDER BY ran), 0::bigint, 'no way out of ' || call) FROM worker.counts ORDER BY ran;
SELECT is((SELECT rolsuper FROM pg_roles WHERE rolname = 'zdm_owner'), false, 'the owner is no superuser');
SELECT cmp_ok((SELECT last_value::int FROM worker.ran), '>', 1000, 'code of the owner has run in workers');
SELECT is((SELECT count(*)::int FROM zdm.migration WHERE status = CASE WHEN name ~ '^complete' THEN 'finalized' ELSE 'ready' END AND name ~ '^(index|predicate|twin|reindex|reindex_table|check|fill|add|complete|complete_twin)[0-9]+$'),
          (SELECT count(*)::int FROM worker.counts), 'and has not kept them from their work');
SELECT is((SELECT count(DISTINCT object)::int FROM public.seen WHERE event = 'ddl_command_end' AND object ~ '_x$'), 14, 'event triggers see the indexes');
SELECT is((SELECT count(*) FROM public.seen WHERE event = 'ddl_command_start'), (SELECT count(*) FROM public.seen WHERE event = 'ddl_command_end'),
          'from begin to end');
SELECT cmp_ok((SELECT last_value::int FROM public.short_ran), '>', 50, 'short names in event triggers mean in a worker what they mean to the owner');
DROP EVENT TRIGGER short_start;
DROP EVENT TRIGGER short_end;
DROP EVENT TRIGGER see_start;
DROP EVENT TRIGGER see_end;
SELECT * FROM finish();
