-- What a subscription brings of another server's record is not this one's.

CREATE FUNCTION zdm.leave_out_replicated() RETURNS trigger
    AS 'MODULE_PATHNAME', 'zdm_leave_out_replicated' LANGUAGE C;

CREATE TRIGGER leave_out_replicated BEFORE INSERT OR UPDATE OR DELETE ON zdm.migration_row
    FOR EACH ROW EXECUTE FUNCTION zdm.leave_out_replicated();
ALTER TABLE zdm.migration_row ENABLE REPLICA TRIGGER leave_out_replicated;
CREATE TRIGGER leave_out_replicated BEFORE INSERT OR UPDATE OR DELETE ON zdm.target_row
    FOR EACH ROW EXECUTE FUNCTION zdm.leave_out_replicated();
ALTER TABLE zdm.target_row ENABLE REPLICA TRIGGER leave_out_replicated;
CREATE TRIGGER leave_out_replicated BEFORE INSERT OR UPDATE OR DELETE ON zdm.step_row
    FOR EACH ROW EXECUTE FUNCTION zdm.leave_out_replicated();
ALTER TABLE zdm.step_row ENABLE REPLICA TRIGGER leave_out_replicated;
CREATE TRIGGER leave_out_replicated BEFORE INSERT OR UPDATE OR DELETE ON zdm.backfill_row
    FOR EACH ROW EXECUTE FUNCTION zdm.leave_out_replicated();
ALTER TABLE zdm.backfill_row ENABLE REPLICA TRIGGER leave_out_replicated;
CREATE TRIGGER leave_out_replicated BEFORE INSERT OR UPDATE OR DELETE ON zdm.backfill_range_row
    FOR EACH ROW EXECUTE FUNCTION zdm.leave_out_replicated();
ALTER TABLE zdm.backfill_range_row ENABLE REPLICA TRIGGER leave_out_replicated;
CREATE TRIGGER leave_out_replicated BEFORE INSERT OR UPDATE OR DELETE ON zdm.event_row
    FOR EACH ROW EXECUTE FUNCTION zdm.leave_out_replicated();
ALTER TABLE zdm.event_row ENABLE REPLICA TRIGGER leave_out_replicated;
CREATE TRIGGER leave_out_replicated BEFORE INSERT OR UPDATE OR DELETE ON zdm.restore_point_row
    FOR EACH ROW EXECUTE FUNCTION zdm.leave_out_replicated();
ALTER TABLE zdm.restore_point_row ENABLE REPLICA TRIGGER leave_out_replicated;
CREATE TRIGGER leave_out_replicated BEFORE INSERT OR UPDATE OR DELETE ON zdm.tenant_schema_row
    FOR EACH ROW EXECUTE FUNCTION zdm.leave_out_replicated();
ALTER TABLE zdm.tenant_schema_row ENABLE REPLICA TRIGGER leave_out_replicated;
CREATE TRIGGER leave_out_replicated BEFORE INSERT OR UPDATE OR DELETE ON zdm.verification_row
    FOR EACH ROW EXECUTE FUNCTION zdm.leave_out_replicated();
ALTER TABLE zdm.verification_row ENABLE REPLICA TRIGGER leave_out_replicated;
CREATE TRIGGER leave_out_replicated BEFORE INSERT OR UPDATE OR DELETE ON zdm.guard_row
    FOR EACH ROW EXECUTE FUNCTION zdm.leave_out_replicated();
ALTER TABLE zdm.guard_row ENABLE REPLICA TRIGGER leave_out_replicated;
CREATE TRIGGER leave_out_replicated BEFORE INSERT OR UPDATE OR DELETE ON zdm.rollout_row
    FOR EACH ROW EXECUTE FUNCTION zdm.leave_out_replicated();
ALTER TABLE zdm.rollout_row ENABLE REPLICA TRIGGER leave_out_replicated;
