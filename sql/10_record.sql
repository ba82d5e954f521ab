\echo Use "CREATE EXTENSION zdm" to load this file. \quit

CREATE SCHEMA zdm;

-- The record: what zdm knows is in these tables and nowhere else.  Every row is
-- committed together with the work that it describes (docs/internals.md, "Record").
-- No foreign keys: a parallel pg_restore loads an extension's tables in any order.
-- Others read the views of 15_readers.sql.  No row level security here: pg_dump would fail by it.

CREATE TABLE zdm.migration_row (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name          text NOT NULL CHECK (name <> ''),
    kind          text NOT NULL,
    relation      regclass NOT NULL,
    arguments     jsonb NOT NULL,
    settings      jsonb NOT NULL DEFAULT '{}',
    release       text,
    resolved      jsonb NOT NULL DEFAULT '{}',
    unvalidated   oid[] NOT NULL DEFAULT '{}',
    carried       jsonb NOT NULL DEFAULT '{}',
    status        text NOT NULL DEFAULT 'running' CHECK (status IN
        ('running', 'paused', 'failed', 'ready', 'contracted', 'finalized', 'rolled_back')),
    phase         text NOT NULL DEFAULT 'expand' CHECK (phase IN
        ('expand', 'backfill', 'validate', 'contract', 'finalize')),
    attempts      int NOT NULL DEFAULT 0,
    queued        boolean NOT NULL DEFAULT false,
    retry_at      timestamptz,
    waiting_for   text,
    rows_per_second double precision,
    pace          double precision,
    last_error    text,
    created_by    name NOT NULL DEFAULT session_user,
    created_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    changed_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    written_by    text NOT NULL
) WITH (fillfactor = 70);

-- A name is a handle in migration files, of one migration of an owner at a time: the last one that has
-- it.  Not unique: whoever begins one has a lock on name and owner, and tables change their owners.
CREATE INDEX migration_row_name_idx ON zdm.migration_row (name);
CREATE INDEX migration_row_release_idx ON zdm.migration_row (release) WHERE release IS NOT NULL;
CREATE INDEX migration_row_queue_idx ON zdm.migration_row (id) WHERE status = 'running';
CREATE INDEX migration_row_relation_idx ON zdm.migration_row (relation)
    WHERE status NOT IN ('finalized', 'rolled_back');

-- The relations that a migration is about, and what names in the steps' text stand for; n is 1 for
-- the migration's own table.
CREATE TABLE zdm.target_row (
    migration_id  bigint NOT NULL,
    n             int NOT NULL,
    relation      regclass NOT NULL,
    role          text NOT NULL CHECK (role IN ('table', 'shadow', 'locked', 'named', 'log')),
    schema_then   text NOT NULL,
    name_then     text NOT NULL,
    columns       text[] NOT NULL DEFAULT '{}',
    reads_columns text[] NOT NULL DEFAULT '{}',
    trigger_name  text,
    PRIMARY KEY (migration_id, n)
);

CREATE INDEX target_row_relation_idx ON zdm.target_row (relation);
CREATE INDEX target_row_trigger_idx ON zdm.target_row (trigger_name) WHERE trigger_name IS NOT NULL;

CREATE TABLE zdm.step_row (
    migration_id  bigint NOT NULL,
    seq           int NOT NULL,
    phase         text NOT NULL CHECK (phase IN
        ('expand', 'backfill', 'validate', 'contract', 'finalize')),
    action        text NOT NULL,
    runs          text NOT NULL CHECK (runs IN ('caller', 'worker', 'concurrent')),
    command       text NOT NULL,
    undo          text,
    note          text,
    status        text NOT NULL DEFAULT 'pending' CHECK (status IN
        ('pending', 'running', 'done', 'failed', 'undone')),
    attempts      int NOT NULL DEFAULT 0,
    lock_wait     interval,
    lock_held     interval,
    run_time      interval,
    error         text,
    finished_at   timestamptz,
    arguments     jsonb,
    undo_action   text,
    undo_arguments jsonb,
    before        jsonb,
    target        int NOT NULL DEFAULT 1,
    locks         jsonb NOT NULL DEFAULT '{}',
    PRIMARY KEY (migration_id, seq),
    CONSTRAINT step_row_undo_check CHECK ((undo IS NULL) = (undo_action IS NULL))
) WITH (fillfactor = 70);

CREATE TABLE zdm.backfill_row (
    migration_id  bigint NOT NULL,
    relation      regclass NOT NULL,
    system_id     bigint NOT NULL,
    filenode      oid NOT NULL,
    sync_trigger  text NOT NULL,
    since_xid     bigint NOT NULL DEFAULT 0,
    sync_gap      text CHECK (sync_gap IN ('late', 'again', 'off')),
    total_blocks  bigint NOT NULL,
    next_block    bigint NOT NULL DEFAULT 0,
    rows_expected bigint NOT NULL,
    rows_written  bigint NOT NULL DEFAULT 0,
    rows_hot      bigint NOT NULL DEFAULT 0,
    restarts      int NOT NULL DEFAULT 0,
    started_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    finished_at   timestamptz,
    PRIMARY KEY (migration_id, relation)
) WITH (fillfactor = 50);

-- The migrations of which one table is UNLOGGED and the other not, and that no crash has emptied
-- since: it would have emptied this one, too.
CREATE UNLOGGED TABLE zdm.unlogged_mark (
    migration_id  bigint PRIMARY KEY
);

CREATE TABLE zdm.backfill_range_row (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    migration_id  bigint NOT NULL,
    relation      regclass NOT NULL,
    worker        int,
    first_block   bigint NOT NULL,
    end_block     bigint NOT NULL CHECK (end_block > first_block),
    busy          boolean NOT NULL DEFAULT false,
    position      bigint NOT NULL,
    wave          int NOT NULL DEFAULT 0,
    waves         int NOT NULL,
    attempts      int NOT NULL DEFAULT 0,
    rows_written  bigint NOT NULL DEFAULT 0,
    rows_hot      bigint NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

CREATE INDEX backfill_range_row_migration_idx ON zdm.backfill_range_row (migration_id, relation);

CREATE TABLE zdm.event_row (
    id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    migration_id  bigint NOT NULL,
    at            timestamptz NOT NULL DEFAULT clock_timestamp(),
    actor         name NOT NULL DEFAULT session_user,
    event         text NOT NULL,
    detail        text,
    lock_wait     interval,
    lock_held     interval
);

CREATE INDEX event_row_migration_idx ON zdm.event_row (migration_id, id);

CREATE TABLE zdm.restore_point_row (
    migration_id  bigint NOT NULL,
    name          text NOT NULL,
    before        text NOT NULL CHECK (before IN ('contract', 'finalize')),
    at            timestamptz NOT NULL DEFAULT clock_timestamp(),
    lsn           pg_lsn NOT NULL,
    wal_file      text NOT NULL,
    timeline      bigint NOT NULL,
    slot          text,
    slot_dropped  text,
    PRIMARY KEY (migration_id, name)
);

CREATE TABLE zdm.tenant_schema_row (
    seq           bigint GENERATED ALWAYS AS IDENTITY,
    release       text NOT NULL,
    call          text NOT NULL,
    created_by    name NOT NULL,
    schema_name   name NOT NULL,
    state         text NOT NULL DEFAULT 'pending' CHECK (state IN
        ('pending', 'started', 'validating', 'complete', 'rolled_back')),
    migrations    bigint[] NOT NULL DEFAULT '{}',
    error         text,
    started_at    timestamptz,
    ended_at      timestamptz,
    PRIMARY KEY (schema_name, release, call, created_by)
) WITH (fillfactor = 70);
