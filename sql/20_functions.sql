-- The sync trigger.  Any writer may fire it; it reads no table.

CREATE FUNCTION zdm.sync_columns() RETURNS trigger
    AS 'MODULE_PATHNAME', 'zdm_sync_columns' LANGUAGE C;

-- Likewise for a table that another one follows; it writes the other one.

CREATE FUNCTION zdm.sync_rows() RETURNS trigger
    AS 'MODULE_PATHNAME', 'zdm_sync_rows' LANGUAGE C;

-- Until finalize: INSERT and DELETE by the name of a table that columns move to.

CREATE FUNCTION zdm.log_merged() RETURNS trigger
    AS 'MODULE_PATHNAME', 'zdm_log_merged' LANGUAGE C;

CREATE FUNCTION zdm.write_extracted() RETURNS trigger
    AS 'MODULE_PATHNAME', 'zdm_write_extracted' LANGUAGE C;

CREATE FUNCTION zdm.inspect_extracted() RETURNS trigger
    AS 'MODULE_PATHNAME', 'zdm_inspect_extracted' LANGUAGE C;

CREATE FUNCTION zdm.given_default(of_type anyelement, column_name text) RETURNS anyelement
    AS 'MODULE_PATHNAME', 'zdm_given_default' LANGUAGE C VOLATILE;

-- Changes.  Each function's C code is the same: the kind is its name behind
-- "expand_" (if it has that), and the planner of that kind sees its arguments by name.

CREATE FUNCTION zdm.expand_rename(
        tbl regclass, old_column text, new_column text, name text DEFAULT NULL,
        workers int DEFAULT NULL, complete boolean DEFAULT NULL, indexed boolean DEFAULT NULL)
    RETURNS text
    AS 'MODULE_PATHNAME', 'zdm_expand' LANGUAGE C VOLATILE;

CREATE FUNCTION zdm.expand_add_column(
        tbl regclass, column_name text, data_type text, backfill text DEFAULT NULL,
        default_value text DEFAULT NULL, not_null boolean DEFAULT false, name text DEFAULT NULL,
        workers int DEFAULT NULL, on_error text DEFAULT 'reject', comment text DEFAULT NULL,
        collation text DEFAULT NULL, generated text DEFAULT NULL, index boolean DEFAULT false,
        complete boolean DEFAULT NULL)
    RETURNS text
    AS 'MODULE_PATHNAME', 'zdm_expand' LANGUAGE C VOLATILE;

CREATE FUNCTION zdm.expand_change_type(
        tbl regclass, column_name text, new_type text, forward text DEFAULT NULL,
        reverse text DEFAULT NULL, name text DEFAULT NULL, workers int DEFAULT NULL,
        complete boolean DEFAULT NULL, referencing boolean DEFAULT NULL)
    RETURNS text
    AS 'MODULE_PATHNAME', 'zdm_expand' LANGUAGE C VOLATILE;

CREATE FUNCTION zdm.expand_transform(
        tbl regclass, old_columns text[], new_columns jsonb, reverse jsonb DEFAULT NULL,
        name text DEFAULT NULL, workers int DEFAULT NULL, complete boolean DEFAULT NULL)
    RETURNS text
    AS 'MODULE_PATHNAME', 'zdm_expand' LANGUAGE C VOLATILE;

CREATE FUNCTION zdm.expand_drop_column(
        tbl regclass, column_name text, reverse text DEFAULT NULL, name text DEFAULT NULL,
        complete boolean DEFAULT NULL)
    RETURNS text
    AS 'MODULE_PATHNAME', 'zdm_expand' LANGUAGE C VOLATILE;

CREATE FUNCTION zdm.expand_not_null(
        tbl regclass, column_name text, fill text DEFAULT NULL, name text DEFAULT NULL,
        workers int DEFAULT NULL, complete boolean DEFAULT NULL)
    RETURNS text
    AS 'MODULE_PATHNAME', 'zdm_expand' LANGUAGE C VOLATILE;

CREATE FUNCTION zdm.expand_check(
        tbl regclass, constraint_name text, expression text, name text DEFAULT NULL,
        complete boolean DEFAULT NULL)
    RETURNS text
    AS 'MODULE_PATHNAME', 'zdm_expand' LANGUAGE C VOLATILE;

CREATE FUNCTION zdm.expand_foreign_key(
        tbl regclass, columns text[], ref_table regclass, ref_columns text[] DEFAULT NULL,
        constraint_name text DEFAULT NULL, on_delete text DEFAULT 'no action',
        on_update text DEFAULT 'no action', match text DEFAULT 'simple',
        is_deferrable boolean DEFAULT false, initially_deferred boolean DEFAULT false,
        name text DEFAULT NULL, complete boolean DEFAULT NULL)
    RETURNS text
    AS 'MODULE_PATHNAME', 'zdm_expand' LANGUAGE C VOLATILE;

CREATE FUNCTION zdm.expand_unique(
        tbl regclass, columns text[], constraint_name text DEFAULT NULL,
        nulls_not_distinct boolean DEFAULT false, is_deferrable boolean DEFAULT false,
        initially_deferred boolean DEFAULT false, name text DEFAULT NULL,
        complete boolean DEFAULT NULL)
    RETURNS text
    AS 'MODULE_PATHNAME', 'zdm_expand' LANGUAGE C VOLATILE;

CREATE FUNCTION zdm.expand_primary_key(
        tbl regclass, columns text[], constraint_name text DEFAULT NULL,
        name text DEFAULT NULL, complete boolean DEFAULT NULL)
    RETURNS text
    AS 'MODULE_PATHNAME', 'zdm_expand' LANGUAGE C VOLATILE;

CREATE FUNCTION zdm.expand_index(definition text, name text DEFAULT NULL, complete boolean DEFAULT NULL)
    RETURNS text
    AS 'MODULE_PATHNAME', 'zdm_expand' LANGUAGE C VOLATILE;

CREATE FUNCTION zdm.drop_index(index_name text, name text DEFAULT NULL, complete boolean DEFAULT NULL)
    RETURNS text
    AS 'MODULE_PATHNAME', 'zdm_expand' LANGUAGE C VOLATILE;

CREATE FUNCTION zdm.reindex(relation_name text, name text DEFAULT NULL, complete boolean DEFAULT NULL)
    RETURNS text
    AS 'MODULE_PATHNAME', 'zdm_expand' LANGUAGE C VOLATILE;

-- Of these two a table is given as text: once the old name is gone, a repeated call finds the
-- migration by it.
CREATE FUNCTION zdm.expand_rename_table(
        tbl text, new_name text, name text DEFAULT NULL, rename_objects boolean DEFAULT false,
        complete boolean DEFAULT NULL)
    RETURNS text
    AS 'MODULE_PATHNAME', 'zdm_expand' LANGUAGE C VOLATILE;

CREATE FUNCTION zdm.expand_move_table(
        tbl text, new_schema text, name text DEFAULT NULL, complete boolean DEFAULT NULL)
    RETURNS text
    AS 'MODULE_PATHNAME', 'zdm_expand' LANGUAGE C VOLATILE;

CREATE FUNCTION zdm.expand_shadow_table(
        tbl regclass, definition text, unlogged boolean DEFAULT NULL, name text DEFAULT NULL,
        workers int DEFAULT NULL, complete boolean DEFAULT NULL)
    RETURNS text
    AS 'MODULE_PATHNAME', 'zdm_expand' LANGUAGE C VOLATILE;

CREATE FUNCTION zdm.expand_compact(
        tbl regclass, name text DEFAULT NULL, workers int DEFAULT NULL, complete boolean DEFAULT NULL)
    RETURNS text
    AS 'MODULE_PATHNAME', 'zdm_expand' LANGUAGE C VOLATILE;

CREATE FUNCTION zdm.expand_extract(
        tbl regclass, columns text[], new_table text, key text[] DEFAULT NULL,
        only_when text DEFAULT NULL, name text DEFAULT NULL, workers int DEFAULT NULL,
        complete boolean DEFAULT NULL)
    RETURNS text
    AS 'MODULE_PATHNAME', 'zdm_expand' LANGUAGE C VOLATILE;

CREATE FUNCTION zdm.expand_split_table(
        tbl regclass, parts jsonb, name text DEFAULT NULL, workers int DEFAULT NULL, complete boolean DEFAULT NULL)
    RETURNS text
    AS 'MODULE_PATHNAME', 'zdm_expand' LANGUAGE C VOLATILE;

-- Parts are given as text: once they are merged a repeated call finds the migrations by their names.
CREATE FUNCTION zdm.expand_merge_tables(
        tbl regclass, parts text[], name text DEFAULT NULL, workers int DEFAULT NULL, complete boolean DEFAULT NULL)
    RETURNS text
    AS 'MODULE_PATHNAME', 'zdm_expand' LANGUAGE C VOLATILE;

CREATE FUNCTION zdm.expand_partition(
        tbl regclass, partition_by text, every interval DEFAULT NULL, ahead int DEFAULT 3,
        primary_key text[] DEFAULT NULL, partitions int DEFAULT NULL, width bigint DEFAULT NULL,
        name text DEFAULT NULL, workers int DEFAULT NULL, complete boolean DEFAULT NULL)
    RETURNS text
    AS 'MODULE_PATHNAME', 'zdm_expand' LANGUAGE C VOLATILE;

CREATE FUNCTION zdm.plan(
        call text, "full" boolean DEFAULT false, OUT seq int, OUT phase text, OUT runs text, OUT lock_mode text,
        OUT command text, OUT undo text, OUT note text)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'zdm_plan' LANGUAGE C VOLATILE STRICT;

-- Control.

CREATE PROCEDURE zdm.wait(name text, timeout interval DEFAULT NULL)
    AS 'MODULE_PATHNAME', 'zdm_wait' LANGUAGE C;

CREATE PROCEDURE zdm.run(name text)
    AS 'MODULE_PATHNAME', 'zdm_run' LANGUAGE C;

CREATE FUNCTION zdm.ensure_ready(name text, timeout interval DEFAULT '0') RETURNS void
    AS 'MODULE_PATHNAME', 'zdm_ensure_ready' LANGUAGE C VOLATILE STRICT;

CREATE FUNCTION zdm.pause(name text) RETURNS void
    AS 'MODULE_PATHNAME', 'zdm_pause' LANGUAGE C VOLATILE STRICT;

CREATE FUNCTION zdm.resume(name text) RETURNS void
    AS 'MODULE_PATHNAME', 'zdm_resume' LANGUAGE C VOLATILE STRICT;

CREATE FUNCTION zdm.cancel(name text) RETURNS void
    AS 'MODULE_PATHNAME', 'zdm_cancel' LANGUAGE C VOLATILE STRICT;

CREATE FUNCTION zdm.verify(
        name text, percent double precision DEFAULT 100, repair boolean DEFAULT false,
        OUT rows bigint, OUT mismatches bigint, OUT lossy bigint, OUT examples jsonb, OUT repaired bigint)
    RETURNS record
    AS 'MODULE_PATHNAME', 'zdm_verify' LANGUAGE C VOLATILE STRICT;

CREATE FUNCTION zdm.violations(
        name text, max_rows int DEFAULT 100,
        OUT tbl regclass, OUT row_id tid, OUT contents jsonb, OUT reason text)
    RETURNS SETOF record
    AS 'MODULE_PATHNAME', 'zdm_violations' LANGUAGE C VOLATILE STRICT;

CREATE PROCEDURE zdm.fix_violations(
        name text, set jsonb DEFAULT NULL, keep text DEFAULT NULL, batch_rows int DEFAULT 1000)
    AS 'MODULE_PATHNAME', 'zdm_fix_violations' LANGUAGE C;

CREATE FUNCTION zdm.contract(name text, verify text DEFAULT NULL, quiet interval DEFAULT NULL) RETURNS void
    AS 'MODULE_PATHNAME', 'zdm_contract' LANGUAGE C VOLATILE;

CREATE FUNCTION zdm.reopen(name text) RETURNS void
    AS 'MODULE_PATHNAME', 'zdm_reopen' LANGUAGE C VOLATILE STRICT;

CREATE FUNCTION zdm.rollback(name text) RETURNS void
    AS 'MODULE_PATHNAME', 'zdm_rollback' LANGUAGE C VOLATILE STRICT;

CREATE FUNCTION zdm.finalize(name text) RETURNS void
    AS 'MODULE_PATHNAME', 'zdm_finalize' LANGUAGE C VOLATILE STRICT;

CREATE PROCEDURE zdm.expand_each(
        schemas text, call text, batch int DEFAULT 5, on_failure text DEFAULT 'stop', name text DEFAULT NULL)
    AS 'MODULE_PATHNAME', 'zdm_expand_each' LANGUAGE C;

CREATE PROCEDURE zdm.expand_each(
        schemas text[], call text, batch int DEFAULT 5, on_failure text DEFAULT 'stop', name text DEFAULT NULL)
    AS 'MODULE_PATHNAME', 'zdm_expand_each_of' LANGUAGE C;

CREATE FUNCTION zdm.rollback(release text, schema text) RETURNS void
    AS 'MODULE_PATHNAME', 'zdm_rollback_schema' LANGUAGE C VOLATILE STRICT;

CREATE FUNCTION zdm.schema_version(schema text) RETURNS text
    AS 'MODULE_PATHNAME', 'zdm_schema_version' LANGUAGE C STABLE STRICT;
