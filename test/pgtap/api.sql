-- What docs/reference.md promises: every object is there, with the signature that it names.
\set ON_ERROR_STOP on
BEGIN;
SELECT no_plan();

SELECT has_extension('zdm', 'extension zdm');
SELECT has_schema('zdm', 'schema zdm');
SELECT is(extrelocatable, false, 'the extension is not relocatable') FROM pg_extension WHERE extname = 'zdm';
SELECT is(extversion, '0.2.0', 'version') FROM pg_extension WHERE extname = 'zdm';

-- Functions and procedures: arguments with their defaults, result.
CREATE TEMP TABLE api (name text, arguments text, result text, kind "char", volatility "char", strict boolean);
INSERT INTO api VALUES
('sync_columns', '', 'trigger', 'f', 'v', false),
    ('sync_rows', '', 'trigger', 'f', 'v', false),
    ('inspect_extracted', '', 'trigger', 'f', 'v', false),
    ('log_merged', '', 'trigger', 'f', 'v', false),
    ('write_extracted', '', 'trigger', 'f', 'v', false),
    ('given_default', 'of_type anyelement, column_name text', 'anyelement', 'f', 'v', false),
    ('refuse_older_dump', '', 'trigger', 'f', 'v', false),
    ('leave_out_replicated', '', 'trigger', 'f', 'v', false),
    ('expand_rename', 'tbl regclass, old_column text, new_column text, name text DEFAULT NULL::text, workers integer DEFAULT NULL::integer, complete boolean DEFAULT NULL::boolean, indexed boolean DEFAULT NULL::boolean', 'text', 'f', 'v', false),
    ('expand_add_column', 'tbl regclass, column_name text, data_type text, backfill text DEFAULT NULL::text, default_value text DEFAULT NULL::text, not_null boolean DEFAULT false, name text DEFAULT NULL::text, workers integer DEFAULT NULL::integer, on_error text DEFAULT ''reject''::text, comment text DEFAULT NULL::text, "collation" text DEFAULT NULL::text, generated text DEFAULT NULL::text, index boolean DEFAULT false, complete boolean DEFAULT NULL::boolean', 'text', 'f', 'v', false),
    ('expand_change_type', 'tbl regclass, column_name text, new_type text, forward text DEFAULT NULL::text, reverse text DEFAULT NULL::text, name text DEFAULT NULL::text, workers integer DEFAULT NULL::integer, complete boolean DEFAULT NULL::boolean, referencing boolean DEFAULT NULL::boolean', 'text', 'f', 'v', false),
    ('expand_transform', 'tbl regclass, old_columns text[], new_columns jsonb, reverse jsonb DEFAULT NULL::jsonb, name text DEFAULT NULL::text, workers integer DEFAULT NULL::integer, complete boolean DEFAULT NULL::boolean', 'text', 'f', 'v', false),
    ('expand_drop_column', 'tbl regclass, column_name text, reverse text DEFAULT NULL::text, name text DEFAULT NULL::text, complete boolean DEFAULT NULL::boolean', 'text', 'f', 'v', false),
    ('expand_not_null', 'tbl regclass, column_name text, fill text DEFAULT NULL::text, name text DEFAULT NULL::text, workers integer DEFAULT NULL::integer, complete boolean DEFAULT NULL::boolean', 'text', 'f', 'v', false),
    ('expand_check', 'tbl regclass, constraint_name text, expression text, name text DEFAULT NULL::text, complete boolean DEFAULT NULL::boolean', 'text', 'f', 'v', false),
    ('expand_foreign_key', 'tbl regclass, columns text[], ref_table regclass, ref_columns text[] DEFAULT NULL::text[], constraint_name text DEFAULT NULL::text, on_delete text DEFAULT ''no action''::text, on_update text DEFAULT ''no action''::text, match text DEFAULT ''simple''::text, is_deferrable boolean DEFAULT false, initially_deferred boolean DEFAULT false, name text DEFAULT NULL::text, complete boolean DEFAULT NULL::boolean', 'text', 'f', 'v', false),
    ('expand_unique', 'tbl regclass, columns text[], constraint_name text DEFAULT NULL::text, nulls_not_distinct boolean DEFAULT false, is_deferrable boolean DEFAULT false, initially_deferred boolean DEFAULT false, name text DEFAULT NULL::text, complete boolean DEFAULT NULL::boolean', 'text', 'f', 'v', false),
    ('expand_primary_key', 'tbl regclass, columns text[], constraint_name text DEFAULT NULL::text, name text DEFAULT NULL::text, complete boolean DEFAULT NULL::boolean', 'text', 'f', 'v', false),
    ('expand_partition', 'tbl regclass, partition_by text, every interval DEFAULT NULL::interval, ahead integer DEFAULT 3, primary_key text[] DEFAULT NULL::text[], partitions integer DEFAULT NULL::integer, width bigint DEFAULT NULL::bigint, name text DEFAULT NULL::text, workers integer DEFAULT NULL::integer, complete boolean DEFAULT NULL::boolean', 'text', 'f', 'v', false),
    ('expand_shadow_table', 'tbl regclass, definition text, unlogged boolean DEFAULT NULL::boolean, name text DEFAULT NULL::text, workers integer DEFAULT NULL::integer, complete boolean DEFAULT NULL::boolean', 'text', 'f', 'v', false),
    ('expand_extract', 'tbl regclass, columns text[], new_table text, key text[] DEFAULT NULL::text[], only_when text DEFAULT NULL::text, name text DEFAULT NULL::text, workers integer DEFAULT NULL::integer, complete boolean DEFAULT NULL::boolean', 'text', 'f', 'v', false),
    ('expand_merge_tables', 'tbl regclass, parts text[], name text DEFAULT NULL::text, workers integer DEFAULT NULL::integer, complete boolean DEFAULT NULL::boolean', 'text', 'f', 'v', false),
    ('expand_split_table', 'tbl regclass, parts jsonb, name text DEFAULT NULL::text, workers integer DEFAULT NULL::integer, complete boolean DEFAULT NULL::boolean', 'text', 'f', 'v', false),
    ('expand_compact', 'tbl regclass, name text DEFAULT NULL::text, workers integer DEFAULT NULL::integer, complete boolean DEFAULT NULL::boolean', 'text', 'f', 'v', false),
    ('expand_index', 'definition text, name text DEFAULT NULL::text, complete boolean DEFAULT NULL::boolean', 'text', 'f', 'v', false),
    ('drop_index', 'index_name text, name text DEFAULT NULL::text, complete boolean DEFAULT NULL::boolean', 'text', 'f', 'v', false),
    ('reindex', 'relation_name text, name text DEFAULT NULL::text, complete boolean DEFAULT NULL::boolean', 'text', 'f', 'v', false),
    ('expand_rename_table', 'tbl text, new_name text, name text DEFAULT NULL::text, rename_objects boolean DEFAULT false, complete boolean DEFAULT NULL::boolean', 'text', 'f', 'v', false),
    ('expand_move_table', 'tbl text, new_schema text, name text DEFAULT NULL::text, complete boolean DEFAULT NULL::boolean', 'text', 'f', 'v', false),
    ('plan', 'call text, "full" boolean DEFAULT false, OUT seq integer, OUT phase text, OUT runs text, OUT lock_mode text, OUT command text, OUT undo text, OUT note text', 'SETOF record', 'f', 'v', true),
    ('wait', 'IN name text, IN timeout interval DEFAULT NULL::interval', NULL, 'p', 'v', false),
    ('run', 'IN name text', NULL, 'p', 'v', false),
    ('ensure_ready', 'name text, timeout interval DEFAULT ''00:00:00''::interval', 'void', 'f', 'v', true),
    ('pause', 'name text', 'void', 'f', 'v', true),
    ('resume', 'name text', 'void', 'f', 'v', true),
    ('cancel', 'name text', 'void', 'f', 'v', true),
    ('verify', 'name text, percent double precision DEFAULT 100, repair boolean DEFAULT false, OUT rows bigint, OUT mismatches bigint, OUT lossy bigint, OUT examples jsonb, OUT repaired bigint', 'record', 'f', 'v', true),
    ('violations', 'name text, max_rows integer DEFAULT 100, OUT tbl regclass, OUT row_id tid, OUT contents jsonb, OUT reason text', 'SETOF record', 'f', 'v', true),
    ('fix_violations', 'IN name text, IN set jsonb DEFAULT NULL::jsonb, IN keep text DEFAULT NULL::text, IN batch_rows integer DEFAULT 1000', NULL, 'p', 'v', false),
    ('contract', 'name text, verify text DEFAULT NULL::text, quiet interval DEFAULT NULL::interval', 'void', 'f', 'v', false),
    ('forget', 'name text', 'void', 'f', 'v', true),
    ('before_drop_extension', '', 'event_trigger', 'f', 'v', false),
    ('on_drop', '', 'event_trigger', 'f', 'v', false),
    ('on_alter', '', 'event_trigger', 'f', 'v', false),
    ('reopen', 'name text', 'void', 'f', 'v', true),
    ('finalize', 'name text', 'void', 'f', 'v', true),
    ('alter_backfill', 'name text, workers integer DEFAULT NULL::integer, batch_time interval DEFAULT NULL::interval, nice double precision DEFAULT NULL::double precision, share integer DEFAULT NULL::integer, max_wal_rate text DEFAULT NULL::text, max_replica_lag interval DEFAULT NULL::interval, max_replica_lag_bytes text DEFAULT NULL::text, standbys text[] DEFAULT NULL::text[], max_slot_wal text DEFAULT NULL::text, max_archive_backlog integer DEFAULT NULL::integer, max_active_sessions integer DEFAULT NULL::integer, max_lock_waiters integer DEFAULT NULL::integer, go_if text DEFAULT NULL::text, priority integer DEFAULT NULL::integer, reset text[] DEFAULT NULL::text[], complete boolean DEFAULT NULL::boolean, pace text DEFAULT NULL::text', 'jsonb', 'f', 'v', false),
    ('rehearse_pace', 'samples jsonb, workers integer DEFAULT 1, processors integer DEFAULT 64, OUT n integer, OUT pace numeric, OUT held_by text', 'SETOF record', 'f', 'i', true),
    ('half_of_limits', 'settings jsonb', 'jsonb', 'f', 's', false),
    ('pause_all', '', 'integer', 'f', 'v', false),
    ('normal_settings', 'settings jsonb', 'jsonb', 'f', 's', false),
    ('shown_settings', 'settings jsonb', 'jsonb', 'f', 's', false),
    ('throttle_reason', 'settings jsonb, replayed pg_lsn', 'text', 'f', 's', false),
    ('transaction_holder', 'transaction xid', 'text', 'f', 's', false),
    ('oldest_snapshot', '', 'text', 'f', 's', false),
    ('lock_holders', 'tbl oid, lock_mode text', 'SETOF text', 'f', 's', false),
    ('worker_pid', 'migration bigint', 'integer', 'f', 's', false),
    ('session_text', 'process integer', 'text', 'f', 's', false),
    ('shown_index', 'tbl regclass, index_name text', 'regclass', 'f', 's', true),
    ('has_worker', 'migration bigint', 'boolean', 'f', 's', false),
    ('worker_pids', '', 'jsonb', 'f', 's', false),
    ('completion_blockers', '', 'jsonb', 'f', 's', false),
    ('queue_places', '', 'jsonb', 'f', 's', true),
    ('build_progress', 'migration bigint, OUT doing text, OUT waiting_for text, OUT fraction double precision', 'record', 'f', 's', true),
    ('bar', 'fraction double precision, width integer DEFAULT 20', 'text', 'f', 'i', false),
    ('progress_line', 'migration bigint, with_bar boolean DEFAULT true', 'text', 'f', 's', false),
    ('guard', 'name text, metric text, threshold double precision, action text, every interval DEFAULT ''00:00:30''::interval, samples integer DEFAULT 3', 'integer', 'f', 'v', true),
    ('drop_guard', 'name text, guard bigint DEFAULT NULL::bigint', 'integer', 'f', 'v', false),
    ('server_metrics', 'names text[], OUT name text, OUT value double precision', 'SETOF record', 'f', 's', false),
    ('tree_size', 'tbl oid, OUT table_bytes bigint, OUT index_bytes bigint', 'record', 'f', 's', true),
    ('rollout', 'name text, percent integer DEFAULT NULL::integer, steps integer[] DEFAULT NULL::integer[], every interval DEFAULT ''00:05:00''::interval, include text[] DEFAULT NULL::text[], exclude text[] DEFAULT NULL::text[], require text[] DEFAULT NULL::text[]', 'void', 'f', 'v', false),
    ('use_new', 'name text, key text, tbl regclass DEFAULT NULL::regclass', 'boolean', 'f', 's', false),
    ('rows_written_to', 'tbl oid', 'bigint', 'f', 's', false),
    ('usage_entries', 'OUT trigger oid, OUT side text, OUT application_name text, OUT role oid, OUT reads bigint, OUT writes bigint, OUT last_read timestamp with time zone, OUT last_write timestamp with time zone, OUT query_id bigint', 'SETOF record', 'f', 'v', false),
    ('usage_of', 'migration bigint, OUT migration_id bigint, OUT side text, OUT application_name text, OUT role oid, OUT reads bigint, OUT writes bigint, OUT last_read timestamp with time zone, OUT last_write timestamp with time zone, OUT query_id bigint', 'SETOF record', 'f', 'v', false),
    ('has_two_forms', 'kind text, trigger_name text', 'boolean', 'f', 'i', false),
    ('release_line', 'release text, migrations bigint[]', 'text', 'f', 's', false),
    ('may_see', 'relation oid, created_by name', 'boolean', 'f', 's', true),
    ('schema_version', 'schema text', 'text', 'f', 's', true);
-- Those of which there are two.
CREATE TEMP TABLE overloaded (LIKE api);
INSERT INTO overloaded VALUES
    ('expand_each', 'IN schemas text, IN call text, IN batch integer DEFAULT 5, IN on_failure text DEFAULT ''stop''::text, IN name text DEFAULT NULL::text', NULL, 'p', 'v', false),
    ('expand_each', 'IN schemas text[], IN call text, IN batch integer DEFAULT 5, IN on_failure text DEFAULT ''stop''::text, IN name text DEFAULT NULL::text', NULL, 'p', 'v', false),
    ('rollback', 'name text', 'void', 'f', 'v', true),
    ('rollback', 'release text, schema text', 'void', 'f', 'v', true);

CREATE TEMP VIEW found AS
SELECT p.oid, proname::text AS name, pg_get_function_arguments(p.oid) AS arguments,
       pg_get_function_result(p.oid) AS result, prokind AS kind, provolatile AS volatility, proisstrict AS strict
  FROM pg_proc p WHERE pronamespace = 'zdm'::regnamespace;

SELECT bag_eq('SELECT name FROM found', 'SELECT name FROM api UNION ALL SELECT name FROM overloaded', 'the functions of schema zdm are these, and no others overloaded');
SELECT bag_eq('SELECT name, arguments, result, kind, volatility, strict FROM found WHERE name IN (SELECT name FROM overloaded)', 'TABLE overloaded', 'those of which there are two');
SELECT is(f.arguments, a.arguments, a.name || ': arguments') FROM api a LEFT JOIN found f USING (name) ORDER BY name;
SELECT is(f.result, a.result, a.name || ': result') FROM api a LEFT JOIN found f USING (name) ORDER BY name;
SELECT is(f.kind, a.kind, a.name || ': function or procedure') FROM api a LEFT JOIN found f USING (name) ORDER BY name;
SELECT is(f.volatility, a.volatility, a.name || ': volatility') FROM api a LEFT JOIN found f USING (name) ORDER BY name;
SELECT is(f.strict, a.strict, a.name || ': strict') FROM api a LEFT JOIN found f USING (name) ORDER BY name;

-- Every expand_ function is one piece of C, and takes what all of them take.
SELECT is_empty($$SELECT proname FROM pg_proc WHERE pronamespace = 'zdm'::regnamespace AND proname LIKE 'expand\_%' AND prokind = 'f'
                   AND (prosrc <> 'zdm_expand' OR proargnames[1] NOT IN ('tbl', 'definition') OR NOT proargnames @> '{name}')$$,
    'every expand_ function takes a table or a definition first, and a name');

-- No function can be made to run somebody else's code with its owner's rights, or by a search_path.
SELECT is_empty($$SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = 'zdm'::regnamespace AND prosecdef
                     AND prosqlbody IS NULL AND NOT coalesce(array_to_string(proconfig, ',') LIKE '%search_path=%', false)$$,
    'no function is SECURITY DEFINER without a pinned search_path');
SELECT is_empty($$SELECT p.oid::regprocedure FROM pg_proc p JOIN pg_language l ON l.oid = prolang
                   WHERE pronamespace = 'zdm'::regnamespace AND lanname <> 'c' AND prosqlbody IS NULL$$,
    'every function is C, or was parsed when it was created');
SELECT is_empty($$SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = 'zdm'::regnamespace AND proparallel <> 'u'$$,
    'no function runs in a parallel worker');
SELECT is_empty($$SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = 'zdm'::regnamespace AND proleakproof$$,
    'none claims to be leakproof');

-- Tables and views.
SELECT tables_are('zdm', '{migration_row,target_row,step_row,backfill_row,backfill_range_row,event_row,restore_point_row,tenant_schema_row,verification_row,guard_row,rollout_row,unlogged_mark}'::name[], 'the tables of the record');
SELECT views_are('zdm', '{migration,target,step,backfill,backfill_range,event,restore_point,tenant_schema,status,progress,progress_of_all,release,blocking,tenant,verification,verified,usage,guard,guards,build,size,lag,lock_cost,rollout}'::name[], 'the views');
SELECT sequences_are('zdm', '{migration_row_id_seq,backfill_range_row_id_seq,event_row_id_seq,tenant_schema_row_seq_seq,verification_row_id_seq,guard_row_id_seq}'::name[], 'the sequences');
SELECT columns_are('zdm', 'migration', '{id,name,kind,relation,relation_name,columns,reads_columns,also_locks,arguments,settings,release,resolved,trigger_name,unvalidated,carried,status,phase,attempts,queued,retry_at,waiting_for,rows_per_second,pace,last_error,created_by,created_at,changed_at,written_by}'::name[]);
SELECT columns_are('zdm', 'target', '{migration_id,n,relation,role,schema_then,name_then,columns,reads_columns,trigger_name}'::name[]);
SELECT columns_are('zdm', 'step', '{migration_id,seq,phase,action,runs,target,lock_mode,locks,command,undo,note,status,attempts,lock_wait,lock_held,run_time,error,finished_at,arguments,undo_action,undo_arguments,before}'::name[]);
SELECT columns_are('zdm', 'backfill', '{migration_id,relation,system_id,filenode,sync_trigger,since_xid,sync_gap,total_blocks,next_block,rows_expected,rows_written,rows_hot,restarts,started_at,finished_at}'::name[]);
SELECT columns_are('zdm', 'backfill_range', '{id,migration_id,relation,worker,first_block,end_block,busy,position,wave,waves,attempts,rows_written,rows_hot}'::name[]);
SELECT columns_are('zdm', 'event', '{id,migration_id,at,actor,event,detail,lock_wait,lock_held}'::name[]);
SELECT columns_are('zdm', 'restore_point', '{migration_id,name,before,at,lsn,wal_file,timeline,slot,slot_dropped}'::name[]);
SELECT columns_are('zdm', 'verification', '{id,migration_id,at,actor,mode,before_contract,percent,rows,mismatches,lossy,repaired,writes}'::name[]);
SELECT columns_are('zdm', 'guard', '{id,migration_id,metric,threshold,action,every,samples,created_by,created_at,value,measured_at,in_a_row,error,acted_at,acted_value,put_off_to}'::name[]);
SELECT columns_are('zdm', 'guards', '{id,name,relation,status,metric,threshold,action,every,samples,value,measured_at,in_a_row,error,acted_at,acted_value}'::name[]);
SELECT columns_are('zdm', 'build', '{name,relation,doing,percent,waiting_for}'::name[]);
SELECT columns_are('zdm', 'size', '{name,relation,status,table_bytes,index_bytes,bytes_at_begin,growth}'::name[]);
SELECT columns_are('zdm', 'lag', '{kind,name,state,synchronous,bytes,delay}'::name[]);
SELECT columns_are('zdm', 'lock_cost', '{name,relation,status,locks,longest_wait,longest_held,held}'::name[]);
SELECT columns_are('zdm', 'rollout', '{migration_id,name,relation,status,percent,include,exclude,steps,every,require,next_at,reason,changed_at}'::name[]);
SELECT columns_are('zdm', 'verified', '{id,name,relation,status,at,actor,mode,before_contract,percent,rows,mismatches,lossy,repaired,writes_since}'::name[]);
SELECT columns_are('zdm', 'usage', '{name,relation,side,application_name,role,reads,writes,last_read,last_write,query_id}'::name[]);
SELECT columns_are('zdm', 'tenant_schema', '{seq,release,call,created_by,schema_name,state,migrations,error,started_at,ended_at}'::name[]);
SELECT columns_are('zdm', 'tenant', '{release,schema_name,state,migrations,statuses,error,started_at,ended_at,call}'::name[]);
SELECT columns_are('zdm', 'status', '{id,name,kind,relation,status,phase,percent,bar,rows_per_second,time_left,waiting_for,last_error,created_by,created_at,changed_at}'::name[]);
SELECT columns_are('zdm', 'progress', '{id,name,relation,status,phase,percent,bar,rows_done,rows_expected,rows_written,rows_per_second,time_left,waiting_for,last_error,doing,pace}'::name[]);
SELECT columns_are('zdm', 'blocking', '{name,relation,holder,waiter}'::name[]);
SELECT col_is_pk('zdm', 'migration_row', 'id', 'the key of zdm.migration_row');
SELECT col_is_pk('zdm', 'step_row', '{migration_id,seq}'::name[], 'the key of zdm.step_row');
SELECT col_is_pk('zdm', 'backfill_row', '{migration_id,relation}'::name[], 'the key of zdm.backfill_row');
SELECT col_type_is('zdm', 'migration', 'relation', 'regclass', 'zdm.migration.relation is a regclass');
SELECT col_type_is('zdm', 'status', 'relation', 'regclass', 'zdm.status.relation is a regclass');
SELECT col_type_is('zdm', 'status', 'time_left', 'interval', 'zdm.status.time_left is an interval');
SELECT col_type_is('zdm', 'status', 'percent', 'numeric', 'zdm.status.percent is numeric');
SELECT is_empty($$SELECT conname FROM pg_constraint WHERE connamespace = 'zdm'::regnamespace AND contype = 'f'$$,
    'no foreign keys in the record: a parallel restore loads it in any order');
SELECT is_empty($$SELECT relname FROM pg_class c WHERE relnamespace = 'zdm'::regnamespace AND relkind = 'v'
                     AND has_table_privilege('public', c.oid, 'SELECT')
                     AND CASE WHEN EXISTS (SELECT FROM pg_class r WHERE r.relnamespace = c.relnamespace AND r.relname = c.relname || '_row')
                                OR pg_get_viewdef(c.oid) LIKE '%zdm.progress_of_all%'
                         THEN reloptions IS DISTINCT FROM '{security_barrier=true}' OR pg_get_viewdef(c.oid) NOT LIKE '%WHERE%created_by%'
                         ELSE reloptions IS DISTINCT FROM '{security_invoker=true}' END$$,
    'every view runs with the rights of who reads it, but for those that show each what is about his own');
SELECT is((SELECT string_agg(relname, ' ') FROM pg_class c WHERE relnamespace = 'zdm'::regnamespace AND relkind = 'v'
                AND NOT has_table_privilege('public', c.oid, 'SELECT')), 'progress_of_all', 'all may be read by everybody, but for one');
SELECT is_empty($$SELECT v.relname, a.attname FROM pg_class v JOIN pg_class r ON r.relname = v.relname || '_row' AND r.relnamespace = v.relnamespace
                         JOIN pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
                   WHERE v.relnamespace = 'zdm'::regnamespace
                     AND NOT EXISTS (SELECT FROM pg_attribute o WHERE o.attrelid = v.oid AND o.attname = a.attname AND o.atttypid = a.atttypid)$$,
    'which have every column of their tables');

-- The record goes along in dumps, tables and sequences.
SELECT bag_eq($$SELECT unnest(extconfig)::regclass::text FROM pg_extension WHERE extname = 'zdm'$$,
    $$SELECT oid::regclass::text FROM pg_class WHERE relnamespace = 'zdm'::regnamespace AND relkind IN ('r', 'S')$$,
    'pg_dump carries every table and sequence of the record');

-- Every object has a comment.
SELECT is_empty($$SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = 'zdm'::regnamespace
                     AND obj_description(oid, 'pg_proc') IS NULL$$, 'every function has a comment');
SELECT is_empty($$SELECT oid::regclass FROM pg_class WHERE relnamespace = 'zdm'::regnamespace AND relkind IN ('r', 'v', 'S')
                     AND obj_description(oid, 'pg_class') IS NULL$$, 'every table, view and sequence has a comment');
SELECT is_empty($$SELECT attrelid::regclass, attname FROM pg_attribute a JOIN pg_class c ON c.oid = attrelid
                   WHERE relnamespace = 'zdm'::regnamespace AND relkind = 'v' AND attnum > 0 AND NOT attisdropped
                     AND col_description(attrelid, attnum) IS NULL$$, 'every column of a view has a comment');

-- Settings, with the defaults that docs/reference.md gives (some are set for these tests).
LOAD 'zdm';
SELECT results_eq(
    $$SELECT name, boot_val, coalesce(unit, ''), context FROM pg_settings WHERE name LIKE 'zdm.%' ORDER BY name COLLATE "C"$$,
    $$VALUES ('zdm.at_once', 'on', '', 'user'), ('zdm.batch_time', '50', 'ms', 'user'), ('zdm.complete', 'off', '', 'user'), ('zdm.keep_for', '0', 's', 'sighup'), ('zdm.keep_record', '0', 's', 'sighup'), ('zdm.launcher_interval', '60', 's', 'sighup'),
             ('zdm.lock_retries', '100', '', 'user'), ('zdm.lock_timeout', '200', 'ms', 'user'), ('zdm.log_level', 'log', '', 'superuser'),
             ('zdm.max_builds', '1', '', 'sighup'), ('zdm.max_retries', '10', '', 'sighup'), ('zdm.max_workers', '4', '', 'sighup'),
             ('zdm.max_workers_per_database', '-1', '', 'sighup'), ('zdm.max_workers_per_role', '-1', '', 'sighup'),
             ('zdm.nice', '-1', '', 'user'), ('zdm.notify', 'on', '', 'superuser'), ('zdm.pace', 'auto', '', 'user'), ('zdm.pressure_path', '', '', 'superuser'), ('zdm.quiet', '0', 's', 'user'), ('zdm.release', '', '', 'user'), ('zdm.restore_point', 'off', '', 'superuser'), ('zdm.restore_slot', '', '', 'superuser'), ('zdm.restore_slot_keep_for', '86400', 's', 'sighup'), ('zdm.restore_slot_limit', '1024', 'MB', 'sighup'), ('zdm.start_worker', 'on', '', 'user'), ('zdm.usage_entries', '2000', '', 'sighup'), ('zdm.verify', 'auto', '', 'user'), ('zdm.verify_size', '1024', 'MB', 'user'), ('zdm.writer', 'auto', '', 'user')$$,
    'the settings, their defaults and who may set them');
SELECT throws_ok('SET zdm.writer = ''both''', '22023', NULL, 'zdm.writer is auto, old or new');
SELECT throws_ok('SET zdm.wirter = ''old''', '42602', NULL, 'a misspelt setting is an error');

-- What plan promises: the steps of a call in their order, and nothing is done.
CREATE TABLE planned (id int PRIMARY KEY, old int);
SELECT results_eq(
    $$SELECT phase, runs, lock_mode FROM zdm.plan('zdm.expand_rename(''planned'', ''old'', ''new'')') ORDER BY seq$$,
    $$VALUES ('expand', 'caller', 'ACCESS EXCLUSIVE'), ('expand', 'caller', 'ACCESS EXCLUSIVE'),
             ('backfill', 'worker', 'ROW EXCLUSIVE'), ('validate', 'worker', 'SHARE UPDATE EXCLUSIVE'),
             ('contract', 'caller', 'ACCESS EXCLUSIVE'), ('contract', 'caller', 'ACCESS EXCLUSIVE'), ('contract', 'caller', 'ACCESS EXCLUSIVE'), ('contract', 'caller', 'ACCESS EXCLUSIVE'),
             ('finalize', 'caller', 'ACCESS EXCLUSIVE'), ('finalize', 'caller', 'ACCESS EXCLUSIVE')$$,
    'plan shows the steps of a rename');
SELECT hasnt_column('public', 'planned', 'new', 'and runs none of them');
SELECT is_empty('SELECT name FROM zdm.migration WHERE relation = ''planned''::regclass', 'nor records them');
SET LOCAL zdm.start_worker = off;
SELECT is(zdm.expand_rename('planned', 'old', 'new'), 'rename_planned_old_to_new', 'expand_rename derives a name and returns it');
SELECT is(zdm.expand_add_column('planned', 'more', 'int', default_value => '1'), 'add_planned_more', 'so does expand_add_column');
SELECT has_column('public', 'planned', 'new', 'the column is there');
SELECT has_trigger('public', 'planned', '~zdm_rename_planned_old_to_new', 'and the sync trigger');
SELECT is(tgenabled, 'A'::"char", 'which is ENABLE ALWAYS') FROM pg_trigger WHERE tgrelid = 'planned'::regclass AND NOT tgisinternal;
SELECT is((SELECT count(*) FROM zdm.step s JOIN zdm.migration m ON m.id = migration_id WHERE m.name = 'rename_planned_old_to_new'),
    10::bigint, 'the steps that plan has shown are recorded');

SELECT * FROM finish();
ROLLBACK;
