-- Comparing and repairing both sides: docs/verify.md
CREATE FUNCTION to_cents(euro numeric) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT trunc(euro * 100)::bigint';
CREATE FUNCTION to_euros(cents bigint) RETURNS numeric LANGUAGE sql IMMUTABLE AS 'SELECT cents / 100.0';
CREATE TABLE bill (id bigint PRIMARY KEY, euro numeric);
INSERT INTO bill SELECT g, g / 1000.0 FROM generate_series(1, 1000) g;
SELECT zdm.expand_transform('bill', '{euro}', '{"cents": {"type": "bigint", "forward": "to_cents(euro)"}}',
                            '{"euro": "to_euros(cents)"}', name => 'cents');
CALL zdm.wait('cents');
SELECT rows, mismatches, lossy FROM zdm.verify('cents');

-- Somebody finds that cents are to be rounded.  Rows from before are not what the function gives now.
CREATE OR REPLACE FUNCTION to_cents(euro numeric) RETURNS bigint LANGUAGE sql IMMUTABLE AS 'SELECT round(euro * 100)::bigint';
SELECT rows, mismatches, examples -> 0 AS one_of_them FROM zdm.verify('cents');

-- Contract would have refused.  The new column follows the old one:
SELECT rows, mismatches, repaired, examples -> 0 AS one_of_them FROM zdm.verify('cents', repair => true);
SELECT id, euro, cents FROM bill WHERE id = 999;

SELECT zdm.contract('cents');
SELECT name, status, mode, before_contract, percent, rows, mismatches, writes_since FROM zdm.verified;
SELECT zdm.finalize('cents');
