-- Everybody may call zdm's functions, which ask for the ownership of the table.
-- A row of the record can be seen by the owner of the table that it is about.

GRANT USAGE ON SCHEMA zdm TO PUBLIC;
GRANT SELECT ON zdm.migration, zdm.target, zdm.step, zdm.backfill, zdm.backfill_range, zdm.event,
                zdm.restore_point, zdm.tenant_schema, zdm.tenant, zdm.progress, zdm.status, zdm.release, zdm.blocking TO PUBLIC;
-- pg_dump reads them.
GRANT SELECT ON SEQUENCE zdm.migration_id_seq, zdm.backfill_range_id_seq, zdm.event_id_seq, zdm.tenant_schema_seq_seq TO PUBLIC;

CREATE FUNCTION zdm.may_see(relation oid, created_by name) RETURNS boolean
    LANGUAGE sql STABLE
BEGIN ATOMIC
    SELECT coalesce((SELECT pg_catalog.pg_has_role(c.relowner, 'USAGE')
                       FROM pg_catalog.pg_class c WHERE c.oid = relation),
                    created_by = current_user);
END;

ALTER TABLE zdm.migration ENABLE ROW LEVEL SECURITY;
ALTER TABLE zdm.target ENABLE ROW LEVEL SECURITY;
ALTER TABLE zdm.step ENABLE ROW LEVEL SECURITY;
ALTER TABLE zdm.backfill ENABLE ROW LEVEL SECURITY;
ALTER TABLE zdm.backfill_range ENABLE ROW LEVEL SECURITY;
ALTER TABLE zdm.event ENABLE ROW LEVEL SECURITY;
ALTER TABLE zdm.restore_point ENABLE ROW LEVEL SECURITY;
ALTER TABLE zdm.tenant_schema ENABLE ROW LEVEL SECURITY;

CREATE POLICY owner ON zdm.migration FOR SELECT USING (zdm.may_see(relation, created_by));
CREATE POLICY owner ON zdm.target FOR SELECT
    USING (EXISTS (SELECT FROM zdm.migration m WHERE m.id = migration_id));
CREATE POLICY owner ON zdm.step FOR SELECT
    USING (EXISTS (SELECT FROM zdm.migration m WHERE m.id = migration_id));
CREATE POLICY owner ON zdm.backfill FOR SELECT
    USING (EXISTS (SELECT FROM zdm.migration m WHERE m.id = migration_id));
CREATE POLICY owner ON zdm.backfill_range FOR SELECT
    USING (EXISTS (SELECT FROM zdm.migration m WHERE m.id = migration_id));
CREATE POLICY owner ON zdm.event FOR SELECT
    USING (EXISTS (SELECT FROM zdm.migration m WHERE m.id = migration_id));
CREATE POLICY owner ON zdm.restore_point FOR SELECT
    USING (EXISTS (SELECT FROM zdm.migration m WHERE m.id = migration_id));
CREATE POLICY owner ON zdm.tenant_schema FOR SELECT
    USING (EXISTS (SELECT FROM pg_catalog.pg_roles r
                    WHERE r.rolname = created_by AND pg_catalog.pg_has_role(r.oid, 'USAGE')));

-- The record goes along in dumps, so that a restored database can go on.
SELECT pg_catalog.pg_extension_config_dump('zdm.migration', '');
SELECT pg_catalog.pg_extension_config_dump('zdm.migration_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('zdm.target', '');
SELECT pg_catalog.pg_extension_config_dump('zdm.step', '');
SELECT pg_catalog.pg_extension_config_dump('zdm.backfill', '');
SELECT pg_catalog.pg_extension_config_dump('zdm.backfill_range', '');
SELECT pg_catalog.pg_extension_config_dump('zdm.backfill_range_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('zdm.event', '');
SELECT pg_catalog.pg_extension_config_dump('zdm.event_id_seq', '');
SELECT pg_catalog.pg_extension_config_dump('zdm.restore_point', '');
SELECT pg_catalog.pg_extension_config_dump('zdm.tenant_schema', '');
SELECT pg_catalog.pg_extension_config_dump('zdm.tenant_schema_seq_seq', '');
