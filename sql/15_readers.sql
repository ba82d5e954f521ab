-- What everybody may read of the record: what is about his own tables.  Views rather than row level
-- security on the tables, which would keep a plain pg_dump by the owner of a database from working.
-- No writer has a right on them; who owns the tables may write through them.

-- Whether the current user may see what is about a table, or was begun by a role where that is gone.
CREATE FUNCTION zdm.may_see(relation oid, created_by name) RETURNS boolean
    AS 'MODULE_PATHNAME', 'zdm_may_see' LANGUAGE C STABLE STRICT;

-- Of its targets a migration shows what is about its own table.
CREATE VIEW zdm.migration WITH (security_barrier = true) AS
SELECT id, name, kind, relation,
       (SELECT pg_catalog.format('%I.%I', t.schema_then, t.name_then) FROM zdm.target_row t
         WHERE t.migration_id = id AND t.n = 1) AS relation_name,
       (SELECT t.columns FROM zdm.target_row t WHERE t.migration_id = id AND t.n = 1) AS columns,
       (SELECT t.reads_columns FROM zdm.target_row t WHERE t.migration_id = id AND t.n = 1) AS reads_columns,
       ARRAY(SELECT t.relation FROM zdm.target_row t WHERE t.migration_id = id AND t.role = 'locked'
              ORDER BY t.n) AS also_locks,
       arguments, settings, release, resolved,
       (SELECT t.trigger_name FROM zdm.target_row t WHERE t.migration_id = id AND t.n = 1) AS trigger_name,
       unvalidated, carried, status, phase, attempts, queued, retry_at, waiting_for,
       rows_per_second, pace, last_error, created_by, created_at, changed_at, written_by
  FROM zdm.migration_row
 WHERE zdm.may_see(relation, created_by);

CREATE VIEW zdm.target WITH (security_barrier = true) AS
SELECT r.migration_id, r.n, r.relation, r.role, r.schema_then, r.name_then, r.columns,
       r.reads_columns, r.trigger_name
  FROM zdm.target_row r
 WHERE EXISTS (SELECT FROM zdm.migration_row m
                WHERE m.id = r.migration_id AND zdm.may_see(m.relation, m.created_by));

CREATE VIEW zdm.step WITH (security_barrier = true) AS
SELECT r.migration_id, r.seq, r.phase, r.action, r.runs, r.target,
       r.locks ->> r.target::text AS lock_mode, r.locks, r.command, r.undo, r.note, r.status,
       r.attempts, r.lock_wait, r.lock_held, r.run_time, r.error, r.finished_at, r.arguments,
       r.undo_action, r.undo_arguments, r.before
  FROM zdm.step_row r
 WHERE EXISTS (SELECT FROM zdm.migration_row m
                WHERE m.id = r.migration_id AND zdm.may_see(m.relation, m.created_by));

CREATE VIEW zdm.backfill WITH (security_barrier = true) AS
SELECT r.migration_id, r.relation, r.system_id, r.filenode, r.sync_trigger, r.since_xid,
       r.sync_gap, r.total_blocks, r.next_block, r.rows_expected, r.rows_written, r.rows_hot,
       r.restarts, r.started_at, r.finished_at
  FROM zdm.backfill_row r
 WHERE EXISTS (SELECT FROM zdm.migration_row m
                WHERE m.id = r.migration_id AND zdm.may_see(m.relation, m.created_by));

CREATE VIEW zdm.backfill_range WITH (security_barrier = true) AS
SELECT r.id, r.migration_id, r.relation, r.worker, r.first_block, r.end_block, r.busy, r.position,
       r.wave, r.waves, r.attempts, r.rows_written, r.rows_hot
  FROM zdm.backfill_range_row r
 WHERE EXISTS (SELECT FROM zdm.migration_row m
                WHERE m.id = r.migration_id AND zdm.may_see(m.relation, m.created_by));

CREATE VIEW zdm.event WITH (security_barrier = true) AS
SELECT r.id, r.migration_id, r.at, r.actor, r.event, r.detail, r.lock_wait, r.lock_held
  FROM zdm.event_row r
 WHERE EXISTS (SELECT FROM zdm.migration_row m
                WHERE m.id = r.migration_id AND zdm.may_see(m.relation, m.created_by));

CREATE VIEW zdm.restore_point WITH (security_barrier = true) AS
SELECT r.migration_id, r.name, r.before, r.at, r.lsn, r.wal_file, r.timeline, r.slot, r.slot_dropped
  FROM zdm.restore_point_row r
 WHERE EXISTS (SELECT FROM zdm.migration_row m
                WHERE m.id = r.migration_id AND zdm.may_see(m.relation, m.created_by));

CREATE VIEW zdm.tenant_schema WITH (security_barrier = true) AS
SELECT seq, release, call, created_by, schema_name, state, migrations, error, started_at, ended_at
  FROM zdm.tenant_schema_row
 WHERE EXISTS (SELECT FROM pg_catalog.pg_roles r
                WHERE r.rolname = created_by AND pg_catalog.pg_has_role(r.oid, 'USAGE'));

-- A dump of a database with 0.1.0 has its migrations under this name, with steps of another form.
CREATE FUNCTION zdm.refuse_older_dump() RETURNS trigger
    AS 'MODULE_PATHNAME', 'zdm_refuse_older_dump' LANGUAGE C;

CREATE TRIGGER refuse_older_dump INSTEAD OF INSERT ON zdm.migration
    FOR EACH ROW EXECUTE FUNCTION zdm.refuse_older_dump();
