-- Names of migrations and releases belong to the owner of the table.  Whoever takes those of others, before
-- them, in mid-flight, or for members of their releases, has no influence on anything.
SET client_min_messages = error;
\o /dev/null
REVOKE zdm_owner FROM zdm_victim; -- as another file has it
CREATE SCHEMA sq_victim AUTHORIZATION zdm_victim;
CREATE SCHEMA sq_nobody AUTHORIZATION zdm_nobody;
CREATE SCHEMA sq_owner AUTHORIZATION zdm_owner;
CREATE SCHEMA sq_shared;
GRANT USAGE, CREATE ON SCHEMA sq_shared TO zdm_victim, zdm_nobody;
GRANT USAGE ON SCHEMA sq_victim, sq_nobody, sq_owner TO PUBLIC;
CREATE TABLE public.sq_log (round text, n int, call text, result text);
GRANT ALL ON public.sq_log TO PUBLIC;
-- What a statement gives: its value, or all that its error says.
CREATE FUNCTION public.sq_try(statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    result text;
    detail text;
    hint text;
BEGIN
    EXECUTE statement INTO result;
    RETURN coalesce(result, '');
EXCEPTION WHEN OTHERS THEN
    GET STACKED DIAGNOSTICS detail = PG_EXCEPTION_DETAIL, hint = PG_EXCEPTION_HINT;
    RETURN concat_ws('; ', SQLSTATE, SQLERRM, nullif(detail, ''), nullif(hint, ''));
END $$;

-- Takes the names that the victim uses, given and derived, of migrations and of a release whose members can't
-- be contracted: one of them is paused, one rolled back.
CREATE PROCEDURE public.sq_squat(round text) LANGUAGE plpgsql AS $$
DECLARE
    name text;
    t text;
BEGIN
    FOREACH name IN ARRAY '{rename_orders_total_to_amount,unique_orders_id,sq_m,sq_n,sq_shared.each}'::text[] || CASE round WHEN 'amid' THEN '{sq_r}'::text[] END LOOP
        t := quote_ident(round || name);
        EXECUTE format('CREATE TABLE sq_nobody.%s (a int, b int, c int)', t);
        IF name IN ('sq_m', 'sq_r') THEN
            EXECUTE format('GRANT ALL ON sq_nobody.%s TO PUBLIC', t);
        END IF;
        INSERT INTO public.sq_log VALUES (round, 0, name, public.sq_try(format('SELECT zdm.expand_rename(%L, ''a'', ''d'', name => %L)', 'sq_nobody.' || t, name)));
        -- a release has no name of a migration of the same owner
        PERFORM set_config('zdm.release', CASE WHEN name = 'sq_m' AND round = 'before' THEN 'sq_r' ELSE name || 's' END, true);
        PERFORM public.sq_try(format('SELECT zdm.expand_rename(%L, ''b'', ''e'', name => %L)', 'sq_nobody.' || t, round || name || 'b'));
        PERFORM public.sq_try(format('SELECT zdm.expand_rename(%L, ''c'', ''f'', name => %L)', 'sq_nobody.' || t, round || name || 'c'));
        PERFORM public.sq_try(format('SELECT zdm.pause(%L)', round || name || 'b'));
        PERFORM public.sq_try(format('SELECT zdm.rollback(%L)', round || name || 'c'));
        PERFORM set_config('zdm.release', '', true);
    END LOOP;
END $$;

-- The victim's calls, and what they give.
CREATE PROCEDURE public.sq_life(round text, part int) LANGUAGE plpgsql AS $$
DECLARE
    calls text[] := CASE part
        WHEN 1 THEN ARRAY[
            $c$SELECT zdm.contract('rename_orders_total_to_amount')$c$, $c$SELECT zdm.pause('sq_each')$c$, $c$SELECT zdm.verify('sq_n')$c$,
            $c$SELECT zdm.rollback('rename_orders_total_to_amout')$c$, $c$SELECT count(*) FROM zdm.status$c$, $c$SELECT count(*) FROM zdm.release$c$,
            $c$SELECT zdm.expand_rename('sq_victim.orders', 'total', 'amount')$c$, $c$SELECT zdm.expand_rename('sq_victim.orders', 'total', 'amount')$c$,
            $c$SELECT zdm.expand_rename('sq_victim.orders', 'a', 'b', name => 'rename_orders_total_to_amount')$c$,
            $c$SELECT zdm.expand_unique('sq_victim.orders', '{id}')$c$, $c$SELECT set_config('zdm.release', 'sq_r', false)$c$,
            $c$SELECT zdm.expand_rename('sq_victim.one', 'a', 'b', name => 'sq_m')$c$, $c$SELECT zdm.expand_rename('sq_victim.two', 'a', 'b', name => 'sq_n')$c$,
            $c$SELECT zdm.expand_rename('sq_victim.two', 'c', 'd', name => 'sq_r')$c$, $c$SELECT set_config('zdm.release', '', false)$c$]
        ELSE ARRAY[
            $c$SELECT string_agg(concat_ws(' ', name, status, waiting_for), ', ' ORDER BY id) FROM zdm.status$c$,
            $c$SELECT string_agg(concat_ws(' ', name, migrations, status, not_ready, owner), ', ' ORDER BY name) FROM zdm.release$c$,
            $c$SELECT zdm.ensure_ready('sq_r')$c$, $c$SELECT rows FROM zdm.verify('sq_r')$c$, $c$SELECT zdm.rollout('sq_m', 100)$c$,
            $c$SELECT zdm.use_new('sq_m', 'x')$c$, $c$SELECT zdm.guard('sq_r', 'deadlocks', 1e9, 'pause')$c$, $c$SELECT zdm.drop_guard('sq_r')$c$,
            $c$SELECT zdm.alter_backfill('sq_r', nice => 0.1)$c$, $c$SELECT zdm.contract('sq_r')$c$, $c$SELECT zdm.reopen('sq_m')$c$,
            $c$SELECT zdm.contract('sq_m')$c$, $c$SELECT zdm.finalize('sq_r')$c$, $c$SELECT zdm.finalize('sq_m')$c$,
            $c$SELECT zdm.pause('rename_orders_total_to_amount')$c$, $c$SELECT zdm.contract('rename_orders_total_to_amount')$c$,
            $c$SELECT zdm.cancel('rename_orders_total_to_amount')$c$, $c$SELECT zdm.rollback('rename_orders_total_to_amount')$c$,
            $c$SELECT zdm.resume('rename_orders_total_to_amount')$c$, $c$SELECT zdm.violations('unique_orders_id')$c$, $c$SELECT zdm.forget('unique_orders_id')$c$,
            $c$SELECT string_agg(concat_ws(' ', schema_name, state, error), ', ') FROM zdm.tenant$c$, $c$SELECT zdm.schema_version('sq_shared')$c$,
            $c$SELECT zdm.rollback('sq_each', 'sq_shared')$c$, $c$SELECT zdm.contract('sq_each')$c$,
            $c$SELECT string_agg(concat_ws(' ', name, status), ', ' ORDER BY id) FROM zdm.status$c$] END;
BEGIN
    FOR i IN 1..cardinality(calls) LOOP
        INSERT INTO public.sq_log VALUES (round, 100 * part + i, calls[i], public.sq_try(calls[i]));
    END LOOP;
END $$;
CREATE PROCEDURE public.sq_tables() LANGUAGE plpgsql AS $$
BEGIN
    DROP TABLE IF EXISTS sq_victim.orders, sq_victim.one, sq_victim.two, sq_shared.each;
    CREATE TABLE sq_victim.orders AS SELECT 1 AS id, 1 AS total, 1 AS a;
    CREATE TABLE sq_victim.one AS SELECT 1 AS id, 1 AS a;
    CREATE TABLE sq_victim.two AS SELECT 1 AS id, 1 AS a, 1 AS c;
    CREATE TABLE sq_shared.each AS SELECT 1 AS id, 1 AS a;
END $$;
-- The victim's record, of this file and of those before.
CREATE PROCEDURE public.sq_forget() LANGUAGE sql AS $$
    DELETE FROM zdm.migration_row WHERE created_by = 'zdm_victim';
    DELETE FROM zdm.tenant_schema_row WHERE created_by = 'zdm_victim';
$$;
CALL public.sq_forget();

-- Alone.
\c - zdm_victim
SET client_min_messages = error;
CALL public.sq_tables();
CALL public.sq_life('alone', 1);
CALL zdm.expand_each('{sq_shared}'::text[], 'zdm.expand_rename(''each'', ''a'', ''b'', name => ''each'')', name => 'sq_each');
CALL zdm.wait('sq_m', '1 min');
CALL zdm.wait('sq_n', '1 min');
CALL zdm.wait('sq_r', '1 min');
CALL zdm.wait('rename_orders_total_to_amount', '1 min');
CALL zdm.wait('unique_orders_id', '1 min');
CALL public.sq_life('alone', 2);
\c - postgres
CALL public.sq_forget();
-- With one who was there before, and comes in between.
\c - zdm_nobody
SET client_min_messages = error;
SET zdm.start_worker = off;
SET zdm.at_once = off;
CALL public.sq_squat('before');
CREATE TABLE sq_shared.mine (a int);
SET zdm.release = 'sq_each';
SELECT zdm.expand_rename('sq_shared.mine', 'a', 'b', name => 'sq_shared.mine');
SELECT zdm.pause('sq_shared.mine');
\c - zdm_victim
SET client_min_messages = error;
CALL public.sq_tables();
CALL public.sq_life('beside', 1);
\c - zdm_nobody
SET client_min_messages = error;
SET zdm.start_worker = off;
SET zdm.at_once = off;
DO $$ BEGIN PERFORM zdm.rollback(name) FROM zdm.status WHERE status <> 'rolled_back'; END $$;
CALL public.sq_squat('amid');
SET zdm.release = 'sq_each';
SELECT zdm.expand_rename('sq_shared.mine', 'a', 'b', name => 'sq_shared.again');
SELECT zdm.pause('sq_shared.again');
\c - zdm_victim
SET client_min_messages = error;
CALL zdm.expand_each('{sq_shared}'::text[], 'zdm.expand_rename(''each'', ''a'', ''b'', name => ''each'')', name => 'sq_each');
CALL zdm.wait('sq_m', '1 min');
CALL zdm.wait('sq_n', '1 min');
CALL zdm.wait('sq_r', '1 min');
CALL zdm.wait('rename_orders_total_to_amount', '1 min');
CALL zdm.wait('unique_orders_id', '1 min');
CALL public.sq_life('beside', 2);
-- Code of somebody else in a session begins things as that one.
\c - zdm_nobody
SET client_min_messages = error;
CREATE TABLE sq_nobody.trapped (a int);
CREATE FUNCTION sq_nobody.trap() RETURNS text LANGUAGE sql SECURITY DEFINER
    AS $$SELECT zdm.expand_rename('sq_nobody.trapped', 'a', 'b', name => 'sq_forged')$$;
\c - zdm_victim
SET client_min_messages = error;
SELECT sq_nobody.trap();
\c - postgres
\o
SELECT no_plan();
SELECT is((SELECT string_agg(result, ' ' ORDER BY round, call) FROM public.sq_log WHERE n = 0),
          (SELECT string_agg(call, ' ' ORDER BY round, call) FROM public.sq_log WHERE n = 0), 'the squatter has taken the names, each twice');
SELECT is(b.result, a.result, 'no effect on ' || a.n || ': ' || a.call)
  FROM public.sq_log a LEFT JOIN public.sq_log b ON b.round = 'beside' AND b.n = a.n WHERE a.round = 'alone' ORDER BY a.n;
SELECT is((SELECT created_by FROM zdm.migration WHERE name = 'sq_forged'), 'zdm_nobody', 'nobody can begin something in another one''s name');

-- Who has the rights of several owners.
\o /dev/null
SET client_min_messages = error;
SET zdm.at_once = off;
SET zdm.start_worker = off;
CREATE FUNCTION public.sq_as(who name, statement text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    result text;
BEGIN
    PERFORM set_config('role', who, true);
    result := public.sq_try(statement);
    PERFORM set_config('role', 'none', true);
    RETURN result;
END $$;
CREATE PROCEDURE public.sq_make(who name, t text, migration text) LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format('CREATE TABLE %s (a int, b int)', t);
    EXECUTE format('ALTER TABLE %s OWNER TO %I', t, who);
    PERFORM public.sq_as(who, format('SELECT zdm.expand_rename(%L, ''a'', ''c'', name => %L)', t, migration));
    UPDATE zdm.migration_row SET created_by = who WHERE relation = t::regclass;
END $$;
CALL public.sq_make('zdm_owner', 'sq_owner.a', 'sq_both');
CALL public.sq_make('zdm_victim', 'sq_victim.a', 'sq_both');
CALL public.sq_make('zdm_nobody', 'sq_nobody.a', 'sq_both');
CALL public.sq_make('zdm_nobody', 'sq_nobody.x', 'sq_begun');
CREATE TABLE sq_victim.x (a int);
ALTER TABLE sq_victim.x OWNER TO zdm_victim;
SELECT id AS victims FROM zdm.migration WHERE relation = 'sq_victim.a'::regclass \gset
SELECT id AS nobodys FROM zdm.migration WHERE relation = 'sq_nobody.a'::regclass \gset
\o
SELECT is(public.sq_try($$SELECT zdm.pause('sq_both')$$), '42P08; the name "sq_both" is ambiguous: tables of several owners have one; The owners: zdm_owner, zdm_victim, zdm_nobody.; '
          'SET ROLE to the owner that is meant, or give a migration''s number as its name: ''#'' and the id that zdm.status has.', 'a superuser has to say whose');
SELECT is(public.sq_as('zdm_deployer', $$SELECT zdm.pause('sq_both')$$), '42P08; the name "sq_both" is ambiguous: tables of several owners have one; The owners: zdm_owner, zdm_victim.; '
          'SET ROLE to the owner that is meant, or give a migration''s number as its name: ''#'' and the id that zdm.status has.', 'as has a member of two, who sees no others');
SELECT is(public.sq_as('zdm_victim', $$SELECT zdm.pause('sq_both')$$), '', 'an owner has his own');
SELECT is(public.sq_as('zdm_deployer', format($$SELECT zdm.resume('#%s')$$, :victims)), '', 'a number does');
SELECT is(public.sq_as('zdm_deployer', format($$SELECT zdm.resume('#%s')$$, :nobodys)), format('42704; migration "#%s" does not exist; SELECT name, status FROM zdm.status lists the migrations.', :nobodys), 'but not that of others');
SELECT is((SELECT string_agg(status, ' ' ORDER BY id) FROM zdm.status WHERE name = 'sq_both'), 'running running running', 'so it was the one');
SELECT is(public.sq_try($$SELECT zdm.expand_rename('sq_victim.x', 'a', 'b', name => 'sq_begun')$$), 'sq_begun', 'a superuser begins something of a name that others have');
SELECT is(public.sq_try($$SELECT zdm.pause('sq_begun')$$), '', 'and that is what the name is for him');
SELECT is((SELECT string_agg(relation::text || ' ' || status, ', ' ORDER BY id) FROM zdm.status WHERE name = 'sq_begun'), 'sq_nobody.x running, sq_victim.x paused', 'so it is');
SELECT is(public.sq_as('zdm_trigger', $$SELECT zdm.use_new('sq_both', 'k')$$), 'false', 'who may use no table learns nothing');
GRANT SELECT ON sq_victim.a, sq_nobody.a TO zdm_trigger;
SELECT matches(public.sq_as('zdm_trigger', $$SELECT zdm.use_new('sq_both', 'k')$$), '42P08; the name "sq_both" is ambiguous.*Name the table', 'an application that may use several has to say which');
SELECT is(public.sq_as('zdm_trigger', $$SELECT zdm.use_new('sq_both', 'k', 'sq_victim.a')$$), 'false', 'by the table');
SET search_path = sq_victim, public;
SELECT is(public.sq_as('zdm_trigger', $$SELECT zdm.use_new('sq_both', 'k')$$), 'false', 'or by its search_path');
RESET search_path;

-- A table goes to another owner, and its migration's name along.
\o /dev/null
ALTER TABLE sq_victim.a OWNER TO zdm_owner;
\o
SELECT is(public.sq_as('zdm_victim', $$SELECT zdm.pause('sq_both')$$), '42704; migration "sq_both" does not exist; SELECT name, status FROM zdm.status lists the migrations.', 'who has given his table away has the name no more');
SELECT matches(public.sq_as('zdm_owner', $$SELECT zdm.pause('sq_both')$$), format('^42P08; the name "sq_both" is ambiguous: two tables of one owner have one; .*''#%s''', :victims), 'who has got it is told of both');
SELECT is(public.sq_as('zdm_owner', $$SELECT zdm.expand_rename('sq_victim.a', 'a', 'c', name => 'sq_both')$$), 'sq_both', 'repeated calls find the one of their table');
SELECT is(public.sq_as('zdm_owner', $$SELECT zdm.expand_rename('sq_owner.a', 'a', 'c', name => 'sq_both')$$), 'sq_both', 'both of them');
SELECT is(public.sq_as('zdm_owner', format($$SELECT zdm.rollback('#%s')$$, :victims)), '', 'one is called by its number');
SELECT is(public.sq_as('zdm_owner', $$SELECT zdm.pause('sq_both')$$), '', 'then the other one has the name to itself');
SELECT is((SELECT string_agg(relation::text || ' ' || status, ', ' ORDER BY id) FROM zdm.status WHERE name = 'sq_both'), 'sq_owner.a paused, sq_victim.a rolled_back, sq_nobody.a running', 'and nothing else has happened');
SELECT * FROM finish();
