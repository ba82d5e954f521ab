-- What was dropped or altered by hand.

CREATE FUNCTION zdm.forget(name text) RETURNS void
    AS 'MODULE_PATHNAME', 'zdm_forget_migration' LANGUAGE C VOLATILE STRICT;

CREATE FUNCTION zdm.before_drop_extension() RETURNS event_trigger
    AS 'MODULE_PATHNAME', 'zdm_before_drop_extension' LANGUAGE C;

CREATE FUNCTION zdm.on_drop() RETURNS event_trigger
    AS 'MODULE_PATHNAME', 'zdm_on_drop' LANGUAGE C;

CREATE FUNCTION zdm.on_alter() RETURNS event_trigger
    AS 'MODULE_PATHNAME', 'zdm_on_alter' LANGUAGE C;

CREATE EVENT TRIGGER zdm_before_drop_extension ON ddl_command_start WHEN TAG IN ('DROP EXTENSION')
    EXECUTE FUNCTION zdm.before_drop_extension();

CREATE EVENT TRIGGER zdm_on_drop ON sql_drop EXECUTE FUNCTION zdm.on_drop();

CREATE EVENT TRIGGER zdm_on_alter ON ddl_command_end WHEN TAG IN ('CREATE TABLE', 'ALTER TABLE', 'ALTER TRIGGER')
    EXECUTE FUNCTION zdm.on_alter();
