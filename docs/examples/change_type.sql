-- Another type for a column that applications are using: docs/change_type.md
CREATE TABLE reading (id int PRIMARY KEY, sensor int NOT NULL, value numeric(6, 2) NOT NULL DEFAULT 0, CHECK (value >= 0));
CREATE INDEX reading_sensor_value ON reading (sensor, value DESC) WHERE value > 10;
INSERT INTO reading SELECT g, g % 10, g % 100 FROM generate_series(1, 1000) g;

-- What would happen?  The conversion is tried on rows; nothing is changed.
SELECT phase, runs, lock_mode, command, note FROM zdm.plan($$zdm.expand_change_type('reading', 'value', 'double precision')$$);

SELECT zdm.expand_change_type('reading', 'value', 'double precision', name => 'to float');
CALL zdm.wait('to float');
SELECT rows, mismatches FROM zdm.verify('to float');
UPDATE reading SET value = 12.34 WHERE id = 1;

-- From here on the column has the new type; indexes and checks came along.
SELECT zdm.contract('to float');
UPDATE reading SET value = 1e100 WHERE id = 2;
\d reading

-- The old type can't express 1e100: going back is refused until that row is changed.
\set ON_ERROR_STOP off
SELECT zdm.rollback('to float');
\set ON_ERROR_STOP on
UPDATE reading SET value = 99 WHERE id = 2;
SELECT zdm.reopen('to float');
SELECT value FROM reading WHERE id IN (1, 2) ORDER BY id;

-- The way back has made the check anew, as NOT VALID; contract takes over what is valid.
ALTER TABLE reading VALIDATE CONSTRAINT reading_value_check;

SELECT zdm.contract('to float');
SELECT zdm.finalize('to float');
\d reading
