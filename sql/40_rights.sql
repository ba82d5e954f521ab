-- Everybody may call zdm's functions, which ask for the ownership of the table.
-- A row of the record can be seen by the owner of the table that it is about.

GRANT USAGE ON SCHEMA zdm TO PUBLIC;
GRANT SELECT ON zdm.migration, zdm.target, zdm.step, zdm.backfill, zdm.backfill_range, zdm.event,
                zdm.restore_point, zdm.tenant_schema, zdm.tenant, zdm.progress, zdm.status, zdm.release, zdm.blocking TO PUBLIC;
-- pg_dump reads the tables: for the owner of a database as for a superuser.
GRANT SELECT ON zdm.migration_row, zdm.target_row, zdm.step_row, zdm.backfill_row, zdm.backfill_range_row,
                zdm.event_row, zdm.restore_point_row, zdm.tenant_schema_row, zdm.unlogged_mark TO pg_database_owner;
GRANT SELECT ON SEQUENCE zdm.migration_row_id_seq, zdm.backfill_range_row_id_seq, zdm.event_row_id_seq,
                         zdm.tenant_schema_row_seq_seq TO pg_database_owner;

-- The record goes along in dumps, so that a restored database can go on.
SELECT pg_catalog.pg_extension_config_dump('zdm.migration_row', '');
SELECT pg_catalog.pg_extension_config_dump('zdm.migration_row_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('zdm.target_row', '');
SELECT pg_catalog.pg_extension_config_dump('zdm.step_row', '');
SELECT pg_catalog.pg_extension_config_dump('zdm.backfill_row', '');
SELECT pg_catalog.pg_extension_config_dump('zdm.backfill_range_row', '');
SELECT pg_catalog.pg_extension_config_dump('zdm.backfill_range_row_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('zdm.event_row', '');
SELECT pg_catalog.pg_extension_config_dump('zdm.event_row_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('zdm.restore_point_row', '');
SELECT pg_catalog.pg_extension_config_dump('zdm.unlogged_mark', '');
SELECT pg_catalog.pg_extension_config_dump('zdm.tenant_schema_row', '');
SELECT pg_catalog.pg_extension_config_dump('zdm.tenant_schema_row_seq_seq', '');
