-- A plan that a server before 18 has made, and another one goes on with (pg_upgrade, a dump):
-- NOT NULL was no constraint then.
SET client_min_messages = error;
\set SHOW_CONTEXT never
CREATE TABLE older (id serial PRIMARY KEY, a int NOT NULL, b int NOT NULL);
INSERT INTO older (a, b) SELECT g, g FROM generate_series(1, 20) g;
SELECT zdm.expand_change_type('older', 'a', 'bigint', name => 'older_ready') \g /dev/null
SELECT zdm.expand_change_type('older', 'id', 'bigint', name => 'older_contracted') \g /dev/null
CALL zdm.wait('older_ready');
CALL zdm.wait('older_contracted');

-- From 18 on NOT NULL has the name that the server gives it, in every state: of a visible column by its name.
CREATE VIEW misnamed AS
    SELECT attname, conname FROM pg_constraint c JOIN pg_attribute a ON attrelid = conrelid AND attnum = conkey[1]
     WHERE conrelid = 'older'::regclass AND contype = 'n' AND attname !~ '^zdm' AND conname <> 'older_' || attname || '_not_null';

-- the record as it would have been written there
CREATE PROCEDURE as_before_18() LANGUAGE sql AS $$
    UPDATE zdm.step SET arguments = jsonb_set(arguments, '{known}', (SELECT coalesce(jsonb_agg(known), '[]')
        FROM jsonb_array_elements_text(arguments -> 'known') known WHERE known !~ ': NOT NULL ')) WHERE action = 'require_known';
    UPDATE zdm.step SET undo_arguments = undo_arguments || '{"constraint": ""}' WHERE undo_action = 'trust_not_null';
    DELETE FROM zdm.step WHERE action = 'rename_not_null';
$$;
CALL as_before_18();
SELECT count(*) FROM zdm.step s JOIN zdm.migration m ON m.id = migration_id
 WHERE name LIKE 'older%' AND (s.arguments::text ~ ': NOT NULL ' OR undo_arguments ->> 'constraint' <> '');
SELECT zdm.contract('older_contracted');
SELECT zdm.contract('older_ready');
TABLE misnamed;
SELECT attname, attnotnull FROM pg_attribute WHERE attrelid = 'older'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attname;
INSERT INTO older (a, b) VALUES (5000000000, 1);
DELETE FROM older WHERE a > 100;
SELECT zdm.reopen('older_ready');
TABLE misnamed;
SELECT zdm.contract('older_ready');
TABLE misnamed;
SELECT zdm.rollback('older_ready');
SELECT zdm.rollback('older_contracted');
SELECT attname, attnotnull, format_type(atttypid, atttypmod) FROM pg_attribute
 WHERE attrelid = 'older'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attname;
TABLE misnamed;
INSERT INTO older (a, b) VALUES (NULL, 1);
DROP TABLE older CASCADE;
