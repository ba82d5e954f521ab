\echo Use "ALTER EXTENSION zdm UPDATE" to load this file. \quit

-- What 0.1.0 has and its successor has in another form.  Behind this the Makefile appends the
-- parts of the extension's own script but for the tables, with OR REPLACE where a command has
-- that: a function keeps its privileges, and what depends on it.  So here stands what that
-- can't do: changes of tables, drops, functions with other arguments or results, views whose
-- columns are not the old ones with more behind them.  test/t/071_upgraded.pl compares.

-- The server says "could not find function" here as long as it has the older library in memory: a
-- new session will do, or a restart where zdm is preloaded.
CREATE FUNCTION zdm.update_begin() RETURNS void
    AS 'MODULE_PATHNAME', 'zdm_update_begin' LANGUAGE C;
CREATE FUNCTION zdm.update_resolved(functions oid[], operators oid[], types oid[]) RETURNS jsonb
    AS 'MODULE_PATHNAME', 'zdm_update_resolved' LANGUAGE C STRICT;

SELECT zdm.update_begin();

-- The record.

ALTER TABLE zdm.migration
    ADD COLUMN release text,
    ADD COLUMN resolved jsonb NOT NULL DEFAULT '{}',
    ADD COLUMN unvalidated oid[] NOT NULL DEFAULT '{}',
    ADD COLUMN carried jsonb NOT NULL DEFAULT '{}',
    ADD COLUMN queued boolean NOT NULL DEFAULT false,
    ADD COLUMN retry_at timestamptz,
    ADD COLUMN pace double precision,
    ADD COLUMN written_by text NOT NULL DEFAULT '0.2.0';

DROP INDEX zdm.migration_name_key;
CREATE INDEX migration_name_idx ON zdm.migration (name);
CREATE INDEX migration_release_idx ON zdm.migration (release) WHERE release IS NOT NULL;
CREATE INDEX migration_queue_idx ON zdm.migration (id) WHERE status = 'running';

-- Steps were refused on a table that had another name by then.
CREATE TABLE zdm.target (
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
CREATE INDEX target_relation_idx ON zdm.target (relation);
CREATE INDEX target_trigger_idx ON zdm.target (trigger_name) WHERE trigger_name IS NOT NULL;
WITH RECURSIVE tree AS (
    SELECT id, relation::oid AS relation FROM zdm.migration
     WHERE status NOT IN ('finalized', 'rolled_back')
    UNION
    SELECT t.id, i.inhrelid FROM pg_catalog.pg_inherits i JOIN tree t ON i.inhparent = t.relation
), named AS (
    SELECT id, relation, 'table' AS role, pg_catalog.parse_ident(relation_name) AS name
      FROM zdm.migration
    UNION ALL
    SELECT r.id, c.oid, r.role, ARRAY[n.nspname::text, c.relname::text]
      FROM (SELECT m.id, o.relation::oid AS relation, 'locked' AS role
              FROM zdm.migration m, pg_catalog.unnest(m.also_locks) AS o (relation)
             WHERE m.status NOT IN ('finalized', 'rolled_back')
            UNION ALL
            SELECT t.id, t.relation, 'named' FROM tree t JOIN zdm.migration m USING (id)
             WHERE t.relation <> m.relation
            UNION -- the sequences of their columns
            SELECT t.id, d.objid, 'named'
              FROM tree t JOIN pg_catalog.pg_depend d
                   ON d.refclassid = 'pg_catalog.pg_class'::regclass AND d.refobjid = t.relation
                   JOIN pg_catalog.pg_sequence q
                   ON d.classid = 'pg_catalog.pg_class'::regclass AND q.seqrelid = d.objid) AS r
           JOIN pg_catalog.pg_class c ON c.oid = r.relation
           JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
)
INSERT INTO zdm.target (migration_id, n, relation, role, schema_then, name_then)
SELECT id, pg_catalog.row_number() OVER (PARTITION BY id ORDER BY role = 'table' DESC, relation),
       relation, role, name[1], name[2]
  FROM named;
UPDATE zdm.target t
   SET (columns, reads_columns, trigger_name) = (m.columns, m.reads_columns, m.trigger_name)
  FROM zdm.migration m
 WHERE m.id = t.migration_id AND t.n = 1;

-- A lock was taken on all tables of a migration.
ALTER TABLE zdm.step
    ADD COLUMN target int NOT NULL DEFAULT 1,
    ADD COLUMN locks jsonb NOT NULL DEFAULT '{}';
UPDATE zdm.step s
   SET locks = (SELECT coalesce(pg_catalog.jsonb_object_agg(t.n, s.lock_mode), '{}') FROM zdm.target t
                 WHERE t.migration_id = s.migration_id AND t.role IN ('table', 'locked'))
 WHERE s.lock_mode IS NOT NULL;

-- Steps were SQL, and called functions for what are actions now.
CREATE FUNCTION zdm.update_deed(text) RETURNS jsonb
    AS 'MODULE_PATHNAME', 'zdm_update_deed' LANGUAGE C STABLE STRICT;
ALTER TABLE zdm.step
    DROP CONSTRAINT step_action_check,
    ADD COLUMN arguments jsonb,
    ADD COLUMN undo_action text,
    ADD COLUMN undo_arguments jsonb,
    ADD COLUMN before jsonb;
UPDATE zdm.step
   SET (action, arguments, command) = (SELECT d ->> 'action', d -> 'arguments', d ->> 'command'
                                         FROM zdm.update_deed(command) d)
 WHERE action = 'sql';
UPDATE zdm.step
   SET (undo_action, undo_arguments, undo) = (SELECT d ->> 'action', d -> 'arguments', d ->> 'command'
                                                FROM zdm.update_deed(undo) d)
 WHERE undo IS NOT NULL;
ALTER TABLE zdm.step
    ADD CONSTRAINT step_undo_check CHECK ((undo IS NULL) = (undo_action IS NULL));
DROP FUNCTION zdm.update_deed(text);
DROP FUNCTION zdm.set_index_visible(regclass, boolean);
DROP FUNCTION zdm.require_known(regclass, text[], text[], text);
DROP FUNCTION zdm.release_constraint(regclass, text);
DROP FUNCTION zdm.set_unique(regclass, boolean, boolean);
DROP FUNCTION zdm.trust_constraint(regclass, text);
DROP FUNCTION zdm.trust_not_null(regclass, text, text, text);
DROP FUNCTION zdm.move_identity(regclass, text, text);
DROP FUNCTION zdm.refuse_lossy(text, regclass, text, text, text[], boolean);
DROP FUNCTION zdm.refuse_sequence(text, regclass, regtype);

-- The trigger of a table was known by its OID alone; under the same trigger of the migration's
-- table another one tells that the table was detached for a while.
ALTER TABLE zdm.backfill
    ADD COLUMN sync_trigger text,
    ADD COLUMN since_xid bigint NOT NULL DEFAULT 0,
    ADD COLUMN sync_gap text CHECK (sync_gap IN ('late', 'again', 'off'));
UPDATE zdm.backfill b
   SET sync_trigger = (SELECT system_identifier FROM pg_catalog.pg_control_system())
                      || '/' || m.relation::oid || '/'
                      || CASE WHEN root.oid = b.root_trigger AND own.oid IS DISTINCT FROM b.own_trigger
                              THEN coalesce(b.own_trigger, 0) || '/0'
                              ELSE coalesce(own.oid, 0) || '/' || coalesce(own.xmin::text, '0') END
  FROM zdm.migration m
       LEFT JOIN pg_catalog.pg_trigger root
       ON root.tgrelid = m.relation AND root.tgname = m.trigger_name,
       zdm.backfill f
       LEFT JOIN zdm.migration fm ON fm.id = f.migration_id
       LEFT JOIN pg_catalog.pg_trigger own
       ON own.tgrelid = f.relation AND own.tgname = fm.trigger_name
 WHERE m.id = b.migration_id AND (f.migration_id, f.relation) = (b.migration_id, b.relation);
ALTER TABLE zdm.backfill
    ALTER COLUMN sync_trigger SET NOT NULL,
    DROP COLUMN root_trigger,
    DROP COLUMN own_trigger;

CREATE TABLE zdm.restore_point (
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

CREATE TABLE zdm.tenant_schema (
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

-- What the names in expressions stand for was not noted.  What is there under such a name now is
-- taken for what is meant, whatever else a text may have that looks like one.  Specs are JSON within
-- a literal of SQL.
WITH step_text AS (
    SELECT m.id, pg_catalog.replace(pg_catalog.replace(pg_catalog.replace(
               pg_catalog.string_agg(s.command || ' ' || coalesce(s.undo, ''), ' '),
               '\\', '\'), '\"', '"'), '''''', '''') AS text
      FROM zdm.migration m JOIN zdm.step s ON s.migration_id = m.id
     WHERE m.status NOT IN ('finalized', 'rolled_back')
     GROUP BY m.id
)
UPDATE zdm.migration m
   SET resolved = zdm.update_resolved(
       ARRAY(SELECT p.oid FROM pg_catalog.pg_proc p
              WHERE p.oid >= 16384
                AND pg_catalog.strpos(t.text, p.pronamespace::regnamespace || '.' || pg_catalog.quote_ident(p.proname) || '(') > 0),
       ARRAY(SELECT o.oid FROM pg_catalog.pg_operator o
              WHERE o.oid >= 16384
                AND pg_catalog.strpos(t.text, 'OPERATOR(' || o.oprnamespace::regnamespace || '.' || o.oprname || ')') > 0),
       ARRAY(SELECT y.oid FROM pg_catalog.pg_type y LEFT JOIN pg_catalog.pg_class c ON c.oid = y.typrelid
              WHERE y.oid >= 16384 AND y.typcategory <> 'A' AND coalesce(c.relkind, 'c') = 'c'
                AND pg_catalog.strpos(t.text, '::' || y.typnamespace::regnamespace || '.' || pg_catalog.quote_ident(y.typname)) > 0))
  FROM step_text t
 WHERE t.id = m.id;

-- Functions with other arguments or results.

DROP FUNCTION zdm.expand_rename(regclass, text, text, text, int);
DROP FUNCTION zdm.expand_add_column(regclass, text, text, text, text, boolean, text, int, text, text,
                                    text, text, boolean);
DROP FUNCTION zdm.expand_drop_column(regclass, text, text, text);
DROP FUNCTION zdm.expand_change_type(regclass, text, text, text, text, text, int);
DROP FUNCTION zdm.expand_transform(regclass, text[], jsonb, jsonb, text, int);
DROP FUNCTION zdm.expand_not_null(regclass, text, text, text, int);
DROP FUNCTION zdm.expand_check(regclass, text, text, text);
DROP FUNCTION zdm.expand_foreign_key(regclass, text[], regclass, text[], text, text, text, text, boolean,
                                     boolean, text);
DROP FUNCTION zdm.expand_unique(regclass, text[], text, boolean, boolean, boolean, text);
DROP FUNCTION zdm.expand_primary_key(regclass, text[], text, text);
DROP FUNCTION zdm.expand_index(text, text);
DROP FUNCTION zdm.drop_index(text, text);
DROP FUNCTION zdm.reindex(text, text);
DROP FUNCTION zdm.progress_line(bigint);
DROP FUNCTION zdm.plan(text);
DROP FUNCTION zdm.ensure_ready(text);
DROP FUNCTION zdm.verify(text, double precision);
DROP FUNCTION zdm.contract(text);
DROP FUNCTION zdm.alter_backfill(text, int, interval, double precision, int, text, interval, text,
                                 text[], text, int, int, int, text, text[]);

-- What has no OR REPLACE.

DROP POLICY owner ON zdm.migration;
DROP POLICY owner ON zdm.step;
DROP POLICY owner ON zdm.backfill;
DROP POLICY owner ON zdm.backfill_range;
DROP POLICY owner ON zdm.event;

DROP FUNCTION zdm.update_begin();
DROP FUNCTION zdm.update_resolved(oid[], oid[], oid[]);

-- The tables were read by everybody, under row level security.

ALTER TABLE zdm.migration
    ALTER COLUMN written_by DROP DEFAULT,
    DROP COLUMN relation_name,
    DROP COLUMN columns,
    DROP COLUMN reads_columns,
    DROP COLUMN also_locks,
    DROP COLUMN trigger_name;
ALTER TABLE zdm.step DROP COLUMN lock_mode;
CREATE FUNCTION zdm.update_run(command text) RETURNS void
    AS 'MODULE_PATHNAME', 'zdm_update_run' LANGUAGE C STRICT;
WITH renamed AS (
    SELECT c.oid, c.relname AS name
      FROM pg_catalog.pg_class c
     WHERE c.relnamespace = 'zdm'::pg_catalog.regnamespace AND c.relkind = 'r'
), part AS ( -- constraints first: some take an index along
    SELECT r.oid, 1 AS n, r.name, pg_catalog.format('ALTER TABLE zdm.%I RENAME CONSTRAINT %I TO', r.name, k.conname) AS command,
           k.conname AS part
      FROM renamed r JOIN pg_catalog.pg_constraint k ON k.conrelid = r.oid
    UNION ALL
    SELECT r.oid, 2, r.name, pg_catalog.format('ALTER INDEX zdm.%I RENAME TO', c.relname), c.relname
      FROM renamed r JOIN pg_catalog.pg_index i ON i.indrelid = r.oid
           JOIN pg_catalog.pg_class c ON c.oid = i.indexrelid
     WHERE NOT EXISTS (SELECT FROM pg_catalog.pg_constraint k WHERE k.conindid = i.indexrelid)
    UNION ALL
    SELECT r.oid, 3, r.name, pg_catalog.format('ALTER SEQUENCE zdm.%I RENAME TO', c.relname), c.relname
      FROM renamed r JOIN pg_catalog.pg_depend d
           ON d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass AND d.refobjid = r.oid AND d.deptype = 'i'
           JOIN pg_catalog.pg_class c ON d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass AND c.oid = d.objid
     WHERE c.relkind = 'S'
    UNION ALL
    SELECT r.oid, 4, r.name, pg_catalog.format('COMMENT ON COLUMN zdm.%I.%I IS NULL', r.name, a.attname), NULL
      FROM renamed r JOIN pg_catalog.pg_attribute a ON a.attrelid = r.oid AND a.attnum > 0 AND NOT a.attisdropped
    UNION ALL
    SELECT r.oid, 4, r.name, pg_catalog.format('ALTER TABLE zdm.%I DISABLE ROW LEVEL SECURITY', r.name), NULL
      FROM renamed r
    UNION ALL -- whoever had a right of his own would see everything now
    SELECT DISTINCT c.oid, 0, NULL::name,
           pg_catalog.format('REVOKE ALL ON zdm.%I FROM %s CASCADE', c.relname,
                             CASE a.grantee WHEN 0 THEN 'PUBLIC' ELSE a.grantee::pg_catalog.regrole::text END), NULL::name
      FROM pg_catalog.pg_class c
           LEFT JOIN pg_catalog.pg_attribute t ON t.attrelid = c.oid AND t.attacl IS NOT NULL,
           LATERAL (SELECT grantee FROM pg_catalog.aclexplode(c.relacl)
                    UNION SELECT grantee FROM pg_catalog.aclexplode(t.attacl)) a
     WHERE c.relnamespace = 'zdm'::pg_catalog.regnamespace AND c.relkind IN ('r', 'S') AND a.grantee <> c.relowner
    UNION ALL
    SELECT r.oid, 6, r.name, pg_catalog.format('ALTER TABLE zdm.%I RENAME TO %I', r.name, r.name || '_row'), NULL
      FROM renamed r
)
SELECT zdm.update_run(command || CASE WHEN part IS NULL THEN ''
                                 ELSE pg_catalog.format(' %I', name || '_row' || pg_catalog.substr(part, pg_catalog.length(name) + 1)) END)
  FROM (SELECT * FROM part ORDER BY n, command OFFSET 0) AS p;
DROP FUNCTION zdm.update_run(text);

CREATE UNLOGGED TABLE zdm.unlogged_mark (
    migration_id  bigint PRIMARY KEY
);

-- The extension's own script, from here on.

