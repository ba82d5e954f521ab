-- The life of a migration: every call in every status, and real moves of a real rename.
\set ON_ERROR_STOP on
\set QUIET on
SET zdm.start_worker = off;
SET zdm.at_once = off;
SET client_min_messages = warning;
SELECT no_plan();

-- 1. Every call in every status.  A column with a constant default needs no steps but
-- that of expand, so that each status can be had by setting it.
BEGIN;
CREATE TABLE each_status (id int PRIMARY KEY);
SELECT zdm.expand_add_column('each_status', 'more', 'int', default_value => '7', name => 'each');

-- What a call in a status comes to: the status afterwards, or an SQLSTATE.  Leaves no trace.
CREATE FUNCTION pg_temp.outcome(given text, call text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
    result text;
BEGIN
    UPDATE zdm.migration SET status = given WHERE name = 'each';
    EXECUTE format('SELECT zdm.%I(''each'')', call);
    SELECT status INTO result FROM zdm.migration WHERE name = 'each';
    RAISE EXCEPTION USING ERRCODE = 'ZZ001', MESSAGE = result;
EXCEPTION
    WHEN SQLSTATE 'ZZ001' THEN RETURN SQLERRM;
    WHEN OTHERS THEN RETURN SQLSTATE;
END $$;

CREATE TEMP TABLE moves (given text, pause text, resume text, cancel text, contract text, reopen text, rollback text, finalize text, ensure_ready text, verify text);
INSERT INTO moves VALUES
    -- given       pause         resume     cancel         contract      reopen   rollback       finalize     ensure_ready  verify
    ('running',     'paused',     'running', 'rolled_back', '55000',      '55000', 'rolled_back', '55000',     '55000',      'running'),
    ('paused',      'paused',     'running', 'rolled_back', '55000',      '55000', 'rolled_back', '55000',     '55000',      'paused'),
    ('failed',      '55000',      'running', 'rolled_back', '55000',      '55000', 'rolled_back', '55000',     '55000',      'failed'),
    ('ready',       '55000',      '55000',   '55000',       'contracted', 'ready', 'rolled_back', '55000',     'ready',      'ready'),
    ('contracted',  '55000',      '55000',   '55000',       'contracted', 'ready', 'rolled_back', 'finalized', 'contracted', 'contracted'),
    ('finalized',   '55000',      '55000',   '55000',       'finalized',  '55000', '55000',       'finalized', 'finalized',  '55000'),
    ('rolled_back', '55000',      '55000',   'rolled_back', '55000',      '55000', 'rolled_back', '55000',     '55000',      '55000');
SELECT is(pg_temp.outcome(m.given, c.key), c.value, format('%s of a migration that is %s', c.key, m.given))
  FROM moves m, jsonb_each_text(to_jsonb(m) - 'given') AS c
 ORDER BY m.given, c.key;
SELECT is((SELECT count(*) FROM moves m, jsonb_object_keys(to_jsonb(m) - 'given')), 63::bigint, 'all of seven statuses and nine calls were tried');
SELECT throws_ok($$UPDATE zdm.migration SET status = 'done' WHERE name = 'each'$$, '23514', NULL, 'there is no other status');

-- What does not exist, and what is missing.
SELECT throws_ok(format('SELECT zdm.%I(''nobody'')', call), '42704', 'migration "nobody" does not exist', call || ' of a migration that does not exist')
  FROM unnest('{pause,resume,cancel,contract,reopen,rollback,finalize,ensure_ready,verify,alter_backfill}'::text[]) AS call;
SELECT throws_ok($$SELECT zdm.alter_backfill(NULL)$$, '22004', 'name must not be null', 'alter_backfill without a name');
SELECT throws_ok($$SELECT zdm.alter_backfill('each', nice => 1)$$, '22023', 'nice is out of range', 'alter_backfill out of range');
SELECT throws_ok($$SELECT zdm.alter_backfill('each', workers => 0)$$, '22023', 'workers is out of range', 'no workers at all');
SELECT throws_ok($$SELECT * FROM zdm.verify('each', 0)$$, '22023', NULL, 'verify of nothing');
SELECT throws_ok($$CALL zdm.wait('each')$$, '25001', NULL, 'wait inside a transaction');
SELECT throws_ok($$CALL zdm.run('each')$$, '25001', NULL, 'run inside a transaction');

-- zdm.progress is looked at every second, beside traffic and with many ended migrations
-- in the record: it asks the server only about those that are at work.
SET LOCAL track_functions = 'all';
CREATE TEMP TABLE calls (given text, filling boolean, worker int, build int);
CREATE FUNCTION pg_temp.calls_of(f regprocedure) RETURNS int LANGUAGE sql
    AS 'SELECT coalesce(pg_stat_get_xact_function_calls(f), 0)::int';
DO $$
DECLARE
    c record;
    worker int;
    build int;
BEGIN
    FOR c IN SELECT * FROM (VALUES ('running', false), ('running', true), ('ready', true), ('rolled_back', true), ('finalized', false)) AS v (given, filling) LOOP
        UPDATE zdm.migration SET status = c.given WHERE name = 'each';
        DELETE FROM zdm.backfill WHERE migration_id = (SELECT id FROM zdm.migration WHERE name = 'each');
        INSERT INTO zdm.backfill (migration_id, relation, system_id, filenode, sync_trigger, total_blocks, rows_expected)
            SELECT id, relation, 0, 0, '', 8, 100 FROM zdm.migration WHERE name = 'each' AND c.filling;
        worker := pg_temp.calls_of('zdm.worker_pids()');
        build := pg_temp.calls_of('zdm.build_progress(bigint)');
        PERFORM p FROM zdm.progress p;
        INSERT INTO calls VALUES (c.given, c.filling, pg_temp.calls_of('zdm.worker_pids()') - worker,
                                  pg_temp.calls_of('zdm.build_progress(bigint)') - build);
    END LOOP;
END $$;
SELECT ok((worker > 0) = (given = 'running'), format('progress looks for the worker of what is running, here %s', given)) FROM calls;
SELECT ok((build > 0) = (given = 'running' AND NOT filling), format('progress looks for a build where one can run, here %s, filling a table: %s', given, filling)) FROM calls;

-- However many there are, a statement reads once who is at work, the queue, and what is completed together.
UPDATE zdm.migration SET status = 'running' WHERE name = 'each';
INSERT INTO zdm.migration_row (name, kind, relation, arguments, settings, release, status, queued, created_by, written_by)
SELECT 'one of many ' || g, kind, relation, arguments, jsonb_build_object('complete', g > 20), 'many',
       CASE WHEN g > 20 THEN 'ready' ELSE 'running' END, true, created_by, written_by
  FROM zdm.migration, generate_series(1, 40) g WHERE name = 'each';
CREATE TEMP TABLE once (query text, shown bigint, of text, calls int);
DO $$
DECLARE
    q text;
    f text;
    before jsonb;
    shown bigint;
BEGIN
    FOREACH q IN ARRAY ARRAY['SELECT waiting_for FROM zdm.progress', 'SELECT * FROM zdm.status',
                             'SELECT waiting_for FROM zdm.status WHERE id > 0 ORDER BY name'] LOOP
        before := (SELECT jsonb_object_agg(v, pg_temp.calls_of(v::regprocedure))
                     FROM unnest('{zdm.worker_pids(),zdm.queue_places(),zdm.completion_blockers()}'::text[]) v);
        EXECUTE format('SELECT count(s) FROM (%s OFFSET 0) s', q) INTO shown;
        INSERT INTO once SELECT q, shown, v, pg_temp.calls_of(v::regprocedure) - (before ->> v)::int
                           FROM jsonb_object_keys(before) v;
    END LOOP;
END $$;
SELECT ok(shown >= 41 AND calls = 1, format('%s: %s migrations, %s is called %s times', query, shown, of, calls)) FROM once;
ROLLBACK;

-- 2. A rename, step by step, each move committed.
CREATE SCHEMA zdm_statuses;
SET search_path = zdm_statuses, public;
CREATE TABLE account (id int PRIMARY KEY, old int NOT NULL);
INSERT INTO account SELECT g, g FROM generate_series(1, 100) g;

CREATE FUNCTION state(name text) RETURNS text LANGUAGE sql AS $$
    SELECT m.status || ' ' || (SELECT string_agg(attname, ' ' ORDER BY attnum) FROM pg_attribute
                                WHERE attrelid = m.relation AND attnum > 0 AND NOT attisdropped)
      FROM zdm.migration m WHERE m.name = $1 ORDER BY id DESC LIMIT 1 $$;

SELECT is(zdm.expand_rename('account', 'old', 'new', name => 'life'), 'life', 'expand');
SELECT is(state('life'), 'running id old new', 'expand: running, with both columns');
SELECT is(zdm.expand_rename('account', 'old', 'new', name => 'life'), 'life', 'the same call again');
SELECT is((SELECT count(*) FROM zdm.migration WHERE name = 'life'), 1::bigint, 'does nothing');
SELECT throws_ok($$SELECT zdm.expand_rename('account', 'old', 'other', name => 'life')$$, '42710', 'migration "life" already exists with other arguments', 'the same name with other arguments');
SELECT throws_ok($$SELECT zdm.expand_rename('account', 'old', 'other', name => 'second')$$, '55006', 'migration "life", which is running, uses a column of this one: old, zdm_old_old of zdm_statuses.account', 'a second migration of the same column');
SELECT throws_ok($$SELECT zdm.contract('life')$$, '55000', 'cannot contract migration "life": it is running; CALL zdm.wait(''life'') waits until it is ready, outside of a transaction', 'contract too early');
SELECT lives_ok($$SELECT zdm.pause('life')$$, 'pause');
SELECT is(state('life'), 'paused id old new', 'pause: paused');
SELECT lives_ok($$SELECT zdm.resume('life')$$, 'resume');
CALL zdm.run('life');
SELECT is(state('life'), 'ready id old new', 'run: ready');
SELECT lives_ok($$SELECT zdm.ensure_ready('life')$$, 'ensure_ready');
SELECT results_eq($$SELECT rows, mismatches FROM zdm.verify('life')$$, $$VALUES (100::bigint, 0::bigint)$$, 'verify: all rows agree');
SELECT throws_ok($$SELECT zdm.cancel('life')$$, '55000', 'cannot cancel migration "life": it is ready; SELECT zdm.rollback(''life'') undoes it at this point', 'cancel too late');
SELECT throws_ok($$SELECT zdm.finalize('life')$$, '55000', 'cannot finalize migration "life": it is ready; SELECT zdm.contract(''life'') comes first', 'finalize too early');
SELECT lives_ok($$SELECT zdm.contract('life')$$, 'contract');
SELECT is(state('life'), 'contracted id new zdm_old_old', 'contract: contracted, the old column hidden');
SELECT lives_ok($$UPDATE account SET new = -1 WHERE id = 1$$, 'a write to the new column');
SELECT is((SELECT zdm_old_old FROM account WHERE id = 1), -1, 'reaches the hidden one');
SELECT throws_ok($$SELECT old FROM account$$, '42703', NULL, 'the old name is gone');
SELECT lives_ok($$SELECT zdm.reopen('life')$$, 'reopen');
SELECT is(state('life'), 'ready id old new', 'reopen: ready');
SELECT is((SELECT old FROM account WHERE id = 1), -1, 'with what was written since');
SELECT lives_ok($$SELECT zdm.contract('life')$$, 'contract again');
SELECT lives_ok($$SELECT zdm.rollback('life')$$, 'rollback of a contracted one');
SELECT is(state('life'), 'rolled_back id old', 'rollback: the old column alone');
SELECT is((SELECT old FROM account WHERE id = 1), -1, 'with what was written since');
SELECT hasnt_trigger('zdm_statuses', 'account', '~zdm_life', 'and no trigger');

-- The name may be used again, and then to the end.
SELECT is(zdm.expand_rename('account', 'old', 'new', name => 'life'), 'life', 'the name again');
SELECT is((SELECT string_agg(status, ' ' ORDER BY id) FROM zdm.migration WHERE name = 'life'), 'rolled_back running', 'is a migration of its own');
CALL zdm.run('life');
SELECT lives_ok($$SELECT zdm.contract('life')$$, 'contract');
SELECT lives_ok($$SELECT zdm.finalize('life')$$, 'finalize');
SELECT is(state('life'), 'finalized id new', 'finalize: the new column alone');
SELECT hasnt_trigger('zdm_statuses', 'account', '~zdm_life', 'and no trigger');
SELECT col_not_null('zdm_statuses', 'account', 'new', 'the column is NOT NULL as before');
SELECT throws_ok($$SELECT zdm.rollback('life')$$, '55000', 'cannot roll back migration "life": it is finalized', 'rollback too late');

-- The log tells the whole story, in order.
SELECT results_eq(
    $$SELECT event || coalesce(': ' || detail, '') FROM zdm.event JOIN zdm.migration m ON m.id = migration_id WHERE m.name = 'life' ORDER BY event.id$$,
    ARRAY['created', 'paused', 'running: resumed', 'ready', 'contracted', 'ready: reopened', 'contracted', 'rolled_back',
          'created', 'ready', 'contracted', 'finalized'],
    'zdm.event has every move');
SELECT is_empty($$SELECT s.seq FROM zdm.step s JOIN zdm.migration m ON m.id = migration_id
                   WHERE m.name = 'life' AND m.status = 'finalized' AND s.status <> 'done'$$, 'every step of the finalized one is done');
SELECT is_empty($$SELECT s.seq FROM zdm.step s JOIN zdm.migration m ON m.id = migration_id
                   WHERE m.name = 'life' AND m.status = 'rolled_back' AND s.status NOT IN ('undone', 'pending')$$, 'no step of the rolled back one is');

-- 3. An error that trying again can't cure: failed, resumed after the cure.
CREATE TABLE bad (id int PRIMARY KEY, a int);
INSERT INTO bad VALUES (1, 1), (2, 0);
SELECT zdm.expand_add_column('bad', 'b', 'int', backfill => '10 / a', name => 'bad');
\set ON_ERROR_STOP off
CALL zdm.run('bad');
\set ON_ERROR_STOP on
SELECT is(state('bad'), 'failed id a b', 'a row that fails: failed');
SELECT alike((SELECT last_error FROM zdm.status WHERE name = 'bad'), '%SQLSTATE 22012%', 'with the error');
SELECT alike((SELECT last_error FROM zdm.status WHERE name = 'bad'), '%key (id)=(2)%', 'and the row');
SELECT throws_ok($$SELECT zdm.pause('bad')$$, '55000', 'cannot pause migration "bad": it is failed', 'a failed one cannot be paused');
SELECT lives_ok($$UPDATE bad SET a = 5 WHERE id = 2$$, 'the row is corrected');
SELECT lives_ok($$SELECT zdm.resume('bad')$$, 'resume');
CALL zdm.run('bad');
SELECT is(state('bad'), 'ready id a b', 'ready after all');
SELECT is((SELECT sum(b) FROM bad), 12::bigint, 'with every row filled');
SELECT lives_ok($$SELECT zdm.contract('bad')$$, 'contract of an added column');
SELECT lives_ok($$SELECT zdm.rollback('bad')$$, 'and rollback');
SELECT is(state('bad'), 'rolled_back id a', 'the column is gone');

-- 4. contract must not take a table whose sync trigger is switched off: what new
-- applications write meanwhile is lost.
CREATE TABLE unsynced (id int PRIMARY KEY, old int);
SELECT zdm.expand_rename('unsynced', 'old', 'new', name => 'unsynced');
CALL zdm.run('unsynced');
ALTER TABLE unsynced DISABLE TRIGGER USER;
INSERT INTO unsynced (id, new) VALUES (1, 1);
SELECT throws_ok($$SELECT zdm.contract('unsynced')$$, '55000', NULL, 'contract refuses while the sync trigger is off');
SELECT lives_ok($$SELECT zdm.rollback('unsynced')$$, 'rollback does not need it');

-- 5. A client's prepared statement that names its columns outlives contract and reopen.
CREATE DOMAIN positive AS int DEFAULT 5;
CREATE TABLE prepared (id int PRIMARY KEY, plain int, checked positive);
INSERT INTO prepared VALUES (1, 1, 1);
SELECT zdm.expand_rename('prepared', 'plain', 'new_plain', name => 'plain');
SELECT zdm.expand_rename('prepared', 'checked', 'new_checked', name => 'checked');
CALL zdm.run('plain');
CALL zdm.run('checked');
PREPARE read_plain AS SELECT new_plain FROM prepared WHERE id = 1;
PREPARE read_checked AS SELECT new_checked FROM prepared WHERE id = 1;
SELECT lives_ok('read_plain', 'a prepared query by the new name');
SELECT lives_ok('read_checked', 'the same of a column of a domain');
SELECT lives_ok($$SELECT zdm.contract('plain'), zdm.contract('checked')$$, 'contract');
SELECT lives_ok('read_plain', 'goes on after contract');
SELECT lives_ok('read_checked', 'so does that of a column of a domain');
SELECT lives_ok($$SELECT zdm.reopen('plain'), zdm.reopen('checked')$$, 'reopen');
SELECT lives_ok('read_plain', 'goes on after reopen');
SELECT lives_ok($$SELECT zdm.rollback('plain'), zdm.rollback('checked')$$, 'rollback');

SELECT * FROM finish();
DROP SCHEMA zdm_statuses CASCADE;
DELETE FROM zdm.step WHERE migration_id IN (SELECT id FROM zdm.migration WHERE name IN ('life', 'bad', 'unsynced', 'plain', 'checked'));
DELETE FROM zdm.event WHERE migration_id IN (SELECT id FROM zdm.migration WHERE name IN ('life', 'bad', 'unsynced', 'plain', 'checked'));
DELETE FROM zdm.backfill WHERE migration_id IN (SELECT id FROM zdm.migration WHERE name IN ('life', 'bad', 'unsynced', 'plain', 'checked'));
DELETE FROM zdm.migration WHERE name IN ('life', 'bad', 'unsynced', 'plain', 'checked');
